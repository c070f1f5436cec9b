// form_apply_test.c: a filled form becomes facts once, whatever style it comes in; a school corrects itself; tasks open and are done.
#include "registry/life_sample.h"
#include "commitment/form_apply.h"
#include "files/outfile.h"
#include <unistd.h>

static const FormPeriod QUARTER = { 2024, 1 };             // over before NOON
typedef struct { DbTest *t; Town town; FactAct act; FormSheets sheets; FormSheet *sheet; } Office;

static Office office_make(DbTest *t) {
    Office o = { .t = t, .town = town_make(t, 5, 200) };
    const RuleBook *book;
    good(rulebook_open(&t->arena, STR("pkh.yaml"), rulebook_pkh(), &book, &t->err));
    o.act = (FactAct){ KAB, o.town.operator, NOON, book };
    FormAsk ask = { .kind = FORM_EDUCATION, .period = QUARTER, .kab = KAB, .sight = sight_of_program(ymd(2024, 6, 15)), .has_numbers = true, .at = NOON };
    good(db_begin_read(t->db, &t->err) && form_out(t->db, &t->arena, &ask, &o.sheets, &t->err));
    db_rollback(t->db);
    o.sheet = &o.sheets.at[0];
    for (size_t i = 0; i < o.sheets.n; i++) if (o.sheets.at[i].file.row_n > o.sheet->file.row_n) o.sheet = &o.sheets.at[i];
    for (size_t k = 0; k < o.sheet->file.row_n; k++)
        for (int m = 0; m < FORM_MONTHS; m++) {
            static const char *const CELLS[5] = { "1", "0", "1", "18", "90" };
            for (int i = 0; i < 5; i++) o.sheet->file.rows[k].cells[8 + 5 * m + i] = str_c(CELLS[i]);
        }
    return o;
}

static FormApplied send(Office *o, bool is_workbook) {
    DbTest *t = o->t;
    FormIn in;
    FormApplied done;
    TableReader *reader;
    Buf b = { .max = BUF_MAX };
    if (is_workbook) {
        int fd;
        good(file_temporary(&fd, &t->err) && formfile_xlsx(&o->sheet->file, fd, &t->err));
        off_t size = lseek(fd, 0, SEEK_END);
        char *to = buf_space(&b, (size_t)size);
        assert_int_equal(pread(fd, to, (size_t)size, 0), size);
        close(fd);
    } else good(formfile_csv(&o->sheet->file, &b, &t->err));
    good(table_open_bytes(buf_view(&b), (TableOptions){ 0 }, &reader, &t->err) && form_in_read(reader, &t->arena, (Str){ 0 }, (FormPeriod){ 0 }, &in, &t->err));
    table_close(reader);
    good(db_begin_read(t->db, &t->err) && form_in_match(t->db, &t->arena, KAB, sight_of_program(ymd(2024, 6, 15)), &in, &t->err));
    db_rollback(t->db);
    good(form_apply(t->db, &t->arena, &o->act, &in, &done, &t->err));
    buf_free(&b);
    return done;
}

static void a_form_is_told_once(DbTest *t) {
    Office o = office_make(t);
    int64_t months_n = (int64_t)o.sheet->file.row_n * FORM_MONTHS;
    FormApplied done = send(&o, false);
    assert_int_equal(done.recorded_n, months_n);
    assert_int_equal(done.refused_n + done.task_n, 0);
    done = send(&o, true);                                 // the same as a workbook
    assert_int_equal(done.recorded_n + done.corrected_n, 0);
    assert_int_equal(done.known_n, months_n);
    o.sheet->file.rows[0].cells[8] = STR("5");             // the school counts again: five days, not one
    o.sheet->file.rows[0].cells[11] = STR("14");
    o.sheet->file.rows[0].cells[12] = STR("70");
    done = send(&o, false);
    assert_int_equal(done.corrected_n, 1);
    assert_int_equal(done.known_n, months_n - 1);
    Violations v = { say_violation, NULL, 0 };
    good(db_begin_read(t->db, &t->err) && fact_check(t->db, &v, &t->err));
    db_rollback(t->db);
    assert_int_equal(v.found_n, 0);
    town_is_well(t);
}

static void tasks_open_and_are_done(DbTest *t) {
    Office o = office_make(t);
    FormFileRow *first = (FormFileRow *)(uintptr_t)&o.sheet->file.rows[0];
    Str nik = first->cells[3], name = first->cells[5];
    first->cells[3] = STR("1371999999999999");
    first->cells[5] = STR("ANAK BARU");
    FormApplied done = send(&o, false);
    assert_int_equal(done.task_n, 1);
    assert_int_equal(done.new_task_n, 1);
    FormTasks open;
    good(db_begin_read(t->db, &t->err) && form_tasks(t->db, &t->arena, sight_of_program(ymd(2024, 6, 15)), KAB, 10, 0, &open, &t->err));
    assert_int_equal(open.all_n, 1);
    assert_int_equal(open.at[0].kind, ROW_STRANGER);
    check_str(open.at[0].name, STR("ANAK BARU"));
    check_str(open.at[0].npsn, o.sheet->place);
    assert_int_equal(open.at[0].period.quarter, 1);
    good(form_tasks(t->db, &t->arena, (Sight){ KAB, KAB, 99, ymd(2024, 6, 15) }, KAB, 10, 0, &open, &t->err));
    assert_int_equal(open.all_n, 0);
    db_rollback(t->db);
    done = send(&o, false);                                // asked twice: one task
    assert_int_equal(done.task_n, 1);
    assert_int_equal(done.new_task_n, 0);
    first->cells[3] = nik;
    first->cells[5] = name;
    done = send(&o, false);
    assert_int_equal(done.task_n, 0);
    assert_int_equal(done.done_task_n, 1);
    assert_int_equal(done.recorded_n, FORM_MONTHS);
    first->cells[3] = STR("1371999999999999");
    first->cells[5] = STR("ANAK BARU");
    done = send(&o, false);                                // back again: the same task opens
    assert_int_equal(done.task_n, 1);
    assert_int_equal(done.new_task_n, 0);
}

static void who_may_not_changes_nothing(DbTest *t) {
    Office o = office_make(t);
    FormIn in = { 0 };
    FormApplied done;
    o.act.actor = o.town.auditor;
    refused(form_apply(t->db, &t->arena, &o.act, &in, &done, &t->err), FORBIDDEN);
    o.act.actor = o.town.neighbour;
    refused(form_apply(t->db, &t->arena, &o.act, &in, &done, &t->err), FORBIDDEN);
}

DB_TEST(a_form_is_told_once)
DB_TEST(tasks_open_and_are_done)
DB_TEST(who_may_not_changes_nothing)
static const struct CMUnitTest TESTS[] = { DB_TESTS(a_form_is_told_once), DB_TESTS(tasks_open_and_are_done), DB_TESTS(who_may_not_changes_nothing) };
TEST_MAIN(TESTS)
