// payables.h: what a family of a stage is to be paid, and to whom: the run's amounts beside the payees as the closing froze them,
// less the families that are held.
#ifndef PAYMENT_PAYABLES_H
#define PAYMENT_PAYABLES_H
#include "db/db.h"
#include "office/district.h"
#include "registry/pack.h"
#include "stage/closing.h"
#include "stage/run.h"

#define FAMILY_LAST (INT64_MAX - 1)    // every family of a district
typedef struct { int64_t family_id, village_id, attempt_n; Rupiah amount; Payee payee; } Payable;
typedef struct { Payable *at; size_t n; Rupiah sum; } Payables;
// Payable families of one channel ("" for all) from first_id to last_id that are not held, by family id; texts live in `a`.
// Without payees: amounts only, the payee fields stay empty.
must_use bool payables_load(Db *db, Arena *a, int64_t kab, Str stage, Str channel, int64_t first_id, int64_t last_id, bool with_payees, Payables *out, Err *e);

// Fills the payees of a list, ascending by family, as the packs of an epoch have them (INT64_MAX: now).
must_use bool payables_name(Db *db, Arena *a, int64_t kab, int64_t epoch_n, Payables *list, Err *e);

typedef struct { int64_t family_id; Rupiah amount; Str reason; } Hold;
typedef struct { Hold *at; size_t n; Rupiah sum; } Holds;
must_use bool holds_load(Db *db, Arena *a, int64_t kab, Str stage, int64_t first_id, int64_t last_id, Holds *out, Err *e);
bool holds_has(const Holds *holds, int64_t family_id);
#endif
