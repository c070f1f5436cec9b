// approve.c: see approve.h.
#include "payment/approve.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "payment/books.h"
#include "payment/channel.h"
#include "payment/payables.h"
#include "registry/pack.h"
#include "payment_pay.sql.h"

Signature approve_signature(const ApproveState *state, int i) {
    const ApprovalRequest *r = &state->request;
    return i == 0 ? (Signature){ .user_id = r->maker_id, .for_id = r->maker_id, .at = r->made_at } : r->signatures[i - 1];
}

static bool state_of(Db *db, Arena *a, int64_t kab, Str stage, const Run *run, Instant now, ApproveState *out, Err *e) {
    ApproveState s = { 0 };
    ApprovalStep steps[APPROVAL_STEPS_MAX + 1];
    int step_n = 0;
    if (!approval_find(db, a, kab, &RUN_APPROVAL, stage, &run->run_hash, &s.request, &s.has_request, e) ||
        !approval_void_n(db, kab, &RUN_APPROVAL, stage, &run->run_hash, &s.void_n, e)) return false;
    if (s.has_request) step_n = s.request.step_n;
    else if (!approval_steps(db, kab, str_c(RUN_APPROVAL.name), run->total, district_day(kab, now), steps, &step_n, e)) return false;
    s.needed_n = step_n + 1;
    s.signed_n = s.has_request ? s.request.signed_n + 1 : 0;
    *out = s;
    return true;
}

bool approve_state(Db *db, Arena *a, int64_t kab, Str stage, Instant now, ApproveState *out, Err *e) {
    Run run;
    return run_read(db, kab, stage, &run, e) && state_of(db, a, kab, stage, &run, now, out, e);
}

bool approve_may_sign(Db *db, const Viewer *viewer, int64_t kab, const Run *run, const ApproveState *state, Instant now, bool *out, Err *e) {
    int64_t giver_id;
    if (!state->has_request) return approval_may_ask(db, viewer, &RUN_APPROVAL, kab, run->total, now, out, e);
    return approval_may_sign(db, viewer, &state->request, now, out, &giver_id, e);
}

bool approve_is_done(Db *db, int64_t kab, Str stage, bool *is_done, Err *e) {
    Arena a = { 0 };
    Accounts accounts;
    bool is_good = books_list(db, &a, kab, stage, &accounts, e);
    *is_done = is_good && accounts.n > 0;                  // the books know a stage from its second signature on
    arena_free(&a);
    return is_good;
}

// ---- what the last signature does ------------------------------------------------------------------------------

typedef struct { Str channel; Rupiah sum; } ChannelSum;
// One district's stage at its last signature.
typedef struct { const Viewer *signer; int64_t kab; Str stage; Instant now; int64_t hold_n; Rupiah hold; } Finishing;

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

static bool entitlements_post(Db *db, const Finishing *p, const Entitlements *x, const Run *run, Err *e) {
    Rupiah total = { 0 };
    int64_t transfer_id;
    for (size_t i = 0; i < x->n; i++) {
        Transfer t = { .kab = p->kab, .stage = p->stage, .kind = TRANSFER_SINGLE, .debit = { ACCOUNT_PROGRAMME_COST, STR(""), 0 },
                       .credit = { ACCOUNT_PAYABLE, x->sums[i].channel, 0 }, .amount = x->sums[i].sum, .reason = STR("entitlement"),
                       .approval_hash = &run->run_hash, .actor_id = p->signer->user_id, .business_on = district_day(p->kab, p->now), .at = p->now };
        if (!books_transfer(db, &t, &transfer_id, e) || !rupiah_add(total, x->sums[i].sum, &total, e)) return false;
    }
    return total.rp == run->total.rp ||
           fail(e, CONFLICT, "The families' amounts add up to Rp %lld, the run says Rp %lld. Nothing was signed.", (long long)total.rp, (long long)run->total.rp);
}

// One channel after another, so that each family is judged by what its channel needs; one sort over all of them.
static bool identities_collect(Db *db, Arena *a, const Finishing *p, const Entitlements *x, PaidIdentity *all, Payables *lists, Err *e) {
    for (size_t i = 0; i < x->n; i++) {
        if (!payables_load(db, a, p->kab, p->stage, x->sums[i].channel, 1, FAMILY_LAST, true, &lists[i], e)) return false;
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

static bool holds_write(Db *db, Finishing *p, const Payables *lists, size_t list_n, const Clash *clashes, size_t n, Err *e) {
    for (size_t i = 0; i < n; i++) {
        const Payable *payment = payment_find(lists, list_n, clashes[i].family_id);
        if (!payment) return fail(e, CONFLICT, "Family %lld is held, but is not paid.", (long long)clashes[i].family_id);
        HoldInsertArgs row = { .kab = p->kab, .stage = p->stage, .family_id = clashes[i].family_id, .reason = str_c(clash_name(clashes[i].kind)),
                               .amount_rp = payment->amount, .recorded_at = p->now };
        if (!hold_insert(db, row, NULL, e) || !rupiah_add(p->hold, payment->amount, &p->hold, e)) return false;
        p->hold_n++;
    }
    return true;
}

static bool identities_settle(Db *db, Finishing *p, const Entitlements *x, Err *e) {
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

static bool run_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Finishing p = { .signer = signer, .kab = request->kab, .stage = request->subject, .now = now };
    Entitlements x = { .n = 0 };
    Run run;
    bool is_done = false;
    // Holds the district against a closing at the same moment: neither would see what the other one writes.
    if (!pack_epoch_hold(db, p.kab, e) || !run_read(db, p.kab, p.stage, &run, e) || !approve_is_done(db, p.kab, p.stage, &is_done, e)) return false;
    if (is_done) return fail(e, CONFLICT, "Another run of stage %.*s was approved before; it can only be corrected in a later stage.", STR_ARG(p.stage));
    if (!run_check(db, p.kab, p.stage, e) || !due_each(db, p.kab, p.stage, 1, FAMILY_LAST, entitlement_add, &x, e) ||
        !identities_settle(db, &p, &x, e) || !entitlements_post(db, &p, &x, &run, e)) return false;
    AuditEntry entry = { .kab = p.kab, .actor_id = signer->user_id, .action = "payment.approve", .subject = p.stage, .at = now,
        .fields = { AUDIT_HASH("run_hash", &run.run_hash), AUDIT_COUNT("total_rp", run.total.rp), AUDIT_COUNT("payable_n", run.payable_n),
                    AUDIT_COUNT("hold_n", p.hold_n), AUDIT_COUNT("hold_rp", p.hold.rp) } };
    return audit_write(db, &entry, e);
}

static bool run_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    Err none = { 0 };
    Run run;
    *is_there = run_read(db, kab, subject, &run, &none);
    if (*is_there) *out = run.run_hash;
    return *is_there || none.code == NOT_FOUND || fail(e, none.code, "%s", none.text);
}

const ApprovalKind RUN_APPROVAL = {
    .name = "run", .title = N_("Payment of a stage"), .now = run_now, .finish = run_finish,
    .act = N_("With the last signature the programme owes this money, and the payment files can be written."),
};

// ---- one signature -----------------------------------------------------------------------------------------------

typedef struct { Arena *arena; const Viewer *viewer; const ApproveWhat *what; Instant now; ApproveResult result; } Approving;

static bool held_read(Db *db, Approving *p, Err *e) {
    Holds holds;
    ApproveResult *r = &p->result;
    if (!holds_load(db, p->arena, p->what->kab, p->what->stage, 1, FAMILY_LAST, &holds, e)) return false;
    r->hold_n = (int64_t)holds.n;
    r->hold = holds.sum;
    for (size_t i = 0; i < holds.n; i++)
        for (int kind = 0; kind < CLASH_N; kind++) r->hold_by_reason[kind] += str_eq(holds.at[i].reason, str_c(clash_name((ClashKind)kind)));
    return true;
}

static bool approve_sign(Db *db, Approving *p, const Run *run, Err *e) {
    const ApproveWhat *what = p->what;
    ApproveState *s = &p->result.state;
    ApprovalAsk ask = { .kab = what->kab, .subject = what->stage, .seen_hash = run->run_hash, .amount = run->total,
                        .link = arena_fmt(p->arena, "/approval?kab=%lld&stage=%.*s", (long long)what->kab, STR_ARG(what->stage)) };
    if (approve_is_signed(s)) return authority_require(p->viewer, ACTION_READ, what->kab, e);
    if (s->has_request) p->result.is_new = approval_sign(db, p->viewer, &RUN_APPROVAL, &s->request, &run->run_hash, p->now, e);
    else if (!approval_ask(db, p->arena, p->viewer, &RUN_APPROVAL, &ask, p->now, &s->request, &p->result.is_new, e)) return false;
    s->has_request = true;
    s->signed_n = s->request.signed_n + 1;
    return p->result.is_new;
}

static bool approve_work(Db *db, void *with, Err *e) {
    Approving *p = with;
    Run run;
    p->result = (ApproveResult){ .is_new = false };
    if (!run_read(db, p->what->kab, p->what->stage, &run, e)) return false;
    if (!hash_eq(&run.run_hash, &p->what->seen_hash))
        return fail(e, CONFLICT, "The run of stage %.*s has changed since you looked at it. Look again, then sign.", STR_ARG(p->what->stage));
    p->result.payable_n = run.payable_n;
    p->result.total = run.total;
    return state_of(db, p->arena, p->what->kab, p->what->stage, &run, p->now, &p->result.state, e) && approve_sign(db, p, &run, e) && held_read(db, p, e);
}

bool approve_run(Db *db, Arena *a, const Viewer *viewer, const ApproveWhat *what, Instant now, ApproveResult *out, Err *e) {
    Approving p = { .arena = a, .viewer = viewer, .what = what, .now = now };
    if (!change_do(db, approve_work, &p, e)) return false;
    *out = p.result;
    return true;
}
