// secret.c: see secret.h.
#include "registry/secret.h"
#include "registry_secret.sql.h"
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#define FORMAT 1                       // XChaCha20-Poly1305, nonce from claim, kind and subject
#define SALT_BYTES 16
#define TAG_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define CLAIM_BYTES 8
_Static_assert(SECRET_EXTRA_BYTES == 1 + CLAIM_BYTES + TAG_BYTES && NONCE_BYTES == 24, "the layout of sealed bytes");

enum { ABSENT, SALTED, READY };        // of a family in the range: no salt, a salt, its key derived
typedef struct { FamilySecret secret; uint8_t salt[SALT_BYTES]; bool is_old; } Slot;
struct SecretRange { int64_t first_id, slot_n, room; Slot *slots; };

// ---- keys ------------------------------------------------------------------------------------------------------------
typedef bool KeyGet(Db *db, int64_t kab, Key *out, Err *e);
static bool keys_take(Secrets *s, Db *db, int64_t kab, KeyGet *get, Err *e) {
    Secrets fresh = { .kab = kab };
    if (!get(db, KEYRING_LOOKUP, &fresh.lookup, e) || !get(db, kab, &fresh.area, e) || !keyring_leaving(db, kab, &fresh.old_area, e)) return false;
    fresh.range = calloc(1, sizeof *fresh.range);
    if (!fresh.range) return fail_memory(e);
    key_derive(&fresh.lookup, "claim", fresh.claim_key.bytes, sizeof fresh.claim_key.bytes);
    key_derive(&fresh.lookup, "payee", fresh.payee_key, sizeof fresh.payee_key);
    *s = fresh;
    return true;
}

bool secrets_open(Secrets *s, Db *db, int64_t kab, Err *e) { return keys_take(s, db, kab, keyring_current, e); }
bool secrets_begin(Secrets *s, Db *db, int64_t kab, Err *e) { return keys_take(s, db, kab, keyring_make, e); }

static void range_wipe(SecretRange *r) { if (r->slots) sodium_memzero(r->slots, (size_t)r->slot_n * sizeof *r->slots); }

void secrets_close(Secrets *s) {
    if (s->range) {
        range_wipe(s->range);
        free(s->range->slots);
        free(s->range);
    }
    sodium_memzero(s, sizeof *s);
}

// ---- salts -----------------------------------------------------------------------------------------------------------
static bool range_start(Secrets *s, int64_t first_id, int64_t last_id, Err *e) {
    SecretRange *r = s->range;
    int64_t n = last_id - first_id + 1;
    assert(n > 0 && n <= SECRETS_MAX);
    range_wipe(r);
    if (n > r->room) {
        free(r->slots);
        r->slots = calloc((size_t)n, sizeof *r->slots);
        r->room = r->slots ? n : 0;
        r->slot_n = 0;
        if (!r->slots) return fail_memory(e);
    }
    r->first_id = first_id;
    r->slot_n = n;
    return true;
}

static bool slot_take(Secrets *s, const FamilySaltsRow *row, Err *e) {
    Slot *slots = s->range->slots, *slot = slots ? &slots[row->family_id - s->range->first_id] : NULL;
    bool is_old = s->old_area.n && row->key_n == s->old_area.n;
    const char *salt = row->salt_data.n == SALT_BYTES ? row->salt_data.p : NULL;
    if (!slot || (!is_old && row->key_n != s->area.n) || !salt)
        return fail(e, CONFLICT, "The salt of family %lld of district %lld is damaged.", (long long)row->family_id, (long long)s->kab);
    memcpy(slot->salt, salt, SALT_BYTES);
    slot->is_old = is_old;
    slot->secret.state = SALTED;
    return true;
}

bool secrets_load(Secrets *s, Db *db, int64_t first_id, int64_t last_id, Err *e) {
    if (!range_start(s, first_id, last_id, e)) return false;
    FamilySaltsRows rows = { 0 };
    FamilySaltsRow row;
    bool has_row, is_good = family_salts(db, (FamilySaltsArgs){ .kab = s->kab, .first_id = first_id, .last_id = last_id }, &rows, e);
    while (is_good && (is_good = family_salts_next(&rows, &row, &has_row, e)) && has_row) is_good = slot_take(s, &row, e);
    family_salts_end(&rows);
    return is_good;
}

bool secrets_make(Secrets *s, Db *db, int64_t first_id, int64_t last_id, Err *e) {
    DbBulk *b;
    if (!secrets_load(s, db, first_id, last_id, e)) return false;
    if (!db_bulk_open(db, "family_salt", "kab,family_id,key_n,lookup_n,salt_data", "iiiib", &b, e)) return false;
    bool is_good = true;
    for (int64_t i = 0; is_good && i < s->range->slot_n; i++) {
        Slot *slot = &s->range->slots[i];
        if (slot->secret.state != ABSENT) continue;
        randombytes_buf(slot->salt, SALT_BYTES);
        slot->is_old = false;
        slot->secret.state = SALTED;
        db_bulk_int(b, s->kab);
        db_bulk_int(b, first_id + i);
        db_bulk_int(b, s->area.n);
        db_bulk_int(b, s->lookup.n);
        db_bulk_bytes(b, (Str){ (const char *)slot->salt, SALT_BYTES });
        is_good = db_bulk_row(b, e);
    }
    return db_bulk_close(b, NULL, e) && is_good;
}

bool secrets_destroy(Db *db, int64_t kab, int64_t family_id, bool *was_there, Err *e) {
    int64_t changed_n;
    if (!family_salt_destroy(db, (FamilySaltDestroyArgs){ .kab = kab, .family_id = family_id }, &changed_n, e)) return false;
    *was_there = changed_n > 0;
    return true;
}

// Everything that is bound into sealed bytes, beside what stands in them.
typedef struct { uint8_t bytes[16]; } Place;
static Place place_of(int64_t kab, int64_t family_id) {
    Place place;
    memcpy(place.bytes, &kab, 8);
    memcpy(place.bytes + 8, &family_id, 8);
    return place;
}

// The family's key: from the district's key, the salt and the family's number. Once for each family, when it is first needed.
static void slot_derive(Secrets *s, Slot *slot, int64_t family_id) {
    uint8_t in[SALT_BYTES + sizeof(Place)], out[48];
    Place place = place_of(s->kab, family_id);
    memcpy(in, slot->salt, SALT_BYTES);
    memcpy(in + SALT_BYTES, &place, sizeof place);
    crypto_generichash(out, sizeof out, in, sizeof in, slot->is_old ? s->old_area.bytes : s->area.bytes, KEY_BYTES);
    FamilySecret *f = &slot->secret;
    *f = (FamilySecret){ .kab = s->kab, .family_id = family_id, .claim_key = &s->claim_key, .state = READY };
    memcpy(f->key, out, sizeof f->key);
    memcpy(f->hidden_key, out + sizeof f->key, sizeof f->hidden_key);
    sodium_memzero(out, sizeof out);
}

const FamilySecret *secret_family(Secrets *s, int64_t family_id) {
    int64_t i = family_id - s->range->first_id;
    if (i < 0 || i >= s->range->slot_n || s->range->slots[i].secret.state == ABSENT) return NULL;
    if (s->range->slots[i].secret.state == SALTED) slot_derive(s, &s->range->slots[i], family_id);
    return &s->range->slots[i].secret;
}

// ---- sealing ---------------------------------------------------------------------------------------------------------
static bool is_looked_up(SecretKind kind) { return kind != SECRET_HEALTH && kind != SECRET_PAYEE && kind != SECRET_DESK; }

static int64_t claim_for(const FamilySecret *f, SecretKind kind, Str text) {
    if (is_looked_up(kind)) return identity_claim(f->claim_key, kind, text);
    ClaimKey hidden;
    memcpy(hidden.bytes, f->hidden_key, sizeof hidden.bytes);
    return identity_claim(&hidden, kind, text);
}

static void claim_put(uint8_t *out, int64_t claim) { for (int i = 0; i < CLAIM_BYTES; i++) out[i] = (uint8_t)((uint64_t)claim >> (56 - 8 * i)); }

// claim 8, subject 8, kind 1, zeros.
static void nonce_make(uint8_t *nonce, const uint8_t *claim, SecretKind kind, int64_t subject_id) {
    memset(nonce, 0, NONCE_BYTES);
    memcpy(nonce, claim, CLAIM_BYTES);
    memcpy(nonce + CLAIM_BYTES, &subject_id, sizeof subject_id);
    nonce[CLAIM_BYTES + sizeof subject_id] = (uint8_t)kind;
}

void secret_seal_into(const FamilySecret *f, SecretKind kind, int64_t subject_id, Str text, uint8_t *out) {
    uint8_t nonce[NONCE_BYTES];
    Place place = place_of(f->kab, f->family_id);
    assert(f->state == READY && text.n > 0 && text.n <= SECRET_TEXT_MAX);
    out[0] = FORMAT;
    claim_put(out + 1, claim_for(f, kind, text));
    nonce_make(nonce, out + 1, kind, subject_id);
    crypto_aead_xchacha20poly1305_ietf_encrypt(out + 1 + CLAIM_BYTES, NULL, (const uint8_t *)text.p, text.n, place.bytes, sizeof place.bytes, NULL, nonce,
                                               f->key);
}

Str secret_seal(const FamilySecret *f, SecretKind kind, int64_t subject_id, Str text, Arena *a) {
    if (text.n == 0) return (Str){ 0 };
    uint8_t *out = NEW(a, uint8_t, text.n + SECRET_EXTRA_BYTES);
    secret_seal_into(f, kind, subject_id, text, out);
    return (Str){ (const char *)out, text.n + SECRET_EXTRA_BYTES };
}

static bool bytes_open(const FamilySecret *f, SecretKind kind, int64_t subject_id, Str sealed, uint8_t *out) {
    uint8_t nonce[NONCE_BYTES];
    const uint8_t *in = (const uint8_t *)sealed.p;
    Place place = place_of(f->kab, f->family_id);
    if (sealed.n <= SECRET_EXTRA_BYTES || in[0] != FORMAT) return false;
    nonce_make(nonce, in + 1, kind, subject_id);
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, in + 1 + CLAIM_BYTES, sealed.n - 1 - CLAIM_BYTES, place.bytes, sizeof place.bytes,
                                                      nonce, f->key) == 0;
}

bool secret_open(const FamilySecret *f, SecretKind kind, int64_t subject_id, Str sealed, Arena *a, Str *out, Err *e) {
    if (sealed.n == 0) { *out = (Str){ 0 }; return true; }
    if (!f) return fail(e, CONFLICT, "The family was erased: its numbers can be opened no more.");
    size_t n = sealed.n > SECRET_EXTRA_BYTES ? sealed.n - SECRET_EXTRA_BYTES : 0;
    uint8_t *text = NEW(a, uint8_t, n + 1);
    if (!bytes_open(f, kind, subject_id, sealed, text))
        return fail(e, CONFLICT, "A sealed number of family %lld of district %lld does not open: it was altered, or belongs elsewhere.",
                    (long long)f->family_id, (long long)f->kab);
    *out = (Str){ (const char *)text, n };
    return true;
}

int64_t secret_claim(const Secrets *s, SecretKind kind, Str text) { return identity_claim(&s->claim_key, kind, text); }

int64_t secret_claim_of(Str sealed) {
    uint64_t claim = 0;
    if (sealed.n <= SECRET_EXTRA_BYTES) return 0;
    for (int i = 1; i <= CLAIM_BYTES; i++) claim = claim << 8 | (uint8_t)sealed.p[i];
    return (int64_t)claim;
}
