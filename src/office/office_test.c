// office_test.c: people, sessions, budgets, the audit chain and practice, on both engines.
#include "office/audit.h"
#include "office/budget.h"
#include "office/change.h"
#include "office/practice.h"
#include "office/session.h"
#include "office/user.h"
#include "db/db_test.h"
#include <sqlite3.h>
#include <sys/stat.h>

#define PASSWORD STR("ikan bakar di muaro")
#define MINUTE ((int64_t)60000)
static const Instant NOON = { 1713153600000 };             // 2024-04-15
static Instant after(int64_t ms) { return (Instant){ NOON.ms + ms }; }
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)

static int64_t person_add(DbTest *t, const Viewer *actor, const char *login, Role role, int64_t kab) {
    int64_t id = 0;
    good(user_add(t->db, actor, &(UserNew){ str_c(login), STR("Siti Nurbaya"), role, kab, PASSWORD }, NOON, &id, &t->err));
    return id;
}

static Viewer head_add(DbTest *t) {
    int64_t id = person_add(t, NULL, "kepala", ROLE_HEAD_DINSOS, 1371);
    return (Viewer){ .user_id = id, .kab = 1371, .role = ROLE_HEAD_DINSOS, .login = "kepala" };
}

static LoginTokens enter(DbTest *t, const char *login, Instant now) {
    LoginTokens tokens = { 0 };
    good(session_login(t->db, &(Login){ .login = str_c(login), .password = PASSWORD, .from = STR("10.0.0.7") }, now, &tokens, &t->err));
    return tokens;
}

static bool find(DbTest *t, const Token *token, Instant now, Session *out) {
    bool is_found = false;
    good(session_find(t->db, str_c(token->text), now, out, &is_found, &t->err));
    return is_found;
}

static int64_t violations_of(DbTest *t) {
    Violations v = { 0 };
    good(audit_check(t->db, 1371, &v, &t->err));
    return v.found_n;
}

// ---- people ------------------------------------------------------------------------------------------------------

static void the_first_person_opens_the_house(DbTest *t) {
    int64_t id = 0;
    bool is_empty = false;
    good(user_is_empty(t->db, &is_empty, &t->err));
    assert_true(is_empty);
    UserNew op = { STR("operator"), STR("Op"), ROLE_OPERATOR, 1371, PASSWORD };
    refused(user_add(t->db, NULL, &op, NOON, &id, &t->err), BAD_INPUT);        // could never add a second one
    Viewer head = head_add(t);
    refused(user_add(t->db, NULL, &op, NOON, &id, &t->err), FORBIDDEN);
    person_add(t, &head, "operator", ROLE_OPERATOR, 1371);
    refused(user_add(t->db, &head, &op, NOON, &id, &t->err), CONFLICT);
    op.login = STR("far"); op.kab = 1372;
    refused(user_add(t->db, &head, &op, NOON, &id, &t->err), FORBIDDEN);
    Viewer operator = { .user_id = 2, .kab = 1371, .role = ROLE_OPERATOR, .login = "operator" };
    op.kab = 1371;
    refused(user_add(t->db, &operator, &op, NOON, &id, &t->err), FORBIDDEN);
    static const char *const BAD_LOGINS[] = { "ab", "Siti", "siti nurbaya", ".siti", "siti'--", "", "sítí" };
    for (size_t i = 0; i < sizeof BAD_LOGINS / sizeof *BAD_LOGINS; i++) {
        op.login = str_c(BAD_LOGINS[i]);
        refused(user_add(t->db, &head, &op, NOON, &id, &t->err), BAD_INPUT);
    }
    Users users;
    good(user_list(t->db, &t->arena, &head, &users, &t->err));
    assert_int_equal(users.n, 2);
    check_str(users.at[0].login, STR("kepala"));
    assert_int_equal(users.at[1].role, ROLE_OPERATOR);
    refused(user_list(t->db, &t->arena, &operator, &users, &t->err), FORBIDDEN);
    assert_int_equal(violations_of(t), 0);
}
DB_TEST(the_first_person_opens_the_house)

static void disabling_ends_everything_at_once(DbTest *t) {
    Viewer head = head_add(t);
    person_add(t, &head, "operator", ROLE_OPERATOR, 1371);
    LoginTokens tokens = enter(t, "operator", NOON), unused;
    Session s;
    assert_true(find(t, &tokens.session, after(1), &s));
    refused(user_disable(t->db, &head, STR("kepala"), NOON, &t->err), CONFLICT);
    refused(user_disable(t->db, &s.viewer, STR("kepala"), NOON, &t->err), FORBIDDEN);
    refused(user_disable(t->db, &head, STR("nobody"), NOON, &t->err), NOT_FOUND);
    good(user_disable(t->db, &head, STR("operator"), NOON, &t->err));
    assert_false(find(t, &tokens.session, after(2), &s));
    refused(session_login(t->db, &(Login){ .login = STR("operator"), .password = PASSWORD, .from = STR("10.0.0.7") }, after(3), &unused, &t->err), FORBIDDEN);
}
DB_TEST(disabling_ends_everything_at_once)

// ---- sessions ----------------------------------------------------------------------------------------------------

static void sessions_end_when_they_should(DbTest *t) {
    head_add(t);
    LoginTokens tokens = enter(t, "kepala", NOON);
    Session s, other;
    assert_true(find(t, &tokens.session, after(59 * MINUTE), &s));
    check_str(str_c(s.viewer.login), STR("kepala"));
    assert_int_equal(s.viewer.role, ROLE_HEAD_DINSOS);
    assert_false(find(t, &tokens.session, after(60 * MINUTE), &other));       // idle
    for (int64_t minute = 50; minute < 720; minute += 50) {
        assert_true(find(t, &tokens.session, after(minute * MINUTE), &s));
        good(session_touch(t->db, &s, after(minute * MINUTE), &t->err));
    }
    assert_true(find(t, &tokens.session, after(720 * MINUTE - 1), &other));
    assert_false(find(t, &tokens.session, after(720 * MINUTE), &other));      // twelve hours, whatever one does
    assert_true(session_csrf_matches(&s, str_c(s.csrf)));
    assert_false(session_csrf_matches(&s, STR("")));
    assert_false(session_csrf_matches(&s, (Str){ s.csrf, CSRF_CHARS - 1 }));
    Token wrong = tokens.session;
    wrong.text[5] = wrong.text[5] == 'x' ? 'y' : 'x';
    assert_false(find(t, &wrong, after(1), &other));
    assert_true(find(t, &tokens.session, after(700 * MINUTE), &s));
    good(session_end(t->db, &s, after(700 * MINUTE), &t->err));
    assert_false(find(t, &tokens.session, after(700 * MINUTE), &other));
    assert_int_equal(violations_of(t), 0);
}
DB_TEST(sessions_end_when_they_should)

static void money_asks_again(DbTest *t) {
    head_add(t);
    LoginTokens tokens = enter(t, "kepala", NOON);
    Session s, before;
    Token fresh;
    assert_true(find(t, &tokens.session, after(1), &s));
    assert_true(session_is_confirmed(&s, after(5 * MINUTE - 1)));
    assert_false(session_is_confirmed(&s, after(5 * MINUTE)));
    refused(session_require_confirmed(&s, after(6 * MINUTE), &t->err), FORBIDDEN);
    refused(session_confirm(t->db, &s, STR("ikan bakar di muara"), STR("10.0.0.7"), after(7 * MINUTE), &fresh, &t->err), FORBIDDEN);
    good(session_confirm(t->db, &s, PASSWORD, STR("10.0.0.7"), after(8 * MINUTE), &fresh, &t->err));
    assert_false(find(t, &tokens.session, after(8 * MINUTE), &before));        // rotated
    assert_true(find(t, &fresh, after(8 * MINUTE), &before));
    refused(session_prove(t->db, &before, STR("ikan bakar di muara"), STR("shell"), after(8 * MINUTE), &t->err), FORBIDDEN);
    good(session_prove(t->db, &before, PASSWORD, STR("shell"), after(8 * MINUTE), &t->err));
    assert_true(find(t, &fresh, after(8 * MINUTE), &before));                  // for one command only: the session stays what it was
    assert_true(find(t, &fresh, after(9 * MINUTE), &s));
    good(session_require_confirmed(&s, after(9 * MINUTE), &t->err));
    assert_int_equal(s.ends_at.ms, before.ends_at.ms);                         // no longer life by asking again
    good(session_end(t->db, &s, after(10 * MINUTE), &t->err));
    refused(session_confirm(t->db, &s, PASSWORD, STR("10.0.0.7"), after(10 * MINUTE), &fresh, &t->err), FORBIDDEN);     // it has ended
}
DB_TEST(money_asks_again)

// ---- guessing ----------------------------------------------------------------------------------------------------

static ErrCode guess(DbTest *t, const char *login, const char *from, const char *device, const char *password, int64_t ms) {
    Err e = { 0 };
    LoginTokens unused;
    bool is_in = session_login(t->db, &(Login){ .login = str_c(login), .password = str_c(password), .from = str_c(from), .device = str_c(device) }, after(ms), &unused, &e);
    return is_in ? ERR_NONE : e.code;
}

static void a_burst_of_guesses_locks_nobody_out(DbTest *t) {
    head_add(t);
    LoginTokens tokens = enter(t, "kepala", NOON);
    int wrong = 0, busy = 0;
    for (int i = 0; i < 12; i++) {                         // one stranger at one place
        ErrCode code = guess(t, "kepala", "203.0.113.9", "", "salah salah salah", 10 + i);
        wrong += code == FORBIDDEN;
        busy += code == BUSY;
    }
    assert_int_equal(wrong, 8);
    assert_int_equal(busy, 4);
    assert_int_equal(guess(t, "kepala", "10.0.0.8", "", "ikan bakar di muaro", 100), ERR_NONE);             // from a new place
    assert_int_equal(guess(t, "kepala", "203.0.113.9", tokens.device.text, "ikan bakar di muaro", 101), ERR_NONE);   // own device, the stranger's place
    assert_int_equal(guess(t, "kepala", "203.0.113.9", "not-a-device", "ikan bakar di muaro", 102), BUSY);
    assert_int_equal(guess(t, "kepala", "203.0.113.9", "", "ikan bakar di muaro", 25000), ERR_NONE);        // a try has come back
}
DB_TEST(a_burst_of_guesses_locks_nobody_out)

// The budgets alone, without a password's arithmetic: many places guess at one account.
static bool budget_take_work(Db *db, void *with, Err *e) { return budget_take(db, with, NOON, e); }
static void many_places_share_the_accounts_budget(DbTest *t) {
    int taken = 0;
    for (int i = 0; i < 60; i++) {
        char from[16];
        snprintf(from, sizeof from, "10.1.0.%d", i);
        Guess g = { .login = STR("kepala"), .from = str_c(from) };
        Err e = { 0 };
        taken += change_do(t->db, budget_take_work, &g, &e);
    }
    assert_int_equal(taken, 40);
    Guess own = { .login = STR("kepala"), .from = STR("10.1.0.1"), .is_own_device = true, .device = STR("the laptop") };
    good(change_do(t->db, budget_take_work, &own, &t->err));
    Guess other = { .login = STR("operator"), .from = STR("10.1.0.1") };
    good(change_do(t->db, budget_take_work, &other, &t->err));
}
DB_TEST(many_places_share_the_accounts_budget)

// ---- the chain ---------------------------------------------------------------------------------------------------

static void the_canonical_bytes_are_these(void **state) {
    (void)state;
    Buf b = { 0 };
    audit_bytes(&b, 1371, 7, 1713153600000, 3, STR("stage.close"), STR("2024-2 \"x\"\\\n\x01é"), STR("{\"a\":1}"));
    check_str(buf_view(&b), STR("[1371,7,1713153600000,3,\"stage.close\",\"2024-2 \\\"x\\\"\\\\\\n\\u0001é\",{\"a\":1}]"));
    buf_free(&b);
}

static bool entry_work(Db *db, void *with, Err *e) {
    Hash h = hash_of("x", 1);
    return audit_write(db, &(AuditEntry){ .kab = 1371, .actor_id = *(int64_t *)with, .action = "test.change", .subject = STR("2024-2"), .at = NOON,
        .fields = { AUDIT_COUNT("zz", -5), AUDIT_TEXT("b", STR("two\"")), AUDIT_HASH("a_hash", &h) } }, e);
}

static void chain_of(DbTest *t, int64_t n) {
    for (int64_t i = 1; i <= n; i++) good(change_do(t->db, entry_work, &i, &t->err));
}

// Changes the database behind the program's back, as an administrator of the machine could.
static void tamper(DbTest *t, const char *sql) {
    if (t->engine == DB_POSTGRESQL) {
        assert_true(db_test_sql(arena_fmt(&t->arena, "SET search_path = %s; %s", t->schema, sql).p));
        return;
    }
    sqlite3 *raw;
    assert_int_equal(sqlite3_open(arena_c(&t->arena, t->url), &raw), SQLITE_OK);
    char *said = NULL;
    if (sqlite3_exec(raw, sql, NULL, NULL, &said)) fail_msg("%s", said);
    sqlite3_close(raw);
}

static void every_tampering_is_seen(DbTest *t) {
    static const char *const TAMPERINGS[] = {
        "UPDATE audit SET detail = '{}' WHERE n = 3", "UPDATE audit SET actor_id = 99 WHERE n = 3", "UPDATE audit SET recorded_at = recorded_at + 1 WHERE n = 3",
        "UPDATE audit SET subject = '2024-3' WHERE n = 3", "DELETE FROM audit WHERE n = 3", "DELETE FROM audit WHERE n = 1",
        "UPDATE audit SET n = n + 100 WHERE n = 3", "UPDATE audit SET prev_hash = entry_hash WHERE n = 3",
        "UPDATE audit SET n = -1 WHERE n = 2; UPDATE audit SET n = 2 WHERE n = 3; UPDATE audit SET n = 3 WHERE n = -1",
    };
    for (size_t i = 0; i < sizeof TAMPERINGS / sizeof *TAMPERINGS; i++) {
        chain_of(t, 5);
        assert_int_equal(violations_of(t), 0);
        tamper(t, TAMPERINGS[i]);
        if (violations_of(t) == 0) fail_msg("not seen: %s", TAMPERINGS[i]);
        tamper(t, "DELETE FROM audit");
    }
    chain_of(t, 2);
    int64_t n = 0;
    Hash head;
    good(audit_head(t->db, 1371, &n, &head, &t->err));
    assert_int_equal(n, 2);
}
DB_TEST(every_tampering_is_seen)

// The same entries give the same head on both engines; the wanted one was computed from the words in audit.h by another program.
static void the_head_is_the_same_on_both_engines(DbTest *t) {
    Hash head;
    int64_t n = 0;
    Buf hex = { 0 };
    chain_of(t, 3);
    good(audit_head(t->db, 1371, &n, &head, &t->err));
    hash_put_hex(&hex, &head);
    check_str(buf_view(&hex), STR("2c17231afa82a34465f01e222e6ccfb88aa6c58b0de063481abf1d65a632416c"));
    buf_free(&hex);
}
DB_TEST(the_head_is_the_same_on_both_engines)

// ---- practice ----------------------------------------------------------------------------------------------------

static void practice_is_from_the_beginning_or_never(DbTest *t) {
    bool is_practice = true;
    int64_t made_n = 0;
    Str path = arena_fmt(&t->arena, "/tmp/harapan-practice-%d", (int)getpid());
    good(practice_is(t->db, &is_practice, &t->err));
    assert_false(is_practice);
    head_add(t);
    refused(practice_init(t->db, 1371, path, NOON, &made_n, &t->err), CONFLICT);
    assert_int_not_equal(access(path.p, F_OK), 0);
    good(practice_is(t->db, &is_practice, &t->err));
    assert_false(is_practice);
}
DB_TEST(practice_is_from_the_beginning_or_never)

static void practice_people_can_log_in(DbTest *t) {
    bool is_practice = false;
    int64_t made_n = 0;
    Str path = arena_fmt(&t->arena, "/tmp/harapan-practice-%d", (int)getpid());
    good(practice_init(t->db, 1371, path, NOON, &made_n, &t->err));
    assert_int_equal(made_n, 6);
    struct stat about;
    assert_int_equal(stat(path.p, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    good(practice_is(t->db, &is_practice, &t->err));
    assert_true(is_practice);
    good(practice_init(t->db, 1371, path, NOON, &made_n, &t->err));           // again: nothing to do
    assert_int_equal(made_n, 0);
    FILE *f = fopen(path.p, "r");
    char login[64], password[64];
    int people = 0;
    while (fscanf(f, "%63s %63s", login, password) == 2) {
        LoginTokens tokens;
        Session s;
        good(session_login(t->db, &(Login){ .login = str_c(login), .password = str_c(password), .from = STR("shell"), .face = FACE_SHELL }, NOON, &tokens, &t->err));
        assert_true(find(t, &tokens.session, after(1), &s) && s.viewer.is_practice);
        people++;
    }
    fclose(f);
    assert_int_equal(people, 6);
    unlink(path.p);
    good(practice_init(t->db, 1371, path, NOON, &made_n, &t->err));           // the file is gone: new passwords
    assert_int_equal(made_n, 6);
    assert_int_equal(guess(t, login, "shell", "", password, 5), FORBIDDEN);
    unlink(path.p);
    assert_int_equal(violations_of(t), 0);
}
DB_TEST(practice_people_can_log_in)

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(the_canonical_bytes_are_these), DB_TESTS(the_first_person_opens_the_house), DB_TESTS(disabling_ends_everything_at_once),
    DB_TESTS(sessions_end_when_they_should), DB_TESTS(money_asks_again), DB_TESTS(a_burst_of_guesses_locks_nobody_out),
    DB_TESTS(many_places_share_the_accounts_budget), DB_TESTS(every_tampering_is_seen), DB_TESTS(the_head_is_the_same_on_both_engines),
    DB_TESTS(practice_is_from_the_beginning_or_never),
    DB_TESTS(practice_people_can_log_in),
};
TEST_MAIN(TESTS)
