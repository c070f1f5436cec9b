// rulebook_test.c: what is wrong with a rule book, one mistake at a time, with its line, its place and the word that was meant;
// then all at once; and files that are no rule book at all.
#include "base/lang.h"
#include "programme/programme_test.h"
#include "programme/rules_show.h"

static const char BOOK[] =
    "book: small\n"                                                                                                     // 1
    "title: A small programme\n"
    "country: Nowhere\n"
    "currency: { code: XYZ, minor_digits: 0 }\n"
    "sources: [ { code: law, title: The law } ]\n"                                                                      // 5
    "switches: [ { code: raise, title: A raise, on: no } ]\n"
    "attributes:\n"
    "  family: [ { name: score, title: Score, type: int, max: 100 }, { name: income, title: Income, type: money } ]\n"
    "  person: [ { name: school, title: School, type: choice, values: [low, high] } ]\n"
    "rounding: [ { from: 2020-01-01, to: 1, method: truncate, per: person, source: law, confidence: H } ]\n"            // 10
    "components:\n"
    "  - code: child\n"
    "    title: Child\n"
    "    when: [ { from: 2020-01-01, if: { age: { max: 6 } }, source: law, confidence: H } ]\n"
    "    amounts:\n"                                                                                                    // 15
    "      - { from: 2020-01-01, until: 2022-12-31, amount: 1200, months: 12, source: law, confidence: H }\n"
    "      - { from: 2023-01-01, amount: 2400, months: 12, source: law, confidence: H }\n"
    "  - code: pupil\n"
    "    by: school\n"
    "    title: Pupil\n"                                                                                                // 20
    "    when: [ { from: 2020-01-01, if: { age: { min: 6, max: 18 } }, source: law, confidence: H } ]\n"
    "    amounts: [ { from: 2020-01-01, amount: { low: 120, high: 240 }, months: 1, source: law, confidence: M } ]\n"
    "caps:\n"
    "  - { code: four, title: Four, components: all, limits: [ { from: 2020-01-01, max: 4, source: law, confidence: H } ] }\n"
    "choose: [ { from: 2020-01-01, by: highest_total, source: law, confidence: H } ]\n"                                 // 25
    "eligible: [ { from: 2020-01-01, title: Poor, if: { score: { max: 40 } }, source: law, confidence: H } ]\n"
    "channels: [ { code: CASH, title: Cash } ]\n"
    "stages:\n"
    "  - { id: 2024-1, title: First, ages_on: 2024-01-01, source: law, confidence: H, channels: { CASH: { from: 2024-01, months: 3 } } }\n"
    "facts: [ { code: days, title: Days, shape: days }, { code: check, title: Check, shape: times } ]\n"            // 30
    "duties:\n"
    "  - code: attendance\n"
    "    title: Attendance\n"
    "    components: child\n"
    "    asks: [ { from: 2020-01-01, every: month, fact: days, percent: 85, text: Be there, source: law, confidence: H } ]\n"        // 35
    "    present: [ { from: 2020-01-01, what: [sick], source: law, confidence: H } ]\n"
    "  - code: newborn\n"
    "    title: Newborn\n"
    "    if: { age: { max: 1 } }\n"
    "    asks:\n"                                                                                                     // 40
    "      - { from: 2020-01-01, since: birth, fact: check, text: Be seen, source: law, confidence: H, windows: [ { months: { min: 0, max: 1 } } ] }\n";

typedef struct { const char *from, *to; int64_t line_n; const char *code, *text; } Mistake;

static const Mistake MISTAKES[] = {
    // misspelt, missing, of the wrong type
    { "amount: 1200", "amuont: 1200", 16, "unknown", "\"amount\"" },
    { "\ncomponents:\n", "\ncomponent:\n", 11, "unknown", "\"components\"" },
    { "title: Child", "titel: Child", 13, "unknown", "\"title\"" },
    { "amount: 1200", "amount: 1.200", 16, "wrong_type", "digits only" },
    { "amount: 1200", "amount: -5", 16, "wrong_type", "digits only" },
    { "amount: 1200", "amount: [1]", 16, "wrong_type", "digits only" },
    { "months: 12,", "months: a year,", 16, "wrong_type", "from 1 to 120" },
    { "until: 2022-12-31", "until: 2022-12-32", 16, "wrong_type", "2024-04-01" },
    { "from: 2020-01-01, until: 2022-12-31", "until: 2022-12-31", 16, "missing", "\"from\"" },
    { "until: 2022-12-31", "until: 2019-12-31", 16, "empty_range", "before" },
    { "confidence: M", "confidence: high", 22, "unknown", "MEM" },
    { "source: law, confidence: M", "source: lwa, confidence: M", 22, "unknown", "\"law\"" },
    { "source: law, confidence: M", "confidence: M", 22, "missing", "\"source\"" },
    { "method: truncate", "method: trunkate", 10, "unknown", "\"truncate\"" },
    { "per: person", "per: head", 10, "unknown", "family" },
    { "minor_digits: 0", "minor_digits: 9", 4, "wrong_type", "from 0 to 3" },
    { "on: no", "on: perhaps", 6, "wrong_type", "yes or no" },
    { "title: Child", "title: { id: Anak }", 13, "missing", "\"en\"" },
    { "type: choice, values: [low, high]", "type: choice", 9, "missing", "\"values\"" },
    { "type: int", "type: integer", 8, "unknown", "int" },
    { "name: score", "name: born on", 8, "wrong_type", "letters" },
    { "name: school", "name: sex", 9, "taken", "standard" },
    // conditions
    { "age: { max: 6 }", "agee: { max: 6 }", 14, "unknown", "\"age\"" },
    { "age: { max: 6 }", "age: { maxi: 6 }", 14, "unknown", "\"max\"" },
    { "age: { max: 6 }", "age: { min: 7, max: 6 }", 14, "empty_range", "larger" },
    { "age: { max: 6 }", "age: old", 14, "wrong_type", "whole number" },
    { "{ age: { max: 6 } }", "nobody", 14, "wrong_type", "everyone" },
    { "age: { max: 6 }", "school: [low, middle]", 14, "unknown", "low, high" },
    { "age: { max: 6 }", "members: { min: 3 }", 14, "unknown", "age" },
    { "score: { max: 40 }", "scoer: { max: 40 }", 26, "unknown", "\"score\"" },
    { "score: { max: 40 }", "age: { max: 40 }", 26, "unknown", "per_head" },
    { "score: { max: 40 }", "per_head: { of: score, max: 5 }", 26, "unknown", "money" },
    { "score: { max: 40 }", "count: { min: 1 }", 26, "missing", "\"who\"" },
    { "score: { max: 40 }", "count: { component: chld, min: 1 }", 26, "unknown", "\"child\"" },
    { "score: { max: 40 }", "any: { score: 3 }", 26, "wrong_type", "list" },
    // references
    { "by: school", "by: scool", 19, "unknown", "choice" },
    { "low: 120", "lwo: 120", 22, "unknown", "\"low\"" },
    { "components: all", "components: [child, pupill]", 24, "unknown", "\"pupil\"" },
    { "CASH: { from", "CAHS: { from", 29, "unknown", "\"CASH\"" },
    { "source: law, confidence: M", "source: law, switch: rise, confidence: M", 22, "unknown", "\"raise\"" },
    { "by: highest_total", "by: order, order: [child]", 25, "missing", "1" },
    // dates and stages
    { "from: 2023-01-01", "from: 2023-02-01", 16, "gap", "2022-12-31" },
    { "until: 2022-12-31, ", "", 17, "overlap", "line 16" },
    { "from: 2023-01-01", "from: 2024-02-01", 0, "gap", "2024-02-01" },
    { "amount: 1200", "until: 2021-01-01, amount: 1200", 16, "duplicate_key", "second time" },
    { "ages_on: 2024-01-01", "ages_on: 2019-01-01", 0, "no_amount", "2024-1" },
    { "2024-01, months: 3", "2022-11, months: 3", 17, "changes_inside", "2024-1" },
    { "from: 2024-01, months", "from: 2024-13, months", 29, "wrong_type", "month" },
    { "code: pupil", "code: child", 18, "", "" },
    { "code: four", "code: four, code: five", 24, "duplicate_key", "second time" },
    // facts and duties
    { "shape: days", "shape: day", 30, "unknown", "\"days\"" },
    { "fact: days", "fact: day", 35, "unknown", "\"days\"" },
    { "every: month, fact: days", "every: week, fact: days", 35, "unknown", "half_year" },
    { "every: month, fact: days", "fact: days", 35, "missing", "\"since\"" },
    { "every: month, fact: days", "every: month", 35, "missing", "\"fact\"" },
    { "percent: 85", "percent: 185", 35, "wrong_type", "percentage" },
    { "fact: days, percent: 85", "fact: days", 35, "missing", "\"percent\"" },
    { "fact: days, percent: 85", "fact: check, percent: 85", 35, "wrong_type", "shape is days" },
    { "what: [sick]", "what: [ill]", 36, "unknown", "sick" },
    { "what: [sick]", "what: sick", 36, "wrong_type", "list" },
    { "    if: { age: { max: 1 } }\n", "", 37, "missing", "of whom" },
    { "components: child", "components: chid", 34, "unknown", "child" },
    { "since: birth", "since: marriage", 41, "unknown", "pregnancy" },
    { ", windows: [ { months: { min: 0, max: 1 } } ]", "", 41, "missing", "windows" },
    { "months: { min: 0, max: 1 }", "months: { min: 2, max: 1 }", 41, "empty_range", "larger" },
    { "months: { min: 0, max: 1 }", "times: 2", 41, "missing", "\"days\"" },
    { "since: birth, fact: check", "since: birth", 41, "missing", "of the duty" },
    { "code: newborn", "code: attendance", 0, "taken", "twice" },
    // YAML
    { "title: Child\n", "title: *x\n", 13, "alias", "Aliases" },
    { "title: Child\n", "title: &x Child\n", 13, "anchor", "Anchors" },
    { "title: Child\n", "title: \"Child\n", 0, "syntax", "quotes" },
    { "title: Child\n", "\ttitle: Child\n", 13, "syntax", "indentation" },
    { "country: Nowhere\n", "---\ncountry: Nowhere\n", 3, "second_document", "one document" },
};

static Str replaced(Arena *a, const char *text, const char *from, const char *to) {
    const char *at = strstr(text, from);
    if (!at) fail_msg("\"%s\" is not in the book", from);
    return arena_fmt(a, "%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static bool parse(Arena *a, Str text, Findings *findings, Err *e) {
    const RuleBook *book;
    *findings = (Findings){ 0 };
    *e = (Err){ 0 };
    return rulebook_parse(a, STR("small.yaml"), text, &book, findings, e);
}

static void every_mistake_is_found(void **state) {
    (void)state;
    Arena a = { 0 };
    Findings findings;
    Err e;
    lang_set(LANG_EN);
    check_ok(parse(&a, str_c(BOOK), &findings, &e), e);
    for (size_t i = 0; i < sizeof MISTAKES / sizeof *MISTAKES; i++) {
        const Mistake *m = &MISTAKES[i];
        bool is_good = parse(&a, replaced(&a, BOOK, m->from, m->to), &findings, &e), is_found = false;
        for (size_t k = 0; k < findings.n; k++) {
            const Finding *f = &findings.at[k];
            is_found |= (m->line_n == 0 || f->line_n == m->line_n) && (!m->code[0] || str_eq(f->code, str_c(m->code))) && str_contains(f->text, str_c(m->text)) &&
                        f->level == FINDING_ERROR;
        }
        if (strcmp(m->to, "code: child") == 0) is_found = is_good;     // variants are named after their values: pupil.low is another component
        if (is_found && (is_good || e.code == BAD_INPUT) && (is_good == (findings.n == 0))) continue;
        for (size_t k = 0; k < findings.n; k++) print_error("  line %lld %.*s [%.*s] %.*s\n", (long long)findings.at[k].line_n, STR_ARG(findings.at[k].field), STR_ARG(findings.at[k].code), STR_ARG(findings.at[k].text));
        fail_msg("\"%s\" -> \"%s\" was not found as it should", m->from, m->to);
    }
    lang_set(LANG_ID);
    arena_free(&a);
}

static void all_mistakes_at_once_with_their_places(void **state) {
    (void)state;
    Arena a = { 0 };
    Findings findings;
    Err e;
    Str text = replaced(&a, BOOK, "method: truncate", "method: trunkate");
    text = replaced(&a, text.p, "amount: 1200", "amount: 1.200");
    text = replaced(&a, text.p, "CASH: { from", "CAHS: { from");
    text = replaced(&a, text.p, "by: highest_total", "by: luck");
    assert_false(parse(&a, text, &findings, &e));
    assert_int_equal(findings.n, 4);
    check_str(findings.at[0].field, STR("rounding[1].method"));
    check_str(findings.at[1].field, STR("components[1].amounts[1].amount"));
    check_str(findings.at[2].field, STR("choose[1].by"));
    check_str(findings.at[3].field, STR("stages[1].channels.CAHS"));
    assert_non_null(strstr(e.text, "small.yaml"));
    arena_free(&a);
}

static void no_rule_book_at_all(void **state) {
    (void)state;
    Arena a = { 0 };
    Findings findings;
    Err e;
    static const char *const TEXTS[] = { "", "\n\n", "- a\n- b\n", "just words", "{", "a: [", "book: x\n", "\xFF\xFE", "? {a: b}\n: c\n", "a: 1\na: 2\n", "%YAML 9.9\n---\na: b\n", "book: {}\n" };
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        if (parse(&a, str_c(TEXTS[i]), &findings, &e)) fail_msg("\"%s\" was taken for a rule book", TEXTS[i]);
        assert_true(findings.error_n > 0 && e.code == BAD_INPUT);
    }
    Buf deep = { .max = BUF_MAX };
    for (int i = 0; i < 5000; i++) buf_char(&deep, '[');
    assert_false(parse(&a, buf_view(&deep), &findings, &e));
    buf_reset(&deep);
    for (int i = 0; i < 30000; i++) buf_c(&deep, "- a\n");
    assert_false(parse(&a, buf_view(&deep), &findings, &e));
    buf_reset(&deep);
    for (int i = 0; i < 40000; i++) buf_c(&deep, "# a comment that makes it longer than a megabyte\n");
    assert_false(parse(&a, buf_view(&deep), &findings, &e));
    buf_reset(&deep);
    for (int i = 0; i < 9000; i++) buf_fmt(&deep, "key%d: 1\n", i);
    assert_false(parse(&a, buf_view(&deep), &findings, &e));
    assert_true(findings.n == FINDINGS_MAX && findings.dropped_n > 0);
    buf_free(&deep);
    arena_free(&a);
}

// Any bytes changed anywhere: refused or read, never a fall. What is read can also be shown and made into schemes.
static void damaged_books(void **state) {
    (void)state;
    Random r = { test_seed() };
    for (int64_t i = 0; i < test_tries(60000) / 10; i++) {
        Arena a = { 0 };
        Findings findings = { 0 };
        const RuleBook *book = NULL;
        const ShownRule *shown;
        StagesTried tried;
        Err e = { 0 };
        char text[sizeof BOOK];
        memcpy(text, BOOK, sizeof BOOK);
        for (uint64_t k = 1 + random_below(&r, 4); k > 0; k--) {
            size_t at = random_below(&r, sizeof BOOK - 1);
            text[at] = random_below(&r, 3) ? BOOK[random_below(&r, sizeof BOOK - 1)] : (char)random_below(&r, 256);
        }
        if (rulebook_parse(&a, STR("damaged"), (Str){ text, sizeof BOOK - 1 }, &book, &findings, &e)) {
            rules_show(&a, book, date_make(2024, 1, 1), &shown);
            if (!rules_try_stages(&a, book, &findings, &tried, &e)) assert_true(findings.error_n > 0);
        } else assert_true(findings.error_n > 0 && e.code == BAD_INPUT);
        arena_free(&a);
    }
}

static void shown_with_source_and_confidence(void **state) {
    (void)state;
    Arena a = { 0 };
    const RuleBook *book = book_read(&a, "pkh.yaml");
    const ShownRule *rules;
    size_t n = rules_show(&a, book, date_make(2024, 4, 1), &rules), found_n = 0;
    for (size_t i = 0; i < n; i++) {
        assert_true(rules[i].source.n > 0 && rules[i].confidence.n > 0 && rules[i].from.n == 10 && rules[i].value.n > 0);
        found_n += strcmp(rules[i].section, "amount") == 0 && str_eq(rules[i].code, STR("sma")) && str_eq(rules[i].value, STR("Rp 2.000.000 untuk 12 bulan"));
        found_n += strcmp(rules[i].section, "component") == 0 && str_eq(rules[i].code, STR("elderly")) && str_eq(rules[i].value, STR("umur ≥ 60"));
        found_n += strcmp(rules[i].section, "cap") == 0 && rules[i].is_off && str_eq(rules[i].confidence, STR("L"));
        if (str_eq(rules[i].code, STR("fixed_regular"))) fail_msg("the fixed aid of 2019 holds in 2024");
    }
    assert_int_equal(found_n, 1 + 1 + 3);
    for (int year = 2019; year <= 2026; year++) assert_true(rules_show(&a, book, date_make(year, 6, 1), &rules) > 20);
    arena_free(&a);
}

static void all_books_of_the_project(void **state) {
    (void)state;
    static const char *const BOOKS[] = { "pkh.yaml", "br-bolsa-familia.yaml", "ph-4ps.yaml" };
    for (size_t i = 0; i < 3; i++) {
        Arena a = { 0 };
        Findings findings = { 0 };
        StagesTried tried;
        Err e = { 0 };
        check_ok(rules_try_stages(&a, book_read(&a, BOOKS[i]), &findings, &tried, &e), e);
        assert_true(tried.stage_n > 10);
        arena_free(&a);
    }
    Arena a = { 0 };
    check_str(rulebook_pkh(), source_file(&a, "rules/pkh.yaml"));
    arena_free(&a);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(every_mistake_is_found), cmocka_unit_test(all_mistakes_at_once_with_their_places), cmocka_unit_test(no_rule_book_at_all),
    cmocka_unit_test(damaged_books), cmocka_unit_test(shown_with_source_and_confidence), cmocka_unit_test(all_books_of_the_project),
};
TEST_MAIN(TESTS)
