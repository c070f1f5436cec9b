// reissue.h: what is done with money that did not reach its family. Asked by one person, signed by another, who sees the whole list: how
// many failed, came back, and have another account than when the stage was closed.
//
//   again      a follow-up wave: each family gets its next attempt in a new batch, to the payee as the registry has it now; `pay`
//              then writes the batch's files. The same channel, or for all of them the post.
//   treasury   what came back is due to the treasury (books: returned -> due to the treasury), until its receipt is recorded (reconcile.h).
#ifndef PAYMENT_REISSUE_H
#define PAYMENT_REISSUE_H
#include "office/approval.h"
#include "payment/batch.h"
#include "payment/payables.h"

extern const ApprovalKind REISSUE_APPROVAL;                // "reissue"

typedef struct {
    int64_t kab;
    Str stage;
    bool is_treasury;          // instead of paying again
    Str channel;               // again: by this channel for all; "": each by its own
} ReissueWhat;

typedef struct { int64_t family_id, attempt_n, batch_id; Str state, channel, to_channel, reason; Rupiah amount; Date credited_on; bool is_changed; } ReissueRow;
typedef struct {
    ReissueRow *at;            // ascending by family
    size_t n;
    int64_t failed_n, returned_n, changed_n;               // changed: another account than the closing had
    Rupiah amount;
    Hash hash;                 // of all of it: what is signed
} ReissueList;
// What would be done, as things stand. n 0: nothing.
must_use bool reissue_list_load(Db *db, Arena *a, const ReissueWhat *what, ReissueList *out, Err *e);
// Asks for it; a second person signs in the worklist. CONFLICT when there is nothing to do.
must_use bool reissue_ask(Db *db, Arena *a, const Viewer *viewer, const ReissueWhat *what, Instant now, ApprovalRequest *out, bool *is_new, ReissueList *list, Err *e);

// The payments of a follow-up batch, as payables_load.
must_use bool reissue_payables(Db *db, Arena *a, const Batch *batch, bool with_payees, Payables *out, Err *e);
#endif
