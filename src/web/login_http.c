// login_http.c: log in and out. A wrong name and a wrong password read alike; guesses cost (office/budget.h).
#include "web/login.h"
#include "web/web.h"
#include "web_login.page.h"

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

static bool login_post(Request *r, Response *res, Err *e) {
    Str next = form_text(r, "next"), device = request_cookie(r, "device");
    Login login = { .login = form_text(r, "login"), .password = fields_get(&r->form, "password"), .from = r->peer,
                    .device = device.n == TOKEN_CHARS ? device : STR(""), .face = FACE_PAGE };
    Db *db;
    LoginTokens tokens;
    Err refused = {0};
    if (!request_db_write(r, &db, e)) return false;
    if (!session_login(db, &login, r->received_at, &tokens, &refused)) {
        if (refused.code != FORBIDDEN && refused.code != BUSY) { *e = refused; return false; }
        res->status = refused.code == BUSY ? 429 : 403;
        return login_show(r, res, &(LoginView){ .login = login.login, .next = url_is_local(next) ? next : STR("/"), .fault = str_c(refused.text) }, e);
    }
    response_cookie(r, res, "session", str_c(tokens.session.text), 0);
    response_cookie(r, res, "device", str_c(tokens.device.text), DEVICE_KEPT_S);
    response_redirect(r, res, (Url){ url_is_local(next) ? next : STR("/") });
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
    { "POST", "/logout", "signed-in", logout_post },
    {0} };
