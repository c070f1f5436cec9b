// batch.h: the payable families of one channel, cut into parts that a bank or the post takes in one piece. A batch is reserved
// in the books before its file exists, and released when the file's own bytes agree.
#ifndef PAYMENT_BATCH_H
#define PAYMENT_BATCH_H
#include "db/db.h"
#include "office/authority.h"

#define BATCH_ROWS 20000               // families in one file; a bank's layout that was seen counts rows in five digits

typedef struct {
    int64_t kab, id, part_n, first_id, last_id, family_n;
    Str stage, channel, payer_name, payer_account;
    Rupiah amount;
    Hash run_hash;
    bool is_released;
    bool is_follow_up;                 // of attempts that are not the first (reissue.h); its families do not follow one another
    Instant reserved_at;
} Batch;
typedef struct { Batch *at; size_t n; } Batches;
// Of a stage, by channel and part.
must_use bool batch_load(Db *db, Arena *a, int64_t kab, Str stage, Batches *out, Err *e);

typedef struct { int64_t n, bytes_n, family_n; Str kind, name; Hash sha256; Rupiah amount; Instant written_at; } BatchFile;
typedef struct { BatchFile *at; size_t n; } BatchFiles;
must_use bool batch_files_load(Db *db, Arena *a, int64_t kab, int64_t batch_id, BatchFiles *out, Err *e);

typedef struct {
    int64_t kab;
    Str stage, channel;                // channel "": all of the run
    int64_t rows_max;                  // 0: BATCH_ROWS
    Str payer_name, payer_account;     // who pays, from which account; written into the files
} Reserve;
// Reserves what is approved and has no batch yet, in one transaction; the second time reserves nothing. *new_n: batches made now.
// CONFLICT when the run is not signed by two people, FORBIDDEN for who may not pay and for the one who signed second.
must_use bool batch_reserve(Db *db, const Viewer *viewer, const Reserve *what, Instant now, int64_t *new_n, Err *e);
// The batch's files are whole and agree: from now on it is with the channel. In one transaction; nothing when it is released already.
must_use bool batch_release(Db *db, const Viewer *viewer, const Batch *batch, const BatchFiles *files, Instant now, Err *e);
#endif
