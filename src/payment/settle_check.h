// settle_check.h: what must hold of everything that was settled in a stage: each batch's money on its way, paid and returned is the same by
// its families and in the books; every post, void and return is made up of the families it names; nobody is credited twice; what
// nobody can explain is what the tray holds. Called by payment_check.
#ifndef PAYMENT_SETTLE_CHECK_H
#define PAYMENT_SETTLE_CHECK_H
#include "db/db.h"
#include "office/violation.h"

must_use bool settle_check(Db *db, Arena *a, int64_t kab, Str stage, Violations *v, Err *e);
#endif
