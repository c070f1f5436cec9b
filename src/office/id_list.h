// id_list.h: many family ids as one short text, sorted and without doubles: "1-50,52,60-61". Pure.
#ifndef OFFICE_ID_LIST_H
#define OFFICE_ID_LIST_H
#include "base/str.h"

// Sorts `ids` in place and drops doubles; gives how many are left.
size_t id_list_sort(int64_t *ids, size_t n);
void id_list_put(Buf *b, const int64_t *sorted, size_t n);
bool id_list_has(Str list, int64_t id);
#endif
