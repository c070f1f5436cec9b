// growth_http.c: the curve of the KMS card for one child, and the counts of a district.
#include "web/growth.h"
#include "programme/growth_chart.h"
#include "registry/area.h"
#include "web/table_http.h"
#include "web_growth.page.h"

Str growth_kg(Arena *a, int32_t grams) {
    Buf b = { .max = 40 };
    growth_decimal_put(&b, grams, 1);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}
Str growth_cm(Arena *a, int32_t mm) { return growth_kg(a, mm * 100); }

Str growth_z(Arena *a, const GrowthScore *s) {
    Buf b = { .max = 40 };
    if (s->is_known) growth_z_put(&b, s->z);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

const char *growth_score_colour(const GrowthScore *s) {
    GrowthConcern concern = growth_class_concern(s->class);
    return s->is_implausible ? "" : concern == CONCERN_ACT ? "red" : concern == CONCERN_WATCH ? "amber" : "green";
}

static Html chart_of(Request *r, const ChildGrowth *child, GrowthIndex index) {
    Buf b = { .max = 64 << 10 };
    GrowthChart chart = { .index = index, .sex = child->sex, .measures = child->measures, .n = child->n, .label = str_c(tr(growth_index_title(index))) };
    growth_chart_put(&b, &chart);
    Html out = { arena_str(r->arena, buf_view(&b)) };
    buf_free(&b);
    return out;
}

static bool growth_fill(Request *r, Db *db, int64_t kab, int64_t family_id, int64_t person_id, const GrowthView **out, Err *e) {
    GrowthView *v = NEW(r->arena, GrowthView, 1);
    *out = NULL;
    if (!child_growth_one(db, r->arena, web_sight(r), kab, family_id, person_id, &v->child, e)) return false;
    if (v->child.n == 0) return true;
    GrowthLine *lines = NEW(r->arena, GrowthLine, GROWTH_ROWS_SHOWN);
    for (size_t i = v->child.n; i-- > 0;) {
        const GrowthMeasure *m = &v->child.measures[i];
        if (v->line_n < GROWTH_ROWS_SHOWN) lines[v->line_n++] = (GrowthLine){ m, &v->child.steps[i] };
        if (m->weight_g && !v->weight) v->weight = &v->child.steps[i];
        if (m->length_mm && !v->length) v->length = &v->child.steps[i];
    }
    v->lines = lines;
    if (v->weight) v->weight_chart = chart_of(r, &v->child, WEIGHT_FOR_AGE);
    if (v->length) v->length_chart = chart_of(r, &v->child, LENGTH_FOR_AGE);
    *out = v;
    return true;
}

// ---- one child ------------------------------------------------------------------------------------------------------------------------
// Of each month the newest word of each source; two that differ both stand.
static bool attendance_fill(Request *r, Db *db, ChildView *v, Err *e) {
    ToldFacts told;
    if (!fact_list(db, r->arena, web_sight(r), v->kab, v->id, &told, e)) return false;
    v->months = NEW(r->arena, AttendanceMonth, ATTENDANCE_MONTHS);
    for (size_t i = 0; i < told.n; i++) {
        const Fact *f = &told.at[i].fact;
        if (f->person_id != v->person_id || !str_eq(f->kind, STR("school_days")) || f->is_void || told.at[i].corrected_by_n) continue;
        size_t at = v->month_n;
        while (at > 0 && v->months[at - 1].month.days < f->first_on.days) at--;
        if (at == ATTENDANCE_MONTHS) continue;
        if (v->month_n < ATTENDANCE_MONTHS) v->month_n++;
        memmove(v->months + at + 1, v->months + at, (v->month_n - at - 1) * sizeof *v->months);
        v->months[at] = (AttendanceMonth){ f->first_on, f->days, f->days - f->absent - f->permitted - f->sick, f->absent, f->permitted, f->sick, f->source };
    }
    return true;
}

bool child_fill(Request *r, Db *db, int64_t kab, int64_t family_id, int64_t person_id, const ChildView **out, Err *e) {
    ChildView *v = NEW(r->arena, ChildView, 1);
    *v = (ChildView){ .kab = kab, .id = family_id, .person_id = person_id };
    if (!growth_fill(r, db, kab, family_id, person_id, &v->growth, e) || !attendance_fill(r, db, v, e)) return false;
    *out = v;
    return true;
}

// ---- a district ----------------------------------------------------------------------------------------------------------------------
// A kelurahan with few measured children shows nothing of them; in others a small figure is "fewer than 5", but none is none.
Str growth_count_text(Arena *a, const GrowthVillage *v, int64_t n) {
    if (v->is_hidden) return STR("–");
    return n > 0 && n < GROWTH_SMALL ? arena_fmt(a, "< %d", GROWTH_SMALL) : arena_fmt(a, "%lld", (long long)n);
}

static bool villages_name(Request *r, Db *db, GrowthPageView *v, const GrowthCounts *counts, Err *e) {
    Areas villages;
    if (!area_list_level(db, r->arena, v->kab, AREA_VILLAGE, &villages, e)) return false;
    v->at = NEW(r->arena, GrowthVillage, counts->n + 1);
    for (size_t i = 0; i < counts->n; i++) {
        v->at[i] = (GrowthVillage){ .name = arena_fmt(r->arena, "%lld", (long long)counts->at[i].village_id), .count = counts->at[i], .is_hidden = counts->at[i].child_n < GROWTH_SMALL };
        for (size_t k = 0; k < villages.n; k++) if (villages.at[k].id == counts->at[i].village_id) v->at[i].name = villages.at[k].name;
    }
    v->n = counts->n;
    v->all = counts->all;
    return true;
}

static bool growth_table(Request *r, Response *res, const GrowthPageView *v, TableFormat format, Err *e) {
    const TableColumn columns[] = { { "village", str_c(_("Kelurahan")), TABLE_TEXT }, { "measured", str_c(_("Children measured")), TABLE_TEXT }, { "stunted", str_c(_("Stunted")), TABLE_TEXT },
                                    { "wasted", str_c(_("Wasted")), TABLE_TEXT }, { "underweight", str_c(_("Underweight")), TABLE_TEXT }, { "faltering", str_c(_("Faltering")), TABLE_TEXT } };
    TableHead head = { .name = "tumbuh", .title = str_c(_("Growth of children by kelurahan")), .kab = v->kab, .filter = v->since, .columns = columns,
                       .column_n = sizeof columns / sizeof *columns };
    TableWriter *w;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    for (size_t i = 0; i < v->n; i++) {
        const GrowthCount *c = &v->at[i].count;
        const int64_t figures[] = { c->child_n, c->stunted_n, c->wasted_n, c->underweight_n, c->faltering_n };
        table_put(w, v->at[i].name);
        for (size_t k = 0; k < 5; k++) table_put(w, k == 0 && v->at[i].is_hidden ? arena_fmt(r->arena, "< %d", GROWTH_SMALL) : growth_count_text(r->arena, &v->at[i], figures[k]));
        if (!table_end_row(w, e)) { table_abort(w); return false; }
    }
    return table_answer(r, res, &head, format, w, e);
}

static bool growth_get(Request *r, Response *res, Err *e) {
    GrowthPageView *v = NEW(r->arena, GrowthPageView, 1);
    GrowthCounts counts;
    TableFormat format;
    bool is_file;
    Db *db;
    v->since_on = date_add_months(web_today(r), -3);
    Str since = query_text(r, "since");
    if (since.n && !date_parse_iso(since, &v->since_on)) return fail(e, BAD_INPUT, "\"%s\" is no day: write 2026-09-01.", arena_c(r->arena, since));
    Buf b = { .max = 20 };
    date_put_iso(&b, v->since_on);
    v->since = arena_str(r->arena, buf_view(&b));
    buf_free(&b);
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !web_kab(r, db, &v->kab, e) ||
        !child_growth_count(db, r->arena, web_sight(r), v->kab, v->since_on, &counts, e) || !villages_name(r, db, v, &counts, e)) return false;
    if (is_file) return growth_table(r, res, v, format, e);
    Page page = page_begin(r);
    growth_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Growth of children")), .nav = "/forms", .crumbs = { { "/forms", str_c(_("Forms of verification")) } } }, &page, e);
}

const Route GROWTH_ROUTES[] = { { "GET", "/growth", "read read_own", growth_get }, {0} };
