// school_year.h: a year of forms as it goes in practice, invented: a seed makes what really happened to each person in each month, and how the
// schools, health posts and kelurahan write it down and send it: in ten styles, late, twice, first wrongly and then rightly, or never. For
// practice databases and tests; nobody in it exists. Each answer follows from the seed and what it is asked about, never from what was asked
// before.
#ifndef COMMITMENT_SCHOOL_YEAR_H
#define COMMITMENT_SCHOOL_YEAR_H
#include "commitment/form_out.h"

// ---- what really happened (month: its first day) ------------------------------------------------------------------------------
typedef struct { int held, absent, permitted, sick; } YearAttendance;           // held 0: the school was closed
typedef struct { int came_on; int32_t weight_g, length_mm; bool has_vitamin_a, is_observed; } YearVisit;       // came_on: day of the month, 0: did not come; length 0: not measured
typedef struct { int checked_on, active_on; } YearCare;                         // 0: not
YearAttendance year_attendance(uint64_t seed, Str npsn, int64_t person_id, Date month);
YearVisit year_visit(uint64_t seed, int64_t person_id, Date month);
YearCare year_care(uint64_t seed, int64_t person_id, Date month);

// ---- how it is written down ------------------------------------------------------------------------------------------------------
// False: the cells of that person's month stay empty.
bool year_is_written(uint64_t seed, int64_t person_id, Date month);
// True: the first version of a form says something else of that person's month than what happened.
bool year_is_mistaken(uint64_t seed, int64_t person_id, Date month);
YearAttendance year_mistake_of(YearAttendance truth);      // what it then says: on the other side of any threshold
// A companion has counted too, and says otherwise than the school does.
bool year_is_disputed(uint64_t seed, int64_t person_id, Date month);

#define YEAR_ARRIVALS_MAX 3
typedef struct { int version, day; } YearArrival;          // version 1 is right, 0 may be mistaken; day: after the quarter's end
// How often and when the form of one place arrives; 0: never.
size_t year_arrivals(uint64_t seed, FormKind kind, Str place, FormPeriod period, YearArrival *out);

#define YEAR_STYLES_N 10
const char *year_style_name(int style);
bool year_style_is_workbook(int style);                    // the others are text, of which several may stand in one file
// Fills the sheet's open cells with what that version says.
void year_fill(Arena *a, uint64_t seed, FormKind kind, FormPeriod period, int version, int style, FormSheet *sheet);
// Appends the filled sheet in that style; `is_first`: the file begins here. A workbook is a file by itself.
must_use bool year_write(Arena *a, const FormSheet *sheet, int style, bool is_first, Buf *out, Err *e);
#endif
