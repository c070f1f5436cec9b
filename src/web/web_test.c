// web_test.c: who gets which page. Made from the route tables themselves: a new route is in the matrix without a word here,
// and one that asks for a sample value which is not there stops the test.
#include "db/db_test.h"
#include "http/http_test.h"
#include "office/caseload.h"
#include "office/hand_over.h"
#include "office/practice.h"
#include "office/read_log.h"
#include "payment/paylist_sample.h"
#include "programme/rulebook.h"
#include "registry/area.h"
#include "registry/desk.h"
#include "registry/duplicate.h"
#include "registry/import.h"
#include "registry/life.h"
#include "registry/synth_store.h"
#include "commitment/adjustment.h"
#include "commitment/form_out.h"
#include "stage/closing.h"
#include "stage/run.h"
#include "status/identity_status.h"
#include "web/web.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define FAMILY_N 300
#define FAMILY_OWN_N 20                                    // of the practice companion

typedef struct { const char *login; Role role; Token token; } Person;
static Person PEOPLE[] = {
    { "operator.latihan", ROLE_OPERATOR, {{0}} }, { "koordinator.latihan", ROLE_COORDINATOR, {{0}} }, { "linjamsos.latihan", ROLE_HEAD_LINJAMSOS, {{0}} },
    { "kepala.latihan", ROLE_HEAD_DINSOS, {{0}} }, { "pendamping.latihan", ROLE_COMPANION, {{0}} }, { "pemeriksa.latihan", ROLE_AUDITOR, {{0}} },
};
#define PEOPLE_N (sizeof PEOPLE / sizeof *PEOPLE)

static void people_log_in(DbTest *t, Str path) {
    FILE *file = fopen(arena_c(&t->arena, path), "r");
    char login[80], password[80];
    size_t n = 0;
    assert_non_null(file);
    while (fscanf(file, "%79s %79s", login, password) == 2)
        for (size_t i = 0; i < PEOPLE_N; i++) {
            if (strcmp(PEOPLE[i].login, login)) continue;
            LoginTokens tokens;
            check_ok(session_login(t->db, &(Login){ .login = str_c(login), .password = str_c(password), .from = STR("test"), .device = STR(""), .face = FACE_PAGE },
                                   instant_now(), &tokens, &t->err), t->err);
            PEOPLE[i].token = tokens.session;
            n++;
        }
    fclose(file);
    assert_int_equal(n, PEOPLE_N);
}

// The practice companion keeps the first families and gives the others away.
static void half_handed_over(DbTest *t) {
    Instant now = instant_now();
    check_ok(db_begin(t->db, &t->err), t->err);
    for (int64_t id = FAMILY_OWN_N + 1; id <= FAMILY_N; id++)
        check_ok(caseload_family_hand_over(t->db, 4, &(FamilyHandOver){ 1371, id, 1, 2, date_of_instant(now, 420) }, now, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
}

// The lists of doubts hold something.
static void doubts_looked_for(DbTest *t) {
    Viewer operator = { .user_id = 1, .kab = 1371, .role = ROLE_OPERATOR, .login = "operator.latihan" };
    DuplicateSearch search = { .low_kab = 1371, .high_kab = 1371, .thread_n = 1, .actor = operator, .at = instant_now() };
    DuplicateFound pairs;
    WorkFound work;
    Str stage;
    check_ok(identity_refresh(t->db, &t->arena, &operator, 1371, instant_now(), NULL, &work, &stage, &t->err), t->err);
    check_ok(duplicate_search(t->db, &search, &pairs, &t->err), t->err);
    assert_true(work.found_n > 0);
}

static char upload_folder[64];                             // of office_open; emptied by office_close
static Server *office_serve(DbTest *t) {
    Server *s;
    ServerOptions o = { .db_url = t->url, .thread_n = 2, .upload_folder = upload_folder };
    web_options(&o);
    check_ok(server_start(o, &s, &t->err), t->err);
    return s;
}

static Server *office_open(DbTest *t) {
    AreaImport areas;
    SynthReport report;
    int64_t made_n;
    Str path = arena_fmt(&t->arena, "/tmp/harapan-web-test-%ld.latihan", (long)getpid());
    check_ok(db_begin(t->db, &t->err) && area_put_padang(t->db, &areas, &t->err) && db_commit(t->db, &t->err), t->err);
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = 1, .kab = 1371, .family_n = FAMILY_N, .at = instant_now() }, NULL, &report, &t->err), t->err);
    check_ok(practice_init(t->db, 1371, path, instant_now(), &made_n, &t->err), t->err);
    half_handed_over(t);
    doubts_looked_for(t);
    people_log_in(t, path);
    unlink(arena_c(&t->arena, path));
    snprintf(upload_folder, sizeof upload_folder, "/tmp/harapan-web-upload-%ld", (long)getpid());
    (void)mkdir(upload_folder, 0700);
    return office_serve(t);
}

static int ask(Arena *a, Server *s, const char *method, Str path, const Person *who, Str *answer) {
    bool is_post = !strcmp(method, "POST");
    Str cookie = who ? arena_fmt(a, "Cookie: session=%s\r\n", who->token.text) : STR("");
    Str bytes = arena_fmt(a, "%s " STR_FMT " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" STR_FMT "%s\r\n", method, STR_ARG(path), STR_ARG(cookie),
                          is_post ? "Origin: http://localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 0\r\n" : "");
    Str got = knock(a, s, bytes);
    if (answer) *answer = got;
    return status_of(got);
}

// "/family/{kab}/{id}" with values that exist.
static Str sample_path(Arena *a, const char *pattern) {
    static const struct { const char *name, *value; } SAMPLES[] = { { "{kab}", "1371" }, { "{id}", "1" }, { "{n}", "1" }, { "{what}", "death" }, { "{stage}", "2024-2" }, { "{file}", "x.css" }, { "{code}", "ABCD2345ABCD2345" },
        { "{kind}", "nik_birth" }, { "{family_id}", "1" }, { "{person_id}", "1" }, { "{other_kab_id}", "1371" }, { "{other_person_id}", "2" },
        { "{hash}", "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" } };
    Buf b = { .max = 400 };
    Str rest = str_c(pattern);
    while (rest.n) {
        size_t i = 0, n = sizeof SAMPLES / sizeof *SAMPLES;
        while (i < n && !str_starts(rest, str_c(SAMPLES[i].name))) i++;
        if (i == n && rest.p[0] == '{') fail_msg("no sample value for %s", pattern);
        buf_c(&b, i < n ? SAMPLES[i].value : "");
        if (i == n) buf_char(&b, rest.p[0]);
        rest = i < n ? str_part(rest, strlen(SAMPLES[i].name), rest.n) : str_part(rest, 1, rest.n);
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static bool word_lets_in(Str word, Role role) {
    static const struct { const char *word; Action action; } WORDS[] = { { "audit", ACTION_READ_AUDIT }, { "desk", ACTION_DESK }, { "tell", ACTION_TELL }, { "train", ACTION_TRAIN }, { "read", ACTION_READ }, { "read_own", ACTION_READ_OWN },
        { "read_identity", ACTION_READ_IDENTITY }, { "sign", ACTION_SIGN_FIRST }, { "sign", ACTION_SIGN_SECOND }, { "import", ACTION_IMPORT }, { "users", ACTION_USERS },
        { "edit", ACTION_EDIT }, { "caseload", ACTION_CASELOAD } };
    Viewer viewer = { .role = role, .kab = 1371 };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_eq(word, str_c(WORDS[i].word)) && authority_allows(&viewer, WORDS[i].action, 1371)) return true;
    return str_eq(word, STR("anyone")) || str_eq(word, STR("signed-in")) || str_eq(word, STR("arriving"));
}

static bool should_let_in(const char *allows, Role role) {
    Str rest = str_c(allows);
    while (rest.n) if (word_lets_in(str_cut(&rest, ' '), role)) return true;
    return false;
}

static void each_role_gets_its_routes_and_no_other(DbTest *t) {
    Server *s = office_open(t);
    size_t asked_n = 0;
    for (size_t k = 0; server_options(s)->routes[k]; k++) for (const Route *route = server_options(s)->routes[k]; route->path; route++) {
        Arena a = {0};
        Str path = sample_path(&a, route->path), answer;
        int status = ask(&a, s, route->method, path, NULL, &answer);
        bool is_open = !strcmp(route->allows, "anyone"), is_get = !strcmp(route->method, "GET");
        if (!is_open && status != (is_get ? 303 : 401)) fail_msg("%s %s without a log-in: %d", route->method, route->path, status);
        if (!is_open && is_get) assert_true(str_starts(header_of(answer, "Location"), STR("/login?next=")));
        for (size_t i = 0; i < PEOPLE_N; i++, asked_n++) {
            status = ask(&a, s, route->method, path, &PEOPLE[i], &answer);
            bool is_in = should_let_in(route->allows, PEOPLE[i].role), is_kept_out = str_contains(answer, str_c(_("Your role does not include this page. Ask the coordinator if your work needs it.")));
            if (is_in == is_kept_out || status >= 500) fail_msg("%s %s as %s: %d", route->method, route->path, PEOPLE[i].login, status);
            if (!is_get && status != 403) fail_msg("%s %s without the form's field: %d", route->method, route->path, status);
        }
        arena_free(&a);
    }
    assert_true(asked_n > 50);
    server_stop(s);
    web_close();
}

// What a page says; the frame around it holds its own address and a fresh form field.
static Str main_of(Str answer) {
    const char *at = memmem(answer.p, answer.n, "<main", 5);
    assert_non_null(at);
    return str_part(answer, (size_t)(at - answer.p), answer.n);
}

// Another area, another's caseload and a number that does not exist must read alike.
static void what_one_may_not_see_is_not_found(DbTest *t) {
    Server *s = office_open(t);
    Arena a = {0};
    Str none = {0}, other = {0};
    int found_n = 0;
    assert_int_equal(ask(&a, s, "GET", STR("/family/1371/999999"), &PEOPLE[0], &none), 404);
    assert_int_equal(ask(&a, s, "GET", STR("/family/1306/1"), &PEOPLE[0], &other), 404);
    check_str(main_of(other), main_of(none));
    assert_int_equal(ask(&a, s, "GET", STR("/family/1371/999999"), &PEOPLE[4], &none), 404);
    for (int id = 1; id <= FAMILY_N; id += 7) {
        int status = ask(&a, s, "GET", arena_fmt(&a, "/family/1371/%d", id), &PEOPLE[4], &other);
        if (status == 200) { found_n++; continue; }
        assert_int_equal(status, 404);
        check_str(main_of(other), main_of(none));
    }
    assert_int_equal(found_n, (FAMILY_OWN_N + 6) / 7);
    assert_int_equal(ask(&a, s, "GET", STR("/family/1371/1"), &PEOPLE[0], NULL), 200);
    arena_free(&a);
    server_stop(s);
    web_close();
}

static void a_session_that_was_made_up_is_nobody(DbTest *t) {
    Server *s = office_open(t);
    Arena a = {0};
    Person stranger = { "nobody", ROLE_OPERATOR, token_make() };
    assert_int_equal(ask(&a, s, "GET", STR("/families"), &stranger, NULL), 303);
    stranger.token.text[0] = 0;
    assert_int_equal(ask(&a, s, "GET", STR("/families"), &stranger, NULL), 303);
    arena_free(&a);
    server_stop(s);
    web_close();
}

// ---- who looked --------------------------------------------------------------------------------------------------
#define PEOPLE_SQL "SELECT name FROM person WHERE kab = 1371 AND name LIKE '% %' ORDER BY family_id, id"
static const DbQuery NAMES = { .name = "web_test: names", .sqlite = PEOPLE_SQL, .postgresql = PEOPLE_SQL, .params = "", .columns = "t", .columns_n = 1 };
#define LOOKS_SQL "SELECT count(*) FROM read_page WHERE kab = 1371"
static const DbQuery LOOKS = { .name = "web_test: looks", .sqlite = LOOKS_SQL, .postgresql = LOOKS_SQL, .params = "", .columns = "i", .columns_n = 1 };

static bool shows_somebody(DbTest *t, Str answer) {
    DbStatement *s;
    bool has_row = false, is_shown = false;
    check_ok(db_prepare(t->db, &NAMES, &s, &t->err), t->err);
    while (db_step(s, &has_row, &t->err) && has_row) is_shown = is_shown || str_contains(answer, db_text(s, 0));
    db_release(s);
    return is_shown;
}

static size_t looks_at(DbTest *t, int64_t family_id) {
    Db *reads;
    ReadEntries found;
    check_ok(db_open_reads(t->url, (DbOptions){ 0 }, &reads, &t->err), t->err);
    check_ok(reads_of_family(reads, &t->arena, 1371, family_id, 1000, &found, &t->err), t->err);
    db_close(reads);
    return found.n;
}

static int64_t looks_n(DbTest *t) {
    Db *reads;
    DbStatement *s;
    bool has_row = false;
    check_ok(db_open_reads(t->url, (DbOptions){ 0 }, &reads, &t->err), t->err);
    check_ok(db_prepare(reads, &LOOKS, &s, &t->err) && db_step(s, &has_row, &t->err) && has_row, t->err);
    int64_t n = db_int(s, 0);
    db_release(s);
    db_close(reads);
    return n;
}

// Pages on which nobody of the registry stands, each with the reason. A page that is not here must, asked as below, write whom it
// shows into the read log: a new page either records its looks (web_may_show) or gets a line here that says why it need not.
static const struct { const char *path, *because; } SHOWS_NOBODY[] = {
    { "/", "sums only" }, { "/login", "before anybody is known" }, { "/login/code", "before anybody is known" }, { "/confirm", "the own password" },
    { "/account", "the own account" }, { "/account/password", "the own account" }, { "/account/factor", "the own account" }, { "/users", "who works here" },
    { "/users/new", "who works here" }, { "/users/{id}", "who works here" }, { "/sessions", "who works here" }, { "/reconcile", "sums" }, { "/approval", "sums, and who signed" },
    { "/worklist", "what was asked for, by number" }, { "/request/{kab}/{id}", "what was asked for, by number" }, { "/places", "who signs for whom" }, { "/policies", "roles" },
    { "/import", "names of files" }, { "/import/wait/{hash}", "how far the work is" }, { "/audit", "numbers and commitments" }, { "/audit/looks", "numbers" },
    { "/audit/heads", "hashes" }, { "/audit/heads/lines", "hashes" }, { "/drift", "names of files" },
    { "/commitment", "counts, and proposals by number" }, { "/training", "trainings" }, { "/training/bank", "questions" }, { "/training/need", "counts" }, { "/training/{kab}/{id}", "a plan" }, { "/training/{kab}/{id}/people", "companions" },
    { "/training/{kab}/{id}/day", "companions" }, { "/training/{kab}/{id}/tests", "questions" }, { "/training/{kab}/{id}/report", "counts" }, { "/training/{kab}/{id}/paper", "companions" },
    { "/training/{kab}/{id}/calendar", "a plan" }, { "/training/{kab}/{id}/here", "a plan" }, { "/training/{kab}/{id}/test", "questions" },
    { "/companion/{kab}/{id}/trainings", "a companion" }, { "/certificate", "what stands on a paper" }, { "/certificate/{kab}/{n}/{code}", "what stands on a paper" },
    { "/forms", "counts by school" }, { "/forms/answers", "counts by place" }, { "/forms/remind", "a place and counts" }, { "/growth", "counts by kelurahan, small ones hidden" },
    { "/caseload", "companions and counts" }, { "/caseload/new", "companions and counts" }, { "/caseload/{kab}/{id}", "companions and counts" } };

static bool shows_nobody(const char *path) {
    for (size_t i = 0; i < sizeof SHOWS_NOBODY / sizeof *SHOWS_NOBODY; i++) if (!strcmp(SHOWS_NOBODY[i].path, path)) return true;
    return false;
}

static bool may_close(Db *db, int64_t kab, Str stage, Err *e) { (void)db; (void)kab; (void)stage; (void)e; return true; }

static void kept(const char *from, Str bytes) {
    Hash hash = hash_of(bytes.p, bytes.n);
    Buf path = { .max = 200 };
    buf_fmt(&path, "%s/", upload_folder);
    hash_put_hex(&path, &hash);
    buf_char(&path, 0);
    assert_int_equal(rename(from, path.p), 0);
    buf_free(&path);
}

// A stage that is closed, with a list of the Ministry beside it that differs (list 1), and a second wave with a row that was refused (2).
static void lists_counted(DbTest *t) {
    static const char SECOND[] = "iddtks;nama_penerima;gelombang;nominal\nS9000001;SITI REKAAN;2;lima\nS9000002;RINA REKAAN;2;225.000\n";
    Viewer operator = { .user_id = 1, .kab = 1371, .role = ROLE_OPERATOR, .login = "operator.latihan" };
    Str stage = STR("2024-2");
    ClosingSummary closed;
    RunSummary ran;
    PaylistRead read;
    PaylistExpected expected;
    const char *path = arena_fmt(&t->arena, "%s/list.csv", upload_folder).p;
    ClosingOptions o = { .stage = stage, .book_file = STR("pkh.yaml"), .book_text = rulebook_pkh(), .kab = 1371, .actor_id = 1, .at = instant_now(), .may_close_again = may_close };
    check_ok(closing_make(t->db, &o, &closed, &t->err) && run_make(t->db, &(RunOptions){ .stage = stage, .kab = 1371, .actor_id = 1, .at = instant_now() }, &ran, &t->err), t->err);
    PaylistSample sample = { .seed = 1, .kab = 1371, .family_n = FAMILY_N, .stage = stage, .period = "TAHAP 2 2024", .wave_n = 1 };
    check_ok(paylist_sample_write(t->db, &sample, TABLE_CSV, path, &expected, &t->err), t->err);
    PaylistFile file = { .kab = 1371, .stage = stage, .path = path, .name = STR("daftar.csv") };
    check_ok(paylist_read(t->db, &t->arena, &operator, &file, instant_now(), NULL, &read, &t->err), t->err);
    assert_int_equal(read.list.id, 1);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(SECOND, 1, sizeof SECOND - 1, f), sizeof SECOND - 1);
    fclose(f);
    check_ok(paylist_read(t->db, &t->arena, &operator, &file, instant_now(), NULL, &read, &t->err), t->err);
    assert_true(read.list.id == 2 && read.list.refused_n == 1);
    kept(path, (Str){ SECOND, sizeof SECOND - 1 });
}

// The registry's own families as a file to import, in which the women have no sex: staged as import 1, kept under the hash of its bytes.
static Str file_staged(DbTest *t) {
    char plain[80];
    ImportBatch batch;
    int64_t row_n;
    Buf hex = { .max = 100 }, bytes = { .max = 1 << 20 };
    lists_counted(t);
    snprintf(plain, sizeof plain, "%s/plain", upload_folder);
    check_ok(import_write_export(t->db, 1371, sight_of_program((Date){ 20000 }), plain, &row_n, &t->err), t->err);
    FILE *f = fopen(plain, "rb");
    char *at = buf_space(&bytes, 1 << 19);
    assert_true(f && at);
    size_t n = fread(at, 1, (1 << 19) - 1, f);
    fclose(f);
    unlink(plain);
    at[n] = 0;
    for (char *p = at; (p = strstr(p, "|P|")); p++) p[1] = 'X';
    Hash hash = hash_of(at, n);
    hash_put_hex(&hex, &hash);
    Str name = arena_str(&t->arena, buf_view(&hex));
    const char *path = arena_fmt(&t->arena, "%s/1371-" STR_FMT, upload_folder, STR_ARG(name)).p;
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(at, 1, n, f), n);
    fclose(f);
    check_ok(import_stage(t->db, &(ImportFile){ .kab = 1371, .actor_id = 1, .source = STR("DTKS"), .path = path, .name = STR("dtks.csv"), .at = instant_now() }, NULL, &batch, &t->err), t->err);
    assert_int_equal(batch.id, 1);
    buf_free(&hex);
    buf_free(&bytes);
    return name;
}

static Str somebody(DbTest *t) {
    DbStatement *s;
    bool has_row = false;
    check_ok(db_prepare(t->db, &NAMES, &s, &t->err) && db_step(s, &has_row, &t->err) && has_row, t->err);
    Str name = arena_str(&t->arena, db_text(s, 0));
    db_release(s);
    return name;
}

// The first address on a list that begins so: what stands on it exists. Empty when there is none.
static Str first_link(Arena *a, Server *s, const char *list, const char *start) {
    Str answer;
    const char *mark = arena_fmt(a, "href=\"%s", start).p;
    if (ask(a, s, "GET", str_c(list), &PEOPLE[0], &answer) != 200) return STR("");
    const char *at = memmem(answer.p, answer.n, mark, strlen(mark));
    if (!at) return STR("");
    Str rest = str_part(answer, (size_t)(at - answer.p) + 6, answer.n), link = str_cut(&rest, '"');
    return str_cut(&link, '?');
}

static Str hand_over_asked(DbTest *t, Arena *a) {
    static const Viewer COORDINATOR = { .user_id = 2, .kab = 1371, .role = ROLE_COORDINATOR, .login = "koordinator.latihan" };
    HandOverWish wish = { .kab = 1371, .from_id = 1, .to_id = 2, .families = STR("1-5"), .from_on = date_of_instant(instant_now(), 420) };
    HandOver seen, asked;
    check_ok(hand_over_look(t->db, a, &COORDINATOR, &wish, instant_now(), &seen, &t->err), t->err);
    check_ok(hand_over_ask(t->db, a, &COORDINATOR, &wish, &seen.hash, instant_now(), &asked, &t->err), t->err);
    return arena_fmt(a, "/caseload/1371/%lld/note", (long long)asked.id);
}

// A school's form with a pupil nobody knows, kept in the folder under its hash.
static Str form_kept(DbTest *t, Arena *a) {
    FormSheets sheets;
    Buf b = { .max = 1 << 20 }, hex = { .max = 100 };
    FormAsk ask = { .kind = FORM_EDUCATION, .period = { 2024, 1 }, .kab = 1371, .sight = sight_of_program((Date){ 20000 }), .has_numbers = true };
    check_ok(rulebook_open(a, STR("pkh.yaml"), rulebook_pkh(), &ask.book, &t->err), t->err);
    check_ok(db_begin_read(t->db, &t->err) && form_out(t->db, a, &ask, &sheets, &t->err), t->err);
    db_rollback(t->db);
    FormFile *f = &sheets.at[0].file;
    for (size_t k = 0; k < f->row_n; k++) f->rows[k].cells[11] = k ? STR("20") : STR("banyak");      // "many" is no number of days
    check_ok(formfile_csv(f, &b, &t->err), t->err);
    Hash hash = hash_of(b.p, b.n);
    hash_put_hex(&hex, &hash);
    Str name = arena_str(a, buf_view(&hex));
    FILE *file = fopen(arena_fmt(a, "%s/1371-" STR_FMT, upload_folder, STR_ARG(name)).p, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(b.p, 1, b.n, file), b.n);
    fclose(file);
    buf_free(&b);
    buf_free(&hex);
    return name;
}

// A pupil of family 1 whom a school's form names, though we know another school.
static const DbQuery TASK = { .name = "task", .params = "", .columns = "",
    .sqlite = "INSERT INTO form_task (kab, id, npsn, quarter_n, kind, family_id, person_id, name, state, actor_id, told_at) SELECT 1371, 1, '99000001', 20241, 'other_school', 1, MIN(id), '', 'open', 1, 0 FROM person WHERE kab = 1371 AND family_id = 1 ON CONFLICT DO NOTHING",
    .postgresql = "INSERT INTO form_task (kab, id, npsn, quarter_n, kind, family_id, person_id, name, state, actor_id, told_at) SELECT 1371, 1, '99000001', 20241, 'other_school', 1, MIN(id), '', 'open', 1, 0 FROM person WHERE kab = 1371 AND family_id = 1 ON CONFLICT DO NOTHING" };
static void task_make(DbTest *t) {
    DbStatement *s = NULL;
    bool has_row;
    check_ok(db_begin(t->db, &t->err) && db_prepare(t->db, &TASK, &s, &t->err) && db_step(s, &has_row, &t->err), t->err);
    db_release(s);
    check_ok(db_commit(t->db, &t->err), t->err);
}

// A request of a family, taken in once.
static Str desk_path(DbTest *t, Arena *a, const char *pattern) {
    Viewer operator = { .user_id = 1, .kab = 1371, .role = ROLE_OPERATOR, .login = "operator" };
    DeskTake take = { .kab = 1371, .family_id = 1, .kind = DESK_ACCESS, .asker = STR("self"), .proof = STR("ktp"), .who = STR("Siti Contoh") };
    int64_t id;
    bool is_new;
    check_ok(desk_take(t->db, a, &operator, &take, instant_now(), &id, &is_new, &t->err), t->err);
    if (!strcmp(pattern, "/desk")) return STR("/desk");
    return arena_fmt(a, "/desk/1371/%lld%s", (long long)id, strstr(pattern, "/letter") ? "/letter" : "");
}

// A proposal about a family, made once.
static Str adjustment_made(DbTest *t, Arena *a, const char *pattern) {
    Viewer operator = { .user_id = 1, .kab = 1371, .role = ROLE_OPERATOR, .login = "operator" };
    Adjustment row = { .family_id = 1, .kind = ADJUST_WARN, .rule_id = STR("peringatan"), .rule_en = STR("a warning"), .object_days = 14 };
    Pass pass = { .kab = 1371, .stage = STR("2024-3"), .what = PASS_SANCTIONS, .period = { date_make(2024, 3, 1), 3, { 1 }, date_make(2024, 6, 15) }, .rows = &row, .n = 1 };
    ApprovalRequest request;
    bool is_new;
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(pass_put(t->db, a, &operator, &pass, instant_now(), &request, &is_new, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
    return arena_fmt(a, "/family/1371/1/adjustment/1%s", strstr(pattern, "/letter") ? "/letter" : "");
}

// The address at which a page has somebody to show; empty when the sample registry has no such thing.
static Str telling_path(DbTest *t, Arena *a, Server *s, const char *pattern, Str file_hash) {
    if (!strncmp(pattern, "/identity/{kab}", 15)) return first_link(a, s, "/identity", "/identity/1371/");
    if (!strncmp(pattern, "/desk", 5)) return desk_path(t, a, pattern);
    if (strstr(pattern, "/adjustment/{n}")) return adjustment_made(t, a, pattern);
    if (!strncmp(pattern, "/drift/{kab}", 12)) return first_link(a, s, "/drift", "/drift/1371/");
    if (!strcmp(pattern, "/caseload/{kab}/{id}/note")) return hand_over_asked(t, a);
    if (!strncmp(pattern, "/paylist/{kab}", 14)) return arena_fmt(a, "/paylist/1371/2%s", pattern + strlen("/paylist/{kab}/{id}"));
    if (!strcmp(pattern, "/duplicates")) return first_link(a, s, "/duplicates", "/duplicates/1371/").n ? STR("/duplicates") : STR("");       // an empty list shows nobody
    if (!strncmp(pattern, "/duplicates/{kab}", 17)) {
        Str pair = first_link(a, s, "/duplicates", "/duplicates/1371/");
        return pair.n && strstr(pattern, "/merge") ? arena_fmt(a, STR_FMT "/merge", STR_ARG(pair)) : pair;
    }
    Buf name = { .max = 400 };
    Str path = sample_path(a, pattern);
    if (!strcmp(pattern, "/import/look/{hash}")) return arena_fmt(a, "/import/look/" STR_FMT, STR_ARG(file_hash));
    if (!strcmp(pattern, "/forms/in/{hash}")) return arena_fmt(a, "/forms/in/" STR_FMT, STR_ARG(form_kept(t, a)));
    if (!strcmp(pattern, "/forms/tasks")) return task_make(t), str_c(pattern);
    if (!strcmp(pattern, "/import/{kab}/{id}/findings")) return STR("/import/1371/1/findings?field=jenis_kelamin&code=unknown");
    if (!strcmp(pattern, "/families/letters")) return STR("/families/letters?format=pdf&part=1");     // the page before it shows counts and places
    if (!strcmp(pattern, "/lives")) return STR("/lives?stage=2024-3");
    if (strcmp(pattern, "/search")) return path;
    url_encode(&name, somebody(t));
    path = arena_fmt(a, "/search?q=" STR_FMT, STR_ARG(buf_view(&name)));
    buf_free(&name);
    return path;
}

static void each_page_records_whom_it_shows(DbTest *t) {
    Server *s = office_open(t);
    Str file_hash = file_staged(t);
    int shown_n = 0;
    for (size_t k = 0; server_options(s)->routes[k]; k++) for (const Route *route = server_options(s)->routes[k]; route->path; route++) {
        Arena a = {0};
        Str path = telling_path(t, &a, s, route->path, file_hash);
        const Str paths[] = { path, arena_fmt(&a, STR_FMT "%cformat=csv", STR_ARG(path), str_contains(path, STR("?")) ? '&' : '?') };     // as a page and as a file
        bool is_nobody = shows_nobody(route->path);
        for (size_t i = 0; i < 2 && path.n && strcmp(route->method, "GET") == 0; i++) {
            Str answer;
            int64_t before = looks_n(t);
            int status = ask(&a, s, "GET", paths[i], &PEOPLE[0], &answer);
            bool is_shown = shows_somebody(t, answer), is_recorded = looks_n(t) > before;
            if (is_nobody && is_shown) fail_msg("GET " STR_FMT " shows a family: take it out of SHOWS_NOBODY and record it (web_may_show)", STR_ARG(paths[i]));
            if (is_shown && !is_recorded) fail_msg("GET " STR_FMT " shows a family and does not write it down (web_may_show)", STR_ARG(paths[i]));
            if (!is_nobody && i == 0 && (status != 200 || !is_recorded))
                fail_msg("GET " STR_FMT " (%d) records no look: put it into SHOWS_NOBODY with the reason, or say in telling_path where it shows somebody", STR_ARG(paths[i]), status);
            shown_n += is_shown;
        }
        arena_free(&a);
    }
    assert_true(shown_n >= 8);
    size_t before = looks_at(t, 1);
    Arena a = {0};
    assert_int_equal(ask(&a, s, "GET", STR("/family/1371/999999"), &PEOPLE[0], NULL), 404);
    assert_int_equal(ask(&a, s, "GET", STR("/family/1371/1"), &PEOPLE[0], NULL), 200);
    assert_int_equal(looks_at(t, 1), before + 1);
    arena_free(&a);
    server_stop(s);
    web_close();
}

// All pages that show people: with a log that can be written they do, else they answer 503, say why, and show nobody.
static void people_are(DbTest *t, Server *s, Str file_hash, bool is_shown) {
    for (size_t k = 0; server_options(s)->routes[k]; k++) for (const Route *route = server_options(s)->routes[k]; route->path; route++) {
        if (strcmp(route->method, "GET") || shows_nobody(route->path)) continue;
        Arena a = {0};
        Str answer, path = telling_path(t, &a, s, route->path, file_hash);
        int status = path.n ? ask(&a, s, "GET", path, &PEOPLE[0], &answer) : 0;
        if (status && (status != (is_shown ? 200 : 503) || (!is_shown && shows_somebody(t, answer)))) fail_msg("GET " STR_FMT ": %d", STR_ARG(path), status);
        if (!is_shown && status) assert_true(str_contains(answer, str_c(_("Personal data is not shown now"))));
        arena_free(&a);
    }
    Arena a = {0};
    Str answer;
    assert_int_equal(ask(&a, s, "GET", STR("/families?format=csv"), &PEOPLE[0], &answer), is_shown ? 200 : 503);
    assert_int_equal(ask(&a, s, "GET", STR("/"), &PEOPLE[0], &answer), 200);       // what shows nobody goes on
    arena_free(&a);
}

static void reads_remove(DbTest *t) {
    static const char *const ENDINGS[] = { "", "-wal", "-shm" };
    for (size_t i = 0; i < 3; i++) unlink(arena_fmt(&t->arena, STR_FMT ".reads%s", STR_ARG(t->url), ENDINGS[i]).p);
}

// The table is gone, or the file's place is taken.
static void without_the_read_log_nobody_is_shown(DbTest *t) {
    Server *s = office_open(t);
    Str file_hash = file_staged(t), reads = arena_fmt(&t->arena, STR_FMT ".reads", STR_ARG(t->url));
    people_are(t, s, file_hash, true);
    if (t->engine == DB_POSTGRESQL) {
        assert_true(db_test_sql(arena_fmt(&t->arena, "ALTER TABLE %s.read_page RENAME TO read_page_gone", t->schema).p));
    } else {
        reads_remove(t);
        assert_int_equal(mkdir(arena_c(&t->arena, reads), 0700), 0);
    }
    people_are(t, s, file_hash, false);
    if (t->engine == DB_POSTGRESQL) assert_true(db_test_sql(arena_fmt(&t->arena, "ALTER TABLE %s.read_page_gone RENAME TO read_page", t->schema).p));
    else assert_int_equal(rmdir(arena_c(&t->arena, reads)), 0);
    people_are(t, s, file_hash, true);
    server_stop(s);
    web_close();
}

// Who knows the hash of a file that was sent for another district finds nothing under it.
static void a_kept_file_answers_to_its_district(DbTest *t) {
    Server *s = office_open(t);
    Arena a = { 0 };
    Str sent = file_staged(t), filled = form_kept(t, &a), answer;
    const Str names[] = { sent, filled }, paths[] = { arena_fmt(&a, "/import/look/" STR_FMT, STR_ARG(sent)), arena_fmt(&a, "/forms/in/" STR_FMT, STR_ARG(filled)) };
    for (int i = 0; i < 2; i++) {
        const char *ours = arena_fmt(&a, "%s/1371-" STR_FMT, upload_folder, STR_ARG(names[i])).p, *theirs = arena_fmt(&a, "%s/1372-" STR_FMT, upload_folder, STR_ARG(names[i])).p;
        assert_int_equal(ask(&a, s, "GET", paths[i], &PEOPLE[0], &answer), 200);
        assert_int_equal(rename(ours, theirs), 0);
        assert_int_equal(ask(&a, s, "GET", paths[i], &PEOPLE[0], &answer), 404);
        assert_int_equal(ask(&a, s, "GET", arena_fmt(&a, STR_FMT "?kab=1372", STR_ARG(paths[i])), &PEOPLE[0], &answer), 404);
        assert_int_equal(rename(theirs, ours), 0);
    }
    arena_free(&a);
    server_stop(s);
    web_close();
}

// No file of this process can grow by a byte, as on a full disk; and then it can again. On PostgreSQL the disk is the server's own.
static void on_a_full_disk_nobody_is_shown(void **state) {
    DbTest full, *t = &full;
    struct rlimit before, none;
    (void)state;
    assert_true(db_test_open(t, DB_SQLITE));
    Server *s = office_open(t);
    Str file_hash = file_staged(t);
    people_are(t, s, file_hash, true);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = (struct rlimit){ 0, before.rlim_max };
    fflush(NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    Arena a = {0};
    Str answer;
    int status = ask(&a, s, "GET", STR("/families"), &PEOPLE[0], &answer), family = ask(&a, s, "GET", STR("/family/1371/1"), &PEOPLE[0], NULL);
    bool is_shown = shows_somebody(t, answer), is_said = str_contains(answer, str_c(_("Personal data is not shown now")));
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);         // before anything is printed: the output may be a file, too
    assert_int_equal(status, 503);
    assert_int_equal(family, 503);
    assert_true(!is_shown && is_said);
    people_are(t, s, file_hash, true);
    arena_free(&a);
    server_stop(s);
    web_close();
    db_test_close(t);
}

// The folder may not be written by who serves: the database can be read, the log cannot be made. Root may write everywhere, so it
// becomes nobody for a while.
static void in_a_read_only_folder_nobody_is_shown(void **state) {
    static const char *const ENDINGS[] = { "", "-wal", "-shm", ".keys" };
    DbTest kept, *t = &kept;
    (void)state;
    assert_true(db_test_open(t, DB_SQLITE));
    Server *s = office_open(t);
    Str file_hash = file_staged(t);
    people_are(t, s, file_hash, true);
    server_stop(s);
    web_close();
    reads_remove(t);
    uid_t me = geteuid();
    for (size_t i = 0; i < 4; i++) {
        const char *file = arena_fmt(&t->arena, STR_FMT "%s", STR_ARG(t->url), ENDINGS[i]).p;
        if (i < 3) (void)chmod(file, 0666);
        else if (me == 0) assert_int_equal(chown(file, 65534, 65534), 0);      // keys are their owner's alone
    }
    assert_int_equal(chmod(t->folder, 0555), 0);
    if (me == 0) assert_int_equal(seteuid(65534), 0);
    s = office_serve(t);
    Arena a = {0};
    Str answer;
    int status = ask(&a, s, "GET", STR("/families"), &PEOPLE[0], &answer), family = ask(&a, s, "GET", STR("/family/1371/1"), &PEOPLE[0], NULL), home = ask(&a, s, "GET", STR("/"), &PEOPLE[0], NULL);
    bool is_shown = shows_somebody(t, answer), is_said = str_contains(answer, str_c(_("Personal data is not shown now")));
    server_stop(s);
    web_close();
    if (me == 0) assert_int_equal(seteuid(me), 0);
    assert_int_equal(chmod(t->folder, 0700), 0);
    assert_int_equal(status, 503);
    assert_int_equal(family, 503);
    assert_int_equal(home, 200);
    assert_true(!is_shown && is_said);
    const char *keys = arena_fmt(&t->arena, STR_FMT ".keys", STR_ARG(t->url)).p;
    if (me == 0) assert_int_equal(chown(keys, 0, 0), 0);
    s = office_serve(t);
    people_are(t, s, file_hash, true);
    arena_free(&a);
    server_stop(s);
    web_close();
    db_test_close(t);
}

DB_TEST(each_page_records_whom_it_shows)
DB_TEST(without_the_read_log_nobody_is_shown)
DB_TEST(a_kept_file_answers_to_its_district)
// The same list, the same authority, whatever the format: a companion's file holds the own families and no other.
static void lists_are_files_too(DbTest *t) {
    Server *s = office_open(t);
    Arena a = {0};
    Str answer;
    static const struct { const char *path, *type, *part; } FILES[] = {
        { "/identity?format=csv", "text/csv; charset=utf-8", ";" }, { "/duplicates?format=json", "application/json; charset=utf-8", "\"row_n\":" },
        { "/families?format=csv", "text/csv; charset=utf-8", ";" }, { "/families?format=json", "application/json; charset=utf-8", "\"row_n\":300}" },
        { "/families?format=xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "PK" },
    };
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        assert_int_equal(ask(&a, s, "GET", str_c(FILES[i].path), &PEOPLE[0], &answer), 200);
        check_str(header_of(answer, "Content-Type"), str_c(FILES[i].type));
        assert_true(str_contains(header_of(answer, "Content-Disposition"), STR("-1371-")));
        assert_true(str_contains(body_of(answer), str_c(FILES[i].part)));
        assert_false(str_contains(body_of(answer), STR("<main")));
    }
    assert_int_equal(ask(&a, s, "GET", STR("/families?format=exe"), &PEOPLE[0], &answer), 422);
    assert_int_equal(ask(&a, s, "GET", STR("/families?format=json"), &PEOPLE[4], &answer), 200);
    const char *end = memmem(answer.p, answer.n, "\"row_n\":", 8);
    assert_non_null(end);
    assert_int_equal(strtol(end + 8, NULL, 10), FAMILY_OWN_N);
    arena_free(&a);
    server_stop(s);
    web_close();
}

// The box finds nobody whose page one may not open, and writes down whom it showed; a number in an address finds nobody at all.
static void the_search_shows_whom_one_may_see(DbTest *t) {
    Server *s = office_open(t);
    Arena a = {0};
    Str answer;
    const Person *const WHO[] = { &PEOPLE[0], &PEOPLE[4] };
    for (size_t i = 0; i < 2; i++) {
        size_t shown_n = 0;
        int64_t before = looks_n(t);
        assert_int_equal(ask(&a, s, "GET", STR("/search?q=siti"), WHO[i], &answer), 200);
        Str main = main_of(answer);
        for (const char *at = main.p; (at = memmem(at, (size_t)(main.p + main.n - at), "/family/1371/", 13)); at++, shown_n++)
            assert_int_equal(ask(&a, s, "GET", arena_fmt(&a, "/family/1371/%ld", strtol(at + 13, NULL, 10)), WHO[i], NULL), 200);
        if (i == 0) assert_true(shown_n > 3 && looks_n(t) > before);
    }
    assert_int_equal(ask(&a, s, "GET", STR("/search?q=1371014101900001"), &PEOPLE[0], &answer), 200);
    assert_false(str_contains(main_of(answer), STR("/family/1371/")));
    arena_free(&a);
    server_stop(s);
    web_close();
}

// ---- one status --------------------------------------------------------------------------------------------------

// From `from` up to `to`, both searched for; stops the test when they are not there.
static Str between(Str text, const char *from, const char *to) {
    const char *at = memmem(text.p, text.n, from, strlen(from));
    if (!at) fail_msg("no %s", from);
    at += strlen(from);
    const char *end = memmem(at, (size_t)(text.p + text.n - at), to, strlen(to));
    if (!end) fail_msg("no %s after %s", to, from);
    return (Str){ at, (size_t)(end - at) };
}
static Str field_of(Arena *a, Str row, const char *name) { return between(row, arena_fmt(a, "\"%s\":\"", name).p, "\""); }

static void stage_compute(DbTest *t) {
    ClosingOptions closing = { .stage = STR("2024-2"), .book_file = STR("pkh.yaml"), .book_text = rulebook_pkh(), .kab = 1371, .at = instant_now() };
    ClosingSummary closed;
    RunSummary ran;
    check_ok(closing_make(t->db, &closing, &closed, &t->err), t->err);
    check_ok(run_make(t->db, &(RunOptions){ .stage = STR("2024-2"), .kab = 1371, .at = instant_now() }, &ran, &t->err), t->err);
}

static int pages_of_pdf(Str bytes) {
    int n = 0;
    for (const char *at; (at = memmem(bytes.p, bytes.n, "/Type /Page ", 12)); bytes = str_part(bytes, (size_t)(at - bytes.p) + 12, bytes.n)) n++;
    return n;
}

// One page for each family of the list, each recorded as a look; a companion gets the own families only.
static void letters_of_a_list(DbTest *t, Arena *a, Server *s) {
    Str answer;
    int64_t before = looks_n(t);
    assert_int_equal(ask(a, s, "GET", STR("/families/letters?stage=2024-2&situation=suspended"), &PEOPLE[0], &answer), 200);
    assert_true(str_contains(answer, STR("part=1")) && !str_contains(answer, STR("part=2")) && looks_n(t) == before);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(ask(a, s, "GET", arena_fmt(a, "/families/letters?stage=2024-2&format=pdf&part=1&paper=%s", i ? "a5" : "a4"), &PEOPLE[0], &answer), 200);
        assert_true(str_starts(body_of(answer), STR("%PDF-")));
        assert_int_equal(pages_of_pdf(body_of(answer)), FAMILY_N);
    }
    assert_true(looks_n(t) >= before + 2);
    assert_int_equal(ask(a, s, "GET", STR("/families/letters?stage=2024-2&format=pdf&part=2"), &PEOPLE[0], &answer), 404);
    assert_int_equal(ask(a, s, "GET", STR("/families/letters?stage=2024-2&format=pdf&paper=a3"), &PEOPLE[0], &answer), 422);
    assert_int_equal(ask(a, s, "GET", STR("/families/letters?q=zzzzzzzz&format=pdf"), &PEOPLE[0], &answer), 404);
}

// What the list says of a family in JSON stands in its row of the page, on its own page and in its letter, word for word.
static void list_page_and_letter_say_the_same(DbTest *t) {
    Server *s = office_open(t);
    Arena a = {0};
    Str json, list, page, letter;
    LifeResult life;
    Viewer operator = { .user_id = 1, .kab = 1371, .role = ROLE_OPERATOR, .login = "operator" };
    LifeAct act = { .kab = 1371, .on = { date_of_instant(instant_now(), 420).days - 1 }, .actor = operator, .at = instant_now() };
    act.family_id = 4;
    check_ok(life_suspend(t->db, &act, STR("being_checked"), &life, &t->err), t->err);
    stage_compute(t);
    act.family_id = 9;
    check_ok(life_leave(t->db, &act, STR("graduated"), &life, &t->err), t->err);
    assert_int_equal(ask(&a, s, "GET", STR("/families?stage=2024-2&format=json"), &PEOPLE[0], &json), 200);
    assert_int_equal(ask(&a, s, "GET", STR("/families?stage=2024-2"), &PEOPLE[0], &list), 200);
    size_t suspended_n = 0, expected_n = 0;
    for (int id = 1; id <= 40; id++) {
        Str row = between(json, arena_fmt(&a, "\"id\":%d,", id).p, "}"), code = field_of(&a, row, "status"), title = field_of(&a, row, "status_text"), next = field_of(&a, row, "next_text");
        Str member = field_of(&a, row, "membership"), amount = between(arena_fmt(&a, STR_FMT ",", STR_ARG(row)), "\"amount\":", ",");
        Buf rupiah = { .max = 64 };
        int64_t rp;
        assert_true(str_int64(amount, &rp));
        rupiah_put(&rupiah, (Rupiah){ rp });
        suspended_n += str_eq(code, STR("suspended"));
        expected_n += str_eq(code, STR("expected"));
        assert_int_equal(ask(&a, s, "GET", arena_fmt(&a, "/family/1371/%d?stage=2024-2", id), &PEOPLE[0], &page), 200);
        assert_int_equal(ask(&a, s, "GET", arena_fmt(&a, "/family/1371/%d/letter?stage=2024-2", id), &PEOPLE[0], &letter), 200);
        Str in_list = between(list, arena_fmt(&a, "/family/1371/%d\"", id).p, "</tr>"), in_page = between(page, "aria-labelledby=\"situation\"", "</section>"), in_letter = between(letter, "<article", "</article>");
        assert_true(str_contains(in_list, title) && str_contains(in_page, title) && str_contains(in_letter, title));
        assert_true(str_contains(in_list, next) && str_contains(in_page, next) && str_contains(in_page, member));
        if (rp) assert_true(str_contains(in_list, buf_view(&rupiah)) && str_contains(in_page, buf_view(&rupiah)) && str_contains(in_letter, buf_view(&rupiah)));
        buf_free(&rupiah);
    }
    assert_true(suspended_n >= 1 && expected_n > 20);
    // The filter and the column count the same.
    assert_int_equal(ask(&a, s, "GET", STR("/families?stage=2024-2&situation=suspended&format=json"), &PEOPLE[0], &list), 200);
    size_t filtered_n = 0, all_n = 0;
    Str rest = list;
    for (const char *at; (at = memmem(rest.p, rest.n, "\"status\":\"", 10)); rest = str_part(rest, (size_t)(at - rest.p) + 10, rest.n)) filtered_n++;
    rest = json;
    for (const char *at; (at = memmem(rest.p, rest.n, "\"status\":\"suspended\"", 20)); rest = str_part(rest, (size_t)(at - rest.p) + 20, rest.n)) all_n++;
    assert_true(filtered_n == all_n && all_n == (size_t)strtol(between(list, "\"row_n\":", "}").p, NULL, 10));
    assert_int_equal(ask(&a, s, "GET", STR("/family/1371/2/letter?format=pdf"), &PEOPLE[0], &letter), 200);
    assert_true(str_starts(body_of(letter), STR("%PDF-")));
    assert_int_equal(ask(&a, s, "GET", STR("/family/1371/999999/letter"), &PEOPLE[0], &letter), 404);
    letters_of_a_list(t, &a, s);
    arena_free(&a);
    server_stop(s);
    web_close();
}

DB_TEST(list_page_and_letter_say_the_same)
DB_TEST(each_role_gets_its_routes_and_no_other)
DB_TEST(what_one_may_not_see_is_not_found)
DB_TEST(lists_are_files_too)
DB_TEST(the_search_shows_whom_one_may_see)
DB_TEST(a_session_that_was_made_up_is_nobody)

static const struct CMUnitTest tests[] = {
    DB_TESTS(each_page_records_whom_it_shows), DB_TESTS(without_the_read_log_nobody_is_shown), DB_TESTS(a_kept_file_answers_to_its_district),
    cmocka_unit_test(on_a_full_disk_nobody_is_shown), cmocka_unit_test(in_a_read_only_folder_nobody_is_shown),
    DB_TESTS(lists_are_files_too), DB_TESTS(each_role_gets_its_routes_and_no_other), DB_TESTS(what_one_may_not_see_is_not_found), DB_TESTS(a_session_that_was_made_up_is_nobody),
    DB_TESTS(the_search_shows_whom_one_may_see), DB_TESTS(list_page_and_letter_say_the_same),
};
TEST_MAIN(tests)
