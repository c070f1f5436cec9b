#include "status/drift_status.h"
#include "base/lang.h"
#include "office/change.h"
#include "office/district.h"
#include "registry/pack.h"
#include "stage/ageing.h"
#include "stage/amounts.h"

typedef struct { const DriftAsk *ask; Arena *a; const Scheme *scheme; Drift drift; DriftItems items; } Looking;

// ---- the money, by doing it and taking it back ------------------------------------------------------------------------------------
// Which family an item's money is of: for one that is not there yet, the number that it got for a moment.
typedef struct { int64_t family_id; size_t item; } Place;
static int by_family(const void *a, const void *b) {
    const Place *x = a, *y = b;
    if (x->family_id != y->family_id) return x->family_id < y->family_id ? -1 : 1;
    return x->item < y->item ? -1 : x->item > y->item;
}

// A family that is split off has its money in the item of the split: nothing as long as it is suspended.
static bool money_put(Looking *k, const DriftItems *done, const Amounts *before, const Amounts *after, Err *e) {
    Place *places = NEW(k->a, Place, done->n + 1);
    for (size_t i = 0; i < done->n; i++) places[i] = (Place){ done->at[i].family_id, i };
    if (done->n) qsort(places, done->n, sizeof *places, by_family);
    for (size_t i = 0; i < done->n; i++) {
        bool is_first = places[i].family_id && (i == 0 || places[i].family_id != places[i - 1].family_id);
        DriftItem *item = &k->items.at[places[i].item];
        if (!is_first) continue;
        item->before = amounts_of(before, places[i].family_id);
        item->after = amounts_of(after, places[i].family_id);
        k->drift.family_n++;
        int64_t delta = item->after.rp - item->before.rp;
        Rupiah *side = delta > 0 ? &k->drift.more : &k->drift.less;
        if (!rupiah_add(*side, (Rupiah){ delta > 0 ? delta : -delta }, side, e)) return false;
    }
    return true;
}

static bool what_if(Db *db, Looking *k, Err *e) {
    const DriftAsk *ask = k->ask;
    Amounts before, after;
    DriftItems done;
    if (!drift_compare(db, k->a, ask->kab, ask->batch_id, ask->progress, &k->items, e) || !amounts_read(db, k->a, ask->kab, k->scheme, &before, e)) return false;
    done = (DriftItems){ NEW(k->a, DriftItem, k->items.n + 1), k->items.n };
    if (done.n) memcpy(done.at, k->items.at, done.n * sizeof *done.at);
    return drift_apply_in(db, k->a, ask->kab, ask->batch_id, DRIFT_ALL, &ask->actor, k->drift.on, ask->at, &done, e) &&
           amounts_read(db, k->a, ask->kab, k->scheme, &after, e) && money_put(k, &done, &before, &after, e);
}

static bool store_work(Db *db, void *with, Err *e) {
    Looking *k = with;
    return drift_store(db, &k->drift, &k->items, e);
}

bool drift_look(Db *db, Arena *a, const DriftAsk *ask, Drift *out, Err *e) {
    Ageing next;
    Looking k = { .ask = ask, .a = a };
    if (!authority_require(&ask->actor, ACTION_IMPORT, ask->kab, e)) return false;
    if (!ageing_read(db, a, &(AgeingAsk){ .kab = ask->kab, .stage = ask->stage, .at = ask->at }, &next, e)) return false;
    k.scheme = next.scheme;
    k.drift = (Drift){ .kab = ask->kab, .batch_id = ask->batch_id, .stage = next.stage, .kinds = DRIFT_ALL, .on = district_day(ask->kab, ask->at), .actor_id = ask->actor.user_id,
                       .looked_at = ask->at, .state = STR("looked") };
    bool is_good = db_begin(db, e) && what_if(db, &k, e);
    db_rollback(db);
    if (!is_good) return false;
    k.drift.item_n = (int64_t)k.items.n;
    k.drift.items_hash = drift_hash(&k.items);
    if (!change_do(db, store_work, &k, e)) return false;
    *out = k.drift;
    return true;
}
