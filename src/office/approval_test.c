// approval_test.c: asking, signing, refusing, places given, policies and worklists, on both engines; what the keys of the database
// refuse by themselves; and a law: whatever people press, no hand is in a request twice.
#include "office/approval.h"
#include "base/random.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "office/user.h"
#include "db/db_test.h"
#include "db/migration.h"
#include <sqlite3.h>

#define KAB 1371
#define DAY ((int64_t)86400000)
static const Instant NOON = { 1713153600000 };             // 15 April 2024, in the morning of Padang
static Instant after(int64_t ms) { return (Instant){ NOON.ms + ms }; }
static Date day(int days) { return (Date){ district_day(KAB, NOON).days + days }; }
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)

// ---- an office ---------------------------------------------------------------------------------------------------

enum { OPERATOR, COORDINATOR, LINJAMSOS, BIDANG, HEAD, PROVINCE, FAR_HEAD, AUDITOR, COMPANION, PEOPLE };
static const struct { const char *login; Role role; int64_t kab; } WHO[PEOPLE] = {
    [OPERATOR] = { "operator", ROLE_OPERATOR, KAB },          [COORDINATOR] = { "coordinator", ROLE_COORDINATOR, KAB },
    [LINJAMSOS] = { "linjamsos", ROLE_HEAD_LINJAMSOS, KAB },  [BIDANG] = { "bidang", ROLE_HEAD_LINJAMSOS, KAB },
    [HEAD] = { "head", ROLE_HEAD_DINSOS, KAB },               [PROVINCE] = { "province", ROLE_HEAD_DINSOS, 13 },
    [FAR_HEAD] = { "far_head", ROLE_HEAD_DINSOS, 1372 },      [AUDITOR] = { "auditor", ROLE_AUDITOR, KAB },
    [COMPANION] = { "companion", ROLE_COMPANION, KAB },
};
typedef struct { Viewer who[PEOPLE]; } Office;

static Office make_office(DbTest *t) {
    Office o = { 0 };
    good(db_begin(t->db, &t->err));
    for (int i = 0; i < PEOPLE; i++) {
        Viewer *v = &o.who[i];
        *v = (Viewer){ .kab = WHO[i].kab, .role = WHO[i].role };
        snprintf(v->login, sizeof v->login, "%s", WHO[i].login);
        good(user_insert(t->db, 0, &(UserNew){ .login = str_c(v->login), .name = STR("Siti Nurbaya"), .role = v->role, .kab = v->kab }, STR("none"), false, NOON, &v->user_id, &t->err));
    }
    good(db_commit(t->db, &t->err));
    return o;
}

// Two kinds: "run" asks the world what it is now, "account" is told.
static Hash world;
static bool is_world_there = true;
static int finished_n;
static bool world_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    (void)db; (void)kab; (void)subject; (void)e;
    *out = world;
    *is_there = is_world_there;
    return true;
}
static bool world_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    (void)db; (void)signer; (void)now;
    finished_n++;
    return !str_eq(request->subject, STR("bad")) || err_fill(e, CONFLICT, "The work behind it cannot be done.");
}
static const ApprovalKind RUN = { .name = "run", .title = "Run", .act = "Act", .now = world_now, .finish = world_finish };
static const ApprovalKind ACCOUNT = { .name = "account", .title = "Account", .act = "Act", .due_days = 2 };

typedef struct {
    DbTest *t; const Viewer *viewer; const ApprovalKind *kind; ApprovalAsk ask; int64_t id; Hash seen; Str reason; Instant at;
    enum { ASK, SIGN, REFUSE, WITHDRAW } what;
    ApprovalRequest out;
    bool is_new;
} Press;

static bool press_work(Db *db, void *with, Err *e) {
    Press *p = with;
    Arena *a = &p->t->arena;
    if (p->what == ASK) return approval_ask(db, a, p->viewer, p->kind, &p->ask, p->at, &p->out, &p->is_new, e);
    if (!approval_read(db, a, p->ask.kab, p->id, &p->out, e)) return false;
    if (p->what == SIGN) return approval_sign(db, p->viewer, p->kind, &p->out, &p->seen, p->at, e);
    if (p->what == REFUSE) return approval_refuse(db, p->viewer, &p->out, p->reason, p->at, e);
    return approval_withdraw(db, p->viewer, &p->out, p->at, e);
}

static bool press(DbTest *t, Press *p) {
    p->t = t;
    if (!p->ask.kab) p->ask.kab = KAB;
    if (!p->at.ms) p->at = NOON;
    t->err = (Err){ 0 };
    return change_do(t->db, press_work, p, &t->err);
}

static bool ask(DbTest *t, const Viewer *who, const ApprovalKind *kind, const char *subject, int64_t rp, ApprovalRequest *out) {
    Press p = { .viewer = who, .kind = kind, .what = ASK, .ask = { .subject = str_c(subject), .seen_hash = world, .amount = { rp }, .link = STR("/approval") } };
    if (!press(t, &p)) return false;
    *out = p.out;
    return true;
}

static bool sign_at(DbTest *t, const Viewer *who, const ApprovalKind *kind, ApprovalRequest *r, Instant at) {
    Press p = { .viewer = who, .kind = kind, .what = SIGN, .ask = { .kab = r->kab }, .id = r->id, .seen = r->seen_hash, .at = at };
    if (!press(t, &p)) return false;
    *r = p.out;
    return true;
}
static bool sign(DbTest *t, const Viewer *who, const ApprovalKind *kind, ApprovalRequest *r) { return sign_at(t, who, kind, r, NOON); }

static bool end(DbTest *t, const Viewer *who, ApprovalRequest *r, int what, const char *reason) {
    Press p = { .viewer = who, .what = what, .ask = { .kab = r->kab }, .id = r->id, .reason = str_c(reason) };
    if (!press(t, &p)) return false;
    *r = p.out;
    return true;
}

static void say(void *context, Str text) { (void)context; print_error("%.*s\n", STR_ARG(text)); }
static int64_t violations(DbTest *t, bool is_loud) {
    Violations v = { .say = is_loud ? say : NULL };
    good(audit_check(t->db, KAB, &v, &t->err));
    good(approval_check(t->db, KAB, &v, &t->err));
    return v.found_n;
}

// Behind the program's back, with foreign keys on. False when the database refused it.
static bool sql(DbTest *t, const char *text) {
    if (t->engine == DB_POSTGRESQL) return db_test_sql(arena_fmt(&t->arena, "SET search_path = %s; %s", t->schema, text).p);
    sqlite3 *raw;
    assert_int_equal(sqlite3_open(arena_c(&t->arena, t->url), &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, "PRAGMA foreign_keys = ON", NULL, NULL, NULL), SQLITE_OK);
    int rc = sqlite3_exec(raw, text, NULL, NULL, NULL);
    sqlite3_close(raw);
    assert_true(rc == SQLITE_OK || rc == SQLITE_CONSTRAINT);
    return rc == SQLITE_OK;
}

// ---- one asks, another signs -------------------------------------------------------------------------------------

static void two_people_sign_what_they_saw(DbTest *t) {
    Office o = make_office(t);
    ApprovalRequest r, again;
    world = hash_of("first", 5);
    finished_n = 0;
    static const int NO_MAKERS[] = { HEAD, AUDITOR, COMPANION, FAR_HEAD, PROVINCE };
    for (size_t i = 0; i < sizeof NO_MAKERS / sizeof *NO_MAKERS; i++) refused(ask(t, &o.who[NO_MAKERS[i]], &RUN, "2024-2", 5, &r), FORBIDDEN);
    good(ask(t, &o.who[LINJAMSOS], &RUN, "2024-2", 5, &r));
    assert_true(r.state == REQUEST_OPEN && r.step_n == 1 && r.signed_n == 0 && r.due_on.days == day(APPROVAL_DUE_DAYS).days);
    good(ask(t, &o.who[LINJAMSOS], &RUN, "2024-2", 5, &again));                // a double click
    assert_int_equal(again.id, r.id);
    refused(ask(t, &o.who[OPERATOR], &RUN, "2024-2", 5, &again), CONFLICT);    // it waits already
    static const int NO_SIGNERS[] = { LINJAMSOS, OPERATOR, COORDINATOR, AUDITOR, COMPANION, FAR_HEAD };
    for (size_t i = 0; i < sizeof NO_SIGNERS / sizeof *NO_SIGNERS; i++) refused(sign(t, &o.who[NO_SIGNERS[i]], &RUN, &r), FORBIDDEN);
    assert_int_equal(finished_n, 0);
    good(sign(t, &o.who[HEAD], &RUN, &r));
    assert_true(r.state == REQUEST_APPROVED && r.signed_n == 1 && r.signatures[0].user_id == o.who[HEAD].user_id && finished_n == 1);
    refused(sign(t, &o.who[HEAD], &RUN, &r), FORBIDDEN);
    refused(sign(t, &o.who[BIDANG], &RUN, &r), FORBIDDEN);                     // all steps are given
    bool is_found = false;
    good(approval_find(t->db, &t->arena, KAB, &RUN, STR("2024-2"), &world, &again, &is_found, &t->err));
    assert_true(is_found && again.id == r.id && again.signed_n == 1 && again.signatures[0].at.ms == NOON.ms);
    assert_int_equal(violations(t, true), 0);
}
DB_TEST(two_people_sign_what_they_saw)

static void what_cannot_be_finished_is_not_signed(DbTest *t) {
    Office o = make_office(t);
    ApprovalRequest r, read;
    world = hash_of("first", 5);
    good(ask(t, &o.who[OPERATOR], &RUN, "bad", 5, &r));
    refused(sign(t, &o.who[HEAD], &RUN, &r), CONFLICT);
    good(approval_read(t->db, &t->arena, KAB, r.id, &read, &t->err));
    assert_true(read.state == REQUEST_OPEN && read.signed_n == 0);
    assert_int_equal(violations(t, true), 0);
}
DB_TEST(what_cannot_be_finished_is_not_signed)

// ---- what changes is void ----------------------------------------------------------------------------------------

static void a_change_voids(DbTest *t) {
    Office o = make_office(t);
    ApprovalRequest r, second, account;
    bool is_unchanged = true, is_found = true;
    int64_t void_n = 9;
    Hash first = world = hash_of("first", 5), other = hash_of("other", 5);
    good(ask(t, &o.who[OPERATOR], &RUN, "2024-2", 5, &r));
    world = other;
    good(approval_is_unchanged(t->db, &RUN, &r, &is_unchanged, &t->err));
    assert_false(is_unchanged);
    refused(sign(t, &o.who[HEAD], &RUN, &r), CONFLICT);
    good(ask(t, &o.who[COORDINATOR], &RUN, "2024-2", 5, &second));             // another person may ask for what it is now
    good(approval_read(t->db, &t->arena, KAB, r.id, &r, &t->err));
    assert_true(r.state == REQUEST_CHANGED && second.id != r.id);
    good(approval_void_n(t->db, KAB, &RUN, STR("2024-2"), &other, &void_n, &t->err));
    assert_int_equal(void_n, 1);
    good(approval_find(t->db, &t->arena, KAB, &RUN, STR("2024-2"), &first, &r, &is_found, &t->err));
    assert_false(is_found);
    is_world_there = false;
    refused(sign(t, &o.who[HEAD], &RUN, &second), CONFLICT);                   // it is gone
    is_world_there = true;
    good(sign(t, &o.who[HEAD], &RUN, &second));
    good(ask(t, &o.who[OPERATOR], &ACCOUNT, "family 7", 0, &account));         // a kind that is told
    assert_int_equal(account.due_on.days, day(2).days);
    good(db_begin(t->db, &t->err));
    good(approval_touch(t->db, KAB, &ACCOUNT, STR("family 7"), &first, &t->err));
    good(db_commit(t->db, &t->err));
    refused(sign(t, &o.who[HEAD], &ACCOUNT, &account), CONFLICT);
    good(db_begin(t->db, &t->err));
    good(approval_touch(t->db, KAB, &ACCOUNT, STR("family 7"), &other, &t->err));      // changed back: what was seen is what is there
    good(db_commit(t->db, &t->err));
    good(sign(t, &o.who[HEAD], &ACCOUNT, &account));
    Press stale = { .viewer = &o.who[HEAD], .kind = &RUN, .what = SIGN, .id = second.id, .seen = first };
    refused(press(t, &stale), FORBIDDEN);
    assert_int_equal(violations(t, true), 0);
}
DB_TEST(a_change_voids)

static void a_page_of_yesterday_signs_nothing(DbTest *t) {
    Office o = make_office(t);
    ApprovalRequest r;
    world = hash_of("first", 5);
    good(ask(t, &o.who[OPERATOR], &RUN, "2024-2", 5, &r));
    Press stale = { .viewer = &o.who[HEAD], .kind = &RUN, .what = SIGN, .id = r.id, .seen = hash_of("older", 5) };
    refused(press(t, &stale), CONFLICT);
}
DB_TEST(a_page_of_yesterday_signs_nothing)

// ---- ends without a signature ------------------------------------------------------------------------------------

static void refused_and_taken_back(DbTest *t) {
    Office o = make_office(t);
    ApprovalRequest r, second;
    char long_reason[APPROVAL_REASON_MAX + 2];
    memset(long_reason, 'x', sizeof long_reason - 1);
    long_reason[sizeof long_reason - 1] = 0;
    world = hash_of("first", 5);
    good(ask(t, &o.who[OPERATOR], &RUN, "2024-2", 5, &r));
    refused(end(t, &o.who[OPERATOR], &r, REFUSE, "no"), FORBIDDEN);
    refused(end(t, &o.who[COORDINATOR], &r, REFUSE, "no"), FORBIDDEN);
    refused(end(t, &o.who[FAR_HEAD], &r, REFUSE, "no"), FORBIDDEN);
    refused(end(t, &o.who[HEAD], &r, REFUSE, " \n"), BAD_INPUT);
    refused(end(t, &o.who[HEAD], &r, REFUSE, long_reason), BAD_INPUT);
    refused(end(t, &o.who[HEAD], &r, WITHDRAW, ""), FORBIDDEN);
    good(end(t, &o.who[HEAD], &r, REFUSE, " Kuranji is missing. "));
    good(approval_read(t->db, &t->arena, KAB, r.id, &r, &t->err));
    assert_true(r.state == REQUEST_REFUSED && r.ended_by_id == o.who[HEAD].user_id);
    check_str(r.reason, STR("Kuranji is missing."));
    refused(sign(t, &o.who[BIDANG], &RUN, &r), CONFLICT);
    refused(end(t, &o.who[OPERATOR], &r, WITHDRAW, ""), CONFLICT);
    good(ask(t, &o.who[OPERATOR], &RUN, "2024-2", 5, &second));                // asked again, after talking
    refused(end(t, &o.who[COORDINATOR], &second, WITHDRAW, ""), FORBIDDEN);
    good(end(t, &o.who[OPERATOR], &second, WITHDRAW, ""));
    refused(sign(t, &o.who[HEAD], &RUN, &second), CONFLICT);
    refused(end(t, &o.who[HEAD], &second, REFUSE, "no"), CONFLICT);
    assert_int_equal(violations(t, true), 0);
}
DB_TEST(refused_and_taken_back)

// ---- policies ----------------------------------------------------------------------------------------------------

static bool policy_set(DbTest *t, const Viewer *who, const char *kind, Policy p) {
    t->err = (Err){ 0 };
    bool is_good = db_begin(t->db, &t->err) && approval_policy_set(t->db, who, str_c(kind), &p, NOON, &t->err) && db_commit(t->db, &t->err);
    if (!is_good) db_rollback(t->db);
    return is_good;
}

static void amounts_add_steps(DbTest *t) {
    static PolicyRow rows[] = {                             // from Rp 1000 on also the head of the office, and only linjamsos before
        { 0, { 0 }, ROLE_OPERATOR }, { 1, { 0 }, ROLE_HEAD_LINJAMSOS }, { 1, { 0 }, ROLE_HEAD_DINSOS }, { 1, { 1000 }, ROLE_HEAD_LINJAMSOS }, { 2, { 1000 }, ROLE_HEAD_DINSOS },
    };
    static const struct { int64_t rp; int days, step_n, first_roles; } CASES[] = {
        { 999, 1, 1, 2 }, { 1000, 1, 2, 1 }, { INT64_MAX, 1, 2, 1 }, { -1, 1, 1, 2 }, { 1000, 0, 1, 2 },     // tomorrow only
    };
    Office o = make_office(t);
    ApprovalStep steps[APPROVAL_STEPS_MAX + 1];
    ApprovalRequest r;
    int step_n = 0;
    refused(policy_set(t, &o.who[OPERATOR], "run", (Policy){ KAB, day(1), rows, 5 }), FORBIDDEN);
    refused(policy_set(t, &o.who[HEAD], "run", (Policy){ 0, day(1), rows, 5 }), FORBIDDEN);            // not the nation's
    refused(policy_set(t, &o.who[HEAD], "run", (Policy){ KAB, day(0), rows, 5 }), BAD_INPUT);
    refused(policy_set(t, &o.who[HEAD], "run", (Policy){ KAB, day(1), rows, 1 }), BAD_INPUT);          // nobody signs
    refused(policy_set(t, &o.who[HEAD], "run", (Policy){ KAB, day(1), rows + 1, 4 }), BAD_INPUT);      // nobody asks
    refused(policy_set(t, &o.who[HEAD], "run", (Policy){ KAB, day(1), (PolicyRow[]){ rows[0], rows[1], { 3, { 0 }, ROLE_HEAD_DINSOS } }, 3 }), BAD_INPUT);
    refused(policy_set(t, &o.who[HEAD], "run", (Policy){ KAB, day(1), (PolicyRow[]){ rows[0], rows[1], { 1, { 0 }, ROLE_AUDITOR } }, 3 }), BAD_INPUT);
    refused(policy_set(t, &o.who[HEAD], "run", (Policy){ KAB, day(1), (PolicyRow[]){ rows[0], { 1, { 0 }, ROLE_NATIONAL } }, 2 }), BAD_INPUT);         // such a one is added alone
    refused(policy_set(t, &o.who[HEAD], "run", (Policy){ KAB, day(1), (PolicyRow[]){ rows[0], { 1, { 5 }, ROLE_HEAD_DINSOS } }, 2 }), BAD_INPUT);
    good(policy_set(t, &o.who[HEAD], "run", (Policy){ KAB, day(1), rows, 5 }));
    refused(policy_set(t, &o.who[HEAD], "run", (Policy){ KAB, day(1), rows, 5 }), CONFLICT);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        good(approval_steps(t->db, KAB, STR("run"), (Rupiah){ CASES[i].rp }, day(CASES[i].days), steps, &step_n, &t->err));
        if (step_n != CASES[i].step_n || steps[1].role_n != CASES[i].first_roles) fail_msg("case %zu: %d steps, %d roles", i, step_n, steps[1].role_n);
    }
    good(approval_steps(t->db, 1372, STR("run"), (Rupiah){ 1000 }, day(1), steps, &step_n, &t->err));  // another district keeps the nation's
    assert_int_equal(step_n, 1);
    refused(approval_steps(t->db, KAB, STR("tea"), (Rupiah){ 0 }, day(1), steps, &step_n, &t->err), CONFLICT);
    world = hash_of("first", 5);
    Press big = { .viewer = &o.who[OPERATOR], .kind = &RUN, .what = ASK, .ask = { .subject = STR("2024-2"), .seen_hash = world, .amount = { 1000 } }, .at = after(DAY) };
    good(press(t, &big));
    r = big.out;
    finished_n = 0;
    refused(sign_at(t, &o.who[HEAD], &RUN, &r, after(DAY)), FORBIDDEN);        // not his step yet
    good(sign_at(t, &o.who[LINJAMSOS], &RUN, &r, after(DAY)));
    assert_true(r.state == REQUEST_OPEN && r.signed_n == 1 && finished_n == 0);
    refused(sign_at(t, &o.who[LINJAMSOS], &RUN, &r, after(DAY)), FORBIDDEN);   // nobody signs twice
    refused(sign_at(t, &o.who[BIDANG], &RUN, &r, after(DAY)), FORBIDDEN);
    good(sign_at(t, &o.who[HEAD], &RUN, &r, after(DAY)));
    assert_true(r.state == REQUEST_APPROVED && r.signed_n == 2 && finished_n == 1);
    assert_int_equal(violations(t, true), 0);
}
DB_TEST(amounts_add_steps)

// ---- in somebody's place -----------------------------------------------------------------------------------------

static bool delegate(DbTest *t, const Viewer *giver, const Viewer *taker, Date from, Date until, int64_t *n) {
    t->err = (Err){ 0 };
    bool is_good = db_begin(t->db, &t->err) && approval_delegate(t->db, giver, taker->user_id, from, until, NOON, n, &t->err) && db_commit(t->db, &t->err);
    if (!is_good) db_rollback(t->db);
    return is_good;
}

static bool undelegate(DbTest *t, const Viewer *giver, int64_t n) {
    t->err = (Err){ 0 };
    bool is_good = db_begin(t->db, &t->err) && approval_undelegate(t->db, giver, n, NOON, &t->err) && db_commit(t->db, &t->err);
    if (!is_good) db_rollback(t->db);
    return is_good;
}

static void a_place_is_given_for_some_days(DbTest *t) {
    static PolicyRow rows[] = { { 0, { 0 }, ROLE_OPERATOR }, { 0, { 0 }, ROLE_HEAD_DINSOS }, { 1, { 0 }, ROLE_HEAD_DINSOS }, { 2, { 0 }, ROLE_HEAD_LINJAMSOS } };
    Office o = make_office(t);
    Viewer *head = &o.who[HEAD], *linjamsos = &o.who[LINJAMSOS];
    ApprovalRequest r, own;
    Delegations list;
    int64_t n = 0, giver_id = 9;
    bool may = true;
    good(policy_set(t, head, "run", (Policy){ KAB, day(1), rows, 4 }));
    refused(delegate(t, head, &o.who[OPERATOR], day(1), day(3), &n), FORBIDDEN);       // never downwards
    refused(delegate(t, head, &o.who[COORDINATOR], day(1), day(3), &n), FORBIDDEN);
    refused(delegate(t, head, &o.who[AUDITOR], day(1), day(3), &n), FORBIDDEN);
    refused(delegate(t, head, &o.who[FAR_HEAD], day(1), day(3), &n), FORBIDDEN);
    refused(delegate(t, &o.who[OPERATOR], linjamsos, day(1), day(3), &n), FORBIDDEN);
    refused(delegate(t, head, head, day(1), day(3), &n), BAD_INPUT);
    refused(delegate(t, head, linjamsos, day(3), day(1), &n), BAD_INPUT);
    refused(delegate(t, head, linjamsos, day(-3), day(-1), &n), BAD_INPUT);
    refused(delegate(t, head, linjamsos, day(0), day(DELEGATION_DAYS_MAX), &n), BAD_INPUT);
    good(delegate(t, head, linjamsos, day(2), day(3), &n));
    world = hash_of("first", 5);
    Press p = { .viewer = &o.who[OPERATOR], .kind = &RUN, .what = ASK, .ask = { .subject = STR("2024-2"), .seen_hash = world }, .at = after(DAY) };
    good(press(t, &p));
    r = p.out;
    static const struct { int days; bool may; } DAYS[] = { { 1, false }, { 2, true }, { 3, true }, { 4, false } };
    for (size_t i = 0; i < sizeof DAYS / sizeof *DAYS; i++) {
        good(approval_may_sign(t->db, linjamsos, &r, after(DAYS[i].days * DAY), &may, &giver_id, &t->err));
        if (may != DAYS[i].may || giver_id != (may ? head->user_id : 0)) fail_msg("day %d", DAYS[i].days);
    }
    refused(sign_at(t, linjamsos, &RUN, &r, after(DAY)), FORBIDDEN);
    good(sign_at(t, linjamsos, &RUN, &r, after(2 * DAY)));
    assert_true(r.signed_n == 1 && r.signatures[0].user_id == linjamsos->user_id && r.signatures[0].for_id == head->user_id && r.signatures[0].role == ROLE_HEAD_DINSOS);
    refused(sign_at(t, linjamsos, &RUN, &r, after(2 * DAY)), FORBIDDEN);       // the second step would be his own, but his hand is in it
    refused(sign_at(t, head, &RUN, &r, after(2 * DAY)), FORBIDDEN);            // and the head's place is taken
    good(sign_at(t, &o.who[BIDANG], &RUN, &r, after(2 * DAY)));
    assert_int_equal(r.state, REQUEST_APPROVED);
    Press q = { .viewer = head, .kind = &RUN, .what = ASK, .ask = { .subject = STR("2024-3"), .seen_hash = world }, .at = after(2 * DAY) };
    good(press(t, &q));
    own = q.out;
    refused(sign_at(t, linjamsos, &RUN, &own, after(2 * DAY)), FORBIDDEN);     // whoever takes the maker's place is the maker still
    refused(undelegate(t, linjamsos, n), NOT_FOUND);
    good(undelegate(t, head, n));
    refused(undelegate(t, head, n), NOT_FOUND);
    good(approval_delegations(t->db, &t->arena, linjamsos->user_id, day(0), &list, &t->err));
    assert_true(list.n == 1 && list.at[0].is_ended && list.at[0].giver_id == head->user_id);
    Press s = { .viewer = &o.who[OPERATOR], .kind = &RUN, .what = ASK, .ask = { .subject = STR("2024-4"), .seen_hash = world }, .at = after(2 * DAY) };
    good(press(t, &s));
    refused(sign_at(t, linjamsos, &RUN, &s.out, after(2 * DAY)), FORBIDDEN);   // taken back
    assert_int_equal(violations(t, true), 0);
}
DB_TEST(a_place_is_given_for_some_days)

// ---- worklist ----------------------------------------------------------------------------------------------------

static size_t waiting_n(DbTest *t, const Viewer *who, Instant at) {
    ApprovalRequests list;
    int64_t n = -1;
    good(approval_waiting(t->db, &t->arena, who, at, &list, &t->err));
    good(approval_waiting_n(t->db, who, at, &n, &t->err));
    assert_int_equal(n, (int64_t)list.n);
    for (size_t i = 0; i < list.n; i++) {                  // what it lists can be signed, and says in whose place
        bool may = false;
        int64_t giver_id = -1;
        good(approval_may_sign(t->db, who, &list.at[i], at, &may, &giver_id, &t->err));
        assert_true(may && giver_id == list.giver_id[i]);
        if (i) assert_true(list.at[i - 1].due_on.days <= list.at[i].due_on.days);
    }
    return list.n;
}

static void everybody_sees_what_waits(DbTest *t) {
    Office o = make_office(t);
    ApprovalRequest run, account, own;
    ApprovalRequests list;
    int64_t n;
    world = hash_of("first", 5);
    good(ask(t, &o.who[OPERATOR], &RUN, "2024-2", 5, &run));
    good(ask(t, &o.who[OPERATOR], &ACCOUNT, "family 7", 0, &account));
    good(ask(t, &o.who[LINJAMSOS], &RUN, "2024-3", 5, &own));
    static const struct { int who; size_t n; } WAITS[] = { { OPERATOR, 0 }, { COORDINATOR, 0 }, { LINJAMSOS, 2 }, { BIDANG, 3 }, { HEAD, 3 }, { PROVINCE, 3 }, { FAR_HEAD, 0 }, { AUDITOR, 0 }, { COMPANION, 0 } };
    for (size_t i = 0; i < sizeof WAITS / sizeof *WAITS; i++)
        if (waiting_n(t, &o.who[WAITS[i].who], NOON) != WAITS[i].n) fail_msg("%s", WHO[WAITS[i].who].login);
    good(approval_made(t->db, &t->arena, &o.who[OPERATOR], &list, &t->err));
    assert_int_equal(list.n, 2);
    good(approval_late(t->db, &t->arena, &o.who[HEAD], after(2 * DAY), &list, &t->err));
    assert_int_equal(list.n, 0);                           // due today is not late
    good(approval_late(t->db, &t->arena, &o.who[HEAD], after(3 * DAY), &list, &t->err));
    assert_true(list.n == 1 && list.at[0].id == account.id);
    good(approval_late(t->db, &t->arena, &o.who[COMPANION], after(3 * DAY), &list, &t->err));
    assert_int_equal(list.n, 0);
    good(sign(t, &o.who[HEAD], &ACCOUNT, &account));
    assert_int_equal(waiting_n(t, &o.who[HEAD], NOON), 2);
    good(end(t, &o.who[HEAD], &run, REFUSE, "no"));
    assert_int_equal(waiting_n(t, &o.who[HEAD], NOON), 1);
    good(delegate(t, &o.who[PROVINCE], &o.who[BIDANG], day(0), day(1), &n));   // both could sign it in his own place: it counts once
    assert_int_equal(waiting_n(t, &o.who[BIDANG], NOON), 1);
    assert_true(approval_may_see(&o.who[OPERATOR], &run) && approval_may_see(&o.who[AUDITOR], &run) && !approval_may_see(&o.who[FAR_HEAD], &run) && !approval_may_see(&o.who[COMPANION], &run));
}
DB_TEST(everybody_sees_what_waits)

// ---- what the database refuses by itself -------------------------------------------------------------------------

static void the_database_refuses(DbTest *t) {
    // Request 1 of the operator, open; request 2 of the operator, signed by the head. People 1 … 9 in the order of WHO.
    static const char *const BAD[] = {
        "INSERT INTO approval_signature SELECT kab, id, 1, 'head_dinsos', maker_id, maker_id, NULL, maker_id, seen_hash, 1 FROM approval_request WHERE id = 1",      // the maker
        "INSERT INTO approval_signature SELECT kab, id, 1, 'head_dinsos', 5, 5, NULL, 2, seen_hash, 1 FROM approval_request WHERE id = 1",                           // another maker than the request's
        "INSERT INTO approval_signature SELECT kab, id, 1, 'operator', 2, 2, NULL, maker_id, seen_hash, 1 FROM approval_request WHERE id = 1",                       // a role that the step does not name
        "INSERT INTO approval_signature SELECT kab, id, 2, 'head_dinsos', 5, 5, NULL, maker_id, seen_hash, 1 FROM approval_request WHERE id = 1",                    // a step that is not
        "INSERT INTO approval_signature SELECT kab, id, 1, 'head_dinsos', 5, 6, NULL, maker_id, seen_hash, 1 FROM approval_request WHERE id = 1",                    // a place that was not given
        "INSERT INTO approval_signature SELECT kab, id, 1, 'head_dinsos', 3, 6, 1, maker_id, seen_hash, 1 FROM approval_request WHERE id = 1",                       // given to somebody else
        "INSERT INTO approval_signature SELECT kab, id, 1, 'head_dinsos', 5, 5, 1, maker_id, seen_hash, 1 FROM approval_request WHERE id = 1",                       // his own place needs none
        "INSERT INTO approval_signature SELECT kab, id, 1, 'head_dinsos', 4, 1, 1, maker_id, seen_hash, 1 FROM approval_request WHERE id = 1",                       // the maker's place
        "INSERT INTO approval_signature SELECT a.kab, a.id, 1, 'head_dinsos', 5, 5, NULL, a.maker_id, b.seen_hash, 1 FROM approval_request a JOIN approval_request b ON b.id = 2 WHERE a.id = 1",
        "INSERT INTO approval_signature SELECT kab, id, 1, 'head_linjamsos', 3, 3, NULL, maker_id, seen_hash, 1 FROM approval_request WHERE id = 2",                 // the step is given
        "UPDATE approval_request SET state = 'approved', ended_by_id = 5, ended_at = 1 WHERE id = 1",                                                               // without signatures
        "UPDATE approval_request SET signed_n = 1 WHERE id = 1",
        "UPDATE approval_request SET state = 'approved', signed_n = 1, ended_by_id = 1, ended_at = 1 WHERE id = 1",                                                  // by its maker
        "UPDATE approval_request SET state = 'refused', ended_by_id = 5, ended_at = 1 WHERE id = 1",                                                                // without a reason
        "UPDATE approval_request SET state = 'withdrawn', ended_by_id = 5, ended_at = 1 WHERE id = 1",                                                              // by another
        "UPDATE approval_request SET state = 'open', signed_n = 0, ended_by_id = NULL, ended_at = NULL, subject = '2024-2' WHERE id = 2",                            // asked twice
        "UPDATE approval_request SET maker_id = 5 WHERE id = 2",                                                                                                    // the signature names the maker
        "UPDATE approval_request SET seen_hash = (SELECT seen_hash FROM approval_request WHERE id = 1) WHERE id = 2",                                               // and the hash
        "INSERT INTO approval_delegation VALUES (5, 9, 5, 1, 2, 1, NULL)",
        "INSERT INTO approval_delegation VALUES (5, 9, 3, 2, 1, 1, NULL)",
    };
    Office o = make_office(t);
    ApprovalRequest first, second;
    int64_t n;
    world = hash_of("first", 5);
    good(ask(t, &o.who[OPERATOR], &RUN, "2024-2", 5, &first));
    world = hash_of("second", 6);
    good(ask(t, &o.who[OPERATOR], &RUN, "2024-3", 5, &second));
    good(sign(t, &o.who[HEAD], &RUN, &second));
    good(delegate(t, &o.who[PROVINCE], &o.who[BIDANG], day(0), day(1), &n));
    assert_true(first.id == 1 && second.id == 2 && n == 1 && o.who[OPERATOR].user_id == 1 && o.who[PROVINCE].user_id == 6);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) if (sql(t, BAD[i])) fail_msg("done: %s", BAD[i]);
    assert_int_equal(violations(t, true), 0);
}
DB_TEST(the_database_refuses)

static void the_checks_see_what_the_keys_allow(DbTest *t) {
    static const struct { const char *change, *back; } TAMPERINGS[] = {
        { "UPDATE approval_request SET state = 'approved', signed_n = 1, ended_by_id = 5, ended_at = 1 WHERE id = 1",
          "UPDATE approval_request SET state = 'open', signed_n = 0, ended_by_id = NULL, ended_at = NULL WHERE id = 1" },
        { "UPDATE approval_signature SET signed_at = signed_at + 1 WHERE request_id = 2", "UPDATE approval_signature SET signed_at = signed_at - 1 WHERE request_id = 2" },
        { "UPDATE approval_request SET subject = 'other' WHERE id = 2", "UPDATE approval_request SET subject = '2024-3' WHERE id = 2" },
        { "UPDATE approval_request SET state = 'withdrawn', ended_by_id = 1, ended_at = 1 WHERE id = 1", "UPDATE approval_request SET state = 'open', ended_by_id = NULL, ended_at = NULL WHERE id = 1" },
        { "DELETE FROM approval_signature WHERE request_id = 2", NULL },
    };
    Office o = make_office(t);
    ApprovalRequest first, second;
    world = hash_of("first", 5);
    good(ask(t, &o.who[OPERATOR], &RUN, "2024-2", 5, &first));
    good(ask(t, &o.who[OPERATOR], &RUN, "2024-3", 5, &second));
    good(sign(t, &o.who[HEAD], &RUN, &second));
    for (size_t i = 0; i < sizeof TAMPERINGS / sizeof *TAMPERINGS; i++) {
        assert_true(sql(t, TAMPERINGS[i].change));
        if (violations(t, false) == 0) fail_msg("not seen: %s", TAMPERINGS[i].change);
        if (!TAMPERINGS[i].back) continue;
        assert_true(sql(t, TAMPERINGS[i].back));
        assert_int_equal(violations(t, true), 0);
    }
    refused(approval_read(t->db, &t->arena, KAB, second.id, &second, &t->err), CONFLICT);      // called approved, and nobody signed
}
DB_TEST(the_checks_see_what_the_keys_allow)

// ---- from an older database --------------------------------------------------------------------------------------

// Signatures of the first version (two of a run, in the table approval) become requests: approved, open, changed.
static void older_signatures_are_kept(DbEngine engine) {
    DbTest test, *t = &test;
    ApprovalRequest r;
    bool is_found = false;
    Hash run = hash_of("run", 3), next = hash_of("next", 4), gone = hash_of("gone", 4);
    size_t older_n = 0;
    while (older_n < MIGRATIONS_N && MIGRATIONS[older_n].n < 12) older_n++;
    if (!db_test_make(t, engine)) { print_message("SKIPPED on PostgreSQL: HARAPAN_TEST_PG is not set\n"); test_skip(); }
    good(db_open(t->url, (DbOptions){ 0 }, &t->db, &t->err));
    good(migrations_apply(t->db, MIGRATIONS, older_n, NULL, &t->err));
    db_close(t->db);
    const Hash *hashes[] = { &run, &next, &gone };
    const char *hex[3];
    for (int i = 0; i < 3; i++) {
        Buf b = { .max = 80 };
        hash_put_hex(&b, hashes[i]);
        hex[i] = arena_fmt(&t->arena, engine == DB_SQLITE ? "x'%.*s'" : "'\\x%.*s'::bytea", STR_ARG(buf_view(&b))).p;
        buf_free(&b);
    }
    assert_true(sql(t, arena_fmt(&t->arena,
        "INSERT INTO app_user (id, login, name, role, kab, password_code, is_active, is_practice, created_at) VALUES (1, 'op', 'Op', 'operator', 1371, '', 1, 0, 1), (2, 'head', 'Head', 'head_dinsos', 1371, '', 1, 0, 1);"
        "INSERT INTO rule_book VALUES (%s, 'PKH', '');"
        "INSERT INTO closing VALUES (1371, '2024-3', 1, 1, %s, 0, 0, 0, 0, %s, %s, %s, %s, 1, 1);"
        "INSERT INTO run VALUES (1371, '2024-3', 1, %s, %s, 0, 0, 0, 77, %s, %s, 1, 1);"
        "INSERT INTO approval VALUES (1371, 'run 2024-2', %s, 1, 1, 86400000), (1371, 'run 2024-2', %s, 2, 2, 86400001), (1371, 'run 2024-3', %s, 1, 1, 86400002), (1371, 'run 2024-3', %s, 1, 1, 86400003)",
        hex[0], hex[0], hex[0], hex[0], hex[0], hex[0], hex[0], hex[1], hex[0], hex[0], hex[0], hex[0], hex[1], hex[2]).p));
    good(db_open(t->url, (DbOptions){ 0 }, &t->db, &t->err));
    good(db_migrate(t->db, NULL, &t->err));
    good(approval_find(t->db, &t->arena, KAB, &RUN, STR("2024-2"), &run, &r, &is_found, &t->err));
    assert_true(is_found && r.state == REQUEST_APPROVED && r.signed_n == 1 && r.maker_id == 1 && r.signatures[0].user_id == 2 && r.signatures[0].role == ROLE_HEAD_DINSOS);
    good(approval_find(t->db, &t->arena, KAB, &RUN, STR("2024-3"), &next, &r, &is_found, &t->err));
    assert_true(is_found && r.state == REQUEST_OPEN && r.signed_n == 0 && r.amount.rp == 77 && r.due_on.days == 8);
    check_str(r.link, STR("/approval?kab=1371&stage=2024-3"));
    good(approval_read(t->db, &t->arena, KAB, 3, &r, &t->err));
    assert_int_equal(r.state, REQUEST_CHANGED);
    world = next;
    good(approval_find(t->db, &t->arena, KAB, &RUN, STR("2024-3"), &next, &r, &is_found, &t->err));
    good(sign(t, &(Viewer){ .user_id = 2, .kab = KAB, .role = ROLE_HEAD_DINSOS, .login = "head" }, &RUN, &r));
    db_test_close(t);
}
static void older_signatures_are_kept_on_sqlite(void **state) { (void)state; older_signatures_are_kept(DB_SQLITE); }
static void older_signatures_are_kept_on_postgresql(void **state) { (void)state; older_signatures_are_kept(DB_POSTGRESQL); }

// ---- the law -----------------------------------------------------------------------------------------------------

// Whatever is pressed in whatever order: a finished request has all its steps by hands that are all different, none of them the maker's.
static void no_hand_twice(DbTest *t) {
    static PolicyRow rows[] = { { 0, { 0 }, ROLE_OPERATOR }, { 0, { 0 }, ROLE_HEAD_LINJAMSOS }, { 0, { 0 }, ROLE_HEAD_DINSOS }, { 1, { 0 }, ROLE_HEAD_LINJAMSOS }, { 1, { 0 }, ROLE_HEAD_DINSOS },
                                { 2, { 0 }, ROLE_HEAD_LINJAMSOS }, { 2, { 0 }, ROLE_HEAD_DINSOS }, { 3, { 50 }, ROLE_HEAD_DINSOS } };
    static const int SIGNERS[] = { LINJAMSOS, BIDANG, HEAD, PROVINCE };
    Office o = make_office(t);
    Random random = { test_seed() };
    int64_t tries = test_tries(150), approved_n = 0, placed_n = 0;
    good(policy_set(t, &o.who[HEAD], "account", (Policy){ KAB, day(1), rows, 8 }));
    for (int64_t i = 0; i < tries; i++) {
        int64_t n;
        ApprovalRequest r;
        world = hash_of(&i, sizeof i);
        Press p = { .viewer = &o.who[random_below(&random, PEOPLE)], .kind = &ACCOUNT, .what = ASK, .at = after(DAY),
                    .ask = { .subject = arena_fmt(&t->arena, "family %d", (int)random_below(&random, 5)), .seen_hash = world, .amount = { (int64_t)random_below(&random, 100) } } };
        if (random_below(&random, 4) == 0)
            (void)delegate(t, &o.who[SIGNERS[random_below(&random, 4)]], &o.who[SIGNERS[random_below(&random, 4)]], day(0), day((int)random_below(&random, 4)), &n);
        if (!press(t, &p)) continue;
        r = p.out;
        for (int k = 0; k < 8 && r.state == REQUEST_OPEN; k++) (void)sign_at(t, &o.who[SIGNERS[random_below(&random, 4)]], &ACCOUNT, &r, after(DAY));
        good(approval_read(t->db, &t->arena, KAB, r.id, &r, &t->err));
        for (int k = 0; k < r.signed_n; k++) {
            const Signature *s = &r.signatures[k];
            if (s->user_id == r.maker_id || s->for_id == r.maker_id) fail_msg("seed %llu, request %lld: the maker signed", (unsigned long long)test_seed(), (long long)r.id);
            placed_n += s->user_id != s->for_id;
            for (int j = 0; j < k; j++) {
                const Signature *before = &r.signatures[j];
                if (s->user_id == before->user_id || s->for_id == before->for_id || s->user_id == before->for_id || s->for_id == before->user_id)
                    fail_msg("seed %llu, request %lld: one hand twice", (unsigned long long)test_seed(), (long long)r.id);
            }
        }
        approved_n += r.state == REQUEST_APPROVED;
    }
    assert_true(approved_n > 0 && placed_n > 0);           // the law had something to say
    assert_int_equal(violations(t, true), 0);
}
DB_TEST(no_hand_twice)

static const struct CMUnitTest TESTS[] = {
    DB_TESTS(two_people_sign_what_they_saw), DB_TESTS(what_cannot_be_finished_is_not_signed), DB_TESTS(a_change_voids), DB_TESTS(a_page_of_yesterday_signs_nothing),
    DB_TESTS(refused_and_taken_back), DB_TESTS(amounts_add_steps), DB_TESTS(a_place_is_given_for_some_days), DB_TESTS(everybody_sees_what_waits),
    DB_TESTS(the_database_refuses), DB_TESTS(the_checks_see_what_the_keys_allow), DB_TESTS(older_signatures_are_kept), DB_TESTS(no_hand_twice),
};
TEST_MAIN(TESTS)
