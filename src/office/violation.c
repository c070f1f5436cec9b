// violation.c: see violation.h.
#include "office/violation.h"
#include "base/lang.h"

#define VIOLATION_TEXT_MAX 1024        // a sentence, not a listing

void violation(Violations *v, const char *msgid, ...) {
    v->found_n++;
    if (!v->say) return;
    Buf text = { .max = VIOLATION_TEXT_MAX };
    va_list args;
    va_start(args, msgid);
    buf_vfmt(&text, tr(msgid), args);
    va_end(args);
    v->say(v->context, buf_view(&text));
    buf_free(&text);
}
