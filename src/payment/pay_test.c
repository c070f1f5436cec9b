// pay_test.c: from a run to the channel's files on both engines: who may, what is held, what is written, what a second time does,
// fifty people at one button, and a kill at every kind of write.
#include "payment/pay_sample.h"
#include "db/ask.h"
#include "files/csv.h"
#include "files/pain001.h"
#include "payment/payment_table.h"
#include "registry/area.h"
#include "registry/number.h"
#include <sys/stat.h>
#include <sys/wait.h>

// ---- who may, and what happens -----------------------------------------------------------------------------------

static void a_stage_is_paid(DbTest *t) {
    Office o = make_office(t);
    Run run = close_and_run(t);
    ApproveResult r;
    PayResult paid, again;
    Hash other = hash_of("other", 5);
    assert_int_equal(violations(t, STR(""), true), 0);
    assert_false(sign(t, &o.operator, &other, &r)); assert_int_equal(t->err.code, CONFLICT);         // not what is there now
    assert_false(sign(t, &o.auditor, &run.run_hash, &r)); assert_int_equal(t->err.code, FORBIDDEN);
    assert_false(sign(t, &o.head, &run.run_hash, &r)); assert_int_equal(t->err.code, FORBIDDEN);     // the second before the first
    check_ok(sign(t, &o.operator, &run.run_hash, &r), t->err);
    assert_true(r.is_new && r.state.signed_n == 1);
    assert_false(sign(t, &o.operator, &run.run_hash, &r)); assert_int_equal(t->err.code, FORBIDDEN); // maker is never checker
    assert_false(sign(t, &o.coordinator, &run.run_hash, &r)); assert_int_equal(t->err.code, FORBIDDEN);
    assert_false(pay(t, &o, &o.operator, &paid)); assert_int_equal(t->err.code, CONFLICT);           // one signature is none
    check_ok(sign(t, &o.head, &run.run_hash, &r), t->err);
    assert_true(r.is_new && r.state.signed_n == 2 && r.hold_n == 0);
    check_ok(sign(t, &o.head, &run.run_hash, &r), t->err);
    assert_true(!r.is_new && r.total.rp == run.total.rp);
    assert_int_equal(violations(t, STR(""), true), 0);
    assert_false(pay(t, &o, &o.head, &paid)); assert_int_equal(t->err.code, FORBIDDEN);
    assert_false(pay(t, &o, &o.auditor, &paid)); assert_int_equal(t->err.code, FORBIDDEN);
    check_ok(pay(t, &o, &o.operator, &paid), t->err);
    assert_int_equal(paid.family_n, run.payable_n);
    assert_int_equal(paid.amount.rp, run.total.rp);
    assert_true(paid.batch_n == paid.batch_new_n && paid.batch_n == paid.released_n && paid.batch_n >= 4 && paid.file_n == paid.file_new_n);
    assert_int_equal(violations(t, o.folder, true), 0);
    check_ok(pay(t, &o, &o.coordinator, &again), t->err);                                            // a second time: nothing
    assert_true(again.batch_new_n == 0 && again.released_n == 0 && again.file_new_n == 0 && again.file_n == paid.file_n && again.amount.rp == paid.amount.rp);
    assert_int_equal(violations(t, o.folder, true), 0);
    folder_remove(o.folder);
}
DB_TEST(a_stage_is_paid)

// ---- files -------------------------------------------------------------------------------------------------------

static const char *file_of(DbTest *t, const Office *o, const char *name) { return arena_fmt(&t->arena, "%s/%s", o->folder.p, name).p; }

static void files_stay_what_they_are(DbTest *t) {
    Office o = make_office(t);
    Run run = close_and_run(t);
    ApproveResult r;
    PayResult paid;
    PainCount count;
    approve(t, &o, &run, &r);
    check_ok(pay(t, &o, &o.operator, &paid), t->err);
    const char *xml = file_of(t, &o, "LATIHAN-PKH-1371-2024-2-BRI-P01-A1.xml");
    good(pain001_recount(xml, &count, &t->err));
    check_str(str_c(count.message_id), STR("PKH-1371-2024-2-BRI-P01-A1"));
    const char *xsd = getenv("HARAPAN_SOURCE") ? arena_fmt(&t->arena, "%s/../shared/data/iso20022/pain.001.001.09.xsd", getenv("HARAPAN_SOURCE")).p : "";
    if (access(xsd, R_OK) == 0) assert_int_equal(system(arena_fmt(&t->arena, "xmllint --noout --schema '%s' '%s' 2>/dev/null", xsd, xml).p), 0);
    assert_int_equal(unlink(xml), 0);                                          // lost: written again, the same bytes
    assert_int_equal(violations(t, o.folder, false), 1);
    check_ok(pay(t, &o, &o.operator, &paid), t->err);
    assert_int_equal(paid.file_new_n, 1);
    PainCount second;
    good(pain001_recount(xml, &second, &t->err));
    assert_true(hash_eq(&second.proof.sha256, &count.proof.sha256));
    FILE *f = fopen(xml, "r+b");                                               // changed: refused, and left as it is
    assert_non_null(f);
    fseek(f, 100, SEEK_SET);
    fputc('#', f);
    fclose(f);
    assert_int_equal(violations(t, o.folder, false), 1);
    refused(pay(t, &o, &o.operator, &paid), CONFLICT);
    f = fopen(xml, "rb");
    fseek(f, 100, SEEK_SET);
    assert_int_equal(fgetc(f), '#');
    fclose(f);
    folder_remove(o.folder);
}
DB_TEST(files_stay_what_they_are)

// ---- paid identity -----------------------------------------------------------------------------------------------

static Str number_at(DbTest *t, SecretKind kind, int64_t family_id, int64_t person_id) {
    Str number;
    good(number_read(t->db, &t->arena, kind, (ClaimHolder){ KAB, family_id, person_id }, &number, &t->err));
    return number;
}

static void number_set(DbTest *t, SecretKind kind, int64_t family_id, int64_t person_id, Str number) {
    good(number_change(t->db, kind, (ClaimHolder){ KAB, family_id, person_id }, number, &t->err));
    good(pack_refresh(t->db, KAB, family_id, family_id, NULL, &t->err));
}

// The payee is the member whose NIK the payee part has.
static int64_t payee_at(DbTest *t, int64_t family_id) {
    Secrets s = { 0 };
    Str bytes;
    Payee payee;
    bool is_found;
    int64_t id = 0;
    good(secrets_open(&s, t->db, KAB, &t->err));
    good(secrets_load(&s, t->db, family_id, family_id, &t->err));
    good(pack_of_family(t->db, &t->arena, KAB, PACK_PAYEE, INT64_MAX, family_id, &bytes, &is_found, &t->err));
    good(payee_pack_find(bytes, family_id, &payee, &is_found, &t->err));
    good(payee_open(&s, &payee, &t->arena, &t->err));
    for (uint32_t i = 0; i < payee.member_n; i++)
        if (str_eq(number_at(t, SECRET_NIK, family_id, pack_u32(payee.person, i)), payee.nik)) id = pack_u32(payee.person, i);
    secrets_close(&s);
    return id;
}

static void doubles_are_held(DbTest *t) {
    Office o = make_office(t);
    ApproveResult r;
    PayResult paid;
    Holds holds;
    // Family 20's payee gets the NIK of family 10's; the fifth BRI family gets the account of the first; the eighth loses its own.
    int64_t banked[8] = { 0 };
    size_t n = 0;
    good(db_begin(t->db, &t->err));
    for (int64_t id = 1; n < 8; id++) if (id != 10 && id != 20 && number_at(t, SECRET_ACCOUNT, id, 0).n) banked[n++] = id;
    number_set(t, SECRET_NIK, 20, payee_at(t, 20), number_at(t, SECRET_NIK, 10, payee_at(t, 10)));
    number_set(t, SECRET_ACCOUNT, banked[4], 0, number_at(t, SECRET_ACCOUNT, banked[0], 0));
    number_set(t, SECRET_ACCOUNT, banked[7], 0, (Str){ 0 });
    good(db_commit(t->db, &t->err));
    Run run = close_and_run(t);
    approve(t, &o, &run, &r);
    assert_int_equal(r.hold_n, 3);
    assert_true(r.hold_by_reason[CLASH_NIK] == 1 && r.hold_by_reason[CLASH_ACCOUNT] == 1 && r.hold_by_reason[CLASH_NO_ACCOUNT] == 1 && r.hold.rp > 0);
    good(holds_load(t->db, &t->arena, KAB, STAGE, 1, FAMILY_LAST, &holds, &t->err));
    assert_true(holds.n == 3 && holds_has(&holds, 20) && !holds_has(&holds, 10));
    check_ok(pay(t, &o, &o.operator, &paid), t->err);
    assert_int_equal(paid.family_n, run.payable_n - 3);
    assert_int_equal(paid.amount.rp, run.total.rp - r.hold.rp);
    assert_int_equal(violations(t, o.folder, true), 0);
    folder_remove(o.folder);
}
DB_TEST(doubles_are_held)

// ---- payments as rows ----------------------------------------------------------------------------------------------

static bool payment_line(void *with, const Payment *p, Err *e) {
    static const char *const DUES[] = { "payable", "nothing", "suspended", "not_eligible" };
    char credited_on[16] = "", happened_on[16] = "";
    (void)e;
    if (date_is_known(p->credited_on)) snprintf(credited_on, sizeof credited_on, "%d", p->credited_on.days);
    if (date_is_known(p->happened_on)) snprintf(happened_on, sizeof happened_on, "%d", p->happened_on.days);
    buf_fmt(with, "1371,2024-2,%lld,%lld,%.*s,%s,%lld,%s,%lld,%.*s,%.*s,%s,%s\n", (long long)p->family_id, (long long)p->village_id, STR_ARG(p->channel), DUES[p->due], (long long)p->amount.rp,
            payment_state_name(p->state), (long long)p->attempt_n, STR_ARG(p->attempt_state), STR_ARG(p->reason), credited_on, happened_on);
    return true;
}

static bool answer_line(void *with, const AskRow *row, Err *e) {
    (void)e;
    for (size_t i = 0; row->values && i < row->n; i++) buf_fmt(with, "%.*s%s", STR_ARG(row->values[i]), i + 1 < row->n ? "," : "\n");
    return true;
}

// The rows of payment_each with the wanted word in them, as `question` should give them; returns how many.
static int64_t rows_are(DbTest *t, const char *where, const char *wanted) {
    Buf each = { 0 }, found = { 0 }, table = { 0 }, chosen = { 0 };
    Db *reader;
    bool is_cut;
    int64_t n = 0;
    good(payment_each(t->db, KAB, STAGE, STR(""), 1, FAMILY_LAST, payment_line, &each, &t->err));
    for (Str rest = buf_view(&each); rest.n;) {
        Str line = str_cut(&rest, '\n');
        if (wanted && !strstr(arena_str(&t->arena, line).p, wanted)) continue;
        buf_fmt(&chosen, "%.*s\n", STR_ARG(line));
        n++;
    }
    payment_table_select(&table, t->engine, KAB, KAB);
    AskTable tables[] = { { "payment", buf_view(&table) } };
    good(db_open_again(t->db, (DbOptions){ .is_read_only = true }, &reader, &t->err));
    good(payment_table_open(reader, &t->err));
    good(db_begin_read(reader, &t->err));
    good(db_ask(reader, arena_fmt(&t->arena, "SELECT * FROM payment %s ORDER BY family_id", where), &(AskOptions){ .tables = tables, .table_n = 1, .limit_ms = 60000, .limit_row_n = 10000 },
                answer_line, &found, &is_cut, &t->err));
    db_close(reader);
    check_str(buf_view(&found), buf_view(&chosen));
    buf_free(&each), buf_free(&found), buf_free(&table), buf_free(&chosen);
    return n;
}

// At every step of a stage the table shows what the one answer shows.
static void every_payment_is_a_row(DbTest *t) {
    Office o = make_office(t);
    ApproveResult r;
    PayResult paid;
    int64_t without = 0;
    for (int64_t n = 0, id = 1; n < 4; id++) if (number_at(t, SECRET_ACCOUNT, id, 0).n && ++n == 4) without = id;
    good(db_begin(t->db, &t->err));
    number_set(t, SECRET_ACCOUNT, without, 0, (Str){ 0 });
    good(db_commit(t->db, &t->err));
    sql(t, "UPDATE person SET outcome = 'not_met' WHERE kab = 1371 AND family_id < 20");
    Run run = close_and_run(t);
    assert_int_equal(rows_are(t, "", NULL), FAMILIES);
    assert_int_equal(rows_are(t, "WHERE state = 'expected'", ",expected,"), run.payable_n);
    approve(t, &o, &run, &r);
    assert_int_equal(rows_are(t, "WHERE state = 'held' AND stage = '2024-2' AND kab = 1371", ",held,"), 1);
    check_ok(pay(t, &o, &o.operator, &paid), t->err);
    sql(t, "INSERT INTO attempt (kab, stage, family_id, n, is_live, state, channel, amount_rp, reason, recorded_at) VALUES (1371, '2024-2', 30, 1, 0, 'failed', 'BRI', 100, 'account closed', 1)");
    sql(t, "INSERT INTO attempt (kab, stage, family_id, n, is_live, prev_n, prev_is_live, state, channel, amount_rp, recorded_at) VALUES (1371, '2024-2', 30, 2, 1, 1, 0, 'pending', 'POS', 99, 2)");
    assert_int_equal(rows_are(t, "", NULL), FAMILIES);
    assert_int_equal(rows_are(t, "WHERE state = 'particular'", ",particular,"), 1);
    assert_int_equal(rows_are(t, "WHERE channel = 'BRI' AND stage = '2024-2'", ",BRI,"), rows_are(t, "WHERE channel IN ('BRI')", ",BRI,"));
    assert_int_equal(rows_are(t, "WHERE family_id = 30", ",30,1371"), 1);
    assert_int_equal(rows_are(t, "WHERE family_id > 29 AND family_id <= 30 AND kab >= 1371 AND kab < 1372", ",30,1371"), 1);
    assert_int_equal(rows_are(t, "WHERE stage = '2024-3'", "no such row"), 0);
    assert_int_equal(rows_are(t, "WHERE kab = 1372", "no such row"), 0);
    folder_remove(o.folder);
}
DB_TEST(every_payment_is_a_row)

// ---- what is changed behind our back ---------------------------------------------------------------------------------

static void every_tampering_is_seen(DbTest *t) {
    static const struct { const char *change, *back; } TAMPERINGS[] = {
        { "UPDATE batch SET amount_rp = amount_rp + 1 WHERE id = 1", "UPDATE batch SET amount_rp = amount_rp - 1 WHERE id = 1" },
        { "UPDATE batch SET last_id = last_id - 1 WHERE id = 1", "UPDATE batch SET last_id = last_id + 1 WHERE id = 1" },
        { "UPDATE batch SET state = 'reserved' WHERE id = 2", "UPDATE batch SET state = 'released' WHERE id = 2" },
        { "UPDATE batch_file SET amount_rp = amount_rp - 1 WHERE batch_id = 1 AND n = 1", "UPDATE batch_file SET amount_rp = amount_rp + 1 WHERE batch_id = 1 AND n = 1" },
        { "UPDATE account SET debit_posted_rp = debit_posted_rp + 5 WHERE kind = 'programme_cost'", "UPDATE account SET debit_posted_rp = debit_posted_rp - 5 WHERE kind = 'programme_cost'" },
        { "INSERT INTO hold (kab, stage, family_id, reason, amount_rp, recorded_at) VALUES (1371, '2024-2', 1, 'same_nik', 1, 1)", "DELETE FROM hold" },
    };
    Office o = make_office(t);
    Run run = close_and_run(t);
    ApproveResult r;
    PayResult paid;
    approve(t, &o, &run, &r);
    check_ok(pay(t, &o, &o.operator, &paid), t->err);
    for (size_t i = 0; i < sizeof TAMPERINGS / sizeof *TAMPERINGS; i++) {
        sql(t, TAMPERINGS[i].change);
        if (violations(t, STR(""), false) == 0) fail_msg("not seen: %s", TAMPERINGS[i].change);
        sql(t, TAMPERINGS[i].back);
        assert_int_equal(violations(t, STR(""), true), 0);
    }
    sql(t, "DELETE FROM approval_signature WHERE step_n = 1");
    assert_true(violations(t, STR(""), false) > 0);
    folder_remove(o.folder);
}
DB_TEST(every_tampering_is_seen)

// ---- many at one button ------------------------------------------------------------------------------------------

enum { PRESSED_FIRST = 1, PRESSED_LATER = 2, PRESSED_FAILED = 3 };

static int press(DbTest *t, const Viewer *who, const Hash *seen) {
    Db *db;
    Err e = { 0 };
    ApproveResult r;
    if (!db_open(t->url, (DbOptions){ 0 }, &db, &e)) { print_error("%s\n", e.text); return PRESSED_FAILED; }
    bool is_good = approve_run(db, &t->arena, who, &(ApproveWhat){ KAB, STAGE, *seen }, NOON, &r, &e);
    if (!is_good) print_error("%s\n", e.text);
    db_close(db);
    return !is_good ? PRESSED_FAILED : r.is_new ? PRESSED_FIRST : PRESSED_LATER;
}

static void many_press_approve_and_one_wins(DbTest *t) {
    enum { PEOPLE = 12 };
    Office o = make_office(t);
    Run run = close_and_run(t);
    ApproveResult r;
    pid_t children[PEOPLE];
    int pressed[4] = { 0 };
    check_ok(sign(t, &o.operator, &run.run_hash, &r), t->err);
    for (int i = 0; i < PEOPLE; i++) {
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] == 0) _exit(press(t, i % 2 ? &o.head : &o.linjamsos, &run.run_hash));
    }
    for (int i = 0; i < PEOPLE; i++) {
        int status;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 4);
        pressed[WEXITSTATUS(status)]++;
    }
    assert_int_equal(pressed[PRESSED_FIRST], 1);
    assert_int_equal(pressed[PRESSED_LATER], PEOPLE - 1);
    assert_int_equal(violations(t, STR(""), true), 0);
    folder_remove(o.folder);
}
DB_TEST(many_press_approve_and_one_wins)

// ---- approved and closed again at the same moment --------------------------------------------------------------------

// Somebody gives the last signature while another closes the stage again: asked whether it may be closed, the stage was not approved.
static struct { DbTest *t; const Office *o; Hash seen; bool is_signed; } meanwhile;
static bool sign_meanwhile(Db *db, int64_t kab, Str stage, Err *e) {
    DbTest *t = meanwhile.t;
    Db *other = NULL;
    Err said = { 0 };
    ApproveResult r;
    bool is_done = true;
    if (!approve_is_done(db, kab, stage, &is_done, e)) return false;
    assert_false(is_done);
    check_ok(db_open(t->url, (DbOptions){ .busy_ms = 50 }, &other, &said), said);
    meanwhile.is_signed = approve_run(other, &t->arena, &meanwhile.o->head, &(ApproveWhat){ kab, stage, meanwhile.seen }, NOON, &r, &said);
    db_close(other);
    return true;
}

static bool close_again(DbTest *t, Db *db, bool (*may)(Db *, int64_t, Str, Err *)) {
    ClosingSummary closed;
    t->err = (Err){ 0 };
    return closing_make(db, &(ClosingOptions){ .stage = STAGE, .book_file = STR("pkh.yaml"), .book_text = rulebook_pkh(), .kab = KAB, .actor_id = 1, .at = NOON,
                                               .thread_n = 1, .may_close_again = may }, &closed, &t->err);
}

static bool yes(Db *db, int64_t kab, Str stage, Err *e) { (void)db; (void)kab; (void)stage; (void)e; return true; }

static int64_t closing_n(DbTest *t) {
    Closing c;
    good(closing_read(t->db, KAB, STAGE, &c, &t->err));
    return c.closing_n;
}

static void approved_or_closed_again(DbTest *t) {
    Office o = make_office(t);
    Run run = close_and_run(t);
    ApproveResult r;
    bool is_done = false;
    good(sign(t, &o.operator, &run.run_hash, &r));
    meanwhile.t = t, meanwhile.o = &o, meanwhile.seen = run.run_hash;
    bool is_closed = close_again(t, t->db, sign_meanwhile);
    if (t->engine == DB_POSTGRESQL) {                      // the signature came first: the closing is turned away
        assert_true(meanwhile.is_signed && !is_closed);
        assert_int_equal(t->err.code, BUSY);
        good(approve_is_done(t->db, KAB, STAGE, &is_done, &t->err));
        assert_true(is_done);
    } else assert_true(!meanwhile.is_signed && is_closed); // there is one writer at a time: the signer waited, and gave up
    assert_int_equal(closing_n(t), is_closed ? 2 : 1);
    assert_int_equal(violations(t, STR(""), true), 0);
    folder_remove(o.folder);
}
DB_TEST(approved_or_closed_again)

// The other way round: what a signer's transaction saw was closed again before he came to the books.
static void closed_again_and_then_signed(DbTest *t) {
    if (t->engine == DB_SQLITE) return;                    // there the two cannot overlap
    Office o = make_office(t);
    Run run = close_and_run(t);
    Db *other;
    bool is_done = true;
    good(db_begin(t->db, &t->err));
    good(approve_is_done(t->db, KAB, STAGE, &is_done, &t->err));               // the transaction sees what was there
    good(db_open(t->url, (DbOptions){ 0 }, &other, &t->err));
    good(close_again(t, other, yes));
    db_close(other);
    refused(pack_epoch_hold(t->db, KAB, &t->err), BUSY);
    db_rollback(t->db);
    assert_false(is_done);
    ApproveResult r;
    refused(sign(t, &o.operator, &run.run_hash, &r), NOT_FOUND);               // the second closing has no run yet
    assert_int_equal(closing_n(t), 2);
    folder_remove(o.folder);
}
DB_TEST(closed_again_and_then_signed)

static const struct CMUnitTest TESTS[] = {
    DB_TESTS(a_stage_is_paid), DB_TESTS(files_stay_what_they_are), DB_TESTS(doubles_are_held), DB_TESTS(every_payment_is_a_row), DB_TESTS(every_tampering_is_seen),
    DB_TESTS(many_press_approve_and_one_wins), DB_TESTS(approved_or_closed_again), DB_TESTS(closed_again_and_then_signed),
};
TEST_MAIN(TESTS)
