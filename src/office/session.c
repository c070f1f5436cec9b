// session.c: log in, be found again, confirm, log out. A password is checked between two short transactions, never inside one.
#include "office/session.h"
#include "office/audit.h"
#include "office/budget.h"
#include "office/change.h"
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
    if (!role_find(row->role, &s.viewer.role)) return fail(e, IO_FAILED, "The role %.*s in the database is not known to this program.", STR_ARG(row->role));
    text_copy(s.csrf, sizeof s.csrf, row->csrf_code);
    text_copy(s.viewer.login, sizeof s.viewer.login, row->login);
    text_copy(s.viewer.name, sizeof s.viewer.name, row->name);
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

// ---- log in, confirm, log out ------------------------------------------------------------------------------------

static bool session_open(Db *db, const AppUserByLoginRow *user, Face face, Instant created, Instant ends, Instant now, Token *token, Err *e) {
    Token csrf = token_make();
    *token = token_make();
    return session_insert(db, (SessionInsertArgs){ .token_hash = token_hash(str_c(token->text)), .user_id = user->id, .face = str_c(FACES[face].name),
        .csrf_code = (Str){ csrf.text, CSRF_CHARS }, .created_at = created, .seen_at = now, .confirmed_at = now, .ends_at = ends }, NULL, e);
}

typedef struct { const AppUserByLoginRow *user; const Login *login; const Guess *guess; Instant now; LoginTokens tokens; } Entering;

static bool entering_work(Db *db, void *with, Err *e) {
    Entering *in = with;
    const AppUserByLoginRow *user = in->user;
    Face face = in->login->face;
    SessionEvent event = { .kab = user->kab, .actor_id = user->id, .user_id = user->id, .action = "session.login", .face = FACES[face].name, .at = in->now };
    in->tokens.device = token_make();
    if (in->guess->is_own_device) text_copy(in->tokens.device.text, sizeof in->tokens.device.text, in->login->device);
    return budget_return(db, in->guess, in->now, e) &&
           session_forget(db, (SessionForgetArgs){ .now_at = in->now }, NULL, e) &&
           device_forget(db, (DeviceForgetArgs){ .since_at = { in->now.ms - DEVICE_MS } }, NULL, e) &&
           session_open(db, user, face, in->now, (Instant){ in->now.ms + FACES[face].life_ms }, in->now, &in->tokens.session, e) &&
           device_write(db, (DeviceWriteArgs){ .device_hash = token_hash(str_c(in->tokens.device.text)), .user_id = user->id, .seen_at = in->now }, NULL, e) &&
           event_work(db, &event, e);
}

bool session_login(Db *db, const Login *login, Instant now, LoginTokens *out, Err *e) {
    Arena a = { 0 };
    AppUserByLoginRow user;
    Guess guess = { .login = login->login, .from = login->from, .device = login->device };
    Entering in = { .user = &user, .login = login, .guess = &guess, .now = now };
    bool is_in = device_is_own(db, login->device, login->login, now, &guess.is_own_device, e) &&
                 password_prove(db, &a, &guess, login->password, "session.refused", now, &user, e) && change_do(db, entering_work, &in, e);
    arena_free(&a);
    if (is_in) *out = in.tokens;
    return is_in;
}

typedef struct { const Session *session; const AppUserByLoginRow *user; const Guess *guess; Instant now; bool wants_token; Token token; } Confirming;

static bool confirming_work(Db *db, void *with, Err *e) {
    Confirming *c = with;
    const Session *s = c->session;
    int64_t ended_n = 0;
    if (!budget_return(db, c->guess, c->now, e)) return false;
    if (!c->wants_token) return true;
    if (!session_delete(db, (SessionDeleteArgs){ .token_hash = s->token_hash }, &ended_n, e)) return false;
    if (ended_n == 0) return fail(e, FORBIDDEN, "This session has ended meanwhile; please log in again.");
    return session_open(db, c->user, s->face, s->created_at, s->ends_at, c->now, &c->token, e);
}

// The session itself is the known device: a stranger at the log-in page cannot spend its budget.
static bool confirm(Db *db, const Session *s, Str password, Str from, Instant now, Token *token, Err *e) {
    Arena a = { 0 };
    AppUserByLoginRow user;
    Hash owner = hash_of(&s->viewer.user_id, sizeof s->viewer.user_id);         // of all sessions of this person
    Guess guess = { .login = str_c(s->viewer.login), .from = from, .is_own_device = true, .device = { (const char *)owner.bytes, sizeof owner.bytes } };
    Confirming c = { .session = s, .user = &user, .guess = &guess, .now = now, .wants_token = token != NULL };
    bool is_done = password_prove(db, &a, &guess, password, "session.confirm_refused", now, &user, e) && change_do(db, confirming_work, &c, e);
    arena_free(&a);
    if (is_done && token) *token = c.token;
    return is_done;
}

bool session_confirm(Db *db, const Session *s, Str password, Str from, Instant now, Token *token, Err *e) { return confirm(db, s, password, from, now, token, e); }
bool session_prove(Db *db, const Session *s, Str password, Str from, Instant now, Err *e) { return confirm(db, s, password, from, now, NULL, e); }

typedef struct { const Session *session; Instant now; } Leaving;

static bool leaving_work(Db *db, void *with, Err *e) {
    const Session *s = ((Leaving *)with)->session;
    SessionEvent event = { .kab = s->viewer.kab, .actor_id = s->viewer.user_id, .user_id = s->viewer.user_id, .action = "session.logout", .at = ((Leaving *)with)->now };
    return session_delete(db, (SessionDeleteArgs){ .token_hash = s->token_hash }, NULL, e) && event_work(db, &event, e);
}

bool session_end(Db *db, const Session *s, Instant now, Err *e) { return change_do(db, leaving_work, &(Leaving){ s, now }, e); }
