#include "files/template.h"
#include "base/lang.h"
#include "files/latin.h"
#include "files/template_data.h"
#include <stdlib.h>

struct TemplateWriter {
    const Template *t;
    OutFile *file;
    const TemplateValue *file_values;
    TemplateTotals expected, written;
    int64_t hash;
    Buf out, cell;
};

static void put_number(Buf *b, int64_t v, char thousands) {
    char digits[24];
    Buf d = { .p = digits, .cap = sizeof digits, .max = sizeof digits };
    buf_int(&d, v);
    for (size_t i = 0; i < d.n; i++) {
        bool is_group = i && (d.n - i) % 3 == 0 && digits[i - 1] != '-';
        if (thousands && is_group) buf_char(b, thousands);
        buf_char(b, digits[i]);
    }
}

static void put_date(Buf *b, Date date, Str pattern) {
    int year, month, day;
    if (!date_is_known(date)) return;
    date_split(date, &year, &month, &day);
    while (pattern.n) {
        size_t used = 2;
        if (str_starts(pattern, STR("yyyy"))) { buf_fmt(b, "%04d", year); used = 4; }
        else if (str_starts(pattern, STR("yy"))) buf_fmt(b, "%02d", year % 100);
        else if (str_starts(pattern, STR("MM"))) buf_fmt(b, "%02d", month);
        else if (str_starts(pattern, STR("dd"))) buf_fmt(b, "%02d", day);
        else { buf_char(b, pattern.p[0]); used = 1; }
        pattern = str_part(pattern, used, pattern.n);
    }
}

static void put_text(Buf *b, Str text, TemplateEncoding encoding) {
    if (encoding == TEMPLATE_ASCII || encoding == TEMPLATE_ASCII_UPPER) latin_put(b, text, (LatinOptions){ .is_upper = encoding == TEMPLATE_ASCII_UPPER });
    else buf_str(b, text);
}

// The bare content of a cell, without padding and quotes.
static void put_content(TemplateWriter *w, const TemplateCell *c, const TemplateValue *values) {
    Buf *b = &w->cell;
    TemplateValue v = { 0 };
    if (c->kind == CELL_FIELD) v = values[c->field];
    if (c->kind == CELL_ROW) v.count = w->written.count + 1;
    if (c->kind == CELL_COUNT) v.count = w->expected.count;
    if (c->kind == CELL_HASH) v.count = w->hash;
    if (c->kind == CELL_SUM) v.rupiah = w->expected.sum;
    if (c->kind == CELL_TEXT) { buf_str(b, c->text); return; }     // as the template says, whatever the encoding does to names
    switch (c->field_kind) {
    case FIELD_TEXT: put_text(b, v.text, w->t->encoding); break;
    case FIELD_COUNT: put_number(b, v.count, c->thousands); break;
    case FIELD_DATE: put_date(b, v.date, c->date); break;
    case FIELD_RUPIAH:
        put_number(b, v.rupiah.rp, c->thousands);
        if (c->decimals && c->decimal) buf_char(b, c->decimal);
        if (c->decimals) buf_c(b, "00");
    }
}

static int64_t characters(Str s) {
    int64_t n = 0;
    for (size_t i = 0; i < s.n; i++) n += ((unsigned char)s.p[i] & 0xC0) != 0x80;
    return n;
}

static void cut_to(Buf *b, int64_t width) {
    size_t i = 0;
    for (int64_t n = 0; i < b->n; i++) if (((unsigned char)b->p[i] & 0xC0) != 0x80 && n++ == width) break;
    b->n = i;
}

static const char *content_fault(const Template *t, const TemplateCell *c, Str content) {
    if (c->is_required && content.n == 0) return N_("is empty");
    if (!str_is_utf8(content)) return N_("is not valid UTF-8");
    for (size_t i = 0; i < content.n; i++) {
        unsigned char ch = (unsigned char)content.p[i];
        if (ch < ' ' && ch != '\t' && ch != '\n' && ch != '\r') return N_("holds control bytes");
        bool breaks_line = ch == '\n' || ch == '\r', breaks_cell = content.p[i] == t->separator || ch == '"';
        if (breaks_line && (t->is_fixed || t->quote == QUOTE_NEVER)) return N_("holds a line end");
        if (breaks_cell && !t->is_fixed && t->quote == QUOTE_NEVER) return N_("holds the separator or a quote, and this file has no quoting");
    }
    return NULL;
}

static bool fail_cell(const TemplateWriter *w, const TemplateCell *c, const char *fault, Err *e) {
    Str name = c->kind == CELL_FIELD && c->title.n == 0 ? str_c("") : c->title;
    return fail(e, BAD_INPUT, "Row %lld, column \"%.*s\" (line %zu of the template): %s.", (long long)w->written.count + 1, STR_ARG(name), c->line_n, tr(fault));
}

static void put_quoted(const TemplateWriter *w, Buf *out, Str content) {
    bool needs = w->t->quote == QUOTE_ALWAYS;
    for (size_t i = 0; i < content.n; i++) needs |= content.p[i] == w->t->separator || content.p[i] == '"' || content.p[i] == '\n' || content.p[i] == '\r';
    if (w->t->quote == QUOTE_NEVER || !needs) { buf_str(out, content); return; }
    buf_char(out, '"');
    for (size_t i = 0; i < content.n; i++) {
        if (content.p[i] == '"') buf_char(out, '"');
        buf_char(out, content.p[i]);
    }
    buf_char(out, '"');
}

static bool put_cell(TemplateWriter *w, const TemplateCell *c, const TemplateValue *values, Err *e) {
    buf_reset(&w->cell);
    put_content(w, c, values);
    if (c->is_cut) cut_to(&w->cell, c->width ? c->width : TEMPLATE_WIDTH_MAX);
    Str content = buf_view(&w->cell);
    const char *fault = content_fault(w->t, c, content);
    int64_t n = characters(content);
    if (!fault && c->width && n > c->width) fault = N_("is wider than the column");
    if (fault) return fail_cell(w, c, fault, e);
    if (!w->t->is_fixed) { put_quoted(w, &w->out, content); return true; }
    if (!c->is_right) buf_str(&w->out, content);
    for (; n < c->width; n++) buf_char(&w->out, c->pad);
    if (c->is_right) buf_str(&w->out, content);
    return true;
}

static bool put_line(TemplateWriter *w, const TemplateLine *line, const TemplateValue *values, Err *e) {
    for (size_t i = 0; i < line->n; i++) {
        if (i && !w->t->is_fixed) buf_char(&w->out, w->t->separator);
        if (!put_cell(w, &line->cells[i], values, e)) return false;
    }
    buf_c(&w->out, w->t->line_end);
    return sink_take(outfile_sink(w->file), &w->out, SINK_FULL, e);
}

static void put_titles(TemplateWriter *w) {
    for (size_t i = 0; i < w->t->columns.n; i++) {
        if (i) buf_char(&w->out, w->t->separator);
        put_quoted(w, &w->out, w->t->columns.cells[i].title);
    }
    buf_c(&w->out, w->t->line_end);
}

static void writer_free(TemplateWriter *w) {
    buf_free(&w->out);
    buf_free(&w->cell);
    free(w);
}

void template_abort(TemplateWriter *w) {
    if (!w) return;
    outfile_abort(w->file);
    writer_free(w);
}

bool template_open(const Template *t, const char *path, const TemplateValue *file_values, TemplateTotals expected, TemplateWriter **out, Err *e) {
    OutFile *file;
    if (expected.count > t->info.rows_max)
        return fail(e, LIMIT, "%lld payments do not fit in one file of this channel, which takes %lld. Split the batch.", (long long)expected.count, (long long)t->info.rows_max);
    if (!outfile_open(path, &file, e)) return false;
    TemplateWriter *w = calloc(1, sizeof *w);
    if (!w) abort();
    *w = (TemplateWriter){ .t = t, .file = file, .file_values = file_values, .expected = expected };
    if (t->encoding == TEMPLATE_UTF8_MARKED) buf_c(&w->out, "\xEF\xBB\xBF");
    for (size_t i = 0; i < t->header_n; i++) if (!put_line(w, &t->header[i], file_values, e)) { template_abort(w); return false; }
    if (t->has_titles) put_titles(w);
    *out = w;
    return true;
}

// The last digits of a text, as a number.
static int64_t last_digits(Str text, int64_t digits_n) {
    int64_t v = 0, place = 1;
    for (size_t i = text.n; i-- > 0 && digits_n > 0;) {
        if (text.p[i] < '0' || text.p[i] > '9') continue;
        v += (text.p[i] - '0') * place;
        place *= 10;
        digits_n--;
    }
    return v;
}

bool template_put(TemplateWriter *w, const TemplateValue *row, Err *e) {
    const Template *t = w->t;
    Rupiah sum;
    Rupiah amount = row[t->columns.cells[t->sum_column].field].rupiah;
    if (amount.rp <= 0) return fail(e, BAD_INPUT, "Row %lld: the amount must be more than 0.", (long long)w->written.count + 1);
    if (!rupiah_add(w->written.sum, amount, &sum, e) || !put_line(w, &t->columns, row, e)) return false;
    if (t->hash_digits) w->hash += last_digits(row[t->columns.cells[t->hash_column].field].text, t->hash_digits);
    w->written.sum = sum;
    w->written.count++;
    return true;
}

static bool file_end(TemplateWriter *w, Err *e) {
    if (w->written.count != w->expected.count || w->written.sum.rp != w->expected.sum.rp)
        return fail(e, CONFLICT, "The books say %lld payments with Rp %lld, but %lld with Rp %lld were given. Nothing was written.", (long long)w->expected.count,
                    (long long)w->expected.sum.rp, (long long)w->written.count, (long long)w->written.sum.rp);
    for (size_t i = 0; i < w->t->trailer_n; i++) if (!put_line(w, &w->t->trailer[i], w->file_values, e)) return false;
    return sink_take(outfile_sink(w->file), &w->out, 0, e);
}

bool template_finish(TemplateWriter *w, FileProof *proof, Err *e) {
    bool ok = file_end(w, e);
    if (ok) ok = outfile_finish(w->file, proof, e);
    else outfile_abort(w->file);
    writer_free(w);
    return ok;
}
