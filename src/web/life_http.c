// life_http.c: what happens in families, in pages. Each form tells one thing through the function of registry/life.h that the shell uses
// too; what was refused comes back with the reason and with what was typed.
#include "web/life.h"
#include "web/table_http.h"
#include "web_life.page.h"
#include "web_web.sql.h"

// ---- what was told --------------------------------------------------------------------------------------------------------------
// The stage that was closed after it happened and before it was told: there it is missing.
static Str late_stage(Db *db, Arena *a, int64_t kab, const LifeEvent *ev, Err *e) {
    StagesClosedRows rows = { 0 };
    StagesClosedRow row;
    Str found = { 0 };
    bool has_row;
    if (!stages_closed(db, (StagesClosedArgs){ .kab = kab }, &rows, e)) return found;
    while (stages_closed_next(&rows, &row, &has_row, e) && has_row)
        if (row.closed_at.ms < ev->recorded_at.ms && date_of_instant(row.closed_at, 420).days >= ev->on.days) found = arena_str(a, row.stage);
    stages_closed_end(&rows);
    return found;
}

static Str sentence_of(Arena *a, const LifeEvent *ev) {
    Buf b = { .max = 2000 };
    life_event_put(&b, ev);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

bool life_lines_read(Request *r, Db *db, Sight sight, int64_t kab, int64_t family_id, LifeLines *out, Err *e) {
    LifeEvents events;
    if (!life_list(db, r->arena, sight, kab, family_id, &events, e)) return false;
    *out = (LifeLines){ .kab = kab, .family_id = family_id, .at = NEW(r->arena, LifeLine, events.n + 1), .n = events.n,
                        .may_edit = authority_allows(web_viewer(r), ACTION_EDIT, kab) };
    for (size_t i = 0; i < events.n; i++) {
        const LifeEvent *ev = &events.at[i];
        bool is_of_calendar = ev->kind == LIFE_POSTPARTUM_END || ev->kind == LIFE_CORRECTION;
        out->at[i] = (LifeLine){ .event = *ev, .sentence = sentence_of(r->arena, ev), .may_correct = life_event_may_correct(ev),
                                 .late_stage = is_of_calendar ? (Str){ 0 } : late_stage(db, r->arena, kab, ev, e) };
    }
    return !e->code;
}

// ---- the page of one family ---------------------------------------------------------------------------------------------------------
Str life_typed(const LifeView *v, const char *form, const char *field) {
    return v->open && !strcmp(v->open, form) ? form_text(v->request, field) : STR("");
}

Date life_typed_day(const LifeView *v, const char *form) {
    Date day;
    return date_parse_local(life_typed(v, form, "on"), &day) ? day : v->today;
}

#define GROWN_YEARS 10                 // may be a mother (registry/life.h)
static bool persons_read(Request *r, Db *db, LifeView *v, int64_t payee_id, Err *e) {
    FamilyMembersRows rows = { 0 };
    FamilyMembersRow row;
    Arena *a = r->arena;
    v->persons = NEW(a, LifePerson, PERSON_MAX);
    v->is_empty = true;
    bool has_row, is_good = family_members(db, (FamilyMembersArgs){ .kab = v->kab, .family_id = v->id, SEE(web_sight(r)) }, &rows, e);
    while (is_good && (is_good = family_members_next(&rows, &row, &has_row, e)) && has_row && v->person_n < PERSON_MAX) {
        int years = date_is_known(row.born_on) ? date_age_years(row.born_on, v->today) : -1;
        Str name = arena_str(a, row.name);
        v->persons[v->person_n++] = (LifePerson){ .id = row.id, .name = name, .label = years < 0 ? name : arena_fmt(a, "%.*s, %d", STR_ARG(name), years), .is_gone = row.is_gone,
            .is_payee = row.id == payee_id, .is_woman = str_eq(row.sex, STR("P")) && !row.is_gone, .is_grown = !row.is_gone && (years < 0 || years >= GROWN_YEARS),
            .is_pupil_age = !row.is_gone && (years < 0 || (years >= 5 && years <= 25)), .is_awaited = !row.is_gone && row.pregnancy_n > 0 };
        if (row.id == payee_id) v->name = name;
        v->is_empty = v->is_empty && row.is_gone;
    }
    family_members_end(&rows);
    return is_good;
}

static Str person_name(const LifeView *v, int64_t id) {
    for (size_t i = 0; i < v->person_n; i++) if (v->persons[i].id == id) return v->persons[i].name;
    return STR("");
}

static bool proposal_read(Request *r, Db *db, LifeView *v, Err *e) {
    if (!life_proposal_open(db, r->arena, v->kab, v->id, &v->proposal, &v->has_proposal, e)) return false;
    v->old_payee = person_name(v, v->proposal.old_payee_id);
    v->new_payee = person_name(v, v->proposal.payee_id);
    return true;
}

static bool places_read(Request *r, Db *db, LifeView *v, Err *e) {
    Areas all;
    if (!v->may_edit) return true;
    if (!area_list_level(db, r->arena, v->kab, AREA_VILLAGE, &v->villages, e) || !area_list_districts(db, r->arena, &all, e)) return false;
    v->districts.at = NEW(r->arena, Area, all.n + 1);
    for (size_t i = 0; i < all.n; i++) if (all.at[i].id != v->kab) v->districts.at[v->districts.n++] = all.at[i];
    return true;
}

static bool life_view_read(Request *r, Db *db, LifeView *v, Err *e) {
    FamilyFullRow row;
    bool found = false;
    v->request = r;
    v->kab = param_int(r, "kab");
    v->id = param_int(r, "id");
    v->today = web_today(r);
    if (!family_full(db, r->arena, (FamilyFullArgs){ .kab = v->kab, .id = v->id, SEE(web_sight(r)) }, &row, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family with this number.");
    v->status = row.status;
    v->village_id = row.village_id;
    v->has_payee = row.payee_id > 0;
    v->is_left = str_eq(row.status, STR("left"));
    v->may_edit = authority_allows(web_viewer(r), ACTION_EDIT, v->kab);
    return persons_read(r, db, v, row.payee_id, e) && life_lines_read(r, db, web_sight(r), v->kab, v->id, &v->lines, e) && proposal_read(r, db, v, e) &&
           places_read(r, db, v, e);
}

static bool life_show(Request *r, Response *res, Db *db, LifeView *v, Err *e) {
    if (!life_view_read(r, db, v, e)) return false;
    if (!web_may_show(r, res, "family", v->kab, &v->id, 1)) return true;
    Page page = page_begin(r);
    life_page(&page, v);
    Str name = v->name.n ? v->name : arena_fmt(r->arena, _("Family %lld"), (long long)v->id);
    PageHead head = { .title = arena_fmt(r->arena, _("Life of the family: %.*s"), STR_ARG(name)), .nav = "/families",
                      .crumbs = { { "/families", str_c(_("Families")) },
                                  { arena_fmt(r->arena, "/family/%lld/%lld", (long long)v->kab, (long long)v->id).p, arena_fmt(r->arena, "%lld", (long long)v->id) },
                                  { NULL, str_c(_("Life")) } } };
    return page_end(r, res, head, &page, e);
}

static bool life_get(Request *r, Response *res, Err *e) {
    static const struct { const char *word, *text; } DONE[] = { { "told", N_("Recorded.") }, { "before", N_("It was told before; nothing was changed.") },
                                                                { "asked", N_("Asked: it holds when somebody else has signed it.") } };
    LifeView *v = NEW(r->arena, LifeView, 1);
    Db *db;
    for (size_t i = 0; i < sizeof DONE / sizeof *DONE; i++) if (str_eq(query_text(r, "done"), str_c(DONE[i].word))) v->done = str_c(tr(DONE[i].text));
    return request_db_read(r, &db, e) && db_begin_read(db, e) && life_show(r, res, db, v, e);
}

// ---- telling ------------------------------------------------------------------------------------------------------------------------
static int64_t form_int(Request *r, const char *name) {
    int64_t n = 0;
    return str_int64(form_text(r, name), &n) ? n : 0;
}

static bool form_day(Request *r, const char *name, Date *out, Err *e) {
    Str text = form_text(r, name);
    *out = DATE_NONE;
    return !text.n || date_parse_local(text, out) || fail(e, BAD_INPUT, "\"%.*s\" is no day.", STR_ARG(text));
}

static LifePlace form_place(Request *r) {
    return (LifePlace){ form_int(r, "village_id"), form_text(r, "address"), form_text(r, "hamlet"), form_text(r, "rt"), form_text(r, "rw") };
}

static bool tell_birth(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) {
    Str sex = form_text(r, "sex");
    LifeBirth b = { .name = form_text(r, "name"), .sex = str_eq(sex, STR("P")) ? SEX_FEMALE : str_eq(sex, STR("L")) ? SEX_MALE : SEX_UNKNOWN,
                    .mother_id = form_int(r, "mother_id"), .nik = form_text(r, "nik") };
    return life_birth(db, act, &b, out, e);
}
static bool tell_death(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) { return life_death(db, act, form_int(r, "person_id"), out, e); }
static bool tell_school(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) {
    Str level = form_text(r, "level");
    SchoolLevel to = str_eq(level, STR("SD")) ? SCHOOL_SD : str_eq(level, STR("SMP")) ? SCHOOL_SMP : str_eq(level, STR("SMA")) ? SCHOOL_SMA : SCHOOL_NONE;
    return life_school(db, act, form_int(r, "person_id"), to, form_text(r, "npsn"), out, e);
}
static bool tell_pregnancy(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) {
    Date due;
    return form_day(r, "due_on", &due, e) && life_pregnancy(db, act, form_int(r, "person_id"), (int)form_int(r, "order_n"), due, out, e);
}
static bool tell_loss(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) { return life_pregnancy_end(db, act, form_int(r, "person_id"), out, e); }
static bool tell_move(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) { LifePlace p = form_place(r); return life_move(db, act, &p, out, e); }
static bool tell_move_out(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) { return life_move_out(db, act, form_int(r, "to_kab_id"), out, e); }
static bool tell_split(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) {
    int64_t *ids = NEW(r->arena, int64_t, r->form.n + 1);
    LifeSplit split = { .person_ids = ids, .kk = form_text(r, "kk"), .place = form_place(r) };
    Str head = STR("leaver-");
    for (size_t i = 0; i < r->form.n; i++) {
        Str name = r->form.items[i].name;
        if (str_starts(name, head) && str_int64(str_part(name, head.n, name.n), &ids[split.person_n])) split.person_n++;
    }
    return life_split(db, act, &split, out, e);
}
static bool tell_leave(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) { return life_leave(db, act, form_text(r, "reason"), out, e); }
static bool tell_suspend(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) { return life_suspend(db, act, form_text(r, "reason"), out, e); }
static bool tell_return(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) { (void)r; return life_return(db, act, out, e); }
static bool tell_correct(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) { return life_correct(db, act, form_int(r, "n"), out, e); }
static bool tell_payee(Request *r, Db *db, const LifeAct *act, LifeResult *out, Err *e) {
    Str how = form_text(r, "how");
    LifePayee p = { .payee_id = form_int(r, "person_id"), .is_same_account = str_eq(how, STR("same")), .channel = form_text(r, "channel") };
    ApprovalRequest request;
    bool is_new;
    (void)out;
    if (str_eq(how, STR("pos"))) p.channel = STR("POS");
    if (str_eq(how, STR("new"))) p.account = form_text(r, "account");
    if (p.is_same_account) {                               // in whatever channel the family has
        FamilyFullRow row;
        bool found = false;
        if (!family_full(db, r->arena, (FamilyFullArgs){ .kab = act->kab, .id = act->family_id, SEE(web_sight(r)) }, &row, &found, e)) return false;
        if (found) p.channel = row.channel;
    }
    return life_payee_ask(db, r->arena, act, &p, &request, &is_new, e);
}

static const struct { const char *word; bool (*tell)(Request *, Db *, const LifeAct *, LifeResult *, Err *); } WORDS[] = {
    { "birth", tell_birth }, { "death", tell_death }, { "school", tell_school }, { "pregnancy", tell_pregnancy }, { "loss", tell_loss }, { "move", tell_move },
    { "move_out", tell_move_out }, { "split", tell_split }, { "payee", tell_payee }, { "leave", tell_leave }, { "suspend", tell_suspend }, { "return", tell_return },
    { "correct", tell_correct },
};

static bool act_of_form(Request *r, LifeAct *out, Err *e) {
    *out = (LifeAct){ .kab = param_int(r, "kab"), .actor = *web_viewer(r), .at = r->received_at, .note = form_text(r, "note") };
    if (!form_day(r, "on", &out->on, e)) return false;
    if (!form_text(r, "on").n) out->on = web_today(r);
    return true;
}

static bool tell(Request *r, Db *db, const char *word, LifeResult *out, Err *e) {
    LifeAct act;
    if (!act_of_form(r, &act, e)) return false;
    act.family_id = param_int(r, "id");
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) if (!strcmp(WORDS[i].word, word)) return WORDS[i].tell(r, db, &act, out, e);
    return fail(e, NOT_FOUND, "There is no such page.");
}

static Url life_url(Request *r, const char *done) {
    return url_path(r->arena, "/family/%lld/%lld/life?done=%s", (long long)param_int(r, "kab"), (long long)param_int(r, "id"), done);
}

// Refused: the page once more, with the reason and what was typed.
static bool refused_show(Request *r, Response *res, Db *db, const char *word, const Err *refused, Err *e) {
    LifeView *v = NEW(r->arena, LifeView, 1);
    db_rollback(db);
    if (refused->code == IO_FAILED || refused->code == NOT_FOUND) { *e = *refused; return false; }
    v->fault = arena_str(r->arena, str_c(refused->text));
    v->open = word;
    res->status = err_http_status(refused->code);
    return life_show(r, res, db, v, e);
}

static bool life_post(Request *r, Response *res, Err *e) {
    const char *word = arena_c(r->arena, param_text(r, "what"));
    LifeResult result = { 0 };
    Err refused = { 0 };
    Db *db;
    if (!authority_require(web_viewer(r), ACTION_EDIT, param_int(r, "kab"), e) || !request_db_write(r, &db, e)) return false;
    if (!tell(r, db, word, &result, &refused)) return refused_show(r, res, db, word, &refused, e);
    response_redirect(r, res, life_url(r, result.was_there ? "before" : !strcmp(word, "payee") ? "asked" : "told"));
    return true;
}

// ---- what the calendar brings, and who is on the way ----------------------------------------------------------------------------------------
static bool ageing_of(Request *r, Db *db, LivesView *v, Err *e) {
    Err none = { 0 };
    AgeingAsk ask = { .kab = v->kab, .stage = query_text(r, "stage"), .at = r->received_at };
    LifeDues births;
    v->has_ageing = ageing_read(db, r->arena, &ask, &v->ageing, &none);
    if (!v->has_ageing && none.code != CONFLICT && none.code != NOT_FOUND) { *e = none; return false; }
    v->why_not = arena_str(r->arena, str_c(none.text));
    if (!v->has_ageing) return true;
    if (!life_due_births(db, r->arena, v->kab, v->ageing.day, &births, e)) return false;
    v->birth_n = (int64_t)births.n;
    return true;
}

// Names and villages of the rows that are shown.
static bool lines_read(Request *r, Db *db, LivesView *v, size_t first, size_t n, Err *e) {
    v->lines = NEW(r->arena, DueLine, n + 1);
    for (size_t i = first; i < first + n && i < v->ageing.row_n; i++) {
        const AgeingRow *row = &v->ageing.rows[i];
        LifePersonNameRow person;
        Area area;
        bool has_person, has_area;
        LifePersonNameArgs args = { .kab = v->kab, .family_id = row->family_id, .id = row->person_id, SEE(web_sight(r)) };
        if (!life_person_name(db, r->arena, args, &person, &has_person, e) || !area_read(db, r->arena, row->village_id, &area, &has_area, e)) return false;
        v->lines[v->line_n++] = (DueLine){ .row = *row, .name = has_person ? person.name : STR(""), .village = has_area ? area.name : STR(""),
                                           .from = ageing_title(&v->ageing, row->from), .to = ageing_title(&v->ageing, row->to) };
    }
    return true;
}

static bool due_file(Request *r, Response *res, Db *db, LivesView *v, TableFormat format, Err *e) {
    const TableColumn columns[] = {
        { "family", str_c(_("Family")), TABLE_COUNT }, { "person", str_c(_("Person")), TABLE_COUNT }, { "name", str_c(_("Name")), TABLE_TEXT },
        { "village", str_c(_("Kelurahan")), TABLE_TEXT }, { "from", str_c(_("Before")), TABLE_TEXT }, { "to", str_c(_("Then")), TABLE_TEXT },
        { "before", str_c(_("Family in the stage, nobody older")), TABLE_RUPIAH }, { "after", str_c(_("Family in the stage")), TABLE_RUPIAH } };
    TableHead head = { .name = "usia", .title = str_c(_("Who changes component by age")), .kab = v->kab, .area = v->area_name, .stage = v->ageing.stage,
                       .columns = columns, .column_n = sizeof columns / sizeof *columns };
    int64_t *ids = NEW(r->arena, int64_t, v->ageing.row_n + 1);
    TableWriter *w;
    for (size_t i = 0; i < v->ageing.row_n; i++) ids[i] = v->ageing.rows[i].family_id;
    if (!lines_read(r, db, v, 0, v->ageing.row_n, e)) return false;
    if (!web_may_show(r, res, "export", v->kab, ids, v->ageing.row_n)) return true;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    for (size_t i = 0; i < v->line_n; i++) {
        const DueLine *l = &v->lines[i];
        table_put_n(w, l->row.family_id);
        table_put_n(w, l->row.person_id);
        table_put(w, l->name);
        table_put(w, l->village);
        table_put(w, l->from);
        table_put(w, l->to);
        table_put_rupiah(w, l->row.before);
        table_put_rupiah(w, l->row.after);
        if (table_end_row(w, e)) continue;
        table_abort(w);
        return false;
    }
    return table_answer(r, res, &head, format, w, e);
}

static bool lives_show(Request *r, Response *res, Db *db, LivesView *v, Err *e) {
    Area area;
    bool found;
    v->may_edit = authority_allows(web_viewer(r), ACTION_EDIT, v->kab);
    v->list = list_of(r, (int64_t)v->ageing.row_n);
    if (!lines_read(r, db, v, (size_t)list_offset(&v->list), (size_t)v->list.rows_n, e) || !life_transfers(db, r->arena, web_viewer(r), v->kab, &v->transfers, e) ||
        !area_list_level(db, r->arena, v->kab, AREA_VILLAGE, &v->villages, e) || !area_read(db, r->arena, v->kab, &area, &found, e)) return false;
    int64_t *ids = NEW(r->arena, int64_t, v->line_n + 1);
    for (size_t i = 0; i < v->line_n; i++) ids[i] = v->lines[i].row.family_id;
    if (!web_may_show(r, res, "list", v->kab, ids, v->line_n)) return true;
    Page page = page_begin(r);
    lives_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Ageing and moves")), .nav = "/lives" }, &page, e);
}

static bool lives_get(Request *r, Response *res, Err *e) {
    LivesView *v = NEW(r->arena, LivesView, 1);
    TableFormat format;
    Area area;
    bool is_file, found;
    Db *db;
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !web_kab(r, db, &v->kab, e) ||
        !authority_require(web_viewer(r), ACTION_READ, v->kab, e) || !area_read(db, r->arena, v->kab, &area, &found, e) || !ageing_of(r, db, v, e)) return false;
    v->area_name = found ? area.name : STR("");
    return is_file && v->has_ageing ? due_file(r, res, db, v, format, e) : lives_show(r, res, db, v, e);
}

static bool arrive_post(Request *r, Response *res, Err *e) {
    LivesView *v = NEW(r->arena, LivesView, 1);
    LifePlace place = form_place(r);
    LifeResult result;
    LifeAct act;
    Err refused = { 0 };
    Db *db;
    v->kab = param_int(r, "kab");
    if (!authority_require(web_viewer(r), ACTION_EDIT, v->kab, e) || !request_db_write(r, &db, e)) return false;
    if (act_of_form(r, &act, &refused) && life_arrive(db, &act, param_int(r, "id"), &place, &result, &refused)) {
        response_redirect(r, res, url_path(r->arena, "/family/%lld/%lld/life?done=%s", (long long)v->kab, (long long)result.other_family_id, result.was_there ? "before" : "told"));
        return true;
    }
    db_rollback(db);
    if (refused.code == IO_FAILED || refused.code == NOT_FOUND) { *e = refused; return false; }
    v->fault = arena_str(r->arena, str_c(refused.text));
    res->status = err_http_status(refused.code);
    return ageing_of(r, db, v, e) && lives_show(r, res, db, v, e);
}

const Route LIFE_ROUTES[] = {
    { "GET",  "/family/{kab}/{id}/life",        "read read_own", life_get },
    { "POST", "/family/{kab}/{id}/life/{what}", "edit",          life_post },
    { "GET",  "/lives",                         "read",          lives_get },
    { "POST", "/lives/{kab}/{id}/arrive",       "edit",          arrive_post },
    {0} };
