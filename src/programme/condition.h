// condition.h: what a rule book asks of a person or a family, as a small tree. Three-valued: what is not known is neither true
// nor false, and a condition holds only when it is true; so an unknown birth date never makes anybody old or young.
#ifndef PROGRAMME_CONDITION_H
#define PROGRAMME_CONDITION_H
#include "programme/scheme.h"

// The standard attributes of a person come first; a book's own (extra) follow.
enum { ATTR_BORN_ON, ATTR_SEX, ATTR_SCHOOL_LEVEL, ATTR_PREGNANCY_NO, ATTR_SEVERE_DISABILITY, ATTR_RIGHTS_VICTIM, ATTR_OUTCOME, ATTR_STANDARD_N };
#define ATTR_MAX (ATTR_STANDARD_N + EXTRA_MAX)

typedef enum { FALSE_, TRUE_, UNKNOWN_ } Truth;
typedef enum {
    COND_RANGE,        // low <= value <= high; on dates: days
    COND_SET,          // the value (a choice) is one of `set`
    COND_YEARS,        // low <= full years since the date on the reference day <= high  } become COND_RANGE when a stage
    COND_MONTHS,       // the same in full months                                         } gives the reference day
    COND_COMPONENT,    // may fill one of the components of `set`
    COND_MEMBERS,      // family: number of members
    COND_COUNT,        // family: number of members for whom `first` holds
    COND_PER_HEAD,     // family: value / members, exactly
    COND_ALL, COND_ANY, COND_NOT,
} CondKind;

typedef struct Condition Condition;
struct Condition {
    CondKind kind;
    int attr;                                              // person: ATTR_…; family: index of the book's family attribute
    int64_t low, high;                                     // INT64_MIN and INT64_MAX: open
    uint64_t set;
    const Condition *first, *next;                         // parts
};

// A copy in which ages are ranges of days.
const Condition *condition_on(Arena *a, const Condition *c, Date reference_on);
// The last day of a period of `months` full months before `day`: months since >= months <=> date <= result.
Date date_months_before(Date day, int64_t months);

// `values` of ATTR_MAX, EXTRA_NONE where unknown; `mask` the components the person may fill (for COND_COMPONENT).
void person_values(const PersonFacts *p, int64_t *values);
Truth condition_of_person(const Condition *c, const int64_t *values, uint32_t mask);
// A condition as it stands in the book (ages not yet made ranges of days), asked on a day; without COND_COMPONENT.
Truth condition_of_person_on(const Condition *c, const int64_t *values, Date day);

typedef struct { const int64_t *family; const int64_t (*persons)[ATTR_MAX]; const uint32_t *masks; size_t person_n; } FamilyView;
Truth condition_of_family(const Condition *c, const FamilyView *v);
#endif
