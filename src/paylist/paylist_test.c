// paylist_test.c: dirty files as whole files, on both engines: what is wrong is told by row and field, nothing is half-done, and what
// was begun and broken off leaves nothing.
#include "db/db_test.h"
#include "paylist/paylist.h"
#include "paylist/paylist_key.h"
#include "paylist/paylist_mend.h"
#include "paylist/paylist_share.h"
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

// ---- refused rows, mended ------------------------------------------------------------------------------------------------
static Str text_of(DbTest *t, const char *path) {
    char *bytes = NEW(&t->arena, char, 1 << 16);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    size_t n = fread(bytes, 1, (1 << 16) - 1, f);
    fclose(f);
    return (Str){ bytes, n };
}

static Str replaced(DbTest *t, Str text, const char *wrong, const char *right) {
    const char *at = memmem(text.p, text.n, wrong, strlen(wrong));
    assert_non_null(at);
    size_t before_n = (size_t)(at - text.p);
    return arena_fmt(&t->arena, "%.*s%s%.*s", (int)before_n, text.p, right, (int)(text.n - before_n - strlen(wrong)), at + strlen(wrong));
}

static Paylist list_now(DbTest *t, int64_t id) {
    Paylist list;
    good(paylist_of(t->db, &t->arena, sight_of_program((Date){ 0 }), KAB, id, &list, &t->err));
    return list;
}

static bool mend_text(DbTest *t, int64_t id, Str text, PaylistMended *out) {
    const char *path = file_put(t, text.p, text.n);
    t->err = (Err){ 0 };
    bool is_good = paylist_mend(t->db, &t->arena, &OPERATOR, &(PaylistMend){ .kab = KAB, .list_id = id, .path = path }, NOON, out, &t->err);
    unlink(path);
    return is_good;
}

static void refused_rows_come_back_mended(DbTest *t) {
    make_city(t);
    PaylistRead r;
    PaylistMended m;
    Hash before, after;
    int64_t row_n;
    const char *text = "DATA PENYALURAN;;;;\nNomor;iddtks;nik_ktp;nama_penerima;Uang;alasan\n1;S9000001;;SITI;750.000;\n2;S9000002;1,37E+15;RINA;225.000;\n3;S9000003;;WATI;lima;exclude\n";
    const char *sent = file_put(t, text, strlen(text)), *path = arena_fmt(&t->arena, "%s-first.csv", sent).p, *rejects = arena_fmt(&t->arena, "%s-rejects.csv", sent).p;
    assert_int_equal(rename(sent, path), 0);
    PaylistFile file = { .kab = KAB, .stage = STR("2024-2"), .path = path, .map = { (HeaderChoice[]){ { STR("nominal"), STR("Uang"), false } }, 1 } };
    good(paylist_read(t->db, &t->arena, &OPERATOR, &file, NOON, NULL, &r, &t->err));
    assert_int_equal(r.list.row_n, 1);
    assert_int_equal(r.list.refused_n, 2);
    PaylistRefused refused_of = { t->db, sight_of_program((Date){ 0 }), KAB, r.list.id, path };
    good(paylist_write_rejects(&refused_of, rejects, &row_n, &t->err));
    assert_int_equal(row_n, 2);
    Str back = text_of(t, rejects);
    assert_true(str_contains(back, STR("baris;alasan_ditolak")) && str_contains(back, STR("nik_ktp: ")) && str_contains(back, STR("Uang: ")) && !str_contains(back, STR("SITI")));
    refused(paylist_accept(t->db, KAB, STR("2024-2"), &before, &t->err), CONFLICT);
    // One row is right now, the other still wrong: it stays refused, with its new reason.
    Str half = replaced(t, back, "1,37E+15", "");
    good(mend_text(t, r.list.id, half, &m));
    assert_true(m.row_n == 1 && m.refused_n == 1 && m.list.row_n == 2 && m.list.refused_n == 1 && m.list.amount.rp == 975000);
    good(mend_text(t, r.list.id, half, &m));                // the second click
    assert_true(m.was_known && list_now(t, r.list.id).row_n == 2);
    refused(mend_text(t, r.list.id, replaced(t, half, "225.000", "225000"), &m), BAD_INPUT);        // that row is in the list already
    assert_int_equal(list_now(t, r.list.id).amount.rp, 975000);
    good(paylist_write_rejects(&refused_of, rejects, &row_n, &t->err));
    assert_int_equal(row_n, 1);
    good(mend_text(t, r.list.id, replaced(t, text_of(t, rejects), "lima", "500.000"), &m));
    assert_true(m.row_n == 1 && m.list.refused_n == 0 && m.list.amount.rp == 1475000 && !has_finding(t, r.list.id, 5, "nominal", "no_amount"));
    good(paylist_accept(t->db, KAB, STR("2024-2"), &after, &t->err));
    assert_false(hash_eq(&before, &after));                // what mended a list is part of what is closed from
    refused(mend_text(t, r.list.id, replaced(t, back, ";4;", ";999;"), &m), BAD_INPUT);
    unlink(path);
    unlink(rejects);
}
DB_TEST(refused_rows_come_back_mended)

static void columns_are_remembered_for_their_source(DbTest *t) {
    make_city(t);
    PaylistRead r;
    const HeaderChoice shown = { STR("nominal"), STR("Uang"), false };
    for (int wave = 1; wave <= 3; wave++) {
        Str bytes = arena_fmt(&t->arena, "iddtks;nama_penerima;gelombang;Uang\nS9000001;SITI;%d;750.000\n", wave);
        const char *path = file_put(t, bytes.p, bytes.n);
        PaylistFile file = { .kab = KAB, .stage = STR("2024-2"), .path = path, .source = wave == 3 ? STR("bank") : STR("") };
        if (wave == 1) file.map = (HeaderMap){ &shown, 1 };
        t->err = (Err){ 0 };
        bool is_read = paylist_read(t->db, &t->arena, &OPERATOR, &file, NOON, NULL, &r, &t->err);
        assert_true(is_read == (wave < 3));                // the second file of the Ministry needs no word; another sender's does
        PaylistLook look;
        good(paylist_look(t->db, &t->arena, &file, &look, &t->err));
        assert_int_equal(look.titles.n, 4);
        check_str(look.column[PAYLIST_AMOUNT], wave < 3 ? STR("Uang") : STR(""));
        unlink(path);
    }
}
DB_TEST(columns_are_remembered_for_their_source)

// ---- several districts in one file -----------------------------------------------------------------------------------------
static const PaylistShare *share_of(const PaylistShares *shares, int64_t kab) {
    for (size_t i = 0; i < shares->n; i++) if (shares->at[i].kab == kab) return &shares->at[i];
    fail_msg("no share of %lld", (long long)kab);
    return NULL;
}

static void a_file_of_several_districts_is_split(DbTest *t) {
    make_city(t);
    static const char CODES[] = "kode,nama\n13,Sumatera Barat\n1372,Kota Solok\n1306,Kabupaten Agam\n137201,Lubuk Sikarah\n1372011001,Tanah Garam\n";
    const char *areas = file_put(t, CODES, sizeof CODES - 1);
    const char *copy = arena_fmt(&t->arena, "%s.areas", areas).p;
    assert_int_equal(rename(areas, copy), 0);
    AreaImport report;
    good(area_import(t->db, &(AreaFiles){ (const char *const[]){ copy }, 1, 1, NOON }, NULL, &report, &t->err));
    unlink(copy);
    const char *text = "iddtks;nama_penerima;nama_kab;kode_wilayah;nominal\nS9000001;SITI;KOTA PADANG;1371011001;750.000\nS9000002;RINA;KOTA SOLOK;;225.000\n"
                       "S9000003;WATI;;;100.000\nS9000004;ANI;;1371011001;rusak\nS9000005;TUTI;KAB. AGAM;;300.000\nS9000006;LINA;KOTA ENTAH;;50.000\nJUMLAH;;;;1.425.000\n";
    const char *path = file_put(t, text, strlen(text));
    PaylistFile file = { .usual_kab = KAB, .stage = STR("2024-2"), .path = path };
    PaylistShares shares;
    Viewer province = { .user_id = 2, .kab = 13, .role = ROLE_OPERATOR, .login = "provinsi" };
    good(paylist_read_shares(t->db, &t->arena, &OPERATOR, &file, NOON, NULL, &shares, &t->err));
    assert_int_equal(shares.n, 3);
    const PaylistShare *padang = share_of(&shares, KAB), *solok = share_of(&shares, 1372), *agam = share_of(&shares, 1306);
    assert_true(padang->is_read && padang->row_n == 2 && padang->read.list.row_n == 1 && padang->read.list.refused_n == 1 && padang->read.list.amount.rp == 750000);
    assert_true(!solok->is_read && solok->why_not.n && !agam->is_read);                               // outside the city's area, and said so
    if (authority_allows(&province, ACTION_IMPORT, 1372)) {
        good(paylist_read_shares(t->db, &t->arena, &province, &file, NOON, NULL, &shares, &t->err));
        padang = share_of(&shares, KAB), solok = share_of(&shares, 1372), agam = share_of(&shares, 1306);
        assert_true(padang->is_read && padang->read.was_known);
        assert_true(solok->is_read && solok->read.list.row_n == 2 && solok->read.list.amount.rp == 325000 && solok->read.list.refused_n == 0);
        assert_true(agam->is_read && agam->read.list.row_n == 1 && agam->read.list.refused_n == 1);   // a district nobody knows: refused by the row above
    }
    unlink(path);
}
DB_TEST(a_file_of_several_districts_is_split)

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

static const struct CMUnitTest tests[] = { DB_TESTS(dirty_files_are_told), DB_TESTS(keys_of_a_city), DB_TESTS(refused_rows_come_back_mended),
    DB_TESTS(columns_are_remembered_for_their_source), DB_TESTS(a_file_of_several_districts_is_split) };
TEST_MAIN(tests)
