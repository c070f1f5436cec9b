// adjustment.h: sanctions and corrections in pages: what is proposed for a stage, one proposal of a family from the fact to the rupiah, its letter.
#ifndef WEB_ADJUSTMENT_H
#define WEB_ADJUSTMENT_H
#include "commitment/outcome_list.h"
#include "commitment/sanctions.h"
#include "http/list.h"
#include "stage/late.h"
#include "web/family.h"
#include "web/web.h"

typedef struct { Str title; int64_t n[4]; } CommitmentRow;                           // a duty or a kecamatan, and how many outcomes of each kind
typedef struct { CommitmentRow *at; size_t n; } CommitmentRows;

typedef struct {
    int64_t kab;
    Str stage, fault, done, first_text;                    // first_text: "2024-04", as typed or the stage's first month
    Stages stages;                                         // of the rule book, newest first
    int64_t month_n;
    bool may_propose, is_counted;
    CommitmentRows duties, kecamatan;
    OutcomeCounts counts;
    PassCounts pass[2];
    Adjustments rows[2];
    List list;
} CommitmentView;

typedef struct { AdjustReason reason; Str who, duty, said; } ReasonLine;             // said: what the fact says, and who
typedef struct { int64_t id; Str name; } AdjustPerson;
typedef struct {
    int64_t kab, id, n;
    Str fault, done, name, address, village, area_name, companion, date;
    Adjustment x;
    ReasonLine *reasons;
    AdjustLetter letter;
    bool may_ask, may_drop, may_object, may_answer, has_paid;
    Str paid_stage;                                        // has_paid: the closing that took it, and what it changed
    Rupiah paid;
} AdjustmentView;

Str adjust_reason_title(const Adjustment *x);             // of its objection, or why it was dropped
const char *adjust_colour(const Adjustment *x);
Str month_value(Arena *a, Date first);                     // "2024-04"
Str fact_said(Arena *a, const RuleBook *book, const ToldFact *x);
#endif
