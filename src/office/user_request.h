// user_request.h: what one person alone may not do to a user: give another role or area, take the second factor away, and let in whom
// somebody disabled, or added with a role that signs (user_add). One who keeps users asks, another signs (approval.h, kinds "role", "factor" and "enable"), and with the last signature
// it is done; sessions of that user end.
#ifndef OFFICE_USER_REQUEST_H
#define OFFICE_USER_REQUEST_H
#include "office/approval.h"

extern const ApprovalKind ROLE_APPROVAL;       // subject: "7 coordinator 1371": who, which role, which area
extern const ApprovalKind FACTOR_APPROVAL;     // subject: "7"
extern const ApprovalKind ENABLE_APPROVAL;     // subject: "7 enable"
typedef enum { WISH_ROLE, WISH_FACTOR, WISH_ENABLE } UserWish;

// Asks. BAD_INPUT when nothing would change, FORBIDDEN, NOT_FOUND (nobody of the viewer's area), CONFLICT (asked already by
// another). One transaction of its own.
must_use bool user_role_ask(Db *db, const Viewer *viewer, int64_t user_id, Role role, int64_t kab, Instant now, Err *e);
must_use bool user_factor_ask(Db *db, const Viewer *viewer, int64_t user_id, Instant now, Err *e);
must_use bool user_enable_ask(Db *db, const Viewer *viewer, int64_t user_id, Instant now, Err *e);          // CONFLICT: may log in already
// The same within the caller's transaction.
must_use bool user_enable_ask_within(Db *db, const Viewer *viewer, int64_t user_id, Instant now, Err *e);
// Signs or refuses what was asked about a user. NOT_FOUND when there is no such request about this user.
must_use bool user_request_sign(Db *db, const Viewer *viewer, int64_t user_id, int64_t request_id, Instant now, Err *e);
must_use bool user_request_refuse(Db *db, const Viewer *viewer, int64_t user_id, int64_t request_id, Str reason, Instant now, Err *e);

// Open requests about a user. role, kab: what is asked, for a role. may_sign: this viewer can.
typedef struct { int64_t id, maker_id, kab; UserWish what; bool may_sign, is_own; Role role; Instant made_at; Date due_on; } UserRequest;
typedef struct { UserRequest *at; size_t n; } UserRequests;
must_use bool user_requests(Db *db, Arena *a, const Viewer *viewer, int64_t user_id, Instant now, UserRequests *out, Err *e);
#endif
