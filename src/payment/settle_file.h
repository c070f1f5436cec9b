// settle_file.h: an answer of a channel as it lies in a file -> payments and books (settle.h), by the reading of answer.h. The file is
// read as often as it is needed, never held in memory.
#ifndef PAYMENT_SETTLE_FILE_H
#define PAYMENT_SETTLE_FILE_H
#include "payment/answer.h"
#include "payment/settle.h"

typedef struct {
    int64_t kab;
    Str stage;                 // of what cannot be matched; "": the newest
    Str layout;                // of a result table: its template (answer_template_names); "" for messages and statements
    Str sheet;                 // of a workbook; "": the only one
    bool is_apply;
    Hash seen_hash;            // applying: SettleResult.hash of the preview; zeros: whatever it is
} SettleFileWhat;

typedef struct {
    SettleResult settle;
    AnswerFormat format;
    Str version, message;      // "camt.053.001.08"; the sender's name of it. Live in the arena
    bool is_unconfirmed;       // the channel has not confirmed the template
    int64_t statement_n, fault_n;
    int64_t unbalanced_n;      // statements whose balances do not follow from their entries, or whose own count or sum differs
} SettleFileResult;

// Previews, or takes in, the open file. BAD_INPUT by name and line when it is broken or no answer; otherwise as settle_apply.
must_use bool settle_file(Db *db, Arena *a, const Viewer *viewer, int fd, const SettleFileWhat *what, Instant now, SettleFileResult *out, Err *e);
#endif
