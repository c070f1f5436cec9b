// drift_apply.c: what was looked at and signed, as facts of the families' lives; and back again.
#include "registry/drift.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "registry/import_walk.h"
#include "registry/life.h"
#include "registry/pack.h"
#include "registry/pairs.h"
#include "registry_drift.sql.h"
#include <stdlib.h>

typedef struct { Db *db; Arena *a; int64_t kab, batch_id; unsigned kinds; LifeAct act; DriftItems *items; Pairs changed; Pairs by_row; } Applying;

// ---- one item --------------------------------------------------------------------------------------------------------------------
static bool place_of(Applying *x, int64_t row_n, LifePlace *out, Str *code, Err *e) {
    DriftRowPlaceRow r;
    bool found;
    if (!drift_row_place(x->db, x->a, (DriftRowPlaceArgs){ .kab = x->kab, .batch_id = x->batch_id, .row_n = row_n }, &r, &found, e)) return false;
    if (!found) return fail(e, CONFLICT, "Row %lld of the file is no longer staged.", (long long)row_n);
    *out = (LifePlace){ r.village_id, r.address, r.hamlet, r.rt, r.rw };
    *code = r.dtks_code;
    return true;
}

static bool apply_split(Applying *x, DriftItem *item, LifeResult *r, Err *e) {
    int64_t ids[PERSON_MAX];
    LifeSplit split = { .person_ids = ids };
    Str rest = item->new_value, code;
    while (rest.n && split.person_n < PERSON_MAX) if (str_int64(str_cut(&rest, ','), &ids[split.person_n])) split.person_n++;
    if (!place_of(x, item->row_n, &split.place, &code, e) || !life_split(x->db, &x->act, &split, r, e)) return false;
    return (code.n == 0 || life_code_take(x->db, x->kab, r->other_family_id, code, e)) && pair_add(&x->changed, r->other_family_id, 0, e);
}

static bool apply_item(Applying *x, DriftItem *item, LifeResult *r, Err *e) {
    LifePlace place;
    Str code;
    int64_t decile;
    x->act.family_id = item->family_id;
    switch (item->kind) {
    case DRIFT_RETURNED: return life_return(x->db, &x->act, r, e);
    case DRIFT_LEFT: return life_leave(x->db, &x->act, STR("not_poor"), r, e);
    case DRIFT_MOVED: return place_of(x, item->row_n, &place, &code, e) && life_move(x->db, &x->act, &place, r, e);
    case DRIFT_SPLIT: return apply_split(x, item, r, e);
    case DRIFT_DIED: return life_death(x->db, &x->act, item->person_id, r, e);
    case DRIFT_MISSING: return life_gone(x->db, &x->act, item->person_id, r, e);
    case DRIFT_DECILE: return (str_int64(item->new_value, &decile) && life_decile(x->db, &x->act, decile, r, e)) || !e->code;
    case DRIFT_ENTERED: case DRIFT_JOINED: return life_member(x->db, &x->act, item->person_id, item->kind == DRIFT_ENTERED, r, e);
    case DRIFT_KINDS_N: break;
    }
    return true;
}

// What must be there before members and families come out of the file comes first, what goes away last.
static const DriftKind ORDER[] = { DRIFT_RETURNED, DRIFT_MOVED, DRIFT_SPLIT, DRIFT_DECILE, DRIFT_ENTERED, DRIFT_JOINED, DRIFT_DIED, DRIFT_MISSING, DRIFT_LEFT };

static bool kind_apply(Applying *x, DriftKind kind, Err *e) {
    for (size_t i = 0; i < x->items->n; i++) {
        DriftItem *item = &x->items->at[i];
        LifeResult r = { 0 };
        if (item->kind != kind || item->is_by_hand || !(x->kinds >> kind & 1)) continue;
        if (item->family_id == 0) continue;                // not taken from the file: its rows were refused
        if (!apply_item(x, item, &r, e)) return fail_in(e, "Family %lld: ", (long long)item->family_id);
        item->fact_n = r.was_there ? 0 : r.n;
        if (!pair_add(&x->changed, item->family_id, 0, e)) return false;
    }
    return true;
}

// ---- families and members out of the file ---------------------------------------------------------------------------------------------
static DriftItem *item_of_row(Applying *x, int64_t row_n) {
    size_t i = pairs_find(&x->by_row, row_n);
    return i < x->by_row.n && x->by_row.at[i].key == row_n ? &x->items->at[x->by_row.at[i].id] : NULL;
}

// Their numbers, as the walk gave them.
static bool group_number(void *with, const WalkGroup *g, Err *e) {
    Applying *x = with;
    (void)e;
    DriftItem *entered = g->is_new ? item_of_row(x, g->row_n) : NULL;
    if (entered && entered->kind == DRIFT_ENTERED) entered->family_id = g->family_id;
    for (size_t i = 0; !g->is_new && i < g->n; i++) {
        DriftItem *joined = g->member[i].is_new ? item_of_row(x, g->member[i].row_n) : NULL;
        if (joined && joined->kind == DRIFT_JOINED) joined->person_id = g->member[i].person_id;
    }
    return true;
}

static bool file_apply(Applying *x, Err *e) {
    unsigned parts = (x->kinds >> DRIFT_ENTERED & 1 ? WALK_NEW_FAMILIES : 0) | (x->kinds >> DRIFT_JOINED & 1 ? WALK_NEW_MEMBERS : 0);
    ImportApply what = { .kab = x->kab, .batch_id = x->batch_id, .actor_id = x->act.actor.user_id, .channel = STR("POS"), .accepts_alarms = true, .at = x->act.at };
    for (size_t i = 0; i < x->items->n; i++) {
        DriftKind kind = x->items->at[i].kind;
        if ((kind == DRIFT_ENTERED || kind == DRIFT_JOINED) && !pair_add(&x->by_row, x->items->at[i].row_n, (int64_t)i, e)) return false;
    }
    pairs_sort(&x->by_row);
    return walk_apply(x->db, &what, parts, group_number, x, e);
}

static bool packs_refresh(Applying *x, Err *e) {
    Pairs *p = &x->changed;
    pairs_sort(p);
    for (size_t i = 0; i < p->n;) {
        size_t end = i + 1;
        while (end < p->n && p->at[end].key - p->at[end - 1].key <= PACK_FAMILIES) end++;
        if (!pack_refresh(x->db, x->kab, p->at[i].key, p->at[end - 1].key, NULL, e)) return false;
        i = end;
    }
    return true;
}

static bool kinds_apply(Applying *x, Err *e) {
    for (size_t i = 0; i < 4; i++) if (!kind_apply(x, ORDER[i], e)) return false;
    if (!file_apply(x, e)) return false;
    for (size_t i = 4; i < sizeof ORDER / sizeof *ORDER; i++) if (!kind_apply(x, ORDER[i], e)) return false;
    return packs_refresh(x, e);
}

bool drift_apply_in(Db *db, Arena *a, int64_t kab, int64_t batch_id, unsigned kinds, const Viewer *signer, Date on, Instant at, DriftItems *items, Err *e) {
    Applying x = { .db = db, .a = a, .kab = kab, .batch_id = batch_id, .kinds = kinds, .items = items,
                   .act = { .kab = kab, .on = on, .actor = *signer, .at = at, .note = arena_fmt(a, "DTKS %lld", (long long)batch_id), .is_in_bulk = true } };
    bool is_good = kinds_apply(&x, e);
    free(x.changed.at);
    free(x.by_row.at);
    return is_good;
}

// ---- asking and signing ----------------------------------------------------------------------------------------------------------------
static Hash asked_hash(const Hash *items_hash, unsigned kinds, Date on) {
    Hasher h;
    int64_t numbers[] = { kinds, on.days };
    hash_start(&h);
    hash_add(&h, items_hash, sizeof *items_hash);
    hash_add(&h, numbers, sizeof numbers);
    return hash_end(&h);
}

typedef struct { Arena *a; const Viewer *actor; int64_t kab, batch_id; unsigned kinds; Instant at; ApprovalRequest request; bool is_new; } Asking;

static bool ask_work(Db *db, void *with, Err *e) {
    Asking *x = with;
    Drift d;
    bool found;
    Rupiah amount;
    if (!drift_read(db, x->a, authority_sight(x->actor, district_day(x->kab, x->at)), x->kab, x->batch_id, &d, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "The drift of import %lld was not looked at yet: harapan drift look %lld", (long long)x->batch_id, (long long)x->batch_id);
    if (!str_eq(d.state, STR("looked"))) return fail(e, CONFLICT, "This file was applied before.");
    ApprovalAsk ask = { .kab = x->kab, .subject = arena_fmt(x->a, "import %lld", (long long)x->batch_id), .seen_hash = asked_hash(&d.items_hash, x->kinds, d.on),
                        .link = arena_fmt(x->a, "/drift/%lld/%lld", (long long)x->kab, (long long)x->batch_id) };
    DriftKindsSetArgs set = { .kab = x->kab, .batch_id = x->batch_id, .kinds = drift_kinds_text(x->a, x->kinds) };
    if (!rupiah_add(d.more, d.less, &amount, e)) return false;
    ask.amount = amount;
    return drift_kinds_set(db, set, NULL, e) && approval_ask(db, x->a, x->actor, &DRIFT_APPROVAL, &ask, x->at, &x->request, &x->is_new, e);
}

bool drift_ask(Db *db, Arena *a, const Viewer *actor, int64_t kab, int64_t batch_id, unsigned kinds, Instant at, ApprovalRequest *out, bool *is_new, Err *e) {
    Asking x = { .a = a, .actor = actor, .kab = kab, .batch_id = batch_id, .kinds = kinds, .at = at };
    if (!authority_require(actor, ACTION_IMPORT, kab, e) || !change_do(db, ask_work, &x, e)) return false;
    *out = x.request;
    *is_new = x.is_new;
    return true;
}

static bool subject_batch(Str subject, int64_t *batch_id) {
    Str head = STR("import ");
    return str_starts(subject, head) && str_int64(str_part(subject, head.n, subject.n), batch_id);
}

static bool drift_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    Arena a = { 0 };
    int64_t batch_id;
    Drift d;
    *is_there = false;
    bool found = false, is_good = !subject_batch(subject, &batch_id) || drift_read(db, &a, sight_of_program((Date){ 0 }), kab, batch_id, &d, &found, e);
    if (is_good && found && str_eq(d.state, STR("looked"))) { *is_there = true; *out = asked_hash(&d.items_hash, d.kinds, d.on); }
    arena_free(&a);
    return is_good;
}

static bool facts_keep(Db *db, int64_t kab, int64_t batch_id, const DriftItems *items, Err *e) {
    for (size_t i = 0; i < items->n; i++) {
        const DriftItem *x = &items->at[i];
        DriftItemFactArgs args = { .kab = kab, .batch_id = batch_id, .n = (int64_t)i + 1, .family_id = x->family_id ? x->family_id : INT64_MIN,
                                   .person_id = x->person_id ? x->person_id : INT64_MIN, .fact_n = x->fact_n };
        if (x->fact_n && !drift_item_fact(db, args, NULL, e)) return false;
    }
    return true;
}

static bool finish_in(Db *db, Arena *a, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    int64_t batch_id;
    Drift d;
    DriftItems items;
    bool found;
    if (!subject_batch(request->subject, &batch_id) || !drift_read(db, a, sight_of_program((Date){ 0 }), request->kab, batch_id, &d, &found, e)) return !e->code && fail(e, CONFLICT, "The request names no file.");
    if (!found || !str_eq(d.state, STR("looked"))) return fail(e, CONFLICT, "This file was applied before.");
    if (!drift_compare(db, a, request->kab, batch_id, NULL, &items, e)) return false;
    Hash hash = drift_hash(&items);
    if (!hash_eq(&hash, &d.items_hash)) return fail(e, CONFLICT, "The registry was changed since the drift was looked at. Look at it again, then ask again.");
    AuditEntry entry = { .kab = d.kab, .actor_id = signer->user_id, .action = "registry.drift_apply", .subject = arena_fmt(a, "import %lld", (long long)batch_id), .at = now,
        .fields = { AUDIT_COUNT("item_n", d.item_n), AUDIT_TEXT("kinds", drift_kinds_text(a, d.kinds)), AUDIT_HASH("items_hash", &hash), AUDIT_COUNT("more_rp", d.more.rp), AUDIT_COUNT("less_rp", d.less.rp) } };
    return drift_apply_in(db, a, d.kab, batch_id, d.kinds, signer, d.on, now, &items, e) && facts_keep(db, d.kab, batch_id, &items, e) &&
           drift_applied(db, (DriftAppliedArgs){ .kab = d.kab, .batch_id = batch_id, .applied_at = now }, NULL, e) && walk_applied(db, d.kab, batch_id, now, e) &&
           audit_write(db, &entry, e);
}

static bool drift_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Arena a = { 0 };
    bool is_good = finish_in(db, &a, signer, request, now, e);
    arena_free(&a);
    return is_good;
}

const ApprovalKind DRIFT_APPROVAL = {
    .name = "drift", .title = N_("Refresh from the Ministry's data"), .now = drift_now, .finish = drift_finish,
    .act = N_("With the last signature the registry follows the file in all that is listed."),
};

// ---- and back ----------------------------------------------------------------------------------------------------------------------------
typedef struct { const Viewer *actor; int64_t kab, batch_id; Instant at; DriftUndone out; } Undoing;

static bool item_undo(Applying *x, const DriftItem *item, Err *e) {
    LifeResult r;
    int64_t decile = 0;
    x->act.family_id = item->family_id;
    switch (item->kind) {
    case DRIFT_ENTERED: return life_leave(x->db, &x->act, STR("other"), &r, e);
    case DRIFT_JOINED: return life_gone(x->db, &x->act, item->person_id, &r, e);
    case DRIFT_MOVED: return life_move_back(x->db, &x->act, item->fact_n, &r, e);
    case DRIFT_DECILE: return (item->old_value.n == 0 || str_int64(item->old_value, &decile)) && life_decile(x->db, &x->act, decile, &r, e);
    case DRIFT_SPLIT: return fail(e, CONFLICT, "A split is mended by hand.");
    default: return life_correct(x->db, &x->act, item->fact_n, &r, e);
    }
}

// What cannot be taken back is left as it is: it failed before it wrote anything (life.h checks first).
static bool items_undo(Applying *x, DriftUndone *out, Err *e) {
    for (size_t k = x->items->n; k > 0; k--) {
        const DriftItem *item = &x->items->at[k - 1];
        Err why = { 0 };
        if (item->fact_n == 0) continue;
        if (item_undo(x, item, &why)) { out->undone_n++; if (!pair_add(&x->changed, item->family_id, 0, e)) return false; }
        else if (why.code == CONFLICT || why.code == BAD_INPUT) out->left_n++;
        else return fail(e, why.code, "%s", why.text);
    }
    return packs_refresh(x, e);
}

static bool undo_in(Db *db, Arena *a, Undoing *u, Err *e) {
    Drift d;
    DriftItems items;
    bool found;
    u->out = (DriftUndone){ 0, 0 };
    if (!drift_read(db, a, authority_sight(u->actor, district_day(u->kab, u->at)), u->kab, u->batch_id, &d, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no drift of import %lld in district %lld.", (long long)u->batch_id, (long long)u->kab);
    if (str_eq(d.state, STR("undone"))) return true;
    if (!str_eq(d.state, STR("applied"))) return fail(e, CONFLICT, "Nothing of it was applied yet.");
    if (!drift_items_list(db, a, u->kab, u->batch_id, &items, e)) return false;
    Applying x = { .db = db, .a = a, .kab = u->kab, .batch_id = u->batch_id, .items = &items,
                   .act = { .kab = u->kab, .on = district_day(u->kab, u->at), .actor = *u->actor, .at = u->at, .note = arena_fmt(a, "DTKS %lld", (long long)u->batch_id), .is_in_bulk = true } };
    bool is_good = items_undo(&x, &u->out, e);
    free(x.changed.at);
    AuditEntry entry = { .kab = u->kab, .actor_id = u->actor->user_id, .action = "registry.drift_undo", .subject = arena_fmt(a, "import %lld", (long long)u->batch_id), .at = u->at,
                         .fields = { AUDIT_COUNT("undone_n", u->out.undone_n), AUDIT_COUNT("left_n", u->out.left_n) } };
    return is_good && drift_undone(db, (DriftUndoneArgs){ .kab = u->kab, .batch_id = u->batch_id, .undone_at = u->at }, NULL, e) && audit_write(db, &entry, e);
}

static bool undo_work(Db *db, void *with, Err *e) {
    Arena a = { 0 };
    bool is_good = undo_in(db, &a, with, e);
    arena_free(&a);
    return is_good;
}

bool drift_undo(Db *db, const Viewer *actor, int64_t kab, int64_t batch_id, Instant at, DriftUndone *out, Err *e) {
    Undoing u = { .actor = actor, .kab = kab, .batch_id = batch_id, .at = at };
    if (!authority_require(actor, ACTION_EDIT, kab, e) || !change_do(db, undo_work, &u, e)) return false;
    *out = u.out;
    return true;
}
