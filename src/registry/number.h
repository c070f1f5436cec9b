// number.h: one number of one family, read or changed: opened, sealed, and its claims kept. For pages and use cases that touch a
// few families; what goes through many uses secret.h itself.
#ifndef REGISTRY_NUMBER_H
#define REGISTRY_NUMBER_H
#include "registry/claim.h"

// kind: SECRET_NIK of holder.person_id, or SECRET_KK or SECRET_ACCOUNT of the family (person_id 0). Empty when there is none.
// NOT_FOUND without the family or person, CONFLICT when it was erased and something sealed is left.
must_use bool number_read(Db *db, Arena *a, SecretKind kind, ClaimHolder holder, Str *out, Err *e);
// In the caller's transaction, which also refreshes the pack (pack_refresh) and writes the audit entry. An empty number takes it away.
// CONFLICT when the family was erased.
must_use bool number_change(Db *db, SecretKind kind, ClaimHolder holder, Str number, Err *e);
// What is kept elsewhere than in family and person, such as an account that waits for a signature: sealed bytes, and back. Nothing
// for nothing. number_seal: CONFLICT when the family was erased.
must_use bool number_seal(Db *db, Arena *a, SecretKind kind, ClaimHolder holder, Str number, Str *sealed, Err *e);
must_use bool number_open(Db *db, Arena *a, SecretKind kind, ClaimHolder holder, Str sealed, Str *number, Err *e);
#endif
