#include "commitment/form_out.h"
#include "files/outfile.h"
#include "base/hash.h"
#include "base/lang.h"
#include "commitment_form_out.sql.h"
#include "files/zip_write.h"
#include "registry/area.h"
#include "registry/secret.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define PEOPLE_MAX 200000              // on the forms of one district

// ---- whom --------------------------------------------------------------------------------------------------------------
static FormPerson *person_add(Arena *a, FormPeople *p) {
    if (p->n == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 256;
        FormPerson *at = NEW(a, FormPerson, cap);
        if (p->n) memcpy(at, p->at, p->n * sizeof *at);
        p->at = at;
        p->cap = cap;
    }
    return &p->at[p->n++];
}

static FormPeopleArgs people_args(const FormAsk *ask) {
    bool has_kecamatan = ask->kecamatan_id != 0;
    FormAges ages = ask->kind == FORM_EDUCATION ? (FormAges){ 0 } : form_ages(ask->book, ask->period);
    return (FormPeopleArgs){ .kind_n = ask->kind, .kab = ask->kab, .place = ask->place.p ? ask->place : STR(""), .young_on = ages.young_from,
                             .young_pupil_on = ages.pupil_from, .until_on = form_period_end(ask->period), .old_on = ages.old_by,
                             .low_id = has_kecamatan ? ask->kecamatan_id * 10000 : 0, .high_id = has_kecamatan ? ask->kecamatan_id * 10000 + 9999 : INT64_MAX,
                             .companion_id = ask->companion_id, SEE(ask->sight) };
}

static bool people_read(Db *db, Arena *a, const FormAsk *ask, FormPeople *p, Err *e) {
    FormPeopleRows rows = { 0 };
    FormPeopleRow row;
    bool has_row = false, is_good = form_people(db, people_args(ask), &rows, e);
    while (is_good && (is_good = form_people_next(&rows, &row, &has_row, e)) && has_row) {
        if (p->n == PEOPLE_MAX) { is_good = fail(e, LIMIT, "More than %d people would stand on the forms: take one kecamatan at a time.", PEOPLE_MAX); break; }
        *person_add(a, p) = (FormPerson){ .place = db_keep(a, row.place), .nik = db_keep(a, row.nik_data), .name = db_keep(a, row.name), .sex = db_keep(a, row.sex), .school_level = db_keep(a, row.school_level),
            .payee_nik = db_keep(a, row.payee_nik_data), .payee_name = db_keep(a, row.payee_name), .companion_name = db_keep(a, row.companion_name), .family_id = row.family_id,
            .person_id = row.person_id, .payee_id = row.payee_id, .village_id = row.village_id, .pregnancy_n = (int)row.pregnancy_n, .is_disabled = row.is_severe_disability, .born_on = row.born_on };
        if (p->n == 1 || row.family_id < p->low_id) p->low_id = row.family_id;
        if (row.family_id > p->high_id) p->high_id = row.family_id;
    }
    form_people_end(&rows);
    return is_good;
}

static Str number_shown(Arena *a, Str number, bool is_whole) {
    if (is_whole || !number.n) return number;
    Buf b = { .max = 128 };
    identity_put_masked(&b, number);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

// In the place of what is sealed stands what may be seen of it. Families in runs, as many keys at a time as are allowed.
static bool numbers_open(Db *db, Arena *a, const FormAsk *ask, FormPeople *p, Err *e) {
    Secrets s = { 0 };
    bool is_good = secrets_open(&s, db, ask->kab, e);
    for (int64_t low = p->low_id; is_good && low <= p->high_id; low += SECRETS_MAX) {
        int64_t high = low + SECRETS_MAX - 1 < p->high_id ? low + SECRETS_MAX - 1 : p->high_id;
        is_good = secrets_load(&s, db, low, high, e);
        for (size_t i = 0; is_good && i < p->n; i++) {
            FormPerson *f = &p->at[i];
            if (f->family_id < low || f->family_id > high) continue;
            const FamilySecret *secret = secret_family(&s, f->family_id);
            Str nik = { 0 }, payee_nik = { 0 };
            is_good = secret_open(secret, SECRET_NIK, f->person_id, f->nik, a, &nik, e) && secret_open(secret, SECRET_NIK, f->payee_id, f->payee_nik, a, &payee_nik, e);
            f->nik = number_shown(a, nik, ask->has_numbers);
            f->payee_nik = number_shown(a, payee_nik, ask->has_numbers);
        }
    }
    secrets_close(&s);
    return is_good;
}

static int by_name(const void *x, const void *y) {
    const FormPerson *a = x, *b = y;
    int by = str_cmp(a->name, b->name);
    return by ? by : a->person_id < b->person_id ? -1 : a->person_id > b->person_id;
}

// ---- a sheet -------------------------------------------------------------------------------------------------------------
typedef struct { Str name, village, kecamatan, kabupaten; } FormPlace;

static bool place_read(Db *db, Arena *a, const FormAsk *ask, Str place, FormPlace *out, Err *e) {
    FormSchoolRow school;
    FormPostRow post;
    Area chain[4];
    size_t n = 0;
    bool found = false;
    int64_t id = 0, village_id = 0;
    bool is_number = str_int64(place, &id);
    if (ask->kind == FORM_EDUCATION) {
        if (!form_school(db, a, (FormSchoolArgs){ .npsn = place }, &school, &found, e)) return false;
        if (found) { out->name = db_keep(a, school.name); village_id = school.village_id; }
    } else if (ask->kind == FORM_HEALTH) {
        if (!form_post(db, a, (FormPostArgs){ .kab = ask->kab, .id = id }, &post, &found, e)) return false;
        if (found) { out->name = db_keep(a, post.name); village_id = post.village_id; }
    } else if (is_number) village_id = id;
    if (!area_chain(db, a, village_id ? village_id : ask->kab, chain, &n, e)) return false;
    for (size_t i = 0; i < n; i++) {
        if (chain[i].level == AREA_VILLAGE) out->village = chain[i].name;
        if (chain[i].level == AREA_KECAMATAN) out->kecamatan = chain[i].name;
        if (chain[i].level == AREA_DISTRICT) out->kabupaten = chain[i].name;
    }
    if (ask->kind == FORM_SOCIAL) out->name = out->village;
    return true;
}

bool form_place_name(Db *db, Arena *a, const FormAsk *ask, Str place, Str *out, Err *e) {
    FormPlace found = { 0 };
    if (!place_read(db, a, ask, place, &found, e)) return false;
    *out = found.name;
    return true;
}

static Str target_of(const FormPerson *p, const FormAsk *ask) {
    if (ask->kind == FORM_SOCIAL) return p->is_disabled ? STR("Disabilitas berat") : STR("Lansia");
    if (p->pregnancy_n > 0) return STR("Ibu hamil/nifas");
    int years = date_age_years(p->born_on, form_period_first(ask->period));
    return years < 1 ? STR("Bayi") : years < 5 ? STR("Balita") : STR("Prasekolah");
}

static Str born_text(Arena *a, Date born_on) {
    int year, month, day;
    if (!date_is_known(born_on)) return (Str){ 0 };
    date_split(born_on, &year, &month, &day);
    return arena_fmt(a, "%02d/%02d/%04d", day, month, year);
}

static void row_fill(Arena *a, const FormAsk *ask, const FormPerson *p, size_t n, Str *cells, size_t column_n) {
    bool is_school = ask->kind == FORM_EDUCATION;
    cells[0] = arena_fmt(a, "%zu", n);
    cells[1] = p->payee_nik;
    cells[2] = p->payee_name;
    cells[3] = p->nik;
    cells[is_school ? 5 : 4] = p->name;
    if (is_school) cells[6] = p->school_level;
    else cells[5] = target_of(p, ask);
    if (ask->kind == FORM_HEALTH) cells[6] = born_text(a, p->born_on);
    if (ask->kind == FORM_SOCIAL && date_is_known(p->born_on)) cells[6] = arena_fmt(a, "%d", date_age_years(p->born_on, (Date){ form_period_end(ask->period).days - 1 }));
    cells[column_n - 1] = p->companion_name;
}

// Who stands on it, in order: eight digits are enough to tell one version of a list from another.
static Str version_of(Arena *a, const FormAsk *ask, const FormPerson *p, size_t n) {
    Hasher h;
    Buf hex = { .max = 65 };
    hash_start(&h);
    hash_add(&h, &(int64_t[]){ ask->kind, ask->period.year, ask->period.quarter, ask->kab }, 4 * sizeof(int64_t));
    hash_add(&h, p[0].place.p, p[0].place.n);
    for (size_t i = 0; i < n; i++) hash_add(&h, &(int64_t[]){ p[i].family_id, p[i].person_id }, 2 * sizeof(int64_t));
    Hash hash = hash_end(&h);
    hash_put_hex(&hex, &hash);
    Str out = arena_str(a, str_part(buf_view(&hex), 0, 8));
    buf_free(&hex);
    return out;
}

static void columns_make(Arena *a, const FormAsk *ask, FormFile *f) {
    const FormLayout *l = &FORM_LAYOUTS[ask->kind];
    FormFileColumn *columns = NEW(a, FormFileColumn, FORM_COLUMNS_MAX);
    size_t n = 0;
    for (size_t i = 0; i < l->lead_n; i++) columns[n++] = l->lead[i];
    for (int month = 0; month < FORM_MONTHS; month++) {
        f->groups[f->group_n++] = (PdfGroup){ form_month_name(ask->period, month), n, l->month_n };
        for (size_t i = 0; i < l->month_n; i++) columns[n++] = l->month[i];
    }
    for (size_t i = 0; i < l->tail_n; i++) columns[n++] = l->tail[i];
    f->columns = columns;
    f->column_n = n;
}

static void words_make(Arena *a, const FormAsk *ask, const FormPlace *place, FormSheet *s) {
    static const char *const ROMAN[] = { "", "I", "II", "III", "IV" };
    const FormLayout *l = &FORM_LAYOUTS[ask->kind];
    FormFile *f = &s->file;
    Str month[FORM_MONTHS];
    for (int i = 0; i < FORM_MONTHS; i++) month[i] = str_c(form_month_name(ask->period, i));
    f->title = arena_fmt(a, "%s TRIWULAN %s TAHUN %d", l->title, ROMAN[ask->period.quarter], ask->period.year);
    f->lines[f->line_n++] = (FormFileLine){ str_c(l->place_title), s->place };
    f->lines[f->line_n++] = (FormFileLine){ str_c(l->place_name_title), place->name.n ? place->name : STR("-") };
    f->qr = arena_fmt(a, "FORMULIR PKH|%s|%lld|%.*s|%d-%d|%.*s", l->name, (long long)ask->kab, STR_ARG(s->place), ask->period.year, ask->period.quarter, STR_ARG(s->version));
    f->qr_text = arena_fmt(a, "%s: %.*s\n%s: %.*s\nKelurahan %.*s, Kecamatan %.*s, %.*s\n%.*s, %.*s, %.*s %d · %zu orang · versi %.*s", l->place_title, STR_ARG(s->place), l->place_name_title,
                           STR_ARG(place->name), STR_ARG(place->village), STR_ARG(place->kecamatan), STR_ARG(place->kabupaten), STR_ARG(month[0]), STR_ARG(month[1]), STR_ARG(month[2]),
                           ask->period.year, f->row_n, STR_ARG(s->version));
    if (ask->kind == FORM_EDUCATION)
        f->notes[f->note_n++] = arena_fmt(a, "Hari efektif:   %.*s ............   %.*s ............   %.*s ............", STR_ARG(month[0]), STR_ARG(month[1]), STR_ARG(month[2]));
    for (size_t i = 0; i < FORM_NOTES_MAX && l->notes[i]; i++) f->notes[f->note_n++] = str_c(l->notes[i]);
    f->signatures[f->signature_n++] = (PdfSignature){ STR(" "), str_c(l->other_signer), { NULL, 0 }, STR("NIP/NIK") };
    f->signatures[f->signature_n++] = (PdfSignature){ arena_fmt(a, "%.*s, ……………………………", STR_ARG(area_name_short(place->kabupaten))), str_c(l->signer), { NULL, 0 }, STR("NIP") };
    f->band = ask->band;
}

static bool sheet_make(Db *db, Arena *a, const FormAsk *ask, FormPerson *people, size_t n, FormSheet *s, Err *e) {
    FormPlace place = { 0 };
    s->place = people[0].place;
    if (!place_read(db, a, ask, s->place, &place, e)) return false;
    qsort(people, n, sizeof *people, by_name);
    s->version = version_of(a, ask, people, n);
    s->place_name = place.name;
    s->family_ids = NEW(a, int64_t, n);
    s->person_ids = NEW(a, int64_t, n);
    s->family_n = n;
    columns_make(a, ask, &s->file);
    FormFileRow *rows = NEW(a, FormFileRow, n);
    for (size_t i = 0; i < n; i++) {
        rows[i].cells = NEW(a, Str, s->file.column_n);
        row_fill(a, ask, &people[i], i + 1, rows[i].cells, s->file.column_n);
        s->family_ids[i] = people[i].family_id;
        s->person_ids[i] = people[i].person_id;
    }
    s->file.rows = rows;
    s->file.row_n = n;
    words_make(a, ask, &place, s);
    return true;
}

bool form_people_read(Db *db, Arena *a, const FormAsk *ask, FormPeople *out, Err *e) {
    FormPeople p = { 0 };
    if (!people_read(db, a, ask, &p, e) || (p.n > 0 && !ask->is_list && !numbers_open(db, a, ask, &p, e))) return false;
    *out = p;
    return true;
}

bool form_out(Db *db, Arena *a, const FormAsk *ask, FormSheets *out, Err *e) {
    FormPeople p = { 0 };
    FormSheets sheets = { .kind = ask->kind, .period = ask->period, .at_time = ask->at, .band = ask->band };
    if (!people_read(db, a, ask, &p, e)) return false;
    if (p.n == 0) return fail(e, NOT_FOUND, "Nobody stands on such a form: no family of yours has somebody there.");
    if (ask->is_list) for (size_t i = 0; i < p.n; i++) p.at[i].nik = p.at[i].payee_nik = (Str){ 0 };
    else if (!numbers_open(db, a, ask, &p, e)) return false;
    sheets.family_ids = NEW(a, int64_t, p.n);
    for (size_t i = 0; i < p.n; i++) sheets.family_ids[i] = p.at[i].family_id;
    sheets.family_n = p.n;
    sheets.person_n = (int64_t)p.n;
    for (size_t i = 0; i < p.n; i++) sheets.n += i == 0 || !str_eq(p.at[i].place, p.at[i - 1].place);
    sheets.at = NEW(a, FormSheet, sheets.n);
    for (size_t i = 0, k = 0; i < p.n; k++) {
        size_t first = i;
        while (i < p.n && str_eq(p.at[i].place, p.at[first].place)) i++;
        if (!sheet_make(db, a, ask, &p.at[first], i - first, &sheets.at[k], e)) return false;
    }
    *out = sheets;
    return true;
}

// ---- files ---------------------------------------------------------------------------------------------------------------
static const struct { const char *name, *content_type; } FORMATS[] = {
    [FORM_CSV] = { "csv", "text/csv; charset=utf-8" }, [FORM_XLSX] = { "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" }, [FORM_PDF] = { "pdf", "application/pdf" },
};
static const char *const KIND_WORDS[FORM_KINDS_N] = { "pendidikan", "kesehatan", "kesejahteraan" };

bool form_format_find(Str text, FormFormat *out) {
    for (size_t i = 0; i < sizeof FORMATS / sizeof *FORMATS; i++) if (str_eq(text, str_c(FORMATS[i].name))) { *out = (FormFormat)i; return true; }
    return false;
}

static Str sheet_name(Arena *a, const FormSheets *s, Str place, const char *ending) {
    return arena_fmt(a, "formulir-%s%s%.*s-%d-%d.%s", KIND_WORDS[s->kind], place.n ? "-" : "", STR_ARG(place), s->period.year, s->period.quarter, ending);
}

static bool bytes_write(void *to, Str bytes, Err *e) {
    const int *fd = to;
    for (size_t done = 0; done < bytes.n;) {
        ssize_t n = write(*fd, bytes.p + done, bytes.n - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return fail(e, IO_FAILED, "The form cannot be written: %s.", strerror(errno));
        done += (size_t)n;
    }
    return true;
}

static bool document_write(const FormSheets *s, Arena *a, int fd, Err *e) {
    Buf footer = { .max = 200 };
    date_put_local(&footer, date_of_instant(s->at_time, 420));
    Str title = s->n == 1 ? arena_fmt(a, "%.*s – %.*s", STR_ARG(s->at[0].place), STR_ARG(s->at[0].place_name)) : s->at[0].file.title;
    Pdf *p = pdf_new((PdfOptions){ .title = title, .author = STR("PKH"), .created_at = s->at_time, .footer = buf_view(&footer), .band = s->band, .is_landscape = true,
                                   .margin_mm = FORM_MARGIN_MM });
    for (size_t i = 0; i < s->n; i++) {
        if (i) pdf_page_break(p);
        formfile_pdf(&s->at[i].file, p);
        progress_report(s->progress, _("Setting forms on paper"), (int64_t)i + 1, (int64_t)s->n);
    }
    bool is_good = pdf_write(p, (Sink){ bytes_write, &fd }, NULL, e);
    pdf_free(p);
    buf_free(&footer);
    return is_good;
}

bool form_workbook(const FormFile *f, Arena *a, Str *out, Err *e) {
    int fd;
    if (!file_temporary(&fd, e)) return false;
    off_t size = 0;
    bool is_good = formfile_xlsx(f, fd, e) && ((size = lseek(fd, 0, SEEK_END)) > 0 || fail(e, IO_FAILED, "The workbook cannot be read back."));
    char *bytes = is_good ? arena_alloc(a, 1, 1, (size_t)size) : NULL;
    is_good = is_good && (pread(fd, bytes, (size_t)size, 0) == size || fail(e, IO_FAILED, "The workbook cannot be read back."));
    close(fd);
    if (is_good) *out = (Str){ bytes, (size_t)size };
    return is_good;
}

static bool sheet_bytes(const FormSheet *s, Arena *a, FormFormat format, Str *out, Err *e) {
    if (format == FORM_XLSX) return form_workbook(&s->file, a, out, e);
    Buf b = { .max = BUF_MAX };
    bool is_good = formfile_csv(&s->file, &b, e);
    if (is_good) *out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return is_good;
}

static bool files_write(const FormSheets *s, Arena *a, FormFormat format, int fd, Err *e) {
    ZipPart *parts = NEW(a, ZipPart, s->n);
    for (size_t i = 0; i < s->n; i++) {
        parts[i].name = sheet_name(a, s, s->at[i].place, FORMATS[format].name);
        if (!sheet_bytes(&s->at[i], a, format, &parts[i].bytes, e)) return false;
    }
    return s->n > 1 ? zip_pack(parts, s->n, fd, e) : bytes_write(&fd, parts[0].bytes, e);
}

bool form_out_write(const FormSheets *s, Arena *a, FormFormat format, int *fd, Str *name, const char **content_type, Err *e) {
    int file;
    bool is_zip = s->n > 1 && format != FORM_PDF;
    if (!file_temporary(&file, e)) return false;
    bool is_good = (format == FORM_PDF ? document_write(s, a, file, e) : files_write(s, a, format, file, e)) &&
                   (lseek(file, 0, SEEK_SET) == 0 || fail(e, IO_FAILED, "The form cannot be read back: %s.", strerror(errno)));
    if (!is_good) { close(file); return false; }
    *fd = file;
    *name = sheet_name(a, s, s->n == 1 ? s->at[0].place : (Str){ 0 }, is_zip ? "zip" : FORMATS[format].name);
    *content_type = is_zip ? "application/zip" : FORMATS[format].content_type;
    return true;
}
