// scheme_data.h: the inside of a scheme, for this room only: the kernel's numbers, and what they were made from.
#ifndef PROGRAMME_SCHEME_DATA_H
#define PROGRAMME_SCHEME_DATA_H
#include "programme/entitlement.h"
#include "programme/rulebook_data.h"

typedef struct { Title title; const Condition *by_day[DAY_MAX]; } FamilyCondition;
typedef struct { uint8_t times[CUT_RULE_MAX]; } Level;     // how often each cut rule is taken: 0 does not apply

struct Scheme {
    Kernel kernel;
    const RuleBook *book;
    const Stage *stage;
    size_t day_n;
    Date days[DAY_MAX];
    SchemeComponent components[COMPONENT_MAX];
    int32_t place_in_book[COMPONENT_MAX];                  // index of book->components, or component_n + index of top_ups
    SchemeChannel channels[CHANNEL_MAX];
    Str layers[LAYER_MAX];
    const Rounding *rounding;
    bool is_by_order;
    const Condition *person_when[DAY_MAX][COMPONENT_MAX];  // persons' components
    const Cap *caps[CAP_MAX];
    const Sanction *sanction;                              // NULL: nothing is taken off
    uint32_t exclude_flags, warn_flags;                    // family conditions that exclude, and that only warn
    const Condition *cut_when[CUT_RULE_MAX];
    uint32_t cut_set[CUT_RULE_MAX];                        // components it applies to
    size_t cut_n;
    Level levels[LEVEL_MAX];
    FamilyCondition conditions[FLAG_MAX];
    size_t quantity_n;
    int quantity_attr[QUANTITY_MAX];
    bool is_counting_members;
    const PersonClass *classes;
    size_t class_n;
    const Date *birth_bounds;
    size_t birth_bound_n;
    Str extra_person[EXTRA_MAX], extra_family[EXTRA_MAX];
    uint32_t reads_person, reads_family;                   // bit i: attribute i decides something in this stage
};

// num / den (both at least 0, den above 0) to a multiple of `unit`.
int64_t rounded(__int128 num, __int128 den, int64_t unit, RoundMethod method);
#endif
