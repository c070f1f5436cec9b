// db.h: one interface over two engines: SQLite inside, PostgreSQL when an office outgrows one machine.
//
// A handle belongs to one thread at a time. Writing happens between db_begin and db_commit (an assertion sees to it);
// everything a use case changes happens in one transaction. After a statement failed inside a transaction, the transaction
// can only be rolled back, on both engines. Queries are not written here: they live in .sql files beside their room and are
// compiled to typed functions by tools/sqlc.py, which call the few functions in the second half of this file.
//
// NULL: INT64_MIN stands for a NULL integer, rupiah or instant, DATE_NONE for a NULL date, p == NULL for a NULL text or bytes,
// both when reading and when binding. A NULL boolean reads as false, a NULL hash as zeros; neither is ever bound as NULL.
// Text is UTF-8 without NUL (what comes from outside is checked before it comes here); it sorts by its bytes, and LIKE tells
// capitals apart, on both engines.
//
// A :many query may stay open while others run on the same handle, also while its rows lead to changes. On PostgreSQL its
// remaining rows are then fetched into memory first: keep such outer queries short, or close them before.
#ifndef DB_DB_H
#define DB_DB_H
#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/hash.h"
#include "base/rupiah.h"

typedef struct Db Db;
struct sqlite3;
typedef enum { DB_SQLITE, DB_POSTGRESQL } DbEngine;

typedef struct {
    bool is_read_only;       // pages and worker threads: the engine itself refuses a change
    bool must_exist;         // do not create a new SQLite file
    int64_t busy_ms;         // how long to wait for another writer before BUSY; 0 = 10 s
} DbOptions;
#define DB_BUSY_MS 10000         // longer than the longest ordinary transaction, shorter than a person's patience

// `url`: a path of a SQLite file, or postgresql://… (or postgres://…). Opens, checks that all migrations are known and applied unchanged;
// does not migrate (db_migrate does). Fails with NOT_FOUND, BUSY, IO_FAILED; CONFLICT when the schema is newer than the program.
must_use bool db_open(Str url, DbOptions options, Db **out, Err *e);
// The read log (office/read_log.h) has a handle of its own, so that a page can be recorded while somebody closes a stage: on
// PostgreSQL another connection, on SQLite the file NAME.reads beside the database, which is made and migrated here unless
// options say otherwise. NOT_FOUND when it must exist and does not.
must_use bool db_open_reads(Str url, DbOptions options, Db **out, Err *e);
// SQLite: the file under the handle was removed or replaced since it was opened, so what is written now would be lost.
bool db_has_moved(Db *db);
void db_close(Db *db);                                     // rolls back what is open; NULL is fine
DbEngine db_engine(const Db *db);
Str db_url(const Db *db);                                  // as given, without a password
// Another handle on the same database, for a worker thread. When db is inside a transaction, the new handle must be read-only;
// it is then already inside a read transaction (as after db_begin_read, which it also accepts once) and sees the same committed
// state as db saw at its begin. SQLite: db must be inside db_begin, whose write lock makes sure that nothing newer exists;
// PostgreSQL: exported snapshot. It does not see what db itself changed since.
must_use bool db_open_again(Db *db, DbOptions options, Db **out, Err *e);

// Applies the numbered migrations that are missing, each in one transaction, and checks the checksums of those applied.
must_use bool db_migrate(Db *db, int64_t *applied_n, Err *e);
// PostgreSQL: gives `role` what the program needs and no more: append-only tables cannot be changed or emptied by it. Run by the
// owner of the tables after db_migrate; the program then works as `role`. SQLite: nothing (an authorizer guards every handle).
must_use bool db_guard(Db *db, Str role, Err *e);

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
// The bare SQLite handle, for a room that offers a virtual table; NULL on PostgreSQL. Everything else goes through this interface.
struct sqlite3 *db_sqlite(Db *db);

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
// Puts a query into the list that src/db/queries_test.c prepares on both engines.
#define DB_QUERY_LISTED(query) static const DbQuery *const query##_listed __attribute__((section("db_queries"), used)) = &query

// A prepared statement, kept by the handle and found again by the address of the query. Released by db_release.
must_use bool db_prepare(Db *db, const DbQuery *query, DbStatement **out, Err *e);
void db_bind_int(DbStatement *s, int param, int64_t v);    // params count from 0; bound text and bytes must live until the release
void db_bind_null(DbStatement *s, int param);
void db_bind_text(DbStatement *s, int param, Str v);       // v.p == NULL binds NULL
void db_bind_bytes(DbStatement *s, int param, Str v);
void db_bind_hash(DbStatement *s, int param, const Hash *v);       // copied
static inline void db_bind_date(DbStatement *s, int param, Date v) { db_bind_int(s, param, date_is_known(v) ? v.days : INT64_MIN); }
// The next row (SQLite steps; PostgreSQL fetches in single-row mode). *has_row false at the end. Row values live until the next step.
must_use bool db_step(DbStatement *s, bool *has_row, Err *e);
bool db_is_null(DbStatement *s, int column);
int64_t db_int(DbStatement *s, int column);
Str db_text(DbStatement *s, int column);
Str db_bytes(DbStatement *s, int column);
must_use bool db_hash(DbStatement *s, int column, Hash *out, Err *e);      // IO_FAILED unless 32 bytes or NULL
Date db_date(DbStatement *s, int column);
Str db_keep(Arena *a, Str v);                              // a copy in the arena; NULL stays NULL
int64_t db_changed_n(DbStatement *s);                      // rows changed by the last step
void db_release(DbStatement *s);                           // resets; the handle keeps it prepared; NULL is fine

// Bulk insert of many rows into a table: SQLite reuses one prepared insert, PostgreSQL streams a binary COPY.
// Inside a transaction only. While one is open, no other query may run on the handle. `columns` is a comma-separated list, `types` as in DbQuery.
// Bound text and bytes must live until db_bulk_row.
typedef struct DbBulk DbBulk;
must_use bool db_bulk_open(Db *db, const char *table, const char *columns, const char *types, DbBulk **out, Err *e);
void db_bulk_int(DbBulk *b, int64_t v);                    // values in the order of the columns
void db_bulk_null(DbBulk *b);
void db_bulk_text(DbBulk *b, Str v);
void db_bulk_bytes(DbBulk *b, Str v);
must_use bool db_bulk_row(DbBulk *b, Err *e);              // ends a row
must_use bool db_bulk_close(DbBulk *b, int64_t *rows_n, Err *e);   // must be called, also after a failure (then rows_n may be NULL)
#endif
