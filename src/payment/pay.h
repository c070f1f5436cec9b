// pay.h: gives what two people approved to the channels. Reserves it in the books, writes each channel's files, counts them again
// from their bytes, gives them their names, and only then calls the batch released. Killed anywhere, the same call goes on where
// it was: nothing is reserved twice and no file becomes another one.
#ifndef PAYMENT_PAY_H
#define PAYMENT_PAY_H
#include "base/progress.h"
#include "payment/batch.h"

typedef struct {
    int64_t kab;
    Str stage, channel;                // channel "": all of the run
    Str folder;                        // where the files go; made when missing
    Str payer_account;                 // the programme's account at the bank; may be empty in a practice database
    int64_t rows_max;                  // families in one file; 0: BATCH_ROWS
    Progress *progress;
} PayWhat;

typedef struct {
    int64_t batch_n, batch_new_n;      // of the stage; reserved now
    int64_t released_n;                // released now; the others were before
    int64_t file_n, file_new_n;        // files of the batches; written now (the others stood there with the same bytes)
    int64_t family_n;
    Rupiah amount;
} PayResult;

// Fails as batch_reserve does; CONFLICT when a file of that name is there with other bytes.
must_use bool pay_stage(Db *db, const Viewer *viewer, const PayWhat *what, Instant now, PayResult *out, Err *e);
#endif
