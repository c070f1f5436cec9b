// users_http.c: the people who work here. Whoever keeps users sees those of the own area; anybody else's number is not found. What changes
// a person asks for the password once more (the word "again" of the routes); another role, the reset of a second factor, and letting a disabled person in again take two people.
#include "web/users.h"
#include <stdio.h>
#include "web/web.h"
#include "web_users.page.h"

const char *user_area_title(int64_t kab, Arena *a) { return kab == 0 ? _("Nation") : arena_fmt(a, "%lld", (long long)kab).p; }

Roles roles_all(void) {
    Roles roles;
    for (int i = 0; i < ROLE_N; i++) roles.at[i] = (Role)i;
    return roles;
}

static bool refused_for_page(const Err *refused, Request *r, Response *res, Str *fault) {
    if (refused->code != FORBIDDEN && refused->code != BUSY && refused->code != CONFLICT && refused->code != BAD_INPUT) return false;
    res->status = err_http_status(refused->code);
    *fault = arena_str(r->arena, str_c(refused->text));
    return true;
}

// ---- all of them -------------------------------------------------------------------------------------------------
static bool has_part(Str text, Str part) {
    for (size_t i = 0; i + part.n <= text.n; i++) if (str_eq_nocase(str_part(text, i, part.n), part)) return true;
    return false;
}
static bool is_asked(const User *u, Str q) { return has_part(u->name, q) || has_part(u->login, q); }

static bool users_get(Request *r, Response *res, Err *e) {
    UsersView v = { .q = query_text(r, "q") };
    Db *db;
    size_t n = 0;
    if (!request_db_read(r, &db, e) || !user_list(db, r->arena, web_viewer(r), &v.users, e)) return false;
    for (size_t i = 0; i < v.users.n; i++) if (is_asked(&v.users.at[i], v.q)) v.users.at[n++] = v.users.at[i];
    v.users.n = n;
    v.list = list_of(r, (int64_t)n);
    v.from = (size_t)list_offset(&v.list);
    v.to = n < v.from + (size_t)v.list.rows_n ? n : v.from + (size_t)v.list.rows_n;
    Page page = page_begin(r);
    users_page(&page, &v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Users")), .nav = "/users" }, &page, e);
}

static bool sessions_get(Request *r, Response *res, Err *e) {
    SessionsView v = { .own = web_session(r) };
    Db *db;
    if (!request_db_read(r, &db, e) || !session_list(db, r->arena, web_viewer(r), 0, r->received_at, &v.sessions, e)) return false;
    Page page = page_begin(r);
    sessions_page(&page, &v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Who is logged in")), .nav = "/users", .crumbs = { { "/users", str_c(_("Users")) } } }, &page, e);
}

static bool sessions_end_post(Request *r, Response *res, Err *e) {
    Hash token;
    Db *db;
    if (!hash_parse_hex(form_text(r, "session"), &token)) return fail(e, NOT_FOUND, "This session has ended already.");
    if (!request_db_write(r, &db, e) || !session_end_one(db, web_viewer(r), &token, r->received_at, e)) return false;
    response_redirect(r, res, (Url){ STR("/sessions") });
    return true;
}

// ---- a new one ---------------------------------------------------------------------------------------------------
static bool new_show(Request *r, Response *res, const UserNewView *v, Err *e) {
    Page page = page_begin(r);
    user_new_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Add a person")), .nav = "/users", .crumbs = { { "/users", str_c(_("Users")) } } }, &page, e);
}

static bool new_get(Request *r, Response *res, Err *e) { return new_show(r, res, &(UserNewView){ .kab = web_viewer(r)->kab, .role = ROLE_OPERATOR }, e); }

static bool given_show(Request *r, Response *res, const UserGivenView *v, Err *e) {
    Page page = page_begin(r);
    user_given_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("A password to tell")), .nav = "/users", .crumbs = { { "/users", str_c(_("Users")) } } }, &page, e);
}

static bool role_asked(Request *r, Role *role, int64_t *kab, Err *e) {
    if (!role_find(form_text(r, "role"), role)) return fail(e, BAD_INPUT, "Choose a role.");
    return str_int64(form_text(r, "kab"), kab) || fail(e, BAD_INPUT, "The area is a number: 1371 for a district, 13 for a province, 0 for the nation.");
}

static bool new_post(Request *r, Response *res, Err *e) {
    UserNewView v = { .login = form_text(r, "login"), .name = form_text(r, "name"), .role = ROLE_OPERATOR };
    char password[PASSWORD_RANDOM_CHARS + 1];
    int64_t id;
    User user;
    Db *db;
    Err refused = {0};
    password_random(password);
    if (!request_db_write(r, &db, e)) return false;
    if (role_asked(r, &v.role, &v.kab, &refused) &&
        user_add(db, web_viewer(r), &(UserNew){ v.login, v.name, v.role, v.kab, str_c(password) }, r->received_at, &id, &refused) && user_read(db, r->arena, id, &user, &refused))
        return given_show(r, res, &(UserGivenView){ .login = v.login, .name = v.name, .password = password, .is_new = true, .is_waiting = !user.is_active, .kab = v.kab,
            .is_companion = v.role == ROLE_COMPANION, .may_link = v.role == ROLE_COMPANION && authority_allows(web_viewer(r), ACTION_CASELOAD, v.kab) }, e);
    if (refused_for_page(&refused, r, res, &v.fault)) return new_show(r, res, &v, e);
    *e = refused;
    return false;
}

// ---- one of them -------------------------------------------------------------------------------------------------
static bool user_of(Request *r, Db *db, User *out, Err *e) {
    Err none = {0};
    int64_t id = param_int(r, "id");
    bool is_found = user_read(db, r->arena, id, out, &none) && authority_allows(web_viewer(r), ACTION_USERS, out->kab);
    if (none.code && none.code != NOT_FOUND) { *e = none; return false; }
    return is_found || fail(e, NOT_FOUND, "There is no person number %lld.", (long long)id);
}

static bool user_show(Request *r, Response *res, Db *db, Str fault, Err *e) {
    UserView v = { .fault = fault };
    if (!user_of(r, db, &v.user, e) || !session_list(db, r->arena, web_viewer(r), v.user.id, r->received_at, &v.sessions, e) ||
        !user_requests(db, r->arena, web_viewer(r), v.user.id, r->received_at, &v.requests, e)) return false;
    v.is_self = v.user.id == web_viewer(r)->user_id;
    v.makers = NEW(r->arena, Str, v.requests.n + 1);
    for (size_t i = 0; i < v.requests.n; i++) {
        User maker;
        if (!user_read(db, r->arena, v.requests.at[i].maker_id, &maker, e)) return false;
        v.makers[i] = maker.name;
    }
    Page page = page_begin(r);
    user_page(&page, &v);
    return page_end(r, res, (PageHead){ .title = v.user.name, .nav = "/users", .crumbs = { { "/users", str_c(_("Users")) } } }, &page, e);
}

static bool user_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && user_show(r, res, db, STR(""), e);
}

// Back to the person's page, with the refusal on it when there was one.
static bool user_done(Request *r, Response *res, Db *db, bool is_done, Err *refused, Err *e) {
    Str fault;
    if (!is_done && refused_for_page(refused, r, res, &fault)) return user_show(r, res, db, fault, e);
    if (!is_done) { *e = *refused; return false; }
    response_redirect(r, res, url_path(r->arena, "/users/%lld", (long long)param_int(r, "id")));
    return true;
}

static bool disable_post(Request *r, Response *res, Err *e) {
    User user;
    Db *db;
    Err refused = {0};
    if (!request_db_write(r, &db, e) || !user_of(r, db, &user, e)) return false;
    return user_done(r, res, db, user_disable(db, web_viewer(r), user.login, r->received_at, &refused), &refused, e);
}

static bool password_post(Request *r, Response *res, Err *e) {
    User user;
    char password[PASSWORD_RANDOM_CHARS + 1];
    bool is_waiting;
    Db *db;
    Err refused = {0};
    if (!request_db_write(r, &db, e) || !user_of(r, db, &user, e)) return false;
    if (!user_password_give(db, web_viewer(r), user.id, r->received_at, password, &is_waiting, &refused)) return user_done(r, res, db, false, &refused, e);
    return given_show(r, res, &(UserGivenView){ .login = user.login, .name = user.name, .password = password, .is_waiting = is_waiting }, e);
}

static bool sessions_post(Request *r, Response *res, Err *e) {
    User user;
    Db *db;
    Err refused = {0};
    int64_t n = 0;
    if (!request_db_write(r, &db, e) || !user_of(r, db, &user, e)) return false;
    return user_done(r, res, db, session_end_all(db, web_viewer(r), user.id, user.id == web_viewer(r)->user_id ? &web_session(r)->token_hash : NULL, r->received_at, &n, &refused), &refused, e);
}

static bool role_post(Request *r, Response *res, Err *e) {
    User user;
    Role role;
    int64_t kab;
    Db *db;
    Err refused = {0};
    if (!request_db_write(r, &db, e) || !user_of(r, db, &user, e)) return false;
    bool is_done = role_asked(r, &role, &kab, &refused) && user_role_ask(db, web_viewer(r), user.id, role, kab, r->received_at, &refused);
    return user_done(r, res, db, is_done, &refused, e);
}

static bool factor_post(Request *r, Response *res, Err *e) {
    User user;
    Db *db;
    Err refused = {0};
    if (!request_db_write(r, &db, e) || !user_of(r, db, &user, e)) return false;
    return user_done(r, res, db, user_factor_ask(db, web_viewer(r), user.id, r->received_at, &refused), &refused, e);
}

static bool enable_post(Request *r, Response *res, Err *e) {
    User user;
    Db *db;
    Err refused = {0};
    if (!request_db_write(r, &db, e) || !user_of(r, db, &user, e)) return false;
    return user_done(r, res, db, user_enable_ask(db, web_viewer(r), user.id, r->received_at, &refused), &refused, e);
}

static bool request_post(Request *r, Response *res, Err *e) {
    User user;
    Db *db;
    Err refused = {0};
    int64_t id = 0;
    if (!request_db_write(r, &db, e) || !user_of(r, db, &user, e)) return false;
    if (!str_int64(form_text(r, "request"), &id)) return fail(e, NOT_FOUND, "There is no request with this number.");
    bool is_refusal = str_eq(form_text(r, "do"), STR("refuse"));
    bool is_done = is_refusal ? user_request_refuse(db, web_viewer(r), user.id, id, form_text(r, "reason"), r->received_at, &refused)
                              : user_request_sign(db, web_viewer(r), user.id, id, r->received_at, &refused);
    return user_done(r, res, db, is_done, &refused, e);
}

const Route USERS_ROUTES[] = {
    { "GET",  "/users",               "users", users_get },
    { "GET",  "/users/new",           "users again", new_get },
    { "POST", "/users/new",           "users again", new_post },
    { "GET",  "/users/{id}",          "users again", user_get },
    { "POST", "/users/{id}/disable",  "users again", disable_post },
    { "POST", "/users/{id}/password", "users again", password_post },
    { "POST", "/users/{id}/sessions", "users again", sessions_post },
    { "POST", "/users/{id}/role",     "users again", role_post },
    { "POST", "/users/{id}/factor",   "users again", factor_post },
    { "POST", "/users/{id}/enable",   "users again", enable_post },
    { "POST", "/users/{id}/request",  "users again", request_post },
    { "GET",  "/sessions",            "users again", sessions_get },
    { "POST", "/sessions/end",        "users again", sessions_end_post },
    {0} };
