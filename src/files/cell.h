// cell.h: what a file itself says about a cell. In delimited text every cell is text; a workbook tells numbers from text, and
// that tells what it may have done to them.
#ifndef FILES_CELL_H
#define FILES_CELL_H
#include "base/str.h"

typedef enum {
    VALUE_TEXT,
    VALUE_NUMBER,                                           // a double, as the file writes it: 15 digits are certain, no more
    VALUE_DATE,                                             // a number with a date's format, or a date: given as 1990-01-31
    VALUE_BOOLEAN,                                          // TRUE, FALSE
    VALUE_ERROR,                                            // #N/A, #REF! …
} ValueKind;
#define VALUE_KIND 0x0f
#define VALUE_FORMULA 0x10                                  // its text is what the formula gave when the file was last saved
#define VALUE_NO_RESULT 0x20                                // a formula that was never computed: the cell reads as empty
typedef uint8_t CellMark;                                  // a ValueKind, and the two bits
static inline ValueKind value_kind(CellMark mark) { return (ValueKind)(mark & VALUE_KIND); }
#endif
