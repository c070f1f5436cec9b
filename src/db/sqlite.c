// sqlite.c: the engine inside the program. Durable by default: write-ahead log, every commit synced.
#include "db/engine.h"
#include "base/lang.h"
#include "db/migration.h"
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define CACHE_KIB 65536                                    // the writer's: holds the upper pages of the largest trees
#define READER_CACHE_KIB 16384                             // there are many readers, and they read on
#define PAGE_BYTES 8192                                    // packs and chunks are large; fewer, larger pages
#define LOG_KEPT_BYTES (64 << 20)                          // the log file shrinks to this after bulk work
#define APPLICATION_ID 0x48617261                          // "Hara": so that no other program's file is taken for ours

// The first failure in words. `what` is the query or the act.
static bool sqlite_fail(Db *db, const char *what, int rc, Err *e) {
    const char *said = db->sqlite ? sqlite3_errmsg(db->sqlite) : sqlite3_errstr(rc);
    switch (rc & 0xff) {
    case SQLITE_BUSY: case SQLITE_LOCKED:
        return fail(e, BUSY, "%s is being changed by someone else. Nothing was changed here; try again in a moment.", db->shown_url);
    case SQLITE_FULL:
        return fail(e, IO_FAILED, "The disk that holds %s is full. Nothing was changed. Make room and try again.", db->shown_url);
    case SQLITE_CONSTRAINT:
        db->was_constraint = true;
        return fail(e, CONFLICT, "%s: the database refuses it: %s. Nothing was changed.", what, said);
    case SQLITE_READONLY:
        return fail(e, FORBIDDEN, "%s is open for reading only; nothing can be changed here.", db->shown_url);
    case SQLITE_AUTH:
        return fail(e, FORBIDDEN, "%s: this table only grows: its rows are never changed or deleted (%s).", what, said);
    case SQLITE_CORRUPT: case SQLITE_NOTADB:
        return fail(e, IO_FAILED, "%s is damaged or is no database of Harapan (%s). Restore the last backup.", db->shown_url, said);
    case SQLITE_CANTOPEN:
        return fail(e, errno == ENOENT || access(db->url, F_OK) != 0 ? NOT_FOUND : IO_FAILED,
                    "%s cannot be opened (%s). Does the folder exist, and may you read and write it?", db->shown_url, said);
    case SQLITE_PERM:
        return fail(e, FORBIDDEN, "%s may not be opened by this user. Ask for the right to read and write it.", db->shown_url);
    case SQLITE_TOOBIG:
        return fail(e, LIMIT, "%s: a text or a file is too large for the database.", what);
    case SQLITE_NOMEM:
        return fail(e, LIMIT, "%s: there is not enough memory. Nothing was changed. Close other programs and try again.", what);
    case SQLITE_IOERR:
        return fail(e, IO_FAILED, "%s could not be read or written (%s). Check the disk, then start again.", db->shown_url, said);
    case SQLITE_ERROR:
        if (strstr(said, "overflow")) return fail(e, LIMIT, "%s: a sum does not fit in 64 bits.", what);
        break;
    }
    return fail(e, IO_FAILED, "%s: the database %s answers: %s", what, db->shown_url, said);
}

static bool sqlite_run(Db *db, const char *sql, Err *e) {
    int rc = sqlite3_exec(db->sqlite, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK || sqlite_fail(db, "SQLite", rc, e);
}

// ---- opening ----------------------------------------------------------------------------------------------------
static bool only_grows(const char *table) {
    for (const char *const *t = APPEND_ONLY; table && *t; t++) if (strcmp(*t, table) == 0) return true;
    return false;
}

static bool is_erasable(const char *table, const char *column) {
    size_t n = strlen(table);
    for (const char *const *c = ERASABLE; column && *c; c++) if (strncmp(*c, table, n) == 0 && (*c)[n] == '.' && strcmp(*c + n + 1, column) == 0) return true;
    return false;
}

// Asked when a statement is prepared. Changes of append-only tables are refused on every handle, changes of the schema
// everywhere but in a migration.
static int authorize(void *handle, int action, const char *a, const char *b, const char *database, const char *view) {
    const Db *db = handle;
    (void)database; (void)view;
    switch (action) {
    case SQLITE_UPDATE:                                    // a is the table, b the column
        return only_grows(a) && !is_erasable(a, b) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_DELETE:
        return only_grows(a) ? SQLITE_DENY : SQLITE_OK;
    case SQLITE_SELECT: case SQLITE_READ: case SQLITE_INSERT: case SQLITE_FUNCTION: case SQLITE_TRANSACTION: case SQLITE_RECURSIVE:
        return SQLITE_OK;
    case SQLITE_PRAGMA:                                    // a new column with a CHECK looks at the rows through this one
        return db->is_migrating && a && !strcmp(a, "quick_check") ? SQLITE_OK : SQLITE_DENY;
    case SQLITE_ATTACH: case SQLITE_DETACH: case SQLITE_CREATE_TRIGGER:
        return SQLITE_DENY;
    default:
        return db->is_migrating ? SQLITE_OK : SQLITE_DENY;
    }
}

void sqlite_guard(Db *db, bool is_on) { sqlite3_set_authorizer(db->sqlite, is_on ? authorize : NULL, db); }

// The first column of the first row, as a number.
static bool pragma_int(Db *db, const char *sql, int64_t *out, Err *e) {
    sqlite3_stmt *s = NULL;
    int rc = sqlite3_prepare_v2(db->sqlite, sql, -1, &s, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(s);
    if (rc == SQLITE_ROW) *out = sqlite3_column_int64(s, 0);
    bool is_good = rc == SQLITE_ROW || sqlite_fail(db, sql, rc, e);
    sqlite3_finalize(s);
    return is_good;
}

static bool is_ours(Db *db, Err *e) {
    int64_t id = 0, tables_n = 0;
    if (!pragma_int(db, "PRAGMA application_id", &id, e) || !pragma_int(db, "SELECT count(*) FROM sqlite_schema", &tables_n, e)) return false;
    if (id == APPLICATION_ID || (id == 0 && tables_n == 0)) return true;
    return fail(e, CONFLICT, "%s is a database of another program. Give the path of Harapan's database, or of a file that does not exist yet.", db->shown_url);
}

// Write-ahead log: readers and the writer do not stop each other. The page size must come before the first page.
static bool log_ahead(Db *db, Err *e) {
    sqlite3_stmt *s = NULL;
    char sql[64];
    int64_t id = 0;
    sqlite3_snprintf(sizeof sql, sql, "PRAGMA page_size = %d", PAGE_BYTES);
    if (!sqlite_run(db, sql, e) || !pragma_int(db, "PRAGMA application_id", &id, e)) return false;
    int rc = sqlite3_prepare_v2(db->sqlite, "PRAGMA journal_mode = WAL", -1, &s, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(s);
    const char *mode = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(s, 0) : "";
    bool is_good = rc == SQLITE_ROW ? strcmp(mode, "wal") == 0 || fail(e, IO_FAILED, "%s lies where a database cannot be kept safely (a network "
                                                                        "drive, perhaps). Put it on a disk of this machine.", db->shown_url)
                                    : sqlite_fail(db, "PRAGMA journal_mode = WAL", rc, e);
    sqlite3_finalize(s);
    sqlite3_snprintf(sizeof sql, sql, "PRAGMA application_id = %d", APPLICATION_ID);
    return is_good && (id == APPLICATION_ID || sqlite_run(db, sql, e));
}

// A new database is its owner's alone: names and addresses stand in it. Its log gets the same rights from SQLite.
static void file_begin(const Db *db) {
    int fd = db->options.is_read_only || db->options.must_exist ? -1 : open(db->url, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) close(fd);
}

// One that an older program made for everybody to read is closed to others, with a word: who could read it until now may have done so.
static void file_close_to_others(const Db *db) {
    static const char *const ENDINGS[] = { "", "-wal", "-shm" };
    struct stat about;
    char path[4096];
    if (db->options.is_read_only || stat(db->url, &about) != 0 || about.st_uid != geteuid() || (about.st_mode & 077) == 0) return;
    for (size_t i = 0; i < 3; i++)
        if (snprintf(path, sizeof path, "%s%s", db->url, ENDINGS[i]) < (int)sizeof path) (void)chmod(path, 0600);
    fprintf(stderr, _("%s could be read by others on this machine; now only by its owner.\n"), db->url);
}

static bool sqlite_open(Db *db, Err *e) {
    file_begin(db);
    file_close_to_others(db);
    errno = 0;
    int flags = db->options.is_read_only ? SQLITE_OPEN_READONLY : db->options.must_exist ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    int rc = sqlite3_open_v2(db->url, &db->sqlite, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE, NULL);
    if (rc != SQLITE_OK) return sqlite_fail(db, "open", rc, e);
    sqlite3_busy_timeout(db->sqlite, db->options.busy_ms > INT32_MAX ? INT32_MAX : (int)db->options.busy_ms);
    static const struct { int option, value; } CONFIG[] = {
        { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 }, { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 }, { SQLITE_DBCONFIG_DEFENSIVE, 1 },
        { SQLITE_DBCONFIG_DQS_DML, 0 }, { SQLITE_DBCONFIG_DQS_DDL, 0 }, { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
    };
    for (size_t i = 0; i < sizeof CONFIG / sizeof *CONFIG; i++) sqlite3_db_config(db->sqlite, CONFIG[i].option, CONFIG[i].value, NULL);
    char sql[320];
    sqlite3_snprintf(sizeof sql, sql, "PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA cache_size = -%d; "
                     "PRAGMA journal_size_limit = %d; PRAGMA case_sensitive_like = ON; PRAGMA query_only = %d",
                     db->options.is_read_only ? READER_CACHE_KIB : CACHE_KIB, LOG_KEPT_BYTES, db->options.is_read_only);
    if (!sqlite_run(db, sql, e) || !is_ours(db, e) || (!db->options.is_read_only && !log_ahead(db, e))) return false;
    sqlite_guard(db, true);
    return true;
}

static void sqlite_close(Db *db) {
    // What an unfinished sync left in the log is for the next opening to judge: do not copy it into the database now.
    if (db->is_poisoned) sqlite3_db_config(db->sqlite, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_close(db->sqlite);
}

// ---- transactions -----------------------------------------------------------------------------------------------
static bool sqlite_begin(Db *db, TxKind kind, Err *e) {
    if (kind == TX_WRITE) return sqlite_run(db, "BEGIN IMMEDIATE", e);
    if (!sqlite_run(db, "BEGIN", e)) return false;
    if (sqlite_run(db, "SELECT 1 FROM sqlite_schema LIMIT 1", e)) return true;     // the snapshot is taken by the first read
    sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

static void sqlite_rollback(Db *db) {
    if (!sqlite3_get_autocommit(db->sqlite)) sqlite3_exec(db->sqlite, "ROLLBACK", NULL, NULL, NULL);
}

static bool sqlite_commit(Db *db, Err *e) {
    int rc = sqlite3_get_autocommit(db->sqlite) ? SQLITE_ABORT : sqlite3_exec(db->sqlite, "COMMIT", NULL, NULL, NULL);
    if (rc == SQLITE_OK) return true;
    int kind = rc & 0xff;
    // A full disk shows before the last page of the log is written, a constraint before the first. Anything else may have
    // reached the disk or not.
    db->is_poisoned = kind != SQLITE_FULL && kind != SQLITE_CONSTRAINT && kind != SQLITE_BUSY;
    sqlite_fail(db, "COMMIT", rc, e);
    sqlite_rollback(db);
    return false;
}

static bool sqlite_share(Db *db, Db *reader, Err *e) {
    (void)db;
    return sqlite_begin(reader, TX_READ, e);
}

static bool sqlite_checkpoint(Db *db, Err *e) {
    int rc = sqlite3_wal_checkpoint_v2(db->sqlite, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    if (rc == SQLITE_OK) return true;
    db->is_poisoned = (rc & 0xff) == SQLITE_IOERR;
    return sqlite_fail(db, "checkpoint", rc, e);
}

// ---- statements -------------------------------------------------------------------------------------------------
static bool statement_new(Db *db, const char *what, const char *sql, DbStatement **out, Err *e) {
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v3(db->sqlite, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL);
    if (rc != SQLITE_OK) return sqlite_fail(db, what, rc, e);
    DbStatement *s = calloc(1, sizeof *s);
    if (!s) {
        sqlite3_finalize(stmt);
        return sqlite_fail(db, what, SQLITE_NOMEM, e);
    }
    *s = (DbStatement){ .db = db, .sqlite = stmt };
    *out = s;
    return true;
}

static bool sqlite_prepare(Db *db, const DbQuery *query, DbStatement **out, Err *e) {
    if (!statement_new(db, query->name, query->sqlite, out, e)) return false;
    assert(sqlite3_bind_parameter_count((*out)->sqlite) == query->params_n && sqlite3_column_count((*out)->sqlite) == query->columns_n);
    return true;
}

static bool sqlite_step(DbStatement *s, bool *has_row, Err *e) {
    int rc = sqlite3_step(s->sqlite);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE) return sqlite_fail(s->db, s->query->name, rc, e);
    *has_row = rc == SQLITE_ROW;
    return true;
}

static void sqlite_reset(DbStatement *s) { sqlite3_reset(s->sqlite); }

static void sqlite_finalize(DbStatement *s) {
    sqlite3_finalize(s->sqlite);
    free(s);
}

// ---- a question from outside --------------------------------------------------------------------------------------
typedef struct { struct timespec until; } Deadline;

static int is_late(void *with) {
    const Deadline *d = with;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > d->until.tv_sec || (now.tv_sec == d->until.tv_sec && now.tv_nsec > d->until.tv_nsec);
}

static Deadline deadline_in(int64_t ms) {
    Deadline d;
    clock_gettime(CLOCK_MONOTONIC, &d.until);
    d.until.tv_sec += ms / 1000;
    return d;
}

static bool ask_row(sqlite3_stmt *s, size_t n, bool is_head, AskEach *each, void *with, Err *e) {
    Str names[ASK_COLUMNS_MAX], values[ASK_COLUMNS_MAX];
    bool is_number[ASK_COLUMNS_MAX];
    for (size_t i = 0; i < n; i++) {
        names[i] = str_c(sqlite3_column_name(s, (int)i));
        if (is_head) continue;
        is_number[i] = sqlite3_column_type(s, (int)i) == SQLITE_INTEGER;
        const char *text = (const char *)sqlite3_column_text(s, (int)i);
        values[i] = (Str){ text, text ? (size_t)sqlite3_column_bytes(s, (int)i) : 0 };
    }
    return each(with, &(AskRow){ names, is_head ? NULL : values, is_number, n }, e);
}

static bool sqlite_ask(Db *db, const char *sql, int64_t limit_ms, AskEach *each, void *with, Err *e) {
    Deadline deadline = deadline_in(limit_ms);
    sqlite3_stmt *s = NULL;
    bool is_good = true;
    int rc = sqlite3_prepare_v2(db->sqlite, sql, -1, &s, NULL);
    if (rc != SQLITE_OK) return fail(e, BAD_INPUT, "The database does not understand the question: %s.", sqlite3_errmsg(db->sqlite));
    size_t n = (size_t)sqlite3_column_count(s);
    if (!sqlite3_stmt_readonly(s) || n > ASK_COLUMNS_MAX) is_good = fail(e, LIMIT, "The answer has more than %d columns.", ASK_COLUMNS_MAX);
    sqlite3_progress_handler(db->sqlite, 10000, is_late, &deadline);
    is_good = is_good && ask_row(s, n, true, each, with, e);
    while (is_good && (rc = sqlite3_step(s)) == SQLITE_ROW) is_good = ask_row(s, n, false, each, with, e);
    sqlite3_progress_handler(db->sqlite, 0, NULL, NULL);
    if (is_good && rc == SQLITE_INTERRUPT) is_good = fail(e, LIMIT, "The question takes longer than %lld seconds. Narrow it to a district or a stage, or allow more time.", (long long)limit_ms / 1000);
    else if (is_good && rc != SQLITE_DONE) is_good = fail(e, BAD_INPUT, "The database cannot answer the question: %s.", sqlite3_errmsg(db->sqlite));
    sqlite3_finalize(s);
    return is_good;
}

// ---- many rows: one prepared insert -----------------------------------------------------------------------------
static bool sqlite_bulk_open(Db *db, const char *table, const char *columns, const char *types, DbBulk **out, Err *e) {
    Buf sql = { 0 };
    buf_fmt(&sql, "INSERT INTO %s (%s) VALUES (", table, columns);
    for (const char *t = types; *t; t++) buf_c(&sql, t == types ? "?" : ", ?");
    buf_c(&sql, ")");
    buf_char(&sql, 0);
    DbStatement *insert = NULL;
    DbBulk *b = calloc(1, sizeof *b);
    bool is_good = b && !sql.is_full ? statement_new(db, table, sql.p, &insert, e) : sqlite_fail(db, table, SQLITE_NOMEM, e);
    buf_free(&sql);
    if (!b || !insert) { free(b); return is_good; }
    assert(sqlite3_bind_parameter_count(insert->sqlite) == (int)strlen(types));
    b->insert = insert;
    *out = b;
    return true;
}

static bool sqlite_bulk_row(DbBulk *b, Err *e) {
    int rc = sqlite3_step(b->insert->sqlite);
    if (rc != SQLITE_DONE) sqlite_fail(b->db, b->what, rc, e);
    sqlite3_reset(b->insert->sqlite);
    return rc == SQLITE_DONE;
}

static bool sqlite_bulk_close(DbBulk *b, bool is_good, Err *e) {
    (void)e;
    sqlite_finalize(b->insert);
    free(b);
    return is_good;
}

const Engine ENGINE_SQLITE = {
    .open = sqlite_open, .close = sqlite_close, .run = sqlite_run, .begin = sqlite_begin, .commit = sqlite_commit, .rollback = sqlite_rollback,
    .share = sqlite_share, .checkpoint = sqlite_checkpoint, .prepare = sqlite_prepare, .step = sqlite_step, .reset = sqlite_reset,
    .finalize = sqlite_finalize, .ask = sqlite_ask, .bulk_open = sqlite_bulk_open, .bulk_row = sqlite_bulk_row, .bulk_close = sqlite_bulk_close,
};
