// queries_test.c: every query of every room (DB_QUERY_LISTED) is prepared on both engines, against the whole schema.
#include "db/db_test.h"

extern const DbQuery *const __start_db_queries[], *const __stop_db_queries[];

static void every_query_prepares(DbTest *t) {
    int failed_n = 0;
    size_t queries_n = ((uintptr_t)__stop_db_queries - (uintptr_t)__start_db_queries) / sizeof(DbQuery *);
    for (const DbQuery *const *q = __start_db_queries; q < __start_db_queries + queries_n; q++) {
        DbStatement *s = NULL;
        Err e = { 0 };
        if (!db_prepare(t->db, *q, &s, &e)) {
            print_error("%s: %s\n%s\n", (*q)->name, e.text, t->engine == DB_SQLITE ? (*q)->sqlite : (*q)->postgresql);
            failed_n++;
        }
        db_release(s);
    }
    print_message("%zu queries\n", queries_n);
    assert_true(queries_n >= 5);       // the database's own at least
    assert_int_equal(failed_n, 0);
}
DB_TEST(every_query_prepares)

static const struct CMUnitTest tests[] = { DB_TESTS(every_query_prepares) };
TEST_MAIN(tests)
