// backup_test.c: what was written comes back, on either engine; what was damaged, cut, mixed up, written half or belongs to another
// history is refused, and nothing of it stays.
#include "office/audit.h"
#include "office/backup.h"
#include "office/backup_file.h"
#include "office/change.h"
#include "office/read_log.h"
#include "base/lang.h"
#include "base/random.h"
#include "db/db_test.h"
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

static const Instant NOON = { 1713153600000 };             // 2024-04-15
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted, words) do { t->err = (Err){ 0 }; assert_false(call); \
    if (t->err.code != (wanted) || !strstr(t->err.text, words)) fail_msg("%s: %s", #call, t->err.text); } while (0)

static long owner;                     // the test's process, also in its children
static const char *in_folder(DbTest *t, const char *name) { return arena_fmt(&t->arena, "%s/harapan-backup-%ld-%s", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", owner, name).p; }
static BackupKey KEY = { .key = { { 7, 1, 3, 71 } } };
static const char SECRET[] = "Siti Nurbaya binti Sulaiman";

// ---- an office that works ----------------------------------------------------------------------------------------

static bool change_work(Db *db, void *with, Err *e) {
    const int64_t *kab = with;
    return audit_write(db, &(AuditEntry){ .kab = *kab, .actor_id = 3, .action = "registry.edit", .subject = STR("family 1"), .at = NOON, .family_id = 1,
        .fields = { AUDIT_CHANGE("decile_n", INT64_MIN, (int64_t)-2), AUDIT_CHANGE_PERSONAL("name", STR("Siti"), str_c(SECRET)) } }, e);
}

static void office_works(DbTest *t, int n) {
    int64_t kab = 1371, id = 77;
    for (int i = 0; i < n; i++) good(change_do(t->db, change_work, &kab, &t->err));
    good(reads_write_once(t->url, &(ReadPage){ .kab = kab, .actor_id = 4, .route = "/family/{kab}/{id}", .purpose = "family", .at = NOON, .family_ids = &id, .family_n = 1 }, &t->err));
}

static Head head_now(DbTest *t, int day) {
    Head head;
    HeadKey key;
    Db *reads;
    bool is_new;
    memset(&key, 0, sizeof key);
    crypto_sign_seed_keypair(key.public_key.bytes, key.secret, KEY.key.bytes);
    good(db_open_reads(t->url, (DbOptions){ 0 }, &reads, &t->err));
    good(head_make(t->db, reads, &t->arena, &(HeadOptions){ .key = &key, .now = { NOON.ms + day * INT64_C(86400000) } }, &head, &is_new, &t->err));
    db_close(reads);
    return head;
}

static bool write_file(DbTest *t, const char *path, const char *salts, const BackupKey *key, BackupReport *r) {
    return backup_write(t->url, path, &(BackupOptions){ .key = key, .salts_path = salts, .now = NOON }, &t->arena, r, &t->err);
}

static bool restore_file_to(DbTest *t, Str url, const char *path, const RestoreOptions *o, BackupReport *r) {
    RestoreOptions options = *o;
    if (!options.key) options.key = &KEY;
    options.now = NOON;
    return backup_restore(url, path, &options, &t->arena, r, &t->err);
}

static bool is_there(const char *path) { return access(path, F_OK) == 0; }

// Nothing but what stood there: no database, no part of one.
static void nothing_at(DbTest *t, const char *path) {
    static const char *const ENDINGS[] = { "", ".reads", ".restoring", ".restoring.reads", ".restoring-lock", ".restoring-wal" };
    for (size_t i = 0; i < sizeof ENDINGS / sizeof *ENDINGS; i++) {
        const char *file = arena_fmt(&t->arena, "%s%s", path, ENDINGS[i]).p;
        if (is_there(file)) fail_msg("%s was left", file);
    }
}

static Str bytes_read(DbTest *t, const char *path) {
    Buf b = { .max = BUF_MAX };
    char piece[65536];
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    for (size_t n; (n = fread(piece, 1, sizeof piece, f)) > 0;) buf_bytes(&b, piece, n);
    fclose(f);
    Str out = arena_str(&t->arena, buf_view(&b));
    buf_free(&b);
    return out;
}

static void bytes_write(const char *path, Str bytes) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    fclose(f);
}

// ---- there and back ----------------------------------------------------------------------------------------------

static void restored_is_same(DbTest *t, Str url, const BackupReport *made, bool has_salts) {
    Db *db, *reads;
    HeadChains chains;
    Arena *a = &t->arena;
    ReadEntries looks;
    Violations v = { 0 };
    bool opens;
    good(db_open(url, (DbOptions){ .must_exist = true }, &db, &t->err));
    good(db_open_reads(url, (DbOptions){ 0 }, &reads, &t->err));
    good(head_chains_now(db, reads, a, &chains, &t->err));
    assert_int_equal(chains.n, made->chain_n);             // one more entry of district 0 says that it was restored
    good(audit_check(db, 0, &v, &t->err));
    good(audit_check(db, 1371, &v, &t->err));
    good(reads_check(reads, 1371, &v, &t->err));
    good(heads_check(db, reads, &v, &t->err));
    assert_int_equal(v.found_n, 0);
    good(reads_of_family(reads, a, 1371, 77, 10, &looks, &t->err));
    assert_int_equal(looks.n, 1);
    good(audit_opens(db, 1371, 1, STR("name"), str_c(SECRET), true, &opens, &t->err));
    assert_int_equal(opens, has_salts);
    int64_t kab = 1371;
    good(change_do(db, change_work, &kab, &t->err));       // and the office can go on
    db_close(reads);
    db_close(db);
}

static void it_comes_back(DbTest *t) {
    BackupReport made, back;
    const char *path = in_folder(t, "main"), *salts = in_folder(t, "salts"), *to = in_folder(t, "new.db");
    office_works(t, 30);
    Head head = head_now(t, 0);
    good(write_file(t, path, salts, &KEY, &made));
    assert_int_equal(made.salt_n, 30);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 077, 0);
    assert_int_equal(about.st_size, made.bytes);
    good(restore_file_to(t, str_c(to), path, &(RestoreOptions){ .salts_path = salts, .head_line = head.line, .live_url = t->url }, &back));
    assert_true(hash_eq(&made.root, &back.root));
    assert_int_equal(made.row_n, back.row_n);
    check_str(back.head_line, head.line);
    restored_is_same(t, str_c(to), &made, true);

    refused(restore_file_to(t, str_c(to), path, &(RestoreOptions){ 0 }, &back), CONFLICT, "is there already");
    backup_forget_files(to);
    good(restore_file_to(t, str_c(to), path, &(RestoreOptions){ 0 }, &back));         // the main file alone opens no commitment
    restored_is_same(t, str_c(to), &made, false);
    backup_forget_files(to);
    unlink(path);
    unlink(salts);
}
DB_TEST(it_comes_back)

// From SQLite to PostgreSQL and back again: the same rows, the same root.
static void engines_change(void **state) {
    DbTest from, to;
    BackupReport made, back, again;
    (void)state;
    if (!db_test_open(&from, DB_SQLITE) || !db_test_make(&to, DB_POSTGRESQL)) {
        print_message("SKIPPED on PostgreSQL: engines_change (HARAPAN_TEST_PG is not set; see test/postgres.sh)\n");
        db_test_close(&from);
        test_skip();
    }
    DbTest *t = &from;
    const char *path = in_folder(t, "main"), *salts = in_folder(t, "salts"), *home = in_folder(t, "home.db");
    office_works(t, 20);
    head_now(t, 0);
    good(write_file(t, path, salts, &KEY, &made));
    Str whole = bytes_read(t, path);
    bytes_write(path, str_part(whole, 0, whole.n - 1));    // what failed half-way leaves no row there
    refused(restore_file_to(t, to.url, path, &(RestoreOptions){ 0 }, &back), BAD_INPUT, "cut off");
    bytes_write(path, whole);
    good(restore_file_to(t, to.url, path, &(RestoreOptions){ .salts_path = salts, .live_url = t->url, .is_test = true }, &back));
    refused(restore_file_to(t, to.url, path, &(RestoreOptions){ 0 }, &back), CONFLICT, "with rows in it");
    good(write_file(&to, path, salts, &KEY, &again));
    assert_true(hash_eq(&made.root, &again.root));
    assert_int_equal(made.row_n, again.row_n);
    good(restore_file_to(t, str_c(home), path, &(RestoreOptions){ .salts_path = salts, .live_url = t->url }, &back));
    restored_is_same(t, str_c(home), &made, true);
    good(db_open(to.url, (DbOptions){ 0 }, &to.db, &t->err));
    restored_is_same(t, to.url, &made, true);
    backup_forget_files(home);
    unlink(path);
    unlink(salts);
    db_test_close(&to);
    db_test_close(&from);
}

// ---- what must be refused ----------------------------------------------------------------------------------------

#define PIECE_N (4 + (64 << 10) + 17)
#define HEAD_N (17 + 1 + 16 + 24 + 16)

static Str bytes_flip(DbTest *t, Str from, size_t at) {
    char *p = arena_c(&t->arena, from);
    p[at] = (char)(p[at] ^ 0x40);
    return (Str){ p, from.n };
}

static void damage_is_found(DbTest *t) {
    BackupReport r;
    const char *path = in_folder(t, "main"), *bad = in_folder(t, "bad"), *to = in_folder(t, "bad.db");
    office_works(t, 400);                                  // some pieces of 64 KiB
    good(write_file(t, path, NULL, &KEY, &r));
    Str whole = bytes_read(t, path);
    assert_true(whole.n > HEAD_N + 2 * PIECE_N);
    Random random = { test_seed() };
    const int flip_n = t->engine == DB_SQLITE ? 60 : 3, cut_n = t->engine == DB_SQLITE ? 30 : 3;      // the file is the same for both
    for (int i = 0; i < flip_n; i++) {                     // one bit, anywhere: also in the lengths between the pieces
        size_t at = i < 20 ? (size_t)i * 4 : i < 24 ? HEAD_N + (size_t)(i - 20) : i < 28 ? HEAD_N + PIECE_N + (size_t)(i - 24) : (size_t)random_below(&random, whole.n);
        bytes_write(bad, bytes_flip(t, whole, at));
        t->err = (Err){ 0 };
        if (restore_file_to(t, str_c(to), bad, &(RestoreOptions){ 0 }, &r) || t->err.code != BAD_INPUT) fail_msg("byte %zu changed: %s", at, t->err.text);
        nothing_at(t, to);
    }
    for (int i = 0; i < cut_n; i++) {                      // cut off anywhere, also between two pieces
        size_t n = i < 2 ? HEAD_N + (size_t)(i + 1) * PIECE_N : i == 2 ? whole.n - 1 : i == 3 ? HEAD_N : i == 4 ? 0 : (size_t)random_below(&random, whole.n);
        bytes_write(bad, str_part(whole, 0, n));
        t->err = (Err){ 0 };
        refused(restore_file_to(t, str_c(to), bad, &(RestoreOptions){ 0 }, &r), BAD_INPUT, n < 16 ? "" : "cut off");
        nothing_at(t, to);
    }
    Buf mixed = { .max = BUF_MAX };
    buf_str(&mixed, whole);
    buf_char(&mixed, 'x');
    bytes_write(bad, buf_view(&mixed));
    refused(restore_file_to(t, str_c(to), bad, &(RestoreOptions){ 0 }, &r), BAD_INPUT, "damaged");
    buf_reset(&mixed);
    buf_str(&mixed, str_part(whole, 0, HEAD_N));           // two pieces change places
    buf_str(&mixed, str_part(whole, HEAD_N + PIECE_N, PIECE_N));
    buf_str(&mixed, str_part(whole, HEAD_N, PIECE_N));
    buf_str(&mixed, str_part(whole, HEAD_N + 2 * PIECE_N, whole.n));
    bytes_write(bad, buf_view(&mixed));
    refused(restore_file_to(t, str_c(to), bad, &(RestoreOptions){ 0 }, &r), BAD_INPUT, "damaged");
    bytes_write(bad, STR("PK\3\4 this is something else altogether, and long enough to be looked at: 0123456789 0123456789"));
    refused(restore_file_to(t, str_c(to), bad, &(RestoreOptions){ 0 }, &r), BAD_INPUT, "no backup of Harapan");
    buf_reset(&mixed);
    buf_str(&mixed, STR("HARAPAN-BACKUP-2\n"));
    buf_str(&mixed, str_part(whole, 17, whole.n));
    bytes_write(bad, buf_view(&mixed));
    refused(restore_file_to(t, str_c(to), bad, &(RestoreOptions){ 0 }, &r), BAD_INPUT, "another version");
    refused(restore_file_to(t, str_c(to), in_folder(t, "nowhere"), &(RestoreOptions){ 0 }, &r), NOT_FOUND, "cannot be read");
    nothing_at(t, to);
    buf_free(&mixed);
    unlink(path);
    unlink(bad);
}
DB_TEST(damage_is_found)

static void keys_must_fit(DbTest *t) {
    BackupReport r;
    const char *path = in_folder(t, "main"), *to = in_folder(t, "bad.db"), *key_file = in_folder(t, "key");
    BackupKey other = { .key = { { 8 } } }, words = { .is_passphrase = true, .passphrase = STR("lima kata yang tidak pernah sama") }, read;
    BackupKey wrong = { .is_passphrase = true, .passphrase = STR("lima kata yang tidak pernah Sama") }, brief = { .is_passphrase = true, .passphrase = STR("rahasia") };
    office_works(t, 3);
    good(write_file(t, path, NULL, &KEY, &r));
    refused(restore_file_to(t, str_c(to), path, &(RestoreOptions){ .key = &other }, &r), BAD_INPUT, "the key is another one");
    refused(restore_file_to(t, str_c(to), path, &(RestoreOptions){ .key = &words }, &r), BAD_INPUT, "--key");
    refused(write_file(t, path, NULL, &brief, &r), BAD_INPUT, "too short");
    good(write_file(t, path, NULL, &words, &r));
    refused(restore_file_to(t, str_c(to), path, &(RestoreOptions){ .key = &wrong }, &r), BAD_INPUT, "the passphrase is another one");
    refused(restore_file_to(t, str_c(to), path, &(RestoreOptions){ .key = &KEY }, &r), BAD_INPUT, "leave out --key");
    nothing_at(t, to);
    good(restore_file_to(t, str_c(to), path, &(RestoreOptions){ .key = &words }, &r));
    backup_forget_files(to);

    unlink(key_file);
    good(backup_key_make(key_file, &other, &t->err));
    good(backup_key_read(key_file, &read, &t->err));
    assert_true(hash_eq(&other.key, &read.key) && !read.is_passphrase);
    refused(backup_key_make(key_file, &other, &t->err), CONFLICT, "there already");
    assert_int_equal(chmod(key_file, 0640), 0);
    refused(backup_key_read(key_file, &read, &t->err), FORBIDDEN, "chmod 600");
    unlink(key_file);
    unlink(path);
}
DB_TEST(keys_must_fit)

// A file whose every byte is authentic and whose content is not what this program writes.
static void forms_must_fit(DbTest *t) {
    BackupReport r;
    BackupOut *out;
    int64_t bytes;
    const char *path = in_folder(t, "main"), *salts = in_folder(t, "salts"), *to = in_folder(t, "bad.db");
    office_works(t, 3);
    good(write_file(t, path, salts, &KEY, &r));
    refused(write_file(t, path, path, &KEY, &r), BAD_INPUT, "same file");
    refused(restore_file_to(t, str_c(to), salts, &(RestoreOptions){ 0 }, &r), BAD_INPUT, "salts alone");
    refused(restore_file_to(t, str_c(to), path, &(RestoreOptions){ .salts_path = path }, &r), BAD_INPUT, "no backup of the salts");
    nothing_at(t, to);
    static const char HEADER[] = "\1\1\1\1\1\41" "01234567890123456789012345678901" "\1", LATER[] = "\3\xC0\x5D" "\41" "01234567890123456789012345678901";
    good(backup_out_open(path, &KEY, &out, &t->err));
    good(backup_out_record(out, 'H', (Str){ HEADER, sizeof HEADER - 1 }, &t->err));
    good(backup_out_record(out, 'M', (Str){ LATER, sizeof LATER - 1 }, &t->err));
    good(backup_out_record(out, 'Z', STR("\1"), &t->err));
    good(backup_out_finish(out, &bytes, &t->err));
    refused(restore_file_to(t, str_c(to), path, &(RestoreOptions){ 0 }, &r), CONFLICT, "another version");
    good(backup_out_open(path, &KEY, &out, &t->err));
    good(backup_out_record(out, 'H', STR("\xFF\xFF\xFF\xFF\xFF\xFF"), &t->err));
    good(backup_out_finish(out, &bytes, &t->err));
    refused(restore_file_to(t, str_c(to), path, &(RestoreOptions){ 0 }, &r), BAD_INPUT, "a form that this program does not know");
    nothing_at(t, to);
    unlink(path);
    unlink(salts);
}
DB_TEST(forms_must_fit)

// A backup of another history, or one that is older than what somebody outside has seen.
static void histories_must_fit(DbTest *t) {
    BackupReport r;
    const char *path = in_folder(t, "main"), *to = in_folder(t, "bad.db");
    office_works(t, 5);
    Head first = head_now(t, 0);
    good(write_file(t, path, NULL, &KEY, &r));
    office_works(t, 5);
    Head second = head_now(t, 1);
    good(restore_file_to(t, str_c(to), path, &(RestoreOptions){ .head_line = first.line, .live_url = t->url, .is_test = true }, &r));
    backup_forget_files(to);
    refused(restore_file_to(t, str_c(to), path, &(RestoreOptions){ .head_line = second.line }, &r), CONFLICT, "does not hold the head");
    refused(restore_file_to(t, str_c(to), path, &(RestoreOptions){ .head_line = STR("harapan-head-1 day=2024") }, &r), BAD_INPUT, "no line of a head");
    nothing_at(t, to);

    DbTest other;
    assert_true(db_test_open(&other, DB_SQLITE));
    DbTest *u = &other;
    int64_t kab = 1371;
    check_ok(change_do(u->db, change_work, &kab, &u->err), u->err);
    refused(restore_file_to(t, str_c(to), path, &(RestoreOptions){ .live_url = u->url }, &r), CONFLICT, "not an earlier state");
    nothing_at(t, to);
    db_test_close(&other);
    unlink(path);
}
DB_TEST(histories_must_fit)

// ---- the bad day -------------------------------------------------------------------------------------------------

typedef struct { Str url; bool must_end; int64_t written_n; } Writer;
static void *writer_run(void *with) {
    Writer *w = with;
    Err e = { 0 };
    Db *db;
    int64_t kab = 1371, id = 5;
    check_ok(db_open(w->url, (DbOptions){ 0 }, &db, &e), e);
    while (!__atomic_load_n(&w->must_end, __ATOMIC_RELAXED)) {
        check_ok(change_do(db, change_work, &kab, &e), e);
        check_ok(reads_write_once(w->url, &(ReadPage){ .kab = kab, .actor_id = 4, .route = "/families", .purpose = "list", .at = NOON, .family_ids = &id, .family_n = 1 }, &e), e);
        __atomic_add_fetch(&w->written_n, 1, __ATOMIC_RELAXED);
    }
    db_close(db);
    return NULL;
}

// While somebody writes without a break, each backup is one moment of the office: whole, and a beginning of what followed.
static void offices_go_on(DbTest *t) {
    Writer writer = { .url = t->url };
    pthread_t thread;
    BackupReport r;
    int64_t before_n = 0;
    const char *path = in_folder(t, "main"), *salts = in_folder(t, "salts"), *to = in_folder(t, "new.db");
    office_works(t, 300);
    assert_int_equal(pthread_create(&thread, NULL, writer_run, &writer), 0);
    for (int i = 0; i < 5; i++) {
        while (__atomic_load_n(&writer.written_n, __ATOMIC_RELAXED) <= before_n) usleep(1000);
        before_n = __atomic_load_n(&writer.written_n, __ATOMIC_RELAXED);
        good(write_file(t, path, salts, &KEY, &r));
        good(restore_file_to(t, str_c(to), path, &(RestoreOptions){ .salts_path = salts, .live_url = t->url }, &r));
        assert_true(r.entry_n >= 300 + 2 * before_n);
        backup_forget_files(to);
    }
    __atomic_store_n(&writer.must_end, true, __ATOMIC_RELAXED);
    pthread_join(thread, NULL);
    unlink(path);
    unlink(salts);
}
DB_TEST(offices_go_on)

// In a process of its own, where no file can become longer than `most` bytes: as if the disk were full. Returns its exit code.
static int when_full(DbTest *t, rlim_t most, bool (*work)(DbTest *t)) {
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){ most, most }) != 0) _exit(99);
        t->err = (Err){ 0 };
        _exit(work(t) ? 0 : t->err.code == IO_FAILED ? 1 : 2);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static bool full_backup(DbTest *t) {
    BackupReport r;
    return write_file(t, in_folder(t, "main"), NULL, &KEY, &r);
}

static bool full_restore(DbTest *t) {
    BackupReport r;
    return restore_file_to(t, str_c(in_folder(t, "full.db")), in_folder(t, "main"), &(RestoreOptions){ 0 }, &r);
}

static void disks_get_full(DbTest *t) {
    const char *path = in_folder(t, "main"), *to = in_folder(t, "full.db");
    const char *left = arena_fmt(&t->arena, "%.*s/.%s.part", (int)(strrchr(path, '/') - path), path, strrchr(path, '/') + 1).p;
    BackupReport r;
    office_works(t, 300);
    good(write_file(t, path, NULL, &KEY, &r));
    Str before = bytes_read(t, path);
    office_works(t, 300);
    for (rlim_t most = 0; most < (rlim_t)before.n; most += 20000) {
        assert_int_equal(when_full(t, most, full_backup), 1);
        assert_false(is_there(left));
        check_str(bytes_read(t, path), before);            // yesterday's backup is as it was
    }
    assert_int_equal(when_full(t, RLIM_INFINITY, full_backup), 0);
    int failed_n = 0, code;
    for (rlim_t most = 1000; (code = when_full(t, most, full_restore)) != 0; most += most / 2, failed_n++) {
        assert_int_equal(code, 1);
        nothing_at(t, to);
    }
    assert_true(failed_n >= 5);
    backup_forget_files(to);
    unlink(path);
}
DB_TEST(disks_get_full)

int main(void) {
    static const struct CMUnitTest tests[] = { DB_TESTS(it_comes_back), cmocka_unit_test(engines_change), DB_TESTS(damage_is_found), DB_TESTS(keys_must_fit),
        DB_TESTS(forms_must_fit), DB_TESTS(histories_must_fit), DB_TESTS(offices_go_on), DB_TESTS(disks_get_full) };
    if (sodium_init() < 0) abort();
    lang_set(LANG_EN);
    owner = (long)getpid();
    return test_main_(__FILE__, tests, sizeof tests / sizeof *tests);
}
