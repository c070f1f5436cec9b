// db_test.c: the floor on both engines: values, transactions, refusals, what many do at once, and what a crash leaves.
#include "db/db_test.h"
#include "base/random.h"
#include "db/engine.h"
#include "db/migration.h"
#include "db_setting.sql.h"
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>

// ---- a table of our own, made by a migration of our own ----------------------------------------------------------
static const Migration SAMPLE = {
    .n = 9000, .name = "sample", .checksum = { { 1, 2, 3 } },
    .sqlite = "CREATE TABLE sample (id INTEGER NOT NULL PRIMARY KEY, count_n INTEGER, name TEXT, body_data BLOB, mark_hash BLOB, born_on INTEGER, "
              "CHECK (count_n <> 13)) STRICT;",
    .postgresql = "CREATE TABLE sample (id bigint NOT NULL PRIMARY KEY, count_n bigint, name text COLLATE \"C\", body_data bytea, mark_hash bytea, "
                  "born_on bigint, CHECK (count_n <> 13));",
};
#define QUERY(id, name_text, a, b, p, c) \
    static const DbQuery id = { .name = name_text, .sqlite = a, .postgresql = b, .params = p, .columns = c, .params_n = sizeof(p) - 1, .columns_n = sizeof(c) - 1 }
QUERY(ADD, "test: add", "INSERT INTO sample (id, count_n, name, body_data, mark_hash, born_on) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      "INSERT INTO sample (id, count_n, name, body_data, mark_hash, born_on) VALUES ($1, $2, $3, $4, $5, $6)", "iitbbi", "");
QUERY(GET, "test: get", "SELECT count_n, name, body_data, mark_hash, born_on FROM sample WHERE id = ?1",
      "SELECT count_n, name, body_data, mark_hash, born_on FROM sample WHERE id = $1", "i", "itbbi");
QUERY(ALL, "test: all", "SELECT id, name FROM sample ORDER BY id", "SELECT id, name FROM sample ORDER BY id", "", "it");
QUERY(NAMES, "test: names", "SELECT name FROM sample ORDER BY name", "SELECT name FROM sample ORDER BY name", "", "t");
QUERY(LIKE_A, "test: like", "SELECT count(*) FROM sample WHERE name LIKE 'a%'", "SELECT count(*) FROM sample WHERE name LIKE 'a%'", "", "i");
QUERY(SUMS, "test: sums", "SELECT count(*), sum(count_n), max(count_n) FROM sample", "SELECT count(*), sum(count_n), max(count_n) FROM sample", "", "iii");
QUERY(RENAME, "test: rename", "UPDATE sample SET name = ?2 WHERE id >= ?1", "UPDATE sample SET name = $2 WHERE id >= $1", "it", "");
QUERY(ADD_RETURNING, "test: add returning", "INSERT INTO sample (id) SELECT max(id) + 1 FROM sample RETURNING id",
      "INSERT INTO sample (id) SELECT max(id) + 1 FROM sample RETURNING id", "", "i");
QUERY(AUDIT_CHANGE, "test: audit change", "UPDATE audit SET detail = 'nothing happened'", "UPDATE audit SET detail = 'nothing happened'", "", "");
QUERY(AUDIT_DELETE, "test: audit delete", "DELETE FROM audit WHERE n = 1", "DELETE FROM audit WHERE n = 1", "", "");
QUERY(MISSPELT, "test: misspelt", "SELECT nmae FROM sample", "SELECT nmae FROM sample", "", "t");
QUERY(ORPHAN, "test: orphan", "INSERT INTO session (token_hash, user_id, face, csrf_code, created_at, seen_at, confirmed_at, ends_at) SELECT body_data, 77, '', '', 0, 0, 0, 0 FROM sample",
      "INSERT INTO session (token_hash, user_id, face, csrf_code, created_at, seen_at, confirmed_at, ends_at) SELECT body_data, 77, '', '', 0, 0, 0, 0 FROM sample", "", "");

static void sample_make(DbTest *t) {
    Migration known[64];
    assert_true(MIGRATIONS_N < 63);
    memcpy(known, MIGRATIONS, MIGRATIONS_N * sizeof *known);
    known[MIGRATIONS_N] = SAMPLE;
    int64_t applied_n = 0;
    check_ok(migrations_apply(t->db, known, MIGRATIONS_N + 1, &applied_n, &t->err), t->err);
    assert_int_equal(applied_n, 1);
}

typedef struct { int64_t id, count_n; Str name, body; Hash mark; Date born_on; } Sample;

static bool sample_add(Db *db, Sample v, Err *e) {
    DbStatement *s = NULL;
    bool has_row = true;
    if (!db_prepare(db, &ADD, &s, e)) return false;
    db_bind_int(s, 0, v.id);
    db_bind_int(s, 1, v.count_n);
    db_bind_text(s, 2, v.name);
    db_bind_bytes(s, 3, v.body);
    db_bind_hash(s, 4, &v.mark);
    db_bind_date(s, 5, v.born_on);
    bool is_good = db_step(s, &has_row, e);
    if (is_good && (has_row || db_changed_n(s) != 1)) fail_msg("an insert gave rows or %lld changes", (long long)db_changed_n(s));
    db_release(s);
    return is_good;
}

static bool run_query(Db *db, const DbQuery *query, int64_t *first, int64_t *rows_n, Err *e) {
    DbStatement *s = NULL;
    bool has_row = true;
    *rows_n = 0;
    if (!db_prepare(db, query, &s, e)) return false;
    bool is_good;
    while ((is_good = db_step(s, &has_row, e)) && has_row) if ((*rows_n)++ == 0 && query->columns[0] == 'i') *first = db_int(s, 0);
    db_release(s);
    return is_good;
}

static void check_fails(bool is_good, Err *e, ErrCode code) {
    if (is_good || e->code != code) fail_msg("wanted %s, got %s: %s", err_name(code), is_good ? "success" : err_name(e->code), e->text);
    *e = (Err){ 0 };
}

static int64_t setting_int(DbTest *t, Db *db, Str name) {
    SettingGetRow row;
    bool found = false;
    int64_t v = -1;
    check_ok(setting_get(db, &t->arena, (SettingGetArgs){ name }, &row, &found, &t->err), t->err);
    if (found && !str_int64(row.value, &v)) fail_msg("no number");
    return v;
}

static bool setting_set(Db *db, Str name, int64_t v, Err *e) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)v);
    return setting_put(db, (SettingPutArgs){ name, str_c(text) }, NULL, e);
}

// ---- values -----------------------------------------------------------------------------------------------------
static void sample_check(DbTest *t, Sample v) {
    DbStatement *s = NULL;
    bool has_row = false;
    Hash mark;
    check_ok(db_prepare(t->db, &GET, &s, &t->err) && db_step(s, &has_row, &t->err), t->err);
    db_release(s);
    check_ok(db_prepare(t->db, &GET, &s, &t->err), t->err);
    db_bind_int(s, 0, v.id);
    check_ok(db_step(s, &has_row, &t->err), t->err);
    assert_true(has_row);
    assert_true(db_int(s, 0) == v.count_n && db_is_null(s, 0) == (v.count_n == INT64_MIN));
    Str name = db_text(s, 1), body = db_bytes(s, 2);
    assert_true((name.p == NULL) == (v.name.p == NULL) && (body.p == NULL) == (v.body.p == NULL));
    check_str(name, v.name);
    assert_true(str_eq(body, v.body));
    check_ok(db_hash(s, 3, &mark, &t->err), t->err);
    assert_true(hash_eq(&mark, &v.mark));
    assert_int_equal(db_date(s, 4).days, v.born_on.days);
    check_ok(db_step(s, &has_row, &t->err), t->err);
    assert_false(has_row);
    check_ok(db_step(s, &has_row, &t->err), t->err);       // the end stays the end
    assert_false(has_row);
    db_release(s);
}

static void values_survive(DbTest *t) {
    sample_make(t);
    char *big = NEW(&t->arena, char, 3 << 20);
    for (size_t i = 0; i < 3 << 20; i++) big[i] = (char)(i * 131 >> 3);
    Hash mark = hash_of("x", 1), none = { 0 };
    Sample cases[] = {
        { 1, 0, STR(""), STR(""), none, { 0 } },
        { 2, INT64_MIN, { NULL, 0 }, { NULL, 0 }, mark, DATE_NONE },
        { 3, INT64_MIN + 1, STR("Nur’aini"), { "a\0b\0", 4 }, mark, date_make(1899, 12, 31) },
        { 4, INT64_MAX, STR("'; DROP TABLE sample; --"), { "\0", 1 }, mark, date_make(9999, 12, 31) },
        { 5, -1, STR("tab\there\nnew line \\ backslash"), { "\xff\xfe\\x00", 6 }, mark, { -1 } },
        { 6, 1, STR("besar"), { big, 3 << 20 }, mark, { INT32_MAX } },
        { INT64_MIN + 1, 2, STR("first"), STR("x"), mark, { INT32_MIN + 1 } },
    };
    check_ok(db_begin(t->db, &t->err), t->err);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) check_ok(sample_add(t->db, cases[i], &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) sample_check(t, cases[i]);
}
DB_TEST(values_survive)

// Names and addresses stand in it: no other account of the machine reads them.
static void a_new_database_is_its_owners_alone(DbTest *t) {
    static const char *const ENDINGS[] = { "", "-wal", "-shm" };
    for (size_t i = 0; t->engine == DB_SQLITE && i < 3; i++) {
        struct stat file;
        assert_int_equal(stat(arena_fmt(&t->arena, STR_FMT "%s", STR_ARG(t->url), ENDINGS[i]).p, &file), 0);
        assert_int_equal(file.st_mode & 077, 0);
    }
}
DB_TEST(a_new_database_is_its_owners_alone)

static void random_values_survive(DbTest *t) {
    sample_make(t);
    Random r = { test_seed() };
    Sample kept[64];
    for (int64_t round = 0; round < test_tries(5); round++) {
        check_ok(db_begin(t->db, &t->err), t->err);
        for (int64_t i = 0; i < 64; i++) {
            size_t n = random_below(&r, 300);
            char *text = NEW(&t->arena, char, n + 1), *bytes = NEW(&t->arena, char, n + 1);
            for (size_t k = 0; k < n; k++) {
                text[k] = (char)random_between(&r, 1, 127);
                bytes[k] = (char)random_next(&r);
            }
            kept[i] = (Sample){ round * 64 + i + 1, (int64_t)(random_next(&r) >> random_below(&r, 64)), { text, n }, { bytes, n },
                                hash_of(bytes, n), { (int32_t)random_next(&r) } };
            if (kept[i].count_n == 13) kept[i].count_n = 14;
            check_ok(sample_add(t->db, kept[i], &t->err), t->err);
        }
        check_ok(db_commit(t->db, &t->err), t->err);
        for (size_t i = 0; i < 64; i++) sample_check(t, kept[i]);
    }
}
DB_TEST(random_values_survive)

// Both engines sort texts by their bytes, tell capitals apart in LIKE, and give sums as 64 bits or not at all.
static void engines_agree(DbTest *t) {
    static const char *const ORDER[] = { "", "A", "Z", "a", "aB", "ab", "b", "É", "é" };
    sample_make(t);
    check_ok(db_begin(t->db, &t->err), t->err);
    for (int64_t i = 0; i < 9; i++) check_ok(sample_add(t->db, (Sample){ 9 - i, 1 << 20, str_c(ORDER[i]), STR("x"), { { 1 } }, { 0 } }, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
    DbStatement *s = NULL;
    bool has_row = true;
    check_ok(db_prepare(t->db, &NAMES, &s, &t->err), t->err);
    for (size_t i = 0; i < 9; i++) {
        check_ok(db_step(s, &has_row, &t->err), t->err);
        check_str(db_text(s, 0), str_c(ORDER[i]));
    }
    db_release(s);
    int64_t n = 0, rows_n;
    check_ok(run_query(t->db, &LIKE_A, &n, &rows_n, &t->err), t->err);
    assert_int_equal(n, 3);
    check_ok(db_prepare(t->db, &SUMS, &s, &t->err) && db_step(s, &has_row, &t->err), t->err);
    assert_true(db_int(s, 0) == 9 && db_int(s, 1) == 9 << 20 && db_int(s, 2) == 1 << 20);
    db_release(s);
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(sample_add(t->db, (Sample){ 10, INT64_MAX, STR(""), STR(""), { { 1 } }, { 0 } }, &t->err), t->err);
    check_ok(db_prepare(t->db, &SUMS, &s, &t->err), t->err);
    check_fails(db_step(s, &has_row, &t->err), &t->err, LIMIT);
    db_release(s);
    db_rollback(t->db);
    check_fails(run_query(t->db, &MISSPELT, &n, &rows_n, &t->err), &t->err, IO_FAILED);
}
DB_TEST(engines_agree)

// ---- many rows --------------------------------------------------------------------------------------------------
#define MANY 100000

static void bulk_add(DbTest *t, int64_t from, int64_t n) {
    DbBulk *b = NULL;
    int64_t rows_n = 0;
    check_ok(db_bulk_open(t->db, "sample", "id, count_n, name, body_data", "iitb", &b, &t->err), t->err);
    for (int64_t i = from; i < from + n; i++) {
        char name[32];
        int name_n = snprintf(name, sizeof name, "Keluarga %lld", (long long)i);
        db_bulk_int(b, i);
        if (i % 7 == 0) db_bulk_null(b); else db_bulk_int(b, i * 3);
        if (i % 5 == 0) db_bulk_text(b, (Str){ NULL, 0 }); else db_bulk_text(b, (Str){ name, (size_t)name_n });
        db_bulk_bytes(b, (Str){ (const char *)&i, i % 3 ? sizeof i : 0 });
        check_ok(db_bulk_row(b, &t->err), t->err);
    }
    check_ok(db_bulk_close(b, &rows_n, &t->err), t->err);
    assert_int_equal(rows_n, n);
}

static void many_rows(DbTest *t) {
    sample_make(t);
    check_ok(db_begin(t->db, &t->err), t->err);
    bulk_add(t, 1, MANY);
    check_ok(db_commit(t->db, &t->err), t->err);
    DbStatement *s = NULL, *inner = NULL;
    bool has_row = true;
    int64_t n = 0;
    check_ok(db_prepare(t->db, &ALL, &s, &t->err), t->err);
    for (; db_step(s, &has_row, &t->err) && has_row; n++) {
        if (db_int(s, 0) != n + 1 || db_is_null(s, 1) != ((n + 1) % 5 == 0)) fail_msg("row %lld", (long long)n);
    }
    check_ok(t->err.code == ERR_NONE, t->err);
    assert_int_equal(n, MANY);
    db_release(s);
    // Left early, the next query still works; and the same query inside itself, with a change between.
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(db_prepare(t->db, &ALL, &s, &t->err) && db_step(s, &has_row, &t->err), t->err);
    db_release(s);
    check_ok(db_prepare(t->db, &ALL, &s, &t->err) && db_step(s, &has_row, &t->err) && db_step(s, &has_row, &t->err), t->err);
    assert_int_equal(db_int(s, 0), 2);
    check_ok(db_prepare(t->db, &ALL, &inner, &t->err) && db_step(inner, &has_row, &t->err), t->err);
    assert_true(inner != s && db_int(inner, 0) == 1);
    check_ok(sample_add(t->db, (Sample){ MANY + 1, 1, STR("last"), STR(""), { { 1 } }, { 0 } }, &t->err), t->err);
    check_ok(db_step(s, &has_row, &t->err), t->err);
    assert_int_equal(db_int(s, 0), 3);
    db_release(inner);
    db_release(s);
    check_ok(db_prepare(t->db, &RENAME, &s, &t->err), t->err);
    db_bind_int(s, 0, MANY - 9);
    db_bind_text(s, 1, STR("renamed"));
    check_ok(db_step(s, &has_row, &t->err), t->err);
    assert_int_equal(db_changed_n(s), 11);
    db_release(s);
    int64_t id = 0, rows_n = 0;
    check_ok(run_query(t->db, &ADD_RETURNING, &id, &rows_n, &t->err), t->err);
    assert_true(id == MANY + 2 && rows_n == 1);
    check_ok(db_commit(t->db, &t->err), t->err);
}
DB_TEST(many_rows)

static void bulk_refused(DbTest *t) {
    sample_make(t);
    check_ok(db_begin(t->db, &t->err), t->err);
    bulk_add(t, 1, 10);
    DbBulk *b = NULL;
    check_ok(db_bulk_open(t->db, "sample", "id", "i", &b, &t->err), t->err);
    bool is_good = true;
    for (int64_t i = 100000; i > 0 && is_good; i--) {      // meets the ten at its end
        db_bulk_int(b, i);
        is_good = db_bulk_row(b, &t->err);
    }
    is_good = db_bulk_close(b, NULL, &t->err) && is_good;
    check_fails(is_good, &t->err, CONFLICT);
    assert_true(db_was_constraint(t->db));
    check_fails(db_commit(t->db, &t->err), &t->err, CONFLICT);     // and it rolled back
    assert_false(db_in_transaction(t->db));
    int64_t n = 0, rows_n;
    check_ok(run_query(t->db, &SUMS, &n, &rows_n, &t->err), t->err);
    assert_int_equal(n, 0);
    // Given up in the middle by a rollback.
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(db_bulk_open(t->db, "sample", "id", "i", &b, &t->err), t->err);
    db_bulk_int(b, 1);
    check_ok(db_bulk_row(b, &t->err), t->err);
    db_bulk_int(b, 2);
    db_rollback(t->db);
    check_ok(run_query(t->db, &SUMS, &n, &rows_n, &t->err), t->err);
    assert_int_equal(n, 0);
    check_ok(db_begin(t->db, &t->err), t->err);
    check_fails(db_bulk_open(t->db, "no_such_table", "id", "i", &b, &t->err), &t->err, IO_FAILED);
    db_rollback(t->db);
}
DB_TEST(bulk_refused)

// ---- transactions and refusals ----------------------------------------------------------------------------------
static void rollback_leaves_nothing(DbTest *t) {
    db_rollback(t->db);                                    // nothing open: fine
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(setting_set(t->db, STR("x"), 1, &t->err), t->err);
    assert_int_equal(setting_int(t, t->db, STR("x")), 1);
    db_rollback(t->db);
    assert_int_equal(setting_int(t, t->db, STR("x")), -1);
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(setting_set(t->db, STR("x"), 2, &t->err), t->err);
    db_close(t->db);                                       // closing rolls back
    check_ok(db_open(t->url, (DbOptions){ .must_exist = true }, &t->db, &t->err), t->err);
    assert_int_equal(setting_int(t, t->db, STR("x")), -1);
}
DB_TEST(rollback_leaves_nothing)

// A refused row: its own words possible, and nothing of the transaction can be kept, on both engines.
static void constraint_ends_the_transaction(DbTest *t) {
    sample_make(t);
    Sample v = { 1, 1, STR("a"), STR("body"), { { 1 } }, { 0 } };
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(sample_add(t->db, v, &t->err), t->err);
    assert_false(db_was_constraint(t->db));
    check_fails(sample_add(t->db, v, &t->err), &t->err, CONFLICT);
    assert_true(db_was_constraint(t->db));
    check_fails(sample_add(t->db, (Sample){ .id = 2 }, &t->err), &t->err, CONFLICT);
    check_fails(db_commit(t->db, &t->err), &t->err, CONFLICT);
    int64_t n = 5, rows_n;
    check_ok(run_query(t->db, &SUMS, &n, &rows_n, &t->err), t->err);
    assert_int_equal(n, 0);
    check_ok(db_begin(t->db, &t->err), t->err);
    check_fails(sample_add(t->db, (Sample){ .id = 2, .count_n = 13 }, &t->err), &t->err, CONFLICT);       // CHECK
    db_rollback(t->db);
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(sample_add(t->db, v, &t->err), t->err);
    check_fails(run_query(t->db, &ORPHAN, &n, &rows_n, &t->err), &t->err, CONFLICT);                      // foreign key
    assert_true(db_was_constraint(t->db));
    db_rollback(t->db);
}
DB_TEST(constraint_ends_the_transaction)

static void readers_cannot_write(DbTest *t) {
    Db *reader = NULL;
    check_ok(db_open_again(t->db, (DbOptions){ .is_read_only = true }, &reader, &t->err), t->err);
    check_fails(db_begin(reader, &t->err), &t->err, FORBIDDEN);
    check_fails(setting_set(reader, STR("x"), 1, &t->err), &t->err, FORBIDDEN);
    check_ok(db_begin_read(reader, &t->err), t->err);
    check_fails(setting_set(reader, STR("x"), 1, &t->err), &t->err, FORBIDDEN);
    db_rollback(reader);
    assert_int_equal(setting_int(t, reader, STR("x")), -1);
    db_close(reader);
}
DB_TEST(readers_cannot_write)

static void append_only_tables_only_grow(DbTest *t) {
    static const DbQuery *const CHANGES[] = { &AUDIT_CHANGE, &AUDIT_DELETE };
    int64_t n = 0, rows_n;
    for (size_t i = 0; i < 2; i++) {
        check_ok(db_begin(t->db, &t->err), t->err);
        check_fails(run_query(t->db, CHANGES[i], &n, &rows_n, &t->err), &t->err, FORBIDDEN);
        db_rollback(t->db);
    }
}
DB_TEST(append_only_tables_only_grow)

// On PostgreSQL a role of its own is guarded by the server itself, whatever text is sent.
static void guarded_role(DbTest *t) {
    if (t->engine != DB_POSTGRESQL) { check_ok(db_guard(t->db, STR("anyone"), &t->err), t->err); return; }
    const char *role = arena_fmt(&t->arena, "role_%s", t->schema).p;
    assert_true(db_test_sql(arena_fmt(&t->arena, "CREATE ROLE %s", role).p));
    check_fails(db_guard(t->db, STR("x\"; DROP"), &t->err), &t->err, BAD_INPUT);
    check_ok(db_guard(t->db, str_c(role), &t->err), t->err);
    static const struct { const char *sql, *state; } CASES[] = {
        { "INSERT INTO audit VALUES (1, 1, 0, 1, 'a', 'b', 'c', '\\x00', '\\x00')", NULL }, { "SELECT count(*) FROM audit", NULL },
        { "UPDATE setting SET value = 'x'", NULL }, { "UPDATE audit SET detail = 'x'", "42501" }, { "DELETE FROM audit", "42501" },
        { "TRUNCATE audit", "42501" }, { "UPDATE closing SET family_n = 0", "42501" }, { "DELETE FROM migration", "42501" }, { "DROP TABLE audit", "42501" },
        { "UPDATE life_event SET note = NULL", NULL }, { "UPDATE life_event SET kind = 'birth'", "42501" }, { "DELETE FROM life_event", "42501" },
    };
    PGconn *server = PQconnectdb(t->url.p);
    PQclear(PQexec(server, arena_fmt(&t->arena, "SET ROLE %s", role).p));
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        PGresult *result = PQexec(server, CASES[i].sql);
        const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        if ((state == NULL) != (CASES[i].state == NULL) || (state && strcmp(state, CASES[i].state) != 0)) fail_msg("%s: %s", CASES[i].sql, PQerrorMessage(server));
        PQclear(result);
    }
    PQfinish(server);
    assert_true(db_test_sql(arena_fmt(&t->arena, "DROP OWNED BY %s; DROP ROLE %s", role, role).p));
}
DB_TEST(guarded_role)

static void changes_are_recognised(void **state) {
    (void)state;
    static const struct { const char *sql; bool is_change; } CASES[] = {
        { "UPDATE audit SET n = 1", true }, { "update AUDIT set n = 1", true }, { "DELETE FROM audit", true }, { "delete\nfrom audit", true },
        { "TRUNCATE audit", true }, { "TRUNCATE TABLE audit", true }, { "INSERT INTO audit (n) VALUES (1) ON CONFLICT (n) DO UPDATE SET n = 2", true },
        { "WITH x AS (DELETE FROM audit RETURNING n) SELECT n FROM x", true }, { "INSERT INTO audit (n) VALUES (1) ON CONFLICT DO NOTHING", false },
        { "SELECT n FROM audit", false }, { "UPDATE setting SET value = (SELECT detail FROM audit)", false }, { "DELETE FROM setting", false },
        { "SELECT n FROM audit FOR UPDATE", false },
        { "UPDATE life_event SET note = NULL WHERE kab = $1", false }, { "UPDATE life_place SET address = NULL, rt = NULL WHERE kab = $1", false },
        { "UPDATE paylist_decision SET reason = '' WHERE kab = $1", false }, { "UPDATE life_event SET note = NULL", true },
        { "UPDATE life_event SET note = NULL, kind = NULL WHERE kab = $1", true }, { "UPDATE life_event SET note = 'x' WHERE kab = $1", true },
        { "UPDATE life_event SET note = NULL || kind WHERE kab = $1", true }, { "UPDATE life_event AS v SET note = NULL WHERE kab = $1", true },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        if (postgresql_changes_append_only(CASES[i].sql) != CASES[i].is_change) fail_msg("%s", CASES[i].sql);
}

static void two_writers(DbTest *t) {
    Db *other = NULL;
    check_ok(db_begin(t->db, &t->err) && setting_set(t->db, STR("x"), 1, &t->err) && db_commit(t->db, &t->err), t->err);
    check_ok(db_open_again(t->db, (DbOptions){ .busy_ms = 100 }, &other, &t->err), t->err);
    check_ok(db_begin(t->db, &t->err) && setting_set(t->db, STR("x"), 2, &t->err), t->err);
    assert_int_equal(setting_int(t, other, STR("x")), 1);  // readers are not stopped
    check_fails(db_begin(other, &t->err) && setting_set(other, STR("x"), 3, &t->err), &t->err, BUSY);
    assert_false(db_was_constraint(other));
    db_rollback(other);
    check_ok(db_commit(t->db, &t->err), t->err);
    check_ok(db_begin(other, &t->err) && setting_set(other, STR("x"), 3, &t->err) && db_commit(other, &t->err), t->err);
    assert_int_equal(setting_int(t, t->db, STR("x")), 3);
    db_close(other);
}
DB_TEST(two_writers)

// Several threads count up together, each with a handle of its own: nothing is lost, whatever is BUSY is tried again.
#define COUNTERS 4
#define COUNTS 25
typedef struct { Str url; int64_t busy_n; Err err; pthread_t thread; } Counter;

static void *count_up(void *argument) {
    Counter *c = argument;
    Db *db = NULL;
    DbTest t = { 0 };
    if (!db_open(c->url, (DbOptions){ .must_exist = true }, &db, &c->err)) return NULL;
    for (int i = 0; i < COUNTS && c->err.code == ERR_NONE;) {
        Err e = { 0 };
        if (db_begin(db, &e)) {
            SettingGetRow row;
            bool found = false;
            int64_t v = 0;
            if (setting_get(db, &t.arena, (SettingGetArgs){ STR("count") }, &row, &found, &e) && (!found || str_int64(row.value, &v)) &&
                setting_set(db, STR("count"), v + 1, &e) && db_commit(db, &e)) { i++; continue; }
        }
        db_rollback(db);
        c->busy_n++;
        if (e.code != BUSY) c->err = e;
    }
    db_close(db);
    arena_free(&t.arena);
    return NULL;
}

static void counters_lose_nothing(DbTest *t) {
    Counter c[COUNTERS] = { 0 };
    check_ok(db_begin(t->db, &t->err) && setting_set(t->db, STR("count"), 0, &t->err) && db_commit(t->db, &t->err), t->err);
    for (size_t i = 0; i < COUNTERS; i++) {
        c[i].url = t->url;
        assert_int_equal(pthread_create(&c[i].thread, NULL, count_up, &c[i]), 0);
    }
    for (size_t i = 0; i < COUNTERS; i++) {
        pthread_join(c[i].thread, NULL);
        check_ok(c[i].err.code == ERR_NONE, c[i].err);
    }
    assert_int_equal(setting_int(t, t->db, STR("count")), COUNTERS * COUNTS);
}
DB_TEST(counters_lose_nothing)

// A worker's handle sees what its maker saw at the begin: neither the maker's own changes nor later ones of others.
static void workers_share_the_snapshot(DbTest *t) {
    Db *reader = NULL, *other = NULL;
    DbOptions read_only = { .is_read_only = true };
    check_ok(db_begin(t->db, &t->err) && setting_set(t->db, STR("x"), 1, &t->err) && db_commit(t->db, &t->err), t->err);
    check_ok(db_begin(t->db, &t->err) && setting_set(t->db, STR("x"), 2, &t->err), t->err);
    if (t->engine == DB_POSTGRESQL) {
        check_ok(db_open_again(t->db, read_only, &other, &t->err), t->err);
        db_close(other);
        check_ok(db_open(t->url, (DbOptions){ 0 }, &other, &t->err), t->err);
        check_ok(db_begin(other, &t->err) && setting_set(other, STR("y"), 9, &t->err) && db_commit(other, &t->err), t->err);
        db_close(other);
    }
    check_ok(db_open_again(t->db, read_only, &reader, &t->err), t->err);
    assert_true(db_in_transaction(reader));
    check_ok(db_begin_read(reader, &t->err), t->err);
    assert_int_equal(setting_int(t, reader, STR("x")), 1);
    assert_int_equal(setting_int(t, reader, STR("y")), -1);
    check_ok(db_commit(t->db, &t->err), t->err);
    assert_int_equal(setting_int(t, reader, STR("x")), 1);
    check_ok(db_commit(reader, &t->err), t->err);
    assert_int_equal(setting_int(t, reader, STR("x")), 2);
    db_close(reader);
}
DB_TEST(workers_share_the_snapshot)

static void one_snapshot_for_several_queries(DbTest *t) {
    Db *reader = NULL;
    check_ok(db_open_again(t->db, (DbOptions){ .is_read_only = true }, &reader, &t->err), t->err);
    check_ok(db_begin_read(reader, &t->err), t->err);
    assert_int_equal(setting_int(t, reader, STR("x")), -1);
    check_ok(db_begin(t->db, &t->err) && setting_set(t->db, STR("x"), 1, &t->err) && db_commit(t->db, &t->err), t->err);
    assert_int_equal(setting_int(t, reader, STR("x")), -1);
    db_rollback(reader);
    assert_int_equal(setting_int(t, reader, STR("x")), 1);
    check_ok(db_checkpoint(t->db, &t->err), t->err);
    db_close(reader);
}
DB_TEST(one_snapshot_for_several_queries)

// ---- migrations -------------------------------------------------------------------------------------------------
static void migrations_are_watched(DbTest *t) {
    Migration known[64];
    int64_t applied_n = 7;
    memcpy(known, MIGRATIONS, MIGRATIONS_N * sizeof *known);
    check_ok(db_migrate(t->db, &applied_n, &t->err), t->err);
    assert_int_equal(applied_n, 0);                        // a second time: nothing to do
    known[1].checksum.bytes[31] ^= 1;
    Err e = { 0 };
    assert_false(migrations_check(t->db, known, MIGRATIONS_N, &e));
    if (e.code != CONFLICT || !strstr(e.text, known[1].name)) fail_msg("%s", e.text);
    e = (Err){ 0 };
    assert_false(migrations_apply(t->db, known, MIGRATIONS_N, NULL, &e));
    assert_int_equal(e.code, CONFLICT);
    // One that fails in the middle leaves nothing, and the handle works on.
    memcpy(known, MIGRATIONS, MIGRATIONS_N * sizeof *known);
    known[MIGRATIONS_N] = SAMPLE;
    known[MIGRATIONS_N].sqlite = known[MIGRATIONS_N].postgresql = "CREATE TABLE half (n bigint); INSERT INTO nowhere VALUES (1);";
    if (t->engine == DB_SQLITE) known[MIGRATIONS_N].sqlite = "CREATE TABLE half (n INTEGER) STRICT; INSERT INTO nowhere VALUES (1);";
    e = (Err){ 0 };
    assert_false(migrations_apply(t->db, known, MIGRATIONS_N + 1, NULL, &e));
    if (!strstr(e.text, "9000_sample")) fail_msg("%s", e.text);
    known[MIGRATIONS_N].sqlite = "CREATE TABLE half (n INTEGER) STRICT;";
    known[MIGRATIONS_N].postgresql = "CREATE TABLE half (n bigint);";
    check_ok(migrations_apply(t->db, known, MIGRATIONS_N + 1, &applied_n, &t->err), t->err);
    assert_int_equal(applied_n, 1);
    // Now the database is newer than the program.
    Db *db = NULL;
    check_fails(db_open(t->url, (DbOptions){ 0 }, &db, &t->err), &t->err, CONFLICT);
    assert_null(db);
}
DB_TEST(migrations_are_watched)

static void *migrate_once(void *argument) {
    Counter *c = argument;
    Db *db = NULL;
    if (db_open(c->url, (DbOptions){ 0 }, &db, &c->err) && !db_migrate(db, &c->busy_n, &c->err)) c->busy_n = -1;
    db_close(db);
    return NULL;
}

// Two programs start at once on a new database: each migration is applied once. (One may be told to try again.)
static void migrations_race(DbEngine engine) {
    DbTest t;
    if (!db_test_make(&t, engine)) test_skip();
    Counter c[2] = { 0 };
    for (size_t i = 0; i < 2; i++) {
        c[i].url = t.url;
        assert_int_equal(pthread_create(&c[i].thread, NULL, migrate_once, &c[i]), 0);
    }
    for (size_t i = 0; i < 2; i++) pthread_join(c[i].thread, NULL);
    if (c[0].err.code && c[1].err.code) fail_msg("both failed: %s / %s", c[0].err.text, c[1].err.text);
    if (!c[0].err.code && !c[1].err.code) assert_int_equal(c[0].busy_n + c[1].busy_n, MIGRATIONS_N);
    check_ok(db_open(t.url, (DbOptions){ 0 }, &t.db, &t.err) && db_migrate(t.db, NULL, &t.err), t.err);
    db_test_close(&t);
}
static void migrations_race_on_sqlite(void **state) { (void)state; migrations_race(DB_SQLITE); }
static void migrations_race_on_postgresql(void **state) { (void)state; migrations_race(DB_POSTGRESQL); }

// ---- opening ----------------------------------------------------------------------------------------------------
static void opening_says_what_is_wrong(void **state) {
    (void)state;
    DbTest t;
    Db *db = NULL;
    db_test_make(&t, DB_SQLITE);
    check_fails(db_open(STR(""), (DbOptions){ 0 }, &db, &t.err), &t.err, BAD_INPUT);
    check_fails(db_open((Str){ "a\0b", 3 }, (DbOptions){ 0 }, &db, &t.err), &t.err, BAD_INPUT);
    check_fails(db_open(t.url, (DbOptions){ .must_exist = true }, &db, &t.err), &t.err, NOT_FOUND);
    check_fails(db_open(t.url, (DbOptions){ .is_read_only = true }, &db, &t.err), &t.err, NOT_FOUND);
    check_fails(db_open(arena_fmt(&t.arena, "%s/no/such/folder.db", t.folder), (DbOptions){ 0 }, &db, &t.err), &t.err, NOT_FOUND);
    check_fails(db_open(str_c(t.folder), (DbOptions){ 0 }, &db, &t.err), &t.err, IO_FAILED);
    FILE *f = fopen(t.url.p, "w");
    for (int i = 0; i < 1000; i++) fputs("this is a letter, not a database. ", f);
    fclose(f);
    check_fails(db_open(t.url, (DbOptions){ 0 }, &db, &t.err), &t.err, IO_FAILED);
    unlink(t.url.p);
    // A database of another program, made by the bare library of the tests' own process.
    check_ok(db_open(t.url, (DbOptions){ 0 }, &t.db, &t.err), t.err);
    db_close(t.db);
    t.db = NULL;
    f = fopen(t.url.p, "r+");
    fseek(f, 68, SEEK_SET);                                // the application id stands here in the file's head
    fputs("Else", f);
    fclose(f);
    check_fails(db_open(t.url, (DbOptions){ 0 }, &db, &t.err), &t.err, CONFLICT);
    check_fails(db_open(STR("postgresql://nobody@127.0.0.1:1/x"), (DbOptions){ 0 }, &db, &t.err), &t.err, IO_FAILED);
    db_test_close(&t);
}

static void no_password_is_shown(void **state) {
    (void)state;
    static const struct { const char *url, *shown; } CASES[] = {
        { "postgresql://u:secret@h/d", "postgresql://u@h/d" }, { "postgresql://u@h:5432/d", "postgresql://u@h:5432/d" },
        { "postgresql://u:se@cret@h/d", "postgresql://u@h/d" }, { "postgresql://h/d?password=secret", "postgresql://h/d" },
        { "postgres://u:secret@h/d?a=b&password=secret&c=d", "postgres://u@h/d?a=b&c=d" }, { "postgresql://", "postgresql://" },
        { "postgresql://h/d?user=a@b:c", "postgresql://h/d?user=a@b:c" }, { "postgresql://u:secret@", "postgresql://u@" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *shown = db_shown_url(str_c(CASES[i].url));
        check_str(str_c(shown), str_c(CASES[i].shown));
        free(shown);
    }
}

// ---- crashes ----------------------------------------------------------------------------------------------------
// A child changes two rows in each transaction until it is killed; the two must always be equal, and never behind what the
// child was told is committed.
static void writer_until_killed(Str url, int acknowledged) {
    Db *db = NULL;
    Err e = { 0 };
    if (!db_open(url, (DbOptions){ .must_exist = true }, &db, &e)) _exit(1);
    for (int64_t i = 1;; i++) {
        if (!db_begin(db, &e) || !setting_set(db, STR("a"), i, &e) || !setting_set(db, STR("b"), i, &e) || !db_commit(db, &e)) _exit(2);
        if (write(acknowledged, &i, sizeof i) != sizeof i) _exit(3);
    }
}

static void killed_writer_leaves_all_or_nothing(DbTest *t) {
    Random r = { test_seed() };
    for (int64_t round = 0; round < test_tries(8); round++) {
        int wires[2], status = 0;
        int64_t i, last = 0;
        check_ok(db_begin(t->db, &t->err) && setting_set(t->db, STR("a"), 0, &t->err) && setting_set(t->db, STR("b"), 0, &t->err) && db_commit(t->db, &t->err), t->err);
        db_close(t->db);
        t->db = NULL;
        assert_int_equal(pipe(wires), 0);
        pid_t child = fork();
        if (child == 0) writer_until_killed(t->url, wires[1]);
        close(wires[1]);
        int64_t after = random_between(&r, 1, 20);
        while (last < after && read(wires[0], &i, sizeof i) == sizeof i) last = i;
        usleep((useconds_t)random_below(&r, 3000));
        kill(child, SIGKILL);
        waitpid(child, &status, 0);
        assert_true(WIFSIGNALED(status));
        while (read(wires[0], &i, sizeof i) == sizeof i) last = i;
        close(wires[0]);
        check_ok(db_open(t->url, (DbOptions){ .must_exist = true }, &t->db, &t->err), t->err);
        check_ok(db_begin(t->db, &t->err) && setting_set(t->db, STR("c"), 1, &t->err) && db_commit(t->db, &t->err), t->err);    // waits for the dead one's end
        int64_t a = setting_int(t, t->db, STR("a")), b = setting_int(t, t->db, STR("b"));
        if (a != b || a < last || a > last + 1) fail_msg("a %lld, b %lld, acknowledged %lld", (long long)a, (long long)b, (long long)last);
    }
}
DB_TEST(killed_writer_leaves_all_or_nothing)

// The server ends our connection: the change is given up, the handle says so and refuses all but closing.
static void broken_connection_poisons(DbTest *t) {
    if (t->engine != DB_POSTGRESQL) return;
    check_ok(db_begin(t->db, &t->err) && setting_set(t->db, STR("x"), 1, &t->err), t->err);
    PGconn *server = PQconnectdb(db_test_server());
    PQclear(PQexec(server, arena_fmt(&t->arena, "SELECT pg_terminate_backend(%d)", PQbackendPID(t->db->pg)).p));
    PQfinish(server);
    check_fails(db_commit(t->db, &t->err), &t->err, IO_FAILED);
    assert_false(db_in_transaction(t->db));
    check_fails(db_begin(t->db, &t->err), &t->err, IO_FAILED);
    check_fails(setting_set(t->db, STR("x"), 1, &t->err), &t->err, IO_FAILED);
    db_rollback(t->db);
    db_close(t->db);
    check_ok(db_open(t->url, (DbOptions){ 0 }, &t->db, &t->err), t->err);
    assert_int_equal(setting_int(t, t->db, STR("x")), -1);
}
DB_TEST(broken_connection_poisons)

// A real full disk: a tmpfs of 4 MB at `folder`. Only root can make one.
static bool small_disk(const char *folder) {
    if (geteuid() == 0 && mount("tmpfs", folder, "tmpfs", 0, "size=6m") == 0) return true;
    print_message("SKIPPED: a full disk can only be tried as root with the right to mount\n");
    return false;
}

// Adds texts of 100 kB, one in each transaction with the count of them, until the disk is full: what was committed stays.
static int64_t fill(DbTest *t) {
    char *value = NEW(&t->arena, char, 100000);
    Random r = { 1 };
    for (size_t i = 0; i < 100000; i++) value[i] = (char)random_between(&r, 'a', 'z');
    for (int64_t n = 0; n < 200; n++) {
        Str name = arena_fmt(&t->arena, "big %lld", (long long)n);
        if (db_begin(t->db, &t->err) && setting_put(t->db, (SettingPutArgs){ name, { value, 100000 } }, NULL, &t->err) &&
            setting_set(t->db, STR("n"), n + 1, &t->err) && db_commit(t->db, &t->err)) continue;
        db_rollback(t->db);
        print_message("full after %lld: %s\n", (long long)n, t->err.text);
        if (!strstr(t->err.text, "penuh")) fail_msg("it does not say that the disk is full");
        check_fails(false, &t->err, IO_FAILED);
        return n;
    }
    fail_msg("the disk was never full");
    return 0;
}

static void full_disk_on_sqlite(void **state) {
    (void)state;
    DbTest t;
    db_test_make(&t, DB_SQLITE);
    if (!small_disk(t.folder)) {
        db_test_close(&t);
        test_skip();
    }
    check_ok(db_open(t.url, (DbOptions){ 0 }, &t.db, &t.err) && db_migrate(t.db, NULL, &t.err), t.err);
    check_ok(db_begin(t.db, &t.err) && setting_set(t.db, STR("n"), 0, &t.err) && db_commit(t.db, &t.err), t.err);
    int64_t kept_n = fill(&t);
    assert_true(kept_n > 3);
    assert_int_equal(setting_int(&t, t.db, STR("n")), kept_n);
    db_close(t.db);
    assert_int_equal(mount("tmpfs", t.folder, "tmpfs", MS_REMOUNT, "size=18m"), 0);
    check_ok(db_open(t.url, (DbOptions){ .must_exist = true }, &t.db, &t.err), t.err);
    assert_int_equal(setting_int(&t, t.db, STR("n")), kept_n);
    check_ok(db_begin(t.db, &t.err) && setting_set(t.db, STR("n"), 77, &t.err) && db_commit(t.db, &t.err), t.err);
    db_close(t.db);
    t.db = NULL;
    umount(t.folder);
    db_test_close(&t);
}

// The server's table lies on the small disk; the server must be of this machine.
static void full_disk_on_postgresql(void **state) {
    (void)state;
    DbTest t;
    char folder[] = "/dev/shm/harapan-test-XXXXXX";
    const struct passwd *user = getpwnam("postgres") ? getpwnam("postgres") : getpwnam("nobody");
    if (!db_test_open(&t, DB_POSTGRESQL)) test_skip();
    if (!user || !mkdtemp(folder) || !small_disk(folder)) {
        db_test_close(&t);
        test_skip();
    }
    assert_int_equal(chown(folder, user->pw_uid, user->pw_gid), 0);
    assert_true(db_test_sql(arena_fmt(&t.arena, "CREATE TABLESPACE %s LOCATION '%s'", t.schema, folder).p));
    assert_true(db_test_sql(arena_fmt(&t.arena, "ALTER TABLE %s.setting SET TABLESPACE %s", t.schema, t.schema).p));
    int64_t kept_n = fill(&t);
    assert_true(kept_n > 3);
    assert_int_equal(setting_int(&t, t.db, STR("n")), kept_n);
    assert_int_equal(mount("tmpfs", folder, "tmpfs", MS_REMOUNT, "size=32m"), 0);
    check_ok(db_begin(t.db, &t.err) && setting_set(t.db, STR("n"), 77, &t.err) && db_commit(t.db, &t.err), t.err);
    db_close(t.db);
    t.db = NULL;
    assert_true(db_test_sql(arena_fmt(&t.arena, "ALTER TABLE %s.setting SET TABLESPACE pg_default", t.schema).p));
    assert_true(db_test_sql(arena_fmt(&t.arena, "DROP TABLESPACE %s", t.schema).p));
    umount(folder);
    rmdir(folder);
    db_test_close(&t);
}

// What the engines were told holds: asked with their own means.
static void settings_hold(DbTest *t) {
    static const struct { const char *sql, *wanted; } SQLITE[] = {
        { "PRAGMA journal_mode", "wal" }, { "PRAGMA synchronous", "2" }, { "PRAGMA foreign_keys", "1" }, { "PRAGMA page_size", "8192" },
        { "PRAGMA trusted_schema", "0" }, { "PRAGMA cell_size_check", "1" }, { "PRAGMA mmap_size", "0" }, { "PRAGMA busy_timeout", "10000" },
        { "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%STRICT%'", "0" },
    }, POSTGRESQL[] = {
        { "SHOW application_name", "harapan" }, { "SHOW client_encoding", "UTF8" }, { "SHOW synchronous_commit", "on" }, { "SHOW fsync", "on" },
        { "SHOW lock_timeout", "10s" },
        { "SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' "
          "AND attname LIKE '%!_data' ESCAPE '!' AND attstorage <> 'e'", "0" },
        { "SELECT count(*) > 0 FROM pg_attribute WHERE attrelid = 'pack'::regclass AND attname = 'pack_data' AND attstorage = 'e'", "t" },
    };
    if (t->engine == DB_SQLITE) sqlite3_set_authorizer(t->db->sqlite, NULL, NULL);
    for (size_t i = 0; t->engine == DB_SQLITE && i < sizeof SQLITE / sizeof *SQLITE; i++) {
        sqlite3_stmt *s = NULL;
        assert_int_equal(sqlite3_prepare_v2(t->db->sqlite, SQLITE[i].sql, -1, &s, NULL), SQLITE_OK);
        assert_true(sqlite3_step(s) == SQLITE_ROW || strcmp(SQLITE[i].wanted, "0") == 0);
        if (sqlite3_data_count(s) && strcmp((const char *)sqlite3_column_text(s, 0), SQLITE[i].wanted) != 0) fail_msg("%s", SQLITE[i].sql);
        sqlite3_finalize(s);
    }
    for (size_t i = 0; t->engine == DB_POSTGRESQL && i < sizeof POSTGRESQL / sizeof *POSTGRESQL; i++) {
        PGresult *result = PQexec(t->db->pg, POSTGRESQL[i].sql);
        if (PQntuples(result) != 1 || strcmp(PQgetvalue(result, 0, 0), POSTGRESQL[i].wanted) != 0) fail_msg("%s", POSTGRESQL[i].sql);
        PQclear(result);
    }
}
DB_TEST(settings_hold)

static const struct CMUnitTest tests[] = {
    DB_TESTS(values_survive), DB_TESTS(a_new_database_is_its_owners_alone), DB_TESTS(random_values_survive), DB_TESTS(engines_agree), DB_TESTS(many_rows), DB_TESTS(bulk_refused),
    DB_TESTS(rollback_leaves_nothing), DB_TESTS(constraint_ends_the_transaction), DB_TESTS(readers_cannot_write),
    DB_TESTS(append_only_tables_only_grow), DB_TESTS(guarded_role), cmocka_unit_test(changes_are_recognised), DB_TESTS(two_writers),
    DB_TESTS(counters_lose_nothing), DB_TESTS(workers_share_the_snapshot), DB_TESTS(one_snapshot_for_several_queries),
    DB_TESTS(migrations_are_watched), cmocka_unit_test(migrations_race_on_sqlite), cmocka_unit_test(migrations_race_on_postgresql),
    cmocka_unit_test(opening_says_what_is_wrong), cmocka_unit_test(no_password_is_shown), DB_TESTS(killed_writer_leaves_all_or_nothing),
    DB_TESTS(broken_connection_poisons), cmocka_unit_test(full_disk_on_sqlite), cmocka_unit_test(full_disk_on_postgresql), DB_TESTS(settings_hold),
};
TEST_MAIN(tests)
