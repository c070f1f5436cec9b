#include "registry/claim.h"
#include "base/lang.h"
#include "registry_claim.sql.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

// ---- the key -----------------------------------------------------------------------------------------------------------
static const Str KEY_NAME = STR("nik_claim_key");

static bool key_parse(Str hex, ClaimKey *out) {
    size_t n;
    return sodium_hex2bin(out->bytes, sizeof out->bytes, hex.p, hex.n, NULL, &n, NULL) == 0 && n == sizeof out->bytes;
}

bool claim_key_find(Db *db, ClaimKey *out, bool *found, Err *e) {
    Arena arena = { 0 };
    ClaimSettingReadRow row;
    bool is_good = claim_setting_read(db, &arena, (ClaimSettingReadArgs){ .name = KEY_NAME }, &row, found, e);
    if (is_good && !*found) memset(out, 0, sizeof *out);
    if (is_good && *found && !key_parse(row.value, out))
        is_good = fail(e, CONFLICT, "The key of the NIK claims in the database is damaged.");
    arena_free(&arena);
    return is_good;
}

static bool key_write(Db *db, const ClaimKey *key, Err *e) {
    char hex[2 * sizeof key->bytes + 1];
    sodium_bin2hex(hex, sizeof hex, key->bytes, sizeof key->bytes);
    return claim_setting_insert(db, (ClaimSettingInsertArgs){ .name = KEY_NAME, .value = str_c(hex) }, NULL, e);
}

bool claim_key_read(Db *db, ClaimKey *out, Err *e) {
    bool found;
    ClaimKey key;
    if (!claim_key_find(db, &key, &found, e)) return false;
    if (!found) {
        randombytes_buf(&key, sizeof key);
        if (!key_write(db, &key, e)) return false;
    }
    *out = key;
    return true;
}

bool claim_key_set(Db *db, const ClaimKey *key, Err *e) {
    bool found;
    ClaimKey old;
    if (!claim_key_find(db, &old, &found, e)) return false;
    if (!found) return key_write(db, key, e);
    return sodium_memcmp(&old, key, sizeof old) == 0 || fail(e, CONFLICT, "The database has another key for NIK claims.");
}

// ---- sorting -----------------------------------------------------------------------------------------------------------
#define PART_BITS 6                    // 64 parts: forty million claims are sorted with about 20 MB of memory
#define PARTS (1 << PART_BITS)
typedef struct { int64_t claim, kab, family_id, person_id; } Claim;
struct ClaimSorter { FILE *part[PARTS]; int64_t part_n[PARTS], n; };

bool claim_sorter_open(ClaimSorter **out, Err *e) {
    ClaimSorter *s = calloc(1, sizeof *s);
    if (!s) return fail_memory(e);
    *out = s;
    return true;
}

void claim_sorter_close(ClaimSorter *s) {
    for (int i = 0; s && i < PARTS; i++) if (s->part[i]) fclose(s->part[i]);
    free(s);
}

int64_t claim_sorter_count(const ClaimSorter *s) { return s->n; }

static bool file_failed(Err *e) { return fail(e, IO_FAILED, "The temporary directory cannot take the sorted claims: %s.",
                                              strerror(errno)); }

bool claim_sorter_add(ClaimSorter *s, int64_t claim, int64_t kab, int64_t family_id, int64_t person_id, Err *e) {
    uint64_t ordered = (uint64_t)claim ^ (UINT64_C(1) << 63);                              // negative hashes sort first
    int part = (int)(ordered >> (64 - PART_BITS));
    Claim row = { claim, kab, family_id, person_id };
    if (!s->part[part] && !(s->part[part] = tmpfile())) return file_failed(e);
    if (fwrite(&row, sizeof row, 1, s->part[part]) != 1) return file_failed(e);
    s->part_n[part]++;
    s->n++;
    return true;
}

static int by_claim(const void *a, const void *b) {
    const Claim *x = a, *y = b;
    if (x->claim != y->claim) return x->claim < y->claim ? -1 : 1;
    if (x->kab != y->kab) return x->kab < y->kab ? -1 : 1;
    return x->person_id < y->person_id ? -1 : x->person_id > y->person_id;
}

static bool part_read(FILE *file, Claim *rows, size_t n, Err *e) {
    if (fflush(file) != 0 || fseek(file, 0, SEEK_SET) != 0 || fread(rows, sizeof *rows, n, file) != n) return file_failed(e);
    qsort(rows, n, sizeof *rows, by_claim);
    return true;
}

static bool part_write(DbBulk *bulk, const Claim *rows, size_t n, Err *e) {
    for (size_t i = 0; i < n; i++) {
        db_bulk_int(bulk, rows[i].claim);
        db_bulk_int(bulk, rows[i].kab);
        db_bulk_int(bulk, rows[i].family_id);
        db_bulk_int(bulk, rows[i].person_id);
        if (!db_bulk_row(bulk, e)) return false;
    }
    return true;
}

bool claim_sorter_write(ClaimSorter *s, Db *db, Progress *progress, Err *e) {
    DbBulk *bulk;
    if (!db_bulk_open(db, "nik_claim", "claim_id,kab,family_id,person_id", "iiii", &bulk, e)) return false;
    bool is_good = true;
    int64_t done_n = 0;
    for (int i = 0; is_good && i < PARTS; i++) {
        size_t n = (size_t)s->part_n[i];
        if (n == 0) continue;
        Claim *rows = calloc(n, sizeof *rows);
        if (!rows) { is_good = fail_memory(e); break; }
        is_good = part_read(s->part[i], rows, n, e) && part_write(bulk, rows, n, e);
        free(rows);
        done_n += (int64_t)n;
        progress_report(progress, _("Writing NIK claims"), done_n, s->n);
    }
    return db_bulk_close(bulk, NULL, e) && is_good;
}
