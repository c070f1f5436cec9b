// fact.h: what families are told to have done: of a day or a whole month, with the source, the evidence, who recorded it and when.
//
// A fact is never changed. What was wrong is corrected by another fact that names it. Nobody needs to name it where a source corrects
// itself: when the same source says something else of the same person, kind and days, the later word replaces the earlier one. When two
// sources differ, both stand, and duty.h says what follows. The same thing told twice (the same source, evidence and figures) is one fact:
// a form read a second time changes nothing, also when it was corrected in between. What was measured belongs to it: another weight of the
// same visit from the same source is a correction.
//
// What a fact may be about stands in the rule book (`facts`, programme/duty.h). What was measured (a weight, a finding) is sealed.
#ifndef COMMITMENT_FACT_H
#define COMMITMENT_FACT_H
#include "db/db.h"
#include "office/authority.h"
#include "office/violation.h"
#include "programme/duty.h"

#define FACT_SOURCE_MAX 80             // bytes: "school 10303456"
#define FACT_EVIDENCE_MAX 120          // bytes: the number of a form and its version
#define FACT_OBSERVATION_MAX 500       // bytes: a weight, a height and a remark
#define FACT_TIMES_MAX 31              // once a day
#define FACT_BATCH_MAX 100000          // of one call: a city's facts of a month are sixty thousand

typedef struct {
    int64_t family_id, person_id;      // person 0: the family as a whole
    Str kind;                          // "weight"
    Date first_on, last_on;            // the same day; or first and last day of a month
    int64_t times;                     // SHAPE_TIMES: 0 only of a month, and says that it was not done
    int64_t days, absent, permitted, sick;                 // SHAPE_DAYS: school days, and of them missed without leave, with leave, sick
    bool is_void;                      // nothing is said any more: takes back fact replaces_n, and no figures are looked at
    Str source, evidence;              // who says it; where it stands (may be empty)
    Str observation;                   // of kinds of health: sealed; may be empty
    int64_t replaces_n;                // the fact that it corrects; 0: none is named
} Fact;

typedef enum { FACT_RECORDED, FACT_WAS_THERE, FACT_CORRECTED, FACT_REFUSED } FactState;      // CORRECTED: recorded, in place of another
typedef struct {
    FactState state;
    int64_t n;                         // its number in the family
    int64_t replaced_n;                // CORRECTED: the fact in whose place it stands
    Str why;                           // REFUSED: for a person, in this thread's language; lives in the arena
} FactResult;

typedef struct { int64_t kab; Viewer actor; Instant at; const RuleBook *book; } FactAct;     // actor: ACTION_TELL in the district; of families that he may see

// Records facts of any families of the district, in the order given: in a transaction of its own, or the caller's. Each is judged by
// itself: what cannot be is refused with words in results[i] (results of `n`), the others are recorded. Fails, with nothing recorded, on
// lack of authority (FORBIDDEN), too many at once (LIMIT), and when the database fails.
must_use bool fact_record(Db *db, Arena *a, const FactAct *act, const Fact *facts, size_t n, FactResult *results, Err *e);
// One fact; what is refused fails with BAD_INPUT, NOT_FOUND or CONFLICT.
must_use bool fact_record_one(Db *db, Arena *a, const FactAct *act, const Fact *fact, FactResult *result, Err *e);

// Whether a fact can be: kind, days and figures. Empty: it can. What people and families there are is not looked at.
Str fact_fault(Arena *a, const RuleBook *book, const Fact *fact, Date today);

// ---- looking -----------------------------------------------------------------------------------------------------
typedef struct { Fact fact; int64_t n, corrected_by_n, actor_id; Instant recorded_at; bool has_observation; Str actor_name, person_name; } ToldFact;
typedef struct { ToldFact *at; size_t n; } ToldFacts;
// Newest first; empty for who may not see the family. fact.observation stays sealed: fact_observation.
must_use bool fact_list(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, ToldFacts *out, Err *e);
// Opens what was measured. Empty when there is none, or the family was erased. The caller asks for authority and records the look.
must_use bool fact_observation(Db *db, Arena *a, int64_t kab, int64_t family_id, int64_t n, Str *out, Err *e);

// A family's facts as duty_evaluate takes them: of one person (0: of the family). Kinds that `book` does not know are left out.
typedef struct { DutyFact *at; int64_t *person_id; size_t n; } FamilyFactsTold;
must_use bool fact_told(Db *db, Arena *a, const RuleBook *book, int64_t kab, int64_t family_id, FamilyFactsTold *out, Err *e);

// A correction stands behind what it corrects and speaks of the same person; whoever a fact is about is or was a member. One pass.
must_use bool fact_check(Db *db, Violations *v, Err *e);
#endif
