#include "paylist/paylist_mend.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "paylist/paylist_store.h"
#include "paylist_paylist.sql.h"
#include "registry/import_read.h"
#include "registry/rejects.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define ROW_TITLE STR("baris")
#define REASON_TITLE STR("alasan_ditolak")                 // `alasan` is a column of the Ministry's own

// The columns that a person had shown of the list's file, and its sheet and separator.
static bool choices_of(Db *db, Arena *a, int64_t kab, int64_t list_id, ImportChoices *out, Err *e) {
    Str source, choices;
    if (!paylist_reading(db, a, kab, list_id, &source, &choices, e)) return false;
    choices_parse(a, choices, out);
    return true;
}

// ---- refused rows, as a file -------------------------------------------------------------------------------------------------
typedef struct { PaylistErrorsRows errors; TableReader *reader; CsvHeader header; Rejects rejects; int fd; Arena arena; } Refused;

static bool error_next(void *with, RejectError *out, bool *has_row, Err *e) {
    PaylistErrorsRow row;
    if (!paylist_errors_next(&((Refused *)with)->errors, &row, has_row, e)) return false;
    if (*has_row) *out = (RejectError){ row.row_n, row.field, row.message };
    return true;
}

static bool refused_open(Refused *x, const PaylistRefused *o, Err *e) {
    Paylist list;
    ImportChoices choices;
    Hash hash;
    int64_t bytes_n;
    x->fd = open(o->path, O_RDONLY | O_CLOEXEC);
    if (!paylist_of(o->db, &x->arena, o->sight, o->kab, o->list_id, &list, e)) return false;
    if (x->fd < 0 || !file_hash_of(x->fd, &hash, &bytes_n, e) || !hash_eq(&hash, &list.file_hash))
        return fail(e, NOT_FOUND, "The file of pay list %lld is no longer here. Send it once more; then its refused rows can be taken.", (long long)o->list_id);
    if (!choices_of(o->db, &x->arena, o->kab, o->list_id, &choices, e) ||
        !table_open_fd(x->fd, (TableOptions){ .separator = choices.separator, .sheet = choices.sheet }, &x->reader, e) ||
        !table_header_find(x->reader, &x->arena, PAYLIST_COLUMNS, PAYLIST_COLUMNS_N, &choices.map, &x->header, e)) return false;
    x->rejects = (Rejects){ .reader = x->reader, .header = &x->header, .columns = PAYLIST_COLUMNS, .row_title = ROW_TITLE, .reason_title = REASON_TITLE,
                            .number_columns = 1u << PAYLIST_NIK | 1u << PAYLIST_KK | 1u << PAYLIST_ACCOUNT | 1u << PAYLIST_AREA | 1u << PAYLIST_CODE | 1u << PAYLIST_RT | 1u << PAYLIST_RW,
                            .error_next = error_next, .with = x };
    return paylist_errors(o->db, (PaylistErrorsArgs){ .kab = o->kab, .list_id = o->list_id, SEE(o->sight) }, &x->errors, e);
}

static void refused_close(Refused *x) {
    if (!x) return;
    paylist_errors_end(&x->errors);
    table_close(x->reader);
    if (x->fd >= 0) close(x->fd);
    arena_free(&x->arena);
    free(x);
}

bool paylist_write_rejects(const PaylistRefused *refused, const char *rejects_path, int64_t *row_n, Err *e) {
    Refused *x = calloc(1, sizeof *x);
    if (!x) return fail_memory(e);
    bool is_good = refused_open(x, refused, e) && rejects_write(&x->rejects, rejects_path, row_n, e);
    refused_close(x);
    return is_good;
}

bool paylist_open_rejects(const PaylistRefused *refused, Arena *a, TableFormat format, Str title, TableWriter **out, Err *e) {
    Refused *x = calloc(1, sizeof *x);
    if (!x) return fail_memory(e);
    bool is_good = refused_open(x, refused, e) && rejects_open_table(&x->rejects, a, format, title, out, e);
    refused_close(x);
    return is_good;
}

// ---- mended rows, back into the list -----------------------------------------------------------------------------------------
#define MENDED_MAX 100000              // refused rows that can be mended; a list with more is a list to ask for again
typedef struct {
    const Viewer *actor;
    const PaylistMend *mend;
    Instant now;
    int fd;
    Hash hash;
    Arena *a;
    Paylist list;
    int64_t *refused;                  // rows of the list that are refused, ascending
    bool *is_taken;                    // by a row of this file
    size_t refused_n;
    PaylistPlace place;
    TableReader *reader;
    CsvHeader header;
    StagedRow *rows;
    size_t row_n, still_n;
    RowFinding *findings;
    size_t finding_n, finding_max;
    int64_t warning_n, mend_n;
    Rupiah amount;
    PaylistMended *out;
} Mending;

// True for a refused row that no row of this file has taken yet.
static bool refused_take(Mending *m, int64_t row_n) {
    size_t low = 0, high = m->refused_n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (m->refused[middle] < row_n) low = middle + 1; else high = middle;
    }
    if (low == m->refused_n || m->refused[low] != row_n || m->is_taken[low]) return false;
    m->is_taken[low] = true;
    return true;
}

static bool refused_load(Mending *m, Db *db, Err *e) {
    PaylistErrorsRows rows = { 0 };
    PaylistErrorsRow row;
    bool has_row, is_good = paylist_errors(db, (PaylistErrorsArgs){ .kab = m->mend->kab, .list_id = m->mend->list_id, SEE(sight_of_program((Date){ 0 })) }, &rows, e);
    m->refused = NEW(m->a, int64_t, MENDED_MAX);
    m->is_taken = NEW(m->a, bool, MENDED_MAX);
    while (is_good && (is_good = paylist_errors_next(&rows, &row, &has_row, e)) && has_row)
        if (m->refused_n < MENDED_MAX && (m->refused_n == 0 || m->refused[m->refused_n - 1] != row.row_n)) m->refused[m->refused_n++] = row.row_n;
    paylist_errors_end(&rows);
    return is_good;
}

static bool mends_load(Mending *m, Db *db, bool *is_known, Err *e) {
    PaylistMendsRows rows = { 0 };
    PaylistMendsRow row;
    *is_known = false;
    m->mend_n = 1;
    bool has_row, is_good = paylist_mends(db, (PaylistMendsArgs){ .kab = m->mend->kab, .list_id = m->mend->list_id }, &rows, e);
    while (is_good && (is_good = paylist_mends_next(&rows, &row, &has_row, e)) && has_row) {
        *is_known |= hash_eq(&row.file_hash, &m->hash);
        m->mend_n = row.n + 1;
    }
    paylist_mends_end(&rows);
    return is_good;
}

// With the column that says which row of the list each row is.
static bool header_load(Mending *m, Db *db, Err *e) {
    CsvColumn *columns = NEW(m->a, CsvColumn, PAYLIST_COLUMNS_N + 1);
    ImportChoices choices;
    memcpy(columns, PAYLIST_COLUMNS, sizeof PAYLIST_COLUMNS);
    columns[PAYLIST_COLUMNS_N] = (CsvColumn){ "baris", true };
    return choices_of(db, m->a, m->mend->kab, m->mend->list_id, &choices, e) && table_open_fd(m->fd, (TableOptions){ 0 }, &m->reader, e) &&
           table_header_find(m->reader, m->a, columns, PAYLIST_COLUMNS_N + 1, &choices.map, &m->header, e) && paylist_header_accept(&m->header, e);
}

static void finding_keep(Mending *m, int64_t row_n, CellFinding finding) {
    if (m->finding_n == m->finding_max) {
        RowFinding *more = NEW(m->a, RowFinding, m->finding_max = m->finding_max ? 2 * m->finding_max : 256);
        if (m->finding_n) memcpy(more, m->findings, m->finding_n * sizeof *more);
        m->findings = more;
    }
    m->findings[m->finding_n++] = (RowFinding){ row_n, finding };
}

static bool row_take(Mending *m, Db *db, const CsvRow *row, Err *e) {
    CellFindings found;
    int64_t row_n = 0;
    Str number = cell_trim(csv_cell(&m->header, row, PAYLIST_COLUMNS_N));
    csv_unwrap(&number);
    if (!str_int64(number, &row_n) || !refused_take(m, row_n))
        return fail(e, BAD_INPUT, "Row %lld of the file says that it is row \"%.*s\" of the list, but that row was not refused, or stands twice here. Take the refused rows once more and mend those.",
                    (long long)row->at.row_n + 1, STR_ARG(number));
    StagedRow *staged = &m->rows[m->row_n];
    paylist_row_read(&m->place, &m->header, row, m->a, &staged->row, &found);
    staged->row_n = row_n;
    for (size_t i = 0; i < found.n; i++) finding_keep(m, row_n, found.at[i]);
    if (!paylist_row_findings_delete(db, (PaylistRowFindingsDeleteArgs){ .kab = m->mend->kab, .list_id = m->mend->list_id, .row_n = row_n }, NULL, e)) return false;
    if (found.error_n) { m->still_n++; return true; }
    m->warning_n += (int64_t)found.n;
    m->row_n++;
    return rupiah_add(m->amount, staged->row.amount, &m->amount, e);
}

static bool rows_take(Mending *m, Db *db, Err *e) {
    CsvRow row;
    bool has_row;
    m->rows = NEW(m->a, StagedRow, m->refused_n + 1);
    while (table_next(m->reader, &row, &has_row, e)) {
        if (!has_row) return true;
        if (csv_row_is_header(&m->header, &row) || csv_row_is_total(&row)) continue;
        if (!row_take(m, db, &row, e)) return false;
    }
    return false;
}

static bool rows_enter(Mending *m, Db *db, Err *e) {
    const PaylistMend *x = m->mend;
    PaylistKeys *keys = NULL;
    Str name = x->name.n ? x->name : str_c(strrchr(x->path, '/') ? strrchr(x->path, '/') + 1 : x->path);
    int64_t changed_n;
    if (!row_findings_write(db, x->kab, x->list_id, m->findings, m->finding_n, e)) return false;
    if (m->row_n == 0) return true;
    PaylistMendPutArgs put = { .kab = x->kab, .list_id = x->list_id, .n = m->mend_n, .file_hash = m->hash, .file_name = name, .row_n = (int64_t)m->row_n,
                               .amount_rp = m->amount, .actor_id = m->actor->user_id, .mended_at = m->now };
    PaylistGrowArgs grow = { .kab = x->kab, .id = x->list_id, .more_n = (int64_t)m->row_n, .warning_n = m->warning_n, .more_rp = m->amount };
    bool is_good = paylist_keys_open(db, x->kab, &keys, e) && staged_rows_write(db, keys, x->kab, x->list_id, m->rows, m->row_n, e);
    paylist_keys_close(keys);
    return is_good && paylist_mend_put(db, put, NULL, e) && paylist_grow(db, grow, &changed_n, e) &&
           (changed_n == 1 || fail(e, CONFLICT, "Somebody else changed pay list %lld at the same moment. Send the file again.", (long long)x->list_id)) &&
           list_rows_match_again(db, x->kab, x->list_id, &changed_n, e);           // a mended row may stand above one of the same family
}

static bool mend_work(Db *db, void *with, Err *e) {
    Mending *m = with;
    table_close(m->reader);
    *m = (Mending){ .actor = m->actor, .mend = m->mend, .now = m->now, .fd = m->fd, .hash = m->hash, .a = m->a, .out = m->out };      // nothing of an earlier try
    const PaylistMend *x = m->mend;
    bool is_known;
    Sight all = sight_of_program((Date){ 0 });
    if (!paylist_of(db, m->a, all, x->kab, x->list_id, &m->list, e) || !mends_load(m, db, &is_known, e)) return false;
    if (is_known) { *m->out = (PaylistMended){ .was_known = true, .list = m->list }; return true; }
    if (m->list.state != PAYLIST_STAGED && m->list.state != PAYLIST_LIVE)
        return fail(e, CONFLICT, "Pay list %lld counts no more; mended rows belong to the list that counts.", (long long)x->list_id);
    m->place = (PaylistPlace){ .stage = m->list.stage, .wave_n = m->list.wave_n };
    if (!refused_load(m, db, e) || !paylist_place_load(db, m->a, x->kab, &m->place, e) || !header_load(m, db, e) || !rows_take(m, db, e) || !rows_enter(m, db, e)) return false;
    AuditEntry entry = { .kab = x->kab, .actor_id = m->actor->user_id, .action = "paylist.mend", .subject = m->list.stage, .at = m->now,
                         .fields = { AUDIT_COUNT("list", x->list_id), AUDIT_COUNT("row_n", (int64_t)m->row_n), AUDIT_COUNT("refused_n", (int64_t)m->still_n),
                                     AUDIT_COUNT("amount_rp", m->amount.rp), AUDIT_HASH("file_hash", &m->hash) } };
    *m->out = (PaylistMended){ .row_n = (int64_t)m->row_n, .refused_n = (int64_t)m->still_n, .amount = m->amount };
    return audit_write(db, &entry, e) && paylist_of(db, m->a, all, x->kab, x->list_id, &m->out->list, e);
}

bool paylist_mend(Db *db, Arena *a, const Viewer *actor, const PaylistMend *mend, Instant now, PaylistMended *out, Err *e) {
    PaylistMended found = { .was_known = false };
    Mending m = { .actor = actor, .mend = mend, .now = now, .a = a, .out = &found };
    int64_t bytes_n;
    if (!authority_require(actor, ACTION_IMPORT, mend->kab, e)) return false;
    m.fd = open(mend->path, O_RDONLY | O_CLOEXEC);
    if (m.fd < 0) return fail(e, errno == ENOENT ? NOT_FOUND : IO_FAILED, "%s cannot be opened: %s.", mend->path, strerror(errno));
    bool is_good = file_hash_of(m.fd, &m.hash, &bytes_n, e) && change_do(db, mend_work, &m, e);
    table_close(m.reader);
    close(m.fd);
    if (is_good) *out = found;
    return is_good;
}
