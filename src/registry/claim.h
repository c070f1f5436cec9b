// claim.h: who claims which number: NIK, family card, account, phone, card. A claim is a keyed hash (secret.h), never the number.
// Claims may repeat: a repeat is a finding for people, never an error of the database.
#ifndef REGISTRY_CLAIM_H
#define REGISTRY_CLAIM_H
#include "base/progress.h"
#include "db/db.h"
#include "registry/secret.h"

// Who has a number. person_id 0: the family itself.
typedef struct { int64_t kab, family_id, person_id; } ClaimHolder;
#define CLAIM_HOLDERS_MAX 200          // a number that so many share is no number
// Who claims `number` in districts low_kab … high_kab, in order; at most CLAIM_HOLDERS_MAX. Nobody when no key was made yet.
must_use bool claim_find(Db *db, Arena *a, SecretKind kind, Str number, int64_t low_kab, int64_t high_kab, ClaimHolder **out, size_t *n,
                         Err *e);

// The key of look-up hashes, for many look-ups in memory (identity_claim); zeros when none was made yet. To be wiped after use.
must_use bool claim_key_find(Db *db, ClaimKey *out, bool *found, Err *e);

// One number changes its owner or its value: in the transaction of the change. `sealed` may be empty: nothing happens.
must_use bool claim_put(Db *db, SecretKind kind, Str sealed, ClaimHolder holder, Err *e);
must_use bool claim_drop(Db *db, SecretKind kind, Str sealed, ClaimHolder holder, Err *e);

// Collects claims of any number in temporary files by kind and the leading bits of the hash, and writes them in order: an index
// that is filled in order is a pass, one filled at random is a disk seek a row.
typedef struct ClaimSorter ClaimSorter;
must_use bool claim_sorter_open(ClaimSorter **out, Err *e);
must_use bool claim_sorter_add(ClaimSorter *s, SecretKind kind, int64_t claim, ClaimHolder holder, Err *e);
int64_t claim_sorter_count(const ClaimSorter *s);
// Writes everything, in a transaction of the caller.
must_use bool claim_sorter_write(ClaimSorter *s, Db *db, Progress *progress, Err *e);
void claim_sorter_close(ClaimSorter *s);                   // NULL is fine
#endif
