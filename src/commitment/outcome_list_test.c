// outcome_list_test.c: nobody becomes "not met" without a signature; with it rows and packs agree; a list that changed is refused.
#include "registry/life_sample.h"
#include "commitment/fact.h"
#include "commitment/outcome_list.h"

typedef struct { const RuleBook *book; Fact at[400]; size_t n; } Pupils;

static bool pupils_find(void *with, const FamilyOutcome *family, Err *e) {
    Pupils *p = with;
    (void)e;
    for (size_t i = 0; i < family->n; i++)
        for (size_t k = 0; k < family->at[i].report.due_n; k++) {
            const DutyDue *due = &family->at[i].report.due[k];
            if (fact_kind_shape(p->book, due->kind) != SHAPE_DAYS || p->n == 400) continue;
            p->at[p->n] = (Fact){ .family_id = family->family_id, .person_id = family->at[i].person_id, .kind = STR("school_days"), .first_on = due->first_on, .last_on = due->last_on,
                                  .days = 20, .absent = p->n % 3 ? 1 : 9, .source = STR("school 1") };
            p->n++;
        }
    return true;
}

// Persons of the district by the outcome that a closing reads.
static bool pack_count(void *with, int64_t pack_n, const Hash *hash, Str bytes, Err *e) {
    int64_t *out = with;
    PersonPack pack;
    (void)pack_n, (void)hash;
    if (!person_pack_open(bytes, &pack, e)) return false;
    for (uint32_t i = 0; i < pack.person_n; i++) {
        PersonFacts facts;
        pack_facts_read(pack_u16(pack.facts, i), pack_u16(pack.born, i), &facts);
        if (!(pack_u16(pack.facts, i) & PACK_GONE)) out[facts.outcome]++;
    }
    return true;
}
static void packed(DbTest *t, int64_t out[4]) {
    memset(out, 0, 4 * sizeof *out);
    good(pack_each(t->db, KAB, PACK_PERSON, INT64_MAX, pack_count, out, &t->err));
}

static void sign(DbTest *t, const Town *town, ApprovalRequest *request, ErrCode wanted) {
    Hash seen = request->seen_hash;
    good(db_begin(t->db, &t->err));
    if (wanted != ERR_NONE) {
        refused(approval_sign(t->db, &town->head, &OUTCOMES_APPROVAL, request, &seen, NOON, &t->err), wanted);
        db_rollback(t->db);
        return;
    }
    good(approval_sign(t->db, &town->head, &OUTCOMES_APPROVAL, request, &seen, NOON, &t->err));
    good(db_commit(t->db, &t->err));
}

static void only_a_signature_counts(DbTest *t) {
    Town town = town_make(t, 8, 300);
    Pupils *pupils = NEW(&t->arena, Pupils, 1);
    DutyPeriod period = { ymd(2024, 4, 1), 2, NOON, ymd(2024, 6, 15) };
    FactResult *told = NEW(&t->arena, FactResult, 400);
    OutcomeList list;
    ApprovalRequest request, again;
    int64_t before[4], after[4];
    bool is_new;
    good(rulebook_open(&t->arena, STR("pkh.yaml"), rulebook_pkh(), &pupils->book, &t->err));
    good(outcome_each(t->db, pupils->book, sight_of_program(ymd(2024, 6, 15)), KAB, &period, pupils_find, pupils, NULL, &t->err));
    assert_true(pupils->n > 100);
    FactAct act = { KAB, town.operator, { NOON.ms - 1000 }, pupils->book };
    good(fact_record(t->db, &t->arena, &act, pupils->at, pupils->n, told, &t->err));
    packed(t, before);
    good(outcome_list_ask(t->db, &t->arena, &town.operator, KAB, STR("2024-3"), &period, NOON, NULL, &list, &request, &is_new, &t->err));
    assert_true(is_new && list.count[OUTCOME_NOT_MET] > 20 && list.count[OUTCOME_MET] > 5 && list.count[OUTCOME_UNKNOWN] > 20);
    good(outcome_list_ask(t->db, &t->arena, &town.operator, KAB, STR("2024-3"), &period, NOON, NULL, &list, &again, &is_new, &t->err));
    assert_true(!is_new && again.id == request.id);
    packed(t, after);
    assert_memory_equal(before, after, sizeof before);     // asked is not decided
    Fact late = pupils->at[0];                             // what is told meanwhile is not on the list
    late.absent = 0;
    act.at.ms = NOON.ms + 1000;
    good(fact_record(t->db, &t->arena, &act, &late, 1, told, &t->err));
    sign(t, &town, &request, ERR_NONE);
    packed(t, after);
    assert_int_equal(after[OUTCOME_NOT_MET], list.count[OUTCOME_NOT_MET]);
    assert_int_equal(after[OUTCOME_MET], list.count[OUTCOME_MET]);
    assert_int_equal(after[OUTCOME_EXCUSED], list.count[OUTCOME_EXCUSED]);
    good(pack_check(t->db, KAB, NULL, &t->err));
}
DB_TEST(only_a_signature_counts)

static void a_changed_list_is_refused(DbTest *t) {
    Town town = town_make(t, 8, 300);
    DutyPeriod period = { ymd(2024, 4, 1), 2, NOON, ymd(2024, 6, 15) }, open = { ymd(2024, 5, 1), 2, NOON, ymd(2024, 6, 15) };
    OutcomeList list;
    ApprovalRequest request;
    LifeBirth birth = { .name = STR("Putri Sintetis"), .sex = SEX_FEMALE };
    LifeResult born;
    bool is_new;
    refused(outcome_list_ask(t->db, &t->arena, &town.operator, KAB, STR("2024-3"), &open, NOON, NULL, &list, &request, &is_new, &t->err), CONFLICT);
    refused(outcome_list_ask(t->db, &t->arena, &town.operator, KAB, STR("2024-9"), &period, NOON, NULL, &list, &request, &is_new, &t->err), NOT_FOUND);
    refused(outcome_list_ask(t->db, &t->arena, &town.auditor, KAB, STR("2024-3"), &period, NOON, NULL, &list, &request, &is_new, &t->err), FORBIDDEN);
    good(outcome_list_ask(t->db, &t->arena, &town.operator, KAB, STR("2024-3"), &period, NOON, NULL, &list, &request, &is_new, &t->err));
    good(life_birth(t->db, &(LifeAct){ .kab = KAB, .family_id = 1, .on = ymd(2024, 6, 2), .actor = town.operator, .at = NOON }, &birth, &born, &t->err));
    sign(t, &town, &request, CONFLICT);
    good(outcome_list_ask(t->db, &t->arena, &town.operator, KAB, STR("2024-3"), &period, NOON, NULL, &list, &request, &is_new, &t->err));
    assert_true(is_new);
    sign(t, &town, &request, ERR_NONE);
}
DB_TEST(a_changed_list_is_refused)

static const struct CMUnitTest TESTS[] = { DB_TESTS(only_a_signature_counts), DB_TESTS(a_changed_list_is_refused) };
TEST_MAIN(TESTS)
