// practice_answer.h: plays the bank and the post in a practice database: for each batch that was handed over an answer file or two, with what
// real ones have: some refused, some that come back, a line twice, a stranger, and some that nobody answers yet. The same batch
// gives the same answers. CONFLICT in a database that is not for practice.
#ifndef PAYMENT_PRACTICE_ANSWER_H
#define PAYMENT_PRACTICE_ANSWER_H
#include "db/db.h"
#include "office/authority.h"

typedef struct { int64_t file_n, batch_n; } PracticeAnswers;
// Writes MESSAGE-status.xml (pain.002) and MESSAGE-statement.xml (camt.053) into the folder, which is made when missing.
must_use bool practice_answers(Db *db, const Viewer *viewer, int64_t kab, Str stage, Str folder, PracticeAnswers *out, Err *e);
#endif
