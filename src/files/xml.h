// xml.h: XML out and in, as a stream, in bounded memory.
#ifndef FILES_XML_H
#define FILES_XML_H
#include "base/err.h"
#include "files/sink.h"

#define XML_DEPTH_MAX 32                                   // the deepest ISO 20022 path has 14

// ---- writer: UTF-8, escaped; elements less than line_depth deep start on a line of their own, deeper ones do not -----------
typedef struct {
    Buf *buf;
    Sink sink;
    int line_depth, depth;
    bool is_tag_open, has_children;
    const char *open[XML_DEPTH_MAX];
    const char *fault;
} XmlWriter;

XmlWriter xml_writer(Buf *buf, Sink sink, int line_depth); // writes the declaration
void xml_open(XmlWriter *w, const char *name);
void xml_attribute(XmlWriter *w, const char *name, Str value);         // right after xml_open
void xml_text(XmlWriter *w, Str text);                     // valid UTF-8 without control bytes, or xml_flush and xml_end fail
void xml_close(XmlWriter *w);
void xml_leaf(XmlWriter *w, const char *name, Str text);   // open, text, close
void xml_raw(XmlWriter *w, Str markup);                    // complete elements that a writer of ours made before
must_use bool xml_flush(XmlWriter *w, Err *e);             // now and then in a long document: empties a full buffer
must_use bool xml_end(XmlWriter *w, Err *e);               // asserts that all is closed; empties the buffer into the sink

// ---- reader: strict. No DTD, no entities but the five of XML, no network; depth, text and size are capped -------------------
#define XML_TEXT_MAX ((size_t)4 << 10)                     // the longest text in ISO 20022 has 2,048 characters
#define XML_ATTRIBUTES_MAX 16

typedef struct { Str name, value; } XmlAttribute;
typedef enum { XML_START, XML_END, XML_DONE } XmlEventKind;

typedef struct {
    XmlEventKind kind;
    Str path;                                              // "Document/GrpHdr/MsgId", without prefixes
    Str name;                                              // its last part
    Str namespace_uri;
    Str text;                                              // at XML_END: the element's own text, trimmed
    int depth;                                             // 1 for the root
    int64_t line_n;
    const XmlAttribute *attributes;                        // at XML_START
    size_t attributes_n;
} XmlEvent;

typedef struct XmlReader XmlReader;
typedef struct { int64_t bytes_max; } XmlOptions;          // 0 = 8 GB: ten million payments have 4

XmlReader *xml_read_fd(int fd, XmlOptions options);       // fd stays the caller's
XmlReader *xml_read_bytes(Str bytes, XmlOptions options);  // bytes outlive the reader
// The next event; its texts are valid until the next call. BAD_INPUT with the line for what is not well formed or not allowed.
must_use bool xml_next(XmlReader *r, XmlEvent *event, Err *e);
void xml_reader_close(XmlReader *r);                       // NULL is fine
#endif
