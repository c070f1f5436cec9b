// workbook_test.h: workbooks made by hand for tests: parts of XML in a zip, so that every odd thing can be put into them.
#ifndef FILES_WORKBOOK_TEST_H
#define FILES_WORKBOOK_TEST_H
#include "base/test.h"
#include <unistd.h>
#include <zip.h>

typedef struct { const char *name, *text; } WorkbookPart;  // the last of an array has no name

#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
#define SHEET_NS "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""
#define REL_NS "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\""
#define REL_TYPE "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

// Styles: 0 general, 1 a date, 2 text, 3 a date of its own code, 4 a number with a code that only looks like a date.
static const char WORKBOOK_STYLES[] = XML_HEAD "<styleSheet " SHEET_NS "><numFmts count=\"2\"><numFmt numFmtId=\"164\" formatCode=\"[$-421]dd\\ mmmm\\ yyyy;@\"/>"
    "<numFmt numFmtId=\"165\" formatCode=\"&quot;hari&quot;\\ #,##0\"/></numFmts><cellXfs count=\"5\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"49\"/>"
    "<xf numFmtId=\"164\"/><xf numFmtId=\"165\"/></cellXfs></styleSheet>";

// Writes a zip of the parts to `path`.
static inline void workbook_put(const char *path, const WorkbookPart *parts) {
    int code = 0;
    unlink(path);
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_EXCL, &code);
    assert_non_null(zip);
    for (const WorkbookPart *p = parts; p->name; p++)
        assert_true(zip_file_add(zip, p->name, zip_source_buffer(zip, p->text, strlen(p->text), 0), ZIP_FL_ENC_UTF_8) >= 0);
    assert_int_equal(zip_close(zip), 0);
}

typedef struct {
    const char *rows;                                      // of sheet 1: <row>…</row>
    const char *strings;                                   // <si>…</si>
    const char *before, *after;                            // in the sheet, around sheetData: cols, mergeCells
    const char *second, *second_state;                     // rows of a second sheet "Lembar 2", and its state
    bool is_1904;
} WorkbookSheet;

static inline const char *text_or(const char *text) { return text ? text : ""; }

// A usual workbook with a sheet "Data".
static inline void workbook_sheet_put(Arena *a, const char *path, WorkbookSheet w) {
    const char *workbook = arena_fmt(a, XML_HEAD "<workbook " SHEET_NS "><workbookPr%s/><sheets><sheet name=\"Data\" sheetId=\"1\" r:id=\"rId1\"/>%s%s%s</sheets></workbook>",
        w.is_1904 ? " date1904=\"1\"" : "", w.second ? "<sheet name=\"Lembar 2\" sheetId=\"2\" r:id=\"rId2\" state=\"" : "",
        w.second ? w.second_state ? w.second_state : "visible" : "", w.second ? "\"/>" : "").p;
    WorkbookPart parts[] = {
        { "[Content_Types].xml", XML_HEAD "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>" },
        { "_rels/.rels", XML_HEAD "<Relationships " REL_NS "><Relationship Id=\"rId1\" Type=\"" REL_TYPE "/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>" },
        { "xl/workbook.xml", workbook },
        { "xl/_rels/workbook.xml.rels", XML_HEAD "<Relationships " REL_NS "><Relationship Id=\"rId1\" Type=\"" REL_TYPE "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
          "<Relationship Id=\"rId2\" Type=\"" REL_TYPE "/worksheet\" Target=\"/xl/worksheets/sheet2.xml\"/>"
          "<Relationship Id=\"rId3\" Type=\"" REL_TYPE "/sharedStrings\" Target=\"sharedStrings.xml\"/>"
          "<Relationship Id=\"rId4\" Type=\"" REL_TYPE "/styles\" Target=\"styles.xml\"/></Relationships>" },
        { "xl/styles.xml", WORKBOOK_STYLES },
        { "xl/sharedStrings.xml", arena_fmt(a, XML_HEAD "<sst " SHEET_NS ">%s</sst>", text_or(w.strings)).p },
        { "xl/worksheets/sheet1.xml", arena_fmt(a, XML_HEAD "<worksheet " SHEET_NS ">%s<sheetData>%s</sheetData>%s</worksheet>", text_or(w.before),
                                                text_or(w.rows), text_or(w.after)).p },
        { w.second ? "xl/worksheets/sheet2.xml" : NULL, w.second ? arena_fmt(a, XML_HEAD "<worksheet " SHEET_NS "><sheetData>%s</sheetData></worksheet>", w.second).p : NULL },
        { NULL, NULL },
    };
    workbook_put(path, parts);
}
#endif
