// server.h: the door. A strict HTTP/1.1 server (libmicrohttpd behind it) and a table of routes: a request that could be read
// in two ways is refused before anything of ours sees it; each answer carries the security headers; nothing changes by GET.
//
//   static const Route FAMILY_ROUTES[] = {
//       { "GET",  "/family/{kab}/{id}",      "signed-in", family_get },
//       { "POST", "/family/{kab}/{id}/note", "edit",      family_note_post },
//       {0} };
//
// A handler runs on one of a few threads, with the language of the request set (lang.h). It fills the response and returns
// true, or returns false with an Err, which becomes a page in words (err_http_status gives the number). What it takes from
// request->arena lives until the answer has left.
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H
#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"
#include "base/lang.h"
#include "db/db.h"
#include "http/multipart.h"
#include "http/page.h"
#include "http/url.h"

#define BODY_MAX ((size_t)1 << 20)                         // a form: our largest is under 100 KB
#define UPLOAD_MAX ((int64_t)2 << 30)                      // ten million rows of a national export have 1.9 GB
#define HEADERS_MAX 64                                     // a browser sends under 25
#define ADDRESS_MAX 4096                                   // path and query
#define PARAMS_MAX 8                                       // {…} in one pattern

// Who asks, as the authenticate hook says. Texts live in the request's arena.
typedef struct {
    Str name, role_label;                                  // as shown in the top bar, in this thread's language
    Str csrf;                                              // of the session; at most CSRF_TEXT_MAX
    bool is_practice;
    const char *must_first;                                // where this visitor must do something before all else ("/account/factor"); or NULL
    bool is_confirmed;                                     // has given the password once more, just now
    const void *who;                                       // the hook's own record, for handlers
} Visitor;

typedef struct Server Server;
typedef struct Route Route;

typedef struct {
    Arena *arena;
    Server *server;
    void *app;                                             // as given to server_start
    const Route *route;
    Str method;                                            // as sent; HEAD runs the handler of GET
    Str path;                                              // decoded
    Url here;                                              // path and query as sent; safe to redirect to
    Fields query, form;
    const Upload *upload;                                  // of a route that takes one; NULL when no file was chosen
    Str param_names[PARAMS_MAX], params[PARAMS_MAX];
    bool is_signed_in;
    Visitor visitor;                                       // only when is_signed_in
    Lang lang;
    Str cookie_header;
    Str origin;                                            // our own, as the browser sees it: "https://padang.example"
    Str agent;                                             // the browser's name of itself, for the list of sessions; hearsay
    Str peer;                                              // address of the other end, for budgets; never logged
    Instant received_at;
} Request;

typedef struct { const char *name; Str value; } Header;
#define RESPONSE_HEADERS_MAX 12

// Zero value but for the body's ceiling: 200, an empty page.
typedef struct {
    int status;                                            // 0 means 200
    const char *content_type;                              // NULL means text/html; charset=utf-8
    Buf body;
    Str borrowed_body, borrowed_gzip;                      // instead of body: bytes that live as long as the program
    bool has_file;                                         // instead of body: response_file
    int file_fd;
    Header headers[RESPONSE_HEADERS_MAX];
    size_t header_n;
    const char *cache_control;                             // NULL means no-store
} Response;

typedef bool RouteHandler(Request *r, Response *res, Err *e);

// `allows`: who may come here: "anyone", "signed-in", "arriving" (signed in, also with something that must be done first), or words
// that the hook `allows` knows, parted by spaces; one that fits is enough. There is no default: NULL does not start.
// The word "again" beside them ("users again"): only with a password given once more within the last minutes; else a page leads to
// confirm_path and a form is refused.
// `{name}` in a path takes one segment. As with columns, the name gives the type: kab, id, n, …_id and …_n take a whole
// number of at most 18 digits, …_on a date (2024-04-01), all else text of 1 to 100 bytes. What does not fit is not found.
// A POST is accepted only as a urlencoded form, from our own pages (Origin, Sec-Fetch-Site, and the CSRF field when signed in).
// A POST to one of ServerOptions.upload_paths may also be multipart/form-data with one file, up to upload_max: who may not come
// here is refused before the first byte of it, and the CSRF field must stand before the file (the page compiler puts it first).
struct Route { const char *method, *path, *allows; RouteHandler *run; };

// An item of the menu; shown to those whom `allows` lets in. The first four stand in the bar of a phone.
// group: msgid of the heading above the first of a group, which stand together; NULL: none.
typedef struct { const char *path, *label, *icon, *allows, *group; } MenuItem;

typedef struct {
    const char *bind;                                      // numeric address; NULL means 127.0.0.1
    int port;                                              // 0: a free one, see server_port
    int thread_n;                                          // 0 means 4
    const char *host;                                      // the public name (behind a proxy); NULL: loopback names only
    bool is_behind_tls;                                    // a proxy of ours speaks TLS in front: Secure __Host- cookies, HSTS,
                                                           // and the peer is what that proxy says (last of X-Forwarded-For)
    bool is_logged;                                        // a line a request on stderr: pattern, status, milliseconds; no personal data
    bool is_practice;                                      // the band on every page
    const Route *const *routes;                            // tables, NULL at the end
    const MenuItem *menu;                                  // ended by a row of NULL
    const char *search_path;                               // POST target of the search box; NULL: no box
    const char *typed_path;                                // POST target that answers while one types (ui/page.js); NULL: none
    const char *login_path;                                // where a visitor is sent first; NULL: answered with 401
    const char *logout_path;                               // POST target in the user menu
    const char *account_path;                              // one's own page, in the user menu
    const char *confirm_path;                              // where the password is given once more; takes ?next=
    void *app;
    Str db_url;                                            // for request_db_*; empty: these fail
    const char *const *upload_paths;                       // patterns of the routes that take a file, NULL at the end
    const char *upload_folder;                             // where files that are sent wait; NULL: none is taken
    int64_t upload_max;                                    // bytes of a file; 0 means UPLOAD_MAX
    // Fills *out from the request's cookies and returns true for a live session. NULL: nobody is ever signed in.
    bool (*authenticate)(Request *r, Visitor *out);
    // Whether this visitor, who is signed in, may do what a word of Route.allows names. NULL: never.
    bool (*allows)(const Request *r, Str word);
    // Says in words why the program is not well, or leaves e alone. NULL: always well. Answered at /health.
    bool (*health)(void *app, Err *e);
} ServerOptions;

// Fails with IO_FAILED when the address is taken, BAD_INPUT for options or a route table that cannot be served.
// Blocks SIGINT and SIGTERM in the calling thread, so that server_wait gets them.
must_use bool server_start(ServerOptions options, Server **out, Err *e);
int server_port(const Server *s);
const ServerOptions *server_options(const Server *s);
void server_wait(Server *s);                               // until SIGINT or SIGTERM
void server_stop(Server *s);                               // takes no more, lets what is under way end (at most 10 s), frees

// ---- for handlers
int64_t param_int(const Request *r, const char *name);     // the pattern has it, or the program stops: our bug
Str param_text(const Request *r, const char *name);
Date param_date(const Request *r, const char *name);
Str query_text(const Request *r, const char *name);        // trimmed; empty when missing
int64_t query_int(const Request *r, const char *name, int64_t otherwise);   // also when it is no number
Str form_text(const Request *r, const char *name);         // trimmed; empty when missing
Str request_cookie(const Request *r, const char *name);    // our cookie of that plain name, "__Host-" added under TLS
bool request_allows(const Request *r, const char *allows); // whether this visitor is let in there
bool route_asks_again(const Route *route);

// A handle of this thread on the database, kept from request to request; what is left open is rolled back when the handler
// returns. Pages read with the first, which the engine itself keeps from changing anything.
must_use bool request_db_read(Request *r, Db **out, Err *e);
must_use bool request_db_write(Request *r, Db **out, Err *e);

void response_header(Request *r, Response *res, const char *name, Str value);   // refuses control bytes: our bug
void response_redirect(Request *r, Response *res, Url to);                      // 303, so that a reload sends nothing twice
// max_age_s 0: until the browser closes; negative: forget it. HttpOnly, SameSite=Lax, Path=/; Secure and __Host- under TLS.
void response_cookie(Request *r, Response *res, const char *name, Str value, int64_t max_age_s);
// The answer is what stands in an open file, from its start to its end: for what is too long for memory. Closed when it is out.
void response_file(Response *res, int fd);
// A file to keep: the name is cut to letters, digits and - _ . so that nothing in it can mean more.
void response_download(Request *r, Response *res, Str file_name, const char *content_type);

// ---- pages
typedef struct { const char *path; Str label; } Crumb;
typedef struct {
    Str title;                                             // in the visitor's language; also the h1
    const char *nav;                                       // path of the menu item that is open
    Crumb crumbs[4];                                       // above the title; unused ones are zero
    Html actions;                                          // buttons beside the title
    bool is_bare;                                          // no menu (log in, errors before log in)
} PageHead;

// The page being written into an arena-backed buffer: Page page = page_begin(r); family_page(&page, v);
// return page_end(r, res, head, &page);
Page page_begin(Request *r);
Html page_take(Page *page);                                // what was written so far, moved into the arena: for PageHead.actions
bool page_end(Request *r, Response *res, PageHead head, Page *page, Err *e);
// A page of words with what to do next. Used by the server itself for 404, 405, 500 and by handlers that refuse politely.
void response_error_page(Request *r, Response *res, int status, Str title, Str text);
#endif
