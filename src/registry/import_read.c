#include "registry/import_read.h"
#include "base/lang.h"
#include "registry/column_memory.h"
#include <stdlib.h>
#include "registry_import.sql.h"

// ---- choices ---------------------------------------------------------------------------------------------------------------
bool choices_are_empty(const ImportChoices *c) {
    return c->sheet.n == 0 && c->separator == 0 && c->encoding == CSV_DETECT && c->map.n == 0 && c->fills.n == 0 && !c->is_mending;
}

static void put_line(Buf *b, const char *name, Str value) {
    if (value.n == 0) return;
    buf_c(b, name);
    buf_char(b, '=');
    for (size_t i = 0; i < value.n; i++) buf_char(b, value.p[i] == '\n' || value.p[i] == '\r' ? ' ' : value.p[i]);
    buf_char(b, '\n');
}

static int choice_order(const void *a, const void *b) { return str_cmp(((const HeaderChoice *)a)->known, ((const HeaderChoice *)b)->known); }

static void map_put(Buf *b, Arena *a, const HeaderMap *map) {
    HeaderChoice *sorted = NEW(a, HeaderChoice, map->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < map->n; i++) {                  // of two words about one column the first one counts
        bool is_said = false;
        for (size_t k = 0; k < n; k++) is_said |= str_eq_nocase(sorted[k].known, map->at[i].known);
        if (!is_said) sorted[n++] = map->at[i];
    }
    qsort(sorted, n, sizeof *sorted, choice_order);
    for (size_t i = 0; i < n; i++) put_line(b, arena_fmt(a, "map %.*s", STR_ARG(sorted[i].known)).p, sorted[i].title);
}

Str choices_text(Arena *a, const ImportChoices *c) {
    Buf b = { .max = 1 << 16 };
    put_line(&b, "sheet", c->sheet);
    if (c->separator) put_line(&b, "separator", c->separator == '\t' ? STR("tab") : (Str){ &c->separator, 1 });
    if (c->encoding) put_line(&b, "encoding", str_c(csv_encoding_name(c->encoding)));
    put_line(&b, "fills", c->fills);
    if (c->is_mending) put_line(&b, "mend", STR("1"));
    map_put(&b, a, &c->map);
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

void choices_parse(Arena *a, Str text, ImportChoices *out) {
    HeaderChoice *map = NEW(a, HeaderChoice, IMPORT_MAP_MAX);
    *out = (ImportChoices){ .map = { map, 0 } };
    while (text.n) {
        Str value = str_cut(&text, '\n'), name = str_cut(&value, '=');
        value = arena_str(a, value);
        if (str_eq(name, STR("sheet"))) out->sheet = value;
        else if (str_eq(name, STR("fills"))) out->fills = value;
        else if (str_eq(name, STR("mend"))) out->is_mending = true;
        else if (str_eq(name, STR("separator"))) { if (!table_separator_find(value, &out->separator)) out->separator = 0; }
        else if (str_eq(name, STR("encoding"))) { if (!table_encoding_find(value, &out->encoding)) out->encoding = CSV_DETECT; }
        else if (str_starts(name, STR("map ")) && out->map.n < IMPORT_MAP_MAX)
            map[out->map.n++] = (HeaderChoice){ arena_str(a, str_part(name, 4, name.n)), value, true };
    }
}

bool import_map_add(Arena *a, Str word, HeaderChoice *at, size_t *n, size_t room, Err *e) {
    Str title = word, field = str_trim(str_cut(&title, '='));
    title = str_trim(title);
    if (!title.p || title.n == 0)
        return fail(e, BAD_INPUT, "\"%.*s\": write the column and its title in the file: nama=Nama Pengurus, nama=#12 or nama=- for none.", STR_ARG(word));
    for (int i = 0; i < DTKS_COLUMNS_N; i++) {
        if (!str_eq_nocase(field, dtks_column_name((DtksColumn)i))) continue;
        if (*n == room) return fail(e, LIMIT, "At most %zu columns can be shown.", room);
        at[(*n)++] = (HeaderChoice){ dtks_column_name((DtksColumn)i), arena_str(a, title), false };
        return true;
    }
    return fail(e, BAD_INPUT, "There is no column \"%.*s\" here; harapan import --help lists them.", STR_ARG(field));
}

bool import_reading_read(Db *db, Arena *a, int64_t kab, int64_t batch_id, ImportReading *out, bool *found, Err *e) {
    ImportReadingByBatchRow row;
    if (!import_reading_by_batch(db, a, (ImportReadingByBatchArgs){ .kab = kab, .batch_id = batch_id }, &row, found, e)) return false;
    if (*found) *out = (ImportReading){ row.content_hash, row.sheet, row.separator, row.encoding, row.header, row.choices, row.bytes_n, row.data_row_n, row.footer_n };
    return true;
}

// ---- opening ---------------------------------------------------------------------------------------------------------------
static TableOptions options_of(const ImportChoices *c) {
    return (TableOptions){ .separator = c->separator, .encoding = c->encoding, .sheet = c->sheet };
}

static bool open_with(int fd, Arena *a, const ImportChoices *c, ImportOpened *out, Err *e) {
    TableReader *r;
    if (!table_open_fd(fd, options_of(c), &r, e)) return false;
    if (!table_header_find(r, a, DTKS_COLUMNS, DTKS_COLUMNS_N, &c->map, &out->header, e)) { table_close(r); return false; }
    out->reader = r;
    out->used = *c;
    return true;
}

bool import_open(int fd, Arena *a, const ImportChoices *given, const HeaderMap *remembered, ImportOpened *out, Err *e) {
    ImportChoices with = *given;
    with.map = columns_join(a, &given->map, remembered);
    return open_with(fd, a, &with, out, e);
}

bool import_reopen(int fd, const ImportOpened *opened, CsvPlace from, TableReader **out, Err *e) {
    TableSummary s = table_summary(opened->reader);
    TableOptions options = { .from = from, .columns_n = table_columns_n(opened->reader), .sheet = s.is_workbook ? s.xlsx.sheet : (Str){ 0 },
                             .separator = s.csv.separator, .encoding = s.csv.encoding };
    return table_open_fd(fd, options, out, e);
}

// ---- cells that mean the one above -----------------------------------------------------------------------------------------
bool fills_parse(Str words, Fills *out, Err *e) {
    static const DtksColumn MAY[] = { DTKS_PROVINCE, DTKS_DISTRICT, DTKS_KECAMATAN, DTKS_VILLAGE, DTKS_HAMLET, DTKS_RW, DTKS_RT };
    for (int i = 0; i < DTKS_COLUMNS_N; i++) { out->is_filled[i] = false; out->n[i] = 0; }
    out->is_any = false;
    while (words.n) {
        Str word = str_trim(str_cut(&words, ','));
        bool is_known = word.n == 0;
        for (size_t i = 0; i < sizeof MAY / sizeof *MAY; i++)
            if (str_eq_nocase(word, dtks_column_name(MAY[i]))) is_known = out->is_filled[MAY[i]] = out->is_any = true;
        if (!is_known) return fail(e, BAD_INPUT, "\"%.*s\" cannot be filled down; only places can: provinsi, kabupaten_kota, kecamatan, desa_kelurahan, dusun, rw, rt.", STR_ARG(word));
    }
    return true;
}

void fills_apply(Fills *f, const CsvHeader *header, CsvRow *row) {
    if (!f->is_any) return;
    memcpy(f->cells, row->cells, row->n * sizeof *f->cells);
    row->cells = f->cells;
    bool is_elsewhere = false;                             // another kecamatan begins: the village above is none of it
    for (int i = 0; i < DTKS_COLUMNS_N; i++) {
        int at = header->at[i];
        if (!f->is_filled[i] || at < 0 || (size_t)at >= row->n) continue;
        Str cell = str_trim(row->cells[at]), above = { f->text[i], f->n[i] };
        if (is_elsewhere && cell.n == 0) f->n[i] = 0;
        if (cell.n == 0) { f->cells[at] = (Str){ f->text[i], f->n[i] }; continue; }
        is_elsewhere |= !str_eq(cell, above);
        if (cell.n <= sizeof f->text[i]) { memcpy(f->text[i], cell.p, cell.n); f->n[i] = cell.n; }
        else f->n[i] = 0;
    }
}

Str fills_text(Arena *a, const Fills *f) {
    Buf b = { .max = 1 << 14 };
    for (int i = 0; i < DTKS_COLUMNS_N && f->is_any; i++) {
        for (size_t k = 0; k < f->n[i]; k++) buf_char(&b, f->text[i][k] == '\n' ? ' ' : f->text[i][k]);
        buf_char(&b, '\n');
    }
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

void fills_restore(Fills *f, Str text) {
    for (int i = 0; i < DTKS_COLUMNS_N && text.n; i++) {
        Str line = str_cut(&text, '\n');
        if (line.n > sizeof f->text[i]) continue;
        if (line.n) memcpy(f->text[i], line.p, line.n);
        f->n[i] = line.n;
    }
}
