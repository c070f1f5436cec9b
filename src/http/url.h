// url.h: addresses and forms: percent-encoding both ways, strictly. What cannot be decoded is refused, never guessed.
#ifndef HTTP_URL_H
#define HTTP_URL_H
#include "base/arena.h"
#include "base/err.h"

typedef struct { Str s; } Url;                             // an address of ours, already encoded
typedef struct { Str name, value; } Field;                 // decoded, UTF-8, no control bytes but \n and \t
typedef struct { Field *items; size_t n; } Fields;

#define FIELDS_MAX 500                                     // in one query or form: our largest form has under 100

void url_encode(Buf *out, Str v);                          // for a path segment or a query value: only A-Z a-z 0-9 - _ . ~ stay
// Decodes %XX (and + as a space when `is_form`). False for a bad %-escape, bytes that are not UTF-8, or control bytes;
// \r\n becomes \n in a form.
must_use bool url_decode(Arena *a, Str v, bool is_form, Str *out);
// a=1&b=2, from an address or a urlencoded body, in order. Fails with BAD_INPUT, LIMIT.
must_use bool fields_parse(Arena *a, Str text, Fields *out, Err *e);
Str fields_get(const Fields *f, const char *name);         // the first of that name; p == NULL when there is none
bool fields_has(const Fields *f, const char *name);

// /path?query with the field set to value (empty: removed), the others kept in order. For links of filters and paging.
Url url_with(Arena *a, Url url, const char *name, Str value);
Url url_path(Arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));     // only numbers go into `fmt`
// An address within this site ("/families?page=2"): begins with one slash, no backslash, no control byte. For redirects.
bool url_is_local(Str url);
#endif
