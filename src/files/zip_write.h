// zip_write.h: many files as one ZIP, for a browser to keep: small files, whole in memory while they are packed.
#ifndef FILES_ZIP_WRITE_H
#define FILES_ZIP_WRITE_H
#include "base/arena.h"
#include "base/err.h"

#define ZIP_FILES_MAX 5000                                 // all schools of a large regency
#define ZIP_BYTES_MAX ((size_t)256 << 20)

typedef struct { Str name, bytes; } ZipPart;               // name: without folders; doubles fail

// Writes all of it into `fd`, which is open for writing and empty, and leaves it at its start. LIMIT beyond the bounds.
must_use bool zip_pack(const ZipPart *parts, size_t n, int fd, Err *e);
#endif
