// laws.h: every law that must hold in a database (harapan check), for whoever needs the answer: check itself, and the test of a backup.
#ifndef CLI_LAWS_H
#define CLI_LAWS_H
#include "base/progress.h"
#include "db/db.h"
#include "office/violation.h"

// `db` is open for reading; `url` to open its read log. is_closed: keys or salts are not here, so nothing sealed is opened.
// files: the folder of released payment files, empty: not compared.
typedef struct { Db *db; Str url, files; Arena *arena; Progress *progress; bool is_closed; } LawsOptions;
// Says each law that does not hold; false only when the database cannot be read.
must_use bool laws_check(const LawsOptions *o, Violations *v, Err *e);
#endif
