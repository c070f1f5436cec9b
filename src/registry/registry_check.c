#include "registry/registry_check.h"
#include "base/lang.h"
#include "base/random.h"
#include "registry/claim.h"
#include "registry_registry_check.sql.h"
#include <stdlib.h>

// Sums of mixed rows for each district: equal on both sides exactly when the same claims stand there, but for one chance in 2^64.
#define KAB_SLOTS 10000                // a district's code has four digits
typedef struct { int64_t n; uint64_t sum; } Tally;
static void tally_add(Tally *t, int64_t claim, int64_t family_id, int64_t person_id) {
    t->n++;
    t->sum += random_mix(random_mix(random_mix((uint64_t)claim) ^ (uint64_t)family_id) ^ (uint64_t)person_id);
}

static bool claims_tally(Db *db, Tally *tallies, Progress *progress, Err *e) {
    CheckClaimsRows rows = { 0 };
    CheckClaimsRow row;
    int64_t n = 0;
    bool has_row, is_good = check_claims(db, &rows, e);
    while (is_good && (is_good = check_claims_next(&rows, &row, &has_row, e)) && has_row) {
        if (row.kab >= 0 && row.kab < KAB_SLOTS) tally_add(&tallies[row.kab], row.claim_id, row.family_id, row.person_id);
        if (++n % 10000 == 0) progress_report(progress, _("Checking NIK claims"), n, 0);
    }
    check_claims_end(&rows);
    return is_good;
}

static bool niks_tally(Db *db, const ClaimKey *key, Tally *tallies, Progress *progress, Err *e) {
    CheckNiksRows rows = { 0 };
    CheckNiksRow row;
    int64_t n = 0;
    bool has_row, is_good = check_niks(db, &rows, e);
    while (is_good && (is_good = check_niks_next(&rows, &row, &has_row, e)) && has_row) {
        if (row.kab >= 0 && row.kab < KAB_SLOTS) tally_add(&tallies[row.kab], identity_claim(key, row.nik), row.family_id, row.id);
        if (++n % 10000 == 0) progress_report(progress, _("Checking persons"), n, 0);
    }
    check_niks_end(&rows);
    return is_good;
}

static bool claims_check(Db *db, Violations *v, Progress *progress, Err *e) {
    ClaimKey key;
    bool has_key;
    Tally *claims = calloc(KAB_SLOTS, sizeof *claims), *niks = calloc(KAB_SLOTS, sizeof *niks);
    bool is_good = (claims && niks) || fail_memory(e);
    is_good = is_good && claim_key_find(db, &key, &has_key, e) && claims_tally(db, claims, progress, e) &&
        niks_tally(db, &key, niks, progress, e);
    for (int kab = 0; is_good && kab < KAB_SLOTS; kab++)
        if (claims[kab].n != niks[kab].n || claims[kab].sum != niks[kab].sum)
            violation(v, "District %d: %lld claims on NIK do not equal the NIK of its %lld persons.", kab, (long long)claims[kab].n,
                      (long long)niks[kab].n);
    free(claims);
    free(niks);
    return is_good;
}

static bool payees_check(Db *db, Violations *v, Err *e) {
    CheckPayeesRows rows = { 0 };
    CheckPayeesRow row;
    bool has_row, is_good = check_payees(db, &rows, e);
    while (is_good && (is_good = check_payees_next(&rows, &row, &has_row, e)) && has_row)
        violation(v, "District %lld: the payee of family %lld, person %lld, is not one of its members.", (long long)row.kab,
                  (long long)row.id, (long long)row.payee_id);
    check_payees_end(&rows);
    return is_good;
}

static bool villages_check(Db *db, Violations *v, Err *e) {
    CheckVillagesRows rows = { 0 };
    CheckVillagesRow row;
    bool has_row, is_good = check_villages(db, &rows, e);
    while (is_good && (is_good = check_villages_next(&rows, &row, &has_row, e)) && has_row)
        violation(v, "District %lld: family %lld lives in village %lld, which is in another district.", (long long)row.kab,
                  (long long)row.id, (long long)row.village_id);
    check_villages_end(&rows);
    return is_good;
}

bool registry_check(Db *db, Violations *v, Progress *progress, Err *e) {
    return villages_check(db, v, e) && payees_check(db, v, e) && claims_check(db, v, progress, e);
}
