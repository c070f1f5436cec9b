// statistics_test.c: worked examples that are in print, a plain second implementation on unseen data, laws, and what is said of few people.
#include "training/statistics.h"
#include "base/random.h"
#include "base/test.h"
#include <math.h>

// Student (1908), "The probable error of a mean": hours of sleep gained by ten patients under two drugs, in tenths. The difference has the
// mean 1.58, the deviation 1.23 and t = 4.0621; its interval of 95 % goes from 0.700 to 2.460.
static void sleep_of_student(void **state) {
    (void)state;
    static const int64_t FIRST[] = { 700, -1600, -200, -1200, -100, 3400, 3700, 800, 0, 2000 }, SECOND[] = { 1900, 800, 1100, 100, -100, 4400, 5500, 1600, 4600, 3400 };
    Gain g = gain_of(FIRST, SECOND, 10);
    assert_int_equal(g.person_n, 10);
    assert_int_equal(g.mean, 1580);
    assert_int_equal(g.deviation, 1230);
    assert_true(g.has_interval && g.is_certain && g.is_small);
    assert_int_equal(g.low, 700);
    assert_int_equal(g.high, 2460);
    assert_true(g.better_n == 9 && g.same_n == 1 && g.worse_n == 0);
    g = gain_of(FIRST, SECOND, 9);                         // nine are too few for an interval
    assert_true(!g.has_interval && !g.is_certain && g.mean != 0);
    g = gain_of(SECOND, FIRST, 10);
    assert_true(g.mean == -1580 && g.low == -2460 && g.high == -700 && g.is_certain);
}

// Miles per gallon of 32 cars and whether they have a manual gear (Henderson and Velleman 1981): 0.600.
static void cars(void **state) {
    (void)state;
    static const int64_t MILES[] = { 210, 210, 228, 214, 187, 181, 143, 244, 228, 192, 178, 164, 173, 152, 104, 104, 147, 324, 304, 339, 215, 155, 152, 133, 192, 273, 260, 304, 158, 197, 150, 214 };
    static const uint8_t MANUAL[] = { 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1 };
    int64_t r;
    assert_true(point_biserial(MANUAL, MILES, 32, &r));
    assert_int_equal(r, 600);
    assert_false(point_biserial(MANUAL + 3, MILES, 14, &r));                  // nobody
    assert_false(point_biserial(MANUAL, (int64_t[]){ 5, 5, 5, 5 }, 4, &r));   // all alike
    assert_false(point_biserial(MANUAL, MILES, 1, &r));
}

// From printed tables of the t distribution.
static void table_of_t(void **state) {
    (void)state;
    static const struct { int64_t freedom, t; } CASES[] = { { 1, 12706 }, { 9, 2262 }, { 30, 2042 }, { 31, 2040 }, { 40, 2021 }, { 60, 2000 }, { 80, 1990 }, { 94, 1986 }, { 100, 1984 }, { 120, 1980 }, { 1000, 1962 } };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        if (student_t975(CASES[i].freedom) != CASES[i].t) fail_msg("%lld: %lld", (long long)CASES[i].freedom, (long long)student_t975(CASES[i].freedom));
}

// ---- a second implementation, plain and slow --------------------------------------------------------------------------------
static double correlation_plainly(const double *x, const double *y, size_t n) {
    double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0, m = (double)n;
    for (size_t i = 0; i < n; i++) sx += x[i], sy += y[i], sxx += x[i] * x[i], syy += y[i] * y[i], sxy += x[i] * y[i];
    return (m * sxy - sx * sy) / sqrt((m * sxx - sx * sx) * (m * syy - sy * sy));
}

// The share of each person in the group: 1 when fewer than g people are better and none of his score falls outside, and so on.
static double weight_plainly(const double *score, size_t n, size_t i, size_t g, bool is_upper) {
    size_t better_n = 0, same_n = 0;
    for (size_t k = 0; k < n; k++) better_n += is_upper ? score[k] > score[i] : score[k] < score[i], same_n += score[k] == score[i];
    if (better_n >= g) return 0;
    return better_n + same_n <= g ? 1 : (double)(g - better_n) / (double)same_n;
}

static void near(const char *what, int64_t found, double wanted) {
    if (fabs((double)found - wanted * 1000) > 0.501) fail_msg("%s: %lld, and by other means %.4f", what, (long long)found, wanted);
}

static void unseen_data(void **state) {
    (void)state;
    enum { PEOPLE = 120, ITEMS = 24 };
    static uint8_t right[PEOPLE * ITEMS];
    Random r = { test_seed() };
    for (int64_t round = 0; round < test_tries(200); round++) {
        size_t n = (size_t)random_between(&r, STATISTICS_LEAST, PEOPLE), k = (size_t)random_between(&r, 2, ITEMS), g = (size_t)floor(0.27 * (double)n + 0.5);
        double score[PEOPLE], x[PEOPLE], rest[PEOPLE], mean = 0, sum_pq = 0, variance = 0;
        ItemStatistics items[ITEMS];
        TestStatistics test;
        for (size_t i = 0; i < n; i++) {
            int64_t skill = random_between(&r, 10, 90);
            score[i] = 0;
            for (size_t q = 0; q < k; q++) score[i] += right[i * k + q] = (int64_t)random_below(&r, 100) < skill;
            mean += score[i] / (double)n;
        }
        for (size_t i = 0; i < n; i++) variance += (score[i] - mean) * (score[i] - mean) / (double)n;
        items_analyse(right, n, k, items, &test);
        for (size_t q = 0; q < k; q++) {
            double right_n = 0, upper = 0, lower = 0;
            for (size_t i = 0; i < n; i++) {
                x[i] = right[i * k + q];
                rest[i] = score[i] - x[i];
                right_n += x[i];
                upper += x[i] * weight_plainly(score, n, i, g, true);
                lower += x[i] * weight_plainly(score, n, i, g, false);
            }
            sum_pq += right_n / (double)n * (1 - right_n / (double)n);
            assert_int_equal(items[q].right_n, (int64_t)right_n);
            near("difficulty", items[q].difficulty, right_n / (double)n);
            if (items[q].has_discrimination) near("discrimination", items[q].discrimination, (upper - lower) / (double)g);
            double wanted = correlation_plainly(x, rest, n);
            assert_int_equal(items[q].has_correlation, isfinite(wanted));
            if (isfinite(wanted)) near("correlation", items[q].correlation, wanted);
        }
        assert_int_equal(test.group_n, g);
        near("mean", test.mean, mean);
        near("deviation", test.deviation, sqrt(variance * (double)n / (double)(n - 1)));
        if (test.has_reliability) near("reliability", test.reliability, (double)k / (double)(k - 1) * (1 - sum_pq / variance));
    }
}

// The order of the people changes nothing.
static void order_is_nothing(void **state) {
    (void)state;
    enum { PEOPLE = 40, ITEMS = 10 };
    Random r = { test_seed() + 1 };
    for (int64_t round = 0; round < test_tries(50); round++) {
        uint8_t right[PEOPLE * ITEMS], turned[PEOPLE * ITEMS];
        ItemStatistics items[ITEMS], others[ITEMS];
        TestStatistics test, other;
        for (size_t i = 0; i < sizeof right; i++) right[i] = (uint8_t)random_below(&r, 2);
        for (size_t i = 0; i < PEOPLE; i++) memcpy(turned + i * ITEMS, right + (PEOPLE - 1 - i) * ITEMS, ITEMS);
        items_analyse(right, PEOPLE, ITEMS, items, &test);
        items_analyse(turned, PEOPLE, ITEMS, others, &other);
        for (size_t k = 0; k < ITEMS; k++)
            assert_true(items[k].discrimination == others[k].discrimination && items[k].correlation == others[k].correlation && items[k].difficulty == others[k].difficulty);
        assert_true(test.reliability == other.reliability && test.mean == other.mean);
    }
}

// Nine people, nobody, everybody right: counts are given, and no number that would only look like one.
static void few_people(void **state) {
    (void)state;
    uint8_t right[9 * 2] = { 1, 0, 1, 1, 0, 0, 1, 0 }, all[12 * 2];
    ItemStatistics items[2];
    TestStatistics test;
    items_analyse(right, 9, 2, items, &test);
    assert_true(test.is_too_small && test.is_small && !test.has_reliability && !items[0].has_discrimination && !items[0].has_correlation);
    assert_true(items[0].right_n == 3 && items[0].difficulty == 333);
    items_analyse(right, 0, 2, items, &test);
    assert_true(test.is_too_small && items[0].right_n == 0 && items[0].difficulty == 0);
    memset(all, 1, sizeof all);
    items_analyse(all, 12, 2, items, &test);
    assert_true(!test.is_too_small && test.is_small && !test.has_reliability && !items[1].has_discrimination && !items[1].has_correlation && items[1].difficulty == 1000);
    Gain none = gain_of(NULL, NULL, 0);
    assert_true(none.person_n == 0 && !none.has_interval);
}

static const struct CMUnitTest tests[] = { cmocka_unit_test(sleep_of_student), cmocka_unit_test(cars), cmocka_unit_test(table_of_t), cmocka_unit_test(unseen_data),
                                           cmocka_unit_test(order_is_nothing), cmocka_unit_test(few_people) };
TEST_MAIN(tests)
