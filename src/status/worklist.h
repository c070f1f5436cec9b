// worklist.h: everything that needs a signature, of whichever room, in one place: what waits for a person, what he asked for, what
// was decided lately, what is late; and what families asked, whose clock runs. Page /worklist and `harapan worklist` show it and press the same button.
#ifndef STATUS_WORKLIST_H
#define STATUS_WORKLIST_H
#include "office/approval.h"
#include "registry/desk.h"

extern const ApprovalKind *const APPROVAL_KINDS[];         // a room adds its kind here; NULL at the end
const ApprovalKind *approval_kind_find(Str name);          // NULL: unknown to this program

typedef struct {
    ApprovalRequest request;
    const ApprovalKind *kind;                              // NULL: of a newer program; it can be read, not signed
    Str maker, ended_by;                                   // names
    Str place_of;                                          // whose place the viewer would sign in; empty: the own
    bool is_changed;                                       // no longer what was asked: it can be refused, not signed
    bool is_late;                                          // open, and its day is over
    bool may_sign, may_withdraw;                           // this viewer
} WorklistItem;
typedef struct { WorklistItem *at; size_t n; bool is_more; } WorklistItems;
// desk: open requests of families about their data that wait for this viewer to act (his, or nobody's), soonest due first; empty for who
// works for more than one district (page /desk has them) or handles none. What waits for a signature there stands among `waiting`.
typedef struct { WorklistItems waiting, made, decided, late; DeskList desk; Date today; } Worklist;         // waiting: sorted by due date
#define WORKLIST_DESK_MAX 20
#define WORKLIST_DECIDED_DAYS 30                           // "lately"
must_use bool worklist_read(Db *db, Arena *a, const Viewer *viewer, Instant now, Worklist *out, Err *e);
// One request. NOT_FOUND when there is none, and in the same words when the viewer may not see it.
must_use bool worklist_find(Db *db, Arena *a, const Viewer *viewer, int64_t kab, int64_t id, Instant now, WorklistItem *out, Err *e);

// What a signer looks at beside amount and hash: "Families closed", "23.964". Labels are translated.
typedef struct { Str label, text; } WorklistFact;
#define WORKLIST_FACTS_MAX 8
must_use bool worklist_facts(Db *db, Arena *a, const WorklistItem *item, WorklistFact facts[WORKLIST_FACTS_MAX], size_t *n, Err *e);

typedef enum { PRESS_SIGN, PRESS_REFUSE, PRESS_WITHDRAW } PressKind;
typedef struct { int64_t kab, id; PressKind what; Hash seen_hash; Str reason; } Press;       // seen_hash: of the page or line that was looked at
// Signs, refuses or takes back, in one transaction. A second click finds its own first one done and changes nothing (*is_new false).
// The second of two people is told what the first did (CONFLICT). Else as approval_sign, approval_refuse, approval_withdraw.
must_use bool worklist_press(Db *db, Arena *a, const Viewer *viewer, const Press *press, Instant now, ApprovalRequest *out, bool *is_new, Err *e);
#endif
