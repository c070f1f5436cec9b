// population.h: the population that every engine of the bench loads. Deterministic and synthetic: a family is a function of
// its district and its number, the same at every size; a larger population only has more numbers in each district.
//
// Shape: 514 districts of uneven size, 8 branches each; 2 to 8 members (mean 4.09); of the members 3 % pregnant, 12 % aged
// 0 to 6, 14 % SD, 7 % SMP, 6 % SMA, 5 % elderly, 2 % severely disabled, the rest without a component, and nobody without
// any in a family; 5 % of those with a component missed the condition; 15 % of families are paid by post, the others by
// bank; 1.07 % have three or more strikes and are suspended.
#ifndef BENCH_POPULATION_H
#define BENCH_POPULATION_H
#include "base/date.h"

enum { DISTRICTS_N = 514, BRANCHES_PER_DISTRICT = 8, FAMILY_MEMBERS_MAX = 8 };

typedef enum { NO_COMPONENT, PREGNANT, EARLY_CHILDHOOD, PUPIL_SD, PUPIL_SMP, PUPIL_SMA, ELDERLY, DISABILITY, COMPONENTS_N } Component;
typedef enum { CHANNEL_BANK, CHANNEL_POST, CHANNELS_N } Channel;

// What a registry would know of a person, such that on POPULATION_DAY the rule book gives exactly `component`.
typedef struct {
    Component component;
    bool is_failed;                                        // had a component and did not meet its condition
    Date born_on;
    char sex;                                              // 'L' or 'P'
    uint8_t school_level;                                  // 0 none, 1 SD, 2 SMP, 3 SMA
    uint8_t pregnancy_n;                                   // 0 not pregnant, else which pregnancy
    bool is_disabled;
} BenchMember;

typedef struct {
    int64_t family_id, first_member_id;                    // counted from 1 through the whole population, in order
    int district;                                          // 1 to DISTRICTS_N
    int64_t number;                                        // counted from 1 inside the district
    int branch;                                            // district * 8 + 0 to 7
    Channel channel;
    int strikes;                                           // consecutive stages with a missed condition
    int members_n;
    BenchMember members[FAMILY_MEMBERS_MAX];
} BenchFamily;

typedef struct {
    int64_t families_n, family_id, member_id, number;
    int district;
    int64_t share_upto[DISTRICTS_N + 1];                   // cumulative weights of the districts
} Population;

Date population_day(void);                                 // 1 April 2024: ages count on this day
void population_start(Population *p, int64_t families_n);
int64_t population_district_n(const Population *p, int district);      // how many families the district has
bool population_next(Population *p, BenchFamily *f);       // in order of (district, number); false at the end
#endif
