// id_list.c: see id_list.h.
#include "office/id_list.h"
#include <stdlib.h>

static int id_order(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

size_t id_list_sort(int64_t *ids, size_t n) {
    size_t kept = 0;
    if (n) qsort(ids, n, sizeof *ids, id_order);
    for (size_t i = 0; i < n; i++) if (kept == 0 || ids[kept - 1] != ids[i]) ids[kept++] = ids[i];
    return kept;
}

void id_list_put(Buf *b, const int64_t *sorted, size_t n) {
    for (size_t i = 0; i < n;) {
        size_t last = i;
        while (last + 1 < n && sorted[last + 1] == sorted[last] + 1) last++;
        if (i) buf_char(b, ',');
        buf_int(b, sorted[i]);
        if (last > i) { buf_char(b, '-'); buf_int(b, sorted[last]); }
        i = last + 1;
    }
}

bool id_list_has(Str list, int64_t id) {
    while (list.n) {
        Str range = str_cut(&list, ','), low_text = str_cut(&range, '-');
        int64_t low = 0, high = 0;
        if (!str_int64(low_text, &low)) return false;
        high = low;
        if (range.p && !str_int64(range, &high)) return false;
        if (id < low) return false;
        if (id <= high) return true;
    }
    return false;
}
