// worklist_test.c: what waits for whom, in order of its day; one button pressed twice, and by two people at once; a file that waits.
#include "db/db_test.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "office/user.h"
#include "registry/import_approval.h"
#include "status/worklist.h"
#include <pthread.h>

#define KAB 1371
#define DAY ((int64_t)86400000)
static const Instant NOON = { 1713153600000 };
static Instant later(int days) { return (Instant){ NOON.ms + days * DAY }; }
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)

enum { OPERATOR, COORDINATOR, LINJAMSOS, HEAD, FAR_HEAD, AUDITOR, PEOPLE };
static const struct { const char *login; Role role; int64_t kab; } WHO[PEOPLE] = {
    [OPERATOR] = { "operator", ROLE_OPERATOR, KAB },         [COORDINATOR] = { "coordinator", ROLE_COORDINATOR, KAB },
    [LINJAMSOS] = { "linjamsos", ROLE_HEAD_LINJAMSOS, KAB }, [HEAD] = { "head", ROLE_HEAD_DINSOS, KAB },
    [FAR_HEAD] = { "far_head", ROLE_HEAD_DINSOS, 1372 },     [AUDITOR] = { "auditor", ROLE_AUDITOR, KAB } };
static Viewer who[PEOPLE];

static void office_make(DbTest *t) {
    good(db_begin(t->db, &t->err));
    for (int i = 0; i < PEOPLE; i++) {
        who[i] = (Viewer){ .kab = WHO[i].kab, .role = WHO[i].role };
        snprintf(who[i].login, sizeof who[i].login, "%s", WHO[i].login);
        good(user_insert(t->db, 0, &(UserNew){ .login = str_c(who[i].login), .name = STR("Siti Nurbaya"), .role = who[i].role, .kab = who[i].kab }, STR("none"), false, NOON, &who[i].user_id, &t->err));
    }
    good(db_commit(t->db, &t->err));
}

// ---- a file as the thing that is signed: it needs no stage --------------------------------------------------------
static const DbQuery FILE_PUT = { .name = "worklist_test: file",
    .sqlite = "INSERT INTO import_batch (kab, id, source, file_name, file_hash, state, row_n, error_n, warning_n, staged_bytes_n, staged_row_n, staged_line_n, unwrapped_n, separated_n, actor_id, started_at) "
              "VALUES (1371, ?1, 'DTKS', 'uji.csv', ?2, 'staged', 10, 1, 2, 0, 0, 0, 0, 0, 1, 1713153600000)",
    .postgresql = "INSERT INTO import_batch (kab, id, source, file_name, file_hash, state, row_n, error_n, warning_n, staged_bytes_n, staged_row_n, staged_line_n, unwrapped_n, separated_n, actor_id, started_at) "
                  "VALUES (1371, $1, 'DTKS', 'uji.csv', $2, 'staged', 10, 1, 2, 0, 0, 0, 0, 0, 1, 1713153600000)",
    .params = "ib", .columns = "", .params_n = 2 };
static const DbQuery READING_PUT = { .name = "worklist_test: reading",
    .sqlite = "INSERT INTO import_reading (kab, batch_id, content_hash, choices, sheet, separator, encoding, header, bytes_n, carried, data_row_n, part_row_n, family_n, part_family_n, last_family_id, footer_n) "
              "VALUES (1371, ?1, ?2, '', '', ';', 'utf-8', '', 100, '', 10, 0, 0, 0, 0, 0)",
    .postgresql = "INSERT INTO import_reading (kab, batch_id, content_hash, choices, sheet, separator, encoding, header, bytes_n, carried, data_row_n, part_row_n, family_n, part_family_n, last_family_id, footer_n) "
                  "VALUES (1371, $1, $2, '', '', ';', 'utf-8', '', 100, '', 10, 0, 0, 0, 0, 0)",
    .params = "ib", .columns = "", .params_n = 2 };
static const DbQuery FILE_GROWS = { .name = "worklist_test: grows", .sqlite = "UPDATE import_batch SET error_n = error_n + 1 WHERE kab = 1371 AND id = ?1",
    .postgresql = "UPDATE import_batch SET error_n = error_n + 1 WHERE kab = 1371 AND id = $1", .params = "i", .columns = "", .params_n = 1 };

static void sql_do(DbTest *t, const DbQuery *query, int64_t id) {
    DbStatement *s;
    bool has_row;
    Hash hash = hash_of(&id, sizeof id);
    good(db_begin(t->db, &t->err));
    good(db_prepare(t->db, query, &s, &t->err));
    db_bind_int(s, 0, id);
    if (query->params_n > 1) db_bind_hash(s, 1, &hash);
    good(db_step(s, &has_row, &t->err));
    db_release(s);
    good(db_commit(t->db, &t->err));
}
static void file_put(DbTest *t, int64_t id) { sql_do(t, &FILE_PUT, id); sql_do(t, &READING_PUT, id); }

typedef struct { DbTest *t; const Viewer *viewer; int64_t batch_id; Instant at; ApprovalRequest out; bool is_new; } Ask;
static bool ask_work(Db *db, void *with, Err *e) { Ask *p = with; return import_leave_ask(db, &p->t->arena, p->viewer, KAB, p->batch_id, p->at, &p->out, &p->is_new, e); }
static bool ask(DbTest *t, const Viewer *viewer, int64_t batch_id, Instant at, ApprovalRequest *out) {
    Ask p = { t, viewer, batch_id, at, { 0 }, false };
    if (!change_do(t->db, ask_work, &p, &t->err)) return false;
    *out = p.out;
    return true;
}

static bool press_at(DbTest *t, const Viewer *viewer, const ApprovalRequest *r, PressKind what, const char *reason, Instant at, bool *is_new) {
    ApprovalRequest out;
    return worklist_press(t->db, &t->arena, viewer, &(Press){ r->kab, r->id, what, r->seen_hash, str_c(reason) }, at, &out, is_new, &t->err);
}
static bool press(DbTest *t, const Viewer *viewer, const ApprovalRequest *r, PressKind what, const char *reason, bool *is_new) { return press_at(t, viewer, r, what, reason, NOON, is_new); }

static Worklist list_of(DbTest *t, const Viewer *viewer, Instant at) {
    Worklist w;
    good(worklist_read(t->db, &t->arena, viewer, at, &w, &t->err));
    return w;
}

static int64_t audit_n(DbTest *t) {
    int64_t n;
    Hash head;
    good(audit_head(t->db, KAB, &n, &head, &t->err));
    return n;
}

static void it_waits_for_those_who_may_sign(DbTest *t) {
    ApprovalRequest r[4] = { 0 };
    bool is_new;
    office_make(t);
    for (int i = 0; i < 4; i++) {
        file_put(t, i + 1);
        good(ask(t, &who[OPERATOR], i + 1, later(i % 2 ? -i : i), &r[i]));                    // due on days that are not in the order of asking
    }
    Worklist w = list_of(t, &who[LINJAMSOS], NOON);
    assert_int_equal(w.waiting.n, 4);
    for (size_t i = 1; i < 4; i++) assert_true(w.waiting.at[i - 1].request.due_on.days <= w.waiting.at[i].request.due_on.days);
    assert_int_equal(w.made.n + w.decided.n + w.late.n, 0);
    assert_true(w.waiting.at[0].may_sign && !w.waiting.at[0].may_withdraw && !w.waiting.at[0].is_late);
    w = list_of(t, &who[OPERATOR], NOON);
    assert_true(w.waiting.n == 0 && w.made.n == 4 && w.made.at[0].may_withdraw && !w.made.at[0].may_sign);
    assert_int_equal(list_of(t, &who[AUDITOR], later(30)).late.n, 4);
    w = list_of(t, &who[FAR_HEAD], later(30));
    assert_int_equal(w.waiting.n + w.made.n + w.decided.n + w.late.n, 0);
    WorklistItem item;
    refused(worklist_find(t->db, &t->arena, &who[FAR_HEAD], KAB, r[0].id, NOON, &item, &t->err), NOT_FOUND);
    char unseen[sizeof t->err.text];
    snprintf(unseen, sizeof unseen, "%s", t->err.text);
    refused(worklist_find(t->db, &t->arena, &who[HEAD], KAB, 999, NOON, &item, &t->err), NOT_FOUND);
    assert_string_equal(t->err.text, unseen);
    refused(press(t, &who[FAR_HEAD], &r[0], PRESS_SIGN, "", &is_new), NOT_FOUND);

    good(press(t, &who[HEAD], &r[0], PRESS_SIGN, "", &is_new));
    good(press(t, &who[LINJAMSOS], &r[1], PRESS_REFUSE, "baris 7 salah", &is_new));
    good(press(t, &who[OPERATOR], &r[2], PRESS_WITHDRAW, "", &is_new));
    w = list_of(t, &who[OPERATOR], NOON);
    assert_true(w.made.n == 1 && w.decided.n == 3);
    assert_int_equal(list_of(t, &who[OPERATOR], later(WORKLIST_DECIDED_DAYS + 1)).decided.n, 0);
    for (size_t i = 0; i < 3; i++) if (w.decided.at[i].request.state == REQUEST_REFUSED) check_str(w.decided.at[i].request.reason, STR("baris 7 salah"));
    WorklistFact facts[WORKLIST_FACTS_MAX];
    size_t n = 0;
    good(worklist_facts(t->db, &t->arena, &w.made.at[0], facts, &n, &t->err));
    assert_int_equal(n, 5);
    check_str(facts[0].text, STR("uji.csv"));
}

static void the_second_click_changes_nothing(DbTest *t) {
    static const struct { PressKind what; int who, other; const char *reason; } ROWS[] = {
        { PRESS_SIGN, HEAD, LINJAMSOS, "" }, { PRESS_REFUSE, HEAD, LINJAMSOS, "salah" }, { PRESS_WITHDRAW, OPERATOR, COORDINATOR, "" } };
    office_make(t);
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        ApprovalRequest r = { 0 };
        bool is_new;
        file_put(t, (int64_t)i + 1);
        good(ask(t, &who[OPERATOR], (int64_t)i + 1, NOON, &r));
        good(press(t, &who[ROWS[i].who], &r, ROWS[i].what, ROWS[i].reason, &is_new));
        assert_true(is_new);
        int64_t before = audit_n(t);
        good(press_at(t, &who[ROWS[i].who], &r, ROWS[i].what, ROWS[i].reason, later(1), &is_new));
        assert_false(is_new);
        refused(press(t, &who[ROWS[i].other], &r, ROWS[i].what, "x", &is_new), CONFLICT);      // the other one is told what was decided
        assert_int_equal(audit_n(t), before);
    }
    ApprovalRequest r = { 0 };
    bool is_new;
    file_put(t, 9);
    good(ask(t, &who[OPERATOR], 9, NOON, &r));
    refused(press(t, &who[HEAD], &r, PRESS_REFUSE, "  ", &is_new), BAD_INPUT);
    refused(press(t, &who[OPERATOR], &r, PRESS_SIGN, "", &is_new), FORBIDDEN);
    refused(press(t, &who[COORDINATOR], &r, PRESS_WITHDRAW, "", &is_new), FORBIDDEN);
    sql_do(t, &FILE_GROWS, 9);                              // it is no longer what was asked
    refused(press(t, &who[HEAD], &r, PRESS_SIGN, "", &is_new), CONFLICT);
    WorklistItem item;
    good(worklist_find(t->db, &t->arena, &who[HEAD], KAB, r.id, NOON, &item, &t->err));
    assert_true(item.is_changed);
    good(press(t, &who[HEAD], &r, PRESS_REFUSE, "berubah", &is_new));
}

typedef struct { Str url; const Viewer *viewer; Press press; ErrCode answer; bool is_new; } Hand;
static void *hand_work(void *with) {
    Hand *h = with;
    Arena a = { 0 };
    Err e = { 0 };
    Db *db = NULL;
    ApprovalRequest out;
    if (db_open(h->url, (DbOptions){ 0 }, &db, &e) && worklist_press(db, &a, h->viewer, &h->press, NOON, &out, &h->is_new, &e)) e = (Err){ 0 };
    h->answer = e.code;
    db_close(db);
    arena_free(&a);
    return NULL;
}

// Three who may sign and one who refuses, each twice, at the same moment: one hand decides, the others read what it decided.
static void many_hands_at_once_decide_once(DbTest *t) {
    office_make(t);
    for (int64_t round = 1; round <= 4; round++) {
        ApprovalRequest r = { 0 };
        Hand hands[8];
        pthread_t threads[8];
        static const int WHOSE[8] = { HEAD, LINJAMSOS, COORDINATOR, HEAD, LINJAMSOS, COORDINATOR, HEAD, LINJAMSOS };
        file_put(t, round);
        good(ask(t, &who[OPERATOR], round, NOON, &r));
        int64_t before = audit_n(t);
        for (int i = 0; i < 8; i++) {
            hands[i] = (Hand){ t->url, &who[WHOSE[i]], { KAB, r.id, i < 6 ? PRESS_SIGN : PRESS_REFUSE, r.seen_hash, STR("tidak") }, ERR_NONE, false };
            assert_int_equal(pthread_create(&threads[i], NULL, hand_work, &hands[i]), 0);
        }
        int new_n = 0;
        for (int i = 0; i < 8; i++) {
            assert_int_equal(pthread_join(threads[i], NULL), 0);
            assert_true(hands[i].answer == ERR_NONE || hands[i].answer == CONFLICT);
            new_n += hands[i].is_new;
        }
        assert_int_equal(new_n, 1);
        assert_int_equal(audit_n(t), before + 1);
    }
}

static bool policy_put(Db *db, void *with, Err *e) { const Policy *p = with; return approval_policy_set(db, &who[HEAD], STR("import"), p, NOON, e); }
static bool require_work(Db *db, void *with, Err *e) { return import_leave_require(db, KAB, 1, *(Instant *)with, e); }

// Free until a rule of the office's own holds; from then on it waits for another person, and what has changed waits again.
static void a_file_waits_where_a_policy_says_so(DbTest *t) {
    Arena *a = &t->arena;
    ImportLeave leave;
    ApprovalRequest r = { 0 }, found;
    bool is_new;
    PolicyRow rows[] = { { 0, { 0 }, ROLE_OPERATOR }, { 1, { 0 }, ROLE_HEAD_DINSOS } };
    Policy policy = { .kab = KAB, .from_on = { district_day(KAB, NOON).days + 2 }, .at = rows, .n = 2 };
    Instant then = later(2), now = NOON;
    office_make(t);
    file_put(t, 1);
    good(change_do(t->db, policy_put, &policy, &t->err));
    good(import_leave_read(t->db, a, KAB, 1, now, &leave, &found, &t->err));
    assert_int_equal(leave, IMPORT_FREE);
    good(change_do(t->db, require_work, &now, &t->err));
    good(import_leave_read(t->db, a, KAB, 1, then, &leave, &found, &t->err));
    assert_int_equal(leave, IMPORT_TO_ASK);
    refused(change_do(t->db, require_work, &then, &t->err), CONFLICT);
    refused(ask(t, &who[COORDINATOR], 1, then, &r), FORBIDDEN);
    good(ask(t, &who[OPERATOR], 1, then, &r));
    good(import_leave_read(t->db, a, KAB, 1, then, &leave, &found, &t->err));
    assert_true(leave == IMPORT_WAITS && found.id == r.id);
    refused(change_do(t->db, require_work, &then, &t->err), CONFLICT);
    refused(press_at(t, &who[LINJAMSOS], &r, PRESS_SIGN, "", then, &is_new), FORBIDDEN);
    good(press_at(t, &who[HEAD], &r, PRESS_SIGN, "", then, &is_new));
    good(change_do(t->db, require_work, &then, &t->err));
    sql_do(t, &FILE_GROWS, 1);
    refused(change_do(t->db, require_work, &then, &t->err), CONFLICT);
    good(import_leave_read(t->db, a, KAB, 1, then, &leave, &found, &t->err));
    assert_int_equal(leave, IMPORT_TO_ASK);
}

DB_TEST(it_waits_for_those_who_may_sign)
DB_TEST(the_second_click_changes_nothing)
DB_TEST(many_hands_at_once_decide_once)
DB_TEST(a_file_waits_where_a_policy_says_so)
static const struct CMUnitTest tests[] = { DB_TESTS(it_waits_for_those_who_may_sign), DB_TESTS(the_second_click_changes_nothing), DB_TESTS(many_hands_at_once_decide_once),
                                           DB_TESTS(a_file_waits_where_a_policy_says_so) };
TEST_MAIN(tests)
