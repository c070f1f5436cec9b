// payment.h: the one answer to "what is the state of this family's payment". Regular payments stay in the columns of the run
// and in settlements (settle.h); a family has a row of its own only when something particular happened to it (hold, attempt). Who asks
// never sees the difference.
//
// The same as plain rows is the table `payment` on both engines (payment_table.h), for `harapan sql` and for outsiders.
#ifndef PAYMENT_PAYMENT_H
#define PAYMENT_PAYMENT_H
#include "db/db.h"
#include "stage/run.h"

typedef enum {
    PAYMENT_NOTHING,           // nothing to pay: no component, suspended or not eligible (see due)
    PAYMENT_EXPECTED,          // computed, not yet in a batch
    PAYMENT_HELD,              // held out at approval until a person decides
    PAYMENT_RESERVED,          // in a batch whose file is not handed over yet
    PAYMENT_ORDERED,           // in a released batch: unknown is pending, never failed
    PAYMENT_CREDITED,          // the channel's proof says that it reached the family
    PAYMENT_WITHDRAWN,         // in the family's hand
    PAYMENT_PARTICULAR,        // has attempts of its own: see attempt_state
} PaymentState;

typedef struct {
    int64_t family_id, village_id;
    Str channel;
    DueState due;
    Rupiah amount;             // of the run; for PAYMENT_PARTICULAR of the latest attempt
    PaymentState state;
    int64_t attempt_n;         // 1 unless there were others; 0 for PAYMENT_NOTHING
    int64_t batch_id;          // 0: in none
    Date credited_on, happened_on;     // when it was credited; when it came into its state; DATE_NONE where nothing is told
    Str attempt_state, reason; // PAYMENT_PARTICULAR; HELD: reason. Live until the next call
} Payment;
typedef bool PaymentEach(void *with, const Payment *payment, Err *e);

// Calls `each` for families first_id … last_id of the district, ascending. `channel` empty: all. NOT_FOUND when the stage has no run.
must_use bool payment_each(Db *db, int64_t kab, Str stage, Str channel, int64_t first_id, int64_t last_id, PaymentEach *each, void *with, Err *e);

const char *payment_state_name(PaymentState state);         // "expected": in the table and in JSON
const char *payment_state_title(PaymentState state);        // for people, in this thread's language
#endif
