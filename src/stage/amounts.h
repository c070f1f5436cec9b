// amounts.h: what each family of a district comes to in a stage, computed from the registry as it is at this moment, also inside a
// transaction that will be rolled back: so the money of "what if" is that of a closing, to the rupiah. Both implementations agree on it.
#ifndef STAGE_AMOUNTS_H
#define STAGE_AMOUNTS_H
#include "db/db.h"
#include "programme/scheme.h"

typedef struct { int64_t n; Rupiah *at; Rupiah total; } Amounts;             // at[family_id - 1]; families without one: 0
// Families in a channel that the stage does not pay through count as 0. Lives in `a`.
must_use bool amounts_read(Db *db, Arena *a, int64_t kab, const Scheme *scheme, Amounts *out, Err *e);
static inline Rupiah amounts_of(const Amounts *x, int64_t family_id) { return family_id > 0 && family_id <= x->n ? x->at[family_id - 1] : (Rupiah){ 0 }; }
#endif
