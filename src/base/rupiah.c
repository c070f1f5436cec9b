#include "base/rupiah.h"
#include "base/lang.h"
#include <assert.h>

static bool too_large(Err *e) { return fail(e, LIMIT, "The sum does not fit in 64 bits."); }

bool rupiah_add(Rupiah a, Rupiah b, Rupiah *sum, Err *e) {
    int64_t rp;
    if (__builtin_add_overflow(a.rp, b.rp, &rp)) return too_large(e);
    sum->rp = rp;
    return true;
}

bool rupiah_subtract(Rupiah a, Rupiah b, Rupiah *difference, Err *e) {
    int64_t rp;
    if (__builtin_sub_overflow(a.rp, b.rp, &rp)) return too_large(e);
    difference->rp = rp;
    return true;
}

bool rupiah_times(Rupiah a, int64_t factor, Rupiah *product, Err *e) {
    int64_t rp;
    if (__builtin_mul_overflow(a.rp, factor, &rp)) return too_large(e);
    product->rp = rp;
    return true;
}

bool rupiah_share(Rupiah a, int64_t numerator, int64_t denominator, Rupiah *share, Err *e) {
    assert(a.rp >= 0 && numerator >= 0 && denominator > 0);
    __int128 rp = (__int128)a.rp * numerator / denominator;
    if (rp > INT64_MAX) return too_large(e);
    share->rp = (int64_t)rp;
    return true;
}

bool rupiah_parse(Str s, Rupiah *out) {
    s = str_trim(s);
    if (str_starts(s, STR("Rp"))) s = str_trim(str_part(s, 2, s.n));
    if (str_ends(s, STR(",00")) || str_ends(s, STR(",-"))) s.n -= s.p[s.n - 1] == '-' ? 2 : 3;
    char plain[24];
    size_t n = 0, group = 0;
    bool has_dot = false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.') {                               // a dot parts three digits, after one to three at the front
            if (has_dot ? group != 3 : group < 1 || group > 3) return false;
            has_dot = true;
            group = 0;
            continue;
        }
        if (s.p[i] < '0' || s.p[i] > '9' || n == sizeof plain) return false;
        plain[n++] = s.p[i];
        group++;
    }
    if (n == 0 || (has_dot && group != 3)) return false;
    return str_int64((Str){ plain, n }, &out->rp);
}

void count_put(Buf *b, int64_t n) {
    char separator = lang_get() == LANG_ID ? '.' : ',', text[32];
    size_t at = sizeof text, digits = 0;
    uint64_t rest = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;
    do {
        if (digits && digits % 3 == 0) text[--at] = separator;
        text[--at] = (char)('0' + rest % 10);
        rest /= 10;
        digits++;
    } while (rest);
    if (n < 0) text[--at] = '-';
    buf_bytes(b, text + at, sizeof text - at);
}

void rupiah_put(Buf *b, Rupiah a) {
    buf_c(b, "Rp ");
    count_put(b, a.rp);
}

static Str text_end(Arena *a, Buf *b) {
    Str text = arena_str(a, buf_view(b));
    buf_free(b);
    return text;
}

Str arena_rupiah(Arena *a, Rupiah amount) {
    Buf b = { .max = 64 };
    rupiah_put(&b, amount);
    return text_end(a, &b);
}

Str arena_count(Arena *a, int64_t n) {
    Buf b = { .max = 64 };
    count_put(&b, n);
    return text_end(a, &b);
}

Str arena_change(Arena *a, Rupiah before, Rupiah after) {
    Buf b = { .max = 64 };
    int64_t delta = after.rp - before.rp;
    if (delta > 0) buf_char(&b, '+');
    rupiah_put(&b, (Rupiah){ delta });
    return text_end(a, &b);
}
