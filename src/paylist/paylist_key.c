#include "paylist/paylist_key.h"
#include "paylist_paylist_key.sql.h"
#include "registry/reseal.h"
#include "registry/claim.h"
#include <stdlib.h>

typedef struct { int64_t claim, family_id; } Entry;
typedef struct { Entry *at; size_t n, max; } Table;
struct PaylistKeys {
    ClaimKey claim_key;
    Table tables[KEY_KINDS];
    uint8_t *is_seen;                  // [last_id + 1] a row meant this family
    int64_t last_id;
};

// ---- hashes ------------------------------------------------------------------------------------------------------------
int64_t paylist_key_claim(const PaylistKeys *k, PaylistKeyKind kind, Str text) {
    if (!text.n) return INT64_MIN;
    static const SecretKind SECRETS[] = { [KEY_NIK] = SECRET_NIK, [KEY_KK] = SECRET_KK, [KEY_ACCOUNT] = SECRET_ACCOUNT };
    if (kind != KEY_CODE) return identity_claim(&k->claim_key, SECRETS[kind], text);
    int64_t claim;
    Hash hash = hash_of(text.p, text.n);                   // a code of the Ministry is no secret
    memcpy(&claim, hash.bytes, sizeof claim);
    return claim == INT64_MIN ? 0 : claim;
}

// ---- loading -----------------------------------------------------------------------------------------------------------
static bool entry_add(Table *t, int64_t claim, int64_t family_id, Err *e) {
    if (claim == INT64_MIN) return true;
    if (t->n == t->max) {
        size_t max = t->max ? 2 * t->max : 4096;
        Entry *more = realloc(t->at, max * sizeof *more);
        if (!more) return fail_memory(e);
        t->at = more;
        t->max = max;
    }
    t->at[t->n++] = (Entry){ claim, family_id };
    return true;
}

static int by_claim(const void *a, const void *b) {
    const Entry *x = a, *y = b;
    if (x->claim != y->claim) return x->claim < y->claim ? -1 : 1;
    return (x->family_id > y->family_id) - (x->family_id < y->family_id);
}

// As it stands in the sealed bytes: nothing is opened.
static int64_t claim_of(Str sealed) { return sealed.n ? secret_claim_of(sealed) : INT64_MIN; }

static bool families_load(PaylistKeys *k, Db *db, int64_t kab, Err *e) {
    PaylistKeyFamiliesRows rows = { 0 };
    PaylistKeyFamiliesRow row;
    bool has_row, is_good = paylist_key_families(db, (PaylistKeyFamiliesArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = paylist_key_families_next(&rows, &row, &has_row, e)) && has_row) {
        k->last_id = row.id;
        is_good = entry_add(&k->tables[KEY_CODE], paylist_key_claim(k, KEY_CODE, row.dtks_code), row.id, e) &&
                  entry_add(&k->tables[KEY_KK], claim_of(row.kk_data), row.id, e) &&
                  entry_add(&k->tables[KEY_ACCOUNT], claim_of(row.account_data), row.id, e);
    }
    paylist_key_families_end(&rows);
    return is_good;
}

static bool persons_load(PaylistKeys *k, Db *db, int64_t kab, Err *e) {
    PaylistKeyPersonsRows rows = { 0 };
    PaylistKeyPersonsRow row;
    bool has_row, is_good = paylist_key_persons(db, (PaylistKeyPersonsArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = paylist_key_persons_next(&rows, &row, &has_row, e)) && has_row)
        is_good = entry_add(&k->tables[KEY_NIK], claim_of(row.nik_data), row.family_id, e);
    paylist_key_persons_end(&rows);
    return is_good;
}

void paylist_keys_close(PaylistKeys *k) {
    if (!k) return;
    for (int i = 0; i < KEY_KINDS; i++) free(k->tables[i].at);
    free(k->is_seen);
    sodium_memzero(k, sizeof *k);
    free(k);
}

bool paylist_keys_open(Db *db, int64_t kab, PaylistKeys **out, Err *e) {
    PaylistKeys *k = calloc(1, sizeof *k);
    bool has_key;
    if (!k) return fail_memory(e);
    bool is_good = lookup_is_settled(db, e) && claim_key_find(db, &k->claim_key, &has_key, e) && families_load(k, db, kab, e) && persons_load(k, db, kab, e);
    k->is_seen = calloc((size_t)k->last_id + 1, 1);
    is_good = is_good && (k->is_seen || fail_memory(e));
    if (!is_good) { paylist_keys_close(k); return false; }
    for (int i = 0; i < KEY_KINDS; i++) if (k->tables[i].n) qsort(k->tables[i].at, k->tables[i].n, sizeof(Entry), by_claim);
    *out = k;
    return true;
}

// ---- matching ----------------------------------------------------------------------------------------------------------
static int64_t family_of(const Table *t, int64_t claim) {
    size_t low = 0, high = t->n;
    if (claim == INT64_MIN) return INT64_MIN;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (t->at[middle].claim < claim) low = middle + 1; else high = middle;
    }
    if (low == t->n || t->at[low].claim != claim) return INT64_MIN;
    int64_t family_id = t->at[low].family_id;
    for (size_t i = low + 1; i < t->n && t->at[i].claim == claim; i++) if (t->at[i].family_id != family_id) return 0;
    return family_id;
}

static int64_t choose(const int64_t named[KEY_KINDS]) {
    bool is_torn = named[KEY_CODE] > 0 && named[KEY_NIK] > 0 && named[KEY_CODE] != named[KEY_NIK];
    bool is_weak = named[KEY_CODE] <= 0 && named[KEY_NIK] <= 0;
    is_torn |= is_weak && named[KEY_KK] > 0 && named[KEY_ACCOUNT] > 0 && named[KEY_KK] != named[KEY_ACCOUNT];
    for (int i = 0; !is_torn && i < KEY_KINDS; i++) if (named[i] > 0) return named[i];
    return INT64_MIN;
}

PaylistMatch paylist_match(PaylistKeys *k, const int64_t claims[KEY_KINDS]) {
    PaylistMatch m = { .found = FOUND_STRANGER };
    for (int i = 0; i < KEY_KINDS; i++) {
        m.named[i] = family_of(&k->tables[i], claims[i]);
        if (m.named[i] != INT64_MIN) m.found = FOUND_CONTRADICTION;
    }
    m.family_id = choose(m.named);
    if (m.family_id == INT64_MIN) return m;
    for (int i = 0; i < KEY_KINDS; i++) {
        if (m.named[i] == m.family_id) m.agree_n |= 1 << i;
        else if (m.named[i] > 0) m.against_n |= 1 << i;
    }
    m.found = k->is_seen[m.family_id] ? FOUND_TWICE : FOUND_MATCHED;
    k->is_seen[m.family_id] = 1;
    return m;
}

const char *paylist_found_name(PaylistFound found) {
    static const char *const NAMES[] = { "matched", "stranger", "contradiction", "twice" };
    return NAMES[found];
}
