// manual_test.c: the example of docs/rules.md is a good rule book, and one mistake in it is answered with its line, a code and
// what was expected.
#include "base/lang.h"
#include "programme/programme_test.h"

static Str text_after(Str text, Str mark) {
    for (size_t i = 0; i + mark.n <= text.n; i++) if (memcmp(text.p + i, mark.p, mark.n) == 0) return (Str){ text.p + i + mark.n, text.n - i - mark.n };
    fail_msg("no \"%.*s\"", STR_ARG(mark));
    return (Str){ 0 };
}

// The first block of YAML in the manual.
static Str manual_example(Arena *a) {
    Str block = text_after(source_file(a, "docs/rules.md"), STR("```yaml\n"));
    return (Str){ block.p, block.n - text_after(block, STR("```\n")).n - (sizeof "```\n" - 1) };
}

static int64_t line_of(Str text, const char *at) {
    int64_t n = 1;
    for (const char *p = text.p; p < at; p++) n += *p == '\n';
    return n;
}

// Each row replaces `right`, which stands in the example once, by `wrong`. The finding stands `below` lines under its first line.
typedef struct { const char *right, *wrong, *code, *says; int64_t below; } Mistake;
static const Mistake MISTAKES[] = {
    { "country: Nowhere\n", "contry: Nowhere\n", "unknown", "country", 0 },
    { "minor_digits: 2", "minor_digits: 9", "wrong_type", "0 to 3", 0 },
    { "amount: 50.00", "amount: 50,00", "unknown", "\"00\" is not known here", 0 },
    { "amount: 200.00", "amount: 200.001", "wrong_type", "at most 2 after a point", 0 },
    { "amount: 200.00", "amount: -200", "wrong_type", "An amount", 0 },
    { "SMP: 1500.00", "SMK: 1500.00", "unknown", "SMP", 0 },
    { "if: { age: { min: 60 } }", "if: { aeg: { min: 60 } }", "unknown", "age", 0 },
    { "if: { age: { min: 6, max: 21 } }", "if: { age: { min: 22, max: 21 } }", "empty_range", "nothing can meet this", 0 },
    { "if: { age: { min: 60 } }", "if: { }", "wrong_type", "A condition", 0 },
    { "components: all, limits", "components: elder, limits", "unknown", "elderly", 0 },
    { "method: truncate", "method: floor", "unknown", "truncate", 0 },
    { "by: highest_total", "by: highest", "unknown", "highest_total", 0 },
    { "amount: 50.00, months: 1, source", "amount: 50.00, source", "missing", "once_in", 0 },
    { "per: family, counts", "counts", "missing", "per", 0 },
    { "components: school, months: 1, each", "components: school, months: 1, percent: 5, each", "missing", "Exactly one", 0 },
    { "each: missed_months", "each: months_missed", "unknown", "at most 15", 0 },
    { "max: 3, empty: 0", "max: 3, empty: four", "wrong_type", "no value of the attribute", 0 },
    { "action: apply", "action: take", "unknown", "propose", 0 },
    { "BANK: { from: 2024-01, months: 3 }", "BNAK: { from: 2024-01, months: 3 }", "unknown", "BANK", 0 },
    { "BANK: { from: 2024-01, months: 3 }", "BANK: { from: 2024-13, months: 3 }", "wrong_type", "A month", 0 },
    { "ages_on: 2024-01-01", "ages_on: 2023-02-29", "wrong_type", "A day that exists", 0 },
    { "per_head: { of: income, max: 218.00 }", "per_head: { of: score, max: 218.00 }", "unknown", "money attribute", 0 },
    { "      - { from: 2024-01-01, amount: 200.00, months: 1, source: law-1, confidence: H }\n",
      "      - { from: 2024-01-01, amount: 200.00, months: 1, source: law-1, confidence: H }\n"
      "      - { from: 2024-06-01, amount: 300.00, months: 1, source: law-1, confidence: H }\n", "overlap", "End the earlier one", 1 },
    { "      - { from: 2024-01-01, amount: 200.00, months: 1, source: law-1, confidence: H }\n",
      "      - { from: 2024-01-01, until: 2024-05-31, amount: 200.00, months: 1, source: law-1, confidence: H }\n"
      "      - { from: 2024-07-01, amount: 300.00, months: 1, source: law-1, confidence: H }\n", "gap", "after 2024-05-31", 0 },
    { "      - { from: 2024-01-01, amount: 200.00, months: 1, source: law-1, confidence: H }\n",
      "      - { from: 2024-01-01, until: 2024-02-29, amount: 200.00, months: 1, source: law-1, confidence: H }\n"
      "      - { from: 2024-03-01, amount: 300.00, months: 1, source: law-1, confidence: H }\n", "changes_inside", "2024-1", 0 },
    { "      - { from: 2024-01-01, amount: 200.00, months: 1, source: law-1, confidence: H }\n",
      "      - { from: 2024-01-01, until: 2023-12-31, amount: 200.00, months: 1, source: law-1, confidence: H }\n", "empty_range", "before", 0 },
    { "title: Elderly\n", "title: Elderly\n    title: Old\n", NULL, NULL, 1 },
    { "country: Nowhere", "country: &here Nowhere", NULL, NULL, 0 },
};

static Str with_mistake(Arena *a, Str example, const Mistake *m, int64_t *line_n) {
    Str after = text_after(example, str_c(m->right)), before = { example.p, example.n - after.n - strlen(m->right) };
    for (size_t i = 0; i + strlen(m->right) <= after.n; i++)
        if (memcmp(after.p + i, m->right, strlen(m->right)) == 0) fail_msg("\"%s\" stands in the example twice", m->right);
    *line_n = line_of(example, before.p + before.n) + m->below;
    return arena_fmt(a, "%.*s%s%.*s", STR_ARG(before), m->wrong, STR_ARG(after));
}

static void mistakes_have_line_and_remedy(void **state) {
    (void)state;
    lang_set(LANG_EN);
    for (size_t i = 0; i < sizeof MISTAKES / sizeof *MISTAKES; i++) {
        const Mistake *m = &MISTAKES[i];
        Arena a = { 0 };
        Findings findings = { 0 };
        Err e = { 0 };
        const RuleBook *book = NULL;
        int64_t line_n;
        Str text = with_mistake(&a, manual_example(&a), m, &line_n);
        if (rulebook_parse(&a, STR("example.yaml"), text, &book, &findings, &e)) fail_msg("\"%s\" is taken", m->wrong);
        assert_int_equal(e.code, BAD_INPUT);
        assert_non_null(strstr(e.text, "example.yaml"));
        const Finding *f = &findings.at[0];
        bool is_right = f->line_n == line_n && (!m->code || str_eq(f->code, str_c(m->code))) && f->text.n && (!m->says || strstr(arena_fmt(&a, "%.*s", STR_ARG(f->text)).p, m->says));
        if (!is_right) fail_msg("\"%s\": wanted line %lld %s \"%s\"; found line %lld %.*s \"%.*s\"", m->wrong, (long long)line_n, m->code ? m->code : "-", m->says ? m->says : "-",
                                (long long)f->line_n, STR_ARG(f->code), STR_ARG(f->text));
        arena_free(&a);
    }
}

static void example_of_the_manual_pays_what_it_says(void **state) {
    (void)state;
    Arena a = { 0 };
    const Scheme *s = scheme_of(&a, book_parse(&a, STR("docs/rules.md"), manual_example(&a)), "2024-1");
    // A pupil of 13 who missed a month and somebody of 74; an income of 200 a head: 225 less a third, 600, 150, and 1800 - 225 - 150.
    PersonFacts persons[] = { { .born_on = date_make(2010, 1, 1), .school_level = SCHOOL_SD, .outcome = OUTCOME_NOT_MET, .extra = { 1 } },
                              { .born_on = date_make(1950, 1, 1), .extra = { 0 } } };
    FamilyFacts family = { .extra = { 40000 } };
    Case c;
    Entitlement answer;
    Err e = { 0 };
    check_ok(case_make(s, &family, persons, 2, &c, &e), e);
    check_ok(entitlement_of(s, 0, &c, true, &answer, &e), e);
    assert_int_equal(answer.total.rp, 15000 + 60000 + 15000 + 142500);
    family.extra[0] = 43601;                               // a cent above 218 a head
    check_ok(case_make(s, &family, persons, 2, &c, &e), e);
    check_ok(entitlement_of(s, 0, &c, true, &answer, &e), e);
    assert_false(answer.is_eligible);
    assert_int_equal(answer.total.rp, 0);
    arena_free(&a);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(example_of_the_manual_pays_what_it_says), cmocka_unit_test(mistakes_have_line_and_remedy) };
TEST_MAIN(TESTS)
