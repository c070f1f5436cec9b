// csv_test.c: files as they really arrive; what is written is read back; speed with `csv_test bench FILE`.
#include "base/lang.h"
#include "base/random.h"
#include "files/csv.h"
#include "base/test.h"
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#define BYTES(literal) { "" literal, sizeof(literal) - 1 }

// All rows of a file as one text: cells in [], rows ended by a line; a misfit row ends with its complaint, a failure ends it all.
static void transcript(Str file, CsvOptions options, Buf *out) {
    Err e = { 0 };
    CsvReader *r = NULL;
    CsvRow row;
    bool has_row = true;
    buf_reset(out);
    if (!csv_open_bytes(file, options, &r, &e)) { buf_c(out, e.text); return; }
    while (csv_next(r, &row, &has_row, &e) && has_row) {
        Err fit = { 0 };
        for (size_t i = 0; i < row.n; i++) { buf_char(out, '['); buf_str(out, row.cells[i]); buf_char(out, ']'); }
        if (!csv_row_check(r, &row, &fit)) buf_fmt(out, " %s", fit.text);
        buf_char(out, '\n');
    }
    if (e.code) buf_c(out, e.text);
    csv_close(r);
}

static void dirty_files(void **state) {
    (void)state;
    static const struct { const char *what; Str file; const char *wanted; } CASES[] = {
        { "8 sep line", BYTES("sep=;\r\na;b,c\r\n"), "[a][b,c]\n" },
        { "8 SEP= in capitals, pipe", BYTES("SEP=|\na|b;c;d\n"), "[a][b;c;d]\n" },
        { "8 semicolons win over commas in money", BYTES("nik;nama;jumlah\n1;Siti;1.500,00\n2;Ani;2.000,00\n"), "[nik][nama][jumlah]\n[1][Siti][1.500,00]\n[2][Ani][2.000,00]\n" },
        { "8 commas in addresses do not fool it", BYTES("a|b\nJl. A, RT 1, RW 2|x\nJl. B, RT 3, RW 4|y\n"), "[a][b]\n[Jl. A, RT 1, RW 2][x]\n[Jl. B, RT 3, RW 4][y]\n" },
        { "8 separators inside quotes do not count", BYTES("a,\"b;c;d\"\ne,\"f;g;h\"\ni,\"j;k;l\"\n"), "[a][b;c;d]\n[e][f;g;h]\n[i][j;k;l]\n" },
        { "8 tabs", BYTES("a\tb\n1\t2\n"), "[a][b]\n[1][2]\n" },
        { "8 one column", BYTES("nik\n123\n"), "[nik]\n[123]\n" },
        { "8 title rows above", BYTES("DAFTAR HADIR, APRIL\nSDN 01\na;b;c\n1;2;3\n"), "[DAFTAR HADIR, APRIL]\n[SDN 01]\n[a][b][c] Row 3 has 3 columns instead of 1.\n[1][2][3] Row 4 has 3 columns instead of 1.\n" },
        { "11 UTF-8 mark", BYTES("\xEF\xBB\xBFnama;x\nÉlise;1\n"), "[nama][x]\n[Élise][1]\n" },
        { "11 UTF-8 without", BYTES("nama;x\nNur’aini;1\n"), "[nama][x]\n[Nur’aini][1]\n" },
        { "11 Windows-1252", BYTES("nama;x\nNur\x92" "aini \xC9lise;\x80" "5\n"), "[nama][x]\n[Nur’aini Élise][€5]\n" },
        { "11 unused in Windows-1252", BYTES("nama;x\nN\x92y\x81;1\n"), "[nama][x]\nLine 2, column 1 (byte 10 of the file): these bytes do not fit the encoding of the rest of the file. Save it again as \"CSV UTF-8\", or say which encoding it has." },
        { "11 UTF-16LE", BYTES("\xFF\xFE" "a\0;\0b\0\r\0\n\0\xC9\0;\0=\xD8\0\xDE\n\0"), "[a][b]\n[É][😀]\n" },
        { "11 UTF-16BE", BYTES("\xFE\xFF" "\0a\0;\0b\0\r\0\n\0\xC9\0;\xD8=\xDE\0"), "[a][b]\n[É][😀]\n" },
        { "11 UTF-16 with half a character", BYTES("\xFF\xFE" "a\0;\0b\0\n\0c\0;\0=\xD8"), "[a][b]\nLine 2, column 2 (byte 14 of the file): these bytes do not fit the encoding of the rest of the file. Save it again as \"CSV UTF-8\", or say which encoding it has." },
        { "13 CRLF", BYTES("a;b\r\n1;2\r\n"), "[a][b]\n[1][2]\n" },
        { "13 CR", BYTES("a;b\r1;2\r"), "[a][b]\n[1][2]\n" },
        { "13 mixed, no last end", BYTES("a;b\r\n1;2\n3;4\r5;6"), "[a][b]\n[1][2]\n[3][4]\n[5][6]\n" },
        { "13 empty last cell without end", BYTES("a;b\n1;"), "[a][b]\n[1][]\n" },
        { "13 NUL", BYTES("a;b\n1;2\0\n3;4\n"), "[a][b]\nLine 2, column 2 (byte 7 of the file): a NUL byte: this is not plain text. Save it again as \"CSV UTF-8\"." },
        { "13 Ctrl-Z at the end", BYTES("a;b\n1;2\n\x1A"), "[a][b]\n[1][2]\n" },
        { "13 Ctrl-Z twice and a line end", BYTES("a;b\n1;2\x1A\x1A\r\n"), "[a][b]\n[1][2]\n" },
        { "13 Ctrl-Z hides rows", BYTES("a;b\n1;2\n\x1A" "3;4\n"), "[a][b]\n[1][2]\nLine 3, column 1 (byte 8 of the file): an end-of-file mark (Ctrl-Z) with more text after it. Remove the mark, or what follows it." },
        { "14 line end in quotes", BYTES("a;b\n\"Jl. Melati\r\nNo 2\";x\n3;4\n"), "[a][b]\n[Jl. Melati\r\nNo 2][x]\n[3][4]\n" },
        { "14 doubled quotes", BYTES("a;b\n\"Jl. \"\"Melati\"\"\";\"\"\"\"\n"), "[a][b]\n[Jl. \"Melati\"][\"]\n" },
        { "14 empty in quotes", BYTES("a;b\n\"\";\"\"\n"), "[a][b]\n[][]\n" },
        { "15 broken quotes", BYTES("a;b\n1;\"JL. \"MELATI\" NO 2\"\n"), "[a][b]\nLine 2, column 2 (byte 12 of the file): text after a closing quote. Double the quotes inside the text (\"\"), or remove them." },
        { "15 line counts line ends in quotes", BYTES("a;b\n\"1\n2\";3\n4;\"5\"6\n"), "[a][b]\n[1\n2][3]\nLine 4, column 2 (byte 17 of the file): text after a closing quote. Double the quotes inside the text (\"\"), or remove them." },
        { "15 never closed", BYTES("a;b\n1;\"JL. MELATI\n2;x\n"), "[a][b]\nLine 2, column 2 (byte 6 of the file): the quote that opens here is not closed (a cell may hold 64 KB). Close it, or double the quotes inside the text (\"\")." },
        { "15 a quote in the middle is text", BYTES("a;b\nJL. \"MELATI\" NO 2;5\"\n"), "[a][b]\n[JL. \"MELATI\" NO 2][5\"]\n" },
        { "16 trailing empties", BYTES("a;b\n1;2;;;\n3;4\n"), "[a][b]\n[1][2]\n[3][4]\n" },
        { "16 too long", BYTES("a;b\n1;2;;3\n"), "[a][b]\n[1][2][][3] Row 2 has 4 columns instead of 2.\n" },
        { "16 too short", BYTES("a;b;c\n1;2\n3;4;5\n"), "[a][b][c]\n[1][2][] Row 2 has 2 columns instead of 3.\n[3][4][5]\n" },
        { "21 blank rows", BYTES("\na;b\n\n;;\n1;2\n;\n"), "[a][b]\n[1][2]\n" },
        { "31 xlsx", BYTES("PK\3\4\24\0\6\0"), "This file is an Excel or OpenDocument workbook, not CSV. Open it and save it as \"CSV UTF-8\"." },
        { "31 xls", BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), "This file is an old or password-protected Excel workbook, not CSV. Open it and save it as \"CSV UTF-8\"." },
        { "31 html", BYTES("\xEF\xBB\xBF\r\n <HTML><table>"), "This file is a web page, not CSV. Open it and save it as \"CSV UTF-8\"." },
        { "31 pdf", BYTES("%PDF-1.7\n"), "This file is a PDF document, not CSV. Open it and save it as \"CSV UTF-8\"." },
        { "empty file", BYTES(""), "" }, { "only a mark", BYTES("\xEF\xBB\xBF"), "" }, { "one line end", BYTES("\n"), "" }, { "only sep", BYTES("sep=;"), "" },
    };
    Buf found = { 0 };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        transcript(CASES[i].file, (CsvOptions){ 0 }, &found);
        if (!str_eq(buf_view(&found), str_c(CASES[i].wanted)))
            fail_msg("%s:\nfound  %.*s\nwanted %s", CASES[i].what, STR_ARG(buf_view(&found)), CASES[i].wanted);
    }
    buf_free(&found);
}

static void wrong_encoding_late_is_told_not_guessed(void **state) {
    (void)state;
    Buf file = { 0 }, found = { 0 };
    buf_c(&file, "nama;x\nÉlise;1\n");
    for (int i = 0; i < 40000; i++) buf_c(&file, "Siti Nurbaya;1\n");  // well beyond what is read at once
    size_t at = file.n;
    buf_c(&file, "Nur\x92" "aini;1\n");
    transcript(buf_view(&file), (CsvOptions){ 0 }, &found);
    Buf wanted = { 0 };
    buf_fmt(&wanted, "Line 40003, column 1 (byte %zu of the file): these bytes do not fit", at + 3);
    assert_true(str_contains(buf_view(&found), buf_view(&wanted)));
    buf_free(&wanted);
    buf_reset(&file);                                      // plain for long: the first odd byte decides
    for (int i = 0; i < 40000; i++) buf_c(&file, "Siti Nurbaya;1\n");
    buf_c(&file, "Nur\x92" "aini;1\n");
    transcript(buf_view(&file), (CsvOptions){ 0 }, &found);
    assert_true(str_ends(buf_view(&found), STR("[Nur’aini][1]\n")));
    transcript(buf_view(&file), (CsvOptions){ .encoding = CSV_UTF8 }, &found);
    assert_true(str_contains(buf_view(&found), STR("Line 40001, column 1")));
    buf_free(&file);
    buf_free(&found);
}

static void caps(void **state) {
    (void)state;
    Buf file = { 0 }, found = { 0 };
    for (int i = 0; i < 1000; i++) buf_c(&file, i ? ";1" : "1");
    buf_char(&file, '\n');
    transcript(buf_view(&file), (CsvOptions){ 0 }, &found);
    assert_true(str_ends(buf_view(&found), STR("[1]\n")));
    file.n--;
    buf_c(&file, ";1\n");
    transcript(buf_view(&file), (CsvOptions){ .separator = ';' }, &found);
    check_str(buf_view(&found), STR("Line 1, column 1001 (byte 2000 of the file): more than 1000 columns. Is the separator right?"));
    for (size_t extra = 0; extra < 2; extra++) for (int quoted = 0; quoted < 2; quoted++) {
        buf_reset(&file);
        buf_c(&file, quoted ? "a;\"" : "a;");
        for (size_t i = 0; i < CSV_CELL_MAX + extra; i++) buf_char(&file, 'x');
        buf_c(&file, quoted ? "\"\n" : "\n");
        transcript(buf_view(&file), (CsvOptions){ .separator = ';' }, &found);
        if (extra == 0) assert_int_equal(found.n, CSV_CELL_MAX + strlen("[a][]\n"));
        else if (quoted) assert_true(str_starts(buf_view(&found), STR("Line 1, column 2 (byte 2 of the file): the quote that opens here is not closed")));
        else check_str(buf_view(&found), STR("Line 1, column 2 (byte 2 of the file): this cell is larger than 64 KB. Is a quote missing?"));
    }
    buf_reset(&file);
    for (size_t i = 0; file.n <= CSV_ROW_MAX + (1 << 20); i++) {
        for (int k = 0; k < 4000; k++) buf_c(&file, "abcdefgh");
        buf_char(&file, ';');
    }
    transcript(buf_view(&file), (CsvOptions){ .separator = ';' }, &found);
    assert_true(str_contains(buf_view(&found), STR("this row is larger than 1 MB")));
    buf_free(&file);
    buf_free(&found);
}

static void faults_can_be_listed_all(void **state) {
    (void)state;
    Err e = { 0 };
    CsvReader *r;
    CsvRow row;
    bool has_row;
    int64_t lines[4];
    size_t faults = 0, rows = 0;
    check_ok(csv_open_bytes(STR("a;b\n1;\"2\"3\n4;5\n\"x\"y;6\r\n7;8\n\"9;10\n"), (CsvOptions){ 0 }, &r, &e), e);
    for (;;) {
        e = (Err){ 0 };
        if (csv_next(r, &row, &has_row, &e)) { if (!has_row) break; rows++; continue; }
        lines[faults++] = csv_place(r).line_n + 1;
        assert_true(csv_recover(r));
    }
    assert_int_equal(rows, 3);
    assert_int_equal(faults, 3);
    assert_true(lines[0] == 2 && lines[1] == 4 && lines[2] == 6);
    csv_close(r);
}

// ---- header -----------------------------------------------------------------------------------------------------

enum { NIK, NAMA, KK, ALPA, KNOWN };
static const CsvColumn COLUMNS[KNOWN] = {
    [NIK] = { "NIK|No KTP|Nomor Induk Kependudukan", true }, [NAMA] = { "Nama|Nama Pengurus/Penerima", true }, [KK] = { "No KK|Nomor KK", false },
    [ALPA] = { "April/alpa", false },
};

static void headers(void **state) {
    (void)state;
    static const struct { const char *what, *file, *wanted; } CASES[] = {
        { "18 variants", "N I K;No.KK;nama_pengurus/penerima\n1;2;Siti\n", "1 Siti 2 -\n" },
        { "18 another order", "NAMA;x;No. K.T.P.\nSiti;?;1\n", "1 Siti - -\n" },
        { "17 titles above", "\nDAFTAR;;\nBulan: April;;\nNIK;Nama;No KK\n1;Siti;2\n", "1 Siti 2 -\n" },
        { "17 merged", "No;NIK;Nama;April;;Mei;\n;;;alpa;izin;alpa;izin\n1;11;Siti;3;4;5;6\n", "11 Siti - 3\n" },
        { "17 none", "a;b\n1;2\n", "No header found in the first 15 rows. Columns needed: NIK, Nama." },
        { "17 too far down", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\nNIK;Nama\n", "No header found in the first 15 rows. Columns needed: NIK, Nama." },
        { "17 lacks one", "judul\nNama;No KK\nSiti;1\n", "The header in row 2 lacks: NIK." },
        { "19 twice", "NIK;Nama;NAMA\n", "Row 1: columns 2 and 3 are both named \"NAMA\". Rename one of them, or say which column is meant." },
        { "19 twice by meaning", "NIK;Nama;No KTP\n", "Row 1: columns 1 (\"NIK\") and 3 (\"No KTP\") both mean \"NIK\". Say which one is meant, or rename the other." },
        { "20 total and repeated header", "NIK;Nama;No KK\n1;Siti;2\nNIK;Nama;No KK\n2;Ani;3\nJUMLAH;;5\n", "1 Siti 2 -\nheader\n2 Ani 3 -\ntotal\n" },
        { "16 untitled last columns", "NIK;Nama;;\n1;Siti\n2;Ani;x;y\n", "1 Siti - -\n2 Ani - -\n" },
    };
    Buf found = { 0 };
    Arena a = { 0 };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Err e = { 0 };
        CsvReader *r;
        CsvHeader h;
        CsvRow row;
        bool has_row = true;
        buf_reset(&found);
        check_ok(csv_open_bytes(str_c(CASES[i].file), (CsvOptions){ 0 }, &r, &e), e);
        if (csv_header_find(r, &a, COLUMNS, KNOWN, &h, &e))
            while (csv_next(r, &row, &has_row, &e) && has_row) {
                if (csv_row_is_header(&h, &row)) { buf_c(&found, "header\n"); continue; }
                if (csv_row_is_total(&row)) { buf_c(&found, "total\n"); continue; }
                if (!csv_row_check(r, &row, &e)) break;
                for (size_t k = 0; k < KNOWN; k++) {
                    Str cell = h.at[k] < 0 ? STR("-") : csv_cell(&h, &row, k);
                    buf_fmt(&found, "%.*s%s", STR_ARG(cell), k + 1 < KNOWN ? " " : "\n");
                }
            }
        buf_c(&found, e.text);
        csv_close(r);
        if (!str_eq(buf_view(&found), str_c(CASES[i].wanted)))
            fail_msg("%s:\nfound  %.*s\nwanted %s", CASES[i].what, STR_ARG(buf_view(&found)), CASES[i].wanted);
    }
    buf_free(&found);
    arena_free(&a);
}

static void wrappers(void **state) {
    (void)state;
    static const struct { const char *cell, *wanted; bool is_wrapped; } CASES[] = {
        { "'3171", "3171", true }, { "=\"0123\"", "0123", true }, { "’3171", "3171", true }, { "3171", "3171", false }, { "", "", false },
        { "''3171", "'3171", true }, { "=\"", "=\"", false }, { "=\"\"", "", true }, { "=1+1", "=1+1", false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Str cell = str_c(CASES[i].cell);
        assert_int_equal(csv_unwrap(&cell), CASES[i].is_wrapped);
        check_str(cell, str_c(CASES[i].wanted));
    }
    Buf found = { 0 };
    transcript(STR("a;b\n=\"0123\";'5\n"), (CsvOptions){ 0 }, &found);      // hazard 5: such cells are not broken quotes
    check_str(buf_view(&found), STR("[a][b]\n[=\"0123\"]['5]\n"));
    buf_free(&found);
}

static void full_sheets_are_suspicious(void **state) {
    (void)state;
    for (int64_t n = 65535; n <= 65537; n++) {
        Buf file = { 0 };
        Err e = { 0 };
        CsvReader *r;
        CsvRow row;
        bool has_row = true;
        for (int64_t i = 0; i < n; i++) buf_c(&file, "1;2\n");
        check_ok(csv_open_bytes(buf_view(&file), (CsvOptions){ 0 }, &r, &e), e);
        while (has_row) check_ok(csv_next(r, &row, &has_row, &e), e);
        assert_int_equal(csv_summary(r).is_full_sheet, n == 65536);
        assert_int_equal(csv_summary(r).rows_n, n);
        csv_close(r);
        buf_free(&file);
    }
}

// ---- laws -------------------------------------------------------------------------------------------------------

static void any_cell(Random *c, char separator, Buf *out) {
    static const char *const PARTS[] = { "a", "Siti", "\"", "\r", "\n", "\r\n", " ", ";", ",", "|", "\t", "É", "’", "😀", "=", "sep=", "'", "0", "Nurbaya binti Rahman", "\"\"" };
    size_t n = random_below(c, 5) ? random_below(c, 4) : random_below(c, 60);
    buf_reset(out);
    for (size_t i = 0; i < n; i++) {
        if (random_below(c, 8) == 0) buf_char(out, separator);
        else buf_c(out, PARTS[random_below(c, sizeof PARTS / sizeof *PARTS)]);
    }
}

// Writes random cells, reads them back whole, and once more from a random row on by its place.
static void what_is_written_is_read(void **state) {
    (void)state;
    static const char SEPARATORS[] = { '|', ';', ',', '\t' };
    Random c = { test_seed() };
    int64_t tries = test_tries(2000);
    Buf file = { 0 }, cell = { 0 };
    for (int64_t t = 0; t < tries; t++) {
        Err e = { 0 };
        Arena a = { 0 };
        bool for_sheets = random_below(&c, 4) == 0, as_utf16 = random_below(&c, 4) == 0;
        CsvWriteOptions options = { .separator = SEPARATORS[random_below(&c, 4)], .has_mark = random_below(&c, 2), .is_for_spreadsheet = for_sheets };
        size_t columns = 1 + random_below(&c, 6), rows = random_below(&c, random_below(&c, 20) ? 30 : 8000);
        Str *cells = NEW(&a, Str, columns * rows + 1);
        CsvPlace *places = NEW(&a, CsvPlace, rows + 1);
        buf_reset(&file);
        CsvWriter w = csv_writer(&file, (Sink){ 0 }, options);
        for (size_t i = 0; i < rows; i++) {
            for (size_t k = 0; k < columns; k++) {
                any_cell(&c, options.separator, &cell);
                csv_put(&w, cells[i * columns + k] = arena_str(&a, buf_view(&cell)));
            }
            check_ok(csv_end_row(&w, &e), e);
        }
        Str bytes = buf_view(&file);
        if (as_utf16) {                                    // the same text, two bytes a character
            Buf wide = { 0 };
            Str rest = bytes;
            if (!options.has_mark) buf_c(&wide, "\xFF\xFE");
            while (rest.n) {
                unsigned char p0 = (unsigned char)rest.p[0];
                int length = p0 < 0x80 ? 1 : p0 < 0xE0 ? 2 : p0 < 0xF0 ? 3 : 4;
                uint32_t ch = length == 1 ? p0 : p0 & (0x7Fu >> length);
                for (int i = 1; i < length; i++) ch = ch << 6 | ((unsigned char)rest.p[i] & 63);
                uint16_t units[2] = { (uint16_t)ch, 0 };
                if (ch > 0xFFFF) { units[0] = (uint16_t)(0xD800 + ((ch - 0x10000) >> 10)); units[1] = (uint16_t)(0xDC00 + ((ch - 0x10000) & 0x3FF)); }
                for (int i = 0; i < 2 && units[i]; i++) { buf_char(&wide, (char)(units[i] & 255)); buf_char(&wide, (char)(units[i] >> 8)); }
                rest = str_part(rest, (size_t)length, rest.n);
            }
            bytes = arena_str(&a, buf_view(&wide));
            buf_free(&wide);
        }
        CsvReader *r;
        CsvRow row;
        bool has_row;
        check_ok(csv_open_bytes(bytes, (CsvOptions){ .separator = options.separator, .columns_n = columns }, &r, &e), e);
        for (size_t from = 0, pass = 0; pass < 2; pass++) {
            for (size_t i = from; i < rows; i++) {
                check_ok(csv_next(r, &row, &has_row, &e), e);
                if (!has_row || row.n != columns || row.at.row_n != (int64_t)i) fail_msg("seed %llu try %lld: row %zu of %zu", (unsigned long long)test_seed(), (long long)t, i, rows);
                if (pass) assert_memory_equal(&places[i], &row.at, sizeof row.at);
                places[i] = row.at;
                for (size_t k = 0; k < columns; k++) {
                    Str wanted = cells[i * columns + k], found = row.cells[k];
                    if (for_sheets && wanted.n && memchr("=+-@\t\r", wanted.p[0], 6)) assert_true(csv_unwrap(&found));
                    if (!str_eq(wanted, found)) fail_msg("seed %llu try %lld row %zu: wrote [%.*s] read [%.*s]", (unsigned long long)test_seed(), (long long)t, i, STR_ARG(wanted), STR_ARG(found));
                }
            }
            check_ok(csv_next(r, &row, &has_row, &e), e);
            assert_false(has_row);
            CsvSummary summary = csv_summary(r);
            csv_close(r);
            r = NULL;
            if (pass || rows == 0) break;
            from = random_below(&c, rows);
            check_ok(csv_open_bytes(bytes, (CsvOptions){ .separator = summary.separator, .encoding = summary.encoding, .columns_n = columns, .from = places[from] }, &r, &e), e);
        }
        arena_free(&a);
    }
    buf_free(&file);
    buf_free(&cell);
}

// Whatever the bytes: no crash, an end, and places that grow.
static void noise_is_read_or_refused(void **state) {
    (void)state;
    static const char *const PARTS[] = { "\"", ";", "\n", "\r", "a", "\"\"", "\xC3", "\xA9", "\x92", "\x1A", ",", "b", "=\"", "\xEF\xBB\xBF", "1" };
    Random c = { test_seed() };
    Buf file = { 0 };
    for (int64_t t = 0, tries = test_tries(20000); t < tries; t++) {
        buf_reset(&file);
        for (size_t n = random_below(&c, 200); n; n--) buf_c(&file, PARTS[random_below(&c, sizeof PARTS / sizeof *PARTS)]);
        Err e = { 0 };
        CsvReader *r;
        CsvRow row;
        bool has_row = true;
        int64_t last = -1;
        if (!csv_open_bytes(buf_view(&file), (CsvOptions){ 0 }, &r, &e)) continue;
        for (;;) {
            e = (Err){ 0 };
            if (!csv_next(r, &row, &has_row, &e)) { if (csv_recover(r)) continue; else break; }
            if (!has_row) break;
            assert_true(row.at.byte > last && row.at.byte < (int64_t)file.n);
            last = row.at.byte;
        }
        csv_close(r);
    }
    buf_free(&file);
}

static void a_pipe_reads_like_a_file(void **state) {
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    Str text = STR("a;b\n1;\"2\n3\"\n4;5");
    assert_int_equal(write(ends[1], text.p, text.n), (ssize_t)text.n);
    close(ends[1]);
    Err e = { 0 };
    CsvReader *r;
    CsvRow row;
    bool has_row = true;
    size_t rows = 0;
    check_ok(csv_open_fd(ends[0], (CsvOptions){ 0 }, &r, &e), e);
    for (;;) { check_ok(csv_next(r, &row, &has_row, &e), e); if (!has_row) break; rows++; }
    assert_int_equal(rows, 3);
    csv_close(r);
    close(ends[0]);
    assert_false(csv_open_path("/nowhere/at/all.csv", (CsvOptions){ 0 }, &r, &e));
    assert_int_equal(e.code, NOT_FOUND);
    e = (Err){ 0 };
    assert_false(csv_open_path("/", (CsvOptions){ 0 }, &r, &e));           // a folder opens but cannot be read
    assert_int_equal(e.code, IO_FAILED);
}

static void bad_cells_are_not_written(void **state) {
    (void)state;
    Buf file = { 0 };
    Err e = { 0 };
    CsvWriter w = csv_writer(&file, (Sink){ 0 }, (CsvWriteOptions){ 0 });
    csv_put(&w, (Str){ "a\0b", 3 });
    assert_false(csv_end_row(&w, &e));
    check_str(str_c(e.text), STR("Row 1 cannot be written: a cell holds a NUL or Ctrl-Z byte."));
    buf_free(&file);
}

// ---- bench ------------------------------------------------------------------------------------------------------

static double seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int bench(const char *path) {
    int fd = open(path, O_RDONLY);
    static char chunk[1 << 18];
    double start = seconds();
    int64_t bytes = 0, lines = 0;
    for (ssize_t k; (k = read(fd, chunk, sizeof chunk)) > 0; bytes += k) for (char *p = chunk; (p = memchr(p, '\n', (size_t)(chunk + k - p))); p++) lines++;
    double lines_s = seconds() - start;
    lseek(fd, 0, SEEK_SET);
    start = seconds();
    int64_t cells = 0;
    for (ssize_t k; (k = read(fd, chunk, sizeof chunk)) > 0;) for (ssize_t i = 0; i < k; i++) cells += chunk[i] == ',' || chunk[i] == ';' || chunk[i] == '|' || chunk[i] == '\n';
    double naive_s = seconds() - start;
    lseek(fd, 0, SEEK_SET);
    start = seconds();
    Err e = { 0 };
    CsvReader *r;
    CsvRow row;
    bool has_row = true;
    int64_t rows = 0, found = 0;
    size_t text = 0;
    if (!csv_open_fd(fd, (CsvOptions){ 0 }, &r, &e)) { puts(e.text); return 1; }
    while (csv_next(r, &row, &has_row, &e) && has_row) { rows++; found += (int64_t)row.n; text += row.cells[row.n - 1].n; }
    double csv_s = seconds() - start;
    if (e.code) puts(e.text);
    printf("%lld bytes, %lld rows, %lld cells (%zu bytes in the last column), MB/s of one core:\n", (long long)bytes, (long long)rows, (long long)found, text);
    printf("  memchr line count %.0f   byte loop counting cells %.0f (%lld)   csv reader %.0f\n",
           (double)bytes / lines_s / 1e6, (double)bytes / naive_s / 1e6, (long long)cells, (double)bytes / csv_s / 1e6);
    csv_close(r);
    return 0;
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(dirty_files), cmocka_unit_test(wrong_encoding_late_is_told_not_guessed), cmocka_unit_test(caps), cmocka_unit_test(faults_can_be_listed_all),
    cmocka_unit_test(headers), cmocka_unit_test(wrappers), cmocka_unit_test(full_sheets_are_suspicious), cmocka_unit_test(what_is_written_is_read),
    cmocka_unit_test(noise_is_read_or_refused), cmocka_unit_test(a_pipe_reads_like_a_file), cmocka_unit_test(bad_cells_are_not_written),
};

int main(int argc, char **argv) {
    lang_set(LANG_EN);
    if (argc == 3 && strcmp(argv[1], "bench") == 0) return bench(argv[2]);
    return test_main_(__FILE__, TESTS, sizeof TESTS / sizeof *TESTS);
}
