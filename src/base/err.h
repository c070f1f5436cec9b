// err.h: how a function says no. `bool f(..., Err *e)`: false means e is filled and outputs are untouched;
// the first failure stands. The text is for a person, in the language of this thread (lang.h): what, where, how to mend it.
#ifndef BASE_ERR_H
#define BASE_ERR_H
#include "base/str.h"

// A closed list: one table (err.c) maps each to HTTP status and exit code.
typedef enum { ERR_NONE, BAD_INPUT, NOT_FOUND, CONFLICT, FORBIDDEN, BUSY, LIMIT, IO_FAILED } ErrCode;

#define ERR_TEXT_MAX 1024
typedef struct { ErrCode code; char text[ERR_TEXT_MAX]; } Err;

// Says to whoever reads a caller (compiler, analyzer) that a failure is always false.
static inline bool err_no(bool is_false) { (void)is_false; return false; }

// Fills e (unless it already holds a failure) and returns false. `msgid` is an English printf format that translators see.
bool err_fill(Err *e, ErrCode code, const char *msgid, ...) __attribute__((format(printf, 3, 4)));
#define fail(...) err_no(err_fill(__VA_ARGS__))
// Puts words in front of what is there: "rules/pkh.yaml: …". Returns false, so that it can end a chain of calls.
bool err_fill_in(Err *e, const char *msgid, ...) __attribute__((format(printf, 2, 3)));
#define fail_in(...) err_no(err_fill_in(__VA_ARGS__))
#define fail_memory(e) fail((e), LIMIT, "There is not enough memory.")
int err_http_status(ErrCode code);
int err_exit_code(ErrCode code);                           // 0 for ERR_NONE; never 1 or 2, which the shell and usage own
const char *err_name(ErrCode code);                        // "bad_input", for JSON and logs

// Many faults in one file or form. The list keeps at most FINDINGS_MAX and counts the rest.
typedef enum { FINDING_ERROR, FINDING_WARNING } FindingLevel;
typedef struct { FindingLevel level; int64_t line_n; Str field, code, text; } Finding;
#define FINDINGS_MAX 1000
#endif
