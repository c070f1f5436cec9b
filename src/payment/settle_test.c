// settle_test.c: what answers do to payments and books, on both engines. A second, naive ledger (the model) predicts every balance and
// every family over long random histories: waves of credits, failures, returns, files twice, strangers, wrong amounts, late and
// contradicting words.
#include "payment/pay_sample.h"
#include "base/random.h"
#include "payment/reconcile.h"
#include "payment/reissue.h"
#include "payment/settle.h"
#include "registry/number.h"
#include <sys/wait.h>

// ---- files made by hand ---------------------------------------------------------------------------------------------------

typedef struct { int64_t family_id, attempt_n; SettleKind kind; bool is_proof, is_money_in; int64_t amount; int32_t day; const char *text, *whole; } Line;   // text: instead of our name
typedef struct { const Line *at; size_t n; } Lines;

static bool lines_each(void *with, SettleTake *take, void *taker, Err *e) {
    const Lines *l = with;
    for (size_t i = 0; i < l->n; i++) {
        const Line *x = &l->at[i];
        SettleLine line = { .line_n = (int64_t)i + 1, .kind = x->kind, .is_proof = x->is_proof, .is_money_in = x->is_money_in, .has_amount = x->amount > 0, .amount = { x->amount },
                            .on = x->day ? (Date){ x->day } : DATE_NONE };
        if (x->whole) line.whole = str_c(x->whole);
        else if (x->text) line.reference = str_c(x->text);
        else line.name = (SettleName){ KAB, x->family_id, x->attempt_n ? x->attempt_n : 1, "2024-2" }, line.name_n = 1;
        (void)e;
        if (!take(taker, &line, e)) return false;
    }
    return true;
}

static SettleWhat file_of_lines(const Lines *lines, const char *name, const char *message) {
    return (SettleWhat){ .kab = KAB, .stage = STAGE, .format = STR("test"), .message = str_c(message), .file_hash = hash_of(name, strlen(name)), .source = { lines_each, (void *)(uintptr_t)lines } };
}

static bool take_in(DbTest *t, const Office *o, const Lines *lines, const char *name, const char *message, SettleResult *out) {
    SettleWhat what = file_of_lines(lines, name, message);
    t->err = (Err){ 0 };
    return settle_apply(t->db, &o->operator, &what, NOON, out, &t->err);
}

// ---- the families that are paid ---------------------------------------------------------------------------------------------

typedef struct { int64_t id, amount, batch_id; bool is_cash; } Paid;
typedef struct { Paid at[FAMILIES]; size_t n; } PaidList;
static bool paid_take(void *with, const Payment *p, Err *e) {
    PaidList *l = with;
    (void)e;
    if (p->state == PAYMENT_ORDERED) l->at[l->n++] = (Paid){ p->family_id, p->amount.rp, p->batch_id, str_eq(p->channel, STR("POS")) };
    return true;
}

static Office paid_office(DbTest *t, PaidList *list) {
    Office o = make_office(t);
    Run run = close_and_run(t);
    ApproveResult r;
    PayResult paid;
    approve(t, &o, &run, &r);
    check_ok(pay(t, &o, &o.operator, &paid), t->err);
    *list = (PaidList){ .n = 0 };
    good(payment_each(t->db, KAB, STAGE, STR(""), 1, FAMILY_LAST, paid_take, list, &t->err));
    assert_true(list->n > 80);
    return o;
}

static const Paid *of_bank(const PaidList *l, size_t n) {
    for (size_t i = 0; i < l->n; i++) if (!l->at[i].is_cash && n-- == 0) return &l->at[i];
    fail_msg("%s", "too few families of the bank");
    return NULL;
}

typedef struct { int64_t family_id; Payment found; char attempt_state[16]; } Looking;
static bool look_take(void *with, const Payment *p, Err *e) {
    Looking *l = with;
    (void)e;
    l->found = *p;
    snprintf(l->attempt_state, sizeof l->attempt_state, "%.*s", STR_ARG(p->state == PAYMENT_PARTICULAR ? p->attempt_state : str_c(payment_state_name(p->state))));
    return true;
}
static const char *state_of(DbTest *t, int64_t family_id, Looking *l) {
    *l = (Looking){ .family_id = family_id };
    good(payment_each(t->db, KAB, STAGE, STR(""), family_id, family_id, look_take, l, &t->err));
    return l->attempt_state;
}

// ---- a transcript -------------------------------------------------------------------------------------------------------------

static void answers_settle_payments(DbTest *t) {
    PaidList l;
    Office o = paid_office(t, &l);
    SettleResult r;
    Looking at;
    const Paid *a = of_bank(&l, 0), *b = of_bank(&l, 1), *c = of_bank(&l, 2), *d = of_bank(&l, 3);
    Line status[] = { { a->id, .kind = SETTLE_CREDITED }, { b->id, .kind = SETTLE_FAILED }, { c->id, .kind = SETTLE_PENDING }, { .text = "NOTHING-OF-OURS", .kind = SETTLE_CREDITED, .amount = 5 } };
    Lines one = { status, 4 };
    SettleWhat what = file_of_lines(&one, "one", "M1");
    refused(settle_apply(t->db, &o.auditor, &what, NOON, &r, &t->err), FORBIDDEN);
    good(settle_preview(t->db, &o.operator, &what, NOON, &r, &t->err));
    assert_true(r.pending.n == 2 && r.failed.n == 1 && r.tray.n == 1 && r.credited.n == 0 && r.line_n == 4);
    assert_string_equal(state_of(t, b->id, &at), "ordered");                           // looking changes nothing
    what.seen_hash = r.hash;
    good(settle_apply(t->db, &o.operator, &what, NOON, &r, &t->err));
    assert_string_equal(state_of(t, a->id, &at), "ordered");                           // a status is no proof
    assert_string_equal(state_of(t, b->id, &at), "failed");
    assert_int_equal(violations(t, STR(""), true), 0);
    assert_true(take_in(t, &o, &one, "one", "M1", &r) && r.taken_before_id == 1);                // the same bytes
    assert_true(take_in(t, &o, &one, "one again", "M1", &r) && r.taken_before_id == 1);          // the same message under another name
    Line more[] = { status[0], status[1] };
    refused(settle_apply(t->db, &o.operator, &(SettleWhat){ .kab = KAB, .stage = STAGE, .format = STR("test"), .message = STR("M1"), .file_hash = hash_of("x", 1),
                         .source = { lines_each, &(Lines){ more, 2 } } }, NOON, &r, &t->err), CONFLICT);     // the same name, other lines
    Line statement[] = { { a->id, .kind = SETTLE_CREDITED, .is_proof = true, .amount = a->amount, .day = 19900 }, { b->id, .kind = SETTLE_CREDITED, .is_proof = true, .day = 19900 },
                         { c->id, .kind = SETTLE_CREDITED, .is_proof = true, .amount = c->amount - 1 }, { d->id, .kind = SETTLE_CREDITED, .is_proof = true, .day = 19900 },
                         { d->id, .kind = SETTLE_RETURNED, .is_proof = true, .day = 19901 }, { a->id, .kind = SETTLE_CREDITED, .is_proof = true, .day = 19900 },
                         { .text = "FEE", .kind = SETTLE_OTHER, .amount = 100 }, { .text = "GIFT", .kind = SETTLE_OTHER, .is_proof = true, .is_money_in = true, .amount = 700 },
                         { .text = "GIFT", .kind = SETTLE_OTHER, .is_proof = true, .is_money_in = true, .amount = 700 } };
    Lines two = { statement, 9 };
    assert_true(take_in(t, &o, &two, "two", "", &r));
    assert_true(r.credited.n == 2 && r.returned.n == 1 && r.repeated.n == 1 && r.tray.n == 5 && r.failed.n == 0);
    assert_string_equal(state_of(t, a->id, &at), "credited");
    assert_int_equal(at.found.credited_on.days, 19900);
    assert_string_equal(state_of(t, c->id, &at), "ordered");                           // another amount is for a person
    assert_string_equal(state_of(t, d->id, &at), "returned");
    assert_int_equal(at.found.happened_on.days, 19901);
    assert_int_equal(violations(t, STR(""), true), 0);
    AccountSums gifts;
    good(books_sums(t->db, KAB, STAGE, (AccountName){ ACCOUNT_UNIDENTIFIED, STR(""), 0 }, &gifts, &t->err));
    assert_int_equal(gifts.credit_posted.rp, 1400);
    Line longer[] = { statement[6], statement[7], statement[8], statement[0], { a->id, .kind = SETTLE_WITHDRAWN, .is_proof = true, .day = 19905 } };
    assert_true(take_in(t, &o, &(Lines){ longer, 5 }, "the week", "", &r));             // the same entries in a longer statement
    assert_true(r.tray.n == 0 && r.repeated.n == 4 && r.withdrawn.n == 1);
    assert_string_equal(state_of(t, a->id, &at), "withdrawn");
    assert_int_equal(at.found.happened_on.days, 19905);
    assert_int_equal(violations(t, STR(""), true), 0);
    folder_remove(o.folder);
}
DB_TEST(answers_settle_payments)

// A bank may refuse a message, or a block of it, in one word.
static void a_whole_message_fails(DbTest *t) {
    PaidList l;
    Office o = paid_office(t, &l);
    SettleResult r;
    const Paid *a = of_bank(&l, 0);
    Looking at;
    int64_t others = 0;
    for (size_t i = 0; i < l.n; i++) others += l.at[i].batch_id == a->batch_id && l.at[i].id != a->id;
    Line lines[] = { { a->id, .kind = SETTLE_CREDITED, .is_proof = true }, { .whole = "PKH-1371-2024-2-BRI-P01-A1-00001", .kind = SETTLE_FAILED }, { .whole = "SOMEBODY-ELSE", .kind = SETTLE_FAILED } };
    assert_true(take_in(t, &o, &(Lines){ lines, 3 }, "refused", "", &r));
    assert_true(r.credited.n == 1 && r.failed.n == others && r.tray.n == 2);
    assert_string_equal(state_of(t, a->id, &at), "credited");
    assert_int_equal(violations(t, STR(""), true), 0);
    folder_remove(o.folder);
}
DB_TEST(a_whole_message_fails)

// ---- paid again -----------------------------------------------------------------------------------------------------------------

static bool attempt_count(void *with, const Payment *p, Err *e) { (void)e; *(int64_t *)with += p->attempt_n == 2; return true; }

static bool sign_reissue(DbTest *t, const Viewer *who, const ApprovalRequest *r) {
    ApprovalRequest again = *r;
    t->err = (Err){ 0 };
    if (!db_begin(t->db, &t->err)) return false;
    bool is_good = approval_sign(t->db, who, &REISSUE_APPROVAL, &again, &r->seen_hash, NOON, &t->err) && db_commit(t->db, &t->err);
    if (!is_good) db_rollback(t->db);
    return is_good;
}

static void what_failed_is_paid_again(DbTest *t) {
    PaidList l;
    Office o = paid_office(t, &l);
    SettleResult r;
    ReissueList list;
    ApprovalRequest request, second;
    Looking at;
    PayResult paid;
    Reconcile rec;
    bool is_new;
    const Paid *a = of_bank(&l, 0), *b = of_bank(&l, 1), *c = of_bank(&l, 2), *d = of_bank(&l, 3);
    Line lines[] = { { a->id, .kind = SETTLE_FAILED, .day = 19900 }, { b->id, .kind = SETTLE_FAILED, .day = 19900 }, { c->id, .kind = SETTLE_RETURNED, .is_proof = true, .day = 19900 },
                     { d->id, .kind = SETTLE_RETURNED, .is_proof = true, .day = 19900 } };
    ReissueWhat again = { .kab = KAB, .stage = STAGE }, treasury = { .kab = KAB, .stage = STAGE, .is_treasury = true };
    refused(reissue_ask(t->db, &t->arena, &o.operator, &again, NOON, &request, &is_new, &list, &t->err), CONFLICT);        // nothing failed yet
    assert_true(take_in(t, &o, &(Lines){ lines, 3 }, "bad day", "", &r));
    good(db_begin(t->db, &t->err));                                                                 // one family brought another account
    good(number_change(t->db, SECRET_ACCOUNT, (ClaimHolder){ KAB, a->id, 0 }, STR("777701000000017"), &t->err));
    good(pack_refresh(t->db, KAB, a->id, a->id, NULL, &t->err));
    good(db_commit(t->db, &t->err));
    refused(reissue_ask(t->db, &t->arena, &o.auditor, &again, NOON, &request, &is_new, &list, &t->err), FORBIDDEN);
    good(reissue_ask(t->db, &t->arena, &o.operator, &again, NOON, &request, &is_new, &list, &t->err));
    assert_true(is_new && list.n == 3 && list.failed_n == 2 && list.returned_n == 1 && list.changed_n == 1 && list.amount.rp == a->amount + b->amount + c->amount);
    good(reissue_ask(t->db, &t->arena, &o.operator, &again, NOON, &second, &is_new, &list, &t->err));
    assert_true(!is_new && second.id == request.id);
    assert_false(sign_reissue(t, &o.operator, &request)); assert_int_equal(t->err.code, FORBIDDEN);                        // maker is never checker
    assert_true(sign_reissue(t, &o.head, &request));
    assert_false(sign_reissue(t, &o.linjamsos, &request));
    assert_string_equal(state_of(t, a->id, &at), "reserved");
    assert_int_equal(at.found.attempt_n, 2);
    assert_int_equal(violations(t, STR(""), true), 0);
    check_ok(pay(t, &o, &o.operator, &paid), t->err);
    assert_true(paid.released_n == 1 && paid.batch_new_n == 0);
    assert_string_equal(state_of(t, a->id, &at), "ordered");
    assert_int_equal(violations(t, o.folder, true), 0);
    check_ok(pay(t, &o, &o.operator, &paid), t->err);                                               // the same bytes again
    assert_int_equal(paid.file_new_n, 0);
    Line news[] = { { a->id, 2, SETTLE_CREDITED, .is_proof = true, .day = 19910 }, { b->id, 1, SETTLE_CREDITED, .is_proof = true, .day = 19911 }, { b->id, 2, SETTLE_FAILED, .day = 19912 },
                    { c->id, 3, SETTLE_CREDITED, .is_proof = true }, { d->id, 1, SETTLE_RETURNED, .is_proof = true, .day = 19913 } };
    assert_true(take_in(t, &o, &(Lines){ news, 5 }, "second answer", "", &r));
    assert_true(r.credited.n == 2 && r.failed.n == 1 && r.returned.n == 1 && r.tray.n == 2);         // the late word and the attempt that never was
    assert_string_equal(state_of(t, a->id, &at), "credited");
    assert_string_equal(state_of(t, b->id, &at), "failed");
    assert_string_equal(state_of(t, c->id, &at), "ordered");
    int64_t second_n = 0;
    good(payment_each(t->db, KAB, STAGE, STR(""), 1, FAMILY_LAST, attempt_count, &second_n, &t->err));
    assert_int_equal(second_n, 3);
    good(reissue_ask(t->db, &t->arena, &o.operator, &treasury, NOON, &request, &is_new, &list, &t->err));
    assert_true(list.n == 1 && list.at[0].family_id == d->id);
    assert_true(sign_reissue(t, &o.linjamsos, &request));
    assert_string_equal(state_of(t, d->id, &at), "to_treasury");
    assert_int_equal(violations(t, o.folder, true), 0);
    MoneyPaper sp2d = { KAB, STAGE, STR("BRI"), STR("SP2D-1"), false, { 5000000 }, { 19880 } }, receipt = { KAB, STAGE, STR("BRI"), STR("NTPN-1"), true, { d->amount }, { 19920 } };
    good(reconcile_paper(t->db, &o.operator, &sp2d, NOON, &is_new, &t->err)); assert_true(is_new);
    good(reconcile_paper(t->db, &o.operator, &sp2d, NOON, &is_new, &t->err)); assert_false(is_new);
    sp2d.amount.rp++;
    refused(reconcile_paper(t->db, &o.operator, &sp2d, NOON, &is_new, &t->err), CONFLICT);            // the same number with another amount
    good(reconcile_paper(t->db, &o.operator, &receipt, NOON, &is_new, &t->err)); assert_true(is_new);
    receipt.number = STR("NTPN-2");
    refused(reconcile_paper(t->db, &o.operator, &receipt, NOON, &is_new, &t->err), CONFLICT);         // more than is due
    good(reconcile_read(t->db, &t->arena, KAB, STAGE, &rec, &t->err));
    assert_int_equal(rec.unexplained.rp, 0);
    assert_true(rec.total.at[PLACE_CREDITED].n == 1 && rec.total.at[PLACE_FAILED].n == 1 && rec.total.at[PLACE_TREASURY].n == 1 && rec.total.all.n == (int64_t)l.n);
    assert_int_equal(rec.remitted.rp, d->amount);
    assert_int_equal(violations(t, o.folder, true), 0);
    folder_remove(o.folder);
}
DB_TEST(what_failed_is_paid_again)

// ---- the naive ledger -----------------------------------------------------------------------------------------------------------

typedef struct { const char *state; int32_t happened; bool has_row; int64_t attempt_n; } Known;
typedef struct { SettleSum credited, withdrawn, failed, returned, pending, repeated, tray; } Told;
typedef struct { PaidList *l; Known at[FAMILIES]; int64_t stranger_rp; } Model;

static void told(SettleSum *s, int64_t rp) { s->n++; s->amount.rp += rp; }
static bool is(const Known *k, const char *state) { return strcmp(k->state, state) == 0; }

// In words, as the manual says it: no table, nothing of the code it judges.
static void model_line(Model *m, const Line *x, size_t i, int32_t today, Told *out) {
    Known *k = &m->at[i];
    int64_t amount = m->l->at[i].amount;
    int32_t on = x->day ? x->day : today;
    if (x->attempt_n < k->attempt_n) {                     // of an attempt that is over
        bool is_news = x->kind != SETTLE_PENDING && x->kind != SETTLE_FAILED;
        told(is_news ? &out->tray : &out->repeated, is_news ? x->amount : amount);
        return;
    }
    if (x->amount && x->amount != amount) { told(&out->tray, x->amount); return; }
    if (x->kind == SETTLE_PENDING || (!x->is_proof && x->kind != SETTLE_FAILED)) {
        told(is(k, "ordered") ? &out->pending : &out->repeated, amount);
        return;
    }
    if (x->kind == SETTLE_FAILED) {
        if (is(k, "ordered")) { k->state = "failed"; k->happened = on; k->has_row = true; told(&out->failed, amount); }
        else told(is(k, "failed") || is(k, "returned") ? &out->repeated : &out->tray, x->amount ? x->amount : is(k, "failed") || is(k, "returned") ? amount : 0);
        return;
    }
    if (x->kind == SETTLE_CREDITED) {
        if (is(k, "ordered")) {
            told(&out->credited, amount);
            k->state = "credited";
            if (m->l->at[i].is_cash) { k->state = "withdrawn"; told(&out->withdrawn, amount); }
            k->happened = on;
        } else if (is(k, "failed") || (is(k, "returned") && x->day > k->happened)) told(&out->tray, x->amount);
        else told(&out->repeated, amount);
        return;
    }
    if (x->kind == SETTLE_WITHDRAWN) {
        if (is(k, "ordered")) told(&out->credited, amount);
        if (is(k, "ordered") || is(k, "credited")) { k->state = "withdrawn"; k->happened = on; told(&out->withdrawn, amount); }
        else if (is(k, "withdrawn")) told(&out->repeated, amount);
        else told(&out->tray, x->amount);
        return;
    }
    if (is(k, "ordered")) told(&out->credited, amount);
    if (is(k, "ordered") || is(k, "credited")) { k->state = "returned"; k->happened = on; k->has_row = true; told(&out->returned, amount); }
    else told(is(k, "withdrawn") ? &out->tray : &out->repeated, is(k, "withdrawn") ? x->amount : amount);
}

static void sums_are(const char *name, int step, SettleSum found, SettleSum wanted) {
    if (found.n != wanted.n || found.amount.rp != wanted.amount.rp)
        fail_msg("step %d, %s: %lld (Rp %lld), the naive ledger says %lld (Rp %lld)", step, name, (long long)found.n, (long long)found.amount.rp, (long long)wanted.n, (long long)wanted.amount.rp);
}

typedef struct { const Model *m; size_t at; int step; } Comparing;
static bool model_compare(void *with, const Payment *p, Err *e) {
    Comparing *c = with;
    (void)e;
    if (c->at == c->m->l->n || c->m->l->at[c->at].id != p->family_id) return true;
    const Known *k = &c->m->at[c->at++];
    Str found = p->state == PAYMENT_PARTICULAR ? p->attempt_state : str_c(payment_state_name(p->state));
    if (!str_eq(found, str_c(k->state)) || (p->state == PAYMENT_PARTICULAR) != k->has_row || (k->happened ? p->happened_on.days != k->happened : date_is_known(p->happened_on)))
        fail_msg("step %d, family %lld: %.*s, the naive ledger says %s", c->step, (long long)p->family_id, STR_ARG(found), k->state);
    return true;
}

static void balances_are(DbTest *t, const Model *m, int step) {
    for (int64_t batch = 1; batch < 40; batch++) {
        int64_t pending = 0, paid = 0;
        bool is_cash = false, has = false;
        AccountSums s;
        for (size_t i = 0; i < m->l->n; i++) {
            if (m->l->at[i].batch_id != batch) continue;
            has = true;
            is_cash = m->l->at[i].is_cash;
            if (is(&m->at[i], "ordered")) pending += m->l->at[i].amount;
            if (is(&m->at[i], "credited") || is(&m->at[i], "withdrawn")) paid += m->l->at[i].amount;
        }
        if (!has) continue;
        good(books_sums(t->db, KAB, STAGE, (AccountName){ ACCOUNT_IN_TRANSIT, is_cash ? STR("POS") : STR("BRI"), batch }, &s, &t->err));
        if (s.credit_pending.rp != pending || s.credit_posted.rp - s.debit_posted.rp != paid)
            fail_msg("step %d, batch %lld: the books say %lld and %lld, the naive ledger %lld and %lld", step, (long long)batch, (long long)s.credit_pending.rp,
                     (long long)(s.credit_posted.rp - s.debit_posted.rp), (long long)pending, (long long)paid);
    }
}

static Line any_line(Random *r, const Model *m, size_t *at) {
    const PaidList *l = m->l;
    Line x = { .kind = SETTLE_PENDING };
    *at = random_below(r, l->n);
    uint64_t what = random_below(r, 100);
    x.family_id = l->at[*at].id;
    x.attempt_n = random_below(r, 8) ? m->at[*at].attempt_n : 1;
    x.kind = what < 10 ? SETTLE_PENDING : what < 60 ? SETTLE_CREDITED : what < 72 ? SETTLE_FAILED : what < 88 ? SETTLE_WITHDRAWN : SETTLE_RETURNED;
    x.is_proof = random_below(r, 5) > 0;
    x.day = random_below(r, 6) ? 19850 + (int32_t)random_below(r, 90) : 0;
    uint64_t amount = random_below(r, 12);
    x.amount = amount < 6 ? l->at[*at].amount : amount == 6 ? l->at[*at].amount + 1 : 0;
    return x;
}

static bool batch_learn(void *with, const Payment *p, Err *e) {
    PaidList *l = with;
    (void)e;
    for (size_t i = 0; i < l->n; i++) if (l->at[i].id == p->family_id) l->at[i].batch_id = p->batch_id;
    return true;
}

// Everything that failed or came back is paid again.
static void wave(DbTest *t, const Office *o, Model *m) {
    ApprovalRequest request;
    ReissueList list;
    PayResult paid;
    bool is_new;
    size_t n = 0;
    for (size_t i = 0; i < m->l->n; i++) {
        Known *k = &m->at[i];
        if (!is(k, "failed") && !is(k, "returned")) continue;
        *k = (Known){ "ordered", district_day(KAB, NOON).days, true, k->attempt_n + 1 };
        n++;
    }
    if (!n) return;
    good(reissue_ask(t->db, &t->arena, &o->operator, &(ReissueWhat){ .kab = KAB, .stage = STAGE }, NOON, &request, &is_new, &list, &t->err));
    assert_int_equal(list.n, n);
    check_ok(sign_reissue(t, &o->head, &request), t->err);
    check_ok(pay(t, o, &o->operator, &paid), t->err);
    good(payment_each(t->db, KAB, STAGE, STR(""), 1, FAMILY_LAST, batch_learn, m->l, &t->err));
}

#define FILE_LINES_MAX 40
static void a_naive_ledger_agrees(DbTest *t) {
    PaidList l;
    Office o = paid_office(t, &l);
    Random r = { test_seed() };
    Model m = { .l = &l };
    int64_t tries = test_tries(40);
    char names[FILE_LINES_MAX][40];
    for (size_t i = 0; i < l.n; i++) m.at[i] = (Known){ "ordered", 0, false, 1 };
    for (int step = 0; step < tries; step++) {
        if (step % 13 == 12) wave(t, &o, &m);
        Line lines[FILE_LINES_MAX];
        Told wanted = { .tray = { 0 } };
        Model before = m;
        SettleResult preview, found, again;
        size_t n = 1 + random_below(&r, FILE_LINES_MAX);
        for (size_t i = 0; i < n; i++) {
            size_t at;
            lines[i] = any_line(&r, &m, &at);
            if (random_below(&r, 15) == 0) {               // a stranger that no other file has
                snprintf(names[i], sizeof names[i], "STRANGER-%d-%zu", step, i);
                lines[i] = (Line){ .text = names[i], .kind = SETTLE_OTHER, .is_money_in = random_below(&r, 2), .amount = 100 + step };
                if (lines[i].is_money_in) m.stranger_rp += lines[i].amount;
                told(&wanted.tray, lines[i].amount);
            } else model_line(&m, &lines[i], at, district_day(KAB, NOON).days, &wanted);
        }
        Lines file = { lines, n };
        const char *name = arena_fmt(&t->arena, "file %d", step).p;
        SettleWhat what = file_of_lines(&file, name, "");
        good(settle_preview(t->db, &o.operator, &what, NOON, &preview, &t->err));
        if (random_below(&r, 8) == 0) { m = before; continue; }                        // looked at, and never taken in
        what.seen_hash = preview.hash;
        good(settle_apply(t->db, &o.operator, &what, NOON, &found, &t->err));
        assert_true(hash_eq(&found.hash, &preview.hash));
        sums_are("credited", step, found.credited, wanted.credited);
        sums_are("withdrawn", step, found.withdrawn, wanted.withdrawn);
        sums_are("failed", step, found.failed, wanted.failed);
        sums_are("returned", step, found.returned, wanted.returned);
        sums_are("pending", step, found.pending, wanted.pending);
        // A line that waits in the tray already is a repeated one: the two together are what the model says.
        assert_int_equal(found.repeated.n + found.tray.n, wanted.repeated.n + wanted.tray.n);
        good(settle_apply(t->db, &o.operator, &what, NOON, &again, &t->err));
        assert_int_equal(again.taken_before_id, found.file_id);
        Comparing c = { &m, 0, step };
        good(payment_each(t->db, KAB, STAGE, STR(""), 1, FAMILY_LAST, model_compare, &c, &t->err));
        assert_int_equal(c.at, l.n);
        balances_are(t, &m, step);
        if (step % 8 == 7) assert_int_equal(violations(t, STR(""), true), 0);
    }
    AccountSums s;
    good(books_sums(t->db, KAB, STAGE, (AccountName){ ACCOUNT_UNIDENTIFIED, STR(""), 0 }, &s, &t->err));
    assert_int_equal(s.credit_posted.rp, m.stranger_rp);
    assert_int_equal(violations(t, STR(""), true), 0);
    folder_remove(o.folder);
}
DB_TEST(a_naive_ledger_agrees)

// ---- many take in the same file ------------------------------------------------------------------------------------------------

static int take_press(DbTest *t, const Office *o, const Lines *lines) {
    Db *db;
    Err e = { 0 };
    SettleResult r;
    SettleWhat what = file_of_lines(lines, "the same", "");
    if (!db_open(t->url, (DbOptions){ .busy_ms = 60000 }, &db, &e)) { print_error("%s\n", e.text); return 3; }
    bool is_good = settle_apply(db, &o->operator, &what, NOON, &r, &e);
    if (!is_good) print_error("%s\n", e.text);
    db_close(db);
    return !is_good ? 3 : r.taken_before_id ? 2 : 1;
}

static void fifty_take_in_one_file_and_one_wins(DbTest *t) {
    enum { PEOPLE = 50 };
    PaidList l;
    Office o = paid_office(t, &l);
    Line lines[FAMILIES];
    pid_t children[PEOPLE];
    int pressed[4] = { 0 };
    for (size_t i = 0; i < l.n; i++) lines[i] = (Line){ l.at[i].id, .kind = i % 30 == 7 ? SETTLE_FAILED : SETTLE_CREDITED, .is_proof = true, .day = 19900 };
    Lines file = { lines, l.n };
    for (int i = 0; i < PEOPLE; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) _exit(take_press(t, &o, &file));
    }
    for (int i = 0; i < PEOPLE; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 4);
        pressed[WEXITSTATUS(status)]++;
    }
    assert_int_equal(pressed[1], 1);
    assert_int_equal(pressed[2], PEOPLE - 1);
    assert_int_equal(violations(t, STR(""), true), 0);
    folder_remove(o.folder);
}
DB_TEST(fifty_take_in_one_file_and_one_wins)

static const struct CMUnitTest TESTS[] = {
    DB_TESTS(answers_settle_payments), DB_TESTS(a_whole_message_fails), DB_TESTS(what_failed_is_paid_again),
    DB_TESTS(a_naive_ledger_agrees), DB_TESTS(fifty_take_in_one_file_and_one_wins),
};
TEST_MAIN(TESTS)
