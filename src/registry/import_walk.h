// import_walk.h: the rows of a staged file seen together: family by family, beside each other and beside the registry.
// The same walk finds faults after staging, tells what applying would do, and applies. Inside the caller's transaction.
#ifndef REGISTRY_IMPORT_WALK_H
#define REGISTRY_IMPORT_WALK_H
#include "registry/import.h"

must_use bool walk_check(Db *db, int64_t kab, int64_t batch_id, Progress *progress, ImportCounts *out, Err *e);       // writes findings

// ---- for the drift (drift.h) ---------------------------------------------------------------------------------------------------
// One family of the file beside the registry. Rows refused only because the registry has the person elsewhere are looked at here.
typedef struct { int64_t row_n, person_id, elsewhere_family, elsewhere_person; bool is_refused, is_new, is_dead, is_gone; } WalkMember;
typedef struct {
    int64_t family_id, row_n, village_id, old_village_id, decile_n, old_decile_n;      // family_id also where every row was refused, if the code says it
    bool is_new, is_left;                                  // not in the registry; it left the programme
    const WalkMember *member;
    size_t n, good_n;
    const int64_t *missing;                                // members of the registry who are there and whom the file has not
    size_t missing_n;
} WalkGroup;
typedef bool WalkEach(void *with, const WalkGroup *group, Err *e);
// Reads only.
must_use bool walk_each(Db *db, int64_t kab, int64_t batch_id, Progress *progress, WalkEach *each, void *with, Err *e);
// Writes only these parts of the file, and calls `each` with the numbers that they got. Nothing of the batch itself is changed.
enum { WALK_NEW_FAMILIES = 1, WALK_NEW_MEMBERS = 2, WALK_CHANGES = 4, WALK_ALL = 7 };
must_use bool walk_apply(Db *db, const ImportApply *what, unsigned parts, WalkEach *each, void *with, Err *e);
// The batch is applied: what import_apply does at its end, its rows deleted too.
must_use bool walk_applied(Db *db, int64_t kab, int64_t batch_id, Instant at, Err *e);

// Deletes the staged rows of batches that were applied or dropped: they are personal data that nobody needs any more.
must_use bool import_purge(Db *db, int64_t kab, Err *e);
must_use bool walk_has_alarm(Db *db, int64_t kab, int64_t batch_id, bool *has_alarm, Err *e);
#endif
