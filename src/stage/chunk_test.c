// chunk_test.c: what is written is read back, and damaged bytes are refused.
#include "base/random.h"
#include "base/test.h"
#include "registry/bytetable.h"
#include "stage/chunk.h"

static void chunk_round_trip(void **state) {
    (void)state;
    static const uint32_t CASE_N[] = { 1, 65536, 65537, 1000000 };
    Random r = { test_seed() };
    enum { N = 3000, VILLAGES = 65536 };
    static uint32_t ids[N], cases[N], case_to[1000000];
    static uint16_t villages[N], village_to[VILLAGES];
    static uint8_t channels[N];
    ChunkColumns columns = { ids, cases, villages, channels, case_to, village_to };
    for (uint32_t i = 0; i < VILLAGES; i++) village_to[i] = (uint16_t)(VILLAGES - 1 - i);
    for (size_t k = 0; k < sizeof CASE_N / sizeof *CASE_N; k++) {
        for (uint32_t i = 0; i < CASE_N[k]; i++) case_to[i] = CASE_N[k] - 1 - i;
        uint32_t id = 2 * CHUNK_FAMILIES + 1;
        for (size_t i = 0; i < N; i++) {
            ids[i] = id;
            cases[i] = (uint32_t)random_below(&r, CASE_N[k]);
            villages[i] = (uint16_t)random_below(&r, VILLAGES);
            channels[i] = (uint8_t)random_below(&r, 6);
            id += (uint32_t)random_between(&r, 1, 20);
        }
        Buf b = { 0 };
        Chunk c;
        Err e = { 0 };
        chunk_put(&b, 2, &columns, 0, N, CASE_N[k]);
        check_ok(chunk_open(buf_view(&b), &c, &e), e);
        assert_int_equal(c.case_width, CASE_N[k] > 65536 ? 4 : 2);
        for (size_t i = 0; i < N; i++) {
            assert_int_equal(c.first_id + chunk_u16(c.offset, i), ids[i]);
            assert_int_equal(c.channel[i], channels[i]);
            assert_int_equal(chunk_u16(c.village, i), village_to[villages[i]]);
            assert_int_equal(chunk_case(&c, i), case_to[cases[i]]);
        }
        for (size_t cut = 0; cut < b.n; cut += 997) {
            e = (Err){ 0 };
            assert_false(chunk_open((Str){ b.p, cut }, &c, &e));
            assert_int_equal(e.code, CONFLICT);
        }
        buf_free(&b);
    }
}

static void case_list_round_trip(void **state) {
    (void)state;
    Str cases[] = { STR("a"), STR("ab"), STR(""), STR("zzz") };
    uint32_t villages[] = { 11001, 11002, 110001 };
    Buf b = { 0 };
    CaseList list;
    Err e = { 0 };
    case_list_put(&b, villages, 3, cases, 4);
    check_ok(case_list_open(buf_view(&b), &list, &e), e);
    for (uint32_t i = 0; i < 4; i++) check_str(case_list_at(&list, i), cases[i]);
    for (uint32_t i = 0; i < 3; i++) assert_int_equal(case_list_village(&list, i), villages[i]);
    for (size_t cut = 0; cut < b.n; cut++) {
        e = (Err){ 0 };
        assert_false(case_list_open((Str){ b.p, cut }, &list, &e));
    }
    Random r = { test_seed() };
    for (int i = 0; i < 20000; i++) {                      // one byte changed: refused, or every part still inside the bytes
        size_t at = random_below(&r, b.n);
        char before = b.p[at];
        b.p[at] = (char)random_next(&r);
        e = (Err){ 0 };
        if (case_list_open(buf_view(&b), &list, &e))
            for (uint32_t k = 0; k < list.case_n; k++) { Str s = case_list_at(&list, k); assert_true(s.p >= b.p && s.p + s.n <= b.p + b.n); }
        b.p[at] = before;
    }
    buf_free(&b);
}

static void byte_table_numbers_distinct_keys(void **state) {
    (void)state;
    ByteTable t = { 0 };
    Err e = { 0 };
    for (int round = 0; round < 3; round++)
        for (uint32_t i = 0; i < 5000; i++) {
            char key[16];
            int n = snprintf(key, sizeof key, "k%u", i * 7);
            uint32_t index;
            bool is_new;
            check_ok(bytetable_put(&t, bytetable_hash(key, (size_t)n), key, (size_t)n, &index, &is_new, &e), e);
            assert_int_equal(index, i);
            assert_int_equal(is_new, round == 0);
            check_str(bytetable_key(&t, index), ((Str){ key, (size_t)n }));
        }
    assert_int_equal(bytetable_find(&t, 1, "none", 4), UINT32_MAX);
    bytetable_free(&t);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(chunk_round_trip), cmocka_unit_test(case_list_round_trip), cmocka_unit_test(byte_table_numbers_distinct_keys),
};
TEST_MAIN(tests)
