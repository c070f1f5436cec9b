// identity_status.h: the identity work of the registry (registry/identity_work.h) with the money of the stage in view: what each
// family was found to be paid in the latest stage that its district has computed. Without a stage the money is 0.
#ifndef STATUS_IDENTITY_STATUS_H
#define STATUS_IDENTITY_STATUS_H
#include "registry/identity_work.h"

// Looks through one district. ACTION_EDIT. `stage`: where the money comes from, empty when nothing is computed; lives in `a`.
must_use bool identity_refresh(Db *db, Arena *a, const Viewer *actor, int64_t kab, Instant at, Progress *progress, WorkFound *out, Str *stage, Err *e);
#endif
