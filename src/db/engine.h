// engine.h: what the two engines share and what each must offer. Private to this room.
#ifndef DB_ENGINE_H
#define DB_ENGINE_H
#include "db/ask.h"
#include "db/db.h"

typedef enum { TX_NONE, TX_READ, TX_WRITE } TxKind;

// Failures fill e; where the engine knows that a constraint refused, it sets db->was_constraint.
typedef struct {
    bool (*open)(Db *db, Err *e);
    void (*close)(Db *db);
    bool (*run)(Db *db, const char *sql, Err *e);          // statements without parameters and rows
    bool (*begin)(Db *db, TxKind kind, Err *e);
    bool (*commit)(Db *db, Err *e);                        // false leaves no transaction; sets db->is_poisoned when the outcome is unknown
    void (*rollback)(Db *db);
    bool (*share)(Db *db, Db *reader, Err *e);             // begins a read transaction of reader at db's snapshot
    bool (*checkpoint)(Db *db, Err *e);
    bool (*prepare)(Db *db, const DbQuery *query, DbStatement **out, Err *e);
    bool (*step)(DbStatement *s, bool *has_row, Err *e);
    void (*reset)(DbStatement *s);
    void (*finalize)(DbStatement *s);
    bool (*ask)(Db *db, const char *sql, int64_t limit_ms, AskEach *each, void *with, Err *e);      // see ask.h; one statement, any columns
    bool (*bulk_open)(Db *db, const char *table, const char *columns, const char *types, DbBulk **out, Err *e);
    bool (*bulk_row)(DbBulk *b, Err *e);
    bool (*bulk_close)(DbBulk *b, bool is_good, Err *e);   // frees; !is_good: only gives up what is under way
} Engine;
extern const Engine ENGINE_SQLITE, ENGINE_POSTGRESQL;

struct Db {
    const Engine *engine;
    DbEngine kind;
    char *url, *shown_url;                                 // the first may hold a password
    DbOptions options;
    TxKind tx;
    bool is_tx_failed;                                     // a statement failed: only rollback is left
    bool is_poisoned, was_constraint;
    bool is_shared_start;                                  // began with db_open_again's snapshot; db_begin_read is accepted once
    bool is_migrating;                                     // lets CREATE, ALTER and DROP through
    struct sqlite3 *sqlite;
    struct pg_conn *pg;
    DbStatement *streaming;                                // PostgreSQL: whose rows are on the wire
    int64_t prepared_n;                                    // PostgreSQL: the number in the next statement's name
    DbBulk *bulk;
    DbStatement **statements;                              // by address of the query, open addressing
    size_t statements_n, statements_cap;
};

// Each engine's statement begins with this one.
struct DbStatement {
    Db *db;
    const DbQuery *query;
    DbStatement *same;                                     // another statement of the same query, for a query inside itself
    bool is_used, is_write, is_started, is_done;
    struct sqlite3_stmt *sqlite;                           // NULL on PostgreSQL: what is called for each value looks at this
};

struct DbBulk {
    Db *db;
    DbStatement *insert;                                   // SQLite
    Buf out;                                               // PostgreSQL
    int columns_n, column;
    const char *types;
    char *what;                                            // the table, for messages
    int64_t rows_n;
    bool has_failed;
};

void sqlite_guard(Db *db, bool is_on);                     // the authorizer: off only while a whole database is loaded (dump.c)
// What is called for each value, PostgreSQL's half; SQLite's is inline in db.c.
void postgresql_bind(DbStatement *s, int param, const void *p, size_t n);          // p == NULL: NULL
void postgresql_bind_int(DbStatement *s, int param, int64_t v);
void postgresql_bind_copy(DbStatement *s, int param, const void *p, size_t n);     // at most 32 bytes
bool postgresql_is_null(DbStatement *s, int column);
int64_t postgresql_int(DbStatement *s, int column);
Str postgresql_bytes(DbStatement *s, int column);
int64_t postgresql_changed_n(DbStatement *s);
void postgresql_bulk_value(DbBulk *b, const void *p, size_t n);
bool postgresql_changes_append_only(const char *sql);      // UPDATE (but emptying what is erasable), DELETE or TRUNCATE of a table that only grows

char *db_shown_url(Str url);                                // without a password; to be freed

// After a failed statement: inside a transaction nothing but rollback is left.
static inline bool tx_failed(Db *db) { if (db->tx != TX_NONE) db->is_tx_failed = true; return false; }
#endif
