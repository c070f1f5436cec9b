// adjustment.h: what a stage pays a family more or less than its own amount, and how that is decided. The program proposes; people decide.
//
//     proposed ──► decided ──► objected ──► upheld        by somebody who had no hand in it
//         └──► dropped   │         └──────► withdrawn     it never counts
//                        └──► restored                    an exclusion ends
//
// Proposals of a pass are signed together under one hash, or each by itself; before that each can be dropped. From the decision on the
// family has time to object; until that is over, and while an objection is open, nothing is taken. What gives money counts at once.
// A closing takes what counts then (stage/adjusted.h), once; an exclusion in every closing until it is restored. A closed stage is never edited.
#ifndef COMMITMENT_ADJUSTMENT_H
#define COMMITMENT_ADJUSTMENT_H
#include "base/rupiah.h"
#include "commitment/fact.h"
#include "office/approval.h"

// In the order in which a stage's amount is changed (adjust_amount). Names are stored.
typedef enum { ADJUST_WARN, ADJUST_EXCLUDE, ADJUST_SUSPEND, ADJUST_CUT, ADJUST_RESTORE, ADJUST_BACK_PAY, ADJUST_RECOVERY, ADJUST_N } AdjustKind;
typedef enum { ADJUST_PROPOSED, ADJUST_DROPPED, ADJUST_DECIDED, ADJUST_OBJECTED, ADJUST_UPHELD, ADJUST_WITHDRAWN, ADJUST_RESTORED, ADJUST_STATE_N } AdjustState;
typedef enum { PASS_SANCTIONS, PASS_CORRECTIONS } PassWhat;
const char *adjust_kind_name(AdjustKind kind);             // "back_pay": stored, in JSON
const char *adjust_kind_title(AdjustKind kind);            // for people, in this thread's language
bool adjust_kind_find(Str name, AdjustKind *out);
const char *adjust_state_name(AdjustState state);
const char *adjust_state_title(AdjustState state);
const char *pass_name(PassWhat what);                      // "sanctions"
bool adjust_may_object(AdjustKind kind);                   // of what takes something off, or warns

typedef struct { const char *name, *title; } AdjustWord;
extern const AdjustWord OBJECT_REASONS[], DROP_REASONS[];  // end with NULL; titles are msgids

typedef struct { int64_t person_id; Date month; Str duty; int64_t fact_n; } AdjustReason;      // fact_n 0: no single fact says it
typedef struct {
    int64_t family_id, n, pass_n;
    Str stage, about_stage;            // about_stage: the closed stage that a correction is about; else empty
    PassWhat what;
    AdjustKind kind;
    Str rule_id, rule_en;              // title of the rule
    Rupiah amount;                     // what it gives; below 0: takes
    int64_t limit_points, missed_n, run_n, object_days, of_n;
    const AdjustReason *reasons; size_t reason_n;
    // as it stands
    AdjustState state;
    Date until_on;                     // last day to object; DATE_NONE before the decision
    Instant proposed_at, decided_at, changed_at;
    int64_t maker_id;
    Str maker_name, decided_name, changed_name, reason;    // reason: a name of OBJECT_REASONS or DROP_REASONS, or empty
    bool is_taken;                     // by a closing of another stage than the one asked for
} Adjustment;
typedef struct { Adjustment *at; size_t n; } Adjustments;
Str adjust_rule_title(const Adjustment *x);                // in this thread's language

// A pass: proposals of one district and stage. rows: family_id, kind, rule, amount, limit, counts, object_days, of_n, about_stage, reasons.
typedef struct { int64_t kab; Str stage, about_stage; PassWhat what; DutyPeriod period; Hash book_hash; const Adjustment *rows; size_t n; } Pass;
// Stores the pass and asks for its signature, inside the caller's transaction; the same proposals again are one request. What an earlier
// pass proposed for the same stage and was not decided is replaced by this one. *is_new false: it waits already.
must_use bool pass_put(Db *db, Arena *a, const Viewer *actor, const Pass *pass, Instant at, ApprovalRequest *out, bool *is_new, Err *e);
// Asks for the signature under the proposal of one family alone.
must_use bool adjustment_ask(Db *db, Arena *a, const Viewer *actor, int64_t kab, int64_t family_id, int64_t n, Instant at, ApprovalRequest *out, bool *is_new, Err *e);
extern const ApprovalKind SANCTIONS_APPROVAL, CORRECTIONS_APPROVAL;

typedef struct { int64_t kab, family_id, n; Viewer actor; Instant at; } AdjustAct;
// Each in a transaction of its own. The same again changes nothing; CONFLICT when it stands otherwise, NOT_FOUND for who may not see the family.
must_use bool adjustment_drop(Db *db, Arena *a, const AdjustAct *act, Str reason, Err *e);           // ACTION_EDIT or ACTION_SIGN_SECOND
must_use bool adjustment_object(Db *db, Arena *a, const AdjustAct *act, Str reason, Err *e);         // ACTION_TELL; CONFLICT after the last day
// ACTION_SIGN_SECOND, by a person who neither proposed, decided nor took the objection in.
must_use bool adjustment_answer(Db *db, Arena *a, const AdjustAct *act, bool is_upheld, Err *e);

// ---- looking -----------------------------------------------------------------------------------------------------
// Of a family, newest first, with reasons; empty for who may not see it.
must_use bool adjustment_list(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, Adjustments *out, Err *e);
// Of the newest pass of a stage, by family, without reasons. limit_n 0: all.
must_use bool adjustment_of_pass(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, PassWhat what, int64_t limit_n, int64_t offset_n, Adjustments *out, Err *e);
typedef struct { int64_t n[ADJUST_N], state_n[ADJUST_STATE_N], all_n; Rupiah amount[ADJUST_N]; } PassCounts;
must_use bool pass_count(Db *db, int64_t kab, Str stage, PassWhat what, PassCounts *out, Err *e);
// All of a district that were decided and not dropped, by family; is_taken: by a closing of another stage than `stage`.
must_use bool adjustment_decided(Db *db, Arena *a, int64_t kab, Str stage, Adjustments *out, Err *e);
// Whether it changes the amount of `stage`, whose closing is made on `today`.
bool adjustment_counts(const Adjustment *x, Str stage, Date today);

// ---- arithmetic --------------------------------------------------------------------------------------------------
typedef struct { int64_t family_id, n, rp, limit_points; AdjustKind kind; } AdjustRow;
// What is left of a stage's own amount after the rows of one family, in the order of AdjustKind whatever their own. applied[i]: what row i
// changed (may be NULL). Nothing goes below 0; a recovery takes at most its share of the own amount, and only of what is left. Overflow: LIMIT.
must_use bool adjust_amount(Rupiah own, const AdjustRow *rows, size_t n, Rupiah *out, Rupiah *applied, Err *e);

// The letter to the family: plain sentences in this thread's language: what, why, how much, how to object and until when.
typedef struct { Str at[12]; size_t n; } AdjustLetter;
AdjustLetter adjustment_letter(Arena *a, const Adjustment *x, Str stage_title, Str about_title, const RuleBook *book, const Str *names, const int64_t *person_ids, size_t person_n);
#endif
