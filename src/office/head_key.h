// head_key.h: the key that signs the head of each day (head.h). It lives in a file of its own, outside the database, so that who can
// change the database cannot sign. One line, "harapan-head-key-1 " and 64 hexadecimal digits; readable by its owner only.
#ifndef OFFICE_HEAD_KEY_H
#define OFFICE_HEAD_KEY_H
#include "db/db.h"

typedef struct { unsigned char secret[crypto_sign_SECRETKEYBYTES]; Hash public_key; } HeadKey;

// `given` (an option), else HARAPAN_HEAD_KEY, else beside the database: NAME.head-key, or harapan-NAME.head-key in the present
// folder for PostgreSQL.
const char *head_key_path(Arena *a, const Db *db, const char *given);
// NOT_FOUND when there is no such file, FORBIDDEN when others may read it.
must_use bool head_key_read(const char *path, HeadKey *out, Err *e);
// A new key, durable before it is used. CONFLICT when the file is there.
must_use bool head_key_make(const char *path, HeadKey *out, Err *e);
void head_key_forget(HeadKey *key);                        // wipes it from memory
#endif
