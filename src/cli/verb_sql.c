// verb_sql.c: a question in SQL about the stages of one's own area: `harapan sql "SELECT …"`. Reads only. Whoever could see single
// families in the answer is written down as having looked at all of the area, before the first row is printed.
#include "base/lang.h"
#include "cli/actor.h"
#include "cli/verbs.h"
#include "cli_sql.sql.h"
#include "db/ask.h"
#include "office/read_log.h"
#include "payment/payment_table.h"
#include <stdio.h>

#define ROWS 1000
#define ROWS_MAX 10000000                  // an answer is printed as it comes; this only guards against a slip of the pen
#define SECONDS 30
#define SECONDS_MAX 3600

const CliOption SQL_OPTIONS[] = {
    { "--kab", N_("CODE"), N_("only this district; your whole area otherwise") }, { "--rows", N_("N"), N_("at most so many rows (1000)") },
    { "--seconds", N_("N"), N_("at most so long (30)") }, { "--tables", NULL, N_("show what can be asked") },
    { "--view", NULL, N_("PostgreSQL: print the table payment as a view for your own database tools") }, { 0 } };

enum { PAYMENT, FAMILY, VILLAGE, RUN, BATCH, HOLD, TABLES_N };
static const struct { const char *name, *columns, *about; } TABLES[TABLES_N] = {
    [PAYMENT] = { "payment", "kab, stage, family_id, village_id, channel, due, amount_rp, state, attempt_n, attempt_state, reason, credited_on, happened_on", N_("what each family is to be paid, and how far it is") },
    [FAMILY] = { "family", "kab, id, village_id, channel, status, decile_n, companion_id", N_("the families, without names and numbers") },
    [VILLAGE] = { "village", "kab, id, name, kecamatan", N_("kelurahan and villages") },
    [RUN] = { "run", "kab, stage, closing_n, family_n, payable_n, suspended_n, total_rp", N_("what each stage comes to") },
    [BATCH] = { "batch", "kab, id, stage, channel, family_n, amount_rp, state", N_("what was handed to a bank or the post") },
    [HOLD] = { "hold", "kab, stage, family_id, reason, amount_rp", N_("families held out of a payment") },
};
static const char *const HIDDEN[] = { PAYMENT_ROWS, NULL };

// The select behind each table, for one's area. payment comes first: on PostgreSQL it reads run, batch and hold itself.
static void tables_fill(Arena *a, DbEngine engine, int64_t low_kab, int64_t high_kab, AskTable *out) {
    const char *own = engine == DB_SQLITE ? "main." : "";
    Buf payment = { 0 };
    payment_table_select(&payment, engine, low_kab, high_kab);
    for (int i = 0; i < TABLES_N; i++)
        out[i] = (AskTable){ TABLES[i].name, arena_fmt(a, "SELECT %s FROM %s%s WHERE kab BETWEEN %lld AND %lld", TABLES[i].columns, own, TABLES[i].name, (long long)low_kab, (long long)high_kab) };
    out[PAYMENT].select = arena_str(a, buf_view(&payment));
    out[VILLAGE].select = arena_fmt(a, "SELECT v.id / 1000000 AS kab, v.id, v.name, k.name AS kecamatan FROM area v JOIN area k ON k.id = v.parent_id "
                                       "WHERE v.level_n = 4 AND v.id BETWEEN %lld * 1000000 AND %lld * 1000000 + 999999", (long long)low_kab, (long long)high_kab);
    buf_free(&payment);
}

static void tables_print(void) {
    for (int i = 0; i < TABLES_N; i++) printf("%s (%s)\n    %s\n", TABLES[i].name, TABLES[i].columns, tr(TABLES[i].about));
}

// ---- the answer ----------------------------------------------------------------------------------------------------
static bool head_print(void *with, const AskRow *row) {
    (void)with;
    for (size_t i = 0; i < row->n; i++) printf("%s%.*s", i ? "," : "", STR_ARG(row->names[i]));
    putchar('\n');
    return true;
}

// A text that a spreadsheet would run as a formula gets an apostrophe, as in every table of ours (files/table_write.h).
static void cell_print(Str value, bool is_number) {
    bool is_formula = !is_number && value.n && strchr("=+-@\t\r", value.p[0]), is_quoted = is_formula;
    for (size_t i = 0; i < value.n; i++) is_quoted |= value.p[i] == ',' || value.p[i] == '"' || value.p[i] == '\n' || value.p[i] == '\r';
    if (is_quoted) putchar('"');
    if (is_formula) putchar('\'');
    for (size_t i = 0; i < value.n; i++) {
        if (value.p[i] == '"') putchar('"');
        putchar(value.p[i]);
    }
    if (is_quoted) putchar('"');
}

static bool csv_print(void *with, const AskRow *row, Err *e) {
    if (!row->values) return head_print(with, row);
    for (size_t i = 0; i < row->n; i++) {
        if (i) putchar(',');
        cell_print(row->values[i], row->is_number[i]);
    }
    return putchar('\n') != EOF || fail(e, IO_FAILED, "The answer cannot be written; is the disk full?");
}

static bool json_print(void *with, const AskRow *row, Err *e) {
    (void)with;
    if (!row->values) return true;
    for (size_t i = 0; i < row->n; i++) {
        putchar(i ? ',' : '{');
        cli_put_json(row->names[i]);
        putchar(':');
        if (!row->values[i].p) fputs("null", stdout);
        else if (row->is_number[i]) fwrite(row->values[i].p, 1, row->values[i].n, stdout);
        else cli_put_json(row->values[i]);
    }
    return puts(row->n ? "}" : "{}") != EOF || fail(e, IO_FAILED, "The answer cannot be written; is the disk full?");
}

// ---- who looked ------------------------------------------------------------------------------------------------------
static bool district_record(Cli *cli, const Viewer *viewer, const SqlDistrictsRow *row, Err *e) {
    Arena a = { 0 };
    int64_t *ids = NEW(&a, int64_t, (size_t)row->last_id);
    for (int64_t i = 0; i < row->last_id; i++) ids[i] = i + 1;
    bool is_good = reads_write_once(cli->db_url, &(ReadPage){ .kab = row->kab, .actor_id = viewer->user_id, .route = "shell sql", .purpose = "sql", .at = instant_now(),
                                                              .family_ids = ids, .family_n = (size_t)row->last_id }, e);
    arena_free(&a);
    return is_good;
}

static bool look_record(Cli *cli, Db *db, const Viewer *viewer, int64_t low_kab, int64_t high_kab, Err *e) {
    SqlDistrictsRows rows = { 0 };
    SqlDistrictsRow row;
    bool has_row = false, is_good = sql_districts(db, (SqlDistrictsArgs){ .low_kab_n = low_kab, .high_kab_n = high_kab }, &rows, e);
    while (is_good && (is_good = sql_districts_next(&rows, &row, &has_row, e)) && has_row) is_good = district_record(cli, viewer, &row, e);
    sql_districts_end(&rows);
    return is_good;
}

// ---- the verb --------------------------------------------------------------------------------------------------------
typedef struct { Str question; AskTable tables[TABLES_N]; AskOptions options; int64_t low_kab, high_kab; } Asking;

static bool asking_limits(Cli *cli, Asking *a, Err *e) {
    int64_t seconds;
    a->options = (AskOptions){ .tables = a->tables, .table_n = TABLES_N, .hidden = HIDDEN };
    if (!cli_int(cli, "--rows", ROWS, &a->options.limit_row_n, e) || !cli_int(cli, "--seconds", SECONDS, &seconds, e)) return false;
    if (a->options.limit_row_n < 1 || a->options.limit_row_n > ROWS_MAX) return fail(e, BAD_INPUT, "--rows is a number from 1 to %d.", ROWS_MAX);
    if (seconds < 1 || seconds > SECONDS_MAX) return fail(e, BAD_INPUT, "--seconds is a number from 1 to %d.", SECONDS_MAX);
    a->options.limit_ms = seconds * 1000;
    return true;
}

static bool asked(Cli *cli, Db *db, Asking *a, Err *e) {
    Db *reader = NULL;
    bool is_cut = false;
    bool is_good = db_open_again(db, (DbOptions){ .is_read_only = true, .must_exist = true }, &reader, e) && payment_table_open(reader, e) && db_begin_read(reader, e) &&
                   db_ask(reader, a->question, &a->options, cli->is_json ? json_print : csv_print, NULL, &is_cut, e);
    db_close(reader);
    if (is_good && is_cut) fprintf(stderr, _("There are more rows than these %lld; --rows shows more.\n"), (long long)a->options.limit_row_n);
    return is_good;
}

// What is printed for --view. The view shows every district: grant it only to whom all may be shown.
static bool view_print(Db *db, Err *e) {
    Buf b = { 0 };
    if (db_engine(db) == DB_SQLITE) return fail(e, BAD_INPUT, "A view is for PostgreSQL. On SQLite only the program itself can show payments as rows: harapan sql \"SELECT …\".");
    buf_c(&b, "CREATE OR REPLACE VIEW payment AS\n");
    payment_table_select(&b, DB_POSTGRESQL, 1, 9999);
    printf("%.*s;\n", (int)b.n, b.p);
    buf_free(&b);
    return true;
}

bool verb_sql(Cli *cli, Err *e) {
    Db *db;
    Viewer viewer;
    Asking a = { .low_kab = 0 };
    int64_t kab;
    bool is_practice, is_about_one = true;
    if (cli_has(cli, "--tables")) return tables_print(), true;
    if (!asking_limits(cli, &a, e) || (!cli_has(cli, "--view") && !cli_arg(cli, 0, N_("The question (SELECT …)"), &a.question, e))) return false;
    if (!cli_db(cli, (DbOptions){ .must_exist = true }, &db, e)) return false;
    bool is_good = actor_band(cli, db, &is_practice, e) && actor_require_here(cli, db, ACTION_READ, true, &kab, &viewer, e);
    if (is_good && cli_has(cli, "--view")) is_good = view_print(db, e);
    else if (is_good) {
        if (kab) a.low_kab = a.high_kab = kab;
        else authority_area(&viewer, &a.low_kab, &a.high_kab);
        tables_fill(cli->arena, db_engine(db), a.low_kab, a.high_kab, a.tables);
        is_good = ask_check(db, a.question, &a.options, &is_about_one, e) && (!is_about_one || look_record(cli, db, &viewer, a.low_kab, a.high_kab, e)) && asked(cli, db, &a, e);
    }
    db_close(db);
    return is_good;
}
