// late.h: evidence that came after a closing. The outcomes of that stage's months are judged again as they are known now, on the closing's own
// picture of each family; what its sanction would take now, less what it took as it was known then, is the difference in rupiah. It becomes a
// proposal for a stage that is still to be closed: back-pay, or recovery within what the rule book allows. The closed stage stays as it is.
//
// Back-pay is at most what that closing took; what was proposed or decided about the same stage before is counted in, so that the
// same evidence is never made good twice.
#ifndef STAGE_LATE_H
#define STAGE_LATE_H
#include "commitment/sanctions.h"

typedef struct {
    int64_t looked_n, back_pay_n, recovery_n, left_n;      // looked_n: families with late evidence; left_n: paid too much, and the rule book takes nothing back
    Rupiah back_pay, recovery, left;
} LateSummary;
// about_stage: closed, with a pass of sanctions. CONFLICT: it is not, `stage` is closed already, or the Ministry decided about_stage. NOT_FOUND: nothing
// changes any rupiah. Else as sanctions_propose.
must_use bool late_propose(Db *db, Arena *a, const Viewer *actor, int64_t kab, Str about_stage, Str stage, Instant at, LateSummary *out, ApprovalRequest *request, bool *is_new, Err *e);
#endif
