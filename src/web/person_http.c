// person_http.c: a person's duties in pages. Each button goes through the function of src/commitment that the shell uses too.
#include "web/person.h"
#include "web/family.h"
#include "web_person.page.h"
#include "web_web.sql.h"

Str person_month(Arena *a, Date first) {
    Buf b = { .max = 60 };
    date_put_local(&b, first);                             // "1 November 2026"
    Str text = buf_view(&b), day = str_cut(&text, ' ');
    Str out = arena_str(a, day.n && text.n ? text : buf_view(&b));
    buf_free(&b);
    return out;
}

const char *duty_due_colour(const DutyDue *due) {
    switch (duty_reason_outcome(due->reason)) {
    case OUTCOME_MET: return "green";
    case OUTCOME_NOT_MET: return "red";
    case OUTCOME_EXCUSED: return "blue";
    default: return due->is_late ? "amber" : "";
    }
}

Str duty_due_text(Arena *a, const RuleBook *book, const DutyDue *due) {
    Buf b = { .max = 1000 };
    duty_put(&b, book, due);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

Str fact_kind_title_of(const RuleBook *book, Str code) {
    int kind = fact_kind_find(book, code);
    return kind >= 0 ? fact_kind_title(book, kind) : code;
}

Str fact_figures(Arena *a, const RuleBook *book, const Fact *f) {
    int kind = fact_kind_find(book, f->kind);
    if (f->is_void) return str_c(_("taken back"));
    if (kind >= 0 && fact_kind_shape(book, kind) == SHAPE_DAYS)
        return arena_fmt(a, _("%lld school days, missed: %lld without leave, %lld with leave, %lld sick"), (long long)f->days, (long long)f->absent, (long long)f->permitted, (long long)f->sick);
    return f->times ? arena_fmt(a, _("done %lld time(s)"), (long long)f->times) : str_c(_("not done"));
}

Str excuse_reason_title(Str name) {
    for (const ExcuseReason *r = EXCUSE_REASONS; r->name; r++) if (str_eq(name, str_c(r->name))) return str_c(tr(r->title));
    return name;
}

Str excuse_duty_title(const RuleBook *book, Str duty) {
    int i = duty.n ? duty_find(book, duty) : -1;
    return i >= 0 ? duty_title(book, i) : duty.n ? duty : str_c(_("all duties"));
}

Url person_url(Arena *a, int64_t kab, int64_t family_id, int64_t person_id) {
    return url_path(a, "/family/%lld/%lld/person/%lld", (long long)kab, (long long)family_id, (long long)person_id);
}

// ---- reading ---------------------------------------------------------------------------------------------------------
static bool member_read(Request *r, Db *db, PersonView *v, int64_t payee_id, Err *e) {
    FamilyMembersRows rows = { 0 };
    FamilyMembersRow row;
    bool is_there = v->person_id == 0;
    bool has_row, is_good = family_members(db, (FamilyMembersArgs){ .kab = v->kab, .family_id = v->id, SEE(web_sight(r)) }, &rows, e);
    while (is_good && (is_good = family_members_next(&rows, &row, &has_row, e)) && has_row) {
        if (row.id != (v->person_id ? v->person_id : payee_id)) continue;
        is_there = true;
        v->name = arena_str(r->arena, row.name);
        if (v->person_id) v->born_on = row.born_on;
    }
    family_members_end(&rows);
    return is_good && (is_there || fail(e, NOT_FOUND, "There is no person with this number in the family."));
}

static void kinds_add(PersonView *v, int kind) {
    for (size_t i = 0; i < v->kind_n; i++) if (v->kinds[i].kind == kind) return;
    if (fact_kind_shape(v->book, kind) == SHAPE_DAYS) { v->has_days = true; return; }
    v->kinds[v->kind_n++] = (PersonKind){ kind, fact_kind_code(v->book, kind), fact_kind_title(v->book, kind) };
}

static bool outcome_read(Request *r, Db *db, PersonView *v, Err *e) {
    int y, m, d;
    FamilyOutcome *family = NEW(r->arena, FamilyOutcome, 1);
    date_split(v->today, &y, &m, &d);
    DutyPeriod period = { date_add_months(date_make(y, m, 1), 1 - PERSON_MONTHS), PERSON_MONTHS, r->received_at, v->today };
    if (!rulebook_open(r->arena, STR("pkh.yaml"), rulebook_pkh(), &v->book, e) ||
        !outcome_family(db, r->arena, v->book, web_sight(r), v->kab, v->id, &period, family, e)) return false;
    v->kinds = NEW(r->arena, PersonKind, fact_kind_n(v->book) + 1);
    for (size_t i = 0; i < family->n; i++) {
        if (family->at[i].person_id != v->person_id || family->at[i].report.due_n == 0) continue;
        v->outcome = &family->at[i];
        for (size_t k = 0; k < family->at[i].report.due_n; k++) kinds_add(v, family->at[i].report.due[k].kind);
    }
    return true;
}

static bool told_read(Request *r, Db *db, PersonView *v, Err *e) {
    ToldFacts facts;
    ToldExcuses excuses;
    if (!fact_list(db, r->arena, web_sight(r), v->kab, v->id, &facts, e) || !excuse_list(db, r->arena, web_sight(r), v->kab, v->id, &excuses, e)) return false;
    v->facts = NEW(r->arena, ToldFact, facts.n + 1);
    v->excuses = NEW(r->arena, ToldExcuse, excuses.n + 1);
    for (size_t i = 0; i < facts.n; i++) if (facts.at[i].fact.person_id == v->person_id && v->fact_n < 50) v->facts[v->fact_n++] = facts.at[i];
    for (size_t i = excuses.n; i-- > 0;)
        if (!excuses.at[i].excuse.person_id || excuses.at[i].excuse.person_id == v->person_id) v->excuses[v->excuse_n++] = excuses.at[i];
    return true;
}

static bool person_fill(Request *r, Db *db, PersonView *v, Err *e) {
    FamilyFullRow row;
    bool found = false;
    const Viewer *viewer = web_viewer(r);
    v->kab = param_int(r, "kab");
    v->id = param_int(r, "id");
    v->person_id = param_int(r, "person_id");
    v->today = web_today(r);
    v->born_on = DATE_NONE;
    if (!family_full(db, r->arena, (FamilyFullArgs){ .kab = v->kab, .id = v->id, SEE(web_sight(r)) }, &row, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family with this number.");
    v->may_tell = authority_allows(viewer, ACTION_TELL, v->kab) && !str_eq(row.status, STR("left"));
    v->may_end = authority_allows(viewer, ACTION_EDIT, v->kab);
    if (viewer->role == ROLE_COMPANION) v->source = arena_fmt(r->arena, _("companion %s"), viewer->login);
    return member_read(r, db, v, row.payee_id, e) && outcome_read(r, db, v, e) && told_read(r, db, v, e) && child_fill(r, db, v->kab, v->id, v->person_id, &v->child, e);
}

static bool person_show(Request *r, Response *res, Db *db, PersonView *v, Err *e) {
    if (!person_fill(r, db, v, e)) return false;
    if (!web_may_show(r, res, "family", v->kab, &v->id, 1)) return true;
    Page page = page_begin(r);
    person_page(&page, v);
    Str name = v->name.n ? v->name : arena_fmt(r->arena, _("Family %lld"), (long long)v->id);
    PageHead head = { .title = arena_fmt(r->arena, v->person_id ? _("Duties: %.*s") : _("Duties of the family: %.*s"), STR_ARG(name)), .nav = "/families",
                      .crumbs = { { "/families", str_c(_("Families")) },
                                  { url_path(r->arena, "/family/%lld/%lld", (long long)v->kab, (long long)v->id).s.p, id_text(r->arena, v->id) }, { NULL, str_c(_("Duties")) } } };
    return page_end(r, res, head, &page, e);
}

static bool person_get(Request *r, Response *res, Err *e) {
    static const struct { const char *word, *text; } DONE[] = { { "told", N_("Recorded.") }, { "before", N_("It was told before; nothing was changed.") },
                                                                { "asked", N_("Asked: it holds when somebody else has signed it.") }, { "ended", N_("The excuse was ended.") } };
    PersonView *v = NEW(r->arena, PersonView, 1);
    Db *db;
    for (size_t i = 0; i < sizeof DONE / sizeof *DONE; i++) if (str_eq(query_text(r, "done"), str_c(DONE[i].word))) v->done = str_c(tr(DONE[i].text));
    return request_db_read(r, &db, e) && db_begin_read(db, e) && person_show(r, res, db, v, e);
}

// ---- telling ---------------------------------------------------------------------------------------------------------
static int64_t form_int(const Request *r, const char *name) {
    int64_t n = 0;
    return str_int64(form_text(r, name), &n) ? n : 0;
}

static bool month_of(const Request *r, const char *name, Date *out, Err *e) {
    Str text = form_text(r, name);
    return date_parse_iso(arena_fmt(r->arena, STR_FMT "-01", STR_ARG(text)), out) || fail(e, BAD_INPUT, "\"%.*s\" is no month: write 2024-05.", STR_ARG(text));
}

typedef struct { Request *r; FactAct act; int64_t family_id, person_id; const char *done; } Doing;

static bool fact_tell(Doing *d, Db *db, Fact *f, Err *e) {
    FactResult result;
    f->family_id = d->family_id;
    f->person_id = d->person_id;
    f->source = str_trim(form_text(d->r, "source"));
    f->evidence = str_trim(form_text(d->r, "evidence"));
    if (!fact_record_one(db, d->r->arena, &d->act, f, &result, e)) return false;
    d->done = result.state == FACT_WAS_THERE ? "before" : "told";
    return true;
}

static bool do_days(Doing *d, Db *db, Err *e) {
    Fact f = { .kind = STR("school_days"), .days = form_int(d->r, "days"), .absent = form_int(d->r, "absent"), .permitted = form_int(d->r, "permitted"), .sick = form_int(d->r, "sick") };
    if (!month_of(d->r, "month", &f.first_on, e)) return false;
    f.last_on = (Date){ date_add_months(f.first_on, 1).days - 1 };
    return fact_tell(d, db, &f, e);
}

static bool do_done(Doing *d, Db *db, Err *e) {
    Fact f = { .kind = form_text(d->r, "kind"), .times = 1 };
    Str day = form_text(d->r, "on");
    if (!date_parse_local(day, &f.first_on)) return fail(e, BAD_INPUT, "\"%.*s\" is no day.", STR_ARG(day));
    f.last_on = f.first_on;
    return fact_tell(d, db, &f, e);
}

static bool do_undone(Doing *d, Db *db, Err *e) {
    Fact f = { .kind = form_text(d->r, "kind"), .times = 0 };
    if (!month_of(d->r, "month", &f.first_on, e)) return false;
    f.last_on = (Date){ date_add_months(f.first_on, 1).days - 1 };
    return fact_tell(d, db, &f, e);
}

static bool do_void(Doing *d, Db *db, Err *e) {
    Fact f = { .is_void = true, .replaces_n = form_int(d->r, "n") };
    return fact_tell(d, db, &f, e);
}

static bool do_excuse(Doing *d, Db *db, Err *e) {
    Excuse x = { .family_id = d->family_id, .person_id = d->person_id, .reason = form_text(d->r, "reason"), .duty = form_text(d->r, "duty"), .note = str_trim(form_text(d->r, "note")),
                 .evidence = str_trim(form_text(d->r, "evidence")) };
    ApprovalRequest request;
    bool is_new;
    if (!month_of(d->r, "from", &x.first_month, e) || !month_of(d->r, "until", &x.last_month, e) || !excuse_ask(db, d->r->arena, &d->act, &x, &request, &is_new, e)) return false;
    d->done = "asked";
    return true;
}

static bool do_end(Doing *d, Db *db, Err *e) {
    Date last;
    if (!month_of(d->r, "last", &last, e) || !excuse_end(db, d->r->arena, &d->act, d->family_id, form_int(d->r, "n"), last, e)) return false;
    d->done = "ended";
    return true;
}

static const struct { const char *word; bool (*run)(Doing *, Db *, Err *); } DOINGS[] = {
    { "days", do_days }, { "done", do_done }, { "undone", do_undone }, { "void", do_void }, { "excuse", do_excuse }, { "end", do_end },
};

static bool person_do(Request *r, Db *db, const char **done, Err *e) {
    Doing d = { .r = r, .act = { param_int(r, "kab"), *web_viewer(r), r->received_at, NULL }, .family_id = param_int(r, "id"), .person_id = param_int(r, "person_id") };
    Str what = param_text(r, "what");
    if (!rulebook_open(r->arena, STR("pkh.yaml"), rulebook_pkh(), &d.act.book, e)) return false;
    for (size_t i = 0; i < sizeof DOINGS / sizeof *DOINGS; i++) {
        if (!str_eq(what, str_c(DOINGS[i].word))) continue;
        if (!DOINGS[i].run(&d, db, e)) return false;
        *done = d.done;
        return true;
    }
    return fail(e, NOT_FOUND, "There is no such page.");
}

static bool person_post(Request *r, Response *res, Err *e) {
    const char *done = "told";
    Err refused = { 0 };
    Db *db;
    if (!authority_require(web_viewer(r), ACTION_TELL, param_int(r, "kab"), e) || !request_db_write(r, &db, e)) return false;
    if (person_do(r, db, &done, &refused)) {
        response_redirect(r, res, url_with(r->arena, person_url(r->arena, param_int(r, "kab"), param_int(r, "id"), param_int(r, "person_id")), "done", str_c(done)));
        return true;
    }
    db_rollback(db);
    if (refused.code == IO_FAILED || refused.code == NOT_FOUND) { *e = refused; return false; }
    PersonView *v = NEW(r->arena, PersonView, 1);
    v->fault = arena_str(r->arena, str_c(refused.text));
    res->status = err_http_status(refused.code);
    return person_show(r, res, db, v, e);
}

const Route PERSON_ROUTES[] = {
    { "GET",  "/family/{kab}/{id}/person/{person_id}",        "read read_own", person_get },
    { "POST", "/family/{kab}/{id}/person/{person_id}/{what}", "tell",          person_post },
    {0} };
