// paylist_compare.h: the Ministry's list beside our own closing, family by family: on both, only theirs, only ours, another amount,
// amount 0, an old period; with the likely cause and our own lines. Nothing is stored: the lists that count, the run and the registry
// are walked together, 65,536 families at a time, so that a nation needs no more memory than a city.
#ifndef PAYMENT_PAYLIST_COMPARE_H
#define PAYMENT_PAYLIST_COMPARE_H
#include "office/authority.h"
#include "paylist/paylist.h"
#include "payment/paylist_cause.h"
#include "registry/area.h"
#include "stage/run.h"

// Names are given in addresses and JSON. TRAY and NOT_OURS are rows without a family of ours: only counted here.
typedef enum { COMPARE_SAME, COMPARE_AMOUNT, COMPARE_THEIRS, COMPARE_OURS, COMPARE_ZERO, COMPARE_OLD, COMPARE_TRAY, COMPARE_NOT_OURS, COMPARE_N } CompareKind;
const char *compare_name(CompareKind kind);                // "only_theirs"
const char *compare_title(CompareKind kind);               // for people, in this thread's language
const char *compare_next_step(CompareKind kind, const Cause *cause);       // what is to be done, for the companion
must_use bool compare_find(Str name, CompareKind *out);

typedef struct {
    CompareKind kind;
    int64_t family_id, village_id, companion_id;           // companion_id 0: none
    Rupiah ours, theirs, old;                              // old: rows of other stages beside those of this one
    Str our_channel, their_channel;                        // empty: not known, or nothing
    bool is_other_channel;                                 // both are known and differ
    int64_t wave_n, agree_n, against_n;                    // of its rows: the first wave; keys (paylist.h)
    uint32_t case_no;                                      // UINT32_MAX: was not in the closing
    Cause cause;
} CompareRow;

typedef struct { uint32_t kinds; int64_t village_id, companion_id; CauseKind cause; bool has_cause; } CompareFilter;   // kinds: bits, 0 all; ids 0: all
typedef struct { int64_t n; Rupiah ours, theirs; } CompareSum;
typedef struct { int64_t id; Str name; CompareSum kind[COMPARE_N]; } ComparePlace;     // a kelurahan or a companion; id 0: not known
typedef struct {
    CompareSum kind[COMPARE_N];
    CompareSum cause[CAUSE_N];                             // of COMPARE_AMOUNT
    Rupiah old;                                            // rows of other stages of families that have rows of this one too
    int64_t channel_n;                                     // families through another channel than ours, whatever the amount
    ComparePlace *villages, *companions;
    size_t village_n, companion_n;
} CompareSums;

typedef struct Comparison Comparison;
// Companions see their own families only. NOT_FOUND with a hint when there is no list that counts or no run, or not for this sight.
// Lives in `a`.
must_use bool compare_open(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, Comparison **out, Err *e);
typedef bool CompareEach(void *with, const CompareRow *row, Err *e);
// By family id. Rows live until the next call.
must_use bool compare_each(Comparison *c, const CompareFilter *filter, CompareEach *each, void *with, Err *e);
// Counts and rupiah by kind, cause, kelurahan and companion. Every rupiah of the lists is in exactly one kind, or in `old`.
must_use bool compare_sums(Comparison *c, const CompareFilter *filter, CompareSums *out, Err *e);
// Our own lines of a row: "SD Rp 225.000 + SMP Rp 375.000"; nothing when it was not in the closing.
must_use bool compare_lines_put(Comparison *c, const CompareRow *row, Buf *b, Err *e);
const Scheme *compare_scheme(const Comparison *c);
Db *compare_db(const Comparison *c);
int64_t compare_kab(const Comparison *c);
Sight compare_sight(const Comparison *c);
Str compare_village(const Comparison *c, int64_t id);      // names; empty when not known
Str compare_companion(const Comparison *c, int64_t id);
#endif
