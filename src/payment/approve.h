// approve.h: two people sign what a run will pay in a district. With the second signature the programme owes the money:
// every case is computed again by the second implementation, families with a doubled or missing NIK or account are held,
// and the books take the entitlement of each channel. All in one transaction.
#ifndef PAYMENT_APPROVE_H
#define PAYMENT_APPROVE_H
#include "db/db.h"
#include "office/approval.h"
#include "payment/paid_identity.h"

typedef struct { int64_t kab; Str stage; Hash seen_hash; } ApproveWhat;         // seen_hash: the run_hash that the signer was shown
typedef struct {
    ApprovalState state;
    bool is_new;                       // false: both signatures were there already and nothing was changed
    int64_t payable_n;
    Rupiah total;                      // of the run; held families are part of it
    int64_t hold_n, hold_by_reason[CLASH_N];
    Rupiah hold;
} ApproveResult;

// CONFLICT when the run is no longer what was seen, or another run of the stage was approved before. FORBIDDEN as approval_sign says.
must_use bool approve_run(Db *db, const Viewer *viewer, const ApproveWhat *what, Instant now, ApproveResult *out, Err *e);
// The signatures under the present run.
must_use bool approve_state(Db *db, int64_t kab, Str stage, ApprovalState *out, Err *e);
// An approved stage cannot be closed again, only corrected later.
must_use bool approve_is_done(Db *db, int64_t kab, Str stage, bool *is_done, Err *e);
#endif
