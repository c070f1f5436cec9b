// child_growth.h: what health posts measured of children under five, opened and judged (programme/growth.h): of one child with all its
// measures, or of every child of a district by kelurahan. Only facts that stand count; of one day the later word.
#ifndef COMMITMENT_CHILD_GROWTH_H
#define COMMITMENT_CHILD_GROWTH_H
#include "base/progress.h"
#include "db/db.h"
#include "office/authority.h"
#include "programme/growth.h"

// steps[i] is of measures[i], in the order of their days. left_n: measures that cannot be a child's, or of an age beyond the standards.
typedef struct { int64_t family_id, person_id, village_id; GrowthSex sex; Date born_on; const GrowthMeasure *measures; const GrowthStep *steps; size_t n; int64_t left_n; } ChildGrowth;

// n 0: never measured, not seen by `sight`, or the family was erased. The caller records the look. All in `a`.
must_use bool child_growth_one(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, int64_t person_id, ChildGrowth *out, Err *e);

// Every child with a measure, family by family. What `each` gets lives until it returns.
typedef bool ChildGrowthEach(void *with, const ChildGrowth *child, Err *e);
must_use bool child_growth_each(Db *db, Sight sight, int64_t kab, ChildGrowthEach *each, void *with, Progress *progress, Err *e);

// Of each kelurahan: how many children were measured since `since`, and of their last measures how many are short, thin, light, or did not gain
// twice in a row. Kelurahan in the order of their codes.
typedef struct { int64_t village_id, child_n, stunted_n, wasted_n, underweight_n, faltering_n, doubtful_n; } GrowthCount;
typedef struct { GrowthCount *at; size_t n; GrowthCount all; } GrowthCounts;
must_use bool child_growth_count(Db *db, Arena *a, Sight sight, int64_t kab, Date since, GrowthCounts *out, Err *e);
#endif
