// caseload_test.c: families change hands on a day: who answers for them before, on and after it, and what is refused.
#include "office/caseload.h"
#include "db/db_test.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/hand_over.h"
#include "office/user.h"
#include "office_caseload.sql.h"

#define KAB 1371
static const Instant NOON = { 1713153600000 };             // 2024-04-15
static Date today(int offset) { return (Date){ date_of_instant(NOON, 420).days + offset }; }
static const Viewer HEAD = { .user_id = 1, .kab = KAB, .role = ROLE_HEAD_DINSOS, .login = "kepala" }, COORDINATOR = { .user_id = 2, .kab = KAB, .role = ROLE_COORDINATOR, .login = "korkot" };
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)

static void user_put(DbTest *t, const char *login, Role role, int64_t wanted_id) {
    int64_t id = 0;
    good(user_insert(t->db, 0, &(UserNew){ .login = str_c(login), .name = STR("Orang Coba"), .role = role, .kab = KAB }, STR("$none"), true, NOON, &id, &t->err));
    assert_int_equal(id, wanted_id);
}

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
    user_put(t, "kepala", ROLE_HEAD_DINSOS, 1);
    user_put(t, "korkot", ROLE_COORDINATOR, 2);
    user_put(t, "baru", ROLE_COMPANION, 3);
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

typedef struct { const Viewer *viewer; ApprovalRequest *request; } Signing;
static bool sign_work(Db *db, void *with, Err *e) {
    Signing *s = with;
    return approval_sign(db, s->viewer, &HAND_OVER_APPROVAL, s->request, &s->request->seen_hash, NOON, e);
}

// Asked by the coordinator as it was looked at.
static HandOver ask(DbTest *t, HandOverWish wish) {
    HandOver seen, asked;
    wish.kab = KAB;
    good(hand_over_look(t->db, &t->arena, &COORDINATOR, &wish, NOON, &seen, &t->err));
    good(hand_over_ask(t->db, &t->arena, &COORDINATOR, &wish, &seen.hash, NOON, &asked, &t->err));
    return asked;
}

static int64_t hand_over(DbTest *t, HandOverWish wish) {
    HandOver asked = ask(t, wish);
    good(change_do(t->db, sign_work, &(Signing){ &HEAD, &asked.request }, &t->err));
    assert_int_equal(asked.request.state, REQUEST_APPROVED);
    return (int64_t)asked.n;
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
    HandOver look;
    HandOverWish again = { .kab = KAB, .from_id = 1, .to_id = 2, .village_id = 1371011001, .from_on = today(7) };
    assert_int_equal(hand_over(t, again), 3);
    assert_int_equal(seen_n(t, ROLE_COMPANION, 11, KAB, today(6)), 6);         // the day before
    assert_int_equal(seen_n(t, ROLE_COMPANION, 12, KAB, today(6)), 3);
    assert_int_equal(seen_n(t, ROLE_COMPANION, 11, KAB, today(7)), 3);         // the day itself
    assert_int_equal(seen_n(t, ROLE_COMPANION, 12, KAB, today(7)), 6);
    refused(hand_over_look(t->db, &t->arena, &COORDINATOR, &again, NOON, &look, &t->err), BAD_INPUT);          // nobody is left to hand over
    HandOverWish earlier = { .kab = KAB, .from_id = 1, .to_id = 2, .families = STR("1"), .from_on = today(0) };
    refused(hand_over_look(t->db, &t->arena, &COORDINATOR, &earlier, NOON, &look, &t->err), CONFLICT);
    assert_int_equal(hand_over(t, (HandOverWish){ .from_id = 2, .to_id = 0, .families = STR("1"), .from_on = today(7) }), 1);   // corrected on the same day
    assert_int_equal(seen_n(t, ROLE_COMPANION, 12, KAB, today(7)), 5);
    assert_int_equal(hand_over(t, (HandOverWish){ .from_id = 0, .to_id = 2, .from_on = today(9) }), 2);                         // 1 and 10
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
}
DB_TEST(a_hand_over_has_a_day)

static void load(DbTest *t, Date on, int64_t first_n, int64_t second_n, int64_t nobody_n) {
    Caseload c;
    int64_t sum = 0;
    good(caseload_read(t->db, &t->arena, authority_sight(&HEAD, on), KAB, &c, &t->err));
    for (size_t i = 0; i < c.companions.n; i++) assert_int_equal(c.companions.at[i].family_n, c.companions.at[i].id == 1 ? first_n : second_n);
    for (size_t i = 0; i < c.place_n; i++) sum += c.places[i].family_n;
    assert_int_equal(sum, c.family_n);
    assert_int_equal(c.nobody_n, nobody_n);
    assert_int_equal(first_n + second_n + nobody_n, c.family_n);
}

static void who_has_how_many_on_a_day(DbTest *t) {
    Caseload c;
    office_make(t);
    load(t, today(0), 6, 3, 1);
    assert_int_equal(hand_over(t, (HandOverWish){ .from_id = 1, .to_id = 2, .from_on = today(5) }), 6);         // the whole of one who leaves
    load(t, today(4), 6, 3, 1);
    load(t, today(5), 0, 9, 1);
    good(caseload_read(t->db, &t->arena, authority_sight(&(Viewer){ .user_id = 11, .kab = KAB, .role = ROLE_COMPANION }, today(0)), KAB, &c, &t->err));
    assert_int_equal(c.companions.n + c.place_n, 0);
    assert_int_equal(hand_over(t, (HandOverWish){ .from_id = HAND_OVER_ANYBODY, .to_id = 1, .families = STR("9, 2-3,10"), .from_on = today(6) }), 4);
    load(t, today(6), 4, 6, 0);
}
DB_TEST(who_has_how_many_on_a_day)

static bool bytes_take(void *to, Str bytes, Err *e) { return (void)e, buf_str(to, bytes), true; }

static void what_was_seen_is_what_is_signed(DbTest *t) {
    HandOver asked, other, read;
    HandOverWish wish = { .kab = KAB, .from_id = 1, .to_id = 2, .from_on = today(0) };
    bool is_unchanged = false;
    office_make(t);
    asked = ask(t, wish);
    assert_int_equal(asked.part_n, 1);
    check_str(asked.parts[0].name, STR("Rina"));
    check_str(asked.to_name, STR("Budi"));
    good(hand_over_ask(t->db, &t->arena, &COORDINATOR, &wish, &asked.hash, NOON, &other, &t->err));           // a second click
    assert_int_equal(other.id, asked.id);
    assert_int_equal(other.request.id, asked.request.id);
    refused(change_do(t->db, sign_work, &(Signing){ &COORDINATOR, &asked.request }, &t->err), FORBIDDEN);      // not by who asked
    assert_int_equal(seen_n(t, ROLE_COMPANION, 12, KAB, today(0)), 3);
    assert_int_equal(hand_over(t, (HandOverWish){ .from_id = 1, .to_id = 0, .families = STR("4"), .from_on = today(0) }), 1);
    good(approval_is_unchanged(t->db, &HAND_OVER_APPROVAL, &asked.request, &is_unchanged, &t->err));
    assert_false(is_unchanged);
    refused(change_do(t->db, sign_work, &(Signing){ &HEAD, &asked.request }, &t->err), CONFLICT);
    refused(hand_over_ask(t->db, &t->arena, &COORDINATOR, &wish, &asked.hash, NOON, &other, &t->err), CONFLICT);
    assert_int_equal(hand_over(t, wish), 5);
    assert_int_equal(seen_n(t, ROLE_COMPANION, 12, KAB, today(0)), 8);
    good(hand_over_read(t->db, &t->arena, authority_sight(&HEAD, today(0)), KAB, 3, &read, &t->err));
    assert_int_equal(read.n, 5);
    assert_int_equal(read.done_at.ms, NOON.ms);
    assert_int_equal(read.request.state, REQUEST_APPROVED);
    refused(hand_over_read(t->db, &t->arena, authority_sight(&(Viewer){ .user_id = 9, .kab = 1372, .role = ROLE_COORDINATOR }, today(0)), KAB, 3, &read, &t->err), NOT_FOUND);
    Buf paper = { .max = 1 << 20 };
    good(hand_over_note(&t->arena, &asked, STR("Kota Coba"), STR("LATIHAN"), NOON, (Sink){ bytes_take, &paper }, &t->err));
    assert_true(str_starts(buf_view(&paper), STR("%PDF")));
    buf_free(&paper);
}
DB_TEST(what_was_seen_is_what_is_signed)

static void what_is_refused(DbTest *t) {
    office_make(t);
    static const Viewer OPERATOR = { .user_id = 2, .kab = KAB, .role = ROLE_OPERATOR, .login = "operator" }, FAR = { .user_id = 2, .kab = 1372, .role = ROLE_COORDINATOR, .login = "far" };
    static const struct { const Viewer *who; HandOverWish wish; int day; ErrCode code; } CASES[] = {
        { &OPERATOR, { .from_id = 1, .to_id = 2 }, 0, FORBIDDEN }, { &FAR, { .from_id = 1, .to_id = 2 }, 0, FORBIDDEN }, { &COORDINATOR, { .from_id = 1, .to_id = 1 }, 0, BAD_INPUT },
        { &COORDINATOR, { .from_id = 1, .to_id = 99 }, 0, BAD_INPUT }, { &COORDINATOR, { .from_id = 99, .to_id = 1 }, 0, BAD_INPUT },
        { &COORDINATOR, { .from_id = 1, .to_id = 2 }, 400, BAD_INPUT }, { &COORDINATOR, { .from_id = 1, .to_id = 2 }, -400, BAD_INPUT },
        { &COORDINATOR, { .from_id = HAND_OVER_ANYBODY, .to_id = 2 }, 0, BAD_INPUT }, { &COORDINATOR, { .from_id = HAND_OVER_ANYBODY, .to_id = 2, .families = { "11", 2 } }, 0, BAD_INPUT },
        { &COORDINATOR, { .from_id = HAND_OVER_ANYBODY, .to_id = 2, .families = { "x", 1 } }, 0, BAD_INPUT }, { &COORDINATOR, { .from_id = HAND_OVER_ANYBODY, .to_id = 2, .families = { "5-4", 3 } }, 0, BAD_INPUT },
        { &COORDINATOR, { .from_id = HAND_OVER_ANYBODY, .to_id = 2, .families = { "1-9999999", 9 } }, 0, LIMIT },
    };
    HandOver h;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        HandOverWish wish = CASES[i].wish;
        wish.kab = KAB;
        wish.from_on = today(CASES[i].day);
        refused(hand_over_look(t->db, &t->arena, CASES[i].who, &wish, NOON, &h, &t->err), CASES[i].code);
    }
    HandOverWish never = { .kab = KAB, .from_id = 1, .to_id = 2, .from_on = DATE_NONE };
    refused(hand_over_look(t->db, &t->arena, &COORDINATOR, &never, NOON, &h, &t->err), BAD_INPUT);
    assert_int_equal(seen_n(t, ROLE_COMPANION, 11, KAB, today(0)), 6);
}
DB_TEST(what_is_refused)

static void a_log_in_gets_its_families(DbTest *t) {
    int64_t id = 0;
    office_make(t);
    assert_int_equal(seen_n(t, ROLE_COMPANION, 3, KAB, today(0)), 0);
    good(caseload_join(t->db, &COORDINATOR, KAB, 3, 0, NOON, &id, &t->err));           // a new companion, with no family yet
    assert_int_equal(id, 3);
    good(caseload_join(t->db, &COORDINATOR, KAB, 3, 0, NOON, &id, &t->err));           // a second click makes no second one
    assert_int_equal(id, 3);
    assert_int_equal(hand_over(t, (HandOverWish){ .from_id = 1, .to_id = 3, .village_id = 1371011001, .from_on = today(0) }), 3);
    assert_int_equal(seen_n(t, ROLE_COMPANION, 3, KAB, today(0)), 3);
    good(caseload_join(t->db, &COORDINATOR, KAB, 3, 2, NOON, &id, &t->err));           // in the place of one whose log-in is gone: user 12 is nobody
    assert_int_equal(seen_n(t, ROLE_COMPANION, 3, KAB, today(0)), 3);
    assert_int_equal(seen_n(t, ROLE_COMPANION, 12, KAB, today(0)), 0);
    good(db_begin(t->db, &t->err));
    user_put(t, "lain", ROLE_COMPANION, 4);
    good(db_commit(t->db, &t->err));
    refused(caseload_join(t->db, &COORDINATOR, KAB, 4, 2, NOON, &id, &t->err), CONFLICT);
    refused(caseload_join(t->db, &COORDINATOR, KAB, 4, 99, NOON, &id, &t->err), BAD_INPUT);
    refused(caseload_join(t->db, &COORDINATOR, KAB, 1, 1, NOON, &id, &t->err), BAD_INPUT);       // not a companion's log-in
    refused(caseload_join(t->db, &(Viewer){ .user_id = 3, .kab = KAB, .role = ROLE_COMPANION, .login = "baru" }, KAB, 3, 1, NOON, &id, &t->err), FORBIDDEN);
}
DB_TEST(a_log_in_gets_its_families)

static const struct CMUnitTest TESTS[] = { DB_TESTS(everybody_sees_what_is_theirs), DB_TESTS(a_hand_over_has_a_day), DB_TESTS(who_has_how_many_on_a_day),
    DB_TESTS(what_was_seen_is_what_is_signed), DB_TESTS(what_is_refused), DB_TESTS(a_log_in_gets_its_families) };
TEST_MAIN(TESTS)
