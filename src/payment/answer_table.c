// answer_table.c: the result table of a bank or the post, by the section `answer:` of a template. CSV or workbook, columns in any
// order, titles within the first rows. A status that the template does not name stays pending.
#include "payment/answer_data.h"
#include "files/rupiah_text.h"
#include "files/table_read.h"
#include "payment_files.h"
#include <stdlib.h>

enum { COLUMN_REFERENCE, COLUMN_ACCOUNT, COLUMN_NAME, COLUMN_AMOUNT, COLUMN_STATUS, COLUMN_REASON, COLUMN_REMARK, COLUMN_PAID_ON, COLUMN_PLACE, COLUMN_BANK_REFERENCE, COLUMNS_N };
static const char *const COLUMNS[COLUMNS_N] = { "reference", "account", "name", "amount", "status", "reason", "remark", "paid_on", "place", "bank_reference" };

// ---- templates ------------------------------------------------------------------------------------------------------------------
struct AnswerTemplate { const TemplateAnswer *at; };

static const struct { const char *name, *file; const Str *text; } INSIDE[] = {
    { "bri_bulk", "rules/channels/bri_bulk.yaml", &CHANNEL_BRI_BULK }, { "pos_nominative", "rules/channels/pos_nominative.yaml", &CHANNEL_POS_NOMINATIVE },
};
#define INSIDE_N (sizeof INSIDE / sizeof *INSIDE)

const char *const *answer_template_names(void) {
    static const char *const NAMES[INSIDE_N + 1] = { "bri_bulk", "pos_nominative", NULL };
    return NAMES;
}

bool answer_template_parse(Str yaml, const char *file_name, Arena *a, const AnswerTemplate **out, Err *e) {
    const char **kinds = NEW(a, const char *, ANSWER_KINDS_N);
    for (int i = 0; i < ANSWER_KINDS_N; i++) kinds[i] = answer_kind_name((AnswerKind)i);
    AnswerTemplate *t = NEW(a, AnswerTemplate, 1);
    if (!template_answer_parse(yaml, file_name, (TemplateAnswerNames){ COLUMNS, COLUMNS_N, kinds, ANSWER_KINDS_N }, a, &t->at, e)) return false;
    if (!t->at->titles[COLUMN_STATUS]) return fail(e, BAD_INPUT, "%s: The section \"answer\" names no column \"status\"; without it nothing can be said of a payment.", file_name);
    if (!t->at->titles[COLUMN_REFERENCE] && !t->at->titles[COLUMN_REMARK] && !(t->at->titles[COLUMN_ACCOUNT] && t->at->titles[COLUMN_AMOUNT]))
        return fail(e, BAD_INPUT, "%s: The section \"answer\" needs a column \"reference\", or \"account\" and \"amount\", to say which payment is meant.", file_name);
    *out = t;
    return true;
}

bool answer_template_find(Str name, Arena *a, const AnswerTemplate **out, Err *e) {
    for (size_t i = 0; i < INSIDE_N; i++) if (str_eq(name, str_c(INSIDE[i].name))) return answer_template_parse(*INSIDE[i].text, INSIDE[i].file, a, out, e);
    return fail(e, NOT_FOUND, "No template is called %.*s; there are bri_bulk, pos_nominative, or give a file of your own (docs/channels.md).", STR_ARG(name));
}

bool answer_template_load(const char *path, Arena *a, const AnswerTemplate **out, Err *e) {
    Str text;
    return template_text(path, a, &text, e) && answer_template_parse(text, path, a, out, e);
}

AnswerTemplateInfo answer_template_info(const AnswerTemplate *t) {
    TemplateInfo i = t->at->info;
    return (AnswerTemplateInfo){ i.name, i.title_id, i.title_en, i.note, i.is_unconfirmed };
}

// ---- rows -----------------------------------------------------------------------------------------------------------------------
typedef struct {
    Reading *r;
    const TemplateAnswer *t;
    TableReader *table;
    CsvHeader header;
    Arena arena;                                           // what the header holds
    MoneyStyle style;
    bool is_style_late;                                    // a cell that can be read in two ways came before the style was known
    Buf plain;
    Buf status; AnswerKind kind;                           // the status of the row before, and what it means: most rows share it
} Rows;

static Str cell(const Rows *s, const CsvRow *row, int column) {
    if (!s->t->titles[column]) return (Str){ 0 };
    if (s->t->has_titles) return str_trim(csv_cell(&s->header, row, (size_t)column));
    return (size_t)s->t->places[column] < row->n ? str_trim(row->cells[s->t->places[column]]) : (Str){ 0 };
}

static CellMark mark(const Rows *s, const CsvRow *row, int column) {
    if (s->t->has_titles) return csv_mark(&s->header, row, (size_t)column);
    return row->marks && (size_t)s->t->places[column] < row->n ? row->marks[s->t->places[column]] : VALUE_TEXT;
}

static bool is_text_there(Str cell) { return cell.n > 0 && !str_eq(cell, STR("-")); }

static AnswerKind status_kind(Rows *s, Str status) {
    if (s->status.n && str_eq(status, buf_view(&s->status))) return s->kind;
    s->plain.max = s->status.max = CSV_CELL_MAX;
    buf_reset(&s->plain);
    csv_name_put(&s->plain, status);
    Str word = buf_view(&s->plain);
    buf_reset(&s->status);
    buf_str(&s->status, status);
    s->kind = ANSWER_UNKNOWN;
    for (size_t i = 0; i < s->t->word_n; i++) if (str_eq(s->t->words[i].word, word)) s->kind = (AnswerKind)s->t->words[i].kind;
    return s->kind;
}

static Str reason_code(Rows *s, Str reason) {
    if (reason.n == 0) return (Str){ 0 };
    s->plain.max = CSV_CELL_MAX;
    buf_reset(&s->plain);
    csv_name_put(&s->plain, reason);
    for (size_t i = 0; i < s->t->reason_n; i++) if (str_contains(buf_view(&s->plain), s->t->reasons[i].word)) return s->t->reasons[i].code;
    return answer_reason_in(reason);
}

static AnswerFault money_fault(MoneyFault fault) {
    static const AnswerFault FAULTS[MONEY_FAULTS_N] = {
        [MONEY_EMPTY] = ANSWER_NO_AMOUNT, [MONEY_NO_AMOUNT] = ANSWER_AMOUNT_FORM, [MONEY_NEGATIVE] = ANSWER_AMOUNT_NEGATIVE, [MONEY_FRACTION] = ANSWER_AMOUNT_FRACTION,
        [MONEY_AMBIGUOUS] = ANSWER_AMOUNT_AMBIGUOUS, [MONEY_OTHER_STYLE] = ANSWER_AMOUNT_AMBIGUOUS, [MONEY_SCIENTIFIC] = ANSWER_AMOUNT_FORM,
        [MONEY_ERROR_VALUE] = ANSWER_AMOUNT_FORM, [MONEY_TOO_LARGE] = ANSWER_AMOUNT_LARGE,
    };
    return FAULTS[fault];
}

// The day of a cell that may have a time behind it.
static bool paid_day(Str text, Date *out) {
    Str rest = text;
    if (date_parse_local(text, out)) return true;
    Str first = str_cut(&rest, rest.n > 10 && text.p[10] == 'T' ? 'T' : ' ');
    return rest.p && date_parse_local(first, out);
}

static void row_read(Rows *s, const CsvRow *row, AnswerLine *l) {
    Str amount = cell(s, row, COLUMN_AMOUNT), reference = cell(s, row, COLUMN_REFERENCE), account = cell(s, row, COLUMN_ACCOUNT), day = cell(s, row, COLUMN_PAID_ON);
    (void)csv_unwrap(&reference);
    (void)csv_unwrap(&account);
    *l = (AnswerLine){ .line_n = row->at.row_n + 1, .end_to_end_id = is_text_there(reference) ? reference : (Str){ 0 }, .account = is_text_there(account) ? account : (Str){ 0 },
                       .name = cell(s, row, COLUMN_NAME), .status = cell(s, row, COLUMN_STATUS), .reason_text = cell(s, row, COLUMN_REASON), .remark = cell(s, row, COLUMN_REMARK),
                       .place = cell(s, row, COLUMN_PLACE), .bank_reference = cell(s, row, COLUMN_BANK_REFERENCE), .booked_on = DATE_NONE, .value_on = DATE_NONE, .is_proof = s->t->is_proof };
    l->reason_code = reason_code(s, l->reason_text);
    l->kind = status_kind(s, l->status);
    if (l->kind == ANSWER_REJECTED && answer_code_kind("reason", l->reason_code) == ANSWER_UNKNOWN) l->kind = ANSWER_UNKNOWN;  // a duplicate: the other one may be paid
    if (row->fit != CSV_ROW_FITS) l->fault = ANSWER_ROW;
    if (!l->fault && s->t->titles[COLUMN_AMOUNT]) {
        MoneyFault fault = money_read(amount, mark(s, row, COLUMN_AMOUNT), s->style, &l->amount);
        l->has_amount = fault == MONEY_OK;
        l->fault = fault == MONEY_OK ? ANSWER_GOOD : money_fault(fault);
        l->fault_cell = amount;
    }
    if (!l->fault && is_text_there(day) && !paid_day(day, &l->booked_on)) { l->fault = ANSWER_DATE; l->fault_cell = day; }
    if (!l->fault && !l->end_to_end_id.n && !l->account.n && !l->remark.n) { l->fault = ANSWER_NO_NAME; l->fault_cell = (Str){ 0 }; }
}

// JUMLAH;3;900.000 : its largest number that is written like the amounts.
static void total_read(Rows *s, const CsvRow *row) {
    AnswerHead *h = &s->r->head;
    Rupiah sum;
    if (!s->t->titles[COLUMN_AMOUNT] || money_read(cell(s, row, COLUMN_AMOUNT), mark(s, row, COLUMN_AMOUNT), s->style, &sum) != MONEY_OK) return;
    h->has_stated_sum = true;
    h->stated_sum = sum;
}

static bool rows_open(Rows *s, Err *e) {
    TableOptions options = { .separator = s->r->options.separator, .sheet = s->r->options.sheet };
    if (!(s->r->fd < 0 ? table_open_bytes(s->r->bytes, options, &s->table, e) : table_open_fd(s->r->fd, options, &s->table, e))) return false;
    if (!s->t->has_titles) return true;
    CsvColumn known[COLUMNS_N];
    for (int i = 0; i < COLUMNS_N; i++) {
        bool is_needed = i == COLUMN_STATUS || i == COLUMN_AMOUNT || (s->t->titles[COLUMN_REFERENCE] ? i == COLUMN_REFERENCE : i == COLUMN_ACCOUNT);
        known[i] = (CsvColumn){ s->t->titles[i] ? s->t->titles[i] : "\x01", s->t->titles[i] && is_needed };
    }
    return table_header_find(s->table, &s->arena, known, COLUMNS_N, NULL, &s->header, e);
}

static bool broken_row(Rows *s, Err *fault, Err *e) {
    AnswerLine l = { .fault = ANSWER_ROW, .line_n = table_place(s->table).row_n + 1, .fault_cell = str_c(fault->text), .booked_on = DATE_NONE, .value_on = DATE_NONE };
    if (!table_recover(s->table)) { *e = *fault; return false; }
    return reading_line(s->r, &l, e);
}

static bool row_take(Rows *s, const CsvRow *row, Err *e) {
    AnswerLine l;
    if (s->t->has_titles && csv_row_is_header(&s->header, row)) return true;
    if (!is_text_there(cell(s, row, COLUMN_REFERENCE)) && !is_text_there(cell(s, row, COLUMN_ACCOUNT)) && csv_row_is_total(row)) { total_read(s, row); return true; }
    if (!s->r->is_second && s->t->titles[COLUMN_AMOUNT] && mark(s, row, COLUMN_AMOUNT) == VALUE_TEXT) {
        MoneyStyle before = s->style;
        money_look(cell(s, row, COLUMN_AMOUNT), &s->style);
        s->is_style_late |= before != s->style && s->r->head.line_n > 0;
    }
    reading_entry(s->r);
    row_read(s, row, &l);
    if (s->t->titles[COLUMN_AMOUNT] && (!l.has_amount || l.fault)) s->r->has_bad_amount = true;
    if (l.has_amount && !l.fault && !reading_book(s->r, true, l.amount, e)) return false;
    return reading_line(s->r, &l, e);
}

static bool rows_read(Rows *s, Err *e) {
    AnswerHead *h;
    CsvRow row;
    bool has_row = true;
    if (!rows_open(s, e) || !reading_open(s->r, ANSWER_TABLE, &h, e)) return false;
    for (;;) {
        Err fault = { 0 };
        if (!table_next(s->table, &row, &has_row, &fault)) { if (!broken_row(s, &fault, e)) return false; continue; }
        if (!has_row) break;
        if (!row_take(s, &row, e)) return false;
    }
    if (table_summary(s->table).is_full_sheet) return fail(e, BAD_INPUT, "The table has exactly as many rows as a sheet can hold: its end was probably cut off. Ask for it in parts.");
    h->version = reading_keep(s->r, s->t->info.name);
    h->is_unconfirmed = s->t->info.is_unconfirmed;
    h->currency = reading_keep(s->r, answer_currency(s->r));
    if (h->has_stated_sum && !s->r->has_bad_amount) h->stated = h->stated_sum.rp == h->debits.rp ? ANSWER_AGREES : ANSWER_DIFFERS;
    return true;
}

static void rows_close(Rows *s) {
    table_close(s->table);
    s->table = NULL;
    arena_reset(&s->arena);
}

bool answer_table_read(Reading *r, Err *e) {
    Rows s = { .r = r, .t = r->options.as->at, .style = r->money_style };
    bool is_good = rows_read(&s, e);
    if (is_good && !r->is_second && s.is_style_late) {     // the style is known now: read again, from the start
        MoneyStyle style = s.style;
        rows_close(&s);
        r->statement_n = 0;
        s.style = style;
        s.is_style_late = false;
        is_good = rows_read(&s, e);
    }
    if (is_good) { r->money_style = s.style; is_good = reading_close(r, e); }
    rows_close(&s);
    arena_free(&s.arena);
    buf_free(&s.plain);
    buf_free(&s.status);
    return is_good;
}
