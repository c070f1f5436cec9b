// head.h: the signed head of a day: one line that says what the audit chains and the read log are, for outsiders to keep. Who keeps
// the lines can prove later (harapan-verify) that nothing was altered, removed or built anew: docs/audit.md.
//
//   harapan-head-1 day=2026-11-24 at=… mode=practice chains=2 entries=60 root=HEX prev=HEX key=HEX sig=HEX
//
// Each chain is a tree of RFC 6962 over its entries' canonical bytes (merkle.h); root= is the tree over the chains, by district
// and log: each leaf is ["audit",1371,55,"last entry's hash","root of its tree"]. prev= is the SHA-256 of the whole line before
// (zeros for the first), key= the Ed25519 key that checks sig= over all that stands before " sig=".
#ifndef OFFICE_HEAD_H
#define OFFICE_HEAD_H
#include "office/chain.h"
#include "office/head_key.h"
#include "office/violation.h"

typedef struct { ChainLog log; int64_t kab, n; Hash entry_hash, root; } HeadChain;
typedef struct { HeadChain *at; size_t n; } HeadChains;

typedef struct {
    Date day;
    Instant at;
    bool is_practice;
    int64_t chain_n, entry_n;
    Hash root, prev, key;
    Str line;
} Head;

#define HEAD_ZONE_MINUTES 420          // the day of a head is that of WIB

// Today's head: the one that is there, or a new one (*is_new) over all entries up to now, with an audit entry. Refuses to sign
// (CONFLICT) what does not follow from the last head: entries that were sealed and are missing or changed, a day before it, or
// another key unless two people agreed to it (head_request.h). `reads` is the read log's handle. One transaction of its own.
typedef struct { const HeadKey *key; int64_t actor_id; Instant now; } HeadOptions;
must_use bool head_make(Db *db, Db *reads, Arena *a, const HeadOptions *o, Head *out, bool *is_new, Err *e);
// The same for programs that have a path only: opens the read log, reads the key or makes the first one (*is_new_key).
typedef struct { Str db_url; const char *key_path; int64_t actor_id; Instant now; } HeadToday;
must_use bool head_today(Db *db, Arena *a, const HeadToday *today, Head *out, bool *is_new, bool *is_new_key, Err *e);

typedef struct { Head *at; size_t n; } Heads;
must_use bool heads_read(Db *db, Arena *a, int64_t limit_n, Heads *out, Err *e);             // newest first
must_use bool head_of(Db *db, Arena *a, Date day, Head *out, bool *is_found, Err *e);
must_use bool head_chains(Db *db, Arena *a, Date day, HeadChains *out, Err *e);
// What a head would say of all chains as they are now: for a backup to compare with.
must_use bool head_chains_now(Db *db, Db *reads, Arena *a, HeadChains *out, Err *e);
void head_chain_put(Buf *b, const HeadChain *chain);       // the leaf's bytes
Hash head_root(const HeadChains *chains);
// BAD_INPUT unless the line is well formed and its signature holds under its own key.
must_use bool head_parse(Arena *a, Str line, Head *out, Err *e);
// Every head against the chains as they are: signatures, order, and each chain's root at the length it had.
must_use bool heads_check(Db *db, Db *reads, Violations *v, Err *e);
#endif
