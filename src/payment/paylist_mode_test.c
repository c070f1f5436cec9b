// paylist_mode_test.c: a stage in which the Ministry decides, from its list to the channel's files, on both engines: the same approval,
// books and files as when we decide, our own figures beside it, and a closing that stands whatever becomes of the list.
#include "db/db_test.h"
#include "db/ask.h"
#include "office/audit.h"
#include "office/practice.h"
#include "office/user.h"
#include "payment/approve.h"
#include "payment/pay.h"
#include "payment/payables.h"
#include "payment/payment.h"
#include "payment/payment_check.h"
#include "payment/payment_table.h"
#include "payment/paylist_sample.h"
#include "paylist/paylist_mode.h"
#include "paylist/paylist_tray.h"
#include "programme/rulebook.h"
#include "registry/area.h"
#include "registry/pack.h"
#include "registry/synth_store.h"
#include "stage/closing.h"
#include "stage/explain.h"
#include <dirent.h>

#define KAB 1371
#define STAGE STR("2024-2")
#define FAMILIES 400
#define SEED 3
static const Instant NOON = { 1713153600000 };
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)

typedef struct { Viewer operator, head; Str folder; } Office;

static Viewer person(DbTest *t, const char *login) {
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

static Office make_office(DbTest *t) {
    SynthReport made;
    int64_t password_n;
    char folder[] = "/tmp/harapan-mode-XXXXXX";
    assert_non_null(mkdtemp(folder));
    Office o = { .folder = arena_str(&t->arena, str_c(folder)) };
    AreaImport areas;
    good(db_begin(t->db, &t->err));
    good(area_put_padang(t->db, &areas, &t->err));
    good(db_commit(t->db, &t->err));
    good(synth_store(t->db, &(SynthOptions){ .seed = SEED, .kab = KAB, .family_n = FAMILIES, .at = { 1000 } }, NULL, &made, &t->err));
    good(practice_init(t->db, KAB, arena_fmt(&t->arena, "%s/passwords", folder), NOON, &password_n, &t->err));
    o.operator = person(t, "operator.latihan");
    o.head = person(t, "kepala.latihan");
    return o;
}

static bool may_again(Db *db, int64_t kab, Str stage, Err *e) { (void)db; (void)kab; (void)stage; (void)e; return true; }

static bool close_stage(DbTest *t, bool is_at_once) {
    ClosingSummary closed;
    RunSummary ran;
    ClosingOptions o = { .stage = STAGE, .book_file = STR("pkh.yaml"), .book_text = rulebook_pkh(), .kab = KAB, .actor_id = 1, .at = NOON, .may_close_again = may_again };
    RunOptions run = { .stage = STAGE, .kab = KAB, .actor_id = 1, .at = NOON };
    t->err = (Err){ 0 };
    if (is_at_once) return run_with_closing(t->db, &o, &run, &closed, &ran, &t->err);
    return closing_make(t->db, &o, &closed, &t->err) && run_make(t->db, &run, &ran, &t->err);
}

static Run run_now(DbTest *t) {
    Run run;
    good(run_read(t->db, KAB, STAGE, &run, &t->err));
    return run;
}

typedef struct { int64_t n, payable_n, listed_rp, own_rp, not_listed_n, last_id; } Dues;
static bool dues_take(void *with, const Due *due, Err *e) {
    Dues *d = with;
    (void)e;
    assert_true(due->family_id > d->last_id);
    d->last_id = due->family_id;
    d->n++;
    d->payable_n += due->state == DUE_PAYABLE;
    d->not_listed_n += due->state == DUE_NOT_LISTED;
    d->listed_rp += due->amount.rp;
    d->own_rp += due->own.rp;
    assert_true((due->state == DUE_PAYABLE) == (due->amount.rp > 0));
    return true;
}

static Dues dues_of(DbTest *t) {
    Dues d = { 0 };
    good(due_each(t->db, KAB, STAGE, 1, INT64_MAX - 1, dues_take, &d, &t->err));
    return d;
}

// The sample's list, read; its contradictions and doubles decided as none of ours.
static PaylistExpected list_read(DbTest *t, const Office *o) {
    const char *path = arena_fmt(&t->arena, "%s/list.csv", o->folder.p).p;
    PaylistSample sample = { .seed = SEED, .kab = KAB, .family_n = FAMILIES, .stage = STAGE, .period = "TAHAP 2 TAHUN 2024", .wave_n = 1 };
    PaylistExpected x;
    PaylistRead r;
    good(paylist_sample_write(t->db, &sample, TABLE_CSV, path, &x, &t->err));
    good(paylist_read(t->db, &t->arena, &o->operator, &(PaylistFile){ .kab = KAB, .stage = STAGE, .path = path }, NOON, NULL, &r, &t->err));
    assert_true(r.is_new_live);
    unlink(path);
    return x;
}

static void tray_settle(DbTest *t, const Office *o) {
    TrayRows rows;
    good(tray_list(t->db, &t->arena, sight_of_program((Date){ 0 }), KAB, STAGE, &(TrayFilter){ .limit_n = 1000 }, &rows, &t->err));
    for (size_t i = 0; i < rows.n; i++) {
        if (rows.at[i].kind == TRAY_STRANGER) continue;
        good(tray_say(t->db, &o->operator, &(TraySay){ KAB, rows.at[i].list_id, rows.at[i].row_n, TRAY_NOT_OURS, 0, STR("ditolak, menunggu perbaikan") }, NOON, &t->err));
    }
}

static CompareSums sums_of(DbTest *t) {
    Comparison *c;
    CompareSums s;
    good(compare_open(t->db, &t->arena, sight_of_program((Date){ 0 }), KAB, STAGE, &c, &t->err));
    good(compare_sums(c, &(CompareFilter){ 0 }, &s, &t->err));
    return s;
}

static void folder_remove(const Office *o) {
    DIR *dir = opendir(o->folder.p);
    for (struct dirent *entry; dir && (entry = readdir(dir));) if (entry->d_name[0] != '.') unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir) closedir(dir);
    rmdir(o->folder.p);
}

// ---- the table of payments shows the same ----------------------------------------------------------------------------------
static bool payment_line(void *with, const Payment *p, Err *e) {
    (void)e;
    buf_fmt(with, "%lld,%lld,%.*s,%lld,%s\n", (long long)p->family_id, (long long)p->village_id, STR_ARG(p->channel), (long long)p->amount.rp, payment_state_name(p->state));
    return true;
}

static bool answer_line(void *with, const AskRow *row, Err *e) {
    (void)e;
    for (size_t i = 0; row->values && i < row->n; i++) buf_fmt(with, "%.*s%s", STR_ARG(row->values[i]), i + 1 < row->n ? "," : "\n");
    return true;
}

static void table_is_the_answer(DbTest *t) {
    Buf each = { 0 }, found = { 0 }, table = { 0 };
    Db *reader;
    bool is_cut;
    good(payment_each(t->db, KAB, STAGE, STR(""), 1, FAMILY_LAST, payment_line, &each, &t->err));
    payment_table_select(&table, t->engine, KAB, KAB);
    AskTable tables[] = { { "payment", buf_view(&table) } };
    good(db_open_again(t->db, (DbOptions){ .is_read_only = true }, &reader, &t->err));
    good(payment_table_open(reader, &t->err));
    good(db_begin_read(reader, &t->err));
    good(db_ask(reader, STR("SELECT family_id, village_id, channel, amount_rp, state FROM payment ORDER BY family_id"),
                &(AskOptions){ .tables = tables, .table_n = 1, .limit_ms = 60000, .limit_row_n = 10000 }, answer_line, &found, &is_cut, &t->err));
    db_close(reader);
    check_str(buf_view(&found), buf_view(&each));
    buf_free(&each);
    buf_free(&found);
    buf_free(&table);
}

static void say(void *context, Str text) { (void)context; print_error("%.*s\n", STR_ARG(text)); }

static Hash first_engine_hash;
static bool has_first_engine;

static void the_ministry_decides(DbTest *t) {
    Office o = make_office(t);
    bool is_done;
    assert_true(close_stage(t, false));
    Run ours = run_now(t);
    Dues before = dues_of(t);
    assert_true(before.listed_rp == before.own_rp && before.listed_rp == ours.total.rp);
    list_read(t, &o);
    CompareSums compared = sums_of(t);

    // One asks, another signs; nobody alone.
    for (int i = 0; i < 2; i++) {
        good(paylist_mode_set(t->db, &t->arena, &o.operator, KAB, STAGE, MODE_MINISTRY, NOON, &is_done, &t->err));
        assert_false(is_done);
    }
    assert_true(close_stage(t, false));
    Run same = run_now(t);
    assert_true(hash_eq(&same.run_hash, &ours.run_hash));  // not signed: we decide
    good(paylist_mode_set(t->db, &t->arena, &o.head, KAB, STAGE, MODE_MINISTRY, NOON, &is_done, &t->err));
    assert_true(is_done);
    refused(paylist_mode_set(t->db, &t->arena, &o.head, KAB, STAGE, MODE_MINISTRY, NOON, &is_done, &t->err), CONFLICT);

    assert_false(close_stage(t, false));                   // the tray holds contradictions
    assert_int_equal(t->err.code, CONFLICT);
    tray_settle(t, &o);
    compared = sums_of(t);
    if (!close_stage(t, false)) fail_msg("%s", t->err.text);
    Run theirs = run_now(t);
    Dues dues = dues_of(t);
    int64_t listed_rp = compared.kind[COMPARE_SAME].theirs.rp + compared.kind[COMPARE_AMOUNT].theirs.rp + compared.kind[COMPARE_THEIRS].theirs.rp;
    assert_int_equal(theirs.total.rp, listed_rp);          // every rupiah of the list that means a family and this stage
    assert_int_equal(dues.listed_rp, listed_rp);
    assert_int_equal(dues.own_rp, before.own_rp);          // and ours beside it, as it was
    assert_int_equal(dues.payable_n, theirs.payable_n);
    assert_int_equal(dues.n, FAMILIES);
    assert_int_equal(dues.not_listed_n, compared.kind[COMPARE_OURS].n + compared.kind[COMPARE_ZERO].n + compared.kind[COMPARE_OLD].n);
    CompareSums again = sums_of(t);
    for (int k = 0; k < COMPARE_N; k++) assert_true(again.kind[k].n == compared.kind[k].n && again.kind[k].theirs.rp == compared.kind[k].theirs.rp && again.kind[k].ours.rp == compared.kind[k].ours.rp);
    RunTotals totals;
    int64_t by_channel = 0, payable_n = 0;
    good(run_totals(t->db, &t->arena, KAB, STAGE, &totals, &t->err));
    for (size_t i = 0; i < (size_t)totals.village_n * totals.channel_n; i++) { by_channel += totals.channel[i].amount.rp; payable_n += totals.channel[i].payable_n; }
    assert_int_equal(by_channel, listed_rp);
    assert_int_equal(payable_n, theirs.payable_n);
    if (!close_stage(t, true)) fail_msg("%s", t->err.text);                        // in one step: the same bytes
    Run at_once = run_now(t);
    assert_true(hash_eq(&at_once.run_hash, &theirs.run_hash));
    if (has_first_engine) assert_true(hash_eq(&first_engine_hash, &theirs.run_hash));
    first_engine_hash = theirs.run_hash;
    has_first_engine = true;

    Explanation x;
    good(explain_family(t->db, &t->arena, KAB, STAGE, 44, sight_of_program((Date){ 0 }), &x, &t->err));           // the list pays 250.000 more
    assert_true(x.is_decided && x.decided.rp == x.total.rp + 250000);
    good(explain_family(t->db, &t->arena, KAB, STAGE, 7, sight_of_program((Date){ 0 }), &x, &t->err));            // not on the list
    assert_true(x.is_decided && x.decided.rp == 0 && x.total.rp > 0);

    // Signed, paid, and every law holds.
    ApproveResult approved;
    PayResult paid;
    good(approve_run(t->db, &t->arena, &o.operator, &(ApproveWhat){ KAB, STAGE, theirs.run_hash }, NOON, &approved, &t->err));
    good(approve_run(t->db, &t->arena, &o.head, &(ApproveWhat){ KAB, STAGE, theirs.run_hash }, NOON, &approved, &t->err));
    assert_true(approve_is_signed(&approved.state) && approved.total.rp == listed_rp);
    good(pay_stage(t->db, &o.operator, &(PayWhat){ .kab = KAB, .stage = STAGE, .folder = o.folder }, NOON, &paid, &t->err));
    assert_int_equal(paid.amount.rp, listed_rp - approved.hold.rp);
    table_is_the_answer(t);
    Violations v = { .say = say };
    good(payment_check(t->db, KAB, o.folder, &v, &t->err));
    good(audit_check(t->db, KAB, &v, &t->err));
    good(approval_check(t->db, KAB, &v, &t->err));
    assert_int_equal(v.found_n, 0);
    good(run_check(t->db, KAB, STAGE, &t->err));
    good(closing_check(t->db, KAB, STAGE, &t->err));

    // The list is replaced later: what was closed stands.
    const char *path = arena_fmt(&t->arena, "%s/second.csv", o.folder.p).p;
    FILE *f = fopen(path, "w");
    fputs("iddtks;nama_penerima;nominal\nS9000001;SITI;750000\n", f);
    fclose(f);
    PaylistRead r;
    good(paylist_read(t->db, &t->arena, &o.operator, &(PaylistFile){ .kab = KAB, .stage = STAGE, .path = path, .reason = STR("ralat") }, NOON, NULL, &r, &t->err));
    assert_true(r.is_new_live);
    good(closing_check(t->db, KAB, STAGE, &t->err));
    good(run_check(t->db, KAB, STAGE, &t->err));
    assert_int_equal(dues_of(t).listed_rp, listed_rp);
    folder_remove(&o);
}
DB_TEST(the_ministry_decides)

// A family that left with us, and one that entered after the closing, are paid when the list says so.
static void families_beyond_the_closing(DbTest *t) {
    Office o = make_office(t);
    bool is_done;
    assert_true(close_stage(t, false));
    list_read(t, &o);
    good(paylist_mode_set(t->db, &t->arena, &o.operator, KAB, STAGE, MODE_MINISTRY, NOON, &is_done, &t->err));
    good(paylist_mode_set(t->db, &t->arena, &o.head, KAB, STAGE, MODE_MINISTRY, NOON, &is_done, &t->err));
    tray_settle(t, &o);
    if (t->engine == DB_POSTGRESQL) assert_true(db_test_sql(arena_fmt(&t->arena, "SET search_path = %s; UPDATE family SET status = 'left' WHERE id IN (10, 400)", t->schema).p));
    else {
        DbStatement *s;
        static const DbQuery LEFT = { .name = "test: left", .sqlite = "UPDATE family SET status = 'left' WHERE kab = 1371 AND id IN (10, 400)", .postgresql = "", .params = "", .columns = "" };
        bool has_row;
        good(db_begin(t->db, &t->err));
        good(db_prepare(t->db, &LEFT, &s, &t->err));
        good(db_step(s, &has_row, &t->err));
        db_release(s);
        good(db_commit(t->db, &t->err));
    }
    good(db_begin(t->db, &t->err));
    good(pack_refresh_all(t->db, KAB, NULL, &t->err));
    good(db_commit(t->db, &t->err));
    CompareSums compared = sums_of(t);
    if (!close_stage(t, false)) fail_msg("%s", t->err.text);
    Dues dues = dues_of(t);
    assert_int_equal(dues.n, FAMILIES);                    // 398 of the closing and two of the list alone
    assert_int_equal(dues.listed_rp, run_now(t).total.rp);
    compared = sums_of(t);
    assert_int_equal(compared.kind[COMPARE_THEIRS].n, 2);
    table_is_the_answer(t);
    Payables list;
    good(payables_load(t->db, &t->arena, KAB, STAGE, STR(""), 10, 10, true, &list, &t->err));
    assert_true(list.n == 1 && list.at[0].payee.name.n > 0);
    good(closing_check(t->db, KAB, STAGE, &t->err));
    good(run_check(t->db, KAB, STAGE, &t->err));
    folder_remove(&o);
}
DB_TEST(families_beyond_the_closing)

static const struct CMUnitTest tests[] = { DB_TESTS(the_ministry_decides), DB_TESTS(families_beyond_the_closing) };
TEST_MAIN(tests)
