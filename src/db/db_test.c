// db_test.c: the floor on both engines: values, transactions, refusals.
#include "db/db_test.h"
#include "db_setting.sql.h"

static void setting_round_trip(DbTest *t) {
    int64_t changed_n = 0;
    bool found = true;
    SettingGetRow row = { 0 };
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(setting_put(t->db, (SettingPutArgs){ STR("a"), STR("1") }, &changed_n, &t->err), t->err);
    assert_int_equal(changed_n, 1);
    check_ok(setting_put(t->db, (SettingPutArgs){ STR("a"), STR("") }, &changed_n, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
    check_ok(setting_get(t->db, &t->arena, (SettingGetArgs){ STR("a") }, &row, &found, &t->err), t->err);
    assert_true(found && row.value.p);
    check_str(row.value, STR(""));
    check_ok(setting_get(t->db, &t->arena, (SettingGetArgs){ STR("b") }, &row, &found, &t->err), t->err);
    assert_false(found);
}
DB_TEST(setting_round_trip)

static const struct CMUnitTest tests[] = { DB_TESTS(setting_round_trip) };
TEST_MAIN(tests)
