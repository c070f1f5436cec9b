#include "base/lang.h"
#include <stdlib.h>

static _Thread_local Lang current = LANG_ID;

void lang_set(Lang lang) { current = lang; }
Lang lang_get(void) { return current; }

bool lang_parse(Str text, Lang *out) {
    if (str_eq(text, STR("id"))) { *out = LANG_ID; return true; }
    if (str_eq(text, STR("en"))) { *out = LANG_EN; return true; }
    return false;
}

static int entry_order(const void *key, const void *entry) { return strcmp(key, ((const LangEntry *)entry)->msgid); }

const char *tr(const char *msgid) {
    if (current == LANG_EN || LANG_ID_TEXTS_N == 0) return msgid;
    const LangEntry *found = bsearch(msgid, LANG_ID_TEXTS, LANG_ID_TEXTS_N, sizeof *found, entry_order);
    return found ? found->text : msgid;
}
