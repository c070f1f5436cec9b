// hand_over.c: see hand_over.h.
#include "office/hand_over.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/caseload.h"
#include "office/change.h"
#include "office/district.h"
#include "office/id_list.h"
#include "office_hand_over.sql.h"
#include <stdio.h>

// Of each family with who answers for it: the same wish a moment later, after one family went elsewhere, is another.
static Hash hand_over_hash(const HandOver *h) {
    Buf b = { .max = 64 * (HAND_OVER_MAX + 10) };
    buf_fmt(&b, "harapan hand-over 1\n%lld\n%lld\n%d\n", (long long)h->kab, (long long)h->to_id, (int)h->from_on.days);
    for (size_t i = 0; i < h->n; i++) buf_fmt(&b, "%lld %lld\n", (long long)h->items[i].family_id, (long long)h->items[i].companion_id);
    Hash hash = hash_of(b.p, b.n);
    buf_free(&b);
    return hash;
}

// ---- who is meant --------------------------------------------------------------------------------------------------

static const Companion *companion_of(const Companions *all, int64_t id) {
    for (size_t i = 0; i < all->n; i++) if (all->at[i].id == id) return &all->at[i];
    return NULL;
}

static bool parts_fill(Db *db, Arena *a, HandOver *h, Err *e) {
    Companions all;
    if (!caseload_companions(db, a, sight_of_program(h->from_on), h->kab, &all, e)) return false;
    const Companion *to = companion_of(&all, h->to_id);
    h->to_name = to ? to->name : STR("");
    h->parts = NEW(a, HandOverPart, all.n + 1);
    for (size_t i = 0; i < h->n; i++) {
        size_t k = 0;
        while (k < h->part_n && h->parts[k].id != h->items[i].companion_id) k++;
        const Companion *from = companion_of(&all, h->items[i].companion_id);
        if (k == h->part_n && h->part_n <= all.n) h->parts[h->part_n++] = (HandOverPart){ h->items[i].companion_id, 0, from ? from->name : STR("") };
        h->parts[k].family_n++;
    }
    return true;
}

static bool companion_accept(Db *db, Arena *a, const HandOverWish *w, int64_t id, Err *e) {
    Companions all;
    if (!caseload_companions(db, a, sight_of_program(w->from_on), w->kab, &all, e)) return false;
    return id <= 0 || companion_of(&all, id) || fail(e, BAD_INPUT, "There is no companion number %lld in district %lld.", (long long)id, (long long)w->kab);
}

static bool wish_accept(Db *db, Arena *a, const Viewer *viewer, const HandOverWish *w, Instant now, Err *e) {
    Date today = district_day(w->kab, now);
    if (!authority_require(viewer, ACTION_CASELOAD, w->kab, e)) return false;
    if (w->from_id == w->to_id) return fail(e, BAD_INPUT, "Choose two different companions.");
    if (w->from_id < 0 && w->village_id == 0 && !w->families.n) return fail(e, BAD_INPUT, "Say which families: of a companion, of a kelurahan, or by their numbers.");
    if (!date_is_known(w->from_on) || w->from_on.days < today.days - HAND_OVER_DAYS_MAX || w->from_on.days > today.days + HAND_OVER_DAYS_MAX)
        return fail(e, BAD_INPUT, "The day of a hand-over lies within %d days of today.", HAND_OVER_DAYS_MAX);
    return companion_accept(db, a, w, w->from_id, e) && companion_accept(db, a, w, w->to_id, e);
}

// "12, 40-45": sorted, without doubles.
static bool numbers_read(Arena *a, Str text, int64_t **out, size_t *n, Err *e) {
    int64_t *ids = NEW(a, int64_t, HAND_OVER_MAX + 1);
    size_t id_n = 0;
    for (Str rest = text; rest.n;) {
        Str piece = str_trim(str_cut(&rest, ',')), high_text = piece, low_text = str_trim(str_cut(&high_text, '-'));
        int64_t low = 0, high = 0;
        if (!piece.n) continue;
        if (!str_int64(low_text, &low) || low < 1 || (high_text.p && (!str_int64(str_trim(high_text), &high) || high < low)))
            return fail(e, BAD_INPUT, "\"%.*s\" is no number of a family. Write them as 12,40-45.", STR_ARG(piece));
        if (!high_text.p) high = low;
        if (high - low >= HAND_OVER_MAX || id_n + (size_t)(high - low) + 1 > HAND_OVER_MAX)
            return fail(e, LIMIT, "More than %d families at once. Choose one kelurahan after the other.", HAND_OVER_MAX);
        for (int64_t id = low; id <= high; id++) ids[id_n++] = id;
    }
    *n = id_list_sort(ids, id_n);
    *out = ids;
    return true;
}

typedef struct { const HandOverWish *wish; const int64_t *numbers; size_t number_n, met_n; HandOver *to; } Choosing;

static bool family_choose(Choosing *c, const HandOverFamiliesRow *row, Err *e) {
    const HandOverWish *w = c->wish;
    if (c->number_n) {
        while (c->met_n < c->number_n && c->numbers[c->met_n] < row->id) return fail(e, BAD_INPUT, "Family %lld is not among those that can be handed over.", (long long)c->numbers[c->met_n]);
        if (c->met_n == c->number_n || c->numbers[c->met_n] != row->id) return true;
        c->met_n++;
    }
    if (row->companion_id == w->to_id || (w->from_id >= 0 && row->companion_id != w->from_id)) return true;
    if (date_is_known(row->last_on) && row->last_on.days > w->from_on.days)
        return fail(e, CONFLICT, "Family %lld was handed over on a later day already. Choose that day or one after it.", (long long)row->id);
    if (c->to->n == HAND_OVER_MAX) return fail(e, LIMIT, "More than %d families at once. Choose one kelurahan after the other.", HAND_OVER_MAX);
    c->to->items[c->to->n++] = (HandOverItem){ .family_id = row->id, .companion_id = row->companion_id, .village_id = row->village_id };
    return true;
}

bool hand_over_look(Db *db, Arena *a, const Viewer *viewer, const HandOverWish *wish, Instant now, HandOver *out, Err *e) {
    HandOver h = { .kab = wish->kab, .to_id = wish->to_id, .from_on = wish->from_on, .done_at = { INT64_MIN }, .items = NEW(a, HandOverItem, HAND_OVER_MAX) };
    Choosing c = { .wish = wish, .to = &h };
    HandOverFamiliesRows rows = { 0 };
    HandOverFamiliesRow row;
    int64_t *numbers = NULL;
    if (!wish_accept(db, a, viewer, wish, now, e) || !numbers_read(a, wish->families, &numbers, &c.number_n, e)) return false;
    c.numbers = numbers;
    bool has_row = false, is_good = hand_over_families(db, (HandOverFamiliesArgs){ .kab = wish->kab, .village_id = wish->village_id, .see_on = wish->from_on }, &rows, e);
    while (is_good && (is_good = hand_over_families_next(&rows, &row, &has_row, e)) && has_row && (is_good = family_choose(&c, &row, e))) { }
    hand_over_families_end(&rows);
    if (is_good && c.met_n < c.number_n) is_good = fail(e, BAD_INPUT, "Family %lld is not among those that can be handed over.", (long long)numbers[c.met_n]);
    if (is_good && !h.n) is_good = fail(e, BAD_INPUT, "There is no family to hand over: nobody fits, or they are in those hands already.");
    if (!is_good || !parts_fill(db, a, &h, e)) return false;
    h.hash = hand_over_hash(&h);
    *out = h;
    return true;
}

// ---- one that was asked for ------------------------------------------------------------------------------------------

static bool items_read(Db *db, Arena *a, HandOver *h, bool is_now, Err *e) {
    HandOverItemsRows rows = { 0 };
    HandOverItemsRow row;
    h->items = NEW(a, HandOverItem, HAND_OVER_MAX);
    h->n = 0;
    bool has_row = false, is_good = hand_over_items(db, (HandOverItemsArgs){ .kab = h->kab, .hand_over_id = h->id, .see_on = h->from_on }, &rows, e);
    while (is_good && (is_good = hand_over_items_next(&rows, &row, &has_row, e)) && has_row && h->n < HAND_OVER_MAX)
        h->items[h->n++] = (HandOverItem){ .family_id = row.family_id, .companion_id = !is_now ? row.companion_id : row.is_gone ? -1 : row.now_id, .village_id = row.village_id,
            .name = db_keep(a, row.name), .village = db_keep(a, row.village), .rt = db_keep(a, row.rt) };
    hand_over_items_end(&rows);
    return is_good;
}

static bool head_read(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, HandOver *out, bool *is_found, Err *e) {
    HandOverByIdRow row;
    if (!hand_over_by_id(db, (HandOverByIdArgs){ .kab = kab, .id = id, SEE(sight) }, &row, is_found, e)) return false;
    (void)a;
    if (*is_found) *out = (HandOver){ .kab = kab, .id = id, .to_id = row.to_id, .from_on = row.from_on, .hash = row.seen_hash, .actor_id = row.actor_id, .asked_at = row.asked_at, .done_at = row.done_at };
    return true;
}

bool hand_over_read(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, HandOver *out, Err *e) {
    HandOver h = { 0 };
    bool is_found;
    if (!head_read(db, a, sight, kab, id, &h, &is_found, e)) return false;
    if (!is_found) return fail(e, NOT_FOUND, "There is no hand-over number %lld in district %lld.", (long long)id, (long long)kab);
    Str subject = arena_fmt(a, "%lld", (long long)id);
    if (!items_read(db, a, &h, false, e) || !parts_fill(db, a, &h, e) || !approval_find(db, a, kab, &HAND_OVER_APPROVAL, subject, &h.hash, &h.request, &is_found, e)) return false;
    *out = h;
    return true;
}

bool hand_over_list(Db *db, Arena *a, Sight sight, int64_t kab, int64_t limit_n, HandOverEntry **out, size_t *n, Err *e) {
    HandOverNewestRows rows = { 0 };
    HandOverNewestRow row;
    HandOverEntry *list = NEW(a, HandOverEntry, limit_n + 1);
    size_t list_n = 0;
    bool has_row = false, is_good = hand_over_newest(db, (HandOverNewestArgs){ .kab = kab, .limit_n = limit_n, SEE(sight) }, &rows, e);
    while (is_good && (is_good = hand_over_newest_next(&rows, &row, &has_row, e)) && has_row) {
        HandOverEntry *entry = &list[list_n++];
        *entry = (HandOverEntry){ .id = row.id, .family_n = row.family_n, .request_id = row.request_id == INT64_MIN ? 0 : row.request_id, .from_on = row.from_on, .asked_at = row.asked_at,
                                  .done_at = row.done_at, .to_name = db_keep(a, row.name), .state = "" };
        for (RequestState state = 0; state < REQUEST_STATE_N; state++) if (str_eq(row.state, str_c(request_state_name(state)))) entry->state = request_state_title(state);
    }
    hand_over_newest_end(&rows);
    if (is_good) *out = list, *n = list_n;
    return is_good;
}

// ---- the request -----------------------------------------------------------------------------------------------------

static bool hand_over_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    Arena a = { 0 };
    HandOver h = { 0 };
    int64_t id = 0;
    *is_there = false;
    bool is_good = !str_int64(subject, &id) || head_read(db, &a, sight_of_program((Date){ 0 }), kab, id, &h, is_there, e);
    if (is_good && *is_there && (is_good = items_read(db, &a, &h, true, e))) *out = hand_over_hash(&h);
    arena_free(&a);
    return is_good;
}

static bool hand_over_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Arena a = { 0 };
    HandOver h = { 0 };
    int64_t id = 0;
    bool is_there = false;
    bool is_good = (str_int64(request->subject, &id) || fail(e, CONFLICT, "The request names no hand-over.")) &&
                   head_read(db, &a, sight_of_program((Date){ 0 }), request->kab, id, &h, &is_there, e) && (is_there || fail(e, CONFLICT, "The request names no hand-over.")) &&
                   items_read(db, &a, &h, false, e);
    for (size_t i = 0; is_good && i < h.n; i++)
        is_good = caseload_family_hand_over(db, signer->user_id, &(FamilyHandOver){ h.kab, h.items[i].family_id, h.items[i].companion_id, h.to_id, h.from_on }, now, e);
    AuditEntry entry = { .kab = h.kab, .actor_id = signer->user_id, .action = "caseload.hand_over", .subject = arena_fmt(&a, "hand-over %lld", (long long)id), .at = now,
        .fields = { AUDIT_COUNT("to_companion", h.to_id), AUDIT_COUNT("from_on", h.from_on.days), AUDIT_COUNT("family_n", (int64_t)h.n), AUDIT_HASH("families", &h.hash), AUDIT_COUNT("request", request->id) } };
    is_good = is_good && hand_over_done(db, (HandOverDoneArgs){ .done_at = now, .kab = h.kab, .id = id }, NULL, e) && audit_write(db, &entry, e);
    arena_free(&a);
    return is_good;
}

const ApprovalKind HAND_OVER_APPROVAL = {
    .name = "caseload", .title = N_("Families change hands"), .now = hand_over_now, .finish = hand_over_finish,
    .act = N_("With the last signature the new companion answers for these families from that day on; the earlier one no longer sees them."),
};

typedef struct { Arena *arena; const Viewer *viewer; const HandOverWish *wish; const Hash *seen; Instant now; HandOver found; } Asking;

static bool hand_over_store(Db *db, const Asking *x, HandOver *h, Err *e) {
    HandOverLastRow last;
    bool has_last;
    if (!hand_over_last(db, (HandOverLastArgs){ .kab = h->kab }, &last, &has_last, e)) return false;
    h->id = last.last_n + 1;
    HandOverInsertArgs row = { .kab = h->kab, .id = h->id, .to_id = h->to_id, .from_on = h->from_on, .seen_hash = h->hash, .family_n = (int64_t)h->n,
                               .actor_id = x->viewer->user_id, .asked_at = x->now };
    bool is_good = hand_over_insert(db, row, NULL, e);
    for (size_t i = 0; is_good && i < h->n; i++)
        is_good = hand_over_item_insert(db, (HandOverItemInsertArgs){ .kab = h->kab, .hand_over_id = h->id, .family_id = h->items[i].family_id, .companion_id = h->items[i].companion_id }, NULL, e);
    return is_good;
}

static bool ask_work(Db *db, void *with, Err *e) {
    Asking *x = with;
    HandOver h;
    HandOverSameRow same;
    bool is_asked = false, is_new;
    if (!hand_over_look(db, x->arena, x->viewer, x->wish, x->now, &h, e)) return false;
    if (!hash_eq(&h.hash, x->seen)) return fail(e, CONFLICT, "What would be handed over has changed since you looked. Look again, then ask.");
    if (!hand_over_same(db, (HandOverSameArgs){ .kab = h.kab, .seen_hash = h.hash }, &same, &is_asked, e)) return false;
    if (is_asked) h.id = same.id;
    if (!is_asked && !hand_over_store(db, x, &h, e)) return false;
    ApprovalAsk ask = { .kab = h.kab, .subject = arena_fmt(x->arena, "%lld", (long long)h.id), .seen_hash = h.hash,
                        .link = arena_fmt(x->arena, "/caseload/%lld/%lld", (long long)h.kab, (long long)h.id) };
    if (!approval_ask(db, x->arena, x->viewer, &HAND_OVER_APPROVAL, &ask, x->now, &h.request, &is_new, e)) return false;
    x->found = h;
    return true;
}

bool hand_over_ask(Db *db, Arena *a, const Viewer *viewer, const HandOverWish *wish, const Hash *seen, Instant now, HandOver *out, Err *e) {
    Asking x = { .arena = a, .viewer = viewer, .wish = wish, .seen = seen, .now = now };
    if (!change_do(db, ask_work, &x, e)) return false;
    *out = x.found;
    return true;
}
