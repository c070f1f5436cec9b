#include "http/route.h"
#include <assert.h>

ParamType param_type(Str name) {
    static const char *const INTS[] = { "kab", "id", "n" };
    for (size_t i = 0; i < sizeof INTS / sizeof *INTS; i++) if (str_eq(name, str_c(INTS[i]))) return PARAM_INT;
    if (str_ends(name, STR("_id")) || str_ends(name, STR("_n"))) return PARAM_INT;
    return str_ends(name, STR("_on")) ? PARAM_DATE : PARAM_TEXT;
}

bool path_decode(Arena *a, Str raw, Str *out) {
    if (!raw.n || raw.p[0] != '/') return false;
    char *to = NEW(a, char, raw.n + 1);
    size_t n = 0;
    Str rest = str_part(raw, 1, raw.n - 1);
    if (!rest.n) { *out = STR("/"); return true; }
    for (bool is_last = false; !is_last;) {
        is_last = memchr(rest.p, '/', rest.n) == NULL;
        Str piece = str_cut(&rest, '/'), text;
        if (!piece.n || !url_decode(a, piece, false, &text)) return false;
        if (str_eq(text, STR(".")) || str_eq(text, STR("..")) || memchr(text.p, '/', text.n) || memchr(text.p, '\\', text.n)) return false;
        to[n++] = '/';
        memcpy(to + n, text.p, text.n);
        n += text.n;
        if (!is_last && !rest.n) return false;             // ends in a slash: an empty last piece
    }
    *out = (Str){ to, n };
    return true;
}

static bool param_fits(Str name, Str value) {
    int64_t number;
    Date day;
    switch (param_type(name)) {
    case PARAM_INT: return value.n <= 18 && str_is_digits(value) && (value.n == 1 || value.p[0] != '0') && str_int64(value, &number);
    case PARAM_DATE: return date_parse_iso(value, &day);
    case PARAM_TEXT: break;
    }
    return value.n >= 1 && value.n <= 100;
}

bool path_matches(const char *pattern, Str path, Request *r) {
    Str wanted = str_c(pattern);
    size_t param_n = 0;
    memset(r->param_names, 0, sizeof r->param_names);
    while (wanted.n && path.n) {
        Str want = str_cut(&wanted, '/'), have = str_cut(&path, '/');
        if (want.n > 2 && want.p[0] == '{') {
            Str name = str_part(want, 1, want.n - 2);
            if (!param_fits(name, have)) return false;
            r->param_names[param_n] = name;
            r->params[param_n++] = have;
        } else if (!str_eq(want, have)) return false;
        if (!wanted.p != !path.p) return false;            // one of them ends here
    }
    return !wanted.n && !path.n;
}

static bool pattern_is_right(Str pattern) {
    if (!pattern.n || pattern.p[0] != '/') return false;
    size_t param_n = 0;
    for (size_t i = 0; i < pattern.n; i++) {
        char c = pattern.p[i];
        if (c == '{' && (++param_n > PARAMS_MAX || pattern.p[i - 1] != '/')) return false;
        if (c == '}' && i + 1 < pattern.n && pattern.p[i + 1] != '/') return false;
        if (c == '/' && i + 1 < pattern.n && pattern.p[i + 1] == '/') return false;
    }
    return pattern.n == 1 || pattern.p[pattern.n - 1] != '/';
}

bool routes_check(const Route *const *tables, Err *e) {
    for (size_t t = 0; tables[t]; t++) for (const Route *route = tables[t]; route->path; route++) {
        if (!route->allows || !route->allows[0]) return fail(e, BAD_INPUT, "Route %s does not say whom it allows.", route->path);
        if (strcmp(route->method, "GET") != 0 && strcmp(route->method, "POST") != 0)
            return fail(e, BAD_INPUT, "Route %s: the method is GET or POST.", route->path);
        if (!pattern_is_right(str_c(route->path)) || !route->run) return fail(e, BAD_INPUT, "Route %s has no handler or a wrong pattern.", route->path);
        for (size_t u = 0; tables[u]; u++) for (const Route *other = tables[u]; other->path; other++)
            if (other != route && !strcmp(other->path, route->path) && !strcmp(other->method, route->method))
                return fail(e, BAD_INPUT, "Route %s %s stands in the table twice.", route->method, route->path);
    }
    return true;
}

bool route_asks_again(const Route *route) {
    Str rest = str_c(route->allows);
    while (rest.n) if (str_eq(str_cut(&rest, ' '), STR("again"))) return true;
    return false;
}

bool request_allows(const Request *r, const char *allows) {
    Str rest = str_c(allows);
    const ServerOptions *o = server_options(r->server);
    while (rest.n) {
        Str word = str_cut(&rest, ' ');
        if (str_eq(word, STR("anyone"))) return true;
        if (!r->is_signed_in || !word.n || str_eq(word, STR("again"))) continue;
        if (str_eq(word, STR("arriving"))) return true;
        if (r->visitor.must_first) continue;
        if (str_eq(word, STR("signed-in")) || (o->allows && o->allows(r, word))) return true;
    }
    return false;
}

static Str param_of(const Request *r, const char *name) {
    for (size_t i = 0; i < PARAMS_MAX; i++) if (r->param_names[i].n && str_eq(r->param_names[i], str_c(name))) return r->params[i];
    assert(false && "the route's pattern has no such parameter");
    return (Str){ NULL, 0 };
}

Str param_text(const Request *r, const char *name) { return param_of(r, name); }

int64_t param_int(const Request *r, const char *name) {
    int64_t v = 0;
    bool is_int = str_int64(param_of(r, name), &v);
    assert(is_int);
    (void)is_int;
    return v;
}

Date param_date(const Request *r, const char *name) {
    Date day = DATE_NONE;
    bool is_date = date_parse_iso(param_of(r, name), &day);
    assert(is_date);
    (void)is_date;
    return day;
}

Str query_text(const Request *r, const char *name) { return str_trim(fields_get(&r->query, name)); }
Str form_text(const Request *r, const char *name) { return str_trim(fields_get(&r->form, name)); }

int64_t query_int(const Request *r, const char *name, int64_t otherwise) {
    int64_t v;
    return str_int64(query_text(r, name), &v) ? v : otherwise;
}
