// csv.h: reads delimited text as it really arrives, at any size, in bounded memory: under 2 MB a reader.
//
// The reader finds out by itself
//   the encoding    UTF-8 or UTF-16 by their mark; else UTF-8 if the first bytes above 127 are valid UTF-8; else Windows-1252
//   the separator   a first line `sep=;`, else the one of | ; tab , that gives equal column counts over the first lines
//   line ends       CRLF, LF, CR, also mixed; a last line without one; Ctrl-Z (0x1A) at the end
// and refuses what cannot be read without guessing, with line, byte and column: NUL bytes, bytes that break the
// encoding, text after a closing quote, a quote that never closes, a cell, row or column count beyond the caps below,
// and files that are no text at all (a workbook, a PDF, a web page with the ending .csv).
//
// A quote counts only at the start of a cell (RFC 4180: "" inside is one quote, line ends inside are text); elsewhere it is
// an ordinary character. Blank rows (nothing but separators) are counted and skipped. All cells are given as UTF-8.
#ifndef FILES_CSV_H
#define FILES_CSV_H
#include "base/arena.h"
#include "base/err.h"
#include "files/cell.h"
#include "files/sink.h"

#define CSV_CELL_MAX ((size_t)64 << 10)       // a longer cell is a quote that was never closed, not an address
#define CSV_COLUMNS_MAX 1000                  // the widest national form has about 300
#define CSV_ROW_MAX ((size_t)1 << 20)         // bytes of one row: must fit in the window

typedef enum { CSV_DETECT, CSV_UTF8, CSV_UTF8_MARKED, CSV_UTF16LE, CSV_UTF16BE, CSV_WINDOWS_1252 } CsvEncoding;
const char *csv_encoding_name(CsvEncoding encoding);   // "UTF-8", "Windows-1252" …

// A place to which a later reader of the same file can return.
typedef struct {
    int64_t byte;                             // offset in the file, in its own encoding
    int64_t row_n, line_n;                    // rows and lines that end before it; a quoted line end makes lines > rows
} CsvPlace;

// Zero value: find everything out, from the start.
typedef struct {
    char separator;                           // 0 = detect
    CsvEncoding encoding;                     // CSV_DETECT
    CsvPlace from;                            // continue here; give the separator, encoding and columns_n of the first reader too
    size_t columns_n;                         // 0 = as many as the header, or without one the first row
} CsvOptions;

typedef enum { CSV_ROW_FITS, CSV_ROW_SHORT, CSV_ROW_LONG } CsvRowFit;

// One row. The cells are valid until the next call on the reader.
typedef struct {
    const Str *cells;                         // never NULL, without the quotes
    size_t n;                                 // at least the columns expected: missing cells are filled with empty ones
    const CellMark *marks;                    // what the file says about each cell; NULL: all are text (table_read.h)
    size_t found_n;                           // cells found, without empty ones beyond the expected
    CsvRowFit fit;                            // found_n against the columns expected
    CsvPlace at;                              // where it starts; its own numbers are at.row_n + 1 and at.line_n + 1
} CsvRow;

typedef struct CsvReader CsvReader;

// From an open file, which stays the caller's (must be seekable for options.from), or from bytes that outlive the reader.
// Fails with BAD_INPUT when the content is no delimited text, IO_FAILED when it cannot be read.
must_use bool csv_open_fd(int fd, CsvOptions options, CsvReader **out, Err *e);
must_use bool csv_open_bytes(Str bytes, CsvOptions options, CsvReader **out, Err *e);
must_use bool csv_open_path(const char *path, CsvOptions options, CsvReader **out, Err *e);
void csv_close(CsvReader *r);                 // NULL is fine

// The next row that is not blank; *has_row false at the end. After a failure the reader says the same again,
// unless csv_recover goes on at the line after the one where the broken row began, so that one reading can list all faults.
must_use bool csv_next(CsvReader *r, CsvRow *row, bool *has_row, Err *e);
must_use bool csv_recover(CsvReader *r);      // false when the fault leaves no way on (NUL, encoding, read error)
// Fails with BAD_INPUT, row number and counts unless the row fits.
must_use bool csv_row_check(const CsvReader *r, const CsvRow *row, Err *e);

CsvPlace csv_place(const CsvReader *r);       // where the next row starts: for options.from
void csv_unread(CsvReader *r);                // the next csv_next gives the last row once more
size_t csv_columns_n(const CsvReader *r);     // expected of every row
// Measures the rows from here on: at least named_n cells, at most columns_n that are not empty. csv_header_find does this.
void csv_expect(CsvReader *r, size_t named_n, size_t columns_n);

// How the file was read, to show to a person and to read it again the same way.
typedef struct {
    CsvEncoding encoding;                     // UTF-8 for a file of ASCII
    char separator;
    bool has_separator_line;                  // `sep=;`
    int64_t rows_n;                           // rows so far, with header and blank ones: as a spreadsheet numbers them
    int64_t blank_n;
    // So many rows as a sheet can hold (1,048,576; 65,536 in .xls): the export was probably cut. Only known at the end.
    bool is_full_sheet;
} CsvSummary;
CsvSummary csv_summary(const CsvReader *r);

// Takes off one wrapper that spreadsheets and people put around numbers: 'text, ’text, ="text". True if there was one.
bool csv_unwrap(Str *cell);

// ---- header (csv_header.c) --------------------------------------------------------------------------------------
#define CSV_HEADER_ROWS_MAX 15                // titles, logos and dates stand above the header

// A column that the caller knows. Names are compared without case, spaces, dots and other punctuation: "N.I.K" is "nik".
typedef struct {
    const char *names;                        // all its names, parted by |, the one to show first: "NIK|No KTP"
    bool is_required;
} CsvColumn;

typedef struct {
    int16_t *at;                              // for each known column its cell in a row, or -1
    size_t known_n;
    Str *titles;                              // every column as written; a header of two rows gives "April/alpa"
    size_t titles_n;
    int rows_n;                               // 1 or 2
    CsvPlace place;                           // where it starts
} CsvHeader;

// Reads to the first row that names every required column, alone or together with the row under it (merged cells: the upper
// title goes on to the right). Later rows are measured against it. `out` lives in `a`.
// BAD_INPUT when the first 15 rows hold none, naming what is missing, or when two columns have the same name or meaning.
must_use bool csv_header_find(CsvReader *r, Arena *a, const CsvColumn *known, size_t known_n, CsvHeader *out, Err *e);

// A person's word about the header: known column -> title as written, or "#12" for the twelfth column ("#12 NAMA": if
// that is its title), or "-" for none.
// What it names wins over the names above, and settles columns that share a name. One that is only remembered from another file
// counts where its title is there.
typedef struct { Str known, title; bool is_remembered; } HeaderChoice;
typedef struct { const HeaderChoice *at; size_t n; } HeaderMap;

// The same over any source of rows (table_read.h). `map` may be NULL.
typedef struct {
    void *of;
    bool (*next)(void *of, CsvRow *row, bool *has_row, Err *e);
    void (*unread)(void *of);
    void (*expect)(void *of, size_t named_n, size_t columns_n);
} RowSource;
must_use bool header_find(RowSource source, Arena *a, const CsvColumn *known, size_t known_n, const HeaderMap *map, CsvHeader *out,
                          Err *e);
// The row that looks most like the header, with nothing asked of it: for showing to a person who then says which column is which.
// *found false in a file whose first rows name nothing that is known; `out` then has the titles of the first row.
must_use bool header_guess(RowSource source, Arena *a, const CsvColumn *known, size_t known_n, CsvHeader *out, bool *found, Err *e);
Str csv_cell(const CsvHeader *h, const CsvRow *row, size_t known);     // empty when the file has no such column
CellMark csv_mark(const CsvHeader *h, const CsvRow *row, size_t known);
bool csv_row_is_header(const CsvHeader *h, const CsvRow *row);         // the header again, as on each printed page
bool csv_row_is_total(const CsvRow *row);                              // first words: JUMLAH, TOTAL, SUBTOTAL …
void csv_name_put(Buf *b, Str title);                                  // what names are compared by

// ---- writer (csv_write.c) ---------------------------------------------------------------------------------------
typedef struct {
    char separator;                           // 0 = ';', which Indonesian spreadsheets open as columns
    bool has_mark;                            // UTF-8 mark first: spreadsheets then read the names right
    // A cell that begins with = + - @ tab or CR would run as a formula in a spreadsheet: put an apostrophe before it
    // (csv_unwrap takes it off). Not for files that a machine reads back byte by byte.
    bool is_for_spreadsheet;
} CsvWriteOptions;

// Writes RFC 4180 with CRLF, into a buffer; with a sink the buffer is emptied into it as it fills.
typedef struct {
    CsvWriteOptions options;
    Buf *buf;
    Sink sink;
    size_t cells_n;
    bool is_blank;                            // nothing but empty cells so far: the reader would skip such a row
    size_t row_start;
    const char *fault;
    int64_t rows_n;
} CsvWriter;

CsvWriter csv_writer(Buf *buf, Sink sink, CsvWriteOptions options);
void csv_put(CsvWriter *w, Str cell);         // UTF-8 without NUL and Ctrl-Z, or the row fails
void csv_put_int(CsvWriter *w, int64_t v);    // never taken for a formula
// Digits that are no quantity: as ="…" for a spreadsheet, which would round and shorten them (csv_unwrap takes it off). What holds
// more than digits (a masked number) is put as any other cell.
void csv_put_id(CsvWriter *w, Str digits);
must_use bool csv_end_row(CsvWriter *w, Err *e);
must_use bool csv_end(CsvWriter *w, Err *e);  // empties the buffer into the sink
#endif
