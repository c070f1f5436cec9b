// paylist_test.c: dirty files as whole files, on both engines: what is wrong is told by row and field, nothing is half-done, and what
// was begun and broken off leaves nothing.
#include "db/db_test.h"
#include "paylist/paylist.h"
#include "paylist/paylist_key.h"
#include "registry/area.h"
#include "registry/synth_store.h"

#define KAB 1371
static const Instant NOON = { 1713153600000 };
static const Viewer OPERATOR = { .user_id = 1, .kab = KAB, .role = ROLE_OPERATOR, .login = "operator" };
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)

static void make_city(DbTest *t) {
    SynthReport made;
    AreaImport areas;
    good(db_begin(t->db, &t->err));
    good(area_put_padang(t->db, &areas, &t->err));
    good(db_commit(t->db, &t->err));
    good(synth_store(t->db, &(SynthOptions){ .seed = 9, .kab = KAB, .family_n = 60, .at = { 1000 } }, NULL, &made, &t->err));
}

static const char *file_put(DbTest *t, const char *text, size_t n) {
    const char *path = arena_fmt(&t->arena, "%s/harapan-%ld-%d-list.csv", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid(), (int)t->engine).p;
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(fwrite(text, 1, n, f) == n);
    fclose(f);
    return path;
}

static bool read_text(DbTest *t, const char *text, const char *reason, PaylistRead *out) {
    const char *path = file_put(t, text, strlen(text));
    t->err = (Err){ 0 };
    bool is_good = paylist_read(t->db, &t->arena, &OPERATOR, &(PaylistFile){ .kab = KAB, .stage = STR("2024-2"), .path = path, .reason = str_c(reason) }, NOON, NULL, out, &t->err);
    unlink(path);
    return is_good;
}

static bool has_finding(DbTest *t, int64_t id, int64_t row_n, const char *field, const char *code) {
    PaylistFinding *f;
    size_t n;
    good(paylist_findings(t->db, &t->arena, sight_of_program((Date){ 0 }), KAB, id, 0, 1000, &f, &n, &t->err));
    for (size_t i = 0; i < n; i++) if (f[i].row_n == row_n && str_eq(f[i].field, str_c(field)) && str_eq(f[i].code, str_c(code))) return true;
    return false;
}

static void dirty_files_are_told(DbTest *t) {
    make_city(t);
    PaylistRead r;
    // Titles above, the header again on the next page, a total that is right, a signature below; one bad row.
    good(read_text(t, "DATA PENYALURAN PKH;;;\nKOTA PADANG;;;\niddtks;nik_ktp;nama_penerima;nominal\nS9000001;;SITI;750.000\nS9000002;1,37E+15;RINA;225.000\n"
                   "iddtks;nik_ktp;nama_penerima;nominal\nS9000003;;WATI;525.000\nJUMLAH;;;1.500.000\n;;Padang, 3 Mei 2024;\n;;Kepala Dinas;\n", NULL, &r));
    assert_true(r.is_new_live && !r.list.is_alarming);
    assert_int_equal(r.list.row_n, 2);
    assert_int_equal(r.list.refused_n, 1);
    assert_int_equal(r.list.amount.rp, 1275000);
    assert_true(has_finding(t, r.list.id, 5, "nik_ktp", "scientific"));
    // A total that is not its sum: the file is in doubt and waits for a word.
    good(read_text(t, "iddtks,nama_penerima,gelombang,nominal\nS9000001,SITI,2,750000\nS9000002,RINA,2,225000\nTOTAL,,,9000000\n", NULL, &r));
    assert_true(!r.is_new_live && r.list.is_alarming && r.live_id == 0);
    assert_true(has_finding(t, r.list.id, 0, "berkas", "control_sum"));
    good(read_text(t, "iddtks,nama_penerima,gelombang,nominal\nS9000001,SITI,2,750000\nS9000002,RINA,2,225000\nTOTAL,,,9000000\n", "jumlah di berkas memang keliru", &r));
    assert_true(r.is_new_live && r.was_known);
    refused(paylist_drop(t->db, &OPERATOR, KAB, r.list.id, NOON, &t->err), CONFLICT);
    // Rounded numbers.
    Buf b = { .max = 1 << 20 };
    buf_c(&b, "nik_ktp;nama_penerima;gelombang;nominal\n");
    for (int i = 0; i < 60; i++) buf_fmt(&b, "137101%02d01909%02d0;NAMA %d;3;75000\n", 41 + i % 30, 10 + i % 80, i);
    good(read_text(t, arena_c(&t->arena, buf_view(&b)), NULL, &r));
    buf_free(&b);
    assert_true(!r.is_new_live && r.list.is_alarming && has_finding(t, r.list.id, 0, "berkas", "rounded"));
    good(paylist_drop(t->db, &OPERATOR, KAB, r.list.id, NOON, &t->err));
    // Nothing readable: never counts.
    good(read_text(t, "iddtks;nama_penerima;gelombang;nominal\nS9000001;SITI;4;x\n", "paksa", &r));
    assert_true(!r.is_new_live && r.list.row_n == 0);
    // No pay list at all, and a file of another kind.
    refused(read_text(t, "nama;umur\nSITI;30\n", NULL, &r), BAD_INPUT);
    refused(read_text(t, "nama_penerima;nominal\nSITI;30\n", NULL, &r), BAD_INPUT);
    refused(read_text(t, "%PDF-1.4 bukan tabel", NULL, &r), BAD_INPUT);
    static const char NUL[] = "iddtks;nama_penerima;nominal\nS1;SITI;1\nS2;RI\0NA;1\n";
    const char *path = file_put(t, NUL, sizeof NUL - 1);
    refused(paylist_read(t->db, &t->arena, &OPERATOR, &(PaylistFile){ .kab = KAB, .stage = STR("2024-2"), .path = path }, NOON, NULL, &r, &t->err), BAD_INPUT);
    unlink(path);
    good(read_text(t, "iddtks;nama_penerima;nominal\nS1;SITI;1\nS2;\"RINA;1\n", NULL, &r));      // a quotation mark that never closes
    assert_true(!r.is_new_live && r.list.row_n == 1 && r.list.refused_n == 1 && has_finding(t, r.list.id, 3, "baris", "unreadable"));
    Paylists lists;
    good(paylist_list(t->db, &t->arena, sight_of_program((Date){ 0 }), KAB, STR("2024-2"), &lists, &t->err));
    for (size_t i = 0; i < lists.n; i++) assert_true(lists.at[i].state != PAYLIST_READING);        // nothing is left half-read
}
DB_TEST(dirty_files_are_told)

static void keys_of_a_city(DbTest *t) {
    make_city(t);
    PaylistKeys *k;
    good(paylist_keys_open(t->db, KAB, &k, &t->err));
    int64_t none = INT64_MIN, claims[KEY_KINDS] = { none, none, none, none };
    assert_int_equal(paylist_match(k, claims).found, FOUND_STRANGER);
    claims[KEY_NIK] = paylist_key_claim(k, KEY_NIK, STR("1371010101019999"));
    assert_int_equal(paylist_match(k, claims).found, FOUND_STRANGER);
    assert_int_equal(paylist_key_claim(k, KEY_KK, STR("")), INT64_MIN);
    paylist_keys_close(k);
}
DB_TEST(keys_of_a_city)

static const struct CMUnitTest tests[] = { DB_TESTS(dirty_files_are_told), DB_TESTS(keys_of_a_city) };
TEST_MAIN(tests)
