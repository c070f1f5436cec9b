// list.h: long lists, page by page. Filters and page live in the address, so that a link shows the same list to the next one.
//
//   List list = list_of(r, total_n);          // from ?page=2&rows=100
//   … query with LIMIT list.rows_n OFFSET list_offset(&list) …
//   in the page: {include list_pages(&v->list)}
#ifndef HTTP_LIST_H
#define HTTP_LIST_H
#include "http/server.h"

#define LIST_ROWS 50                                       // fits a phone's patience: 1,000 rows cost seconds of layout there
#define LIST_ROWS_OFFICE 100

typedef struct { int64_t page_n, rows_n, total_n; Url here; } List;
// A page beyond the end is the last one.
List list_of(const Request *r, int64_t total_n);
static inline int64_t list_offset(const List *l) { return (l->page_n - 1) * l->rows_n; }
int64_t list_page_n(const List *l);                        // how many pages, at least 1
int64_t list_first(const List *l);                         // number of the first row shown, from 1
int64_t list_last(const List *l);
Url list_url(Arena *a, const List *l, int64_t page_n);     // the same list, another page

// The page numbers worth a link: first, last and those around this one; page_n 0 stands for a gap.
typedef struct { int64_t page_n; } ListLink;
typedef struct { ListLink *at; size_t n; } ListWindow;
ListWindow list_window(Arena *a, const List *l);

// How much of `most` a bar shows, in thousandths: 0 to 1000; something is never nothing.
int64_t bar_permille(int64_t value, int64_t most);
#endif
