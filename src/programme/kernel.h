// kernel.h: the arithmetic of a stage, from the numbers of a scheme and a case to what is paid. Plain numbers, no allocation, no
// library but memcpy and memset: the same code for a nation, one family and (compiled to WebAssembly) the phone.
// Amounts of the kernel are in parts of the smallest unit: `scale` parts make one (1, unless the book rounds only the family's
// sum; then so many that a person's share is exact).
#ifndef PROGRAMME_KERNEL_H
#define PROGRAMME_KERNEL_H
#include "base/rupiah.h"
#include "programme/case.h"

// LINE_CUT: less for an unmet duty. LINE_REDUCED: only a share, by a rule for the whole family (a protection rule); see `share_rule`.
typedef enum { LINE_PAID, LINE_CUT, LINE_REDUCED, LINE_OVER_CAP, LINE_SUSPENDED, LINE_NOT_ELIGIBLE } LineKind;

// One person (or family amount) of the explanation. Persons of a group are told apart by their place in it. Each person of the case
// has exactly one line in each layer in which he could fill something; layers follow one another.
typedef struct {
    LineKind kind;
    int16_t group;                                         // index in Case.groups; -1 for an amount of the whole family
    int16_t component;                                     // what he fills; for LINE_OVER_CAP what he could have filled; -1 none
    int16_t cap;                                           // LINE_OVER_CAP: index of the cap that kept him out (scheme_cap_title)
    Rupiah full, amount;                                   // before and after cuts
} EntitlementLine;

#define ENTITLEMENT_LINE_MAX (LAYER_MAX * PERSON_MAX + COMPONENT_MAX)
typedef struct {
    bool is_eligible;                                      // false: the family does not meet the book's conditions; total 0
    Rupiah total;
    int16_t refused_by;                                    // not eligible: the first condition that does not hold (scheme_condition_title), else -1
    int16_t share_rule, family_cut;                        // the family's share and the cut of all that apply (…_title), else -1
    int16_t suspended_by;                                  // -2 active, -1 by the family's standing, else the book's condition
    int32_t kept_n[COMPONENT_MAX];                         // persons (or 1 for a family amount) that hold a place, by component; 0 when suspended
    Rupiah kept_rp[COMPONENT_MAX];
    uint16_t line_n;                                       // filled only when lines are asked for
    EntitlementLine lines[ENTITLEMENT_LINE_MAX];
} Entitlement;

// ---- the numbers of a scheme ---------------------------------------------------------------------------------------
typedef enum { ROUND_TRUNCATE, ROUND_NEAREST, ROUND_UP } RoundMethod;
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

// What the case pays through the channel. Lines only when asked for.
void kernel_run(const Kernel *k, int channel, const Case *c, bool with_lines, Entitlement *out);
#endif
