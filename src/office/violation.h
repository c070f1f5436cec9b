// violation.h: what a check finds. Checks are silent when all is well; each violation is one sentence that says what is
// wrong and where. A check returns false only when it could not be done.
#ifndef OFFICE_VIOLATION_H
#define OFFICE_VIOLATION_H
#include "base/err.h"

typedef struct {
    void (*say)(void *context, Str text);                  // called for each; text lives until it returns; may be NULL
    void *context;
    int64_t found_n;
} Violations;

// Says one violation; `msgid` is an English printf format that translators see.
void violation(Violations *v, const char *msgid, ...) __attribute__((format(printf, 2, 3)));
#endif
