// outfile_test.c: nothing half-written under the final name, whatever happens: full disk, kill, two writers.
#include "base/lang.h"
#include "files/outfile.h"
#include "base/test.h"
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/outfile_test.XXXXXX";

static void folder_remove(void) {
    DIR *d = opendir(folder);
    for (struct dirent *f; (f = readdir(d));) if (f->d_name[0] != '.' || strlen(f->d_name) > 2) unlinkat(dirfd(d), f->d_name, 0);
    closedir(d);
    rmdir(folder);
}

static const char *in_folder(const char *name) {
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static size_t files_in(const char *path) {
    size_t n = 0;
    DIR *d = opendir(path);
    for (struct dirent *f; (f = readdir(d));) n += strcmp(f->d_name, ".") != 0 && strcmp(f->d_name, "..") != 0;
    closedir(d);
    return n;
}

static void write_pattern(OutFile *f, size_t bytes, char c, Err *e) {
    char piece[1000];
    memset(piece, c, sizeof piece);
    for (size_t done = 0; done < bytes && e->code == ERR_NONE; done += sizeof piece)
        if (!outfile_write(f, (Str){ piece, bytes - done < sizeof piece ? bytes - done : sizeof piece }, e)) return;
}

static void the_whole_file_or_none(void **state) {
    (void)state;
    static const size_t SIZES[] = { 0, 1, 262143, 262144, 262145, 1000000 };
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        Err e = { 0 };
        OutFile *f;
        FileProof proof, again;
        check_ok(outfile_open(in_folder("a.txt"), &f, &e), e);
        write_pattern(f, SIZES[i], 'x', &e);
        if (i == 0) assert_int_equal(access(in_folder("a.txt"), F_OK), -1);
        check_ok(outfile_finish(f, &proof, &e), e);
        int fd = open(in_folder("a.txt"), O_RDONLY);
        check_ok(file_prove(fd, &again, &e), e);
        assert_int_equal(proof.bytes, SIZES[i]);
        assert_int_equal(again.bytes, SIZES[i]);
        assert_true(hash_eq(&proof.sha256, &again.sha256));
        char *all = calloc(1, SIZES[i] + 1);
        assert_int_equal(read(fd, all, SIZES[i] + 1), SIZES[i]);
        Hash whole = sha256_of(all, SIZES[i]);
        assert_true(hash_eq(&proof.sha256, &whole));
        struct stat s;
        assert_int_equal(fstat(fd, &s), 0);
        assert_int_equal(s.st_mode & 0777, 0600);
        free(all);
        close(fd);
        assert_int_equal(files_in(folder), 1);
    }
}

static void abort_leaves_the_old_file(void **state) {
    (void)state;
    Err e = { 0 };
    OutFile *f;
    check_ok(outfile_open(in_folder("a.txt"), &f, &e), e);
    write_pattern(f, 500000, 'y', &e);
    outfile_abort(f);
    assert_int_equal(files_in(folder), 1);
    struct stat s;
    assert_int_equal(stat(in_folder("a.txt"), &s), 0);
    assert_int_equal(s.st_size, 1000000);
}

static void two_writers_exclude_each_other(void **state) {
    (void)state;
    Err e = { 0 }, second = { 0 };
    OutFile *f, *g;
    check_ok(outfile_open(in_folder("two"), &f, &e), e);
    assert_false(outfile_open(in_folder("two"), &g, &second));
    assert_int_equal(second.code, BUSY);
    check_ok(outfile_finish(f, NULL, &e), e);
    check_ok(outfile_open(in_folder("two"), &g, &e), e);
    outfile_abort(g);
    unlink(in_folder("two"));
}

static void no_such_folder(void **state) {
    (void)state;
    Err e = { 0 };
    OutFile *f;
    assert_false(outfile_open(in_folder("nowhere/a"), &f, &e));
    assert_int_equal(e.code, IO_FAILED);
}

// Runs in a child: a limit on file size stands for every write that the system refuses (works without root).
static void a_refused_write_changes_nothing(void **state) {
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        Err e = { 0 };
        OutFile *f;
        signal(SIGXFSZ, SIG_IGN);
        struct rlimit limit = { 300000, 300000 };
        if (setrlimit(RLIMIT_FSIZE, &limit) != 0 || !outfile_open(in_folder("a.txt"), &f, &e)) _exit(1);
        write_pattern(f, 900000, 'z', &e);
        bool told = e.code == IO_FAILED && str_contains(str_c(e.text), STR("a.txt cannot be written"));
        outfile_abort(f);
        _exit(told && files_in(folder) == 1 ? 0 : 2);
    }
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
}

// As root: a real full disk, on a small file system seen by the child alone.
static void a_full_disk_is_told(void **state) {
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        Err e = { 0 };
        OutFile *f;
        if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) _exit(77);
        if (mount("full", folder, "tmpfs", 0, "size=600k") != 0) _exit(77);
        if (!outfile_open(in_folder("big"), &f, &e)) _exit(1);
        write_pattern(f, 2000000, 'z', &e);
        if (e.code != IO_FAILED || !str_starts(str_c(e.text), STR("The disk is full: big could not be written beyond "))) _exit(2);
        outfile_abort(f);
        if (files_in(folder) != 0) _exit(3);
        e = (Err){ 0 };                                    // and with less to write it works again
        if (!outfile_open(in_folder("big"), &f, &e)) _exit(4);
        write_pattern(f, 400000, 'z', &e);
        _exit(outfile_finish(f, NULL, &e) && files_in(folder) == 1 ? 0 : 5);
    }
    int status;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) { print_message("not allowed to mount here: full disk not tried\n"); return; }
    assert_int_equal(status, 0);
}

static bool is_all(const char *path, char c, off_t size) {
    static char bytes[2000000];
    int fd = open(path, O_RDONLY);
    ssize_t n = read(fd, bytes, sizeof bytes);
    close(fd);
    for (ssize_t i = 0; i < n; i++) if (bytes[i] != c) return false;
    return n == size;
}

// A writer is killed at many moments. Under the name stands the old file or the new one, whole; the next writer succeeds.
static void a_killed_writer_leaves_old_or_new(void **state) {
    (void)state;
    int old_n = 0;
    for (int round = 0; round < 40; round++) {
        Err e = { 0 };
        OutFile *f;
        check_ok(outfile_open(in_folder("a.txt"), &f, &e), e);
        write_pattern(f, 1000000, 'o', &e);
        check_ok(outfile_finish(f, NULL, &e), e);
        pid_t child = fork();
        if (child == 0) {
            if (!outfile_open(in_folder("a.txt"), &f, &e)) _exit(1);
            write_pattern(f, 1500000, 'n', &e);
            _exit(!outfile_finish(f, NULL, &e));
        }
        struct timespec wait = { 0, round * 150000 };
        nanosleep(&wait, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        bool is_old = is_all(in_folder("a.txt"), 'o', 1000000), is_new = is_all(in_folder("a.txt"), 'n', 1500000);
        assert_true(is_old || is_new);
        old_n += is_old;
    }
    assert_true(old_n > 0);                                // at 0 ms it cannot have finished
    Err e = { 0 };
    OutFile *f;
    check_ok(outfile_open(in_folder("a.txt"), &f, &e), e);
    check_ok(outfile_finish(f, NULL, &e), e);
    assert_int_equal(files_in(folder), 1);
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(the_whole_file_or_none), cmocka_unit_test(abort_leaves_the_old_file), cmocka_unit_test(two_writers_exclude_each_other),
    cmocka_unit_test(no_such_folder), cmocka_unit_test(a_refused_write_changes_nothing), cmocka_unit_test(a_full_disk_is_told),
    cmocka_unit_test(a_killed_writer_leaves_old_or_new),
};

int main(void) {
    lang_set(LANG_EN);
    if (!mkdtemp(folder)) return 1;
    int failed = test_main_(__FILE__, TESTS, sizeof TESTS / sizeof *TESTS);
    folder_remove();
    return failed;
}
