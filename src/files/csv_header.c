#include "files/csv.h"

// What stands between the letters of a title and says nothing: punctuation, spaces and their invisible kin.
// '/' stays: it joins the two rows of a header, and "RT/RW" is not "RTRW" to anyone.
static size_t noise(Str s) {
    static const char *const WIDE[] = { "\u00A0", "\u200B", "\u200C", "\u200D", "\u2060", "\uFEFF", "\u2018", "\u2019" };
    if (strchr(" \t\r\n._-:*'\"`#", s.p[0]) && s.p[0]) return 1;
    for (size_t i = 0; i < sizeof WIDE / sizeof WIDE[0]; i++) if (str_starts(s, str_c(WIDE[i]))) return strlen(WIDE[i]);
    return 0;
}

void csv_name_put(Buf *b, Str title) {
    while (title.n) {
        size_t skip = noise(title);
        char c = title.p[0];
        if (!skip) buf_char(b, c >= 'A' && c <= 'Z' ? (char)(c + 32) : c);
        title = str_part(title, skip ? skip : 1, title.n);
    }
}

static Str name_of(Arena *a, Str title) {
    Buf b = { .max = CSV_CELL_MAX };
    csv_name_put(&b, title);
    Str name = arena_str(a, buf_view(&b));
    buf_free(&b);
    return name;
}

// Position of the known column that has this name, or -1.
static int known_find(const CsvColumn *known, size_t known_n, Arena *a, Str name) {
    for (size_t i = 0; i < known_n; i++) {
        Str rest = str_c(known[i].names);
        while (rest.p) if (str_eq(name_of(a, str_cut(&rest, '|')), name)) return (int)i;
    }
    return -1;
}

typedef struct { Str *titles, *names; size_t n; int *known; size_t found_n, missing_n; } Candidate;

static size_t titled_n(const Candidate *c) {
    size_t n = c->n;
    while (n && c->names[n - 1].n == 0) n--;
    return n;
}

static void candidate_match(Candidate *c, const CsvColumn *known, size_t known_n, Arena *a) {
    bool *has = NEW(a, bool, known_n);
    c->names = NEW(a, Str, c->n);
    c->known = NEW(a, int, c->n);
    for (size_t i = 0; i < c->n; i++) {
        c->names[i] = name_of(a, c->titles[i]);
        c->known[i] = c->names[i].n ? known_find(known, known_n, a, c->names[i]) : -1;
        if (c->known[i] >= 0 && !has[c->known[i]]) { has[c->known[i]] = true; c->found_n++; }
    }
    for (size_t i = 0; i < known_n; i++) c->missing_n += known[i].is_required && !has[i];
}

static Candidate candidate_of(const CsvRow *row, const CsvColumn *known, size_t known_n, Arena *a) {
    Candidate c = { .n = row->n };
    c.titles = NEW(a, Str, c.n);
    for (size_t i = 0; i < c.n; i++) c.titles[i] = arena_str(a, str_trim(row->cells[i]));
    candidate_match(&c, known, known_n, a);
    return c;
}

// Two rows as one: "April" over "alpa, izin" gives "April/alpa, April/izin".
static Candidate candidate_join(const Candidate *up, const CsvRow *row, const CsvColumn *known, size_t known_n, Arena *a) {
    Candidate c = { .n = up->n > row->n ? up->n : row->n };
    c.titles = NEW(a, Str, c.n);
    Str group = STR("");
    for (size_t i = 0; i < c.n; i++) {
        Str above = i < up->n ? up->titles[i] : STR(""), below = i < row->n ? str_trim(row->cells[i]) : STR("");
        if (above.n) group = above;
        c.titles[i] = below.n == 0 ? above : group.n == 0 ? arena_str(a, below) : arena_fmt(a, STR_FMT "/" STR_FMT, STR_ARG(group), STR_ARG(below));
    }
    candidate_match(&c, known, known_n, a);
    return c;
}

static Str first_name(const CsvColumn *known) {
    Str names = str_c(known->names);
    return str_cut(&names, '|');
}

static bool check_doubles(const Candidate *c, const CsvColumn *known, int64_t row_n, Err *e) {
    for (size_t i = 0; i < c->n; i++) for (size_t j = 0; j < i; j++) {
        if (c->names[i].n == 0) continue;
        if (str_eq(c->names[i], c->names[j]))
            return fail(e, BAD_INPUT, "Row %lld: columns %zu and %zu are both named \"%.*s\". Rename one of them.",
                        (long long)row_n, j + 1, i + 1, STR_ARG(c->titles[i]));
        if (c->known[i] >= 0 && c->known[i] == c->known[j])
            return fail(e, BAD_INPUT, "Row %lld: columns %zu (\"%.*s\") and %zu (\"%.*s\") both mean \"%.*s\". Rename the one that does not.",
                        (long long)row_n, j + 1, STR_ARG(c->titles[j]), i + 1, STR_ARG(c->titles[i]), STR_ARG(first_name(&known[c->known[i]])));
    }
    return true;
}

static bool candidate_take(CsvReader *r, const Candidate *c, int rows_n, CsvPlace place, Arena *a,
                           const CsvColumn *known, size_t known_n, CsvHeader *out, Err *e) {
    if (!check_doubles(c, known, place.row_n + 1, e)) return false;
    CsvHeader h = { .at = NEW(a, int16_t, known_n), .known_n = known_n, .titles = c->titles, .titles_n = titled_n(c), .rows_n = rows_n, .place = place };
    for (size_t i = 0; i < known_n; i++) h.at[i] = -1;
    for (size_t i = 0; i < c->n; i++) if (c->known[i] >= 0) h.at[c->known[i]] = (int16_t)i;
    csv_expect(r, h.titles_n, c->n);
    *out = h;
    return true;
}

static bool fail_missing(const Candidate *best, int64_t row_n, const CsvColumn *known, size_t known_n, Err *e) {
    Buf missing = { .max = 400 };
    for (size_t i = 0; i < known_n; i++) {
        bool is_there = !known[i].is_required;
        for (size_t j = 0; j < best->n; j++) is_there |= best->known[j] == (int)i;
        if (!is_there) buf_fmt(&missing, "%s%.*s", missing.n ? ", " : "", STR_ARG(first_name(&known[i])));
    }
    if (best->found_n == 0)
        fail(e, BAD_INPUT, "No header found in the first %d rows. Columns needed: %.*s.", CSV_HEADER_ROWS_MAX, STR_ARG(buf_view(&missing)));
    else
        fail(e, BAD_INPUT, "The header in row %lld lacks: %.*s.", (long long)row_n, STR_ARG(buf_view(&missing)));
    buf_free(&missing);
    return false;
}

bool csv_header_find(CsvReader *r, Arena *a, const CsvColumn *known, size_t known_n, CsvHeader *out, Err *e) {
    Candidate best = { .n = 0 };
    int64_t best_row_n = 0;
    CsvRow row;
    bool has_row = false;
    for (;;) {
        if (!csv_next(r, &row, &has_row, e)) return false;
        if (!has_row || row.at.row_n >= CSV_HEADER_ROWS_MAX) return fail_missing(&best, best_row_n, known, known_n, e);
        CsvPlace place = row.at;
        Candidate one = candidate_of(&row, known, known_n, a), two = { .n = 0 };
        if (!csv_next(r, &row, &has_row, e)) return false;
        if (has_row) two = candidate_join(&one, &row, known, known_n, a);
        bool one_fits = one.found_n && one.missing_n == 0, two_fits = two.found_n && two.missing_n == 0;
        if (two_fits && (!one_fits || two.found_n > one.found_n)) return candidate_take(r, &two, 2, place, a, known, known_n, out, e);
        if (has_row) csv_unread(r);
        if (one_fits) return candidate_take(r, &one, 1, place, a, known, known_n, out, e);
        if (one.found_n > best.found_n) { best = one; best_row_n = place.row_n + 1; }
    }
}

Str csv_cell(const CsvHeader *h, const CsvRow *row, size_t known) {
    int at = h->at[known];
    return at < 0 || (size_t)at >= row->n ? STR("") : row->cells[at];
}

bool csv_row_is_header(const CsvHeader *h, const CsvRow *row) {
    size_t equal_n = 0;
    for (size_t i = 0; i < h->titles_n && i < row->n; i++) {
        if (h->titles[i].n == 0) continue;
        if (!str_eq(str_trim(row->cells[i]), h->titles[i])) return false;
        equal_n++;
    }
    return equal_n > 0;
}

bool csv_row_is_total(const CsvRow *row) {
    static const char *const WORDS[] = { "jumlah", "total", "subtotal", "grandtotal" };
    for (size_t i = 0; i < row->n; i++) {
        char memory[16] = "";
        Buf name = { .p = memory, .cap = sizeof memory, .max = sizeof memory };        // never grows: a longer name is no total
        if (row->cells[i].n == 0) continue;
        csv_name_put(&name, str_part(row->cells[i], 0, 40));
        for (size_t k = 0; k < sizeof WORDS / sizeof WORDS[0]; k++) if (str_starts(buf_view(&name), str_c(WORDS[k]))) return true;
        return false;
    }
    return false;
}
