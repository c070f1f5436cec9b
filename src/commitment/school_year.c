#include "commitment/school_year.h"
#include "base/random.h"
#include "files/csv.h"

// ---- choices --------------------------------------------------------------------------------------------------------------------
// One for each question: of a seed, a kind of question, and whom and when it is about.
static Random chance(uint64_t seed, int question, int64_t whom, int64_t when) {
    uint64_t mixed = random_mix(seed ^ random_mix((uint64_t)question));
    mixed = random_mix(mixed ^ (uint64_t)whom);
    return (Random){ random_mix(mixed ^ (uint64_t)when) };
}
enum { ASK_HELD, ASK_PUPIL, ASK_VISIT, ASK_CARE, ASK_WRITTEN, ASK_MISTAKEN, ASK_DISPUTED, ASK_ARRIVALS };

static int64_t text_number(Str text) {
    int64_t n = 0;
    for (size_t i = 0; i < text.n; i++) n = (n * 131 + (unsigned char)text.p[i]) % 1000000007;
    return n;
}
static bool one_in(Random *r, uint64_t n) { return random_below(r, n) == 0; }
static int between(Random *r, int low, int high) { return (int)random_between(r, low, high); }

YearAttendance year_attendance(uint64_t seed, Str npsn, int64_t person_id, Date month) {
    Random school = chance(seed, ASK_HELD, text_number(npsn), month.days), pupil = chance(seed, ASK_PUPIL, person_id, month.days);
    int year, m, d;
    date_split(month, &year, &m, &d);
    bool is_closed = m == 7 && one_in(&school, 3);
    YearAttendance t = { .held = is_closed ? 0 : between(&school, 16, 25) };
    if (!t.held) return t;
    bool is_truant = one_in(&pupil, 6);
    t.absent = between(&pupil, 0, is_truant ? 6 : 1);
    t.permitted = between(&pupil, 0, 2);
    t.sick = between(&pupil, 0, 2);
    return t;
}

YearVisit year_visit(uint64_t seed, int64_t person_id, Date month) {
    Random habit = chance(seed, ASK_VISIT, person_id, 0), r = chance(seed, ASK_VISIT, person_id, month.days);
    bool is_shy = one_in(&habit, 8);                       // never comes
    YearVisit v = { 0 };
    if (is_shy || one_in(&r, 6)) return v;
    v.came_on = between(&r, 1, 28);
    v.weight_g = 10000 + 100 * between(&r, 0, 40);
    v.length_mm = one_in(&r, 3) ? 800 + between(&r, 0, 150) : 0;
    v.has_vitamin_a = one_in(&r, 4);
    v.is_observed = one_in(&r, 4);
    return v;
}

YearCare year_care(uint64_t seed, int64_t person_id, Date month) {
    Random habit = chance(seed, ASK_CARE, person_id, 0), r = chance(seed, ASK_CARE, person_id, month.days);
    bool is_alone = one_in(&habit, 3);                     // sees nobody all year
    YearCare c = { 0 };
    if (is_alone) return c;
    bool is_checked = one_in(&r, 6), is_active = one_in(&r, 6);
    c.checked_on = is_checked ? between(&r, 1, 28) : 0;
    c.active_on = is_active ? between(&r, 1, 28) : 0;
    return c;
}

// Some are written down every month, so that "not done" can be said of a whole year.
bool year_is_written(uint64_t seed, int64_t person_id, Date month) {
    Random habit = chance(seed, ASK_WRITTEN, person_id, 0), r = chance(seed, ASK_WRITTEN, person_id, month.days);
    bool is_careful = !one_in(&habit, 3);
    return is_careful || !one_in(&r, 6);
}
bool year_is_mistaken(uint64_t seed, int64_t person_id, Date month) {
    Random r = chance(seed, ASK_MISTAKEN, person_id, month.days);
    return one_in(&r, 8);
}
bool year_is_disputed(uint64_t seed, int64_t person_id, Date month) {
    Random r = chance(seed, ASK_DISPUTED, person_id, month.days);
    return one_in(&r, 25);
}

YearAttendance year_mistake_of(YearAttendance t) {
    bool is_good = (t.held - t.absent - t.permitted - t.sick) * 100 >= t.held * 85;
    return t.held ? (YearAttendance){ t.held, is_good ? t.held / 2 : 0, 0, 0 } : t;
}

size_t year_arrivals(uint64_t seed, FormKind kind, Str place, FormPeriod period, YearArrival *out) {
    static const struct { size_t n; YearArrival at[YEAR_ARRIVALS_MAX]; } CASES[] = {
        { 0, { { 0, 0 } } }, { 1, { { 1, 100 } } }, { 2, { { 0, 8 }, { 1, 20 } } }, { 2, { { 0, 8 }, { 1, 100 } } }, { 3, { { 0, 8 }, { 1, 20 }, { 0, 30 } } },
        { 2, { { 1, 8 }, { 1, 20 } } }, { 1, { { 1, 8 } } }, { 1, { { 1, 8 } } }, { 1, { { 1, 20 } } }, { 1, { { 1, 8 } } },
    };
    Random r = chance(seed, ASK_ARRIVALS + kind * 16, text_number(place), period.year * 10 + period.quarter);
    size_t k = random_below(&r, sizeof CASES / sizeof *CASES);
    memcpy(out, CASES[k].at, sizeof CASES[k].at);
    return CASES[k].n;
}

// ---- styles ---------------------------------------------------------------------------------------------------------------------
typedef struct { const char *name; char separator; bool has_mark, has_sep_line, is_one_header, is_moved, has_extras, has_page_break, is_wordy, is_lower, is_workbook, is_cut; } Style;
static const Style STYLES[YEAR_STYLES_N] = {
    { "as it went out", .separator = ';', .has_mark = true }, { "commas", .separator = ',' }, { "sep= line", .separator = ';', .has_mark = true, .has_sep_line = true },
    { "tabs and words", .separator = '\t', .is_wordy = true }, { "one header row", .separator = ';', .is_one_header = true }, { "columns moved", .separator = ';', .has_mark = true, .is_moved = true },
    { "letterhead and signature", .separator = ';', .has_extras = true, .is_cut = true }, { "a workbook", .is_workbook = true }, { "small letters, header on each page", .separator = ',', .is_lower = true, .has_page_break = true },
    { "everything at once", .separator = ',', .has_mark = true, .has_sep_line = true, .is_one_header = true, .is_moved = true, .has_extras = true, .has_page_break = true, .is_wordy = true },
};
const char *year_style_name(int style) { return STYLES[style].name; }
bool year_style_is_workbook(int style) { return STYLES[style].is_workbook; }

static Str days_text(Arena *a, const Style *s, int n) { return s->is_wordy ? arena_fmt(a, "%d hari", n) : arena_fmt(a, "%d", n); }

static void school_fill(Arena *a, const Style *s, YearAttendance t, Str *cells) {
    int present = t.held - t.absent - t.permitted - t.sick;
    cells[0] = days_text(a, s, t.absent);
    cells[1] = days_text(a, s, t.permitted);
    cells[2] = days_text(a, s, t.sick);
    cells[3] = days_text(a, s, present);
    int64_t hundredths = t.held ? (present * 10000 + t.held / 2) / t.held : 0;
    cells[4] = !t.held ? STR("") : s->is_wordy ? arena_fmt(a, "%lld,%02lld %%", (long long)(hundredths / 100), (long long)(hundredths % 100)) : arena_fmt(a, "%lld", (long long)((hundredths + 50) / 100));
}

static Str day_text(Arena *a, const Style *s, Date month, int day) {
    int year, m, d;
    Buf b = { .max = 40 };
    date_split(month, &year, &m, &d);
    if (s->is_wordy) date_put_iso(&b, date_make(year, m, day));
    else if (s->has_mark) buf_fmt(&b, "%d/%d/%d", day, m, year);
    else if (s->is_lower) buf_fmt(&b, "%02d-%02d-%02d", day, m, year % 100);
    else buf_int(&b, day);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static void visit_fill(Arena *a, const Style *s, YearVisit v, Date month, Str *cells) {
    if (!v.came_on) { cells[0] = s->is_wordy ? STR("tidak hadir") : STR("tidak"); return; }
    cells[0] = day_text(a, s, month, v.came_on);
    cells[1] = s->is_wordy ? arena_fmt(a, "%d gr", (int)v.weight_g) : arena_fmt(a, "%d,%d", (int)(v.weight_g / 1000), (int)(v.weight_g % 1000 / 100));
    if (v.length_mm) cells[2] = s->is_wordy ? arena_fmt(a, "%d.%d cm", (int)(v.length_mm / 10), (int)(v.length_mm % 10)) : arena_fmt(a, "%d,%d", (int)(v.length_mm / 10), (int)(v.length_mm % 10));
    cells[3] = v.has_vitamin_a && v.is_observed ? (s->is_wordy ? STR("vit A, perkembangan") : STR("AP")) : v.has_vitamin_a ? STR("A") : v.is_observed ? STR("P") : STR("");
}

static void care_fill(Arena *a, const Style *s, YearCare c, Date month, Str *cells) {
    cells[0] = c.checked_on ? day_text(a, s, month, c.checked_on) : STR("tidak");
    cells[1] = c.active_on ? day_text(a, s, month, c.active_on) : STR("tidak");
}

void year_fill(Arena *a, uint64_t seed, FormKind kind, FormPeriod period, int version, int style, FormSheet *sheet) {
    const FormLayout *l = &FORM_LAYOUTS[kind];
    const Style *s = &STYLES[style];
    for (size_t k = 0; k < sheet->file.row_n; k++)
        for (int m = 0; m < FORM_MONTHS; m++) {
            Date month = date_add_months(form_period_first(period), m);
            Str *cells = sheet->file.rows[k].cells + l->lead_n + l->month_n * (size_t)m;
            int64_t person = sheet->person_ids[k];
            bool is_mistaken = version == 0 && year_is_mistaken(seed, person, month);
            for (size_t i = 0; i < l->month_n; i++) cells[i] = (Str){ 0 };
            if (!year_is_written(seed, person, month)) continue;
            if (kind == FORM_EDUCATION) {
                YearAttendance t = year_attendance(seed, sheet->place, person, month);
                school_fill(a, s, is_mistaken ? year_mistake_of(t) : t, cells);
            } else if (kind == FORM_HEALTH) {
                YearVisit v = year_visit(seed, person, month);
                visit_fill(a, s, is_mistaken ? (YearVisit){ 0 } : v, month, cells);
            } else {
                YearCare c = year_care(seed, person, month);
                care_fill(a, s, is_mistaken ? (YearCare){ 0 } : c, month, cells);
            }
        }
}

// ---- files ----------------------------------------------------------------------------------------------------------------------
typedef struct { Arena *a; const Style *s; const FormFile *f; CsvWriter w; size_t order[FORM_COLUMNS_MAX], n; Err *e; bool is_good; } Writing;

static void cell_put(Writing *x, Str text) {
    char *c = arena_c(x->a, text);
    for (size_t i = 0; x->s->is_lower && i < text.n; i++) if (c[i] >= 'A' && c[i] <= 'Z') c[i] = (char)(c[i] + 32);
    csv_put(&x->w, (Str){ c, text.n });
}
static void row_end(Writing *x) { x->is_good = x->is_good && csv_end_row(&x->w, x->e); }
static void line_write(Writing *x, Str name, Str value) {
    cell_put(x, name);
    if (value.p) cell_put(x, value);
    row_end(x);
}

static const PdfGroup *group_of(const FormFile *f, size_t column) {
    for (size_t i = 0; i < f->group_n; i++) if (column >= f->groups[i].first && column < f->groups[i].first + f->groups[i].n) return &f->groups[i];
    return NULL;
}

static void header_write(Writing *x) {
    for (int half = 0; half < (x->s->is_one_header ? 1 : 2); half++) {
        for (size_t i = 0; i < x->n; i++) {
            const PdfGroup *g = group_of(x->f, x->order[i]);
            Str title = str_c(x->f->columns[x->order[i]].title);
            if (g && x->s->is_one_header) title = arena_fmt(x->a, "%.*s %s", STR_ARG(title), g->title);
            else if (g && half == 0) title = x->order[i] == g->first ? str_c(g->title) : STR("");
            else if (!g && half == 1) title = STR("");
            cell_put(x, title);
        }
        row_end(x);
    }
}

// Moved: the number first, the months from the last to the first, then the rest. Cut: without the number and the companion.
static void order_make(Writing *x) {
    size_t lead_n = x->f->groups[0].first, last = x->f->column_n - 1;
    if (!x->s->is_moved) {
        for (size_t i = 0; i < x->f->column_n; i++) if (!x->s->is_cut || (i != 0 && i != last)) x->order[x->n++] = i;
        return;
    }
    x->order[x->n++] = 0;
    for (size_t g = x->f->group_n; g-- > 0;) for (size_t i = 0; i < x->f->groups[g].n; i++) x->order[x->n++] = x->f->groups[g].first + i;
    for (size_t i = 1; i < lead_n; i++) x->order[x->n++] = i;
    for (size_t i = x->f->groups[x->f->group_n - 1].first + x->f->groups[0].n; i < x->f->column_n; i++) x->order[x->n++] = i;
}

static bool text_write(Arena *a, const FormFile *f, const Style *s, bool is_first, Buf *out, Err *e) {
    Writing *x = NEW(a, Writing, 1);
    *x = (Writing){ .a = a, .s = s, .f = f, .e = e, .is_good = true };
    if (is_first && s->has_mark) buf_c(out, "\xEF\xBB\xBF");
    if (is_first && s->has_sep_line) buf_fmt(out, "sep=%c\r\n", s->separator);
    x->w = csv_writer(out, (Sink){ 0 }, (CsvWriteOptions){ .separator = s->separator });
    order_make(x);
    if (s->has_extras) { line_write(x, STR("PEMERINTAH KOTA"), (Str){ 0 }); line_write(x, STR("Jl. Contoh 12"), STR("Telepon 0751")); }
    line_write(x, f->title, (Str){ 0 });
    for (size_t i = 0; i < f->line_n; i++) line_write(x, f->lines[i].name, f->lines[i].value);
    header_write(x);
    for (size_t k = 0; k < f->row_n; k++) {
        if (s->has_page_break && k == f->row_n / 2 && k > 0) header_write(x);
        for (size_t i = 0; i < x->n; i++) cell_put(x, f->rows[k].cells[x->order[i]]);
        row_end(x);
    }
    if (s->has_extras) { line_write(x, STR("Jumlah"), STR("12")); line_write(x, STR("Padang, 3 Juli 2023"), STR("Mengetahui")); line_write(x, STR("Drs. Contoh Nama"), STR("NIP 190001011900011001")); }
    return x->is_good && csv_end(&x->w, e);
}

bool year_write(Arena *a, const FormSheet *sheet, int style, bool is_first, Buf *out, Err *e) {
    Str bytes;
    if (!STYLES[style].is_workbook) return text_write(a, &sheet->file, &STYLES[style], is_first, out, e);
    if (!form_workbook(&sheet->file, a, &bytes, e)) return false;
    buf_str(out, bytes);
    return true;
}
