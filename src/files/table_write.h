// table_write.h: one list, three files: CSV for whoever asks, XLSX for an office, JSON for a machine. Row by row, in bounded memory.
//
//   table_open(&options, &w, e)  …  table_put(w, name), table_put_rupiah(w, amount), table_end_row(w, e)  …  table_finish(w, &fd, e)
//
// The file is written whole into a temporary place without a name before anybody sees a byte of it: what fails half-way (full
// disk, a broken row) is a failure in words and never half a list.
//
//   CSV   `;` between cells, CRLF, UTF-8 with its mark; a cell that a spreadsheet would run as a formula gets an apostrophe. Numbers
//         of people and accounts stand as ="…", so that a spreadsheet leaves their digits alone (our own reader takes it off).
//   XLSX  numbers are numbers, days are days, numbers of people are text; header frozen and filterable. A sheet holds 1,048,576
//         rows; a longer list goes on in the next sheet.
//   JSON  {"title":…,"notes":[…],"columns":[{"name":…,"title":…,"kind":…}],"rows":[{name:value,…}],"row_n":…}. Rupiah and counts are
//         integers, days 2026-12-08, instants 2026-12-08T07:05:00Z, what is not known null. row_n at the end says that it is whole.
#ifndef FILES_TABLE_WRITE_H
#define FILES_TABLE_WRITE_H
#include "base/date.h"
#include "base/rupiah.h"

typedef enum { TABLE_CSV, TABLE_XLSX, TABLE_JSON } TableFormat;
must_use bool table_format_parse(Str text, TableFormat *out);          // "csv", "xlsx", "json"
const char *table_format_name(TableFormat format);                     // the same, also the ending of the file
const char *table_content_type(TableFormat format);

// TABLE_ID: digits that are no quantity (NIK, KK, account, village code): text in every file.
typedef enum { TABLE_TEXT, TABLE_ID, TABLE_COUNT, TABLE_RUPIAH, TABLE_DATE, TABLE_INSTANT } TableKind;
typedef struct {
    const char *name;                          // in JSON; the same in every language: "village"
    Str title;                                 // for people: "Kelurahan"
    TableKind kind;
} TableColumn;

#define TABLE_COLUMNS_MAX 100                  // wider than any list of ours
#define TABLE_NOTES_MAX 8
typedef struct {
    TableFormat format;
    Str title;                                 // also the name of the sheet
    Str notes[TABLE_NOTES_MAX];                // area, stage, filter, day, who; up to the first empty one. XLSX and JSON
    Str band;                                  // above everything, in CSV too: "PRACTICE DATABASE". Empty: none
    bool has_no_mark;                          // CSV without the UTF-8 mark, for machines
    const TableColumn *columns;                // like all texts here, they outlive the writer
    size_t column_n;
} TableWriteOptions;

typedef struct TableWriter TableWriter;
must_use bool table_open(const TableWriteOptions *options, TableWriter **out, Err *e);

// One cell after the other, each by the kind of its column; another kind is our bug and stops the program.
void table_put(TableWriter *w, Str text);                  // TABLE_TEXT, TABLE_ID; p == NULL is an empty cell
void table_put_n(TableWriter *w, int64_t n);               // TABLE_COUNT
void table_put_rupiah(TableWriter *w, Rupiah amount);
void table_put_date(TableWriter *w, Date day);             // DATE_NONE is an empty cell
void table_put_instant(TableWriter *w, Instant at);
void table_put_none(TableWriter *w);                       // an empty cell of any kind
// Fails with BAD_INPUT, row and column, for a text that is no UTF-8, has NUL, or is longer than a cell of the format holds.
must_use bool table_end_row(TableWriter *w, Err *e);

// Gives the finished file, open for reading at its start and without a name; the caller closes it. Ends w, also on failure.
must_use bool table_finish(TableWriter *w, int *fd, Err *e);
// The same under a name: the whole list or nothing (outfile.h).
must_use bool table_finish_as(TableWriter *w, const char *path, Err *e);
void table_abort(TableWriter *w);                          // NULL is fine
int64_t table_row_n(const TableWriter *w);                 // rows written so far
#endif
