// form_in.h: a form as it comes back, of any of the three kinds: read, recomputed and matched with the registry; nothing is changed here.
//
// People send it with a mark before it, a line `sep=;`, commas or semicolons, as a workbook, with columns moved, left out or added, with
// letterheads, signatures and the header again in between, and two schools in one file. So the file is not asked for its shape: the words
// "NPSN", "Nomor posyandu", "Kode kelurahan" and "TRIWULAN" say what follows, a row that names "NIK siswa" or "Nama anggota" is a header, and
// rows under it are people until the next one. What is neither is counted and left alone. What a month of a health or social form says is
// form_care.h's.
//
// Percentages are computed again: days that school was held = jml + alpa + izin + sakit, attended = jml. Where jml is missing, the days that
// most pupils of that form and month have hold. What the form says otherwise is shown as a difference, never silently taken.
#ifndef COMMITMENT_FORM_IN_H
#define COMMITMENT_FORM_IN_H
#include "commitment/form_care.h"
#include "commitment/form_out.h"
#include "files/table_read.h"

#define FORM_DAYS_MAX 31
#define FORM_ROWS_MAX 100000           // pupils in one file: three times a large city

typedef struct {
    FormMonthState state;
    int days, absent, permitted, sick, present;            // of GOOD and DIFFERS; -1 where the cell is empty
    int said, computed;                                    // percent in hundredths; said -1: the form says none
    FormCare care;                                         // of health and social forms, which have none of the figures above
    Str why;                                               // DIFFERS, REFUSED: in words, in this thread's language
} FormMonth;

// Whom a row means. OTHER_PLACE and STRANGER are tasks for a person: the pupil moved, or is not on our list.
typedef enum { ROW_UNMATCHED, ROW_BY_NIK, ROW_BY_NAME, ROW_OTHER_PLACE, ROW_STRANGER, ROW_TWICE } FormRowMatch;

typedef struct {
    int64_t line_n;                                        // in the file, as a spreadsheet numbers it
    size_t form_n;                                         // which of the forms
    Str nik, name, payee_name, note;
    FormMonth months[FORM_MONTHS];
    FormRowMatch match;
    int64_t family_id, person_id;                          // of who was found
    FormWho who;                                           // of health and social forms
    Str place;                                             // OTHER_PLACE: where the registry has that person
} FormInRow;

// place: NPSN, the post's number, the kelurahan's code; days -1: not known.
typedef struct { FormKind kind; Str place, place_name; FormPeriod period; bool has_period; size_t row_n; int days[FORM_MONTHS]; } FormInForm;

typedef struct {
    FormInForm *forms; size_t form_n;
    FormInRow *rows; size_t row_n;
    int64_t other_n;                                       // rows that are nobody's
} FormIn;

// Reads it all. `place` and `period` hold where the file itself does not say them (empty, year 0: unknown). BAD_INPUT when the file has no
// header of such a form, or rows of which neither says the place or the quarter; LIMIT beyond FORM_ROWS_MAX. All lives in `a`.
must_use bool form_in_read(TableReader *reader, Arena *a, Str place, FormPeriod period, FormIn *out, Err *e);

// Says of each row whom it means: by NIK, else by name among the people of that place (also when the form showed the NIK masked). What is
// measured is then looked at beside the person. Only families that `sight` shows are found.
must_use bool form_in_match(Db *db, Arena *a, const RuleBook *book, int64_t kab, Sight sight, FormIn *in, Err *e);
const char *form_match_name(FormRowMatch match);           // "by_nik"
const char *form_match_title(FormKind kind, FormRowMatch match);           // for people, in this thread's language
static inline bool form_match_is_task(FormRowMatch match) { return match == ROW_OTHER_PLACE || match == ROW_STRANGER || match == ROW_TWICE; }
#endif
