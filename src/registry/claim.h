// claim.h: who claims which NIK. Claims may repeat: a repeat is a finding for people, never an error of the database.
#ifndef REGISTRY_CLAIM_H
#define REGISTRY_CLAIM_H
#include "base/progress.h"
#include "db/db.h"
#include "registry/identity.h"

// The database's key, made on first use (inside a transaction). It hides numbers only while the key is kept apart from the table.
must_use bool claim_key_read(Db *db, ClaimKey *out, Err *e);
must_use bool claim_key_find(Db *db, ClaimKey *out, bool *found, Err *e);      // without making one; zeros when there is none
// Sets a key that is known beforehand (invented data repeat to the byte). CONFLICT when there is another one.
must_use bool claim_key_set(Db *db, const ClaimKey *key, Err *e);

// Collects claims of any number in temporary files by the leading bits of the hash, and writes them in order of the hash: an
// index that is filled in order is a pass, one filled at random is a disk seek a row.
typedef struct ClaimSorter ClaimSorter;
must_use bool claim_sorter_open(ClaimSorter **out, Err *e);
must_use bool claim_sorter_add(ClaimSorter *s, int64_t claim, int64_t kab, int64_t family_id, int64_t person_id, Err *e);
int64_t claim_sorter_count(const ClaimSorter *s);
// Writes everything, in a transaction of the caller.
must_use bool claim_sorter_write(ClaimSorter *s, Db *db, Progress *progress, Err *e);
void claim_sorter_close(ClaimSorter *s);                   // NULL is fine
#endif
