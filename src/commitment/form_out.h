// form_out.h: forms of verification that go out pre-filled: education for each school and quarter, health for each health post, social for each
// kelurahan. One form, or all of a companion, a kecamatan or the district; as delimited text, as a workbook, or as paper (A4 landscape) with a QR
// code that names place, quarter and version. The version is made of who stands on the form: the same people, the same version, so that a form
// that comes back tells whether the list has changed since.
//
// Texts of people are in it: the caller writes down who looks (read log) before the file leaves, with the families of the sheets.
#ifndef COMMITMENT_FORM_OUT_H
#define COMMITMENT_FORM_OUT_H
#include "base/progress.h"
#include "commitment/form_ages.h"
#include "db/db.h"
#include "office/authority.h"

typedef struct {
    FormKind kind;
    FormPeriod period;
    int64_t kab;
    Str place;                                             // NPSN, the post's number, the village's code; empty: all there are
    int64_t kecamatan_id, companion_id;                    // 0: not asked for
    Sight sight;                                           // only families that may be seen
    bool has_numbers;                                      // the viewer may see NIK in full; else all but the last four are hidden
    bool is_list;                                          // places and counts only: no number is opened, none stands on the sheets
    Instant at;                                            // on the paper
    Str band;                                              // of a practice database
    const RuleBook *book;                                  // whose duties say up to and from which age somebody stands on health and social forms
} FormAsk;

// Whom forms are about: whose NIK is shown as the asker may see it.
typedef struct {
    Str place, nik, name, sex, school_level, payee_nik, payee_name, companion_name;
    int64_t family_id, person_id, payee_id, village_id;
    int pregnancy_n;
    bool is_disabled;
    Date born_on;
} FormPerson;
typedef struct { FormPerson *at; size_t n, cap; int64_t low_id, high_id; } FormPeople;
// In the order of their places, families and persons; nobody is no failure. With is_list the numbers stay sealed.
must_use bool form_people_read(Db *db, Arena *a, const FormAsk *ask, FormPeople *out, Err *e);

typedef struct { FormFile file; Str place, place_name, version; int64_t *family_ids, *person_ids; size_t family_n; } FormSheet;      // ids: of each row
typedef struct { FormKind kind; FormPeriod period; FormSheet *at; size_t n; int64_t person_n; int64_t *family_ids; size_t family_n; Instant at_time; Str band; Progress *progress; } FormSheets;     // progress may be NULL

// Sheets in the order of their places, people on each by name. All lives in `a`. NOT_FOUND when nobody stands on any.
must_use bool form_out(Db *db, Arena *a, const FormAsk *ask, FormSheets *out, Err *e);

// What a place of that kind is called; empty when nobody knows.
must_use bool form_place_name(Db *db, Arena *a, const FormAsk *ask, Str place, Str *out, Err *e);

// One form as a workbook, in `a`.
must_use bool form_workbook(const FormFile *file, Arena *a, Str *out, Err *e);
typedef enum { FORM_CSV, FORM_XLSX, FORM_PDF } FormFormat;
must_use bool form_format_find(Str text, FormFormat *out);
// One sheet is one file; several are one ZIP of files (csv, xlsx) or one document (pdf). *fd is open at its start and has no name; the caller
// closes it. *name: "formulir-pendidikan-99000001-2026-4.xlsx".
must_use bool form_out_write(const FormSheets *sheets, Arena *a, FormFormat format, int *fd, Str *name, const char **content_type, Err *e);
#endif
