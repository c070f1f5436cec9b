// users.h: what those see who keep the users: people, one person, live sessions.
#ifndef WEB_USERS_H
#define WEB_USERS_H
#include "http/list.h"
#include "office/session.h"
#include "office/user.h"
#include "office/user_request.h"
#include "web/account.h"

typedef struct { Users users; size_t from, to; List list; Str q; } UsersView;
typedef struct { Str fault, login, name; Role role; int64_t kab; } UserNewView;
typedef struct { Role at[ROLE_N]; } Roles;
Roles roles_all(void);
typedef struct {
    User user;
    LiveSessions sessions;
    UserRequests requests;
    Str *makers;                       // name of who made each request
    Str fault;
    bool is_self;
} UserView;
typedef struct { Str login, name; const char *password; bool is_new, is_waiting, is_companion, may_link; int64_t kab; } UserGivenView;
typedef struct { LiveSessions sessions; const Session *own; } SessionsView;
const char *user_area_title(int64_t kab, Arena *a);        // "Nation", "1371"
#endif
