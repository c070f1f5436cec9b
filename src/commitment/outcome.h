// outcome.h: what the facts of families come to: person by person, month by month, with the reason (programme/duty.h). Reads only, and
// stores nothing: from the same facts and the same moment comes the same answer. Families go by in blocks, one pass over the district.
#ifndef COMMITMENT_OUTCOME_H
#define COMMITMENT_OUTCOME_H
#include "base/progress.h"
#include "db/db.h"
#include "office/authority.h"
#include "programme/duty.h"

// person_id 0: the family as a whole (its sessions). Somebody who is gone and of whom nobody said since when is left out.
typedef struct { int64_t person_id; Str name; DutyReport report; DutySum sum; } PersonOutcome;
typedef struct { int64_t family_id, village_id; const PersonOutcome *at; size_t n; } FamilyOutcome;       // of 10 digits

// Of one family. NOT_FOUND for who may not see it. All in `a`.
must_use bool outcome_family(Db *db, Arena *a, const RuleBook *book, Sight sight, int64_t kab, int64_t family_id, const DutyPeriod *period, FamilyOutcome *out, Err *e);

// Of every family in the programme that `sight` shows, in order. What `each` gets lives until it returns; false from it ends the pass.
typedef bool OutcomeEach(void *with, const FamilyOutcome *family, Err *e);
must_use bool outcome_each(Db *db, const RuleBook *book, Sight sight, int64_t kab, const DutyPeriod *period, OutcomeEach *each, void *with, Progress *progress, Err *e);

// How many persons (the families themselves not counted) had which outcome in each month; and how many dues are late, by reason.
typedef struct {
    int64_t family_n, person_n, month_n[DUTY_MONTHS_MAX][4], late_n[DUTY_REASONS_N];       // by Outcome
} OutcomeCounts;
must_use bool outcome_count(Db *db, const RuleBook *book, Sight sight, int64_t kab, const DutyPeriod *period, Progress *progress, OutcomeCounts *out, Err *e);

const char *outcome_name(Outcome outcome);                 // "not_met": as stored, and in JSON
#endif
