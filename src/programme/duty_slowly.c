// duty_slowly.c: the second opinion on duty.h, written from its words and docs/rules.md, day by day, for tests and checks. Whoever
// changes a rule changes it in both files; the property test of duty_test.c says whether they agree.
#include "programme/duty.h"
#include "programme/rulebook_data.h"

typedef struct { const RuleBook *book; const DutySubject *s; const DutyPeriod *p; bool not_met, unknown, met; Arena a; } Month;

static bool is_last_of_month(Date day) {
    int y, m, d;
    date_split((Date){ day.days + 1 }, &y, &m, &d);
    return d == 1;
}
static int month_number(Date day) {
    int y, m, d;
    date_split(day, &y, &m, &d);
    return m;
}
static Date next(Date day) { return (Date){ day.days + 1 }; }

// ---- what is known -----------------------------------------------------------------------------------------------------
static bool is_known(const Month *x, const DutyFact *fact) {
    if (fact->is_void || fact->recorded_at.ms > x->p->as_of.ms) return false;
    for (size_t i = 0; i < x->s->told_n; i++)
        if (x->s->told[i].replaces_n == fact->n && x->s->told[i].recorded_at.ms <= x->p->as_of.ms) return false;
    return true;
}

static bool holds(Month *x, const Condition *c, Date day, int pregnancy_no) {
    int64_t values[ATTR_MAX];
    PersonFacts facts = x->s->facts;
    facts.pregnancy_no = (uint8_t)pregnancy_no;
    person_values(&facts, values);
    return condition_of_person(condition_on(&x->a, c, day), values, 0) == TRUE_;
}

static bool is_asked(Month *x, const Duty *duty, Date since, Date first, Date last, int pregnancy_no) {
    bool fills = duty->components == 0;
    for (size_t i = 0; i < x->book->person_component_n; i++) {
        const Component *c = &x->book->components[i];
        const When *when = duty->components >> i & 1 ? DATED_ON(x->book, c->when, c->when_n, first) : NULL;
        fills |= when && holds(x, when->when, first, pregnancy_no);
    }
    if (!x->s->is_family && (!fills || (duty->when && !holds(x, duty->when, first, pregnancy_no)))) return false;
    int there_n = 0;
    for (Date day = first; day.days <= last.days; day = next(day)) {
        if (date_is_known(x->s->left_on) && day.days >= x->s->left_on.days) return false;
        there_n += day.days >= since.days;
    }
    return there_n == last.days - first.days + 1 || there_n >= DUTY_NOTICE_DAYS;
}

// ---- what is said ------------------------------------------------------------------------------------------------------
static bool is_excused(const Month *x, int duty, Date last) {
    for (size_t i = 0; i < x->s->excuse_n; i++) {
        const DutyExcuse *e = &x->s->excuses[i];
        if (e->granted_at.ms > x->p->as_of.ms || (e->duty != -1 && e->duty != duty)) continue;
        for (Date m = e->first_month; m.days <= e->last_month.days; m = date_add_months(m, 1))
            if (m.days <= last.days && last.days < date_add_months(m, 1).days) return true;
    }
    return false;
}

static int64_t most_of_day(const Month *x, int kind, Date day) {
    int64_t most = 0;
    for (size_t i = 0; i < x->s->told_n; i++) {
        const DutyFact *f = &x->s->told[i];
        if (is_known(x, f) && f->kind == kind && f->first_on.days == day.days && f->last_on.days == day.days && f->times > most) most = f->times;
    }
    return most;
}

// The most that a fact of the whole month around `day` says; -1: there is none.
static int64_t most_of_month(const Month *x, int kind, Date day) {
    int64_t most = -1;
    for (size_t i = 0; i < x->s->told_n; i++) {
        const DutyFact *f = &x->s->told[i];
        if (is_known(x, f) && f->kind == kind && f->first_on.days < f->last_on.days && f->first_on.days <= day.days && day.days <= f->last_on.days && f->times > most)
            most = f->times;
    }
    return most;
}

static int64_t done_between(const Month *x, int kind, Date first, Date last, bool *is_covered) {
    int64_t done = 0, by_days = 0;
    *is_covered = true;
    for (Date day = first; day.days <= last.days; day = next(day)) {
        int64_t whole = most_of_month(x, kind, day);
        *is_covered &= whole >= 0;
        by_days += most_of_day(x, kind, day);
        if (day.days < last.days && !is_last_of_month(day)) continue;
        done += whole > by_days ? whole : by_days;
        by_days = 0;
    }
    return done;
}

static void judge(Month *x, int duty, const Ask *ask, int kind, int64_t times, bool may_be_late, Date first, Date last) {
    bool is_covered, is_over = last.days < x->p->today.days;
    int64_t done = done_between(x, kind, first, last, &is_covered);
    for (size_t i = 0; may_be_late && i < x->s->told_n; i++) {
        const DutyFact *f = &x->s->told[i];
        bool ignored;
        int64_t until_then = is_known(x, f) && f->kind == kind && f->last_on.days > last.days ? done_between(x, kind, first, f->last_on, &ignored) : 0;
        if (until_then > done) done = until_then;
    }
    if (ask->is_only_shown) return;
    if (done >= times) x->met = true;
    else if (is_excused(x, duty, last)) return;
    else if (is_over && is_covered) x->not_met = true;
    else x->unknown = true;
}

static void judge_days(Month *x, int duty_i, const Ask *ask, Date first, Date last) {
    const Duty *duty = &x->book->duties[duty_i];
    const PresentRule *rule = DATED_ON(x->book, duty->presents, duty->present_n, first);
    int enough_n = 0, few_n = 0, empty_n = 0;
    for (size_t i = 0; i < x->s->told_n; i++) {
        const DutyFact *f = &x->s->told[i];
        if (!is_known(x, f) || f->kind != ask->fact || f->first_on.days != first.days || f->last_on.days != last.days) continue;
        int64_t present = f->days - f->absent;
        if (!(rule && rule->is_permitted_present)) present -= f->permitted;
        if (!(rule && rule->is_sick_present)) present -= f->sick;
        if (f->days == 0) empty_n++;
        else if (present * 10000 >= f->days * ask->basis_points) enough_n++;
        else few_n++;
    }
    if (ask->is_only_shown) return;
    if (enough_n && !few_n) x->met = true;
    else if (is_excused(x, duty_i, last) || (empty_n && !enough_n && !few_n)) return;
    else if (few_n && !enough_n && !empty_n && last.days < x->p->today.days) x->not_met = true;
    else x->unknown = true;
}

// ---- windows that end on a day -------------------------------------------------------------------------------------------
static void calendar_end(Month *x, int duty_i, Date last) {
    const Duty *duty = &x->book->duties[duty_i];
    for (int months = 1; months <= 12; months += months == 1 ? 5 : 6) {        // 1, 6, 12
        if (!is_last_of_month(last) || month_number(last) % months) continue;
        Date first = date_add_months(next(last), -months);
        const Ask *ask = DATED_ON(x->book, duty->asks, duty->ask_n, first);
        int rhythm = !ask ? 0 : ask->rhythm == RHYTHM_MONTH ? 1 : ask->rhythm == RHYTHM_HALF_YEAR ? 6 : ask->rhythm == RHYTHM_YEAR ? 12 : 0;
        if (rhythm != months || !is_asked(x, duty, x->s->entered_on, first, last, x->s->facts.pregnancy_no)) continue;
        if (ask->basis_points) judge_days(x, duty_i, ask, first, last);
        else judge(x, duty_i, ask, ask->fact, ask->times, false, first, last);
    }
}

// The first day on which so many full months (days) are over.
static Date first_after(Date anchor, bool is_days, int64_t n) {
    Date day = anchor;
    while (is_days ? day.days - anchor.days < n : date_months_before(day, n).days < anchor.days) day = next(day);
    return day;
}

static void anchored_end(Month *x, int duty_i, Rhythm rhythm, Date anchor, Date since, Date cut, int pregnancy_no, Date last) {
    const Duty *duty = &x->book->duties[duty_i];
    if (last.days < anchor.days || last.days > anchor.days + 4000) return;     // no window of a test book is longer
    for (size_t i = 0; i < duty->ask_n; i++)
        for (size_t k = 0; k < duty->asks[i].window_n && duty->asks[i].rhythm == rhythm; k++) {
            const DutyWindow *w = &duty->asks[i].windows[k];
            Date first = first_after(anchor, w->is_days, w->low), end = { first_after(anchor, w->is_days, w->high + 1).days - 1 };
            bool is_cut = date_is_known(cut) && cut.days < end.days;
            if (is_cut) end = cut;
            if (end.days != last.days || DATED_ON(x->book, duty->asks, duty->ask_n, first) != &duty->asks[i]) continue;
            if (is_cut && end.days - first.days + 1 < DUTY_NOTICE_DAYS) continue;
            if (is_asked(x, duty, since, first, end, pregnancy_no)) judge(x, duty_i, &duty->asks[i], w->fact, w->times, w->may_be_late, first, end);
        }
}

static void pregnancy_end(Month *x, int duty_i, const DutyPregnancy *p, Date last) {
    const Duty *duty = &x->book->duties[duty_i];
    Date since = p->known_on.days > x->s->entered_on.days ? p->known_on : x->s->entered_on;
    if (date_is_known(p->due_on)) anchored_end(x, duty_i, RHYTHM_PREGNANCY, (Date){ p->due_on.days - PREGNANCY_DAYS }, since, p->ended_on, p->order_n, last);
    else if (is_last_of_month(last) && !(date_is_known(p->ended_on) && p->ended_on.days <= last.days)) {
        Date first = date_add_months(next(last), -1);
        const Ask *ask = DATED_ON(x->book, duty->asks, duty->ask_n, first);
        if (ask && ask->rhythm == RHYTHM_PREGNANCY && is_asked(x, duty, since, first, last, p->order_n) && !ask->is_only_shown && !is_excused(x, duty_i, last)) x->unknown = true;
    }
    if (date_is_known(p->ended_on) && p->is_birth) anchored_end(x, duty_i, RHYTHM_DELIVERY, p->ended_on, x->s->entered_on, DATE_NONE, p->order_n, last);
}

void duty_slowly(const RuleBook *book, const DutySubject *subject, const DutyPeriod *period, Outcome *out) {
    for (int i = 0; i < period->month_n; i++) {
        Month x = { .book = book, .s = subject, .p = period };
        Date first = date_add_months(period->first_month, i);
        for (Date day = first; day.days < date_add_months(first, 1).days; day = next(day))
            for (size_t k = 0; k < book->duty_n; k++) {
                if (book->duties[k].is_of_family != subject->is_family) continue;
                calendar_end(&x, (int)k, day);
                if (!subject->is_family && date_is_known(subject->facts.born_on))
                    anchored_end(&x, (int)k, RHYTHM_BIRTH, subject->facts.born_on, subject->entered_on, DATE_NONE, subject->facts.pregnancy_no, day);
                for (size_t j = 0; j < subject->pregnancy_n; j++) pregnancy_end(&x, (int)k, &subject->pregnancies[j], day);
            }
        out[i] = x.not_met ? OUTCOME_NOT_MET : x.unknown ? OUTCOME_UNKNOWN : x.met ? OUTCOME_MET : OUTCOME_EXCUSED;
        arena_free(&x.a);
    }
}
