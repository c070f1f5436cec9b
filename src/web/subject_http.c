// subject_http.c: one click gives a family everything that is kept about it. The password is asked once more before; the look is written down
// before a byte leaves, and stands in the document itself.
#include "web/subject.h"
#include "files/pdf.h"
#include "office/read_log.h"
#include "office/user.h"
#include "registry/area.h"
#include "commitment/outcome.h"
#include "web/audit.h"
#include "web/families.h"
#include "web/family.h"
#include "status/worklist.h"
#include "web_subject.page.h"

static Str words_of(const char *column, Str code) {
    if (strcmp(column, "action") == 0) return audit_action_title(code);
    if (strcmp(column, "purpose") == 0) return str_c(read_purpose_title(code));
    static const char *const MEMBERSHIPS[] = { "active", "suspended", "left" };
    for (size_t i = 0; strcmp(column, "status") == 0 && i < 3; i++) if (str_eq(code, str_c(MEMBERSHIPS[i]))) return str_c(status_title(code));
    for (Outcome outcome = OUTCOME_UNKNOWN; strcmp(column, "outcome") == 0 && outcome <= OUTCOME_EXCUSED; outcome++) if (str_eq(code, str_c(outcome_name(outcome)))) return outcome_title(outcome);
    const ApprovalKind *kind = strcmp(column, "kind") == 0 ? approval_kind_find(code) : NULL;
    if (kind) return str_c(tr(kind->title));
    for (RequestState state = REQUEST_OPEN; strcmp(column, "state") == 0 && state <= REQUEST_CHANGED; state++)
        if (str_eq(code, str_c(request_state_name(state)))) return str_c(request_state_title(state));
    return code;
}

Str subject_shown(Arena *a, const SubjectPart *part, size_t row, const SubjectShown *c) {
    const SubjectCell *cell = &part->of->cells[row * part->of->column_n + c->column];
    Str text = subject_cell_text(a, c->is, cell);
    if (!text.n) return STR("–");
    return c->is->type == SUBJECT_TEXT ? words_of(c->is->name, text) : text;
}

static bool column_is_used(const SubjectSection *s, size_t column) {
    for (size_t row = 0; row < s->row_n; row++) {
        const SubjectCell *cell = &s->cells[row * s->column_n + column];
        if (s->columns[column].type == SUBJECT_TEXT ? cell->text.n > 0 : cell->n != INT64_MIN) return true;
    }
    return false;
}

static SubjectPart part_of(const SubjectSection *s) {
    SubjectPart part = { .of = s, .row_n = s->row_n < SUBJECT_PAGE_ROWS ? s->row_n : SUBJECT_PAGE_ROWS };
    for (size_t row = 0; row < part.row_n; row++) part.rows[row] = row;
    for (size_t i = 0; i < s->column_n; i++) if (column_is_used(s, i)) part.columns[part.column_n++] = (SubjectShown){ i, &s->columns[i] };
    return part;
}

static bool reads_open(Request *r, Db **out, Err *e) {
    Err none = { 0 };
    *out = NULL;
    return db_open_reads(server_options(r->server)->db_url, (DbOptions){ .must_exist = true, .is_read_only = true }, out, &none) || none.code == NOT_FOUND || fail(e, none.code, "%s", none.text);
}

static bool body_write(void *to, Str bytes, Err *e) { return (void)e, buf_str(to, bytes), true; }

// A list of few columns is a table; of more, each row is a block of fields, for paper is narrow.
#define PAPER_COLUMNS 6
static void part_print(Arena *a, Pdf *p, const SubjectPart *part) {
    const SubjectSection *s = part->of;
    pdf_heading(p, str_c(tr(s->title)));
    pdf_small(p, str_c(tr(s->source)));
    if (s->row_n == 0) pdf_paragraph(p, str_c(_("Nothing is kept here.")), PDF_LEFT);
    if (s->is_one || part->column_n > PAPER_COLUMNS) {
        for (size_t row = 0; row < s->row_n; row++) {
            for (size_t i = 0; i < part->column_n; i++) {
                Str text = subject_shown(a, part, row, &part->columns[i]);
                if (!str_eq(text, STR("–"))) pdf_field(p, str_c(tr(part->columns[i].is->title)), text);
            }
            pdf_space(p, 3);
        }
        return;
    }
    if (s->row_n == 0) return;
    PdfColumn columns[PAPER_COLUMNS] = { 0 };
    Str cells[PAPER_COLUMNS];
    for (size_t i = 0; i < part->column_n; i++) {
        SubjectType type = part->columns[i].is->type;
        columns[i] = (PdfColumn){ .title = tr(part->columns[i].is->title), .width_mm = type == SUBJECT_N ? 18 : 0, .align = type == SUBJECT_N || type == SUBJECT_RUPIAH ? PDF_RIGHT : PDF_LEFT };
    }
    pdf_table(p, (PdfTable){ .columns = columns, .n = part->column_n, .is_fine = true });
    for (size_t row = 0; row < s->row_n; row++) {
        for (size_t i = 0; i < part->column_n; i++) cells[i] = subject_shown(a, part, row, &part->columns[i]);
        pdf_row(p, cells, (Rupiah){ 0 });
    }
    pdf_table_end(p);
}

static bool subject_pdf(Request *r, Response *res, Db *db, const SubjectView *v, Err *e) {
    const Subject *s = v->subject;
    int pages_n;
    Area area;
    bool found = false;
    Buf day = { .max = 60 };
    if (!area_read(db, r->arena, s->kab, &area, &found, e)) return false;
    date_put_local(&day, web_today(r));
    Str place = found ? area.name : str_c(_("Social Service")), band = web_viewer(r)->is_practice ? str_c(_("PRACTICE DATABASE – synthetic data")) : STR("");
    Pdf *p = pdf_new((PdfOptions){ .title = str_c(_("All that is kept about this family")), .author = place, .created_at = r->received_at,
                                   .footer = arena_fmt(r->arena, _("Family %lld"), (long long)s->family_id), .band = band });
    pdf_paragraph(p, arena_fmt(r->arena, STR_FMT ", " STR_FMT, STR_ARG(place), STR_ARG(buf_view(&day))), PDF_RIGHT);
    buf_free(&day);
    pdf_title(p, str_c(_("All that is kept about this family")));
    pdf_paragraph(p, str_c(_("This is yours by law (UU 27/2022): the data, where they come from, what was decided, and everybody who looked. If something is wrong, say so at the office: it is answered within three days.")), PDF_LEFT);
    for (size_t i = 0; i < v->part_n; i++) part_print(r->arena, p, &v->parts[i]);
    bool is_good = pdf_write(p, (Sink){ body_write, &res->body }, &pages_n, e);
    pdf_free(p);
    if (is_good) response_download(r, res, arena_fmt(r->arena, "data-keluarga-%lld-%lld.pdf", (long long)s->kab, (long long)s->family_id), "application/pdf");
    return is_good;
}

static bool subject_show(Request *r, Response *res, Db *db, Db *reads, Str format, Err *e) {
    SubjectView *v = NEW(r->arena, SubjectView, 1);
    Subject *s = NEW(r->arena, Subject, 1);
    SubjectAsk ask = { .viewer = web_viewer(r), .sight = web_sight(r), .kab = param_int(r, "kab"), .family_id = param_int(r, "id"), .person_id = query_int(r, "person", 0), .now = r->received_at };
    if (!subject_read(db, reads, r->arena, &ask, s, e)) return false;
    v->subject = s;
    for (size_t i = 0; i < s->n; i++) v->parts[v->part_n++] = part_of(&s->at[i]);
    if (str_eq(format, STR("json"))) {
        subject_put_json(&res->body, s);
        response_download(r, res, arena_fmt(r->arena, "data-keluarga-%lld-%lld.json", (long long)s->kab, (long long)s->family_id), "application/json");
        return true;
    }
    if (format.n) return subject_pdf(r, res, db, v, e);
    v->pdf = url_with(r->arena, r->here, "format", STR("pdf"));
    v->json = url_with(r->arena, r->here, "format", STR("json"));
    v->family = url_path(r->arena, "/family/%lld/%lld", (long long)s->kab, (long long)s->family_id);
    Page page = page_begin(r);
    subject_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("All that is kept about this family")), .nav = "/families",
                                        .crumbs = { { "/families", str_c(_("Families")) }, { v->family.s.p, id_text(r->arena, s->family_id) } } }, &page, e);
}

// Whether there is such a family for this viewer is found out before the look is written, and the look is in what is shown.
static bool subject_get(Request *r, Response *res, Err *e) {
    Str format = query_text(r, "format");
    Db *db, *reads;
    Subject *s = NEW(r->arena, Subject, 1);
    SubjectAsk ask = { .viewer = web_viewer(r), .sight = web_sight(r), .kab = param_int(r, "kab"), .family_id = param_int(r, "id"), .person_id = query_int(r, "person", 0), .now = r->received_at };
    if (format.n && !str_eq(format, STR("pdf")) && !str_eq(format, STR("json"))) return fail(e, BAD_INPUT, "This is given as pdf or json, not as \"%.*s\".", STR_ARG(format));
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !subject_read(db, NULL, r->arena, &ask, s, e)) return false;
    if (!web_may_show(r, res, "subject", ask.kab, &ask.family_id, 1)) return true;
    if (!reads_open(r, &reads, e)) return false;
    bool is_good = subject_show(r, res, db, reads, format, e);
    db_close(reads);
    return is_good;
}

const Route SUBJECT_ROUTES[] = {
    { "GET", "/family/{kab}/{id}/subject", "read_identity again", subject_get },
    {0} };
