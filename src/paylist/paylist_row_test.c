// paylist_row_test.c: cells of a pay list as they really arrive: what is understood, and what is refused with which words.
#include "base/test.h"
#include "base/lang.h"
#include "paylist/paylist_row.h"

static const Area VILLAGES[] = { { 1371011001, AREA_VILLAGE, { "Bungus Barat", 12 }, { "kelurahan", 9 } }, { 1371031002, AREA_VILLAGE, { "Alai", 4 }, { "kelurahan", 9 } } };
static const Area KECAMATAN[] = { { 137101, AREA_KECAMATAN, { "Bungus Teluk Kabung", 19 }, { "kecamatan", 9 } }, { 137103, AREA_KECAMATAN, { "Padang Utara", 12 }, { "kecamatan", 9 } } };

static PaylistPlace place(void) {
    return (PaylistPlace){ .district = { 1371, AREA_DISTRICT, STR("Kota Padang"), STR("kota") }, .kecamatan = { (Area *)(uintptr_t)KECAMATAN, 2 },
                           .villages = { (Area *)(uintptr_t)VILLAGES, 2 }, .stage = STR("2024-2"), .wave_n = 1 };
}

// A file of one good row, in which one cell is another one.
static void read_with(Arena *a, const char *column, const char *cell, PaylistRow *out, CellFindings *f) {
    static const struct { const char *name, *cell; } GOOD[] = {
        { "iddtks", "S0000001" }, { "nokk", "1371010101209001" }, { "nik_ktp", "1371014101909001" }, { "nama_penerima", "SITI REKAAN" }, { "nama_kab", "KOTA PADANG" },
        { "nama_kec", "BUNGUS TELUK KABUNG" }, { "nama_kel", "BUNGUS BARAT" }, { "kode_wilayah", "1371011001" }, { "tahap", "TAHAP 2" }, { "bansos", "PKH" }, { "bank", "BRI" },
        { "no_rekening", "900101000001530" }, { "gelombang", "1" }, { "nominal", "750000" }, { "keterangan", "" } };
    Buf b = { .max = 1 << 14 };
    Err e = { 0 };
    TableReader *r;
    CsvHeader header;
    CsvRow row;
    bool has_row;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) buf_fmt(&b, "%s%s", i ? ";" : "", GOOD[i].name);
    buf_char(&b, '\n');
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) buf_fmt(&b, "%s%s", i ? ";" : "", strcmp(GOOD[i].name, column) ? GOOD[i].cell : cell);
    buf_char(&b, '\n');
    Str bytes = arena_str(a, buf_view(&b));
    buf_free(&b);
    PaylistPlace p = place();
    check_ok(table_open_bytes(bytes, (TableOptions){ .separator = ';' }, &r, &e), e);
    check_ok(table_header_find(r, a, PAYLIST_COLUMNS, PAYLIST_COLUMNS_N, NULL, &header, &e), e);
    check_ok(table_next(r, &row, &has_row, &e), e);
    assert_true(has_row);
    paylist_row_read(&p, &header, &row, a, out, f);
    table_close(r);
}

static void bad_cells_are_told(void **state) {
    static const struct { const char *column, *cell, *field, *code; } CASES[] = {
        { "nik_ktp", "1,37101E+15", "nik_ktp", "scientific" }, { "nik_ktp", "137101410190900", "nik_ktp", "length" }, { "nik_ktp", "13710141O1909001", "nik_ktp", "digits" },
        { "nik_ktp", "#N/A", "nik_ktp", "formula" }, { "nokk", "1,37101E+15", "nokk", "scientific" }, { "no_rekening", "9,00101E+14", "no_rekening", "scientific" },
        { "no_rekening", "12345", "no_rekening", "length" }, { "iddtks", "1,23E+10", "iddtks", "scientific" }, { "nama_penerima", "-", "nama_penerima", "missing" },
        { "kode_wilayah", "1301011001", "kode_wilayah", "other_district" }, { "bansos", "BPNT", "bansos", "other_programme" }, { "bank", "BANK NAGARI", "bank", "unknown" },
        { "gelombang", "2", "gelombang", "other_wave" }, { "gelombang", "pertama", "gelombang", "no_wave" }, { "nominal", "", "nominal", "missing" }, { "nominal", "-", "nominal", "missing" },
        { "nominal", "(50.000)", "nominal", "negative" }, { "nominal", "-50000", "nominal", "negative" }, { "nominal", "225.000,50", "nominal", "no_amount" },
        { "nominal", "1,500,000", "nominal", "no_amount" }, { "nominal", "Rp", "nominal", "no_amount" }, { "nominal", "7,5E+05", "nominal", "no_amount" },
        { "nominal", "75000000000", "nominal", "too_much" }, { "nominal", "#REF!", "nominal", "formula" }, { "nominal", "=A1*2", "nominal", "formula" } };
    Arena a = { 0 };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        PaylistRow row;
        CellFindings f;
        bool is_told = false;
        read_with(&a, CASES[i].column, CASES[i].cell, &row, &f);
        for (size_t k = 0; k < f.n; k++) is_told |= f.at[k].level == FINDING_ERROR && str_eq(f.at[k].field, str_c(CASES[i].field)) && !strcmp(f.at[k].code, CASES[i].code);
        if (!is_told || f.error_n != 1) fail_msg("%s = \"%s\": %zu errors, first %s", CASES[i].column, CASES[i].cell, f.error_n, f.n ? f.at[0].code : "none");
    }
    arena_free(&a);
}

static void good_cells_are_understood(void **state) {
    static const struct { const char *column, *cell; int64_t amount; const char *channel; int64_t village_id; bool is_old, is_excluded; const char *warning; } CASES[] = {
        { "nominal", "750000", 750000, "BRI", 1371011001, false, false, "" },                  { "nominal", "Rp 1.500.000,00", 1500000, "BRI", 1371011001, false, false, "" },
        { "nominal", "1.500.000,-", 1500000, "BRI", 1371011001, false, false, "" },            { "nominal", "0", 0, "BRI", 1371011001, false, false, "" },
        { "nik_ktp", "'1371014101909001", 750000, "BRI", 1371011001, false, false, "" },       { "nik_ktp", "1371 0141 0190 9001", 750000, "BRI", 1371011001, false, false, "" },
        { "bank", "PT. Pos Indonesia (Persero)", 750000, "POS", 1371011001, false, false, "" }, { "bank", "Bank Syariah Indonesia", 750000, "BSI", 1371011001, false, false, "" },
        { "bank", "bank rakyat indonesia", 750000, "BRI", 1371011001, false, false, "" },      { "bank", "", 750000, "", 1371011001, false, false, "" },
        { "tahap", "Tahap II 2024", 750000, "BRI", 1371011001, false, false, "" },             { "tahap", "APR-JUN", 750000, "BRI", 1371011001, false, false, "" },
        { "tahap", "TAHAP 1 TAHUN 2024", 750000, "BRI", 1371011001, true, false, "other_period" }, { "tahap", "2023", 750000, "BRI", 1371011001, true, false, "other_period" },
        { "kode_wilayah", "13.71.01.1001", 750000, "BRI", 1371011001, false, false, "" },      { "kode_wilayah", "", 750000, "BRI", 1371011001, false, false, "" },
        { "kode_wilayah", "1371011099", 750000, "BRI", 1371011001, false, false, "" },         { "gelombang", "Gelombang I", 750000, "BRI", 1371011001, false, false, "" },
        { "keterangan", "Exclude - meninggal", 750000, "BRI", 1371011001, false, true, "" },   { "no_rekening", "9001-01-000001-53-0", 750000, "BRI", 1371011001, false, false, "" } };
    Arena a = { 0 };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        PaylistRow row;
        CellFindings f;
        read_with(&a, CASES[i].column, CASES[i].cell, &row, &f);
        if (f.error_n) fail_msg("%s = \"%s\": %.*s", CASES[i].column, CASES[i].cell, STR_ARG(f.at[0].text));
        bool is_right = row.amount.rp == CASES[i].amount && str_eq(row.channel, str_c(CASES[i].channel)) && row.village_id == CASES[i].village_id &&
                        row.is_old_period == CASES[i].is_old && row.is_excluded == CASES[i].is_excluded && row.wave_n == 1 &&
                        str_eq(row.nik, STR("1371014101909001")) && str_eq(row.account, STR("900101000001530"));
        if (!is_right) fail_msg("%s = \"%s\": %lld, %.*s, %lld", CASES[i].column, CASES[i].cell, (long long)row.amount.rp, STR_ARG(row.channel), (long long)row.village_id);
        assert_int_equal(f.n, CASES[i].warning[0] ? 1 : 0);
        if (f.n) assert_string_equal(f.at[0].code, CASES[i].warning);
    }
    arena_free(&a);
}

static void periods(void **state) {
    static const struct { const char *text; int stage_n, year; } CASES[] = {
        { "2", 2, 0 }, { "TAHAP 2", 2, 0 }, { "TAHAP2", 2, 0 }, { "Tahap II 2024", 2, 2024 }, { "T4-2023", 4, 2023 }, { "VI", 6, 0 }, { "2024", 0, 2024 }, { "", 0, 0 },
        { "APR-JUN 2024", 0, 2024 }, { "13", 0, 0 }, { "Tahap 12 / 2025", 12, 2025 } };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int stage_n, year;
        paylist_period_parse(str_c(CASES[i].text), &stage_n, &year);
        if (stage_n != CASES[i].stage_n || year != CASES[i].year) fail_msg("\"%s\": %d %d", CASES[i].text, stage_n, year);
    }
}

static const struct CMUnitTest tests[] = { cmocka_unit_test(bad_cells_are_told), cmocka_unit_test(good_cells_are_understood), cmocka_unit_test(periods) };
TEST_MAIN(tests)
