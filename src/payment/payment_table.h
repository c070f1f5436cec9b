// payment_table.h: every family's payment as a plain row, for `harapan sql` and for whoever works with the database itself. The
// rows are those of payment_each: regular payments out of the run's columns, the particular ones out of their rows.
//
//   kab, stage, family_id, village_id, channel, due, amount_rp, state, attempt_n, attempt_state, reason, credited_on, happened_on
//
// due: payable, nothing, suspended, not_eligible, not_listed. state: payment_state_name. One row a family of the stage's latest closing,
// where that has been run.
#ifndef PAYMENT_PAYMENT_TABLE_H
#define PAYMENT_PAYMENT_TABLE_H
#include "db/db.h"

#define PAYMENT_ROWS "payment_rows"        // SQLite: the virtual table's own name on a handle

// SQLite: makes the virtual table known to the handle, until that is closed. PostgreSQL: nothing to do, the SELECT does it all.
must_use bool payment_table_open(Db *db, Err *e);
// The SELECT of the columns above for the districts low_kab … high_kab, in the handle's dialect. On PostgreSQL it also serves as
// the text of a view, and decodes the columns in plain SQL.
void payment_table_select(Buf *out, DbEngine engine, int64_t low_kab, int64_t high_kab);
#endif
