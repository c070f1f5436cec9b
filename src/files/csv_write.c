#include "files/csv.h"
#include "base/lang.h"

CsvWriter csv_writer(Buf *buf, Sink sink, CsvWriteOptions options) {
    if (options.separator == 0) options.separator = ';';
    if (options.has_mark) buf_c(buf, "\xEF\xBB\xBF");
    return (CsvWriter){ .options = options, .buf = buf, .sink = sink, .is_blank = true, .row_start = buf->n };
}

static bool is_plain(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ' || c == '_'; }

// The first cell of a file is quoted unless it is quite plain: a reader could take it for a `sep=` line or another kind of file.
static bool needs_quotes(const CsvWriter *w, Str cell) {
    bool is_first = w->rows_n == 0 && w->cells_n == 0;
    for (size_t i = 0; i < cell.n; i++) {
        char c = cell.p[i];
        if (c == w->options.separator || c == '"' || c == '\r' || c == '\n' || (is_first && !is_plain(c))) return true;
    }
    return false;
}

static void put_raw(CsvWriter *w, Str cell, const char *before) {
    bool is_quoted = needs_quotes(w, cell);
    if (w->cells_n++) buf_char(w->buf, w->options.separator);
    if (is_quoted) buf_char(w->buf, '"');
    buf_c(w->buf, before);
    if (!is_quoted) buf_str(w->buf, cell);
    for (Str rest = is_quoted ? cell : (Str){ 0 }; rest.p;) {
        buf_str(w->buf, str_cut(&rest, '"'));
        if (rest.p) buf_c(w->buf, "\"\"");
    }
    if (is_quoted) buf_char(w->buf, '"');
    w->is_blank &= cell.n == 0;
}

void csv_put(CsvWriter *w, Str cell) {
    bool is_formula = w->options.is_for_spreadsheet && cell.n && memchr("=+-@\t\r", cell.p[0], 6) != NULL;
    if (cell.n && (memchr(cell.p, 0, cell.n) || memchr(cell.p, 0x1A, cell.n))) w->fault = N_("a cell holds a NUL or Ctrl-Z byte");
    else if (!str_is_utf8(cell)) w->fault = N_("a cell is not valid UTF-8");
    put_raw(w, cell, is_formula ? "'" : "");
}

void csv_put_int(CsvWriter *w, int64_t v) {
    char memory[24];
    Buf digits = { .p = memory, .cap = sizeof memory, .max = sizeof memory };
    buf_int(&digits, v);
    put_raw(w, buf_view(&digits), "");
}

void csv_put_id(CsvWriter *w, Str digits) {
    bool is_plain_number = w->options.is_for_spreadsheet && str_is_digits(digits);
    if (!is_plain_number) { csv_put(w, digits); return; }
    if (w->cells_n++) buf_char(w->buf, w->options.separator);
    buf_c(w->buf, "\"=\"\"");
    buf_str(w->buf, digits);
    buf_c(w->buf, "\"\"\"");
    w->is_blank = false;
}

bool csv_end_row(CsvWriter *w, Err *e) {
    if (w->fault) return fail(e, BAD_INPUT, "Row %lld cannot be written: %s.", (long long)w->rows_n + 1, tr(w->fault));
    if (w->is_blank && w->cells_n) {                       // "" instead of nothing, or a reader would skip the row
        Buf rest = { .max = CSV_COLUMNS_MAX };
        buf_str(&rest, str_part(buf_view(w->buf), w->row_start, w->buf->n));
        w->buf->n = w->row_start;
        buf_c(w->buf, "\"\"");
        buf_str(w->buf, buf_view(&rest));
        buf_free(&rest);
    }
    buf_c(w->buf, "\r\n");
    w->rows_n++;
    w->cells_n = 0;
    w->is_blank = true;
    bool ok = sink_take(w->sink, w->buf, SINK_FULL, e);
    w->row_start = w->buf->n;
    return ok;
}

bool csv_end(CsvWriter *w, Err *e) { return sink_take(w->sink, w->buf, 0, e); }
