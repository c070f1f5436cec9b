// drafted.h: what families come to in the stage in view (registry/draft.h), before it is closed: a first calculation that changes with
// every change of the registry. Closing and run give the same amount as long as nothing changes.
#ifndef STAGE_DRAFTED_H
#define STAGE_DRAFTED_H
#include "stage/run.h"

// Calls `each` for families first_id … last_id, ascending. Families whose pack has no draft that fits are left out: what they come to
// is not known. *stage: the one in view, in `a`; empty when the district has none, and nobody is given.
must_use bool drafted_each(Db *db, Arena *a, int64_t kab, int64_t first_id, int64_t last_id, Str *stage, DueEach *each, void *with, Err *e);
#endif
