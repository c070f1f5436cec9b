// payment_check.h: what must hold of the payments of a district at any moment (the checks of the books are in books.h). Silent
// when all is well. `folder`: also reads the released files again there (or in its folder of the stage,
// as `pay` writes them) and compares them with what was recorded; "" leaves it.
#ifndef PAYMENT_PAYMENT_CHECK_H
#define PAYMENT_PAYMENT_CHECK_H
#include "db/db.h"
#include "office/violation.h"

must_use bool payment_check(Db *db, int64_t kab, Str folder, Violations *v, Err *e);
#endif
