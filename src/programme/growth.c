#include "base/lang.h"
#include "programme/growth_data.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

// What a scale or a board for children can show. Narrow enough to catch kilograms, centimetres and a mother's weight.
#define WEIGHT_MIN 300
#define WEIGHT_MAX 60000
#define LENGTH_MIN 250
#define LENGTH_MAX 1500

static const struct { const char *code, *title; int32_t plausible_from, plausible_until; } INDEXES[GROWTH_INDEX_N] = {
    [WEIGHT_FOR_AGE] = { "weight_for_age", N_("Weight for age"), -600, 500 },
    [LENGTH_FOR_AGE] = { "length_for_age", N_("Length or height for age"), -600, 600 },
    [WEIGHT_FOR_LENGTH] = { "weight_for_length", N_("Weight for length or height"), -500, 500 },
};

// Permenkes 2/2020. In each index from low to high; `until`: this score still belongs here. The steps at -3 and -2 belong to the higher class.
static const struct { GrowthIndex index; GrowthClass class; int32_t until; GrowthConcern concern; const char *code, *title; } CLASSES[] = {
    { WEIGHT_FOR_AGE, SEVERELY_UNDERWEIGHT, -301, CONCERN_ACT, "severely_underweight", N_("severely underweight") },
    { WEIGHT_FOR_AGE, UNDERWEIGHT, -201, CONCERN_WATCH, "underweight", N_("underweight") },
    { WEIGHT_FOR_AGE, WEIGHT_NORMAL, 100, CONCERN_NONE, "weight_normal", N_("normal weight") },
    { WEIGHT_FOR_AGE, WEIGHT_RISK, INT32_MAX, CONCERN_WATCH, "weight_risk", N_("at risk of too much weight") },
    { LENGTH_FOR_AGE, SEVERELY_STUNTED, -301, CONCERN_ACT, "severely_stunted", N_("severely stunted") },
    { LENGTH_FOR_AGE, STUNTED, -201, CONCERN_ACT, "stunted", N_("stunted") },
    { LENGTH_FOR_AGE, LENGTH_NORMAL, 300, CONCERN_NONE, "length_normal", N_("normal height") },
    { LENGTH_FOR_AGE, TALL, INT32_MAX, CONCERN_NONE, "tall", N_("tall") },
    { WEIGHT_FOR_LENGTH, SEVERELY_WASTED, -301, CONCERN_ACT, "severely_wasted", N_("severely wasted") },
    { WEIGHT_FOR_LENGTH, WASTED, -201, CONCERN_ACT, "wasted", N_("wasted") },
    { WEIGHT_FOR_LENGTH, NUTRITION_GOOD, 100, CONCERN_NONE, "nutrition_good", N_("well nourished") },
    { WEIGHT_FOR_LENGTH, NUTRITION_RISK, 200, CONCERN_WATCH, "nutrition_risk", N_("at risk of overweight") },
    { WEIGHT_FOR_LENGTH, OVERWEIGHT, 300, CONCERN_WATCH, "overweight", N_("overweight") },
    { WEIGHT_FOR_LENGTH, OBESE, INT32_MAX, CONCERN_WATCH, "obese", N_("obese") },
};
#define CLASSES_N (sizeof CLASSES / sizeof *CLASSES)
static_assert(CLASSES_N == GROWTH_CLASS_N - 1, "each class has its row, in the order of the enum");

static const struct { const char *code, *title; } WEIGHED[] = {
    [WEIGHED_NONE] = { "", N_("not weighed") },
    [WEIGHED_FIRST] = { "B", N_("weighed for the first time") },
    [WEIGHED_GAINED] = { "N", N_("weight gained") },
    [WEIGHED_NOT_GAINED] = { "T", N_("weight not gained enough") },
    [WEIGHED_AFTER_GAP] = { "O", N_("not weighed last month") },
    [WEIGHED_DOUBTFUL] = { "?", N_("weigh again: this cannot be right") },
};

const char *growth_index_code(GrowthIndex index) { return INDEXES[index].code; }
const char *growth_index_title(GrowthIndex index) { return INDEXES[index].title; }
const char *growth_class_code(GrowthClass c) { return c == GROWTH_CLASS_NONE ? "" : CLASSES[c - 1].code; }
const char *growth_class_title(GrowthClass c) { return c == GROWTH_CLASS_NONE ? "" : CLASSES[c - 1].title; }
GrowthConcern growth_class_concern(GrowthClass c) { return c == GROWTH_CLASS_NONE ? CONCERN_NONE : CLASSES[c - 1].concern; }
const char *growth_weighed_code(GrowthWeighed w) { return WEIGHED[w].code; }
const char *growth_weighed_title(GrowthWeighed w) { return WEIGHED[w].title; }

bool growth_sex_find(Str text, GrowthSex *out) {
    if (!str_eq(text, STR("L")) && !str_eq(text, STR("P"))) return false;
    *out = text.p[0] == 'L' ? GROWTH_BOY : GROWTH_GIRL;
    return true;
}

// ---- one measure ----------------------------------------------------------------------------------------------------
// M(1 + LSz)^(1/L); with L = 0 its limit.
static double lms_value(const GrowthLms *g, double z) {
    double l = g->l / 1e4, m = g->m / 1e4, s = g->s / 1e5;
    return g->l == 0 ? m * exp(s * z) : m * pow(1 + l * s * z, 1 / l);
}

// Beyond 3 the WHO goes on in equal steps, as wide as the last one (from 2 to 3): there are too few healthy children to say more.
static double lms_value_far(const GrowthLms *g, double z) {
    if (z > 3) return lms_value(g, 3) + (z - 3) * (lms_value(g, 3) - lms_value(g, 2));
    if (z < -3) return lms_value(g, -3) + (z + 3) * (lms_value(g, -2) - lms_value(g, -3));
    return lms_value(g, z);
}

static double lms_z(const GrowthLms *g, double x) {
    double l = g->l / 1e4, m = g->m / 1e4, s = g->s / 1e5;
    double z = g->l == 0 ? log(x / m) / s : (pow(x / m, l) - 1) / (l * s);
    if (z > 3) return 3 + (x - lms_value(g, 3)) / (lms_value(g, 3) - lms_value(g, 2));
    if (z < -3) return -3 + (x - lms_value(g, -3)) / (lms_value(g, -2) - lms_value(g, -3));
    return z;
}

static GrowthScore score(GrowthIndex index, const GrowthLms *g, double x) {
    GrowthScore out = { .is_known = true, .z = (int32_t)lround(lms_z(g, x) * 100) };
    out.is_implausible = out.z < INDEXES[index].plausible_from || out.z > INDEXES[index].plausible_until;
    if (out.is_implausible) return out;
    size_t i = 0;
    while (CLASSES[i].index != index || out.z > CLASSES[i].until) i++;
    out.class = CLASSES[i].class;
    return out;
}

static int32_t months_completed(Date born_on, Date on) {
    int y0, m0, d0, y1, m1, d1;
    date_split(born_on, &y0, &m0, &d0);
    date_split(on, &y1, &m1, &d1);
    int months = (y1 - y0) * 12 + m1 - m0;
    return on.days < date_add_months(born_on, months).days ? months - 1 : months;     // born on the 31st: the last day of a short month counts
}

static bool measure_check(const GrowthMeasure *m, Err *e) {
    if (!date_is_known(m->born_on)) return fail(e, BAD_INPUT, "Without a birth date growth cannot be judged.");
    if (!date_is_known(m->on) || m->on.days < m->born_on.days) return fail(e, BAD_INPUT, "The day of measuring is before the birth.");
    if (m->on.days - m->born_on.days > GROWTH_AGE_MAX) return fail(e, LIMIT, "The WHO's standards for small children end at 60 months; this child is older.");
    if (m->weight_g == 0 && m->length_mm == 0) return fail(e, BAD_INPUT, "Neither weight nor height was given.");
    if (m->weight_g && (m->weight_g < WEIGHT_MIN || m->weight_g > WEIGHT_MAX))
        return fail(e, BAD_INPUT, "%d is no child's weight in grams: 8.4 kg is written 8400.", (int)m->weight_g);
    if (m->length_mm && (m->length_mm < LENGTH_MIN || m->length_mm > LENGTH_MAX))
        return fail(e, BAD_INPUT, "%d is no child's height in millimetres: 71.5 cm is written 715.", (int)m->length_mm);
    return true;
}

// As the table of that age wants it.
static int32_t length_of_age(const GrowthMeasure *m, bool stands, bool *is_moved) {
    *is_moved = m->posture != MEASURED_BY_AGE && stands != (m->posture == MEASURED_STANDING);
    if (!*is_moved) return m->length_mm;
    return stands ? m->length_mm - GROWTH_POSTURE_MM : m->length_mm + GROWTH_POSTURE_MM;
}

bool growth_assess(const GrowthMeasure *m, GrowthResult *out, Err *e) {
    if (!measure_check(m, e)) return false;
    GrowthResult r = { .age_days = m->on.days - m->born_on.days, .age_months = months_completed(m->born_on, m->on) };
    bool stands = r.age_days >= GROWTH_STANDING_FROM;
    if (m->weight_g) r.scores[WEIGHT_FOR_AGE] = score(WEIGHT_FOR_AGE, &GROWTH_WEIGHT_BY_AGE[m->sex][r.age_days], m->weight_g / 1e3);
    if (m->length_mm) {
        r.length_mm = length_of_age(m, stands, &r.is_length_moved);
        r.scores[LENGTH_FOR_AGE] = score(LENGTH_FOR_AGE, &GROWTH_LENGTH_BY_AGE[m->sex][r.age_days], r.length_mm / 10.0);
    }
    int32_t from = stands ? GROWTH_HEIGHT_MIN : GROWTH_LENGTH_MIN, until = stands ? GROWTH_HEIGHT_MAX : GROWTH_LENGTH_MAX;
    if (m->weight_g && r.length_mm >= from && r.length_mm <= until) {
        const GrowthLms *by = stands ? GROWTH_WEIGHT_BY_HEIGHT[m->sex] : GROWTH_WEIGHT_BY_LENGTH[m->sex];
        r.scores[WEIGHT_FOR_LENGTH] = score(WEIGHT_FOR_LENGTH, &by[r.length_mm - from], m->weight_g / 1e3);
    }
    *out = r;
    return true;
}

int32_t growth_value_at(GrowthIndex index, GrowthSex sex, int age_days, int32_t z) {
    assert(index != WEIGHT_FOR_LENGTH && age_days >= 0 && age_days <= GROWTH_AGE_MAX);
    const GrowthLms *g = index == WEIGHT_FOR_AGE ? &GROWTH_WEIGHT_BY_AGE[sex][age_days] : &GROWTH_LENGTH_BY_AGE[sex][age_days];
    return (int32_t)lround(lms_value_far(g, z / 100.0) * (index == WEIGHT_FOR_AGE ? 1000 : 10));
}

// ---- from month to month --------------------------------------------------------------------------------------------
GrowthGain growth_least_gain(GrowthSex sex, int month) {
    return month < 1 || month > 60 ? (GrowthGain){ .confidence = "", .source = "" } : GROWTH_LEAST_GAIN[sex][month];
}

static int month_of(Date d) {
    int year, month, day;
    date_split(d, &year, &month, &day);
    return year * 12 + month;
}

static bool is_weighed_well(const GrowthStep *s) { return s->weighed != WEIGHED_NONE && s->weighed != WEIGHED_DOUBTFUL; }

// The last good weighing before measure i; -1 when there is none. `months`: of exactly so many months before; -1: of any time.
static int weighed_before(const GrowthMeasure *m, const GrowthStep *steps, size_t i, int months) {
    for (int k = (int)i - 1; k >= 0; k--)
        if (is_weighed_well(&steps[k]) && (months < 0 || month_of(m[i].on) - month_of(m[k].on) == months)) return k;
    return -1;
}

static bool has_crossed(int32_t before, int32_t now) {
    if (before - now < GROWTH_DROP_MIN) return false;
    for (int32_t line = -300; line <= 300; line += 100) if (before >= line && now < line) return true;
    return false;
}

static void step_weigh(const GrowthMeasure *m, GrowthStep *steps, size_t i) {
    GrowthStep *s = &steps[i];
    const GrowthScore *weight = &s->result.scores[WEIGHT_FOR_AGE];
    int any = weighed_before(m, steps, i, -1), last = weighed_before(m, steps, i, 1);
    GrowthGain least = growth_least_gain(m[i].sex, s->result.age_months);
    if (!weight->is_known) return;
    s->weighed = weight->is_implausible ? WEIGHED_DOUBTFUL : any < 0 ? WEIGHED_FIRST : WEIGHED_AFTER_GAP;
    if (!is_weighed_well(s)) return;
    s->is_below_red_line = weight->z < -300;
    if (any >= 0) s->has_crossed_down = has_crossed(steps[any].result.scores[WEIGHT_FOR_AGE].z, weight->z);
    if (last < 0 || least.grams == 0) return;
    s->gain_g = m[i].weight_g - m[last].weight_g;
    s->least_gain_g = least.grams;
    s->weighed = s->gain_g >= s->least_gain_g ? WEIGHED_GAINED : WEIGHED_NOT_GAINED;
    s->is_twice_not_gained = s->weighed == WEIGHED_NOT_GAINED && steps[last].weighed == WEIGHED_NOT_GAINED;
}

bool growth_follow(const GrowthMeasure *m, size_t n, GrowthStep *steps, Err *e) {
    for (size_t i = 0; i < n; i++) {
        assert(i == 0 || m[i].on.days >= m[i - 1].on.days);
        steps[i] = (GrowthStep){ 0 };
        if (!growth_assess(&m[i], &steps[i].result, e)) {
            Buf day = { .max = 64 };
            date_put_local(&day, m[i].on);
            bool is_good = fail_in(e, "%.*s: ", (int)day.n, day.p ? day.p : "");
            buf_free(&day);
            return is_good;
        }
        step_weigh(m, steps, i);
    }
    return true;
}

// ---- for people ------------------------------------------------------------------------------------------------------
void growth_decimal_put(Buf *b, int64_t thousandths, int digits) {
    static const int64_t UNIT[] = { 1000, 100, 10, 1 };
    assert(digits >= 0 && digits <= 3);
    int64_t unit = UNIT[digits], whole = 1000 / unit, n = (llabs(thousandths) + unit / 2) / unit;
    if (thousandths < 0 && n > 0) buf_char(b, '-');
    buf_int(b, n / whole);
    if (digits) buf_fmt(b, "%c%0*lld", lang_get() == LANG_ID ? ',' : '.', digits, (long long)(n % whole));
}

void growth_z_put(Buf *b, int32_t z) {
    if (z > 0) buf_char(b, '+');
    growth_decimal_put(b, (int64_t)z * 10, 2);
}
