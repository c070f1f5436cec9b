// excuse.h: why something could not be done: no school within reach, a disaster, a closed health post. One person asks, another grants it
// (office/approval.h); from then on what falls due in those months and was not done is excused (programme/duty.h). Granting an excuse
// changes no fact; until it is granted it changes nothing.
#ifndef COMMITMENT_EXCUSE_H
#define COMMITMENT_EXCUSE_H
#include "commitment/fact.h"
#include "office/approval.h"

typedef struct { const char *name, *title; } ExcuseReason;
extern const ExcuseReason EXCUSE_REASONS[];                // "disaster": stored, and typed in the shell; title is a msgid; ends with NULL
#define EXCUSE_MONTHS_MAX 12           // longer is no excuse but another rule
#define EXCUSE_NOTE_MAX 300            // bytes

typedef struct {
    int64_t family_id, person_id;      // person 0: everybody in the family
    Str duty;                          // a duty of the rule book; empty: all of them
    Date first_month, last_month;      // first days of the months
    Str reason, note, evidence;        // a name of EXCUSE_REASONS; note and evidence may be empty, but "other" needs a note
} Excuse;

// Asks for it, in a transaction of its own. The same asked again while it is open is one request. BAD_INPUT, NOT_FOUND and FORBIDDEN with
// words; CONFLICT when it was granted already.
must_use bool excuse_ask(Db *db, Arena *a, const FactAct *act, const Excuse *excuse, ApprovalRequest *out, bool *is_new, Err *e);
extern const ApprovalKind EXCUSE_APPROVAL;

// Ends a granted excuse early, once: `last_month` is the last that it still covers; the month before its first one takes it back wholly. What
// was judged before stands as it was judged then. ACTION_EDIT. The same again changes nothing; NOT_FOUND, CONFLICT (not granted, or ended
// otherwise), BAD_INPUT with words.
must_use bool excuse_end(Db *db, Arena *a, const FactAct *act, int64_t family_id, int64_t n, Date last_month, Err *e);

typedef struct { int64_t n; Excuse excuse; Instant made_at, granted_at, ended_at; Date ended_month; bool is_granted, is_ended; } ToldExcuse;      // ended_month: the last it covers
typedef struct { ToldExcuse *at; size_t n; } ToldExcuses;
// Newest last; empty for who may not see the family.
must_use bool excuse_list(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, ToldExcuses *out, Err *e);
#endif
