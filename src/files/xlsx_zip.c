// The container: caps on its directory, its parts as streams.
#include "files/xlsx_data.h"
#include "files/file_kind.h"
#include "base/lang.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- the directory, before it is read ----------------------------------------------------------------------------------
#define TAIL ((size_t)70 << 10)               // the end record lies in the last 64 KB and a little
#define DIRECTORY_MAX ((uint32_t)4 << 20)

static bool fail_damaged(Err *e) { return fail(e, BAD_INPUT, "The workbook is damaged or was not sent whole. Open it, save it again as .xlsx, and send that."); }

// Every record that could be the end of the directory must name few entries: which of them counts is for the library to choose.
static bool directory_check(int fd, Str bytes, Err *e) {
    struct stat info = { 0 };
    if (fd >= 0 && fstat(fd, &info) != 0) return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
    int64_t size = fd < 0 ? (int64_t)bytes.n : (int64_t)info.st_size, from = size > (int64_t)TAIL ? size - (int64_t)TAIL : 0;
    char *tail = malloc(TAIL);
    size_t n = 0;
    bool is_found = false, is_large = false;
    if (!tail) abort();
    if (!file_part(fd, bytes, from, tail, TAIL, &n)) { free(tail); return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno)); }
    for (size_t i = 0; i + 22 <= n; i++) {
        const char *p = tail + i;
        if (p[0] != 'P' || p[1] != 'K') continue;
        if (p[2] == 5 && p[3] == 6) {
            is_found = true;
            is_large |= file_little(p + 8, 2) > XLSX_ENTRIES_MAX || file_little(p + 10, 2) > XLSX_ENTRIES_MAX || file_little(p + 12, 4) > DIRECTORY_MAX;
        }
        if (p[2] == 6 && (p[3] == 6 || p[3] == 7)) is_large |= true;       // ZIP64: only for what is larger than we take
    }
    free(tail);
    if (!is_found) return fail_damaged(e);
    return !is_large || fail(e, BAD_INPUT, "This archive holds more than %d files or is in the ZIP64 form; no workbook needs that. Save it again as .xlsx.",
                             XLSX_ENTRIES_MAX);
}

static bool zip_begin(Package *p, int fd, Str bytes, Err *e) {
    int code = 0;
    if (!directory_check(fd, bytes, e)) return false;
    if (fd >= 0) {
        int own = dup(fd);
        if (own < 0) return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
        p->zip = zip_fdopen(own, 0, &code);
        if (!p->zip) close(own);
    } else {
        zip_error_t error;
        zip_error_init(&error);
        zip_source_t *source = zip_source_buffer_create(bytes.p, bytes.n, 0, &error);
        p->zip = source ? zip_open_from_source(source, ZIP_RDONLY, &error) : NULL;
        if (!p->zip && source) zip_source_free(source);
        zip_error_fini(&error);
    }
    if (!p->zip) return fail_damaged(e);
    return zip_get_num_entries(p->zip, 0) <= XLSX_ENTRIES_MAX || fail_damaged(e);
}

// The entry of that name; -1 when there is none, -2 when there are two and nobody can say which one counts.
static int64_t entry_find(const Package *p, Str name) {
    int64_t found = -1, n = zip_get_num_entries(p->zip, 0);
    for (int64_t i = 0; i < n; i++) {
        const char *has = zip_get_name(p->zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
        if (!has || !str_eq_nocase(str_c(has), name)) continue;
        if (found >= 0) return -2;
        found = i;
    }
    return found;
}

// ---- streams -----------------------------------------------------------------------------------------------------------
#define FEED 16384

Str part_attribute(int attributes_n, const xmlChar **attributes, const char *name) {
    for (int i = 0; i < attributes_n; i++) {               // five pointers each: local, prefix, URI, value, its end
        const xmlChar **a = attributes + i * 5;
        if (strcmp((const char *)a[0], name) == 0) return (Str){ (const char *)a[3], (size_t)(a[4] - a[3]) };
    }
    return (Str){ 0 };
}
bool part_flag(Str value) { return str_eq(value, STR("1")) || str_eq_nocase(value, STR("true")); }

void part_refuse(PartStream *s, const char *msgid) {
    if (!s->refused) s->refused = msgid;
    xmlStopParser(s->parser);
}

static void on_start(void *of, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int namespaces_n, const xmlChar **namespaces,
                     int attributes_n, int defaulted_n, const xmlChar **attributes) {
    (void)prefix, (void)uri, (void)namespaces_n, (void)namespaces, (void)defaulted_n;
    PartStream *s = of;
    if (!s->refused) s->handler->start(s, (const char *)local, attributes_n, attributes);
}
static void on_end(void *of, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri) {
    (void)prefix, (void)uri;
    PartStream *s = of;
    if (!s->refused && s->handler->end) s->handler->end(s, (const char *)local);
}
static void on_text(void *of, const xmlChar *p, int n) {
    PartStream *s = of;
    if (!s->refused && s->handler->text) s->handler->text(s, (const char *)p, (size_t)n);
}
static void on_dtd(void *of, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id) {
    (void)name, (void)external_id, (void)system_id;
    part_refuse(of, N_("The workbook has a DOCTYPE inside, which no spreadsheet writes. It is not read."));
}
static void on_reference(void *of, const xmlChar *name) {
    (void)name;
    part_refuse(of, N_("The workbook has an XML entity inside, which no spreadsheet writes. It is not read."));
}
static void on_error(void *of, xmlErrorPtr error) {
    PartStream *s = of;
    if (!s->refused && !s->failed.code) fail(&s->failed, BAD_INPUT, "The workbook is damaged (line %d of a part is no XML). Save it again as .xlsx.", error->line);
}
static void quiet(void *of, const char *message, ...) { (void)of, (void)message; }
static void library_prepare(void) { xmlInitParser(); xmlThrDefSetGenericErrorFunc(NULL, quiet); }

bool part_open(Package *p, Str name, int64_t max_n, const PartHandler *handler, void *of, PartStream *out, bool *has_part, Err *e) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, library_prepare);
    xmlSetGenericErrorFunc(NULL, quiet);
    int64_t entry = name.n ? entry_find(p, name) : -1;
    zip_stat_t info;
    *out = (PartStream){ .handler = handler, .of = of, .max_n = max_n };
    *has_part = entry != -1;
    if (entry == -1) return true;
    if (entry < 0) return fail(e, BAD_INPUT, "The workbook has two parts of one name inside. It is not read. Save it again as .xlsx.");
    if (zip_stat_index(p->zip, (zip_uint64_t)entry, 0, &info) != 0) return fail_damaged(e);
    out->packed_n = (int64_t)info.comp_size;
    out->size_n = (int64_t)info.size;
    if (info.encryption_method != ZIP_EM_NONE) return fail(e, BAD_INPUT, "This workbook is locked with a password. Save it without one.");
    out->file = zip_fopen_index(p->zip, (zip_uint64_t)entry, 0);
    if (!out->file) return fail_damaged(e);
    xmlSAXHandler sax = { .initialized = XML_SAX2_MAGIC, .startElementNs = on_start, .endElementNs = on_end, .characters = on_text, .cdataBlock = on_text,
                          .ignorableWhitespace = on_text, .internalSubset = on_dtd, .reference = on_reference, .serror = on_error };
    out->parser = xmlCreatePushParserCtxt(&sax, out, NULL, 0, NULL);
    if (!out->parser) abort();
    xmlCtxtUseOptions(out->parser, XML_PARSE_NONET | XML_PARSE_NOENT);     // NOENT: &amp; in attributes becomes &; other entities cannot exist
    return true;
}

bool part_feed(PartStream *s, Err *e) {
    char chunk[FEED];
    s->parser->userData = s;                               // the stream may have moved since it was opened
    zip_int64_t n = zip_fread(s->file, chunk, sizeof chunk);
    if (n < 0) return fail_damaged(e);
    s->inflated_n += n;
    bool is_bomb = s->inflated_n > XLSX_RATIO_FREE && s->inflated_n / XLSX_RATIO_MAX > s->packed_n;
    if (s->inflated_n > s->max_n || is_bomb)
        return fail(e, BAD_INPUT, "A part of the workbook unpacks to more than %lld MB from %lld KB. No honest workbook does; it is not read.",
                    (long long)(s->inflated_n >> 20), (long long)(s->packed_n >> 10));
    s->is_done = n == 0;
    int code = xmlParseChunk(s->parser, chunk, (int)n, s->is_done);
    if (s->refused) return fail(e, BAD_INPUT, "%s", tr(s->refused));
    if (s->failed.code) { *e = s->failed; return false; }
    return code == 0 || fail_damaged(e);
}

void part_close(PartStream *s) {
    if (s->parser) xmlFreeParserCtxt(s->parser);
    if (s->file) zip_fclose(s->file);
    s->parser = NULL;
    s->file = NULL;
}

bool part_read(Package *p, Str name, int64_t max_n, const PartHandler *handler, void *of, bool *has_part, Err *e) {
    PartStream s;
    bool is_good = part_open(p, name, max_n, handler, of, &s, has_part, e);
    while (is_good && *has_part && !s.is_done) is_good = part_feed(&s, e);
    part_close(&s);
    return is_good;
}

// ---- which part is what --------------------------------------------------------------------------------------------------
typedef struct { Str id, type, target; } Relation;
typedef struct { Package *p; Relation *at; size_t n; } Relations;
#define RELATIONS_MAX 2000

static void relation_start(PartStream *s, const char *name, int attributes_n, const xmlChar **attributes) {
    Relations *r = s->of;
    if (strcmp(name, "Relationship") != 0) return;
    if (r->n == RELATIONS_MAX) { part_refuse(s, N_("The workbook has more than 2,000 relations inside. It is not read.")); return; }
    if (str_eq_nocase(part_attribute(attributes_n, attributes, "TargetMode"), STR("External"))) return;
    r->at[r->n++] = (Relation){ arena_str(&r->p->arena, part_attribute(attributes_n, attributes, "Id")),
                                arena_str(&r->p->arena, part_attribute(attributes_n, attributes, "Type")),
                                arena_str(&r->p->arena, part_attribute(attributes_n, attributes, "Target")) };
}
static const PartHandler RELATIONS = { relation_start, NULL, NULL };

static bool relations_read(Package *p, Str part, Relations *out, Err *e) {
    bool has_part;
    *out = (Relations){ p, NEW(&p->arena, Relation, RELATIONS_MAX), 0 };
    return part_read(p, part, XLSX_SMALL_MAX, &RELATIONS, out, &has_part, e);
}

// A target as a name inside the container; empty for one that climbs out of it.
static Str target_of(Package *p, Str folder, Str target) {
    if (str_contains(target, STR("..")) || str_contains(target, STR("\\"))) return (Str){ 0 };
    if (str_starts(target, STR("/"))) return str_part(target, 1, target.n);
    if (str_starts(target, STR("./"))) target = str_part(target, 2, target.n);
    return folder.n ? arena_fmt(&p->arena, "%.*s/%.*s", STR_ARG(folder), STR_ARG(target)) : target;
}

static Str folder_of(Str part) {
    for (size_t i = part.n; i > 0; i--) if (part.p[i - 1] == '/') return str_part(part, 0, i - 1);
    return (Str){ 0 };
}

typedef struct { Package *p; const Relations *relations; Str folder; } Workbook;

static void workbook_start(PartStream *s, const char *name, int attributes_n, const xmlChar **attributes) {
    Workbook *w = s->of;
    Package *p = w->p;
    if (strcmp(name, "workbookPr") == 0) p->is_1904 = part_flag(part_attribute(attributes_n, attributes, "date1904"));
    if (strcmp(name, "sheet") != 0) return;
    Str title = part_attribute(attributes_n, attributes, "name"), id = part_attribute(attributes_n, attributes, "id");
    Str state = part_attribute(attributes_n, attributes, "state");
    if (p->sheet_n == XLSX_SHEETS_MAX || title.n > XLSX_SHEET_NAME_MAX) { part_refuse(s, N_("The workbook has more than 500 sheets, or sheets with endless names. It is not read.")); return; }
    for (size_t i = 0; i < w->relations->n; i++) {
        const Relation *r = &w->relations->at[i];
        if (!str_eq(r->id, id) || !str_ends(r->type, STR("/worksheet"))) continue;
        p->sheets[p->sheet_n++] = (SheetPlace){ arena_str(&p->arena, title), target_of(p, w->folder, r->target), state.n && !str_eq(state, STR("visible")) };
        return;
    }
}
static const PartHandler WORKBOOK = { workbook_start, NULL, NULL };

static bool workbook_read(Package *p, Err *e) {
    Relations relations;
    Str folder = folder_of(p->workbook), file = folder.n ? str_part(p->workbook, folder.n + 1, p->workbook.n) : p->workbook;
    bool has_part;
    Str of_workbook = arena_fmt(&p->arena, "%.*s%s_rels/%.*s.rels", STR_ARG(folder), folder.n ? "/" : "", STR_ARG(file));
    if (!relations_read(p, of_workbook, &relations, e)) return false;
    for (size_t i = 0; i < relations.n; i++) {
        const Relation *r = &relations.at[i];
        if (str_ends(r->type, STR("/sharedStrings"))) p->strings = target_of(p, folder, r->target);
        if (str_ends(r->type, STR("/styles"))) p->styles = target_of(p, folder, r->target);
    }
    Workbook w = { p, &relations, folder };
    p->sheets = NEW(&p->arena, SheetPlace, XLSX_SHEETS_MAX);
    if (!part_read(p, p->workbook, XLSX_SMALL_MAX, &WORKBOOK, &w, &has_part, e)) return false;
    return has_part && p->sheet_n > 0 ? true : fail(e, BAD_INPUT, "This file is no Excel workbook with a sheet in it. Save the table as .xlsx or CSV.");
}

// Containers that look like a workbook and cannot be read as one, by a part that gives them away.
static bool kind_check(const Package *p, Err *e) {
    if (entry_find(p, STR("xl/vbaProject.bin")) != -1)
        return fail(e, BAD_INPUT, "This workbook holds macros (.xlsm). Save it as .xlsx without macros, or as CSV.");
    if (entry_find(p, STR("xl/workbook.bin")) != -1)
        return fail(e, BAD_INPUT, "This is a binary workbook (.xlsb). Save it as .xlsx or CSV.");
    if (entry_find(p, STR("word/document.xml")) != -1)
        return fail(e, BAD_INPUT, "This is a word-processor document (.docx), not a table. Send the table as .xlsx or CSV.");
    if (entry_find(p, STR("content.xml")) != -1 && entry_find(p, STR("mimetype")) != -1)
        return fail(e, BAD_INPUT, "This is an OpenDocument file (.ods). Save it as .xlsx or CSV.");
    return true;
}

bool package_open(Package *p, int fd, Str bytes, Err *e) {
    Relations relations;
    *p = (Package){ .zip = NULL };
    if (!zip_begin(p, fd, bytes, e) || !kind_check(p, e) || !relations_read(p, STR("_rels/.rels"), &relations, e)) return false;
    p->workbook = STR("xl/workbook.xml");
    for (size_t i = 0; i < relations.n; i++)
        if (str_ends(relations.at[i].type, STR("/officeDocument"))) p->workbook = target_of(p, (Str){ 0 }, relations.at[i].target);
    return workbook_read(p, e);
}

void package_close(Package *p) {
    if (p->zip) zip_discard(p->zip);
    p->zip = NULL;
    arena_free(&p->arena);
}
