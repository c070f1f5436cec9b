// fault_test.c: SQLite on a disk that fails. The n-th read, write, sync or cut fails, for n = 1, 2, 3 … until none is left; after
// each, what was acknowledged is there, what was refused is not, and the two halves of a change are never apart.
#include "db/db_test.h"
#include "db_setting.sql.h"
#include <sqlite3.h>

// ---- a thin layer over the system's files -----------------------------------------------------------------------
static struct { int64_t countdown; bool is_lasting, has_fired; int code_write; } fault;    // countdown 0: no fault is armed

static int faulty(int code) {
    if (fault.countdown == 0 || (fault.countdown > 1 && fault.countdown--)) return SQLITE_OK;
    if (fault.has_fired && !fault.is_lasting) return SQLITE_OK;
    fault.has_fired = true;
    return code;
}

typedef struct { sqlite3_file base; sqlite3_file *real; } File;
static sqlite3_file *real(sqlite3_file *f) { return ((File *)f)->real; }

static int file_close(sqlite3_file *f) { return real(f)->pMethods->xClose(real(f)); }
static int file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at) {
    int rc = faulty(SQLITE_IOERR_READ);
    return rc ? rc : real(f)->pMethods->xRead(real(f), p, n, at);
}
static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at) {
    int rc = faulty(fault.code_write);
    if (rc && n > 1) real(f)->pMethods->xWrite(real(f), p, n / 2, at);             // a torn write
    return rc ? rc : real(f)->pMethods->xWrite(real(f), p, n, at);
}
static int file_truncate(sqlite3_file *f, sqlite3_int64 n) {
    int rc = faulty(SQLITE_IOERR_TRUNCATE);
    return rc ? rc : real(f)->pMethods->xTruncate(real(f), n);
}
static int file_sync(sqlite3_file *f, int flags) {
    int rc = faulty(SQLITE_IOERR_FSYNC);
    return rc ? rc : real(f)->pMethods->xSync(real(f), flags);
}
static int file_size(sqlite3_file *f, sqlite3_int64 *n) { return real(f)->pMethods->xFileSize(real(f), n); }
static int file_lock(sqlite3_file *f, int level) { return real(f)->pMethods->xLock(real(f), level); }
static int file_unlock(sqlite3_file *f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
static int file_check_lock(sqlite3_file *f, int *is_held) { return real(f)->pMethods->xCheckReservedLock(real(f), is_held); }
static int file_control(sqlite3_file *f, int op, void *p) { return real(f)->pMethods->xFileControl(real(f), op, p); }
static int file_sector(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
static int file_device(sqlite3_file *f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }
static int file_shm_map(sqlite3_file *f, int i, int n, int may_extend, void volatile **p) { return real(f)->pMethods->xShmMap(real(f), i, n, may_extend, p); }
static int file_shm_lock(sqlite3_file *f, int at, int n, int flags) { return real(f)->pMethods->xShmLock(real(f), at, n, flags); }
static void file_shm_barrier(sqlite3_file *f) { real(f)->pMethods->xShmBarrier(real(f)); }
static int file_shm_unmap(sqlite3_file *f, int is_deleted) { return real(f)->pMethods->xShmUnmap(real(f), is_deleted); }

static const sqlite3_io_methods METHODS = {
    .iVersion = 2, .xClose = file_close, .xRead = file_read, .xWrite = file_write, .xTruncate = file_truncate, .xSync = file_sync,
    .xFileSize = file_size, .xLock = file_lock, .xUnlock = file_unlock, .xCheckReservedLock = file_check_lock, .xFileControl = file_control,
    .xSectorSize = file_sector, .xDeviceCharacteristics = file_device, .xShmMap = file_shm_map, .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier, .xShmUnmap = file_shm_unmap,
};
static sqlite3_vfs *system_files;

static int files_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *flags_out) {
    (void)vfs;
    File *file = (File *)f;
    file->real = (sqlite3_file *)(file + 1);
    int rc = system_files->xOpen(system_files, name, file->real, flags, flags_out);
    file->base.pMethods = file->real->pMethods ? &METHODS : NULL;
    return rc;
}

static void files_take_over(void) {
    static sqlite3_vfs faulty_files;
    system_files = sqlite3_vfs_find(NULL);
    faulty_files = *system_files;
    faulty_files.zName = "faulty";
    faulty_files.szOsFile = (int)sizeof(File) + system_files->szOsFile;
    faulty_files.xOpen = files_open;
    assert_int_equal(sqlite3_vfs_register(&faulty_files, 1), SQLITE_OK);
}

// ---- the story that must survive --------------------------------------------------------------------------------
static bool put(Db *db, const char *name, int64_t v, Err *e) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)v);
    return setting_put(db, (SettingPutArgs){ str_c(name), str_c(text) }, NULL, e);
}

static int64_t get(Db *db, const char *name) {
    Arena a = { 0 };
    Err e = { 0 };
    SettingGetRow row = { 0 };
    bool found = false;
    int64_t v = -1;
    check_ok(setting_get(db, &a, (SettingGetArgs){ str_c(name) }, &row, &found, &e), e);
    if (found && !str_int64(row.value, &v)) fail_msg("no number");
    arena_free(&a);
    return v;
}

// Three changes of two rows each, a copy of the log between them. *is_unsure: the last commit failed so that only recovery can tell.
static void story(Str url, int64_t *acknowledged, bool *is_unsure) {
    Err e = { 0 };
    Db *db = NULL;
    *acknowledged = 0;
    *is_unsure = false;
    if (!db_open(url, (DbOptions){ .must_exist = true }, &db, &e)) return;
    for (int64_t i = 1; i <= 3; i++) {
        if (!db_begin(db, &e)) break;
        if (!put(db, "a", i, &e) || !put(db, "b", i, &e)) {
            db_rollback(db);
            break;
        }
        if (!db_commit(db, &e)) {
            Err again = { 0 };
            *is_unsure = !db_begin(db, &again);            // a poisoned handle refuses everything
            if (*is_unsure) assert_int_equal(again.code, IO_FAILED);
            break;
        }
        *acknowledged = i;
        if (i == 2 && !db_checkpoint(db, &e)) break;
    }
    db_close(db);
    if (e.code != ERR_NONE && e.code != IO_FAILED) fail_msg("%s: %s", err_name(e.code), e.text);
}

static void fail_the_nth(int code_write, bool is_lasting) {
    static bool is_ready;
    if (!is_ready) files_take_over();
    is_ready = true;
    DbTest t;
    db_test_open(&t, DB_SQLITE);
    db_close(t.db);
    t.db = NULL;
    int64_t n = 0, refused_n = 0, unsure_n = 0;
    do {
        Err e = { 0 };
        int64_t acknowledged;
        bool is_unsure;
        check_ok(db_open(t.url, (DbOptions){ .must_exist = true }, &t.db, &e), e);
        check_ok(db_begin(t.db, &e) && put(t.db, "a", 0, &e) && put(t.db, "b", 0, &e) && db_commit(t.db, &e), e);
        db_close(t.db);
        fault = (typeof(fault)){ .countdown = ++n, .is_lasting = is_lasting, .code_write = code_write };
        story(t.url, &acknowledged, &is_unsure);
        fault.countdown = 0;
        check_ok(db_open(t.url, (DbOptions){ .must_exist = true }, &t.db, &e), e);
        int64_t a = get(t.db, "a"), b = get(t.db, "b");
        if (a != b || (a != acknowledged && !(is_unsure && a == acknowledged + 1)))
            fail_msg("operation %lld failed: a %lld, b %lld, acknowledged %lld%s", (long long)n, (long long)a, (long long)b, (long long)acknowledged,
                     is_unsure ? ", unsure" : "");
        db_close(t.db);
        t.db = NULL;
        refused_n += acknowledged < 3;
        unsure_n += is_unsure;
    } while (fault.has_fired);
    print_message("%lld operations failed one by one: %lld stopped the work, %lld left it to recovery\n", (long long)n - 1, (long long)refused_n, (long long)unsure_n);
    assert_true(n > 20 && refused_n > 5 && refused_n < n);
    db_test_close(&t);
}

static void one_write_fails(void **state) { (void)state; fail_the_nth(SQLITE_IOERR_WRITE, false); }
static void the_disk_dies(void **state) { (void)state; fail_the_nth(SQLITE_IOERR_WRITE, true); }
static void the_disk_is_full_once(void **state) { (void)state; fail_the_nth(SQLITE_FULL, false); }
static void the_disk_stays_full(void **state) { (void)state; fail_the_nth(SQLITE_FULL, true); }

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(one_write_fails), cmocka_unit_test(the_disk_dies), cmocka_unit_test(the_disk_is_full_once), cmocka_unit_test(the_disk_stays_full),
};
TEST_MAIN(tests)
