// csv_fuzz.c: any bytes into the CSV reader (libFuzzer). Beyond "no crash": rows advance, resuming at a row's place gives
// that row again, and what the writer makes of a row is read back as that row.
#include "files/csv.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok) { if (!ok) abort(); }

static bool rows_equal(const CsvRow *a, const CsvRow *b) {
    if (a->found_n != b->found_n) return false;
    for (size_t i = 0; i < a->found_n; i++) if (!str_eq(a->cells[i], b->cells[i])) return false;
    return true;
}

static void check_resume(Str file, const CsvReader *r, const CsvRow *row) {
    Err e = { 0 };
    CsvReader *again;
    CsvRow same;
    bool has_row = false;
    CsvSummary s = csv_summary(r);
    CsvOptions from = { .separator = s.separator, .encoding = s.encoding, .from = row->at, .columns_n = csv_columns_n(r) };
    if (row->at.byte == 0) return;
    must(csv_open_bytes(file, from, &again, &e) && csv_next(again, &same, &has_row, &e) && has_row && rows_equal(row, &same));
    csv_close(again);
}

static void check_written(const CsvReader *r, const CsvRow *row) {
    Err e = { 0 };
    Buf file = { 0 };
    CsvReader *again;
    CsvRow same;
    bool has_row = false;
    CsvWriter w = csv_writer(&file, (Sink){ 0 }, (CsvWriteOptions){ .separator = csv_summary(r).separator });
    for (size_t i = 0; i < row->found_n; i++) csv_put(&w, row->cells[i]);
    must(csv_end_row(&w, &e));
    must(csv_open_bytes(buf_view(&file), (CsvOptions){ .separator = csv_summary(r).separator, .columns_n = row->found_n }, &again, &e));
    must(csv_next(again, &same, &has_row, &e) && has_row && rows_equal(row, &same));
    csv_close(again);
    buf_free(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Err e = { 0 };
    Str file = { (const char *)data, size };
    CsvReader *r;
    CsvRow row;
    bool has_row = true;
    int64_t last = -1, row_n = 0;
    if (!csv_open_bytes(file, (CsvOptions){ 0 }, &r, &e)) return 0;
    for (;;) {
        e = (Err){ 0 };
        if (!csv_next(r, &row, &has_row, &e)) { if (csv_recover(r)) continue; break; }
        if (!has_row) break;
        must(row.at.byte > last && row.at.byte < (int64_t)size && row.found_n <= row.n);
        last = row.at.byte;
        if (row_n++ > 3 || row.found_n == 0) continue;     // enough of the costly checks
        check_resume(file, r, &row);
        check_written(r, &row);
    }
    csv_close(r);
    return 0;
}
