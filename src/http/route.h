// route.h: finding the route of a path, and the typed pieces of it. Pure.
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H
#include "http/server.h"

typedef enum { PARAM_TEXT, PARAM_INT, PARAM_DATE } ParamType;
ParamType param_type(Str name);                            // by the name's ending, as columns
// Splits the raw path of an address ("/a/b%20c", no query) into decoded pieces joined again by '/'. False when it does not begin
// with '/', has an empty, "." or ".." piece, a '/' or NUL or other control byte behind a %-escape, or a bad escape.
must_use bool path_decode(Arena *a, Str raw, Str *out);
// Whether `path` (decoded) fits the pattern; fills r->param_names and r->params.
must_use bool path_matches(const char *pattern, Str path, Request *r);
// Why a table cannot be served: no allows, a changing method that is not POST, a bad pattern, or two routes for the same.
must_use bool routes_check(const Route *const *tables, Err *e);
#endif
