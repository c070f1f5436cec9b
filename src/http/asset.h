// asset.h: style sheet, pictures and scripts, built into the program by tools/assetc.py, each raw and as gzip.
#ifndef HTTP_ASSET_H
#define HTTP_ASSET_H
#include "base/str.h"

// Names carry a hash of the content ("style-3f1c….css"), so that a browser may keep them for ever.
typedef struct { const char *name, *path, *content_type; Str bytes, gzip; } Asset;
extern const Asset ASSETS[];
extern const size_t ASSETS_N;

const char *asset_path(const char *name);                  // "style.css" -> "/assets/style-3f1c….css"; a name that is not there stops the program
const Asset *asset_find(Str path);                         // NULL when there is none
#endif
