// reconcile_http.c: see web/reconcile.h.
#include "web/reconcile.h"
#include "web_dashboard.page.h"
#include "web_reconcile.page.h"

static void part_fill(ReconcilePart *p, Str title, const ReconcileRow *row) {
    *p = (ReconcilePart){ .title = title, .money = STR(""), .all = { NULL, row->all.n, row->all.amount } };
    for (int i = 0; i < PLACE_N; i++)
        if (row->at[i].n) p->lines[p->line_n++] = (ReconcileLine){ reconcile_place_title((ReconcilePlace)i), row->at[i].n, row->at[i].amount };
}

// What the treasury gave beside what is owed.
static Str money_words(Arena *a, Rupiah received, Rupiah owed) {
    int64_t gap = received.rp - owed.rp;
    Str got = arena_rupiah(a, received), left = arena_rupiah(a, (Rupiah){ gap < 0 ? -gap : gap });
    if (!received.rp) return str_c(_("No SP2D is recorded yet."));
    if (gap == 0) return arena_fmt(a, _("SP2D %s: exactly what is owed."), got.p);
    return gap > 0 ? arena_fmt(a, _("SP2D %s: %s more than is owed, to be given back."), got.p, left.p) : arena_fmt(a, _("SP2D %s: %s less than is owed, still to come."), got.p, left.p);
}

static bool area_fill(ReconcileArea *to, const ReconcileRow *row, Err *e) {
    *to = (ReconcileArea){ .name = row->name, .n = row->all.n, .owed = row->all.amount };
    return rupiah_add(row->at[PLACE_CREDITED].amount, row->at[PLACE_WITHDRAWN].amount, &to->received, e) && rupiah_subtract(to->owed, to->received, &to->open, e);
}

static bool view_fill(Request *r, Db *db, ReconcileView *v, Err *e) {
    Err none = { 0 };
    v->has_run = reconcile_read(db, r->arena, v->kab, v->stages.chosen, &v->r, &none);
    if (!v->has_run) return none.code == NOT_FOUND || (*e = none, false);
    v->parts = NEW(r->arena, ReconcilePart, v->r.channel_n + 1);
    v->areas = NEW(r->arena, ReconcileArea, v->r.kecamatan_n + 1);
    part_fill(&v->parts[v->part_n], str_c(_("The whole stage")), &v->r.total);
    v->parts[v->part_n++].money = money_words(r->arena, v->r.received, v->r.total.all.amount);
    for (size_t i = 0; i < v->r.channel_n; i++) {
        if (!v->r.channels[i].all.n && !v->r.money[i].received.rp) continue;
        part_fill(&v->parts[v->part_n], v->r.channels[i].name, &v->r.channels[i]);
        v->parts[v->part_n++].money = money_words(r->arena, v->r.money[i].received, v->r.money[i].owed);
    }
    for (size_t i = 0; i < v->r.kecamatan_n; i++)
        if (v->r.kecamatan[i].all.n && !area_fill(&v->areas[v->area_n++], &v->r.kecamatan[i], e)) return false;
    return settle_tray_list(db, r->arena, v->kab, v->stages.chosen, 0, RECONCILE_TRAY_MAX, &v->tray, e);
}

static bool reconcile_get(Request *r, Response *res, Err *e) {
    ReconcileView *v = NEW(r->arena, ReconcileView, 1);
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !web_kab(r, db, &v->kab, e) || !authority_require(web_viewer(r), ACTION_READ, v->kab, e) ||
        !web_stages(r, db, v->kab, &v->stages, e) || (v->stages.chosen.n && !view_fill(r, db, v, e))) return false;
    Page page = page_begin(r), actions = page_begin(r);
    PageHead head = { .title = str_c(_("Reconciliation")), .nav = "/reconcile" };
    if (v->stages.chosen.n) {
        reconcile_page(&page, v);
        stage_choice(&actions, "/reconcile", &v->stages, v->kab);
        head.actions = page_take(&actions);
    } else reconcile_empty_page(&page);
    return page_end(r, res, head, &page, e);
}

const Route RECONCILE_ROUTES[] = { { "GET", "/reconcile", "read", reconcile_get }, { 0 } };
