// drift_http.c: a refresh from the Ministry's data, in pages: compare a staged file, read it by kind, ask for a signature, take it back.
#include "web/drift.h"
#include "registry/area.h"
#include "web/table_http.h"
#include "web_drift.page.h"

const char *drift_state_title(Str state) {
    static const struct { const char *word, *title; } TITLES[] = { { "looked", N_("Compared") }, { "applied", N_("Applied") }, { "undone", N_("Taken back") } };
    for (size_t i = 0; i < sizeof TITLES / sizeof *TITLES; i++) if (str_eq(state, str_c(TITLES[i].word))) return tr(TITLES[i].title);
    return "";
}

// ---- all of them ------------------------------------------------------------------------------------------------------------------
#define DRIFTS_MAX 50
static bool drifts_get(Request *r, Response *res, Err *e) {
    DriftsView *v = NEW(r->arena, DriftsView, 1);
    ImportEntry *all;
    size_t n;
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !web_kab(r, db, &v->kab, e) || !authority_require(web_viewer(r), ACTION_READ, v->kab, e) ||
        !drift_list(db, r->arena, web_sight(r), v->kab, DRIFTS_MAX, &v->drifts, &v->drift_n, e)) return false;
    v->may_import = authority_allows(web_viewer(r), ACTION_IMPORT, v->kab);
    if (v->may_import && !import_list(db, r->arena, v->kab, DRIFTS_MAX, 0, &all, &n, e)) return false;
    v->files = NEW(r->arena, ImportEntry, DRIFTS_MAX);
    for (size_t i = 0; v->may_import && i < n; i++) {
        bool is_compared = false;
        for (size_t k = 0; k < v->drift_n; k++) is_compared = is_compared || v->drifts[k].batch_id == all[i].id;
        if (str_eq(all[i].state, STR("staged")) && !is_compared) v->files[v->file_n++] = all[i];
    }
    Page page = page_begin(r);
    drifts_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Drift")), .nav = "/drift" }, &page, e);
}

// ---- one ----------------------------------------------------------------------------------------------------------------------------
static Str detail_of(Db *db, Arena *a, const DriftItem *it) {
    Area area;
    Err ignored = { 0 };
    bool found;
    int64_t id;
    if (it->kind == DRIFT_MOVED && str_int64(it->old_value, &id) && area_read(db, a, id, &area, &found, &ignored) && found) return arena_fmt(a, _("before: %.*s"), STR_ARG(area.name));
    if (it->kind == DRIFT_DECILE) return arena_fmt(a, "%.*s → %.*s", STR_ARG(it->old_value.n ? it->old_value : STR("–")), STR_ARG(it->new_value));
    if (it->kind == DRIFT_SPLIT) return arena_fmt(a, _("persons %.*s"), STR_ARG(it->new_value));
    return (Str){ 0 };
}

static bool rows_read(Request *r, Db *db, DriftView *v, int64_t limit_n, int64_t offset_n, Err *e) {
    DriftLine *lines;
    size_t n;
    if (!drift_lines(db, r->arena, web_sight(r), v->kab, v->id, v->kind, limit_n, offset_n, &lines, &n, e)) return false;
    v->rows = NEW(r->arena, DriftRow, n + 1);
    for (size_t i = 0; i < n; i++) {
        Area area;
        bool found = false;
        const DriftItem *it = &lines[i].item;
        if (it->village_id && !area_read(db, r->arena, it->village_id, &area, &found, e)) return false;
        v->rows[v->row_n++] = (DriftRow){ lines[i], found ? area.name : STR("–"), arena_change(r->arena, it->before, it->after), detail_of(db, r->arena, it) };
    }
    return true;
}

static bool view_read(Request *r, Db *db, DriftView *v, Err *e) {
    Area area;
    bool found;
    v->kab = param_int(r, "kab");
    v->id = param_int(r, "id");
    if (!drift_kind_find(query_text(r, "kind"), &v->kind)) v->kind = DRIFT_KINDS_N;
    if (!drift_read(db, r->arena, web_sight(r), v->kab, v->id, &v->drift, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no drift of import %lld in district %lld.", (long long)v->id, (long long)v->kab);
    if (!drift_sums(db, web_sight(r), v->kab, v->id, v->sums, e) || !area_read(db, r->arena, v->kab, &area, &found, e)) return false;
    v->area_name = found ? area.name : STR("");
    v->may_import = str_eq(v->drift.state, STR("looked")) && authority_allows(web_viewer(r), ACTION_IMPORT, v->kab);
    v->may_undo = str_eq(v->drift.state, STR("applied")) && authority_allows(web_viewer(r), ACTION_EDIT, v->kab);
    return true;
}

static int64_t chosen_n(const DriftView *v) {
    return v->kind < DRIFT_KINDS_N ? v->sums[v->kind].n : v->drift.item_n;
}

// Whom the rows are about, written down before they are shown. Who is only in the file is no family yet and stands as number 0.
static bool rows_may_show(Request *r, Response *res, const DriftView *v, const char *purpose) {
    int64_t *ids = NEW(r->arena, int64_t, v->row_n + 1);
    size_t n = 0;
    for (size_t i = 0; i < v->row_n; i++) ids[n++] = v->rows[i].line.item.family_id;
    return web_may_show(r, res, purpose, v->kab, ids, n);
}

static bool drift_show(Request *r, Response *res, Db *db, DriftView *v, Err *e) {
    v->list = list_of(r, chosen_n(v));
    if (!rows_read(r, db, v, v->list.rows_n, list_offset(&v->list), e)) return false;
    if (!rows_may_show(r, res, v, "list")) return true;
    Page page = page_begin(r);
    drift_page(&page, v);
    PageHead head = { .title = v->drift.file_name, .nav = "/drift", .crumbs = { { "/drift", str_c(_("Drift")) }, { NULL, v->drift.file_name } } };
    return page_end(r, res, head, &page, e);
}

static bool drift_file(Request *r, Response *res, Db *db, DriftView *v, TableFormat format, Err *e) {
    const TableColumn columns[] = {
        { "kind", str_c(_("What")), TABLE_TEXT }, { "family", str_c(_("Family")), TABLE_COUNT }, { "person", str_c(_("Person")), TABLE_COUNT }, { "row", str_c(_("Row of the file")), TABLE_COUNT },
        { "name", str_c(_("Name")), TABLE_TEXT }, { "village", str_c(_("Kelurahan")), TABLE_TEXT }, { "detail", str_c(_("Detail")), TABLE_TEXT }, { "by_hand", str_c(_("By hand")), TABLE_COUNT },
        { "before", str_c(_("Before")), TABLE_RUPIAH }, { "after", str_c(_("Then")), TABLE_RUPIAH } };
    TableHead head = { .name = "perubahan", .title = str_c(_("Drift")), .kab = v->kab, .area = v->area_name, .stage = v->drift.stage, .columns = columns,
                       .column_n = sizeof columns / sizeof *columns };
    TableWriter *w;
    if (!rows_read(r, db, v, chosen_n(v), 0, e)) return false;
    if (!rows_may_show(r, res, v, "export")) return true;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    for (size_t i = 0; i < v->row_n; i++) {
        const DriftItem *it = &v->rows[i].line.item;
        table_put(w, str_c(drift_kind_title(it->kind)));
        table_put_n(w, it->family_id);
        table_put_n(w, it->person_id);
        table_put_n(w, it->row_n);
        table_put(w, v->rows[i].line.name);
        table_put(w, v->rows[i].village);
        table_put(w, v->rows[i].detail);
        table_put_n(w, it->is_by_hand);
        table_put_rupiah(w, it->before);
        table_put_rupiah(w, it->after);
        if (table_end_row(w, e)) continue;
        table_abort(w);
        return false;
    }
    return table_answer(r, res, &head, format, w, e);
}

static bool drift_get(Request *r, Response *res, Err *e) {
    DriftView *v = NEW(r->arena, DriftView, 1);
    TableFormat format;
    bool is_file;
    Db *db;
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !view_read(r, db, v, e)) return false;
    if (str_eq(query_text(r, "done"), STR("undone"))) v->done = str_c(_("Taken back."));
    return is_file ? drift_file(r, res, db, v, format, e) : drift_show(r, res, db, v, e);
}

// ---- doing ----------------------------------------------------------------------------------------------------------------------------
static Url drift_url(Request *r, const char *end) { return url_path(r->arena, "/drift/%lld/%lld%s", (long long)param_int(r, "kab"), (long long)param_int(r, "id"), end); }

static bool refused_show(Request *r, Response *res, Db *db, const Err *refused, Err *e) {
    DriftView *v = NEW(r->arena, DriftView, 1);
    db_rollback(db);
    if (refused->code == IO_FAILED || refused->code == NOT_FOUND) { *e = *refused; return false; }
    if (!view_read(r, db, v, e)) { *e = *refused; return false; }         // not compared yet: there is no page to say it on
    v->fault = arena_str(r->arena, str_c(refused->text));
    res->status = err_http_status(refused->code);
    return drift_show(r, res, db, v, e);
}

static bool look_post(Request *r, Response *res, Err *e) {
    Err refused = { 0 };
    Drift d;
    Db *db;
    if (!authority_require(web_viewer(r), ACTION_IMPORT, param_int(r, "kab"), e) || !request_db_write(r, &db, e)) return false;
    DriftAsk ask = { .kab = param_int(r, "kab"), .batch_id = param_int(r, "id"), .actor = *web_viewer(r), .at = r->received_at };
    if (!drift_look(db, r->arena, &ask, &d, &refused)) return refused_show(r, res, db, &refused, e);
    response_redirect(r, res, drift_url(r, ""));
    return true;
}

static bool ask_post(Request *r, Response *res, Err *e) {
    Err refused = { 0 };
    ApprovalRequest request;
    unsigned kinds = 0;
    bool is_new;
    Db *db;
    int64_t kab = param_int(r, "kab");
    if (!authority_require(web_viewer(r), ACTION_IMPORT, kab, e) || !request_db_write(r, &db, e)) return false;
    for (int i = 0; i < DRIFT_KINDS_N; i++)
        if (fields_has(&r->form, arena_fmt(r->arena, "kind-%s", drift_kind_name((DriftKind)i)).p)) kinds |= 1u << i;
    bool is_good = kinds || fail(&refused, BAD_INPUT, "Choose at least one kind to be applied.");
    if (!is_good || !drift_ask(db, r->arena, web_viewer(r), kab, param_int(r, "id"), kinds, r->received_at, &request, &is_new, &refused)) return refused_show(r, res, db, &refused, e);
    response_redirect(r, res, url_path(r->arena, "/request/%lld/%lld", (long long)kab, (long long)request.id));
    return true;
}

static bool undo_post(Request *r, Response *res, Err *e) {
    Err refused = { 0 };
    DriftUndone undone;
    Db *db;
    if (!authority_require(web_viewer(r), ACTION_EDIT, param_int(r, "kab"), e) || !request_db_write(r, &db, e)) return false;
    if (!drift_undo(db, web_viewer(r), param_int(r, "kab"), param_int(r, "id"), r->received_at, &undone, &refused)) return refused_show(r, res, db, &refused, e);
    response_redirect(r, res, drift_url(r, "?done=undone"));
    return true;
}

const Route DRIFT_ROUTES[] = {
    { "GET",  "/drift",                "read",   drifts_get },
    { "GET",  "/drift/{kab}/{id}",      "read",   drift_get },
    { "POST", "/drift/{kab}/{id}/look", "import", look_post },
    { "POST", "/drift/{kab}/{id}/ask",  "import", ask_post },
    { "POST", "/drift/{kab}/{id}/undo", "edit",   undo_post },
    {0} };
