// cell_read.h: one cell of a table from outside, made clean, and what is wrong with it in words. For every file that comes in by rows
// (dtks.h, and others). Pure; no database.
//
// A cell is never repaired by guessing. What a spreadsheet did around a number (an apostrophe, ="…", dots and spaces between the
// digits) is taken off and counted; what it did to the number (3,17E+15, digits cut off, letters) refuses the row with a reason.
#ifndef REGISTRY_CELL_READ_H
#define REGISTRY_CELL_READ_H
#include "files/table_read.h"
#include "registry/identity.h"

#define CELL_FINDINGS_MAX 40                               // two for each column and some for the row
typedef struct { FindingLevel level; Str field; const char *code; Str text; } CellFinding;
typedef struct {
    CellFinding at[CELL_FINDINGS_MAX];
    size_t n, error_n;
    int unwrapped_n, separated_n;                          // cells from which a wrapper or separators were taken off
} CellFindings;
// A second finding of the same field and code is the first one.
void cell_finding_add(CellFindings *f, Arena *a, FindingLevel level, Str field, const char *code, const char *msgid, ...)
    __attribute__((format(printf, 6, 7)));

// One row. Which of the columns hold digits, and which hold days, as bits.
typedef struct {
    const CsvColumn *columns;
    uint64_t number_columns, date_columns;
    const CsvHeader *header;
    const CsvRow *row;
    bool is_mending;                                       // text in a broken encoding is mended (mojibake.h), and said so
    Arena *a;
    CellFindings *f;
} CellReader;
Str cell_column_name(const CellReader *r, int column);     // the first of its names: the field of a finding
#define CELL_REFUSE(r, column, code, ...) cell_finding_add((r)->f, (r)->a, FINDING_ERROR, cell_column_name(r, column), code, __VA_ARGS__)
#define CELL_DOUBT(r, column, code, ...) cell_finding_add((r)->f, (r)->a, FINDING_WARNING, cell_column_name(r, column), code, __VA_ARGS__)
// Whether the cell is refused already: an empty value then is no second fault.
bool cell_is_refused(const CellReader *r, int column);

// Empty when there is nothing, when the words mean nothing (-, NULL, TIDAK ADA), and when the cell is refused.
Str cell_read(CellReader *r, int column);
Str cell_text(CellReader *r, int column);                  // a name, an address: not too long, encoding mended or doubted
Str cell_identity(CellReader *r, int column, IdentityFault (*check)(Str));         // NIK, KK, account
Str cell_code(CellReader *r, int column);                  // iddtks has digits and letters; a number of a workbook is whole only up to 15 digits

Str cell_trim(Str s);                                      // without the invisible characters that spreadsheets leave
bool cell_is_scientific(Str s);                            // 3,17123E+15
#endif
