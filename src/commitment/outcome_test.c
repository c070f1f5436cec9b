// outcome_test.c: the outcomes of a town in one pass equal those of each family alone and of the second implementation, over facts that
// are late, contradictory and corrected; an earlier moment is repeated.
#include "registry/life_sample.h"
#include "commitment/fact.h"
#include "commitment/outcome.h"

#define FAMILY_N 300
typedef struct { DbTest *t; const RuleBook *book; Sight sight; DutyPeriod period; int64_t family_n, seen[4]; } Look;

static void month_fact(Random *r, Fact *f, int month) {
    f->first_on = ymd(2024, month, 1);
    f->last_on = (Date){ date_add_months(f->first_on, 1).days - 1 };
    if (str_eq(f->kind, STR("school_days"))) {
        f->days = random_between(r, 0, 9) ? random_between(r, 15, 24) : 0;
        f->absent = f->days ? random_between(r, 0, 4) : 0;
        f->sick = f->days ? random_between(r, 0, 2) : 0;
    } else f->times = random_between(r, 0, 1);
}

// What could be told: whom each due is of, and its kind.
typedef struct { int64_t family_id, person_id; Str kind; } Wanted;
typedef struct { const RuleBook *book; Wanted *at; size_t n; } WantedList;
#define WANTED_MAX 8000

static bool family_want(void *with, const FamilyOutcome *family, Err *e) {
    WantedList *list = with;
    (void)e;
    for (size_t i = 0; i < family->n; i++)
        for (size_t k = 0; k < family->at[i].report.due_n && list->n < WANTED_MAX; k++)
            list->at[list->n++] = (Wanted){ family->family_id, family->at[i].person_id, fact_kind_code(list->book, family->at[i].report.due[k].kind) };
    return true;
}

// Three sources tell of everybody, at three moments: some things are said by nobody, others twice, and some are corrected.
static void town_tell(DbTest *t, const Town *town, const RuleBook *book, const WantedList *list) {
    static const char *const SOURCES[] = { "school 1", "post 2", "companion 3" };
    Random r = { test_seed() };
    int64_t corrected_n = 0;
    for (int64_t wave = 0; wave < 3; wave++) {
        Fact *facts = NEW(&t->arena, Fact, list->n);
        FactResult *results = NEW(&t->arena, FactResult, list->n);
        FactAct act = { KAB, town->operator, { NOON.ms - (3 - wave) * 86400000 }, book };
        int64_t refused_n = 0;
        for (size_t i = 0; i < list->n; i++) {
            const Wanted *w = &list->at[random_below(&r, list->n)];
            facts[i] = (Fact){ .family_id = w->family_id, .person_id = w->person_id, .kind = w->kind, .source = str_c(SOURCES[random_below(&r, 3)]) };
            month_fact(&r, &facts[i], (int)random_between(&r, 1, 5));
        }
        good(fact_record(t->db, &t->arena, &act, facts, list->n, results, &t->err));
        for (size_t i = 0; i < list->n; i++) refused_n += results[i].state == FACT_REFUSED, corrected_n += results[i].state == FACT_CORRECTED;
        assert_true(refused_n * 10 < (int64_t)list->n);    // of a child before its birth
    }
    assert_true(corrected_n > 10);
}

static void report_compare(const DutyReport *a, const DutyReport *b) {
    assert_int_equal(a->due_n, b->due_n);
    assert_int_equal(a->month_n, b->month_n);
    for (int m = 0; m < a->month_n; m++) assert_int_equal(a->months[m].outcome, b->months[m].outcome);
}

static bool family_compare(void *with, const FamilyOutcome *family, Err *e) {
    Look *look = with;
    DbTest *t = look->t;
    Arena a = { 0 };
    FamilyOutcome alone;
    (void)e;
    good(outcome_family(t->db, &a, look->book, look->sight, KAB, family->family_id, &look->period, &alone, &t->err));
    assert_int_equal(alone.n, family->n);
    for (size_t i = 0; i < family->n; i++) {
        assert_int_equal(alone.at[i].person_id, family->at[i].person_id);
        report_compare(&alone.at[i].report, &family->at[i].report);
        for (int m = 0; m < look->period.month_n; m++) look->seen[family->at[i].report.months[m].outcome]++;
    }
    look->family_n++;
    arena_free(&a);
    return true;
}

static void a_town_in_one_pass(DbTest *t) {
    Town town = town_make(t, 8, FAMILY_N);
    Look look = { .t = t, .sight = authority_sight(&town.operator, ymd(2024, 6, 15)), .period = { ymd(2024, 1, 1), 5, NOON, ymd(2024, 6, 15) } };
    OutcomeCounts *now = NEW(&t->arena, OutcomeCounts, 1), *then = NEW(&t->arena, OutcomeCounts, 1), *again = NEW(&t->arena, OutcomeCounts, 1);
    DutyPeriod earlier = look.period;
    earlier.as_of.ms -= 2 * 86400000 + 1000;               // after the first wave, before the second
    good(rulebook_open(&t->arena, STR("pkh.yaml"), rulebook_pkh(), &look.book, &t->err));
    good(outcome_count(t->db, look.book, look.sight, KAB, &look.period, NULL, now, &t->err));
    for (int m = 0; m < 5; m++) assert_int_equal(now->month_n[m][OUTCOME_NOT_MET] + now->month_n[m][OUTCOME_MET], 0);        // silence
    WantedList list = { look.book, NEW(&t->arena, Wanted, WANTED_MAX), 0 };
    good(outcome_each(t->db, look.book, look.sight, KAB, &look.period, family_want, &list, NULL, &t->err));
    town_tell(t, &town, look.book, &list);
    good(outcome_each(t->db, look.book, look.sight, KAB, &look.period, family_compare, &look, NULL, &t->err));
    assert_true(look.family_n > FAMILY_N / 2);
    for (int o = 0; o < 4; o++) if (look.seen[o] < 20) fail_msg("outcome %d was seen %lld times only", o, (long long)look.seen[o]);
    good(outcome_count(t->db, look.book, look.sight, KAB, &earlier, NULL, then, &t->err));
    good(outcome_count(t->db, look.book, look.sight, KAB, &look.period, NULL, now, &t->err));
    assert_true(memcmp(then, now, sizeof *now) != 0);
    FactAct act = { KAB, town.operator, NOON, look.book };
    Fact late = { .family_id = 1, .kind = STR("session"), .times = 1, .first_on = ymd(2024, 2, 9), .last_on = ymd(2024, 2, 9), .source = STR("late") };
    FactResult r;
    good(fact_record(t->db, &t->arena, &act, &late, 1, &r, &t->err));
    good(outcome_count(t->db, look.book, look.sight, KAB, &earlier, NULL, again, &t->err));
    assert_memory_equal(then, again, sizeof *then);        // the earlier moment, again
    FamilyOutcome nobody;
    refused(outcome_family(t->db, &t->arena, look.book, authority_sight(&town.neighbour, ymd(2024, 6, 15)), KAB, 1, &look.period, &nobody, &t->err), NOT_FOUND);
}
DB_TEST(a_town_in_one_pass)

static const struct CMUnitTest TESTS[] = { DB_TESTS(a_town_in_one_pass) };
TEST_MAIN(TESTS)
