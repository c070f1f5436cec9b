// table_xlsx.h: for table_write.c alone: its rows as a workbook (libxlsxwriter, a row at a time in memory).
#ifndef FILES_TABLE_XLSX_H
#define FILES_TABLE_XLSX_H
#include "files/table_write.h"

typedef struct TableXlsx TableXlsx;
// Writes into the open file `fd`, which stays the caller's.
must_use bool table_xlsx_open(const TableWriteOptions *options, int fd, TableXlsx **out, Err *e);
must_use bool table_xlsx_row(TableXlsx *x, Err *e);                                     // begins a row
must_use bool table_xlsx_text(TableXlsx *x, size_t column, Str text, Err *e);
must_use bool table_xlsx_number(TableXlsx *x, size_t column, int64_t n, Err *e);        // by the kind of the column
// Puts the workbook together, then reads its sheets back to their last byte: a full disk must not pass for a file. Frees x.
must_use bool table_xlsx_close(TableXlsx *x, Err *e);
void table_xlsx_abort(TableXlsx *x);                                                    // NULL is fine
#endif
