// search_http.c: the search box at the top of every page. What is typed comes by POST, so that no number ever stands in an address, and is
// stored nowhere; only a name may go on into an address, so that its list can be shared.
#include "web/search.h"
#include "registry/area.h"
#include "web_search.page.h"

#define TYPED_ROWS 8                           // under the box: what a phone shows above its keyboard

// ---- places ------------------------------------------------------------------------------------------------------------
static bool row_place(Db *db, Arena *a, bool has_districts, SearchRow *row, Err *e) {
    Area chain[4];
    size_t n;
    if (!area_chain(db, a, row->hit.village_id, chain, &n, e)) return false;
    row->village = row->district = STR("–");
    for (size_t i = 0; i < n; i++) {
        if (chain[i].level == AREA_VILLAGE) row->village = chain[i].name;
        if (chain[i].level == AREA_DISTRICT && has_districts) row->district = chain[i].name;
    }
    return true;
}

SearchAdvice search_advice(const SearchView *v) {
    if (v->found.n) return ADVICE_NONE;
    return v->is_mixed ? ADVICE_MIXED : v->is_number ? ADVICE_NUMBER : v->found.is_too_short ? ADVICE_SHORT : ADVICE_NAME;
}

bool search_view_fill(Request *r, Db *db, Str what, bool is_typing, size_t limit_n, SearchView *out, Err *e) {
    Arena *a = r->arena;
    SearchView v = { .what = what };
    SearchAsk ask = { .text = what, .is_typing = is_typing, .limit_n = limit_n };
    Str digits;
    v.is_number = search_is_number(a, what, &digits);
    v.is_mixed = !v.is_number && search_has_number(what);
    if (!search_reach(db, a, web_sight(r), &ask, e) || !web_kab(r, db, &ask.near_kab, e)) return false;
    v.has_districts = !ask.is_own_only && ask.low_kab != ask.high_kab;
    bool is_good = v.is_number ? search_number(db, a, &ask, digits, &v.found, e) : v.is_mixed || search_names(db, a, &ask, &v.found, e);
    if (!is_good) return false;
    v.rows = NEW(a, SearchRow, v.found.n + 1);
    for (size_t i = 0; i < v.found.n; i++) {
        v.rows[i].hit = v.found.at[i];
        if (!row_place(db, a, v.has_districts, &v.rows[i], e)) return false;
    }
    *out = v;
    return true;
}

// Each district keeps its own record of who looked.
static bool view_may_show(Request *r, Response *res, const SearchView *v) {
    int64_t *ids = NEW(r->arena, int64_t, v->found.n + 1);
    bool *is_done = NEW(r->arena, bool, v->found.n + 1);
    for (size_t i = 0; i < v->found.n; i++) {
        int64_t kab = v->rows[i].hit.kab;
        size_t n = 0;
        for (size_t k = i; k < v->found.n; k++) {
            if (is_done[k] || v->rows[k].hit.kab != kab) continue;
            is_done[k] = true;
            ids[n++] = v->rows[k].hit.family_id;
        }
        if (n && !web_may_show(r, res, "search", kab, ids, n)) return false;
    }
    return true;
}

// ---- pages -------------------------------------------------------------------------------------------------------------
static bool view_show(Request *r, Response *res, const SearchView *v, Err *e) {
    if (!view_may_show(r, res, v)) return true;
    Page page = page_begin(r);
    search_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(v->found.n ? _("Found") : _("Nothing found")), .nav = "/families" }, &page, e);
}

// A name, in an address that can be shared. A number in it is not looked for: whoever wrote it there is told to use the box.
static bool search_get(Request *r, Response *res, Err *e) {
    SearchView v;
    Db *db;
    Str what = query_text(r, "q");
    if (search_has_number(what)) {
        v = (SearchView){ .is_number = true };
        return view_show(r, res, &v, e);
    }
    return request_db_read(r, &db, e) && db_begin_read(db, e) && search_view_fill(r, db, what, false, SEARCH_LIMIT_MAX, &v, e) && view_show(r, res, &v, e);
}

static bool one_family(const SearchView *v) {
    for (size_t i = 1; i < v->found.n; i++)
        if (v->rows[i].hit.kab != v->rows[0].hit.kab || v->rows[i].hit.family_id != v->rows[0].hit.family_id) return false;
    return v->found.n > 0;
}

bool search_post(Request *r, Response *res, Err *e) {
    Str what = form_text(r, "q"), digits;
    SearchView v;
    Db *db;
    bool is_number = search_is_number(r->arena, what, &digits);
    if (what.n && !is_number && !search_has_number(what)) {
        int64_t low, high;
        authority_area(web_viewer(r), &low, &high);
        response_redirect(r, res, url_with(r->arena, (Url){ low == high ? STR("/families") : STR("/search") }, "q", what));
        return true;
    }
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !search_view_fill(r, db, what, false, SEARCH_LIMIT_MAX, &v, e)) return false;
    if (!one_family(&v)) return view_show(r, res, &v, e);
    if (view_may_show(r, res, &v)) response_redirect(r, res, url_path(r->arena, "/family/%lld/%lld", (long long)v.rows[0].hit.kab, (long long)v.rows[0].hit.family_id));
    return true;
}

// The lines under the box, without the frame of a page.
static bool typed_post(Request *r, Response *res, Err *e) {
    SearchView v;
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !search_view_fill(r, db, form_text(r, "q"), true, TYPED_ROWS, &v, e)) return false;
    if (!view_may_show(r, res, &v)) return true;
    Page page = page_begin(r);
    search_typed(&page, &v);
    buf_str(&res->body, page_take(&page).s);
    return true;
}

const Route SEARCH_ROUTES[] = {
    { "GET",  "/search",       "read read_own", search_get },
    { "POST", "/search",       "read read_own", search_post },
    { "POST", "/search/typed", "read read_own", typed_post },
    {0} };
