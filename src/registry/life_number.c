#include "registry/life_number.h"
#include "registry/claim.h"
#include "registry_life_number.sql.h"

bool life_number_read(Db *db, Arena *a, NumberKind kind, NumberPlace place, Str *out, Err *e) {
    bool found = false;
    LifeNumberOfPersonRow person = { 0 };
    LifeNumberOfFamilyRow family = { 0 };
    if (kind == NUMBER_NIK) {
        LifeNumberOfPersonArgs args = { .kab = place.kab, .family_id = place.family_id, .person_id = place.person_id };
        if (!life_number_of_person(db, a, args, &person, &found, e)) return false;
        *out = found ? person.nik : (Str){ 0 };
        return true;
    }
    if (!life_number_of_family(db, a, (LifeNumberOfFamilyArgs){ .kab = place.kab, .family_id = place.family_id }, &family, &found, e)) return false;
    *out = !found ? (Str){ 0 } : kind == NUMBER_KK ? family.kk : family.account;
    return true;
}

static bool nik_change(Db *db, Arena *a, NumberPlace p, Str number, Err *e) {
    ClaimKey key;
    Str before;
    if (!claim_key_read(db, &key, e) || !life_number_read(db, a, NUMBER_NIK, p, &before, e)) return false;
    LifeClaimDropArgs drop = { .claim_id = before.n ? identity_claim(&key, before) : 0, .kab = p.kab, .person_id = p.person_id };
    LifeClaimPutArgs put = { .claim_id = number.n ? identity_claim(&key, number) : 0, .kab = p.kab, .family_id = p.family_id, .person_id = p.person_id };
    LifeNumberNikSetArgs set = { .kab = p.kab, .family_id = p.family_id, .person_id = p.person_id, .number = number };
    return (!before.n || life_claim_drop(db, drop, NULL, e)) && (!number.n || life_claim_put(db, put, NULL, e)) && life_number_nik_set(db, set, NULL, e);
}

bool life_number_change(Db *db, NumberKind kind, NumberPlace p, Str number, Err *e) {
    if (number.n == 0) number = (Str){ 0 };
    if (kind == NUMBER_KK) return life_number_kk_set(db, (LifeNumberKkSetArgs){ .number = number, .kab = p.kab, .family_id = p.family_id }, NULL, e);
    if (kind == NUMBER_ACCOUNT) return life_number_account_set(db, (LifeNumberAccountSetArgs){ .number = number, .kab = p.kab, .family_id = p.family_id }, NULL, e);
    Arena a = { 0 };
    bool is_good = nik_change(db, &a, p, number, e);
    arena_free(&a);
    return is_good;
}

bool life_number_copy(Db *db, NumberKind kind, NumberPlace from, NumberPlace to, Err *e) {
    Arena a = { 0 };
    Str number;
    bool is_good = life_number_read(db, &a, kind, from, &number, e) && (number.n == 0 || life_number_change(db, kind, to, number, e));
    arena_free(&a);
    return is_good;
}

bool life_nik_holder(Db *db, int64_t kab, Str nik, NumberPlace *out, Err *e) {
    ClaimKey key;
    LifeClaimHolderRow row;
    bool found;
    *out = (NumberPlace){ .kab = kab };
    if (!claim_key_find(db, &key, &found, e)) return false;
    if (!found) return true;
    if (!life_claim_holder(db, (LifeClaimHolderArgs){ .claim_id = identity_claim(&key, nik), .kab = kab }, &row, &found, e)) return false;
    if (found) *out = (NumberPlace){ kab, row.family_id, row.person_id };
    return true;
}

bool life_number_begin(Db *db, int64_t kab, int64_t family_id, Err *e) {
    (void)db, (void)kab, (void)family_id, (void)e;
    return true;
}

bool life_number_hide(Db *db, Arena *a, int64_t kab, int64_t family_id, Str account, Str *out, Err *e) {
    (void)db, (void)kab, (void)family_id, (void)e;
    *out = account.n ? arena_str(a, account) : (Str){ 0 };
    return true;
}

bool life_number_show(Db *db, Arena *a, int64_t kab, int64_t family_id, Str hidden, Str *out, Err *e) {
    return life_number_hide(db, a, kab, family_id, hidden, out, e);
}
