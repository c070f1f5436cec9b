// identity_test.c: tables of the edges of NIK, KK, account, NPSN and RT.
#include "base/lang.h"
#include "base/test.h"
#include "registry/identity.h"

typedef struct { const char *text; IdentityFault wanted; } FaultCase;
static void check_faults(IdentityFault (*check)(Str), const FaultCase *cases, size_t n) {
    for (size_t i = 0; i < n; i++) {
        IdentityFault found = check(str_c(cases[i].text));
        if (found != cases[i].wanted) fail_msg("\"%s\" gave %s", cases[i].text, identity_fault_code(found));
    }
}
#define FAULTS(check, ...) do { static const FaultCase cases_[] = { __VA_ARGS__ }; check_faults(check, cases_, sizeof cases_ / sizeof *cases_); } while (0)

static void nik_edges(void **state) {
    (void)state;
    FAULTS(nik_check, { "1371060101900001", IDENTITY_OK }, { "1371063112999999", IDENTITY_OK }, { "1371064101900001", IDENTITY_OK },
           { "1371067112900001", IDENTITY_OK }, { "1371067212900001", IDENTITY_DAY }, { "1371064001900001", IDENTITY_DAY },
           { "1371060001900001", IDENTITY_DAY }, { "1371063201900001", IDENTITY_DAY }, { "1371069901900001", IDENTITY_DAY },
           { "1371060100900001", IDENTITY_MONTH }, { "1371060113900001", IDENTITY_MONTH }, { "1371060101900000", IDENTITY_SERIAL },
           { "137106010190001", IDENTITY_LENGTH }, { "13710601019000011", IDENTITY_LENGTH }, { "", IDENTITY_LENGTH },
           { "137106010190000O", IDENTITY_DIGITS }, { "1371 6010190001", IDENTITY_DIGITS }, { "0000000101900001", IDENTITY_OK },
           { "1371063102900001", IDENTITY_OK });           // 31 February: doubtful, not refused
}

static void kk_edges(void **state) {
    (void)state;
    FAULTS(kk_check, { "1371060101120001", IDENTITY_OK }, { "1371063112120001", IDENTITY_OK }, { "1371064101120001", IDENTITY_DAY },
           { "1371060001120001", IDENTITY_DAY }, { "1371060113120001", IDENTITY_MONTH }, { "1371060101120000", IDENTITY_SERIAL },
           { "137106010112001", IDENTITY_LENGTH }, { "x371060101120001", IDENTITY_DIGITS });
}

static void account_edges(void **state) {
    (void)state;
    FAULTS(bri_account_check, { "888801000157508", IDENTITY_OK }, { "000101000157508", IDENTITY_OK },
           { "88880100015750", IDENTITY_LENGTH },
           { "6013010001575081", ACCOUNT_IS_CARD }, { "111111111111111", ACCOUNT_ALL_EQUAL }, { "888802000157508", ACCOUNT_CURRENCY },
           { "88880100015750A", IDENTITY_DIGITS }, { "", IDENTITY_LENGTH }, { "8888-01-000157-50-8", IDENTITY_DIGITS });
}

static void npsn_edges(void **state) {
    (void)state;
    FAULTS(npsn_check, { "10303456", IDENTITY_OK }, { "P1234567", IDENTITY_OK }, { "K7654321", IDENTITY_OK }, { "101001", IDENTITY_OK },
           { "1030345", NPSN_FORM }, { "103034567", NPSN_FORM }, { "A1234567", NPSN_FORM }, { "P123456", NPSN_FORM }, { "", NPSN_FORM });
}

static void nik_doubts_are_told(void **state) {
    (void)state;
    static const struct { const char *nik; int y, m, d; Sex sex; unsigned wanted; } CASES[] = {
        { "1371060101900001", 1990, 1, 1, SEX_MALE, 0 }, { "1371064101900001", 1990, 1, 1, SEX_FEMALE, 0 },
        { "1371064101900001", 1990, 1, 1, SEX_MALE, NIK_DOUBT_SEX }, { "1371060101900001", 1990, 1, 2, SEX_MALE, NIK_DOUBT_BIRTH },
        { "1371060101900001", 1990, 1, 1, SEX_UNKNOWN, 0 }, { "1371060101100001", 2010, 1, 1, SEX_MALE, 0 },
        { "1371060101100001", 1910, 1, 1, SEX_MALE, 0 },
        { "1371063102900001", 1990, 3, 3, SEX_MALE, NIK_DOUBT_BIRTH | NIK_DOUBT_CALENDAR },
        { "1371062902000001", 2000, 2, 29, SEX_MALE, 0 }, { "1371062902010001", 0, 0, 0, SEX_MALE, NIK_DOUBT_CALENDAR },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Date born_on = CASES[i].y ? date_make(CASES[i].y, CASES[i].m, CASES[i].d) : DATE_NONE;
        unsigned found = nik_doubts(str_c(CASES[i].nik), born_on, CASES[i].sex);
        if (found != CASES[i].wanted) fail_msg("row %zu, %s: %u", i, CASES[i].nik, found);
    }
    assert_int_equal(nik_place(STR("1371060101900001")), 137106);
}

static void rt_forms(void **state) {
    (void)state;
    static const struct { const char *text, *wanted; } CASES[] = {
        { "1", "001" }, { "012", "012" }, { " 7 ", "007" }, { "-", "" }, { "", "" }, { "000", "000" },
        { "0012", NULL }, { "1/2", NULL }, { "01-Feb", NULL }, { "x", NULL },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char out[4] = "?";
        bool is_good = rt_parse(str_c(CASES[i].text), out);
        if (is_good != (CASES[i].wanted != NULL)) fail_msg("\"%s\"", CASES[i].text);
        if (is_good) check_str(str_c(out), str_c(CASES[i].wanted));
    }
}

static void numbers_are_masked(void **state) {
    (void)state;
    Buf b = { .max = 100 };
    identity_put_masked(&b, STR("1371060101900001"));
    check_str(buf_view(&b), STR("••••••••••••0001"));
    buf_reset(&b);
    identity_put_masked(&b, STR("123"));                   // too short to show a part of it
    check_str(buf_view(&b), STR("•••"));
    buf_free(&b);
}

static void claims_depend_on_key_and_number(void **state) {
    (void)state;
    ClaimKey a = { { 1 } }, b = { { 2 } };
    assert_true(identity_claim(&a, 1, STR("1371060101900001")) == identity_claim(&a, 1, STR("1371060101900001")));
    assert_true(identity_claim(&a, 1, STR("1371060101900001")) != identity_claim(&a, 1, STR("1371060101900002")));
    assert_true(identity_claim(&a, 1, STR("1371060101900001")) != identity_claim(&b, 1, STR("1371060101900001")));
}

static void every_fault_has_words(void **state) {
    (void)state;
    for (int f = 0; f < IDENTITY_FAULTS_N; f++) {
        lang_set(LANG_EN);
        const char *english = identity_fault_text((IdentityFault)f);
        lang_set(LANG_ID);
        if (strcmp(english, identity_fault_text((IdentityFault)f)) == 0) fail_msg("\"%s\" is not translated", english);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(nik_edges), cmocka_unit_test(kk_edges), cmocka_unit_test(account_edges), cmocka_unit_test(npsn_edges),
    cmocka_unit_test(nik_doubts_are_told), cmocka_unit_test(rt_forms), cmocka_unit_test(numbers_are_masked),
    cmocka_unit_test(claims_depend_on_key_and_number), cmocka_unit_test(every_fault_has_words),
};
TEST_MAIN(TESTS)
