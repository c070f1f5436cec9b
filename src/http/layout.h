// layout.h: what stands around every page.
#ifndef HTTP_LAYOUT_H
#define HTTP_LAYOUT_H
#include "http/server.h"

typedef struct { const char *path, *icon, *label, *group; bool is_open; } LayoutItem;       // group: heading above it; NULL: none
typedef struct {
    Str title;
    Html body, actions;
    const Visitor *visitor;                                  // NULL: nobody signed in
    LayoutItem *items;
    size_t item_n;
    Crumb crumbs[4];
    size_t crumb_n;
    bool is_bare, is_practice, is_english;
    const char *search_path, *typed_path, *logout_path, *account_path;
    Url here;
} LayoutView;
#endif
