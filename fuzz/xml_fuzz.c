// xml_fuzz.c: any bytes into the XML reader (libFuzzer): no crash, an end, starts and ends in pairs, caps kept.
#include "files/xml.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Err e = { 0 };
    XmlEvent v;
    XmlReader *r = xml_read_bytes((Str){ (const char *)data, size }, (XmlOptions){ 0 });
    int depth = 0;
    while (xml_next(r, &v, &e) && v.kind != XML_DONE) {
        if (v.kind == XML_START) depth++;
        if (v.depth != depth || depth > XML_DEPTH_MAX || v.text.n > XML_TEXT_MAX || v.attributes_n > XML_ATTRIBUTES_MAX) abort();
        if (v.kind == XML_END) depth--;
    }
    if (e.code == ERR_NONE && depth != 0) abort();
    xml_reader_close(r);
    return 0;
}
