// pdf_test.c: the paper is read back with other people's tools: pdftotext for words and their boxes, zbarimg for the QR code.
// `pdf_test show FOLDER` leaves the nominative list there, to look at.
#include "base/hash.h"
#include "base/lang.h"
#include "files/nominative.h"
#include "files/outfile.h"
#include "files/xml.h"
#include "base/test.h"
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static char path[64], image[80];

// What the tool printed; false when it is not installed or failed.
static bool run(Arena *a, Str *out, const char *tool, ...) {
    char *argv[16] = { (char *)(uintptr_t)tool };
    va_list args;
    va_start(args, tool);
    for (int i = 1; i < 15 && (argv[i] = va_arg(args, char *)); i++) {}
    va_end(args);
    int ends[2];
    pid_t child;
    posix_spawn_file_actions_t actions;
    assert_int_equal(pipe(ends), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    bool started = posix_spawnp(&child, tool, &actions, NULL, argv, environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    Buf text = { 0 };
    char chunk[4096];
    for (ssize_t k; started && (k = read(ends[0], chunk, sizeof chunk)) > 0;) buf_bytes(&text, chunk, (size_t)k);
    close(ends[0]);
    int status = 1;
    if (started) waitpid(child, &status, 0);
    *out = arena_str(a, buf_view(&text));
    buf_free(&text);
    return status == 0;
}

static size_t times(Str text, const char *word) {
    size_t n = 0;
    for (const char *p = text.p; (p = memmem(p, (size_t)(text.p + text.n - p), word, strlen(word))); p++) n++;
    return n;
}

static bool document_write(Pdf *p, int *pages_n, FileProof *proof, Err *e) {
    OutFile *f;
    bool ok = outfile_open(path, &f, e);
    if (ok && !pdf_write(p, outfile_sink(f), pages_n, e)) { outfile_abort(f); ok = false; }
    else if (ok) ok = outfile_finish(f, proof, e);
    pdf_free(p);
    return ok;
}

static const Nominative LIST = {
    .office = { "Dinas Sosial Kota Padang", 24 }, .stage = { "Tahap II 2024", 13 }, .village = { "Lubuk Buaya", 11 }, .kecamatan = { "Koto Tangah", 11 },
    .kabupaten = { "Kota Padang", 11 }, .batch = { "1371-2024T2-POS-017-1", 21 }, .place = { "Padang", 6 }, .created_at = { 1714014000000 },
    .band = { "LATIHAN – data buatan, bukan untuk pembayaran", 47 },
};

static Pdf *list_make(int rows) {
    static const char *const NAMES[] = { "SITI NURBAYA", "NUR’AINI BINTI RAHMAN", "DAENG TATA", "ROSMAWATI YULIANTI PERMATASARI SIREGAR" };
    static const char *const STREETS[] = { "Jl. Melati No. 2 RT 001/RW 004", "Jl. Adinegoro KM 16, Perumahan Lubuk Gading Permai Blok C No. 12, RT 003/RW 011", "-" };
    Pdf *p = nominative_new(&LIST);
    for (int i = 0; i < rows; i++) {
        Buf nik = { 0 };
        char digits[17];
        snprintf(digits, sizeof digits, "137101%010d", i);
        nik_put_masked(&nik, str_c(digits));
        nominative_row(p, str_c(NAMES[i % 4]), buf_view(&nik), str_c(STREETS[i % 3]), (Rupiah){ 225000 + i % 3 * 150000 });
        buf_free(&nik);
    }
    nominative_end(p, &LIST);
    return p;
}

static void the_list_is_complete(void **state) {
    (void)state;
    static const int ROWS[] = { 0, 1, 9, 10, 11, 12, 13, 14, 15, 16, 17, 60, 230 };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        Arena a = { 0 };
        Err e = { 0 };
        int pages_n;
        Str text;
        int64_t sum = 0;
        for (int k = 0; k < ROWS[i]; k++) sum += 225000 + k % 3 * 150000;
        check_ok(document_write(list_make(ROWS[i]), &pages_n, NULL, &e), e);
        if (!run(&a, &text, "pdftotext", "-layout", path, "-", (char *)NULL)) { print_message("no pdftotext here: paper not read\n"); return; }
        Buf last = { 0 }, total = { 0 };
        buf_fmt(&last, "Halaman %d dari %d", pages_n, pages_n);
        count_put(&total, sum);
        assert_int_equal(times(text, buf_view(&last).p ? arena_c(&a, buf_view(&last)) : ""), 1);
        assert_true(str_contains(text, buf_view(&total)));
        assert_int_equal(times(text, "\f"), pages_n);
        size_t headers = times(text, "Nama penerima"), subtotals = times(text, "Jumlah halaman ini");
        assert_int_equal(times(text, "Jumlah sampai halaman ini"), subtotals ? subtotals - 1 : 0);
        assert_int_equal(headers, pages_n);                // so the signatures never stand alone
        assert_int_equal(subtotals, headers > 1 ? headers : 0);
        assert_int_equal(times(text, "137101******"), ROWS[i]);
        assert_int_equal(times(text, "LATIHAN"), 2 * pages_n);
        assert_int_equal(times(text, "NIPPOS"), 1);
        buf_free(&last);
        buf_free(&total);
        arena_free(&a);
    }
}

typedef struct { double x0, y0, x1, y1; Str text; } Box;

static double number_of(const XmlEvent *v, const char *name) {
    for (size_t i = 0; i < v->attributes_n; i++) {
        char text[32] = "";
        if (str_eq(v->attributes[i].name, str_c(name)) && v->attributes[i].value.n < sizeof text) return strtod(memcpy(text, v->attributes[i].value.p, v->attributes[i].value.n), NULL);
    }
    return -1;
}

// No two words on a page share more than a hair of space, and none leaves the page.
static void nothing_overlaps(void **state) {
    (void)state;
    Arena a = { 0 };
    Err e = { 0 };
    Str xml;
    check_ok(document_write(list_make(100), NULL, NULL, &e), e);
    if (!run(&a, &xml, "pdftotext", "-bbox", path, "-", (char *)NULL)) { print_message("no pdftotext here: boxes not compared\n"); return; }
    xml = str_part(xml, (size_t)((char *)memmem(xml.p, xml.n, "<html", 5) - xml.p), xml.n);    // our reader takes no DOCTYPE
    XmlReader *r = xml_read_bytes(xml, (XmlOptions){ 0 });
    Box *boxes = NEW(&a, Box, 5000);
    size_t n = 0, words = 0;
    for (;;) {
        XmlEvent v;
        check_ok(xml_next(r, &v, &e), e);
        if (v.kind == XML_DONE) break;
        if (v.kind == XML_START && str_eq(v.name, STR("page"))) n = 0;
        if (v.kind == XML_START && str_eq(v.name, STR("word"))) boxes[n] = (Box){ number_of(&v, "xMin"), number_of(&v, "yMin"), number_of(&v, "xMax"), number_of(&v, "yMax"), { 0 } };
        if (v.kind != XML_END || !str_eq(v.name, STR("word"))) continue;
        Box *b = &boxes[n++];
        b->text = arena_str(&a, v.text);
        words++;
        assert_true(b->x0 >= 0 && b->y0 >= 0 && b->x1 <= 596 && b->y1 <= 842);
        for (size_t i = 0; i + 1 < n; i++) {
            double wide = (b->x1 < boxes[i].x1 ? b->x1 : boxes[i].x1) - (b->x0 > boxes[i].x0 ? b->x0 : boxes[i].x0);
            double high = (b->y1 < boxes[i].y1 ? b->y1 : boxes[i].y1) - (b->y0 > boxes[i].y0 ? b->y0 : boxes[i].y0);
            if (wide > 1 && high > 3) fail_msg("\"%.*s\" lies on \"%.*s\"", STR_ARG(b->text), STR_ARG(boxes[i].text));
        }
    }
    assert_true(words > 800);
    xml_reader_close(r);
    arena_free(&a);
}

static void the_qr_code_is_read(void **state) {
    (void)state;
    Arena a = { 0 };
    Err e = { 0 };
    Str text;
    char png[96];
    check_ok(document_write(list_make(5), NULL, NULL, &e), e);
    snprintf(png, sizeof png, "%s.png", image);
    if (!run(&a, &text, "pdftoppm", "-r", "150", "-png", "-singlefile", path, image, (char *)NULL)) { print_message("no pdftoppm here: QR code not read\n"); return; }
    bool ok = run(&a, &text, "zbarimg", "-q", "--raw", png, (char *)NULL);
    unlink(png);
    if (!ok && text.n == 0) { print_message("no zbarimg here: QR code not read\n"); return; }
    check_str(str_trim(text), LIST.batch);
    arena_free(&a);
}

static void the_same_content_gives_the_same_bytes(void **state) {
    (void)state;
    Err e = { 0 };
    FileProof first, second;
    check_ok(document_write(list_make(50), NULL, &first, &e), e);
    struct timespec wait = { 1, 100000000 };               // the clock has moved on
    nanosleep(&wait, NULL);
    check_ok(document_write(list_make(50), NULL, &second, &e), e);
    assert_true(hash_eq(&first.sha256, &second.sha256));
}

static void what_does_not_fit_is_told(void **state) {
    (void)state;
    Err e = { 0 };
    Buf big = { 0 };
    for (int i = 0; i < 2000; i++) buf_c(&big, "panjang sekali ");
    Pdf *p = nominative_new(&LIST);
    nominative_row(p, STR("A"), STR("…"), buf_view(&big), (Rupiah){ 1 });
    nominative_end(p, &LIST);
    assert_false(document_write(p, NULL, NULL, &e));
    assert_int_equal(e.code, LIMIT);
    buf_free(&big);
    e = (Err){ 0 };
    p = nominative_new(&LIST);
    nominative_row(p, STR("\xFF"), STR("…"), STR("-"), (Rupiah){ 1 });
    nominative_end(p, &LIST);
    assert_false(document_write(p, NULL, NULL, &e));
    assert_int_equal(e.code, BAD_INPUT);
    e = (Err){ 0 };
    p = nominative_new(&LIST);
    for (int i = 0; i < 2; i++) nominative_row(p, STR("A"), STR("…"), STR("-"), (Rupiah){ INT64_MAX });
    nominative_end(p, &LIST);
    assert_false(document_write(p, NULL, NULL, &e));
    assert_int_equal(e.code, LIMIT);
    assert_int_equal(access(path, F_OK), 0);               // the file of the test before still stands
}

// An amount stays in one piece wherever the line ends, and A5 is half of A4.
static void an_amount_is_never_parted(void **state) {
    (void)state;
    Arena a = { 0 };
    Err e = { 0 };
    FileProof proof;
    Str text;
    int pages_n, whole_n = 0;
    Buf words = { .max = 1 << 16 };
    for (int i = 0; i < 25; i++) buf_fmt(&words, "%.*s Rp 1.500.000 ", 1 + i % 9, "aaaaaaaaa");
    Pdf *p = pdf_new((PdfOptions){ .title = STR("A5"), .is_a5 = true });
    for (int i = 0; i < 8; i++) pdf_paragraph(p, buf_view(&words), PDF_LEFT);
    check_ok(document_write(p, &pages_n, &proof, &e), e);
    if (run(&a, &text, "pdftotext", "-layout", path, "-", (char *)NULL)) {
        for (Str rest = text; rest.n;) assert_false(str_ends(str_trim(str_cut(&rest, '\n')), STR("Rp")));
        whole_n = (int)times(text, "Rp 1.500.000");
        assert_int_equal(whole_n, 200);
    }
    if (run(&a, &text, "pdfinfo", path, (char *)NULL)) assert_true(str_contains(text, STR("419.528 x 595.276")));
    buf_free(&words);
    arena_free(&a);
}

static void masked_numbers(void **state) {
    (void)state;
    static const struct { const char *nik, *wanted; } CASES[] = { { "1371011203900001", "137101******0001" }, { "137101120390001", "…" }, { "", "…" }, { "13710112039000O1", "…" } };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Buf b = { 0 };
        nik_put_masked(&b, str_c(CASES[i].nik));
        check_str(buf_view(&b), str_c(CASES[i].wanted));
        buf_free(&b);
    }
}

static int show(const char *folder) {
    Err e = { 0 };
    int pages_n = 0;
    snprintf(path, sizeof path, "%s/danom.pdf", folder);
    clock_t start = clock();
    if (!document_write(list_make(230), &pages_n, NULL, &e)) { puts(e.text); return 1; }
    printf("%s: %d pages in %.0f ms of processor time\n", path, pages_n, (double)(clock() - start) * 1000 / CLOCKS_PER_SEC);
    return 0;
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(the_list_is_complete), cmocka_unit_test(nothing_overlaps), cmocka_unit_test(the_qr_code_is_read), cmocka_unit_test(the_same_content_gives_the_same_bytes),
    cmocka_unit_test(what_does_not_fit_is_told), cmocka_unit_test(masked_numbers), cmocka_unit_test(an_amount_is_never_parted),
};

int main(int argc, char **argv) {
    if (argc == 3 && strcmp(argv[1], "show") == 0) return show(argv[2]);
    snprintf(path, sizeof path, "/tmp/pdf_test.%d.pdf", (int)getpid());
    snprintf(image, sizeof image, "/tmp/pdf_test.%d", (int)getpid());
    int failed = test_main_(__FILE__, TESTS, sizeof TESTS / sizeof *TESTS);
    unlink(path);
    return failed;
}
