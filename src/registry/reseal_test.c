// Another key: every number opens as before, closings keep their hashes, who was erased stays erased, and what was half done goes on.
#include "db/db_test.h"
#include "office/keyring.h"
#include "registry/number.h"
#include "registry/pack.h"
#include "registry/registry_check.h"
#include "registry/reseal.h"
#include "registry/synth_store.h"
#include <sys/stat.h>

#define KAB 1371
#define FAMILIES 300
#define AT ((Instant){ 1714000000000 })
static const Reseal WHAT = { .kab = KAB, .at = AT };

static void city_make(DbTest *t) {
    SynthReport report;
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = 7, .kab = KAB, .family_n = FAMILIES, .at = AT }, NULL, &report, &t->err), t->err);
}

static Str number_of(DbTest *t, SecretKind kind, int64_t family_id) {
    Str out;
    check_ok(number_read(t->db, &t->arena, kind, (ClaimHolder){ KAB, family_id, 0 }, &out, &t->err), t->err);
    return out;
}

static Str payee_of(DbTest *t, int64_t family_id, int64_t epoch_n) {
    Secrets s = { 0 };
    Str bytes;
    Payee p;
    bool found;
    check_ok(pack_of_family(t->db, &t->arena, KAB, PACK_PAYEE, epoch_n, family_id, &bytes, &found, &t->err), t->err);
    check_ok(payee_pack_find(bytes, family_id, &p, &found, &t->err), t->err);
    check_ok(secrets_open(&s, t->db, KAB, &t->err) && secrets_load(&s, t->db, family_id, family_id, &t->err) && payee_open(&s, &p, &t->arena, &t->err), t->err);
    secrets_close(&s);
    return arena_fmt(&t->arena, "%.*s %.*s %.*s", STR_ARG(p.name), STR_ARG(p.nik), STR_ARG(p.account));
}

static KeyAbout key_about(DbTest *t, int64_t kab, int64_t key_n) {
    KeyAbout *list;
    size_t n;
    check_ok(keyring_list(t->db, &t->arena, &list, &n, &t->err), t->err);
    for (size_t i = 0; i < n; i++) if (list[i].kab == kab && list[i].n == key_n) return list[i];
    return (KeyAbout){ 0 };
}

static void all_holds(DbTest *t) {
    Violations v = { 0 };
    check_ok(registry_check(t->db, &v, NULL, &t->err) && salts_check(t->db, &v, &t->err) && pack_check(t->db, KAB, NULL, &t->err), t->err);
    assert_int_equal(v.found_n, 0);
}

static void another_key_opens_the_same(DbTest *t) {
    ResealReport r;
    Hash before, after, old_before, old_after;
    city_make(t);
    // A closing keeps the packs as they are; then a family's card changes.
    check_ok(db_begin(t->db, &t->err) && pack_epoch_close(t->db, KAB, 1, &t->err) && number_change(t->db, SECRET_KK, (ClaimHolder){ KAB, 5, 0 }, STR("1371990101240001"), &t->err) &&
             pack_refresh(t->db, KAB, 5, 5, NULL, &t->err) && db_commit(t->db, &t->err), t->err);
    Str account = number_of(t, SECRET_ACCOUNT, 7), old_payee = payee_of(t, 7, 1), payee = payee_of(t, 7, 2);
    check_ok(pack_part_hash(t->db, KAB, PACK_PAYEE, 1, &old_before, &t->err) && pack_part_hash(t->db, KAB, PACK_PAYEE, 2, &before, &t->err), t->err);
    for (int64_t to = 2; to <= 3; to++) {
        check_ok(reseal_district(t->db, &WHAT, NULL, &r, &t->err), t->err);
        assert_true(r.from_n == to - 1 && r.to_n == to && r.family_n == FAMILIES && !r.went_on && r.staged_n == 0);
        check_str(number_of(t, SECRET_KK, 5), STR("1371990101240001"));
        check_str(number_of(t, SECRET_ACCOUNT, 7), account);
        check_str(payee_of(t, 7, 1), old_payee);
        check_str(payee_of(t, 7, 2), payee);
        check_ok(pack_part_hash(t->db, KAB, PACK_PAYEE, 1, &old_after, &t->err) && pack_part_hash(t->db, KAB, PACK_PAYEE, 2, &after, &t->err), t->err);
        assert_true(hash_eq(&before, &after) && hash_eq(&old_before, &old_after));
        all_holds(t);
        KeyAbout gone = key_about(t, KAB, to - 1), now = key_about(t, KAB, to);
        assert_true(str_eq(gone.state, STR("gone")) && !gone.is_in_file && str_eq(now.state, STR("current")) && now.is_right);
    }
}
DB_TEST(another_key_opens_the_same)

// ---- copies ----------------------------------------------------------------------------------------------------------
static const char *file_of(DbTest *t, const char *ending) { return arena_fmt(&t->arena, "%s.%s", keyring_path(&t->arena, t->db).p, ending).p; }

static void copies_are_taken_and_put_back(DbTest *t) {
    ResealReport r;
    DbTest other;
    SynthReport report;
    int64_t added_n;
    struct stat about;
    city_make(t);
    const char *keys = keyring_path(&t->arena, t->db).p, *copy = file_of(t, "copy"), *newer = file_of(t, "newer");
    check_ok(keyring_copy(t->db, copy, &t->err), t->err);
    assert_true(stat(copy, &about) == 0 && (about.st_mode & 0777) == 0600);
    assert_false(keyring_copy(t->db, copy, &t->err));
    assert_int_equal(t->err.code, CONFLICT);                                                 // never overwritten
    t->err = (Err){ 0 };
    check_ok(keyring_restore(t->db, copy, &added_n, &t->err), t->err);
    assert_int_equal(added_n, 0);
    assert_int_equal(unlink(keys), 0);
    assert_false(key_about(t, KAB, 1).is_in_file);
    assert_false(keyring_copy(t->db, newer, &t->err));                                       // half a copy is none
    t->err = (Err){ 0 };
    check_ok(keyring_restore(t->db, copy, &added_n, &t->err), t->err);
    assert_int_equal(added_n, 2);
    all_holds(t);
    // An older copy does not bring a key back that is gone, and lacks the new one.
    check_ok(reseal_district(t->db, &WHAT, NULL, &r, &t->err), t->err);
    check_ok(keyring_copy(t->db, newer, &t->err), t->err);
    assert_int_equal(unlink(keys), 0);
    check_ok(keyring_restore(t->db, copy, &added_n, &t->err), t->err);
    assert_false(key_about(t, KAB, 2).is_in_file);
    check_ok(keyring_restore(t->db, newer, &added_n, &t->err), t->err);
    assert_true(key_about(t, KAB, 2).is_right);
    all_holds(t);
    // A copy of another city changes nothing.
    assert_true(db_test_open(&other, DB_SQLITE));
    check_ok(synth_store(other.db, &(SynthOptions){ .seed = 8, .kab = KAB, .family_n = 5, .at = AT }, NULL, &report, &other.err), other.err);
    assert_false(keyring_restore(t->db, keyring_path(&t->arena, other.db).p, &added_n, &t->err));
    assert_int_equal(t->err.code, CONFLICT);
    db_test_close(&other);
    unlink(copy);
    unlink(newer);
}
DB_TEST(copies_are_taken_and_put_back)

static const struct CMUnitTest tests[] = { DB_TESTS(another_key_opens_the_same), DB_TESTS(copies_are_taken_and_put_back) };
TEST_MAIN(tests)
