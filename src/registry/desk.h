// desk.h: the desk where a family asks about its own data (UU 27/2022): correct it, object, see it all, erase it, withdraw from it.
//
//     taken in ──► open ──► granted     a correction by another person's signature, the rest once it is done
//                     └───► refused     with a reason from a closed list and words for the family
//
// Every request has a clock (table desk_clock: hours by kind and day, with the source in the law). Whoever took a request in never
// decides alone what changes data: a correction goes through the approvals (DESK_APPROVAL), and what another screen does (a payee, a
// school, leaving) is tied to the fact that was told there and closed by another person. What was said is sealed with the family's own
// key and goes with it when the family is erased (erase.h).
//
// Authority: ACTION_DESK, and the family must be one that the viewer may see; a companion takes in for the own families and reads them, an
// officer (ACTION_EDIT) assigns, asks and answers. What one may not see is not found.
#ifndef REGISTRY_DESK_H
#define REGISTRY_DESK_H
#include "office/approval.h"
#include "registry/claim.h"

typedef enum { DESK_CORRECT, DESK_ACCESS, DESK_OBJECT, DESK_WITHDRAW, DESK_ERASE, DESK_KINDS_N } DeskKind;
typedef enum { DESK_OPEN, DESK_GRANTED, DESK_REFUSED, DESK_STATES_N } DeskState;
#define DESK_TEXT_MAX 500              // bytes of each thing that is said: a few sentences

// Closed lists: name is stored, title and hint are msgids; each ends with a NULL name.
typedef struct { const char *name, *title; } DeskWord;
extern const DeskWord DESK_ASKERS[], DESK_PROOFS[], DESK_REASONS[];
// How a field is corrected: here by the last signature, of a person or of the family; or on a screen of its own (`screen` names it).
typedef struct { const char *name, *title, *screen; bool is_of_person, is_number; SecretKind secret; } DeskField;
extern const DeskField DESK_FIELDS[];
const DeskField *desk_field_find(Str name);                // NULL: none
const char *desk_kind_name(DeskKind kind);
const char *desk_kind_title(DeskKind kind);                // in this thread's language, like all titles below
must_use bool desk_kind_find(Str name, DeskKind *out);
const char *desk_state_name(DeskState state);
const char *desk_state_title(DeskState state);
must_use bool desk_state_find(Str name, DeskState *out);
const char *desk_word_title(const DeskWord *list, Str name);           // "" when it is not in the list

// What is said when a request is taken in. who: name of the one who asks; wanted: of a correction the right value, else what is asked.
typedef struct {
    int64_t kab, family_id, person_id;                     // person_id 0: the whole family
    DeskKind kind;
    Str field, asker, proof;                               // codes; field of a correction only
    Str who, wrong, wanted, evidence;
} DeskTake;

typedef struct {
    int64_t kab, id, family_id, person_id, taken_id, assigned_id, request_id, fact_n, answered_id, version_n;      // 0: none
    DeskKind kind;
    DeskState state;
    const DeskField *field;                                // NULL unless a correction
    Str asker, proof, reason;                              // codes
    Str family_name, person_name, taken_name, assigned_name, answered_name;
    Str who, wrong, wanted, evidence, answer;              // opened by desk_read; empty in lists, and for ever once the family is erased
    Instant taken_at, due_at, answered_at;
    bool is_waiting;                                       // a signature is asked for and still open
    bool is_late;                                          // open beyond its hour, or answered after it
    bool is_erased;                                        // what was said is gone
} DeskRequest;

// Takes a request in. The same person saying the same of the same family while it is open: the first one (*is_new false).
// BAD_INPUT with what is missing or cannot be; NOT_FOUND for a family that the actor may not see; CONFLICT when it was erased.
must_use bool desk_take(Db *db, Arena *a, const Viewer *actor, const DeskTake *take, Instant now, int64_t *id, bool *is_new, Err *e);
// NOT_FOUND in the same words whether it does not exist or may not be seen. Texts live in `a`.
must_use bool desk_read(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Instant now, DeskRequest *out, Err *e);
// hours and source of the clock that held on a day.
must_use bool desk_clock(Db *db, Arena *a, DeskKind kind, Date on, int64_t *hours_n, Str *source, Err *e);
// "2 days 3 hours left", "late by 5 hours", "answered in time".
Str desk_clock_text(Arena *a, const DeskRequest *r, Instant now);

// ---- lists ---------------------------------------------------------------------------------------------------------------
typedef enum { DESK_ANY_TIME, DESK_IN_TIME, DESK_LATE } DeskLate;
typedef struct {
    Sight sight;
    int64_t kab, family_id, user_id;                       // family_id 0: all. user_id: assigned to him, or taken in by him, or to nobody; 0: all
    bool has_state, has_kind;
    DeskState state;
    DeskKind kind;
    DeskLate late;
    Instant now;
    int64_t limit_n, offset_n;
} DeskFilter;
typedef struct { DeskRequest *at; size_t n; int64_t total_n, open_n, late_n; } DeskList;       // open_n, late_n: of the district, whatever the filter
// Open ones first, those that must be answered soonest first.
must_use bool desk_list(Db *db, Arena *a, const DeskFilter *filter, DeskList *out, Err *e);

// ---- handling ------------------------------------------------------------------------------------------------------------
// version_n: of the request that was looked at; CONFLICT when somebody has changed it since. Doing the same thing twice does it once.
typedef struct { int64_t kab, id, version_n; const Viewer *actor; Instant now; } DeskAct;
// Who may be assigned in a district, by name.
typedef struct { int64_t id; Str name; } DeskOfficer;
must_use bool desk_officers(Db *db, Arena *a, int64_t kab, DeskOfficer **out, size_t *n, Err *e);
// user_id 0: nobody. The assigned person must be one who may handle it.
must_use bool desk_assign(Db *db, Arena *a, const DeskAct *act, int64_t user_id, Err *e);
// Asks for another person's signature: of a correction that is made here; and of an erasure (erase.h, only of a family that has left).
must_use bool desk_ask(Db *db, Arena *a, const DeskAct *act, ApprovalRequest *out, bool *is_new, Err *e);
// Closes it with words for the family. is_granted: only what needs no signature; fact_n: the fact (life.h) that did it, told after the
// request was taken in, where data was changed on another screen. reason: of a refusal, a code of DESK_REASONS.
typedef struct { bool is_granted; Str reason, text; int64_t fact_n; } DeskAnswer;
must_use bool desk_answer(Db *db, Arena *a, const DeskAct *act, const DeskAnswer *answer, Err *e);
extern const ApprovalKind DESK_APPROVAL;                   // subject "desk 12"

// ---- the letter ----------------------------------------------------------------------------------------------------------
// What is said to the family, in plain words: a receipt while it is open, else the answer. Numbers half hidden: letters get lost.
typedef struct { Str at[10]; size_t n; } DeskLetter;
DeskLetter desk_letter(Arena *a, const DeskRequest *r, Str source);
Str desk_value_shown(Arena *a, const DeskRequest *r, Str value, bool is_whole);      // of a correction: a day as a day, a number half hidden

// Every open request has its words, a granted correction was signed by another person than who took it in, no erased family has words.
must_use bool desk_check(Db *db, Violations *v, Err *e);
#endif
