// explain.h: why a family gets this amount, to be read aloud: each person, component, rate, months, cap, duty, cut, and the rule's source.
// Computed anew from what the closing froze, with the rule book that the closing keeps; it must equal what the run stored.
#ifndef STAGE_EXPLAIN_H
#define STAGE_EXPLAIN_H
#include "commitment/adjustment.h"
#include "db/db.h"
#include "office/authority.h"
#include "programme/entitlement.h"

typedef struct {
    int64_t person_id;                     // 0 for an amount of the whole family
    Str name;                              // as the registry has it today; p NULL when it is gone from there
    PersonFacts facts;                     // as frozen
    int age_years;                         // on the reference day; -1 unknown
    LineKind kind;
    int component;                         // index of the scheme's components; -1: fits none
    Str title;                             // of the component, in this thread's language; empty when none
    Str cap;                               // LINE_OVER_CAP: which cap
    Rupiah rate;                           // the rate it comes from …
    int rate_months, paid_months;          // … for so many months, and the months paid
    Rupiah full, amount;
    Str source;                            // of the rule
} ExplainedLine;

// A decision about the family that this closing took: n is its number (adjustment.h); amount what it changed, which may be nothing.
typedef struct { int64_t n; AdjustKind kind; Rupiah amount; Str rule, about_stage; } ExplainedChange;

typedef struct {
    int64_t kab, family_id, village_id;
    Str stage, stage_label, channel;
    Date first_on, reference_on;
    int months;
    Standing standing;
    bool is_eligible;
    Str refused_by, reduced_by;            // the condition that does not hold; the rule that leaves a share; else empty
    Rupiah total;
    bool is_decided;                       // the Ministry decides this stage …
    Rupiah decided;                        // … and pays this; the lines and the total are our own
    Instant closed_at;
    Hash closing_hash;
    const ExplainedLine *lines;            // persons in order of their id, then amounts of the whole family
    size_t line_n;
    const ExplainedChange *changes;        // after the lines; what they leave is paid
    size_t change_n;
    Rupiah paid;                           // where we decide: total and changes
} Explanation;

// NOT_FOUND: the stage is not closed in the district, the family was not in that closing, or `sight` does not reach it. CONFLICT: what is computed now is
// not what the run stored (a mistake of ours or damage; never shown as an amount).
must_use bool explain_family(Db *db, Arena *a, int64_t kab, Str stage, int64_t family_id, Sight sight, Explanation *out, Err *e);
#endif
