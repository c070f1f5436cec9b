// table_write.c: the three formats behind one row. What differs stands in a table of functions (FORMATS).
#include "files/table_write.h"
#include "base/lang.h"
#include "files/csv.h"
#include "files/outfile.h"
#include "files/table_xlsx.h"
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define CELL_MAX 32767                         // characters that a cell of a spreadsheet holds

// A cell as it waits for the end of its row: text in `text`, all else in `n`.
typedef struct { bool is_known; int64_t n; size_t text_at, text_n; } Cell;

typedef struct {
    const char *name, *content_type;
    bool (*begin)(TableWriter *w, Err *e);
    bool (*row)(TableWriter *w, Err *e);
    bool (*end)(TableWriter *w, Err *e);
} Format;

struct TableWriter {
    TableWriteOptions options;
    const Format *format;
    int fd;
    int64_t row_n;
    Cell cells[TABLE_COLUMNS_MAX];
    size_t cell_n;
    Buf text;                                  // of the row's cells
    Buf bytes;                                 // of the file, until they fill a piece
    CsvWriter csv;
    TableXlsx *xlsx;
};

// ---- the temporary file ----------------------------------------------------------------------------------------------
static bool temporary_write(void *to, Str bytes, Err *e) {
    const TableWriter *w = to;
    for (size_t done = 0; done < bytes.n;) {
        ssize_t n = write(w->fd, bytes.p + done, bytes.n - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return fail(e, IO_FAILED, "The list cannot be written: %s.", strerror(errno));
        done += (size_t)n;
    }
    return true;
}

static Str cell_text(const TableWriter *w, const Cell *c) { return str_part(buf_view(&w->text), c->text_at, c->text_n); }

// ---- CSV -------------------------------------------------------------------------------------------------------------
static bool csv_begin(TableWriter *w, Err *e) {
    const TableWriteOptions *o = &w->options;
    w->csv = csv_writer(&w->bytes, (Sink){ temporary_write, w }, (CsvWriteOptions){ .has_mark = !o->has_no_mark, .is_for_spreadsheet = true });
    if (o->band.n) {
        csv_put(&w->csv, o->band);
        if (!csv_end_row(&w->csv, e)) return false;
    }
    for (size_t i = 0; i < o->column_n; i++) csv_put(&w->csv, o->columns[i].title);
    return csv_end_row(&w->csv, e);
}

// What a person would type: days as 2026-12-08, which every spreadsheet takes for a day.
static void csv_cell_put(TableWriter *w, const TableColumn *column, const Cell *c) {
    char memory[64];
    Buf b = { .p = memory, .cap = sizeof memory, .max = sizeof memory };
    if (!c->is_known) { csv_put(&w->csv, STR("")); return; }
    switch (column->kind) {
    case TABLE_TEXT: csv_put(&w->csv, cell_text(w, c)); return;
    case TABLE_ID: csv_put_id(&w->csv, cell_text(w, c)); return;
    case TABLE_COUNT: case TABLE_RUPIAH: csv_put_int(&w->csv, c->n); return;
    case TABLE_DATE: date_put_iso(&b, (Date){ (int32_t)c->n }); break;
    case TABLE_INSTANT: instant_put_iso(&b, (Instant){ c->n }); break;
    }
    csv_put(&w->csv, buf_view(&b));
}

static bool csv_row(TableWriter *w, Err *e) {
    for (size_t i = 0; i < w->cell_n; i++) csv_cell_put(w, &w->options.columns[i], &w->cells[i]);
    return csv_end_row(&w->csv, e);
}

static bool csv_finish(TableWriter *w, Err *e) { return csv_end(&w->csv, e); }

// ---- JSON ------------------------------------------------------------------------------------------------------------
static void json_put(Buf *b, Str s) {
    buf_char(b, '"');
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c == '"' || c == '\\') { buf_char(b, '\\'); buf_char(b, (char)c); }
        else if (c < 0x20 || c == 0x7F) buf_fmt(b, "\\u%04x", c);
        else buf_char(b, (char)c);
    }
    buf_char(b, '"');
}

static const char *const KIND_NAMES[] = { [TABLE_TEXT] = "text", [TABLE_ID] = "id", [TABLE_COUNT] = "count", [TABLE_RUPIAH] = "rupiah",
                                          [TABLE_DATE] = "date", [TABLE_INSTANT] = "instant" };

static bool json_begin(TableWriter *w, Err *e) {
    const TableWriteOptions *o = &w->options;
    Buf *b = &w->bytes;
    buf_c(b, "{\"title\":");
    json_put(b, o->title);
    buf_c(b, ",\"notes\":[");
    if (o->band.n) json_put(b, o->band);
    for (size_t i = 0; i < TABLE_NOTES_MAX && o->notes[i].n; i++) {
        if (i || o->band.n) buf_char(b, ',');
        json_put(b, o->notes[i]);
    }
    buf_c(b, "],\"columns\":[");
    for (size_t i = 0; i < o->column_n; i++) {
        buf_c(b, i ? ",{\"name\":" : "{\"name\":");
        json_put(b, str_c(o->columns[i].name));
        buf_c(b, ",\"title\":");
        json_put(b, o->columns[i].title);
        buf_fmt(b, ",\"kind\":\"%s\"}", KIND_NAMES[o->columns[i].kind]);
    }
    buf_c(b, "],\"rows\":[");
    return sink_take((Sink){ temporary_write, w }, b, SINK_FULL, e);
}

static void json_cell_put(TableWriter *w, const TableColumn *column, const Cell *c) {
    Buf *b = &w->bytes;
    if (!c->is_known) { buf_c(b, "null"); return; }
    switch (column->kind) {
    case TABLE_TEXT: case TABLE_ID: json_put(b, cell_text(w, c)); return;
    case TABLE_COUNT: case TABLE_RUPIAH: buf_int(b, c->n); return;
    case TABLE_DATE: buf_char(b, '"'); date_put_iso(b, (Date){ (int32_t)c->n }); break;
    case TABLE_INSTANT: buf_char(b, '"'); instant_put_iso(b, (Instant){ c->n }); break;
    }
    buf_char(b, '"');
}

static bool json_row(TableWriter *w, Err *e) {
    buf_c(&w->bytes, w->row_n ? ",\n{" : "\n{");
    for (size_t i = 0; i < w->cell_n; i++) {
        if (i) buf_char(&w->bytes, ',');
        json_put(&w->bytes, str_c(w->options.columns[i].name));
        buf_char(&w->bytes, ':');
        json_cell_put(w, &w->options.columns[i], &w->cells[i]);
    }
    buf_char(&w->bytes, '}');
    return sink_take((Sink){ temporary_write, w }, &w->bytes, SINK_FULL, e);
}

static bool json_end(TableWriter *w, Err *e) {
    buf_fmt(&w->bytes, "],\"row_n\":%lld}\n", (long long)w->row_n);
    return sink_take((Sink){ temporary_write, w }, &w->bytes, 0, e);
}

// ---- XLSX (table_xlsx.c) ---------------------------------------------------------------------------------------------
static bool xlsx_begin(TableWriter *w, Err *e) { return table_xlsx_open(&w->options, w->fd, &w->xlsx, e); }

static bool xlsx_row(TableWriter *w, Err *e) {
    if (!table_xlsx_row(w->xlsx, e)) return false;
    for (size_t i = 0; i < w->cell_n; i++) {
        const Cell *c = &w->cells[i];
        bool is_text = w->options.columns[i].kind <= TABLE_ID;
        if (!c->is_known) continue;
        if (!(is_text ? table_xlsx_text(w->xlsx, i, cell_text(w, c), e) : table_xlsx_number(w->xlsx, i, c->n, e))) return false;
    }
    return true;
}

static bool xlsx_end(TableWriter *w, Err *e) {
    TableXlsx *xlsx = w->xlsx;
    w->xlsx = NULL;
    return table_xlsx_close(xlsx, e);
}

// ---- one row after the other -----------------------------------------------------------------------------------------
static const Format FORMATS[] = {
    [TABLE_CSV] = { "csv", "text/csv; charset=utf-8", csv_begin, csv_row, csv_finish },
    [TABLE_XLSX] = { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_begin, xlsx_row, xlsx_end },
    [TABLE_JSON] = { "json", "application/json; charset=utf-8", json_begin, json_row, json_end },
};

bool table_format_parse(Str text, TableFormat *out) {
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++)
        if (str_eq(text, str_c(FORMATS[i].name))) return *out = (TableFormat)i, true;
    return false;
}

const char *table_format_name(TableFormat format) { return FORMATS[format].name; }
const char *table_content_type(TableFormat format) { return FORMATS[format].content_type; }

bool table_open(const TableWriteOptions *options, TableWriter **out, Err *e) {
    assert(options->column_n > 0 && options->column_n <= TABLE_COLUMNS_MAX);
    TableWriter *w = calloc(1, sizeof *w);
    if (!w) return fail_memory(e);
    *w = (TableWriter){ .options = *options, .format = &FORMATS[options->format], .fd = -1, .text = { .max = BUF_MAX }, .bytes = { .max = BUF_MAX } };
    if (!file_temporary(&w->fd, e) || !w->format->begin(w, e)) {
        table_abort(w);
        return false;
    }
    *out = w;
    return true;
}

static void cell_add(TableWriter *w, Cell cell) {
    assert(w->cell_n < w->options.column_n);
    w->cells[w->cell_n++] = cell;
}

static TableKind kind_next(const TableWriter *w) {
    assert(w->cell_n < w->options.column_n);
    return w->options.columns[w->cell_n].kind;
}

void table_put(TableWriter *w, Str text) {
    assert(kind_next(w) == TABLE_TEXT || kind_next(w) == TABLE_ID);
    cell_add(w, (Cell){ .is_known = text.n > 0, .text_at = w->text.n, .text_n = text.n });
    buf_str(&w->text, text);
}

void table_put_n(TableWriter *w, int64_t n) { assert(kind_next(w) == TABLE_COUNT); cell_add(w, (Cell){ .is_known = true, .n = n }); }
void table_put_rupiah(TableWriter *w, Rupiah amount) { assert(kind_next(w) == TABLE_RUPIAH); cell_add(w, (Cell){ .is_known = true, .n = amount.rp }); }
void table_put_date(TableWriter *w, Date day) { assert(kind_next(w) == TABLE_DATE); cell_add(w, (Cell){ .is_known = date_is_known(day), .n = day.days }); }
void table_put_instant(TableWriter *w, Instant at) { assert(kind_next(w) == TABLE_INSTANT); cell_add(w, (Cell){ .is_known = at.ms != INT64_MIN, .n = at.ms }); }
void table_put_none(TableWriter *w) { cell_add(w, (Cell){ .is_known = false }); }

// One law for all formats, so that a list that comes as CSV also comes as XLSX.
static bool cell_check(const TableWriter *w, size_t i, Err *e) {
    Str text = cell_text(w, &w->cells[i]);
    const char *fault = !str_is_utf8(text) ? N_("it is not valid UTF-8") : text.n && memchr(text.p, 0, text.n) ? N_("it holds a NUL byte")
                      : text.n > CELL_MAX ? N_("it is longer than the 32,767 characters of a cell") : NULL;
    if (!fault) return true;
    return fail(e, BAD_INPUT, "Row %lld of the list, column \"%.*s\": the text cannot be written, for %s.", (long long)w->row_n + 1,
                STR_ARG(w->options.columns[i].title), tr(fault));
}

bool table_end_row(TableWriter *w, Err *e) {
    assert(w->cell_n == w->options.column_n);
    if (w->text.is_full) return fail_memory(e);
    for (size_t i = 0; i < w->cell_n; i++) if (w->cells[i].text_n && !cell_check(w, i, e)) return false;
    if (!w->format->row(w, e)) return false;
    w->row_n++;
    w->cell_n = 0;
    buf_reset(&w->text);
    return true;
}

bool table_finish(TableWriter *w, int *fd, Err *e) {
    bool is_good = w->format->end(w, e) && (lseek(w->fd, 0, SEEK_SET) == 0 || fail(e, IO_FAILED, "The list cannot be written: %s.", strerror(errno)));
    if (is_good) {
        *fd = w->fd;
        w->fd = -1;
    }
    table_abort(w);
    return is_good;
}

static bool fd_copy(int fd, OutFile *to, Err *e) {
    char part[1 << 16];
    ssize_t n;
    while ((n = read(fd, part, sizeof part)) > 0) if (!outfile_write(to, (Str){ part, (size_t)n }, e)) return false;
    return n == 0 || fail(e, IO_FAILED, "The list cannot be read back: %s.", strerror(errno));
}

bool table_finish_as(TableWriter *w, const char *path, Err *e) {
    OutFile *to;
    FileProof proof;
    int fd;
    if (!table_finish(w, &fd, e)) return false;
    bool is_good = outfile_open(path, &to, e);
    if (is_good && !fd_copy(fd, to, e)) { outfile_abort(to); is_good = false; }
    else if (is_good) is_good = outfile_finish(to, &proof, e);
    close(fd);
    return is_good;
}

void table_abort(TableWriter *w) {
    if (!w) return;
    table_xlsx_abort(w->xlsx);
    if (w->fd >= 0) close(w->fd);
    buf_free(&w->text);
    buf_free(&w->bytes);
    free(w);
}

int64_t table_row_n(const TableWriter *w) { return w->row_n; }
