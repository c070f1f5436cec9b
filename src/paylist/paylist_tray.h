// paylist_tray.h: rows of pay lists that their keys do not settle: strangers, contradictions, a family twice. A person says for each
// which family it means or that it is none of ours, with a reason; everything said can be taken back and stays as the trail.
#ifndef PAYLIST_PAYLIST_TRAY_H
#define PAYLIST_PAYLIST_TRAY_H
#include "paylist/paylist.h"

typedef enum { TRAY_STRANGER, TRAY_CONTRADICTION, TRAY_TWICE, TRAY_KINDS_N } TrayKind;
const char *tray_kind_name(TrayKind kind);                 // "stranger": stored
const char *tray_kind_title(TrayKind kind);                // for people, in this thread's language
must_use bool tray_kind_find(Str name, TrayKind *out);

typedef enum { TRAY_OPEN, TRAY_FAMILY, TRAY_NOT_OURS, TRAY_DECISIONS_N } TrayDecision;
const char *tray_decision_name(TrayDecision decision);
const char *tray_decision_title(TrayDecision decision);
must_use bool tray_decision_find(Str name, TrayDecision *out);

typedef struct { int64_t family_id, bits; Str name; } TrayCandidate;                   // bits: the keys that name it; name: of its payee
#define TRAY_CANDIDATES_MAX 4
typedef struct {
    int64_t list_id, row_n, wave_n, village_id, family_id, several_bits;               // family_id: as decided; 0 none. several_bits: keys of more than one family
    Str dtks_code, name, address, channel, period, note;
    Rupiah amount;
    bool is_old_period, is_excluded;
    TrayKind kind;
    TrayDecision decision;
    TrayCandidate candidates[TRAY_CANDIDATES_MAX];
    size_t candidate_n;
} TrayRow;
typedef struct { int64_t list_id; bool is_decided; int64_t offset_n, limit_n; } TrayFilter;     // list_id 0: all of the stage that count
typedef struct { TrayRow *at; size_t n; int64_t all_n; Rupiah amount; } TrayRows;               // all_n and amount: of everything that fits the filter
// For a sight of the whole district. Open rows by amount, the largest first; decided ones by row.
must_use bool tray_list(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, const TrayFilter *filter, TrayRows *out, Err *e);

typedef struct { TrayDecision decision; int64_t family_id, actor_id; Str reason; Instant at; } TrayStep;
typedef struct { TrayStep *at; size_t n; } TraySteps;
// What was said about a row, the oldest first.
must_use bool tray_steps(Db *db, Arena *a, Sight sight, int64_t kab, int64_t list_id, int64_t row_n, TraySteps *out, Err *e);

typedef struct { int64_t kab, list_id, row_n; TrayDecision decision; int64_t family_id; Str reason; } TraySay;
#define TRAY_REASON_MAX 300            // bytes: a sentence or two
// One transaction with an audit entry; the same a second time changes nothing. ACTION_EDIT. TRAY_OPEN takes the last word back.
// CONFLICT when the list does not count; NOT_FOUND for a row or family that is not there; BAD_INPUT without a reason.
must_use bool tray_say(Db *db, const Viewer *actor, const TraySay *say, Instant now, Err *e);
#endif
