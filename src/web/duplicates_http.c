// duplicates_http.c: pairs of entries as a list and side by side; deciding, asking for a merge, signing it, undoing it.
#include "web/duplicates.h"
#include <stdlib.h>
#include "office/user.h"
#include "web/table_http.h"
#include "web_duplicates.page.h"

#define ROWS 50                        // a page of the list
#define FILE_ROWS_MAX 200000           // a file of more rows nobody works through

// ---- words -----------------------------------------------------------------------------------------------------------
const char *score_title(int score, bool is_exact) {
    if (is_exact) return _("Same NIK");
    return score >= DUPLICATE_SURE ? _("Almost certain") : score >= 10 ? _("Very likely") : _("Likely");
}
const char *score_colour(int score, bool is_exact) { return is_exact ? "red" : score >= DUPLICATE_SURE ? "amber" : "blue"; }

Url pair_url(Arena *a, PairKey k, const char *rest) {
    return url_path(a, "/duplicates/%lld/%lld/%lld/%lld%s", (long long)k.kab, (long long)k.person_id, (long long)k.other_kab, (long long)k.other_person_id, rest);
}

static int area_order(const void *id, const void *area) { return (*(const int64_t *)id > ((const Area *)area)->id) - (*(const int64_t *)id < ((const Area *)area)->id); }

// Of the district of the page from its list; of another one by itself.
static bool village_name(Db *db, Arena *a, const Areas *villages, int64_t id, Str *out, Err *e) {
    const Area *area = villages->n ? bsearch(&id, villages->at, villages->n, sizeof *villages->at, area_order) : NULL;
    Area other;
    bool found = false;
    if (area) { *out = area->name; return true; }
    if (!area_read(db, a, id, &other, &found, e)) return false;
    *out = found ? other.name : STR("–");
    return true;
}

// The reason that says most, for or against.
static Str strongest(const DuplicateScore *score) {
    const DuplicatePoints *best = NULL;
    for (size_t i = 0; i < score->n; i++)
        if (score->at[i].reason != REASON_CHANCE && score->at[i].reason != REASON_ONE_FAMILY && (!best || score->at[i].points > best->points)) best = &score->at[i];
    return best ? str_c(duplicate_reason_text(best->reason)) : STR("");
}

// ---- who is shown: both families, each in the read log of its district -----------------------------------------------
static bool both_may_show(Request *r, Response *res, const char *purpose, const PairRows *list) {
    int64_t *ids = NEW(r->arena, int64_t, 2 * list->n + 1);
    bool *is_done = NEW(r->arena, bool, 2 * list->n + 1);
    for (size_t i = 0; i < 2 * list->n; i++) {
        const PairRow *first = &list->at[i / 2];
        int64_t kab = i % 2 ? first->key.other_kab : first->key.kab;
        size_t n = 0;
        if (is_done[i]) continue;
        for (size_t k = i; k < 2 * list->n; k++) {
            const PairRow *row = &list->at[k / 2];
            if ((k % 2 ? row->key.other_kab : row->key.kab) != kab) continue;
            ids[n++] = k % 2 ? row->other_family_id : row->family_id;
            is_done[k] = true;
        }
        if (!web_may_show(r, res, purpose, kab, ids, n)) return false;
    }
    return true;
}

static bool pair_may_show(Request *r, Response *res, const PairDetail *d) {
    PairRow row = { .key = d->key, .family_id = d->side[0].family_id, .other_family_id = d->side[1].family_id };
    return both_may_show(r, res, "duplicates", &(PairRows){ .at = &row, .n = 1 });
}

// ---- the list --------------------------------------------------------------------------------------------------------
static const struct { const char *name, *title; PairState state; bool is_later; } TABS[DUPLICATE_TABS] = {
    { "open", N_("To be looked at"), PAIR_OPEN, false }, { "later", N_("Put off"), PAIR_OPEN, true }, { "same", N_("One person"), PAIR_SAME, false },
    { "different", N_("Two persons"), PAIR_DIFFERENT, false }, { "merged", N_("Merged"), PAIR_MERGED, false },
};

// "1.34.1371.12.1371.40": the last row of the page before.
static bool after_read(Str text, PairAfter *out) {
    int64_t n[6];
    Str rest = text;
    for (int i = 0; i < 6; i++) if (!str_int64(str_cut(&rest, '.'), &n[i])) return false;
    *out = (PairAfter){ true, n[0] != 0, (int)n[1], { n[2], n[3], n[4], n[5] } };
    return rest.n == 0;
}

static Str after_text(Arena *a, const PairRow *row) {
    const PairKey *k = &row->key;
    return arena_fmt(a, "%d.%d.%lld.%lld.%lld.%lld", row->is_exact, row->score.score, (long long)k->kab, (long long)k->person_id, (long long)k->other_kab,
                     (long long)k->other_person_id);
}

static bool duplicates_fill(Request *r, Db *db, DuplicatesView *v, bool is_file, Err *e) {
    Arena *a = r->arena;
    PairFilter *f = &v->filter;
    Area area;
    bool found = false;
    size_t chosen = 0;
    for (size_t i = 0; i < DUPLICATE_TABS; i++) if (str_eq(query_text(r, "state"), str_c(TABS[i].name))) chosen = i;
    *f = (PairFilter){ .state = TABS[chosen].state, .is_later = TABS[chosen].is_later, .village_id = query_int(r, "village", 0), .limit_n = is_file ? FILE_ROWS_MAX : ROWS };
    if (is_file || !after_read(query_text(r, "after"), &f->after)) f->after = (PairAfter){ .is_set = false };
    if (!web_kab(r, db, &f->kab, e) || !area_list_level(db, a, f->kab, AREA_VILLAGE, &v->villages, e) || !area_read(db, a, f->kab, &area, &found, e) ||
        !duplicate_list(db, a, web_sight(r), f, &v->list, e)) return false;
    v->area_name = found ? area.name : STR("");
    v->may_edit = authority_allows(web_viewer(r), ACTION_EDIT, f->kab);
    JobState job;
    if (v->may_edit && job_of_compare(f->kab, &job)) {
        v->is_running = job.is_running;
        v->wait = wait_of_job(r, &job);
        if (!job.is_running && job.error.code) v->fault = arena_str(a, str_c(job.error.text));
        v->has_compared = !job.is_running && !job.error.code;
    }
    Url here = url_with(a, r->here, "after", STR(""));
    for (size_t i = 0; i < DUPLICATE_TABS; i++)
        v->tabs[i] = (DuplicateTab){ TABS[i].name, str_c(tr(TABS[i].title)), url_with(a, here, "state", str_c(TABS[i].name)), i == chosen };
    v->tab = &v->tabs[chosen];
    if (f->after.is_set) v->first = here;
    if (v->list.is_more) v->next = url_with(a, here, "after", after_text(a, &v->list.at[v->list.n - 1]));
    v->rows = NEW(a, DuplicateRow, v->list.n + 1);
    for (size_t i = 0; i < v->list.n; i++) {
        const PairRow *p = &v->list.at[i];
        v->rows[i] = (DuplicateRow){ .pair = *p, .why = strongest(&p->score), .href = pair_url(a, p->key, "") };
        if (!village_name(db, a, &v->villages, p->village_id, &v->rows[i].village, e) ||
            !village_name(db, a, &v->villages, p->other_village_id, &v->rows[i].other_village, e)) return false;
    }
    return true;
}

static bool duplicates_rows(const DuplicatesView *v, TableWriter *w, Err *e) {
    for (size_t i = 0; i < v->list.n; i++) {
        const DuplicateRow *row = &v->rows[i];
        const PairRow *p = &row->pair;
        const struct { int64_t kab, family_id; Str name; Date born_on; Str village; } side[2] = {
            { p->key.kab, p->family_id, p->name, p->born_on, row->village }, { p->key.other_kab, p->other_family_id, p->other_name, p->other_born_on, row->other_village } };
        for (int k = 0; k < 2; k++) {
            table_put_n(w, side[k].kab);
            table_put_n(w, side[k].family_id);
            table_put(w, side[k].name);
            table_put_date(w, side[k].born_on);
            table_put(w, side[k].village);
        }
        table_put_n(w, p->score.score);
        table_put(w, str_c(score_title(p->score.score, p->is_exact)));
        table_put(w, row->why);
        if (!table_end_row(w, e)) return false;
    }
    return true;
}

static bool duplicates_file(Request *r, Response *res, const DuplicatesView *v, TableFormat format, Err *e) {
    const TableColumn columns[] = {
        { "kab", str_c(_("District code")), TABLE_COUNT }, { "family_id", str_c(_("Family number")), TABLE_COUNT }, { "name", str_c(_("Name")), TABLE_TEXT },
        { "born_on", str_c(_("Born")), TABLE_DATE }, { "village", str_c(_("Kelurahan")), TABLE_TEXT },
        { "other_kab", str_c(_("The other's district")), TABLE_COUNT }, { "other_family_id", str_c(_("The other's family")), TABLE_COUNT },
        { "other_name", str_c(_("The other's name")), TABLE_TEXT }, { "other_born_on", str_c(_("The other's birth date")), TABLE_DATE },
        { "other_village", str_c(_("The other's kelurahan")), TABLE_TEXT }, { "score", str_c(_("Points")), TABLE_COUNT },
        { "likely", str_c(_("One person?")), TABLE_TEXT }, { "why", str_c(_("Strongest reason")), TABLE_TEXT } };
    TableHead head = { .name = "ganda", .title = str_c(_("Persons who stand twice")), .kab = v->filter.kab, .area = v->area_name, .filter = v->tab->title,
                       .columns = columns, .column_n = sizeof columns / sizeof *columns };
    TableWriter *w;
    if (!both_may_show(r, res, "export", &v->list)) return true;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    if (duplicates_rows(v, w, e)) return table_answer(r, res, &head, format, w, e);
    table_abort(w);
    return false;
}

static bool duplicates_get(Request *r, Response *res, Err *e) {
    DuplicatesView *v = NEW(r->arena, DuplicatesView, 1);
    TableFormat format;
    bool is_file;
    Db *db;
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !duplicates_fill(r, db, v, is_file, e)) return false;
    if (is_file) return duplicates_file(r, res, v, format, e);
    if (!both_may_show(r, res, "duplicates", &v->list)) return true;
    if (v->is_running) response_header(r, res, "Refresh", STR("2"));
    Page page = page_begin(r);
    duplicates_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Persons who stand twice")), .nav = "/duplicates" }, &page, e);
}

static bool find_post(Request *r, Response *res, Err *e) {
    int64_t kab;
    if (!str_int64(form_text(r, "kab"), &kab)) return fail(e, BAD_INPUT, "Say which district is to be compared.");
    JobOrder order = { .kind = JOB_COMPARE, .db_url = server_options(r->server)->db_url, .kab = kab, .actor_id = web_viewer(r)->user_id, .actor = *web_viewer(r) };
    if (!authority_require(web_viewer(r), ACTION_EDIT, kab, e) || !job_start(&order, e)) return false;
    job_wait(JOB_COMPARE, kab, &(Hash){ 0 }, 0, JOB_QUICK_MS);
    response_redirect(r, res, url_path(r->arena, "/duplicates?kab=%lld", (long long)kab));
    return true;
}

// ---- two entries side by side ----------------------------------------------------------------------------------------
static PairKey key_of(const Request *r) {
    return (PairKey){ param_int(r, "kab"), param_int(r, "person_id"), param_int(r, "other_kab_id"), param_int(r, "other_person_id") };
}

static Str date_words(Arena *a, Date day) {
    Buf b = { .max = 100 };
    if (date_is_known(day)) date_put_local(&b, day);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static Str home_words(Arena *a, const PairPerson *p) {
    return p->rt.n ? arena_fmt(a, "%.*s RT %.*s RW %.*s", STR_ARG(p->address), STR_ARG(p->rt), STR_ARG(p->rw)) : p->address;
}

static Str sex_words(Str sex) { return str_eq(sex, STR("L")) ? str_c(_("Male")) : str_eq(sex, STR("P")) ? str_c(_("Female")) : sex; }
static Str yes_or_no(bool is_so) { return str_c(is_so ? _("Yes") : _("No")); }

// What is told of an entry, in the order of PAIR_LINES.
static void person_words(Arena *a, const PairPerson *p, Str village, Str out[PAIR_LINES]) {
    const Str words[PAIR_LINES] = { p->name, date_words(a, p->born_on), p->birth_place, sex_words(p->sex), p->mother_name, p->relation, p->school_level,
                                    home_words(a, p), village, yes_or_no(p->has_nik), yes_or_no(p->is_payee), arena_fmt(a, "%lld", (long long)p->member_n) };
    memcpy(out, words, sizeof words);
}

static const struct { const char *label, *name; unsigned take; } LINES[PAIR_LINES] = {
    { N_("Name"), "name", TAKE_NAME }, { N_("Birth date"), "born_on", TAKE_BORN_ON }, { N_("Born in"), "birth_place", TAKE_BIRTH_PLACE },
    { N_("Sex"), "sex", TAKE_SEX }, { N_("Mother's name"), "mother_name", TAKE_MOTHER_NAME }, { N_("Place in the family"), NULL, 0 }, { N_("School level"), NULL, 0 },
    { N_("Address"), NULL, 0 }, { N_("Kelurahan"), NULL, 0 }, { N_("Has a NIK"), NULL, 0 }, { N_("Receives the family's money"), NULL, 0 },
    { N_("Members of the family"), NULL, 0 },
};

static void lines_fill(Arena *a, PairView *v) {
    Str words[2][PAIR_LINES];
    for (int k = 0; k < 2; k++) person_words(a, &v->pair.side[k], v->village[k], words[k]);
    for (size_t i = 0; i < PAIR_LINES; i++)
        v->lines[i] = (PairLine){ .label = str_c(tr(LINES[i].label)), .value = { words[0][i], words[1][i] }, .take = LINES[i].take, .name = LINES[i].name,
                                  .differs = !str_eq(words[0][i], words[1][i]) };
    v->line_n = PAIR_LINES;
}

static bool request_fill(Request *r, Db *db, PairView *v, Err *e) {
    Arena *a = r->arena;
    const PairDetail *p = &v->pair;
    int64_t giver_id;
    User maker;
    Merge wish = { .key = p->key, .keeps_other = p->wish_keeps_other };
    if (!merge_asked(db, a, p->key, &v->request, &v->has_request, e)) return false;
    if (!v->has_request) return true;
    if (!take_read(p->wish_taken, &wish.take, e) || !merge_preview(db, a, web_sight(r), &wish, &v->wish, e) ||
        !approval_may_sign(db, web_viewer(r), &v->request, r->received_at, &v->may_sign, &giver_id, e) || !user_read(db, a, v->request.maker_id, &maker, e)) return false;
    v->maker_name = maker.name;
    v->may_edit = v->may_edit && v->request.maker_id == web_viewer(r)->user_id;
    return true;
}

static bool pair_fill(Request *r, Db *db, PairView *v, Err *e) {
    const Viewer *viewer = web_viewer(r);
    Areas none = { .n = 0 };
    PairKey key = key_of(r);
    if (!duplicate_read(db, r->arena, web_sight(r), key, &v->pair, e)) return false;
    for (int k = 0; k < 2; k++) if (!village_name(db, r->arena, &none, v->pair.side[k].village_id, &v->village[k], e)) return false;
    lines_fill(r->arena, v);
    v->here = pair_url(r->arena, key, "");
    v->prefers_other = v->pair.side[1].has_nik && !v->pair.side[0].has_nik;
    v->may_edit = authority_allows(viewer, ACTION_EDIT, key.kab) && authority_allows(viewer, ACTION_EDIT, key.other_kab);
    return request_fill(r, db, v, e);
}

static bool pair_show(Request *r, Response *res, Db *db, PairView *v, Err *e) {
    if (!pair_fill(r, db, v, e)) return false;
    if (!pair_may_show(r, res, &v->pair)) return true;
    Page page = page_begin(r);
    pair_page(&page, v);
    PageHead head = { .title = str_c(_("One person or two?")), .nav = "/duplicates", .crumbs = { { "/duplicates", str_c(_("Persons who stand twice")) } } };
    return page_end(r, res, head, &page, e);
}

static bool pair_get(Request *r, Response *res, Err *e) {
    Db *db;
    return request_db_read(r, &db, e) && db_begin_read(db, e) && pair_show(r, res, db, NEW(r->arena, PairView, 1), e);
}

// A refusal in words above the page, which is shown as it is now.
static bool pair_refused(Request *r, Response *res, Db *db, const Err *refused, Err *e) {
    PairView *v = NEW(r->arena, PairView, 1);
    db_rollback(db);
    if (refused->code != FORBIDDEN && refused->code != BUSY && refused->code != CONFLICT && refused->code != BAD_INPUT) { *e = *refused; return false; }
    v->fault = arena_str(r->arena, str_c(refused->text));
    res->status = err_http_status(refused->code);
    return db_begin_read(db, e) && pair_show(r, res, db, v, e);
}

static bool decide_post(Request *r, Response *res, Err *e) {
    PairDecision decision = { .key = key_of(r), .note = form_text(r, "note") };
    Str what = form_text(r, "do");
    Err refused = { 0 };
    Db *db;
    decision.is_later = str_eq(what, STR("later"));
    if (!decision.is_later && !pair_state_find(what, &decision.state)) return fail(e, BAD_INPUT, "The page is out of date. Load it again.");
    if (!request_db_write(r, &db, e)) return false;
    if (!duplicate_decide(db, web_viewer(r), &decision, r->received_at, &refused)) return pair_refused(r, res, db, &refused, e);
    response_redirect(r, res, pair_url(r->arena, decision.key, ""));
    return true;
}

// ---- merging ---------------------------------------------------------------------------------------------------------
static bool choice_read(const Fields *f, PairKey key, Merge *out, Err *e) {
    *out = (Merge){ .key = key, .keeps_other = str_eq(fields_get(f, "keep"), STR("other")) };
    for (size_t i = 0; i < f->n; i++) {
        unsigned take = 0;
        if (!str_eq(f->items[i].name, STR("take"))) continue;
        if (!take_read(f->items[i].value, &take, e)) return false;
        out->take |= take;
    }
    return true;
}

static void merge_lines(Arena *a, MergeView *v) {
    Str kept[PAIR_LINES];
    person_words(a, &v->preview.kept, v->of.village[v->merge.keeps_other], kept);
    for (size_t i = 0; i < PAIR_LINES; i++) {
        bool is_taken = v->of.lines[i].take & v->merge.take;
        v->lines[i] = (PairLine){ .label = v->of.lines[i].label, .value = { kept[i], str_c(is_taken ? _("the entry that goes") : _("the entry that stays")) } };
    }
    v->line_n = PAIR_LINES;
}

static bool merge_get(Request *r, Response *res, Err *e) {
    MergeView *v = NEW(r->arena, MergeView, 1);
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !pair_fill(r, db, &v->of, e) || !choice_read(&r->query, v->of.pair.key, &v->merge, e) ||
        !merge_preview(db, r->arena, web_sight(r), &v->merge, &v->preview, e)) return false;
    merge_lines(r->arena, v);
    if (!pair_may_show(r, res, &v->of.pair)) return true;
    Page page = page_begin(r);
    merge_page(&page, v);
    PageHead head = { .title = str_c(_("Merge two entries")), .nav = "/duplicates", .crumbs = { { "/duplicates", str_c(_("Persons who stand twice")) } } };
    return page_end(r, res, head, &page, e);
}

static bool merge_post(Request *r, Response *res, Err *e) {
    Merge merge;
    ApprovalRequest request;
    bool is_new;
    Err refused = { 0 };
    Db *db;
    if (!choice_read(&r->form, key_of(r), &merge, e) || !request_db_write(r, &db, e)) return false;
    if (!merge_ask(db, r->arena, web_viewer(r), &merge, r->received_at, &request, &is_new, &refused)) return pair_refused(r, res, db, &refused, e);
    response_redirect(r, res, pair_url(r->arena, merge.key, ""));
    return true;
}

static bool sign(Request *r, Response *res, Db *db, Err *e) {
    Hash seen;
    MergeResult result;
    if (!hash_parse_hex(form_text(r, "hash"), &seen)) return fail(e, BAD_INPUT, "The page is out of date. Load it again.");
    return web_confirm(r, res, db, e) && merge_sign(db, r->arena, web_viewer(r), key_of(r), &seen, r->received_at, &result, e);
}

static bool sign_post(Request *r, Response *res, Err *e) {
    Err refused = { 0 };
    PairDetail seen;
    Db *db;
    if (!request_db_write(r, &db, e) || !duplicate_read(db, r->arena, web_sight(r), key_of(r), &seen, e)) return false;
    if (!sign(r, res, db, &refused)) return pair_refused(r, res, db, &refused, e);
    response_redirect(r, res, pair_url(r->arena, key_of(r), ""));
    return true;
}

static bool refuse_post(Request *r, Response *res, Err *e) {
    Err refused = { 0 };
    PairDetail seen;
    Db *db;
    if (!request_db_write(r, &db, e) || !duplicate_read(db, r->arena, web_sight(r), key_of(r), &seen, e)) return false;
    if (!merge_refuse(db, r->arena, web_viewer(r), key_of(r), form_text(r, "reason"), r->received_at, &refused)) return pair_refused(r, res, db, &refused, e);
    response_redirect(r, res, pair_url(r->arena, key_of(r), ""));
    return true;
}

static bool undo_post(Request *r, Response *res, Err *e) {
    Err refused = { 0 };
    PairDetail pair;
    Db *db;
    if (!request_db_write(r, &db, e) || !duplicate_read(db, r->arena, web_sight(r), key_of(r), &pair, e)) return false;
    if (pair.merge_id && !merge_undo(db, web_viewer(r), pair.merge_kab, pair.merge_id, r->received_at, &refused)) return pair_refused(r, res, db, &refused, e);
    response_redirect(r, res, pair_url(r->arena, key_of(r), ""));
    return true;
}

#define PAIR "/duplicates/{kab}/{person_id}/{other_kab_id}/{other_person_id}"
const Route DUPLICATES_ROUTES[] = {
    { "GET",  "/duplicates",      "read", duplicates_get },
    { "POST", "/duplicates/find", "edit", find_post },
    { "GET",  PAIR,               "read", pair_get },
    { "POST", PAIR,               "edit", decide_post },
    { "GET",  PAIR "/merge",      "read", merge_get },
    { "POST", PAIR "/merge",      "edit", merge_post },
    { "POST", PAIR "/sign",       "read", sign_post },
    { "POST", PAIR "/refuse",     "read", refuse_post },
    { "POST", PAIR "/undo",       "edit", undo_post },
    {0} };
