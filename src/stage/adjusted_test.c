// adjusted_test.c: a decided suspension reaches the next closing and no closed one; late evidence pays it back in the stage after that, as a line of its
// own; what was closed computes to the same bytes as before; and sums are those of the families.
#include "registry/life_sample.h"
#include "stage/adjusted.h"
#include "stage/closing.h"
#include "stage/explain.h"
#include "stage/late.h"
#include "stage/run.h"

#define DAY_MS ((int64_t)86400000)
typedef struct { DbTest *t; Town town; Viewer dinsos; const RuleBook *book; int64_t family_id, person_id; } Story;

static bool always(Db *db, int64_t kab, Str stage, Err *e) { (void)db, (void)kab, (void)stage, (void)e; return true; }

static RunSummary closed(DbTest *t, Str stage, Instant at) {
    ClosingOptions o = { .stage = stage, .book_file = STR("pkh.yaml"), .book_text = rulebook_pkh(), .kab = KAB, .actor_id = 1, .at = at, .may_close_again = always, .thread_n = 1 };
    RunOptions run = { .stage = stage, .kab = KAB, .actor_id = 1, .at = at, .thread_n = 1 };
    ClosingSummary sum;
    RunSummary ran;
    good(run_with_closing(t->db, &o, &run, &sum, &ran, &t->err));
    good(closing_check(t->db, KAB, stage, &t->err));
    good(run_check(t->db, KAB, stage, &t->err));
    return ran;
}

static bool pupil_find(void *with, const FamilyOutcome *family, Err *e) {
    Story *x = with;
    (void)e;
    for (size_t i = 0; i < family->n && !x->family_id; i++)
        for (size_t k = 0; k < family->at[i].report.due_n; k++)
            if (fact_kind_shape(x->book, family->at[i].report.due[k].kind) == SHAPE_DAYS) x->family_id = family->family_id, x->person_id = family->at[i].person_id;
    return true;
}

static void tell(Story *x, int month, int64_t absent, int64_t at_ms) {
    DbTest *t = x->t;
    Fact f = { .family_id = x->family_id, .person_id = x->person_id, .kind = STR("school_days"), .first_on = ymd(2024, month, 1), .days = 20, .absent = absent, .source = STR("school 1") };
    FactResult r;
    f.last_on = (Date){ date_add_months(f.first_on, 1).days - 1 };
    good(fact_record_one(t->db, &t->arena, &(FactAct){ KAB, x->town.operator, { at_ms }, x->book }, &f, &r, &t->err));
}

static void sign(DbTest *t, const Viewer *who, const ApprovalKind *kind, ApprovalRequest *request, Instant at) {
    Hash seen = request->seen_hash;
    good(db_begin(t->db, &t->err));
    good(approval_sign(t->db, who, kind, request, &seen, at, &t->err));
    good(db_commit(t->db, &t->err));
}

typedef struct { int64_t sum, payable_n, suspended_n; Due one; int64_t family_id; } Sum;
static bool due_add(void *with, const Due *due, Err *e) {
    Sum *s = with;
    (void)e;
    s->sum += due->amount.rp;
    s->payable_n += due->state == DUE_PAYABLE;
    s->suspended_n += due->state == DUE_SUSPENDED;
    if (due->family_id == s->family_id) s->one = *due;
    return true;
}

// What the families are paid adds up to the run, and to its totals by village and channel.
static Due due_of(DbTest *t, const Story *x, Str stage, const RunSummary *run) {
    Sum s = { .family_id = x->family_id };
    RunTotals totals;
    int64_t by_place = 0;
    good(due_each(t->db, KAB, stage, 1, INT64_MAX - 1, due_add, &s, &t->err));
    good(run_totals(t->db, &t->arena, KAB, stage, &totals, &t->err));
    for (size_t i = 0; i < (size_t)totals.village_n * totals.channel_n; i++) by_place += totals.channel[i].amount.rp;
    assert_int_equal(s.sum, run->total.rp);
    assert_int_equal(by_place, run->total.rp);
    assert_int_equal(s.payable_n, run->payable_n);
    assert_int_equal(s.suspended_n, run->suspended_n);
    return s.one;
}

static Story story_make(DbTest *t) {
    Story x = { .t = t, .town = town_make(t, 8, 300) };
    DutyPeriod period = { ymd(2024, 3, 1), 3, NOON, ymd(2024, 6, 15) };
    good(db_begin(t->db, &t->err));
    x.dinsos = town_user(t, "dinsos", ROLE_HEAD_DINSOS, KAB);
    good(db_commit(t->db, &t->err));
    good(rulebook_open(&t->arena, STR("pkh.yaml"), rulebook_pkh(), &x.book, &t->err));
    good(outcome_each(t->db, x.book, sight_of_program(ymd(2024, 6, 15)), KAB, &period, pupil_find, &x, NULL, &t->err));
    assert_true(x.family_id > 0);
    for (int month = 3; month <= 5; month++) tell(&x, month, 9, NOON.ms - 5000);
    return x;
}

static Instant later(int days) { return (Instant){ NOON.ms + days * DAY_MS }; }

static void a_decision_reaches_the_next_closing(DbTest *t) {
    Story x = story_make(t);
    SanctionsSummary sum;
    LateSummary late;
    ApprovalRequest request;
    Closing before, after;
    Explanation why;
    bool is_new;
    RunSummary second = closed(t, STR("2024-2"), NOON);    // closed before anything is decided
    good(closing_read(t->db, KAB, STR("2024-2"), &before, &t->err));
    good(sanctions_propose(t->db, &t->arena, &x.town.operator, KAB, STR("2024-3"), ymd(2024, 3, 1), 3, NOON, NULL, &sum, &request, &is_new, &t->err));
    assert_true(sum.n[ADJUST_SUSPEND] == 1 && sum.row_n == 1);
    sign(t, &x.town.head, &SANCTIONS_APPROVAL, &request, NOON);
    RunSummary early = closed(t, STR("2024-3"), later(3));           // the family may still object: nothing is taken
    Due due = due_of(t, &x, STR("2024-3"), &early);
    assert_true(due.amount.rp == due.own.rp && due.amount.rp > 0 && !due.is_adjusted);
    RunSummary third = closed(t, STR("2024-3"), later(20));
    due = due_of(t, &x, STR("2024-3"), &third);
    assert_true(due.amount.rp == 0 && due.own.rp > 0 && due.state == DUE_SUSPENDED && due.is_adjusted);
    assert_int_equal(early.total.rp - third.total.rp, due.own.rp);
    assert_true(third.suspended_n == early.suspended_n + 1 && third.payable_n == early.payable_n - 1);
    assert_false(hash_eq(&early.hash, &third.hash));
    good(explain_family(t->db, &t->arena, KAB, STR("2024-3"), x.family_id, sight_of_program(ymd(2024, 6, 15)), &why, &t->err));
    assert_true(why.change_n == 1 && why.changes[0].kind == ADJUST_SUSPEND && why.changes[0].amount.rp == -why.total.rp && why.paid.rp == 0 && why.changes[0].rule.n > 0);
    int64_t taken = why.total.rp;
    refused(late_propose(t->db, &t->arena, &x.town.operator, KAB, STR("2024-3"), STR("2024-4"), later(21), &late, &request, &is_new, &t->err), NOT_FOUND);      // nothing came

    for (int month = 3; month <= 5; month++) tell(&x, month, 1, later(22).ms);                // the school corrects itself
    good(late_propose(t->db, &t->arena, &x.town.operator, KAB, STR("2024-3"), STR("2024-4"), later(23), &late, &request, &is_new, &t->err));
    assert_true(is_new && late.looked_n == 1 && late.back_pay_n == 1 && late.back_pay.rp == taken && late.recovery_n == 0);
    sign(t, &x.town.head, &CORRECTIONS_APPROVAL, &request, later(23));
    assert_int_equal(request.state, REQUEST_OPEN);         // two people
    sign(t, &x.dinsos, &CORRECTIONS_APPROVAL, &request, later(23));
    assert_int_equal(request.state, REQUEST_APPROVED);
    refused(late_propose(t->db, &t->arena, &x.town.operator, KAB, STR("2024-3"), STR("2024-4"), later(24), &late, &request, &is_new, &t->err), NOT_FOUND);      // never twice
    RunSummary fourth = closed(t, STR("2024-4"), later(25));
    due = due_of(t, &x, STR("2024-4"), &fourth);
    assert_int_equal(due.amount.rp, due.own.rp + taken);
    good(explain_family(t->db, &t->arena, KAB, STR("2024-4"), x.family_id, sight_of_program(ymd(2024, 6, 15)), &why, &t->err));
    assert_true(why.change_n == 1 && why.changes[0].kind == ADJUST_BACK_PAY && why.changes[0].amount.rp == taken && why.paid.rp == due.amount.rp);
    check_str(why.changes[0].about_stage, STR("2024-3"));
    RunSummary fifth = closed(t, STR("2025-1"), later(26));           // once
    due = due_of(t, &x, STR("2025-1"), &fifth);
    assert_int_equal(due.amount.rp, due.own.rp);

    good(closing_read(t->db, KAB, STR("2024-2"), &after, &t->err));   // what was closed is what it was
    assert_true(hash_eq(&before.closing_hash, &after.closing_hash));
    good(closing_check(t->db, KAB, STR("2024-3"), &t->err));
    good(run_check(t->db, KAB, STR("2024-3"), &t->err));
    good(run_check(t->db, KAB, STR("2024-2"), &t->err));
    assert_true(second.total.rp > 0);
    good(db_begin(t->db, &t->err));
    (void)sql_says(t, "DELETE FROM closing_adjustment WHERE kab = ?1 RETURNING CAST(n AS TEXT)", KAB, 0);      // a row that is gone is found out
    good(db_commit(t->db, &t->err));
    refused(closing_check(t->db, KAB, STR("2024-3"), &t->err), CONFLICT);
    refused(run_check(t->db, KAB, STR("2024-3"), &t->err), CONFLICT);
}
DB_TEST(a_decision_reaches_the_next_closing)

static const struct CMUnitTest TESTS[] = { DB_TESTS(a_decision_reaches_the_next_closing) };
TEST_MAIN(TESTS)
