// payment_id_test.c: names of messages and payments as tables; claims on a paid identity against a slow second finding.
#include "payment/payment_id.h"
#include "payment/paid_identity.h"
#include "base/random.h"
#include "base/test.h"

static void messages_are_named_by_what_they_are(void **state) {
    (void)state;
    Err e = { 0 };
    PaymentId id;
    check_ok(payment_id_message(STR("pkh"), 1371, STR("2024-2"), STR("BRI"), 1, 1, &id, &e), e);
    check_str(payment_id_str(&id), STR("PKH-1371-2024-2-BRI-P01-A1"));
    check_ok(payment_id_message(STR("pkh"), 1371, STR("2024-2"), STR("POS"), 117, 12, &id, &e), e);
    check_str(payment_id_str(&id), STR("PKH-1371-2024-2-POS-P117-A12"));
    assert_false(payment_id_message(STR("a-programme-with-a-name"), 1371, STR("2024-2"), STR("BRI"), 1, 1, &id, &e));
    assert_int_equal(e.code, LIMIT);
    e = (Err){ 0 };
    assert_false(payment_id_message(STR("p k"), 1371, STR("2024-2"), STR("BRI"), 1, 1, &id, &e));
}

static void a_payment_is_named_by_its_family(void **state) {
    (void)state;
    static const struct { int64_t kab, family_id, attempt_n; const char *stage, *wanted; } CASES[] = {
        { 1371, 123, 1, "2024-2", "13710000123-20242-1" },
        { 1371, 9999999, 1, "2024-2", "13719999999-20242-1" },
        { 1371, 10000000, 2, "2024-12", "137110000000-202412-2" },
        { 1371, 0, 1, "2024-2", NULL }, { 1371, 1, 0, "2024-2", NULL }, { 99999, 1, 1, "2024-2", NULL }, { 1371, 1, 1, "", NULL },
        { 1371, 1, 1, "a-very-long-stage", NULL },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Err e = { 0 };
        PaymentId id;
        bool is_good = payment_id_family(CASES[i].kab, CASES[i].family_id, str_c(CASES[i].stage), CASES[i].attempt_n, &id, &e);
        if (is_good != (CASES[i].wanted != NULL)) fail_msg("case %zu: %s", i, e.text);
        if (is_good) check_str(payment_id_str(&id), str_c(CASES[i].wanted));
    }
}

static void a_bank_may_change_nothing_of_a_name(void **state) {
    (void)state;
    static const char *const BAD[] = { "", "13710000123", "13710000123-20242", "13710000123-20242-", "13710000123-20242-01", "1371123-20242-1",
        "13710000123-20241-1", "13710000123-20242-1-1", "13710000123-2024-2-1", " 13710000123-20242-1", "13710000123-20242-1 ", "x3710000123-20242-1",
        "1371000000000000000000000-20242-1" };
    int64_t kab = -1, family_id = -1, attempt_n = -1;
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        if (payment_id_parse(str_c(BAD[i]), STR("2024-2"), &kab, &family_id, &attempt_n)) fail_msg("\"%s\" was taken", BAD[i]);
    assert_int_equal(kab, -1);
    Random r = { test_seed() };
    for (int64_t i = 0; i < test_tries(20000); i++) {
        int64_t k = random_between(&r, 1100, 9999), f = random_between(&r, 1, random_below(&r, 2) ? 30000 : 20000000), n = random_between(&r, 1, 12);
        PaymentId id;
        Err e = { 0 };
        check_ok(payment_id_family(k, f, STR("2024-2"), n, &id, &e), e);
        assert_true(payment_id_parse(payment_id_str(&id), STR("2024-2"), &kab, &family_id, &attempt_n));
        if (kab != k || family_id != f || attempt_n != n) fail_msg("%s came back as %lld %lld %lld", id.text, (long long)kab, (long long)family_id, (long long)attempt_n);
    }
}

// ---- paid identity: every pair compared by hand ------------------------------------------------------------------

#define CROWD 60
static void the_later_of_two_equal_ones_is_held(void **state) {
    (void)state;
    Random r = { test_seed() };
    for (int64_t round = 0; round < test_tries(300); round++) {
        char nik[CROWD][24], account[CROWD][24];
        bool is_bank[CROWD];
        Arena a = { 0 };
        PaidIdentity p;
        paid_identity_start(&p, &a);
        int n = (int)random_between(&r, 0, CROWD);
        for (int i = 0; i < n; i++) {
            is_bank[i] = random_below(&r, 2);
            bool has_nik = random_below(&r, 20) != 0, has_account = is_bank[i] && random_below(&r, 10) != 0, is_long = random_below(&r, 8) == 0;
            snprintf(nik[i], sizeof nik[i], has_nik ? is_long ? "13710%016llu" : "1371%012llu" : "%.0llu", (unsigned long long)random_below(&r, has_nik ? 40 : 1));
            snprintf(account[i], sizeof account[i], has_account ? random_below(&r, 2) ? "0%03llu" : "%03llu" : "%.0llu", (unsigned long long)random_below(&r, has_account ? 50 : 1));
            paid_identity_add(&p, 10 + i, str_c(nik[i]), str_c(account[i]), is_bank[i]);
        }
        const Clash *found;
        size_t found_n, at = 0;
        paid_identity_end(&p, &found, &found_n);
        for (int i = 0; i < n; i++) {
            bool is_clash = !*nik[i] || (is_bank[i] && !*account[i]);
            for (int j = 0; j < i; j++)
                is_clash |= (*nik[i] && strcmp(nik[i], nik[j]) == 0) || (*account[i] && strcmp(account[i], account[j]) == 0);
            bool is_found = at < found_n && found[at].family_id == 10 + i;
            if (is_found) at++;
            if (is_found != is_clash) fail_msg("seed %llu, round %lld: family %d", (unsigned long long)test_seed(), (long long)round, 10 + i);
        }
        assert_int_equal(at, found_n);
        arena_free(&a);
    }
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(messages_are_named_by_what_they_are), cmocka_unit_test(a_payment_is_named_by_its_family),
    cmocka_unit_test(a_bank_may_change_nothing_of_a_name), cmocka_unit_test(the_later_of_two_equal_ones_is_held),
};
TEST_MAIN(TESTS)
