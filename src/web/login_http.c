// login_http.c: log in and out. A wrong name and a wrong password read alike; guesses cost (office/budget.h).
#include "web/login.h"
#include "web/passkey_http.h"
#include "web/web.h"
#include "web_login.page.h"

// "Chrome, Android" from what a browser says of itself: enough to know one's own telephone again.
static Str device_title(Arena *a, Str agent) {
    static const char *const BROWSERS[][2] = { { "Edg", "Edge" }, { "OPR/", "Opera" }, { "SamsungBrowser/", "Samsung Internet" }, { "UCBrowser/", "UC Browser" },
        { "Firefox/", "Firefox" }, { "Chrome/", "Chrome" }, { "Safari/", "Safari" } };
    static const char *const SYSTEMS[][2] = { { "Android", "Android" }, { "iPhone", "iPhone" }, { "iPad", "iPad" }, { "Windows", "Windows" }, { "Mac OS", "macOS" },
        { "Linux", "Linux" } };
    const char *browser = "", *system = "";
    for (size_t i = 0; i < sizeof BROWSERS / sizeof *BROWSERS && !*browser; i++) if (str_contains(agent, str_c(BROWSERS[i][0]))) browser = BROWSERS[i][1];
    for (size_t i = 0; i < sizeof SYSTEMS / sizeof *SYSTEMS && !*system; i++) if (str_contains(agent, str_c(SYSTEMS[i][0]))) system = SYSTEMS[i][1];
    return arena_fmt(a, "%s%s%s", browser, *browser && *system ? ", " : "", system);
}

#define DEVICE_KEPT_S ((int64_t)180 * 24 * 3600)

static bool login_show(Request *r, Response *res, const LoginView *v, Err *e) {
    Page page = page_begin(r);
    login_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Log in to Harapan")), .is_bare = true }, &page, e);
}

static bool login_get(Request *r, Response *res, Err *e) {
    Str next = query_text(r, "next");
    if (!url_is_local(next)) next = STR("/");
    if (r->is_signed_in) { response_redirect(r, res, (Url){ next }); return true; }
    return login_show(r, res, &(LoginView){ .next = next }, e);
}

static Login login_asked(Request *r) {
    Str device = request_cookie(r, "device");
    return (Login){ .from = r->peer, .device = device.n == TOKEN_CHARS ? device : STR(""), .title = device_title(r->arena, r->agent), .face = FACE_PAGE };
}

static Str next_asked(Request *r) {
    Str next = form_text(r, "next");
    return url_is_local(next) ? next : STR("/");
}

static void login_done(Request *r, Response *res, const LoginTokens *tokens) {
    response_cookie(r, res, "session", str_c(tokens->session.text), 0);
    response_cookie(r, res, "device", str_c(tokens->device.text), DEVICE_KEPT_S);
    response_redirect(r, res, (Url){ next_asked(r) });
}

static bool login_post(Request *r, Response *res, Err *e) {
    Login login = login_asked(r);
    Db *db;
    LoginTokens tokens;
    Err refused = {0};
    login.login = form_text(r, "login");
    login.password = fields_get(&r->form, "password");
    if (!request_db_write(r, &db, e)) return false;
    if (!session_login(db, &login, r->received_at, &tokens, &refused)) {
        if (refused.code != FORBIDDEN && refused.code != BUSY) { *e = refused; return false; }
        res->status = refused.code == BUSY ? 429 : 403;
        return login_show(r, res, &(LoginView){ .login = login.login, .next = next_asked(r), .fault = str_c(refused.text) }, e);
    }
    if (tokens.needs_code) {
        response_cookie(r, res, "login", str_c(tokens.session.text), LOGIN_CODE_MS / 1000);
        response_redirect(r, res, url_with(r->arena, (Url){ STR("/login/code") }, "next", next_asked(r)));
    } else login_done(r, res, &tokens);
    return true;
}

// ---- the second factor

// For whom a log-in waits; 0 when it is over, which the answer to the code tells.
static bool waiting_user(Request *r, Db *db, int64_t *user_id, Err *e) {
    Err none = {0};
    *user_id = 0;
    return session_pending_user(db, request_cookie(r, "login"), r->received_at, user_id, &none) || none.code == FORBIDDEN || fail(e, none.code, "%s", none.text);
}

static bool code_show(Request *r, Response *res, const LoginCodeView *shown, Err *e) {
    LoginCodeView v = *shown;
    int64_t user_id;
    Factor f = {0};
    Db *db;
    if (!request_db_read(r, &db, e) || !waiting_user(r, db, &user_id, e) || (user_id && !factor_read(db, user_id, &f, e))) return false;
    v.has_passkey = f.passkey_n > 0;
    Page page = page_begin(r);
    login_code_page(&page, &v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Second step")), .is_bare = true }, &page, e);
}

static bool code_get(Request *r, Response *res, Err *e) {
    Str next = query_text(r, "next");
    if (request_cookie(r, "login").n != TOKEN_CHARS) { response_redirect(r, res, (Url){ STR("/login") }); return true; }
    return code_show(r, res, &(LoginCodeView){ .next = url_is_local(next) ? next : STR("/") }, e);
}

static bool code_post(Request *r, Response *res, Err *e) {
    Login login = login_asked(r);
    Db *db;
    LoginTokens tokens;
    Err refused = {0};
    login.password = form_text(r, "code");
    if (!request_db_write(r, &db, e)) return false;
    if (!session_login_code(db, request_cookie(r, "login"), &login, r->received_at, &tokens, &refused)) {
        if (refused.code != FORBIDDEN && refused.code != BUSY && refused.code != CONFLICT) { *e = refused; return false; }
        res->status = refused.code == BUSY ? 429 : 403;
        return code_show(r, res, &(LoginCodeView){ .next = next_asked(r), .fault = str_c(refused.text) }, e);
    }
    response_cookie(r, res, "login", STR(""), -1);
    login_done(r, res, &tokens);
    return true;
}

// A refusal that the person reads beside the form; all else is an answer of its own.
static bool is_told(const Err *refused, Response *res) {
    res->status = refused->code == BUSY ? 429 : 403;
    return refused->code == FORBIDDEN || refused->code == BUSY || refused->code == BAD_INPUT;
}

static bool login_challenge_post(Request *r, Response *res, Err *e) {
    Str pending = request_cookie(r, "login");
    Hash bound = token_hash(pending);
    int64_t user_id;
    Db *db;
    return request_db_write(r, &db, e) && session_pending_user(db, pending, r->received_at, &user_id, e) && passkey_options(r, res, db, user_id, &bound, PASSKEY_LOGIN, NULL, e);
}

static bool login_passkey_post(Request *r, Response *res, Err *e) {
    Login login = login_asked(r);
    PasskeySite site = passkey_site(r);
    PasskeyAnswer answer;
    LoginTokens tokens;
    Db *db;
    Err refused = {0};
    if (!request_db_write(r, &db, e)) return false;
    if (!passkey_answer(r, &answer, &refused) || !session_login_passkey(db, request_cookie(r, "login"), &login, &site, &answer, r->received_at, &tokens, &refused)) {
        if (!is_told(&refused, res)) { *e = refused; return false; }
        return code_show(r, res, &(LoginCodeView){ .next = next_asked(r), .fault = str_c(refused.text) }, e);
    }
    response_cookie(r, res, "login", STR(""), -1);
    login_done(r, res, &tokens);
    return true;
}

// ---- once more, before what is hard to undo (the word "again" of a route)
static bool confirm_show(Request *r, Response *res, const LoginCodeView *shown, Err *e) {
    LoginCodeView v = *shown;
    Factor f;
    Db *db;
    if (!request_db_read(r, &db, e) || !factor_read(db, web_viewer(r)->user_id, &f, e)) return false;
    v.has_passkey = f.passkey_n > 0;
    Page page = page_begin(r);
    confirm_page(&page, &v, web_session(r)->has_factor);
    return page_end(r, res, (PageHead){ .title = str_c(_("Your password, once more")), .is_bare = true }, &page, e);
}

static bool confirm_get(Request *r, Response *res, Err *e) {
    Str next = query_text(r, "next");
    return confirm_show(r, res, &(LoginCodeView){ .next = url_is_local(next) ? next : STR("/") }, e);
}

static bool confirm_post(Request *r, Response *res, Err *e) {
    Db *db;
    Token token;
    Err refused = {0};
    if (!request_db_write(r, &db, e)) return false;
    if (!session_confirm(db, web_session(r), fields_get(&r->form, "password"), r->peer, r->received_at, &token, &refused)) {
        if (refused.code != FORBIDDEN && refused.code != BUSY) { *e = refused; return false; }
        res->status = refused.code == BUSY ? 429 : 403;
        return confirm_show(r, res, &(LoginCodeView){ .next = next_asked(r), .fault = str_c(refused.text) }, e);
    }
    response_cookie(r, res, "session", str_c(token.text), 0);
    response_redirect(r, res, (Url){ next_asked(r) });
    return true;
}

static bool confirm_challenge_post(Request *r, Response *res, Err *e) {
    const Session *s = web_session(r);
    Db *db;
    return request_db_write(r, &db, e) && passkey_options(r, res, db, s->viewer.user_id, &s->token_hash, PASSKEY_CONFIRM, NULL, e);
}

static bool confirm_passkey_post(Request *r, Response *res, Err *e) {
    PasskeySite site = passkey_site(r);
    PasskeyAnswer answer;
    Token token;
    Db *db;
    Err refused = {0};
    if (!request_db_write(r, &db, e)) return false;
    if (!passkey_answer(r, &answer, &refused) || !session_confirm_passkey(db, web_session(r), &site, &answer, r->received_at, &token, &refused)) {
        if (!is_told(&refused, res)) { *e = refused; return false; }
        return confirm_show(r, res, &(LoginCodeView){ .next = next_asked(r), .fault = str_c(refused.text) }, e);
    }
    response_cookie(r, res, "session", str_c(token.text), 0);
    response_redirect(r, res, (Url){ next_asked(r) });
    return true;
}

static bool logout_post(Request *r, Response *res, Err *e) {
    Db *db;
    if (!request_db_write(r, &db, e) || !session_end(db, web_session(r), r->received_at, e)) return false;
    response_cookie(r, res, "session", STR(""), -1);
    response_redirect(r, res, (Url){ STR("/login") });
    return true;
}

const Route LOGIN_ROUTES[] = {
    { "GET",  "/login",  "anyone",    login_get },
    { "POST", "/login",  "anyone",    login_post },
    { "GET",  "/login/code", "anyone", code_get },
    { "POST", "/login/code", "anyone", code_post },
    { "POST", "/login/passkey", "anyone", login_passkey_post },
    { "POST", "/login/passkey/challenge", "anyone", login_challenge_post },
    { "POST", "/confirm/passkey", "arriving", confirm_passkey_post },
    { "POST", "/confirm/passkey/challenge", "arriving", confirm_challenge_post },
    { "GET",  "/confirm", "arriving", confirm_get },
    { "POST", "/confirm", "arriving", confirm_post },
    { "POST", "/logout", "arriving",  logout_post },
    {0} };
