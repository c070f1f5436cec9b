#include "files/outfile.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER ((size_t)256 << 10)                         // one write call; bounds the memory of a file of any size

struct OutFile {
    int fd, directory;
    char *name, *part;                                     // both inside `directory`
    char *buffer;
    size_t n;
    int64_t bytes;
    crypto_hash_sha256_state sha256;
};

static bool fail_io(const OutFile *f, int error, Err *e) {
    if (error == ENOSPC || error == EDQUOT)
        return fail(e, IO_FAILED, "The disk is full: %s could not be written beyond %lld bytes. Make room and try again; nothing was changed.", f->name, (long long)f->bytes);
    return fail(e, IO_FAILED, "%s cannot be written: %s. Nothing was changed.", f->name, strerror(error));
}

static void outfile_free(OutFile *f) {
    if (f->fd >= 0) close(f->fd);
    if (f->directory >= 0) close(f->directory);
    free(f->name);
    free(f->part);
    free(f->buffer);
    free(f);
}

// Opens and locks the part. It may be renamed or removed by its former owner between our open and our lock: then once more.
static bool part_open(OutFile *f, Err *e) {
    for (;;) {
        struct stat ours, named;
        f->fd = openat(f->directory, f->part, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (f->fd < 0) return fail_io(f, errno, e);
        if (flock(f->fd, LOCK_EX | LOCK_NB) != 0) return fail(e, BUSY, "%s is being written by someone else at this moment.", f->name);
        bool is_ours = fstat(f->fd, &ours) == 0 && fstatat(f->directory, f->part, &named, AT_SYMLINK_NOFOLLOW) == 0 && ours.st_ino == named.st_ino;
        if (is_ours) return ftruncate(f->fd, 0) == 0 || fail_io(f, errno, e);
        close(f->fd);
    }
}

bool outfile_open(const char *path, OutFile **out, Err *e) {
    const char *slash = strrchr(path, '/');
    char *directory = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    OutFile *f = calloc(1, sizeof *f);
    if (!f || !directory) abort();
    f->fd = -1;
    f->name = strdup(slash ? slash + 1 : path);
    f->buffer = malloc(BUFFER);
    if (!f->name || !f->buffer || asprintf(&f->part, ".%s.part", f->name) < 0) abort();
    crypto_hash_sha256_init(&f->sha256);
    f->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = f->directory >= 0 ? part_open(f, e) : fail(e, IO_FAILED, "%s cannot be opened: %s.", directory, strerror(errno));
    free(directory);
    if (!ok) { outfile_free(f); return false; }
    *out = f;
    return true;
}

static bool write_all(OutFile *f, const char *p, size_t n, Err *e) {
    crypto_hash_sha256_update(&f->sha256, (const unsigned char *)p, n);
    while (n) {
        ssize_t k = write(f->fd, p, n);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) return fail_io(f, errno, e);
        f->bytes += k;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

static bool buffer_empty(OutFile *f, Err *e) {
    size_t n = f->n;
    f->n = 0;
    return write_all(f, f->buffer, n, e);
}

bool outfile_write(OutFile *f, Str bytes, Err *e) {
    if (bytes.n > BUFFER - f->n && !buffer_empty(f, e)) return false;
    if (bytes.n >= BUFFER) return write_all(f, bytes.p, bytes.n, e);
    if (bytes.n) memcpy(f->buffer + f->n, bytes.p, bytes.n);
    f->n += bytes.n;
    return true;
}

static bool sink_write(void *to, Str bytes, Err *e) { return outfile_write(to, bytes, e); }
Sink outfile_sink(OutFile *f) { return (Sink){ sink_write, f }; }

bool outfile_finish(OutFile *f, FileProof *proof, Err *e) {
    bool ok = buffer_empty(f, e) &&
              (fsync(f->fd) == 0 || fail_io(f, errno, e)) &&
              (renameat(f->directory, f->part, f->directory, f->name) == 0 || fail_io(f, errno, e));
    if (!ok) { outfile_abort(f); return false; }
    if (fsync(f->directory) != 0) ok = fail(e, IO_FAILED, "%s was written, but may not survive a power cut: %s.", f->name, strerror(errno));
    FileProof done = { .bytes = f->bytes };
    crypto_hash_sha256_final(&f->sha256, done.sha256.bytes);
    outfile_free(f);
    if (ok && proof) *proof = done;
    return ok;
}

void outfile_abort(OutFile *f) {
    if (!f) return;
    unlinkat(f->directory, f->part, 0);                    // while the lock is held: a later writer starts afresh
    outfile_free(f);
}

bool file_prove(int fd, FileProof *proof, Err *e) {
    crypto_hash_sha256_state sha256;
    char *chunk = malloc(BUFFER);
    FileProof found = { 0 };
    ssize_t k = -1;
    if (!chunk) abort();
    crypto_hash_sha256_init(&sha256);
    if (lseek(fd, 0, SEEK_SET) == 0)
        while ((k = read(fd, chunk, BUFFER)) > 0 || (k < 0 && errno == EINTR)) {
            if (k < 0) continue;
            crypto_hash_sha256_update(&sha256, (const unsigned char *)chunk, (size_t)k);
            found.bytes += k;
        }
    free(chunk);
    if (k < 0 || lseek(fd, 0, SEEK_SET) < 0) return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
    crypto_hash_sha256_final(&sha256, found.sha256.bytes);
    *proof = found;
    return true;
}

bool file_temporary(int *fd, Err *e) {
    const char *folder = getenv("TMPDIR");
    char path[256];
    int n = snprintf(path, sizeof path, "%s/harapan-XXXXXX", folder && *folder ? folder : "/tmp");
    if (n < 0 || (size_t)n >= sizeof path) return fail(e, IO_FAILED, "The name of the folder for temporary files (TMPDIR) is too long.");
    *fd = mkostemp(path, O_CLOEXEC);
    if (*fd < 0) return fail(e, IO_FAILED, "A temporary file cannot be made: %s.", strerror(errno));
    unlink(path);
    return true;
}

bool outfile_copy(int fd, const char *path, Err *e) {
    char piece[65536];
    OutFile *f;
    if (!outfile_open(path, &f, e)) return false;
    for (;;) {
        ssize_t n = read(fd, piece, sizeof piece);
        if (n < 0 && errno == EINTR) continue;
        if (n == 0) return outfile_finish(f, NULL, e);
        bool is_good = n > 0 ? outfile_write(f, (Str){ piece, (size_t)n }, e) : fail(e, IO_FAILED, "The file cannot be read back: %s.", strerror(errno));
        if (!is_good) { outfile_abort(f); return false; }
    }
}
