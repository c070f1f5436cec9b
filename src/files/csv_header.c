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

typedef struct { Str *titles, *names; size_t n; int *known; bool *is_chosen; size_t found_n, missing_n; } Candidate;
typedef struct { const CsvColumn *known; size_t known_n; const HeaderMap *map; Arena *a; } Search;

static size_t titled_n(const Candidate *c) {
    size_t n = c->n;
    while (n && c->names[n - 1].n == 0) n--;
    return n;
}

static Str first_name(const CsvColumn *known) {
    Str names = str_c(known->names);
    return str_cut(&names, '|');
}

// What a person said about a known column; NULL when nothing.
static const HeaderChoice *choice_find(const Search *s, size_t known) {
    Str name = first_name(&s->known[known]);
    for (size_t i = 0; s->map && i < s->map->n; i++) if (str_eq_nocase(s->map->at[i].known, name)) return &s->map->at[i];
    return NULL;
}
static bool is_none(Str choice) { return str_eq(choice, STR("-")); }

// The column that a choice means, or -1.
static int chosen_column(const Search *s, const Candidate *c, Str choice) {
    int64_t number;
    Str title = str_part(choice, 1, choice.n), digits = str_cut(&title, ' ');
    if (str_starts(choice, STR("#")) && str_int64(digits, &number)) {
        if (number < 1 || number > (int64_t)c->n) return -1;
        return !title.p || str_eq(c->names[number - 1], name_of(s->a, title)) ? (int)number - 1 : -1;
    }
    Str name = name_of(s->a, choice);
    for (size_t i = 0; i < c->n; i++) if (str_eq(c->titles[i], choice)) return (int)i;
    for (size_t i = 0; i < c->n; i++) if (name.n && str_eq(c->names[i], name)) return (int)i;
    return -1;
}

// The choice as it counts for these titles; empty when there is none.
static Str choice_of(const Search *s, const Candidate *c, size_t known) {
    const HeaderChoice *choice = choice_find(s, known);
    if (!choice) return (Str){ 0 };
    bool counts = !choice->is_remembered || is_none(choice->title) || chosen_column(s, c, choice->title) >= 0;
    return counts ? choice->title : (Str){ 0 };
}

static void candidate_match(Candidate *c, const Search *s) {
    bool *has = NEW(s->a, bool, s->known_n);
    c->names = NEW(s->a, Str, c->n);
    c->known = NEW(s->a, int, c->n);
    c->is_chosen = NEW(s->a, bool, c->n);
    for (size_t i = 0; i < c->n; i++) { c->names[i] = name_of(s->a, c->titles[i]); c->known[i] = -1; }
    for (size_t k = 0; k < s->known_n; k++) {
        Str choice = choice_of(s, c, k);
        int column = choice.n && !is_none(choice) ? chosen_column(s, c, choice) : -1;
        if (column < 0 || c->is_chosen[column]) continue;
        c->known[column] = (int)k;
        c->is_chosen[column] = has[k] = true;
        c->found_n++;
    }
    for (size_t i = 0; i < c->n; i++) {
        int known = c->names[i].n && !c->is_chosen[i] ? known_find(s->known, s->known_n, s->a, c->names[i]) : -1;
        if (known < 0) continue;
        const HeaderChoice *choice = choice_find(s, (size_t)known);
        bool was_none = choice && choice->is_remembered && is_none(choice->title);         // but here it is
        if (!was_none && choice_of(s, c, (size_t)known).n) continue;          // a person said which column that is, or that there is none
        c->known[i] = known;
        if (!has[known]) { has[known] = true; c->found_n++; }
    }
    for (size_t k = 0; k < s->known_n; k++) {
        Str choice = choice_of(s, c, k);
        bool is_wanted = choice.n ? !is_none(choice) : s->known[k].is_required;
        c->missing_n += is_wanted && !has[k];
    }
}

static Candidate candidate_of(const CsvRow *row, const Search *s) {
    Candidate c = { .n = row->n };
    c.titles = NEW(s->a, Str, c.n);
    for (size_t i = 0; i < c.n; i++) c.titles[i] = arena_str(s->a, str_trim(row->cells[i]));
    candidate_match(&c, s);
    return c;
}

// Two rows as one: "April" over "alpa, izin" gives "April/alpa, April/izin".
static Candidate candidate_join(const Candidate *up, const CsvRow *row, const Search *s) {
    Candidate c = { .n = up->n > row->n ? up->n : row->n };
    c.titles = NEW(s->a, Str, c.n);
    Str group = STR("");
    for (size_t i = 0; i < c.n; i++) {
        Str above = i < up->n ? up->titles[i] : STR(""), below = i < row->n ? str_trim(row->cells[i]) : STR("");
        if (above.n) group = above;
        c.titles[i] = below.n == 0 ? above : group.n == 0 ? arena_str(s->a, below) : arena_fmt(s->a, STR_FMT "/" STR_FMT, STR_ARG(group), STR_ARG(below));
    }
    candidate_match(&c, s);
    return c;
}

static bool check_doubles(const Candidate *c, const CsvColumn *known, int64_t row_n, Err *e) {
    for (size_t i = 0; i < c->n; i++) for (size_t j = 0; j < i; j++) {
        if (c->names[i].n == 0 || c->is_chosen[i] || c->is_chosen[j]) continue;
        if (str_eq(c->names[i], c->names[j]))
            return fail(e, BAD_INPUT, "Row %lld: columns %zu and %zu are both named \"%.*s\". Rename one of them, or say which column is meant.",
                        (long long)row_n, j + 1, i + 1, STR_ARG(c->titles[i]));
        if (c->known[i] >= 0 && c->known[i] == c->known[j])
            return fail(e, BAD_INPUT, "Row %lld: columns %zu (\"%.*s\") and %zu (\"%.*s\") both mean \"%.*s\". Say which one is meant, or rename the other.",
                        (long long)row_n, j + 1, STR_ARG(c->titles[j]), i + 1, STR_ARG(c->titles[i]), STR_ARG(first_name(&known[c->known[i]])));
    }
    return true;
}

static CsvHeader header_of(const Candidate *c, int rows_n, CsvPlace place, const Search *s) {
    CsvHeader h = { .at = NEW(s->a, int16_t, s->known_n), .known_n = s->known_n, .titles = c->titles, .titles_n = titled_n(c), .rows_n = rows_n,
                    .place = place };
    for (size_t i = 0; i < s->known_n; i++) h.at[i] = -1;
    for (size_t i = 0; i < c->n; i++) if (c->known[i] >= 0) h.at[c->known[i]] = (int16_t)i;
    return h;
}

static bool candidate_take(RowSource r, const Candidate *c, int rows_n, CsvPlace place, const Search *s, CsvHeader *out, Err *e) {
    if (!check_doubles(c, s->known, place.row_n + 1, e)) return false;
    *out = header_of(c, rows_n, place, s);
    r.expect(r.of, out->titles_n, c->n);
    return true;
}

static bool fail_missing(const Candidate *best, int64_t row_n, const Search *s, Err *e) {
    Buf missing = { .max = 600 };
    for (size_t k = 0; k < s->known_n; k++) {
        Str choice = choice_of(s, best, k);
        bool is_there = choice.n ? is_none(choice) : !s->known[k].is_required;
        for (size_t j = 0; j < best->n; j++) is_there |= best->known[j] == (int)k;
        if (is_there) continue;
        buf_fmt(&missing, "%s%.*s", missing.n ? ", " : "", STR_ARG(first_name(&s->known[k])));
        if (choice.n) buf_fmt(&missing, " (\"%.*s\")", STR_ARG(choice));
    }
    if (best->found_n == 0)
        fail(e, BAD_INPUT, "No header found in the first %d rows. Columns needed: %.*s.", CSV_HEADER_ROWS_MAX, STR_ARG(buf_view(&missing)));
    else
        fail(e, BAD_INPUT, "The header in row %lld lacks: %.*s.", (long long)row_n, STR_ARG(buf_view(&missing)));
    buf_free(&missing);
    return false;
}

bool header_find(RowSource r, Arena *a, const CsvColumn *known, size_t known_n, const HeaderMap *map, CsvHeader *out, Err *e) {
    Search s = { known, known_n, map, a };
    Candidate best = { .n = 0 };
    int64_t best_row_n = 0;
    CsvRow row;
    bool has_row = false;
    for (;;) {
        if (!r.next(r.of, &row, &has_row, e)) return false;
        if (!has_row || row.at.row_n >= CSV_HEADER_ROWS_MAX) return fail_missing(&best, best_row_n, &s, e);
        CsvPlace place = row.at;
        Candidate one = candidate_of(&row, &s), two = { .n = 0 };
        bool one_fits = one.found_n && one.missing_n == 0;
        if (!r.next(r.of, &row, &has_row, e)) {            // a broken row below the header is told when it is its turn
            if (!one_fits || e->code != BAD_INPUT) return false;
            *e = (Err){ 0 };
            return candidate_take(r, &one, 1, place, &s, out, e);
        }
        if (has_row) two = candidate_join(&one, &row, &s);
        bool two_fits = two.found_n && two.missing_n == 0;
        if (two_fits && (!one_fits || two.found_n > one.found_n)) return candidate_take(r, &two, 2, place, &s, out, e);
        if (has_row) r.unread(r.of);
        if (one_fits) return candidate_take(r, &one, 1, place, &s, out, e);
        if (one.found_n > best.found_n) { best = one; best_row_n = place.row_n + 1; }
    }
}

bool header_guess(RowSource r, Arena *a, const CsvColumn *known, size_t known_n, CsvHeader *out, bool *found, Err *e) {
    Search s = { known, known_n, NULL, a };
    Candidate before = { .n = 0 };
    CsvPlace before_place = { 0 };
    size_t best_n = 0, widest_n = 0;
    bool has_row = true;
    CsvHeader best = { 0 };
    CsvRow row;
    while (r.next(r.of, &row, &has_row, e) && has_row && row.at.row_n < CSV_HEADER_ROWS_MAX) {
        Candidate one = candidate_of(&row, &s), two = before.n ? candidate_join(&before, &row, &s) : (Candidate){ .n = 0 };
        if (two.found_n > best_n && two.found_n > one.found_n) { best = header_of(&two, 2, before_place, &s); best_n = two.found_n; }
        if (one.found_n > best_n || (best_n == 0 && titled_n(&one) > widest_n)) {
            best = header_of(&one, 1, row.at, &s);
            best_n = one.found_n;
            widest_n = titled_n(&one);
        }
        before = one;
        before_place = row.at;
    }
    if (e->code) return false;
    if (!best.at) return fail(e, BAD_INPUT, "The file is empty.");
    *out = best;
    *found = best_n > 0;
    return true;
}

static bool source_next(void *of, CsvRow *row, bool *has_row, Err *e) { return csv_next(of, row, has_row, e); }
static void source_unread(void *of) { csv_unread(of); }
static void source_expect(void *of, size_t named_n, size_t columns_n) { csv_expect(of, named_n, columns_n); }

bool csv_header_find(CsvReader *r, Arena *a, const CsvColumn *known, size_t known_n, CsvHeader *out, Err *e) {
    return header_find((RowSource){ r, source_next, source_unread, source_expect }, a, known, known_n, NULL, out, e);
}

CellMark csv_mark(const CsvHeader *h, const CsvRow *row, size_t known) {
    int at = h->at[known];
    return at < 0 || (size_t)at >= row->n || !row->marks ? VALUE_TEXT : row->marks[at];
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
