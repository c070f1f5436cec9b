// multipart.h: a form with a file (multipart/form-data), read as it arrives: fields into memory, the file to a temporary file that
// only its owner can read. Strict: one file, few fields, no part without a name; a form that ends early is refused.
#ifndef HTTP_MULTIPART_H
#define HTTP_MULTIPART_H
#include "base/hash.h"
#include "http/url.h"

#define MULTIPART_FIELDS_MAX 200
#define MULTIPART_TEXT_MAX ((size_t)256 << 10)             // of all fields together

// A file that was sent. It disappears with the request unless it is renamed away from `path`.
typedef struct {
    Str name;                                              // as the sender calls it, without folders; UTF-8, no control bytes
    const char *path;                                      // in the folder for uploads
    int64_t bytes_n;
    Hash hash;                                             // of the content
} Upload;

typedef struct {
    const char *folder;
    int64_t bytes_max;                                     // of the file
    // Asked before the first byte of the file is kept, with the fields that stand before it. May be NULL.
    bool (*may_begin)(void *with, const Fields *fields, Err *e);
    void *with;
} MultipartOptions;

typedef struct Multipart Multipart;
bool multipart_is(Str content_type);
must_use bool multipart_open(Arena *a, Str content_type, MultipartOptions options, Multipart **out, Err *e);
must_use bool multipart_feed(Multipart *m, Str bytes, Err *e);
// After the last byte. The fields live in the arena; *has_file false when no file was chosen.
must_use bool multipart_end(Multipart *m, Fields *out, Upload *file, bool *has_file, Err *e);
void multipart_close(Multipart *m);                        // removes the file if it is still there; NULL is fine
#endif
