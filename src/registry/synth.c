#include "registry/synth.h"
#include "registry/synth_words.h"
#include <assert.h>
#include <stdio.h>

// ---- what a synthetic Padang is made of ---------------------------------------------------------------------------
// One of the many compositions that Padang's stage II of 2024 can have had; nobody outside knows the real one.
const SynthComposition SYNTH_COMPOSITION[SYNTH_CHANNELS_N] = {
    //                     families    young     SD    SMP    SMA  elder
    [SYNTH_BRI] = { "BRI",   4146, {    1390,  2200,  1380,  1078,   760 } },
    [SYNTH_POS] = { "POS",  19818, {    6502, 10600,  6700,  5299,  4324 } },
};
const int64_t SYNTH_COMPANIONS = 94;
const Date SYNTH_AS_OF = { 19814 };                        // 1 April 2024

int64_t synth_composition_families(void) { return SYNTH_COMPOSITION[SYNTH_BRI].family_n + SYNTH_COMPOSITION[SYNTH_POS].family_n; }

// Rough weights of Padang's kecamatan, 137101 … 137111, in thousand people; only to make the villages uneven as in life.
static const uint8_t PADANG_WEIGHT[] = { 61, 78, 43, 55, 28, 124, 58, 62, 149, 58, 203 };
static const uint8_t PADANG_VILLAGES[] = { 12, 10, 10, 7, 6, 15, 7, 9, 9, 6, 13 };

uint32_t synth_village_weight(int64_t village_id) {
    uint32_t uneven = 60 + (uint32_t)(random_mix((uint64_t)village_id) % 81);              // 60 … 140 %
    int64_t kecamatan = village_id / 10000 - 137101;
    if (kecamatan >= 0 && kecamatan < (int64_t)sizeof PADANG_WEIGHT)
        return uneven * PADANG_WEIGHT[kecamatan] * 10 / PADANG_VILLAGES[kecamatan];
    bool is_town = village_id / 1000 % 10 == 1;            // a kelurahan holds more people than a desa
    return uneven * (is_town ? 60 : 20);
}

#define PAID_MAX 4             // persons that a family is paid for at most
#define YOUNG_MAX 2
#define CHILDREN_MAX 3         // young and pupils together: also within the cap of three that some texts know
#define SERIAL_FIRST 9001
#define SERIALS 999            // 9001 … 9999
#define BORN_FIRST (-16071)    // 1926-01-01: nobody here is older
#define BORN_DAYS 36500

// What is left to hand out in one channel, so that the last family ends with exactly nothing over.
typedef struct { int64_t family_n, paid_n[SYNTH_KINDS_N], sum_n; } Urn;

struct SynthDistrict {
    const SynthPlan *plan;
    Urn urn[SYNTH_CHANNELS_N];
    int64_t *last_family;                                  // of each village
    uint32_t *first_sd, *sd_n, *first_post, *post_n;       // of each village: index in schools and posts
    uint32_t *first_upper;                                 // of each village: its kecamatan's first SMP
    SynthSchool *schools;
    SynthPost *posts;
    SynthCompanion *companions;
    size_t school_n, post_n_all, companion_n;
    size_t village;
    int64_t next_id, next_person, bri_n;
    uint16_t *serials;                                     // NIK of the present kecamatan: by born day and sex, how many so far
    uint16_t *kk_serials;                                  // the same for KK by day of recording
    int64_t serials_kecamatan;
};

// The last `n` digits of v at `at`; returns the place behind them.
static char *digits_put(char *at, int64_t v, int n) {
    for (int i = n - 1; i >= 0; i--, v /= 10) at[i] = (char)('0' + v % 10);
    at[n] = 0;
    return at + n;
}

// ---- laying out a district ----------------------------------------------------------------------------------------
#define UPPER_SCHOOLS 5        // of each kecamatan: three SMP, two SMA
static const char *const UPPER_LEVEL[UPPER_SCHOOLS] = { "SMP", "SMP", "SMP", "SMA", "SMA" };

static uint32_t village_sd_n(const SynthVillage *v) { return 1 + v->weight / 4000; }

int64_t synth_schools_of(const SynthPlan *plan) {
    int64_t n = 0;
    for (size_t i = 0; i < plan->village_n; i++) {
        n += village_sd_n(&plan->villages[i]);
        if (i == 0 || plan->villages[i].id / 10000 != plan->villages[i - 1].id / 10000) n += UPPER_SCHOOLS;
    }
    return n;
}

// Largest whole share of `total` for weights seen so far: shares of neighbours differ by rounding only and end with exactly total.
static int64_t share_up_to(uint64_t weight, uint64_t all,
                           int64_t total) { return (int64_t)((unsigned __int128)weight * (uint64_t)total / all); }

static void villages_lay(SynthDistrict *d, Arena *a) {
    const SynthPlan *plan = d->plan;
    uint64_t all = 0, so_far = 0;
    for (size_t i = 0; i < plan->village_n; i++) all += plan->villages[i].weight;
    d->last_family = NEW(a, int64_t, plan->village_n);
    for (size_t i = 0; i < plan->village_n; i++) {
        so_far += plan->villages[i].weight;
        d->last_family[i] = share_up_to(so_far, all, plan->family_n);
    }
}

static void school_add(SynthDistrict *d, int64_t village_id, const char *level, int number) {
    SynthSchool *s = &d->schools[d->school_n];
    *s = (SynthSchool){ .village_id = village_id, .level = level };
    digits_put(s->npsn, 99000001 + d->plan->first_school_n + (int64_t)d->school_n, 8);
    snprintf(s->name, sizeof s->name, "%s Negeri %02d %.*s", level, number, STR_ARG(d->plan->name));
    d->school_n++;
}

static void schools_lay(SynthDistrict *d, Arena *a) {
    const SynthPlan *plan = d->plan;
    d->schools = NEW(a, SynthSchool, synth_schools_of(plan));
    d->first_sd = NEW(a, uint32_t, plan->village_n);
    d->sd_n = NEW(a, uint32_t, plan->village_n);
    d->first_upper = NEW(a, uint32_t, plan->village_n);
    int number[UPPER_SCHOOLS + 1] = { 0 };
    for (size_t i = 0; i < plan->village_n; i++) {
        const SynthVillage *v = &plan->villages[i];
        bool is_new_kecamatan = i == 0 || v->id / 10000 != plan->villages[i - 1].id / 10000;
        d->first_upper[i] = is_new_kecamatan ? (uint32_t)d->school_n : d->first_upper[i - 1];
        for (size_t k = 0; is_new_kecamatan && k < UPPER_SCHOOLS; k++)
            school_add(d, v->id, UPPER_LEVEL[k], ++number[k < 3 ? 1 : 2]);
        d->first_sd[i] = (uint32_t)d->school_n;
        d->sd_n[i] = village_sd_n(v);
        for (uint32_t k = 0; k < d->sd_n[i]; k++) school_add(d, v->id, "SD", ++number[0]);
    }
}

static void posts_lay(SynthDistrict *d, Arena *a) {
    static const char *const ROMAN[] = { "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X" };
    const SynthPlan *plan = d->plan;
    d->first_post = NEW(a, uint32_t, plan->village_n);
    d->post_n = NEW(a, uint32_t, plan->village_n);
    size_t all = 0;
    for (size_t i = 0; i < plan->village_n; i++) {
        int64_t families = d->last_family[i] - (i ? d->last_family[i - 1] : 0);
        d->first_post[i] = (uint32_t)all;
        d->post_n[i] = 1 + (uint32_t)(families / 120 < 9 ? families / 120 : 9);
        all += d->post_n[i];
    }
    d->posts = NEW(a, SynthPost, all);
    for (size_t i = 0; i < plan->village_n; i++)
        for (uint32_t k = 0; k < d->post_n[i]; k++) {
            SynthPost *p = &d->posts[d->post_n_all++];
            *p = (SynthPost){ .id = (int64_t)d->post_n_all, .village_id = plan->villages[i].id, .kind = "posyandu" };
            snprintf(p->name, sizeof p->name, "Posyandu %s %s", WORDS_FLOWER.at[(size_t)plan->villages[i].id % WORDS_FLOWER.n], ROMAN[k]);
        }
}

static const char *word(Random *r, const Words *w) { return w->at[random_below(r, w->n)]; }

static void companions_lay(SynthDistrict *d, Arena *a, Random *r) {
    int64_t n = (d->plan->family_n * SYNTH_COMPANIONS + synth_composition_families() / 2) / synth_composition_families();
    d->companion_n = (size_t)(n > 0 ? n : 1) + 1;
    d->companions = NEW(a, SynthCompanion, d->companion_n);
    for (size_t i = 0; i < d->companion_n; i++) {
        SynthCompanion *c = &d->companions[i];
        bool is_woman = random_below(r, 2);
        *c = (SynthCompanion){ .id = (int64_t)i + 1, .is_coordinator = i + 1 == d->companion_n };
        const char *last = word(r, is_woman ? &WORDS_WOMAN_LAST : &WORDS_MAN_LAST);       // one choice a statement: compilers order arguments as they like
        snprintf(c->name, sizeof c->name, "%s %s", word(r, is_woman ? &WORDS_WOMAN[1] : &WORDS_MAN[1]), last);
    }
}

// The composition at this size. A family is always paid for somebody; what rounding took away comes back as a pupil.
static Urn urn_fill(const SynthComposition *c, int64_t family_n) {
    Urn u = { .family_n = family_n };
    for (int k = 0; k < SYNTH_KINDS_N; k++) {
        u.paid_n[k] = (c->paid_n[k] * family_n + c->family_n / 2) / c->family_n;
        u.sum_n += u.paid_n[k];
    }
    for (; u.sum_n < family_n; u.sum_n++) u.paid_n[SYNTH_SD]++;
    return u;
}

SynthDistrict *synth_district(Arena *a, const SynthPlan *plan) {
    assert(plan->village_n > 0 && plan->family_n >= 0);
    SynthDistrict *d = NEW(a, SynthDistrict, 1);
    Random r = { random_mix(plan->seed) ^ random_mix((uint64_t)plan->kab) };
    *d = (SynthDistrict){ .plan = plan, .next_id = 1, .next_person = 1, .serials_kecamatan = -1 };
    int64_t all = synth_composition_families(), of_bri = SYNTH_COMPOSITION[SYNTH_BRI].family_n;
    int64_t bri_n = (plan->family_n * of_bri + all / 2) / all;
    d->urn[SYNTH_BRI] = urn_fill(&SYNTH_COMPOSITION[SYNTH_BRI], bri_n);
    d->urn[SYNTH_POS] = urn_fill(&SYNTH_COMPOSITION[SYNTH_POS], plan->family_n - bri_n);
    d->serials = NEW(a, uint16_t, BORN_DAYS * 2);
    d->kk_serials = NEW(a, uint16_t, BORN_DAYS);
    villages_lay(d, a);
    schools_lay(d, a);
    posts_lay(d, a);
    companions_lay(d, a, &r);
    return d;
}

size_t synth_schools(const SynthDistrict *d, const SynthSchool **out) { *out = d->schools; return d->school_n; }
size_t synth_posts(const SynthDistrict *d, const SynthPost **out) { *out = d->posts; return d->post_n_all; }
size_t synth_companions(const SynthDistrict *d, const SynthCompanion **out) { *out = d->companions; return d->companion_n; }

// ---- whom a family is paid for -------------------------------------------------------------------------------------
static int children_of(const int *c) { return c[SYNTH_YOUNG] + c[SYNTH_SD] + c[SYNTH_SMP] + c[SYNTH_SMA]; }

// Taking c leaves something that the remaining families can still hold, each at least one.
static bool urn_can_give(const Urn *u, const int *c) {
    int64_t families = u->family_n - 1, sum = 0, children = 0;
    int own = 0;
    for (int k = 0; k < SYNTH_KINDS_N; k++) {
        int64_t left = u->paid_n[k] - c[k];
        if (left < 0) return false;
        sum += left;
        own += c[k];
        if (k != SYNTH_ELDER) children += left;
    }
    if (own < 1 || own > PAID_MAX || c[SYNTH_YOUNG] > YOUNG_MAX || children_of(c) > CHILDREN_MAX) return false;
    return sum >= families && sum <= PAID_MAX * families && u->paid_n[SYNTH_YOUNG] - c[SYNTH_YOUNG] <= YOUNG_MAX * families &&
           children <= CHILDREN_MAX * families;
}

// One plus three coins that fall so that the mean stays on what is left for each family.
static void composition_draw(const Urn *u, Random *r, int *c) {
    memset(c, 0, SYNTH_KINDS_N * sizeof *c);
    int n = 1;
    for (int coin = 0; coin < PAID_MAX - 1; coin++)
        n += random_below(r, (uint64_t)(3 * u->family_n)) < (uint64_t)(u->sum_n - u->family_n);
    for (int i = 0; i < n; i++) {
        int64_t at = (int64_t)random_below(r, (uint64_t)u->sum_n);
        int k = 0;
        while (k < SYNTH_KINDS_N - 1 && at >= u->paid_n[k]) at -= u->paid_n[k++];
        c[k]++;
    }
}

// The last families take what fits: the first of all compositions that leaves a way to the end.
static void composition_first(const Urn *u, int *c) {
    for (int code = 0; code < 5 * 5 * 5 * 5 * 5; code++) {
        for (int k = 0, rest = code; k < SYNTH_KINDS_N; k++, rest /= 5) c[k] = rest % 5;
        if (urn_can_give(u, c)) return;
    }
    assert(false && "an urn always leaves a way to its end");
}

static void urn_draw(Urn *u, Random *r, int *c) {
    int tries = 0;
    do composition_draw(u, r, c); while (!urn_can_give(u, c) && ++tries < 20);
    if (!urn_can_give(u, c)) composition_first(u, c);
    u->family_n--;
    for (int k = 0; k < SYNTH_KINDS_N; k++) { u->paid_n[k] -= c[k]; u->sum_n -= c[k]; }
}

// ---- people --------------------------------------------------------------------------------------------------------
static bool chance(Random *r, int percent) { return (int)random_below(r, 100) < percent; }

// Born so that the full years on SYNTH_AS_OF are between `young` and `old`.
static Date born_between(Random *r, int young, int old) {
    Date last = date_born_by(SYNTH_AS_OF, young), first = date_born_by(SYNTH_AS_OF, old + 1);
    return (Date){ (int32_t)random_between(r, first.days + 1, last.days) };
}

static Date earlier(Date a, Date b) { return a.days < b.days ? a : b; }

static Str family_text(SynthFamily *f, const char *first, const char *between, const char *last) {
    size_t room = sizeof f->text - f->text_n;
    int n = snprintf(f->text + f->text_n, room, "%s%s%s", first, between, last);
    assert(n >= 0 && (size_t)n < room);
    Str s = { f->text + f->text_n, (size_t)n };
    f->text_n += s.n;
    return s;
}

static const Date YOUNG_NAMES_FROM = { 5479 };             // 1985-01-01

static Str person_name(SynthFamily *f, Random *r, Sex sex, Date born_on) {
    bool is_young = born_on.days >= YOUNG_NAMES_FROM.days;
    const char *first = word(r, sex == SEX_FEMALE ? &WORDS_WOMAN[is_young] : &WORDS_MAN[is_young]);
    if (!is_young && chance(r, 55)) return family_text(f, first, "", "");
    const Words *last = sex == SEX_MALE && chance(r, 30) ? &WORDS_CLAN : sex == SEX_FEMALE ? &WORDS_WOMAN_LAST : &WORDS_MAN_LAST;
    return family_text(f, first, " ", word(r, last));
}

static SynthPerson *person_add(SynthFamily *f, Random *r, const char *relation, Sex sex, Date born_on) {
    assert(f->person_n < SYNTH_PERSON_MAX);
    SynthPerson *p = &f->persons[f->person_n++];
    *p = (SynthPerson){ .relation = relation, .facts = { .born_on = born_on, .sex = sex } };
    for (size_t i = 0; i < EXTRA_MAX; i++) p->facts.extra[i] = EXTRA_NONE;
    p->name = person_name(f, r, sex, born_on);
    return p;
}

static Sex any_sex(Random *r) { return random_below(r, 2) ? SEX_FEMALE : SEX_MALE; }

// A child still to be placed: what makes him count is decided first, his parents' ages follow from the oldest.
typedef struct { Date born_on; SchoolLevel level; bool is_disabled; } Child;
typedef struct {
    Child child[10];
    size_t child_n;
    int elder_n, disabled_adult_n;
    bool is_pregnant;
    uint8_t pregnancy_no;
} House;

static void child_add(House *h, Date born_on, SchoolLevel level, bool is_disabled) {
    h->child[h->child_n++] = (Child){ born_on, level, is_disabled };
}

static void house_young(House *h, Random *r, const int *c, bool has_third) {
    int young = c[SYNTH_YOUNG], others = children_of(c) - 1;
    if (young > 0 && others <= 1 && chance(r, 14)) {
        young--;
        h->is_pregnant = true;
        h->pregnancy_no = others ? 2 : 1;
    }
    for (int i = 0; i < young; i++) {
        Date born_on = born_between(r, 0, 6);
        // A six-year-old may be in SD already: the better of the two amounts is paid. Not beside a third child, whom he would let in.
        bool is_pupil = !has_third && date_age_years(born_on, SYNTH_AS_OF) == 6 && chance(r, 40);
        child_add(h, born_on, is_pupil ? SCHOOL_SD : SCHOOL_NONE, false);
    }
}

static void house_pupils(House *h, Random *r, const int *c) {
    static const struct { SynthKind kind; SchoolLevel level; int young, old, late; } AGES[] = {
        { SYNTH_SD, SCHOOL_SD, 7, 12, 13 }, { SYNTH_SMP, SCHOOL_SMP, 12, 15, 17 }, { SYNTH_SMA, SCHOOL_SMA, 15, 18, 20 },
    };
    for (size_t i = 0; i < sizeof AGES / sizeof *AGES; i++)
        for (int k = 0; k < c[AGES[i].kind]; k++)
            child_add(h, born_between(r, AGES[i].young, chance(r, 4) ? AGES[i].late : AGES[i].old), AGES[i].level, false);
}

// Those who count only because caps keep them out, and those who do not count at all.
static void house_others(House *h, Random *r, const int *c, bool has_third) {
    int sum = children_of(c) + c[SYNTH_ELDER];
    if (has_third) child_add(h, born_between(r, 0, 5), SCHOOL_NONE, false);
    if (sum == PAID_MAX && chance(r, 30)) child_add(h, born_between(r, 8, 12), SCHOOL_SD, false);
    if (h->child_n == 0 || h->is_pregnant) return;         // a pregnant mother is too young for grown children
    if (chance(r, 34)) child_add(h, born_between(r, 19, 26), SCHOOL_NONE, false);
    if (chance(r, 12)) child_add(h, born_between(r, 22, 29), SCHOOL_NONE, false);
    if (chance(r, 5)) child_add(h, born_between(r, 16, 18), SCHOOL_NONE, false);           // left school
}

static void house_plan(House *h, Random *r, const int *c) {
    int others = children_of(c) - c[SYNTH_YOUNG];
    bool has_third = c[SYNTH_YOUNG] == YOUNG_MAX && others <= 1 && chance(r, 5);
    for (int i = 0; i < c[SYNTH_ELDER]; i++) {
        if (!chance(r, 18)) h->elder_n++;
        else if (children_of(c) > 0 && chance(r, 60)) child_add(h, born_between(r, 7, 20), SCHOOL_NONE, true);
        else h->disabled_adult_n++;
    }
    if (has_third) for (int i = 0; i < YOUNG_MAX; i++) child_add(h, born_between(r, 0, 6), SCHOOL_NONE, false);
    else house_young(h, r, c, false);
    house_pupils(h, r, c);
    house_others(h, r, c, has_third);
    for (size_t i = 1; i < h->child_n; i++)                // oldest first
        for (size_t j = i; j > 0 && h->child[j].born_on.days < h->child[j - 1].born_on.days; j--) {
            Child swap = h->child[j]; h->child[j] = h->child[j - 1]; h->child[j - 1] = swap;
        }
}

static void children_add(SynthFamily *f, Random *r, const House *h, const char *relation, Str mother) {
    for (size_t i = 0; i < h->child_n; i++) {
        SynthPerson *p = person_add(f, r, relation, any_sex(r), h->child[i].born_on);
        p->facts.school_level = h->child[i].level;
        p->facts.is_severe_disability = h->child[i].is_disabled;
        if (mother.p) p->mother_name = mother;
    }
}

// A grown-up who is no component: 19 to 59, and old enough to be a parent of `oldest`.
static Date parent_born(Random *r, Date oldest, int from, int to, int age_max) {
    Date born_on = { oldest.days - (int32_t)random_between(r, from * 365 + 5, to * 365) };
    Date first = { date_born_by(SYNTH_AS_OF, age_max + 1).days + 1 }, last = date_born_by(SYNTH_AS_OF, 19);
    if (born_on.days < first.days) born_on.days = first.days + (int32_t)random_below(r, 700);
    return earlier(born_on, last);
}

static SynthPerson *parents_add(SynthFamily *f, Random *r, const House *h) {
    Date oldest = h->child_n ? h->child[0].born_on : (Date){ SYNTH_AS_OF.days - (int32_t)random_below(r, 500) };
    bool has_mother = h->is_pregnant || !chance(r, 4), has_father = !has_mother || h->is_pregnant || !chance(r, 14);
    if (has_father) person_add(f, r, "KEPALA KELUARGA", SEX_MALE, parent_born(r, oldest, 20, 36, 58));
    if (!has_mother) return NULL;
    SynthPerson *mother = person_add(f, r, has_father ? "ISTRI" : "KEPALA KELUARGA", SEX_FEMALE,
                                     parent_born(r, oldest, 18, 32, h->is_pregnant ? 44 : 56));
    if (h->is_pregnant) mother->facts.pregnancy_no = h->pregnancy_no;
    else if (h->child_n >= 2 && chance(r, 1)) mother->facts.pregnancy_no = 3;              // beyond the second: known, not paid
    return mother;
}

static Date elder_born(Random *r) {
    Date a = born_between(r, 60, 88), b = born_between(r, 60, 88);
    return a.days > b.days ? a : b;                        // the younger of two draws: fewer very old people
}

// Old people who are heads, or parents of the heads who stand first in the family.
static void elders_add(SynthFamily *f, Random *r, int n, bool are_heads) {
    Date youngest = { f->person_n ? f->persons[0].facts.born_on.days - 19 * 365 : SYNTH_AS_OF.days };
    if (f->person_n > 1) youngest = earlier(youngest, (Date){ f->persons[1].facts.born_on.days - 19 * 365 });
    Sex first = chance(r, are_heads && n > 1 ? 0 : 66) ? SEX_FEMALE : SEX_MALE;
    for (int i = 0; i < n; i++) {
        Sex sex = i % 2 == 0 ? first : first == SEX_FEMALE ? SEX_MALE : SEX_FEMALE;
        const char *relation = !are_heads ? (chance(r,
                                                    60) ? "ORANG TUA" : "MERTUA") : i == 0 ? "KEPALA KELUARGA" : i == 1 ? "ISTRI" : "FAMILI LAIN";
        SynthPerson *p = person_add(f, r, relation, sex, earlier(elder_born(r), youngest));
        if (chance(r, 4)) p->facts.is_severe_disability = true;                            // still one person, paid once
    }
}

// A son or daughter who stayed: grown, not old, and 20 to 40 years younger than the head.
static void grown_child_add(SynthFamily *f, Random *r) {
    Date first = { date_born_by(SYNTH_AS_OF, 58).days + 1 }, last = date_born_by(SYNTH_AS_OF, 19);
    Date born_on = { f->persons[0].facts.born_on.days + (int32_t)random_between(r, 20 * 365, 40 * 365) };
    if (born_on.days < first.days) born_on = first;
    person_add(f, r, "ANAK", any_sex(r), earlier(born_on, last));
}

static void disabled_adults_add(SynthFamily *f, Random *r, int n) {
    for (int i = 0; i < n; i++) {
        const char *relation = f->person_n == 0 ? "KEPALA KELUARGA" : "FAMILI LAIN";
        Date born_on = born_between(r, 24, 57);
        person_add(f, r, relation, any_sex(r), born_on)->facts.is_severe_disability = true;
    }
}

static void house_fill(SynthFamily *f, Random *r, const House *h) {
    bool is_with_parents = h->child_n > 0 || h->is_pregnant;
    bool is_with_grandparents = is_with_parents && h->elder_n > 0 && !h->is_pregnant && chance(r, 15);
    SynthPerson *mother = NULL;
    if (is_with_grandparents) {
        elders_add(f, r, h->elder_n, true);
        children_add(f, r, h, "CUCU", (Str){ 0 });
    } else if (is_with_parents) {
        mother = parents_add(f, r, h);
        children_add(f, r, h, "ANAK", mother ? mother->name : (Str){ 0 });
        elders_add(f, r, h->elder_n, false);
    } else {
        elders_add(f, r, h->elder_n, true);
        if (h->elder_n && chance(r, 45)) grown_child_add(f, r);
    }
    disabled_adults_add(f, r, h->disabled_adult_n);
}

// Mostly met; what is unknown or excused is never cut.
static Outcome outcome_draw(Random *r) {
    uint64_t n = random_below(r, 1000);
    return n < 930 ? OUTCOME_MET : n < 960 ? OUTCOME_UNKNOWN : n < 985 ? OUTCOME_NOT_MET : OUTCOME_EXCUSED;
}

// ---- numbers and places --------------------------------------------------------------------------------------------
static void dated_number_put(char out[17], int64_t kecamatan, Date day, int day_bonus, uint16_t *used) {
    int year, month, day_n, serial = SERIAL_FIRST + (*used)++ % SERIALS;
    date_split(day, &year, &month, &day_n);
    digits_put(digits_put(digits_put(digits_put(digits_put(out, kecamatan, 6), day_n + day_bonus, 2), month, 2), year, 2), serial, 4);
}

static void school_choose(const SynthDistrict *d, Random *r, SynthPerson *p) {
    uint32_t first, n;
    switch (p->facts.school_level) {
    case SCHOOL_NONE: return;
    case SCHOOL_SD: first = d->first_sd[d->village]; n = d->sd_n[d->village]; break;
    case SCHOOL_SMP: first = d->first_upper[d->village]; n = 3; break;
    case SCHOOL_SMA: first = d->first_upper[d->village] + 3; n = 2; break;
    default: assert(false && "a school level that has no school"); return;
    }
    memcpy(p->school_npsn, d->schools[first + random_below(r, n)].npsn, sizeof p->school_npsn);
}

static void persons_finish(SynthDistrict *d, SynthFamily *f, Random *r) {
    int64_t kecamatan = f->village_id / 10000;
    for (size_t i = 0; i < f->person_n; i++) {
        SynthPerson *p = &f->persons[i];
        p->id = d->next_person++;
        bool is_woman = p->facts.sex == SEX_FEMALE;
        dated_number_put(p->nik, kecamatan, p->facts.born_on, is_woman ? 40 : 0,
                         &d->serials[(p->facts.born_on.days - BORN_FIRST) * 2 + is_woman]);
        if (!p->mother_name.p) p->mother_name = str_c(word(r, &WORDS_WOMAN[0]));
        p->birth_place = chance(r, 82) ? d->plan->name : str_c(word(r, &WORDS_TOWN));
        p->facts.outcome = outcome_draw(r);
        school_choose(d, r, p);
    }
}

// The mother, else a grown woman, else the head.
static int64_t payee_choose(const SynthFamily *f) {
    Date grown = date_born_by(SYNTH_AS_OF, 19);
    for (size_t i = 0; i < f->person_n; i++) {
        const SynthPerson *p = &f->persons[i];
        if (p->facts.sex == SEX_FEMALE && p->facts.born_on.days <= grown.days && strcmp(p->relation, "ANAK") != 0) return p->id;
    }
    return f->persons[0].id;
}

static void place_fill(SynthDistrict *d, SynthFamily *f, Random *r) {
    char number[16];
    snprintf(number, sizeof number, "%d", (int)random_between(r, 1, 180));
    f->address = family_text(f, word(r, &WORDS_STREET), " No. ", number);
    f->hamlet = f->village_id / 1000 % 10 == 1 ? (Str){ 0 } : str_c(word(r, &WORDS_HAMLET));   // a kelurahan has no dusun
    digits_put(f->rt, random_between(r, 1, 6), 3);
    digits_put(f->rw, random_between(r, 1, 14), 3);
    f->health_post_id = d->first_post[d->village] + 1 + (int64_t)random_below(r, d->post_n[d->village]);
    f->companion_id = 1 + (f->id - 1) * (int64_t)(d->companion_n - 1) / d->plan->family_n;
}

static void numbers_fill(SynthDistrict *d, SynthFamily *f, Random *r) {
    Date recorded = { (int32_t)random_between(r, 14610, 19600) };                          // 2010 … 2023
    dated_number_put(f->kk, f->village_id / 10000, recorded, 0, &d->kk_serials[recorded.days - BORN_FIRST]);
    f->dtks_code[0] = 'S';
    digits_put(digits_put(f->dtks_code + 1, d->plan->kab, 4), f->id, 8);
    f->account[0] = 0;
    if (f->channel != SYNTH_BRI) return;
    d->bri_n++;                                            // branch, currency, customer, product, check digit
    char *at = digits_put(f->account, SYNTH_BRANCH_FIRST + d->plan->district_n, 4);
    digits_put(digits_put(digits_put(digits_put(at, 1, 2), d->bri_n, 6), 53, 2), (int64_t)random_below(r, 10), 1);
}

static void kecamatan_enter(SynthDistrict *d, int64_t kecamatan) {
    if (d->serials_kecamatan == kecamatan) return;
    d->serials_kecamatan = kecamatan;
    memset(d->serials, 0, BORN_DAYS * 2 * sizeof *d->serials);
    memset(d->kk_serials, 0, BORN_DAYS * sizeof *d->kk_serials);
}

bool synth_family_next(SynthDistrict *d, SynthFamily *f) {
    const SynthPlan *plan = d->plan;
    if (d->next_id > plan->family_n) return false;
    while (d->last_family[d->village] < d->next_id) d->village++;
    Random r = { random_mix(plan->seed + 1) ^ random_mix((uint64_t)(plan->kab << 32 | d->next_id)) };
    f->id = d->next_id++;
    f->village_id = plan->villages[d->village].id;
    f->person_n = f->text_n = 0;
    kecamatan_enter(d, f->village_id / 10000);
    int64_t left = d->urn[SYNTH_BRI].family_n + d->urn[SYNTH_POS].family_n;
    f->channel = (int64_t)random_below(&r, (uint64_t)left) < d->urn[SYNTH_BRI].family_n ? SYNTH_BRI : SYNTH_POS;
    int composition[SYNTH_KINDS_N];
    urn_draw(&d->urn[f->channel], &r, composition);
    House house = { 0 };
    house_plan(&house, &r, composition);
    house_fill(f, &r, &house);
    place_fill(d, f, &r);
    numbers_fill(d, f, &r);
    persons_finish(d, f, &r);
    f->payee_id = payee_choose(f);
    f->decile_n = chance(&r, 45) ? 1 : chance(&r, 60) ? 2 : (int)random_between(&r, 3, 4);
    f->entered_on = (Date){ (int32_t)random_between(&r, 16801, 19660) };                   // 2016 … 2023
    return true;
}
