#include "base/str.h"
#include <stdio.h>
#include <stdlib.h>

int str_cmp(Str a, Str b) {
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n ? memcmp(a.p, b.p, n) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c; }

bool str_eq_nocase(Str a, Str b) {
    if (a.n != b.n) return false;
    for (size_t i = 0; i < a.n; i++) if (lower(a.p[i]) != lower(b.p[i])) return false;
    return true;
}

bool str_starts(Str s, Str prefix) { return s.n >= prefix.n && str_eq((Str){ s.p, prefix.n }, prefix); }
bool str_ends(Str s, Str suffix) { return s.n >= suffix.n && str_eq((Str){ s.p + (s.n - suffix.n), suffix.n }, suffix); }
bool str_contains(Str s, Str part) { return part.n == 0 || (s.n && memmem(s.p, s.n, part.p, part.n) != NULL); }

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

Str str_trim(Str s) {
    while (s.n && is_space(s.p[0])) { s.p++; s.n--; }
    while (s.n && is_space(s.p[s.n - 1])) s.n--;
    return s;
}

Str str_part(Str s, size_t from, size_t n) {
    if (from >= s.n) return (Str){ NULL, 0 };
    return (Str){ s.p + from, n < s.n - from ? n : s.n - from };
}

Str str_cut(Str *rest, char separator) {
    const char *at = rest->n ? memchr(rest->p, separator, rest->n) : NULL;
    if (!at) {
        Str last = *rest;
        *rest = (Str){ NULL, 0 };
        return last;
    }
    Str piece = { rest->p, (size_t)(at - rest->p) };
    *rest = (Str){ at + 1, rest->n - piece.n - 1 };
    return piece;
}

bool str_int64(Str s, int64_t *out) {
    bool is_negative = s.n && s.p[0] == '-';
    size_t i = is_negative;
    if (i == s.n) return false;
    int64_t v = 0;
    for (; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9') return false;
        int64_t digit = s.p[i] - '0';
        if (__builtin_mul_overflow(v, 10, &v)) return false;
        if (is_negative ? __builtin_sub_overflow(v, digit, &v) : __builtin_add_overflow(v, digit, &v)) return false;
    }
    *out = v;
    return true;
}

bool str_is_digits(Str s) {
    for (size_t i = 0; i < s.n; i++) if (s.p[i] < '0' || s.p[i] > '9') return false;
    return s.n > 0;
}

bool str_is_utf8(Str s) {
    if (s.n == 0) return true;
    const unsigned char *p = (const unsigned char *)s.p, *end = p + s.n;
    while (p < end) {
        if (*p < 0x80) { p++; continue; }
        int more = *p >= 0xC2 && *p <= 0xDF ? 1 : *p >= 0xE0 && *p <= 0xEF ? 2 : *p >= 0xF0 && *p <= 0xF4 ? 3 : 0;
        if (more == 0 || end - p <= more) return false;
        for (int i = 1; i <= more; i++) if ((p[i] & 0xC0) != 0x80) return false;
        if ((*p == 0xE0 && p[1] < 0xA0) || (*p == 0xED && p[1] > 0x9F)) return false;   // overlong, surrogate
        if ((*p == 0xF0 && p[1] < 0x90) || (*p == 0xF4 && p[1] > 0x8F)) return false;   // overlong, beyond U+10FFFF
        p += more + 1;
    }
    return true;
}

static bool buf_room(Buf *b, size_t more) {
    if (b->is_full) return false;
    size_t max = b->max ? b->max : BUF_MAX;
    if (more > max - b->n) { b->is_full = true; return false; }
    if (b->n + more <= b->cap) return true;
    size_t cap = b->cap ? b->cap : 256;
    while (cap < b->n + more) cap *= 2;
    char *p = realloc(b->p, cap);
    if (!p) { b->is_full = true; return false; }
    b->p = p;
    b->cap = cap;
    return true;
}

void buf_bytes(Buf *b, const void *p, size_t n) {
    if (n == 0 || !buf_room(b, n)) return;
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

void *buf_space(Buf *b, size_t n) {
    if (!buf_room(b, n)) return NULL;
    b->n += n;
    return b->p + (b->n - n);
}

void buf_str(Buf *b, Str s) { buf_bytes(b, s.p, s.n); }
void buf_c(Buf *b, const char *c) { buf_bytes(b, c, strlen(c)); }
void buf_char(Buf *b, char c) { buf_bytes(b, &c, 1); }

void buf_int(Buf *b, int64_t v) {
    char text[24];
    char *p = text + sizeof text;
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    do { *--p = (char)('0' + rest % 10); rest /= 10; } while (rest);
    if (v < 0) *--p = '-';
    buf_bytes(b, p, (size_t)(text + sizeof text - p));
}

void buf_vfmt(Buf *b, const char *fmt, va_list args) {
    va_list again;
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    if (n > 0 && buf_room(b, (size_t)n + 1)) {
        vsnprintf(b->p + b->n, (size_t)n + 1, fmt, again);
        b->n += (size_t)n;
    }
    va_end(again);
}

void buf_fmt(Buf *b, const char *fmt, ...) {
    va_list args;
    va_start(args, fmt);
    buf_vfmt(b, fmt, args);
    va_end(args);
}

Str buf_view(const Buf *b) { return (Str){ b->p, b->n }; }
void buf_reset(Buf *b) { b->n = 0; b->is_full = false; }
void buf_free(Buf *b) { free(b->p); *b = (Buf){ .max = b->max }; }
