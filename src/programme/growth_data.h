// growth_data.h: the figures of rules/growth/ as the build made them (tools/growthc.py). Read by growth.c and growth_chart.c; nothing
// else includes it. Where they come from: rules/growth/SOURCES.md.
#ifndef PROGRAMME_GROWTH_DATA_H
#define PROGRAMME_GROWTH_DATA_H
#include "programme/growth.h"

typedef struct { int32_t m; int16_t l, s; } GrowthLms;     // median by 1e-4 kg or cm, power by 1e-4, spread by 1e-5

#define GROWTH_LENGTH_MIN 450                              // the tables by length, lying, in millimetres
#define GROWTH_LENGTH_MAX 1100
#define GROWTH_HEIGHT_MIN 650                              // and by height, standing
#define GROWTH_HEIGHT_MAX 1200

extern const GrowthLms GROWTH_WEIGHT_BY_AGE[GROWTH_SEX_N][GROWTH_AGE_MAX + 1];
extern const GrowthLms GROWTH_LENGTH_BY_AGE[GROWTH_SEX_N][GROWTH_AGE_MAX + 1];
extern const GrowthLms GROWTH_WEIGHT_BY_LENGTH[GROWTH_SEX_N][GROWTH_LENGTH_MAX - GROWTH_LENGTH_MIN + 1];
extern const GrowthLms GROWTH_WEIGHT_BY_HEIGHT[GROWTH_SEX_N][GROWTH_HEIGHT_MAX - GROWTH_HEIGHT_MIN + 1];
extern const GrowthGain GROWTH_LEAST_GAIN[GROWTH_SEX_N][61];
#endif
