// user.h: the people who work here. A log-in is a name in small letters; what a person may do is the role's (authority.h).
#ifndef OFFICE_USER_H
#define OFFICE_USER_H
#include "db/db.h"
#include "office/authority.h"
#include "office/password.h"

#define LOGIN_MIN 3
typedef struct { Str login, name; Role role; int64_t kab; Str password; } UserNew;
typedef struct { int64_t id, kab; Str login, name; Role role; bool is_active, is_practice, is_password_given, has_factor; Instant created_at; } User;
typedef struct { User *at; size_t n; } Users;

// Adds a person, who chooses a password of his own at the first log-in when somebody else adds him. `actor` needs ACTION_USERS for the person's area; NULL only for the first person of an empty database, whose
// role must be one that may add others. One whose role signs, pays or keeps users (role_needs_factor) cannot log in before another keeper of
// the area's users has signed (ENABLE_APPROVAL, asked for here: is_active false until then); with no other keeper, and none who was
// disabled in the last KEEPER_GONE_DAYS, nobody needs to. Fails with BAD_INPUT, CONFLICT (log-in taken), FORBIDDEN. One transaction of its own.
#define KEEPER_GONE_DAYS 7             // so long somebody who was disabled to make another one alone has to find out
must_use bool user_add(Db *db, const Viewer *actor, const UserNew *user, Instant now, int64_t *id, Err *e);
// The person cannot log in any more and every session ends at once; what was signed stays. NOT_FOUND, FORBIDDEN.
must_use bool user_disable(Db *db, const Viewer *actor, Str login, Instant now, Err *e);
// People of the viewer's area, by log-in.
must_use bool user_list(Db *db, Arena *a, const Viewer *viewer, Users *out, Err *e);
// One's own new password; every other session of the person ends (`keep`: the present one). BAD_INPUT when it is a weak one.
must_use bool user_password_change(Db *db, const Viewer *who, Str password, const Hash *keep, Instant now, Err *e);
// A new random password for somebody who forgot his: to be told to him, and changed at the next log-in. Every session ends, the second
// factor stays. Who has none cannot log in until another keeper of the users agrees (*is_waiting; user_request.h, "enable"): else the giver
// could come in as that person. The only keeper gives it alone, but not in the week after another one was disabled (CONFLICT). NOT_FOUND, FORBIDDEN.
must_use bool user_password_give(Db *db, const Viewer *actor, int64_t id, Instant now, char out[PASSWORD_RANDOM_CHARS + 1], bool *is_waiting, Err *e);
must_use bool user_area_accept(int64_t kab, Err *e);       // BAD_INPUT unless it is a district, a province or the nation
must_use bool user_is_empty(Db *db, bool *is_empty, Err *e);       // nobody yet
// Name and role of one person, for showing who signed. NOT_FOUND.
must_use bool user_read(Db *db, Arena *a, int64_t id, User *out, Err *e);

// Inside a transaction of the caller: the row and its audit entry. `code` as password.h makes it.
must_use bool user_insert(Db *db, int64_t actor_id, const UserNew *user, Str code, bool is_practice, Instant now, int64_t *id, Err *e);
#endif
