// The day of 16 November 2024 once more, with invented names: 94 companions and a coordinator, called, checked in (some twice, some at the wrong
// session, some from paper), tested before and after, handed their vests with three sizes short, and given certificates; then every number of the
// report is counted by other means. Beside it: who may plan and see, what is refused, two people at the last vest, a forged certificate.
#include "registry/life_sample.h"
#include "base/lang.h"
#include "training/certificate.h"
#include "training/code.h"
#include "training/need.h"
#include "training/paper.h"
#include <pthread.h>
#include <sys/mman.h>

#define PEOPLE 95
#define DAY ymd(2024, 11, 16)
static Instant at(int hour, int minute) { return (Instant){ (int64_t)ymd(2024, 11, 16).days * 86400000 + (hour * 60 + minute - 420) * INT64_C(60000) }; }
static const Instant BEFORE = { 1731200000000 };           // 10 November 2024

typedef struct { Town town; Viewer boss, coordinator, rina; int64_t ids[PEOPLE]; size_t n; } Office;

static void change(DbTest *t, const char *sqlite, int64_t a, int64_t b) {
    Str postgresql = arena_str(&t->arena, str_c(sqlite));
    for (char *p = (char *)postgresql.p; *p; p++) if (*p == '?') *p = '$';
    DbQuery *query = NEW(&t->arena, DbQuery, 1);
    *query = (DbQuery){ "test", sqlite, postgresql.p, "ii", "", 2, 0 };
    DbStatement *s = NULL;
    bool has_row;
    good(db_begin(t->db, &t->err) && db_prepare(t->db, query, &s, &t->err));
    db_bind_int(s, 0, a);
    db_bind_int(s, 1, b);
    good(db_step(s, &has_row, &t->err));
    db_release(s);
    good(db_commit(t->db, &t->err));
}

// The town with exactly 95 companions; number 95 is the coordinator, number 1 logs in as rina.
static Office office_make(DbTest *t) {
    Office o = { .town = town_make(t, 11, 60) };
    DbBulk *b;
    int64_t there_n = sql_int(t, "SELECT count(*) FROM companion WHERE kab = 1371", 0, 0), most = sql_int(t, "SELECT coalesce(max(id), 0) FROM companion WHERE kab = 1371", 0, 0);
    assert_true(there_n < PEOPLE && there_n == most);
    good(db_begin(t->db, &t->err));
    good(db_bulk_open(t->db, "companion", "kab,id,name,is_coordinator", "iiti", &b, &t->err));
    for (int64_t id = most + 1; id <= PEOPLE; id++) {
        db_bulk_int(b, KAB);
        db_bulk_int(b, id);
        db_bulk_text(b, arena_fmt(&t->arena, "Pendamping Rekaan %c%02d", (char)('A' + id % 26), (int)id));
        db_bulk_int(b, id == PEOPLE);
        good(db_bulk_row(b, &t->err));
    }
    good(db_bulk_close(b, NULL, &t->err));
    o.boss = town_user(t, "kadis", ROLE_HEAD_DINSOS, KAB);
    o.coordinator = town_user(t, "korkab", ROLE_COORDINATOR, KAB);
    o.rina = town_user(t, "rina", ROLE_COMPANION, KAB);
    good(db_commit(t->db, &t->err));
    change(t, "UPDATE companion SET user_id = ?1 WHERE kab = 1371 AND id = ?2", o.rina.user_id, 1);
    for (o.n = 0; o.n < PEOPLE; o.n++) o.ids[o.n] = (int64_t)o.n + 1;
    return o;
}

static TrainingFacts bimtek(void) {
    return (TrainingFacts){ .title = STR("Bimtek Pendamping PKH Kota Padang"), .purpose = STR("Kapasitas, integritas dan profesionalisme pendamping"), .place = STR("Hotel Contoh"),
        .address = STR("Jalan Contoh 1, Padang"), .letter_number = STR("800/123/Linjamsos-2024"), .signer_name = STR("Kepala Rekaan"), .signer_number = STR("19700101 199001 1 001"),
        .first_on = DAY, .last_on = DAY, .quota_n = PEOPLE, .jp_least_n = 6 };
}

static const TrainingSession SESSIONS[] = {
    { .title = STR("Pembukaan"), .room = STR("Aula"), .jp_n = 0 }, { .title = STR("Integritas"), .trainer = STR("Narasumber Satu"), .room = STR("Aula"), .jp_n = 2 },
    { .title = STR("Verifikasi komitmen"), .trainer = STR("Narasumber Dua"), .room = STR("Aula"), .jp_n = 2 },
    { .title = STR("P2K2"), .trainer = STR("Narasumber Tiga"), .room = STR("Aula"), .jp_n = 2 }, { .title = STR("Pengaduan"), .trainer = STR("Narasumber Dua"), .room = STR("Aula"), .jp_n = 2 } };
static const int FROM[] = { 8, 9, 11, 14, 16 };
enum { SESSION_N = 5 };

static TrainingSession session_at(int i) {
    TrainingSession s = SESSIONS[i];
    s.from_at = at(FROM[i], 0);
    s.until_at = at(FROM[i] + (i ? 2 : 1), 0);
    if (i == 4) s.until_at = at(17, 30);
    if (i == 3) s.until_at = at(15, 30);
    return s;
}

static int64_t planned(DbTest *t, const Office *o) {
    TrainingFacts facts = bimtek();
    TrainingAct act = { KAB, 0, &o->coordinator, BEFORE };
    int64_t id, added_n;
    good(training_put(t->db, &t->arena, &act, &facts, 0, &id, &t->err));
    act.id = id;
    for (int i = 0; i < SESSION_N; i++) {
        TrainingSession s = session_at(i);
        good(training_session_put(t->db, &t->arena, &act, &s, &t->err));
    }
    good(training_cost_put(t->db, &t->arena, &act, &(TrainingCost){ .quantity_n = 95, .title = STR("Paket meeting"), .unit = STR("orang"), .price = { 350000 } }, &t->err));
    good(training_cost_put(t->db, &t->arena, &act, &(TrainingCost){ .quantity_n = 8, .title = STR("Honor narasumber"), .unit = STR("JP"), .price = { 900000 } }, &t->err));
    good(training_call(t->db, &t->arena, &act, NULL, 0, &added_n, &t->err));
    assert_int_equal(added_n, PEOPLE);
    return id;
}

typedef struct { DbTest *t; const Viewer *signer; int64_t id; } Sealing;
static bool seal_work(Db *db, void *with, Err *e) {
    Sealing *s = with;
    ApprovalRequest r;
    if (!approval_read(db, &s->t->arena, KAB, s->id, &r, e)) return false;
    Hash seen = r.seen_hash;
    return approval_sign(db, s->signer, &TRAINING_APPROVAL, &r, &seen, BEFORE, e);
}

static int64_t called(DbTest *t, const Office *o) {
    int64_t id = planned(t, o);
    TrainingAct act = { KAB, id, &o->coordinator, BEFORE };
    ApprovalRequest request;
    bool is_new;
    good(training_ask(t->db, &t->arena, &act, &request, &is_new, &t->err));
    assert_true(is_new && request.amount.rp == 95 * 350000 + 8 * 900000);
    good(change_do(t->db, seal_work, &(Sealing){ t, &o->boss, request.id }, &t->err));
    return id;
}

static Training seen(DbTest *t, const Viewer *who, int64_t id) {
    Training x;
    good(training_read(t->db, &t->arena, authority_sight(who, DAY), KAB, id, &x, &t->err));
    return x;
}

static int file_of(Str text) {
    int fd = memfd_create("list", 0);
    assert_true(fd >= 0 && write(fd, text.p, text.n) == (ssize_t)text.n);
    return fd;
}

// ---- planning --------------------------------------------------------------------------------------------------------------
static void a_plan_is_looked_at(DbTest *t) {
    Office o = office_make(t);
    TrainingFacts facts = bimtek(), bad = bimtek();
    TrainingAct act = { KAB, 0, &o.coordinator, BEFORE };
    int64_t id, again, n;
    Training x;
    refused(training_put(t->db, &t->arena, &(TrainingAct){ KAB, 0, &o.rina, BEFORE }, &facts, 0, &id, &t->err), FORBIDDEN);
    refused(training_put(t->db, &t->arena, &(TrainingAct){ KAB, 0, &o.town.auditor, BEFORE }, &facts, 0, &id, &t->err), FORBIDDEN);
    refused(training_put(t->db, &t->arena, &(TrainingAct){ KAB, 0, &o.town.neighbour, BEFORE }, &facts, 0, &id, &t->err), FORBIDDEN);
    bad.place = STR("");
    refused(training_put(t->db, &t->arena, &act, &bad, 0, &id, &t->err), BAD_INPUT);
    bad = facts, bad.last_on.days--;
    refused(training_put(t->db, &t->arena, &act, &bad, 0, &id, &t->err), BAD_INPUT);
    bad = facts, bad.quota_n = 0;
    refused(training_put(t->db, &t->arena, &act, &bad, 0, &id, &t->err), BAD_INPUT);
    good(training_put(t->db, &t->arena, &act, &facts, 0, &id, &t->err));
    good(training_put(t->db, &t->arena, &act, &facts, 0, &again, &t->err));                        // clicked twice
    assert_int_equal(id, again);
    act.id = id;
    facts.quota_n = 90;
    refused(training_put(t->db, &t->arena, &act, &facts, 7, &id, &t->err), CONFLICT);               // of another day's page
    good(training_put(t->db, &t->arena, &act, &facts, 1, &id, &t->err));
    good(training_put(t->db, &t->arena, &act, &facts, 1, &id, &t->err));
    refused(training_call(t->db, &t->arena, &act, NULL, 0, &n, &t->err), CONFLICT);                // 95 into 90 places
    assert_int_equal(seen(t, &o.coordinator, id).people_n, 0);
    good(training_call(t->db, &t->arena, &act, o.ids, 90, &n, &t->err));
    good(training_call(t->db, &t->arena, &act, o.ids, 90, &n, &t->err));
    assert_int_equal(n, 0);
    refused(training_call(t->db, &t->arena, &act, (int64_t[]){ 999 }, 1, &n, &t->err), BAD_INPUT);
    good(training_uncall(t->db, &t->arena, &act, 90, &t->err));
    TrainingSession s = session_at(1), other = session_at(1);
    good(training_session_put(t->db, &t->arena, &act, &s, &t->err));
    good(training_session_put(t->db, &t->arena, &act, &s, &t->err));
    other.title = STR("Lain"), other.trainer = STR("Lain");
    refused(training_session_put(t->db, &t->arena, &act, &other, &t->err), CONFLICT);              // the room is taken
    other.room = STR("Ruang B");
    other.trainer = s.trainer;
    refused(training_session_put(t->db, &t->arena, &act, &other, &t->err), CONFLICT);              // the trainer is taken
    other.trainer = STR("Lain");
    good(training_session_put(t->db, &t->arena, &act, &other, &t->err));
    other.from_at.ms += 86400000, other.until_at.ms += 86400000;
    refused(training_session_put(t->db, &t->arena, &act, &other, &t->err), BAD_INPUT);             // another day
    good(training_line_drop(t->db, &t->arena, &act, TRAINING_LINE_SESSION, 2, &t->err));
    x = seen(t, &o.coordinator, id);
    assert_true(x.session_n == 1 && x.jp_n == 2 && x.people_n == 89 && x.state == TRAINING_PLAN);
    refused(training_read(t->db, &t->arena, authority_sight(&o.town.neighbour, DAY), KAB, id, &x, &t->err), NOT_FOUND);
    refused(training_read(t->db, &t->arena, authority_sight(&o.rina, DAY), KAB, id, &x, &t->err), NOT_FOUND);       // called, but not signed yet
    // Another training on that day, and a day on which families are paid.
    TrainingClash *clashes;
    size_t clash_n;
    TrainingFacts second = bimtek();
    TrainingAct two = { KAB, 0, &o.coordinator, BEFORE };
    ApprovalRequest request;
    bool is_new;
    second.title = STR("Rapat lain");
    good(training_put(t->db, &t->arena, &two, &second, 0, &two.id, &t->err));
    good(training_session_put(t->db, &t->arena, &two, &s, &t->err));
    good(training_call(t->db, &t->arena, &two, o.ids, 2, &n, &t->err));
    good(training_pay_day_put(t->db, &t->arena, &o.coordinator, KAB, DAY, STR("Salur Pos tahap IV"), BEFORE, &t->err));
    good(training_clashes(t->db, &t->arena, KAB, two.id, &clashes, &clash_n, &t->err));
    assert_true(clash_n == 3 && clashes[0].companion_id == 0 && clashes[1].companion_id && clashes[1].other_id == id);
    refused(training_ask(t->db, &t->arena, &two, &request, &is_new, &t->err), CONFLICT);
    good(training_pay_day_put(t->db, &t->arena, &o.coordinator, KAB, DAY, STR(""), BEFORE, &t->err));
    good(training_cancel(t->db, &t->arena, &two, &t->err));
    good(training_cancel(t->db, &t->arena, &two, &t->err));
    good(training_clashes(t->db, &t->arena, KAB, id, &clashes, &clash_n, &t->err));
    assert_int_equal(clash_n, 0);
    town_is_well(t);
}
DB_TEST(a_plan_is_looked_at)

static void the_letter_is_signed(DbTest *t) {
    Office o = office_make(t);
    int64_t id = planned(t, &o), n;
    TrainingAct act = { KAB, id, &o.coordinator, BEFORE };
    ApprovalRequest request, again;
    bool is_new;
    good(training_ask(t->db, &t->arena, &act, &request, &is_new, &t->err));
    good(training_ask(t->db, &t->arena, &act, &again, &is_new, &t->err));
    assert_true(!is_new && again.id == request.id);
    refused(change_do(t->db, seal_work, &(Sealing){ t, &o.coordinator, request.id }, &t->err), FORBIDDEN);       // the maker
    refused(change_do(t->db, seal_work, &(Sealing){ t, &o.town.head, request.id }, &t->err), FORBIDDEN);         // not the head of the office
    good(training_uncall(t->db, &t->arena, &act, 5, &t->err));                                                  // one fewer than was seen
    refused(change_do(t->db, seal_work, &(Sealing){ t, &o.boss, request.id }, &t->err), CONFLICT);
    good(training_call(t->db, &t->arena, &act, (int64_t[]){ 5 }, 1, &n, &t->err));
    good(change_do(t->db, seal_work, &(Sealing){ t, &o.boss, request.id }, &t->err));
    assert_true(seen(t, &o.rina, id).state == TRAINING_CALLED);                                                 // now she sees it
    TrainingPerson *people;
    size_t people_n;
    good(training_people(t->db, &t->arena, authority_sight(&o.rina, DAY), KAB, id, &people, &people_n, &t->err));
    assert_true(people_n == 1 && people[0].companion_id == 1);                                                  // and of the people herself
    TrainingFacts facts = bimtek();
    refused(training_put(t->db, &t->arena, &act, &facts, 99, &id, &t->err), CONFLICT);
    refused(training_uncall(t->db, &t->arena, &act, 5, &t->err), CONFLICT);
    town_is_well(t);
}
DB_TEST(the_letter_is_signed)

// ---- the last vest ---------------------------------------------------------------------------------------------------------
typedef struct { Str url; const Viewer *actor; int64_t id, companion_id; bool is_given; Err e; pthread_barrier_t *start; } Hand;
static void *hand_run(void *with) {
    Hand *h = with;
    Arena a = { 0 };
    Db *db = NULL;
    bool is_new = false;
    bool is_open = db_open(h->url, (DbOptions){ .must_exist = true }, &db, &h->e);
    pthread_barrier_wait(h->start);
    TrainingAct act = { KAB, h->id, h->actor, at(9, 0) };
    h->is_given = is_open && training_hand_over(db, &a, &act, h->companion_id, STR("Rompi"), STR("XL"), STR(""), &is_new, &h->e) && is_new;
    db_close(db);
    arena_free(&a);
    return NULL;
}

static void the_last_vest(DbTest *t) {
    enum { HANDS = 6 };
    Office o = office_make(t);
    int64_t id = called(t, &o);
    TrainingAct act = { KAB, id, &o.coordinator, at(8, 0) };
    for (int round = 1; round <= 5; round++) {
        Hand hands[HANDS];
        pthread_t threads[HANDS];
        pthread_barrier_t start;
        int given_n = 0;
        good(training_stock_put(t->db, &t->arena, &act, STR("Rompi"), STR("XL"), round, &t->err));                 // one more than the round before
        pthread_barrier_init(&start, NULL, HANDS);
        for (int i = 0; i < HANDS; i++) {
            hands[i] = (Hand){ .url = t->url, .actor = i % 2 ? &o.coordinator : &o.town.operator, .id = id, .companion_id = round * 10 + i, .start = &start };
            pthread_create(&threads[i], NULL, hand_run, &hands[i]);
        }
        for (int i = 0; i < HANDS; i++) {
            pthread_join(threads[i], NULL);
            given_n += hands[i].is_given;
            if (!hands[i].is_given && hands[i].e.code != CONFLICT) fail_msg("%s", hands[i].e.text);
        }
        pthread_barrier_destroy(&start);
        assert_int_equal(given_n, 1);
    }
    assert_int_equal(sql_int(t, "SELECT count(*) FROM training_handover WHERE kab = 1371", 0, 0), 5);
    refused(training_stock_put(t->db, &t->arena, &act, STR("Rompi"), STR("XL"), 4, &t->err), CONFLICT);
    town_is_well(t);
}
DB_TEST(the_last_vest)

// ---- the day ---------------------------------------------------------------------------------------------------------------
static const struct { const char *topic; Competence competence; } TOPICS[] = { { "Kode etik", COMPETENCE_INTEGRITY }, { "Verifikasi", COMPETENCE_KNOWLEDGE }, { "Wawancara", COMPETENCE_SKILL } };
enum { QUESTION_N = 12 };

static void test_made(DbTest *t, const Office *o, const TrainingAct *act) {
    int64_t ids[QUESTION_N], row_n;
    Buf b = { .max = 10000 };
    buf_c(&b, "Kompetensi;Topik;Pertanyaan;A;B;C;D;Kunci\r\n");
    for (int i = 0; i < QUESTION_N; i++)
        buf_fmt(&b, "%s;%s;Pertanyaan %d?;Satu;Dua;Tiga;Empat;%c\r\n", competence_name(TOPICS[i % 3].competence), TOPICS[i % 3].topic, i + 1, 'A' + i % 4);
    int fd = file_of(buf_view(&b));
    good(question_list_in(t->db, &t->arena, &o->coordinator, KAB, fd, BEFORE, &row_n, &t->err));
    good(question_list_in(t->db, &t->arena, &o->coordinator, KAB, fd, BEFORE, &row_n, &t->err));   // the same file again
    close(fd);
    buf_free(&b);
    assert_int_equal(row_n, QUESTION_N);
    assert_int_equal(sql_int(t, "SELECT count(*) FROM training_question WHERE kab = 1371", 0, 0), QUESTION_N);
    for (int i = 0; i < QUESTION_N; i++) ids[i] = i + 1;
    refused(training_test_open(t->db, &t->arena, act, STR("pre"), &t->err), CONFLICT);             // no questions yet
    good(training_items_put(t->db, &t->arena, act, ids, QUESTION_N, &t->err));
}

// Answers of a person: right with a chance in thousand, drawn from the seed.
static Str answers(DbTest *t, const Question *items, Random *r, int64_t chance) {
    char text[QUESTION_N + 1] = { 0 };
    for (int i = 0; i < QUESTION_N; i++) {
        bool is_right = (int64_t)random_below(r, 1000) < chance;
        text[i] = (char)('A' + (is_right ? items[i].right : (items[i].right + 1) % 4));
    }
    return arena_str(&t->arena, str_c(text));
}

static const Str SIZES[] = { STR("S"), STR("M"), STR("L"), STR("XL") };
static const int64_t STOCK[] = { 10, 22, 20, 24 };         // of S, M and L too few

static void vests(DbTest *t, const TrainingAct *act, const bool *is_there) {
    int64_t left[4], short_n = 0;
    bool is_new;
    for (int i = 0; i < 4; i++) {
        good(training_stock_put(t->db, &t->arena, act, STR("Rompi"), SIZES[i], STOCK[i], &t->err));
        left[i] = STOCK[i];
    }
    for (int64_t id = 1; id <= PEOPLE; id++) {
        int s = (int)(id % 4);
        if (!is_there[id]) continue;
        if (left[s]-- > 0) {
            good(training_hand_over(t->db, &t->arena, act, id, STR("Rompi"), SIZES[s], STR("M0 0L9 9"), &is_new, &t->err));
            assert_true(is_new);
        } else {
            refused(training_hand_over(t->db, &t->arena, act, id, STR("Rompi"), SIZES[s], STR(""), &is_new, &t->err), CONFLICT);
            short_n++;
        }
    }
    assert_true(short_n > 0);
    good(training_hand_over(t->db, &t->arena, act, 1, STR("Rompi"), SIZES[1], STR(""), &is_new, &t->err));         // clicked twice
    assert_false(is_new);
    refused(training_hand_over(t->db, &t->arena, act, 1, STR("Rompi"), SIZES[3], STR(""), &is_new, &t->err), CONFLICT);
}

static void the_day(DbTest *t) {
    Office o = office_make(t);
    int64_t id = called(t, &o), row_n, new_n, n;
    TrainingAct door = { KAB, id, &o.town.operator, at(7, 30) }, self = { KAB, id, &o.rina, at(9, 10) }, plan = { KAB, id, &o.coordinator, BEFORE };
    CheckedIn in;
    Str code, wrong;
    bool is_there[PEOPLE + 1] = { 0 }, is_new;
    Random r = { 20241116 };
    test_made(t, &o, &plan);
    // The opening, at the door: everybody but three; twenty are scanned twice; codes of another event are of nobody.
    for (int64_t p = 1; p <= PEOPLE - 3; p++) {
        good(training_person_code(t->db, &t->arena, KAB, id, p, &code, &t->err));
        for (int k = 0; k < (p % 5 == 0 ? 2 : 1); k++) {
            good(training_check_in(t->db, &t->arena, &door, &(CheckIn){ .way = CHECK_DESK, .code = code }, &in, &t->err));
            assert_true(in.companion_id == p && in.session_n == 1 && in.is_new == (k == 0));
        }
        is_there[p] = true;
    }
    good(training_person_code(t->db, &t->arena, KAB, id + 1, 7, &wrong, &t->err));
    refused(training_check_in(t->db, &t->arena, &door, &(CheckIn){ .way = CHECK_DESK, .code = wrong }, &in, &t->err), BAD_INPUT);
    // The wrong session is said: ten stand at the afternoon's door in the morning.
    for (int64_t p = 1; p <= 10; p++) {
        good(training_person_code(t->db, &t->arena, KAB, id, p, &code, &t->err));
        refused(training_check_in(t->db, &t->arena, &door, &(CheckIn){ .way = CHECK_DESK, .code = code, .session_n = 4 }, &in, &t->err), CONFLICT);
        assert_true(str_contains(str_c(t->err.text), STR("14.00")));
    }
    // By herself, with the code on the wall: the right one, in time; not an auditor, not with another session's code.
    good(training_session_code(t->db, &t->arena, KAB, id, 2, &code, &t->err));
    good(training_session_code(t->db, &t->arena, KAB, id, 3, &wrong, &t->err));
    refused(training_check_in(t->db, &t->arena, &self, &(CheckIn){ .way = CHECK_SELF, .session_n = 2, .code = wrong }, &in, &t->err), BAD_INPUT);
    good(training_check_in(t->db, &t->arena, &self, &(CheckIn){ .way = CHECK_SELF, .session_n = 2, .code = code }, &in, &t->err));
    good(training_check_in(t->db, &t->arena, &self, &(CheckIn){ .way = CHECK_SELF, .session_n = 2, .code = code }, &in, &t->err));
    assert_true(in.companion_id == 1 && !in.is_new);
    self.now = at(12, 0);
    refused(training_check_in(t->db, &t->arena, &self, &(CheckIn){ .way = CHECK_SELF, .session_n = 2, .code = code }, &in, &t->err), CONFLICT);     // it is over
    TrainingAct stranger = { KAB, id, &o.town.auditor, at(9, 10) };
    refused(training_check_in(t->db, &t->arena, &stranger, &(CheckIn){ .way = CHECK_SELF, .session_n = 2, .code = code }, &in, &t->err), FORBIDDEN);
    // The power is out: session 2 from paper, rina on it once more; a list with somebody unknown is not taken at all.
    Buf b = { .max = 100000 };
    buf_c(&b, "No. pendamping;Nama;Hadir\r\n");
    for (int64_t p = 1; p <= PEOPLE - 3; p++) buf_fmt(&b, "%lld;;%s\r\n", (long long)p, p % 9 == 0 ? "-" : "v");
    int fd = file_of(buf_view(&b));
    door.now = at(9, 30);
    refused(training_list_in(t->db, &t->arena, &door, 3, fd, &row_n, &new_n, &t->err), CONFLICT);   // has not begun
    good(training_list_in(t->db, &t->arena, &door, 2, fd, &row_n, &new_n, &t->err));
    assert_int_equal(new_n, PEOPLE - 3 - (PEOPLE - 3) / 9 - 1);
    good(training_list_in(t->db, &t->arena, &door, 2, fd, &row_n, &new_n, &t->err));                // the same list again
    assert_int_equal(new_n, 0);
    close(fd);
    buf_c(&b, "777;;v\r\n");
    fd = file_of(buf_view(&b));
    door.now = at(11, 30);
    refused(training_list_in(t->db, &t->arena, &door, 3, fd, &row_n, &new_n, &t->err), BAD_INPUT);
    assert_true(str_contains(str_c(t->err.text), arena_fmt(&t->arena, "%d:", PEOPLE - 3 + 2)));     // its row is named
    assert_int_equal(sql_int(t, "SELECT count(*) FROM training_attendance WHERE kab = 1371 AND session_n = 3", 0, 0), 0);
    close(fd);
    // Sessions 3 to 5 at the door, chosen by hand; every seventh goes home at noon.
    for (int s = 3; s <= 5; s++) {
        door.now = at(FROM[s - 1], 10);
        for (int64_t p = 1; p <= PEOPLE - 3; p++) {
            if (s > 3 && p % 7 == 0) continue;
            good(training_check_in(t->db, &t->arena, &door, &(CheckIn){ .way = CHECK_DESK, .companion_id = p }, &in, &t->err));
            assert_int_equal(in.session_n, s);
        }
    }
    // Tests: before, all from paper; after, rina on the page, two people do not hand in.
    Question *items;
    size_t item_n;
    Str rinas = { 0 };
    good(training_items(t->db, &t->arena, authority_sight(&o.coordinator, DAY), KAB, id, &items, &item_n, &t->err));
    assert_int_equal(item_n, QUESTION_N);
    buf_reset(&b);
    buf_c(&b, "Nomor;Jawaban\r\n");
    for (int64_t p = 1; p <= PEOPLE - 3; p++) buf_fmt(&b, "%lld;%s\r\n", (long long)p, answers(t, items, &r, 450).p);
    fd = file_of(buf_view(&b));
    good(training_sheets_in(t->db, &t->arena, &door, STR("pre"), fd, &row_n, &new_n, &t->err));
    assert_int_equal(new_n, PEOPLE - 3);
    good(training_sheets_in(t->db, &t->arena, &door, STR("pre"), fd, &row_n, &new_n, &t->err));
    assert_int_equal(new_n, 0);
    close(fd);
    good(training_test_open(t->db, &t->arena, &door, STR("post"), &t->err));
    rinas = answers(t, items, &r, 750);
    self.now = at(17, 0);
    refused(training_sheet_put(t->db, &t->arena, &self, STR("pre"), 0, rinas, &is_new, &t->err), CONFLICT);        // not open
    refused(training_sheet_put(t->db, &t->arena, &self, STR("post"), 0, STR("ABC"), &is_new, &t->err), BAD_INPUT); // too short
    refused(training_sheet_put(t->db, &t->arena, &self, STR("post"), 0, STR("EEEEEEEEEEEE"), &is_new, &t->err), BAD_INPUT);
    good(training_sheet_put(t->db, &t->arena, &self, STR("post"), 0, rinas, &is_new, &t->err));
    good(training_sheet_put(t->db, &t->arena, &self, STR("post"), 0, rinas, &is_new, &t->err));                    // sent twice
    assert_false(is_new);
    refused(training_sheet_put(t->db, &t->arena, &self, STR("post"), 0, answers(t, items, &r, 999), &is_new, &t->err), CONFLICT);
    for (int64_t p = 2; p <= PEOPLE - 5; p++) good(training_sheet_put(t->db, &t->arena, &door, STR("post"), p, answers(t, items, &r, 750), &is_new, &t->err));
    refused(training_items_put(t->db, &t->arena, &plan, (int64_t[]){ 1 }, 1, &t->err), CONFLICT);                  // sheets are there
    vests(t, &door, is_there);
    // Closing: not before the end; then once.
    refused(training_close(t->db, &t->arena, &door, &n, &t->err), CONFLICT);
    door.now = at(18, 0);
    good(training_close(t->db, &t->arena, &door, &n, &t->err));
    int64_t certificate_n = n;
    good(training_close(t->db, &t->arena, &door, &n, &t->err));
    assert_int_equal(n, certificate_n);
    refused(training_check_in(t->db, &t->arena, &door, &(CheckIn){ .way = CHECK_LIST, .companion_id = 94, .session_n = 1 }, &in, &t->err), CONFLICT);

    // Every number of the report, by other means.
    Report report;
    good(training_report(t->db, &t->arena, authority_sight(&o.coordinator, DAY), KAB, id, &report, &t->err));
    refused(training_report(t->db, &t->arena, authority_sight(&o.rina, DAY), KAB, id, &report, &t->err), NOT_FOUND);
    good(training_report(t->db, &t->arena, authority_sight(&o.boss, DAY), KAB, id, &report, &t->err));
    assert_true(report.called_n == PEOPLE && report.walk_in_n == 0);
    assert_int_equal(report.present_n, sql_int(t, "SELECT count(DISTINCT companion_id) FROM training_attendance WHERE kab = 1371 AND event_id = ?1", id, 0));
    assert_int_equal(report.absent_n, 3);
    assert_int_equal(report.full_n, sql_int(t, "SELECT count(*) FROM (SELECT companion_id FROM training_attendance WHERE kab = 1371 AND event_id = ?1 GROUP BY companion_id HAVING count(*) = 5) x", id, 0));
    assert_int_equal(report.jp_sum_n, sql_int(t, "SELECT sum(s.jp_n) FROM training_attendance x JOIN training_session s ON s.kab = x.kab AND s.event_id = x.event_id AND s.n = x.session_n WHERE x.event_id = ?1", id, 0));
    assert_int_equal(report.certificate_n, sql_int(t, "SELECT count(*) FROM (SELECT x.companion_id FROM training_attendance x JOIN training_session s ON s.kab = x.kab AND s.event_id = x.event_id AND s.n = x.session_n "
                                                      "WHERE x.event_id = ?1 GROUP BY x.companion_id HAVING sum(s.jp_n) >= 6) x", id, 0));
    assert_int_equal(report.certificate_n, certificate_n);
    for (size_t i = 0; i < SESSION_N; i++)
        assert_int_equal(report.sessions[i].present_n, sql_int(t, "SELECT count(*) FROM training_attendance WHERE kab = 1371 AND event_id = ?1 AND session_n = ?2", id, report.sessions[i].session->n));
    assert_int_equal(report.sessions[1].self_n, 1);
    assert_int_equal(report.sessions[1].list_n + 1, report.sessions[1].present_n);
    assert_int_equal(report.goods_n, 1);
    assert_int_equal(report.goods[0].given_n, sql_int(t, "SELECT count(*) FROM training_handover WHERE kab = 1371 AND event_id = ?1", id, 0));
    assert_int_equal(report.goods[0].stock_n, 76);
    assert_int_equal(report.goods[0].owed_n, report.present_n - report.goods[0].given_n);
    const Learning *l = &report.learning;
    assert_int_equal(l->both_n, PEOPLE - 5);
    assert_true(l->gain.has_interval && l->gain.is_certain && l->gain.mean > 200 && l->gain.mean < 400 && l->topic_n == 3 && !l->pre.is_small);
    // The gain once more, from the sheets as they lie in the table.
    int64_t sum = 0;
    for (int64_t p = 1; p <= PEOPLE - 5; p++) {
        int64_t right_n[2] = { 0 };
        for (int k = 0; k < 2; k++) {
            Str letters = sql_says(t, k ? "SELECT choices FROM training_sheet WHERE kab = 1371 AND kind = 'post' AND event_id = ?1 AND companion_id = ?2" : "SELECT choices FROM training_sheet WHERE kab = 1371 AND kind = 'pre' AND event_id = ?1 AND companion_id = ?2", id, p);
            for (int i = 0; i < QUESTION_N; i++) right_n[k] += letters.p[i] == "ABCD"[items[i].right];
        }
        sum += (right_n[1] * 1000 + 6) / 12 - (right_n[0] * 1000 + 6) / 12;
    }
    assert_true(llabs(l->gain.mean * (PEOPLE - 5) - sum) <= (PEOPLE - 5) / 2 + 1);
    Str press = training_press_note(&t->arena, &report, STR("Padang"));
    assert_true(str_contains(press, STR("92")) && str_contains(press, STR("95")) && str_contains(press, arena_fmt(&t->arena, "%lld", (long long)certificate_n)));

    // Certificates: true, forged, and made true in the database by somebody without the key.
    Certificate *certificates, found;
    TrainingPast *past;
    Str name;
    bool is_true;
    size_t many, past_n;
    good(training_certificates(t->db, &t->arena, authority_sight(&o.boss, DAY), KAB, id, &certificates, &many, &t->err));
    Certificate c = certificates[0];
    good(certificate_verify(t->db, &t->arena, KAB, c.n, c.code, &found, &is_true, &t->err));
    assert_true(is_true && str_eq(found.name, c.name) && found.jp_n == c.jp_n);
    good(certificate_verify(t->db, &t->arena, KAB, c.n, certificates[1].code, &found, &is_true, &t->err));
    assert_false(is_true);
    good(certificate_verify(t->db, &t->arena, KAB, 4711, c.code, &found, &is_true, &t->err));
    assert_false(is_true);
    good(training_history(t->db, &t->arena, authority_sight(&o.rina, DAY), KAB, 1, &past, &past_n, &name, &t->err));
    assert_true(past_n == 1 && past[0].jp_n == 8 && past[0].certificate_n > 0);
    refused(training_history(t->db, &t->arena, authority_sight(&o.rina, DAY), KAB, 2, &past, &past_n, &name, &t->err), NOT_FOUND);
    good(training_certificates(t->db, &t->arena, authority_sight(&o.rina, DAY), KAB, id, &certificates, &many, &t->err));
    assert_true(many == 1 && certificates[0].companion_id == 1);
    Violations v = { say_violation, NULL, 0 };
    good(training_check(t->db, &v, &t->err));
    assert_int_equal(v.found_n, 0);
    change(t, "UPDATE companion SET user_id = NULL WHERE kab = ?1 AND id = ?2", KAB, 1);
    town_is_well(t);
    buf_free(&b);
}
DB_TEST(the_day)

// The code covers each thing that stands on the paper: a row that says otherwise has another code. (On SQLite a stranger with a tool of his
// own can change the file.)
static void a_row_put_in_is_found_out(DbTest *t) {
    Office o = office_make(t);
    int64_t id = called(t, &o), n;
    TrainingAct door = { KAB, id, &o.town.operator, at(9, 10) };
    CheckedIn in;
    for (int s = 1; s < SESSION_N; s++) {
        door.now = at(FROM[s], 10);
        good(training_check_in(t->db, &t->arena, &door, &(CheckIn){ .way = CHECK_DESK, .companion_id = 3 }, &in, &t->err));
    }
    door.now = at(19, 0);
    good(training_close(t->db, &t->arena, &door, &n, &t->err));
    assert_int_equal(n, 1);
    Certificate *list, found;
    size_t many;
    bool is_true;
    good(training_certificates(t->db, &t->arena, authority_sight(&o.boss, DAY), KAB, id, &list, &many, &t->err));
    Str code = list[0].code;
    // Somebody copies the row for a friend under another number: the code of the first does not fit the second.
    good(db_begin(t->db, &t->err));
    DbBulk *b;
    good(db_bulk_open(t->db, "training_certificate", "kab,n,event_id,companion_id,number,name,title,first_on,last_on,jp_n,made_at", "iiiitttiiii", &b, &t->err));
    const int64_t numbers[] = { KAB, 2, id, 4 };
    for (int i = 0; i < 4; i++) db_bulk_int(b, numbers[i]);
    db_bulk_text(b, list[0].number), db_bulk_text(b, STR("Pendamping Rekaan Lain")), db_bulk_text(b, list[0].title);
    db_bulk_int(b, list[0].first_on.days), db_bulk_int(b, list[0].last_on.days), db_bulk_int(b, 8), db_bulk_int(b, 0);
    good(db_bulk_row(b, &t->err));
    good(db_bulk_close(b, NULL, &t->err));
    good(db_commit(t->db, &t->err));
    good(certificate_verify(t->db, &t->arena, KAB, 2, code, &found, &is_true, &t->err));
    assert_false(is_true);
    good(certificate_verify(t->db, &t->arena, KAB, 1, code, &found, &is_true, &t->err));
    assert_true(is_true);
    assert_true(training_code_eq(arena_fmt(&t->arena, "%.4s-%.4s-%.4s-%.4s", code.p, code.p + 4, code.p + 8, code.p + 12), code));
}
DB_TEST(a_row_put_in_is_found_out)

// ---- papers, calendar, need ------------------------------------------------------------------------------------------------
static bool bytes_take(void *to, Str bytes, Err *e) { return (void)e, buf_str(to, bytes), true; }

static Str paper_of(DbTest *t, const Viewer *who, int64_t id, TrainingPaper paper, int64_t companion_id) {
    Buf b = { .max = BUF_MAX };
    PaperAsk ask = { .kab = KAB, .id = id, .companion_id = companion_id, .sight = authority_sight(who, DAY), .area = STR("Kota Padang"), .origin = STR("https://padang.example"), .now = BEFORE };
    t->err = (Err){ 0 };
    Str out = training_paper(t->db, &t->arena, &ask, paper, (Sink){ bytes_take, &b }, &t->err) ? arena_str(&t->arena, buf_view(&b)) : (Str){ 0 };
    buf_free(&b);
    return out;
}

static void what_is_printed(DbTest *t) {
    Office o = office_make(t);
    int64_t id = called(t, &o);
    TrainingAct act = { KAB, id, &o.coordinator, BEFORE };
    const TrainingPaper ready[] = { PAPER_ASSIGNMENT, PAPER_INVITATION, PAPER_ATTENDANCE, PAPER_DOORS, PAPER_REPORT };
    for (size_t i = 0; i < sizeof ready / sizeof *ready; i++) {
        Str first = paper_of(t, &o.coordinator, id, ready[i], 0), again = paper_of(t, &o.coordinator, id, ready[i], 0);
        assert_true(str_starts(first, STR("%PDF-")) && str_eq(first, again));                                  // the same bytes each time
    }
    for (TrainingPaper paper = 0; paper < PAPERS_N; paper++) {
        TrainingPaper found;
        assert_true(training_paper_find(str_c(training_paper_name(paper)), &found) && found == paper);
        Str own = paper_of(t, &o.rina, id, paper, 0), far = paper_of(t, &o.town.neighbour, id, paper, 0);
        assert_true(far.n == 0);
        assert_int_equal(own.n > 0, paper == PAPER_ASSIGNMENT || paper == PAPER_INVITATION);                   // no certificate yet, and no list of others
    }
    assert_true(paper_of(t, &o.coordinator, id, PAPER_QUESTIONS, 0).n == 0 && t->err.code == CONFLICT);
    assert_true(paper_of(t, &o.coordinator, id, PAPER_GOODS, 0).n == 0 && t->err.code == CONFLICT);
    good(training_stock_put(t->db, &t->arena, &act, STR("Rompi"), STR("M"), 5, &t->err));
    assert_true(paper_of(t, &o.coordinator, id, PAPER_GOODS, 0).n > 0);
    // The calendar: a session each, every line at most 75 bytes, times in UTC.
    Buf ics = { .max = 100000 };
    Training x = seen(t, &o.coordinator, id);
    training_calendar(&t->arena, &x, STR("https://padang.example"), BEFORE, &ics);
    Str rest = buf_view(&ics);
    size_t events_n = 0;
    while (rest.n) {
        Str line = str_cut(&rest, '\n');
        assert_true(line.n >= 1 && line.n <= 76 && line.p[line.n - 1] == '\r');
        events_n += str_eq(line, STR("BEGIN:VEVENT\r"));
    }
    assert_int_equal(events_n, SESSION_N);
    assert_true(str_contains(buf_view(&ics), STR("DTSTART:20241116T010000Z")));                                // 08.00 in Padang
    buf_free(&ics);
}
DB_TEST(what_is_printed)

// Each count of the need page once more, from the tables.
static void where_it_is_needed(DbTest *t) {
    Office o = office_make(t);
    Need need;
    int64_t sum[NEED_MEASURES_N] = { 0 }, by_kecamatan[NEED_MEASURES_N] = { 0 };
    good(training_need(t->db, &t->arena, authority_sight(&o.coordinator, DAY), KAB, at(12, 0), &need, &t->err));
    assert_true(need.companion_n > 0 && need.kecamatan_n > 0 && NEED_MISSING[0]);
    for (size_t i = 0; i < need.companion_n; i++) for (int m = 0; m < NEED_MEASURES_N; m++) sum[m] += need.companions[i].n[m];
    for (size_t i = 0; i < need.kecamatan_n; i++) for (int m = 0; m < NEED_MEASURES_N; m++) by_kecamatan[m] += need.kecamatan[i].n[m];
    for (int m = 0; m < NEED_MEASURES_N; m++) assert_int_equal(sum[m], by_kecamatan[m]);
    assert_int_equal(sum[NEED_FAMILIES], sql_int(t, "SELECT count(*) FROM family WHERE kab = 1371 AND status <> 'left'", 0, 0));
    assert_int_equal(sum[NEED_STUDENT_FAMILIES], sql_int(t, "SELECT count(DISTINCT p.family_id) FROM person p JOIN family f ON f.kab = p.kab AND f.id = p.family_id WHERE p.kab = 1371 AND f.status <> 'left' AND p.school_level IS NOT NULL", 0, 0));
    assert_int_equal(sum[NEED_IDENTITY], sql_int(t, "SELECT count(*) FROM identity_finding WHERE kab = 1371 AND state = 'open'", 0, 0));
    for (size_t i = 0; i < need.companion_n; i++)
        assert_int_equal(need.companions[i].n[NEED_FAMILIES], sql_int(t, "SELECT count(*) FROM family WHERE kab = 1371 AND status <> 'left' AND coalesce(companion_id, 0) = ?1", need.companions[i].id, 0));
    good(training_need(t->db, &t->arena, authority_sight(&o.rina, DAY), KAB, at(12, 0), &need, &t->err));
    assert_int_equal(need.companion_n, 0);                                                                     // a companion sees nobody's counts
}
DB_TEST(where_it_is_needed)

static const struct CMUnitTest tests[] = { DB_TESTS(a_plan_is_looked_at), DB_TESTS(the_letter_is_signed), DB_TESTS(the_last_vest), DB_TESTS(the_day), DB_TESTS(a_row_put_in_is_found_out), DB_TESTS(what_is_printed), DB_TESTS(where_it_is_needed) };
TEST_MAIN(tests)
