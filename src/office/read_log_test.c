// read_log_test.c: id lists, the tree against its definition, the read log with many at once, and commitments.
#include "office/audit.h"
#include "office/change.h"
#include "office/id_list.h"
#include "office/merkle.h"
#include "office/read_log.h"
#include "base/random.h"
#include "db/db_test.h"
#include <pthread.h>

static const Instant NOON = { 1713153600000 };

// ---- id lists ----------------------------------------------------------------------------------------------------

static void id_lists_are_short_and_complete(void **state) {
    (void)state;
    Random r = { test_seed() };
    for (int64_t i = 0; i < test_tries(300); i++) {
        int64_t ids[60], copy[60];
        size_t n = 1 + random_below(&r, 60);
        for (size_t k = 0; k < n; k++) copy[k] = ids[k] = random_between(&r, 1, 100);
        size_t kept = id_list_sort(ids, n);
        Buf b = { .max = BUF_MAX };
        id_list_put(&b, ids, kept);
        for (int64_t id = 0; id <= 101; id++) {
            bool is_in = false;
            for (size_t k = 0; k < n; k++) is_in = is_in || copy[k] == id;
            if (id_list_has(buf_view(&b), id) != is_in) fail_msg("%lld in %.*s", (long long)id, STR_ARG(buf_view(&b)));
        }
        buf_free(&b);
    }
    int64_t ids[] = { 5, 3, 4, 4, 9 };
    Buf b = { .max = BUF_MAX };
    id_list_put(&b, ids, id_list_sort(ids, 5));
    check_str(buf_view(&b), STR("3-5,9"));
    buf_free(&b);
}

// ---- the tree ----------------------------------------------------------------------------------------------------

// RFC 6962, 2.1, word by word.
static Hash root_by_definition(const Hash *leaves, int64_t n) {
    if (n == 0) return sha256_of("", 0);
    if (n == 1) return leaves[0];
    int64_t k = 1;
    while (k * 2 < n) k *= 2;
    Hash left = root_by_definition(leaves, k), right = root_by_definition(leaves + k, n - k);
    char bytes[65] = { 1 };
    memcpy(bytes + 1, left.bytes, 32);
    memcpy(bytes + 33, right.bytes, 32);
    return sha256_of(bytes, sizeof bytes);
}

static void the_tree_is_that_of_the_standard(void **state) {
    (void)state;
    Hash leaves[130];
    MerkleEdge edge = { 0 }, kept;
    Err e = { 0 };
    // The empty tree and the first leaf of the standard's test vectors (certificate-transparency, merkletree tests).
    Hash first = merkle_leaf(STR(""));
    Buf hex = { .max = 100 };
    hash_put_hex(&hex, &first);
    check_str(buf_view(&hex), STR("6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"));
    buf_free(&hex);
    for (int64_t n = 0; n < 130; n++) {
        Hash wanted = root_by_definition(leaves, n), found = merkle_root(&edge), proof[2 * MERKLE_DEPTH_MAX];
        assert_true(hash_eq(&found, &wanted));
        check_ok(merkle_edge_read(n, merkle_edge_bytes(&edge), &kept, &e), e);
        found = merkle_root(&kept);
        assert_true(hash_eq(&found, &wanted));
        for (int64_t m = 0; m <= n; m++) assert_true(merkle_consistency((MerkleLeaves){ leaves, n }, m, proof) <= 2 * MERKLE_DEPTH_MAX);
        leaves[n] = merkle_leaf((Str){ (char *)&n, sizeof n });
        merkle_add(&edge, &leaves[n]);
    }
    assert_false(merkle_edge_read(3, STR("short"), &kept, &e));
}

// ---- the read log ------------------------------------------------------------------------------------------------

static Db *reads_open(DbTest *t) {
    Db *reads;
    check_ok(db_open_reads(t->url, (DbOptions){ 0 }, &reads, &t->err), t->err);
    return reads;
}

static int64_t faults_of(DbTest *t, Db *reads) {
    Violations v = { 0 };
    check_ok(reads_check(reads, 1371, &v, &t->err), t->err);
    return v.found_n;
}

static void short_and_long_lists_are_found_by_family(DbTest *t) {
    Db *reads = reads_open(t);
    int64_t all[1000], few[] = { 7, 400, 7 };
    for (int64_t i = 0; i < 1000; i++) all[i] = 1 + 2 * i;                     // the odd ones
    const ReadPage a = { .kab = 1371, .actor_id = 3, .route = "/families", .purpose = "list", .at = NOON, .family_ids = few, .family_n = 3 };
    const ReadPage b = { .kab = 1371, .actor_id = 4, .route = "/families.csv", .purpose = "export", .at = NOON, .family_ids = all, .family_n = 1000 };
    const ReadPage none = { .kab = 1371, .actor_id = 4, .route = "/families", .purpose = "list", .at = NOON };
    const ReadPage *const pages[] = { &a, &b, &none, &a };
    check_ok(reads_write(reads, pages, 4, &t->err), t->err);
    static const struct { int64_t id; size_t n; } WANTED[] = { { 7, 3 }, { 400, 2 }, { 401, 1 }, { 402, 0 }, { 1999, 1 }, { 2001, 0 } };
    for (size_t i = 0; i < sizeof WANTED / sizeof *WANTED; i++) {
        ReadEntries found;
        check_ok(reads_of_family(reads, &t->arena, 1371, WANTED[i].id, 10, &found, &t->err), t->err);
        assert_int_equal(found.n, WANTED[i].n);
        for (size_t k = 1; k < found.n; k++) assert_true(found.at[k - 1].n > found.at[k].n);
    }
    ReadEntries found;
    check_ok(reads_of_family(reads, &t->arena, 1371, 7, 1, &found, &t->err), t->err);
    assert_int_equal(found.n, 1);
    assert_int_equal(found.at[0].n, 3);
    assert_int_equal(found.at[0].family_n, 2);
    check_ok(reads_of_family(reads, &t->arena, 1306, 7, 10, &found, &t->err), t->err);
    assert_int_equal(found.n, 0);
    assert_int_equal(faults_of(t, reads), 0);
    db_close(reads);
}
DB_TEST(short_and_long_lists_are_found_by_family)

typedef struct { ReadLog *log; int64_t actor_id; Err err; } Looker;
#define LOOKS 40

static void *look(void *with) {
    Looker *l = with;
    for (int64_t i = 0; i < LOOKS && !l->err.code; i++) {
        int64_t id = i + 1;
        ReadPage page = { .kab = 1371, .actor_id = l->actor_id, .route = "/family/{kab}/{id}", .purpose = "family", .at = NOON, .family_ids = &id, .family_n = 1 };
        if (!read_log_write(l->log, &page, &l->err)) return NULL;
    }
    return NULL;
}

// Two programs (two committers) and many pages of each: nothing is lost, the chain stays one.
static void many_pages_at_once_make_one_chain(DbTest *t) {
    enum { LOOKERS = 12 };
    ReadLog *logs[2] = { read_log_start(t->url), read_log_start(t->url) };
    pthread_t threads[LOOKERS];
    static Looker lookers[LOOKERS];
    for (int i = 0; i < LOOKERS; i++) {
        lookers[i] = (Looker){ .log = logs[i % 2], .actor_id = i + 1 };
        assert_int_equal(pthread_create(&threads[i], NULL, look, &lookers[i]), 0);
    }
    for (int i = 0; i < LOOKERS; i++) pthread_join(threads[i], NULL);
    for (int i = 0; i < LOOKERS; i++) check_ok(lookers[i].err.code == ERR_NONE, lookers[i].err);
    read_log_stop(logs[0]);
    read_log_stop(logs[1]);
    Db *reads = reads_open(t);
    for (int64_t id = 1; id <= LOOKS; id++) {
        ReadEntries found;
        check_ok(reads_of_family(reads, &t->arena, 1371, id, 100, &found, &t->err), t->err);
        assert_int_equal(found.n, LOOKERS);
        assert_true(found.n && found.at[0].n <= LOOKERS * LOOKS);
    }
    assert_int_equal(faults_of(t, reads), 0);
    db_close(reads);
}
DB_TEST(many_pages_at_once_make_one_chain)

// ---- old and new values ------------------------------------------------------------------------------------------

static bool change_work(Db *db, void *with, Err *e) {
    (void)with;
    return audit_write(db, &(AuditEntry){ .kab = 1371, .actor_id = 3, .action = "family.change", .subject = STR("family 12"), .at = NOON, .family_id = 12,
        .fields = { AUDIT_CHANGE("status", STR("active"), STR("left")), AUDIT_CHANGE("village_id", 13710101, INT64_MIN), AUDIT_CHANGE("channel", (Str){ 0 }, STR("BRI")),
                    AUDIT_CHANGE_PERSONAL("payee_name", STR("Siti"), STR("Nurbaya")), AUDIT_CHANGE_PERSONAL("address", (Str){ 0 }, STR("Jl. Contoh 1")) } }, e);
}

static bool forget_work(Db *db, void *with, Err *e) {
    (void)with;
    return audit_forget(db, 1371, 12, e);
}

static bool opens(DbTest *t, const char *field, const char *value, bool is_new) {
    bool matches = false;
    check_ok(audit_opens(t->db, 1371, 1, str_c(field), str_c(value), is_new, &matches, &t->err), t->err);
    return matches;
}

static const DbQuery DETAIL = { .name = "read_log_test: detail", .sqlite = "SELECT detail FROM audit WHERE kab = 1371 AND n = 1",
    .postgresql = "SELECT detail FROM audit WHERE kab = 1371 AND n = 1", .params = "", .columns = "t", .columns_n = 1 };

static void a_commitment_opens_until_it_is_forgotten(DbTest *t) {
    check_ok(change_do(t->db, change_work, NULL, &t->err), t->err);
    DbStatement *s;
    bool has_row = false;
    check_ok(db_prepare(t->db, &DETAIL, &s, &t->err) && db_step(s, &has_row, &t->err), t->err);
    Str detail = arena_str(&t->arena, db_text(s, 0));
    db_release(s);
    assert_true(str_starts(detail, STR("{\"address\":{\"from_commitment\":null,\"to_commitment\":\"")));
    assert_true(str_contains(detail, STR("\"channel\":{\"from\":null,\"to\":\"BRI\"}")));
    assert_true(str_ends(detail, STR(",\"status\":{\"from\":\"active\",\"to\":\"left\"},\"village_id\":{\"from\":13710101,\"to\":null}}")));
    assert_false(str_contains(detail, STR("Siti")) || str_contains(detail, STR("Nurbaya")) || str_contains(detail, STR("Contoh")));
    assert_true(opens(t, "payee_name", "Siti", false) && opens(t, "payee_name", "Nurbaya", true) && opens(t, "address", "Jl. Contoh 1", true));
    assert_false(opens(t, "payee_name", "Siti", true) || opens(t, "payee_name", "Nurbaya", false) || opens(t, "address", "", false) ||
                 opens(t, "name", "Siti", false) || opens(t, "status", "active", false));
    check_ok(change_do(t->db, forget_work, NULL, &t->err), t->err);
    assert_false(opens(t, "payee_name", "Siti", false) || opens(t, "payee_name", "Nurbaya", true));
    Violations v = { 0 };
    check_ok(audit_check(t->db, 1371, &v, &t->err), t->err);
    assert_int_equal(v.found_n, 0);                                            // forgetting changes nothing of the chain
}
DB_TEST(a_commitment_opens_until_it_is_forgotten)

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(id_lists_are_short_and_complete), cmocka_unit_test(the_tree_is_that_of_the_standard),
    DB_TESTS(short_and_long_lists_are_found_by_family), DB_TESTS(many_pages_at_once_make_one_chain), DB_TESTS(a_commitment_opens_until_it_is_forgotten),
};
TEST_MAIN(tests)
