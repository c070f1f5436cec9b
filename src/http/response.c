// response.c: what handlers say back, and the pages every visitor may meet.
#include "http/server.h"
#include <assert.h>
#include <unistd.h>
#include "http/asset.h"
#include "http_error.page.h"
#include "http_layout.page.h"

static bool is_header_text(Str v) {
    for (size_t i = 0; i < v.n; i++) if ((unsigned char)v.p[i] < 0x20 || v.p[i] == 0x7F) return false;
    return true;
}

void response_header(Request *r, Response *res, const char *name, Str value) {
    assert(res->header_n < RESPONSE_HEADERS_MAX && is_header_text(value));
    res->headers[res->header_n++] = (Header){ name, arena_str(r->arena, value) };
}

void response_redirect(Request *r, Response *res, Url to) {
    assert(url_is_local(to.s));
    res->status = 303;
    buf_reset(&res->body);
    response_header(r, res, "Location", to.s);
}

void response_cookie(Request *r, Response *res, const char *name, Str value, int64_t max_age_s) {
    bool is_tls = server_options(r->server)->is_behind_tls;
    for (size_t i = 0; i < value.n; i++) assert(value.p[i] > 0x20 && value.p[i] < 0x7F && !strchr("\",;\\", value.p[i]));
    Buf b = { .max = 4096 };
    buf_fmt(&b, "%s%s=" STR_FMT "; Path=/; HttpOnly; SameSite=Lax", is_tls ? "__Host-" : "", name, STR_ARG(value));
    if (is_tls) buf_c(&b, "; Secure");
    if (max_age_s) buf_fmt(&b, "; Max-Age=%lld", max_age_s < 0 ? 0LL : (long long)max_age_s);
    response_header(r, res, "Set-Cookie", buf_view(&b));
    buf_free(&b);
}

void response_file(Response *res, int fd) {
    assert(!res->has_file && fd >= 0);
    buf_reset(&res->body);
    res->has_file = true;
    res->file_fd = fd;
}

void response_download(Request *r, Response *res, Str file_name, const char *content_type) {
    Buf b = { .max = 300 };
    buf_c(&b, "attachment; filename=\"");
    for (size_t i = 0; i < file_name.n && i < 120; i++) {
        char c = file_name.p[i];
        bool is_plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || (c == '.' && i > 0);
        buf_char(&b, is_plain ? c : '-');
    }
    buf_char(&b, '"');
    response_header(r, res, "Content-Disposition", buf_view(&b));
    res->content_type = content_type;
    buf_free(&b);
}

// ---- pages
typedef struct { Buf buf; } PageBuf;

Page page_begin(Request *r) {
    PageBuf *kept = NEW(r->arena, PageBuf, 1);
    kept->buf.max = BUF_MAX / 16;
    return (Page){ .out = &kept->buf, .arena = r->arena, .csrf = r->is_signed_in ? r->visitor.csrf : (Str){ NULL, 0 }, .here = r->here };
}

Html page_take(Page *page) {
    Html taken = { arena_str(page->arena, buf_view(page->out)) };
    buf_free(page->out);
    return taken;
}

static void layout_fill_menu(Request *r, const PageHead *head, LayoutView *v) {
    const MenuItem *menu = server_options(r->server)->menu;
    if (!menu || head->is_bare) return;
    size_t n = 0;
    const char *group = NULL;
    while (menu[n].path) n++;
    v->items = NEW(r->arena, LayoutItem, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (!request_allows(r, menu[i].allows)) continue;
        bool is_first = menu[i].group && (!group || strcmp(group, menu[i].group) != 0);
        group = menu[i].group;
        v->items[v->item_n++] = (LayoutItem){ menu[i].path, menu[i].icon, tr(menu[i].label), is_first ? tr(group) : NULL, head->nav && !strcmp(head->nav, menu[i].path) };
    }
}

bool page_end(Request *r, Response *res, PageHead head, Page *page, Err *e) {
    const ServerOptions *o = server_options(r->server);
    bool is_full = page->out->is_full;
    LayoutView v = { .title = head.title, .body = { buf_view(page->out) }, .actions = head.actions, .visitor = r->is_signed_in ? &r->visitor : NULL,
                     .is_bare = head.is_bare, .is_practice = o->is_practice || (r->is_signed_in && r->visitor.is_practice),
                     .is_english = r->lang == LANG_EN, .search_path = r->is_signed_in && !r->visitor.must_first ? o->search_path : NULL, .typed_path = o->typed_path, .logout_path = o->logout_path,
                     .account_path = r->visitor.must_first ? NULL : o->account_path,
                     .here = r->here };
    // Back to a page only: what a POST answered cannot be asked for again.
    if (!str_eq(r->method, STR("GET")) && !str_eq(r->method, STR("HEAD"))) v.here = (Url){ STR("/") };
    for (size_t i = 0; i < 4 && head.crumbs[i].label.n; i++) v.crumbs[v.crumb_n++] = head.crumbs[i];
    layout_fill_menu(r, &head, &v);
    Page whole = *page;
    whole.out = &res->body;
    buf_reset(&res->body);
    layout_page(&whole, &v);
    buf_free(page->out);
    if (is_full || res->body.is_full) return fail(e, LIMIT, "This page would be too large. Narrow the list with a filter.");
    return true;
}

void response_error_page(Request *r, Response *res, int status, Str title, Str text) {
    Page page = page_begin(r);
    bool is_home = r->is_signed_in || !server_options(r->server)->login_path;
    error_page(&page, status, text, is_home ? "/" : server_options(r->server)->login_path, is_home);
    Err ignored = {0};
    res->status = status;
    res->content_type = NULL;
    res->borrowed_body = res->borrowed_gzip = (Str){ NULL, 0 };
    if (res->has_file) close(res->file_fd);
    res->has_file = false;
    if (!page_end(r, res, (PageHead){ .title = title, .is_bare = !r->is_signed_in }, &page, &ignored)) buf_reset(&res->body);
}
