#include "registry/rejects.h"
#include "base/lang.h"
#include "files/outfile.h"
#include <stdio.h>

// ---- reasons -------------------------------------------------------------------------------------------------------------
typedef struct { const Rejects *r; RejectError error; bool has_error; } Errors;

// A column as the file calls it.
static Str title_of(const Rejects *r, Str field) {
    for (size_t i = 0; i < r->header->known_n; i++) {
        Str names = str_c(r->columns[i].names);
        if (r->header->at[i] >= 0 && str_eq(field, str_cut(&names, '|'))) return r->header->titles[r->header->at[i]];
    }
    return field;
}

// All reasons of one row, the column before each; leaves the first error of a later row.
static bool reasons_read(Errors *errors, int64_t row_n, Buf *out, Err *e) {
    buf_reset(out);
    while (errors->has_error && errors->error.row_n <= row_n) {
        if (errors->error.row_n == row_n) {
            if (out->n) buf_c(out, " | ");
            buf_str(out, title_of(errors->r, errors->error.field));
            buf_c(out, ": ");
            buf_str(out, errors->error.message);
        }
        if (!errors->r->error_next(errors->r->with, &errors->error, &errors->has_error, e)) return false;
    }
    return true;
}

// ---- rows ----------------------------------------------------------------------------------------------------------------
typedef bool RejectTake(void *with, const Rejects *r, const CsvRow *row, Str reasons, Err *e);
static bool rejects_each(const Rejects *r, size_t reasons_max, RejectTake *take, void *with, Err *e) {
    Buf reasons = { .max = reasons_max };
    Errors errors = { .r = r };
    bool is_good = r->error_next(r->with, &errors.error, &errors.has_error, e);
    while (is_good) {
        CsvRow row;
        bool has_row = false;
        if (!table_next(r->reader, &row, &has_row, e)) {
            if (!table_recover(r->reader)) { is_good = false; break; }
            *e = (Err){ 0 };
            continue;
        }
        if (!has_row) break;
        if (r->row_prepare) r->row_prepare(r->with, &row);
        is_good = reasons_read(&errors, row.at.row_n + 1, &reasons, e);
        if (is_good && reasons.n) is_good = take(with, r, &row, buf_view(&reasons), e);
    }
    buf_free(&reasons);
    return is_good;
}

// Our own columns of a file that was mended once already.
static bool is_ours(const Rejects *r, size_t i) {
    return i < r->header->titles_n && (str_eq_nocase(r->header->titles[i], r->reason_title) || (r->row_title.n && str_eq_nocase(r->header->titles[i], r->row_title)));
}

// ---- as CSV, however wide the file is ------------------------------------------------------------------------------------
typedef struct { OutFile *file; Buf buf; CsvWriter csv; int64_t row_n; } Text;

// A long number gets an apostrophe, or the spreadsheet in which it is mended would round it.
static void cell_put(CsvWriter *csv, Str cell) {
    char memory[24] = "'";
    csv_unwrap(&cell);
    bool is_number = cell.n >= 12 && cell.n < sizeof memory - 1 && str_is_digits(cell);
    if (!is_number) { csv_put(csv, cell); return; }
    memcpy(memory + 1, cell.p, cell.n);
    csv_put(csv, (Str){ memory, cell.n + 1 });
}

static bool text_header(Text *t, const Rejects *r, Err *e) {
    for (size_t i = 0; i < r->header->titles_n; i++) if (!is_ours(r, i)) csv_put(&t->csv, r->header->titles[i]);
    if (r->row_title.n) csv_put(&t->csv, r->row_title);
    csv_put(&t->csv, r->reason_title);
    return csv_end_row(&t->csv, e);
}

static bool text_take(void *with, const Rejects *r, const CsvRow *row, Str reasons, Err *e) {
    Text *t = with;
    for (size_t i = 0; i < row->n && i < r->header->titles_n; i++) if (!is_ours(r, i)) cell_put(&t->csv, row->cells[i]);
    if (r->row_title.n) csv_put_int(&t->csv, row->at.row_n + 1);
    csv_put(&t->csv, reasons);
    t->row_n++;
    return csv_end_row(&t->csv, e);
}

static bool text_write(const Rejects *r, const char *path, int64_t *row_n, Err *e) {
    Text t = { .buf = { .max = BUF_MAX } };
    FileProof proof;
    if (!outfile_open(path, &t.file, e)) return false;
    t.csv = csv_writer(&t.buf, outfile_sink(t.file), (CsvWriteOptions){ .has_mark = true, .is_for_spreadsheet = true });
    bool is_good = text_header(&t, r, e) && rejects_each(r, 1 << 20, text_take, &t, e) && csv_end(&t.csv, e);
    buf_free(&t.buf);
    if (!is_good) { outfile_abort(t.file); return false; }
    *row_n = t.row_n;
    return outfile_finish(t.file, &proof, e);
}

// ---- as a list -----------------------------------------------------------------------------------------------------------
static bool is_number_column(const Rejects *r, size_t i) {
    for (size_t k = 0; k < r->header->known_n; k++) if (r->number_columns >> k & 1 && r->header->at[k] == (int16_t)i) return true;
    return false;
}

static bool table_begin(const Rejects *r, Arena *a, TableFormat format, Str title, TableWriter **out, Err *e) {
    TableColumn *columns = NEW(a, TableColumn, TABLE_COLUMNS_MAX);
    size_t n = 0;
    for (size_t i = 0; i < r->header->titles_n; i++) {
        if (is_ours(r, i)) continue;
        if (n == TABLE_COLUMNS_MAX - 2) return fail(e, LIMIT, "The file has more than %d columns; take the refused rows as CSV from the shell.", TABLE_COLUMNS_MAX - 2);
        columns[n++] = (TableColumn){ arena_fmt(a, "c%zu", i + 1).p, arena_str(a, r->header->titles[i]), is_number_column(r, i) ? TABLE_ID : TABLE_TEXT };
    }
    if (r->row_title.n) columns[n++] = (TableColumn){ "row", r->row_title, TABLE_ID };
    columns[n++] = (TableColumn){ "reason", r->reason_title, TABLE_TEXT };
    TableWriteOptions *options = NEW(a, TableWriteOptions, 1);
    *options = (TableWriteOptions){ .format = format, .title = title, .columns = columns, .column_n = n };
    return table_open(options, out, e);
}

static bool table_take(void *with, const Rejects *r, const CsvRow *row, Str reasons, Err *e) {
    TableWriter *w = with;
    char digits[24];
    for (size_t i = 0; i < r->header->titles_n; i++) {
        Str cell = i < row->n ? row->cells[i] : STR("");
        csv_unwrap(&cell);
        if (!is_ours(r, i)) table_put(w, cell);
    }
    snprintf(digits, sizeof digits, "%lld", (long long)row->at.row_n + 1);
    if (r->row_title.n) table_put(w, str_c(digits));
    table_put(w, reasons);
    return table_end_row(w, e);
}

#define CELL_REASONS_MAX (1 << 15)     // a cell of a workbook holds no more

bool rejects_open_table(const Rejects *r, Arena *a, TableFormat format, Str title, TableWriter **out, Err *e) {
    TableWriter *w;
    if (!table_begin(r, a, format, title, &w, e)) return false;
    if (rejects_each(r, CELL_REASONS_MAX, table_take, w, e)) { *out = w; return true; }
    table_abort(w);
    return false;
}

bool rejects_write(const Rejects *r, const char *path, int64_t *row_n, Err *e) {
    Arena a = { 0 };
    TableWriter *w;
    if (!str_ends(str_c(path), STR(".xlsx")) && !str_ends(str_c(path), STR(".XLSX"))) return text_write(r, path, row_n, e);
    bool is_good = rejects_open_table(r, &a, TABLE_XLSX, str_c(_("Refused rows to mend")), &w, e);
    int64_t count = is_good ? table_row_n(w) : 0;
    is_good = is_good && table_finish_as(w, path, e);
    if (is_good) *row_n = count;
    arena_free(&a);
    return is_good;
}
