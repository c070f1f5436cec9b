#include "files/table_read.h"
#include "files/file_kind.h"
#include "base/lang.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct TableReader { CsvReader *csv; XlsxReader *xlsx; int fd; int64_t bytes_n; };

// ---- what it is ------------------------------------------------------------------------------------------------------------
static bool kind_of(int fd, Str bytes, bool *is_xlsx, Err *e) {
    char start[512];
    ssize_t n = fd < 0 ? 0 : pread(fd, start, sizeof start, 0);
    if (n < 0) return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
    if (fd >= 0) bytes = (Str){ start, (size_t)n };
    const char *what = file_kind_words(bytes, is_xlsx);
    if (!what || *is_xlsx) return true;
    if (str_starts(bytes, STR("\xD0\xCF\x11\xE0"))) what = ole_kind_words(fd, fd < 0 ? bytes : (Str){ 0 });
    return fail(e, BAD_INPUT, "This file is %s, whatever its name says. Open it in a spreadsheet, save the table as .xlsx or CSV, and send that.", tr(what));
}

static bool open_any(int fd, Str bytes, TableOptions o, TableReader **out, Err *e) {
    bool is_xlsx;
    struct stat info = { 0 };
    if (!kind_of(fd, bytes, &is_xlsx, e)) return false;
    TableReader *r = calloc(1, sizeof *r);
    if (!r) abort();
    r->fd = -1;
    if (fd >= 0 && !is_xlsx && o.from.byte == 0 && lseek(fd, 0, SEEK_SET) < 0) { table_close(r); return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno)); }
    XlsxOptions xlsx = { .sheet = o.sheet, .from = o.from, .columns_n = o.columns_n };
    CsvOptions csv = { .separator = o.separator, .encoding = o.encoding, .from = o.from, .columns_n = o.columns_n };
    bool is_good = is_xlsx ? fd < 0 ? xlsx_open_bytes(bytes, xlsx, &r->xlsx, e) : xlsx_open_fd(fd, xlsx, &r->xlsx, e)
                           : fd < 0 ? csv_open_bytes(bytes, csv, &r->csv, e) : csv_open_fd(fd, csv, &r->csv, e);
    r->bytes_n = fd < 0 ? (int64_t)bytes.n : fstat(fd, &info) == 0 ? (int64_t)info.st_size : 0;
    if (!is_good) { table_close(r); return false; }
    *out = r;
    return true;
}

bool table_open_fd(int fd, TableOptions options, TableReader **out, Err *e) { return open_any(fd, (Str){ 0 }, options, out, e); }
bool table_open_bytes(Str bytes, TableOptions options, TableReader **out, Err *e) { return open_any(-1, bytes, options, out, e); }
bool table_open_path(const char *path, TableOptions options, TableReader **out, Err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, errno == ENOENT ? NOT_FOUND : IO_FAILED, "%s cannot be opened: %s.", path, strerror(errno));
    if (!open_any(fd, (Str){ 0 }, options, out, e)) { close(fd); return fail_in(e, "%s: ", path); }
    (*out)->fd = fd;
    return true;
}
void table_close(TableReader *r) {
    if (!r) return;
    csv_close(r->csv);
    xlsx_close(r->xlsx);
    if (r->fd >= 0) close(r->fd);
    free(r);
}

// ---- rows ------------------------------------------------------------------------------------------------------------------
bool table_next(TableReader *r, CsvRow *row, bool *has_row, Err *e) { return r->csv ? csv_next(r->csv, row, has_row, e) : xlsx_next(r->xlsx, row, has_row, e); }
bool table_recover(TableReader *r) { return r->csv && csv_recover(r->csv); }
CsvPlace table_place(const TableReader *r) { return r->csv ? csv_place(r->csv) : xlsx_place(r->xlsx); }
size_t table_columns_n(const TableReader *r) { return r->csv ? csv_columns_n(r->csv) : xlsx_columns_n(r->xlsx); }

static bool source_next(void *of, CsvRow *row, bool *has_row, Err *e) { return table_next(of, row, has_row, e); }
static void source_unread(void *of) {
    TableReader *r = of;
    if (r->csv) csv_unread(r->csv); else xlsx_unread(r->xlsx);
}
static void source_expect(void *of, size_t named_n, size_t columns_n) {
    TableReader *r = of;
    if (r->csv) csv_expect(r->csv, named_n, columns_n); else xlsx_expect(r->xlsx, named_n, columns_n);
}
static RowSource source_of(TableReader *r) { return (RowSource){ r, source_next, source_unread, source_expect }; }

bool table_header_find(TableReader *r, Arena *a, const CsvColumn *known, size_t known_n, const HeaderMap *map, CsvHeader *out, Err *e) {
    return header_find(source_of(r), a, known, known_n, map, out, e);
}
bool table_header_guess(TableReader *r, Arena *a, const CsvColumn *known, size_t known_n, CsvHeader *out, bool *found, Err *e) {
    return header_guess(source_of(r), a, known, known_n, out, found, e);
}

TableSummary table_summary(const TableReader *r) {
    TableSummary s = { .is_workbook = r->xlsx != NULL };
    if (r->csv) {
        s.csv = csv_summary(r->csv);
        s.rows_n = s.csv.rows_n;
        s.blank_n = s.csv.blank_n;
        s.bytes_n = r->bytes_n;
        s.is_full_sheet = s.csv.is_full_sheet;
    } else {
        s.xlsx = xlsx_summary(r->xlsx);
        s.rows_n = s.xlsx.rows_n;
        s.blank_n = s.xlsx.blank_n;
        s.bytes_n = s.xlsx.bytes_n;
        s.is_full_sheet = s.xlsx.is_full_sheet;
    }
    return s;
}

bool table_sheets_fd(int fd, Arena *a, XlsxSheet **out, size_t *n, Err *e) {
    bool is_xlsx;
    *n = 0;
    *out = NULL;
    return kind_of(fd, (Str){ 0 }, &is_xlsx, e) && (!is_xlsx || xlsx_sheets_fd(fd, a, out, n, e));
}

// ---- words -----------------------------------------------------------------------------------------------------------------
bool table_separator_find(Str word, char *out) {
    static const struct { const char *word; char separator; } WORDS[] = {
        { ";", ';' }, { ",", ',' }, { "|", '|' }, { "\t", '\t' }, { "\\t", '\t' }, { "tab", '\t' }, { "semicolon", ';' }, { "comma", ',' }, { "pipe", '|' },
        { "titik koma", ';' }, { "koma", ',' }, { "garis", '|' },
    };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) if (str_eq_nocase(word, str_c(WORDS[i].word))) { *out = WORDS[i].separator; return true; }
    return false;
}

bool table_encoding_find(Str word, CsvEncoding *out) {
    static const struct { const char *word; CsvEncoding encoding; } WORDS[] = {
        { "utf-8", CSV_UTF8 }, { "utf8", CSV_UTF8 }, { "utf-8 bom", CSV_UTF8_MARKED }, { "windows-1252", CSV_WINDOWS_1252 }, { "1252", CSV_WINDOWS_1252 },
        { "cp1252", CSV_WINDOWS_1252 }, { "latin1", CSV_WINDOWS_1252 }, { "ansi", CSV_WINDOWS_1252 }, { "utf-16le", CSV_UTF16LE }, { "utf-16", CSV_UTF16LE },
        { "utf-16be", CSV_UTF16BE },
    };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) if (str_eq_nocase(word, str_c(WORDS[i].word))) { *out = WORDS[i].encoding; return true; }
    return false;
}
