// channel.h: what is known of each channel that pays: whether it needs an account, and which files it takes.
#ifndef PAYMENT_CHANNEL_H
#define PAYMENT_CHANNEL_H
#include "files/template.h"
#include "payment/batch.h"
#include "payment/payment_id.h"
#include "payment/payables.h"

bool channel_needs_account(Str channel);                   // an unknown channel does: held rather than lost

// One batch ready to be written. Everything in it follows from the batch's row, the closing and the run.
typedef struct {
    const Batch *batch;
    const Payables *payments;          // by family id, with payees
    const Str *village, *kecamatan;    // name of each payment's village, and of the kecamatan it is in
    PaymentId message;                 // "PKH-1371-2024-2-BRI-P01-A1": the files' name as well
    Str programme;                     // "PKH"
    Date requested_on;
    bool is_practice;                  // the mark goes into every file's name and content
    Arena *arena;
} BatchWork;

// One file to be written and counted again from its bytes.
typedef struct {
    const char *kind;                  // stored: "pain001", "bulk", "nominative"
    Str name;                          // in the folder
    bool (*write)(const BatchWork *w, const char *path, Err *e);
    bool (*recount)(const BatchWork *w, const char *path, TemplateTotals *out, FileProof *proof, Err *e);
} ChannelFile;
#define CHANNEL_FILES_MAX 8
// The files of a batch, in order. NOT_FOUND when nothing is known of its channel.
must_use bool channel_files(const BatchWork *w, ChannelFile out[CHANNEL_FILES_MAX], size_t *n, Err *e);
#endif
