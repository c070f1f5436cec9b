// pay_sample.h: for the tests of payment: an office with an invented city, its people, and a stage of it approved and paid.
#ifndef PAYMENT_PAY_SAMPLE_H
#define PAYMENT_PAY_SAMPLE_H
#include "db/db_test.h"
#include "office/audit.h"
#include "office/practice.h"
#include "office/user.h"
#include "payment/approve.h"
#include "payment/books.h"
#include "payment/pay.h"
#include "payment/payment_check.h"
#include "payment/payables.h"
#include "payment/payment.h"
#include "registry/pack.h"
#include "registry/synth_store.h"
#include "stage/closing.h"
#include "stage/run.h"
#include <dirent.h>
#include <sqlite3.h>

#define KAB 1371
#define STAGE STR("2024-2")
#define FAMILIES 150
static const Instant NOON = { 1713153600000 };
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)

typedef struct { Viewer operator, coordinator, linjamsos, head, auditor; Str folder; } Office;

// ---- an office with an invented city -----------------------------------------------------------------------------

static inline Viewer person(DbTest *t, const char *login) {
    Users users;
    Viewer root = { .role = ROLE_HEAD_DINSOS }, out = { 0 };
    good(user_list(t->db, &t->arena, &root, &users, &t->err));
    for (size_t i = 0; i < users.n; i++) {
        if (!str_eq(users.at[i].login, str_c(login))) continue;
        out = (Viewer){ .user_id = users.at[i].id, .kab = users.at[i].kab, .role = users.at[i].role, .is_practice = true };
        snprintf(out.login, sizeof out.login, "%s", login);
    }
    assert_true(out.user_id > 0);
    return out;
}

static inline Office make_office(DbTest *t) {
    SynthReport made;
    int64_t password_n;
    char folder[] = "/tmp/harapan-pay-XXXXXX";
    assert_non_null(mkdtemp(folder));
    Office o = { .folder = arena_str(&t->arena, str_c(folder)) };
    good(synth_store(t->db, &(SynthOptions){ .seed = 7, .kab = KAB, .family_n = FAMILIES, .at = { 1000 } }, NULL, &made, &t->err));
    good(practice_init(t->db, KAB, arena_fmt(&t->arena, "%s/passwords", folder), NOON, &password_n, &t->err));
    o.operator = person(t, "operator.latihan");
    o.coordinator = person(t, "koordinator.latihan");
    o.linjamsos = person(t, "linjamsos.latihan");
    o.head = person(t, "kepala.latihan");
    o.auditor = person(t, "pemeriksa.latihan");
    return o;
}

static inline void sql(DbTest *t, const char *text) {
    if (t->engine == DB_POSTGRESQL) {
        assert_true(db_test_sql(arena_fmt(&t->arena, "SET search_path = %s; %s", t->schema, text).p));
        return;
    }
    sqlite3 *raw;
    char *said = NULL;
    assert_int_equal(sqlite3_open(arena_c(&t->arena, t->url), &raw), SQLITE_OK);
    if (sqlite3_exec(raw, text, NULL, NULL, &said)) fail_msg("%s", said);
    sqlite3_close(raw);
}

static inline Run close_and_run(DbTest *t) {
    ClosingSummary closed;
    RunSummary ran;
    Run run;
    good(db_begin(t->db, &t->err));
    good(pack_refresh(t->db, KAB, 1, FAMILIES, NULL, &t->err));
    good(db_commit(t->db, &t->err));
    good(closing_make(t->db, &(ClosingOptions){ .stage = STAGE, .book_file = STR("pkh.yaml"), .book_text = rulebook_pkh(), .kab = KAB, .actor_id = 1, .at = NOON }, &closed, &t->err));
    good(run_make(t->db, &(RunOptions){ .stage = STAGE, .kab = KAB, .actor_id = 1, .at = NOON }, &ran, &t->err));
    good(run_read(t->db, KAB, STAGE, &run, &t->err));
    return run;
}

static inline bool sign(DbTest *t, const Viewer *who, const Hash *seen, ApproveResult *out) {
    t->err = (Err){ 0 };
    return approve_run(t->db, &t->arena, who, &(ApproveWhat){ KAB, STAGE, *seen }, NOON, out, &t->err);
}

static inline void approve(DbTest *t, const Office *o, const Run *run, ApproveResult *out) {
    check_ok(sign(t, &o->operator, &run->run_hash, out), t->err);
    check_ok(sign(t, &o->head, &run->run_hash, out), t->err);
}

static inline bool pay(DbTest *t, const Office *o, const Viewer *who, PayResult *out) {
    t->err = (Err){ 0 };
    return pay_stage(t->db, who, &(PayWhat){ .kab = KAB, .stage = STAGE, .folder = o->folder, .rows_max = 40 }, NOON, out, &t->err);
}

static inline void say(void *context, Str text) { (void)context; print_error("%.*s\n", STR_ARG(text)); }
static inline int64_t violations(DbTest *t, Str folder, bool is_loud) {
    Violations v = { .say = is_loud ? say : NULL };
    good(books_check(t->db, KAB, &v, &t->err));
    good(payment_check(t->db, KAB, folder, &v, &t->err));
    good(audit_check(t->db, KAB, &v, &t->err));
    return v.found_n;
}

static inline void folder_remove(Str folder) {
    char path[512];
    DIR *d = opendir(folder.p);
    for (struct dirent *f; d && (f = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", folder.p, f->d_name);
        unlink(path);
    }
    if (d) closedir(d);
    rmdir(folder.p);
}
#endif
