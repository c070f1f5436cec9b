#include "http/guard.h"
#include <sodium.h>

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

void csrf_put_masked(Buf *out, Str csrf) {
    unsigned char both[2 * CSRF_TEXT_MAX];
    char text[sodium_base64_ENCODED_LEN(sizeof both, BASE64)];
    if (!csrf.n || csrf.n > CSRF_TEXT_MAX) return;
    randombytes_buf(both, csrf.n);
    for (size_t i = 0; i < csrf.n; i++) both[csrf.n + i] = both[i] ^ (unsigned char)csrf.p[i];
    buf_c(out, sodium_bin2base64(text, sizeof text, both, 2 * csrf.n, BASE64));
}

bool csrf_matches(Str masked, Str csrf) {
    unsigned char both[2 * CSRF_TEXT_MAX];
    size_t n = 0;
    if (!masked.n || !csrf.n || csrf.n > CSRF_TEXT_MAX) return false;
    if (sodium_base642bin(both, sizeof both, masked.p, masked.n, NULL, &n, NULL, BASE64) != 0 || n != 2 * csrf.n) return false;
    for (size_t i = 0; i < csrf.n; i++) both[i] ^= both[csrf.n + i];
    return sodium_memcmp(both, csrf.p, csrf.n) == 0;
}

Str cookie_get(Str header, Str name) {
    Str found = { NULL, 0 };
    while (header.n) {
        Str value = str_cut(&header, ';'), key = str_trim(str_cut(&value, '='));
        if (!str_eq(key, name)) continue;
        value = str_trim(value);
        if (found.p && !str_eq(found, value)) return (Str){ NULL, 0 };     // two answers: neither is believed
        found = value.p ? value : (Str){ "", 0 };
    }
    return found;
}
