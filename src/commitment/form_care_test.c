// form_care_test.c: the cells of health and social forms as people write them, and the facts that follow.
#include "commitment/form_care.h"
#include "commitment/form_ages.h"
#include "base/test.h"

static const Date MARCH = { 19783 };                       // 1 March 2024

static void days_are_read(void **state) {
    (void)state;
    static const struct { const char *cell; FormMonthState is; int n, first; } TABLE[] = {
        { "12", MONTH_GOOD, 1, 12 }, { "12/3", MONTH_GOOD, 1, 12 }, { "12-03-24", MONTH_GOOD, 1, 12 }, { "12 Maret 2024", MONTH_GOOD, 1, 12 }, { "2024-03-12", MONTH_GOOD, 1, 12 }, { "tgl 12", MONTH_GOOD, 1, 12 },
        { "5, 19", MONTH_GOOD, 2, 5 }, { "5 & 19 & 5", MONTH_GOOD, 2, 5 }, { "", MONTH_EMPTY, 0, 0 }, { "-", MONTH_EMPTY, 0, 0 }, { "tidak", MONTH_GOOD, 0, 0 }, { "12/4", MONTH_REFUSED, 0, 0 },
        { "32", MONTH_REFUSED, 0, 0 }, { "besok", MONTH_REFUSED, 0, 0 }, { "12/3/2023", MONTH_REFUSED, 0, 0 }, { "31/3/2024", MONTH_GOOD, 1, 31 }, { "1,2,3,4,5,6,7,8,9", MONTH_REFUSED, 0, 0 },
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        Arena a = { 0 };
        Str cells[CARE_CELLS_N] = { str_c(TABLE[i].cell), STR(""), STR(""), STR("") }, why = { 0 };
        FormCare c;
        FormMonthState is = form_care_read(&a, FORM_SOCIAL, MARCH, cells, &c, &why);
        if (is != TABLE[i].is) fail_msg("%s: %d", TABLE[i].cell, (int)is);
        assert_true((is == MONTH_REFUSED) == (why.n > 0));
        if (is == MONTH_GOOD) assert_int_equal(c.seen.n, TABLE[i].n);
        if (is == MONTH_GOOD && c.seen.n) assert_int_equal(c.seen.at[0].days, MARCH.days + TABLE[i].first - 1);
        arena_free(&a);
    }
}

static void figures_are_read(void **state) {
    (void)state;
    static const struct { const char *weight, *length; FormMonthState is; int g, mm; GrowthPosture how; } TABLE[] = {
        { "8,4", "72,5", MONTH_GOOD, 8400, 725, MEASURED_BY_AGE }, { "8.4 kg", "72 cm", MONTH_GOOD, 8400, 720, MEASURED_BY_AGE }, { "8400", "725", MONTH_GOOD, 8400, 725, MEASURED_BY_AGE },
        { "8400 gr", "72,5 t", MONTH_GOOD, 8400, 725, MEASURED_LYING }, { "8", "72,5 cm (b)", MONTH_GOOD, 8000, 725, MEASURED_STANDING }, { "8,45", "0,72 m", MONTH_GOOD, 8450, 720, MEASURED_BY_AGE },
        { "3,2", "", MONTH_GOOD, 3200, 0, MEASURED_BY_AGE }, { "delapan", "", MONTH_REFUSED, 0, 0, 0 }, { "8,4,5", "", MONTH_REFUSED, 0, 0, 0 }, { "8,4 ons", "", MONTH_REFUSED, 0, 0, 0 }, { "", "7", MONTH_REFUSED, 0, 0, 0 },
        { "0", "", MONTH_REFUSED, 0, 0, 0 },
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        Arena a = { 0 };
        Str cells[CARE_CELLS_N] = { STR("12"), str_c(TABLE[i].weight), str_c(TABLE[i].length), STR("") }, why = { 0 };
        FormCare c;
        FormMonthState is = form_care_read(&a, FORM_HEALTH, MARCH, cells, &c, &why);
        if (is != TABLE[i].is) fail_msg("%s %s: %d", TABLE[i].weight, TABLE[i].length, (int)is);
        if (is == MONTH_GOOD && (c.weight_g != TABLE[i].g || c.length_mm != TABLE[i].mm || c.posture != TABLE[i].how)) fail_msg("%s %s: %d %d", TABLE[i].weight, TABLE[i].length, (int)c.weight_g, (int)c.length_mm);
        arena_free(&a);
    }
}

// What the cells of a child's, a mother's or an old person's month come to: kinds with their days, in order.
static Str told(Arena *a, FormKind kind, const FormWho *who, const char *const *cells, FormMonthState *is) {
    Str texts[CARE_CELLS_N], why = { 0 };
    FormCare c;
    CareFact facts[CARE_FACTS_MAX];
    Buf b = { .max = 4000 };
    for (int i = 0; i < CARE_CELLS_N; i++) texts[i] = str_c(cells[i]);
    *is = form_care_read(a, kind, MARCH, texts, &c, &why);
    *is = form_care_judge(a, *is, MARCH, &c, who, &why);
    size_t n = *is == MONTH_REFUSED ? 0 : form_care_facts(kind, MARCH, &c, who, facts);
    for (size_t i = 0; i < n; i++) {
        buf_fmt(&b, "%s%s", i ? " " : "", facts[i].kind);
        if (facts[i].first_on.days == facts[i].last_on.days) buf_fmt(&b, "@%d", facts[i].first_on.days - MARCH.days + 1);
        if (!facts[i].times) buf_c(&b, "=0");
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static void months_make_facts(void **state) {
    (void)state;
    const FormWho child = { .is_child = true, .has_sex = true, .sex = GROWTH_BOY, .born_on = { MARCH.days - 300 } }, mother = { .is_pregnant = true },
                  old = { .is_old = true }, both = { .is_old = true, .is_disabled = true };
    const struct { FormKind kind; const FormWho *who; const char *cells[CARE_CELLS_N]; FormMonthState is; const char *facts; } TABLE[] = {
        { FORM_HEALTH, &child, { "12", "8,4", "72,5", "A, DPT2 MR" }, MONTH_GOOD, "weight@12 height@12 vitamin_a@12 dpt@12 mr@12" },
        { FORM_HEALTH, &child, { "12", "8,4", "", "AP" }, MONTH_GOOD, "weight@12 vitamin_a@12 development@12" },
        { FORM_HEALTH, &child, { "", "8,4", "", "" }, MONTH_GOOD, "weight" },                         // in the month, the day unknown
        { FORM_HEALTH, &child, { "tidak", "", "", "" }, MONTH_GOOD, "weight=0 height=0" },
        { FORM_HEALTH, &child, { "tidak", "8,4", "", "" }, MONTH_REFUSED, "" },
        { FORM_HEALTH, &child, { "12", "", "", "" }, MONTH_DIFFERS, "" },
        { FORM_HEALTH, &child, { "12", "8,4", "", "I" }, MONTH_DIFFERS, "weight@12" },
        { FORM_HEALTH, &child, { "12", "8,4", "", "obat cacing, vit A" }, MONTH_DIFFERS, "weight@12 vitamin_a@12" },
        { FORM_HEALTH, &child, { "12", "84", "", "" }, MONTH_REFUSED, "" },                           // kilograms of a child: the comma is missing
        { FORM_HEALTH, &child, { "12", "2,4", "", "" }, MONTH_DIFFERS, "weight@12" },                 // beyond the WHO's limits
        { FORM_HEALTH, &mother, { "5, 19", "58", "", "K" }, MONTH_GOOD, "weight@19 antenatal@5 antenatal@19" },
        { FORM_HEALTH, &mother, { "tidak", "", "", "" }, MONTH_GOOD, "antenatal=0" },
        { FORM_HEALTH, &mother, { "7", "", "", "KF2" }, MONTH_GOOD, "postpartum@7" },
        { FORM_SOCIAL, &old, { "3", "3 & 17", "", "" }, MONTH_GOOD, "elderly_care@3 elderly_care@17" },
        { FORM_SOCIAL, &both, { "3", "", "", "" }, MONTH_GOOD, "elderly_care@3 disability_care@3" },
        { FORM_SOCIAL, &old, { "tidak", "tidak", "", "" }, MONTH_GOOD, "elderly_care=0" },
        { FORM_SOCIAL, &old, { "tidak", "", "", "" }, MONTH_GOOD, "" },                               // an activity would have been enough
        { FORM_SOCIAL, &old, { "", "", "", "" }, MONTH_EMPTY, "" },
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        Arena a = { 0 };
        FormMonthState is;
        Str facts = told(&a, TABLE[i].kind, TABLE[i].who, TABLE[i].cells, &is);
        if (is != TABLE[i].is || !str_eq(facts, str_c(TABLE[i].facts))) fail_msg("row %zu: %d, " STR_FMT, i, (int)is, STR_ARG(facts));
        arena_free(&a);
    }
}

static void observations_come_back(void **state) {
    (void)state;
    static const Observation TABLE[] = { { 8400, 0, MEASURED_BY_AGE, { 19794 } }, { 0, 725, MEASURED_LYING, { 19794 } }, { 8400, 725, MEASURED_STANDING, { INT32_MIN } }, { 3200, 0, MEASURED_BY_AGE, { INT32_MIN } } };
    static const char *const OTHERS[] = { "", "2 g=8400", "1 g=", "1 g=-5", "1 mm=1 how=sitting", "sehat", "1 kg=8", "1 on=2024-13-01" };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        Arena a = { 0 };
        Observation o;
        assert_true(observation_read(observation_text(&a, &TABLE[i]), &o));
        assert_memory_equal(&o, &TABLE[i], sizeof o);
        arena_free(&a);
    }
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++) assert_false(observation_read(str_c(OTHERS[i]), &(Observation){ 0 }));
}

static void born_is(Date found, int year, int month, int day) {
    Buf b = { .max = 20 }, wanted = { .max = 20 };
    date_put_iso(&b, found);
    date_put_iso(&wanted, date_make(year, month, day));
    check_str(buf_view(&b), buf_view(&wanted));
    buf_free(&b);
    buf_free(&wanted);
}

// By the book of today a year's duties are asked of who is a child, or old, when the year begins: to six full years, at school to four; from 60.
static void ages_are_the_duties(void **state) {
    (void)state;
    Arena a = { 0 };
    Err e = { 0 };
    const RuleBook *book;
    check_ok(rulebook_open(&a, STR("pkh.yaml"), rulebook_pkh(), &book, &e), e);
    FormAges ages = form_ages(book, (FormPeriod){ 2024, 2 });
    born_is(ages.young_from, 2017, 1, 2);
    born_is(ages.pupil_from, 2019, 1, 2);
    born_is(ages.old_by, 1964, 1, 1);
    arena_free(&a);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(days_are_read), cmocka_unit_test(figures_are_read), cmocka_unit_test(months_make_facts), cmocka_unit_test(observations_come_back),
                                           cmocka_unit_test(ages_are_the_duties) };
TEST_MAIN(TESTS)
