// test.h: what every test program shares, on top of cmocka. A test is a row, a law or a transcript.
#ifndef BASE_TEST_H
#define BASE_TEST_H
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#undef fail                    // cmocka's own: here fail() is how a function says no (err.h), and fail_msg ends a test
#undef fail_msg
#define fail_msg(msg, ...) do { print_error("ERROR: " msg "\n", ##__VA_ARGS__); _fail(__FILE__, __LINE__); } while (0)
#include <stdio.h>
#include <stdlib.h>
#include "base/arena.h"
#include "base/err.h"

// An Err that must be empty; prints its text when it is not.
#define check_ok(call, err) do { if (!(call)) { print_error("%s\n", (err).text); fail_msg("%s", #call); } } while (0)
#define check_str(found, wanted) do { Str f_ = (found), w_ = (wanted); \
    if (!str_eq(f_, w_)) fail_msg("found \"%.*s\", wanted \"%.*s\"", STR_ARG(f_), STR_ARG(w_)); } while (0)
// The seed of a property test: HARAPAN_SEED or a fixed one. Print it in what fails.
static inline uint64_t test_seed(void) { const char *s = getenv("HARAPAN_SEED"); return s ? strtoull(s, NULL, 0) : 20241124; }
// How much a property test tries: HARAPAN_TRIES multiplies nothing, it replaces the default.
static inline int64_t test_tries(int64_t usual) { const char *s = getenv("HARAPAN_TRIES"); return s ? strtoll(s, NULL, 0) : usual; }

// Leaves a test that cannot be made here, after it has said why; the closing line counts it apart.
static int test_skipped_n;
#define test_skip() do { test_skipped_n++; skip(); } while (0)

// Ends main: runs the group and prints the closing line that `./run test` adds up.
static inline int test_main_(const char *name, const struct CMUnitTest *tests, size_t n) {
    int failed = _cmocka_run_group_tests(name, tests, n, NULL, NULL);
    if (failed < 0) failed = (int)n;
    printf("%d passed, %d failed", (int)n - failed - test_skipped_n, failed);
    if (test_skipped_n) printf(", %d skipped", test_skipped_n);
    puts("");
    return failed != 0;
}
#define TEST_MAIN(tests) int main(void) { return test_main_(__FILE__, tests, sizeof(tests) / sizeof((tests)[0])); }
#endif
