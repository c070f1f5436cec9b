// stage_test.c: the stage on an invented city, on both engines: closing, run, explanation, and what happens on bad days.
#include "base/lang.h"
#include "db/db_test.h"
#include "office/audit.h"
#include "registry/area.h"
#include "registry/pack.h"
#include "registry/synth_store.h"
#include "stage/closing.h"
#include "stage/explain.h"
#include "stage/run.h"

#define KAB 1371
#define STAGE STR("2024-2")
#define FAMILIES 3000                                      // enough for all shapes; the whole city is the demo's test

static Str book_text(Arena *a) {
    const char *source = getenv("HARAPAN_SOURCE");
    if (!source) source = ".";
    FILE *f = fopen(arena_fmt(a, "%s/rules/pkh.yaml", source).p, "rb");
    if (!f) fail_msg("rules/pkh.yaml is not under %s", source);
    Buf b = { 0 };
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_bytes(&b, part, n);
    fclose(f);
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

static void make_city(DbTest *t) {
    AreaImport areas;
    SynthReport made;
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(area_put_padang(t->db, &areas, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = 1, .kab = KAB, .family_n = FAMILIES, .at = { 1000 } }, NULL, &made, &t->err), t->err);
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(pack_refresh(t->db, KAB, 1, FAMILIES, NULL, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
}

static ClosingOptions closing_options(DbTest *t) {
    return (ClosingOptions){ .stage = STAGE, .book_file = STR("pkh.yaml"), .book_text = book_text(&t->arena), .kab = KAB, .actor_id = 1, .at = { 2000 } };
}

static void close_and_run(DbTest *t, ClosingSummary *closed, RunSummary *ran) {
    ClosingOptions o = closing_options(t);
    check_ok(closing_make(t->db, &o, closed, &t->err), t->err);
    check_ok(run_make(t->db, &(RunOptions){ .stage = STAGE, .kab = KAB, .actor_id = 1, .at = { 3000 } }, ran, &t->err), t->err);
}

static void change(DbTest *t, const char *sql_name, int64_t family_id);

typedef struct { int64_t family_n, payable_n, total; } Sum;
static bool add_due(void *with, const Due *due, Err *e) {
    Sum *sum = with;
    (void)e;
    sum->family_n++;
    sum->payable_n += due->state == DUE_PAYABLE;
    sum->total += due->amount.rp;
    return true;
}

static Hash first_engine_hash;
static bool has_first_engine;

static void a_stage_happens(DbTest *t) {
    ClosingSummary closed, again;
    RunSummary ran, ran_again;
    make_city(t);
    int64_t before_n, after_n, again_n;                    // entries of the audit chain
    Hash head;
    check_ok(audit_head(t->db, KAB, &before_n, &head, &t->err), t->err);
    close_and_run(t, &closed, &ran);
    check_ok(audit_head(t->db, KAB, &after_n, &head, &t->err), t->err);
    assert_int_equal(after_n, before_n + 2);               // the closing and the run, each in its own transaction
    assert_int_equal(closed.district_n, 1);
    assert_int_equal(closed.family_n, FAMILIES);
    assert_int_equal(ran.payable_n, FAMILIES);             // every invented family has a component that is paid
    assert_true(ran.total.rp > 0);
    Sum sum = { 0 };                                       // one by one, through the ordinary reader
    check_ok(due_each(t->db, KAB, STAGE, 1, INT64_MAX - 1, add_due, &sum, &t->err), t->err);
    assert_int_equal(sum.family_n, ran.family_n);
    assert_int_equal(sum.payable_n, ran.payable_n);
    assert_int_equal(sum.total, ran.total.rp);
    RunTotals totals;                                      // by village, channel and component
    check_ok(run_totals(t->db, &t->arena, KAB, STAGE, &totals, &t->err), t->err);
    int64_t by_channel = 0, by_component = 0;
    for (size_t i = 0; i < (size_t)totals.village_n * totals.channel_n; i++) by_channel += totals.channel[i].amount.rp;
    for (size_t i = 0; i < (size_t)totals.village_n * totals.channel_n * totals.component_n; i++) by_component += totals.component[i].amount.rp;
    assert_int_equal(by_channel, ran.total.rp);
    assert_int_equal(by_component, ran.total.rp);
    close_and_run(t, &again, &ran_again);                  // a second click
    check_ok(audit_head(t->db, KAB, &again_n, &head, &t->err), t->err);
    assert_int_equal(again_n, after_n);                    // what changes nothing leaves no entry
    assert_int_equal(again.district_n, 0);
    assert_int_equal(again.already_n, 1);
    assert_true(hash_eq(&closed.hash, &again.hash) && hash_eq(&ran.hash, &ran_again.hash));
    check_ok(closing_check(t->db, KAB, STAGE, &t->err), t->err);
    check_ok(run_check(t->db, KAB, STAGE, &t->err), t->err);
    check_ok(pack_check(t->db, KAB, NULL, &t->err), t->err);
    if (has_first_engine) assert_true(hash_eq(&first_engine_hash, &ran.hash));         // the same bytes on both engines
    first_engine_hash = ran.hash;
    has_first_engine = true;
}
DB_TEST(a_stage_happens)

static bool explain_one(void *with, const Due *due, Err *e) {
    DbTest *t = with;
    Explanation x;
    if (!explain_family(t->db, &t->arena, KAB, STAGE, due->family_id, sight_of_program((Date){ 20000 }), &x, e)) return false;
    int64_t total = 0;
    for (size_t i = 0; i < x.line_n; i++) total += x.lines[i].amount.rp;
    assert_int_equal(total, due->amount.rp);
    assert_int_equal(x.total.rp, due->amount.rp);
    assert_int_equal(x.village_id, due->village_id);
    return true;
}

static bool always(Db *db, int64_t kab, Str stage, Err *e) {
    (void)db, (void)kab, (void)stage, (void)e;
    return true;
}

// Closing and computing in one step is the two steps, byte for byte; what was closed before and never computed is computed too.
static void both_in_one_step(DbTest *t) {
    ClosingSummary closed, closed_once;
    RunSummary ran, ran_once;
    make_city(t);
    ClosingOptions o = closing_options(t);
    RunOptions run = { .stage = STAGE, .kab = KAB, .actor_id = 1, .at = { 3000 } };
    check_ok(run_with_closing(t->db, &o, &run, &closed_once, &ran_once, &t->err), t->err);
    assert_int_equal(closed_once.district_n, 1);
    assert_int_equal(ran_once.family_n, FAMILIES);
    check_ok(closing_check(t->db, KAB, STAGE, &t->err), t->err);
    check_ok(run_check(t->db, KAB, STAGE, &t->err), t->err);                           // what is stored, computed again from the stored closing
    check_ok(run_with_closing(t->db, &o, &run, &closed, &ran, &t->err), t->err);       // a second click
    assert_int_equal(closed.already_n, 1);
    assert_int_equal(ran.already_n, 1);
    assert_true(hash_eq(&ran.hash, &ran_once.hash));
    o.may_close_again = always;
    check_ok(closing_make(t->db, &o, &closed, &t->err), t->err);
    check_ok(run_make(t->db, &run, &ran, &t->err), t->err);
    assert_true(hash_eq(&closed.hash, &closed_once.hash) && hash_eq(&ran.hash, &ran_once.hash));
    check_ok(closing_make(t->db, &o, &closed, &t->err), t->err);
    o.may_close_again = NULL;
    check_ok(run_with_closing(t->db, &o, &run, &closed, &ran, &t->err), t->err);
    assert_int_equal(ran.district_n, 1);
    assert_true(hash_eq(&ran.hash, &ran_once.hash));
}
DB_TEST(both_in_one_step)

static void every_amount_is_explained(DbTest *t) {
    ClosingSummary closed;
    RunSummary ran;
    make_city(t);
    close_and_run(t, &closed, &ran);
    check_ok(due_each(t->db, KAB, STAGE, 1, 200, explain_one, t, &t->err), t->err);
    Explanation x;
    assert_false(explain_family(t->db, &t->arena, KAB, STAGE, FAMILIES + 1, sight_of_program((Date){ 20000 }), &x, &t->err));
    assert_int_equal(t->err.code, NOT_FOUND);
}
DB_TEST(every_amount_is_explained)

// A change after the closing does not touch the closing; a later closing sees it.
static void a_closed_picture_stays(DbTest *t) {
    ClosingSummary closed;
    RunSummary ran;
    Explanation before, after;
    make_city(t);
    close_and_run(t, &closed, &ran);
    check_ok(explain_family(t->db, &t->arena, KAB, STAGE, 7, sight_of_program((Date){ 20000 }), &before, &t->err), t->err);
    change(t, "leave", 7);
    check_ok(explain_family(t->db, &t->arena, KAB, STAGE, 7, sight_of_program((Date){ 20000 }), &after, &t->err), t->err);
    assert_int_equal(before.total.rp, after.total.rp);
    check_ok(closing_check(t->db, KAB, STAGE, &t->err), t->err);
    check_ok(run_check(t->db, KAB, STAGE, &t->err), t->err);
    check_ok(pack_check(t->db, KAB, NULL, &t->err), t->err);
    ClosingOptions o = closing_options(t);
    o.stage = STR("2024-3");
    check_ok(closing_make(t->db, &o, &closed, &t->err), t->err);
    assert_int_equal(closed.family_n, FAMILIES - 1);
}
DB_TEST(a_closed_picture_stays)

static bool never(Db *db, int64_t kab, Str stage, Err *e) {
    (void)db, (void)kab, (void)stage;
    return fail(e, CONFLICT, "approved");
}

// A stage closed too early is closed anew while nobody has approved it; the first closing stays beside the second.
static void a_closing_can_be_made_anew(DbTest *t) {
    ClosingSummary closed;
    RunSummary ran, first;
    Closing c;
    make_city(t);
    close_and_run(t, &closed, &first);
    change(t, "leave", 7);
    ClosingOptions o = closing_options(t);
    o.may_close_again = never;
    assert_false(closing_make(t->db, &o, &closed, &t->err));
    assert_int_equal(t->err.code, CONFLICT);
    t->err = (Err){ 0 };
    check_ok(closing_read(t->db, KAB, STAGE, &c, &t->err), t->err);
    assert_int_equal(c.closing_n, 1);
    o.may_close_again = always;
    check_ok(closing_make(t->db, &o, &closed, &t->err), t->err);
    check_ok(run_make(t->db, &(RunOptions){ .stage = STAGE, .kab = KAB, .actor_id = 1, .at = { 4000 } }, &ran, &t->err), t->err);
    check_ok(closing_read(t->db, KAB, STAGE, &c, &t->err), t->err);
    assert_int_equal(c.closing_n, 2);
    assert_int_equal(ran.family_n, first.family_n - 1);
    assert_true(ran.total.rp < first.total.rp && !hash_eq(&ran.hash, &first.hash));
    check_ok(closing_check(t->db, KAB, STAGE, &t->err), t->err);
    check_ok(run_check(t->db, KAB, STAGE, &t->err), t->err);
}
DB_TEST(a_closing_can_be_made_anew)

static void mistakes_are_named_and_nothing_happens(DbTest *t) {
    ClosingSummary closed;
    RunSummary ran;
    ClosingOptions o = closing_options(t);
    assert_false(closing_make(t->db, &o, &closed, &t->err));                            // no families yet
    assert_int_equal(t->err.code, NOT_FOUND);
    t->err = (Err){ 0 };
    make_city(t);
    assert_false(run_make(t->db, &(RunOptions){ .stage = STAGE, .kab = KAB }, &ran, &t->err));   // not closed yet
    assert_int_equal(t->err.code, NOT_FOUND);
    t->err = (Err){ 0 };
    o.stage = STR("1999-1");
    assert_false(closing_make(t->db, &o, &closed, &t->err));
    assert_int_equal(t->err.code, NOT_FOUND);
    t->err = (Err){ 0 };
    o = closing_options(t);
    o.book_text = STR("rulebook: pkh\ncomponents: 5\n");
    assert_false(closing_make(t->db, &o, &closed, &t->err));
    assert_int_equal(t->err.code, BAD_INPUT);
    assert_true(str_contains(str_c(t->err.text), STR("pkh.yaml")));
    t->err = (Err){ 0 };
    close_and_run(t, &closed, &ran);
    assert_int_equal(closed.family_n, FAMILIES);
}
DB_TEST(mistakes_are_named_and_nothing_happens)

// Bytes changed behind our back are found by the checks.
static void damage_is_found(DbTest *t) {
    ClosingSummary closed;
    RunSummary ran;
    make_city(t);
    close_and_run(t, &closed, &ran);
    change(t, "pack", 7);
    assert_false(pack_check(t->db, KAB, NULL, &t->err));
    assert_int_equal(t->err.code, CONFLICT);
}
DB_TEST(damage_is_found)

static void change(DbTest *t, const char *what, int64_t family_id) {
    static const DbQuery LEAVE = { "test: leave", "UPDATE family SET status = 'left' WHERE kab = 1371 AND id = ?1", "UPDATE family SET status = 'left' WHERE kab = 1371 AND id = $1", "i", "", 1, 0 };
    static const DbQuery PACK = { "test: pack", "UPDATE family SET decile_n = 9 WHERE kab = 1371 AND id = ?1", "UPDATE family SET decile_n = 9 WHERE kab = 1371 AND id = $1", "i", "", 1, 0 };
    DbStatement *s;
    bool has_row, is_leave = strcmp(what, "leave") == 0;
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(db_prepare(t->db, is_leave ? &LEAVE : &PACK, &s, &t->err), t->err);
    db_bind_int(s, 0, family_id);
    check_ok(db_step(s, &has_row, &t->err), t->err);
    db_release(s);
    if (is_leave) check_ok(pack_refresh(t->db, KAB, family_id, family_id, NULL, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
}

static const struct CMUnitTest tests[] = {
    DB_TESTS(a_stage_happens), DB_TESTS(both_in_one_step), DB_TESTS(every_amount_is_explained), DB_TESTS(a_closed_picture_stays), DB_TESTS(a_closing_can_be_made_anew), DB_TESTS(mistakes_are_named_and_nothing_happens), DB_TESTS(damage_is_found),
};
TEST_MAIN(tests)
