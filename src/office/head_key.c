// head_key.c: see head_key.h.
#include "office/head_key.h"
#include "office/database_name.h"
#include "office/key_file.h"
#include <stdlib.h>

#define MARK "harapan-head-key-1 "

const char *head_key_path(Arena *a, const Db *db, const char *given) {
    const char *from_outside = getenv("HARAPAN_HEAD_KEY");
    if (given && *given) return given;
    if (from_outside && *from_outside) return from_outside;
    return database_side_path(a, db, "head-key");
}

static void seed_take(Hash *seed, HeadKey *out) {
    crypto_sign_seed_keypair(out->public_key.bytes, out->secret, seed->bytes);
    sodium_memzero(seed, sizeof *seed);
}

bool head_key_read(const char *path, HeadKey *out, Err *e) {
    Hash seed;
    if (!key_file_read(path, MARK, &seed, e)) return false;
    seed_take(&seed, out);
    return true;
}

bool head_key_make(const char *path, HeadKey *out, Err *e) {
    Hash seed;
    randombytes_buf(seed.bytes, sizeof seed.bytes);
    if (!key_file_make(path, MARK, &seed, e)) return false;
    seed_take(&seed, out);
    return true;
}

void head_key_forget(HeadKey *key) { sodium_memzero(key, sizeof *key); }
