// The small parts of a workbook: which styles are dates, and the shared strings.
#include "files/xlsx_data.h"
#include "base/lang.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

// ---- styles --------------------------------------------------------------------------------------------------------------
#define FORMATS_MAX 4096
typedef struct { int64_t id; bool is_date; } Format;
typedef struct { Package *p; Format *formats; size_t format_n; Styles *styles; bool is_in_cells; } Reading;

// Does a format code show days or times? Letters in quotes, in brackets ([Red], [$-421]) and behind \ or _ say nothing; [h] does.
static bool code_is_date(Str code) {
    bool is_quoted = false;
    for (size_t i = 0; i < code.n; i++) {
        char c = code.p[i];
        if (c == '"') { is_quoted = !is_quoted; continue; }
        if (is_quoted) continue;
        if (c == '\\' || c == '_' || c == '*') { i++; continue; }
        if (c == ';') return false;                        // the other sections are for negative numbers and text
        if (c == '[') {
            if (i + 1 < code.n && strchr("hHmMsS", code.p[i + 1])) return true;
            while (i < code.n && code.p[i] != ']') i++;
            continue;
        }
        if (strchr("dDmMyYhHsS", c)) return true;
        if (str_starts(str_part(code, i, code.n), STR("General"))) return false;
    }
    return false;
}

static bool format_is_date(const Reading *r, int64_t id) {
    for (size_t i = 0; i < r->format_n; i++) if (r->formats[i].id == id) return r->formats[i].is_date;
    return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58) || (id >= 71 && id <= 81);
}

static void styles_start(PartStream *s, const char *name, int attributes_n, const xmlChar **attributes) {
    Reading *r = s->of;
    int64_t id = 0;
    if (strcmp(name, "cellXfs") == 0) r->is_in_cells = true;
    bool is_format = strcmp(name, "numFmt") == 0, is_style = r->is_in_cells && strcmp(name, "xf") == 0;
    if (!is_format && !is_style) return;
    bool is_known = str_int64(part_attribute(attributes_n, attributes, "numFmtId"), &id);
    if (is_format && is_known && r->format_n < FORMATS_MAX)
        r->formats[r->format_n++] = (Format){ id, code_is_date(part_attribute(attributes_n, attributes, "formatCode")) };
    if (!is_style) return;
    if (r->styles->n == STYLES_MAX) { part_refuse(s, N_("The workbook has more than 65,536 cell formats. It is not read. Save it again as CSV.")); return; }
    r->styles->is_date[r->styles->n++] = is_known && format_is_date(r, id);
}
static void styles_end(PartStream *s, const char *name) {
    Reading *r = s->of;
    if (strcmp(name, "cellXfs") == 0) r->is_in_cells = false;
}
static const PartHandler STYLES = { styles_start, NULL, styles_end };

bool styles_read(Package *p, Styles *out, Err *e) {
    bool has_part;
    out->is_date = NEW(&p->arena, uint8_t, STYLES_MAX);
    out->n = 0;
    Reading r = { p, NEW(&p->arena, Format, FORMATS_MAX), 0, out, false };
    return part_read(p, p->styles, XLSX_SMALL_MAX, &STYLES, &r, &has_part, e);
}

// ---- shared strings ------------------------------------------------------------------------------------------------------
typedef struct { Strings *strings; Buf text; bool is_in_text; int phonetic_n; uint64_t end; } Collecting;

static int hex_digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

// The code of _xHHHH_ at p (7 bytes are there), or -1.
static int escape_at(const char *p) {
    int code = 0;
    if (p[0] != '_' || p[1] != 'x' || p[6] != '_') return -1;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(p[i]);
        if (digit < 0) return -1;
        code = code * 16 + digit;
    }
    return code;
}

size_t escapes_decode(char *p, size_t n) {
    if (n < 7 || !memmem(p, n, "_x", 2)) return n;
    size_t to = 0;
    for (size_t i = 0; i < n;) {
        int code = i + 7 <= n ? escape_at(p + i) : -1;
        bool is_plain = code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code < 0x7F);
        if (is_plain) { p[to++] = (char)code; i += 7; }
        else p[to++] = p[i++];
    }
    return to;
}

static void strings_start(PartStream *s, const char *name, int attributes_n, const xmlChar **attributes) {
    (void)attributes_n, (void)attributes;
    Collecting *c = s->of;
    if (strcmp(name, "si") == 0) buf_reset(&c->text);
    else if (strcmp(name, "rPh") == 0) c->phonetic_n++;
    else if (strcmp(name, "t") == 0) c->is_in_text = c->phonetic_n == 0;
}
static void strings_text(PartStream *s, const char *p, size_t n) {
    Collecting *c = s->of;
    if (!c->is_in_text) return;
    if (c->text.n + n > CSV_CELL_MAX) { part_refuse(s, N_("A cell of the workbook holds more than 64 KB of text. Shorten it.")); return; }
    buf_bytes(&c->text, p, n);
}
static void strings_end(PartStream *s, const char *name) {
    Collecting *c = s->of;
    if (strcmp(name, "t") == 0) c->is_in_text = false;
    else if (strcmp(name, "rPh") == 0 && c->phonetic_n > 0) c->phonetic_n--;
    if (strcmp(name, "si") != 0) return;
    if ((int64_t)c->strings->n == XLSX_STRINGS_MAX) { part_refuse(s, N_("The workbook holds too many texts. Save it as CSV.")); return; }
    size_t n = c->text.n ? escapes_decode(c->text.p, c->text.n) : 0;
    c->end += n;
    bool is_written = (n == 0 || fwrite(c->text.p, n, 1, c->strings->text) == 1) && fwrite(&c->end, sizeof c->end, 1, c->strings->ends) == 1;
    if (!is_written) part_refuse(s, N_("The temporary directory is full: the texts of the workbook do not fit. Make room and try again."));
    c->strings->n++;
}
static const PartHandler STRINGS = { strings_start, strings_text, strings_end };

static bool map(FILE *file, size_t n, const void **out) {
    if (fflush(file) != 0) return false;
    if (n == 0) { *out = ""; return true; }
    void *p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fileno(file), 0);
    if (p == MAP_FAILED) return false;
    *out = p;
    return true;
}

bool strings_read(Package *p, Strings *out, Err *e) {
    bool has_part = false;
    const void *text = NULL, *ends = NULL;
    *out = (Strings){ .text = tmpfile(), .ends = tmpfile() };
    if (!out->text || !out->ends) return fail(e, IO_FAILED, "The temporary directory cannot take the texts of the workbook: %s.", strerror(errno));
    Collecting c = { .strings = out, .text = { .max = CSV_CELL_MAX + 1 } };
    bool is_good = part_read(p, p->strings, XLSX_PART_MAX, &STRINGS, &c, &has_part, e);
    buf_free(&c.text);
    if (!is_good) return false;
    if (!map(out->text, (size_t)c.end, &text) || !map(out->ends, out->n * sizeof c.end, &ends))
        return fail(e, IO_FAILED, "The temporary directory cannot take the texts of the workbook: %s.", strerror(errno));
    out->bytes = text;
    out->bytes_n = (size_t)c.end;
    out->end = ends;
    return true;
}

void strings_close(Strings *s) {
    if (s->bytes && s->bytes_n) munmap((void *)(uintptr_t)s->bytes, s->bytes_n);
    if (s->end && s->n) munmap((void *)(uintptr_t)s->end, s->n * sizeof *s->end);
    if (s->text) fclose(s->text);
    if (s->ends) fclose(s->ends);
    *s = (Strings){ .n = 0 };
}
