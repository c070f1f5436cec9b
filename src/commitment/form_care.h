// form_care.h: one month of a health or social form: what its cells say, whether that can be, and which facts it makes. Pure.
//
// A day is written in any way ("12", "12/3", "12 Maret 2024", "5 & 19"), or "tidak": said that nobody came. Weight is kilograms with one
// figure behind the comma, or grams; length is centimetres, with "t" (telentang) or "b" (berdiri) where somebody says how it was taken.
// What is empty is not known, and never "not done".
#ifndef COMMITMENT_FORM_CARE_H
#define COMMITMENT_FORM_CARE_H
#include "commitment/form_layout.h"
#include "commitment/observation.h"

typedef enum { MONTH_EMPTY, MONTH_GOOD, MONTH_DIFFERS, MONTH_REFUSED } FormMonthState;

#define FORM_VISITS_MAX 8              // days in one cell
typedef struct { Date at[FORM_VISITS_MAX]; int n; bool is_none; } FormVisits;          // is_none: it was said that there was none
typedef struct {
    FormVisits seen, active;                               // health: days at the post. Social: days of a check, and of an activity
    int32_t weight_g, length_mm;                           // 0: not measured
    GrowthPosture posture;
    uint32_t services;                                     // by bits; a row of the table in form_care.c each
} FormCare;

typedef enum { CARE_DAY, CARE_WEIGHT, CARE_LENGTH, CARE_SERVICES, CARE_CHECK = 0, CARE_ACTIVITY, CARE_CELLS_N = 4 } CareCell;      // as the layouts have them
// Reads the cells of a month that begins on `month`. *why: what a person should see (DIFFERS, REFUSED), in this thread's language.
FormMonthState form_care_read(Arena *a, FormKind kind, Date month, const Str *cells, FormCare *out, Str *why);

// Whom the row means, once that is known.
typedef struct { bool is_child, is_pregnant, is_old, is_disabled, has_sex; GrowthSex sex; Date born_on; } FormWho;
// Looks at the figures beside the person: refuses what is none of a child's, and shows what the WHO calls implausible.
FormMonthState form_care_judge(Arena *a, FormMonthState state, Date month, const FormCare *care, const FormWho *who, Str *why);

typedef struct { const char *kind; Date first_on, last_on; int times; Observation observation; } CareFact;
#define CARE_FACTS_MAX 64              // of one month: two days of every kind that visits tell, and each dose once
// The facts of the month, at most CARE_FACTS_MAX.
size_t form_care_facts(FormKind kind, Date month, const FormCare *care, const FormWho *who, CareFact *out);
#endif
