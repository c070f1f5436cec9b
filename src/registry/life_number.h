// life_number.h: the numbers of one family in life.c: read, changed, taken along. The one place of life*.c that knows how they are kept.
#ifndef REGISTRY_LIFE_NUMBER_H
#define REGISTRY_LIFE_NUMBER_H
#include "db/db.h"

typedef enum { NUMBER_NIK, NUMBER_KK, NUMBER_ACCOUNT } NumberKind;
typedef struct { int64_t kab, family_id, person_id; } NumberPlace;         // person_id 0 for KK and account
// Empty when there is none.
must_use bool life_number_read(Db *db, Arena *a, NumberKind kind, NumberPlace place, Str *out, Err *e);
// With its claim. An empty number takes it away.
must_use bool life_number_change(Db *db, NumberKind kind, NumberPlace place, Str number, Err *e);
must_use bool life_number_copy(Db *db, NumberKind kind, NumberPlace from, NumberPlace to, Err *e);
// Whoever in the district has this NIK and has not gone; family_id 0: nobody.
must_use bool life_nik_holder(Db *db, int64_t kab, Str nik, NumberPlace *out, Err *e);
// A family that was inserted just now may take numbers.
must_use bool life_number_begin(Db *db, int64_t kab, int64_t family_id, Err *e);
// An account that waits for a signature, as bytes for the database, and back.
must_use bool life_number_hide(Db *db, Arena *a, int64_t kab, int64_t family_id, Str account, Str *out, Err *e);
must_use bool life_number_show(Db *db, Arena *a, int64_t kab, int64_t family_id, Str hidden, Str *out, Err *e);
#endif
