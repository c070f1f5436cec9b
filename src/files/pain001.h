// pain001.h: payment orders for a bank as ISO 20022 pain.001.001.09, written as a stream and counted again from the bytes.
//
// One message has one debit account and date; its payments are grouped in PmtInf blocks of at most 5,000, because a
// bank rejects a block as a whole. Ids are the caller's and derive from stage, channel, wave, part and attempt: writing
// the same order again gives the same bytes, and the bank's own check for doubles protects the money.
#ifndef FILES_PAIN001_H
#define FILES_PAIN001_H
#include "base/arena.h"
#include "base/date.h"
#include "base/rupiah.h"
#include "files/outfile.h"

#define PAIN001_BLOCK_MAX 5000
#define PAIN001_MESSAGE_ID_MAX 29                          // PmtInfId (35) adds "-00001"

typedef struct {
    Str message_id;
    Instant created_at;
    Str initiator_name, debtor_name;                       // written in basic Latin letters
    Str debtor_account, debtor_bic;                        // account 1–34 digits or letters, BIC 8 or 11
    Date requested_on;
    int64_t count;                                         // what the books say; the payments must agree, or nothing is written
    Rupiah sum;
} PainOrder;

typedef struct {
    Str instruction_id, end_to_end_id;                     // 1–35 letters, digits and / - . _
    Rupiah amount;                                         // more than 0
    Str creditor_name;                                     // as registered; written in basic Latin letters, at most 140
    Str creditor_account;
    Str remittance;                                        // optional, at most 140
} PainPayment;

typedef struct PainWriter PainWriter;

must_use bool pain001_open(const char *path, const PainOrder *order, PainWriter **out, Err *e);
must_use bool pain001_put(PainWriter *w, const PainPayment *payment, Err *e);      // BAD_INPUT names the payment and the field
// Fails with CONFLICT when count or sum are not those of the order. Ends w, also on failure.
must_use bool pain001_finish(PainWriter *w, FileProof *proof, Err *e);
void pain001_abort(PainWriter *w);                         // NULL is fine

typedef struct {
    int64_t count, blocks_n;
    Rupiah sum;
    char message_id[36];
    FileProof proof;
} PainCount;

// Reads the file back and adds up its payments, independently of the writer. Fails with BAD_INPUT (and line) when it is no
// such message, NbOfTxs or CtrlSum of the message or of a block are not what its payments give, an EndToEndId or PmtInfId
// comes twice, an amount is not whole positive IDR, or a payment has no account.
must_use bool pain001_recount(const char *path, PainCount *out, Err *e);
#endif
