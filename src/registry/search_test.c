// search_test.c: the index equals the rows whatever changed; names are found as people misspell them; nobody is found who may not be.
#include "db/db_test.h"
#include "base/random.h"
#include "registry/area.h"
#include "registry/name_words.h"
#include "registry/number.h"
#include "registry/pack.h"
#include "registry/search.h"
#include "registry/search_index.h"
#include "registry/search_posting.h"
#include "registry/search_words.h"

#define KAB 1371
#define VILLAGE INT64_C(1371011001)

// ---- a small registry --------------------------------------------------------------------------------------------------
static void run(DbTest *t, const char *sqlite, const char *postgresql) {
    DbQuery *q = NEW(&t->arena, DbQuery, 1);
    DbStatement *s;
    bool has_row;
    *q = (DbQuery){ .name = "search_test", .sqlite = sqlite, .postgresql = postgresql, .params = "", .columns = "" };
    check_ok(db_prepare(t->db, q, &s, &t->err) && db_step(s, &has_row, &t->err), t->err);
    db_release(s);
}

static void sql(DbTest *t, Str text) { run(t, arena_c(&t->arena, text), arena_c(&t->arena, text)); }

static void number_put(DbTest *t, SecretKind kind, ClaimHolder holder, Str number) {
    Secrets s = { 0 };
    check_ok(secrets_begin(&s, t->db, holder.kab, &t->err) && secrets_make(&s, t->db, holder.family_id, holder.family_id, &t->err) &&
             number_change(t->db, kind, holder, number, &t->err), t->err);
    secrets_close(&s);
}

static void family_put(DbTest *t, int64_t kab, int64_t id, int64_t village_id) {
    sql(t, arena_fmt(&t->arena, "INSERT INTO family (kab, id, village_id, channel, payee_id, companion_id, status, entered_on, recorded_at) "
                     "VALUES (%lld, %lld, %lld, 'POS', %lld, %lld, 'active', 0, 0)", (long long)kab, (long long)id,
                     (long long)village_id, (long long)(10 * id), (long long)(1 + id % 3)));
    number_put(t, SECRET_KK, (ClaimHolder){ kab, id, 0 }, arena_fmt(&t->arena, "137101010118%04lld", (long long)id));
    number_put(t, SECRET_ACCOUNT, (ClaimHolder){ kab, id, 0 }, arena_fmt(&t->arena, "00110100000%04lld", (long long)id));
}

static void person_put(DbTest *t, int64_t kab, int64_t family_id, int64_t id, const char *name) {
    sql(t, arena_fmt(&t->arena, "INSERT INTO person (kab, family_id, id, name, pregnancy_n, is_severe_disability, is_rights_victim, outcome, is_gone) "
                     "VALUES (%lld, %lld, %lld, '%s', 0, 0, 0, 'unknown', 0)", (long long)kab, (long long)family_id, (long long)id, name));
}

static const char *const NAMES[] = {
    "Siti Nurhaliza", "Muhammad Rizky", "Soeharto", "Djoko Widodo", "Nurhayati", "Nur Hayati Putri", "Ahmad Fauzi", "Fatimah Zahra", "Aisyah", "Bunga Citra Lestari",
    "Siti Aminah", "Siti Fatimah", "Yusrizal Chaniago", "Desmawati", "Zulkifli Koto", "Siti Nurhaliza", "Hj. Rosmaini", "Ernawati", "Rahmat Hidayat", "Indah Permata Sari",
};
#define NAME_N (sizeof NAMES / sizeof *NAMES)

static void registry_make(DbTest *t) {
    AreaImport areas;
    check_ok(db_begin(t->db, &t->err) && area_put_padang(t->db, &areas, &t->err), t->err);
    for (size_t i = 0; i < NAME_N; i++) {
        int64_t kab = i == 15 ? 1306 : KAB, id = (int64_t)i + 1;
        family_put(t, kab, id, kab == KAB ? VILLAGE + (int64_t)i % 3 : 1306011001);
        person_put(t, kab, id, 10 * id, NAMES[i]);
        check_ok(pack_refresh(t->db, kab, id, id, NULL, &t->err), t->err);
    }
    check_ok(db_commit(t->db, &t->err), t->err);
}

static void say(void *context, Str text) { (void)context; print_error("%.*s\n", STR_ARG(text)); }

static void check_holds(DbTest *t) {
    Violations v = { .say = say };
    check_ok(search_check(t->db, &v, NULL, &t->err), t->err);
    assert_int_equal(v.found_n, 0);
}

static SearchFound ask_for(DbTest *t, SearchAsk ask) {
    SearchFound found;
    if (!ask.high_kab) ask.high_kab = 9999;
    if (!ask.limit_n) ask.limit_n = 10;
    check_ok(search_names(t->db, &t->arena, &ask, &found, &t->err), t->err);
    return found;
}

// ---- spelling ----------------------------------------------------------------------------------------------------------
static const struct { const char *typed, *first; bool is_typing; } ASKED[] = {
    { "siti nurhaliza", "Siti Nurhaliza", false }, { "nurhaliza siti", "Siti Nurhaliza", false }, { "SITI NURHALISA", "Siti Nurhaliza", false },
    { "siti nurhalzia", "Siti Nurhaliza", false }, { "muh. riski", "Muhammad Rizky", false }, { "M Rizki", "Muhammad Rizky", false }, { "suharto", "Soeharto", false },
    { "joko widodo", "Djoko Widodo", false }, { "joko widpdo", "Djoko Widodo", false }, { "nurhayati", "Nurhayati", false }, { "nur hayati", "Nur Hayati Putri", false }, { "desma wati", "Desmawati", false },
    { "nurhayatiputri", "Nur Hayati Putri", false }, { "achmad fausi", "Ahmad Fauzi", false }, { "ahmad f", "Ahmad Fauzi", true }, { "ahma", "Ahmad Fauzi", true },
    { "ahmad", "Ahmad Fauzi", true }, { "aisya", "Aisyah", false }, { "bunga lestari", "Bunga Citra Lestari", false }, { "bunga citra lestarri", "Bunga Citra Lestari", false },
    { "usrizal canigo", "Yusrizal Chaniago", false }, { "desmwati", "Desmawati", false }, { "zulkifli", "Zulkifli Koto", false }, { "haji rosmaini", "Hj. Rosmaini", false },
    { "rosma", "Hj. Rosmaini", true }, { "permata indah", "Indah Permata Sari", false }, { "ernwati", "Ernawati", false }, { "rahmat hidyat xyzzy", "Rahmat Hidayat", false },
};

static void names_are_found_as_people_write_them(DbTest *t) {
    registry_make(t);
    check_holds(t);
    for (size_t i = 0; i < sizeof ASKED / sizeof *ASKED; i++) {
        SearchFound found = ask_for(t, (SearchAsk){ .text = str_c(ASKED[i].typed), .is_typing = ASKED[i].is_typing });
        if (!found.n) fail_msg("\"%s\" finds nobody", ASKED[i].typed);
        if (!str_eq(found.at[0].name, str_c(ASKED[i].first))) fail_msg("\"%s\" finds %.*s first", ASKED[i].typed, STR_ARG(found.at[0].name));
    }
    static const char *const NOBODY[] = { "zzzz", "budi", "x", "", " ", "'", "siti zulkifli", "%", "siti%" };
    for (size_t i = 0; i + 2 < sizeof NOBODY / sizeof *NOBODY; i++) {
        SearchFound found = ask_for(t, (SearchAsk){ .text = str_c(NOBODY[i]) });
        bool may_be_partly = strchr(NOBODY[i], ' ') && NOBODY[i][1];       // nobody has both words: those with one
        if (found.n && !may_be_partly) fail_msg("\"%s\" finds %.*s", NOBODY[i], STR_ARG(found.at[0].name));
    }
}

static void order_is_spelling_then_nearness(DbTest *t) {
    registry_make(t);
    SearchFound found = ask_for(t, (SearchAsk){ .text = STR("siti nurhaliza"), .near_kab = 1306 });
    assert_true(found.n >= 2);
    assert_int_equal(found.at[0].kab, 1306);
    assert_int_equal(found.at[0].how, FOUND_EXACT);
    found = ask_for(t, (SearchAsk){ .text = STR("siti"), .near_village_id = VILLAGE + 2 });
    assert_int_equal(found.n, 4);
    assert_int_equal(found.at[0].village_id, VILLAGE + 2);
    found = ask_for(t, (SearchAsk){ .text = STR("fatimah"), .is_typing = true });
    check_str(found.at[0].name, STR("Fatimah Zahra"));
}

// ---- authority ---------------------------------------------------------------------------------------------------------
static void nobody_is_found_out_of_area_or_caseload(DbTest *t) {
    registry_make(t);
    SearchFound found = ask_for(t, (SearchAsk){ .text = STR("siti nurhaliza"), .low_kab = KAB, .high_kab = KAB });
    for (size_t i = 0; i < found.n; i++) assert_int_equal(found.at[i].kab, KAB);
    assert_true(found.n >= 1);
    const int64_t own[] = { 11, 15 };
    found = ask_for(t, (SearchAsk){ .text = STR("siti"), .low_kab = KAB, .high_kab = KAB, .is_own_only = true, .own_kab = KAB, .own_ids = own, .own_n = 2 });
    assert_int_equal(found.n, 1);
    check_str(found.at[0].name, STR("Siti Aminah"));
    assert_false(found.is_more);
    found = ask_for(t, (SearchAsk){ .text = STR("nurhayati"), .low_kab = KAB, .high_kab = KAB, .is_own_only = true, .own_kab = KAB, .own_ids = own, .own_n = 2 });
    assert_int_equal(found.n, 0);
    found = ask_for(t, (SearchAsk){ .text = STR("siti"), .low_kab = KAB, .high_kab = KAB, .is_own_only = true, .own_kab = KAB });
    assert_int_equal(found.n, 0);
}

// The one place that turns a viewer into a reach.
static void reach_is_the_viewers_own(DbTest *t) {
    registry_make(t);
    check_ok(db_begin(t->db, &t->err), t->err);
    sql(t, arena_fmt(&t->arena, "INSERT INTO companion (kab, id, name, user_id, is_coordinator) VALUES (%d, 2, 'Pendamping', 70, 0)", KAB));
    check_ok(db_commit(t->db, &t->err), t->err);
    static const struct { Viewer viewer; int64_t low, high; bool is_own_only; } REACHES[] = {
        { { .user_id = 1, .kab = KAB, .role = ROLE_OPERATOR }, KAB, KAB, false }, { { .user_id = 1, .kab = 13, .role = ROLE_AUDITOR }, 1300, 1399, false },
        { { .user_id = 1, .kab = 0, .role = ROLE_AUDITOR }, 0, 9999, false }, { { .user_id = 70, .kab = KAB, .role = ROLE_COMPANION }, KAB, KAB, true },
        { { .user_id = 71, .kab = KAB, .role = ROLE_COMPANION }, KAB, KAB, true },             // a companion without a caseload
    };
    for (size_t i = 0; i < sizeof REACHES / sizeof *REACHES; i++) {
        SearchAsk ask = { .text = STR("siti"), .limit_n = 50 };
        SearchFound found;
        check_ok(search_reach(t->db, &t->arena, authority_sight(&REACHES[i].viewer, (Date){ 0 }), &ask, &t->err), t->err);
        assert_int_equal(ask.low_kab, REACHES[i].low);
        assert_int_equal(ask.high_kab, REACHES[i].high);
        assert_int_equal(ask.is_own_only, REACHES[i].is_own_only);
        check_ok(search_names(t->db, &t->arena, &ask, &found, &t->err), t->err);
        for (size_t k = 0; k < found.n; k++) {
            assert_true(found.at[k].kab >= ask.low_kab && found.at[k].kab <= ask.high_kab);
            if (ask.is_own_only) assert_int_equal(1 + found.at[k].family_id % 3, 2);           // as family_put gave them out
        }
        assert_int_equal(found.n > 0, REACHES[i].viewer.user_id != 71);
    }
}

// A filter of a list: all families, each once, with the cost of its best member; the same spellings as the box finds.
static void a_filter_gets_every_family(DbTest *t) {
    registry_make(t);
    check_ok(db_begin(t->db, &t->err), t->err);
    person_put(t, KAB, 11, 999, "Siti Maemunah");
    check_ok(pack_refresh(t->db, KAB, 11, 11, NULL, &t->err) && db_commit(t->db, &t->err), t->err);
    SearchAsk ask = { .text = STR("siti"), .low_kab = KAB, .high_kab = KAB, .limit_n = 2 };
    SearchFamilies found;
    check_ok(search_families(t->db, &t->arena, &ask, &found, &t->err), t->err);
    assert_int_equal(found.n, 3);                              // more than limit_n
    for (size_t i = 0; i < found.n; i++) {
        assert_int_equal(found.at[i].cost, 0);
        assert_true(!i || found.at[i - 1].family_id < found.at[i].family_id);
    }
    ask.text = STR("siti nurhalzia");
    check_ok(search_families(t->db, &t->arena, &ask, &found, &t->err), t->err);
    assert_int_equal(found.n, 1);
    assert_int_equal(found.at[0].family_id, 1);
    assert_true(found.at[0].cost > 0);
    ask.text = STR("4");
    check_ok(search_families(t->db, &t->arena, &ask, &found, &t->err), t->err);
    assert_int_equal(found.n, 0);
}

static void a_village_is_a_word_too(DbTest *t) {
    registry_make(t);
    Area village;
    bool is_there;
    check_ok(area_read(t->db, &t->arena, VILLAGE + 1, &village, &is_there, &t->err), t->err);
    assert_true(is_there);
    Str text = arena_fmt(&t->arena, "siti " STR_FMT, STR_ARG(village.name));
    SearchFound found = ask_for(t, (SearchAsk){ .text = text });
    assert_true(found.n > 0);
    assert_int_equal(found.at[0].village_id, VILLAGE + 1);
    text = arena_fmt(&t->arena, STR_FMT " siti", STR_ARG(village.name));
    found = ask_for(t, (SearchAsk){ .text = text });
    assert_true(found.n > 0 && found.at[0].village_id == VILLAGE + 1);
}

static void numbers_are_found_whole_or_not_at_all(DbTest *t) {
    registry_make(t);
    SearchFound found;
    Str digits;
    SearchAsk ask = { .low_kab = KAB, .high_kab = KAB, .limit_n = 10 };
    assert_true(search_is_number(&t->arena, STR("1371 0101.0118-0007"), &digits));
    check_ok(search_number(t->db, &t->arena, &ask, digits, &found, &t->err), t->err);
    assert_int_equal(found.n, 1);
    assert_int_equal(found.at[0].family_id, 7);
    check_ok(search_number(t->db, &t->arena, &ask, STR("001101000000003"), &found, &t->err), t->err);
    assert_int_equal(found.n, 1);
    check_ok(search_number(t->db, &t->arena, &ask, STR("137101010118"), &found, &t->err), t->err);
    assert_int_equal(found.n, 0);
    ask.is_own_only = true;
    ask.own_kab = KAB;
    check_ok(search_number(t->db, &t->arena, &ask, digits, &found, &t->err), t->err);
    assert_int_equal(found.n, 0);
    ask = (SearchAsk){ .low_kab = 1306, .high_kab = 1306, .limit_n = 10 };
    check_ok(search_number(t->db, &t->arena, &ask, digits, &found, &t->err), t->err);
    assert_int_equal(found.n, 0);
    ask = (SearchAsk){ .low_kab = KAB, .high_kab = KAB, .limit_n = 10 };                   // a family's own number, in the own district alone
    check_ok(search_number(t->db, &t->arena, &ask, STR("7"), &found, &t->err), t->err);
    assert_true(found.n == 1 && found.at[0].family_id == 7);
    check_ok(search_number(t->db, &t->arena, &ask, STR("16"), &found, &t->err), t->err);
    assert_int_equal(found.n, 0);                              // 1306 has it
    ask = (SearchAsk){ .high_kab = 9999, .limit_n = 10 };
    check_ok(search_number(t->db, &t->arena, &ask, STR("7"), &found, &t->err), t->err);
    assert_int_equal(found.n, 0);                              // of which district?
    ask.near_kab = 1306;
    check_ok(search_number(t->db, &t->arena, &ask, STR("16"), &found, &t->err), t->err);
    assert_int_equal(found.n, 1);
    assert_true(search_has_number(STR("siti 1371 0101.01")) && !search_has_number(STR("siti 3 rt 004/002")));
    assert_false(search_is_number(&t->arena, STR("siti 12"), &digits));
    assert_false(search_is_number(&t->arena, STR(" - "), &digits));
}

// ---- keeping up --------------------------------------------------------------------------------------------------------
static void change_any(DbTest *t, Random *r, int64_t family_n, int64_t *next_person) {
    int64_t family = 1 + (int64_t)random_below(r, (uint64_t)family_n);
    const char *name = NAMES[random_below(r, NAME_N)];
    switch (random_below(r, 4)) {
    case 0: person_put(t, KAB, family, (*next_person)++, name); break;
    case 1: sql(t, arena_fmt(&t->arena, "UPDATE person SET name = '%s' WHERE kab = %d AND family_id = %lld", name, KAB, (long long)family)); break;
    case 2: sql(t, arena_fmt(&t->arena, "DELETE FROM person WHERE kab = %d AND family_id = %lld AND id > %lld", KAB, (long long)family, (long long)(*next_person - 40))); break;
    default: sql(t, arena_fmt(&t->arena, "UPDATE person SET name = '%s %s' WHERE kab = %d AND id %% 7 = 3 AND family_id = %lld", name, name, KAB, (long long)family)); break;
    }
    check_ok(search_refresh(t->db, KAB, family, family, NULL, &t->err), t->err);
}

static void the_index_equals_the_rows_after_every_change(DbTest *t) {
    Random r = { test_seed() };
    int64_t family_n = 600, next_person = 100000;
    check_ok(db_begin(t->db, &t->err), t->err);
    for (int64_t i = 1; i <= family_n; i++) family_put(t, KAB, i, VILLAGE);
    check_ok(pack_refresh(t->db, KAB, 1, family_n, NULL, &t->err) && db_commit(t->db, &t->err), t->err);
    for (int64_t round = 0; round < test_tries(25); round++) {
        check_ok(db_begin(t->db, &t->err), t->err);
        for (int i = 0; i < 20; i++) change_any(t, &r, family_n, &next_person);
        check_ok(db_commit(t->db, &t->err), t->err);
        check_holds(t);
    }
    check_ok(db_begin(t->db, &t->err) && search_build(t->db, NULL, &t->err) && db_commit(t->db, &t->err), t->err);
    check_holds(t);
}

// Many of one word: blocks are split, and emptied again from both ends.
static void long_lists_are_split_and_shrink(DbTest *t) {
    check_ok(db_begin(t->db, &t->err), t->err);
    for (int64_t i = 1; i <= 1500; i++) {
        family_put(t, KAB, i, VILLAGE);
        person_put(t, KAB, i, 10 * i, "Siti");
    }
    check_ok(pack_refresh(t->db, KAB, 1, 750, NULL, &t->err) && pack_refresh(t->db, KAB, 751, 1500, NULL, &t->err) && db_commit(t->db, &t->err), t->err);
    check_holds(t);
    static const int64_t FROM[] = { 1, 900, 300, 1 }, TO[] = { 400, 1500, 899, 1500 };
    for (size_t i = 0; i < 4; i++) {
        check_ok(db_begin(t->db, &t->err), t->err);
        sql(t, arena_fmt(&t->arena, "UPDATE person SET name = '%s' WHERE family_id BETWEEN %lld AND %lld", i < 3 ? "Dewi" : "Siti", (long long)FROM[i], (long long)TO[i]));
        check_ok(search_refresh(t->db, KAB, FROM[i], TO[i], NULL, &t->err) && db_commit(t->db, &t->err), t->err);
        check_holds(t);
        SearchFound found = ask_for(t, (SearchAsk){ .text = STR("siti"), .low_kab = KAB, .high_kab = KAB, .limit_n = 50 });
        assert_int_equal(found.n, i == 2 ? 0 : 50);
    }
}

static void what_is_changed_behind_its_back_is_told(DbTest *t) {
    static const char *const CHANGES[] = {
        "UPDATE person SET name = 'Lain Sekali' WHERE family_id = 3", "DELETE FROM search_posting WHERE word = 'siti'",
        "UPDATE search_posting SET start_n = start_n + 400000000000000 WHERE word = 'siti'", "DELETE FROM search_word", "DELETE FROM search_name",
    };
    registry_make(t);
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
        Violations v = { 0 };
        check_ok(db_begin(t->db, &t->err), t->err);
        sql(t, str_c(CHANGES[i]));
        check_ok(search_check(t->db, &v, NULL, &t->err), t->err);
        if (!v.found_n) fail_msg("nobody noticed: %s", CHANGES[i]);
        db_rollback(t->db);
    }
    check_holds(t);
}

// ---- pure parts --------------------------------------------------------------------------------------------------------
static void blocks_come_back(void **state) {
    (void)state;
    Random r = { test_seed() };
    for (int round = 0; round < 200; round++) {
        uint8_t bytes[200 * MEMBER_BYTES_MAX];
        BlockState at = { 0, 0 };
        Members wanted = { 0 }, found = { 0 };
        Err e = { 0 };
        size_t n = 1 + random_below(&r, 199), used = 0;
        int64_t family = 0;
        for (size_t i = 0; i < n; i++) {
            uint64_t member;
            family += (int64_t)random_below(&r, UINT64_C(1) << random_below(&r, 16)) + 1;
            check_ok(member_of(KAB, family, (int64_t)random_below(&r, UINT64_C(1) << MEMBER_PERSON_BITS), &member, &e) && member_add(&wanted, member, &e), e);
            used += block_put(bytes + used, &at, member);
        }
        check_ok(block_read((Str){ (const char *)bytes, used }, KAB, &found, &e), e);
        assert_int_equal(found.n, n);
        assert_memory_equal(found.at, wanted.at, n * sizeof *wanted.at);
        for (int k = 0; k < 20; k++) {                     // damaged bytes are refused or read, never followed out of bounds
            Err ignored = { 0 };
            bytes[random_below(&r, used)] = (uint8_t)random_below(&r, 256);
            found.n = 0;
            if (!block_read((Str){ (const char *)bytes, used }, KAB, &found, &ignored)) assert_int_equal(ignored.code, CONFLICT);
        }
        free(wanted.at);
        free(found.at);
    }
}

// The walk over sorted words gives exactly those that a plain comparison with each gives.
static void matches_are_those_of_a_plain_comparison(DbTest *t) {
    Random r = { test_seed() };
    check_ok(db_begin(t->db, &t->err), t->err);
    for (int64_t i = 1; i <= 900; i++) {
        char name[40] = { 0 };
        for (size_t k = 0, n = 3 + random_below(&r, 7); k < n; k++) name[k] = "aiunrsthklm"[random_below(&r, 11)];
        family_put(t, KAB, i, VILLAGE);
        person_put(t, KAB, i, i, name);
    }
    check_ok(pack_refresh(t->db, KAB, 1, 900, NULL, &t->err) && db_commit(t->db, &t->err), t->err);
    SearchWords *words;
    check_ok(search_words_take(t->db, KAB, KAB, &words, &t->err), t->err);
    WordMatches all = { 0 };
    for (char c = 'a'; c <= 'z'; c++) {
        WordMatches some = search_words_match(words, &t->arena, (WordAsked){ (Str){ &c, 1 }, (Str){ &c, 1 } }, MATCH_PREFIX);
        WordMatch *wider = NEW(&t->arena, WordMatch, all.n + some.n + 1);
        if (all.n) memcpy(wider, all.at, all.n * sizeof *wider);
        if (some.n) memcpy(wider + all.n, some.at, some.n * sizeof *wider);
        all = (WordMatches){ wider, all.n + some.n, 0 };
    }
    assert_int_equal(all.n, search_words_n(words));
    for (int round = 0; round < 300; round++) {
        Str word = all.at[random_below(&r, all.n)].word;
        char changed[NAME_WORD_MAX];
        memcpy(changed, word.p, word.n);
        changed[random_below(&r, word.n)] = "aiunrsthklm"[random_below(&r, 11)];
        Str asked = { changed, word.n };
        WordMatches found = search_words_match(words, &t->arena, (WordAsked){ asked, { NULL, 0 } }, MATCH_TWO);
        size_t wanted_n = 0;
        int most = asked.n < 3 ? 0 : asked.n < 6 ? 1 : 2;
        for (size_t i = 0; i < all.n; i++) wanted_n += name_distance(asked, all.at[i].word, most) <= most;
        if (found.n != (wanted_n < WORD_MATCHES_MAX ? wanted_n : WORD_MATCHES_MAX)) fail_msg("%.*s: %zu words, wanted %zu", STR_ARG(asked), found.n, wanted_n);
        for (size_t i = 0; i < found.n; i++) {
            int distance = name_distance(asked, found.at[i].word, 2);
            assert_int_equal(found.at[i].cost, 2 * distance);
        }
    }
    search_words_release(words);
}

DB_TEST(names_are_found_as_people_write_them)
DB_TEST(order_is_spelling_then_nearness)
DB_TEST(nobody_is_found_out_of_area_or_caseload)
DB_TEST(reach_is_the_viewers_own)
DB_TEST(a_filter_gets_every_family)
DB_TEST(a_village_is_a_word_too)
DB_TEST(numbers_are_found_whole_or_not_at_all)
DB_TEST(the_index_equals_the_rows_after_every_change)
DB_TEST(long_lists_are_split_and_shrink)
DB_TEST(what_is_changed_behind_its_back_is_told)
DB_TEST(matches_are_those_of_a_plain_comparison)

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(blocks_come_back), DB_TESTS(names_are_found_as_people_write_them), DB_TESTS(order_is_spelling_then_nearness),
    DB_TESTS(nobody_is_found_out_of_area_or_caseload), DB_TESTS(a_village_is_a_word_too), DB_TESTS(reach_is_the_viewers_own),
    DB_TESTS(a_filter_gets_every_family), DB_TESTS(numbers_are_found_whole_or_not_at_all),
    DB_TESTS(the_index_equals_the_rows_after_every_change), DB_TESTS(long_lists_are_split_and_shrink), DB_TESTS(what_is_changed_behind_its_back_is_told),
    DB_TESTS(matches_are_those_of_a_plain_comparison),
};
TEST_MAIN(tests)
