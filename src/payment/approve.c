// approve.c: see approve.h.
#include "payment/approve.h"
#include "office/audit.h"
#include "office/change.h"
#include "payment/books.h"
#include "payment/channel.h"
#include "payment/payables.h"
#include "payment_pay.sql.h"

static Str approve_subject(Arena *a, Str stage) { return arena_fmt(a, "run %.*s", STR_ARG(stage)); }

bool approve_state(Db *db, int64_t kab, Str stage, ApprovalState *out, Err *e) {
    Arena a = { 0 };
    Run run;
    bool is_good = run_read(db, kab, stage, &run, e) && approval_state(db, kab, approve_subject(&a, stage), &run.run_hash, out, e);
    arena_free(&a);
    return is_good;
}

bool approve_is_done(Db *db, int64_t kab, Str stage, bool *is_done, Err *e) {
    Arena a = { 0 };
    Accounts accounts;
    bool is_good = books_list(db, &a, kab, stage, &accounts, e);
    *is_done = is_good && accounts.n > 0;                  // the books know a stage from its second signature on
    arena_free(&a);
    return is_good;
}

// ---- what the second signature does ------------------------------------------------------------------------------

typedef struct { Str channel; Rupiah sum; } ChannelSum;
typedef struct { const Viewer *viewer; const ApproveWhat *what; Instant now; ApproveResult result; } Approving;

typedef struct { ChannelSum sums[CHANNEL_MAX]; size_t n; } Entitlements;

static bool entitlement_add(void *with, const Due *due, Err *e) {
    Entitlements *x = with;
    size_t i = 0;
    if (due->amount.rp <= 0) return true;
    while (i < x->n && !str_eq(x->sums[i].channel, due->channel)) i++;
    if (i == CHANNEL_MAX) return fail(e, LIMIT, "The run has more than %d channels.", CHANNEL_MAX);
    if (i == x->n) {
        int known = pack_channel_find(due->channel);       // a text that outlives the row
        if (known < 0) return fail(e, CONFLICT, "The channel %.*s is not known.", STR_ARG(due->channel));
        x->sums[x->n++].channel = str_c(PACK_CHANNELS[known]);
    }
    return rupiah_add(x->sums[i].sum, due->amount, &x->sums[i].sum, e);
}

static bool entitlements_post(Db *db, const Approving *p, const Entitlements *x, const Run *run, Err *e) {
    Rupiah total = { 0 };
    int64_t transfer_id;
    for (size_t i = 0; i < x->n; i++) {
        Transfer t = { .kab = p->what->kab, .stage = p->what->stage, .kind = TRANSFER_SINGLE, .debit = { ACCOUNT_PROGRAMME_COST, STR(""), 0 },
                       .credit = { ACCOUNT_PAYABLE, x->sums[i].channel, 0 }, .amount = x->sums[i].sum, .reason = STR("entitlement"),
                       .approval_hash = &run->run_hash, .actor_id = p->viewer->user_id, .business_on = district_day(p->what->kab, p->now), .at = p->now };
        if (!books_transfer(db, &t, &transfer_id, e) || !rupiah_add(total, x->sums[i].sum, &total, e)) return false;
    }
    return total.rp == run->total.rp ||
           fail(e, CONFLICT, "The families' amounts add up to Rp %lld, the run says Rp %lld. Nothing was signed.", (long long)total.rp, (long long)run->total.rp);
}

// One channel after another, so that each family is judged by what its channel needs; one sort over all of them.
static bool identities_collect(Db *db, Arena *a, const Approving *p, const Entitlements *x, PaidIdentity *all, Payables *lists, Err *e) {
    for (size_t i = 0; i < x->n; i++) {
        if (!payables_load(db, a, p->what->kab, p->what->stage, x->sums[i].channel, 1, FAMILY_LAST, true, &lists[i], e)) return false;
        for (size_t k = 0; k < lists[i].n; k++)
            paid_identity_add(all, lists[i].at[k].family_id, lists[i].at[k].payee.nik, lists[i].at[k].payee.account, channel_needs_account(x->sums[i].channel));
    }
    return true;
}

static const Payable *payment_find(const Payables *lists, size_t n, int64_t family_id) {
    for (size_t i = 0; i < n; i++) {
        size_t low = 0, high = lists[i].n;
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (lists[i].at[middle].family_id < family_id) low = middle + 1; else high = middle;
        }
        if (low < lists[i].n && lists[i].at[low].family_id == family_id) return &lists[i].at[low];
    }
    return NULL;
}

static bool holds_write(Db *db, Approving *p, const Payables *lists, size_t list_n, const Clash *clashes, size_t n, Err *e) {
    for (size_t i = 0; i < n; i++) {
        const Payable *payment = payment_find(lists, list_n, clashes[i].family_id);
        if (!payment) return fail(e, CONFLICT, "Family %lld is held, but is not paid.", (long long)clashes[i].family_id);
        HoldInsertArgs row = { .kab = p->what->kab, .stage = p->what->stage, .family_id = clashes[i].family_id, .reason = str_c(clash_name(clashes[i].kind)),
                               .amount_rp = payment->amount, .recorded_at = p->now };
        if (!hold_insert(db, row, NULL, e) || !rupiah_add(p->result.hold, payment->amount, &p->result.hold, e)) return false;
        p->result.hold_n++;
        p->result.hold_by_reason[clashes[i].kind]++;
    }
    return true;
}

static bool identities_settle(Db *db, Approving *p, const Entitlements *x, Err *e) {
    Arena a = { 0 };
    Payables lists[CHANNEL_MAX];
    PaidIdentity all;
    const Clash *clashes = NULL;
    size_t n = 0;
    paid_identity_start(&all, &a);
    bool is_good = identities_collect(db, &a, p, x, &all, lists, e);
    if (is_good) {
        paid_identity_end(&all, &clashes, &n);
        is_good = holds_write(db, p, lists, x->n, clashes, n, e);
    }
    arena_free(&a);
    return is_good;
}

static bool approval_finish(Db *db, Approving *p, const Run *run, Err *e) {
    Entitlements x = { .n = 0 };
    bool is_done = false;
    if (!approve_is_done(db, p->what->kab, p->what->stage, &is_done, e)) return false;
    if (is_done) return fail(e, CONFLICT, "Another run of stage %.*s was approved before; it can only be corrected in a later stage.", STR_ARG(p->what->stage));
    if (!run_check(db, p->what->kab, p->what->stage, e) || !due_each(db, p->what->kab, p->what->stage, 1, FAMILY_LAST, entitlement_add, &x, e) ||
        !identities_settle(db, p, &x, e) || !entitlements_post(db, p, &x, run, e)) return false;
    AuditEntry entry = { .kab = p->what->kab, .actor_id = p->viewer->user_id, .action = "payment.approve", .subject = p->what->stage, .at = p->now,
        .fields = { AUDIT_HASH("run_hash", &run->run_hash), AUDIT_COUNT("total_rp", run->total.rp), AUDIT_COUNT("payable_n", run->payable_n),
                    AUDIT_COUNT("hold_n", p->result.hold_n), AUDIT_COUNT("hold_rp", p->result.hold.rp) } };
    return audit_write(db, &entry, e);
}

static bool held_before(Db *db, Arena *a, Approving *p, Err *e) {
    Holds holds;
    if (!holds_load(db, a, p->what->kab, p->what->stage, 1, FAMILY_LAST, &holds, e)) return false;
    p->result.hold_n = (int64_t)holds.n;
    p->result.hold = holds.sum;
    for (size_t i = 0; i < holds.n; i++)
        for (int kind = 0; kind < CLASH_N; kind++) p->result.hold_by_reason[kind] += str_eq(holds.at[i].reason, str_c(clash_name((ClashKind)kind)));
    return true;
}

static bool approve_work(Db *db, void *with, Err *e) {
    Approving *p = with;
    Arena a = { 0 };
    Run run;
    p->result = (ApproveResult){ .is_new = false };
    bool is_good = run_read(db, p->what->kab, p->what->stage, &run, e);
    if (is_good && !hash_eq(&run.run_hash, &p->what->seen_hash))
        is_good = fail(e, CONFLICT, "The run of stage %.*s has changed since you looked at it. Look again, then sign.", STR_ARG(p->what->stage));
    is_good = is_good && approval_sign(db, p->viewer, p->what->kab, approve_subject(&a, p->what->stage), &run.run_hash, p->now, &p->result.state, &p->result.is_new, e);
    if (is_good) {
        p->result.payable_n = run.payable_n;
        p->result.total = run.total;
        if (p->result.is_new && p->result.state.steps_n == APPROVAL_STEPS) is_good = approval_finish(db, p, &run, e);
        else if (!p->result.is_new) is_good = held_before(db, &a, p, e);
    }
    arena_free(&a);
    return is_good;
}

bool approve_run(Db *db, const Viewer *viewer, const ApproveWhat *what, Instant now, ApproveResult *out, Err *e) {
    Approving p = { .viewer = viewer, .what = what, .now = now };
    if (!change_do(db, approve_work, &p, e)) return false;
    *out = p.result;
    return true;
}
