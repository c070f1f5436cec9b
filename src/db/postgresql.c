// postgresql.c: the engine for an office that has outgrown one machine. Everything travels in binary; rows come one by one.
#include "db/engine.h"
#include "db/libpq.h"
#include "db/migration.h"
#include <stdio.h>
#include <stdlib.h>

// Types of PostgreSQL by their numbers, which never change (src/include/catalog/pg_type.dat).
enum { OID_BOOL = 16, OID_BYTEA = 17, OID_NAME = 19, OID_INT8 = 20, OID_INT2 = 21, OID_INT4 = 23, OID_TEXT = 25, OID_VARCHAR = 1043, OID_NUMERIC = 1700 };
#define PARAMS_MAX 64                                      // the widest table has fewer columns
#define COPY_BYTES (256 << 10)                             // a COPY travels in pieces of this size

typedef struct { char bytes[32]; } Slot;                   // a bound integer or hash
typedef struct {
    DbStatement base;
    char name[24];
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX];
    Slot slots[PARAMS_MAX];
    bool has_numeric;                                      // a sum() of bigints is numeric: checked at each step
    PGresult *row;                                         // the present row
    PGresult **kept;                                       // rows fetched ahead because another query wanted the wire
    size_t kept_n, kept_cap, kept_at;
    bool is_over;                                          // the server has no more rows
    int64_t changed_n;
} PgStatement;
static const int BINARY[PARAMS_MAX] = { [0 ... PARAMS_MAX - 1] = 1 };

// ---- what went wrong --------------------------------------------------------------------------------------------
// By the class of the SQLSTATE (appendix A of the PostgreSQL manual).
static bool state_fail(Db *db, const char *what, Str state, const char *said, Err *e) {
    if (str_starts(state, STR("40")) || str_starts(state, STR("55P03")) || str_starts(state, STR("57P03")) || str_starts(state, STR("53300")) || str_starts(state, STR("57014")))
        return fail(e, BUSY, "%s is being changed by someone else. Nothing was changed here; try again in a moment.", db->shown_url);
    if (str_starts(state, STR("23"))) {
        db->was_constraint = true;
        return fail(e, CONFLICT, "%s: the database refuses it: %s. Nothing was changed.", what, said);
    }
    if (str_starts(state, STR("53100")))
        return fail(e, IO_FAILED, "The disk that holds %s is full. Nothing was changed. Make room and try again.", db->shown_url);
    if (str_starts(state, STR("53200")))
        return fail(e, LIMIT, "%s: there is not enough memory. Nothing was changed. Close other programs and try again.", what);
    if (str_starts(state, STR("25006")))
        return fail(e, FORBIDDEN, "%s is open for reading only; nothing can be changed here.", db->shown_url);
    if (str_starts(state, STR("42501")))
        return fail(e, FORBIDDEN, "%s: the user of this connection lacks the right: %s.", what, said);
    if (str_starts(state, STR("22003"))) return fail(e, LIMIT, "%s: a sum does not fit in 64 bits.", what);
    if (str_starts(state, STR("54"))) return fail(e, LIMIT, "%s: a text or a file is too large for the database.", what);
    if (str_starts(state, STR("22"))) return fail(e, BAD_INPUT, "%s: the database cannot take a value: %s.", what, said);
    if (str_starts(state, STR("XX001")) || str_starts(state, STR("XX002")))
        return fail(e, IO_FAILED, "%s is damaged or is no database of Harapan (%s). Restore the last backup.", db->shown_url, said);
    if (str_starts(state, STR("58"))) return fail(e, IO_FAILED, "%s could not be read or written (%s). Check the disk, then start again.", db->shown_url, said);
    return fail(e, IO_FAILED, "%s: the database %s answers: %s", what, db->shown_url, said);
}

// Fills e from a result (NULL: from the connection), and notices when the connection is gone.
static bool pg_fail(Db *db, const char *what, const PGresult *result, Err *e) {
    const char *state = result ? pq.resultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    const char *said = result ? pq.resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
    if (pq.status(db->pg) == CONNECTION_BAD) {
        db->is_poisoned = true;
        return fail(e, IO_FAILED, "The connection to %s broke. Look whether the server runs, then start again: the database then shows what was kept.",
                    db->shown_url);
    }
    return state_fail(db, what, str_c(state), said ? said : pq.errorMessage(db->pg), e);
}

// ---- rows on the wire -------------------------------------------------------------------------------------------
static PgStatement *pg(DbStatement *s) { return (PgStatement *)s; }

// The next row from the server; NULL at the end (with *is_good false after a failure). Reads on until the wire is free.
static PGresult *wire_next(PgStatement *s, bool *is_good, Err *e) {
    Db *db = s->base.db;
    PGresult *result = pq.getResult(db->pg);
    *is_good = true;
    if (result && pq.resultStatus(result) == PGRES_SINGLE_TUPLE) return result;
    for (; result; result = pq.getResult(db->pg)) {
        ExecStatusType status = pq.resultStatus(result);
        if (status == PGRES_TUPLES_OK) s->changed_n = strtoll(pq.cmdTuples(result), NULL, 10);
        else if (status != PGRES_SINGLE_TUPLE) *is_good = pg_fail(db, s->base.query->name, result, e);
        pq.clear(result);
    }
    if (db->streaming == &s->base) db->streaming = NULL;
    s->is_over = true;
    return NULL;
}

static bool kept_add(PgStatement *s, PGresult *row) {
    if (s->kept_n == s->kept_cap) {
        size_t cap = s->kept_cap ? s->kept_cap * 2 : 64;
        PGresult **kept = realloc(s->kept, cap * sizeof(void *));
        if (!kept) return false;
        s->kept = kept;
        s->kept_cap = cap;
    }
    s->kept[s->kept_n++] = row;
    return true;
}

// Frees the wire for another command: the rest of the rows under way goes to memory.
static bool wire_free(Db *db, Err *e) {
    bool is_good = true;
    if (!db->streaming) return true;
    PgStatement *s = pg(db->streaming);
    for (PGresult *row; (row = wire_next(s, &is_good, e));) {
        if (!kept_add(s, row)) {
            pq.clear(row);
            fail(e, LIMIT, "%s: there is not enough memory. Nothing was changed. Close other programs and try again.", s->base.query->name);
        }
    }
    return is_good && e->code == ERR_NONE;
}

static void rows_forget(PgStatement *s) {
    Err ignored = { 0 };
    bool is_good = true;
    if (s->base.db->streaming == &s->base)
        for (PGresult *row; (row = wire_next(s, &is_good, &ignored));) pq.clear(row);
    if (!is_good) tx_failed(s->base.db);
    for (size_t i = s->kept_at; i < s->kept_n; i++) pq.clear(s->kept[i]);
    pq.clear(s->row);
    s->row = NULL;
    s->kept_n = s->kept_at = 0;
    s->is_over = false;
}

// One command without parameters and rows.
static PGresult *command(Db *db, const char *what, const char *sql, ExecStatusType wanted, Err *e) {
    if (!wire_free(db, e)) return NULL;
    PGresult *result = pq.exec(db->pg, sql);
    if (pq.resultStatus(result) == wanted) return result;
    pg_fail(db, what, result, e);
    pq.clear(result);
    return NULL;
}

static bool pg_run(Db *db, const char *sql, Err *e) {
    PGresult *result = command(db, "PostgreSQL", sql, PGRES_COMMAND_OK, e);
    pq.clear(result);
    return result != NULL;
}

// ---- opening ----------------------------------------------------------------------------------------------------
static void notice_ignore(void *handle, const char *message) { (void)handle; (void)message; }

static bool pg_open(Db *db, Err *e) {
    const char *keys[] = { "dbname", "client_encoding", "application_name", "connect_timeout", NULL };
    const char *values[] = { db->url, "UTF8", "harapan", "10", NULL };
    if (!libpq_load(e)) return false;
    db->pg = pq.connectdbParams(keys, values, 1);
    if (pq.status(db->pg) != CONNECTION_OK) {
        const char *said = db->pg ? pq.errorMessage(db->pg) : "";
        Str line = str_trim(str_c(said));
        return fail(e, IO_FAILED, "PostgreSQL does not let us in at %s: %.*s. Check the address, the user and that the server runs.", db->shown_url, STR_ARG(line));
    }
    pq.setNoticeProcessor(db->pg, notice_ignore, NULL);
    const char *encoding = pq.parameterStatus(db->pg, "server_encoding");
    if (!encoding || strcmp(encoding, "UTF8") != 0)
        return fail(e, CONFLICT, "%s keeps its texts in %s. Make a database in UTF8: createdb -T template0 -E UTF8 NAME.", db->shown_url, encoding ? encoding : "?");
    // A commit is on the disk when it is answered; a server that waits for more (remote_apply) keeps its setting.
    char sql[400];
    snprintf(sql, sizeof sql, "SET lock_timeout = %lld; SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0; "
             "SET standard_conforming_strings = on; SET default_transaction_read_only = %s; "
             "DO $$ BEGIN IF current_setting('synchronous_commit') = 'off' THEN SET synchronous_commit = on; END IF; END $$",
             (long long)db->options.busy_ms, db->options.is_read_only ? "on" : "off");
    return pg_run(db, sql, e);
}

static void pg_close(Db *db) { if (db->pg) pq.finish(db->pg); }

// ---- transactions -----------------------------------------------------------------------------------------------
static bool pg_begin(Db *db, TxKind kind, Err *e) {
    return pg_run(db, kind == TX_WRITE ? "BEGIN ISOLATION LEVEL REPEATABLE READ" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", e);
}

static bool pg_commit(Db *db, Err *e) {
    PGresult *result = command(db, "COMMIT", "COMMIT", PGRES_COMMAND_OK, e);
    if (!result) {
        if (!db->is_poisoned) pq.clear(pq.exec(db->pg, "ROLLBACK"));
        return false;
    }
    // A transaction that failed earlier is answered with ROLLBACK, and no error.
    bool is_good = strcmp(pq.cmdStatus(result), "COMMIT") == 0;
    pq.clear(result);
    return is_good || fail(e, CONFLICT, "An earlier step of this change failed, so nothing more can be done in it. Nothing was changed; start again.");
}

static void pg_rollback(Db *db) {
    if (db->streaming) rows_forget(pg(db->streaming));
    pq.clear(pq.exec(db->pg, "ROLLBACK"));
    if (pq.status(db->pg) == CONNECTION_BAD) db->is_poisoned = true;
}

static bool pg_share(Db *db, Db *reader, Err *e) {
    PGresult *result = command(db, "snapshot", "SELECT pg_export_snapshot()", PGRES_TUPLES_OK, e);
    if (!result) return tx_failed(db);
    char sql[160];
    snprintf(sql, sizeof sql, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET TRANSACTION SNAPSHOT '%.60s'", pq.getvalue(result, 0, 0));
    pq.clear(result);
    return pg_run(reader, sql, e);
}

static bool pg_checkpoint(Db *db, Err *e) { (void)db; (void)e; return true; }

// ---- statements -------------------------------------------------------------------------------------------------
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

static bool only_grows(Str table) {
    for (const char *const *t = APPEND_ONLY; *t; t++) if (str_eq_nocase(str_c(*t), table)) return true;
    return false;
}

static Str word_next(const char **at) {
    while (**at == ' ' || **at == '\n') ++*at;
    Str word = { *at, 0 };
    while (is_letter(word.p[word.n])) word.n++;
    if (word.n == 0 && *word.p) word.n = word.p[0] == '\'' && word.p[1] == '\'' ? 2 : 1;
    *at += word.n;
    return word;
}

static bool is_erasable(Str table, Str column) {
    for (const char *const *c = ERASABLE; *c; c++) {
        Str rest = str_c(*c), named = str_cut(&rest, '.');
        if (str_eq_nocase(named, table) && str_eq_nocase(rest, column)) return true;
    }
    return false;
}

// After "UPDATE table": SET column = NULL or '', of columns that an erasure empties, and then WHERE. What sqlc.py lets pass, too.
static bool only_empties(const char *at, Str table) {
    if (!str_eq_nocase(word_next(&at), STR("SET"))) return false;
    for (;;) {
        Str column = word_next(&at);
        if (!str_eq(word_next(&at), STR("=")) || !is_erasable(table, column)) return false;
        Str value = word_next(&at), then = word_next(&at);
        if (!str_eq_nocase(value, STR("NULL")) && !str_eq(value, STR("''"))) return false;
        if (!str_eq(then, STR(","))) return str_eq_nocase(then, STR("WHERE"));
    }
}

bool postgresql_changes_append_only(const char *sql) {
    Str before = { 0 }, earlier = { 0 }, target = { 0 };
    for (const char *p = sql; *p;) {
        if (!is_letter(*p)) { p++; continue; }
        Str word = { p, 0 };
        while (is_letter(*p)) { p++; word.n++; }
        bool is_target = str_eq_nocase(before, STR("UPDATE")) || str_eq_nocase(before, STR("TRUNCATE")) ||
                         (str_eq_nocase(before, STR("FROM")) && str_eq_nocase(earlier, STR("DELETE"))) ||
                         (str_eq_nocase(before, STR("TABLE")) && str_eq_nocase(earlier, STR("TRUNCATE")));
        if (is_target && only_grows(word) && !(str_eq_nocase(before, STR("UPDATE")) && only_empties(p, word))) return true;
        if (str_eq_nocase(before, STR("INTO"))) target = word;
        if (str_eq_nocase(word, STR("UPDATE")) && str_eq_nocase(before, STR("DO")) && only_grows(target)) return true;
        earlier = before;
        before = word;
    }
    return false;
}

static Oid param_type(char letter) { return letter == 'i' ? OID_INT8 : letter == 't' ? OID_TEXT : OID_BYTEA; }

static bool column_fits(char letter, Oid type) {
    switch (letter) {
    case 'i': return type == OID_INT8 || type == OID_INT4 || type == OID_INT2 || type == OID_BOOL || type == OID_NUMERIC;
    case 't': return type == OID_TEXT || type == OID_VARCHAR || type == OID_NAME;
    default: return type == OID_BYTEA;
    }
}

static bool columns_check(Db *db, PgStatement *s, const DbQuery *query, Err *e) {
    PGresult *result = pq.describePrepared(db->pg, s->name);
    bool is_good = pq.resultStatus(result) == PGRES_COMMAND_OK || pg_fail(db, query->name, result, e);
    if (is_good && pq.nfields(result) != query->columns_n)
        is_good = fail(e, IO_FAILED, "%s gives %d columns on PostgreSQL, %d were promised.", query->name, pq.nfields(result), (int)query->columns_n);
    for (int i = 0; is_good && i < query->columns_n; i++) {
        if (!column_fits(query->columns[i], pq.ftype(result, i)))
            is_good = fail(e, IO_FAILED, "%s: column %s has another type on PostgreSQL (%u) than its name promises.", query->name, pq.fname(result, i), pq.ftype(result, i));
        s->has_numeric |= pq.ftype(result, i) == OID_NUMERIC;
    }
    pq.clear(result);
    return is_good;
}

static bool pg_prepare(Db *db, const DbQuery *query, DbStatement **out, Err *e) {
    if (query->params_n > PARAMS_MAX) return fail(e, LIMIT, "%s has more than %d parameters.", query->name, PARAMS_MAX);
    if (postgresql_changes_append_only(query->postgresql))
        return fail(e, FORBIDDEN, "%s: this table only grows: its rows are never changed or deleted (%s).", query->name, query->postgresql);
    if (!wire_free(db, e)) return false;
    PgStatement *s = calloc(1, sizeof *s);
    if (!s) return fail(e, LIMIT, "%s: there is not enough memory. Nothing was changed. Close other programs and try again.", query->name);
    Oid types[PARAMS_MAX];
    for (int i = 0; i < query->params_n; i++) types[i] = param_type(query->params[i]);
    snprintf(s->name, sizeof s->name, "q%lld", (long long)++db->prepared_n);       // never used twice: the server forgets at the end
    PGresult *result = pq.prepare(db->pg, s->name, query->postgresql, query->params_n, types);
    bool is_good = pq.resultStatus(result) == PGRES_COMMAND_OK || pg_fail(db, query->name, result, e);
    pq.clear(result);
    if (!is_good || !columns_check(db, s, query, e)) {
        free(s);
        return false;
    }
    *out = &s->base;
    return true;
}

// A statement without rows, in one round trip.
static bool execute(PgStatement *s, Err *e) {
    const DbQuery *query = s->base.query;
    PGresult *result = pq.execPrepared(s->base.db->pg, s->name, query->params_n, s->values, s->lengths, BINARY, 1);
    bool is_good = pq.resultStatus(result) == PGRES_COMMAND_OK || pg_fail(s->base.db, query->name, result, e);
    if (is_good) s->changed_n = strtoll(pq.cmdTuples(result), NULL, 10);
    pq.clear(result);
    s->is_over = true;
    return is_good;
}

// A numeric in binary: digits of base 10,000. False when it is no whole number of 64 bits.
static bool numeric_int(const char *p, int bytes_n, int64_t *out) {
    int16_t head[4], digit;
    if (bytes_n < 8) return false;
    for (int i = 0; i < 4; i++) { memcpy(&head[i], p + 2 * i, 2); head[i] = (int16_t)__builtin_bswap16((uint16_t)head[i]); }
    int digits_n = head[0], weight = head[1];
    bool is_negative = (uint16_t)head[2] == 0x4000;
    if ((head[2] && !is_negative) || bytes_n < 8 + 2 * digits_n || digits_n > weight + 1) return false;
    int64_t v = 0;
    for (int i = 0; i <= weight; i++) {
        digit = 0;
        if (i < digits_n) { memcpy(&digit, p + 8 + 2 * i, 2); digit = (int16_t)__builtin_bswap16((uint16_t)digit); }
        if (__builtin_mul_overflow(v, 10000, &v)) return false;
        if (is_negative ? __builtin_sub_overflow(v, digit, &v) : __builtin_add_overflow(v, digit, &v)) return false;
    }
    *out = v;
    return true;
}

static bool numerics_check(PgStatement *s, Err *e) {
    for (int i = 0; i < s->base.query->columns_n; i++) {
        int64_t ignored;
        if (pq.ftype(s->row, i) == OID_NUMERIC && !pq.getisnull(s->row, 0, i) && !numeric_int(pq.getvalue(s->row, 0, i), pq.getlength(s->row, 0, i), &ignored))
            return fail(e, LIMIT, "%s: a sum does not fit in 64 bits.", s->base.query->name);
    }
    return true;
}

static bool start(PgStatement *s, Err *e) {
    Db *db = s->base.db;
    const DbQuery *query = s->base.query;
    if (!wire_free(db, e)) return false;
    if (query->columns_n == 0) return execute(s, e);
    if (!pq.sendQueryPrepared(db->pg, s->name, query->params_n, s->values, s->lengths, BINARY, 1)) return pg_fail(db, query->name, NULL, e);
    pq.setSingleRowMode(db->pg);
    db->streaming = &s->base;
    return true;
}

static bool pg_step(DbStatement *base, bool *has_row, Err *e) {
    PgStatement *s = pg(base);
    bool is_good = true;
    pq.clear(s->row);
    bool is_first = !s->row && s->kept_n == 0 && !s->is_over && base->db->streaming != base;
    s->row = NULL;
    if (is_first && !start(s, e)) return false;
    if (s->kept_at < s->kept_n) s->row = s->kept[s->kept_at++];
    else if (!s->is_over) s->row = wire_next(s, &is_good, e);
    if (!is_good || (s->row && s->has_numeric && !numerics_check(s, e))) return false;
    *has_row = s->row != NULL;
    return true;
}

static void pg_reset(DbStatement *s) { rows_forget(pg(s)); }

static void pg_finalize(DbStatement *base) {
    PgStatement *s = pg(base);
    rows_forget(s);
    free(s->kept);
    free(s);
}

// ---- values -----------------------------------------------------------------------------------------------------
void postgresql_bind(DbStatement *base, int param, const void *p, size_t n) {
    PgStatement *s = pg(base);
    s->values[param] = p;
    s->lengths[param] = n > INT32_MAX ? INT32_MAX : (int)n;
}

void postgresql_bind_copy(DbStatement *base, int param, const void *p, size_t n) {
    Slot *slot = &pg(base)->slots[param];
    memcpy(slot->bytes, p, n);
    postgresql_bind(base, param, slot->bytes, n);
}

void postgresql_bind_int(DbStatement *s, int param, int64_t v) {
    uint64_t net = __builtin_bswap64((uint64_t)v);
    postgresql_bind_copy(s, param, &net, sizeof net);
}

bool postgresql_is_null(DbStatement *s, int column) { return pq.getisnull(pg(s)->row, 0, column); }

int64_t postgresql_int(DbStatement *base, int column) {
    const PGresult *row = pg(base)->row;
    const char *p = pq.getvalue(row, 0, column);
    if (pq.getisnull(row, 0, column)) return INT64_MIN;
    uint64_t v8;
    uint32_t v4;
    uint16_t v2;
    int64_t v = 0;
    switch (pq.ftype(row, column)) {
    case OID_INT8: memcpy(&v8, p, 8); return (int64_t)__builtin_bswap64(v8);
    case OID_INT4: memcpy(&v4, p, 4); return (int32_t)__builtin_bswap32(v4);
    case OID_INT2: memcpy(&v2, p, 2); return (int16_t)__builtin_bswap16(v2);
    case OID_BOOL: return *p != 0;
    default: return numeric_int(p, pq.getlength(row, 0, column), &v) ? v : INT64_MIN;
    }
}

Str postgresql_bytes(DbStatement *base, int column) {
    const PGresult *row = pg(base)->row;
    if (pq.getisnull(row, 0, column)) return (Str){ 0 };
    return (Str){ pq.getvalue(row, 0, column), (size_t)pq.getlength(row, 0, column) };
}

int64_t postgresql_changed_n(DbStatement *s) { return pg(s)->changed_n; }

// ---- a question from outside ------------------------------------------------------------------------------------
static bool ask_row(const PGresult *row, bool is_head, AskEach *each, void *with, Err *e) {
    Str names[ASK_COLUMNS_MAX], values[ASK_COLUMNS_MAX];
    bool is_number[ASK_COLUMNS_MAX];
    int n = pq.nfields(row);
    if (n > ASK_COLUMNS_MAX) return fail(e, LIMIT, "The answer has more than %d columns.", ASK_COLUMNS_MAX);
    for (int i = 0; i < n; i++) {
        names[i] = str_c(pq.fname(row, i));
        if (is_head) continue;
        Oid type = pq.ftype(row, i);
        values[i] = pq.getisnull(row, 0, i) ? (Str){ 0 } : (Str){ pq.getvalue(row, 0, i), (size_t)pq.getlength(row, 0, i) };
        bool is_sum = type == OID_NUMERIC && values[i].p && !memchr(values[i].p, '.', values[i].n) && !memchr(values[i].p, 'N', values[i].n);
        is_number[i] = type == OID_INT8 || type == OID_INT4 || type == OID_INT2 || is_sum;
    }
    return each(with, &(AskRow){ names, is_head ? NULL : values, is_number, (size_t)n }, e);
}

static bool ask_fail(Db *db, const PGresult *result, int64_t limit_ms, Err *e) {
    Str state = str_c(pq.resultErrorField(result, PG_DIAG_SQLSTATE));
    const char *said = pq.resultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (str_starts(state, STR("57014"))) return fail(e, LIMIT, "The question takes longer than %lld seconds. Narrow it to a district or a stage, or allow more time.", (long long)limit_ms / 1000);
    if (str_starts(state, STR("42"))) return fail(e, BAD_INPUT, "The database does not understand the question: %s.", said ? said : "");
    if (str_starts(state, STR("22"))) return fail(e, BAD_INPUT, "The database cannot answer the question: %s.", said ? said : "");
    return pg_fail(db, "sql", result, e);
}

// The extended protocol takes one statement and no more.
static bool pg_ask(Db *db, const char *sql, int64_t limit_ms, AskEach *each, void *with, Err *e) {
    char limit[60];
    bool is_good = true, is_headed = false;
    snprintf(limit, sizeof limit, "SET LOCAL statement_timeout = %lld", (long long)limit_ms);
    if (!wire_free(db, e) || !pg_run(db, limit, e)) return tx_failed(db);
    if (!pq.sendQueryParams(db->pg, sql, 0, NULL, NULL, NULL, NULL, 0)) return pg_fail(db, "sql", NULL, e);
    pq.setSingleRowMode(db->pg);
    for (PGresult *result; (result = pq.getResult(db->pg)); pq.clear(result)) {
        ExecStatusType status = pq.resultStatus(result);
        bool is_row = status == PGRES_SINGLE_TUPLE;
        if (!is_good) continue;
        if (!is_row && status != PGRES_TUPLES_OK) { is_good = ask_fail(db, result, limit_ms, e); continue; }
        if (!is_headed) is_good = is_headed = ask_row(result, true, each, with, e);
        if (is_good && is_row) is_good = ask_row(result, false, each, with, e);
    }
    return is_good || tx_failed(db);
}

// ---- many rows: binary COPY -------------------------------------------------------------------------------------
static void put_16(Buf *b, int16_t v) { uint16_t net = __builtin_bswap16((uint16_t)v); buf_bytes(b, &net, 2); }
static void put_32(Buf *b, int32_t v) { uint32_t net = __builtin_bswap32((uint32_t)v); buf_bytes(b, &net, 4); }

static bool pg_bulk_open(Db *db, const char *table, const char *columns, const char *types, DbBulk **out, Err *e) {
    (void)types;
    Buf sql = { 0 };
    buf_fmt(&sql, "COPY %s (%s) FROM STDIN (FORMAT binary)", table, columns);
    buf_char(&sql, 0);
    PGresult *result = command(db, table, sql.p, PGRES_COPY_IN, e);
    buf_free(&sql);
    pq.clear(result);
    if (!result) return false;
    DbBulk *b = calloc(1, sizeof *b);
    if (!b) {
        pq.putCopyEnd(db->pg, "no memory");
        for (PGresult *rest; (rest = pq.getResult(db->pg));) pq.clear(rest);
        return fail(e, LIMIT, "%s: there is not enough memory. Nothing was changed. Close other programs and try again.", table);
    }
    buf_bytes(&b->out, "PGCOPY\n\377\r\n\0" "\0\0\0\0" "\0\0\0\0", 19);
    *out = b;
    return true;
}

void postgresql_bulk_value(DbBulk *b, const void *p, size_t n) {
    if (b->column++ == 0) put_16(&b->out, (int16_t)b->columns_n);
    if (n > INT32_MAX) { b->out.is_full = true; return; }
    put_32(&b->out, p ? (int32_t)n : -1);
    if (p) buf_bytes(&b->out, p, n);
}

static bool bulk_send(DbBulk *b, Err *e) {
    if (b->out.is_full) return fail(e, LIMIT, "%s: a text or a file is too large for the database.", b->what);
    bool is_good = pq.putCopyData(b->db->pg, b->out.p, (int)b->out.n) == 1 || pg_fail(b->db, b->what, NULL, e);
    buf_reset(&b->out);
    return is_good;
}

static bool pg_bulk_row(DbBulk *b, Err *e) { return (b->out.n < COPY_BYTES && !b->out.is_full) || bulk_send(b, e); }

static bool pg_bulk_close(DbBulk *b, bool is_good, Err *e) {
    Db *db = b->db;
    put_16(&b->out, -1);
    bool is_whole = is_good && bulk_send(b, e);
    if (pq.putCopyEnd(db->pg, is_whole ? NULL : "given up") != 1 && is_whole) is_whole = pg_fail(db, b->what, NULL, e);
    for (PGresult *result; (result = pq.getResult(db->pg)); pq.clear(result)) {
        if (pq.resultStatus(result) == PGRES_COPY_IN) break;
        if (is_whole && pq.resultStatus(result) != PGRES_COMMAND_OK) is_whole = pg_fail(db, b->what, result, e);
    }
    buf_free(&b->out);
    free(b);
    return is_whole;
}

const Engine ENGINE_POSTGRESQL = {
    .open = pg_open, .close = pg_close, .run = pg_run, .begin = pg_begin, .commit = pg_commit, .rollback = pg_rollback, .share = pg_share,
    .checkpoint = pg_checkpoint, .prepare = pg_prepare, .step = pg_step, .reset = pg_reset, .finalize = pg_finalize, .ask = pg_ask,
    .bulk_open = pg_bulk_open, .bulk_row = pg_bulk_row, .bulk_close = pg_bulk_close,
};
