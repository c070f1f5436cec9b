#include "paylist/paylist_row.h"
#include "base/lang.h"
#include "registry/dtks.h"
#include "registry/pack.h"

// The words above these columns in the lists that districts got. A new one is added here.
const CsvColumn PAYLIST_COLUMNS[PAYLIST_COLUMNS_N] = {
    [PAYLIST_CODE] = { "iddtks|id dtks|idbdt|idsemesta|id semesta|iddtsen|id dtsen|no dtks", false },
    [PAYLIST_KK] = { "nokk|no kk|nomor kk|nomor_kk|kk|no kartu keluarga", false },
    [PAYLIST_NIK] = { "nik_ktp|nik|nik ktp|no nik|nomor nik|no ktp|nik penerima|nik pengurus", false },
    [PAYLIST_NAME] = { "nama_penerima|nama penerima|nama|nama pengurus|nama kpm|nama pengurus/penerima|nama penerima manfaat", true },
    [PAYLIST_PROVINCE] = { "nama_prop|nama prop|nama prov|nama provinsi|provinsi|propinsi|prop", false },
    [PAYLIST_DISTRICT] = { "nama_kab|nama kab|nama kabupaten|nama kab/kota|kabupaten|kab/kota|kabupaten/kota|kab", false },
    [PAYLIST_KECAMATAN] = { "nama_kec|nama kec|nama kecamatan|kecamatan|kec", false },
    [PAYLIST_VILLAGE] = { "nama_kel|nama kel|nama kelurahan|nama desa|kelurahan|desa|desa/kelurahan|kelurahan/desa|kel", false },
    [PAYLIST_AREA] = { "kode_wilayah|kode wilayah|kode wil|kdwilayah|kode desa|kode kelurahan", false },
    [PAYLIST_PERIOD] = { "tahap|periode|tahap salur|tahap penyaluran", false },
    [PAYLIST_PROGRAMME] = { "bansos|jenis bansos|program|jenis bantuan", false },
    [PAYLIST_BANK] = { "bank|nama bank|bank salur|penyalur|lembaga penyalur|channel", false },
    [PAYLIST_ACCOUNT] = { "no_rekening|no rekening|nomor rekening|norek|no rek|rekening", false },
    [PAYLIST_ADDRESS] = { "alamat|alamat lengkap", false },
    [PAYLIST_RT] = { "no_rt|no rt|rt", false },
    [PAYLIST_RW] = { "no_rw|no rw|rw", false },
    [PAYLIST_HAMLET] = { "dusun|nama dusun|lingkungan", false },
    [PAYLIST_WAVE] = { "gelombang|gel|wave", false },
    [PAYLIST_AMOUNT] = { "nominal|jumlah bantuan|nilai bantuan|jumlah uang|nominal bantuan|nilai|jumlah rp|besaran", true },
    [PAYLIST_NOTE] = { "keterangan|ket|status|status salur|catatan|keterangan exclude|alasan", false },
};
#define NUMBERS (1u << PAYLIST_CODE | 1u << PAYLIST_KK | 1u << PAYLIST_NIK | 1u << PAYLIST_AREA | 1u << PAYLIST_ACCOUNT | 1u << PAYLIST_RT | 1u << PAYLIST_RW | \
                 1u << PAYLIST_WAVE | 1u << PAYLIST_AMOUNT)

typedef struct { CellReader cells; const PaylistPlace *place; } Reading;
#define REFUSE(r, column, code, ...) CELL_REFUSE(&(r)->cells, column, code, __VA_ARGS__)
#define DOUBT(r, column, code, ...) CELL_DOUBT(&(r)->cells, column, code, __VA_ARGS__)

// ---- periods, waves, banks ---------------------------------------------------------------------------------------------
static bool is_word_char(char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

static bool has_word(Str text, const char *word) {
    size_t n = strlen(word);
    for (size_t i = 0; i + n <= text.n; i++) if (str_eq_nocase(str_part(text, i, n), str_c(word))) return true;
    return false;
}

static int roman(Str word) {
    static const char *const ROMAN[] = { "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII" };
    for (int i = 0; i < 12; i++) if (str_eq_nocase(word, str_c(ROMAN[i]))) return i + 1;
    return 0;
}

void paylist_period_parse(Str text, int *stage_n, int *year) {
    *stage_n = *year = 0;
    for (size_t i = 0; i < text.n;) {
        if (!is_word_char(text.p[i])) { i++; continue; }
        size_t end = i;
        bool is_digits = text.p[i] >= '0' && text.p[i] <= '9';
        while (end < text.n && is_word_char(text.p[end]) && (text.p[end] >= '0' && text.p[end] <= '9') == is_digits) end++;        // TAHAP2: two words
        Str word = str_part(text, i, end - i);
        int64_t number = 0;
        if (is_digits && str_int64(word, &number) && number >= 2007 && number <= 2100) *year = (int)number;       // PKH is from 2007
        else if (is_digits && number >= 1 && number <= 12 && !*stage_n) *stage_n = (int)number;
        else if (!is_digits && !*stage_n) *stage_n = roman(word);
        i = end;
    }
}

bool paylist_channel_find(Str bank, Str *out) {
    static const struct { const char *word, *code; } WORDS[] = {   // the longer name before the shorter one that is in it
        { "SYARIAH INDONESIA", "BSI" }, { "RAKYAT INDONESIA", "BRI" }, { "NEGARA INDONESIA", "BNI" }, { "TABUNGAN NEGARA", "BTN" },
        { "MANDIRI", "MANDIRI" }, { "POS", "POS" }, { "BRI", "BRI" }, { "BNI", "BNI" }, { "BTN", "BTN" }, { "BSI", "BSI" },
    };
    char upper[64] = "";
    size_t n = 0;
    for (size_t i = 0; i < bank.n && n < sizeof upper - 1; i++) upper[n++] = bank.p[i] >= 'a' && bank.p[i] <= 'z' ? (char)(bank.p[i] - 32) : bank.p[i];
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_contains((Str){ upper, n }, str_c(WORDS[i].word))) { *out = str_c(WORDS[i].code); return true; }
    return false;
}

static void period_read(Reading *r, PaylistRow *out) {
    int stage_n, year;
    Str rest = r->place->stage, head = str_cut(&rest, '-');
    int64_t wanted_year = 0, wanted_n = 0;
    out->period = cell_text(&r->cells, PAYLIST_PERIOD);
    paylist_period_parse(out->period, &stage_n, &year);
    if (!str_int64(head, &wanted_year) || !str_int64(rest, &wanted_n)) return;         // a stage that is no number is judged by no one
    out->is_old_period = (stage_n && stage_n != wanted_n) || (year && year != wanted_year);
    if (out->is_old_period)
        DOUBT(r, PAYLIST_PERIOD, "other_period", N_("\"%.*s\" is another stage than %.*s. The row is kept and counted apart."), STR_ARG(out->period), STR_ARG(r->place->stage));
}

static void wave_read(Reading *r, PaylistRow *out) {
    Str cell = cell_read(&r->cells, PAYLIST_WAVE);
    int number, year;
    if (cell.n == 0) return;
    paylist_period_parse(cell, &number, &year);
    if (number == 0) REFUSE(r, PAYLIST_WAVE, "no_wave", N_("\"%.*s\" is no number of a wave (gelombang): 1, 2 …"), STR_ARG(cell));
    else if (r->place->wave_n && number != r->place->wave_n)
        REFUSE(r, PAYLIST_WAVE, "other_wave", N_("The row is of wave %lld, the list of wave %lld. Send each wave as a file of its own."), (long long)number, (long long)r->place->wave_n);
    out->wave_n = number;
}

static void programme_read(Reading *r) {
    Str cell = cell_read(&r->cells, PAYLIST_PROGRAMME);
    if (cell.n && !has_word(cell, "PKH"))
        REFUSE(r, PAYLIST_PROGRAMME, "other_programme", N_("\"%.*s\" is another programme than PKH."), STR_ARG(cell));
}

static void bank_read(Reading *r, PaylistRow *out) {
    Str cell = cell_read(&r->cells, PAYLIST_BANK);
    if (cell.n && !paylist_channel_find(cell, &out->channel))
        REFUSE(r, PAYLIST_BANK, "unknown", N_("\"%.*s\" is no bank that pays PKH, and not the post."), STR_ARG(cell));
}

// ---- money -------------------------------------------------------------------------------------------------------------
#define AMOUNT_RP_MAX INT64_C(1000000000)      // a family's stage is a few million; more is two cells run together
static bool is_negative(Str s) { return s.n > 1 && (s.p[0] == '-' || s.p[0] == '('); }

static void amount_read(Reading *r, PaylistRow *out) {
    Str cell = cell_read(&r->cells, PAYLIST_AMOUNT);
    bool is_number = value_kind(csv_mark(r->cells.header, r->cells.row, PAYLIST_AMOUNT)) == VALUE_NUMBER;
    if (cell_is_refused(&r->cells, PAYLIST_AMOUNT)) return;
    if (cell.n == 0) REFUSE(r, PAYLIST_AMOUNT, "missing", N_("The amount is missing. Write 0 where nothing is paid."));
    else if (is_negative(cell)) REFUSE(r, PAYLIST_AMOUNT, "negative", N_("\"%.*s\" is less than nothing. A pay list takes no money back."), STR_ARG(cell));
    else if (is_number ? !str_int64(cell, &out->amount.rp) : !rupiah_parse(cell, &out->amount))
        REFUSE(r, PAYLIST_AMOUNT, "no_amount", N_("\"%.*s\" is no amount in whole rupiah. Write 1500000 or 1.500.000; a comma parts no thousands."), STR_ARG(cell));
    else if (out->amount.rp < 0 || out->amount.rp > AMOUNT_RP_MAX)
        REFUSE(r, PAYLIST_AMOUNT, "too_much", N_("\"%.*s\" is more than any family is paid in a stage. Look for cells that ran together."), STR_ARG(cell));
}

// ---- places ------------------------------------------------------------------------------------------------------------
static int64_t village_by_code(const PaylistPlace *p, int64_t id) {
    for (size_t i = 0; i < p->villages.n; i++) if (p->villages.at[i].id == id) return id;
    return 0;
}

static int64_t village_by_name(Reading *r, Str kecamatan, Str village) {
    const PaylistPlace *p = r->place;
    Str key = dtks_place_key(r->cells.a, village), above = dtks_place_key(r->cells.a, kecamatan);
    int64_t kecamatan_id = 0, found = 0;
    for (size_t i = 0; above.n && i < p->kecamatan.n; i++) if (str_eq(dtks_place_key(r->cells.a, p->kecamatan.at[i].name), above)) kecamatan_id = p->kecamatan.at[i].id;
    for (size_t i = 0; key.n && i < p->villages.n; i++) {
        if (!str_eq(dtks_place_key(r->cells.a, p->villages.at[i].name), key) || (kecamatan_id && area_parent_of(p->villages.at[i].id) != kecamatan_id)) continue;
        if (found) return 0;                               // two of that name: not told apart without the kecamatan
        found = p->villages.at[i].id;
    }
    return found;
}

static void village_read(Reading *r, PaylistRow *out) {
    const PaylistPlace *p = r->place;
    Str code = cell_read(&r->cells, PAYLIST_AREA), district = cell_read(&r->cells, PAYLIST_DISTRICT);
    Str kecamatan = cell_read(&r->cells, PAYLIST_KECAMATAN), village = cell_read(&r->cells, PAYLIST_VILLAGE);
    int64_t id = 0;
    AreaLevel level = 0;
    bool is_code = code.n && area_code_parse(code, &id, &level);
    int64_t kab = !is_code ? 0 : level == AREA_VILLAGE ? id / 1000000 : level == AREA_KECAMATAN ? id / 100 : level == AREA_DISTRICT ? id : 0;
    if (kab && kab != p->district.id)
        REFUSE(r, PAYLIST_AREA, "other_district", N_("%.*s lies in another district than %.*s. Each district reads its own list."), STR_ARG(code), STR_ARG(p->district.name));
    else if (!kab && district.n && !str_eq(dtks_place_key(r->cells.a, district), dtks_place_key(r->cells.a, p->district.name)))
        REFUSE(r, PAYLIST_DISTRICT, "other_district", N_("%.*s lies in another district than %.*s. Each district reads its own list."), STR_ARG(district), STR_ARG(p->district.name));
    out->village_id = level == AREA_VILLAGE && kab ? village_by_code(p, id) : 0;
    if (!out->village_id && village.n) out->village_id = village_by_name(r, kecamatan, village);
    if (!out->village_id && (code.n || village.n))
        DOUBT(r, PAYLIST_VILLAGE, "unknown", N_("The kelurahan \"%.*s\" is not known here. The row is matched all the same."), STR_ARG(village.n ? village : code));
}

// ---- a row -------------------------------------------------------------------------------------------------------------
static IdentityFault account_check(Str s) { return s.n > 0 && !str_is_digits(s) ? IDENTITY_DIGITS : s.n < 8 || s.n > 20 ? IDENTITY_LENGTH : IDENTITY_OK; }

void paylist_row_read(const PaylistPlace *place, const CsvHeader *header, const CsvRow *row, Arena *a, PaylistRow *out, CellFindings *f) {
    Reading r = { { PAYLIST_COLUMNS, NUMBERS, 0, header, row, false, a, f }, place };
    CellReader *cells = &r.cells;
    f->n = f->error_n = 0;
    f->unwrapped_n = f->separated_n = 0;
    *out = (PaylistRow){ .amount = { 0 } };
    if (row->fit != CSV_ROW_FITS)
        REFUSE(&r, PAYLIST_CODE, "columns", N_("The row has %lld cells, the header %lld. Look for a separator too many or a missing quotation mark."),
               (long long)row->found_n, (long long)header->titles_n);
    out->code = cell_code(cells, PAYLIST_CODE);
    out->kk = cell_identity(cells, PAYLIST_KK, kk_check);
    out->nik = cell_identity(cells, PAYLIST_NIK, nik_check);
    out->account = cell_identity(cells, PAYLIST_ACCOUNT, account_check);
    out->name = cell_text(cells, PAYLIST_NAME);
    out->address = cell_text(cells, PAYLIST_ADDRESS);
    out->note = cell_text(cells, PAYLIST_NOTE);
    out->is_excluded = has_word(out->note, "exclude");
    programme_read(&r);
    village_read(&r, out);
    period_read(&r, out);
    wave_read(&r, out);
    bank_read(&r, out);
    amount_read(&r, out);
    if (out->name.n == 0 && !cell_is_refused(cells, PAYLIST_NAME)) REFUSE(&r, PAYLIST_NAME, "missing", N_("The name is missing."));
    bool is_bad = cell_is_refused(cells, PAYLIST_CODE) || cell_is_refused(cells, PAYLIST_KK) || cell_is_refused(cells, PAYLIST_NIK) || cell_is_refused(cells, PAYLIST_ACCOUNT);
    if (!out->code.n && !out->nik.n && !out->kk.n && !out->account.n && !is_bad)
        DOUBT(&r, PAYLIST_NIK, "no_key", N_("Neither iddtks nor NIK, KK or account says whom the row means. It goes to the tray."));
}

#define FOOTER_CELLS 3                 // a signature block has a place, a date, an office, a name: seldom more than two beside each other
bool paylist_row_is_footer(const CsvHeader *header, const CsvRow *row) {
    size_t filled_n = 0;
    for (size_t i = 0; i < row->n; i++) filled_n += cell_trim(row->cells[i]).n > 0;
    bool has_key = cell_trim(csv_cell(header, row, PAYLIST_NIK)).n >= 15 || cell_trim(csv_cell(header, row, PAYLIST_KK)).n >= 15 || cell_trim(csv_cell(header, row, PAYLIST_CODE)).n > 0;
    return filled_n > 0 && filled_n <= FOOTER_CELLS && !has_key && cell_trim(csv_cell(header, row, PAYLIST_AMOUNT)).n == 0;
}
