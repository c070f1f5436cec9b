// paylist_key.h: whom a row of a pay list means, by its four keys. The one place where a list meets the sealed numbers of the registry:
// what stands in a list of NIK, KK and account is a look-up hash under the registry's key, and hashes are compared.
//
// A district's keys are held in memory, 16 bytes each (a city 3 MB, the largest district 130 MB), whatever the length of the list.
#ifndef PAYLIST_PAYLIST_KEY_H
#define PAYLIST_PAYLIST_KEY_H
#include "db/db.h"

typedef enum { KEY_CODE, KEY_NIK, KEY_KK, KEY_ACCOUNT, KEY_KINDS } PaylistKeyKind;     // in the order in which they decide; bits of paylist.h
typedef struct PaylistKeys PaylistKeys;
must_use bool paylist_keys_open(Db *db, int64_t kab, PaylistKeys **out, Err *e);
void paylist_keys_close(PaylistKeys *k);                   // wipes; NULL is fine
// The look-up hash of a number or code; INT64_MIN (NULL) for an empty one.
int64_t paylist_key_claim(const PaylistKeys *k, PaylistKeyKind kind, Str text);

// Stored by name (paylist_found_name).
typedef enum { FOUND_MATCHED, FOUND_STRANGER, FOUND_CONTRADICTION, FOUND_TWICE } PaylistFound;
typedef struct {
    int64_t named[KEY_KINDS];          // whom each key names; 0: several families; INT64_MIN: nobody
    int64_t family_id;                 // whom they mean together; INT64_MIN: it cannot be said
    int64_t agree_n, against_n;        // bits of the keys that name this family, and that name another one
    PaylistFound found;
} PaylistMatch;
// The first key that names one family decides; iddtks and NIK must not contradict each other, nor KK and account where they alone
// tell. Rows are given in their order: the second one of a family is FOUND_TWICE.
PaylistMatch paylist_match(PaylistKeys *k, const int64_t claims[KEY_KINDS]);
const char *paylist_found_name(PaylistFound found);
#endif
