// subject_test.c: one document holds what was told, measured, paid and asked, for the whole family and for one member; who may not see
// the family or its numbers gets none; nothing of another family stands in it; and it says the same on both engines.
#include "db/db_test.h"
#include "base/lang.h"
#include "office/read_log.h"
#include "office/user.h"
#include "payment/approve.h"
#include "registry/area.h"
#include "registry/desk.h"
#include "registry/life.h"
#include "registry/number.h"
#include "registry/synth_store.h"
#include "stage/closing.h"
#include "stage/run.h"
#include "status/subject.h"

#define KAB 1371
#define FAMILY 7
static const Instant AT = { 1714000000000 };
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define check_fails(call, error, wanted) do { *(error) = (Err){ 0 }; assert_false(call); assert_int_equal((error)->code, wanted); } while (0)

static Viewer user_make(DbTest *t, const char *login, Role role, int64_t kab) {
    Viewer v = { .kab = kab, .role = role };
    snprintf(v.login, sizeof v.login, "%s", login);
    good(db_begin(t->db, &t->err));
    good(user_insert(t->db, 0, &(UserNew){ .login = str_c(login), .name = STR("Siti Contoh"), .role = role, .kab = kab }, STR("none"), false, AT, &v.user_id, &t->err));
    good(db_commit(t->db, &t->err));
    return v;
}

static const SubjectSection *section(const Subject *s, const char *name) {
    for (size_t i = 0; i < s->n; i++) if (!strcmp(s->at[i].name, name)) return &s->at[i];
    fail_msg("%s", name);
    return NULL;
}

static SubjectAsk ask_of(const Viewer *v, int64_t person_id) {
    return (SubjectAsk){ .viewer = v, .sight = authority_sight(v, date_of_instant(AT, 420)), .kab = KAB, .family_id = FAMILY, .person_id = person_id, .now = AT };
}

static void close_and_run(DbTest *t, const Viewer *who) {
    ClosingOptions closing = { .stage = STR("2024-2"), .book_file = STR("pkh.yaml"), .book_text = rulebook_pkh(), .kab = KAB, .actor_id = who->user_id, .at = AT };
    RunOptions run = { .stage = STR("2024-2"), .kab = KAB, .actor_id = who->user_id, .at = AT };
    ClosingSummary closed;
    RunSummary ran;
    good(closing_make(t->db, &closing, &closed, &t->err));
    good(run_make(t->db, &run, &ran, &t->err));
}

static void all_of_it(DbTest *t) {
    SynthReport report;
    Subject s, one;
    Db *reads;
    Str kk;
    int64_t id;
    bool is_new;
    good(synth_store(t->db, &(SynthOptions){ .seed = 7, .kab = KAB, .family_n = 60, .at = AT }, NULL, &report, &t->err));
    Viewer operator = user_make(t, "budi", ROLE_OPERATOR, KAB), far = user_make(t, "far", ROLE_OPERATOR, 1372), own = user_make(t, "own", ROLE_COMPANION, KAB);
    close_and_run(t, &operator);
    DeskTake take = { .kab = KAB, .family_id = FAMILY, .kind = DESK_ACCESS, .asker = str_c(DESK_ASKERS[0].name), .proof = str_c(DESK_PROOFS[0].name), .who = STR("Ibu Contoh"), .wanted = STR("ingin melihat semuanya") };
    good(desk_take(t->db, &t->arena, &operator, &take, AT, &id, &is_new, &t->err));
    good(db_open_reads(t->url, (DbOptions){ 0 }, &reads, &t->err));
    ReadPage look = { .kab = KAB, .actor_id = operator.user_id, .route = "/family/{kab}/{id}/letter", .purpose = "letter", .at = AT, .family_ids = &(int64_t){ FAMILY }, .family_n = 1 };
    good(reads_write(reads, &(const ReadPage *){ &look }, 1, &t->err));

    SubjectAsk ask = ask_of(&operator, 0);
    good(subject_read(t->db, reads, &t->arena, &ask, &s, &t->err));
    good(number_read(t->db, &t->arena, SECRET_KK, (ClaimHolder){ KAB, FAMILY, 0 }, &kk, &t->err));
    Buf b = { .max = BUF_MAX };
    subject_put_json(&b, &s);
    Str json = buf_view(&b);
    assert_true(kk.n == 16 && str_contains(json, kk) && str_contains(json, STR("ingin melihat semuanya")) && str_contains(json, STR("Ibu Contoh")));
    assert_true(section(&s, "data")->row_n == 1 && section(&s, "persons")->row_n > 0 && section(&s, "requests")->row_n == 1 && section(&s, "letters")->row_n == 1 && section(&s, "looks")->row_n == 1);
    assert_true(section(&s, "payments")->row_n == 1 && section(&s, "lines")->row_n > 0);
    // The lines come to what the stage expects.
    const SubjectSection *payments = section(&s, "payments"), *lines = section(&s, "lines");
    int64_t expected = 0, sum = 0;
    for (size_t i = 0; i < payments->column_n; i++) if (!strcmp(payments->columns[i].name, "expected")) expected = payments->cells[i].n;
    for (size_t row = 0; row < lines->row_n; row++)
        for (size_t i = 0; i < lines->column_n; i++) if (!strcmp(lines->columns[i].name, "amount")) sum += lines->cells[row * lines->column_n + i].n;
    if (expected != INT64_MIN) assert_int_equal(sum, expected);
    // Of another family not even the number of its card.
    Str other;
    good(number_read(t->db, &t->arena, SECRET_KK, (ClaimHolder){ KAB, FAMILY + 1, 0 }, &other, &t->err));
    assert_true(other.n == 16 && !str_contains(json, other));
    buf_free(&b);

    // One member: the others' rows are not there.
    const SubjectSection *persons = section(&s, "persons");
    int64_t person_id = persons->cells[0].n;
    ask = ask_of(&operator, person_id);
    good(subject_read(t->db, reads, &t->arena, &ask, &one, &t->err));
    assert_true(section(&one, "persons")->row_n == 1 && section(&one, "persons")->cells[0].n == person_id);
    ask = ask_of(&operator, 999999);
    check_fails(subject_read(t->db, reads, &t->arena, &ask, &one, &t->err), &t->err, NOT_FOUND);
    ask = ask_of(&far, 0);
    check_fails(subject_read(t->db, reads, &t->arena, &ask, &one, &t->err), &t->err, FORBIDDEN);
    ask = ask_of(&own, 0);
    check_fails(subject_read(t->db, reads, &t->arena, &ask, &one, &t->err), &t->err, FORBIDDEN);
    db_close(reads);
}
DB_TEST(all_of_it)

static const struct CMUnitTest tests[] = { DB_TESTS(all_of_it) };
TEST_MAIN(tests)
