// sanction.h: from the months of a family's persons to the counts that sanctions ask for, and to what a decided sanction takes. Pure.
//
// The rule book says which attribute holds which count (`counts:` of docs/rules.md). A month is missed when its outcome is "not met":
// unknown and excused months never count, and end a run of missed ones.
//   missed_in_stage       of the stage's months                                       } of a person: his own; of the family: months in
//   missed_in_a_row       those in a row at the end, of all months looked at          } which somebody missed
//   missed_in_total       of all months looked at                                     }
//   all_missed_in_a_row   of the family: in which everybody missed of whom something was due
#ifndef PROGRAMME_SANCTION_H
#define PROGRAMME_SANCTION_H
#include "programme/duty.h"
#include "programme/entitlement.h"

#define SANCTION_MONTHS 12             // looked at: the stage's months are the last of them

// facts NULL: the family as a whole (its sessions). What the attributes and the outcome are is written there.
typedef struct { const DutyMonth *months; PersonFacts *facts; } SanctionPerson;
// Every one has `month_n` months, of which the last `stage_n` are the stage's.
void sanction_count(const RuleBook *book, const SanctionPerson *persons, size_t n, int month_n, int stage_n, FamilyFacts *family);

typedef enum { SANCTION_NONE, SANCTION_WARN, SANCTION_CUT, SANCTION_SUSPEND, SANCTION_EXCLUDE } SanctionKind;
// What `decided` (scheme_make_as, SANCTIONS_DECIDED) takes from what `full` (SANCTIONS_NONE) gives. title_…: of the rule that did it.
typedef struct { SanctionKind kind; Rupiah full, left; Str title_id, title_en; } SanctionFound;
must_use bool sanction_find(const Scheme *full, const Scheme *decided, int channel, const FamilyFacts *family, const PersonFacts *persons, size_t person_n, SanctionFound *out, Err *e);

// Of the generation that holds on a day. has_any false: none does.
typedef struct { bool has_any, is_applied, has_restore, has_back_pay; int met_months, object_days; Str title_id, title_en, restore_id, restore_en; } SanctionTerms;
SanctionTerms sanction_terms(const RuleBook *book, Date on);
int64_t recovery_basis_points(const RuleBook *book, Date on);        // of a stage's amount, the most that may be taken back; 0: nothing
#endif
