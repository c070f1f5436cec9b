// http_test.c: the door, knocked at with raw bytes; and the small pure parts behind it.
#include <zlib.h>
#include "http/http_test.h"
#include "http/asset.h"
#include "http/guard.h"
#include "http/page.h"
#include "http/route.h"
#include "http/server.h"

// ---- a server with a few routes that show what reached them -------------------------------------------------------
static bool echo_get(Request *r, Response *res, Err *e) {
    Page page = page_begin(r);
    page_text(&page, r->path);
    page_literal(&page, "|", 1);
    page_text(&page, query_text(r, "q"));
    return page_end(r, res, (PageHead){ .title = STR("Echo") }, &page, e);
}

static bool item_get(Request *r, Response *res, Err *e) {
    (void)e;
    res->content_type = "text/plain; charset=utf-8";
    buf_fmt(&res->body, "kab=%lld id=%lld name=" STR_FMT, (long long)param_int(r, "kab"), (long long)param_int(r, "id"), STR_ARG(param_text(r, "name")));
    return true;
}

static bool note_post(Request *r, Response *res, Err *e) {
    (void)e;
    res->content_type = "text/plain; charset=utf-8";
    buf_fmt(&res->body, "text=[" STR_FMT "]", STR_ARG(form_text(r, "text")));
    return true;
}

static bool long_get(Request *r, Response *res, Err *e) {
    (void)r, (void)e;
    res->content_type = "text/plain; charset=utf-8";
    for (int i = 0; i < 500; i++) buf_fmt(&res->body, "line %d\n", i);
    return true;
}

static bool fault_get(Request *r, Response *res, Err *e) {
    (void)r, (void)res;
    return fail(e, IO_FAILED, "secret path /var/lib/x");
}

static bool cookie_post(Request *r, Response *res, Err *e) {
    (void)e;
    response_cookie(r, res, "session", STR("abc"), 60);
    response_redirect(r, res, (Url){ STR("/echo?q=1") });
    return true;
}

static const Route ROUTES[] = {
    { "GET",  "/",                          "anyone",      echo_get },
    { "GET",  "/echo",                      "anyone",      echo_get },
    { "GET",  "/echo/{text}",               "anyone",      echo_get },
    { "GET",  "/item/{kab}/{id}/of/{name}", "anyone",      item_get },
    { "POST", "/note",                      "anyone",      note_post },
    { "GET",  "/long",                      "anyone",      long_get },
    { "GET",  "/fault",                     "anyone",      fault_get },
    { "POST", "/cookie",                    "anyone",      cookie_post },
    { "GET",  "/mine",                      "signed-in",   echo_get },
    { "POST", "/mine/note",                 "operator",    note_post },
    { "GET",  "/heads",                     "head_dinsos", echo_get },
    { "GET",  "/login",                     "anyone",      echo_get },
    {0} };

#define CSRF "0123456789abcdef0123456789abcdef"

static bool authenticate(Request *r, Visitor *out) {
    if (!str_eq(request_cookie(r, "session"), STR("good"))) return false;
    *out = (Visitor){ .name = STR("Rina <b>"), .role_label = STR("Operator"), .csrf = STR(CSRF), .who = "operator" };
    return true;
}

static bool allows(const Request *r, Str word) { return str_eq(word, str_c(r->visitor.who)); }

static Server *server;

static Server *start(ServerOptions o) {
    Err e = {0};
    Server *s = NULL;
    static const Route *const TABLES[] = { ROUTES, NULL };
    o.routes = TABLES;
    o.authenticate = authenticate;
    o.allows = allows;
    o.login_path = "/login";
    check_ok(server_start(o, &s, &e), e);
    return s;
}

static void check_security_headers(const char *name, Str answer) {
    static const struct { const char *name, *has; } WANTED[] = {
        { "Content-Security-Policy", "frame-ancestors 'none'" }, { "X-Content-Type-Options", "nosniff" }, { "Referrer-Policy", "same-origin" },
        { "Cross-Origin-Opener-Policy", "same-origin" }, { "Permissions-Policy", "camera=()" }, { "Cache-Control", "" }, { "Content-Type", "" },
    };
    for (size_t i = 0; i < sizeof WANTED / sizeof *WANTED; i++) {
        Str value = header_of(answer, WANTED[i].name);
        if (!value.p || !str_contains(value, str_c(WANTED[i].has))) fail_msg("%s: no %s in the answer:\n%.*s", name, WANTED[i].name, STR_ARG(answer));
    }
}

#define TEN "A: 1\nA: 1\nA: 1\nA: 1\nA: 1\nA: 1\nA: 1\nA: 1\nA: 1\nA: 1\n"
#define FORM "Content-Type: application/x-www-form-urlencoded\nOrigin: http://localhost\n"

// A status below 0: libmicrohttpd refuses this by itself, in a fixed sentence without our headers, and closes the door. No
// browser can be made to send such bytes, and the sentence holds nothing of ours.
typedef struct { const char *name; Str bytes; int status; const char *has; } Knock;
static const Knock KNOCKS[] = {
    { "plain",                     STR("GET /echo?q=a+b%26 HTTP/1.1\n@\n"), 200, "/echo|a b&amp;" },
    { "root",                      STR("GET / HTTP/1.1\n@\n"), 200, "/|" },
    { "HTTP/1.0",                  STR("GET /echo HTTP/1.0\n@\n"), 200, NULL },
    { "HTTP/2 preface",            STR("PRI * HTTP/2.0\n\nSM\n\n"), -505, NULL },
    { "HTTP/1.2",                  STR("GET /echo HTTP/1.2\n@\n"), 505, NULL },
    { "HTTP/0.9",                  STR("GET /echo\n\n"), -400, NULL },
    { "lower-case method",         STR("get /echo HTTP/1.1\n@\n"), 405, NULL },
    { "no host",                   STR("GET /echo HTTP/1.1\nConnection: close\n\n"), 400, NULL },
    { "two hosts",                 STR("GET /echo HTTP/1.1\n@Host: localhost\n\n"), 400, NULL },
    { "a stranger's host",         STR("GET /echo HTTP/1.1\nHost: evil.example\nConnection: close\n\n"), 421, NULL },
    { "host with a port",          STR("GET /echo HTTP/1.1\nHost: 127.0.0.1:8080\nConnection: close\n\n"), 200, NULL },
    { "address with a host",       STR("GET http://localhost/echo HTTP/1.1\n@\n"), 400, NULL },
    { "star",                      STR("OPTIONS * HTTP/1.1\n@\n"), 400, NULL },
    { "fragment",                  STR("GET /echo#x HTTP/1.1\n@\n"), 400, NULL },
    { "dot dot",                   STR("GET /echo/../fault HTTP/1.1\n@\n"), 400, NULL },
    { "dot dot, escaped",          STR("GET /echo/%2e%2E HTTP/1.1\n@\n"), 400, NULL },
    { "slash, escaped",            STR("GET /echo/a%2fb HTTP/1.1\n@\n"), 400, NULL },
    { "backslash",                 STR("GET /echo/a%5cb HTTP/1.1\n@\n"), 400, NULL },
    { "NUL, escaped",              STR("GET /echo/a%00 HTTP/1.1\n@\n"), 400, NULL },
    { "line end, escaped",         STR("GET /echo/a%0d%0aX:%20y HTTP/1.1\n@\n"), 400, NULL },
    { "half an escape",            STR("GET /echo/%4 HTTP/1.1\n@\n"), 400, NULL },
    { "no escape",                 STR("GET /echo/%zz HTTP/1.1\n@\n"), 400, NULL },
    { "bad escape in the query",   STR("GET /echo?q=%zz HTTP/1.1\n@\n"), 400, NULL },
    { "broken UTF-8",              STR("GET /echo?q=%ff HTTP/1.1\n@\n"), 400, NULL },
    { "raw UTF-8 in the address",  STR("GET /echo?q=\xc3\xa9 HTTP/1.1\n@\n"), 400, NULL },
    { "doubled slash",             STR("GET //echo HTTP/1.1\n@\n"), 400, NULL },
    { "slash at the end",          STR("GET /echo/ HTTP/1.1\n@\n"), 400, NULL },
    { "unknown page",              STR("GET /nowhere HTTP/1.1\n@\n"), 404, NULL },
    { "typed parameters",          STR("GET /item/1371/5/of/a%20b HTTP/1.1\n@\n"), 200, "kab=1371 id=5 name=a b" },
    { "letters for a number",      STR("GET /item/1371/x/of/a HTTP/1.1\n@\n"), 404, NULL },
    { "a number with zeros",       STR("GET /item/1371/05/of/a HTTP/1.1\n@\n"), 404, NULL },
    { "a number too long",         STR("GET /item/1371/99999999999999999999/of/a HTTP/1.1\n@\n"), 404, NULL },
    { "negative",                  STR("GET /item/1371/-5/of/a HTTP/1.1\n@\n"), 404, NULL },
    { "wrong method",              STR("POST /echo HTTP/1.1\n@" FORM "Content-Length: 0\n\n"), 405, "Allow: GET, HEAD" },
    { "GET where only POST is",    STR("GET /note HTTP/1.1\n@\n"), 405, "Allow: POST" },
    { "DELETE",                    STR("DELETE /echo HTTP/1.1\n@\n"), 405, "Allow: GET, HEAD" },
    { "TRACE",                     STR("TRACE /echo HTTP/1.1\n@\n"), 405, NULL },
    { "CONNECT",                   STR("CONNECT localhost:80 HTTP/1.1\n@\n"), 400, NULL },
    { "HEAD",                      STR("HEAD /echo HTTP/1.1\n@\n"), 200, NULL },
    { "two lengths",               STR("POST /note HTTP/1.1\n@" FORM "Content-Length: 6\nContent-Length: 6\n\ntext=a"), 400, NULL },
    { "two different lengths",     STR("POST /note HTTP/1.1\n@" FORM "Content-Length: 6\nContent-Length: 60\n\ntext=a"), 400, NULL },
    { "length with chunks",        STR("POST /note HTTP/1.1\n@" FORM "Content-Length: 6\nTransfer-Encoding: chunked\n\n0\n\n"), 400, NULL },
    { "chunks",                    STR("POST /note HTTP/1.1\n@" FORM "Transfer-Encoding: chunked\n\n6\ntext=a\n0\n\n"), 400, NULL },
    { "unknown encoding",          STR("POST /note HTTP/1.1\n@" FORM "Transfer-Encoding: xchunked\nContent-Length: 6\n\ntext=a"), 400, NULL },
    { "length with a sign",        STR("POST /note HTTP/1.1\n@" FORM "Content-Length: +6\n\ntext=a"), -400, NULL },
    { "negative length",           STR("POST /note HTTP/1.1\n@" FORM "Content-Length: -1\n\ntext=a"), -400, NULL },
    { "length in hex",             STR("POST /note HTTP/1.1\n@" FORM "Content-Length: 0x6\n\ntext=a"), -400, NULL },
    { "huge length",               STR("POST /note HTTP/1.1\n@" FORM "Content-Length: 99999999999999999999\n\ntext=a"), -413, NULL },
    { "form too large",            STR("POST /note HTTP/1.1\n@" FORM "Content-Length: 2000000\n\ntext=a"), 413, NULL },
    { "GET with a body",           STR("GET /echo HTTP/1.1\n@Content-Length: 5\n\nhello"), 400, NULL },
    { "space before the colon",    STR("GET /echo HTTP/1.1\n@X-A : b\n\n"), 400, NULL },
    { "no colon",                  STR("GET /echo HTTP/1.1\n@nonsense\n\n"), -400, NULL },
    { "empty name",                STR("GET /echo HTTP/1.1\n@: b\n\n"), 400, NULL },
    { "control byte in a value",   STR("GET /echo HTTP/1.1\n@X-A: a\x01" "b\n\n"), 400, NULL },
    { "NUL in a value",            STR("GET /echo HTTP/1.1\n@X-A: a\0b\n\n"), 400, NULL },
    { "bare CR in a value",        STR("GET /echo HTTP/1.1\n@X-A: a\rContent-Length: 5\n\n"), 400, NULL },
    { "bare CR between headers",   STR("GET /echo HTTP/1.1\n@X-A: a\rX-B: b\n\n"), 400, NULL },
    { "a tab and blanks are fine", STR("GET /echo HTTP/1.1\n@X-A: \t b\n\n"), 200, NULL },
    { "an empty value is fine",    STR("GET /echo HTTP/1.1\n@X-A:\nX-B: \n\n"), 200, NULL },
    { "too many headers",          STR("GET /echo HTTP/1.1\n@" TEN TEN TEN TEN TEN TEN TEN "\n"), 431, NULL },
    { "folded line",               STR("GET /echo HTTP/1.1\n@X-A: a\n b\n\n"), 400, NULL },
    { "a form",                    STR("POST /note HTTP/1.1\n@" FORM "Content-Length: 12\n\ntext=+a%26b+"), 200, "text=[a&b]" },
    { "lines in a form",           STR("POST /note HTTP/1.1\n@" FORM "Content-Length: 14\n\ntext=a%0D%0Ab "), 200, "text=[a\nb]" },
    { "NUL in a form",             STR("POST /note HTTP/1.1\n@" FORM "Content-Length: 8\n\ntext=%00"), 422, NULL },
    { "another form",              STR("POST /note HTTP/1.1\n@Origin: http://localhost\nContent-Type: text/plain\nContent-Length: 6\n\ntext=a"), 415, NULL },
    { "from another site",         STR("POST /note HTTP/1.1\n@Content-Type: application/x-www-form-urlencoded\nOrigin: http://evil.example\nContent-Length: 6\n\ntext=a"), 403, NULL },
    { "from a hidden site",        STR("POST /note HTTP/1.1\n@Content-Type: application/x-www-form-urlencoded\nOrigin: null\nContent-Length: 6\n\ntext=a"), 403, NULL },
    { "https for http",            STR("POST /note HTTP/1.1\n@Content-Type: application/x-www-form-urlencoded\nOrigin: https://localhost\nContent-Length: 6\n\ntext=a"), 403, NULL },
    { "from nowhere",              STR("POST /note HTTP/1.1\n@Content-Type: application/x-www-form-urlencoded\nContent-Length: 6\n\ntext=a"), 403, NULL },
    { "cross-site by fetch",       STR("POST /note HTTP/1.1\n@" FORM "Sec-Fetch-Site: cross-site\nContent-Length: 6\n\ntext=a"), 403, NULL },
    { "fault of ours",             STR("GET /fault HTTP/1.1\n@\n"), 500, NULL },
    { "not signed in",             STR("GET /mine?a=1 HTTP/1.1\n@\n"), 303, "Location: /login?next=%2Fmine%3Fa%3D1" },
    { "not signed in, POST",       STR("POST /mine/note HTTP/1.1\n@" FORM "Content-Length: 6\n\ntext=a"), 401, NULL },
    { "signed in",                 STR("GET /mine HTTP/1.1\n@Cookie: a=b; session=good\n\n"), 200, "Rina &lt;b&gt;" },
    { "two sessions",              STR("GET /mine HTTP/1.1\n@Cookie: session=good; session=bad\n\n"), 303, NULL },
    { "two cookie lines",          STR("GET /mine HTTP/1.1\n@Cookie: session=good\nCookie: session=good\n\n"), 400, NULL },
    { "wrong role",                STR("GET /heads HTTP/1.1\n@Cookie: session=good\n\n"), 403, NULL },
    { "signed in, no CSRF",        STR("POST /mine/note HTTP/1.1\n@" FORM "Cookie: session=good\nContent-Length: 6\n\ntext=a"), 403, NULL },
    { "signed in, raw CSRF",       STR("POST /mine/note HTTP/1.1\n@" FORM "Cookie: session=good\nContent-Length: 44\n\ntext=a&csrf=" CSRF), 403, NULL },
    { "language by GET",           STR("GET /lang?lang=en HTTP/1.1\n@\n"), 405, NULL },
    { "language",                  STR("POST /lang HTTP/1.1\n@" FORM "Content-Length: 23\n\nlang=en&back=%2Fecho%3F"), 303, "Set-Cookie: lang=en; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000" },
    { "language, then away",       STR("POST /lang HTTP/1.1\n@" FORM "Content-Length: 29\n\nlang=en&back=%2F%2Fevil.test%"), 422, NULL },
    { "language, then away 2",     STR("POST /lang HTTP/1.1\n@" FORM "Content-Length: 28\n\nlang=en&back=%2F%2Fevil.test"), 303, "Location: /\r" },
    { "unknown language",          STR("POST /lang HTTP/1.1\n@" FORM "Content-Length: 7\n\nlang=xx"), 422, NULL },
    { "English page",              STR("GET /nowhere HTTP/1.1\n@Cookie: lang=en\n\n"), 404, "Page not found" },
    { "unknown asset",             STR("GET /assets/x.css HTTP/1.1\n@\n"), 404, NULL },
    { "asset above",               STR("GET /assets/..%2fmeson.build HTTP/1.1\n@\n"), 400, NULL },
    { "health",                    STR("GET /health HTTP/1.1\n@\n"), 200, "{\"status\":\"ok\"}" },
};

static void every_knock_gets_its_answer(void **state) {
    (void)state;
    size_t wrong_n = 0;
    for (size_t i = 0; i < sizeof KNOCKS / sizeof *KNOCKS; i++) {
        const Knock *k = &KNOCKS[i];
        Arena a = {0};
        Str answer = knock(&a, server, wire(&a, k->bytes));
        int status = status_of(answer);
        bool is_right = status == abs(k->status);
        if (is_right && k->has && !str_contains(answer, str_c(k->has))) is_right = false;
        if (!is_right) {
            print_error("%s: wanted %d %s, got %d:\n" STR_FMT "\n", k->name, k->status, k->has ? k->has : "", status, STR_ARG(str_part(answer, 0, 1500)));
            wrong_n++;
        }
        if (k->status > 0 && is_right) check_security_headers(k->name, answer);
        arena_free(&a);
    }
    assert_int_equal(wrong_n, 0);
}

// ---- answers -----------------------------------------------------------------------------------------------------
static void head_has_the_headers_of_get_and_no_body(void **state) {
    (void)state;
    Arena a = {0};
    Str get = knock(&a, server, wire(&a, STR("GET /long HTTP/1.1\n@\n"))), head = knock(&a, server, wire(&a, STR("HEAD /long HTTP/1.1\n@\n")));
    assert_int_equal(body_of(head).n, 0);
    check_str(header_of(head, "Content-Length"), header_of(get, "Content-Length"));
    assert_true(body_of(get).n > 1000);
    arena_free(&a);
}

static void a_long_answer_is_compressed_when_asked(void **state) {
    (void)state;
    static const struct { const char *accepts; bool is_gzip; } CASES[] = {
        { "gzip", true }, { "br, GZIP;q=0.5", true }, { "gzip;q=0", false }, { "identity", false }, { "xgzip", false }, { "", false },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Arena a = {0};
        Str plain = body_of(knock(&a, server, wire(&a, STR("GET /long HTTP/1.1\n@\n"))));
        Str ask = arena_fmt(&a, "GET /long HTTP/1.1\n@Accept-Encoding: %s\n\n", CASES[i].accepts);
        Str answer = knock(&a, server, wire(&a, ask)), body = body_of(answer);
        assert_int_equal(str_eq(header_of(answer, "Content-Encoding"), STR("gzip")), CASES[i].is_gzip);
        char *opened = NEW(&a, char, plain.n + 1);
        z_stream z = { .next_in = (unsigned char *)(uintptr_t)body.p, .avail_in = (unsigned)body.n, .next_out = (unsigned char *)opened, .avail_out = (unsigned)plain.n };
        if (CASES[i].is_gzip) {
            assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
            assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
            inflateEnd(&z);
            body = (Str){ opened, z.total_out };
        }
        check_str(body, plain);
        arena_free(&a);
    }
}

static void assets_are_kept_for_ever_and_the_same_in_both_forms(void **state) {
    (void)state;
    Arena a = {0};
    for (size_t i = 0; i < ASSETS_N; i++) {
        Str answer = knock(&a, server, wire(&a, arena_fmt(&a, "GET %s HTTP/1.1\n@Accept-Encoding: gzip\n\n", ASSETS[i].path)));
        assert_int_equal(status_of(answer), 200);
        check_str(header_of(answer, "Cache-Control"), STR("public, max-age=31536000, immutable"));
        check_str(body_of(answer), ASSETS[i].gzip.n ? ASSETS[i].gzip : ASSETS[i].bytes);
        check_security_headers(ASSETS[i].path, answer);
    }
    arena_free(&a);
}

static void faults_of_ours_tell_the_visitor_nothing(void **state) {
    (void)state;
    Arena a = {0};
    Str answer = knock(&a, server, wire(&a, STR("GET /fault HTTP/1.1\n@\n")));
    assert_int_equal(status_of(answer), 500);
    assert_false(str_contains(answer, STR("/var/lib")));
    arena_free(&a);
}

// Takes the masked CSRF field out of a page and sends it back: accepted; with one letter changed: refused.
static void a_form_comes_back_with_its_csrf_field(void **state) {
    (void)state;
    for (int is_spoilt = 0; is_spoilt < 2; is_spoilt++) {
        Arena a = {0};
        Str page = knock(&a, server, wire(&a, STR("GET /mine HTTP/1.1\n@Cookie: session=good\n\n")));
        const char *mark = "name=\"csrf\" value=\"", *at = memmem(page.p, page.n, mark, strlen(mark));
        assert_non_null(at);
        Str rest = { at + strlen(mark), page.n - (size_t)(at + strlen(mark) - page.p) }, field = str_cut(&rest, '"');
        assert_false(str_contains(page, STR(CSRF)));
        char *sent = arena_c(&a, field);
        if (is_spoilt) sent[field.n - 2] = sent[field.n - 2] == 'A' ? 'B' : 'A';
        Str form = arena_fmt(&a, "csrf=%s&text=a", sent);
        Str answer = knock(&a, server, wire(&a, arena_fmt(&a, "POST /mine/note HTTP/1.1\n@" FORM "Cookie: session=good\nContent-Length: %zu\n\n" STR_FMT, form.n, STR_ARG(form))));
        assert_int_equal(status_of(answer), is_spoilt ? 403 : 200);
        arena_free(&a);
    }
}

static void behind_tls_cookies_and_transport_are_strict(void **state) {
    (void)state;
    Server *s = start((ServerOptions){ .is_behind_tls = true, .host = "kpm.example" });
    Arena a = {0};
    Str answer = knock(&a, s, wire(&a, STR("POST /cookie HTTP/1.1\nHost: kpm.example\nConnection: close\nOrigin: https://kpm.example\nContent-Length: 0\n\n")));
    check_str(header_of(answer, "Set-Cookie"), STR("__Host-session=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60"));
    assert_true(str_contains(header_of(answer, "Strict-Transport-Security"), STR("max-age=")));
    answer = knock(&a, s, wire(&a, STR("GET /mine HTTP/1.1\nHost: kpm.example\nConnection: close\nCookie: session=good\n\n")));
    assert_int_equal(status_of(answer), 303);              // a cookie without the prefix could be planted by a neighbour
    answer = knock(&a, s, wire(&a, STR("GET /mine HTTP/1.1\nHost: kpm.example\nConnection: close\nCookie: __Host-session=good\n\n")));
    assert_int_equal(status_of(answer), 200);
    arena_free(&a);
    server_stop(s);
}

static void a_wrong_table_or_address_does_not_start(void **state) {
    (void)state;
    static const Route OPEN[] = { { "GET", "/a", NULL, echo_get }, {0} }, CHANGING[] = { { "PUT", "/a", "anyone", echo_get }, {0} },
                       TWICE[] = { { "GET", "/a", "anyone", echo_get }, { "GET", "/a", "anyone", echo_get }, {0} },
                       SLASH[] = { { "GET", "/a/", "anyone", echo_get }, {0} };
    const Route *const TABLES[] = { OPEN, CHANGING, TWICE, SLASH };
    for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++) {
        Err e = {0};
        Server *s = NULL;
        assert_false(server_start((ServerOptions){ .routes = (const Route *const[]){ TABLES[i], NULL } }, &s, &e));
        assert_int_equal(e.code, BAD_INPUT);
    }
    static const struct { const char *bind; int port; ErrCode code; } ADDRESSES[] = { { "0.0.0.0", 0, BAD_INPUT }, { "localhost", 0, BAD_INPUT }, { NULL, 70000, BAD_INPUT } };
    for (size_t i = 0; i < sizeof ADDRESSES / sizeof *ADDRESSES; i++) {
        Err e = {0};
        Server *s = NULL;
        assert_false(server_start((ServerOptions){ .bind = ADDRESSES[i].bind, .port = ADDRESSES[i].port }, &s, &e));
        assert_int_equal(e.code, ADDRESSES[i].code);
    }
    Err e = {0};
    Server *s = NULL;
    assert_false(server_start((ServerOptions){ .port = server_port(server) }, &s, &e));      // taken
    assert_int_equal(e.code, IO_FAILED);
}

// ---- the pure parts ----------------------------------------------------------------------------------------------
static void values_are_escaped_for_their_place(void **state) {
    (void)state;
    Arena a = {0};
    Buf b = { .max = 4096 };
    Page page = { .out = &b, .arena = &a };
    lang_set(LANG_ID);
#define WROTE(call, wanted) do { buf_reset(&b); call; check_str(buf_view(&b), STR(wanted)); } while (0)
    const char *evil = "<svg onload=\"x('&')\">";
    WROTE(page_text(&page, evil), "&lt;svg onload=&quot;x(&#39;&amp;&#39;)&quot;&gt;");
    WROTE(page_value(&page, str_c(evil)), "&lt;svg onload=&quot;x(&#39;&amp;&#39;)&quot;&gt;");
    WROTE(page_param(&page, evil), "%3Csvg%20onload%3D%22x%28%27%26%27%29%22%3E");
    WROTE(page_text(&page, STR("a\0\x1b[31mb")), "a\xEF\xBF\xBD\xEF\xBF\xBD[31mb");
    WROTE(page_text(&page, (const char *)NULL), "");
    WROTE(page_text(&page, 23964), "23.964");
    WROTE(page_value(&page, 23964), "23964");
    WROTE(page_digits(&page, 2024), "2024");
    WROTE(page_text(&page, (Rupiah){ 17051232974 }), "Rp 17.051.232.974");
    WROTE(page_running(&page, (Rupiah){ 225000 }), "<span class=\"nowrap\">Rp 225.000</span>");
    WROTE(page_running(&page, STR("a<b")), "a&lt;b");
    WROTE(page_value(&page, (Rupiah){ 225000 }), "225000");
    WROTE(page_text(&page, date_make(2024, 4, 1)), "1 April 2024");
    WROTE(page_value(&page, date_make(2024, 4, 1)), "2024-04-01");
    WROTE(page_text(&page, DATE_NONE), "–");
    WROTE(page_text(&page, (Instant){ 1714014000000 }), "25 April 2024 10.00");
    WROTE(page_text(&page, (Instant){ -1 }), "1 Januari 1970 06.59");
    WROTE(page_value(&page, true), "1");
    WROTE(page_href(&page, "javascript:alert(1)"), "#");
    WROTE(page_href(&page, " https://x"), "#");
    WROTE(page_href(&page, "//evil.example"), "#");
    WROTE(page_href(&page, "/a?b=1&c=2"), "/a?b=1&amp;c=2");
    WROTE(page_href(&page, "https://kemensos.go.id/"), "https://kemensos.go.id/");
    WROTE(page_words_end(&page, page_words(&page, "<%s> 100%% & 5% ")), "&lt;&gt; 100% &amp; 5% ");
    buf_free(&b);
    arena_free(&a);
}

static void addresses_keep_their_other_fields(void **state) {
    (void)state;
    static const struct { const char *from, *name, *value, *to; } CASES[] = {
        { "/f", "q", "a b", "/f?q=a%20b" },          { "/f?q=1", "q", "2", "/f?q=2" },         { "/f?a=1&q=1&b=2", "q", "x&y", "/f?a=1&q=x%26y&b=2" },
        { "/f?q=1&q=2", "q", "3", "/f?q=3" },        { "/f?q=1", "q", "", "/f" },              { "/f?a=1&q=1", "q", "", "/f?a=1" },
        { "/f?qq=1", "q", "2", "/f?qq=1&q=2" },      { "/f?", "q", "1", "/f?q=1" },            { "/f?a=1", "zz", "", "/f?a=1" },
    };
    Arena a = {0};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        check_str(url_with(&a, (Url){ str_c(CASES[i].from) }, CASES[i].name, str_c(CASES[i].value)).s, str_c(CASES[i].to));
    static const struct { const char *url; bool is_local; } LOCAL[] = {
        { "/", true }, { "/a?b", true }, { "", false }, { "a", false }, { "//a", false }, { "/\\a", false }, { "/a b", false }, { "/a\n", false }, { "https://a", false },
    };
    for (size_t i = 0; i < sizeof LOCAL / sizeof *LOCAL; i++) assert_int_equal(url_is_local(str_c(LOCAL[i].url)), LOCAL[i].is_local);
    arena_free(&a);
}

// Law: what was encoded decodes to itself, whatever the bytes of valid text.
static void encoding_loses_nothing(void **state) {
    (void)state;
    Arena a = {0};
    uint64_t seed = test_seed();
    for (int64_t i = 0; i < test_tries(2000); i++) {
        Buf text = { .max = 4096 }, encoded = { .max = 16384 };
        for (uint64_t n = seed % 40; n; n--) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            uint32_t c = (uint32_t)(seed >> 33) % 0x250;
            if (c < 0x20 || c == 0x7F) c = '&';
            if (c < 0x80) buf_char(&text, (char)c);
            else { buf_char(&text, (char)(0xC0 | c >> 6)); buf_char(&text, (char)(0x80 | (c & 0x3F))); }
        }
        seed = seed * 6364136223846793005u + 1;
        url_encode(&encoded, buf_view(&text));
        Str back;
        assert_true(url_decode(&a, buf_view(&encoded), i % 2, &back));
        check_str(back, buf_view(&text));
        buf_free(&text);
        buf_free(&encoded);
        arena_reset(&a);
    }
    arena_free(&a);
}

static void cookies_are_believed_once(void **state) {
    (void)state;
    static const struct { const char *header, *name, *value; } CASES[] = {
        { "a=1", "a", "1" }, { "a=1; b=2", "b", "2" }, { "a=1;b=2", "b", "2" }, { "xa=1", "a", NULL }, { "a=1; a=1", "a", "1" }, { "a=1; a=2", "a", NULL },
        { "a", "a", "" }, { "", "a", NULL }, { "a=b=c", "a", "b=c" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Str found = cookie_get(str_c(CASES[i].header), str_c(CASES[i].name));
        if (!CASES[i].value) assert_null(found.p);
        else { assert_non_null(found.p); check_str(found, str_c(CASES[i].value)); }
    }
}

static int up(void **state) { (void)state; server = start((ServerOptions){0}); return 0; }
static int down(void **state) { (void)state; server_stop(server); return 0; }

int main(void) {
    const struct CMUnitTest tests[] = {
#define DOOR(test) cmocka_unit_test_setup_teardown(test, up, down)
        DOOR(every_knock_gets_its_answer), DOOR(head_has_the_headers_of_get_and_no_body), DOOR(a_long_answer_is_compressed_when_asked),
        DOOR(assets_are_kept_for_ever_and_the_same_in_both_forms), DOOR(faults_of_ours_tell_the_visitor_nothing),
        DOOR(a_form_comes_back_with_its_csrf_field), DOOR(a_wrong_table_or_address_does_not_start),
        cmocka_unit_test(behind_tls_cookies_and_transport_are_strict), cmocka_unit_test(values_are_escaped_for_their_place),
        cmocka_unit_test(addresses_keep_their_other_fields), cmocka_unit_test(encoding_loses_nothing), cmocka_unit_test(cookies_are_believed_once),
    };
    return test_main_(__FILE__, tests, sizeof tests / sizeof *tests);
}
