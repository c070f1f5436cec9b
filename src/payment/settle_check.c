// settle_check.c: the families' side and the books' side of what was settled agree. Adds up families one by one, with none of the code
// that settled them.
#include "payment/settle_check.h"
#include "payment/batch.h"
#include "payment/books.h"
#include "payment/payment.h"
#include "payment_settle_check.sql.h"
#include <stdlib.h>

typedef struct { int64_t id; Str channel; int64_t pending_rp, paid_rp; } BatchSum;
typedef struct { BatchSum *at; size_t n; int64_t kab, returned_rp, treasury_rp; Str stage; Violations *v; } Sums;

static long long number(int64_t n) { return (long long)n; }

static bool payment_add(void *with, const Payment *p, Err *e) {
    Sums *s = with;
    Str state = p->state == PAYMENT_PARTICULAR ? p->attempt_state : str_c(payment_state_name(p->state));
    bool is_pending = str_eq(state, STR("ordered")) || str_eq(state, STR("reserved"));
    bool is_paid = str_eq(state, STR("credited")) || str_eq(state, STR("withdrawn"));
    (void)e;
    if (str_eq(state, STR("returned"))) s->returned_rp += p->amount.rp;
    if (str_eq(state, STR("to_treasury"))) s->treasury_rp += p->amount.rp;
    if (!is_pending && !is_paid) return true;
    for (size_t i = 0; i < s->n; i++) {
        if (s->at[i].id != p->batch_id) continue;
        *(is_pending ? &s->at[i].pending_rp : &s->at[i].paid_rp) += p->amount.rp;
        return true;
    }
    violation(s->v, "District %lld, stage %.*s: family %lld is said to be %.*s, but its payment is in no batch.", number(s->kab), STR_ARG(s->stage), number(p->family_id), STR_ARG(state));
    return true;
}

static bool batches_agree(Db *db, const Sums *s, Err *e) {
    for (size_t i = 0; i < s->n; i++) {
        const BatchSum *b = &s->at[i];
        AccountSums a;
        if (!books_sums(db, s->kab, s->stage, (AccountName){ ACCOUNT_IN_TRANSIT, b->channel, b->id }, &a, e)) return false;
        if (a.credit_pending.rp != b->pending_rp)
            violation(s->v, "District %lld, batch %lld: Rp %lld is on its way in the books, Rp %lld by its families.", number(s->kab), number(b->id), number(a.credit_pending.rp), number(b->pending_rp));
        if (a.credit_posted.rp - a.debit_posted.rp != b->paid_rp)
            violation(s->v, "District %lld, batch %lld: Rp %lld is paid in the books, Rp %lld by its families.", number(s->kab), number(b->id),
                      number(a.credit_posted.rp - a.debit_posted.rp), number(b->paid_rp));
    }
    return true;
}

static bool kind_agrees(Db *db, Arena *a, const Sums *s, AccountKind kind, int64_t wanted_rp, Err *e) {
    Accounts list;
    int64_t held_rp = 0;
    if (!books_list(db, a, s->kab, s->stage, &list, e)) return false;
    bool is_given_on = kind == ACCOUNT_DUE_TO_TREASURY;                // its families stay there when the receipt has come
    for (size_t i = 0; i < list.n; i++)
        if (list.at[i].kind == kind) held_rp += list.at[i].sums.credit_posted.rp - (is_given_on ? 0 : list.at[i].sums.debit_posted.rp);
    if (held_rp != wanted_rp)
        violation(s->v, "District %lld, stage %.*s: the account \"%s\" holds Rp %lld, but its families and lines make Rp %lld.", number(s->kab), STR_ARG(s->stage),
                  account_kind_title(kind), number(held_rp), number(wanted_rp));
    return true;
}

static int id_order(const void *a, const void *b) { uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b; return (x > y) - (x < y); }

typedef struct { uint32_t *at; size_t n, max; } Ids;
static void once_each(const Sums *s, Ids *ids, const char *kind) {
    if (ids->n) qsort(ids->at, ids->n, sizeof *ids->at, id_order);
    for (size_t i = 1; i < ids->n; i++)
        if (ids->at[i] == ids->at[i - 1]) violation(s->v, "District %lld, stage %.*s: family %lld is %s in two settlements.", number(s->kab), STR_ARG(s->stage), number(ids->at[i]), kind);
}

static bool segments_are_whole(Db *db, Arena *a, const Sums *s, Err *e) {
    SettleCheckSegmentsRows rows;
    SettleCheckSegmentsRow row;
    Ids ids[2] = { { 0 } };
    bool has_row = false, is_good = settle_check_segments(db, (SettleCheckSegmentsArgs){ .kab = s->kab, .stage = s->stage }, &rows, e);
    while (is_good && (is_good = settle_check_segments_next(&rows, &row, &has_row, e)) && has_row) {
        Ids *to = &ids[str_eq(row.kind, STR("withdrawn"))];
        size_t n = row.family_data.n / 4;
        if ((int64_t)n != row.family_n || row.family_data.n % 4) {
            violation(s->v, "District %lld: settlement %lld names %zu families, not %lld.", number(s->kab), number(row.id), n, number(row.family_n));
            continue;
        }
        if (to->n + n > to->max) {
            uint32_t *more = NEW(a, uint32_t, to->max = 2 * to->n + n);
            if (to->n) memcpy(more, to->at, to->n * sizeof *more);
            to->at = more;
        }
        memcpy(to->at + to->n, row.family_data.p, 4 * n);
        if (to->at[to->n] != row.first_id || to->at[to->n + n - 1] != row.last_id) violation(s->v, "District %lld: settlement %lld has other bounds than its families.", number(s->kab), number(row.id));
        to->n += n;
    }
    settle_check_segments_end(&rows);
    if (is_good) once_each(s, &ids[0], "credited"), once_each(s, &ids[1], "withdrawn");
    return is_good;
}

static bool transfers_are_named(Db *db, const Sums *s, Err *e) {
    SettleCheckTransfersRows rows;
    SettleCheckTransfersRow row;
    bool has_row = false, is_good = settle_check_transfers(db, (SettleCheckTransfersArgs){ .kab = s->kab, .stage = s->stage }, &rows, e);
    while (is_good && (is_good = settle_check_transfers_next(&rows, &row, &has_row, e)) && has_row)
        if (row.amount_rp.rp != row.named_rp.rp)
            violation(s->v, "District %lld, batch %lld: transfer %lld moves Rp %lld, but the families that it names make Rp %lld.", number(s->kab), number(row.batch_id), number(row.id),
                      number(row.amount_rp.rp), number(row.named_rp.rp));
    settle_check_transfers_end(&rows);
    return is_good;
}

bool settle_check(Db *db, Arena *a, int64_t kab, Str stage, Violations *v, Err *e) {
    Batches batches;
    SettleCheckTrayRow tray;
    bool has_row;
    if (!batch_load(db, a, kab, stage, &batches, e)) return false;
    Sums s = { .at = NEW(a, BatchSum, batches.n + 1), .n = batches.n, .kab = kab, .stage = stage, .v = v };
    for (size_t i = 0; i < batches.n; i++) s.at[i] = (BatchSum){ .id = batches.at[i].id, .channel = batches.at[i].channel };
    return payment_each(db, kab, stage, STR(""), 1, INT64_MAX - 1, payment_add, &s, e) && batches_agree(db, &s, e) && segments_are_whole(db, a, &s, e) &&
           transfers_are_named(db, &s, e) && kind_agrees(db, a, &s, ACCOUNT_RETURNED, s.returned_rp, e) && kind_agrees(db, a, &s, ACCOUNT_DUE_TO_TREASURY, s.treasury_rp, e) &&
           settle_check_tray(db, (SettleCheckTrayArgs){ .kab = kab, .stage = stage }, &tray, &has_row, e) &&
           kind_agrees(db, a, &s, ACCOUNT_UNIDENTIFIED, tray.open_rp.rp, e);
}
