// db.h: one interface over two engines: SQLite inside, PostgreSQL when an office outgrows one machine.
//
// A handle belongs to one thread at a time. Writing happens between db_begin and db_commit; everything a use case
// changes happens in one transaction. Queries are not written here: they live in .sql files beside their room and are
// compiled to typed functions by tools/sqlc.py, which call the few functions in the second half of this file.
#ifndef DB_DB_H
#define DB_DB_H
#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/rupiah.h"

typedef struct Db Db;
typedef enum { DB_SQLITE, DB_POSTGRESQL } DbEngine;

typedef struct {
    bool is_read_only;       // pages and worker threads: the engine itself refuses a change
    bool must_exist;         // do not create a new SQLite file
    int64_t busy_ms;         // how long to wait for another writer before BUSY; 0 = 10 s
} DbOptions;

// `url`: a path of a SQLite file, or postgresql://… . Opens, checks that all migrations are known and applied unchanged;
// does not migrate (db_migrate does). Fails with NOT_FOUND, BUSY, IO_FAILED; CONFLICT when the schema is newer than the program.
must_use bool db_open(Str url, DbOptions options, Db **out, Err *e);
void db_close(Db *db);                                     // rolls back what is open; NULL is fine
DbEngine db_engine(const Db *db);
Str db_url(const Db *db);                                  // as given, without a password
// Another handle on the same database, for a worker thread. When db is inside a transaction, the new read-only handle sees
// the same committed state as db saw at its begin (SQLite: db holds the write lock, so nothing newer exists;
// PostgreSQL: exported snapshot).
must_use bool db_open_again(Db *db, DbOptions options, Db **out, Err *e);

// Applies the numbered migrations that are missing, each in one transaction, and checks the checksums of those applied.
must_use bool db_migrate(Db *db, int64_t *applied_n, Err *e);

// Begin takes the write lock at once (SQLite IMMEDIATE; PostgreSQL REPEATABLE READ), so that a conflict shows before work is done.
must_use bool db_begin(Db *db, Err *e);
must_use bool db_begin_read(Db *db, Err *e);               // one snapshot for several queries
// After a failed commit or sync the handle refuses everything but db_close: what reached the disk is for recovery to say.
must_use bool db_commit(Db *db, Err *e);
void db_rollback(Db *db);                                  // safe at any time, also when nothing is open
bool db_in_transaction(const Db *db);
// SQLite: copy the log into the database file and empty it (after bulk work; counted in the bench). PostgreSQL: nothing.
must_use bool db_checkpoint(Db *db, Err *e);
// A constraint (unique, check, foreign key) refused the last change: lets a caller turn it into its own words.
bool db_was_constraint(const Db *db);

// ---- what generated code calls ----------------------------------------------------------------------------------
// One query, in both dialects, with its parameters in order. A static object of the generated code.
typedef struct {
    const char *name;                                      // "registry/family: family_by_village"
    const char *sqlite, *postgresql;                       // :name became ?1 … and $1 …
    const char *params;                                    // one letter each: i integer, t text, b bytes
    const char *columns;                                   // the same for the columns of a row
    int16_t params_n, columns_n;
} DbQuery;
typedef struct DbStatement DbStatement;

// A prepared statement, kept by the handle and found again by the address of the query. Released by db_release.
must_use bool db_prepare(Db *db, const DbQuery *query, DbStatement **out, Err *e);
void db_bind_int(DbStatement *s, int param, int64_t v);    // params count from 0; bound text and bytes must live until the step
void db_bind_null(DbStatement *s, int param);
void db_bind_text(DbStatement *s, int param, Str v);       // v.p == NULL binds NULL
void db_bind_bytes(DbStatement *s, int param, Str v);
// The next row (SQLite steps; PostgreSQL fetches in single-row mode). *has_row false at the end. Row values live until the next step.
must_use bool db_step(DbStatement *s, bool *has_row, Err *e);
bool db_is_null(DbStatement *s, int column);
int64_t db_int(DbStatement *s, int column);
Str db_text(DbStatement *s, int column);
Str db_bytes(DbStatement *s, int column);
int64_t db_changed_n(DbStatement *s);                      // rows changed by the last step
void db_release(DbStatement *s);                           // resets; the handle keeps it prepared

// Bulk insert of many rows into a table: SQLite reuses one prepared insert, PostgreSQL streams a binary COPY.
// While one is open on a PostgreSQL handle, no other query may run on it. `columns` is a comma-separated list, `types` as in DbQuery.
typedef struct DbBulk DbBulk;
must_use bool db_bulk_open(Db *db, const char *table, const char *columns, const char *types, DbBulk **out, Err *e);
void db_bulk_int(DbBulk *b, int64_t v);                    // values in the order of the columns
void db_bulk_null(DbBulk *b);
void db_bulk_text(DbBulk *b, Str v);
void db_bulk_bytes(DbBulk *b, Str v);
must_use bool db_bulk_row(DbBulk *b, Err *e);              // ends a row
must_use bool db_bulk_close(DbBulk *b, int64_t *rows_n, Err *e);   // must be called, also after a failure (then rows_n may be NULL)
#endif
