// case.h: a family as the amount sees it. Plain numbers, the same for an office and a phone.
#ifndef PROGRAMME_CASE_H
#define PROGRAMME_CASE_H
#include <stdint.h>

#define COMPONENT_MAX 32       // a person's possible components are bits of a 32-bit mask
#define CHANNEL_MAX 8
#define LAYER_MAX 4            // a person fills at most one component of each layer; most books have one layer
#define PERSON_MAX 255         // members of one family; a larger one is refused by name
#define QUANTITY_MAX 4         // many-valued family quantities that an amount may depend on (an income topped up to a floor)
#define EXTRA_NONE INT64_MIN   // not known

typedef enum { OUTCOME_UNKNOWN, OUTCOME_MET, OUTCOME_NOT_MET, OUTCOME_EXCUSED } Outcome;   // unknown is never not met
typedef enum { STANDING_ACTIVE, STANDING_SUSPENDED } Standing;
// COMPONENT_ROUNDING stands last in a book that rounds the family's sum: it holds the difference (even a negative one), so that the
// amounts of all components always add up to the total.
typedef enum { COMPONENT_PERSON, COMPONENT_FAMILY, COMPONENT_TOP_UP, COMPONENT_ROUNDING } ComponentKind;

// A family as the amount sees it: the multiset of its members' classes, with what else the book asks of a family.
typedef struct { uint32_t mask; Outcome outcome; uint8_t cut, n; } CaseGroup;        // n alike persons
typedef struct {
    Standing standing;
    uint32_t family_flags;                                 // bit i: the book's i-th family condition holds
    uint16_t member_n;                                     // 0 unless the book counts household members
    int64_t quantity[QUANTITY_MAX];                        // 0 unless the book names one
    uint16_t group_n;
    CaseGroup groups[PERSON_MAX];                          // ascending by (mask, outcome, cut); class 0 left out
} Case;
#endif
