// factor_key.c: see factor_key.h. XChaCha20-Poly1305, bound to the person's number.
#include "office/factor_key.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/database_name.h"
#include "office/key_file.h"
#include "office_factor.sql.h"
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define MARK "harapan-factor-key-1 "
#define NONCE_N crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
_Static_assert(crypto_aead_xchacha20poly1305_ietf_KEYBYTES == sizeof(Hash), "a key file holds one key");

static const char *key_path(Arena *a, const Db *db) {
    const char *from_outside = getenv("HARAPAN_FACTOR_KEY");
    return from_outside && *from_outside ? from_outside : database_side_path(a, db, "factor-key");
}

// While the key is being changed both stand there; the second one takes the first one's name in the end.
static const char *next_path(Arena *a, const char *path) { return arena_fmt(a, "%s.new", path).p; }

static bool is_missing(Err *e) {
    return fail(e, CONFLICT, "The key of the authenticator apps is missing on this machine. Use a recovery code or a passkey, and tell the administrator: docs/keys.md says what to do.");
}

static bool key_make(const char *path, Err *e) {
    Hash made;
    if (sodium_init() < 0) abort();
    randombytes_buf(made.bytes, sizeof made.bytes);
    bool is_good = key_file_make(path, MARK, &made, e);
    sodium_memzero(&made, sizeof made);
    return is_good;
}

// A first key is made by itself, but never while secrets stand there that another one sealed: then its file is lost, and people must know.
static bool first_make(Db *db, const char *path, Err *e) {
    FactorSealedAnyRow row = { 0 };
    Err none = { 0 };
    bool found;
    if (!factor_sealed_any(db, &row, &found, e)) return false;
    if (row.sealed_n)
        return fail(e, CONFLICT, "The key of the authenticator apps (%s) is missing, and the apps of %lld people are sealed under it. Put the file back from its copy. If it is lost for good, "
                                 "somebody who keeps users makes another one: harapan keys factor --lost (docs/keys.md).", path, (long long)row.sealed_n);
    return key_make(path, &none) || none.code == CONFLICT || fail(e, none.code, "%s", none.text);       // of two makers one wins
}

// The key to seal with.
static bool key_take(Db *db, Hash *out, Err *e) {
    Arena a = { 0 };
    const char *path = key_path(&a, db);
    Err none = { 0 };
    bool is_good = key_file_read(next_path(&a, path), MARK, out, &none);
    if (!is_good && none.code == NOT_FOUND) is_good = (none = (Err){ 0 }, key_file_read(path, MARK, out, &none));
    if (!is_good && none.code == NOT_FOUND) is_good = first_make(db, path, e) && key_file_read(path, MARK, out, e);
    else if (!is_good) *e = none;
    arena_free(&a);
    return is_good;
}

static void person_put(uint8_t out[8], int64_t user_id) { for (int i = 0; i < 8; i++) out[i] = (uint8_t)((uint64_t)user_id >> 8 * i); }

static void seal_with(const Hash *key, int64_t user_id, const TotpSecret *secret, uint8_t out[SEALED_BYTES]) {
    uint8_t person[8];
    person_put(person, user_id);
    randombytes_buf(out, NONCE_N);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_N, NULL, secret->bytes, sizeof secret->bytes, person, sizeof person, NULL, out, key->bytes);
}

bool factor_seal(Db *db, int64_t user_id, const TotpSecret *secret, uint8_t out[SEALED_BYTES], Err *e) {
    Hash key;
    if (!key_take(db, &key, e)) return false;
    seal_with(&key, user_id, secret, out);
    sodium_memzero(&key, sizeof key);
    return true;
}

static bool opens_with(const char *path, int64_t user_id, Str sealed, TotpSecret *out, Err *e) {
    Hash key;
    uint8_t person[8];
    const uint8_t *bytes = (const uint8_t *)sealed.p;
    if (!key_file_read(path, MARK, &key, e)) return false;
    person_put(person, user_id);
    bool is_good = sealed.n == SEALED_BYTES &&
              crypto_aead_xchacha20poly1305_ietf_decrypt(out->bytes, NULL, NULL, bytes + NONCE_N, SEALED_BYTES - NONCE_N, person, sizeof person, bytes, key.bytes) == 0;
    sodium_memzero(&key, sizeof key);
    return is_good || fail(e, CONFLICT, "The second factor was sealed under another key. Use a recovery code, then set it up anew.");
}

bool factor_open(Db *db, int64_t user_id, Str sealed, TotpSecret *out, Err *e) {
    Arena a = { 0 };
    const char *path = key_path(&a, db);
    Err first = { 0 }, second = { 0 };
    bool is_good = opens_with(path, user_id, sealed, out, &first) || opens_with(next_path(&a, path), user_id, sealed, out, &second);
    arena_free(&a);
    if (is_good) return true;
    if (first.code == NOT_FOUND && second.code == NOT_FOUND) return is_missing(e);
    *e = first.code == NOT_FOUND ? second : first;
    return false;
}

// ---- another key -----------------------------------------------------------------------------------------------------------
typedef struct { const char *path, *next; int64_t actor_id; Instant at; Hash key; int64_t person_n, lost_n; } Changing;

static bool one_reseal(Db *db, Changing *x, const FactorSealedRow *row, Err *e) {
    TotpSecret secret;
    uint8_t sealed[SEALED_BYTES];
    Err none = { 0 };
    if (!opens_with(x->path, row->user_id, row->secret_data, &secret, &none) && !opens_with(x->next, row->user_id, row->secret_data, &secret, &(Err){ 0 })) { x->lost_n++; return true; }
    seal_with(&x->key, row->user_id, &secret, sealed);
    sodium_memzero(&secret, sizeof secret);
    x->person_n++;
    return factor_reseal(db, (FactorResealArgs){ .user_id = row->user_id, .n = row->n, .secret_data = { (const char *)sealed, sizeof sealed } }, NULL, e);
}

static bool change_work(Db *db, void *with, Err *e) {
    Changing *x = with;
    FactorSealedRows rows = { 0 };
    FactorSealedRow row;
    x->person_n = x->lost_n = 0;
    bool has_row, is_good = factor_sealed(db, &rows, e);
    while (is_good && (is_good = factor_sealed_next(&rows, &row, &has_row, e)) && has_row) is_good = one_reseal(db, x, &row, e);
    factor_sealed_end(&rows);
    AuditEntry entry = { .actor_id = x->actor_id, .action = "office.factor_key", .subject = STR("keys"), .at = x->at, .fields = { AUDIT_COUNT("changed_n", x->person_n), AUDIT_COUNT("removed_n", x->lost_n) } };
    return is_good && audit_write(db, &entry, e);
}

bool factor_key_change(Db *db, const FactorKeyChange *what, FactorKeyChanged *out, Err *e) {
    Arena a = { 0 };
    Changing x = { .path = key_path(&a, db), .actor_id = what->actor_id, .at = what->at };
    Err none = { 0 };
    Hash now;
    x.next = next_path(&a, x.path);
    bool is_there = key_file_read(x.path, MARK, &now, &none), is_good = is_there || none.code == NOT_FOUND || fail(e, none.code, "%s", none.text);
    sodium_memzero(&now, sizeof now);
    if (is_good && is_there && what->is_lost) is_good = fail(e, CONFLICT, "The key of the authenticator apps is there: %s. Change it without --lost.", x.path);
    if (is_good && !is_there && !what->is_lost) is_good = is_missing(e);
    none = (Err){ 0 };
    is_good = is_good && (key_make(x.next, &none) || none.code == CONFLICT || fail(e, none.code, "%s", none.text)) && key_file_read(x.next, MARK, &x.key, e) && change_do(db, change_work, &x, e);
    is_good = is_good && (rename(x.next, x.path) == 0 || fail(e, IO_FAILED, "The key file %s cannot be written: %s. Call this once more.", x.path, strerror(errno)));
    sodium_memzero(&x.key, sizeof x.key);
    if (is_good) *out = (FactorKeyChanged){ x.person_n, x.lost_n };
    arena_free(&a);
    return is_good;
}

bool factor_key_copy(Db *db, const char *to, bool *is_there, Err *e) {
    Arena a = { 0 };
    Hash key;
    Err none = { 0 };
    *is_there = key_file_read(key_path(&a, db), MARK, &key, &none);
    bool is_good = *is_there ? key_file_make(to, MARK, &key, e) : none.code == NOT_FOUND || fail(e, none.code, "%s", none.text);
    sodium_memzero(&key, sizeof key);
    arena_free(&a);
    return is_good;
}

bool factor_key_restore(Db *db, const char *from, bool *is_restored, Err *e) {
    Arena a = { 0 };
    Hash key;
    Err none = { 0 };
    *is_restored = false;
    bool is_there = key_file_read(from, MARK, &key, &none), is_good = is_there || none.code == NOT_FOUND || fail(e, none.code, "%s", none.text);
    none = (Err){ 0 };
    if (is_there) *is_restored = key_file_make(key_path(&a, db), MARK, &key, &none);
    if (is_there && !*is_restored && none.code != CONFLICT) is_good = fail(e, none.code, "%s", none.text);           // one that is there stays
    sodium_memzero(&key, sizeof key);
    arena_free(&a);
    return is_good;
}
