// key_file.h: a secret of 32 bytes in a file of its own: one line, a mark and 64 hexadecimal digits, readable by its owner only.
#ifndef OFFICE_KEY_FILE_H
#define OFFICE_KEY_FILE_H
#include "base/err.h"
#include "base/hash.h"

// NOT_FOUND when there is no such file, FORBIDDEN when others may read it, BAD_INPUT when it holds something else.
must_use bool key_file_read(const char *path, const char *mark, Hash *out, Err *e);
// Durable before it is used. CONFLICT when the file is there.
must_use bool key_file_make(const char *path, const char *mark, const Hash *secret, Err *e);
#endif
