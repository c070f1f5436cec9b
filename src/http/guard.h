// guard.h: secrets of a visit: the masked CSRF field of forms, cookies. No state is kept here; tokens and sessions live in src/office.
#ifndef HTTP_GUARD_H
#define HTTP_GUARD_H
#include "base/arena.h"

#define CSRF_TEXT_MAX 64

// A form carries the session's CSRF token under a mask drawn anew each time, so that a compressed page gives nothing away.
void csrf_put_masked(Buf *out, Str csrf);
bool csrf_matches(Str masked, Str csrf);                   // in constant time; false when either is empty

// The value of one cookie of a Cookie header; p == NULL when it is missing or stands there twice with different values.
Str cookie_get(Str header, Str name);
#endif
