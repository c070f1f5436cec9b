// factor_key.h: the key that seals the secrets of second factors. It stands in a file of its own beside the database ("padang.db.factor-key",
// for PostgreSQL "harapan-NAME.factor-key" in the present folder, or where HARAPAN_FACTOR_KEY says), for its owner only: a copy of the
// database alone opens nobody's second factor. When it is lost, recovery codes still work and factors are set up anew.
#ifndef OFFICE_FACTOR_KEY_H
#define OFFICE_FACTOR_KEY_H
#include "db/db.h"
#include "office/totp.h"

#define SEALED_BYTES (24 + 16 + TOTP_SECRET_BYTES)         // nonce, tag, secret
// Seals a secret for one person, and makes the key when there is none yet. As key_file.h says.
must_use bool factor_seal(Db *db, int64_t user_id, const TotpSecret *secret, uint8_t out[SEALED_BYTES], Err *e);
// CONFLICT when it was sealed for another person or under another key, or when the key's file is missing.
must_use bool factor_open(Db *db, int64_t user_id, Str sealed, TotpSecret *out, Err *e);
#endif
