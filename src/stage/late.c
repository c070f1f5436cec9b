#include "stage/late.h"
#include "base/lang.h"
#include "office/change.h"
#include "office/district.h"
#include "registry/picture.h"
#include "stage/adjusted.h"
#include "stage/closing.h"
#include "stage/decided.h"
#include "stage/run.h"
#include "stage_adjusted.sql.h"

typedef struct {
    Db *db;
    Arena *a, scratch;
    const Viewer *actor;
    int64_t kab;
    Str about, stage;
    Instant at;
    Date today;
    Closing closing;
    DutyPeriod then, now;                                  // the same months, as known at the pass and as known now
    int stage_n;
    SanctionScheme schemes;
    CaseBook *cases;
    int64_t recovery_points, object_days;
    Adjustment *rows;
    size_t row_n;
    LateSummary sum;
    ApprovalRequest request;
    bool is_new;
} Work;

static bool judge_as_of(Work *w, const FamilyPicture *p, int channel, const DutyPeriod *period, int64_t family_id, FamilyOutcome *outcome, SanctionFound *out, Err *e) {
    FamilyPicture *copy = NEW(&w->scratch, FamilyPicture, 1);
    *copy = *p;
    FamilyFacts family = casebook_family(w->cases, p->status == PACK_SUSPENDED ? STANDING_SUSPENDED : STANDING_ACTIVE, p->decile);
    return outcome_family(w->db, &w->scratch, w->schemes.book, sight_of_program(w->today), w->kab, family_id, period, outcome, e) &&
           sanctions_judge(&w->scratch, &w->schemes, channel, outcome, w->stage_n, &family, copy->persons, copy->ids, copy->person_n, out, e);
}

// What the closing took from the family by sanctions, and what was proposed or decided about it since.
static bool taken_of(Work *w, int64_t family_id, Rupiah own, Rupiah *taken, Rupiah *corrected, Err *e) {
    Buf bytes = { .max = BUF_MAX };
    Adjusted list = { 0 };
    Adjustments all;
    AdjustRow rows[ADJUSTED_FAMILY_MAX];
    Rupiah applied[ADJUSTED_FAMILY_MAX], left;
    size_t at = 0;
    *taken = *corrected = (Rupiah){ 0 };
    bool is_good = adjusted_of(w->db, w->kab, w->about, w->closing.closing_n, family_id, family_id, &bytes, e) && adjusted_open(buf_view(&bytes), &list, e);
    size_t n = is_good ? adjusted_take(&list, &at, family_id, rows) : 0;
    is_good = is_good && adjust_amount(own, rows, n, &left, applied, e);
    for (size_t i = 0; is_good && i < n; i++)
        if (rows[i].kind == ADJUST_CUT || rows[i].kind == ADJUST_SUSPEND || rows[i].kind == ADJUST_EXCLUDE) is_good = rupiah_add(*taken, (Rupiah){ -applied[i].rp }, taken, e);
    buf_free(&bytes);
    is_good = is_good && adjustment_list(w->db, &w->scratch, sight_of_program(w->today), w->kab, family_id, &all, e);
    for (size_t i = 0; is_good && i < all.n; i++) {
        const Adjustment *x = &all.at[i];
        bool stands = x->state == ADJUST_DECIDED || x->state == ADJUST_OBJECTED || x->state == ADJUST_UPHELD;
        if (x->what == PASS_CORRECTIONS && stands && str_eq(x->about_stage, w->about)) is_good = rupiah_add(*corrected, x->amount, corrected, e);
    }
    return is_good;
}

static bool row_add(Work *w, int64_t family_id, AdjustKind kind, Rupiah amount, const FamilyOutcome *outcome) {
    Adjustment row = { .family_id = family_id, .kind = kind, .amount = amount, .about_stage = w->about, .object_days = w->object_days,
                       .limit_points = kind == ADJUST_RECOVERY ? w->recovery_points : 0, .rule_id = STR("bukti yang datang setelah penutupan"), .rule_en = STR("evidence that came after the closing") };
    if (kind == ADJUST_RECOVERY) row.reason_n = sanctions_reasons(w->a, w->schemes.book, outcome, w->stage_n, &row.reasons);
    w->rows[w->row_n++] = row;
    return true;
}

static bool family_correct(Work *w, int64_t family_id, Err *e) {
    FamilyPicture *p = NEW(&w->scratch, FamilyPicture, 1);
    FamilyOutcome before, after;
    SanctionFound was, is;
    Rupiah taken, corrected;
    bool found;
    w->sum.looked_n++;
    if (!family_picture(w->db, &w->scratch, w->cases, w->kab, w->closing.epoch_n, family_id, p, &found, e)) return false;
    int channel = found ? scheme_channel_find(w->schemes.full, str_c(PACK_CHANNELS[p->channel])) : -1;
    if (channel < 0) return true;
    if (!judge_as_of(w, p, channel, &w->then, family_id, &before, &was, e) || !judge_as_of(w, p, channel, &w->now, family_id, &after, &is, e) ||
        !taken_of(w, family_id, was.full, &taken, &corrected, e)) return false;
    int64_t change = is.left.rp - was.left.rp - corrected.rp;
    if (change > 0 && change > taken.rp - corrected.rp) change = taken.rp - corrected.rp;
    if (change > 0) {
        w->sum.back_pay_n++;
        return rupiah_add(w->sum.back_pay, (Rupiah){ change }, &w->sum.back_pay, e) && row_add(w, family_id, ADJUST_BACK_PAY, (Rupiah){ change }, &after);
    }
    bool is_later = change < 0 && is.left.rp < was.left.rp;
    if (!is_later) return true;
    if (w->recovery_points == 0) { w->sum.left_n++; return rupiah_add(w->sum.left, (Rupiah){ -change }, &w->sum.left, e); }
    w->sum.recovery_n++;
    return rupiah_add(w->sum.recovery, (Rupiah){ -change }, &w->sum.recovery, e) && row_add(w, family_id, ADJUST_RECOVERY, (Rupiah){ change }, &after);
}

// The ids first, so that no query is open while each family is read.
static bool families_correct(Work *w, Err *e) {
    LateFamiliesRows rows = { 0 };
    LateFamiliesRow row;
    int64_t *ids = NULL;
    size_t n = 0, room = 0;
    Date end = date_add_months(w->now.first_month, w->now.month_n);
    bool has_row, is_good = late_families(w->db, (LateFamiliesArgs){ .kab = w->kab, .known_at = w->then.as_of, .first_on = w->now.first_month, .end_on = end }, &rows, e);
    while (is_good && (is_good = late_families_next(&rows, &row, &has_row, e)) && has_row) {
        if (n == room) {
            room = room ? 2 * room : 256;
            int64_t *more = NEW(w->a, int64_t, room);
            if (n) memcpy(more, ids, n * sizeof *more);
            ids = more;
        }
        ids[n++] = row.family_id;
    }
    late_families_end(&rows);
    w->rows = NEW(w->a, Adjustment, n + 1);
    for (size_t i = 0; is_good && i < n; i++) {
        is_good = family_correct(w, ids[i], e);
        arena_reset(&w->scratch);
    }
    return is_good;
}

static bool work_open(Db *db, Work *w, Err *e) {
    LatePassRow pass;
    Decided decided;
    Closing none;
    Err missing = { 0 };
    bool found;
    if (!closing_read(db, w->kab, w->about, &w->closing, e) || !decided_of(db, w->a, w->kab, w->about, w->closing.closing_n, &decided, e)) return false;
    if (decided.is_there) return fail(e, CONFLICT, "The Ministry decided stage %.*s: what it paid is not corrected here.", STR_ARG(w->about));
    if (closing_read(db, w->kab, w->stage, &none, &missing)) return fail(e, CONFLICT, "Stage %.*s is closed. Corrections are proposed for a stage that is still to be closed.", STR_ARG(w->stage));
    if (missing.code != NOT_FOUND) { *e = missing; return false; }
    if (!late_pass(db, (LatePassArgs){ .kab = w->kab, .stage = w->about }, &pass, &found, e)) return false;
    if (!found) return fail(e, CONFLICT, "For stage %.*s no sanctions were proposed: late evidence changes no rupiah of it.", STR_ARG(w->about));
    int history = SANCTION_MONTHS > pass.month_n ? SANCTION_MONTHS : (int)pass.month_n;
    w->stage_n = (int)pass.month_n;
    w->then = (DutyPeriod){ date_add_months(pass.first_month_on, w->stage_n - history), history, pass.known_at, pass.known_on };
    w->now = (DutyPeriod){ w->then.first_month, history, w->at, w->today };
    return true;
}

static bool late_work(Db *db, void *with, Err *e) {
    Work *w = with;
    const RuleBook *book;
    const Scheme *next;
    w->db = db;
    w->row_n = 0;
    w->sum = (LateSummary){ 0 };
    if (!work_open(db, w, e) || !rulebook_open(w->a, STR("pkh.yaml"), rulebook_pkh(), &book, e) || !sanctions_scheme(w->a, book, w->about, &w->schemes, e) ||
        !scheme_make(w->a, book, w->stage, &next, e) || !casebook_open(w->schemes.decided, &w->cases, e)) return false;
    w->recovery_points = recovery_basis_points(book, scheme_reference_on(next));
    w->object_days = sanction_terms(book, scheme_reference_on(next)).object_days;
    bool is_good = families_correct(w, e);
    casebook_close(w->cases);
    arena_free(&w->scratch);
    if (!is_good) return false;
    Pass pass = { .kab = w->kab, .stage = w->stage, .about_stage = w->about, .what = PASS_CORRECTIONS, .period = { date_add_months(w->now.first_month, w->now.month_n - w->stage_n), w->stage_n, w->at, w->today },
                  .book_hash = rulebook_hash(book), .rows = w->rows, .n = w->row_n };
    return pass_put(db, w->a, w->actor, &pass, w->at, &w->request, &w->is_new, e);
}

bool late_propose(Db *db, Arena *a, const Viewer *actor, int64_t kab, Str about_stage, Str stage, Instant at, LateSummary *out, ApprovalRequest *request, bool *is_new, Err *e) {
    Work *w = NEW(a, Work, 1);
    *w = (Work){ .a = a, .actor = actor, .kab = kab, .about = about_stage, .stage = stage, .at = at, .today = district_day(kab, at) };
    if (!authority_require(actor, ACTION_EDIT, kab, e) || !change_do(db, late_work, w, e)) return false;
    *out = w->sum;
    *request = w->request;
    *is_new = w->is_new;
    return true;
}
