// import_approval.h: a file that waits for another person's signature before it is applied. Who asks and who signs is the policy of
// the kind "import" (office/approval.h). The rules of the first day only name them; a signature is needed from the day on that a
// policy which people set (`harapan approval policy import …`, page /policies) holds in the district. Whoever applies is asked the
// same here, in the transaction that applies: page and verb cannot go around it.
#ifndef REGISTRY_IMPORT_APPROVAL_H
#define REGISTRY_IMPORT_APPROVAL_H
#include "office/approval.h"

extern const ApprovalKind IMPORT_APPROVAL;                 // subject: the batch's number; hash: the file's bytes, how it was read, rows and findings

typedef enum { IMPORT_FREE, IMPORT_TO_ASK, IMPORT_WAITS, IMPORT_APPROVED } ImportLeave;      // FREE: no policy asks for a signature
// *request: the open or approved one, for WAITS and APPROVED; texts live in `a`.
must_use bool import_leave_read(Db *db, Arena *a, int64_t kab, int64_t batch_id, Instant now, ImportLeave *out, ApprovalRequest *request, Err *e);
// Asks, in the caller's transaction (office/change.h). As approval_ask; CONFLICT when the batch is not staged.
must_use bool import_leave_ask(Db *db, Arena *a, const Viewer *viewer, int64_t kab, int64_t batch_id, Instant now, ApprovalRequest *out, bool *is_new, Err *e);
// For import_apply: CONFLICT with what to do when a signature is needed and is not there.
must_use bool import_leave_require(Db *db, int64_t kab, int64_t batch_id, Instant now, Err *e);
#endif
