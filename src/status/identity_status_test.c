// identity_status_test.c: identity work from search to mended, with the money of a computed stage, on both engines.
#include "db/db_test.h"
#include "office/audit.h"
#include "registry/pack.h"
#include "registry/synth_store.h"
#include "registry_duplicate.sql.h"
#include "stage/closing.h"
#include "stage/run.h"
#include "status/identity_status.h"

#define KAB 1371
static const Instant AT = { 1711929600000 };
static const Viewer OPERATOR = { .user_id = 1, .kab = KAB, .role = ROLE_OPERATOR, .login = "budi", .name = "Budi" };
static const Viewer AUDITOR = { .user_id = 3, .kab = KAB, .role = ROLE_AUDITOR, .login = "cici", .name = "Cici" };

static WorkFound refreshed(DbTest *t, Str *stage) {
    WorkFound found;
    check_ok(identity_refresh(t->db, &t->arena, &OPERATOR, KAB, AT, NULL, &found, stage, &t->err), t->err);
    return found;
}

static WorkList listed(DbTest *t, WorkFilter f) {
    WorkList list;
    f.kab = KAB;
    if (!f.limit_n) f.limit_n = 1000;
    f.sight = sight_of_program(date_of_instant(AT, 420));
    check_ok(work_list(t->db, &t->arena, &f, &list, &t->err), t->err);
    return list;
}

static void family_change(DbTest *t, int64_t family_id, int64_t payee_id, int64_t gone_id) {
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(merge_payee_change(t->db, (MergePayeeChangeArgs){ .kab = KAB, .id = family_id, .payee_id = payee_id }, NULL, &t->err), t->err);
    if (gone_id) check_ok(merge_person_gone(t->db, (MergePersonGoneArgs){ .kab = KAB, .family_id = family_id, .id = gone_id, .is_gone = true }, NULL, &t->err), t->err);
    check_ok(pack_refresh(t->db, KAB, family_id, family_id, NULL, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
}

static int64_t person_first(DbTest *t, int64_t family_id) {
    Str bytes;
    bool is_there;
    Payee payee;
    check_ok(pack_of_family(t->db, &t->arena, KAB, PACK_PAYEE, INT64_MAX, family_id, &bytes, &is_there, &t->err), t->err);
    check_ok(payee_pack_find(bytes, family_id, &payee, &is_there, &t->err), t->err);
    return pack_u32(payee.person, 0);
}

static void stage_compute(DbTest *t) {
    ClosingOptions closing = { .stage = STR("2024-2"), .book_file = STR("pkh.yaml"), .book_text = rulebook_pkh(), .kab = KAB, .at = AT };
    ClosingSummary closed;
    RunSummary ran;
    check_ok(closing_make(t->db, &closing, &closed, &t->err), t->err);
    check_ok(run_make(t->db, &(RunOptions){ .stage = STR("2024-2"), .kab = KAB, .at = AT }, &ran, &t->err), t->err);
}

static bool due_keep(void *with, const Due *due, Err *e) { (void)e; *(Rupiah *)with = due->amount; return true; }

static void work_is_found_dismissed_and_mended(DbTest *t) {
    SynthReport report;
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = 5, .kab = KAB, .family_n = 300, .at = AT }, NULL, &report, &t->err), t->err);
    Str stage;
    WorkFound before = refreshed(t, &stage);
    check_str(stage, STR(""));
    assert_int_equal(before.new_n, before.found_n);
    int64_t no_payee_n = listed(t, (WorkFilter){ .has_kind = true, .kind = WORK_NO_PAYEE }).all_n;

    family_change(t, 7, INT64_MIN, 0);
    stage_compute(t);
    WorkFound found = refreshed(t, &stage);
    check_str(stage, STR("2024-2"));
    assert_int_equal(found.found_n, before.found_n + 1);
    assert_int_equal(found.new_n, 1);
    WorkList list = listed(t, (WorkFilter){ .has_kind = true, .kind = WORK_NO_PAYEE });
    assert_int_equal(list.all_n, no_payee_n + 1);
    assert_int_equal(list.sums[WORK_NO_PAYEE].n, no_payee_n + 1);
    Rupiah paid = { 0 };
    check_ok(due_each(t->db, KAB, STR("2024-2"), 7, 7, due_keep, &paid, &t->err), t->err);
    bool is_there = false;
    for (size_t i = 0; i < list.row_n; i++) {
        if (i) assert_true(list.rows[i - 1].amount.rp >= list.rows[i].amount.rp);         // most money first
        if (list.rows[i].family_id != 7) continue;
        is_there = true;
        assert_true(list.rows[i].amount.rp == paid.rp);
    }
    assert_true(is_there && paid.rp > 0);

    int64_t n, again_n;
    Hash head;
    check_ok(audit_head(t->db, KAB, &n, &head, &t->err), t->err);
    found = refreshed(t, &stage);                          // again: nothing
    assert_int_equal(found.new_n + found.changed_n + found.mended_n, 0);
    check_ok(audit_head(t->db, KAB, &again_n, &head, &t->err), t->err);
    assert_int_equal(n, again_n);

    Err e = { 0 };
    assert_false(work_dismiss(t->db, &AUDITOR, KAB, WORK_NO_PAYEE, 7, 0, STR("x"), AT, &e));
    assert_int_equal(e.code, FORBIDDEN);
    check_ok(work_dismiss(t->db, &OPERATOR, KAB, WORK_NO_PAYEE, 7, 0, STR("sedang diurus"), AT, &t->err), t->err);
    check_ok(work_dismiss(t->db, &OPERATOR, KAB, WORK_NO_PAYEE, 7, 0, STR("sedang diurus"), AT, &t->err), t->err);
    check_ok(audit_head(t->db, KAB, &again_n, &head, &t->err), t->err);
    assert_int_equal(again_n, n + 1);
    found = refreshed(t, &stage);
    assert_int_equal(found.dismissed_n, 1);
    assert_int_equal(listed(t, (WorkFilter){ .is_dismissed = true }).all_n, 1);
    check_str(listed(t, (WorkFilter){ .is_dismissed = true }).rows[0].note, STR("sedang diurus"));

    family_change(t, 7, person_first(t, 7), 0);
    found = refreshed(t, &stage);                          // mended: closes by itself
    assert_int_equal(found.mended_n, 1);
    assert_int_equal(listed(t, (WorkFilter){ .is_dismissed = true }).all_n, 0);
    e = (Err){ 0 };
    assert_false(work_dismiss(t->db, &OPERATOR, KAB, WORK_NO_PAYEE, 7, 0, STR("x"), AT, &e));
    assert_int_equal(e.code, NOT_FOUND);
    family_change(t, 7, INT64_MIN, 0);
    found = refreshed(t, &stage);                          // and comes back as open
    assert_int_equal(found.changed_n, 1);
    assert_int_equal(listed(t, (WorkFilter){ .has_kind = true, .kind = WORK_NO_PAYEE }).all_n, no_payee_n + 1);
}

// Pages of seven rows, one after the other, are the whole list; one who may not see the families sees nothing.
static void pages_are_the_list(DbTest *t) {
    SynthReport report;
    Str stage;
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = 5, .kab = KAB, .family_n = 300, .at = AT }, NULL, &report, &t->err), t->err);
    for (int64_t id = 3; id <= 90; id += 3) family_change(t, id, INT64_MIN, 0);
    stage_compute(t);
    refreshed(t, &stage);
    WorkList all = listed(t, (WorkFilter){ 0 }), part;
    WorkAfter after = { 0 };
    size_t n = 0;
    Rupiah sum = { 0 };
    assert_true(all.row_n > 20 && (int64_t)all.row_n == all.all_n);
    do {
        part = listed(t, (WorkFilter){ .after = after, .limit_n = 7 });
        assert_true(part.all_n == all.all_n && part.row_n > 0);
        for (size_t i = 0; i < part.row_n; i++, n++) {
            const WorkRow *a = &part.rows[i], *b = &all.rows[n];
            assert_true(n < all.row_n && a->kind == b->kind && a->family_id == b->family_id && a->person_id == b->person_id);
            sum.rp += a->amount.rp;
            after = (WorkAfter){ true, a->amount, a->kind, a->family_id, a->person_id };
        }
    } while (part.is_more);
    assert_int_equal(n, all.row_n);
    assert_true(sum.rp == all.amount.rp);
    WorkFilter stranger = { .kab = KAB, .limit_n = 50, .sight = { 1372, 1372, 0, date_of_instant(AT, 420) } };
    check_ok(work_list(t->db, &t->arena, &stranger, &part, &t->err), t->err);
    assert_true(part.row_n == 0 && part.all_n == 0);
    WorkRow row;
    WorkState state;
    const WorkRow *first = &all.rows[0];
    check_ok(work_read(t->db, &t->arena, sight_of_program(date_of_instant(AT, 420)), KAB, first->kind, first->family_id, first->person_id, &row, &state, &t->err), t->err);
    assert_true(state == WORK_OPEN && row.amount.rp == first->amount.rp);
    Err e = { 0 };
    assert_false(work_read(t->db, &t->arena, stranger.sight, KAB, first->kind, first->family_id, first->person_id, &row, &state, &e));
    assert_int_equal(e.code, NOT_FOUND);
}

// A payee who is gone is found under two titles when he was the head, too.
static void payee_and_head_who_are_gone(DbTest *t) {
    SynthReport report;
    Str stage;
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = 5, .kab = KAB, .family_n = 100, .at = AT }, NULL, &report, &t->err), t->err);
    refreshed(t, &stage);
    int64_t first = person_first(t, 9);
    WorkList before = listed(t, (WorkFilter){ 0 });
    family_change(t, 9, first, first);
    refreshed(t, &stage);
    WorkList after = listed(t, (WorkFilter){ 0 });
    assert_int_equal(after.sums[WORK_PAYEE_GONE].n, before.sums[WORK_PAYEE_GONE].n + 1);
    assert_int_equal(after.sums[WORK_HEAD_GONE].n, before.sums[WORK_HEAD_GONE].n + 1);
}

static void kinds_have_words(void **state) {
    (void)state;
    WorkKind kind;
    for (int i = 0; i < WORK_KINDS_N; i++) {
        assert_true(work_kind_find(str_c(work_kind_code((WorkKind)i)), &kind) && (int)kind == i);
        assert_true(*work_kind_title((WorkKind)i) && *work_kind_who((WorkKind)i) && *work_kind_how((WorkKind)i));
    }
    assert_false(work_kind_find(STR("nosuch"), &kind));
}

DB_TEST(work_is_found_dismissed_and_mended)
DB_TEST(payee_and_head_who_are_gone)
DB_TEST(pages_are_the_list)
static const struct CMUnitTest tests[] = { DB_TESTS(work_is_found_dismissed_and_mended), DB_TESTS(payee_and_head_who_are_gone),
    DB_TESTS(pages_are_the_list), cmocka_unit_test(kinds_have_words) };
TEST_MAIN(tests)
