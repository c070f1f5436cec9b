// draft_test.c: a closing with drafts is the closing without them, whatever became of the drafts; on both engines.
#include "base/random.h"
#include "db/db_test.h"
#include "office/audit.h"
#include "registry/area.h"
#include "registry/draft.h"
#include "registry/synth_store.h"
#include "stage/closing.h"

#define KAB 1371
#define STAGE STR("2024-2")
#define FAMILIES 1500                                      // six packs, the last one not full

static Str pkh(Arena *a) { return arena_str(a, rulebook_pkh()); }

// Asks for the decile, so that a case is more than its members' classes.
static Str pkh_by_decile(Arena *a) {
    Str text = pkh(a), mark = STR("attributes:\n  family:\n");
    const char *at = strstr(text.p, mark.p);
    if (!at) fail_msg("the rule book has no attributes");
    Buf b = { 0 };
    buf_bytes(&b, text.p, (size_t)(at - text.p) + mark.n);
    buf_c(&b, "    - { name: decile, title: { id: Desil, en: Decile }, type: int, min: 1, max: 10, empty: 1 }\n");
    buf_c(&b, at + mark.n);
    buf_c(&b, "\neligible:\n  - { from: 2019-01-01, title: { id: Desil, en: Decile }, if: { decile: { max: 2 } }, source: ");
    const char *source = strstr(text.p, "source: ") + strlen("source: ");
    buf_bytes(&b, source, strcspn(source, ","));
    buf_c(&b, ", confidence: H }\n");
    text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

// One statement with up to two numbers, on either engine.
static void sql(DbTest *t, const char *sqlite, int64_t a, int64_t b) {
    Str postgresql = arena_str(&t->arena, str_c(sqlite));
    int params_n = 0;
    for (char *p = (char *)postgresql.p; *p; p++) if (*p == '?') { *p = '$'; params_n++; }
    DbQuery *query = NEW(&t->arena, DbQuery, 1);
    *query = (DbQuery){ "test", sqlite, postgresql.p, params_n == 2 ? "ii" : params_n ? "i" : "", "", (int16_t)params_n, 0 };
    DbStatement *s;
    bool has_row;
    check_ok(db_prepare(t->db, query, &s, &t->err), t->err);
    if (params_n > 0) db_bind_int(s, 0, a);
    if (params_n > 1) db_bind_int(s, 1, b);
    check_ok(db_step(s, &has_row, &t->err), t->err);
    db_release(s);
}

static void make_city(DbTest *t, uint64_t seed) {
    AreaImport areas;
    SynthReport made;
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(area_put_padang(t->db, &areas, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = seed, .kab = KAB, .family_n = FAMILIES, .at = { 1000 } }, NULL, &made, &t->err), t->err);
}

static PrepareSummary prepare(DbTest *t, Str stage, Str book) {
    PrepareOptions o = { .stage = stage, .book_file = STR("pkh.yaml"), .book_text = book, .kab = KAB, .actor_id = 1, .at = { 1500 } };
    PrepareSummary sum;
    check_ok(draft_prepare(t->db, &o, &sum, &t->err), t->err);
    return sum;
}

static bool always(Db *db, int64_t kab, Str stage, Err *e) { (void)db, (void)kab, (void)stage, (void)e; return true; }

// Closes (again), and has the closing recomputed from the person parts alone.
static Hash closed(DbTest *t, Str book) {
    ClosingOptions o = { .stage = STAGE, .book_file = STR("pkh.yaml"), .book_text = book, .kab = KAB, .actor_id = 1, .at = { 2000 }, .may_close_again = always };
    ClosingSummary sum;
    Closing c;
    check_ok(closing_make(t->db, &o, &sum, &t->err), t->err);
    check_ok(closing_check(t->db, KAB, STAGE, &t->err), t->err);
    check_ok(pack_check(t->db, KAB, NULL, &t->err), t->err);
    check_ok(closing_read(t->db, KAB, STAGE, &c, &t->err), t->err);
    return c.closing_hash;
}

static void change_something(DbTest *t, Random *r) {
    static const char *const CHANGES[] = {
        "UPDATE family SET status = 'left' WHERE kab = 1371 AND id = ?1", "UPDATE family SET status = 'suspended' WHERE kab = 1371 AND id = ?1",
        "UPDATE family SET status = 'active', decile_n = ?2 WHERE kab = 1371 AND id = ?1", "UPDATE family SET channel = 'POS' WHERE kab = 1371 AND id = ?1",
        "UPDATE person SET outcome = 'not_met' WHERE kab = 1371 AND family_id = ?1", "UPDATE person SET is_gone = 1 WHERE kab = 1371 AND family_id = ?1 AND id % 2 = 0",
        "UPDATE person SET born_on = ?2 * 2000 WHERE kab = 1371 AND family_id = ?1", "UPDATE person SET pregnancy_n = 1, sex = 'P' WHERE kab = 1371 AND family_id = ?1",
    };
    int64_t family_id = random_between(r, 1, FAMILIES);
    check_ok(db_begin(t->db, &t->err), t->err);
    sql(t, CHANGES[random_below(r, sizeof CHANGES / sizeof *CHANGES)], family_id, random_between(r, 1, 9));
    check_ok(pack_refresh(t->db, KAB, family_id, family_id, NULL, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
}

// What may become of drafts, and never shows in a closing.
static void spoil(DbTest *t, Random *r) {
    static const char *const SPOILS[] = {
        "DELETE FROM draft WHERE kab = 1371 AND pack_n = ?1", "UPDATE draft SET pack_hash = stamp_hash WHERE kab = 1371 AND pack_n = ?1",
        "UPDATE draft SET stamp_hash = pack_hash WHERE kab = 1371 AND pack_n = ?1", "DELETE FROM draft_view WHERE kab = 1371", "DELETE FROM draft WHERE kab = 1371",
    };
    size_t i = random_below(r, 12);
    if (i >= sizeof SPOILS / sizeof *SPOILS) return;
    check_ok(db_begin(t->db, &t->err), t->err);
    sql(t, SPOILS[i], random_between(r, 0, FAMILIES / PACK_FAMILIES), 0);
    check_ok(db_commit(t->db, &t->err), t->err);
}

static void drafts_never_show(DbTest *t) {
    Random r = { test_seed() };
    Str books[] = { pkh(&t->arena), pkh_by_decile(&t->arena) };
    make_city(t, r.state % 1000);
    for (int round = 0; round < 24; round++) {
        Str book = books[random_below(&r, 2)];
        if (random_below(&r, 2)) prepare(t, random_below(&r, 4) ? STAGE : STR("2024-3"), books[random_below(&r, 2)]);
        for (uint64_t n = random_below(&r, 8); n > 0; n--) change_something(t, &r);
        spoil(t, &r);
        closed(t, book);
    }
}
DB_TEST(drafts_never_show)

static Hash engine_hash;
static bool has_engine_hash;

static void a_stage_is_prepared_once(DbTest *t) {
    int64_t before_n, after_n;
    Hash head;
    Random r = { 7 };
    make_city(t, 1);
    PrepareSummary sum = prepare(t, STAGE, pkh(&t->arena));
    assert_int_equal(sum.district_n, 1);
    assert_int_equal(sum.pack_n, (FAMILIES + PACK_FAMILIES - 1) / PACK_FAMILIES);
    assert_int_equal(sum.made_n, sum.pack_n);
    check_ok(audit_head(t->db, KAB, &before_n, &head, &t->err), t->err);
    assert_int_equal(prepare(t, STAGE, pkh(&t->arena)).made_n, 0);
    for (int i = 0; i < 20; i++) change_something(t, &r);
    assert_int_equal(prepare(t, STAGE, pkh(&t->arena)).made_n, 0);                     // the changes kept them up to date
    check_ok(audit_head(t->db, KAB, &after_n, &head, &t->err), t->err);
    assert_int_equal(after_n, before_n);                   // what changes nothing leaves no entry
    check_ok(db_begin(t->db, &t->err), t->err);
    sql(t, "DELETE FROM draft WHERE kab = 1371 AND pack_n >= 2", 0, 0);                 // killed after two packs
    check_ok(db_commit(t->db, &t->err), t->err);
    assert_int_equal(prepare(t, STAGE, pkh(&t->arena)).made_n, sum.pack_n - 2);
    Hash with = closed(t, pkh(&t->arena));
    check_ok(db_begin(t->db, &t->err), t->err);
    sql(t, "DELETE FROM draft WHERE kab = 1371", 0, 0);
    check_ok(db_commit(t->db, &t->err), t->err);
    Hash without = closed(t, pkh(&t->arena));
    assert_true(hash_eq(&with, &without));
    if (has_engine_hash) assert_true(hash_eq(&with, &engine_hash));                    // the same bytes on both engines
    engine_hash = with;
    has_engine_hash = true;
}
DB_TEST(a_stage_is_prepared_once)

// A draft changed behind our back is believed by the closing, and found by both checks.
static void a_wrong_draft_is_found(DbTest *t) {
    ClosingOptions o = { .stage = STAGE, .book_file = STR("pkh.yaml"), .book_text = pkh(&t->arena), .kab = KAB, .actor_id = 1, .at = { 2000 } };
    ClosingSummary sum;
    make_city(t, 1);
    prepare(t, STAGE, o.book_text);
    check_ok(pack_check(t->db, KAB, NULL, &t->err), t->err);
    check_ok(db_begin(t->db, &t->err), t->err);
    sql(t, t->engine == DB_SQLITE ? "UPDATE draft SET draft_data = CAST(substr(draft_data, 1, 16 + 256) || substr(draft_data, 18 + 256, 255) || x'00' || substr(draft_data, 16 + 513) AS BLOB) "
           "WHERE kab = 1371 AND pack_n = ?1" : "UPDATE draft SET draft_data = substr(draft_data, 1, 16 + 256) || substr(draft_data, 18 + 256, 255) || '\\x00'::bytea || substr(draft_data, 16 + 513) "
           "WHERE kab = 1371 AND pack_n = ?1", 1, 0);      // every family of the pack has the next one's case
    check_ok(db_commit(t->db, &t->err), t->err);
    assert_false(pack_check(t->db, KAB, NULL, &t->err));
    assert_int_equal(t->err.code, CONFLICT);
    assert_true(str_contains(str_c(t->err.text), STR("257")));
    t->err = (Err){ 0 };
    check_ok(closing_make(t->db, &o, &sum, &t->err), t->err);
    assert_false(closing_check(t->db, KAB, STAGE, &t->err));
    assert_int_equal(t->err.code, CONFLICT);
}
DB_TEST(a_wrong_draft_is_found)

static void damaged_bytes_are_refused(void **state) {
    (void)state;
    Random r = { test_seed() };
    uint8_t bytes[64] = { 0 };
    uint32_t head[3] = { 0x31444b50u, 4, 257 };
    memcpy(bytes, head, sizeof head);
    bytes[12] = 2, bytes[14] = 1;                          // two cases, one village
    size_t n = 16 + 3 * 4 + 4;
    bytes[n++] = 1, bytes[n++] = 0, bytes[n++] = 3, bytes[n++] = 0, bytes[n++] = 1, bytes[n++] = 0;
    Draft d;
    Err e = { 0 };
    check_ok(draft_open((Str){ (char *)bytes, n }, &d, &e), e);
    assert_int_equal(d.first_id, 257);
    for (size_t cut = 0; cut < n; cut++) { e = (Err){ 0 }; assert_false(draft_open((Str){ (char *)bytes, cut }, &d, &e)); }
    for (int i = 0; i < 20000; i++) {                      // any bytes: refused, or every key inside them
        uint8_t other[64];
        memcpy(other, bytes, sizeof other);
        for (uint64_t k = 1 + random_below(&r, 3); k > 0; k--) other[random_below(&r, n)] = (uint8_t)random_next(&r);
        e = (Err){ 0 };
        if (!draft_open((Str){ (char *)other, n }, &d, &e)) { assert_int_equal(e.code, CONFLICT); continue; }
        const uint8_t *at = d.keys;
        for (uint32_t k = 0; k < d.case_n; k++) { Str key = draft_key_next(&at); assert_true(key.n > 0 && (const uint8_t *)key.p + key.n <= other + n); }
    }
}

static const struct CMUnitTest tests[] = {
    DB_TESTS(drafts_never_show), DB_TESTS(a_stage_is_prepared_once), DB_TESTS(a_wrong_draft_is_found), cmocka_unit_test(damaged_bytes_are_refused),
};
TEST_MAIN(tests)
