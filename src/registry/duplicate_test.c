// duplicate_test.c: the search in a database, what people decide, merging and undoing, on both engines.
#include "db/db_test.h"
#include "office/audit.h"
#include "office/user.h"
#include "registry/duplicate_merge.h"
#include "registry/pack.h"
#include "registry/search_index.h"
#include "registry/registry_check.h"
#include "registry/synth_store.h"
#include "registry_duplicate.sql.h"

#define KAB 1371
static const Instant AT = { 1711929600000 };
static const Viewer OPERATOR = { .user_id = 1, .kab = KAB, .role = ROLE_OPERATOR, .login = "budi", .name = "Budi" };
static const Viewer NEIGHBOUR = { .user_id = 2, .kab = 1372, .role = ROLE_OPERATOR, .login = "ani", .name = "Ani" };
static const Viewer COORDINATOR = { .user_id = 4, .kab = KAB, .role = ROLE_COORDINATOR, .login = "dewi", .name = "Dewi" };
static const Viewer FAR_HEAD = { .user_id = 5, .kab = 1372, .role = ROLE_HEAD_DINSOS, .login = "edi", .name = "Edi" };
static const Viewer AUDITOR = { .user_id = 3, .kab = KAB, .role = ROLE_AUDITOR, .login = "cici", .name = "Cici" };

static void say_violation(void *context, Str text) { (void)context; print_error("%.*s\n", STR_ARG(text)); }
static void all_is_well(DbTest *t) {
    Violations v = { say_violation, NULL, 0 };
    check_ok(registry_check(t->db, &v, NULL, &t->err), t->err);
    check_ok(pack_check(t->db, KAB, NULL, &t->err), t->err);
    check_ok(search_check(t->db, &v, NULL, &t->err), t->err);
    check_ok(audit_check(t->db, KAB, &v, &t->err), t->err);
    assert_int_equal(v.found_n, 0);
}

// Rows straight into the tables: a member of a family with the name, day, mother and sex of another entry.
typedef struct { int64_t family_id, person_id; Str name, mother; Date born_on; Str sex; } Copy;
static void person_put(DbTest *t, Copy c) {
    DbBulk *b;
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(db_bulk_open(t->db, "person", "kab,family_id,id,name,born_on,sex,mother_name,relation,pregnancy_n,is_severe_disability,is_rights_victim,outcome,is_gone",
                          "iiititttiiiti", &b, &t->err), t->err);
    db_bulk_int(b, KAB);
    db_bulk_int(b, c.family_id);
    db_bulk_int(b, c.person_id);
    db_bulk_text(b, c.name);
    db_bulk_int(b, c.born_on.days);
    db_bulk_text(b, c.sex);
    db_bulk_text(b, c.mother);
    db_bulk_text(b, STR("LAINNYA"));
    for (int i = 0; i < 3; i++) db_bulk_int(b, 0);
    db_bulk_text(b, STR("unknown"));
    db_bulk_int(b, 0);
    check_ok(db_bulk_row(b, &t->err), t->err);
    check_ok(db_bulk_close(b, NULL, &t->err), t->err);
    check_ok(pack_refresh(t->db, KAB, c.family_id, c.family_id, NULL, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
}

static DuplicateFound found(DbTest *t) {
    DuplicateSearch search = { .low_kab = KAB, .high_kab = KAB, .thread_n = 2 };
    DuplicateFound f;
    check_ok(duplicate_search(t->db, &search, &f, &t->err), t->err);
    return f;
}

static Sight sight(const Viewer *viewer) { return authority_sight(viewer, date_of_instant(AT, 420)); }

static PairRows listed(DbTest *t, const Viewer *viewer, PairState state) {
    PairRows rows;
    PairFilter filter = { .state = state, .limit_n = 1000 };
    check_ok(duplicate_list(t->db, &t->arena, sight(viewer), &filter, &rows, &t->err), t->err);
    return rows;
}

static bool decide(DbTest *t, const Viewer *actor, PairKey key, PairState state, Str note, Err *e) {
    return duplicate_decide(t->db, actor, &(PairDecision){ key, state, false, note }, AT, e);
}

// One asks, another signs.
static bool merge_signed(DbTest *t, const Merge *merge, MergeResult *out, Err *e) {
    ApprovalRequest request;
    bool is_new;
    return merge_ask(t->db, &t->arena, &OPERATOR, merge, AT, &request, &is_new, e) &&
           merge_sign(t->db, &t->arena, &COORDINATOR, merge->key, &request.seen_hash, AT, out, e);
}

static void office_make(DbTest *t) {
    const Viewer *const who[] = { &OPERATOR, &NEIGHBOUR, &AUDITOR, &COORDINATOR, &FAR_HEAD };
    check_ok(db_begin(t->db, &t->err), t->err);
    for (size_t i = 0; i < sizeof who / sizeof *who; i++) {
        int64_t id;
        UserNew user = { .login = str_c(who[i]->login), .name = str_c(who[i]->name), .role = who[i]->role, .kab = who[i]->kab };
        check_ok(user_insert(t->db, 0, &user, STR("none"), false, AT, &id, &t->err), t->err);
        assert_int_equal(id, who[i]->user_id);             // the numbers above are theirs
    }
    check_ok(db_commit(t->db, &t->err), t->err);
}

// 400 families and one person of family 5 once more in family 300, spelt otherwise and without a NIK. Her pair's key.
static PairKey prepared(DbTest *t, PairDetail *out) {
    SynthOptions options = { .seed = 5, .kab = KAB, .family_n = 400, .at = AT };
    SynthReport report;
    check_ok(synth_store(t->db, &options, NULL, &report, &t->err), t->err);
    office_make(t);
    DuplicateFound f = found(t);
    int64_t before_n = f.report.pair_n;
    Copy copy = { .family_id = 300, .person_id = 99001, .name = STR("Hj. Noerhayati Tjaniago"), .mother = STR("Rosmaini"),
                  .born_on = date_make(1984, 5, 3), .sex = STR("P") }, other = copy;
    other.family_id = 5;
    other.person_id = 99002;
    other.name = STR("Nurhayati Chaniago");
    person_put(t, copy);
    person_put(t, other);
    f = found(t);
    assert_int_equal(f.report.pair_n, before_n + 1);
    assert_int_equal(f.new_n, 1);
    PairKey key = pair_key(KAB, 99002, KAB, 99001);
    assert_int_equal(key.person_id, 99001);
    check_ok(duplicate_read(t->db, &t->arena, sight(&AUDITOR), key, out, &t->err), t->err);
    assert_int_equal(out->state, PAIR_OPEN);
    assert_true(out->score.score >= DUPLICATE_SURE);
    check_str(out->side[0].name, copy.name);
    check_str(out->side[1].name, other.name);
    return key;
}

static void a_search_again_changes_nothing(DbTest *t) {
    PairDetail detail;
    PairKey key = prepared(t, &detail);
    int64_t n, again_n;
    Hash head, again;
    check_ok(audit_head(t->db, KAB, &n, &head, &t->err), t->err);
    DuplicateFound f = found(t);
    assert_int_equal(f.new_n + f.changed_n + f.removed_n, 0);
    assert_int_equal(f.same_n, f.report.pair_n);
    check_ok(audit_head(t->db, KAB, &again_n, &again, &t->err), t->err);
    assert_int_equal(n, again_n);

    check_ok(decide(t, &OPERATOR, key, PAIR_DIFFERENT, STR("sepupu"), &t->err), t->err);
    check_ok(decide(t, &OPERATOR, key, PAIR_DIFFERENT, STR("sepupu"), &t->err), t->err);
    check_ok(audit_head(t->db, KAB, &again_n, &again, &t->err), t->err);
    assert_int_equal(again_n, n + 1);                      // once
    f = found(t);
    assert_int_equal(f.new_n, 0);
    assert_int_equal(f.decided_n, 1);
    PairRows different = listed(t, &AUDITOR, PAIR_DIFFERENT), open = listed(t, &AUDITOR, PAIR_OPEN);
    assert_int_equal(different.n, 1);
    check_ok(duplicate_read(t->db, &t->arena, sight(&OPERATOR), key, &detail, &t->err), t->err);
    check_str(detail.note, STR("sepupu"));
    for (size_t i = 0; i < open.n; i++) assert_false(open.at[i].key.person_id == 99001 && open.at[i].key.other_person_id == 99002);
    Merge merge = { .key = key };
    MergeResult result;
    Err e = { 0 };
    assert_false(merge_signed(t, &merge, &result, &e));    // two persons are not merged
    assert_int_equal(e.code, CONFLICT);
    all_is_well(t);
}

static void who_may_not_finds_nothing(DbTest *t) {
    PairDetail detail;
    PairKey key = prepared(t, &detail);
    assert_int_equal(listed(t, &NEIGHBOUR, PAIR_OPEN).n, 0);
    static const struct { const Viewer *viewer; ErrCode read, decide; } CASES[] = { { &NEIGHBOUR, NOT_FOUND, FORBIDDEN }, { &AUDITOR, ERR_NONE, FORBIDDEN } };
    for (size_t i = 0; i < 2; i++) {
        Err e = { 0 };
        (void)!duplicate_read(t->db, &t->arena, sight(CASES[i].viewer), key, &detail, &e);
        assert_int_equal(e.code, CASES[i].read);
        e = (Err){ 0 };
        assert_false(decide(t, CASES[i].viewer, key, PAIR_SAME, (Str){ 0 }, &e));
        assert_int_equal(e.code, CASES[i].decide);
        e = (Err){ 0 };
        ApprovalRequest request;
        bool is_new;
        assert_false(merge_ask(t->db, &t->arena, CASES[i].viewer, &(Merge){ .key = key }, AT, &request, &is_new, &e));
        assert_int_equal(e.code, FORBIDDEN);
        e = (Err){ 0 };
        DuplicateFound f;
        assert_false(duplicate_search(t->db, &(DuplicateSearch){ .low_kab = KAB, .high_kab = KAB, .actor = *CASES[i].viewer, .at = AT }, &f, &e));
        assert_int_equal(e.code, FORBIDDEN);
    }
    Err e = { 0 };
    assert_false(duplicate_read(t->db, &t->arena, sight(&OPERATOR), pair_key(KAB, 1, KAB, 2), &detail, &e));
    assert_int_equal(e.code, NOT_FOUND);
    e = (Err){ 0 };
    assert_false(decide(t, &OPERATOR, key, PAIR_MERGED, (Str){ 0 }, &e));
    assert_int_equal(e.code, BAD_INPUT);
}

// Everything the registry says of the district, as one hash: packs of both parts, and both entries.
static Hash registry_hash(DbTest *t, PairKey key) {
    Hash person, payee;
    check_ok(pack_part_hash(t->db, KAB, PACK_PERSON, INT64_MAX, &person, &t->err), t->err);
    check_ok(pack_part_hash(t->db, KAB, PACK_PAYEE, INT64_MAX, &payee, &t->err), t->err);
    PairDetail d;
    check_ok(duplicate_read(t->db, &t->arena, sight(&OPERATOR), key, &d, &t->err), t->err);
    Buf b = { .max = BUF_MAX };
    buf_bytes(&b, &person, sizeof person);
    buf_bytes(&b, &payee, sizeof payee);
    for (int i = 0; i < 2; i++) {
        const PairPerson *p = &d.side[i];
        buf_fmt(&b, "|%lld %lld %lld %.*s %.*s %.*s %.*s %d %d %d %lld", (long long)p->kab, (long long)p->family_id, (long long)p->person_id, STR_ARG(p->name),
                STR_ARG(p->birth_place), STR_ARG(p->sex), STR_ARG(p->mother_name), p->born_on.days, p->is_gone, p->is_payee, (long long)p->member_n);
    }
    Hash out = hash_of(b.p, b.n);
    buf_free(&b);
    return out;
}

// The newest entry commits to the name that was and the name that is: who knows them can prove it, nobody else can read them.
static void replaced_name_is_in_the_trail(DbTest *t, const PairDetail *before) {
    int64_t n;
    Hash head;
    bool was = false, is = false, is_other = true;
    check_ok(audit_head(t->db, KAB, &n, &head, &t->err), t->err);
    check_ok(audit_opens(t->db, KAB, n, STR("name"), before->side[1].name, false, &was, &t->err), t->err);
    check_ok(audit_opens(t->db, KAB, n, STR("name"), before->side[0].name, true, &is, &t->err), t->err);
    check_ok(audit_opens(t->db, KAB, n, STR("name"), STR("Somebody Else"), true, &is_other, &t->err), t->err);
    assert_true(was && is && !is_other);
}

static void merging_and_undoing_give_the_bytes_back(DbTest *t) {
    PairDetail detail;
    PairKey key = prepared(t, &detail);
    Hash before = registry_hash(t, key);
    Merge merge = { .key = key, .keeps_other = true, .take = TAKE_NAME | TAKE_MOTHER_NAME };
    MergeResult result, again;
    check_ok(merge_signed(t, &merge, &result, &t->err), t->err);
    replaced_name_is_in_the_trail(t, &detail);
    check_ok(merge_sign(t->db, &t->arena, &COORDINATOR, key, &(Hash){ { 0 } }, AT, &again, &t->err), t->err);    // the second click
    assert_true(result.is_done && again.was_there && again.id == result.id && !result.was_there);
    check_ok(duplicate_read(t->db, &t->arena, sight(&OPERATOR), key, &detail, &t->err), t->err);
    assert_int_equal(detail.state, PAIR_MERGED);
    assert_int_equal(detail.merge_id, result.id);
    assert_true(detail.side[0].is_gone && !detail.side[1].is_gone);
    check_str(detail.side[1].name, STR("Hj. Noerhayati Tjaniago"));
    Hash merged = registry_hash(t, key);
    assert_false(hash_eq(&merged, &before));
    all_is_well(t);
    DuplicateFound f = found(t);                           // who is gone is asked about no more
    assert_int_equal(f.new_n, 0);
    Err e = { 0 };
    assert_false(decide(t, &OPERATOR, key, PAIR_SAME, (Str){ 0 }, &e));
    assert_int_equal(e.code, CONFLICT);

    e = (Err){ 0 };
    assert_false(merge_undo(t->db, &NEIGHBOUR, KAB, result.id, AT, &e));
    assert_int_equal(e.code, FORBIDDEN);
    e = (Err){ 0 };
    assert_false(merge_undo(t->db, &OPERATOR, KAB, result.id + 7, AT, &e));
    assert_int_equal(e.code, NOT_FOUND);
    check_ok(merge_undo(t->db, &OPERATOR, KAB, result.id, AT, &t->err), t->err);
    check_ok(merge_undo(t->db, &OPERATOR, KAB, result.id, AT, &t->err), t->err);
    Hash after = registry_hash(t, key);
    assert_true(hash_eq(&after, &before));
    check_ok(duplicate_read(t->db, &t->arena, sight(&OPERATOR), key, &detail, &t->err), t->err);
    assert_int_equal(detail.state, PAIR_SAME);             // as somebody had said when he asked
    assert_int_equal(detail.merge_id, 0);
    check_ok(merge_signed(t, &merge, &again, &t->err), t->err);        // and once more
    assert_true(again.id == result.id + 1);
    MergeRows rows;
    check_ok(merge_rows(t->db, &t->arena, &AUDITOR, KAB, 10, &rows, &t->err), t->err);
    assert_int_equal(rows.n, 2);
    check_str(rows.at[1].state, STR("undone"));
    all_is_well(t);
}

static DuplicatePersonReadRow person_of(DbTest *t, int64_t family_id, int64_t id) {
    DuplicatePersonReadRow row;
    bool is_there;
    check_ok(duplicate_person_read(t->db, &t->arena, (DuplicatePersonReadArgs){ .kab = KAB, .family_id = family_id, .id = id }, &row, &is_there, &t->err), t->err);
    assert_true(is_there);
    return row;
}

// A family whose payee goes has none, and undoing names her again.
static void a_payee_who_goes_comes_back(DbTest *t) {
    PairDetail detail;
    PairKey key = prepared(t, &detail);
    check_ok(db_begin(t->db, &t->err), t->err);
    check_ok(merge_payee_change(t->db, (MergePayeeChangeArgs){ .kab = KAB, .id = 5, .payee_id = 99002 }, NULL, &t->err), t->err);
    check_ok(pack_refresh(t->db, KAB, 5, 5, NULL, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
    Hash before = registry_hash(t, key);
    MergeResult result;
    MergePreview preview;
    check_ok(merge_preview(t->db, &t->arena, sight(&AUDITOR), &(Merge){ .key = key }, &preview, &t->err), t->err);
    assert_true(preview.has_no_payee && !preview.is_empty && !preview.hindrance.n && preview.gone.is_payee);
    check_ok(merge_signed(t, &(Merge){ .key = key }, &result, &t->err), t->err);
    assert_true(person_of(t, 5, 99002).payee_id == INT64_MIN);
    all_is_well(t);
    check_ok(merge_undo(t->db, &OPERATOR, KAB, result.id, AT, &t->err), t->err);
    Hash after = registry_hash(t, key);
    assert_true(hash_eq(&before, &after));
    all_is_well(t);
}

static void a_nik_stays_where_it_is(DbTest *t) {
    PairDetail detail;
    prepared(t, &detail);
    DuplicatePersonReadRow first = person_of(t, 1, 1);
    assert_true(first.is_numbered);
    person_put(t, (Copy){ .family_id = 200, .person_id = 99003, .name = first.name, .mother = first.mother_name, .born_on = first.born_on, .sex = first.sex });
    found(t);
    PairKey key = pair_key(KAB, 1, KAB, 99003);
    MergeResult result;
    Err e = { 0 };
    assert_false(merge_signed(t, &(Merge){ .key = key, .keeps_other = true }, &result, &e));
    assert_int_equal(e.code, CONFLICT);
    check_ok(merge_signed(t, &(Merge){ .key = key }, &result, &t->err), t->err);
    all_is_well(t);
}

static void changed_since_is_not_overwritten(DbTest *t) {
    PairDetail detail;
    PairKey key = prepared(t, &detail);
    MergeResult result, second;
    check_ok(merge_signed(t, &(Merge){ .key = key, .take = TAKE_NAME }, &result, &t->err), t->err);
    // A third entry of the same person, merged into the kept one with its name: the first merge can no longer be undone, the second can.
    person_put(t, (Copy){ .family_id = 120, .person_id = 99003, .name = STR("Nur Hayati Caniago"), .mother = STR("Rosmaini"),
                          .born_on = date_make(1984, 5, 3), .sex = STR("P") });
    found(t);
    PairKey third = pair_key(KAB, 99001, KAB, 99003);
    check_ok(merge_signed(t, &(Merge){ .key = third, .take = TAKE_NAME }, &second, &t->err), t->err);
    Err e = { 0 };
    assert_false(merge_undo(t->db, &OPERATOR, KAB, result.id, AT, &e));
    assert_int_equal(e.code, CONFLICT);
    check_ok(merge_undo(t->db, &OPERATOR, KAB, second.id, AT, &t->err), t->err);
    check_ok(merge_undo(t->db, &OPERATOR, KAB, result.id, AT, &t->err), t->err);
    all_is_well(t);
}

// What nobody sees any more as it was cannot be signed; the maker never signs; another's wish is not overwritten.
static void a_merge_needs_two_who_saw_the_same(DbTest *t) {
    PairDetail detail;
    PairKey key = prepared(t, &detail);
    Hash before = registry_hash(t, key);
    ApprovalRequest request, again;
    MergeResult result;
    bool is_new, found_it;
    Err e = { 0 };
    Merge merge = { .key = key, .take = TAKE_NAME };
    check_ok(merge_ask(t->db, &t->arena, &OPERATOR, &merge, AT, &request, &is_new, &t->err), t->err);
    check_ok(merge_ask(t->db, &t->arena, &OPERATOR, &merge, AT, &again, &is_new, &t->err), t->err);
    assert_true(!is_new && again.id == request.id);
    Hash asked = registry_hash(t, key);
    assert_true(hash_eq(&asked, &before));                 // asking changes no entry
    assert_false(merge_sign(t->db, &t->arena, &OPERATOR, key, &request.seen_hash, AT, &result, &e));
    assert_int_equal(e.code, FORBIDDEN);
    e = (Err){ 0 };
    assert_false(merge_sign(t->db, &t->arena, &FAR_HEAD, key, &request.seen_hash, AT, &result, &e));
    assert_int_equal(e.code, FORBIDDEN);
    e = (Err){ 0 };
    assert_false(merge_sign(t->db, &t->arena, &COORDINATOR, key, &before, AT, &result, &e));
    assert_int_equal(e.code, CONFLICT);
    e = (Err){ 0 };
    assert_false(merge_ask(t->db, &t->arena, &COORDINATOR, &(Merge){ .key = key, .keeps_other = true }, AT, &again, &is_new, &e));
    assert_int_equal(e.code, CONFLICT);
    e = (Err){ 0 };
    assert_false(decide(t, &COORDINATOR, key, PAIR_DIFFERENT, (Str){ 0 }, &e));        // another's wish is refused, not brushed aside
    assert_int_equal(e.code, CONFLICT);

    check_ok(db_begin(t->db, &t->err), t->err);            // somebody mends the name meanwhile
    MergePersonChangeArgs change = { .kab = KAB, .family_id = 5, .id = 99002, .name = STR("Nurhayati"), .born_on = date_make(1984, 5, 3), .sex = STR("P"),
                                     .mother_name = STR("Rosmaini") };
    check_ok(merge_person_change(t->db, change, NULL, &t->err), t->err);
    check_ok(pack_refresh(t->db, KAB, 5, 5, NULL, &t->err), t->err);
    check_ok(db_commit(t->db, &t->err), t->err);
    e = (Err){ 0 };
    assert_false(merge_sign(t->db, &t->arena, &COORDINATOR, key, &request.seen_hash, AT, &result, &e));
    assert_int_equal(e.code, CONFLICT);
    check_ok(merge_asked(t->db, &t->arena, key, &again, &found_it, &t->err), t->err);
    assert_false(found_it);
    check_ok(merge_ask(t->db, &t->arena, &OPERATOR, &merge, AT, &request, &is_new, &t->err), t->err);
    assert_true(is_new);
    check_ok(decide(t, &OPERATOR, key, PAIR_DIFFERENT, STR("sepupu"), &t->err), t->err);      // the maker takes it back
    check_ok(merge_asked(t->db, &t->arena, key, &again, &found_it, &t->err), t->err);
    assert_false(found_it);
    check_ok(decide(t, &OPERATOR, key, PAIR_OPEN, (Str){ 0 }, &t->err), t->err);
    check_ok(merge_ask(t->db, &t->arena, &OPERATOR, &merge, AT, &request, &is_new, &t->err), t->err);
    check_ok(merge_refuse(t->db, &t->arena, &COORDINATOR, key, STR("beda ibu"), AT, &t->err), t->err);
    check_ok(merge_signed(t, &merge, &result, &t->err), t->err);
    assert_true(result.is_done && result.kab == KAB);
    FamilyMerge *merges;
    size_t n;
    check_ok(merge_of_family(t->db, &t->arena, sight(&AUDITOR), KAB, 5, &merges, &n, &t->err), t->err);
    assert_true(n == 1 && !merges[0].came && merges[0].other_family_id == 300 && !merges[0].is_undone);
    check_ok(merge_of_family(t->db, &t->arena, sight(&AUDITOR), KAB, 300, &merges, &n, &t->err), t->err);
    assert_true(n == 1 && merges[0].came && merges[0].other_family_id == 5);
    check_ok(merge_of_family(t->db, &t->arena, sight(&NEIGHBOUR), KAB, 300, &merges, &n, &t->err), t->err);
    assert_int_equal(n, 0);
    all_is_well(t);
}

// Put off: not asked about for two weeks, then again. Pages of three are the list.
static void later_comes_back_and_pages_are_the_list(DbTest *t) {
    PairDetail detail;
    PairKey key = prepared(t, &detail);
    for (int i = 0; i < 8; i++)
        person_put(t, (Copy){ .family_id = 20 + i, .person_id = 99010 + i, .name = STR("Nur Hayati Caniago"), .mother = STR("Rosmaini"),
                              .born_on = date_make(1984, 5, 3), .sex = STR("P") });
    found(t);
    PairRows all = listed(t, &OPERATOR, PAIR_OPEN), part;
    assert_true(all.n > 20 && (int64_t)all.n == all.all_n);
    PairFilter filter = { .limit_n = 3 };
    size_t n = 0;
    do {
        check_ok(duplicate_list(t->db, &t->arena, sight(&OPERATOR), &filter, &part, &t->err), t->err);
        assert_true(part.n > 0 && part.all_n == all.all_n);
        for (size_t i = 0; i < part.n; i++, n++) {
            assert_true(n < all.n && memcmp(&part.at[i].key, &all.at[n].key, sizeof(PairKey)) == 0);
            filter.after = (PairAfter){ true, part.at[i].is_exact, part.at[i].score.score, part.at[i].key };
        }
    } while (part.is_more);
    assert_int_equal(n, all.n);

    check_ok(duplicate_decide(t->db, &OPERATOR, &(PairDecision){ key, PAIR_OPEN, true, STR("menunggu KK") }, AT, &t->err), t->err);
    assert_int_equal(listed(t, &OPERATOR, PAIR_OPEN).n, all.n - 1);
    filter = (PairFilter){ .is_later = true, .limit_n = 10 };
    check_ok(duplicate_list(t->db, &t->arena, sight(&OPERATOR), &filter, &part, &t->err), t->err);
    assert_true(part.n == 1 && part.at[0].key.person_id == key.person_id);
    Sight afterwards = sight(&OPERATOR);
    afterwards.on.days += PAIR_LATER_DAYS;
    check_ok(duplicate_list(t->db, &t->arena, afterwards, &filter, &part, &t->err), t->err);
    assert_int_equal(part.n, 0);
}

static void words_of_take(void **state) {
    (void)state;
    unsigned take;
    Err e = { 0 };
    check_ok(take_read(STR("name, born_on  sex"), &take, &e), e);
    assert_int_equal(take, TAKE_NAME | TAKE_BORN_ON | TAKE_SEX);
    check_ok(take_read((Str){ 0 }, &take, &e), e);
    assert_int_equal(take, 0);
    assert_false(take_read(STR("nik"), &take, &e));
    assert_int_equal(e.code, BAD_INPUT);
}

DB_TEST(a_search_again_changes_nothing)
DB_TEST(who_may_not_finds_nothing)
DB_TEST(merging_and_undoing_give_the_bytes_back)
DB_TEST(a_payee_who_goes_comes_back)
DB_TEST(a_nik_stays_where_it_is)
DB_TEST(changed_since_is_not_overwritten)
DB_TEST(a_merge_needs_two_who_saw_the_same)
DB_TEST(later_comes_back_and_pages_are_the_list)
static const struct CMUnitTest tests[] = {
    DB_TESTS(a_search_again_changes_nothing), DB_TESTS(who_may_not_finds_nothing), DB_TESTS(merging_and_undoing_give_the_bytes_back),
    DB_TESTS(a_payee_who_goes_comes_back), DB_TESTS(a_nik_stays_where_it_is), DB_TESTS(changed_since_is_not_overwritten),
    DB_TESTS(a_merge_needs_two_who_saw_the_same), DB_TESTS(later_comes_back_and_pages_are_the_list), cmocka_unit_test(words_of_take),
};
TEST_MAIN(tests)
