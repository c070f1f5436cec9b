// base_test.c: tables of edges for text, money, days and hashes.
#include "base/date.h"
#include "base/hash.h"
#include "base/lang.h"
#include "base/random.h"
#include "base/rupiah.h"
#include "base/test.h"

#define BAD INT64_MIN

static void rupiah_parse_cases(void **state) {
    (void)state;
    static const struct { const char *text; int64_t wanted; } CASES[] = {
        { "1.500.000", 1500000 }, { "Rp 225.000,00", 225000 }, { "225000", 225000 }, { "0", 0 }, { "1.500.000,-", 1500000 },
        { "225.000,50", BAD }, { "1,500.000", BAD }, { "", BAD }, { "1.50", BAD }, { "1500.000", BAD }, { ".500", BAD }, { "-5", BAD },
        { "9223372036854775807", INT64_MAX }, { "9223372036854775808", BAD }, { "(50.000)", BAD }, { "1..000", BAD },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Rupiah found = { BAD };
        bool is_good = rupiah_parse(str_c(CASES[i].text), &found);
        if (is_good != (CASES[i].wanted != BAD) || found.rp != CASES[i].wanted) fail_msg("\"%s\" gave %lld", CASES[i].text, (long long)found.rp);
    }
}

static void rupiah_arithmetic_is_checked(void **state) {
    (void)state;
    Err e = { 0 };
    Rupiah out = { 7 };
    assert_false(rupiah_add((Rupiah){ INT64_MAX }, (Rupiah){ 1 }, &out, &e));
    assert_int_equal(e.code, LIMIT);
    assert_int_equal(out.rp, 7);
    e = (Err){ 0 };
    check_ok(rupiah_share((Rupiah){ 2000000 }, 2, 12, &out, &e), e);
    assert_int_equal(out.rp, 333333);                      // truncated, never 333334 (domain: rounding of the senior-high amount)
    check_ok(rupiah_share((Rupiah){ 2000000 }, 1, 12, &out, &e), e);
    assert_int_equal(out.rp, 166666);
    assert_false(rupiah_share((Rupiah){ INT64_MAX }, 3, 2, &out, &e));
}

static void money_is_written_as_people_do(void **state) {
    (void)state;
    Buf b = { 0 };
    rupiah_put(&b, (Rupiah){ 17051232974 });
    check_str(buf_view(&b), STR("Rp 17.051.232.974"));
    lang_set(LANG_EN);
    buf_reset(&b);
    rupiah_put(&b, (Rupiah){ -1000 });
    check_str(buf_view(&b), STR("Rp -1,000"));
    lang_set(LANG_ID);
    buf_free(&b);
}

static void every_day_survives_the_round_trip(void **state) {
    (void)state;
    int year = 1, month = 1, day = 1;
    for (Date d = date_make(1, 1, 1); d.days <= date_make(2400, 12, 31).days; d.days++) {
        int y, m, dd;
        date_split(d, &y, &m, &dd);
        if (y != year || m != month || dd != day) fail_msg("day %d is %d-%d-%d, wanted %d-%d-%d", d.days, y, m, dd, year, month, day);
        if (!date_exists(year, month, ++day)) { day = 1; if (++month > 12) { month = 1; year++; } }
    }
    assert_int_equal(date_make(1970, 1, 1).days, 0);
}

static void age_and_its_bound_agree(void **state) {
    (void)state;
    Random r = { test_seed() };
    for (int64_t i = 0; i < test_tries(200000); i++) {
        Date born = { (int32_t)random_between(&r, date_make(1900, 1, 1).days, date_make(2030, 1, 1).days) };
        Date day = { (int32_t)random_between(&r, born.days, date_make(2040, 1, 1).days) };
        int years = (int)random_between(&r, 0, 110);
        if ((date_age_years(born, day) >= years) != (born.days <= date_born_by(day, years).days))
            fail_msg("born %d on %d: age %d against %d", born.days, day.days, date_age_years(born, day), years);
    }
    assert_int_equal(date_age_years(date_make(2000, 2, 29), date_make(2023, 2, 28)), 22);
    assert_int_equal(date_age_years(date_make(2000, 2, 29), date_make(2023, 3, 1)), 23);
    assert_int_equal(date_age_years(date_make(2017, 4, 1), date_make(2024, 4, 1)), 7);
    assert_int_equal(date_age_years(date_make(2017, 4, 2), date_make(2024, 4, 1)), 6);
}

static void date_parse_cases(void **state) {
    (void)state;
    static const struct { const char *text, *iso; } CASES[] = {
        { "2024-04-01", "2024-04-01" }, { "8/12/2026", "2026-12-08" }, { "08-12-2026", "2026-12-08" }, { "8 Desember 2026", "2026-12-08" },
        { "17-Agu-1945", "1945-08-17" }, { "17 Aug 1945", "1945-08-17" }, { "8.12.2026", "2026-12-08" }, { "1 Mei 2000", "2000-05-01" },
        { "31/02/2000", NULL }, { "00/00/0000", NULL }, { "29/02/2023", NULL }, { "29/02/2024", "2024-02-29" }, { "17-08-45", NULL },
        { "", NULL }, { "2024-4-1", NULL }, { "12", NULL }, { "1/13/2020", NULL }, { "45000", NULL },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Date d = DATE_NONE;
        bool is_good = date_parse_local(str_c(CASES[i].text), &d);
        Buf b = { 0 };
        date_put_iso(&b, d);
        if (is_good != (CASES[i].iso != NULL) || (is_good && !str_eq(buf_view(&b), str_c(CASES[i].iso)))) fail_msg("\"%s\"", CASES[i].text);
        buf_free(&b);
    }
}

static void text_helpers(void **state) {
    (void)state;
    Str rest = STR("a;;b"), piece;
    check_str(piece = str_cut(&rest, ';'), STR("a"));
    check_str(piece = str_cut(&rest, ';'), STR(""));
    check_str(piece = str_cut(&rest, ';'), STR("b"));
    assert_null(rest.p);
    int64_t v = 5;
    assert_true(str_int64(STR("-9223372036854775808"), &v) && v == INT64_MIN);
    assert_false(str_int64(STR("9223372036854775808"), &v) || str_int64(STR("-"), &v) || str_int64(STR(""), &v) || str_int64(STR("1 "), &v));
    assert_true(str_is_utf8(STR("Ibu Nur’aini")));
    assert_false(str_is_utf8((Str){ "\xC0\x80", 2 }) || str_is_utf8((Str){ "\xED\xA0\x80", 3 }) || str_is_utf8((Str){ "\xE2\x80", 2 }));
    Buf b = { .max = 4 };
    buf_c(&b, "12345");
    assert_true(b.is_full && b.n == 0);
    buf_free(&b);
}

static void hashes_are_the_public_ones(void **state) {
    (void)state;
    Buf b = { 0 };
    Hash h = sha256_of("abc", 3);
    hash_put_hex(&b, &h);
    check_str(buf_view(&b), STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    Hasher parts;
    hash_start(&parts);
    hash_add(&parts, "a", 1);
    hash_add(&parts, "bc", 2);
    Hash whole = hash_of("abc", 3), found = hash_end(&parts), back;
    assert_true(hash_eq(&whole, &found));
    buf_reset(&b);
    hash_put_hex(&b, &whole);
    assert_true(hash_parse_hex(buf_view(&b), &back) && hash_eq(&back, &whole));
    buf_free(&b);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(rupiah_parse_cases), cmocka_unit_test(rupiah_arithmetic_is_checked), cmocka_unit_test(money_is_written_as_people_do),
    cmocka_unit_test(every_day_survives_the_round_trip), cmocka_unit_test(age_and_its_bound_agree), cmocka_unit_test(date_parse_cases),
    cmocka_unit_test(text_helpers), cmocka_unit_test(hashes_are_the_public_ones),
};
TEST_MAIN(tests)
