// cell.h: what a file itself says about a cell. In delimited text every cell is text; a workbook tells numbers from text, and
// that tells what it may have done to them.
#ifndef FILES_CELL_H
#define FILES_CELL_H
#include "base/str.h"

typedef enum {
    CELL_TEXT,
    CELL_NUMBER,                                           // a double, as the file writes it: 15 digits are certain, no more
    CELL_DATE,                                             // a number with a date's format, or a date: given as 1990-01-31
    CELL_BOOLEAN,                                          // TRUE, FALSE
    CELL_ERROR,                                            // #N/A, #REF! …
} CellKind;
#define CELL_KIND 0x0f
#define CELL_FORMULA 0x10                                  // its text is what the formula gave when the file was last saved
#define CELL_NO_RESULT 0x20                                // a formula that was never computed: the cell reads as empty
typedef uint8_t CellMark;                                  // a CellKind, and the two bits
static inline CellKind cell_kind(CellMark mark) { return (CellKind)(mark & CELL_KIND); }
#endif
