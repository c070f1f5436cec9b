#include "registry/registry_check.h"
#include "base/lang.h"
#include "base/random.h"
#include "registry/claim.h"
#include "registry_registry_check.sql.h"
#include <stdlib.h>

// Sums of mixed rows for each district: equal on both sides exactly when the same claims stand there, but for one chance in 2^64.
#define KAB_SLOTS 10000                // a district's code has four digits
typedef struct { int64_t n; uint64_t sum; } Tally;
static void tally_add(Tally *tallies, int64_t kind, int64_t claim, ClaimHolder holder) {
    if (holder.kab < 0 || holder.kab >= KAB_SLOTS) return;
    Tally *t = &tallies[holder.kab];
    t->n++;
    t->sum += random_mix(random_mix(random_mix(random_mix((uint64_t)claim) ^ (uint64_t)holder.family_id) ^ (uint64_t)holder.person_id) ^ (uint64_t)kind);
}

static bool claims_tally(Db *db, Tally *tallies, Progress *progress, Err *e) {
    CheckClaimsRows rows = { 0 };
    CheckClaimsRow row;
    int64_t n = 0;
    bool has_row, is_good = check_claims(db, &rows, e);
    while (is_good && (is_good = check_claims_next(&rows, &row, &has_row, e)) && has_row) {
        tally_add(tallies, row.kind_n, row.claim_id, (ClaimHolder){ row.kab, row.family_id, row.person_id });
        if (++n % 10000 == 0) progress_report(progress, _("Checking look-up hashes"), n, 0);
    }
    check_claims_end(&rows);
    return is_good;
}

// Sealed numbers carry their claim: nothing is opened.
static bool niks_tally(Db *db, Tally *tallies, Progress *progress, Err *e) {
    CheckNiksRows rows = { 0 };
    CheckNiksRow row;
    int64_t n = 0;
    bool has_row, is_good = check_niks(db, &rows, e);
    while (is_good && (is_good = check_niks_next(&rows, &row, &has_row, e)) && has_row) {
        tally_add(tallies, SECRET_NIK, secret_claim_of(row.nik_data), (ClaimHolder){ row.kab, row.family_id, row.id });
        if (++n % 10000 == 0) progress_report(progress, _("Checking persons"), n, 0);
    }
    check_niks_end(&rows);
    return is_good;
}

static bool family_numbers_tally(Db *db, Tally *tallies, Err *e) {
    CheckFamilyNumbersRows rows = { 0 };
    CheckFamilyNumbersRow row;
    bool has_row, is_good = check_family_numbers(db, &rows, e);
    while (is_good && (is_good = check_family_numbers_next(&rows, &row, &has_row, e)) && has_row) {
        ClaimHolder family = { row.kab, row.id, 0 };
        if (row.kk_data.n) tally_add(tallies, SECRET_KK, secret_claim_of(row.kk_data), family);
        if (row.account_data.n) tally_add(tallies, SECRET_ACCOUNT, secret_claim_of(row.account_data), family);
    }
    check_family_numbers_end(&rows);
    return is_good;
}

static bool claims_check(Db *db, Violations *v, Progress *progress, Err *e) {
    Tally *claims = calloc(KAB_SLOTS, sizeof *claims), *numbers = calloc(KAB_SLOTS, sizeof *numbers);
    bool is_good = (claims && numbers) || fail_memory(e);
    is_good = is_good && claims_tally(db, claims, progress, e) && niks_tally(db, numbers, progress, e) && family_numbers_tally(db, numbers, e);
    for (int kab = 0; is_good && kab < KAB_SLOTS; kab++)
        if (claims[kab].n != numbers[kab].n || claims[kab].sum != numbers[kab].sum)
            violation(v, "District %d: %lld look-up hashes do not equal the %lld sealed numbers of its families.", kab, (long long)claims[kab].n,
                      (long long)numbers[kab].n);
    free(claims);
    free(numbers);
    return is_good;
}

bool salts_check(Db *db, Violations *v, Err *e) {
    CheckSaltsRows rows = { 0 };
    CheckSaltsRow row;
    bool has_row, is_good = check_salts(db, &rows, e);
    while (is_good && (is_good = check_salts_next(&rows, &row, &has_row, e)) && has_row)
        violation(v, "District %lld: family %lld has sealed numbers and no salt that opens them.", (long long)row.kab, (long long)row.id);
    check_salts_end(&rows);
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
