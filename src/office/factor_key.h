// factor_key.h: the key that seals the secrets of second factors. It stands in a file of its own beside the database ("padang.db.factor-key",
// for PostgreSQL "harapan-NAME.factor-key" in the present folder, or where HARAPAN_FACTOR_KEY says), for its owner only: a copy of the
// database alone opens nobody's second factor. When it is lost, recovery codes still work and factors are set up anew.
#ifndef OFFICE_FACTOR_KEY_H
#define OFFICE_FACTOR_KEY_H
#include "base/date.h"
#include "db/db.h"
#include "office/totp.h"

#define SEALED_BYTES (24 + 16 + TOTP_SECRET_BYTES)         // nonce, tag, secret
// Seals a secret for one person, and makes the key when there is none yet: CONFLICT, with the way out, when the file is missing although
// secrets are sealed under it. Else as key_file.h says.
must_use bool factor_seal(Db *db, int64_t user_id, const TotpSecret *secret, uint8_t out[SEALED_BYTES], Err *e);
// CONFLICT when it was sealed for another person or under another key, or when the key's file is missing.
must_use bool factor_open(Db *db, int64_t user_id, Str sealed, TotpSecret *out, Err *e);

// Another key: every secret is opened and sealed anew in one transaction; killed anywhere, everybody's app works on and the same call goes
// on. is_lost: the file is gone for good; another one is made, and whose secret does not open any more comes in with a recovery code or a
// passkey and sets the app up anew (person_n, lost_n of the report). CONFLICT when it is lost and that is not said, or the other way round.
typedef struct { int64_t actor_id; Instant at; bool is_lost; } FactorKeyChange;
typedef struct { int64_t person_n, lost_n; } FactorKeyChanged;
must_use bool factor_key_change(Db *db, const FactorKeyChange *what, FactorKeyChanged *out, Err *e);
// A copy for the safe; *is_there false when no key was made yet. CONFLICT when the file is there.
must_use bool factor_key_copy(Db *db, const char *to, bool *is_there, Err *e);
// Puts it back where it is missing; a file that is there is never overwritten. No copy: nothing happens.
must_use bool factor_key_restore(Db *db, const char *from, bool *is_restored, Err *e);
#endif
