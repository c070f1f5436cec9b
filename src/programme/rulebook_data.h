// rulebook_data.h: what a rule book holds once it is read; for this room only. The words are those of docs/rules.md.
#ifndef PROGRAMME_RULEBOOK_DATA_H
#define PROGRAMME_RULEBOOK_DATA_H
#include "programme/condition.h"
#include "programme/duty.h"
#include "programme/kernel.h"

#define MONEY_MAX ((int64_t)1 << 46)                       // 70 trillion: sums over a family stay within 64 bits by a wide margin
#define COMPONENT_BOOK_MAX 60                              // of all years together; a stage has at most COMPONENT_MAX
#define EACH_MAX 15                                        // "for each missed month": more would make too many kinds of persons

typedef struct { Str id, en; } Title;
Str title_here(Title t);                                   // in this thread's language

// In front of every value: since when, until when (DATE_NONE: still), who says so and how sure it is.
typedef enum { CONFIDENCE_H, CONFIDENCE_M, CONFIDENCE_L, CONFIDENCE_MEM } Confidence;
typedef struct { Date from, until; Title source, note; Confidence confidence; int switch_i; int64_t line_n; } Dated;   // switch_i -1: always

typedef struct { Str code; Title title; } Source;
typedef struct { Str code; Title title; bool is_on; } Switch;                              // a value that applies only when switched on

typedef enum { ATTRIBUTE_INT, ATTRIBUTE_FLAG, ATTRIBUTE_DATE, ATTRIBUTE_CHOICE, ATTRIBUTE_MONEY } AttributeType;
#define CHOICE_MAX 64
// Which count of missed months fills an attribute (sanction.h); COUNT_NONE: it is told otherwise.
typedef enum { COUNT_NONE, COUNT_STAGE, COUNT_IN_A_ROW, COUNT_TOTAL, COUNT_ALL_IN_A_ROW } CountKind;
typedef struct { Str name; Title title; AttributeType type; const Str *choices; size_t choice_n; int64_t low, high, empty; CountKind counts; } Attribute;

typedef struct { Dated d; int64_t unit; RoundMethod method; bool is_per_family; } Rounding;  // unit in the smallest unit of the currency

typedef struct { Dated d; const Condition *when; } When;
// `amount` for `months` months; months 0: once, in the stages named.
typedef struct { Dated d; int64_t amount, months; const Condition *when; const Str *stages; size_t stage_n; } Rate;
typedef struct {
    Str code, base_code;                                   // base_code: the component it is a variant of, else its own
    Str layer;                                             // empty: the one layer of most books
    Title title;
    const When *when; size_t when_n;                       // persons only
    const Rate *rates; size_t rate_n;
    uint32_t calendar;                                     // bit m-1: paid for month m; all 12 unless the book says else
    int64_t line_n;
} Component;

// Filled up to a floor: floor - (counted amounts and income), never less than nothing.
typedef struct { Dated d; int64_t floor, months; bool is_per_person; int income; uint64_t counts; const Condition *when; int64_t unit; RoundMethod method; bool has_rounding; } TopUp;
typedef struct { Str code; Title title; const TopUp *floors; size_t floor_n; int64_t line_n; } TopUpComponent;

typedef struct { Dated d; int64_t max; } CapMax;
typedef struct { Str code; Title title; uint64_t components; const CapMax *max; size_t max_n; int64_t line_n; } Cap;

typedef struct { Dated d; bool is_by_order; const int *order; size_t order_n; } Choice;

typedef struct { Dated d; Title title; const Condition *when; } FamilyRule;                // eligibility
typedef struct { Dated d; Title title; const Condition *when; int64_t basis_points; } ShareRule;   // 5000: half

typedef enum { CUT_PERCENT, CUT_AMOUNT, CUT_MONTHS } CutKind;
typedef struct { Title title; const Condition *when; uint64_t components; CutKind kind; int64_t value; int each; int64_t line_n; } CutRule;   // each: attribute it is taken for each of, or -1
typedef struct { Title title; const Condition *when; int64_t basis_points; int64_t line_n; } FamilyCutRule;
typedef struct { Title title; const Condition *when; int64_t line_n; } SuspendRule;
// What ends an exclusion and makes good a cut or a suspension: so many months in a row in which nothing was missed.
typedef struct { Title title; int64_t met_months; bool has_back_pay; } RestoreRule;
typedef enum { LIABILITY_INDIVIDUAL, LIABILITY_JOINT } Liability;
typedef struct { Dated d; int64_t basis_points; } Recovery;                          // of a stage's amount, at most
typedef struct {
    Dated d; Title title; bool is_applied;                 // false: recorded and proposed, never taken off by the program
    const CutRule *cuts; size_t cut_n;
    const FamilyCutRule *family_cuts; size_t family_cut_n;
    const SuspendRule *suspends; size_t suspend_n;
    const SuspendRule *excludes; size_t exclude_n;         // as a suspension, and for all stages that follow
    const SuspendRule *warns; size_t warn_n;               // nothing is taken off
    const RestoreRule *restores; size_t restore_n;         // at most one
    Liability liability;
    int64_t object_days;                                   // from the decision until when the family may object
} Sanction;

// What can be told (duty.h). is_health: what was measured beside it is sealed.
typedef struct { Str code; Title title; FactShape shape; bool is_health; } FactKind;
// When something is due: in each month, half year or year of the calendar, or in windows counted from a day of somebody's life.
typedef enum { RHYTHM_MONTH, RHYTHM_HALF_YEAR, RHYTHM_YEAR, RHYTHM_BIRTH, RHYTHM_PREGNANCY, RHYTHM_DELIVERY } Rhythm;
// Full months (or days) since that day from low to high, both included. may_be_late: what was done after it counts too.
typedef struct { Title title; int fact; bool is_days; int64_t low, high, times; bool may_be_late; int64_t line_n; } DutyWindow;
typedef struct {
    Dated d; Title text; Rhythm rhythm; int fact;          // fact: index of book->facts, -1 when each window names its own
    int64_t times, basis_points;                           // basis_points: of school days; else 0
    bool is_only_shown;                                    // due and done are shown, the outcome does not depend on it
    const DutyWindow *windows; size_t window_n;            // of the rhythms that count from a day
} Ask;
typedef struct { Dated d; bool is_permitted_present, is_sick_present; } PresentRule;
typedef struct {
    Str code; Title title; bool is_of_family;
    uint64_t components; const Condition *when;            // of whom: who may fill one of the components, and for whom the condition holds
    const Ask *asks; size_t ask_n;
    const PresentRule *presents; size_t present_n;         // which absences count as present; none: no absence does
    int64_t line_n;
} Duty;

typedef struct { Str code; Title title; } Channel;
typedef struct { int channel; Date first_on; int64_t months; Date ages_on; } StageChannel;
typedef struct { Dated d; Str id; Title title; Date ages_on; const StageChannel *channels; size_t channel_n; } Stage;

struct RuleBook {
    Str file, code;
    Title title, country;
    Str currency; int64_t minor_digits;
    Hash hash;
    const Source *sources; size_t source_n;
    Switch *switches; size_t switch_n;
    const Attribute *person_attributes; size_t person_attribute_n;
    const Attribute *family_attributes; size_t family_attribute_n;
    const Rounding *roundings; size_t rounding_n;
    const Component *components; size_t component_n;       // persons', then families': a component's bit is its place here
    size_t person_component_n;
    const TopUpComponent *top_ups; size_t top_up_n;        // their bits follow
    const Cap *caps; size_t cap_n;
    const Choice *choices; size_t choice_n;
    const FamilyRule *eligible; size_t eligible_n;
    const ShareRule *shares; size_t share_n;
    const Sanction *sanctions; size_t sanction_n;
    const Recovery *recoveries; size_t recovery_n;
    const FactKind *facts; size_t fact_n;
    const Duty *duties; size_t duty_n;
    const Channel *channels; size_t channel_n;
    const Stage *stages; size_t stage_n;
};

// The value in force on `day`: one that is switched on stands before one that always applies. NULL when there is none.
const void *dated_on(const RuleBook *book, const void *list, size_t n, size_t size, Date day);
#define DATED_ON(book, list, n, day) dated_on((book), (list), (n), sizeof *(list), (day))

// A value of an attribute as it stands in a file; empty text gives the attribute's own value for that.
must_use bool attribute_parse(const Attribute *attribute, int64_t minor_digits, Str text, int64_t *out);

// ---- base text of a standard attribute: its name in rule books and files, and the words of its values ----------
typedef struct { const char *name; AttributeType type; const char *choices[5]; } StandardAttribute;
extern const StandardAttribute STANDARD_ATTRIBUTES[ATTR_STANDARD_N];
#endif
