#include "payment/payment.h"
#include "base/lang.h"
#include "payment_payment.sql.h"
#include <stdlib.h>

static const struct { const char *name, *title; } STATES[] = {
    [PAYMENT_NOTHING] = { "nothing", N_("nothing to pay") },       [PAYMENT_EXPECTED] = { "expected", N_("expected") },
    [PAYMENT_HELD] = { "held", N_("held") },                       [PAYMENT_RESERVED] = { "reserved", N_("reserved") },
    [PAYMENT_ORDERED] = { "ordered", N_("ordered") },              [PAYMENT_CREDITED] = { "credited", N_("credited") },
    [PAYMENT_WITHDRAWN] = { "withdrawn", N_("withdrawn") },        [PAYMENT_PARTICULAR] = { "particular", N_("followed up") },
};
const char *payment_state_name(PaymentState state) { return STATES[state].name; }
const char *payment_state_title(PaymentState state) { return tr(STATES[state].title); }

// The exceptions of the asked families, all ascending: few beside the regular ones.
typedef struct { int64_t family_id; Str reason; } HoldRow;
typedef struct { int64_t family_id, n, batch_id; Str state, channel, reason; Rupiah amount; Date credited_on, happened_on; } AttemptRow;
typedef struct { Str channel; int64_t id, first_id, last_id; bool is_released; } BatchRow;
typedef struct { int64_t family_id; Date on; } SettledRow;
typedef struct { SettledRow *at; size_t n, next, max; } SettledRows;
typedef struct {
    HoldRow *holds;
    AttemptRow *attempts;
    BatchRow *batches;
    SettledRows credited, withdrawn;                       // ascending
    size_t hold_n, hold_at, attempt_n, attempt_at, batch_n;
    Str channel;
    PaymentEach *each;
    void *with;
} Merge;

// A growing list in an arena: room for one more.
#define ROOM(a, list, n, Type) do { if (((n) & ((n) - 1)) == 0) { Type *more_ = NEW(a, Type, (n) ? 2 * (n) : 1); if (n) memcpy(more_, list, (n) * sizeof(Type)); list = more_; } } while (0)

static bool holds_read(Db *db, Arena *a, int64_t kab, Str stage, int64_t first_id, int64_t last_id, Merge *m, Err *e) {
    PaymentHoldsRows rows = { 0 };
    PaymentHoldsRow row;
    bool has_row, is_good = payment_holds(db, (PaymentHoldsArgs){ .kab = kab, .stage = stage, .first_id = first_id, .last_id = last_id }, &rows, e);
    while (is_good && (is_good = payment_holds_next(&rows, &row, &has_row, e)) && has_row) {
        ROOM(a, m->holds, m->hold_n, HoldRow);
        m->holds[m->hold_n++] = (HoldRow){ row.family_id, arena_str(a, row.reason) };
    }
    payment_holds_end(&rows);
    return is_good;
}

static bool attempts_read(Db *db, Arena *a, int64_t kab, Str stage, int64_t first_id, int64_t last_id, Merge *m, Err *e) {
    PaymentAttemptsRows rows = { 0 };
    PaymentAttemptsRow row;
    bool has_row, is_good = payment_attempts(db, (PaymentAttemptsArgs){ .kab = kab, .stage = stage, .first_id = first_id, .last_id = last_id }, &rows, e);
    while (is_good && (is_good = payment_attempts_next(&rows, &row, &has_row, e)) && has_row) {
        ROOM(a, m->attempts, m->attempt_n, AttemptRow);
        m->attempts[m->attempt_n++] = (AttemptRow){ row.family_id, row.n, row.batch_id == INT64_MIN ? 0 : row.batch_id, arena_str(a, row.state), arena_str(a, row.channel),
                                                       arena_str(a, row.reason), row.amount_rp, row.credited_on, row.happened_on };
    }
    payment_attempts_end(&rows);
    return is_good;
}

static bool batches_read(Db *db, Arena *a, int64_t kab, Str stage, Merge *m, Err *e) {
    PaymentBatchesRows rows = { 0 };
    PaymentBatchesRow row;
    bool has_row, is_good = payment_batches(db, (PaymentBatchesArgs){ .kab = kab, .stage = stage }, &rows, e);
    while (is_good && (is_good = payment_batches_next(&rows, &row, &has_row, e)) && has_row) {
        ROOM(a, m->batches, m->batch_n, BatchRow);
        m->batches[m->batch_n++] = (BatchRow){ arena_str(a, row.channel), row.id, row.first_id, row.last_id, str_eq(row.state, STR("released")) };
    }
    payment_batches_end(&rows);
    return is_good;
}

static bool settled_take(Arena *a, SettledRows *to, Str data, int64_t family_n, Date on, int64_t first_id, int64_t last_id, Err *e) {
    if ((int64_t)data.n != 4 * family_n) return fail(e, CONFLICT, "A settlement in the database is damaged. Run: harapan check");
    if (to->n + (size_t)family_n > to->max) {
        SettledRow *more = NEW(a, SettledRow, to->max = 2 * to->n + (size_t)family_n);
        if (to->n) memcpy(more, to->at, to->n * sizeof *more);
        to->at = more;
    }
    for (int64_t i = 0; i < family_n; i++) {
        uint32_t id;
        memcpy(&id, data.p + 4 * i, 4);
        if (id >= first_id && id <= last_id) to->at[to->n++] = (SettledRow){ id, on };
    }
    return true;
}

static int settled_order(const void *a, const void *b) {
    const SettledRow *x = a, *y = b;
    return (x->family_id > y->family_id) - (x->family_id < y->family_id);
}

static bool settlements_read(Db *db, Arena *a, int64_t kab, Str stage, int64_t first_id, int64_t last_id, Merge *m, Err *e) {
    PaymentSettlementsRows rows = { 0 };
    PaymentSettlementsRow row;
    bool has_row, is_good = payment_settlements(db, (PaymentSettlementsArgs){ .kab = kab, .stage = stage, .first_id = first_id, .last_id = last_id }, &rows, e);
    while (is_good && (is_good = payment_settlements_next(&rows, &row, &has_row, e)) && has_row)
        is_good = settled_take(a, str_eq(row.kind, STR("credited")) ? &m->credited : &m->withdrawn, row.family_data, row.family_n, row.happened_on, first_id, last_id, e);
    payment_settlements_end(&rows);
    if (is_good && m->credited.n) qsort(m->credited.at, m->credited.n, sizeof *m->credited.at, settled_order);
    if (is_good && m->withdrawn.n) qsort(m->withdrawn.at, m->withdrawn.n, sizeof *m->withdrawn.at, settled_order);
    return is_good;
}

// Whether the family is in the list; families are asked for ascending.
static bool settled_find(SettledRows *list, int64_t family_id, Date *on) {
    while (list->next < list->n && list->at[list->next].family_id < family_id) list->next++;
    if (list->next == list->n || list->at[list->next].family_id != family_id) return false;
    *on = list->at[list->next].on;
    return true;
}

static void regular_fill(Merge *m, const Due *due, Payment *p) {
    p->state = due->state == DUE_PAYABLE ? PAYMENT_EXPECTED : PAYMENT_NOTHING;
    for (size_t i = 0; p->state == PAYMENT_EXPECTED && i < m->batch_n; i++) {
        const BatchRow *b = &m->batches[i];
        if (due->family_id < b->first_id || due->family_id > b->last_id || !str_eq(b->channel, due->channel)) continue;
        p->state = b->is_released ? PAYMENT_ORDERED : PAYMENT_RESERVED;
        p->batch_id = b->id;
    }
    if (p->state != PAYMENT_ORDERED || !settled_find(&m->credited, due->family_id, &p->credited_on)) return;
    p->state = PAYMENT_CREDITED;
    p->happened_on = p->credited_on;
    if (settled_find(&m->withdrawn, due->family_id, &p->happened_on)) p->state = PAYMENT_WITHDRAWN;
}

static bool merge_due(void *with, const Due *due, Err *e) {
    Merge *m = with;
    while (m->hold_at < m->hold_n && m->holds[m->hold_at].family_id < due->family_id) m->hold_at++;
    while (m->attempt_at < m->attempt_n && m->attempts[m->attempt_at].family_id < due->family_id) m->attempt_at++;
    Payment p = { .family_id = due->family_id, .village_id = due->village_id, .channel = due->channel, .due = due->state, .amount = due->amount };
    const HoldRow *hold = m->hold_at < m->hold_n && m->holds[m->hold_at].family_id == due->family_id ? &m->holds[m->hold_at] : NULL;
    const AttemptRow *attempt = m->attempt_at < m->attempt_n && m->attempts[m->attempt_at].family_id == due->family_id ? &m->attempts[m->attempt_at] : NULL;
    p.credited_on = p.happened_on = DATE_NONE;
    if (attempt) p.state = PAYMENT_PARTICULAR;
    else if (hold && due->state == DUE_PAYABLE) p.state = PAYMENT_HELD;
    else regular_fill(m, due, &p);
    p.attempt_n = attempt ? attempt->n : p.state != PAYMENT_NOTHING;
    if (attempt) {
        p.channel = attempt->channel;
        p.amount = attempt->amount;
        p.attempt_state = attempt->state;
        p.reason = attempt->reason;
        p.batch_id = attempt->batch_id;
        p.credited_on = attempt->credited_on;
        p.happened_on = attempt->happened_on;
    } else if (p.state == PAYMENT_HELD) p.reason = hold->reason;
    if (m->channel.n && !str_eq(m->channel, p.channel)) return true;
    return m->each(m->with, &p, e);
}

bool payment_each(Db *db, int64_t kab, Str stage, Str channel, int64_t first_id, int64_t last_id, PaymentEach *each, void *with, Err *e) {
    Arena arena = { 0 };
    Merge m = { .channel = channel, .each = each, .with = with };
    bool is_good = holds_read(db, &arena, kab, stage, first_id, last_id, &m, e) && attempts_read(db, &arena, kab, stage, first_id, last_id, &m, e) &&
                   batches_read(db, &arena, kab, stage, &m, e) && settlements_read(db, &arena, kab, stage, first_id, last_id, &m, e) &&
                   due_each(db, kab, stage, first_id, last_id, merge_due, &m, e);
    arena_free(&arena);
    return is_good;
}
