#include "training/code.h"
#include "office/keyring.h"
#include <assert.h>

static const char LETTERS[] = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";        // 32 of them: no I, O, 0, 1

bool training_code(Db *db, Arena *a, const char *purpose, Str what, size_t chars, Str *out, Err *e) {
    Key key;
    uint8_t secret[KEY_BYTES], hash[32];
    char text[CODE_LONG];
    assert(chars <= CODE_LONG);
    if (!keyring_current(db, KEYRING_LOOKUP, &key, e)) return false;
    key_derive(&key, arena_fmt(a, "training %s", purpose).p, secret, sizeof secret);
    crypto_generichash(hash, sizeof hash, (const uint8_t *)what.p, what.n, secret, sizeof secret);
    for (size_t i = 0; i < chars; i++) text[i] = LETTERS[hash[i] & 31];
    sodium_memzero(&key, sizeof key);
    sodium_memzero(secret, sizeof secret);
    *out = arena_str(a, (Str){ text, chars });
    return true;
}

bool training_code_eq(Str typed, Str code) {
    char plain[CODE_LONG] = { 0 };
    size_t n = 0;
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        if (c == ' ' || c == '-') continue;
        if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        if (n == CODE_LONG) return false;
        plain[n++] = c;
    }
    return n == code.n && sodium_memcmp(plain, code.p, n) == 0;
}
