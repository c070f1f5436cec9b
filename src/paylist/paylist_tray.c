#include "paylist/paylist_tray.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "paylist_paylist.sql.h"

static const struct { const char *name, *title; } KINDS[TRAY_KINDS_N] = {
    [TRAY_STRANGER] = { "stranger", N_("Unknown here") }, [TRAY_CONTRADICTION] = { "contradiction", N_("Its numbers name different families") },
    [TRAY_TWICE] = { "twice", N_("Twice in the list") } };
static const struct { const char *name, *title; } DECISIONS[TRAY_DECISIONS_N] = {
    [TRAY_OPEN] = { "open", N_("Open") }, [TRAY_FAMILY] = { "family", N_("It is this family") }, [TRAY_NOT_OURS] = { "not_ours", N_("None of our families") } };

const char *tray_kind_name(TrayKind kind) { return KINDS[kind].name; }
const char *tray_kind_title(TrayKind kind) { return tr(KINDS[kind].title); }
const char *tray_decision_name(TrayDecision decision) { return DECISIONS[decision].name; }
const char *tray_decision_title(TrayDecision decision) { return tr(DECISIONS[decision].title); }

bool tray_kind_find(Str name, TrayKind *out) {
    for (int i = 0; i < TRAY_KINDS_N; i++) if (str_eq(name, str_c(KINDS[i].name))) return *out = (TrayKind)i, true;
    return false;
}

bool tray_decision_find(Str name, TrayDecision *out) {
    for (int i = 0; i < TRAY_DECISIONS_N; i++) if (str_eq(name, str_c(DECISIONS[i].name))) return *out = (TrayDecision)i, true;
    return false;
}

// ---- the list ------------------------------------------------------------------------------------------------------------
static int64_t or_zero(int64_t id) { return id == INT64_MIN ? 0 : id; }

static void candidates_fill(TrayRow *row, const TrayRowsRow *r) {
    const int64_t named[] = { r->dtks_family_id, r->nik_family_id, r->kk_family_id, r->account_family_id };
    for (int i = 0; i < TRAY_CANDIDATES_MAX; i++) {
        size_t k = 0;
        if (named[i] == 0) row->several_bits |= 1 << i;
        if (named[i] <= 0) continue;
        while (k < row->candidate_n && row->candidates[k].family_id != named[i]) k++;
        row->candidates[k].family_id = named[i];
        row->candidates[k].bits |= 1 << i;
        if (k == row->candidate_n) row->candidate_n++;
    }
}

static bool candidates_name(Db *db, Arena *a, int64_t kab, TrayRow *row, Err *e) {
    TrayFamilyNameRow found_row;
    bool found;
    for (size_t i = 0; i < row->candidate_n; i++) {
        if (!tray_family_name(db, a, (TrayFamilyNameArgs){ .kab = kab, .id = row->candidates[i].family_id }, &found_row, &found, e)) return false;
        if (found) row->candidates[i].name = found_row.name;
    }
    return true;
}

static TrayRow row_of(Arena *a, const TrayRowsRow *r) {
    TrayRow row = { .list_id = r->list_id, .row_n = r->row_n, .wave_n = r->wave_n, .village_id = or_zero(r->village_id), .family_id = or_zero(r->family_id),
                    .dtks_code = arena_str(a, r->dtks_code), .name = arena_str(a, r->name), .address = arena_str(a, r->address), .channel = arena_str(a, r->channel),
                    .period = arena_str(a, r->period), .note = arena_str(a, r->note), .amount = r->amount_rp, .is_old_period = r->is_old_period, .is_excluded = r->is_excluded };
    if (!tray_kind_find(r->found, &row.kind)) row.kind = TRAY_CONTRADICTION;
    if (!r->decided.n || !tray_decision_find(r->decided, &row.decision)) row.decision = TRAY_OPEN;
    candidates_fill(&row, r);
    return row;
}

#define TRAY_MAX 100000                // rows at once: a file for a spreadsheet
bool tray_list(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, const TrayFilter *f, TrayRows *out, Err *e) {
    TrayRowsRows rows = { 0 };
    TrayRowsRow row;
    TraySumsRow sums;
    bool found;
    if (!tray_sums(db, (TraySumsArgs){ .kab = kab, .stage = stage, .list_id = f->list_id, .decided_n = f->is_decided, SEE(sight) }, &sums, &found, e)) return false;
    int64_t limit_n = f->limit_n < TRAY_MAX ? f->limit_n : TRAY_MAX;
    TrayRows list = { NEW(a, TrayRow, (sums.row_n < limit_n ? sums.row_n : limit_n) + 1), 0, sums.row_n, sums.amount_rp };
    size_t room = (size_t)(sums.row_n < limit_n ? sums.row_n : limit_n);
    TrayRowsArgs args = { .kab = kab, .stage = stage, .list_id = f->list_id, .decided_n = f->is_decided, .limit_n = limit_n, .offset_n = f->offset_n, SEE(sight) };
    bool has_row, is_good = tray_rows(db, args, &rows, e);
    while (is_good && (is_good = tray_rows_next(&rows, &row, &has_row, e)) && has_row) if (list.n < room) list.at[list.n++] = row_of(a, &row);
    tray_rows_end(&rows);
    for (size_t i = 0; is_good && i < list.n; i++) is_good = candidates_name(db, a, kab, &list.at[i], e);
    if (is_good) *out = list;
    return is_good;
}

bool tray_steps(Db *db, Arena *a, Sight sight, int64_t kab, int64_t list_id, int64_t row_n, TraySteps *out, Err *e) {
    TrayStepListRows rows = { 0 };
    TrayStepListRow row;
    TraySteps list = { 0 };
    size_t cap = 0;
    bool has_row, is_good = tray_step_list(db, (TrayStepListArgs){ .kab = kab, .list_id = list_id, .row_n = row_n, SEE(sight) }, &rows, e);
    while (is_good && (is_good = tray_step_list_next(&rows, &row, &has_row, e)) && has_row) {
        if (list.n == cap) {
            TrayStep *more = NEW(a, TrayStep, cap = cap ? 2 * cap : 4);
            if (list.n) memcpy(more, list.at, list.n * sizeof *more);
            list.at = more;
        }
        TrayStep step = { .family_id = or_zero(row.family_id), .actor_id = row.actor_id, .reason = arena_str(a, row.reason), .at = row.decided_at };
        if (!tray_decision_find(row.decision, &step.decision)) step.decision = TRAY_OPEN;
        list.at[list.n++] = step;
    }
    tray_step_list_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

// ---- deciding ------------------------------------------------------------------------------------------------------------
typedef struct { const Viewer *actor; const TraySay *say; Instant now; } Saying;

static bool say_write(Db *db, const Saying *x, const TrayRowReadRow *row, Err *e) {
    const TraySay *s = x->say;
    TrayLastRow last;
    bool found;
    int64_t family_id = s->decision == TRAY_FAMILY ? s->family_id : INT64_MIN;
    int64_t counts_for = s->decision == TRAY_OPEN && str_eq(row->found, STR("matched")) ? row->auto_family_id : family_id;
    if (!tray_last(db, (TrayLastArgs){ .kab = s->kab, .list_id = s->list_id, .row_n = s->row_n }, &last, &found, e)) return false;
    TrayInsertArgs step = { .kab = s->kab, .list_id = s->list_id, .row_n = s->row_n, .n = last.last_n + 1, .decision = str_c(tray_decision_name(s->decision)),
                            .family_id = family_id, .reason = str_trim(s->reason), .actor_id = x->actor->user_id, .decided_at = x->now };
    TraySetArgs set = { .kab = s->kab, .list_id = s->list_id, .row_n = s->row_n, .family_id = counts_for,
                        .decided = s->decision == TRAY_OPEN ? STR("") : str_c(tray_decision_name(s->decision)) };
    AuditEntry entry = { .kab = s->kab, .actor_id = x->actor->user_id, .action = "paylist.decide", .subject = str_c(tray_decision_name(s->decision)), .at = x->now,
                         .fields = { AUDIT_COUNT("list", s->list_id), AUDIT_COUNT("row", s->row_n), AUDIT_CHANGE("family", or_zero(row->family_id), or_zero(counts_for)) } };
    return tray_insert(db, step, NULL, e) && tray_set(db, set, NULL, e) && audit_write(db, &entry, e);
}

static bool say_work(Db *db, void *with, Err *e) {
    const Saying *x = with;
    const TraySay *s = x->say;
    Arena a = { 0 };
    TrayRowReadRow row;
    TrayFamilyNameRow family;
    bool found, has_family = true;
    bool is_good = tray_row_read(db, &a, (TrayRowReadArgs){ .kab = s->kab, .list_id = s->list_id, .row_n = s->row_n }, &row, &found, e);
    if (is_good && !found) is_good = fail(e, NOT_FOUND, "Pay list %lld has no row %lld.", (long long)s->list_id, (long long)s->row_n);
    if (is_good && !str_eq(row.state, STR("live"))) is_good = fail(e, CONFLICT, "Pay list %lld does not count; nothing is decided in it.", (long long)s->list_id);
    if (is_good && s->decision == TRAY_FAMILY) is_good = tray_family_name(db, &a, (TrayFamilyNameArgs){ .kab = s->kab, .id = s->family_id }, &family, &has_family, e);
    if (is_good && !has_family) is_good = fail(e, NOT_FOUND, "There is no family %lld in district %lld.", (long long)s->family_id, (long long)s->kab);
    Str now_is = is_good && row.decided.n ? row.decided : STR("open");
    bool is_same = is_good && str_eq(now_is, str_c(tray_decision_name(s->decision))) && (s->decision != TRAY_FAMILY || row.family_id == s->family_id);
    if (is_good && !is_same) is_good = say_write(db, x, &row, e);
    arena_free(&a);
    return is_good;
}

bool tray_say(Db *db, const Viewer *actor, const TraySay *say, Instant now, Err *e) {
    Saying x = { actor, say, now };
    if (!authority_require(actor, ACTION_EDIT, say->kab, e)) return false;
    if (str_trim(say->reason).n < 3) return fail(e, BAD_INPUT, "Say in a few words why.");
    if (say->reason.n > TRAY_REASON_MAX) return fail(e, LIMIT, "The reason is longer than %d bytes.", TRAY_REASON_MAX);
    return change_do(db, say_work, &x, e);
}
