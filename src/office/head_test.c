// head_test.c: the signed heads, and harapan-verify against every way of tampering that we could think of: with the file, with the
// database behind the program's back, and with the whole history built anew by somebody who holds the key.
#include "office/audit.h"
#include "office/audit_export.h"
#include "office/change.h"
#include "office/head.h"
#include "office/head_request.h"
#include "office/user.h"
#include "office/read_log.h"
#include "base/random.h"
#include "db/db_test.h"
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define DAY_MS ((int64_t)86400000)
static const Instant NOON = { 1713153600000 };             // 2024-04-15
static Instant on_day(int day) { return (Instant){ NOON.ms + day * DAY_MS }; }
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)

typedef enum { PROVED, ALTERED, WRONG_USE, UNREADABLE, UNWITNESSED } Verdict;

// ---- an office that works for some days --------------------------------------------------------------------------

typedef struct { int64_t kab, family_n; Instant at; } Change;

static bool change_work(Db *db, void *with, Err *e) {
    const Change *c = with;
    return audit_write(db, &(AuditEntry){ .kab = c->kab, .actor_id = 3, .action = "registry.import", .subject = STR("import 1"), .at = c->at,
        .fields = { AUDIT_CHANGE("family_n", c->family_n - 1, c->family_n), AUDIT_CHANGE_PERSONAL("name", STR("Siti"), STR("Nurbaya")) } }, e);
}

static void changes_make(DbTest *t, int64_t kab, int n, Instant at) {
    for (int i = 0; i < n; i++) good(change_do(t->db, change_work, &(Change){ kab, 100 + i, at }, &t->err));
}

static void looks_make(DbTest *t, int64_t kab, int n, Instant at) {
    for (int i = 0; i < n; i++) {
        int64_t id = i + 1;
        good(reads_write_once(t->url, &(ReadPage){ .kab = kab, .actor_id = 4, .route = "/family/{kab}/{id}", .purpose = "family", .at = at, .family_ids = &id, .family_n = 1 }, &t->err));
    }
}

static Db *reads_open(DbTest *t) {
    Db *reads;
    good(db_open_reads(t->url, (DbOptions){ 0 }, &reads, &t->err));
    return reads;
}

static const char *in_folder(DbTest *t, const char *name) { return arena_fmt(&t->arena, "/tmp/harapan-head-%ld-%s", (long)getpid(), name).p; }

static Head head_on(DbTest *t, const HeadKey *key, int day) {
    Head head;
    bool is_new;
    Db *reads = reads_open(t);
    good(head_make(t->db, reads, &t->arena, &(HeadOptions){ .key = key, .actor_id = 3, .now = on_day(day) }, &head, &is_new, &t->err));
    db_close(reads);
    return head;
}

static HeadKey key_make(DbTest *t) {
    HeadKey key, again;
    const char *path = in_folder(t, "key");
    unlink(path);
    good(head_key_make(path, &key, &t->err));
    good(head_key_read(path, &again, &t->err));
    assert_memory_equal(&key, &again, sizeof key);
    assert_false(head_key_make(path, &again, &t->err));
    assert_int_equal(t->err.code, CONFLICT);
    assert_int_equal(chmod(path, 0644), 0);
    t->err = (Err){ 0 };
    assert_false(head_key_read(path, &again, &t->err));
    assert_int_equal(t->err.code, FORBIDDEN);
    unlink(path);
    return key;
}

static void bytes_write(const char *path, Str bytes) {
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
    fclose(f);
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

// Four days, two districts; the lines that an outsider kept stand in the file "heads".
static void office_works(DbTest *t, const HeadKey *key, int change_n) {
    Buf kept = { .max = BUF_MAX };
    for (int day = 1; day <= 4; day++) {
        changes_make(t, 1371, change_n, on_day(day));
        if (day > 1) changes_make(t, 1306, 2, on_day(day));
        looks_make(t, 1371, 3, on_day(day));
        Head head = head_on(t, key, day);
        buf_fmt(&kept, "%.*s\n", STR_ARG(head.line));
    }
    bytes_write(in_folder(t, "heads"), buf_view(&kept));
    buf_free(&kept);
}

static const Viewer NATION = { .user_id = 9, .kab = 0, .role = ROLE_AUDITOR, .login = "pemeriksa" };

static Str export_make(DbTest *t) {
    AuditExported done;
    Db *reads = reads_open(t);
    good(audit_export(t->db, reads, &NATION, in_folder(t, "export"), &done, &t->err));
    db_close(reads);
    assert_true(done.audit_n > 10 && done.read_n == 12 && done.head_n == 4);
    return bytes_read(t, in_folder(t, "export"));
}

// The outsider's program; NULL: without heads that were kept.
static Verdict verdict_of(DbTest *t, const char *file, const char *heads) {
    const char *build = getenv("HARAPAN_BUILD");
    const char *program = arena_fmt(&t->arena, "%s/verify/harapan-verify", build ? build : "build").p;
    pid_t child = fork();
    if (child == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 1);
        execl(program, program, file, heads, (char *)NULL);
        _exit(99);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 99) fail_msg("%s is not built", program);
    return (Verdict)WEXITSTATUS(status);
}

static Verdict verdict_of_bytes(DbTest *t, Str bytes) {
    bytes_write(in_folder(t, "tampered"), bytes);
    return verdict_of(t, in_folder(t, "tampered"), in_folder(t, "heads"));
}

static void files_remove(DbTest *t) {
    static const char *const NAMES[] = { "heads", "export", "tampered", "proof" };
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) unlink(in_folder(t, NAMES[i]));
}

static int64_t violations_of(DbTest *t) {
    Violations v = { 0 };
    Db *reads = reads_open(t);
    good(heads_check(t->db, reads, &v, &t->err));
    db_close(reads);
    return v.found_n;
}

// ---- the file is tampered with -----------------------------------------------------------------------------------

typedef struct { Str *at; size_t n; } Lines;

static Lines lines_of(DbTest *t, Str bytes) {
    Lines lines = { NEW(&t->arena, Str, 1000), 0 };
    while (bytes.n) lines.at[lines.n++] = str_cut(&bytes, '\n');
    return lines;
}

// The last line counts those before it: an attacker sets it right.
static Str joined(DbTest *t, const Lines *lines) {
    Buf b = { .max = BUF_MAX };
    for (size_t i = 0; i + 1 < lines->n; i++) buf_fmt(&b, "%.*s\n", STR_ARG(lines->at[i]));
    buf_fmt(&b, "{\"end\":%zu}\n", lines->n - 1);
    Str out = arena_str(&t->arena, buf_view(&b));
    buf_free(&b);
    return out;
}

static size_t line_with(const Lines *lines, const char *text) {
    for (size_t i = 0; i < lines->n; i++) if (str_contains(lines->at[i], str_c(text))) return i;
    fail_msg("no line with %s", text);
    return 0;
}

static void line_remove(Lines *lines, size_t at) {
    memmove(&lines->at[at], &lines->at[at + 1], (lines->n - at - 1) * sizeof(Str));
    lines->n--;
}

static void line_swap(Lines *lines, size_t a, size_t b) {
    Str kept = lines->at[a];
    lines->at[a] = lines->at[b];
    lines->at[b] = kept;
}

static void each_kind_of_tampering_is_seen(DbTest *t) {
    static const char *const LOGS[] = { "audit", "reads" };
    HeadKey key = key_make(t);
    office_works(t, &key, 2);
    Str whole = export_make(t);
    assert_int_equal(verdict_of(t, in_folder(t, "export"), in_folder(t, "heads")), PROVED);
    assert_int_equal(verdict_of(t, in_folder(t, "export"), NULL), UNWITNESSED);
    Lines lines = lines_of(t, whole);
    check_str(joined(t, &lines), whole);
    for (int log = 0; log < 2; log++) for (int n = 1; n <= 8; n++) {
        char mark[80];
        snprintf(mark, sizeof mark, "{\"log\":\"%s\",\"kab\":1371,\"n\":%d,", LOGS[log], n);
        Lines x = lines_of(t, whole);                      // removed
        line_remove(&x, line_with(&x, mark));
        assert_int_equal(verdict_of_bytes(t, joined(t, &x)), ALTERED);
        x = lines_of(t, whole);                            // inserted, twice the same
        size_t at = line_with(&x, mark);
        memmove(&x.at[at + 1], &x.at[at], (x.n - at) * sizeof(Str));
        x.n++;
        assert_int_equal(verdict_of_bytes(t, joined(t, &x)), ALTERED);
        x = lines_of(t, whole);                            // reordered
        at = line_with(&x, mark);
        if (n < 8) line_swap(&x, at, at + 1);
        if (n < 8) assert_int_equal(verdict_of_bytes(t, joined(t, &x)), ALTERED);
        x = lines_of(t, whole);                            // changed
        at = line_with(&x, mark);
        Str line = arena_str(&t->arena, x.at[at]);
        ((char *)(uintptr_t)line.p)[line.n - 4] ^= 1;
        x.at[at] = line;
        assert_int_equal(verdict_of_bytes(t, joined(t, &x)), ALTERED);
        x = lines_of(t, whole);                            // the rest of the chain is cut off
        at = line_with(&x, mark);
        while (str_starts(x.at[at], str_part(str_c(mark), 0, 24))) line_remove(&x, at);
        assert_int_equal(verdict_of_bytes(t, joined(t, &x)), ALTERED);
    }
    static const char *const CHAINS[] = { "{\"log\":\"audit\",\"kab\":1306,", "{\"log\":\"reads\",\"kab\":1371,", "{\"log\":\"audit\",\"kab\":0," };
    for (size_t i = 0; i < 3; i++) {                       // a whole chain is gone
        Lines x = { NEW(&t->arena, Str, lines.n), 0 };
        for (size_t k = 0; k < lines.n; k++) if (!str_starts(lines.at[k], str_c(CHAINS[i]))) x.at[x.n++] = lines.at[k];
        assert_int_equal(verdict_of_bytes(t, joined(t, &x)), ALTERED);
    }
    for (int i = 0; i < 4; i++) {                          // a head is gone, two are swapped
        Lines x = lines_of(t, whole);
        size_t first = line_with(&x, "{\"head\":");
        line_remove(&x, first + i);
        assert_int_equal(verdict_of_bytes(t, joined(t, &x)), ALTERED);
        x = lines_of(t, whole);
        if (i < 3) line_swap(&x, first + i, first + i + 1);
        if (i < 3) assert_int_equal(verdict_of_bytes(t, joined(t, &x)), ALTERED);
    }
    for (size_t n = 0; n < whole.n; n += 1 + whole.n / 40) assert_int_equal(verdict_of_bytes(t, str_part(whole, 0, n)), UNREADABLE);     // cut off in the middle
    files_remove(t);
}
DB_TEST(each_kind_of_tampering_is_seen)

// Any one byte, anywhere after the first line (which says only what area the file is about).
static void no_flipped_byte_is_proved(DbTest *t) {
    Random r = { test_seed() };
    HeadKey key = key_make(t);
    office_works(t, &key, 1);
    Str whole = export_make(t);
    size_t first_n = (size_t)((const char *)memchr(whole.p, '\n', whole.n) - whole.p) + 1;
    for (int64_t i = 0; i < test_tries(300); i++) {
        Str copy = arena_str(&t->arena, whole);
        size_t at = first_n + random_below(&r, whole.n - first_n - 1);         // not the last line's end
        ((char *)(uintptr_t)copy.p)[at] ^= (char)(1 << random_below(&r, 7));
        Verdict verdict = verdict_of_bytes(t, copy);
        if (verdict != ALTERED && verdict != UNREADABLE) fail_msg("byte %zu: %d", at, (int)verdict);
    }
    files_remove(t);
}
DB_TEST(no_flipped_byte_is_proved)

// ---- the database is tampered with -------------------------------------------------------------------------------

static void tamper(DbTest *t, const char *sql, bool is_reads) {
    if (t->engine == DB_POSTGRESQL) {
        assert_true(db_test_sql(arena_fmt(&t->arena, "SET search_path = %s; %s", t->schema, sql).p));
        return;
    }
    sqlite3 *raw;
    char *said = NULL;
    assert_int_equal(sqlite3_open(arena_fmt(&t->arena, STR_FMT "%s", STR_ARG(t->url), is_reads ? ".reads" : "").p, &raw), SQLITE_OK);
    if (sqlite3_exec(raw, sql, NULL, NULL, &said)) fail_msg("%s", said);
    sqlite3_close(raw);
}

static void check_and_the_next_head_see_what_was_sealed(DbTest *t) {
    static const struct { const char *sql; bool is_reads; } TAMPERINGS[] = {
        { "DELETE FROM audit WHERE kab = 1371 AND n >= 8", false },             // the newest entries
        { "UPDATE audit SET detail = '{}' WHERE kab = 1371 AND n = 8", false },
        { "DELETE FROM audit WHERE kab = 1306", false },
        { "DELETE FROM read_page WHERE kab = 1371 AND n = 12", true },
        { "DELETE FROM read_page", true },
    };
    for (size_t i = 0; i < sizeof TAMPERINGS / sizeof *TAMPERINGS; i++) {
        DbTest own;
        if (!db_test_open(&own, t->engine)) return;
        HeadKey key = key_make(&own);
        office_works(&own, &key, 2);
        assert_int_equal(violations_of(&own), 0);
        tamper(&own, TAMPERINGS[i].sql, TAMPERINGS[i].is_reads);
        if (violations_of(&own) == 0) fail_msg("not seen: %s", TAMPERINGS[i].sql);
        Head head;
        bool is_new;
        Db *reads = reads_open(&own);
        if (head_make(own.db, reads, &own.arena, &(HeadOptions){ .key = &key, .now = on_day(5) }, &head, &is_new, &own.err)) fail_msg("signed: %s", TAMPERINGS[i].sql);
        assert_int_equal(own.err.code, CONFLICT);
        db_close(reads);
        files_remove(&own);
        db_test_close(&own);
    }
}
DB_TEST(check_and_the_next_head_see_what_was_sealed)

// Who holds the database and the key can build everything anew, and all agrees with itself: only the heads kept outside tell.
static void a_history_built_anew_is_seen_by_those_who_kept_heads(DbTest *t) {
    HeadKey key = key_make(t);
    office_works(t, &key, 2);
    Str kept = bytes_read(t, in_folder(t, "heads"));
    DbTest other;
    if (!db_test_open(&other, t->engine)) return;
    office_works(&other, &key, 3);                         // overwrites the heads with its own
    export_make(&other);
    assert_int_equal(violations_of(&other), 0);
    assert_int_equal(verdict_of(&other, in_folder(t, "export"), in_folder(t, "heads")), PROVED);
    assert_int_equal(verdict_of(&other, in_folder(t, "export"), NULL), UNWITNESSED);
    bytes_write(in_folder(t, "heads"), kept);
    assert_int_equal(verdict_of(&other, in_folder(t, "export"), in_folder(t, "heads")), ALTERED);
    Str one_day = str_part(kept, 0, (size_t)((const char *)memchr(kept.p, '\n', kept.n) - kept.p));
    bytes_write(in_folder(t, "heads"), one_day);           // one line is enough
    assert_int_equal(verdict_of(&other, in_folder(t, "export"), in_folder(t, "heads")), ALTERED);
    db_test_close(&other);
    files_remove(t);
}
DB_TEST(a_history_built_anew_is_seen_by_those_who_kept_heads)

// ---- heads and proofs --------------------------------------------------------------------------------------------

static Viewer keeper_put(DbTest *t, const char *login, Role role) {
    Viewer v = { .kab = 1371, .role = role };
    strcpy(v.login, login);
    UserNew user = { .login = str_c(login), .name = STR("Orang Coba"), .role = role, .kab = 1371 };
    good(db_begin(t->db, &t->err) && user_insert(t->db, 0, &user, STR("$none"), false, on_day(2), &v.user_id, &t->err) && db_commit(t->db, &t->err));
    return v;
}

static bool key_sign_work(Db *db, void *with, Err *e) {
    Arena a = { 0 };
    ApprovalRequest request;
    bool is_good = approval_read(db, &a, 1371, 1, &request, e) && approval_sign(db, with, &HEAD_KEY_APPROVAL, &request, &request.seen_hash, on_day(3), e);
    arena_free(&a);
    return is_good;
}

static bool key_sign(DbTest *t, const Viewer *who) { return change_do(t->db, key_sign_work, (void *)(uintptr_t)who, &t->err); }

static void a_day_has_one_head_and_days_go_forward(DbTest *t) {
    HeadKey key = key_make(t), other = key_make(t);
    changes_make(t, 1371, 3, on_day(1));
    Head first = head_on(t, &key, 1);
    changes_make(t, 1371, 3, on_day(1));
    Head again = head_on(t, &key, 1);
    check_str(again.line, first.line);
    Head second = head_on(t, &key, 2);
    assert_true(second.entry_n > first.entry_n);
    Hash wanted = sha256_of(first.line.p, first.line.n);
    assert_true(hash_eq(&second.prev, &wanted));
    bool is_new;
    Db *reads = reads_open(t);
    assert_false(head_make(t->db, reads, &t->arena, &(HeadOptions){ .key = &key, .now = on_day(0) }, &first, &is_new, &t->err));
    assert_int_equal(t->err.code, CONFLICT);
    t->err = (Err){ 0 };
    assert_false(head_make(t->db, reads, &t->arena, &(HeadOptions){ .key = &other, .now = on_day(3) }, &first, &is_new, &t->err));
    assert_int_equal(t->err.code, CONFLICT);
    Viewer keeper = keeper_put(t, "kepala", ROLE_HEAD_DINSOS), second_keeper = keeper_put(t, "linjamsos", ROLE_HEAD_LINJAMSOS), far = { .user_id = 77, .kab = 1306, .role = ROLE_HEAD_DINSOS };
    refused(head_key_ask(t->db, &far, &other.public_key, on_day(3), &t->err), FORBIDDEN);        // does not answer for this district
    refused(head_key_ask(t->db, &keeper, &key.public_key, on_day(3), &t->err), CONFLICT);        // signs already
    good(head_key_ask(t->db, &keeper, &other.public_key, on_day(3), &t->err));
    good(head_key_ask(t->db, &keeper, &other.public_key, on_day(3), &t->err));                   // a second call
    refused(head_make(t->db, reads, &t->arena, &(HeadOptions){ .key = &other, .now = on_day(3) }, &first, &is_new, &t->err), CONFLICT);       // asked is not agreed
    refused(key_sign(t, &keeper), FORBIDDEN);                                                    // maker is never checker
    good(key_sign(t, &second_keeper));
    good(head_make(t->db, reads, &t->arena, &(HeadOptions){ .key = &other, .now = on_day(3) }, &first, &is_new, &t->err));
    refused(head_key_ask(t->db, &keeper, &other.public_key, on_day(4), &t->err), CONFLICT);
    db_close(reads);
    assert_int_equal(violations_of(t), 0);
}
DB_TEST(a_day_has_one_head_and_days_go_forward)

static void proofs_of_entries_and_between_heads_hold(DbTest *t) {
    HeadKey key = key_make(t);
    office_works(t, &key, 3);
    Db *reads = reads_open(t);
    const char *path = in_folder(t, "proof"), *heads = in_folder(t, "heads");
    Viewer city = { .user_id = 9, .kab = 1371, .role = ROLE_AUDITOR, .login = "pemeriksa" };
    for (int64_t n = 1; n <= 12; n++) for (ChainLog log = 0; log < CHAIN_N; log++) {
        good(audit_prove_entry(t->db, reads, &city, log, 1371, n, path, &t->err));
        assert_int_equal(verdict_of(t, path, heads), PROVED);
        assert_int_equal(verdict_of(t, path, NULL), UNWITNESSED);
        Str proof = arena_str(&t->arena, bytes_read(t, path));
        Str entry = { memmem(proof.p, proof.n, "\"entry\":", 8), 0 };
        ((char *)(uintptr_t)entry.p)[20] ^= 1;             // in its time
        assert_int_equal(verdict_of_bytes(t, proof), ALTERED);
    }
    assert_false(audit_prove_entry(t->db, reads, &city, CHAIN_AUDIT, 1371, 13, path, &t->err));
    assert_int_equal(t->err.code, NOT_FOUND);
    t->err = (Err){ 0 };
    assert_false(audit_prove_entry(t->db, reads, &city, CHAIN_AUDIT, 1306, 1, path, &t->err));
    assert_int_equal(t->err.code, FORBIDDEN);
    t->err = (Err){ 0 };
    for (int from = 1; from <= 4; from++) for (int to = from; to <= 4; to++) {
        Date a = date_of_instant(on_day(from), HEAD_ZONE_MINUTES), b = date_of_instant(on_day(to), HEAD_ZONE_MINUTES);
        good(audit_prove_heads(t->db, reads, a, b, path, &t->err));
        assert_int_equal(verdict_of(t, path, heads), PROVED);
    }
    Lines x = lines_of(t, bytes_read(t, path));
    line_remove(&x, line_with(&x, "{\"log\":\"reads\""));  // a chain is not proved
    assert_int_equal(verdict_of_bytes(t, joined(t, &x)), UNREADABLE);
    db_close(reads);
    files_remove(t);
}
DB_TEST(proofs_of_entries_and_between_heads_hold)

static const struct CMUnitTest tests[] = {
    DB_TESTS(each_kind_of_tampering_is_seen), DB_TESTS(no_flipped_byte_is_proved), DB_TESTS(check_and_the_next_head_see_what_was_sealed),
    DB_TESTS(a_history_built_anew_is_seen_by_those_who_kept_heads), DB_TESTS(a_day_has_one_head_and_days_go_forward), DB_TESTS(proofs_of_entries_and_between_heads_hold),
};
TEST_MAIN(tests)
