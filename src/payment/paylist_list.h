// paylist_list.h: the comparison as a list for people: whom, how much by us and by the Ministry, why, and what to do next. The same for
// the page, the shell and each companion's own list. It holds names: who writes it records the look first.
#ifndef PAYMENT_PAYLIST_LIST_H
#define PAYMENT_PAYLIST_LIST_H
#include "files/table_write.h"
#include "payment/paylist_compare.h"

// One row with its words; they live in the arena.
typedef struct { Str name, village, companion, our_lines, cause, keys, address; } CompareWords;
must_use bool compare_words(Comparison *c, Arena *a, const CompareRow *row, CompareWords *out, Err *e);

#define COMPARE_COLUMNS 16
void compare_columns(TableColumn out[COMPARE_COLUMNS]);    // in this thread's language
// All rows of the filter.
must_use bool compare_write(Comparison *c, const CompareFilter *filter, TableWriter *w, Err *e);
// Whom the list would show, for the record of who looked.
must_use bool compare_ids(Comparison *c, const CompareFilter *filter, Arena *a, int64_t **out, size_t *n, Err *e);
#endif
