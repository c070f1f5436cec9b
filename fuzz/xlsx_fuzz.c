// xlsx_fuzz.c: any bytes into the workbook reader (libFuzzer), as a container and as the sheet of a good one: no crash, rows go
// forward, cells keep their caps.
#include "files/table_read.h"
#include <stdlib.h>
#include <zip.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok) { if (!ok) abort(); }

static void rows_read(Str file) {
    Err e = { 0 };
    TableReader *r = NULL;
    CsvRow row;
    bool has_row = true;
    int64_t last = -1;
    if (!table_open_bytes(file, (TableOptions){ 0 }, &r, &e)) { must(e.code != ERR_NONE); return; }
    while (table_next(r, &row, &has_row, &e) && has_row) {
        must(row.at.row_n > last && row.n <= CSV_COLUMNS_MAX);
        last = row.at.row_n;
        for (size_t i = 0; i < row.n; i++) must(row.cells[i].n <= CSV_CELL_MAX);
    }
    table_close(r);
}

// The bytes as sheet, strings and styles of a workbook: the compressor in front would hide them from the fuzzer.
static void sheet_read(const uint8_t *data, size_t size) {
    static const char *const NAMES[] = { "xl/s.xml", "xl/t.xml", "xl/y.xml" };
    static const char *const PARTS[][2] = {
        { "_rels/.rels", "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\" Target=\"xl/w.xml\"/></Relationships>" },
        { "xl/w.xml", "<workbook><sheets><sheet name=\"D\" id=\"b\"/></sheets></workbook>" },
        { "xl/_rels/w.xml.rels", "<Relationships><Relationship Id=\"b\" Type=\"x/worksheet\" Target=\"s.xml\"/><Relationship Id=\"c\" Type=\"x/sharedStrings\" Target=\"t.xml\"/>"
                                 "<Relationship Id=\"d\" Type=\"x/styles\" Target=\"y.xml\"/></Relationships>" },
    };
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *out = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = zip_open_from_source(out, ZIP_TRUNCATE, &error);
    must(zip != NULL);
    zip_source_keep(out);
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        must(zip_file_add(zip, PARTS[i][0], zip_source_buffer(zip, PARTS[i][1], strlen(PARTS[i][1]), 0), 0) >= 0);
    size_t third = size / 3;
    for (size_t i = 0; i < 3; i++) {
        zip_int64_t at = zip_file_add(zip, NAMES[i], zip_source_buffer(zip, data + i * third, i == 2 ? size - 2 * third : third, 0), 0);
        must(at >= 0 && zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0) == 0);
    }
    must(zip_close(zip) == 0 && zip_source_open(out) == 0);
    static char bytes[1 << 20];
    zip_int64_t n = zip_source_read(out, bytes, sizeof bytes);
    zip_source_close(out);
    zip_source_free(out);
    if (n > 0) rows_read((Str){ bytes, (size_t)n });
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    rows_read((Str){ (const char *)data, size });
    if (size < 1 << 16) sheet_read(data, size);
    return 0;
}
