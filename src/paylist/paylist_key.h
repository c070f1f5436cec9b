// paylist_key.h: the one place where a pay list meets the sealed numbers of the registry. What stands in a list of NIK, KK and
// account is a look-up hash under the same key as the registry's, so that whom a row means is found by comparing hashes.
#ifndef PAYLIST_PAYLIST_KEY_H
#define PAYLIST_PAYLIST_KEY_H
#include "registry/claim.h"

typedef enum { KEY_NIK, KEY_KK, KEY_ACCOUNT } PaylistKeyKind;
typedef struct { ClaimKey claim_key; } PaylistKeys;
must_use bool paylist_keys_open(PaylistKeys *k, Db *db, int64_t kab, Err *e);
void paylist_keys_close(PaylistKeys *k);                   // wipes; safe at any time
// INT64_MIN (NULL) for an empty number.
int64_t paylist_key_claim(const PaylistKeys *k, PaylistKeyKind kind, Str number);

// Fills nik_, kk_ and account_family_id of a list's rows: the family that has the number, 0 when several have it. Caller's transaction.
must_use bool paylist_keys_find(Db *db, const PaylistKeys *k, int64_t kab, int64_t list_id, Err *e);
#endif
