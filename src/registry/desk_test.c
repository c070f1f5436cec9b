// The desk: who may take in and see, the clock and its edge, a correction that another person signs, two at once, double clicks, what is left
// after a change of keys and after an erasure.
#include "registry/life_sample.h"
#include "registry/desk.h"
#include "registry/erase.h"
#include "registry/reseal.h"
#include "registry/search.h"

#define FAMILY 7
#define HOUR_MS 3600000

static DeskTake correction(int64_t person_id) {
    return (DeskTake){ .kab = KAB, .family_id = FAMILY, .person_id = person_id, .kind = DESK_CORRECT, .field = STR("name"), .asker = STR("self"), .proof = STR("ktp"),
                       .who = STR("Siti Contoh"), .wanted = STR("Zubaidah Percobaan"), .evidence = STR("KTP") };
}

static int64_t person_of(DbTest *t) { return sql_int(t, "SELECT min(id) FROM person WHERE kab = 1371 AND family_id = ?1", FAMILY, 0); }

// One change with two numbers, on either engine.
static void sql_change(DbTest *t, const char *sqlite, int64_t a, int64_t b) {
    Str postgresql = arena_str(&t->arena, str_c(sqlite));
    for (char *p = (char *)postgresql.p; *p; p++) if (*p == '?') *p = '$';
    DbQuery *query = NEW(&t->arena, DbQuery, 1);
    *query = (DbQuery){ "test", sqlite, postgresql.p, "ii", "", 2, 0 };
    DbStatement *s = NULL;
    bool has_row;
    good(db_begin(t->db, &t->err) && db_prepare(t->db, query, &s, &t->err));
    db_bind_int(s, 0, a);
    db_bind_int(s, 1, b);
    good(db_step(s, &has_row, &t->err));
    db_release(s);
    good(db_commit(t->db, &t->err));
}

static int64_t taken(DbTest *t, const Viewer *who, const DeskTake *take, Instant at) {
    int64_t id;
    bool is_new;
    good(desk_take(t->db, &t->arena, who, take, at, &id, &is_new, &t->err));
    assert_true(is_new);
    return id;
}

static DeskRequest seen(DbTest *t, const Viewer *who, int64_t id, Instant at) {
    DeskRequest r;
    good(desk_read(t->db, &t->arena, authority_sight(who, date_of_instant(at, 420)), KAB, id, at, &r, &t->err));
    return r;
}

typedef struct { const Viewer *signer; const ApprovalKind *kind; ApprovalRequest *request; Instant at; } DeskSigning;
static bool desk_sign_work(Db *db, void *with, Err *e) {
    DeskSigning *s = with;
    Hash seen_hash = s->request->seen_hash;
    return approval_sign(db, s->signer, s->kind, s->request, &seen_hash, s->at, e);
}

static void who_may_take_in(DbTest *t) {
    Town town = town_make(t, 5, 60);
    DeskTake take = correction(person_of(t)), bad;
    int64_t id, again;
    bool is_new;
    DeskRequest r;
    refused(desk_take(t->db, &t->arena, &town.neighbour, &take, NOON, &id, &is_new, &t->err), FORBIDDEN);
    refused(desk_take(t->db, &t->arena, &town.auditor, &take, NOON, &id, &is_new, &t->err), FORBIDDEN);
    const struct { size_t at; Str value; } MISSING[] = { { offsetof(DeskTake, asker), STR("") }, { offsetof(DeskTake, proof), STR("face") }, { offsetof(DeskTake, who), STR("") },
        { offsetof(DeskTake, field), STR("") }, { offsetof(DeskTake, field), STR("kk") }, { offsetof(DeskTake, wanted), STR("") }, { offsetof(DeskTake, evidence), STR("") } };
    for (size_t i = 0; i < sizeof MISSING / sizeof *MISSING; i++) {
        bad = take;
        *(Str *)((char *)&bad + MISSING[i].at) = MISSING[i].value;
        refused(desk_take(t->db, &t->arena, &town.operator, &bad, NOON, &id, &is_new, &t->err), BAD_INPUT);
    }
    const struct { Str field, wanted; } WRONG[] = { { STR("born_on"), STR("30 Februari 1990") }, { STR("born_on"), STR("1 Mei 2199") }, { STR("sex"), STR("x") },
        { STR("disability"), STR("mungkin") }, { STR("nik"), STR("123") } };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        bad = take;
        bad.field = WRONG[i].field, bad.wanted = WRONG[i].wanted;
        refused(desk_take(t->db, &t->arena, &town.operator, &bad, NOON, &id, &is_new, &t->err), BAD_INPUT);
    }
    bad = take;
    bad.family_id = 99999;
    refused(desk_take(t->db, &t->arena, &town.operator, &bad, NOON, &id, &is_new, &t->err), NOT_FOUND);
    id = taken(t, &town.operator, &take, NOON);
    good(desk_take(t->db, &t->arena, &town.operator, &take, NOON, &again, &is_new, &t->err));      // clicked twice
    assert_true(!is_new && again == id);
    r = seen(t, &town.auditor, id, NOON);
    check_str(r.wanted, STR("Zubaidah Percobaan"));
    check_str(r.evidence, STR("KTP"));
    assert_true(r.state == DESK_OPEN && r.wrong.n > 0 && r.due_at.ms == NOON.ms + 72 * HOUR_MS && !r.is_late);
    assert_false(seen(t, &town.operator, id, r.due_at).is_late);                                    // the hour itself is in time
    assert_true(seen(t, &town.operator, id, (Instant){ r.due_at.ms + 1 }).is_late);
    refused(desk_read(t->db, &t->arena, authority_sight(&town.neighbour, date_of_instant(NOON, 420)), KAB, id, NOON, &r, &t->err), NOT_FOUND);
    // A companion sees and takes in for the own families only.
    good(db_begin(t->db, &t->err));
    Viewer companion = town_user(t, "dedi", ROLE_COMPANION, KAB);
    good(db_commit(t->db, &t->err));
    refused(desk_take(t->db, &t->arena, &companion, &take, NOON, &again, &is_new, &t->err), NOT_FOUND);
    refused(desk_read(t->db, &t->arena, authority_sight(&companion, date_of_instant(NOON, 420)), KAB, id, NOON, &r, &t->err), NOT_FOUND);
    sql_change(t, "UPDATE companion SET user_id = ?1 WHERE kab = 1371 AND id = (SELECT companion_id FROM family WHERE kab = 1371 AND id = ?2)", companion.user_id, FAMILY);
    again = taken(t, &companion, &take, NOON);
    assert_true(again != id);
    DeskAct act = { KAB, again, 1, &companion, NOON };
    refused(desk_answer(t->db, &t->arena, &act, &(DeskAnswer){ .is_granted = false, .reason = STR("right"), .text = STR("x") }, &t->err), FORBIDDEN);
    DeskList list;
    DeskFilter f = { .sight = authority_sight(&companion, date_of_instant(NOON, 420)), .kab = KAB, .now = NOON, .limit_n = 10 };
    good(desk_list(t->db, &t->arena, &f, &list, &t->err));
    assert_true(list.n == 2 && list.open_n == 2 && list.late_n == 0);
    f.now.ms += 73 * HOUR_MS, f.late = DESK_LATE;
    good(desk_list(t->db, &t->arena, &f, &list, &t->err));
    assert_true(list.n == 2 && list.late_n == 2 && list.at[0].is_late);
    f.has_state = true, f.state = DESK_REFUSED;
    good(desk_list(t->db, &t->arena, &f, &list, &t->err));
    assert_true(list.n == 0 && list.total_n == 0 && list.open_n == 2);
    town_is_well(t);
}
DB_TEST(who_may_take_in)

static void another_signs_what_changes(DbTest *t) {
    Town town = town_make(t, 5, 60);
    int64_t person_id = person_of(t);
    DeskTake take = correction(person_id);
    Violations v = { say_violation, NULL, 0 };
    ApprovalRequest request, second;
    bool is_new;
    int64_t id = taken(t, &town.operator, &take, NOON);
    DeskAct act = { KAB, id, 1, &town.operator, NOON };
    DeskAnswer yes = { .is_granted = true };
    refused(desk_answer(t->db, &t->arena, &act, &yes, &t->err), CONFLICT);                          // not without a signature
    good(desk_assign(t->db, &t->arena, &act, town.operator.user_id, &t->err));
    refused(desk_assign(t->db, &t->arena, &act, town.head.user_id, &t->err), CONFLICT);             // of an older look
    refused(desk_assign(t->db, &t->arena, &(DeskAct){ KAB, id, 2, &town.operator, NOON }, town.auditor.user_id, &t->err), BAD_INPUT);
    refused(desk_ask(t->db, &t->arena, &act, &request, &is_new, &t->err), CONFLICT);
    act.version_n = 2;
    good(desk_ask(t->db, &t->arena, &act, &request, &is_new, &t->err));
    good(desk_ask(t->db, &t->arena, &act, &second, &is_new, &t->err));                              // clicked twice
    assert_true(!is_new && second.id == request.id && seen(t, &town.operator, id, NOON).is_waiting);
    DeskSigning s = { &town.operator, &DESK_APPROVAL, &request, NOON };
    refused(change_do(t->db, desk_sign_work, &s, &t->err), FORBIDDEN);
    s.signer = &town.head;
    good(change_do(t->db, desk_sign_work, &s, &t->err));
    DeskRequest r = seen(t, &town.operator, id, NOON);
    assert_true(r.state == DESK_GRANTED && r.answered_id == town.head.user_id);
    check_str(sql_says(t, "SELECT name FROM person WHERE kab = 1371 AND family_id = ?1 AND id = ?2", FAMILY, person_id), STR("Zubaidah Percobaan"));
    DeskLetter letter = desk_letter(&t->arena, &r, STR("UU"));
    assert_true(letter.n == 4);
    // What was changed meanwhile is not signed blindly.
    take.wanted = STR("Zubaidah Contoh");
    id = taken(t, &town.operator, &take, NOON);
    act = (DeskAct){ KAB, id, 1, &town.operator, NOON };
    good(desk_ask(t->db, &t->arena, &act, &request, &is_new, &t->err));
    sql_change(t, "UPDATE person SET name = 'Lain' WHERE kab = 1371 AND family_id = ?1 AND id = ?2", FAMILY, person_id);
    refused(change_do(t->db, desk_sign_work, &s, &t->err), CONFLICT);
    sql_change(t, "UPDATE person SET name = 'Zubaidah Percobaan' WHERE kab = 1371 AND family_id = ?1 AND id = ?2", FAMILY, person_id);
    // Whoever took it in does not sign it either, whoever asked.
    DeskTake by_head = take;
    by_head.wanted = STR("Zubaidah Ketiga");
    id = taken(t, &town.head, &by_head, NOON);
    act = (DeskAct){ KAB, id, 1, &town.operator, NOON };
    good(desk_ask(t->db, &t->arena, &act, &request, &is_new, &t->err));
    refused(change_do(t->db, desk_sign_work, &s, &t->err), FORBIDDEN);
    good(desk_check(t->db, &v, &t->err));
    assert_int_equal(v.found_n, 0);
    sql_change(t, "UPDATE desk_request SET answered_id = taken_id WHERE kab = 1371 AND state = 'granted' AND id > ?1 AND id > ?2", 0, 0);
    v.say = NULL;
    good(desk_check(t->db, &v, &t->err));
    assert_int_equal(v.found_n, 1);
    town_is_well(t);
}
DB_TEST(another_signs_what_changes)

static void numbers_change_with_their_claims(DbTest *t) {
    Town town = town_make(t, 5, 60);
    DeskTake take = correction(0);
    ClaimHolder *found;
    size_t n;
    bool is_new;
    ApprovalRequest request;
    take.field = STR("kk"), take.wanted = STR("1371012404240007");
    int64_t id = taken(t, &town.operator, &take, NOON);
    good(desk_ask(t->db, &t->arena, &(DeskAct){ KAB, id, 1, &town.operator, NOON }, &request, &is_new, &t->err));
    DeskSigning s = { &town.head, &DESK_APPROVAL, &request, NOON };
    // The key of the district changes in between: the words follow, and what is signed is the same.
    ResealReport report;
    good(reseal_district(t->db, &(Reseal){ KAB, town.head.user_id, NOON }, NULL, &report, &t->err));
    check_str(seen(t, &town.operator, id, NOON).wanted, take.wanted);
    good(change_do(t->db, desk_sign_work, &s, &t->err));
    good(claim_find(t->db, &t->arena, SECRET_KK, take.wanted, KAB, KAB, &found, &n, &t->err));
    assert_true(n == 1 && found[0].family_id == FAMILY);
    town_is_well(t);
}
DB_TEST(numbers_change_with_their_claims)

static void other_screens_are_tied(DbTest *t) {
    Town town = town_make(t, 5, 60);
    DeskTake take = { .kab = KAB, .family_id = FAMILY, .kind = DESK_WITHDRAW, .asker = STR("self"), .proof = STR("kk"), .who = STR("Siti Contoh") };
    DeskAnswer answer = { .is_granted = true, .text = STR("Sudah kami catat.") };
    LifeAct told = town_act(&town, FAMILY, date_of_instant(NOON, 420));
    LifeResult fact;
    ApprovalRequest request;
    bool is_new;
    int64_t id = taken(t, &town.head, &take, NOON);
    DeskAct act = { KAB, id, 1, &town.operator, NOON };
    refused(desk_answer(t->db, &t->arena, &act, &answer, &t->err), CONFLICT);                       // nothing was told yet
    good(life_leave(t->db, &told, STR("own_will"), &fact, &t->err));
    answer.fact_n = fact.n;
    good(desk_answer(t->db, &t->arena, &act, &answer, &t->err));
    good(desk_answer(t->db, &t->arena, &act, &answer, &t->err));                                    // clicked twice
    answer.is_granted = false, answer.reason = STR("right");
    refused(desk_answer(t->db, &t->arena, &act, &answer, &t->err), CONFLICT);                       // another answer is too late
    check_str(seen(t, &town.operator, id, NOON).answer, STR("Sudah kami catat."));
    // Its own hand: whoever took it in does not grant it.
    take.family_id = 9;
    id = taken(t, &town.operator, &take, NOON);
    told.family_id = 9;
    good(life_leave(t->db, &told, STR("own_will"), &fact, &t->err));
    act.id = id;
    answer = (DeskAnswer){ .is_granted = true, .fact_n = fact.n };
    refused(desk_answer(t->db, &t->arena, &act, &answer, &t->err), FORBIDDEN);
    // Refused with a reason and words, or not at all.
    answer = (DeskAnswer){ .is_granted = false, .text = STR("Kartu tidak ada.") };
    refused(desk_answer(t->db, &t->arena, &act, &answer, &t->err), BAD_INPUT);
    answer.reason = STR("not_shown"), answer.text = STR("");
    refused(desk_answer(t->db, &t->arena, &act, &answer, &t->err), BAD_INPUT);
    answer.text = STR("Kartu tidak ada.");
    good(desk_answer(t->db, &t->arena, &act, &answer, &t->err));
    // Erasing answers what is open and leaves no word.
    take.family_id = FAMILY, take.kind = DESK_ERASE;
    id = taken(t, &town.operator, &take, NOON);
    act = (DeskAct){ KAB, id, 1, &town.operator, NOON };
    good(desk_ask(t->db, &t->arena, &act, &request, &is_new, &t->err));
    DeskSigning s = { &town.head, &ERASE_APPROVAL, &request, NOON };
    good(change_do(t->db, desk_sign_work, &s, &t->err));
    DeskRequest r = seen(t, &town.operator, id, NOON);
    assert_true(r.state == DESK_GRANTED && r.is_erased && r.who.n == 0);
    assert_int_equal(sql_int(t, "SELECT count(*) FROM desk_request WHERE kab = 1371 AND family_id = ?1 AND (words_data IS NOT NULL OR answer_data IS NOT NULL)", FAMILY, 0), 0);
    Violations v = { say_violation, NULL, 0 };
    good(desk_check(t->db, &v, &t->err));
    assert_int_equal(v.found_n, 0);
    town_is_well(t);
}
DB_TEST(other_screens_are_tied)

static const struct CMUnitTest tests[] = { DB_TESTS(who_may_take_in), DB_TESTS(another_signs_what_changes), DB_TESTS(numbers_change_with_their_claims), DB_TESTS(other_screens_are_tied) };
TEST_MAIN(tests)
