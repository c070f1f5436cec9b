// str.h: text as a slice, and a buffer that grows to a ceiling. Bytes are UTF-8 unless said; no I/O.
#ifndef BASE_STR_H
#define BASE_STR_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define must_use __attribute__((warn_unused_result))

// Borrowed bytes: never freed through a Str, not NUL-terminated. `p` may be NULL when n is 0.
typedef struct { const char *p; size_t n; } Str;

#define STR(literal) ((Str){ "" literal, sizeof(literal) - 1 })
#define STR_FMT "%.*s"
#define STR_ARG(s) (int)(s).n, (s).p                       // printf("%.*s", STR_ARG(s))

static inline Str str_c(const char *c) { return (Str){ c, c ? strlen(c) : 0 }; }
static inline bool str_eq(Str a, Str b) { return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0); }
int str_cmp(Str a, Str b);                                 // by bytes, shorter first when one is a prefix
bool str_eq_nocase(Str a, Str b);                          // ASCII letters only
bool str_starts(Str s, Str prefix);
bool str_ends(Str s, Str suffix);
bool str_contains(Str s, Str part);
Str str_trim(Str s);                                       // spaces, tabs, CR and LF at both ends
Str str_part(Str s, size_t from, size_t n);                // clipped to s
// Cuts *rest at the first `separator`: returns what is before it and leaves what is after. The last piece leaves p = NULL.
Str str_cut(Str *rest, char separator);
// Whole decimal number, optional minus, no spaces. False (and *out untouched) for anything else or beyond 64 bits.
must_use bool str_int64(Str s, int64_t *out);
bool str_is_digits(Str s);                                 // at least one, nothing else
bool str_is_utf8(Str s);

// A buffer of bytes with a ceiling. Over the ceiling or out of memory it keeps what it has and sets `is_full`;
// check it once at the end. Zero value with a ceiling is ready: Buf b = { .max = BUF_MAX };
typedef struct { char *p; size_t n, cap, max; bool is_full; } Buf;
#define BUF_MAX ((size_t)1 << 30)                          // default ceiling: no document of ours is larger
void buf_bytes(Buf *b, const void *p, size_t n);
// Room for n more bytes, to be written by the caller at once; NULL (and is_full) when there is none.
void *buf_space(Buf *b, size_t n);
void buf_str(Buf *b, Str s);
void buf_c(Buf *b, const char *c);
void buf_char(Buf *b, char c);
void buf_int(Buf *b, int64_t v);
void buf_fmt(Buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vfmt(Buf *b, const char *fmt, va_list args) __attribute__((format(printf, 2, 0)));
Str buf_view(const Buf *b);                                // valid until the next change
void buf_reset(Buf *b);                                    // empty, memory kept
void buf_free(Buf *b);
#endif
