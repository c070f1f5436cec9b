// migration.h: the migrations of src/db/migrations, put into the program by tools/embed.py, and what runs them.
#ifndef DB_MIGRATION_H
#define DB_MIGRATION_H
#include "db/db.h"

typedef struct {
    int64_t n;
    const char *name;
    Hash checksum;                                         // BLAKE2b-256 of the file
    const char *sqlite, *postgresql;
} Migration;

extern const Migration MIGRATIONS[];                       // in the order of n
extern const size_t MIGRATIONS_N;
extern const char *const APPEND_ONLY[];                    // tables marked -- append-only; NULL ends the list
extern const char *const ERASABLE[];                       // their columns that an erasure empties, "table.column"; NULL ends the list

// CONFLICT when an applied migration is not among `known` or has another checksum. Applies nothing.
must_use bool migrations_check(Db *db, const Migration *known, size_t known_n, Err *e);
must_use bool migrations_apply(Db *db, const Migration *known, size_t known_n, int64_t *applied_n, Err *e);
#endif
