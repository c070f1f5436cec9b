#include "files/mojibake.h"
#include <utf8proc.h>

// 0x80 … 0x9F of Windows-1252; the rest is as in Unicode. 0: unused, and passed on as it is by most programs.
static const uint16_t UPPER[32] = {
    0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
    0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178,
};

static int byte_of(utf8proc_int32_t c) {
    if (c < 0x100) return (int)c;
    for (int i = 0; i < 32; i++) if (UPPER[i] == c) return 0x80 + i;
    return -1;
}

bool mojibake_mend(Arena *a, Str text, Str *mended) {
    size_t plain = 0, n = 0;
    while (plain < text.n && (unsigned char)text.p[plain] < 0x80) plain++;
    if (plain == text.n) return false;
    char *out = arena_alloc(a, text.n + 1, 1, 1);
    for (Str rest = text; rest.n;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used = utf8proc_iterate((const utf8proc_uint8_t *)rest.p, (utf8proc_ssize_t)rest.n, &c);
        int byte = used > 0 ? byte_of(c) : -1;
        if (byte < 0) return false;
        out[n++] = (char)byte;
        rest = str_part(rest, (size_t)used, rest.n);
    }
    if (!str_is_utf8((Str){ out, n })) return false;
    *mended = (Str){ out, n };
    return true;
}
