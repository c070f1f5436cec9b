#include "http/asset.h"
#include <assert.h>

const char *asset_path(const char *name) {
    for (size_t i = 0; i < ASSETS_N; i++) if (!strcmp(ASSETS[i].name, name)) return ASSETS[i].path;
    assert(false && "no such file in ui/");
    return "";
}

const Asset *asset_find(Str path) {
    for (size_t i = 0; i < ASSETS_N; i++) if (str_eq(str_c(ASSETS[i].path), path)) return &ASSETS[i];
    return NULL;
}
