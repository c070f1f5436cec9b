// key_file.c: see key_file.h.
#include "office/key_file.h"
#include "base/arena.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MAX_BYTES 200

static bool descriptor_read(int fd, const char *path, const char *mark, Hash *out, Err *e) {
    char line[LINE_MAX_BYTES];
    struct stat info;
    if (fstat(fd, &info) != 0) return fail(e, IO_FAILED, "%s cannot be read: %s.", path, strerror(errno));
    if (info.st_mode & 077) return fail(e, FORBIDDEN, "The key in %s can be read by others. Type: chmod 600 %s", path, path);
    ssize_t n = read(fd, line, sizeof line);
    Str text = { line, n > 0 ? (size_t)n : 0 };
    bool is_good = str_starts(text, str_c(mark)) && text.n == strlen(mark) + 65 && line[text.n - 1] == '\n' && hash_parse_hex(str_part(text, strlen(mark), 64), out);
    sodium_memzero(line, sizeof line);
    return is_good || fail(e, BAD_INPUT, "%s does not hold this kind of key. Put the file back from your copy of it.", path);
}

bool key_file_read(const char *path, const char *mark, Hash *out, Err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, errno == ENOENT ? NOT_FOUND : IO_FAILED, "%s cannot be read: %s.", path, strerror(errno));
    bool is_good = descriptor_read(fd, path, mark, out, e);
    close(fd);
    return is_good;
}

static bool line_write(int fd, Str line) { return write(fd, line.p, line.n) == (ssize_t)line.n && fsync(fd) == 0; }

static void folder_sync(Arena *a, const char *path) {
    const char *slash = strrchr(path, '/');
    int fd = open(slash ? arena_c(a, (Str){ path, (size_t)(slash - path) + 1 }) : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    (void)fsync(fd);
    close(fd);
}

// Written whole under another name and then linked: nobody reads half a key, and of two makers one wins.
bool key_file_make(const char *path, const char *mark, const Hash *secret, Err *e) {
    Arena a = { 0 };
    Buf line = { .max = LINE_MAX_BYTES };
    const char *part = arena_fmt(&a, "%s.%ld.part", path, (long)getpid()).p;
    buf_c(&line, mark);
    hash_put_hex(&line, secret);
    buf_char(&line, '\n');
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_good = fd >= 0 && line_write(fd, buf_view(&line));
    if (!is_good) fail(e, IO_FAILED, "The key cannot be written to %s: %s.", path, strerror(errno));
    else if (link(part, path) != 0) is_good = errno == EEXIST ? fail(e, CONFLICT, "%s is there already.", path) : fail(e, IO_FAILED, "The key cannot be written to %s: %s.", path, strerror(errno));
    if (fd >= 0) {
        close(fd);
        unlink(part);
    }
    if (is_good) folder_sync(&a, path);
    if (line.p) sodium_memzero(line.p, line.n);
    buf_free(&line);
    arena_free(&a);
    return is_good;
}
