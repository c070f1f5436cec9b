// duty.h: what a family owes for its money, what it has done, and what that makes of each month. Pure: no clock, no database.
//
// The rule book says what is asked (`facts` and `duties` of docs/rules.md). Somebody tells **facts**: of a day ("weighed on 12 March")
// or of a whole month ("weighed once in March", "of 22 school days absent on 2", "not weighed in March"). From both come **dues**: one
// thing that must be done within one window of days. The month in which a window ends has an **outcome** of all that fell due in it.
//
// Fairness, in five rules:
//   Unknown is never not met. Not met needs somebody who said so: too few school days, or "not done" for every month of the window.
//   That nobody has said anything is unknown, and somebody's work.
//   What was done is believed, whoever says it; of one month the fact that says more counts. When two sources give a pupil days that
//   lie on both sides of the threshold, that is unknown until a person has settled it.
//   An excuse for a month excuses what falls due in that month and was not done.
//   A window is asked of who was there from its first day, or had at least DUTY_NOTICE_DAYS of it.
//   A window is asked as the book says on its first day, whatever the book says later.
//
// Facts have two times: the days they are true of, and the moment they were recorded. What is recorded later than `as_of` is not known
// yet, so an evaluation of an earlier moment can be repeated. A correction is a fact that names the one it replaces.
#ifndef PROGRAMME_DUTY_H
#define PROGRAMME_DUTY_H
#include "programme/scheme.h"

#define DUTY_NOTICE_DAYS 30            // a month to do what is asked, for who came while a window was open
#define DUTY_MONTHS_MAX 120            // of one evaluation: ten years
#define PREGNANCY_DAYS 280             // from the first day of a pregnancy to the expected birth: 40 weeks

// times: how often something was done. days: the school days of a month, and those missed.
typedef enum { SHAPE_TIMES, SHAPE_DAYS } FactShape;
size_t fact_kind_n(const RuleBook *book);
int fact_kind_find(const RuleBook *book, Str code);        // -1: the book has no such kind
Str fact_kind_code(const RuleBook *book, int kind);        // "weight": stored
Str fact_kind_title(const RuleBook *book, int kind);       // for people, in this thread's language
FactShape fact_kind_shape(const RuleBook *book, int kind);
bool fact_kind_is_health(const RuleBook *book, int kind);  // what was measured beside it is sealed

typedef struct {
    int64_t n, replaces_n;             // its number, unique and above 0 among the facts of a family; 0: replaces none
    int kind;
    Date first_on, last_on;            // one day, or the first and last day of a month
    int64_t times;                     // SHAPE_TIMES; 0 only of a month: it was not done
    int64_t days, absent, permitted, sick;                 // SHAPE_DAYS: school days, and of them missed without leave, with leave, sick
    bool is_void;                      // nothing is said any more: takes back what it replaces
    Instant recorded_at;
} DutyFact;

// An excuse that was granted. duty -1: from all. months: first days of the first and last month.
typedef struct { int64_t n; int duty; Date first_month, last_month; Instant granted_at; } DutyExcuse;

typedef struct { int order_n; Date known_on, due_on, ended_on; bool is_birth; } DutyPregnancy;       // DATE_NONE: not known; not ended

// Of whom: a person, or the family as a whole (then only the dates count).
typedef struct {
    bool is_family;
    PersonFacts facts;
    Date entered_on, left_on;          // left_on DATE_NONE: is still there
    const DutyPregnancy *pregnancies; size_t pregnancy_n;
    const DutyFact *told; size_t told_n;                   // in any order
    const DutyExcuse *excuses; size_t excuse_n;
} DutySubject;

// The months looked at, and when: as_of what was recorded, today which windows are over.
typedef struct { Date first_month; int month_n; Instant as_of; Date today; } DutyPeriod;

typedef enum {
    DUTY_DONE,                         // met
    DUTY_DONE_LATE,                    // met: after its window, where the book lets that count
    DUTY_NO_SCHOOL,                    // excused: the month had no school days
    DUTY_EXCUSED,                      // excused
    DUTY_TOO_FEW_DAYS,                 // not met
    DUTY_NOT_DONE,                     // not met: it was said of the whole window
    DUTY_OPEN,                         // unknown: there is still time
    DUTY_NOT_TOLD,                     // unknown: nobody has said
    DUTY_CONTRADICTED,                 // unknown: sources differ
    DUTY_NO_DATE,                      // unknown: the day from which it counts is not known
    DUTY_REASONS_N
} DutyReason;
const char *duty_reason_name(DutyReason reason);           // "not_told": in JSON
const char *duty_reason_title(DutyReason reason);          // for people, in this thread's language
Outcome duty_reason_outcome(DutyReason reason);

// One thing that is due from first_on to last_on.
typedef struct {
    int duty, kind;
    int ask, window;                   // which line of the duty asks it; window -1: of the calendar
    Date first_on, last_on;
    DutyReason reason;
    bool is_late;                      // over, neither done nor excused
    bool is_only_shown;                // the outcome does not depend on it
    int64_t needed, done;              // times; of school days: days needed and days present
    int64_t days;                      // school days; else 0
    int64_t excuse_n;                  // DUTY_EXCUSED
    const int64_t *fact_ns; size_t fact_n;                 // numbers of the facts that say so
} DutyDue;

// due: which of the dues decided; -1: nothing fell due, which makes the month excused.
typedef struct { Date month; Outcome outcome; int due; } DutyMonth;
typedef struct { const DutyDue *due; size_t due_n; DutyMonth months[DUTY_MONTHS_MAX]; int month_n; } DutyReport;

// Dues that touch the months, ordered by duty and first day, and the outcome of each month. All in `a`.
void duty_evaluate(Arena *a, const RuleBook *book, const DutySubject *subject, const DutyPeriod *period, DutyReport *out);

// The second implementation: slow, obvious, day by day, sharing no code with the first. Outcomes only, period->month_n of them.
void duty_slowly(const RuleBook *book, const DutySubject *subject, const DutyPeriod *period, Outcome *out);

// Several months as one: one not met makes all not met, else one unknown all unknown, else one met all met. missed_n: months not met;
// run_n: those in a row at the end.
typedef struct { Outcome outcome; int missed_n, run_n; } DutySum;
DutySum duty_sum(const DutyMonth *months, int month_n);

size_t duty_n(const RuleBook *book);
int duty_find(const RuleBook *book, Str code);             // -1: the book has no such duty
Str duty_code(const RuleBook *book, int duty);
Str duty_title(const RuleBook *book, int duty);
// What one line of the book asks, who says so ("…") and how sure that is ("H").
Str duty_text(const RuleBook *book, int duty, int ask);
Str duty_source(const RuleBook *book, int duty, int ask);
const char *duty_confidence(const RuleBook *book, int duty, int ask);
Str duty_window_title(const RuleBook *book, const DutyDue *due);               // "BCG"; empty where the window has no name
// "done 1 of 2 from 1 Jan to 30 Jun: nobody has said" in this thread's language.
void duty_put(Buf *b, const RuleBook *book, const DutyDue *due);
#endif
