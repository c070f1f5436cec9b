// pay_kill_test.c: the program is killed at the n-th write, sync or rename of approve, of pay and of settle, as a power cut would; the same
// command then finishes the work, nothing was reserved twice, and every check is silent. Uses the program as people do.
#include "base/test.h"
#include "db/db.h"
#include "office/audit.h"
#include "payment/books.h"
#include "payment/payment_check.h"
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define KAB 1371

static char home[64];                                      // everything of this test is under it
static Arena arena;

// Runs a shell line in the test's folder; its answer, and whether a signal ended what ran.
static int shell(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int shell(const char *format, ...) {
    char line[2048];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    int status = system(arena_fmt(&arena, "cd %s && export HARAPAN_LANG=en HARAPAN_DB=db/p.db && %s", home, line).p);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

// harapan as one of the practice people; `before` stands in front of the program (strace …).
static int act(const char *who, const char *before, const char *verb) {
    return shell("awk -v u=%s.latihan '$1 == u { print $2 }' p.db.latihan | HARAPAN_STATE=state-%s %s %s/harapan %s %s --progress none >out.txt 2>err.txt",
                 who, who, before, getenv("HARAPAN_BUILD"), verb, strncmp(verb, "practice-answers", 16) ? "--password-stdin" : "");
}
#define must(call) do { if ((call) != 0) { if (system(arena_fmt(&arena, "cat %s/err.txt >&2", home).p) < 0) abort(); fail_msg("%s", #call); } } while (0)

static void begin(void) {
    setenv("ASAN_OPTIONS", "detect_leaks=0", 1);           // a leak checker cannot work beneath a tracer; payment_pay_test looks for leaks
    snprintf(home, sizeof home, "%s/harapan-kill-XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
    assert_non_null(mkdtemp(home));
    assert_int_equal(shell("mkdir db && %s/harapan synth padang --families 60 --progress none >/dev/null 2>err.txt && mv db/p.db.latihan .", getenv("HARAPAN_BUILD")), 0);
    must(act("operator", "", "login operator.latihan"));
    must(act("kepala", "", "login kepala.latihan"));
    must(shell("HARAPAN_STATE=state-operator %s/harapan close 2024-2 --kab 1371 --progress none >out.txt 2>err.txt", getenv("HARAPAN_BUILD")));
    must(shell("HARAPAN_STATE=state-operator %s/harapan run 2024-2 --kab 1371 --progress none >out.txt 2>err.txt", getenv("HARAPAN_BUILD")));
    must(act("operator", "", "approve 2024-2"));
}

static void say(void *context, Str text) { print_error("%s: %.*s\n", (const char *)context, STR_ARG(text)); }

// Every law of the books, the payments with their files, and the chain.
static void all_is_well(const char *where, bool has_files) {
    Db *db;
    Err e = { 0 };
    Violations v = { .say = say, .context = (void *)(uintptr_t)where };
    check_ok(db_open(arena_fmt(&arena, "%s/db/p.db", home), (DbOptions){ .must_exist = true }, &db, &e), e);
    check_ok(books_check(db, KAB, &v, &e), e);
    check_ok(payment_check(db, KAB, has_files ? arena_fmt(&arena, "%s/keluar", home) : STR(""), &v, &e), e);
    check_ok(audit_check(db, KAB, &v, &e), e);
    db_close(db);
    if (v.found_n) fail_msg("%s", where);
}

typedef struct { const char *call; int when[10]; } Point;
static const Point POINTS[] = {
    { "pwrite64", { 1, 2, 3, 7, 20, 60 } }, { "fdatasync,fsync", { 1, 2, 3, 5, 8 } }, { "rename", { 1, 2, 3, 4 } }, { "write", { 1, 2, 3, 5, 9 } },
};

// Kills `verb` at each point, from the same beginning, until a point is beyond the run. Returns how many kills there were.
static int kill_everywhere(const char *who, const char *verb, bool has_files) {
    int killed_n = 0;
    assert_int_equal(shell("rm -rf saved && mkdir saved && cp -a db state-operator state-kepala saved/"), 0);
    for (size_t i = 0; i < sizeof POINTS / sizeof *POINTS; i++) {
        for (const int *when = POINTS[i].when; *when; when++) {
            const char *where = arena_fmt(&arena, "%s killed at %s %d", verb, POINTS[i].call, *when).p;
            assert_int_equal(shell("rm -rf db state-operator state-kepala keluar && cp -a saved/. ."), 0);
            int code = act(who, arena_fmt(&arena, "strace -f -qq -o /dev/null -e trace=%s -e inject=%s:signal=KILL:when=%d", POINTS[i].call, POINTS[i].call, *when).p, verb);
            if (code == 0) break;                          // beyond the run
            if (code < 128) fail_msg("%s ended with %d, not by the kill", where, code);
            killed_n++;
            all_is_well(where, false);                     // what reached the disk is whole
            must(act(who, "", verb));                     // and the same command finishes the work
            all_is_well(where, has_files);
            assert_int_equal(shell("test -z \"$(ls -A keluar 2>/dev/null | grep '^\\.')\""), 0);    // nothing half-written is left
        }
    }
    return killed_n;
}

static void approve_and_pay_survive_a_kill_anywhere(void **state) {
    (void)state;
    if (system("strace -o /dev/null true 2>/dev/null") != 0) {
        print_message("SKIPPED: strace cannot be used here, so nothing can be killed at its n-th write\n");
        test_skip();
    }
    begin();
    assert_true(kill_everywhere("kepala", "approve 2024-2", false) >= 8);
    must(act("kepala", "", "approve 2024-2"));
    assert_true(kill_everywhere("operator", "pay 2024-2 --out keluar --rows 15", true) >= 12);
    must(act("operator", "", "pay 2024-2 --out keluar --rows 15"));
    must(act("operator", "", "practice-answers 2024-2 --out jawaban"));
    assert_true(kill_everywhere("operator", "settle jawaban/*.xml --apply", false) >= 6);
    assert_int_equal(shell("rm -rf %s", home), 0);
    arena_free(&arena);
}

static const struct CMUnitTest TESTS[] = { cmocka_unit_test(approve_and_pay_survive_a_kill_anywhere) };
TEST_MAIN(TESTS)
