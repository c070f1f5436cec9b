// budget.c: a leaky bucket for each key, kept as one instant: until when it is spent. A try moves the instant by the time in
// which one try refills; more than `tries` of them ahead of the clock is too much.
#include "office/budget.h"
#include "office_budget.sql.h"

typedef enum { BUDGET_DEVICE, BUDGET_PAIR, BUDGET_ACCOUNT, BUDGET_PLACE, BUDGET_CODE_DEVICE, BUDGET_CODE, BUDGET_N } BudgetKind;

// Strangers share the account's and the place's budgets; each pair of account and place has a small one, so that one guesser
// spends his own long before he spends the account's.
static const struct { const char *name; int64_t tries, refill_ms; } BUDGETS[BUDGET_N] = {
    [BUDGET_DEVICE]  = { "device", 10, 30000 },            // this person's own device
    [BUDGET_PAIR]    = { "pair", 8, 20000 },               // this account from this place
    [BUDGET_ACCOUNT] = { "account", 40, 5000 },            // this account from anywhere new
    [BUDGET_PLACE]   = { "place", 60, 1000 },              // anybody from this place: an office shares one address
    [BUDGET_CODE_DEVICE] = { "code_device", 10, 30000 },   // second factors of this person, from the own device
    [BUDGET_CODE]    = { "code", 10, 300000 },             // the same from anywhere new: who guesses here knows the password, and would
};                                                         // find one of a million codes within days at the pace of the others

// Who may be told apart from a stranger by nothing else than a recovery code does not share the strangers' budget of codes.
static const unsigned TOUCHED[][2] = {                     // by kind of guess: from anywhere new, from the own device
    [GUESS_PASSWORD] = { 1u << BUDGET_PAIR | 1u << BUDGET_ACCOUNT | 1u << BUDGET_PLACE, 1u << BUDGET_DEVICE },
    [GUESS_CODE]     = { 1u << BUDGET_CODE | 1u << BUDGET_PLACE, 1u << BUDGET_CODE_DEVICE },
    [GUESS_RECOVERY] = { 1u << BUDGET_PAIR | 1u << BUDGET_PLACE, 1u << BUDGET_CODE_DEVICE },
};

static Hash budget_key(BudgetKind kind, const Guess *g) {
    bool by_login = kind == BUDGET_PAIR || kind == BUDGET_ACCOUNT || kind == BUDGET_CODE || kind == BUDGET_CODE_DEVICE, by_place = kind == BUDGET_PAIR || kind == BUDGET_PLACE;
    Hasher h;
    hash_start(&h);
    hash_add(&h, BUDGETS[kind].name, strlen(BUDGETS[kind].name) + 1);
    if (kind == BUDGET_DEVICE || kind == BUDGET_CODE_DEVICE) hash_add(&h, g->device.p, g->device.n);
    if (by_login) hash_add(&h, g->login.p, g->login.n);
    hash_add(&h, "", 1);
    if (by_place) hash_add(&h, g->from.p, g->from.n);
    return hash_end(&h);
}

static bool budget_touches(BudgetKind kind, const Guess *g) { return TOUCHED[g->kind][g->is_own_device] >> kind & 1; }

static bool budget_spent_until(Db *db, const Hash *key, Instant *out, Err *e) {
    BudgetReadRow row = { .spent_until_at = { 0 } };
    bool is_found = false;
    if (!budget_read(db, (BudgetReadArgs){ .key_hash = *key }, &row, &is_found, e)) return false;
    *out = is_found ? row.spent_until_at : (Instant){ 0 };
    return true;
}

bool budget_take(Db *db, const Guess *guess, Instant now, Err *e) {
    int64_t wait_ms = 0;
    // Strangers sweep; an own device touches its own row alone, so that on PostgreSQL nobody else's guesses are in its way.
    if (!guess->is_own_device && !budget_forget(db, (BudgetForgetArgs){ .now_at = now }, NULL, e)) return false;
    for (int kind = 0; kind < BUDGET_N; kind++) {
        if (!budget_touches((BudgetKind)kind, guess)) continue;
        Hash key = budget_key((BudgetKind)kind, guess);
        Instant spent = { 0 };
        if (!budget_spent_until(db, &key, &spent, e)) return false;
        spent.ms = (spent.ms > now.ms ? spent.ms : now.ms) + BUDGETS[kind].refill_ms;
        int64_t too_far_ms = spent.ms - now.ms - BUDGETS[kind].tries * BUDGETS[kind].refill_ms;
        if (too_far_ms > wait_ms) wait_ms = too_far_ms;
        if (!budget_write(db, (BudgetWriteArgs){ .key_hash = key, .spent_until_at = spent }, NULL, e)) return false;
    }
    return wait_ms == 0 || fail(e, BUSY, "Too many tries just now. Please wait %lld seconds and try again.", (long long)(wait_ms + 999) / 1000);
}

bool budget_return(Db *db, const Guess *guess, Instant now, Err *e) {
    for (int kind = 0; kind < BUDGET_N; kind++) {
        if (!budget_touches((BudgetKind)kind, guess)) continue;
        Hash key = budget_key((BudgetKind)kind, guess);
        Instant spent = { 0 };
        if (!budget_spent_until(db, &key, &spent, e)) return false;
        if (spent.ms <= now.ms) continue;
        spent.ms -= BUDGETS[kind].refill_ms;
        if (!budget_write(db, (BudgetWriteArgs){ .key_hash = key, .spent_until_at = spent }, NULL, e)) return false;
    }
    return true;
}
