// db_test.h: a fresh, migrated database for each test, on both engines, for the tests of every room.
//
//     static void family_is_found(DbTest *t) { … t->db … check_ok(db_begin(t->db, &t->err), t->err); … }
//     DB_TEST(family_is_found)
//     static const struct CMUnitTest tests[] = { DB_TESTS(family_is_found), cmocka_unit_test(other), };
//
// PostgreSQL comes from HARAPAN_TEST_PG (test/postgres.sh starts a throw-away cluster and prints it); without it that half is
// skipped, and says so. Each test works in a schema of its own, which is dropped at the end.
#ifndef DB_DB_TEST_H
#define DB_DB_TEST_H
#include "base/test.h"
#include "db/db.h"
#include <dirent.h>
#include <libpq-fe.h>
#include <unistd.h>

typedef struct {
    Db *db;                                                // open for writing, migrated
    DbEngine engine;
    Str url;                                               // to open it again
    Arena arena;
    Err err;
    char folder[64], schema[64];                           // the SQLite file's folder; the PostgreSQL schema
} DbTest;

static inline const char *db_test_server(void) { const char *url = getenv("HARAPAN_TEST_PG"); return url && *url ? url : NULL; }

static inline bool db_test_sql(const char *sql) {
    PGconn *server = PQconnectdb(db_test_server());
    PQclear(PQexec(server, "SET client_min_messages = warning"));
    PGresult *result = PQexec(server, sql);
    bool is_good = PQresultStatus(result) == PGRES_COMMAND_OK;
    if (!is_good) print_error("%s\n", PQerrorMessage(server));
    PQclear(result);
    PQfinish(server);
    return is_good;
}

// Where the files of this process's PostgreSQL databases lie (office/database_name.h): keys never land in the present folder.
static inline void db_test_side_folder(bool is_wanted) {
    static char folder[64];
    static int user_n;
    user_n += is_wanted ? 1 : -1;
    if (is_wanted && user_n == 1) {
        snprintf(folder, sizeof folder, "%s/harapan-test-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        if (!mkdtemp(folder) || setenv("HARAPAN_FOLDER", folder, 1) != 0) fail_msg("%s: no temporary folder", folder);
    }
    DIR *listing = is_wanted || user_n > 0 ? NULL : opendir(folder);
    for (struct dirent *entry; listing && (entry = readdir(listing));) unlinkat(dirfd(listing), entry->d_name, 0);
    if (listing) closedir(listing);
    if (!is_wanted && user_n == 0) rmdir(folder);
}

// False when there is no PostgreSQL to test with. The database exists and is empty; t->db is not open.
static inline bool db_test_make(DbTest *t, DbEngine engine) {
    static int count;
    *t = (DbTest){ .engine = engine };
    if (engine == DB_SQLITE) {
        snprintf(t->folder, sizeof t->folder, "%s/harapan-test-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
        if (!mkdtemp(t->folder)) fail_msg("%s: no temporary folder", t->folder);
        t->url = arena_fmt(&t->arena, "%s/test.db", t->folder);
        return true;
    }
    if (!db_test_server()) return false;
    db_test_side_folder(true);
    snprintf(t->schema, sizeof t->schema, "test_%ld_%d", (long)getpid(), ++count);
    if (!db_test_sql(arena_fmt(&t->arena, "DROP SCHEMA IF EXISTS %s CASCADE; CREATE SCHEMA %s", t->schema, t->schema).p)) fail_msg("%s", t->schema);
    t->url = arena_fmt(&t->arena, "%s%coptions=-csearch_path%%3D%s", db_test_server(), strchr(db_test_server(), '?') ? '&' : '?', t->schema);
    return true;
}

static inline bool db_test_open(DbTest *t, DbEngine engine) {
    if (!db_test_make(t, engine)) return false;
    check_ok(db_open(t->url, (DbOptions){ 0 }, &t->db, &t->err), t->err);
    check_ok(db_migrate(t->db, NULL, &t->err), t->err);
    return true;
}

static inline void db_test_close(DbTest *t) {
    db_close(t->db);
    if (t->engine == DB_SQLITE) {
        static const char *const ENDINGS[] = { "", "-wal", "-shm", "-journal", ".reads", ".reads-wal", ".reads-shm", ".keys", ".factor-key" };
        for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) unlink(arena_fmt(&t->arena, "%s%s", t->url.p, ENDINGS[i]).p);
        rmdir(t->folder);
    } else {
        db_test_sql(arena_fmt(&t->arena, "DROP SCHEMA %s CASCADE", t->schema).p);
        db_test_side_folder(false);
    }
    arena_free(&t->arena);
}

static inline void db_test_run(void (*body)(DbTest *), const char *name, DbEngine engine) {
    DbTest t;
    if (!db_test_open(&t, engine)) {
        print_message("SKIPPED on PostgreSQL: %s (HARAPAN_TEST_PG is not set; see test/postgres.sh)\n", name);
        test_skip();
    }
    body(&t);
    db_test_close(&t);
}

#define DB_TEST(name) \
    static void name##_on_sqlite(void **state) { (void)state; db_test_run(name, #name, DB_SQLITE); } \
    static void name##_on_postgresql(void **state) { (void)state; db_test_run(name, #name, DB_POSTGRESQL); }
#define DB_TESTS(name) cmocka_unit_test(name##_on_sqlite), cmocka_unit_test(name##_on_postgresql)
#endif
