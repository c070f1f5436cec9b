// dirty_test.c: dirty files as they really arrive, in both formats, each with the findings it must get and no others: row, field,
// code, ! for an error and ? for a warning. The numbers are those of the hazards that an importer has to know.
#include "db/db_test.h"
#include "files/workbook_test.h"
#include "base/lang.h"
#include "registry/dtks.h"
#include "registry/import.h"
#include "registry/pack.h"
#include "registry/registry_check.h"
#include "registry/synth_store.h"

#define KAB 1371
static const Instant AT = { 1711929600000 };

static const char *file_of(DbTest *t, const char *name) {
    return arena_fmt(&t->arena, "%s/harapan-%ld-%s", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid(), name).p;
}

static void bytes_put(const char *path, const char *p, size_t n) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_true(n == 0 || fwrite(p, n, 1, f) == 1);
    fclose(f);
}

// ---- a small good table --------------------------------------------------------------------------------------------------------
#define ROWS 4                                             // the header and three persons, of two families
static const char *const GOOD[ROWS][DTKS_DECILE] = {
    { "iddtks", "provinsi", "kabupaten_kota", "kecamatan", "desa_kelurahan", "alamat", "dusun", "rt", "rw", "nomor_kk", "nomor_nik", "nama", "tanggal_lahir", "tempat_lahir",
      "jenis_kelamin", "nama_ibu_kandung", "hubungan_keluarga" },
    { "F1", "SUMATERA BARAT", "KOTA PADANG", "PADANG UTARA", "LOLONG BELANTI", "Jl. Nuri 1", "", "001", "002", "1371040101100001", "1371044101900001", "SITI AMINAH", "01/01/1990",
      "PADANG", "P", "ROHANA", "KEPALA KELUARGA" },
    { "F1", "SUMATERA BARAT", "KOTA PADANG", "PADANG UTARA", "LOLONG BELANTI", "Jl. Nuri 1", "", "001", "002", "1371040101100001", "1371040101150002", "BUDI", "01/01/2015", "PADANG", "L",
      "SITI AMINAH", "ANAK" },
    { "F2", "SUMATERA BARAT", "KOTA PADANG", "PADANG UTARA", "LOLONG BELANTI", "Jl. Nuri 2", "", "001", "002", "1371040101100003", "1371044101900003", "ROHANI", "01/01/1990", "PADANG", "P",
      "NURMA", "KEPALA KELUARGA" },
};

typedef const char *Table[ROWS][DTKS_DECILE];

static void csv_table_put(const char *path, const Table table, char separator) {
    Buf b = { .max = 1 << 20 };
    for (int r = 0; r < ROWS; r++) for (int c = 0; c < DTKS_DECILE; c++) {
        buf_char(&b, '"');
        for (const char *p = table[r][c]; *p; p++) { if (*p == '"') buf_char(&b, '"'); buf_char(&b, *p); }
        buf_char(&b, '"');
        buf_char(&b, c + 1 < DTKS_DECILE ? separator : '\n');
    }
    bytes_put(path, b.p, b.n);
    buf_free(&b);
}

static void xml_put(Buf *b, const char *text) {
    for (; *text; text++) {
        if (*text == '&') buf_c(b, "&amp;"); else if (*text == '<') buf_c(b, "&lt;"); else if (*text == '>') buf_c(b, "&gt;"); else buf_char(b, *text);
    }
}

// A cell that begins with '<' stands there as it is, without the <c>: t="n"><v>5</v>.
static const char *xlsx_rows(Arena *a, const Table table) {
    Buf b = { .max = 1 << 20 };
    for (int r = 0; r < ROWS; r++) {
        buf_c(&b, "<row>");
        for (int c = 0; c < DTKS_DECILE; c++) {
            const char *cell = table[r][c];
            if (cell[0] == '\1') { buf_fmt(&b, "<c %s</c>", cell + 1); continue; }
            buf_c(&b, "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">");
            xml_put(&b, cell);
            buf_c(&b, "</t></is></c>");
        }
        buf_c(&b, "</row>");
    }
    const char *out = arena_str(a, buf_view(&b)).p;
    buf_free(&b);
    return out;
}

// ---- what was found ------------------------------------------------------------------------------------------------------------
static Str findings_text(DbTest *t, int64_t batch_id) {
    ImportFinding *list;
    size_t n;
    Buf b = { .max = 1 << 16 };
    check_ok(import_list_findings(t->db, &t->arena, KAB, batch_id, 100, &list, &n, &t->err), t->err);
    for (size_t i = 0; i < n; i++) {
        buf_fmt(&b, "%s%lld %.*s %.*s%s", i ? ", " : "", (long long)list[i].row_n, STR_ARG(list[i].field), STR_ARG(list[i].code), str_eq(list[i].level, STR("error")) ? "!" : "?");
        assert_true(list[i].text.n > 10);
    }
    Str text = arena_str(&t->arena, buf_view(&b));
    buf_free(&b);
    return text;
}

// Stages and says what was found; the words of the refusal when the file is no table.
static Str staged_text(DbTest *t, const char *path, ImportChoices choices) {
    ImportFile file = { .kab = KAB, .source = STR("DTKS"), .path = path, .choices = choices, .at = AT };
    ImportBatch batch;
    Err e = { 0 };
    if (!import_stage(t->db, &file, NULL, &batch, &e)) { assert_false(db_in_transaction(t->db)); return arena_str(&t->arena, str_c(e.text)); }
    ImportCounts counts;
    check_ok(import_preview(t->db, KAB, batch.id, NULL, &counts, &t->err), t->err);
    assert_true(counts.person_new_n + counts.row_rejected_n <= batch.row_n + 1);
    if (batch.has_counts) assert_memory_equal(&counts, &batch.counts, sizeof counts);
    return findings_text(t, batch.id);
}

static int wrong_n;                                        // all cases are tried before the test fails
static void check_found(const char *what, const char *format, Str found, const char *wanted) {
    if (str_eq(found, str_c(wanted))) return;
    print_error("%s, %s:\nfound  %.*s\nwanted %s\n", what, format, STR_ARG(found), wanted);
    wrong_n++;
}

// ---- one cell is wrong -----------------------------------------------------------------------------------------------------------
typedef struct { const char *what; int row; DtksColumn column; const char *cell, *found, *xlsx, *xlsx_found; } CellCase;
static const CellCase CELLS[] = {
    { "0 nothing", 1, DTKS_CODE, "F1", "", NULL, NULL },
    { "1 scientific NIK", 1, DTKS_NIK, "1,37104E+15", "2 nomor_nik scientific!", "\1><v>1.3710441019E+15</v>", "2 nomor_nik scientific!" },
    { "1 scientific KK", 3, DTKS_KK, "1.37E+15", "4 nomor_kk scientific!", NULL, NULL },
    { "2 30 a number where text belongs", 1, DTKS_NIK, "1371044101900001", "", "\1><v>1371044101900001</v>", "2 nomor_nik number!" },
    { "3 a fraction of zeros, as text", 1, DTKS_NIK, "1371044101900001.0", "", "\1><v>1371044101900001.0</v>", "2 nomor_nik number!" },
    { "3 beyond what is exact", 1, DTKS_NIK, "9171044101900001.0", "2 nomor_nik digits_lost!", NULL, NULL },
    { "4 a zero lost in front", 3, DTKS_KK, "371040101100003", "4 nomor_kk length!", NULL, NULL },
    { "4 RT without its zeros", 3, DTKS_RT, "1", "", "\1><v>1</v>", "" },
    { "5 an apostrophe", 1, DTKS_NIK, "'1371044101900001", "", NULL, NULL },
    { "5 a formula around it", 1, DTKS_NIK, "=\"1371044101900001\"", "", NULL, NULL },
    { "5 a curly apostrophe", 1, DTKS_NIK, "\u20191371044101900001", "", NULL, NULL },
    { "6 points between", 1, DTKS_NIK, "13.71.04.410190.0001", "", NULL, NULL },
    { "6 invisible blanks", 1, DTKS_NIK, "1371\u00A00441\u200B0190 0001", "", NULL, NULL },
    { "7 O for 0", 1, DTKS_NIK, "13710441O1900001", "2 nomor_nik digits!", NULL, NULL },
    { "7 l for 1", 3, DTKS_KK, "l371040101100003", "4 nomor_kk digits!", NULL, NULL },
    { "11 accents and apostrophes", 1, DTKS_NAME, "NUR\u2019AINI D\u00E9", "", NULL, NULL },
    { "12 mojibake", 1, DTKS_NAME, "NUR\u00E2\u20AC\u2122AINI", "2 nama encoding?", NULL, NULL },
    { "14 a line end inside", 1, DTKS_ADDRESS, "Jl. Nuri 1\nBelakang masjid", "", NULL, NULL },
    { "19 no name", 1, DTKS_NAME, "", "2 nama missing!", NULL, NULL },
    { "23 ISO", 1, DTKS_BORN_ON, "1990-01-01", "", "\1t=\"d\"><v>1990-01-01T00:00:00</v>", "" },
    { "23 in words", 1, DTKS_BORN_ON, "1 Januari 1990", "", "\1s=\"1\"><v>32874</v>", "" },
    { "23 in English words", 1, DTKS_BORN_ON, "01-Jan-1990", "", "\1s=\"3\"><v>32874.0</v>", "" },
    { "23 17 August 1945", 1, DTKS_BORN_ON, "17 August 1945", "2 nomor_nik birth?", NULL, NULL },
    { "23 17-Agu-45", 1, DTKS_BORN_ON, "17-Agu-45", "2 tanggal_lahir two_digit_year!", NULL, NULL },
    { "23 a day number", 1, DTKS_BORN_ON, "32874", "2 tanggal_lahir serial!", "\1><v>32874</v>", "2 tanggal_lahir serial!" },
    { "23 nothing but zeros", 1, DTKS_BORN_ON, "00/00/0000", "2 tanggal_lahir no_date!", NULL, NULL },
    { "23 31 February", 1, DTKS_BORN_ON, "31/02/1990", "2 tanggal_lahir no_date!", NULL, NULL },
    { "23 the day that only Excel knows", 1, DTKS_BORN_ON, "29/02/1900", "2 tanggal_lahir no_date!", "\1s=\"1\"><v>60</v>", "2 tanggal_lahir no_date!" },
    { "23 the future", 1, DTKS_BORN_ON, "02/04/2024", "2 tanggal_lahir future!", NULL, NULL },
    { "24 RT became a date", 1, DTKS_RT, "01-Feb", "2 rt became_date!", "\1s=\"1\"><v>45323</v>", "2 rt became_date!" },
    { "24 an address became a date", 1, DTKS_ADDRESS, "1/2", "", "\1s=\"1\"><v>45323</v>", "2 alamat became_date!" },
    { "25 1 for a man", 2, DTKS_SEX, "1", "", "\1><v>1</v>", "" },
    { "25 true is no sex", 2, DTKS_SEX, "TRUE", "3 jenis_kelamin unknown!", "\1t=\"b\"><v>1</v>", "3 jenis_kelamin boolean!" },
    { "25 NULL is nothing", 1, DTKS_MOTHER, "NULL", "", NULL, NULL },
    { "25 a dash is nothing", 1, DTKS_RT, "-", "", NULL, NULL },
    { "25 #N/A", 1, DTKS_NAME, "#N/A", "2 nama formula!", "\1t=\"e\"><v>#N/A</v>", "2 nama formula!" },
    { "25 #REF!", 1, DTKS_ADDRESS, "#REF!", "2 alamat formula!", "\1t=\"e\"><f>A1</f><v>#REF!</v>", "0 berkas formula_column?, 2 alamat formula!" },
    { "26 titles and blanks", 1, DTKS_NAME, "HJ.  SITI   AMINAH (ALM)", "", NULL, NULL },
    { "26 an apostrophe of the name", 1, DTKS_NAME, "'AISYAH", "", NULL, NULL },
    { "27 another birth date than the NIK", 1, DTKS_BORN_ON, "02/01/1990", "2 nomor_nik birth?", NULL, NULL },
    { "27 another sex than the NIK", 3, DTKS_SEX, "L", "4 nomor_nik sex?", NULL, NULL },
    { "27 issued elsewhere", 1, DTKS_NIK, "3171044101900001", "2 nomor_nik place?", NULL, NULL },
    { "27 month 13", 1, DTKS_NIK, "1371044113900001", "2 nomor_nik month!", NULL, NULL },
    { "28 the same NIK twice", 3, DTKS_NIK, "1371044101900001", "2 nomor_nik twice!, 4 nomor_nik twice!", NULL, NULL },
    { "28 one family in two villages", 2, DTKS_VILLAGE, "ALAI PARAK KOPI", "2 desa_kelurahan two_villages!, 3 desa_kelurahan two_villages!", NULL, NULL },
    { "28 one KK for two families", 3, DTKS_KK, "1371040101100001", "2 nomor_kk kk_twice?, 4 nomor_kk kk_twice?", NULL, NULL },
    { "29 a formula as a name", 1, DTKS_NAME, "=HYPERLINK(\"http://x\")", "2 nama formula!", "\1t=\"str\"><f>A1</f><v>SITI AMINAH</v>", "0 berkas formula_column?" },
    { "29 a command as a name", 1, DTKS_NAME, "+cmd|' /C calc'!A0", "2 nama formula!", NULL, NULL },
    { "29 a formula never computed", 1, DTKS_ADDRESS, "", "", "\1><f>A1</f>", "0 berkas formula_column?, 2 alamat formula_empty!" },
    { "29 a formula that was made harmless", 1, DTKS_NAME, "'=SUM(A1)", "", NULL, NULL },
    { "30 runs of one text", 1, DTKS_NAME, "SITI AMINAH", "", "\1t=\"inlineStr\"><is><r><t>SITI </t></r><r><t>AMINAH</t></r></is>", "" },
    { "30 a number styled as text", 1, DTKS_NIK, "1371044101900001", "", "\1s=\"2\"><v>1371044101900001</v>", "2 nomor_nik number!" },
    { "another village, nearly", 1, DTKS_VILLAGE, "LOLONG BELANTE", "2 desa_kelurahan near!", NULL, NULL },
    { "another district", 1, DTKS_DISTRICT, "KOTA PARIAMAN", "2 kabupaten_kota other_district!", NULL, NULL },
    { "a village of another kecamatan", 1, DTKS_KECAMATAN, "PADANG TIMUR", "2 desa_kelurahan other_kecamatan!", NULL, NULL },
};

static void cells_that_are_wrong_are_found(DbTest *t) {
    const char *csv = file_of(t, "dirty.csv"), *xlsx = file_of(t, "dirty.xlsx");
    lang_set(LANG_EN);
    for (size_t i = 0; i < sizeof CELLS / sizeof *CELLS; i++) {
        const CellCase *c = &CELLS[i];
        Table table;
        memcpy(table, GOOD, sizeof table);
        table[c->row][c->column] = c->cell;
        csv_table_put(csv, table, "|;,\t"[i % 4]);
        check_found(c->what, "CSV", staged_text(t, csv, (ImportChoices){ 0 }), c->found);
        if (c->xlsx) table[c->row][c->column] = c->xlsx;
        workbook_sheet_put(&t->arena, xlsx, (WorkbookSheet){ .rows = xlsx_rows(&t->arena, table) });
        check_found(c->what, "XLSX", staged_text(t, xlsx, (ImportChoices){ 0 }), c->xlsx_found ? c->xlsx_found : c->found);
    }
    unlink(csv);
    unlink(xlsx);
    assert_int_equal(wrong_n, 0);
}
DB_TEST(cells_that_are_wrong_are_found)

// ---- the file is odd ---------------------------------------------------------------------------------------------------------------
#define HEAD "iddtks;kabupaten_kota;kecamatan;desa_kelurahan;alamat;nomor_kk;nomor_nik;nama;tanggal_lahir;jenis_kelamin;hubungan_keluarga\n"
#define ONE "F1;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;1371040101100001;1371044101900001;SITI;01/01/1990;P;KEPALA KELUARGA\n"
#define TWO "F1;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;1371040101100001;1371040101150002;BUDI;01/01/2015;L;ANAK\n"
#define THREE "F2;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;1371040101100003;1371044101900003;ANI;01/01/1990;P;KEPALA KELUARGA\n"
#define NO_HEADER "No header found in the first 15 rows. Columns needed: iddtks, kabupaten" \
                  "_kota, kecamatan, desa_kelurahan, alamat, nomor_kk, nomor_nik, nama, tanggal_lahir, jenis_kelamin, hubungan_keluarga."
#define BYTES(literal) "" literal, sizeof(literal) - 1
typedef struct { const char *what, *bytes; size_t n; const ImportChoices *choices; const char *found, *name; } FileCase;
static const ImportChoices NONE = { .separator = 0 };
#define TEXT(literal) { literal, sizeof(literal) - 1 }
#define SAID(...) &(const ImportChoices){ __VA_ARGS__ }
static const HeaderChoice choice_places[] = { { STR("kabupaten_kota"), STR("Wilayah/kabupaten"), false }, { STR("kecamatan"), STR("Wilayah/kecamatan"), false },
                                              { STR("desa_kelurahan"), STR("Wilayah/kelurahan"), false }, { STR("tanggal_lahir"), STR("Lahir/tanggal lahir"), false } };
static const HeaderChoice choice_name[] = { { STR("nama"), STR("#8"), false } }, choice_chief[] = { { STR("nama"), STR("Yang Punya"), false } }, choice_code[] = { { STR("iddtks"), STR("-"), false } };
static const FileCase FILES[] = {
    { "nothing at all", BYTES(""), &NONE, NO_HEADER, NULL },
    { "8 sep line", BYTES("sep=;\r\n" HEAD ONE), &NONE, "", NULL },
    { "8 a separator that is said", BYTES(HEAD ONE), SAID(.separator = ','), NO_HEADER, NULL },
    { "11 a mark", BYTES("\xEF\xBB\xBF" HEAD ONE), &NONE, "", NULL },
    { "11 Windows-1252", BYTES(HEAD "F1;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;1371040101100001;1371044101900001;NUR\x92" "AINI;01/01/1990;P;KEPALA KELUARGA\n"), &NONE, "0 berkas encoding_1252?", NULL },
    { "12 mojibake, mended", BYTES(HEAD "F1;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;1371040101100001;1371044101900001;NUR\u00E2\u20AC\u2122AINI;01/01/1990;P;KEPALA KELUARGA\n"), SAID(.is_mending = true), "2 nama mended?", NULL },
    { "13 mixed line ends, none at the end, an end mark", BYTES(HEAD ONE "F1;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;1371040101100001;1371040101150002;BUDI;01/01/2015;L;ANAK\r" "F2;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;1371040101100003;1371044101900003;ANI;01/01/1990;P;KEPALA KELUARGA\x1A"), &NONE, "", NULL },
    { "13 a NUL", BYTES(HEAD ONE "F1;\0PADANG;\n"), &NONE, "Line 3, column 2 (byte 242 of the file): a NUL byte: this is not plain text. Save it again as \"CSV UTF-8\".", NULL },
    { "15 broken quotes", BYTES(HEAD "F1;PADANG;PADANG UTARA;LOLONG BELANTI;\"JL. \"MELATI\" NO 2\";1371040101100001;1371044101900001;SITI;01/01/1990;P;KEPALA KELUARGA\n" THREE), &NONE, "2 baris unreadable!", NULL },
    { "16 empty cells behind", BYTES(HEAD "F1;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;1371040101100001;1371044101900001;SITI;01/01/1990;P;KEPALA KELUARGA;;;;;\n"), &NONE, "", NULL },
    { "16 the end is missing", BYTES(HEAD "F1;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;1371040101100001;1371044101900001;SITI;01/01/1990\n" THREE), &NONE, "2 iddtks columns!, 2 hubungan_keluarga missing?, 2 jenis_kelamin missing?", NULL },
    { "16 a cell too many", BYTES(HEAD "F1;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri; 3;1371040101100001;1371044101900001;SITI;01/01/1990;P;KEPALA KELUARGA\n" THREE), &NONE, "2 iddtks columns!, 2 jenis_kelamin unknown!, 2 nomor_kk length!, 2 tanggal_lahir no_date!, 2 hubungan_keluarga unknown?", NULL },
    { "17 titles above, a header of two rows", BYTES("DINAS SOSIAL KOTA PADANG;;;;;;;;;;\n;;;;;;;;;;\nTahun 2024;;;;;;;;;;\niddtks;Wilayah;;;alamat;nomor_kk;nomor_nik;nama;Lahir;jenis_kelamin;hubungan_keluarga\n;kabupaten;kecamatan;kelurahan;;;;;tanggal lahir;;\n" ONE), SAID(.map = { choice_places, 4 }), "", NULL },
    { "17 the header in row 16", BYTES("1;x;;;;;;;;;\n2;x\n3;x\n4;x\n5;x\n6;x\n7;x\n8;x\n9;x\n10;x\n11;x\n12;x\n13;x\n14;x\n15;x\n" HEAD ONE), &NONE, NO_HEADER, NULL },
    { "18 other words for the columns", BYTES("ID DTKS;Nama Kab.;Nama Kec;Kel/Desa;Alamat Lengkap;No. KK;N I K;Nama Pengurus/Penerima;Tgl. Lahir;L/P;SHDK\n" ONE), &NONE, "", NULL },
    { "18 a word nobody knows", BYTES("iddtks;kabupaten_kota;kecamatan;desa_kelurahan;alamat;nomor_kk;nomor_nik;Yang Punya;tanggal_lahir;jenis_kelamin;hubungan_keluarga\n" ONE), &NONE, "The header in row 1 lacks: nama.", NULL },
    { "18 … is shown", BYTES("iddtks;kabupaten_kota;kecamatan;desa_kelurahan;alamat;nomor_kk;nomor_nik;Yang Punya;tanggal_lahir;jenis_kelamin;hubungan_keluarga\n" ONE), SAID(.map = { choice_chief, 1 }), "", NULL },
    { "18 … and remembered for the next file", BYTES("iddtks;kabupaten_kota;kecamatan;desa_kelurahan;alamat;nomor_kk;nomor_nik;yang punya;tanggal_lahir;jenis_kelamin;hubungan_keluarga\n" ONE TWO), &NONE, "", NULL },
    { "19 two columns of one name", BYTES("iddtks;kabupaten_kota;kecamatan;desa_kelurahan;alamat;nomor_kk;nomor_nik;NAMA;tanggal_lahir;jenis_kelamin;hubungan_keluarga;NAMA\n"
      "F1;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;1371040101100001;1371044101900001;SITI;01/01/1990;P;KEPALA KELUARGA;x\n"), &NONE, "Row 1: columns 8 and 12 are both named \"NAMA\". Rename one of them, or say which column is meant.", NULL },
    { "19 … and the one that is meant", BYTES("iddtks;kabupaten_kota;kecamatan;desa_kelurahan;alamat;nomor_kk;nomor_nik;NAMA;tanggal_lahir;jenis_kelamin;hubungan_keluarga;NAMA\n"
      "F1;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;1371040101100001;1371044101900001;SITI;01/01/1990;P;KEPALA KELUARGA;x\n"), SAID(.map = { choice_name, 1 }), "", NULL },
    { "19 two names of one meaning", BYTES("iddtks;kabupaten_kota;kecamatan;desa_kelurahan;alamat;nomor_kk;nomor_nik;nik;nama;tanggal_lahir;jenis_kelamin;hubungan_keluarga\n"), &NONE, "Row 1: columns 7 (\"nomor_nik\") and 8 (\"nik\") both mean \"nomor_nik\". Say which one is meant, or rename the other.", NULL },
    { "19 a column that is not there at all", BYTES("kabupaten_kota;kecamatan;desa_kelurahan;alamat;nomor_kk;nomor_nik;nama;tanggal_lahir;jenis_kelamin;hubungan_keluarga\n"
      "PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;1371040101100001;1371044101900001;SITI;01/01/1990;P;KEPALA KELUARGA\n"), SAID(.map = { choice_code, 1 }), "", NULL },
    { "19 … is not missed where it is", BYTES(HEAD "F9;PADANG;PADANG UTARA;LOLONG BELANTI;Jl. Nuri;;1371044101900001;SITI;01/01/1990;P;KEPALA KELUARGA\n"), &NONE, "2 nomor_kk missing?", NULL },
    { "20 totals that are right, the header again, signatures", BYTES(HEAD ONE TWO "JUMLAH;2 jiwa;;;;;;;;;\n" HEAD THREE "SUBTOTAL;1\nJUMLAH;3;;;;;;;;;\n;;;;;;;;Padang, 3 Mei 2024;;\n;;;;;;;;Kepala Dinas,;;\n;;;;;;;;NIP. 197001011990031001;;\n"), &NONE, "0 berkas footer?", NULL },
    { "20 35 a total that is not", BYTES(HEAD ONE TWO THREE "JUMLAH;5;;;;;;;;;\n"), &NONE, "5 berkas control_sum!", NULL },
    { "20 a total of families", BYTES(HEAD ONE TWO THREE "Jumlah KK;2;;;;;;;;;\n"), &NONE, "", NULL },
    { "21 blank rows between", BYTES(HEAD ONE "\n;;;;;;;;;;\n" THREE), &NONE, "", NULL },
    { "22 the village only in the first row", BYTES(HEAD ONE "F1;;;;Jl. Nuri;1371040101100001;1371040101150002;BUDI;01/01/2015;L;ANAK\n"), &NONE, "3 desa_kelurahan missing!, 3 kabupaten_kota missing!", NULL },
    { "22 … and declared so", BYTES(HEAD ONE "F1;;;;Jl. Nuri;1371040101100001;1371040101150002;BUDI;01/01/2015;L;ANAK\n"), SAID(.fills = TEXT("kabupaten_kota, kecamatan, desa_kelurahan")), "", NULL },
    { "22 … but another kecamatan begins", BYTES(HEAD ONE "F2;;PADANG TIMUR;;Jl. Nuri;1371040101100003;1371044101900003;ANI;01/01/1990;P;KEPALA KELUARGA\n"), SAID(.fills = TEXT("kabupaten_kota, kecamatan, desa_kelurahan")), "3 desa_kelurahan missing!", NULL },
    { "22 names are never filled down", BYTES(HEAD ONE), SAID(.fills = TEXT("nama")), "\"nama\" cannot be filled down; only places can: provinsi, kabupaten_kota, kecamatan, desa_kelurahan, dusun, rw, rt.", NULL },
    { "31 text that is called a workbook", BYTES(HEAD ONE), &NONE, "0 berkas wrong_name?", "laporan.xls" },
    { "31 a web page that is called a workbook", BYTES("<html><table><tr><td>iddtks</td></tr></table></html>"), &NONE, "This file is a web page, whatever its name says. Open it in a spreadsheet, save the table as .xlsx or CSV, and send that.", "laporan.xls" },
    { "31 a password", BYTES("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), &NONE, "This file is a damaged old Excel workbook, whatever its name says. Open it in a spreadsheet, save the table as .xlsx or CSV, and send that.", NULL },
};

static void files_that_are_odd_are_understood(DbTest *t) {
    const char *path = file_of(t, "odd.csv");
    lang_set(LANG_EN);
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        const FileCase *c = &FILES[i];
        const char *here = c->name ? file_of(t, c->name) : path;
        bytes_put(here, c->bytes, c->n);
        check_found(c->what, "CSV", staged_text(t, here, *c->choices), c->found);
        unlink(here);
    }
    assert_int_equal(wrong_n, 0);
}
DB_TEST(files_that_are_odd_are_understood)

static void utf16_is_read(DbTest *t) {
    const char *path = file_of(t, "utf16.csv");
    Buf b = { .max = 1 << 16 };
    buf_bytes(&b, "\xFF\xFE", 2);
    for (const char *p = HEAD ONE; *p; p++) { buf_char(&b, *p); buf_char(&b, 0); }
    bytes_put(path, b.p, b.n);
    check_found("11 UTF-16LE", "CSV", staged_text(t, path, (ImportChoices){ 0 }), "");
    buf_free(&b);
    unlink(path);
    assert_int_equal(wrong_n, 0);
}
DB_TEST(utf16_is_read)

static void workbooks_that_are_odd_are_understood(DbTest *t) {
    const char *xlsx = file_of(t, "odd.xlsx"), *csv = file_of(t, "really.csv");
    lang_set(LANG_EN);
    const char *rows = xlsx_rows(&t->arena, GOOD);
    const struct { const char *what; WorkbookSheet sheet; const ImportChoices *choices; const char *found; } CASES[] = {
        { "21 hidden rows, columns and a sheet, merged cells", { .before = "<cols><col min=\"7\" max=\"8\" hidden=\"1\"/></cols>",
          .rows = arena_fmt(&t->arena, "%s<row hidden=\"1\"><c r=\"B5\"><v>1</v></c></row>", rows).p, .after = "<mergeCells><mergeCell ref=\"E2:E3\"/></mergeCells>",
          .second = "<row><c><v>1</v></c></row>", .second_state = "hidden" }, &NONE,
          "0 berkas hidden_columns?, 0 berkas hidden_rows?, 0 berkas merged_cells?, 0 berkas other_sheets?, 5 desa_kelurahan missing!, 5 hubungan_keluarga missing?" },
        { "21 two sheets with data", { .rows = rows, .second = rows }, &NONE, "The workbook has several sheets with data: \"Data\", \"Lembar 2\". Say which one is meant." },
        { "21 … and the one that is meant", { .rows = "<row><c><v>1</v></c></row>", .second = rows }, SAID(.sheet = TEXT("Lembar 2")), "0 berkas other_sheets?" },
        { "23 the calendar of 1904", { .is_1904 = true, .rows = rows }, &NONE, "" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        workbook_sheet_put(&t->arena, xlsx, CASES[i].sheet);
        Str found = staged_text(t, xlsx, *CASES[i].choices);
        if (i == 0) { assert_true(str_starts(found, STR("0 berkas hidden_columns?, 0 berkas hidden_rows?, 0 berkas merged_cells?, 0 berkas other_sheets?, 5 "))); continue; }
        check_found(CASES[i].what, "XLSX", found, CASES[i].found);
    }
    workbook_sheet_put(&t->arena, csv, (WorkbookSheet){ .rows = rows });
    check_found("31 a workbook that is called CSV", "XLSX", staged_text(t, csv, (ImportChoices){ 0 }), "0 berkas wrong_name?");
    unlink(xlsx);
    unlink(csv);
    assert_int_equal(wrong_n, 0);
}
DB_TEST(workbooks_that_are_odd_are_understood)

static const struct CMUnitTest TESTS[] = {
    DB_TESTS(cells_that_are_wrong_are_found), DB_TESTS(files_that_are_odd_are_understood), DB_TESTS(utf16_is_read), DB_TESTS(workbooks_that_are_odd_are_understood),
};
TEST_MAIN(TESTS)
