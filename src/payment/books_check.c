// books_check.c: the books proved from their transfers alone. It adds everything up again in 128 bits, with none of the code
// that wrote it, so that a mistake there cannot hide here.
#include "payment/books.h"
#include "payment_books.sql.h"
#include <stdlib.h>

typedef __int128 Wide;
typedef struct { int64_t id; Str stage, title; bool must_hold; AccountSums stored; Wide debit_pending, debit_posted, credit_pending, credit_posted; } Ledger;
typedef struct { int64_t id, debit_id, credit_id, batch_id; Str stage; Wide open; } Pending;
typedef struct { Arena arena; int64_t kab; Ledger *ledgers; size_t ledger_n, ledger_max; Pending *pendings; size_t pending_n, pending_max; Violations *v; } Check;

static void *grown(Arena *a, void *at, size_t n, size_t *max, size_t size) {
    if (n < *max) return at;
    *max = *max ? 2 * *max : 64;
    void *more = arena_alloc(a, size, _Alignof(Wide), *max);
    if (n) memcpy(more, at, n * size);
    return more;
}

static bool ledgers_read(Db *db, Check *c, Err *e) {
    AccountAllRows rows;
    AccountAllRow row;
    bool has_row = false, is_good = account_all(db, (AccountAllArgs){ .kab = c->kab }, &rows, e);
    while (is_good && (is_good = account_all_next(&rows, &row, &has_row, e)) && has_row) {
        c->ledgers = grown(&c->arena, c->ledgers, c->ledger_n, &c->ledger_max, sizeof *c->ledgers);
        bool is_source = str_eq(row.kind, STR("programme_cost")) || str_eq(row.kind, STR("programme_bank")) || str_eq(row.kind, STR("treasury"));
        c->ledgers[c->ledger_n++] = (Ledger){ .id = row.id, .stage = arena_str(&c->arena, row.stage), .must_hold = !is_source,
            .title = arena_fmt(&c->arena, "%.*s %.*s %.*s %lld", STR_ARG(row.stage), STR_ARG(row.kind), STR_ARG(row.channel), (long long)row.batch_id),
            .stored = { row.debit_pending_rp, row.debit_posted_rp, row.credit_pending_rp, row.credit_posted_rp } };
    }
    account_all_end(&rows);
    return is_good;
}

static int ledger_order(const void *key, const void *at) {
    int64_t id = *(const int64_t *)key, other = ((const Ledger *)at)->id;
    return (id > other) - (id < other);
}
static Ledger *ledger_find(const Check *c, int64_t id) { return c->ledger_n ? bsearch(&id, c->ledgers, c->ledger_n, sizeof *c->ledgers, ledger_order) : NULL; }

static int pending_order(const void *key, const void *at) {
    int64_t id = *(const int64_t *)key, other = ((const Pending *)at)->id;
    return (id > other) - (id < other);
}

static void resolve(Check *c, const TransferAllRow *t, Ledger *debit, Ledger *credit, bool is_post) {
    Pending *p = c->pending_n ? bsearch(&t->pending_id, c->pendings, c->pending_n, sizeof *c->pendings, pending_order) : NULL;
    if (!p) { violation(c->v, "Books of district %lld: transfer %lld resolves %lld, which is no reservation.", (long long)c->kab, (long long)t->id, (long long)t->pending_id); return; }
    if (p->debit_id != t->debit_id || p->credit_id != t->credit_id || p->batch_id != t->batch_id || !str_eq(p->stage, t->stage))
        violation(c->v, "Books of district %lld: transfer %lld and its reservation %lld are not of the same accounts.", (long long)c->kab, (long long)t->id, (long long)p->id);
    p->open -= t->amount_rp.rp;
    if (p->open < 0) violation(c->v, "Books of district %lld: reservation %lld is resolved beyond its amount by transfer %lld.", (long long)c->kab, (long long)p->id, (long long)t->id);
    debit->debit_pending -= t->amount_rp.rp;
    credit->credit_pending -= t->amount_rp.rp;
    if (is_post) { debit->debit_posted += t->amount_rp.rp; credit->credit_posted += t->amount_rp.rp; }
}

static void overdrawn(const Check *c, const Ledger *l, int64_t transfer_id) {
    if (l->must_hold && l->debit_posted + l->debit_pending > l->credit_posted)
        violation(c->v, "Books of district %lld: account %.*s is overdrawn at transfer %lld.", (long long)c->kab, STR_ARG(l->title), (long long)transfer_id);
}

static void follow(Check *c, const TransferAllRow *t) {
    Ledger *debit = ledger_find(c, t->debit_id), *credit = ledger_find(c, t->credit_id);
    if (!debit || !credit) { violation(c->v, "Books of district %lld: transfer %lld names an account that is not there.", (long long)c->kab, (long long)t->id); return; }
    if (t->amount_rp.rp <= 0 || t->amount_rp.rp > TRANSFER_RP_MAX)
        violation(c->v, "Books of district %lld: transfer %lld has the amount Rp %lld.", (long long)c->kab, (long long)t->id, (long long)t->amount_rp.rp);
    if (!str_eq(debit->stage, t->stage) || !str_eq(credit->stage, t->stage))
        violation(c->v, "Books of district %lld: transfer %lld moves money between stages.", (long long)c->kab, (long long)t->id);
    if (str_eq(t->kind, STR("single"))) { debit->debit_posted += t->amount_rp.rp; credit->credit_posted += t->amount_rp.rp; }
    else if (str_eq(t->kind, STR("pending"))) {
        c->pendings = grown(&c->arena, c->pendings, c->pending_n, &c->pending_max, sizeof *c->pendings);
        c->pendings[c->pending_n++] = (Pending){ t->id, t->debit_id, t->credit_id, t->batch_id, arena_str(&c->arena, t->stage), t->amount_rp.rp };
        debit->debit_pending += t->amount_rp.rp;
        credit->credit_pending += t->amount_rp.rp;
    } else resolve(c, t, debit, credit, str_eq(t->kind, STR("post")));
    overdrawn(c, debit, t->id);
}

static bool transfers_follow(Db *db, Check *c, Err *e) {
    TransferAllRows rows;
    TransferAllRow row;
    int64_t last_id = 0;
    bool has_row = false, is_good = transfer_all(db, (TransferAllArgs){ .kab = c->kab }, &rows, e);
    while (is_good && (is_good = transfer_all_next(&rows, &row, &has_row, e)) && has_row) {
        if (row.id != last_id + 1) violation(c->v, "Books of district %lld: after transfer %lld comes %lld; transfers are missing.", (long long)c->kab, (long long)last_id, (long long)row.id);
        last_id = row.id;
        follow(c, &row);
    }
    transfer_all_end(&rows);
    return is_good;
}

static void ledgers_compare(Check *c) {
    Wide debit = 0, credit = 0;
    for (size_t i = 0; i < c->ledger_n; i++) {
        const Ledger *l = &c->ledgers[i];
        if (l->debit_pending != l->stored.debit_pending.rp || l->debit_posted != l->stored.debit_posted.rp ||
            l->credit_pending != l->stored.credit_pending.rp || l->credit_posted != l->stored.credit_posted.rp)
            violation(c->v, "Books of district %lld: the sums of account %.*s are not those of its transfers.", (long long)c->kab, STR_ARG(l->title));
        debit += (Wide)l->stored.debit_pending.rp + l->stored.debit_posted.rp;
        credit += (Wide)l->stored.credit_pending.rp + l->stored.credit_posted.rp;
    }
    if (debit != credit) violation(c->v, "Books of district %lld: debits and credits differ by Rp %lld.", (long long)c->kab, (long long)(debit - credit));
}

bool books_check(Db *db, int64_t kab, Violations *v, Err *e) {
    Check c = { .kab = kab, .v = v };
    bool is_good = ledgers_read(db, &c, e) && transfers_follow(db, &c, e);
    if (is_good) ledgers_compare(&c);
    arena_free(&c.arena);
    return is_good;
}
