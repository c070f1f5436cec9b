// outcome_list.h: the outcomes of a stage's months as a list that one person proposes and another signs. Only that signature writes
// person.outcome, in the transaction of the packs, so that a closing sees it; without it nobody becomes "not met".
//
// The list is made anew from the facts when it is signed. If it comes out otherwise (somebody was born, a fact is missing), nothing is
// written and it must be asked for again. What is told later changes nothing in it: it was made as of one moment. Whoever had no duty in
// these months is not judged: his outcome is "unknown".
#ifndef COMMITMENT_OUTCOME_LIST_H
#define COMMITMENT_OUTCOME_LIST_H
#include "commitment/outcome.h"
#include "office/approval.h"

typedef struct { int64_t kab, n; Str stage; DutyPeriod period; Hash items_hash; int64_t count[4]; } OutcomeList;   // count: persons with a duty, by Outcome

// Proposes what is known now of `period` (its as_of and today are kept), by the rule book of the program, in a transaction of its own. The
// same list asked again is one request. CONFLICT when the months are not over, or no stage of the rule book has that name.
must_use bool outcome_list_ask(Db *db, Arena *a, const Viewer *actor, int64_t kab, Str stage, const DutyPeriod *period, Instant at, Progress *progress, OutcomeList *out,
                               ApprovalRequest *request, bool *is_new, Err *e);
extern const ApprovalKind OUTCOMES_APPROVAL;
// What a request shows: the list that was asked for under this hash. Its stage lives in `a`. *found false: there is none.
must_use bool outcome_list_find(Db *db, Arena *a, int64_t kab, Str stage, const Hash *items_hash, OutcomeList *out, bool *found, Err *e);
#endif
