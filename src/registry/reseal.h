// reseal.h: a district gets another key. All that its families have sealed is opened with the old key and sealed with the new one,
// a few thousand families in each transaction, while the office works on; both keys are in the file until the end. Killed anywhere,
// the same call goes on. Salts stay: who was erased stays erased. Hashes of packs and closings stay, for they are of what is sealed.
#ifndef REGISTRY_RESEAL_H
#define REGISTRY_RESEAL_H
#include "base/progress.h"
#include "db/db.h"

typedef struct { int64_t kab, actor_id; Instant at; } Reseal;
// staged_n: imports that wait, sealed with the old key; once they are applied or dropped the same call takes the old key away.
typedef struct { int64_t from_n, to_n, family_n, staged_n; bool went_on; } ResealReport;
must_use bool reseal_district(Db *db, const Reseal *what, Progress *progress, ResealReport *out, Err *e);

// Another look-up key for the nation: every number is hashed anew, with its claims, packs and pay lists, in the same small transactions and
// in every district; killed anywhere, the same call goes on. One finds a number all the while (claim_find asks under both keys), but nothing
// that compares many numbers may run: lookup_is_settled. CONFLICT while imports are staged. What closings keep stays as it was signed.
// Hashes in pay lists of numbers that nobody in the registry has go: such a row is matched again when its file is read again.
must_use bool reseal_lookup(Db *db, int64_t actor_id, Instant at, Progress *progress, ResealReport *out, Err *e);
// CONFLICT while the look-up key is being changed: asked by imports, pay lists and the comparison before a payment.
must_use bool lookup_is_settled(Db *db, Err *e);
#endif
