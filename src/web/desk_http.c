// desk_http.c: the desk in pages. Each button goes through the function of registry/desk.h that the shell uses too.
#include "web/desk.h"
#include "files/pdf.h"
#include "registry/area.h"
#include "web/table_http.h"
#include "web_desk.page.h"
#include "web_web.sql.h"

#define FILE_ROWS_MAX 100000           // requests in a file: more than a district has families that ask

const char *desk_colour(const DeskRequest *r) {
    if (r->is_waiting) return "blue";
    return r->state == DESK_GRANTED ? "green" : r->state == DESK_REFUSED ? "" : r->is_late ? "red" : "amber";
}

Str desk_title(Arena *a, const DeskRequest *r) {
    if (!r->field) return str_c(desk_kind_title(r->kind));
    return arena_fmt(a, "%s: %s", desk_kind_title(r->kind), tr(r->field->title));
}

Url desk_url(Arena *a, const DeskRequest *r) { return url_path(a, "/desk/%lld/%lld", (long long)r->kab, (long long)r->id); }

int64_t desk_form_int(const Request *r, const char *name) {
    int64_t n = 0;
    return str_int64(form_text(r, name), &n) ? n : 0;
}

static Str area_title(Db *db, Arena *a, int64_t kab, Err *e) {
    Area area;
    bool found;
    return area_read(db, a, kab, &area, &found, e) && found ? area.name : str_c(_("Social Service"));
}

// ---- the list --------------------------------------------------------------------------------------------------------
static bool list_fill(Request *r, Db *db, DeskListView *v, bool is_file, Err *e) {
    DeskFilter *f = &v->filter;
    Str late = query_text(r, "late");
    if (!web_kab(r, db, &v->kab, e)) return false;
    *f = (DeskFilter){ .sight = web_sight(r), .kab = v->kab, .family_id = query_int(r, "family", 0), .now = r->received_at, .limit_n = is_file ? FILE_ROWS_MAX : 0,
                       .late = str_eq(late, STR("1")) ? DESK_LATE : str_eq(late, STR("0")) ? DESK_IN_TIME : DESK_ANY_TIME };
    f->has_state = desk_state_find(query_text(r, "state"), &f->state);
    f->has_kind = desk_kind_find(query_text(r, "kind"), &f->kind);
    v->is_filtered = f->has_state || f->has_kind || f->late != DESK_ANY_TIME || f->family_id;
    v->all = url_path(r->arena, "/desk?kab=%lld", (long long)v->kab);
    v->area_name = area_title(db, r->arena, v->kab, e);
    if (e->code || !desk_list(db, r->arena, f, &v->found, e) || is_file) return !e->code;
    v->list = list_of(r, v->found.total_n);
    f->limit_n = v->list.rows_n, f->offset_n = list_offset(&v->list);
    return desk_list(db, r->arena, f, &v->found, e);
}

static bool rows_may_show(Request *r, Response *res, const char *purpose, const DeskListView *v) {
    int64_t *ids = NEW(r->arena, int64_t, v->found.n + 1);
    for (size_t i = 0; i < v->found.n; i++) ids[i] = v->found.at[i].family_id;
    return web_may_show(r, res, purpose, v->kab, ids, v->found.n);
}

static bool list_file(Request *r, Response *res, const DeskListView *v, TableFormat format, Err *e) {
    const TableColumn columns[] = {
        { "id", str_c(_("Number")), TABLE_COUNT }, { "family_id", str_c(_("Family number")), TABLE_COUNT }, { "family", str_c(_("Family")), TABLE_TEXT },
        { "asked", str_c(_("What is asked")), TABLE_TEXT }, { "state", str_c(_("State")), TABLE_TEXT }, { "taken_at", str_c(_("Taken in")), TABLE_INSTANT },
        { "due_at", str_c(_("Answer due")), TABLE_INSTANT }, { "answered_at", str_c(_("Answered")), TABLE_INSTANT }, { "clock", str_c(_("Clock")), TABLE_TEXT },
        { "assigned", str_c(_("Assigned to")), TABLE_TEXT } };
    TableHead head = { .name = "permintaan", .title = str_c(_("Requests of families")), .kab = v->kab, .area = v->area_name, .columns = columns,
                       .column_n = sizeof columns / sizeof *columns };
    TableWriter *w;
    if (!rows_may_show(r, res, "export", v)) return true;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    for (size_t i = 0; i < v->found.n; i++) {
        const DeskRequest *q = &v->found.at[i];
        table_put_n(w, q->id);
        table_put_n(w, q->family_id);
        table_put(w, q->family_name);
        table_put(w, desk_title(r->arena, q));
        table_put(w, str_c(q->is_waiting ? _("Waits for a signature") : desk_state_title(q->state)));
        table_put_instant(w, q->taken_at);
        table_put_instant(w, q->due_at);
        if (q->state == DESK_OPEN) table_put_none(w);
        else table_put_instant(w, q->answered_at);
        table_put(w, desk_clock_text(r->arena, q, v->filter.now));
        table_put(w, q->assigned_name);
        if (table_end_row(w, e)) continue;
        table_abort(w);
        return false;
    }
    return table_answer(r, res, &head, format, w, e);
}

static bool desk_get(Request *r, Response *res, Err *e) {
    DeskListView *v = NEW(r->arena, DeskListView, 1);
    TableFormat format;
    bool is_file;
    Db *db;
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !list_fill(r, db, v, is_file, e)) return false;
    if (is_file) return list_file(r, res, v, format, e);
    if (!rows_may_show(r, res, "list", v)) return true;
    Page page = page_begin(r);
    desk_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Requests of families")), .nav = "/desk" }, &page, e);
}

// ---- taking in -------------------------------------------------------------------------------------------------------
static bool take_persons(Request *r, Db *db, DeskTakeView *v, int64_t payee_id, Err *e) {
    FamilyMembersRows rows = { 0 };
    FamilyMembersRow row;
    v->persons = NEW(r->arena, DeskPerson, PERSON_MAX);
    bool has_row, is_good = family_members(db, (FamilyMembersArgs){ .kab = v->kab, .family_id = v->id, SEE(web_sight(r)) }, &rows, e);
    while (is_good && (is_good = family_members_next(&rows, &row, &has_row, e)) && has_row && v->person_n < PERSON_MAX) {
        v->persons[v->person_n++] = (DeskPerson){ row.id, arena_str(r->arena, row.name) };
        if (row.id == payee_id) v->name = v->persons[v->person_n - 1].name;
    }
    family_members_end(&rows);
    return is_good;
}

static bool take_show(Request *r, Response *res, Db *db, DeskTakeView *v, Err *e) {
    FamilyFullRow row;
    bool found = false;
    v->request = r;
    v->kab = param_int(r, "kab");
    v->id = param_int(r, "id");
    if (!family_full(db, r->arena, (FamilyFullArgs){ .kab = v->kab, .id = v->id, SEE(web_sight(r)) }, &row, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family with this number.");
    if (!take_persons(r, db, v, row.payee_id, e)) return false;
    if (!web_may_show(r, res, "family", v->kab, &v->id, 1)) return true;
    Page page = page_begin(r);
    desk_take_page(&page, v);
    Str name = v->name.n ? v->name : arena_fmt(r->arena, _("Family %lld"), (long long)v->id);
    PageHead head = { .title = arena_fmt(r->arena, _("Request of the family: %.*s"), STR_ARG(name)), .nav = "/desk",
                      .crumbs = { { "/desk", str_c(_("Requests of families")) },
                                  { arena_fmt(r->arena, "/family/%lld/%lld", (long long)v->kab, (long long)v->id).p, arena_fmt(r->arena, "%lld", (long long)v->id) } } };
    return page_end(r, res, head, &page, e);
}

static bool take_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && take_show(r, res, db, NEW(r->arena, DeskTakeView, 1), e);
}

static bool take_post(Request *r, Response *res, Err *e) {
    DeskTakeView *v = NEW(r->arena, DeskTakeView, 1);
    DeskTake take = { .kab = param_int(r, "kab"), .family_id = param_int(r, "id"), .person_id = desk_form_int(r, "person_id"), .field = form_text(r, "field"),
                      .asker = form_text(r, "asker"), .proof = form_text(r, "proof"), .who = form_text(r, "who"), .wanted = form_text(r, "wanted"), .evidence = form_text(r, "evidence") };
    Err refused = { 0 };
    int64_t id;
    bool is_new;
    Db *db;
    if (!request_db_write(r, &db, e)) return false;
    bool is_known = desk_kind_find(form_text(r, "kind"), &take.kind) || fail(&refused, BAD_INPUT, "Say what is asked.");
    if (is_known && desk_take(db, r->arena, web_viewer(r), &take, r->received_at, &id, &is_new, &refused)) {
        response_redirect(r, res, url_path(r->arena, "/desk/%lld/%lld", (long long)take.kab, (long long)id));
        return true;
    }
    db_rollback(db);
    if (refused.code == IO_FAILED || refused.code == NOT_FOUND || refused.code == FORBIDDEN) { *e = refused; return false; }
    v->fault = arena_str(r->arena, str_c(refused.text));
    res->status = err_http_status(refused.code);
    return take_show(r, res, db, v, e);
}

// ---- one request -----------------------------------------------------------------------------------------------------
static bool officers_read(Request *r, Db *db, DeskView *v, Err *e) {
    return !v->may_handle || v->r.state != DESK_OPEN || desk_officers(db, r->arena, v->r.kab, &v->officers, &v->officer_n, e);
}

// What was told of the family since the request was taken in.
static bool facts_read(Request *r, Db *db, DeskView *v, Err *e) {
    LifeEvents events;
    if (!v->needs_fact) return true;
    if (!life_list(db, r->arena, web_sight(r), v->r.kab, v->r.family_id, &events, e)) return false;
    v->facts = NEW(r->arena, DeskFact, events.n + 1);
    for (size_t i = 0; i < events.n; i++) {
        const LifeEvent *ev = &events.at[i];
        Buf b = { .max = 2000 };
        if (ev->recorded_at.ms < v->r.taken_at.ms || ev->is_corrected) continue;
        buf_fmt(&b, "%s – ", life_kind_title(ev->kind));
        life_event_put(&b, ev);
        v->facts[v->fact_n++] = (DeskFact){ ev->n, arena_str(r->arena, buf_view(&b)) };
        buf_free(&b);
    }
    return true;
}

static bool one_fill(Request *r, Db *db, DeskView *v, Err *e) {
    Arena *a = r->arena;
    Buf day = { .max = 60 };
    if (!desk_read(db, a, web_sight(r), param_int(r, "kab"), param_int(r, "id"), r->received_at, &v->r, e)) return false;
    const DeskRequest *q = &v->r;
    bool is_whole = authority_allows(web_viewer(r), ACTION_READ_IDENTITY, q->kab);
    v->may_handle = authority_allows(web_viewer(r), ACTION_DESK, q->kab) && web_viewer(r)->role != ROLE_COMPANION;
    v->may_reveal = is_whole;
    v->may_edit = authority_allows(web_viewer(r), ACTION_EDIT, q->kab);
    v->needs_signature = q->kind == DESK_ERASE || (q->field && !q->field->screen);
    v->needs_fact = q->state == DESK_OPEN && (q->kind == DESK_WITHDRAW || (q->field && q->field->screen));
    v->wrong = desk_value_shown(a, q, q->wrong, is_whole), v->wanted = desk_value_shown(a, q, q->wanted, is_whole);
    v->clock = desk_clock_text(a, q, r->received_at);
    v->area_name = area_title(db, a, q->kab, e);
    date_put_local(&day, web_today(r));
    v->date = arena_str(a, buf_view(&day));
    buf_free(&day);
    if (e->code || !desk_clock(db, a, q->kind, date_of_instant(q->taken_at, 420), &v->hours_n, &v->source, e)) return false;
    v->letter = desk_letter(a, q, v->source);
    return officers_read(r, db, v, e) && facts_read(r, db, v, e);
}

static PageHead one_head(Request *r, const DeskView *v, Str title) {
    return (PageHead){ .title = title, .nav = "/desk", .crumbs = { { "/desk", str_c(_("Requests of families")) }, { desk_url(r->arena, &v->r).s.p, id_text(r->arena, v->r.id) } } };
}

static bool one_show(Request *r, Response *res, Db *db, DeskView *v, Err *e) {
    if (!one_fill(r, db, v, e)) return false;
    bool is_whole = v->r.field && v->r.field->is_number && authority_allows(web_viewer(r), ACTION_READ_IDENTITY, v->r.kab);
    if (!web_may_show(r, res, is_whole ? "identity" : "family", v->r.kab, &v->r.family_id, 1)) return true;
    Page page = page_begin(r);
    desk_one_page(&page, v);
    return page_end(r, res, one_head(r, v, desk_title(r->arena, &v->r)), &page, e);
}

static bool one_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && one_show(r, res, db, NEW(r->arena, DeskView, 1), e);
}

static bool do_one(Request *r, Db *db, Err *e) {
    DeskAct act = { param_int(r, "kab"), param_int(r, "id"), desk_form_int(r, "version"), web_viewer(r), r->received_at };
    DeskAnswer answer = { .reason = form_text(r, "reason"), .text = form_text(r, "text"), .fact_n = desk_form_int(r, "fact") };
    ApprovalRequest request;
    bool is_new;
    Str what = param_text(r, "what");
    answer.is_granted = str_eq(what, STR("grant"));
    if (str_eq(what, STR("assign"))) return desk_assign(db, r->arena, &act, desk_form_int(r, "user_id"), e);
    if (str_eq(what, STR("ask"))) return desk_ask(db, r->arena, &act, &request, &is_new, e);
    if (answer.is_granted || str_eq(what, STR("refuse"))) return desk_answer(db, r->arena, &act, &answer, e);
    return fail(e, NOT_FOUND, "There is no such page.");
}

static bool one_post(Request *r, Response *res, Err *e) {
    DeskView *v = NEW(r->arena, DeskView, 1);
    Err refused = { 0 };
    Db *db;
    if (!request_db_write(r, &db, e)) return false;
    if (do_one(r, db, &refused)) {
        response_redirect(r, res, url_path(r->arena, "/desk/%lld/%lld", (long long)param_int(r, "kab"), (long long)param_int(r, "id")));
        return true;
    }
    db_rollback(db);
    if (refused.code == IO_FAILED || refused.code == NOT_FOUND) { *e = refused; return false; }
    v->fault = arena_str(r->arena, str_c(refused.text));
    res->status = err_http_status(refused.code);
    return one_show(r, res, db, v, e);
}

// ---- the letter ------------------------------------------------------------------------------------------------------
static bool body_write(void *to, Str bytes, Err *e) { return (void)e, buf_str(to, bytes), true; }

static bool letter_pdf(Request *r, Response *res, const DeskView *v, Err *e) {
    int pages_n;
    const DeskRequest *q = &v->r;
    Str band = web_viewer(r)->is_practice ? str_c(_("PRACTICE DATABASE – synthetic data")) : STR("");
    Pdf *p = pdf_new((PdfOptions){ .title = str_c(_("Letter to the family")), .author = v->area_name, .created_at = r->received_at, .footer = id_text(r->arena, q->id), .band = band });
    pdf_paragraph(p, arena_fmt(r->arena, STR_FMT ", " STR_FMT, STR_ARG(v->area_name), STR_ARG(v->date)), PDF_RIGHT);
    pdf_paragraph(p, str_c(_("Dear")), PDF_LEFT);
    pdf_paragraph(p, q->who.n ? q->who : q->family_name, PDF_LEFT);
    pdf_space(p, 4);
    pdf_heading(p, desk_title(r->arena, q));
    pdf_paragraph(p, arena_fmt(r->arena, _("Number of your request: %lld"), (long long)q->id), PDF_LEFT);
    for (size_t i = 0; i < v->letter.n; i++) pdf_paragraph(p, v->letter.at[i], PDF_LEFT);
    pdf_space(p, 4);
    pdf_paragraph(p, str_c(_("With kind regards,")), PDF_LEFT);
    pdf_paragraph(p, str_c(_("Social Service, family hope programme")), PDF_LEFT);
    bool is_good = pdf_write(p, (Sink){ body_write, &res->body }, &pages_n, e);
    pdf_free(p);
    if (is_good) response_download(r, res, arena_fmt(r->arena, "jawaban-%lld-%lld.pdf", (long long)q->kab, (long long)q->id), "application/pdf");
    return is_good;
}

static bool letter_get(Request *r, Response *res, Err *e) {
    DeskView *v = NEW(r->arena, DeskView, 1);
    Str format = query_text(r, "format");
    Db *db;
    if (format.n && !str_eq(format, STR("pdf"))) return fail(e, BAD_INPUT, "A letter is given as pdf, not as \"%.*s\".", STR_ARG(format));
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !one_fill(r, db, v, e)) return false;
    if (!web_may_show(r, res, "letter", v->r.kab, &v->r.family_id, 1)) return true;
    if (format.n) return letter_pdf(r, res, v, e);
    Page page = page_begin(r);
    desk_letter_page(&page, v);
    return page_end(r, res, one_head(r, v, str_c(_("Letter to the family"))), &page, e);
}

const Route DESK_ROUTES[] = {
    { "GET",  "/desk",                    "read read_own", desk_get },
    { "GET",  "/desk/{kab}/{id}",         "read read_own", one_get },
    { "GET",  "/desk/{kab}/{id}/letter",  "read read_own", letter_get },
    { "POST", "/desk/{kab}/{id}/{what}",  "desk",          one_post },
    { "GET",  "/family/{kab}/{id}/ask",   "desk",          take_get },
    { "POST", "/family/{kab}/{id}/ask",   "desk",          take_post },
    {0} };
