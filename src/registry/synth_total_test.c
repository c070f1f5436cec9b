// synth_total_test.c: the invented city through the real rule book: the two figures that the whole project begins with. They
// stand only here; a changed rate changes what the engine finds, not what it prints.
#include "base/test.h"
#include "programme/entitlement.h"
#include "registry/area.h"
#include "registry/synth.h"
#include "registry_files.h"

static const Scheme *scheme_of(Arena *a, const char *change_from, const char *change_to) {
    const char *path = arena_fmt(a, "%s/rules/pkh.yaml", getenv("HARAPAN_SOURCE")).p;
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    Buf text = { .max = BUF_MAX };
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_bytes(&text, part, n);
    fclose(f);
    buf_char(&text, 0);
    Str yaml = { arena_c(a, buf_view(&text)), text.n - 1 };
    if (change_from) {
        char *at = strstr((char *)yaml.p, change_from);
        assert_non_null(at);
        assert_int_equal(strlen(change_from), strlen(change_to));
        memcpy(at, change_to, strlen(change_to));
    }
    buf_free(&text);
    const RuleBook *book;
    const Scheme *scheme;
    Findings findings = { 0 };
    Err e = { 0 };
    check_ok(rulebook_parse(a, STR("pkh.yaml"), yaml, &book, &findings, &e), e);
    check_ok(scheme_make(a, book, STR("2024-2"), &scheme, &e), e);
    return scheme;
}

// Padang's real villages, from the file the program carries.
static SynthPlan padang(Arena *a) {
    SynthVillage *villages = NEW(a, SynthVillage, 200);
    size_t n = 0;
    for (Str rest = AREA_PADANG_CSV; rest.p;) {
        Str line = str_cut(&rest, '\n');
        int64_t id;
        AreaLevel level;
        if (area_code_parse(str_cut(&line, ','), &id, &level) && level == AREA_VILLAGE)
            villages[n++] = (SynthVillage){ id, synth_village_weight(id) };
    }
    assert_int_equal(n, 104);
    return (SynthPlan){ .seed = 1, .kab = 1371, .family_n = synth_composition_families(), .name = STR("Padang"), .villages = villages,
                        .village_n = n };
}

typedef struct { int64_t family_n, total_rp, over_cap_n, kept_n[COMPONENT_MAX]; } Result;
static Result run(Arena *a, const Scheme *scheme, bool with_lines) {
    SynthPlan plan = padang(a);
    SynthDistrict *d = synth_district(a, &plan);
    SynthFamily *f = NEW(a, SynthFamily, 1);
    Case *c = NEW(a, Case, 1);
    Entitlement *entitlement = NEW(a, Entitlement, 1);
    Result result = { 0 };
    Err e = { 0 };
    while (synth_family_next(d, f)) {
        PersonFacts persons[SYNTH_PERSON_MAX];
        FamilyFacts family = { STANDING_ACTIVE, { 0 } };
        for (size_t i = 0; i < EXTRA_MAX; i++) family.extra[i] = EXTRA_NONE;
        for (size_t i = 0; i < f->person_n; i++) persons[i] = f->persons[i].facts;
        int channel = scheme_channel_find(scheme, str_c(SYNTH_COMPOSITION[f->channel].channel));
        check_ok(case_make(scheme, &family, persons, f->person_n, c, &e), e);
        check_ok(entitlement_of(scheme, channel, c, with_lines, entitlement, &e), e);
        result.family_n += entitlement->total.rp > 0;
        result.total_rp += entitlement->total.rp;
        for (size_t i = 0; i < COMPONENT_MAX; i++) result.kept_n[i] += entitlement->kept_n[i];
        for (size_t i = 0; with_lines && i < entitlement->line_n; i++) result.over_cap_n += entitlement->lines[i].kind == LINE_OVER_CAP;
    }
    return result;
}

static void padang_is_paid_what_the_rule_book_says(void **state) {
    (void)state;
    Arena a = { 0 };
    Result r = run(&a, scheme_of(&a, NULL, NULL), true);
    assert_int_equal(r.family_n, 23964);
    assert_int_equal(r.total_rp, 17051232974);
    assert_true(r.over_cap_n > 50);                        // caps show in explanations
    arena_free(&a);
}

static void a_changed_rate_changes_the_total(void **state) {
    (void)state;
    Arena a = { 0 };
    Result r = run(&a, scheme_of(&a, "from: 2024-01-01, until: 2024-12-31, amount: 2000000",
                                 "from: 2024-01-01, until: 2024-12-31, amount: 1900000"), false);
    assert_int_equal(r.family_n, 23964);
    assert_int_equal(r.total_rp, 17051232974 - 1078 * (333333 - 316666) - 5299 * (500000 - 475000));
    arena_free(&a);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(padang_is_paid_what_the_rule_book_says),
                                           cmocka_unit_test(a_changed_rate_changes_the_total) };
TEST_MAIN(TESTS)
