#include "registry/claim.h"
#include "base/lang.h"
#include "registry_claim.sql.h"
#include <assert.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

// ---- one number --------------------------------------------------------------------------------------------------------
typedef struct { Arena *arena; ClaimHolder *at; size_t n; } Holders;

static bool holders_add(Db *db, const Key *lookup, SecretKind kind, Str number, int64_t low_kab, int64_t high_kab, Holders *out, Err *e) {
    ClaimKey key;
    ClaimsOfRows rows = { 0 };
    ClaimsOfRow row;
    key_derive(lookup, "claim", key.bytes, sizeof key.bytes);
    ClaimsOfArgs args = { .kind_n = kind, .claim_id = identity_claim(&key, kind, number), .low_id = low_kab, .high_id = high_kab,
                          .limit_n = CLAIM_HOLDERS_MAX };
    sodium_memzero(&key, sizeof key);
    bool has_row, is_good = claims_of(db, args, &rows, e);
    while (is_good && (is_good = claims_of_next(&rows, &row, &has_row, e)) && has_row && out->n < CLAIM_HOLDERS_MAX)
        out->at[out->n++] = (ClaimHolder){ row.kab, row.family_id, row.person_id };
    claims_of_end(&rows);
    return is_good;
}

// While the look-up key is being changed, claims stand under both.
bool claim_find(Db *db, Arena *a, SecretKind kind, Str number, int64_t low_kab, int64_t high_kab, ClaimHolder **out, size_t *n, Err *e) {
    Key now, before = { 0 };
    Holders list = { a, NEW(a, ClaimHolder, CLAIM_HOLDERS_MAX), 0 };
    bool is_made, is_good = keyring_has(db, KEYRING_LOOKUP, &is_made, e);
    if (is_good && is_made && number.n)
        is_good = keyring_current(db, KEYRING_LOOKUP, &now, e) && keyring_leaving(db, KEYRING_LOOKUP, &before, e) &&
                  holders_add(db, &now, kind, number, low_kab, high_kab, &list, e) &&
                  (!before.n || holders_add(db, &before, kind, number, low_kab, high_kab, &list, e));
    if (!is_good) return false;
    *out = list.at;
    *n = list.n;
    return true;
}

bool claim_key_find(Db *db, ClaimKey *out, bool *found, Err *e) {
    Key lookup;
    ClaimKey key = { { 0 } };
    if (!keyring_has(db, KEYRING_LOOKUP, found, e) || (*found && !keyring_current(db, KEYRING_LOOKUP, &lookup, e))) return false;
    if (*found) key_derive(&lookup, "claim", key.bytes, sizeof key.bytes);
    sodium_memzero(&lookup, sizeof lookup);
    *out = key;
    return true;
}

bool claim_put(Db *db, SecretKind kind, Str sealed, ClaimHolder holder, Err *e) {
    ClaimInsertArgs args = { .kind_n = kind, .claim_id = secret_claim_of(sealed), .kab = holder.kab, .family_id = holder.family_id,
                             .person_id = holder.person_id };
    return sealed.n == 0 || claim_insert(db, args, NULL, e);
}

bool claim_drop(Db *db, SecretKind kind, Str sealed, ClaimHolder holder, Err *e) {
    ClaimDeleteArgs args = { .kind_n = kind, .claim_id = secret_claim_of(sealed), .kab = holder.kab, .family_id = holder.family_id,
                             .person_id = holder.person_id };
    return sealed.n == 0 || claim_delete(db, args, NULL, e);
}

// ---- sorting -----------------------------------------------------------------------------------------------------------
#define PART_BITS 6                    // 64 parts: forty million claims are sorted with about 20 MB of memory
#define PARTS (1 << PART_BITS)
#define KINDS (SECRET_CARD + 1)        // those that are looked up; 0 stays empty
typedef struct { int64_t claim; ClaimHolder holder; } Claim;
struct ClaimSorter { FILE *part[KINDS * PARTS]; int64_t part_n[KINDS * PARTS], n; };

bool claim_sorter_open(ClaimSorter **out, Err *e) {
    ClaimSorter *s = calloc(1, sizeof *s);
    if (!s) return fail_memory(e);
    *out = s;
    return true;
}

void claim_sorter_close(ClaimSorter *s) {
    for (int i = 0; s && i < KINDS * PARTS; i++) if (s->part[i]) fclose(s->part[i]);
    free(s);
}

int64_t claim_sorter_count(const ClaimSorter *s) { return s->n; }

static bool file_failed(Err *e) { return fail(e, IO_FAILED, "The temporary directory cannot take the sorted claims: %s.",
                                              strerror(errno)); }

bool claim_sorter_add(ClaimSorter *s, SecretKind kind, int64_t claim, ClaimHolder holder, Err *e) {
    uint64_t ordered = (uint64_t)claim ^ (UINT64_C(1) << 63);                              // negative hashes sort first
    int part = (int)kind * PARTS + (int)(ordered >> (64 - PART_BITS));
    Claim row = { claim, holder };
    assert(kind > 0 && kind < KINDS);
    if (!s->part[part] && !(s->part[part] = tmpfile())) return file_failed(e);
    if (fwrite(&row, sizeof row, 1, s->part[part]) != 1) return file_failed(e);
    s->part_n[part]++;
    s->n++;
    return true;
}

static int by_claim(const void *a, const void *b) {
    const Claim *x = a, *y = b;
    if (x->claim != y->claim) return x->claim < y->claim ? -1 : 1;
    if (x->holder.kab != y->holder.kab) return x->holder.kab < y->holder.kab ? -1 : 1;
    if (x->holder.family_id != y->holder.family_id) return x->holder.family_id < y->holder.family_id ? -1 : 1;
    return x->holder.person_id < y->holder.person_id ? -1 : x->holder.person_id > y->holder.person_id;
}

static bool part_read(FILE *file, Claim *rows, size_t n, Err *e) {
    if (fflush(file) != 0 || fseek(file, 0, SEEK_SET) != 0 || fread(rows, sizeof *rows, n, file) != n) return file_failed(e);
    qsort(rows, n, sizeof *rows, by_claim);
    return true;
}

static bool part_write(DbBulk *bulk, int kind, const Claim *rows, size_t n, Err *e) {
    for (size_t i = 0; i < n; i++) {
        db_bulk_int(bulk, kind);
        db_bulk_int(bulk, rows[i].claim);
        db_bulk_int(bulk, rows[i].holder.kab);
        db_bulk_int(bulk, rows[i].holder.family_id);
        db_bulk_int(bulk, rows[i].holder.person_id);
        if (!db_bulk_row(bulk, e)) return false;
    }
    return true;
}

bool claim_sorter_write(ClaimSorter *s, Db *db, Progress *progress, Err *e) {
    DbBulk *bulk;
    if (!db_bulk_open(db, "claim", "kind_n,claim_id,kab,family_id,person_id", "iiiii", &bulk, e)) return false;
    bool is_good = true;
    int64_t done_n = 0;
    for (int i = 0; is_good && i < KINDS * PARTS; i++) {
        size_t n = (size_t)s->part_n[i];
        if (n == 0) continue;
        Claim *rows = calloc(n, sizeof *rows);
        if (!rows) { is_good = fail_memory(e); break; }
        is_good = part_read(s->part[i], rows, n, e) && part_write(bulk, i / PARTS, rows, n, e);
        free(rows);
        done_n += (int64_t)n;
        progress_report(progress, _("Writing look-up hashes"), done_n, s->n);
    }
    return db_bulk_close(bulk, NULL, e) && is_good;
}
