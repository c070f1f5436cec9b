// inserts N DATABASE: SQLite's bare prepared inserts of the payments (and ledger rows) of the bench, already computed, in one
// durable transaction. What any program pays that keeps one row for each family in SQLite, however fast it computes.
#include "rule.h"
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef struct { int32_t amount, branch; uint8_t channel; bool is_suspended; } Row;
static sqlite3 *db;

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
static void must(int code, const char *what) {
    if (code == SQLITE_OK || code == SQLITE_DONE) return;
    fprintf(stderr, "inserts: %s: %s\n", what, sqlite3_errmsg(db));
    exit(1);
}
static void run(const char *sql) { must(sqlite3_exec(db, sql, NULL, NULL, NULL), sql); }

static sqlite3_stmt *prepared(const char *sql) {
    sqlite3_stmt *s = NULL;
    must(sqlite3_prepare_v2(db, sql, -1, &s, NULL), sql);
    return s;
}
static void insert(sqlite3_stmt *s, const int64_t *values, int n) {
    for (int i = 0; i < n; i++) sqlite3_bind_int64(s, i + 1, values[i]);
    must(sqlite3_step(s), "insert");
    sqlite3_reset(s);
}

int main(int argc, char **argv) {
    if (argc != 3) { fprintf(stderr, "inserts N DATABASE\n"); return 2; }
    int64_t families_n = strtoll(argv[1], NULL, 10), i = 0;
    Row *rows = calloc((size_t)families_n + 1, sizeof *rows);
    if (!rows) { perror("inserts"); return 1; }
    Population population;
    BenchFamily family;
    BenchTotal totals[COMPONENTS_N] = { 0 };
    for (population_start(&population, families_n); population_next(&population, &family); i++) {
        BenchPayment p = rule_payment(&family, totals);
        rows[i] = (Row){ (int32_t)p.amount, family.branch, (uint8_t)family.channel, p.is_suspended };
    }
    must(sqlite3_open(argv[2], &db), argv[2]);
    run("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-1000000; PRAGMA wal_autocheckpoint=100000;"
        "CREATE TABLE payment (family_id INTEGER NOT NULL, stage INTEGER NOT NULL, channel INTEGER NOT NULL, amount INTEGER NOT NULL,"
        "  branch INTEGER NOT NULL, status INTEGER NOT NULL, PRIMARY KEY (stage, family_id)) WITHOUT ROWID;"
        "CREATE TABLE ledger (entry_id INTEGER PRIMARY KEY, debit_account INTEGER NOT NULL, credit_account INTEGER NOT NULL,"
        "  amount INTEGER NOT NULL, stage INTEGER NOT NULL)");
    sqlite3_stmt *payment = prepared("INSERT INTO payment VALUES (?,?,?,?,?,?)"), *ledger = prepared("INSERT INTO ledger VALUES (NULL,?,?,?,?)");
    double start_s = seconds_now();
    run("BEGIN IMMEDIATE");
    for (i = 0; i < families_n; i++) insert(payment, (int64_t[]){ i + 1, 1, rows[i].channel, rows[i].amount, rows[i].branch, rows[i].is_suspended }, 6);
    double payments_s = seconds_now() - start_s;
    for (i = 0; i < families_n; i++) if (rows[i].amount > 0) insert(ledger, (int64_t[]){ 100001, 2000000000 + i + 1, rows[i].amount, 1 }, 4);
    run("COMMIT");
    printf("{\"payments_s\": %.4f, \"all_s\": %.4f}\n", payments_s, seconds_now() - start_s);
    sqlite3_finalize(payment);
    sqlite3_finalize(ledger);
    sqlite3_close(db);
    free(rows);
    return 0;
}
