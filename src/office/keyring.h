// keyring.h: the keys that seal identifiers. They live in one file beside the database and never inside it: whoever takes the
// database without the file has no NIK, KK or account.
//
// Each district has a key of its own (number 1, 2, … as it is changed), and the nation one look-up key (kab 0), by whose keyed hash
// a number is found without being opened. The database keeps only a hash of each key, so that a wrong file is known at once.
// The file is text, for its owner only (0600), written whole or not at all; paper copies are made from it (docs/keys.md).
//
// The file of a database is found by itself: HARAPAN_KEYS or keyring_use, else "padang.db.keys" beside padang.db, else
// "harapan-NAME.keys" in HARAPAN_FOLDER or the present folder for PostgreSQL (harapan-NAME.SCHEMA.keys when the address chooses one).
// What was read is remembered by the process; safe between threads.
#ifndef OFFICE_KEYRING_H
#define OFFICE_KEYRING_H
#include "db/db.h"

#define KEYRING_LOOKUP 0           // instead of a district: the nation's look-up key
#define KEY_BYTES 32
typedef struct { int64_t n; uint8_t bytes[KEY_BYTES]; } Key;     // n counts from 1; 0: no key

// The key in force. CONFLICT when the file belongs to another database, FORBIDDEN when others may read it, IO_FAILED when it is
// missing, NOT_FOUND when no key was made yet.
must_use bool keyring_current(Db *db, int64_t kab, Key *out, Err *e);
// The same, and makes the first one when there is none: inside a write transaction, the file before the commit.
must_use bool keyring_make(Db *db, int64_t kab, Key *out, Err *e);
must_use bool keyring_has(Db *db, int64_t kab, bool *is_made, Err *e);          // whether the database uses one yet; without the file
// A key by its number, for what was sealed before it was changed.
must_use bool keyring_key(Db *db, int64_t kab, int64_t n, Key *out, Err *e);
// The key that is leaving while everything is sealed anew; n = 0 when there is none.
must_use bool keyring_leaving(Db *db, int64_t kab, Key *out, Err *e);

// ---- care of the keys (harapan keys) ----------------------------------------------------------------------------------
// Another key for a district or for look-ups, in the caller's write transaction: the one in force becomes the leaving one. CONFLICT while one is leaving.
must_use bool keyring_change(Db *db, int64_t kab, Key *out, Err *e);
// Nothing is sealed with the leaving key any more, in the caller's write transaction: it is gone.
must_use bool keyring_leave_done(Db *db, int64_t kab, int64_t n, Err *e);
// Takes keys that are gone out of the file. Copies kept apart still hold them, and old backups need them.
must_use bool keyring_prune(Db *db, Err *e);
typedef struct { int64_t kab, n; Hash check; Str state; Instant made_at; bool is_in_file, is_right; } KeyAbout;
// All keys that the database was ever sealed with, and whether the file holds them. Works without the file.
must_use bool keyring_list(Db *db, Arena *a, KeyAbout **out, size_t *n, Err *e);
// Writes the keys of this database into a new file, for its owner only. CONFLICT when it is there; fails when a key is missing.
must_use bool keyring_copy(Db *db, const char *to, Err *e);
// Puts back what a copy holds and the file lacks. CONFLICT when the copy is of another database: nothing is changed then.
must_use bool keyring_restore(Db *db, const char *from, int64_t *added_n, Err *e);

// Which file, for this process; NULL: as described above. `path` must live as long as the process.
void keyring_use(const char *path);
Str keyring_path(Arena *a, const Db *db);
// The file in which this process made a key, once, else NULL: say so to the person, who must now make a copy.
const char *keyring_made_in(void);
// First 8 hexadecimal digits of a key's hash, for people to compare. Tells nothing about the key.
void key_put_fingerprint(Buf *b, const Hash *check);
Hash key_check_hash(int64_t kab, const Key *key);
// A secret for one purpose out of a key: n bytes, at most 64.
void key_derive(const Key *key, const char *purpose, void *out, size_t n);
#endif
