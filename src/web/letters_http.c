// letters_http.c: the letters of a list. The page cuts the list into files; a file holds the letters in the order kelurahan, RW, RT.
#include "web/family.h"
#include "web/letter.h"
#include "web_letters.page.h"
#include "web_web.sql.h"
#include <stdlib.h>

Url letters_url(Arena *a, Url list) {
    Str query = list.s;
    (void)str_cut(&query, '?');
    return query.n ? url_path(a, "/families/letters?" STR_FMT, STR_ARG(query)) : url_path(a, "/families/letters");
}

Url letters_file_url(Arena *a, Url here, int64_t part_n, const char *paper) {
    Url url = url_with(a, here, "format", STR("pdf"));
    return url_with(a, url_with(a, url, "part", id_text(a, part_n)), "paper", str_c(paper));
}

// ---- the order of delivery -------------------------------------------------------------------------------------------
typedef struct { int64_t id, village_id; Str rt, rw; } Door;

static int door_order(const void *one, const void *two) {
    const Door *x = one, *y = two;
    if (x->village_id != y->village_id) return x->village_id > y->village_id ? 1 : -1;
    int order = str_cmp(x->rw, y->rw);
    if (!order) order = str_cmp(x->rt, y->rt);
    return order ? order : (x->id > y->id) - (x->id < y->id);
}

static int mark_order(const void *one, const void *two) { return (((const FamilyMark *)one)->id > ((const FamilyMark *)two)->id) - (((const FamilyMark *)one)->id < ((const FamilyMark *)two)->id); }

// Where each family of the list lives: one pass over the district, beside the list by number.
static bool doors_read(Db *db, Arena *a, FamiliesView *v, Door **out, size_t *n, Err *e) {
    FamilyDoorsRows rows = { 0 };
    FamilyDoorsRow row;
    FamilyMarks *m = &v->marks;
    Door *doors = NEW(a, Door, m->n + 1);
    size_t k = 0, door_n = 0;
    if (m->n) qsort(m->at, m->n, sizeof *m->at, mark_order);
    bool has_row = false, is_good = family_doors(db, (FamilyDoorsArgs){ .kab = v->filter.kab, SEE(v->filter.sight) }, &rows, e);
    while (is_good && k < m->n && (is_good = family_doors_next(&rows, &row, &has_row, e)) && has_row) {
        while (k < m->n && m->at[k].id < row.id) k++;
        if (k < m->n && m->at[k].id == row.id) doors[door_n++] = (Door){ row.id, row.village_id, arena_str(a, row.rt), arena_str(a, row.rw) };
    }
    family_doors_end(&rows);
    if (!is_good) return false;
    if (door_n) qsort(doors, door_n, sizeof *doors, door_order);
    *out = doors;
    *n = door_n;
    return true;
}

// ---- one file --------------------------------------------------------------------------------------------------------
typedef struct { Door door; LetterView letter; } Told;

static int told_order(const void *one, const void *two) { return door_order(&((const Told *)one)->door, &((const Told *)two)->door); }
static int door_number(const void *one, const void *two) { return (((const Door *)one)->id > ((const Door *)two)->id) - (((const Door *)one)->id < ((const Door *)two)->id); }

static Str ids_text(Arena *a, const Door *doors, size_t n) {
    Buf b = { .max = 32 * LETTERS_MAX };
    for (size_t i = 0; i < n; i++) buf_fmt(&b, ",%lld", (long long)doors[i].id);
    buf_char(&b, ',');
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

// Names and addresses in one query, statuses in another, however many letters there are. `doors` by number.
static bool letters_fill(Request *r, Db *db, const FamiliesView *v, const Door *doors, size_t n, Told *out, size_t *out_n, Err *e) {
    Arena *a = r->arena;
    const FamilyFilter *f = &v->filter;
    FamilyStatuses situations;
    Areas villages;
    Area district;
    LetterFamiliesRows rows = { 0 };
    LetterFamiliesRow row;
    bool has_row = false, found;
    int64_t *ids = NEW(a, int64_t, n);
    for (size_t i = 0; i < n; i++) ids[i] = doors[i].id;
    if (!area_read(db, a, f->kab, &district, &found, e) || !area_list_level(db, a, f->kab, AREA_VILLAGE, &villages, e) ||
        !family_statuses_read(db, a, f->sight, f->kab, f->status_stage, ids, n, r->received_at, &situations, e)) return false;
    LetterFamiliesArgs args = { .kab = f->kab, .first_id = ids[0], .last_id = ids[n - 1], .ids = ids_text(a, doors, n), SEE(f->sight) };
    bool is_good = letter_families(db, args, &rows, e);
    while (is_good && (is_good = letter_families_next(&rows, &row, &has_row, e)) && has_row && *out_n < n) {
        const FamilyStatus *situation = family_statuses_find(&situations, row.id);
        if (!situation) continue;                          // gone between two reads there is none: both are of one moment
        Told *to = &out[(*out_n)++];
        to->door = (Door){ row.id, row.village_id, arena_str(a, row.rt), arena_str(a, row.rw) };
        to->letter = (LetterView){ .kab = f->kab, .id = row.id, .name = row.name.n ? arena_str(a, row.name) : str_c(_("No name")), .address = arena_str(a, row.address),
                                   .companion = arena_str(a, row.companion_name), .area_name = found ? district.name : str_c(_("Social Service")),
                                   .village = letter_place(a, area_name_of(&villages, row.village_id), to->door.rt, to->door.rw) };
        letter_words(a, &to->letter, situation, f->status_stage, web_today(r));
    }
    letter_families_end(&rows);
    if (is_good && *out_n) qsort(out, *out_n, sizeof *out, told_order);
    return is_good;
}

static bool body_write(void *to, Str bytes, Err *e) { return (void)e, buf_str(to, bytes), true; }

static bool letters_pdf(Request *r, Response *res, const FamiliesView *v, const Told *told, size_t n, int64_t part_n, bool is_a5, Err *e) {
    int pages_n;
    Str band = web_viewer(r)->is_practice ? str_c(_("PRACTICE DATABASE – synthetic data")) : STR("");
    Pdf *p = pdf_new((PdfOptions){ .title = str_c(_("Letters to families")), .author = told[0].letter.area_name, .created_at = r->received_at, .footer = told[0].letter.stage_label, .band = band, .is_a5 = is_a5 });
    for (size_t i = 0; i < n; i++) {
        if (i) pdf_page_break(p);
        letter_put(p, r->arena, &told[i].letter);
    }
    bool is_good = pdf_write(p, (Sink){ body_write, &res->body }, &pages_n, e);
    pdf_free(p);
    if (is_good) response_download(r, res, arena_fmt(r->arena, "surat-%lld-%lld.pdf", (long long)v->filter.kab, (long long)part_n), "application/pdf");
    return is_good;
}

static bool letters_file(Request *r, Response *res, Db *db, const FamiliesView *v, Door *doors, size_t door_n, Err *e) {
    int64_t part_n = query_int(r, "part", 1);
    Str paper = query_text(r, "paper");
    if (paper.n && !str_eq(paper, STR("a4")) && !str_eq(paper, STR("a5"))) return fail(e, BAD_INPUT, "Letters are printed on a4 or a5, not on \"%.*s\".", STR_ARG(paper));
    if (door_n == 0) return fail(e, NOT_FOUND, "No family fits, so there is no letter. Take away a filter of the list.");
    if (part_n < 1 || (size_t)(part_n - 1) * LETTERS_MAX >= door_n)
        return fail(e, NOT_FOUND, "The letters of this list have no part %lld. Families may have left the list: look at it again.", (long long)part_n);
    Door *first = doors + (part_n - 1) * LETTERS_MAX;
    size_t n = door_n - (size_t)(first - doors), told_n = 0;
    if (n > LETTERS_MAX) n = LETTERS_MAX;
    qsort(first, n, sizeof *first, door_number);
    Told *told = NEW(r->arena, Told, n);
    int64_t *ids = NEW(r->arena, int64_t, n);
    for (size_t i = 0; i < n; i++) ids[i] = first[i].id;
    if (!letters_fill(r, db, v, first, n, told, &told_n, e)) return false;
    if (!web_may_show(r, res, "letter", v->filter.kab, ids, n)) return true;
    return letters_pdf(r, res, v, told, told_n, part_n, str_eq(paper, STR("a5")), e);
}

// ---- the page --------------------------------------------------------------------------------------------------------
static Str place_of(Arena *a, const Areas *villages, const Door *d) { return letter_place(a, area_name_of(villages, d->village_id), d->rt, d->rw); }

static bool letters_show(Request *r, Response *res, Db *db, const FamiliesView *list, const Door *doors, size_t n, Err *e) {
    Areas villages;
    LettersView *v = NEW(r->arena, LettersView, 1);
    if (!area_list_level(db, r->arena, list->filter.kab, AREA_VILLAGE, &villages, e)) return false;
    Str query = r->here.s;
    (void)str_cut(&query, '?');
    *v = (LettersView){ .list = list, .parts = NEW(r->arena, LettersPart, LETTER_PARTS_MAX), .back = query.n ? url_path(r->arena, "/families?" STR_FMT, STR_ARG(query)) : url_path(r->arena, "/families") };
    for (size_t from = 0; from < n && v->part_n < LETTER_PARTS_MAX; from += LETTERS_MAX) {
        size_t to = from + LETTERS_MAX < n ? from + LETTERS_MAX : n;
        v->parts[v->part_n] = (LettersPart){ (int64_t)v->part_n + 1, (int64_t)from + 1, (int64_t)to, place_of(r->arena, &villages, &doors[from]), place_of(r->arena, &villages, &doors[to - 1]) };
        v->part_n++;
    }
    v->is_cut = v->part_n * LETTERS_MAX < n;
    Page page = page_begin(r);
    letters_page(&page, v);
    return page_end(r, res, (PageHead){ .title = str_c(_("Letters to families")), .nav = "/families", .crumbs = { { v->back.s.p, str_c(_("Families")) }, { NULL, str_c(_("Letters")) } } }, &page, e);
}

bool letters_get(Request *r, Response *res, Err *e) {
    FamiliesView *v = NEW(r->arena, FamiliesView, 1);
    Str format = query_text(r, "format");
    Door *doors;
    size_t n;
    Db *db;
    if (format.n && !str_eq(format, STR("pdf"))) return fail(e, BAD_INPUT, "A letter is given as pdf, not as \"%.*s\".", STR_ARG(format));
    if (!request_db_read(r, &db, e) || !db_begin_read(db, e) || !families_fill(r, db, v, e) || !doors_read(db, r->arena, v, &doors, &n, e)) return false;
    return format.n ? letters_file(r, res, db, v, doors, n, e) : letters_show(r, res, db, v, doors, n, e);
}
