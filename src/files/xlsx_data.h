// xlsx_data.h: between the files of the workbook reader: the container (xlsx_zip.c), its small parts (xlsx_parts.c), a sheet (xlsx.c).
#ifndef FILES_XLSX_DATA_H
#define FILES_XLSX_DATA_H
#include <libxml/parser.h>
#include <stdio.h>
#include <zip.h>
#include "files/xlsx.h"

typedef struct { Str name, part; bool is_hidden; } SheetPlace;
typedef struct {
    zip_t *zip;
    Arena arena;
    Str workbook, strings, styles;            // names of parts; empty when there is none
    SheetPlace *sheets;
    size_t sheet_n;
    bool is_1904;
} Package;

// Checks the container before it is opened, finds the parts. fd < 0: bytes.
must_use bool package_open(Package *p, int fd, Str bytes, Err *e);
void package_close(Package *p);

// ---- one part, inflated and parsed as a stream -----------------------------------------------------------------------
typedef struct PartStream PartStream;
typedef struct {
    void (*start)(PartStream *s, const char *name, int attributes_n, const xmlChar **attributes);
    void (*text)(PartStream *s, const char *p, size_t n);
    void (*end)(PartStream *s, const char *name);
} PartHandler;
struct PartStream {
    const PartHandler *handler;
    void *of;                                 // the handler's own
    zip_file_t *file;
    xmlParserCtxtPtr parser;
    int64_t inflated_n, packed_n, size_n, max_n;
    bool is_done;
    const char *refused;                      // msgid: what the handler will not take
    Err failed;
};
// *has_part false when the container has none of that name.
must_use bool part_open(Package *p, Str name, int64_t max_n, const PartHandler *handler, void *of, PartStream *out, bool *has_part, Err *e);
must_use bool part_feed(PartStream *s, Err *e);            // some bytes more; s->is_done at the end
void part_close(PartStream *s);
void part_refuse(PartStream *s, const char *msgid);        // in a handler: stops at once
must_use bool part_read(Package *p, Str name, int64_t max_n, const PartHandler *handler, void *of, bool *has_part, Err *e);   // all of it
// The value of an attribute by its local name; p NULL when it is missing.
Str part_attribute(int attributes_n, const xmlChar **attributes, const char *name);
bool part_flag(Str value);                                 // "1", "true"

// ---- small parts -------------------------------------------------------------------------------------------------------
#define STYLES_MAX 65536
typedef struct { uint8_t *is_date; size_t n; } Styles;
must_use bool styles_read(Package *p, Styles *out, Err *e);

// Shared strings, in a temporary file that has no name.
typedef struct { FILE *text, *ends; const char *bytes; const uint64_t *end; size_t bytes_n, n; } Strings;
must_use bool strings_read(Package *p, Strings *out, Err *e);
void strings_close(Strings *s);
static inline Str strings_get(const Strings *s, size_t i) {
    uint64_t from = i ? s->end[i - 1] : 0;
    return (Str){ s->bytes + from, (size_t)(s->end[i] - from) };
}
// Excel's _x000D_ for characters that XML cannot hold; only line ends and tabs and what is printable are decoded. In place.
size_t escapes_decode(char *p, size_t n);
#endif
