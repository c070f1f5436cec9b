// file_kind.h: what a file is by its bytes, whatever its name says.
#ifndef FILES_FILE_KIND_H
#define FILES_FILE_KIND_H
#include "base/str.h"

// By its first bytes: NULL for text, else words for a person, to be translated ("a PDF document"). *is_zip true for what may be a
// workbook (xlsx.h).
const char *file_kind_words(Str start, bool *is_zip);
// The words for a file that begins like an old workbook: locked with a password, or old; looks into its directory.
const char *ole_kind_words(int fd, Str bytes);

// A piece of an open file (fd >= 0) or of bytes; *got less than n at the end. False with errno.
bool file_part(int fd, Str bytes, int64_t at, char *to, size_t n, size_t *got);
uint32_t file_little(const char *p, int bytes);            // a number of 2 or 4 bytes, little end first
#endif
