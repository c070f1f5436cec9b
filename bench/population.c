#include "population.h"
#include "base/random.h"
#include <assert.h>

typedef struct { int value, per_thousand; } Share;

static const Share MEMBERS[] = { { 2, 100 }, { 3, 250 }, { 4, 320 }, { 5, 190 }, { 6, 90 }, { 7, 30 }, { 8, 20 } };
static const Share COMPONENTS[] = { { NO_COMPONENT, 510 }, { PREGNANT, 30 }, { EARLY_CHILDHOOD, 120 }, { PUPIL_SD, 140 }, { PUPIL_SMP, 70 },
    { PUPIL_SMA, 60 }, { ELDERLY, 50 }, { DISABILITY, 20 } };
enum { POST_PER_THOUSAND = 150, FAILED_PER_THOUSAND = 50 };
// Out of 10,000: 92 % without a strike, 1.07 % with three or more.
static const struct { int strikes, upto; } STRIKES[] = { { 0, 9200 }, { 1, 9700 }, { 2, 9893 }, { 3, 9947 }, { 4, 10000 } };

// The years of age of each component, first and last. Without a component: old enough for no school, too young for the elderly.
static const struct { int from, upto; } AGES[COMPONENTS_N] = { [NO_COMPONENT] = { 25, 54 }, [PREGNANT] = { 20, 39 },
    [EARLY_CHILDHOOD] = { 0, 6 }, [PUPIL_SD] = { 7, 12 }, [PUPIL_SMP] = { 13, 15 }, [PUPIL_SMA] = { 16, 18 }, [ELDERLY] = { 61, 89 },
    [DISABILITY] = { 22, 54 } };

static int choose(Random *r, const Share *shares) {
    int64_t at = (int64_t)random_below(r, 1000);
    int i = 0;
    while (at >= shares[i].per_thousand) at -= shares[i++].per_thousand;
    return shares[i].value;
}

static BenchMember any_member(Random *r, Component component) {
    BenchMember m = { .component = component };
    m.sex = component == PREGNANT || random_below(r, 2) ? 'P' : 'L';
    m.is_failed = random_below(r, 1000) < FAILED_PER_THOUSAND && component != NO_COMPONENT;
    // Strictly inside the years, so that leap days never move anybody over an edge: 365 days short of the upper birthday.
    int64_t days = AGES[component].from * 366 + (int64_t)random_below(r, (uint64_t)(365 * (AGES[component].upto + 1) - 366 * AGES[component].from));
    m.born_on = (Date){ population_day().days - (int32_t)days };
    m.school_level = component >= PUPIL_SD && component <= PUPIL_SMA ? (uint8_t)(component - PUPIL_SD + 1) : 0;
    m.pregnancy_n = component == PREGNANT ? (uint8_t)(1 + random_below(r, 2)) : 0;
    m.is_disabled = component == DISABILITY;
    return m;
}

Date population_day(void) { return (Date){ 19814 }; }      // 2024-04-01

void population_start(Population *p, int64_t families_n) {
    *p = (Population){ .families_n = families_n, .district = 1 };
    Random r = { 514 };
    for (int d = 0; d < DISTRICTS_N; d++) {
        int64_t u = (int64_t)random_below(&r, 1000);       // cubed: a few cities, many small districts
        p->share_upto[d + 1] = p->share_upto[d] + 150 + 3 * (u * u * u / 1000000);
    }
}

int64_t population_district_n(const Population *p, int district) {
    assert(district >= 1 && district <= DISTRICTS_N);
    int64_t all = p->share_upto[DISTRICTS_N];
    return p->families_n * p->share_upto[district] / all - p->families_n * p->share_upto[district - 1] / all;
}

bool population_next(Population *p, BenchFamily *f) {
    while (p->district <= DISTRICTS_N && p->number == population_district_n(p, p->district)) { p->district++; p->number = 0; }
    if (p->district > DISTRICTS_N) return false;
    f->family_id = ++p->family_id;
    f->number = ++p->number;
    f->district = p->district;
    f->first_member_id = p->member_id + 1;

    Random r = { random_mix((uint64_t)f->district << 40 | (uint64_t)f->number) };
    f->branch = f->district * BRANCHES_PER_DISTRICT + (int)random_below(&r, BRANCHES_PER_DISTRICT);
    f->channel = random_below(&r, 1000) < POST_PER_THOUSAND ? CHANNEL_POST : CHANNEL_BANK;
    int at = (int)random_below(&r, 10000), i = 0;
    while (at >= STRIKES[i].upto) i++;
    f->strikes = STRIKES[i].strikes;
    f->members_n = choose(&r, MEMBERS);
    bool has_component = false;
    for (int m = 0; m < f->members_n; m++) {
        Component component = (Component)choose(&r, COMPONENTS);
        if (m == f->members_n - 1 && !has_component && component == NO_COMPONENT) component = PUPIL_SD;
        has_component |= component != NO_COMPONENT;
        f->members[m] = any_member(&r, component);
    }
    p->member_id += f->members_n;
    return true;
}
