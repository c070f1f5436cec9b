// life_test.c: what happens in a family's life, what cannot happen, what happens twice, and a law: whatever happens, rows, packs, search
// index, claims and audit chain agree. On both engines.
#include "registry/life_sample.h"
#include "registry/life_number.h"

#define FAMILIES 300

// A family of this test's own: mother 1990, daughter 2015 in SD, grandfather 1950. Its number.
typedef struct { int64_t id, mother, daughter, grandfather; } Home;
static int64_t home_person(DbTest *t, const Town *town, int64_t family_id, Str name, Date born_on, Sex sex) {
    LifeAct act = town_act(town, family_id, born_on);
    LifeResult r;
    good(life_birth(t->db, &act, &(LifeBirth){ .name = name, .sex = sex }, &r, &t->err));
    return r.person_id;
}
static Home home_make(DbTest *t, const Town *town, int64_t like_family_id) {
    Home h = { .id = like_family_id };
    h.mother = home_person(t, town, h.id, STR("Ibu Contoh"), ymd(1990, 5, 1), SEX_FEMALE);
    h.daughter = home_person(t, town, h.id, STR("Putri Contoh"), ymd(2015, 7, 20), SEX_FEMALE);
    h.grandfather = home_person(t, town, h.id, STR("Kakek Contoh"), ymd(1950, 1, 2), SEX_MALE);
    return h;
}
static int64_t pregnancy_of(DbTest *t, int64_t person_id) { return sql_int(t, "SELECT pregnancy_n FROM person WHERE kab = 1371 AND id = ?1 AND is_gone = 0", person_id, 0); }
static Str level_of(DbTest *t, int64_t person_id) { return sql_says(t, "SELECT coalesce(school_level, '') FROM person WHERE kab = 1371 AND id = ?1 AND is_gone = 0", person_id, 0); }
static Str status_of(DbTest *t, int64_t family_id) { return sql_says(t, "SELECT status FROM family WHERE kab = 1371 AND id = ?1", family_id, 0); }
static int64_t facts_of(DbTest *t, int64_t family_id) { return sql_int(t, "SELECT count(*) FROM life_event WHERE kab = 1371 AND family_id = ?1", family_id, 0); }

// ---- a pregnancy and a birth ---------------------------------------------------------------------------------------------------
static void a_birth_ends_the_pregnancy(DbTest *t) {
    Town town = town_make(t, 1, FAMILIES);
    Home h = home_make(t, &town, 7);
    LifeResult r, again;
    LifeAct known = town_act(&town, h.id, ymd(2023, 9, 1)), born = town_act(&town, h.id, ymd(2024, 3, 10)), next_day = town_act(&town, h.id, ymd(2024, 3, 11));
    good(life_pregnancy(t->db, &known, h.mother, 2, ymd(2024, 3, 15), &r, &t->err));
    good(life_pregnancy(t->db, &known, h.mother, 2, ymd(2024, 3, 15), &again, &t->err));
    assert_true(again.was_there);
    refused(life_pregnancy(t->db, &born, h.mother, 3, DATE_NONE, &r, &t->err), CONFLICT);                // two at once
    assert_int_equal(pregnancy_of(t, h.mother), 2);
    LifeBirth child = { .name = STR(" Dewi Contoh "), .sex = SEX_FEMALE, .mother_id = h.mother }, twin = { .name = STR("Dian Contoh"), .sex = SEX_MALE, .mother_id = h.mother };
    good(life_birth(t->db, &born, &child, &r, &t->err));
    good(life_birth(t->db, &born, &child, &again, &t->err));
    assert_true(again.was_there && again.person_id == r.person_id);
    good(life_birth(t->db, &next_day, &twin, &again, &t->err));
    assert_false(again.was_there);
    LifeAct summer = town_act(&town, h.id, ymd(2024, 6, 1));
    refused(life_birth(t->db, &summer, &(LifeBirth){ .name = STR("Adik"), .sex = SEX_MALE, .mother_id = h.mother }, &again, &t->err), BAD_INPUT);
    assert_int_equal(pregnancy_of(t, h.mother), 2);        // the weeks after the birth
    int64_t n;
    good(life_settle(t->db, KAB, ymd(2024, 4, 21), 1, NOON, &n, &t->err));                             // day 42 after the birth: still counts
    assert_int_equal(n, 0);
    good(life_settle(t->db, KAB, ymd(2024, 4, 22), 1, NOON, &n, &t->err));
    assert_int_equal(n, 1);
    assert_int_equal(pregnancy_of(t, h.mother), 0);
    good(life_settle(t->db, KAB, ymd(2024, 4, 22), 1, NOON, &n, &t->err));
    assert_int_equal(n, 0);
    refused(life_pregnancy(t->db, &summer, h.mother, 2, DATE_NONE, &r, &t->err), CONFLICT);              // number 2 was had
    good(life_pregnancy(t->db, &summer, h.mother, 0, DATE_NONE, &r, &t->err));
    assert_int_equal(pregnancy_of(t, h.mother), 3);
    good(life_pregnancy_end(t->db, &summer, h.mother, &r, &t->err));
    assert_int_equal(pregnancy_of(t, h.mother), 0);
    good(life_correct(t->db, &summer, r.n, &again, &t->err));
    assert_int_equal(pregnancy_of(t, h.mother), 3);
    town_is_well(t);
}
DB_TEST(a_birth_ends_the_pregnancy)

static void a_birth_told_by_mistake_is_taken_back(DbTest *t) {
    Town town = town_make(t, 1, FAMILIES);
    Home h = home_make(t, &town, 7);
    LifeResult r, back;
    LifeAct known = town_act(&town, h.id, ymd(2023, 9, 1)), born = town_act(&town, h.id, ymd(2024, 3, 10));
    good(life_pregnancy(t->db, &known, h.mother, 2, DATE_NONE, &r, &t->err));
    LifeBirth child = { .name = STR("Dewi Contoh"), .sex = SEX_FEMALE, .mother_id = h.mother, .nik = STR("1371015003240001") };
    good(life_birth(t->db, &born, &child, &r, &t->err));
    assert_int_equal(r.nik_doubts, 0);
    refused(life_birth(t->db, &born, &(LifeBirth){ .name = STR("Lain"), .sex = SEX_MALE, .nik = child.nik }, &back, &t->err), CONFLICT);
    good(life_correct(t->db, &born, r.n, &back, &t->err));
    assert_int_equal(pregnancy_of(t, h.mother), 2);
    assert_int_equal(sql_int(t, "SELECT is_gone FROM person WHERE kab = 1371 AND id = ?1", r.person_id, 0), 1);
    good(life_correct(t->db, &born, r.n, &back, &t->err));
    assert_true(back.was_there);
    good(life_birth(t->db, &born, &child, &r, &t->err));     // the NIK is free again
    assert_false(r.was_there);
    town_is_well(t);
}
DB_TEST(a_birth_told_by_mistake_is_taken_back)

// ---- what cannot be --------------------------------------------------------------------------------------------------------------
static void what_cannot_be_is_refused(DbTest *t) {
    Town town = town_make(t, 2, FAMILIES);
    Home h = home_make(t, &town, 9);
    int64_t before = facts_of(t, h.id);
    LifeResult r;
    LifeBirth of_mother = { .name = STR("Anak"), .sex = SEX_MALE, .mother_id = h.mother }, of_girl = { .name = STR("Anak"), .sex = SEX_MALE, .mother_id = h.daughter },
              of_man = { .name = STR("Anak"), .sex = SEX_MALE, .mother_id = h.grandfather }, nameless = { .name = STR("  "), .sex = SEX_MALE },
              sexless = { .name = STR("Anak") }, bad_nik = { .name = STR("Anak"), .sex = SEX_MALE, .nik = STR("123") };
    LifeAct today = town_act(&town, h.id, ymd(2024, 6, 15)), tomorrow = town_act(&town, h.id, ymd(2024, 6, 16)), long_ago = town_act(&town, h.id, ymd(1998, 1, 1)),
            nowhere = town_act(&town, 99999, ymd(2024, 6, 1)), dateless = town_act(&town, h.id, DATE_NONE);
    LifeAct neighbour = today, auditor = today;
    neighbour.actor = town.neighbour;
    auditor.actor = town.auditor;
    refused(life_birth(t->db, &tomorrow, &of_mother, &r, &t->err), BAD_INPUT);
    refused(life_birth(t->db, &dateless, &of_mother, &r, &t->err), BAD_INPUT);
    refused(life_birth(t->db, &long_ago, &of_mother, &r, &t->err), BAD_INPUT);       // a mother of seven
    refused(life_birth(t->db, &today, &of_girl, &r, &t->err), BAD_INPUT);
    refused(life_birth(t->db, &today, &of_man, &r, &t->err), BAD_INPUT);
    refused(life_birth(t->db, &today, &nameless, &r, &t->err), BAD_INPUT);
    refused(life_birth(t->db, &today, &sexless, &r, &t->err), BAD_INPUT);
    refused(life_birth(t->db, &today, &bad_nik, &r, &t->err), BAD_INPUT);
    refused(life_birth(t->db, &nowhere, &of_mother, &r, &t->err), NOT_FOUND);
    refused(life_birth(t->db, &neighbour, &of_mother, &r, &t->err), FORBIDDEN);
    refused(life_death(t->db, &auditor, h.mother, &r, &t->err), FORBIDDEN);
    LifeAct before_birth = town_act(&town, h.id, ymd(2015, 7, 19));
    refused(life_death(t->db, &before_birth, h.daughter, &r, &t->err), BAD_INPUT);
    refused(life_death(t->db, &today, 99999999, &r, &t->err), NOT_FOUND);
    refused(life_school(t->db, &today, h.grandfather, SCHOOL_SD, STR(""), &r, &t->err), BAD_INPUT);
    refused(life_school(t->db, &today, h.daughter, SCHOOL_SD, STR("12"), &r, &t->err), BAD_INPUT);
    refused(life_pregnancy(t->db, &today, h.grandfather, 1, DATE_NONE, &r, &t->err), BAD_INPUT);
    refused(life_pregnancy(t->db, &today, h.mother, 1, ymd(2025, 6, 15), &r, &t->err), BAD_INPUT);       // a year
    refused(life_pregnancy_end(t->db, &today, h.mother, &r, &t->err), CONFLICT);
    refused(life_move(t->db, &today, &(LifePlace){ .village_id = NEAR_VILLAGE }, &r, &t->err), BAD_INPUT);
    refused(life_move(t->db, &today, &(LifePlace){ .village_id = 1371999999 }, &r, &t->err), BAD_INPUT);
    refused(life_move_out(t->db, &today, KAB, &r, &t->err), BAD_INPUT);
    refused(life_move_out(t->db, &today, 9999, &r, &t->err), BAD_INPUT);
    refused(life_leave(t->db, &today, STR("because"), &r, &t->err), BAD_INPUT);
    refused(life_return(t->db, &today, &r, &t->err), CONFLICT);
    refused(life_correct(t->db, &today, 999, &r, &t->err), NOT_FOUND);
    refused(life_split(t->db, &today, &(LifeSplit){ .person_n = 0 }, &r, &t->err), BAD_INPUT);
    refused(life_split(t->db, &today, &(LifeSplit){ .person_ids = (int64_t[]){ h.mother, h.mother }, .person_n = 2 }, &r, &t->err), BAD_INPUT);
    assert_int_equal(facts_of(t, h.id), before);           // nothing half-done
    town_is_well(t);
}
DB_TEST(what_cannot_be_is_refused)

// ---- death ---------------------------------------------------------------------------------------------------------------------------
static void a_payee_who_dies_is_no_payee(DbTest *t) {
    Town town = town_make(t, 3, FAMILIES);
    int64_t payee = sql_int(t, "SELECT payee_id FROM family WHERE kab = 1371 AND id = ?1", 20, 0);
    LifeAct act = town_act(&town, 20, ymd(2024, 5, 2)), other_day = town_act(&town, 20, ymd(2024, 5, 3));
    LifeResult r, again;
    good(life_death(t->db, &act, payee, &r, &t->err));
    assert_true(r.has_no_payee);
    assert_int_equal(sql_int(t, "SELECT coalesce(payee_id, 0) FROM family WHERE kab = 1371 AND id = ?1", 20, 0), 0);
    good(life_death(t->db, &act, payee, &again, &t->err));
    assert_true(again.was_there && again.n == r.n);
    refused(life_death(t->db, &other_day, payee, &again, &t->err), CONFLICT);
    good(life_correct(t->db, &other_day, r.n, &again, &t->err));
    assert_int_equal(sql_int(t, "SELECT payee_id FROM family WHERE kab = 1371 AND id = ?1", 20, 0), payee);
    good(life_death(t->db, &other_day, payee, &again, &t->err));
    town_is_well(t);
}
DB_TEST(a_payee_who_dies_is_no_payee)

// ---- school --------------------------------------------------------------------------------------------------------------------------
static void school_goes_up(DbTest *t) {
    Town town = town_make(t, 4, FAMILIES);
    Home h = home_make(t, &town, 11);
    LifeAct sd = town_act(&town, h.id, ymd(2021, 7, 12)), smp = town_act(&town, h.id, ymd(2024, 6, 1));
    LifeResult r, again;
    good(life_school(t->db, &sd, h.daughter, SCHOOL_SD, STR(""), &r, &t->err));
    good(life_school(t->db, &sd, h.daughter, SCHOOL_SD, STR(""), &again, &t->err));
    assert_true(again.was_there);
    good(life_school(t->db, &smp, h.daughter, SCHOOL_SMP, STR("99999999"), &r, &t->err));
    refused(life_school(t->db, &smp, h.daughter, SCHOOL_SD, STR(""), &again, &t->err), CONFLICT);
    check_str(level_of(t, h.daughter), STR("SMP"));
    good(life_correct(t->db, &smp, r.n, &again, &t->err));
    check_str(level_of(t, h.daughter), STR("SD"));
    good(life_school(t->db, &smp, h.daughter, SCHOOL_NONE, STR(""), &r, &t->err));
    check_str(level_of(t, h.daughter), STR(""));
    town_is_well(t);
}
DB_TEST(school_goes_up)

// ---- moves -----------------------------------------------------------------------------------------------------------------------------
static void a_move_closes_here_and_opens_there(DbTest *t) {
    Town town = town_make(t, 5, FAMILIES);
    int64_t family_id = sql_int(t, "SELECT min(id) FROM family WHERE kab = 1371 AND channel = 'BRI' AND status = 'active'", 0, 0), member_n =
        sql_int(t, "SELECT count(*) FROM person WHERE kab = 1371 AND family_id = ?1 AND is_gone = 0", family_id, 0);
    LifeAct out = town_act(&town, family_id, ymd(2024, 6, 1)), in = { .kab = NEAR, .on = ymd(2024, 6, 5), .actor = town.neighbour, .at = NOON };
    LifeResult r, again;
    LifePlace place = { .village_id = NEAR_VILLAGE, .address = STR("Jalan Baru 2"), .rt = STR("1"), .rw = STR("04") };
    Str account, there;
    good(life_number_read(t->db, &t->arena, NUMBER_ACCOUNT, (NumberPlace){ KAB, family_id, 0 }, &account, &t->err));
    assert_true(account.n > 0);
    good(life_move_out(t->db, &out, NEAR, &r, &t->err));
    check_str(status_of(t, family_id), STR("left"));
    good(life_move_out(t->db, &out, NEAR, &again, &t->err));
    assert_true(again.was_there && again.transfer_id == r.transfer_id);
    refused(life_death(t->db, &out, 1, &again, &t->err), CONFLICT);                                      // not here any more
    refused(life_return(t->db, &out, &again, &t->err), CONFLICT);
    LifeTransfers waiting;
    good(life_transfers(t->db, &t->arena, &town.neighbour, NEAR, &waiting, &t->err));
    assert_int_equal(waiting.n, 1);
    assert_int_equal(waiting.at[0].member_n, member_n);
    good(life_transfers(t->db, &t->arena, &town.operator, NEAR, &waiting, &t->err));
    assert_int_equal(waiting.n, 0);                        // not his district
    LifeAct early = in;
    early.on = ymd(2024, 5, 31);
    refused(life_arrive(t->db, &early, r.transfer_id, &place, &again, &t->err), BAD_INPUT);
    refused(life_arrive(t->db, &in, 77, &place, &again, &t->err), NOT_FOUND);
    good(life_arrive(t->db, &in, r.transfer_id, &place, &again, &t->err));
    assert_int_equal(again.other_family_id, 1);
    assert_false(again.has_no_payee);
    good(life_number_read(t->db, &t->arena, NUMBER_ACCOUNT, (NumberPlace){ NEAR, 1, 0 }, &there, &t->err));
    check_str(there, account);                            // the account goes on
    assert_int_equal(sql_int(t, "SELECT count(*) FROM person WHERE kab = 1372 AND family_id = 1 AND nik_data IS NOT NULL", 0, 0), member_n);
    good(life_arrive(t->db, &in, r.transfer_id, &place, &again, &t->err));
    assert_true(again.was_there && again.other_family_id == 1);
    refused(life_correct(t->db, &out, r.n, &again, &t->err), CONFLICT);                                 // it has arrived
    // And back again: under a new number, the Ministry's code goes along.
    LifeAct home = { .kab = NEAR, .family_id = 1, .on = ymd(2024, 6, 10), .actor = town.neighbour, .at = NOON };
    good(life_move_out(t->db, &home, KAB, &r, &t->err));
    LifeAct back = town_act(&town, 0, ymd(2024, 6, 11));
    good(life_arrive(t->db, &back, r.transfer_id, &(LifePlace){ .village_id = 1371011001 }, &again, &t->err));
    assert_true(again.other_family_id > FAMILIES);
    assert_int_equal(sql_int(t, "SELECT count(*) FROM family WHERE kab = 1371 AND dtks_code = (SELECT dtks_code FROM family WHERE kab = 1371 AND id = ?1)", again.other_family_id, 0), 1);
    town_is_well(t);
}
DB_TEST(a_move_closes_here_and_opens_there)

static void a_move_that_did_not_happen_is_taken_back(DbTest *t) {
    Town town = town_make(t, 5, FAMILIES);
    LifeAct act = town_act(&town, 30, ymd(2024, 6, 1));
    LifeResult r, back;
    good(life_leave(t->db, &act, STR("graduated"), &r, &t->err));
    good(life_return(t->db, &act, &back, &t->err));
    refused(life_correct(t->db, &act, r.n, &back, &t->err), CONFLICT);                                   // it returned since
    Str status = status_of(t, 30);
    good(life_move(t->db, &act, &(LifePlace){ .village_id = 1371011001, .address = STR("Jalan Contoh 5") }, &r, &t->err));
    good(life_move(t->db, &act, &(LifePlace){ .village_id = 1371011001, .address = STR("Jalan Contoh 5") }, &back, &t->err));
    assert_true(back.was_there);
    int64_t left_n = r.n - 2;
    good(life_move_out(t->db, &act, NEAR, &r, &t->err));
    refused(life_correct(t->db, &act, left_n, &back, &t->err), CONFLICT);                                // not this leaving
    good(life_correct(t->db, &act, r.n, &back, &t->err));
    check_str(status_of(t, 30), status);
    refused(life_arrive(t->db, &(LifeAct){ .kab = NEAR, .on = ymd(2024, 6, 5), .actor = town.neighbour, .at = NOON }, r.transfer_id, &(LifePlace){ .village_id = NEAR_VILLAGE }, &back, &t->err), CONFLICT);
    good(life_move_out(t->db, &act, NEAR, &back, &t->err));  // and really
    assert_true(back.transfer_id > r.transfer_id);
    town_is_well(t);
}
DB_TEST(a_move_that_did_not_happen_is_taken_back)

// ---- split, leaving, coming back -----------------------------------------------------------------------------------------------------------
static void a_split_makes_a_family(DbTest *t) {
    Town town = town_make(t, 6, FAMILIES);
    Home h = home_make(t, &town, 12);
    LifeAct act = town_act(&town, h.id, ymd(2024, 6, 1));
    LifeResult r, again;
    int64_t who[] = { h.daughter, h.mother };
    LifeSplit split = { .person_ids = who, .person_n = 2 };
    good(life_split(t->db, &act, &split, &r, &t->err));
    assert_int_equal(r.other_family_id, FAMILIES + 1);
    check_str(status_of(t, r.other_family_id), STR("suspended"));
    check_str(sql_says(t, "SELECT p.name FROM family f JOIN person p ON p.kab = f.kab AND p.family_id = f.id AND p.id = f.payee_id WHERE f.kab = 1371 AND f.id = ?1", r.other_family_id, 0),
               STR("Ibu Contoh"));
    good(life_split(t->db, &act, &split, &again, &t->err));
    assert_true(again.was_there && again.other_family_id == r.other_family_id);
    refused(life_death(t->db, &act, h.mother, &again, &t->err), CONFLICT);                               // gone from here
    LifeAct theirs = town_act(&town, r.other_family_id, ymd(2024, 6, 2));
    good(life_return(t->db, &theirs, &again, &t->err));
    check_str(status_of(t, r.other_family_id), STR("active"));
    good(life_leave(t->db, &theirs, STR("graduated"), &again, &t->err));
    good(life_leave(t->db, &theirs, STR("graduated"), &r, &t->err));
    assert_true(r.was_there);
    good(life_correct(t->db, &theirs, again.n, &r, &t->err));
    check_str(status_of(t, theirs.family_id), STR("active"));
    town_is_well(t);
}
DB_TEST(a_split_makes_a_family)

// ---- another payee ---------------------------------------------------------------------------------------------------------------------------
static void another_payee_needs_another_person(DbTest *t) {
    Town town = town_make(t, 7, FAMILIES);
    int64_t family_id = sql_int(t, "SELECT min(id) FROM family WHERE kab = 1371 AND channel = 'BRI' AND status = 'active'", 0, 0);
    Home h = home_make(t, &town, family_id);
    int64_t old_payee = sql_int(t, "SELECT payee_id FROM family WHERE kab = 1371 AND id = ?1", family_id, 0);
    LifeAct act = town_act(&town, family_id, ymd(2024, 6, 1));
    Str account, after;
    bool is_new, is_found;
    LifeProposal open;
    NumberPlace place = { KAB, family_id, 0 };
    good(life_number_read(t->db, &t->arena, NUMBER_ACCOUNT, place, &account, &t->err));
    Signing s = { .viewer = &town.operator, .t = t };
    LifePayee same = { .payee_id = h.mother, .is_same_account = true, .channel = STR("BRI") };
    refused(life_payee_ask(t->db, &t->arena, &act, &(LifePayee){ .payee_id = h.daughter, .is_same_account = true, .channel = STR("BRI") }, &s.request, &is_new, &t->err), BAD_INPUT);
    refused(life_payee_ask(t->db, &t->arena, &act, &(LifePayee){ .payee_id = h.mother, .channel = STR("BRI") }, &s.request, &is_new, &t->err), BAD_INPUT);
    refused(life_payee_ask(t->db, &t->arena, &act, &(LifePayee){ .payee_id = old_payee, .is_same_account = true, .channel = STR("BRI") }, &s.request, &is_new, &t->err), BAD_INPUT);
    good(life_payee_ask(t->db, &t->arena, &act, &same, &s.request, &is_new, &t->err));
    assert_true(is_new);
    good(life_payee_ask(t->db, &t->arena, &act, &same, &s.request, &is_new, &t->err));
    assert_false(is_new);
    good(life_proposal_open(t->db, &t->arena, KAB, family_id, &open, &is_found, &t->err));
    assert_true(is_found && open.payee_id == h.mother && open.old_payee_id == old_payee && open.is_same_account);
    assert_int_equal(sql_int(t, "SELECT payee_id FROM family WHERE kab = 1371 AND id = ?1", family_id, 0), old_payee);         // nothing yet
    refused(change_do(t->db, sign_work, &s, &t->err), FORBIDDEN);                                        // the maker himself
    s.viewer = &town.head;
    good(change_do(t->db, sign_work, &s, &t->err));
    assert_int_equal(sql_int(t, "SELECT payee_id FROM family WHERE kab = 1371 AND id = ?1", family_id, 0), h.mother);
    good(life_number_read(t->db, &t->arena, NUMBER_ACCOUNT, place, &after, &t->err));
    check_str(after, account);                            // continuity of the account
    LifePayee fresh = { .payee_id = h.mother, .channel = STR("BRI"), .account = STR("900101000001506") };
    good(life_payee_ask(t->db, &t->arena, &act, &fresh, &s.request, &is_new, &t->err));
    LifeResult r;
    good(life_death(t->db, &act, h.mother, &r, &t->err));    // changed before it was signed
    refused(change_do(t->db, sign_work, &s, &t->err), CONFLICT);
    good(life_number_read(t->db, &t->arena, NUMBER_ACCOUNT, place, &after, &t->err));
    check_str(after, account);
    town_is_well(t);
}
DB_TEST(another_payee_needs_another_person)

// ---- laws ------------------------------------------------------------------------------------------------------------------------------------
static void whatever_happens_all_agree(DbTest *t) {
    Random r = { test_seed() };
    Town town = town_make(t, r.state % 1000, FAMILIES);
    int64_t happened_n = 0, tries = test_tries(600);
    for (int64_t i = 0; i < tries; i++) {
        happened_n += life_happens(t, &r, &town, 40);
        if (i % 150 == 149) town_is_well(t);
    }
    print_message("%lld of %lld happened\n", (long long)happened_n, (long long)tries);
    assert_true(happened_n > tries / 5);
    // A refresh of everything changes no byte of the packs.
    Hash before, after;
    good(pack_part_hash(t->db, KAB, PACK_PERSON, INT64_MAX, &before, &t->err));
    good(db_begin(t->db, &t->err));
    good(pack_refresh_all(t->db, KAB, NULL, &t->err));
    good(db_commit(t->db, &t->err));
    good(pack_part_hash(t->db, KAB, PACK_PERSON, INT64_MAX, &after, &t->err));
    assert_true(hash_eq(&before, &after));
    // Every fact can be said.
    for (int64_t id = 1; id <= 40; id++) {
        LifeEvents events;
        good(life_list(t->db, &t->arena, authority_sight(&town.operator, ymd(2024, 6, 15)), KAB, id, &events, &t->err));
        for (size_t i = 0; i < events.n; i++) {
            Buf b = { .max = 2000 };
            life_event_put(&b, &events.at[i]);
            assert_true(b.n > 0 && !b.is_full);
            buf_free(&b);
        }
    }
}
DB_TEST(whatever_happens_all_agree)

static const struct CMUnitTest tests[] = {
    DB_TESTS(a_birth_ends_the_pregnancy), DB_TESTS(a_birth_told_by_mistake_is_taken_back), DB_TESTS(what_cannot_be_is_refused), DB_TESTS(a_payee_who_dies_is_no_payee),
    DB_TESTS(school_goes_up), DB_TESTS(a_move_closes_here_and_opens_there), DB_TESTS(a_move_that_did_not_happen_is_taken_back), DB_TESTS(a_split_makes_a_family),
    DB_TESTS(another_payee_needs_another_person), DB_TESTS(whatever_happens_all_agree),
};
TEST_MAIN(tests)
