// import_http.c: the wizard. A file is sent to the folder for uploads under the hash of its bytes; everything after that names it so.
// It is looked at, read (staged) and applied; nothing of the registry changes before the last step, which happens once whoever
// clicks how often.
#include "web/import.h"
#include "office/change.h"
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "office/user.h"
#include "registry/import_read.h"
#include "web/table_http.h"
#include "web_import.page.h"

const char *const IMPORT_UPLOAD_PATHS[] = { "/import", "/paylist", "/paylist/{kab}/{id}/mend", "/forms/in", "/training/{kab}/{id}/list", "/training/bank/list", NULL };

// ---- words ---------------------------------------------------------------------------------------------------------------------
static const struct { const char *state, *title, *colour; } STATES[] = {
    { "staging", N_("Reading was interrupted"), "amber" }, { "staged", N_("Read, not applied"), "blue" }, { "applied", N_("Applied"), "green" }, { "dropped", N_("Dropped"), "grey" } };

const char *import_state_title(Str state) {
    for (size_t i = 0; i < sizeof STATES / sizeof *STATES; i++) if (str_eq(state, str_c(STATES[i].state))) return tr(STATES[i].title);
    return "";
}
const char *import_state_colour(Str state) {
    for (size_t i = 0; i < sizeof STATES / sizeof *STATES; i++) if (str_eq(state, str_c(STATES[i].state))) return STATES[i].colour;
    return "";
}

const char *import_column_label(DtksColumn column) {
    static const char *const LABELS[DTKS_COLUMNS_N] = {
        [DTKS_CODE] = N_("DTKS number (iddtks)"), [DTKS_PROVINCE] = N_("Province"), [DTKS_DISTRICT] = N_("District"), [DTKS_KECAMATAN] = N_("Kecamatan"),
        [DTKS_VILLAGE] = N_("Kelurahan or desa"), [DTKS_ADDRESS] = N_("Address"), [DTKS_HAMLET] = N_("Hamlet"), [DTKS_RT] = N_("RT number"), [DTKS_RW] = N_("RW number"),
        [DTKS_KK] = N_("KK number"), [DTKS_NIK] = N_("NIK number"), [DTKS_NAME] = N_("Name"), [DTKS_BORN_ON] = N_("Born on"), [DTKS_BIRTH_PLACE] = N_("Born in"),
        [DTKS_SEX] = N_("Sex"), [DTKS_MOTHER] = N_("Mother's name"), [DTKS_RELATION] = N_("Place in the family"),
        [DTKS_DECILE] = N_("Decile"), [DTKS_LIFE] = N_("Alive or dead"),
    };
    return tr(LABELS[column]);
}

Str import_field_label(Str field) {
    for (int i = 0; i < DTKS_COLUMNS_N; i++) if (str_eq(field, dtks_column_name((DtksColumn)i))) return str_c(import_column_label((DtksColumn)i));
    if (str_eq(field, STR("berkas"))) return str_c(_("Whole file"));
    return str_eq(field, STR("baris")) ? str_c(_("Whole row")) : field;
}

const char *const IMPORT_STEPS[IMPORT_STEPS_N] = { N_("Send the file"), N_("Say how it is read"), N_("Look at what was found"), N_("Apply it") };

Str masked(Arena *a, Str number) {
    char *out = NEW(a, char, 3 * number.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < number.n; i++) {
        bool is_shown = i + 4 >= number.n;
        if (is_shown) out[n++] = number.p[i];
        else { memcpy(out + n, "\u2022", 3); n += 3; }
    }
    return (Str){ out, n };
}

Url import_findings_url(Arena *a, int64_t kab, int64_t id, Str field, Str code) {
    Url url = url_with(a, url_path(a, "/import/%lld/%lld/findings", (long long)kab, (long long)id), "field", field);
    return url_with(a, url, "code", code);
}

// ---- what all share ------------------------------------------------------------------------------------------------------------
static bool import_kab(Request *r, Db *db, int64_t *kab, Err *e) {
    if (!web_kab(r, db, kab, e)) return false;
    if (*kab == 0) *kab = web_viewer(r)->kab;              // the first file of a district that has no families yet
    return authority_require(web_viewer(r), ACTION_IMPORT, *kab, e);
}

// The batch of the address, for those who may import in its district; else as if it were not there.
static bool entry_of(Request *r, Db *db, ImportEntry *out, Err *e) {
    int64_t kab = param_int(r, "kab"), id = param_int(r, "id");
    bool found = false;
    if (authority_allows(web_viewer(r), ACTION_IMPORT, kab) && !import_entry_read(db, r->arena, kab, id, out, &found, e)) return false;
    return found || fail(e, NOT_FOUND, "There is no import %lld in district %lld.", (long long)id, (long long)kab);
}

const char *upload_path(Request *r, int64_t kab, Str hash_text) {
    const char *folder = server_options(r->server)->upload_folder;
    if (!folder) return "";
    return kab ? arena_fmt(r->arena, "%s/%lld-%.*s", folder, (long long)kab, STR_ARG(hash_text)).p : arena_fmt(r->arena, "%s/%.*s", folder, STR_ARG(hash_text)).p;
}

Str upload_hash_text(Arena *a, const Hash *hash) {
    Buf b = { .max = 65 };
    hash_put_hex(&b, hash);
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

const char *upload_kept_path(Request *r, int64_t kab, const Hash *hash) { return upload_path(r, kab, upload_hash_text(r->arena, hash)); }

static Str area_name(Db *db, Arena *a, int64_t kab) {
    Area area;
    bool found = false;
    Err ignored = { 0 };
    return area_read(db, a, kab, &area, &found, &ignored) && found ? area.name : arena_fmt(a, "%lld", (long long)kab);
}

static Url import_url(Arena *a, int64_t kab, int64_t id) { return url_path(a, "/import/%lld/%lld", (long long)kab, (long long)id); }

static int64_t upload_max_mb(Request *r) {
    int64_t most = server_options(r->server)->upload_max;
    return (most ? most : UPLOAD_MAX) >> 20;
}

// ---- the list of files, and sending one ----------------------------------------------------------------------------------------
static bool imports_show(Request *r, Response *res, ImportsView *v, Err *e) {
    Db *db;
    int64_t total_n;
    if (!request_db_read(r, &db, e) || !import_kab(r, db, &v->kab, e) || !import_count(db, v->kab, &total_n, e)) return false;
    v->list = list_of(r, total_n);
    v->upload_max_mb = upload_max_mb(r);
    if (!import_list(db, r->arena, v->kab, v->list.rows_n, list_offset(&v->list), &v->entries, &v->entry_n, e)) return false;
    v->area_name = area_name(db, r->arena, v->kab);
    Page page = page_begin(r);
    imports_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Import")), .nav = "/import" }, &page, e);
}

static bool imports_get(Request *r, Response *res, Err *e) { return imports_show(r, res, NEW(r->arena, ImportsView, 1), e); }

bool upload_keep(Request *r, int64_t kab, Err *e) {
    const char *path = upload_kept_path(r, kab, &r->upload->hash);
    if (rename(r->upload->path, path) == 0) return true;
    return fail(e, IO_FAILED, "The file cannot be kept in the folder for uploads: %s.", strerror(errno));
}

static bool imports_post(Request *r, Response *res, Err *e) {
    Db *db;
    int64_t kab;
    if (!request_db_read(r, &db, e) || !import_kab(r, db, &kab, e)) return false;
    if (!r->upload || r->upload->bytes_n == 0) {
        ImportsView *v = NEW(r->arena, ImportsView, 1);
        v->fault = str_c(r->upload ? _("The file is empty. Choose another one.") : _("No file was chosen."));
        res->status = 400;
        return imports_show(r, res, v, e);
    }
    if (!upload_keep(r, kab, e)) return false;
    Url url = url_path(r->arena, "/import/look/%s?kab=%lld", upload_hash_text(r->arena, &r->upload->hash).p, (long long)kab);
    url = url_with(r->arena, url_with(r->arena, url, "source", form_text(r, "source")), "name", r->upload->name);
    response_redirect(r, res, url);
    return true;
}

// ---- looking at it -------------------------------------------------------------------------------------------------------------
static bool hash_of_address(Request *r, Hash *out, Err *e) {
    return hash_parse_hex(param_text(r, "hash"), out) || fail(e, NOT_FOUND, "There is no such file. Send it again.");
}

// What the form says; of the columns only those that a person changed, so that the others are found by their names next time too.
static void choices_of_form(Request *r, const ImportLook *before, ImportChoices *out) {
    HeaderChoice *map = NEW(r->arena, HeaderChoice, DTKS_COLUMNS_N);
    *out = (ImportChoices){ .sheet = form_text(r, "sheet"), .map = { map, 0 }, .is_mending = fields_has(&r->form, "mend"),
                            .fills = fields_has(&r->form, "fills") ? STR("kabupaten_kota,kecamatan,desa_kelurahan") : (Str){ 0 } };
    if (!table_separator_find(form_text(r, "separator"), &out->separator)) out->separator = 0;
    if (!table_encoding_find(form_text(r, "encoding"), &out->encoding)) out->encoding = CSV_DETECT;
    for (int i = 0; i < DTKS_COLUMNS_N; i++) {
        Str field = dtks_column_name((DtksColumn)i);
        const char *name = arena_fmt(r->arena, "map-%.*s", STR_ARG(field)).p;
        Str title = form_text(r, name);
        if (!fields_has(&r->form, name) || str_eq(title, before->column[i])) continue;
        map[out->map.n++] = (HeaderChoice){ field, title.n ? title : STR("-"), false };
    }
}

static ImportFile file_of(Request *r, int64_t kab, Str source, Str name) {
    return (ImportFile){ .kab = kab, .actor_id = web_viewer(r)->user_id, .source = source.n ? source : STR("DTKS"), .path = upload_path(r, kab, param_text(r, "hash")),
                         .name = name, .at = r->received_at };
}

static bool look_fill(Request *r, Db *db, const ImportFile *file, const Hash *hash, ImportLookView *v, Err *e) {
    v->kab = file->kab;
    v->hash_text = param_text(r, "hash");
    v->name = file->name;
    v->source = file->source;
    v->upload_max_mb = upload_max_mb(r);
    v->sheet = file->choices.sheet;
    v->separator = file->choices.separator == '\t' ? STR("tab") : arena_str(r->arena, (Str){ &file->choices.separator, file->choices.separator != 0 });
    v->encoding = file->choices.encoding ? str_c(csv_encoding_name(file->choices.encoding)) : (Str){ 0 };
    v->is_filled = file->choices.fills.n > 0;
    v->is_mending = file->choices.is_mending;
    if (!import_look(db, r->arena, file, &v->look, e)) return false;
    for (int i = 0; i < DTKS_COLUMNS_N; i++)
        v->columns[i] = (ImportColumn){ dtks_column_name((DtksColumn)i), str_c(import_column_label((DtksColumn)i)), v->look.column[i], DTKS_COLUMNS[i].is_required };
    for (size_t k = 0; k < file->choices.map.n; k++)       // what was put stays put, also when it was not found
        for (int i = 0; i < DTKS_COLUMNS_N; i++)
            if (str_eq(v->columns[i].field, file->choices.map.at[k].known)) v->columns[i].title = file->choices.map.at[k].title;
    if (!import_of_content(db, file->kab, hash, v->look.sheet, &v->known_batch_id, e)) return false;
    ImportEntry known;
    bool found = false;
    if (v->known_batch_id && !import_entry_read(db, r->arena, file->kab, v->known_batch_id, &known, &found, e)) return false;
    v->known_state = found ? known.state : (Str){ 0 };
    return true;
}

static bool look_show(Request *r, Response *res, const ImportFile *file, const Hash *hash, Db *db, Err *e) {
    ImportLookView *v = NEW(r->arena, ImportLookView, 1);
    if (!look_fill(r, db, file, hash, v, e)) return false;
    if (!web_may_show_file(r, res, file->kab)) return true;
    Page page = page_begin(r);
    import_look_page(&page, v);
    PageHead head = { .title = v->name.n ? v->name : str_c(_("Import")), .nav = "/import", .crumbs = { { "/import", str_c(_("Import")) } } };
    return page_end(r, res, head, &page, e);
}

static bool look_get(Request *r, Response *res, Err *e) {
    Db *db;
    Hash hash;
    int64_t kab;
    if (!hash_of_address(r, &hash, e) || !request_db_read(r, &db, e) || !import_kab(r, db, &kab, e)) return false;
    ImportFile file = file_of(r, kab, query_text(r, "source"), query_text(r, "name"));
    return look_show(r, res, &file, &hash, db, e);
}

static bool read_post(Request *r, Response *res, Err *e) {
    Db *db;
    Hash hash;
    int64_t kab;
    if (!hash_of_address(r, &hash, e) || !request_db_read(r, &db, e) || !import_kab(r, db, &kab, e)) return false;
    ImportFile file = file_of(r, kab, form_text(r, "source"), form_text(r, "name"));
    ImportLook before;
    ImportFile plain = file;
    plain.choices.sheet = form_text(r, "sheet");
    if (!import_look(db, r->arena, &plain, &before, e)) return false;
    choices_of_form(r, &before, &file.choices);
    if (!str_eq(form_text(r, "do"), STR("read"))) return look_show(r, res, &file, &hash, db, e);
    JobOrder order = { .kind = JOB_STAGE, .db_url = server_options(r->server)->db_url, .kab = kab, .actor_id = file.actor_id, .content = hash,
                       .path = str_c(file.path), .name = file.name, .source = file.source, .choices = choices_text(r->arena, &file.choices) };
    if (!job_start(&order, e)) return false;
    job_wait(JOB_STAGE, kab, &hash, 0, JOB_QUICK_MS);
    response_redirect(r, res, url_path(r->arena, "/import/wait/%s?kab=%lld", param_text(r, "hash").p, (long long)kab));
    return true;
}

// ---- waiting for it ------------------------------------------------------------------------------------------------------------
ImportWaitView wait_of_job(Request *r, const JobState *job) {
    ImportWaitView w = { .job = *job, .here = r->here.s };
    if (job->total_n > 0) {
        w.percent = job->done_n * 100 / job->total_n;
        w.left_s = job->done_n > 0 ? job->elapsed_ms * (job->total_n - job->done_n) / job->done_n / 1000 : 0;
    }
    return w;
}

static bool wait_get(Request *r, Response *res, Err *e) {
    Db *db;
    Hash hash;
    int64_t kab, batch_id;
    JobState job;
    if (!hash_of_address(r, &hash, e) || !request_db_read(r, &db, e) || !import_kab(r, db, &kab, e)) return false;
    bool has_job = job_of_content(kab, &hash, &job);
    if (has_job && job.error.code) { *e = job.error; return false; }
    if (has_job && job.is_running) {
        ImportWaitView *w = NEW(r->arena, ImportWaitView, 1);
        *w = wait_of_job(r, &job);
        response_header(r, res, "Refresh", STR("2"));
        Page page = page_begin(r);
        import_wait_page(&page, w);
        return page_end(r, res, (PageHead){ .title = str_c(_("Import")), .nav = "/import" }, &page, e);
    }
    batch_id = has_job ? job.batch_id : 0;
    if (!batch_id && !import_of_content(db, kab, &hash, (Str){ 0 }, &batch_id, e)) return false;
    if (!batch_id) return fail(e, NOT_FOUND, "There is no such file. Send it again.");
    response_redirect(r, res, import_url(r->arena, kab, batch_id));
    return true;
}

// ---- one import ------------------------------------------------------------------------------------------------------------------
static bool import_fill(Request *r, Db *db, ImportView *v, Err *e) {
    Arena *a = r->arena;
    ImportEntry *b = &v->entry;
    JobState job;
    User user;
    Err ignored = { 0 };
    bool is_staged = str_eq(b->state, STR("staged"));
    if (!import_list_groups(db, a, b->kab, b->id, &v->groups, &v->group_n, e) || !import_reading_read(db, a, b->kab, b->id, &v->reading, &v->has_reading, e)) return false;
    bool has_job = job_of_batch(b->kab, b->id, &job);
    v->is_running = has_job && job.is_running;
    if (v->is_running) v->wait = wait_of_job(r, &job);
    else if (has_job && job.error.code && is_staged) v->fault = arena_str(a, str_c(job.error.text));
    if (is_staged && !v->is_running) {
        if (!import_preview(db, b->kab, b->id, NULL, &v->counts, e)) return false;
        v->has_counts = true;
    }
    v->may_apply = is_staged && !v->is_running;
    bool is_applied = str_eq(b->state, STR("applied"));
    v->step = is_applied ? IMPORT_STEPS_N : v->is_running ? 3 : 2;
    if (v->may_apply && !import_leave_read(db, a, b->kab, b->id, r->received_at, &v->leave, &v->request, e)) return false;
    v->area_name = area_name(db, a, b->kab);
    if (b->actor_id && user_read(db, a, b->actor_id, &user, &ignored)) v->actor_name = user.name;
    v->has_file = v->has_reading && access(upload_kept_path(r, b->kab, &v->reading.content_hash), R_OK) == 0;
    return true;
}

static bool import_show(Request *r, Response *res, Db *db, ImportView *v, Err *e) {
    if (!import_fill(r, db, v, e)) return false;
    if (v->is_running) response_header(r, res, "Refresh", STR("2"));
    if (v->group_n && !web_may_show_file(r, res, v->entry.kab)) return true;       // a finding's example may be somebody's cell
    Page page = page_begin(r);
    import_page(&page, v);
    PageHead head = { .title = v->entry.file_name, .nav = "/import", .crumbs = { { "/import", str_c(_("Import")) } } };
    return page_end(r, res, head, &page, e);
}

static bool import_get(Request *r, Response *res, Err *e) {
    Db *db;
    ImportView *v = NEW(r->arena, ImportView, 1);
    return request_db_read(r, &db, e) && entry_of(r, db, &v->entry, e) && import_show(r, res, db, v, e);
}

static bool findings_get(Request *r, Response *res, Err *e) {
    Db *db;
    int64_t total_n;
    ImportFindingsView *v = NEW(r->arena, ImportFindingsView, 1);
    v->field = query_text(r, "field");
    v->code = query_text(r, "code");
    if (!request_db_read(r, &db, e) || !entry_of(r, db, &v->entry, e) || !import_count_findings(db, v->entry.kab, v->entry.id, v->field, v->code, &total_n, e)) return false;
    v->list = list_of(r, total_n);
    if (!import_list_findings_of(db, r->arena, v->entry.kab, v->entry.id, v->field, v->code, v->list.rows_n, list_offset(&v->list), &v->findings, &v->n, e)) return false;
    if (v->n && !web_may_show_file(r, res, v->entry.kab)) return true;
    Page page = page_begin(r);
    import_findings_page(&page, v);
    PageHead head = { .title = arena_fmt(r->arena, "%.*s: %.*s", STR_ARG(v->entry.file_name), STR_ARG(import_field_label(v->field))), .nav = "/import",
                      .crumbs = { { "/import", str_c(_("Import")) }, { arena_c(r->arena, import_url(r->arena, v->entry.kab, v->entry.id).s), v->entry.file_name } } };
    return page_end(r, res, head, &page, e);
}

static bool rejects_get(Request *r, Response *res, Err *e) {
    Db *db;
    ImportEntry entry;
    ImportReading reading;
    TableFormat format = TABLE_CSV;
    TableWriter *w;
    bool is_asked, has_reading = false;
    if (!request_db_read(r, &db, e) || !entry_of(r, db, &entry, e) || !table_asked(r, &is_asked, &format, e) ||
        !import_reading_read(db, r->arena, entry.kab, entry.id, &reading, &has_reading, e)) return false;
    if (!has_reading) return fail(e, NOT_FOUND, "The file of this import is no longer here. Send it once more; then its refused rows can be taken.");
    if (!web_may_show_file(r, res, entry.kab)) return true;
    const char *path = upload_kept_path(r, entry.kab, &reading.content_hash);
    TableHead head = { .name = "perbaiki", .title = str_c(_("Refused rows to mend")), .kab = entry.kab };
    return import_open_rejects(db, r->arena, entry.kab, entry.id, path, format, head.title, &w, e) && table_answer(r, res, &head, format, w, e);
}

// ---- changing --------------------------------------------------------------------------------------------------------------------
typedef struct { Arena *arena; const Viewer *viewer; int64_t kab, batch_id; Instant now; ApprovalRequest request; bool is_new; } LeaveAsk;
static bool leave_ask(Db *db, void *with, Err *e) {
    LeaveAsk *p = with;
    return import_leave_ask(db, p->arena, p->viewer, p->kab, p->batch_id, p->now, &p->request, &p->is_new, e);
}

// Where a policy wants another person's signature, the first press asks for it and the file waits.
static bool leave_take(Request *r, const ImportEntry *entry, bool *may_apply, Err *e) {
    ImportLeave leave = IMPORT_FREE;
    ApprovalRequest request;
    LeaveAsk ask = { .arena = r->arena, .viewer = web_viewer(r), .kab = entry->kab, .batch_id = entry->id, .now = r->received_at };
    Db *db;
    if (!request_db_write(r, &db, e) || !import_leave_read(db, r->arena, entry->kab, entry->id, r->received_at, &leave, &request, e)) return false;
    *may_apply = leave == IMPORT_FREE || leave == IMPORT_APPROVED;
    return leave != IMPORT_TO_ASK || change_do(db, leave_ask, &ask, e);
}

// The second click finds the job of the first, or what it did.
static bool apply_post(Request *r, Response *res, Err *e) {
    Db *db;
    ImportEntry entry;
    if (!request_db_read(r, &db, e) || !entry_of(r, db, &entry, e)) return false;
    bool accepts = fields_has(&r->form, "alarms");
    if (str_eq(entry.state, STR("staged")) && entry.has_alarm && !accepts) {
        ImportView *v = NEW(r->arena, ImportView, 1);
        v->entry = entry;
        v->fault = str_c(_("The whole file is in doubt. Look at its findings; if you apply it all the same, say so."));
        res->status = 409;
        return import_show(r, res, db, v, e);
    }
    JobOrder order = { .kind = JOB_APPLY, .db_url = server_options(r->server)->db_url, .kab = entry.kab, .actor_id = web_viewer(r)->user_id, .batch_id = entry.id,
                       .channel = form_text(r, "channel"), .accepts_alarms = accepts };
    bool may_apply = true;
    if (str_eq(entry.state, STR("staged")) && (!leave_take(r, &entry, &may_apply, e) || (may_apply && !job_start(&order, e)))) return false;
    if (may_apply) job_wait(JOB_APPLY, entry.kab, &(Hash){ 0 }, entry.id, JOB_QUICK_MS);
    response_redirect(r, res, import_url(r->arena, entry.kab, entry.id));
    return true;
}

static bool drop_post(Request *r, Response *res, Err *e) {
    Db *db;
    ImportEntry entry;
    ImportReading reading;
    JobState job;
    bool has_reading = false;
    if (!request_db_write(r, &db, e) || !entry_of(r, db, &entry, e) || !import_reading_read(db, r->arena, entry.kab, entry.id, &reading, &has_reading, e)) return false;
    if (job_of_batch(entry.kab, entry.id, &job) && job.is_running) return fail(e, CONFLICT, "This file is being applied just now; it cannot be dropped.");
    if (!import_drop(db, entry.kab, entry.id, web_viewer(r)->user_id, r->received_at, e)) return false;
    if (has_reading) unlink(upload_kept_path(r, entry.kab, &reading.content_hash));
    response_redirect(r, res, url_path(r->arena, "/import?kab=%lld", (long long)entry.kab));
    return true;
}

const Route IMPORT_ROUTES[] = {
    { "GET",  "/import",                     "import", imports_get },
    { "POST", "/import",                     "import", imports_post },
    { "GET",  "/import/look/{hash}",         "import", look_get },
    { "POST", "/import/read/{hash}",         "import", read_post },
    { "GET",  "/import/wait/{hash}",         "import", wait_get },
    { "GET",  "/import/{kab}/{id}",          "import", import_get },
    { "GET",  "/import/{kab}/{id}/findings", "import", findings_get },
    { "GET",  "/import/{kab}/{id}/rejects",  "import", rejects_get },
    { "POST", "/import/{kab}/{id}/apply",    "import", apply_post },
    { "POST", "/import/{kab}/{id}/drop",     "import", drop_post },
    {0} };
