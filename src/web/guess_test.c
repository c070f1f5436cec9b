// guess_test.c: an attacker's hour at the log-in, and names that are markup. Thousands of guesses from many places neither lock the honest
// person out nor make the tables grow without end; what somebody typed as a name never becomes part of a page.
#include "db/db_test.h"
#include <pthread.h>
#include "http/http_test.h"
#include "office/audit.h"
#include "office/budget.h"
#include "office/change.h"
#include "office/user.h"
#include "registry/area.h"
#include "registry/synth_store.h"
#include "web/web.h"

#define HOUR_MS ((int64_t)3600000)
static const Instant NOON = { 1713153600000 };             // 2024-04-15

// ---- guessing ----------------------------------------------------------------------------------------------------
typedef struct { Guess guess; Instant at; } Try;
static bool take_work(Db *db, void *with, Err *e) { const Try *w = with; return budget_take(db, &w->guess, w->at, e); }
static bool return_work(Db *db, void *with, Err *e) { const Try *w = with; return budget_return(db, &w->guess, w->at, e); }

static const DbQuery BUDGETS = { .name = "guess_test: budgets", .sqlite = "SELECT count(*) FROM login_budget", .postgresql = "SELECT count(*) FROM login_budget",
    .params = "", .columns = "i", .columns_n = 1 };

static int64_t budget_n(DbTest *t) {
    DbStatement *s = NULL;
    bool has_row = false;
    int64_t n = 0;
    check_ok(db_prepare(t->db, &BUDGETS, &s, &t->err) && db_step(s, &has_row, &t->err), t->err);
    n = db_int(s, 0);
    db_release(s);
    return n;
}

// An hour of guesses at one account from two hundred addresses, without the arithmetic of the passwords. The honest person comes back
// every minute on the own device, and from a new place whenever the strangers leave room for a try.
static void an_hour_of_guesses_leaves_the_door_open(DbTest *t) {
    const int guess_n = t->engine == DB_SQLITE ? 4000 : 400;   // each is a transaction, with a disk beneath
    int let_n = 0, own_refused_n = 0;
    int64_t most_n = 0;
    for (int i = 0; i < guess_n; i++) {
        char from[24];
        snprintf(from, sizeof from, "203.0.%d.%d", i % 200 / 50, i % 50);
        Try guess = { { .login = STR("kepala"), .from = str_c(from) }, { NOON.ms + i * HOUR_MS / guess_n } };
        Try own = { { .login = STR("kepala"), .from = STR("203.0.0.1"), .is_own_device = true, .device = STR("the laptop") }, guess.at };
        Err e = { 0 };
        let_n += change_do(t->db, take_work, &guess, &e);
        if (i % 66 == 0) {                                 // even from an attacker's address
            Err refused = { 0 };
            own_refused_n += !change_do(t->db, take_work, &own, &refused) || !change_do(t->db, return_work, &own, &refused);
        }
        if (i % 500 == 0 && budget_n(t) > most_n) most_n = budget_n(t);
    }
    assert_int_equal(own_refused_n, 0);
    assert_in_range(let_n, 40, 40 + HOUR_MS / 5000);       // what one account lets strangers try in an hour, and no more
    assert_in_range(most_n, 1, 3 * 200 + 10);              // one row a place and pair: spent ones are forgotten
    Try late = { { .login = STR("kepala"), .from = STR("198.51.100.7") }, { NOON.ms + HOUR_MS + 300000 } };      // five minutes later everybody may try again
    check_ok(change_do(t->db, take_work, &late, &t->err), t->err);
    assert_in_range(budget_n(t), 1, 10);                   // and the tables are empty again
}
DB_TEST(an_hour_of_guesses_leaves_the_door_open)

// Guesses at names that do not exist spend nobody's budget, fill no chain, and cost no rows for ever.
static void guesses_at_nobody_leave_nothing(DbTest *t) {
    int64_t n = 0;
    Hash head;
    for (int i = 0; i < (t->engine == DB_SQLITE ? 500 : 80); i++) {
        char login[24];
        snprintf(login, sizeof login, "nobody%d", i);
        Try guess = { { .login = str_c(login), .from = STR("203.0.113.9") }, { NOON.ms + i * 10 } };
        Err e = { 0 };
        bool is_let = change_do(t->db, take_work, &guess, &e);
        if (!is_let) assert_int_equal(e.code, BUSY);
    }
    assert_in_range(budget_n(t), 1, 200);
    check_ok(audit_head(t->db, 0, &n, &head, &t->err), t->err);
    assert_int_equal(n, 0);
    Try honest = { { .login = STR("kepala"), .from = STR("10.0.0.7") }, { NOON.ms + 5000 } };
    check_ok(change_do(t->db, take_work, &honest, &t->err), t->err);
}
DB_TEST(guesses_at_nobody_leave_nothing)

// ---- the real door: strangers hammer it from many threads while one person logs in -------------------------------
typedef struct { Server *server; int n, refused_n, busy_n, other_n; } Stranger;

static int post_login(Arena *a, Server *s, const char *login, const char *password, Str cookie, Str *answer) {
    Str body = arena_fmt(a, "login=%s&password=%s&next=%%2F", login, password);
    Str bytes = arena_fmt(a, "POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nOrigin: http://localhost\r\n" STR_FMT
                          "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n\r\n" STR_FMT, STR_ARG(cookie), body.n, STR_ARG(body));
    *answer = knock(a, s, bytes);
    return status_of(*answer);
}

static void *stranger_work(void *with) {
    Stranger *w = with;
    for (int i = 0; i < w->n; i++) {
        Arena a = { 0 };
        Str answer;
        int status = post_login(&a, w->server, i % 3 ? "kepala" : "operator", "salah-salah-salah", STR(""), &answer);
        w->refused_n += status == 403;
        w->busy_n += status == 429;
        w->other_n += status != 403 && status != 429;
        arena_free(&a);
    }
    return NULL;
}

static int total_n(const Stranger *s) { return s[0].n + s[1].n + s[2].n + s[3].n; }

static void strangers_at_the_door_do_not_keep_the_honest_out(DbTest *t) {
    Server *s;
    ServerOptions o = { .db_url = t->url, .thread_n = 4 };
    int64_t id;
    LoginTokens tokens;
    pthread_t threads[4];
    Stranger strangers[4] = { { 0 } };
    Arena a = { 0 };
    Str answer;
    check_ok(user_add(t->db, NULL, &(UserNew){ STR("kepala"), STR("Kepala"), ROLE_HEAD_DINSOS, 1371, STR("ikan bakar di muaro") }, instant_now(), &id, &t->err), t->err);
    check_ok(session_login(t->db, &(Login){ .login = STR("kepala"), .password = STR("ikan bakar di muaro"), .from = STR("10.0.0.7"), .face = FACE_PAGE }, instant_now(), &tokens, &t->err), t->err);
    web_options(&o);
    check_ok(server_start(o, &s, &t->err), t->err);
    for (int i = 0; i < 4; i++) {
        strangers[i] = (Stranger){ .server = s, .n = t->engine == DB_SQLITE ? 300 : 60 };
        assert_int_equal(pthread_create(&threads[i], NULL, stranger_work, &strangers[i]), 0);
    }
    int in_n = 0;
    for (int i = 0; i < 5; i++) {                          // the same address as the strangers, but the own device
        Str cookie = arena_fmt(&a, "Cookie: device=%s\r\n", tokens.device.text);
        int status = post_login(&a, s, "kepala", "ikan+bakar+di+muaro", cookie, &answer);
        in_n += status == 303 && header_of(answer, "Set-Cookie").n > 0;
    }
    int refused_n = 0, busy_n = 0, other_n = 0;
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], NULL);
        refused_n += strangers[i].refused_n;
        busy_n += strangers[i].busy_n;
        other_n += strangers[i].other_n;
    }
    print_message("%d guesses: %d judged, %d told to wait, %d otherwise; the honest one came in %d times of 5\n", total_n(strangers), refused_n, busy_n, other_n, in_n);
    assert_int_equal(in_n, 5);
    assert_int_equal(other_n, 0);
    assert_in_range(refused_n, 1, 90);                     // eight a pair and one each 20 seconds, whatever they do
    arena_free(&a);
    server_stop(s);
    web_close();
}
DB_TEST(strangers_at_the_door_do_not_keep_the_honest_out)

// ---- names that are markup ---------------------------------------------------------------------------------------
#define EVIL "<script>alert(1)</script><img src=x onerror=alert(1)>\"'`{{7*7}}&lt;"
static const DbQuery NAME_SET = { .name = "guess_test: names", .sqlite = "UPDATE person SET name = ?1 WHERE kab = 1371", .postgresql = "UPDATE person SET name = $1 WHERE kab = 1371",
    .params = "t", .columns = "", .params_n = 1 };
static const DbQuery SESSION_PUT = { .name = "guess_test: session",
    .sqlite = "INSERT INTO session (token_hash, user_id, face, csrf_code, device, created_at, seen_at, confirmed_at, ends_at) VALUES (?1, ?2, 'page', 'abcdefghijklmnopqrstuv', ?4, ?3, ?3, ?3, ?3 + 3600000)",
    .postgresql = "INSERT INTO session (token_hash, user_id, face, csrf_code, device, created_at, seen_at, confirmed_at, ends_at) VALUES ($1, $2, 'page', 'abcdefghijklmnopqrstuv', $4, $3, $3, $3, $3 + 3600000)",
    .params = "biit", .columns = "", .params_n = 4 };

static void step_once(DbTest *t, DbStatement *s) {
    bool has_row;
    check_ok(db_step(s, &has_row, &t->err), t->err);
    db_release(s);
}

static Token evil_person(DbTest *t, Role role) {
    Token token = token_make();
    Hash hash = token_hash(str_c(token.text));
    DbStatement *s = NULL;
    int64_t id;
    UserNew user = { .login = arena_fmt(&t->arena, "jahat.%d", (int)role), .name = STR(EVIL), .role = role, .kab = 1371 };
    check_ok(user_insert(t->db, 0, &user, STR("$none"), true, instant_now(), &id, &t->err) && db_prepare(t->db, &SESSION_PUT, &s, &t->err), t->err);
    db_bind_hash(s, 0, &hash);
    db_bind_int(s, 1, id);
    db_bind_int(s, 2, instant_now().ms);
    db_bind_text(s, 3, STR("<b onclick=1>"));
    step_once(t, s);
    return token;
}

static void a_name_never_becomes_markup(DbTest *t) {
    static const char *const PATHS[] = { "/", "/families", "/families?q=%3Cscript%3Ealert(1)", "/family/1371/1", "/family/1371/1/life", "/lives", "/worklist", "/places", "/policies", "/approval",
        "/import", "/audit", "/audit/looks", "/users", "/users?q=%22%3E%3Cscript%3E", "/users/1", "/users/new", "/sessions", "/account", "/account/factor", "/search",
        "/confirm?next=%2F%22%3E%3Cscript%3E", "/login?next=/%22%3E%3Cscript%3E", "/nowhere%3Cscript%3E" };
    static const char *const FORBIDDEN_PARTS[] = { "<script>", "<img src=x", "onerror=alert(1)>", "<b onclick" };
    Server *s;
    AreaImport areas;
    SynthReport report;
    DbStatement *q = NULL;
    int named_n = 0;
    check_ok(db_begin(t->db, &t->err) && area_put_padang(t->db, &areas, &t->err) && db_commit(t->db, &t->err), t->err);
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = 1, .kab = 1371, .family_n = 30, .at = instant_now() }, NULL, &report, &t->err), t->err);
    check_ok(db_begin(t->db, &t->err) && db_prepare(t->db, &NAME_SET, &q, &t->err), t->err);
    db_bind_text(q, 0, STR(EVIL));
    step_once(t, q);
    const Token people[] = { evil_person(t, ROLE_HEAD_DINSOS), evil_person(t, ROLE_OPERATOR), evil_person(t, ROLE_AUDITOR) };
    check_ok(db_commit(t->db, &t->err), t->err);
    ServerOptions o = { .db_url = t->url, .thread_n = 2 };
    web_options(&o);
    check_ok(server_start(o, &s, &t->err), t->err);
    for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++) for (size_t who = 0; who < 3; who++) {
        Arena a = { 0 };
        Str answer = knock(&a, s, arena_fmt(&a, "GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nCookie: session=%s\r\n\r\n", PATHS[i], people[who].text));
        if (status_of(answer) >= 500) fail_msg("GET %s: %d", PATHS[i], status_of(answer));
        for (size_t k = 0; k < sizeof FORBIDDEN_PARTS / sizeof *FORBIDDEN_PARTS; k++)
            if (str_contains(body_of(answer), str_c(FORBIDDEN_PARTS[k]))) fail_msg("GET %s: %s stands in the page as it was typed", PATHS[i], FORBIDDEN_PARTS[k]);
        named_n += str_contains(body_of(answer), STR("&lt;script&gt;alert(1)&lt;/script&gt;"));
        Str policy = header_of(answer, "Content-Security-Policy");
        if (!str_starts(policy, STR("default-src 'self';")) || str_contains(policy, STR("unsafe"))) fail_msg("GET %s: scripts inside of pages are allowed", PATHS[i]);
        arena_free(&a);
    }
    assert_true(named_n > 30);                             // the names were there
    server_stop(s);
    web_close();
}
DB_TEST(a_name_never_becomes_markup)

static const struct CMUnitTest tests[] = {
    DB_TESTS(an_hour_of_guesses_leaves_the_door_open), DB_TESTS(guesses_at_nobody_leave_nothing), DB_TESTS(strangers_at_the_door_do_not_keep_the_honest_out),
    DB_TESTS(a_name_never_becomes_markup),
};
TEST_MAIN(tests)
