#include "base/hash.h"

void hash_start(Hasher *h) { crypto_generichash_init(&h->state, NULL, 0, sizeof(Hash)); }
void hash_add(Hasher *h, const void *p, size_t n) { crypto_generichash_update(&h->state, p, n); }

Hash hash_end(Hasher *h) {
    Hash out;
    crypto_generichash_final(&h->state, out.bytes, sizeof out.bytes);
    return out;
}

Hash hash_of(const void *p, size_t n) {
    Hash out;
    crypto_generichash(out.bytes, sizeof out.bytes, p, n, NULL, 0);
    return out;
}

Hash sha256_of(const void *p, size_t n) {
    Hash out;
    crypto_hash_sha256(out.bytes, p, n);
    return out;
}

void hash_put_hex(Buf *b, const Hash *h) {
    static const char DIGITS[] = "0123456789abcdef";
    for (size_t i = 0; i < sizeof h->bytes; i++) {
        buf_char(b, DIGITS[h->bytes[i] >> 4]);
        buf_char(b, DIGITS[h->bytes[i] & 15]);
    }
}

bool hash_parse_hex(Str s, Hash *out) {
    size_t n;
    Hash found;
    if (s.n != 2 * sizeof found.bytes || sodium_hex2bin(found.bytes, sizeof found.bytes, s.p, s.n, NULL, &n, NULL) != 0) return false;
    *out = found;
    return true;
}
