#include "files/zip_write.h"
#include "base/lang.h"
#include <errno.h>
#include <unistd.h>
#include <zip.h>

static bool zip_failed(const zip_error_t *error, Err *e) { return fail(e, IO_FAILED, "The archive cannot be written: %s.", zip_error_strerror((zip_error_t *)(uintptr_t)error)); }

static bool parts_add(zip_t *zip, const ZipPart *parts, size_t n, Err *e) {
    for (size_t i = 0; i < n; i++) {
        char name[256];
        if (parts[i].name.n >= sizeof name) return fail(e, LIMIT, "The name of a file in the archive is too long.");
        memcpy(name, parts[i].name.p, parts[i].name.n);
        name[parts[i].name.n] = 0;
        zip_source_t *source = zip_source_buffer(zip, parts[i].bytes.p, parts[i].bytes.n, 0);
        zip_int64_t at = source ? zip_file_add(zip, name, source, ZIP_FL_ENC_UTF_8) : -1;
        if (at < 0) {
            if (source) zip_source_free(source);
            return zip_failed(zip_get_error(zip), e);
        }
        if (zip_file_set_mtime(zip, (zip_uint64_t)at, 315532800 + 43200, 0) < 0) return zip_failed(zip_get_error(zip), e);     // 1980: the same parts, the same bytes
    }
    return true;
}

static bool bytes_write(int fd, Str bytes, Err *e) {
    for (size_t done = 0; done < bytes.n;) {
        ssize_t k = write(fd, bytes.p + done, bytes.n - done);
        if (k < 0 && errno == EINTR) continue;
        if (k <= 0) return fail(e, IO_FAILED, "The archive cannot be written: %s.", strerror(errno));
        done += (size_t)k;
    }
    return lseek(fd, 0, SEEK_SET) == 0 || fail(e, IO_FAILED, "The archive cannot be written: %s.", strerror(errno));
}

static bool source_copy(zip_source_t *source, int fd, Err *e) {
    Buf b = { .max = ZIP_BYTES_MAX };
    zip_stat_t info;
    if (zip_source_stat(source, &info) < 0 || zip_source_open(source) < 0) return zip_failed(zip_source_error(source), e);
    char *to = info.size <= ZIP_BYTES_MAX ? buf_space(&b, (size_t)info.size) : NULL;
    bool is_good = to ? zip_source_read(source, to, info.size) == (zip_int64_t)info.size || fail(e, IO_FAILED, "The archive cannot be read back.") : fail_memory(e);
    zip_source_close(source);
    is_good = is_good && bytes_write(fd, (Str){ to, (size_t)info.size }, e);
    buf_free(&b);
    return is_good;
}

bool zip_pack(const ZipPart *parts, size_t n, int fd, Err *e) {
    size_t bytes_n = 0;
    for (size_t i = 0; i < n; i++) bytes_n += parts[i].bytes.n;
    if (n > ZIP_FILES_MAX || bytes_n > ZIP_BYTES_MAX) return fail(e, LIMIT, "The archive would hold more than %d files or %d MB: take a smaller part.", ZIP_FILES_MAX, (int)(ZIP_BYTES_MAX >> 20));
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t *source = zip_source_buffer_create(NULL, 0, 0, &error);
    zip_t *zip = source ? zip_open_from_source(source, ZIP_TRUNCATE, &error) : NULL;
    if (!zip) {
        bool is_good = zip_failed(&error, e);
        if (source) zip_source_free(source);
        zip_error_fini(&error);
        return is_good;
    }
    zip_source_keep(source);
    bool is_good = parts_add(zip, parts, n, e);
    if (!is_good) zip_discard(zip);
    else if (zip_close(zip) < 0) { is_good = zip_failed(zip_get_error(zip), e); zip_discard(zip); }
    is_good = is_good && source_copy(source, fd, e);
    zip_source_free(source);
    zip_error_fini(&error);
    return is_good;
}
