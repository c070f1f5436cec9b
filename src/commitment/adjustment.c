#include "commitment/adjustment.h"
#include "base/lang.h"
#include "commitment_adjustment.sql.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"

static const struct { const char *name, *title; } KINDS[ADJUST_N] = {
    [ADJUST_WARN] = { "warn", N_("Warning") }, [ADJUST_EXCLUDE] = { "exclude", N_("Exclusion") }, [ADJUST_SUSPEND] = { "suspend", N_("Suspension") },
    [ADJUST_CUT] = { "cut", N_("Cut") }, [ADJUST_RESTORE] = { "restore", N_("Restoration") }, [ADJUST_BACK_PAY] = { "back_pay", N_("Back-pay") },
    [ADJUST_RECOVERY] = { "recovery", N_("Recovery") },
};
static const struct { const char *name, *title; } STATES[ADJUST_STATE_N] = {
    [ADJUST_PROPOSED] = { "proposed", N_("proposed") }, [ADJUST_DROPPED] = { "dropped", N_("dropped") }, [ADJUST_DECIDED] = { "decided", N_("decided") },
    [ADJUST_OBJECTED] = { "objected", N_("objected to") }, [ADJUST_UPHELD] = { "upheld", N_("upheld") }, [ADJUST_WITHDRAWN] = { "withdrawn", N_("revoked") },
    [ADJUST_RESTORED] = { "restored", N_("ended") },
};
static const char *const PASSES[] = { [PASS_SANCTIONS] = "sanctions", [PASS_CORRECTIONS] = "corrections" };
const AdjustWord OBJECT_REASONS[] = { { "was_done", N_("it was done") }, { "was_excused", N_("there was a good reason") }, { "wrong_person", N_("it is about somebody else") },
                                      { "wrong_amount", N_("the amount is wrong") }, { "other", N_("another reason") }, { NULL, NULL } };
const AdjustWord DROP_REASONS[] = { { "hardship", N_("the family would suffer") }, { "doubtful", N_("the facts are not sure enough") }, { "other", N_("another reason") }, { NULL, NULL } };

const char *adjust_kind_name(AdjustKind kind) { return KINDS[kind].name; }
const char *adjust_kind_title(AdjustKind kind) { return tr(KINDS[kind].title); }
const char *adjust_state_name(AdjustState state) { return STATES[state].name; }
const char *adjust_state_title(AdjustState state) { return tr(STATES[state].title); }
const char *pass_name(PassWhat what) { return PASSES[what]; }
bool adjust_may_object(AdjustKind kind) { return kind != ADJUST_RESTORE && kind != ADJUST_BACK_PAY; }
Str adjust_rule_title(const Adjustment *x) { return lang_get() == LANG_ID ? x->rule_id : x->rule_en; }

bool adjust_kind_find(Str name, AdjustKind *out) {
    for (AdjustKind k = 0; k < ADJUST_N; k++) if (str_eq(name, str_c(KINDS[k].name))) { *out = k; return true; }
    return false;
}

static AdjustState state_of(Str name) {
    for (AdjustState s = 0; s < ADJUST_STATE_N; s++) if (str_eq(name, str_c(STATES[s].name))) return s;
    return ADJUST_PROPOSED;
}

static bool word_check(const AdjustWord *words, Str name, Err *e) {
    for (; words->name; words++) if (str_eq(name, str_c(words->name))) return true;
    return fail(e, BAD_INPUT, "\"%.*s\" is no reason that is known here.", STR_ARG(str_part(name, 0, 40)));
}

// ---- reading ---------------------------------------------------------------------------------------------------------
typedef struct { int64_t kab, first_id, last_id; Str stage, now_stage; PassWhat what; int64_t pass_n, limit_n, offset_n; bool is_decided; Sight sight; } Wanted;

static bool rows_read(Db *db, Arena *a, const Wanted *w, Adjustments *out, Err *e) {
    AdjustmentRowsArgs args = { .kab = w->kab, .first_id = w->first_id, .last_id = w->last_id, .stage = w->stage.p ? w->stage : STR(""), .now_stage = w->now_stage.p ? w->now_stage : STR(""),
        .what = str_c(pass_name(w->what)), .pass_n = w->pass_n, .is_decided = w->is_decided, .limit_n = w->limit_n ? w->limit_n : INT64_MAX - 1, .offset_n = w->offset_n, SEE(w->sight) };
    AdjustmentRowsRows rows = { 0 };
    AdjustmentRowsRow row;
    size_t room = 0;
    *out = (Adjustments){ 0 };
    bool has_row, is_good = adjustment_rows(db, args, &rows, e);
    while (is_good && (is_good = adjustment_rows_next(&rows, &row, &has_row, e)) && has_row) {
        if (!row.state.n && row.pass_n < row.newest_n) continue;                 // replaced by a newer pass before anybody decided it
        if (out->n == room) {
            room = room ? 2 * room : 16;
            Adjustment *more = NEW(a, Adjustment, room);
            if (out->n) memcpy(more, out->at, out->n * sizeof *more);
            out->at = more;
        }
        Adjustment x = { .family_id = row.family_id, .n = row.n, .pass_n = row.pass_n, .stage = db_keep(a, row.stage), .about_stage = db_keep(a, row.about_stage),
            .what = str_eq(row.what, STR("sanctions")) ? PASS_SANCTIONS : PASS_CORRECTIONS, .rule_id = db_keep(a, row.rule_local), .rule_en = db_keep(a, row.rule_english), .amount = row.amount_rp,
            .limit_points = row.limit_n, .missed_n = row.missed_n, .run_n = row.run_n, .object_days = row.object_n, .of_n = row.of_n == INT64_MIN ? 0 : row.of_n,
            .state = row.state.n ? state_of(row.state) : ADJUST_PROPOSED, .until_on = row.until_on, .proposed_at = row.made_at, .decided_at = row.decided_at, .changed_at = row.changed_at,
            .maker_id = row.maker_id, .maker_name = db_keep(a, row.maker_name), .decided_name = db_keep(a, row.decided_name), .changed_name = db_keep(a, row.changed_name),
            .reason = db_keep(a, row.reason), .is_taken = row.is_taken };
        if (!adjust_kind_find(row.kind, &x.kind)) is_good = fail(e, CONFLICT, "A proposal of family %lld is damaged.", (long long)row.family_id);
        else out->at[out->n++] = x;
    }
    adjustment_rows_end(&rows);
    return is_good;
}

static bool reasons_read(Db *db, Arena *a, int64_t kab, int64_t family_id, Adjustments *list, Err *e) {
    AdjustmentReasonsRows rows = { 0 };
    AdjustmentReasonsRow row;
    AdjustReason *all = NULL;
    size_t n = 0, room = 0;
    bool has_row, is_good = adjustment_reasons(db, (AdjustmentReasonsArgs){ .kab = kab, .family_id = family_id }, &rows, e);
    while (is_good && (is_good = adjustment_reasons_next(&rows, &row, &has_row, e)) && has_row) {
        if (n == room) {
            room = room ? 2 * room : 16;
            AdjustReason *more = NEW(a, AdjustReason, room);
            if (n) memcpy(more, all, n * sizeof *more);
            all = more;
            for (size_t i = 0, at = 0; i < list->n; at += list->at[i++].reason_n) if (list->at[i].reason_n) list->at[i].reasons = all + at;
        }
        all[n] = (AdjustReason){ row.person_id, row.month_on, db_keep(a, row.duty), row.fact_n == INT64_MIN ? 0 : row.fact_n };
        for (size_t i = 0; i < list->n; i++) if (list->at[i].n == row.n) {
            if (!list->at[i].reason_n) list->at[i].reasons = all + n;
            list->at[i].reason_n++;
        }
        n++;
    }
    adjustment_reasons_end(&rows);
    return is_good;
}

bool adjustment_list(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, Adjustments *out, Err *e) {
    Wanted w = { .kab = kab, .first_id = family_id, .last_id = family_id, .sight = sight };
    if (!rows_read(db, a, &w, out, e) || !reasons_read(db, a, kab, family_id, out, e)) return false;
    for (size_t i = 0; i < out->n / 2; i++) { Adjustment x = out->at[i]; out->at[i] = out->at[out->n - 1 - i]; out->at[out->n - 1 - i] = x; }
    return true;
}

static bool last_pass(Db *db, Arena *a, int64_t kab, Str stage, PassWhat what, PassLastRow *out, bool *found, Err *e) {
    return pass_last(db, a, (PassLastArgs){ .kab = kab, .stage = stage, .what = str_c(pass_name(what)) }, out, found, e);
}

bool adjustment_of_pass(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, PassWhat what, int64_t limit_n, int64_t offset_n, Adjustments *out, Err *e) {
    PassLastRow last;
    bool found;
    *out = (Adjustments){ 0 };
    if (!last_pass(db, a, kab, stage, what, &last, &found, e) || !found) return !e->code;
    Wanted w = { .kab = kab, .first_id = 1, .last_id = INT64_MAX - 1, .stage = stage, .what = what, .pass_n = last.n, .limit_n = limit_n, .offset_n = offset_n, .sight = sight };
    return rows_read(db, a, &w, out, e);
}

bool pass_count(Db *db, int64_t kab, Str stage, PassWhat what, PassCounts *out, Err *e) {
    Arena a = { 0 };
    Adjustments list;
    PassCounts c = { .all_n = 0 };
    bool is_good = adjustment_of_pass(db, &a, sight_of_program((Date){ 0 }), kab, stage, what, 0, 0, &list, e);
    for (size_t i = 0; is_good && i < list.n; i++) {
        const Adjustment *x = &list.at[i];
        c.all_n++;
        c.state_n[x->state]++;
        if (x->state == ADJUST_DROPPED) continue;
        c.n[x->kind]++;
        is_good = rupiah_add(c.amount[x->kind], x->amount, &c.amount[x->kind], e);
    }
    arena_free(&a);
    *out = c;
    return is_good;
}

bool adjustment_decided(Db *db, Arena *a, int64_t kab, Str stage, Adjustments *out, Err *e) {
    Wanted w = { .kab = kab, .first_id = 1, .last_id = INT64_MAX - 1, .now_stage = stage, .is_decided = true, .sight = sight_of_program((Date){ 0 }) };
    return rows_read(db, a, &w, out, e);
}

bool adjustment_counts(const Adjustment *x, Str stage, Date today) {
    bool is_earlier = x->stage.n == stage.n ? memcmp(x->stage.p, stage.p, stage.n) <= 0 : x->stage.n < stage.n;      // "2024-2" before "2024-3"
    bool is_over = x->state == ADJUST_UPHELD || (x->state == ADJUST_DECIDED && (!adjust_may_object(x->kind) || today.days > x->until_on.days));
    if (x->kind == ADJUST_WARN || !is_earlier || !is_over) return false;
    return x->kind == ADJUST_EXCLUDE || !x->is_taken;
}

// ---- hashes ----------------------------------------------------------------------------------------------------------
static void row_hash(Hasher *h, const Adjustment *x) {
    int64_t figures[] = { x->family_id, x->kind, x->amount.rp, x->limit_points, x->missed_n, x->run_n, x->object_days, x->of_n, (int64_t)x->rule_id.n, (int64_t)x->about_stage.n };
    hash_add(h, figures, sizeof figures);
    hash_add(h, x->rule_id.p, x->rule_id.n);
    hash_add(h, x->about_stage.p, x->about_stage.n);
}

static Hash rows_hash(const Adjustment *at, size_t n, bool is_open_only) {
    Hasher h;
    hash_start(&h);
    for (size_t i = 0; i < n; i++) if (!is_open_only || at[i].state == ADJUST_PROPOSED) row_hash(&h, &at[i]);
    return hash_end(&h);
}

// "2024-3", or "2024-3 17 2": family 17's proposal 2 alone.
typedef struct { Str stage; int64_t family_id, n; } Subject;
static bool subject_read(Str text, Subject *out) {
    Str rest = text;
    *out = (Subject){ .stage = str_cut(&rest, ' ') };
    if (!rest.n) return out->stage.n > 0;
    Str family = str_cut(&rest, ' ');
    return str_int64(family, &out->family_id) && str_int64(rest, &out->n);
}

// What is signed under a subject now: the open proposals.
static bool subject_rows(Db *db, Arena *a, int64_t kab, PassWhat what, Str text, Adjustments *out, Err *e) {
    Subject s;
    Adjustments all;
    *out = (Adjustments){ 0 };
    if (!subject_read(text, &s)) return true;
    if (!adjustment_of_pass(db, a, sight_of_program((Date){ 0 }), kab, s.stage, what, 0, 0, &all, e)) return false;
    out->at = NEW(a, Adjustment, all.n + 1);
    for (size_t i = 0; i < all.n; i++)
        if (all.at[i].state == ADJUST_PROPOSED && (!s.family_id || (all.at[i].family_id == s.family_id && all.at[i].n == s.n))) out->at[out->n++] = all.at[i];
    return true;
}

static bool pass_now(Db *db, int64_t kab, PassWhat what, Str subject, Hash *out, bool *is_there, Err *e) {
    Arena a = { 0 };
    Adjustments rows;
    bool is_good = subject_rows(db, &a, kab, what, subject, &rows, e);
    *is_there = is_good && rows.n > 0;
    if (*is_there) *out = rows_hash(rows.at, rows.n, true);
    arena_free(&a);
    return is_good;
}
static bool sanctions_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) { return pass_now(db, kab, PASS_SANCTIONS, subject, out, is_there, e); }
static bool corrections_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) { return pass_now(db, kab, PASS_CORRECTIONS, subject, out, is_there, e); }

// ---- proposing -------------------------------------------------------------------------------------------------------
static const ApprovalKind *kind_of(PassWhat what) { return what == PASS_SANCTIONS ? &SANCTIONS_APPROVAL : &CORRECTIONS_APPROVAL; }

static bool row_put(Db *db, const Pass *pass, int64_t pass_n, const Adjustment *x, int64_t n, Err *e) {
    AdjustmentInsertArgs row = { .kab = pass->kab, .family_id = x->family_id, .n = n, .stage = pass->stage, .what = str_c(pass_name(pass->what)), .pass_n = pass_n,
        .kind = str_c(adjust_kind_name(x->kind)), .about_stage = pass->about_stage.p ? pass->about_stage : STR(""), .rule_local = x->rule_id, .rule_english = x->rule_en, .amount_rp = x->amount,
        .limit_n = x->limit_points, .missed_n = x->missed_n, .run_n = x->run_n, .object_n = x->object_days, .of_n = x->of_n ? x->of_n : INT64_MIN };
    if (!adjustment_insert(db, row, NULL, e)) return false;
    for (size_t i = 0; i < x->reason_n; i++) {
        const AdjustReason *r = &x->reasons[i];
        AdjustmentReasonInsertArgs reason = { .kab = pass->kab, .family_id = x->family_id, .n = n, .reason_n = (int64_t)i + 1, .person_id = r->person_id, .month_on = r->month, .duty = r->duty,
                                              .fact_n = r->fact_n ? r->fact_n : INT64_MIN };
        if (!adjustment_reason_insert(db, reason, NULL, e)) return false;
    }
    return true;
}

static bool rows_put(Db *db, const Pass *pass, int64_t pass_n, Err *e) {
    int64_t family_id = 0, n = 0;
    for (size_t i = 0; i < pass->n; i++) {
        AdjustmentLastRow last;
        bool found;
        if (pass->rows[i].family_id != family_id) {
            family_id = pass->rows[i].family_id;
            if (!adjustment_last(db, (AdjustmentLastArgs){ .kab = pass->kab, .family_id = family_id }, &last, &found, e)) return false;
            n = last.last_n;
        }
        if (!row_put(db, pass, pass_n, &pass->rows[i], ++n, e)) return false;
    }
    return true;
}

bool pass_put(Db *db, Arena *a, const Viewer *actor, const Pass *pass, Instant at, ApprovalRequest *out, bool *is_new, Err *e) {
    PassLastRow last;
    Adjustments open;
    bool found;
    Err clash = { 0 };
    Hash hash = rows_hash(pass->rows, pass->n, false);
    if (pass->n == 0) return fail(e, NOT_FOUND, "There is nothing to propose.");
    if (!last_pass(db, a, pass->kab, pass->stage, pass->what, &last, &found, e)) return false;
    bool is_same = found && hash_eq(&last.items_hash, &hash);
    if (is_same && !adjustment_of_pass(db, a, sight_of_program((Date){ 0 }), pass->kab, pass->stage, pass->what, 0, 0, &open, e)) return false;
    for (size_t i = 0; is_same && i < open.n; i++) is_same = open.at[i].state == ADJUST_PROPOSED;      // one was dropped or decided: it is a new pass
    if (!is_same) {
        int64_t n = found ? last.n + 1 : 1;
        PassInsertArgs row = { .kab = pass->kab, .stage = pass->stage, .what = str_c(pass_name(pass->what)), .n = n, .about_stage = pass->about_stage.p ? pass->about_stage : STR(""),
            .first_month_on = pass->period.first_month, .month_n = pass->period.month_n, .known_at = pass->period.as_of, .known_on = pass->period.today, .book_hash = pass->book_hash,
            .items_hash = hash, .row_n = (int64_t)pass->n, .actor_id = actor->user_id, .made_at = at };
        if (!pass_insert(db, row, NULL, &clash)) return change_clashed(db, pass->kab, &clash, e);
        if (!rows_put(db, pass, n, e)) return false;
    }
    Rupiah amount = { 0 };
    for (size_t i = 0; i < pass->n; i++) if (!rupiah_add(amount, (Rupiah){ pass->rows[i].amount.rp < 0 ? -pass->rows[i].amount.rp : pass->rows[i].amount.rp }, &amount, e)) return false;
    ApprovalAsk ask = { .kab = pass->kab, .subject = pass->stage, .seen_hash = hash, .amount = amount, .due_on = DATE_NONE,
                        .link = arena_fmt(a, "/commitment?kab=%lld&stage=%.*s", (long long)pass->kab, STR_ARG(pass->stage)) };
    return approval_ask(db, a, actor, kind_of(pass->what), &ask, at, out, is_new, e);
}

// ---- one proposal ----------------------------------------------------------------------------------------------------
static bool one_read(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, int64_t n, Adjustment *out, Err *e) {
    Adjustments list;
    if (!adjustment_list(db, a, sight, kab, family_id, &list, e)) return false;
    for (size_t i = 0; i < list.n; i++) if (list.at[i].n == n) { *out = list.at[i]; return true; }
    return fail(e, NOT_FOUND, "Family %lld has no proposal %lld.", (long long)family_id, (long long)n);
}

typedef struct { Arena *a; const Viewer *actor; int64_t kab, family_id, n; Instant at; ApprovalRequest request; bool is_new; } Asking;
static bool asking_work(Db *db, void *with, Err *e) {
    Asking *x = with;
    Adjustment row;
    if (!one_read(db, x->a, authority_sight(x->actor, district_day(x->kab, x->at)), x->kab, x->family_id, x->n, &row, e)) return false;
    if (row.state != ADJUST_PROPOSED) return fail(e, CONFLICT, "This proposal is not open any more (%s).", adjust_state_title(row.state));
    ApprovalAsk ask = { .kab = x->kab, .subject = arena_fmt(x->a, STR_FMT " %lld %lld", STR_ARG(row.stage), (long long)row.family_id, (long long)row.n), .seen_hash = rows_hash(&row, 1, true),
                        .amount = { row.amount.rp < 0 ? -row.amount.rp : row.amount.rp }, .due_on = DATE_NONE,
                        .link = arena_fmt(x->a, "/family/%lld/%lld/adjustment/%lld", (long long)x->kab, (long long)row.family_id, (long long)row.n) };
    return approval_ask(db, x->a, x->actor, kind_of(row.what), &ask, x->at, &x->request, &x->is_new, e);
}

bool adjustment_ask(Db *db, Arena *a, const Viewer *actor, int64_t kab, int64_t family_id, int64_t n, Instant at, ApprovalRequest *out, bool *is_new, Err *e) {
    Asking x = { a, actor, kab, family_id, n, at, { 0 }, false };
    if (!authority_require(actor, ACTION_EDIT, kab, e) || !change_do(db, asking_work, &x, e)) return false;
    *out = x.request;
    *is_new = x.is_new;
    return true;
}

static bool step_put(Db *db, int64_t kab, int64_t family_id, int64_t n, const char *what, Str reason, Date until, int64_t actor_id, Instant at, Err *e) {
    AdjustmentStepsRows rows = { 0 };
    AdjustmentStepsRow row;
    int64_t last_n = 0;
    Err clash = { 0 };
    bool has_row, is_good = adjustment_steps(db, (AdjustmentStepsArgs){ .kab = kab, .family_id = family_id, .n = n }, &rows, e);
    while (is_good && (is_good = adjustment_steps_next(&rows, &row, &has_row, e)) && has_row) last_n = row.step_n;
    adjustment_steps_end(&rows);
    AdjustmentStepInsertArgs step = { .kab = kab, .family_id = family_id, .n = n, .step_n = last_n + 1, .what = str_c(what), .reason = reason, .until_on = until, .actor_id = actor_id, .made_at = at };
    return is_good && (adjustment_step_insert(db, step, NULL, &clash) || change_clashed(db, kab, &clash, e));
}

// ---- the last signature ----------------------------------------------------------------------------------------------
static bool pass_decide(Db *db, Arena *a, PassWhat what, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Adjustments rows;
    Date today = district_day(request->kab, now);
    Rupiah sum = { 0 };
    if (!subject_rows(db, a, request->kab, what, request->subject, &rows, e)) return false;
    for (size_t i = 0; i < rows.n; i++) {
        const Adjustment *x = &rows.at[i];
        Date until = adjust_may_object(x->kind) ? (Date){ today.days + (int32_t)x->object_days } : DATE_NONE;
        if (!step_put(db, request->kab, x->family_id, x->n, "decided", (Str){ 0 }, until, signer->user_id, now, e) || !rupiah_add(sum, x->amount, &sum, e)) return false;
        if (x->kind == ADJUST_RESTORE && x->of_n && !step_put(db, request->kab, x->family_id, x->of_n, "restored", (Str){ 0 }, DATE_NONE, signer->user_id, now, e)) return false;
    }
    AuditEntry entry = { .kab = request->kab, .actor_id = signer->user_id, .action = what == PASS_SANCTIONS ? "commitment.sanctions" : "commitment.corrections", .subject = request->subject, .at = now,
                         .fields = { AUDIT_COUNT("request_id", request->id), AUDIT_COUNT("row_n", (int64_t)rows.n), AUDIT_COUNT("amount_rp", sum.rp) } };
    return audit_write(db, &entry, e);
}
static bool pass_finish(Db *db, PassWhat what, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Arena a = { 0 };
    bool is_good = pass_decide(db, &a, what, signer, request, now, e);
    arena_free(&a);
    return is_good;
}
static bool sanctions_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) { return pass_finish(db, PASS_SANCTIONS, signer, request, now, e); }
static bool corrections_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) { return pass_finish(db, PASS_CORRECTIONS, signer, request, now, e); }

const ApprovalKind SANCTIONS_APPROVAL = { .name = "sanctions", .title = N_("Sanctions of a stage"), .now = sanctions_now, .finish = sanctions_finish,
    .act = N_("With the last signature these sanctions are decided: the families are told, and may object before anything is taken.") };
const ApprovalKind CORRECTIONS_APPROVAL = { .name = "corrections", .title = N_("Corrections of an earlier stage"), .now = corrections_now, .finish = corrections_finish,
    .act = N_("With the last signature the next closing pays or takes these corrections, each as a line of its own.") };

// ---- what people do with one -----------------------------------------------------------------------------------------
typedef struct { Arena *a; const AdjustAct *act; const char *what; Str reason; } Doing;

static bool hand_check(Db *db, const AdjustAct *act, const Adjustment *x, Err *e) {
    AdjustmentStepsRows rows = { 0 };
    AdjustmentStepsRow row;
    bool is_other = x->maker_id != act->actor.user_id;
    bool has_row, is_good = adjustment_steps(db, (AdjustmentStepsArgs){ .kab = act->kab, .family_id = act->family_id, .n = act->n }, &rows, e);
    while (is_good && (is_good = adjustment_steps_next(&rows, &row, &has_row, e)) && has_row) is_other &= row.actor_id != act->actor.user_id;
    adjustment_steps_end(&rows);
    return is_good && (is_other || fail(e, FORBIDDEN, "An objection is answered by somebody who neither proposed nor decided it, and who did not take it in."));
}

static bool may_do(Db *db, const Doing *d, const Adjustment *x, bool *is_done, Err *e) {
    Str what = str_c(d->what);
    *is_done = x->state != ADJUST_PROPOSED && str_eq(what, str_c(adjust_state_name(x->state)));
    if (*is_done) return true;
    if (str_eq(what, STR("dropped"))) return x->state == ADJUST_PROPOSED || fail(e, CONFLICT, "This proposal is not open any more (%s).", adjust_state_title(x->state));
    if (str_eq(what, STR("objected"))) {
        if (x->state != ADJUST_DECIDED || !adjust_may_object(x->kind)) return fail(e, CONFLICT, "There is no decision to object to (%s).", adjust_state_title(x->state));
        return district_day(d->act->kab, d->act->at).days <= x->until_on.days || fail(e, CONFLICT, "The time to object is over.");
    }
    if (x->state != ADJUST_OBJECTED) return fail(e, CONFLICT, "There is no objection to answer (%s).", adjust_state_title(x->state));
    return hand_check(db, d->act, x, e);
}

static bool doing_work(Db *db, void *with, Err *e) {
    const Doing *d = with;
    const AdjustAct *act = d->act;
    Adjustment x;
    bool is_done;
    if (!one_read(db, d->a, authority_sight(&act->actor, district_day(act->kab, act->at)), act->kab, act->family_id, act->n, &x, e) || !may_do(db, d, &x, &is_done, e)) return false;
    if (is_done) return true;
    AuditEntry entry = { .kab = act->kab, .actor_id = act->actor.user_id, .action = "commitment.adjustment", .subject = arena_fmt(d->a, "family %lld", (long long)act->family_id), .at = act->at,
                         .fields = { AUDIT_COUNT("n", act->n), AUDIT_TEXT("what", str_c(d->what)) } };
    return step_put(db, act->kab, act->family_id, act->n, d->what, d->reason, DATE_NONE, act->actor.user_id, act->at, e) && audit_write(db, &entry, e);
}

bool adjustment_drop(Db *db, Arena *a, const AdjustAct *act, Str reason, Err *e) {
    Doing d = { a, act, "dropped", reason };
    bool may = authority_allows(&act->actor, ACTION_SIGN_SECOND, act->kab) || authority_require(&act->actor, ACTION_EDIT, act->kab, e);
    return may && word_check(DROP_REASONS, reason, e) && change_do(db, doing_work, &d, e);
}
bool adjustment_object(Db *db, Arena *a, const AdjustAct *act, Str reason, Err *e) {
    Doing d = { a, act, "objected", reason };
    return authority_require(&act->actor, ACTION_TELL, act->kab, e) && word_check(OBJECT_REASONS, reason, e) && change_do(db, doing_work, &d, e);
}
bool adjustment_answer(Db *db, Arena *a, const AdjustAct *act, bool is_upheld, Err *e) {
    Doing d = { a, act, is_upheld ? "upheld" : "withdrawn", (Str){ 0 } };
    return authority_require(&act->actor, ACTION_SIGN_SECOND, act->kab, e) && change_do(db, doing_work, &d, e);
}

// ---- arithmetic ------------------------------------------------------------------------------------------------------
bool adjust_amount(Rupiah own, const AdjustRow *rows, size_t n, Rupiah *out, Rupiah *applied, Err *e) {
    Rupiah left = own;
    for (size_t i = 0; applied && i < n; i++) applied[i] = (Rupiah){ 0 };
    for (AdjustKind kind = ADJUST_EXCLUDE; kind < ADJUST_N; kind++) {
        for (size_t i = 0; i < n; i++) {
            if (rows[i].kind != kind) continue;
            Rupiah change = { rows[i].rp };
            if (kind == ADJUST_EXCLUDE || kind == ADJUST_SUSPEND) change.rp = -left.rp;
            if (kind == ADJUST_RECOVERY) {
                int64_t most = (int64_t)((__int128)own.rp * rows[i].limit_points / 10000);
                if (-change.rp > most) change.rp = -most;
            }
            if (change.rp < 0 && -change.rp > left.rp) change.rp = -left.rp;
            if (!rupiah_add(left, change, &left, e)) return false;
            if (applied) applied[i] = change;
        }
    }
    *out = left;
    return true;
}

// ---- the letter ------------------------------------------------------------------------------------------------------
static Str name_of(Arena *a, int64_t id, const Str *names, const int64_t *ids, size_t n) {
    for (size_t i = 0; i < n; i++) if (ids[i] == id && names[i].n) return names[i];
    return id ? arena_fmt(a, _("member %lld"), (long long)id) : str_c(_("the family"));
}

static Str month_text(Arena *a, Date first) {
    Buf b = { .max = 60 };
    date_put_local(&b, first);
    Str text = buf_view(&b);
    (void)str_cut(&text, ' ');
    Str out = arena_str(a, text);
    buf_free(&b);
    return out;
}

static Str day_text(Arena *a, Date day) {
    Buf b = { .max = 60 };
    date_put_local(&b, day);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static Str why_text(Arena *a, const Adjustment *x, const RuleBook *book, const Str *names, const int64_t *ids, size_t n) {
    Buf b = { .max = 4000 };
    for (size_t i = 0; i < x->reason_n && i < 6; i++) {
        const AdjustReason *r = &x->reasons[i];
        int duty = duty_find(book, r->duty);
        Str what = duty >= 0 ? duty_title(book, duty) : r->duty, who = name_of(a, r->person_id, names, ids, n), month = month_text(a, r->month);
        buf_fmt(&b, "%s%.*s, %.*s, %.*s", i ? "; " : "", STR_ARG(who), STR_ARG(what), STR_ARG(month));
    }
    if (x->reason_n > 6) buf_fmt(&b, _(" and %lld more"), (long long)x->reason_n - 6);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static Str what_text(Arena *a, const Adjustment *x, Str stage, Str about) {
    Str rupiah = arena_rupiah(a, (Rupiah){ x->amount.rp < 0 ? -x->amount.rp : x->amount.rp });
    switch (x->kind) {
    case ADJUST_WARN: return str_c(_("This is a warning. Nothing is taken from your family's aid."));
    case ADJUST_CUT: return arena_fmt(a, _("Your family's aid in %.*s will be %.*s less."), STR_ARG(stage), STR_ARG(rupiah));
    case ADJUST_SUSPEND: return arena_fmt(a, _("Your family's aid is not paid in %.*s. Your family stays in the programme."), STR_ARG(stage));
    case ADJUST_EXCLUDE: return arena_fmt(a, _("Your family's aid stops from %.*s on, until the duties are met again."), STR_ARG(stage));
    case ADJUST_RESTORE: return x->amount.rp ? arena_fmt(a, _("Your family is paid again from %.*s on, with %.*s for what was taken before."), STR_ARG(stage), STR_ARG(rupiah))
                                             : arena_fmt(a, _("Your family is paid again from %.*s on."), STR_ARG(stage));
    case ADJUST_BACK_PAY: return arena_fmt(a, _("In %.*s your family gets %.*s more, because it got too little in %.*s."), STR_ARG(stage), STR_ARG(rupiah), STR_ARG(about));
    case ADJUST_RECOVERY: return arena_fmt(a, _("In %.*s your family gets up to %.*s less, because it got too much in %.*s."), STR_ARG(stage), STR_ARG(rupiah), STR_ARG(about));
    default: return STR("");
    }
}

AdjustLetter adjustment_letter(Arena *a, const Adjustment *x, Str stage, Str about, const RuleBook *book, const Str *names, const int64_t *ids, size_t n) {
    AdjustLetter l = { .n = 0 };
    Str rule = adjust_rule_title(x);
    l.at[l.n++] = what_text(a, x, stage, about);
    if (x->reason_n) { Str why = why_text(a, x, book, names, ids, n); l.at[l.n++] = arena_fmt(a, _("The reason: what falls due was not done. %.*s."), STR_ARG(why)); }
    if (rule.n) l.at[l.n++] = arena_fmt(a, _("The rule: %.*s."), STR_ARG(rule));
    if (x->state == ADJUST_PROPOSED) l.at[l.n++] = str_c(_("This is only proposed so far. Nobody has decided it yet."));
    if (adjust_may_object(x->kind) && x->state == ADJUST_DECIDED) {
        Str until = day_text(a, x->until_on);
        l.at[l.n++] = arena_fmt(a, _("If this is not right, say so until %.*s, to your companion or at the office. You need not write anything. It costs nothing."), STR_ARG(until));
        l.at[l.n++] = str_c(_("Until then nothing is taken. When you object, nothing is taken before another officer has looked at it."));
        l.at[l.n++] = str_c(_("What helps: the school's list, the health post's book, or somebody who knows why it could not be done."));
    }
    if (x->state == ADJUST_OBJECTED) l.at[l.n++] = str_c(_("Your objection was taken in. Nothing is taken until another officer has answered it."));
    if (x->state == ADJUST_UPHELD) l.at[l.n++] = str_c(_("Your objection was looked at by another officer. The decision stays."));
    if (x->state == ADJUST_WITHDRAWN) l.at[l.n++] = str_c(_("You were right: the decision is taken back, and nothing is taken."));
    return l;
}
