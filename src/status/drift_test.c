// drift_test.c: a refresh from the Ministry's data, on both engines: what it says, what it is worth, that nothing happens before two
// people have signed, that it happens once and as foretold, and that it is taken back.
#include "registry/life_sample.h"
#include "registry/import.h"
#include "stage/ageing.h"
#include "stage/amounts.h"
#include "status/drift_status.h"
#include "status/worklist.h"

#define FAMILIES 400

// ---- a file of the Ministry: our own export, with what has changed -------------------------------------------------------------------
enum { CODE, VILLAGE = 4, KK = 9, NIK, NAME, BORN, COLUMNS = 17 };
typedef struct { Str cell[COLUMNS]; int family_n; const char *decile, *life; bool is_left_out; } Line;
typedef struct { Line *at; size_t n; Str header; char separator; } File;

static Str read_all(DbTest *t, const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) fail_msg("%s is not there", path);
    Buf b = { 0 };
    char part[4096];
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_bytes(&b, part, n);
    fclose(f);
    Str text = arena_str(&t->arena, buf_view(&b));
    buf_free(&b);
    return text;
}

static File export_read(DbTest *t, const char *path) {
    int64_t row_n;
    good(import_write_export(t->db, KAB, sight_of_program(ymd(2024, 6, 15)), path, &row_n, &t->err));
    Str text = read_all(t, path);
    File f = { .at = NEW(&t->arena, Line, row_n + 10) };
    f.header = str_trim(str_cut(&text, '\n'));
    f.separator = '|';
    assert_true(str_contains(f.header, STR("iddtks|provinsi")));
    while (text.n) {
        Str line = str_trim(str_cut(&text, '\n'));
        Line *out = &f.at[f.n];
        if (line.n == 0) continue;
        for (int i = 0; i < COLUMNS; i++) out->cell[i] = str_cut(&line, f.separator);
        out->family_n = f.n == 0 ? 1 : f.at[f.n - 1].family_n + !str_eq(f.at[f.n - 1].cell[CODE], out->cell[CODE]);
        out->decile = out->life = "";
        f.n++;
    }
    return f;
}

static void file_write(const File *f, const char *path) {
    FILE *out = fopen(path, "wb");
    fprintf(out, "%.*s%cdesil%cstatus_hidup\n", STR_ARG(f->header), f->separator, f->separator);
    for (size_t i = 0; i < f->n; i++) {
        if (f->at[i].is_left_out) continue;
        for (int k = 0; k < COLUMNS; k++) fprintf(out, "%.*s%c", STR_ARG(f->at[i].cell[k]), f->separator);
        fprintf(out, "%s%c%s\n", f->at[i].decile, f->separator, f->at[i].life);
    }
    fclose(out);
}

static size_t line_of(const File *f, int family_n, int member) {
    for (size_t i = 0; i < f->n; i++) if (f->at[i].family_n == family_n && member-- == 0) return i;
    fail_msg("family %d has not so many members", family_n);
    return 0;
}
static int member_n(const File *f, int family_n) { int n = 0; for (size_t i = 0; i < f->n; i++) n += f->at[i].family_n == family_n; return n; }
static int with_members(const File *f, int from, int n) {
    while (member_n(f, from) < n) if (++from > FAMILIES) fail_msg("no family has %d members", n);
    return from;
}
static int64_t family_of(DbTest *t, const File *f, size_t line) {
    Str code = f->at[line].cell[CODE];
    return sql_int(t, arena_fmt(&t->arena, "SELECT id FROM family WHERE kab = 1371 AND dtks_code = '%.*s'", STR_ARG(code)).p, 0, 0);
}

typedef struct { int left, moved, split, died, missing, joined, decile; } Changed;
static Changed file_change(File *f) {
    Changed c = { .left = 3, .moved = 5, .decile = 7 };
    c.split = with_members(f, 10, 3), c.died = with_members(f, c.split + 1, 3), c.missing = with_members(f, c.died + 1, 3), c.joined = c.missing + 1;
    for (size_t i = 0; i < f->n; i++) {
        Line *line = &f->at[i];
        if (line->family_n == c.left) line->is_left_out = true;
        if (line->family_n == c.decile) line->decile = "9";
    }
    Str village = f->at[line_of(f, c.moved, 0)].cell[VILLAGE];
    size_t other = 0;
    bool same_kecamatan = false;
    for (other = 0; other < f->n && !same_kecamatan; other++)
        same_kecamatan = !str_eq(f->at[other].cell[VILLAGE], village) && str_eq(f->at[other].cell[VILLAGE - 1], f->at[line_of(f, c.moved, 0)].cell[VILLAGE - 1]);
    for (size_t i = 0; i < f->n; i++) if (f->at[i].family_n == c.moved) { f->at[i].cell[VILLAGE] = f->at[other - 1].cell[VILLAGE]; f->at[i].cell[VILLAGE - 1] = f->at[other - 1].cell[VILLAGE - 1]; }
    size_t leaver = line_of(f, c.split, 2);
    f->at[leaver].cell[CODE] = STR("SNEW000001");
    f->at[leaver].cell[KK] = STR("1371010101249901");
    f->at[line_of(f, c.died, 2)].life = "MENINGGAL";
    f->at[line_of(f, c.missing, 2)].is_left_out = true;
    Line baby = f->at[line_of(f, c.joined, 0)], mother = baby, child = baby;
    baby.cell[NIK] = STR(""), baby.cell[NAME] = STR("Bayi Contoh"), baby.cell[BORN] = STR("2024-05-01"), baby.cell[COLUMNS - 1] = STR("ANAK");
    mother.cell[CODE] = child.cell[CODE] = STR("SNEW000002");
    mother.cell[KK] = child.cell[KK] = STR("1371010101249902");
    mother.cell[NIK] = child.cell[NIK] = STR("");
    mother.cell[NAME] = STR("Ibu Baru"), mother.cell[BORN] = STR("1990-02-03"), mother.cell[COLUMNS - 1] = STR("KEPALA KELUARGA");
    child.cell[NAME] = STR("Anak Baru"), child.cell[BORN] = STR("2022-02-03"), child.cell[COLUMNS - 1] = STR("ANAK");
    f->at[f->n++] = baby, f->at[f->n++] = mother, f->at[f->n++] = child;
    return c;
}

static int64_t staged(DbTest *t, const Town *town, const char *path) {
    ImportBatch batch;
    ImportFile file = { .kab = KAB, .actor_id = town->operator.user_id, .source = STR("DTKS"), .path = path, .at = NOON };
    good(import_stage(t->db, &file, NULL, &batch, &t->err));
    return batch.id;
}

static Drift looked(DbTest *t, const Town *town, int64_t batch_id) {
    Drift d;
    good(drift_look(t->db, &t->arena, &(DriftAsk){ .kab = KAB, .batch_id = batch_id, .stage = STR("2024-3"), .actor = town->operator, .at = NOON }, &d, &t->err));
    return d;
}

static int64_t total_of(DbTest *t) {
    Ageing x;
    Amounts sum;
    good(ageing_read(t->db, &t->arena, &(AgeingAsk){ .kab = KAB, .stage = STR("2024-3"), .at = NOON }, &x, &t->err));
    good(amounts_read(t->db, &t->arena, KAB, x.scheme, &sum, &t->err));
    int64_t rp = 0;
    for (int64_t id = 1; id <= sum.n; id++) rp += amounts_of(&sum, id).rp;
    assert_int_equal(rp, sum.total.rp);
    return rp;
}

typedef struct { DbTest *t; const Viewer *viewer; int64_t id; Hash hash; } Pressing;
static bool press_work(Db *db, void *with, Err *e) {
    Pressing *p = with;
    ApprovalRequest r;
    return approval_read(db, &p->t->arena, KAB, p->id, &r, e) && approval_sign(db, p->viewer, &DRIFT_APPROVAL, &r, &p->hash, NOON, e);
}



static void a_refresh_is_drift_before_it_is_true(DbTest *t) {
    Town town = town_make(t, 4, FAMILIES);
    const char *path = arena_fmt(&t->arena, "%s/drift-%d.csv", *t->folder ? t->folder : "/tmp", (int)getpid()).p;
    File f = export_read(t, path);
    Changed c = file_change(&f);
    file_write(&f, path);
    int64_t died = family_of(t, &f, line_of(&f, c.died, 0)), left = sql_int(t, "SELECT id FROM family WHERE kab = 1371 AND dtks_code IS NOT NULL ORDER BY id LIMIT 1 OFFSET ?1", c.left - 1, 0);
    int64_t before = total_of(t), batch_id = staged(t, &town, path);
    Drift d = looked(t, &town, batch_id);
    DriftSum sums[DRIFT_KINDS_N];
    good(drift_sums(t->db, authority_sight(&town.operator, ymd(2024, 6, 15)), KAB, batch_id, sums, &t->err));
    static const int64_t WANTED[DRIFT_KINDS_N] = { [DRIFT_ENTERED] = 1, [DRIFT_LEFT] = 1, [DRIFT_MOVED] = 1, [DRIFT_SPLIT] = 1, [DRIFT_DIED] = 1, [DRIFT_JOINED] = 1, [DRIFT_MISSING] = 1,
                                                   [DRIFT_DECILE] = 1 };
    int64_t change = 0;
    for (int k = 0; k < DRIFT_KINDS_N; k++) {
        if (sums[k].n != WANTED[k]) fail_msg("%s: %lld, wanted %lld", drift_kind_name((DriftKind)k), (long long)sums[k].n, (long long)WANTED[k]);
        assert_int_equal(sums[k].by_hand_n, 0);
        change += sums[k].after.rp - sums[k].before.rp;
    }
    assert_int_equal(change, d.more.rp - d.less.rp);
    assert_true(d.more.rp > 0 && d.less.rp > 0);
    assert_int_equal(total_of(t), before);                 // nothing happened yet
    town_is_well(t);
    // Asked by one, signed by another.
    ApprovalRequest request;
    bool is_new;
    refused(drift_ask(t->db, &t->arena, &town.neighbour, KAB, batch_id, DRIFT_ALL, NOON, &request, &is_new, &t->err), FORBIDDEN);
    good(drift_ask(t->db, &t->arena, &town.operator, KAB, batch_id, DRIFT_ALL, NOON, &request, &is_new, &t->err));
    Pressing press = { t, &town.operator, request.id, request.seen_hash };
    refused(change_do(t->db, press_work, &press, &t->err), FORBIDDEN);
    press.viewer = &town.head;
    good(change_do(t->db, press_work, &press, &t->err));
    assert_int_equal(total_of(t), before + change);        // as foretold, to the rupiah
    check_str(sql_says(t, "SELECT status FROM family WHERE kab = 1371 AND id = ?1", left, 0), STR("left"));
    assert_int_equal(sql_int(t, "SELECT count(*) FROM person WHERE kab = 1371 AND family_id = ?1 AND is_gone = 1", died, 0), 1);
    assert_int_equal(sql_int(t, "SELECT count(*) FROM import_row WHERE kab = 1371 AND batch_id = ?1", batch_id, 0), 0);      // its rows are gone
    town_is_well(t);
    refused(change_do(t->db, press_work, &press, &t->err), FORBIDDEN);                                   // signed, and once
    refused(drift_look(t->db, &t->arena, &(DriftAsk){ .kab = KAB, .batch_id = batch_id, .actor = town.operator, .at = NOON }, &d, &t->err), CONFLICT);
    // And back, but for the split, which people mend.
    DriftUndone undone;
    good(drift_undo(t->db, &town.operator, KAB, batch_id, NOON, &undone, &t->err));
    assert_int_equal(undone.left_n, 1);
    check_str(sql_says(t, "SELECT status FROM family WHERE kab = 1371 AND id = ?1", left, 0), STR("active"));
    assert_int_equal(sql_int(t, "SELECT count(*) FROM person WHERE kab = 1371 AND family_id = ?1 AND is_gone = 1", died, 0), 0);
    good(drift_undo(t->db, &town.operator, KAB, batch_id, NOON, &undone, &t->err));
    assert_int_equal(undone.undone_n, 0);
    town_is_well(t);
    unlink(path);
}
DB_TEST(a_refresh_is_drift_before_it_is_true)

static void what_changed_since_is_not_signed(DbTest *t) {
    Town town = town_make(t, 4, FAMILIES);
    const char *path = arena_fmt(&t->arena, "%s/since-%d.csv", *t->folder ? t->folder : "/tmp", (int)getpid()).p;
    File f = export_read(t, path);
    file_change(&f);
    file_write(&f, path);
    int64_t batch_id = staged(t, &town, path);
    unsigned kinds;
    good(drift_kinds_read(STR("left, moved"), &kinds, &t->err));
    refused(drift_kinds_read(STR("left,gone"), &kinds, &t->err), BAD_INPUT);
    good(drift_kinds_read(STR("left,moved"), &kinds, &t->err));
    ApprovalRequest request;
    LifeResult r;
    bool is_new;
    refused(drift_ask(t->db, &t->arena, &town.operator, KAB, batch_id, kinds, NOON, &request, &is_new, &t->err), NOT_FOUND);     // not looked at
    looked(t, &town, batch_id);
    good(drift_ask(t->db, &t->arena, &town.operator, KAB, batch_id, kinds, NOON, &request, &is_new, &t->err));
    int64_t left = sql_int(t, "SELECT id FROM family WHERE kab = 1371 AND dtks_code IS NOT NULL ORDER BY id LIMIT 1 OFFSET 2", 0, 0);
    LifeAct act = town_act(&town, left, ymd(2024, 6, 1));
    good(life_leave(t->db, &act, STR("graduated"), &r, &t->err));
    Pressing press = { t, &town.head, request.id, request.seen_hash };
    refused(change_do(t->db, press_work, &press, &t->err), CONFLICT);
    // Looked at again, and only moves taken.
    looked(t, &town, batch_id);
    int64_t before = total_of(t);
    good(drift_ask(t->db, &t->arena, &town.operator, KAB, batch_id, 1u << DRIFT_MOVED, NOON, &request, &is_new, &t->err));
    assert_true(is_new);
    press = (Pressing){ t, &town.head, request.id, request.seen_hash };
    good(change_do(t->db, press_work, &press, &t->err));
    assert_int_equal(total_of(t), before);                 // a move costs nothing
    assert_int_equal(sql_int(t, "SELECT count(*) FROM life_event WHERE kab = 1371 AND kind = 'move'", 0, 0), 1);
    assert_int_equal(sql_int(t, "SELECT count(*) FROM life_event WHERE kab = 1371 AND kind = 'member'", 0, 0), 0);
    town_is_well(t);
    unlink(path);
}
DB_TEST(what_changed_since_is_not_signed)

static const struct CMUnitTest tests[] = { DB_TESTS(a_refresh_is_drift_before_it_is_true), DB_TESTS(what_changed_since_is_not_signed) };
TEST_MAIN(tests)
