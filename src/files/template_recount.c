// The second pair of eyes: from the bytes back to numbers, by the template alone. Uses the CSV reader for delimited files and
// plain lines for fixed ones; two passes, one to know where the trailer begins, one to add up.
#include "files/template.h"
#include "base/lang.h"
#include "files/csv.h"
#include "files/template_data.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct {
    const Template *t;
    CsvReader *csv;
    FILE *lines;
    char *line; size_t line_cap;
    int64_t line_n;
    Str cells[CSV_COLUMNS_MAX];
    size_t n;
} Source;

static bool source_open(Source *s, const Template *t, const char *path, Err *e) {
    *s = (Source){ .t = t };
    if (!t->is_fixed) return csv_open_path(path, (CsvOptions){ .separator = t->separator, .encoding = CSV_UTF8, .columns_n = t->columns.n }, &s->csv, e);
    s->lines = fopen(path, "re");
    return s->lines || fail(e, errno == ENOENT ? NOT_FOUND : IO_FAILED, "%s cannot be opened: %s.", path, strerror(errno));
}

static void source_close(Source *s) {
    csv_close(s->csv);
    if (s->lines) fclose(s->lines);
    free(s->line);
}

// The first `width` characters of *rest, taken off. False when there are fewer.
static bool take(Str *rest, int64_t width, Str *out) {
    size_t i = 0;
    for (int64_t n = 0; n < width; n++) {
        if (i >= rest->n) return false;
        for (i++; i < rest->n && ((unsigned char)rest->p[i] & 0xC0) == 0x80;) i++;
    }
    *out = str_part(*rest, 0, i);
    *rest = str_part(*rest, i, rest->n);
    return true;
}

// Reads the next line as cells of `like`; a NULL `like` only counts it.
static bool source_next(Source *s, const TemplateLine *like, bool *has_line, Err *e) {
    if (s->csv) {
        CsvRow row;
        if (!csv_next(s->csv, &row, has_line, e)) return false;
        s->line_n = row.at.line_n + 1;
        s->n = row.n;
        if (*has_line) memcpy(s->cells, row.cells, row.n * sizeof *row.cells);
        return !*has_line || !like || row.found_n <= like->n || fail(e, BAD_INPUT, "This line has %zu cells instead of %zu.", row.found_n, like->n);
    }
    ssize_t k = getline(&s->line, &s->line_cap, s->lines);
    *has_line = k >= 0;
    if (k < 0) return !ferror(s->lines) || fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
    Str rest = { s->line, (size_t)k };
    if (s->line_n++ == 0 && str_starts(rest, STR("\xEF\xBB\xBF"))) rest = str_part(rest, 3, rest.n);
    if (!str_ends(rest, str_c(s->t->line_end))) return fail(e, BAD_INPUT, "This line does not end as it should.");
    rest.n -= strlen(s->t->line_end);
    for (s->n = 0; like && s->n < like->n; s->n++)
        if (!take(&rest, like->cells[s->n].width, &s->cells[s->n])) return fail(e, BAD_INPUT, "This line is too short.");
    return !like || rest.n == 0 || fail(e, BAD_INPUT, "This line is too long.");
}

// A number as this cell writes it: padding, thousands and decimals off.
static bool number_read(const TemplateCell *c, Str text, int64_t *out) {
    char digits[32];
    size_t n = 0;
    while (text.n && c->is_right && text.p[0] == c->pad && (c->pad != '0' || text.n > 1)) text = str_part(text, 1, text.n);
    while (text.n && !c->is_right && text.p[text.n - 1] == c->pad) text.n--;
    if (c->field_kind == FIELD_RUPIAH && c->decimals) {
        char fraction[3] = { c->decimal, '0', '0' };
        Str end = c->decimal ? (Str){ fraction, 3 } : (Str){ fraction + 1, 2 };
        if (!str_ends(text, end)) return false;
        text.n -= end.n;
    }
    for (size_t i = 0; i < text.n && n < sizeof digits; i++) if (c->thousands == 0 || text.p[i] != c->thousands) digits[n++] = text.p[i];
    return n < sizeof digits && str_is_digits((Str){ digits, n }) && str_int64((Str){ digits, n }, out);
}

// What a line says of itself against what was counted.
static bool line_check(const Source *s, const TemplateLine *line, TemplateTotals total, int64_t hash, Err *e) {
    for (size_t i = 0; i < line->n; i++) {
        const TemplateCell *c = &line->cells[i];
        int64_t said = 0, counted = c->kind == CELL_COUNT ? total.count : c->kind == CELL_SUM ? total.sum.rp : hash;
        if (c->kind != CELL_COUNT && c->kind != CELL_SUM && c->kind != CELL_HASH) continue;
        Str text = i < s->n ? s->cells[i] : STR("");
        if (!number_read(c, text, &said)) return fail(e, BAD_INPUT, "Column %zu: \"%.*s\" is not a number of this template.", i + 1, STR_ARG(text));
        if (said != counted) return fail(e, BAD_INPUT, "Column %zu says %lld, but the rows give %lld.", i + 1, (long long)said, (long long)counted);
    }
    return true;
}

static bool row_add(const Source *s, TemplateTotals *total, int64_t *hash, Err *e) {
    const Template *t = s->t;
    total->count++;
    for (size_t i = 0; i < t->columns.n; i++) {
        const TemplateCell *c = &t->columns.cells[i];
        int64_t v = 0;
        bool is_number = c->field_kind == FIELD_RUPIAH || c->field_kind == FIELD_COUNT;
        if (!is_number) continue;
        if (!number_read(c, s->cells[i], &v)) return fail(e, BAD_INPUT, "Column %zu: \"%.*s\" is not a number of this template.", i + 1, STR_ARG(s->cells[i]));
        if (c->kind == CELL_ROW && v != total->count) return fail(e, BAD_INPUT, "Column %zu says %lld, but the rows give %lld.", i + 1, (long long)v, (long long)total->count);
        if (i == t->sum_column && !rupiah_add(total->sum, (Rupiah){ v }, &total->sum, e)) return false;
    }
    if (t->hash_digits) {
        char digits[16] = "";
        size_t n = 0, want = (size_t)t->hash_digits;
        Str text = s->cells[t->hash_column];
        for (size_t i = text.n; i-- > 0 && n < want;) if (text.p[i] >= '0' && text.p[i] <= '9') digits[want - ++n] = text.p[i];
        int64_t v = 0;
        if (n && !str_int64((Str){ digits + want - n, n }, &v)) return false;
        *hash += v;
    }
    return true;
}

// One pass. Total is known in the second only: the first (NULL) counts lines.
static bool pass(const Template *t, const char *path, int64_t *lines_n, TemplateTotals *total, int64_t *hash, const TemplateTotals *known, const int64_t *known_hash, Err *e) {
    Source s;
    bool has_line = true, ok = source_open(&s, t, path, e);
    int64_t first = (int64_t)t->header_n + t->has_titles, i = 0, end = *lines_n - (int64_t)t->trailer_n;
    for (; ok; i++) {
        const TemplateLine *like = *lines_n == 0 ? NULL : i < (int64_t)t->header_n ? &t->header[i] : i < end ? &t->columns : i < *lines_n ? &t->trailer[i - end] : NULL;
        ok = source_next(&s, like, &has_line, e);
        if (!ok || !has_line) break;
        if (!like) continue;
        if (i >= first && i < end) ok = row_add(&s, total, hash, e);
        else if (known && !(t->has_titles && i == first - 1)) ok = line_check(&s, like, *known, *known_hash, e);
    }
    if (!ok) fail_in(e, "%s, line %lld: ", path, (long long)s.line_n);
    else *lines_n = i;
    source_close(&s);
    return ok;
}

bool template_recount(const Template *t, const char *path, TemplateTotals *out, FileProof *proof, Err *e) {
    int64_t lines_n = 0, hash = 0, hash_again = 0;
    TemplateTotals total = { 0 }, again = { 0 };
    if (!pass(t, path, &lines_n, NULL, NULL, NULL, NULL, e)) return false;
    if (lines_n < (int64_t)(t->header_n + t->has_titles + t->trailer_n)) return fail(e, BAD_INPUT, "%s is cut off: it has %lld lines.", path, (long long)lines_n);
    if (!pass(t, path, &lines_n, &total, &hash, NULL, NULL, e) || !pass(t, path, &lines_n, &again, &hash_again, &total, &hash, e)) return false;
    FILE *f = fopen(path, "re");
    if (!f) return fail(e, IO_FAILED, "%s cannot be opened: %s.", path, strerror(errno));
    bool ok = file_prove(fileno(f), proof, e);
    fclose(f);
    if (ok) *out = total;
    return ok;
}
