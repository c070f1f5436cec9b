// audit_list_test.c: each filter gives exactly the entries it names, newest first, and pages join without a gap or a double; what is
// outside of the viewer's area is not there.
#include "office/audit.h"
#include "office/audit_list.h"
#include "office/change.h"
#include "db/db_test.h"

#define DAY_MS ((int64_t)86400000)
static const Instant NOON = { 1713153600000 };             // 2024-04-15 04:00 UTC, 11.00 WIB
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
static const Sight NATION = { 0, 9999, 0, { 19828 } }, PADANG = { 1371, 1371, 0, { 19828 } }, NOBODY = { 1, 0, 0, { 19828 } };
#define ENTRY_N 60

typedef struct { int64_t kab; int i; } Change;
static bool change_work(Db *db, void *with, Err *e) {
    const Change *c = with;
    char subject[40];
    snprintf(subject, sizeof subject, "family %d", c->i % 7);
    return audit_write(db, &(AuditEntry){ .kab = c->kab, .actor_id = c->i % 3, .action = c->i % 2 ? "registry.life" : "registry.import", .subject = str_c(subject),
        .at = { NOON.ms + c->i / 10 * DAY_MS }, .fields = { AUDIT_CHANGE("decile_n", (int64_t)c->i, INT64_MIN), AUDIT_CHANGE_PERSONAL("name", STR("Siti"), (Str){ 0 }), AUDIT_TEXT("kind", STR("birth\"")) } }, e);
}

static void office_works(DbTest *t) {
    for (int i = 1; i <= ENTRY_N; i++) {
        good(change_do(t->db, change_work, &(Change){ 1371, i }, &t->err));
        if (i % 5 == 0) good(change_do(t->db, change_work, &(Change){ 1306, i }, &t->err));
        int64_t ids[400], id_n = i % 10 ? 1 : 400;         // now and then a long list
        for (int64_t k = 0; k < id_n; k++) ids[k] = id_n == 1 ? i % 7 : 10 + 2 * k;
        good(reads_write_once(t->url, &(ReadPage){ .kab = 1371, .actor_id = i % 3, .route = "/families", .purpose = i % 2 ? "list" : "family", .at = { NOON.ms + i / 10 * DAY_MS },
            .family_ids = ids, .family_n = (size_t)id_n }, &t->err));
    }
}

typedef struct { int64_t at[2 * ENTRY_N]; size_t n; } Numbers;
static bool audit_take(void *with, const AuditRow *row, Err *e) {
    Numbers *x = with;
    (void)e;
    assert_true(x->n == 0 || row->n < x->at[x->n - 1]);
    x->at[x->n++] = row->n;
    return true;
}
static bool look_take(void *with, const LookRow *row, Err *e) {
    Numbers *x = with;
    (void)e;
    assert_true(x->n == 0 || row->n < x->at[x->n - 1]);
    x->at[x->n++] = row->n;
    return true;
}

// Page by page, three rows each, against all at once and against a plain look at each entry.
static Numbers audit_numbers(DbTest *t, AuditFilter f) {
    Numbers whole = { 0 }, pages = { 0 };
    f.limit_n = INT64_MAX;
    good(audit_list_each(t->db, &f, audit_take, &whole, &t->err));
    f.limit_n = 3;
    for (size_t before = SIZE_MAX; before != pages.n;) {
        before = pages.n;
        f.before_n = pages.n ? pages.at[pages.n - 1] : 0;
        good(audit_list_each(t->db, &f, audit_take, &pages, &t->err));
    }
    assert_int_equal(pages.n, whole.n);
    assert_memory_equal(pages.at, whole.at, whole.n * sizeof *whole.at);
    return whole;
}

static void changes_are_found(DbTest *t) {
    office_works(t);
    const Date none = DATE_NONE, first = { 19828 };        // 15 April 2024
    static const struct { int64_t actor_id; const char *action, *subject; int from_day, until_day; } ROWS[] = {
        { -1, "", "", -1, -1 }, { 2, "", "", -1, -1 }, { 0, "", "", -1, -1 }, { -1, "registry.life", "", -1, -1 }, { -1, "", "family 3", -1, -1 }, { 1, "registry.import", "family 4", -1, -1 },
        { -1, "registry.life", "family 3", 1, 4 }, { -1, "", "", 2, 2 }, { 2, "", "", 0, 3 }, { -1, "", "", 5, -1 }, { -1, "", "", -1, 0 }, { -1, "", "family 99", -1, -1 }, { -1, "", "", 90, 91 } };
    for (size_t k = 0; k < sizeof ROWS / sizeof *ROWS; k++) {
        AuditFilter f = { .kab = 1371, .sight = PADANG, .actor_id = ROWS[k].actor_id, .action = str_c(ROWS[k].action), .subject = str_c(ROWS[k].subject),
                          .from_on = ROWS[k].from_day < 0 ? none : (Date){ first.days + ROWS[k].from_day }, .until_on = ROWS[k].until_day < 0 ? none : (Date){ first.days + ROWS[k].until_day } };
        Numbers found = audit_numbers(t, f);
        size_t n = 0;
        for (int i = ENTRY_N; i >= 1; i--) {
            char subject[40];
            snprintf(subject, sizeof subject, "family %d", i % 7);
            bool fits = (f.actor_id < 0 || f.actor_id == i % 3) && (!f.action.n || str_eq(f.action, str_c(i % 2 ? "registry.life" : "registry.import"))) &&
                        (!f.subject.n || str_eq(f.subject, str_c(subject))) && (ROWS[k].from_day < 0 || i / 10 >= ROWS[k].from_day) && (ROWS[k].until_day < 0 || i / 10 <= ROWS[k].until_day);
            if (!fits) continue;
            if (n >= found.n || found.at[n] != i) fail_msg("filter %zu: entry %d", k, i);
            n++;
        }
        assert_int_equal(n, found.n);
    }
    AuditFilter other = { .kab = 1306, .sight = PADANG, .actor_id = ACTOR_ANY, .from_on = none, .until_on = none };
    assert_int_equal(audit_numbers(t, other).n, 0);        // another area reads like one without entries
    other.sight = NOBODY;
    assert_int_equal(audit_numbers(t, other).n, 0);
    other.sight = NATION;
    assert_int_equal(audit_numbers(t, other).n, ENTRY_N / 5);
}
DB_TEST(changes_are_found)

static void looks_are_found(DbTest *t) {
    Db *reads;
    office_works(t);
    good(db_open_reads(t->url, (DbOptions){ .is_read_only = true }, &reads, &t->err));
    static const struct { int64_t actor_id, family_id; const char *purpose; int day; size_t n; } ROWS[] = {
        { -1, 0, "", -1, 60 }, { 1, 0, "", -1, 20 }, { -1, 0, "family", -1, 30 }, { 2, 0, "list", -1, 10 }, { -1, 0, "", 2, 10 }, { -1, 3, "", -1, 8 }, { -1, 12, "", -1, 6 }, { -1, 13, "", -1, 0 },
        { -1, 12, "", 2, 1 }, { 0, 12, "", -1, 2 }, { -1, 12, "list", -1, 0 } };
    for (size_t k = 0; k < sizeof ROWS / sizeof *ROWS; k++) {
        Date day = ROWS[k].day < 0 ? DATE_NONE : (Date){ 19828 + ROWS[k].day };
        LookFilter f = { .kab = 1371, .sight = PADANG, .actor_id = ROWS[k].actor_id, .family_id = ROWS[k].family_id, .purpose = str_c(ROWS[k].purpose), .from_on = day, .until_on = day, .limit_n = 100 };
        Numbers found = { 0 }, pages = { 0 };
        good(look_list_each(reads, &f, look_take, &found, &t->err));
        if (found.n != ROWS[k].n) fail_msg("filter %zu: %zu looks", k, found.n);
        f.limit_n = 4;
        for (size_t before = SIZE_MAX; before != pages.n;) {
            before = pages.n;
            f.before_n = pages.n ? pages.at[pages.n - 1] : 0;
            good(look_list_each(reads, &f, look_take, &pages, &t->err));
        }
        assert_int_equal(pages.n, found.n);
        f.sight = NOBODY;
        found.n = 0;
        good(look_list_each(reads, &f, look_take, &found, &t->err));
        assert_int_equal(found.n, 0);
    }
    db_close(reads);
}
DB_TEST(looks_are_found)

static bool detail_take(void *with, const AuditRow *row, Err *e) {
    DbTest *t = with;
    AuditShown *s;
    size_t n;
    (void)e;
    good(audit_shown(&t->arena, row->detail, &s, &n, &t->err));
    assert_int_equal(n, 3);
    check_str(s[0].key, STR("decile_n"));
    assert_true(s[0].is_change && !s[0].is_sealed && !s[0].is.p);
    check_str(s[0].was, STR("60"));
    check_str(s[1].is, STR("birth\""));
    assert_true(!s[1].is_change && s[2].is_sealed && s[2].was.n == 64 && !s[2].is.p);
    return true;
}

static void values_are_shown(DbTest *t) {
    AuditShown *s;
    size_t n;
    office_works(t);
    good(audit_list_each(t->db, &(AuditFilter){ .kab = 1371, .sight = NATION, .actor_id = ACTOR_ANY, .from_on = DATE_NONE, .until_on = DATE_NONE, .limit_n = 1 }, detail_take, t, &t->err));
    assert_false(audit_shown(&t->arena, STR("{\"a\":"), &s, &n, &t->err));
    t->err = (Err){ 0 };
    assert_false(audit_shown(&t->arena, STR("[1]"), &s, &n, &t->err));
}
DB_TEST(values_are_shown)

static const struct CMUnitTest tests[] = { DB_TESTS(changes_are_found), DB_TESTS(looks_are_found), DB_TESTS(values_are_shown) };
TEST_MAIN(tests)
