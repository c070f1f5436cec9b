#include "commitment/outcome.h"
#include "base/lang.h"
#include "commitment_outcome.sql.h"

#define BLOCK_FAMILIES 256             // some thousand rows at a time, and a place to say how far it is

typedef struct { int64_t family_id, village_id; Date entered_on; } Home;
typedef struct { int64_t family_id, id; Str name; PersonFacts facts; Date left_on; } Body;
typedef struct { int64_t family_id, person_id; DutyPregnancy pregnancy; } Carrying;
typedef struct { int64_t family_id, person_id; DutyFact fact; } Told;
typedef struct { int64_t family_id, person_id; DutyExcuse excuse; } Excused;           // person_id 0: everybody

typedef struct {
    Db *db;
    Arena *a;
    const RuleBook *book;
    const DutyPeriod *period;
    Sight sight;
    int64_t kab, first_id, last_id;
    struct { Home *at; size_t n, room; } homes;
    struct { Body *at; size_t n, room; } bodies;
    struct { Carrying *at; size_t n, room; } carrying;
    struct { Told *at; size_t n, room; } told;
    struct { Excused *at; size_t n, room; } excused;
} Block;

static void *grown(Arena *a, const void *at, size_t n, size_t *room, size_t size) {
    if (n < *room) return NULL;
    *room = *room ? 2 * *room : 256;
    void *more = arena_alloc(a, size, 16, *room);
    if (n) memcpy(more, at, n * size);
    return more;
}
#define PUSH(b, list, ...) do { \
    void *more_ = grown((b)->a, (list).at, (list).n, &(list).room, sizeof *(list).at); \
    if (more_) (list).at = more_; \
    (list).at[(list).n++] = (__VA_ARGS__); \
} while (0)

static int64_t or_zero(int64_t v) { return v == INT64_MIN ? 0 : v; }

// ---- a block of families from its rows ---------------------------------------------------------------------------------
static SchoolLevel level_of(Str text) {
    return str_eq(text, STR("SD")) ? SCHOOL_SD : str_eq(text, STR("SMP")) ? SCHOOL_SMP : str_eq(text, STR("SMA")) ? SCHOOL_SMA : SCHOOL_NONE;
}

static bool homes_load(Block *b, Err *e) {
    OutcomeFamiliesRows rows = { 0 };
    OutcomeFamiliesRow row;
    bool has_row, is_good = outcome_families(b->db, (OutcomeFamiliesArgs){ .kab = b->kab, .first_id = b->first_id, .last_id = b->last_id, SEE(b->sight) }, &rows, e);
    while (is_good && (is_good = outcome_families_next(&rows, &row, &has_row, e)) && has_row) PUSH(b, b->homes, (Home){ row.id, row.village_id, row.entered_on });
    outcome_families_end(&rows);
    return is_good;
}

static bool bodies_load(Block *b, Err *e) {
    OutcomePersonsRows rows = { 0 };
    OutcomePersonsRow row;
    bool has_row, is_good = outcome_persons(b->db, (OutcomePersonsArgs){ .kab = b->kab, .first_id = b->first_id, .last_id = b->last_id }, &rows, e);
    while (is_good && (is_good = outcome_persons_next(&rows, &row, &has_row, e)) && has_row) {
        if (row.is_gone && !date_is_known(row.left_on)) continue;
        PersonFacts facts = { .born_on = row.born_on, .sex = str_eq(row.sex, STR("P")) ? SEX_FEMALE : str_eq(row.sex, STR("L")) ? SEX_MALE : SEX_UNKNOWN,
                              .school_level = level_of(row.school_level), .pregnancy_no = (uint8_t)row.pregnancy_n, .is_severe_disability = row.is_severe_disability,
                              .is_rights_victim = row.is_rights_victim };
        for (size_t i = 0; i < EXTRA_MAX; i++) facts.extra[i] = EXTRA_NONE;
        PUSH(b, b->bodies, (Body){ row.family_id, row.id, db_keep(b->a, row.name), facts, row.is_gone ? row.left_on : DATE_NONE });
    }
    outcome_persons_end(&rows);
    return is_good;
}

static bool carrying_load(Block *b, Err *e) {
    OutcomePregnanciesRows rows = { 0 };
    OutcomePregnanciesRow row;
    bool has_row, is_good = outcome_pregnancies(b->db, (OutcomePregnanciesArgs){ .kab = b->kab, .first_id = b->first_id, .last_id = b->last_id }, &rows, e);
    while (is_good && (is_good = outcome_pregnancies_next(&rows, &row, &has_row, e)) && has_row)
        PUSH(b, b->carrying, (Carrying){ row.family_id, row.person_id, { (int)row.order_n, row.known_on, row.due_on, row.ended_on, str_eq(row.outcome, STR("birth")) } });
    outcome_pregnancies_end(&rows);
    return is_good;
}

static bool told_load(Block *b, Err *e) {
    OutcomeFactsRows rows = { 0 };
    OutcomeFactsRow row;
    bool has_row, is_good = outcome_facts(b->db, (OutcomeFactsArgs){ .kab = b->kab, .first_id = b->first_id, .last_id = b->last_id }, &rows, e);
    while (is_good && (is_good = outcome_facts_next(&rows, &row, &has_row, e)) && has_row) {
        int kind = fact_kind_find(b->book, row.kind);
        if (kind < 0) continue;
        PUSH(b, b->told, (Told){ row.family_id, row.person_id, { .n = row.n, .replaces_n = or_zero(row.replaces_n), .kind = kind, .first_on = row.first_on, .last_on = row.last_on,
            .times = or_zero(row.times_n), .days = or_zero(row.days_n), .absent = or_zero(row.absent_n), .permitted = or_zero(row.permitted_n), .sick = or_zero(row.sick_n),
            .is_void = row.is_void, .recorded_at = row.recorded_at } });
    }
    outcome_facts_end(&rows);
    return is_good;
}

static bool excused_load(Block *b, Err *e) {
    OutcomeExcusesRows rows = { 0 };
    OutcomeExcusesRow row;
    bool has_row, is_good = outcome_excuses(b->db, (OutcomeExcusesArgs){ .kab = b->kab, .first_id = b->first_id, .last_id = b->last_id }, &rows, e);
    while (is_good && (is_good = outcome_excuses_next(&rows, &row, &has_row, e)) && has_row) {
        int duty = row.duty.n ? duty_find(b->book, row.duty) : -1;
        if (row.duty.n && duty < 0) continue;
        if (row.ended_at.ms != INT64_MIN && row.ended_at.ms <= b->period->as_of.ms) row.last_month_on = row.ended_month_on;      // ended early, and that is known
        if (row.last_month_on.days < row.first_month_on.days) continue;
        PUSH(b, b->excused, (Excused){ row.family_id, row.person_id, { row.n, duty, row.first_month_on, row.last_month_on, row.granted_at } });
    }
    outcome_excuses_end(&rows);
    return is_good;
}

static bool block_load(Block *b, Err *e) { return bodies_load(b, e) && carrying_load(b, e) && told_load(b, e) && excused_load(b, e); }

// ---- one person ----------------------------------------------------------------------------------------------------------
// The rows of one family, and what is taken of them for one person.
typedef struct { const Body *bodies; size_t body_n; const Carrying *carrying; size_t carrying_n; const Told *told; size_t told_n; const Excused *excused; size_t excused_n; } Rows;

static void person_judge(const Block *b, const Rows *rows, Date entered_on, const Body *body, PersonOutcome *out) {
    int64_t id = body ? body->id : 0;
    DutyFact *facts = NEW(b->a, DutyFact, rows->told_n);
    DutyPregnancy *pregnancies = NEW(b->a, DutyPregnancy, rows->carrying_n);
    DutyExcuse *excuses = NEW(b->a, DutyExcuse, rows->excused_n);
    DutySubject s = { .is_family = !body, .entered_on = entered_on, .left_on = body ? body->left_on : DATE_NONE, .told = facts, .pregnancies = pregnancies,
                      .excuses = excuses };
    if (body) s.facts = body->facts;
    for (size_t i = 0; i < rows->told_n; i++) if (rows->told[i].person_id == id) facts[s.told_n++] = rows->told[i].fact;
    for (size_t i = 0; body && i < rows->carrying_n; i++) if (rows->carrying[i].person_id == id) pregnancies[s.pregnancy_n++] = rows->carrying[i].pregnancy;
    for (size_t i = 0; i < rows->excused_n; i++) if (!rows->excused[i].person_id || rows->excused[i].person_id == id) excuses[s.excuse_n++] = rows->excused[i].excuse;
    out->person_id = id;
    out->name = body ? body->name : (Str){ 0 };
    duty_evaluate(b->a, b->book, &s, b->period, &out->report);
    out->sum = duty_sum(out->report.months, out->report.month_n);
}

static FamilyOutcome family_judge(const Block *b, const Rows *rows, const Home *home) {
    PersonOutcome *persons = NEW(b->a, PersonOutcome, rows->body_n + 1);
    for (size_t i = 0; i < rows->body_n; i++) person_judge(b, rows, home->entered_on, &rows->bodies[i], &persons[i]);
    person_judge(b, rows, home->entered_on, NULL, &persons[rows->body_n]);
    return (FamilyOutcome){ home->family_id, home->village_id, persons, rows->body_n + 1 };
}

// The run of rows of one family that begins at *i; *i is left behind it.
#define TAKE(list, i, id, first, count) do { \
    while (*(i) < (list).n && (list).at[*(i)].family_id < (id)) ++*(i); \
    (first) = (list).at ? (list).at + *(i) : NULL; \
    (count) = *(i); \
    while (*(i) < (list).n && (list).at[*(i)].family_id == (id)) ++*(i); \
    (count) = *(i) - (count); \
} while (0)
typedef struct { size_t body, carrying, told, excused; } Place;

static Rows rows_take(const Block *b, int64_t family_id, Place *place) {
    Rows rows = { 0 };
    TAKE(b->bodies, &place->body, family_id, rows.bodies, rows.body_n);
    TAKE(b->carrying, &place->carrying, family_id, rows.carrying, rows.carrying_n);
    TAKE(b->told, &place->told, family_id, rows.told, rows.told_n);
    TAKE(b->excused, &place->excused, family_id, rows.excused, rows.excused_n);
    return rows;
}

bool outcome_family(Db *db, Arena *a, const RuleBook *book, Sight sight, int64_t kab, int64_t family_id, const DutyPeriod *period, FamilyOutcome *out, Err *e) {
    Block b = { .db = db, .a = a, .book = book, .period = period, .sight = sight, .kab = kab, .first_id = family_id, .last_id = family_id };
    OutcomeOneRow row;
    bool found;
    if (!outcome_one(db, (OutcomeOneArgs){ .kab = kab, .family_id = family_id, SEE(sight) }, &row, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family with this number.");
    if (!block_load(&b, e)) return false;
    Place place = { 0 };
    Rows rows = rows_take(&b, family_id, &place);
    *out = family_judge(&b, &rows, &(Home){ family_id, row.village_id, row.entered_on });
    return true;
}

static bool block_each(Block *b, OutcomeEach *each, void *with, Err *e) {
    Place place = { 0 };
    bool is_good = homes_load(b, e) && (b->homes.n == 0 || block_load(b, e));
    for (size_t i = 0; is_good && i < b->homes.n; i++) {
        Rows rows = rows_take(b, b->homes.at[i].family_id, &place);
        FamilyOutcome family = family_judge(b, &rows, &b->homes.at[i]);
        is_good = each(with, &family, e);
    }
    return is_good;
}

bool outcome_each(Db *db, const RuleBook *book, Sight sight, int64_t kab, const DutyPeriod *period, OutcomeEach *each, void *with, Progress *progress, Err *e) {
    OutcomeLastRow last;
    bool found, is_good = outcome_last(db, (OutcomeLastArgs){ .kab = kab }, &last, &found, e);
    Arena a = { 0 };
    for (int64_t first = 1; is_good && first <= last.last_id; first += BLOCK_FAMILIES) {
        Block b = { .db = db, .a = &a, .book = book, .period = period, .sight = sight, .kab = kab, .first_id = first, .last_id = first + BLOCK_FAMILIES - 1 };
        is_good = block_each(&b, each, with, e);
        arena_reset(&a);
        progress_report(progress, _("Judging families"), first + BLOCK_FAMILIES - 1 < last.last_id ? first + BLOCK_FAMILIES - 1 : last.last_id, last.last_id);
    }
    arena_free(&a);
    return is_good;
}

// ---- counting ------------------------------------------------------------------------------------------------------------
static bool family_count(void *with, const FamilyOutcome *family, Err *e) {
    OutcomeCounts *c = with;
    (void)e;
    c->family_n++;
    for (size_t i = 0; i < family->n; i++) {
        const PersonOutcome *p = &family->at[i];
        for (size_t k = 0; k < p->report.due_n; k++) c->late_n[p->report.due[k].reason] += p->report.due[k].is_late;
        if (!p->person_id) continue;
        c->person_n++;
        for (int m = 0; m < p->report.month_n; m++) c->month_n[m][p->report.months[m].outcome]++;
    }
    return true;
}

bool outcome_count(Db *db, const RuleBook *book, Sight sight, int64_t kab, const DutyPeriod *period, Progress *progress, OutcomeCounts *out, Err *e) {
    *out = (OutcomeCounts){ 0 };
    return outcome_each(db, book, sight, kab, period, family_count, out, progress, e);
}

const char *outcome_name(Outcome outcome) {
    static const char *const NAMES[] = { [OUTCOME_UNKNOWN] = "unknown", [OUTCOME_MET] = "met", [OUTCOME_NOT_MET] = "not_met", [OUTCOME_EXCUSED] = "excused" };
    return NAMES[outcome];
}
