// login.h: what the log-in page shows.
#ifndef WEB_LOGIN_H
#define WEB_LOGIN_H
#include "base/str.h"

typedef struct { Str login, next, fault; } LoginView;
typedef struct { Str next, fault; bool has_passkey; } LoginCodeView;
#endif
