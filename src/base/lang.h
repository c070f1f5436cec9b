// lang.h: the two languages of every text. Msgids are English; Indonesian comes from po/id/*.po, compiled in.
// The language belongs to the thread: a page sets it per request, a verb once.
#ifndef BASE_LANG_H
#define BASE_LANG_H
#include "base/str.h"

typedef enum { LANG_ID, LANG_EN } Lang;                    // Indonesian is the first and the default

void lang_set(Lang lang);
Lang lang_get(void);
bool lang_parse(Str text, Lang *out);                      // "id", "en"
// The text of msgid in this thread's language; msgid itself when there is none (a test makes sure there is).
const char *tr(const char *msgid) __attribute__((format_arg(1)));
#define _(msgid) tr(msgid)
#define N_(msgid) (msgid)                                  // marks a text that is translated later, through tr()

// Filled by the build from po/id/*.po: sorted by msgid.
typedef struct { const char *msgid, *text; } LangEntry;
extern const LangEntry LANG_ID_TEXTS[];
extern const size_t LANG_ID_TEXTS_N;
#endif
