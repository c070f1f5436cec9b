#include "registry/life_number.h"
#include "registry/number.h"
#include "registry_life_number.sql.h"

static SecretKind secret_of(NumberKind kind) { return kind == NUMBER_NIK ? SECRET_NIK : kind == NUMBER_KK ? SECRET_KK : SECRET_ACCOUNT; }
static ClaimHolder holder_of(NumberPlace p) { return (ClaimHolder){ p.kab, p.family_id, p.person_id }; }

bool life_number_read(Db *db, Arena *a, NumberKind kind, NumberPlace place, Str *out, Err *e) {
    return number_read(db, a, secret_of(kind), holder_of(place), out, e);
}

bool life_number_change(Db *db, NumberKind kind, NumberPlace place, Str number, Err *e) {
    return number_change(db, secret_of(kind), holder_of(place), number, e);
}

bool life_number_copy(Db *db, NumberKind kind, NumberPlace from, NumberPlace to, Err *e) {
    Arena a = { 0 };
    Str number;
    bool is_good = life_number_read(db, &a, kind, from, &number, e) && (number.n == 0 || life_number_change(db, kind, to, number, e));
    arena_free(&a);
    return is_good;
}

static bool holder_present(Db *db, const ClaimHolder *list, size_t n, NumberPlace *out, Err *e) {
    for (size_t i = 0; i < n; i++) {
        LifeIsPresentArgs args = { .kab = list[i].kab, .family_id = list[i].family_id, .person_id = list[i].person_id };
        LifeIsPresentRow row;
        bool found;
        if (!life_is_present(db, args, &row, &found, e)) return false;
        if (!found) continue;
        *out = (NumberPlace){ list[i].kab, list[i].family_id, list[i].person_id };
        return true;
    }
    return true;
}

bool life_nik_holder(Db *db, int64_t kab, Str nik, NumberPlace *out, Err *e) {
    Arena a = { 0 };
    ClaimHolder *list = NULL;
    size_t n = 0;
    NumberPlace place = { .kab = kab };
    bool is_good = claim_find(db, &a, SECRET_NIK, nik, kab, kab, &list, &n, e) && holder_present(db, list, n, &place, e);
    if (is_good) *out = place;
    arena_free(&a);
    return is_good;
}

bool life_number_begin(Db *db, int64_t kab, int64_t family_id, Err *e) {
    Secrets s = { 0 };
    bool is_good = secrets_begin(&s, db, kab, e) && secrets_make(&s, db, family_id, family_id, e);
    secrets_close(&s);
    return is_good;
}

// Sealed in the same place as the family's account, for there it goes.
bool life_number_hide(Db *db, Arena *a, int64_t kab, int64_t family_id, Str account, Str *out, Err *e) {
    return number_seal(db, a, SECRET_ACCOUNT, (ClaimHolder){ kab, family_id, SECRET_FAMILY }, account, out, e);
}

bool life_number_show(Db *db, Arena *a, int64_t kab, int64_t family_id, Str hidden, Str *out, Err *e) {
    return number_open(db, a, SECRET_ACCOUNT, (ClaimHolder){ kab, family_id, SECRET_FAMILY }, hidden, out, e);
}
