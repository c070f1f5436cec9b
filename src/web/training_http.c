// training_http.c: see training.h. Every change goes through the function of src/training/ that the shell uses too; what was refused is told on the
// page that asked, with what was typed. No family stands on these pages.
#include "web/training.h"
#include "office/caseload.h"
#include "office/practice.h"
#include "registry/area.h"
#include "web/table_http.h"
#include "web_training.page.h"
#include <fcntl.h>
#include <unistd.h>

const char *training_colour(TrainingState state) {
    static const char *const COLOURS[TRAINING_STATES_N] = { [TRAINING_PLAN] = "amber", [TRAINING_CALLED] = "blue", [TRAINING_CLOSED] = "green", [TRAINING_CANCELLED] = "" };
    return COLOURS[state];
}

Url training_url(Arena *a, const Training *t, const char *below) {
    Url u = url_path(a, "/training/%lld/%lld", (long long)t->kab, (long long)t->id);
    return (Url){ arena_fmt(a, "%.*s%s", STR_ARG(u.s), below) };
}

Str training_clock(Arena *a, const Training *t, const TrainingSession *s) {
    Str from = training_hour(a, t->kab, s->from_at), until = training_hour(a, t->kab, s->until_at);
    if (t->facts.first_on.days == t->facts.last_on.days) return arena_fmt(a, "%.*s–%.*s", STR_ARG(from), STR_ARG(until));
    Date day = (Date){ (int32_t)((s->from_at.ms + 420 * 60000) / 86400000) };
    return arena_fmt(a, "%.*s, %.*s–%.*s", STR_ARG(training_days_text(a, day, day)), STR_ARG(from), STR_ARG(until));
}

Str training_letter(size_t choice) { return (Str){ &"ABCDE"[choice], 1 }; }

bool training_item_is_chosen(const TrainingView *v, int64_t question_id) {
    for (size_t i = 0; i < v->report.learning.item_n; i++) if (v->report.learning.items[i].id == question_id) return true;
    return false;
}

static int64_t form_n(const Request *r, const char *name) {
    int64_t n = 0;
    return str_int64(form_text(r, name), &n) ? n : 0;
}

static Str area_of(Db *db, Arena *a, int64_t kab) {
    Area area;
    Err ignored = { 0 };
    bool found;
    return area_read(db, a, kab, &area, &found, &ignored) && found ? area.name : str_c(_("Social Service"));
}

// What a person may mend by looking again or typing otherwise stays on the page.
static bool is_told_on_page(ErrCode code) { return code == CONFLICT || code == BAD_INPUT || code == LIMIT || code == BUSY; }

static PageHead head_of(Request *r, const TrainingView *v, Str title) {
    PageHead head = { .title = title.n ? title : v->t.facts.title, .nav = "/training", .crumbs = { { "/training", str_c(_("Trainings")) } } };
    if (title.n) head.crumbs[1] = (Crumb){ training_url(r->arena, &v->t, "").s.p, v->t.facts.title };
    return head;
}

// ---- the list ----------------------------------------------------------------------------------------------------------------
static bool list_show(Request *r, Response *res, Db *db, TrainingsView *v, Err *e) {
    Sight sight = web_sight(r);
    v->request = r;
    if (!web_kab(r, db, &v->kab, e)) return false;
    v->may_train = authority_allows(web_viewer(r), ACTION_TRAIN, v->kab);
    v->may_look = authority_allows(web_viewer(r), ACTION_READ, v->kab);
    if (!training_list(db, r->arena, sight, v->kab, &v->entries, &v->entry_n, e) || (v->may_train && !training_pay_days(db, r->arena, v->kab, web_today(r), &v->pay_days, &v->pay_day_n, e))) return false;
    Page page = page_begin(r);
    trainings_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Trainings (Bimtek)")), .nav = "/training" }, &page, e);
}

static bool list_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && list_show(r, res, db, NEW(r->arena, TrainingsView, 1), e);
}

static bool facts_read(const Request *r, TrainingFacts *f, Err *e) {
    *f = (TrainingFacts){ .title = form_text(r, "title"), .purpose = form_text(r, "purpose"), .place = form_text(r, "place"), .address = form_text(r, "address"), .letter_number = form_text(r, "letter"),
                          .signer_name = form_text(r, "signer"), .signer_number = form_text(r, "nip"), .quota_n = form_n(r, "quota"), .jp_least_n = form_n(r, "jp_least"), .first_on = DATE_NONE, .last_on = DATE_NONE };
    return (date_parse_local(form_text(r, "first_on"), &f->first_on) && date_parse_local(form_text(r, "last_on"), &f->last_on)) || fail(e, BAD_INPUT, "Give the first and the last day, at most %d days apart.", TRAINING_DAYS_MAX);
}

static bool new_post(Request *r, Response *res, Err *e) {
    TrainingAct act = { form_n(r, "kab"), 0, web_viewer(r), r->received_at };
    TrainingFacts facts;
    Err refused = { 0 };
    int64_t id;
    Db *db;
    if (!request_db_write(r, &db, e)) return false;
    if (facts_read(r, &facts, &refused) && training_put(db, r->arena, &act, &facts, 0, &id, &refused)) {
        response_redirect(r, res, url_path(r->arena, "/training/%lld/%lld", (long long)act.kab, (long long)id));
        return true;
    }
    db_rollback(db);
    if (!is_told_on_page(refused.code)) { *e = refused; return false; }
    TrainingsView *v = NEW(r->arena, TrainingsView, 1);
    v->fault = arena_str(r->arena, str_c(refused.text));
    res->status = err_http_status(refused.code);
    return list_show(r, res, db, v, e);
}

static bool pay_day_post(Request *r, Response *res, Err *e) {
    Date day = DATE_NONE;
    Db *db;
    if (!request_db_write(r, &db, e)) return false;
    if (!date_parse_local(form_text(r, "on"), &day)) return fail(e, BAD_INPUT, "Say which day.");
    if (!training_pay_day_put(db, r->arena, web_viewer(r), form_n(r, "kab"), day, form_text(r, "title"), r->received_at, e)) return false;
    response_redirect(r, res, url_path(r->arena, "/training"));
    return true;
}

// ---- one training --------------------------------------------------------------------------------------------------------------
static bool view_read(Request *r, Db *db, TrainingView *v, Err *e) {
    Sight sight = web_sight(r);
    int64_t kab = param_int(r, "kab"), id = param_int(r, "id");
    v->request = r;
    if (!training_read(db, r->arena, sight, kab, id, &v->t, e) || !training_people(db, r->arena, sight, kab, id, &v->people, &v->people_n, e)) return false;
    v->may_train = authority_allows(web_viewer(r), ACTION_TRAIN, kab);
    v->is_own = sight_is_own_only(&sight);
    v->area = area_of(db, r->arena, kab);
    return true;
}

static void papers_fill(Request *r, TrainingView *v) {
    for (int p = 0; p < PAPERS_N; p++) {
        bool is_own = p == PAPER_ASSIGNMENT || p == PAPER_INVITATION || p == PAPER_CERTIFICATE;
        if ((v->is_own && !is_own) || (p == PAPER_CERTIFICATE && v->t.state != TRAINING_CLOSED) || (p == PAPER_QUESTIONS && !v->may_train)) continue;
        v->papers[v->paper_n++] = (TrainingPaperLink){ (TrainingPaper)p, url_with(r->arena, training_url(r->arena, &v->t, "/paper"), "paper", str_c(training_paper_name((TrainingPaper)p))) };
    }
}

static bool own_fill(Request *r, Db *db, TrainingView *v, Err *e) {
    if (!v->is_own || !v->people_n || v->t.state != TRAINING_CALLED) return true;
    if (!training_person_code(db, r->arena, v->t.kab, v->t.id, v->people[0].companion_id, &v->code, e)) return false;
    return web_qr(r->arena, arena_fmt(r->arena, "%.*s%.*s?code=%.*s", STR_ARG(r->origin), STR_ARG(training_url(r->arena, &v->t, "/day").s), STR_ARG(v->code)), &v->qr, e);
}

static bool one_show(Request *r, Response *res, Db *db, TrainingView *v, Err *e) {
    if (!view_read(r, db, v, e) || !own_fill(r, db, v, e)) return false;
    if (!v->is_own && (v->t.state == TRAINING_PLAN || v->t.state == TRAINING_CALLED) && !training_clashes(db, r->arena, v->t.kab, v->t.id, &v->clashes, &v->clash_n, e)) return false;
    papers_fill(r, v);
    Page page = page_begin(r);
    training_page(&page, v);
    return page_end(r, res, head_of(r, v, (Str){ 0 }), &page, e);
}

static bool one_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && one_show(r, res, db, NEW(r->arena, TrainingView, 1), e);
}

// ---- people --------------------------------------------------------------------------------------------------------------------
typedef struct { Attendance *list; size_t n; HandedOver *given; size_t given_n; Certificate *certificates; size_t certificate_n; Learning learning; } DayFacts;

static bool day_facts(Request *r, Db *db, const TrainingView *v, DayFacts *d, Err *e) {
    Sight sight = web_sight(r);
    int64_t kab = v->t.kab, id = v->t.id;
    return training_attendance(db, r->arena, sight, kab, id, &d->list, &d->n, e) && training_handed_over(db, r->arena, sight, kab, id, &d->given, &d->given_n, e) &&
           training_certificates(db, r->arena, sight, kab, id, &d->certificates, &d->certificate_n, e) && training_learning(db, r->arena, sight, kab, id, &d->learning, e);
}

static Str score_of(Arena *a, const Learning *l, const char *kind, int64_t companion_id) {
    for (size_t i = 0; i < l->sheet_n; i++)
        if (l->sheets[i].companion_id == companion_id && str_eq(l->sheets[i].kind, str_c(kind))) return arena_fmt(a, "%lld/%zu", (long long)l->sheets[i].score, l->item_n);
    return STR("–");
}

static TrainingPersonRow row_of(Arena *a, const TrainingView *v, const DayFacts *d, const TrainingPerson *p) {
    TrainingPersonRow row = { .person = p, .jp_n = training_jp(&v->t, d->list, d->n, p->companion_id), .pre = score_of(a, &d->learning, "pre", p->companion_id),
                              .post = score_of(a, &d->learning, "post", p->companion_id), .goods = STR("–"), .certificate = STR("–") };
    Buf goods = { .max = 4000 };
    for (size_t i = 0; i < d->n; i++) row.session_n += d->list[i].companion_id == p->companion_id;
    for (size_t i = 0; i < d->given_n; i++)
        if (d->given[i].companion_id == p->companion_id) buf_fmt(&goods, "%s%.*s %.*s", goods.n ? ", " : "", STR_ARG(d->given[i].kind), STR_ARG(d->given[i].size));
    for (size_t i = 0; i < d->certificate_n; i++) if (d->certificates[i].companion_id == p->companion_id) row.certificate = d->certificates[i].number;
    if (goods.n) row.goods = arena_str(a, buf_view(&goods));
    buf_free(&goods);
    return row;
}

// The lists that the report counts.
static bool row_fits(const Request *r, const TrainingView *v, const DayFacts *d, const TrainingPersonRow *row) {
    Str show = query_text(r, "show"), goods = query_text(r, "goods");
    int64_t session_n = query_int(r, "session", 0);
    bool is_there = !session_n, has_goods = false;
    for (size_t i = 0; i < d->n; i++) is_there |= d->list[i].companion_id == row->person->companion_id && d->list[i].session_n == session_n;
    for (size_t i = 0; i < d->given_n; i++) has_goods |= d->given[i].companion_id == row->person->companion_id && str_eq(d->given[i].kind, goods);
    if (!is_there) return false;
    if (str_eq(show, STR("called"))) return !row->person->is_walk_in;
    if (str_eq(show, STR("walk_in"))) return row->person->is_walk_in;
    if (str_eq(show, STR("present"))) return row->session_n > 0;
    if (str_eq(show, STR("absent"))) return row->session_n == 0;
    if (str_eq(show, STR("full"))) return v->t.session_n > 0 && row->session_n == (int64_t)v->t.session_n;
    if (str_eq(show, STR("certificate"))) return !str_eq(row->certificate, STR("–"));
    if (str_eq(show, STR("owed"))) return row->session_n > 0 && !has_goods;
    return true;
}

static Str filter_title(const Request *r, const TrainingView *v) {
    static const struct { const char *word, *title; } SHOWS[] = { { "called", N_("called") }, { "walk_in", N_("came without having been called") }, { "present", N_("at one session or more") },
        { "absent", N_("did not come") }, { "full", N_("at all sessions") }, { "certificate", N_("with a certificate") }, { "owed", N_("still wait for goods") } };
    int64_t session_n = query_int(r, "session", 0);
    for (size_t i = 0; i < sizeof SHOWS / sizeof *SHOWS; i++) if (str_eq(query_text(r, "show"), str_c(SHOWS[i].word))) return str_c(tr(SHOWS[i].title));
    for (size_t i = 0; i < v->t.session_n; i++) if (v->t.sessions[i].n == session_n) return v->t.sessions[i].title;
    return STR("");
}

static bool people_file(Request *r, Response *res, const TrainingView *v, TableFormat format, Err *e) {
    const TableColumn columns[] = { { "companion", STR("No. pendamping"), TABLE_COUNT }, { "name", STR("Nama"), TABLE_TEXT }, { "called", str_c(_("Called by the letter")), TABLE_TEXT }, { "sessions", str_c(_("Sessions")), TABLE_COUNT },
        { "jp", STR("JP"), TABLE_COUNT }, { "pre", str_c(_("Test before")), TABLE_TEXT }, { "post", str_c(_("Test after")), TABLE_TEXT }, { "goods", str_c(_("Goods")), TABLE_TEXT }, { "certificate", str_c(_("Certificate")), TABLE_TEXT } };
    TableHead head = { .name = "peserta", .title = v->t.facts.title, .kab = v->t.kab, .area = v->area, .filter = v->filter_title, .columns = columns, .column_n = sizeof columns / sizeof *columns };
    TableWriter *w;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    for (size_t i = 0; i < v->row_n; i++) {
        const TrainingPersonRow *row = &v->rows[i];
        table_put_n(w, row->person->companion_id);
        table_put(w, row->person->name);
        table_put(w, str_c(row->person->is_walk_in ? _("No") : _("Yes")));
        table_put_n(w, row->session_n);
        table_put_n(w, row->jp_n);
        table_put(w, row->pre);
        table_put(w, row->post);
        table_put(w, row->goods);
        table_put(w, row->certificate);
        if (table_end_row(w, e)) continue;
        table_abort(w);
        return false;
    }
    return table_answer(r, res, &head, format, w, e);
}

static bool others_fill(Request *r, Db *db, TrainingView *v, Err *e) {
    Companions all;
    if (!v->may_train || v->is_own) return true;
    if (!caseload_companions(db, r->arena, web_sight(r), v->t.kab, &all, e)) return false;
    v->others = NEW(r->arena, TrainingChoice, all.n + 1);
    for (size_t i = 0; i < all.n; i++) {
        size_t k = 0;
        while (k < v->people_n && v->people[k].companion_id != all.at[i].id) k++;
        if (k == v->people_n) v->others[v->other_n++] = (TrainingChoice){ all.at[i].id, all.at[i].name };
    }
    return true;
}

static bool people_show(Request *r, Response *res, Db *db, TrainingView *v, Err *e) {
    DayFacts d = { 0 };
    TableFormat format;
    bool is_file;
    if (!table_asked(r, &is_file, &format, e) || !view_read(r, db, v, e) || !day_facts(r, db, v, &d, e) || !others_fill(r, db, v, e)) return false;
    v->rows = NEW(r->arena, TrainingPersonRow, v->people_n + 1);
    for (size_t i = 0; i < v->people_n; i++) {
        TrainingPersonRow row = row_of(r->arena, v, &d, &v->people[i]);
        if (row_fits(r, v, &d, &row)) v->rows[v->row_n++] = row;
    }
    v->filter_title = filter_title(r, v);
    if (is_file) return people_file(r, res, v, format, e);
    v->list = list_of(r, (int64_t)v->row_n);
    v->rows += list_offset(&v->list);
    v->row_n = v->list.total_n ? (size_t)(list_last(&v->list) - list_offset(&v->list)) : 0;
    Page page = page_begin(r);
    training_people_page(&page, v);
    return page_end(r, res, head_of(r, v, str_c(_("People"))), &page, e);
}

static bool people_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && people_show(r, res, db, NEW(r->arena, TrainingView, 1), e);
}

// ---- the day --------------------------------------------------------------------------------------------------------------------
static bool day_show(Request *r, Response *res, Db *db, TrainingView *v, Err *e) {
    Attendance *list;
    size_t n;
    if (!view_read(r, db, v, e) || !training_goods(db, r->arena, web_sight(r), v->t.kab, v->t.id, &v->goods, &v->goods_n, e) ||
        !training_attendance(db, r->arena, web_sight(r), v->t.kab, v->t.id, &list, &n, e)) return false;
    v->session = training_session_at(&v->t, r->received_at);
    for (size_t i = 0; i < n; i++) v->present_n += v->session && list[i].session_n == v->session->n;
    if (!v->code.n) v->code = query_text(r, "code");
    Page page = page_begin(r);
    training_day_page(&page, v);
    return page_end(r, res, head_of(r, v, str_c(_("The day"))), &page, e);
}

static bool day_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && day_show(r, res, db, NEW(r->arena, TrainingView, 1), e);
}

static bool tests_show(Request *r, Response *res, Db *db, TrainingView *v, Err *e) {
    if (!view_read(r, db, v, e) || !training_learning(db, r->arena, web_sight(r), v->t.kab, v->t.id, &v->report.learning, e) ||
        !question_list(db, r->arena, web_viewer(r), v->t.kab, &v->questions, &v->question_n, e)) return false;
    Page page = page_begin(r);
    training_tests_page(&page, v);
    return page_end(r, res, head_of(r, v, str_c(_("Tests"))), &page, e);
}

static bool tests_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && tests_show(r, res, db, NEW(r->arena, TrainingView, 1), e);
}

// "https://…/day?code=ABCD2345" and "abcd-2345" alike: a reader types the whole address.
static Str code_typed(Str text) {
    for (size_t i = 0; i + 5 <= text.n; i++)
        if (memcmp(text.p + i, "code=", 5) == 0) return str_part(text, i + 5, text.n);
    return text;
}

static bool check_post(Request *r, Db *db, const TrainingAct *act, TrainingView *v, Err *e) {
    CheckIn in = { .way = CHECK_DESK, .session_n = form_n(r, "session"), .companion_id = form_n(r, "companion_id"), .code = code_typed(form_text(r, "code")) };
    CheckedIn out;
    v->code = STR(" ");
    if (!in.code.n && !in.companion_id) return fail(e, BAD_INPUT, "Scan a code or choose a person.");
    if (!training_check_in(db, r->arena, act, &in, &out, e)) return false;
    v->done = arena_fmt(r->arena, out.is_new ? _("%.*s is checked in: session %lld, %.*s.") : _("%.*s was checked in before: session %lld, %.*s. It counts once."), STR_ARG(out.name), (long long)out.session_n, STR_ARG(out.session));
    return true;
}

static bool hand_post(Request *r, Db *db, const TrainingAct *act, TrainingView *v, Err *e) {
    Str size = form_text(r, "what"), kind = str_cut(&size, '|');
    bool is_new;
    if (!training_hand_over(db, r->arena, act, form_n(r, "companion_id"), kind, size, STR(""), &is_new, e)) return false;
    v->done = arena_fmt(r->arena, is_new ? _("Handed over: %.*s %.*s.") : _("It was handed over before: %.*s %.*s."), STR_ARG(kind), STR_ARG(training_text(size)));
    return true;
}

static bool sheet_post(Request *r, Db *db, const TrainingAct *act, TrainingView *v, Err *e) {
    bool is_new;
    if (!form_n(r, "companion_id")) return fail(e, BAD_INPUT, "Choose a person.");
    if (!training_sheet_put(db, r->arena, act, form_text(r, "test"), form_n(r, "companion_id"), form_text(r, "answers"), &is_new, e)) return false;
    v->done = str_c(is_new ? _("The sheet is entered.") : _("The sheet was there before."));
    return true;
}

static TrainingAct act_of(const Request *r) { return (TrainingAct){ param_int(r, "kab"), param_int(r, "id"), web_viewer(r), r->received_at }; }

// Tells on the page how it went; a reload asks the browser's own question, and what was done twice counts once.
static bool told(Request *r, Response *res, Db *db, TrainingView *v, bool is_good, Err *refused, bool (*show)(Request *, Response *, Db *, TrainingView *, Err *), Err *e) {
    if (!is_good) {
        db_rollback(db);
        if (!is_told_on_page(refused->code) && refused->code != FORBIDDEN) { *e = *refused; return false; }
        v->fault = arena_str(r->arena, str_c(refused->text));
        res->status = err_http_status(refused->code);
    }
    return show(r, res, db, v, e);
}

static bool day_post(Request *r, Response *res, Err *e) {
    static const struct { const char *what; bool (*run)(Request *, Db *, const TrainingAct *, TrainingView *, Err *); bool (*show)(Request *, Response *, Db *, TrainingView *, Err *); } DOES[] = {
        { "check", check_post, day_show }, { "hand", hand_post, day_show }, { "sheet", sheet_post, tests_show } };
    TrainingView *v = NEW(r->arena, TrainingView, 1);
    TrainingAct act = act_of(r);
    Err refused = { 0 };
    Db *db;
    if (!request_db_write(r, &db, e)) return false;
    for (size_t i = 0; i < sizeof DOES / sizeof *DOES; i++)
        if (str_eq(param_text(r, "what"), str_c(DOES[i].what))) return told(r, res, db, v, DOES[i].run(r, db, &act, v, &refused), &refused, DOES[i].show, e);
    return fail(e, NOT_FOUND, "There is no such page.");
}

static bool list_post(Request *r, Response *res, Err *e) {
    TrainingView *v = NEW(r->arena, TrainingView, 1);
    TrainingAct act = act_of(r);
    Err refused = { 0 };
    int64_t row_n = 0, new_n = 0;
    Str kind = form_text(r, "kind");
    bool is_attendance = str_eq(kind, STR("attendance"));
    Db *db;
    if (!request_db_write(r, &db, e)) return false;
    int fd = r->upload ? open(r->upload->path, O_RDONLY | O_CLOEXEC) : -1;
    bool is_good = fd >= 0 || fail(&refused, BAD_INPUT, "Choose the file first.");
    is_good = is_good && (is_attendance ? training_list_in(db, r->arena, &act, form_n(r, "session"), fd, &row_n, &new_n, &refused) : training_sheets_in(db, r->arena, &act, kind, fd, &row_n, &new_n, &refused));
    if (fd >= 0) close(fd);
    if (is_good) v->done = arena_fmt(r->arena, _("%lld rows read, %lld of them new."), (long long)row_n, (long long)new_n);
    return told(r, res, db, v, is_good, &refused, is_attendance ? day_show : tests_show, e);
}

// ---- changing the plan ------------------------------------------------------------------------------------------------------------
static bool set_do(Request *r, Db *db, const TrainingAct *act, Err *e) {
    TrainingFacts f;
    int64_t id;
    return facts_read(r, &f, e) && training_put(db, r->arena, act, &f, form_n(r, "version"), &id, e);
}

static bool session_do(Request *r, Db *db, const TrainingAct *act, Err *e) {
    TrainingSession s = { .jp_n = form_n(r, "jp"), .title = form_text(r, "title"), .trainer = form_text(r, "trainer"), .room = form_text(r, "room") };
    Date day = DATE_NONE;
    if (!date_parse_local(form_text(r, "on"), &day)) return fail(e, BAD_INPUT, "Say which day.");
    return training_time(act->kab, day, form_text(r, "from"), &s.from_at, e) && training_time(act->kab, day, form_text(r, "until"), &s.until_at, e) && training_session_put(db, r->arena, act, &s, e);
}

static bool cost_do(Request *r, Db *db, const TrainingAct *act, Err *e) {
    TrainingCost c = { .quantity_n = form_n(r, "quantity"), .title = form_text(r, "title"), .unit = form_text(r, "unit") };
    if (!rupiah_parse(form_text(r, "price"), &c.price)) return fail(e, BAD_INPUT, "\"%s\" is no amount of rupiah: write 350.000.", arena_c(r->arena, form_text(r, "price")));
    return training_cost_put(db, r->arena, act, &c, e);
}

static bool material_do(Request *r, Db *db, const TrainingAct *act, Err *e) {
    return training_material_put(db, r->arena, act, &(TrainingMaterial){ .title = form_text(r, "title"), .place = form_text(r, "place") }, e);
}
static bool session_drop_do(Request *r, Db *db, const TrainingAct *act, Err *e) { return training_line_drop(db, r->arena, act, TRAINING_LINE_SESSION, form_n(r, "n"), e); }
static bool cost_drop_do(Request *r, Db *db, const TrainingAct *act, Err *e) { return training_line_drop(db, r->arena, act, TRAINING_LINE_COST, form_n(r, "n"), e); }
static bool cancel_do(Request *r, Db *db, const TrainingAct *act, Err *e) { return training_cancel(db, r->arena, act, e); }
static bool uncall_do(Request *r, Db *db, const TrainingAct *act, Err *e) { return training_uncall(db, r->arena, act, form_n(r, "companion_id"), e); }
static bool open_do(Request *r, Db *db, const TrainingAct *act, Err *e) { return training_test_open(db, r->arena, act, form_text(r, "test"), e); }
static bool stock_do(Request *r, Db *db, const TrainingAct *act, Err *e) { return training_stock_put(db, r->arena, act, form_text(r, "goods"), form_text(r, "size"), form_n(r, "stock"), e); }

static bool call_do(Request *r, Db *db, const TrainingAct *act, Err *e) {
    int64_t id = form_n(r, "companion_id"), added_n;
    bool is_all = form_text(r, "all").n > 0;
    if (!is_all && !id) return fail(e, BAD_INPUT, "Choose a person.");
    return training_call(db, r->arena, act, is_all ? NULL : &id, is_all ? 0 : 1, &added_n, e);
}

static bool ask_do(Request *r, Db *db, const TrainingAct *act, Err *e) {
    ApprovalRequest request;
    bool is_new;
    return training_ask(db, r->arena, act, &request, &is_new, e);
}

static bool close_do(Request *r, Db *db, const TrainingAct *act, Err *e) {
    int64_t n;
    return training_close(db, r->arena, act, &n, e);
}

static bool items_do(Request *r, Db *db, const TrainingAct *act, Err *e) {
    int64_t *ids = NEW(r->arena, int64_t, r->form.n + 1), id;
    size_t n = 0;
    for (size_t i = 0; i < r->form.n; i++) if (str_eq(r->form.items[i].name, STR("q")) && str_int64(r->form.items[i].value, &id)) ids[n++] = id;
    return training_items_put(db, r->arena, act, ids, n, e);
}

static bool do_post(Request *r, Response *res, Err *e) {
    static const struct { const char *what, *below; bool (*run)(Request *, Db *, const TrainingAct *, Err *); bool (*show)(Request *, Response *, Db *, TrainingView *, Err *); } DOES[] = {
        { "set", "", set_do, one_show }, { "session", "", session_do, one_show }, { "session-drop", "", session_drop_do, one_show }, { "cost", "", cost_do, one_show }, { "cost-drop", "", cost_drop_do, one_show },
        { "material", "", material_do, one_show }, { "ask", "", ask_do, one_show }, { "cancel", "", cancel_do, one_show }, { "close", "", close_do, one_show }, { "call", "/people", call_do, people_show },
        { "uncall", "/people", uncall_do, people_show }, { "open", "/tests", open_do, tests_show }, { "items", "/tests", items_do, tests_show }, { "stock", "/day", stock_do, day_show } };
    TrainingAct act = act_of(r);
    Err refused = { 0 };
    Db *db;
    size_t i = 0, n = sizeof DOES / sizeof *DOES;
    while (i < n && !str_eq(param_text(r, "what"), str_c(DOES[i].what))) i++;
    if (i == n) return fail(e, NOT_FOUND, "There is no such page.");
    if (!request_db_write(r, &db, e)) return false;
    if (DOES[i].run(r, db, &act, &refused)) {
        response_redirect(r, res, training_url(r->arena, &(Training){ .kab = act.kab, .id = act.id }, DOES[i].below));
        return true;
    }
    return told(r, res, db, NEW(r->arena, TrainingView, 1), false, &refused, DOES[i].show, e);
}

// ---- the companion's own side -------------------------------------------------------------------------------------------------------
static bool here_show(Request *r, Response *res, Db *db, TrainingView *v, Err *e) {
    bool is_form = str_eq(r->method, STR("POST"));
    int64_t n = is_form ? form_n(r, "session") : query_int(r, "session", 0);
    if (!view_read(r, db, v, e)) return false;
    v->code = is_form ? form_text(r, "code") : query_text(r, "code");
    for (size_t i = 0; i < v->t.session_n; i++) if (v->t.sessions[i].n == n) v->session = &v->t.sessions[i];
    if (!v->session) return fail(e, NOT_FOUND, "There is no such session.");
    Page page = page_begin(r);
    training_here_page(&page, v);
    return page_end(r, res, head_of(r, v, str_c(_("Check in"))), &page, e);
}

static bool here_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && here_show(r, res, db, NEW(r->arena, TrainingView, 1), e);
}

static bool here_post(Request *r, Response *res, Err *e) {
    TrainingView *v = NEW(r->arena, TrainingView, 1);
    TrainingAct act = act_of(r);
    CheckIn in = { .way = CHECK_SELF, .session_n = form_n(r, "session"), .code = form_text(r, "code") };
    CheckedIn out;
    Err refused = { 0 };
    Db *db;
    if (!request_db_write(r, &db, e)) return false;
    bool is_good = training_check_in(db, r->arena, &act, &in, &out, &refused);
    if (is_good) v->done = str_c(out.is_new ? _("You are checked in. Thank you for coming.") : _("You were checked in before. It counts once."));
    return told(r, res, db, v, is_good, &refused, here_show, e);
}

static bool test_show(Request *r, Response *res, Db *db, TrainingView *v, Err *e) {
    if (!view_read(r, db, v, e) || !training_items(db, r->arena, web_sight(r), v->t.kab, v->t.id, &v->questions, &v->question_n, e)) return false;
    if (!v->is_own) return fail(e, NOT_FOUND, "There is no such page.");
    v->kind = v->t.state == TRAINING_CALLED ? v->t.open_test : STR("");
    if (v->kind.n && v->people_n && !training_sheet_of(db, r->arena, v->t.kab, v->t.id, v->kind, v->people[0].companion_id, &v->sheet, &v->has_sheet, e)) return false;
    Page page = page_begin(r);
    training_test_page(&page, v);
    return page_end(r, res, head_of(r, v, str_c(str_eq(v->kind, STR("pre")) ? _("Test before the training") : _("Test after the training"))), &page, e);
}

static bool test_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && test_show(r, res, db, NEW(r->arena, TrainingView, 1), e);
}

static bool test_post(Request *r, Response *res, Err *e) {
    TrainingView *v = NEW(r->arena, TrainingView, 1);
    TrainingAct act = act_of(r);
    Err refused = { 0 };
    Question *items;
    size_t n;
    bool is_new;
    Db *db;
    if (!request_db_write(r, &db, e) || !training_items(db, r->arena, web_sight(r), act.kab, act.id, &items, &n, e)) return false;
    char *choices = arena_alloc(r->arena, 1, 1, n + 1);
    for (size_t i = 0; i < n; i++) {
        Str answer = form_text(r, arena_fmt(r->arena, "a%zu", i).p);
        choices[i] = answer.n == 1 ? answer.p[0] : '-';
    }
    bool is_good = training_sheet_put(db, r->arena, &act, form_text(r, "test"), 0, (Str){ choices, n }, &is_new, &refused);
    return told(r, res, db, v, is_good, &refused, test_show, e);
}

// ---- report, papers, history --------------------------------------------------------------------------------------------------------
static bool report_get(Request *r, Response *res, Err *e) {
    TrainingView *v = NEW(r->arena, TrainingView, 1);
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !view_read(r, db, v, e) || !training_report(db, r->arena, web_sight(r), v->t.kab, v->t.id, &v->report, e)) return false;
    v->press = training_press_note(r->arena, &v->report, area_name_short(v->area));
    Page page = page_begin(r);
    training_report_page(&page, v);
    return page_end(r, res, head_of(r, v, str_c(_("Report"))), &page, e);
}

static bool body_write(void *to, Str bytes, Err *e) { return (void)e, buf_str(to, bytes), true; }

static bool paper_get(Request *r, Response *res, Err *e) {
    TrainingPaper paper;
    Db *db;
    if (!training_paper_find(query_text(r, "paper"), &paper)) return fail(e, NOT_FOUND, "There is no such page.");
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e)) return false;
    PaperAsk ask = { .kab = param_int(r, "kab"), .id = param_int(r, "id"), .session_n = query_int(r, "session", 0), .companion_id = query_int(r, "companion", 0), .sight = web_sight(r), .origin = r->origin,
                     .area = area_of(db, r->arena, param_int(r, "kab")), .band = web_viewer(r)->is_practice ? str_c(practice_band()) : STR(""), .now = r->received_at };
    if (!training_paper(db, r->arena, &ask, paper, (Sink){ body_write, &res->body }, e)) return false;
    response_download(r, res, arena_fmt(r->arena, "%s-%lld-%lld.pdf", training_paper_name(paper), (long long)ask.kab, (long long)ask.id), "application/pdf");
    return true;
}

static bool calendar_get(Request *r, Response *res, Err *e) {
    Training t;
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !training_read(db, r->arena, web_sight(r), param_int(r, "kab"), param_int(r, "id"), &t, e)) return false;
    training_calendar(r->arena, &t, r->origin, r->received_at, &res->body);
    response_download(r, res, arena_fmt(r->arena, "bimtek-%lld-%lld.ics", (long long)t.kab, (long long)t.id), "text/calendar; charset=utf-8");
    return true;
}

static bool history_get(Request *r, Response *res, Err *e) {
    TrainingHistoryView *v = NEW(r->arena, TrainingHistoryView, 1);
    Db *db;
    v->kab = param_int(r, "kab"), v->id = param_int(r, "id");
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !training_history(db, r->arena, web_sight(r), v->kab, v->id, &v->past, &v->n, &v->name, e)) return false;
    for (size_t i = 0; i < v->n; i++) v->jp_n += v->past[i].jp_n;
    Page page = page_begin(r);
    training_history_page(&page, v);
    return page_end(r, res, (PageHead){ .title = v->name, .nav = "/training", .crumbs = { { "/training", str_c(_("Trainings")) } } }, &page, e);
}

static bool need_get(Request *r, Response *res, Err *e) {
    TrainingNeedView *v = NEW(r->arena, TrainingNeedView, 1);
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !web_kab(r, db, &v->kab, e) || !training_need(db, r->arena, web_sight(r), v->kab, r->received_at, &v->need, e)) return false;
    v->may_train = authority_allows(web_viewer(r), ACTION_TRAIN, v->kab);
    v->list = list_of(r, (int64_t)v->need.companion_n);
    v->shown_n = v->list.total_n ? list_last(&v->list) - list_offset(&v->list) : 0;
    Page page = page_begin(r);
    training_need_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Where training is needed")), .nav = "/training", .crumbs = { { "/training", str_c(_("Trainings")) } } }, &page, e);
}

// ---- the bank ------------------------------------------------------------------------------------------------------------------------
static bool bank_show(Request *r, Response *res, Db *db, BankView *v, Err *e) {
    v->request = r;
    if (!web_kab(r, db, &v->kab, e) || !question_list(db, r->arena, web_viewer(r), v->kab, &v->questions, &v->n, e)) return false;
    v->list = list_of(r, (int64_t)v->n);
    Page page = page_begin(r);
    bank_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Bank of questions")), .nav = "/training", .crumbs = { { "/training", str_c(_("Trainings")) } } }, &page, e);
}

static bool bank_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && bank_show(r, res, db, NEW(r->arena, BankView, 1), e);
}

static bool question_do(Request *r, Db *db, int64_t kab, Err *e) {
    Question q = { .topic = form_text(r, "topic"), .text = form_text(r, "question"), .right = -1 };
    Str right = form_text(r, "right");
    int64_t id;
    for (int i = 0; i < QUESTION_CHOICES; i++) q.choices[i] = form_text(r, (char[]){ (char)('A' + i), 0 });
    if (right.n == 1) q.right = right.p[0] - 'A';
    return (competence_find(form_text(r, "competence"), &q.competence) || fail(e, BAD_INPUT, "The competence is one of integritas, pengetahuan and keterampilan.")) &&
           question_put(db, r->arena, web_viewer(r), kab, &q, r->received_at, &id, e);
}

static bool questions_do(Request *r, Db *db, int64_t kab, Err *e) {
    int64_t row_n;
    int fd = r->upload ? open(r->upload->path, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return fail(e, BAD_INPUT, "Choose the file first.");
    bool is_good = question_list_in(db, r->arena, web_viewer(r), kab, fd, r->received_at, &row_n, e);
    close(fd);
    return is_good;
}

static bool bank_done(Request *r, Response *res, bool (*run)(Request *, Db *, int64_t, Err *), Err *e) {
    BankView *v = NEW(r->arena, BankView, 1);
    Err refused = { 0 };
    Db *db;
    if (!request_db_write(r, &db, e)) return false;
    if (run(r, db, form_n(r, "kab"), &refused)) {
        response_redirect(r, res, url_path(r->arena, "/training/bank"));
        return true;
    }
    db_rollback(db);
    if (!is_told_on_page(refused.code)) { *e = refused; return false; }
    v->fault = arena_str(r->arena, str_c(refused.text));
    res->status = err_http_status(refused.code);
    return bank_show(r, res, db, v, e);
}

static bool retire_do(Request *r, Db *db, int64_t kab, Err *e) { return question_retire(db, r->arena, web_viewer(r), kab, form_n(r, "id"), r->received_at, e); }
static bool bank_add_post(Request *r, Response *res, Err *e) { return bank_done(r, res, question_do, e); }
static bool bank_retire_post(Request *r, Response *res, Err *e) { return bank_done(r, res, retire_do, e); }
static bool bank_list_post(Request *r, Response *res, Err *e) { return bank_done(r, res, questions_do, e); }

// ---- anybody -------------------------------------------------------------------------------------------------------------------------
static bool certificate_show(Request *r, Response *res, int64_t kab, int64_t n, Str code, bool is_asked, Err *e) {
    CertificateView *v = NEW(r->arena, CertificateView, 1);
    Db *db;
    v->request = r, v->is_asked = is_asked;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || (is_asked && !certificate_verify(db, r->arena, kab, n, code, &v->c, &v->is_true, e))) return false;
    Page page = page_begin(r);
    certificate_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Certificate")), .is_bare = !r->is_signed_in }, &page, e);
}

static bool certificate_ask_get(Request *r, Response *res, Err *e) {
    Str n_text = query_text(r, "number"), kab_text = str_cut(&n_text, '-'), code = query_text(r, "code");
    int64_t kab = 0, n = 0;
    bool is_number = str_int64(str_trim(kab_text), &kab) && n_text.p && str_int64(str_trim(n_text), &n);
    return certificate_show(r, res, is_number ? kab : 0, is_number ? n : 0, code, code.n > 0 || kab_text.n > 0, e);
}
static bool certificate_get(Request *r, Response *res, Err *e) { return certificate_show(r, res, param_int(r, "kab"), param_int(r, "n"), param_text(r, "code"), true, e); }

const Route TRAINING_ROUTES[] = {
    { "GET",  "/training",                          "read read_own", list_get },
    { "POST", "/training",                          "train",         new_post },
    { "POST", "/training/payday",                   "train",         pay_day_post },
    { "GET",  "/training/need",                     "read",          need_get },
    { "GET",  "/training/bank",                     "train",         bank_get },
    { "POST", "/training/bank/add",                 "train",         bank_add_post },
    { "POST", "/training/bank/retire",              "train",         bank_retire_post },
    { "POST", "/training/bank/list",                "train",         bank_list_post },
    { "GET",  "/training/{kab}/{id}",               "read read_own", one_get },
    { "GET",  "/training/{kab}/{id}/people",        "read",          people_get },
    { "GET",  "/training/{kab}/{id}/day",           "train",         day_get },
    { "POST", "/training/{kab}/{id}/day/{what}",    "train",         day_post },
    { "POST", "/training/{kab}/{id}/do/{what}",     "train",         do_post },
    { "POST", "/training/{kab}/{id}/list",          "train",         list_post },
    { "GET",  "/training/{kab}/{id}/tests",         "train",         tests_get },
    { "GET",  "/training/{kab}/{id}/report",        "read",          report_get },
    { "GET",  "/training/{kab}/{id}/paper",         "read read_own", paper_get },
    { "GET",  "/training/{kab}/{id}/calendar",      "read read_own", calendar_get },
    { "GET",  "/training/{kab}/{id}/here",          "read_own",      here_get },
    { "POST", "/training/{kab}/{id}/here",          "read_own",      here_post },
    { "GET",  "/training/{kab}/{id}/test",          "read_own",      test_get },
    { "POST", "/training/{kab}/{id}/test",          "read_own",      test_post },
    { "GET",  "/companion/{kab}/{id}/trainings",    "read read_own", history_get },
    { "GET",  "/certificate",                       "anyone",        certificate_ask_get },
    { "GET",  "/certificate/{kab}/{n}/{code}",      "anyone",        certificate_get },
    {0} };
