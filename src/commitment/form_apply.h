// form_apply.h: what a filled form says, into the facts, and what it leaves to do, into tasks; in one transaction.
//
// Of an education form each pupil's month is one fact (school_days) with the days as they were computed again, the source "school NPSN" and the quarter's form
// as evidence: a form read again changes nothing, in whatever style it comes, and a school's later word takes the place of its earlier one.
// A health or social form tells a fact for each visit, weight, height and service, with the source "post N" or "village N"; figures lie sealed
// (observation.h). What such a form no longer says of a month, of which it says anything, is taken back, unless it is an older word.
// Who belongs to another health post or kelurahan is a task, and what was done there counts.
// Months that the reader refused, and rows that are a task, become no facts. A task that the newest reading of a form no longer has is done.
#ifndef COMMITMENT_FORM_APPLY_H
#define COMMITMENT_FORM_APPLY_H
#include "commitment/fact.h"
#include "commitment/form_in.h"

typedef struct {
    int64_t recorded_n, known_n, corrected_n, void_n, refused_n;       // facts
    int64_t task_n, new_task_n, done_task_n;               // tasks of these forms: now, new among them, and done by this reading
} FormApplied;

// `in` was matched (form_in_match). A month whose fact is refused becomes MONTH_REFUSED there, with the reason. Fails with nothing changed.
must_use bool form_apply(Db *db, Arena *a, const FactAct *act, FormIn *in, FormApplied *out, Err *e);
// What filled forms left to do in a district, newest quarter first. family_id 0: a stranger. our_npsn: the school that we know of the pupil.
typedef struct { int64_t id, family_id, person_id; FormKind form; FormPeriod period; Str place, place_name, name, our_place; FormRowMatch kind; Instant told_at; } FormTask;
typedef struct { FormTask *at; size_t n; int64_t all_n; } FormTasks;
// Empty for who sees only some of the families. Texts live in `a`.
must_use bool form_tasks(Db *db, Arena *a, Sight sight, int64_t kab, int64_t limit_n, int64_t offset_n, FormTasks *out, Err *e);
#endif
