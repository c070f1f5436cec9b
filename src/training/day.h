// day.h: the day of a training: who was there, and who was handed what.
//
// One person, one session, one check-in: whatever is scanned, clicked or read from a list a second time changes nothing and says so. A check-in
// by code belongs to the session that runs (from an hour before it begins to its end); another session is refused, naming the right one. A
// list from paper is entered any time after the session began, until the training is closed.
// Goods: one of a kind for each person, as long as there is one of the size; of two who hand out the last one, one is told that it is gone.
#ifndef TRAINING_DAY_H
#define TRAINING_DAY_H
#include "training/event.h"

#define TRAINING_EARLY_MS 3600000      // doors open an hour before

typedef enum { CHECK_SELF, CHECK_DESK, CHECK_LIST } CheckWay;
// The codes on the papers and on the wall. CONFLICT-free: the same for ever. As code.h fails.
must_use bool training_person_code(Db *db, Arena *a, int64_t kab, int64_t id, int64_t companion_id, Str *out, Err *e);
must_use bool training_session_code(Db *db, Arena *a, int64_t kab, int64_t id, int64_t session_n, Str *out, Err *e);

// session_n 0: the one that runs. code: of the person (CHECK_DESK, may be empty when companion_id is chosen by hand), of the session (CHECK_SELF).
// companion_id 0: the one whose code it is, or who is signed in.
typedef struct { CheckWay way; int64_t session_n, companion_id; Str code; } CheckIn;
typedef struct { int64_t session_n, companion_id; Str name, session; bool is_new; } CheckedIn;
// BAD_INPUT: no such code, of another event, another person's; CONFLICT: another session runs, or none; FORBIDDEN: not of this training.
must_use bool training_check_in(Db *db, Arena *a, const TrainingAct *act, const CheckIn *what, CheckedIn *out, Err *e);
// From paper: a table with the number of each person ("No. pendamping") and a mark in "Hadir"; all of it or nothing. *new_n: check-ins that were new.
must_use bool training_list_in(Db *db, Arena *a, const TrainingAct *act, int64_t session_n, int fd, int64_t *row_n, int64_t *new_n, Err *e);

typedef struct { int64_t session_n, companion_id; CheckWay way; Instant at; } Attendance;
must_use bool training_attendance(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Attendance **out, size_t *n, Err *e);
const char *check_way_title(CheckWay way);
// The session that runs at a moment, else the next one, else the last one; NULL without sessions.
const TrainingSession *training_session_at(const Training *t, Instant now);
// Learning hours of a person: of the sessions he was at.
int64_t training_jp(const Training *t, const Attendance *list, size_t n, int64_t companion_id);

// ---- goods ---------------------------------------------------------------------------------------------------------------------
typedef struct { Str kind, size; int64_t stock_n, given_n; } Goods;
typedef struct { int64_t companion_id; Str kind, size, name, signature; Instant at; } HandedOver;
// Sets how many there are. CONFLICT below what was given.
must_use bool training_stock_put(Db *db, Arena *a, const TrainingAct *act, Str kind, Str size, int64_t stock_n, Err *e);
// The same person and kind a second time: *is_new false, CONFLICT when it was another size. CONFLICT when the last one is gone.
must_use bool training_hand_over(Db *db, Arena *a, const TrainingAct *act, int64_t companion_id, Str kind, Str size, Str signature, bool *is_new, Err *e);
must_use bool training_goods(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Goods **out, size_t *n, Err *e);              // by kind and size
must_use bool training_handed_over(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, HandedOver **out, size_t *n, Err *e);   // by name
#endif
