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

static const struct { const char *name, *title; } KINDS[DRIFT_KINDS_N] = {
    [DRIFT_ENTERED] = { "entered", N_("Entered") }, [DRIFT_RETURNED] = { "returned", N_("Came back") }, [DRIFT_LEFT] = { "left", N_("Left the data") },
    [DRIFT_MOVED] = { "moved", N_("Moved") }, [DRIFT_SPLIT] = { "split", N_("Split") }, [DRIFT_DIED] = { "died", N_("Died") },
    [DRIFT_JOINED] = { "joined", N_("New members") }, [DRIFT_MISSING] = { "missing", N_("Members no longer there") }, [DRIFT_DECILE] = { "decile", N_("Another decile") },
};
const char *drift_kind_name(DriftKind kind) { return KINDS[kind].name; }
const char *drift_kind_title(DriftKind kind) { return tr(KINDS[kind].title); }
bool drift_kind_find(Str name, DriftKind *out) {
    for (int i = 0; i < DRIFT_KINDS_N; i++) if (str_eq(name, str_c(KINDS[i].name))) return *out = (DriftKind)i, true;
    return false;
}

bool drift_kinds_read(Str names, unsigned *out, Err *e) {
    unsigned kinds = 0;
    while (names.n) {
        Str word = str_trim(str_cut(&names, ','));
        DriftKind kind;
        if (word.n == 0) continue;
        if (!drift_kind_find(word, &kind)) return fail(e, BAD_INPUT, "\"%.*s\" is no kind of drift: entered, returned, left, moved, split, died, joined, missing or decile.", STR_ARG(word));
        kinds |= 1u << kind;
    }
    *out = kinds ? kinds : DRIFT_ALL;
    return true;
}

Str drift_kinds_text(Arena *a, unsigned kinds) {
    Str out = STR("");
    for (int i = 0; i < DRIFT_KINDS_N; i++) if (kinds >> i & 1) out = arena_fmt(a, "%.*s%s%s", STR_ARG(out), out.n ? "," : "", KINDS[i].name);
    return out;
}

// ---- comparing ------------------------------------------------------------------------------------------------------------------
typedef struct { Arena *a; DriftItems items; size_t room; Bits seen, split; } Comparing;        // split: persons who stand in another family of the file

static void item_add(Comparing *c, DriftItem item) {
    if (c->items.n == c->room) {
        DriftItem *more = NEW(c->a, DriftItem, c->room = c->room ? 2 * c->room : 256);
        if (c->items.n) memcpy(more, c->items.at, c->items.n * sizeof *more);
        c->items.at = more;
    }
    c->items.at[c->items.n++] = item;
}

static Str number_text(Arena *a, int64_t n) { return arena_fmt(a, "%lld", (long long)n); }

// Rows whose persons stand in another family of the registry: all of a new family from one other is a split; anything else a person decides.
static bool group_split(Comparing *c, const WalkGroup *g, bool *is_split, Err *e) {
    int64_t from = 0;
    size_t n = 0;
    bool is_one = g->is_new;
    Str ids = STR("");
    for (size_t i = 0; i < g->n; i++) {
        const WalkMember *m = &g->member[i];
        if (m->elsewhere_family == 0) { is_one = is_one && m->is_refused; continue; }
        is_one = is_one && (from == 0 || from == m->elsewhere_family);
        from = m->elsewhere_family;
        ids = arena_fmt(c->a, "%.*s%s%lld", STR_ARG(ids), n++ ? "," : "", (long long)m->elsewhere_person);
        if (!bit_add(&c->split, m->elsewhere_person, e)) return false;
    }
    *is_split = n > 0 && is_one;
    if (n == 0) return true;
    item_add(c, (DriftItem){ .kind = DRIFT_SPLIT, .family_id = from, .row_n = g->row_n, .village_id = g->village_id, .old_value = number_text(c->a, from),
                             .new_value = ids, .is_by_hand = !is_one });
    return true;
}

static void group_members(Comparing *c, const WalkGroup *g) {
    bool is_whole = true;                                  // a refused row may be of somebody who is there
    for (size_t i = 0; i < g->n; i++) {
        const WalkMember *m = &g->member[i];
        is_whole = is_whole && (!m->is_refused || m->elsewhere_family);
        bool is_dead = m->person_id && m->is_dead && !m->is_gone;
        if (is_dead) item_add(c, (DriftItem){ .kind = DRIFT_DIED, .family_id = g->family_id, .person_id = m->person_id, .row_n = m->row_n, .village_id = g->village_id });
        if (m->is_new && !m->is_dead) item_add(c, (DriftItem){ .kind = DRIFT_JOINED, .family_id = g->family_id, .row_n = m->row_n, .village_id = g->village_id });
    }
    for (size_t i = 0; is_whole && i < g->missing_n; i++)
        item_add(c, (DriftItem){ .kind = DRIFT_MISSING, .family_id = g->family_id, .person_id = g->missing[i], .village_id = g->village_id });
}

static bool group_compare(void *with, const WalkGroup *g, Err *e) {
    Comparing *c = with;
    DriftItem item = { .family_id = g->family_id, .row_n = g->row_n, .village_id = g->village_id };
    bool is_split;
    if (!group_split(c, g, &is_split, e) || (g->family_id && !bit_add(&c->seen, g->family_id, e))) return false;
    if (g->is_new) {
        item.kind = DRIFT_ENTERED;
        if (!is_split && g->good_n > 0) item_add(c, item);
        return true;
    }
    if (g->is_left) { item.kind = DRIFT_RETURNED; item_add(c, item); }
    if (g->village_id != g->old_village_id) {
        item.kind = DRIFT_MOVED, item.old_value = number_text(c->a, g->old_village_id), item.new_value = number_text(c->a, g->village_id);
        item_add(c, item);
    }
    if (g->decile_n > 0 && g->decile_n != g->old_decile_n) {
        item.kind = DRIFT_DECILE, item.old_value = g->old_decile_n > 0 ? number_text(c->a, g->old_decile_n) : STR(""), item.new_value = number_text(c->a, g->decile_n);
        item_add(c, item);
    }
    if (!g->is_left) group_members(c, g);
    return true;
}

// In villages where the file speaks, who is not in it.
static bool missing_families(Db *db, Comparing *c, int64_t kab, int64_t batch_id, Err *e) {
    Bits villages = { 0 };
    DriftVillagesRows village_rows = { 0 };
    DriftVillagesRow village;
    bool has_row, is_good = drift_villages(db, (DriftVillagesArgs){ .kab = kab, .batch_id = batch_id }, &village_rows, e);
    while (is_good && (is_good = drift_villages_next(&village_rows, &village, &has_row, e)) && has_row)
        if (village.village_id / 1000000 == kab) is_good = bit_add(&villages, village.village_id % 1000000, e);
    drift_villages_end(&village_rows);
    DriftFamiliesOfRows rows = { 0 };
    DriftFamiliesOfRow row;
    is_good = is_good && drift_families_of(db, (DriftFamiliesOfArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = drift_families_of_next(&rows, &row, &has_row, e)) && has_row)
        if (bit_has(&villages, row.village_id % 1000000) && !bit_has(&c->seen, row.id))
            item_add(c, (DriftItem){ .kind = DRIFT_LEFT, .family_id = row.id, .village_id = row.village_id });
    drift_families_of_end(&rows);
    free(villages.words);
    return is_good;
}

// Who stands in another family now is not missing.
static void drop_split(Comparing *c) {
    size_t n = 0;
    for (size_t i = 0; i < c->items.n; i++) {
        bool is_split = c->items.at[i].kind == DRIFT_MISSING && bit_has(&c->split, c->items.at[i].person_id);
        if (!is_split) c->items.at[n++] = c->items.at[i];
    }
    c->items.n = n;
}

static int by_kind(const void *a, const void *b) {
    const DriftItem *x = a, *y = b;
    if (x->kind != y->kind) return x->kind < y->kind ? -1 : 1;
    if (x->family_id != y->family_id) return x->family_id < y->family_id ? -1 : 1;
    if (x->person_id != y->person_id) return x->person_id < y->person_id ? -1 : 1;
    return x->row_n < y->row_n ? -1 : x->row_n > y->row_n;
}

static bool batch_is_staged(Db *db, Arena *a, int64_t kab, int64_t batch_id, DriftBatchRow *row, Err *e) {
    bool found;
    if (!drift_batch(db, a, (DriftBatchArgs){ .kab = kab, .id = batch_id }, row, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no import %lld in district %lld.", (long long)batch_id, (long long)kab);
    return str_eq(row->state, STR("staged")) || fail(e, CONFLICT, "Only a file that was read and is not applied yet can be compared.");
}

bool drift_compare(Db *db, Arena *a, int64_t kab, int64_t batch_id, Progress *progress, DriftItems *out, Err *e) {
    Comparing c = { .a = a };
    DriftBatchRow batch;
    bool is_good = batch_is_staged(db, a, kab, batch_id, &batch, e) && walk_each(db, kab, batch_id, progress, group_compare, &c, e) &&
                   missing_families(db, &c, kab, batch_id, e);
    drop_split(&c);
    free(c.seen.words);
    free(c.split.words);
    if (!is_good) return false;
    if (c.items.n) qsort(c.items.at, c.items.n, sizeof *c.items.at, by_kind);
    *out = c.items;
    return true;
}

static void hash_text(Hasher *h, Str text) {
    uint64_t n = text.n;
    hash_add(h, &n, sizeof n);
    hash_add(h, text.p, text.n);
}

Hash drift_hash(const DriftItems *items) {
    Hasher h;
    hash_start(&h);
    for (size_t i = 0; i < items->n; i++) {
        const DriftItem *x = &items->at[i];
        int64_t numbers[] = { x->kind, x->family_id, x->person_id, x->row_n, x->village_id, x->is_by_hand };
        hash_add(&h, numbers, sizeof numbers);
        hash_text(&h, x->old_value);
        hash_text(&h, x->new_value);
    }
    return hash_end(&h);
}

// ---- the look that is kept --------------------------------------------------------------------------------------------------------
static int64_t or_zero(int64_t id) { return id == INT64_MIN ? 0 : id; }

static bool items_insert(Db *db, const Drift *d, const DriftItems *items, Err *e) {
    DbBulk *b;
    bool is_good = true;
    if (!db_bulk_open(db, "drift_item", "kab,batch_id,n,kind,family_id,person_id,row_n,village_id,old_value,new_value,is_by_hand,before_rp,after_rp", "iiitiiiittiii", &b, e)) return false;
    for (size_t i = 0; is_good && i < items->n; i++) {
        const DriftItem *x = &items->at[i];
        int64_t ids[] = { x->family_id, x->person_id, x->row_n, x->village_id };
        db_bulk_int(b, d->kab);
        db_bulk_int(b, d->batch_id);
        db_bulk_int(b, (int64_t)i + 1);
        db_bulk_text(b, str_c(drift_kind_name(x->kind)));
        for (int k = 0; k < 4; k++) if (ids[k]) db_bulk_int(b, ids[k]); else db_bulk_null(b);
        db_bulk_text(b, x->old_value.n ? x->old_value : (Str){ 0 });
        db_bulk_text(b, x->new_value.n ? x->new_value : (Str){ 0 });
        db_bulk_int(b, x->is_by_hand);
        db_bulk_int(b, x->before.rp);
        db_bulk_int(b, x->after.rp);
        is_good = db_bulk_row(b, e);
    }
    return db_bulk_close(b, NULL, e) && is_good;
}

bool drift_store(Db *db, const Drift *d, const DriftItems *items, Err *e) {
    Arena a = { 0 };
    DriftBatchRow batch;
    Drift before;
    bool was_there = false;
    bool is_good = batch_is_staged(db, &a, d->kab, d->batch_id, &batch, e) &&
                   drift_read(db, &a, sight_of_program(d->on), d->kab, d->batch_id, &before, &was_there, e);
    if (is_good && was_there && !str_eq(before.state, STR("looked"))) is_good = fail(e, CONFLICT, "This file was applied before.");
    DriftInsertArgs row = { .kab = d->kab, .batch_id = d->batch_id, .stage = d->stage, .items_hash = d->items_hash, .item_n = d->item_n, .family_n = d->family_n,
        .more_rp = d->more, .less_rp = d->less, .kinds = drift_kinds_text(&a, d->kinds), .happened_on = d->on, .actor_id = d->actor_id, .looked_at = d->looked_at };
    AuditEntry entry = { .kab = d->kab, .actor_id = d->actor_id, .action = "registry.drift_look", .subject = arena_fmt(&a, "import %lld", (long long)d->batch_id), .at = d->looked_at,
        .fields = { AUDIT_COUNT("item_n", d->item_n), AUDIT_HASH("items_hash", &d->items_hash), AUDIT_TEXT("stage", d->stage), AUDIT_COUNT("more_rp", d->more.rp), AUDIT_COUNT("less_rp", d->less.rp) } };
    is_good = is_good && drift_items_delete(db, (DriftItemsDeleteArgs){ .kab = d->kab, .batch_id = d->batch_id }, NULL, e) &&
              drift_delete(db, (DriftDeleteArgs){ .kab = d->kab, .batch_id = d->batch_id }, NULL, e) && drift_insert(db, row, NULL, e) && items_insert(db, d, items, e) &&
              audit_write(db, &entry, e);
    arena_free(&a);
    return is_good;
}

bool drift_read(Db *db, Arena *a, Sight sight, int64_t kab, int64_t batch_id, Drift *out, bool *found, Err *e) {
    DriftReadOneRow r;
    Err bad = { 0 };
    if (!drift_read_one(db, a, (DriftReadOneArgs){ .kab = kab, .batch_id = batch_id, SEE(sight) }, &r, found, e)) return false;
    if (!*found) return true;
    *out = (Drift){ .kab = kab, .batch_id = batch_id, .item_n = r.item_n, .family_n = r.family_n, .actor_id = r.actor_id, .stage = r.stage, .state = r.state, .file_name = r.file_name,
        .items_hash = r.items_hash, .more = r.more_rp, .less = r.less_rp, .on = r.happened_on, .looked_at = r.looked_at, .applied_at = r.applied_at, .undone_at = r.undone_at };
    return drift_kinds_read(r.kinds, &out->kinds, &bad) || fail(e, bad.code, "%s", bad.text);
}

bool drift_list(Db *db, Arena *a, Sight sight, int64_t kab, int64_t limit_n, Drift **out, size_t *n, Err *e) {
    DriftListAllRows rows = { 0 };
    DriftListAllRow r;
    Drift *list = NEW(a, Drift, limit_n + 1);
    size_t count = 0;
    bool has_row, is_good = drift_list_all(db, (DriftListAllArgs){ .kab = kab, .limit_n = limit_n, SEE(sight) }, &rows, e);
    while (is_good && (is_good = drift_list_all_next(&rows, &r, &has_row, e)) && has_row)
        list[count++] = (Drift){ .kab = kab, .batch_id = r.batch_id, .item_n = r.item_n, .family_n = r.family_n, .actor_id = r.actor_id, .stage = db_keep(a, r.stage),
            .state = db_keep(a, r.state), .file_name = db_keep(a, r.file_name), .items_hash = r.items_hash, .more = r.more_rp, .less = r.less_rp, .on = r.happened_on,
            .looked_at = r.looked_at, .applied_at = r.applied_at, .undone_at = r.undone_at };
    drift_list_all_end(&rows);
    if (is_good) { *out = list; *n = count; }
    return is_good;
}

bool drift_sums(Db *db, Sight sight, int64_t kab, int64_t batch_id, DriftSum out[DRIFT_KINDS_N], Err *e) {
    DriftSumsOfRows rows = { 0 };
    DriftSumsOfRow r;
    DriftKind kind;
    for (int i = 0; i < DRIFT_KINDS_N; i++) out[i] = (DriftSum){ .kind = (DriftKind)i };
    bool has_row, is_good = drift_sums_of(db, (DriftSumsOfArgs){ .kab = kab, .batch_id = batch_id, SEE(sight) }, &rows, e);
    while (is_good && (is_good = drift_sums_of_next(&rows, &r, &has_row, e)) && has_row)
        if (drift_kind_find(r.kind, &kind)) out[kind] = (DriftSum){ kind, r.item_n, r.by_hand_n, r.before_rp, r.after_rp };
    drift_sums_of_end(&rows);
    return is_good;
}

bool drift_items_list(Db *db, Arena *a, int64_t kab, int64_t batch_id, DriftItems *out, Err *e) {
    DriftItemsOfRows rows = { 0 };
    DriftItemsOfRow r;
    Comparing c = { .a = a };
    bool has_row, is_good = drift_items_of(db, (DriftItemsOfArgs){ .kab = kab, .batch_id = batch_id }, &rows, e);
    while (is_good && (is_good = drift_items_of_next(&rows, &r, &has_row, e)) && has_row) {
        DriftItem item = { .family_id = or_zero(r.family_id), .person_id = or_zero(r.person_id), .row_n = or_zero(r.row_n), .village_id = or_zero(r.village_id),
                           .old_value = db_keep(a, r.old_value), .new_value = db_keep(a, r.new_value), .is_by_hand = r.is_by_hand, .before = r.before_rp, .after = r.after_rp,
                           .fact_n = or_zero(r.fact_n) };
        if (drift_kind_find(r.kind, &item.kind)) item_add(&c, item);
    }
    drift_items_of_end(&rows);
    if (is_good) *out = c.items;
    return is_good;
}

bool drift_lines(Db *db, Arena *a, Sight sight, int64_t kab, int64_t batch_id, DriftKind kind, int64_t limit_n, int64_t offset_n, DriftLine **out, size_t *n, Err *e) {
    DriftLinesOfRows rows = { 0 };
    DriftLinesOfRow r;
    DriftLine *list = NEW(a, DriftLine, limit_n + 1);
    size_t count = 0;
    DriftLinesOfArgs args = { .kab = kab, .batch_id = batch_id, .kind = kind < DRIFT_KINDS_N ? str_c(drift_kind_name(kind)) : STR(""), .limit_n = limit_n, .offset_n = offset_n, SEE(sight) };
    bool has_row, is_good = drift_lines_of(db, args, &rows, e);
    while (is_good && (is_good = drift_lines_of_next(&rows, &r, &has_row, e)) && has_row) {
        DriftLine *line = &list[count];
        *line = (DriftLine){ .name = db_keep(a, r.name),
            .item = { .family_id = or_zero(r.family_id), .person_id = or_zero(r.person_id), .row_n = or_zero(r.row_n), .village_id = or_zero(r.village_id),
                      .old_value = db_keep(a, r.old_value), .new_value = db_keep(a, r.new_value), .is_by_hand = r.is_by_hand, .before = r.before_rp, .after = r.after_rp,
                      .fact_n = or_zero(r.fact_n) } };
        count += drift_kind_find(r.kind, &line->item.kind);
    }
    drift_lines_of_end(&rows);
    if (is_good) { *out = list; *n = count; }
    return is_good;
}
