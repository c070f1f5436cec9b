// secret.h: a family's numbers, sealed. NIK, KK, account, phone, card and clinical observations stand in the database only as
// bytes that two things together open: the district's key from the key file (office/keyring.h) and the family's salt (family_salt).
// Destroy the salt, and nothing anywhere opens them again.
//
//     Secrets s = { 0 };
//     secrets_open(&s, db, kab, e) && secrets_load(&s, db, family_id, family_id, e) &&
//         secret_open(secret_family(&s, family_id), SECRET_NIK, person_id, row.nik_data, arena, &nik, e);
//     secrets_close(&s);                                  always: it wipes the keys
//
// Sealed bytes: format (1), claim (8), ciphertext (as long as the text), tag (16). The claim is the number's look-up hash under the
// national key, so equal numbers are found, compared and counted without opening anything (secret_claim_of). Sealing is
// XChaCha20-Poly1305; the nonce is made of claim, kind and subject: the same text in the same place gives the same bytes, and a
// nonce never meets another text. District, family, kind and subject are bound in: bytes moved elsewhere do not open.
// Clinical observations, payees and words of the desk are not looked up; their claim is under the family's own key and says nothing.
#ifndef REGISTRY_SECRET_H
#define REGISTRY_SECRET_H
#include "office/keyring.h"
#include "registry/identity.h"

// Stored: never renumber. kind_n of the table claim.
typedef enum { SECRET_NIK = 1, SECRET_KK, SECRET_ACCOUNT, SECRET_PHONE, SECRET_CARD, SECRET_HEALTH, SECRET_PAYEE, SECRET_DESK } SecretKind;
#define SECRET_EXTRA_BYTES 25          // sealed bytes are so much longer than the text
#define SECRET_TEXT_MAX 65535          // an identifier or a short note, not a document
#define SECRET_FAMILY 0                // subject of what belongs to the family itself; else the person's id

// One family's key. Made and wiped by Secrets.
typedef struct {
    int64_t kab, family_id;
    uint8_t key[32], hidden_key[16];   // hidden_key: for claims that nobody looks up
    const ClaimKey *claim_key;
    uint8_t state;                     // see secret.c
} FamilySecret;

// A district's keys, and the keys of a range of its families. Zero is ready for secrets_open. One thread at a time.
typedef struct SecretRange SecretRange;
typedef struct { int64_t kab; Key area, lookup, old_area, old_lookup; ClaimKey claim_key; uint8_t payee_key[32]; SecretRange *range; } Secrets;

// Takes the keys. NOT_FOUND when none were made yet.
must_use bool secrets_open(Secrets *s, Db *db, int64_t kab, Err *e);
// The same where families are made: the first time the keys are made too, in the caller's write transaction.
must_use bool secrets_begin(Secrets *s, Db *db, int64_t kab, Err *e);
void secrets_close(Secrets *s);        // safe at any time; wipes
// Takes the salts of families first_id … last_id (at most SECRETS_MAX), in place of those before. A family without one was erased,
// or never had anything sealed.
#define SECRETS_MAX 131072             // two blocks of packs: 16 MB
must_use bool secrets_load(Secrets *s, Db *db, int64_t first_id, int64_t last_id, Err *e);
// The same, and families without a salt get a new one, in the caller's transaction. For new families and staged files only: an
// erased family stays erased (secrets_load).
must_use bool secrets_make(Secrets *s, Db *db, int64_t first_id, int64_t last_id, Err *e);
// Destroys the salt. Nothing of the family opens again, in no copy of the database but one that still has the salt.
must_use bool secrets_destroy(Db *db, int64_t kab, int64_t family_id, bool *was_there, Err *e);
// The loaded family; NULL when it has no salt or is not in the range. Lives until the next load.
const FamilySecret *secret_family(Secrets *s, int64_t family_id);

// Sealed bytes in the arena; nothing for an empty text. `f` must not be NULL, the text not longer than SECRET_TEXT_MAX.
Str secret_seal(const FamilySecret *f, SecretKind kind, int64_t subject_id, Str text, Arena *a);
// The same into `out`, which has room for text.n + SECRET_EXTRA_BYTES.
void secret_seal_into(const FamilySecret *f, SecretKind kind, int64_t subject_id, Str text, uint8_t *out);
// Nothing for nothing, also when f is NULL. CONFLICT when the bytes were altered, belong elsewhere, or the family was erased.
must_use bool secret_open(const FamilySecret *f, SecretKind kind, int64_t subject_id, Str sealed, Arena *a, Str *out, Err *e);

// The look-up hash of a number, and the one that stands in sealed bytes (0 for nothing): equal when the numbers are.
int64_t secret_claim(const Secrets *s, SecretKind kind, Str text);
int64_t secret_claim_of(Str sealed);
// Two sealed numbers of one kind are the same number.
static inline bool secret_same(Str a, Str b) { return (a.n == 0) == (b.n == 0) && (a.n == 0 || secret_claim_of(a) == secret_claim_of(b)); }
#endif
