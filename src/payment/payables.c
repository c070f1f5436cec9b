// payments.c: see payables.h. Amounts come from chunks of 65,536 families, payees from packs of 256: both are walked once.
#include "payment/payables.h"
#include "payment_pay.sql.h"
#include <stdlib.h>

bool holds_load(Db *db, Arena *a, int64_t kab, Str stage, int64_t first_id, int64_t last_id, Holds *out, Err *e) {
    HoldListRows rows;
    HoldListRow row;
    Holds list = { 0 };
    size_t max = 0;
    bool has_row = false, is_good = hold_list(db, (HoldListArgs){ .kab = kab, .stage = stage, .first_id = first_id, .last_id = last_id }, &rows, e);
    while (is_good && (is_good = hold_list_next(&rows, &row, &has_row, e)) && has_row) {
        if (list.n == max) {
            Hold *grown = NEW(a, Hold, max = max ? 2 * max : 64);
            if (list.n) memcpy(grown, list.at, list.n * sizeof *grown);
            list.at = grown;
        }
        list.at[list.n++] = (Hold){ row.family_id, row.amount_rp, arena_str(a, row.reason) };
        is_good = rupiah_add(list.sum, row.amount_rp, &list.sum, e);
    }
    hold_list_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

static int hold_order(const void *key, const void *at) {
    int64_t id = *(const int64_t *)key, other = ((const Hold *)at)->family_id;
    return (id > other) - (id < other);
}

bool holds_has(const Holds *h, int64_t family_id) { return h->n > 0 && bsearch(&family_id, h->at, h->n, sizeof *h->at, hold_order); }

typedef struct { Arena *arena; Str channel; Holds holds; Payables list; size_t max; } Loading;

static bool due_take(void *with, const Due *due, Err *e) {
    Loading *l = with;
    if (due->amount.rp <= 0 || (l->channel.n && !str_eq(due->channel, l->channel)) || holds_has(&l->holds, due->family_id)) return true;
    if (l->list.n == l->max) {
        Payable *grown = NEW(l->arena, Payable, l->max = l->max ? 2 * l->max : 1024);
        if (l->list.n) memcpy(grown, l->list.at, l->list.n * sizeof *grown);
        l->list.at = grown;
    }
    l->list.at[l->list.n++] = (Payable){ .family_id = due->family_id, .village_id = due->village_id, .attempt_n = 1, .amount = due->amount };
    return rupiah_add(l->list.sum, due->amount, &l->list.sum, e);
}

// Names the payees of list[from …] that are in the same pack; *next: the first one beyond.
static bool payees_fill(Arena *a, Secrets *s, Payables *list, size_t from, Str bytes, size_t *next, Err *e) {
    PayeePack pack;
    Payee payee;
    bool has_payee = false;
    size_t i = from;
    int64_t pack_n = (list->at[from].family_id - 1) / PACK_FAMILIES;
    bool is_good = payee_pack_open(bytes, &pack, e);
    while (is_good && (is_good = payee_pack_next(&pack, &payee, &has_payee, e)) && has_payee) {
        if (i >= list->n || payee.family_id != list->at[i].family_id) continue;
        if (!payee_open(s, &payee, a, e)) return false;
        if (payee.is_erased)
            return fail(e, CONFLICT, "Family %lld was erased: nothing says any more to whom it was paid.", (long long)payee.family_id);
        list->at[i++].payee = (Payee){ .family_id = payee.family_id, .name = payee.name, .nik = payee.nik, .account = payee.account,
                                       .address = payee.address, .rt = payee.rt, .rw = payee.rw };
    }
    if (!is_good) return false;
    if (i < list->n && (list->at[i].family_id - 1) / PACK_FAMILIES == pack_n)
        return fail(e, CONFLICT, "Family %lld is to be paid, but the closing keeps no payee for it.", (long long)list->at[i].family_id);
    *next = i;
    return true;
}

static bool payees_of_pack(Db *db, Arena *a, Secrets *s, int64_t epoch_n, Payables *list, size_t *i, Err *e) {
    Arena packs = { 0 };
    Str bytes;
    bool is_found = false;
    int64_t family_id = list->at[*i].family_id, first_id = (family_id - 1) / PACK_FAMILIES * PACK_FAMILIES + 1;
    bool is_good = pack_of_family(db, &packs, s->kab, PACK_PAYEE, epoch_n, family_id, &bytes, &is_found, e) &&
                   (is_found || fail(e, CONFLICT, "Family %lld is to be paid, but the closing keeps no payee for it.", (long long)family_id)) &&
                   secrets_load(s, db, first_id, first_id + PACK_FAMILIES - 1, e) && payees_fill(a, s, list, *i, bytes, i, e);
    arena_free(&packs);
    return is_good;
}

bool payables_name(Db *db, Arena *a, int64_t kab, int64_t epoch_n, Payables *list, Err *e) {
    Secrets secrets = { 0 };
    bool is_good = secrets_open(&secrets, db, kab, e);
    for (size_t i = 0; is_good && i < list->n;) is_good = payees_of_pack(db, a, &secrets, epoch_n, list, &i, e);
    secrets_close(&secrets);
    return is_good;
}

bool payables_load(Db *db, Arena *a, int64_t kab, Str stage, Str channel, int64_t first_id, int64_t last_id, bool with_payees, Payables *out, Err *e) {
    Loading l = { .arena = a, .channel = channel };
    Closing closing;
    if (!closing_read(db, kab, stage, &closing, e) || !holds_load(db, a, kab, stage, first_id, last_id, &l.holds, e) ||
        !due_each(db, kab, stage, first_id, last_id, due_take, &l, e)) return false;
    if (with_payees && l.list.n && !payables_name(db, a, kab, closing.epoch_n, &l.list, e)) return false;
    *out = l.list;
    return true;
}
