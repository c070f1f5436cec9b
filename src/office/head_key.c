// head_key.c: see head_key.h.
#include "office/head_key.h"
#include "office/database_name.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK "harapan-head-key-1 "
#define LINE_BYTES (sizeof MARK - 1 + 64 + 1)              // with the line's end

const char *head_key_path(Arena *a, const Db *db, const char *given) {
    const char *from_outside = getenv("HARAPAN_HEAD_KEY");
    if (given && *given) return given;
    if (from_outside && *from_outside) return from_outside;
    return database_side_path(a, db, "head-key");
}

static bool seed_take(const unsigned char seed[32], HeadKey *out) {
    return crypto_sign_seed_keypair(out->public_key.bytes, out->secret, seed) == 0;
}

static bool descriptor_read(int fd, const char *path, HeadKey *out, Err *e) {
    char line[LINE_BYTES + 1];
    struct stat info;
    Hash seed;
    if (fstat(fd, &info) != 0) return fail(e, IO_FAILED, "%s cannot be read: %s.", path, strerror(errno));
    if (info.st_mode & 077) return fail(e, FORBIDDEN, "The key in %s can be read by others. Type: chmod 600 %s", path, path);
    ssize_t n = read(fd, line, sizeof line);
    Str text = { line, n > 0 ? (size_t)n : 0 };
    bool is_good = text.n == LINE_BYTES && str_starts(text, STR(MARK)) && line[LINE_BYTES - 1] == '\n' && hash_parse_hex(str_part(text, sizeof MARK - 1, 64), &seed) &&
                   seed_take(seed.bytes, out);
    sodium_memzero(line, sizeof line);
    sodium_memzero(&seed, sizeof seed);
    return is_good || fail(e, BAD_INPUT, "%s holds no key of a head. Put the file back from your copy of it.", path);
}

bool head_key_read(const char *path, HeadKey *out, Err *e) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return fail(e, errno == ENOENT ? NOT_FOUND : IO_FAILED, "%s cannot be read: %s.", path, strerror(errno));
    bool is_good = descriptor_read(fd, path, out, e);
    close(fd);
    return is_good;
}

static bool line_write(int fd, Str line) { return write(fd, line.p, line.n) == (ssize_t)line.n && fsync(fd) == 0; }

static void folder_sync(const char *path) {
    Arena a = { 0 };
    const char *slash = strrchr(path, '/');
    int fd = open(slash ? arena_c(&a, (Str){ path, (size_t)(slash - path) + 1 }) : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    arena_free(&a);
}

// Written whole under another name and then linked: nobody reads half a key, and of two makers one wins.
bool head_key_make(const char *path, HeadKey *out, Err *e) {
    Hash seed;
    Arena a = { 0 };
    Buf line = { .max = 200 };
    const char *part = arena_fmt(&a, "%s.%ld.part", path, (long)getpid()).p;
    randombytes_buf(seed.bytes, sizeof seed.bytes);
    buf_c(&line, MARK);
    hash_put_hex(&line, &seed);
    buf_char(&line, '\n');
    int fd = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_good = fd >= 0 && line_write(fd, buf_view(&line));
    if (!is_good) fail(e, IO_FAILED, "The key cannot be written to %s: %s.", path, strerror(errno));
    else if (link(part, path) != 0) is_good = errno == EEXIST ? fail(e, CONFLICT, "%s is there already.", path) : fail(e, IO_FAILED, "The key cannot be written to %s: %s.", path, strerror(errno));
    if (fd >= 0) {
        close(fd);
        unlink(part);
    }
    if (is_good) folder_sync(path);
    is_good = is_good && seed_take(seed.bytes, out);
    if (line.p) sodium_memzero(line.p, line.n);
    buf_free(&line);
    sodium_memzero(&seed, sizeof seed);
    arena_free(&a);
    return is_good;
}

void head_key_forget(HeadKey *key) { sodium_memzero(key, sizeof *key); }
