// table_read.h: a table as it arrives, delimited text (csv.h) or a workbook (xlsx.h), through one interface. Which of the two it is
// is told by its bytes, whatever its name says.
#ifndef FILES_TABLE_READ_H
#define FILES_TABLE_READ_H
#include "files/csv.h"
#include "files/xlsx.h"

typedef struct {
    char separator;                           // of delimited text: 0 finds out
    CsvEncoding encoding;                     // CSV_DETECT finds out
    Str sheet;                                // of a workbook: empty for the only one that holds anything
    CsvPlace from;                            // continue here; with separator, encoding, sheet and columns_n of the first reader
    size_t columns_n;
} TableOptions;

typedef struct TableReader TableReader;
must_use bool table_open_fd(int fd, TableOptions options, TableReader **out, Err *e);      // fd stays the caller's; it is read from its beginning
must_use bool table_open_path(const char *path, TableOptions options, TableReader **out, Err *e);
must_use bool table_open_bytes(Str bytes, TableOptions options, TableReader **out, Err *e);
void table_close(TableReader *r);

must_use bool table_next(TableReader *r, CsvRow *row, bool *has_row, Err *e);
must_use bool table_recover(TableReader *r);  // goes on behind a row that could not be read; never in a workbook
CsvPlace table_place(const TableReader *r);
size_t table_columns_n(const TableReader *r);
must_use bool table_header_find(TableReader *r, Arena *a, const CsvColumn *known, size_t known_n, const HeaderMap *map, CsvHeader *out, Err *e);
must_use bool table_header_guess(TableReader *r, Arena *a, const CsvColumn *known, size_t known_n, CsvHeader *out, bool *found, Err *e);

typedef struct {
    bool is_workbook;
    CsvSummary csv;                           // of delimited text
    XlsxSummary xlsx;                         // of a workbook
    int64_t rows_n, blank_n, bytes_n;         // bytes_n: what table_place().byte goes up to
    bool is_full_sheet;
} TableSummary;
TableSummary table_summary(const TableReader *r);

// Sheets to choose from; *n is 0 for delimited text.
must_use bool table_sheets_fd(int fd, Arena *a, XlsxSheet **out, size_t *n, Err *e);
must_use bool table_separator_find(Str word, char *out);   // ";" "," "|" "tab" "titik koma" …
must_use bool table_encoding_find(Str word, CsvEncoding *out);     // "utf-8", "windows-1252", "utf-16le" …
#endif
