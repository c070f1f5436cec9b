// ageing.h: what time alone changes between two stages: a child turns seven, a pupil twenty-two, somebody sixty; a mother's weeks after
// the birth end. Nobody enters it: ages follow from birth dates and the rule book. Here is who, and what it costs or brings.
//
// Each family is computed twice for the next stage with its rates: with everybody as old as on the day the stage before takes ages, and
// as old as they will be. The difference is what ageing does. Reads packs only; a city takes a fraction of a second.
#ifndef STAGE_AGEING_H
#define STAGE_AGEING_H
#include "db/db.h"
#include "programme/scheme.h"

typedef struct {
    int64_t family_id, village_id, person_id;
    int from, to;                          // indexes of the next stage's components; -1: none. What he could fill at most, before caps
    bool asks_school;                      // fits nothing any more, and would as a pupil: is he at school?
    Rupiah before, after;                  // of the whole family; in its further rows both are 0, so that sums hold
} AgeingRow;

// from, to: what happened to n persons; delta: of the families whose first row it is.
typedef struct { int from, to; int64_t n; Rupiah delta; } AgeingKind;

typedef struct {
    Str stage_before, stage;
    const Scheme *scheme;                  // of `stage`
    AgeingRow *rows;                       // by family, then person
    size_t row_n;
    AgeingKind *kinds;                     // most persons first
    size_t kind_n;
    int64_t family_n;                      // with at least one row
    Rupiah more, less;                     // what families gain and lose together, both >= 0
    Date day;                              // on which the stage takes ages (the first of its channels)
} Ageing;

// stage empty: the one after the latest that the district closed (the first in the book that lies behind today where none is closed).
// book_text empty: the book of that closing, PKH where none is. CONFLICT when the book has no stage before or after. Authority is the caller's. Lives in `a`.
typedef struct { int64_t kab; Str stage, book_file, book_text; Instant at; } AgeingAsk;
must_use bool ageing_read(Db *db, Arena *a, const AgeingAsk *ask, Ageing *out, Err *e);
Str ageing_title(const Ageing *ageing, int component);     // "Primary school", in this thread's language; "–" for -1

// The birth date that is as old on `next` as `born` is on `before`.
Date ageing_shift(Date born, Date before, Date next);
#endif
