// search.h: what the search box found, as a page and as the few lines under the box while one types.
#ifndef WEB_SEARCH_H
#define WEB_SEARCH_H
#include "registry/search.h"
#include "web/web.h"

typedef struct { SearchHit hit; Str village, district; } SearchRow;    // district: only where there may be several
typedef struct {
    Str what;
    bool is_number, is_mixed;                  // is_mixed: a name with a number in it
    SearchFound found;
    SearchRow *rows;                           // found.n of them
    bool has_districts;
} SearchView;
// What to try when nobody was found.
typedef enum { ADVICE_NONE, ADVICE_SHORT, ADVICE_NUMBER, ADVICE_MIXED, ADVICE_NAME } SearchAdvice;
SearchAdvice search_advice(const SearchView *v);

// Runs what was asked over all that the viewer may see; `limit_n` at most SEARCH_LIMIT_MAX.
must_use bool search_view_fill(Request *r, Db *db, Str what, bool is_typing, size_t limit_n, SearchView *out, Err *e);
// What a form sends as q: a number is looked for, a name goes on into an address. Also for other forms with such a field.
must_use bool search_post(Request *r, Response *res, Err *e);
#endif
