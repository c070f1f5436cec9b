#include "paylist/paylist.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "paylist/paylist_store.h"
#include "registry/import_read.h"
#include "paylist_paylist.sql.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct { const char *name, *title; } STATES[PAYLIST_STATES_N] = {
    [PAYLIST_READING] = { "reading", N_("Reading was interrupted") }, [PAYLIST_STAGED] = { "staged", N_("Read, does not count") }, [PAYLIST_LIVE] = { "live", N_("Counts") },
    [PAYLIST_REPLACED] = { "replaced", N_("Replaced") }, [PAYLIST_DROPPED] = { "dropped", N_("Dropped") } };
const char *paylist_state_title(PaylistState state) { return tr(STATES[state].title); }
const char *paylist_state_name(PaylistState state) { return STATES[state].name; }

static PaylistState state_of(Str name) {
    int i = 0;
    while (i < PAYLIST_STATES_N - 1 && !str_eq(name, str_c(STATES[i].name))) i++;
    return (PaylistState)i;
}

static const char *const KEY_NAMES[] = { "iddtks", "NIK", "KK", N_("account") };
void paylist_keys_put(Buf *b, int64_t bits) {
    for (int i = 0; i < 4; i++) {
        if (!(bits >> i & 1)) continue;
        if (b->n) buf_c(b, ", ");
        buf_c(b, tr(KEY_NAMES[i]));
    }
}

// The program's own look, behind an action that was allowed.
#define EVERYTHING (sight_of_program((Date){ 0 }))

// ---- one list ----------------------------------------------------------------------------------------------------------
static bool list_fill(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Paylist *out, bool *found, Err *e) {
    PaylistReadRowRow r;
    PaylistCountsRow counts;
    bool has_counts;
    if (!paylist_read_row(db, a, (PaylistReadRowArgs){ .kab = kab, .id = id, SEE(sight) }, &r, found, e)) return false;
    if (!*found) return true;
    if (!paylist_counts(db, (PaylistCountsArgs){ .kab = kab, .list_id = id }, &counts, &has_counts, e)) return false;
    *out = (Paylist){ .kab = kab, .id = id, .wave_n = r.wave_n, .row_n = r.row_n, .refused_n = r.refused_n, .warning_n = r.warning_n, .actor_id = r.actor_id,
                      .replaces_id = r.replaces_id == INT64_MIN ? 0 : r.replaces_id, .stage = r.stage, .file_name = r.file_name, .reason = r.reason,
                      .state = state_of(r.state), .amount = r.amount_rp, .is_alarming = r.is_alarming, .file_hash = r.file_hash, .read_at = r.read_at,
                      .matched_n = counts.matched_n, .stranger_n = counts.stranger_n, .contradiction_n = counts.contradiction_n, .twice_n = counts.twice_n,
                      .open_n = counts.open_n };
    return true;
}

static bool no_list(int64_t kab, int64_t id, Err *e) { return fail(e, NOT_FOUND, "There is no pay list %lld in district %lld.", (long long)id, (long long)kab); }

bool paylist_of(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Paylist *out, Err *e) {
    bool found = false;
    return list_fill(db, a, sight, kab, id, out, &found, e) && ((found && out->state != PAYLIST_READING) || no_list(kab, id, e));
}

bool paylist_list(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, Paylists *out, Err *e) {
    PaylistIdsOfStageRows rows = { 0 };
    PaylistIdsOfStageRow row;
    int64_t *ids = NULL;
    size_t n = 0, cap = 0;
    bool has_row, is_good = paylist_ids_of_stage(db, (PaylistIdsOfStageArgs){ .kab = kab, .stage = stage, SEE(sight) }, &rows, e);
    while (is_good && (is_good = paylist_ids_of_stage_next(&rows, &row, &has_row, e)) && has_row) {
        if (n == cap) {
            int64_t *more = NEW(a, int64_t, cap = cap ? 2 * cap : 16);
            if (n) memcpy(more, ids, n * sizeof *more);
            ids = more;
        }
        ids[n++] = row.id;
    }
    paylist_ids_of_stage_end(&rows);
    Paylist *list = NEW(a, Paylist, n + 1);
    bool found;
    for (size_t i = 0; is_good && i < n; i++) is_good = list_fill(db, a, sight, kab, ids[i], &list[i], &found, e);
    if (is_good) *out = (Paylists){ list, n };
    return is_good;
}

bool paylist_stages(Db *db, Arena *a, int64_t kab, Str **out, size_t *n, Err *e) {
    PaylistStageListRows rows = { 0 };
    PaylistStageListRow row;
    Str *list = NEW(a, Str, 64);
    size_t count = 0;
    bool has_row, is_good = paylist_stage_list(db, (PaylistStageListArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = paylist_stage_list_next(&rows, &row, &has_row, e)) && has_row) if (count < 64) list[count++] = arena_str(a, row.stage);
    paylist_stage_list_end(&rows);
    *out = list;
    *n = count;
    return is_good;
}

bool paylist_findings(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, int64_t offset_n, int64_t limit_n, PaylistFinding **out, size_t *n, Err *e) {
    PaylistFindingListRows rows = { 0 };
    PaylistFindingListRow row;
    PaylistFinding *list = NEW(a, PaylistFinding, limit_n + 1);
    size_t count = 0;
    bool has_row, is_good = paylist_finding_list(db, (PaylistFindingListArgs){ .kab = kab, .list_id = id, .limit_n = limit_n, .offset_n = offset_n, SEE(sight) }, &rows, e);
    while (is_good && (is_good = paylist_finding_list_next(&rows, &row, &has_row, e)) && has_row)
        list[count++] = (PaylistFinding){ row.row_n, arena_str(a, row.field), arena_str(a, row.code), arena_str(a, row.level), arena_str(a, row.message) };
    paylist_finding_list_end(&rows);
    *out = list;
    *n = count;
    return is_good;
}

bool paylist_count_findings(Db *db, Sight sight, int64_t kab, int64_t id, int64_t *n, Err *e) {
    PaylistFindingCountRow row;
    bool found;
    if (!paylist_finding_count(db, (PaylistFindingCountArgs){ .kab = kab, .list_id = id, SEE(sight) }, &row, &found, e)) return false;
    *n = row.finding_n;
    return true;
}

// ---- rows that count ---------------------------------------------------------------------------------------------------
bool paylist_open(Db *db, int64_t kab, Str stage, int64_t first_id, int64_t last_id, PaylistCursor *out, Err *e) {
    PaylistEntriesRows rows = { 0 };
    bool is_good = paylist_entries(db, (PaylistEntriesArgs){ .kab = kab, .stage = stage, .first_id = first_id, .last_id = last_id }, &rows, e);
    out->rows = rows.statement;
    return is_good;
}

bool paylist_next(PaylistCursor *c, PaylistEntry *out, bool *has_row, Err *e) {
    PaylistEntriesRows rows = { c->rows };
    PaylistEntriesRow r;
    if (!paylist_entries_next(&rows, &r, has_row, e)) return false;
    if (*has_row) *out = (PaylistEntry){ r.family_id, r.list_id, r.row_n, r.wave_n, r.agree_n, r.against_n, r.channel, r.is_old_period, r.is_excluded, r.amount_rp };
    return true;
}

void paylist_close(PaylistCursor *c) {
    PaylistEntriesRows rows = { c->rows };
    paylist_entries_end(&rows);
    c->rows = NULL;
}

// ---- what the Ministry decided -------------------------------------------------------------------------------------------
bool paylist_decided_each(Db *db, int64_t kab, Str stage, PaylistDecidedEach *each, void *with, Err *e) {
    PaylistDecidedRowsRows rows = { 0 };
    PaylistDecidedRowsRow row;
    PaylistDecided d = { .family_id = 0 };
    char channel[16] = "";
    bool has_row, is_good = paylist_decided_rows(db, (PaylistDecidedRowsArgs){ .kab = kab, .stage = stage }, &rows, e);
    while (is_good && (is_good = paylist_decided_rows_next(&rows, &row, &has_row, e)) && has_row) {
        if (row.family_id == d.family_id) { is_good = rupiah_add(d.amount, row.amount_rp, &d.amount, e); continue; }
        if (d.family_id && !(is_good = each(with, &d, e))) break;
        Str said = row.channel.n ? row.channel : row.family_channel;
        snprintf(channel, sizeof channel, "%.*s", STR_ARG(said));
        d = (PaylistDecided){ row.family_id, row.village_id, str_c(channel), row.amount_rp };
    }
    paylist_decided_rows_end(&rows);
    return is_good && (!d.family_id || each(with, &d, e));
}

// What mended a list is part of what is closed from.
static bool mends_add(Db *db, int64_t kab, int64_t list_id, Hasher *all, Err *e) {
    PaylistMendsRows rows = { 0 };
    PaylistMendsRow row;
    bool has_row, is_good = paylist_mends(db, (PaylistMendsArgs){ .kab = kab, .list_id = list_id }, &rows, e);
    while (is_good && (is_good = paylist_mends_next(&rows, &row, &has_row, e)) && has_row) hash_add(all, &row.file_hash, sizeof row.file_hash);
    paylist_mends_end(&rows);
    return is_good;
}

static bool file_accept_live(const PaylistLiveFilesRow *row, Str stage, Err *e) {
    if (row->refused_n) return fail(e, CONFLICT, "%lld rows of pay list %lld could not be read. Ask for the file again, mended, before stage %.*s is closed from it.", (long long)row->refused_n, (long long)row->id, STR_ARG(stage));
    if (row->open_n) return fail(e, CONFLICT, "%lld rows of pay list %lld contradict themselves or name a family twice. Decide them in the tray before stage %.*s is closed from it.", (long long)row->open_n, (long long)row->id, STR_ARG(stage));
    return true;
}

bool paylist_accept(Db *db, int64_t kab, Str stage, Hash *lists, Err *e) {
    PaylistLiveFilesRows rows = { 0 };
    PaylistLiveFilesRow row;
    Hasher all;
    int64_t n = 0;
    hash_start(&all);
    bool has_row, is_good = paylist_live_files(db, (PaylistLiveFilesArgs){ .kab = kab, .stage = stage }, &rows, e);
    while (is_good && (is_good = paylist_live_files_next(&rows, &row, &has_row, e)) && has_row) {
        hash_add(&all, &row.wave_n, sizeof row.wave_n);
        hash_add(&all, &row.file_hash, sizeof row.file_hash);
        n++;
        is_good = mends_add(db, kab, row.id, &all, e) && file_accept_live(&row, stage, e);
    }
    paylist_live_files_end(&rows);
    *lists = hash_end(&all);
    return is_good && (n > 0 || fail(e, CONFLICT, "The Ministry decides stage %.*s of district %lld, but no pay list counts. Read one first: harapan paylist read FILE --stage %.*s", STR_ARG(stage), (long long)kab, STR_ARG(stage)));
}

// ---- reading -----------------------------------------------------------------------------------------------------------
#define BLOCK_ROWS 5000                // rows a transaction: what a kill costs, against what a sync costs
typedef struct {
    Db *db;
    const Viewer *actor;
    const PaylistFile *file;
    Instant now;
    Progress *progress;
    int64_t id, bytes_n;
    Hash hash;
    TableReader *reader;
    CsvHeader header;
    PaylistPlace place;
    PaylistKeys *keys;
    HeaderMap map;                     // given and remembered
    RowOwners owners;                  // of a file of several districts
    int64_t others_n;                  // its rows of other districts
    Rupiah others;
    StagedRow *rows;                   // [BLOCK_ROWS]
    RowFinding *findings;
    size_t row_n, finding_n, finding_max;
    int64_t all_n, refused_n, warning_n, nik_n, rounded_n, total_said;
    Rupiah amount, total;              // of the rows that are used; of all whose amount could be read
    bool is_amount_unsure, is_alarming, is_after_total;
    Arena arena, block;                // of the whole work; of one block
} Reading;

static void finding_note(Reading *r, int64_t row_n, CellFinding finding) {
    if (r->finding_n == r->finding_max) {
        RowFinding *more = NEW(&r->block, RowFinding, r->finding_max = r->finding_max ? 2 * r->finding_max : 256);
        if (r->finding_n) memcpy(more, r->findings, r->finding_n * sizeof *more);
        r->findings = more;
    }
    r->findings[r->finding_n++] = (RowFinding){ row_n, finding };
    r->warning_n += finding.level == FINDING_WARNING;
}

static void alarm_note(Reading *r, const char *code, Str text) {
    finding_note(r, 0, (CellFinding){ FINDING_ERROR, STR("berkas"), code, text });
    r->is_alarming = true;
}

static bool block_commit(Reading *r, Err *e) {
    int64_t kab = r->file->kab;
    bool is_good = db_begin(r->db, e) && staged_rows_write(r->db, r->keys, kab, r->id, r->rows, r->row_n, e) &&
                   row_findings_write(r->db, kab, r->id, r->findings, r->finding_n, e) && db_commit(r->db, e);
    if (!is_good) db_rollback(r->db);
    progress_report(r->progress, _("Reading the pay list"), table_place(r->reader).byte, r->bytes_n);
    arena_reset(&r->block);
    r->row_n = r->finding_n = r->finding_max = 0;
    r->findings = NULL;
    return is_good;
}

// ---- a row of the file -------------------------------------------------------------------------------------------------
static bool row_take(Reading *r, const CsvRow *row, Err *e) {
    CellFindings findings;
    StagedRow *staged = &r->rows[r->row_n];
    staged->row_n = row->at.row_n + 1;
    paylist_row_read(&r->place, &r->header, row, &r->block, &staged->row, &findings);
    if (!r->place.wave_n && staged->row.wave_n) r->place.wave_n = staged->row.wave_n;          // the first row says which wave it is
    r->nik_n += staged->row.nik.n > 0;
    r->rounded_n += str_ends(staged->row.nik, STR("0"));
    for (size_t i = 0; i < findings.n; i++) {
        finding_note(r, staged->row_n, findings.at[i]);
        r->is_amount_unsure |= findings.at[i].level == FINDING_ERROR && str_eq(findings.at[i].field, STR("nominal"));
    }
    if (!rupiah_add(r->total, staged->row.amount, &r->total, e)) return false;
    if (findings.error_n) { r->refused_n++; return true; }
    r->row_n++;
    r->all_n++;
    return rupiah_add(r->amount, staged->row.amount, &r->amount, e);
}

// A row whose bytes cannot be read as cells: told by its number; reading goes on at the next line.
static bool broken_take(Reading *r, Err *e) {
    int64_t row_n = table_summary(r->reader).rows_n + 1;
    if (!table_recover(r->reader)) return false;
    finding_note(r, row_n, (CellFinding){ FINDING_ERROR, STR("baris"), "unreadable", arena_str(&r->block, str_c(e->text)) });
    *e = (Err){ 0 };
    r->refused_n++;
    r->is_amount_unsure = true;
    return true;
}

// The file's own total is its control sum: one of its numbers must be the rupiah or the rows above it.
static void total_take(Reading *r, const CsvRow *row) {
    Rupiah said;
    bool has_number = false, is_right = false;
    for (size_t i = 0; i < row->n; i++) {
        if (!rupiah_parse(cell_trim(row->cells[i]), &said)) continue;
        has_number = true;
        is_right |= said.rp == r->total.rp || said.rp == r->all_n + r->refused_n;
        is_right |= r->file->is_shared && (said.rp == r->total.rp + r->others.rp || said.rp == r->all_n + r->refused_n + r->others_n);
    }
    r->is_after_total = true;
    if (has_number && !is_right && !r->is_amount_unsure)
        alarm_note(r, "control_sum", arena_fmt(&r->block, _("Row %lld is a total, but the %lld rows above it add up to Rp %lld. Rows are missing or doubled; ask for the file again."),
                                               (long long)row->at.row_n + 1, (long long)(r->all_n + r->refused_n), (long long)r->total.rp));
}

// A row of another district counts only in the totals of the whole file.
static bool other_pass(Reading *r, const CsvRow *row, Err *e) {
    Rupiah amount = { 0 };
    Str cell = cell_trim(csv_cell(&r->header, row, PAYLIST_AMOUNT));
    r->others_n++;
    if (!rupiah_parse(cell, &amount) || amount.rp < 0) { r->is_amount_unsure = true; return true; }
    return rupiah_add(r->others, amount, &r->others, e);
}

static bool rows_read(Reading *r, Err *e) {
    CsvRow row;
    bool has_row = true;
    while (has_row) {
        if (!table_next(r->reader, &row, &has_row, e)) { if (!broken_take(r, e)) return false; has_row = true; continue; }
        if (!has_row || csv_row_is_header(&r->header, &row)) continue;
        if (csv_row_is_total(&row)) { total_take(r, &row); continue; }
        if (paylist_row_is_footer(&r->header, &row)) continue;
        if (r->file->is_shared && row_owner(&r->owners, &r->block, &r->header, &row) != r->file->kab) {
            if (!other_pass(r, &row, e)) return false;
            continue;
        }
        if (!row_take(r, &row, e) || (r->row_n == BLOCK_ROWS && !block_commit(r, e))) return false;
    }
    return true;
}

#define ROUNDED_MIN 50                 // fewer numbers prove nothing
#define ROUNDED_PERCENT 20             // one in ten ends in 0 by chance
static bool rows_finish(Reading *r, Err *e) {
    if (table_summary(r->reader).is_full_sheet)
        alarm_note(r, "full_sheet", str_c(_("The file has exactly as many rows as a sheet can hold: the export was probably cut. Export it again as CSV.")));
    if (r->nik_n >= ROUNDED_MIN && r->rounded_n * 100 > r->nik_n * ROUNDED_PERCENT)
        alarm_note(r, "rounded", arena_fmt(&r->block, _("%lld of %lld NIK end in 0: a spreadsheet has probably rounded them. Export the file again, with NIK and KK as text."),
                                           (long long)r->rounded_n, (long long)r->nik_n));
    return block_commit(r, e);
}

// ---- counting ------------------------------------------------------------------------------------------------------
static bool change_read(Db *db, int64_t kab, int64_t id, int64_t before_id, Rupiah after, PaylistChange *out, Err *e) {
    PaylistChangeCountsRow counts;
    PaylistChangeGoneRow gone;
    PaylistReadRowRow before;
    Arena a = { 0 };
    bool found, is_good = paylist_change_counts(db, (PaylistChangeCountsArgs){ .kab = kab, .list_id = id, .before_id = before_id }, &counts, &found, e) &&
                          paylist_change_gone(db, (PaylistChangeGoneArgs){ .kab = kab, .list_id = id, .before_id = before_id }, &gone, &found, e) &&
                          paylist_read_row(db, &a, (PaylistReadRowArgs){ .kab = kab, .id = before_id, SEE(EVERYTHING) }, &before, &found, e);
    if (is_good) *out = (PaylistChange){ counts.new_n, gone.gone_n, counts.changed_n, counts.same_n, before.amount_rp, after };
    arena_free(&a);
    return is_good;
}

// Inside a transaction: the list counts from now on, unless another one does, or it is in doubt, and nobody said why.
static bool list_enter(Reading *r, PaylistRead *out, Err *e) {
    Paylist *list = &out->list;
    PaylistLiveRow live;
    bool found, has_live;
    int64_t kab = r->file->kab;
    if (!list_fill(r->db, &r->arena, EVERYTHING, kab, r->id, list, &found, e) ||
        !paylist_live(r->db, (PaylistLiveArgs){ .kab = kab, .stage = list->stage, .wave_n = list->wave_n }, &live, &has_live, e)) return false;
    out->live_id = has_live ? live.id : 0;
    if (has_live && !change_read(r->db, kab, r->id, live.id, list->amount, &out->change, e)) return false;
    bool is_doubtful = has_live || list->is_alarming;
    if (list->row_n == 0 || (is_doubtful && !r->file->reason.n)) return true;
    if (has_live && !paylist_replace(r->db, (PaylistReplaceArgs){ .kab = kab, .id = live.id }, NULL, e)) return false;
    Str reason = is_doubtful ? r->file->reason : (Str){ 0 };
    Hash reason_hash = hash_of(reason.p, reason.n);        // an audit entry holds no words that people typed
    PaylistMakeLiveArgs args = { .kab = kab, .id = r->id, .live_at = r->now, .replaces_id = has_live ? live.id : INT64_MIN, .reason = reason };
    AuditEntry entry = { .kab = kab, .actor_id = r->actor->user_id, .action = "paylist.count", .subject = list->stage, .at = r->now,
                         .fields = { AUDIT_COUNT("list", r->id), AUDIT_COUNT("wave", list->wave_n), AUDIT_COUNT("replaces", out->live_id), AUDIT_COUNT("amount_rp", list->amount.rp),
                                     AUDIT_HASH("reason_hash", &reason_hash) } };
    out->is_new_live = true;
    return paylist_make_live(r->db, args, NULL, e) && audit_write(r->db, &entry, e) && list_fill(r->db, &r->arena, EVERYTHING, kab, r->id, list, &found, e);
}

static bool list_finish(Reading *r, Err *e) {
    PaylistFinishArgs args = { .kab = r->file->kab, .id = r->id, .wave_n = r->place.wave_n ? r->place.wave_n : 1, .row_n = r->all_n, .refused_n = r->refused_n,
                               .warning_n = r->warning_n, .amount_rp = r->amount, .is_alarming = r->is_alarming };
    AuditEntry entry = { .kab = r->file->kab, .actor_id = r->actor->user_id, .action = "paylist.read", .subject = r->file->stage, .at = r->now,
                         .fields = { AUDIT_COUNT("list", r->id), AUDIT_COUNT("wave", args.wave_n), AUDIT_COUNT("row_n", r->all_n), AUDIT_COUNT("refused_n", r->refused_n),
                                     AUDIT_COUNT("amount_rp", r->amount.rp), AUDIT_HASH("file_hash", &r->hash) } };
    int64_t changed_n;
    if (!paylist_finish(r->db, args, &changed_n, e)) return false;
    if (changed_n != 1) return fail(e, CONFLICT, "Somebody else began to read the same file at the same moment. Read it again.");
    return audit_write(r->db, &entry, e);
}

// ---- a file ------------------------------------------------------------------------------------------------------------
#define SOURCE_USUAL "Kemensos"
Str paylist_source(Str source) { return source.n ? source : STR(SOURCE_USUAL); }

// Sources of pay lists stand apart from those of other files: they have other columns.
static Str source_key(Arena *a, const PaylistFile *f) { return arena_fmt(a, "daftar bayar %.*s", STR_ARG(paylist_source(f->source))); }

bool paylist_map(Db *db, Arena *a, const PaylistFile *file, HeaderMap *out, Err *e) {
    HeaderMap remembered;
    if (!columns_remembered(db, a, file->kab ? file->kab : file->usual_kab, source_key(a, file), &remembered, e)) return false;
    *out = columns_join(a, &file->map, &remembered);
    return true;
}

bool paylist_reading(Db *db, Arena *a, int64_t kab, int64_t id, Str *source, Str *choices, Err *e) {
    PaylistReadingRowRow row;
    bool found;
    *source = *choices = (Str){ 0 };
    if (!paylist_reading_row(db, a, (PaylistReadingRowArgs){ .kab = kab, .list_id = id }, &row, &found, e)) return false;
    if (found) { *source = row.source; *choices = row.choices; }
    return true;
}

bool paylist_look(Db *db, Arena *a, const PaylistFile *file, PaylistLook *out, Err *e) {
    TableReader *r = NULL;
    CsvHeader header;
    HeaderMap map;
    bool found;
    Err ignored = { 0 };
    *out = (PaylistLook){ .titles = { NULL, 0 } };
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, NOT_FOUND, "%s cannot be opened: %s.", file->path, strerror(errno));
    bool has_header = table_open_fd(fd, (TableOptions){ .separator = file->separator, .sheet = file->sheet }, &r, &ignored) &&
                      table_header_guess(r, a, PAYLIST_COLUMNS, PAYLIST_COLUMNS_N, &header, &found, &ignored);
    if (has_header) out->titles = titles_of(a, &header, out->column);
    table_close(r);
    close(fd);
    if (!paylist_map(db, a, file, &map, e)) return false;
    for (size_t i = 0; i < map.n; i++)                     // what was shown stays shown
        for (int c = 0; c < PAYLIST_COLUMNS_N; c++) {
            Str names = str_c(PAYLIST_COLUMNS[c].names);
            if (!str_eq_nocase(str_cut(&names, '|'), map.at[i].known)) continue;
            for (size_t k = 0; k < out->titles.n; k++) if (!map.at[i].is_remembered || str_eq_nocase(out->titles.at[k], map.at[i].title)) out->column[c] = map.at[i].title;
        }
    return true;
}

static bool place_load(Reading *r, Err *e) {
    if (!paylist_place_load(r->db, &r->arena, r->file->kab, &r->place, e)) return false;
    r->place.stage = r->file->stage;
    r->place.wave_n = r->file->wave_n;
    return paylist_keys_open(r->db, r->file->kab, &r->keys, e) && (!r->file->is_shared || row_owners_open(r->db, &r->arena, &r->owners, e));
}

static bool header_read(Reading *r, int fd, Err *e) {
    TableOptions options = { .separator = r->file->separator, .sheet = r->file->sheet };
    return table_open_fd(fd, options, &r->reader, e) && paylist_map(r->db, &r->arena, r->file, &r->map, e) &&
           table_header_find(r->reader, &r->arena, PAYLIST_COLUMNS, PAYLIST_COLUMNS_N, &r->map, &r->header, e) && paylist_header_accept(&r->header, e);
}

static Str file_name(const PaylistFile *f) {
    const char *slash = f->path ? strrchr(f->path, '/') : NULL;
    return f->name.n ? f->name : str_c(slash ? slash + 1 : f->path);
}

static bool begin_work(Db *db, void *with, Err *e) {
    Reading *r = with;
    PaylistLastRow last;
    bool found;
    if (!paylist_last(db, (PaylistLastArgs){ .kab = r->file->kab }, &last, &found, e)) return false;
    r->id = last.last_id + 1;
    PaylistInsertArgs args = { .kab = r->file->kab, .id = r->id, .stage = r->file->stage, .wave_n = r->file->wave_n, .file_hash = r->hash, .file_name = file_name(r->file),
                               .actor_id = r->actor->user_id, .read_at = r->now };
    ImportChoices choices = { .sheet = r->file->sheet, .separator = r->file->separator, .map = r->map };
    PaylistReadingPutArgs reading = { .kab = r->file->kab, .list_id = r->id, .source = paylist_source(r->file->source), .choices = choices_text(&r->arena, &choices) };
    ColumnsShown shown = { .kab = r->file->kab, .actor_id = r->actor->user_id, .source = source_key(&r->arena, r->file), .at = r->now, .action = "paylist.columns" };
    return paylist_insert(db, args, NULL, e) && paylist_reading_put(db, reading, NULL, e) && columns_remember(db, &r->arena, &shown, &r->file->map, &r->header, e);
}

static bool list_empty(Db *db, int64_t kab, int64_t id, Err *e) {
    return paylist_rows_delete(db, (PaylistRowsDeleteArgs){ .kab = kab, .list_id = id }, NULL, e) &&
           paylist_findings_delete(db, (PaylistFindingsDeleteArgs){ .kab = kab, .list_id = id }, NULL, e) &&
           paylist_mark_dropped(db, (PaylistMarkDroppedArgs){ .kab = kab, .id = id }, NULL, e);
}

static bool drop_work(Db *db, void *with, Err *e) { return list_empty(db, ((Reading *)with)->file->kab, ((Reading *)with)->id, e); }

// The file was seen before: *is_known. What an interrupted reading left is taken away.
static bool file_known(Reading *r, bool *is_known, Err *e) {
    PaylistOfFileRows rows = { 0 };
    PaylistOfFileRow row;
    int64_t reading_id = 0, other_wave_n = 0;
    Str other_stage = { 0 };
    *is_known = false;
    bool has_row, is_good = paylist_of_file(r->db, (PaylistOfFileArgs){ .kab = r->file->kab, .file_hash = r->hash }, &rows, e);
    while (is_good && (is_good = paylist_of_file_next(&rows, &row, &has_row, e)) && has_row) {
        bool is_here = str_eq(row.stage, r->file->stage) && (!r->file->wave_n || r->file->wave_n == row.wave_n);
        if (str_eq(row.state, STR("reading"))) reading_id = row.id;
        else if (is_here) { r->id = row.id; *is_known = true; }
        else { other_stage = arena_str(&r->arena, row.stage); other_wave_n = row.wave_n; }
    }
    paylist_of_file_end(&rows);
    if (!is_good || *is_known) return is_good;
    if (other_stage.n) return fail(e, CONFLICT, "This very file was read as wave %lld of stage %.*s. Is it the right file?", (long long)other_wave_n, STR_ARG(other_stage));
    r->id = reading_id;
    return !reading_id || change_do(r->db, drop_work, r, e);
}

typedef struct { Reading *reading; PaylistRead result; bool is_fresh; } Entering;
static bool enter_work(Db *db, void *with, Err *e) {
    Entering *x = with;
    (void)db;
    x->result = (PaylistRead){ .was_known = !x->is_fresh };
    if (x->is_fresh && !list_finish(x->reading, e)) return false;
    Paylist *list = &x->result.list;
    bool found;
    if (!list_fill(x->reading->db, &x->reading->arena, EVERYTHING, x->reading->file->kab, x->reading->id, list, &found, e)) return false;
    return list->state == PAYLIST_LIVE || list_enter(x->reading, &x->result, e);
}

static bool fresh_read(Reading *r, int fd, Err *e) {
    r->rows = calloc(BLOCK_ROWS, sizeof *r->rows);
    if (!r->rows) return fail_memory(e);
    if (!place_load(r, e) || !header_read(r, fd, e) || !change_do(r->db, begin_work, r, e)) return false;
    if (rows_read(r, e) && rows_finish(r, e)) return true;
    Err ignored = { 0 };
    (void)!change_do(r->db, drop_work, r, &ignored);       // what could not be read to its end leaves nothing
    return false;
}

static bool file_read(Reading *r, int fd, PaylistRead *out, Err *e) {
    bool is_known;
    if (!file_hash_of(fd, &r->hash, &r->bytes_n, e) || !file_known(r, &is_known, e) || (!is_known && !fresh_read(r, fd, e))) return false;
    Entering x = { .reading = r, .is_fresh = !is_known };
    if (!change_do(r->db, enter_work, &x, e)) return false;
    *out = x.result;
    return true;
}

#define REASON_MAX 300                 // bytes: a sentence or two
static bool file_accept(const PaylistFile *f, Err *e) {
    Str rest = f->stage, year = str_cut(&rest, '-');
    int64_t n;
    if (f->stage.n > 16 || !str_int64(year, &n) || !str_int64(rest, &n)) return fail(e, BAD_INPUT, "\"%.*s\" is no stage. Write year and number: 2024-2.", STR_ARG(f->stage));
    if (f->wave_n < 0 || f->wave_n > 99) return fail(e, BAD_INPUT, "A wave is a number from 1 to 99.");
    return f->reason.n <= REASON_MAX || fail(e, LIMIT, "The reason is longer than %d bytes.", REASON_MAX);
}

bool paylist_read(Db *db, Arena *a, const Viewer *actor, const PaylistFile *file, Instant now, Progress *progress, PaylistRead *out, Err *e) {
    Reading r = { .db = db, .actor = actor, .file = file, .now = now, .progress = progress };
    if (!authority_require(actor, ACTION_IMPORT, file->kab, e) || !file_accept(file, e)) return false;
    int fd = open(file->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, errno == ENOENT ? NOT_FOUND : IO_FAILED, "%s cannot be opened: %s.", file->path, strerror(errno));
    bool is_good = file_read(&r, fd, out, e);
    if (is_good) {
        out->list.stage = arena_str(a, out->list.stage);
        out->list.file_name = arena_str(a, out->list.file_name);
        out->list.reason = arena_str(a, out->list.reason);
    }
    paylist_keys_close(r.keys);
    table_close(r.reader);
    arena_free(&r.block);
    arena_free(&r.arena);
    free(r.rows);
    close(fd);
    return is_good;
}

// ---- dropping, and matching again ----------------------------------------------------------------------------------------
typedef struct { const Viewer *actor; int64_t kab, id, changed_n; Instant now; } ListChange;
static bool drop_list_work(Db *db, void *with, Err *e) {
    ListChange *c = with;
    Arena a = { 0 };
    Paylist list;
    bool is_good = paylist_of(db, &a, EVERYTHING, c->kab, c->id, &list, e);
    arena_free(&a);
    if (!is_good) return false;
    if (list.state == PAYLIST_DROPPED) return true;
    if (list.state != PAYLIST_STAGED) return fail(e, CONFLICT, "Pay list %lld counts or has counted; it stays as the trail. Read the right file instead, with a reason.", (long long)c->id);
    AuditEntry entry = { .kab = c->kab, .actor_id = c->actor->user_id, .action = "paylist.drop", .subject = STR(""), .at = c->now, .fields = { AUDIT_COUNT("list", c->id) } };
    return list_empty(db, c->kab, c->id, e) && audit_write(db, &entry, e);
}

bool paylist_drop(Db *db, const Viewer *actor, int64_t kab, int64_t id, Instant now, Err *e) {
    ListChange c = { .actor = actor, .kab = kab, .id = id, .now = now };
    return authority_require(actor, ACTION_IMPORT, kab, e) && change_do(db, drop_list_work, &c, e);
}

static bool again_work(Db *db, void *with, Err *e) {
    ListChange *c = with;
    Arena a = { 0 };
    Paylist list;
    bool is_good = paylist_of(db, &a, EVERYTHING, c->kab, c->id, &list, e) && list_rows_match_again(db, c->kab, c->id, &c->changed_n, e);
    arena_free(&a);
    AuditEntry entry = { .kab = c->kab, .actor_id = c->actor->user_id, .action = "paylist.match", .subject = STR(""), .at = c->now,
                         .fields = { AUDIT_COUNT("list", c->id), AUDIT_COUNT("changed_n", c->changed_n) } };
    return is_good && (c->changed_n == 0 || audit_write(db, &entry, e));
}

bool paylist_match_again(Db *db, const Viewer *actor, int64_t kab, int64_t id, Instant now, int64_t *changed_n, Err *e) {
    ListChange c = { .actor = actor, .kab = kab, .id = id, .now = now };
    if (!authority_require(actor, ACTION_IMPORT, kab, e) || !change_do(db, again_work, &c, e)) return false;
    *changed_n = c.changed_n;
    return true;
}
