// paylist_compare_test.c: a pay list with known differences beside an invented city's closing, on both engines: every difference is
// found, every rupiah of the list is somewhere, and what people decide can be taken back.
#include "db/db_test.h"
#include "office/audit.h"
#include "office/practice.h"
#include "payment/paylist_list.h"
#include "payment/paylist_sample.h"
#include "paylist/paylist_tray.h"
#include "registry/area.h"
#include "registry/pack.h"
#include "registry/synth_store.h"
#include "programme/rulebook.h"
#include "stage/closing.h"

#define KAB 1371
#define STAGE STR("2024-2")
#define FAMILIES 1500
#define SEED 3
static const Instant NOON = { 1713153600000 };
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)
static const Viewer OPERATOR = { .user_id = 1, .kab = KAB, .role = ROLE_OPERATOR, .is_practice = true, .login = "operator" };

static Sight sight_of(const Viewer *viewer) { return authority_sight(viewer, (Date){ 19829 }); }

static void make_stage(DbTest *t) {
    SynthReport made;
    AreaImport areas;
    ClosingSummary closed;
    RunSummary ran;
    good(db_begin(t->db, &t->err));
    good(area_put_padang(t->db, &areas, &t->err));
    good(db_commit(t->db, &t->err));
    good(synth_store(t->db, &(SynthOptions){ .seed = SEED, .kab = KAB, .family_n = FAMILIES, .at = { 1000 } }, NULL, &made, &t->err));
    good(closing_make(t->db, &(ClosingOptions){ .stage = STAGE, .book_file = STR("pkh.yaml"), .book_text = rulebook_pkh(), .kab = KAB, .actor_id = 1, .at = NOON }, &closed, &t->err));
    good(run_make(t->db, &(RunOptions){ .stage = STAGE, .kab = KAB, .actor_id = 1, .at = NOON }, &ran, &t->err));
}

static const char *path_of(DbTest *t, const char *ending) {
    return arena_fmt(&t->arena, "%s/harapan-%ld-%d-paylist.%s", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp", (long)getpid(), (int)t->engine, ending).p;
}

static PaylistExpected sample_write(DbTest *t, TableFormat format, const char *path, int64_t wave_n) {
    PaylistSample sample = { .seed = SEED, .kab = KAB, .family_n = FAMILIES, .stage = STAGE, .period = "TAHAP 2 TAHUN 2024", .wave_n = wave_n };
    PaylistExpected expected;
    good(paylist_sample_write(t->db, &sample, format, path, &expected, &t->err));
    return expected;
}

static PaylistRead read_list(DbTest *t, const char *path, const char *reason) {
    PaylistRead r;
    PaylistFile file = { .kab = KAB, .stage = STAGE, .path = path, .reason = str_c(reason) };
    good(paylist_read(t->db, &t->arena, &OPERATOR, &file, NOON, NULL, &r, &t->err));
    return r;
}

static CompareSums sums_of(DbTest *t, CompareFilter filter) {
    Comparison *c;
    CompareSums s;
    good(compare_open(t->db, &t->arena, sight_of(&OPERATOR), KAB, STAGE, &c, &t->err));
    good(compare_sums(c, &filter, &s, &t->err));
    return s;
}

// Every rupiah of the lists is in exactly one kind, or beside one.
static void check_whole(const CompareSums *s, int64_t total) {
    int64_t sum = s->old.rp, by_village = s->old.rp;
    for (int k = 0; k < COMPARE_N; k++) sum += s->kind[k].theirs.rp;
    for (size_t i = 0; i < s->village_n; i++) for (int k = 0; k < COMPARE_N; k++) by_village += s->villages[i].kind[k].theirs.rp;
    assert_int_equal(sum, total);
    assert_int_equal(by_village, total);
}

static void differences_are_found(DbTest *t) {
    make_stage(t);
    TableFormat formats[] = { TABLE_XLSX, TABLE_CSV };
    for (int i = 0; i < 2; i++) {                          // the second is another file with the same rows: it replaces the first
        const char *path = path_of(t, table_format_name(formats[i]));
        PaylistExpected x = sample_write(t, formats[i], path, 1);
        PaylistRead r = read_list(t, path, i ? "sama, dalam CSV" : NULL);
        assert_true(r.is_new_live);
        assert_int_equal(r.list.refused_n, 0);
        assert_int_equal(r.list.row_n, x.row_n);
        assert_int_equal(r.list.wave_n, 1);
        assert_int_equal(r.list.amount.rp, x.total.rp);
        assert_int_equal(r.list.stranger_n, x.stranger_n);
        assert_int_equal(r.list.contradiction_n, x.contradiction_n);
        assert_int_equal(r.list.twice_n, x.twice_n);
        CompareSums s = sums_of(t, (CompareFilter){ 0 });
        for (int k = 0; k < COMPARE_N; k++) if (s.kind[k].n != x.kind[k]) fail_msg("%s: found %lld, wanted %lld", compare_name((CompareKind)k), (long long)s.kind[k].n, (long long)x.kind[k]);
        assert_int_equal(s.channel_n, x.other_channel_n);
        assert_true(s.cause[CAUSE_MONTHS].n >= x.months_n);   // three pupils less one are two months of three: both fit
        assert_true(s.cause[CAUSE_COMPONENT_LESS].n + s.cause[CAUSE_MONTHS].n >= x.less_n + x.months_n);
        check_whole(&s, x.total.rp);
        if (i) {
            assert_int_equal(r.change.new_n + r.change.gone_n + r.change.changed_n, 0);
            assert_true(r.change.same_n > 0 && r.list.replaces_id > 0);
        }
        PaylistRead again = read_list(t, path, NULL);      // the same file: nothing happens
        assert_true(again.was_known && !again.is_new_live && again.list.id == r.list.id);
        unlink(path);
    }
    Violations v = { 0 };
    good(audit_check(t->db, KAB, &v, &t->err));
    assert_int_equal(v.found_n, 0);
}
DB_TEST(differences_are_found)

// ---- keys and the tray ---------------------------------------------------------------------------------------------------
typedef struct { int64_t by[4], against_n; } Keys;
static bool keys_take(void *with, const CompareRow *row, Err *e) {
    Keys *k = with;
    (void)e;
    if (row->agree_n == 0) return true;                    // not on the list
    int first = 0;
    while (!(row->agree_n >> first & 1)) first++;
    k->by[first]++;
    k->against_n += row->against_n != 0;
    return true;
}

static void decisions_move_rows(DbTest *t) {
    make_stage(t);
    const char *path = path_of(t, "csv");
    PaylistExpected x = sample_write(t, TABLE_CSV, path, 1);
    read_list(t, path, NULL);
    unlink(path);
    Keys keys = { 0 };
    Comparison *c;
    good(compare_open(t->db, &t->arena, sight_of(&OPERATOR), KAB, STAGE, &c, &t->err));
    good(compare_each(c, &(CompareFilter){ 0 }, keys_take, &keys, &t->err));
    for (int i = 0; i < 4; i++) assert_int_equal(keys.by[i], x.by_key[i]);         // iddtks, NIK, KK, account
    assert_int_equal(keys.against_n, x.against_n);

    TrayRows rows;
    TrayFilter filter = { .limit_n = 1000 };
    good(tray_list(t->db, &t->arena, sight_of(&OPERATOR), KAB, STAGE, &filter, &rows, &t->err));
    assert_int_equal(rows.n, x.stranger_n + x.contradiction_n + x.twice_n);
    const TrayRow *contradiction = NULL, *stranger = NULL;
    for (size_t i = 0; i < rows.n; i++) {
        if (rows.at[i].kind == TRAY_CONTRADICTION) contradiction = &rows.at[i];
        if (rows.at[i].kind == TRAY_STRANGER) stranger = &rows.at[i];
    }
    assert_non_null(contradiction);
    assert_int_equal(contradiction->candidate_n, 2);
    assert_true(contradiction->candidates[0].bits == KEY_BIT_CODE && contradiction->candidates[1].bits == KEY_BIT_NIK && contradiction->candidates[0].name.n > 0);

    TraySay say = { .kab = KAB, .list_id = contradiction->list_id, .row_n = contradiction->row_n, .decision = TRAY_FAMILY, .family_id = contradiction->candidates[0].family_id };
    Viewer auditor = OPERATOR;
    auditor.role = ROLE_AUDITOR;
    refused(tray_say(t->db, &OPERATOR, &say, NOON, &t->err), BAD_INPUT);           // why?
    say.reason = STR("NIK suami, sudah dicek di rumah");
    refused(tray_say(t->db, &auditor, &say, NOON, &t->err), FORBIDDEN);
    CompareSums before = sums_of(t, (CompareFilter){ 0 });
    for (int i = 0; i < 2; i++) good(tray_say(t->db, &OPERATOR, &say, NOON, &t->err));     // a second click
    TraySay not_ours = { .kab = KAB, .list_id = stranger->list_id, .row_n = stranger->row_n, .decision = TRAY_NOT_OURS, .reason = STR("pindah ke Pariaman") };
    good(tray_say(t->db, &OPERATOR, &not_ours, NOON, &t->err));
    CompareSums after = sums_of(t, (CompareFilter){ 0 });
    assert_int_equal(after.kind[COMPARE_TRAY].n, before.kind[COMPARE_TRAY].n - 2);
    assert_int_equal(after.kind[COMPARE_NOT_OURS].n, 1);
    assert_int_equal(after.kind[COMPARE_SAME].n, before.kind[COMPARE_SAME].n + 1);
    assert_int_equal(after.kind[COMPARE_OURS].n, before.kind[COMPARE_OURS].n - 1);
    check_whole(&after, x.total.rp);
    int64_t changed_n;
    good(paylist_match_again(t->db, &OPERATOR, KAB, say.list_id, NOON, &changed_n, &t->err));
    assert_int_equal(changed_n, 0);                        // what people decided stays

    say.decision = TRAY_OPEN;
    say.reason = STR("ternyata keliru");
    good(tray_say(t->db, &OPERATOR, &say, NOON, &t->err));
    not_ours.decision = TRAY_OPEN;
    good(tray_say(t->db, &OPERATOR, &not_ours, NOON, &t->err));
    CompareSums undone = sums_of(t, (CompareFilter){ 0 });
    for (int k = 0; k < COMPARE_N; k++) assert_int_equal(undone.kind[k].n, before.kind[k].n);
    TraySteps steps;
    good(tray_steps(t->db, &t->arena, sight_of(&OPERATOR), KAB, say.list_id, say.row_n, &steps, &t->err));
    assert_int_equal(steps.n, 2);
    assert_true(steps.at[0].decision == TRAY_FAMILY && steps.at[1].decision == TRAY_OPEN);
}
DB_TEST(decisions_move_rows)

// ---- waves, replacing, other people ----------------------------------------------------------------------------------------
static void waves_add_and_replace(DbTest *t) {
    make_stage(t);
    const char *path = path_of(t, "csv"), *second = path_of(t, "2.csv");
    PaylistExpected x = sample_write(t, TABLE_CSV, path, 1);
    FILE *f = fopen(second, "w");
    fputs("iddtks;nik_ktp;nama_penerima;tahap;gelombang;nominal\n", f);
    SynthFamily *family = NEW(&t->arena, SynthFamily, 1);
    (void)family;
    fputs(";;TIDAK DIKENAL;Tahap II 2024;2;500.000\n", f);
    fclose(f);
    read_list(t, path, NULL);
    PaylistRead r = read_list(t, second, NULL);
    assert_true(r.is_new_live && r.list.wave_n == 2 && r.list.stranger_n == 1);    // a second wave adds
    CompareSums s = sums_of(t, (CompareFilter){ 0 });
    check_whole(&s, x.total.rp + 500000);
    f = fopen(second, "w");                                // a corrected file of the wave waits for a reason
    fputs("iddtks;nik_ktp;nama_penerima;tahap;gelombang;nominal\n;;TIDAK DIKENAL;Tahap II 2024;2;600.000\n", f);
    fclose(f);
    int64_t first_id = r.list.id;
    r = read_list(t, second, NULL);
    assert_true(!r.is_new_live && r.live_id == first_id && r.list.state == PAYLIST_STAGED);
    s = sums_of(t, (CompareFilter){ 0 });
    check_whole(&s, x.total.rp + 500000);
    r = read_list(t, second, "ralat dari Kementerian");
    assert_true(r.is_new_live && r.was_known && r.list.replaces_id == first_id);
    s = sums_of(t, (CompareFilter){ 0 });
    check_whole(&s, x.total.rp + 600000);
    Paylists lists;
    good(paylist_list(t->db, &t->arena, sight_of(&OPERATOR), KAB, STAGE, &lists, &t->err));
    assert_int_equal(lists.n, 3);                          // the replaced one stays
    PaylistFile other = { .kab = KAB, .stage = STR("2024-3"), .path = second };
    PaylistRead none;
    refused(paylist_read(t->db, &t->arena, &OPERATOR, &other, NOON, NULL, &none, &t->err), CONFLICT);
    Viewer elsewhere = OPERATOR, companion = OPERATOR;
    elsewhere.kab = 1301;
    companion.role = ROLE_COMPANION;
    other = (PaylistFile){ .kab = KAB, .stage = STAGE, .path = second };
    refused(paylist_read(t->db, &t->arena, &elsewhere, &other, NOON, NULL, &none, &t->err), FORBIDDEN);
    TrayRows hidden;
    good(tray_list(t->db, &t->arena, sight_of(&elsewhere), KAB, STAGE, &(TrayFilter){ .limit_n = 9 }, &hidden, &t->err));
    assert_int_equal(hidden.n + (size_t)hidden.all_n, 0);
    Comparison *c;
    refused(compare_open(t->db, &t->arena, sight_of(&elsewhere), KAB, STAGE, &c, &t->err), NOT_FOUND);
    good(compare_open(t->db, &t->arena, sight_of(&companion), KAB, STAGE, &c, &t->err));     // no families of his own: sees none
    good(compare_sums(c, &(CompareFilter){ 0 }, &s, &t->err));
    for (int k = 0; k < COMPARE_N; k++) assert_int_equal(s.kind[k].n, 0);
    unlink(path);
    unlink(second);
}
DB_TEST(waves_add_and_replace)

static void the_list_goes_out(DbTest *t) {
    make_stage(t);
    const char *path = path_of(t, "csv");
    PaylistExpected x = sample_write(t, TABLE_CSV, path, 1);
    read_list(t, path, NULL);
    unlink(path);
    Comparison *c;
    TableColumn columns[COMPARE_COLUMNS];
    TableWriter *w;
    int64_t *ids;
    size_t n;
    int fd;
    compare_columns(columns);
    CompareFilter filter = { .kinds = 1u << COMPARE_AMOUNT };
    good(compare_open(t->db, &t->arena, sight_of(&OPERATOR), KAB, STAGE, &c, &t->err));
    good(compare_ids(c, &filter, &t->arena, &ids, &n, &t->err));
    assert_int_equal(n, x.kind[COMPARE_AMOUNT]);
    good(table_open(&(TableWriteOptions){ .format = TABLE_CSV, .title = STR("x"), .columns = columns, .column_n = COMPARE_COLUMNS }, &w, &t->err));
    good(compare_write(c, &filter, w, &t->err));
    assert_int_equal(table_row_n(w), x.kind[COMPARE_AMOUNT]);
    good(table_finish(w, &fd, &t->err));
    close(fd);
}
DB_TEST(the_list_goes_out)

static const struct CMUnitTest tests[] = { DB_TESTS(differences_are_found), DB_TESTS(decisions_move_rows), DB_TESTS(waves_add_and_replace), DB_TESTS(the_list_goes_out) };
TEST_MAIN(tests)
