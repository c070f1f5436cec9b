// family.h: one family, whole: who they are, why this amount, what was paid.
#ifndef WEB_FAMILY_H
#define WEB_FAMILY_H
#include "payment/payment.h"
#include "registry/area.h"
#include "registry/duplicate_merge.h"
#include "stage/explain.h"
#include "status/family_status.h"
#include "web/life.h"
#include "web/web.h"

typedef struct {
    int64_t id;
    Str name, nik, relation, school_level, school_name;
    Date born_on;
    int age_years;                                         // today; -1 unknown
    Str sex;
    int64_t pregnancy_n;
    bool is_severe_disability, is_rights_victim, is_gone, is_payee;
} FamilyMember;

typedef struct { Str stage, state, channel, reason; int64_t n; Rupiah amount; Instant recorded_at; } FamilyAttempt;

typedef struct {
    int64_t kab, id;
    Sight sight;
    Str name, kk, account, address, rt, rw, hamlet, channel, status, companion, dtks_code;
    Area area[4];                                          // village first
    size_t area_n;
    Date entered_on;
    FamilyMember *members;
    size_t member_n;
    bool may_reveal, is_revealed, may_take;
    bool sees_district;                                    // else other families are no links
    bool is_withheld;                                      // the read log cannot be written: the answer says so, and nothing else
    Stages stages;
    bool has_why;
    Str why_not;                                           // when there is a stage but no amount to explain
    Explanation why;
    LifeLines life;
    bool has_payment;
    Payment payment;                                       // its texts live as long as the request
    FamilyAttempt *attempts;
    size_t attempt_n;
    FamilyStatus situation;                                // the one status, in the chosen stage
    Adjustments adjustments;                               // sanctions and corrections, newest first
    FamilyMerge *merges;                                   // who stood in another family, too
    size_t merge_n;
} FamilyView;

Url letter_url(Arena *a, const FamilyView *v);
const char *payment_colour(PaymentState state);            // of its badge
Str hold_reason_title(Str reason);                         // why a family is held, for people
Str outcome_title(Outcome outcome);                        // of a duty, for people
bool is_rounded(const ExplainedLine *line);             // the division left a rest, which is cut off
#endif
