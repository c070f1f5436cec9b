#include "base/err.h"
#include "base/lang.h"
#include <stdio.h>

static const struct { const char *name; int http_status, exit_code; } CODES[] = {
    [ERR_NONE] = { "ok", 200, 0 },          [BAD_INPUT] = { "bad_input", 422, 3 }, [NOT_FOUND] = { "not_found", 404, 4 },
    [CONFLICT] = { "conflict", 409, 5 },    [FORBIDDEN] = { "forbidden", 403, 6 }, [BUSY] = { "busy", 503, 7 },
    [LIMIT] = { "limit", 413, 8 },          [IO_FAILED] = { "io_failed", 500, 9 },
};

bool err_fill(Err *e, ErrCode code, const char *msgid, ...) {
    if (e->code != ERR_NONE) return false;
    e->code = code;
    va_list args;
    va_start(args, msgid);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"       // msgfmt --check-format proves each translation's format
    vsnprintf(e->text, sizeof e->text, tr(msgid), args);
#pragma GCC diagnostic pop
    va_end(args);
    return false;
}

bool err_fill_in(Err *e, const char *msgid, ...) {
    char before[ERR_TEXT_MAX];
    memcpy(before, e->text, sizeof before);
    va_list args;
    va_start(args, msgid);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    int n = vsnprintf(e->text, sizeof e->text, tr(msgid), args);
#pragma GCC diagnostic pop
    va_end(args);
    if (n >= 0 && (size_t)n < sizeof e->text) {
        size_t room = sizeof e->text - (size_t)n - 1, len = strnlen(before, sizeof before - 1);
        if (len > room) len = room;
        memcpy(e->text + n, before, len);
        e->text[(size_t)n + len] = 0;
    }
    return false;
}

int err_http_status(ErrCode code) { return CODES[code].http_status; }
int err_exit_code(ErrCode code) { return CODES[code].exit_code; }
const char *err_name(ErrCode code) { return CODES[code].name; }
