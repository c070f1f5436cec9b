// paylist_cause_test.c: for the rule book as it is, each cause is found from the figure alone.
#include "base/test.h"
#include "payment/paylist_cause.h"
#include "programme/rulebook.h"

typedef struct { Arena arena; const Scheme *scheme; int pos, bri; } Book;

static void book_open(Book *b) {
    const RuleBook *book;
    Err e = { 0 };
    check_ok(rulebook_open(&b->arena, STR("pkh.yaml"), rulebook_pkh(), &book, &e), e);
    check_ok(scheme_make(&b->arena, book, STR("2024-2"), &b->scheme, &e), e);
    b->pos = scheme_channel_find(b->scheme, STR("POS"));
    b->bri = scheme_channel_find(b->scheme, STR("BRI"));
}

static int component(const Book *b, const char *code) {
    const SchemeComponent *list;
    size_t n = scheme_components(b->scheme, &list);
    for (size_t i = 0; i < n; i++) if (str_eq(list[i].code, str_c(code))) return (int)i;
    fail_msg("no component %s", code);
    return -1;
}

// A family of pupils: so many of SD, SMP and SMA.
static Case family(const Book *b, int sd, int smp, int sma) {
    PersonFacts persons[12];
    FamilyFacts facts;
    Case c;
    Err e = { 0 };
    size_t n = 0;
    const int counts[] = { sd, smp, sma };
    family_facts_empty(b->scheme, &facts);
    for (int level = 0; level < 3; level++)
        for (int i = 0; i < counts[level]; i++) {
            person_facts_empty(b->scheme, &persons[n]);
            persons[n].school_level = (SchoolLevel)(SCHOOL_SD + level);
            persons[n].born_on = date_make(2016 - 3 * level, 5, 1 + i);
            persons[n++].outcome = OUTCOME_MET;
        }
    check_ok(case_make(b->scheme, &facts, persons, n, &c, &e), e);
    return c;
}

static void causes_are_found(void **state) {
    static const struct { int sd, smp, sma; int64_t theirs; bool is_bri; CauseKind kind; const char *component; int months; } CASES[] = {
        // Through the post: SD 225.000, SMP 375.000, SMA 500.000 for three months.
        { 1, 1, 0, 600000, false, CAUSE_NONE, NULL, 0 },          { 1, 1, 0, 400000, false, CAUSE_MONTHS, NULL, 2 },
        { 1, 0, 1, 483333, false, CAUSE_MONTHS, NULL, 2 },        { 1, 1, 0, 400000, true, CAUSE_MONTHS, NULL, 2 },
        { 1, 1, 0, 375000, false, CAUSE_COMPONENT_LESS, "sd", 0 }, { 1, 1, 0, 225000, false, CAUSE_COMPONENT_LESS, "smp", 0 },
        { 1, 0, 0, 600000, false, CAUSE_COMPONENT_MORE, "smp", 0 }, { 1, 0, 0, 375000, false, CAUSE_COMPONENT_OTHER, "sd", 0 },
        { 1, 1, 0, 1200000, false, CAUSE_DOUBLE, NULL, 0 }, { 0, 1, 1, 1750000, false, CAUSE_DOUBLE, NULL, 0 },
        { 1, 1, 0, 123456, false, CAUSE_UNKNOWN, NULL, 0 },       { 3, 1, 1, 1550000, false, CAUSE_CAP, "", 0 },
    };
    Book b = { 0 };
    (void)state;
    book_open(&b);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Case c = family(&b, CASES[i].sd, CASES[i].smp, CASES[i].sma);
        Cause cause;
        Err e = { 0 };
        check_ok(paylist_cause_find(b.scheme, b.pos, CASES[i].is_bri ? b.bri : b.pos, &c, (Rupiah){ CASES[i].theirs }, &cause, &e), e);
        if (cause.kind != CASES[i].kind) fail_msg("%zu: %s, wanted %s", i, cause_name(cause.kind), cause_name(CASES[i].kind));
        if (CASES[i].months) assert_int_equal(cause.months, CASES[i].months);
        if (CASES[i].component && CASES[i].component[0]) assert_int_equal(cause.component, component(&b, CASES[i].component));
        Buf text = { .max = 400 };
        cause_put(&text, b.scheme, &cause);
        assert_true(text.n > 0);
        buf_free(&text);
    }
    arena_free(&b.arena);
}

static const struct CMUnitTest tests[] = { cmocka_unit_test(causes_are_found) };
TEST_MAIN(tests)
