// school_year_test.c: a year of a town. Forms go out, are filled by an invented truth and come back in ten styles, late, twice, first wrongly,
// or never; companions dispute. Then, at three moments, the outcome of each person and month is compared with what a person with a pencil would
// say who knows the truth and who has sent what by then. That pencil shares nothing with the program: it reads no fact and no duty.
#include "registry/life_sample.h"
#include "commitment/fact.h"
#include "commitment/form_apply.h"
#include "commitment/outcome.h"
#include "commitment/school_year.h"

#define YEAR 2023
#define FAMILIES 160
static const uint64_t SEED = 20230101;

typedef struct { int64_t id, family_id, post_id, village_id; Date born_on, entered_on; Str npsn; bool is_pupil, is_disabled, is_pregnant; } Body;
typedef struct { DbTest *t; Town town; FactAct act; Body *bodies; size_t body_n; Sight sight; int style; int64_t files_n, months_n, compared_n, by_outcome[4]; } Year;

// ---- the cast ---------------------------------------------------------------------------------------------------------------------
static const DbQuery CAST_QUERY = { "cast", "SELECT p.id, p.family_id, coalesce(f.health_post_id, 0), f.village_id, p.born_on, f.entered_on, coalesce(p.school_npsn, ''), p.school_level IS NOT NULL, p.is_severe_disability, p.pregnancy_n"
    " FROM person p JOIN family f ON f.kab = p.kab AND f.id = p.family_id WHERE p.kab = 1371 AND p.is_gone = 0 AND f.status <> 'left' ORDER BY p.id",
    "SELECT p.id, p.family_id, coalesce(f.health_post_id, 0), f.village_id, p.born_on, f.entered_on, coalesce(p.school_npsn, ''), CASE WHEN p.school_level IS NOT NULL THEN 1 ELSE 0 END, p.is_severe_disability, p.pregnancy_n"
    " FROM person p JOIN family f ON f.kab = p.kab AND f.id = p.family_id WHERE p.kab = 1371 AND p.is_gone = 0 AND f.status <> 'left' ORDER BY p.id", "", "iiiiiitiii", 0, 10 };

static void cast_read(Year *y) {
    DbTest *t = y->t;
    DbStatement *s = NULL;
    bool has_row;
    y->bodies = NEW(&t->arena, Body, 4000);
    good(db_begin_read(t->db, &t->err) && db_prepare(t->db, &CAST_QUERY, &s, &t->err));
    for (;;) {
        good(db_step(s, &has_row, &t->err));
        if (!has_row) break;
        y->bodies[y->body_n++] = (Body){ db_int(s, 0), db_int(s, 1), db_int(s, 2), db_int(s, 3), { (int32_t)db_int(s, 4) }, { (int32_t)db_int(s, 5) }, arena_str(&t->arena, db_text(s, 6)), db_int(s, 7) != 0,
                                         db_int(s, 8) != 0, db_int(s, 9) != 0 };
    }
    db_release(s);
    db_rollback(t->db);
}

// Who is one thing all year. Babies, who have a calendar of their own, mothers to be, and who is two things at once are left to duty_test.c.
typedef enum { NOBODY, PUPIL, TODDLER, CARED, GROWN } Part;
static Part part_of(const Body *b) {
    bool is_old = b->born_on.days <= ymd(YEAR - 60, 1, 1).days, is_grown = b->born_on.days < ymd(YEAR - 22, 1, 1).days;
    if (b->is_pregnant) return NOBODY;
    if (b->is_pupil) return !b->is_disabled && b->npsn.n && b->born_on.days >= ymd(YEAR - 20, 1, 1).days && b->born_on.days <= ymd(YEAR - 7, 1, 1).days ? PUPIL : NOBODY;
    if (b->born_on.days >= ymd(YEAR - 4, 1, 2).days) return !b->is_disabled && b->post_id && b->born_on.days <= ymd(YEAR - 2, 5, 31).days ? TODDLER : NOBODY;
    if (is_old || (is_grown && b->is_disabled)) return CARED;
    return is_grown && b->born_on.days > ymd(YEAR - 59, 1, 1).days ? GROWN : NOBODY;
}

static const Body *body_find(const Year *y, int64_t person_id) {
    for (size_t k = 0; k < y->body_n; k++) if (y->bodies[k].id == person_id) return &y->bodies[k];
    return NULL;
}

// ---- the year goes by ------------------------------------------------------------------------------------------------------------
static Instant at_day(Date day) { return (Instant){ (int64_t)day.days * 86400000 + 3 * 3600000 }; }

static void file_take(Year *y, Str bytes, Date day) {
    DbTest *t = y->t;
    Arena a = { 0 };
    TableReader *reader;
    FormIn in;
    FormApplied done;
    FactAct act = y->act;
    act.at = at_day(day);
    good(table_open_bytes(bytes, (TableOptions){ 0 }, &reader, &t->err) && form_in_read(reader, &a, (Str){ 0 }, (FormPeriod){ 0 }, &in, &t->err));
    table_close(reader);
    good(db_begin_read(t->db, &t->err) && form_in_match(t->db, &a, act.book, KAB, y->sight, &in, &t->err));
    db_rollback(t->db);
    for (size_t i = 0; i < in.row_n; i++) {
        if (in.rows[i].match != ROW_BY_NIK) fail_msg("row %lld: %s", (long long)in.rows[i].line_n, form_match_name(in.rows[i].match));
        for (int m = 0; m < FORM_MONTHS; m++)
            if (in.rows[i].months[m].state == MONTH_REFUSED && part_of(body_find(y, in.rows[i].person_id))) fail_msg("style %d, row %lld, month %d: " STR_FMT, y->style, (long long)in.rows[i].line_n, m, STR_ARG(in.rows[i].months[m].why));
    }
    good(form_apply(t->db, &a, &act, &in, &done, &t->err));
    y->files_n++;
    arena_free(&a);
}

// All forms of one kind that arrive on one day are one file, except workbooks.
static void day_take(Year *y, FormSheets *sheets, int day) {
    DbTest *t = y->t;
    Buf b = { .max = BUF_MAX };
    Date on = { form_period_end(sheets->period).days + day };
    int style = y->style++ % YEAR_STYLES_N;
    for (size_t i = 0; i < sheets->n; i++) {
        YearArrival arrivals[YEAR_ARRIVALS_MAX];
        size_t n = year_arrivals(SEED, sheets->kind, sheets->at[i].place, sheets->period, arrivals);
        for (size_t k = 0; k < n; k++) {
            if (arrivals[k].day != day) continue;
            year_fill(&t->arena, SEED, sheets->kind, sheets->period, arrivals[k].version, style, &sheets->at[i]);
            good(year_write(&t->arena, &sheets->at[i], style, b.n == 0, &b, &t->err));
            if (year_style_is_workbook(style)) { file_take(y, buf_view(&b), on); buf_reset(&b); }
        }
    }
    if (b.n) file_take(y, buf_view(&b), on);
    buf_free(&b);
}

// Companions who counted too, on the fifteenth day after the quarter: the other side of the threshold.
static void disputes_take(Year *y, FormPeriod period) {
    DbTest *t = y->t;
    Fact *facts = NEW(&t->arena, Fact, y->body_n * FORM_MONTHS);
    FactAct act = y->act;
    size_t n = 0;
    act.at = at_day((Date){ form_period_end(period).days + 15 });
    for (size_t i = 0; i < y->body_n; i++)
        for (int m = 0; m < FORM_MONTHS; m++) {
            const Body *b = &y->bodies[i];
            Date month = date_add_months(form_period_first(period), m);
            YearAttendance t0 = year_attendance(SEED, b->npsn, b->id, month), told = year_mistake_of(t0);
            if (!b->npsn.n || !t0.held || !year_is_disputed(SEED, b->id, month)) continue;
            facts[n++] = (Fact){ .family_id = b->family_id, .person_id = b->id, .kind = STR("school_days"), .first_on = month, .last_on = { date_add_months(month, 1).days - 1 }, .days = told.held,
                                 .absent = told.absent, .source = STR("companion"), .evidence = STR("buku saku") };
        }
    FactResult *results = NEW(&t->arena, FactResult, n + 1);
    good(fact_record(t->db, &t->arena, &act, facts, n, results, &t->err));
    for (size_t i = 0; i < n; i++) assert_int_equal(results[i].state, FACT_RECORDED);
}

static void quarter_take(Year *y, int quarter) {
    static const int DAYS[] = { 8, 20, 30, 100 };
    DbTest *t = y->t;
    FormPeriod period = { YEAR, quarter };
    for (int kind = 0; kind < FORM_KINDS_N; kind++) {
        FormAsk ask = { .kind = (FormKind)kind, .period = period, .kab = KAB, .sight = y->sight, .has_numbers = true, .book = y->act.book, .at = NOON };
        FormSheets *sheets = NEW(&t->arena, FormSheets, 1);
        good(db_begin_read(t->db, &t->err) && form_out(t->db, &t->arena, &ask, sheets, &t->err));
        db_rollback(t->db);
        for (size_t i = 0; i < sizeof DAYS / sizeof *DAYS; i++) day_take(y, sheets, DAYS[i]);
    }
    disputes_take(y, period);
}

// ---- the pencil -------------------------------------------------------------------------------------------------------------------
// What the form of a place says on `today` of a month: 1 the truth, 0 the mistaken version, -1 nothing yet.
static int version_there(FormKind kind, Str place, Date month, Date today) {
    FormPeriod period = form_period_of(month);
    YearArrival arrivals[YEAR_ARRIVALS_MAX];
    size_t n = year_arrivals(SEED, kind, place, period, arrivals);
    int best = -1;
    for (size_t k = 0; k < n; k++)
        if (form_period_end(period).days + arrivals[k].day <= today.days && arrivals[k].version > best) best = arrivals[k].version;
    return best;
}

// Asked: who was in the programme when the time began, or for its last thirty days at least.
static bool is_asked(const Body *b, Date first, Date last) { return b->entered_on.days <= first.days || last.days - b->entered_on.days + 1 >= 30; }
static Date month_end(Date month) { return (Date){ date_add_months(month, 1).days - 1 }; }
static bool is_present_enough(YearAttendance t) { return (t.held - t.absent - t.permitted - t.sick) * 100 >= 85 * t.held; }

static Outcome pupil_outcome(const Body *b, Date month, Date today) {
    YearAttendance truth = year_attendance(SEED, b->npsn, b->id, month);
    int version = version_there(FORM_EDUCATION, b->npsn, month, today);
    bool is_told = version >= 0 && year_is_written(SEED, b->id, month);
    bool is_disputed = truth.held > 0 && year_is_disputed(SEED, b->id, month) && form_period_end(form_period_of(month)).days + 15 <= today.days;
    if (!is_asked(b, month, month_end(month))) return OUTCOME_EXCUSED;
    bool is_wrong = is_told && version == 0 && year_is_mistaken(SEED, b->id, month);
    bool by_school = is_present_enough(truth) != is_wrong, by_companion = !is_present_enough(truth);
    if (is_told && !truth.held) return OUTCOME_EXCUSED;
    if (is_told && is_disputed && by_school != by_companion) return OUTCOME_UNKNOWN;
    if (!is_told && !is_disputed) return OUTCOME_UNKNOWN;
    return (is_told ? by_school : by_companion) ? OUTCOME_MET : OUTCOME_NOT_MET;
}

// What the post has said by `today` of a month: came (with the visit), did not come, or nothing.
typedef enum { SAID_NOTHING, SAID_CAME, SAID_NOT } Word;
static Word post_says(const Body *b, Str post, Date month, Date today, YearVisit *v) {
    int version = version_there(FORM_HEALTH, post, month, today);
    *v = year_visit(SEED, b->id, month);
    if (version < 0 || !year_is_written(SEED, b->id, month)) return SAID_NOTHING;
    return v->came_on && !(version == 0 && year_is_mistaken(SEED, b->id, month)) ? SAID_CAME : SAID_NOT;
}

// Weighed each month; each year measured twice, vitamin A twice, seen twice: the year's are due in December.
static Outcome toddler_outcome(DbTest *t, const Body *b, Date month, Date today) {
    Str post = arena_fmt(&t->arena, "%lld", (long long)b->post_id);
    YearVisit v;
    Word word = post_says(b, post, month, today, &v);
    int y, m, d, met_n = 0, not_n = 0, unknown_n = 0;
    date_split(month, &y, &m, &d);
    if (is_asked(b, month, month_end(month))) { met_n += word == SAID_CAME; not_n += word == SAID_NOT; unknown_n += word == SAID_NOTHING; }
    if (m == 12 && is_asked(b, date_make(y, 1, 1), date_make(y, 12, 31))) {
        int measured_n = 0, vitamin_n = 0, seen_n = 0, away_n = 0;
        for (int k = 1; k <= 12; k++) {
            word = post_says(b, post, date_make(y, k, 1), today, &v);
            away_n += word == SAID_NOT;
            measured_n += word == SAID_CAME && v.length_mm > 0;
            vitamin_n += word == SAID_CAME && v.has_vitamin_a;
            seen_n += word == SAID_CAME && v.is_observed;
        }
        met_n += (measured_n >= 2) + (vitamin_n >= 2) + (seen_n >= 2);
        not_n += measured_n < 2 && away_n == 12;
        unknown_n += (measured_n < 2 && away_n < 12) + (vitamin_n < 2) + (seen_n < 2);         // that no vitamin was given is said nowhere
    }
    return not_n ? OUTCOME_NOT_MET : unknown_n ? OUTCOME_UNKNOWN : met_n ? OUTCOME_MET : OUTCOME_EXCUSED;
}

// Once a year somebody looks after the old and the disabled: due in December.
static Outcome cared_outcome(DbTest *t, const Body *b, Date month, Date today) {
    Str village = arena_fmt(&t->arena, "%lld", (long long)b->village_id);
    int y, m, d, care_n = 0, none_n = 0;
    date_split(month, &y, &m, &d);
    if (m != 12 || !is_asked(b, date_make(y, 1, 1), date_make(y, 12, 31))) return OUTCOME_EXCUSED;
    for (int k = 1; k <= 12; k++) {
        Date at = date_make(y, k, 1);
        int version = version_there(FORM_SOCIAL, village, at, today);
        YearCare c = year_care(SEED, b->id, at);
        if (version < 0 || !year_is_written(SEED, b->id, at)) continue;
        bool is_cared = (c.checked_on || c.active_on) && !(version == 0 && year_is_mistaken(SEED, b->id, at));
        care_n += is_cared;
        none_n += !is_cared;
    }
    return care_n ? OUTCOME_MET : none_n == 12 ? OUTCOME_NOT_MET : OUTCOME_UNKNOWN;
}

typedef struct { Year *y; Date today; int month_n; } Look;
static bool family_compare(void *with, const FamilyOutcome *family, Err *e) {
    const Look *look = with;
    Year *y = look->y;
    (void)e;
    for (size_t i = 0; i < family->n; i++) {
        const PersonOutcome *p = &family->at[i];
        const Body *b = body_find(y, p->person_id);
        Part part = b ? part_of(b) : NOBODY;
        for (int m = 0; m < look->month_n && part; m++) {
            Date month = ymd(YEAR, m + 1, 1);
            Outcome wanted = part == PUPIL ? pupil_outcome(b, month, look->today) : part == TODDLER ? toddler_outcome(y->t, b, month, look->today) :
                             part == CARED ? cared_outcome(y->t, b, month, look->today) : OUTCOME_EXCUSED, found = p->report.months[m].outcome;
            for (size_t k = 0; k < p->report.due_n && wanted != found; k++)
                if (p->report.due[k].last_on.days >= month.days && p->report.due[k].last_on.days <= month_end(month).days)
                    print_error("kind %d from day %d: %s, %lld of %lld\n", p->report.due[k].kind, p->report.due[k].first_on.days, duty_reason_name(p->report.due[k].reason), (long long)p->report.due[k].done,
                                (long long)p->report.due[k].needed);
            if (wanted != found) fail_msg("person %lld (part %d), month %d as of day %d: %s, by pencil %s", (long long)b->id, (int)part, m + 1, look->today.days, outcome_name(found), outcome_name(wanted));
            y->compared_n++;
            y->by_outcome[found]++;
        }
    }
    return true;
}

static void a_year_comes_out_as_the_pencil_says(DbTest *t) {
    static const struct { int year, month, day, month_n; } LOOKS[] = { { 2023, 8, 25, 7 }, { 2024, 1, 25, 12 }, { 2024, 6, 1, 12 } };
    Year y = { .t = t, .town = town_make(t, 5, FAMILIES), .sight = sight_of_program(ymd(2024, 6, 15)) };
    const RuleBook *book;
    good(rulebook_open(&t->arena, STR("pkh.yaml"), rulebook_pkh(), &book, &t->err));
    y.act = (FactAct){ KAB, y.town.operator, NOON, book };
    cast_read(&y);
    for (int quarter = 1; quarter <= 4; quarter++) quarter_take(&y, quarter);
    assert_true(y.files_n >= 3 * YEAR_STYLES_N);
    good(db_begin_read(t->db, &t->err));
    for (size_t i = 0; i < sizeof LOOKS / sizeof *LOOKS; i++) {
        Look look = { &y, ymd(LOOKS[i].year, LOOKS[i].month, LOOKS[i].day), LOOKS[i].month_n };
        DutyPeriod period = { ymd(YEAR, 1, 1), look.month_n, { at_day(look.today).ms + 1 }, look.today };
        good(outcome_each(t->db, book, y.sight, KAB, &period, family_compare, &look, NULL, &t->err));
    }
    db_rollback(t->db);
    print_message("%lld files, %lld months compared: %lld met, %lld not met, %lld excused, %lld unknown\n", (long long)y.files_n, (long long)y.compared_n, (long long)y.by_outcome[OUTCOME_MET],
                  (long long)y.by_outcome[OUTCOME_NOT_MET], (long long)y.by_outcome[OUTCOME_EXCUSED], (long long)y.by_outcome[OUTCOME_UNKNOWN]);
    for (int i = 0; i < 4; i++) assert_true(y.by_outcome[i] > 100);
    Violations v = { say_violation, NULL, 0 };
    good(db_begin_read(t->db, &t->err) && fact_check(t->db, &v, &t->err));
    db_rollback(t->db);
    assert_int_equal(v.found_n, 0);
}
DB_TEST(a_year_comes_out_as_the_pencil_says)

static const struct CMUnitTest TESTS[] = { DB_TESTS(a_year_comes_out_as_the_pencil_says) };
TEST_MAIN(TESTS)
