// scheme_data.h: the inside of a scheme, for this room only. The first half is plain numbers without a pointer: all that the
// kernel reads. Amounts of the kernel are in parts of the smallest unit: `scale` parts make one (1, unless the book rounds only
// the family's sum; then large enough that a person's share is exact).
#ifndef PROGRAMME_SCHEME_DATA_H
#define PROGRAMME_SCHEME_DATA_H
#include "programme/entitlement.h"
#include "programme/rulebook_data.h"

#define CAP_MAX 24
#define FLAG_MAX 32            // family conditions of a stage, times the days on which its channels take ages
#define DAY_MAX 4
#define CUT_RULE_MAX 8
#define LEVEL_MAX 32           // distinct cuts that persons of one stage can have, level 0 being none
#define SPLIT_MAX 1024         // ways to share out the places of caps that cross
#define KERNEL_AMOUNT_MAX ((int64_t)1 << 48)               // 10,000 times it, and 255 of it, stay within 64 bits
#define NODE_MAX (COMPONENT_MAX + CAP_MAX)

typedef struct {
    int64_t full[COMPONENT_MAX];                           // persons, families: the amount; top-ups: the floor (not yet times members)
    int64_t after[LEVEL_MAX][COMPONENT_MAX];               // persons: what remains of it, by level of cut
    int64_t worth[COMPONENT_MAX];                          // which component stands before another: its amount, or its place in the book's order
    int32_t months;                                        // of the stage in this channel, for a monthly income
    int32_t day;                                           // which of the days on which ages are taken
} KernelChannel;

typedef struct { int32_t flag; int64_t basis_points; } KernelShare;                  // of the amount that remains
typedef struct { bool is_per_person; int32_t quantity; uint32_t counts; int64_t unit; RoundMethod method; } KernelTopUp;   // quantity -1: none

typedef struct {
    int32_t component_n, channel_n, layer_n, level_n, flag_n, cap_n, share_n, family_cut_n, split_n;
    uint32_t person_mask;                                  // components that persons fill; they come first
    uint32_t layer_mask[LAYER_MAX];                        // of these, by layer; no cap reaches into two
    int64_t scale, unit;                                   // unit and method: rounding of amounts …
    RoundMethod method;
    int64_t family_unit;                                   // … and of the family's sum; 0: none
    RoundMethod family_method;
    int32_t rounding_component;                            // holds what the rounding of the sum adds or takes; -1 none
    ComponentKind kind[COMPONENT_MAX];
    int32_t component_flag[COMPONENT_MAX];                 // family amounts: the condition; -1: always; -2: never
    KernelTopUp top_up[COMPONENT_MAX];
    uint32_t eligible_flags, suspend_flags;                // all must hold; any suspends
    int32_t order_n, order[COMPONENT_MAX];                 // the book chooses by this order; 0: by the highest total
    KernelShare shares[FLAG_MAX], family_cuts[FLAG_MAX];   // the first that holds
    // Caps. Those that nest (or lie apart) are a forest over the components: node 0 … component_n-1 are components, node
    // COMPONENT_MAX + i is cap i. A cap that crosses another is not in it; `splits` shares out the places of all such caps.
    uint32_t cap_set[CAP_MAX];
    int32_t cap_limit[CAP_MAX];
    int8_t parent[NODE_MAX];                               // the smallest cap around a node; -1: none
    uint32_t crossing;                                     // bit i: cap i is not in the forest
    const uint8_t (*splits)[COMPONENT_MAX];                // split_n rows: the most that each component may take
    KernelChannel channels[CHANNEL_MAX];
} Kernel;

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
