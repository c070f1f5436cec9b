#include "http/list.h"

List list_of(const Request *r, int64_t total_n) {
    List l = { .page_n = query_int(r, "page", 1), .rows_n = query_int(r, "rows", LIST_ROWS), .total_n = total_n, .here = r->here };
    if (l.rows_n != LIST_ROWS_OFFICE) l.rows_n = LIST_ROWS;
    int64_t last = list_page_n(&l);
    if (l.page_n > last) l.page_n = last;
    if (l.page_n < 1) l.page_n = 1;
    l.from_n = (l.page_n - 1) * l.rows_n;
    return l;
}

bool list_asked(const Request *r, Str *key, bool *is_after) {
    *key = query_text(r, "after");
    *is_after = key->n > 0;
    if (!key->n) *key = query_text(r, "before");
    return key->n > 0;
}

void list_place(List *l, int64_t row_n, bool is_after) {
    l->from_n = is_after ? row_n + 1 : row_n - l->rows_n;
    if (l->from_n >= l->total_n) l->from_n = l->total_n - l->rows_n;
    if (l->from_n < 0) l->from_n = 0;
    l->page_n = l->from_n / l->rows_n + 1;
}

int64_t list_page_n(const List *l) { return l->total_n > 0 ? (l->total_n - 1) / l->rows_n + 1 : 1; }
int64_t list_first(const List *l) { return l->total_n > 0 ? list_offset(l) + 1 : 0; }

int64_t list_last(const List *l) {
    int64_t end = list_offset(l) + l->rows_n;
    return end < l->total_n ? end : l->total_n;
}

Url list_url(Arena *a, const List *l, int64_t page_n) {
    Url plain = url_with(a, url_with(a, l->here, "after", STR("")), "before", STR(""));
    return url_with(a, plain, "page", page_n > 1 ? arena_fmt(a, "%lld", (long long)page_n) : STR(""));
}

Url list_next(Arena *a, const List *l) { return url_with(a, list_url(a, l, l->page_n + 1), "after", l->last_key); }
Url list_previous(Arena *a, const List *l) { return url_with(a, list_url(a, l, l->page_n - 1), "before", l->first_key); }

ListWindow list_window(Arena *a, const List *l) {
    int64_t last = list_page_n(l), previous = 0;
    ListWindow w = { NEW(a, ListLink, 12), 0 };
    const int64_t wanted[] = { 1, l->page_n - 1, l->page_n, l->page_n + 1, last };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        int64_t n = wanted[i];
        if (n <= previous || n > last) continue;
        if (n == previous + 2) w.at[w.n++].page_n = n - 1; // one left out: its number is as short as the dots
        else if (n > previous + 2) w.at[w.n++].page_n = 0;
        w.at[w.n++].page_n = previous = n;
    }
    return w;
}

int64_t bar_permille(int64_t value, int64_t most) {
    if (value <= 0 || most <= 0) return 0;
    if (value >= most) return 1000;
    int64_t permille = (int64_t)((__int128)value * 1000 / most);
    return permille ? permille : 1;
}
