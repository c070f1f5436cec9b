#include "http/url.h"
#include <stdarg.h>

static bool is_unreserved(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
}

void url_encode(Buf *out, Str v) {
    for (size_t i = 0; i < v.n; i++) {
        if (is_unreserved(v.p[i])) buf_char(out, v.p[i]);
        else buf_fmt(out, "%%%02X", (unsigned char)v.p[i]);
    }
}

static int hex_digit(char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool url_decode(Arena *a, Str v, bool is_form, Str *out) {
    char *to = NEW(a, char, v.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < v.n; i++) {
        char c = v.p[i];
        if (c == '%') {
            if (i + 2 >= v.n) return false;
            int high = hex_digit(v.p[i + 1]), low = hex_digit(v.p[i + 2]);
            if (high < 0 || low < 0) return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && is_form) c = ' ';
        bool is_break = c == '\n' || c == '\r' || c == '\t';
        if (((unsigned char)c < 0x20 && !(is_form && is_break)) || c == 0x7F) return false;
        if (c == '\n' && n && to[n - 1] == '\r') n--;      // a browser sends line ends as CR LF
        to[n++] = c;
    }
    *out = (Str){ to, n };
    return str_is_utf8(*out);
}

bool fields_parse(Arena *a, Str text, Fields *out, Err *e) {
    size_t count = 0;
    for (size_t i = 0; i < text.n; i++) count += text.p[i] == '&';
    if (count + 1 > FIELDS_MAX) return fail(e, LIMIT, "The form has more than %d fields.", FIELDS_MAX);
    Fields fields = { NEW(a, Field, count + 1), 0 };
    while (text.n) {
        Str value = str_cut(&text, '&');
        if (!value.n) continue;
        Str name = str_cut(&value, '=');
        Field *f = &fields.items[fields.n++];
        if (!url_decode(a, name, true, &f->name) || !url_decode(a, value, true, &f->value))
            return fail(e, BAD_INPUT, "The address or form holds characters that cannot be read. Go back and type them again.");
    }
    *out = fields;
    return true;
}

Str fields_get(const Fields *f, const char *name) {
    for (size_t i = 0; i < f->n; i++) if (str_eq(f->items[i].name, str_c(name))) return f->items[i].value;
    return (Str){ NULL, 0 };
}

bool fields_has(const Fields *f, const char *name) {
    for (size_t i = 0; i < f->n; i++) if (str_eq(f->items[i].name, str_c(name))) return true;
    return false;
}

static void put_field(Buf *b, const char *name, Str value) {
    url_encode(b, str_c(name));
    buf_char(b, '=');
    url_encode(b, value);
}

Url url_with(Arena *a, Url url, const char *name, Str value) {
    Buf b = { .max = 16384 };
    Str query = url.s;
    buf_str(&b, str_cut(&query, '?'));
    char separator = '?';
    bool is_done = value.n == 0;
    while (query.n) {
        Str piece = str_cut(&query, '&'), rest = piece;
        bool is_ours = str_eq(str_cut(&rest, '='), str_c(name));
        if (!piece.n || (is_ours && is_done)) continue;
        buf_char(&b, separator);
        if (is_ours) put_field(&b, name, value);
        else buf_str(&b, piece);
        is_done = is_done || is_ours;
        separator = '&';
    }
    if (!is_done) {
        buf_char(&b, separator);
        put_field(&b, name, value);
    }
    Url out = { arena_str(a, buf_view(&b)) };
    buf_free(&b);
    return out;
}

Url url_path(Arena *a, const char *fmt, ...) {
    Buf b = { .max = 4096 };
    va_list args;
    va_start(args, fmt);
    buf_vfmt(&b, fmt, args);
    va_end(args);
    Url out = { arena_str(a, buf_view(&b)) };
    buf_free(&b);
    return out;
}

bool url_is_local(Str url) {
    if (!url.n || url.p[0] != '/' || (url.n > 1 && url.p[1] == '/')) return false;
    for (size_t i = 0; i < url.n; i++) if ((unsigned char)url.p[i] <= 0x20 || url.p[i] == 0x7F || url.p[i] == '\\') return false;
    return true;
}
