// sanctions.h: proposes what the rule book's sanctions say of a district's families, in one pass over their outcomes: counts of missed months
// as of those months, with the facts that say so as reasons; and the end of an exclusion once duties are met again.
//
// Nothing is taken by it: what is proposed waits for a signature (adjustment.h). Amounts are computed by the kernel from the families as
// they are now, with and without the sanction. Families about whom somebody decided for this stage already are left alone.
#ifndef COMMITMENT_SANCTIONS_H
#define COMMITMENT_SANCTIONS_H
#include "base/progress.h"
#include "commitment/adjustment.h"
#include "commitment/outcome.h"
#include "programme/sanction.h"

typedef struct { int64_t family_n, row_n, n[ADJUST_N]; Rupiah amount; } SanctionsSummary;        // family_n: looked at
// stage: the next to be closed. month_n months from first_month on were verified; they must be over. CONFLICT: the stage is closed, the months are
// not over, or the rule book's sanctions of that day apply themselves or are none. NOT_FOUND: no such stage, or nothing to propose.
must_use bool sanctions_propose(Db *db, Arena *a, const Viewer *actor, int64_t kab, Str stage, Date first_month, int month_n, Instant at, Progress *progress, SanctionsSummary *out,
                                ApprovalRequest *request, bool *is_new, Err *e);

// What the sanctions of `stage` make of one family's outcomes (of months that end with the stage's `stage_n`), on the picture given by `persons`
// and `ids`. Writes outcome and counts into `persons` and `family`.
typedef struct { const RuleBook *book; const Scheme *full, *decided; } SanctionScheme;
must_use bool sanctions_scheme(Arena *a, const RuleBook *book, Str stage, SanctionScheme *out, Err *e);
must_use bool sanctions_judge(Arena *a, const SanctionScheme *s, int channel, const FamilyOutcome *outcome, int stage_n, FamilyFacts *family, PersonFacts *persons, const int64_t *ids,
                              size_t person_n, SanctionFound *out, Err *e);
// The dues that were not met in the last `stage_n` months. Into `a`.
size_t sanctions_reasons(Arena *a, const RuleBook *book, const FamilyOutcome *outcome, int stage_n, const AdjustReason **out);
#endif
