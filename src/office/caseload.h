// caseload.h: which companion answers for which family, from which day to which. A family is family.companion_id's until it is
// handed over for the first time; from then on the rows of `caseload` say it, each beginning where the one before ends, so that a
// hand-over is a fact with a date. Queries ask may_see_family and companion_today (may_see.sql), never the column.
#ifndef OFFICE_CASELOAD_H
#define OFFICE_CASELOAD_H
#include "db/db.h"
#include "office/authority.h"

// One family, from a day on. from_id: who answers for it until then; 0 is nobody, on both sides.
typedef struct { int64_t kab, family_id, from_id, to_id; Date from_on; } FamilyHandOver;
// Inside the caller's transaction, which writes the audit entry (hand_over.h). CONFLICT when the family was handed over on a later
// day already.
must_use bool caseload_family_hand_over(Db *db, int64_t actor_id, const FamilyHandOver *what, Instant now, Err *e);

// user_id 0: has no log-in. is_locked: has one that may not log in any more.
typedef struct { int64_t id, user_id, family_n, village_n; Str name, login; bool is_coordinator, is_locked; } Companion;
typedef struct { Companion *at; size_t n; } Companions;
// The companions of a district with the families they answer for on a day, by name. Needs a sight of the whole district.
must_use bool caseload_companions(Db *db, Arena *a, Sight sight, int64_t kab, Companions *out, Err *e);

// The same with the kelurahan: each with how many families whom has. companion_id 0: nobody answers for them.
typedef struct { int64_t village_id, companion_id, family_n; Str village, companion; } CaseloadPlace;
typedef struct { Companions companions; CaseloadPlace *places; size_t place_n; int64_t family_n, nobody_n; } Caseload;     // places by kelurahan, then companion
must_use bool caseload_read(Db *db, Arena *a, Sight sight, int64_t kab, Caseload *out, Err *e);

typedef struct { Date from_on, until_on; Str name; } CaseloadSpan;     // until_on unknown: still; name empty: nobody
typedef struct { CaseloadSpan *at; size_t n; } CaseloadSpans;
// Who answered for a family, oldest first; one span without a beginning while it was never handed over. Empty when not seen.
must_use bool caseload_of_family(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, CaseloadSpans *out, Err *e);

// ---- whose log-in is whose
typedef struct { int64_t id, companion_id; Str login, name; } CompanionUser;       // companion_id 0: sees no family yet
typedef struct { CompanionUser *at; size_t n; } CompanionUsers;
// Those of a district who log in as companions, by name.
must_use bool caseload_users(Db *db, Arena *a, Sight sight, int64_t kab, CompanionUsers *out, Err *e);
// The person logs in as this companion from now on, and as no other one; companion_id 0: as a new one of that name, with no family yet.
// The second time changes nothing. One transaction. FORBIDDEN, BAD_INPUT (no such companion, no log-in of a companion here), CONFLICT
// when somebody who can still log in is that companion.
must_use bool caseload_join(Db *db, const Viewer *actor, int64_t kab, int64_t user_id, int64_t companion_id, Instant now, int64_t *id, Err *e);
#endif
