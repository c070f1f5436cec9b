// event.h: a training (Bimtek): place, days, sessions, budget, materials, who is called to it, and the signature under the letter that
// calls them (surat tugas).
//
//     plan ──► called ──► closed        called: the head of the office has signed; closed: certificates stand
//       └──────► cancelled
//
// Participants are companions of the district (office/caseload.h), the coordinator among them. What is signed is the whole plan with all who
// are called: whatever of it changes first makes the signature void. On the day somebody may come who was not called (walk_in).
// Authority: ACTION_TRAIN changes, readers of the district look, a companion sees the trainings that he is called to.
#ifndef TRAINING_EVENT_H
#define TRAINING_EVENT_H
#include "db/db.h"
#include "office/approval.h"
#include "office/violation.h"

#define TRAINING_TEXT_MAX 200          // bytes of a title, a place, a name
#define TRAINING_SESSIONS_MAX 60       // ten days of six
#define TRAINING_LINES_MAX 60          // of a budget, of materials
#define TRAINING_PEOPLE_MAX 1000       // the largest district has some 400 companions
#define TRAINING_DAYS_MAX 31

typedef enum { TRAINING_PLAN, TRAINING_CALLED, TRAINING_CLOSED, TRAINING_CANCELLED, TRAINING_STATES_N } TrainingState;
const char *training_state_title(TrainingState state);     // for people, in this thread's language
const char *training_state_name(TrainingState state);      // stored, in JSON

// What is planned, as typed. jp_least_n: learning hours that a certificate needs.
typedef struct {
    Str title, purpose, place, address, letter_number, signer_name, signer_number;
    Date first_on, last_on;
    int64_t quota_n, jp_least_n;
} TrainingFacts;
typedef struct { int64_t n, jp_n; Str title, trainer, room; Instant from_at, until_at; } TrainingSession;
typedef struct { int64_t n, quantity_n; Str title, unit; Rupiah price, sum; } TrainingCost;
typedef struct { int64_t n; Str title, place; } TrainingMaterial;
typedef struct { int64_t companion_id, user_id; Str name; bool is_coordinator, is_walk_in; } TrainingPerson;

typedef struct {
    int64_t kab, id, version_n, request_id, made_id, people_n, jp_n;       // request_id 0: not asked for; people_n: called and walked in
    TrainingFacts facts;
    TrainingState state;
    Date called_on;
    Instant closed_at;
    Str open_test;                     // "pre", "post" or empty
    TrainingSession *sessions; size_t session_n;           // by time
    TrainingCost *costs; size_t cost_n;
    TrainingMaterial *materials; size_t material_n;
    Rupiah budget;
} Training;

typedef struct { int64_t id, people_n, quota_n; Str title, place; Date first_on, last_on; TrainingState state; } TrainingEntry;

// NOT_FOUND in the same words whether it does not exist or may not be seen.
must_use bool training_read(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Training *out, Err *e);
// Newest first.
must_use bool training_list(Db *db, Arena *a, Sight sight, int64_t kab, TrainingEntry **out, size_t *n, Err *e);
// By name; of a companion's sight only himself.
must_use bool training_people(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, TrainingPerson **out, size_t *n, Err *e);

// ---- planning: each in a transaction of its own; the second time changes nothing --------------------------------------------------
typedef struct { int64_t kab, id; const Viewer *actor; Instant now; } TrainingAct;
// act->id 0: a new one (the same title and day by the same person: the one that is there). version_n: of the plan that was looked at; CONFLICT
// when it was changed since, or is no plan any more. BAD_INPUT with what is missing.
must_use bool training_put(Db *db, Arena *a, const TrainingAct *act, const TrainingFacts *facts, int64_t version_n, int64_t *id, Err *e);
// n 0: a new one. BAD_INPUT outside of the event's days, or at the same time in the same room, or by the same trainer.
must_use bool training_session_put(Db *db, Arena *a, const TrainingAct *act, const TrainingSession *session, Err *e);
must_use bool training_cost_put(Db *db, Arena *a, const TrainingAct *act, const TrainingCost *cost, Err *e);
must_use bool training_material_put(Db *db, Arena *a, const TrainingAct *act, const TrainingMaterial *material, Err *e);
typedef enum { TRAINING_LINE_SESSION, TRAINING_LINE_COST, TRAINING_LINE_MATERIAL } TrainingLine;
must_use bool training_line_drop(Db *db, Arena *a, const TrainingAct *act, TrainingLine line, int64_t n, Err *e);
must_use bool training_cancel(Db *db, Arena *a, const TrainingAct *act, Err *e);

// ---- who is called ---------------------------------------------------------------------------------------------------------------
// companion_ids NULL: all of the district. CONFLICT beyond the quota. While it is a plan they are called; after the letter they walk in.
must_use bool training_call(Db *db, Arena *a, const TrainingAct *act, const int64_t *companion_ids, size_t n, int64_t *added_n, Err *e);
must_use bool training_uncall(Db *db, Arena *a, const TrainingAct *act, int64_t companion_id, Err *e);
// What stands against it: another event of a person on one of these days, or a day on which families are paid (companion_id 0).
typedef struct { int64_t companion_id, other_id; Str name, title; Date day; } TrainingClash;
must_use bool training_clashes(Db *db, Arena *a, int64_t kab, int64_t id, TrainingClash **out, size_t *n, Err *e);
// A day on which families are paid; empty title: no more.
must_use bool training_pay_day_put(Db *db, Arena *a, const Viewer *actor, int64_t kab, Date day, Str title, Instant now, Err *e);
typedef struct { Date day; Str title; } TrainingPayDay;
must_use bool training_pay_days(Db *db, Arena *a, int64_t kab, Date from_on, TrainingPayDay **out, size_t *n, Err *e);

// ---- the letter ------------------------------------------------------------------------------------------------------------------
// Asks for the signature of the head of the office. BAD_INPUT while something is missing: a session, somebody who is called, a number of the
// letter, who signs; CONFLICT when somebody called has another event on these days.
must_use bool training_ask(Db *db, Arena *a, const TrainingAct *act, ApprovalRequest *out, bool *is_new, Err *e);
extern const ApprovalKind TRAINING_APPROVAL;               // subject: the number of the training

// Times as the district's clock shows them: "08.30" (also 8:30) on a day, and back. BAD_INPUT when it is no time.
must_use bool training_time(int64_t kab, Date day, Str hour, Instant *out, Err *e);
Str training_hour(Arena *a, int64_t kab, Instant at);
Str training_days_text(Arena *a, Date first_on, Date last_on);         // "Saturday, 16 November 2024", "16 to 17 November 2024"

static inline Str training_text(Str s) { return s.p ? s : STR(""); }     // nothing typed is an empty text, never NULL

// Inside the caller's transaction: of one that may be changed in one of the states (bits).
must_use bool training_of_act(Db *db, Arena *a, const TrainingAct *act, unsigned states, Training *out, Err *e);
must_use bool training_record(Db *db, Arena *a, const TrainingAct *act, const char *action, const char *key, int64_t value, Err *e);

// What must hold of all trainings: goods given out as counted, nobody checked in who is not of the training, sheets as long as the test.
must_use bool training_check(Db *db, Violations *v, Err *e);
#endif
