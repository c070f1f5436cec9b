// family_status_test.c: the one status. Every state as a row of a table; that each has its words; and a district walked from registry to
// payment file on both engines, where one family, many and the list of all must say the same at every step.
#include "db/db_test.h"
#include "base/lang.h"
#include "office/user.h"
#include "payment/approve.h"
#include "payment/pay.h"
#include "payment/payment.h"
#include "registry/area.h"
#include "registry/draft.h"
#include "registry/life.h"
#include "registry/synth_store.h"
#include "stage/closing.h"
#include "stage/run.h"
#include "status/family_status.h"

#define KAB 1371
#define FAMILY_N 60
static const Instant AT = { 1713153600000 };

// ---- every state -------------------------------------------------------------------------------------------------

#define N MONEY_NONE
#define K MONEY_KNOWN
#define U MONEY_UNKNOWN
enum { OPEN, CLOSED, RAN, ASKED, SIGNED };                 // how far the stage is
typedef struct {
    const char *what, *membership;
    int stage;
    bool is_in;
    int payment, due;
    const char *attempt;
    unsigned missing;
    StatusKind kind;
    MoneyKnown expected, ordered, paid, withdrawn;
    StatusNext next;
    StatusWho who;
} Row;
static const Row ROWS[] = {
    { "new, nothing closed", "active", OPEN, false, 0, 0, "", 0, STATUS_NO_STAGE, U, N, N, N, NEXT_CLOSE, WHO_OPERATOR },
    { "left, nothing closed", "left", OPEN, false, 0, 0, "", 0, STATUS_LEFT, N, N, N, N, NEXT_NOTHING, WHO_NOBODY },
    { "suspended, nothing closed", "suspended", OPEN, false, 0, 0, "", 0, STATUS_SUSPENDED, N, N, N, N, NEXT_RETURN, WHO_COORDINATOR },
    { "nothing closed, no payee", "active", OPEN, false, 0, 0, "", MISSING_PAYEE, STATUS_NO_STAGE, U, N, N, N, NEXT_NAME_PAYEE, WHO_COMPANION },
    { "came after the closing", "active", RAN, false, 0, 0, "", 0, STATUS_NEXT_STAGE, N, N, N, N, NEXT_CLOSE_AGAIN, WHO_OPERATOR },
    { "came after the closing, no account", "active", RAN, false, 0, 0, "", MISSING_ACCOUNT, STATUS_NEXT_STAGE, N, N, N, N, NEXT_OPEN_ACCOUNT, WHO_OPERATOR },
    { "closed", "active", CLOSED, true, -1, 0, "", 0, STATUS_CLOSED, U, N, N, N, NEXT_RUN, WHO_OPERATOR },
    { "closed, left since", "left", CLOSED, true, -1, 0, "", 0, STATUS_CLOSED, U, N, N, N, NEXT_RUN, WHO_OPERATOR },
    { "no component", "active", RAN, true, PAYMENT_NOTHING, DUE_NOTHING, "", 0, STATUS_NOTHING, N, N, N, N, NEXT_COMPONENT, WHO_COMPANION },
    { "not eligible", "active", RAN, true, PAYMENT_NOTHING, DUE_NOT_ELIGIBLE, "", 0, STATUS_NOT_ELIGIBLE, N, N, N, N, NEXT_CONDITION, WHO_COORDINATOR },
    { "suspended at the closing, active today", "active", RAN, true, PAYMENT_NOTHING, DUE_SUSPENDED, "", 0, STATUS_SUSPENDED, N, N, N, N, NEXT_RETURN, WHO_COORDINATOR },
    { "no component, left since", "left", RAN, true, PAYMENT_NOTHING, DUE_NOTHING, "", 0, STATUS_LEFT, N, N, N, N, NEXT_NOTHING, WHO_NOBODY },
    { "no component, suspended since", "suspended", RAN, true, PAYMENT_NOTHING, DUE_NOTHING, "", 0, STATUS_SUSPENDED, N, N, N, N, NEXT_RETURN, WHO_COORDINATOR },
    { "computed", "active", RAN, true, PAYMENT_EXPECTED, DUE_PAYABLE, "", 0, STATUS_EXPECTED, K, N, N, N, NEXT_ASK, WHO_OPERATOR },
    { "put forward", "active", ASKED, true, PAYMENT_EXPECTED, DUE_PAYABLE, "", 0, STATUS_EXPECTED, K, N, N, N, NEXT_SIGN, WHO_APPROVER },
    { "put forward, payee gone", "active", ASKED, true, PAYMENT_EXPECTED, DUE_PAYABLE, "", MISSING_PAYEE_GONE, STATUS_EXPECTED, K, N, N, N, NEXT_NAME_PAYEE, WHO_COMPANION },
    { "put forward, no NIK and no account", "active", ASKED, true, PAYMENT_EXPECTED, DUE_PAYABLE, "", MISSING_NIK | MISSING_ACCOUNT, STATUS_EXPECTED, K, N, N, N, NEXT_GIVE_NIK, WHO_COMPANION },
    { "put forward, left since: the money is still there", "left", ASKED, true, PAYMENT_EXPECTED, DUE_PAYABLE, "", 0, STATUS_EXPECTED, K, N, N, N, NEXT_SIGN, WHO_APPROVER },
    { "held", "active", SIGNED, true, PAYMENT_HELD, DUE_PAYABLE, "", 0, STATUS_HELD, K, N, N, N, NEXT_HOLD, WHO_OPERATOR },
    { "held for want of an account", "active", SIGNED, true, PAYMENT_HELD, DUE_PAYABLE, "", MISSING_ACCOUNT, STATUS_HELD, K, N, N, N, NEXT_OPEN_ACCOUNT, WHO_OPERATOR },
    { "signed", "active", SIGNED, true, PAYMENT_EXPECTED, DUE_PAYABLE, "", 0, STATUS_APPROVED, K, N, N, N, NEXT_FILE, WHO_OPERATOR },
    { "in a file", "active", SIGNED, true, PAYMENT_RESERVED, DUE_PAYABLE, "", 0, STATUS_RESERVED, K, N, N, N, NEXT_HAND_OVER, WHO_OPERATOR },
    { "handed over", "active", SIGNED, true, PAYMENT_ORDERED, DUE_PAYABLE, "", 0, STATUS_ORDERED, K, K, U, U, NEXT_RESULT, WHO_BANK },
    { "handed over, suspended since", "suspended", SIGNED, true, PAYMENT_ORDERED, DUE_PAYABLE, "", 0, STATUS_ORDERED, K, K, U, U, NEXT_RESULT, WHO_BANK },
    { "handed over, no payee any more: it is under way", "active", SIGNED, true, PAYMENT_ORDERED, DUE_PAYABLE, "", MISSING_PAYEE, STATUS_ORDERED, K, K, U, U, NEXT_RESULT, WHO_BANK },
    { "credited with the others", "active", SIGNED, true, PAYMENT_CREDITED, DUE_PAYABLE, "", 0, STATUS_PAID, K, K, K, U, NEXT_WITHDRAW, WHO_FAMILY },
    { "withdrawn with the others", "active", SIGNED, true, PAYMENT_WITHDRAWN, DUE_PAYABLE, "", 0, STATUS_WITHDRAWN, K, K, K, K, NEXT_NOTHING, WHO_NOBODY },
    { "ordered by itself", "active", SIGNED, true, PAYMENT_PARTICULAR, DUE_PAYABLE, "ordered", 0, STATUS_ORDERED, K, K, U, U, NEXT_RESULT, WHO_BANK },
    { "paid", "active", SIGNED, true, PAYMENT_PARTICULAR, DUE_PAYABLE, "paid", 0, STATUS_PAID, K, K, K, U, NEXT_WITHDRAW, WHO_FAMILY },
    { "credited", "active", SIGNED, true, PAYMENT_PARTICULAR, DUE_PAYABLE, "credited", 0, STATUS_PAID, K, K, K, U, NEXT_WITHDRAW, WHO_FAMILY },
    { "withdrawn", "active", SIGNED, true, PAYMENT_PARTICULAR, DUE_PAYABLE, "withdrawn", 0, STATUS_WITHDRAWN, K, K, K, K, NEXT_NOTHING, WHO_NOBODY },
    { "failed", "active", SIGNED, true, PAYMENT_PARTICULAR, DUE_PAYABLE, "failed", 0, STATUS_FAILED, K, K, N, N, NEXT_MEND, WHO_COMPANION },
    { "returned", "active", SIGNED, true, PAYMENT_PARTICULAR, DUE_PAYABLE, "returned", MISSING_ACCOUNT, STATUS_FAILED, K, K, N, N, NEXT_OPEN_ACCOUNT, WHO_OPERATOR },
    { "a word that nobody knows", "active", SIGNED, true, PAYMENT_PARTICULAR, DUE_PAYABLE, "nosuch", 0, STATUS_FOLLOWED, K, U, U, U, NEXT_LOOK, WHO_OPERATOR },
};
#undef N
#undef K
#undef U

static StageStanding stage_of(int far) {
    return (StageStanding){ .stage = far == OPEN ? STR("") : STR("2024-2"), .is_closed = far >= CLOSED, .is_computed = far >= RAN, .has_request = far == ASKED, .is_approved = far == SIGNED,
                            .due_on = far == ASKED ? (Date){ 20000 } : DATE_NONE, .today = { 20050 }, .closed_on = far >= CLOSED ? (Date){ 19990 } : DATE_NONE,
                            .ran_on = far >= RAN ? (Date){ 19991 } : DATE_NONE, .signed_on = far == SIGNED ? (Date){ 19995 } : DATE_NONE, .reserved_on = DATE_NONE };
}

static FamilyStatus judged(const Row *r) {
    StageStanding stage = stage_of(r->stage);
    StatusFacts f = { .membership = str_c(r->membership), .is_in_stage = r->is_in, .payment_state = r->payment, .due = r->due, .attempt_state = str_c(r->attempt), .amount = { 750000 }, .missing = r->missing };
    FamilyStatus s = { .kab = KAB, .family_id = 1, .membership = f.membership, .reason = STR(""), .stage = stage.stage, .channel = STR("BRI"), .since_on = { 18000 } };
    status_judge(&stage, &f, &s);
    return s;
}

static void every_state(void **state) {
    (void)state;
    bool is_met[STATUS_N] = { false };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        const Row *r = &ROWS[i];
        FamilyStatus s = judged(r);
        if (s.kind != r->kind || s.expected.known != r->expected || s.ordered.known != r->ordered || s.paid.known != r->paid || s.withdrawn.known != r->withdrawn || s.next != r->next || s.who != r->who)
            fail_msg("%s: %s, %s, %s; money %d %d %d %d", r->what, status_name(s.kind), next_name(s.next), who_name(s.who), s.expected.known, s.ordered.known, s.paid.known, s.withdrawn.known);
        const StatusMoney *money[] = { &s.expected, &s.ordered, &s.paid, &s.withdrawn };
        for (int k = 0; k < 4; k++) assert_int_equal(money[k]->amount.rp, money[k]->known == MONEY_KNOWN ? 750000 : 0);        // never a number that is not known
        assert_true(date_is_known(s.due_on) == (s.who != WHO_NOBODY));      // what somebody has to do has a day
        is_met[s.kind] = true;
    }
    for (int i = 0; i < STATUS_N; i++) if (!is_met[i]) fail_msg("no row leads to %s", status_name((StatusKind)i));
    Row post = ROWS[22];
    FamilyStatus s = judged(&post);
    assert_int_equal(s.kind, STATUS_ORDERED);
    // Data by the 25th, this month's or the next; a step some days after the one before it, also where that left no trace here.
    StageStanding open = stage_of(OPEN), signed_on = stage_of(SIGNED);
    StatusFacts member = { .membership = STR("active") }, held = { .membership = STR("active"), .is_in_stage = true, .payment_state = PAYMENT_HELD };
    const struct { Date today, due; } DAYS[] = { { date_make(2024, 5, 1), date_make(2024, 5, 25) }, { date_make(2024, 5, 25), date_make(2024, 5, 25) },
        { date_make(2024, 5, 26), date_make(2024, 6, 25) }, { date_make(2024, 12, 31), date_make(2025, 1, 25) } };
    for (size_t i = 0; i < 4; i++) {
        open.today = DAYS[i].today;
        status_judge(&open, &member, &s);
        assert_int_equal(s.due_on.days, DAYS[i].due.days);
    }
    status_judge(&signed_on, &held, &s);
    assert_int_equal(s.due_on.days, 19995 + 7);
    held.payment_state = PAYMENT_ORDERED;
    status_judge(&signed_on, &held, &s);
    assert_int_equal(s.due_on.days, 19995 + 7);
    signed_on.reserved_on = (Date){ 19998 };
    status_judge(&signed_on, &held, &s);
    assert_int_equal(s.due_on.days, 19998 + 7);
    StageStanding stage = stage_of(SIGNED);
    s.channel = STR("POS");
    status_judge(&stage, &(StatusFacts){ .membership = STR("active"), .is_in_stage = true, .payment_state = PAYMENT_ORDERED }, &s);
    assert_int_equal(s.who, WHO_POST);
}

// Words for each, in both languages, in office and letter; and the letter never speaks of money that is not known.
static void every_state_has_its_words(void **state) {
    (void)state;
    Arena a = { 0 };
    for (int lang = 0; lang < 2; lang++) {
        lang_set(lang ? LANG_EN : LANG_ID);
        for (int i = 0; i < STATUS_N; i++) {
            StatusKind kind;
            assert_true(status_find(str_c(status_name((StatusKind)i)), &kind) && (int)kind == i && *status_title_of(kind));
        }
        for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
            FamilyStatus s = judged(&ROWS[i]);
            Letter letter = status_letter(&a, &s, STR("Tahap II"));
            Str all = STR("");
            for (size_t k = 0; k < letter.n; k++) all = arena_fmt(&a, STR_FMT "\n" STR_FMT, STR_ARG(all), STR_ARG(letter.at[k]));
            Str amount = lang ? STR("Rp 750,000") : STR("Rp 750.000");
            assert_true(letter.n >= 2 && status_membership_text(&a, &s).n && status_next_text(&a, &s).n && status_who_text(&a, &s).n && status_line(&a, &s).n);
            if (str_contains(all, amount) != (s.expected.known == MONEY_KNOWN)) fail_msg("%s: " STR_FMT, ROWS[i].what, STR_ARG(all));
            assert_true(str_contains(status_line(&a, &s), amount) == (s.expected.known == MONEY_KNOWN));
            assert_true((status_missing_text(&a, &s).n > 0) == (s.missing != 0));
            assert_true((status_missing_text(&a, &s).n == 0) || str_contains(all, status_missing_text(&a, &s)));
            assert_false(str_contains(all, STR("%")));
        }
    }
    lang_set(LANG_ID);
    arena_free(&a);
}

// ---- a district, step by step ------------------------------------------------------------------------------------

// All families, some of them, and each alone say the same.
static FamilyStatuses look(DbTest *t, Str stage) {
    Arena *a = &t->arena;
    FamilyStatuses all, some;
    FamilyStatus one;
    Sight sight = sight_of_program((Date){ 19828 });
    check_ok(family_statuses_read(t->db, a, sight, KAB, stage, NULL, 0, AT, &all, &t->err), t->err);
    int64_t ids[] = { 2, 3, 11, 25, 44, 999 };
    check_ok(family_statuses_read(t->db, a, sight, KAB, stage, ids, sizeof ids / sizeof *ids, AT, &some, &t->err), t->err);
    assert_int_equal(some.n, 5);
    for (size_t i = 0; i < some.n; i++) {
        const FamilyStatus *s = family_statuses_find(&all, ids[i]);
        assert_non_null(s);
        check_ok(family_status(t->db, a, sight, KAB, stage, ids[i], AT, &one, &t->err), t->err);
        check_str(status_line(a, &one), status_line(a, s));
        check_str(status_line(a, &some.at[i]), status_line(a, s));
        check_str(status_membership_text(a, &some.at[i]), status_membership_text(a, s));
        assert_true(one.kind == s->kind && one.expected.amount.rp == s->expected.amount.rp && one.missing == s->missing);
    }
    return all;
}

static int64_t kind_n(const FamilyStatuses *all, StatusKind kind) {
    int64_t n = 0;
    for (size_t i = 0; i < all->n; i++) n += all->at[i].kind == kind;
    return n;
}
static Rupiah expected_sum(DbTest *t, const FamilyStatuses *all) {
    Rupiah sum = { 0 };
    for (size_t i = 0; i < all->n; i++) check_ok(rupiah_add(sum, all->at[i].expected.amount, &sum, &t->err), t->err);
    return sum;
}

static Viewer person_make(DbTest *t, const char *login, Role role) {
    Viewer v = { .kab = KAB, .role = role };
    snprintf(v.login, sizeof v.login, "%s", login);
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(user_insert(t->db, 0, &(UserNew){ .login = str_c(login), .name = STR("Siti Nurbaya"), .role = role, .kab = KAB }, STR("none"), false, AT, &v.user_id, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
    return v;
}

static Run run_of(DbTest *t) {
    Run run;
    check_ok(run_read(t->db, KAB, STR("2024-2"), &run, &t->err), t->err);
    return run;
}

static ApproveResult sign(DbTest *t, const Viewer *viewer) {
    Run run = run_of(t);
    ApproveResult result;
    check_ok(approve_run(t->db, &t->arena, viewer, &(ApproveWhat){ KAB, STR("2024-2"), run.run_hash }, AT, &result, &t->err), t->err);
    return result;
}

static void from_the_registry_to_the_payment_file(DbTest *t) {
    SynthReport report;
    AreaImport areas;
    LifeResult life;
    ClosingSummary closed;
    RunSummary ran;
    Str stage = STR("2024-2");
    check_ok(db_begin(t->db, &t->err) && area_put_padang(t->db, &areas, &t->err) && db_commit(t->db, &t->err), t->err);
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = 7, .kab = KAB, .family_n = FAMILY_N, .at = AT }, NULL, &report, &t->err), t->err);
    Viewer operator = person_make(t, "operator", ROLE_OPERATOR), head = person_make(t, "head", ROLE_HEAD_DINSOS);

    FamilyStatuses all = look(t, STR(""));
    assert_int_equal(all.n, FAMILY_N);
    assert_int_equal(kind_n(&all, STATUS_NO_STAGE), FAMILY_N);

    LifeAct act = { .kab = KAB, .family_id = 3, .on = { 19820 }, .actor = operator, .at = AT };
    check_ok(life_leave(t->db, &act, STR("graduated"), &life, &t->err), t->err);
    act.family_id = 11;
    check_ok(life_suspend(t->db, &act, STR("being_checked"), &life, &t->err), t->err);
    all = look(t, STR(""));
    const FamilyStatus *left = family_statuses_find(&all, 3), *held = family_statuses_find(&all, 11);
    assert_true(left->kind == STATUS_LEFT && held->kind == STATUS_SUSPENDED && left->since_on.days == 19820);
    check_str(left->reason, STR("graduated"));
    check_str(held->reason, STR("being_checked"));
    assert_true(str_contains(status_membership_text(&t->arena, left), str_c(_("prosperous and independent"))));

    PrepareSummary prepared;                                                        // a stage comes into view: what it will come to is said as a draft
    Rupiah drafted = { 0 };
    check_ok(draft_prepare(t->db, &(PrepareOptions){ .stage = stage, .book_file = STR("pkh.yaml"), .book_text = rulebook_pkh(), .kab = KAB, .at = AT }, &prepared, &t->err), t->err);
    all = look(t, STR(""));
    for (size_t i = 0; i < all.n; i++) {
        const FamilyStatus *s = &all.at[i];
        if (s->kind != STATUS_NO_STAGE) { assert_int_equal(s->expected.known, MONEY_NONE); continue; }
        assert_true(s->expected.known == MONEY_DRAFT || s->expected.known == MONEY_UNKNOWN);
        check_ok(rupiah_add(drafted, s->expected.amount, &drafted, &t->err), t->err);
        if (s->expected.known == MONEY_DRAFT) assert_true(str_contains(status_letter(&t->arena, s, STR("")).at[1], status_money_text(&t->arena, &(StatusMoney){ MONEY_KNOWN, s->expected.amount })));
    }

    ClosingOptions closing = { .stage = stage, .book_file = STR("pkh.yaml"), .book_text = rulebook_pkh(), .kab = KAB, .at = AT };
    check_ok(closing_make(t->db, &closing, &closed, &t->err), t->err);
    all = look(t, stage);
    assert_int_equal(kind_n(&all, STATUS_CLOSED), FAMILY_N - 1);                    // the suspended one is in the closing, too
    assert_int_equal(family_statuses_find(&all, 3)->kind, STATUS_LEFT);

    check_ok(run_make(t->db, &(RunOptions){ .stage = stage, .kab = KAB, .at = AT }, &ran, &t->err), t->err);
    all = look(t, stage);
    Run run = run_of(t);
    assert_int_equal(kind_n(&all, STATUS_EXPECTED), run.payable_n);
    assert_true(expected_sum(t, &all).rp == run.total.rp);                          // no rupiah more or less than the run
    assert_true(drafted.rp == run.total.rp && drafted.rp > 0);                      // and the draft had said so
    assert_int_equal(family_statuses_find(&all, 11)->kind, STATUS_SUSPENDED);
    for (size_t i = 0; i < all.n; i++) if (all.at[i].kind == STATUS_EXPECTED && !all.at[i].missing) assert_int_equal(all.at[i].next, NEXT_ASK);

    ApproveResult result = sign(t, &operator);
    all = look(t, stage);
    for (size_t i = 0; i < all.n; i++) {
        if (all.at[i].kind != STATUS_EXPECTED || all.at[i].missing) continue;
        assert_int_equal(all.at[i].next, NEXT_SIGN);
        assert_int_equal(all.at[i].due_on.days, result.state.request.due_on.days);
    }
    result = sign(t, &head);
    all = look(t, stage);
    assert_int_equal(kind_n(&all, STATUS_HELD), result.hold_n);
    assert_int_equal(kind_n(&all, STATUS_APPROVED), run.payable_n - result.hold_n);
    assert_true(expected_sum(t, &all).rp == run.total.rp);

    act.family_id = 25;                                                             // who leaves now is still paid what was signed
    StatusKind before = family_statuses_find(&all, 25)->kind;
    check_ok(life_leave(t->db, &act, STR("own_will"), &life, &t->err), t->err);
    all = look(t, stage);
    if (before == STATUS_APPROVED) assert_int_equal(family_statuses_find(&all, 25)->kind, STATUS_APPROVED);
    check_str(family_statuses_find(&all, 25)->membership, STR("left"));

    char folder[] = "/tmp/harapan-status-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    PayResult paid;
    check_ok(pay_stage(t->db, &operator, &(PayWhat){ .kab = KAB, .stage = stage, .channel = STR(""), .folder = str_c(folder), .payer_account = STR("000000000000001") }, AT, &paid, &t->err), t->err);
    all = look(t, stage);
    assert_int_equal(kind_n(&all, STATUS_ORDERED), run.payable_n - result.hold_n);
    for (size_t i = 0; i < all.n; i++) {
        const FamilyStatus *s = &all.at[i];
        if (s->kind != STATUS_ORDERED) continue;
        assert_true(s->ordered.amount.rp == s->expected.amount.rp && s->paid.known == MONEY_UNKNOWN && s->withdrawn.known == MONEY_UNKNOWN);
        assert_true(s->who == (str_eq(s->channel, STR("POS")) ? WHO_POST : WHO_BANK));
    }
    assert_int_equal(system(arena_fmt(&t->arena, "rm -rf '%s'", folder).p), 0);
}

// Who may not see a family hears what he would hear of one that does not exist.
static void who_may_not_see_it_finds_none(DbTest *t) {
    SynthReport report;
    FamilyStatus s;
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = 7, .kab = KAB, .family_n = FAMILY_N, .at = AT }, NULL, &report, &t->err), t->err);
    Viewer far = { .user_id = 9, .kab = 1372, .role = ROLE_OPERATOR };
    t->err = (Err){ 0 };
    assert_false(family_status(t->db, &t->arena, authority_sight(&far, (Date){ 19828 }), KAB, STR(""), 2, AT, &s, &t->err));
    Err none = { 0 };
    assert_false(family_status(t->db, &t->arena, sight_of_program((Date){ 19828 }), KAB, STR(""), 999999, AT, &s, &none));
    assert_true(t->err.code == NOT_FOUND && none.code == NOT_FOUND);
    assert_string_equal(t->err.text, none.text);
    t->err = (Err){ 0 };
}

DB_TEST(from_the_registry_to_the_payment_file)
DB_TEST(who_may_not_see_it_finds_none)
static const struct CMUnitTest tests[] = { cmocka_unit_test(every_state), cmocka_unit_test(every_state_has_its_words), DB_TESTS(from_the_registry_to_the_payment_file), DB_TESTS(who_may_not_see_it_finds_none) };
TEST_MAIN(tests)
