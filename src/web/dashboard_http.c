// dashboard_http.c: the figures of a stage for the first page.
#include "registry/area.h"
#include "registry/duplicate.h"
#include <stdlib.h>
#include "web/dashboard.h"
#include "web/approval.h"
#include "web/table_http.h"
#include "web_dashboard.page.h"

static Url list_link(Arena *a, const DashboardView *v, const char *name, Str value) {
    Url url = url_with(a, url_path(a, "/families?kab=%lld", (long long)v->kab), "stage", v->stage);
    return name ? url_with(a, url, name, value) : url;
}

static Url payable_link(Arena *a, const DashboardView *v, const char *name, Str value) {
    return url_with(a, list_link(a, v, name, value), "state", STR("payable"));
}

static bool row_add(DashboardTable *t, size_t i, int64_t n, Rupiah amount, Err *e) {
    t->at[i].n += n;
    t->sum_n += n;
    return rupiah_add(t->at[i].amount, amount, &t->at[i].amount, e) && rupiah_add(t->sum, amount, &t->sum, e);
}

// Drops what counts nothing, and finds the longest bar.
static void table_end(DashboardTable *t) {
    size_t kept = 0;
    for (size_t i = 0; i < t->n; i++) {
        if (!t->at[i].n && !t->at[i].amount.rp) continue;
        t->at[kept++] = t->at[i];
        if (t->at[kept - 1].n > t->most_n) t->most_n = t->at[kept - 1].n;
    }
    t->n = kept;
}

static Str month_span(Arena *a, Date first_on, int months) {
    Buf b = { .max = 200 };
    Date last = date_add_months(first_on, months - 1);
    static const char *const NAMES[] = { N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
                                         N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December") };
    int y, m, d, last_y, last_m;
    date_split(first_on, &y, &m, &d);
    date_split(last, &last_y, &last_m, &d);
    buf_c(&b, tr(NAMES[m - 1]));
    if (y != last_y) buf_fmt(&b, " %d", y);
    if (months > 1) buf_fmt(&b, " – %s", tr(NAMES[last_m - 1]));
    buf_fmt(&b, " %d", last_y);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static bool channels_fill(Arena *a, const RunTotals *t, DashboardView *v, Err *e) {
    const SchemeChannel *channels;
    scheme_channels(t->scheme, &channels);
    v->channels = (DashboardTable){ .at = NEW(a, DashboardRow, t->channel_n), .n = t->channel_n };
    v->months = NEW(a, Str, t->channel_n);
    size_t kept = 0;
    for (size_t c = 0; c < t->channel_n; c++) {
        v->channels.at[c].label = channel_title(channels[c].code);
        v->channels.at[c].href = payable_link(a, v, "channel", channels[c].code);
        for (size_t i = 0; i < t->village_n; i++) {
            const ChannelTotal *total = &t->channel[i * t->channel_n + c];
            if (!row_add(&v->channels, c, total->payable_n, total->amount, e)) return false;
        }
        if (v->channels.at[c].n) v->months[kept++] = month_span(a, channels[c].first_on, channels[c].months);
    }
    table_end(&v->channels);
    return true;
}

static bool kecamatan_fill(Db *db, Arena *a, const RunTotals *t, DashboardView *v, Err *e) {
    Areas areas;
    if (!area_list_level(db, a, v->kab, AREA_KECAMATAN, &areas, e)) return false;
    v->kecamatan = (DashboardTable){ .at = NEW(a, DashboardRow, areas.n + 1), .n = areas.n + 1 };
    for (size_t i = 0; i < areas.n; i++) {
        v->kecamatan.at[i].label = areas.at[i].name;
        v->kecamatan.at[i].href = payable_link(a, v, "kec", arena_fmt(a, "%lld", (long long)areas.at[i].id));
    }
    v->kecamatan.at[areas.n] = (DashboardRow){ .label = str_c(_("Unknown village")), .href = payable_link(a, v, "kec", STR("0")) };
    for (size_t i = 0; i < t->village_n; i++) {
        size_t k = 0;
        while (k < areas.n && areas.at[k].id != area_parent_of(t->village_id[i])) k++;
        for (size_t c = 0; c < t->channel_n; c++) {
            const ChannelTotal *total = &t->channel[i * t->channel_n + c];
            if (!row_add(&v->kecamatan, k, total->payable_n, total->amount, e)) return false;
        }
    }
    table_end(&v->kecamatan);
    return true;
}

static bool components_fill(Arena *a, const RunTotals *t, DashboardView *v, Err *e) {
    const SchemeComponent *components;
    scheme_components(t->scheme, &components);
    v->components = (DashboardTable){ .at = NEW(a, DashboardRow, t->component_n), .n = t->component_n };
    for (size_t k = 0; k < t->component_n; k++) {
        v->components.at[k].label = lang_get() == LANG_ID ? components[k].title_id : components[k].title_en;
        v->components.at[k].href = payable_link(a, v, "component", components[k].code);
        for (size_t i = 0; i < t->village_n * t->channel_n; i++) {
            const ComponentTotal *total = &t->component[i * t->component_n + k];
            if (!row_add(&v->components, k, total->n, total->amount, e)) return false;
        }
    }
    table_end(&v->components);
    return true;
}

static int by_money(const void *a, const void *b) {
    const DashboardRow *x = a, *y = b;
    return (x->amount.rp < y->amount.rp) - (x->amount.rp > y->amount.rp);
}

// What is doubtful about persons and accounts; the counts are those of the lists that open.
static bool identity_fill(Db *db, Arena *a, Sight sight, DashboardView *v, Err *e) {
    WorkList work;
    PairRows pairs;
    if (!work_list(db, a, &(WorkFilter){ .kab = v->kab, .sight = sight, .limit_n = 1 }, &work, e) ||
        !duplicate_list(db, a, sight, &(PairFilter){ .kab = v->kab, .limit_n = 1 }, &pairs, e)) return false;
    v->pair_n = pairs.all_n;
    v->identity = (DashboardTable){ .at = NEW(a, DashboardRow, WORK_KINDS_N), .n = WORK_KINDS_N };
    for (int i = 0; i < WORK_KINDS_N; i++) {
        WorkKind kind = (WorkKind)i;
        v->identity.at[i].label = str_c(work_kind_title(kind));
        v->identity.at[i].href = url_with(a, url_path(a, "/identity?kab=%lld", (long long)v->kab), "kind", str_c(work_kind_code(kind)));
        if (!row_add(&v->identity, (size_t)i, work.sums[kind].n, work.sums[kind].amount, e)) return false;
    }
    table_end(&v->identity);
    qsort(v->identity.at, v->identity.n, sizeof *v->identity.at, by_money);
    return true;
}

static bool steps_fill(Db *db, Arena *a, Sight sight, DashboardView *v, Instant now, Err *e) {
    ApproveState signs = { .needed_n = 2 };                // the least there can be, as long as nothing was computed
    if (v->has_run && !approve_state(db, a, v->kab, v->stage, now, &signs, e)) return false;
    Buf b = { .max = 100 };
    date_put_local(&b, date_of_instant(v->closing.closed_at, 420));
    v->steps[0] = (DashboardStep){ N_("Closed"), STEP_DONE, arena_str(a, buf_view(&b)) };
    buf_reset(&b);
    if (v->has_run) rupiah_put(&b, v->run.total);
    v->steps[1] = (DashboardStep){ N_("Computed"), v->has_run ? STEP_DONE : STEP_NOW, v->has_run ? arena_str(a, buf_view(&b)) : str_c(_("next step")) };
    buf_free(&b);
    bool is_signed = approve_is_signed(&signs);
    v->steps[2] = (DashboardStep){ N_("Approved"), is_signed ? STEP_DONE : v->has_run ? STEP_NOW : STEP_LATER,
                                   arena_fmt(a, _("%d of %d signatures"), signs.signed_n, signs.needed_n) };
    bool is_out = false;
    Str detail = STR("");
    if (!payment_step(db, a, sight, v->kab, v->stage, &is_out, &detail, e)) return false;
    v->steps[3] = (DashboardStep){ N_("With the channels"), is_out ? STEP_DONE : is_signed ? STEP_NOW : STEP_LATER, detail };
    return true;
}

static bool dashboard_fill(Db *db, Arena *a, Sight sight, DashboardView *v, Instant now, Err *e) {
    Err none = {0};
    RunTotals totals;
    if (!closing_read(db, v->kab, v->stage, &v->closing, e)) return false;
    v->stage_title = stage_title(a, v->stage);
    v->families = list_link(a, v, NULL, STR(""));
    v->payable = list_link(a, v, "state", STR("payable"));
    v->suspended = list_link(a, v, "state", STR("suspended"));
    v->nothing = list_link(a, v, "state", STR("nothing"));
    v->has_run = run_read(db, v->kab, v->stage, &v->run, &none);
    if (!v->has_run && none.code != NOT_FOUND) { *e = none; return false; }
    v->nothing_n = v->run.family_n - v->run.payable_n - v->run.suspended_n;
    if (v->has_run && !(run_totals(db, a, v->kab, v->stage, &totals, e) && channels_fill(a, &totals, v, e) &&
                        kecamatan_fill(db, a, &totals, v, e) && components_fill(a, &totals, v, e))) return false;
    return identity_fill(db, a, sight, v, e) && steps_fill(db, a, sight, v, now, e);
}

// One of the tables as a file: /?table=kecamatan&format=xlsx.
static bool totals_file(Request *r, Response *res, const DashboardView *v, TableFormat format, Err *e) {
    Str name = query_text(r, "table");
    bool is_channel = str_eq(name, STR("channel")), is_component = str_eq(name, STR("component"));
    const DashboardTable *t = is_channel ? &v->channels : is_component ? &v->components : &v->kecamatan;
    const TableColumn columns[] = {
        { "name", str_c(is_channel ? _("Channel") : is_component ? _("Component") : _("Kecamatan")), TABLE_TEXT },
        { is_component ? "person_n" : "family_n", str_c(is_component ? _("Persons") : _("Families")), TABLE_COUNT }, { "amount", str_c(_("Rupiah")), TABLE_RUPIAH } };
    TableHead head = { .name = is_channel ? "total-saluran" : is_component ? "total-komponen" : "total-kecamatan",
                       .title = str_c(is_channel ? _("By channel") : is_component ? _("By component") : _("By kecamatan")), .kab = v->kab, .area = v->area_name,
                       .stage = v->stage, .columns = columns, .column_n = sizeof columns / sizeof *columns };
    TableWriter *w;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    for (size_t i = 0; i < t->n; i++) {
        table_put(w, t->at[i].label);
        table_put_n(w, t->at[i].n);
        table_put_rupiah(w, t->at[i].amount);
        if (table_end_row(w, e)) continue;
        table_abort(w);
        return false;
    }
    return table_answer(r, res, &head, format, w, e);
}

static bool dashboard_get(Request *r, Response *res, Err *e) {
    DashboardView *v = NEW(r->arena, DashboardView, 1);
    TableFormat format;
    bool is_file;
    Db *db;
    if (!request_allows(r, "read")) { response_redirect(r, res, (Url){ STR("/families") }); return true; }     // a companion begins with the own families
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !web_kab(r, db, &v->kab, e) ||
        !web_stages(r, db, v->kab, &v->stages, e)) return false;
    Area area;
    bool found = false;
    if (v->kab && !area_read(db, r->arena, v->kab, &area, &found, e)) return false;
    v->area_name = found ? area.name : STR("");
    v->stage = v->stages.chosen;
    if (v->stage.n && !dashboard_fill(db, r->arena, web_sight(r), v, r->received_at, e)) return false;
    if (is_file) return totals_file(r, res, v, format, e);
    Page page = page_begin(r), actions = page_begin(r);
    PageHead head = { .title = str_c(_("Stage")), .nav = "/" };
    if (v->stage.n) {
        dashboard_page(&page, v);
        stage_choice(&actions, "/", &v->stages, v->kab);
        head.actions = page_take(&actions);
        head.title = v->area_name.n ? arena_fmt(r->arena, STR_FMT " – " STR_FMT, STR_ARG(v->stage_title), STR_ARG(v->area_name)) : v->stage_title;
    } else dashboard_empty_page(&page, v->area_name);
    return page_end(r, res, head, &page, e);
}

const Route DASHBOARD_ROUTES[] = { { "GET", "/", "signed-in", dashboard_get }, {0} };
