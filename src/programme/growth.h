// growth.h: how a child under five grows, by the WHO child growth standards of 2006, which Permenkes 2/2020 makes Indonesia's, and by the
// KMS card. Pure: whole grams, millimetres and days go in, z-scores in hundredths come out (-213 is 2.13 standard deviations below the
// median of healthy children of that age). The published figures stand in rules/growth/ with their source.
//
// A score says how the child compares; it is no diagnosis. A child that is short or thin is seen by the puskesmas.
#ifndef PROGRAMME_GROWTH_H
#define PROGRAMME_GROWTH_H
#include "base/date.h"
#include "base/err.h"

typedef enum { GROWTH_BOY, GROWTH_GIRL, GROWTH_SEX_N } GrowthSex;
must_use bool growth_sex_find(Str text, GrowthSex *out);   // as the registry says it: L, P

#define GROWTH_AGE_MAX 1826                                // days: the standards end at 60 months
#define GROWTH_STANDING_FROM 731                           // days: lying before, standing from here on
#define GROWTH_POSTURE_MM 7                                // who lies is 0.7 cm longer than when standing

// How the length was taken. BY_AGE: nobody said, so as it is usual at that age.
typedef enum { MEASURED_BY_AGE, MEASURED_LYING, MEASURED_STANDING } GrowthPosture;

typedef struct {
    GrowthSex sex;
    Date born_on, on;
    int32_t weight_g, length_mm;                           // 0: not measured
    GrowthPosture posture;
} GrowthMeasure;

typedef enum { WEIGHT_FOR_AGE, LENGTH_FOR_AGE, WEIGHT_FOR_LENGTH, GROWTH_INDEX_N } GrowthIndex;
const char *growth_index_code(GrowthIndex index);          // "weight_for_age"
const char *growth_index_title(GrowthIndex index);         // a msgid for tr(): "Weight for age" (BB/U)

// The classes of Permenkes 2/2020, from low to high for each index.
typedef enum {
    GROWTH_CLASS_NONE,
    SEVERELY_UNDERWEIGHT, UNDERWEIGHT, WEIGHT_NORMAL, WEIGHT_RISK,         // weight for age
    SEVERELY_STUNTED, STUNTED, LENGTH_NORMAL, TALL,                       // length or height for age
    SEVERELY_WASTED, WASTED, NUTRITION_GOOD, NUTRITION_RISK, OVERWEIGHT, OBESE,    // weight for length or height
    GROWTH_CLASS_N
} GrowthClass;
typedef enum { CONCERN_NONE, CONCERN_WATCH, CONCERN_ACT } GrowthConcern;
const char *growth_class_code(GrowthClass c);              // "severely_stunted"
const char *growth_class_title(GrowthClass c);             // a msgid for tr(): "severely stunted" (sangat pendek)
GrowthConcern growth_class_concern(GrowthClass c);

typedef struct {
    bool is_known;                                         // false: not measured, or the length is beyond the table
    bool is_implausible;                                   // beyond the WHO's limits: measure again before believing it
    int32_t z;                                             // hundredths
    GrowthClass class;                                     // NONE when implausible
} GrowthScore;

typedef struct {
    int32_t age_days, age_months;                          // months are completed ones by the calendar
    int32_t length_mm;                                     // as the table of that age wants it: lying or standing
    bool is_length_moved;                                  // it was measured the other way, so 0.7 cm were added or taken off
    GrowthScore scores[GROWTH_INDEX_N];
} GrowthResult;

// BAD_INPUT when the day is before the birth, nothing was measured, or a figure is none of a child's (kilograms where grams belong);
// LIMIT when the child is older than 60 months.
must_use bool growth_assess(const GrowthMeasure *m, GrowthResult *out, Err *e);

// ---- from month to month, as the KMS card says it -----------------------------------------------------------------------
// B: weighed for the first time. N (naik): gained at least the KBM of the age. T (tidak naik): gained less. O: not weighed in the month
// before, so nothing can be said. DOUBTFUL: this weight or the one before is implausible. NONE: not weighed this time.
typedef enum { WEIGHED_NONE, WEIGHED_FIRST, WEIGHED_GAINED, WEIGHED_NOT_GAINED, WEIGHED_AFTER_GAP, WEIGHED_DOUBTFUL } GrowthWeighed;
const char *growth_weighed_code(GrowthWeighed w);          // "B", "N", "T", "O", "?"; empty for NONE
const char *growth_weighed_title(GrowthWeighed w);         // a msgid for tr()

typedef struct { int32_t grams; const char *confidence, *source; } GrowthGain;
// The KBM: what must at least have been gained since the month before. month 1 … 60; none (grams 0) for others.
GrowthGain growth_least_gain(GrowthSex sex, int month);

#define GROWTH_DROP_MIN 25                                 // hundredths: a line is crossed by more than the noise of a scale
typedef struct {
    GrowthResult result;
    GrowthWeighed weighed;
    int32_t gain_g, least_gain_g;                          // for N and T
    bool is_twice_not_gained;                              // 2T: this month and the one before
    bool is_below_red_line;                                // BGM: weight for age below -3
    bool has_crossed_down;                                 // weight for age fell through a line of whole standard deviations
} GrowthStep;

// `m`: one child's measures in the order of their days; `steps` has room for n. Fails like growth_assess, naming the day.
must_use bool growth_follow(const GrowthMeasure *m, size_t n, GrowthStep *steps, Err *e);

// The other way round: grams (weight for age) or millimetres (length for age) of a child with this score, for drawing the lines.
int32_t growth_value_at(GrowthIndex index, GrowthSex sex, int age_days, int32_t z);

// "-2,13" in Indonesian, "-2.13" in English; with sign also above 0.
void growth_z_put(Buf *b, int32_t z);
void growth_decimal_put(Buf *b, int64_t thousandths, int digits);      // 8400, 1 -> "8,4": kilograms of grams; digits 0 … 3
#endif
