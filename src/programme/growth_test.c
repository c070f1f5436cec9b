// growth_test.c: z-scores against the published columns of the WHO and against children computed elsewhere; the card's letters; laws.
#include "base/test.h"
#include "base/lang.h"
#include "base/random.h"
#include "programme/growth_chart.h"
#include "programme/growth_data.h"
#include <jansson.h>
#include <math.h>
#include <sys/stat.h>

#define UNKNOWN INT32_MIN
static const Date BORN = { 19700 };

static GrowthMeasure measure(GrowthSex sex, int age_days, int32_t weight_g, int32_t length_mm, GrowthPosture posture) {
    return (GrowthMeasure){ sex, BORN, { BORN.days + age_days }, weight_g, length_mm, posture };
}

static GrowthResult assess(GrowthMeasure m) {
    GrowthResult r;
    Err e = { 0 };
    check_ok(growth_assess(&m, &r, &e), e);
    return r;
}

// Computed apart from this program, by the WHO's formulas from the same published figures.
static void children_computed_elsewhere(void **state) {
    (void)state;
    static const struct { GrowthSex sex; int age; int32_t weight, length; GrowthPosture posture; int32_t z[GROWTH_INDEX_N]; } TABLE[] = {
        { GROWTH_BOY, 0, 3346, 499, MEASURED_BY_AGE, { 0, 1, 13 } },
        { GROWTH_GIRL, 0, 3232, 491, MEASURED_LYING, { 0, -3, 20 } },
        { GROWTH_BOY, 30, 3900, 530, MEASURED_LYING, { -97, -86, -31 } },
        { GROWTH_GIRL, 91, 4200, 560, MEASURED_LYING, { -259, -180, -154 } },
        { GROWTH_BOY, 182, 5600, 640, MEASURED_LYING, { -310, -168, -287 } },
        { GROWTH_GIRL, 365, 7000, 700, MEASURED_LYING, { -205, -156, -175 } },
        { GROWTH_BOY, 365, 9648, 757, MEASURED_LYING, { 0, -2, 0 } },
        { GROWTH_GIRL, 500, 8000, 745, MEASURED_STANDING, { -178, -137, -158 } },
        { GROWTH_BOY, 730, 9000, 810, MEASURED_LYING, { -263, -223, -207 } },
        { GROWTH_BOY, 730, 9000, 803, MEASURED_STANDING, { -263, -223, -207 } },
        { GROWTH_BOY, 731, 9000, 810, MEASURED_LYING, { -264, -223, -207 } },
        { GROWTH_BOY, 731, 9000, 803, MEASURED_STANDING, { -264, -223, -207 } },
        { GROWTH_GIRL, 731, 16500, 870, MEASURED_STANDING, { 278, 39, 350 } },
        { GROWTH_BOY, 1000, 8000, 850, MEASURED_STANDING, { -439, -252, -468 } },
        { GROWTH_GIRL, 1200, 12500, 930, MEASURED_LYING, { -115, -128, -63 } },
        { GROWTH_BOY, 1461, 16300, 1033, MEASURED_STANDING, { -2, -1, -1 } },
        { GROWTH_GIRL, 1826, 10500, 960, MEASURED_STANDING, { -392, -282, -347 } },
        { GROWTH_BOY, 1826, 30000, 1100, MEASURED_STANDING, { 358, 1, 551 } },
        { GROWTH_BOY, 1826, 45000, 1100, MEASURED_STANDING, { 763, 1, 1226 } },
        { GROWTH_GIRL, 20, 1200, 400, MEASURED_LYING, { -609, -642, UNKNOWN } },
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        GrowthResult r = assess(measure(TABLE[i].sex, TABLE[i].age, TABLE[i].weight, TABLE[i].length, TABLE[i].posture));
        for (int k = 0; k < GROWTH_INDEX_N; k++) {
            int32_t found = r.scores[k].is_known ? r.scores[k].z : UNKNOWN;
            if (found != TABLE[i].z[k]) fail_msg("child %zu, %s: %d, wanted %d", i, growth_index_code((GrowthIndex)k), (int)found, (int)TABLE[i].z[k]);
        }
    }
}

// ---- against the WHO's files, where they are ------------------------------------------------------------------------
static double number(const json_t *row, const char *name) { return strtod(json_string_value(json_object_get(row, name)), NULL); }

static json_t *table_load(const char *name) {
    char path[512];
    const char *source = getenv("HARAPAN_SOURCE");
    snprintf(path, sizeof path, "%s/../shared/data/who-growth/%s.json", source ? source : ".", name);
    return json_load_file(path, 0, NULL);
}

// A published column is rounded to 0.1 (kg or cm): half of that on either side, as hundredths of a standard deviation.
static void column_check(const char *file, const GrowthLms *g, double published, int32_t z, int32_t found) {
    double l = g->l / 1e4, m = g->m / 1e4, s = g->s / 1e5;
    double slope = m * s * pow(1 + l * s * (z / 100.0), 1 / l - 1);        // how much one standard deviation is there
    double room = 0.0505 / (slope < m * s / 2 ? m * s / 2 : slope) * 100 + 1;
    if (fabs(found - (double)z) > room) fail_msg("%s: %.1f gives %d, wanted %d within %.1f", file, published, (int)found, (int)z, room);
}

static const struct { const char *name; int32_t z; } COLUMNS[] = {
    { "SD3neg", -300 }, { "SD2neg", -200 }, { "SD1neg", -100 }, { "SD0", 0 }, { "SD1", 100 }, { "SD2", 200 }, { "SD3", 300 },
};

static void lms_check(const char *file, const json_t *row, const GrowthLms *low, const GrowthLms *high, double share, double room) {
    double m = low->m + (high->m - low->m) * share;
    if (fabs(m - number(row, "M") * 1e4) > room || fabs(low->s / 1e5 - number(row, "S")) > 0.0004 || fabs(low->l / 1e4 - number(row, "L")) > 0.012)
        fail_msg("%s: M %.4f, wanted %.4f", file, m / 1e4, number(row, "M"));
}

// By age: months of the files lie between two of our days.
static void age_file(const char *file, GrowthSex sex, GrowthIndex index, int from_month) {
    json_t *table = table_load(file), *row;
    size_t i;
    assert_non_null(table);
    json_array_foreach(table, i, row) {
        double days = number(row, "Month") * 30.4375;
        if (number(row, "Month") < from_month) continue;
        int day = (int)days, next = day < GROWTH_AGE_MAX ? day + 1 : day;
        if (index == LENGTH_FOR_AGE && from_month == 0 && day >= 730) break;       // the file of lying ends where ours stands up
        if (index == LENGTH_FOR_AGE && from_month == 24 && day < GROWTH_STANDING_FROM) day = next = GROWTH_STANDING_FROM;       // its month 24 is half a day before ours
        const GrowthLms *t = index == WEIGHT_FOR_AGE ? GROWTH_WEIGHT_BY_AGE[sex] : GROWTH_LENGTH_BY_AGE[sex];
        lms_check(file, row, &t[day], &t[next], days - (int)days, day == next ? 200 : 22);
        for (size_t k = 0; k < sizeof COLUMNS / sizeof *COLUMNS; k++) {
            double published = number(row, COLUMNS[k].name);
            int near = days - day > 0.5 ? next : day;
            GrowthMeasure m = measure(sex, near, index == WEIGHT_FOR_AGE ? (int32_t)lround(published * 1000) : 0, index == WEIGHT_FOR_AGE ? 0 : (int32_t)lround(published * 10), MEASURED_BY_AGE);
            double drift = fabs(t[next].m - (double)t[day].m) / t[day].m / (t[day].s / 1e5) * 50;       // half a day's growth
            GrowthResult r = assess(m);
            int32_t found = r.scores[index].z;
            if (fabs(found - (double)COLUMNS[k].z) <= drift) continue;
            column_check(file, &t[near], published, COLUMNS[k].z, found > COLUMNS[k].z ? found - (int32_t)drift : found + (int32_t)drift);
        }
    }
    json_decref(table);
}

static void length_file(const char *file, GrowthSex sex, const char *key, bool stands) {
    json_t *table = table_load(file), *row;
    size_t i;
    assert_non_null(table);
    json_array_foreach(table, i, row) {
        int32_t mm = (int32_t)lround(number(row, key) * 10);
        const GrowthLms *g = stands ? &GROWTH_WEIGHT_BY_HEIGHT[sex][mm - GROWTH_HEIGHT_MIN] : &GROWTH_WEIGHT_BY_LENGTH[sex][mm - GROWTH_LENGTH_MIN];
        assert_int_equal(g->m, lround(number(row, "M") * 1e4));
        assert_int_equal(g->l, lround(number(row, "L") * 1e4));
        assert_int_equal(g->s, lround(number(row, "S") * 1e5));
        for (size_t k = 0; k < sizeof COLUMNS / sizeof *COLUMNS; k++) {
            double published = number(row, COLUMNS[k].name);
            GrowthResult r = assess(measure(sex, stands ? 1200 : 300, (int32_t)lround(published * 1000), mm, MEASURED_BY_AGE));
            column_check(file, g, published, COLUMNS[k].z, r.scores[WEIGHT_FOR_LENGTH].z);
        }
    }
    json_decref(table);
}

static void published_columns_give_their_scores(void **state) {
    (void)state;
    json_t *there = table_load("wfa_boys_0_5");
    // They stand beside the project for its tests and are no part of it; the twenty children computed apart are always checked.
    if (!there) { print_message("The WHO's files are not here.\n"); test_skip(); }
    json_decref(there);
    age_file("wfa_boys_0_5", GROWTH_BOY, WEIGHT_FOR_AGE, 0);
    age_file("wfa_girls_0_5", GROWTH_GIRL, WEIGHT_FOR_AGE, 0);
    age_file("lhfa_boys_0_2", GROWTH_BOY, LENGTH_FOR_AGE, 0);
    age_file("lhfa_girls_0_2", GROWTH_GIRL, LENGTH_FOR_AGE, 0);
    age_file("lhfa_boys_2_5", GROWTH_BOY, LENGTH_FOR_AGE, 24);
    age_file("lhfa_girls_2_5", GROWTH_GIRL, LENGTH_FOR_AGE, 24);
    length_file("wfl_boys_0_2", GROWTH_BOY, "Length", false);
    length_file("wfl_girls_0_2", GROWTH_GIRL, "Length", false);
    length_file("wfh_boys_2_5", GROWTH_BOY, "Height", true);
    length_file("wfh_girls_2_5", GROWTH_GIRL, "Height", true);
}

// ---- laws -------------------------------------------------------------------------------------------------------------
static void medians_give_zero_and_lines_their_scores(void **state) {
    (void)state;
    for (int sex = 0; sex < GROWTH_SEX_N; sex++)
        for (int day = 0; day <= GROWTH_AGE_MAX; day++)
            for (int32_t z = -500; z <= 500; z += 50) {
                int32_t weight = growth_value_at(WEIGHT_FOR_AGE, (GrowthSex)sex, day, z), length = growth_value_at(LENGTH_FOR_AGE, (GrowthSex)sex, day, z);
                GrowthResult r = assess(measure((GrowthSex)sex, day, weight, length, MEASURED_BY_AGE));
                int32_t off_weight = abs(r.scores[WEIGHT_FOR_AGE].z - z), off_length = abs(r.scores[LENGTH_FOR_AGE].z - z);
                if (off_weight > 1 || off_length > 4) fail_msg("sex %d, day %d, z %d: off by %d and %d", sex, day, (int)z, (int)off_weight, (int)off_length);
            }
}

static void more_weight_is_a_higher_score(void **state) {
    (void)state;
    Random r = { test_seed() };
    for (int64_t i = 0; i < test_tries(20000); i++) {
        GrowthSex sex = (GrowthSex)random_below(&r, 2);
        int day = (int)random_between(&r, 0, GROWTH_AGE_MAX);
        int32_t weight = (int32_t)random_between(&r, 900, 40000), more = weight + (int32_t)random_between(&r, 20, 2000);
        int32_t length = (int32_t)random_between(&r, 460, 1090), longer = length + (int32_t)random_between(&r, 1, 30);
        GrowthResult a = assess(measure(sex, day, weight, length, MEASURED_LYING)), b = assess(measure(sex, day, more, length, MEASURED_LYING));
        GrowthResult c = assess(measure(sex, day, weight, longer, MEASURED_LYING));
        assert_true(a.scores[WEIGHT_FOR_AGE].z <= b.scores[WEIGHT_FOR_AGE].z);
        assert_true(a.scores[LENGTH_FOR_AGE].z < c.scores[LENGTH_FOR_AGE].z);
        const GrowthScore *short_one = &a.scores[WEIGHT_FOR_LENGTH], *long_one = &c.scores[WEIGHT_FOR_LENGTH];       // far beyond the limits the steps themselves change
        if (short_one->is_known && long_one->is_known && !short_one->is_implausible && !long_one->is_implausible) assert_true(short_one->z >= long_one->z);
        if (a.scores[WEIGHT_FOR_LENGTH].is_known) assert_true(a.scores[WEIGHT_FOR_LENGTH].z <= b.scores[WEIGHT_FOR_LENGTH].z);
    }
}

// Who is measured standing is as tall as one 7 mm longer, lying; whatever the age.
static void lying_and_standing_agree(void **state) {
    (void)state;
    static const int AGES[] = { 0, 400, 730, 731, 900, 1826 };
    for (size_t i = 0; i < sizeof AGES / sizeof *AGES; i++) {
        GrowthResult lying = assess(measure(GROWTH_GIRL, AGES[i], 9000, 807, MEASURED_LYING)), standing = assess(measure(GROWTH_GIRL, AGES[i], 9000, 800, MEASURED_STANDING));
        assert_int_equal(lying.length_mm, standing.length_mm);
        assert_int_equal(lying.scores[LENGTH_FOR_AGE].z, standing.scores[LENGTH_FOR_AGE].z);
        assert_int_equal(lying.scores[WEIGHT_FOR_LENGTH].z, standing.scores[WEIGHT_FOR_LENGTH].z);
        assert_true(lying.is_length_moved != standing.is_length_moved);
        assert_false(assess(measure(GROWTH_GIRL, AGES[i], 9000, 800, MEASURED_BY_AGE)).is_length_moved);
    }
}

// ---- classes and refusals ---------------------------------------------------------------------------------------------
static GrowthClass class_at(GrowthIndex index, int32_t z) {            // the class of a child whose score is z or the nearest beyond it
    for (int32_t x = index == WEIGHT_FOR_AGE ? 1000 : 400; ; x++) {
        GrowthMeasure m = measure(GROWTH_BOY, 700, index == LENGTH_FOR_AGE ? 0 : x, index == WEIGHT_FOR_AGE ? 0 : index == LENGTH_FOR_AGE ? x : 850, MEASURED_LYING);
        GrowthScore s = assess(m).scores[index];
        if (s.z >= z) return s.class;
    }
}

static void classes_of_permenkes(void **state) {
    (void)state;
    static const struct { GrowthIndex index; int32_t z; GrowthClass class; } TABLE[] = {
        { WEIGHT_FOR_AGE, -305, SEVERELY_UNDERWEIGHT }, { WEIGHT_FOR_AGE, -300, UNDERWEIGHT }, { WEIGHT_FOR_AGE, -200, WEIGHT_NORMAL }, { WEIGHT_FOR_AGE, 99, WEIGHT_NORMAL },
        { WEIGHT_FOR_AGE, 101, WEIGHT_RISK }, { WEIGHT_FOR_AGE, 501, GROWTH_CLASS_NONE }, { LENGTH_FOR_AGE, -310, SEVERELY_STUNTED }, { LENGTH_FOR_AGE, -300, STUNTED },
        { LENGTH_FOR_AGE, -200, LENGTH_NORMAL }, { LENGTH_FOR_AGE, 290, LENGTH_NORMAL }, { LENGTH_FOR_AGE, 301, TALL }, { LENGTH_FOR_AGE, 601, GROWTH_CLASS_NONE },
        { WEIGHT_FOR_LENGTH, -305, SEVERELY_WASTED }, { WEIGHT_FOR_LENGTH, -300, WASTED }, { WEIGHT_FOR_LENGTH, -200, NUTRITION_GOOD }, { WEIGHT_FOR_LENGTH, 101, NUTRITION_RISK },
        { WEIGHT_FOR_LENGTH, 201, OVERWEIGHT }, { WEIGHT_FOR_LENGTH, 301, OBESE }, { WEIGHT_FOR_LENGTH, 501, GROWTH_CLASS_NONE },
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        GrowthClass found = class_at(TABLE[i].index, TABLE[i].z);
        if (found != TABLE[i].class) fail_msg("row %zu: %s, wanted %s", i, growth_class_code(found), growth_class_code(TABLE[i].class));
    }
    assert_true(assess(measure(GROWTH_BOY, 700, 1200, 0, MEASURED_BY_AGE)).scores[WEIGHT_FOR_AGE].is_implausible);
    lang_set(LANG_ID);
    check_str(str_c(tr(growth_class_title(SEVERELY_STUNTED))), STR("sangat pendek"));
    check_str(str_c(tr(growth_class_title(SEVERELY_WASTED))), STR("gizi buruk"));
}

static void what_is_no_child_is_refused(void **state) {
    (void)state;
    static const struct { GrowthMeasure m; ErrCode code; } TABLE[] = {
        { { GROWTH_BOY, { 19700 }, { 19699 }, 3000, 0, MEASURED_BY_AGE }, BAD_INPUT }, { { GROWTH_BOY, { 19700 }, { 19700 + GROWTH_AGE_MAX + 1 }, 18000, 0, MEASURED_BY_AGE }, LIMIT },
        { { GROWTH_BOY, { 19700 }, { 19800 }, 0, 0, MEASURED_BY_AGE }, BAD_INPUT }, { { GROWTH_BOY, { 19700 }, { 19800 }, 8, 0, MEASURED_BY_AGE }, BAD_INPUT },
        { { GROWTH_BOY, { 19700 }, { 19800 }, 8400, 71, MEASURED_BY_AGE }, BAD_INPUT }, { { GROWTH_BOY, { 19700 }, { 19800 }, -5, 0, MEASURED_BY_AGE }, BAD_INPUT },
        { { GROWTH_BOY, { INT32_MIN }, { 19800 }, 8400, 0, MEASURED_BY_AGE }, BAD_INPUT }, { { GROWTH_BOY, { 19700 }, { INT32_MIN }, 8400, 0, MEASURED_BY_AGE }, BAD_INPUT },
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        GrowthResult r = { .age_days = -7 };
        Err e = { 0 };
        assert_false(growth_assess(&TABLE[i].m, &r, &e));
        assert_int_equal(e.code, TABLE[i].code);
        assert_int_equal(r.age_days, -7);
    }
}

// ---- the card ---------------------------------------------------------------------------------------------------------
static void the_card_says_its_letters(void **state) {
    (void)state;
    static const struct { const char *on; int32_t grams; const char *letter; int32_t gain, least; bool is_2t, is_below, has_crossed; } TABLE[] = {
        { "2023-11-24", 3300, "B", 0, 0, false, false, false },
        { "2023-12-26", 4200, "N", 900, 800, false, false, false },
        { "2024-01-25", 5100, "N", 900, 900, false, false, false },
        { "2024-02-26", 5800, "T", 700, 800, false, false, false },
        { "2024-03-25", 6100, "T", 300, 600, true, false, true },           // from -0.9 below -1
        { "2024-04-24", 6600, "N", 500, 500, false, false, false },
        { "2024-06-24", 7000, "O", 0, 0, false, false, false },             // May is missing
        { "2024-06-28", 7050, "O", 0, 0, false, false, false },             // the same month again
        { "2024-07-24", 1100, "?", 0, 0, false, false, false },
        { "2024-08-24", 7500, "O", 0, 0, false, false, false },             // July cannot be believed
        { "2024-09-24", 6000, "T", -1500, 300, false, true, true },
    };
    GrowthMeasure m[16];
    GrowthStep steps[16];
    size_t n = sizeof TABLE / sizeof *TABLE;
    Err e = { 0 };
    for (size_t i = 0; i < n; i++) {
        m[i] = (GrowthMeasure){ GROWTH_BOY, date_make(2023, 11, 24), { 0 }, TABLE[i].grams, 0, MEASURED_BY_AGE };
        assert_true(date_parse_iso(str_c(TABLE[i].on), &m[i].on));
    }
    check_ok(growth_follow(m, n, steps, &e), e);
    for (size_t i = 0; i < n; i++) {
        const GrowthStep *s = &steps[i];
        if (strcmp(growth_weighed_code(s->weighed), TABLE[i].letter) != 0 || s->gain_g != TABLE[i].gain || s->least_gain_g != TABLE[i].least ||
            s->is_twice_not_gained != TABLE[i].is_2t || s->is_below_red_line != TABLE[i].is_below || s->has_crossed_down != TABLE[i].has_crossed)
            fail_msg("%s: %s %d of %d, 2T %d, below %d, crossed %d, z %d", TABLE[i].on, growth_weighed_code(s->weighed), (int)s->gain_g, (int)s->least_gain_g, s->is_twice_not_gained,
                     s->is_below_red_line, s->has_crossed_down, (int)s->result.scores[WEIGHT_FOR_AGE].z);
    }
    m[3].on = date_make(2023, 1, 1);
    m[2].on = m[1].on = m[0].on = date_make(2022, 1, 1);
    assert_false(growth_follow(m, 4, steps, &e));
    assert_int_equal(e.code, BAD_INPUT);
}

static void least_gains(void **state) {
    (void)state;
    static const struct { GrowthSex sex; int month; int32_t grams; } TABLE[] = {
        { GROWTH_BOY, 0, 0 }, { GROWTH_BOY, 1, 800 }, { GROWTH_GIRL, 2, 900 }, { GROWTH_GIRL, 6, 400 }, { GROWTH_BOY, 7, 400 }, { GROWTH_GIRL, 7, 300 }, { GROWTH_BOY, 11, 300 },
        { GROWTH_GIRL, 11, 200 }, { GROWTH_BOY, 12, 200 }, { GROWTH_GIRL, 60, 200 }, { GROWTH_GIRL, 61, 0 }, { GROWTH_BOY, -3, 0 },
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        GrowthGain g = growth_least_gain(TABLE[i].sex, TABLE[i].month);
        assert_int_equal(g.grams, TABLE[i].grams);
        if (g.grams) assert_true(strlen(g.source) > 0 && strlen(g.confidence) > 0);
    }
}

static void months_are_completed_ones(void **state) {
    (void)state;
    static const struct { const char *born, *on; int months; } TABLE[] = {
        { "2023-11-24", "2023-11-24", 0 }, { "2023-11-24", "2023-12-23", 0 }, { "2023-11-24", "2023-12-24", 1 }, { "2024-01-31", "2024-02-28", 0 }, { "2024-01-31", "2024-02-29", 1 },
        { "2023-01-31", "2023-02-28", 1 }, { "2023-11-24", "2024-11-23", 11 }, { "2020-02-29", "2021-02-28", 12 },
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        GrowthMeasure m = { GROWTH_GIRL, { 0 }, { 0 }, 5000, 0, MEASURED_BY_AGE };
        assert_true(date_parse_iso(str_c(TABLE[i].born), &m.born_on) && date_parse_iso(str_c(TABLE[i].on), &m.on));
        assert_int_equal(assess(m).age_months, TABLE[i].months);
    }
}

// ---- the curve --------------------------------------------------------------------------------------------------------
static size_t count(Str in, const char *what) {
    size_t n = 0, len = strlen(what);
    for (size_t i = 0; i + len <= in.n; i++) n += memcmp(in.p + i, what, len) == 0;
    return n;
}

static void the_curve_shows_each_point(void **state) {
    (void)state;
    GrowthMeasure m[] = { measure(GROWTH_GIRL, 0, 3200, 0, MEASURED_BY_AGE), measure(GROWTH_GIRL, 40, 4000, 0, MEASURED_BY_AGE), measure(GROWTH_GIRL, 70, 0, 560, MEASURED_BY_AGE),
                          measure(GROWTH_GIRL, 1200, 12000, 0, MEASURED_BY_AGE), measure(GROWTH_GIRL, 3000, 12000, 0, MEASURED_BY_AGE) };
    Buf b = { .max = BUF_MAX };
    growth_chart_put(&b, &(GrowthChart){ WEIGHT_FOR_AGE, GROWTH_GIRL, m, 2, STR("A & <B>") });
    assert_int_equal(count(buf_view(&b), "<circle"), 2);
    assert_int_equal(count(buf_view(&b), "A &amp; &lt;B&gt;"), 1);
    assert_int_equal(count(buf_view(&b), "<polygon"), 5);
    assert_int_equal(count(buf_view(&b), ">24</text>"), 1);
    assert_true(b.n < 16000);                              // a page holds several
    buf_reset(&b);
    growth_chart_put(&b, &(GrowthChart){ WEIGHT_FOR_AGE, GROWTH_GIRL, m, 5, STR("x") });       // the one at five years and more is left out
    assert_int_equal(count(buf_view(&b), "<circle"), 3);
    assert_int_equal(count(buf_view(&b), ">60</text>"), 1);
    buf_reset(&b);
    growth_chart_put(&b, &(GrowthChart){ LENGTH_FOR_AGE, GROWTH_GIRL, m, 5, STR("x") });
    assert_int_equal(count(buf_view(&b), "<circle"), 1);
    assert_false(b.is_full);
    buf_free(&b);
}

static void figures_as_people_write_them(void **state) {
    (void)state;
    static const struct { Lang lang; int64_t thousandths; int digits; const char *text; } TABLE[] = {
        { LANG_ID, 8400, 1, "8,4" }, { LANG_EN, 8449, 1, "8.4" }, { LANG_EN, 8450, 1, "8.5" }, { LANG_ID, 71500, 1, "71,5" }, { LANG_EN, 999, 0, "1" }, { LANG_EN, -4, 2, "0.00" },
        { LANG_ID, -2130, 2, "-2,13" }, { LANG_EN, 5, 3, "0.005" },
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        Buf b = { .max = 100 };
        lang_set(TABLE[i].lang);
        growth_decimal_put(&b, TABLE[i].thousandths, TABLE[i].digits);
        check_str(buf_view(&b), str_c(TABLE[i].text));
        buf_free(&b);
    }
    Buf b = { .max = 100 };
    growth_z_put(&b, 213);
    growth_z_put(&b, -7);
    growth_z_put(&b, 0);
    check_str(buf_view(&b), STR("+2.13-0.070.00"));
    buf_free(&b);
    lang_set(LANG_ID);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(children_computed_elsewhere), cmocka_unit_test(published_columns_give_their_scores), cmocka_unit_test(medians_give_zero_and_lines_their_scores),
    cmocka_unit_test(more_weight_is_a_higher_score), cmocka_unit_test(lying_and_standing_agree), cmocka_unit_test(classes_of_permenkes), cmocka_unit_test(what_is_no_child_is_refused),
    cmocka_unit_test(the_card_says_its_letters), cmocka_unit_test(least_gains), cmocka_unit_test(months_are_completed_ones), cmocka_unit_test(the_curve_shows_each_point),
    cmocka_unit_test(figures_as_people_write_them),
};
TEST_MAIN(TESTS)
