// account.h: what one sees of one's own log-in: password, second factor, sessions.
#ifndef WEB_ACCOUNT_H
#define WEB_ACCOUNT_H
#include "http/page.h"
#include "office/passkey.h"
#include "office/session.h"

typedef struct {
    const Session *session;
    Factor factor;
    LiveSessions sessions;
    Passkeys passkeys;
    bool is_confirmed;                 // gave the password just now: passkeys may be added and removed
    Str fault;
    bool needs_factor;
} AccountView;
typedef struct { Str fault; bool is_given; } PasswordView;             // given: by somebody else, so a new one must be chosen
typedef struct { Str fault, secret; Html code; bool is_begun, must; } FactorView;

Str session_device(const LiveSession *s);                  // "Chrome, Android", "the shell", "unknown device"
#endif
