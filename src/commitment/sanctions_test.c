// sanctions_test.c: from the fact to the proposal, the decision, the objection and its answer; nobody decides alone, and nothing counts early.
#include "registry/life_sample.h"
#include "commitment/sanctions.h"

#define FIRST ymd(2024, 3, 1)
#define AT (Instant){ NOON.ms }
typedef struct { DbTest *t; Town town; FactAct act; int64_t pupil_id[40], family_id[40]; size_t n; } Story;

static bool pupils_find(void *with, const FamilyOutcome *family, Err *e) {
    Story *x = with;
    (void)e;
    for (size_t i = 0; i < family->n && x->n < 40; i++)
        for (size_t k = 0; k < family->at[i].report.due_n; k++) {
            if (fact_kind_shape(x->act.book, family->at[i].report.due[k].kind) != SHAPE_DAYS) continue;
            if (x->n && x->family_id[x->n - 1] == family->family_id) break;      // one of each family
            x->family_id[x->n] = family->family_id;
            x->pupil_id[x->n++] = family->at[i].person_id;
            break;
        }
    return true;
}

static void tell(Story *x, size_t i, int month, int64_t absent, int64_t at_ms) {
    DbTest *t = x->t;
    Fact f = { .family_id = x->family_id[i], .person_id = x->pupil_id[i], .kind = STR("school_days"), .first_on = ymd(2024, month, 1), .days = 20, .absent = absent, .source = STR("school 1") };
    FactResult r;
    FactAct act = x->act;
    act.at.ms = at_ms;
    f.last_on = (Date){ date_add_months(f.first_on, 1).days - 1 };
    good(fact_record_one(t->db, &t->arena, &act, &f, &r, &t->err));
}

// Pupil 0 missed May; pupil 1 March, April and May; pupil 2 nothing.
static Story story_make(DbTest *t) {
    Story x = { .t = t, .town = town_make(t, 8, 300) };
    DutyPeriod period = { FIRST, 3, AT, ymd(2024, 6, 15) };
    x.act = (FactAct){ KAB, x.town.operator, { NOON.ms - 5000 }, NULL };
    good(rulebook_open(&t->arena, STR("pkh.yaml"), rulebook_pkh(), &x.act.book, &t->err));
    good(outcome_each(t->db, x.act.book, sight_of_program(ymd(2024, 6, 15)), KAB, &period, pupils_find, &x, NULL, &t->err));
    assert_true(x.n > 10);
    for (int month = 3; month <= 5; month++) {
        tell(&x, 0, month, month == 5 ? 9 : 0, NOON.ms - 5000);
        tell(&x, 1, month, 9, NOON.ms - 5000);
        tell(&x, 2, month, 0, NOON.ms - 5000);
    }
    return x;
}

static Adjustment one_of(Story *x, size_t i) {
    DbTest *t = x->t;
    Adjustments list;
    good(adjustment_list(t->db, &t->arena, sight_of_program(ymd(2024, 6, 15)), KAB, x->family_id[i], &list, &t->err));
    if (!list.n) fail_msg("family %lld has no proposal", (long long)x->family_id[i]);
    return list.at[0];
}

static void sign(DbTest *t, const Viewer *who, const ApprovalKind *kind, ApprovalRequest *request, ErrCode wanted) {
    Hash seen = request->seen_hash;
    good(db_begin(t->db, &t->err));
    if (wanted != ERR_NONE) {
        refused(approval_sign(t->db, who, kind, request, &seen, AT, &t->err), wanted);
        db_rollback(t->db);
        return;
    }
    good(approval_sign(t->db, who, kind, request, &seen, AT, &t->err));
    good(db_commit(t->db, &t->err));
}

static void from_the_fact_to_the_decision(DbTest *t) {
    Story x = story_make(t);
    SanctionsSummary sum;
    ApprovalRequest request, again;
    bool is_new;
    refused(sanctions_propose(t->db, &t->arena, &x.town.operator, KAB, STR("2024-3"), ymd(2024, 6, 1), 3, AT, NULL, &sum, &request, &is_new, &t->err), CONFLICT);      // not over
    refused(sanctions_propose(t->db, &t->arena, &x.town.auditor, KAB, STR("2024-3"), FIRST, 3, AT, NULL, &sum, &request, &is_new, &t->err), FORBIDDEN);
    good(sanctions_propose(t->db, &t->arena, &x.town.operator, KAB, STR("2024-3"), FIRST, 3, AT, NULL, &sum, &request, &is_new, &t->err));
    assert_true(is_new && sum.row_n == 2 && sum.n[ADJUST_WARN] == 1 && sum.n[ADJUST_SUSPEND] == 1);
    good(sanctions_propose(t->db, &t->arena, &x.town.operator, KAB, STR("2024-3"), FIRST, 3, AT, NULL, &sum, &again, &is_new, &t->err));
    assert_true(!is_new && again.id == request.id);
    Adjustment held = one_of(&x, 1);
    assert_true(held.kind == ADJUST_SUSPEND && held.amount.rp < 0 && held.missed_n == 3 && held.run_n == 3 && held.reason_n == 3 && held.reasons[0].fact_n > 0);
    assert_int_equal(held.reasons[0].person_id, x.pupil_id[1]);
    assert_false(adjustment_counts(&held, STR("2024-3"), ymd(2025, 1, 1)));                // only proposed
    sign(t, &x.town.operator, &SANCTIONS_APPROVAL, &request, FORBIDDEN);                      // who asked does not sign
    sign(t, &x.town.head, &SANCTIONS_APPROVAL, &request, ERR_NONE);
    held = one_of(&x, 1);
    assert_int_equal(held.state, ADJUST_DECIDED);
    assert_false(adjustment_counts(&held, STR("2024-3"), held.until_on));                     // there is still time to object
    assert_true(adjustment_counts(&held, STR("2024-3"), (Date){ held.until_on.days + 1 }));
    assert_false(adjustment_counts(&held, STR("2024-2"), (Date){ held.until_on.days + 1 }));  // never an earlier stage
    refused(sanctions_propose(t->db, &t->arena, &x.town.operator, KAB, STR("2024-3"), FIRST, 3, AT, NULL, &sum, &again, &is_new, &t->err), NOT_FOUND);       // nothing new
}
DB_TEST(from_the_fact_to_the_decision)

static void an_objection_stops_the_clock(DbTest *t) {
    Story x = story_make(t);
    SanctionsSummary sum;
    ApprovalRequest request;
    bool is_new;
    good(sanctions_propose(t->db, &t->arena, &x.town.operator, KAB, STR("2024-3"), FIRST, 3, AT, NULL, &sum, &request, &is_new, &t->err));
    Adjustment held = one_of(&x, 1);
    AdjustAct act = { KAB, x.family_id[1], held.n, x.town.operator, AT };
    refused(adjustment_object(t->db, &t->arena, &act, STR("was_done"), &t->err), CONFLICT);       // nothing is decided
    sign(t, &x.town.head, &SANCTIONS_APPROVAL, &request, ERR_NONE);
    held = one_of(&x, 1);
    act.at.ms = NOON.ms + (int64_t)40 * 86400000;
    refused(adjustment_object(t->db, &t->arena, &act, STR("was_done"), &t->err), CONFLICT);       // too late
    act.at = AT;
    refused(adjustment_object(t->db, &t->arena, &act, STR("because"), &t->err), BAD_INPUT);
    good(adjustment_object(t->db, &t->arena, &act, STR("was_done"), &t->err));
    good(adjustment_object(t->db, &t->arena, &act, STR("was_done"), &t->err));                    // twice is once
    held = one_of(&x, 1);
    assert_int_equal(held.state, ADJUST_OBJECTED);
    assert_false(adjustment_counts(&held, STR("2024-3"), ymd(2025, 1, 1)));
    act.actor = x.town.head;                               // decided it
    refused(adjustment_answer(t->db, &t->arena, &act, false, &t->err), FORBIDDEN);
    act.actor = x.town.operator;
    refused(adjustment_answer(t->db, &t->arena, &act, false, &t->err), FORBIDDEN);
    Viewer other = x.town.head;
    other.user_id += 1000;
    act.actor = other;
    good(adjustment_answer(t->db, &t->arena, &act, false, &t->err));
    held = one_of(&x, 1);
    assert_int_equal(held.state, ADJUST_WITHDRAWN);
    assert_false(adjustment_counts(&held, STR("2024-3"), ymd(2025, 1, 1)));
    refused(adjustment_answer(t->db, &t->arena, &act, true, &t->err), CONFLICT);
}
DB_TEST(an_objection_stops_the_clock)

static void one_is_dropped_and_one_signed_alone(DbTest *t) {
    Story x = story_make(t);
    SanctionsSummary sum;
    ApprovalRequest request, single;
    bool is_new;
    good(sanctions_propose(t->db, &t->arena, &x.town.operator, KAB, STR("2024-3"), FIRST, 3, AT, NULL, &sum, &request, &is_new, &t->err));
    Adjustment warned = one_of(&x, 0), held = one_of(&x, 1);
    AdjustAct act = { KAB, x.family_id[0], warned.n, x.town.head, AT };
    good(adjustment_drop(t->db, &t->arena, &act, STR("doubtful"), &t->err));
    sign(t, &x.town.head, &SANCTIONS_APPROVAL, &request, CONFLICT);                           // the list is not what was asked for any more
    good(adjustment_ask(t->db, &t->arena, &x.town.operator, KAB, x.family_id[1], held.n, AT, &single, &is_new, &t->err));
    sign(t, &x.town.head, &SANCTIONS_APPROVAL, &single, ERR_NONE);
    warned = one_of(&x, 0), held = one_of(&x, 1);
    assert_true(warned.state == ADJUST_DROPPED && held.state == ADJUST_DECIDED);
    PassCounts c;
    good(pass_count(t->db, KAB, STR("2024-3"), PASS_SANCTIONS, &c, &t->err));
    assert_true(c.all_n == 2 && c.n[ADJUST_SUSPEND] == 1 && c.n[ADJUST_WARN] == 0);
}
DB_TEST(one_is_dropped_and_one_signed_alone)

static void what_is_left(void **state) {
    (void)state;
    static const struct { int64_t own, rp[3], limit[3], left; AdjustKind kind[3]; int n; } ROWS[] = {
        { 600000, { -50000 }, { 0 }, 550000, { ADJUST_CUT }, 1 },
        { 600000, { -700000 }, { 0 }, 0, { ADJUST_CUT }, 1 },
        { 600000, { -600000, 100000 }, { 0 }, 100000, { ADJUST_SUSPEND, ADJUST_BACK_PAY }, 2 },
        { 500000, { -600000, 100000 }, { 0 }, 100000, { ADJUST_SUSPEND, ADJUST_BACK_PAY }, 2 },       // takes all there is
        { 600000, { -400000 }, { 2500 }, 450000, { ADJUST_RECOVERY }, 1 },                            // a quarter at most
        { 600000, { -400000 }, { 0 }, 600000, { ADJUST_RECOVERY }, 1 },                               // the book takes nothing back
        { 600000, { -400000, -550000 }, { 2500 }, 0, { ADJUST_RECOVERY, ADJUST_CUT }, 2 },
        { 0, { -50000, 75000 }, { 0 }, 75000, { ADJUST_CUT, ADJUST_RESTORE }, 2 },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        AdjustRow rows[3];
        Rupiah left, applied[3];
        Err e = { 0 };
        int64_t sum = 0;
        for (int k = 0; k < ROWS[i].n; k++) rows[k] = (AdjustRow){ .family_id = 1, .n = k + 1, .rp = ROWS[i].rp[k], .limit_points = ROWS[i].limit[k], .kind = ROWS[i].kind[k] };
        check_ok(adjust_amount((Rupiah){ ROWS[i].own }, rows, (size_t)ROWS[i].n, &left, applied, &e), e);
        for (int k = 0; k < ROWS[i].n; k++) sum += applied[k].rp;
        assert_int_equal(left.rp, ROWS[i].left);
        assert_int_equal(ROWS[i].own + sum, left.rp);      // the lines add up
    }
    Rupiah left;
    Err e = { 0 };
    assert_false(adjust_amount((Rupiah){ INT64_MAX }, &(AdjustRow){ .rp = 1, .kind = ADJUST_BACK_PAY }, 1, &left, NULL, &e));
}

static const struct CMUnitTest TESTS[] = { DB_TESTS(from_the_fact_to_the_decision), DB_TESTS(an_objection_stops_the_clock), DB_TESTS(one_is_dropped_and_one_signed_alone), cmocka_unit_test(what_is_left) };
TEST_MAIN(TESTS)
