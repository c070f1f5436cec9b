// Another key: every number opens as before, closings keep their hashes, who was erased stays erased, and what was half done goes on.
#include "db/db_test.h"
#include "office/keyring.h"
#include "registry/claim.h"
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

static int64_t claims_of_card(DbTest *t, Str kk) {
    ClaimHolder *found;
    size_t n;
    t->err = (Err){ 0 };
    check_ok(claim_find(t->db, &t->arena, SECRET_KK, kk, 0, 9999, &found, &n, &t->err), t->err);
    return (int64_t)n;
}

// The hash that a row of the pay list has of its NIK or its card; 0: none.
static int64_t pay_row_claim(DbTest *t, const char *column, int64_t row_n) {
    DbQuery *q = NEW(&t->arena, DbQuery, 1);
    DbStatement *s;
    bool has_row;
    const char *text = arena_fmt(&t->arena, "SELECT coalesce(%s, 0) AS n FROM paylist_row WHERE kab = 1371 AND list_id = 1 AND row_n = %lld", column, (long long)row_n).p;
    *q = (DbQuery){ .name = "a pay list's hash", .sqlite = text, .postgresql = text, .params = "", .columns = "i", .columns_n = 1 };
    check_ok(db_prepare(t->db, q, &s, &t->err), t->err);
    check_ok(db_step(s, &has_row, &t->err), t->err);
    int64_t claim = has_row ? db_int(s, 0) : -1;
    db_release(s);
    return claim;
}

static void sql_run(DbTest *t, const char *text) {
    DbQuery *q = NEW(&t->arena, DbQuery, 1);
    DbStatement *s = NULL;
    bool has_row;
    *q = (DbQuery){ .name = "a test writes", .sqlite = text, .postgresql = text, .params = "", .columns = "" };
    check_ok(db_begin(t->db, &t->err) && db_prepare(t->db, q, &s, &t->err) && db_step(s, &has_row, &t->err), t->err);
    db_release(s);
    check_ok(db_commit(t->db, &t->err), t->err);
}

static void another_look_up_key(DbTest *t) {
    ResealReport r;
    Hash old_before, old_after;
    city_make(t);
    check_ok(db_begin(t->db, &t->err) && pack_epoch_close(t->db, KAB, 1, &t->err) && db_commit(t->db, &t->err), t->err);
    check_ok(pack_part_hash(t->db, KAB, PACK_PAYEE, 1, &old_before, &t->err), t->err);
    Str kk = number_of(t, SECRET_KK, 7), account = number_of(t, SECRET_ACCOUNT, 7), payee = payee_of(t, 7, 1);
    // A pay list knows family 7's card holder by hash, and a stranger.
    Secrets s = { 0 };
    check_ok(secrets_open(&s, t->db, KAB, &t->err), t->err);
    int64_t old_claim = secret_claim(&s, SECRET_KK, kk), stranger = secret_claim(&s, SECRET_NIK, STR("1371999999999999"));
    secrets_close(&s);
    sql_run(t, "INSERT INTO paylist (kab, id, stage, wave_n, file_hash, file_name, state, row_n, refused_n, warning_n, amount_rp, is_alarming, actor_id, read_at) "
               "SELECT 1371, 1, '2024-2', 1, checksum_hash, 'x', 'live', 2, 0, 0, 5, 0, 1, 0 FROM migration WHERE n = 1");
    sql_run(t, arena_fmt(&t->arena, "INSERT INTO paylist_row (kab, list_id, row_n, name, is_old_period, is_excluded, amount_rp, nik_claim_id, kk_claim_id, found, agree_n, against_n, decided, family_id) "
                                    "VALUES (1371, 1, 2, 'x', 0, 0, 5, NULL, %lld, 'matched', 2, 0, '', 7), (1371, 1, 3, 'y', 0, 0, 5, %lld, NULL, 'stranger', 0, 0, '', NULL)",
                         (long long)old_claim, (long long)stranger).p);
    // Half done: a change that stopped after its first transaction leaves numbers that are found, laws that hold, and comparisons that wait.
    Key fresh;
    check_ok(db_begin(t->db, &t->err) && keyring_change(t->db, KEYRING_LOOKUP, &fresh, &t->err) && db_commit(t->db, &t->err), t->err);
    assert_int_equal(claims_of_card(t, kk), 1);
    assert_false(lookup_is_settled(t->db, &t->err));
    assert_int_equal(t->err.code, CONFLICT);
    t->err = (Err){ 0 };
    check_ok(db_begin(t->db, &t->err) && number_change(t->db, SECRET_KK, (ClaimHolder){ KAB, 9, 0 }, STR("1371990101240009"), &t->err) && pack_refresh(t->db, KAB, 9, 9, NULL, &t->err) &&
             db_commit(t->db, &t->err), t->err);                                             // the office works on
    check_ok(reseal_lookup(t->db, 0, AT, NULL, &r, &t->err), t->err);
    assert_true(r.from_n == 1 && r.to_n == 2 && r.went_on && r.family_n == FAMILIES);
    check_ok(lookup_is_settled(t->db, &t->err), t->err);
    assert_true(key_about(t, KEYRING_LOOKUP, 2).is_right && !key_about(t, KEYRING_LOOKUP, 1).is_in_file && str_eq(key_about(t, KEYRING_LOOKUP, 1).state, STR("gone")));
    // Numbers are the same, are found, and stand under the new hash; what a closing keeps stays; a closing's payee opens.
    check_str(number_of(t, SECRET_KK, 7), kk);
    check_str(number_of(t, SECRET_ACCOUNT, 7), account);
    check_str(payee_of(t, 7, 1), payee);
    assert_int_equal(claims_of_card(t, kk), 1);
    assert_int_equal(claims_of_card(t, STR("1371990101240009")), 1);
    check_ok(pack_part_hash(t->db, KAB, PACK_PAYEE, 1, &old_after, &t->err), t->err);
    assert_true(hash_eq(&old_before, &old_after));
    check_ok(secrets_open(&s, t->db, KAB, &t->err), t->err);
    int64_t new_claim = secret_claim(&s, SECRET_KK, kk);
    secrets_close(&s);
    assert_true(new_claim != old_claim);
    assert_int_equal(pay_row_claim(t, "kk_claim_id", 2), new_claim);
    assert_int_equal(pay_row_claim(t, "nik_claim_id", 3), 0);                                                // nobody has that number: its file must be read again
    all_holds(t);
    // Twice more, whole.
    check_ok(reseal_lookup(t->db, 0, AT, NULL, &r, &t->err), t->err);
    assert_true(r.from_n == 2 && r.to_n == 3 && !r.went_on && r.family_n == FAMILIES);
    assert_int_equal(claims_of_card(t, kk), 1);
    all_holds(t);
}
DB_TEST(another_look_up_key)

static const struct CMUnitTest tests[] = { DB_TESTS(another_look_up_key), DB_TESTS(another_key_opens_the_same), DB_TESTS(copies_are_taken_and_put_back) };
TEST_MAIN(tests)
