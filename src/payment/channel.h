// channel.h: what is known of each channel that pays: whether it needs an account, and which files it takes.
#ifndef PAYMENT_CHANNEL_H
#define PAYMENT_CHANNEL_H
#include "files/template.h"
#include "payment/batch.h"
#include "payment/payment_id.h"
#include "payment/payables.h"

bool channel_needs_account(Str channel);                   // an unknown channel does: held rather than lost
bool channel_pays_cash(Str channel);                       // paid over a counter: what is credited is in the family's hand

// One batch ready to be written. Everything in it follows from the batch's row, the closing and the run.
typedef struct {
    const Batch *batch;
    const Payables *payments;          // by family id, with payees
    const Str *village, *kecamatan;    // name of each payment's village, and of the kecamatan it is in
    PaymentId message;                 // "PKH-1371-2024-2-BRI-P01-A1": the files' name as well
    Str programme;                     // "PKH"
    Str stage_label, district;         // "Tahap II 2024", "Kota Padang"
    Date requested_on;
    bool is_practice;                  // the mark goes into every file's name and content
    Arena *arena;
} BatchWork;

// One file to be written and counted again from its bytes.
typedef struct ChannelFile {
    const char *kind;                  // stored: "pain001", "bulk", "nominative", "list"
    Str name;                          // in the folder
    int64_t village_id;                // a list of one village; 0: all of the batch
    TemplateTotals expected;           // what the books say of it
    bool (*write)(const BatchWork *w, const struct ChannelFile *f, const char *path, Err *e);
    bool (*recount)(const BatchWork *w, const struct ChannelFile *f, const char *path, TemplateTotals *out, FileProof *proof, Err *e);
} ChannelFile;
typedef struct { ChannelFile *at; size_t n; } ChannelFiles;
// The files of a batch, in order. NOT_FOUND when nothing is known of its channel.
must_use bool channel_files(const BatchWork *w, ChannelFiles *out, Err *e);

// channel_list.c: the printed list of one village, by name. It is for people to sign, not for a machine to read.
bool list_write(const BatchWork *w, const ChannelFile *f, const char *path, Err *e);
bool list_recount(const BatchWork *w, const ChannelFile *f, const char *path, TemplateTotals *out, FileProof *proof, Err *e);
#endif
