// template_test.c: mistakes are answered with their line; files are what the template says, to the byte; tampering is seen.
#include "base/lang.h"
#include "base/random.h"
#include "files/template.h"
#include "base/test.h"
#include <fcntl.h>
#include <unistd.h>

enum { REQUESTED_ON, DEBIT_ACCOUNT, MESSAGE_ID, FILE_STAGE, OFFICE, FILE_N };
enum { REFERENCE, NAME, LATIN_NAME, NIK, ACCOUNT, ADDRESS, VILLAGE, KECAMATAN, STAGE, REMARK, AMOUNT, ROW_N };
static const TemplateField FILE_FIELDS[FILE_N] = {
    { "requested_on", FIELD_DATE }, { "debit_account", FIELD_TEXT }, { "message_id", FIELD_TEXT }, { "stage", FIELD_TEXT }, { "office", FIELD_TEXT },
};
static const TemplateField ROW_FIELDS[ROW_N] = {
    { "reference", FIELD_TEXT }, { "name", FIELD_TEXT }, { "latin_name", FIELD_TEXT }, { "nik", FIELD_TEXT }, { "account", FIELD_TEXT }, { "address", FIELD_TEXT },
    { "village", FIELD_TEXT }, { "kecamatan", FIELD_TEXT }, { "stage", FIELD_TEXT }, { "remark", FIELD_TEXT }, { "amount", FIELD_RUPIAH },
};
static const TemplateFields FIELDS = { FILE_FIELDS, ROW_FIELDS, FILE_N, ROW_N };

static char path[64];
static TemplateValue file_values[FILE_N];
static char id[36], account[36];

static void row_make(int64_t i, TemplateValue row[ROW_N]) {
    snprintf(id, sizeof id, "1371-2024T2-%08lld-1", (long long)i);
    snprintf(account, sizeof account, "0329%011lld", (long long)i);
    row[REFERENCE].text = str_c(id);
    row[NAME].text = row[LATIN_NAME].text = i % 2 ? STR("Nur’aini Élise") : STR("SITI NURBAYA");
    row[NIK].text = STR("137101******0001");
    row[ACCOUNT].text = str_c(account);
    row[ADDRESS].text = i % 3 ? STR("Jl. \"Melati\"; RT 1") : STR("");
    row[VILLAGE].text = STR("Lubuk Buaya");
    row[KECAMATAN].text = STR("Koto Tangah");
    row[STAGE].text = STR("Tahap 2/2024");
    row[REMARK].text = STR("PKH Tahap 2/2024");
    row[AMOUNT].rupiah.rp = 150000 + i % 5 * 75000;
}

static void values_make(void) {
    file_values[REQUESTED_ON].date = date_make(2024, 4, 27);
    file_values[DEBIT_ACCOUNT].text = STR("032901000123301");
    file_values[MESSAGE_ID].text = STR("PKH2024T2-BRI-01-1");
    file_values[FILE_STAGE].text = STR("Tahap 2/2024");
    file_values[OFFICE].text = STR("Dinas Sosial Kota Padang");
}

static bool file_write(const Template *t, int64_t n, int64_t wrong_rp, FileProof *proof, Err *e) {
    TemplateWriter *w;
    TemplateValue row[ROW_N];
    TemplateTotals totals = { n, { wrong_rp } };
    for (int64_t i = 0; i < n; i++) { row_make(i, row); totals.sum.rp += row[AMOUNT].rupiah.rp; }
    if (!template_open(t, path, file_values, totals, &w, e)) return false;
    for (int64_t i = 0; i < n; i++) {
        row_make(i, row);
        if (!template_put(w, row, e)) { template_abort(w); return false; }
    }
    return template_finish(w, proof, e);
}

static Str file_text(Arena *a) {
    int fd = open(path, O_RDONLY);
    off_t size = lseek(fd, 0, SEEK_END);
    char *text = NEW(a, char, size + 1);
    assert_int_equal(pread(fd, text, (size_t)size, 0), size);
    close(fd);
    return (Str){ text, (size_t)size };
}

#define FIXED "template: f\ntitle: { id: f, en: f }\nlayout: fixed\nencoding: ascii-upper\nline_end: lf\nsum: amount\nhash: { field: account, digits: 4 }\n" \
    "header:\n - [{ text: H, width: 1 }, { field: requested_on, date: ddMMyy, width: 6 }, { value: count, width: 6, pad: '0' }, { value: sum, width: 15, pad: '0', decimals: 2, decimal: '' }]\n" \
    "columns:\n - { text: D, width: 1 }\n - { value: row, width: 3 }\n - { field: account, width: 15 }\n - { field: name, width: 12, cut: yes }\n - { field: amount, width: 11, thousands: '.' }\n" \
    "trailer:\n - [{ text: T, width: 1 }, { value: hash, width: 8, pad: '0' }]\n"

static void the_bytes_are_as_described(void **state) {
    (void)state;
    static const struct { const char *yaml, *wanted; } CASES[] = {
        { FIXED, "H270424000002000000037500000\nD  1032900000000000SITI NURBAYA    150.000\nD  2032900000000001NUR'AINI ELI    225.000\nT00000001\n" },
        { "template: d\ntitle: { id: d, en: d }\nsum: amount\nquote: always\ncolumns:\n - { field: address }\n - { field: amount, decimals: 2, decimal: ',', thousands: '.' }\n",
          "\"\";\"150.000,00\"\r\n\"Jl. \"\"Melati\"\"; RT 1\";\"225.000,00\"\r\n" },
        { "template: d\ntitle: { id: d, en: d }\nsum: amount\nseparator: '|'\ntitles: yes\nline_end: lf\ncolumns:\n - { title: ALAMAT, field: address }\n - { title: RP, field: amount }\n",
          "ALAMAT|RP\n|150000\n\"Jl. \"\"Melati\"\"; RT 1\"|225000\n" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Arena a = { 0 };
        Err e = { 0 };
        const Template *t;
        FileProof proof, again;
        TemplateTotals found;
        check_ok(template_parse(str_c(CASES[i].yaml), "case", FIELDS, &a, &t, &e), e);
        check_ok(file_write(t, 2, 0, &proof, &e), e);
        check_str(file_text(&a), str_c(CASES[i].wanted));
        check_ok(template_recount(t, path, &found, &again, &e), e);
        assert_int_equal(found.count, 2);
        assert_int_equal(found.sum.rp, 375000);
        assert_true(hash_eq(&proof.sha256, &again.sha256));
        arena_free(&a);
    }
}

static void shipped_templates_work(void **state) {
    (void)state;
    static const char *const NAMES[] = { "bri_bulk", "pos_nominative" };
    for (size_t i = 0; i < 2; i++) {
        Arena a = { 0 };
        Err e = { 0 };
        const Template *t;
        FileProof proof;
        TemplateTotals found;
        char file[4096];
        snprintf(file, sizeof file, "%s/rules/channels/%s.yaml", getenv("HARAPAN_SOURCE"), NAMES[i]);
        check_ok(template_load(file, FIELDS, &a, &t, &e), e);
        check_str(template_info(t).name, str_c(NAMES[i]));
        assert_true(template_info(t).is_unconfirmed && template_info(t).note.n > 0);
        check_ok(file_write(t, 1234, 0, NULL, &e), e);
        check_ok(template_recount(t, path, &found, &proof, &e), e);
        assert_int_equal(found.count, 1234);
        assert_false(file_write(t, 20001, 0, NULL, &e));
        assert_int_equal(e.code, LIMIT);
        Str start = STR("P,20240427,032901000123301,1234,370050000.00\r\n032900000000000,SITI NURBAYA,IDR,150000.00,PKH TAHAP 2/2024,1371-2024T2-00000000-1,IBU\r\n");
        if (i == 0) check_str(str_part(file_text(&a), 0, start.n), start);
        arena_free(&a);
    }
}

#define HEAD "template: x\ntitle: { id: x, en: x }\n"

static void mistakes_have_a_line(void **state) {
    (void)state;
    static const struct { const char *yaml, *told; } CASES[] = {
        { "", "case:1: The template is empty." },
        { "a: [", "case:2: This is not YAML: " },
        { "- 1\n", "case:1: Expected keys: template, title," },
        { HEAD "colums: 1\n", "case:3: \"colums\" is not known here. Known: template, " },
        { HEAD "sum: amount\nsum: amount\n", "case:4: \"sum\" stands here twice." },
        { "template: x\n", "case:1: \"title\" is missing." },
        { "template: x\ntitle: { id: x }\n", "case:2: \"en\" is missing." },
        { HEAD "unconfirmed: yes\n", "case:1: An unconfirmed layout needs a note that says what is to be confirmed." },
        { HEAD "unconfirmed: maybe\n", "case:3: \"maybe\" is not one of: no, yes, false, true." },
        { HEAD "rows_max: 0\n", "case:3: \"rows_max\" must be a whole number from 1 to 100000000." },
        { HEAD "layout: wide\n", "case:3: \"wide\" is not one of: delimited, fixed." },
        { HEAD "separator: ab\n", "case:3: \"separator\" must be one character." },
        { HEAD "sum: amount\n", "case:1: \"columns\" is missing." },
        { HEAD "columns: []\n", "case:3: Expected a list of cells." },
        { HEAD "sum: amount\ncolumns:\n - { field: nama }\n", "case:5: There is no field \"nama\" here. There are: reference, name, " },
        { HEAD "sum: amount\ncolumns:\n - { field: requested_on }\n", "case:5: There is no field \"requested_on\" here." },
        { HEAD "sum: amount\ncolumns:\n - { title: X }\n", "case:5: A cell needs exactly one of: text, field, value." },
        { HEAD "sum: amount\ncolumns:\n - { text: a, field: name }\n", "case:5: A cell needs exactly one of: text, field, value." },
        { HEAD "sum: amount\ncolumns:\n - { value: count }\n", "case:5: \"count\" is not one of: row." },
        { HEAD "sum: amount\ncolumns:\n - { field: name }\n", "case:3: No column shows the rupiah field \"amount\"." },
        { HEAD "columns:\n - { field: amount }\n", "case:1: \"sum\" is missing." },
        { HEAD "sum: amount\ncolumns:\n - { field: amount, cut: yes }\n", "case:5: A number must not be cut." },
        { HEAD "sum: amount\ncolumns:\n - { field: amount, pad: '7' }\n", "case:5: A number may be padded with 0 on its left only" },
        { HEAD "sum: amount\ncolumns:\n - { field: amount, pad: '0', align: left }\n", "case:5: A number may be padded with 0 on its left only" },
        { HEAD "sum: amount\ncolumns:\n - { field: amount, decimals: 1 }\n", "case:5: \"decimals\" must be 0 or 2." },
        { HEAD "layout: fixed\nsum: amount\ncolumns:\n - { field: amount }\n", "case:6: In a fixed layout every cell needs a width." },
        { HEAD "sum: amount\nheader:\n - [{ value: hash }]\ncolumns:\n - { field: amount }\n", "case:1: A line shows the check total, but \"hash\" does not say of which field." },
        { HEAD "sum: amount\nheader:\n - [{ field: requested_on, date: d-m-y }]\ncolumns:\n - { field: amount }\n", "case:5: A date is written with yyyy or yy, MM, dd" },
        { HEAD "sum: &a [*a]\ncolumns:\n - { field: amount }\n", "case:3: \"sum\" must be a text." },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Arena a = { 0 };
        Err e = { 0 };
        const Template *t;
        assert_false(template_parse(str_c(CASES[i].yaml), "case", FIELDS, &a, &t, &e));
        if (!str_starts(str_c(e.text), str_c(CASES[i].told))) fail_msg("%s\nfound  %s\nwanted %s", CASES[i].yaml, e.text, CASES[i].told);
        arena_free(&a);
    }
}

static void bad_rows_leave_no_file(void **state) {
    (void)state;
    static const struct { const char *yaml; size_t field; TemplateValue value; const char *told; } CASES[] = {
        { HEAD "sum: amount\ncolumns:\n - { title: N, field: name, width: 4 }\n - { field: amount }\n", NAME, { .text = { "SITI N", 6 } }, "Row 1, column \"N\" (line 5 of the template): is wider than the column." },
        { HEAD "sum: amount\ncolumns:\n - { title: N, field: name, required: yes }\n - { field: amount }\n", NAME, { .text = { "", 0 } }, "Row 1, column \"N\" (line 5 of the template): is empty." },
        { HEAD "sum: amount\nquote: never\ncolumns:\n - { title: N, field: name }\n - { field: amount }\n", NAME, { .text = { "A;B", 3 } }, "Row 1, column \"N\" (line 6 of the template): holds the separator or a quote, and this file has no quoting." },
        { HEAD "sum: amount\nquote: never\ncolumns:\n - { title: N, field: name }\n - { field: amount }\n", NAME, { .text = { "A\nB", 3 } }, "Row 1, column \"N\" (line 6 of the template): holds a line end." },
        { HEAD "sum: amount\ncolumns:\n - { title: N, field: name }\n - { field: amount }\n", NAME, { .text = { "\xFF", 1 } }, "Row 1, column \"N\" (line 5 of the template): is not valid UTF-8." },
        { HEAD "sum: amount\ncolumns:\n - { title: N, field: name }\n - { field: amount }\n", AMOUNT, { .rupiah = { 0 } }, "Row 1: the amount must be more than 0." },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Arena a = { 0 };
        Err e = { 0 };
        const Template *t;
        TemplateWriter *w;
        TemplateValue row[ROW_N];
        unlink(path);
        row_make(0, row);
        row[CASES[i].field] = CASES[i].value;
        check_ok(template_parse(str_c(CASES[i].yaml), "case", FIELDS, &a, &t, &e), e);
        check_ok(template_open(t, path, file_values, (TemplateTotals){ 1, { 150000 } }, &w, &e), e);
        assert_false(template_put(w, row, &e));
        check_str(str_c(e.text), str_c(CASES[i].told));
        template_abort(w);
        e = (Err){ 0 };
        assert_false(file_write(t, 3, 1, NULL, &e));       // the books say one rupiah more
        if (i > 0) assert_int_equal(e.code, CONFLICT);
        assert_int_equal(access(path, F_OK), -1);
        arena_free(&a);
    }
}

static void tampering_is_seen(void **state) {
    (void)state;
    static const struct { const char *from, *to, *told; } CASES[] = {
        { "225.000", "225.001", "line 1: Column 4 says 375000, but the rows give 375001." },
        { "225.000", "22x.000", "line 3: Column 5: \"    22x.000\" is not a number of this template." },
        { "D  2", "D  3", "line 3: Column 2 says 3, but the rows give 2." },
        { "0000001NUR", "0000002NUR", "line 4: Column 2 says 1, but the rows give 2." },
        { "H270424000002", "H270424000003", "line 1: Column 3 says 3, but the rows give 2." },
        { "T00000001\n", "T0000001\n", "line 4: This line is too short." }, { "T00000001\n", "T000000001\n", "line 4: This line is too long." },
        { "T00000001\n", "T00000001", "line 4: This line does not end as it should." },
        { "T00000001\n", "", "line 3: This line is too long." },
    };
    Arena a = { 0 };
    Err e = { 0 };
    const Template *t;
    check_ok(template_parse(STR(FIXED), "case", FIELDS, &a, &t, &e), e);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        TemplateTotals found;
        FileProof proof;
        Err told = { 0 };
        check_ok(file_write(t, 2, 0, NULL, &e), e);
        Str text = file_text(&a);
        char *at = memmem(text.p, text.n, CASES[i].from, strlen(CASES[i].from));
        assert_non_null(at);
        FILE *f = fopen(path, "w");
        fwrite(text.p, 1, (size_t)(at - text.p), f);
        fputs(CASES[i].to, f);
        fputs(at + strlen(CASES[i].from), f);
        fclose(f);
        assert_false(template_recount(t, path, &found, &proof, &told));
        if (!str_ends(str_c(told.text), str_c(CASES[i].told))) fail_msg("%s -> %s\nfound  %s\nwanted %s", CASES[i].from, CASES[i].to, told.text, CASES[i].told);
    }
    arena_free(&a);
}

// Any layout, any rows: what is counted again is what was written.
static void written_is_counted(void **state) {
    (void)state;
    Random c = { test_seed() };
    for (int64_t i = 0, tries = test_tries(300); i < tries; i++) {
        static const char *const SEPARATORS[] = { ";", ",", "|", "\\t" }, *const QUOTES[] = { "when-needed", "always" }, *const ENCODINGS[] = { "utf-8", "utf-8-mark", "ascii", "ascii-upper" };
        Arena a = { 0 };
        Err e = { 0 };
        const Template *t;
        TemplateTotals found;
        FileProof proof, again;
        Buf yaml = { 0 };
        bool is_fixed = random_below(&c, 2), has_hash = random_below(&c, 2), has_header = random_below(&c, 2), has_trailer = random_below(&c, 2) || has_hash;
        buf_fmt(&yaml, HEAD "sum: amount\nlayout: %s\nseparator: \"%s\"\nquote: %s\nencoding: %s\nline_end: %s\n", is_fixed ? "fixed" : "delimited", SEPARATORS[random_below(&c, 4)],
                QUOTES[random_below(&c, 2)], ENCODINGS[random_below(&c, 4)], random_below(&c, 2) ? "lf" : "crlf");
        const char *money = random_below(&c, 2) ? "decimals: 2, thousands: ',', width: 30" : random_below(&c, 2) ? "decimal: ',', decimals: 2, width: 25" : "thousands: '.', width: 25, align: left";
        if (has_hash) buf_fmt(&yaml, "hash: { field: account, digits: %d }\n", (int)(1 + random_below(&c, 15)));
        if (has_header) buf_fmt(&yaml, "header:\n - [{ text: HEAD, width: 6 }]\n - [{ value: count, width: 9 }, { value: sum, %s }]\n", money);
        buf_fmt(&yaml, "columns:\n - { value: row, width: 6 }\n - { field: name, width: 30 }\n - { field: amount, %s }\n - { field: address, width: 40 }\n - { field: account, width: 20 }\n", money);
        if (has_trailer) buf_fmt(&yaml, "trailer:\n - [{ text: T, width: 2 }, { value: sum, %s }%s]\n", money, has_hash ? ", { value: hash, width: 20 }" : "");
        check_ok(template_parse(buf_view(&yaml), "random", FIELDS, &a, &t, &e), e);
        int64_t n = (int64_t)random_below(&c, 400);
        check_ok(file_write(t, n, 0, &proof, &e), e);
        if (!template_recount(t, path, &found, &again, &e)) fail_msg("seed %llu: %s\n%.*s", (unsigned long long)test_seed(), e.text, STR_ARG(buf_view(&yaml)));
        assert_int_equal(found.count, n);
        assert_true(hash_eq(&proof.sha256, &again.sha256));
        buf_free(&yaml);
        arena_free(&a);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(the_bytes_are_as_described), cmocka_unit_test(shipped_templates_work), cmocka_unit_test(mistakes_have_a_line), cmocka_unit_test(bad_rows_leave_no_file),
    cmocka_unit_test(tampering_is_seen), cmocka_unit_test(written_is_counted),
};

int main(void) {
    lang_set(LANG_EN);
    values_make();
    snprintf(path, sizeof path, "/tmp/template_test.%d", (int)getpid());
    int failed = test_main_(__FILE__, TESTS, sizeof TESTS / sizeof *TESTS);
    unlink(path);
    return failed;
}
