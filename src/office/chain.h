// chain.h: the two kinds of hash chains, audit (audit.h) and read log (read_log.h), read alike: their entries as bytes and hashes.
#ifndef OFFICE_CHAIN_H
#define OFFICE_CHAIN_H
#include "db/db.h"

typedef enum { CHAIN_AUDIT, CHAIN_READS, CHAIN_N } ChainLog;
const char *chain_name(ChainLog log);                      // "audit", "reads"

typedef struct { int64_t n; Str bytes; Hash prev, hash; } ChainEntry;          // bytes: canonical; lives until the taker returns
typedef bool (*ChainTake)(void *with, const ChainEntry *entry, Err *e);
// Each entry of a district's chain after `after_n`, in order. db is the handle that holds that log.
must_use bool chain_each(Db *db, ChainLog log, int64_t kab, int64_t after_n, ChainTake take, void *with, Err *e);
// The districts that have a chain, ascending.
typedef struct { int64_t *at; size_t n; } ChainDistricts;
must_use bool chain_districts(Db *db, ChainLog log, Arena *a, ChainDistricts *out, Err *e);
// Whether an entry's hash is that of its bytes and its predecessor.
bool chain_entry_holds(const ChainEntry *entry);
#endif
