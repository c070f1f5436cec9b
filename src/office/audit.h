// audit.h: the chain of everything that was changed. One chain for each district (0 for what belongs to none), written in the
// transaction of the change it records. Ids, counts, hashes and codes only: no name, NIK, KK or account stands in it.
//
// An entry is the JSON array  [kab,n,recorded_at,actor_id,"action","subject",{"key":value,…}]  with sorted keys and no spaces;
// entry_hash = BLAKE2b-256(prev_hash ‖ those bytes), prev_hash of the first entry is 32 zero bytes. So a stranger can prove it.
#ifndef OFFICE_AUDIT_H
#define OFFICE_AUDIT_H
#include "db/db.h"
#include "office/violation.h"

typedef struct { const char *key; enum { AUDIT_IS_COUNT, AUDIT_IS_TEXT, AUDIT_IS_HASH } kind; int64_t count; Str text; const Hash *hash; } AuditField;
#define AUDIT_COUNT(name, value) { .key = (name), .kind = AUDIT_IS_COUNT, .count = (value) }
#define AUDIT_TEXT(name, value) { .key = (name), .kind = AUDIT_IS_TEXT, .text = (value) }
#define AUDIT_HASH(name, value) { .key = (name), .kind = AUDIT_IS_HASH, .hash = (value) }
#define AUDIT_FIELDS_MAX 16            // an entry says what changed, not all there is

typedef struct {
    int64_t kab, actor_id;             // actor 0: the program itself, before there is anybody
    const char *action;                // "stage.close": room.verb
    Str subject;                       // what it was done to: "2024-2", "user 3"
    Instant at;
    AuditField fields[AUDIT_FIELDS_MAX];                   // up to the first without a key; in any order
} AuditEntry;

// Inside the transaction of the change.  audit_write(db, &(AuditEntry){ .kab = 1371, … .fields = { AUDIT_COUNT("family_n", n) } }, e)
must_use bool audit_write(Db *db, const AuditEntry *entry, Err *e);
// The newest entry's number and hash; 0 and zeros for an empty chain.
must_use bool audit_head(Db *db, int64_t kab, int64_t *n, Hash *head, Err *e);
// Recomputes the chain of a district: numbers without gaps, each entry's hash from its bytes and its predecessor.
must_use bool audit_check(Db *db, int64_t kab, Violations *v, Err *e);
// The canonical bytes of one entry. `detail` is the JSON object as stored.
void audit_bytes(Buf *b, int64_t kab, int64_t n, int64_t at, int64_t actor_id, Str action, Str subject, Str detail);
#endif
