#include "training/statistics.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

static int64_t thousandths(double x) { return (int64_t)llround(x * 1000); }

// floor(0.27 n + 0.5), at least 1.
static size_t group_of(size_t n) {
    size_t g = (27 * n + 50) / 100;
    return g ? g : 1;
}

// ---- Student's t -----------------------------------------------------------------------------------------------------------
// Printed tables up to 30 degrees of freedom; beyond, the expansion of Cornish and Fisher, which agrees to the third digit there.
int64_t student_t975(int64_t freedom) {
    static const int16_t TABLE[] = { 0, 12706, 4303, 3182, 2776, 2571, 2447, 2365, 2306, 2262, 2228, 2201, 2179, 2160, 2145, 2131, 2120, 2110, 2101, 2093, 2086, 2080, 2074, 2069,
                                     2064, 2060, 2056, 2052, 2048, 2045, 2042 };
    assert(freedom > 0);
    if (freedom < (int64_t)(sizeof TABLE / sizeof *TABLE)) return TABLE[freedom];
    const double z = 1.959963984540054, v = (double)freedom, z3 = z * z * z, z5 = z3 * z * z, z7 = z5 * z * z;
    return thousandths(z + (z3 + z) / (4 * v) + (5 * z5 + 16 * z3 + 3 * z) / (96 * v * v) + (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * v * v * v));
}

// ---- correlation -----------------------------------------------------------------------------------------------------------
bool point_biserial(const uint8_t *yes, const int64_t *score, size_t n, int64_t *out) {
    double mean = 0, mean_yes = 0, squares = 0, yes_n = 0;
    for (size_t i = 0; i < n; i++) {
        mean += (double)score[i];
        if (yes[i]) mean_yes += (double)score[i], yes_n++;
    }
    if (n < 2 || yes_n == 0 || yes_n == (double)n) return false;
    mean /= (double)n;
    mean_yes /= yes_n;
    for (size_t i = 0; i < n; i++) squares += ((double)score[i] - mean) * ((double)score[i] - mean);
    if (squares <= 0) return false;
    double p = yes_n / (double)n, deviation = sqrt(squares / (double)n);
    *out = thousandths((mean_yes - mean) / deviation * sqrt(p / (1 - p)));
    return true;
}

// ---- items -----------------------------------------------------------------------------------------------------------------
static int by_value(const void *x, const void *y) {
    const int64_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

// How many of a group had it right: all beyond the border score, and of those on it the share that has a place.
static double group_right(const uint8_t *right, const int64_t *score, size_t n, size_t item_n, size_t item, int64_t border, bool is_upper, size_t group_n) {
    double beyond_n = 0, beyond_right = 0, on_n = 0, on_right = 0;
    for (size_t i = 0; i < n; i++) {
        bool is_beyond = is_upper ? score[i] > border : score[i] < border;
        if (is_beyond) beyond_n++, beyond_right += right[i * item_n + item];
        else if (score[i] == border) on_n++, on_right += right[i * item_n + item];
    }
    return beyond_right + on_right * ((double)group_n - beyond_n) / on_n;
}

static void item_analyse(const uint8_t *right, const int64_t *score, const int64_t *sorted, size_t n, size_t item_n, size_t item, size_t group_n, ItemStatistics *out, int64_t *rest, uint8_t *yes) {
    *out = (ItemStatistics){ 0 };
    for (size_t i = 0; i < n; i++) {
        yes[i] = right[i * item_n + item];
        rest[i] = score[i] - yes[i];
        out->right_n += yes[i];
    }
    if (n) out->difficulty = thousandths((double)out->right_n / (double)n);
    if (n < STATISTICS_LEAST) return;
    double upper = group_right(right, score, n, item_n, item, sorted[n - group_n], true, group_n), lower = group_right(right, score, n, item_n, item, sorted[group_n - 1], false, group_n);
    out->has_discrimination = sorted[0] != sorted[n - 1];
    if (out->has_discrimination) out->discrimination = thousandths((upper - lower) / (double)group_n);
    out->has_correlation = point_biserial(yes, rest, n, &out->correlation);
}

static void test_analyse(const int64_t *score, size_t n, size_t item_n, const ItemStatistics *items, TestStatistics *t) {
    double mean = 0, squares = 0, spread = 0;
    for (size_t i = 0; i < n; i++) mean += (double)score[i];
    mean /= n ? (double)n : 1;
    for (size_t i = 0; i < n; i++) squares += ((double)score[i] - mean) * ((double)score[i] - mean);
    for (size_t k = 0; k < item_n && n; k++) {
        double p = (double)items[k].right_n / (double)n;
        spread += p * (1 - p);
    }
    t->mean = thousandths(mean);
    t->deviation = n > 1 ? thousandths(sqrt(squares / (double)(n - 1))) : 0;
    t->has_reliability = !t->is_too_small && item_n > 1 && squares > 0;
    if (t->has_reliability) t->reliability = thousandths((double)item_n / (double)(item_n - 1) * (1 - spread / (squares / (double)n)));
}

void items_analyse(const uint8_t *right, size_t n, size_t item_n, ItemStatistics *out, TestStatistics *test) {
    int64_t *score = calloc(n + 1, sizeof *score), *sorted = calloc(n + 1, sizeof *sorted), *rest = calloc(n + 1, sizeof *rest);
    uint8_t *yes = calloc(n + 1, 1);
    if (!score || !sorted || !rest || !yes) abort();
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < item_n; k++) score[i] += right[i * item_n + k];
        sorted[i] = score[i];
    }
    qsort(sorted, n, sizeof *sorted, by_value);
    *test = (TestStatistics){ .person_n = (int64_t)n, .item_n = (int64_t)item_n, .group_n = n ? (int64_t)group_of(n) : 0, .is_small = n < STATISTICS_CAUTION, .is_too_small = n < STATISTICS_LEAST };
    for (size_t k = 0; k < item_n; k++) item_analyse(right, score, sorted, n, item_n, k, group_of(n), &out[k], rest, yes);
    test_analyse(score, n, item_n, out, test);
    free(score), free(sorted), free(rest), free(yes);
}

// ---- gain ------------------------------------------------------------------------------------------------------------------
Gain gain_of(const int64_t *before, const int64_t *after, size_t n) {
    Gain g = { .person_n = (int64_t)n, .is_small = n < STATISTICS_CAUTION, .has_interval = n >= STATISTICS_LEAST };
    double mean = 0, squares = 0;
    for (size_t i = 0; i < n; i++) {
        mean += (double)(after[i] - before[i]);
        g.better_n += after[i] > before[i];
        g.same_n += after[i] == before[i];
        g.worse_n += after[i] < before[i];
    }
    if (!n) return g;
    mean /= (double)n;
    for (size_t i = 0; i < n; i++) squares += ((double)(after[i] - before[i]) - mean) * ((double)(after[i] - before[i]) - mean);
    g.mean = llround(mean);
    if (n < 2) return g;
    double deviation = sqrt(squares / (double)(n - 1)), half = (double)student_t975((int64_t)n - 1) / 1000 * deviation / sqrt((double)n);
    g.deviation = llround(deviation);
    if (!g.has_interval) return g;
    g.low = llround(mean - half);
    g.high = llround(mean + half);
    g.is_certain = g.low > 0 || g.high < 0;
    return g;
}
