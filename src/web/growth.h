// growth.h: how a child grows, as the KMS card shows it, and goes to school, for the page of that person; and what the measures of a district come to, by kelurahan.
#ifndef WEB_GROWTH_H
#define WEB_GROWTH_H
#include "commitment/child_growth.h"
#include "commitment/fact.h"
#include "web/web.h"

#define GROWTH_ROWS_SHOWN 24           // of the newest measures in the table; the curve has all
typedef struct { const GrowthMeasure *measure; const GrowthStep *step; } GrowthLine;
typedef struct {
    ChildGrowth child;
    Html weight_chart, length_chart;                       // length_chart: empty when no length was measured
    const GrowthLine *lines; size_t line_n;                // newest first
    const GrowthStep *weight, *length;                     // the last of each; NULL: none
} GrowthView;
Str growth_kg(Arena *a, int32_t grams);                    // "8,4"
Str growth_cm(Arena *a, int32_t mm);                       // "72,5"
Str growth_z(Arena *a, const GrowthScore *s);              // "-2,13"
const char *growth_score_colour(const GrowthScore *s);

#define ATTENDANCE_MONTHS 24
typedef struct { Date month; int64_t days, present, absent, permitted, sick; Str source; } AttendanceMonth;
// growth NULL: nothing was measured; month_n 0: no school has answered.
typedef struct { int64_t kab, id, person_id; const GrowthView *growth; AttendanceMonth *months; size_t month_n; } ChildView;
// For growth_part and attendance_part. The page that includes them has recorded the look at the family.
must_use bool child_fill(Request *r, Db *db, int64_t kab, int64_t family_id, int64_t person_id, const ChildView **out, Err *e);

#define GROWTH_SMALL 5                 // fewer children than that are shown as "fewer than 5": a number may not point at one child
typedef struct { Str name; GrowthCount count; bool is_hidden; } GrowthVillage;
typedef struct { int64_t kab; Str since; Date since_on; GrowthVillage *at; size_t n; GrowthCount all; } GrowthPageView;
Str growth_count_text(Arena *a, const GrowthVillage *v, int64_t n);           // "12", or "< 5"
extern const Route GROWTH_ROUTES[];
#endif
