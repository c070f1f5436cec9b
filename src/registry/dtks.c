#include "registry/dtks.h"
#include "registry/name_words.h"
#include "base/lang.h"
#include <stdlib.h>

// The words that offices, exports and applications write above these columns. A new one is added here.
const CsvColumn DTKS_COLUMNS[DTKS_COLUMNS_N] = {
    [DTKS_CODE] = { "iddtks|id dtks|idbdt|id bdt|id semesta|idsemesta|id dtsen|iddtsen|id keluarga|idkeluarga|id rumah tangga|idjtg|id pkm|no dtks|nomor dtks", true },
    [DTKS_PROVINCE] = { "provinsi|propinsi|prov|nama prop|nama prov|nama provinsi|nama propinsi|nmprop", false },
    [DTKS_DISTRICT] = { "kabupaten_kota|kabupaten/kota|kab/kota|kabkota|kabupaten kota|kabupaten|kota|nama kab|nama kabupaten|nama kab/kota|nama kabupaten/kota|nmkab", true },
    [DTKS_KECAMATAN] = { "kecamatan|kec|nama kec|nama kecamatan|distrik|nmkec", true },
    [DTKS_VILLAGE] = { "desa_kelurahan|desa/kelurahan|kelurahan/desa|kelurahan|desa|kel/desa|desa/kel|kel|nama kel|nama kelurahan|nama desa|nama desa/kelurahan|nama kelurahan/desa|nagari|gampong|kampung|nmdesa", true },
    [DTKS_ADDRESS] = { "alamat|alamat lengkap|alamat rumah|alamat tinggal|alamat domisili|alamat ktp|jalan", true },
    [DTKS_HAMLET] = { "dusun|nama dusun|lingkungan|dusun/lingkungan|jorong|dukuh|banjar|lorong", false },
    [DTKS_RT] = { "rt|no rt|nomor rt", false },
    [DTKS_RW] = { "rw|no rw|nomor rw", false },
    [DTKS_KK] = { "nomor_kk|no kk|nokk|kk|nomor kartu keluarga|no kartu keluarga|nokartukeluarga|kartu keluarga|nomor kk kepala keluarga", true },
    [DTKS_NIK] = { "nomor_nik|nik|no nik|no ktp|nik ktp|nomor ktp|nomor induk kependudukan|noktp|nik/no ktp|nik art", true },
    [DTKS_NAME] = { "nama|nama lengkap|nama penerima|nama pengurus|nama pengurus/penerima|nama penerima manfaat|nama kpm|nama art|nama anggota keluarga|nama anggota rumah tangga|nama penduduk", true },
    [DTKS_BORN_ON] = { "tanggal_lahir|tgl lahir|tanggal lahir|tgllahir|tgl lhr|tanggal kelahiran", true },
    [DTKS_BIRTH_PLACE] = { "tempat_lahir|tmp lahir|tempat lahir|tmplahir|tempat kelahiran|kota lahir", false },
    [DTKS_SEX] = { "jenis_kelamin|jk|l/p|kelamin|jenis kelamin|sex|gender|jenkel|jns kelamin", true },
    [DTKS_MOTHER] = { "nama_ibu_kandung|nama ibu|ibu kandung|nama gadis ibu kandung|nama lengkap ibu|nmibu", false },
    [DTKS_RELATION] = { "hubungan_keluarga|hub keluarga|shdk|hubungan|hubungan dalam keluarga|status hubungan dalam keluarga|status hubungan keluarga|hub krt|hubungan dengan krt|hubungan dengan kepala keluarga|hub kepala keluarga|status keluarga", true },
    [DTKS_DECILE] = { "desil|desil nasional|desil kesejahteraan|peringkat desil|kelas desil|desil keluarga|desil dtsen", false },
    [DTKS_LIFE] = { "status_hidup|keterangan meninggal|ket meninggal|status meninggal|status kependudukan|status penduduk|keterangan hidup", false },
};

Str dtks_column_name(DtksColumn column) {
    Str names = str_c(DTKS_COLUMNS[column].names);
    return str_cut(&names, '|');
}

#define DTKS_NUMBERS (1u << DTKS_KK | 1u << DTKS_NIK | 1u << DTKS_RT | 1u << DTKS_RW | 1u << DTKS_CODE)
// Everything one row's cells are read with.
typedef struct { CellReader cells; const DtksPlaces *places; DtksHow how; const CsvHeader *header; const CsvRow *row; Arena *a; DtksFindings *f; } Reading;
#define REFUSE(r, column, code, ...) CELL_REFUSE(&(r)->cells, column, code, __VA_ARGS__)
#define DOUBT(r, column, code, ...) CELL_DOUBT(&(r)->cells, column, code, __VA_ARGS__)

// ---- days --------------------------------------------------------------------------------------------------------------
static bool has_two_digit_year(Str s) {
    size_t n = 0;
    while (n < s.n && s.p[s.n - 1 - n] >= '0' && s.p[s.n - 1 - n] <= '9') n++;
    bool begins_with_year = s.n > 4 && str_is_digits(str_part(s, 0, 4));
    return n == 2 && s.n > n && !begins_with_year && strchr("/-. '", s.p[s.n - 1 - n]);
}

static Date born_on_read(Reading *r) {
    Str cell = cell_read(&r->cells, DTKS_BORN_ON);
    static const Str MIDNIGHTS[] = { STR(" 00:00:00"), STR("T00:00:00"), STR(" 00:00"), STR("T00:00:00Z") };
    for (size_t i = 0; i < sizeof MIDNIGHTS / sizeof *MIDNIGHTS; i++)
        if (str_ends(cell, MIDNIGHTS[i])) { cell.n -= MIDNIGHTS[i].n; break; }
    Date born_on;
    if (cell_is_refused(&r->cells, DTKS_BORN_ON)) return DATE_NONE;
    if (cell.n == 0) {
        DOUBT(r, DTKS_BORN_ON, "missing", N_("The birth date is missing. Until it is known the person counts for no age."));
        return DATE_NONE;
    }
    if (date_parse_local(cell, &born_on)) {
        if (born_on.days > r->how.today.days) {
            REFUSE(r, DTKS_BORN_ON, "future", N_("\"%.*s\" lies in the future."), STR_ARG(cell));
            return DATE_NONE;
        }
        if (born_on.days < date_add_months(r->how.today, -12 * 115).days)
            DOUBT(r, DTKS_BORN_ON, "very_old", N_("Born on \"%.*s\": older than 115 years."), STR_ARG(cell));
        return born_on;
    }
    if (str_is_digits(cell) && cell.n <= 5)
        REFUSE(r, DTKS_BORN_ON, "serial", N_("\"%.*s\" is a spreadsheet's day number. Format the column as a date and export again."),
               STR_ARG(cell));
    else if (has_two_digit_year(cell))
        REFUSE(r, DTKS_BORN_ON, "two_digit_year",
               N_("\"%.*s\" has a year of two digits; the century must not be guessed. Write four digits."), STR_ARG(cell));
    else
        REFUSE(r, DTKS_BORN_ON, "no_date", N_("\"%.*s\" is no date. Write day, month and year: 17/08/1945 or 17 Agustus 1945."),
               STR_ARG(cell));
    return DATE_NONE;
}

static Str rt_read(Reading *r, DtksColumn column) {
    Str cell = cell_read(&r->cells, column);
    char out[4];
    if (rt_parse(cell, out)) return arena_str(r->a, str_c(out));
    Date day;
    bool is_day = date_parse_local(cell, &day) || str_contains(cell, STR("-"));
    if (is_day)
        REFUSE(r, column, "became_date",
               N_("\"%.*s\" was turned into a date by a spreadsheet. Write RT and RW as text, each in its column."), STR_ARG(cell));
    else REFUSE(r, column, "no_rt", N_("\"%.*s\" is no number of one to three digits."), STR_ARG(cell));
    return (Str){ 0 };
}

// ---- closed lists ------------------------------------------------------------------------------------------------------
typedef struct { const char *word; int value; } Word;

Str dtks_sex_text(Sex sex) { return sex == SEX_MALE ? STR("L") : sex == SEX_FEMALE ? STR("P") : (Str){ 0 }; }

static Sex sex_read(Reading *r) {
    static const Word WORDS[] = {
        { "L", SEX_MALE }, { "LK", SEX_MALE }, { "LAKI-LAKI", SEX_MALE }, { "LAKI LAKI", SEX_MALE }, { "LAKI", SEX_MALE },
        { "PRIA", SEX_MALE }, { "1", SEX_MALE },
        { "P", SEX_FEMALE }, { "PR", SEX_FEMALE }, { "PEREMPUAN", SEX_FEMALE }, { "WANITA", SEX_FEMALE }, { "2", SEX_FEMALE },
    };
    Str cell = cell_read(&r->cells, DTKS_SEX);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) if (str_eq_nocase(cell, str_c(WORDS[i].word))) return (Sex)WORDS[i].value;
    if (cell_is_refused(&r->cells, DTKS_SEX)) return SEX_UNKNOWN;
    if (cell.n == 0) DOUBT(r, DTKS_SEX, "missing", N_("The sex is missing."));
    else REFUSE(r, DTKS_SEX, "unknown", N_("\"%.*s\" is not L or P."), STR_ARG(cell));
    return SEX_UNKNOWN;
}

static const char *const RELATIONS[] = {                   // in the order of the code numbers of DTKS
    "KEPALA KELUARGA", "ISTRI", "ANAK", "MENANTU", "CUCU", "ORANG TUA", "PEMBANTU", "LAINNYA",
};

bool dtks_is_head(Str relation) { return str_eq(relation, str_c(RELATIONS[0])); }

static Str capitals(Arena *a, Str s) {
    char *out = arena_c(a, s);
    for (size_t i = 0; i < s.n; i++) if (out[i] >= 'a' && out[i] <= 'z') out[i] = (char)(out[i] - 32);
    return (Str){ out, s.n };
}

static Str relation_read(Reading *r) {
    static const char *const OTHER[] = { "SUAMI", "MERTUA", "FAMILI LAIN", "ISTRI/SUAMI", "ORANG TUA/MERTUA", "SAUDARA" };
    static const char *const HEADS[] = { "KEPALA RUMAH TANGGA", "KK", "KRT", "KEP. KELUARGA", "KEPALA" };
    Str cell = capitals(r->a, cell_text(&r->cells, DTKS_RELATION));
    int64_t code;
    if (cell_is_refused(&r->cells, DTKS_RELATION)) return cell;
    if (cell.n == 0) { DOUBT(r, DTKS_RELATION, "missing", N_("The place in the family is missing.")); return cell; }
    if (str_int64(cell, &code) && code >= 1 && code <= (int64_t)(sizeof RELATIONS / sizeof *RELATIONS)) return str_c(RELATIONS[code - 1]);
    for (size_t i = 0; i < sizeof RELATIONS / sizeof *RELATIONS; i++) if (str_eq(cell, str_c(RELATIONS[i]))) return cell;
    for (size_t i = 0; i < sizeof OTHER / sizeof *OTHER; i++) if (str_eq(cell, str_c(OTHER[i]))) return cell;
    for (size_t i = 0; i < sizeof HEADS / sizeof *HEADS; i++) if (str_eq(cell, str_c(HEADS[i]))) return str_c(RELATIONS[0]);
    DOUBT(r, DTKS_RELATION, "unknown", N_("\"%.*s\" is not a place in a family that is known here; it is kept as it is."), STR_ARG(cell));
    return cell;
}

// ---- places ------------------------------------------------------------------------------------------------------------
typedef struct { int64_t id; Str key, name; } Place;
// The last row's place: rows of one village follow each other, and its names need not be looked up again.
#define PLACE_TEXT_MAX 64
typedef struct { char text[3][PLACE_TEXT_MAX]; size_t n[3]; int64_t village_id; } LastPlace;
struct DtksPlaces { Place district; Place *kecamatan, *villages; size_t kecamatan_n, village_n; LastPlace *last; };

Str dtks_place_key(Arena *a, Str name) {
    static const Str KINDS[] = { STR("KABUPATEN "), STR("KAB. "), STR("KAB "), STR("KOTA "), STR("KECAMATAN "), STR("KEC. "), STR("KEC "),
                                 STR("KELURAHAN "), STR("KEL. "), STR("KEL "), STR("DESA "), STR("NAGARI "), STR("GAMPONG ") };
    Str s = str_trim(capitals(a, name));
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) if (str_starts(s, KINDS[i])) { s = str_part(s, KINDS[i].n, s.n); break; }
    char *out = arena_alloc(a, s.n + 1, 1, 1);
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) if (!strchr(" .-'\"/()", s.p[i])) out[n++] = s.p[i];
    return (Str){ out, n };
}

static Place *places_of(Arena *a, Areas areas) {
    Place *list = NEW(a, Place, areas.n + 1);
    for (size_t i = 0; i < areas.n; i++) list[i] = (Place){ areas.at[i].id, dtks_place_key(a, areas.at[i].name), areas.at[i].name };
    return list;
}

DtksPlaces *dtks_places_make(Arena *a, Area district, Areas kecamatan, Areas villages) {
    DtksPlaces *p = NEW(a, DtksPlaces, 1);
    *p = (DtksPlaces){ .district = { district.id, dtks_place_key(a, district.name), district.name }, .kecamatan_n = kecamatan.n,
                       .village_n = villages.n };
    p->last = NEW(a, LastPlace, 1);
    p->kecamatan = places_of(a, kecamatan);
    p->villages = places_of(a, villages);
    return p;
}

// Of the places below `parent_id` (0: all) the one with this key, or by at most two slips of the pen the nearest; NULL when none is.
static const Place *place_find(const Place *list, size_t n, int64_t parent_id, Str key, bool *is_exact) {
    *is_exact = true;
    for (size_t i = 0; i < n; i++)
        if (str_eq(list[i].key, key) && (!parent_id || area_parent_of(list[i].id) == parent_id)) return &list[i];
    *is_exact = false;
    const Place *near = NULL;
    int near_n = key.n > 7 ? 2 : key.n > 3 ? 1 : 0, best = near_n + 1;
    for (size_t i = 0; near_n > 0 && i < n; i++) {
        if (parent_id && area_parent_of(list[i].id) != parent_id) continue;
        int distance = name_distance(list[i].key, key, near_n);
        if (distance < best) { best = distance; near = &list[i]; }
    }
    return near;
}

static const Place *place_by_code(const Place *list, size_t n, Str cell) {
    int64_t id;
    AreaLevel level;
    if (!area_code_parse(cell, &id, &level)) return NULL;
    for (size_t i = 0; i < n; i++) if (list[i].id == id) return &list[i];
    return NULL;
}

static bool district_read(Reading *r) {
    Str cell = cell_read(&r->cells, DTKS_DISTRICT);
    const Place *district = &r->places->district;
    if (cell_is_refused(&r->cells, DTKS_DISTRICT)) return false;
    if (cell.n == 0) { REFUSE(r, DTKS_DISTRICT, "missing", N_("The district is missing.")); return false; }
    if (str_eq(dtks_place_key(r->a, cell), district->key) || place_by_code(district, 1, cell)) return true;
    REFUSE(r, DTKS_DISTRICT, "other_district", N_("\"%.*s\" is not %.*s. Each district imports its own file."), STR_ARG(cell),
           STR_ARG(district->name));
    return false;
}

static const Place *kecamatan_read(Reading *r) {
    const DtksPlaces *p = r->places;
    Str cell = cell_read(&r->cells, DTKS_KECAMATAN);
    bool is_exact;
    if (cell_is_refused(&r->cells, DTKS_KECAMATAN)) return NULL;
    if (cell.n == 0) { REFUSE(r, DTKS_KECAMATAN, "missing", N_("The kecamatan is missing.")); return NULL; }
    const Place *found = place_by_code(p->kecamatan, p->kecamatan_n, cell);
    if (found) return found;
    found = place_find(p->kecamatan, p->kecamatan_n, 0, dtks_place_key(r->a, cell), &is_exact);
    if (is_exact) return found;
    if (found)
        REFUSE(r, DTKS_KECAMATAN, "near", N_("There is no kecamatan \"%.*s\" in %.*s. Is it %.*s?"), STR_ARG(cell),
               STR_ARG(p->district.name), STR_ARG(found->name));
    else REFUSE(r, DTKS_KECAMATAN, "unknown", N_("There is no kecamatan \"%.*s\" in %.*s."), STR_ARG(cell), STR_ARG(p->district.name));
    return NULL;
}

static const DtksColumn PLACE_COLUMNS[] = { DTKS_DISTRICT, DTKS_KECAMATAN, DTKS_VILLAGE };

static bool is_last_place(const Reading *r) {
    const LastPlace *last = r->places->last;
    for (int i = 0; i < 3; i++) {
        Str was = { last->text[i], last->n[i] };
        if (!str_eq(csv_cell(r->header, r->row, PLACE_COLUMNS[i]), was)) return false;
        if (csv_mark(r->header, r->row, PLACE_COLUMNS[i]) != VALUE_TEXT) return false;
    }
    return last->village_id != 0;
}

// Only a place that raised no finding and needed no undressing: those are told for each row.
static void place_remember(const Reading *r, int64_t village_id) {
    LastPlace *last = r->places->last;
    last->village_id = village_id;
    for (int i = 0; i < 3; i++) {
        Str cell = csv_cell(r->header, r->row, PLACE_COLUMNS[i]);
        if (cell.n > PLACE_TEXT_MAX) { last->village_id = 0; return; }
        if (cell.n) memcpy(last->text[i], cell.p, cell.n);
        last->n[i] = cell.n;
    }
}

static int64_t village_look(Reading *r) {
    const DtksPlaces *p = r->places;
    bool is_district = district_read(r), is_exact;
    const Place *kecamatan = is_district ? kecamatan_read(r) : NULL;
    Str cell = cell_read(&r->cells, DTKS_VILLAGE);
    if (cell_is_refused(&r->cells, DTKS_VILLAGE)) return 0;
    if (cell.n == 0) { REFUSE(r, DTKS_VILLAGE, "missing", N_("The kelurahan or desa is missing.")); return 0; }
    if (!kecamatan) return 0;
    const Place *found = place_by_code(p->villages, p->village_n, cell);
    if (found && area_parent_of(found->id) == kecamatan->id) return found->id;
    Str key = dtks_place_key(r->a, cell);
    found = place_find(p->villages, p->village_n, kecamatan->id, key, &is_exact);
    if (is_exact) return found->id;
    bool is_elsewhere;
    const Place *other = place_find(p->villages, p->village_n, 0, key, &is_elsewhere);
    if (is_elsewhere) {
        const Place *home = NULL;
        for (size_t i = 0; i < p->kecamatan_n; i++) if (p->kecamatan[i].id == area_parent_of(other->id)) home = &p->kecamatan[i];
        REFUSE(r, DTKS_VILLAGE, "other_kecamatan", N_("%.*s lies in kecamatan %.*s, not in %.*s."), STR_ARG(other->name),
               STR_ARG(home ? home->name : STR("?")), STR_ARG(kecamatan->name));
    } else if (found) REFUSE(r, DTKS_VILLAGE, "near", N_("There is no \"%.*s\" in kecamatan %.*s. Is it %.*s?"), STR_ARG(cell),
                             STR_ARG(kecamatan->name), STR_ARG(found->name));
    else REFUSE(r, DTKS_VILLAGE, "unknown", N_("There is no \"%.*s\" in kecamatan %.*s."), STR_ARG(cell), STR_ARG(kecamatan->name));
    return 0;
}

static int64_t village_read(Reading *r) {
    size_t finding_n = r->f->n;
    int unwrapped_n = r->f->unwrapped_n;
    if (is_last_place(r)) return r->places->last->village_id;
    int64_t village_id = village_look(r);
    if (village_id && r->f->n == finding_n && r->f->unwrapped_n == unwrapped_n) place_remember(r, village_id);
    return village_id;
}

// ---- what only some files say ---------------------------------------------------------------------------------------------
static int decile_read(Reading *r) {
    int64_t decile = 0;
    Str cell = cell_text(&r->cells, DTKS_DECILE);
    if (cell.n == 0) return 0;
    if (str_int64(cell, &decile) && decile >= 1 && decile <= 10) return (int)decile;
    DOUBT(r, DTKS_DECILE, "unknown", N_("\"%.*s\" is no decile; 1 to 10 are. It is left out."), STR_ARG(cell));
    return 0;
}

static bool death_read(Reading *r) {
    static const Str WORDS[] = { STR("MENINGGAL"), STR("WAFAT"), STR("MATI"), STR("TIDAK HIDUP") };
    Str cell = capitals(r->a, cell_text(&r->cells, DTKS_LIFE));
    if (str_starts(cell, STR("BELUM")) || str_starts(cell, STR("TIDAK MENINGGAL"))) return false;
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) if (str_starts(cell, WORDS[i])) return true;
    return false;
}

// ---- a row -------------------------------------------------------------------------------------------------------------
// True when a kecamatan of this district has the NIK's place: a person registered elsewhere is nothing special, only worth a look.
static bool is_place_known(const DtksPlaces *p, int64_t place) {
    for (size_t i = 0; i < p->kecamatan_n; i++) if (p->kecamatan[i].id == place) return true;
    return false;
}

static void nik_doubts_add(Reading *r, const DtksRow *row) {
    unsigned doubts = nik_doubts(row->nik, row->born_on, row->sex);
    if (doubts & NIK_DOUBT_BIRTH)
        DOUBT(r, DTKS_NIK, "birth", N_("The NIK names another birth date than the row. Look at the card; both may stay."));
    if (doubts & NIK_DOUBT_SEX) DOUBT(r, DTKS_NIK, "sex", N_("The NIK names another sex than the row. Look at the card."));
    if (doubts & NIK_DOUBT_CALENDAR) DOUBT(r, DTKS_NIK, "calendar", N_("The birth day in the NIK is in no calendar. Look at the card."));
    if (!is_place_known(r->places, nik_place(row->nik)))
        DOUBT(r, DTKS_NIK, "place", N_("The NIK was issued outside this district, or under an old code."));
}

void dtks_row_read(const DtksPlaces *places, const CsvHeader *header, const CsvRow *row, DtksHow how, Arena *a, DtksRow *out,
                   DtksFindings *f) {
    CellReader cells = { DTKS_COLUMNS, DTKS_NUMBERS, 1u << DTKS_BORN_ON, header, row, how.is_mending, a, f };
    Reading r = { cells, places, how, header, row, a, f };
    f->n = f->error_n = 0;
    f->unwrapped_n = f->separated_n = 0;
    *out = (DtksRow){ .born_on = DATE_NONE };
    if (row->fit != CSV_ROW_FITS)
        REFUSE(&r, DTKS_CODE, "columns",
               N_("The row has %lld cells, the header %lld. Look for a separator too many or a missing quotation mark."),
               (long long)row->found_n, (long long)header->titles_n);
    out->code = cell_code(&r.cells, DTKS_CODE);
    out->village_id = village_read(&r);
    out->address = cell_text(&r.cells, DTKS_ADDRESS);
    out->hamlet = cell_text(&r.cells, DTKS_HAMLET);
    out->rt = rt_read(&r, DTKS_RT);
    out->rw = rt_read(&r, DTKS_RW);
    out->kk = cell_identity(&r.cells, DTKS_KK, kk_check);
    out->nik = cell_identity(&r.cells, DTKS_NIK, nik_check);
    out->name = cell_text(&r.cells, DTKS_NAME);
    out->born_on = born_on_read(&r);
    out->birth_place = cell_text(&r.cells, DTKS_BIRTH_PLACE);
    out->sex = sex_read(&r);
    out->mother_name = cell_text(&r.cells, DTKS_MOTHER);
    out->relation = relation_read(&r);
    out->decile = decile_read(&r);
    out->is_dead = death_read(&r);
    if (out->name.n == 0 && !cell_is_refused(&r.cells, DTKS_NAME)) REFUSE(&r, DTKS_NAME, "missing", N_("The name is missing."));
    bool is_bad_kk = cell_is_refused(&r.cells, DTKS_KK);
    if (out->code.n == 0 && out->kk.n == 0 && !is_bad_kk)
        REFUSE(&r, DTKS_CODE, "no_family", N_("Neither iddtks nor the KK says which family the row belongs to."));
    if (out->nik.n) nik_doubts_add(&r, out);
    else if (!cell_is_refused(&r.cells, DTKS_NIK))
        DOUBT(&r, DTKS_NIK, "missing", N_("The NIK is missing. The person can be entered, but is matched by name and birth date only."));
    if (out->kk.n == 0 && !is_bad_kk) DOUBT(&r, DTKS_KK, "missing", N_("The KK is missing."));
}

// ---- what is no row ----------------------------------------------------------------------------------------------------
#define FOOTER_CELLS 3                 // a signature block has a place, a date, an office, a name: seldom more than two beside each other
bool dtks_row_is_footer(const CsvHeader *header, const CsvRow *row, bool is_after_total) {
    static const char *const WORDS[] = { "mengetahui", "menyetujui", "kepala dinas", "kepala bidang", "kepala seksi", "an.", "a.n.", "a/n", "ditandatangani", "nip", "dicetak",
                                         "tanggal cetak", "sumber", "catatan", "keterangan:", "dibuat oleh", "petugas", "pendamping", "koordinator", "lurah", "camat", "wali nagari" };
    size_t filled_n = 0;
    bool has_word = is_after_total;
    for (size_t i = 0; i < row->n && filled_n <= FOOTER_CELLS; i++) filled_n += row->cells[i].n > 0;
    if (filled_n == 0 || filled_n > FOOTER_CELLS) return false;
    for (size_t i = 0; i < row->n; i++) {
        Str cell = cell_trim(row->cells[i]);
        for (size_t k = 0; k < sizeof WORDS / sizeof *WORDS; k++) has_word |= str_eq_nocase(str_part(cell, 0, strlen(WORDS[k])), str_c(WORDS[k]));
    }
    bool has_number = cell_trim(csv_cell(header, row, DTKS_NIK)).n == 16 || cell_trim(csv_cell(header, row, DTKS_KK)).n == 16;
    return has_word && !has_number;
}

// ---- names -------------------------------------------------------------------------------------------------------------
Str dtks_name_key(Arena *a, Str name) {
    static const char *const HONORIFICS[] = { "H", "HJ", "ALM", "ALMH", "ALMARHUM", "ALMARHUMAH", "BPK", "IBU", "DRS", "IR", "S.PD",
                                              "SPD",
                                             "M", "MUH", "MOH", "MUHAMMAD", "MUHAMAD", "MOHAMMAD" };      // one name, written in six ways
    Str all = capitals(a, name), rest = all;
    char *out = arena_alloc(a, name.n + 1, 1, 1);
    size_t n = 0;
    while (rest.p) {
        Str word = str_cut(&rest, ' ');
        while (word.n && strchr(".,()", word.p[word.n - 1])) word.n--;
        while (word.n && word.p[0] == '(') word = str_part(word, 1, word.n);
        bool is_title = word.n == 0;
        for (size_t i = 0; i < sizeof HONORIFICS / sizeof *HONORIFICS; i++) is_title |= str_eq(word, str_c(HONORIFICS[i]));
        if (is_title) continue;
        if (n) out[n++] = ' ';
        memcpy(out + n, word.p, word.n);
        n += word.n;
    }
    return n ? (Str){ out, n } : all;
}
