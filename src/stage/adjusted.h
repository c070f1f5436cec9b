// adjusted.h: what was decided about single families (commitment/adjustment.h), as a closing takes it: exceptions as rows beside its columns,
// covered by its hash. Where the Ministry decides the stage, nothing of it is taken: its list is what is paid.
#ifndef STAGE_ADJUSTED_H
#define STAGE_ADJUSTED_H
#include "commitment/adjustment.h"

#define ADJUSTED_BYTES 40              // of a row: family, number, kind, rupiah, limit; 64 bits each
typedef struct { const uint8_t *p; size_t n; } Adjusted;   // by family, then number; points into the bytes
must_use bool adjusted_open(Str bytes, Adjusted *out, Err *e);
AdjustRow adjusted_at(const Adjusted *a, size_t i);
size_t adjusted_find(const Adjusted *a, int64_t family_id);           // the first that is not before the family
// Rows of one family from *i on, at most ADJUSTED_FAMILY_MAX; *i is left behind them.
#define ADJUSTED_FAMILY_MAX 64
size_t adjusted_take(const Adjusted *a, size_t *i, int64_t family_id, AdjustRow rows[ADJUSTED_FAMILY_MAX]);

// What counts when `stage` is closed on `today`, of the families in `ids` (ascending); as bytes. Owned by the caller.
must_use bool adjusted_make(Db *db, int64_t kab, Str stage, Date today, const uint32_t *ids, size_t id_n, Buf *out, Err *e);
// Of a closing, families first_id … last_id.
must_use bool adjusted_of(Db *db, int64_t kab, Str stage, int64_t closing_n, int64_t first_id, int64_t last_id, Buf *out, Err *e);
must_use bool adjusted_store(Db *db, int64_t kab, Str stage, int64_t closing_n, Str bytes, Err *e);
#endif
