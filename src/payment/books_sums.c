// books_sums.c: what a transfer does to two accounts. Pure: the books' arithmetic, and nothing else.
#include "base/lang.h"
#include "payment/books.h"

// must_hold: money must be in the account before it can leave; the others are sources, or stand for the outside.
static const struct { const char *name, *title; bool must_hold; } KINDS[ACCOUNT_KIND_N] = {
    [ACCOUNT_PROGRAMME_COST]  = { "programme_cost", N_("Programme cost"), false },
    [ACCOUNT_PAYABLE]         = { "payable", N_("Owed to families"), true },
    [ACCOUNT_IN_TRANSIT]      = { "in_transit", N_("In transit"), true },
    [ACCOUNT_PROGRAMME_BANK]  = { "programme_bank", N_("Programme account"), false },
    [ACCOUNT_TREASURY]        = { "treasury", N_("Treasury"), false },
    [ACCOUNT_RETURNED]        = { "returned", N_("Returned, to be decided"), true },
    [ACCOUNT_DUE_TO_TREASURY] = { "due_to_treasury", N_("Due to the treasury"), true },
    [ACCOUNT_UNIDENTIFIED]    = { "unidentified", N_("Unidentified"), true },
};

const char *account_kind_name(AccountKind kind) { return KINDS[kind].name; }
const char *account_kind_title(AccountKind kind) { return tr(KINDS[kind].title); }

bool account_kind_find(Str name, AccountKind *out) {
    for (int i = 0; i < ACCOUNT_KIND_N; i++)
        if (str_eq(name, str_c(KINDS[i].name))) return *out = (AccountKind)i, true;
    return false;
}

bool sums_available(const AccountSums *s, Rupiah *out, Err *e) {
    Rupiah left = { 0 };
    if (!rupiah_subtract(s->credit_posted, s->debit_posted, &left, e) || !rupiah_subtract(left, s->debit_pending, &left, e)) return false;
    *out = left;
    return true;
}

// A single or a pending takes money that must be there.
static bool sums_hold(AccountKind debit_kind, const AccountSums *debit, Rupiah amount, Err *e) {
    Rupiah available = { 0 };
    if (!KINDS[debit_kind].must_hold) return true;
    if (!sums_available(debit, &available, e)) return false;
    return amount.rp <= available.rp ||
           fail(e, CONFLICT, "The account \"%s\" holds Rp %lld; Rp %lld cannot be taken from it.", account_kind_title(debit_kind),
                (long long)available.rp, (long long)amount.rp);
}

bool sums_apply(AccountKind debit_kind, AccountSums *debit, AccountSums *credit, TransferKind kind, Rupiah amount, Rupiah remaining, Err *e) {
    AccountSums d = *debit, c = *credit;
    bool resolves = kind == TRANSFER_POST || kind == TRANSFER_VOID, posts = kind == TRANSFER_SINGLE || kind == TRANSFER_POST;
    if (amount.rp <= 0 || amount.rp > TRANSFER_RP_MAX)
        return fail(e, LIMIT, "A transfer of Rp %lld is not possible; it must be from 1 to %lld.", (long long)amount.rp, (long long)TRANSFER_RP_MAX);
    if (resolves && amount.rp > remaining.rp)
        return fail(e, CONFLICT, "Rp %lld of the reservation is still open; Rp %lld cannot be resolved.", (long long)remaining.rp, (long long)amount.rp);
    if (!resolves && !sums_hold(debit_kind, debit, amount, e)) return false;
    if (kind == TRANSFER_PENDING && (!rupiah_add(d.debit_pending, amount, &d.debit_pending, e) || !rupiah_add(c.credit_pending, amount, &c.credit_pending, e))) return false;
    if (resolves && (!rupiah_subtract(d.debit_pending, amount, &d.debit_pending, e) || !rupiah_subtract(c.credit_pending, amount, &c.credit_pending, e))) return false;
    if (posts && (!rupiah_add(d.debit_posted, amount, &d.debit_posted, e) || !rupiah_add(c.credit_posted, amount, &c.credit_posted, e))) return false;
    *debit = d;
    *credit = c;
    return true;
}
