// certificate.h: what remains of a training: certificates that anybody can verify, and the report.
//
// Closing a training gives a certificate, once and for all, to everybody with enough learning hours (TrainingFacts.jp_least_n). It is a row as
// it was printed, and a code on the paper: a keyed hash over all that stands on it (code.h). A paper that was made up has no row or another
// code, a row that was put in or changed has another code: both are found out. The page that verifies shows name, training, day and
// learning hours, to whoever holds number and code, and nothing else.
#ifndef TRAINING_CERTIFICATE_H
#define TRAINING_CERTIFICATE_H
#include "training/day.h"
#include "training/learn.h"

typedef struct { int64_t kab, n, event_id, companion_id, jp_n; Str number, name, title, code; Date first_on, last_on; } Certificate;

// Closes it and makes the certificates. CONFLICT before the last session has ended. The second time changes nothing.
must_use bool training_close(Db *db, Arena *a, const TrainingAct *act, int64_t *certificate_n, Err *e);
// By name; of a companion's sight the own one.
must_use bool training_certificates(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Certificate **out, size_t *n, Err *e);
// Whether there is such a certificate, under the code that stands on it. No sight: whoever holds the paper may ask. *is_true false in every
// other case, without a word which.
must_use bool certificate_verify(Db *db, Arena *a, int64_t kab, int64_t n, Str code, Certificate *out, bool *is_true, Err *e);

// What a companion has been at: trainings that were held and called to, newest first.
typedef struct { int64_t event_id, jp_n, certificate_n; Str title, place, number; Date first_on, last_on; TrainingState state; } TrainingPast;
must_use bool training_history(Db *db, Arena *a, Sight sight, int64_t kab, int64_t companion_id, TrainingPast **out, size_t *n, Str *name, Err *e);

// ---- the report ----------------------------------------------------------------------------------------------------------------
// Every number is counted from a list that can be looked at: people, attendance, sheets, goods, certificates of the training.
typedef struct { const TrainingSession *session; int64_t present_n, self_n, desk_n, list_n; } SessionCount;
typedef struct { Str kind; int64_t stock_n, given_n, owed_n; } GoodsCount;             // owed_n: of those who were there and have none
typedef struct {
    Training training;
    int64_t called_n, walk_in_n, came_n, present_n, absent_n, full_n, certificate_n, jp_sum_n;   // came_n: of those called; present_n: at one session or more; full_n: at all
    SessionCount *sessions;
    GoodsCount *goods; size_t goods_n;
    Learning learning;
    Str *advice; size_t advice_n;                          // what follows from the numbers
} Report;
must_use bool training_report(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Report *out, Err *e);
// A draft for the press, from the numbers of the report and no others.
Str training_press_note(Arena *a, const Report *r, Str area);
#endif
