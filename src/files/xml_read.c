#include "files/xml.h"
#include "base/lang.h"
#include <errno.h>
#include <libxml/parser.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

// libxml2's push parser is fed a little at a time; its callbacks lay events in a queue, from which xml_next takes them.
// What is not allowed is refused inside the callback that sees it first, and stops the parser: a DTD before its entities
// are read, a deep tree before it is built (nothing is ever built: there is no tree).
#define FEED 4096                                          // bytes fed at once: bounds the queue
#define BYTES_MAX ((int64_t)8 << 30)

typedef struct {
    XmlEventKind kind;
    int depth;
    int64_t line_n;
    size_t path, path_n, name_n, uri, uri_n, text, text_n; // offsets in the queue's bytes
    size_t attribute, attributes_n;
} Queued;

typedef struct { size_t name, name_n, value, value_n; } QueuedAttribute;

struct XmlReader {
    int fd;
    Str memory;
    int64_t bytes, bytes_max;
    xmlParserCtxtPtr parser;
    bool is_done, is_ended;
    Buf path;                                              // of the element open now
    size_t path_ends[XML_DEPTH_MAX];
    Buf texts[XML_DEPTH_MAX + 1];                          // own text of each open element
    int depth;
    Buf bytes_of_queue;
    Queued *queue; size_t queue_n, queue_cap, queue_at;
    QueuedAttribute *attributes; size_t attributes_n, attributes_cap;
    XmlAttribute given[XML_ATTRIBUTES_MAX];
    const char *refused; int64_t refused_line;
    Err failed;
};

static void refuse(XmlReader *r, const char *msgid) {
    if (r->refused) return;
    r->refused = msgid;
    r->refused_line = xmlSAX2GetLineNumber(r->parser);
    xmlStopParser(r->parser);
}

static size_t keep(XmlReader *r, Str s) {
    size_t at = r->bytes_of_queue.n;
    buf_str(&r->bytes_of_queue, s);
    return at;
}

static Str xml_str(const xmlChar *s) { return str_c((const char *)s); }

static Queued *queue_add(XmlReader *r, XmlEventKind kind, Str name, Str uri) {
    if (r->queue_n == r->queue_cap) {
        r->queue_cap = r->queue_cap ? r->queue_cap * 2 : 256;
        r->queue = realloc(r->queue, r->queue_cap * sizeof *r->queue);
        if (!r->queue) abort();
    }
    Queued *q = &r->queue[r->queue_n++];
    *q = (Queued){ .kind = kind, .depth = r->depth, .line_n = xmlSAX2GetLineNumber(r->parser), .path_n = r->path.n, .name_n = name.n, .uri_n = uri.n };
    q->path = keep(r, buf_view(&r->path));
    q->uri = keep(r, uri);
    return q;
}

static void attribute_add(XmlReader *r, Queued *q, Str name, Str value) {
    if (q->attributes_n == XML_ATTRIBUTES_MAX) { refuse(r, N_("an element with more than 16 attributes")); return; }
    if (value.n > XML_TEXT_MAX) { refuse(r, N_("a text longer than 4 KB")); return; }
    if (r->attributes_n == r->attributes_cap) {
        r->attributes_cap = r->attributes_cap ? r->attributes_cap * 2 : 64;
        r->attributes = realloc(r->attributes, r->attributes_cap * sizeof *r->attributes);
        if (!r->attributes) abort();
    }
    if (q->attributes_n++ == 0) q->attribute = r->attributes_n;
    r->attributes[r->attributes_n++] = (QueuedAttribute){ keep(r, name), name.n, keep(r, value), value.n };
}

static void on_start(void *of, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int namespaces_n, const xmlChar **namespaces,
                     int attributes_n, int defaulted_n, const xmlChar **attributes) {
    (void)prefix; (void)namespaces_n; (void)namespaces; (void)defaulted_n;
    XmlReader *r = of;
    Str name = xml_str(local);
    if (r->refused) return;
    if (r->depth == XML_DEPTH_MAX) { refuse(r, N_("elements nested more than 32 deep")); return; }
    if (name.n > 256) { refuse(r, N_("a name longer than 256 bytes")); return; }
    r->path_ends[r->depth++] = r->path.n;
    if (r->path.n) buf_char(&r->path, '/');
    buf_str(&r->path, name);
    buf_reset(&r->texts[r->depth]);
    Queued *q = queue_add(r, XML_START, name, xml_str(uri));
    for (int i = 0; i < attributes_n; i++) {               // five pointers each: local, prefix, URI, value, its end
        const xmlChar **a = attributes + i * 5;
        attribute_add(r, q, xml_str(a[0]), (Str){ (const char *)a[3], (size_t)(a[4] - a[3]) });
    }
}

static void on_text(void *of, const xmlChar *p, int n) {
    XmlReader *r = of;
    if (r->refused || r->depth == 0) return;
    Buf *text = &r->texts[r->depth];
    Str more = { (const char *)p, (size_t)n };
    if (text->n == 0) while (more.n && memchr(" \t\r\n", more.p[0], 4)) more = str_part(more, 1, more.n);    // indentation costs nothing
    if (text->n + more.n > XML_TEXT_MAX) { refuse(r, N_("a text longer than 4 KB")); return; }
    buf_str(text, more);
}

static void on_end(void *of, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri) {
    (void)prefix;
    XmlReader *r = of;
    if (r->refused) return;
    Queued *q = queue_add(r, XML_END, xml_str(local), xml_str(uri));
    Str text = str_trim(buf_view(&r->texts[r->depth]));
    q->text_n = text.n;
    q->text = keep(r, text);
    r->path.n = r->path_ends[--r->depth];
}

static void on_dtd(void *of, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id) {
    (void)name; (void)external_id; (void)system_id;
    refuse(of, N_("a DOCTYPE, which is not allowed"));
}

static void on_reference(void *of, const xmlChar *name) {
    (void)name;
    refuse(of, N_("an entity, which is not allowed"));
}

static void on_instruction(void *of, const xmlChar *target, const xmlChar *data) {
    (void)target; (void)data;
    refuse(of, N_("a processing instruction, which is not allowed"));
}

static void on_error(void *of, xmlErrorPtr error) {
    XmlReader *r = of;
    if (r->refused || r->failed.code) return;
    if (error->code == XML_ERR_DOCUMENT_EMPTY) { fail(&r->failed, BAD_INPUT, "This file is no XML."); return; }
    Str why = str_trim(str_c(error->message));
    fail(&r->failed, BAD_INPUT, "Line %d: not well-formed XML (%.*s).", error->line, STR_ARG(why));
}

static void quiet(void *of, const char *message, ...) { (void)of; (void)message; }

// The library prepares its globals without a lock; and what it has to say must come as an Err, not on the terminal.
static void library_prepare(void) {
    xmlInitParser();
    xmlThrDefSetGenericErrorFunc(NULL, quiet);
}

static XmlReader *reader_open(int fd, Str bytes, XmlOptions options) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, library_prepare);
    xmlSetGenericErrorFunc(NULL, quiet);                   // the default above reaches new threads only
    xmlSAXHandler handler = { .initialized = XML_SAX2_MAGIC, .startElementNs = on_start, .endElementNs = on_end, .characters = on_text, .cdataBlock = on_text,
                              .ignorableWhitespace = on_text, .internalSubset = on_dtd, .reference = on_reference,
                              .processingInstruction = on_instruction, .serror = on_error };
    XmlReader *r = calloc(1, sizeof *r);
    if (!r) abort();
    r->fd = fd;
    r->memory = bytes;
    r->bytes_max = options.bytes_max ? options.bytes_max : BYTES_MAX;
    r->parser = xmlCreatePushParserCtxt(&handler, r, NULL, 0, NULL);
    if (!r->parser) abort();
    xmlCtxtUseOptions(r->parser, XML_PARSE_NONET | XML_PARSE_NOENT);       // NOENT: &amp; in attributes becomes &; other entities cannot exist
    return r;
}

XmlReader *xml_read_fd(int fd, XmlOptions options) { return reader_open(fd, (Str){ 0 }, options); }
XmlReader *xml_read_bytes(Str bytes, XmlOptions options) { return reader_open(-1, bytes, options); }

static bool source_read(XmlReader *r, char *to, size_t *n, Err *e) {
    if (r->fd < 0) {
        Str piece = str_part(r->memory, 0, FEED);
        if (piece.n) memcpy(to, piece.p, piece.n);
        r->memory = str_part(r->memory, piece.n, r->memory.n);
        *n = piece.n;
        return true;
    }
    for (;;) {
        ssize_t k = read(r->fd, to, FEED);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
        *n = (size_t)k;
        return true;
    }
}

// Feeds the parser once. The queue may stay empty.
static bool feed(XmlReader *r, Err *e) {
    char chunk[FEED];
    size_t n = 0;
    if (!source_read(r, chunk, &n, e)) return false;
    r->bytes += (int64_t)n;
    if (r->bytes > r->bytes_max) return fail(e, LIMIT, "The XML file is larger than %lld bytes.", (long long)r->bytes_max);
    buf_reset(&r->bytes_of_queue);
    r->queue_n = r->queue_at = r->attributes_n = 0;
    r->is_done = n == 0;
    int code = xmlParseChunk(r->parser, chunk, (int)n, n == 0);
    if (r->refused) return fail(e, BAD_INPUT, "Line %lld: %s.", (long long)r->refused_line, tr(r->refused));
    if (r->bytes == 0) return fail(e, BAD_INPUT, "The XML file is empty.");
    if (r->is_done && r->depth > 0) return fail(e, BAD_INPUT, "The XML ends too early: <%.*s> is still open.", STR_ARG(buf_view(&r->path)));
    if (r->failed.code) { *e = r->failed; return false; }
    if (code != 0) return fail(e, BAD_INPUT, "The XML is not well formed.");
    return true;
}

bool xml_next(XmlReader *r, XmlEvent *event, Err *e) {
    while (r->queue_at == r->queue_n) {
        if (r->is_done) { *event = (XmlEvent){ .kind = XML_DONE }; return true; }
        if (!feed(r, e)) return false;
    }
    const Queued *q = &r->queue[r->queue_at++];
    const char *bytes = r->bytes_of_queue.p;
    Str path = { bytes + q->path, q->path_n };
    for (size_t i = 0; i < q->attributes_n; i++) {
        const QueuedAttribute *a = &r->attributes[q->attribute + i];
        r->given[i] = (XmlAttribute){ { bytes + a->name, a->name_n }, { bytes + a->value, a->value_n } };
    }
    *event = (XmlEvent){ .kind = q->kind, .path = path, .name = { path.p + (path.n - q->name_n), q->name_n }, .namespace_uri = { bytes + q->uri, q->uri_n },
                         .text = { bytes + q->text, q->text_n }, .depth = q->depth, .line_n = q->line_n,
                         .attributes = r->given, .attributes_n = q->attributes_n };
    return true;
}

void xml_reader_close(XmlReader *r) {
    if (!r) return;
    xmlFreeParserCtxt(r->parser);
    for (int i = 0; i <= XML_DEPTH_MAX; i++) buf_free(&r->texts[i]);
    buf_free(&r->path);
    buf_free(&r->bytes_of_queue);
    free(r->queue);
    free(r->attributes);
    free(r);
}
