// families_http.c: the list, and the same as CSV, XLSX and JSON. Its filters stand in the address; NIK, KK and account never do.
#include "web/families.h"
#include <stdlib.h>
#include "web/letter.h"
#include "web/search.h"
#include "web/table_http.h"
#include "web_families.page.h"
#include "web_web.sql.h"

const char *state_title(const char *name) {
    static const struct { const char *name, *title; } TITLES[] = {
        { "payable", N_("To be paid") }, { "suspended", N_("Suspended") }, { "nothing", N_("No amount") } };
    for (size_t i = 0; i < sizeof TITLES / sizeof *TITLES; i++) if (!strcmp(name, TITLES[i].name)) return tr(TITLES[i].title);
    return name;
}

const char *status_title(Str status) {
    static const struct { const char *name, *title; } TITLES[] = { { "active", N_("Active") }, { "suspended", N_("Suspended") }, { "left", N_("Left the programme") } };
    for (size_t i = 0; i < sizeof TITLES / sizeof *TITLES; i++) if (str_eq(status, str_c(TITLES[i].name))) return tr(TITLES[i].title);
    return "";
}

static const struct { const char *name, *title; } SORTS[SORT_N] = {
    [SORT_FIT] = { "fit", N_("Best match") }, [SORT_NUMBER] = { "number", N_("Number") }, [SORT_NAME] = { "name", N_("Name") },
    [SORT_VILLAGE] = { "village", N_("Kelurahan") }, [SORT_AMOUNT] = { "amount", N_("Amount, largest first") } };
const char *sort_name(FamilySort sort) { return SORTS[sort].name; }
const char *sort_title(FamilySort sort) { return tr(SORTS[sort].title); }

const FamilySort SORTS_SHOWN[SORT_N] = { SORT_FIT, SORT_NUMBER, SORT_NAME, SORT_VILLAGE, SORT_AMOUNT };
bool sort_fits(const FamilyFilter *f, FamilySort sort) { return (sort != SORT_FIT || f->q.n) && (sort != SORT_AMOUNT || f->stage.n); }

const StatusKind SITUATIONS_SHOWN[STATUS_N] = { STATUS_EXPECTED, STATUS_APPROVED, STATUS_HELD, STATUS_RESERVED, STATUS_ORDERED, STATUS_PAID, STATUS_WITHDRAWN, STATUS_FAILED,
    STATUS_FOLLOWED, STATUS_NOTHING, STATUS_NOT_ELIGIBLE, STATUS_SUSPENDED, STATUS_LEFT, STATUS_NO_STAGE, STATUS_NEXT_STAGE, STATUS_CLOSED };
bool is_situation(const FamilyFilter *f, int kind) { return f->has_situation && (int)f->situation == kind; }

bool is_companion(const FamilyFilter *f, const Choice *companion) {
    int64_t id;
    return str_int64(companion->code, &id) && id == f->of_companion_id;
}

static FamilySort sort_read(const Request *r, const FamilyFilter *f) {
    Str asked = query_text(r, "sort");
    FamilySort sort = f->q.n ? SORT_FIT : SORT_NUMBER;
    for (int i = 0; i < SORT_N; i++) if (str_eq(asked, str_c(SORTS[i].name))) sort = (FamilySort)i;
    return sort_fits(f, sort) ? sort : SORT_NUMBER;
}

// What may stand in an address: a number does not, whoever wrote it there.
static Str name_asked(const Request *r) {
    Str q = query_text(r, "q");
    return search_has_number(q) ? STR("") : q;
}

static bool filter_read(Request *r, Db *db, FamilyFilter *f, Stages *stages, Err *e) {
    *f = (FamilyFilter){ .sight = web_sight(r), .kec_id = query_int(r, "kec", 0), .village_id = query_int(r, "village", 0), .channel = query_text(r, "channel"),
                         .state = query_text(r, "state"), .component = query_text(r, "component"), .q = name_asked(r), .status = query_text(r, "status"),
                         .of_companion_id = query_int(r, "companion", 0) };
    if (!web_kab(r, db, &f->kab, e) || !web_stages(r, db, f->kab, stages, e)) return false;
    f->stage = stages->chosen;
    if (str_eq(query_text(r, "kec"), STR("0"))) f->kec_id = -1;
    if (f->village_id && f->kec_id > 0 && area_parent_of(f->village_id) != f->kec_id) f->village_id = 0;    // another kecamatan was chosen since
    Err none = {0};
    Run run;
    bool has_amounts = f->stage.n && !str_eq(query_text(r, "stage"), STR("-")) && run_read(db, f->kab, f->stage, &run, &none);
    if (none.code && none.code != NOT_FOUND) { *e = none; return false; }
    if (!has_amounts) f->stage = f->state = f->component = STR("");
    f->sort = sort_read(r, f);
    f->now = r->received_at;
    f->status_stage = f->stage.n ? f->stage : stages->n ? stages->at[0] : STR("");
    f->has_situation = status_find(query_text(r, "situation"), &f->situation);
    return true;
}

#define SITUATION_COLUMNS 16           // of a file, see situation_put

// The names of a district's villages, read once for a list.
typedef struct { int64_t kab; Sight sight; Areas villages; } Names;

static bool names_read(Db *db, Arena *a, int64_t kab, Sight sight, Names *out, Err *e) {
    out->kab = kab;
    out->sight = sight;
    return area_list_level(db, a, kab, AREA_VILLAGE, &out->villages, e);
}

static int area_order(const void *id, const void *area) { return (*(const int64_t *)id > ((const Area *)area)->id) - (*(const int64_t *)id < ((const Area *)area)->id); }

static bool row_fill(Db *db, Arena *a, const Names *names, const FamilyMark *mark, FamilyRow *out, Err *e) {
    FamilyBriefRow row;
    bool found;
    if (!family_brief(db, a, (FamilyBriefArgs){ .kab = names->kab, .id = mark->id, SEE(names->sight) }, &row, &found, e)) return false;
    *out = (FamilyRow){ .kab = names->kab, .mark = *mark, .village = STR("–") };
    if (found) {
        if (!out->mark.village_id) out->mark.village_id = row.village_id;
        if (!out->mark.channel.n) out->mark.channel = row.channel;
        out->name = row.name;
        out->status = row.status;
    }
    const Area *village = names->villages.n ? bsearch(&out->mark.village_id, names->villages.at, names->villages.n, sizeof *names->villages.at, area_order) : NULL;
    if (village) out->village = village->name;
    return true;
}

// The page goes on where the last one ended, also when families came or went meanwhile; one that is no longer in the list has no place,
// and then the page's number holds.
static void page_place(const Request *r, FamiliesView *v) {
    Str key;
    bool is_after;
    int64_t id;
    if (!list_asked(r, &key, &is_after) || !str_int64(key, &id)) return;
    bool is_by_number = v->filter.sort == SORT_NUMBER;
    for (size_t i = 0; i < v->marks.n; i++) {
        bool is_here = is_by_number ? v->marks.at[i].id >= id : v->marks.at[i].id == id;
        if (!is_here) continue;
        bool is_gone = v->marks.at[i].id != id;                        // its place is before this one
        list_place(&v->list, is_gone && is_after ? (int64_t)i - 1 : (int64_t)i, is_after);
        return;
    }
}

static Str key_of(Arena *a, const FamiliesView *v, int64_t i) { return arena_fmt(a, "%lld", (long long)v->marks.at[i].id); }

static Str choice_title(const Choices *all, Str code) {
    for (size_t i = 0; i < all->n; i++) if (str_eq(all->at[i].code, code)) return all->at[i].title;
    return code;
}

Str area_name_of(const Areas *all, int64_t id) {
    for (size_t i = 0; i < all->n; i++) if (all->at[i].id == id) return all->at[i].name;
    return STR("–");
}

// What the folded filters are set to, in one line.
static Str filters_said(Arena *a, const FamiliesView *v) {
    const FamilyFilter *f = &v->filter;
    const Str parts[] = {
        f->kec_id ? area_name_of(&v->kecamatan, f->kec_id) : STR(""), f->village_id ? area_name_of(&v->villages, f->village_id) : STR(""), f->channel.n ? channel_title(f->channel) : STR(""),
        f->status.n ? str_c(status_title(f->status)) : STR(""), f->has_situation ? str_c(status_title_of(f->situation)) : STR(""),
        f->of_companion_id ? choice_title(&v->companions, id_text(a, f->of_companion_id)) : STR(""), f->state.n ? str_c(state_title(arena_c(a, f->state))) : STR(""),
        f->component.n ? choice_title(&v->components, f->component) : STR(""), f->sort != SORT_NUMBER && f->sort != SORT_FIT ? str_c(sort_title(f->sort)) : STR("") };
    Buf b = { .max = 2000 };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) if (parts[i].n) buf_fmt(&b, "%s%.*s", b.n ? " · " : "", STR_ARG(parts[i]));
    Str said = b.n ? arena_str(a, buf_view(&b)) : STR("");
    buf_free(&b);
    return said;
}

bool families_fill(Request *r, Db *db, FamiliesView *v, Err *e) {
    Arena *a = r->arena;
    FamilyFilter *f = &v->filter;
    if (!filter_read(r, db, f, &v->stages, e) || !families_find(db, a, f, &v->marks, e) ||
        !area_list_level(db, a, f->kab, AREA_KECAMATAN, &v->kecamatan, e)) return false;
    if (f->kec_id > 0 && !area_list_children(db, a, f->kec_id, &v->villages, e)) return false;
    if (f->stage.n && !families_components(db, a, f->kab, f->stage, &v->components, e)) return false;
    if (!families_companions(db, a, f, &v->companions, e)) return false;
    v->list = list_of(r, (int64_t)v->marks.n);
    page_place(r, v);
    v->is_filtered = f->q.n || f->kec_id || f->village_id || f->channel.n || f->state.n || f->component.n || f->status.n || f->of_companion_id || f->has_situation;
    v->said = filters_said(a, v);
    v->all = url_with(a, url_path(a, "/families?kab=%lld", (long long)f->kab), "stage", f->stage.n ? f->stage : STR("-"));
    return true;
}

static int id_order(const void *one, const void *two) { return (*(const int64_t *)one > *(const int64_t *)two) - (*(const int64_t *)one < *(const int64_t *)two); }

// The one status of each family of the page, together.
static bool situations_fill(Db *db, Arena *a, FamiliesView *v, Err *e) {
    FamilyStatuses list;
    int64_t *ids = NEW(a, int64_t, v->row_n + 1);
    for (size_t i = 0; i < v->row_n; i++) ids[i] = v->rows[i].mark.id;
    qsort(ids, v->row_n, sizeof *ids, id_order);
    if (!family_statuses_read(db, a, v->filter.sight, v->filter.kab, v->filter.status_stage, ids, v->row_n, v->filter.now, &list, e)) return false;
    for (size_t i = 0; i < v->row_n; i++) {
        const FamilyStatus *found = family_statuses_find(&list, v->rows[i].mark.id);
        v->rows[i].has_situation = found != NULL;
        if (found) v->rows[i].situation = *found;
    }
    return true;
}

static bool families_rows_fill(Db *db, Arena *a, FamiliesView *v, Err *e) {
    int64_t from = list_offset(&v->list), to = list_last(&v->list);
    Names names;
    if (!names_read(db, a, v->filter.kab, v->filter.sight, &names, e)) return false;
    v->rows = NEW(a, FamilyRow, to - from + 1);
    for (int64_t i = from; i < to; i++) if (!row_fill(db, a, &names, &v->marks.at[i], &v->rows[v->row_n++], e)) return false;
    if (from < to) {
        v->list.first_key = key_of(a, v, from);
        v->list.last_key = key_of(a, v, to - 1);
    }
    return situations_fill(db, a, v, e);
}

static bool rows_may_show(Request *r, Response *res, const char *purpose, int64_t kab, const FamilyRow *rows, size_t row_n) {
    int64_t *ids = NEW(r->arena, int64_t, row_n + 1);
    for (size_t i = 0; i < row_n; i++) ids[i] = rows[i].mark.id;
    return web_may_show(r, res, purpose, kab, ids, row_n);
}

static void money_put(TableWriter *w, const StatusMoney *money) {
    if (money->known == MONEY_KNOWN || money->known == MONEY_DRAFT) table_put_rupiah(w, money->amount);
    else table_put_none(w);
}

// Codes for machines, words for people; an amount that is not known is an empty cell, and its state says so.
static void situation_put(Arena *a, TableWriter *w, const FamilyStatus *s) {
    if (!s) {
        for (int i = 0; i < SITUATION_COLUMNS; i++) table_put_none(w);
        return;
    }
    table_put(w, str_c(status_name(s->kind)));
    table_put(w, str_c(status_title_of(s->kind)));
    table_put(w, status_membership_text(a, s));
    table_put(w, s->reason);
    table_put(w, missing_names(a, s->missing));
    table_put(w, str_c(next_name(s->next)));
    table_put(w, status_next_text(a, s));
    table_put(w, str_c(who_name(s->who)));
    table_put_date(w, s->due_on);
    table_put(w, str_c(money_known_name(s->expected.known)));
    money_put(w, &s->expected);
    money_put(w, &s->ordered);
    table_put(w, str_c(money_known_name(s->paid.known)));
    money_put(w, &s->paid);
    table_put(w, str_c(money_known_name(s->withdrawn.known)));
    money_put(w, &s->withdrawn);
}

// The same list whole, as a file.
static bool families_rows(Db *db, const FamiliesView *v, const Names *names, const FamilyStatuses *situations, TableWriter *w, Err *e) {
    for (size_t i = 0; i < v->marks.n; i++) {
        Arena row_arena = { 0 };
        FamilyRow row;
        bool is_good = row_fill(db, &row_arena, names, &v->marks.at[i], &row, e);
        if (is_good) {
            table_put_n(w, row.kab);
            table_put_n(w, row.mark.id);
            table_put(w, row.name);
            table_put(w, arena_fmt(&row_arena, "%lld", (long long)row.mark.village_id));
            table_put(w, row.village);
            table_put(w, channel_title(row.mark.channel));
            table_put(w, str_c(v->filter.stage.n ? due_title(row.mark.state) : status_title(row.status)));
            situation_put(&row_arena, w, family_statuses_find(situations, row.mark.id));
            if (v->filter.stage.n) table_put_rupiah(w, row.mark.amount);
            else table_put_none(w);
            is_good = table_end_row(w, e);
        }
        arena_free(&row_arena);
        if (!is_good) return false;
    }
    return true;
}

static bool families_file(Request *r, Response *res, Db *db, const FamiliesView *v, TableFormat format, Err *e) {
    const TableColumn columns[] = {
        { "kab", str_c(_("District code")), TABLE_COUNT }, { "id", str_c(_("Number")), TABLE_COUNT }, { "name", str_c(_("Name")), TABLE_TEXT },
        { "village_code", str_c(_("Village code")), TABLE_ID }, { "village", str_c(_("Kelurahan")), TABLE_TEXT }, { "channel", str_c(_("Channel")), TABLE_TEXT },
        { "state", str_c(_("State")), TABLE_TEXT },
        { "status", str_c(_("Status code")), TABLE_TEXT }, { "status_text", str_c(_("Status")), TABLE_TEXT }, { "membership", str_c(_("Membership")), TABLE_TEXT },
        { "reason", str_c(_("Reason")), TABLE_TEXT }, { "missing", str_c(_("Missing")), TABLE_TEXT }, { "next", str_c(_("Next code")), TABLE_TEXT },
        { "next_text", str_c(_("What happens next")), TABLE_TEXT }, { "who", str_c(_("Who")), TABLE_TEXT }, { "due_on", str_c(_("Due")), TABLE_DATE },
        { "expected_known", str_c(_("Expected is")), TABLE_TEXT }, { "expected_amount", str_c(_("Expected")), TABLE_RUPIAH },
        { "ordered_amount", str_c(_("Handed to the channel")), TABLE_RUPIAH }, { "paid_known", str_c(_("Paid is")), TABLE_TEXT }, { "paid_amount", str_c(_("Paid")), TABLE_RUPIAH },
        { "withdrawn_known", str_c(_("Withdrawn is")), TABLE_TEXT }, { "withdrawn_amount", str_c(_("Withdrawn")), TABLE_RUPIAH },
        { "amount", str_c(_("Amount")), TABLE_RUPIAH } };
    TableHead head = { .name = "kpm", .title = str_c(_("Families")), .kab = v->filter.kab, .stage = v->filter.stage, .columns = columns,
                       .column_n = sizeof columns / sizeof *columns };
    Names names;
    FamilyStatuses situations;
    TableWriter *w;
    Area area;
    bool found;
    if (!area_read(db, r->arena, v->filter.kab, &area, &found, e) || !names_read(db, r->arena, v->filter.kab, v->filter.sight, &names, e) ||
        !family_statuses_read(db, r->arena, v->filter.sight, v->filter.kab, v->filter.status_stage, NULL, 0, r->received_at, &situations, e)) return false;
    if (found) head.area = area.name;
    int64_t *ids = NEW(r->arena, int64_t, v->marks.n + 1);
    for (size_t i = 0; i < v->marks.n; i++) ids[i] = v->marks.at[i].id;
    if (!web_may_show(r, res, "export", v->filter.kab, ids, v->marks.n)) return true;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    if (families_rows(db, v, &names, &situations, w, e)) return table_answer(r, res, &head, format, w, e);
    table_abort(w);
    return false;
}

static bool families_get(Request *r, Response *res, Err *e) {
    FamiliesView *v = NEW(r->arena, FamiliesView, 1);
    TableFormat format;
    bool is_file;
    Db *db;
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !families_fill(r, db, v, e)) return false;
    if (is_file) return families_file(r, res, db, v, format, e);
    if (!families_rows_fill(db, r->arena, v, e)) return false;
    if (!rows_may_show(r, res, "list", v->filter.kab, v->rows, v->row_n)) return true;
    Page page = page_begin(r);
    families_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(sight_is_own_only(&v->filter.sight) ? _("My families") : _("Families")), .nav = "/families" }, &page, e);
}

// The filters come by POST and go on into the address; a number in the field of the name does not.
static bool families_post(Request *r, Response *res, Err *e) {
    static const char *const FIELDS[] = { "kab", "q", "stage", "kec", "village", "channel", "status", "state", "component", "companion", "situation", "sort" };
    Url to = { STR("/families") };
    if (search_has_number(form_text(r, "q"))) return search_post(r, res, e);
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++) to = url_with(r->arena, to, FIELDS[i], form_text(r, FIELDS[i]));
    response_redirect(r, res, to);
    return true;
}

const Route FAMILIES_ROUTES[] = {
    { "GET",  "/families",     "read read_own", families_get },
    { "POST", "/families",     "read read_own", families_post },
    { "GET",  "/families/letters", "read read_own", letters_get },
    {0} };
