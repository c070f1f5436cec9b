// forms_http.c: which forms of verification there are in a quarter, and each or all of them as a file. The list shows counts only; a file shows
// people, and that look is written down before it leaves.
#include "web/forms.h"
#include "base/lang.h"
#include "office/practice.h"
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include "web_forms.page.h"

#define PAPER_AT_ONCE 20               // forms: a tenth of a second of one core; more are a job
#define ERROR_SHOWN_MS 60000           // how long a job that failed says so, before asking again begins it again

static const char *const KIND_TITLES[FORM_KINDS_N] = { N_("Education, by school"), N_("Health, by health post"), N_("Social welfare, by kelurahan") };
const char *form_kind_title(FormKind kind) { return tr(KIND_TITLES[kind]); }
const char *form_kind_word(FormKind kind) { return kind == FORM_EDUCATION ? _("Education") : kind == FORM_HEALTH ? _("Health") : _("Social welfare"); }
const char *form_kind_name(FormKind kind) { return FORM_LAYOUTS[kind].name; }

Url form_url(Arena *a, const FormsView *v, Str place, const char *format) {
    Url url = url_path(a, "/forms/file?kab=%lld", (long long)v->kab);
    url = url_with(a, url_with(a, url, "kind", str_c(form_kind_name(v->kind))), "quarter", v->quarter);
    if (v->kecamatan_id) url = url_with(a, url, "kecamatan", arena_fmt(a, "%lld", (long long)v->kecamatan_id));
    if (place.n) url = url_with(a, url, "place", place);
    return url_with(a, url, "format", str_c(format));
}

static Str quarter_code(Arena *a, FormPeriod p) { return arena_fmt(a, "%d-%d", p.year, p.quarter); }

// What the address asks for; what is missing is the first kind and the quarter that we are in.
static bool ask_of(Request *r, Db *db, FormAsk *ask, Err *e) {
    Str kind = query_text(r, "kind"), quarter = query_text(r, "quarter");
    *ask = (FormAsk){ .period = form_period_of(web_today(r)), .kecamatan_id = query_int(r, "kecamatan", 0), .place = query_text(r, "place"), .sight = web_sight(r), .at = r->received_at };
    if (kind.n && !form_kind_find(kind, &ask->kind)) return fail(e, BAD_INPUT, "\"%.*s\" is no form: education, health or social.", STR_ARG(kind));
    if (quarter.n && !form_period_find(quarter, &ask->period)) return fail(e, BAD_INPUT, "\"%s\" is no quarter: write 2026-4.", arena_c(r->arena, quarter));
    if (!web_kab(r, db, &ask->kab, e) || !rulebook_open(r->arena, STR("pkh.yaml"), rulebook_pkh(), &ask->book, e)) return false;
    if (ask->kecamatan_id && ask->kecamatan_id / 100 != ask->kab) ask->kecamatan_id = 0;
    ask->has_numbers = authority_allows(web_viewer(r), ACTION_READ_IDENTITY, ask->kab);
    if (web_viewer(r)->is_practice) ask->band = str_c(practice_band());
    return true;
}

static void quarters_fill(Arena *a, Date today, FormPeriod chosen, FormsView *v) {
    bool is_there = false;
    FormPeriod p = form_period_of(form_period_end(form_period_of(today)));          // the next one: forms go out before it begins
    for (int i = 0; i < FORM_QUARTERS; i++) {
        v->quarters[i] = (FormQuarter){ p, quarter_code(a, p), arena_fmt(a, _("Quarter %d of %d"), p.quarter, p.year) };
        if (str_eq(v->quarters[i].code, v->quarter)) is_there = true;
        p = p.quarter > 1 ? (FormPeriod){ p.year, p.quarter - 1 } : (FormPeriod){ p.year - 1, 4 };
    }
    if (!is_there) v->quarters[FORM_QUARTERS - 1] = (FormQuarter){ chosen, v->quarter, arena_fmt(a, _("Quarter %d of %d"), chosen.quarter, chosen.year) };
}

static bool forms_show(Request *r, Response *res, FormsView *v, Err *e) {
    Err why = { 0 };
    FormAsk ask;
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !ask_of(r, db, &ask, e)) return false;
    ask.is_list = true;
    v->kab = ask.kab;
    v->kind = ask.kind;
    v->kecamatan_id = ask.kecamatan_id;
    v->quarter = quarter_code(r->arena, ask.period);
    int64_t most = server_options(r->server)->upload_max;
    v->upload_max_mb = (most ? most : UPLOAD_MAX) >> 20;
    v->may_send = authority_allows(web_viewer(r), ACTION_EDIT, v->kab);
    quarters_fill(r->arena, web_today(r), ask.period, v);
    if (!area_list_level(db, r->arena, v->kab, AREA_KECAMATAN, &v->kecamatan, e)) return false;
    if (!form_out(db, r->arena, &ask, &v->sheets, &why)) {
        if (why.code != NOT_FOUND) return fail(e, why.code, "%s", why.text);
        v->trouble = arena_str(r->arena, str_c(why.text));
    }
    v->list = list_of(r, (int64_t)v->sheets.n);
    if (v->sheets.n) v->shown = v->sheets.at + list_offset(&v->list);
    v->shown_n = v->sheets.n ? (size_t)(list_last(&v->list) - list_offset(&v->list)) : 0;
    Page page = page_begin(r);
    forms_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Forms of verification")), .nav = "/forms" }, &page, e);
}

static bool forms_get(Request *r, Response *res, Err *e) { return forms_show(r, res, NEW(r->arena, FormsView, 1), e); }

static bool file_give(Request *r, Response *res, const FormAsk *ask, FormFormat format, Err *e) {
    Str name;
    const char *type;
    FormSheets sheets;
    Db *db;
    int fd;
    if (!request_db_read(r, &db, e) || !form_out(db, r->arena, ask, &sheets, e)) return false;
    if (!web_may_show(r, res, "export", ask->kab, sheets.family_ids, sheets.family_n)) return true;
    if (!form_out_write(&sheets, r->arena, format, &fd, &name, &type, e)) return false;
    response_file(res, fd);
    response_download(r, res, name, type);
    return true;
}

// Of all that is asked, and of who asks.
static Hash paper_key(Request *r, const FormAsk *ask) {
    Str text = arena_fmt(r->arena, "forms %lld %d %lld %lld %d %d %d %.*s", (long long)web_viewer(r)->user_id, lang_get(), (long long)ask->kab, (long long)ask->kecamatan_id, ask->kind,
                         ask->period.year * 10 + ask->period.quarter, ask->has_numbers, STR_ARG(ask->place));
    return hash_of(text.p, text.n);
}

// A city's forms take longer on paper than a page may. Made by a job, given once: what is given is no longer in the folder.
static bool paper_get(Request *r, Response *res, const FormAsk *ask, const FormSheets *list, Err *e) {
    Hash key = paper_key(r, ask);
    JobState job = { 0 };
    const char *path = upload_kept_path(r, ask->kab, &key);
    if (!web_may_show(r, res, "export", ask->kab, list->family_ids, list->family_n)) return true;
    bool has_job = job_of_forms(ask->kab, &key, &job);
    int fd = has_job && !job.is_running ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (has_job && !job.is_running && job.error.code && job.elapsed_ms < ERROR_SHOWN_MS) { *e = job.error; return false; }
    if (fd < 0 && !(has_job && job.is_running)) {
        JobOrder order = { .kind = JOB_FORMS, .db_url = server_options(r->server)->db_url, .kab = ask->kab, .actor_id = web_viewer(r)->user_id, .content = key, .path = str_c(path), .forms = *ask };
        Err busy = { 0 };
        if (!job_start(&order, &busy)) {                   // its turn comes: the page asks again by itself
            if (busy.code != BUSY) { *e = busy; return false; }
            snprintf(job.what, sizeof job.what, "%s", _("Other long work is going on just now."));
        }
        job_wait(JOB_FORMS, ask->kab, &key, 0, JOB_QUICK_MS);
        (void)job_of_forms(ask->kab, &key, &job);
        if (!job.is_running && job.error.code) { *e = job.error; return false; }
    }
    if (fd >= 0) {
        unlink(path);
        response_file(res, fd);
        response_download(r, res, arena_fmt(r->arena, "formulir-%s-%d-%d.pdf", form_kind_name(ask->kind), ask->period.year, ask->period.quarter), "application/pdf");
        return true;
    }
    ImportWaitView *w = NEW(r->arena, ImportWaitView, 1);
    *w = wait_of_job(r, &job);
    response_header(r, res, "Refresh", STR("5"));
    Page page = page_begin(r);
    forms_wait_page(&page, w);
    return page_end(r, res, (PageHead){ .title = str_c(_("Forms of verification")), .nav = "/forms", .crumbs = { { "/forms", str_c(_("Forms of verification")) } } }, &page, e);
}

static bool file_get(Request *r, Response *res, Err *e) {
    Str wanted = query_text(r, "format");
    FormFormat format = FORM_PDF;
    FormSheets list;
    FormAsk ask;
    Db *db;
    if (wanted.n && !form_format_find(wanted, &format)) return fail(e, BAD_INPUT, "A form is csv, xlsx or pdf, not \"%s\".", arena_c(r->arena, wanted));
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !ask_of(r, db, &ask, e)) return false;
    if (format != FORM_PDF || ask.place.n || !server_options(r->server)->upload_folder) return file_give(r, res, &ask, format, e);       // without a folder a job has no place for it
    FormAsk counts = ask;
    counts.is_list = true;
    if (!form_out(db, r->arena, &counts, &list, e)) return false;
    return list.n > PAPER_AT_ONCE ? paper_get(r, res, &ask, &list, e) : file_give(r, res, &ask, format, e);
}

// ---- a filled form comes back ------------------------------------------------------------------------------------------
Url form_in_url(Arena *a, const FormInView *v) { return url_with(a, url_path(a, "/forms/in/%.*s?kab=%lld", STR_ARG(v->hash_text), (long long)v->kab), "name", v->name); }

// Kept under the hash of its bytes: sent twice it is one file.
static bool in_post(Request *r, Response *res, Err *e) {
    FormInView v = { 0 };
    Db *db;
    if (!request_db_read(r, &db, e) || !web_kab(r, db, &v.kab, e) || !authority_require(web_viewer(r), ACTION_EDIT, v.kab, e)) return false;
    if (!r->upload || r->upload->bytes_n == 0) {
        FormsView *list = NEW(r->arena, FormsView, 1);
        list->fault = str_c(_("No file was chosen."));
        res->status = 400;
        return forms_show(r, res, list, e);
    }
    v.hash_text = upload_hash_text(r->arena, &r->upload->hash);
    v.name = r->upload->name;
    if (!upload_keep(r, v.kab, e)) return false;
    response_redirect(r, res, form_in_url(r->arena, &v));
    return true;
}

static void lines_fill(Request *r, FormInView *v) {
    v->counts = NEW(r->arena, FormCounts, v->in.form_n + 1);
    v->lines = NEW(r->arena, FormLine, FORM_LINES_SHOWN);
    for (size_t i = 0; i < v->in.row_n; i++) {
        const FormInRow *row = &v->in.rows[i];
        FormCounts *c = &v->counts[row->form_n];
        bool is_task = form_match_is_task(row->match);
        c->task_n += is_task;
        v->all_n += is_task;
        if (is_task && v->line_n < FORM_LINES_SHOWN) v->lines[v->line_n++] = (FormLine){ row, -1, { NULL, 0 } };
        for (int m = 0; m < FORM_MONTHS; m++) {
            const FormMonth *x = &row->months[m];
            c->good_n += x->state == MONTH_GOOD;
            c->differs_n += x->state == MONTH_DIFFERS;
            c->refused_n += x->state == MONTH_REFUSED;
            c->empty_n += x->state == MONTH_EMPTY;
            v->all_n += x->why.n > 0;
            if (x->why.n && v->line_n < FORM_LINES_SHOWN) v->lines[v->line_n++] = (FormLine){ row, m, x->why };
        }
    }
}

// Reads the file of the address and looks its pupils up. What is wrong with the file is told on the page.
static bool in_read(Request *r, Db *db, FormInView *v, const RuleBook **book, Err *e) {
    Hash hash;
    TableReader *reader;
    Err why = { 0 };
    v->hash_text = param_text(r, "hash");
    v->name = query_text(r, "name");
    if (!web_kab(r, db, &v->kab, e) || !authority_require(web_viewer(r), ACTION_EDIT, v->kab, e)) return false;
    if (!hash_parse_hex(v->hash_text, &hash)) return fail(e, NOT_FOUND, "There is no such file. Send it again.");
    FILE *f = fopen(upload_path(r, v->kab, v->hash_text), "rb");
    if (!f) return fail(e, NOT_FOUND, "There is no such file. Send it again.");
    bool is_open = table_open_fd(fileno(f), (TableOptions){ 0 }, &reader, &why);
    if (is_open && !form_in_read(reader, r->arena, (Str){ 0 }, (FormPeriod){ 0 }, &v->in, &why)) v->in = (FormIn){ 0 };
    if (is_open) table_close(reader);
    fclose(f);
    if (why.code == IO_FAILED) return fail(e, why.code, "%s", why.text);
    v->fault = arena_str(r->arena, str_c(why.text));
    return rulebook_open(r->arena, STR("pkh.yaml"), rulebook_pkh(), book, e) &&
           (why.code != ERR_NONE || form_in_match(db, r->arena, *book, v->kab, web_sight(r), &v->in, e));
}

static bool in_show(Request *r, Response *res, FormInView *v, Err *e) {
    lines_fill(r, v);
    int64_t *ids = NEW(r->arena, int64_t, v->line_n + 1);
    for (size_t i = 0; i < v->line_n; i++) ids[i] = v->lines[i].row->family_id;           // 0: who is only in the file
    if (v->fault.n) res->status = 400;
    if (!web_may_show(r, res, "import", v->kab, ids, v->line_n)) return true;
    Page page = page_begin(r);
    form_in_page(&page, v);
    PageHead head = { .title = v->name.n ? v->name : str_c(_("A filled form")), .nav = "/forms", .crumbs = { { "/forms", str_c(_("Forms of verification")) } } };
    return page_end(r, res, head, &page, e);
}

static bool in_get(Request *r, Response *res, Err *e) {
    FormInView *v = NEW(r->arena, FormInView, 1);
    const RuleBook *book;
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && in_read(r, db, v, &book, e) && in_show(r, res, v, e);
}

// Facts and tasks in one transaction; pressed twice, the second time finds all of it known.
static bool in_apply(Request *r, Response *res, Err *e) {
    FormInView *v = NEW(r->arena, FormInView, 1);
    const RuleBook *book;
    Db *db;
    if (!request_db_write(r, &db, e) || !db_begin_read(db, e)) return false;
    bool is_read = in_read(r, db, v, &book, e);
    db_rollback(db);
    if (!is_read) return false;
    if (v->fault.n) return in_show(r, res, v, e);
    FactAct act = { .kab = v->kab, .actor = *web_viewer(r), .at = r->received_at, .book = book };
    if (!form_apply(db, r->arena, &act, &v->in, &v->done, e)) return false;
    v->is_done = true;
    return in_show(r, res, v, e);
}

// ---- tasks ---------------------------------------------------------------------------------------------------------------
static bool tasks_get(Request *r, Response *res, Err *e) {
    FormTasksView *v = NEW(r->arena, FormTasksView, 1);
    FormTasks none;
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !web_kab(r, db, &v->kab, e) || !form_tasks(db, r->arena, web_sight(r), v->kab, 0, 0, &none, e)) return false;
    v->list = list_of(r, none.all_n);
    if (!form_tasks(db, r->arena, web_sight(r), v->kab, v->list.rows_n, list_offset(&v->list), &v->tasks, e)) return false;
    int64_t *ids = NEW(r->arena, int64_t, v->tasks.n + 1);
    for (size_t i = 0; i < v->tasks.n; i++) ids[i] = v->tasks.at[i].family_id;
    if (!web_may_show(r, res, "list", v->kab, ids, v->tasks.n)) return true;
    Page page = page_begin(r);
    form_tasks_page(&page, v);
    PageHead head = { .title = str_c(_("What filled forms left to do")), .nav = "/forms", .crumbs = { { "/forms", str_c(_("Forms of verification")) } } };
    return page_end(r, res, head, &page, e);
}

const Route FORMS_ROUTES[] = {
    { "GET", "/forms",      "read read_own", forms_get },
    { "GET", "/forms/file", "read read_own", file_get },
    { "GET", "/forms/tasks", "read", tasks_get },
    { "POST", "/forms/in",  "edit", in_post },
    { "GET", "/forms/in/{hash}",  "edit", in_get },
    { "POST", "/forms/in/{hash}", "edit", in_apply },
    {0} };
