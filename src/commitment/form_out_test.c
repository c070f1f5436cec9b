// form_out_test.c: every person of the registry who belongs on a form stands on exactly one, with the official columns; what is read back is what
// was written; paper fits; nobody sees whom he may not.
#include "db/db_test.h"
#include "base/lang.h"
#include "commitment/form_out.h"
#include "files/table_read.h"
#include "registry/area.h"
#include "registry/synth_store.h"
#include <unistd.h>

#define KAB 1371
#define FAMILY_N 150
static const Instant AT = { 1795000000000 };
static const FormPeriod QUARTER = { 2024, 2 };

static void city(DbTest *t) {
    AreaImport areas;
    SynthReport report;
    check_ok(db_begin(t->db, &t->err) && area_put_padang(t->db, &areas, &t->err) && db_commit(t->db, &t->err), t->err);
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = 7, .kab = KAB, .family_n = FAMILY_N, .at = AT }, NULL, &report, &t->err), t->err);
}

static FormAsk ask_of(DbTest *t, FormKind kind) {
    const RuleBook *book;
    check_ok(rulebook_open(&t->arena, STR("pkh.yaml"), rulebook_pkh(), &book, &t->err), t->err);
    return (FormAsk){ .book = book, .kind = kind, .period = QUARTER, .kab = KAB, .sight = sight_of_program(date_make(2024, 5, 1)), .has_numbers = true, .at = AT };
}

static FormSheets sheets_of(DbTest *t, const FormAsk *ask) {
    FormSheets s = { 0 };
    check_ok(db_begin_read(t->db, &t->err) && form_out(t->db, &t->arena, ask, &s, &t->err), t->err);
    db_rollback(t->db);
    return s;
}

static int64_t count_of(DbTest *t, const char *sql) {
    DbQuery *q = NEW(&t->arena, DbQuery, 1);
    DbStatement *s = NULL;
    bool has_row;
    *q = (DbQuery){ .name = "form_test", .sqlite = sql, .postgresql = sql, .params = "", .columns = "i", .columns_n = 1 };
    check_ok(db_begin_read(t->db, &t->err) && db_prepare(t->db, q, &s, &t->err) && db_step(s, &has_row, &t->err) && has_row, t->err);
    int64_t n = db_int(s, 0);
    db_release(s);
    db_rollback(t->db);
    return n;
}

static Str file_bytes(DbTest *t, const FormSheets *s, FormFormat format, Str *name) {
    int fd;
    const char *type;
    check_ok(form_out_write(s, &t->arena, format, &fd, name, &type, &t->err), t->err);
    off_t size = lseek(fd, 0, SEEK_END);
    char *bytes = arena_alloc(&t->arena, 1, 1, (size_t)size);
    assert_int_equal(pread(fd, bytes, (size_t)size, 0), size);
    close(fd);
    return (Str){ bytes, (size_t)size };
}

static void everybody_stands_on_one_form(DbTest *t) {
    static const char *const WHO[FORM_KINDS_N] = {
        [FORM_EDUCATION] = "SELECT COUNT(*) FROM person p JOIN family f ON f.kab = p.kab AND f.id = p.family_id WHERE p.school_npsn IS NOT NULL AND p.is_gone = 0 AND f.status <> 'left'",
        [FORM_HEALTH] = "SELECT COUNT(*) FROM person p JOIN family f ON f.kab = p.kab AND f.id = p.family_id WHERE f.health_post_id IS NOT NULL AND p.is_gone = 0 AND f.status <> 'left'"
                        " AND (p.pregnancy_n > 0 OR (p.born_on >= CASE WHEN p.school_level IS NULL THEN 17168 ELSE 17898 END AND p.born_on < 19905))",  // from 2 January 2017, of pupils 2019; before 1 July 2024
        [FORM_SOCIAL] = "SELECT COUNT(*) FROM person p JOIN family f ON f.kab = p.kab AND f.id = p.family_id WHERE p.is_gone = 0 AND f.status <> 'left'"
                        " AND (p.is_severe_disability = 1 OR p.born_on <= -2192)",                       // 1 January 1964
    };
    city(t);
    for (int kind = 0; kind < FORM_KINDS_N; kind++) {
        FormAsk ask = ask_of(t, (FormKind)kind);
        FormSheets s = sheets_of(t, &ask);
        size_t rows_n = 0;
        for (size_t i = 0; i < s.n; i++) {
            const FormFile *f = &s.at[i].file;
            rows_n += f->row_n;
            assert_true(f->row_n > 0 && s.at[i].place_name.n > 0 && s.at[i].version.n == 8);
            assert_int_equal(f->column_n, kind == FORM_EDUCATION ? 25 : kind == FORM_HEALTH ? 21 : 15);
            for (size_t k = 0; k < f->row_n; k++) assert_int_equal(f->rows[k].cells[3].n, 16);
        }
        assert_int_equal(rows_n, s.person_n);
        assert_int_equal(s.person_n, count_of(t, WHO[kind]));
    }
}

static void a_part_is_a_part(DbTest *t) {
    city(t);
    FormAsk ask = ask_of(t, FORM_EDUCATION);
    FormSheets all = sheets_of(t, &ask);
    ask.place = all.at[0].place;
    FormSheets one = sheets_of(t, &ask);
    assert_int_equal(one.n, 1);
    check_str(one.at[0].version, all.at[0].version);
    int64_t sum = 0;
    for (int64_t kecamatan = 137101; kecamatan <= 137111; kecamatan++) {
        FormSheets part = { 0 };
        Err e = { 0 };
        ask = ask_of(t, FORM_EDUCATION);
        ask.kecamatan_id = kecamatan;
        if (!form_out(t->db, &t->arena, &ask, &part, &e)) assert_int_equal(e.code, NOT_FOUND);
        sum += part.person_n;
    }
    assert_int_equal(sum, all.person_n);
    ask = ask_of(t, FORM_EDUCATION);
    ask.sight = (Sight){ KAB, KAB, 99, date_make(2024, 5, 1) };       // a companion without families
    FormSheets none;
    Err e = { 0 };
    assert_false(form_out(t->db, &t->arena, &ask, &none, &e));
    assert_int_equal(e.code, NOT_FOUND);
    ask = ask_of(t, FORM_EDUCATION);
    ask.has_numbers = false;
    FormSheets masked = sheets_of(t, &ask);
    assert_false(str_is_digits(masked.at[0].file.rows[0].cells[3]));
}

static void files_read_back(DbTest *t) {
    city(t);
    FormAsk ask = ask_of(t, FORM_EDUCATION);
    FormSheets all = sheets_of(t, &ask);
    ask.place = all.at[0].place;
    FormSheets one = sheets_of(t, &ask);
    const FormFile *f = &one.at[0].file;
    Str name;
    for (int format = FORM_CSV; format <= FORM_XLSX; format++) {
        Str bytes = file_bytes(t, &one, (FormFormat)format, &name);
        TableReader *r;
        CsvRow row;
        bool has_row;
        check_ok(table_open_bytes(bytes, (TableOptions){ 0 }, &r, &t->err), t->err);
        size_t n = 0, lead_n = 1 + f->line_n + 2;
        while (table_next(r, &row, &has_row, &t->err) && has_row) {
            if (n >= lead_n) {
                Str nik = row.cells[3], pupil = row.cells[5];
                csv_unwrap(&nik);
                check_str(nik, f->rows[n - lead_n].cells[3]);
                check_str(pupil, f->rows[n - lead_n].cells[5]);
            }
            n++;
        }
        assert_int_equal(n, lead_n + f->row_n);
        table_close(r);
        assert_true(str_starts(name, STR("formulir-pendidikan-")) && str_contains(name, one.at[0].place));
    }
    Str zip = file_bytes(t, &all, FORM_XLSX, &name);
    assert_true(str_ends(name, STR("2024-2.zip")) && str_starts(zip, STR("PK")));
    Str paper = file_bytes(t, &all, FORM_PDF, &name);
    assert_true(str_starts(paper, STR("%PDF")));
}

static void periods_and_kinds(void **state) {
    (void)state;
    static const struct { const char *text; int year, quarter; } GOOD[] = { { "2026-4", 2026, 4 }, { "2026-T1", 2026, 1 }, { "2007-1", 2007, 1 } };
    static const char *const BAD[] = { "", "2026", "2026-0", "2026-5", "2006-1", "2101-1", "2026-44", "x-1", "2026-T", "-4" };
    FormPeriod p = { 0 };
    FormKind kind;
    for (size_t i = 0; i < sizeof GOOD / sizeof *GOOD; i++) {
        assert_true(form_period_find(str_c(GOOD[i].text), &p));
        assert_int_equal(p.year, GOOD[i].year);
        assert_int_equal(p.quarter, GOOD[i].quarter);
    }
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) if (form_period_find(str_c(BAD[i]), &p)) fail_msg("\"%s\" is no quarter", BAD[i]);
    assert_true(form_kind_find(STR("social"), &kind) && kind == FORM_SOCIAL);
    assert_false(form_kind_find(STR("other"), &kind));
    assert_string_equal(form_month_name((FormPeriod){ 2026, 4 }, 2), "Desember");
    assert_int_equal(form_period_of(date_make(2024, 6, 30)).quarter, 2);
    assert_int_equal(form_period_end((FormPeriod){ 2024, 4 }).days, date_make(2025, 1, 1).days);
}

DB_TEST(everybody_stands_on_one_form)
DB_TEST(a_part_is_a_part)
DB_TEST(files_read_back)
static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(periods_and_kinds), DB_TESTS(everybody_stands_on_one_form), DB_TESTS(a_part_is_a_part), DB_TESTS(files_read_back),
};
TEST_MAIN(TESTS)
