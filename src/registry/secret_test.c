// Sealing: what is sealed opens in its place and nowhere else, and a database without its key file or without a salt tells nothing.
#include "db/db_test.h"
#include "base/random.h"
#include "office/practice.h"
#include "registry/number.h"
#include "registry/pack.h"
#include "registry/registry_check.h"
#include "registry/synth_store.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define KAB 1371
#define AT ((Instant){ 1714000000000 })

static void secrets_ready(DbTest *t, Secrets *s, int64_t last_id) {
    check_ok(db_begin(t->db, &t->err) && secrets_begin(s, t->db, KAB, &t->err) && secrets_make(s, t->db, 1, last_id, &t->err) &&
             db_commit(t->db, &t->err), t->err);
}

static Str any_text(Random *r, Arena *a) {
    size_t n = 1 + random_below(r, random_below(r, 10) == 0 ? 2000 : 20);
    char *text = NEW(a, char, n);
    for (size_t i = 0; i < n; i++) text[i] = (char)random_below(r, 256);
    return (Str){ text, n };
}

static void it_opens_in_its_place_and_nowhere_else(DbTest *t) {
    Secrets s = { 0 };
    Random r = { test_seed() };
    secrets_ready(t, &s, 50);
    for (int64_t i = 0; i < test_tries(2000); i++) {
        Arena a = { 0 };
        Err e = { 0 };
        int64_t family_id = random_between(&r, 1, 50), other_id = family_id % 50 + 1, subject_id = random_between(&r, 0, 9);
        SecretKind kind = (SecretKind)random_between(&r, SECRET_NIK, SECRET_PAYEE), other_kind = kind == SECRET_PAYEE ? SECRET_NIK : kind + 1;
        Str text = any_text(&r, &a), opened, sealed = secret_seal(secret_family(&s, family_id), kind, subject_id, text, &a);
        const FamilySecret *f = secret_family(&s, family_id);
        check_ok(secret_open(f, kind, subject_id, sealed, &a, &opened, &e), e);
        check_str(opened, text);
        assert_true(sealed.n == text.n + SECRET_EXTRA_BYTES);
        check_str(secret_seal(f, kind, subject_id, text, &a), sealed);                     // reproducible: packs equal rows
        assert_false(secret_open(secret_family(&s, other_id), kind, subject_id, sealed, &a, &opened, &e));
        assert_true(e.code == CONFLICT);
        e = (Err){ 0 };
        assert_false(secret_open(f, other_kind, subject_id, sealed, &a, &opened, &e));
        e = (Err){ 0 };
        assert_false(secret_open(f, kind, subject_id + 1, sealed, &a, &opened, &e));
        ((char *)sealed.p)[random_below(&r, sealed.n)] ^= (char)(1 << random_below(&r, 8));
        e = (Err){ 0 };
        assert_false(secret_open(f, kind, subject_id, sealed, &a, &opened, &e));
        arena_free(&a);
    }
    secrets_close(&s);
}
DB_TEST(it_opens_in_its_place_and_nowhere_else)

static void claims_are_equal_where_numbers_are(DbTest *t) {
    Secrets s = { 0 };
    secrets_ready(t, &s, 2);
    Str number = STR("1371044101900001");
    Str first = secret_seal(secret_family(&s, 1), SECRET_NIK, 1, number, &t->arena);
    Str second = secret_seal(secret_family(&s, 2), SECRET_NIK, 7, number, &t->arena);
    assert_true(secret_same(first, second) && !str_eq(first, second));
    assert_true(secret_claim_of(first) == secret_claim(&s, SECRET_NIK, number));
    assert_true(secret_claim(&s, SECRET_KK, number) != secret_claim(&s, SECRET_NIK, number));
    // What nobody looks up has no claim that two families share.
    first = secret_seal(secret_family(&s, 1), SECRET_HEALTH, 1, STR("38 kg"), &t->arena);
    second = secret_seal(secret_family(&s, 2), SECRET_HEALTH, 1, STR("38 kg"), &t->arena);
    assert_false(secret_same(first, second));
    secrets_close(&s);
}
DB_TEST(claims_are_equal_where_numbers_are)

static void destroyed_salts_open_nothing(DbTest *t) {
    Secrets s = { 0 };
    Str opened;
    bool was_there = false;
    secrets_ready(t, &s, 3);
    Str sealed = secret_seal(secret_family(&s, 2), SECRET_NIK, 1, STR("1371044101900001"), &t->arena);
    check_ok(db_begin(t->db, &t->err) && secrets_destroy(t->db, KAB, 2, &was_there, &t->err) && db_commit(t->db, &t->err), t->err);
    assert_true(was_there);
    check_ok(secrets_load(&s, t->db, 1, 3, &t->err), t->err);
    assert_null(secret_family(&s, 2));
    assert_false(secret_open(secret_family(&s, 2), SECRET_NIK, 1, sealed, &t->arena, &opened, &t->err));
    assert_non_null(secret_family(&s, 1));
    secrets_close(&s);
}
DB_TEST(destroyed_salts_open_nothing)

// ---- the key file ----------------------------------------------------------------------------------------------------
static void put_file(const char *path, const char *text, mode_t mode) {
    unlink(path);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text) && fchmod(file, mode) == 0 && close(file) == 0);
}

// What is remembered by the process must not hide what is wrong with the file: each try is a process of its own.
static bool opens_afresh(DbTest *t) {
    pid_t child = fork();
    if (child == 0) {
        Db *db;
        Secrets s = { 0 };
        Err e = { 0 };
        keyring_use(getenv("TEST_KEYS"));
        _exit(db_open(t->url, (DbOptions){ 0 }, &db, &e) && secrets_open(&s, db, KAB, &e) ? 0 : 10 + (int)e.code);
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child && WIFEXITED(status));
    t->err.code = WEXITSTATUS(status) ? (ErrCode)(WEXITSTATUS(status) - 10) : ERR_NONE;
    return WEXITSTATUS(status) == 0;
}

static void wrong_and_missing_files_are_refused(DbTest *t) {
    Secrets s = { 0 };
    secrets_ready(t, &s, 1);
    secrets_close(&s);
    const char *path = keyring_path(&t->arena, t->db).p;
    const char *other = arena_fmt(&t->arena, "%s.other", path).p;
    struct stat about;
    assert_true(stat(path, &about) == 0 && (about.st_mode & 0777) == 0600);
    setenv("TEST_KEYS", other, 1);
    assert_false(opens_afresh(t));
    assert_int_equal(t->err.code, IO_FAILED);                                                // missing
    put_file(other, "lookup 1 ab\n", 0600);
    assert_false(opens_afresh(t));
    assert_int_equal(t->err.code, BAD_INPUT);                                                // no key
    put_file(other, "lookup 1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n", 0600);
    assert_false(opens_afresh(t));
    assert_int_equal(t->err.code, CONFLICT);                                                 // of another database
    assert_true(unlink(other) == 0 && link(path, other) == 0);
    assert_true(opens_afresh(t));
    assert_true(chmod(other, 0644) == 0);
    assert_false(opens_afresh(t));
    assert_int_equal(t->err.code, FORBIDDEN);                                                // others may read it
    unlink(other);
    unsetenv("TEST_KEYS");
}
DB_TEST(wrong_and_missing_files_are_refused)

// ---- nothing in clear ------------------------------------------------------------------------------------------------
static bool file_has(const char *path, const char *text) {
    FILE *f = fopen(path, "rb");
    if (!f) return false;
    Buf b = { .max = BUF_MAX };
    char part[65536];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_bytes(&b, part, n);
    fclose(f);
    bool has = b.n && memmem(b.p, b.n, text, strlen(text)) != NULL;
    buf_free(&b);
    return has;
}

static void no_number_stands_in_the_files(void **state) {
    (void)state;
    DbTest t;
    SynthReport report;
    Str nik, account, name = { 0 };
    assert_true(db_test_open(&t, DB_SQLITE));
    SynthOptions options = { .seed = 7, .kab = KAB, .family_n = 300, .at = AT };
    check_ok(synth_store(t.db, &options, NULL, &report, &t.err), t.err);
    sqlite3_stmt *statement;
    assert_int_equal(sqlite3_prepare_v2(db_sqlite(t.db), "SELECT p.id, p.name FROM person p WHERE p.kab = 1371 AND p.family_id = 5 LIMIT 1", -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t person_id = sqlite3_column_int64(statement, 0);
    name = arena_str(&t.arena, str_c((const char *)sqlite3_column_text(statement, 1)));
    sqlite3_finalize(statement);
    check_ok(number_read(t.db, &t.arena, SECRET_NIK, (ClaimHolder){ KAB, 5, person_id }, &nik, &t.err), t.err);
    check_ok(number_read(t.db, &t.arena, SECRET_KK, (ClaimHolder){ KAB, 5, 0 }, &account, &t.err), t.err);
    assert_true(nik.n == 16 && account.n == 16);
    const char *wal = arena_fmt(&t.arena, "%s-wal", t.url.p).p;
    assert_true(file_has(t.url.p, name.p) || file_has(wal, name.p));                        // the search itself works
    for (int after = 0; after < 2; after++) {
        assert_false(file_has(t.url.p, arena_c(&t.arena, nik)) || file_has(wal, arena_c(&t.arena, nik)));
        assert_false(file_has(t.url.p, arena_c(&t.arena, account)) || file_has(wal, arena_c(&t.arena, account)));
        check_ok(db_checkpoint(t.db, &t.err), t.err);
    }
    db_test_close(&t);
}

// ---- changing one number ---------------------------------------------------------------------------------------------
static void a_changed_number_is_found_anew(DbTest *t) {
    SynthReport report;
    Violations v = { 0 };
    ClaimHolder *found, family = { KAB, 5, 0 };
    size_t n;
    Str before, after;
    SynthOptions options = { .seed = 7, .kab = KAB, .family_n = 300, .at = AT };
    check_ok(synth_store(t->db, &options, NULL, &report, &t->err), t->err);
    check_ok(number_read(t->db, &t->arena, SECRET_KK, family, &before, &t->err), t->err);
    check_ok(claim_find(t->db, &t->arena, SECRET_KK, before, 0, 9999, &found, &n, &t->err), t->err);
    assert_true(n == 1 && found[0].family_id == 5 && found[0].kab == KAB && found[0].person_id == 0);
    check_ok(db_begin(t->db, &t->err) && number_change(t->db, SECRET_KK, family, STR("1371990101240001"), &t->err) &&
             pack_refresh(t->db, KAB, 5, 5, NULL, &t->err) && db_commit(t->db, &t->err), t->err);
    check_ok(number_read(t->db, &t->arena, SECRET_KK, family, &after, &t->err), t->err);
    check_str(after, STR("1371990101240001"));
    check_ok(claim_find(t->db, &t->arena, SECRET_KK, before, 0, 9999, &found, &n, &t->err) && n == 0, t->err);
    check_ok(claim_find(t->db, &t->arena, SECRET_KK, after, 0, 9999, &found, &n, &t->err) && n == 1, t->err);
    check_ok(registry_check(t->db, &v, NULL, &t->err) && pack_check(t->db, KAB, NULL, &t->err), t->err);
    assert_int_equal(v.found_n, 0);
}
DB_TEST(a_changed_number_is_found_anew)

static const struct CMUnitTest tests[] = {
    DB_TESTS(it_opens_in_its_place_and_nowhere_else), DB_TESTS(claims_are_equal_where_numbers_are), DB_TESTS(destroyed_salts_open_nothing),
    DB_TESTS(wrong_and_missing_files_are_refused), cmocka_unit_test(no_number_stands_in_the_files), DB_TESTS(a_changed_number_is_found_anew),
};
TEST_MAIN(tests)
