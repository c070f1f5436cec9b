// dump.c: see dump.h.
#include "db/dump.h"
#include "db/engine.h"
#include "db/migration.h"
#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>

static const DbQuery TABLES_QUERY = {
    .name = "db/dump: tables",
    .sqlite = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migration' ORDER BY name",
    .postgresql = "SELECT c.relname::text FROM pg_class c WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = current_schema()::regnamespace AND c.relname <> 'migration' "
                  "ORDER BY c.relname::text COLLATE \"C\"",
    .params = "", .columns = "t", .columns_n = 1,
};
static const DbQuery COLUMNS_QUERY = {                     // PostgreSQL's alone: SQLite tells by the prepared statement
    .name = "db/dump: columns",
    .sqlite = "SELECT name, sql FROM sqlite_schema WHERE name = ?1",
    .postgresql = "SELECT a.attname::text, format_type(a.atttypid, NULL)::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
                  "WHERE c.relname = $1 AND c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum",
    .params = "t", .columns = "tt", .params_n = 1, .columns_n = 2,
};
static const DbQuery MIGRATIONS_QUERY = {
    .name = "db/dump: migrations",
    .sqlite = "SELECT n, checksum_hash FROM migration ORDER BY n", .postgresql = "SELECT n, checksum_hash FROM migration ORDER BY n",
    .params = "", .columns = "ib", .columns_n = 2,
};
static const DbQuery KEYS_QUERY = {                        // PostgreSQL's alone
    .name = "db/dump: foreign keys",
    .sqlite = "SELECT name, name, sql FROM sqlite_schema",
    .postgresql = "SELECT c.relname::text, k.conname::text, pg_get_constraintdef(k.oid) FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
                  "WHERE k.contype = 'f' AND k.conparentid = 0 AND k.connamespace = current_schema()::regnamespace ORDER BY c.relname, k.conname",
    .params = "", .columns = "ttt", .columns_n = 3,
};
DB_QUERY_LISTED(TABLES_QUERY);
DB_QUERY_LISTED(COLUMNS_QUERY);
DB_QUERY_LISTED(MIGRATIONS_QUERY);
DB_QUERY_LISTED(KEYS_QUERY);

#define TABLES_MAX 500                 // we have some fifty

// ---- the tables --------------------------------------------------------------------------------------------------

static char letter_of(Str type) {
    if (str_eq(type, STR("INTEGER")) || str_eq(type, STR("bigint"))) return 'i';
    return str_eq(type, STR("TEXT")) || str_eq(type, STR("text")) ? 't' : 'b';
}

static void column_add(Buf *columns, Buf *types, Str name, Str type) {
    if (columns->n) buf_c(columns, ", ");
    buf_str(columns, name);
    buf_char(types, letter_of(type));
}

static bool columns_sqlite(Db *db, Arena *a, const char *table, Buf *columns, Buf *types, Err *e) {
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(db->sqlite, arena_fmt(a, "SELECT * FROM %s", table).p, -1, &s, NULL) != SQLITE_OK)
        return fail(e, IO_FAILED, "%s: the database %s answers: %s", table, db->shown_url, sqlite3_errmsg(db->sqlite));
    for (int i = 0; i < sqlite3_column_count(s); i++) column_add(columns, types, str_c(sqlite3_column_name(s, i)), str_c(sqlite3_column_decltype(s, i)));
    sqlite3_finalize(s);
    return true;
}

static bool columns_postgresql(Db *db, const char *table, Buf *columns, Buf *types, Err *e) {
    DbStatement *s = NULL;
    bool has_row = false, is_good = db_prepare(db, &COLUMNS_QUERY, &s, e);
    if (is_good) db_bind_text(s, 0, str_c(table));
    while (is_good && (is_good = db_step(s, &has_row, e)) && has_row) column_add(columns, types, db_text(s, 0), db_text(s, 1));
    db_release(s);
    return is_good;
}

static bool table_fill(Db *db, Arena *a, DbTable *t, Err *e) {
    Buf columns = { .max = 20000 }, types = { .max = 200 };
    bool is_good = db->kind == DB_SQLITE ? columns_sqlite(db, a, t->name, &columns, &types, e) : columns_postgresql(db, t->name, &columns, &types, e);
    t->columns = arena_c(a, buf_view(&columns));
    t->types = arena_c(a, buf_view(&types));
    const char *sql = arena_fmt(a, "SELECT %s FROM %s", t->columns, t->name).p;
    t->all = (DbQuery){ .name = t->name, .sqlite = sql, .postgresql = sql, .params = "", .columns = t->types, .columns_n = (int16_t)types.n };
    buf_free(&columns);
    buf_free(&types);
    return is_good;
}

bool db_tables(Db *db, Arena *a, DbTables *out, Err *e) {
    DbTables tables = { NEW(a, DbTable, TABLES_MAX), 0 };
    DbStatement *s = NULL;
    bool has_row = false, is_good = db_prepare(db, &TABLES_QUERY, &s, e);
    while (is_good && (is_good = db_step(s, &has_row, e)) && has_row && tables.n < TABLES_MAX) tables.at[tables.n++].name = arena_c(a, db_text(s, 0));
    db_release(s);
    for (size_t i = 0; is_good && i < tables.n; i++) is_good = table_fill(db, a, &tables.at[i], e);
    if (is_good) *out = tables;
    return is_good;
}

// ---- the migrations ----------------------------------------------------------------------------------------------

bool db_migrations(Db *db, Arena *a, DbMigrations *out, Err *e) {
    DbMigrations found = { NEW(a, DbMigration, MIGRATIONS_N), 0 };
    DbStatement *s = NULL;
    bool has_row = false, is_good = db_prepare(db, &MIGRATIONS_QUERY, &s, e);
    while (is_good && (is_good = db_step(s, &has_row, e)) && has_row && found.n < MIGRATIONS_N) {
        found.at[found.n].n = db_int(s, 0);
        is_good = db_hash(s, 1, &found.at[found.n++].checksum, e);
    }
    db_release(s);
    if (is_good) *out = found;
    return is_good;
}

bool db_migrate_as(Db *db, const DbMigrations *wanted, Err *e) {
    Arena a = { 0 };
    Migration *known = NEW(&a, Migration, wanted->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < MIGRATIONS_N && n < wanted->n; i++)
        if (MIGRATIONS[i].n == wanted->at[n].n && hash_eq(&MIGRATIONS[i].checksum, &wanted->at[n].checksum)) known[n++] = MIGRATIONS[i];
    bool is_good = n == wanted->n ? migrations_apply(db, known, n, NULL, e)
                                  : fail(e, CONFLICT, "It was written by another version of this program (migration %lld). Use that version, or a newer one.", (long long)wanted->at[n].n);
    arena_free(&a);
    return is_good;
}

// ---- loading -----------------------------------------------------------------------------------------------------

struct DbLoad {
    Db *db;
    Arena arena;
    const char **keys;                 // PostgreSQL: what adds each foreign key again
    size_t key_n;
};

static bool keys_drop(DbLoad *load, Err *e) {
    DbStatement *s = NULL;
    bool has_row = false, is_good = db_prepare(load->db, &KEYS_QUERY, &s, e);
    const char **drops = NEW(&load->arena, const char *, TABLES_MAX * 4);
    load->keys = NEW(&load->arena, const char *, TABLES_MAX * 4);
    while (is_good && (is_good = db_step(s, &has_row, e)) && has_row && load->key_n < (size_t)TABLES_MAX * 4) {
        Str table = db_text(s, 0), key = db_text(s, 1), text = db_text(s, 2);
        drops[load->key_n] = arena_fmt(&load->arena, "ALTER TABLE %.*s DROP CONSTRAINT %.*s", STR_ARG(table), STR_ARG(key)).p;
        load->keys[load->key_n++] = arena_fmt(&load->arena, "ALTER TABLE %.*s ADD CONSTRAINT %.*s %.*s", STR_ARG(table), STR_ARG(key), STR_ARG(text)).p;
    }
    db_release(s);
    for (size_t i = 0; is_good && i < load->key_n; i++) is_good = load->db->engine->run(load->db, drops[i], e) || tx_failed(load->db);
    return is_good;
}

// SQLite's foreign keys are off for the handle, and its guard of what only grows, too: a load empties and fills every table.
static void guards(Db *db, bool are_on) {
    if (db->kind != DB_SQLITE) return;
    sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_ENABLE_FKEY, are_on, NULL);
    sqlite_guard(db, are_on);
}

bool db_load_begin(Db *db, const DbTables *tables, DbLoad **out, Err *e) {
    DbLoad *load = calloc(1, sizeof *load);
    assert(load);
    load->db = db;
    guards(db, false);
    bool is_good = db_begin(db, e) && (db->kind == DB_SQLITE || keys_drop(load, e));
    for (size_t i = 0; is_good && i < tables->n; i++)
        is_good = db->engine->run(db, arena_fmt(&load->arena, "DELETE FROM %s", tables->at[i].name).p, e) || tx_failed(db);
    if (is_good) *out = load;
    else db_load_give_up(load);
    return is_good;
}

static void load_free(DbLoad *load) {
    guards(load->db, true);
    arena_free(&load->arena);
    free(load);
}

static bool keys_prove(DbLoad *load, Err *e) {
    Db *db = load->db;
    for (size_t i = 0; i < load->key_n; i++) if (!db->engine->run(db, load->keys[i], e)) return tx_failed(db);
    if (db->kind != DB_SQLITE) return true;
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db->sqlite, "PRAGMA foreign_key_check", -1, &s, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(s);
    bool is_good = rc == SQLITE_DONE || fail(e, BAD_INPUT, "Rows of the table %s point to rows that are not there.", rc == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : "?");
    sqlite3_finalize(s);
    return is_good;
}

bool db_load_end(DbLoad *load, Err *e) {
    bool is_good = keys_prove(load, e);
    if (!is_good) db_rollback(load->db);
    if (load->db->kind == DB_SQLITE) sqlite_guard(load->db, true);             // foreign keys: only outside of a transaction, so the handle is closed after this
    arena_free(&load->arena);
    free(load);
    return is_good;
}

void db_load_give_up(DbLoad *load) {
    if (!load) return;
    db_rollback(load->db);
    load_free(load);
}
