// xlsx.h: reads a workbook (.xlsx) row by row, in bounded memory, as strictly as the CSV reader and with the same rows.
//
// What a cell holds is told by its mark (cell.h): text (shared, inline, with runs; phonetic guides left out), a number as the file
// writes it, a date of the 1900 or 1904 system as 1990-01-31 (with a time behind it if it has one), TRUE or FALSE, an error value.
// A formula's cell gives its last result and says so. Hidden rows are given like the others, and counted.
//
// The container is not trusted: nothing is unpacked to the disk under a name of its own, the directory is capped before it is
// read, parts are inflated as a stream up to a cap and a ratio, XML has no DTD and no entities. Shared strings lie in a
// temporary file. Encrypted, macro-enabled and binary workbooks and other kinds of file are refused in words.
#ifndef FILES_XLSX_H
#define FILES_XLSX_H
#include "files/csv.h"

#define XLSX_ROWS_MAX 1048576                 // of a sheet: the format's own limit
#define XLSX_ENTRIES_MAX 10000                // files inside: a workbook of ours has under 20
#define XLSX_PART_MAX ((int64_t)8 << 30)      // inflated bytes of a sheet or of the shared strings: a full sheet has about 2 GB
#define XLSX_SMALL_MAX ((int64_t)32 << 20)    // … of the parts that only describe: workbook, styles, relations
#define XLSX_RATIO_MAX 250                    // inflated to packed, beyond the first XLSX_RATIO_FREE: real sheets reach about 60
#define XLSX_RATIO_FREE ((int64_t)64 << 20)
#define XLSX_STRINGS_MAX ((int64_t)100 << 20) // shared strings: 17 columns of a full sheet, six times over
#define XLSX_SHEETS_MAX 500
#define XLSX_LOOK_MAX ((int64_t)256 << 20)    // inflated before the first filled cells, of all sheets together: many sheets may name one part
#define XLSX_SHEET_NAME_MAX 200               // bytes; the format allows 31 characters

typedef struct { Str name; bool is_hidden, has_rows; } XlsxSheet;
typedef struct XlsxReader XlsxReader;
typedef struct {
    Str sheet;                                // by name; empty: the only visible one that holds anything
    CsvPlace from;                            // byte > 0: continue behind row from.row_n; give columns_n of the first reader
    size_t columns_n;
} XlsxOptions;

// From an open file, which stays the caller's, or from bytes that outlive the reader. BAD_INPUT when it is no workbook that can be
// read, or when the sheet must be chosen (the text names them).
must_use bool xlsx_open_fd(int fd, XlsxOptions options, XlsxReader **out, Err *e);
must_use bool xlsx_open_bytes(Str bytes, XlsxOptions options, XlsxReader **out, Err *e);
void xlsx_close(XlsxReader *r);               // NULL is fine
// Its sheets, in the order of the workbook; without those that are no tables (charts). For choosing.
must_use bool xlsx_sheets_fd(int fd, Arena *a, XlsxSheet **out, size_t *n, Err *e);
must_use bool xlsx_sheets_bytes(Str bytes, Arena *a, XlsxSheet **out, size_t *n, Err *e);

// As csv_next. A failure leaves no way on.
must_use bool xlsx_next(XlsxReader *r, CsvRow *row, bool *has_row, Err *e);
void xlsx_unread(XlsxReader *r);
void xlsx_expect(XlsxReader *r, size_t named_n, size_t columns_n);
size_t xlsx_columns_n(const XlsxReader *r);
CsvPlace xlsx_place(const XlsxReader *r);     // .byte: bytes of the sheet inflated so far

#define XLSX_FORMULA_COLUMNS 64
typedef struct {
    Str sheet;                                // lives as long as the reader
    int64_t bytes_n;                          // of the sheet when inflated, as the container says; for progress
    int64_t rows_n, blank_n;                  // rows so far, as a spreadsheet numbers them
    int64_t hidden_row_n, hidden_column_n, merged_n, formula_n;    // the first and the last three known at the end
    int64_t hidden_sheet_n, other_sheet_n;    // other: visible ones with rows that were not read
    uint64_t formula_columns;                 // bit i: column i (of the first 64) holds formulas
    bool is_full_sheet, is_1904;
} XlsxSummary;
XlsxSummary xlsx_summary(const XlsxReader *r);
#endif
