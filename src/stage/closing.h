// closing.h: freezes the picture of a stage, district by district, in one transaction.
//
// Nothing of the registry is copied: the closing keeps the packs of the present epoch (registry/pack.h) and writes the pay
// columns and the districts' cases (chunk.h). Closing the same picture twice gives the first answer.
// Where the Ministry decides (paylist/paylist_mode.h), the closing also keeps what its lists pay (decided.h).
#ifndef STAGE_CLOSING_H
#define STAGE_CLOSING_H
#include "base/progress.h"
#include "db/db.h"
#include "programme/scheme.h"

// A district's closing while its bytes are still in memory. case_id: of each case of the list, a number that means the same case in
// every district of this thread. decided: what the Ministry decided (decided.h); empty when we decide. adjusted: what was
// decided about single families (adjusted.h).
typedef struct { int64_t kab, family_n; Hash closing_hash; Str cases; const uint32_t *case_id; const Str *chunks; uint32_t chunk_n; Str decided, adjusted; } ClosedDistrict;
// What goes along with a closing, district by district, in its threads and its transaction: the run (run.h) is the one there is.
typedef struct {
    void *with;                                            // handed to open and write
    bool (*open)(void *with, const Scheme *scheme, const Hash *book_hash, void **memory, Err *e);      // a thread's memory
    void (*close)(void *memory);
    bool (*compute)(void *memory, const ClosedDistrict *closed, void **result, Err *e);
    bool (*write)(void *with, Db *db, int64_t closing_n, void *result, Err *e);
    void (*release)(void *result);
} ClosingFollower;

typedef struct {
    Str stage;                 // "2024-2": one that the rule book has
    Str book_file, book_text;  // the rule book, and how it is named in messages
    int64_t kab;               // one district; 0: every district that has families
    int64_t actor_id;
    Instant at;
    int thread_n;              // worker threads; 0: as many as processors, at most 16
    // Closes anew where the stage is closed already. Asked for each such district inside the transaction; false (with e) stops
    // everything: what is approved is not closed again. NULL: a closed district is left as it is.
    bool (*may_close_again)(Db *db, int64_t kab, Str stage, Err *e);
    const ClosingFollower *follower;       // NULL: none
    Progress *progress;
} ClosingOptions;

typedef struct {
    int64_t district_n, already_n;         // closed now; found closed before
    int64_t family_n, chunk_n, case_n;     // of the districts closed now; cases summed over districts
    Hash hash;                             // over (kab, closing_hash) of all districts of the stage, ascending
} ClosingSummary;

must_use bool closing_make(Db *db, const ClosingOptions *options, ClosingSummary *out, Err *e);

// The closing of a district that counts (its latest). NOT_FOUND with a hint when the stage is not closed there.
typedef struct {
    int64_t kab, closing_n, epoch_n, family_n, chunk_n, case_n, actor_id;
    Instant closed_at;
    Hash book_hash, person_hash, payee_hash, pay_hash, closing_hash;
} Closing;
must_use bool closing_read(Db *db, int64_t kab, Str stage, Closing *out, Err *e);
// All districts that closed the stage, ascending.
must_use bool closing_list(Db *db, Arena *a, Str stage, Closing **out, size_t *n, Err *e);
must_use bool closing_root_hash(Db *db, Str stage, Hash *out, Err *e);

// Reads everything of a closing again and compares with its hashes; recomputes the pay columns from the packs. CONFLICT names the place.
must_use bool closing_check(Db *db, int64_t kab, Str stage, Err *e);
#endif
