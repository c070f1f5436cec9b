// drift.h: a refresh from DTKS or DTSEN as drift: who entered and left, moved, split, died, changed decile, against the registry of
// today. A file is staged as every import (import.h); looking at its drift changes nothing of the registry; what was looked at is
// asked for (kind "drift"), and the last signature applies it, in one transaction, as facts of the families' lives (life.h).
//
// Who is missing is judged only where the file speaks: a family is "left" when its village stands in the file and it does not. What
// needs an eye (somebody who stands in another family now) is an item by hand: shown, counted, never applied.
#ifndef REGISTRY_DRIFT_H
#define REGISTRY_DRIFT_H
#include "base/progress.h"
#include "db/db.h"
#include "office/approval.h"

typedef enum {
    DRIFT_ENTERED, DRIFT_RETURNED, DRIFT_LEFT, DRIFT_MOVED, DRIFT_SPLIT, DRIFT_DIED, DRIFT_JOINED, DRIFT_MISSING, DRIFT_DECILE, DRIFT_KINDS_N
} DriftKind;
const char *drift_kind_name(DriftKind kind);               // "entered": stored, and typed in the shell
const char *drift_kind_title(DriftKind kind);              // for people, in this thread's language
must_use bool drift_kind_find(Str name, DriftKind *out);
#define DRIFT_ALL ((1u << DRIFT_KINDS_N) - 1)
must_use bool drift_kinds_read(Str names, unsigned *out, Err *e);            // "left,moved"; empty: all. BAD_INPUT names the word
Str drift_kinds_text(Arena *a, unsigned kinds);

// family_id 0: not in the registry yet. A person's row in the file: row_n. MOVED: villages; DECILE: deciles; SPLIT: the persons' ids.
typedef struct {
    DriftKind kind;
    int64_t family_id, person_id, row_n, village_id;
    Str old_value, new_value;
    bool is_by_hand;
    Rupiah before, after;                                  // of the family in the stage; 0 in its further items
    int64_t fact_n;
} DriftItem;
typedef struct { DriftItem *at; size_t n; } DriftItems;

// What the staged file says other than the registry, in order of kind, family, row. Reads only. CONFLICT when it is not staged.
must_use bool drift_compare(Db *db, Arena *a, int64_t kab, int64_t batch_id, Progress *progress, DriftItems *out, Err *e);
Hash drift_hash(const DriftItems *items);

// ---- the look that is kept ------------------------------------------------------------------------------------------------
typedef struct {
    int64_t kab, batch_id, item_n, family_n, actor_id;
    Str stage, state, file_name;
    Hash items_hash;
    Rupiah more, less;
    unsigned kinds;
    Date on;
    Instant looked_at, applied_at, undone_at;
} Drift;
// In the caller's transaction, with the audit entry. An earlier look at the file is replaced. CONFLICT when it was applied.
must_use bool drift_store(Db *db, const Drift *drift, const DriftItems *items, Err *e);
must_use bool drift_read(Db *db, Arena *a, Sight sight, int64_t kab, int64_t batch_id, Drift *out, bool *found, Err *e);
// Newest first.
must_use bool drift_items_list(Db *db, Arena *a, int64_t kab, int64_t batch_id, DriftItems *out, Err *e);
must_use bool drift_list(Db *db, Arena *a, Sight sight, int64_t kab, int64_t limit_n, Drift **out, size_t *n, Err *e);
typedef struct { DriftKind kind; int64_t n, by_hand_n; Rupiah before, after; } DriftSum;
must_use bool drift_sums(Db *db, Sight sight, int64_t kab, int64_t batch_id, DriftSum out[DRIFT_KINDS_N], Err *e);
// A row for people: names as registry or file have them. kind DRIFT_KINDS_N: all.
typedef struct { DriftItem item; Str name; } DriftLine;
must_use bool drift_lines(Db *db, Arena *a, Sight sight, int64_t kab, int64_t batch_id, DriftKind kind, int64_t limit_n, int64_t offset_n, DriftLine **out, size_t *n, Err *e);

// ---- asking, applying, undoing ------------------------------------------------------------------------------------------------
// Asks for the kinds to be applied, in a transaction of its own. Amount: what families gain and lose together. NOT_FOUND before a look.
must_use bool drift_ask(Db *db, Arena *a, const Viewer *actor, int64_t kab, int64_t batch_id, unsigned kinds, Instant at, ApprovalRequest *out, bool *is_new, Err *e);
extern const ApprovalKind DRIFT_APPROVAL;
// Applies inside the caller's transaction: with the last signature, and for a look at the money, which is rolled back. Fills fact_n.
// Item i of a family that is not there yet (row_n) gets its number: items->at[i].family_id.
must_use bool drift_apply_in(Db *db, Arena *a, int64_t kab, int64_t batch_id, unsigned kinds, const Viewer *signer, Date on, Instant at, DriftItems *items, Err *e);
typedef struct { int64_t undone_n, left_n; } DriftUndone;                    // left_n: changed since, or by hand
// Takes back what was applied, fact by fact, in one transaction of its own; what was changed since stays as it is and is counted.
// ACTION_EDIT. The second time does nothing.
must_use bool drift_undo(Db *db, const Viewer *actor, int64_t kab, int64_t batch_id, Instant at, DriftUndone *out, Err *e);
#endif
