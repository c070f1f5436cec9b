#include "files/xml.h"
#include "base/lang.h"
#include <assert.h>

XmlWriter xml_writer(Buf *buf, Sink sink, int line_depth) {
    buf_c(buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
    return (XmlWriter){ .buf = buf, .sink = sink, .line_depth = line_depth };
}

static void tag_end(XmlWriter *w) {
    if (w->is_tag_open) buf_char(w->buf, '>');
    w->is_tag_open = false;
}

void xml_open(XmlWriter *w, const char *name) {
    assert(w->depth < XML_DEPTH_MAX);
    tag_end(w);
    if (w->depth < w->line_depth) buf_char(w->buf, '\n');
    buf_char(w->buf, '<');
    buf_c(w->buf, name);
    w->open[w->depth++] = name;
    w->is_tag_open = true;
    w->has_children = false;
}

// The bytes that must be written otherwise; all other bytes from space on stand for themselves.
static const char *escape_of(unsigned char c, bool in_attribute) {
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return in_attribute ? "&quot;" : NULL;
    case '\t': return in_attribute ? "&#9;" : NULL;
    case '\n': return in_attribute ? "&#10;" : NULL;
    case '\r': return "&#13;";
    default: return NULL;
    }
}

// XML 1.0 has no place for control bytes, nor for U+FFFE and U+FFFF.
static bool is_allowed(Str text) {
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (c < 0x20 && c != '\t' && c != '\n' && c != '\r') return false;
        if (c == 0xEF && i + 2 < text.n && (unsigned char)text.p[i + 1] == 0xBF && (unsigned char)text.p[i + 2] >= 0xBE) return false;
    }
    return str_is_utf8(text);
}

static void put_escaped(XmlWriter *w, Str text, bool in_attribute) {
    if (!is_allowed(text)) { w->fault = N_("A text holds control bytes or is not valid UTF-8, which XML cannot carry."); return; }
    size_t from = 0;
    for (size_t i = 0; i < text.n; i++) {
        const char *escape = escape_of((unsigned char)text.p[i], in_attribute);
        if (!escape) continue;
        buf_str(w->buf, str_part(text, from, i - from));
        buf_c(w->buf, escape);
        from = i + 1;
    }
    buf_str(w->buf, str_part(text, from, text.n));
}

void xml_attribute(XmlWriter *w, const char *name, Str value) {
    assert(w->is_tag_open);
    buf_char(w->buf, ' ');
    buf_c(w->buf, name);
    buf_c(w->buf, "=\"");
    put_escaped(w, value, true);
    buf_char(w->buf, '"');
}

void xml_text(XmlWriter *w, Str text) {
    tag_end(w);
    put_escaped(w, text, false);
}

void xml_close(XmlWriter *w) {
    assert(w->depth > 0);
    const char *name = w->open[--w->depth];
    if (w->is_tag_open) buf_c(w->buf, "/>");
    else {
        if (w->has_children && w->depth + 1 < w->line_depth) buf_char(w->buf, '\n');
        buf_c(w->buf, "</");
        buf_c(w->buf, name);
        buf_char(w->buf, '>');
    }
    w->is_tag_open = false;
    w->has_children = true;
}

void xml_leaf(XmlWriter *w, const char *name, Str text) {
    xml_open(w, name);
    xml_text(w, text);
    xml_close(w);
}

void xml_raw(XmlWriter *w, Str markup) {
    tag_end(w);
    buf_str(w->buf, markup);
    w->has_children = true;
}

bool xml_flush(XmlWriter *w, Err *e) {
    if (w->fault) return fail(e, BAD_INPUT, "%s", tr(w->fault));
    return sink_take(w->sink, w->buf, SINK_FULL, e);
}

bool xml_end(XmlWriter *w, Err *e) {
    assert(w->depth == 0 && !w->is_tag_open);
    buf_char(w->buf, '\n');
    return xml_flush(w, e) && sink_take(w->sink, w->buf, 0, e);
}
