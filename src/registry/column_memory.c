#include "registry/column_memory.h"
#include "office/audit.h"
#include "registry_column_memory.sql.h"

bool columns_remembered(Db *db, Arena *a, int64_t kab, Str source, HeaderMap *out, Err *e) {
    ColumnsOfSourceRows rows = { 0 };
    ColumnsOfSourceRow row;
    HeaderChoice *map = NEW(a, HeaderChoice, COLUMN_MAP_MAX);
    size_t n = 0;
    bool has_row, is_good = columns_of_source(db, (ColumnsOfSourceArgs){ .kab = kab, .source = source }, &rows, e);
    while (is_good && (is_good = columns_of_source_next(&rows, &row, &has_row, e)) && has_row)
        if (n < COLUMN_MAP_MAX) map[n++] = (HeaderChoice){ arena_str(a, row.field), arena_str(a, row.title), true };
    columns_of_source_end(&rows);
    if (is_good) *out = (HeaderMap){ map, n };
    return is_good;
}

HeaderMap columns_join(Arena *a, const HeaderMap *given, const HeaderMap *remembered) {
    HeaderChoice *map = NEW(a, HeaderChoice, given->n + remembered->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < given->n; i++) map[n++] = given->at[i];
    for (size_t i = 0; i < remembered->n; i++) {
        bool is_given = false;
        for (size_t k = 0; k < given->n; k++) is_given |= str_eq_nocase(given->at[k].known, remembered->at[i].known);
        if (!is_given) map[n++] = (HeaderChoice){ remembered->at[i].known, remembered->at[i].title, true };
    }
    return (HeaderMap){ map, n };
}

// A column known by its number only is remembered with its title: in another file the number may be another column's.
static Str title_to_remember(Arena *a, const HeaderChoice *choice, const CsvHeader *header) {
    int64_t n;
    if (!str_starts(choice->title, STR("#")) || !str_int64(str_part(choice->title, 1, choice->title.n), &n)) return choice->title;
    if (n < 1 || n > (int64_t)header->titles_n) return (Str){ 0 };
    return arena_fmt(a, "#%lld %.*s", (long long)n, STR_ARG(header->titles[n - 1]));
}

// What a person showed about the titles of a source replaces what another had shown: both are in the trail.
typedef struct { HeaderMap before; AuditEntry entry; size_t field_n; } Showing;

static Str title_before(const Showing *x, Str field) {
    for (size_t i = 0; i < x->before.n; i++) if (str_eq(x->before.at[i].known, field)) return x->before.at[i].title;
    return (Str){ 0 };
}

static bool showing_write(Db *db, Showing *x, Err *e) {
    bool is_good = x->field_n == 0 || audit_write(db, &x->entry, e);
    memset(x->entry.fields, 0, sizeof x->entry.fields);
    x->field_n = 0;
    return is_good;
}

bool columns_remember(Db *db, Arena *a, const ColumnsShown *shown, const HeaderMap *map, const CsvHeader *header, Err *e) {
    Showing x = { .entry = { .kab = shown->kab, .actor_id = shown->actor_id, .action = shown->action, .subject = shown->source, .at = shown->at } };
    if (!columns_remembered(db, a, shown->kab, shown->source, &x.before, e)) return false;
    for (size_t i = 0; i < map->n; i++) {
        ColumnPutArgs args = { .kab = shown->kab, .source = shown->source, .field = map->at[i].known, .title = title_to_remember(a, &map->at[i], header) };
        if (args.title.n == 0) continue;
        Str before = title_before(&x, args.field);
        if (before.p && str_eq(before, args.title)) continue;
        if (!column_put(db, args, NULL, e)) return false;
        x.entry.fields[x.field_n++] = (AuditField)AUDIT_CHANGE(arena_c(a, args.field), before, args.title);
        if (x.field_n == AUDIT_FIELDS_MAX && !showing_write(db, &x, e)) return false;
    }
    return showing_write(db, &x, e);
}

Titles titles_of(Arena *a, const CsvHeader *header, Str *column) {
    Titles out = { NEW(a, Str, header->titles_n + 1), 0 };
    for (size_t i = 0; i < header->titles_n; i++) {
        bool is_double = false;
        for (size_t k = 0; k < header->titles_n; k++) is_double |= k != i && str_eq_nocase(header->titles[k], header->titles[i]);
        Str title = header->titles[i];
        if (title.n == 0) continue;
        out.at[out.n++] = is_double ? arena_fmt(a, "#%zu %.*s", i + 1, STR_ARG(title)) : title;
        for (size_t c = 0; column && c < header->known_n; c++) if (header->at[c] == (int16_t)i) column[c] = out.at[out.n - 1];
    }
    return out;
}
