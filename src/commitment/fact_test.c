// fact_test.c: facts are told, corrected, refused, told twice and read again; observations are sealed; two people at once.
#include "registry/life_sample.h"
#include "commitment/fact.h"
#include "registry/erase.h"
#include "registry/reseal.h"

static const RuleBook *pkh(DbTest *t) {
    const RuleBook *book;
    good(rulebook_open(&t->arena, STR("pkh.yaml"), rulebook_pkh(), &book, &t->err));
    return book;
}

typedef struct { DbTest *t; Town town; FactAct act; int64_t family_id, person_id; } Told;

// A family with a child of whom something can be told, and the act of an operator.
static Told told_make(DbTest *t) {
    Told x = { .t = t, .town = town_make(t, 5, 600) };
    x.act = (FactAct){ KAB, x.town.operator, NOON, pkh(t) };
    LifeBirth birth = { .name = STR("Putri Sintetis"), .sex = SEX_FEMALE };
    LifeResult born;
    x.family_id = 1;
    good(life_birth(t->db, &(LifeAct){ .kab = KAB, .family_id = 1, .on = ymd(2023, 9, 2), .actor = x.town.operator, .at = { NOON.ms - 1000 } }, &birth, &born, &t->err));
    x.person_id = born.person_id;
    return x;
}

static Fact weighing(const Told *x, Date on, int64_t times) {
    return (Fact){ .family_id = x->family_id, .person_id = x->person_id, .kind = STR("weight"), .first_on = on, .last_on = on, .times = times, .source = STR("post 7") };
}
static Fact month_of(Fact f, Date first) {
    f.first_on = first;
    f.last_on = (Date){ date_add_months(first, 1).days - 1 };
    return f;
}
static FactResult tell(const Told *x, Fact f) {
    FactResult r;
    x->t->err = (Err){ 0 };
    check_ok(fact_record(x->t->db, &x->t->arena, &x->act, &f, 1, &r, &x->t->err), x->t->err);
    return r;
}

static void facts_are_told_and_corrected(DbTest *t) {
    Told x = told_make(t);
    ToldFacts list;
    Sight sight = authority_sight(&x.town.operator, ymd(2024, 6, 15));
    FactResult r = tell(&x, weighing(&x, ymd(2024, 5, 14), 1));
    assert_int_equal(r.state, FACT_RECORDED);
    assert_int_equal(r.n, 1);
    assert_int_equal(tell(&x, weighing(&x, ymd(2024, 5, 14), 1)).state, FACT_WAS_THERE);
    r = tell(&x, month_of(weighing(&x, ymd(2024, 4, 1), 0), ymd(2024, 4, 1)));
    assert_int_equal(r.state, FACT_RECORDED);
    Fact again = month_of(weighing(&x, ymd(2024, 4, 1), 1), ymd(2024, 4, 1));                // the post corrects itself
    r = tell(&x, again);
    assert_int_equal(r.state, FACT_CORRECTED);
    assert_int_equal(r.replaced_n, 2);
    assert_int_equal(tell(&x, month_of(weighing(&x, ymd(2024, 4, 1), 0), ymd(2024, 4, 1))).state, FACT_WAS_THERE);       // the old form once more changes nothing
    again.source = STR("companion 3");
    again.times = 2;
    assert_int_equal(tell(&x, again).state, FACT_RECORDED);                                   // another source stands beside it
    Fact back = { .family_id = 1, .source = STR("companion 3"), .is_void = true, .replaces_n = 4 };
    r = tell(&x, back);
    assert_int_equal(r.state, FACT_CORRECTED);
    back.source = STR("post 7");
    assert_int_equal(tell(&x, back).state, FACT_REFUSED);                                      // corrected already
    good(fact_list(t->db, &t->arena, sight, KAB, 1, &list, &t->err));
    assert_int_equal(list.n, 5);
    assert_true(list.at[0].fact.is_void && list.at[1].corrected_by_n == 5 && list.at[3].corrected_by_n == 3);
    good(fact_list(t->db, &t->arena, authority_sight(&x.town.neighbour, ymd(2024, 6, 15)), KAB, 1, &list, &t->err));
    assert_int_equal(list.n, 0);
    FamilyFactsTold told;
    good(fact_told(t->db, &t->arena, x.act.book, KAB, 1, &told, &t->err));
    DutySubject child = { .facts = { .born_on = ymd(2023, 9, 2) }, .entered_on = ymd(2023, 9, 2), .left_on = DATE_NONE, .told = told.at, .told_n = told.n };
    DutyReport report;
    duty_evaluate(&t->arena, x.act.book, &child, &(DutyPeriod){ ymd(2024, 4, 1), 2, NOON, ymd(2024, 6, 15) }, &report);
    int weighed_n = 0;
    for (size_t i = 0; i < report.due_n; i++) weighed_n += report.due[i].kind == fact_kind_find(x.act.book, STR("weight")) && report.due[i].reason == DUTY_DONE;
    assert_int_equal(weighed_n, 2);
    Violations none = { 0 };
    good(fact_check(t->db, &none, &t->err));
    assert_int_equal(none.found_n, 0);
}
DB_TEST(facts_are_told_and_corrected)

static void what_cannot_be_is_refused_alone(DbTest *t) {
    Told x = told_make(t);
    Fact good_one = weighing(&x, ymd(2024, 5, 14), 1), f[14];
    FactResult r[14];
    size_t n = sizeof f / sizeof *f;
    for (size_t i = 0; i < n; i++) f[i] = good_one;
    f[1].kind = STR("wieght");
    f[2].first_on = f[2].last_on = ymd(2024, 6, 16);
    f[3].last_on = ymd(2024, 5, 20);
    f[4].times = 0;
    f[5].times = 32;
    f[6].person_id = 999999;
    f[7].family_id = 999999;
    f[8].source = STR("");
    f[9].first_on = f[9].last_on = ymd(2023, 9, 1);                       // the day before the birth
    f[10] = month_of((Fact){ .family_id = 1, .person_id = x.person_id, .kind = STR("school_days"), .days = 20, .absent = 15, .sick = 6, .source = STR("school") }, ymd(2024, 5, 1));
    f[11].kind = STR("session"), f[11].observation = STR("8,2 kg");
    f[12].replaces_n = 77;
    f[13].source = STR("post\n7");
    good(fact_record(t->db, &t->arena, &x.act, f, n, r, &t->err));
    assert_int_equal(r[0].state, FACT_RECORDED);
    for (size_t i = 1; i < n; i++) if (r[i].state != FACT_REFUSED || r[i].why.n == 0) fail_msg("fact %zu: state %d", i, r[i].state);
    refused(fact_record_one(t->db, &t->arena, &x.act, &f[1], r, &t->err), BAD_INPUT);
    x.act.actor = x.town.auditor;
    refused(fact_record(t->db, &t->arena, &x.act, f, 1, r, &t->err), FORBIDDEN);
    x.act.actor = x.town.neighbour;
    refused(fact_record(t->db, &t->arena, &x.act, f, 1, r, &t->err), FORBIDDEN);
}
DB_TEST(what_cannot_be_is_refused_alone)

static void observations_are_sealed(DbTest *t) {
    Told x = told_make(t);
    Fact f = weighing(&x, ymd(2024, 5, 14), 1);
    ResealReport report;
    Str text;
    f.observation = STR("8,2 kg; 69 cm");
    assert_int_equal(tell(&x, f).n, 1);
    good(fact_observation(t->db, &t->arena, KAB, 1, 1, &text, &t->err));
    check_str(text, STR("8,2 kg; 69 cm"));
    good(reseal_district(t->db, &(Reseal){ KAB, x.town.operator.user_id, NOON }, NULL, &report, &t->err));
    good(fact_observation(t->db, &t->arena, KAB, 1, 1, &text, &t->err));
    check_str(text, STR("8,2 kg; 69 cm"));
    bool was_there;
    good(db_begin(t->db, &t->err));
    good(secrets_destroy(t->db, KAB, 1, &was_there, &t->err));
    good(db_commit(t->db, &t->err));
    good(fact_observation(t->db, &t->arena, KAB, 1, 1, &text, &t->err));
    assert_int_equal(text.n, 0);
    f.first_on = f.last_on = ymd(2024, 5, 15);
    FactResult r;
    refused(fact_record(t->db, &t->arena, &x.act, &f, 1, &r, &t->err), CONFLICT);
}
DB_TEST(observations_are_sealed)

// A month of the whole town, twice: the second time nothing changes.
static void a_town_is_told_twice(DbTest *t) {
    Told x = told_make(t);
    size_t n = 0;
    Fact *f = NEW(&t->arena, Fact, 600);
    FactResult *r = NEW(&t->arena, FactResult, 600);
    for (int64_t family = 600; family >= 1; family--) f[n++] = month_of((Fact){ .family_id = family, .kind = STR("session"), .times = family % 5 > 0, .source = STR("companion 1") }, ymd(2024, 5, 1));
    good(fact_record(t->db, &t->arena, &x.act, f, n, r, &t->err));
    for (size_t i = 0; i < n; i++) assert_int_equal(r[i].state, FACT_RECORDED);
    good(fact_record(t->db, &t->arena, &x.act, f, n, r, &t->err));
    for (size_t i = 0; i < n; i++) assert_int_equal(r[i].state, FACT_WAS_THERE);
    good(db_begin(t->db, &t->err));                        // in the caller's transaction, which is undone
    f[0].times = 3;
    good(fact_record(t->db, &t->arena, &x.act, f, 1, r, &t->err));
    assert_int_equal(r[0].state, FACT_CORRECTED);
    db_rollback(t->db);
    ToldFacts list;
    good(fact_list(t->db, &t->arena, authority_sight(&x.town.operator, ymd(2024, 6, 15)), KAB, 600, &list, &t->err));
    assert_int_equal(list.n, 1);
}
DB_TEST(a_town_is_told_twice)

static const struct CMUnitTest TESTS[] = {
    DB_TESTS(facts_are_told_and_corrected), DB_TESTS(what_cannot_be_is_refused_alone), DB_TESTS(observations_are_sealed), DB_TESTS(a_town_is_told_twice),
};
TEST_MAIN(TESTS)
