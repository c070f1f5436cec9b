// session.c: log in, be found again, confirm, log out. A password is checked between two short transactions, never inside one.
#include "office/session.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/budget.h"
#include "office/change.h"
#include "office/factor.h"
#include "office/user.h"
#include "office_session.sql.h"
#include "office_user.sql.h"
#include <stdio.h>

#define MINUTE_MS ((int64_t)60 * 1000)
#define HOUR_MS (60 * MINUTE_MS)
#define TOUCH_MS MINUTE_MS             // seen_at may be this late: one write a minute, not one a page
#define DEVICE_MS (180 * 24 * HOUR_MS) // a device not seen for half a year is a stranger again

// idle: how long one may do nothing; life: how long a session lasts at most, a working day.
static const struct { const char *name; int64_t idle_ms, life_ms; } FACES[] = {
    [FACE_PAGE] = { "page", 60 * MINUTE_MS, 12 * HOUR_MS },
    [FACE_SHELL] = { "shell", 4 * HOUR_MS, 12 * HOUR_MS },
};

static Face face_find(Str name) { return str_eq(name, STR("shell")) ? FACE_SHELL : FACE_PAGE; }      // an unknown one gets the shorter limit

static void text_copy(char *out, size_t max, Str s) {
    size_t n = s.n < max - 1 ? s.n : max - 1;
    if (n) memcpy(out, s.p, n);
    out[n] = 0;
}

// ---- what a token stands for -------------------------------------------------------------------------------------

static bool session_fill(const SessionReadRow *row, const Hash *token, Session *out, Err *e) {
    Session s = { .face = face_find(row->face), .token_hash = *token, .created_at = row->created_at, .seen_at = row->seen_at,
                  .confirmed_at = row->confirmed_at, .ends_at = row->ends_at,
                  .viewer = { .user_id = row->user_id, .kab = row->kab, .is_practice = row->is_practice } };
    s.has_factor = row->factor_n > 0;
    if (!role_find(row->role, &s.viewer.role)) return fail(e, IO_FAILED, "The role %.*s in the database is not known to this program.", STR_ARG(row->role));
    text_copy(s.csrf, sizeof s.csrf, row->csrf_code);
    text_copy(s.device, sizeof s.device, row->device);
    text_copy(s.viewer.login, sizeof s.viewer.login, row->login);
    text_copy(s.viewer.name, sizeof s.viewer.name, row->name);
    bool lacks_factor = role_needs_factor(s.viewer.role) && !row->is_practice && !s.has_factor;
    s.must = row->is_password_given ? MUST_CHOOSE_PASSWORD : lacks_factor ? MUST_SET_UP_FACTOR : MUST_NOTHING;
    *out = s;
    return true;
}

bool session_find(Db *db, Str token, Instant now, Session *out, bool *is_found, Err *e) {
    Arena a = { 0 };
    SessionReadRow row;
    Session s = { 0 };
    bool has_row = false;
    Hash hash = token_hash(token);
    bool is_read = session_read(db, &a, (SessionReadArgs){ .token_hash = hash }, &row, &has_row, e) && (!has_row || session_fill(&row, &hash, &s, e));
    arena_free(&a);
    if (!is_read) return false;
    *is_found = has_row && now.ms < s.ends_at.ms && now.ms < s.seen_at.ms + FACES[s.face].idle_ms;
    if (*is_found) *out = s;
    return true;
}

static bool touch_work(Db *db, void *with, Err *e) {
    const Session *s = with;
    return session_seen(db, (SessionSeenArgs){ .seen_at = s->seen_at, .token_hash = s->token_hash }, NULL, e);
}

bool session_touch(Db *db, const Session *s, Instant now, Err *e) {
    Session seen = *s;
    seen.seen_at = now;
    return now.ms < s->seen_at.ms + TOUCH_MS || change_do(db, touch_work, &seen, e);
}

bool session_is_confirmed(const Session *s, Instant now) { return now.ms >= s->confirmed_at.ms && now.ms < s->confirmed_at.ms + CONFIRM_MS; }

bool session_require_confirmed(const Session *s, Instant now, Err *e) {
    return session_is_confirmed(s, now) || fail(e, FORBIDDEN, "Money is about to move: please give your password once more.");
}

bool session_csrf_matches(const Session *s, Str given) { return given.n == CSRF_CHARS && secret_eq(str_c(s->csrf), given); }

// ---- the password ------------------------------------------------------------------------------------------------

// In a transaction of its own, and never tried again: a guess that comes in a crowd may wait.
static bool guess_pay(Db *db, const Guess *guess, Instant now, Err *e) {
    if (!db_begin(db, e)) return false;
    if (budget_take(db, guess, now, e) && db_commit(db, e)) return true;
    db_rollback(db);
    return false;
}

typedef struct { int64_t kab, actor_id, user_id; const char *action, *face; Instant at; } SessionEvent;

static bool event_work(Db *db, void *with, Err *e) {
    const SessionEvent *event = with;
    char subject[32];
    snprintf(subject, sizeof subject, "user %lld", (long long)event->user_id);
    AuditEntry entry = { .kab = event->kab, .actor_id = event->actor_id, .action = event->action, .subject = str_c(subject), .at = event->at };
    if (event->face) entry.fields[0] = (AuditField)AUDIT_TEXT("face", str_c(event->face));
    return audit_write(db, &entry, e);
}

// Pays the guess, then compares. False with FORBIDDEN for a wrong password; the same words and the same work for a wrong name.
static bool password_prove(Db *db, Arena *a, const Guess *guess, Str password, const char *refused, Instant now, AppUserByLoginRow *user, Err *e) {
    bool is_found = false, is_right = false;
    if (!guess_pay(db, guess, now, e) ||
        !app_user_by_login(db, a, (AppUserByLoginArgs){ .login = guess->login }, user, &is_found, e)) return false;
    bool may_enter = is_found && user->is_active;
    if (!password_verify(may_enter ? user->password_code : STR(""), password, &is_right, e)) return false;
    if (may_enter && is_right) return true;
    SessionEvent event = { .kab = is_found ? user->kab : 0, .user_id = is_found ? user->id : 0, .action = refused, .at = now };
    if (is_found && !change_do(db, event_work, &event, e)) return false;      // nobody's name fills no chain
    return fail(e, FORBIDDEN, "The log-in or the password is not right.");
}

static bool device_is_own(Db *db, Str device, Str login, Instant now, bool *is_own, Err *e) {
    DeviceReadRow row = { 0 };
    AppUserByLoginRow user;
    Arena a = { 0 };
    bool is_known = false, is_found = false;
    bool is_read = device.n == 0 ||
        (device_read(db, (DeviceReadArgs){ .device_hash = token_hash(device), .since_at = { now.ms - DEVICE_MS } }, &row, &is_known, e) &&
         (!is_known || app_user_by_login(db, &a, (AppUserByLoginArgs){ .login = login }, &user, &is_found, e)));
    *is_own = is_read && is_known && is_found && user.id == row.user_id;
    arena_free(&a);
    return is_read;
}

// ---- log in ------------------------------------------------------------------------------------------------------

static bool session_open(Db *db, const SessionInsertArgs *kept, Instant now, Token *token, Err *e) {
    SessionInsertArgs row = *kept;
    Token csrf = token_make();
    *token = token_make();
    row.token_hash = token_hash(str_c(token->text));
    row.csrf_code = (Str){ csrf.text, CSRF_CHARS };
    row.seen_at = row.confirmed_at = now;
    return session_insert(db, row, NULL, e);
}

typedef struct { int64_t user_id, kab; const Login *login; Guess *guess; Str pending; Instant now; LoginTokens tokens; FactorUse use; const PasskeySite *site; const PasskeyAnswer *answer; } Entering;

// Opens the session, remembers the device, says so in the chain.
static bool enter(Db *db, Entering *in, Err *e) {
    const Login *login = in->login;
    SessionEvent event = { .kab = in->kab, .actor_id = in->user_id, .user_id = in->user_id, .action = "session.login", .face = FACES[login->face].name, .at = in->now };
    SessionInsertArgs row = { .user_id = in->user_id, .face = str_c(FACES[login->face].name), .device = login->title.n ? login->title : STR(""),
                              .created_at = in->now, .ends_at = { in->now.ms + FACES[login->face].life_ms } };
    in->tokens.needs_code = false;
    in->tokens.device = token_make();
    if (in->guess->is_own_device) text_copy(in->tokens.device.text, sizeof in->tokens.device.text, login->device);
    return session_open(db, &row, in->now, &in->tokens.session, e) &&
           device_write(db, (DeviceWriteArgs){ .device_hash = token_hash(str_c(in->tokens.device.text)), .user_id = in->user_id, .seen_at = in->now }, NULL, e) &&
           event_work(db, &event, e);
}

static bool wait_for_code(Db *db, Entering *in, Err *e) {
    in->tokens = (LoginTokens){ .session = token_make(), .needs_code = true };
    return pending_insert(db, (PendingInsertArgs){ .token_hash = token_hash(str_c(in->tokens.session.text)), .user_id = in->user_id,
        .face = str_c(FACES[in->login->face].name), .is_own_device = in->guess->is_own_device, .device_hash = token_hash(in->login->device),
        .ends_at = { in->now.ms + LOGIN_CODE_MS } }, NULL, e);
}

static bool old_forget(Db *db, Instant now, Err *e) {
    return session_forget(db, (SessionForgetArgs){ .now_at = now }, NULL, e) && pending_forget(db, (PendingForgetArgs){ .now_at = now }, NULL, e) &&
           device_forget(db, (DeviceForgetArgs){ .since_at = { now.ms - DEVICE_MS } }, NULL, e);
}

static bool entering_work(Db *db, void *with, Err *e) {
    Entering *in = with;
    Factor factor;
    if (!budget_return(db, in->guess, in->now, e) || !old_forget(db, in->now, e) || !factor_read(db, in->user_id, &factor, e)) return false;
    return factor.is_set_up || factor.passkey_n ? wait_for_code(db, in, e) : enter(db, in, e);
}

bool session_login(Db *db, const Login *login, Instant now, LoginTokens *out, Err *e) {
    Arena a = { 0 };
    AppUserByLoginRow user;
    Guess guess = { .login = login->login, .from = login->from, .device = login->device };
    Entering in = { .login = login, .guess = &guess, .now = now };
    bool is_in = device_is_own(db, login->device, login->login, now, &guess.is_own_device, e) &&
                 password_prove(db, &a, &guess, login->password, "session.refused", now, &user, e);
    if (is_in) {
        in.user_id = user.id;
        in.kab = user.kab;
        is_in = change_do(db, entering_work, &in, e);
    }
    arena_free(&a);
    if (is_in) *out = in.tokens;
    return is_in;
}

// ---- the second factor -------------------------------------------------------------------------------------------

static bool code_refused(Db *db, int64_t user_id, int64_t kab, Instant now, Err *e) {
    SessionEvent event = { .kab = kab, .user_id = user_id, .action = "session.code_refused", .at = now };
    return event_work(db, &event, e);                      // whoever came so far knows the password
}

static bool code_work(Db *db, void *with, Err *e) {
    Entering *in = with;
    PendingReadRow row;
    Arena a = { 0 };
    Hash token = token_hash(in->pending);
    bool is_found = false;
    bool is_read = pending_read(db, &a, (PendingReadArgs){ .token_hash = token, .now_at = in->now }, &row, &is_found, e);
    arena_free(&a);
    if (!is_read) return false;
    if (!is_found) return fail(e, FORBIDDEN, "That took too long. Please begin again with your password.");
    bool is_passkey = false;
    if (!in->answer && !factor_take(db, in->user_id, in->login->password, in->now, &in->use, e)) return false;
    if (in->answer && !passkey_take(db, in->user_id, in->kab, &token, PASSKEY_LOGIN, in->site, in->answer, in->now, &is_passkey, e)) return false;
    if (in->answer) in->use = is_passkey ? FACTOR_APP : FACTOR_WRONG;
    if (in->use != FACTOR_WRONG)
        return (in->answer || budget_return(db, in->guess, in->now, e)) && pending_delete(db, (PendingDeleteArgs){ .token_hash = token }, NULL, e) && enter(db, in, e);
    bool is_over = row.wrong_n + 1 >= LOGIN_CODE_TRIES;
    return code_refused(db, in->user_id, in->kab, in->now, e) &&
           (is_over ? pending_delete(db, (PendingDeleteArgs){ .token_hash = token }, NULL, e) : pending_wrong(db, (PendingWrongArgs){ .token_hash = token }, NULL, e));
}

// Who has given the password and has to give the second factor. Texts live in `a`.
static bool pending_find(Db *db, Arena *a, Entering *in, Err *e) {
    PendingReadRow row;
    bool is_found;
    if (!pending_read(db, a, (PendingReadArgs){ .token_hash = token_hash(in->pending), .now_at = in->now }, &row, &is_found, e)) return false;
    if (!is_found) return fail(e, FORBIDDEN, "That took too long. Please begin again with your password.");
    in->guess->login = row.login;
    in->user_id = row.user_id;
    in->kab = row.kab;
    return device_is_own(db, in->login->device, row.login, in->now, &in->guess->is_own_device, e);
}

bool session_login_code(Db *db, Str pending, const Login *login, Instant now, LoginTokens *out, Err *e) {
    Arena a = { 0 };
    Guess guess = { .from = login->from, .device = login->device, .kind = totp_is_code(login->password) ? GUESS_CODE : GUESS_RECOVERY };
    Entering in = { .login = login, .guess = &guess, .pending = pending, .now = now };
    bool is_in = pending_find(db, &a, &in, e) && guess_pay(db, &guess, now, e) && change_do(db, code_work, &in, e);
    arena_free(&a);
    if (is_in && in.use == FACTOR_WRONG) return fail(e, FORBIDDEN, "This code is not right, or was used already. Wait for the next one.");
    if (is_in) *out = in.tokens;
    return is_in;
}

static const char PASSKEY_WRONG[] = N_("The passkey did not hold, or it took too long. Try again, or use a code.");

// A signature cannot be guessed: it costs no budget, but wrong ones end the log-in as wrong codes do.
bool session_login_passkey(Db *db, Str pending, const Login *login, const PasskeySite *site, const PasskeyAnswer *answer, Instant now, LoginTokens *out, Err *e) {
    Arena a = { 0 };
    Guess guess = { .from = login->from, .device = login->device };
    Entering in = { .login = login, .guess = &guess, .pending = pending, .now = now, .site = site, .answer = answer };
    bool is_in = pending_find(db, &a, &in, e) && change_do(db, code_work, &in, e);
    arena_free(&a);
    if (is_in && in.use == FACTOR_WRONG) return fail(e, FORBIDDEN, PASSKEY_WRONG);
    if (is_in) *out = in.tokens;
    return is_in;
}

bool session_pending_user(Db *db, Str pending, Instant now, int64_t *user_id, Err *e) {
    Arena a = { 0 };
    PendingReadRow row;
    bool is_found = false, is_read = pending_read(db, &a, (PendingReadArgs){ .token_hash = token_hash(pending), .now_at = now }, &row, &is_found, e);
    if (is_read && is_found) *user_id = row.user_id;
    arena_free(&a);
    return is_read && (is_found || fail(e, FORBIDDEN, "That took too long. Please begin again with your password."));
}

// ---- once more, and log out --------------------------------------------------------------------------------------

typedef struct { const Session *session; const Guess *guess; Str code; Instant now; bool wants_token; Token token; FactorUse use; const PasskeySite *site; const PasskeyAnswer *answer; bool is_right; } Confirming;

static bool confirming_work(Db *db, void *with, Err *e) {
    Confirming *c = with;
    const Session *s = c->session;
    int64_t ended_n = 0;
    if (c->code.n && !factor_take(db, s->viewer.user_id, c->code, c->now, &c->use, e)) return false;
    if (c->code.n && c->use == FACTOR_WRONG) return code_refused(db, s->viewer.user_id, s->viewer.kab, c->now, e);
    if (c->answer && !passkey_take(db, s->viewer.user_id, s->viewer.kab, &s->token_hash, PASSKEY_CONFIRM, c->site, c->answer, c->now, &c->is_right, e)) return false;
    if (c->answer && !c->is_right) return code_refused(db, s->viewer.user_id, s->viewer.kab, c->now, e);
    if (c->guess && !budget_return(db, c->guess, c->now, e)) return false;
    if (!c->wants_token) return true;
    if (!session_delete(db, (SessionDeleteArgs){ .token_hash = s->token_hash }, &ended_n, e)) return false;
    if (ended_n == 0) return fail(e, FORBIDDEN, "This session has ended meanwhile; please log in again.");
    SessionInsertArgs row = { .user_id = s->viewer.user_id, .face = str_c(FACES[s->face].name), .device = str_c(s->device), .created_at = s->created_at, .ends_at = s->ends_at };
    return session_open(db, &row, c->now, &c->token, e);
}

// The session itself is the known device: a stranger at the log-in page cannot spend its budget. Six digits are a code of the
// second factor, for who has one: no password is that short.
static bool confirm(Db *db, const Session *s, Str secret, Str from, Instant now, Token *token, Err *e) {
    Arena a = { 0 };
    AppUserByLoginRow user;
    Hash owner = hash_of(&s->viewer.user_id, sizeof s->viewer.user_id);         // of all sessions of this person
    bool is_code = s->has_factor && totp_is_code(secret);
    Guess guess = { .login = str_c(s->viewer.login), .from = from, .is_own_device = true, .device = { (const char *)owner.bytes, sizeof owner.bytes },
                    .kind = is_code ? GUESS_CODE : GUESS_PASSWORD };
    Confirming c = { .session = s, .guess = &guess, .code = is_code ? secret : STR(""), .now = now, .wants_token = token != NULL };
    bool is_done = (is_code ? guess_pay(db, &guess, now, e) : password_prove(db, &a, &guess, secret, "session.confirm_refused", now, &user, e)) &&
                   change_do(db, confirming_work, &c, e);
    arena_free(&a);
    if (is_done && is_code && c.use == FACTOR_WRONG) return fail(e, FORBIDDEN, "This code is not right, or was used already. Wait for the next one.");
    if (is_done && token) *token = c.token;
    return is_done;
}

bool session_confirm_passkey(Db *db, const Session *s, const PasskeySite *site, const PasskeyAnswer *answer, Instant now, Token *token, Err *e) {
    Confirming c = { .session = s, .now = now, .wants_token = true, .site = site, .answer = answer };
    if (!change_do(db, confirming_work, &c, e)) return false;
    if (!c.is_right) return fail(e, FORBIDDEN, PASSKEY_WRONG);
    *token = c.token;
    return true;
}

bool session_confirm(Db *db, const Session *s, Str secret, Str from, Instant now, Token *token, Err *e) { return confirm(db, s, secret, from, now, token, e); }
bool session_prove(Db *db, const Session *s, Str secret, Str from, Instant now, Err *e) { return confirm(db, s, secret, from, now, NULL, e); }

bool session_require_ready(const Session *s, Err *e) {
    if (s->must == MUST_CHOOSE_PASSWORD) return fail(e, FORBIDDEN, "Somebody else gave you this password. First choose your own: harapan password");
    return s->must == MUST_NOTHING || fail(e, FORBIDDEN, "Your role needs a second factor. First set one up: harapan factor add");
}

typedef struct { const Session *session; Instant now; } Leaving;

static bool leaving_work(Db *db, void *with, Err *e) {
    const Session *s = ((Leaving *)with)->session;
    SessionEvent event = { .kab = s->viewer.kab, .actor_id = s->viewer.user_id, .user_id = s->viewer.user_id, .action = "session.logout", .at = ((Leaving *)with)->now };
    return session_delete(db, (SessionDeleteArgs){ .token_hash = s->token_hash }, NULL, e) && event_work(db, &event, e);
}

bool session_end(Db *db, const Session *s, Instant now, Err *e) { return change_do(db, leaving_work, &(Leaving){ s, now }, e); }

// ---- who is in ---------------------------------------------------------------------------------------------------

static bool live_fill(Arena *a, const SessionAllRow *row, LiveSession *out, Err *e) {
    *out = (LiveSession){ .token_hash = row->token_hash, .user_id = row->user_id, .face = face_find(row->face), .device = arena_str(a, row->device),
                          .login = arena_str(a, row->login), .name = arena_str(a, row->name), .created_at = row->created_at, .seen_at = row->seen_at, .ends_at = row->ends_at };
    return role_find(row->role, &out->role) || fail(e, IO_FAILED, "The role %.*s in the database is not known to this program.", STR_ARG(row->role));
}

bool session_list(Db *db, Arena *a, const Viewer *viewer, int64_t user_id, Instant now, LiveSessions *out, Err *e) {
    SessionAllRows rows;
    SessionAllRow row;
    SessionAllArgs args = { .low_n = 0, .high_n = 9999, .user_id = user_id, .now_at = now, .page_at = { now.ms - FACES[FACE_PAGE].idle_ms },
                            .shell_at = { now.ms - FACES[FACE_SHELL].idle_ms }, .limit_n = LIVE_SESSIONS_MAX };
    LiveSessions list = { NEW(a, LiveSession, LIVE_SESSIONS_MAX), 0 };
    bool has_row = false, is_own = user_id == viewer->user_id;
    if (!is_own && !authority_require(viewer, ACTION_USERS, KAB_NONE, e)) return false;
    if (!is_own) authority_area(viewer, &args.low_n, &args.high_n);
    bool is_good = session_all(db, args, &rows, e);
    while (is_good && (is_good = session_all_next(&rows, &row, &has_row, e)) && has_row && list.n < LIVE_SESSIONS_MAX)
        is_good = live_fill(a, &row, &list.at[list.n++], e);
    session_all_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

typedef struct { const Viewer *actor; const Hash *token_hash; int64_t user_id; Instant now; int64_t ended_n; } Ending;

static bool may_end(const Viewer *actor, int64_t user_id, int64_t kab) { return actor->user_id == user_id || authority_allows(actor, ACTION_USERS, kab); }

static bool end_one_work(Db *db, void *with, Err *e) {
    const Ending *w = with;
    SessionOwnerRow row;
    bool is_found = false;
    if (!session_owner(db, (SessionOwnerArgs){ .token_hash = *w->token_hash }, &row, &is_found, e)) return false;
    if (!is_found || !may_end(w->actor, row.user_id, row.kab)) return fail(e, NOT_FOUND, "This session has ended already.");
    SessionEvent event = { .kab = row.kab, .actor_id = w->actor->user_id, .user_id = row.user_id, .action = "session.end", .at = w->now };
    return session_delete(db, (SessionDeleteArgs){ .token_hash = *w->token_hash }, NULL, e) && event_work(db, &event, e);
}

bool session_end_one(Db *db, const Viewer *actor, const Hash *token_hash, Instant now, Err *e) {
    return change_do(db, end_one_work, &(Ending){ .actor = actor, .token_hash = token_hash, .now = now }, e);
}

static bool end_all_work(Db *db, void *with, Err *e) {
    Ending *w = with;
    User user = { 0 };
    Arena a = { 0 };
    Hash none = { 0 };
    bool is_read = user_read(db, &a, w->user_id, &user, e);
    int64_t kab = user.kab;
    arena_free(&a);
    if (!is_read) return false;
    if (!may_end(w->actor, w->user_id, kab)) return fail(e, NOT_FOUND, "There is no person number %lld.", (long long)w->user_id);
    SessionEvent event = { .kab = kab, .actor_id = w->actor->user_id, .user_id = w->user_id, .action = "session.end_all", .at = w->now };
    return session_delete_others(db, (SessionDeleteOthersArgs){ .user_id = w->user_id, .token_hash = w->token_hash ? *w->token_hash : none }, &w->ended_n, e) &&
           pending_delete_user(db, (PendingDeleteUserArgs){ .user_id = w->user_id }, NULL, e) &&
           device_delete_user(db, (DeviceDeleteUserArgs){ .user_id = w->user_id }, NULL, e) && event_work(db, &event, e);
}

bool session_end_all(Db *db, const Viewer *actor, int64_t user_id, const Hash *except, Instant now, int64_t *ended_n, Err *e) {
    Ending w = { .actor = actor, .user_id = user_id, .token_hash = except, .now = now };
    if (!change_do(db, end_all_work, &w, e)) return false;
    *ended_n = w.ended_n;
    return true;
}
