// duplicate.h: persons who probably stand twice in the registry: searching, looking, deciding. Merging is duplicate_merge.h.
//
// A search (duplicate_find.h) compares everybody who is not gone, in families that have not left, and leaves its pairs as open
// questions. It may run at any time: the same registry gives the same rows, new pairs come in, pairs that hold no longer go, and what
// people decided stays. Pairs may cross districts; whoever decides needs authority over both.
#ifndef REGISTRY_DUPLICATE_H
#define REGISTRY_DUPLICATE_H
#include "base/progress.h"
#include "db/db.h"
#include "office/authority.h"
#include "registry/duplicate_find.h"

typedef struct {
    int64_t low_kab, high_kab;                             // districts compared with one another
    int thread_n;                                          // 0: as many as there are processors
    Viewer actor;                                          // needs ACTION_EDIT for all of them
    Instant at;
    Progress *progress;
} DuplicateSearch;
typedef struct { DuplicateReport report; int64_t exact_n, new_n, changed_n, same_n, removed_n, decided_n; } DuplicateFound;
// Reads in one snapshot, compares without a transaction, then writes in one, with an audit entry for each district that changed.
must_use bool duplicate_search(Db *db, const DuplicateSearch *search, DuplicateFound *out, Err *e);

typedef enum { PAIR_OPEN, PAIR_SAME, PAIR_DIFFERENT, PAIR_MERGED, PAIR_STATES_N } PairState;
const char *pair_state_name(PairState state);              // "open": stored, and typed in the shell
const char *pair_state_title(PairState state);             // for people, in this thread's language
must_use bool pair_state_find(Str name, PairState *out);

// Which two entries, the lesser (kab, person) first.
typedef struct { int64_t kab, person_id, other_kab, other_person_id; } PairKey;
PairKey pair_key(int64_t kab, int64_t person_id, int64_t other_kab, int64_t other_person_id);        // puts them in order

typedef struct {
    PairKey key;
    int64_t family_id, other_family_id, village_id, other_village_id;
    Str name, other_name;
    Date born_on, other_born_on;
    bool is_exact;
    DuplicateScore score;
    PairState state;
} PairRow;
// The last row of the page before; zero value: from the beginning.
typedef struct { bool is_set, is_exact; int score; PairKey key; } PairAfter;
typedef struct {
    PairState state;
    bool is_later;                                         // PAIR_OPEN: those that were put off; else those that were not
    int64_t kab, village_id;                               // of either entry; 0: all
    PairAfter after;
    int64_t limit_n;
} PairFilter;
typedef struct { PairRow *at; size_t n; bool is_more; int64_t all_n, exact_n; } PairRows;             // all_n: on all pages
// Pairs of which one may see both families: one NIK first, then by score.
must_use bool duplicate_list(Db *db, Arena *a, Sight sight, const PairFilter *filter, PairRows *out, Err *e);

// One entry as it stands today.
typedef struct {
    int64_t kab, family_id, person_id, village_id, member_n;
    Str name, birth_place, sex, mother_name, relation, school_level, address, rt, rw, family_status;
    Date born_on;
    bool has_nik, is_gone, is_payee;
} PairPerson;
typedef struct {
    PairKey key;
    PairPerson side[2];
    DuplicateScore score;
    bool is_exact;
    PairState state;
    Str note, decided_name;
    int64_t decided_id;                                    // 0: nobody yet
    Instant found_at, decided_at;
    Date later_on;                                         // put off until then
    bool has_wish, wish_keeps_other;                       // somebody asks to merge them (duplicate_merge.h): the second entry stays,
    Str wish_taken;                                        // and takes this over
    int64_t merge_kab, merge_id;                           // the merge that stands between them; 0 none
} PairDetail;
// NOT_FOUND also for who may not see both.
must_use bool duplicate_read(Db *db, Arena *a, Sight sight, PairKey key, PairDetail *out, Err *e);

#define PAIR_NOTE_MAX 300              // bytes of a reason
#define PAIR_LATER_DAYS 14             // so long a pair that was put off asks nothing: until the next round of visits
typedef struct { PairKey key; PairState state; bool is_later; Str note; } PairDecision;               // is_later: PAIR_OPEN, but not now
// Same or different, later, or open again. One transaction with an audit entry; the second time changes nothing. Takes back the
// actor's own wish to merge them; another's is CONFLICT, as is a pair that is merged.
must_use bool duplicate_decide(Db *db, const Viewer *actor, const PairDecision *decision, Instant at, Err *e);
#endif
