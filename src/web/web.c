#include "web/web.h"
#include "web/answers.h"
#include "web/growth.h"
#include "web/import.h"
#include "web/reconcile.h"
#include "office/read_log.h"
#include <pthread.h>
#include <stdio.h>
#include "web_web.sql.h"

static const MenuItem MENU[] = {
    { "/",         N_("Stage"),     "stage",    "read", NULL },
    { "/families", N_("Families"),  "families", "read read_own", NULL },
    { "/worklist", N_("Worklist"),  "check",    "read", NULL },
    { "/approval", N_("Approval"),  "approval", "read", NULL },
    { "/paylist",  N_("Pay list"),  "money",    "read read_own", N_("Payment") },
    { "/reconcile", N_("Reconciliation"), "money", "read", N_("Payment") },
    { "/commitment", N_("Commitment"), "check", "read", N_("Companions") },
    { "/forms",    N_("Forms of verification"), "school", "read read_own", N_("Companions") },
    { "/caseload", N_("Caseload"), "families", "read", N_("Companions") },
    { "/desk",     N_("Requests of families"), "question", "read read_own", N_("Companions") },
    { "/training", N_("Trainings"), "school", "read read_own", N_("Companions") },
    { "/import",   N_("Import"),    "import",   "import", N_("Registry") },
    { "/drift",    N_("Drift"),     "back",     "read", N_("Registry") },
    { "/identity", N_("Identity work"), "alert", "read read_own", N_("Registry") },
    { "/duplicates", N_("Standing twice"), "question", "read", N_("Registry") },
    { "/lives",    N_("Ageing and moves"), "chart", "read", N_("Registry") },
    { "/users",    N_("Users"),     "user",     "users", N_("Office") },
    { "/audit",    N_("Audit"),     "check",    "audit", N_("Office") },
    {0} };

static const Route *const TABLES[] = { LOGIN_ROUTES, ACCOUNT_ROUTES, USERS_ROUTES, DASHBOARD_ROUTES, FAMILIES_ROUTES,
                                       SEARCH_ROUTES, FAMILY_ROUTES, PERSON_ROUTES, ADJUSTMENT_ROUTES, LIFE_ROUTES, DRIFT_ROUTES, IDENTITY_ROUTES,
                                       DUPLICATES_ROUTES, APPROVAL_ROUTES, WORKLIST_ROUTES, PAYLIST_ROUTES, RECONCILE_ROUTES, DESK_ROUTES, SUBJECT_ROUTES, IMPORT_ROUTES,
                                       AUDIT_ROUTES, FORMS_ROUTES, ANSWERS_ROUTES, GROWTH_ROUTES, CASELOAD_ROUTES, TRAINING_ROUTES, NULL };

// Words of the route tables. What an action means for a district is asked again where the district is known.
static const struct { const char *word; Action action; } WORDS[] = {
    { "read", ACTION_READ }, { "read_own", ACTION_READ_OWN }, { "read_identity", ACTION_READ_IDENTITY },
    { "sign", ACTION_SIGN_FIRST }, { "sign", ACTION_SIGN_SECOND },
    { "audit", ACTION_READ_AUDIT }, { "desk", ACTION_DESK }, { "tell", ACTION_TELL }, { "train", ACTION_TRAIN },
    { "import", ACTION_IMPORT }, { "users", ACTION_USERS }, { "edit", ACTION_EDIT }, { "caseload", ACTION_CASELOAD },
};

static bool allows(const Request *r, Str word) {
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_eq(word, str_c(WORDS[i].word)) && authority_allows(web_viewer(r), WORDS[i].action, KAB_NONE)) return true;
    return false;
}

// Remembers that the session is alive. Never makes a page wait: while somebody closes a stage it is simply not remembered.
static void touch(Request *r, const Session *session) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    if (r->received_at.ms < session->seen_at.ms + 60000) return;
    pthread_mutex_lock(&lock);
    Err ignored = {0};
    Db *db = NULL;
    if (db_open(server_options(r->server)->db_url, (DbOptions){ .must_exist = true, .busy_ms = 1 }, &db, &ignored) &&
        !session_touch(db, session, r->received_at, &ignored)) db_rollback(db);
    db_close(db);
    pthread_mutex_unlock(&lock);
}

static bool authenticate(Request *r, Visitor *out) {
    Str token = request_cookie(r, "session");
    Session *session = NEW(r->arena, Session, 1);
    Err e = {0};
    Db *db;
    bool is_found = false;
    if (token.n != TOKEN_CHARS) return false;
    if (!request_db_read(r, &db, &e) || !session_find(db, token, r->received_at, session, &is_found, &e) || !is_found || session->face != FACE_PAGE) return false;
    *out = (Visitor){ .name = str_c(session->viewer.name), .role_label = str_c(role_title(session->viewer.role)), .csrf = str_c(session->csrf),
                      .is_practice = session->viewer.is_practice, .is_confirmed = session_is_confirmed(session, r->received_at), .who = session,
                      .must_first = session->must == MUST_CHOOSE_PASSWORD ? "/account/password" : session->must == MUST_SET_UP_FACTOR ? "/account/factor" : NULL };
    touch(r, session);
    return true;
}

// One server in a program.
static struct { Str url; ReadLog *reads; } app;

static bool health(void *with, Err *e) {
    Db *db = NULL;
    (void)with;
    bool is_well = db_open(app.url, (DbOptions){ .is_read_only = true, .must_exist = true }, &db, e);
    db_close(db);
    return is_well;
}

void web_options(ServerOptions *o) {
    web_close();
    app.url = o->db_url;
    app.reads = read_log_start(o->db_url);
    o->app = &app;
    o->routes = TABLES;
    o->menu = MENU;
    o->search_path = "/search";
    o->typed_path = "/search/typed";
    o->login_path = "/login";
    o->logout_path = "/logout";
    o->account_path = "/account";
    o->confirm_path = "/confirm";
    o->upload_paths = IMPORT_UPLOAD_PATHS;
    o->authenticate = authenticate;
    o->allows = allows;
    o->health = health;
}

void web_close(void) {
    read_log_stop(app.reads);
    app.reads = NULL;
}

bool web_may_show(Request *r, Response *res, const char *purpose, int64_t kab, const int64_t *family_ids, size_t family_n) {
    Err e = {0};
    ReadPage page = { .kab = kab, .actor_id = web_viewer(r)->user_id, .route = r->route->path, .purpose = purpose, .at = r->received_at,
                      .family_ids = family_ids, .family_n = family_n };
    if (read_log_write(app.reads, &page, &e)) return true;
    fprintf(stderr, "read log: %s\n", e.text);
    response_error_page(r, res, 503, str_c(_("Personal data is not shown now")),
        str_c(_("Every look at a family is written down, and just now it cannot be: the disk of the record may be full, or its file is missing. "
                "Nothing was shown and nothing was changed. Tell the administrator, and try again in a few minutes.")));
    return false;
}

bool web_may_show_file(Request *r, Response *res, int64_t kab) { return web_may_show(r, res, "import", kab, &(int64_t){ 0 }, 1); }

const Session *web_session(const Request *r) { return r->visitor.who; }

// The confirmed session has another code for its forms: what is shown from here on must carry that one.
static bool session_renewed(Request *r, Db *db, Str token, Err *e) {
    Session *session = NEW(r->arena, Session, 1);
    bool is_found;
    if (!session_find(db, token, r->received_at, session, &is_found, e)) return false;
    if (!is_found) return fail(e, FORBIDDEN, "Your log-in has ended. Log in again, then sign.");
    r->visitor.who = session;
    r->visitor.csrf = str_c(session->csrf);
    return true;
}

bool web_confirm(Request *r, Response *res, Db *db, Err *e) {
    Token token;
    if (!session_confirm(db, web_session(r), fields_get(&r->form, "password"), r->peer, r->received_at, &token, e)) return false;
    response_cookie(r, res, "session", str_c(token.text), 0);
    return session_renewed(r, db, str_c(token.text), e);
}

bool web_kab(Request *r, Db *db, int64_t *kab, Err *e) {
    int64_t low, high, asked = query_int(r, "kab", 0);
    authority_area(web_viewer(r), &low, &high);
    if (low == high) asked = low;
    if (asked >= low && asked <= high && asked > 0) { *kab = asked; return true; }
    DistrictFirstRow row;
    bool has_row;
    if (!district_first(db, (DistrictFirstArgs){ .low_id = low, .high_id = high }, &row, &has_row, e)) return false;
    *kab = has_row ? row.kab : 0;
    return true;
}

Date web_today(const Request *r) { return date_of_instant(r->received_at, 420); }
Sight web_sight(const Request *r) { return authority_sight(web_viewer(r), web_today(r)); }

bool web_stages(Request *r, Db *db, int64_t kab, Stages *out, Err *e) {
    StagesClosedRows rows = {0};
    StagesClosedRow row;
    Str asked = query_text(r, "stage");
    Stages stages = { NEW(r->arena, Str, 64), 0, { NULL, 0 } };
    bool has_row, is_good = stages_closed(db, (StagesClosedArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = stages_closed_next(&rows, &row, &has_row, e)) && has_row) {
        if (stages.n < 64) stages.at[stages.n++] = arena_str(r->arena, row.stage);
    }
    stages_closed_end(&rows);
    if (!is_good) return false;
    for (size_t i = 0; i < stages.n; i++) if (str_eq(stages.at[i], asked)) stages.chosen = stages.at[i];
    if (!stages.chosen.n && stages.n) stages.chosen = stages.at[0];
    *out = stages;
    return true;
}

Str stage_title(Arena *a, Str stage) {
    static const char *const ROMAN[] = { "", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII" };
    Str part = stage, year = str_cut(&part, '-');
    int64_t n;
    if (!str_int64(part, &n) || n < 1 || n > 12) return stage;
    return arena_fmt(a, _("Stage %s of %.*s"), ROMAN[n], STR_ARG(year));
}

Str id_text(Arena *a, int64_t id) { return arena_fmt(a, "%lld", (long long)id); }

Str channel_title(Str code) {
    if (str_eq(code, STR("POS"))) return STR("Pos");
    return code;
}
