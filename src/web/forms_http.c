// forms_http.c: which forms of verification there are in a quarter, and each or all of them as a file. The list shows counts only; a file shows
// people, and that look is written down before it leaves.
#include "web/forms.h"
#include "office/practice.h"
#include "web_forms.page.h"

static const char *const KIND_TITLES[FORM_KINDS_N] = { N_("Education, by school"), N_("Health, by health post"), N_("Social welfare, by kelurahan") };
const char *form_kind_title(FormKind kind) { return tr(KIND_TITLES[kind]); }
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
    if (!web_kab(r, db, &ask->kab, e)) return false;
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

static bool forms_get(Request *r, Response *res, Err *e) {
    FormsView *v = NEW(r->arena, FormsView, 1);
    Err why = { 0 };
    FormAsk ask;
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !ask_of(r, db, &ask, e)) return false;
    ask.is_list = true;
    v->kab = ask.kab;
    v->kind = ask.kind;
    v->kecamatan_id = ask.kecamatan_id;
    v->quarter = quarter_code(r->arena, ask.period);
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

static bool file_get(Request *r, Response *res, Err *e) {
    Str wanted = query_text(r, "format"), name;
    const char *type;
    FormFormat format = FORM_PDF;
    FormSheets sheets;
    FormAsk ask;
    Db *db;
    int fd;
    if (wanted.n && !form_format_find(wanted, &format)) return fail(e, BAD_INPUT, "A form is csv, xlsx or pdf, not \"%s\".", arena_c(r->arena, wanted));
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !ask_of(r, db, &ask, e) || !form_out(db, r->arena, &ask, &sheets, e)) return false;
    if (!web_may_show(r, res, "export", ask.kab, sheets.family_ids, sheets.family_n)) return true;
    if (!form_out_write(&sheets, r->arena, format, &fd, &name, &type, e)) return false;
    response_file(res, fd);
    response_download(r, res, name, type);
    return true;
}

const Route FORMS_ROUTES[] = {
    { "GET", "/forms",      "read read_own", forms_get },
    { "GET", "/forms/file", "read read_own", file_get },
    {0} };
