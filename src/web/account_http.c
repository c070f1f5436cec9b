// account_http.c: one's own password, second factor and sessions. Also the place to which a log-in is led that must do one of these
// before anything else (Session.must).
#include "web/account.h"
#include <qrencode.h>
#include "office/user.h"
#include "web/passkey_http.h"
#include "web/web.h"
#include "web_account.page.h"

Str session_device(const LiveSession *s) {
    if (s->face == FACE_SHELL) return str_c(_("the shell"));
    return s->device.n ? s->device : str_c(_("unknown device"));
}

// A refusal in words is shown on the page, everything else is the server's to tell.
static bool is_for_page(const Err *refused, Response *res, Str *fault, Arena *a) {
    if (refused->code != FORBIDDEN && refused->code != BUSY && refused->code != CONFLICT && refused->code != BAD_INPUT) return false;
    res->status = err_http_status(refused->code);
    *fault = arena_str(a, str_c(refused->text));
    return true;
}

// ---- the page ----------------------------------------------------------------------------------------------------
static bool account_show(Request *r, Response *res, Db *db, Str fault, Err *e) {
    const Session *s = web_session(r);
    AccountView v = { .session = s, .fault = fault, .is_confirmed = r->visitor.is_confirmed, .needs_factor = role_needs_factor(s->viewer.role) && !s->viewer.is_practice };
    if (!factor_read(db, s->viewer.user_id, &v.factor, e) || !passkey_list(db, r->arena, s->viewer.user_id, &v.passkeys, e) || !session_list(db, r->arena, &s->viewer, s->viewer.user_id, r->received_at, &v.sessions, e)) return false;
    Page page = page_begin(r);
    account_page(&page, &v);
    return page_end(r, res, (PageHead){ .title = str_c(_("My account")) }, &page, e);
}

static bool account_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && account_show(r, res, db, STR(""), e);
}

// One session of one's own, or all but this one.
static bool sessions_end_post(Request *r, Response *res, Err *e) {
    Hash token;
    const Session *s = web_session(r);
    Str asked = form_text(r, "session");
    int64_t n = 0;
    Db *db;
    Err refused = {0};
    if (!request_db_write(r, &db, e)) return false;
    bool is_done = asked.n == 0 ? session_end_all(db, &s->viewer, s->viewer.user_id, &s->token_hash, r->received_at, &n, &refused)
                 : hash_parse_hex(asked, &token) ? session_end_one(db, &s->viewer, &token, r->received_at, &refused)
                 : fail(&refused, NOT_FOUND, "This session has ended already.");
    if (!is_done && refused.code != NOT_FOUND) { *e = refused; return false; }     // ended meanwhile: what was wanted
    response_redirect(r, res, (Url){ STR("/account") });
    return true;
}

// ---- the password ------------------------------------------------------------------------------------------------
static bool password_show(Request *r, Response *res, Str fault, Err *e) {
    Page page = page_begin(r);
    password_page(&page, &(PasswordView){ .fault = fault, .is_given = web_session(r)->must == MUST_CHOOSE_PASSWORD });
    return page_end(r, res, (PageHead){ .title = str_c(_("A new password")), .crumbs = { { "/account", str_c(_("My account")) } } }, &page, e);
}

static bool password_get(Request *r, Response *res, Err *e) { return password_show(r, res, STR(""), e); }

static bool password_post(Request *r, Response *res, Err *e) {
    const Session *s = web_session(r);
    Str old = fields_get(&r->form, "old"), new = fields_get(&r->form, "new"), fault;
    Db *db;
    Err refused = {0};
    if (!request_db_write(r, &db, e)) return false;
    bool is_done = (secret_eq(new, fields_get(&r->form, "again")) || fail(&refused, BAD_INPUT, "The two passwords are not the same.")) &&
                   (!secret_eq(old, new) || fail(&refused, BAD_INPUT, "This is the present password. Choose another one.")) &&
                   session_prove(db, s, old, r->peer, r->received_at, &refused) &&
                   user_password_change(db, &s->viewer, new, &s->token_hash, r->received_at, &refused);
    if (!is_done && is_for_page(&refused, res, &fault, r->arena)) return password_show(r, res, fault, e);
    if (!is_done) { *e = refused; return false; }
    response_redirect(r, res, (Url){ STR("/account") });
    return true;
}

// ---- the second factor -------------------------------------------------------------------------------------------

// Black on white, whatever the colours of the page: cameras want it so. Four modules of margin, as the standard says.
bool web_qr(Arena *a, Str text, Html *out, Err *e) {
    QRcode *qr = QRcode_encodeString8bit(arena_c(a, text), 0, QR_ECLEVEL_M);
    if (!qr) return fail(e, IO_FAILED, "The code could not be drawn.");
    Buf b = { .max = 1 << 18 };
    buf_fmt(&b, "<svg class=\"qr\" role=\"img\" aria-label=\"QR\" width=\"232\" height=\"232\" viewBox=\"-4 -4 %d %d\" shape-rendering=\"crispEdges\">"
                "<rect x=\"-4\" y=\"-4\" width=\"100%%\" height=\"100%%\" fill=\"#fff\"></rect><path fill=\"#000\" d=\"", qr->width + 8, qr->width + 8);
    for (int y = 0; y < qr->width; y++)
        for (int x = 0, n; x < qr->width; x += n) {
            bool is_dark = qr->data[y * qr->width + x] & 1;
            for (n = 1; x + n < qr->width && (qr->data[y * qr->width + x + n] & 1) == is_dark; n++) {}
            if (is_dark) buf_fmt(&b, "M%d %dh%dv1h-%dz", x, y, n, n);
        }
    buf_c(&b, "\"></path></svg>");
    QRcode_free(qr);
    bool is_whole = !b.is_full;
    *out = (Html){ arena_str(a, buf_view(&b)) };
    buf_free(&b);
    return is_whole || fail(e, LIMIT, "The code could not be drawn.");
}

static Str where_title(const Request *r) {
    const ServerOptions *o = server_options(r->server);
    return o->is_practice ? STR("Harapan LATIHAN") : o->host ? arena_fmt(r->arena, "Harapan %s", o->host) : STR("Harapan");
}

static bool factor_show(Request *r, Response *res, Db *db, Str fault, Err *e) {
    const Session *s = web_session(r);
    FactorView v = { .fault = fault, .must = s->must == MUST_SET_UP_FACTOR };
    TotpSecret secret;
    if (!factor_pending(db, s->viewer.user_id, &secret, &v.is_begun, e)) return false;
    if (v.is_begun) {
        v.secret = totp_base32(r->arena, &secret);
        if (!web_qr(r->arena, totp_address(r->arena, &secret, where_title(r), str_c(s->viewer.login)), &v.code, e)) return false;
    }
    Page page = page_begin(r);
    factor_page(&page, &v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Second factor")), .crumbs = { { "/account", str_c(_("My account")) } } }, &page, e);
}

static bool factor_get(Request *r, Response *res, Err *e) {
    Db *db;
    Factor f;
    if (!request_db_read(r, &db, e) || !factor_read(db, web_viewer(r)->user_id, &f, e)) return false;
    if (f.is_set_up) { response_redirect(r, res, (Url){ STR("/account") }); return true; }
    return factor_show(r, res, db, STR(""), e);
}

static bool factor_post(Request *r, Response *res, Err *e) {
    Db *db;
    if (!request_db_write(r, &db, e) || !factor_begin(db, web_viewer(r), r->received_at, e)) return false;
    response_redirect(r, res, (Url){ STR("/account/factor") });
    return true;
}

static bool recovery_show(Request *r, Response *res, const RecoveryCodes *codes, Err *e) {
    Page page = page_begin(r);
    recovery_page(&page, codes);
    return page_end(r, res, (PageHead){ .title = str_c(_("Recovery codes")), .is_bare = true }, &page, e);
}

static bool factor_confirm_post(Request *r, Response *res, Err *e) {
    Db *db;
    RecoveryCodes codes;
    Err refused = {0};
    Str fault;
    if (!request_db_write(r, &db, e)) return false;
    if (factor_confirm(db, web_viewer(r), form_text(r, "code"), r->received_at, &codes, &refused)) return recovery_show(r, res, &codes, e);
    if (is_for_page(&refused, res, &fault, r->arena)) return factor_show(r, res, db, fault, e);
    *e = refused;
    return false;
}

static bool recovery_post(Request *r, Response *res, Err *e) {
    Db *db;
    RecoveryCodes codes;
    return request_db_write(r, &db, e) && factor_recovery_renew(db, web_viewer(r), r->received_at, &codes, e) && recovery_show(r, res, &codes, e);
}

static bool factor_remove_post(Request *r, Response *res, Err *e) {
    Db *db;
    if (!request_db_write(r, &db, e) || !factor_remove(db, web_viewer(r), r->received_at, e)) return false;
    response_redirect(r, res, (Url){ STR("/account") });
    return true;
}

// ---- passkeys ----------------------------------------------------------------------------------------------------
static bool challenge_post(Request *r, Response *res, Err *e) {
    const Session *s = web_session(r);
    Db *db;
    return request_db_write(r, &db, e) && passkey_options(r, res, db, s->viewer.user_id, &s->token_hash, PASSKEY_ENROL, &s->viewer, e);
}

// Back to where it was asked for: a role that must have a second factor sees nothing else yet.
static bool passkey_refused(Request *r, Response *res, Db *db, Err *refused, Err *e) {
    Str fault;
    if (!is_for_page(refused, res, &fault, r->arena)) { *e = *refused; return false; }
    return web_session(r)->must == MUST_SET_UP_FACTOR ? factor_show(r, res, db, fault, e) : account_show(r, res, db, fault, e);
}

static bool passkey_post(Request *r, Response *res, Err *e) {
    const Session *s = web_session(r);
    PasskeySite site = passkey_site(r);
    PasskeyAnswer answer;
    RecoveryCodes codes;
    bool has_codes = false;
    Db *db;
    Err refused = {0};
    if (!request_db_write(r, &db, e)) return false;
    if (!passkey_answer(r, &answer, &refused) || !passkey_add(db, &s->viewer, &s->token_hash, &site, &answer, form_text(r, "title"), r->received_at, &codes, &has_codes, &refused))
        return passkey_refused(r, res, db, &refused, e);
    if (has_codes) return recovery_show(r, res, &codes, e);
    response_redirect(r, res, (Url){ STR("/account") });
    return true;
}

static bool passkey_remove_post(Request *r, Response *res, Err *e) {
    int64_t n;
    Db *db;
    Err refused = {0};
    if (!str_int64(form_text(r, "passkey"), &n)) return fail(e, NOT_FOUND, "This passkey is gone already.");
    if (!request_db_write(r, &db, e)) return false;
    if (!passkey_remove(db, web_viewer(r), n, r->received_at, &refused) && refused.code != NOT_FOUND) return passkey_refused(r, res, db, &refused, e);     // the second click
    response_redirect(r, res, (Url){ STR("/account") });
    return true;
}

const Route ACCOUNT_ROUTES[] = {
    { "GET",  "/account",                "signed-in", account_get },
    { "POST", "/account/sessions/end",   "signed-in", sessions_end_post },
    { "GET",  "/account/password",       "arriving",  password_get },
    { "POST", "/account/password",       "arriving",  password_post },
    { "GET",  "/account/factor",         "arriving again",  factor_get },
    { "POST", "/account/factor",         "arriving again",  factor_post },
    { "POST", "/account/factor/confirm", "arriving again",  factor_confirm_post },
    { "POST", "/account/factor/remove",  "signed-in again", factor_remove_post },
    { "POST", "/account/passkey",           "arriving again",  passkey_post },
    { "POST", "/account/passkey/challenge", "arriving again",  challenge_post },
    { "POST", "/account/passkey/remove",    "signed-in again", passkey_remove_post },
    { "POST", "/account/recovery",       "signed-in again", recovery_post },
    {0} };
