// life_sample.h: for tests: a small town with a neighbour district, its office, and whatever may happen to its families.
#ifndef REGISTRY_LIFE_SAMPLE_H
#define REGISTRY_LIFE_SAMPLE_H
#include "db/db_test.h"
#include "base/random.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/user.h"
#include "registry/area.h"
#include "registry/life.h"
#include "registry/pack.h"
#include "registry/registry_check.h"
#include "registry/search_index.h"
#include "registry/synth_store.h"

#define KAB 1371
#define NEAR 1372
#define NEAR_VILLAGE INT64_C(1372011001)
static const Instant NOON = { 1718420400000 };             // 15 June 2024, at ten in Padang
static inline Date ymd(int year, int month, int day) { return date_make(year, month, day); }
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)

typedef struct { Viewer operator, head, neighbour, auditor; } Town;

static inline Viewer town_user(DbTest *t, const char *login, Role role, int64_t kab) {
    Viewer v = { .kab = kab, .role = role };
    snprintf(v.login, sizeof v.login, "%s", login);
    good(user_insert(t->db, 0, &(UserNew){ .login = str_c(v.login), .name = STR("Siti Nurbaya"), .role = role, .kab = kab }, STR("none"), true, NOON, &v.user_id, &t->err));
    return v;
}

static inline void town_area(DbBulk *b, DbTest *t, int64_t id, int64_t parent_id, int level, Str name) {
    db_bulk_int(b, id);
    db_bulk_int(b, parent_id);
    db_bulk_int(b, level);
    db_bulk_text(b, name);
    db_bulk_text(b, level == 2 ? STR("kabupaten") : level == 3 ? STR("kecamatan") : STR("kelurahan"));
    good(db_bulk_row(b, &t->err));
}

static inline Town town_make(DbTest *t, uint64_t seed, int64_t family_n) {
    AreaImport areas;
    SynthReport made;
    DbBulk *b;
    Town town;
    good(db_begin(t->db, &t->err));
    good(area_put_padang(t->db, &areas, &t->err));
    good(db_bulk_open(t->db, "area", "id,parent_id,level_n,name,kind", "iiitt", &b, &t->err));
    town_area(b, t, NEAR, 13, 2, STR("Kabupaten Tetangga"));
    town_area(b, t, 137201, NEAR, 3, STR("Ujung"));
    town_area(b, t, NEAR_VILLAGE, 137201, 4, STR("Ujung Jalan"));
    good(db_bulk_close(b, NULL, &t->err));
    good(db_commit(t->db, &t->err));
    good(synth_store(t->db, &(SynthOptions){ .seed = seed, .kab = KAB, .family_n = family_n, .at = { 1000 } }, NULL, &made, &t->err));
    good(db_begin(t->db, &t->err));
    town = (Town){ town_user(t, "operator", ROLE_OPERATOR, KAB), town_user(t, "head", ROLE_HEAD_LINJAMSOS, KAB), town_user(t, "neighbour", ROLE_OPERATOR, NEAR),
                   town_user(t, "auditor", ROLE_AUDITOR, KAB) };
    good(db_commit(t->db, &t->err));
    return town;
}

static inline void say_violation(void *context, Str text) { (void)context; print_error("%.*s\n", STR_ARG(text)); }
static inline void town_is_well(DbTest *t) {
    static const int64_t KABS[] = { KAB, NEAR };
    Violations v = { say_violation, NULL, 0 };
    good(registry_check(t->db, &v, NULL, &t->err));
    good(search_check(t->db, &v, NULL, &t->err));
    good(life_check(t->db, &v, &t->err));
    for (int i = 0; i < 2; i++) {
        good(pack_check(t->db, KABS[i], NULL, &t->err));
        good(audit_check(t->db, KABS[i], &v, &t->err));
        good(approval_check(t->db, KABS[i], &v, &t->err));
    }
    assert_int_equal(v.found_n, 0);
}

// One statement with up to two numbers, on either engine, and what it says first.
static inline Str sql_says(DbTest *t, const char *sqlite, int64_t a, int64_t b) {
    Str postgresql = arena_str(&t->arena, str_c(sqlite)), out = { 0 };
    int params_n = 0;
    for (char *p = (char *)postgresql.p; *p; p++) if (*p == '?') { *p = '$'; if (p[1] - '0' > params_n) params_n = p[1] - '0'; }
    DbQuery *query = NEW(&t->arena, DbQuery, 1);
    *query = (DbQuery){ "test", sqlite, postgresql.p, params_n == 2 ? "ii" : params_n ? "i" : "", "t", (int16_t)params_n, 1 };
    DbStatement *s;
    bool has_row;
    good(db_prepare(t->db, query, &s, &t->err));
    if (params_n > 0) db_bind_int(s, 0, a);
    if (params_n > 1) db_bind_int(s, 1, b);
    good(db_step(s, &has_row, &t->err));
    if (has_row) out = arena_str(&t->arena, db_text(s, 0));
    db_release(s);
    return out;
}
static inline int64_t sql_int(DbTest *t, const char *sqlite, int64_t a, int64_t b) {
    int64_t n = 0;
    Str says = sql_says(t, arena_fmt(&t->arena, "SELECT CAST((%s) AS TEXT)", sqlite).p, a, b);
    if (!str_int64(says, &n)) fail_msg("%s says \"%.*s\"", sqlite, STR_ARG(says));
    return n;
}

static inline LifeAct town_act(const Town *town, int64_t family_id, Date on) { return (LifeAct){ .kab = KAB, .family_id = family_id, .on = on, .actor = town->operator, .at = NOON }; }

// ---- whatever may happen ----------------------------------------------------------------------------------------------------
typedef struct { DbTest *t; Random *r; const Town *town; int64_t family_n, person_id; LifeAct act; LifeResult out; Err e; } Chance;

static inline int64_t any_member(Chance *c) {
    return sql_int(c->t, "SELECT coalesce(min(id), 0) FROM person WHERE kab = 1371 AND family_id = ?1 AND id >= (SELECT min(id) FROM person WHERE kab = 1371 AND family_id = ?1) + ?2",
                   c->act.family_id, (int64_t)random_below(c->r, 6));
}
static inline LifePlace any_place(Chance *c) { return (LifePlace){ .village_id = 1371011001 + (int64_t)random_below(c->r, 3), .address = STR("Jalan Contoh 1"), .rt = STR("3"), .rw = STR("2") }; }

static inline bool chance_birth(Chance *c) {
    static const Str NAMES[] = { STR("Bunga Contoh"), STR("Budi Contoh"), STR("Zahra Percobaan") };
    LifeBirth b = { .name = NAMES[random_below(c->r, 3)] };
    b.sex = random_below(c->r, 2) ? SEX_FEMALE : SEX_MALE;
    b.mother_id = random_below(c->r, 4) ? c->person_id : 0;
    return life_birth(c->t->db, &c->act, &b, &c->out, &c->e);
}
static inline bool chance_death(Chance *c) { return life_death(c->t->db, &c->act, c->person_id, &c->out, &c->e); }
static inline bool chance_school(Chance *c) { return life_school(c->t->db, &c->act, c->person_id, (SchoolLevel)random_below(c->r, 4), STR(""), &c->out, &c->e); }
static inline bool chance_pregnancy(Chance *c) { return life_pregnancy(c->t->db, &c->act, c->person_id, 0, (Date){ c->act.on.days + 100 }, &c->out, &c->e); }
static inline bool chance_loss(Chance *c) { return life_pregnancy_end(c->t->db, &c->act, c->person_id, &c->out, &c->e); }
static inline bool chance_move(Chance *c) { LifePlace p = any_place(c); return life_move(c->t->db, &c->act, &p, &c->out, &c->e); }
static inline bool chance_move_out(Chance *c) { return life_move_out(c->t->db, &c->act, NEAR, &c->out, &c->e); }
static inline bool chance_arrive(Chance *c) {
    LifePlace p = { .village_id = NEAR_VILLAGE };
    LifeAct act = { .kab = NEAR, .on = ymd(2024, 6, 15), .actor = c->town->neighbour, .at = NOON };
    return life_arrive(c->t->db, &act, random_between(c->r, 1, 8), &p, &c->out, &c->e);
}
static inline bool chance_split(Chance *c) {
    int64_t ids[] = { c->person_id };
    return life_split(c->t->db, &c->act, &(LifeSplit){ .person_ids = ids, .person_n = 1 }, &c->out, &c->e);
}
static inline bool chance_leave(Chance *c) { return life_leave(c->t->db, &c->act, STR("graduated"), &c->out, &c->e); }
static inline bool chance_suspend(Chance *c) { return life_suspend(c->t->db, &c->act, STR("being_checked"), &c->out, &c->e); }
static inline bool chance_return(Chance *c) { return life_return(c->t->db, &c->act, &c->out, &c->e); }
static inline bool chance_correct(Chance *c) { return life_correct(c->t->db, &c->act, random_between(c->r, 1, 3), &c->out, &c->e); }
static inline bool chance_settle(Chance *c) { int64_t n; return life_settle(c->t->db, KAB, c->act.on, 1, NOON, &n, &c->e); }

typedef struct { const Viewer *viewer; ApprovalRequest request; DbTest *t; } Signing;
static inline bool sign_work(Db *db, void *with, Err *e) {
    Signing *s = with;
    Hash hash = s->request.seen_hash;
    return approval_read(db, &s->t->arena, KAB, s->request.id, &s->request, e) && approval_sign(db, s->viewer, &PAYEE_APPROVAL, &s->request, &hash, NOON, e);
}
static inline bool chance_payee(Chance *c) {
    LifePayee p = { .payee_id = c->person_id, .channel = STR("POS") };
    Signing s = { .viewer = &c->town->head, .t = c->t };
    bool is_new;
    return life_payee_ask(c->t->db, &c->t->arena, &c->act, &p, &s.request, &is_new, &c->e) && change_do(c->t->db, sign_work, &s, &c->e);
}

// Happens, or is refused for a reason; anything else fails the test. True when it happened.
static inline bool life_happens(DbTest *t, Random *r, const Town *town, int64_t family_n) {
    static bool (*const HAPPEN[])(Chance *) = { chance_birth, chance_birth, chance_death, chance_school, chance_school, chance_pregnancy, chance_pregnancy, chance_loss, chance_move,
        chance_move_out, chance_arrive, chance_split, chance_leave, chance_suspend, chance_return, chance_correct, chance_correct, chance_settle, chance_payee };
    Chance c = { .t = t, .r = r, .town = town, .family_n = family_n };
    c.act = town_act(town, random_between(r, 1, family_n), (Date){ ymd(2024, 1, 1).days + (int32_t)random_below(r, 166) });
    c.person_id = any_member(&c);
    size_t i = random_below(r, sizeof HAPPEN / sizeof *HAPPEN);
    if (HAPPEN[i](&c)) return true;
    if (c.e.code != BAD_INPUT && c.e.code != CONFLICT && c.e.code != NOT_FOUND) fail_msg("happening %zu: %s: %s", i, err_name(c.e.code), c.e.text);
    return false;
}
#endif
