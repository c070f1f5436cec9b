// db.c: what is the same for both engines: handles, transactions, the kept statements, values.
#include "db/db.h"
#include "db/engine.h"
#include "db/migration.h"
#include <assert.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

static void *must_have(void *p) {
    if (p) return p;
    fputs("harapan: out of memory\n", stderr);
    abort();
}

// ---- handles ----------------------------------------------------------------------------------------------------
static bool is_postgresql(Str url) { return str_starts(url, STR("postgresql://")) || str_starts(url, STR("postgres://")); }

// postgresql://user:secret@host/name?password=secret&x=y -> postgresql://user@host/name?x=y
char *db_shown_url(Str url) {
    if (!is_postgresql(url)) return must_have(strndup(url.p, url.n));
    Buf b = { 0 };
    Str rest = url, before = str_cut(&rest, '?');
    const char *start = (const char *)memmem(before.p, before.n, "://", 3) + 3;
    Str place = { start, before.n - (size_t)(start - before.p) };
    const char *slash = memchr(place.p, '/', place.n), *at = memrchr(place.p, '@', slash ? (size_t)(slash - place.p) : place.n);
    const char *colon = at ? memchr(place.p, ':', (size_t)(at - place.p)) : NULL;
    buf_bytes(&b, before.p, colon ? (size_t)(colon - before.p) : before.n);
    if (colon) buf_bytes(&b, at, (size_t)(before.p + before.n - at));
    for (char mark = '?'; rest.p;) {
        Str option = str_cut(&rest, '&');
        if (str_starts(option, STR("password=")) || str_starts(option, STR("sslpassword="))) continue;
        buf_char(&b, mark);
        buf_str(&b, option);
        mark = '&';
    }
    buf_char(&b, 0);
    return must_have(b.p);
}

// NULL when it fails.
static Db *handle_open(Str url, DbOptions options, Err *e) {
    if (url.n == 0 || memchr(url.p, 0, url.n)) {
        fail(e, BAD_INPUT, "The database has no name. Give the path of a file, or postgresql://user@host/name.");
        return NULL;
    }
    Db *db = must_have(calloc(1, sizeof *db));
    db->kind = is_postgresql(url) ? DB_POSTGRESQL : DB_SQLITE;
    db->engine = db->kind == DB_SQLITE ? &ENGINE_SQLITE : &ENGINE_POSTGRESQL;
    db->url = must_have(strndup(url.p, url.n));
    db->shown_url = db_shown_url(url);
    db->options = options;
    if (db->options.busy_ms <= 0) db->options.busy_ms = DB_BUSY_MS;
    if (!db->engine->open(db, e)) {
        db_close(db);
        return NULL;
    }
    return db;
}

bool db_open(Str url, DbOptions options, Db **out, Err *e) {
    Db *db = handle_open(url, options, e);
    if (!db) return false;
    if (!migrations_check(db, MIGRATIONS, MIGRATIONS_N, e)) {
        db_close(db);
        return false;
    }
    *out = db;
    return true;
}

bool db_open_again(Db *db, DbOptions options, Db **out, Err *e) {
    assert(db->tx == TX_NONE || options.is_read_only);
    assert(db->tx != TX_READ || db->kind == DB_POSTGRESQL);
    options.must_exist = true;
    Db *reader = handle_open(str_c(db->url), options, e);
    if (!reader) return false;
    if (db->tx != TX_NONE) {
        if (!db->engine->share(db, reader, e)) {
            db_close(reader);
            return false;
        }
        reader->tx = TX_READ;
        reader->is_shared_start = true;
    }
    *out = reader;
    return true;
}

// What the file of the read log holds of the schema: the table of migrations, and the read log.
static const int64_t READS_MIGRATIONS[] = { 1, 13, 31 };
#define READS_MIGRATIONS_N (sizeof READS_MIGRATIONS / sizeof *READS_MIGRATIONS)

static void reads_migrations(Migration out[READS_MIGRATIONS_N]) {
    for (size_t i = 0, n = 0; i < MIGRATIONS_N && n < READS_MIGRATIONS_N; i++)
        if (MIGRATIONS[i].n == READS_MIGRATIONS[n]) out[n++] = MIGRATIONS[i];
}

bool db_open_reads(Str url, DbOptions options, Db **out, Err *e) {
    if (is_postgresql(url)) return db_open(url, options, out, e);
    Buf path = { .max = 4096 };
    buf_fmt(&path, "%.*s.reads", STR_ARG(url));
    Db *db = path.is_full ? NULL : handle_open(buf_view(&path), options, e);
    Migration known[READS_MIGRATIONS_N];
    reads_migrations(known);
    if (path.is_full) fail(e, BAD_INPUT, "The path of the database is too long.");
    buf_free(&path);
    if (!db) return false;
    if (options.is_read_only || options.must_exist ? !migrations_check(db, known, READS_MIGRATIONS_N, e) : !migrations_apply(db, known, READS_MIGRATIONS_N, NULL, e)) {
        db_close(db);
        return false;
    }
    *out = db;
    return true;
}

bool db_has_moved(Db *db) {
    int has_moved = 0;
    return db->sqlite && sqlite3_file_control(db->sqlite, "main", SQLITE_FCNTL_HAS_MOVED, &has_moved) == SQLITE_OK && has_moved;
}

static void statements_forget(Db *db) {
    for (size_t i = 0; i < db->statements_cap; i++) {
        for (DbStatement *s = db->statements[i], *next; s; s = next) {
            next = s->same;
            db->engine->finalize(s);
        }
    }
    free(db->statements);
    db->statements = NULL;
    db->statements_n = db->statements_cap = 0;
}

void db_close(Db *db) {
    if (!db) return;
    if (db->bulk) {
        Err ignored = { 0 };
        if (!db_bulk_close(db->bulk, NULL, &ignored)) db->is_tx_failed = true;
    }
    db_rollback(db);
    statements_forget(db);
    db->engine->close(db);
    free(db->url);
    free(db->shown_url);
    free(db);
}

DbEngine db_engine(const Db *db) { return db->kind; }
Str db_url(const Db *db) { return str_c(db->shown_url); }
bool db_in_transaction(const Db *db) { return db->tx != TX_NONE; }
bool db_was_constraint(const Db *db) { return db->was_constraint; }
struct sqlite3 *db_sqlite(Db *db) { return db->sqlite; }

bool db_migrate(Db *db, int64_t *applied_n, Err *e) {
    bool is_good = migrations_apply(db, MIGRATIONS, MIGRATIONS_N, applied_n, e);
    statements_forget(db);                                 // tables may have new columns
    return is_good;
}

// ---- transactions -----------------------------------------------------------------------------------------------
static bool is_usable(Db *db, Err *e) {
    if (db->is_poisoned)
        return fail(e, IO_FAILED, "The connection to %s is closed because an earlier write could not be finished. "
                    "Start again: the database then shows what was kept.", db->shown_url);
    if (db->is_tx_failed)
        return fail(e, CONFLICT, "An earlier step of this change failed, so nothing more can be done in it. Nothing was changed; start again.");
    return true;
}

static bool begin(Db *db, TxKind kind, Err *e) {
    assert(db->tx == TX_NONE && !db->bulk);
    if (!is_usable(db, e) || !db->engine->begin(db, kind, e)) return false;
    db->tx = kind;
    return true;
}

bool db_begin(Db *db, Err *e) {
    if (db->options.is_read_only) return fail(e, FORBIDDEN, "%s is open for reading only; nothing can be changed here.", db->shown_url);
    return begin(db, TX_WRITE, e);
}

bool db_begin_read(Db *db, Err *e) {
    if (db->is_shared_start) {
        db->is_shared_start = false;
        return is_usable(db, e);
    }
    return begin(db, TX_READ, e);
}

bool db_commit(Db *db, Err *e) {
    assert(db->tx != TX_NONE && !db->bulk);
    db->is_shared_start = false;
    if (!is_usable(db, e)) {
        db_rollback(db);
        return false;
    }
    bool is_good = db->engine->commit(db, e);
    db->tx = TX_NONE;
    return is_good;
}

void db_rollback(Db *db) {
    if (db->bulk) {
        Err ignored = { 0 };
        if (!db_bulk_close(db->bulk, NULL, &ignored)) db->is_tx_failed = true;
    }
    if (db->tx != TX_NONE && !db->is_poisoned) db->engine->rollback(db);
    db->tx = TX_NONE;
    db->is_tx_failed = db->is_shared_start = false;
}

bool db_checkpoint(Db *db, Err *e) {
    assert(db->tx == TX_NONE);
    return is_usable(db, e) && db->engine->checkpoint(db, e);
}

// ---- statements -------------------------------------------------------------------------------------------------
static size_t statement_place(const Db *db, const DbQuery *query) {
    size_t at = (size_t)(((uintptr_t)query >> 3) * 0x9E3779B97F4A7C15u) & (db->statements_cap - 1);
    while (db->statements[at] && db->statements[at]->query != query) at = (at + 1) & (db->statements_cap - 1);
    return at;
}

static void statements_grow(Db *db) {
    DbStatement **old = db->statements;
    size_t old_cap = db->statements_cap;
    db->statements_cap = old_cap ? old_cap * 2 : 64;
    db->statements = must_have(calloc(db->statements_cap, sizeof(void *)));
    for (size_t i = 0; i < old_cap; i++) if (old[i]) db->statements[statement_place(db, old[i]->query)] = old[i];
    free(old);
}

static bool is_change(const char *sql) {
    return strncmp(sql, "INSERT", 6) == 0 || strncmp(sql, "UPDATE", 6) == 0 || strncmp(sql, "DELETE", 6) == 0;
}

bool db_prepare(Db *db, const DbQuery *query, DbStatement **out, Err *e) {
    if (!is_usable(db, e)) return false;
    assert(!db->bulk);
    if (db->statements_n * 2 >= db->statements_cap) statements_grow(db);
    size_t at = statement_place(db, query);
    DbStatement *s = db->statements[at];
    while (s && s->is_used) s = s->same;
    if (!s) {
        if (!db->engine->prepare(db, query, &s, e)) return tx_failed(db);
        s->db = db;
        s->query = query;
        s->is_write = is_change(query->sqlite);
        s->same = db->statements[at];
        db->statements_n += s->same == NULL;
        db->statements[at] = s;
    }
    s->is_used = true;
    s->is_started = s->is_done = false;
    *out = s;
    return true;
}

bool db_step(DbStatement *s, bool *has_row, Err *e) {
    Db *db = s->db;
    if (!is_usable(db, e)) return false;
    if (!s->is_started) {
        assert(!s->is_write || db->tx == TX_WRITE || db->options.is_read_only);    // a change belongs between db_begin and db_commit
        s->is_started = true;
        db->was_constraint = false;
    }
    if (s->is_done) { *has_row = false; return true; }     // the end stays the end
    if (!db->engine->step(s, has_row, e)) return tx_failed(db);
    s->is_done = !*has_row;
    return true;
}

void db_release(DbStatement *s) {
    if (!s || !s->is_used) return;
    s->db->engine->reset(s);
    s->is_used = s->is_started = false;
}

// ---- values -----------------------------------------------------------------------------------------------------
void db_bind_null(DbStatement *s, int param) {
    if (s->sqlite) sqlite3_bind_null(s->sqlite, param + 1); else postgresql_bind(s, param, NULL, 0);
}

void db_bind_int(DbStatement *s, int param, int64_t v) {
    if (v == INT64_MIN) db_bind_null(s, param);
    else if (s->sqlite) sqlite3_bind_int64(s->sqlite, param + 1, v);
    else postgresql_bind_int(s, param, v);
}

void db_bind_text(DbStatement *s, int param, Str v) {
    if (s->sqlite) sqlite3_bind_text64(s->sqlite, param + 1, v.p, v.n, SQLITE_STATIC, SQLITE_UTF8);
    else postgresql_bind(s, param, v.p, v.n);
}

void db_bind_bytes(DbStatement *s, int param, Str v) {
    if (s->sqlite) sqlite3_bind_blob64(s->sqlite, param + 1, v.p, v.n, SQLITE_STATIC);
    else postgresql_bind(s, param, v.p, v.n);
}

void db_bind_hash(DbStatement *s, int param, const Hash *v) {
    if (s->sqlite) sqlite3_bind_blob64(s->sqlite, param + 1, v->bytes, sizeof v->bytes, SQLITE_TRANSIENT);
    else postgresql_bind_copy(s, param, v->bytes, sizeof v->bytes);
}

bool db_is_null(DbStatement *s, int column) {
    return s->sqlite ? sqlite3_column_type(s->sqlite, column) == SQLITE_NULL : postgresql_is_null(s, column);
}

int64_t db_int(DbStatement *s, int column) {
    if (!s->sqlite) return postgresql_int(s, column);
    int64_t v = sqlite3_column_int64(s->sqlite, column);
    return v == 0 && sqlite3_column_type(s->sqlite, column) == SQLITE_NULL ? INT64_MIN : v;
}

Str db_text(DbStatement *s, int column) {
    if (!s->sqlite) return postgresql_bytes(s, column);
    const char *p = (const char *)sqlite3_column_text(s->sqlite, column);
    return (Str){ p, (size_t)sqlite3_column_bytes(s->sqlite, column) };
}

Str db_bytes(DbStatement *s, int column) {
    if (!s->sqlite) return postgresql_bytes(s, column);
    const char *p = sqlite3_column_blob(s->sqlite, column);
    if (!p && sqlite3_column_type(s->sqlite, column) != SQLITE_NULL) return STR("");       // SQLite gives NULL for no bytes
    return (Str){ p, (size_t)sqlite3_column_bytes(s->sqlite, column) };
}

bool db_hash(DbStatement *s, int column, Hash *out, Err *e) {
    Str v = db_bytes(s, column);
    if (v.p && v.n != sizeof out->bytes)
        return fail(e, IO_FAILED, "%s: column %d holds no fingerprint of 32 bytes. The database %s is damaged: restore the last backup.",
                    s->query->name, column + 1, s->db->shown_url);
    *out = (Hash){ 0 };
    if (v.p) memcpy(out->bytes, v.p, v.n);
    return true;
}

Date db_date(DbStatement *s, int column) {
    int64_t v = db_int(s, column);
    return v > INT32_MIN && v <= INT32_MAX ? (Date){ (int32_t)v } : DATE_NONE;
}

Str db_keep(Arena *a, Str v) { return v.p ? arena_str(a, v) : v; }

int64_t db_changed_n(DbStatement *s) { return s->sqlite ? sqlite3_changes64(s->db->sqlite) : postgresql_changed_n(s); }

// ---- many rows --------------------------------------------------------------------------------------------------
bool db_bulk_open(Db *db, const char *table, const char *columns, const char *types, DbBulk **out, Err *e) {
    assert(!db->bulk && (db->tx == TX_WRITE || db->options.is_read_only));
    if (!is_usable(db, e)) return false;
    db->was_constraint = false;
    DbBulk *b = NULL;
    if (!db->engine->bulk_open(db, table, columns, types, &b, e)) return tx_failed(db);
    b->db = db;
    b->types = types;
    b->columns_n = (int)strlen(types);
    b->what = must_have(strdup(table));
    *out = db->bulk = b;
    return true;
}

void db_bulk_int(DbBulk *b, int64_t v) {
    assert(b->column < b->columns_n && b->types[b->column] == 'i');
    if (v == INT64_MIN) { db_bulk_null(b); return; }
    if (b->insert) {
        sqlite3_bind_int64(b->insert->sqlite, ++b->column, v);
    } else {
        uint64_t net = __builtin_bswap64((uint64_t)v);
        postgresql_bulk_value(b, &net, sizeof net);
    }
}

void db_bulk_null(DbBulk *b) {
    assert(b->column < b->columns_n);
    if (b->insert) sqlite3_bind_null(b->insert->sqlite, ++b->column); else postgresql_bulk_value(b, NULL, 0);
}

void db_bulk_text(DbBulk *b, Str v) {
    assert(b->column < b->columns_n && b->types[b->column] == 't');
    if (b->insert) sqlite3_bind_text64(b->insert->sqlite, ++b->column, v.p, v.n, SQLITE_STATIC, SQLITE_UTF8);
    else postgresql_bulk_value(b, v.p, v.n);
}

void db_bulk_bytes(DbBulk *b, Str v) {
    assert(b->column < b->columns_n && b->types[b->column] == 'b');
    if (b->insert) sqlite3_bind_blob64(b->insert->sqlite, ++b->column, v.p, v.n, SQLITE_STATIC);
    else postgresql_bulk_value(b, v.p, v.n);
}

bool db_bulk_row(DbBulk *b, Err *e) {
    assert(b->column == b->columns_n);
    if (b->has_failed || !b->db->engine->bulk_row(b, e)) {
        b->has_failed = true;
        is_usable(b->db, e);
        return tx_failed(b->db);
    }
    b->column = 0;
    b->rows_n++;
    return true;
}

bool db_bulk_close(DbBulk *b, int64_t *rows_n, Err *e) {
    Db *db = b->db;
    int64_t n = b->rows_n;
    char *what = b->what;
    bool is_good = !b->has_failed;
    db->bulk = NULL;
    is_good = db->engine->bulk_close(b, is_good, e) && is_good;
    free(what);
    if (!is_good) { is_usable(db, e); return tx_failed(db); }
    if (rows_n) *rows_n = n;
    return true;
}
