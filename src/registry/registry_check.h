// registry_check.h: what must always hold in the registry's rows, whatever happened. For `harapan check` and the tests.
// That packs equal their rows is pack_check's (pack.h).
#ifndef REGISTRY_REGISTRY_CHECK_H
#define REGISTRY_REGISTRY_CHECK_H
#include "base/progress.h"
#include "office/violation.h"
#include "db/db.h"

// Over all districts: each NIK has exactly its claim and no claim is without its person; a payee is a member of the family;
// a family lives in its district. One pass over persons and one over claims. False only when it could not be done.
must_use bool registry_check(Db *db, Violations *v, Progress *progress, Err *e);
// What is sealed has a salt that opens it. Not where the salts are kept apart.
must_use bool salts_check(Db *db, Violations *v, Err *e);
#endif
