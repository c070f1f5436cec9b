// rupiah_text_test.c: every way in which an amount arrives, and what it is in a file of each style.
#include "base/test.h"
#include "base/random.h"
#include "files/rupiah_text.h"

typedef struct { const char *cell; CellMark mark; MoneyStyle style; MoneyFault fault; int64_t rp; } Case;
static void amounts_are_read_or_refused(void **state) {
    (void)state;
    static const Case CASES[] = {
        { "1500000", VALUE_TEXT, MONEY_UNKNOWN, MONEY_OK, 1500000 }, { "Rp 1.500.000,00", VALUE_TEXT, MONEY_UNKNOWN, MONEY_OK, 1500000 },
        { "Rp1.500.000", VALUE_TEXT, MONEY_DOTS, MONEY_OK, 1500000 }, { "IDR 1.500.000,-", VALUE_TEXT, MONEY_DOTS, MONEY_OK, 1500000 },
        { "Rp. 225.000", VALUE_TEXT, MONEY_UNKNOWN, MONEY_OK, 225000 }, { "1,500,000", VALUE_TEXT, MONEY_UNKNOWN, MONEY_OK, 1500000 },
        { "1,500,000.00", VALUE_TEXT, MONEY_COMMAS, MONEY_OK, 1500000 }, { "225.000", VALUE_TEXT, MONEY_UNKNOWN, MONEY_OK, 225000 },
        { "225,000", VALUE_TEXT, MONEY_COMMAS, MONEY_OK, 225000 }, { "225,000", VALUE_TEXT, MONEY_UNKNOWN, MONEY_AMBIGUOUS, 0 },
        { "225,000", VALUE_TEXT, MONEY_DOTS, MONEY_AMBIGUOUS, 0 }, { "225.000", VALUE_TEXT, MONEY_COMMAS, MONEY_AMBIGUOUS, 0 },
        { "225.000", VALUE_TEXT, MONEY_MIXED, MONEY_AMBIGUOUS, 0 }, { "1.500.000", VALUE_TEXT, MONEY_MIXED, MONEY_OK, 1500000 },
        { "225000,00", VALUE_TEXT, MONEY_UNKNOWN, MONEY_OK, 225000 }, { "225000.00", VALUE_TEXT, MONEY_UNKNOWN, MONEY_OK, 225000 },
        { "225000.00", VALUE_TEXT, MONEY_DOTS, MONEY_OTHER_STYLE, 0 }, { "1.500.000", VALUE_TEXT, MONEY_COMMAS, MONEY_OTHER_STYLE, 0 },
        { "225.000,50", VALUE_TEXT, MONEY_DOTS, MONEY_FRACTION, 0 }, { "225,50", VALUE_TEXT, MONEY_UNKNOWN, MONEY_FRACTION, 0 },
        { "1.500,000", VALUE_TEXT, MONEY_UNKNOWN, MONEY_AMBIGUOUS, 0 }, { "225.0000", VALUE_TEXT, MONEY_COMMAS, MONEY_AMBIGUOUS, 0 }, { "1,500.000", VALUE_TEXT, MONEY_DOTS, MONEY_OTHER_STYLE, 0 },
        { "1.50.000", VALUE_TEXT, MONEY_UNKNOWN, MONEY_NO_AMOUNT, 0 }, { "1500.000.000", VALUE_TEXT, MONEY_DOTS, MONEY_NO_AMOUNT, 0 },
        { "(50.000)", VALUE_TEXT, MONEY_DOTS, MONEY_NEGATIVE, 0 }, { "-50000", VALUE_TEXT, MONEY_DOTS, MONEY_NEGATIVE, 0 },
        { "50000-", VALUE_TEXT, MONEY_DOTS, MONEY_NEGATIVE, 0 }, { "Rp -50.000", VALUE_TEXT, MONEY_DOTS, MONEY_NEGATIVE, 0 },
        { "-", VALUE_TEXT, MONEY_DOTS, MONEY_EMPTY, 0 }, { "", VALUE_TEXT, MONEY_DOTS, MONEY_EMPTY, 0 }, { "Rp -", VALUE_TEXT, MONEY_DOTS, MONEY_EMPTY, 0 },
        { "Rp", VALUE_TEXT, MONEY_DOTS, MONEY_EMPTY, 0 }, { "\u00A0 225.000 \u00A0", VALUE_TEXT, MONEY_DOTS, MONEY_OK, 225000 },
        { "'225000", VALUE_TEXT, MONEY_DOTS, MONEY_OK, 225000 }, { "0", VALUE_TEXT, MONEY_DOTS, MONEY_OK, 0 },
        { "1,5E+6", VALUE_TEXT, MONEY_DOTS, MONEY_SCIENTIFIC, 0 }, { "#REF!", VALUE_TEXT, MONEY_DOTS, MONEY_ERROR_VALUE, 0 },
        { "dua ratus ribu", VALUE_TEXT, MONEY_DOTS, MONEY_NO_AMOUNT, 0 }, { "225.000 (cair)", VALUE_TEXT, MONEY_DOTS, MONEY_NO_AMOUNT, 0 },
        { "2OO.000", VALUE_TEXT, MONEY_DOTS, MONEY_NO_AMOUNT, 0 }, { ".5", VALUE_TEXT, MONEY_DOTS, MONEY_NO_AMOUNT, 0 },
        { "9223372036854775807", VALUE_TEXT, MONEY_DOTS, MONEY_OK, INT64_MAX },
        { "9223372036854775808", VALUE_TEXT, MONEY_DOTS, MONEY_TOO_LARGE, 0 },
        { "9.223.372.036.854.775.808", VALUE_TEXT, MONEY_DOTS, MONEY_TOO_LARGE, 0 },
        { "1111111111111111111111111", VALUE_TEXT, MONEY_DOTS, MONEY_TOO_LARGE, 0 },
        // cells of a workbook
        { "225000", VALUE_NUMBER, MONEY_DOTS, MONEY_OK, 225000 }, { "225000.0", VALUE_NUMBER, MONEY_DOTS, MONEY_OK, 225000 },
        { "225.5", VALUE_NUMBER, MONEY_DOTS, MONEY_FRACTION, 0 }, { "225.125", VALUE_NUMBER, MONEY_DOTS, MONEY_FRACTION, 0 },
        { "-1", VALUE_NUMBER, MONEY_DOTS, MONEY_NEGATIVE, 0 }, { "1.5E+6", VALUE_NUMBER, MONEY_DOTS, MONEY_SCIENTIFIC, 0 },
        { "2024-01-05", VALUE_DATE, MONEY_DOTS, MONEY_NO_AMOUNT, 0 }, { "TRUE", VALUE_BOOLEAN, MONEY_DOTS, MONEY_NO_AMOUNT, 0 },
        { "#N/A", VALUE_ERROR, MONEY_DOTS, MONEY_ERROR_VALUE, 0 }, { "", VALUE_NUMBER | VALUE_FORMULA | VALUE_NO_RESULT, MONEY_DOTS, MONEY_ERROR_VALUE, 0 },
        { "225000", VALUE_NUMBER | VALUE_FORMULA, MONEY_DOTS, MONEY_OK, 225000 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const Case *c = &CASES[i];
        Rupiah found = { -7 };
        MoneyFault fault = money_read(str_c(c->cell), c->mark, c->style, &found);
        if (fault != c->fault || found.rp != (fault == MONEY_OK ? c->rp : -7))
            fail_msg("row %zu \"%s\": fault %d, %lld", i, c->cell, (int)fault, (long long)found.rp);
    }
}

static void a_file_shows_its_style(void **state) {
    (void)state;
    static const struct { const char *cells[3]; MoneyStyle style; } CASES[] = {
        { { "225000", "225.000", "750.000" }, MONEY_UNKNOWN }, { { "225.000", "1.500.000", "" }, MONEY_DOTS },
        { { "225,000", "1,500,000", "-" }, MONEY_COMMAS }, { { "225.000,00", "750.000", "x" }, MONEY_DOTS },
        { { "1.500.000", "1,500,000", "" }, MONEY_MIXED }, { { "225000.00", "5", "" }, MONEY_COMMAS },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        MoneyStyle style = MONEY_UNKNOWN;
        for (int k = 0; k < 3; k++) money_look(str_c(CASES[i].cells[k]), &style);
        if (style != CASES[i].style) fail_msg("row %zu: style %d", i, (int)style);
    }
}

// Whatever is written in one style is read back in it, and never as another amount in the other.
static void what_is_written_is_read(void **state) {
    (void)state;
    Random random = { test_seed() };
    for (int64_t i = 0; i < test_tries(20000); i++) {
        int64_t rp = random_between(&random, 0, 1) ? random_between(&random, 0, 9999999) : random_between(&random, 0, INT64_MAX);
        char plain[32], text[64];
        size_t n = (size_t)snprintf(plain, sizeof plain, "%lld", (long long)rp), at = 0;
        MoneyStyle style = random_below(&random, 2) ? MONEY_DOTS : MONEY_COMMAS;
        for (size_t k = 0; k < n; k++) {
            text[at++] = plain[k];
            if (k + 1 < n && (n - 1 - k) % 3 == 0) text[at++] = style == MONEY_DOTS ? '.' : ',';
        }
        Rupiah found = { -1 }, other = { -1 };
        assert_int_equal(money_read((Str){ text, at }, VALUE_TEXT, style, &found), MONEY_OK);
        assert_int_equal(found.rp, rp);
        MoneyStyle wrong = style == MONEY_DOTS ? MONEY_COMMAS : MONEY_DOTS;
        if (money_read((Str){ text, at }, VALUE_TEXT, wrong, &other) == MONEY_OK) assert_int_equal(other.rp, rp);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(amounts_are_read_or_refused), cmocka_unit_test(a_file_shows_its_style), cmocka_unit_test(what_is_written_is_read),
};
TEST_MAIN(TESTS)
