// hash.h: fingerprints of bytes. Hash is BLAKE2b-256 (b2sum -l 256 gives the same); Sha256 is for files that others check.
#ifndef BASE_HASH_H
#define BASE_HASH_H
#include "base/str.h"
#include <sodium.h>

typedef struct { uint8_t bytes[32]; } Hash;
typedef struct { crypto_generichash_state state; } Hasher;

void hash_start(Hasher *h);
void hash_add(Hasher *h, const void *p, size_t n);
Hash hash_end(Hasher *h);
Hash hash_of(const void *p, size_t n);
Hash sha256_of(const void *p, size_t n);
static inline bool hash_eq(const Hash *a, const Hash *b) { return memcmp(a, b, sizeof *a) == 0; }
void hash_put_hex(Buf *b, const Hash *h);
must_use bool hash_parse_hex(Str s, Hash *out);            // 64 hexadecimal digits
#endif
