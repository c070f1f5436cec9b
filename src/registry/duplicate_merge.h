// duplicate_merge.h: two entries of one person become one, with a trail, and back again to the byte.
//
// One entry is kept, in its family; the other is marked gone in its own, so that a person who was counted in two families is counted
// in one from now on. Birth date, name, … may be taken over from the entry that goes. Where the gone one received the family's money,
// the kept one does if he is a member; else the family is without payee until somebody names one (identity work says so). NIK never
// moves: the entry that has one is the one to keep. Packs are refreshed and both districts' audit chains get an entry.
#ifndef REGISTRY_DUPLICATE_MERGE_H
#define REGISTRY_DUPLICATE_MERGE_H
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
    Viewer actor;                                          // ACTION_EDIT over both districts
    Instant at;
} Merge;
typedef struct { int64_t kab, id; bool was_there, has_no_payee, is_empty; } MergeResult;   // of the family that lost a member
// One transaction. The pair must be known and not decided as different. CONFLICT with the way out when an entry is gone already or the
// one that goes is the one with the NIK. The second time gives the first answer (was_there).
must_use bool merge_do(Db *db, const Merge *merge, MergeResult *out, Err *e);

// Restores both entries and the payee as they were; the pair is as it was before. CONFLICT when they were changed since: nothing is
// overwritten. The second time changes nothing.
must_use bool merge_undo(Db *db, const Viewer *actor, int64_t kab, int64_t merge_id, Instant at, Err *e);

typedef struct { int64_t id, family_id, person_id, gone_kab, gone_family_id, gone_person_id, actor_id; Str taken, state; Instant merged_at; } MergeRow;
typedef struct { MergeRow *at; size_t n; } MergeRows;
// The latest merges of a district, newest first. ACTION_READ; empty for who may not.
must_use bool merge_rows(Db *db, Arena *a, const Viewer *viewer, int64_t kab, int64_t limit_n, MergeRows *out, Err *e);
#endif
