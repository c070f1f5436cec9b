// person.h: what one person of a family owes for its money: what is due, done and late, who told it, what is excused. Person 0 is the
// family as a whole (its group sessions).
#ifndef WEB_PERSON_H
#define WEB_PERSON_H
#include "commitment/excuse.h"
#include "commitment/outcome.h"
#include "web/growth.h"
#include "web/web.h"

#define PERSON_MONTHS 6                // looked at: this month and the five before it

typedef struct { int kind; Str code, title; } PersonKind;  // a kind of fact that may be told of this person
typedef struct {
    int64_t kab, id, person_id;
    Str name, fault, done, source;                         // source: what a companion would write there
    Date today, born_on;
    const RuleBook *book;
    const PersonOutcome *outcome;                          // NULL: nothing is asked of this person
    PersonKind *kinds;
    size_t kind_n;
    bool has_days, may_tell, may_end;                      // has_days: school days are asked of this person
    ToldFact *facts;
    size_t fact_n;
    ToldExcuse *excuses;
    size_t excuse_n;
    const ChildView *child;                                // what was measured, and days at school
} PersonView;

Str person_month(Arena *a, Date first);                    // "November 2026"
const char *duty_due_colour(const DutyDue *due);
Str duty_due_text(Arena *a, const RuleBook *book, const DutyDue *due);
Str fact_kind_title_of(const RuleBook *book, Str code);     // its code when the book no longer has it
Str fact_figures(Arena *a, const RuleBook *book, const Fact *f);
Str excuse_reason_title(Str name);
Str excuse_duty_title(const RuleBook *book, Str duty);     // "all duties" when empty
Url person_url(Arena *a, int64_t kab, int64_t family_id, int64_t person_id);
#endif
