// rejects.h: the rows of a file that were refused, as they stand in it, with a column that says why, to be mended and sent again. For every
// kind of file that comes in by rows. Long numbers stay text, or the spreadsheet in which they are mended would round them.
#ifndef REGISTRY_REJECTS_H
#define REGISTRY_REJECTS_H
#include "files/table_read.h"
#include "files/table_write.h"

typedef struct { int64_t row_n; Str field, message; } RejectError;
typedef struct {
    TableReader *reader;               // behind the header
    const CsvHeader *header;
    const CsvColumn *columns;          // the known ones, as the header was looked for
    uint64_t number_columns;           // bits of the known ones: text in a workbook
    Str reason_title, row_title;       // columns that are put at the end; row_title, the row's number in the file, may be empty
    void (*row_prepare)(void *with, CsvRow *row);                                        // NULL: as it stands
    bool (*error_next)(void *with, RejectError *out, bool *has_row, Err *e);             // by row; texts until the next call
    void *with;
} Rejects;
// A workbook where the name ends in .xlsx, else CSV; whole or not there.
must_use bool rejects_write(const Rejects *r, const char *path, int64_t *row_n, Err *e);
// The same as a list (table_write.h), which the caller finishes; what it points at lives in the arena.
must_use bool rejects_open_table(const Rejects *r, Arena *a, TableFormat format, Str title, TableWriter **out, Err *e);
#endif
