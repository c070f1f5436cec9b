// factor_key.c: see factor_key.h. XChaCha20-Poly1305, bound to the person's number.
#include "office/factor_key.h"
#include "office/database_name.h"
#include "office/key_file.h"
#include <sodium.h>
#include <stdlib.h>

#define MARK "harapan-factor-key-1 "
#define NONCE_N crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == sizeof(Hash), "a key file holds one key");

static const char *key_path(Arena *a, const Db *db) {
    const char *from_outside = getenv("HARAPAN_FACTOR_KEY");
    return from_outside && *from_outside ? from_outside : database_side_path(a, db, "factor-key");
}

// The key, made when there is none yet and `may_make`: of two makers at the same moment one wins, and both read what is there.
static bool key_take(const Db *db, bool may_make, Hash *out, Err *e) {
    Arena a = { 0 };
    const char *path = key_path(&a, db);
    Err none = { 0 };
    bool is_good = key_file_read(path, MARK, out, &none);
    if (!is_good && none.code == NOT_FOUND && may_make) {
        Hash made;
        none = (Err){ 0 };
        if (sodium_init() < 0) abort();
        randombytes_buf(made.bytes, sizeof made.bytes);
        is_good = key_file_make(path, MARK, &made, &none) || none.code == CONFLICT;
        sodium_memzero(&made, sizeof made);
        is_good = is_good && key_file_read(path, MARK, out, &none);
    }
    arena_free(&a);
    if (!is_good && none.code == NOT_FOUND) return fail(e, CONFLICT, "The key of the authenticator apps is missing on this machine. Use a recovery code or a passkey, and tell the administrator: docs/keys.md says what to do.");
    if (!is_good) *e = none;
    return is_good;
}

static void person_put(uint8_t out[8], int64_t user_id) { for (int i = 0; i < 8; i++) out[i] = (uint8_t)((uint64_t)user_id >> 8 * i); }

bool factor_seal(Db *db, int64_t user_id, const TotpSecret *secret, uint8_t out[SEALED_BYTES], Err *e) {
    Hash key;
    uint8_t person[8];
    if (!key_take(db, true, &key, e)) return false;
    person_put(person, user_id);
    randombytes_buf(out, NONCE_N);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_N, NULL, secret->bytes, sizeof secret->bytes, person, sizeof person, NULL, out, key.bytes);
    sodium_memzero(&key, sizeof key);
    return true;
}

bool factor_open(Db *db, int64_t user_id, Str sealed, TotpSecret *out, Err *e) {
    Hash key;
    uint8_t person[8];
    if (!key_take(db, false, &key, e)) return false;
    person_put(person, user_id);
    const uint8_t *bytes = (const uint8_t *)sealed.p;
    bool is_good = sealed.n == SEALED_BYTES &&
              crypto_aead_xchacha20poly1305_ietf_decrypt(out->bytes, NULL, NULL, bytes + NONCE_N, SEALED_BYTES - NONCE_N, person, sizeof person, bytes, key.bytes) == 0;
    sodium_memzero(&key, sizeof key);
    return is_good || fail(e, CONFLICT, "The second factor was sealed under another key. Use a recovery code, then set it up anew.");
}
