// code.h: short codes that only this office can make: for a person at the door, for a session on the wall, under a certificate. Each is
// a keyed hash (the nation's look-up key of office/keyring.h, derived for one purpose) of what it stands for, in letters and digits that nobody
// mixes up. Nothing of it is stored; whoever has the database alone can make none.
#ifndef TRAINING_CODE_H
#define TRAINING_CODE_H
#include "db/db.h"

#define CODE_SHORT 8                   // 40 bits: for a door that a person keeps
#define CODE_LONG 16                   // 80 bits: for anybody who tries
// purpose: "door", "session", "certificate". chars: CODE_SHORT or CODE_LONG. As keyring.h fails.
must_use bool training_code(Db *db, Arena *a, const char *purpose, Str what, size_t chars, Str *out, Err *e);
// Small letters, blanks and dashes are forgiven. Compared in a time that tells nothing.
bool training_code_eq(Str typed, Str code);
#endif
