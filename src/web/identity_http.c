// identity_http.c: identity work as a list and one by one, looked for anew, dismissed with a reason.
#include "web/identity.h"
#include <stdlib.h>
#include "registry/duplicate.h"
#include "registry/identity.h"
#include "web/duplicates.h"
#include "web/table_http.h"
#include "web_identity.page.h"
#include "web_web.sql.h"

#define ROWS 50                        // a page of the list
#define FILE_ROWS_MAX 200000           // a file of more rows nobody works through

static int area_order(const void *id, const void *area) { return (*(const int64_t *)id > ((const Area *)area)->id) - (*(const int64_t *)id < ((const Area *)area)->id); }

static Str village_name(const Areas *villages, int64_t id) {
    const Area *area = villages->n ? bsearch(&id, villages->at, villages->n, sizeof *villages->at, area_order) : NULL;
    return area ? area->name : STR("–");
}

// ---- words -----------------------------------------------------------------------------------------------------------
static Str fault_words(Str code) {
    for (IdentityFault f = IDENTITY_OK; f < IDENTITY_FAULTS_N; f++) if (str_eq(code, str_c(identity_fault_code(f)))) return str_c(identity_fault_text(f));
    return code;
}

static Str other_words(Arena *a, int64_t kab, int64_t family_id, int64_t own_kab) {
    if (kab == own_kab) return arena_fmt(a, _("Also family %lld"), (long long)family_id);
    return arena_fmt(a, _("Also family %lld of district %lld"), (long long)family_id, (long long)kab);
}

static Str detail_words(Arena *a, int64_t own_kab, const WorkRow *row) {
    int64_t kab, family_id, person_id;
    if (work_other(row, &kab, &family_id, &person_id)) return other_words(a, kab, family_id, own_kab);
    if (row->kind == WORK_NIK_FORM) return fault_words(row->detail);
    if (row->kind == WORK_OVER_AGE) return arena_fmt(a, _("School level: %.*s"), STR_ARG(row->detail));
    return STR("");
}

static Url work_url(Arena *a, int64_t kab, const WorkRow *row) {
    return url_path(a, "/identity/%lld/%s/%lld/%lld", (long long)kab, work_kind_code(row->kind), (long long)row->family_id, (long long)row->person_id);
}

// ---- the list --------------------------------------------------------------------------------------------------------
// "1500000.nik_twice.12.3": the last row of the page before.
static bool after_read(Str text, WorkAfter *out) {
    Str rest = text;
    WorkAfter after = { .is_set = true };
    if (!str_int64(str_cut(&rest, '.'), &after.amount.rp) || !work_kind_find(str_cut(&rest, '.'), &after.kind) || !str_int64(str_cut(&rest, '.'), &after.family_id) ||
        !str_int64(rest, &after.person_id)) return false;
    *out = after;
    return true;
}

static Str after_text(Arena *a, const WorkRow *row) {
    return arena_fmt(a, "%lld.%s.%lld.%lld", (long long)row->amount.rp, work_kind_code(row->kind), (long long)row->family_id, (long long)row->person_id);
}

static bool filter_read(Request *r, Db *db, WorkFilter *f, Err *e) {
    *f = (WorkFilter){ .sight = web_sight(r), .village_id = query_int(r, "village", 0), .companion_id = query_int(r, "companion", 0),
                       .is_dismissed = str_eq(query_text(r, "state"), STR("dismissed")), .limit_n = ROWS };
    f->has_kind = work_kind_find(query_text(r, "kind"), &f->kind);
    if (!after_read(query_text(r, "after"), &f->after)) f->after = (WorkAfter){ .is_set = false };
    return web_kab(r, db, &f->kab, e);
}

// The same list with one thing of its address changed, from the beginning.
static Url list_with(Request *r, const char *name, Str value) { return url_with(r->arena, url_with(r->arena, r->here, "after", STR("")), name, value); }

static void links_fill(Request *r, IdentityView *v) {
    Arena *a = r->arena;
    const WorkFilter *f = &v->filter;
    if (f->after.is_set) v->first = list_with(r, "after", STR(""));
    v->dismissed = list_with(r, "state", STR("dismissed"));
    v->open = list_with(r, "state", STR(""));
    v->all = url_path(a, "/identity?kab=%lld", (long long)f->kab);
    if (f->is_dismissed) v->all = url_with(a, v->all, "state", STR("dismissed"));
    if (v->list.is_more) v->next = url_with(a, r->here, "after", after_text(a, &v->list.rows[v->list.row_n - 1]));
    v->is_filtered = f->has_kind || f->village_id || f->companion_id;
    for (int i = 0; i < WORK_KINDS_N; i++) {
        WorkKind kind = (WorkKind)i;
        v->kinds[i] = (IdentityKind){ kind, v->list.sums[i].n, v->list.sums[i].amount, list_with(r, "kind", str_c(work_kind_code(kind))), f->has_kind && f->kind == kind };
        v->has_kinds |= v->list.sums[i].n > 0;
    }
}

static bool identity_fill(Request *r, Db *db, IdentityView *v, Err *e) {
    Arena *a = r->arena;
    Area area;
    WorkLookedRow looked;
    bool found = false;
    WorkFilter *f = &v->filter;
    v->is_own = sight_is_own_only(&f->sight);
    v->may_edit = authority_allows(web_viewer(r), ACTION_EDIT, f->kab);
    if (!work_list(db, a, f, &v->list, e) || !area_list_level(db, a, f->kab, AREA_VILLAGE, &v->villages, e) || !area_read(db, a, f->kab, &area, &found, e)) return false;
    v->area_name = found ? area.name : STR("");
    if (!v->is_own && !caseload_companions(db, a, f->sight, f->kab, &v->companions, e)) return false;
    if (!work_looked(db, (WorkLookedArgs){ .kab = f->kab }, &looked, &v->is_searched, e)) return false;
    v->rows = NEW(a, IdentityRow, v->list.row_n + 1);
    for (size_t i = 0; i < v->list.row_n; i++) {
        const WorkRow *w = &v->list.rows[i];
        v->rows[i] = (IdentityRow){ .work = *w, .village = village_name(&v->villages, w->village_id), .what = detail_words(a, f->kab, w), .href = work_url(a, f->kab, w) };
    }
    links_fill(r, v);
    return true;
}

static bool rows_may_show(Request *r, Response *res, const char *purpose, const IdentityView *v) {
    int64_t *ids = NEW(r->arena, int64_t, v->list.row_n + 1);
    for (size_t i = 0; i < v->list.row_n; i++) ids[i] = v->list.rows[i].family_id;
    return web_may_show(r, res, purpose, v->filter.kab, ids, v->list.row_n);
}

static bool identity_rows(const IdentityView *v, TableWriter *w, Err *e) {
    for (size_t i = 0; i < v->list.row_n; i++) {
        const IdentityRow *row = &v->rows[i];
        table_put_n(w, v->filter.kab);
        table_put_n(w, row->work.family_id);
        table_put(w, row->work.name);
        table_put(w, str_c(work_kind_title(row->work.kind)));
        table_put(w, row->what);
        table_put(w, row->village);
        table_put_rupiah(w, row->work.amount);
        table_put(w, str_c(work_kind_who(row->work.kind)));
        table_put(w, str_c(work_kind_how(row->work.kind)));
        table_put(w, row->work.note);
        if (!table_end_row(w, e)) return false;
    }
    return true;
}

static bool identity_file(Request *r, Response *res, const IdentityView *v, TableFormat format, Err *e) {
    const TableColumn columns[] = {
        { "kab", str_c(_("District code")), TABLE_COUNT }, { "family_id", str_c(_("Family number")), TABLE_COUNT }, { "name", str_c(_("Who")), TABLE_TEXT },
        { "kind", str_c(_("Kind")), TABLE_TEXT }, { "detail", str_c(_("What is doubtful")), TABLE_TEXT }, { "village", str_c(_("Kelurahan")), TABLE_TEXT },
        { "amount", str_c(_("Money at risk")), TABLE_RUPIAH }, { "who", str_c(_("Who mends it")), TABLE_TEXT }, { "how", str_c(_("What to do")), TABLE_TEXT },
        { "note", str_c(_("Reason")), TABLE_TEXT } };
    TableHead head = { .name = "identitas", .title = str_c(_("Identity work")), .kab = v->filter.kab, .area = v->area_name, .columns = columns,
                       .column_n = sizeof columns / sizeof *columns };
    TableWriter *w;
    if (!rows_may_show(r, res, "export", v)) return true;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    if (identity_rows(v, w, e)) return table_answer(r, res, &head, format, w, e);
    table_abort(w);
    return false;
}

static bool identity_get(Request *r, Response *res, Err *e) {
    IdentityView *v = NEW(r->arena, IdentityView, 1);
    TableFormat format;
    bool is_file;
    Db *db;
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !filter_read(r, db, &v->filter, e)) return false;
    if (is_file) v->filter.after = (WorkAfter){ .is_set = false }, v->filter.limit_n = FILE_ROWS_MAX;
    if (!identity_fill(r, db, v, e)) return false;
    if (is_file) return identity_file(r, res, v, format, e);
    if (!rows_may_show(r, res, "list", v)) return true;
    Page page = page_begin(r);
    identity_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Identity work")), .nav = "/identity" }, &page, e);
}

// ---- one piece of work -----------------------------------------------------------------------------------------------
static bool other_fill(Request *r, Db *db, IdentityWorkView *v, Err *e) {
    Arena *a = r->arena;
    const WorkRow *w = &v->row.work;
    int64_t person_id = 0;
    FamilyBriefRow brief;
    PairDetail pair;
    Err none = { 0 };
    v->has_other = work_other(w, &v->other_kab, &v->other_family_id, &person_id);
    if (!v->has_other) return true;
    v->row.other = other_words(a, v->other_kab, v->other_family_id, v->kab);
    if (!family_brief(db, a, (FamilyBriefArgs){ .kab = v->other_kab, .id = v->other_family_id, SEE(web_sight(r)) }, &brief, &v->may_see_other, e)) return false;
    if (w->kind != WORK_NIK_TWICE) return true;
    PairKey key = pair_key(v->kab, w->person_id, v->other_kab, person_id);
    v->has_pair = duplicate_read(db, a, web_sight(r), key, &pair, &none);
    v->pair = pair_url(a, key, "");
    return v->has_pair || none.code == NOT_FOUND || fail(e, none.code, "%s", none.text);
}

static bool work_show(Request *r, Response *res, Db *db, IdentityWorkView *v, Err *e) {
    Arena *a = r->arena;
    WorkKind kind = WORK_NIK_TWICE;
    Areas villages;
    v->kab = param_int(r, "kab");
    if (!work_kind_find(param_text(r, "kind"), &kind)) return fail(e, NOT_FOUND, "That piece of work is no longer on the list.");
    WorkRow *w = &v->row.work;
    if (!work_read(db, a, web_sight(r), v->kab, kind, param_int(r, "family_id"), param_int(r, "person_id"), w, &v->state, e) ||
        !area_list_level(db, a, v->kab, AREA_VILLAGE, &villages, e) || !other_fill(r, db, v, e)) return false;
    v->row.village = village_name(&villages, w->village_id);
    v->row.what = detail_words(a, v->kab, w);
    v->may_edit = authority_allows(web_viewer(r), ACTION_EDIT, v->kab);
    if (!web_may_show(r, res, "identity_work", v->kab, &w->family_id, 1)) return true;
    Page page = page_begin(r);
    identity_work_page(&page, v);
    PageHead head = { .title = str_c(work_kind_title(kind)), .nav = "/identity", .crumbs = { { "/identity", str_c(_("Identity work")) } } };
    return page_end(r, res, head, &page, e);
}

static bool work_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && work_show(r, res, db, NEW(r->arena, IdentityWorkView, 1), e);
}

static bool work_post(Request *r, Response *res, Err *e) {
    IdentityWorkView *v = NEW(r->arena, IdentityWorkView, 1);
    Str note = form_text(r, "note");
    int64_t kab = param_int(r, "kab"), family_id = param_int(r, "family_id"), person_id = param_int(r, "person_id");
    WorkKind kind = WORK_NIK_TWICE;
    Db *db;
    if (!work_kind_find(param_text(r, "kind"), &kind)) return fail(e, NOT_FOUND, "That piece of work is no longer on the list.");
    if (!request_db_write(r, &db, e)) return false;
    if (fields_has(&r->form, "reopen")) note = STR("");
    else if (!note.n) {
        v->fault = str_c(_("Say why it is right as it stands: the next one who looks needs to know."));
        res->status = 422;
        return db_begin_read(db, e) && work_show(r, res, db, v, e);
    }
    if (!work_dismiss(db, web_viewer(r), kab, kind, family_id, person_id, note, r->received_at, e)) return false;
    response_redirect(r, res, url_path(r->arena, "/identity/%lld/%s/%lld/%lld", (long long)kab, work_kind_code(kind), (long long)family_id, (long long)person_id));
    return true;
}

static bool find_post(Request *r, Response *res, Err *e) {
    WorkFound found;
    Str stage;
    int64_t kab;
    Db *db;
    if (!str_int64(form_text(r, "kab"), &kab)) return fail(e, BAD_INPUT, "Say which district is to be looked through.");
    if (!request_db_write(r, &db, e) || !identity_refresh(db, r->arena, web_viewer(r), kab, r->received_at, NULL, &found, &stage, e)) return false;
    response_redirect(r, res, url_path(r->arena, "/identity?kab=%lld", (long long)kab));
    return true;
}

const Route IDENTITY_ROUTES[] = {
    { "GET",  "/identity",                                   "read read_own", identity_get },
    { "POST", "/identity/find",                              "edit",          find_post },
    { "GET",  "/identity/{kab}/{kind}/{family_id}/{person_id}", "read read_own", work_get },
    { "POST", "/identity/{kab}/{kind}/{family_id}/{person_id}", "edit",       work_post },
    {0} };
