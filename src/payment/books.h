// books.h: where each rupiah of a stage is. Double entry between control accounts of a district, in whole rupiah.
//
// A transfer is an immutable row: debit, credit, amount > 0. `single` moves money now. `pending` reserves it; later any number
// of `post` (it happened) and `void` (it did not) resolve it, and their sum never exceeds it. There is no expiry: money that
// may have left stays pending until somebody knows. Nothing is ever edited; a correction is an opposite transfer and a right one.
// Each account holds four sums that equal the rows of transfer at all times; books_check proves it.
#ifndef PAYMENT_BOOKS_H
#define PAYMENT_BOOKS_H
#include "db/db.h"
#include "office/violation.h"

// Names are stored (account_kind_name).
typedef enum {
    ACCOUNT_PROGRAMME_COST,            // what the stage costs
    ACCOUNT_PAYABLE,                   // owed to families, by channel
    ACCOUNT_IN_TRANSIT,                // given to the channel in one batch, not proven paid
    ACCOUNT_PROGRAMME_BANK,            // the programme's account at the bank or the post
    ACCOUNT_TREASURY,                  // where the money comes from
    ACCOUNT_RETURNED,                  // came back, to be decided
    ACCOUNT_DUE_TO_TREASURY,
    ACCOUNT_UNIDENTIFIED,              // credits nobody can explain yet
    ACCOUNT_KIND_N,
} AccountKind;

typedef enum { TRANSFER_SINGLE, TRANSFER_PENDING, TRANSFER_POST, TRANSFER_VOID, TRANSFER_KIND_N } TransferKind;

typedef struct { AccountKind kind; Str channel; int64_t batch_id; } AccountName;        // channel "" and batch 0 where they do not apply
typedef struct { Rupiah debit_pending, debit_posted, credit_pending, credit_posted; } AccountSums;

typedef struct {
    int64_t kab;
    Str stage;
    TransferKind kind;
    AccountName debit, credit;         // left empty for post and void: they are the pending's
    Rupiah amount;
    int64_t pending_id;                // post and void: what they resolve
    int64_t batch_id;
    Str reason;                        // a code: "entitlement", "reserve"
    const Hash *approval_hash;         // what two people signed; may be NULL
    int64_t actor_id;
    Date business_on;
    Instant at;
} Transfer;

#define TRANSFER_RP_MAX ((int64_t)1 << 53)     // exact in any reader of JSON, XLSX and XML; a nation's year is 1 part in 100 of it

// Writes the transfer and both accounts' sums, in the caller's transaction. An account that does not exist is opened.
// CONFLICT when the money is not there, when a pending is resolved beyond its amount, or when it is no pending.
must_use bool books_transfer(Db *db, const Transfer *t, int64_t *transfer_id, Err *e);
// Sums of an account; zeros when it was never used.
must_use bool books_sums(Db *db, int64_t kab, Str stage, AccountName name, AccountSums *out, Err *e);

typedef struct { int64_t id, batch_id; Str stage, channel; AccountKind kind; AccountSums sums; } Account;
typedef struct { Account *at; size_t n; } Accounts;
must_use bool books_list(Db *db, Arena *a, int64_t kab, Str stage, Accounts *out, Err *e);

// Sums equal their transfers; debits equal credits for each stage; no account that must hold money is overdrawn; every post and
// void resolves a pending of the same accounts, within its amount.
must_use bool books_check(Db *db, int64_t kab, Violations *v, Err *e);

const char *account_kind_name(AccountKind kind);           // "in_transit"
const char *account_kind_title(AccountKind kind);          // for people, in this thread's language
must_use bool account_kind_find(Str name, AccountKind *out);

// ---- the pure part ------------------------------------------------------------------------------------------------
// What a transfer does to its two accounts. remaining: of the pending, for post and void. Leaves both alone on failure.
must_use bool sums_apply(AccountKind debit_kind, AccountSums *debit, AccountSums *credit, TransferKind kind, Rupiah amount, Rupiah remaining, Err *e);
// What may still be taken out of an account that must hold money: posted credits less posted and pending debits.
must_use bool sums_available(const AccountSums *s, Rupiah *out, Err *e);
#endif
