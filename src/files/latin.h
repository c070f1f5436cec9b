// latin.h: names in the letters that every bank takes: A–Z a–z 0–9, space and / - ? : ( ) . , ' +
#ifndef FILES_LATIN_H
#define FILES_LATIN_H
#include "base/str.h"

typedef struct {
    bool is_upper;                                         // small letters become capitals
    size_t bytes_max;                                      // cut here, at a word's end when one is near; 0 = no limit
} LatinOptions;

// Writes `text` (UTF-8) without accents, special letters spelled out (ß ss, æ ae), signs replaced by their nearest
// (’ ' & +), anything else left out; spaces are trimmed and single. Returns how many characters had no equivalent.
size_t latin_put(Buf *out, Str text, LatinOptions options);
bool latin_is_plain(Str text);                             // nothing to do but perhaps spaces
#endif
