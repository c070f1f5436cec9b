#include "files/latin.h"
#include <utf8proc.h>

static bool is_basic(utf8proc_int32_t c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c > 0 && c < 128 && strchr(" /-?:().,'+", c));
}

// Characters that do not fall apart into a basic letter and a mark.
static const struct { utf8proc_int32_t c; const char *text; } OTHERS[] = {
    { 0xDF, "ss" }, { 0x1E9E, "SS" }, { 0xC6, "AE" }, { 0xE6, "ae" }, { 0x152, "OE" }, { 0x153, "oe" }, { 0xD8, "O" }, { 0xF8, "o" }, { 0x110, "D" }, { 0x111, "d" },
    { 0xD0, "D" }, { 0xF0, "d" }, { 0xDE, "Th" }, { 0xFE, "th" }, { 0x141, "L" }, { 0x142, "l" }, { 0x131, "i" },
    { 0x2018, "'" }, { 0x2019, "'" }, { 0x201B, "'" }, { 0x2032, "'" }, { 0x02BC, "'" }, { 0x60, "'" }, { 0xB4, "'" }, { '"', "'" }, { 0x201C, "'" }, { 0x201D, "'" },
    { 0x2010, "-" }, { 0x2011, "-" }, { 0x2012, "-" }, { 0x2013, "-" }, { 0x2014, "-" }, { 0x2015, "-" }, { '_', "-" }, { '~', "-" },
    { '&', "+" }, { ';', "," }, { '\\', "/" }, { '|', "/" }, { '[', "(" }, { ']', ")" }, { '{', "(" }, { '}', ")" }, { '<', "(" }, { '>', ")" },
    { 0x2044, "/" }, { '\t', " " }, { '\n', " " }, { '\r', " " }, { '*', " " }, { '#', " " }, { '@', " " }, { '=', " " }, { '!', "." }, { '%', " " }, { '$', " " }, { '^', " " },
    { 0x200B, "" }, { 0x200C, "" }, { 0x200D, "" }, { 0xFEFF, "" },
};

static const char *other_text(utf8proc_int32_t c) {
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) if (OTHERS[i].c == c) return OTHERS[i].text;
    return NULL;
}

// One character of a decomposition; false when it has no equivalent.
static bool put_char(Buf *out, size_t start, utf8proc_int32_t c, bool is_upper) {
    char own[2] = { (char)c, 0 };
    const char *text = is_basic(c) ? own : other_text(c);
    utf8proc_category_t category = utf8proc_category(c);
    if (!text && category == UTF8PROC_CATEGORY_ZS) text = " ";
    if (!text) return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;    // an accent: falls off
    for (; *text; text++) {
        bool is_double = *text == ' ' && (out->n == start || out->p[out->n - 1] == ' ');
        if (!is_double) buf_char(out, is_upper && *text >= 'a' && *text <= 'z' ? (char)(*text - 32) : *text);
    }
    return true;
}

static void cut(Buf *out, size_t start, size_t bytes_max) {
    size_t n = out->n - start, keep = bytes_max;
    if (n <= bytes_max) return;
    while (keep > bytes_max - bytes_max / 4 && out->p[start + keep] != ' ') keep--;    // a word's end in the last quarter
    if (out->p[start + keep] != ' ') keep = bytes_max;
    out->n = start + keep;
}

size_t latin_put(Buf *out, Str text, LatinOptions options) {
    size_t start = out->n, lost_n = 0;
    while (text.n) {
        utf8proc_int32_t c, parts[32];
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, &c);
        int boundary = 0;
        utf8proc_ssize_t n = used > 0 ? utf8proc_decompose_char(c, parts, 32, UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT, &boundary) : 0;
        bool is_known = n > 0 && n <= 32;
        if (used > 0 && (is_basic(c) || other_text(c))) { parts[0] = c; n = 1; }
        for (utf8proc_ssize_t i = 0; i < n && n <= 32; i++) is_known &= put_char(out, start, parts[i], options.is_upper);
        lost_n += !is_known;
        text = str_part(text, used > 0 ? (size_t)used : 1, text.n);
    }
    if (options.bytes_max) cut(out, start, options.bytes_max);
    while (out->n > start && out->p[out->n - 1] == ' ') out->n--;
    return lost_n;
}

bool latin_is_plain(Str text) {
    for (size_t i = 0; i < text.n; i++) if (!is_basic((unsigned char)text.p[i])) return false;
    return true;
}
