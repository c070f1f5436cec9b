#include "programme/yaml_tree.h"
#include "base/lang.h"
#include <stdio.h>
#include <yaml.h>

void finding_add(Arena *a, Findings *f, FindingLevel level, int64_t line_n, Str field, const char *code, const char *msgid, ...) {
    if (level == FINDING_ERROR) f->error_n++;
    if (f->n == FINDINGS_MAX) { f->dropped_n++; return; }
    if ((f->n & (f->n - 1)) == 0 && f->n != 1) {           // room doubles at 0, 2, 4, 8, …
        Finding *more = NEW(a, Finding, f->n ? f->n * 2 : 2);
        if (f->n) memcpy(more, f->at, f->n * sizeof *more);
        f->at = more;
    }
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, msgid);
    vsnprintf(text, sizeof text, tr(msgid), args);
    va_end(args);
    f->at[f->n++] = (Finding){ .level = level, .line_n = line_n, .field = field, .code = str_c(code), .text = arena_str(a, str_c(text)) };
}

typedef struct {
    Arena *a;
    Findings *findings;
    YamlNode *open[YAML_DEPTH_MAX], *last[YAML_DEPTH_MAX]; // containers around us and the last child of each
    int depth;
    size_t node_n;
    YamlNode *root;
    Str key;                                               // the key read, waiting for its value
    size_t key_line;
    bool has_key;
} Builder;

static bool refuse(Builder *b, size_t line, const char *code, const char *msgid) {
    finding_add(b->a, b->findings, FINDING_ERROR, (int64_t)line + 1, (Str){ 0 }, code, "%s", tr(msgid));
    return false;
}

// Puts a node under the container that is open. A key given twice keeps its first value and is a finding.
static YamlNode *attach(Builder *b, YamlKind kind, size_t line) {
    YamlNode *node = NEW(b->a, YamlNode, 1);
    *node = (YamlNode){ .kind = kind, .line_n = (int64_t)line + 1 };
    if (b->depth == 0) { b->root = node; return node; }
    YamlNode *parent = b->open[b->depth - 1];
    node->parent = parent;
    node->place = (int32_t)parent->child_n;
    if (parent->kind == YAML_MAP) {
        node->key = b->key;
        node->line_n = (int64_t)b->key_line + 1;             // where a person looks for it, also when the value begins below
        b->has_key = false;
        if (yaml_get(parent, node->key)) {
            finding_add(b->a, b->findings, FINDING_ERROR, node->line_n, yaml_path(b->a, node), "duplicate_key",
                N_("\"%.*s\" stands here a second time. Keep one of them."), STR_ARG(node->key));
            return node;
        }
    }
    parent->child_n++;
    if (b->last[b->depth - 1]) b->last[b->depth - 1]->next = node; else parent->first = node;
    b->last[b->depth - 1] = node;
    return node;
}

static bool open_container(Builder *b, YamlKind kind, size_t line) {
    if (b->depth == YAML_DEPTH_MAX)
        return refuse(b, line, "too_deep", N_("Maps and lists stand too deep inside each other. A rule book needs less than ten levels."));
    YamlNode *node = attach(b, kind, line);
    b->open[b->depth] = node;
    b->last[b->depth++] = NULL;
    return true;
}

static bool take_event(Builder *b, const yaml_event_t *event) {
    size_t line = event->start_mark.line;
    bool wants_key = b->depth > 0 && b->open[b->depth - 1]->kind == YAML_MAP && !b->has_key;
    const yaml_char_t *anchor = NULL;
    switch (event->type) {
    case YAML_ALIAS_EVENT: return refuse(b, line, "alias", N_("Aliases (*name) are not allowed in a rule book. Write the value out."));
    case YAML_SCALAR_EVENT: anchor = event->data.scalar.anchor; break;
    case YAML_SEQUENCE_START_EVENT: anchor = event->data.sequence_start.anchor; break;
    case YAML_MAPPING_START_EVENT: anchor = event->data.mapping_start.anchor; break;
    case YAML_SEQUENCE_END_EVENT: case YAML_MAPPING_END_EVENT: b->depth--; return true;
    case YAML_DOCUMENT_START_EVENT:
        return !b->root || refuse(b, line, "second_document", N_("A second document begins here. A rule book is one document."));
    default: return true;
    }
    if (anchor) return refuse(b, line, "anchor", N_("Anchors (&name) are not allowed in a rule book. Write the value out."));
    if (++b->node_n > YAML_NODE_MAX) return refuse(b, line, "too_large", N_("The file holds more than 20,000 values."));
    if (wants_key) {
        if (event->type != YAML_SCALAR_EVENT) return refuse(b, line, "bad_key", N_("A name was expected here, not a map or a list."));
        b->key = arena_str(b->a, (Str){ (const char *)event->data.scalar.value, event->data.scalar.length });
        b->key_line = line;
        b->has_key = true;
        return true;
    }
    if (event->type == YAML_SCALAR_EVENT) {
        Str text = arena_str(b->a, (Str){ (const char *)event->data.scalar.value, event->data.scalar.length });
        attach(b, YAML_TEXT, line)->text = text;
        return true;
    }
    return open_container(b, event->type == YAML_SEQUENCE_START_EVENT ? YAML_LIST : YAML_MAP, line);
}

static void report_syntax(Builder *b, const yaml_parser_t *parser) {
    size_t line = parser->problem_mark.line;
    finding_add(b->a, b->findings, FINDING_ERROR, (int64_t)line + 1, (Str){ 0 }, "syntax",
        N_("This is not YAML: %s. Look at the indentation, at missing colons and at quotes here and in the line above."),
        parser->problem ? parser->problem : "?");
}

const YamlNode *yaml_tree(Arena *a, Str text, Findings *findings) {
    Builder b = { .a = a, .findings = findings };
    if (text.n > YAML_BYTES_MAX) { refuse(&b, 0, "too_large", N_("The file is larger than 1 MB. A rule book is some pages of text.")); return NULL; }
    if (!str_is_utf8(text)) { refuse(&b, 0, "not_utf8", N_("The file is not UTF-8 text. Save it as UTF-8.")); return NULL; }
    yaml_parser_t parser;
    if (!yaml_parser_initialize(&parser)) { refuse(&b, 0, "syntax", N_("There is no memory to read the file.")); return NULL; }
    yaml_parser_set_input_string(&parser, (const unsigned char *)(text.p ? text.p : ""), text.n);
    bool is_good = true, is_done = false;
    while (is_good && !is_done) {
        yaml_event_t event;
        if (!yaml_parser_parse(&parser, &event)) { report_syntax(&b, &parser); is_good = false; break; }
        is_done = event.type == YAML_STREAM_END_EVENT;
        is_good = take_event(&b, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (is_good && (!b.root || b.root->kind != YAML_MAP))
        is_good = refuse(&b, 0, "not_a_map", N_("The file does not begin with \"name: value\" lines. See docs/rules.md."));
    return is_good ? b.root : NULL;
}

const YamlNode *yaml_get(const YamlNode *map, Str key) {
    if (!map || map->kind != YAML_MAP) return NULL;
    for (const YamlNode *child = map->first; child; child = child->next) if (str_eq(child->key, key)) return child;
    return NULL;
}

Str yaml_path(Arena *a, const YamlNode *node) {
    if (!node || !node->parent) return (Str){ 0 };
    Str before = yaml_path(a, node->parent);
    if (node->parent->kind == YAML_LIST) return arena_fmt(a, "%.*s[%d]", STR_ARG(before), node->place + 1);
    return arena_fmt(a, "%.*s%s%.*s", STR_ARG(before), before.n ? "." : "", STR_ARG(node->key));
}
