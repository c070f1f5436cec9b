// rupiah_text.h: amounts as people and spreadsheets write them: Rp 1.500.000,00 or 1,500,000 or 225.000 or 1.500.000,-
//
// Dots and commas mean one thing in one file (MoneyStyle). A file that shows its style in one cell (1.500.000, 225.000,00,
// 1,500,000.00) has it in all; so look at the cells first, then read them:
//
//     MoneyStyle style = MONEY_UNKNOWN;
//     for each cell: money_look(cell, &style);            // leaves MONEY_MIXED when two cells contradict each other
//     for each cell: fault = money_read(cell, mark, style, &amount);
//
// Nothing is guessed. Without any evidence 225.000 is 225 thousand, for rupiah have no decimals and this is how Indonesia
// writes; 225,000 then is refused, for it may be 225. A fraction of rupiah that is not 0 is refused, and so is what is negative.
#ifndef FILES_RUPIAH_TEXT_H
#define FILES_RUPIAH_TEXT_H
#include "base/rupiah.h"
#include "files/cell.h"

typedef enum {
    MONEY_UNKNOWN,
    MONEY_DOTS,                                            // 1.500.000,00
    MONEY_COMMAS,                                          // 1,500,000.00
    MONEY_MIXED,                                           // both in one file: cells with a single mark are refused
} MoneyStyle;

typedef enum {
    MONEY_OK,
    MONEY_EMPTY,                                           // nothing, or - : the caller says whether that is 0, absent or wrong
    MONEY_NO_AMOUNT, MONEY_NEGATIVE, MONEY_FRACTION, MONEY_AMBIGUOUS, MONEY_OTHER_STYLE, MONEY_SCIENTIFIC, MONEY_ERROR_VALUE,
    MONEY_TOO_LARGE,
    MONEY_FAULTS_N
} MoneyFault;

void money_look(Str cell, MoneyStyle *style);
// *out is set only with MONEY_OK. `mark` is VALUE_TEXT for delimited text.
MoneyFault money_read(Str cell, CellMark mark, MoneyStyle style, Rupiah *out);
const char *money_fault_code(MoneyFault fault);            // "money_fraction": of a finding
const char *money_fault_text(MoneyFault fault);            // what is wrong and how to mend it, in this thread's language
#endif
