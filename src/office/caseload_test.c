// caseload_test.c: families change hands on a day: who answers for them before, on and after it, and what is refused.
#include "office/caseload.h"
#include "db/db_test.h"
#include "office/audit.h"
#include "office/user.h"
#include "office_caseload.sql.h"

#define KAB 1371
static const Instant NOON = { 1713153600000 };             // 2024-04-15
static Date today(int offset) { return (Date){ date_of_instant(NOON, 420).days + offset }; }
static const Viewer HEAD = { .user_id = 1, .kab = KAB, .role = ROLE_HEAD_DINSOS, .login = "kepala" };
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)

static void companion_put(DbBulk *b, int64_t id, const char *name, int64_t user_id) {
    db_bulk_int(b, KAB);
    db_bulk_int(b, id);
    db_bulk_text(b, str_c(name));
    db_bulk_int(b, user_id);
    db_bulk_int(b, 0);
}

// Ten families in two villages; the first companion (user 11) answers for 1 to 6, the second (user 12) for 7 to 9, nobody for 10.
static void office_make(DbTest *t) {
    DbBulk *b;
    good(db_begin(t->db, &t->err));
    good(db_bulk_open(t->db, "companion", "kab,id,name,user_id,is_coordinator", "iitii", &b, &t->err));
    companion_put(b, 1, "Rina", 11); good(db_bulk_row(b, &t->err));
    companion_put(b, 2, "Budi", 12); good(db_bulk_row(b, &t->err));
    good(db_bulk_close(b, NULL, &t->err));
    good(db_bulk_open(t->db, "family", "kab,id,village_id,channel,companion_id,status,entered_on,recorded_at", "iiititii", &b, &t->err));
    for (int64_t id = 1; id <= 10; id++) {
        db_bulk_int(b, KAB);
        db_bulk_int(b, id);
        db_bulk_int(b, id <= 3 ? 1371011001 : 1371011002);
        db_bulk_text(b, STR("POS"));
        if (id == 10) db_bulk_null(b); else db_bulk_int(b, id <= 6 ? 1 : 2);
        db_bulk_text(b, STR("active"));
        db_bulk_int(b, today(-400).days);
        db_bulk_int(b, NOON.ms);
        good(db_bulk_row(b, &t->err));
    }
    good(db_bulk_close(b, NULL, &t->err));
    good(db_commit(t->db, &t->err));
}

static int64_t hand_over(DbTest *t, HandOver what) {
    int64_t n = 0;
    what.kab = KAB;
    good(caseload_hand_over(t->db, &HEAD, &what, NOON, &n, &t->err));
    return n;
}

// How many families a viewer sees on a day, through the predicate itself.
static int64_t seen_n(DbTest *t, Role role, int64_t user_id, int64_t kab, Date on) {
    Sight sight = authority_sight(&(Viewer){ .user_id = user_id, .kab = kab, .role = role }, on);
    int64_t n = 0;
    for (int64_t id = 1; id <= 10; id++) {
        CaseloadPresentRow row;
        bool is_seen = false;
        good(caseload_present(t->db, &t->arena, (CaseloadPresentArgs){ .kab = KAB, .id = id, SEE(sight) }, &row, &is_seen, &t->err));
        n += is_seen;
    }
    return n;
}

static void everybody_sees_what_is_theirs(DbTest *t) {
    office_make(t);
    static const struct { Role role; int64_t user_id, kab, wanted; } CASES[] = {
        { ROLE_OPERATOR, 3, KAB, 10 }, { ROLE_OPERATOR, 3, 1372, 0 }, { ROLE_AUDITOR, 3, 13, 10 }, { ROLE_PROVINCE, 3, 13, 10 }, { ROLE_PROVINCE, 3, 14, 0 },
        { ROLE_NATIONAL, 3, 0, 10 }, { ROLE_COMPANION, 11, KAB, 6 }, { ROLE_COMPANION, 12, KAB, 3 }, { ROLE_COMPANION, 13, KAB, 0 },
        { ROLE_COMPANION, 11, 1372, 0 }, { ROLE_COMPANION, 0, KAB, 0 }, { ROLE_BANK, 3, KAB, 0 }, { ROLE_POST, 3, KAB, 0 }, { ROLE_ADMINISTRATOR, 3, 0, 0 },
        { ROLE_ADMINISTRATOR, 11, KAB, 0 },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        int64_t n = seen_n(t, CASES[i].role, CASES[i].user_id, CASES[i].kab, today(0));
        if (n != CASES[i].wanted) fail_msg("%s %lld of %lld sees %lld", role_name(CASES[i].role), (long long)CASES[i].user_id, (long long)CASES[i].kab, (long long)n);
    }
}
DB_TEST(everybody_sees_what_is_theirs)

static void a_hand_over_has_a_day(DbTest *t) {
    office_make(t);
    assert_int_equal(hand_over(t, (HandOver){ .from_id = 1, .to_id = 2, .village_id = 1371011001, .from_on = today(7) }), 3);
    assert_int_equal(seen_n(t, ROLE_COMPANION, 11, KAB, today(6)), 6);         // the day before
    assert_int_equal(seen_n(t, ROLE_COMPANION, 12, KAB, today(6)), 3);
    assert_int_equal(seen_n(t, ROLE_COMPANION, 11, KAB, today(7)), 3);         // the day itself
    assert_int_equal(seen_n(t, ROLE_COMPANION, 12, KAB, today(7)), 6);
    assert_int_equal(hand_over(t, (HandOver){ .from_id = 1, .to_id = 2, .village_id = 1371011001, .from_on = today(7) }), 0);      // a second click
    int64_t n = 0;
    refused(caseload_hand_over(t->db, &HEAD, &(HandOver){ .kab = KAB, .from_id = 1, .to_id = 2, .family_id = 1, .from_on = today(0) }, NOON, &n, &t->err), CONFLICT);
    assert_int_equal(hand_over(t, (HandOver){ .from_id = 2, .to_id = 0, .family_id = 1, .from_on = today(7) }), 1);        // corrected on the same day
    assert_int_equal(seen_n(t, ROLE_COMPANION, 12, KAB, today(7)), 5);
    assert_int_equal(hand_over(t, (HandOver){ .from_id = 0, .to_id = 2, .from_on = today(9) }), 2);                        // 1 and 10
    assert_int_equal(seen_n(t, ROLE_COMPANION, 12, KAB, today(9)), 7);
    CaseloadSpans spans;
    Sight office = authority_sight(&HEAD, today(0));
    good(caseload_of_family(t->db, &t->arena, office, KAB, 1, &spans, &t->err));
    assert_int_equal(spans.n, 3);
    for (size_t i = 0; i + 1 < spans.n; i++) assert_int_equal(spans.at[i].until_on.days, spans.at[i + 1].from_on.days);
    assert_false(date_is_known(spans.at[2].until_on));
    check_str(spans.at[0].name, STR("Rina"));
    assert_int_equal(spans.at[1].name.n, 0);
    good(caseload_of_family(t->db, &t->arena, office, KAB, 5, &spans, &t->err));
    assert_int_equal(spans.n, 1);
    check_str(spans.at[0].name, STR("Rina"));
    Companions all;
    good(caseload_companions(t->db, &t->arena, office, KAB, &all, &t->err));
    assert_int_equal(all.n, 2);
    assert_int_equal(all.at[0].family_n + all.at[1].family_n, 9);
    good(caseload_companions(t->db, &t->arena, authority_sight(&(Viewer){ .user_id = 11, .kab = KAB, .role = ROLE_COMPANION }, today(0)), KAB, &all, &t->err));
    assert_int_equal(all.n, 0);
}
DB_TEST(a_hand_over_has_a_day)

static void what_is_refused(DbTest *t) {
    office_make(t);
    static const Viewer OPERATOR = { .user_id = 2, .kab = KAB, .role = ROLE_OPERATOR, .login = "operator" }, FAR = { .user_id = 2, .kab = 1372, .role = ROLE_COORDINATOR, .login = "far" };
    HandOver w = { .kab = KAB, .from_id = 1, .to_id = 2, .from_on = today(0) };
    int64_t n = -1;
    refused(caseload_hand_over(t->db, &OPERATOR, &w, NOON, &n, &t->err), FORBIDDEN);
    refused(caseload_hand_over(t->db, &FAR, &w, NOON, &n, &t->err), FORBIDDEN);
    w.to_id = 1; refused(caseload_hand_over(t->db, &HEAD, &w, NOON, &n, &t->err), BAD_INPUT);
    w.to_id = 99; refused(caseload_hand_over(t->db, &HEAD, &w, NOON, &n, &t->err), BAD_INPUT);
    w.to_id = 2; w.from_on = today(400); refused(caseload_hand_over(t->db, &HEAD, &w, NOON, &n, &t->err), BAD_INPUT);
    w.from_on = DATE_NONE; refused(caseload_hand_over(t->db, &HEAD, &w, NOON, &n, &t->err), BAD_INPUT);
    assert_int_equal(n, -1);
    assert_int_equal(seen_n(t, ROLE_COMPANION, 11, KAB, today(0)), 6);
    int64_t head_n = 0;
    Hash head;
    good(audit_head(t->db, KAB, &head_n, &head, &t->err));
    assert_int_equal(head_n, 0);
    w = (HandOver){ .from_id = 1, .to_id = 2, .from_on = today(0) };
    assert_int_equal(hand_over(t, w), 6);
    good(audit_head(t->db, KAB, &head_n, &head, &t->err));
    assert_int_equal(head_n, 1);
}
DB_TEST(what_is_refused)

static const struct CMUnitTest TESTS[] = { DB_TESTS(everybody_sees_what_is_theirs), DB_TESTS(a_hand_over_has_a_day), DB_TESTS(what_is_refused) };
TEST_MAIN(TESTS)
