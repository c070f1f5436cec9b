// identity_work.h: what is wrong with the identities in a district, as a list of work: one row for each kind of fault of a family or
// a person, with the money at risk, most first. Faults are looked for in one pass; looking again is harmless: new ones come in, mended
// ones close by themselves, and what somebody has dismissed with a reason stays dismissed while nothing about it changes.
// A doubt about a NIK never stops anything: it is work, not an error.
#ifndef REGISTRY_IDENTITY_WORK_H
#define REGISTRY_IDENTITY_WORK_H
#include "base/progress.h"
#include "db/db.h"
#include "office/authority.h"

typedef enum {
    WORK_NIK_TWICE, WORK_ACCOUNT_TWICE, WORK_HEAD_GONE, WORK_NO_PAYEE, WORK_PAYEE_GONE, WORK_PAYEE_YOUNG, WORK_OVER_AGE,
    WORK_NIK_FORM, WORK_NIK_BIRTH, WORK_NIK_SEX, WORK_NIK_PLACE, WORK_KINDS_N
} WorkKind;
const char *work_kind_code(WorkKind kind);                 // "nik_twice": stored, and in addresses
const char *work_kind_title(WorkKind kind);                // for people, in this thread's language
const char *work_kind_who(WorkKind kind);                  // who mends it
const char *work_kind_how(WorkKind kind);                  // how it is mended
must_use bool work_kind_find(Str code, WorkKind *out);

// What a family is paid, ascending by family; families that are not there count as 0.
typedef struct { int64_t family_id; Rupiah amount; } WorkMoney;
typedef struct {
    int64_t kab, actor_id;
    const WorkMoney *money;
    size_t money_n;
    Date day;                                              // ages are those of this day
    Instant at;
    Progress *progress;
} WorkSearch;
typedef struct { int64_t found_n, new_n, changed_n, mended_n, dismissed_n; } WorkFound;
// One district, one transaction of its own, with an audit entry when anything changed. Authority is the caller's.
must_use bool work_search(Db *db, const WorkSearch *search, WorkFound *out, Err *e);

// The last row of the page before; zero value: from the beginning.
typedef struct { bool is_set; Rupiah amount; WorkKind kind; int64_t family_id, person_id; } WorkAfter;
typedef struct {
    int64_t kab, village_id, companion_id;                 // village, companion 0: all
    bool has_kind, is_dismissed;
    WorkKind kind;
    Sight sight;                                           // whose families: those the viewer may see
    WorkAfter after;
    int64_t limit_n;
} WorkFilter;
typedef struct {
    WorkKind kind;
    int64_t family_id, person_id, village_id;              // person 0: the whole family
    Str name, detail, note, actor_name;                    // name: of the person, or of who receives the family's money
    Rupiah amount;
    Instant found_at, changed_at;
} WorkRow;
typedef struct { int64_t n; Rupiah amount; } WorkSum;
typedef struct {
    WorkRow *rows;                                         // by money, most first
    size_t row_n;
    bool is_more;
    int64_t all_n;                                         // that pass the filter, on all pages
    Rupiah amount;                                         // of them; a family that stands in several kinds counts in each
    WorkSum sums[WORK_KINDS_N];                            // by kind, under the filter but for its kind
} WorkList;
must_use bool work_list(Db *db, Arena *a, const WorkFilter *filter, WorkList *out, Err *e);

typedef enum { WORK_OPEN, WORK_DISMISSED, WORK_MENDED } WorkState;
// One piece of work, as it stands. NOT_FOUND also for who may not see the family.
must_use bool work_read(Db *db, Arena *a, Sight sight, int64_t kab, WorkKind kind, int64_t family_id, int64_t person_id, WorkRow *out, WorkState *state, Err *e);
// The other side of "same NIK twice" and "one account for two families"; false for the other kinds. person 0: a family.
bool work_other(const WorkRow *row, int64_t *kab, int64_t *family_id, int64_t *person_id);

#define WORK_NOTE_MAX 300
// Dismisses an open fault with a reason, or opens it again (empty reason). ACTION_EDIT. One transaction with an audit entry.
must_use bool work_dismiss(Db *db, const Viewer *actor, int64_t kab, WorkKind kind, int64_t family_id, int64_t person_id, Str note, Instant at, Err *e);
#endif
