// reissue.c: see reissue.h.
#include "payment/reissue.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "payment/books.h"
#include "payment/channel.h"
#include "payment_pay.sql.h"
#include "payment_reissue.sql.h"
#include "payment_settle.sql.h"

// ---- the list ---------------------------------------------------------------------------------------------------------

static bool rows_read(Db *db, Arena *a, const ReissueWhat *what, ReissueList *list, Err *e) {
    ReissueListRows rows;
    ReissueListRow row;
    size_t max = 0;
    bool has_row = false, is_good = reissue_list(db, (ReissueListArgs){ .kab = what->kab, .stage = what->stage }, &rows, e);
    while (is_good && (is_good = reissue_list_next(&rows, &row, &has_row, e)) && has_row) {
        bool is_returned = str_eq(row.state, STR("returned"));
        if (what->is_treasury && !is_returned) continue;
        if (list->n == max) {
            ReissueRow *more = NEW(a, ReissueRow, max = max ? 2 * max : 64);
            if (list->n) memcpy(more, list->at, list->n * sizeof *more);
            list->at = more;
        }
        Str channel = arena_str(a, row.channel);
        list->at[list->n++] = (ReissueRow){ row.family_id, row.n, row.batch_id, arena_str(a, row.state), channel, what->channel.n ? what->channel : channel,
                                            row.reason.p ? arena_str(a, row.reason) : STR(""), row.amount_rp, row.credited_on, false };
        *(is_returned ? &list->returned_n : &list->failed_n) += 1;
        is_good = rupiah_add(list->amount, row.amount_rp, &list->amount, e);
    }
    reissue_list_end(&rows);
    return is_good;
}

static Payables payables_of(Arena *a, const ReissueList *list) {
    Payables p = { .at = NEW(a, Payable, list->n + 1), .n = list->n, .sum = list->amount };
    for (size_t i = 0; i < list->n; i++) p.at[i] = (Payable){ .family_id = list->at[i].family_id, .amount = list->at[i].amount, .attempt_n = list->at[i].attempt_n + 1 };
    return p;
}

// Who has another account now than the closing kept, and that everybody who needs one has one.
static bool accounts_compare(Db *db, Arena *a, const ReissueWhat *what, ReissueList *list, Hasher *h, Err *e) {
    Closing closing;
    Payables then = payables_of(a, list), now = payables_of(a, list);
    if (!closing_read(db, what->kab, what->stage, &closing, e) || !payables_name(db, a, what->kab, closing.epoch_n, &then, e) || !payables_name(db, a, what->kab, INT64_MAX, &now, e)) return false;
    for (size_t i = 0; i < list->n; i++) {
        ReissueRow *r = &list->at[i];
        Str account = now.at[i].payee.account;
        r->is_changed = !str_eq(then.at[i].payee.account, account);
        list->changed_n += r->is_changed;
        if (channel_needs_account(r->to_channel) && !account.n)
            return fail(e, CONFLICT, "Family %lld has no account any more. Give it one, or pay these families through the post.", (long long)r->family_id);
        Hash account_hash = hash_of(account.p, account.n);
        hash_add(h, &account_hash, sizeof account_hash);
    }
    return true;
}

bool reissue_list_load(Db *db, Arena *a, const ReissueWhat *what, ReissueList *out, Err *e) {
    ReissueList list = { .n = 0 };
    Hasher h;
    if (!rows_read(db, a, what, &list, e)) return false;
    hash_start(&h);
    for (size_t i = 0; i < list.n; i++) {
        const ReissueRow *r = &list.at[i];
        int64_t figures[] = { what->kab, what->is_treasury, r->family_id, r->attempt_n, r->amount.rp, str_eq(r->state, STR("returned")) };
        hash_add(&h, figures, sizeof figures);
        hash_add(&h, r->to_channel.p, r->to_channel.n);
    }
    if (!what->is_treasury && list.n && !accounts_compare(db, a, what, &list, &h, e)) return false;
    list.hash = hash_end(&h);
    *out = list;
    return true;
}

// ---- asking -----------------------------------------------------------------------------------------------------------

// "2024-2 again", "2024-2 again POS", "2024-2 treasury".
static Str subject_of(Arena *a, const ReissueWhat *w) {
    if (w->is_treasury) return arena_fmt(a, "%.*s treasury", STR_ARG(w->stage));
    return arena_fmt(a, "%.*s again%s%.*s", STR_ARG(w->stage), w->channel.n ? " " : "", STR_ARG(w->channel));
}
static ReissueWhat what_of(int64_t kab, Str subject) {
    Str rest = subject, stage = str_cut(&rest, ' '), word = str_cut(&rest, ' ');
    return (ReissueWhat){ .kab = kab, .stage = stage, .is_treasury = str_eq(word, STR("treasury")), .channel = rest };
}

typedef struct { Arena *a; const Viewer *viewer; const ReissueWhat *what; Instant now; ApprovalRequest request; ReissueList list; bool is_new; } Asking;

static bool asking_work(Db *db, void *with, Err *e) {
    Asking *x = with;
    if (!reissue_list_load(db, x->a, x->what, &x->list, e)) return false;
    if (!x->list.n) return fail(e, CONFLICT, "No payment of stage %.*s waits for this.", STR_ARG(x->what->stage));
    ApprovalAsk ask = { .kab = x->what->kab, .subject = subject_of(x->a, x->what), .seen_hash = x->list.hash, .amount = x->list.amount, .due_on = DATE_NONE,
                        .link = STR("") };
    return approval_ask(db, x->a, x->viewer, &REISSUE_APPROVAL, &ask, x->now, &x->request, &x->is_new, e);
}

bool reissue_ask(Db *db, Arena *a, const Viewer *viewer, const ReissueWhat *what, Instant now, ApprovalRequest *out, bool *is_new, ReissueList *list, Err *e) {
    Asking x = { .a = a, .viewer = viewer, .what = what, .now = now };
    if (what->channel.n && channel_needs_account(what->channel)) return fail(e, BAD_INPUT, "For all of them only a channel without accounts can be named: POS.");
    if (!authority_require(viewer, ACTION_PAY, what->kab, e) || !change_do(db, asking_work, &x, e)) return false;
    *out = x.request;
    *is_new = x.is_new;
    *list = x.list;
    return true;
}

// ---- the last signature -------------------------------------------------------------------------------------------------

static bool reissue_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    Arena a = { 0 };
    ReissueList list;
    ReissueWhat what = what_of(kab, subject);
    bool is_good = reissue_list_load(db, &a, &what, &list, e);
    arena_free(&a);
    if (is_good) *is_there = list.n > 0, *out = list.hash;
    return is_good;
}

typedef struct { Db *db; Arena *a; const ReissueWhat *what; const ReissueList *list; int64_t actor_id, request_id, epoch_n; Instant now; Date today; const Hash *signed_hash; } Doing;

static bool book(const Doing *d, AccountName debit, AccountName credit, Rupiah amount, TransferKind kind, int64_t batch_id, const char *reason, int64_t *id, Err *e) {
    *id = 0;
    return amount.rp == 0 || books_transfer(d->db, &(Transfer){ .kab = d->what->kab, .stage = d->what->stage, .kind = kind, .debit = debit, .credit = credit, .amount = amount,
        .batch_id = batch_id, .reason = str_c(reason), .approval_hash = d->signed_hash, .actor_id = d->actor_id, .business_on = d->today, .at = d->now }, id, e);
}

static bool event_write(const Doing *d, const ReissueRow *r, const char *kind, int64_t transfer_id, Err *e) {
    AttemptEventLastRow last;
    bool has_last;
    return attempt_event_last(d->db, (AttemptEventLastArgs){ .kab = d->what->kab, .stage = d->what->stage, .family_id = r->family_id }, &last, &has_last, e) &&
           attempt_event_insert(d->db, (AttemptEventInsertArgs){ .kab = d->what->kab, .stage = d->what->stage, .family_id = r->family_id, .event_n = last.last_n + 1,
               .attempt_n = r->attempt_n, .kind = str_c(kind), .batch_id = r->batch_id, .amount_rp = r->amount, .reason = r->reason.n ? r->reason : (Str){ 0 }, .happened_on = d->today,
               .file_id = INT64_MIN, .file_line_n = INT64_MIN, .transfer_id = transfer_id ? transfer_id : INT64_MIN, .actor_id = d->actor_id, .recorded_at = d->now }, NULL, e);
}

static bool attempt_end(const Doing *d, const ReissueRow *r, const char *state, bool is_live, Err *e) {
    int64_t changed_n = 0;
    return attempt_move(d->db, (AttemptMoveArgs){ .kab = d->what->kab, .stage = d->what->stage, .family_id = r->family_id, .n = r->attempt_n, .old_state = r->state, .state = str_c(state),
               .is_live = is_live, .reason = r->reason.n ? r->reason : (Str){ 0 }, .happened_on = d->today, .credited_on = r->credited_on }, &changed_n, e) &&
           (changed_n == 1 || fail(e, BUSY, "Somebody else is settling the same payment. Try again."));
}

// Sums of the list: what came back, and what goes from one channel to another.
static bool sum_where(const ReissueList *l, Str from, Str to, bool only_returned, Rupiah *out, Err *e) {
    Rupiah sum = { 0 };
    for (size_t i = 0; i < l->n; i++) {
        const ReissueRow *r = &l->at[i];
        if ((from.n && !str_eq(r->channel, from)) || (to.n && !str_eq(r->to_channel, to)) || (only_returned && !str_eq(r->state, STR("returned")))) continue;
        if (!rupiah_add(sum, r->amount, &sum, e)) return false;
    }
    *out = sum;
    return true;
}

static bool treasury_do(const Doing *d, Err *e) {
    for (size_t c = 0; PACK_CHANNELS[c]; c++) {
        Str channel = str_c(PACK_CHANNELS[c]);
        Rupiah sum;
        int64_t transfer_id;
        if (!sum_where(d->list, channel, STR(""), true, &sum, e) ||
            !book(d, (AccountName){ ACCOUNT_RETURNED, channel, 0 }, (AccountName){ ACCOUNT_DUE_TO_TREASURY, channel, 0 }, sum, TRANSFER_SINGLE, 0, "to_treasury", &transfer_id, e)) return false;
        for (size_t i = 0; i < d->list->n; i++) {
            const ReissueRow *r = &d->list->at[i];
            if (str_eq(r->channel, channel) && (!attempt_end(d, r, "to_treasury", true, e) || !event_write(d, r, "to_treasury", transfer_id, e))) return false;
        }
    }
    return true;
}

// What came back is owed again; who changes the channel is owed through the other one.
static bool payable_again(const Doing *d, Err *e) {
    int64_t id;
    for (size_t c = 0; PACK_CHANNELS[c]; c++) {
        Str from = str_c(PACK_CHANNELS[c]);
        Rupiah sum;
        if (!sum_where(d->list, from, STR(""), true, &sum, e) ||
            !book(d, (AccountName){ ACCOUNT_RETURNED, from, 0 }, (AccountName){ ACCOUNT_PAYABLE, from, 0 }, sum, TRANSFER_SINGLE, 0, "reissue", &id, e)) return false;
        for (size_t k = 0; PACK_CHANNELS[k]; k++) {
            Str to = str_c(PACK_CHANNELS[k]);
            if (k == c) continue;
            if (!sum_where(d->list, from, to, false, &sum, e) ||
                !book(d, (AccountName){ ACCOUNT_PAYABLE, from, 0 }, (AccountName){ ACCOUNT_PAYABLE, to, 0 }, sum, TRANSFER_SINGLE, 0, "other_channel", &id, e)) return false;
        }
    }
    return true;
}

static bool wave_batch(const Doing *d, Str channel, Err *e) {
    BatchLastRow last;
    ReissuePayerRow payer;
    bool has_last, has_payer;
    Rupiah sum;
    int64_t n = 0, first_id = 0, last_id = 0, transfer_id;
    if (!sum_where(d->list, STR(""), channel, false, &sum, e)) return false;
    for (size_t i = 0; i < d->list->n; i++) {
        if (!str_eq(d->list->at[i].to_channel, channel)) continue;
        if (!n++) first_id = d->list->at[i].family_id;
        last_id = d->list->at[i].family_id;
    }
    if (!n) return true;
    if (!batch_last(d->db, (BatchLastArgs){ .kab = d->what->kab }, &last, &has_last, e) ||
        !reissue_payer(d->db, d->a, (ReissuePayerArgs){ .kab = d->what->kab, .stage = d->what->stage, .channel = channel }, &payer, &has_payer, e)) return false;
    int64_t id = last.last_id + 1;
    if (!batch_insert(d->db, (BatchInsertArgs){ .kab = d->what->kab, .id = id, .stage = d->what->stage, .channel = channel, .part_n = payer.last_part_n + 1, .first_id = first_id,
            .last_id = last_id, .family_n = n, .amount_rp = sum, .run_hash = payer.run_hash, .payer_name = payer.payer_name, .payer_account = payer.payer_account, .reserved_at = d->now },
            NULL, e) ||
        !follow_up_insert(d->db, (FollowUpInsertArgs){ .kab = d->what->kab, .batch_id = id, .epoch_n = d->epoch_n, .request_id = d->request_id }, NULL, e) ||
        !book(d, (AccountName){ ACCOUNT_PAYABLE, channel, 0 }, (AccountName){ ACCOUNT_IN_TRANSIT, channel, id }, sum, TRANSFER_PENDING, id, "reserve", &transfer_id, e)) return false;
    for (size_t i = 0; i < d->list->n; i++) {
        const ReissueRow *r = &d->list->at[i];
        if (!str_eq(r->to_channel, channel)) continue;
        if (!attempt_end(d, r, r->state.p, false, e) || !event_write(d, r, "reissued", 0, e) ||
            !attempt_next(d->db, (AttemptNextArgs){ .kab = d->what->kab, .stage = d->what->stage, .family_id = r->family_id, .n = r->attempt_n + 1, .channel = channel,
                .amount_rp = r->amount, .batch_id = id, .reason = r->reason.n ? r->reason : (Str){ 0 }, .recorded_at = d->now, .happened_on = d->today }, NULL, e)) return false;
    }
    return true;
}

static bool wave_do(Doing *d, Err *e) {
    ReissueEpochRow epoch;
    bool has_epoch;
    if (!reissue_epoch(d->db, (ReissueEpochArgs){ .kab = d->what->kab }, &epoch, &has_epoch, e) || !payable_again(d, e)) return false;
    d->epoch_n = epoch.epoch_n;
    for (size_t c = 0; PACK_CHANNELS[c]; c++) if (!wave_batch(d, str_c(PACK_CHANNELS[c]), e)) return false;
    return pack_epoch_close(d->db, d->what->kab, d->epoch_n, e);           // the payees stay as they are now, whatever the registry becomes
}

static bool reissue_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Arena a = { 0 };
    ReissueList list = { .n = 0 };
    ReissueWhat what = what_of(request->kab, request->subject);
    Doing d = { .db = db, .a = &a, .what = &what, .list = &list, .actor_id = signer->user_id, .request_id = request->id, .now = now, .today = district_day(request->kab, now),
                .signed_hash = &request->seen_hash };
    AuditEntry entry = { .kab = what.kab, .actor_id = signer->user_id, .action = what.is_treasury ? "payment.to_treasury" : "payment.reissue", .subject = what.stage, .at = now };
    bool is_good = reissue_list_load(db, &a, &what, &list, e) && (what.is_treasury ? treasury_do(&d, e) : wave_do(&d, e));
    entry.fields[0] = (AuditField)AUDIT_COUNT("family_n", (int64_t)list.n);
    entry.fields[1] = (AuditField)AUDIT_COUNT("amount_rp", list.amount.rp);
    entry.fields[2] = (AuditField)AUDIT_COUNT("changed_n", list.changed_n);
    entry.fields[3] = (AuditField)AUDIT_COUNT("request_id", request->id);
    is_good = is_good && audit_write(db, &entry, e);
    arena_free(&a);
    return is_good;
}

const ApprovalKind REISSUE_APPROVAL = { .name = "reissue", .title = N_("Payments that did not arrive"), .due_days = 3, .now = reissue_now, .finish = reissue_finish,
    .act = N_("With the last signature these families are paid again in a new batch, or what came back is given to the treasury.") };

// ---- the wave's batches -------------------------------------------------------------------------------------------------

static bool village_take(void *with, const Due *due, Err *e) {
    Payables *list = with;
    size_t low = 0, high = list->n;
    (void)e;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->at[middle].family_id < due->family_id) low = middle + 1; else high = middle;
    }
    if (low < list->n && list->at[low].family_id == due->family_id) list->at[low].village_id = due->village_id;
    return true;
}

bool reissue_payables(Db *db, Arena *a, const Batch *batch, bool with_payees, Payables *out, Err *e) {
    FollowUpReadRow wave;
    FollowUpFamiliesRows rows;
    FollowUpFamiliesRow row;
    Payables list = { 0 };
    size_t max = 0;
    bool is_found = false, has_row = false;
    if (!follow_up_read(db, (FollowUpReadArgs){ .kab = batch->kab, .batch_id = batch->id }, &wave, &is_found, e)) return false;
    if (!is_found) return fail(e, CONFLICT, "Batch %lld is no follow-up wave.", (long long)batch->id);
    bool is_good = follow_up_families(db, (FollowUpFamiliesArgs){ .kab = batch->kab, .batch_id = batch->id }, &rows, e);
    while (is_good && (is_good = follow_up_families_next(&rows, &row, &has_row, e)) && has_row) {
        if (list.n == max) {
            Payable *more = NEW(a, Payable, max = max ? 2 * max : 64);
            if (list.n) memcpy(more, list.at, list.n * sizeof *more);
            list.at = more;
        }
        list.at[list.n++] = (Payable){ .family_id = row.family_id, .amount = row.amount_rp, .attempt_n = row.n };
        is_good = rupiah_add(list.sum, row.amount_rp, &list.sum, e);
    }
    follow_up_families_end(&rows);
    if (!is_good || !due_each(db, batch->kab, batch->stage, batch->first_id, batch->last_id, village_take, &list, e) ||
        (with_payees && list.n && !payables_name(db, a, batch->kab, wave.epoch_n, &list, e))) return false;
    *out = list;
    return true;
}
