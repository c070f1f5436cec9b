// adjustment_http.c: sanctions and corrections in pages. Each button goes through the function that the shell uses too.
#include "web/adjustment.h"
#include "web/person.h"
#include "files/pdf.h"
#include "registry/area.h"
#include "web_adjustment.page.h"
#include "web_web.sql.h"

const char *adjust_colour(const Adjustment *x) {
    switch (x->state) {
    case ADJUST_PROPOSED: return "amber";
    case ADJUST_DECIDED: case ADJUST_UPHELD: return adjust_may_object(x->kind) ? "red" : "green";
    case ADJUST_OBJECTED: return "blue";
    default: return "";
    }
}

Str adjust_reason_title(const Adjustment *x) {
    for (const AdjustWord *w = x->state == ADJUST_DROPPED ? DROP_REASONS : OBJECT_REASONS; w->name; w++) if (str_eq(x->reason, str_c(w->name))) return str_c(tr(w->title));
    return x->reason;
}

Str month_value(Arena *a, Date first) {
    int y, m, d;
    date_split(first, &y, &m, &d);
    return arena_fmt(a, "%04d-%02d", y, m);
}

Str fact_said(Arena *a, const RuleBook *book, const ToldFact *x) {
    Str kind = fact_kind_title_of(book, x->fact.kind), figures = fact_figures(a, book, &x->fact);
    return arena_fmt(a, STR_FMT ": " STR_FMT " (" STR_FMT ")", STR_ARG(kind), STR_ARG(figures), STR_ARG(x->fact.source));
}

static bool book_of_program(Arena *a, const RuleBook **out, Err *e) { return rulebook_open(a, STR("pkh.yaml"), rulebook_pkh(), out, e); }

static bool month_typed(Arena *a, Str text, Date *out) { return date_parse_iso(arena_fmt(a, STR_FMT "-01", STR_ARG(text)), out); }

// ---- a stage: outcomes, proposals ------------------------------------------------------------------------------------
// Stages of the rule book that have begun, newest first.
static bool stages_of_book(Request *r, const RuleBook *book, CommitmentView *v, Err *e) {
    Str stage = { 0 };
    v->stages.at = NEW(r->arena, Str, 400);
    while ((stage = rulebook_stage_after(book, stage)).n && v->stages.n < 400) {
        const Scheme *s;
        if (!scheme_make(r->arena, book, stage, &s, e)) return false;
        if (scheme_reference_on(s).days <= web_today(r).days + 31) v->stages.at[v->stages.n++] = stage;
    }
    for (size_t i = 0; i < v->stages.n / 2; i++) { Str x = v->stages.at[i]; v->stages.at[i] = v->stages.at[v->stages.n - 1 - i]; v->stages.at[v->stages.n - 1 - i] = x; }
    Str asked = query_text(r, "stage");
    v->stage = v->stages.n ? v->stages.at[0] : STR("");
    for (size_t i = 0; i < v->stages.n; i++) if (str_eq(asked, v->stages.at[i])) v->stage = v->stages.at[i];
    return true;
}

typedef struct { CommitmentView *v; const RuleBook *book; Arena *a; int64_t *kecamatan_of; } Counting;

static bool family_counted(void *with, const FamilyOutcome *family, Err *e) {
    Counting *c = with;
    CommitmentView *v = c->v;
    (void)e;
    v->counts.family_n++;
    for (size_t i = 0; i < family->n; i++) {
        const PersonOutcome *p = &family->at[i];
        for (size_t k = 0; k < p->report.due_n; k++) {
            const DutyDue *due = &p->report.due[k];
            CommitmentRow *row = &v->duties.at[due->duty];
            row->n[duty_reason_outcome(due->reason)]++;
        }
        if (!p->person_id) continue;
        v->counts.person_n++;
        for (int m = 0; m < p->report.month_n; m++) if (p->report.months[m].due >= 0) v->counts.month_n[m][p->report.months[m].outcome]++;
        if (p->sum.outcome != OUTCOME_EXCUSED || p->report.due_n) {
            int64_t at = family->village_id / 10000;
            for (size_t k = 0; k < v->kecamatan.n; k++) if (c->kecamatan_of[k] == at) v->kecamatan.at[k].n[p->sum.outcome]++;
        }
    }
    return true;
}

static bool outcomes_counted(Request *r, Db *db, CommitmentView *v, const RuleBook *book, Err *e) {
    Areas kecamatan;
    Date first;
    if (!str_eq(query_text(r, "count"), STR("1"))) return true;
    if (!month_typed(r->arena, v->first_text, &first)) return fail(e, BAD_INPUT, "\"%.*s\" is no month: write 2024-05.", STR_ARG(v->first_text));
    if (!area_list_level(db, r->arena, v->kab, AREA_KECAMATAN, &kecamatan, e)) return false;
    Counting c = { v, book, r->arena, NEW(r->arena, int64_t, kecamatan.n + 1) };
    v->duties = (CommitmentRows){ NEW(r->arena, CommitmentRow, duty_n(book) + 1), duty_n(book) };
    v->kecamatan = (CommitmentRows){ NEW(r->arena, CommitmentRow, kecamatan.n + 1), kecamatan.n };
    for (size_t i = 0; i < v->duties.n; i++) v->duties.at[i].title = duty_title(book, (int)i);
    for (size_t i = 0; i < kecamatan.n; i++) v->kecamatan.at[i].title = kecamatan.at[i].name, c.kecamatan_of[i] = kecamatan.at[i].id;
    DutyPeriod period = { first, (int)v->month_n, r->received_at, web_today(r) };
    v->is_counted = true;
    return outcome_each(db, book, web_sight(r), v->kab, &period, family_counted, &c, NULL, e);
}

static bool commitment_fill(Request *r, Db *db, CommitmentView *v, Err *e) {
    const RuleBook *book;
    const Scheme *s;
    const SchemeChannel *channels;
    if (!web_kab(r, db, &v->kab, e) || !book_of_program(r->arena, &book, e) || !stages_of_book(r, book, v, e)) return false;
    v->may_propose = authority_allows(web_viewer(r), ACTION_EDIT, v->kab);
    v->month_n = query_int(r, "months", 3);
    if (v->month_n < 1 || v->month_n > SANCTION_MONTHS) v->month_n = 3;
    if (!v->stage.n) return true;
    if (!scheme_make(r->arena, book, v->stage, &s, e)) return false;
    size_t channel_n = scheme_channels(s, &channels);
    Str typed = query_text(r, "month");                    // verified are the months before those that are paid
    v->first_text = typed.n ? typed : month_value(r->arena, date_add_months(channel_n ? channels[0].first_on : scheme_reference_on(s), -(int)v->month_n));
    if (!outcomes_counted(r, db, v, book, e)) return false;
    int64_t total = 0;
    for (PassWhat what = PASS_SANCTIONS; what <= PASS_CORRECTIONS; what++) {
        if (!pass_count(db, v->kab, v->stage, what, &v->pass[what], e)) return false;
        total = v->pass[what].all_n > total ? v->pass[what].all_n : total;
    }
    v->list = list_of(r, total);
    for (PassWhat what = PASS_SANCTIONS; what <= PASS_CORRECTIONS; what++)
        if (!adjustment_of_pass(db, r->arena, web_sight(r), v->kab, v->stage, what, v->list.rows_n, list_offset(&v->list), &v->rows[what], e)) return false;
    return true;
}

static bool commitment_show(Request *r, Response *res, Db *db, CommitmentView *v, Err *e) {
    if (!commitment_fill(r, db, v, e)) return false;
    int64_t *ids = NEW(r->arena, int64_t, v->rows[0].n + v->rows[1].n + 1);
    size_t id_n = 0;
    for (int w = 0; w < 2; w++) for (size_t i = 0; i < v->rows[w].n; i++) ids[id_n++] = v->rows[w].at[i].family_id;
    if (id_n && !web_may_show(r, res, "list", v->kab, ids, id_n)) return true;
    Page page = page_begin(r);
    commitment_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Commitment")), .nav = "/commitment" }, &page, e);
}

static bool commitment_get(Request *r, Response *res, Err *e) {
    static const struct { const char *word, *text; } DONE[] = { { "asked", N_("Asked: it holds when somebody else has signed it.") }, { "before", N_("It was asked before, and waits for a signature.") } };
    CommitmentView *v = NEW(r->arena, CommitmentView, 1);
    Db *db;
    for (size_t i = 0; i < sizeof DONE / sizeof *DONE; i++) if (str_eq(query_text(r, "done"), str_c(DONE[i].word))) v->done = str_c(tr(DONE[i].text));
    return request_db_read(r, &db, e) && db_begin_read(db, e) && commitment_show(r, res, db, v, e);
}

static bool propose_do(Request *r, Db *db, int64_t kab, bool *is_new, Err *e) {
    Str what = param_text(r, "what"), stage = form_text(r, "stage");
    ApprovalRequest request;
    SanctionsSummary sanctions;
    LateSummary late;
    OutcomeList list;
    Date first = DATE_NONE;
    int64_t months = 0;
    if (str_eq(what, STR("corrections"))) return late_propose(db, r->arena, web_viewer(r), kab, form_text(r, "about"), stage, r->received_at, &late, &request, is_new, e);
    if (!month_typed(r->arena, form_text(r, "month"), &first)) return fail(e, BAD_INPUT, "\"%.*s\" is no month: write 2024-05.", STR_ARG(form_text(r, "month")));
    if (!str_int64(form_text(r, "months"), &months) || months < 1 || months > SANCTION_MONTHS) return fail(e, BAD_INPUT, "From 1 to %d months are verified at once.", SANCTION_MONTHS);
    if (str_eq(what, STR("sanctions"))) return sanctions_propose(db, r->arena, web_viewer(r), kab, stage, first, (int)months, r->received_at, NULL, &sanctions, &request, is_new, e);
    DutyPeriod period = { first, (int)months, r->received_at, web_today(r) };
    if (str_eq(what, STR("outcomes"))) return outcome_list_ask(db, r->arena, web_viewer(r), kab, stage, &period, r->received_at, NULL, &list, &request, is_new, e);
    return fail(e, NOT_FOUND, "There is no such page.");
}

static bool commitment_post(Request *r, Response *res, Err *e) {
    bool is_new = false;
    Err refused = { 0 };
    int64_t kab;
    Db *db;
    if (!request_db_write(r, &db, e) || !web_kab(r, db, &kab, e)) return false;
    if (propose_do(r, db, kab, &is_new, &refused)) {
        response_redirect(r, res, url_with(r->arena, url_with(r->arena, url_path(r->arena, "/commitment?kab=%lld", (long long)kab), "stage", form_text(r, "stage")), "done", is_new ? STR("asked") : STR("before")));
        return true;
    }
    db_rollback(db);
    if (refused.code == IO_FAILED || refused.code == FORBIDDEN) { *e = refused; return false; }
    CommitmentView *v = NEW(r->arena, CommitmentView, 1);
    v->fault = arena_str(r->arena, str_c(refused.text));
    res->status = err_http_status(refused.code);
    return commitment_show(r, res, db, v, e);
}

// ---- one proposal ----------------------------------------------------------------------------------------------------
static bool reasons_fill(Request *r, Db *db, AdjustmentView *v, const RuleBook *book, const Str *names, const int64_t *ids, size_t n, Err *e) {
    ToldFacts facts;
    if (!fact_list(db, r->arena, web_sight(r), v->kab, v->id, &facts, e)) return false;
    v->reasons = NEW(r->arena, ReasonLine, v->x.reason_n + 1);
    for (size_t i = 0; i < v->x.reason_n; i++) {
        ReasonLine *line = &v->reasons[i];
        *line = (ReasonLine){ .reason = v->x.reasons[i], .who = str_c(_("The whole family")), .duty = excuse_duty_title(book, v->x.reasons[i].duty) };
        for (size_t k = 0; k < n; k++) if (ids[k] == line->reason.person_id) line->who = names[k];
        for (size_t k = 0; k < facts.n; k++) if (facts.at[k].n == line->reason.fact_n) line->said = fact_said(r->arena, book, &facts.at[k]);
    }
    return true;
}

// The closing that took it, and what it changed there.
static bool paid_read(Request *r, Db *db, AdjustmentView *v, Err *e) {
    Stages stages;
    if (!web_stages(r, db, v->kab, &stages, e)) return false;
    for (size_t i = 0; i < stages.n; i++) {
        Explanation *why = NEW(r->arena, Explanation, 1);
        Err none = { 0 };
        if (!explain_family(db, r->arena, v->kab, stages.at[i], v->id, web_sight(r), why, &none)) {
            if (none.code != NOT_FOUND && none.code != CONFLICT) { *e = none; return false; }
            continue;
        }
        for (size_t k = 0; k < why->change_n; k++)
            if (why->changes[k].n == v->n) v->has_paid = true, v->paid_stage = stages.at[i], v->paid = why->changes[k].amount;
    }
    return true;
}

static bool adjustment_fill(Request *r, Db *db, AdjustmentView *v, Err *e) {
    FamilyFullRow row;
    FamilyMembersRows rows = { 0 };
    FamilyMembersRow member;
    Adjustments list;
    Area area[4];
    const RuleBook *book;
    size_t n = 0, area_n = 0;
    bool found = false, has_row;
    Arena *a = r->arena;
    Str *names = NEW(a, Str, PERSON_MAX);
    int64_t *ids = NEW(a, int64_t, PERSON_MAX);
    const Viewer *viewer = web_viewer(r);
    v->kab = param_int(r, "kab"), v->id = param_int(r, "id"), v->n = param_int(r, "n");
    if (!family_full(db, a, (FamilyFullArgs){ .kab = v->kab, .id = v->id, SEE(web_sight(r)) }, &row, &found, e)) return false;
    if (!found || !adjustment_list(db, a, web_sight(r), v->kab, v->id, &list, e)) return e->code ? false : fail(e, NOT_FOUND, "There is no family with this number.");
    found = false;
    for (size_t i = 0; i < list.n; i++) if (list.at[i].n == v->n) v->x = list.at[i], found = true;
    if (!found) return fail(e, NOT_FOUND, "Family %lld has no proposal %lld.", (long long)v->id, (long long)v->n);
    bool is_good = family_members(db, (FamilyMembersArgs){ .kab = v->kab, .family_id = v->id, SEE(web_sight(r)) }, &rows, e);
    while (is_good && (is_good = family_members_next(&rows, &member, &has_row, e)) && has_row && n < PERSON_MAX) {
        ids[n] = member.id;
        names[n++] = arena_str(a, member.name);
        if (member.id == row.payee_id) v->name = names[n - 1];
    }
    family_members_end(&rows);
    if (!is_good || !area_chain(db, a, row.village_id, area, &area_n, e) || !book_of_program(a, &book, e) || !reasons_fill(r, db, v, book, names, ids, n, e) || !paid_read(r, db, v, e)) return false;
    v->address = row.address.p ? row.address : STR(""), v->companion = row.companion_name.p ? row.companion_name : STR("");
    v->village = area_n ? area[0].name : STR("");
    v->area_name = str_c(_("Social Service"));
    for (size_t i = 0; i < area_n; i++) if (area[i].level == AREA_DISTRICT) v->area_name = area[i].name;
    Buf day = { .max = 60 };
    date_put_local(&day, web_today(r));
    v->date = arena_str(a, buf_view(&day));
    buf_free(&day);
    Str about = v->x.about_stage.n ? stage_title(a, v->x.about_stage) : STR("");
    v->letter = adjustment_letter(a, &v->x, stage_title(a, v->x.stage), about, book, names, ids, n);
    v->may_ask = v->x.state == ADJUST_PROPOSED && authority_allows(viewer, ACTION_EDIT, v->kab);
    v->may_drop = v->x.state == ADJUST_PROPOSED && (v->may_ask || authority_allows(viewer, ACTION_SIGN_SECOND, v->kab));
    v->may_object = v->x.state == ADJUST_DECIDED && adjust_may_object(v->x.kind) && web_today(r).days <= v->x.until_on.days && authority_allows(viewer, ACTION_TELL, v->kab);
    v->may_answer = v->x.state == ADJUST_OBJECTED && authority_allows(viewer, ACTION_SIGN_SECOND, v->kab);
    return true;
}

static PageHead adjustment_head(Request *r, const AdjustmentView *v, Str title) {
    return (PageHead){ .title = title, .nav = "/families",
                       .crumbs = { { "/families", str_c(_("Families")) }, { url_path(r->arena, "/family/%lld/%lld", (long long)v->kab, (long long)v->id).s.p, id_text(r->arena, v->id) }, { NULL, title } } };
}

static bool adjustment_show(Request *r, Response *res, Db *db, AdjustmentView *v, Err *e) {
    if (!adjustment_fill(r, db, v, e)) return false;
    if (!web_may_show(r, res, "family", v->kab, &v->id, 1)) return true;
    Page page = page_begin(r);
    adjustment_page(&page, v);
    Str stage = stage_title(r->arena, v->x.stage);
    return page_end(r, res, adjustment_head(r, v, arena_fmt(r->arena, "%s: " STR_FMT, adjust_kind_title(v->x.kind), STR_ARG(stage))), &page, e);
}

static bool adjustment_get(Request *r, Response *res, Err *e) {
    AdjustmentView *v = NEW(r->arena, AdjustmentView, 1);
    Db *db;
    if (str_eq(query_text(r, "done"), STR("1"))) v->done = str_c(_("Recorded."));
    return request_db_read(r, &db, e) && db_begin_read(db, e) && adjustment_show(r, res, db, v, e);
}

static bool adjustment_do(Request *r, Db *db, Err *e) {
    AdjustAct act = { param_int(r, "kab"), param_int(r, "id"), param_int(r, "n"), *web_viewer(r), r->received_at };
    Str what = param_text(r, "what");
    ApprovalRequest request;
    bool is_new;
    if (str_eq(what, STR("ask"))) return adjustment_ask(db, r->arena, web_viewer(r), act.kab, act.family_id, act.n, act.at, &request, &is_new, e);
    if (str_eq(what, STR("drop"))) return adjustment_drop(db, r->arena, &act, form_text(r, "reason"), e);
    if (str_eq(what, STR("object"))) return adjustment_object(db, r->arena, &act, form_text(r, "reason"), e);
    if (str_eq(what, STR("uphold"))) return adjustment_answer(db, r->arena, &act, true, e);
    if (str_eq(what, STR("withdraw"))) return adjustment_answer(db, r->arena, &act, false, e);
    return fail(e, NOT_FOUND, "There is no such page.");
}

static bool adjustment_post(Request *r, Response *res, Err *e) {
    Err refused = { 0 };
    Db *db;
    if (!request_db_write(r, &db, e)) return false;
    if (adjustment_do(r, db, &refused)) {
        response_redirect(r, res, url_path(r->arena, "/family/%lld/%lld/adjustment/%lld?done=1", (long long)param_int(r, "kab"), (long long)param_int(r, "id"), (long long)param_int(r, "n")));
        return true;
    }
    db_rollback(db);
    if (refused.code == IO_FAILED || refused.code == NOT_FOUND) { *e = refused; return false; }
    AdjustmentView *v = NEW(r->arena, AdjustmentView, 1);
    v->fault = arena_str(r->arena, str_c(refused.text));
    res->status = err_http_status(refused.code);
    return adjustment_show(r, res, db, v, e);
}

// ---- the letter ------------------------------------------------------------------------------------------------------
static bool body_write(void *to, Str bytes, Err *e) { return (void)e, buf_str(to, bytes), true; }

static bool letter_pdf(Request *r, Response *res, const AdjustmentView *v, Err *e) {
    int pages_n;
    Str stage = stage_title(r->arena, v->x.stage), band = web_viewer(r)->is_practice ? str_c(_("PRACTICE DATABASE – synthetic data")) : STR("");
    Pdf *p = pdf_new((PdfOptions){ .title = str_c(_("Letter to the family")), .author = v->area_name, .created_at = r->received_at, .footer = stage, .band = band });
    pdf_paragraph(p, arena_fmt(r->arena, STR_FMT ", " STR_FMT, STR_ARG(v->area_name), STR_ARG(v->date)), PDF_RIGHT);
    pdf_paragraph(p, str_c(_("To the mother or head of the family")), PDF_LEFT);
    if (v->name.n) pdf_paragraph(p, v->name, PDF_LEFT);
    if (v->address.n) pdf_paragraph(p, v->address, PDF_LEFT);
    if (v->village.n) pdf_paragraph(p, v->village, PDF_LEFT);
    pdf_space(p, 4);
    pdf_heading(p, arena_fmt(r->arena, "%s · " STR_FMT, adjust_kind_title(v->x.kind), STR_ARG(stage)));
    pdf_paragraph(p, str_c(_("Dear Mother,")), PDF_LEFT);
    for (size_t i = 0; i < v->letter.n; i++) pdf_paragraph(p, v->letter.at[i], PDF_LEFT);
    pdf_paragraph(p, v->companion.n ? arena_fmt(r->arena, _("If something is not clear, ask your companion, %.*s. The help is free: nobody may take a share of it."), STR_ARG(v->companion))
                                    : str_c(_("If something is not clear, ask at the office. The help is free: nobody may take a share of it.")), PDF_LEFT);
    pdf_space(p, 4);
    pdf_paragraph(p, str_c(_("With kind regards,")), PDF_LEFT);
    pdf_paragraph(p, str_c(_("Social Service, family hope programme")), PDF_LEFT);
    bool is_good = pdf_write(p, (Sink){ body_write, &res->body }, &pages_n, e);
    pdf_free(p);
    if (is_good) response_download(r, res, arena_fmt(r->arena, "surat-%lld-%lld-%lld.pdf", (long long)v->kab, (long long)v->id, (long long)v->n), "application/pdf");
    return is_good;
}

static bool letter_get(Request *r, Response *res, Err *e) {
    AdjustmentView *v = NEW(r->arena, AdjustmentView, 1);
    Str format = query_text(r, "format");
    Db *db;
    if (format.n && !str_eq(format, STR("pdf"))) return fail(e, BAD_INPUT, "A letter is given as pdf, not as \"%.*s\".", STR_ARG(format));
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !adjustment_fill(r, db, v, e)) return false;
    if (!web_may_show(r, res, "letter", v->kab, &v->id, 1)) return true;
    if (format.n) return letter_pdf(r, res, v, e);
    Page page = page_begin(r);
    adjustment_letter_page(&page, v);
    return page_end(r, res, adjustment_head(r, v, str_c(_("Letter to the family"))), &page, e);
}

const Route ADJUSTMENT_ROUTES[] = {
    { "GET",  "/commitment",                                "read",                  commitment_get },
    { "POST", "/commitment/{what}",                         "edit",                  commitment_post },
    { "GET",  "/family/{kab}/{id}/adjustment/{n}",          "read read_own",         adjustment_get },
    { "GET",  "/family/{kab}/{id}/adjustment/{n}/letter",   "read read_own",         letter_get },
    { "POST", "/family/{kab}/{id}/adjustment/{n}/{what}",   "tell edit sign",        adjustment_post },
    {0} };
