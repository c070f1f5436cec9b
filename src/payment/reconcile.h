// reconcile.h: where each rupiah of a stage is: what the treasury gave (SP2D), what is owed, and how far each family's payment is, by channel
// and kecamatan. Every difference has a name; what is left over is `unexplained`, and must be nothing.
#ifndef PAYMENT_RECONCILE_H
#define PAYMENT_RECONCILE_H
#include "db/db.h"
#include "office/authority.h"

// Each payable family is in exactly one of these.
typedef enum {
    PLACE_HELD,                // held back until a person decides
    PLACE_WAITING,             // in no file that was handed over
    PLACE_ON_ITS_WAY,          // handed over, no proof yet: unknown is pending
    PLACE_CREDITED,            // credited, not known to be withdrawn
    PLACE_WITHDRAWN,
    PLACE_FAILED,              // could not be paid: owed again
    PLACE_RETURNED,            // came back, to be decided
    PLACE_TREASURY,            // due to the treasury, or given back to it
    PLACE_N
} ReconcilePlace;
const char *reconcile_place_name(ReconcilePlace place);    // "on_its_way"
const char *reconcile_place_title(ReconcilePlace place);

typedef struct { int64_t n; Rupiah amount; } ReconcileSum;
typedef struct { Str name; int64_t id; ReconcileSum at[PLACE_N], all; } ReconcileRow;          // a channel, or a kecamatan (id)
typedef struct { Str channel; Rupiah received, owed, remitted, due; } ReconcileMoney;          // SP2D, entitlement; given back; still to be given back
typedef struct {
    ReconcileRow total, *channels, *kecamatan;
    size_t channel_n, kecamatan_n;
    ReconcileMoney *money;             // [channel_n]
    Rupiah received, remitted, cost;   // cost: what the books owe
    Rupiah unidentified;               // credits that nobody can explain
    int64_t tray_n;                    // lines that wait for a person
    Rupiah unexplained;                // what the books owe less all places of families, and the books' accounts against them: 0
} Reconcile;
must_use bool reconcile_read(Db *db, Arena *a, int64_t kab, Str stage, Reconcile *out, Err *e);

// A paper: SP2D (books: programme account -> treasury) or the treasury's receipt (due to the treasury -> programme account).
typedef struct { int64_t kab; Str stage, channel, number; bool is_receipt; Rupiah amount; Date on; } MoneyPaper;
// The same paper a second time changes nothing; the same number with anything else is a CONFLICT. ACTION_PAY.
must_use bool reconcile_paper(Db *db, const Viewer *viewer, const MoneyPaper *paper, Instant now, bool *is_new, Err *e);

typedef struct { int64_t id, family_id, attempt_n, file_id, file_line_n; Str kind, why, reference, reason, state; Rupiah amount; Date on; } TrayRow;
typedef struct { TrayRow *at; size_t n; } TrayRows;
// What waits for a person, from `after` on.
must_use bool settle_tray_list(Db *db, Arena *a, int64_t kab, Str stage, int64_t after_id, int64_t limit_n, TrayRows *out, Err *e);
const char *settle_tray_why(Str why);                       // in this thread's language
#endif
