// speed_test.c: what the interface costs beside the bare libraries, in one run: bulk insert, insert by typed query, and reading rows.
#include "db/db_test.h"
#include <sqlite3.h>
#include <time.h>

#if defined __SANITIZE_ADDRESS__
#define IS_SLOWED true
#elif defined __has_feature
#define IS_SLOWED __has_feature(address_sanitizer)         // our code is then watched, the library's is not
#else
#define IS_SLOWED false
#endif
#define ROWS 200000
#define ROUNDS 5
typedef struct { double bulk, query, read; } Seconds;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void keep_least(double *best, double found) { if (*best == 0 || found < *best) *best = found; }

static const DbQuery ADD = { "speed: add", "INSERT INTO claim (kind_n, claim_id, kab, family_id, person_id) VALUES (1, ?1, ?2, ?3, ?4)",
    "INSERT INTO claim (kind_n, claim_id, kab, family_id, person_id) VALUES (1, $1, $2, $3, $4)", "iiii", "", 4, 0 };
static const DbQuery READ = { "speed: read", "SELECT claim_id, kab, family_id, person_id FROM claim ORDER BY claim_id",
    "SELECT claim_id, kab, family_id, person_id FROM claim ORDER BY claim_id", "", "iiii", 0, 4 };

static void ours(DbTest *t, int64_t rows, Seconds *best) {
    DbBulk *b = NULL;
    DbStatement *s = NULL;
    bool has_row = true;
    double start = now();
    check_ok(db_begin(t->db, &t->err) && db_bulk_open(t->db, "claim", "kind_n, claim_id, kab, family_id, person_id", "iiiii", &b, &t->err), t->err);
    for (int64_t i = 0; i < rows; i++) {
        db_bulk_int(b, 1);
        db_bulk_int(b, i);
        db_bulk_int(b, 1371);
        db_bulk_int(b, i / 4);
        db_bulk_int(b, i);
        check_ok(db_bulk_row(b, &t->err), t->err);
    }
    check_ok(db_bulk_close(b, NULL, &t->err), t->err);
    keep_least(&best->bulk, now() - start);
    start = now();
    int64_t n = 0, sum = 0;
    check_ok(db_prepare(t->db, &READ, &s, &t->err), t->err);
    while (db_step(s, &has_row, &t->err) && has_row) {
        sum += db_int(s, 0) + db_int(s, 1) + db_int(s, 2) + db_int(s, 3);
        n++;
    }
    db_release(s);
    keep_least(&best->read, now() - start);
    assert_true(n == rows && sum > 0);
    db_rollback(t->db);
    start = now();
    check_ok(db_begin(t->db, &t->err), t->err);
    for (int64_t i = 0; i < rows; i++) {
        check_ok(db_prepare(t->db, &ADD, &s, &t->err), t->err);
        db_bind_int(s, 0, i);
        db_bind_int(s, 1, 1371);
        db_bind_int(s, 2, i / 4);
        db_bind_int(s, 3, i);
        check_ok(db_step(s, &has_row, &t->err), t->err);
        db_release(s);
    }
    keep_least(&best->query, now() - start);
    db_rollback(t->db);
}

// The same with SQLite's own calls on the same handle.
static void bare(DbTest *t, int64_t rows, Seconds *best) {
    sqlite3 *sqlite = db_sqlite(t->db);
    sqlite3_stmt *s = NULL;
    double start = now();
    check_ok(db_begin(t->db, &t->err), t->err);
    assert_int_equal(sqlite3_prepare_v2(sqlite, "INSERT INTO claim (kind_n, claim_id, kab, family_id, person_id) VALUES (1, ?, ?, ?, ?)", -1, &s, NULL), SQLITE_OK);
    for (int64_t i = 0; i < rows; i++) {
        sqlite3_bind_int64(s, 1, i);
        sqlite3_bind_int64(s, 2, 1371);
        sqlite3_bind_int64(s, 3, i / 4);
        sqlite3_bind_int64(s, 4, i);
        assert_int_equal(sqlite3_step(s), SQLITE_DONE);
        sqlite3_reset(s);
    }
    sqlite3_finalize(s);
    keep_least(&best->bulk, now() - start);
    keep_least(&best->query, now() - start);
    start = now();
    assert_int_equal(sqlite3_prepare_v2(sqlite, READ.sqlite, -1, &s, NULL), SQLITE_OK);
    int64_t sum = 0, n = 0;
    while (sqlite3_step(s) == SQLITE_ROW) {
        sum += sqlite3_column_int64(s, 0) + sqlite3_column_int64(s, 1) + sqlite3_column_int64(s, 2) + sqlite3_column_int64(s, 3);
        n++;
    }
    sqlite3_finalize(s);
    keep_least(&best->read, now() - start);
    assert_true(n == rows && sum > 0);
    db_rollback(t->db);
}

static void print(const char *what, int64_t rows, Seconds s) {
    print_message("%-10s rows a second: %8.0f bulk, %8.0f by query, %8.0f read\n", what, (double)rows / s.bulk, (double)rows / s.query, (double)rows / s.read);
}

static void costs_little_beside_the_library(DbTest *t) {
    Seconds our = { 0 }, theirs = { 0 };
    int64_t rows = t->engine == DB_SQLITE ? ROWS : ROWS / 10;
    for (int i = 0; i < (t->engine == DB_SQLITE ? ROUNDS : 1); i++) {
        ours(t, rows, &our);
        if (t->engine == DB_SQLITE) bare(t, rows, &theirs);
    }
    print(t->engine == DB_SQLITE ? "SQLite" : "PostgreSQL", rows, our);
    if (t->engine != DB_SQLITE) return;
    print("bare", rows, theirs);
    // Room for a busy machine; at rest the ratios are near 1.05, 1.1 and 1.1.
    assert_true(IS_SLOWED || (our.bulk < 2 * theirs.bulk && our.query < 2 * theirs.query && our.read < 2 * theirs.read));
}
DB_TEST(costs_little_beside_the_library)

static const struct CMUnitTest tests[] = { DB_TESTS(costs_little_beside_the_library) };
TEST_MAIN(tests)
