// books.c: transfers and the sums of their accounts, always together. The arithmetic is in books_sums.c.
#include "payment/books.h"
#include "payment_books.sql.h"

static const char *const TRANSFER_KINDS[TRANSFER_KIND_N] = { "single", "pending", "post", "void" };

typedef struct { int64_t id; AccountKind kind; AccountSums sums; } OpenAccount;

static Str text_or_empty(Str s) { return s.p ? s : STR(""); }

static bool kind_read(Str name, AccountKind *out, Err *e) {
    return account_kind_find(name, out) || fail(e, IO_FAILED, "The account kind %.*s in the database is not known to this program.", STR_ARG(name));
}

static bool account_read(Db *db, int64_t kab, Str stage, AccountName name, OpenAccount *out, bool *is_found, Err *e) {
    AccountFindRow row;
    if (!account_find(db, (AccountFindArgs){ .kab = kab, .stage = stage, .kind = str_c(account_kind_name(name.kind)), .channel = text_or_empty(name.channel),
                                             .batch_id = name.batch_id }, &row, is_found, e)) return false;
    if (*is_found) *out = (OpenAccount){ row.id, name.kind, { row.debit_pending_rp, row.debit_posted_rp, row.credit_pending_rp, row.credit_posted_rp } };
    return true;
}

static bool account_open(Db *db, int64_t kab, Str stage, AccountName name, OpenAccount *out, Err *e) {
    AccountLastRow last;
    bool is_found = false, has_last = false;
    if (!account_read(db, kab, stage, name, out, &is_found, e)) return false;
    if (is_found) return true;
    if (!account_last(db, (AccountLastArgs){ .kab = kab }, &last, &has_last, e)) return false;
    *out = (OpenAccount){ .id = last.last_id + 1, .kind = name.kind };
    return account_insert(db, (AccountInsertArgs){ .kab = kab, .id = out->id, .stage = stage, .kind = str_c(account_kind_name(name.kind)),
                                                   .channel = text_or_empty(name.channel), .batch_id = name.batch_id }, NULL, e);
}

static bool account_by_number(Db *db, int64_t kab, int64_t id, OpenAccount *out, Err *e) {
    Arena a = { 0 };
    AccountByIdRow row;
    bool is_found = false, is_good = account_by_id(db, &a, (AccountByIdArgs){ .kab = kab, .id = id }, &row, &is_found, e);
    OpenAccount found = { .id = id };
    if (is_good && !is_found) is_good = fail(e, IO_FAILED, "Account %lld of district %lld is missing.", (long long)id, (long long)kab);
    is_good = is_good && kind_read(row.kind, &found.kind, e);
    arena_free(&a);
    if (!is_good) return false;
    found.sums = (AccountSums){ row.debit_pending_rp, row.debit_posted_rp, row.credit_pending_rp, row.credit_posted_rp };
    *out = found;
    return true;
}

static bool account_save(Db *db, int64_t kab, const OpenAccount *a, Err *e) {
    return account_update(db, (AccountUpdateArgs){ .kab = kab, .id = a->id, .debit_pending_rp = a->sums.debit_pending, .debit_posted_rp = a->sums.debit_posted,
                                                   .credit_pending_rp = a->sums.credit_pending, .credit_posted_rp = a->sums.credit_posted }, NULL, e);
}

// What a post or void resolves: its accounts, and how much of it is still open.
static bool pending_read(Db *db, const Transfer *t, OpenAccount *debit, OpenAccount *credit, Rupiah *remaining, Err *e) {
    Arena a = { 0 };
    TransferReadRow row;
    TransferResolvedRow resolved = { .resolved_rp = { 0 } };
    bool is_found = false, has_sum = false;
    bool is_good = transfer_read(db, &a, (TransferReadArgs){ .kab = t->kab, .id = t->pending_id }, &row, &is_found, e);
    if (is_good && (!is_found || !str_eq(row.kind, STR("pending")) || !str_eq(row.stage, t->stage) || row.batch_id != t->batch_id))
        is_good = fail(e, CONFLICT, "Transfer %lld is no reservation of stage %.*s and batch %lld.", (long long)t->pending_id, STR_ARG(t->stage), (long long)t->batch_id);
    arena_free(&a);
    return is_good && transfer_resolved(db, (TransferResolvedArgs){ .kab = t->kab, .pending_id = t->pending_id }, &resolved, &has_sum, e) &&
           rupiah_subtract(row.amount_rp, resolved.resolved_rp, remaining, e) &&
           account_by_number(db, t->kab, row.debit_id, debit, e) && account_by_number(db, t->kab, row.credit_id, credit, e);
}

bool books_transfer(Db *db, const Transfer *t, int64_t *transfer_id, Err *e) {
    static const Hash NOBODY_SIGNED = { { 0 } };
    OpenAccount debit = { 0 }, credit = { 0 };
    Rupiah remaining = { 0 };
    TransferLastRow last;
    bool has_last = false, resolves = t->kind == TRANSFER_POST || t->kind == TRANSFER_VOID;
    if (resolves ? !pending_read(db, t, &debit, &credit, &remaining, e)
                 : !account_open(db, t->kab, t->stage, t->debit, &debit, e) || !account_open(db, t->kab, t->stage, t->credit, &credit, e)) return false;
    if (debit.id == credit.id) return fail(e, BAD_INPUT, "A transfer needs two different accounts.");
    if (!sums_apply(debit.kind, &debit.sums, &credit.sums, t->kind, t->amount, remaining, e) ||
        !account_save(db, t->kab, &debit, e) || !account_save(db, t->kab, &credit, e) ||
        !transfer_last(db, (TransferLastArgs){ .kab = t->kab }, &last, &has_last, e)) return false;
    TransferInsertArgs row = { .kab = t->kab, .id = last.last_id + 1, .stage = t->stage, .kind = str_c(TRANSFER_KINDS[t->kind]), .debit_id = debit.id,
                               .credit_id = credit.id, .amount_rp = t->amount, .pending_id = resolves ? t->pending_id : INT64_MIN, .batch_id = t->batch_id,
                               .reason = text_or_empty(t->reason), .approval_hash = t->approval_hash ? *t->approval_hash : NOBODY_SIGNED,
                               .actor_id = t->actor_id, .business_on = t->business_on, .recorded_at = t->at };
    if (!transfer_insert(db, row, NULL, e)) return false;
    *transfer_id = row.id;
    return true;
}

bool books_sums(Db *db, int64_t kab, Str stage, AccountName name, AccountSums *out, Err *e) {
    OpenAccount a = { 0 };
    bool is_found = false;
    if (!account_read(db, kab, stage, name, &a, &is_found, e)) return false;
    *out = a.sums;
    return true;
}

bool books_list(Db *db, Arena *arena, int64_t kab, Str stage, Accounts *out, Err *e) {
    AccountListRows rows;
    AccountListRow row;
    Accounts list = { 0 };
    size_t max = 0;
    bool has_row = false, is_good = account_list(db, (AccountListArgs){ .kab = kab, .stage = stage }, &rows, e);
    while (is_good && (is_good = account_list_next(&rows, &row, &has_row, e)) && has_row) {
        if (list.n == max) {
            Account *grown = NEW(arena, Account, max = max ? 2 * max : 32);
            if (list.n) memcpy(grown, list.at, list.n * sizeof *grown);
            list.at = grown;
        }
        Account a = { .id = row.id, .batch_id = row.batch_id, .stage = arena_str(arena, row.stage), .channel = arena_str(arena, row.channel),
                      .sums = { row.debit_pending_rp, row.debit_posted_rp, row.credit_pending_rp, row.credit_posted_rp } };
        is_good = kind_read(row.kind, &a.kind, e);
        list.at[list.n++] = a;
    }
    account_list_end(&rows);
    if (is_good) *out = list;
    return is_good;
}
