// approve.h: people sign what a run will pay in a district: one asks, others approve. With the last signature the programme owes the money:
// every case is computed again by the second implementation, families with a doubled or missing NIK or account are held,
// and the books take the entitlement of each channel. All in one transaction.
#ifndef PAYMENT_APPROVE_H
#define PAYMENT_APPROVE_H
#include "db/db.h"
#include "office/approval.h"
#include "payment/paid_identity.h"
#include "stage/run.h"

typedef struct { int64_t kab; Str stage; Hash seen_hash; } ApproveWhat;         // seen_hash: the run_hash that the signer was shown
// How far the signatures under a run have come. The first is the maker's: he asked.
typedef struct {
    bool has_request;
    ApprovalRequest request;           // open or approved, of the present run
    int signed_n, needed_n;            // the maker's included; needed_n from today's policy as long as nobody asked
    int64_t void_n;                    // signatures under other runs of the stage: what they signed has changed since
} ApproveState;
#define APPROVE_SIGNATURES_MAX (APPROVAL_STEPS_MAX + 1)
static inline bool approve_is_signed(const ApproveState *s) { return s->has_request && s->request.state == REQUEST_APPROVED; }
Signature approve_signature(const ApproveState *state, int i);      // 0: the maker's; i < signed_n

typedef struct {
    ApproveState state;
    bool is_new;                       // false: all signatures were there already and nothing was changed
    int64_t payable_n;
    Rupiah total;                      // of the run; held families are part of it
    int64_t hold_n, hold_by_reason[CLASH_N];
    Rupiah hold;
} ApproveResult;

extern const ApprovalKind RUN_APPROVAL;                    // subject: the stage; hash: of the run

// The first who signs asks, the others approve, in the steps of the policy. CONFLICT when the run is no longer what was seen, or
// another run of the stage was approved before. FORBIDDEN as approval_ask and approval_sign say. Texts of out->state live in `a`.
must_use bool approve_run(Db *db, Arena *a, const Viewer *viewer, const ApproveWhat *what, Instant now, ApproveResult *out, Err *e);
// The signatures under the present run; NOT_FOUND when nothing has run. Texts live in `a`.
must_use bool approve_state(Db *db, Arena *a, int64_t kab, Str stage, Instant now, ApproveState *out, Err *e);
// Whether this person can give the next signature.
must_use bool approve_may_sign(Db *db, const Viewer *viewer, int64_t kab, const Run *run, const ApproveState *state, Instant now, bool *out, Err *e);
// An approved stage cannot be closed again, only corrected later.
must_use bool approve_is_done(Db *db, int64_t kab, Str stage, bool *is_done, Err *e);
#endif
