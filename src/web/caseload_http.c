// caseload_http.c: who answers for which families on a day; hand-overs: look, ask, print; which log-in is which companion. No family
// stands on these pages but by its number; the note on paper has names, and that it was made is written down.
#include "web/caseload.h"
#include "office/user.h"
#include "web/table_http.h"
#include "web_caseload.page.h"

static bool day_read(Str text, Date otherwise, Date *out, Err *e) {
    *out = otherwise;
    return !text.n || date_parse_local(text, out) || fail(e, BAD_INPUT, "\"%.*s\" is no day: write 2024-06-15 or 15 Juni 2024.", STR_ARG(text));
}

// ---- who has how many --------------------------------------------------------------------------------------------------------
static Str places_text(Arena *a, const Caseload *load, int64_t companion_id) {
    Buf b = { .max = 1 << 16 };
    for (size_t i = 0; i < load->place_n; i++) {
        const CaseloadPlace *p = &load->places[i];
        if (p->companion_id != companion_id) continue;
        buf_fmt(&b, "%s%.*s ", b.n ? ", " : "", STR_ARG(p->village));
        count_put(&b, p->family_n);
    }
    Str text = b.n ? arena_str(a, buf_view(&b)) : STR("–");
    buf_free(&b);
    return text;
}

static CaseloadRow row_of(Arena *a, const CaseloadView *v, const Companion *c) {
    int64_t id = c ? c->id : 0;
    Url hand = url_path(a, "/caseload/new?kab=%lld&from=%lld", (long long)v->kab, (long long)id);
    return (CaseloadRow){ c, c ? c->family_n : v->load.nobody_n, places_text(a, &v->load, id), hand };
}

size_t caseload_shown_n(const CaseloadView *v) {
    int64_t left = v->list.total_n - v->list.from_n;
    return (size_t)(left < v->list.rows_n ? left : v->list.rows_n);
}

static bool view_read(Request *r, Db *db, CaseloadView *v, Err *e) {
    Arena *a = r->arena;
    CompanionUsers users = { 0 };
    if (!web_kab(r, db, &v->kab, e) || !authority_require(web_viewer(r), ACTION_READ, v->kab, e) || !day_read(query_text(r, "on"), web_today(r), &v->on, e)) return false;
    Sight sight = authority_sight(web_viewer(r), v->on);
    v->may_change = authority_allows(web_viewer(r), ACTION_CASELOAD, v->kab);
    if (!caseload_read(db, a, sight, v->kab, &v->load, e) || !hand_over_list(db, a, sight, v->kab, HAND_OVERS_SHOWN, &v->entries, &v->entry_n, e) ||
        !caseload_users(db, a, sight, v->kab, &users, e)) return false;
    v->waiting.at = NEW(a, CompanionUser, users.n + 1);
    for (size_t i = 0; i < users.n; i++) if (!users.at[i].companion_id) v->waiting.at[v->waiting.n++] = users.at[i];
    v->rows = NEW(a, CaseloadRow, v->load.companions.n + 1);
    if (v->load.nobody_n) v->rows[v->row_n++] = row_of(a, v, NULL);
    for (size_t i = 0; i < v->load.companions.n; i++) v->rows[v->row_n++] = row_of(a, v, &v->load.companions.at[i]);
    v->list = list_of(r, (int64_t)v->row_n);
    return true;
}

static bool caseload_show(Request *r, Response *res, const CaseloadView *v, Err *e) {
    Page page = page_begin(r);
    caseload_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Caseload")), .nav = "/caseload" }, &page, e);
}

static Str login_of(const CaseloadView *v, int64_t companion_id) {
    for (size_t i = 0; i < v->load.companions.n; i++) if (v->load.companions.at[i].id == companion_id && v->load.companions.at[i].login.p) return v->load.companions.at[i].login;
    return STR("");
}

static bool caseload_file(Request *r, Response *res, const CaseloadView *v, TableFormat format, Err *e) {
    const TableColumn columns[] = { { "village", str_c(_("Kelurahan")), TABLE_TEXT }, { "village_code", str_c(_("Code of the kelurahan")), TABLE_ID }, { "companion", str_c(_("Companion")), TABLE_TEXT },
                                    { "login", str_c(_("Log-in name")), TABLE_TEXT }, { "families", str_c(_("Families")), TABLE_COUNT }, { "on", str_c(_("On the day")), TABLE_DATE } };
    TableHead head = { .name = "dampingan", .title = str_c(_("Caseload")), .kab = v->kab, .columns = columns, .column_n = sizeof columns / sizeof *columns };
    TableWriter *w;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    for (size_t i = 0; i < v->load.place_n; i++) {
        const CaseloadPlace *p = &v->load.places[i];
        table_put(w, p->village);
        table_put(w, arena_fmt(r->arena, "%lld", (long long)p->village_id));
        table_put(w, p->companion.n ? p->companion : str_c(_("Nobody")));
        table_put(w, p->companion_id ? login_of(v, p->companion_id) : STR(""));
        table_put_n(w, p->family_n);
        table_put_date(w, v->on);
        if (table_end_row(w, e)) continue;
        table_abort(w);
        return false;
    }
    return table_answer(r, res, &head, format, w, e);
}

static bool caseload_get(Request *r, Response *res, Err *e) {
    CaseloadView *v = NEW(r->arena, CaseloadView, 1);
    TableFormat format;
    bool is_file;
    Db *db;
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !view_read(r, db, v, e)) return false;
    if (str_eq(query_text(r, "done"), STR("joined"))) v->done = str_c(_("Linked. Whoever logs in with this name sees these families from now on."));
    return is_file ? caseload_file(r, res, v, format, e) : caseload_show(r, res, v, e);
}

static bool is_for_page(const Err *refused) { return refused->code == BAD_INPUT || refused->code == CONFLICT || refused->code == LIMIT || refused->code == FORBIDDEN; }

static bool join_post(Request *r, Response *res, Err *e) {
    CaseloadView *v = NEW(r->arena, CaseloadView, 1);
    int64_t kab, user_id = 0, companion_id = 0, id;
    Err refused = { 0 };
    Db *db;
    if (!request_db_write(r, &db, e) || !web_kab(r, db, &kab, e)) return false;
    bool is_good = (str_int64(form_text(r, "user"), &user_id) && str_int64(form_text(r, "companion"), &companion_id)) || fail(&refused, BAD_INPUT, "Choose a log-in and a companion.");
    if (is_good && caseload_join(db, web_viewer(r), kab, user_id, companion_id, r->received_at, &id, &refused)) {
        response_redirect(r, res, url_path(r->arena, "/caseload?kab=%lld&done=joined", (long long)kab));
        return true;
    }
    if (!is_for_page(&refused)) { *e = refused; return false; }
    if (!view_read(r, db, v, e)) return false;
    v->fault = arena_str(r->arena, str_c(refused.text));
    res->status = err_http_status(refused.code);
    return caseload_show(r, res, v, e);
}

// ---- a new hand-over -----------------------------------------------------------------------------------------------------------
typedef Str FieldGet(const Request *r, const char *name);

static int64_t field_n(Request *r, FieldGet *get, const char *name, int64_t otherwise) {
    int64_t n = otherwise;
    return str_int64(get(r, name), &n) ? n : otherwise;
}

static bool wish_read(Request *r, Db *db, FieldGet *get, HandOverNewView *v, Err *e) {
    HandOverWish *w = &v->wish;
    if (!web_kab(r, db, &v->kab, e) || !authority_require(web_viewer(r), ACTION_CASELOAD, v->kab, e) || !day_read(get(r, "day"), web_today(r), &w->from_on, e)) return false;
    w->kab = v->kab;
    w->from_id = field_n(r, get, "from", HAND_OVER_ANYBODY);
    w->to_id = field_n(r, get, "to", 0);
    w->village_id = field_n(r, get, "village", 0);
    w->families = get(r, "families");
    return true;
}

static bool new_show(Request *r, Response *res, Db *db, HandOverNewView *v, Err *e) {
    Caseload load;
    if (!caseload_read(db, r->arena, authority_sight(web_viewer(r), v->wish.from_on), v->kab, &load, e)) return false;
    v->companions = load.companions;
    v->villages = NEW(r->arena, CaseloadPlace, load.place_n + 1);
    for (size_t i = 0; i < load.place_n; i++)
        if (!v->village_n || v->villages[v->village_n - 1].village_id != load.places[i].village_id) v->villages[v->village_n++] = load.places[i];
    Page page = page_begin(r);
    hand_over_new_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Hand families over")), .nav = "/caseload", .crumbs = { { "/caseload", str_c(_("Caseload")) } } }, &page, e);
}

static bool refused_show(Request *r, Response *res, Db *db, HandOverNewView *v, const Err *refused, Err *e) {
    if (!is_for_page(refused)) { *e = *refused; return false; }
    v->fault = arena_str(r->arena, str_c(refused->text));
    res->status = err_http_status(refused->code);
    return new_show(r, res, db, v, e);
}

static bool new_get(Request *r, Response *res, Err *e) {
    HandOverNewView *v = NEW(r->arena, HandOverNewView, 1);
    Err refused = { 0 };
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !wish_read(r, db, query_text, v, e)) return false;
    if (!query_text(r, "look").n) return new_show(r, res, db, v, e);
    v->has_look = hand_over_look(db, r->arena, web_viewer(r), &v->wish, r->received_at, &v->look, &refused);
    return v->has_look ? new_show(r, res, db, v, e) : refused_show(r, res, db, v, &refused, e);
}

static bool new_post(Request *r, Response *res, Err *e) {
    HandOverNewView *v = NEW(r->arena, HandOverNewView, 1);
    Err refused = { 0 };
    HandOver asked;
    Hash seen = { 0 };
    Db *db;
    if (!request_db_write(r, &db, e) || !wish_read(r, db, form_text, v, e)) return false;
    bool is_good = hash_parse_hex(form_text(r, "seen"), &seen) || fail(&refused, BAD_INPUT, "Look first at who would change hands, then ask for it.");
    if (!is_good || !hand_over_ask(db, r->arena, web_viewer(r), &v->wish, &seen, r->received_at, &asked, &refused)) return refused_show(r, res, db, v, &refused, e);
    response_redirect(r, res, url_path(r->arena, "/caseload/%lld/%lld", (long long)asked.kab, (long long)asked.id));
    return true;
}

// ---- one that was asked for ------------------------------------------------------------------------------------------------------
static bool hand_over_get(Request *r, Response *res, Err *e) {
    HandOverView *v = NEW(r->arena, HandOverView, 1);
    User maker;
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !hand_over_read(db, r->arena, web_sight(r), param_int(r, "kab"), param_int(r, "id"), &v->h, e) ||
        !user_read(db, r->arena, v->h.actor_id, &maker, e)) return false;
    v->maker = maker.name;
    Page page = page_begin(r);
    hand_over_page(&page, v);
    PageHead head = { .title = arena_fmt(r->arena, _("Hand-over %lld"), (long long)v->h.id), .nav = "/caseload", .crumbs = { { "/caseload", str_c(_("Caseload")) } } };
    return page_end(r, res, head, &page, e);
}

static bool body_write(void *to, Str bytes, Err *e) { return (void)e, buf_str(to, bytes), true; }

static bool note_get(Request *r, Response *res, Err *e) {
    HandOver h;
    Area area;
    bool found = false;
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !hand_over_read(db, r->arena, web_sight(r), param_int(r, "kab"), param_int(r, "id"), &h, e) ||
        !area_read(db, r->arena, h.kab, &area, &found, e)) return false;
    int64_t *ids = NEW(r->arena, int64_t, h.n + 1);
    for (size_t i = 0; i < h.n; i++) ids[i] = h.items[i].family_id;
    if (!web_may_show(r, res, "list", h.kab, ids, h.n)) return true;
    Str band = web_viewer(r)->is_practice ? str_c(_("PRACTICE DATABASE – synthetic data")) : STR("");
    if (!hand_over_note(r->arena, &h, found ? area.name : str_c(_("Social Service")), band, r->received_at, (Sink){ body_write, &res->body }, e)) return false;
    response_download(r, res, arena_fmt(r->arena, "serah-terima-%lld-%lld.pdf", (long long)h.kab, (long long)h.id), "application/pdf");
    return true;
}

const Route CASELOAD_ROUTES[] = {
    { "GET",  "/caseload",                 "read",     caseload_get },
    { "GET",  "/caseload/new",             "caseload", new_get },
    { "POST", "/caseload/new",             "caseload", new_post },
    { "POST", "/caseload/join",            "caseload", join_post },
    { "GET",  "/caseload/{kab}/{id}",      "read",     hand_over_get },
    { "GET",  "/caseload/{kab}/{id}/note", "read",     note_get },
    {0} };
