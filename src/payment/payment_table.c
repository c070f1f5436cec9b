// payment_table.c: see payment_table.h. SQLite pulls rows through a virtual table, which asks payment_each for a chunk at a time;
// PostgreSQL takes the columns apart with plain SQL (src/stage/chunk.h and run.c say where each byte lies).
#include "payment/payment_table.h"
#include "payment/payment.h"
#include "payment_payment.sql.h"
#include "registry/pack.h"
#include "stage/chunk.h"
#include <assert.h>
#include <sqlite3.h>
#include <stdlib.h>

static const char *const DUES[] = { [DUE_PAYABLE] = "payable", [DUE_NOTHING] = "nothing", [DUE_SUSPENDED] = "suspended", [DUE_NOT_ELIGIBLE] = "not_eligible",
                                   [DUE_NOT_LISTED] = "not_listed" };

// ---- SQLite: the virtual table -----------------------------------------------------------------------------------
enum { KAB, STAGE, FAMILY, VILLAGE, CHANNEL, DUE, AMOUNT, STATE, ATTEMPT_N, ATTEMPT_STATE, REASON, CREDITED_ON, HAPPENED_ON };
#define TABLE_TEXT_OF "CREATE TABLE x (kab INTEGER, stage TEXT, family_id INTEGER, village_id INTEGER, channel TEXT, due TEXT, amount_rp INTEGER, " \
                      "state TEXT, attempt_n INTEGER, attempt_state TEXT, reason TEXT, credited_on INTEGER, happened_on INTEGER)"

typedef struct { sqlite3_vtab base; Db *db; } Table;
typedef struct { int64_t kab, last_id; Str stage; } Place;
typedef struct {
    sqlite3_vtab_cursor base;
    Arena arena, chunk;                    // of the places; of the payments at hand
    Place *places;
    size_t place_n, place_at;
    int64_t low_kab, high_kab, first_id, last_id, next_id;      // what is asked; the family that the next chunk begins with
    Str stage, channel;                                         // empty: all
    Payment *payments;
    size_t payment_n, payment_cap, payment_at;
    int64_t row_n;
} Cursor;

static int table_connect(sqlite3 *db, void *with, int n, const char *const *args, sqlite3_vtab **out, char **said) {
    (void)n; (void)args; (void)said;
    int rc = sqlite3_declare_vtab(db, TABLE_TEXT_OF);
    Table *t = rc == SQLITE_OK ? sqlite3_malloc(sizeof *t) : NULL;
    if (!t) return rc == SQLITE_OK ? SQLITE_NOMEM : rc;
    *t = (Table){ .db = with };
    *out = &t->base;
    return SQLITE_OK;
}

static int table_disconnect(sqlite3_vtab *t) {
    sqlite3_free(t);
    return SQLITE_OK;
}

// idxStr holds two letters for each argument: the column and the operator. SQLite tests every row again, so that a bound may be
// used loosely.
static int table_plan(sqlite3_vtab *t, sqlite3_index_info *info) {
    (void)t;
    int arg_n = 0;
    int64_t row_n = 10000000;
    char *plan = sqlite3_malloc(2 * info->nConstraint + 1);
    if (!plan) return SQLITE_NOMEM;
    for (int i = 0; i < info->nConstraint; i++) {
        int column = info->aConstraint[i].iColumn, op = info->aConstraint[i].op;
        bool is_equal = op == SQLITE_INDEX_CONSTRAINT_EQ;
        bool is_bound = is_equal || op == SQLITE_INDEX_CONSTRAINT_GE || op == SQLITE_INDEX_CONSTRAINT_GT || op == SQLITE_INDEX_CONSTRAINT_LE || op == SQLITE_INDEX_CONSTRAINT_LT;
        bool is_used = ((column == KAB || column == FAMILY) && is_bound) || ((column == STAGE || column == CHANNEL) && is_equal);
        if (!info->aConstraint[i].usable || !is_used) continue;
        plan[2 * arg_n] = (char)('a' + column);
        plan[2 * arg_n + 1] = is_equal ? '=' : op == SQLITE_INDEX_CONSTRAINT_GE || op == SQLITE_INDEX_CONSTRAINT_GT ? '>' : '<';
        info->aConstraintUsage[i].argvIndex = ++arg_n;
        if (is_equal) row_n /= column == FAMILY ? 10000 : column == KAB ? 500 : 4;
    }
    plan[2 * arg_n] = 0;
    info->idxStr = plan;
    info->needToFreeIdxStr = 1;
    info->estimatedRows = row_n + 1;
    info->estimatedCost = (int)row_n + 1000;     // a chunk is read whole
    return SQLITE_OK;
}

static int cursor_open(sqlite3_vtab *t, sqlite3_vtab_cursor **out) {
    (void)t;
    Cursor *c = calloc(1, sizeof *c);
    if (!c) return SQLITE_NOMEM;
    *out = &c->base;
    return SQLITE_OK;
}

static void cursor_empty(Cursor *c) {
    arena_free(&c->arena);
    arena_free(&c->chunk);
    free(c->payments);
    *c = (Cursor){ .base = c->base };
}

static int cursor_close(sqlite3_vtab_cursor *base) {
    cursor_empty((Cursor *)base);
    free(base);
    return SQLITE_OK;
}

static int cursor_fail(Cursor *c, const Err *e) {
    sqlite3_free(c->base.pVtab->zErrMsg);
    c->base.pVtab->zErrMsg = sqlite3_mprintf("%s", e->text);
    return SQLITE_ERROR;
}

// A bound that is no whole number stays with SQLite's own test.
static void bound_take(sqlite3_value *value, char op, int64_t *low, int64_t *high) {
    if (sqlite3_value_type(value) != SQLITE_INTEGER) return;
    int64_t v = sqlite3_value_int64(value);
    if (op != '<' && v > *low) *low = v;
    if (op != '>' && v < *high) *high = v;
}

static void text_take(Cursor *c, sqlite3_value *value, Str *out) {
    if (sqlite3_value_type(value) == SQLITE_TEXT) *out = arena_str(&c->arena, str_c((const char *)sqlite3_value_text(value)));
}

static bool places_read(Db *db, Cursor *c, Err *e) {
    PaymentPlacesRows rows = { 0 };
    PaymentPlacesRow row;
    size_t cap = 0;
    bool has_row = false, is_good = payment_places(db, (PaymentPlacesArgs){ .low_kab_n = c->low_kab, .high_kab_n = c->high_kab, .stage = c->stage }, &rows, e);
    while (is_good && (is_good = payment_places_next(&rows, &row, &has_row, e)) && has_row) {
        if (c->place_n == cap) {
            Place *more = NEW(&c->arena, Place, cap = cap ? 2 * cap : 16);
            if (c->place_n) memcpy(more, c->places, c->place_n * sizeof *more);
            c->places = more;
        }
        c->places[c->place_n++] = (Place){ row.kab, row.last_id, arena_str(&c->arena, row.stage) };
    }
    payment_places_end(&rows);
    return is_good;
}

static bool payment_take(void *with, const Payment *payment, Err *e) {
    Cursor *c = with;
    if (c->payment_n == c->payment_cap) {
        size_t cap = c->payment_cap ? 2 * c->payment_cap : 256;
        Payment *more = realloc(c->payments, cap * sizeof *more);
        if (!more) return fail_memory(e);
        c->payments = more;
        c->payment_cap = cap;
    }
    Payment *p = &c->payments[c->payment_n++];
    *p = *payment;
    if (p->state != PAYMENT_PARTICULAR && p->state != PAYMENT_HELD) return true;      // the other texts are the program's own
    p->channel = db_keep(&c->chunk, p->channel);
    p->attempt_state = db_keep(&c->chunk, p->attempt_state);
    p->reason = db_keep(&c->chunk, p->reason);
    return true;
}

// Reads on until there is a payment at hand, or no place is left.
static bool cursor_fill(Db *db, Cursor *c, Err *e) {
    while (c->payment_at == c->payment_n && c->place_at < c->place_n) {
        const Place *place = &c->places[c->place_at];
        int64_t last = place->last_id < c->last_id ? place->last_id : c->last_id;
        c->payment_n = c->payment_at = 0;
        arena_free(&c->chunk);
        if (c->next_id > last) {
            c->place_at++;
            c->next_id = c->first_id;
            continue;
        }
        int64_t chunk_last = (c->next_id - 1) / CHUNK_FAMILIES * CHUNK_FAMILIES + CHUNK_FAMILIES;
        if (chunk_last > last) chunk_last = last;
        if (!payment_each(db, place->kab, place->stage, c->channel, c->next_id, chunk_last, payment_take, c, e)) return false;
        c->next_id = chunk_last + 1;
    }
    return true;
}

static int cursor_filter(sqlite3_vtab_cursor *base, int n, const char *plan, int arg_n, sqlite3_value **args) {
    (void)n;
    Cursor *c = (Cursor *)base;
    Err e = { 0 };
    Db *db = ((Table *)base->pVtab)->db;
    cursor_empty(c);
    c->stage = c->channel = STR("");
    c->low_kab = c->first_id = 1;
    c->high_kab = c->last_id = INT64_MAX - CHUNK_FAMILIES;
    for (int i = 0; i < arg_n; i++) {
        if (plan[2 * i] == 'a' + KAB) bound_take(args[i], plan[2 * i + 1], &c->low_kab, &c->high_kab);
        else if (plan[2 * i] == 'a' + FAMILY) bound_take(args[i], plan[2 * i + 1], &c->first_id, &c->last_id);
        else text_take(c, args[i], plan[2 * i] == 'a' + STAGE ? &c->stage : &c->channel);
    }
    c->next_id = c->first_id;
    return places_read(db, c, &e) && cursor_fill(db, c, &e) ? SQLITE_OK : cursor_fail(c, &e);
}

static int cursor_next(sqlite3_vtab_cursor *base) {
    Cursor *c = (Cursor *)base;
    Err e = { 0 };
    c->payment_at++;
    c->row_n++;
    return cursor_fill(((Table *)base->pVtab)->db, c, &e) ? SQLITE_OK : cursor_fail(c, &e);
}

static int cursor_eof(sqlite3_vtab_cursor *base) { return ((Cursor *)base)->payment_at == ((Cursor *)base)->payment_n; }

static void text_answer(sqlite3_context *out, Str text) {
    if (text.p) sqlite3_result_text64(out, text.p, text.n, SQLITE_TRANSIENT, SQLITE_UTF8);
    else sqlite3_result_null(out);
}

static void date_answer(sqlite3_context *out, Date on) {
    if (date_is_known(on)) sqlite3_result_int64(out, on.days);
    else sqlite3_result_null(out);
}

static int cursor_column(sqlite3_vtab_cursor *base, sqlite3_context *out, int column) {
    const Cursor *c = (const Cursor *)base;
    const Payment *p = &c->payments[c->payment_at];
    switch (column) {
    case KAB: sqlite3_result_int64(out, c->places[c->place_at].kab); break;
    case STAGE: text_answer(out, c->places[c->place_at].stage); break;
    case FAMILY: sqlite3_result_int64(out, p->family_id); break;
    case VILLAGE: sqlite3_result_int64(out, p->village_id); break;
    case CHANNEL: text_answer(out, p->channel); break;
    case DUE: sqlite3_result_text(out, DUES[p->due], -1, SQLITE_STATIC); break;
    case AMOUNT: sqlite3_result_int64(out, p->amount.rp); break;
    case STATE: sqlite3_result_text(out, payment_state_name(p->state), -1, SQLITE_STATIC); break;
    case ATTEMPT_N: sqlite3_result_int64(out, p->attempt_n); break;
    case ATTEMPT_STATE: text_answer(out, p->attempt_state); break;
    case REASON: text_answer(out, p->reason); break;
    case CREDITED_ON: date_answer(out, p->credited_on); break;
    case HAPPENED_ON: date_answer(out, p->happened_on); break;
    }
    return SQLITE_OK;
}

static int cursor_row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *out) {
    *out = ((Cursor *)base)->row_n;
    return SQLITE_OK;
}

// Without xCreate it is there by its name alone, and nothing of it is written into the database.
static const sqlite3_module MODULE = {
    .xConnect = table_connect, .xBestIndex = table_plan, .xDisconnect = table_disconnect, .xOpen = cursor_open, .xClose = cursor_close, .xFilter = cursor_filter,
    .xNext = cursor_next, .xEof = cursor_eof, .xColumn = cursor_column, .xRowid = cursor_row_id,
};

bool payment_table_open(Db *db, Err *e) {
    if (db_engine(db) == DB_POSTGRESQL) return true;
    return sqlite3_create_module(db_sqlite(db), PAYMENT_ROWS, &MODULE, db) == SQLITE_OK || fail_memory(e);
}

// ---- PostgreSQL: the same rows in plain SQL ------------------------------------------------------------------------
// A little-endian number of `bytes_n` bytes at `at` of a bytea.
static void number_put(Buf *b, const char *data, const char *at, int bytes_n) {
    buf_char(b, '(');
    for (int i = 0; i < bytes_n; i++)
        buf_fmt(b, "%s(get_byte(%s, %s + %d)%s << %d)", i ? " | " : "", data, at, i, bytes_n > 2 ? "::bigint" : "", 8 * i);
    buf_char(b, ')');
}

static void names_put(Buf *b, const char *const *names, size_t n) {
    buf_c(b, "(ARRAY[");
    for (size_t i = 0; i < n; i++) buf_fmt(b, "%s'%s'", i ? "," : "", names[i]);
    buf_c(b, "])");
}

// What the Ministry decided (stage/decided.h), a row each.
static void decided_put(Buf *b, size_t channel_n) {
    buf_c(b, "(SELECT z.kab, z.stage, z.closing_n, ");
    number_put(b, "w.data", "16 + 4 * i", 4);
    buf_c(b, " AS family_id, ((z.kab * 1000000)::bigint + ");
    number_put(b, "w.data", "16 + 4 * w.n + 4 * i", 4);
    buf_c(b, ") AS village_id, ");
    names_put(b, PACK_CHANNELS, channel_n);
    buf_c(b, "[get_byte(w.data, 16 + 8 * w.n + i) + 1] AS channel, ");
    number_put(b, "w.data", "16 + 9 * w.n + 8 * i", 8);
    buf_c(b, " AS amount_rp FROM closing_decided z CROSS JOIN LATERAL (SELECT z.decided_data || ''::bytea AS data, (z.family_n)::int AS n OFFSET 0) w "
             "CROSS JOIN LATERAL generate_series(0, w.n - 1) AS i) y");
}

// What settlements say of a payment that is handed over (s), where it has no attempt of its own (a).
#define SETTLED_STATE "WHEN s.withdrawn_on IS NOT NULL THEN 'withdrawn' WHEN s.credited_on IS NOT NULL THEN 'credited' ELSE 'ordered'"
#define SETTLED_DAYS "CASE WHEN a.n IS NOT NULL THEN a.credited_on ELSE s.credited_on END AS credited_on, " \
                     "CASE WHEN a.n IS NOT NULL THEN a.happened_on ELSE coalesce(s.withdrawn_on, s.credited_on) END AS happened_on"

// What particular happened to a payment: f names the row that has family_id, g the one that has the channel.
static void particular_put(Buf *b, const char *f, const char *g) {
    buf_c(b, "LEFT JOIN (SELECT s.kab, s.stage, ");
    number_put(b, "w.data", "4 * i", 4);
    buf_c(b, " AS family_id, max(CASE WHEN s.kind = 'credited' THEN s.happened_on END) AS credited_on, max(CASE WHEN s.kind = 'withdrawn' THEN s.happened_on END) AS withdrawn_on "
             "FROM settlement s CROSS JOIN LATERAL (SELECT s.family_data || ''::bytea AS data, (s.family_n)::int AS n OFFSET 0) w "
             "CROSS JOIN LATERAL generate_series(0, w.n - 1) AS i GROUP BY 1, 2, 3) s ");
    buf_fmt(b, "ON s.kab = c.kab AND s.stage = c.stage AND s.family_id = %s.family_id\n", f);
    buf_fmt(b, "LEFT JOIN hold h ON h.kab = c.kab AND h.stage = c.stage AND h.family_id = %s.family_id\n"
            "LEFT JOIN LATERAL (SELECT t.state FROM batch t WHERE t.kab = c.kab AND t.stage = c.stage AND t.state <> 'void' AND t.channel = %s.channel "
            "AND %s.family_id BETWEEN t.first_id AND t.last_id AND NOT EXISTS (SELECT 1 FROM follow_up u WHERE u.kab = t.kab AND u.batch_id = t.id) "
            "ORDER BY t.id LIMIT 1) t ON true\n"
            "LEFT JOIN LATERAL (SELECT a.n, a.state, a.channel, a.amount_rp, a.reason, a.credited_on, a.happened_on FROM attempt a WHERE a.kab = c.kab AND a.stage = c.stage "
            "AND a.family_id = %s.family_id ORDER BY a.n DESC LIMIT 1) a ON true\n", f, g, f, f);
}

static void latest_put(Buf *b, int64_t low_kab, int64_t high_kab) {
    buf_fmt(b, "WHERE c.closing_n = (SELECT max(l.closing_n) FROM closing l WHERE l.kab = c.kab AND l.stage = c.stage) AND c.kab BETWEEN %lld AND %lld",
            (long long)low_kab, (long long)high_kab);
}

// Families that are only on the Ministry's list, not in our closing.
static void beyond_put(Buf *b, size_t channel_n, int64_t low_kab, int64_t high_kab) {
    buf_c(b, "\nUNION ALL SELECT c.kab, c.stage, y.family_id, y.village_id, coalesce(a.channel, y.channel) AS channel, 'payable' AS due, coalesce(a.amount_rp, y.amount_rp) AS amount_rp, "
          "CASE WHEN a.n IS NOT NULL THEN 'particular' WHEN h.family_id IS NOT NULL THEN 'held' WHEN t.state IS NULL THEN 'expected' WHEN t.state <> 'released' THEN 'reserved' "
          SETTLED_STATE " END AS state, coalesce(a.n, 1) AS attempt_n, a.state AS attempt_state, CASE WHEN a.n IS NOT NULL THEN a.reason ELSE h.reason END AS reason, " SETTLED_DAYS "\n"
          "FROM closing c JOIN run r ON r.kab = c.kab AND r.stage = c.stage AND r.closing_n = c.closing_n\nJOIN ");
    decided_put(b, channel_n);
    buf_c(b, " ON y.kab = c.kab AND y.stage = c.stage AND y.closing_n = c.closing_n\n");
    particular_put(b, "y", "y");
    latest_put(b, low_kab, high_kab);
    buf_c(b, " AND (y.kab, y.stage, y.closing_n, y.family_id) NOT IN (SELECT p.kab, p.stage, p.closing_n, p.first_id - (p.first_id - 1) % 65536 + ");
    number_put(b, "x.chunk", "16 + 2 * i", 2);
    buf_c(b, " FROM closing_decided q JOIN closing_chunk p ON p.kab = q.kab AND p.stage = q.stage AND p.closing_n = q.closing_n "
             "CROSS JOIN LATERAL (SELECT p.chunk_data || ''::bytea AS chunk, (p.family_n)::int AS n OFFSET 0) x CROSS JOIN LATERAL generate_series(0, x.n - 1) AS i)");
}

// x: the bytes of a chunk, of the cases and of the amounts, unpacked once a chunk; f: one family; d: what our rule book gives it; y: what
// the Ministry decided; g: what is due.
static void postgresql_select(Buf *b, int64_t low_kab, int64_t high_kab) {
    size_t channel_n = 0;
    while (PACK_CHANNELS[channel_n]) channel_n++;
    buf_c(b, "SELECT c.kab, c.stage, f.family_id, f.village_id, coalesce(a.channel, g.channel) AS channel, ");
    names_put(b, DUES, sizeof DUES / sizeof *DUES);
    buf_c(b, "[g.due + 1] AS due, coalesce(a.amount_rp, g.amount_rp) AS amount_rp, "
          "CASE WHEN a.n IS NOT NULL THEN 'particular' WHEN g.due <> 0 THEN 'nothing' WHEN h.family_id IS NOT NULL THEN 'held' "
          "WHEN t.state IS NULL THEN 'expected' WHEN t.state <> 'released' THEN 'reserved' " SETTLED_STATE " END AS state, "
          "coalesce(a.n, CASE WHEN g.due = 0 THEN 1 ELSE 0 END) AS attempt_n, a.state AS attempt_state, "
          "CASE WHEN a.n IS NOT NULL THEN a.reason WHEN g.due = 0 THEN h.reason END AS reason, " SETTLED_DAYS "\n"
          "FROM closing c JOIN run r ON r.kab = c.kab AND r.stage = c.stage AND r.closing_n = c.closing_n\n"
          "JOIN closing_case k ON k.kab = c.kab AND k.stage = c.stage AND k.closing_n = c.closing_n\n"
          "JOIN closing_chunk p ON p.kab = c.kab AND p.stage = c.stage AND p.closing_n = c.closing_n\n"
          "CROSS JOIN LATERAL (SELECT p.chunk_data || ''::bytea AS chunk, k.case_data || ''::bytea AS cases, r.amount_data || ''::bytea AS amounts, ");
    number_put(b, "p.chunk_data", "12", 2);
    buf_c(b, " AS width, ");
    number_put(b, "k.case_data", "8", 4);
    buf_c(b, " AS case_n OFFSET 0) x\nCROSS JOIN LATERAL generate_series(0, p.family_n - 1) AS i\nCROSS JOIN LATERAL (SELECT (i)::int AS i, (p.family_n)::int AS n OFFSET 0) o\n"
          "CROSS JOIN LATERAL (SELECT ((c.kab * 1000000)::bigint + ");
    number_put(b, "x.cases", "16 + 4 * (get_byte(x.chunk, 16 + 3 * o.n + 2 * o.i) + 256 * get_byte(x.chunk, 17 + 3 * o.n + 2 * o.i))", 4);
    buf_c(b, ") AS village_id, p.first_id - (p.first_id - 1) % 65536 + ");
    number_put(b, "x.chunk", "16 + 2 * o.i", 2);
    buf_c(b, " AS family_id, ");
    names_put(b, PACK_CHANNELS, channel_n);
    buf_c(b, "[get_byte(x.chunk, 16 + 2 * o.n + o.i) + 1] AS channel, get_byte(x.amounts, 16 + get_byte(x.chunk, 16 + 2 * o.n + o.i)) * x.case_n::int + CASE WHEN x.width = 2 THEN ");
    number_put(b, "x.chunk", "16 + 5 * o.n + 2 * o.i", 2);
    buf_c(b, " ELSE ");
    number_put(b, "x.chunk", "16 + 5 * o.n + 4 * o.i", 4);
    buf_c(b, "::int END AS place OFFSET 0) f\nCROSS JOIN LATERAL (SELECT get_byte(x.amounts, 32 + (8 * ");
    number_put(b, "x.amounts", "4", 4);
    buf_c(b, " * x.case_n)::int + f.place) AS due, ");
    number_put(b, "x.amounts", "32 + 8 * f.place", 8);
    buf_c(b, " AS amount_rp OFFSET 0) d\nLEFT JOIN closing_decided q ON q.kab = c.kab AND q.stage = c.stage AND q.closing_n = c.closing_n\nLEFT JOIN ");
    decided_put(b, channel_n);
    buf_c(b, " ON y.kab = c.kab AND y.stage = c.stage AND y.closing_n = c.closing_n AND y.family_id = f.family_id\n"
          "CROSS JOIN LATERAL (SELECT CASE WHEN q.kab IS NULL THEN d.due WHEN y.family_id IS NOT NULL THEN 0 WHEN d.due = 0 THEN 4 ELSE d.due END AS due, "
          "CASE WHEN q.kab IS NULL THEN d.amount_rp ELSE coalesce(y.amount_rp, 0) END AS amount_rp, coalesce(y.channel, f.channel) AS channel OFFSET 0) g\n");
    particular_put(b, "f", "g");
    latest_put(b, low_kab, high_kab);
    beyond_put(b, channel_n, low_kab, high_kab);
}

void payment_table_select(Buf *out, DbEngine engine, int64_t low_kab, int64_t high_kab) {
    if (engine == DB_POSTGRESQL) postgresql_select(out, low_kab, high_kab);
    else buf_fmt(out, "SELECT * FROM " PAYMENT_ROWS " WHERE kab BETWEEN %lld AND %lld", (long long)low_kab, (long long)high_kab);
}
