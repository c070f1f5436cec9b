// list.h: long lists, page by page. Filters and page live in the address, so that a link shows the same list to the next one.
//
//   List list = list_of(r, total_n);          // from ?page=2&rows=100
//   … query with LIMIT list.rows_n OFFSET list_offset(&list) …
//   in the page: {include list_pages(&v->list)}
//
// Rows that come and go while somebody turns pages: where rows have a key, list_place says from which row on (the one after the last
// one seen), and first_key and last_key of what is shown go into the links, so that no row is left out or shown twice.
#ifndef HTTP_LIST_H
#define HTTP_LIST_H
#include "http/server.h"

#define LIST_ROWS 50                                       // fits a phone's patience: 1,000 rows cost seconds of layout there
#define LIST_ROWS_OFFICE 100

typedef struct { int64_t page_n, rows_n, total_n, from_n; Url here; Str first_key, last_key; } List;   // from_n: rows before the first shown
// A page beyond the end is the last one.
List list_of(const Request *r, int64_t total_n);
// What the address asks for: the row after that key, or a page that ends before it. False: it names none, the page's number holds.
bool list_asked(const Request *r, Str *key, bool *is_after);
// `row_n`: which row has that key. The page then begins after it, or ends before it.
void list_place(List *l, int64_t row_n, bool is_after);
static inline int64_t list_offset(const List *l) { return l->from_n; }
int64_t list_page_n(const List *l);                        // how many pages, at least 1
int64_t list_first(const List *l);                         // number of the first row shown, from 1
int64_t list_last(const List *l);
Url list_url(Arena *a, const List *l, int64_t page_n);     // the same list, another page
Url list_next(Arena *a, const List *l);                    // by key where there is one
Url list_previous(Arena *a, const List *l);

// The page numbers worth a link: first, last and those around this one; page_n 0 stands for a gap.
typedef struct { int64_t page_n; } ListLink;
typedef struct { ListLink *at; size_t n; } ListWindow;
ListWindow list_window(Arena *a, const List *l);

// How much of `most` a bar shows, in thousandths: 0 to 1000; something is never nothing.
int64_t bar_permille(int64_t value, int64_t most);
#endif
