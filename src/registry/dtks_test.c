// dtks_test.c: each thing that can be wrong with a cell of a DTKS export, one row of a table each.
#include "base/lang.h"
#include "base/test.h"
#include "registry/dtks.h"

static const char HEADER[] = "iddtks|provinsi|kabupaten_kota|kecamatan|desa_kelurahan|alamat|dusun|rt|rw|nomor_kk|nomor_nik|nama|tanggal_lahir|tempat_lahir|"
                             "jenis_kelamin|nama_ibu_kandung|hubungan_keluarga|desil|status_hidup\r\n";
static const char *const GOOD[DTKS_COLUMNS_N] = {
    "ID1", "SUMATERA BARAT", "KOTA PADANG", "PADANG UTARA", "LOLONG BELANTI", "Jl. Nuri No. 3", "", "001", "002", "1371040101100001",
    "1371044101900001",
    "SITI AMINAH", "01/01/1990", "PADANG", "P", "ROHANA", "KEPALA KELUARGA", "3", "HIDUP",
};

static DtksPlaces *places(Arena *a) {
    static Area district = { 1371, AREA_DISTRICT, STR("Kota Padang"), STR("kota") };
    static Area kecamatan[] = { { 137102, AREA_KECAMATAN, STR("Padang Timur"), STR("kecamatan") },
                                { 137104, AREA_KECAMATAN, STR("Padang Utara"), STR("kecamatan") } };
    static Area villages[] = {
        { 1371021001, AREA_VILLAGE, STR("Sawahan"), STR("kelurahan") },
        { 1371021008, AREA_VILLAGE, STR("Kubu Dalam Parak Karakah"), STR("kelurahan") },
        { 1371041005, AREA_VILLAGE, STR("Lolong Belanti"), STR("kelurahan") },
        { 1371041006, AREA_VILLAGE, STR("Alai Parak Kopi"), STR("kelurahan") },
    };
    return dtks_places_make(a, district, (Areas){ kecamatan, 2 }, (Areas){ villages, 4 });
}

// Reads GOOD with one cell replaced.
static void read_with(Arena *a, DtksColumn column, const char *cell, DtksRow *out, DtksFindings *f) {
    Buf text = { .max = 1 << 20 };
    Err e = { 0 };
    buf_c(&text, HEADER);
    for (int i = 0; i < DTKS_COLUMNS_N; i++) {
        if (i) buf_char(&text, '|');
        buf_char(&text, '"');
        for (const char *p = i == (int)column ? cell : GOOD[i]; *p; p++) { if (*p == '"') buf_char(&text, '"'); buf_char(&text, *p); }
        buf_char(&text, '"');
    }
    buf_c(&text, "\r\n");
    CsvReader *r;
    CsvHeader header;
    CsvRow row;
    bool has_row;
    check_ok(csv_open_bytes(buf_view(&text), (CsvOptions){ 0 }, &r, &e), e);
    check_ok(csv_header_find(r, a, DTKS_COLUMNS, DTKS_COLUMNS_N, &header, &e), e);
    check_ok(csv_next(r, &row, &has_row, &e), e);
    assert_true(has_row);
    dtks_row_read(places(a), &header, &row, (DtksHow){ .today = date_make(2024, 4, 1) }, a, out, f);
    csv_close(r);
    buf_free(&text);
}

static void a_good_row_has_no_findings(void **state) {
    (void)state;
    Arena a = { 0 };
    DtksRow row;
    DtksFindings f;
    read_with(&a, DTKS_CODE, "ID1", &row, &f);
    for (size_t i = 0; i < f.n; i++) fail_msg("%.*s", STR_ARG(f.at[i].text));
    assert_int_equal(row.village_id, 1371041005);
    assert_int_equal(row.born_on.days, date_make(1990, 1, 1).days);
    assert_int_equal(row.sex, SEX_FEMALE);
    check_str(row.relation, STR("KEPALA KELUARGA"));
    check_str(row.hamlet, STR(""));
    arena_free(&a);
}

// What a cell leads to: a finding (E: error, W: warning), or none and the value read.
typedef struct { DtksColumn column; const char *cell, *finding; } HazardCase;
static void hazards_are_found(void **state) {
    (void)state;
    static const HazardCase CASES[] = {
        // numbers, spoilt
        { DTKS_NIK, "1,37104E+15", "E scientific" }, { DTKS_NIK, "1.37E+15", "E scientific" },
        { DTKS_NIK, "137104410190000O", "E digits" },
        { DTKS_NIK, "l371044101900001", "E digits" }, { DTKS_NIK, "137104410190001", "E length" },
        { DTKS_NIK, "13710441019000011", "E length" },
        { DTKS_NIK, "9171044101900001.0", "E digits_lost" }, { DTKS_NIK, "1371044101900001.5", "E digits_lost" },
        { DTKS_NIK, "1371047201900001", "E day" },
        { DTKS_NIK, "1371044113900001", "E month" }, { DTKS_NIK, "1371044101900000", "E serial" }, { DTKS_NIK, "#REF!", "E formula" },
        { DTKS_KK, "1,37E+15", "E scientific" }, { DTKS_KK, "1371044101100001", "E day" }, { DTKS_KK, "137104010110000", "E length" },
        // numbers, dressed up
        { DTKS_NIK, "'1371044101900001", NULL }, { DTKS_NIK, "=\"1371044101900001\"", NULL }, { DTKS_NIK, "’1371044101900001", NULL },
        { DTKS_NIK, "13.71.04.410190.0001", NULL }, { DTKS_NIK, "1371 0441 0190 0001", NULL },
        { DTKS_NIK, "1371044101900001\u00A0", NULL },
        { DTKS_NIK, "\u200B1371044101900001", NULL }, { DTKS_NIK, "1371044101900001.0", NULL }, { DTKS_KK, "'1371040101100001", NULL },
        // numbers, missing
        { DTKS_NIK, "", "W missing" }, { DTKS_NIK, "-", "W missing" }, { DTKS_NIK, "NULL", "W missing" }, { DTKS_NIK, "0", "W missing" },
        { DTKS_KK, "", "W missing" },
        // numbers that contradict the row
        { DTKS_NIK, "1371044101910001", "W birth" }, { DTKS_NIK, "1371040101900001", "W sex" },
        { DTKS_NIK, "1107044101900001", "W place" },
        { DTKS_NIK, "1371047102900001", "W birth" },
        // days
        { DTKS_BORN_ON, "01-01-1990", NULL }, { DTKS_BORN_ON, "1990-01-01", NULL }, { DTKS_BORN_ON, "1 Januari 1990", NULL },
        { DTKS_BORN_ON, "01-Jan-1990", NULL },
        { DTKS_BORN_ON, "1990-01-01 00:00:00", NULL }, { DTKS_BORN_ON, "01/01/90", "E two_digit_year" },
        { DTKS_BORN_ON, "17-Agu-45", "E two_digit_year" },
        { DTKS_BORN_ON, "32874", "E serial" }, { DTKS_BORN_ON, "00/00/0000", "E no_date" }, { DTKS_BORN_ON, "31/02/1990", "E no_date" },
        { DTKS_BORN_ON, "01/13/1990", "E no_date" }, { DTKS_BORN_ON, "02/04/2024", "E future" },
        { DTKS_BORN_ON, "01/01/1890", "W very_old" },
        { DTKS_BORN_ON, "", "W missing" }, { DTKS_BORN_ON, "#N/A", "E formula" },
        // RT and RW
        { DTKS_RT, "1", NULL }, { DTKS_RT, "-", NULL }, { DTKS_RT, "01-Feb", "E became_date" },
        { DTKS_RT, "02/01/2024", "E became_date" }, { DTKS_RW, "1/2", "E no_rt" },
        { DTKS_RW, "0012", "E no_rt" },
        // closed lists
        { DTKS_SEX, "Perempuan", NULL }, { DTKS_SEX, "2", NULL }, { DTKS_SEX, "X", "E unknown" }, { DTKS_SEX, "", "W missing" },
        { DTKS_SEX, "#VALUE!", "E formula" },
        { DTKS_RELATION, "1", NULL }, { DTKS_RELATION, "kepala keluarga", NULL }, { DTKS_RELATION, "Tetangga", "W unknown" },
        { DTKS_RELATION, "", "W missing" },
        { DTKS_DECILE, "10", NULL }, { DTKS_DECILE, "", NULL }, { DTKS_DECILE, "11", "W unknown" }, { DTKS_DECILE, "miskin", "W unknown" },
        { DTKS_LIFE, "Meninggal dunia", NULL }, { DTKS_LIFE, "", NULL },
        // places
        { DTKS_DISTRICT, "Padang", NULL }, { DTKS_DISTRICT, "13.71", NULL }, { DTKS_DISTRICT, "KOTA PARIAMAN", "E other_district" },
        { DTKS_DISTRICT, "", "E missing" },
        { DTKS_KECAMATAN, "Kec. Padang Utara", NULL }, { DTKS_KECAMATAN, "PADANG UTRA", "E near" },
        { DTKS_KECAMATAN, "NANGGALO", "E unknown" },
        { DTKS_KECAMATAN, "PADANG TIMUR", "E other_kecamatan" }, { DTKS_VILLAGE, "Kel. Lolong Belanti", NULL },
        { DTKS_VILLAGE, "LOLONGBELANTI", NULL },
        { DTKS_VILLAGE, "13.71.04.1005", NULL }, { DTKS_VILLAGE, "LOLONG BELANTE", "E near" },
        { DTKS_VILLAGE, "LOLNOG BELANTI", "E near" },
        { DTKS_VILLAGE, "SAWAHAN", "E other_kecamatan" }, { DTKS_VILLAGE, "PASAR BARU", "E unknown" }, { DTKS_VILLAGE, "", "E missing" },
        // names and texts
        { DTKS_NAME, "", "E missing" }, { DTKS_NAME, "#NAME?", "E formula" }, { DTKS_NAME, "NURâ€™AINI", "W encoding" },
        { DTKS_NAME, "H. M. YUNUS (ALM)", NULL },
        { DTKS_ADDRESS, "JL. \"MELATI\" NO 2", NULL }, { DTKS_ADDRESS, "N/A", NULL },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const HazardCase *c = &CASES[i];
        Arena a = { 0 };
        DtksRow row;
        DtksFindings f;
        read_with(&a, c->column, c->cell, &row, &f);
        char found[64] = "";
        if (f.n) snprintf(found, sizeof found, "%c %s", f.at[0].level == FINDING_ERROR ? 'E' : 'W', f.at[0].code);
        if (strcmp(found, c->finding ? c->finding : "") != 0)
            fail_msg("row %zu, %s \"%s\": found \"%s\"%s%.*s", i, dtks_column_name(c->column).p, c->cell, found, f.n ? ": " : "",
                     f.n ? (int)f.at[0].text.n : 0, f.n ? f.at[0].text.p : "");
        if (f.n && c->finding)
            check_str(f.at[0].field, dtks_column_name(c->column == DTKS_KECAMATAN &&
                                                      strstr(c->finding, "other") ? DTKS_VILLAGE : c->column));
        arena_free(&a);
    }
}

static void dressed_numbers_are_undressed_and_counted(void **state) {
    (void)state;
    Arena a = { 0 };
    DtksRow row;
    DtksFindings f;
    read_with(&a, DTKS_NIK, "=\"1371.0441.0190.0001\"", &row, &f);
    check_str(row.nik, STR("1371044101900001"));
    assert_int_equal(f.unwrapped_n, 1);
    assert_int_equal(f.separated_n, 1);
    read_with(&a, DTKS_RT, "7", &row, &f);
    check_str(row.rt, STR("007"));
    arena_free(&a);
}

static void a_family_needs_a_number(void **state) {
    (void)state;
    Arena a = { 0 };
    DtksRow row;
    DtksFindings f;
    read_with(&a, DTKS_CODE, "", &row, &f);
    assert_int_equal(f.n, 0);                              // the KK holds it together
    arena_free(&a);
}

static void names_are_compared_without_titles(void **state) {
    (void)state;
    static const struct { const char *a, *b; bool is_same; } CASES[] = {
        { "SITI NURBAYA", "Siti Nurbaya ALM", true }, { "H. M. Yunus", "YUNUS", true }, { "MUHAMMAD ALI", "Muh. Ali", true },
        { "Ali  Akbar", "ALI AKBAR", true },
        { "MUHAMMAD", "M", false }, { "ALI", "ALIM", false },
    };
    Arena a = { 0 };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        if (str_eq(dtks_name_key(&a, str_c(CASES[i].a)), dtks_name_key(&a, str_c(CASES[i].b))) != CASES[i].is_same)
            fail_msg("%s, %s", CASES[i].a, CASES[i].b);
    arena_free(&a);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(a_good_row_has_no_findings), cmocka_unit_test(hazards_are_found),
    cmocka_unit_test(dressed_numbers_are_undressed_and_counted),
    cmocka_unit_test(a_family_needs_a_number), cmocka_unit_test(names_are_compared_without_titles),
};
TEST_MAIN(TESTS)
