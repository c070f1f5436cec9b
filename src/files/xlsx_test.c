// xlsx_test.c: workbooks as they really arrive, made by hand; those of another writer; and those that mean harm.
#include "base/lang.h"
#include "files/table_read.h"
#include "files/workbook_test.h"
#include <fcntl.h>

static const char *path_of(Arena *a) { return arena_fmt(a, "%s/harapan-%ld.xlsx", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid()).p; }

// Rows as text: each cell in [] behind a letter for its kind (- text, n number, d date, b boolean, e error; f before it for a formula).
static void transcript(const char *path, TableOptions options, Buf *out) {
    Err e = { 0 };
    TableReader *r = NULL;
    CsvRow row;
    bool has_row = true;
    buf_reset(out);
    if (!table_open_path(path, options, &r, &e)) { buf_c(out, strrchr(e.text, ':') ? strstr(e.text, ".xlsx: ") ? strstr(e.text, ".xlsx: ") + 7 : e.text : e.text); return; }
    while (table_next(r, &row, &has_row, &e) && has_row) {
        buf_fmt(out, "%lld:", (long long)row.at.row_n + 1);
        for (size_t i = 0; i < row.n; i++) {
            CellMark mark = row.marks ? row.marks[i] : VALUE_TEXT;
            buf_fmt(out, "%s%c[%.*s]", mark & VALUE_FORMULA ? "f" : "", "-ndbe"[value_kind(mark)], STR_ARG(row.cells[i]));
        }
        buf_char(out, '\n');
    }
    if (e.code) buf_c(out, e.text);
    table_close(r);
}

static void cells_of_every_kind(void **state) {
    (void)state;
    static const struct { const char *what; WorkbookSheet sheet; const char *wanted; } CASES[] = {
        { "shared strings, runs, phonetic guides, empty ones", { .strings = "<si><t>nama</t></si><si><r><t>Siti </t></r><r><rPr><b/></rPr><t xml:space=\"preserve\">Aminah</t></r></si>"
          "<si><t>X</t><rPh sb=\"0\" eb=\"1\"><t>ignored</t></rPh></si><si/>", .rows = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>2</v></c>"
          "<c r=\"D1\" t=\"s\"><v>3</v></c></row>" }, "1:-[nama]-[Siti Aminah]-[X]\n" },
        { "inline strings", { .rows = "<row><c t=\"inlineStr\"><is><t>a &amp; b</t></is></c><c t=\"inlineStr\"><is><r><t>x</t></r><r><t>y</t></r></is></c></row>" }, "1:-[a & b]-[xy]\n" },
        { "escapes", { .rows = "<row><c t=\"inlineStr\"><is><t>a_x000D__x000A_b _x005F_x000D_ _x0000_</t></is></c></row>" }, "1:-[a\r\nb _x000D_ _x0000_]\n" },
        { "numbers as they stand", { .rows = "<row><c><v>1371044101900000</v></c><c t=\"n\"><v>3.17123E+15</v></c><c><v>0.10000000000000001</v></c><c s=\"2\"><v>7</v></c></row>" },
          "1:n[1371044101900000]n[3.17123E+15]n[0.10000000000000001]n[7]\n" },
        { "booleans and errors", { .rows = "<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c t=\"e\"><v>#N/A</v></c></row>" }, "1:b[TRUE]b[FALSE]e[#N/A]\n" },
        { "dates by style", { .rows = "<row><c s=\"1\"><v>32874</v></c><c s=\"3\"><v>32874.5</v></c><c s=\"4\"><v>32874</v></c><c><v>32874</v></c><c s=\"1\"><v>1</v></c><c s=\"1\"><v>59</v></c><c s=\"1\"><v>60</v></c><c s=\"1\"><v>61</v></c><c s=\"1\"><v>0.25</v></c></row>" },
          "1:d[1990-01-01]d[1990-01-01 12:00:00]n[32874]n[32874]d[1900-01-01]d[1900-02-28]d[1900-02-29]d[1900-03-01]d[06:00:00]\n" },
        { "no dates: below nothing, beyond the calendar", { .rows = "<row><c s=\"1\"><v>-5</v></c><c s=\"1\"><v>2958466</v></c><c s=\"1\"><v>2958465</v></c></row>" }, "1:n[-5]n[2958466]d[9999-12-31]\n" },
        { "the other calendar", { .is_1904 = true, .rows = "<row><c s=\"1\"><v>31412</v></c><c s=\"1\"><v>0</v></c></row>" }, "1:d[1990-01-01]d[1904-01-01]\n" },
        { "ISO dates", { .rows = "<row><c t=\"d\"><v>1990-01-31</v></c><c t=\"d\"><v>1990-01-31T00:00:00</v></c><c t=\"d\"><v>1990-01-31T10:00:00</v></c></row>" },
          "1:d[1990-01-31]d[1990-01-31]d[1990-01-31T10:00:00]\n" },
        { "formulas and their results", { .rows = "<row><c t=\"str\"><f>A2&amp;B2</f><v>ab</v></c><c><f>1+1</f><v>2</v></c><c><f>NOW()</f></c><c t=\"e\"><f>1/0</f><v>#DIV/0!</v></c></row>" },
          "1:f-[ab]fn[2]f-[]fe[#DIV/0!]\n" },
        { "gaps, blank rows, styled empty cells", { .rows = "<row r=\"2\"><c r=\"B2\" t=\"str\"><v>x</v></c><c r=\"Z2\" s=\"1\"/></row><row r=\"3\"><c r=\"A3\"/></row><row r=\"7\"><c r=\"C7\"><v>1</v></c></row>" },
          "2:-[]-[x]\n7:-[]-[]n[1]\n" },
        { "a second sheet that is empty", { .rows = "<row><c><v>1</v></c></row>", .second = "" }, "1:n[1]\n" },
        { "a second sheet that is hidden", { .rows = "<row><c><v>1</v></c></row>", .second = "<row><c><v>2</v></c></row>", .second_state = "veryHidden" }, "1:n[1]\n" },
        { "a second sheet with data", { .rows = "<row><c><v>1</v></c></row>", .second = "<row><c><v>2</v></c></row>" },
          "The workbook has several sheets with data: \"Data\", \"Lembar 2\". Say which one is meant." },
        { "only a hidden sheet has data", { .rows = "", .second = "<row><c><v>2</v></c></row>", .second_state = "hidden" }, "All sheets with data are hidden. Show the one that is meant, or say its name." },
        { "an empty workbook", { .rows = "" }, "The workbook is empty." },
        { "a string that is not there", { .rows = "<row><c t=\"s\"><v>5</v></c></row>" }, "A cell of the workbook points to a text that is not there: the workbook is damaged. Save it again as .xlsx." },
        { "rows out of order", { .rows = "<row r=\"2\"><c><v>1</v></c></row><row r=\"2\"><c><v>1</v></c></row>" }, "The rows of the sheet are out of order: the workbook is damaged. Save it again as .xlsx." },
        { "cells out of order", { .rows = "<row><c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>1</v></c></row>" }, "The cells of the sheet are out of order: the workbook is damaged. Save it again as .xlsx." },
        { "beyond the last row", { .rows = "<row r=\"1048577\"><c><v>1</v></c></row>" }, "The rows of the sheet are out of order: the workbook is damaged. Save it again as .xlsx." },
        { "a cell in column 1001", { .rows = "<row><c r=\"ALM1\"><v>1</v></c></row>" }, "The sheet has more than 1000 columns with something in them. Delete those that are not needed." },
        { "a cell without a place", { .rows = "<row><c r=\"11\"><v>1</v></c></row>" }, "A cell of the sheet has no proper place: the workbook is damaged. Save it again as .xlsx." },
    };
    Arena a = { 0 };
    Buf found = { .max = 1 << 20 };
    lang_set(LANG_EN);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        workbook_sheet_put(&a, path_of(&a), CASES[i].sheet);
        transcript(path_of(&a), (TableOptions){ 0 }, &found);
        if (!str_eq(buf_view(&found), str_c(CASES[i].wanted))) fail_msg("%s:\nfound  %.*s\nwanted %s", CASES[i].what, STR_ARG(buf_view(&found)), CASES[i].wanted);
    }
    unlink(path_of(&a));
    buf_free(&found);
    arena_free(&a);
}

static void sheets_are_chosen_by_name(void **state) {
    (void)state;
    Arena a = { 0 };
    Err e = { 0 };
    Buf found = { .max = 1 << 20 };
    XlsxSheet *sheets;
    size_t n;
    workbook_sheet_put(&a, path_of(&a), (WorkbookSheet){ .rows = "<row><c><v>1</v></c></row>", .second = "<row><c><v>2</v></c></row>", .second_state = "hidden" });
    transcript(path_of(&a), (TableOptions){ .sheet = STR("lembar 2") }, &found);
    check_str(buf_view(&found), STR("1:n[2]\n"));
    transcript(path_of(&a), (TableOptions){ .sheet = STR("Lembar 3") }, &found);
    check_str(buf_view(&found), STR("The workbook has no sheet \"Lembar 3\"."));
    int fd = open(path_of(&a), O_RDONLY);
    check_ok(table_sheets_fd(fd, &a, &sheets, &n, &e), e);
    assert_int_equal(n, 2);
    check_str(sheets[1].name, STR("Lembar 2"));
    assert_true(!sheets[0].is_hidden && sheets[0].has_rows && sheets[1].is_hidden && sheets[1].has_rows);
    close(fd);
    unlink(path_of(&a));
    buf_free(&found);
    arena_free(&a);
}

static void what_is_hidden_is_counted(void **state) {
    (void)state;
    Arena a = { 0 };
    Err e = { 0 };
    TableReader *r;
    CsvRow row;
    bool has_row = true;
    workbook_sheet_put(&a, path_of(&a), (WorkbookSheet){ .before = "<cols><col min=\"2\" max=\"3\" hidden=\"1\"/><col min=\"9\" max=\"16384\" hidden=\"1\"/></cols>",
        .rows = "<row r=\"1\"><c><v>1</v></c></row><row r=\"2\" hidden=\"1\"><c><v>1</v></c><c><f>1</f><v>1</v></c></row><row r=\"5\"><c><v>1</v></c></row>",
        .after = "<mergeCells count=\"1\"><mergeCell ref=\"A1:B2\"/></mergeCells>", .second = "<row><c><v>2</v></c></row>", .second_state = "hidden" });
    check_ok(table_open_path(path_of(&a), (TableOptions){ 0 }, &r, &e), e);
    while (has_row) check_ok(table_next(r, &row, &has_row, &e), e);
    XlsxSummary s = table_summary(r).xlsx;
    assert_int_equal(s.hidden_row_n, 1);
    assert_int_equal(s.hidden_column_n, 2);
    assert_int_equal(s.merged_n, 1);
    assert_int_equal(s.formula_n, 1);
    assert_int_equal(s.formula_columns, 2);
    assert_int_equal(s.hidden_sheet_n, 1);
    assert_int_equal(s.other_sheet_n, 0);
    assert_int_equal(s.blank_n, 2);
    assert_int_equal(s.rows_n, 5);
    table_close(r);
    unlink(path_of(&a));
    arena_free(&a);
}

// Reading goes on behind any row as if it had never stopped.
static void reading_goes_on_behind_a_row(void **state) {
    (void)state;
    Arena a = { 0 };
    Err e = { 0 };
    Buf rows = { .max = 1 << 24 };
    for (int i = 1; i <= 3000; i++) if (i % 7) buf_fmt(&rows, "<row r=\"%d\"><c r=\"A%d\"><v>%d</v></c><c r=\"C%d\" t=\"str\"><v>baris %d</v></c></row>", i, i, i, i, i);
    buf_char(&rows, 0);
    workbook_sheet_put(&a, path_of(&a), (WorkbookSheet){ .rows = rows.p });
    for (int stop = 1; stop < 2500; stop += 311) {
        TableReader *r;
        CsvRow row;
        bool has_row;
        int n = 0;
        check_ok(table_open_path(path_of(&a), (TableOptions){ 0 }, &r, &e), e);
        while (n < stop) { check_ok(table_next(r, &row, &has_row, &e), e); n++; }
        TableOptions from = { .from = table_place(r), .columns_n = table_columns_n(r) };
        check_ok(table_next(r, &row, &has_row, &e), e);
        int64_t next_n = row.at.row_n;
        Str next = arena_str(&a, row.cells[2]);
        table_close(r);
        check_ok(table_open_path(path_of(&a), from, &r, &e), e);
        check_ok(table_next(r, &row, &has_row, &e), e);
        assert_int_equal(row.at.row_n, next_n);
        check_str(row.cells[2], next);
        table_close(r);
    }
    unlink(path_of(&a));
    buf_free(&rows);
    arena_free(&a);
}

// ---- files that are something else, and files that mean harm -----------------------------------------------------------------
static void bytes_put(const char *path, const char *p, size_t n) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(n == 0 || fwrite(p, n, 1, f) == 1);
    fclose(f);
}

static void check_refused(Arena *a, const char *what, const char *says) {
    Buf found = { .max = 1 << 20 };
    transcript(path_of(a), (TableOptions){ 0 }, &found);
    buf_char(&found, 0);
    if (!strstr(found.p, says)) fail_msg("%s: found \"%s\", wanted \"%s\"", what, found.p, says);
    buf_free(&found);
}

static void other_kinds_are_named(void **state) {
    (void)state;
    static const struct { const char *what, *bytes; size_t n; const char *says; } CASES[] = {
        { "html", "<html><table><tr><td>1</td></tr></table>", 40, "a web page" }, { "html with a mark", "\xEF\xBB\xBF  <TABLE border=1>", 19, "a web page" },
        { "xml spreadsheet of 2003", "<?xml version=\"1.0\"?><Workbook>", 31, "an XML document" }, { "pdf", "%PDF-1.4 ...", 12, "a PDF document" },
        { "gzip", "\x1F\x8B\x08 ...", 7, "a compressed file" }, { "half a zip", "PK\3\4aaaaaaaaaaaaaaaaaaaaaaaaaaaa", 32, "damaged or was not sent whole" },
        { "empty zip", "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 22, "an empty archive" },
    };
    Arena a = { 0 };
    lang_set(LANG_EN);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) { bytes_put(path_of(&a), CASES[i].bytes, CASES[i].n); check_refused(&a, CASES[i].what, CASES[i].says); }
    static const struct { const char *stream, *says; } OLE[] = { { "EncryptedPackage", "locked with a password" }, { "Workbook", "of the old kind (.xls)" }, { "Else", "old or password-protected" } };
    for (size_t i = 0; i < sizeof OLE / sizeof *OLE; i++) {
        char bytes[2048] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";
        bytes[30] = 9;                                     // sectors of 512 bytes, the directory in the second
        bytes[48] = 1;
        for (size_t k = 0; OLE[i].stream[k]; k++) bytes[1024 + 128 + 2 * k] = OLE[i].stream[k];
        bytes_put(path_of(&a), bytes, sizeof bytes);
        check_refused(&a, OLE[i].stream, OLE[i].says);
    }
    static const struct { const char *part, *says; } INSIDE[] = { { "xl/vbaProject.bin", "macros" }, { "xl/workbook.bin", ".xlsb" }, { "word/document.xml", ".docx" }, { "any.txt", "no Excel workbook" } };
    for (size_t i = 0; i < sizeof INSIDE / sizeof *INSIDE; i++) {
        workbook_put(path_of(&a), (WorkbookPart[]){ { INSIDE[i].part, "x" }, { 0 } });
        check_refused(&a, INSIDE[i].part, INSIDE[i].says);
    }
    workbook_put(path_of(&a), (WorkbookPart[]){ { "mimetype", "application/vnd.oasis.opendocument.spreadsheet" }, { "content.xml", "<x/>" }, { 0 } });
    check_refused(&a, "ods", ".ods");
    unlink(path_of(&a));
    arena_free(&a);
}

// Parts of a workbook with one replaced.
static void hostile_put(Arena *a, const char *part, const char *text) {
    WorkbookPart parts[] = {
        { "_rels/.rels", "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>" },
        { "xl/workbook.xml", "<workbook><sheets><sheet name=\"D\" r:id=\"b\" xmlns:r=\"r\"/></sheets></workbook>" },
        { "xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"b\" Type=\"x/worksheet\" Target=\"s.xml\"/><Relationship Id=\"c\" Type=\"x/sharedStrings\" Target=\"t.xml\"/></Relationships>" },
        { "xl/t.xml", "<sst><si><t>a</t></si></sst>" }, { "xl/s.xml", "<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>" }, { 0 },
    };
    for (size_t i = 0; parts[i].name; i++) if (strcmp(parts[i].name, part) == 0) parts[i].text = text;
    workbook_put(path_of(a), parts);
}

static const char *repeated(Arena *a, const char *before, const char *again, size_t n, const char *after) {
    size_t one = strlen(again), at = strlen(before);
    char *out = arena_alloc(a, at + n * one + strlen(after) + 1, 1, 1);
    memcpy(out, before, at);
    for (size_t i = 0; i < n; i++, at += one) memcpy(out + at, again, one);
    memcpy(out + at, after, strlen(after) + 1);
    return out;
}

static void harm_is_refused(void **state) {
    (void)state;
    Arena a = { 0 };
    lang_set(LANG_EN);
    hostile_put(&a, "", "");
    check_refused(&a, "the harmless one", "1:n[1]");
    hostile_put(&a, "xl/s.xml", "<!DOCTYPE x [<!ENTITY a \"b\">]><worksheet><sheetData><row><c t=\"str\"><v>&a;</v></c></row></sheetData></worksheet>");
    check_refused(&a, "entities", "DOCTYPE");
    hostile_put(&a, "xl/t.xml", "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><sst/>");
    check_refused(&a, "a DTD from outside", "DOCTYPE");
    hostile_put(&a, "xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"b\" Type=\"x/worksheet\" Target=\"../../etc/passwd\"/></Relationships>");
    check_refused(&a, "a name that climbs out", "not in the workbook");
    hostile_put(&a, "xl/s.xml", repeated(&a, "<worksheet><sheetData>", "<row><c t=\"str\"><v></v></c></row>                                                                                ", 700000, "</sheetData></worksheet>"));
    check_refused(&a, "a bomb", "No honest workbook does");
    WorkbookPart sheets[] = {
        { "_rels/.rels", "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>" },
        { "xl/workbook.xml", repeated(&a, "<workbook xmlns:r=\"r\"><sheets>", "<sheet name=\"D\" r:id=\"b\"/>", 400, "</sheets></workbook>") },
        { "xl/_rels/workbook.xml.rels", "<Relationships><Relationship Id=\"b\" Type=\"x/worksheet\" Target=\"s.xml\"/></Relationships>" },
        { "xl/s.xml", repeated(&a, "<worksheet><sheetData>", "<row><c/></row>                                                                                            ", 500000, "</sheetData></worksheet>") }, { 0 },
    };
    workbook_put(path_of(&a), sheets);
    check_refused(&a, "one empty part under the names of many sheets", "MB of empty cells");
    hostile_put(&a, "xl/t.xml", repeated(&a, "<sst>", "<si><t></t></si>                                                                                                ", 700000, "</sst>"));
    check_refused(&a, "a bomb of strings", "No honest workbook does");
    hostile_put(&a, "xl/t.xml", repeated(&a, "<sst><si><t>", "xxxxxxxxxxxxxxxx", 5000, "</t></si></sst>"));
    check_refused(&a, "a string without end", "more than 64 KB");
    hostile_put(&a, "xl/s.xml", repeated(&a, "<worksheet>", "<a>", 5000, ""));
    check_refused(&a, "a tree without end", "damaged");
    hostile_put(&a, "xl/s.xml", "<worksheet><sheetData><row><c><v>1</v></c></row>");
    check_refused(&a, "XML that is cut", "damaged");
    WorkbookPart *many = NEW(&a, WorkbookPart, XLSX_ENTRIES_MAX + 3);
    for (int i = 0; i < XLSX_ENTRIES_MAX + 2; i++) many[i] = (WorkbookPart){ arena_fmt(&a, "f%d", i).p, "" };
    workbook_put(path_of(&a), many);
    check_refused(&a, "ten thousand entries and two", "more than 10000 files");
    unlink(path_of(&a));
    arena_free(&a);
}

// Any byte changed, any length cut: an answer in words or rows, never a crash (the sanitizers watch).
static void damage_is_survived(void **state) {
    (void)state;
    Arena a = { 0 };
    Err ignored = { 0 };
    hostile_put(&a, "", "");
    FILE *f = fopen(path_of(&a), "rb");
    char bytes[8192];
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    assert_true(n > 500 && n < sizeof bytes);
    for (size_t i = 0; i < n; i++) {
        TableReader *r = NULL;
        CsvRow row;
        bool has_row = true;
        char *copy = malloc(n);
        memcpy(copy, bytes, n);
        copy[i] ^= (char)(1 << i % 8);
        ignored = (Err){ 0 };
        if (table_open_bytes((Str){ copy, i % 3 ? n : i }, (TableOptions){ 0 }, &r, &ignored)) while (table_next(r, &row, &has_row, &ignored) && has_row) { }
        table_close(r);
        free(copy);
    }
    unlink(path_of(&a));
    arena_free(&a);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(cells_of_every_kind), cmocka_unit_test(sheets_are_chosen_by_name), cmocka_unit_test(what_is_hidden_is_counted),
    cmocka_unit_test(reading_goes_on_behind_a_row), cmocka_unit_test(other_kinds_are_named), cmocka_unit_test(harm_is_refused),
    cmocka_unit_test(damage_is_survived),
};
TEST_MAIN(TESTS)
