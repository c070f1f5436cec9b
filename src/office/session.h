// session.h: who is working right now. A session is an opaque random token; the database keeps only its hash. Pages and the
// shell use the same functions.
//
//     page:  session_login (→ session_login_code) → cookie → session_find on each request (read-only) → session_touch now and then
//            → session_end
//     money: session_confirm with the password again gives a new token; session_is_confirmed for the next five minutes
#ifndef OFFICE_SESSION_H
#define OFFICE_SESSION_H
#include "db/db.h"
#include "office/authority.h"
#include "office/passkey.h"
#include "office/password.h"

typedef enum { FACE_PAGE, FACE_SHELL } Face;
#define CONFIRM_MS ((int64_t)5 * 60 * 1000)                // how long a confirmation lasts
#define DEVICE_TITLE_MAX 60                                // bytes: "Samsung Internet, Android"
#define CSRF_CHARS 22                                      // 128 bits

// What a person must do before anything else: choose a password when somebody else gave the present one, set up a second factor
// when the role needs one (factor.h). Until then a session is good for that alone.
typedef enum { MUST_NOTHING, MUST_CHOOSE_PASSWORD, MUST_SET_UP_FACTOR } SessionMust;

typedef struct {
    Viewer viewer;
    Face face;
    SessionMust must;
    bool has_factor;
    Hash token_hash;
    char csrf[CSRF_CHARS + 1], device[DEVICE_TITLE_MAX + 1];
    Instant created_at, seen_at, confirmed_at, ends_at;    // ends_at: absolute, whatever one does
} Session;

typedef struct {
    Str login, password;
    Str from;                                              // the address, or "shell": counts guesses (budget.h)
    Str device;                                            // what an earlier log-in on this device left; may be empty
    Str title;                                             // of the device, for the list of sessions: "Chrome, Android"
    Face face;
} Login;
// Keep device for months: a cookie of its own. needs_code: `session` is no session yet, session_login_code makes one of it.
typedef struct { Token session, device; bool needs_code; } LoginTokens;
#define LOGIN_CODE_MS ((int64_t)10 * 60 * 1000)            // how long a log-in waits for its second factor
#define LOGIN_CODE_TRIES 5                                 // wrong codes after which the password is asked again

// FORBIDDEN (one text for a wrong name and a wrong password), BUSY with the seconds to wait. Transactions of its own.
must_use bool session_login(Db *db, const Login *login, Instant now, LoginTokens *out, Err *e);
// The second half, for those with a second factor: the app's six digits or a recovery code. login->password is the code, `pending`
// what session_login gave. FORBIDDEN: wrong, used before, or too late; BUSY.
must_use bool session_login_code(Db *db, Str pending, const Login *login, Instant now, LoginTokens *out, Err *e);
// The same with a passkey instead of a code (login->password is empty), and how many passkeys the waiting person has.
must_use bool session_login_passkey(Db *db, Str pending, const Login *login, const PasskeySite *site, const PasskeyAnswer *answer, Instant now, LoginTokens *out, Err *e);
must_use bool session_pending_user(Db *db, Str pending, Instant now, int64_t *user_id, Err *e);           // FORBIDDEN: too late
// The session of a token, or *is_found false: unknown, ended, idle too long, or the person is disabled. Reads only.
must_use bool session_find(Db *db, Str token, Instant now, Session *out, bool *is_found, Err *e);
// Remembers that the session is alive; writes at most once a minute. A transaction of its own.
must_use bool session_touch(Db *db, const Session *session, Instant now, Err *e);
// The password, or a code of the second factor, once more, before money moves. The old token dies, *token lives on with the same limits. FORBIDDEN when wrong.
must_use bool session_confirm(Db *db, const Session *session, Str password, Str from, Instant now, Token *token, Err *e);
must_use bool session_confirm_passkey(Db *db, const Session *session, const PasskeySite *site, const PasskeyAnswer *answer, Instant now, Token *token, Err *e);
// The same for one command only: proves it, changes nothing of the session. For the shell, where a new token that
// is lost with a killed program would leave its person logged out. FORBIDDEN when wrong.
must_use bool session_prove(Db *db, const Session *session, Str password, Str from, Instant now, Err *e);
bool session_is_confirmed(const Session *session, Instant now);
// FORBIDDEN with words when it is not.
must_use bool session_require_confirmed(const Session *session, Instant now, Err *e);
// The code of every changing form. In constant time.
bool session_csrf_matches(const Session *session, Str given);
must_use bool session_end(Db *db, const Session *session, Instant now, Err *e);          // log out
// FORBIDDEN with what to do first, when there is something (session->must).
must_use bool session_require_ready(const Session *session, Err *e);

// ---- who is in
typedef struct { Hash token_hash; int64_t user_id; Face face; Str device, login, name; Role role; Instant created_at, seen_at, ends_at; } LiveSession;
typedef struct { LiveSession *at; size_t n; } LiveSessions;
#define LIVE_SESSIONS_MAX 500
// Live sessions, last seen first: one's own with user_id, everybody's of the area with 0 (then ACTION_USERS is needed).
must_use bool session_list(Db *db, Arena *a, const Viewer *viewer, int64_t user_id, Instant now, LiveSessions *out, Err *e);
// Ends one session: one's own, or anybody's of the area with ACTION_USERS. NOT_FOUND for all others, and when it has ended.
must_use bool session_end_one(Db *db, const Viewer *actor, const Hash *token_hash, Instant now, Err *e);
// Ends every session of a person but `except` (NULL: all); devices are strangers again. The same authority.
must_use bool session_end_all(Db *db, const Viewer *actor, int64_t user_id, const Hash *except, Instant now, int64_t *ended_n, Err *e);
#endif
