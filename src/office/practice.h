// practice.h: a database for training and for the demo, with people who do not exist. It is one from its beginning or never:
// the mark is written before the first person, and no real database can take it. Every page, print and file says so.
#ifndef OFFICE_PRACTICE_H
#define OFFICE_PRACTICE_H
#include "db/db.h"

// Marks an empty database (no people, nothing in the audit trail) as practice. CONFLICT when it is a real one; no change when
// it is practice already. Inside the caller's transaction.
must_use bool practice_begin(Db *db, Instant now, Err *e);
must_use bool practice_is(Db *db, bool *is_practice, Err *e);
// The band's text, in this thread's language: "PRACTICE: …".
const char *practice_band(void);
#define PRACTICE_MARK "LATIHAN"        // in file names and file contents, whatever the language

// Marks the database as practice and makes the scripted people of district `kab`: operator.latihan, kepala.latihan, … each with
// a random password. The passwords are written to `password_path`, for its owner only, one "LOGIN PASSWORD" a line, before
// anything is committed. People who are there already get a new password only when that file is gone. *made_n: passwords made.
must_use bool practice_init(Db *db, int64_t kab, Str password_path, Instant now, int64_t *made_n, Err *e);
// "padang.db" -> "padang.db.latihan"; for PostgreSQL a file in the present directory named by the database.
Str practice_password_path(Arena *a, const Db *db);
#endif
