// change.h: one change, one transaction, tried again when somebody else was in the way.
#ifndef OFFICE_CHANGE_H
#define OFFICE_CHANGE_H
#include "db/db.h"

// Runs `work` between db_begin and db_commit. When PostgreSQL says that another change was in the way (BUSY), all of it is
// undone and `work` runs again, up to CHANGE_TRIES times: so it must not remember anything from a try that failed.
#define CHANGE_TRIES 40                // fifty people at one button: the last one waits for all before him
typedef bool (*ChangeWork)(Db *db, void *with, Err *e);
must_use bool change_do(Db *db, ChangeWork work, void *with, Err *e);

// For the insert of a chain's next number that the database refused with `found`: two changes of one district took the same
// number, the key let one through, and BUSY makes the other begin again. Whatever else `found` says stays. Returns false.
bool change_clashed(const Db *db, int64_t kab, const Err *found, Err *e);
#endif
