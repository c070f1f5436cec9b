// duty_test.c: what is asked and what follows from it: a table of cases written from the words of the rule book, laws over random
// lives and facts, and the second implementation (duty_slowly) beside the first.
#include "programme/programme_test.h"
#include "programme/duty.h"
#include "base/lang.h"

static Arena arena;
static const RuleBook *pkh;

static Date day(int y, int m, int d) { return date_make(y, m, d); }
static Instant at(Date d) { return (Instant){ (int64_t)d.days * 86400000 }; }
static int kind_of(const char *code) {
    int kind = fact_kind_find(pkh, str_c(code));
    if (kind < 0) fail_msg("no fact %s", code);
    return kind;
}
static Date last_of(Date first) { return (Date){ date_add_months(first, 1).days - 1 }; }

static void book_switch(const char *code, bool is_on) {
    for (size_t i = 0; i < pkh->switch_n; i++) if (str_eq(pkh->switches[i].code, str_c(code))) { pkh->switches[i].is_on = is_on; return; }
    fail_msg("no switch %s", code);
}

// ---- cases: one person, the facts, and what a month comes to ---------------------------------------------------------------
typedef struct { const char *kind; int y, m, d; int64_t times; } Times;                    // d 0: of the whole month
typedef struct { int y, m; int64_t days, absent, permitted, sick; } School;
typedef struct {
    const char *title, *switched;
    PersonFacts person;
    Times times[8];
    School school[4];
    Date month, today;
    Outcome outcome;
    DutyReason reason;
} MonthCase;

#define PUPIL { .born_on = { 15340 }, .school_level = SCHOOL_SD }                        // 2012-01-01
#define BABY(days) { .born_on = { days } }
static void cases_run(const MonthCase *cases, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const MonthCase *c = &cases[i];
        DutyFact told[12] = { 0 };
        size_t told_n = 0;
        for (size_t k = 0; k < 8 && c->times[k].kind; k++) {
            const Times *t = &c->times[k];
            Date first = day(t->y, t->m, t->d ? t->d : 1);
            told[told_n] = (DutyFact){ .n = (int64_t)told_n + 1, .kind = kind_of(t->kind), .first_on = first, .last_on = t->d ? first : last_of(first), .times = t->times, .recorded_at = at(first) };
            told_n++;
        }
        for (size_t k = 0; k < 4 && c->school[k].y; k++) {
            const School *s = &c->school[k];
            Date first = day(s->y, s->m, 1);
            told[told_n] = (DutyFact){ .n = (int64_t)told_n + 1, .kind = kind_of("school_days"), .first_on = first, .last_on = last_of(first), .days = s->days, .absent = s->absent,
                                       .permitted = s->permitted, .sick = s->sick, .recorded_at = at(first) };
            told_n++;
        }
        DutySubject subject = { .facts = c->person, .entered_on = day(2019, 1, 1), .left_on = DATE_NONE, .told = told, .told_n = told_n };
        DutyPeriod period = { c->month, 1, at(c->today), c->today };
        DutyReport report;
        Outcome slowly;
        if (c->switched) book_switch(c->switched, true);
        duty_evaluate(&arena, pkh, &subject, &period, &report);
        duty_slowly(pkh, &subject, &period, &slowly);
        if (c->switched) book_switch(c->switched, false);
        const DutyMonth *m = &report.months[0];
        if (m->outcome != c->outcome || slowly != c->outcome || (m->due >= 0 && report.due[m->due].reason != c->reason))
            fail_msg("%s: found %d (%s), slowly %d, wanted %d (%s)", c->title, m->outcome, m->due < 0 ? "nothing due" : duty_reason_name(report.due[m->due].reason), slowly,
                     c->outcome, duty_reason_name(c->reason));
    }
}

static void school_months(void **state) {
    (void)state;
    Date may = day(2024, 5, 1), june = day(2024, 6, 15);
    const MonthCase CASES[] = {
        { "17 of 20 is 85%", NULL, PUPIL, { { 0 } }, { { 2024, 5, 20, 3, 0, 0 } }, may, june, OUTCOME_MET, DUTY_DONE },
        { "16 of 20 is 80%", NULL, PUPIL, { { 0 } }, { { 2024, 5, 20, 4, 0, 0 } }, may, june, OUTCOME_NOT_MET, DUTY_TOO_FEW_DAYS },
        { "16 of 20 where 80% is asked", "attendance_80", PUPIL, { { 0 } }, { { 2024, 5, 20, 4, 0, 0 } }, may, june, OUTCOME_MET, DUTY_DONE },
        { "16 of 19 is 84.2%", NULL, PUPIL, { { 0 } }, { { 2024, 5, 19, 3, 0, 0 } }, may, june, OUTCOME_NOT_MET, DUTY_TOO_FEW_DAYS },
        { "leave and sickness lower the rate", NULL, PUPIL, { { 0 } }, { { 2024, 5, 20, 1, 1, 2 } }, may, june, OUTCOME_NOT_MET, DUTY_TOO_FEW_DAYS },
        { "sick days count as present", "sick_is_present", PUPIL, { { 0 } }, { { 2024, 5, 20, 1, 1, 2 } }, may, june, OUTCOME_MET, DUTY_DONE },
        { "leave does not, then", "sick_is_present", PUPIL, { { 0 } }, { { 2024, 5, 20, 1, 3, 0 } }, may, june, OUTCOME_NOT_MET, DUTY_TOO_FEW_DAYS },
        { "leave and sick days count", "leave_and_sick_are_present", PUPIL, { { 0 } }, { { 2024, 5, 20, 1, 3, 5 } }, may, june, OUTCOME_MET, DUTY_DONE },
        { "nobody has said", NULL, PUPIL, { { 0 } }, { { 0 } }, may, june, OUTCOME_UNKNOWN, DUTY_NOT_TOLD },
        { "no school days", NULL, PUPIL, { { 0 } }, { { 2024, 5, 0, 0, 0, 0 } }, may, june, OUTCOME_EXCUSED, DUTY_NO_SCHOOL },
        { "the month is not over", NULL, PUPIL, { { 0 } }, { { 2024, 5, 10, 9, 0, 0 } }, may, day(2024, 5, 31), OUTCOME_UNKNOWN, DUTY_OPEN },
        { "two schools on both sides", NULL, PUPIL, { { 0 } }, { { 2024, 5, 20, 1, 0, 0 }, { 2024, 5, 20, 9, 0, 0 } }, may, june, OUTCOME_UNKNOWN, DUTY_CONTRADICTED },
        { "two schools, both enough", NULL, PUPIL, { { 0 } }, { { 2024, 5, 20, 1, 0, 0 }, { 2024, 5, 12, 0, 0, 0 } }, may, june, OUTCOME_MET, DUTY_DONE },
        { "two schools, both too few", NULL, PUPIL, { { 0 } }, { { 2024, 5, 20, 8, 0, 0 }, { 2024, 5, 20, 9, 0, 0 } }, may, june, OUTCOME_NOT_MET, DUTY_TOO_FEW_DAYS },
        { "too old to be asked", NULL, { .born_on = { 11690 }, .school_level = SCHOOL_SMA }, { { 0 } }, { { 2024, 5, 20, 20, 0, 0 } }, may, june, OUTCOME_EXCUSED, DUTY_DONE },
        { "birth date not known", NULL, { .born_on = { INT32_MIN }, .school_level = SCHOOL_SD }, { { 0 } }, { { 2024, 5, 20, 20, 0, 0 } }, may, june, OUTCOME_EXCUSED, DUTY_DONE },
    };
    cases_run(CASES, sizeof CASES / sizeof *CASES);
}

static void health_months(void **state) {
    (void)state;
    int32_t born = day(2021, 6, 10).days;                  // a toddler of 2 and 3 in these cases
    Date may = day(2024, 5, 1), june = day(2024, 6, 15), dec = day(2024, 12, 1), new_year = day(2025, 1, 1);
    const MonthCase CASES[] = {
        { "weighed on a day", NULL, BABY(born), { { "weight", 2024, 5, 14, 1 } }, { { 0 } }, may, june, OUTCOME_MET, DUTY_DONE },
        { "weighed once in the month", NULL, BABY(born), { { "weight", 2024, 5, 0, 1 } }, { { 0 } }, may, june, OUTCOME_MET, DUTY_DONE },
        { "the post says no", NULL, BABY(born), { { "weight", 2024, 5, 0, 0 } }, { { 0 } }, may, june, OUTCOME_NOT_MET, DUTY_NOT_DONE },
        { "what was done is believed", NULL, BABY(born), { { "weight", 2024, 5, 0, 0 }, { "weight", 2024, 5, 30, 1 } }, { { 0 } }, may, june, OUTCOME_MET, DUTY_DONE },
        { "nobody has said", NULL, BABY(born), { { "weight", 2024, 4, 14, 1 } }, { { 0 } }, may, june, OUTCOME_UNKNOWN, DUTY_NOT_TOLD },
        { "the post says no, but there is time", NULL, BABY(born), { { "weight", 2024, 5, 0, 0 } }, { { 0 } }, may, day(2024, 5, 31), OUTCOME_UNKNOWN, DUTY_OPEN },
        { "in December the year's measures are due", NULL, BABY(born), { { "weight", 2024, 12, 3, 1 } }, { { 0 } }, dec, new_year, OUTCOME_UNKNOWN, DUTY_NOT_TOLD },
        { "all of the year done", NULL, BABY(born), { { "weight", 2024, 12, 3, 1 }, { "height", 2024, 2, 3, 1 }, { "height", 2024, 8, 3, 1 }, { "vitamin_a", 2024, 2, 3, 1 },
            { "vitamin_a", 2024, 8, 3, 1 }, { "development", 2024, 2, 3, 1 }, { "development", 2024, 8, 3, 1 } }, { { 0 } }, dec, new_year, OUTCOME_MET, DUTY_DONE },
        { "an elderly person seen once", NULL, { .born_on = { -10000 } }, { { "elderly_care", 2024, 3, 9, 1 } }, { { 0 } }, dec, new_year, OUTCOME_MET, DUTY_DONE },
        { "an elderly person of whom nobody told", NULL, { .born_on = { -10000 } }, { { 0 } }, { { 0 } }, dec, new_year, OUTCOME_UNKNOWN, DUTY_NOT_TOLD },
        { "nothing is due of an elderly person in May", NULL, { .born_on = { -10000 } }, { { 0 } }, { { 0 } }, may, june, OUTCOME_EXCUSED, DUTY_DONE },
    };
    cases_run(CASES, sizeof CASES / sizeof *CASES);
}

// A pregnancy from 2023-04-01 (first day) to a birth on 2024-01-05, and what its months come to.
static void pregnancy_months(void **state) {
    (void)state;
    Date start = day(2023, 4, 1), due_on = { start.days + PREGNANCY_DAYS };
    DutyPregnancy born = { 1, day(2023, 4, 20), due_on, day(2024, 1, 5), true }, dateless = { 1, day(2023, 4, 20), DATE_NONE, DATE_NONE, false };
    DutyFact visits[] = { { .n = 1, .kind = kind_of("antenatal"), .first_on = day(2023, 5, 3), .last_on = day(2023, 5, 3), .times = 1, .recorded_at = at(day(2023, 5, 3)) },
                          { .n = 2, .kind = kind_of("antenatal"), .first_on = day(2023, 8, 3), .last_on = day(2023, 8, 3), .times = 1, .recorded_at = at(day(2023, 8, 3)) },
                          { .n = 3, .kind = kind_of("antenatal"), .first_on = day(2023, 11, 3), .last_on = day(2023, 11, 3), .times = 1, .recorded_at = at(day(2023, 11, 3)) },
                          { .n = 4, .kind = kind_of("postpartum"), .first_on = day(2024, 1, 7), .last_on = day(2024, 1, 7), .times = 3, .recorded_at = at(day(2024, 1, 7)) },
                          { .n = 5, .kind = kind_of("delivery_in_facility"), .first_on = day(2024, 1, 5), .last_on = day(2024, 1, 5), .times = 1, .recorded_at = at(day(2024, 1, 7)) } };
    DutySubject mother = { .facts = { .born_on = day(1995, 1, 1), .sex = SEX_FEMALE }, .entered_on = day(2019, 1, 1), .left_on = DATE_NONE, .pregnancies = &born, .pregnancy_n = 1,
                           .told = visits, .told_n = 5 };
    DutyPeriod period = { day(2023, 4, 1), 12, at(day(2024, 6, 1)), day(2024, 6, 1) };
    DutyReport r;
    Outcome slowly[12];
    duty_evaluate(&arena, pkh, &mother, &period, &r);
    duty_slowly(pkh, &mother, &period, slowly);
    // months 1–3 end on 30 June, 4–6 on 30 September; 7–9 at the birth, with one visit of two; the weeks after it on 16 February
    static const Outcome WANTED[12] = { [0] = OUTCOME_EXCUSED, OUTCOME_EXCUSED, OUTCOME_MET, OUTCOME_EXCUSED, OUTCOME_EXCUSED, OUTCOME_MET, OUTCOME_EXCUSED, OUTCOME_EXCUSED,
                                        OUTCOME_EXCUSED, OUTCOME_UNKNOWN, OUTCOME_UNKNOWN, OUTCOME_EXCUSED };
    for (int i = 0; i < 12; i++) if (r.months[i].outcome != WANTED[i] || slowly[i] != WANTED[i]) fail_msg("month %d: %d, slowly %d, wanted %d", i, r.months[i].outcome, slowly[i], WANTED[i]);
    book_switch("postpartum_three", true);
    duty_evaluate(&arena, pkh, &mother, &period, &r);
    assert_int_equal(r.due[r.months[10].due].window, 1);   // three windows then: the second and third end in February
    book_switch("postpartum_three", false);
    book_switch("antenatal_six", true);
    duty_evaluate(&arena, pkh, &mother, &period, &r);
    assert_int_equal(r.months[5].outcome, OUTCOME_UNKNOWN);            // two visits in months 4 to 6
    book_switch("antenatal_six", false);
    mother.pregnancies = &dateless;
    duty_evaluate(&arena, pkh, &mother, &period, &r);
    duty_slowly(pkh, &mother, &period, slowly);
    for (int i = 1; i < 12; i++) {
        assert_int_equal(r.months[i].outcome, OUTCOME_UNKNOWN);
        assert_int_equal(r.due[r.months[i].due].reason, DUTY_NO_DATE);
        assert_int_equal(slowly[i], OUTCOME_UNKNOWN);
    }
}

// Two times: what was recorded later is not known earlier, and a correction takes back what it names from then on.
static void earlier_moments_repeat(void **state) {
    (void)state;
    Date may = day(2024, 5, 1);
    DutyFact told[] = { { .n = 1, .kind = kind_of("school_days"), .first_on = may, .last_on = last_of(may), .days = 20, .absent = 9, .recorded_at = at(day(2024, 6, 5)) },
                        { .n = 2, .replaces_n = 1, .kind = kind_of("school_days"), .first_on = may, .last_on = last_of(may), .days = 20, .absent = 1, .recorded_at = at(day(2024, 6, 20)) },
                        { .n = 3, .replaces_n = 2, .kind = kind_of("school_days"), .first_on = may, .last_on = last_of(may), .is_void = true, .recorded_at = at(day(2024, 7, 1)) } };
    DutySubject pupil = { .facts = PUPIL, .entered_on = day(2019, 1, 1), .left_on = DATE_NONE, .told = told, .told_n = 3 };
    static const struct { int m, d; Outcome outcome; } MOMENTS[] = { { 6, 1, OUTCOME_UNKNOWN }, { 6, 6, OUTCOME_NOT_MET }, { 6, 21, OUTCOME_MET }, { 7, 2, OUTCOME_UNKNOWN } };
    for (size_t i = 0; i < sizeof MOMENTS / sizeof *MOMENTS; i++) {
        DutyReport r;
        Date then = day(2024, MOMENTS[i].m, MOMENTS[i].d);
        duty_evaluate(&arena, pkh, &pupil, &(DutyPeriod){ may, 1, at(then), day(2024, 8, 1) }, &r);
        assert_int_equal(r.months[0].outcome, MOMENTS[i].outcome);
    }
}

static void late_doses_count(void **state) {
    (void)state;
    DutyFact told[] = { { .n = 1, .kind = kind_of("dpt"), .first_on = day(2024, 3, 20), .last_on = day(2024, 3, 20), .times = 1, .recorded_at = at(day(2024, 3, 20)) } };
    DutySubject baby = { .facts = { .born_on = day(2023, 11, 15) }, .entered_on = day(2023, 11, 15), .left_on = DATE_NONE, .told = told, .told_n = 1 };
    DutyPeriod period = { day(2023, 11, 1), 9, at(day(2024, 9, 1)), day(2024, 9, 1) };
    DutyReport r;
    int late_n = 0, missing_n = 0;
    duty_evaluate(&arena, pkh, &baby, &period, &r);
    for (size_t i = 0; i < r.due_n; i++) {
        if (r.due[i].kind != kind_of("dpt")) continue;
        late_n += r.due[i].reason == DUTY_DONE_LATE;
        missing_n += r.due[i].reason == DUTY_NOT_TOLD;
    }
    assert_int_equal(late_n, 1);                           // the first dose, a month late
    assert_int_equal(missing_n, 2);                        // not the second and third
}

static void excuses_are_of_a_month(void **state) {
    (void)state;
    DutyFact told[] = { { .n = 1, .kind = kind_of("school_days"), .first_on = day(2024, 5, 1), .last_on = day(2024, 5, 31), .days = 20, .absent = 9, .recorded_at = at(day(2024, 6, 5)) } };
    DutyExcuse excuse = { 7, -1, day(2024, 5, 1), day(2024, 5, 1), at(day(2024, 6, 20)) };
    DutySubject pupil = { .facts = PUPIL, .entered_on = day(2019, 1, 1), .left_on = DATE_NONE, .told = told, .told_n = 1, .excuses = &excuse, .excuse_n = 1 };
    DutyReport r;
    duty_evaluate(&arena, pkh, &pupil, &(DutyPeriod){ day(2024, 5, 1), 2, at(day(2024, 7, 9)), day(2024, 7, 9) }, &r);
    assert_int_equal(r.months[0].outcome, OUTCOME_EXCUSED);
    assert_int_equal(r.due[r.months[0].due].excuse_n, 7);
    assert_int_equal(r.months[1].outcome, OUTCOME_UNKNOWN);
    duty_evaluate(&arena, pkh, &pupil, &(DutyPeriod){ day(2024, 5, 1), 1, at(day(2024, 6, 10)), day(2024, 7, 9) }, &r);
    assert_int_equal(r.months[0].outcome, OUTCOME_NOT_MET);            // not yet granted then
    excuse.duty = duty_find(pkh, STR("elderly"));
    duty_evaluate(&arena, pkh, &pupil, &(DutyPeriod){ day(2024, 5, 1), 1, at(day(2024, 7, 9)), day(2024, 7, 9) }, &r);
    assert_int_equal(r.months[0].outcome, OUTCOME_NOT_MET);            // an excuse of another duty
}

// ---- random lives --------------------------------------------------------------------------------------------------------
typedef struct { DutySubject s; DutyFact told[40]; DutyExcuse excuses[3]; DutyPregnancy pregnancies[2]; DutyPeriod period; } Life;

static Date any_day(Random *r, int from_year, int to_year) { return (Date){ (int32_t)random_between(r, day(from_year, 1, 1).days, day(to_year, 12, 31).days) }; }
static Date first_of(Date d) {
    int y, m, ignored;
    date_split(d, &y, &m, &ignored);
    return day(y, m, 1);
}

static void any_fact(Random *r, Life *l, size_t i) {
    DutyFact *f = &l->told[i];
    Date d = any_day(r, 2023, 2024);
    bool is_whole = random_below(r, 3) > 0;
    *f = (DutyFact){ .n = (int64_t)i + 1, .kind = (int)random_below(r, fact_kind_n(pkh)), .recorded_at = at(any_day(r, 2023, 2024)) };
    if (random_below(r, 2)) f->kind = kind_of(l->s.facts.school_level ? "school_days" : l->s.pregnancy_n ? "antenatal" : "weight");
    if (fact_kind_shape(pkh, f->kind) == SHAPE_DAYS) is_whole = true;
    f->first_on = is_whole ? first_of(d) : d;
    f->last_on = is_whole ? last_of(f->first_on) : d;
    if (fact_kind_shape(pkh, f->kind) == SHAPE_DAYS) {
        f->days = random_between(r, 0, 8) ? random_between(r, 10, 24) : 0;
        f->absent = f->days ? random_between(r, 0, 4) : 0;
        f->permitted = f->days ? random_between(r, 0, 2) : 0;
        f->sick = f->days ? random_between(r, 0, 2) : 0;
    } else f->times = is_whole ? (random_below(r, 2) ? 0 : random_between(r, 0, 3)) : random_between(r, 1, 2);
    if (i > 0 && random_below(r, 5) == 0) {
        size_t old = random_below(r, i);
        *f = (DutyFact){ .n = f->n, .replaces_n = l->told[old].n, .kind = l->told[old].kind, .first_on = l->told[old].first_on, .last_on = l->told[old].last_on,
                         .times = l->told[old].times + 1, .days = l->told[old].days, .recorded_at = f->recorded_at, .is_void = random_below(r, 2) == 0 };
    }
}

static void any_life(Random *r, Life *l) {
    static const int YEARS[] = { 2023, 2022, 2019, 2012, 2004, 1998, 1950 };
    *l = (Life){ 0 };
    int year = YEARS[random_below(r, 7)];
    l->s.facts = (PersonFacts){ .born_on = random_below(r, 20) ? any_day(r, year, year + 1) : DATE_NONE, .sex = SEX_FEMALE, .is_severe_disability = random_below(r, 8) == 0 };
    if (year == 2012 || year == 2004) l->s.facts.school_level = SCHOOL_SD + (SchoolLevel)random_below(r, 3);
    l->s.entered_on = random_below(r, 2) ? day(2019, 1, 1) : any_day(r, 2022, 2024);
    l->s.left_on = random_below(r, 6) ? DATE_NONE : any_day(r, 2024, 2024);
    l->s.is_family = random_below(r, 12) == 0;
    if (year == 1998) {
        l->s.pregnancy_n = 1 + random_below(r, 2);
        for (size_t i = 0; i < l->s.pregnancy_n; i++) {
            DutyPregnancy *p = &l->pregnancies[i];
            Date due = any_day(r, 2023, 2025);
            *p = (DutyPregnancy){ .order_n = (int)i + 1, .known_on = { due.days - (int32_t)random_between(r, 20, 270) }, .due_on = random_below(r, 5) ? due : DATE_NONE, .ended_on = DATE_NONE };
            if (random_below(r, 3)) p->ended_on = (Date){ due.days - (int32_t)random_between(r, -14, 120) };
            p->is_birth = random_below(r, 4) > 0;
        }
        l->s.facts.pregnancy_no = (uint8_t)random_below(r, 3);
    }
    l->s.pregnancies = l->pregnancies;
    l->s.told = l->told;
    l->s.told_n = random_below(r, 40);
    for (size_t i = 0; i < l->s.told_n; i++) any_fact(r, l, i);
    l->s.excuses = l->excuses;
    l->s.excuse_n = random_below(r, 3);
    for (size_t i = 0; i < l->s.excuse_n; i++) {
        Date first = first_of(any_day(r, 2023, 2024));
        l->excuses[i] = (DutyExcuse){ (int64_t)i + 1, random_below(r, 2) ? -1 : (int)random_below(r, duty_n(pkh)), first, date_add_months(first, (int)random_below(r, 3)), at(any_day(r, 2023, 2024)) };
    }
    Date today = any_day(r, 2023, 2025);
    l->period = (DutyPeriod){ first_of(any_day(r, 2023, 2024)), 1 + (int)random_below(r, 6), at(any_day(r, 2023, 2025)), today };
}

static void both_agree(void **state) {
    (void)state;
    static const char *const SWITCHES[] = { "antenatal_six", "postpartum_three", "attendance_80", "sick_is_present", "leave_and_sick_are_present", "session_counts" };
    Random r = { test_seed() };
    int64_t seen[4] = { 0 };
    for (int64_t i = 0; i < test_tries(500); i++) {
        uint64_t seed = r.state;
        Life l;
        DutyReport report;
        Outcome slowly[12];
        for (size_t k = 0; k < sizeof SWITCHES / sizeof *SWITCHES; k++) book_switch(SWITCHES[k], random_below(&r, 4) == 0);
        any_life(&r, &l);
        duty_evaluate(&arena, pkh, &l.s, &l.period, &report);
        duty_slowly(pkh, &l.s, &l.period, slowly);
        for (int m = 0; m < l.period.month_n; m++) {
            seen[slowly[m]]++;
            if (report.months[m].outcome != slowly[m]) fail_msg("HARAPAN_SEED=%llu: month %d: %d, slowly %d", (unsigned long long)seed, m, report.months[m].outcome, slowly[m]);
        }
        arena_reset(&arena);
    }
    for (int i = 0; i < 4; i++) if (test_tries(500) >= 500 && seen[i] < 15) fail_msg("outcome %d was seen %lld times only", i, (long long)seen[i]);
    for (size_t k = 0; k < sizeof SWITCHES / sizeof *SWITCHES; k++) book_switch(SWITCHES[k], false);
}

// Without a fact that says so, nothing is ever not met; and what is recorded after the moment changes nothing.
static void silence_is_never_not_met(void **state) {
    (void)state;
    Random r = { test_seed() + 1 };
    for (int64_t i = 0; i < test_tries(2000); i++) {
        Life l;
        DutyReport before, after;
        any_life(&r, &l);
        duty_evaluate(&arena, pkh, &l.s, &l.period, &before);
        size_t n = 0;
        for (size_t k = 0; k < l.s.told_n; k++) if (l.told[k].recorded_at.ms <= l.period.as_of.ms) l.told[n++] = l.told[k];
        l.s.told_n = n;
        duty_evaluate(&arena, pkh, &l.s, &l.period, &after);
        for (int m = 0; m < l.period.month_n; m++) assert_int_equal(before.months[m].outcome, after.months[m].outcome);
        l.s.told_n = 0;
        duty_evaluate(&arena, pkh, &l.s, &l.period, &after);
        for (int m = 0; m < l.period.month_n; m++) assert_int_not_equal(after.months[m].outcome, OUTCOME_NOT_MET);
        arena_reset(&arena);
    }
}

static void several_months_are_one(void **state) {
    (void)state;
    DutyMonth m[4] = { { .outcome = OUTCOME_MET }, { .outcome = OUTCOME_NOT_MET }, { .outcome = OUTCOME_UNKNOWN }, { .outcome = OUTCOME_EXCUSED } };
    assert_int_equal(duty_sum(m, 1).outcome, OUTCOME_MET);
    assert_int_equal(duty_sum(m, 2).outcome, OUTCOME_NOT_MET);
    assert_int_equal(duty_sum(m, 2).run_n, 1);
    assert_int_equal(duty_sum(m, 4).run_n, 0);
    assert_int_equal(duty_sum(m + 2, 2).outcome, OUTCOME_UNKNOWN);
    assert_int_equal(duty_sum(m + 3, 1).outcome, OUTCOME_EXCUSED);
}

int main(void) {
    Arena book_arena = { 0 };
    pkh = book_read(&book_arena, "pkh.yaml");
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(school_months), cmocka_unit_test(health_months), cmocka_unit_test(pregnancy_months), cmocka_unit_test(earlier_moments_repeat),
        cmocka_unit_test(late_doses_count), cmocka_unit_test(excuses_are_of_a_month), cmocka_unit_test(both_agree), cmocka_unit_test(silence_is_never_not_met),
        cmocka_unit_test(several_months_are_one),
    };
    int code = test_main_(__FILE__, tests, sizeof tests / sizeof *tests);
    arena_free(&arena);
    arena_free(&book_arena);
    return code;
}
