// audit_http.c: pages for who reads the audit trail: changes, looks, and the heads that outsiders keep. Filters and place stand in the
// address; a page goes on from the number of its last row.
#include "web/audit.h"
#include "registry/area.h"
#include "web/table_http.h"
#include "web_audit.page.h"

typedef struct { Request *r; Db *db; AuditChoice *choice; User *known; size_t known_n, known_max; } People;

// ---- what the address says ---------------------------------------------------------------------------------------

static Date day_of(const Request *r, const char *name) {
    Date day = DATE_NONE;
    Str text = query_text(r, name);
    return text.n && date_parse_iso(text, &day) ? day : DATE_NONE;
}

static bool districts_fill(Request *r, Db *db, Db *source, ChainLog log, AuditChoice *c, Err *e) {
    ChainDistricts chains;
    Sight sight = web_sight(r);
    Area area;
    if (!chain_districts(source, log, r->arena, &chains, e)) return false;
    c->districts = NEW(r->arena, AuditDistrict, chains.n + 1);
    for (size_t i = 0; i < chains.n; i++) {
        bool found = false;
        if (!sight_has_district(&sight, chains.at[i])) continue;
        if (chains.at[i] && !area_read(db, r->arena, chains.at[i], &area, &found, e)) return false;
        c->districts[c->district_n++] = (AuditDistrict){ chains.at[i], !chains.at[i] ? str_c(_("Of no district")) : found ? area.name : arena_fmt(r->arena, "%lld", (long long)chains.at[i]) };
    }
    return true;
}

// The district that is asked for, or the first real one of the area; one outside of the area has no entries.
static void district_choose(Request *r, AuditChoice *c) {
    int64_t low, high;
    authority_area(web_viewer(r), &low, &high);
    c->kab = low == high ? low : 0;
    for (size_t i = c->district_n; i-- > 0;) if (c->districts[i].kab) c->kab = c->districts[i].kab;
    if (query_text(r, "kab").n) c->kab = query_int(r, "kab", c->kab);
}

static bool choice_fill(Request *r, Db *db, Db *source, ChainLog log, AuditChoice *c, Err *e) {
    Users users = { 0 };
    Str user = query_text(r, "user");
    *c = (AuditChoice){ .user_id = ACTOR_ANY, .action = query_text(r, "action"), .subject = audit_subject_parse(r->arena, query_text(r, "subject")), .purpose = query_text(r, "purpose"),
                        .family = query_text(r, "family"), .from_on = day_of(r, "from_on"), .until_on = day_of(r, "until_on"), .before_n = query_int(r, "before", 0) };
    if (user.n && !str_int64(user, &c->user_id)) return fail(e, BAD_INPUT, "Choose the person from the list.");
    if (!districts_fill(r, db, source, log, c, e) || !user_list(db, r->arena, web_viewer(r), &users, e)) return false;
    district_choose(r, c);
    c->users = users.at;
    c->user_n = users.n < AUDIT_USERS_MAX ? users.n : AUDIT_USERS_MAX;
    c->is_filtered = c->user_id != ACTOR_ANY || c->action.n || c->subject.n || c->purpose.n || c->family.n || date_is_known(c->from_on) || date_is_known(c->until_on);
    c->all = url_path(r->arena, log == CHAIN_AUDIT ? "/audit?kab=%lld" : "/audit/looks?kab=%lld", (long long)c->kab);
    c->newest = url_with(r->arena, r->here, "before", STR(""));
    return true;
}

static void choice_end(Request *r, AuditChoice *c, size_t *line_n) {
    c->has_more = *line_n > AUDIT_ROWS;
    if (c->has_more) *line_n = AUDIT_ROWS;
    c->older = url_with(r->arena, r->here, "before", arena_fmt(r->arena, "%lld", (long long)c->last_n));
}

static Url with_filter(Request *r, const char *name, Str value) { return url_with(r->arena, url_with(r->arena, r->here, "before", STR("")), name, value); }

// ---- names -------------------------------------------------------------------------------------------------------

static People people_of(Request *r, Db *db, AuditChoice *c) { return (People){ .r = r, .db = db, .choice = c, .known = NEW(r->arena, User, 200), .known_max = 200 }; }

// 0 is the program; who is of another area (a nation's auditor) is read one by one and remembered.
static bool person_name(People *p, int64_t id, Str *out, Err *e) {
    Err none = { 0 };
    if (id == 0) return *out = str_c(_("The program itself")), true;
    for (size_t i = 0; i < p->choice->user_n; i++) if (p->choice->users[i].id == id) return *out = p->choice->users[i].name, true;
    for (size_t i = 0; i < p->known_n; i++) if (p->known[i].id == id) return *out = p->known[i].name, true;
    User user = { .id = id };
    if (!user_read(p->db, p->r->arena, id, &user, &none)) {
        if (none.code != NOT_FOUND) return fail(e, none.code, "%s", none.text);
        user = (User){ .id = id, .name = arena_fmt(p->r->arena, "%lld", (long long)id) };
    }
    if (p->known_n < p->known_max) p->known[p->known_n++] = user;
    *out = user.name;
    return true;
}

// ---- changes -----------------------------------------------------------------------------------------------------

static AuditFilter audit_filter(Request *r, const AuditChoice *c) {
    return (AuditFilter){ .kab = c->kab, .sight = web_sight(r), .actor_id = c->user_id, .action = c->action, .subject = c->subject, .from_on = c->from_on, .until_on = c->until_on };
}

typedef struct { People people; AuditView *v; } AuditTaking;
static bool audit_take(void *with, const AuditRow *row, Err *e) {
    AuditTaking *t = with;
    Request *r = t->people.r;
    if (t->v->line_n++ >= AUDIT_ROWS) return true;
    AuditLine *l = &t->v->lines[t->v->line_n - 1];
    l->row = *row;
    l->row.action = arena_str(r->arena, row->action);
    l->row.subject = arena_str(r->arena, row->subject);
    l->by_actor = with_filter(r, "user", arena_fmt(r->arena, "%lld", (long long)row->actor_id));
    l->by_subject = with_filter(r, "subject", l->row.subject);
    l->by_action = with_filter(r, "action", l->row.action);
    t->v->choice.last_n = row->n;
    return person_name(&t->people, row->actor_id, &l->actor, e) && audit_shown(r->arena, row->detail, &l->shown, &l->shown_n, e);
}

typedef struct { People people; TableWriter *w; } AuditWriting;
static bool audit_put(void *with, const AuditRow *row, Err *e) {
    AuditWriting *x = with;
    Str who;
    if (!person_name(&x->people, row->actor_id, &who, e)) return false;
    table_put_n(x->w, row->kab);
    table_put_n(x->w, row->n);
    table_put_instant(x->w, row->at);
    table_put_n(x->w, row->actor_id);
    table_put(x->w, who);
    table_put(x->w, row->action);
    table_put(x->w, row->subject);
    table_put(x->w, row->detail);
    return table_end_row(x->w, e);
}

static bool audit_file(Request *r, Response *res, Db *db, AuditChoice *c, TableFormat format, Err *e) {
    const TableColumn columns[] = {
        { "kab", str_c(_("District code")), TABLE_COUNT }, { "n", str_c(_("Entry")), TABLE_COUNT }, { "at", str_c(_("When")), TABLE_INSTANT }, { "actor_id", str_c(_("Number of the person")), TABLE_COUNT },
        { "actor", str_c(_("Who")), TABLE_TEXT }, { "action", str_c(_("What was done")), TABLE_TEXT }, { "subject", str_c(_("What it was done to")), TABLE_TEXT },
        { "detail", str_c(_("Before and after")), TABLE_TEXT } };
    TableHead head = { .name = "audit", .title = str_c(_("Changes")), .kab = c->kab, .columns = columns, .column_n = sizeof columns / sizeof *columns };
    AuditFilter filter = audit_filter(r, c);
    AuditWriting x = { .people = people_of(r, db, c) };
    filter.limit_n = INT64_MAX;
    if (!table_answer_open(r, &head, format, &x.w, e)) return false;
    if (audit_list_each(db, &filter, audit_put, &x, e)) return table_answer(r, res, &head, format, x.w, e);
    table_abort(x.w);
    return false;
}

static bool audit_get(Request *r, Response *res, Err *e) {
    AuditView *v = NEW(r->arena, AuditView, 1);
    TableFormat format;
    bool is_file;
    Db *db;
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !db_begin_read(db, e) || !choice_fill(r, db, db, CHAIN_AUDIT, &v->choice, e)) return false;
    if (is_file) return audit_file(r, res, db, &v->choice, format, e);
    AuditFilter filter = audit_filter(r, &v->choice);
    AuditTaking t = { people_of(r, db, &v->choice), v };
    filter.before_n = v->choice.before_n;
    filter.limit_n = AUDIT_ROWS + 1;
    v->lines = NEW(r->arena, AuditLine, AUDIT_ROWS);
    if (!audit_list_each(db, &filter, audit_take, &t, e)) return false;
    choice_end(r, &v->choice, &v->line_n);
    Page page = page_begin(r);
    audit_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Audit trail")), .nav = "/audit" }, &page, e);
}

// ---- looks -------------------------------------------------------------------------------------------------------

// The read log: on SQLite a file of its own, which may not be there while nobody looked yet. The caller closes it.
static bool reads_open(Request *r, Db **out, Err *e) {
    Err none = { 0 };
    *out = NULL;
    return db_open_reads(server_options(r->server)->db_url, (DbOptions){ .must_exist = true, .is_read_only = true }, out, &none) || none.code == NOT_FOUND || fail(e, none.code, "%s", none.text);
}

static LookFilter look_filter(Request *r, const AuditChoice *c) {
    LookFilter f = { .kab = c->kab, .sight = web_sight(r), .actor_id = c->user_id, .purpose = c->purpose, .from_on = c->from_on, .until_on = c->until_on };
    if (c->family.n && (!str_int64(c->family, &f.family_id) || f.family_id < 1)) f.family_id = INT64_MAX;      // nobody has it, so nobody looked
    return f;
}

typedef struct { People people; LooksView *v; } LookTaking;
static bool look_take(void *with, const LookRow *row, Err *e) {
    LookTaking *t = with;
    Request *r = t->people.r;
    if (t->v->line_n++ >= AUDIT_ROWS) return true;
    LookLine *l = &t->v->lines[t->v->line_n - 1];
    l->row = *row;
    l->row.route = arena_str(r->arena, row->route);
    l->row.purpose = arena_str(r->arena, row->purpose);
    l->row.families = row->families.n < 120 ? arena_str(r->arena, row->families) : arena_fmt(r->arena, STR_FMT "…", STR_ARG(row->families));
    l->by_actor = with_filter(r, "user", arena_fmt(r->arena, "%lld", (long long)row->actor_id));
    l->by_purpose = with_filter(r, "purpose", l->row.purpose);
    t->v->choice.last_n = row->n;
    return person_name(&t->people, row->actor_id, &l->actor, e);
}

typedef struct { People people; TableWriter *w; } LookWriting;
static bool look_put(void *with, const LookRow *row, Err *e) {
    LookWriting *x = with;
    Str who;
    if (!person_name(&x->people, row->actor_id, &who, e)) return false;
    table_put_n(x->w, row->kab);
    table_put_n(x->w, row->n);
    table_put_instant(x->w, row->at);
    table_put_n(x->w, row->actor_id);
    table_put(x->w, who);
    table_put(x->w, str_c(read_purpose_title(row->purpose)));
    table_put(x->w, row->route);
    table_put_n(x->w, row->family_n);
    return table_end_row(x->w, e);
}

static bool looks_file(Request *r, Response *res, Db *db, Db *reads, AuditChoice *c, TableFormat format, Err *e) {
    const TableColumn columns[] = {
        { "kab", str_c(_("District code")), TABLE_COUNT }, { "n", str_c(_("Entry")), TABLE_COUNT }, { "at", str_c(_("When")), TABLE_INSTANT }, { "actor_id", str_c(_("Number of the person")), TABLE_COUNT },
        { "actor", str_c(_("Who")), TABLE_TEXT }, { "purpose", str_c(_("What for")), TABLE_TEXT }, { "route", str_c(_("Page")), TABLE_TEXT }, { "family_n", str_c(_("Families")), TABLE_COUNT } };
    TableHead head = { .name = "siapa-melihat", .title = str_c(_("Who looked")), .kab = c->kab, .columns = columns, .column_n = sizeof columns / sizeof *columns };
    LookFilter filter = look_filter(r, c);
    LookWriting x = { .people = people_of(r, db, c) };
    filter.limit_n = INT64_MAX;
    if (!table_answer_open(r, &head, format, &x.w, e)) return false;
    if (!reads || look_list_each(reads, &filter, look_put, &x, e)) return table_answer(r, res, &head, format, x.w, e);
    table_abort(x.w);
    return false;
}

static bool looks_show(Request *r, Response *res, Db *db, Db *reads, LooksView *v, Err *e) {
    LookFilter filter = look_filter(r, &v->choice);
    LookTaking t = { people_of(r, db, &v->choice), v };
    filter.before_n = v->choice.before_n;
    filter.limit_n = AUDIT_ROWS + 1;
    v->lines = NEW(r->arena, LookLine, AUDIT_ROWS);
    if (reads && !look_list_each(reads, &filter, look_take, &t, e)) return false;
    choice_end(r, &v->choice, &v->line_n);
    Page page = page_begin(r);
    looks_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Who looked")), .nav = "/audit" }, &page, e);
}

static bool looks_get(Request *r, Response *res, Err *e) {
    LooksView *v = NEW(r->arena, LooksView, 1);
    TableFormat format;
    bool is_file;
    Db *db, *reads = NULL;
    if (!table_asked(r, &is_file, &format, e) || !request_db_read(r, &db, e) || !reads_open(r, &reads, e)) return false;
    bool is_good = choice_fill(r, db, reads ? reads : db, CHAIN_READS, &v->choice, e) && (is_file ? looks_file(r, res, db, reads, &v->choice, format, e) : looks_show(r, res, db, reads, v, e));
    db_close(reads);
    return is_good;
}

// ---- heads -------------------------------------------------------------------------------------------------------

#define HEADS_SHOWN 100                // three months; all of them are one file
#define HEADS_MAX 20000
#define FAULTS_SHOWN 20

typedef struct { Arena *arena; HeadsView *v; } Hearing;
static void fault_hear(void *context, Str text) {
    Hearing *h = context;
    if (h->v->fault_n < FAULTS_SHOWN) h->v->faults[h->v->fault_n++] = arena_str(h->arena, text);
}

static bool heads_prove(Request *r, Db *db, HeadsView *v, Err *e) {
    Hearing hearing = { r->arena, v };
    Violations found = { .say = fault_hear, .context = &hearing };
    Db *reads = NULL;
    v->faults = NEW(r->arena, Str, FAULTS_SHOWN);
    bool is_good = reads_open(r, &reads, e) && heads_check(db, reads, &found, e);
    db_close(reads);
    v->is_checked = is_good;
    v->found_n = found.found_n;
    return is_good;
}

static bool heads_get(Request *r, Response *res, Err *e) {
    HeadsView *v = NEW(r->arena, HeadsView, 1);
    Db *db;
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !heads_read(db, r->arena, HEADS_SHOWN, &v->heads, e)) return false;
    if (query_text(r, "verify").n && !heads_prove(r, db, v, e)) return false;
    Page page = page_begin(r);
    heads_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Signed heads")), .nav = "/audit" }, &page, e);
}

// Oldest first, as they were sent out; each line carries the key that proves it. harapan-verify reads this file.
static bool head_lines_get(Request *r, Response *res, Err *e) {
    Heads heads;
    Db *db;
    if (!request_db_read(r, &db, e) || !heads_read(db, r->arena, HEADS_MAX, &heads, e)) return false;
    for (size_t i = heads.n; i-- > 0;) {
        buf_str(&res->body, heads.at[i].line);
        buf_char(&res->body, '\n');
    }
    response_download(r, res, STR("kepala-harapan.txt"), "text/plain; charset=utf-8");
    return true;
}

const Route AUDIT_ROUTES[] = {
    { "GET", "/audit",             "audit", audit_get },
    { "GET", "/audit/looks",       "audit", looks_get },
    { "GET", "/audit/heads",       "audit", heads_get },
    { "GET", "/audit/heads/lines", "audit", head_lines_get },
    {0} };
