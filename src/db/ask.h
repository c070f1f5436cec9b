// ask.h: a question that a person wrote in SQL: read-only, about the tables that are offered and no others, with limits of time
// and rows. The offered tables are put before the question as WITH name AS (…), so what they leave out cannot be reached; the
// question itself is looked at word by word, and whatever could name another table or call an unknown function is refused.
//
// The database's own account remains the outer wall: this one is for people who work through the program.
#ifndef DB_ASK_H
#define DB_ASK_H
#include "db/db.h"

// `select`: plain SQL of this engine. It may name tables of the database; of the offered ones only those after its own.
typedef struct { const char *name; Str select; } AskTable;
typedef struct {
    const AskTable *tables;
    size_t table_n;
    const char *const *hidden;             // names that the selects use and a question may not, beside the database's tables; NULL ends it
    int64_t limit_ms, limit_row_n;
} AskOptions;

// One row of the answer; all live until `each` returns. The first call is the head: values == NULL.
typedef struct {
    const Str *names, *values;             // [n]; value.p == NULL: null
    const bool *is_number;                 // [n] of this row: a whole number, to be written without quotes
    size_t n;
} AskRow;
typedef bool AskEach(void *with, const AskRow *row, Err *e);

#define ASK_BYTES_MAX 20000                // a question longer than this was not typed by a person
#define ASK_COLUMNS_MAX 200

// Only looks: BAD_INPUT with the word that is not allowed. *is_about_one: names rows and not only sums (an id, or *).
must_use bool ask_check(Db *db, Str question, const AskOptions *options, bool *is_about_one, Err *e);
// The handle must be read-only and inside db_begin_read. Looks first. *is_cut: there were more rows than limit_row_n.
// BAD_INPUT when the database does not understand the question, LIMIT when it took too long.
must_use bool db_ask(Db *db, Str question, const AskOptions *options, AskEach *each, void *with, bool *is_cut, Err *e);
#endif
