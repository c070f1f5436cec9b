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
    FormAsk ask = { .kind = FORM_EDUCATION, .period = QUARTER, .kab = KAB, .sight = sight_of_program(ymd(2024, 6, 15)), .has_numbers = true, .at = NOON, .book = book };
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
    good(db_begin_read(t->db, &t->err) && form_in_match(t->db, &t->arena, o->act.book, KAB, sight_of_program(ymd(2024, 6, 15)), &in, &t->err));
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
    check_str(open.at[0].place, o.sheet->place);
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

// ---- health posts and kelurahan -----------------------------------------------------------------------------------------------
typedef struct { DbTest *t; Town town; FactAct act; FormSheet *sheet; } Post;

static Str fact_says(DbTest *t, const char *sql) { return sql_says(t, sql, KAB, 0); }

// The place with most people on its form.
static Post post_make(DbTest *t, FormKind kind) {
    Post p = { .t = t, .town = town_make(t, 5, 200) };
    FormSheets *sheets = NEW(&t->arena, FormSheets, 1);
    const RuleBook *book;
    good(rulebook_open(&t->arena, STR("pkh.yaml"), rulebook_pkh(), &book, &t->err));
    p.act = (FactAct){ KAB, p.town.operator, NOON, book };
    FormAsk ask = { .kind = kind, .period = QUARTER, .kab = KAB, .sight = sight_of_program(ymd(2024, 6, 15)), .has_numbers = true, .at = NOON, .book = book };
    good(db_begin_read(t->db, &t->err) && form_out(t->db, &t->arena, &ask, sheets, &t->err));
    db_rollback(t->db);
    p.sheet = &sheets->at[0];
    for (size_t i = 0; i < sheets->n; i++) if (sheets->at[i].file.row_n > p.sheet->file.row_n) p.sheet = &sheets->at[i];
    return p;
}

static FormApplied post_send(Post *p, FormIn *in) {
    DbTest *t = p->t;
    FormApplied done;
    TableReader *reader;
    Buf b = { .max = BUF_MAX };
    good(formfile_csv(&p->sheet->file, &b, &t->err));
    good(table_open_bytes(buf_view(&b), (TableOptions){ 0 }, &reader, &t->err) && form_in_read(reader, &t->arena, (Str){ 0 }, (FormPeriod){ 0 }, in, &t->err));
    table_close(reader);
    good(db_begin_read(t->db, &t->err) && form_in_match(t->db, &t->arena, p->act.book, KAB, sight_of_program(ymd(2024, 6, 15)), in, &t->err));
    db_rollback(t->db);
    good(form_apply(t->db, &t->arena, &p->act, in, &done, &t->err));
    buf_free(&b);
    return done;
}

static Str *month_cells(FormFileRow *row, int month, size_t width) { return &row->cells[7 + width * (size_t)month]; }

static void said(FormFileRow *row, int month, const char *day, const char *weight, const char *length, const char *service) {
    Str *cells = month_cells(row, month, 4);
    cells[0] = str_c(day), cells[1] = str_c(weight), cells[2] = str_c(length), cells[3] = str_c(service);
}

// Of a child the first row that is one, by its birth date on the form.
static FormFileRow *child_find(Post *p) {
    for (size_t k = 0; k < p->sheet->file.row_n; k++) {
        FormFileRow *row = (FormFileRow *)(uintptr_t)&p->sheet->file.rows[k];
        Date born;
        if (date_parse_local(row->cells[6], &born) && born.days > ymd(2019, 6, 1).days && born.days < ymd(2023, 9, 1).days) return row;
    }
    fail_msg("no child on the form");
    return NULL;
}

static const char STANDING[] = "SELECT CAST(COUNT(*) AS TEXT) FROM commitment_fact x WHERE x.kab = ?1 AND x.is_void = 0 AND NOT EXISTS (SELECT 1 FROM commitment_fact c WHERE c.kab = x.kab AND c.family_id = x.family_id AND c.replaces_n = x.n) AND ?2 = 0";

static void measured_is(Post *p, const FormInRow *row, int32_t g) {
    DbTest *t = p->t;
    ToldFacts told;
    Observation o = { 0 };
    Str text;
    good(db_begin_read(t->db, &t->err) && fact_list(t->db, &t->arena, sight_of_program(ymd(2024, 6, 15)), KAB, row->family_id, &told, &t->err));
    for (size_t i = 0; i < told.n; i++) {
        if (told.at[i].corrected_by_n || !str_eq(told.at[i].fact.kind, STR("weight")) || told.at[i].fact.person_id != row->person_id) continue;
        good(fact_observation(t->db, &t->arena, KAB, row->family_id, told.at[i].n, &text, &t->err));
        assert_true(observation_read(text, &o));
    }
    db_rollback(t->db);
    assert_int_equal(o.weight_g, g);
}

static void a_post_is_told_once_and_corrects_itself(DbTest *t) {
    Post p = post_make(t, FORM_HEALTH);
    FormFileRow *child = child_find(&p);
    FormIn in;
    said(child, 0, "12/1/2024", "12,4", "91", "A");
    FormApplied done = post_send(&p, &in);
    const FormInRow *row = NULL;
    for (size_t i = 0; i < in.row_n; i++) if (in.rows[i].months[0].state != MONTH_EMPTY) row = &in.rows[i];
    assert_non_null(row);
    assert_int_equal(done.recorded_n, 3);                  // weight, height, vitamin A
    measured_is(&p, row, 12400);
    done = post_send(&p, &in);
    assert_int_equal(done.recorded_n + done.corrected_n + done.void_n, 0);
    assert_int_equal(done.known_n, 3);
    said(child, 0, "12", "12,6", "91 cm", "A");            // weighed again: the same visit
    done = post_send(&p, &in);
    assert_int_equal(done.corrected_n, 1);
    assert_int_equal(done.known_n, 2);
    measured_is(&p, row, 12600);
    said(child, 0, "12/1/2024", "12,4", "91", "A");        // the first copy comes once more
    done = post_send(&p, &in);
    assert_int_equal(done.recorded_n + done.corrected_n + done.void_n, 0);
    measured_is(&p, row, 12600);
    said(child, 0, "13", "12,6", "91", "");                // it was the day after, and no vitamin A
    done = post_send(&p, &in);
    assert_int_equal(done.recorded_n, 2);
    assert_int_equal(done.void_n, 3);
    check_str(fact_says(t, STANDING), STR("2"));
    said(child, 0, "12", "12,6", "91", "A");
    done = post_send(&p, &in);                             // an older word
    assert_int_equal(done.recorded_n + done.corrected_n + done.void_n, 0);
    said(child, 0, "", "", "", "");                        // nothing said: nothing is taken back
    said(child, 1, "tidak", "", "", "");
    done = post_send(&p, &in);
    assert_int_equal(done.recorded_n, 2);
    assert_int_equal(done.void_n, 0);
    said(child, 1, "20", "12,9", "", "");                  // somebody had come after all
    done = post_send(&p, &in);
    assert_int_equal(done.recorded_n, 1);
    assert_int_equal(done.void_n, 2);
    Violations v = { say_violation, NULL, 0 };
    good(db_begin_read(t->db, &t->err) && fact_check(t->db, &v, &t->err));
    db_rollback(t->db);
    assert_int_equal(v.found_n, 0);
    town_is_well(t);
}

static void a_kelurahan_tells_of_the_old(DbTest *t) {
    Post p = post_make(t, FORM_SOCIAL);
    FormIn in;
    FormFileRow *row = (FormFileRow *)(uintptr_t)&p.sheet->file.rows[0];
    Str *cells = month_cells(row, 1, 2);
    cells[0] = STR("5 & 19"), cells[1] = STR("19");
    row->cells[3] = arena_fmt(&t->arena, "••••••••••••" STR_FMT, 4, row->cells[3].p + 12);         // a copy that hides the NIK
    FormApplied done = post_send(&p, &in);
    assert_int_equal(in.forms[0].kind, FORM_SOCIAL);
    assert_int_equal(in.rows[0].match, ROW_BY_NAME);
    bool is_both = in.rows[0].who.is_old && in.rows[0].who.is_disabled;
    assert_int_equal(done.recorded_n, is_both ? 4 : 2);
    row->cells[4] = STR("ORANG ASING");
    row->cells[3] = STR("1371999999999999");
    done = post_send(&p, &in);
    FormTasks open;
    good(db_begin_read(t->db, &t->err) && form_tasks(t->db, &t->arena, sight_of_program(ymd(2024, 6, 15)), KAB, 10, 0, &open, &t->err));
    db_rollback(t->db);
    assert_int_equal(open.all_n, 1);
    assert_int_equal(open.at[0].form, FORM_SOCIAL);
    check_str(open.at[0].place, p.sheet->place);
    assert_true(open.at[0].place_name.n > 0);
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
DB_TEST(a_post_is_told_once_and_corrects_itself)
DB_TEST(a_kelurahan_tells_of_the_old)
static const struct CMUnitTest TESTS[] = { DB_TESTS(a_form_is_told_once), DB_TESTS(tasks_open_and_are_done), DB_TESTS(who_may_not_changes_nothing),
                                           DB_TESTS(a_post_is_told_once_and_corrects_itself), DB_TESTS(a_kelurahan_tells_of_the_old) };
TEST_MAIN(TESTS)
