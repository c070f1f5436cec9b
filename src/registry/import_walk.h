// import_walk.h: the rows of a staged file seen together: family by family, beside each other and beside the registry.
// The same walk finds faults after staging, tells what applying would do, and applies. Inside the caller's transaction.
#ifndef REGISTRY_IMPORT_WALK_H
#define REGISTRY_IMPORT_WALK_H
#include "registry/import.h"

must_use bool walk_check(Db *db, int64_t kab, int64_t batch_id, Progress *progress, ImportCounts *out, Err *e);       // writes findings
// Deletes the staged rows of batches that were applied or dropped: they are personal data that nobody needs any more.
must_use bool import_purge(Db *db, int64_t kab, Err *e);
must_use bool walk_has_alarm(Db *db, int64_t kab, int64_t batch_id, bool *has_alarm, Err *e);
#endif
