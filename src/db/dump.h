// dump.h: all rows of a database, whatever its tables are: for backup and restore. The tables are asked of the engine itself, so
// a new migration needs no word here. The rows read the same on both engines.
#ifndef DB_DUMP_H
#define DB_DUMP_H
#include "db/db.h"

// One table: columns comma-separated, types a letter each as in DbQuery.
typedef struct { const char *name, *columns, *types; DbQuery all; } DbTable;
typedef struct { DbTable *at; size_t n; } DbTables;
// By name; without the table of migrations. The arena must live until db is closed: the handle keeps the prepared queries.
must_use bool db_tables(Db *db, Arena *a, DbTables *out, Err *e);

// The migrations that were applied, for a database that shall become the same.
typedef struct { int64_t n; Hash checksum; } DbMigration;
typedef struct { DbMigration *at; size_t n; } DbMigrations;
must_use bool db_migrations(Db *db, Arena *a, DbMigrations *out, Err *e);
// Applies exactly these. CONFLICT when the program does not know one of them, or knows it otherwise.
must_use bool db_migrate_as(Db *db, const DbMigrations *wanted, Err *e);

// Loading into an empty database: begins the transaction, in which tables may come in any order (foreign keys are proved at the
// end) and what the migrations put there is emptied. db_load_end proves and leaves the commit to the caller; after a failure
// db_load_give_up. BAD_INPUT when a foreign key does not hold.
typedef struct DbLoad DbLoad;
must_use bool db_load_begin(Db *db, const DbTables *tables, DbLoad **out, Err *e);
must_use bool db_load_end(DbLoad *load, Err *e);           // frees
void db_load_give_up(DbLoad *load);                        // rolls back, frees; NULL is fine
#endif
