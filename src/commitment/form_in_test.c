// form_in_test.c: forms of a synthetic city, filled and sent back in the styles that people have; every percentage equals one computed apart,
// every pupil is found or becomes a task.
#include "db/db_test.h"
#include "base/random.h"
#include "commitment/form_in.h"
#include "files/outfile.h"
#include "files/csv.h"
#include "registry/area.h"
#include "registry/synth_store.h"
#include <unistd.h>

#define KAB 1371
static const FormPeriod QUARTER = { 2024, 2 };
static const int DAYS[FORM_MONTHS] = { 16, 21, 14 };

static Sight everybody(void) { return sight_of_program(date_make(2024, 5, 1)); }

static const RuleBook *book_of(DbTest *t) {
    const RuleBook *book;
    check_ok(rulebook_open(&t->arena, STR("pkh.yaml"), rulebook_pkh(), &book, &t->err), t->err);
    return book;
}

static FormSheets city(DbTest *t) {
    AreaImport areas;
    SynthReport report;
    FormSheets s = { 0 };
    FormAsk ask = { .book = book_of(t), .kind = FORM_EDUCATION, .period = QUARTER, .kab = KAB, .sight = everybody(), .has_numbers = true, .at = { 1795000000000 } };
    check_ok(db_begin(t->db, &t->err) && area_put_padang(t->db, &areas, &t->err) && db_commit(t->db, &t->err), t->err);
    check_ok(synth_store(t->db, &(SynthOptions){ .seed = 7, .kab = KAB, .family_n = 150, .at = { 1795000000000 } }, NULL, &report, &t->err), t->err);
    check_ok(db_begin_read(t->db, &t->err) && form_out(t->db, &t->arena, &ask, &s, &t->err), t->err);
    db_rollback(t->db);
    return s;
}

// What the teacher wrote, kept apart from what is read.
typedef struct { int alpa, izin, sakit; } Wrote;

static void fill(DbTest *t, FormSheet *s, Wrote (*wrote)[FORM_MONTHS], Random *r) {
    for (size_t k = 0; k < s->file.row_n; k++)
        for (int m = 0; m < FORM_MONTHS; m++) {
            Wrote *w = &wrote[k][m];
            *w = (Wrote){ (int)random_below(r, 3), (int)random_below(r, 2), (int)random_below(r, 3) };
            int present = DAYS[m] - w->alpa - w->izin - w->sakit;
            Str *cells = &s->file.rows[k].cells[8 + 5 * m];
            cells[0] = arena_fmt(&t->arena, "%d", w->alpa);
            cells[1] = arena_fmt(&t->arena, "%d", w->izin);
            cells[2] = arena_fmt(&t->arena, "%d", w->sakit);
            cells[3] = arena_fmt(&t->arena, "%d", present);
            cells[4] = arena_fmt(&t->arena, "%d,%d%%", 1000 * present / DAYS[m] / 10, 1000 * present / DAYS[m] % 10);
        }
}

static FormIn read_back(DbTest *t, Str bytes) {
    FormIn in;
    TableReader *reader;
    check_ok(table_open_bytes(bytes, (TableOptions){ 0 }, &reader, &t->err) && form_in_read(reader, &t->arena, (Str){ 0 }, (FormPeriod){ 0 }, &in, &t->err), t->err);
    table_close(reader);
    check_ok(db_begin_read(t->db, &t->err) && form_in_match(t->db, &t->arena, book_of(t), KAB, everybody(), &in, &t->err), t->err);
    db_rollback(t->db);
    return in;
}

static void check_rows(const char *style, const FormIn *in, size_t first, const FormSheet *s, Wrote (*wrote)[FORM_MONTHS], FormRowMatch match) {
    for (size_t k = 0; k < s->file.row_n; k++) {
        const FormInRow *row = &in->rows[first + k];
        if (row->match != match || row->family_id == 0) fail_msg("%s, row %zu: %s, wanted %s", style, k, form_match_name(row->match), form_match_name(match));
        for (int m = 0; m < FORM_MONTHS; m++) {
            const FormMonth *x = &row->months[m];
            int present = DAYS[m] - wrote[k][m].alpa - wrote[k][m].izin - wrote[k][m].sakit, percent = (int)(10000.0 * present / DAYS[m] + 0.5);
            if (x->state != MONTH_GOOD || x->days != DAYS[m] || x->present != present || x->absent != wrote[k][m].alpa || x->sick != wrote[k][m].sakit || x->computed != percent)
                fail_msg("%s, row %zu, month %d: state %d, %d of %d days, %d; wanted %d of %d, %d. %.*s", style, k, m, (int)x->state, x->present, x->days, x->computed, present, DAYS[m], percent,
                         STR_ARG(x->why));
        }
    }
}

// ---- styles ---------------------------------------------------------------------------------------------------------------
typedef struct { const char *name; char separator; bool has_mark, has_sep_line, is_one_header, is_moved, has_extras, is_without_jml, is_lower, has_page_break; } Style;
static const Style STYLES[] = {
    { "as it went out", ';', true, 0, 0, 0, 0, 0, 0, 0 },           { "commas", ',', false, 0, 0, 0, 0, 0, 0, 0 },
    { "sep= line", ';', true, true, 0, 0, 0, 0, 0, 0 },             { "tabs", '\t', false, 0, 0, 0, 0, 0, 0, 0 },
    { "one header row", ';', false, 0, true, 0, 0, 0, 0, 0 },       { "columns moved", ';', true, 0, 0, true, 0, 0, 0, 0 },
    { "letterhead and signature", ';', false, 0, 0, 0, true, 0, 0, 0 }, { "small letters", ',', true, 0, 0, 0, 0, 0, true, 0 },
    { "header on each page", ';', false, 0, 0, 0, 0, 0, 0, true },  { "everything at once", ',', true, true, true, true, true, 0, true, true },
};

static void lower(Arena *a, Str *text) {
    char *c = arena_c(a, *text);
    for (size_t i = 0; i < text->n; i++) if (c[i] >= 'A' && c[i] <= 'Z') c[i] = (char)(c[i] + 32);
    *text = (Str){ c, text->n };
}

static const size_t *order_of(const Style *s) {
    static const size_t STRAIGHT[25] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24 };
    static const size_t MOVED[25] = { 0, 5, 3, 24, 13, 14, 15, 16, 17, 8, 9, 10, 11, 12, 18, 19, 20, 21, 22, 23, 1, 2, 4, 6, 7 };
    return s->is_moved ? MOVED : STRAIGHT;
}

static void put(Arena *a, CsvWriter *w, const Style *s, Str text) {
    if (s->is_lower) lower(a, &text);
    csv_put(w, text);
}

static void end_row(CsvWriter *w) {
    Err e = { 0 };
    check_ok(csv_end_row(w, &e), e);
}

static void line_put(Arena *a, CsvWriter *w, const Style *s, Str name, Str value) {
    put(a, w, s, name);
    if (value.p) put(a, w, s, value);
    end_row(w);
}

static void header_write(Arena *a, CsvWriter *w, const Style *s, const FormFile *f) {
    const size_t *order = order_of(s);
    for (int half = 0; half < (s->is_one_header ? 1 : 2); half++) {
        for (size_t i = 0; i < 25; i++) {
            size_t c = order[i], month = c >= 8 && c < 23 ? (c - 8) / 5 : FORM_MONTHS;
            Str title = str_c(f->columns[c].title);
            if (month < FORM_MONTHS && s->is_one_header) title = arena_fmt(a, "%s %s", f->columns[c].title, f->groups[month].title);
            else if (month < FORM_MONTHS && half == 0) title = (c - 8) % 5 == 0 ? str_c(f->groups[month].title) : STR("");
            else if (month == FORM_MONTHS && half == 1) title = STR("");
            put(a, w, s, title);
        }
        end_row(w);
    }
}

static void form_write(Arena *a, CsvWriter *w, const Style *s, const FormSheet *sheet) {
    const FormFile *f = &sheet->file;
    if (s->has_extras) { line_put(a, w, s, STR("PEMERINTAH KOTA PADANG"), (Str){ 0 }); line_put(a, w, s, STR("Dinas Pendidikan"), STR("Jl. Contoh 12")); }
    line_put(a, w, s, f->title, (Str){ 0 });
    line_put(a, w, s, STR("NPSN"), sheet->place);
    line_put(a, w, s, STR("Nama sekolah"), sheet->place_name);
    header_write(a, w, s, f);
    for (size_t k = 0; k < f->row_n; k++) {
        if (s->has_page_break && k == f->row_n / 2 && k > 0) header_write(a, w, s, f);
        for (size_t i = 0; i < 25; i++) put(a, w, s, f->rows[k].cells[order_of(s)[i]]);
        end_row(w);
    }
    if (s->has_extras) {
        line_put(a, w, s, STR("Jumlah"), STR("12"));
        line_put(a, w, s, STR("Padang, 3 Juli 2024"), STR("Kepala Sekolah"));
        line_put(a, w, s, STR("Drs. Contoh Nama"), STR("NIP 190001011900011001"));
    }
}

static void ten_styles_are_read_alike(DbTest *t) {
    FormSheets s = city(t);
    Random r = { test_seed() };
    FormSheet *one = &s.at[0], *two = &s.at[s.n - 1];
    Wrote (*wrote)[FORM_MONTHS] = calloc(one->file.row_n, sizeof *wrote), (*also)[FORM_MONTHS] = calloc(two->file.row_n, sizeof *also);
    fill(t, one, wrote, &r);
    fill(t, two, also, &r);
    for (size_t i = 0; i < sizeof STYLES / sizeof *STYLES; i++) {
        const Style *style = &STYLES[i];
        Buf b = { .max = BUF_MAX };
        if (style->has_mark) buf_c(&b, "\xEF\xBB\xBF");
        if (style->has_sep_line) buf_fmt(&b, "sep=%c\r\n", style->separator);
        CsvWriter w = csv_writer(&b, (Sink){ 0 }, (CsvWriteOptions){ .separator = style->separator });
        form_write(&t->arena, &w, style, one);
        form_write(&t->arena, &w, style, two);             // two schools in one file
        FormIn in = read_back(t, buf_view(&b));
        if (in.form_n != 2 || in.row_n != one->file.row_n + two->file.row_n) fail_msg("%s: %zu forms, %zu pupils", style->name, in.form_n, in.row_n);
        check_str(in.forms[0].place, one->place);
        check_str(in.forms[1].place, two->place);
        assert_int_equal(in.forms[0].period.quarter, 2);
        check_rows(style->name, &in, 0, one, wrote, ROW_BY_NIK);
        check_rows(style->name, &in, one->file.row_n, two, also, ROW_BY_NIK);
        buf_free(&b);
    }
    int fd;
    char *bytes = malloc(4 << 20);
    check_ok(file_temporary(&fd, &t->err) && formfile_xlsx(&one->file, fd, &t->err), t->err);
    ssize_t n = pread(fd, bytes, 4 << 20, 0);
    close(fd);
    FormIn in = read_back(t, (Str){ bytes, (size_t)n });
    check_rows("workbook", &in, 0, one, wrote, ROW_BY_NIK);
    free(bytes);
    free(wrote);
    free(also);
}

static void pupils_become_tasks_or_are_found_by_name(DbTest *t) {
    FormSheets s = city(t);
    Random r = { 3 };
    FormSheet *one = &s.at[0];
    size_t most = 0;
    for (size_t i = 0; i < s.n; i++) if (s.at[i].file.row_n > s.at[most].file.row_n) most = i;
    one = &s.at[most];
    FormSheet *other = &s.at[most ? 0 : 1];
    assert_true(one->file.row_n >= 3);
    Wrote (*wrote)[FORM_MONTHS] = calloc(one->file.row_n, sizeof *wrote);
    fill(t, one, wrote, &r);
    FormFileRow *rows = (FormFileRow *)(uintptr_t)one->file.rows;
    Str nik_of_second = rows[1].cells[3];
    rows[0].cells[3] = arena_fmt(&t->arena, "••••••••••••%.*s", 4, rows[0].cells[3].p + 12);      // as a companion's copy shows it
    rows[1].cells[3] = STR("1371999999999999");
    rows[1].cells[5] = STR("TIDAK DIKENAL");
    rows[2].cells[3] = other->file.rows[0].cells[3];       // sits here, is ours elsewhere
    rows[2].cells[5] = other->file.rows[0].cells[5];
    Buf b = { .max = BUF_MAX };
    check_ok(formfile_csv(&one->file, &b, &t->err), t->err);
    FormIn in = read_back(t, buf_view(&b));
    assert_int_equal(in.rows[0].match, ROW_BY_NAME);
    assert_int_equal(in.rows[1].match, ROW_STRANGER);
    assert_int_equal(in.rows[1].family_id, 0);
    assert_int_equal(in.rows[2].match, ROW_OTHER_PLACE);
    check_str(in.rows[2].place, other->place);
    buf_reset(&b);
    rows[1].cells[3] = rows[2].cells[3] = nik_of_second;    // the same pupil on two lines
    check_ok(formfile_csv(&one->file, &b, &t->err), t->err);
    in = read_back(t, buf_view(&b));
    assert_int_equal(in.rows[1].match, ROW_TWICE);
    assert_int_equal(in.rows[2].match, ROW_TWICE);
    check_ok(db_begin_read(t->db, &t->err) && form_in_match(t->db, &t->arena, book_of(t), KAB, (Sight){ KAB, KAB, 99, date_make(2024, 5, 1) }, &in, &t->err), t->err);
    for (size_t i = 0; i < in.row_n; i++) assert_int_equal(in.rows[i].family_id == 0 || in.rows[i].match != ROW_BY_NIK, 1);
    buf_free(&b);
    free(wrote);
}

// ---- cells, without a database -------------------------------------------------------------------------------------------------
#define HEAD "FORMULIR VERIFIKASI KOMITMEN PENDIDIKAN TRIWULAN II TAHUN 2024\nNPSN;99000001\nNama sekolah;SD Contoh\n" \
    "No;NIK siswa;Nama siswa;Alpa April;Izin April;Sakit April;Jml April;Persen April;Keterangan\n"

static void cells_of_all_kinds(void **state) {
    (void)state;
    static const struct { const char *cells; FormMonthState state; int days, present, computed; } TABLE[] = {
        { "1;0;1;18;90", MONTH_GOOD, 20, 18, 9000 }, { "1;;1;18;90%", MONTH_GOOD, 20, 18, 9000 }, { "-;-;-;20;100", MONTH_GOOD, 20, 20, 10000 }, { "2 hr;0 hari;0;18;0,9", MONTH_GOOD, 20, 18, 9000 },
        { ";;;;", MONTH_EMPTY, -1, -1, -1 }, { "1;0;0;;95", MONTH_GOOD, 20, 19, 9500 }, { "1;0;1;18;99", MONTH_DIFFERS, 20, 18, 9000 }, { "0;0;0;19;100", MONTH_DIFFERS, 19, 19, 10000 },
        { "satu;0;0;19;95", MONTH_REFUSED, -1, -1, -1 }, { "1;0;0;19;150", MONTH_REFUSED, -1, -1, -1 }, { "40;0;0;0;0", MONTH_REFUSED, -1, -1, -1 }, { "31;31;0;0;0", MONTH_REFUSED, 62, 0, -1 },
        { "0;0;0;20;1", MONTH_GOOD, 20, 20, 10000 }, { "3;0;0;;", MONTH_GOOD, 20, 17, 8500 }, { ";;;20;", MONTH_GOOD, 20, 20, 10000 },
    };
    for (size_t i = 0; i < sizeof TABLE / sizeof *TABLE; i++) {
        Arena a = { 0 };
        Err e = { 0 };
        FormIn in;
        TableReader *r;
        Buf b = { .max = 4096 };
        buf_fmt(&b, HEAD "1;1371010000000001;Siti Contoh;%s;\n2;1371010000000002;Budi Contoh;0;0;0;20;100;\n3;1371010000000003;Ani Contoh;0;0;0;20;100;\n", TABLE[i].cells);
        check_ok(table_open_bytes(buf_view(&b), (TableOptions){ 0 }, &r, &e) && form_in_read(r, &a, (Str){ 0 }, (FormPeriod){ 0 }, &in, &e), e);
        const FormMonth *m = &in.rows[0].months[0];
        assert_int_equal(in.row_n, 3);
        assert_int_equal(in.rows[0].line_n, 5);
        if (m->state != TABLE[i].state || (m->state != MONTH_REFUSED && (m->days != TABLE[i].days || m->present != TABLE[i].present || m->computed != TABLE[i].computed)))
            fail_msg("%s: state %d, %d of %d, %d", TABLE[i].cells, (int)m->state, m->present, m->days, m->computed);
        assert_int_equal(in.rows[0].months[1].state, MONTH_EMPTY);
        assert_true((m->state == MONTH_DIFFERS || m->state == MONTH_REFUSED) == (m->why.n > 0));
        table_close(r);
        buf_free(&b);
        arena_free(&a);
    }
}

static void what_is_no_form_is_refused(void **state) {
    (void)state;
    static const char *const FILES[] = {
        "a;b;c\n1;2;3\n", "NIK siswa;Nama siswa;Alpa April\n1371010000000001;Siti;1\n", "NPSN;99000001\nNIK siswa;Nama siswa;Alpa\n1371010000000001;Siti;1\n",
    };
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        Arena a = { 0 };
        Err e = { 0 };
        FormIn in;
        TableReader *r;
        check_ok(table_open_bytes(str_c(FILES[i]), (TableOptions){ 0 }, &r, &e), e);
        assert_false(form_in_read(r, &a, (Str){ 0 }, (FormPeriod){ 0 }, &in, &e));
        assert_int_equal(e.code, BAD_INPUT);
        table_close(r);
        arena_free(&a);
    }
    Arena a = { 0 };
    Err e = { 0 };
    FormIn in;
    TableReader *r;
    check_ok(table_open_bytes(str_c(FILES[1]), (TableOptions){ 0 }, &r, &e) && form_in_read(r, &a, STR("99000001"), QUARTER, &in, &e), e);        // said with the file
    assert_int_equal(in.row_n, 1);
    check_str(in.forms[0].place, STR("99000001"));
    table_close(r);
    arena_free(&a);
}

DB_TEST(ten_styles_are_read_alike)
DB_TEST(pupils_become_tasks_or_are_found_by_name)
static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(cells_of_all_kinds), cmocka_unit_test(what_is_no_form_is_refused), DB_TESTS(ten_styles_are_read_alike), DB_TESTS(pupils_become_tasks_or_are_found_by_name),
};
TEST_MAIN(TESTS)
