// budget.h: how often one may guess. Every try costs; right answers are given back. A budget refills steadily, so nobody is
// ever locked out: who comes too often waits some seconds. A device that has logged in as this person before has a budget
// of its own, which strangers who guess at the same account, or from the same address, cannot spend.
#ifndef OFFICE_BUDGET_H
#define OFFICE_BUDGET_H
#include "db/db.h"

typedef enum { GUESS_PASSWORD, GUESS_CODE, GUESS_RECOVERY } GuessKind;          // a code of six digits has a small budget: it can be guessed
typedef struct { Str login, from; bool is_own_device; Str device; GuessKind kind; } Guess;         // from: an address, or "shell"

// Takes one try from every budget that the guess touches, or BUSY with the seconds to wait. In the caller's transaction.
must_use bool budget_take(Db *db, const Guess *guess, Instant now, Err *e);
// The try was right: gives it back. In the caller's transaction.
must_use bool budget_return(Db *db, const Guess *guess, Instant now, Err *e);
#endif
