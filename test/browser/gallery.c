// gallery.c: every piece of the style sheet on one page, with numbers that mean nothing. For the browser tests and for whoever
// changes ui/style.css: build/gallery PORT
#include <stdio.h>
#include <stdlib.h>
#include "gallery.page.h"
#include "http/list.h"

static bool gallery_get(Request *r, Response *res, Err *e) {
    List list = list_of(r, 23964);
    Page page = page_begin(r);
    gallery_page(&page, &list);
    return page_end(r, res, (PageHead){ .title = str_c(_("Main menu")), .nav = "/", .crumbs = { { "/", str_c(_("Main menu")) }, { NULL, str_c(_("Search")) } } }, &page, e);
}

static bool authenticate(Request *r, Visitor *out) {
    (void)r;
    *out = (Visitor){ .name = STR("Rina Marlina"), .role_label = STR("Operator"), .csrf = STR("0123456789"), .is_practice = true };
    return true;
}

static bool allows(const Request *r, Str word) { (void)r, (void)word; return true; }

int main(int argc, char **argv) {
    static const Route ROUTES[] = { { "GET", "/", "anyone", gallery_get }, { "POST", "/search", "anyone", gallery_get }, { "POST", "/logout", "anyone", gallery_get }, {0} };
    static const MenuItem MENU[] = {
        { "/", N_("Main menu"), "home", "anyone", NULL }, { "/a", N_("Families"), "families", "anyone", NULL }, { "/b", N_("Search"), "stage", "anyone", NULL },
        { "/c", N_("Language"), "approval", "anyone", NULL }, { "/d", N_("Yes"), "payment", "anyone", NULL }, { "/e", N_("No"), "chart", "anyone", NULL }, {0} };
    Err e = {0};
    Server *s = NULL;
    ServerOptions o = { .port = argc > 1 ? atoi(argv[1]) : 0, .routes = (const Route *const[]){ ROUTES, NULL }, .menu = MENU, .search_path = "/search",
                        .logout_path = "/logout", .authenticate = authenticate, .allows = allows };
    if (!server_start(o, &s, &e)) { fprintf(stderr, "%s\n", e.text); return err_exit_code(e.code); }
    printf("http://127.0.0.1:%d/\n", server_port(s));
    fflush(stdout);
    server_wait(s);
    server_stop(s);
    return 0;
}
