// statistics.h: what a test says, and how surely. Pure. The one place of this room that reckons in fractions; everything goes in and out in
// whole numbers: shares and correlations in thousandths, rounded to the nearest.
//
//   difficulty       share of those asked who had it right
//   discrimination   share right among the best 27 % less that among the weakest 27 % (Kelley 1939), by the whole score. People with the
//                    same score at the border share its places, so that the order of the rows changes nothing
//   correlation      point-biserial of the item with the score on the other items
//   reliability      Kuder-Richardson 20
//   gain             mean of after less before, of those who did both, with its interval of 95 % (Student's t, paired)
//
// Few people say little: below STATISTICS_LEAST nothing but counts is given, below STATISTICS_CAUTION everything with a warning.
#ifndef TRAINING_STATISTICS_H
#define TRAINING_STATISTICS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STATISTICS_LEAST 10
#define STATISTICS_CAUTION 30

// has_…: there is such a number: enough people, and not all alike.
typedef struct {
    int64_t right_n, difficulty, discrimination, correlation;
    bool has_discrimination, has_correlation;
} ItemStatistics;
typedef struct {
    int64_t person_n, item_n, group_n;                     // group_n: of the best, and of the weakest
    int64_t mean, deviation;                               // of the score, in thousandths of a point
    int64_t reliability;
    bool has_reliability, is_small, is_too_small;
} TestStatistics;
// right: person after person, 1 where the item was right, else 0. out: one for each item.
void items_analyse(const uint8_t *right, size_t person_n, size_t item_n, ItemStatistics *out, TestStatistics *test);

typedef struct {
    int64_t person_n, better_n, same_n, worse_n;
    int64_t mean, deviation, low, high;                    // in the unit of what was given
    bool has_interval;                                     // enough people
    bool is_small;                                         // with caution
    bool is_certain;                                       // the interval does not hold 0
} Gain;
// The same people before and after, in whole units (thousandths of the full score, say).
Gain gain_of(const int64_t *before, const int64_t *after, size_t n);

// Pearson's correlation of a yes or no with a number, in thousandths; false when either is the same for all, or there are fewer than 2.
bool point_biserial(const uint8_t *yes, const int64_t *score, size_t n, int64_t *out);
// The 97.5 % point of Student's t, in thousandths.
int64_t student_t975(int64_t freedom);
#endif
