// import_test.c: areas, invented families and imports in a database, on both engines: the same in as out, all or nothing, and
// killed at any step the work is finished by the next call.
#include "db/db_test.h"
#include "registry/area.h"
#include "registry/claim.h"
#include "registry/dtks.h"
#include "registry/import.h"
#include "registry/pack.h"
#include "registry/search_index.h"
#include "registry/registry_check.h"
#include "registry/synth_store.h"
#include <signal.h>
#include <sys/wait.h>

#define KAB 1371
static const Instant AT = { 1711929600000 };

static const char *temp_path(DbTest *t, const char *name) { return arena_fmt(&t->arena, "%s/harapan-%ld-%s",
                                                                             access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp",
                                                                                 (long)getpid(), name).p; }

static void file_put(const char *path, const char *text) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(fwrite(text, 1, strlen(text), f) == strlen(text));
    fclose(f);
}

static Str file_get(DbTest *t, const char *path) {
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    Buf b = { .max = BUF_MAX };
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_bytes(&b, part, n);
    fclose(f);
    Str text = arena_str(&t->arena, buf_view(&b));
    buf_free(&b);
    return text;
}

static ImportFile file_of(const char *path) { return (ImportFile){ .kab = KAB, .source = STR("DTKS"), .path = path, .at = AT }; }
static ImportApply apply_of(const ImportBatch *b) { return (ImportApply){ .kab = KAB, .batch_id = b->id, .channel = STR("POS"),
                                                                          .at = AT }; }

static ImportBatch staged(DbTest *t, const char *path) {
    ImportFile file = file_of(path);
    ImportBatch batch;
    check_ok(import_stage(t->db, &file, NULL, &batch, &t->err), t->err);
    return batch;
}

static void say_violation(void *context, Str text) { (void)context; print_error("%.*s\n", STR_ARG(text)); }
static void check_registry(DbTest *t) {
    Violations v = { say_violation, NULL, 0 };
    check_ok(registry_check(t->db, &v, NULL, &t->err), t->err);
    check_ok(pack_check(t->db, KAB, NULL, &t->err), t->err);
    check_ok(search_check(t->db, &v, NULL, &t->err), t->err);
    assert_int_equal(v.found_n, 0);
}

static ImportCounts applied(DbTest *t, const ImportBatch *batch) {
    ImportApply what = apply_of(batch);
    ImportCounts counts;
    check_ok(import_apply(t->db, &what, NULL, &counts, &t->err), t->err);
    check_registry(t);
    return counts;
}

static void exported(DbTest *t, const char *path) {
    int64_t row_n;
    check_ok(import_write_export(t->db, KAB, sight_of_program((Date){ 20000 }), path, &row_n, &t->err), t->err);
}

static SynthReport synth(DbTest *t, int64_t family_n) {
    SynthOptions options = { .seed = 5, .kab = KAB, .family_n = family_n, .at = AT };
    SynthReport report;
    check_ok(synth_store(t->db, &options, NULL, &report, &t->err), t->err);
    return report;
}

// ---- areas -----------------------------------------------------------------------------------------------------------
static void padang_is_carried(DbTest *t) {
    AreaImport r;
    Areas list;
    Area chain[4];
    size_t n;
    for (int time = 0; time < 2; time++) {
        check_ok(db_begin(t->db, &t->err) && area_put_padang(t->db, &r, &t->err) && db_commit(t->db, &t->err), t->err);
        assert_int_equal(r.new_n, time ? 0 : 117);
        assert_int_equal(r.same_n, time ? 117 : 0);
    }
    check_ok(area_list_level(t->db, &t->arena, KAB, AREA_KECAMATAN, &list, &t->err), t->err);
    assert_int_equal(list.n, 11);
    check_ok(area_list_level(t->db, &t->arena, KAB, AREA_VILLAGE, &list, &t->err), t->err);
    assert_int_equal(list.n, 104);
    check_ok(area_chain(t->db, &t->arena, 1371041005, chain, &n, &t->err), t->err);
    assert_int_equal(n, 4);
    check_str(chain[0].name, STR("Lolong Belanti"));
    check_str(chain[2].name, STR("Kota Padang"));
    check_str(chain[3].name, STR("Sumatera Barat"));
    check_str(chain[2].kind, STR("kota"));
}
DB_TEST(padang_is_carried)

static void areas_are_all_or_nothing(DbTest *t) {
    static const struct { const char *text, *says; } CASES[] = {
        { "code,name\n14,Riau\n14.01,Kabupaten Kampar\n14.02.01,Lost\n", "1402" }, { "code,name\n14,Riau\n14,Riau\n", "14" },
        { "code,name\n14,Riau\n1x.01,Kampar\n", "1x.01" }, { "code,name\n14,\"\"\n", "14" },
    };
    const char *path = temp_path(t, "areas.csv");
    AreaImport r;
    Area area;
    bool found;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Err e = { 0 };
        file_put(path, CASES[i].text);
        assert_false(area_import(t->db, &(AreaFiles){ &path, 1, 0, AT }, NULL, &r, &e));
        assert_int_equal(e.code, BAD_INPUT);
        if (!strstr(e.text, CASES[i].says) || !strstr(e.text, "areas.csv")) fail_msg("row %zu: %s", i, e.text);
        check_ok(area_read(t->db, &t->arena, 14, &area, &found, &t->err), t->err);
        assert_false(found);
    }
    file_put(path, "code,name\n14.01.01.2001,\"Soka\"\"an, I\"\n14.01.01,Bangkinang\n14.01,Kabupaten Kampar\n14,Riau\n");   // any order, real quoting
    check_ok(area_import(t->db, &(AreaFiles){ &path, 1, 0, AT }, NULL, &r, &t->err), t->err);
    assert_int_equal(r.new_n, 4);
    check_ok(area_read(t->db, &t->arena, 1401012001, &area, &found, &t->err), t->err);
    check_str(area.name, STR("Soka\"an, I"));
    check_str(area.kind, STR("desa"));
    file_put(path, "code,name\n14,Riau Raya\n");
    check_ok(area_import(t->db, &(AreaFiles){ &path, 1, 0, AT }, NULL, &r, &t->err), t->err);
    assert_int_equal(r.renamed_n, 1);
    synth(t, 20);                                          // areas alone do not make a database a real one
    unlink(path);
}
DB_TEST(areas_are_all_or_nothing)

// ---- invented families -----------------------------------------------------------------------------------------------
static void synth_is_stored_once(DbTest *t) {
    SynthReport first = synth(t, 600), second = synth(t, 600);
    assert_false(first.was_there);
    assert_true(second.was_there);
    assert_int_equal(first.family_n, 600);
    assert_int_equal(first.person_n, second.person_n);
    assert_int_equal(first.channel_n[SYNTH_BRI] + first.channel_n[SYNTH_POS], 600);
    SynthOptions other = { .seed = 6, .kab = KAB, .family_n = 600, .at = AT };
    SynthReport report;
    Err e = { 0 };
    assert_false(synth_store(t->db, &other, NULL, &report, &e));
    assert_int_equal(e.code, CONFLICT);
}
DB_TEST(synth_is_stored_once)

static void a_check_finds_what_is_wrong(DbTest *t) {
    Violations v = { NULL, NULL, 0 };
    synth(t, 30);
    check_registry(t);
    ClaimSorter *sorter;
    check_ok(claim_sorter_open(&sorter, &t->err) && claim_sorter_add(sorter, SECRET_NIK, 42, (ClaimHolder){ KAB, 1, 1 }, &t->err) && db_begin(t->db, &t->err) &&
             claim_sorter_write(sorter, t->db, NULL, &t->err) && db_commit(t->db, &t->err), t->err);
    claim_sorter_close(sorter);
    check_ok(registry_check(t->db, &v, NULL, &t->err), t->err);
    assert_int_equal(v.found_n, 1);                        // a claim of nobody's NIK
}
DB_TEST(a_check_finds_what_is_wrong)

// ---- the same in as out ----------------------------------------------------------------------------------------------
static void export_then_import_is_identity(DbTest *t) {
    const char *one = temp_path(t, "one.csv"), *two = temp_path(t, "two.csv");
    synth(t, 700);
    exported(t, one);
    ImportBatch batch = staged(t, one);
    assert_int_equal(batch.error_n + batch.warning_n, 0);
    ImportCounts counts = applied(t, &batch);              // into the registry it came from: nothing changes
    assert_int_equal(counts.family_same_n, 700);
    assert_int_equal(counts.family_new_n + counts.family_changed_n + counts.person_new_n + counts.person_changed_n + counts.row_rejected_n, 0);
    DbTest empty;
    assert_true(db_test_open(&empty, t->engine));
    batch = staged(&empty, one);                           // into an empty one: all of it
    counts = applied(&empty, &batch);
    assert_int_equal(counts.family_new_n, 700);
    assert_int_equal(counts.row_rejected_n, 0);
    exported(&empty, two);
    check_str(file_get(t, two), file_get(t, one));
    db_test_close(&empty);
    unlink(one);
    unlink(two);
}
DB_TEST(export_then_import_is_identity)

// The same list as a workbook and as text: read back, neither changes anything, and each makes the whole of an empty registry.
static void a_workbook_is_the_same_list(DbTest *t) {
    const char *text = temp_path(t, "list.csv"), *book = temp_path(t, "list.xlsx"), *back = temp_path(t, "list-back.csv");
    synth(t, 300);
    exported(t, text);
    exported(t, book);
    const char *both[] = { text, book };
    for (size_t i = 0; i < 2; i++) {
        ImportBatch batch = staged(t, both[i]);
        assert_int_equal(batch.error_n + batch.warning_n, 0);
        ImportCounts counts = applied(t, &batch);
        assert_int_equal(counts.family_same_n, 300);
        assert_int_equal(counts.family_new_n + counts.family_changed_n + counts.person_new_n + counts.person_changed_n + counts.row_rejected_n, 0);
    }
    exported(t, back);
    check_str(file_get(t, back), file_get(t, text));
    DbTest empty;
    assert_true(db_test_open(&empty, t->engine));
    ImportBatch batch = staged(&empty, book);
    assert_int_equal(batch.error_n + batch.warning_n, 0);
    assert_int_equal(applied(&empty, &batch).family_new_n, 300);
    exported(&empty, back);
    check_str(file_get(t, back), file_get(t, text));
    db_test_close(&empty);
    unlink(text);
    unlink(book);
    unlink(back);
}
DB_TEST(a_workbook_is_the_same_list)

static void a_file_is_applied_once(DbTest *t) {
    const char *path = temp_path(t, "once.csv");
    synth(t, 50);
    exported(t, path);
    ImportBatch batch = staged(t, path);
    applied(t, &batch);
    ImportBatch again = staged(t, path);
    assert_true(again.is_applied && again.was_known);
    assert_int_equal(again.id, batch.id);
    assert_int_equal(again.applied_at.ms, AT.ms);
    ImportApply what = apply_of(&again);
    ImportCounts counts;
    Err e = { 0 };
    assert_false(import_apply(t->db, &what, NULL, &counts, &e));
    assert_int_equal(e.code, CONFLICT);
    unlink(path);
}
DB_TEST(a_file_is_applied_once)

// ---- what is found among the rows ------------------------------------------------------------------------------------
#define HEAD "iddtks;provinsi;kabupaten_kota;kecamatan;desa_kelurahan;alamat;dusun;rt;rw;nomor_kk;nomor_nik;nama;tanggal_lahir;tempat_lahir;jenis_kelamin;nama_ibu_kandung;hubungan_keluarga\n"
#define AT_HOME ";SUMATERA BARAT;KOTA PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;;1;2;"
#define MOTHER(id, kk, serial) id AT_HOME kk ";137104410190" serial ";SITI;01/01/1990;Padang;P;ROHANA;KEPALA KELUARGA\n"

static void check_finding(DbTest *t, const ImportBatch *b, int64_t row_n, const char *field, const char *code) {
    ImportFinding *list;
    size_t n;
    check_ok(import_list_findings(t->db, &t->arena, KAB, b->id, 100, &list, &n, &t->err), t->err);
    for (size_t i = 0; i < n; i++)
        if (list[i].row_n == row_n && str_eq(list[i].field, str_c(field)) && str_eq(list[i].code, str_c(code))) return;
    for (size_t i = 0; i < n; i++)
        print_error("row %lld, %.*s, %.*s: %.*s\n", (long long)list[i].row_n, STR_ARG(list[i].field), STR_ARG(list[i].code),
                    STR_ARG(list[i].text));
    fail_msg("no finding %s %s in row %lld", field, code, (long long)row_n);
}

static void rows_are_seen_together(DbTest *t) {
    const char *path = temp_path(t, "dirty.csv"), *rejects = temp_path(t, "rejects.csv");
    file_put(path, "DATA TERPADU KESEJAHTERAAN SOSIAL\n" HEAD
             MOTHER("F1", "1371040101100001", "0001")                                                              // row 3: good
             "F1" AT_HOME "1371040101100001;1371040101150001;BUDI;01/01/2015;Padang;L;SITI;ANAK\n"                 // row 4: good
             MOTHER("F2", "1371040101100002", "0002")                                                              // row 5: the NIK of row 6
             MOTHER("F3", "1371040101100003", "0002")                                                              // row 6
             MOTHER("F4", "1371040101100004", "0004")                                                              // row 7: in another village than row 8
             "F4;;PADANG;PADANG UTARA;ALAI PARAK KOPI;Jl. X;;1;2;1371040101100004;1371040101150004;ANTON;01/01/2015;Padang;L;SITI;ANAK\n"
             "F5" AT_HOME "1371040101100005;1371040101150005;TONO;01/01/2015;Padang;L;SITI;ANAK\n"                 // row 9: no head
             MOTHER("F6", "1371040101100006", "0006") MOTHER("F6", "1371040101100007", "0007")                     // rows 10, 11: two heads, two cards
             "F7" AT_HOME "1371040101100008;1371044101900008;\"broken \" quote;01/01/1990;Padang;P;X;KEPALA KELUARGA\n"  // row 12
             "JUMLAH;10;;;;;;;;;;;;;;;\n");
    ImportBatch b = staged(t, path);
    check_finding(t, &b, 5, "nomor_nik", "twice");
    check_finding(t, &b, 6, "nomor_nik", "twice");
    check_finding(t, &b, 7, "desa_kelurahan", "two_villages");
    check_finding(t, &b, 8, "desa_kelurahan", "two_villages");
    check_finding(t, &b, 9, "hubungan_keluarga", "no_head");
    check_finding(t, &b, 10, "hubungan_keluarga", "two_heads");
    check_finding(t, &b, 11, "nomor_kk", "two_cards");
    check_finding(t, &b, 12, "baris", "unreadable");
    ImportCounts preview, counts;
    check_ok(import_preview(t->db, KAB, b.id, NULL, &preview, &t->err), t->err);
    int64_t reject_n;
    check_ok(import_write_rejects(t->db, KAB, b.id, path, rejects, &reject_n, &t->err), t->err);
    counts = applied(t, &b);
    assert_memory_equal(&preview, &counts, sizeof counts);
    assert_int_equal(counts.family_new_n, 3);              // F1, F5, F6
    assert_int_equal(counts.person_new_n, 5);
    assert_int_equal(counts.row_rejected_n, 5);
    assert_int_equal(reject_n, 4);                         // the unreadable row cannot be written as cells
    Str text = file_get(t, rejects);
    assert_true(str_contains(text, STR(";alasan\r\n")) && str_contains(text, STR(";'1371044101900002;")) &&
                !str_contains(text, STR("BUDI")));
    unlink(path);
    unlink(rejects);
}
DB_TEST(rows_are_seen_together)

static void refused_rows_come_back_mended(DbTest *t) {
    const char *path = temp_path(t, "bad.csv"), *rejects = temp_path(t, "back.csv");
    file_put(path, HEAD MOTHER("F1", "1371040101100001", "0001")
             "F1" AT_HOME "1371040101100001;1371040101150001;BUDI;31/02/2015;Padang;L;SITI;ANAK\n");
    ImportBatch b = staged(t, path);
    applied(t, &b);
    int64_t reject_n;
    check_ok(import_write_rejects(t->db, KAB, b.id, path, rejects, &reject_n, &t->err), t->err);
    assert_int_equal(reject_n, 1);
    char mended[4096];
    Str text = file_get(t, rejects);
    const char *bad = strstr(text.p, "31/02/2015");
    assert_non_null(bad);
    snprintf(mended, sizeof mended, "%.*s01/01/2015%s", (int)(bad - text.p), text.p, bad + 10);
    file_put(rejects, mended);
    b = staged(t, rejects);
    assert_int_equal(b.error_n, 0);
    ImportCounts counts = applied(t, &b);
    assert_int_equal(counts.family_changed_n, 1);
    assert_int_equal(counts.person_new_n, 1);
    unlink(path);
    unlink(rejects);
}
DB_TEST(refused_rows_come_back_mended)

// Writes the table of `from` once more as a workbook, as a person does who mends cells in it: what is `wrong` becomes `right`.
static void workbook_mended(DbTest *t, const char *from, const char *to, const char *wrong, const char *right) {
    TableReader *r;
    TableWriter *w;
    CsvHeader header;
    CsvRow row;
    bool has_row;
    TableColumn columns[40];
    check_ok(table_open_path(from, (TableOptions){ 0 }, &r, &t->err) && table_header_find(r, &t->arena, DTKS_COLUMNS, DTKS_COLUMNS_N, NULL, &header, &t->err), t->err);
    for (size_t i = 0; i < header.titles_n; i++) columns[i] = (TableColumn){ "", header.titles[i], TABLE_TEXT };
    TableWriteOptions options = { .format = TABLE_XLSX, .title = STR("DTKS"), .columns = columns, .column_n = header.titles_n };
    check_ok(table_open(&options, &w, &t->err), t->err);
    while (table_next(r, &row, &has_row, &t->err) && has_row) {
        for (size_t i = 0; i < header.titles_n; i++) table_put(w, str_eq(row.cells[i], str_c(wrong)) ? str_c(right) : row.cells[i]);
        check_ok(table_end_row(w, &t->err), t->err);
    }
    check_ok(t->err.code == ERR_NONE && table_finish_as(w, to, &t->err), t->err);
    table_close(r);
}

static void refused_rows_of_a_workbook_come_back_mended(DbTest *t) {
    const char *text = temp_path(t, "bad.csv"), *book = temp_path(t, "bad.xlsx"), *rejects = temp_path(t, "back.xlsx"), *mended = temp_path(t, "mended.xlsx");
    int64_t reject_n;
    file_put(text, HEAD MOTHER("F1", "1371040101100001", "0001")
             "F1" AT_HOME "1371040101100001;1371040101150001;BUDI;31/02/2015;Padang;L;SITI;ANAK\n"
             "F1" AT_HOME "1371040101100001;1371040101160001;TONI;17/08/2016;Padang;?;SITI;ANAK\n");
    workbook_mended(t, text, book, "", "");
    ImportBatch b = staged(t, book);
    assert_int_equal(b.error_n, 2);
    applied(t, &b);
    check_ok(import_write_rejects(t->db, KAB, b.id, book, rejects, &reject_n, &t->err), t->err);
    assert_int_equal(reject_n, 2);
    workbook_mended(t, rejects, mended, "31/02/2015", "01/01/2015");
    b = staged(t, mended);
    assert_int_equal(b.error_n, 1);                        // one is still wrong, the other goes in
    ImportCounts counts = applied(t, &b);
    assert_int_equal(counts.person_new_n, 1);
    check_ok(import_write_rejects(t->db, KAB, b.id, mended, rejects, &reject_n, &t->err), t->err);
    workbook_mended(t, rejects, mended, "?", "L");
    b = staged(t, mended);
    assert_int_equal(b.error_n, 0);
    assert_int_equal(applied(t, &b).person_new_n, 1);
    unlink(text);
    unlink(book);
    unlink(rejects);
    unlink(mended);
}
DB_TEST(refused_rows_of_a_workbook_come_back_mended)

static void changes_are_told_from_the_same(DbTest *t) {
    const char *path = temp_path(t, "change.csv");
    file_put(path, HEAD MOTHER("F1", "1371040101100001",
                               "0001") "F1" AT_HOME "1371040101100001;;BUDI;01/01/2015;Padang;L;SITI;ANAK\n" MOTHER("F2",
                                       "1371040101100002", "0002"));
    ImportBatch b = staged(t, path);
    applied(t, &b);
    file_put(path, HEAD "F1" AT_HOME "1371040101100001;1371044101900001;SITI AMINAH;01/01/1990;Padang;P;;KEPALA KELUARGA\n"      // another name; no mother's name: kept
             "F1" AT_HOME "1371040101100001;1371040101150001;BUDI;01/01/2015;Padang;L;SITI;ANAK\n"                               // his NIK is known now
             MOTHER("F2", "1371040101100002", "0002")                                                                            // as before
             MOTHER("F9", "1371040101100009", "0001"));                                                                          // somebody else's NIK: but row 2 has it too
    b = staged(t, path);
    check_finding(t, &b, 2, "nomor_nik", "twice");
    file_put(path, HEAD "F1" AT_HOME "1371040101100001;1371044101900001;SITI AMINAH;01/01/1990;Padang;P;;KEPALA KELUARGA\n"
             "F1" AT_HOME "1371040101100001;1371040101150001;BUDI;01/01/2015;Padang;L;SITI;ANAK\n" MOTHER("F2", "1371040101100002",
                     "0002"));
    b = staged(t, path);
    ImportCounts counts = applied(t, &b);
    assert_int_equal(counts.person_changed_n, 2);
    assert_int_equal(counts.person_same_n, 1);
    assert_int_equal(counts.family_changed_n, 1);
    assert_int_equal(counts.family_same_n, 1);
    file_put(path, HEAD MOTHER("F9", "1371040101100009", "0001"));
    b = staged(t, path);
    check_finding(t, &b, 2, "nomor_nik", "in_registry");
    file_put(path, HEAD "F1" AT_HOME "1371040101100001;1371040101150099;BUDI;01/01/2015;Padang;L;SITI;ANAK\n");
    b = staged(t, path);
    check_finding(t, &b, 2, "nomor_nik", "other_nik");
    exported(t, path);
    assert_true(str_contains(file_get(t, path), STR("|SITI AMINAH|1990-01-01|Padang|P|ROHANA|")));
    unlink(path);
}
DB_TEST(changes_are_told_from_the_same)

static void rounded_numbers_raise_an_alarm(DbTest *t) {
    const char *path = temp_path(t, "rounded.csv");
    Buf text = { .max = 1 << 20 };
    buf_c(&text, HEAD);
    for (int i = 1; i <= 60; i++)
        buf_fmt(&text, "R%d" AT_HOME "1371040101100%03d;137104410190%04d;SITI;01/01/1990;Padang;P;ROHANA;KEPALA KELUARGA\n", i, i,
                i <= 20 ? 10 * i : 1000 + i);
    file_put(path, (buf_char(&text, 0), text.p));
    buf_free(&text);
    ImportBatch b = staged(t, path);
    assert_true(b.has_alarm);
    check_finding(t, &b, 0, "berkas", "rounded");
    ImportApply what = apply_of(&b);
    ImportCounts counts;
    Err e = { 0 };
    assert_false(import_apply(t->db, &what, NULL, &counts, &e));
    assert_int_equal(e.code, CONFLICT);
    what.accepts_alarms = true;
    check_ok(import_apply(t->db, &what, NULL, &counts, &t->err), t->err);
    assert_int_equal(counts.family_new_n, 60);
    unlink(path);
}
DB_TEST(rounded_numbers_raise_an_alarm)

static void a_full_sheet_raises_an_alarm(DbTest *t) {
    const char *path = temp_path(t, "full.csv");
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(HEAD, f);
    for (int i = 2; i <= 65536; i++) fputs("A;;;;;;;;;;;;;;;;\n", f);      // as many rows as an .xls sheet holds
    fclose(f);
    ImportBatch b = staged(t, path);
    assert_true(b.has_alarm);
    check_finding(t, &b, 0, "berkas", "full_sheet");
    unlink(path);
}
DB_TEST(a_full_sheet_raises_an_alarm)

static void files_that_are_none_are_refused(DbTest *t) {
    static const char *const TEXTS[] = { "", "just one line\n", "nama;nik\nx;y\n", "iddtks;nama;nama\n1;2;3\n" };
    const char *path = temp_path(t, "none.csv");
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        Err e = { 0 };
        ImportFile file = file_of(path);
        ImportBatch b;
        file_put(path, TEXTS[i]);
        if (import_stage(t->db, &file, NULL, &b, &e)) fail_msg("row %zu", i);
        assert_int_equal(e.code, BAD_INPUT);
        assert_false(db_in_transaction(t->db));
    }
    unlink(path);
}
DB_TEST(files_that_are_none_are_refused)

// ---- killed ----------------------------------------------------------------------------------------------------------
typedef struct { Progress progress; int left; } Killer;
static void kill_when_due(Progress *p, const char *what, int64_t done_n, int64_t total_n) {
    (void)what; (void)done_n; (void)total_n;
    Killer *k = p->with;
    if (k->left-- == 0) raise(SIGKILL);
}

// Runs `work` in another process that dies at its n-th report; false when it came to its end before.
static bool dies_at(DbTest *t, int n, bool (*work)(Db *db, const char *path, Progress *p, Err *e), const char *path) {
    pid_t child = fork();
    if (child == 0) {
        Err e = { 0 };
        Db *db;
        Killer killer = { { kill_when_due, &killer }, n };
        bool is_good = db_open(t->url, (DbOptions){ 0 }, &db, &e) && work(db, path, &killer.progress, &e);
        if (!is_good) fprintf(stderr, "%s\n", e.text);
        _exit(is_good ? 0 : 1);
    }
    int status;
    assert_true(waitpid(child, &status, 0) == child);
    if (WIFEXITED(status)) assert_int_equal(WEXITSTATUS(status), 0);
    return WIFSIGNALED(status);
}

static bool work_stage(Db *db, const char *path, Progress *p, Err *e) {
    ImportFile file = file_of(path);
    ImportBatch batch;
    return import_stage(db, &file, p, &batch, e);
}
static bool work_apply(Db *db, const char *path, Progress *p, Err *e) {
    ImportFile file = file_of(path);
    ImportBatch batch;
    ImportCounts counts;
    if (!import_stage(db, &file, NULL, &batch, e)) return false;
    ImportApply what = apply_of(&batch);
    return import_apply(db, &what, p, &counts, e);
}
static bool work_synth(Db *db, const char *path, Progress *p, Err *e) {
    (void)path;
    SynthOptions options = { .seed = 5, .kab = KAB, .family_n = 1500, .at = AT };
    SynthReport report;
    return synth_store(db, &options, p, &report, e);
}

// `path`: text or a workbook.
static void killed_and_gone_on(DbTest *t, const char *path) {
    const char *list = temp_path(t, "kill-list.csv"), *out = temp_path(t, "kill-out.csv");
    DbTest source;
    assert_true(db_test_open(&source, t->engine));
    synth(&source, 2000);                                  // some 7,600 rows: four blocks
    exported(&source, path);
    exported(&source, list);
    db_test_close(&source);
    int n = 0;
    while (dies_at(t, n, work_stage, path)) n += 1 + n / 2;
    assert_true(n > 2);
    ImportBatch b = staged(t, path);
    assert_int_equal(b.error_n + b.warning_n, 0);
    ImportCounts preview, counts;
    check_ok(import_preview(t->db, KAB, b.id, NULL, &preview, &t->err), t->err);
    for (n = 0; dies_at(t, n, work_apply, path); n += 1 + n / 2) {    // nothing of it is there
        exported(t, out);
        assert_int_equal(file_get(t, out).n,
                         strlen("iddtks|provinsi|kabupaten_kota|kecamatan|desa_kelurahan|alamat|dusun|rt|rw|nomor_kk|nomor_nik|nama|tanggal_lahir|"
                                                    "tempat_lahir|jenis_kelamin|nama_ibu_kandung|hubungan_keluarga\r\n"));
        check_ok(import_preview(t->db, KAB, b.id, NULL, &counts, &t->err), t->err);
        assert_memory_equal(&preview, &counts, sizeof counts);
    }
    assert_true(n > 2);
    exported(t, out);
    check_str(file_get(t, out), file_get(t, list));
    check_registry(t);
    unlink(path);
    unlink(list);
    unlink(out);
}
static void killed_while_staging_goes_on(DbTest *t) { killed_and_gone_on(t, temp_path(t, "kill.csv")); }
DB_TEST(killed_while_staging_goes_on)
static void killed_in_a_workbook_goes_on(DbTest *t) { killed_and_gone_on(t, temp_path(t, "kill.xlsx")); }
DB_TEST(killed_in_a_workbook_goes_on)

static void killed_while_inventing_goes_on(DbTest *t) {
    const char *out = temp_path(t, "synth-one.csv"), *wanted = temp_path(t, "synth-two.csv");
    int n = 0;
    while (dies_at(t, n, work_synth, "")) n += 1 + n / 2;
    assert_true(n > 2);
    check_registry(t);
    exported(t, out);
    DbTest straight;
    assert_true(db_test_open(&straight, t->engine));
    synth(&straight, 1500);
    exported(&straight, wanted);
    check_str(file_get(t, out), file_get(t, wanted));
    db_test_close(&straight);
    unlink(out);
    unlink(wanted);
}
DB_TEST(killed_while_inventing_goes_on)

static const struct CMUnitTest TESTS[] = {
    DB_TESTS(padang_is_carried), DB_TESTS(areas_are_all_or_nothing), DB_TESTS(synth_is_stored_once),
    DB_TESTS(a_check_finds_what_is_wrong), DB_TESTS(export_then_import_is_identity),
    DB_TESTS(a_file_is_applied_once), DB_TESTS(rows_are_seen_together), DB_TESTS(refused_rows_come_back_mended),
    DB_TESTS(changes_are_told_from_the_same),
    DB_TESTS(rounded_numbers_raise_an_alarm), DB_TESTS(a_full_sheet_raises_an_alarm), DB_TESTS(files_that_are_none_are_refused),
    DB_TESTS(killed_while_staging_goes_on), DB_TESTS(killed_in_a_workbook_goes_on),
    DB_TESTS(a_workbook_is_the_same_list), DB_TESTS(refused_rows_of_a_workbook_come_back_mended),
    DB_TESTS(killed_while_inventing_goes_on),
};
TEST_MAIN(TESTS)
