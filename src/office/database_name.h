// database_name.h: names of files that belong to a database but stand outside of it.
#ifndef OFFICE_DATABASE_NAME_H
#define OFFICE_DATABASE_NAME_H
#include "db/db.h"

// "padang.db" -> "padang.db.ENDING"; for PostgreSQL "harapan-NAME.ENDING" in HARAPAN_FOLDER, else in the present folder.
const char *database_side_path(Arena *a, const Db *db, const char *ending);
#endif
