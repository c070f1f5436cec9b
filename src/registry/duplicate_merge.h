// duplicate_merge.h: two entries of one person become one, with a trail, and back again to the byte.
//
// One entry is kept, in its family; the other is marked gone in its own, so that a person who was counted in two families is counted
// in one from now on. Birth date, name, … may be taken over from the entry that goes. Where the gone one received the family's money,
// the kept one does if he is a member; else the family is without payee until somebody names one (identity work says so). NIK never
// moves: the entry that has one is the one to keep. Payments and visits of the past stay with the family they happened in; each of
// the two families tells where the other one is (merge_of_family). Packs are refreshed and both districts' audit chains get an entry.
//
// A merge takes two people, as the policy "merge" says (office/approval.h): one asks, and with the last signature it is done. What is
// signed is both entries and the choice; when either changes, it cannot be signed any more.
#ifndef REGISTRY_DUPLICATE_MERGE_H
#define REGISTRY_DUPLICATE_MERGE_H
#include "office/approval.h"
#include "registry/duplicate.h"

// What can be taken over: bits.
enum { TAKE_NAME = 1, TAKE_BORN_ON = 2, TAKE_BIRTH_PLACE = 4, TAKE_SEX = 8, TAKE_MOTHER_NAME = 16, TAKE_ALL = 31 };
typedef struct { unsigned bit; const char *name; } TakeName;
extern const TakeName TAKE_NAMES[];                        // "name", "born_on", …; ends with NULL
must_use bool take_read(Str names, unsigned *out, Err *e);  // "name,born_on" or with spaces; empty: nothing. BAD_INPUT names the word

typedef struct {
    PairKey key;
    bool keeps_other;                                      // the second entry of the key stays
    unsigned take;                                         // from the one that goes
} Merge;

typedef struct {
    PairPerson kept, gone;                                 // kept: as it will be
    bool has_no_payee, is_empty;                           // what becomes of the family that loses a member
    Str hindrance;                                         // why it cannot be done, and the way out; empty: it can
} MergePreview;
// Changes nothing. NOT_FOUND also for who may not see both.
must_use bool merge_preview(Db *db, Arena *a, Sight sight, const Merge *merge, MergePreview *out, Err *e);

extern const ApprovalKind MERGE_APPROVAL;
// Asks for it, under what both entries are now; the pair is then "one person". ACTION_EDIT over both districts, and the policy's
// role. The same wish a second time gives the same request. CONFLICT with the way out: an entry is gone, the pair was decided as
// different or is merged, the one that goes has the only NIK, or somebody else asks for a merge of them.
must_use bool merge_ask(Db *db, Arena *a, const Viewer *actor, const Merge *merge, Instant at, ApprovalRequest *out, bool *is_new, Err *e);
// The request for what stands there now; *is_found false when nobody asks or something changed since.
must_use bool merge_asked(Db *db, Arena *a, PairKey key, ApprovalRequest *out, bool *is_found, Err *e);

typedef struct { bool is_done, was_there; int64_t kab, id; int step_n, signed_n; } MergeResult;        // kab, id: of the merge, when done
// Signs what was seen; the last signature merges. The second click on a merge that is done gives was_there. As approval_sign.
must_use bool merge_sign(Db *db, Arena *a, const Viewer *signer, PairKey key, const Hash *seen, Instant at, MergeResult *out, Err *e);
// As approval_refuse; the pair stays "one person".
must_use bool merge_refuse(Db *db, Arena *a, const Viewer *signer, PairKey key, Str reason, Instant at, Err *e);
// Inside the caller's transaction: the actor takes the own wish back; CONFLICT when it is another's.
must_use bool merge_take_back(Db *db, Arena *a, const Viewer *actor, PairKey key, Instant at, Err *e);

// Restores both entries and the payee as they were; the pair is as it was before. CONFLICT when they were changed since: nothing is
// overwritten. The second time changes nothing. ACTION_EDIT over both.
must_use bool merge_undo(Db *db, const Viewer *actor, int64_t kab, int64_t merge_id, Instant at, Err *e);

typedef struct { int64_t id, family_id, person_id, gone_kab, gone_family_id, gone_person_id, actor_id; Str taken, state; Instant merged_at; } MergeRow;
typedef struct { MergeRow *at; size_t n; } MergeRows;
// The latest merges of a district, newest first. ACTION_READ; empty for who may not.
must_use bool merge_rows(Db *db, Arena *a, const Viewer *viewer, int64_t kab, int64_t limit_n, MergeRows *out, Err *e);

typedef struct {
    PairKey key;
    int64_t merge_kab, merge_id, other_kab, other_family_id;     // other: the family on the other side
    Str name, actor_name, undone_name;                           // of the person; of who asked; of who undid it
    bool came, is_undone;                                        // came: the entry that stays is in this family
    Instant merged_at, undone_at;
} FamilyMerge;
// Of one family, newest first; at most 50. Empty for who may not see it.
must_use bool merge_of_family(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, FamilyMerge **out, size_t *n, Err *e);
#endif
