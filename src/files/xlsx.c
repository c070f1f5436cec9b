// A sheet as rows. The parser's handlers lay finished rows into a queue; xlsx_next takes them out and feeds the parser when it is
// empty. A feed is small, so the queue is; a row that is not finished yet is carried over.
#include "files/xlsx_data.h"
#include "base/date.h"
#include "base/lang.h"
#include <assert.h>
#include <stdlib.h>

typedef struct { const char *shared; size_t at, n; CellMark mark; int column; } QueuedCell;   // shared NULL: at in the queue's text
typedef struct { size_t first, n; int64_t row_n; bool is_hidden; } QueuedRow;

struct XlsxReader {
    Package package;
    Styles styles;
    Strings strings;
    PartStream stream;
    Str sheet;
    int64_t hidden_sheet_n, other_sheet_n;
    // the queue
    QueuedCell *cells; size_t cell_n, cell_room;
    QueuedRow *rows; size_t queued_n, queued_at, row_room;
    Buf text;
    // the row and the cell under way
    bool is_in_data, is_in_row, is_in_cell, is_in_value, is_in_inline, has_formula, is_hidden;
    int phonetic_n, column;
    int64_t row_n;                                         // of the row under way; 0 before the first
    size_t row_first, row_text_n;
    char kind;                                             // of its cell: n s i(nline) t(str) b e d
    bool is_date;
    Buf value;
    // what was given
    Str given[CSV_COLUMNS_MAX];
    CellMark marks[CSV_COLUMNS_MAX];
    CsvRow last;
    bool is_unread, is_ended;
    size_t named_n, columns_n;
    int64_t last_row_n, skip_row_n, blank_n, hidden_row_n, hidden_column_n, merged_n, formula_n;
    uint64_t formula_columns;
    int64_t looked_n;                                      // inflated in order to know which sheets hold anything
};

// ---- values --------------------------------------------------------------------------------------------------------------
#define SERIAL_MAX 2958465                                 // 31 December 9999
#define DAY_1904 1462                                      // the other system counts from 1 January 1904

// A day number, perhaps with a part of a day, as 1990-01-31 or 1990-01-31 13:45:00. False for what is no day number.
static bool serial_put(Str s, bool is_1904, char out[32], size_t *n) {
    Str rest = s, whole = str_cut(&rest, '.');
    int64_t serial, seconds = 0;
    if (!str_int64(whole, &serial) || serial < 0 || serial > SERIAL_MAX || (rest.p && !str_is_digits(rest))) return false;
    if (rest.n) {                                          // seconds = round(86400 * 0.rest), by at most 12 digits of it
        int64_t numerator = 0, denominator = 1;
        for (size_t i = 0; i < rest.n && i < 12; i++) { numerator = numerator * 10 + (rest.p[i] - '0'); denominator *= 10; }
        seconds = (2 * numerator * 86400 + denominator) / (2 * denominator);
        if (seconds == 86400) { serial++; seconds = 0; }
    }
    if (is_1904) serial += DAY_1904;
    if (serial > SERIAL_MAX) return false;
    Buf b = { .p = out, .cap = 32, .max = 32 };
    if (serial == 60) buf_c(&b, "1900-02-29");             // Excel believes in this day; nobody else does
    else if (serial > 0) date_put_iso(&b, (Date){ (int32_t)(serial - (serial > 60 ? 25569 : 25568)) });
    if (seconds) buf_fmt(&b, "%s%02d:%02d:%02d", serial ? " " : "", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
    *n = b.n;
    return b.n > 0;
}

static bool is_number(Str s) {
    size_t digit_n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool is_digit = s.p[i] >= '0' && s.p[i] <= '9';
        if (!is_digit && !strchr("+-.Ee", s.p[i])) return false;
        digit_n += is_digit;
    }
    return digit_n > 0;
}

// ---- the queue -------------------------------------------------------------------------------------------------------------
static void *grow(void *p, size_t *room, size_t needed, size_t size) {
    if (needed <= *room) return p;
    *room = *room ? 2 * *room : 1024;
    void *more = realloc(p, *room * size);
    if (!more) abort();
    return more;
}

static void cell_add(XlsxReader *r, const char *shared, Str text, CellMark mark) {
    bool is_empty = text.n == 0 && !(mark & VALUE_NO_RESULT);
    if (is_empty) return;
    if (r->column >= CSV_COLUMNS_MAX) { part_refuse(&r->stream, N_("The sheet has more than 1000 columns with something in them. Delete those that are not needed.")); return; }
    if (text.n > CSV_CELL_MAX) { part_refuse(&r->stream, N_("A cell of the workbook holds more than 64 KB of text. Shorten it.")); return; }
    if (r->cell_n > r->row_first && r->cells[r->cell_n - 1].column >= r->column) { part_refuse(&r->stream, N_("The cells of the sheet are out of order: the workbook is damaged. Save it again as .xlsx.")); return; }
    r->row_text_n += text.n;
    if (r->row_text_n > CSV_ROW_MAX) { part_refuse(&r->stream, N_("A row of the workbook holds more than 1 MB.")); return; }
    r->cells = grow(r->cells, &r->cell_room, r->cell_n + 1, sizeof *r->cells);
    r->cells[r->cell_n++] = (QueuedCell){ shared, r->text.n, text.n, mark, r->column };
    if (!shared) buf_str(&r->text, text);
    if (mark & VALUE_FORMULA) {
        r->formula_n++;
        if (r->column < XLSX_FORMULA_COLUMNS) r->formula_columns |= UINT64_C(1) << r->column;
    }
}

static void number_add(XlsxReader *r, Str value, CellMark formula) {
    char text[32];
    size_t n;
    if (r->is_date && serial_put(value, r->package.is_1904, text, &n)) cell_add(r, NULL, (Str){ text, n }, VALUE_DATE | formula);
    else cell_add(r, NULL, value, (is_number(value) ? VALUE_NUMBER : VALUE_TEXT) | formula);
}

// An ISO date keeps its day, and its time when it has one that is not midnight.
static void iso_add(XlsxReader *r, Str value, CellMark formula) {
    Str time = value, day = str_cut(&time, 'T');
    Date date;
    bool is_midnight = !time.n || str_starts(time, STR("00:00:00"));
    if (is_midnight && date_parse_iso(day, &date)) value = day;
    cell_add(r, NULL, value, VALUE_DATE | formula);
}

static void cell_finish(XlsxReader *r) {
    Str value = buf_view(&r->value);
    CellMark formula = r->has_formula ? VALUE_FORMULA : 0;
    int64_t i;
    if (value.n == 0 && r->has_formula && r->kind != 't') { cell_add(r, NULL, value, VALUE_TEXT | VALUE_FORMULA | VALUE_NO_RESULT); return; }
    if (value.n == 0) return;
    switch (r->kind) {
    case 's':
        if (!str_int64(str_trim(value), &i) || i < 0 || (size_t)i >= r->strings.n) {
            part_refuse(&r->stream, N_("A cell of the workbook points to a text that is not there: the workbook is damaged. Save it again as .xlsx."));
            return;
        }
        Str shared = strings_get(&r->strings, (size_t)i);
        cell_add(r, shared.p, shared, VALUE_TEXT | formula);
        return;
    case 'i': case 't':
        value.n = escapes_decode(r->value.p, value.n);
        cell_add(r, NULL, value, VALUE_TEXT | formula);
        return;
    case 'b': cell_add(r, NULL, part_flag(str_trim(value)) ? STR("TRUE") : STR("FALSE"), VALUE_BOOLEAN | formula); return;
    case 'e': cell_add(r, NULL, str_trim(value), VALUE_ERROR | formula); return;
    case 'd': iso_add(r, str_trim(value), formula); return;
    default: number_add(r, str_trim(value), formula);
    }
}

static void row_finish(XlsxReader *r) {
    size_t n = r->cell_n - r->row_first;
    r->is_in_row = false;
    if (n == 0) return;                                    // a blank row: the next row's number tells
    r->rows = grow(r->rows, &r->row_room, r->queued_n + 1, sizeof *r->rows);
    r->rows[r->queued_n++] = (QueuedRow){ r->row_first, n, r->row_n, r->is_hidden };
    r->hidden_row_n += r->is_hidden;
}

// Everything that was taken out leaves; the cells of the row under way move to the front.
static void queue_compact(XlsxReader *r) {
    size_t first = r->is_in_row ? r->row_first : r->cell_n, from = r->text.n;
    for (size_t i = first; i < r->cell_n; i++) if (!r->cells[i].shared && r->cells[i].at < from) from = r->cells[i].at;
    for (size_t i = first; i < r->cell_n; i++) if (!r->cells[i].shared) r->cells[i].at -= from;
    if (r->cell_n > first) memmove(r->cells, r->cells + first, (r->cell_n - first) * sizeof *r->cells);
    if (r->text.n > from) memmove(r->text.p, r->text.p + from, r->text.n - from);
    r->text.n -= from;
    r->cell_n -= first;
    r->row_first = 0;
    r->queued_n = r->queued_at = 0;
}

// ---- the sheet's XML -------------------------------------------------------------------------------------------------------
// "AB12": the column, from 0; -1 when it is no cell's name.
static int column_of(Str reference) {
    int column = 0;
    size_t i = 0;
    for (; i < reference.n && reference.p[i] >= 'A' && reference.p[i] <= 'Z' && i < 4; i++) column = column * 26 + (reference.p[i] - 'A' + 1);
    return i == 0 || column > 16384 ? -1 : column - 1;
}

static void row_start(XlsxReader *r, int attributes_n, const xmlChar **attributes) {
    Str number = part_attribute(attributes_n, attributes, "r");
    int64_t row_n = r->row_n + 1;
    if (number.p && (!str_int64(number, &row_n) || row_n <= r->row_n || row_n > XLSX_ROWS_MAX)) {
        part_refuse(&r->stream, N_("The rows of the sheet are out of order: the workbook is damaged. Save it again as .xlsx."));
        return;
    }
    r->row_n = row_n;
    r->is_hidden = part_flag(part_attribute(attributes_n, attributes, "hidden"));
    r->is_in_row = true;
    r->row_first = r->cell_n;
    r->row_text_n = 0;
    r->column = -1;
}

static void cell_start(XlsxReader *r, int attributes_n, const xmlChar **attributes) {
    static const struct { const char *type; char kind; } KINDS[] = { { "s", 's' }, { "inlineStr", 'i' }, { "str", 't' }, { "b", 'b' }, { "e", 'e' }, { "d", 'd' }, { "n", 'n' } };
    Str type = { 0 }, style = { 0 };
    r->column++;
    for (int i = 0; i < attributes_n; i++) {               // one pass: this runs once a cell
        const xmlChar **a = attributes + i * 5;
        Str value = { (const char *)a[3], (size_t)(a[4] - a[3]) };
        const char *name = (const char *)a[0];
        if (name[0] == 'r' && !name[1]) r->column = column_of(value);
        else if (name[0] == 't' && !name[1]) type = value;
        else if (name[0] == 's' && !name[1]) style = value;
    }
    if (r->column < 0) { part_refuse(&r->stream, N_("A cell of the sheet has no proper place: the workbook is damaged. Save it again as .xlsx.")); return; }
    int64_t i = 0;
    r->kind = 'n';
    for (size_t k = 0; type.n && k < sizeof KINDS / sizeof *KINDS; k++) if (str_eq(type, str_c(KINDS[k].type))) r->kind = KINDS[k].kind;
    r->is_date = r->kind == 'n' && style.n && str_int64(style, &i) && i >= 0 && (size_t)i < r->styles.n && r->styles.is_date[i];
    r->is_in_cell = true;
    r->has_formula = r->is_in_value = r->is_in_inline = false;
    r->phonetic_n = 0;
    buf_reset(&r->value);
}

static void columns_start(XlsxReader *r, int attributes_n, const xmlChar **attributes) {
    int64_t low, high;
    if (!part_flag(part_attribute(attributes_n, attributes, "hidden")) || !str_int64(part_attribute(attributes_n, attributes, "min"), &low) ||
        !str_int64(part_attribute(attributes_n, attributes, "max"), &high) || low < 1 || high < low || high > 16384) return;
    if (high - low < CSV_COLUMNS_MAX) r->hidden_column_n += high - low + 1;    // "all beyond the last" hides nothing that counts
}

static void sheet_start(PartStream *s, const char *name, int attributes_n, const xmlChar **attributes) {
    XlsxReader *r = s->of;
    if (r->is_in_cell) {
        if (strcmp(name, "v") == 0) r->is_in_value = true;
        else if (strcmp(name, "f") == 0) r->has_formula = true;
        else if (strcmp(name, "is") == 0) r->is_in_inline = true;
        else if (strcmp(name, "rPh") == 0) r->phonetic_n++;
        else if (strcmp(name, "t") == 0) r->is_in_value = r->is_in_inline && r->phonetic_n == 0;
        return;
    }
    if (r->is_in_row) { if (strcmp(name, "c") == 0) cell_start(r, attributes_n, attributes); return; }
    if (r->is_in_data) { if (strcmp(name, "row") == 0) row_start(r, attributes_n, attributes); return; }
    if (strcmp(name, "sheetData") == 0) r->is_in_data = true;
    else if (strcmp(name, "col") == 0) columns_start(r, attributes_n, attributes);
    else if (strcmp(name, "mergeCell") == 0) r->merged_n++;
}

static void sheet_text(PartStream *s, const char *p, size_t n) {
    XlsxReader *r = s->of;
    if (!r->is_in_value) return;
    if (r->value.n + n > CSV_CELL_MAX) { part_refuse(s, N_("A cell of the workbook holds more than 64 KB of text. Shorten it.")); return; }
    buf_bytes(&r->value, p, n);
}

static void sheet_end(PartStream *s, const char *name) {
    XlsxReader *r = s->of;
    if (r->is_in_cell) {
        if (strcmp(name, "v") == 0 || strcmp(name, "t") == 0) r->is_in_value = false;
        else if (strcmp(name, "rPh") == 0 && r->phonetic_n > 0) r->phonetic_n--;
        else if (strcmp(name, "is") == 0) r->is_in_inline = false;
        else if (strcmp(name, "c") == 0) { r->is_in_cell = false; cell_finish(r); }
    } else if (r->is_in_row) { if (strcmp(name, "row") == 0) row_finish(r); }
    else if (strcmp(name, "sheetData") == 0) r->is_in_data = false;
}
static const PartHandler SHEET = { sheet_start, sheet_text, sheet_end };

// ---- opening -----------------------------------------------------------------------------------------------------------------
static void sheet_reset(XlsxReader *r) {
    part_close(&r->stream);
    r->cell_n = r->queued_n = r->queued_at = r->row_first = 0;
    r->row_n = r->hidden_row_n = r->hidden_column_n = r->merged_n = r->formula_n = 0;
    r->formula_columns = 0;
    r->is_in_data = r->is_in_row = r->is_in_cell = r->is_in_value = false;
    buf_reset(&r->text);
}

static bool sheet_open(XlsxReader *r, const SheetPlace *place, Err *e) {
    bool has_part;
    sheet_reset(r);
    r->sheet = place->name;
    if (!part_open(&r->package, place->part, XLSX_PART_MAX, &SHEET, r, &r->stream, &has_part, e)) return false;
    return has_part || fail(e, BAD_INPUT, "The sheet \"%.*s\" is not in the workbook: it is damaged. Save it again as .xlsx.", STR_ARG(place->name));
}

static bool queue_fill(XlsxReader *r, Err *e) {
    queue_compact(r);
    while (r->queued_n == 0 && !r->stream.is_done) if (!part_feed(&r->stream, e)) return false;
    return true;
}

static bool sheet_has_rows(XlsxReader *r, const SheetPlace *place, bool *has_rows, Err *e) {
    if (!sheet_open(r, place, e)) return false;
    queue_compact(r);
    while (r->queued_n == 0 && !r->stream.is_done) {
        int64_t before_n = r->stream.inflated_n;
        if (!part_feed(&r->stream, e)) return false;
        r->looked_n += r->stream.inflated_n - before_n;
        if (r->looked_n > XLSX_LOOK_MAX)
            return fail(e, BAD_INPUT, "The sheets of this workbook hold more than %lld MB of empty cells before the first filled one. Copy the table into a new workbook.",
                        (long long)(XLSX_LOOK_MAX >> 20));
    }
    *has_rows = r->queued_n > 0;
    return true;
}

static bool fail_choose(const XlsxReader *r, const bool *has_rows, Err *e) {
    Buf names = { .max = 600 };
    for (size_t i = 0; i < r->package.sheet_n; i++)
        if (has_rows[i]) buf_fmt(&names, "%s\"%.*s\"", names.n ? ", " : "", STR_ARG(r->package.sheets[i].name));
    fail(e, BAD_INPUT, "The workbook has several sheets with data: %.*s. Say which one is meant.", STR_ARG(buf_view(&names)));
    buf_free(&names);
    return false;
}

// The sheet asked for; else the only visible one that holds anything.
static bool sheet_choose(XlsxReader *r, Str wanted, Err *e) {
    const SheetPlace *chosen = NULL;
    bool has_rows[XLSX_SHEETS_MAX] = { 0 };
    size_t visible_n = 0;
    for (size_t i = 0; i < r->package.sheet_n; i++) {
        const SheetPlace *place = &r->package.sheets[i];
        if (!sheet_has_rows(r, place, &has_rows[i], e)) return false;
        if (place->is_hidden && has_rows[i]) r->hidden_sheet_n++;
        if (wanted.n) { if (str_eq_nocase(place->name, wanted)) chosen = place; }
        else if (!place->is_hidden && has_rows[i]) { chosen = place; visible_n++; }
        if (!place->is_hidden && has_rows[i]) r->other_sheet_n++;
    }
    if (wanted.n && !chosen) return fail(e, NOT_FOUND, "The workbook has no sheet \"%.*s\".", STR_ARG(wanted));
    if (visible_n > 1) return fail_choose(r, has_rows, e);
    if (!chosen) return fail(e, BAD_INPUT, r->hidden_sheet_n ? N_("All sheets with data are hidden. Show the one that is meant, or say its name.") : N_("The workbook is empty."));
    if (chosen->is_hidden) r->hidden_sheet_n--; else r->other_sheet_n--;
    return sheet_open(r, chosen, e);
}

static XlsxReader *reader_make(void) {
    XlsxReader *r = calloc(1, sizeof *r);
    if (!r) abort();
    r->text.max = BUF_MAX;
    r->value.max = CSV_CELL_MAX + 1;
    return r;
}

static bool reader_open(int fd, Str bytes, XlsxOptions options, XlsxReader **out, Err *e) {
    assert(options.from.byte == 0 || options.columns_n);
    XlsxReader *r = reader_make();
    bool is_good = package_open(&r->package, fd, bytes, e) && styles_read(&r->package, &r->styles, e) && strings_read(&r->package, &r->strings, e) &&
                   sheet_choose(r, options.sheet, e);
    if (!is_good) { xlsx_close(r); return false; }
    r->skip_row_n = options.from.byte > 0 ? options.from.row_n : 0;
    r->columns_n = r->named_n = options.columns_n;
    *out = r;
    return true;
}
bool xlsx_open_fd(int fd, XlsxOptions options, XlsxReader **out, Err *e) { return reader_open(fd, (Str){ 0 }, options, out, e); }
bool xlsx_open_bytes(Str bytes, XlsxOptions options, XlsxReader **out, Err *e) { return reader_open(-1, bytes, options, out, e); }

static bool sheets_list(int fd, Str bytes, Arena *a, XlsxSheet **out, size_t *n, Err *e) {
    XlsxReader *r = reader_make();
    bool is_good = package_open(&r->package, fd, bytes, e) && styles_read(&r->package, &r->styles, e) && strings_read(&r->package, &r->strings, e);
    XlsxSheet *list = NEW(a, XlsxSheet, r->package.sheet_n + 1);
    size_t count = 0;
    for (size_t i = 0; is_good && i < r->package.sheet_n; i++) {
        const SheetPlace *place = &r->package.sheets[i];
        list[count] = (XlsxSheet){ arena_str(a, place->name), place->is_hidden, false };
        is_good = sheet_has_rows(r, place, &list[count++].has_rows, e);
    }
    xlsx_close(r);
    if (is_good) { *out = list; *n = count; }
    return is_good;
}
bool xlsx_sheets_fd(int fd, Arena *a, XlsxSheet **out, size_t *n, Err *e) { return sheets_list(fd, (Str){ 0 }, a, out, n, e); }
bool xlsx_sheets_bytes(Str bytes, Arena *a, XlsxSheet **out, size_t *n, Err *e) { return sheets_list(-1, bytes, a, out, n, e); }

void xlsx_close(XlsxReader *r) {
    if (!r) return;
    part_close(&r->stream);
    strings_close(&r->strings);
    package_close(&r->package);
    free(r->cells);
    free(r->rows);
    buf_free(&r->text);
    buf_free(&r->value);
    free(r);
}

// ---- rows --------------------------------------------------------------------------------------------------------------------
static void row_give(XlsxReader *r, const QueuedRow *q, CsvRow *row) {
    const QueuedCell *cells = r->cells + q->first;
    size_t last = (size_t)cells[q->n - 1].column + 1, n = last > r->columns_n ? last : r->columns_n;
    if (r->columns_n == 0) r->columns_n = r->named_n = last;
    for (size_t i = 0; i < n; i++) { r->given[i] = STR(""); r->marks[i] = VALUE_TEXT; }
    for (size_t i = 0; i < q->n; i++) {
        r->given[cells[i].column] = (Str){ cells[i].shared ? cells[i].shared : r->text.p + cells[i].at, cells[i].n };
        r->marks[cells[i].column] = cells[i].mark;
    }
    // A workbook has no missing cells, only empty ones: no row is too short.
    *row = (CsvRow){ .cells = r->given, .marks = r->marks, .n = n, .found_n = last, .fit = last > r->columns_n ? CSV_ROW_LONG : CSV_ROW_FITS,
                     .at = { 1, q->row_n - 1, q->row_n - 1 } };
    r->blank_n += q->row_n - r->last_row_n - 1;
    r->last_row_n = q->row_n;
    r->last = *row;
}

bool xlsx_next(XlsxReader *r, CsvRow *row, bool *has_row, Err *e) {
    if (r->is_unread) {
        r->is_unread = false;
        size_t n = r->last.n > r->columns_n ? r->last.n : r->columns_n;
        for (size_t i = r->last.n; i < n; i++) { r->given[i] = STR(""); r->marks[i] = VALUE_TEXT; }
        r->last.n = n;
        r->last.fit = r->last.found_n > r->columns_n ? CSV_ROW_LONG : CSV_ROW_FITS;
        *row = r->last;
        return *has_row = true;
    }
    if (r->is_ended) return fail(e, CONFLICT, "This file cannot be read further.");
    for (;;) {
        if (r->queued_at == r->queued_n && !queue_fill(r, e)) { r->is_ended = true; return false; }
        if (r->queued_at == r->queued_n) { *has_row = false; return true; }
        const QueuedRow *q = &r->rows[r->queued_at++];
        if (q->row_n <= r->skip_row_n) { r->last_row_n = q->row_n; continue; }
        row_give(r, q, row);
        return *has_row = true;
    }
}

void xlsx_unread(XlsxReader *r) { r->is_unread = true; }
void xlsx_expect(XlsxReader *r, size_t named_n, size_t columns_n) { r->named_n = named_n; r->columns_n = columns_n; }
size_t xlsx_columns_n(const XlsxReader *r) { return r->columns_n; }
CsvPlace xlsx_place(const XlsxReader *r) {
    int64_t row_n = r->is_unread ? r->last.at.row_n : r->last_row_n;
    return (CsvPlace){ r->stream.inflated_n ? r->stream.inflated_n : 1, row_n, row_n };
}

XlsxSummary xlsx_summary(const XlsxReader *r) {
    return (XlsxSummary){ .sheet = r->sheet, .bytes_n = r->stream.size_n, .rows_n = r->last_row_n, .blank_n = r->blank_n, .hidden_row_n = r->hidden_row_n,
                          .hidden_column_n = r->hidden_column_n, .merged_n = r->merged_n, .formula_n = r->formula_n, .hidden_sheet_n = r->hidden_sheet_n,
                          .other_sheet_n = r->other_sheet_n, .formula_columns = r->formula_columns,
                          .is_full_sheet = r->last_row_n == XLSX_ROWS_MAX || r->last_row_n == 65536, .is_1904 = r->package.is_1904 };
}
