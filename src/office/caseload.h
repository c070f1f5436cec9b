// caseload.h: which companion answers for which family, from which day to which. A family is family.companion_id's until it is
// handed over for the first time; from then on the rows of `caseload` say it, each beginning where the one before ends, so that a
// hand-over is a fact with a date. Queries ask may_see_family and companion_today (may_see.sql), never the column.
#ifndef OFFICE_CASELOAD_H
#define OFFICE_CASELOAD_H
#include "db/db.h"
#include "office/authority.h"

// All families that `from_id` answers for on `from_on`, or only those of one village, or one family. 0 is nobody, on both sides.
typedef struct { int64_t kab, from_id, to_id, village_id, family_id; Date from_on; } HandOver;
#define HAND_OVER_MAX 5000             // a caseload has some 300 families; more at once is a mistake
#define HAND_OVER_DAYS_MAX 366         // not further away from today, on either side

// Hands them over, with the audit entry, in a transaction of its own. The second time finds nothing to hand over and changes
// nothing (*family_n 0). FORBIDDEN, BAD_INPUT (no such companion, the same, a day too far away), LIMIT, CONFLICT when a family
// was handed over on a later day already.
must_use bool caseload_hand_over(Db *db, const Viewer *actor, const HandOver *what, Instant now, int64_t *family_n, Err *e);

typedef struct { int64_t id, user_id, family_n; Str name, login; bool is_coordinator; } Companion;     // user_id 0: has no log-in
typedef struct { Companion *at; size_t n; } Companions;
// The companions of a district with the families they answer for on a day, by name. Needs a sight of the whole district.
must_use bool caseload_companions(Db *db, Arena *a, Sight sight, int64_t kab, Companions *out, Err *e);

typedef struct { Date from_on, until_on; Str name; } CaseloadSpan;     // until_on unknown: still; name empty: nobody
typedef struct { CaseloadSpan *at; size_t n; } CaseloadSpans;
// Who answered for a family, oldest first; one span without a beginning while it was never handed over. Empty when not seen.
must_use bool caseload_of_family(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, CaseloadSpans *out, Err *e);

// Inside the caller's transaction: this companion works with that log-in from now on; companion_id 0 takes the link away.
must_use bool caseload_link(Db *db, int64_t kab, int64_t companion_id, int64_t user_id, Err *e);
#endif
