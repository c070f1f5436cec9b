// life.h: what happens in a family's life: births, deaths, school, pregnancies, moves, splits, another payee, leaving and coming back.
//
// Each is a fact with two times: the day it happened and the moment it was told. What is true now stands in the rows of family and
// person; the fact itself stays in life_event, with the value before and after. A mistake is taken back by another fact (life_correct).
// A stage that is closed keeps its packs: nothing told later changes it.
//
// One function for each thing that happens. It runs in a transaction of its own (office/change.h), or in the caller's when there is one:
// rows, fact, audit entry, packs, drafts and search index together or not at all. Telling the same thing twice gives the first answer
// (was_there). Refused with words: what cannot be (a death before the birth, a mother of eight, two pregnancies at once), and what
// somebody has changed meanwhile.
#ifndef REGISTRY_LIFE_H
#define REGISTRY_LIFE_H
#include "db/db.h"
#include "office/approval.h"
#include "office/authority.h"
#include "office/violation.h"
#include "programme/scheme.h"

#define LIFE_NOTE_MAX 300              // bytes of a remark
#define LIFE_MOTHER_YEARS_MIN 10       // younger or older mothers are a mistake in a date, not a birth
#define LIFE_MOTHER_YEARS_MAX 55
#define LIFE_PREGNANCY_DAYS_MAX 301    // 43 weeks
#define LIFE_BETWEEN_BIRTHS_DAYS 180   // nearer births of one mother are twins: at most
#define LIFE_TWINS_DAYS 3              // so many days apart
#define LIFE_POSTPARTUM_DAYS 42        // weeks after a birth in which the mother still counts (rule book: postpartum checks)

typedef enum {
    LIFE_BIRTH, LIFE_DEATH, LIFE_SCHOOL, LIFE_PREGNANCY, LIFE_PREGNANCY_END, LIFE_POSTPARTUM_END, LIFE_MOVE, LIFE_MOVE_OUT, LIFE_ARRIVE,
    LIFE_SPLIT, LIFE_JOINED, LIFE_MEMBER, LIFE_GONE, LIFE_DECILE, LIFE_PAYEE, LIFE_ACCOUNT, LIFE_LEAVE, LIFE_SUSPEND, LIFE_RETURN, LIFE_CORRECTION, LIFE_KINDS_N
} LifeKind;
const char *life_kind_name(LifeKind kind);                 // "birth": stored, and typed in the shell
const char *life_kind_title(LifeKind kind);                // for people, in this thread's language
must_use bool life_kind_find(Str name, LifeKind *out);

// To which family, when it happened, who tells it.
typedef struct {
    int64_t kab, family_id;
    Date on;                                               // not after today
    Viewer actor;                                          // ACTION_EDIT in the district
    Instant at;
    Str note;                                              // may be empty
    // The caller asked for authority itself, is in a transaction, and refreshes the packs of what it changed: what another person has
    // signed (drift.h).
    bool is_in_bulk;
} LifeAct;

typedef struct {
    int64_t n;                                             // of the fact in the family's life
    bool was_there;                                        // told before: nothing was changed now
    int64_t person_id;                                     // the child
    int64_t other_kab, other_family_id;                    // the new family of a split or an arrival
    int64_t transfer_id;                                   // of a move to another district
    unsigned nik_doubts;                                   // of a new NIK: bits of identity.h
    bool has_no_payee, is_empty;                           // somebody must be named to receive; nobody is left
} LifeResult;

// ---- persons -------------------------------------------------------------------------------------------------------------
// mother_id 0: the mother is no member; then mother_name may say who she is. nik may be empty until the child has one.
typedef struct { Str name; Sex sex; int64_t mother_id; Str mother_name, nik, birth_place, relation; } LifeBirth;
must_use bool life_birth(Db *db, const LifeAct *act, const LifeBirth *birth, LifeResult *out, Err *e);
// Whoever received the family's money and died leaves it without payee until another one is named.
must_use bool life_death(Db *db, const LifeAct *act, int64_t person_id, LifeResult *out, Err *e);
// level SCHOOL_NONE: left school or finished it. npsn may be empty.
must_use bool life_school(Db *db, const LifeAct *act, int64_t person_id, SchoolLevel level, Str npsn, LifeResult *out, Err *e);
// order_n 0: the one after those that are known. due_on DATE_NONE: not known.
must_use bool life_pregnancy(Db *db, const LifeAct *act, int64_t person_id, int order_n, Date due_on, LifeResult *out, Err *e);
// It ended without a living child. A birth ends it by itself.
must_use bool life_pregnancy_end(Db *db, const LifeAct *act, int64_t person_id, LifeResult *out, Err *e);

// ---- the family ----------------------------------------------------------------------------------------------------------
typedef struct { int64_t village_id; Str address, hamlet, rt, rw; } LifePlace;
// Inside the district.
must_use bool life_move(Db *db, const LifeAct *act, const LifePlace *place, LifeResult *out, Err *e);
// To another district: closed here from now on, waiting there until life_arrive.
must_use bool life_move_out(Db *db, const LifeAct *act, int64_t to_kab, LifeResult *out, Err *e);
// Opens a waiting family in act->kab (act->family_id is not looked at): members, numbers, channel, account and payee come along.
must_use bool life_arrive(Db *db, const LifeAct *act, int64_t transfer_id, const LifePlace *place, LifeResult *out, Err *e);
// Some members become a family of their own in the same district. It begins suspended, for it must first be found to qualify
// (life_return), and paid by POS until it has an account. kk may be empty. payee_id: one of them; 0: a grown woman among them, else who is grown.
typedef struct { const int64_t *person_ids; size_t person_n; int64_t payee_id; Str kk; LifePlace place; } LifeSplit;      // village_id 0: the same place
must_use bool life_split(Db *db, const LifeAct *act, const LifeSplit *split, LifeResult *out, Err *e);
// Why: a code of LIFE_REASONS.
typedef struct { const char *name, *title; } LifeReason;
extern const LifeReason LIFE_REASONS[];                    // "graduated", "no_component", …; ends with NULL. title is a msgid
must_use bool life_leave(Db *db, const LifeAct *act, Str reason, LifeResult *out, Err *e);
must_use bool life_suspend(Db *db, const LifeAct *act, Str reason, LifeResult *out, Err *e);
// Somebody is a member no longer, without having died: married away, found in no list.
must_use bool life_gone(Db *db, const LifeAct *act, int64_t person_id, LifeResult *out, Err *e);
// The decile of the Ministry's data, 1 to 10; 0: not known.
must_use bool life_decile(Db *db, const LifeAct *act, int64_t decile, LifeResult *out, Err *e);
must_use bool life_return(Db *db, const LifeAct *act, LifeResult *out, Err *e);              // from having left, or from suspension
// Takes back what was told by mistake: birth, death, school, pregnancy and its end, leaving, suspension, return, a move to another
// district that has not arrived yet. CONFLICT when what it said was changed since, or was taken back before.
must_use bool life_correct(Db *db, const LifeAct *act, int64_t n, LifeResult *out, Err *e);

// ---- for a refresh from the Ministry's data (drift.h)
// Says of a person (or, is_family, of the family) whom a file brought that it came so: the fact alone.
must_use bool life_member(Db *db, const LifeAct *act, int64_t person_id, bool is_family, LifeResult *out, Err *e);
// To where the family lived before its move n.
must_use bool life_move_back(Db *db, const LifeAct *act, int64_t n, LifeResult *out, Err *e);
// The Ministry's code of a family goes to this one.
must_use bool life_code_take(Db *db, int64_t kab, int64_t family_id, Str code, Err *e);

// ---- payee and account: signed by a second person ------------------------------------------------------------------------
// account empty and is_same_account: the account goes on (the bank writes another holder on it). Not the same and empty: paid by POS
// until there is a new one.
typedef struct { int64_t payee_id; bool is_same_account; Str channel, account; } LifePayee;
// Asks for it (kind "account"); the last signature of the policy does it. In a transaction of its own or the caller's.
must_use bool life_payee_ask(Db *db, Arena *a, const LifeAct *act, const LifePayee *payee, ApprovalRequest *out, bool *is_new, Err *e);
extern const ApprovalKind PAYEE_APPROVAL;
// What an open request asks for. *is_found false when none is open. has_account: a new one, which is not shown here.
typedef struct { int64_t id, old_payee_id, payee_id; Str old_channel, channel, note; bool is_same_account, has_account; Date on; ApprovalRequest request; } LifeProposal;
must_use bool life_proposal_open(Db *db, Arena *a, int64_t kab, int64_t family_id, LifeProposal *out, bool *is_found, Err *e);

// ---- what follows from the calendar ----------------------------------------------------------------------------------------
// Mothers whose weeks after the birth are over before `day` count no longer: a fact for each, in the district. The second time: none.
// Called before a stage is taken into view or closed, with the day on which it takes ages.
must_use bool life_settle(Db *db, int64_t kab, Date day, int64_t actor_id, Instant at, int64_t *settled_n, Err *e);

// What the calendar brings before `day`, in order of family and person: mothers whose weeks after the birth are over, and births that
// are expected (or should have been told). Texts: none. Authority is the caller's.
typedef struct { int64_t family_id, person_id; Date on; } LifeDue;
typedef struct { LifeDue *at; size_t n; } LifeDues;
must_use bool life_due_mothers(Db *db, Arena *a, int64_t kab, Date day, LifeDues *out, Err *e);
must_use bool life_due_births(Db *db, Arena *a, int64_t kab, Date day, LifeDues *out, Err *e);

// ---- looking -------------------------------------------------------------------------------------------------------------
typedef struct {
    int64_t n, person_id, other_kab, other_family_id, other_person_id, corrects_n, actor_id;     // 0: none
    LifeKind kind;
    Date on;
    Str person_name, old_value, new_value, note, actor_name;
    Instant recorded_at;
    bool is_corrected;
} LifeEvent;
typedef struct { LifeEvent *at; size_t n; } LifeEvents;
// Newest first; empty for who may not see the family. Texts live in `a`.
must_use bool life_list(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, LifeEvents *out, Err *e);
// The fact in one sentence, in this thread's language; no name of a person but the one of the event.
void life_event_put(Buf *b, const LifeEvent *event);
bool life_event_may_correct(const LifeEvent *event);

typedef struct { int64_t id, from_kab, from_family_id, member_n; Str payee_name; Date left_on; Instant recorded_at; } LifeTransfer;
typedef struct { LifeTransfer *at; size_t n; } LifeTransfers;
// Families on their way to the district, oldest first. ACTION_READ; empty for who may not.
must_use bool life_transfers(Db *db, Arena *a, const Viewer *viewer, int64_t kab, LifeTransfers *out, Err *e);

// What must always hold: a payee is not gone, a woman's open pregnancy counts, a family that waits has left. One pass.
must_use bool life_check(Db *db, Violations *v, Err *e);
#endif
