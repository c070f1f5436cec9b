#include "files/template.h"
#include "base/lang.h"
#include "files/csv.h"
#include "files/template_data.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <yaml.h>

#define FILE_MAX ((size_t)256 << 10)                       // a template is a page or two

typedef struct {
    const char *file_name;
    yaml_document_t document;
    TemplateFields fields;
    Arena *arena;
    Err *e;
} Loader;

// ---- nodes: each getter fails with file and line --------------------------------------------------------------------

#define FAIL_AT(l, node, ...) (fail((l)->e, BAD_INPUT, __VA_ARGS__), \
    fail_in((l)->e, "%s:%zu: ", (l)->file_name, (node) ? (size_t)(node)->start_mark.line + 1 : (size_t)1))

static Str node_text(const yaml_node_t *node) { return (Str){ (const char *)node->data.scalar.value, node->data.scalar.length }; }

static yaml_node_t *map_get(Loader *l, const yaml_node_t *map, const char *key) {
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        yaml_node_t *k = yaml_document_get_node(&l->document, p->key);
        if (k->type == YAML_SCALAR_NODE && str_eq(node_text(k), str_c(key))) return yaml_document_get_node(&l->document, p->value);
    }
    return NULL;
}

static bool list_has(const char *list, Str word) {         // "a, b, c"
    for (Str rest = str_c(list); rest.p;) if (str_eq(str_trim(str_cut(&rest, ',')), word)) return true;
    return false;
}

// A mapping with keys of this list only, each once.
static bool check_map(Loader *l, yaml_node_t *map, const char *keys) {
    if (map->type != YAML_MAPPING_NODE) return FAIL_AT(l, map, "Expected keys: %s.", keys);
    yaml_node_pair_t *start = map->data.mapping.pairs.start, *top = map->data.mapping.pairs.top;
    for (yaml_node_pair_t *p = start; p < top; p++) {
        yaml_node_t *k = yaml_document_get_node(&l->document, p->key);
        if (k->type != YAML_SCALAR_NODE || !list_has(keys, node_text(k)))
            return FAIL_AT(l, k, "\"%.*s\" is not known here. Known: %s.", STR_ARG(k->type == YAML_SCALAR_NODE ? node_text(k) : STR("?")), keys);
        for (yaml_node_pair_t *q = start; q < p; q++)
            if (str_eq(node_text(yaml_document_get_node(&l->document, q->key)), node_text(k))) return FAIL_AT(l, k, "\"%.*s\" stands here twice.", STR_ARG(node_text(k)));
    }
    return true;
}

static bool get_text(Loader *l, const yaml_node_t *map, const char *key, Str *out) {
    yaml_node_t *node = map_get(l, map, key);
    if (!node) return true;
    if (node->type != YAML_SCALAR_NODE) return FAIL_AT(l, node, "\"%s\" must be a text.", key);
    if (!str_is_utf8(node_text(node)) || memchr(node->data.scalar.value, 0, node->data.scalar.length)) return FAIL_AT(l, node, "\"%s\" holds bytes that are no text.", key);
    *out = arena_str(l->arena, node_text(node));
    return true;
}

static bool need_text(Loader *l, const yaml_node_t *map, const char *key, Str *out) {
    return get_text(l, map, key, out) && (out->n > 0 || FAIL_AT(l, map, "\"%s\" is missing.", key));
}

static bool get_choice(Loader *l, const yaml_node_t *map, const char *key, const char *choices, int *out) {
    Str text = { 0 }, rest = str_c(choices);
    if (!get_text(l, map, key, &text)) return false;
    if (!text.p) return true;
    for (int i = 0; rest.p; i++) if (str_eq(str_trim(str_cut(&rest, ',')), text)) { *out = i; return true; }
    return FAIL_AT(l, map_get(l, map, key), "\"%.*s\" is not one of: %s.", STR_ARG(text), choices);
}

static bool get_bool(Loader *l, const yaml_node_t *map, const char *key, bool *out) {
    int choice = *out;
    bool ok = get_choice(l, map, key, "no, yes, false, true", &choice);
    *out = choice & 1;
    return ok;
}

static bool get_int(Loader *l, const yaml_node_t *map, const char *key, int64_t min, int64_t max, int64_t *out) {
    Str text = { 0 };
    int64_t v = 0;
    if (!get_text(l, map, key, &text)) return false;
    if (!text.p) return true;
    if (!str_int64(text, &v) || v < min || v > max)
        return FAIL_AT(l, map_get(l, map, key), "\"%s\" must be a whole number from %lld to %lld.", key, (long long)min, (long long)max);
    *out = v;
    return true;
}

// One printable ASCII character (or a tab); "" gives 0.
static bool get_char(Loader *l, const yaml_node_t *map, const char *key, char *out) {
    Str text = { 0 };
    if (!get_text(l, map, key, &text)) return false;
    if (!text.p) return true;
    if (text.n > 1 || (text.n == 1 && text.p[0] != '\t' && (text.p[0] < ' ' || text.p[0] > '~'))) return FAIL_AT(l, map_get(l, map, key), "\"%s\" must be one character.", key);
    *out = text.n ? text.p[0] : 0;
    return true;
}

// ---- cells ------------------------------------------------------------------------------------------------------

static const char *fields_list(Loader *l, const TemplateField *fields, size_t n) {
    Buf b = { .max = 2000 };
    for (size_t i = 0; i < n; i++) buf_fmt(&b, "%s%s", i ? ", " : "", fields[i].name);
    const char *list = arena_c(l->arena, buf_view(&b));
    buf_free(&b);
    return list;
}

static bool cell_field(Loader *l, yaml_node_t *node, const TemplateField *fields, size_t n, Str name, TemplateCell *cell) {
    cell->kind = CELL_FIELD;
    for (size_t i = 0; i < n; i++) {
        if (!str_eq(name, str_c(fields[i].name))) continue;
        cell->field = i;
        cell->field_kind = fields[i].kind;
        return true;
    }
    return FAIL_AT(l, map_get(l, node, "field"), "There is no field \"%.*s\" here. There are: %s.", STR_ARG(name), fields_list(l, fields, n));
}

// What the cell holds: exactly one of text, field, value.
static bool cell_content(Loader *l, yaml_node_t *node, bool is_column, TemplateCell *cell) {
    const TemplateFields *f = &l->fields;
    Str field = { 0 };
    yaml_node_t *text = map_get(l, node, "text"), *value = map_get(l, node, "value");
    if (!get_text(l, node, "text", &cell->text) || !get_text(l, node, "field", &field)) return false;
    if ((text != NULL) + (field.p != NULL) + (value != NULL) != 1) return FAIL_AT(l, node, "A cell needs exactly one of: text, field, value.");
    if (field.p) return cell_field(l, node, is_column ? f->row : f->file, is_column ? f->row_n : f->file_n, field, cell);
    if (text) return true;
    int choice = 0;
    if (!get_choice(l, node, "value", is_column ? "row" : "count, sum, hash", &choice)) return false;
    static const CellKind LINE_KINDS[] = { CELL_COUNT, CELL_SUM, CELL_HASH };
    cell->kind = is_column ? CELL_ROW : LINE_KINDS[choice];
    cell->field_kind = cell->kind == CELL_SUM ? FIELD_RUPIAH : FIELD_COUNT;
    return true;
}

static bool check_date(Loader *l, yaml_node_t *node, Str pattern) {
    Str rest = pattern;
    while (rest.n) {
        if (str_starts(rest, STR("yyyy"))) rest = str_part(rest, 4, rest.n);
        else if (str_starts(rest, STR("MM")) || str_starts(rest, STR("dd")) || str_starts(rest, STR("yy"))) rest = str_part(rest, 2, rest.n);
        else if (strchr("-/. ", rest.p[0])) rest = str_part(rest, 1, rest.n);
        else return FAIL_AT(l, map_get(l, node, "date"), "A date is written with yyyy or yy, MM, dd and - / . between them, as in dd/MM/yyyy.");
    }
    return true;
}

static bool cell_read(Loader *l, yaml_node_t *node, const Template *t, bool is_column, TemplateCell *cell) {
    *cell = (TemplateCell){ .pad = ' ', .decimal = '.', .date = STR("yyyy-MM-dd"), .line_n = node->start_mark.line + 1 };
    int64_t decimals = 0;
    int align = 0;
    if (!check_map(l, node, is_column ? "title, text, field, value, width, align, pad, cut, required, decimals, decimal, thousands, date"
                                      : "text, field, value, width, align, pad, cut, required, decimals, decimal, thousands, date") ||
        !cell_content(l, node, is_column, cell)) return false;
    bool is_number = cell->field_kind == FIELD_RUPIAH || cell->field_kind == FIELD_COUNT;
    align = is_number && t->is_fixed;
    if (!get_text(l, node, "title", &cell->title) || !get_int(l, node, "width", 1, TEMPLATE_WIDTH_MAX, &cell->width) ||
        !get_choice(l, node, "align", "left, right", &align) || !get_char(l, node, "pad", &cell->pad) || !get_bool(l, node, "cut", &cell->is_cut) ||
        !get_bool(l, node, "required", &cell->is_required) || !get_int(l, node, "decimals", 0, 2, &decimals) ||
        !get_char(l, node, "decimal", &cell->decimal) || !get_char(l, node, "thousands", &cell->thousands) || !get_text(l, node, "date", &cell->date)) return false;
    cell->is_right = align;
    cell->decimals = (int)decimals;
    if (t->is_fixed && cell->width == 0) return FAIL_AT(l, node, "In a fixed layout every cell needs a width.");
    if (cell->is_cut && is_number) return FAIL_AT(l, node, "A number must not be cut.");
    if (decimals == 1) return FAIL_AT(l, node, "\"decimals\" must be 0 or 2.");
    if (cell->pad == 0) return FAIL_AT(l, node, "\"pad\" must be one character.");
    if (is_number && cell->pad >= '0' && cell->pad <= '9' && (cell->pad != '0' || !cell->is_right)) return FAIL_AT(l, node, "A number may be padded with 0 on its left only, or it becomes another number.");
    return cell->field_kind != FIELD_DATE || check_date(l, node, cell->date);
}

static bool line_read(Loader *l, yaml_node_t *list, const Template *t, bool is_column, TemplateLine *out) {
    if (list->type != YAML_SEQUENCE_NODE || list->data.sequence.items.start == list->data.sequence.items.top) return FAIL_AT(l, list, "Expected a list of cells.");
    size_t n = (size_t)(list->data.sequence.items.top - list->data.sequence.items.start);
    if (n > TEMPLATE_CELLS_MAX) return FAIL_AT(l, list, "At most %d cells.", TEMPLATE_CELLS_MAX);
    *out = (TemplateLine){ NEW(l->arena, TemplateCell, n), n };
    for (size_t i = 0; i < n; i++)
        if (!cell_read(l, yaml_document_get_node(&l->document, list->data.sequence.items.start[i]), t, is_column, &out->cells[i])) return false;
    return true;
}

static bool lines_read(Loader *l, yaml_node_t *root, const char *key, const Template *t, TemplateLine lines[TEMPLATE_LINES_MAX], size_t *lines_n) {
    yaml_node_t *list = map_get(l, root, key);
    if (!list) return true;
    if (list->type != YAML_SEQUENCE_NODE) return FAIL_AT(l, list, "\"%s\" must be a list of lines, each a list of cells.", key);
    size_t n = (size_t)(list->data.sequence.items.top - list->data.sequence.items.start);
    if (n > TEMPLATE_LINES_MAX) return FAIL_AT(l, list, "At most %d lines.", TEMPLATE_LINES_MAX);
    for (size_t i = 0; i < n; i++)
        if (!line_read(l, yaml_document_get_node(&l->document, list->data.sequence.items.start[i]), t, false, &lines[i])) return false;
    *lines_n = n;
    return true;
}

// ---- the whole --------------------------------------------------------------------------------------------------

// The column that shows this field of the row.
static bool column_find(Loader *l, const yaml_node_t *map, const char *key, FieldKind kind, const Template *t, size_t *out) {
    Str name = { 0 };
    if (!need_text(l, map, key, &name)) return false;
    for (size_t i = 0; i < t->columns.n; i++) {
        const TemplateCell *c = &t->columns.cells[i];
        if (c->kind != CELL_FIELD || c->field_kind != kind || !str_eq(name, str_c(l->fields.row[c->field].name))) continue;
        *out = i;
        return true;
    }
    return FAIL_AT(l, map_get(l, map, key), "No column shows the %s field \"%.*s\".", kind == FIELD_RUPIAH ? "rupiah" : "text", STR_ARG(name));
}

static bool totals_read(Loader *l, yaml_node_t *root, Template *t) {
    if (!column_find(l, root, "sum", FIELD_RUPIAH, t, &t->sum_column)) return false;
    yaml_node_t *hash = map_get(l, root, "hash");
    if (!hash) return true;
    return check_map(l, hash, "field, digits") && column_find(l, hash, "field", FIELD_TEXT, t, &t->hash_column) &&
           get_int(l, hash, "digits", 1, 15, &t->hash_digits) && (t->hash_digits > 0 || FAIL_AT(l, hash, "\"%s\" is missing.", "digits"));
}

static bool uses_check(Loader *l, yaml_node_t *root, const Template *t) {
    for (size_t k = 0; k < t->header_n + t->trailer_n; k++) {
        const TemplateLine *line = k < t->header_n ? &t->header[k] : &t->trailer[k - t->header_n];
        for (size_t i = 0; i < line->n; i++) {
            if (line->cells[i].kind != CELL_HASH) continue;
            if (t->hash_digits == 0) return FAIL_AT(l, root, "A line shows the check total, but \"hash\" does not say of which field.");
            if (k < t->header_n) return FAIL_AT(l, root, "The check total is known at the end only: it belongs to the trailer.");
        }
    }
    return true;
}

static bool info_read(Loader *l, yaml_node_t *root, TemplateInfo *info) {
    yaml_node_t *title = map_get(l, root, "title");
    info->rows_max = 20000;
    if (!title) return FAIL_AT(l, root, "\"%s\" is missing.", "title");
    return need_text(l, root, "template", &info->name) && check_map(l, title, "id, en") && need_text(l, title, "id", &info->title_id) &&
           need_text(l, title, "en", &info->title_en) && get_bool(l, root, "unconfirmed", &info->is_unconfirmed) && get_text(l, root, "note", &info->note) &&
           get_int(l, root, "rows_max", 1, 100000000, &info->rows_max) &&
           (!info->is_unconfirmed || info->note.n > 0 || FAIL_AT(l, root, "An unconfirmed layout needs a note that says what is to be confirmed."));
}

static bool layout_read(Loader *l, yaml_node_t *root, Template *t) {
    int layout = 0, encoding = TEMPLATE_UTF8, line_end = 0, quote = QUOTE_WHEN_NEEDED;
    t->separator = ';';
    if (!get_choice(l, root, "layout", "delimited, fixed", &layout) || !get_char(l, root, "separator", &t->separator) ||
        !get_choice(l, root, "encoding", "utf-8, utf-8-mark, ascii, ascii-upper", &encoding) || !get_choice(l, root, "line_end", "crlf, lf", &line_end) ||
        !get_choice(l, root, "quote", "when-needed, never, always", &quote) || !get_bool(l, root, "titles", &t->has_titles)) return false;
    t->is_fixed = layout;
    t->encoding = (TemplateEncoding)encoding;
    t->line_end = line_end ? "\n" : "\r\n";
    t->quote = (TemplateQuote)quote;
    t->info.extension = t->is_fixed ? "txt" : "csv";
    if (t->is_fixed && t->has_titles) return FAIL_AT(l, map_get(l, root, "titles"), "A fixed layout has no line of titles.");
    if (t->separator == 0 || t->separator == '"') return FAIL_AT(l, map_get(l, root, "separator"), "This character cannot separate columns.");
    return true;
}

static bool root_read(Loader *l, yaml_node_t *root, Template *t) {
    if (!check_map(l, root, "template, title, unconfirmed, note, rows_max, layout, separator, encoding, line_end, quote, titles, sum, hash, header, columns, trailer, answer") ||
        !info_read(l, root, &t->info) || !layout_read(l, root, t)) return false;
    yaml_node_t *columns = map_get(l, root, "columns");
    if (!columns) return FAIL_AT(l, root, "\"%s\" is missing.", "columns");
    return line_read(l, columns, t, true, &t->columns) && lines_read(l, root, "header", t, t->header, &t->header_n) &&
           lines_read(l, root, "trailer", t, t->trailer, &t->trailer_n) && totals_read(l, root, t) && uses_check(l, root, t);
}

typedef bool ReadRoot(Loader *l, yaml_node_t *root, void *to);

static bool yaml_read(Loader *l, Str yaml, ReadRoot *read_root, void *to) {
    yaml_parser_t parser;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, (const unsigned char *)(yaml.p ? yaml.p : ""), yaml.n);
    bool ok = yaml_parser_load(&parser, &l->document);
    if (!ok) {
        fail(l->e, BAD_INPUT, "This is not YAML: %s.", parser.problem ? parser.problem : "?");
        fail_in(l->e, "%s:%zu: ", l->file_name, (size_t)parser.problem_mark.line + 1);
    } else {
        yaml_node_t *root = yaml_document_get_root_node(&l->document);
        ok = root ? read_root(l, root, to) : FAIL_AT(l, root, "The template is empty.");
        yaml_document_delete(&l->document);
    }
    yaml_parser_delete(&parser);
    return ok;
}

static bool template_root(Loader *l, yaml_node_t *root, void *to) { return root_read(l, root, to); }

bool template_parse(Str yaml, const char *file_name, TemplateFields fields, Arena *a, const Template **out, Err *e) {
    Loader l = { .file_name = file_name, .fields = fields, .arena = a, .e = e };
    Template *t = NEW(a, Template, 1);
    t->fields = fields;
    if (!yaml_read(&l, yaml, template_root, t)) return false;
    *out = t;
    return true;
}

bool template_text(const char *path, Arena *a, Str *out, Err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, errno == ENOENT ? NOT_FOUND : IO_FAILED, "%s cannot be opened: %s.", path, strerror(errno));
    char *text = NEW(a, char, FILE_MAX + 1);
    ssize_t n = read(fd, text, FILE_MAX + 1);
    int error = errno;
    close(fd);
    if (n < 0) return fail(e, IO_FAILED, "%s: %s.", path, strerror(error));
    if ((size_t)n > FILE_MAX) return fail(e, LIMIT, "%s is larger than a template can be (256 KB).", path);
    *out = (Str){ text, (size_t)n };
    return true;
}

bool template_load(const char *path, TemplateFields fields, Arena *a, const Template **t, Err *e) {
    Str text;
    return template_text(path, a, &text, e) && template_parse(text, path, fields, a, t, e);
}

TemplateInfo template_info(const Template *t) { return t->info; }

// ---- what comes back ------------------------------------------------------------------------------------------------
typedef struct { TemplateAnswerNames names; TemplateAnswer *answer; } AnswerLoad;

static Str word_plain(Loader *l, Str word) {
    Buf b = { .max = TEMPLATE_WIDTH_MAX };
    csv_name_put(&b, word);
    Str plain = arena_str(l->arena, buf_view(&b));
    buf_free(&b);
    return plain;
}

static bool name_index(const char *const *names, size_t n, Str name, size_t *out) {
    for (size_t i = 0; i < n; i++) if (str_eq(name, str_c(names[i]))) { *out = i; return true; }
    return false;
}

static const char *names_list(Loader *l, const char *const *names, size_t n) {
    Buf b = { .max = 2000 };
    for (size_t i = 0; i < n; i++) buf_fmt(&b, "%s%s", i ? ", " : "", names[i]);
    const char *list = arena_c(l->arena, buf_view(&b));
    buf_free(&b);
    return list;
}

// "#3": the third column of a table without titles.
static bool column_place(Loader *l, const yaml_node_t *value, size_t i, TemplateAnswer *t) {
    Str text = node_text(value);
    int64_t place;
    if (!t->has_titles) {
        if (!str_starts(text, STR("#")) || !str_int64(str_part(text, 1, text.n), &place) || place < 1 || place > CSV_COLUMNS_MAX)
            return FAIL_AT(l, value, "Without titles a column is named by its place, such as #3.");
        t->places[i] = (int)place - 1;
    }
    t->titles[i] = arena_c(l->arena, text);
    return true;
}

static bool answer_columns(Loader *l, yaml_node_t *answer, const AnswerLoad *load) {
    yaml_node_t *map = map_get(l, answer, "columns");
    const TemplateAnswerNames *names = &load->names;
    if (!map) return FAIL_AT(l, answer, "\"%s\" is missing.", "columns");
    if (!check_map(l, map, names_list(l, names->columns, names->column_n))) return false;
    for (size_t i = 0; i < names->column_n; i++) {
        yaml_node_t *value = map_get(l, map, names->columns[i]);
        Str text = { 0 };
        load->answer->places[i] = -1;
        if (value && (!need_text(l, map, names->columns[i], &text) || !column_place(l, value, i, load->answer))) return false;
    }
    return true;
}

#define WORDS_MAX 500
static bool words_each(Loader *l, yaml_node_t *map, bool (*take)(Loader *l, const AnswerLoad *load, const yaml_node_t *key, Str word), const AnswerLoad *load) {
    for (yaml_node_pair_t *p = map->data.mapping.pairs.start; p < map->data.mapping.pairs.top; p++) {
        yaml_node_t *key = yaml_document_get_node(&l->document, p->key), *value = yaml_document_get_node(&l->document, p->value);
        if (key->type != YAML_SCALAR_NODE || value->type != YAML_SCALAR_NODE) return FAIL_AT(l, value, "Expected words, parted by |.");
        for (Str rest = node_text(value); rest.p;) {
            Str word = word_plain(l, str_trim(str_cut(&rest, '|')));
            if (word.n == 0) return FAIL_AT(l, value, "Expected words, parted by |.");
            if (!take(l, load, key, word)) return false;
        }
    }
    return true;
}

static bool word_take(Loader *l, const AnswerLoad *load, const yaml_node_t *key, Str word) {
    TemplateAnswer *t = load->answer;
    size_t kind;
    if (t->word_n == WORDS_MAX) return FAIL_AT(l, key, "At most %d words.", WORDS_MAX);
    if (!name_index(load->names.kinds, load->names.kind_n, node_text(key), &kind))
        return FAIL_AT(l, key, "\"%.*s\" is not one of: %s.", STR_ARG(node_text(key)), names_list(l, load->names.kinds, load->names.kind_n));
    for (size_t i = 0; i < t->word_n; i++) if (str_eq(t->words[i].word, word)) return FAIL_AT(l, key, "\"%.*s\" stands here twice.", STR_ARG(word));
    t->words[t->word_n++] = (TemplateWord){ word, kind };
    return true;
}

static bool reason_take(Loader *l, const AnswerLoad *load, const yaml_node_t *key, Str word) {
    TemplateAnswer *t = load->answer;
    if (t->reason_n == WORDS_MAX) return FAIL_AT(l, key, "At most %d words.", WORDS_MAX);
    if (node_text(key).n > 4) return FAIL_AT(l, key, "A reason is a code of at most four letters, such as AC01.");
    t->reasons[t->reason_n++] = (TemplateReason){ word, arena_str(l->arena, node_text(key)) };
    return true;
}

static bool answer_root(Loader *l, yaml_node_t *root, void *to) {
    AnswerLoad *load = to;
    TemplateAnswer *t = load->answer;
    if (root->type != YAML_MAPPING_NODE) return FAIL_AT(l, root, "Expected keys: %s.", "template, title, answer");
    if (!info_read(l, root, &t->info)) return false;
    yaml_node_t *answer = map_get(l, root, "answer");
    if (!answer) return FAIL_AT(l, root, "\"%s\" is missing.", "answer");
    t->has_titles = true;
    if (!check_map(l, answer, "columns, titles, proof, status, reasons") || !get_bool(l, answer, "titles", &t->has_titles) || !get_bool(l, answer, "proof", &t->is_proof) ||
        !answer_columns(l, answer, load)) return false;
    yaml_node_t *status = map_get(l, answer, "status"), *reasons = map_get(l, answer, "reasons");
    if (!status || status->type != YAML_MAPPING_NODE) return FAIL_AT(l, answer, "\"%s\" is missing.", "status");
    if (reasons && reasons->type != YAML_MAPPING_NODE) return FAIL_AT(l, reasons, "Expected keys: %s.", "AC01, AC04, …");
    return words_each(l, status, word_take, load) && (!reasons || words_each(l, reasons, reason_take, load));
}

bool template_answer_parse(Str yaml, const char *file_name, TemplateAnswerNames names, Arena *a, const TemplateAnswer **out, Err *e) {
    Loader l = { .file_name = file_name, .arena = a, .e = e };
    TemplateAnswer *t = NEW(a, TemplateAnswer, 1);
    t->titles = NEW(a, const char *, names.column_n);
    t->places = NEW(a, int, names.column_n);
    t->words = NEW(a, TemplateWord, WORDS_MAX);
    t->reasons = NEW(a, TemplateReason, WORDS_MAX);
    AnswerLoad load = { names, t };
    if (!yaml_read(&l, yaml, answer_root, &load)) return false;
    *out = t;
    return true;
}
