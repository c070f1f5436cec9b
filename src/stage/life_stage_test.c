// life_stage_test.c: what happens in families, from stage to stage: components change by themselves with the calendar, what was closed
// stays as it was, drafts never show, and what ageing costs is what the runs say. On both engines.
#include "registry/life_sample.h"
#include "registry/draft.h"
#include "stage/ageing.h"
#include "stage/closing.h"
#include "stage/explain.h"
#include "stage/run.h"

static Str pkh(Arena *a) { return arena_str(a, rulebook_pkh()); }
static Instant noon_of(Date day) { return (Instant){ (int64_t)day.days * 86400000 + 5 * 3600000 }; }
static bool always(Db *db, int64_t kab, Str stage, Err *e) { (void)db, (void)kab, (void)stage, (void)e; return true; }

static RunSummary closed(DbTest *t, Str stage, Instant at) {
    ClosingOptions o = { .stage = stage, .book_file = STR("pkh.yaml"), .book_text = pkh(&t->arena), .kab = KAB, .actor_id = 1, .at = at, .may_close_again = always, .thread_n = 1 };
    RunOptions run = { .stage = stage, .kab = KAB, .actor_id = 1, .at = at, .thread_n = 1 };
    ClosingSummary sum;
    RunSummary ran;
    good(run_with_closing(t->db, &o, &run, &sum, &ran, &t->err));
    good(closing_check(t->db, KAB, stage, &t->err));
    return ran;
}

// Which component a person could fill in a closed stage, by its code; "" for none.
static Str component_of(DbTest *t, Str stage, int64_t family_id, int64_t person_id) {
    Explanation x;
    Closing c;
    const Scheme *scheme;
    const SchemeComponent *components;
    good(explain_family(t->db, &t->arena, KAB, stage, family_id, sight_of_program(ymd(2024, 6, 15)), &x, &t->err));
    good(closing_read(t->db, KAB, stage, &c, &t->err));
    good(closing_scheme(t->db, &t->arena, &c.book_hash, stage, &scheme, &t->err));
    scheme_components(scheme, &components);
    for (size_t i = 0; i < x.line_n; i++) if (x.lines[i].person_id == person_id) return x.lines[i].component >= 0 ? components[x.lines[i].component].code : STR("");
    return STR("");
}

// ---- two years of one street --------------------------------------------------------------------------------------------------------
#define STAGES 8
static const char *const STAGE_IDS[STAGES] = { "2025-1", "2025-2", "2025-3", "2025-4", "2026-1", "2026-2", "2026-3", "2026-4" };
enum { TODDLER, PUPIL, TEENAGER, GRADUATE, ELDER, MOTHER, BABY, PEOPLE };
#define AUD "early_childhood"
static const struct { const char *name; int year, month, day; Sex sex; const char *in[STAGES]; } LIVES[PEOPLE] = {
    [TODDLER]  = { "Tari Contoh", 2018, 8, 20, SEX_FEMALE, { AUD, AUD, AUD, "sd", "sd", "sd", "sd", "sd" } },                     // seven in August 2025
    [PUPIL]    = { "Putra Contoh", 2013, 1, 10, SEX_MALE, { "sd", "sd", "smp", "smp", "smp", "smp", "smp", "smp" } },              // SMP from July 2025
    [TEENAGER] = { "Rani Contoh", 2010, 3, 1, SEX_FEMALE, { "smp", "smp", "smp", "smp", "smp", "smp", "sma", "sma" } },            // SMA from July 2026
    [GRADUATE] = { "Galih Contoh", 2003, 11, 5, SEX_MALE, { "sma", "sma", "sma", "sma", "", "", "", "" } },                       // 22 in November 2025: by itself
    [ELDER]    = { "Eyang Contoh", 1965, 12, 31, SEX_FEMALE, { "", "", "", "", "elderly", "elderly", "elderly", "elderly" } },     // sixty on the last day of 2025: by itself
    [MOTHER]   = { "Ibu Contoh", 1996, 2, 2, SEX_FEMALE, { "pregnancy", "pregnancy", "pregnancy", "", "", "", "", "" } },          // gives birth in June 2025; weeks over in July
    [BABY]     = { "Bayi Contoh", 2025, 6, 10, SEX_MALE, { "", "", AUD, AUD, AUD, AUD, AUD, AUD } },
};

typedef struct { DbTest *t; Town town; int64_t family_id, person[PEOPLE]; } Street;

static LifeAct told(const Street *s, Date on) { LifeAct act = town_act(&s->town, s->family_id, on); act.at = noon_of(on); return act; }

static void happens_before(Street *s, int stage) {
    DbTest *t = s->t;
    LifeResult r;
    LifeAct january = told(s, ymd(2025, 1, 5)), june = told(s, ymd(2025, 6, 12)), july = told(s, ymd(2025, 7, 14)), next_july = told(s, ymd(2026, 7, 13));
    june.on = ymd(2025, 6, 10);
    if (stage == 0) good(life_pregnancy(t->db, &january, s->person[MOTHER], 1, ymd(2025, 6, 20), &r, &t->err));
    if (stage == 2) {
        good(life_birth(t->db, &june, &(LifeBirth){ .name = STR("Bayi Contoh"), .sex = SEX_MALE, .mother_id = s->person[MOTHER] }, &r, &t->err));
        s->person[BABY] = r.person_id;
        good(life_school(t->db, &july, s->person[TODDLER], SCHOOL_SD, STR(""), &r, &t->err));
        good(life_school(t->db, &july, s->person[PUPIL], SCHOOL_SMP, STR(""), &r, &t->err));
    }
    if (stage == 6) good(life_school(t->db, &next_july, s->person[TEENAGER], SCHOOL_SMA, STR(""), &r, &t->err));
}

static void ageing_foretells(Street *s, int stage) {
    DbTest *t = s->t;
    Ageing x;
    AgeingAsk ask = { .kab = KAB, .stage = str_c(STAGE_IDS[stage]), .book_file = STR("pkh.yaml"), .book_text = pkh(&t->arena), .at = NOON };
    const SchemeComponent *components;
    good(ageing_read(t->db, &t->arena, &ask, &x, &t->err));
    scheme_components(x.scheme, &components);
    for (int p = 0; p < PEOPLE; p++) {
        const AgeingRow *row = NULL;
        for (size_t i = 0; i < x.row_n; i++) if (x.rows[i].family_id == s->family_id && x.rows[i].person_id == s->person[p]) row = &x.rows[i];
        bool is_told = (p == PUPIL && stage == 2) || (p == TEENAGER && stage == 6);                          // events, not the calendar
        bool changes = strcmp(LIVES[p].in[stage], LIVES[p].in[stage - 1]) != 0 && !is_told;
        if (changes != (row != NULL)) fail_msg("stage %s, %s: foretold %d", STAGE_IDS[stage], LIVES[p].name, row != NULL);
        if (!row) continue;
        check_str(row->to >= 0 ? components[row->to].code : STR(""), str_c(LIVES[p].in[stage]));
        check_str(row->from >= 0 ? components[row->from].code : STR(""), str_c(LIVES[p].in[stage - 1]));
    }
}

static void components_follow_the_calendar(DbTest *t) {
    Street s = { .t = t, .town = town_make(t, 3, 60) };
    LifeResult r;
    int64_t total[STAGES];
    s.family_id = 5;
    for (int p = 0; p < BABY; p++) {
        LifeAct born = told(&s, ymd(LIVES[p].year, LIVES[p].month, LIVES[p].day));
        born.at = NOON;
        good(life_birth(t->db, &born, &(LifeBirth){ .name = str_c(LIVES[p].name), .sex = LIVES[p].sex }, &r, &t->err));
        s.person[p] = r.person_id;
    }
    LifeAct school = told(&s, ymd(2024, 6, 1));
    good(life_school(t->db, &school, s.person[PUPIL], SCHOOL_SD, STR(""), &r, &t->err));
    good(life_school(t->db, &school, s.person[TEENAGER], SCHOOL_SMP, STR(""), &r, &t->err));
    good(life_school(t->db, &school, s.person[GRADUATE], SCHOOL_SMA, STR(""), &r, &t->err));
    for (int stage = 0; stage < STAGES; stage++) {
        happens_before(&s, stage);
        if (stage > 0) ageing_foretells(&s, stage);
        Date day = date_add_months(ymd(2025, 1, 20), 3 * stage);
        total[stage] = closed(t, str_c(STAGE_IDS[stage]), noon_of(day)).total.rp;
        for (int p = 0; p < PEOPLE; p++) {
            Str found = s.person[p] ? component_of(t, str_c(STAGE_IDS[stage]), s.family_id, s.person[p]) : STR("");
            if (!str_eq(found, str_c(LIVES[p].in[stage]))) fail_msg("stage %s, %s: %.*s, wanted %s", STAGE_IDS[stage], LIVES[p].name, STR_ARG(found), LIVES[p].in[stage]);
        }
    }
    for (int stage = 0; stage < STAGES; stage++) {           // what was closed is what it was
        Run run;
        good(closing_check(t->db, KAB, str_c(STAGE_IDS[stage]), &t->err));
        good(run_check(t->db, KAB, str_c(STAGE_IDS[stage]), &t->err));
        good(run_read(t->db, KAB, str_c(STAGE_IDS[stage]), &run, &t->err));
        assert_int_equal(run.total.rp, total[stage]);
    }
    town_is_well(t);
}
DB_TEST(components_follow_the_calendar)

// ---- what is closed stays; drafts never show ------------------------------------------------------------------------------------------
static void a_life_of_events_closes_alike(DbTest *t) {
    static const char *const VIEWS[] = { "2024-2", "2025-1", "2025-2" };
    Random r = { test_seed() };
    Town town = town_make(t, r.state % 1000, 600);
    Hash before[3];
    int64_t total[3];
    for (int round = 0; round < 3; round++) {
        PrepareOptions o = { .stage = str_c(VIEWS[round]), .book_file = STR("pkh.yaml"), .book_text = pkh(&t->arena), .kab = KAB, .actor_id = 1, .at = NOON };
        PrepareSummary prepared;
        if (round != 1) good(draft_prepare(t->db, &o, &prepared, &t->err));
        for (int64_t i = test_tries(150); i > 0; i--) life_happens(t, &r, &town, 60);
        total[round] = closed(t, str_c(VIEWS[round]), NOON).total.rp;                // closing_check computes it anew without drafts
        Closing c;
        good(closing_read(t->db, KAB, str_c(VIEWS[round]), &c, &t->err));
        before[round] = c.closing_hash;
    }
    for (int64_t i = 100; i > 0; i--) life_happens(t, &r, &town, 60);
    for (int round = 0; round < 3; round++) {
        Closing c;
        Run run;
        good(closing_read(t->db, KAB, str_c(VIEWS[round]), &c, &t->err));
        good(run_read(t->db, KAB, str_c(VIEWS[round]), &run, &t->err));
        assert_true(hash_eq(&c.closing_hash, &before[round]) && run.total.rp == total[round]);
        good(closing_check(t->db, KAB, str_c(VIEWS[round]), &t->err));
        good(run_check(t->db, KAB, str_c(VIEWS[round]), &t->err));
    }
    town_is_well(t);
}
DB_TEST(a_life_of_events_closes_alike)

// ---- what ageing costs -------------------------------------------------------------------------------------------------------------------
static void ageing_is_what_the_runs_say(DbTest *t) {
    Town town = town_make(t, 8, 500);
    (void)town;
    Ageing x;
    AgeingAsk ask = { .kab = KAB, .stage = STR("2025-2"), .book_file = STR("pkh.yaml"), .book_text = pkh(&t->arena), .at = NOON };
    good(ageing_read(t->db, &t->arena, &ask, &x, &t->err));
    assert_true(x.row_n > 0);
    check_str(x.stage_before, STR("2025-1"));
    int64_t kinds = 0, rows = 0, kind_n = 0;
    for (size_t i = 0; i < x.kind_n; i++) { kinds += x.kinds[i].delta.rp; kind_n += x.kinds[i].n; }
    for (size_t i = 0; i < x.row_n; i++) rows += x.rows[i].after.rp - x.rows[i].before.rp;
    assert_int_equal(kinds, x.more.rp - x.less.rp);
    assert_int_equal(rows, kinds);
    assert_int_equal(kind_n, x.row_n);
    int64_t after = closed(t, ask.stage, NOON).total.rp;
    // The same families with everybody as old as in the stage before.
    int64_t day_n = 0;
    good(db_begin(t->db, &t->err));
    for (int32_t day = ymd(1920, 1, 1).days; day < ymd(2024, 7, 1).days; day++) {
        int64_t young = ageing_shift((Date){ day }, ymd(2025, 1, 1), ymd(2025, 4, 1)).days;
        if (sql_int(t, "SELECT count(*) FROM person WHERE kab = 1371 AND born_on = ?1", day, 0) == 0) continue;
        sql_says(t, "UPDATE person SET born_on = ?2 - 1000000 WHERE kab = 1371 AND born_on = ?1 RETURNING name", day, young);
        day_n++;
    }
    sql_says(t, "UPDATE person SET born_on = born_on + 1000000 WHERE kab = 1371 AND born_on < ?1 RETURNING name", -500000, 0);
    good(pack_refresh_all(t->db, KAB, NULL, &t->err));
    good(db_commit(t->db, &t->err));
    assert_true(day_n > 100);
    int64_t before = closed(t, ask.stage, NOON).total.rp;
    assert_int_equal(after - before, kinds);
}

static void ageing_is_what_the_runs_say_on_sqlite(void **state) { (void)state; db_test_run(ageing_is_what_the_runs_say, "ageing_is_what_the_runs_say", DB_SQLITE); }

// As old on the one day as on the other, for every birth date and all quarters of eight years.
static void a_shifted_birth_date_is_as_old(void **state) {
    (void)state;
    for (int quarter = 0; quarter < 32; quarter++) {
        Date before = date_add_months(ymd(2019, 1, 1), 3 * quarter), next = date_add_months(before, 3);
        for (int32_t day = ymd(1990, 1, 1).days; day < before.days; day++) {
            Date born = { day }, young = ageing_shift(born, before, next);
            if (date_age_years(young, next) != date_age_years(born, before)) fail_msg("born %d, quarter %d", day, quarter);
        }
    }
    assert_false(date_is_known(ageing_shift(DATE_NONE, ymd(2024, 1, 1), ymd(2024, 4, 1))));
}

static const struct CMUnitTest tests[] = {
    DB_TESTS(components_follow_the_calendar), DB_TESTS(a_life_of_events_closes_alike), cmocka_unit_test(ageing_is_what_the_runs_say_on_sqlite),
    cmocka_unit_test(a_shifted_birth_date_is_as_old),
};
TEST_MAIN(tests)
