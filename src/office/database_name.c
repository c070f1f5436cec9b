// database_name.c: see database_name.h.
#include "office/database_name.h"
#include <stdlib.h>

const char *database_side_path(Arena *a, const Db *db, const char *ending) {
    Str url = db_url(db), name = url;
    if (db_engine(db) == DB_SQLITE) return arena_fmt(a, STR_FMT ".%s", STR_ARG(url), ending).p;
    while (name.n) {                                       // the last part of the address, without its options
        Str rest = name, part = str_cut(&rest, '/');
        if (!rest.p) { name = str_cut(&part, '?'); break; }
        name = rest;
    }
    const char *folder = getenv("HARAPAN_FOLDER");
    return arena_fmt(a, "%s%sharapan-" STR_FMT ".%s", folder ? folder : "", folder && *folder ? "/" : "", STR_ARG(name), ending).p;
}
