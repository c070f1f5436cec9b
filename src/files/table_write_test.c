// table_write_test.c: the same rows in three formats, read back by other readers; nothing of a list that could not be written whole.
#include "base/lang.h"
#include "files/csv.h"
#include "files/table_write.h"
#include "base/test.h"
#include <jansson.h>
#include <sys/resource.h>
#include <signal.h>
#include <unistd.h>
#include <zip.h>

static const TableColumn COLUMNS[] = {
    { "id", STR("Nomor"), TABLE_COUNT }, { "nik", STR("NIK"), TABLE_ID }, { "name", STR("Nama"), TABLE_TEXT }, { "amount", STR("Jumlah"), TABLE_RUPIAH },
    { "born_on", STR("Lahir"), TABLE_DATE }, { "at", STR("Waktu"), TABLE_INSTANT },
};
#define COLUMN_N (sizeof COLUMNS / sizeof *COLUMNS)

static TableWriteOptions options_of(TableFormat format) {
    return (TableWriteOptions){ .format = format, .title = STR("Daftar KPM"), .notes = { STR("Kota Padang") }, .columns = COLUMNS, .column_n = COLUMN_N };
}

static void row_put(TableWriter *w, int64_t id, Str nik, Str name, int64_t rp) {
    table_put_n(w, id);
    table_put(w, nik);
    table_put(w, name);
    table_put_rupiah(w, (Rupiah){ rp });
    table_put_date(w, date_make(2024, 2, 29));
    table_put_instant(w, (Instant){ 1714014000000 });
}

static const Str NAMES[] = { STR("Siti \"Upik\" Nurhaliza"), STR("=1+1"), STR("@SUM(A1)"), STR("<b>&"), STR("Ramadhan\nBaris; dua"), STR("Café – ñ") };
#define NAME_N (sizeof NAMES / sizeof *NAMES)

static Str file_read(Arena *a, int fd) {
    Buf b = { .max = BUF_MAX };
    char piece[65536];
    for (ssize_t n; (n = read(fd, piece, sizeof piece)) > 0;) buf_bytes(&b, piece, (size_t)n);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    close(fd);
    return out;
}

static Str table_make(Arena *a, TableFormat format, Str band) {
    Err e = { 0 };
    TableWriter *w;
    int fd;
    TableWriteOptions o = options_of(format);
    o.band = band;
    check_ok(table_open(&o, &w, &e), e);
    for (size_t i = 0; i < NAME_N; i++) {
        row_put(w, (int64_t)i + 1, STR("1371010101800001"), NAMES[i], 1500000);
        check_ok(table_end_row(w, &e), e);
    }
    table_put_n(w, 7);
    for (size_t i = 1; i < COLUMN_N; i++) table_put_none(w);
    check_ok(table_end_row(w, &e), e);
    assert_int_equal(table_row_n(w), NAME_N + 1);
    check_ok(table_finish(w, &fd, &e), e);
    return file_read(a, fd);
}

static void csv_comes_back(void **state) {
    (void)state;
    Arena a = { 0 };
    Err e = { 0 };
    CsvReader *r;
    CsvRow row;
    bool has_row;
    Str bytes = table_make(&a, TABLE_CSV, STR("BASIS DATA LATIHAN"));
    assert_true(str_starts(bytes, STR("\xEF\xBB\xBF")));
    check_ok(csv_open_bytes(bytes, (CsvOptions){ .columns_n = COLUMN_N, .separator = ';', .encoding = CSV_DETECT }, &r, &e), e);
    check_ok(csv_next(r, &row, &has_row, &e), e);
    check_str(row.cells[0], STR("BASIS DATA LATIHAN"));
    check_ok(csv_next(r, &row, &has_row, &e), e);
    check_str(row.cells[2], STR("Nama"));
    for (size_t i = 0; i < NAME_N; i++) {
        check_ok(csv_next(r, &row, &has_row, &e) && has_row, e);
        Str nik = row.cells[1], name = row.cells[2];
        assert_true(csv_unwrap(&nik));
        check_str(nik, STR("1371010101800001"));
        assert_true(!name.n || !strchr("=+-@", name.p[0]));
        (void)csv_unwrap(&name);
        check_str(name, NAMES[i]);
        check_str(row.cells[3], STR("1500000"));
        check_str(row.cells[4], STR("2024-02-29"));
    }
    check_ok(csv_next(r, &row, &has_row, &e) && has_row, e);
    check_str(row.cells[3], STR(""));
    check_ok(csv_next(r, &row, &has_row, &e), e);
    assert_false(has_row);
    csv_close(r);
    arena_free(&a);
}

static void json_comes_back(void **state) {
    (void)state;
    Arena a = { 0 };
    json_error_t fault;
    Str bytes = table_make(&a, TABLE_JSON, STR(""));
    json_t *doc = json_loadb(bytes.p, bytes.n, 0, &fault);
    if (!doc) fail_msg("line %d: %s", fault.line, fault.text);
    json_t *rows = json_object_get(doc, "rows");
    assert_int_equal(json_array_size(rows), NAME_N + 1);
    assert_int_equal(json_integer_value(json_object_get(doc, "row_n")), NAME_N + 1);
    for (size_t i = 0; i < NAME_N; i++) {
        json_t *row = json_array_get(rows, i);
        check_str(str_c(json_string_value(json_object_get(row, "name"))), NAMES[i]);
        check_str(str_c(json_string_value(json_object_get(row, "nik"))), STR("1371010101800001"));
        assert_int_equal(json_integer_value(json_object_get(row, "amount")), 1500000);
        check_str(str_c(json_string_value(json_object_get(row, "at"))), STR("2024-04-25T03:00:00Z"));
    }
    assert_true(json_is_null(json_object_get(json_array_get(rows, NAME_N), "name")));
    json_decref(doc);
    arena_free(&a);
}

static Str sheet_of(Arena *a, Str bytes, const char *name) {
    zip_error_t fault;
    zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &fault);
    zip_t *zip = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &fault);
    zip_stat_t stat;
    assert_non_null(zip);
    if (zip_stat(zip, name, 0, &stat) != 0) { zip_discard(zip); return STR(""); }
    char *text = NEW(a, char, stat.size + 1);
    zip_file_t *file = zip_fopen(zip, name, 0);
    assert_int_equal(zip_fread(file, text, stat.size), stat.size);
    zip_fclose(file);
    zip_discard(zip);
    return (Str){ text, stat.size };
}

static void workbook_comes_back(void **state) {
    (void)state;
    Arena a = { 0 };
    Str bytes = table_make(&a, TABLE_XLSX, STR("BASIS DATA LATIHAN"));
    Str sheet = sheet_of(&a, bytes, "xl/worksheets/sheet1.xml");
    assert_true(str_contains(sheet, STR("BASIS DATA LATIHAN")) && str_contains(sheet, STR("Daftar KPM")) && str_contains(sheet, STR("Kota Padang")));
    assert_true(str_contains(sheet, STR("t=\"inlineStr\"><is><t>1371010101800001</t>")));         // text, not a number
    assert_true(str_contains(sheet, STR("<t>=1+1</t>")) && !str_contains(sheet, STR("<f>")));      // text, not a formula
    assert_true(str_contains(sheet, STR("&lt;b&gt;&amp;")));
    assert_true(str_contains(sheet, STR("<v>1500000</v>")) && str_contains(sheet, STR("<v>45351</v>")));   // 2024-02-29
    assert_true(str_contains(sheet, STR("<autoFilter ref=\"A4:F11\"/>")));
    check_str(sheet_of(&a, bytes, "xl/worksheets/sheet2.xml"), STR(""));
    arena_free(&a);
}

static void broken_texts_are_named(void **state) {
    (void)state;
    char *longer = calloc(1, 32769);
    memset(longer, 'x', 32768);
    const Str BAD[] = { { "a\0b", 3 }, STR("\xFF\xFE"), { longer, 32768 } };
    for (int format = TABLE_CSV; format <= TABLE_JSON; format++)
        for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
            Err e = { 0 };
            TableWriter *w;
            TableWriteOptions o = options_of((TableFormat)format);
            lang_set(LANG_EN);
            check_ok(table_open(&o, &w, &e), e);
            row_put(w, 1, STR("1"), BAD[i], 0);
            assert_false(table_end_row(w, &e));
            assert_int_equal(e.code, BAD_INPUT);
            if (!strstr(e.text, "Row 1") || !strstr(e.text, "\"Nama\"")) fail_msg("%s", e.text);
            table_abort(w);
        }
    free(longer);
}

// A file may not grow beyond a limit, as on a full disk: no format passes off what it could write for the whole.
static void full_disk_is_told(void **state) {
    (void)state;
    struct rlimit before, small;
    signal(SIGXFSZ, SIG_IGN);
    for (int format = TABLE_CSV; format <= TABLE_JSON; format++) {
        Err e = { 0 };
        TableWriter *w;
        int fd = -1;
        bool is_good = true;
        TableWriteOptions o = options_of((TableFormat)format);
        check_ok(table_open(&o, &w, &e), e);
        getrlimit(RLIMIT_FSIZE, &before);
        small = before;
        small.rlim_cur = 200000;
        setrlimit(RLIMIT_FSIZE, &small);
        for (int64_t i = 0; is_good && i < 20000; i++) {
            row_put(w, i, STR("1371010101800001"), NAMES[i % (int64_t)NAME_N], i);
            is_good = table_end_row(w, &e);
        }
        if (is_good) is_good = table_finish(w, &fd, &e);
        else table_abort(w);
        setrlimit(RLIMIT_FSIZE, &before);
        if (is_good) fail_msg("%s: a list was given although it could not be written", table_format_name((TableFormat)format));
        assert_int_equal(e.code, IO_FAILED);
    }
}

static int64_t memory_kb(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

// A watching sanitizer keeps what was freed for a while: memory then says nothing.
#if defined __SANITIZE_ADDRESS__
#define IS_WATCHED true
#elif defined __has_feature
#define IS_WATCHED __has_feature(address_sanitizer)
#else
#define IS_WATCHED false
#endif

static void memory_stays_bounded(void **state) {
    (void)state;
    for (int format = TABLE_CSV; format <= TABLE_JSON; format++) {
        Err e = { 0 };
        TableWriter *w;
        int fd;
        TableWriteOptions o = options_of((TableFormat)format);
        check_ok(table_open(&o, &w, &e), e);
        int64_t before = 0;
        for (int64_t i = 0; i < test_tries(40000); i++) {
            if (i == 2000) before = memory_kb();
            row_put(w, i, STR("1371010101800001"), NAMES[i % (int64_t)NAME_N], i);
            check_ok(table_end_row(w, &e), e);
        }
        check_ok(table_finish(w, &fd, &e), e);
        int64_t grown = memory_kb() - before;
        close(fd);
        if (!IS_WATCHED && grown > 3000) fail_msg("%s: %lld KB more after 38,000 rows", table_format_name((TableFormat)format), (long long)grown);
    }
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(csv_comes_back), cmocka_unit_test(json_comes_back), cmocka_unit_test(workbook_comes_back),
    cmocka_unit_test(broken_texts_are_named), cmocka_unit_test(full_disk_is_told), cmocka_unit_test(memory_stays_bounded),
};
TEST_MAIN(tests)
