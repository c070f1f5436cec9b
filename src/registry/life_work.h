// life_work.h: what the files of life share: the family as it stands, and how a fact is written. For this room only.
#ifndef REGISTRY_LIFE_WORK_H
#define REGISTRY_LIFE_WORK_H
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "registry/area.h"
#include "registry/dtks.h"
#include "registry/life.h"
#include "registry/life_number.h"
#include "registry/pack.h"
#include "registry_life.sql.h"

typedef struct {
    int64_t id, pregnancy_n;
    Str name, sex, mother_name, relation, school_level, school_npsn;
    Date born_on;
    bool is_gone;
} LifeMember;

// One fact while it is told.
typedef struct Life {
    Db *db;
    Arena *a;
    const LifeAct *act;
    LifeFamilyRow f;
    LifeMember *member;
    size_t member_n;
    LifeResult r;
    bool is_changed;
} Life;

typedef enum { LIFE_OF_OPEN, LIFE_OF_ANY, LIFE_OF_NONE } LifeOf;           // families that have not left; all; none yet
typedef bool LifeWork(Life *l, const void *what, Err *e);
// Runs `work` in a transaction of its own, or in the caller's. Checks authority, date and remark; loads the family; refreshes its packs.
must_use bool life_do(Db *db, const LifeAct *act, LifeOf of, LifeWork *work, const void *what, LifeResult *out, Err *e);

must_use bool life_family_load(Life *l, int64_t kab, int64_t family_id, bool *found, Err *e);
// The member who is there. NOT_FOUND when there is none, CONFLICT when he is gone.
must_use bool life_member_find(const Life *l, int64_t person_id, LifeMember **out, Err *e);
LifeMember *life_member_any(const Life *l, int64_t person_id);             // gone or not; NULL
size_t life_present_n(const Life *l);

typedef struct {
    LifeKind kind;
    int64_t person_id, other_kab, other_family_id, other_person_id, corrects_n;      // 0: none
    Str old_value, new_value;
    AuditField fields[8];                                  // beyond kind, day, number and person; up to the first without a key
} LifeFact;
// Writes the fact of l->act's family and its audit entry; l->r.n is its number.
must_use bool life_fact(Life *l, const LifeFact *fact, Err *e);
// The same for another family of the same act (a split's new one).
must_use bool life_fact_of(Life *l, int64_t kab, int64_t family_id, const LifeFact *fact, int64_t *n, Err *e);
// The latest fact of a kind about a person (0: the family) that was not taken back.
must_use bool life_same(Life *l, LifeKind kind, int64_t person_id, LifeEventSameRow *out, bool *found, Err *e);
// Told before: nothing more happens.
static inline bool life_was_there(Life *l, int64_t n) { l->r.was_there = true; l->r.n = n; return true; }

Str life_day(Arena *a, Date day);                          // "2024-04-01"
Str life_day_local(Arena *a, Date day);                    // "1 April 2024", for people
must_use bool life_status_set(Life *l, Str status, Err *e);
must_use bool life_payee_set(Life *l, int64_t kab, int64_t family_id, int64_t payee_id, Err *e);           // 0: nobody
must_use bool life_refresh(Life *l, int64_t kab, int64_t family_id, Err *e);         // its packs, unless in bulk
must_use bool life_person_next(Db *db, int64_t kab, int64_t *out, Err *e);
must_use bool life_village_check(Life *l, int64_t kab, int64_t village_id, Err *e);
#endif
