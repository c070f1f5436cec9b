// audit.h: the chain of everything that was changed. One chain for each district (0 for what belongs to none), written in the
// transaction of the change it records. Ids, counts, hashes, codes and old and new values that are not personal: no name, NIK, KK or account
// stands in it, only salted commitments to them.
//
// An entry is the JSON array  [kab,n,recorded_at,actor_id,"action","subject",{"key":value,…}]  with sorted keys and no spaces;
// entry_hash = BLAKE2b-256(prev_hash ‖ those bytes), prev_hash of the first entry is 32 zero bytes. So a stranger can prove it.
#ifndef OFFICE_AUDIT_H
#define OFFICE_AUDIT_H
#include "db/db.h"
#include "office/violation.h"

// What a field says: one value, what it was and what it is now, or (for personal data) a commitment to both, which says nothing
// by itself and can be proved later by who knows the value, until the salt is destroyed.
typedef struct {
    const char *key;
    enum { AUDIT_IS_COUNT, AUDIT_IS_TEXT, AUDIT_IS_HASH, AUDIT_IS_COUNT_CHANGE, AUDIT_IS_TEXT_CHANGE, AUDIT_IS_COMMITMENT } kind;
    int64_t count, old_count;          // INT64_MIN: there was none, or there is none now
    Str text, old_text;                // p NULL: the same
    const Hash *hash;
} AuditField;
#define AUDIT_COUNT(name, value) { .key = (name), .kind = AUDIT_IS_COUNT, .count = (value) }
#define AUDIT_TEXT(name, value) { .key = (name), .kind = AUDIT_IS_TEXT, .text = (value) }
#define AUDIT_HASH(name, value) { .key = (name), .kind = AUDIT_IS_HASH, .hash = (value) }
// "status":{"from":"active","to":"left"} for whole numbers and texts; equal values may be given, and say so.
#define AUDIT_CHANGE(name, old, new) _Generic((new), Str: audit_change_text, default: audit_change_count)((name), (old), (new))
// "name":{"from_commitment":"…","to_commitment":"…"}: each is BLAKE2b-256 of the text, keyed with the salt kept in audit_salt.
#define AUDIT_CHANGE_PERSONAL(name, old, new) { .key = (name), .kind = AUDIT_IS_COMMITMENT, .old_text = (old), .text = (new) }
static inline AuditField audit_change_text(const char *key, Str old_text, Str text) {
    return (AuditField){ .key = key, .kind = AUDIT_IS_TEXT_CHANGE, .old_text = old_text, .text = text };
}
static inline AuditField audit_change_count(const char *key, int64_t old_count, int64_t count) {
    return (AuditField){ .key = key, .kind = AUDIT_IS_COUNT_CHANGE, .old_count = old_count, .count = count };
}
#define AUDIT_FIELDS_MAX 16            // an entry says what changed, not all there is

typedef struct {
    int64_t kab, actor_id;             // actor 0: the program itself, before there is anybody
    const char *action;                // "stage.close": room.verb
    Str subject;                       // what it was done to: "2024-2", "user 3"
    Instant at;
    int64_t family_id;                 // whose personal data the commitments are about; 0: of nobody in the registry
    AuditField fields[AUDIT_FIELDS_MAX];                   // up to the first without a key; in any order
} AuditEntry;

// Inside the transaction of the change.  audit_write(db, &(AuditEntry){ .kab = 1371, … .fields = { AUDIT_COUNT("family_n", n) } }, e)
must_use bool audit_write(Db *db, const AuditEntry *entry, Err *e);
// The newest entry's number and hash; 0 and zeros for an empty chain.
must_use bool audit_head(Db *db, int64_t kab, int64_t *n, Hash *head, Err *e);
// Recomputes the chain of a district: numbers without gaps, each entry's hash from its bytes and its predecessor.
must_use bool audit_check(Db *db, int64_t kab, Violations *v, Err *e);
// Whether entry n says that `field` was (or is_new: became) `value`. *matches false: another value, or the salt is destroyed.
must_use bool audit_opens(Db *db, int64_t kab, int64_t n, Str field, Str value, bool is_new, bool *matches, Err *e);
// Erasure: destroys the salts of a family's commitments. Inside the caller's transaction, which writes an entry of its own.
must_use bool audit_forget(Db *db, int64_t kab, int64_t family_id, Err *e);
// Text as JSON of the canonical form (RFC 8785), quotes included; and the hash that ties an entry to the one before it.
void audit_put_text(Buf *b, Str text);
Hash audit_entry_hash(const Hash *prev, Str bytes);
// The canonical bytes of one entry. `detail` is the JSON object as stored.
void audit_bytes(Buf *b, int64_t kab, int64_t n, int64_t at, int64_t actor_id, Str action, Str subject, Str detail);
#endif
