// sanction_test.c: over random histories, what the kernel takes equals sums made by hand from the words of each generation; and the counts
// equal a count that walks backwards with words.
#include "programme/scheme.h"
#include "programme/sanction.h"
#include "programme/programme_test.h"

#define MONTHS SANCTION_MONTHS
typedef struct { DutyMonth months[3][MONTHS]; int n; } History;

static void history_make(Random *r, History *h) {
    static const Outcome OUTCOMES[] = { OUTCOME_NOT_MET, OUTCOME_NOT_MET, OUTCOME_NOT_MET, OUTCOME_MET, OUTCOME_UNKNOWN, OUTCOME_EXCUSED };
    h->n = (int)random_between(r, 1, 3);
    bool is_bad = random_below(r, 3) == 0;                 // a third of the families misses nearly everything
    for (int i = 0; i < h->n; i++)
        for (int m = 0; m < MONTHS; m++) {
            bool is_due = random_below(r, 8) > 0;
            Outcome o = is_bad && random_below(r, 12) ? OUTCOME_NOT_MET : OUTCOMES[random_below(r, 6)];
            h->months[i][m] = (DutyMonth){ .outcome = is_due ? o : OUTCOME_EXCUSED, .due = is_due ? 0 : -1 };
        }
}

static bool missed(const History *h, int i, int m) { return h->months[i][m].due >= 0 && h->months[i][m].outcome == OUTCOME_NOT_MET; }

// The second opinion: backwards from the last month.
static int run_of_person(const History *h, int i) {
    int n = 0;
    while (n < MONTHS && missed(h, i, MONTHS - 1 - n)) n++;
    return n;
}
static int run_of_somebody(const History *h) {
    for (int n = 0; n < MONTHS; n++) {
        bool any = false;
        for (int i = 0; i < h->n; i++) any |= missed(h, i, MONTHS - 1 - n);
        if (!any) return n;
    }
    return MONTHS;
}
static int run_of_all(const History *h) {
    for (int n = 0; n < MONTHS; n++) {
        int due = 0, bad = 0;
        for (int i = 0; i < h->n; i++) { due += h->months[i][MONTHS - 1 - n].due >= 0; bad += missed(h, i, MONTHS - 1 - n); }
        if (bad == 0 || bad < due) return n;
    }
    return MONTHS;
}
static int in_stage(const History *h, int i) {
    int n = 0;
    for (int m = MONTHS - 3; m < MONTHS; m++) n += missed(h, i, m);
    return n;
}
// One missed month of the stage makes the stage not met, whatever the others are.
static bool is_not_met(const History *h, int i) { return in_stage(h, i) > 0; }

static const int64_t AMOUNTS[3] = { 375000, 225000, 225000 };       // SMP and two SD, three months by post
static int64_t first_generation(const History *h) {
    int64_t sum = 0;
    if (run_of_somebody(h) >= 3) return 0;
    for (int i = 0; i < h->n; i++) { int64_t left = AMOUNTS[i] - 50000 * in_stage(h, i); sum += left < 0 ? 0 : left; }
    return sum;
}
static int64_t second_generation(const History *h) {
    int worst = 0;
    bool is_everybody = true;
    int64_t sum = 0;
    for (int i = 0; i < h->n; i++) { if (in_stage(h, i) > worst) worst = in_stage(h, i); is_everybody &= is_not_met(h, i) && in_stage(h, i) == 3; }
    if (is_everybody || run_of_all(h) >= 6) return 0;
    for (int i = 0; i < h->n; i++) sum += AMOUNTS[i] * (10 - worst) / 10;
    return sum;
}
static SanctionKind third_generation(const History *h) {
    return run_of_all(h) >= 6 ? SANCTION_EXCLUDE : run_of_somebody(h) >= 3 ? SANCTION_SUSPEND : run_of_somebody(h) >= 1 ? SANCTION_WARN : SANCTION_NONE;
}

static Str moved(Arena *a, Str text, const char *from, const char *to) {
    size_t n = strlen(from);
    for (size_t i = 0; i + n <= text.n; i++)
        if (memcmp(text.p + i, from, n) == 0) return arena_fmt(a, "%.*s%s%.*s", (int)i, text.p, to, (int)(text.n - i - n), text.p + i + n);
    fail_msg("\"%s\" is not in the rule book", from);
    return text;
}

typedef struct { const RuleBook *book; const Scheme *full, *decided; } Generation;
static Generation generation(Arena *a, Str text) {
    Generation g;
    Err e = { 0 };
    check_ok(rulebook_open(a, STR("pkh"), text, &g.book, &e), e);
    check_ok(scheme_make_as(a, g.book, STR("2024-2"), SANCTIONS_NONE, &g.full, &e), e);
    check_ok(scheme_make_as(a, g.book, STR("2024-2"), SANCTIONS_DECIDED, &g.decided, &e), e);
    return g;
}

static SanctionFound ask(const Generation *g, const History *h) {
    PersonFacts facts[3];
    SanctionPerson persons[3];
    FamilyFacts family;
    SanctionFound found;
    Err e = { 0 };
    family_facts_empty(g->full, &family);
    for (int i = 0; i < h->n; i++) {
        person_facts_empty(g->full, &facts[i]);
        facts[i].born_on = date_make(i ? 2015 : 2011, 1, 1);
        facts[i].school_level = i ? SCHOOL_SD : SCHOOL_SMP;
        persons[i] = (SanctionPerson){ h->months[i], &facts[i] };
    }
    sanction_count(g->book, persons, (size_t)h->n, MONTHS, 3, &family);
    for (int i = 0; i < h->n; i++) assert_int_equal(facts[i].extra[0], in_stage(h, i));
    assert_int_equal(family.extra[1], run_of_somebody(h));
    assert_int_equal(family.extra[2], run_of_all(h));
    check_ok(sanction_find(g->full, g->decided, scheme_channel_find(g->full, STR("POS")), &family, facts, (size_t)h->n, &found, &e), e);
    return found;
}

static void random_histories(void **state) {
    (void)state;
    Arena a = { 0 };
    Random r = { test_seed() };
    Str text = rulebook_pkh(), later = moved(&a, moved(&a, text, "  - from: 2018-01-01\n    title", "  - from: 2099-01-01\n    title"), "  - from: 2018-01-01\n    switch: sanctions_as_2012", "  - from: 2099-01-01\n    switch: sanctions_as_2012");
    Generation first = generation(&a, moved(&a, later, "  - from: 2007-01-01\n    until: 2011-12-31\n", "  - from: 2024-01-01\n    until: 2025-12-31\n"));
    Generation second = generation(&a, moved(&a, later, "  - from: 2012-01-01\n    until: 2015-12-31\n", "  - from: 2024-01-01\n    until: 2025-12-31\n"));
    Generation third = generation(&a, text);
    Generation again = generation(&a, moved(&a, text, "joint liability)\" }\n    on: no", "joint liability)\" }\n    on: yes"));
    int seen[SANCTION_EXCLUDE + 1] = { 0 };
    for (int round = 0; round < 4000; round++) {
        History h;
        history_make(&r, &h);
        assert_int_equal(ask(&first, &h).left.rp, first_generation(&h));
        assert_int_equal(ask(&second, &h).left.rp, second_generation(&h));
        assert_int_equal(ask(&again, &h).left.rp, second_generation(&h));      // the switch brings the second one back
        SanctionFound now = ask(&third, &h);
        assert_int_equal(now.kind, third_generation(&h));
        assert_int_equal(now.left.rp, now.kind >= SANCTION_SUSPEND ? 0 : now.full.rp);
        assert_true((now.kind == SANCTION_NONE) == (now.title_id.n == 0));
        for (int i = 0; i < h.n; i++) assert_true(run_of_person(&h, i) <= run_of_somebody(&h));
        seen[now.kind]++;
    }
    for (SanctionKind k = SANCTION_NONE; k <= SANCTION_EXCLUDE; k++) if (k != SANCTION_CUT && seen[k] < 50) fail_msg("kind %d was seen %d times only", k, seen[k]);
    arena_free(&a);
}

static void what_the_loader_says(void **state) {
    (void)state;
    static const struct { const char *from, *to, *said; } ROWS[] = {
        { "liability: individual", "liability: joint", "family_cuts" },
        { "liability: joint", "liability: individual", "\"cuts\"" },
        { "liability: joint", "liability: gotong", "joint" },
        { "met_months: 3, back_pay: no", "met_months: 0, back_pay: no", "1" },
        { "object_days: 14", "object_days: 0", "1" },
        { "counts: missed_in_stage", "counts: missed", "missed_in_stage" },
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Arena a = { 0 };
        Findings findings = { 0 };
        const RuleBook *book;
        Err e = { 0 };
        assert_false(rulebook_parse(&a, STR("pkh"), moved(&a, rulebook_pkh(), ROWS[i].from, ROWS[i].to), &book, &findings, &e));
        bool is_said = false;
        for (size_t k = 0; k < findings.n; k++) is_said |= findings.at[k].line_n > 0 && str_contains(findings.at[k].text, str_c(ROWS[i].said));
        if (!is_said) fail_msg("%s: %s", ROWS[i].to, e.text);
        arena_free(&a);
    }
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(random_histories), cmocka_unit_test(what_the_loader_says) };
TEST_MAIN(TESTS)
