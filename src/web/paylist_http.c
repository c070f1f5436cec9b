// paylist_http.c: pages of the Ministry's pay list. A file is kept under the hash of its bytes, so that its refused rows can be given
// back, and read while the sender waits; what counts and what was decided is in the database, so that pressing twice changes nothing.
#include "web/paylist.h"
#include "web/import.h"
#include "web/table_http.h"
#include "web_paylist.page.h"
#include <unistd.h>

#define TRAY_ROWS 25                   // each with a form of its own: more would be a page too heavy

const char *compare_colour(CompareKind kind) {
    static const char *const COLOURS[COMPARE_N] = { [COMPARE_SAME] = "green", [COMPARE_AMOUNT] = "amber", [COMPARE_THEIRS] = "blue", [COMPARE_OURS] = "red", [COMPARE_ZERO] = "red", [COMPARE_OLD] = "amber" };
    return COLOURS[kind] ? COLOURS[kind] : "";
}

Str paylist_field_label(Str field) {
    static const char *const LABELS[PAYLIST_COLUMNS_N] = {
        [PAYLIST_CODE] = N_("DTKS number (iddtks)"), [PAYLIST_KK] = N_("KK number"), [PAYLIST_NIK] = N_("NIK number"), [PAYLIST_NAME] = N_("Name"), [PAYLIST_PROVINCE] = N_("Province"),
        [PAYLIST_DISTRICT] = N_("District"), [PAYLIST_KECAMATAN] = N_("Kecamatan"), [PAYLIST_VILLAGE] = N_("Kelurahan or desa"), [PAYLIST_AREA] = N_("Area code"),
        [PAYLIST_PERIOD] = N_("Stage"), [PAYLIST_PROGRAMME] = N_("Programme"), [PAYLIST_BANK] = N_("Bank"), [PAYLIST_ACCOUNT] = N_("Account"), [PAYLIST_ADDRESS] = N_("Address"),
        [PAYLIST_RT] = N_("RT number"), [PAYLIST_RW] = N_("RW number"), [PAYLIST_HAMLET] = N_("Hamlet"), [PAYLIST_WAVE] = N_("Wave"), [PAYLIST_AMOUNT] = N_("Amount"),
        [PAYLIST_NOTE] = N_("Remark"),
    };
    for (int i = 0; i < PAYLIST_COLUMNS_N; i++) {
        Str names = str_c(PAYLIST_COLUMNS[i].names);
        if (str_eq(field, str_cut(&names, '|'))) return str_c(tr(LABELS[i]));
    }
    if (str_eq(field, STR("berkas"))) return str_c(_("Whole file"));
    return str_eq(field, STR("baris")) ? str_c(_("Whole row")) : field;
}

Str paylist_keys_text(Arena *a, int64_t bits) {
    Buf b = { .max = 200 };
    paylist_keys_put(&b, bits);
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

// What a person may mend by looking again or typing otherwise stays on the page; everything else is an answer of its own.
static bool is_told_on_page(ErrCode code) { return code == FORBIDDEN || code == BUSY || code == CONFLICT || code == BAD_INPUT || code == NOT_FOUND || code == LIMIT; }

static Url paylist_url(Request *r, int64_t kab, Str stage) { return url_with(r->arena, url_path(r->arena, "/paylist?kab=%lld", (long long)kab), "stage", stage); }

// ---- the comparison ----------------------------------------------------------------------------------------------------
// Stages that were closed, and those that have a list.
static bool stages_fill(Request *r, Db *db, PaylistView *v, Err *e) {
    Str *listed, asked = fields_has(&r->form, "stage") ? form_text(r, "stage") : query_text(r, "stage");
    size_t n;
    if (!web_stages(r, db, v->kab, &v->stages, e) || !paylist_stages(db, r->arena, v->kab, &listed, &n, e)) return false;
    Str *all = NEW(r->arena, Str, v->stages.n + n + 1);
    size_t all_n = v->stages.n;
    if (all_n) memcpy(all, v->stages.at, all_n * sizeof *all);
    for (size_t i = 0; i < n; i++) {
        size_t k = 0;
        while (k < all_n && !str_eq(all[k], listed[i])) k++;
        if (k == all_n) all[all_n++] = listed[i];
    }
    v->stage = v->stages.chosen;
    for (size_t i = 0; i < all_n; i++) if (str_eq(all[i], asked)) v->stage = all[i];
    if (!v->stage.n && all_n) v->stage = all[0];
    v->stages = (Stages){ all, all_n, v->stage };
    return true;
}

typedef struct { PaylistView *v; Comparison *c; Arena *arena; int64_t seen_n; } Showing;
static bool line_take(void *with, const CompareRow *row, Err *e) {
    Showing *s = with;
    int64_t at = s->seen_n++;
    (void)e;
    if (at < list_offset(&s->v->list) || at >= list_last(&s->v->list)) return true;
    PaylistLine *line = &s->v->lines[s->v->line_n++];
    line->row = *row;
    line->row.their_channel = arena_str(s->arena, row->their_channel);
    return true;
}

static bool lines_fill(Request *r, Comparison *c, PaylistView *v, Err *e) {
    Showing s = { v, c, r->arena, 0 };
    v->lines = NEW(r->arena, PaylistLine, v->list.rows_n + 1);
    if (!compare_each(c, &v->filter, line_take, &s, e)) return false;
    for (size_t i = 0; i < v->line_n; i++) if (!compare_words(c, r->arena, &v->lines[i].row, &v->lines[i].words, e)) return false;
    return true;
}

static void kinds_fill(PaylistView *v) {
    for (int k = 0; k < COMPARE_N; k++) {
        bool is_chosen = v->filter.kinds >> k & 1;
        if (v->sums.kind[k].n || is_chosen) v->kinds[v->kind_n++] = (PaylistKindRow){ (CompareKind)k, v->sums.kind[k], is_chosen };
    }
}

static bool comparison_open(Request *r, Db *db, PaylistView *v, Comparison **c, Err *e) {
    Err why = { 0 };
    CompareKind kind;
    v->filter = (CompareFilter){ .village_id = query_int(r, "village", 0), .companion_id = query_int(r, "companion", 0) };
    if (compare_find(query_text(r, "kind"), &kind)) v->filter.kinds = 1u << kind;
    v->has_sums = v->stage.n && compare_open(db, r->arena, web_sight(r), v->kab, v->stage, c, &why);
    if (why.code == NOT_FOUND) v->trouble = arena_str(r->arena, str_c(why.text));
    return v->has_sums || why.code == NOT_FOUND || why.code == ERR_NONE || fail(e, why.code, "%s", why.text);
}

// Counts stand for every kind; the rows only for the chosen one.
static bool sums_fill(Request *r, Comparison *c, PaylistView *v, Err *e) {
    CompareFilter all = v->filter;
    all.kinds = 0;
    if (!compare_sums(c, &all, &v->sums, e)) return false;
    kinds_fill(v);
    int64_t total_n = 0;
    for (int k = 0; k < COMPARE_TRAY; k++) if (!v->filter.kinds || v->filter.kinds >> k & 1) total_n += v->sums.kind[k].n;
    v->list = list_of(r, total_n);
    return lines_fill(r, c, v, e);
}

static bool paylist_file(Request *r, Response *res, Comparison *c, const PaylistView *v, TableFormat format, Err *e) {
    TableColumn columns[COMPARE_COLUMNS];
    TableHead head = { .name = "daftar-bayar", .title = str_c(_("Ministry's pay list beside our closing")), .kab = v->kab, .area = v->area_name, .stage = v->stage, .columns = columns,
                       .column_n = COMPARE_COLUMNS };
    TableWriter *w;
    int64_t *ids;
    size_t n;
    compare_columns(columns);
    if (v->filter.companion_id) head.filter = compare_companion(c, v->filter.companion_id);
    if (!compare_ids(c, &v->filter, r->arena, &ids, &n, e)) return false;
    if (!web_may_show(r, res, "export", v->kab, ids, n)) return true;
    if (!table_answer_open(r, &head, format, &w, e)) return false;
    if (compare_write(c, &v->filter, w, e)) return table_answer(r, res, &head, format, w, e);
    table_abort(w);
    return false;
}

static bool view_fill(Request *r, Db *db, PaylistView *v, Err *e) {
    ApprovalRequest request;
    Area area;
    bool found;
    int64_t most = server_options(r->server)->upload_max;
    Sight sight = web_sight(r);
    if (!web_kab(r, db, &v->kab, e) || !stages_fill(r, db, v, e) || !area_read(db, r->arena, v->kab, &area, &found, e)) return false;
    v->area_name = found ? area.name : STR("");
    v->is_own_only = sight_is_own_only(&sight);
    v->upload_max_mb = (most ? most : UPLOAD_MAX) >> 20;
    v->may_import = authority_allows(web_viewer(r), ACTION_IMPORT, v->kab);
    v->may_mode = authority_allows(web_viewer(r), ACTION_SIGN_FIRST, v->kab);
    return paylist_mode_read(db, v->kab, v->stage, &v->mode, e) && paylist_mode_open(db, r->arena, v->kab, v->stage, &request, &v->asked, &v->is_asked, e) &&
           paylist_list(db, r->arena, sight, v->kab, v->stage, &v->lists, e);
}

static bool paylist_show(Request *r, Response *res, PaylistView *v, Err *e) {
    TableFormat format;
    bool is_file;
    Db *db;
    Comparison *c;
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !view_fill(r, db, v, e) || !comparison_open(r, db, v, &c, e)) return false;
    if (is_file && v->has_sums) return paylist_file(r, res, c, v, format, e);
    if (is_file) return fail(e, NOT_FOUND, STR_FMT, STR_ARG(v->trouble));
    if (v->has_sums && !sums_fill(r, c, v, e)) return false;
    int64_t *ids = NEW(r->arena, int64_t, v->line_n + 1);
    for (size_t i = 0; i < v->line_n; i++) ids[i] = v->lines[i].row.family_id;
    if (!web_may_show(r, res, "list", v->kab, ids, v->line_n)) return true;
    Page page = page_begin(r);
    paylist_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Pay list")), .nav = "/paylist" }, &page, e);
}

static bool paylist_get(Request *r, Response *res, Err *e) { return paylist_show(r, res, NEW(r->arena, PaylistView, 1), e); }

// ---- a file is sent ----------------------------------------------------------------------------------------------------
static bool told(Request *r, Response *res, Err *found, Err *e) {
    if (!is_told_on_page(found->code)) return fail(e, found->code, "%s", found->text);
    PaylistView *v = NEW(r->arena, PaylistView, 1);
    v->fault = arena_str(r->arena, str_c(found->text));
    res->status = err_http_status(found->code);
    return paylist_show(r, res, v, e);
}

// What a person said about the columns: only what differs from what is found.
static void columns_said(Request *r, Db *db, PaylistFile *file) {
    HeaderChoice *map = NEW(r->arena, HeaderChoice, PAYLIST_COLUMNS_N);
    PaylistLook look = { .titles = { NULL, 0 } };
    Err ignored = { 0 };
    if (!paylist_look(db, r->arena, file, &look, &ignored)) return;
    for (int i = 0; i < PAYLIST_COLUMNS_N; i++) {
        Str names = str_c(PAYLIST_COLUMNS[i].names), field = str_cut(&names, '|');
        const char *name = arena_fmt(r->arena, "map-%.*s", STR_ARG(field)).p;
        Str title = str_trim(form_text(r, name));
        if (!fields_has(&r->form, name) || str_eq(title, look.column[i])) continue;
        map[file->map.n++] = (HeaderChoice){ field, title.n ? title : STR("-"), false };
    }
    file->map.at = map;
}

// The form in which a person shows which title is which; none for a file that has no titles.
static bool columns_ask(Request *r, Db *db, const PaylistFile *file, const Hash *hash, PaylistView *v, Err *e) {
    PaylistLook look;
    if (!paylist_look(db, r->arena, file, &look, e)) return false;
    if (look.titles.n < 2) return true;
    v->choose = NEW(r->arena, PaylistColumns, 1);
    *v->choose = (PaylistColumns){ .hash_text = upload_hash_text(r->arena, hash), .name = file->name, .stage = file->stage, .reason = file->reason, .titles = look.titles };
    for (int i = 0; i < PAYLIST_COLUMNS_N; i++) {
        Str names = str_c(PAYLIST_COLUMNS[i].names), field = str_cut(&names, '|');
        v->choose->columns[i] = (PaylistColumnRow){ field, paylist_field_label(field), look.column[i], PAYLIST_COLUMNS[i].is_required };
    }
    return true;
}

// The file sent now, or the one sent before whose columns are shown now.
static bool file_of(Request *r, Db *db, int64_t kab, PaylistFile *out, Hash *hash, Err *found, Err *e) {
    int64_t low, high;
    Str kept = form_text(r, "hash");
    authority_area(web_viewer(r), &low, &high);
    *out = (PaylistFile){ .kab = low == high ? kab : 0, .usual_kab = kab, .stage = form_text(r, "stage"), .reason = str_trim(form_text(r, "reason")), .name = form_text(r, "name") };
    if (kept.n && hash_parse_hex(kept, hash)) {
        out->path = upload_kept_path(r, 0, hash);
        if (access(out->path, R_OK) != 0) return fail(found, NOT_FOUND, "There is no such file. Send it again.");
        columns_said(r, db, out);
        return true;
    }
    if (!r->upload || r->upload->bytes_n == 0) return fail(found, BAD_INPUT, "No file was chosen.");
    *hash = r->upload->hash;
    out->name = r->upload->name;
    out->path = upload_kept_path(r, 0, hash);
    return upload_keep(r, 0, e);
}

static bool paylist_post(Request *r, Response *res, Err *e) {
    Db *db;
    int64_t kab;
    Hash hash;
    Err found = { 0 };
    PaylistFile file;
    PaylistView *v = NEW(r->arena, PaylistView, 1);
    if (!request_db_write(r, &db, e) || !web_kab(r, db, &kab, e)) return false;
    if (!file_of(r, db, kab, &file, &hash, &found, e)) return !e->code && told(r, res, &found, e);
    if (!paylist_read_shares(db, r->arena, web_viewer(r), &file, r->received_at, NULL, &v->shares, &found)) {
        if (!is_told_on_page(found.code)) return fail(e, found.code, "%s", found.text);
        if (found.code == BAD_INPUT && !columns_ask(r, db, &file, &hash, v, e)) return false;
        *v = (PaylistView){ .fault = arena_str(r->arena, str_c(found.text)), .choose = v->choose };
        res->status = err_http_status(found.code);
        return paylist_show(r, res, v, e);
    }
    if (v->shares.n > 1) return paylist_show(r, res, v, e);
    const Paylist *list = &v->shares.at[0].read.list;
    if (list->refused_n || list->is_alarming) response_redirect(r, res, url_path(r->arena, "/paylist/%lld/%lld", (long long)list->kab, (long long)list->id));
    else response_redirect(r, res, paylist_url(r, kab, file.stage));
    return true;
}

// ---- one file: what was found, and its refused rows -----------------------------------------------------------------------
static bool file_show(Request *r, Response *res, PaylistFileView *v, Err *e) {
    Db *db;
    int64_t id = param_int(r, "id"), total_n;
    Sight sight = web_sight(r);
    v->kab = param_int(r, "kab");
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !paylist_of(db, r->arena, sight, v->kab, id, &v->list, e) || !paylist_count_findings(db, sight, v->kab, id, &total_n, e)) return false;
    v->pages = list_of(r, total_n);
    if (!paylist_findings(db, r->arena, sight, v->kab, id, list_offset(&v->pages), v->pages.rows_n, &v->findings, &v->n, e)) return false;
    v->has_file = access(upload_kept_path(r, 0, &v->list.file_hash), R_OK) == 0;
    v->may_mend = authority_allows(web_viewer(r), ACTION_IMPORT, v->kab) && (v->list.state == PAYLIST_LIVE || v->list.state == PAYLIST_STAGED);
    if (v->n && !web_may_show_file(r, res, v->kab)) return true;         // a finding quotes somebody's cell
    Page page = page_begin(r);
    paylist_file_page(&page, v);
    PageHead head = { .title = v->list.file_name, .nav = "/paylist", .crumbs = { { "/paylist", str_c(_("Pay list")) } } };
    return page_end(r, res, head, &page, e);
}

static bool file_get(Request *r, Response *res, Err *e) { return file_show(r, res, NEW(r->arena, PaylistFileView, 1), e); }

static bool rejects_get(Request *r, Response *res, Err *e) {
    Db *db;
    Paylist list;
    TableFormat format = TABLE_CSV;
    TableWriter *w;
    bool is_asked;
    int64_t kab = param_int(r, "kab"), id = param_int(r, "id");
    if (!table_asked(r, &is_asked, &format, e) || !request_db_read(r, &db, e) || !paylist_of(db, r->arena, web_sight(r), kab, id, &list, e)) return false;
    if (!web_may_show_file(r, res, kab)) return true;
    PaylistRefused refused = { db, web_sight(r), kab, id, upload_kept_path(r, 0, &list.file_hash) };
    TableHead head = { .name = "perbaiki", .title = str_c(_("Refused rows to mend")), .kab = kab, .stage = list.stage };
    return paylist_open_rejects(&refused, r->arena, format, head.title, &w, e) && table_answer(r, res, &head, format, w, e);
}

static bool mend_post(Request *r, Response *res, Err *e) {
    Db *db;
    Err found = { 0 };
    Paylist list;
    PaylistMended done;
    PaylistMend mend = { .kab = param_int(r, "kab"), .list_id = param_int(r, "id") };
    if (!request_db_write(r, &db, e) || !paylist_of(db, r->arena, web_sight(r), mend.kab, mend.list_id, &list, e)) return false;
    if (!r->upload || r->upload->bytes_n == 0) (void)fail(&found, BAD_INPUT, "No file was chosen.");
    else {
        mend.path = r->upload->path;
        mend.name = r->upload->name;
        if (paylist_mend(db, r->arena, web_viewer(r), &mend, r->received_at, &done, &found)) {
            response_redirect(r, res, url_path(r->arena, "/paylist/%lld/%lld", (long long)mend.kab, (long long)mend.list_id));
            return true;
        }
    }
    if (!is_told_on_page(found.code)) return fail(e, found.code, "%s", found.text);
    PaylistFileView *v = NEW(r->arena, PaylistFileView, 1);
    v->fault = arena_str(r->arena, str_c(found.text));
    res->status = err_http_status(found.code);
    return file_show(r, res, v, e);
}

static bool mode_post(Request *r, Response *res, Err *e) {
    Db *db;
    int64_t kab;
    StageMode mode;
    bool is_done;
    Err found = { 0 };
    if (!request_db_write(r, &db, e) || !web_kab(r, db, &kab, e)) return false;
    if (!stage_mode_find(form_text(r, "mode"), &mode)) return fail(e, BAD_INPUT, "\"%.*s\" is neither ours nor ministry.", STR_ARG(form_text(r, "mode")));
    if (!paylist_mode_ask(db, r->arena, web_viewer(r), kab, form_text(r, "stage"), mode, r->received_at, &is_done, &found)) return told(r, res, &found, e);
    response_redirect(r, res, paylist_url(r, kab, form_text(r, "stage")));
    return true;
}

// ---- the tray ------------------------------------------------------------------------------------------------------------
// Whoever is only in the list is no family here, and stands as number 0.
static bool tray_may_show(Request *r, Response *res, const TrayView *v) {
    int64_t *ids = NEW(r->arena, int64_t, TRAY_CANDIDATES_MAX * v->rows.n + 1);
    size_t n = v->rows.n > 0;              // the arena's zero
    for (size_t i = 0; i < v->rows.n; i++) for (size_t k = 0; k < v->rows.at[i].candidate_n; k++) ids[n++] = v->rows.at[i].candidates[k].family_id;
    return web_may_show(r, res, "list", v->kab, ids, n);
}

static bool tray_show(Request *r, Response *res, TrayView *v, Err *e) {
    Db *db;
    PaylistView *stages = NEW(r->arena, PaylistView, 1);
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !web_kab(r, db, &v->kab, e)) return false;
    stages->kab = v->kab;
    if (!stages_fill(r, db, stages, e)) return false;
    if (!v->stage.n) v->stage = stages->stage;
    v->is_decided = query_int(r, "decided", 0) == 1;
    v->may_decide = authority_allows(web_viewer(r), ACTION_EDIT, v->kab);
    TrayFilter filter = { .is_decided = v->is_decided };
    if (!tray_list(db, r->arena, web_sight(r), v->kab, v->stage, &filter, &v->rows, e)) return false;
    v->list = list_of(r, v->rows.all_n);
    v->list.rows_n = TRAY_ROWS;
    int64_t last_page_n = (v->rows.all_n + TRAY_ROWS - 1) / TRAY_ROWS;
    if (v->list.page_n > last_page_n) v->list.page_n = last_page_n > 0 ? last_page_n : 1;
    filter.limit_n = TRAY_ROWS;
    filter.offset_n = list_offset(&v->list);
    if (!tray_list(db, r->arena, web_sight(r), v->kab, v->stage, &filter, &v->rows, e)) return false;
    if (!tray_may_show(r, res, v)) return true;
    Page page = page_begin(r);
    tray_page(&page, v);
    PageHead head = { .title = str_c(_("Tray of the pay list")), .nav = "/paylist", .crumbs = { { "/paylist", str_c(_("Pay list")) } } };
    return page_end(r, res, head, &page, e);
}

static bool tray_get(Request *r, Response *res, Err *e) { return tray_show(r, res, NEW(r->arena, TrayView, 1), e); }

static bool tray_post(Request *r, Response *res, Err *e) {
    Db *db;
    int64_t kab;
    Err found = { 0 };
    TraySay say = { .reason = form_text(r, "reason") };
    if (!request_db_write(r, &db, e) || !web_kab(r, db, &kab, e)) return false;
    say.kab = kab;
    if (!str_int64(form_text(r, "list"), &say.list_id) || !str_int64(form_text(r, "row"), &say.row_n) || !tray_decision_find(form_text(r, "decision"), &say.decision))
        return fail(e, BAD_INPUT, "The page is out of date. Load it again.");
    bool is_number = str_int64(str_trim(form_text(r, "family")), &say.family_id);
    if (say.decision == TRAY_FAMILY && !is_number) (void)fail(&found, BAD_INPUT, "Put the number of the family that the row means.");
    if (!found.code && tray_say(db, web_viewer(r), &say, r->received_at, &found)) {
        response_redirect(r, res, url_with(r->arena, url_path(r->arena, "/paylist/tray?kab=%lld", (long long)kab), "stage", form_text(r, "stage")));
        return true;
    }
    if (!is_told_on_page(found.code)) return fail(e, found.code, "%s", found.text);
    TrayView *v = NEW(r->arena, TrayView, 1);
    *v = (TrayView){ .fault = arena_str(r->arena, str_c(found.text)), .reason = say.reason, .list_id = say.list_id, .row_n = say.row_n, .stage = form_text(r, "stage") };
    res->status = err_http_status(found.code);
    return tray_show(r, res, v, e);
}

const Route PAYLIST_ROUTES[] = {
    { "GET",  "/paylist",      "read read_own", paylist_get },
    { "POST", "/paylist",      "import",        paylist_post },
    { "POST", "/paylist/mode", "sign",          mode_post },
    { "GET",  "/paylist/tray", "read",          tray_get },
    { "POST", "/paylist/tray", "edit",          tray_post },
    { "GET",  "/paylist/{kab}/{id}",         "read",   file_get },
    { "GET",  "/paylist/{kab}/{id}/rejects", "import", rejects_get },
    { "POST", "/paylist/{kab}/{id}/mend",    "import", mend_post },
    {0} };
