// decided.h: what a closing pays where the Ministry decides (paylist/paylist_mode.h): family, village, channel and amount of everyone
// whom its lists pay, in columns beside the closing. Our own entitlement stays in the closing's cases: for explanation, and to compare.
#ifndef STAGE_DECIDED_H
#define STAGE_DECIDED_H
#include "db/db.h"
#include "stage/chunk.h"

// Pointing into the bytes; by family, ascending. n 0 and is_there false: we decide.
typedef struct { bool is_there; uint32_t n; const uint8_t *family, *village, *channel, *amount; Hash hash; } Decided;
typedef struct { int64_t family_id, rp; uint32_t village; uint8_t channel; } DecidedRow;        // village: code less kab * 1,000,000; channel: PACK_CHANNELS
must_use bool decided_open(Str bytes, Decided *out, Err *e);
static inline int64_t decided_family(const Decided *d, size_t i) { uint32_t v; memcpy(&v, d->family + 4 * i, 4); return v; }
DecidedRow decided_at(const Decided *d, size_t i);
size_t decided_find(const Decided *d, int64_t family_id);  // the first that is not before the family

// Of a closing; not there when we decide. Into `a`. CONFLICT when the bytes are not those that were hashed.
must_use bool decided_of(Db *db, Arena *a, int64_t kab, Str stage, int64_t closing_n, Decided *out, Err *e);
// The same as bytes, whose hash is not looked at.
must_use bool decided_bytes_of(Db *db, Arena *a, int64_t kab, Str stage, int64_t closing_n, Str *out, bool *is_there, Err *e);

// While a closing is made: the lists that count now, as bytes. `list_hash`: over the files.
typedef struct { Buf bytes; int64_t family_n, last_id; Rupiah total; Hash list_hash, hash; bool is_there; } DecidedNew;
// is_there false when we decide. Fails as paylist_accept does.
must_use bool decided_make(Db *db, int64_t kab, Str stage, DecidedNew *out, Err *e);
must_use bool decided_store(Db *db, int64_t kab, Str stage, int64_t closing_n, const DecidedNew *d, Err *e);
void decided_free(DecidedNew *d);
#endif
