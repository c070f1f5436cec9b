// answers_http.c: completeness of a month by school, health post, kelurahan or companion, and reminders. Counts and places; no person is shown.
#include "web/answers.h"
#include "web/forms.h"
#include "web/person.h"
#include "web/table_http.h"
#include "web_answers.page.h"

const char *answers_by_title(AnswersBy by) { return by == ANSWERS_BY_PLACE ? _("By place of the form") : by == ANSWERS_BY_VILLAGE ? _("By kelurahan") : _("By companion"); }

static Str month_code(Arena *a, Date month) {
    int y, m, d;
    date_split(month, &y, &m, &d);
    return arena_fmt(a, "%d-%02d", y, m);
}

static bool month_read(Request *r, Str text, Date *out, Err *e) {
    int y, m, d;
    date_split(web_today(r), &y, &m, &d);
    *out = date_add_months(date_make(y, m, 1), -1);        // the one that is being closed
    return !text.n || date_parse_iso(arena_fmt(r->arena, "%.*s-01", STR_ARG(text)), out) || fail(e, BAD_INPUT, "\"%s\" is no month: write 2026-09.", arena_c(r->arena, text));
}

Url answers_url(Arena *a, const AnswersView *v, AnswersBy by) {
    Url url = url_with(a, url_path(a, "/forms/answers?kab=%lld", (long long)v->kab), "kind", str_c(form_kind_name(v->kind)));
    return url_with(a, url_with(a, url, "month", v->month), "by", str_c(answers_by_name(by)));
}
Url remind_url(Arena *a, int64_t kab, FormKind kind, Str month, Str place) {
    Url url = url_with(a, url_path(a, "/forms/remind?kab=%lld", (long long)kab), "kind", str_c(form_kind_name(kind)));
    return url_with(a, url_with(a, url, "month", month), "place", place);
}

// ---- the picture ------------------------------------------------------------------------------------------------------------------
#define WIDTH 640
#define HEIGHT 180
#define LEFT 40
#define BASE 150
#define TOP 14
// A bar a day; the same figures stand beneath as a table.
static Html chart_make(Request *r, const FormAnswers *a) {
    Buf b = { .max = 32 << 10 };
    int step = (WIDTH - LEFT - 8) / ANSWER_DAYS;
    buf_fmt(&b, "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"100%%\" viewBox=\"0 0 %d %d\" fill=\"currentColor\" font-size=\"11\" aria-label=\"", WIDTH, HEIGHT);
    html_escape(&b, str_c(_("Answered by the end of each day, in percent; the figures stand in the table beneath")));
    buf_c(&b, "\">");
    for (int percent = 0; percent <= 100; percent += 50) {
        int y = BASE - (BASE - TOP) * percent / 100;
        buf_fmt(&b, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"currentColor\" stroke-opacity=\".3\"/><text x=\"%d\" y=\"%d\" text-anchor=\"end\">%d%%</text>", LEFT, y, WIDTH - 8, y, LEFT - 4, y + 4, percent);
    }
    for (int i = 0; i < ANSWER_DAYS; i++) {
        int x = LEFT + 4 + i * step;
        if (a->days[i] >= 0 && a->all.expected_n) {
            int height = (int)((BASE - TOP) * a->days[i] / a->all.expected_n);
            buf_fmt(&b, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#2c7fb8\"/>", x, BASE - height, step - 4, height);
        }
        if (i % 4 == 0) buf_fmt(&b, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%d</text>", x + step / 2 - 2, BASE + 16, i + 1);
    }
    int end = LEFT + 2 + ANSWER_DAYS * step;
    buf_fmt(&b, "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"#c0271d\" stroke-width=\"2\" stroke-dasharray=\"5 3\"/></svg>", end, TOP, end, BASE + 6);
    Html out = { arena_str(r->arena, buf_view(&b)) };
    buf_free(&b);
    return out;
}

// ---- completeness -------------------------------------------------------------------------------------------------------------------
static bool ask_of(Request *r, Db *db, FormAsk *ask, Date *month, Err *e) {
    Str kind = query_text(r, "kind");
    *ask = (FormAsk){ .sight = web_sight(r), .at = r->received_at };
    if (kind.n && !form_kind_find(kind, &ask->kind)) return fail(e, BAD_INPUT, "\"%s\" is no form: education, health or social.", arena_c(r->arena, kind));
    return month_read(r, query_text(r, "month"), month, e) && web_kab(r, db, &ask->kab, e) && rulebook_open(r->arena, STR("pkh.yaml"), rulebook_pkh(), &ask->book, e);
}

static void months_fill(Request *r, AnswersView *v) {
    bool is_there = false;
    int y, m, d;
    date_split(web_today(r), &y, &m, &d);
    for (int i = 0; i < ANSWER_MONTHS; i++) {
        Date month = date_add_months(date_make(y, m, 1), -i);
        v->months[i] = (AnswerMonth){ month_code(r->arena, month), person_month(r->arena, month) };
        is_there |= str_eq(v->months[i].code, v->month);
    }
    if (!is_there) v->months[ANSWER_MONTHS - 1] = (AnswerMonth){ v->month, v->month_title };
}

static bool answers_table(Request *r, Response *res, const AnswersView *v, TableFormat format, Err *e) {
    const TableColumn columns[] = { { "code", str_c(_("Code")), TABLE_ID }, { "name", str_c(_("Name")), TABLE_TEXT }, { "persons", str_c(_("Persons")), TABLE_COUNT }, { "answered", str_c(_("Answered")), TABLE_COUNT },
                                    { "missing", str_c(_("Missing")), TABLE_COUNT }, { "reminded", str_c(_("Reminded")), TABLE_DATE } };
    TableHead head = { .name = "kelengkapan", .title = str_c(_("Who has answered")), .kab = v->kab, .filter = arena_fmt(r->arena, "%s, %.*s", form_kind_word(v->kind), STR_ARG(v->month_title)), .columns = columns,
                       .column_n = sizeof columns / sizeof *columns };
    TableWriter *w;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    for (size_t i = 0; i < v->answers.n; i++) {
        const AnswerGroup *g = &v->answers.at[i];
        if (v->is_missing_only && g->told_n == g->expected_n) continue;
        table_put(w, v->by == ANSWERS_BY_COMPANION ? STR("") : g->key);
        table_put(w, g->name);
        table_put_n(w, g->expected_n);
        table_put_n(w, g->told_n);
        table_put_n(w, g->expected_n - g->told_n);
        table_put_date(w, g->reminded_on);
        if (!table_end_row(w, e)) { table_abort(w); return false; }
    }
    return table_answer(r, res, &head, format, w, e);
}

static void shown_fill(Request *r, AnswersView *v) {
    AnswerGroup *kept = NEW(r->arena, AnswerGroup, v->answers.n + 1);
    int64_t kept_n = 0;
    for (size_t i = 0; i < v->answers.n; i++) if (!v->is_missing_only || v->answers.at[i].told_n < v->answers.at[i].expected_n) kept[kept_n++] = v->answers.at[i];
    v->list = list_of(r, kept_n);
    v->shown = kept + list_offset(&v->list);
    v->shown_n = kept_n ? (size_t)(list_last(&v->list) - list_offset(&v->list)) : 0;
}

static bool answers_get(Request *r, Response *res, Err *e) {
    AnswersView *v = NEW(r->arena, AnswersView, 1);
    TableFormat format;
    FormAsk ask;
    Date month;
    Err why = { 0 };
    bool is_file;
    Str by = query_text(r, "by");
    Db *db;
    if (by.n && !answers_by_find(by, &v->by)) return fail(e, BAD_INPUT, "Answers are counted by place, village or companion, not by \"%s\".", arena_c(r->arena, by));
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !ask_of(r, db, &ask, &month, e)) return false;
    v->kab = ask.kab;
    v->kind = ask.kind;
    v->month = month_code(r->arena, month);
    v->month_title = person_month(r->arena, month);
    v->is_missing_only = query_int(r, "missing", 0) != 0;
    v->may_remind = authority_allows(web_viewer(r), ACTION_TELL, v->kab);
    months_fill(r, v);
    if (!form_answers(db, r->arena, &ask, month, v->by, web_today(r), &v->answers, &why)) {
        if (why.code != NOT_FOUND) { *e = why; return false; }
        v->trouble = arena_str(r->arena, str_c(why.text));
    }
    if (is_file) return answers_table(r, res, v, format, e);
    shown_fill(r, v);
    v->chart = chart_make(r, &v->answers);
    Page page = page_begin(r);
    answers_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Who has answered")), .nav = "/forms", .crumbs = { { "/forms", str_c(_("Forms of verification")) } } }, &page, e);
}

// ---- a reminder ---------------------------------------------------------------------------------------------------------------------
static bool remind_fill(Request *r, Db *db, RemindView *v, Date *month, Err *e) {
    FormAsk ask;
    FormAnswers answers;
    if (!ask_of(r, db, &ask, month, e)) return false;
    v->kab = ask.kab;
    v->kind = ask.kind;
    v->month = month_code(r->arena, *month);
    v->may_remind = authority_allows(web_viewer(r), ACTION_TELL, v->kab);
    ask.place = query_text(r, "place");
    if (!ask.place.n) return fail(e, NOT_FOUND, "Say which school, health post or kelurahan is meant.");
    if (!form_answers(db, r->arena, &ask, *month, ANSWERS_BY_PLACE, web_today(r), &answers, e)) return false;
    v->group = answers.at[0];
    v->place = v->group.key;
    v->place_name = v->group.name;
    v->cut_off = answers.cut_off;
    const FormLayout *l = &FORM_LAYOUTS[v->kind];
    Buf day = { .max = 60 };
    date_put_local(&day, answers.cut_off);
    v->text = arena_fmt(r->arena,
        "Yth. %s %.*s\n\nFormulir verifikasi komitmen PKH bidang %s untuk bulan %.*s belum lengkap: dari %lld orang, %lld belum kami terima datanya.\n\n"
        "Mohon formulir diisi, ditandatangani, dan dikirim kepada pendamping PKH paling lambat %.*s. Yang kosong tidak dianggap tidak hadir, tetapi tanpa jawaban kami tidak dapat "
        "memastikan hak keluarga.\n\nTerima kasih.\n%s",
        l->signer, STR_ARG(v->place_name), v->kind == FORM_EDUCATION ? "pendidikan" : v->kind == FORM_HEALTH ? "kesehatan" : "kesejahteraan sosial", STR_ARG(person_month(r->arena, *month)),
        (long long)v->group.expected_n, (long long)(v->group.expected_n - v->group.told_n), STR_ARG(buf_view(&day)), web_viewer(r)->name);
    buf_free(&day);
    return true;
}

static bool remind_show(Request *r, Response *res, const RemindView *v, Err *e) {
    Page page = page_begin(r);
    remind_page(&page, v);
    return page_end(r, res, (PageHead){ .title = v->place_name, .nav = "/forms", .crumbs = { { "/forms", str_c(_("Forms of verification")) }, { "/forms/answers", str_c(_("Who has answered")) } } }, &page, e);
}

static bool remind_get(Request *r, Response *res, Err *e) {
    RemindView *v = NEW(r->arena, RemindView, 1);
    Date month;
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && remind_fill(r, db, v, &month, e) && remind_show(r, res, v, e);
}

static bool remind_post(Request *r, Response *res, Err *e) {
    RemindView *v = NEW(r->arena, RemindView, 1);
    Date month;
    Db *db;
    if (!request_db_write(r, &db, e) || !db_begin_read(db, e)) return false;
    bool is_read = remind_fill(r, db, v, &month, e);
    db_rollback(db);
    FormReminder reminder = { v->kab, v->kind, v->place, month, form_text(r, "channel"), *web_viewer(r), r->received_at };
    if (!is_read || !form_remind(db, &reminder, e)) return false;
    v->group.reminded_on = web_today(r);
    v->is_sent = true;
    return remind_show(r, res, v, e);
}

const Route ANSWERS_ROUTES[] = { { "GET", "/forms/answers", "read read_own", answers_get }, { "GET", "/forms/remind", "read read_own", remind_get }, { "POST", "/forms/remind", "tell", remind_post }, {0} };
