// session.h: who is working right now. A session is an opaque random token; the database keeps only its hash. Pages and the
// shell use the same functions.
//
//     page:  session_login → cookie → session_find on each request (read-only) → session_touch now and then → session_end
//     money: session_confirm with the password again gives a new token; session_is_confirmed for the next five minutes
#ifndef OFFICE_SESSION_H
#define OFFICE_SESSION_H
#include "db/db.h"
#include "office/authority.h"
#include "office/password.h"

typedef enum { FACE_PAGE, FACE_SHELL } Face;
#define CONFIRM_MS ((int64_t)5 * 60 * 1000)                // how long a confirmation lasts
#define CSRF_CHARS 22                                      // 128 bits

typedef struct {
    Viewer viewer;
    Face face;
    Hash token_hash;
    char csrf[CSRF_CHARS + 1];
    Instant created_at, seen_at, confirmed_at, ends_at;    // ends_at: absolute, whatever one does
} Session;

typedef struct {
    Str login, password;
    Str from;                                              // the address, or "shell": counts guesses (budget.h)
    Str device;                                            // what an earlier log-in on this device left; may be empty
    Face face;
} Login;
typedef struct { Token session, device; } LoginTokens;     // keep device for months: a cookie of its own

// FORBIDDEN (one text for a wrong name and a wrong password), BUSY with the seconds to wait. Transactions of its own.
must_use bool session_login(Db *db, const Login *login, Instant now, LoginTokens *out, Err *e);
// The session of a token, or *is_found false: unknown, ended, idle too long, or the person is disabled. Reads only.
must_use bool session_find(Db *db, Str token, Instant now, Session *out, bool *is_found, Err *e);
// Remembers that the session is alive; writes at most once a minute. A transaction of its own.
must_use bool session_touch(Db *db, const Session *session, Instant now, Err *e);
// The password once more, before money moves. The old token dies, *token lives on with the same limits. FORBIDDEN when wrong.
must_use bool session_confirm(Db *db, const Session *session, Str password, Str from, Instant now, Token *token, Err *e);
// The password once more for one command only: proves it, changes nothing of the session. For the shell, where a new token that
// is lost with a killed program would leave its person logged out. FORBIDDEN when wrong.
must_use bool session_prove(Db *db, const Session *session, Str password, Str from, Instant now, Err *e);
bool session_is_confirmed(const Session *session, Instant now);
// FORBIDDEN with words when it is not.
must_use bool session_require_confirmed(const Session *session, Instant now, Err *e);
// The code of every changing form. In constant time.
bool session_csrf_matches(const Session *session, Str given);
must_use bool session_end(Db *db, const Session *session, Instant now, Err *e);          // log out
#endif
