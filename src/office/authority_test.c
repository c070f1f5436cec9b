// authority_test.c: the table of roles as a matrix, the areas as a table of edges, passwords and their queue.
#include "office/authority.h"
#include "office/password.h"
#include "base/test.h"
#include <pthread.h>

// One row a role, one letter an action in the order of the enum: x allowed, . not.
static void every_role_and_action(void **state) {
    (void)state;
    static const char *const MATRIX[ROLE_N] = {
        //                        read own identity audit check reference import edit close run first second pay users caseload desk tell train channel
        [ROLE_OPERATOR]       = "x.x.xxxxxxx.x..xxx.",
        [ROLE_COORDINATOR]    = "x.x.x.xxxxx.x.xxxx.",
        [ROLE_HEAD_LINJAMSOS] = "x.xxx.....xx.xxx.x.",
        [ROLE_HEAD_DINSOS]    = "x.xxx......x.xxx.x.",
        [ROLE_COMPANION]      = ".x.............xx..",
        [ROLE_AUDITOR]        = "x.xxx..............",
        [ROLE_NATIONAL]       = "x..xxx.............",
        [ROLE_PROVINCE]       = "x..xx..............",
        [ROLE_BANK]           = "..................x",
        [ROLE_POST]           = "..................x",
        [ROLE_ADMINISTRATOR]  = "...x.........x.....",
    };
    for (int role = 0; role < ROLE_N; role++) {
        assert_int_equal(strlen(MATRIX[role]), ACTION_N);
        for (int action = 0; action < ACTION_N; action++) {
            Viewer v = { .role = (Role)role, .kab = 1371 };
            bool is_allowed = authority_allows(&v, (Action)action, 1371);
            if (is_allowed != (MATRIX[role][action] == 'x'))
                fail_msg("%s: %s is %s", role_name((Role)role), action_title((Action)action), is_allowed ? "allowed" : "refused");
            assert_false(authority_allows(&v, (Action)action, 1372));
            assert_false(authority_allows(&v, (Action)action, 0));
        }
        Role found;
        assert_true(role_find(str_c(role_name((Role)role)), &found) && found == (Role)role);
    }
    assert_true(role_is_reader(ROLE_AUDITOR) && role_is_reader(ROLE_COMPANION) && !role_is_reader(ROLE_OPERATOR) && !role_is_reader(ROLE_HEAD_DINSOS));
    Role unused;
    assert_false(role_find(STR("root"), &unused));
}

static void areas_and_their_edges(void **state) {
    (void)state;
    static const struct { int64_t viewer_kab, kab; bool is_allowed; } CASES[] = {
        { 1371, 1371, true }, { 1371, 1370, false }, { 1371, 13, false }, { 1371, 0, false }, { 1371, KAB_NONE, true },
        { 13, 1300, true }, { 13, 1371, true }, { 13, 1399, true }, { 13, 1299, false }, { 13, 1400, false }, { 13, 0, false },
        { 0, 0, true }, { 0, 1371, true }, { 0, 9999, true },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Viewer v = { .role = ROLE_OPERATOR, .kab = CASES[i].viewer_kab, .login = "siti" };
        Err e = { 0 };
        bool is_allowed = authority_require(&v, ACTION_REFERENCE, CASES[i].kab, &e);
        if (is_allowed != CASES[i].is_allowed) fail_msg("viewer of %lld at %lld", (long long)CASES[i].viewer_kab, (long long)CASES[i].kab);
        assert_int_equal(e.code, is_allowed ? ERR_NONE : FORBIDDEN);
    }
}

// The predicate's parameters: whole area, own families, or no district at all.
static void what_a_viewer_sees(void **state) {
    (void)state;
    static const struct { Role role; int64_t kab, user_id, low, high, own; } CASES[] = {
        { ROLE_OPERATOR, 1371, 3, 1371, 1371, 0 }, { ROLE_AUDITOR, 13, 3, 1300, 1399, 0 }, { ROLE_NATIONAL, 0, 3, 0, 9999, 0 },
        { ROLE_COMPANION, 1371, 3, 1371, 1371, 3 }, { ROLE_COMPANION, 1371, 0, 1, 0, 0 }, { ROLE_BANK, 1371, 3, 1, 0, 3 },
        { ROLE_POST, 0, 3, 1, 0, 3 }, { ROLE_ADMINISTRATOR, 0, 3, 1, 0, 3 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Viewer v = { .role = CASES[i].role, .kab = CASES[i].kab, .user_id = CASES[i].user_id };
        Sight s = authority_sight(&v, (Date){ 20000 });
        if (s.low_kab != CASES[i].low || s.high_kab != CASES[i].high || s.user_id != CASES[i].own || s.on.days != 20000)
            fail_msg("%s of %lld sees %lld to %lld, own %lld", role_name(v.role), (long long)v.kab, (long long)s.low_kab, (long long)s.high_kab, (long long)s.user_id);
    }
}

static void passwords_that_strangers_try(void **state) {
    (void)state;
    static const struct { const char *password; bool is_good; } CASES[] = {
        { "ikan bakar di muaro", true }, { "Kucing hitam tidur", true }, { "k3v9q-x2mpd-aa", true }, { "ékéékéékéé", true },
        { "123456789", false }, { "1234567890", false }, { "9876543210", false }, { "081266554433", false }, { "aaaaaaaaaaaa", false },
        { "Password123", false }, { "indonesia2024", false }, { "DINASSOSIAL1", false }, { "siti.nurbaya", false }, { "siti.nurbaya99", false },
        { "SITI.NURBAYA", false }, { "short", false }, { "", false }, { "abcdefghij", false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Err e = { 0 };
        if (password_accept(str_c(CASES[i].password), STR("siti.nurbaya"), &e) != CASES[i].is_good) fail_msg("\"%s\"", CASES[i].password);
        assert_int_equal(e.code, CASES[i].is_good ? ERR_NONE : BAD_INPUT);
    }
    char longest[PASSWORD_MAX + 2];
    for (size_t i = 0; i < sizeof longest; i++) longest[i] = "ab "[i % 3];
    Err e = { 0 };
    check_ok(password_accept((Str){ longest, PASSWORD_MAX }, STR("siti"), &e), e);
    assert_false(password_accept((Str){ longest, PASSWORD_MAX + 1 }, STR("siti"), &e));
}

static void a_code_fits_its_password_only(void **state) {
    (void)state;
    Err e = { 0 };
    PasswordCode code, other;
    bool is_right = false;
    check_ok(password_code(STR("ikan bakar di muaro"), &code, &e), e);
    check_ok(password_code(STR("ikan bakar di muaro"), &other, &e), e);
    assert_true(str_starts(str_c(code.text), STR("$argon2id$v=19$m=19456,t=2,p=1$")));
    assert_false(str_eq(str_c(code.text), str_c(other.text)));              // salted
    check_ok(password_verify(str_c(code.text), STR("ikan bakar di muaro"), &is_right, &e), e);
    assert_true(is_right);
    check_ok(password_verify(str_c(code.text), STR("ikan bakar di muara"), &is_right, &e), e);
    assert_false(is_right);
    check_ok(password_verify(STR(""), STR("ikan bakar di muaro"), &is_right, &e), e);
    assert_false(is_right);
}

static void *hash_once(void *answer) {
    Err e = { 0 };
    PasswordCode code;
    *(ErrCode *)answer = password_code(STR("ikan bakar di muaro"), &code, &e) ? ERR_NONE : e.code;
    return NULL;
}

// Thirty at once: two work, twenty wait, the rest is asked to come again; nobody hangs.
static void a_crowd_is_queued(void **state) {
    (void)state;
    enum { CROWD = 30 };
    pthread_t threads[CROWD];
    ErrCode answers[CROWD];
    int done = 0, busy = 0;
    for (int i = 0; i < CROWD; i++) assert_int_equal(pthread_create(&threads[i], NULL, hash_once, &answers[i]), 0);
    for (int i = 0; i < CROWD; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
        done += answers[i] == ERR_NONE;
        busy += answers[i] == BUSY;
    }
    assert_int_equal(done + busy, CROWD);
    assert_true(done >= 22 && busy >= 1);
}

static void tokens_are_random_and_readable(void **state) {
    (void)state;
    Token a = token_make(), b = token_make();
    assert_int_equal(strlen(a.text), TOKEN_CHARS);
    assert_false(secret_eq(str_c(a.text), str_c(b.text)));
    assert_true(secret_eq(str_c(a.text), str_c(a.text)));
    assert_false(secret_eq(str_c(a.text), (Str){ a.text, TOKEN_CHARS - 1 }));
    char password[PASSWORD_RANDOM_CHARS + 1];
    password_random(password);
    assert_int_equal(strlen(password), PASSWORD_RANDOM_CHARS);
    Err e = { 0 };
    check_ok(password_accept(str_c(password), STR("operator.latihan"), &e), e);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(every_role_and_action), cmocka_unit_test(areas_and_their_edges), cmocka_unit_test(what_a_viewer_sees), cmocka_unit_test(passwords_that_strangers_try),
    cmocka_unit_test(a_code_fits_its_password_only), cmocka_unit_test(a_crowd_is_queued), cmocka_unit_test(tokens_are_random_and_readable),
};
TEST_MAIN(TESTS)
