#include "commitment/sanctions.h"
#include "base/lang.h"
#include "commitment_adjustment.sql.h"
#include "office/change.h"
#include "office/district.h"
#include "registry/picture.h"

#define REASONS_MAX 60                 // of one family and pass: a dozen persons with some duties each

bool sanctions_scheme(Arena *a, const RuleBook *book, Str stage, SanctionScheme *out, Err *e) {
    out->book = book;
    return scheme_make_as(a, book, stage, SANCTIONS_NONE, &out->full, e) && scheme_make_as(a, book, stage, SANCTIONS_DECIDED, &out->decided, e);
}

static const PersonOutcome *outcome_of(const FamilyOutcome *f, int64_t id) {
    for (size_t i = 0; i < f->n; i++) if (f->at[i].person_id == id) return &f->at[i];
    return NULL;
}

bool sanctions_judge(Arena *a, const SanctionScheme *s, int channel, const FamilyOutcome *outcome, int stage_n, FamilyFacts *family, PersonFacts *persons, const int64_t *ids,
                     size_t person_n, SanctionFound *out, Err *e) {
    int month_n = outcome->n ? outcome->at[0].report.month_n : stage_n;
    SanctionPerson *list = NEW(a, SanctionPerson, person_n + 1);
    DutyMonth *nothing = NEW(a, DutyMonth, (size_t)month_n);
    for (int m = 0; m < month_n; m++) nothing[m] = (DutyMonth){ .outcome = OUTCOME_EXCUSED, .due = -1 };
    for (size_t i = 0; i < person_n; i++) {
        const PersonOutcome *p = outcome_of(outcome, ids[i]);
        list[i] = (SanctionPerson){ p ? p->report.months : nothing, &persons[i] };
    }
    const PersonOutcome *home = outcome_of(outcome, 0);
    list[person_n] = (SanctionPerson){ home ? home->report.months : nothing, NULL };
    sanction_count(s->book, list, person_n + 1, month_n, stage_n, family);
    return sanction_find(s->full, s->decided, channel, family, persons, person_n, out, e);
}

size_t sanctions_reasons(Arena *a, const RuleBook *book, const FamilyOutcome *outcome, int stage_n, const AdjustReason **out) {
    AdjustReason *list = NEW(a, AdjustReason, REASONS_MAX);
    size_t n = 0;
    for (size_t i = 0; i < outcome->n; i++) {
        const DutyReport *r = &outcome->at[i].report;
        for (int m = r->month_n - stage_n; m < r->month_n; m++)
            for (size_t k = 0; k < r->due_n && n < REASONS_MAX; k++) {
                const DutyDue *due = &r->due[k];
                bool is_of_month = due->last_on.days >= r->months[m].month.days && due->last_on.days < date_add_months(r->months[m].month, 1).days;
                if (!is_of_month || due->is_only_shown || duty_reason_outcome(due->reason) != OUTCOME_NOT_MET) continue;
                list[n++] = (AdjustReason){ outcome->at[i].person_id, r->months[m].month, duty_code(book, due->duty), due->fact_n ? due->fact_ns[0] : 0 };
            }
    }
    *out = list;
    return n;
}

// ---- one pass --------------------------------------------------------------------------------------------------------
typedef struct {
    Db *db;
    Arena *a, scratch;                                     // scratch: of one family
    int64_t kab;
    Str stage;
    int stage_n;
    SanctionScheme schemes;
    CaseBook *cases;
    SanctionTerms terms;
    Adjustments decided;
    size_t decided_at;
    Adjustment *rows;
    size_t row_n, room;
    int64_t family_n;
    int64_t missed_n, run_n;                               // of the present family
} Work;

static void row_add(Work *w, Adjustment row) {
    if (w->row_n == w->room) {
        w->room = w->room ? 2 * w->room : 256;
        Adjustment *more = NEW(w->a, Adjustment, w->room);
        if (w->row_n) memcpy(more, w->rows, w->row_n * sizeof *more);
        w->rows = more;
    }
    w->rows[w->row_n++] = row;
}

static bool missed_in(const FamilyOutcome *f, int m) {
    for (size_t i = 0; i < f->n; i++) if (f->at[i].report.months[m].due >= 0 && f->at[i].report.months[m].outcome == OUTCOME_NOT_MET) return true;
    return false;
}
static bool met_in(const FamilyOutcome *f, int m) {
    for (size_t i = 0; i < f->n; i++) if (f->at[i].report.months[m].due >= 0 && f->at[i].report.months[m].outcome == OUTCOME_MET) return true;
    return false;
}

// Missed months of the stage, those in a row at the end, and at the end without a miss but with something met.
static void months_count(Work *w, const FamilyOutcome *f, int *missed_ever, int *met_run) {
    int month_n = f->n ? f->at[0].report.month_n : 0;
    w->missed_n = w->run_n = 0;
    *missed_ever = *met_run = 0;
    for (int m = 0; m < month_n; m++) {
        bool is_missed = missed_in(f, m);
        *missed_ever += is_missed;
        w->missed_n += is_missed && m >= month_n - w->stage_n;
        w->run_n = is_missed ? w->run_n + 1 : 0;
        *met_run = is_missed ? 0 : met_in(f, m) ? *met_run + 1 : *met_run;
    }
}

// What was decided about the family before: for this stage (then it is left alone), an exclusion in force, and what could be made good.
typedef struct { bool is_decided; const Adjustment *exclusion; Rupiah taken; int64_t taken_n; } Before;

static bool before_of(Work *w, int64_t family_id, Before *out, Err *e) {
    *out = (Before){ 0 };
    while (w->decided_at < w->decided.n && w->decided.at[w->decided_at].family_id < family_id) w->decided_at++;
    for (size_t i = w->decided_at; i < w->decided.n && w->decided.at[i].family_id == family_id; i++) {
        const Adjustment *x = &w->decided.at[i];
        if (x->what != PASS_SANCTIONS) continue;
        bool is_in_force = x->state == ADJUST_DECIDED || x->state == ADJUST_OBJECTED || x->state == ADJUST_UPHELD;
        out->is_decided |= str_eq(x->stage, w->stage);
        if (x->kind == ADJUST_EXCLUDE && is_in_force) out->exclusion = x;
        if (w->terms.has_back_pay && x->is_taken && is_in_force && (x->kind == ADJUST_CUT || x->kind == ADJUST_SUSPEND)) {
            if (!rupiah_add(out->taken, (Rupiah){ -x->amount.rp }, &out->taken, e)) return false;
            out->taken_n = x->n;
        }
    }
    return true;
}

static Adjustment row_of(const Work *w, int64_t family_id, AdjustKind kind, Rupiah amount, Str id, Str en) {
    return (Adjustment){ .family_id = family_id, .kind = kind, .amount = amount, .rule_id = id, .rule_en = en, .missed_n = w->missed_n, .run_n = w->run_n, .object_days = w->terms.object_days };
}

static bool family_restore(Work *w, int64_t family_id, const Before *before, int met_run) {
    const Adjustment *of = before->exclusion;
    if (!w->terms.has_restore || met_run < w->terms.met_months || (!of && !before->taken_n)) return false;
    Adjustment row = row_of(w, family_id, ADJUST_RESTORE, before->taken, w->terms.restore_id, w->terms.restore_en);
    row.of_n = of ? of->n : before->taken_n;
    row_add(w, row);
    return true;
}

static bool family_judge(Work *w, const FamilyOutcome *family, Err *e) {
    static const AdjustKind KINDS[] = { [SANCTION_WARN] = ADJUST_WARN, [SANCTION_CUT] = ADJUST_CUT, [SANCTION_SUSPEND] = ADJUST_SUSPEND, [SANCTION_EXCLUDE] = ADJUST_EXCLUDE };
    FamilyPicture *p = NEW(&w->scratch, FamilyPicture, 1);
    SanctionFound found;
    bool is_there;
    if (!family_picture(w->db, &w->scratch, w->cases, w->kab, INT64_MAX, family->family_id, p, &is_there, e)) return false;
    int channel = is_there ? scheme_channel_find(w->schemes.full, str_c(PACK_CHANNELS[p->channel])) : -1;
    if (channel < 0) return true;
    FamilyFacts facts = casebook_family(w->cases, p->status == PACK_SUSPENDED ? STANDING_SUSPENDED : STANDING_ACTIVE, p->decile);
    if (!sanctions_judge(&w->scratch, &w->schemes, channel, family, w->stage_n, &facts, p->persons, p->ids, p->person_n, &found, e)) return false;
    if (found.kind == SANCTION_NONE) return true;
    Adjustment row = row_of(w, family->family_id, KINDS[found.kind], (Rupiah){ found.left.rp - found.full.rp }, found.title_id, found.title_en);
    row.reason_n = sanctions_reasons(w->a, w->schemes.book, family, w->stage_n, &row.reasons);
    row_add(w, row);
    return true;
}

static bool family_look(void *with, const FamilyOutcome *family, Err *e) {
    Work *w = with;
    Before before;
    int missed_ever, met_run;
    w->family_n++;
    months_count(w, family, &missed_ever, &met_run);
    if (!before_of(w, family->family_id, &before, e)) return false;
    if (before.is_decided || family_restore(w, family->family_id, &before, met_run) || before.exclusion || missed_ever == 0) return true;
    bool is_good = family_judge(w, family, e);
    arena_reset(&w->scratch);
    return is_good;
}

// ---- asking ----------------------------------------------------------------------------------------------------------
typedef struct {
    Arena *a;
    const Viewer *actor;
    int64_t kab;
    Str stage;
    Date first_month;
    int month_n;
    Instant at;
    Progress *progress;
    const RuleBook *book;
    SanctionsSummary sum;
    ApprovalRequest request;
    bool is_new;
} Asking;

static bool terms_check(Db *db, const Asking *x, const SanctionTerms *t, Err *e) {
    PassClosedRow closed;
    bool found;
    if (!t->has_any) return fail(e, CONFLICT, "The rule book has no sanctions on that day.");
    if (t->is_applied) return fail(e, CONFLICT, "The sanctions of that day apply themselves (action: apply). Proposals need action: propose in the rule book.");
    if (!pass_closed(db, (PassClosedArgs){ .kab = x->kab, .stage = x->stage }, &closed, &found, e)) return false;
    return closed.closed_n == 0 || fail(e, CONFLICT, "Stage %.*s is closed. Sanctions are proposed for a stage that is still to be closed.", STR_ARG(x->stage));
}

static bool pass_make(Db *db, Asking *x, Work *w, Err *e) {
    Date today = district_day(x->kab, x->at);
    int history = SANCTION_MONTHS > x->month_n ? SANCTION_MONTHS : x->month_n;
    DutyPeriod period = { date_add_months(x->first_month, x->month_n - history), history, x->at, today };
    if (!outcome_each(db, x->book, sight_of_program(today), x->kab, &period, family_look, w, x->progress, e)) return false;
    x->sum = (SanctionsSummary){ .family_n = w->family_n, .row_n = (int64_t)w->row_n };
    for (size_t i = 0; i < w->row_n; i++) {
        x->sum.n[w->rows[i].kind]++;
        if (!rupiah_add(x->sum.amount, w->rows[i].amount, &x->sum.amount, e)) return false;
    }
    DutyPeriod verified = { x->first_month, x->month_n, x->at, today };
    Pass pass = { .kab = x->kab, .stage = x->stage, .what = PASS_SANCTIONS, .period = verified, .book_hash = rulebook_hash(x->book), .rows = w->rows, .n = w->row_n };
    return pass_put(db, x->a, x->actor, &pass, x->at, &x->request, &x->is_new, e);
}

static bool asking_work(Db *db, void *with, Err *e) {
    Asking *x = with;
    Work *w = NEW(x->a, Work, 1);
    *w = (Work){ .db = db, .a = x->a, .kab = x->kab, .stage = x->stage, .stage_n = x->month_n };
    if (!sanctions_scheme(x->a, x->book, x->stage, &w->schemes, e)) return false;
    w->terms = sanction_terms(x->book, scheme_reference_on(w->schemes.full));
    if (!terms_check(db, x, &w->terms, e) || !adjustment_decided(db, x->a, x->kab, x->stage, &w->decided, e) || !casebook_open(w->schemes.decided, &w->cases, e)) return false;
    bool is_good = pass_make(db, x, w, e);
    casebook_close(w->cases);
    arena_free(&w->scratch);
    return is_good;
}

bool sanctions_propose(Db *db, Arena *a, const Viewer *actor, int64_t kab, Str stage, Date first_month, int month_n, Instant at, Progress *progress, SanctionsSummary *out,
                       ApprovalRequest *request, bool *is_new, Err *e) {
    Asking x = { .a = a, .actor = actor, .kab = kab, .stage = stage, .first_month = first_month, .month_n = month_n, .at = at, .progress = progress };
    if (!authority_require(actor, ACTION_EDIT, kab, e) || !rulebook_open(a, STR("pkh.yaml"), rulebook_pkh(), &x.book, e)) return false;
    if (month_n < 1 || month_n > SANCTION_MONTHS) return fail(e, BAD_INPUT, "From 1 to %d months are verified at once.", SANCTION_MONTHS);
    if (date_add_months(first_month, month_n).days > district_day(kab, at).days) return fail(e, CONFLICT, "These months are not over yet. Sanctions are proposed when they are.");
    if (!change_do(db, asking_work, &x, e)) return false;
    *out = x.sum;
    *request = x.request;
    *is_new = x.is_new;
    return true;
}
