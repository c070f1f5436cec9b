// approval.h: two people sign the hash of what they saw. Maker is never checker: the code says so in words, and the database
// refuses it again. A signature stands under one hash; anything that changes the hash leaves the new one unsigned.
#ifndef OFFICE_APPROVAL_H
#define OFFICE_APPROVAL_H
#include "db/db.h"
#include "office/authority.h"
#include "office/violation.h"

#define APPROVAL_STEPS 2               // 1 the maker's signature, 2 the checker's
typedef struct { int64_t user_id; Instant at; } Signature;
typedef struct {
    int steps_n;                       // 0, 1 or 2 signatures under the present hash
    Signature steps[APPROVAL_STEPS];
    int64_t void_n;                    // signatures under other hashes of the same subject: what they signed has changed since
} ApprovalState;

// subject: what is signed, "run 2024-2". seen_hash: of what it is now.
must_use bool approval_state(Db *db, int64_t kab, Str subject, const Hash *seen_hash, ApprovalState *out, Err *e);
// Signs the next open step as `viewer` and leaves the new state in *out. *is_new false: both
// signatures are there already and nothing was changed. FORBIDDEN for the wrong role or area, and for the maker as checker.
// In the caller's transaction, with the audit entry.
must_use bool approval_sign(Db *db, const Viewer *viewer, int64_t kab, Str subject, const Hash *seen_hash, Instant now,
                            ApprovalState *out, bool *is_new, Err *e);
// Each signature of the district stands in the audit chain, by the same person at the same moment.
must_use bool approval_check(Db *db, int64_t kab, Violations *v, Err *e);
#endif
