// books_test.c: a second, naive ledger predicts every answer of the books over long random histories, on both engines.
#include "payment/books.h"
#include "base/random.h"
#include "db/db_test.h"
#include "office/change.h"
#include <sqlite3.h>

static const Instant NOON = { 1713153600000 };
#define STAGE STR("2024-2")
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)

// ---- the naive ledger: a list of everything, added up anew for each question ---------------------------------------

#define HISTORY_MAX 4000
typedef struct { TransferKind kind; AccountName debit, credit; int64_t amount, pending_id, batch_id; } Entry;
typedef struct { Entry list[HISTORY_MAX]; int64_t n; } Naive;

static bool same_account(AccountName a, AccountName b) { return a.kind == b.kind && str_eq(a.channel, b.channel) && a.batch_id == b.batch_id; }

static AccountSums naive_sums(const Naive *naive, AccountName account) {
    AccountSums s = { .debit_pending = { 0 } };
    for (int64_t i = 0; i < naive->n; i++) {
        const Entry *x = &naive->list[i];
        bool is_debit = same_account(x->debit, account), is_credit = same_account(x->credit, account);
        int64_t pending = x->kind == TRANSFER_PENDING ? x->amount : x->kind == TRANSFER_SINGLE ? 0 : -x->amount;
        int64_t posted = x->kind == TRANSFER_SINGLE || x->kind == TRANSFER_POST ? x->amount : 0;
        if (is_debit) { s.debit_pending.rp += pending; s.debit_posted.rp += posted; }
        if (is_credit) { s.credit_pending.rp += pending; s.credit_posted.rp += posted; }
    }
    return s;
}

static bool naive_accepts(const Naive *naive, const Entry *x) {
    if (x->amount <= 0 || x->amount > TRANSFER_RP_MAX) return false;
    if (x->kind == TRANSFER_POST || x->kind == TRANSFER_VOID) {
        if (x->pending_id < 1 || x->pending_id > naive->n || naive->list[x->pending_id - 1].kind != TRANSFER_PENDING ||
            naive->list[x->pending_id - 1].batch_id != x->batch_id) return false;
        int64_t open = naive->list[x->pending_id - 1].amount;
        for (int64_t i = 0; i < naive->n; i++) if (naive->list[i].pending_id == x->pending_id) open -= naive->list[i].amount;
        return x->amount <= open;
    }
    if (same_account(x->debit, x->credit)) return false;
    if (x->debit.kind == ACCOUNT_PROGRAMME_COST || x->debit.kind == ACCOUNT_PROGRAMME_BANK || x->debit.kind == ACCOUNT_TREASURY) return true;
    AccountSums s = naive_sums(naive, x->debit);
    return x->amount <= s.credit_posted.rp - s.debit_posted.rp - s.debit_pending.rp;
}

// ---- random histories --------------------------------------------------------------------------------------------

static AccountName any_account(Random *r) {
    static const char *const CHANNELS[] = { "BRI", "POS" };
    AccountKind kind = (AccountKind)random_below(r, ACCOUNT_IN_TRANSIT + 3);
    return (AccountName){ kind, kind == ACCOUNT_PROGRAMME_COST ? STR("") : str_c(CHANNELS[random_below(r, 2)]), kind == ACCOUNT_IN_TRANSIT ? random_between(r, 1, 3) : 0 };
}

static Entry any_entry(Random *r, const Naive *naive) {
    static const int64_t AMOUNTS[] = { 0, -1, TRANSFER_RP_MAX, TRANSFER_RP_MAX + 1, INT64_MAX };
    Entry x = { .kind = (TransferKind)random_below(r, TRANSFER_KIND_N), .amount = random_between(r, 1, 1000) };
    if (random_below(r, 40) == 0) x.amount = AMOUNTS[random_below(r, 5)];
    if (x.kind == TRANSFER_POST || x.kind == TRANSFER_VOID) {
        x.pending_id = random_between(r, 0, naive->n + 1);
        bool is_there = x.pending_id >= 1 && x.pending_id <= naive->n;
        for (int i = 0; i < 20 && is_there && naive->list[x.pending_id - 1].kind != TRANSFER_PENDING; i++) x.pending_id = random_between(r, 1, naive->n);
        if (is_there) { const Entry *p = &naive->list[x.pending_id - 1]; x.debit = p->debit; x.credit = p->credit; x.batch_id = random_below(r, 30) ? p->batch_id : 99; }
        return x;
    }
    x.debit = random_below(r, 3) == 0 ? (AccountName){ ACCOUNT_PROGRAMME_COST, STR(""), 0 } : any_account(r);
    x.credit = any_account(r);
    return x;
}

typedef struct { const Entry *entry; int64_t id; } Doing;
static bool transfer_work(Db *db, void *with, Err *e) {
    Doing *d = with;
    const Entry *x = d->entry;
    return books_transfer(db, &(Transfer){ .kab = 1371, .stage = STAGE, .kind = x->kind, .debit = x->debit, .credit = x->credit, .amount = { x->amount },
        .pending_id = x->pending_id, .batch_id = x->batch_id, .reason = STR("test"), .actor_id = 1, .business_on = { 19828 }, .at = NOON }, &d->id, e);
}

static int64_t violations_of(DbTest *t) {
    Violations v = { 0 };
    good(books_check(t->db, 1371, &v, &t->err));
    return v.found_n;
}

static void the_naive_ledger_predicts_everything(DbTest *t) {
    static Naive naive;
    naive.n = 0;
    Random r = { test_seed() };
    int64_t tries = test_tries(700), refused_n = 0;
    for (int64_t i = 0; i < tries && naive.n < HISTORY_MAX; i++) {
        Entry x = any_entry(&r, &naive);
        Doing doing = { &x, 0 };
        Err e = { 0 };
        bool is_wanted = naive_accepts(&naive, &x), is_done = change_do(t->db, transfer_work, &doing, &e);
        if (is_done != is_wanted) fail_msg("seed %llu, step %lld: the books say %s (%s)", (unsigned long long)test_seed(), (long long)i, is_done ? "yes" : "no", e.text);
        refused_n += !is_done;
        if (!is_done) continue;
        naive.list[naive.n++] = x;
        assert_int_equal(doing.id, naive.n);
        const AccountName both[] = { x.debit, x.credit };
        for (size_t k = 0; k < 2; k++) {
            AccountSums found, wanted = naive_sums(&naive, both[k]);
            good(books_sums(t->db, 1371, STAGE, both[k], &found, &t->err));
            if (memcmp(&found, &wanted, sizeof found)) fail_msg("seed %llu, step %lld: sums of %s", (unsigned long long)test_seed(), (long long)i, account_kind_name(both[k].kind));
        }
        if (i % 50 == 0) assert_int_equal(violations_of(t), 0);
    }
    assert_int_equal(violations_of(t), 0);
    assert_true(naive.n > tries / 5 && refused_n > tries / 20);               // the histories do try both sides
}
DB_TEST(the_naive_ledger_predicts_everything)

// ---- sums at the edge of 64 bits, without a database ---------------------------------------------------------------

static void sums_never_overflow(void **state) {
    (void)state;
    AccountSums debit = { .debit_posted = { INT64_MAX - 5 } }, credit = { .credit_posted = { 7 } }, before = debit;
    Err e = { 0 };
    assert_false(sums_apply(ACCOUNT_PROGRAMME_COST, &debit, &credit, TRANSFER_SINGLE, (Rupiah){ 6 }, (Rupiah){ 0 }, &e));
    assert_int_equal(e.code, LIMIT);
    assert_memory_equal(&debit, &before, sizeof debit);
    assert_int_equal(credit.credit_posted.rp, 7);
    e = (Err){ 0 };
    check_ok(sums_apply(ACCOUNT_PROGRAMME_COST, &debit, &credit, TRANSFER_SINGLE, (Rupiah){ 5 }, (Rupiah){ 0 }, &e), e);
    assert_int_equal(debit.debit_posted.rp, INT64_MAX);
}

// ---- what was changed behind the books' back -----------------------------------------------------------------------

static void tamper(DbTest *t, const char *sql) {
    if (t->engine == DB_POSTGRESQL) {
        assert_true(db_test_sql(arena_fmt(&t->arena, "SET search_path = %s; %s", t->schema, sql).p));
        return;
    }
    sqlite3 *raw;
    char *said = NULL;
    assert_int_equal(sqlite3_open(arena_c(&t->arena, t->url), &raw), SQLITE_OK);
    if (sqlite3_exec(raw, sql, NULL, NULL, &said)) fail_msg("%s", said);
    sqlite3_close(raw);
}

static void books_of_a_stage(DbTest *t) {
    static const Entry STEPS[] = {
        { TRANSFER_SINGLE, { ACCOUNT_PROGRAMME_COST, { 0 }, 0 }, { ACCOUNT_PAYABLE, { "BRI", 3 }, 0 }, 1000, 0, 0 },
        { TRANSFER_PENDING, { ACCOUNT_PAYABLE, { "BRI", 3 }, 0 }, { ACCOUNT_IN_TRANSIT, { "BRI", 3 }, 1 }, 900, 0, 1 },
        { TRANSFER_POST, { 0 }, { 0 }, 500, 2, 1 }, { TRANSFER_VOID, { 0 }, { 0 }, 100, 2, 1 },
    };
    for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++) good(change_do(t->db, transfer_work, &(Doing){ &STEPS[i], 0 }, &t->err));
    assert_int_equal(violations_of(t), 0);
}

static void every_tampering_is_seen(DbTest *t) {
    static const char *const TAMPERINGS[] = {
        "UPDATE transfer SET amount_rp = 501 WHERE id = 3", "UPDATE transfer SET kind = 'void' WHERE id = 3", "DELETE FROM transfer WHERE id = 4",
        "UPDATE account SET credit_posted_rp = credit_posted_rp + 1 WHERE id = 2", "UPDATE transfer SET credit_id = 1 WHERE id = 4",
        "UPDATE transfer SET amount_rp = 401 WHERE id = 4", "UPDATE transfer SET amount_rp = 1100 WHERE id = 2", "UPDATE transfer SET stage = '2024-3' WHERE id = 1",
        "UPDATE account SET debit_pending_rp = debit_pending_rp + 7, debit_posted_rp = debit_posted_rp - 7 WHERE id = 2",
    };
    for (size_t i = 0; i < sizeof TAMPERINGS / sizeof *TAMPERINGS; i++) {
        books_of_a_stage(t);
        tamper(t, TAMPERINGS[i]);
        if (violations_of(t) == 0) fail_msg("not seen: %s", TAMPERINGS[i]);
        tamper(t, "DELETE FROM transfer WHERE pending_id IS NOT NULL; DELETE FROM transfer; DELETE FROM account");
    }
}
DB_TEST(every_tampering_is_seen)

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(sums_never_overflow), DB_TESTS(the_naive_ledger_predicts_everything), DB_TESTS(every_tampering_is_seen) };
TEST_MAIN(TESTS)
