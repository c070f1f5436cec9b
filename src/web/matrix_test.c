// matrix_test.c: every route × every role × rows of one's own area, of another area and of none. What each route should do is declared here
// by hand, apart from the route table, and a route without a declaration fails. Of each route and method it is asked:
//
//   nobody signed in      is led to the log-in, or refused
//   a wrong role          is told so; a right one comes further
//   a wrong token         changes nothing: the form is out of date
//   a wrong area          gets, to the byte, what it gets for a row that does not exist; and no name of the other area in any page
//   an old confirmation   is asked for the password once more, where that is declared
//   something to do first goes nowhere else
//   a wrong method        is refused
#include "db/db_test.h"
#include "http/guard.h"
#include "http/http_test.h"
#include "office/audit.h"
#include "office/user.h"
#include "office/user_request.h"
#include "registry/area.h"
#include "registry/synth_store.h"
#include "web/web.h"

#define FAMILY_N 60
#define NEAR 1371
#define FAR 1306

// ---- what is declared --------------------------------------------------------------------------------------------
#define R(role) (1u << ROLE_##role)
enum {
    OFFICE = R(OPERATOR) | R(COORDINATOR) | R(HEAD_LINJAMSOS) | R(HEAD_DINSOS),
    LOOKERS = OFFICE | R(AUDITOR) | R(NATIONAL) | R(PROVINCE),             // totals and lists of an area
    LOOKERS_OWN = LOOKERS | R(COMPANION),
    PREPARERS = R(OPERATOR) | R(COORDINATOR),
    IDENTITY = OFFICE | R(AUDITOR),                                        // numbers in full
    SIGNERS = OFFICE,
    CARERS = R(COORDINATOR) | R(HEAD_LINJAMSOS) | R(HEAD_DINSOS),          // of the caseload
    TELLERS = PREPARERS | R(COMPANION),                                    // of what a family has done
    TAKERS = OFFICE | R(COMPANION),                                        // of what a family asks
    KEEPERS = R(HEAD_LINJAMSOS) | R(HEAD_DINSOS) | R(ADMINISTRATOR),       // of users
    AUDITORS = R(HEAD_LINJAMSOS) | R(HEAD_DINSOS) | R(AUDITOR) | R(NATIONAL) | R(PROVINCE) | R(ADMINISTRATOR),     // the trail, and who looked
    EVERYBODY = (1u << ROLE_N) - 1,
    ANYONE = 1 << 30,                                                      // also who is not signed in
    ARRIVING = 1 << 29,                                                    // also who must do something first
    AGAIN = 1 << 28,                                                       // asks for the password once more
};
// Which row of the district NEAR the address names. UNSEEDED: there is one, but this test makes none.
typedef enum { NO_ROW, FAMILY_ROW, USER_ROW, REQUEST_ROW, IMPORT_ROW, UNSEEDED_ROW } Row;

#define PAIR "/duplicates/{kab}/{person_id}/{other_kab_id}/{other_person_id}"
#define TRAINING "/training/{kab}/{id}"
static const struct { const char *method, *path; unsigned who; Row row; } DECLARED[] = {
    { "GET", "/assets/{file}", ANYONE, NO_ROW }, { "GET", "/health", ANYONE, NO_ROW }, { "POST", "/lang", ANYONE, NO_ROW },
    { "GET", "/login", ANYONE, NO_ROW }, { "POST", "/login", ANYONE, NO_ROW }, { "GET", "/login/code", ANYONE, NO_ROW }, { "POST", "/login/code", ANYONE, NO_ROW },
    { "POST", "/login/passkey", ANYONE, NO_ROW }, { "POST", "/login/passkey/challenge", ANYONE, NO_ROW }, { "POST", "/confirm/passkey", EVERYBODY | ARRIVING, NO_ROW },
    { "POST", "/confirm/passkey/challenge", EVERYBODY | ARRIVING, NO_ROW }, { "POST", "/account/passkey", EVERYBODY | ARRIVING | AGAIN, NO_ROW },
    { "POST", "/account/passkey/challenge", EVERYBODY | ARRIVING | AGAIN, NO_ROW }, { "POST", "/account/passkey/remove", EVERYBODY | AGAIN, NO_ROW },
    { "POST", "/logout", EVERYBODY | ARRIVING, NO_ROW }, { "GET", "/confirm", EVERYBODY | ARRIVING, NO_ROW }, { "POST", "/confirm", EVERYBODY | ARRIVING, NO_ROW },
    { "GET", "/account", EVERYBODY, NO_ROW }, { "POST", "/account/sessions/end", EVERYBODY, NO_ROW },
    { "GET", "/account/password", EVERYBODY | ARRIVING, NO_ROW }, { "POST", "/account/password", EVERYBODY | ARRIVING, NO_ROW },
    { "GET", "/account/factor", EVERYBODY | ARRIVING | AGAIN, NO_ROW }, { "POST", "/account/factor", EVERYBODY | ARRIVING | AGAIN, NO_ROW },
    { "POST", "/account/factor/confirm", EVERYBODY | ARRIVING | AGAIN, NO_ROW }, { "POST", "/account/factor/remove", EVERYBODY | AGAIN, NO_ROW },
    { "POST", "/account/recovery", EVERYBODY | AGAIN, NO_ROW },
    { "GET", "/users", KEEPERS, NO_ROW }, { "GET", "/users/new", KEEPERS | AGAIN, NO_ROW }, { "POST", "/users/new", KEEPERS | AGAIN, NO_ROW },
    { "GET", "/users/{id}", KEEPERS | AGAIN, USER_ROW }, { "POST", "/users/{id}/disable", KEEPERS | AGAIN, USER_ROW },
    { "POST", "/users/{id}/password", KEEPERS | AGAIN, USER_ROW }, { "POST", "/users/{id}/sessions", KEEPERS | AGAIN, USER_ROW },
    { "POST", "/users/{id}/role", KEEPERS | AGAIN, USER_ROW }, { "POST", "/users/{id}/factor", KEEPERS | AGAIN, USER_ROW },
    { "POST", "/users/{id}/enable", KEEPERS | AGAIN, USER_ROW }, { "POST", "/users/{id}/request", KEEPERS | AGAIN, USER_ROW }, { "GET", "/sessions", KEEPERS | AGAIN, NO_ROW }, { "POST", "/sessions/end", KEEPERS | AGAIN, NO_ROW },
    { "GET", "/", EVERYBODY, NO_ROW },
    { "GET", "/families", LOOKERS_OWN, NO_ROW }, { "POST", "/families", LOOKERS_OWN, NO_ROW }, { "GET", "/families/letters", LOOKERS_OWN, NO_ROW },
    { "GET", "/search", LOOKERS_OWN, NO_ROW }, { "POST", "/search", LOOKERS_OWN, NO_ROW }, { "POST", "/search/typed", LOOKERS_OWN, NO_ROW },
    { "GET", "/family/{kab}/{id}", LOOKERS_OWN, FAMILY_ROW }, { "POST", "/family/{kab}/{id}/identity", IDENTITY, FAMILY_ROW },
    { "GET", "/family/{kab}/{id}/life", LOOKERS_OWN, FAMILY_ROW }, { "POST", "/family/{kab}/{id}/life/{what}", PREPARERS, FAMILY_ROW },
    { "GET", "/family/{kab}/{id}/letter", LOOKERS_OWN, FAMILY_ROW },
    { "GET", "/commitment", LOOKERS, NO_ROW }, { "POST", "/commitment/{what}", PREPARERS, NO_ROW },
    { "GET", "/family/{kab}/{id}/adjustment/{n}", LOOKERS_OWN, UNSEEDED_ROW }, { "GET", "/family/{kab}/{id}/adjustment/{n}/letter", LOOKERS_OWN, UNSEEDED_ROW },
    { "POST", "/family/{kab}/{id}/adjustment/{n}/{what}", TAKERS, UNSEEDED_ROW },
    { "GET", "/family/{kab}/{id}/person/{person_id}", LOOKERS_OWN, FAMILY_ROW }, { "POST", "/family/{kab}/{id}/person/{person_id}/{what}", TELLERS, FAMILY_ROW },
    { "GET", "/family/{kab}/{id}/subject", IDENTITY | AGAIN, FAMILY_ROW },
    { "GET", "/desk", LOOKERS_OWN, NO_ROW }, { "GET", "/desk/{kab}/{id}", LOOKERS_OWN, UNSEEDED_ROW }, { "GET", "/desk/{kab}/{id}/letter", LOOKERS_OWN, UNSEEDED_ROW },
    { "POST", "/desk/{kab}/{id}/{what}", TAKERS, UNSEEDED_ROW }, { "GET", "/family/{kab}/{id}/ask", TAKERS, FAMILY_ROW }, { "POST", "/family/{kab}/{id}/ask", TAKERS, FAMILY_ROW },
    { "GET", "/drift", LOOKERS, NO_ROW }, { "GET", "/drift/{kab}/{id}", LOOKERS, UNSEEDED_ROW }, { "POST", "/drift/{kab}/{id}/ask", PREPARERS, UNSEEDED_ROW },
    { "POST", "/drift/{kab}/{id}/look", PREPARERS, UNSEEDED_ROW }, { "POST", "/drift/{kab}/{id}/undo", PREPARERS, UNSEEDED_ROW },
    { "GET", "/identity", LOOKERS_OWN, NO_ROW }, { "POST", "/identity/find", PREPARERS, NO_ROW },
    { "GET", "/identity/{kab}/{kind}/{family_id}/{person_id}", LOOKERS_OWN, UNSEEDED_ROW }, { "POST", "/identity/{kab}/{kind}/{family_id}/{person_id}", PREPARERS, UNSEEDED_ROW },
    { "GET", "/duplicates", LOOKERS, NO_ROW }, { "POST", "/duplicates/find", PREPARERS, NO_ROW }, { "GET", PAIR, LOOKERS, UNSEEDED_ROW }, { "POST", PAIR, PREPARERS, UNSEEDED_ROW },
    { "GET", PAIR "/merge", LOOKERS, UNSEEDED_ROW }, { "POST", PAIR "/merge", PREPARERS, UNSEEDED_ROW }, { "POST", PAIR "/sign", LOOKERS, UNSEEDED_ROW },
    { "POST", PAIR "/refuse", LOOKERS, UNSEEDED_ROW }, { "POST", PAIR "/undo", PREPARERS, UNSEEDED_ROW },
    { "GET", "/paylist", LOOKERS_OWN, NO_ROW }, { "POST", "/paylist", PREPARERS, NO_ROW }, { "POST", "/paylist/mode", SIGNERS, NO_ROW },
    { "GET", "/paylist/tray", LOOKERS, NO_ROW }, { "POST", "/paylist/tray", PREPARERS, NO_ROW },
    { "GET", "/paylist/{kab}/{id}", LOOKERS, UNSEEDED_ROW }, { "GET", "/paylist/{kab}/{id}/rejects", PREPARERS, UNSEEDED_ROW }, { "POST", "/paylist/{kab}/{id}/mend", PREPARERS, UNSEEDED_ROW },
    { "GET", "/forms", LOOKERS_OWN, NO_ROW }, { "GET", "/forms/file", LOOKERS_OWN, NO_ROW }, { "POST", "/forms/in", PREPARERS, NO_ROW }, { "GET", "/forms/tasks", LOOKERS, NO_ROW },
    { "GET", "/forms/answers", LOOKERS_OWN, NO_ROW }, { "GET", "/forms/remind", LOOKERS_OWN, NO_ROW }, { "POST", "/forms/remind", TELLERS, NO_ROW }, { "GET", "/growth", LOOKERS_OWN, NO_ROW },
    { "GET", "/forms/in/{hash}", PREPARERS, NO_ROW }, { "POST", "/forms/in/{hash}", PREPARERS, NO_ROW },
    { "GET", "/lives", LOOKERS, NO_ROW }, { "POST", "/lives/{kab}/{id}/arrive", PREPARERS, UNSEEDED_ROW },
    { "GET", "/reconcile", LOOKERS, NO_ROW }, { "GET", "/approval", LOOKERS, NO_ROW }, { "POST", "/approval/{stage}", SIGNERS, UNSEEDED_ROW },
    { "GET", "/worklist", LOOKERS, NO_ROW }, { "GET", "/places", LOOKERS, NO_ROW }, { "POST", "/places", SIGNERS | AGAIN, NO_ROW },
    { "POST", "/places/{n}/end", SIGNERS | AGAIN, NO_ROW }, { "GET", "/policies", LOOKERS, NO_ROW }, { "POST", "/policies", KEEPERS | AGAIN, NO_ROW },
    { "GET", "/request/{kab}/{id}", LOOKERS, REQUEST_ROW }, { "POST", "/request/{kab}/{id}/sign", SIGNERS, REQUEST_ROW },
    { "POST", "/request/{kab}/{id}/refuse", SIGNERS, REQUEST_ROW }, { "POST", "/request/{kab}/{id}/withdraw", SIGNERS, REQUEST_ROW },
    { "GET", "/caseload", LOOKERS, NO_ROW }, { "GET", "/caseload/new", CARERS, NO_ROW }, { "POST", "/caseload/new", CARERS, NO_ROW },
    { "POST", "/caseload/join", CARERS, NO_ROW }, { "GET", "/caseload/{kab}/{id}", LOOKERS, UNSEEDED_ROW }, { "GET", "/caseload/{kab}/{id}/note", LOOKERS, UNSEEDED_ROW },
    { "GET", "/training", LOOKERS_OWN, NO_ROW }, { "POST", "/training", OFFICE, NO_ROW }, { "POST", "/training/payday", OFFICE, NO_ROW }, { "GET", "/training/bank", OFFICE, NO_ROW }, { "GET", "/training/need", LOOKERS, NO_ROW },
    { "POST", "/training/bank/add", OFFICE, NO_ROW }, { "POST", "/training/bank/retire", OFFICE, NO_ROW }, { "POST", "/training/bank/list", OFFICE, NO_ROW },
    { "GET", TRAINING, LOOKERS_OWN, UNSEEDED_ROW }, { "GET", TRAINING "/people", LOOKERS, UNSEEDED_ROW }, { "GET", TRAINING "/day", OFFICE, UNSEEDED_ROW },
    { "POST", TRAINING "/day/{what}", OFFICE, UNSEEDED_ROW }, { "POST", TRAINING "/do/{what}", OFFICE, UNSEEDED_ROW }, { "POST", TRAINING "/list", OFFICE, UNSEEDED_ROW },
    { "GET", TRAINING "/tests", OFFICE, UNSEEDED_ROW }, { "GET", TRAINING "/report", LOOKERS, UNSEEDED_ROW }, { "GET", TRAINING "/paper", LOOKERS_OWN, UNSEEDED_ROW },
    { "GET", TRAINING "/calendar", LOOKERS_OWN, UNSEEDED_ROW }, { "GET", TRAINING "/here", R(COMPANION), UNSEEDED_ROW }, { "POST", TRAINING "/here", R(COMPANION), UNSEEDED_ROW },
    { "GET", TRAINING "/test", R(COMPANION), UNSEEDED_ROW }, { "POST", TRAINING "/test", R(COMPANION), UNSEEDED_ROW }, { "GET", "/companion/{kab}/{id}/trainings", LOOKERS_OWN, UNSEEDED_ROW },
    { "GET", "/certificate", ANYONE, NO_ROW }, { "GET", "/certificate/{kab}/{n}/{code}", ANYONE, NO_ROW },
    { "GET", "/audit", AUDITORS, NO_ROW }, { "GET", "/audit/looks", AUDITORS, NO_ROW }, { "GET", "/audit/heads", AUDITORS, NO_ROW },
    { "GET", "/audit/heads/lines", AUDITORS, NO_ROW },
    { "GET", "/import", PREPARERS, NO_ROW }, { "POST", "/import", PREPARERS, NO_ROW }, { "GET", "/import/look/{hash}", PREPARERS, NO_ROW },
    { "POST", "/import/read/{hash}", PREPARERS, NO_ROW }, { "GET", "/import/wait/{hash}", PREPARERS, NO_ROW },
    { "GET", "/import/{kab}/{id}", PREPARERS, IMPORT_ROW }, { "GET", "/import/{kab}/{id}/findings", PREPARERS, IMPORT_ROW },
    { "GET", "/import/{kab}/{id}/rejects", PREPARERS, IMPORT_ROW }, { "POST", "/import/{kab}/{id}/apply", PREPARERS, IMPORT_ROW },
    { "POST", "/import/{kab}/{id}/drop", PREPARERS, IMPORT_ROW },
};
#define DECLARED_N (sizeof DECLARED / sizeof *DECLARED)

// ---- an office of two districts ----------------------------------------------------------------------------------
typedef struct { int64_t id; Token fresh, old; } Person;   // two sessions: the password given just now, and an hour ago
typedef struct {
    DbTest *t;
    Server *server;
    Person near[ROLE_N], far[ROLE_N];
    Person given, bare;                // whose password somebody else chose; whose role needs a factor that is not there
    int64_t ids[UNSEEDED_ROW];         // by Row: a row of NEAR
} House;
#define MISSING_ID 98765432

static const char CSRF[] = "abcdefghijklmnopqrstuv";
static const DbQuery SESSION_PUT = { .name = "matrix_test: session",
    .sqlite = "INSERT INTO session (token_hash, user_id, face, csrf_code, created_at, seen_at, confirmed_at, ends_at) VALUES (?1, ?2, 'page', ?3, ?4, ?4, ?5, ?6)",
    .postgresql = "INSERT INTO session (token_hash, user_id, face, csrf_code, created_at, seen_at, confirmed_at, ends_at) VALUES ($1, $2, 'page', $3, $4, $4, $5, $6)",
    .params = "bitiii", .columns = "", .params_n = 6 };
static const DbQuery BATCH_PUT = { .name = "matrix_test: batch",
    .sqlite = "INSERT INTO import_batch (kab, id, source, file_name, file_hash, state, row_n, error_n, warning_n, staged_bytes_n, staged_row_n, staged_line_n, unwrapped_n, separated_n, actor_id, started_at) VALUES (1371, 7654, 'DTKS', 'rahasia.csv', ?1, 'staged', 0, 0, 0, 0, 0, 0, 0, 0, ?2, ?3)",
    .postgresql = "INSERT INTO import_batch (kab, id, source, file_name, file_hash, state, row_n, error_n, warning_n, staged_bytes_n, staged_row_n, staged_line_n, unwrapped_n, separated_n, actor_id, started_at) VALUES (1371, 7654, 'DTKS', 'rahasia.csv', $1, 'staged', 0, 0, 0, 0, 0, 0, 0, 0, $2, $3)",
    .params = "bii", .columns = "", .params_n = 3 };
static const DbQuery GIVEN_SET = { .name = "matrix_test: given", .sqlite = "UPDATE app_user SET is_password_given = 1 WHERE id = ?1",
    .postgresql = "UPDATE app_user SET is_password_given = 1 WHERE id = $1", .params = "i", .columns = "", .params_n = 1 };

static void step_once(DbTest *t, DbStatement *s) {
    bool has_row;
    check_ok(db_step(s, &has_row, &t->err), t->err);
    db_release(s);
}

static Token session_put(DbTest *t, int64_t user_id, int64_t confirmed_before_ms) {
    Token token = token_make();
    Hash hash = token_hash(str_c(token.text));
    int64_t now = instant_now().ms;
    DbStatement *s = NULL;
    check_ok(db_prepare(t->db, &SESSION_PUT, &s, &t->err), t->err);
    db_bind_hash(s, 0, &hash);
    db_bind_int(s, 1, user_id);
    db_bind_text(s, 2, str_c(CSRF));
    db_bind_int(s, 3, now);
    db_bind_int(s, 4, now - confirmed_before_ms);
    db_bind_int(s, 5, now + 3600000);
    step_once(t, s);
    return token;
}

static Person person_put(DbTest *t, Str login, Role role, int64_t kab, bool is_practice) {
    Person p = { 0 };
    UserNew user = { .login = login, .name = STR("Orang Coba"), .role = role, .kab = kab };
    check_ok(user_insert(t->db, 0, &user, STR("$none"), is_practice, instant_now(), &p.id, &t->err), t->err);
    p.fresh = session_put(t, p.id, 0);
    p.old = session_put(t, p.id, 3600000);
    return p;
}

static void people_put(House *h) {
    DbTest *t = h->t;
    DbStatement *s = NULL;
    for (int role = 0; role < ROLE_N; role++) {
        h->near[role] = person_put(t, arena_fmt(&t->arena, "dekat.%d", role), (Role)role, NEAR, true);
        h->far[role] = person_put(t, arena_fmt(&t->arena, "jauh.%d", role), (Role)role, FAR, true);
    }
    h->bare = person_put(t, STR("tanpa.faktor"), ROLE_HEAD_DINSOS, NEAR, false);
    h->given = person_put(t, STR("sandi.diberi"), ROLE_OPERATOR, NEAR, true);
    check_ok(db_prepare(t->db, &GIVEN_SET, &s, &t->err), t->err);
    db_bind_int(s, 0, h->given.id);
    step_once(t, s);
}

static void rows_put(House *h) {
    DbTest *t = h->t;
    DbStatement *s = NULL;
    Hash hash = hash_of("x", 1);
    Viewer head = { .user_id = h->near[ROLE_HEAD_DINSOS].id, .kab = NEAR, .role = ROLE_HEAD_DINSOS, .login = "dekat" };
    UserRequests requests;
    check_ok(db_begin(t->db, &t->err) && db_prepare(t->db, &BATCH_PUT, &s, &t->err), t->err);
    db_bind_hash(s, 0, &hash);
    db_bind_int(s, 1, h->near[ROLE_OPERATOR].id);
    db_bind_int(s, 2, instant_now().ms);
    step_once(t, s);
    check_ok(db_commit(t->db, &t->err), t->err);
    h->ids[FAMILY_ROW] = 17;
    h->ids[USER_ROW] = h->near[ROLE_AUDITOR].id;
    h->ids[IMPORT_ROW] = 7654;
    check_ok(user_role_ask(t->db, &head, h->near[ROLE_OPERATOR].id, ROLE_COORDINATOR, NEAR, instant_now(), &t->err), t->err);
    check_ok(user_requests(t->db, &t->arena, &head, h->near[ROLE_OPERATOR].id, instant_now(), &requests, &t->err), t->err);
    assert_int_equal(requests.n, 1);
    h->ids[REQUEST_ROW] = requests.at[0].id;
}

static House house_open(DbTest *t) {
    House h = { .t = t };
    AreaImport areas;
    SynthReport report;
    check_ok(db_begin(t->db, &t->err) && area_put_padang(t->db, &areas, &t->err) && db_commit(t->db, &t->err), t->err);
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = 1, .kab = NEAR, .family_n = FAMILY_N, .at = instant_now() }, NULL, &report, &t->err), t->err);
    check_ok(db_begin(t->db, &t->err), t->err);
    people_put(&h);
    check_ok(db_commit(t->db, &t->err), t->err);
    rows_put(&h);
    ServerOptions o = { .db_url = t->url, .thread_n = 2 };
    web_options(&o);
    check_ok(server_start(o, &h.server, &t->err), t->err);
    return h;
}

static void house_close(House *h) {
    server_stop(h->server);
    web_close();
}

// ---- asking ------------------------------------------------------------------------------------------------------
typedef struct { const char *method; Str path; const Token *who; bool has_csrf; } Question;

static int ask(Arena *a, House *h, Question q, Str *answer) {
    bool is_post = strcmp(q.method, "GET") != 0 && strcmp(q.method, "HEAD") != 0;
    Buf body = { .max = 1000 };
    if (q.has_csrf) {
        buf_c(&body, "csrf=");
        csrf_put_masked(&body, str_c(CSRF));
    }
    Str cookie = q.who ? arena_fmt(a, "Cookie: session=%s\r\n", q.who->text) : STR("");
    Str form = is_post ? arena_fmt(a, "Origin: http://localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n", body.n) : STR("");
    Str bytes = arena_fmt(a, "%s " STR_FMT " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" STR_FMT STR_FMT "\r\n" STR_FMT, q.method, STR_ARG(q.path), STR_ARG(cookie),
                          STR_ARG(form), STR_ARG(is_post ? buf_view(&body) : STR("")));
    buf_free(&body);
    *answer = knock(a, h->server, bytes);
    return status_of(*answer);
}

static void replace(Str *text, Arena *a, const char *from, const char *to) {
    Buf b = { .max = 1 << 22 };
    size_t n = strlen(from);
    for (size_t i = 0; i < text->n;) {
        bool is_here = text->n - i >= n && memcmp(text->p + i, from, n) == 0;
        if (is_here) buf_c(&b, to);
        else buf_char(&b, text->p[i]);
        i += is_here ? n : 1;
    }
    *text = arena_str(a, buf_view(&b));
    buf_free(&b);
}

static Str path_of(Arena *a, const char *pattern, int64_t id) {
    Str path = str_c(pattern);
    replace(&path, a, "{kab}", "1371");
    replace(&path, a, "{id}", arena_fmt(a, "%lld", (long long)id).p);
    replace(&path, a, "{n}", "1");
    replace(&path, a, "{kind}", "nik_shape");
    replace(&path, a, "{family_id}", "17");
    replace(&path, a, "{person_id}", "17");
    replace(&path, a, "{other_kab_id}", "1371");
    replace(&path, a, "{other_person_id}", "18");
    replace(&path, a, "{stage}", "2024-2");
    replace(&path, a, "{what}", "birth");
    replace(&path, a, "{file}", "x.css");
    replace(&path, a, "{code}", "ABCD2345ABCD2345");
    replace(&path, a, "{hash}", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    if (memchr(path.p, '{', path.n)) fail_msg("%s: this test has no value for a piece of the address", pattern);
    return path;
}

// An answer without what is drawn anew each time, and with one sign for either number wherever it stands.
static Str plain(Arena *a, Str answer, int64_t id) {
    Buf b = { .max = 1 << 22 };
    static const char CSRF_FIELD[] = "name=\"csrf\" value=\"", *const REDRAWN[] = { "Date: ", "Content-Length: " };
    for (size_t i = 0; i < answer.n; i++) {
        bool is_field = answer.n - i > sizeof CSRF_FIELD && memcmp(answer.p + i, CSRF_FIELD, sizeof CSRF_FIELD - 1) == 0;
        if (is_field) for (i += sizeof CSRF_FIELD; i < answer.n && answer.p[i] != '"'; i++) {}
        buf_char(&b, answer.p[i]);
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    for (size_t i = 0; i < sizeof REDRAWN / sizeof *REDRAWN; i++) {            // the moment, and how long the numbers are
        const char *at = memmem(out.p, out.n, REDRAWN[i], strlen(REDRAWN[i]));
        const char *end = at ? memchr(at, '\r', (size_t)(out.p + out.n - at)) : NULL;
        if (end) out = arena_fmt(a, "%.*s%.*s", (int)(at - out.p), out.p, (int)(out.p + out.n - end), end);
    }
    replace(&out, a, arena_fmt(a, "%d", MISSING_ID).p, "#");
    replace(&out, a, arena_fmt(a, "%lld", (long long)id).p, "#");
    return out;
}

static const char ROLE_TEXT[] = "Your role does not include this page. Ask the coordinator if your work needs it.";
static const char FORM_TEXT[] = "This form belongs to an earlier log-in, so nothing was changed. Load the page again and send it anew.";

typedef struct { const Route *route; size_t i; unsigned who; Row row; bool is_get; } RouteCase;

// ---- the questions -----------------------------------------------------------------------------------------------
static void ask_as_nobody(House *h, Arena *a, const RouteCase *c) {
    Str answer;
    int status = ask(a, h, (Question){ c->route->method, path_of(a, c->route->path, MISSING_ID), NULL, false }, &answer);
    if (c->who & ANYONE) { if (status == 401 || status >= 500) fail_msg("%s %s as nobody: %d", c->route->method, c->route->path, status); return; }
    if (status != (c->is_get ? 303 : 401)) fail_msg("%s %s as nobody: %d", c->route->method, c->route->path, status);
    if (c->is_get) assert_true(str_starts(header_of(answer, "Location"), STR("/login?next=")));
}

static void ask_as_each_role(House *h, Arena *a, const RouteCase *c) {
    for (int role = 0; role < ROLE_N; role++) {
        Str answer;
        int status = ask(a, h, (Question){ c->route->method, path_of(a, c->route->path, MISSING_ID), &h->near[role].fresh, false }, &answer);
        bool is_in = (c->who & ANYONE) || (c->who >> role & 1), is_out = str_contains(answer, str_c(tr(ROLE_TEXT)));
        if (is_in == is_out || status >= 500) fail_msg("%s %s as %s: %d", c->route->method, c->route->path, role_name((Role)role), status);
        if (is_out && status != 403) fail_msg("%s %s as %s: told no with %d", c->route->method, c->route->path, role_name((Role)role), status);
        if (is_in && !c->is_get && (status != 403 || !str_contains(answer, str_c(tr(FORM_TEXT)))))
            fail_msg("%s %s as %s without the form's token: %d", c->route->method, c->route->path, role_name((Role)role), status);
    }
}

static void ask_for_rows_of_others(House *h, Arena *a, const RouteCase *c) {
    if (c->row == NO_ROW || c->row == UNSEEDED_ROW) return;
    for (int role = 0; role < ROLE_N; role++) {
        Str there, missing;
        if (!(c->who >> role & 1)) continue;
        const Token *who = &h->far[role].fresh;
        int status = ask(a, h, (Question){ c->route->method, path_of(a, c->route->path, h->ids[c->row]), who, true }, &there);
        int other = ask(a, h, (Question){ c->route->method, path_of(a, c->route->path, MISSING_ID), who, true }, &missing);
        Str first = plain(a, there, h->ids[c->row]), second = plain(a, missing, h->ids[c->row]);
        if (status != other || !str_eq(first, second)) {
            print_error("%.*s\n---- and for one that does not exist:\n%.*s\n", STR_ARG(first), STR_ARG(second));
            fail_msg("%s %s as %s of another area: %d, and %d for a row that does not exist", c->route->method, c->route->path, role_name((Role)role), status, other);
        }
        if (status != 404 && status != 403) fail_msg("%s %s as %s of another area: %d", c->route->method, c->route->path, role_name((Role)role), status);
    }
}

static void ask_without_confirmation(House *h, Arena *a, const RouteCase *c) {
    bool is_declared = c->who & AGAIN;
    if (is_declared != route_asks_again(c->route)) fail_msg("%s %s: the password once more is declared %d", c->route->method, c->route->path, is_declared);
    if (!is_declared) return;
    for (int role = 0; role < ROLE_N; role++) {
        Str answer;
        if (!(c->who >> role & 1)) continue;
        int status = ask(a, h, (Question){ c->route->method, path_of(a, c->route->path, h->ids[USER_ROW]), &h->near[role].old, true }, &answer);
        bool is_led = c->is_get ? status == 303 && str_starts(header_of(answer, "Location"), STR("/confirm?next=")) : status == 403;
        if (!is_led) fail_msg("%s %s as %s, confirmed an hour ago: %d", c->route->method, c->route->path, role_name((Role)role), status);
    }
}

static void ask_with_something_first(House *h, Arena *a, const RouteCase *c) {
    const struct { const Token *who; const char *first; } PEOPLE[] = { { &h->bare.fresh, "/account/factor" }, { &h->given.fresh, "/account/password" } };
    for (size_t i = 0; i < 2; i++) {
        Str answer;
        int status = ask(a, h, (Question){ c->route->method, path_of(a, c->route->path, MISSING_ID), PEOPLE[i].who, false }, &answer);
        bool is_led = c->is_get ? status == 303 && str_eq(header_of(answer, "Location"), str_c(PEOPLE[i].first)) : status == 403 && str_contains(answer, str_c(tr(ROLE_TEXT)));
        if (is_led == !!(c->who & (ANYONE | ARRIVING))) fail_msg("%s %s for one who must go to %s first: %d", c->route->method, c->route->path, PEOPLE[i].first, status);
    }
}

static void ask_in_another_way(House *h, Arena *a, const RouteCase *c) {
    static const char *const METHODS[] = { "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE" };
    for (size_t m = 0; m < sizeof METHODS / sizeof *METHODS; m++) {
        bool is_a_route = false;
        for (size_t i = 0; i < DECLARED_N; i++) is_a_route = is_a_route || (!strcmp(DECLARED[i].path, c->route->path) && !strcmp(DECLARED[i].method, METHODS[m]));
        if (is_a_route) continue;
        Str answer, path = path_of(a, c->route->path, h->ids[USER_ROW]);
        int status = ask(a, h, (Question){ METHODS[m], path, &h->near[ROLE_HEAD_DINSOS].fresh, true }, &answer);
        bool is_other_page = !strcmp(METHODS[m], "GET") && status == 404;        // "/users/new" by another pattern, "/import/…/…"
        if (status < 400 && strcmp(METHODS[m], "GET") != 0) fail_msg("%s %s: %d", METHODS[m], c->route->path, status);
        if (status != 405 && !is_other_page && status < 400) fail_msg("%s %s: %d", METHODS[m], c->route->path, status);
        if (status == 405) assert_true(header_of(answer, "Allow").n > 0);
    }
}

// ---- names of the other area -------------------------------------------------------------------------------------
static const DbQuery NAMES = { .name = "matrix_test: names", .sqlite = "SELECT name FROM person WHERE kab = 1371 AND family_id <= 60",
    .postgresql = "SELECT name FROM person WHERE kab = 1371 AND family_id <= 60", .params = "", .columns = "t", .columns_n = 1 };

static bool names_somebody(DbTest *t, Str answer) {
    DbStatement *s = NULL;
    bool has_row = false, is_shown = false;
    check_ok(db_prepare(t->db, &NAMES, &s, &t->err), t->err);
    while (db_step(s, &has_row, &t->err) && has_row) is_shown = is_shown || (db_text(s, 0).n > 8 && str_contains(answer, db_text(s, 0)));
    db_release(s);
    return is_shown;
}

static void ask_for_lists_of_others(House *h, Arena *a, const RouteCase *c) {
    static const char *const ENDINGS[] = { "?kab=1371", "?kab=1371&stage=-&format=csv", "?kab=1371&format=json&q=a" };
    for (int role = 0; c->is_get && role < ROLE_N; role++)
        for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
            Str answer, path = arena_fmt(a, STR_FMT "%s", STR_ARG(path_of(a, c->route->path, h->ids[FAMILY_ROW])), ENDINGS[i]);
            if (!(c->who >> role & 1)) continue;
            int status = ask(a, h, (Question){ "GET", path, &h->far[role].fresh, false }, &answer);
            if (status >= 500) fail_msg("GET " STR_FMT " as %s: %d", STR_ARG(path), role_name((Role)role), status);
            if (names_somebody(h->t, answer)) fail_msg("GET " STR_FMT " as %s of another area shows a name", STR_ARG(path), role_name((Role)role));
        }
}

// ---- all of it ---------------------------------------------------------------------------------------------------
static size_t declaration_of(const Route *route) {
    for (size_t i = 0; i < DECLARED_N; i++) if (!strcmp(DECLARED[i].method, route->method) && !strcmp(DECLARED[i].path, route->path)) return i;
    fail_msg("%s %s is not declared in matrix_test.c: say who may come here, whether the password is asked once more, and which row it names", route->method, route->path);
    return 0;
}

static void each_route(House *h, void (*question)(House *h, Arena *a, const RouteCase *c)) {
    for (size_t k = 0; server_options(h->server)->routes[k]; k++) for (const Route *route = server_options(h->server)->routes[k]; route->path; route++) {
        Arena a = { 0 };
        size_t i = declaration_of(route);
        question(h, &a, &(RouteCase){ route, i, DECLARED[i].who, DECLARED[i].row, !strcmp(route->method, "GET") });
        arena_free(&a);
    }
}

static void routes_do_what_is_declared(DbTest *t) {
    House h = house_open(t);
    int64_t before_n = 0, after_n = 0;
    Hash before, after;
    Str answer;
    Arena a = { 0 };
    assert_int_equal(ask(&a, &h, (Question){ "GET", STR("/family/1371/17"), &h.near[ROLE_OPERATOR].fresh, false }, &answer), 200);      // there is what others must not see
    assert_true(names_somebody(t, answer));
    assert_int_equal(ask(&a, &h, (Question){ "GET", STR("/import/1371/7654"), &h.near[ROLE_OPERATOR].fresh, false }, &answer), 200);
    assert_int_equal(ask(&a, &h, (Question){ "GET", path_of(&a, "/request/{kab}/{id}", h.ids[REQUEST_ROW]), &h.near[ROLE_HEAD_LINJAMSOS].fresh, false }, &answer), 200);
    assert_int_equal(ask(&a, &h, (Question){ "GET", path_of(&a, "/users/{id}", h.ids[USER_ROW]), &h.near[ROLE_ADMINISTRATOR].fresh, false }, &answer), 200);
    check_ok(audit_head(t->db, NEAR, &before_n, &before, &t->err), t->err);
    each_route(&h, ask_as_nobody);
    each_route(&h, ask_as_each_role);
    each_route(&h, ask_for_rows_of_others);
    each_route(&h, ask_without_confirmation);
    each_route(&h, ask_with_something_first);
    each_route(&h, ask_for_lists_of_others);
    each_route(&h, ask_in_another_way);
    check_ok(audit_head(t->db, NEAR, &after_n, &after, &t->err), t->err);
    assert_int_equal(after_n, before_n);                   // of all these questions none changed anything here
    arena_free(&a);
    house_close(&h);
}
DB_TEST(routes_do_what_is_declared)

static const struct CMUnitTest tests[] = { DB_TESTS(routes_do_what_is_declared) };
TEST_MAIN(tests)
