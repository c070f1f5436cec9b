// synth_test.c: laws of the invented families: what they are paid for sums to the composition, numbers are unique, a seed repeats.
#include "base/test.h"
#include "base/hash.h"
#include "registry/identity.h"
#include "registry/synth.h"

static SynthPlan plan_of(Arena *a, uint64_t seed, int64_t family_n) {
    static const int8_t VILLAGES[] = { 12, 10, 10, 7, 6, 15, 7, 9, 9, 6, 13 };
    SynthVillage *v = NEW(a, SynthVillage, 104);
    size_t n = 0;
    for (size_t k = 0; k < sizeof VILLAGES; k++)
        for (int i = 1; i <= VILLAGES[k]; i++, n++) {
            v[n].id = 1371010000 + (int64_t)k * 10000 + 1000 + i;
            v[n].weight = synth_village_weight(v[n].id);
        }
    assert_int_equal(n, 104);
    return (SynthPlan){ .seed = seed, .kab = 1371, .family_n = family_n, .name = STR("Padang"), .villages = v, .village_n = n };
}

// The rule in its plainest form: who could be what, the dearest first, at most four, at most two young children, second pregnancy.
static void paid_count(const SynthFamily *f, int64_t paid[SYNTH_KINDS_N]) {
    int n[SYNTH_KINDS_N] = { 0 }, pregnant = 0, young = 0, young_pupils = 0;
    for (size_t i = 0; i < f->person_n; i++) {
        const PersonFacts *p = &f->persons[i].facts;
        int age = date_age_years(p->born_on, SYNTH_AS_OF);
        assert_true(p->born_on.days <= SYNTH_AS_OF.days);
        if (p->pregnancy_no == 1 || p->pregnancy_no == 2) pregnant++;
        else if (age <= 6) { young++; young_pupils += p->school_level == SCHOOL_SD; }
        else if (p->is_severe_disability || age >= 60) n[SYNTH_ELDER]++;
        else if (p->school_level != SCHOOL_NONE) {
            assert_true(age <= 21);
            n[p->school_level == SCHOOL_SD ? SYNTH_SD : p->school_level == SCHOOL_SMP ? SYNTH_SMP : SYNTH_SMA]++;
        }
    }
    assert_true(young <= 2 || young_pupils == 0);          // so that nobody beyond the cap could be a pupil instead
    static const SynthKind DEAREST[] = { SYNTH_YOUNG, SYNTH_ELDER, SYNTH_SMA, SYNTH_SMP, SYNTH_SD };
    n[SYNTH_YOUNG] = pregnant + (young < 2 ? young : 2);
    int room = 4;
    for (size_t i = 0; i < SYNTH_KINDS_N; i++) {
        int kept = n[DEAREST[i]] < room ? n[DEAREST[i]] : room;
        paid[DEAREST[i]] += kept;
        room -= kept;
    }
    assert_true(room < 4);                                 // every family is paid for somebody
}

typedef struct { int64_t family_n, paid_n[SYNTH_KINDS_N]; } Sums;
static void sums_of(const SynthPlan *plan, Sums out[SYNTH_CHANNELS_N], int64_t *person_n) {
    Arena a = { 0 };
    SynthDistrict *d = synth_district(&a, plan);
    SynthFamily *f = NEW(&a, SynthFamily, 1);
    memset(out, 0, SYNTH_CHANNELS_N * sizeof *out);
    int64_t id = 0;
    *person_n = 0;
    while (synth_family_next(d, f)) {
        assert_int_equal(f->id, ++id);
        out[f->channel].family_n++;
        paid_count(f, out[f->channel].paid_n);
        *person_n += (int64_t)f->person_n;
    }
    assert_int_equal(id, plan->family_n);
    arena_free(&a);
}

static void padang_is_paid_for_exactly_the_composition(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        Arena a = { 0 };
        SynthPlan plan = plan_of(&a, seed, synth_composition_families());
        Sums sums[SYNTH_CHANNELS_N];
        int64_t person_n;
        sums_of(&plan, sums, &person_n);
        for (int c = 0; c < SYNTH_CHANNELS_N; c++) {
            assert_int_equal(sums[c].family_n, SYNTH_COMPOSITION[c].family_n);
            for (int k = 0; k < SYNTH_KINDS_N; k++) assert_int_equal(sums[c].paid_n[k], SYNTH_COMPOSITION[c].paid_n[k]);
        }
        assert_in_range(person_n, plan.family_n * 35 / 10, plan.family_n * 45 / 10);
        arena_free(&a);
    }
}

static void every_size_ends_with_nothing_over(void **state) {
    (void)state;
    for (int64_t n = 0; n < 400; n++) {
        Arena a = { 0 };
        SynthPlan plan = plan_of(&a, test_seed() + (uint64_t)n, n);
        Sums sums[SYNTH_CHANNELS_N];
        int64_t person_n;
        sums_of(&plan, sums, &person_n);
        assert_int_equal(sums[SYNTH_BRI].family_n + sums[SYNTH_POS].family_n, n);
        arena_free(&a);
    }
}

static int by_text(const void *a, const void *b) { return strcmp(a, b); }
static void check_unique(char (*texts)[17], size_t n) {
    qsort(texts, n, sizeof *texts, by_text);
    for (size_t i = 1; i < n; i++) if (strcmp(texts[i - 1], texts[i]) == 0) fail_msg("%s twice", texts[i]);
}

static void numbers_are_possible_and_unique(void **state) {
    (void)state;
    Arena a = { 0 };
    SynthPlan plan = plan_of(&a, test_seed(), synth_composition_families());
    SynthDistrict *d = synth_district(&a, &plan);
    SynthFamily *f = NEW(&a, SynthFamily, 1);
    char (*nik)[17] = calloc(200000, 17), (*kk)[17] = calloc(30000, 17), (*account)[17] = calloc(30000, 17);
    size_t nik_n = 0, kk_n = 0, account_n = 0;
    while (synth_family_next(d, f)) {
        assert_int_equal(kk_check(str_c(f->kk)), IDENTITY_OK);
        memcpy(kk[kk_n++], f->kk, 17);
        if (f->channel == SYNTH_BRI) {
            assert_int_equal(bri_account_check(str_c(f->account)), IDENTITY_OK);
            memcpy(account[account_n++], f->account, 16);
        } else assert_int_equal(f->account[0], 0);
        bool has_payee = false;
        for (size_t i = 0; i < f->person_n; i++) {
            const SynthPerson *p = &f->persons[i];
            assert_int_equal(nik_check(str_c(p->nik)), IDENTITY_OK);
            assert_int_equal(nik_doubts(str_c(p->nik), p->facts.born_on, p->facts.sex), 0);
            assert_true(p->nik[12] == '9' && p->name.n > 0 && p->mother_name.n > 0);
            assert_int_equal(p->school_npsn[0] != 0, p->facts.school_level != SCHOOL_NONE);
            if (i == 0) check_str(str_c(p->relation), STR("KEPALA KELUARGA"));
            has_payee |= p->id == f->payee_id;
            memcpy(nik[nik_n++], p->nik, 17);
        }
        assert_true(has_payee);
    }
    check_unique(nik, nik_n);
    check_unique(kk, kk_n);
    check_unique(account, account_n);
    free(nik); free(kk); free(account);
    arena_free(&a);
}

static void parents_are_old_enough(void **state) {
    (void)state;
    Arena a = { 0 };
    SynthPlan plan = plan_of(&a, test_seed(), 5000);
    SynthDistrict *d = synth_district(&a, &plan);
    SynthFamily *f = NEW(&a, SynthFamily, 1);
    while (synth_family_next(d, f)) {
        assert_in_range(f->person_n, 1, SYNTH_PERSON_MAX);
        for (size_t i = 1; i < f->person_n; i++) {
            int32_t years = (f->persons[i].facts.born_on.days - f->persons[0].facts.born_on.days) / 365;
            if (strcmp(f->persons[i].relation, "ANAK") == 0 && years < 17)
                fail_msg("family %lld: a parent of %d", (long long)f->id, years);
            if (strcmp(f->persons[i].relation, "ORANG TUA") == 0 && years > -19)
                fail_msg("family %lld: a child of %d", (long long)f->id, years);
        }
    }
    arena_free(&a);
}

static void a_seed_repeats_and_another_differs(void **state) {
    (void)state;
    Arena a = { 0 };
    SynthPlan one = plan_of(&a, 7, 500), two = plan_of(&a, 7, 500), other = plan_of(&a, 8, 500);
    SynthDistrict *d[3] = { synth_district(&a, &one), synth_district(&a, &two), synth_district(&a, &other) };
    SynthFamily *f = NEW(&a, SynthFamily, 3);
    int differs_n = 0;
    while (synth_family_next(d[0], &f[0])) {
        assert_true(synth_family_next(d[1], &f[1]) && synth_family_next(d[2], &f[2]));
        assert_memory_equal(f[0].text, f[1].text, f[0].text_n);
        assert_string_equal(f[0].persons[0].nik, f[1].persons[0].nik);
        differs_n += strcmp(f[0].persons[0].nik, f[2].persons[0].nik) != 0;
    }
    assert_true(differs_n > 450);
    arena_free(&a);
}

// The tests are built with two compilers, which order arguments differently: both must come to this city. A change to the words or to
// who is invented changes it too; then write the new one here.
static void every_compiler_invents_the_same_city(void **state) {
    Arena a = { 0 };
    (void)state;
    SynthPlan plan = plan_of(&a, 1, 300);
    SynthDistrict *d = synth_district(&a, &plan);
    SynthFamily *f = NEW(&a, SynthFamily, 1);
    const SynthCompanion *companions;
    size_t n = synth_companions(d, &companions);
    Hasher all;
    hash_start(&all);
    for (size_t i = 0; i < n; i++) hash_add(&all, companions[i].name, strlen(companions[i].name));
    while (synth_family_next(d, f))
        for (size_t i = 0; i < f->person_n; i++) {
            hash_add(&all, f->persons[i].name.p, f->persons[i].name.n);
            hash_add(&all, f->persons[i].nik, 16);
        }
    Hash city = hash_end(&all);
    Buf hex = { .max = 100 };
    hash_put_hex(&hex, &city);
    buf_char(&hex, 0);
    assert_string_equal(hex.p, "0bc9f18abca4665c6c4eaee70f30c586d230a1c92296b95f62f057c7b014ed2e");
    buf_free(&hex);
    arena_free(&a);
}

static void a_city_has_its_people_and_places(void **state) {
    (void)state;
    Arena a = { 0 };
    SynthPlan plan = plan_of(&a, 1, synth_composition_families());
    SynthDistrict *d = synth_district(&a, &plan);
    const SynthCompanion *companions;
    const SynthSchool *schools;
    const SynthPost *posts;
    assert_int_equal(synth_companions(d, &companions), 95);
    assert_true(companions[94].is_coordinator && !companions[93].is_coordinator);
    assert_int_equal(synth_schools(d, &schools), synth_schools_of(&plan));
    assert_true(synth_posts(d, &posts) >= 104);
    for (size_t i = 0; i < (size_t)synth_schools_of(&plan); i++) assert_int_equal(npsn_check(str_c(schools[i].npsn)), IDENTITY_OK);
    SynthFamily *f = NEW(&a, SynthFamily, 1);
    int64_t caseload[96] = { 0 }, villages_n = 0, last_village = 0;
    while (synth_family_next(d, f)) {
        caseload[f->companion_id]++;
        villages_n += f->village_id != last_village;
        last_village = f->village_id;
    }
    for (int i = 1; i <= 94; i++) assert_in_range(caseload[i], 254, 256);
    assert_int_equal(villages_n, 104);
    arena_free(&a);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(padang_is_paid_for_exactly_the_composition), cmocka_unit_test(every_size_ends_with_nothing_over),
    cmocka_unit_test(numbers_are_possible_and_unique), cmocka_unit_test(parents_are_old_enough),
    cmocka_unit_test(a_seed_repeats_and_another_differs), cmocka_unit_test(every_compiler_invents_the_same_city),
    cmocka_unit_test(a_city_has_its_people_and_places),
};
TEST_MAIN(TESTS)
