// excuse_test.c: an excuse counts once another person has granted it, of its months, its person and its duty.
#include "registry/life_sample.h"
#include "commitment/excuse.h"
#include "commitment/outcome.h"

typedef struct { DbTest *t; Town town; FactAct act; Sight sight; int64_t family_id, person_id; } Story;

// A child who was not weighed in April and May, as the post says.
static Story story_make(DbTest *t) {
    Story x = { .t = t, .town = town_make(t, 5, 300), .family_id = 1 };
    LifeBirth birth = { .name = STR("Putri Sintetis"), .sex = SEX_FEMALE };
    LifeResult born;
    x.act = (FactAct){ KAB, x.town.operator, NOON, NULL };
    x.sight = authority_sight(&x.town.operator, ymd(2024, 6, 15));
    good(rulebook_open(&t->arena, STR("pkh.yaml"), rulebook_pkh(), &x.act.book, &t->err));
    good(life_birth(t->db, &(LifeAct){ .kab = KAB, .family_id = 1, .on = ymd(2022, 9, 2), .actor = x.town.operator, .at = { NOON.ms - 1000 } }, &birth, &born, &t->err));
    x.person_id = born.person_id;
    for (int month = 4; month <= 5; month++) {
        Fact f = { .family_id = 1, .person_id = x.person_id, .kind = STR("weight"), .first_on = ymd(2024, month, 1), .last_on = { ymd(2024, month + 1, 1).days - 1 }, .source = STR("post 7") };
        FactResult r;
        good(fact_record_one(t->db, &t->arena, &x.act, &f, &r, &t->err));
    }
    return x;
}

static Outcome month_outcome(const Story *x, int month) {
    DbTest *t = x->t;
    FamilyOutcome family;
    DutyPeriod period = { ymd(2024, month, 1), 1, { NOON.ms + 3600000 }, ymd(2024, 6, 15) };
    good(outcome_family(t->db, &t->arena, x->act.book, x->sight, KAB, 1, &period, &family, &t->err));
    for (size_t i = 0; i < family.n; i++) if (family.at[i].person_id == x->person_id) return family.at[i].report.months[0].outcome;
    fail_msg("person %lld is not there", (long long)x->person_id);
    return OUTCOME_UNKNOWN;
}

static Excuse wish(const Story *x) {
    return (Excuse){ .family_id = 1, .person_id = x->person_id, .first_month = ymd(2024, 5, 1), .last_month = ymd(2024, 5, 1), .reason = STR("post_closed"), .note = STR("banjir") };
}

static void another_person_grants_it(DbTest *t) {
    Story x = story_make(t);
    Excuse w = wish(&x);
    ApprovalRequest request, again;
    bool is_new;
    assert_int_equal(month_outcome(&x, 5), OUTCOME_NOT_MET);
    good(excuse_ask(t->db, &t->arena, &x.act, &w, &request, &is_new, &t->err));
    assert_true(is_new);
    good(excuse_ask(t->db, &t->arena, &x.act, &w, &again, &is_new, &t->err));
    assert_true(!is_new && again.id == request.id);
    assert_int_equal(month_outcome(&x, 5), OUTCOME_NOT_MET);           // asked is not granted
    Hash seen = request.seen_hash;
    good(db_begin(t->db, &t->err));
    refused(approval_sign(t->db, &x.town.operator, &EXCUSE_APPROVAL, &request, &seen, NOON, &t->err), FORBIDDEN);
    db_rollback(t->db);
    good(db_begin(t->db, &t->err));
    good(approval_sign(t->db, &x.town.head, &EXCUSE_APPROVAL, &request, &seen, NOON, &t->err));
    good(db_commit(t->db, &t->err));
    assert_int_equal(request.state, REQUEST_APPROVED);
    assert_int_equal(month_outcome(&x, 5), OUTCOME_EXCUSED);
    assert_int_equal(month_outcome(&x, 4), OUTCOME_NOT_MET);           // another month
    refused(excuse_ask(t->db, &t->arena, &x.act, &w, &request, &is_new, &t->err), CONFLICT);
}
DB_TEST(another_person_grants_it)

static void what_is_no_excuse(DbTest *t) {
    Story x = story_make(t);
    ApprovalRequest request;
    bool is_new;
    Excuse w[8];
    for (size_t i = 0; i < 8; i++) w[i] = wish(&x);
    w[0].reason = STR("lazy");
    w[1].reason = STR("other"), w[1].note = STR("");
    w[2].duty = STR("wieght");
    w[3].first_month = ymd(2024, 5, 2);
    w[4].last_month = ymd(2025, 5, 1);
    w[5].first_month = w[5].last_month = ymd(2024, 7, 1);
    w[6].note = STR("banjir\nbesar");
    for (size_t i = 0; i < 7; i++) refused(excuse_ask(t->db, &t->arena, &x.act, &w[i], &request, &is_new, &t->err), BAD_INPUT);
    w[7].person_id = 999999;
    refused(excuse_ask(t->db, &t->arena, &x.act, &w[7], &request, &is_new, &t->err), NOT_FOUND);
    x.act.actor = x.town.auditor;
    w[0] = wish(&x);
    refused(excuse_ask(t->db, &t->arena, &x.act, &w[0], &request, &is_new, &t->err), FORBIDDEN);
}
DB_TEST(what_is_no_excuse)

// Granted for April and May, and ended with April: May is judged again from then on, and an evaluation of before stays as it was.
static void it_ends_early_once(DbTest *t) {
    Story x = story_make(t);
    Excuse w = wish(&x);
    ApprovalRequest request;
    bool is_new;
    w.first_month = ymd(2024, 4, 1);
    good(excuse_ask(t->db, &t->arena, &x.act, &w, &request, &is_new, &t->err));
    refused(excuse_end(t->db, &t->arena, &x.act, 1, 1, ymd(2024, 4, 1), &t->err), CONFLICT);     // not granted yet
    Hash seen = request.seen_hash;
    good(db_begin(t->db, &t->err));
    good(approval_sign(t->db, &x.town.head, &EXCUSE_APPROVAL, &request, &seen, NOON, &t->err));
    good(db_commit(t->db, &t->err));
    assert_int_equal(month_outcome(&x, 5), OUTCOME_EXCUSED);
    FactAct later = x.act;
    later.at.ms = NOON.ms + 1800000;
    refused(excuse_end(t->db, &t->arena, &later, 1, 1, ymd(2024, 5, 1), &t->err), BAD_INPUT);      // that is when it ends anyway
    refused(excuse_end(t->db, &t->arena, &later, 1, 2, ymd(2024, 4, 1), &t->err), NOT_FOUND);
    later.actor = x.town.auditor;
    refused(excuse_end(t->db, &t->arena, &later, 1, 1, ymd(2024, 4, 1), &t->err), FORBIDDEN);
    later.actor = x.town.operator;
    good(excuse_end(t->db, &t->arena, &later, 1, 1, ymd(2024, 4, 1), &t->err));
    good(excuse_end(t->db, &t->arena, &later, 1, 1, ymd(2024, 4, 1), &t->err));                    // twice is once
    refused(excuse_end(t->db, &t->arena, &later, 1, 1, ymd(2024, 3, 1), &t->err), CONFLICT);
    assert_int_equal(month_outcome(&x, 5), OUTCOME_NOT_MET);
    assert_int_equal(month_outcome(&x, 4), OUTCOME_EXCUSED);
    DutyPeriod before = { ymd(2024, 5, 1), 1, { NOON.ms + 900000 }, ymd(2024, 6, 15) };
    FamilyOutcome family;
    good(outcome_family(t->db, &t->arena, x.act.book, x.sight, KAB, 1, &before, &family, &t->err));
    for (size_t i = 0; i < family.n; i++) if (family.at[i].person_id == x.person_id) assert_int_equal(family.at[i].report.months[0].outcome, OUTCOME_EXCUSED);
    ToldExcuses list;
    good(excuse_list(t->db, &t->arena, x.sight, KAB, 1, &list, &t->err));
    assert_true(list.n == 1 && list.at[0].is_ended && list.at[0].ended_month.days == ymd(2024, 4, 1).days);
    good(excuse_list(t->db, &t->arena, authority_sight(&x.town.neighbour, ymd(2024, 6, 15)), KAB, 1, &list, &t->err));
    assert_int_equal(list.n, 0);
}
DB_TEST(it_ends_early_once)

static const struct CMUnitTest TESTS[] = { DB_TESTS(another_person_grants_it), DB_TESTS(it_ends_early_once), DB_TESTS(what_is_no_excuse) };
TEST_MAIN(TESTS)
