// mojibake.h: text that was UTF-8, was read as Windows-1252 and written as UTF-8 again: NURâ€™AINI for NUR’AINI.
#ifndef FILES_MOJIBAKE_H
#define FILES_MOJIBAKE_H
#include "base/arena.h"

// True when every character above 127 of `text` would be a byte of Windows-1252 and these bytes are UTF-8 again: *mended is then what
// was meant, in the arena. Text that was written rightly does not have that form.
bool mojibake_mend(Arena *a, Str text, Str *mended);
#endif
