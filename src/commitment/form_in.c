#include "commitment/form_in.h"
#include "base/lang.h"
#include <stdlib.h>

// ---- words ----------------------------------------------------------------------------------------------------------------
typedef enum { COLUMN_NIK, COLUMN_NAME, COLUMN_PAYEE, COLUMN_NOTE, COLUMN_N } InColumn;
static const char *const COLUMN_NAMES[COLUMN_N] = {
    [COLUMN_NIK] = "niksiswa|nikanak|nikpesertadidik|nikanggota|nikbalita|nikibu|niklansia", [COLUMN_NAME] = "namasiswa|namaanak|namapesertadidik|namaanggota|namabalita|namaibu|namalansia", [COLUMN_PAYEE] = "namapengurus|pengurus", [COLUMN_NOTE] = "keterangan|ket",
};
typedef enum { CELL_ABSENT, CELL_PERMITTED, CELL_SICK, CELL_PRESENT, CELL_PERCENT, CELL_N } InCell;
static const char *const CELL_NAMES[FORM_KINDS_N][CELL_N] = {
    [FORM_EDUCATION] = { [CELL_ABSENT] = "alpa|alpha|a|tanpaketerangan", [CELL_PERMITTED] = "izin|ijin|i", [CELL_SICK] = "sakit|s",
                         [CELL_PRESENT] = "jml|jumlah|jmlhadir|jumlahhadir|hadir", [CELL_PERCENT] = "persen|persentase|prosentase|%|persenkehadiran" },
    [FORM_HEALTH] = { [CARE_DAY] = "tanggal|tgl|tanggaldatang|tgldatang|tanggalkunjungan|tglkunjungan", [CARE_WEIGHT] = "bb|bbkg|berat|beratbadan|beratbadankg|beratkg",
                      [CARE_LENGTH] = "tb|tbcm|pb|pbcm|pbtb|pbtbcm|tbpb|tbpbcm|tinggi|tinggibadan|tinggibadancm|panjangbadan", [CARE_SERVICES] = "layanan|pelayanan|jenislayanan" },
    [FORM_SOCIAL] = { [CARE_CHECK] = "periksa|pemeriksaan|tanggalperiksa|tglperiksa", [CARE_ACTIVITY] = "kegiatan|tanggalkegiatan|tglkegiatan|perawatan" },
};
static const char *const *cell_names(FormKind kind) { return CELL_NAMES[kind]; }

// What a line above a table says: of which form it is, what the place is called.
static const struct { const char *title, *place, *name; } PLACES[FORM_KINDS_N] = {
    [FORM_EDUCATION] = { "komitmenpendidikan", "npsn", "namasekolah|satuanpendidikan" }, [FORM_HEALTH] = { "komitmenkesehatan", "nomorposyandu|noposyandu", "namaposyandu|posyandu" },
    [FORM_SOCIAL] = { "komitmenkesejahteraansosial", "kodekelurahan|kodedesa", "kelurahan|desa|namakelurahan" },
};
static const char *const MONTH_NAMES[12] = { "januari|jan", "februari|feb|pebruari", "maret|mar", "april|apr", "mei", "juni|jun", "juli|jul", "agustus|agu|agt|agst", "september|sep|sept",
                                             "oktober|okt", "november|nov|nopember", "desember|des" };

// Small letters and figures alone: "NIK  Siswa." is niksiswa; a percent sign stays.
static Str plain(Arena *a, Str text) {
    char *out = NEW(a, char, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '%') out[n++] = c;
    }
    return (Str){ out, n };
}

static bool is_one_of(Str word, const char *names) {
    Str rest = str_c(names);
    while (rest.p) if (str_eq(str_cut(&rest, '|'), word)) return true;
    return false;
}

static bool begins_with_one(Str word, const char *names) {
    Str rest = str_c(names);
    while (rest.p) if (str_starts(word, str_cut(&rest, '|'))) return true;
    return false;
}

static int word_find(Str word, const char *const *names, int n) {
    for (int i = 0; i < n; i++) if (word.n && is_one_of(word, names[i])) return i;
    return -1;
}

// ---- where the reading is -------------------------------------------------------------------------------------------------
typedef struct {
    Arena *a;
    FormIn *in;
    size_t forms_cap, rows_cap;
    Str place, place_name;                                 // said last
    FormKind kind;
    FormPeriod period;
    bool has_kind, has_period, has_header, is_half;        // is_half: the upper header row was read, the lower one may follow
    int column[COLUMN_N];
    int cell[FORM_MONTHS][CELL_N];
    int month_of[CSV_COLUMNS_MAX];                         // of each column, -1: none
    size_t width;
    FormInForm *form;
} Reading;

static Str cell_of(const CsvRow *row, int column) {
    if (column < 0 || (size_t)column >= row->n) return (Str){ 0 };
    Str cell = row->cells[column];
    csv_unwrap(&cell);
    return str_trim(cell);
}

static int quarter_of_roman(Str word) {
    static const char *const ROMAN[] = { "i|1", "ii|2", "iii|3", "iv|4" };
    return word_find(word, ROMAN, 4) + 1;
}

// "FORMULIR VERIFIKASI KOMITMEN PENDIDIKAN TRIWULAN II TAHUN 2024", or "Triwulan 2 / 2024".
static bool period_of_title(Arena *a, Str title, FormPeriod *out) {
    bool is_after = false;
    int quarter = 0, year = 0;
    for (size_t i = 0; i < title.n;) {
        size_t start = i;
        while (i < title.n && title.p[i] != ' ' && title.p[i] != '/' && title.p[i] != '-' && title.p[i] != ':') i++;
        Str word = plain(a, str_part(title, start, i - start));
        int64_t n;
        if (str_eq(word, STR("triwulan")) || str_eq(word, STR("tw"))) is_after = true;
        else if (is_after && !quarter && quarter_of_roman(word)) quarter = quarter_of_roman(word);
        else if (word.n == 4 && str_int64(word, &n) && n >= 2007 && n <= 2100) year = (int)n;
        if (i < title.n) i++;
    }
    if (!quarter || !year) return false;
    *out = (FormPeriod){ year, quarter };
    return true;
}

static Str digits_of(Arena *a, Str text) {
    char *out = NEW(a, char, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) if (text.p[i] >= '0' && text.p[i] <= '9') out[n++] = text.p[i];
    return (Str){ out, n };
}

// A workbook may have made a number of it.
static Str place_digits(Arena *a, Str cell) { return digits_of(a, str_ends(cell, STR(".0")) ? str_part(cell, 0, cell.n - 2) : cell); }
static bool is_place(FormKind kind, Str number) { return kind == FORM_EDUCATION ? number.n == 8 : kind == FORM_SOCIAL ? number.n == 10 : number.n > 0 && number.n <= 12; }

// Another kind of form begins: nothing that was said before is about it.
static void kind_take(Reading *r, FormKind kind) {
    if (r->has_kind && r->kind == kind) return;
    if (r->has_kind) { r->place = r->place_name = (Str){ 0 }; r->has_header = false; }
    r->kind = kind;
    r->has_kind = true;
}

static void number_take(Reading *r, FormKind kind, const CsvRow *row, size_t at) {
    Str number = place_digits(r->a, cell_of(row, (int)at));
    for (size_t k = at + 1; k < row->n && !is_place(kind, number); k++) number = place_digits(r->a, cell_of(row, (int)k));
    if (!is_place(kind, number)) return;
    kind_take(r, kind);
    r->place = arena_str(r->a, number);
    r->place_name = (Str){ 0 };
    r->has_header = false;
}

static void name_take(Reading *r, const CsvRow *row, size_t at) {
    for (size_t k = at + 1; k < row->n; k++) {
        Str name = cell_of(row, (int)k);
        if (name.n > 1) { r->place_name = arena_str(r->a, name); return; }
    }
}

// A line above a table: who it is about. True when the row was one.
static bool place_take(Reading *r, const CsvRow *row) {
    for (size_t i = 0; i < row->n; i++) {
        Str cell = cell_of(row, (int)i), word = plain(r->a, cell);
        FormPeriod period;
        bool is_title = period_of_title(r->a, cell, &period);
        for (int kind = 0; kind < FORM_KINDS_N; kind++) {
            if (str_contains(word, str_c(PLACES[kind].title))) kind_take(r, (FormKind)kind);
            if (is_title) continue;
            if (begins_with_one(word, PLACES[kind].place)) { number_take(r, (FormKind)kind, row, i); return true; }
            if (r->has_kind && r->kind == (FormKind)kind && is_one_of(word, PLACES[kind].name)) { name_take(r, row, i); return true; }
        }
        if (is_title) { r->period = period; r->has_period = true; return true; }
    }
    return false;
}

static int month_in(const Reading *r, Str word) {
    int month = word_find(word, MONTH_NAMES, 12);
    if (month < 0 || !r->has_period) return month < 0 ? -1 : -2;
    month -= (r->period.quarter - 1) * FORM_MONTHS;
    return month >= 0 && month < FORM_MONTHS ? month : -1;
}

// "Alpa Oktober", "Oktober alpa", "Oktober/alpa" in one cell.
static bool both_take(Reading *r, int column, Str cell) {
    int month = -1, what = -1;
    for (size_t i = 0; i < cell.n;) {
        size_t start = i;
        while (i < cell.n && cell.p[i] != ' ' && cell.p[i] != '/' && cell.p[i] != '_' && cell.p[i] != '-' && cell.p[i] != '\n') i++;
        Str word = plain(r->a, str_part(cell, start, i - start));
        if (month < 0) month = month_in(r, word);
        if (what < 0) what = word_find(word, cell_names(r->kind), CELL_N);
        if (i < cell.n) i++;
    }
    if (month < 0 || what < 0) return false;
    r->cell[month][what] = column;
    return true;
}

static void header_clear(Reading *r) {
    for (int i = 0; i < COLUMN_N; i++) r->column[i] = -1;
    for (int m = 0; m < FORM_MONTHS; m++) for (int i = 0; i < CELL_N; i++) r->cell[m][i] = -1;
    for (int i = 0; i < CSV_COLUMNS_MAX; i++) r->month_of[i] = -1;
}

static FormInForm *form_begin(Reading *r) {
    FormIn *in = r->in;
    if (in->form_n == r->forms_cap) {
        size_t cap = r->forms_cap ? 2 * r->forms_cap : 8;
        FormInForm *at = NEW(r->a, FormInForm, cap);
        if (in->form_n) memcpy(at, in->forms, in->form_n * sizeof *at);
        in->forms = at;
        r->forms_cap = cap;
    }
    FormInForm *f = &in->forms[in->form_n++];
    *f = (FormInForm){ .kind = r->kind, .place = r->place, .place_name = r->place_name, .period = r->period, .has_period = r->has_period, .days = { -1, -1, -1 } };
    return f;
}

// Of which form a header is, when nothing above it said so: by who stands in it, else by what is asked beside them.
static void kind_of_header(Reading *r, const CsvRow *row) {
    static const char *const SIGNS[FORM_KINDS_N] = { [FORM_EDUCATION] = "niksiswa|namasiswa|nikpesertadidik|namapesertadidik|alpa", [FORM_HEALTH] = "tanggallahir|bb|bbkg|layanan",
                                                     [FORM_SOCIAL] = "umur|periksa|kegiatan" };
    for (int kind = 0; kind < FORM_KINDS_N; kind++)
        for (size_t i = 0; i < row->n && i < CSV_COLUMNS_MAX; i++)
            if (is_one_of(plain(r->a, cell_of(row, (int)i)), SIGNS[kind]) && (kind == FORM_EDUCATION || !r->has_kind)) { kind_take(r, (FormKind)kind); return; }
}

// A row that names a person is a header. The same place and quarter again is the same form going on on its next page.
static bool header_take(Reading *r, const CsvRow *row) {
    int column[COLUMN_N];
    for (int i = 0; i < COLUMN_N; i++) column[i] = -1;
    for (size_t i = 0; i < row->n && i < CSV_COLUMNS_MAX; i++) {
        int known = word_find(plain(r->a, cell_of(row, (int)i)), COLUMN_NAMES, COLUMN_N);
        if (known >= 0 && column[known] < 0) column[known] = (int)i;
    }
    if (column[COLUMN_NAME] < 0 || (column[COLUMN_NIK] < 0 && column[COLUMN_PAYEE] < 0)) return false;
    header_clear(r);
    kind_of_header(r, row);
    memcpy(r->column, column, sizeof column);
    int month = -1, seen[CELL_N] = { 0 };
    for (size_t i = 0; i < row->n && i < CSV_COLUMNS_MAX; i++) {
        Str cell = cell_of(row, (int)i), word = plain(r->a, cell);
        int named = month_in(r, word), what = word_find(word, cell_names(r->kind), CELL_N);
        if (named >= 0) month = named;
        else if (word.n && both_take(r, (int)i, cell)) month = -1;
        else if (word.n && what >= 0 && seen[what] < FORM_MONTHS) { r->cell[seen[what]++][what] = (int)i; month = -1; }    // alpa, izin … three times over, in the order of the months
        else if (word.n) month = -1;
        r->month_of[i] = month;                            // a merged title goes on to the right
    }
    const FormInForm *last = r->in->form_n ? &r->in->forms[r->in->form_n - 1] : NULL;
    bool goes_on = last && last->kind == r->kind && str_eq(last->place, r->place) && last->period.year == r->period.year && last->period.quarter == r->period.quarter;
    if (!goes_on) form_begin(r);
    r->has_header = r->is_half = true;
    return true;
}

// The row under a header: alpa, izin … below the months.
static bool lower_take(Reading *r, const CsvRow *row) {
    size_t found_n = 0;
    if (!r->is_half) return false;
    r->is_half = false;
    for (size_t i = 0; i < row->n && i < CSV_COLUMNS_MAX; i++) {
        int what = word_find(plain(r->a, cell_of(row, (int)i)), cell_names(r->kind), CELL_N);
        if (what < 0 || r->month_of[i] < 0) continue;
        r->cell[r->month_of[i]][what] = (int)i;
        found_n++;
    }
    return found_n > 0;
}

// ---- a pupil --------------------------------------------------------------------------------------------------------------
// "", "-" and "." are nothing; "2", "2 hr", "2 hari" and 2.0 are two. False for all else.
static bool days_read(Arena *a, Str cell, int *out) {
    int64_t n;
    Str word = plain(a, cell);
    *out = -1;
    if (!word.n) return true;
    if (str_ends(cell, STR(".0"))) word = str_part(word, 0, word.n - 1);
    if (str_ends(word, STR("hari"))) word = str_part(word, 0, word.n - 4);
    else if (str_ends(word, STR("hr"))) word = str_part(word, 0, word.n - 2);
    if (!str_is_digits(word) || !str_int64(word, &n) || n > FORM_DAYS_MAX) return false;
    *out = (int)n;
    return true;
}

// "95", "95%", "95,45 %", "0.9545" of a workbook: hundredths of a percent.
static bool percent_read(Str cell, int *out) {
    int64_t whole = 0, part = 0, digits = 0;
    bool has_point = false, has_any = false;
    *out = -1;
    for (size_t i = 0; i < cell.n; i++) {
        char c = cell.p[i];
        if (c >= '0' && c <= '9') {
            has_any = true;
            if (!has_point) whole = whole * 10 + (c - '0');
            else if (digits < 4) { part = part * 10 + (c - '0'); digits++; }
            if (whole > 1000) return false;
        } else if ((c == ',' || c == '.') && !has_point && has_any) has_point = true;
        else if (c != ' ' && c != '%' && c != '-') return false;
    }
    if (!has_any) return true;
    while (digits++ < 4) part *= 10;
    int64_t hundredths = whole * 100 + (part + 50) / 100;
    bool is_share = !memchr(cell.p, '%', cell.n) && (whole == 0 || (whole == 1 && part == 0)) && (has_point || whole == 1);
    *out = (int)(is_share ? whole * 10000 + part : hundredths);
    return *out <= 10000;
}

static void month_read(Reading *r, const CsvRow *row, int month, FormMonth *m) {
    static const char *const TITLES[CELL_N] = { "alpa", "izin", "sakit", "jml", "persen" };
    int value[CELL_N];
    *m = (FormMonth){ .days = -1, .absent = -1, .permitted = -1, .sick = -1, .present = -1, .said = -1, .computed = -1 };
    for (int i = 0; i < CELL_N; i++) {
        Str cell = cell_of(row, r->cell[month][i]);
        if (i == CELL_PERCENT ? percent_read(cell, &value[i]) : days_read(r->a, cell, &value[i])) continue;
        m->state = MONTH_REFUSED;
        m->why = arena_fmt(r->a, _("%s: \"%.*s\" is no number of days."), TITLES[i], STR_ARG(cell));
        return;
    }
    m->absent = value[CELL_ABSENT];
    m->permitted = value[CELL_PERMITTED];
    m->sick = value[CELL_SICK];
    m->present = value[CELL_PRESENT];
    m->said = value[CELL_PERCENT];
    if (m->present < 0 && m->said < 0 && m->absent < 0 && m->permitted < 0 && m->sick < 0) return;        // nothing was said
    m->state = MONTH_GOOD;
    if (m->absent < 0) m->absent = 0;                      // one who wrote anything wrote the others as none
    if (m->permitted < 0) m->permitted = 0;
    if (m->sick < 0) m->sick = 0;
}

static void care_read(Reading *r, const CsvRow *row, int month, FormMonth *m) {
    Str cells[CARE_CELLS_N];
    *m = (FormMonth){ .days = -1, .absent = -1, .permitted = -1, .sick = -1, .present = -1, .said = -1, .computed = -1 };
    for (int i = 0; i < CARE_CELLS_N; i++) cells[i] = cell_of(row, r->cell[month][i]);
    if (r->has_period) m->state = form_care_read(r->a, r->kind, date_add_months(form_period_first(r->period), month), cells, &m->care, &m->why);
}

static FormInRow *row_add(Reading *r) {
    FormIn *in = r->in;
    if (in->row_n == r->rows_cap) {
        size_t cap = r->rows_cap ? 2 * r->rows_cap : 256;
        FormInRow *at = NEW(r->a, FormInRow, cap);
        if (in->row_n) memcpy(at, in->rows, in->row_n * sizeof *at);
        in->rows = at;
        r->rows_cap = cap;
    }
    return &in->rows[in->row_n++];
}

static bool person_take(Reading *r, const CsvRow *row, int64_t line_n) {
    Str nik = cell_of(row, r->column[COLUMN_NIK]), name = cell_of(row, r->column[COLUMN_NAME]);
    bool has_nik = digits_of(r->a, nik).n >= 4, has_letters = false;
    for (size_t i = 0; i < name.n; i++) has_letters |= (name.p[i] | 32) >= 'a' && (name.p[i] | 32) <= 'z';
    if (!has_letters || csv_row_is_total(row)) return false;
    bool has_days = false;
    FormInRow out = { .line_n = line_n, .form_n = r->in->form_n - 1 };
    for (int m = 0; m < FORM_MONTHS; m++) {
        if (r->kind == FORM_EDUCATION) month_read(r, row, m, &out.months[m]);
        else care_read(r, row, m, &out.months[m]);
        has_days |= out.months[m].state != MONTH_EMPTY;
    }
    Str payee = cell_of(row, r->column[COLUMN_PAYEE]);
    if (!has_nik && !has_days && !payee.n) return false;   // a name alone: who signed
    out.nik = arena_str(r->a, nik);
    out.name = arena_str(r->a, name);
    out.payee_name = arena_str(r->a, payee);
    out.note = arena_str(r->a, cell_of(row, r->column[COLUMN_NOTE]));
    *row_add(r) = out;
    r->in->forms[r->in->form_n - 1].row_n++;
    return true;
}

// ---- days and percentages ---------------------------------------------------------------------------------------------------
// The days that most pupils of a form have in a month; of two as frequent the longer month.
static void days_settle(FormIn *in) {
    int (*votes)[FORM_MONTHS][4 * FORM_DAYS_MAX + 1] = calloc(in->form_n ? in->form_n : 1, sizeof *votes);
    if (!votes) abort();
    for (size_t i = 0; i < in->row_n; i++)
        for (int m = 0; m < FORM_MONTHS && in->forms[in->rows[i].form_n].kind == FORM_EDUCATION; m++) {
            const FormMonth *x = &in->rows[i].months[m];
            if (x->state == MONTH_GOOD && x->present >= 0) votes[in->rows[i].form_n][m][x->present + x->absent + x->permitted + x->sick]++;
        }
    for (size_t f = 0; f < in->form_n; f++)
        for (int m = 0; m < FORM_MONTHS; m++)
            for (int d = 1, most = 0; d <= FORM_DAYS_MAX; d++)
                if (votes[f][m][d] > 0 && votes[f][m][d] >= most) { most = votes[f][m][d]; in->forms[f].days[m] = d; }
    free(votes);
}

static void month_judge(Arena *a, FormMonth *x, int usual) {
    if (x->state != MONTH_GOOD) return;
    int missed = x->absent + x->permitted + x->sick;
    x->days = x->present >= 0 ? x->present + missed : usual;
    bool is_closed = x->days == 0 && x->present == 0 && usual <= 0;        // nobody of this form had a day of school: a month of holidays
    if (is_closed) { x->computed = 0; return; }
    if (x->days <= 0 || x->days > FORM_DAYS_MAX || missed > x->days) {
        x->state = MONTH_REFUSED;
        x->why = x->days < 0 ? arena_str(a, str_c(_("The days that school was held are not known: no pupil of this form has jml in this month.")))
                             : arena_fmt(a, _("%d days missed of %d that school was held cannot be."), missed, x->days);
        return;
    }
    x->present = x->days - missed;
    x->computed = (x->present * 10000 + x->days / 2) / x->days;
    if (x->said >= 0 && abs(x->said - x->computed) > 50) {
        x->state = MONTH_DIFFERS;
        x->why = arena_fmt(a, _("The form says %d%%; %d of %d days are %d%%."), (x->said + 50) / 100, x->present, x->days, (x->computed + 50) / 100);
    } else if (usual > 0 && x->days != usual) {
        x->state = MONTH_DIFFERS;
        x->why = arena_fmt(a, _("%d days in this row, %d in most others."), x->days, usual);
    }
}

static bool form_is_whole(const FormInForm *f, size_t n, Err *e) {
    if (!is_place(f->kind, f->place)) return fail(e, BAD_INPUT, "Form %zu of the file does not say its place: put a row \"%s\" above the table, or say it with the file.", n, FORM_LAYOUTS[f->kind].place_title);
    return f->has_period || fail(e, BAD_INPUT, "Form %zu of the file does not say its quarter: put \"TRIWULAN II TAHUN 2024\" above the table, or say it with the file.", n);
}

bool form_in_read(TableReader *reader, Arena *a, Str place, FormPeriod period, FormIn *out, Err *e) {
    Reading *r = NEW(a, Reading, 1);
    FormIn in = { 0 };
    CsvRow row;
    bool has_row = false;
    r->a = a;
    r->in = &in;
    r->place = place;
    r->period = period;
    r->has_period = period.year != 0;
    header_clear(r);
    for (;;) {
        if (!table_next(reader, &row, &has_row, e)) return false;
        if (!has_row) break;
        if (header_take(r, &row) || lower_take(r, &row)) continue;
        r->is_half = false;
        if (r->has_header && person_take(r, &row, row.at.row_n + 1)) {
            if (in.row_n > FORM_ROWS_MAX) return fail(e, LIMIT, "More than %d persons stand in this file.", FORM_ROWS_MAX);
            continue;
        }
        if (!place_take(r, &row)) in.other_n++;
    }
    if (in.form_n == 0) return fail(e, BAD_INPUT, "This is no form of verification: no row names \"NIK siswa\" and \"Nama siswa\", or \"NIK anggota\" and \"Nama anggota\".");
    for (size_t i = 0; i < in.form_n; i++) if (in.forms[i].row_n && !form_is_whole(&in.forms[i], i + 1, e)) return false;
    days_settle(&in);
    for (size_t i = 0; i < in.row_n; i++)
        for (int m = 0; m < FORM_MONTHS && in.forms[in.rows[i].form_n].kind == FORM_EDUCATION; m++) month_judge(a, &in.rows[i].months[m], in.forms[in.rows[i].form_n].days[m]);
    *out = in;
    return true;
}

// ---- whom a row means -------------------------------------------------------------------------------------------------------
static const struct { const char *name, *title; } MATCHES[] = {
    [ROW_UNMATCHED] = { "unmatched", N_("not looked up") }, [ROW_BY_NIK] = { "by_nik", N_("found by NIK") }, [ROW_BY_NAME] = { "by_name", N_("found by name") },
    [ROW_OTHER_PLACE] = { "other_school", N_("pupil of another school") }, [ROW_STRANGER] = { "stranger", N_("not on our list") }, [ROW_TWICE] = { "twice", N_("stands twice") },
};
const char *form_match_name(FormRowMatch match) { return MATCHES[match].name; }
const char *form_match_title(FormKind kind, FormRowMatch match) {
    if (match == ROW_OTHER_PLACE && kind != FORM_EDUCATION) return kind == FORM_HEALTH ? _("of another health post") : _("lives in another kelurahan");
    return tr(MATCHES[match].title);
}

static int by_nik(const void *x, const void *y) {
    const FormPerson *a = *(const FormPerson *const *)x, *b = *(const FormPerson *const *)y;
    return str_cmp(a->nik, b->nik);
}

static const FormPerson *nik_find(const FormPerson *const *sorted, size_t n, Str nik) {
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (str_cmp(sorted[middle]->nik, nik) < 0) low = middle + 1; else high = middle;
    }
    bool is_one = low < n && str_eq(sorted[low]->nik, nik) && (low + 1 == n || !str_eq(sorted[low + 1]->nik, nik));
    return is_one ? sorted[low] : NULL;
}

// Names of pupils as they are compared, in the order of schools and names.
typedef struct { Str place, name; const FormPerson *person; } NameKey;
static int by_place_and_name(const void *x, const void *y) {
    const NameKey *a = x, *b = y;
    int by = str_cmp(a->place, b->place);
    return by ? by : str_cmp(a->name, b->name);
}

static NameKey *names_sort(Arena *a, const FormPeople *p) {
    NameKey *keys = NEW(a, NameKey, p->n + 1);
    for (size_t i = 0; i < p->n; i++) keys[i] = (NameKey){ p->at[i].place, plain(a, p->at[i].name), &p->at[i] };
    qsort(keys, p->n, sizeof *keys, by_place_and_name);
    return keys;
}

// One pupil of that school with that name; where the form shows the end of a NIK, it must be his. Two of one name are nobody.
static const FormPerson *name_find(Arena *a, const NameKey *keys, size_t n, const FormInRow *row, Str place) {
    NameKey wanted = { place, plain(a, row->name), NULL };
    Str digits = digits_of(a, row->nik);
    const FormPerson *found = NULL;
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (by_place_and_name(&keys[middle], &wanted) < 0) low = middle + 1; else high = middle;
    }
    for (size_t i = low; i < n && by_place_and_name(&keys[i], &wanted) == 0; i++) {
        if (digits.n >= 4 && !str_ends(keys[i].person->nik, str_part(digits, digits.n - 4, 4))) continue;
        if (found) return NULL;
        found = keys[i].person;
    }
    return found;
}

// Who may be meant on forms of one kind and quarter, sorted in two ways.
typedef struct { FormPeople people; const FormPerson **sorted; const NameKey *keys; Date old_by; } Register;

static bool register_read(Db *db, Arena *a, const RuleBook *book, int64_t kab, Sight sight, const FormInForm *form, Register *out, Err *e) {
    FormAsk ask = { .kind = form->kind, .period = form->period, .kab = kab, .sight = sight, .has_numbers = true, .book = book };
    *out = (Register){ 0 };
    if (!form_people_read(db, a, &ask, &out->people, e)) return false;
    out->sorted = NEW(a, const FormPerson *, out->people.n + 1);
    for (size_t i = 0; i < out->people.n; i++) out->sorted[i] = &out->people.at[i];
    qsort(out->sorted, out->people.n, sizeof *out->sorted, by_nik);
    out->keys = names_sort(a, &out->people);
    out->old_by = form_ages(book, form->period).old_by;
    return true;
}

static FormWho who_of(const FormPerson *f, FormKind kind, Date old_by) {
    bool is_health = kind == FORM_HEALTH, is_pregnant = is_health && f->pregnancy_n > 0;
    return (FormWho){ .is_pregnant = is_pregnant, .is_child = is_health && !is_pregnant, .is_disabled = f->is_disabled, .has_sex = f->sex.n > 0 && growth_sex_find(f->sex, &(GrowthSex){ 0 }),
                      .is_old = kind == FORM_SOCIAL && date_is_known(f->born_on) && f->born_on.days <= old_by.days, .sex = str_eq(f->sex, STR("P")) ? GROWTH_GIRL : GROWTH_BOY,
                      .born_on = f->born_on };
}

static void row_match(Arena *a, const Register *known, const FormInForm *form, FormInRow *row) {
    Str nik = digits_of(a, row->nik);
    const FormPerson *f = nik.n == 16 ? nik_find(known->sorted, known->people.n, nik) : NULL;
    row->match = f ? ROW_BY_NIK : ROW_STRANGER;
    if (!f && (f = name_find(a, known->keys, known->people.n, row, form->place))) row->match = ROW_BY_NAME;
    if (!f) return;
    row->family_id = f->family_id;
    row->person_id = f->person_id;
    row->who = who_of(f, form->kind, known->old_by);
    for (int m = 0; m < FORM_MONTHS && form->kind != FORM_EDUCATION; m++) {
        FormMonth *x = &row->months[m];
        x->state = form_care_judge(a, x->state, date_add_months(form_period_first(form->period), m), &x->care, &row->who, &x->why);
    }
    if (str_eq(f->place, form->place)) return;
    row->match = ROW_OTHER_PLACE;
    row->place = f->place;
}

static int by_person(const void *x, const void *y) {
    const FormInRow *a = *(FormInRow *const *)x, *b = *(FormInRow *const *)y;
    if (a->person_id != b->person_id) return a->person_id < b->person_id ? -1 : 1;
    if (a->form_n != b->form_n) return a->form_n < b->form_n ? -1 : 1;
    return a->line_n < b->line_n ? -1 : a->line_n > b->line_n;
}

// The same pupil twice on one form: none of the two is taken before a person has looked.
static void twice_mark(Arena *a, FormIn *in) {
    FormInRow **rows = NEW(a, FormInRow *, in->row_n + 1);
    for (size_t i = 0; i < in->row_n; i++) rows[i] = &in->rows[i];
    qsort(rows, in->row_n, sizeof *rows, by_person);
    for (size_t i = 1; i < in->row_n; i++)
        if (rows[i]->person_id && rows[i]->person_id == rows[i - 1]->person_id && rows[i]->form_n == rows[i - 1]->form_n) rows[i]->match = rows[i - 1]->match = ROW_TWICE;
}

// Pupils are the same in every quarter; whom a health or social form asks depends on it.
static bool has_same_register(const FormInForm *a, const FormInForm *b) {
    return a->kind == b->kind && (a->kind == FORM_EDUCATION || (a->period.year == b->period.year && a->period.quarter == b->period.quarter));
}

bool form_in_match(Db *db, Arena *a, const RuleBook *book, int64_t kab, Sight sight, FormIn *in, Err *e) {
    bool *is_done = NEW(a, bool, in->form_n + 1);
    for (size_t f = 0; f < in->form_n; f++) {
        Register known;
        if (is_done[f] || !in->forms[f].row_n) continue;
        if (!register_read(db, a, book, kab, sight, &in->forms[f], &known, e)) return false;
        for (size_t k = f; k < in->form_n; k++) is_done[k] |= in->forms[k].row_n && has_same_register(&in->forms[f], &in->forms[k]);
        for (size_t i = 0; i < in->row_n; i++)
            if (has_same_register(&in->forms[f], &in->forms[in->rows[i].form_n])) row_match(a, &known, &in->forms[in->rows[i].form_n], &in->rows[i]);
    }
    twice_mark(a, in);
    return true;
}
