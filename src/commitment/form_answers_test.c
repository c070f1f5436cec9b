// form_answers_test.c: who has answered is counted beside the facts, day by day; reminders are recorded once a day; what was measured comes back
// as a child's curve and as counts.
#include "registry/life_sample.h"
#include "commitment/child_growth.h"
#include "commitment/fact.h"
#include "commitment/form_answers.h"
#include "commitment/observation.h"

static FormAsk ask_of(DbTest *t, const RuleBook *book, FormKind kind) {
    (void)t;
    return (FormAsk){ .kind = kind, .kab = KAB, .sight = sight_of_program(ymd(2024, 6, 15)), .book = book };
}

static const RuleBook *book_of(DbTest *t) {
    const RuleBook *book;
    good(rulebook_open(&t->arena, STR("pkh.yaml"), rulebook_pkh(), &book, &t->err));
    return book;
}

static FormAnswers answers_of(DbTest *t, const FormAsk *ask, AnswersBy by) {
    FormAnswers a;
    good(db_begin_read(t->db, &t->err) && form_answers(t->db, &t->arena, ask, ymd(2024, 4, 1), by, ymd(2024, 5, 20), &a, &t->err));
    db_rollback(t->db);
    int64_t expected_n = 0, told_n = 0;
    for (size_t i = 0; i < a.n; i++) { expected_n += a.at[i].expected_n; told_n += a.at[i].told_n; assert_true(a.at[i].told_n <= a.at[i].expected_n); }
    assert_int_equal(expected_n, a.all.expected_n);        // each person is counted once
    assert_int_equal(told_n, a.all.told_n);
    return a;
}

static void answers_are_counted(DbTest *t) {
    Town town = town_make(t, 5, 120);
    const RuleBook *book = book_of(t);
    FormAsk ask = ask_of(t, book, FORM_EDUCATION), whole = ask;
    FormPeople people = { 0 };
    whole.period = (FormPeriod){ 2024, 2 };
    whole.is_list = true;
    good(db_begin_read(t->db, &t->err) && form_people_read(t->db, &t->arena, &whole, &people, &t->err));
    db_rollback(t->db);
    FormAnswers before = answers_of(t, &ask, ANSWERS_BY_PLACE);
    assert_int_equal(before.all.expected_n, people.n);
    assert_int_equal(before.all.told_n, 0);
    Str place = people.at[0].place;
    int64_t told_n = 0;
    for (size_t i = 0; i < people.n; i++) {                // one school answers, on 6 May; one of its pupils on the 10th
        if (!str_eq(people.at[i].place, place)) continue;
        FactAct act = { KAB, town.operator, { (int64_t)ymd(2024, 5, told_n ? 6 : 10).days * 86400000 + 3600000 }, book };
        Fact f = { .family_id = people.at[i].family_id, .person_id = people.at[i].person_id, .kind = STR("school_days"), .first_on = ymd(2024, 4, 1), .last_on = ymd(2024, 4, 30), .days = 20, .source = STR("school") };
        FactResult result;
        good(fact_record_one(t->db, &t->arena, &act, &f, &result, &t->err));
        told_n++;
    }
    for (int by = 0; by < ANSWERS_BY_N; by++) {
        FormAnswers after = answers_of(t, &ask, (AnswersBy)by);
        assert_int_equal(after.all.told_n, told_n);
        assert_int_equal(after.days[4], 0);                // by the end of 5 May
        assert_int_equal(after.days[5], told_n - 1);
        assert_int_equal(after.days[9], told_n);
        assert_int_equal(after.days[20], -1);              // still to come
        if (by == ANSWERS_BY_PLACE) assert_true(str_eq(after.at[after.n - 1].key, place) && after.at[0].expected_n > after.at[0].told_n);
    }
    FormReminder reminder = { KAB, FORM_EDUCATION, before.at[0].key, ymd(2024, 4, 1), STR("message"), town.operator, NOON };
    good(form_remind(t->db, &reminder, &t->err));
    good(form_remind(t->db, &reminder, &t->err));          // pressed twice
    assert_int_equal(sql_int(t, "SELECT COUNT(*) FROM form_reminder WHERE kab = ?1", KAB, 0), 1);
    reminder.channel = STR("dove");
    refused(form_remind(t->db, &reminder, &t->err), BAD_INPUT);
    reminder.channel = STR("letter");
    reminder.actor = town.auditor;
    refused(form_remind(t->db, &reminder, &t->err), FORBIDDEN);
    reminder.actor = town.neighbour;
    refused(form_remind(t->db, &reminder, &t->err), FORBIDDEN);
    FormAnswers last = answers_of(t, &ask, ANSWERS_BY_PLACE);
    for (size_t i = 0; i < last.n; i++) assert_int_equal(date_is_known(last.at[i].reminded_on), str_eq(last.at[i].key, before.at[0].key));
}
DB_TEST(answers_are_counted)

// A boy who is measured as exactly two and a half deviations too short and gains nothing for two months.
static void measures_become_a_curve(DbTest *t) {
    Town town = town_make(t, 5, 120);
    const RuleBook *book = book_of(t);
    FormAsk ask = ask_of(t, book, FORM_HEALTH);
    FormPeople people = { 0 };
    ask.period = (FormPeriod){ 2024, 2 };
    ask.is_list = true;
    good(db_begin_read(t->db, &t->err) && form_people_read(t->db, &t->arena, &ask, &people, &t->err));
    db_rollback(t->db);
    const FormPerson *child = NULL;
    for (size_t i = 0; i < people.n; i++) if (people.at[i].born_on.days > ymd(2021, 1, 1).days && people.at[i].born_on.days < ymd(2023, 1, 1).days) child = &people.at[i];
    assert_non_null(child);
    GrowthSex sex;
    assert_true(growth_sex_find(child->sex, &sex));
    FactAct act = { KAB, town.operator, NOON, book };
    for (int month = 3; month <= 5; month++) {
        Date on = ymd(2024, month, 10);
        int32_t g = growth_value_at(WEIGHT_FOR_AGE, sex, ymd(2024, 3, 10).days - child->born_on.days, 0), mm = growth_value_at(LENGTH_FOR_AGE, sex, on.days - child->born_on.days, -250);
        Fact facts[2] = { { .family_id = child->family_id, .person_id = child->person_id, .kind = STR("weight"), .first_on = on, .last_on = on, .times = 1, .source = STR("post 1"),
                            .observation = observation_text(&t->arena, &(Observation){ .weight_g = g, .on = on }) } };
        FactResult results[2];
        facts[1] = facts[0];
        facts[1].kind = STR("height");
        facts[1].observation = observation_text(&t->arena, &(Observation){ .length_mm = mm, .on = on });
        good(fact_record(t->db, &t->arena, &act, facts, 2, results, &t->err));
        assert_true(results[0].state == FACT_RECORDED && results[1].state == FACT_RECORDED);
    }
    ChildGrowth growth;
    GrowthCounts counts;
    Sight all = sight_of_program(ymd(2024, 6, 15));
    good(db_begin_read(t->db, &t->err) && child_growth_one(t->db, &t->arena, all, KAB, child->family_id, child->person_id, &growth, &t->err));
    assert_int_equal(growth.n, 3);                         // weight and height of one day are one measure
    assert_true(growth.measures[0].weight_g > 0 && growth.measures[0].length_mm > 0);
    assert_int_equal(growth.steps[2].result.scores[LENGTH_FOR_AGE].class, STUNTED);
    assert_true(growth.steps[2].is_twice_not_gained);
    good(child_growth_count(t->db, &t->arena, all, KAB, ymd(2024, 3, 1), &counts, &t->err));
    assert_true(counts.n == 1 && counts.at[0].village_id == child->village_id && counts.all.child_n == 1 && counts.all.stunted_n == 1 && counts.all.faltering_n == 1);
    good(child_growth_count(t->db, &t->arena, all, KAB, ymd(2024, 6, 1), &counts, &t->err));
    assert_int_equal(counts.all.child_n, 0);
    good(child_growth_one(t->db, &t->arena, (Sight){ KAB, KAB, 99, ymd(2024, 6, 15) }, KAB, child->family_id, child->person_id, &growth, &t->err));
    assert_int_equal(growth.n, 0);
    db_rollback(t->db);
}
DB_TEST(measures_become_a_curve)

static const struct CMUnitTest TESTS[] = { DB_TESTS(answers_are_counted), DB_TESTS(measures_become_a_curve) };
TEST_MAIN(TESTS)
