// run.h: what a closing pays. Reads only the closing's chunks and cases: evaluates the rule book once for each distinct case and
// channel, has the second implementation recheck each, and stores one amount for each case and the totals by village.
// Where the Ministry decides (decided.h), the cases are computed all the same, for explanation; what is paid and summed is its list. Then
// components are summed only where both agree: of the rest the Ministry does not say what it is for. What was decided about single families
// (adjusted.h) changes amounts, sums and counts; components are summed before it.
#ifndef STAGE_RUN_H
#define STAGE_RUN_H
#include "base/progress.h"
#include "db/db.h"
#include "programme/scheme.h"
#include "stage/chunk.h"
#include "stage/closing.h"

typedef struct {
    Str stage;
    int64_t kab;               // one district; 0: all that closed the stage
    int64_t actor_id;
    Instant at;
    int thread_n;              // 0: as many as processors
    Progress *progress;
} RunOptions;

typedef struct {
    int64_t district_n, already_n;                         // computed now; found computed before (their figures are in the sums too)
    int64_t family_n, payable_n, suspended_n;              // families closed; with an amount above 0; held back with amount 0
    Rupiah total;
    Hash hash;                                             // over (kab, run_hash) of all districts of the stage, ascending
} RunSummary;

// A run is a function of its closing: running again computes nothing new and gives the same hash.
// Closes and runs in one transaction: a district is computed while its closing is still in memory, byte for byte what the two
// steps one after the other give. Districts closed before are run too.
must_use bool run_with_closing(Db *db, const ClosingOptions *closing, const RunOptions *options, ClosingSummary *closed, RunSummary *out, Err *e);
must_use bool run_make(Db *db, const RunOptions *options, RunSummary *out, Err *e);

// The run of a district's latest closing. NOT_FOUND with a hint when there is none.
typedef struct { int64_t kab, closing_n, family_n, payable_n, suspended_n; Rupiah total; Hash closing_hash, run_hash; } Run;
must_use bool run_read(Db *db, int64_t kab, Str stage, Run *out, Err *e);
// Sums over districts (0: all that have run); what a dashboard and an approval show. district_n 0 when nothing has run.
must_use bool run_summary(Db *db, int64_t kab, Str stage, RunSummary *out, Err *e);

// Computes a district's run again from its closing, with the second implementation for every case, and compares. CONFLICT names the place.
must_use bool run_check(Db *db, int64_t kab, Str stage, Err *e);

// ---- totals -----------------------------------------------------------------------------------------------------------
typedef struct { int64_t family_n, payable_n, suspended_n; Rupiah amount; } ChannelTotal;
typedef struct { int64_t n; Rupiah amount; } ComponentTotal;
// One district's totals: [village][channel] and [village][channel][component]; components and channels in the book's order.
typedef struct {
    const Scheme *scheme;
    uint32_t village_n, channel_n, component_n;
    int64_t *village_id;                                   // [village_n]
    ChannelTotal *channel;                                 // [village_n * channel_n]
    ComponentTotal *component;                             // [village_n * channel_n * component_n]
} RunTotals;
must_use bool run_totals(Db *db, Arena *a, int64_t kab, Str stage, RunTotals *out, Err *e);

// ---- one amount for each family ----------------------------------------------------------------------------------------
// Stored in runs, but the last one; amount > 0 only when payable. DUE_NOT_LISTED: the Ministry decides, and does not pay whom we would.
typedef enum { DUE_PAYABLE, DUE_NOTHING, DUE_SUSPENDED, DUE_NOT_ELIGIBLE, DUE_NOT_LISTED } DueState;
// amount: what is paid. own: what our rule book gives, through own_channel; another figure only where the Ministry decides.
// is_adjusted: what was decided about this family (adjusted.h) makes the amount another than own.
// case_no: of the closing's case list; UINT32_MAX: was not in the closing, only on the Ministry's list.
typedef struct { int64_t family_id, village_id; Str channel, own_channel; DueState state, own_state; Rupiah amount, own; uint32_t case_no; bool is_decided, is_adjusted; } Due;
typedef bool DueEach(void *with, const Due *due, Err *e);
// Calls `each` for families first_id … last_id of the district's run, ascending. Reads only chunks, cases and amounts,
// and where the Ministry decides what it decided.
must_use bool due_each(Db *db, int64_t kab, Str stage, int64_t first_id, int64_t last_id, DueEach *each, void *with, Err *e);

// The district's cases of a closing; into `a`.
must_use bool closing_case_list(Db *db, Arena *a, const Closing *c, Str stage, CaseList *out, Err *e);
// The scheme a closing is bound to, from the rule book it keeps.
must_use bool closing_scheme(Db *db, Arena *a, const Hash *book_hash, Str stage, const Scheme **out, Err *e);
#endif
