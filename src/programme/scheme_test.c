// scheme_test.c: PKH's amounts and boundaries, to the rupiah and to the day; classes, cases and their bytes.
#include "programme/programme_test.h"

static int component_find(const Scheme *s, const char *code) {
    for (int i = 0; i < s->kernel.component_n; i++) if (str_eq(s->components[i].code, str_c(code))) return i;
    return -1;
}

static int64_t amount_of(const Scheme *s, const char *channel, const char *component) {
    int c = component_find(s, component), k = scheme_channel_find(s, str_c(channel));
    return c < 0 || k < 0 ? -1 : s->channels[k].amount[c].rp;
}

// By component: three months, two months, one month (the press's table of 2024 with 333,333 and 166,666).
static void amounts_of_2024(void **state) {
    (void)state;
    static const struct { const char *code; int64_t three, two; } TABLE[] = {
        { "pregnancy", 750000, 500000 }, { "early_childhood", 750000, 500000 }, { "sd", 225000, 150000 }, { "smp", 375000, 250000 },
        { "sma", 500000, 333333 }, { "elderly", 600000, 400000 }, { "severe_disability", 600000, 400000 }, { "rights_victim", 2700000, 1800000 },
    };
    static const char *const OF_2024[] = { "2024-1", "2024-2", "2024-3", "2024-4" };
    Arena a = { 0 };
    const RuleBook *book = book_read(&a, "pkh.yaml");
    for (size_t k = 0; k < 4; k++) {
        const Scheme *s = scheme_of(&a, book, OF_2024[k]);
        for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
            assert_int_equal(amount_of(s, "BRI", TABLE[i].code), TABLE[i].two);
            assert_int_equal(amount_of(s, "POS", TABLE[i].code), TABLE[i].three);
        }
    }
    arena_free(&a);
}

static void amounts_of_other_years(void **state) {
    (void)state;
    static const struct { const char *stage, *channel, *component; int64_t wanted; } TABLE[] = {
        { "2019-2", "BRI", "pregnancy", 600000 }, { "2019-2", "BRI", "sd", 225000 }, { "2019-2", "BRI", "sma", 500000 }, { "2019-2", "BRI", "rights_victim", -1 },
        { "2019-1", "BRI", "fixed_regular", 550000 }, { "2019-1", "POS", "fixed_akses", 1000000 }, { "2019-2", "BRI", "fixed_regular", -1 },
        { "2020-1", "BRI", "early_childhood", 750000 }, { "2020-1", "BRI", "elderly", 600000 }, { "2020-1", "BRI", "fixed_regular", -1 },
        { "2020-2", "BRI", "early_childhood", 250000 }, { "2020-2", "BRI", "sd", 75000 }, { "2020-2", "BRI", "smp", 125000 }, { "2020-10", "BRI", "sma", 166666 },
        { "2020-10", "BRI", "elderly", 200000 }, { "2021-4", "BRI", "pregnancy", 750000 }, { "2023-2", "BRI", "sma", 500000 }, { "2023-3", "BRI", "sma", 333333 },
        { "2023-3", "POS", "sma", 500000 }, { "2023-5", "BRI", "smp", 250000 }, { "2023-5", "POS", "smp", -1 }, { "2024-6", "BRI", "rights_victim", 1800000 },
        { "2025-1", "BRI", "sma", 500000 }, { "2026-4", "POS", "early_childhood", 750000 }, { "2026-4", "POS", "rights_victim", 2700000 },
    };
    Arena a = { 0 };
    const RuleBook *book = book_read(&a, "pkh.yaml");
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        int64_t found = amount_of(scheme_of(&a, book, TABLE[i].stage), TABLE[i].channel, TABLE[i].component);
        if (found != TABLE[i].wanted) fail_msg("%s %s %s: %lld, wanted %lld", TABLE[i].stage, TABLE[i].channel, TABLE[i].component, (long long)found, (long long)TABLE[i].wanted);
    }
    for (size_t i = 0; i < book->switch_n; i++) book->switches[i].is_on = true;      // the raise of 2020: derived, off unless switched on
    assert_int_equal(amount_of(scheme_of(&a, book, "2020-2"), "BRI", "early_childhood"), 312500);
    assert_int_equal(amount_of(scheme_of(&a, book, "2020-1"), "BRI", "early_childhood"), 750000);
    arena_free(&a);
}

static void stages_and_their_months(void **state) {
    (void)state;
    static const struct { const char *stage; int bri, pos; const char *ages, *label; } TABLE[] = {
        { "2019-3", 3, 3, "2019-07-01", "Tahap III 2019 (Juli–September 2019)" }, { "2023-3", 2, 3, "2023-07-01", "Tahap III 2023 (Juli–Agustus 2023)" },
        { "2024-1", 2, 3, "2024-01-01", "Tahap I 2024 (Januari–Februari 2024)" }, { "2024-2", 2, 3, "2024-04-01", "Tahap II 2024 (Maret–April 2024)" },
        { "2024-6", 2, 0, "2024-10-01", "Tahap VI 2024 (November–Desember 2024)" }, { "2020-2", 1, 1, "2020-04-01", "Tahap II 2020 (April 2020)" },
    };
    Arena a = { 0 };
    const RuleBook *book = book_read(&a, "pkh.yaml");
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        const Scheme *s = scheme_of(&a, book, TABLE[i].stage);
        Buf b = { .max = 32 };
        date_put_iso(&b, scheme_reference_on(s));
        check_str(buf_view(&b), str_c(TABLE[i].ages));
        buf_free(&b);
        check_str(s->channels[0].stage_label_id, str_c(TABLE[i].label));
        assert_int_equal(s->channels[0].months, TABLE[i].bri);
        assert_int_equal(scheme_channel_find(s, STR("POS")) < 0 ? 0 : s->channels[1].months, TABLE[i].pos);
    }
    const Scheme *s;
    Err e = { 0 };
    assert_false(scheme_make(&a, book, STR("2024-9"), &s, &e));
    assert_int_equal(e.code, NOT_FOUND);
    assert_non_null(strstr(e.text, "2024-2"));
    arena_free(&a);
}

// ---- classes of persons, to the day --------------------------------------------------------------------------------
static bool fills(const Scheme *s, const PersonFacts *p, const char *component) {
    const PersonClass *classes;
    scheme_classes(s, &classes);
    return scheme_mask_in(s, 0, classes[scheme_person_class(s, p)].mask) >> component_find(s, component) & 1;
}

static PersonFacts born(int year, int month, int day) { return (PersonFacts){ .born_on = date_make(year, month, day) }; }

static void ages_to_the_day(void **state) {
    (void)state;
    Arena a = { 0 };
    const RuleBook *book = book_read(&a, "pkh.yaml");
    const Scheme *s = scheme_of(&a, book, "2024-2"), *early = scheme_of(&a, book, "2024-1"), *of_2021 = scheme_of(&a, book, "2021-2");
    static const struct { int y, m, d; bool young, old; } TABLE[] = {
        { 2024, 4, 2, false, false }, { 2024, 4, 1, true, false }, { 2024, 2, 29, true, false }, { 2017, 4, 2, true, false }, { 2017, 4, 1, false, false },
        { 1964, 4, 2, false, false }, { 1964, 4, 1, false, true }, { 1964, 2, 29, false, true }, { 1900, 1, 1, false, true },
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        PersonFacts p = born(TABLE[i].y, TABLE[i].m, TABLE[i].d);
        if (fills(s, &p, "early_childhood") != TABLE[i].young || fills(s, &p, "elderly") != TABLE[i].old) fail_msg("born %d-%d-%d", TABLE[i].y, TABLE[i].m, TABLE[i].d);
    }
    PersonFacts p = { .born_on = DATE_NONE, .school_level = SCHOOL_SD };
    assert_false(fills(s, &p, "early_childhood") || fills(s, &p, "elderly") || fills(s, &p, "sd"));
    p.is_severe_disability = true;                         // asks no age
    assert_true(fills(s, &p, "severe_disability"));
    // School: 6 to 21 full years on 1 April 2024.
    PersonFacts school[] = { born(2018, 4, 2), born(2018, 4, 1), born(2002, 4, 2), born(2002, 4, 1) };
    for (int i = 0; i < 4; i++) {
        school[i].school_level = SCHOOL_SMP;
        assert_int_equal(fills(s, &school[i], "smp"), i == 1 || i == 2);
        assert_false(fills(s, &school[i], "sma"));
    }
    for (uint8_t n = 0; n < 4; n++) {
        PersonFacts mother = { .born_on = date_make(1990, 1, 1), .pregnancy_no = n };
        assert_int_equal(fills(s, &mother, "pregnancy"), n == 1 || n == 2);
    }
    PersonFacts six = born(2018, 1, 1);
    six.school_level = SCHOOL_SD;
    assert_true(fills(s, &six, "early_childhood") && fills(s, &six, "sd"));
    // 29 February 1964 is sixty on 1 March 2024, not on 1 January; and elderly meant 70 in 2021.
    PersonFacts leap = born(1964, 2, 29), sixty_five = born(1956, 1, 1), seventy = born(1951, 4, 1);
    assert_true(!fills(early, &leap, "elderly") && fills(s, &leap, "elderly"));
    assert_true(!fills(of_2021, &sixty_five, "elderly") && fills(of_2021, &seventy, "elderly"));
    arena_free(&a);
}

// Between two bounds every birth date is alike: each day of a century against its neighbour, for every stage.
static void birth_bounds_are_all(void **state) {
    (void)state;
    Arena a = { 0 };
    const RuleBook *book = book_read(&a, "pkh.yaml");
    for (size_t k = 0; k < book->stage_n; k += 3) {
        const Scheme *s = scheme_of(&a, book, arena_c(&a, book->stages[k].id));
        const Date *bounds;
        size_t n = scheme_birth_bounds(s, &bounds);
        for (size_t i = 1; i < n; i++) assert_true(bounds[i - 1].days < bounds[i].days);
        for (int32_t day = date_make(1920, 1, 1).days; day < date_make(2027, 1, 1).days; day++) {
            bool is_bound = false, differs = false;
            for (size_t i = 0; i < n; i++) is_bound |= bounds[i].days == day;
            for (SchoolLevel level = SCHOOL_NONE; level <= SCHOOL_SMA; level++) {
                PersonFacts before = { .born_on = { day - 1 }, .school_level = level }, p = { .born_on = { day }, .school_level = level };
                differs |= scheme_person_class(s, &before) != scheme_person_class(s, &p);
            }
            if (differs && !is_bound) fail_msg("stage %zu: day %d changes the class and is no bound", k, day);
        }
    }
    arena_free(&a);
}

static void months_of_life(void **state) {
    (void)state;
    Random r = { test_seed() };
    for (int64_t i = 0; i < test_tries(300000); i++) {     // months counted one by one: the k-th is full on the day with the same number, or on the 1st after it
        Date b = { (int32_t)random_between(&r, date_make(1990, 1, 1).days, date_make(2024, 1, 1).days) }, on = { b.days + (int32_t)random_below(&r, 4000) };
        int by, bm, bd, y, m, d;
        date_split(b, &by, &bm, &bd);
        date_split(on, &y, &m, &d);
        int lived = (y - by) * 12 + m - bm - (d < bd), months = (int)random_below(&r, 140);
        if ((lived >= months) != (b.days <= date_months_before(on, months).days)) fail_msg("born %d on %d: %d months against %d", b.days, on.days, lived, months);
        assert_int_equal(date_months_before(on, 12 * (months % 30)).days, date_born_by(on, months % 30).days);
    }
}

// ---- cases ---------------------------------------------------------------------------------------------------------
static PersonFacts any_person(Random *r) {
    return (PersonFacts){ .born_on = random_below(r, 30) ? (Date){ (int32_t)random_between(r, date_make(1935, 1, 1).days, date_make(2025, 1, 1).days) } : DATE_NONE,
        .school_level = (SchoolLevel)random_below(r, 4), .pregnancy_no = random_below(r, 6) ? 0 : (uint8_t)random_below(r, 4), .is_severe_disability = random_below(r, 10) == 0,
        .is_rights_victim = random_below(r, 30) == 0, .outcome = (Outcome)random_below(r, 4), .sex = (Sex)random_below(r, 3) };
}

static void case_is_the_same_in_any_order(void **state) {
    (void)state;
    Arena a = { 0 };
    Random r = { test_seed() };
    const RuleBook *book = book_read(&a, "pkh.yaml");
    const Scheme *schemes[] = { scheme_of(&a, book, "2024-2"), scheme_of(&a, book, "2024-3"), scheme_of(&a, book, "2019-1") };
    static Case c, back;
    static uint8_t bytes[CASE_BYTES_MAX], again[CASE_BYTES_MAX];
    for (int64_t i = 0; i < test_tries(60000); i++) {
        const Scheme *s = schemes[i % 3];
        PersonFacts persons[12];
        FamilyFacts family = { .standing = (Standing)(random_below(&r, 9) == 0) };
        for (int k = 0; k < EXTRA_MAX; k++) family.extra[k] = k == 0 ? (int64_t)random_below(&r, 2) : EXTRA_NONE;
        size_t n = random_below(&r, 13), bytes_n;
        Err e = { 0 };
        for (size_t k = 0; k < n; k++) persons[k] = any_person(&r);
        check_ok(case_make(s, &family, persons, n, &c, &e), e);
        bytes_n = case_encode(&c, bytes);
        assert_true(case_decode(bytes, bytes_n, &back));
        assert_int_equal(case_encode(&back, again), bytes_n);
        assert_memory_equal(bytes, again, bytes_n);
        for (size_t k = n; k > 1; k--) {
            size_t j = random_below(&r, k);
            PersonFacts other = persons[k - 1];
            persons[k - 1] = persons[j];
            persons[j] = other;
        }
        check_ok(case_make(s, &family, persons, n, &c, &e), e);
        assert_int_equal(case_encode(&c, again), bytes_n);
        assert_memory_equal(bytes, again, bytes_n);
        // Any changed byte is either refused or another case with the same length: never read as this one.
        size_t at = random_below(&r, bytes_n);
        bytes[at] ^= (uint8_t)(1 + random_below(&r, 255));
        if (case_decode(bytes, bytes_n, &back)) {
            assert_int_equal(case_encode(&back, again), bytes_n);
            assert_memory_equal(bytes, again, bytes_n);
        }
        assert_false(bytes_n > 0 && case_decode(again, bytes_n - 1, &back));
    }
    static PersonFacts many[PERSON_MAX + 1];
    FamilyFacts family = { 0 };
    Err e = { 0 };
    assert_false(case_make(schemes[0], &family, many, PERSON_MAX + 1, &c, &e));
    assert_int_equal(e.code, LIMIT);
    arena_free(&a);
}

// What becomes of a family of PKH under the sanctions of other times, with today's amounts: dated data, tried by moving the dates.
static Str replaced(Arena *a, Str text, const char *from, const char *to) {
    size_t n = strlen(from);
    for (size_t i = 0; i + n <= text.n; i++)
        if (memcmp(text.p + i, from, n) == 0) return arena_fmt(a, "%.*s%s%.*s", (int)i, text.p, to, (int)(text.n - i - n), text.p + i + n);
    fail_msg("\"%s\" is not in the rule book", from);
    return text;
}

static Entitlement answer_of(const Scheme *s, const FamilyFacts *family, const PersonFacts *persons, size_t n) {
    static Case c;
    static Entitlement x, slow;
    Err e = { 0 };
    check_ok(case_make(s, family, persons, n, &c, &e), e);
    check_ok(entitlement_of(s, 1, &c, true, &x, &e), e);
    check_ok(entitlement_slowly(s, 1, &c, &slow, &e), e);
    assert_int_equal(x.total.rp, slow.total.rp);
    return x;
}

static void three_generations_of_sanctions(void **state) {
    (void)state;
    Arena a = { 0 };
    Str text = source_file(&a, "rules/pkh.yaml");
    Str today = replaced(&a, text, "  - from: 2018-01-01\n", "  - from: 2099-01-01\n");
    Str first = replaced(&a, today, "  - from: 2007-01-01\n    until: 2011-12-31\n", "  - from: 2024-01-01\n    until: 2025-12-31\n");
    Str second = replaced(&a, today, "  - from: 2012-01-01\n    until: 2015-12-31\n", "  - from: 2024-01-01\n    until: 2025-12-31\n");
    const Scheme *now = scheme_of(&a, book_parse(&a, STR("pkh"), text), "2024-2"), *old = scheme_of(&a, book_parse(&a, STR("first"), first), "2024-2"),
                 *middle = scheme_of(&a, book_parse(&a, STR("second"), second), "2024-2");
    FamilyFacts family = { .extra = { 0 } };               // region regular, missed in a row 0, all missed in a row 0
    PersonFacts persons[2] = { { .born_on = date_make(2012, 1, 1), .school_level = SCHOOL_SMP, .outcome = OUTCOME_NOT_MET, .extra = { 2 } },
                               { .born_on = date_make(2015, 1, 1), .school_level = SCHOOL_SD, .outcome = OUTCOME_MET, .extra = { 0 } } };
    assert_int_equal(answer_of(now, &family, persons, 2).total.rp, 600000);          // recorded, nothing taken off
    assert_int_equal(answer_of(old, &family, persons, 2).total.rp, 500000);          // 2 x 50,000
    assert_int_equal(answer_of(middle, &family, persons, 2).total.rp, 480000);       // 20 % of 375,000 and of 225,000
    persons[0].extra[0] = 3;
    assert_int_equal(answer_of(old, &family, persons, 2).total.rp, 450000);
    assert_int_equal(answer_of(middle, &family, persons, 2).total.rp, 420000);
    persons[0].outcome = OUTCOME_EXCUSED;
    assert_int_equal(answer_of(old, &family, persons, 2).total.rp, 600000);
    assert_int_equal(answer_of(middle, &family, persons, 2).total.rp, 600000);
    family.extra[1] = 3;                                   // three months in a row: nothing that period
    assert_int_equal(answer_of(old, &family, persons, 2).total.rp, 0);
    assert_int_equal(answer_of(now, &family, persons, 2).total.rp, 600000);
    persons[0] = persons[1] = (PersonFacts){ .born_on = date_make(2012, 1, 1), .school_level = SCHOOL_SMP, .outcome = OUTCOME_NOT_MET, .extra = { 3 } };
    assert_int_equal(answer_of(middle, &family, persons, 2).suspended_by >= 0, true);        // all members, three months
    persons[1].outcome = OUTCOME_MET;
    family.extra[2] = 5;
    assert_true(answer_of(middle, &family, persons, 2).total.rp > 0);
    family.extra[2] = 6;                                   // all members, six months: expelled
    assert_int_equal(answer_of(middle, &family, persons, 2).total.rp, 0);
    family.extra[2] = 0, family.extra[3] = 3;              // three payments not collected
    assert_int_equal(answer_of(middle, &family, persons, 2).total.rp, 0);
    arena_free(&a);
}

static void fixed_aid_of_2019(void **state) {
    (void)state;
    Arena a = { 0 };
    const RuleBook *book = book_read(&a, "pkh.yaml");
    const Scheme *s = scheme_of(&a, book, "2019-1"), *later = scheme_of(&a, book, "2019-2");
    PersonFacts child = { .born_on = date_make(2010, 1, 1), .school_level = SCHOOL_SD };
    FamilyFacts regular = { .extra = { 0, 0 } }, akses = { .extra = { 1, 0 } };
    assert_int_equal(answer_of(s, &regular, &child, 1).total.rp, 225000 + 550000);
    assert_int_equal(answer_of(s, &akses, &child, 1).total.rp, 225000 + 1000000);
    assert_int_equal(answer_of(later, &akses, &child, 1).total.rp, 225000);
    arena_free(&a);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(amounts_of_2024), cmocka_unit_test(amounts_of_other_years), cmocka_unit_test(stages_and_their_months), cmocka_unit_test(ages_to_the_day),
    cmocka_unit_test(birth_bounds_are_all), cmocka_unit_test(months_of_life), cmocka_unit_test(case_is_the_same_in_any_order),
    cmocka_unit_test(three_generations_of_sanctions), cmocka_unit_test(fixed_aid_of_2019),
};
TEST_MAIN(TESTS)
