#include "registry/number.h"
#include "registry_number.sql.h"
#include <assert.h>

static bool sealed_read(Db *db, Arena *a, SecretKind kind, ClaimHolder h, Str *out, Err *e) {
    bool found = false, is_good;
    NumberOfPersonRow person = { 0 };
    NumberOfFamilyRow family = { 0 };
    assert(kind == SECRET_NIK || ((kind == SECRET_KK || kind == SECRET_ACCOUNT) && h.person_id == SECRET_FAMILY));
    if (kind == SECRET_NIK)
        is_good = number_of_person(db, a, (NumberOfPersonArgs){ .kab = h.kab, .family_id = h.family_id, .person_id = h.person_id }, &person, &found, e);
    else is_good = number_of_family(db, a, (NumberOfFamilyArgs){ .kab = h.kab, .family_id = h.family_id }, &family, &found, e);
    if (!is_good) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family with this number.");
    *out = kind == SECRET_NIK ? person.nik_data : kind == SECRET_KK ? family.kk_data : family.account_data;
    return true;
}

bool number_open(Db *db, Arena *a, SecretKind kind, ClaimHolder h, Str sealed, Str *out, Err *e) {
    Secrets s = { 0 };
    if (sealed.n == 0) { *out = (Str){ 0 }; return true; }
    bool is_good = secrets_open(&s, db, h.kab, e) && secrets_load(&s, db, h.family_id, h.family_id, e) &&
                   secret_open(secret_family(&s, h.family_id), kind, h.person_id, sealed, a, out, e);
    secrets_close(&s);
    return is_good;
}

bool number_read(Db *db, Arena *a, SecretKind kind, ClaimHolder h, Str *out, Err *e) {
    Str sealed;
    return sealed_read(db, a, kind, h, &sealed, e) && number_open(db, a, kind, h, sealed, out, e);
}

static bool sealed_write(Db *db, SecretKind kind, ClaimHolder h, Str sealed, Err *e) {
    switch (kind) {
    case SECRET_NIK: return number_nik_set(db, (NumberNikSetArgs){ .kab = h.kab, .family_id = h.family_id, .person_id = h.person_id, .sealed_data = sealed }, NULL, e);
    case SECRET_KK: return number_kk_set(db, (NumberKkSetArgs){ .kab = h.kab, .family_id = h.family_id, .sealed_data = sealed }, NULL, e);
    default: return number_account_set(db, (NumberAccountSetArgs){ .kab = h.kab, .family_id = h.family_id, .sealed_data = sealed }, NULL, e);
    }
}

bool number_seal(Db *db, Arena *a, SecretKind kind, ClaimHolder h, Str number, Str *out, Err *e) {
    Secrets s = { 0 };
    if (number.n == 0) { *out = (Str){ 0 }; return true; }
    bool is_good = secrets_open(&s, db, h.kab, e) && secrets_load(&s, db, h.family_id, h.family_id, e);
    const FamilySecret *f = is_good ? secret_family(&s, h.family_id) : NULL;
    if (is_good && !f) is_good = fail(e, CONFLICT, "Family %lld was erased: it takes no numbers any more.", (long long)h.family_id);
    if (is_good) *out = secret_seal(f, kind, h.person_id, number, a);
    secrets_close(&s);
    return is_good;
}

bool number_change(Db *db, SecretKind kind, ClaimHolder h, Str number, Err *e) {
    Arena a = { 0 };
    Str before = { 0 }, after = { 0 };
    bool is_good = sealed_read(db, &a, kind, h, &before, e) && number_seal(db, &a, kind, h, number, &after, e);
    if (is_good && !str_eq(before, after))
        is_good = claim_drop(db, kind, before, h, e) && claim_put(db, kind, after, h, e) && sealed_write(db, kind, h, after, e);
    arena_free(&a);
    return is_good;
}
