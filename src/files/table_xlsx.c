#include "files/table_xlsx.h"
#include "base/lang.h"
#include <stdlib.h>
#include <unistd.h>
#include <xlsxwriter.h>
#include <zip.h>

#define EPOCH_OF_SHEETS 25569                  // 1970-01-01 in days as spreadsheets count them
#define DAY_MS 86400000.0
#define EXACT_MAX (INT64_C(1) << 53)           // cells are doubles: a larger number goes as text
#define WIDTH_TEXT 24.0

struct TableXlsx {
    const TableWriteOptions *options;
    int fd;
    char path[40];
    lxw_workbook *book;
    lxw_worksheet *sheet;
    lxw_format *kind_format[TABLE_INSTANT + 1], *bold;
    lxw_row_t next, header;                    // rows from 0
    int sheet_n;
    Buf text;                                  // NUL-terminated for the library
};

static const double WIDTHS[] = { [TABLE_TEXT] = WIDTH_TEXT, [TABLE_ID] = 19, [TABLE_COUNT] = 11, [TABLE_RUPIAH] = 16, [TABLE_DATE] = 12, [TABLE_INSTANT] = 18 };
static const char *const FORMATS[] = { [TABLE_TEXT] = "@", [TABLE_ID] = "@", [TABLE_COUNT] = "#,##0", [TABLE_RUPIAH] = "#,##0", [TABLE_DATE] = "dd/mm/yyyy",
                                       [TABLE_INSTANT] = "dd/mm/yyyy hh:mm" };

static bool check(lxw_error code, Err *e) {
    return code == LXW_NO_ERROR || fail(e, IO_FAILED, "The workbook cannot be written: %s.", lxw_strerror(code));
}

static const char *text_c(TableXlsx *x, Str s) {
    buf_reset(&x->text);
    buf_str(&x->text, s);
    buf_char(&x->text, 0);
    return x->text.p;
}

static bool line_put(TableXlsx *x, Str text, lxw_format *format, Err *e) {
    return !text.n || check(worksheet_write_string(x->sheet, x->next++, 0, text_c(x, text), format), e);
}

static bool header_put(TableXlsx *x, Err *e) {
    const TableWriteOptions *o = x->options;
    lxw_col_t last = (lxw_col_t)(o->column_n - 1);
    for (lxw_col_t i = 0; i <= last; i++) {
        TableKind kind = o->columns[i].kind;
        if (!check(worksheet_set_column(x->sheet, i, i, WIDTHS[kind], x->kind_format[kind]), e) ||
            !check(worksheet_write_string(x->sheet, x->next, i, text_c(x, o->columns[i].title), x->bold), e)) return false;
    }
    x->header = x->next++;
    worksheet_freeze_panes(x->sheet, x->next, 0);
    worksheet_repeat_rows(x->sheet, x->header, x->header);
    return true;
}

static bool sheet_add(TableXlsx *x, Err *e) {
    char name[16];
    snprintf(name, sizeof name, "%d", ++x->sheet_n);
    x->sheet = workbook_add_worksheet(x->book, name);
    if (!x->sheet) return fail(e, IO_FAILED, "The workbook cannot be written: %s.", lxw_strerror(LXW_ERROR_MEMORY_MALLOC_FAILED));
    x->next = 0;
    worksheet_set_landscape(x->sheet);
    worksheet_fit_to_pages(x->sheet, 1, 0);
    if (!line_put(x, x->options->band, x->bold, e) || !line_put(x, x->options->title, x->bold, e)) return false;
    for (size_t i = 0; i < TABLE_NOTES_MAX && x->options->notes[i].n; i++) if (!line_put(x, x->options->notes[i], NULL, e)) return false;
    return header_put(x, e);
}

bool table_xlsx_open(const TableWriteOptions *options, int fd, TableXlsx **out, Err *e) {
    TableXlsx *x = calloc(1, sizeof *x);
    if (!x) return fail_memory(e);
    *x = (TableXlsx){ .options = options, .fd = fd, .text = { .max = BUF_MAX } };
    snprintf(x->path, sizeof x->path, "/proc/self/fd/%d", fd);
    lxw_workbook_options how = { .constant_memory = LXW_TRUE, .tmpdir = getenv("TMPDIR") };
    x->book = workbook_new_opt(x->path, &how);
    bool is_good = x->book || fail_memory(e);
    for (size_t i = 0; is_good && i <= TABLE_INSTANT; i++) format_set_num_format(x->kind_format[i] = workbook_add_format(x->book), FORMATS[i]);
    if (is_good) format_set_bold(x->bold = workbook_add_format(x->book));
    if (is_good && sheet_add(x, e)) return *out = x, true;
    table_xlsx_abort(x);
    return false;
}

static void sheet_end(TableXlsx *x) {
    if (x->next > x->header + 1) worksheet_autofilter(x->sheet, x->header, 0, x->next - 1, (lxw_col_t)(x->options->column_n - 1));
}

bool table_xlsx_row(TableXlsx *x, Err *e) {
    if (x->sheet->optimize_tmpfile && ferror(x->sheet->optimize_tmpfile)) return fail(e, IO_FAILED, "The workbook cannot be written: the disk for temporary files is full.");
    if (x->next < LXW_ROW_MAX) return x->next++, true;
    sheet_end(x);
    if (!sheet_add(x, e)) return false;
    x->next++;
    return true;
}

bool table_xlsx_text(TableXlsx *x, size_t column, Str text, Err *e) {
    return check(worksheet_write_string(x->sheet, x->next - 1, (lxw_col_t)column, text_c(x, text), NULL), e);
}

bool table_xlsx_number(TableXlsx *x, size_t column, int64_t n, Err *e) {
    TableKind kind = x->options->columns[column].kind;
    if (kind == TABLE_DATE || kind == TABLE_INSTANT) {
        double days = kind == TABLE_DATE ? (double)(n + EPOCH_OF_SHEETS) : (double)n / DAY_MS + EPOCH_OF_SHEETS;
        return check(worksheet_write_number(x->sheet, x->next - 1, (lxw_col_t)column, days, NULL), e);
    }
    if (n > -EXACT_MAX && n < EXACT_MAX) return check(worksheet_write_number(x->sheet, x->next - 1, (lxw_col_t)column, (double)n, NULL), e);
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", (long long)n);
    return table_xlsx_text(x, column, str_c(digits), e);
}

// The library does not look whether its temporary files could be written; the bytes themselves say.
static bool sheet_is_whole(zip_t *zip, int sheet_n) {
    static const char END[] = "</worksheet>";
    char name[64], piece[65536 + sizeof END];
    size_t kept = 0;
    zip_int64_t n = 0;
    snprintf(name, sizeof name, "xl/worksheets/sheet%d.xml", sheet_n);
    zip_file_t *file = zip_fopen(zip, name, 0);
    while (file && (n = zip_fread(file, piece + kept, 65536)) > 0) {
        size_t have = kept + (size_t)n;
        kept = have < sizeof END - 1 ? have : sizeof END - 1;
        memmove(piece, piece + have - kept, kept);
    }
    return file && n == 0 && zip_fclose(file) == 0 && kept == sizeof END - 1 && memcmp(piece, END, kept) == 0;
}

static bool book_is_whole(const TableXlsx *x, Err *e) {
    int copy = dup(x->fd);
    zip_t *zip = copy >= 0 ? zip_fdopen(copy, 0, NULL) : NULL;
    if (!zip && copy >= 0) close(copy);
    bool is_whole = zip != NULL;
    for (int i = 1; is_whole && i <= x->sheet_n; i++) is_whole = sheet_is_whole(zip, i);
    if (zip) zip_discard(zip);
    return is_whole || fail(e, IO_FAILED, "The workbook was not written whole: the disk is probably full.");
}

bool table_xlsx_close(TableXlsx *x, Err *e) {
    sheet_end(x);
    lxw_workbook *book = x->book;
    x->book = NULL;                            // closing frees it, whatever comes of it
    bool is_good = check(workbook_close(book), e) && book_is_whole(x, e);
    table_xlsx_abort(x);
    return is_good;
}

void table_xlsx_abort(TableXlsx *x) {
    if (!x) return;
    if (x->book) lxw_workbook_free(x->book);
    buf_free(&x->text);
    free(x);
}
