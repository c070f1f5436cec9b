// drift_status.h: the drift of a staged file (registry/drift.h) with the money of the stage that comes next.
//
// The money is not estimated: all of it is applied in a transaction, every family is computed as a closing would, and the transaction
// is rolled back. So what is shown is what the stage would pay, to the rupiah. Then the look is kept, for people to read and sign.
#ifndef STATUS_DRIFT_STATUS_H
#define STATUS_DRIFT_STATUS_H
#include "registry/drift.h"

typedef struct {
    int64_t kab, batch_id;
    Str stage;                             // empty: the one after the latest that the district closed
    Viewer actor;                          // ACTION_IMPORT
    Instant at;
    Progress *progress;
} DriftAsk;
// NOT_FOUND, CONFLICT as drift_compare and drift_store. Texts of *out live in `a`.
must_use bool drift_look(Db *db, Arena *a, const DriftAsk *ask, Drift *out, Err *e);
#endif
