#include "http/server.h"
#include <arpa/inet.h>
#include <assert.h>
#include <microhttpd.h>
#include <netdb.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>
#include "http/asset.h"
#include "http/guard.h"
#include "http/request_db.h"
#include "http/route.h"

struct Server {
    ServerOptions options;
    struct MHD_Daemon *daemon;
    const Route *const *tables;                            // BUILTIN first
    int port;
    atomic_int active_n;                                   // requests under way
};

// One request, from its first line to its last byte out.
typedef struct {
    Arena arena;
    Server *server;
    Str address;                                           // as sent
    Buf form_bytes;
    Multipart *multipart;                                  // instead of form_bytes, on a route that takes an upload
    Upload upload;
    Err upload_error;                                      // what was wrong with it; the rest of it is let go by
    Request request;
    Response response;
    Str host, origin, fetch_site, content_type, content_length, accept_encoding, forwarded_for;
    bool has_transfer_encoding;
    unsigned header_n;
    const char *cursor;                                    // how far the header block is accounted for
    const char *bad_header;                                // what makes the headers ambiguous
    bool is_begun, is_refused;
    struct timespec begun_at;
} Call;

int server_port(const Server *s) { return s->port; }
const ServerOptions *server_options(const Server *s) { return &s->options; }

Str request_cookie(const Request *r, const char *name) {
    char full[80];
    snprintf(full, sizeof full, "%s%s", r->server->options.is_behind_tls ? "__Host-" : "", name);
    return cookie_get(r->cookie_header, str_c(full));
}

// ---- the answer -------------------------------------------------------------------------------------------------
static const struct { const char *name, *value; } SECURITY_HEADERS[] = {
    { "Content-Security-Policy", "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
                                 "frame-ancestors 'none'" },
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "same-origin" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()" },
};

static bool accepts_gzip(Str header) {
    while (header.n) {
        Str piece = str_cut(&header, ','), quality = piece, coding = str_trim(str_cut(&quality, ';'));
        if (!str_eq_nocase(coding, STR("gzip"))) continue;
        quality = str_trim(quality);
        return !(str_starts(quality, STR("q=0")) && !str_contains(quality, STR(".")));
    }
    return false;
}

#define CONNECTIONS_MAX 512u
#define CONNECTIONS_OF_ONE_MAX 128u                        // of one address, where no proxy of ours stands in front: who holds half-sent requests open holds a quarter
#define GZIP_MIN 1024                                      // below that it saves no packet

// Replaces the body by its gzip form; leaves it alone when that fails or does not help.
static bool body_gzip(Buf *body) {
    z_stream z = {0};
    if (deflateInit2(&z, 5, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return false;
    size_t bound = deflateBound(&z, body->n);
    char *to = malloc(bound);
    if (to) {
        z.next_in = (unsigned char *)body->p;
        z.avail_in = (unsigned)body->n;
        z.next_out = (unsigned char *)to;
        z.avail_out = (unsigned)bound;
    }
    bool is_done = to && deflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out < body->n;
    if (is_done) {
        size_t max = body->max, n = z.total_out;
        buf_free(body);
        *body = (Buf){ .p = to, .n = n, .cap = bound, .max = max };
    } else free(to);
    deflateEnd(&z);
    return is_done;
}

static bool is_compressible(const char *type) {
    return !strncmp(type, "text/", 5) || !strncmp(type, "application/json", 16) || !strncmp(type, "image/svg", 9);
}

static void log_line(const Call *c) {
    if (!c->server->options.is_logged) return;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    double ms = (double)(now.tv_sec - c->begun_at.tv_sec) * 1e3 + (double)(now.tv_nsec - c->begun_at.tv_nsec) / 1e6;
    const Route *route = c->request.route;
    fprintf(stderr, "%s %s %d %.1f ms\n", route ? route->method : "-", route ? route->path : "-", c->response.status, ms);
}

// The body as MHD wants it: bytes of the program, or handed over to be freed when they are out.
static struct MHD_Response *response_make(Call *c, bool *is_gzip) {
    Response *res = &c->response;
    bool wants_gzip = accepts_gzip(c->accept_encoding);
    if (res->borrowed_body.p) {
        *is_gzip = wants_gzip && res->borrowed_gzip.n;
        Str bytes = *is_gzip ? res->borrowed_gzip : res->borrowed_body;
        return MHD_create_response_from_buffer(bytes.n, (void *)(uintptr_t)bytes.p, MHD_RESPMEM_PERSISTENT);
    }
    struct stat file;
    if (res->has_file && fstat(res->file_fd, &file) == 0) {
        res->has_file = false;                             // from here on the server's part closes it
        return MHD_create_response_from_fd64((uint64_t)file.st_size, res->file_fd);
    }
    *is_gzip = wants_gzip && res->body.n > GZIP_MIN && res->body.n < UINT32_MAX / 2 && is_compressible(res->content_type) && body_gzip(&res->body);
    if (!res->body.n) return MHD_create_response_from_buffer(0, (void *)(uintptr_t)"", MHD_RESPMEM_PERSISTENT);
    struct MHD_Response *made = MHD_create_response_from_buffer(res->body.n, res->body.p, MHD_RESPMEM_MUST_FREE);
    if (made) res->body = (Buf){ .max = res->body.max };
    return made;
}

static enum MHD_Result answer(Call *c, struct MHD_Connection *connection, bool must_close) {
    Response *res = &c->response;
    if (!res->status) res->status = 200;
    if (!res->content_type) res->content_type = "text/html; charset=utf-8";
    bool is_gzip = false;
    struct MHD_Response *made = response_make(c, &is_gzip);
    if (!made) return MHD_NO;
    bool is_fine = true;
#define ADD(name, value) is_fine = is_fine && MHD_add_response_header(made, name, value) == MHD_YES
    for (size_t i = 0; i < sizeof SECURITY_HEADERS / sizeof *SECURITY_HEADERS; i++) ADD(SECURITY_HEADERS[i].name, SECURITY_HEADERS[i].value);
    if (c->server->options.is_behind_tls) ADD("Strict-Transport-Security", "max-age=31536000; includeSubDomains");
    ADD("Cache-Control", res->cache_control ? res->cache_control : "no-store");
    ADD("Content-Type", res->content_type);
    if (is_compressible(res->content_type)) ADD("Vary", "Accept-Encoding");
    if (is_gzip) ADD("Content-Encoding", "gzip");
    for (size_t i = 0; i < res->header_n; i++) ADD(res->headers[i].name, res->headers[i].value.p);
    if (must_close) ADD("Connection", "close");
#undef ADD
    enum MHD_Result queued = is_fine ? MHD_queue_response(connection, (unsigned)res->status, made) : MHD_NO;
    MHD_destroy_response(made);
    log_line(c);
    return queued;
}

static enum MHD_Result refuse(Call *c, struct MHD_Connection *connection, int status, const char *title, const char *text) {
    c->is_refused = true;
    response_error_page(&c->request, &c->response, status, str_c(title), str_c(text));
    return answer(c, connection, true);
}

// ---- the question: read strictly --------------------------------------------------------------------------------
static bool is_token_char(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

static void take_once(Call *c, Str *field, Str value, const char *name) {
    if (field->p) c->bad_header = name;                    // twice: a proxy in front might believe the other one
    *field = value;
}

// libmicrohttpd 0.9.75 cuts the header block in place, so what its pieces leave over can be looked at: between two of them
// there must be one colon with blanks, or one CR LF. Anything else was a bare CR or LF, a NUL, a folded line, a nameless
// header: things that it forgives and a proxy in front may read otherwise. Later versions refuse these by themselves.
static bool cuts_in_place(void) { return strncmp(MHD_get_version(), "0.9.75", 6) == 0; }

static bool is_line_end(const char *p) { return p[0] == 0 && (p[1] == 0 || p[1] == '\n'); }

static void account_for(Call *c, Str name, Str value) {
    if (name.p != c->cursor + 2 || !is_line_end(c->cursor)) c->bad_header = "line";
    const char *p = name.p + name.n;
    if (value.p <= p || *p++ != 0) c->bad_header = "line";
    for (; p < value.p && !c->bad_header; p++) if (*p != ' ' && *p != '\t') c->bad_header = "line";
    c->cursor = value.p + value.n;
}

static enum MHD_Result take_header(void *context, enum MHD_ValueKind kind, const char *key, size_t key_n, const char *value, size_t value_n) {
    (void)kind;
    Call *c = context;
    Str name = { key, key_n }, text = { value ? value : "", value ? value_n : 0 };
    if (++c->header_n > HEADERS_MAX) { c->bad_header = "count"; return MHD_NO; }
    if (c->cursor && value) account_for(c, name, text);
    if (!name.n || !value || strlen(key) != key_n) c->bad_header = "name";
    for (size_t i = 0; i < name.n; i++) if (!is_token_char(name.p[i])) c->bad_header = "name";
    for (size_t i = 0; i < text.n; i++) if (((unsigned char)text.p[i] < 0x20 && text.p[i] != '\t') || text.p[i] == 0x7F) c->bad_header = "value";
    struct { const char *name; Str *field; } ONCE[] = {
        { "Host", &c->host }, { "Origin", &c->origin }, { "Sec-Fetch-Site", &c->fetch_site }, { "Content-Type", &c->content_type },
        { "Content-Length", &c->content_length }, { "Cookie", &c->request.cookie_header }, { "Accept-Encoding", &c->accept_encoding },
    };
    for (size_t i = 0; i < sizeof ONCE / sizeof *ONCE; i++)
        if (str_eq_nocase(name, str_c(ONCE[i].name))) take_once(c, ONCE[i].field, text, ONCE[i].name);
    if (str_eq_nocase(name, STR("Transfer-Encoding"))) c->has_transfer_encoding = true;
    if (str_eq_nocase(name, STR("X-Forwarded-For"))) c->forwarded_for = text;
    if (str_eq_nocase(name, STR("User-Agent"))) c->request.agent = text;
    return c->bad_header ? MHD_NO : MHD_YES;
}

static bool host_is_ours(const Call *c) {
    static const char *const LOOPBACK[] = { "localhost", "127.0.0.1", "[::1]" };
    Str host = c->host;
    size_t n = host.n;
    while (n && host.p[n - 1] >= '0' && host.p[n - 1] <= '9') n--;
    if (n && n < host.n && host.p[n - 1] == ':') host.n = n - 1;           // without :port
    if (c->server->options.host) return str_eq_nocase(host, str_c(c->server->options.host));
    for (size_t i = 0; i < sizeof LOOPBACK / sizeof *LOOPBACK; i++) if (str_eq_nocase(host, str_c(LOOPBACK[i]))) return true;
    return false;
}

// Sent by a page of ours: by Origin, by Sec-Fetch-Site, and at least one of them (each browser of the last years sends one).
static bool origin_is_ours(const Call *c) {
    if (!c->origin.n && !c->fetch_site.n) return false;
    if (c->fetch_site.n && !str_eq(c->fetch_site, STR("same-origin")) && !str_eq(c->fetch_site, STR("none"))) return false;
    if (!c->origin.n) return true;
    Str scheme = c->server->options.is_behind_tls ? STR("https://") : STR("http://");
    return str_starts(c->origin, scheme) && str_eq(str_part(c->origin, scheme.n, c->origin.n), c->host);
}

typedef struct { int status; const char *title, *text; } Refusal;

static int64_t upload_max(const Server *s) { return s->options.upload_max ? s->options.upload_max : UPLOAD_MAX; }

static Refusal check_shape(Call *c, Str method, Str version) {
    const Refusal bad = { 400, _("Unclear request"), _("The browser or a program in between sent something that can be read in two ways. Load the page again.") };
    if (!str_eq(version, STR("HTTP/1.1")) && !str_eq(version, STR("HTTP/1.0"))) return (Refusal){ 505, _("Unknown protocol"), _("This server speaks HTTP/1.1.") };
    if (c->bad_header) return str_eq(str_c(c->bad_header), STR("count"))
        ? (Refusal){ 431, _("Too much"), _("The browser sent too many headers. Delete the cookies of this site and try again.") } : bad;
    if (!c->host.n || c->has_transfer_encoding) return bad;
    if (c->address.n > ADDRESS_MAX) return (Refusal){ 414, _("Address too long"), _("This address is too long. Begin from the list again and set fewer filters.") };
    if (!c->address.n || c->address.p[0] != '/') return bad;
    for (size_t i = 0; i < c->address.n; i++) if ((unsigned char)c->address.p[i] <= 0x20 || (unsigned char)c->address.p[i] >= 0x7F || c->address.p[i] == '#') return bad;
    if (!host_is_ours(c)) return (Refusal){ 421, _("Another address"), _("This server does not answer under that name. Use the address that your office gave you.") };
    int64_t length = 0;
    if (c->content_length.p && (!str_is_digits(c->content_length) || c->content_length.n > 18 || !str_int64(c->content_length, &length))) return bad;
    bool is_post = str_eq(method, STR("POST"));
    if (!is_post && length > 0) return bad;
    int64_t most = multipart_is(c->content_type) ? upload_max(c->server) + (int64_t)BODY_MAX : (int64_t)BODY_MAX;
    if (length > most) return (Refusal){ 413, _("Too much"), _("This form is too large. Send less at once.") };
    return (Refusal){0};
}

static const Route *route_find(Call *c, Str method, Buf *allowed) {
    Str wanted = str_eq(method, STR("HEAD")) ? STR("GET") : method;
    for (size_t t = 0; c->server->tables[t]; t++) for (const Route *route = c->server->tables[t]; route->path; route++) {
        if (!path_matches(route->path, c->request.path, &c->request)) continue;
        if (str_eq(str_c(route->method), wanted)) return route;
        buf_fmt(allowed, "%s%s", allowed->n ? ", " : "", strcmp(route->method, "GET") ? route->method : "GET, HEAD");
    }
    return NULL;
}

static Refusal check_address(Call *c, Str method) {
    Request *r = &c->request;
    Err e = {0};
    Str query = c->address, raw_path = str_cut(&query, '?');
    if (!path_decode(r->arena, raw_path, &r->path) || !fields_parse(r->arena, query, &r->query, &e))
        return (Refusal){ 400, _("Unclear address"), _("This address cannot be read. Begin from the menu.") };
    r->here = (Url){ c->address };
    r->origin = arena_fmt(r->arena, "%s://" STR_FMT, c->server->options.is_behind_tls ? "https" : "http", STR_ARG(c->host));
    Buf allowed = { .max = 200 };
    r->route = route_find(c, method, &allowed);
    Refusal no = {0};
    if (!r->route && allowed.n) {
        response_header(r, &c->response, "Allow", buf_view(&allowed));
        no = (Refusal){ 405, _("Not that way"), _("This page cannot be opened like that. Go back and use its buttons.") };
    } else if (!r->route) no = (Refusal){ 404, _("Page not found"), _("There is no page at this address. It may have moved, or a letter is missing.") };
    buf_free(&allowed);
    return no;
}

static bool takes_upload(const Call *c) {
    const ServerOptions *o = &c->server->options;
    for (const char *const *path = o->upload_paths; o->upload_folder && path && *path; path++) if (!strcmp(c->request.route->path, *path)) return true;
    return false;
}

static Refusal check_form_head(const Call *c) {
    Str type = c->content_type, kind = str_trim(str_cut(&type, ';'));
    bool is_upload = takes_upload(c) && multipart_is(c->content_type);
    if (!is_upload && c->content_length.n && !str_eq(c->content_length, STR("0")) && !str_eq_nocase(kind, STR("application/x-www-form-urlencoded")))
        return (Refusal){ 415, _("Unknown form"), _("This page takes its own form only. Go back and send it from there.") };
    if (!origin_is_ours(c))
        return (Refusal){ 403, _("Not from here"), _("This was sent from another site, so nothing was changed. Open the page here and try again.") };
    return (Refusal){0};
}

static void find_peer(Call *c, struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    char text[INET6_ADDRSTRLEN] = "";
    if (info) {
        socklen_t n = info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
        if (getnameinfo(info->client_addr, n, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0) text[0] = 0;
    }
    Str peer = str_c(text), last = { NULL, 0 };
    if (c->server->options.is_behind_tls && c->forwarded_for.n) {           // our proxy adds the last one; those before are hearsay
        Str rest = c->forwarded_for;
        while (rest.n) last = str_trim(str_cut(&rest, ','));
        if (last.n && last.n < sizeof text) peer = last;
    }
    c->request.peer = arena_str(&c->arena, peer);
}

// ---- a file that is sent ------------------------------------------------------------------------------------------------
static bool upload_may_begin(void *with, const Fields *fields, Err *e) {
    const Call *c = with;
    if (!c->request.is_signed_in || csrf_matches(fields_get(fields, "csrf"), c->request.visitor.csrf)) return true;
    return fail(e, FORBIDDEN, "This form belongs to an earlier log-in, so nothing was changed. Load the page again and send it anew.");
}

// Who may not come here is told before the file is sent.
static Refusal upload_begin(Call *c) {
    Request *r = &c->request;
    if (!multipart_is(c->content_type)) return (Refusal){0};
    const ServerOptions *o = &c->server->options;
    if (o->authenticate) r->is_signed_in = o->authenticate(r, &r->visitor);
    request_db_end(false);
    if (!request_allows(r, r->route->allows)) return r->is_signed_in
        ? (Refusal){ 403, _("Not allowed"), _("Your role does not include this page. Ask the coordinator if your work needs it.") }
        : (Refusal){ 401, _("Please log in"), _("You have been logged out, so nothing was changed. Log in, then send the form again.") };
    MultipartOptions options = { o->upload_folder, upload_max(c->server), upload_may_begin, c };
    if (!multipart_open(&c->arena, c->content_type, options, &c->multipart, &c->upload_error))
        return (Refusal){ 400, _("Unclear request"), arena_str(&c->arena, str_c(c->upload_error.text)).p };
    return (Refusal){0};
}

static enum MHD_Result begin(Call *c, struct MHD_Connection *connection, const char *method, const char *version) {
    Request *r = &c->request;
    c->is_begun = true;
    r->method = arena_str(&c->arena, str_c(method));
    c->cursor = cuts_in_place() ? version + strlen(version) : NULL;
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, take_header, c);
    if (c->cursor && !c->bad_header && !(is_line_end(c->cursor) && is_line_end(c->cursor + 2))) c->bad_header = "line";
    if (!lang_parse(request_cookie(r, "lang"), &r->lang)) r->lang = LANG_ID;
    lang_set(r->lang);
    find_peer(c, connection);
    Refusal no = check_shape(c, r->method, str_c(version));
    if (!no.status) no = check_address(c, r->method);
    if (!no.status && str_eq(r->method, STR("POST"))) no = check_form_head(c);
    if (!no.status && str_eq(r->method, STR("POST")) && takes_upload(c)) no = upload_begin(c);
    if (!no.status) return MHD_YES;
    if (no.status == 404 && c->server->options.authenticate) {             // who is signed in keeps the menu, to go on from here
        r->is_signed_in = c->server->options.authenticate(r, &r->visitor);
        request_db_end(false);
    }
    return refuse(c, connection, no.status, no.title, no.text);
}

static RouteHandler asset_get, health_get, lang_post;

// ---- the work ---------------------------------------------------------------------------------------------------
static const char *error_title(ErrCode code) {
    static const char *const TITLES[] = {
        [ERR_NONE] = "", [BAD_INPUT] = N_("Please mend this"), [NOT_FOUND] = N_("Not found"), [CONFLICT] = N_("This does not fit any more"),
        [FORBIDDEN] = N_("Not allowed"), [BUSY] = N_("Busy just now"), [LIMIT] = N_("Too much"), [IO_FAILED] = N_("Something broke on our side"),
    };
    return tr(TITLES[code]);
}

// Faults of ours are told in full to the log only, under a number that the visitor can read out.
static void error_to_page(Call *c, const Err *e) {
    Request *r = &c->request;
    if (e->code != IO_FAILED) {
        response_error_page(r, &c->response, err_http_status(e->code), str_c(error_title(e->code)), str_c(e->text));
        return;
    }
    unsigned number = randombytes_uniform(1000000);
    fprintf(stderr, "fault %06u: %s\n", number, e->text);
    Str text = arena_fmt(r->arena, _("Nothing was changed. Try again in a minute; if it stays, give the administrator this number: %06u."), number);
    response_error_page(r, &c->response, 500, str_c(error_title(IO_FAILED)), text);
}

// Where a visitor who may come here must go before: to give the password once more.
static bool visitor_confirmed(Call *c) {
    Request *r = &c->request;
    const char *confirm_path = c->server->options.confirm_path;
    if (!route_asks_again(r->route) || r->visitor.is_confirmed) return true;
    if (confirm_path && !strcmp(r->route->method, "GET")) response_redirect(r, &c->response, url_with(r->arena, (Url){ str_c(confirm_path) }, "next", r->here.s));
    else response_error_page(r, &c->response, 403, str_c(_("Your password, once more")),
        str_c(_("Nothing was changed: this asks for your password again, and you last gave it more than five minutes ago. Open the page anew, give it, and send the form again.")));
    return false;
}

static bool visitor_may(Call *c) {
    Request *r = &c->request;
    const ServerOptions *o = &c->server->options;
    if (request_allows(r, r->route->allows)) return visitor_confirmed(c);
    if (r->is_signed_in && r->visitor.must_first && !strcmp(r->route->method, "GET")) {
        response_redirect(r, &c->response, (Url){ str_c(r->visitor.must_first) });
    } else if (r->is_signed_in) {
        response_error_page(r, &c->response, 403, str_c(_("Not allowed")), str_c(_("Your role does not include this page. Ask the coordinator if your work needs it.")));
    } else if (o->login_path && !strcmp(r->route->method, "GET")) {
        Url login = url_with(r->arena, (Url){ str_c(o->login_path) }, "next", r->here.s);
        response_redirect(r, &c->response, login);
    } else {
        response_error_page(r, &c->response, 401, str_c(_("Please log in")), str_c(_("You have been logged out, so nothing was changed. Log in, then send the form again.")));
    }
    return false;
}

static bool form_take(Call *c, Err *e) {
    Request *r = &c->request;
    if (!c->multipart) return !c->form_bytes.is_full && fields_parse(r->arena, buf_view(&c->form_bytes), &r->form, e);
    bool has_file = false;
    *e = c->upload_error;
    if (e->code || !multipart_end(c->multipart, &r->form, &c->upload, &has_file, e)) return false;
    r->upload = has_file ? &c->upload : NULL;
    return true;
}

static void handle(Call *c) {
    Request *r = &c->request;
    Err e = {0};
    lang_set(r->lang);
    if (c->server->options.authenticate && r->route->run != asset_get && r->route->run != health_get) r->is_signed_in = c->server->options.authenticate(r, &r->visitor);
    if (!form_take(c, &e)) {
        if (!e.code) fail(&e, LIMIT, "This form is too large. Send less at once.");
        error_to_page(c, &e);
        return;
    }
    if (!visitor_may(c)) return;
    if (r->is_signed_in && !strcmp(r->route->method, "POST") && !csrf_matches(fields_get(&r->form, "csrf"), r->visitor.csrf)) {
        response_error_page(r, &c->response, 403, str_c(_("Form out of date")), str_c(_("This form belongs to an earlier log-in, so nothing was changed. Load the page again and send it anew.")));
        return;
    }
    if (r->route->run(r, &c->response, &e)) {
        if (!c->response.body.is_full) return;
        fail(&e, LIMIT, "This page would be too large. Narrow the list with a filter.");
    }
    error_to_page(c, &e);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                                  const char *body, size_t *body_n, void **con_cls) {
    (void)context, (void)url;
    Call *c = *con_cls;
    if (!c) return MHD_NO;
    if (!c->is_begun) return begin(c, connection, method, version);
    if (*body_n) {
        if (!c->multipart) buf_bytes(&c->form_bytes, body, *body_n);
        else if (!c->upload_error.code && !c->is_refused) {
            lang_set(c->request.lang);
            bool is_good = multipart_feed(c->multipart, (Str){ body, *body_n }, &c->upload_error);
            (void)is_good;                                 // told when all of it has come: only then can an answer be heard
        }
        *body_n = 0;
        return MHD_YES;
    }
    if (c->is_refused) return MHD_YES;
    handle(c);
    request_db_end(c->response.status >= 500);
    return answer(c, connection, false);
}

static void *on_address(void *context, const char *uri, struct MHD_Connection *connection) {
    (void)connection;
    Call *c = calloc(1, sizeof *c);
    if (!c) return NULL;
    Server *s = context;
    c->server = s;
    clock_gettime(CLOCK_MONOTONIC, &c->begun_at);
    atomic_fetch_add(&s->active_n, 1);
    c->address = arena_str(&c->arena, str_c(uri));
    c->form_bytes.max = BODY_MAX;
    c->response.body.max = BUF_MAX;
    c->request = (Request){ .arena = &c->arena, .server = s, .app = s->options.app, .received_at = instant_now() };
    return c;
}

static void on_done(void *context, struct MHD_Connection *connection, void **con_cls, enum MHD_RequestTerminationCode why) {
    (void)context, (void)connection, (void)why;
    Call *c = *con_cls;
    if (!c) return;
    atomic_fetch_sub(&c->server->active_n, 1);
    sodium_memzero(c->form_bytes.p, c->form_bytes.n);      // passwords and NIK pass through here
    buf_free(&c->form_bytes);
    multipart_close(c->multipart);
    buf_free(&c->response.body);
    if (c->response.has_file) close(c->response.file_fd);
    arena_free(&c->arena);
    free(c);
    *con_cls = NULL;
}

static size_t keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
    (void)context, (void)connection;
    return strlen(text);                                   // we decode by ourselves, strictly
}

// ---- routes of the server itself --------------------------------------------------------------------------------
static bool asset_get(Request *r, Response *res, Err *e) {
    const Asset *asset = asset_find(r->path);
    if (!asset) return fail(e, NOT_FOUND, "There is no such file. Load the page again.");
    res->content_type = asset->content_type;
    res->cache_control = "public, max-age=31536000, immutable";
    res->borrowed_body = asset->bytes;
    res->borrowed_gzip = asset->gzip;
    return true;
}

static bool health_get(Request *r, Response *res, Err *e) {
    (void)e;
    Err trouble = {0};
    const ServerOptions *o = server_options(r->server);
    if (o->health) o->health(o->app, &trouble);
    res->content_type = "application/json";
    if (trouble.code) {                                    // why is for the log: anyone may ask here
        fprintf(stderr, "health: %s\n", trouble.text);
        res->status = 503;
    }
    buf_fmt(&res->body, "{\"status\":\"%s\"}\n", trouble.code ? err_name(trouble.code) : "ok");
    return true;
}

static bool lang_post(Request *r, Response *res, Err *e) {
    Lang lang;
    if (!lang_parse(form_text(r, "lang"), &lang)) return fail(e, BAD_INPUT, "Choose Indonesian or English.");
    response_cookie(r, res, "lang", lang == LANG_EN ? STR("en") : STR("id"), 365 * 24 * 3600);
    Str back = form_text(r, "back");
    response_redirect(r, res, (Url){ url_is_local(back) ? back : STR("/") });
    return true;
}

static const Route BUILTIN_ROUTES[] = {
    { "GET",  "/assets/{file}", "anyone", asset_get },
    { "GET",  "/health",        "anyone", health_get },
    { "POST", "/lang",          "anyone", lang_post },
    {0} };

// ---- life -------------------------------------------------------------------------------------------------------
static bool tables_join(ServerOptions *o, Server *s, Err *e) {
    size_t n = 0;
    while (o->routes && o->routes[n]) n++;
    const Route **tables = calloc(n + 2, sizeof *tables);
    assert(tables);
    tables[0] = BUILTIN_ROUTES;
    for (size_t i = 0; i < n; i++) tables[i + 1] = o->routes[i];
    s->tables = tables;
    return routes_check(tables, e);
}

static bool address_parse(const ServerOptions *o, struct sockaddr_storage *out, bool *is_loopback, Err *e) {
    const char *text = o->bind ? o->bind : "127.0.0.1";
    struct sockaddr_in *four = (struct sockaddr_in *)out;
    struct sockaddr_in6 *six = (struct sockaddr_in6 *)out;
    if (o->port < 0 || o->port > 65535) return fail(e, BAD_INPUT, "The port %d does not exist; choose 1 to 65535, or 0 for a free one.", o->port);
    if (inet_pton(AF_INET, text, &four->sin_addr) == 1) {
        four->sin_family = AF_INET;
        four->sin_port = htons((uint16_t)o->port);
        *is_loopback = (ntohl(four->sin_addr.s_addr) >> 24) == 127;
        return true;
    }
    if (inet_pton(AF_INET6, text, &six->sin6_addr) == 1) {
        six->sin6_family = AF_INET6;
        six->sin6_port = htons((uint16_t)o->port);
        *is_loopback = IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
        return true;
    }
    return fail(e, BAD_INPUT, "\"%s\" is not a numeric address such as 127.0.0.1.", text);
}

static bool daemon_start(Server *s, Err *e) {
    struct sockaddr_storage address = {0};
    bool is_loopback = false;
    if (!address_parse(&s->options, &address, &is_loopback, e)) return false;
    if (!is_loopback && !s->options.host) return fail(e, BAD_INPUT, "To answer beyond this machine, say under which name (--host kpm.example.go.id).");
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_EPOLL | MHD_USE_ITC | (address.ss_family == AF_INET6 ? MHD_USE_IPv6 : 0);
    int thread_n = s->options.thread_n ? s->options.thread_n : 4;
    s->daemon = MHD_start_daemon(flags, (uint16_t)s->options.port, NULL, NULL, on_request, s,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&address, MHD_OPTION_THREAD_POOL_SIZE, (unsigned)thread_n,
        MHD_OPTION_URI_LOG_CALLBACK, on_address, s, MHD_OPTION_NOTIFY_COMPLETED, on_done, s, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, s,
        MHD_OPTION_CONNECTION_TIMEOUT, 20u, MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,
        MHD_OPTION_PER_IP_CONNECTION_LIMIT, s->options.is_behind_tls ? 0u : CONNECTIONS_OF_ONE_MAX, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)65536, MHD_OPTION_END);
    if (!s->daemon) return fail(e, IO_FAILED, "Cannot listen on port %d: it is taken, or not allowed. Choose another with --port.", s->options.port);
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT);
    s->port = info ? info->port : s->options.port;
    return true;
}

bool server_start(ServerOptions options, Server **out, Err *e) {
    if (sodium_init() < 0) return fail(e, IO_FAILED, "This machine gives no random numbers.");
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    signal(SIGPIPE, SIG_IGN);
    Server *s = calloc(1, sizeof *s);
    assert(s);
    s->options = options;
    if (!tables_join(&options, s, e) || !daemon_start(s, e)) {
        free((void *)(uintptr_t)s->tables);
        free(s);
        return false;
    }
    *out = s;
    return true;
}

void server_wait(Server *s) {
    (void)s;
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    int got;
    sigwait(&ends, &got);
}

void server_stop(Server *s) {
    if (!s) return;
    MHD_socket listening = MHD_quiesce_daemon(s->daemon);
    for (int i = 0; i < 1000 && atomic_load(&s->active_n) > 0; i++) nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    MHD_stop_daemon(s->daemon);
    if (listening != MHD_INVALID_SOCKET) close(listening);
    free((void *)(uintptr_t)s->tables);
    free(s);
}
