// programme_test.c: the PKH rule book: its amounts, its boundaries, what a family gets.
#include "programme/programme_test.h"


static void first(void **state) {
    (void)state;
    Arena a = { 0 };
    Err e = { 0 };
    const RuleBook *book = book_read(&a, "pkh.yaml");
    const Scheme *s;
    check_ok(scheme_make(&a, book, STR("2024-2"), &s, &e), e);
    const SchemeComponent *components;
    const SchemeChannel *channels;
    const PersonClass *classes;
    const Date *bounds;
    size_t n = scheme_components(s, &components);
    scheme_channels(s, &channels);
    for (size_t c = 0; c < 2; c++) for (size_t i = 0; i < n; i++) printf("%.*s %.*s %lld %.*s\n", STR_ARG(channels[c].code), STR_ARG(components[i].code), (long long)channels[c].amount[i].rp, STR_ARG(channels[c].stage_label_id));
    printf("%zu classes, %zu bounds, groups %d\n", scheme_classes(s, &classes), scheme_birth_bounds(s, &bounds), scheme_is_case_of_groups(s));
    size_t bn = scheme_birth_bounds(s, &bounds);
    for (size_t i = 0; i < bn; i++) { Buf b = {0}; date_put_iso(&b, bounds[i]); printf("%.*s\n", STR_ARG(buf_view(&b))); buf_free(&b); }
    arena_free(&a);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(first) };
TEST_MAIN(TESTS)
