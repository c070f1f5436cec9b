// duty.c: see duty.h. A due is found in three steps: which windows touch the months (by the calendar, or counted from a day of
// somebody's life), whether the window is asked of this subject, and what the facts say of it.
#include "programme/duty.h"
#include "base/lang.h"
#include "programme/rulebook_data.h"
#include <assert.h>

// ---- days ------------------------------------------------------------------------------------------------------------
static int month_index(Date day) {
    int y, m, d;
    date_split(day, &y, &m, &d);
    return y * 12 + m - 1;
}
static Date month_first(int index) { return date_make(index / 12, index % 12 + 1, 1); }
static Date month_last(int index) { return (Date){ month_first(index + 1).days - 1 }; }
static Date earlier(Date a, Date b) { return a.days < b.days ? a : b; }
static Date later(Date a, Date b) { return a.days > b.days ? a : b; }

// The first day on which `months` full months have passed since `day`: in a month that lacks the day, the first of the next.
static Date full_months_after(Date day, int64_t months) {
    int y, m, d;
    date_split(day, &y, &m, &d);
    int index = y * 12 + m - 1 + (int)months;
    return date_exists(index / 12, index % 12 + 1, d) ? date_make(index / 12, index % 12 + 1, d) : month_first(index + 1);
}

// ---- what is known at the moment ---------------------------------------------------------------------------------------
typedef struct {
    Arena *a;
    const RuleBook *book;
    const DutySubject *subject;
    const DutyPeriod *period;
    Date first_on, last_on;                                // of the period
    const DutyFact **told; size_t told_n;                  // recorded by then and not replaced by then
    int64_t values[ATTR_MAX];
    DutyDue *due; size_t due_n, room;
} Work;

static bool is_recorded(const Work *w, const DutyFact *fact) { return fact->recorded_at.ms <= w->period->as_of.ms; }

static bool is_replaced(const Work *w, const DutyFact *fact) {
    for (size_t i = 0; i < w->subject->told_n; i++) {
        const DutyFact *other = &w->subject->told[i];
        if (other->replaces_n == fact->n && is_recorded(w, other)) return true;
    }
    return false;
}

static void told_collect(Work *w) {
    const DutySubject *s = w->subject;
    bool has_corrections = false;
    for (size_t i = 0; i < s->told_n; i++) has_corrections |= s->told[i].replaces_n != 0;
    w->told = NEW(w->a, const DutyFact *, s->told_n);
    for (size_t i = 0; i < s->told_n; i++) {
        const DutyFact *fact = &s->told[i];
        if (is_recorded(w, fact) && !fact->is_void && !(has_corrections && is_replaced(w, fact))) w->told[w->told_n++] = fact;
    }
}

// ---- of whom ---------------------------------------------------------------------------------------------------------
static bool fills_component(const Work *w, uint64_t components, Date day) {
    for (size_t i = 0; i < w->book->person_component_n; i++) {
        const Component *c = &w->book->components[i];
        if (!(components >> i & 1)) continue;
        const When *when = DATED_ON(w->book, c->when, c->when_n, day);
        if (when && condition_of_person_on(when->when, w->values, day) == TRUE_) return true;
    }
    return false;
}

static bool is_of_subject(const Work *w, const Duty *duty, Date day) {
    if (duty->is_of_family || w->subject->is_family) return duty->is_of_family && w->subject->is_family;
    return (!duty->components || fills_component(w, duty->components, day)) && (!duty->when || condition_of_person_on(duty->when, w->values, day) == TRUE_);
}

// There from the first day, or long enough before the last; and still there on the last.
static bool is_noticed(const Work *w, Date since, Date first_on, Date last_on) {
    const DutySubject *s = w->subject;
    bool is_gone = date_is_known(s->left_on) && s->left_on.days <= last_on.days;
    return !is_gone && (since.days <= first_on.days || last_on.days - since.days + 1 >= DUTY_NOTICE_DAYS);
}

// ---- what the facts say ----------------------------------------------------------------------------------------------
static void facts_name(Work *w, DutyDue *due) {
    int64_t *ns = NULL;
    for (size_t i = 0; i < w->told_n; i++) {
        const DutyFact *fact = w->told[i];
        bool is_inside = fact->last_on.days >= due->first_on.days && (fact->first_on.days <= due->last_on.days || due->reason == DUTY_DONE_LATE);
        if (fact->kind != due->kind || !is_inside) continue;
        if (!ns) ns = NEW(w->a, int64_t, w->told_n);
        ns[due->fact_n++] = fact->n;
    }
    due->fact_ns = ns;
}

static bool excuse_find(const Work *w, DutyDue *due) {
    for (size_t i = 0; i < w->subject->excuse_n; i++) {
        const DutyExcuse *x = &w->subject->excuses[i];
        int month = month_index(due->last_on);
        if (x->granted_at.ms > w->period->as_of.ms || (x->duty >= 0 && x->duty != due->duty)) continue;
        if (month_index(x->first_month) <= month && month <= month_index(x->last_month)) { due->excuse_n = x->n; return true; }
    }
    return false;
}

// How often it was done in one month of the window: by days, or as the fact of the whole month says when that is more.
// *is_told: there is a fact of the whole month.
static int64_t done_in_month(const Work *w, const DutyDue *due, int month, bool *is_told) {
    Date first = later(month_first(month), due->first_on), last = earlier(month_last(month), due->last_on);
    int64_t whole = 0, by_days = 0;
    *is_told = false;
    for (size_t i = 0; i < w->told_n; i++) {
        const DutyFact *fact = w->told[i];
        if (fact->kind != due->kind || fact->last_on.days < first.days || fact->first_on.days > last.days) continue;
        if (fact->first_on.days != fact->last_on.days) {
            *is_told = true;
            if (fact->times > whole) whole = fact->times;
            continue;
        }
        bool is_most = true;                               // of the facts of one day the one that says most, once
        for (size_t k = 0; k < w->told_n && is_most; k++) {
            const DutyFact *other = w->told[k];
            bool is_same_day = k != i && other->kind == fact->kind && other->first_on.days == fact->first_on.days && other->last_on.days == fact->last_on.days;
            is_most = !is_same_day || other->times < fact->times || (other->times == fact->times && k > i);
        }
        if (is_most) by_days += fact->times;
    }
    return whole > by_days ? whole : by_days;
}

// From the first day of the window to the last day of which anything is told.
static int64_t done_until_now(const Work *w, const DutyDue *due) {
    DutyDue longer = *due;
    int64_t done = 0;
    bool is_told;
    for (size_t i = 0; i < w->told_n; i++) if (w->told[i]->kind == due->kind) longer.last_on = later(longer.last_on, w->told[i]->last_on);
    for (int month = month_index(longer.first_on); month <= month_index(longer.last_on); month++) done += done_in_month(w, &longer, month, &is_told);
    return done;
}

static DutyReason times_judge(Work *w, DutyDue *due, bool may_be_late) {
    bool is_covered = true;
    for (int month = month_index(due->first_on); month <= month_index(due->last_on); month++) {
        bool is_told;
        due->done += done_in_month(w, due, month, &is_told);
        is_covered &= is_told;
    }
    if (due->done >= due->needed) return DUTY_DONE;
    if (may_be_late && done_until_now(w, due) >= due->needed) return DUTY_DONE_LATE;
    if (excuse_find(w, due)) return DUTY_EXCUSED;
    if (due->last_on.days >= w->period->today.days) return DUTY_OPEN;
    return is_covered ? DUTY_NOT_DONE : DUTY_NOT_TOLD;
}

// School days: each fact of the month gives a share. All of them enough: met; none: not met; else they contradict one another.
static DutyReason days_judge(Work *w, DutyDue *due, const PresentRule *rule, int64_t basis_points) {
    bool has_enough = false, has_too_few = false, has_none = false;
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < w->told_n; i++) {
        const DutyFact *f = w->told[i];
        if (f->kind != due->kind || f->first_on.days != due->first_on.days || f->last_on.days != due->last_on.days) continue;
        int64_t missed = f->absent + (rule && rule->is_permitted_present ? 0 : f->permitted) + (rule && rule->is_sick_present ? 0 : f->sick);
        int64_t present = f->days - missed, needed = (f->days * basis_points + 9999) / 10000;
        if (f->days == 0) { has_none = true; continue; }
        if (present >= needed) has_enough = true; else has_too_few = true;
        if (present - needed >= least) continue;
        least = present - needed;                          // the least favourable is shown
        due->days = f->days;
        due->done = present;
        due->needed = needed;
    }
    if (has_enough && !has_too_few) return DUTY_DONE;
    if (excuse_find(w, due)) return DUTY_EXCUSED;
    if (has_too_few) return has_enough || has_none ? DUTY_CONTRADICTED : due->last_on.days >= w->period->today.days ? DUTY_OPEN : DUTY_TOO_FEW_DAYS;
    if (has_none) return DUTY_NO_SCHOOL;
    return due->last_on.days >= w->period->today.days ? DUTY_OPEN : DUTY_NOT_TOLD;
}

// ---- dues ------------------------------------------------------------------------------------------------------------
static DutyDue *due_add(Work *w, DutyDue due) {
    if (w->due_n == w->room) {
        size_t room = w->room ? w->room * 2 : 16;
        DutyDue *more = NEW(w->a, DutyDue, room);
        if (w->due_n) memcpy(more, w->due, w->due_n * sizeof *more);
        w->due = more;
        w->room = room;
    }
    w->due[w->due_n] = due;
    return &w->due[w->due_n++];
}

static void due_finish(Work *w, DutyDue *due, const Ask *ask, DutyReason reason) {
    due->reason = reason;
    due->is_only_shown = ask->is_only_shown;
    due->is_late = due->last_on.days < w->period->today.days && duty_reason_outcome(reason) != OUTCOME_MET && duty_reason_outcome(reason) != OUTCOME_EXCUSED;
    facts_name(w, due);
}

static const Ask *ask_on(const Work *w, const Duty *duty, Date day) { return DATED_ON(w->book, duty->asks, duty->ask_n, day); }

// ---- by the calendar
static int rhythm_months(Rhythm rhythm) { return rhythm == RHYTHM_MONTH ? 1 : rhythm == RHYTHM_HALF_YEAR ? 6 : 12; }

static void calendar_due(Work *w, int duty_i, const Ask *ask, Date first, Date last) {
    const Duty *duty = &w->book->duties[duty_i];
    if (!is_of_subject(w, duty, first) || !is_noticed(w, w->subject->entered_on, first, last)) return;
    DutyDue *due = due_add(w, (DutyDue){ .duty = duty_i, .kind = ask->fact, .ask = (int)(ask - duty->asks), .window = -1, .first_on = first, .last_on = last, .needed = ask->times });
    if (!ask->basis_points && w->book->facts[ask->fact].shape == SHAPE_TIMES) { due_finish(w, due, ask, times_judge(w, due, false)); return; }
    due->needed = 0;
    due_finish(w, due, ask, days_judge(w, due, DATED_ON(w->book, duty->presents, duty->present_n, first), ask->basis_points));
}

// Each rhythm has windows of its own; a window belongs to the line of the book that holds on its first day.
static void calendar_dues(Work *w, int duty_i) {
    static const Rhythm RHYTHMS[] = { RHYTHM_MONTH, RHYTHM_HALF_YEAR, RHYTHM_YEAR };
    for (size_t i = 0; i < sizeof RHYTHMS / sizeof *RHYTHMS; i++) {
        int step = rhythm_months(RHYTHMS[i]), first = month_index(w->first_on), last = month_index(w->last_on);
        for (int month = first / step * step; month <= last; month += step) {
            const Ask *ask = ask_on(w, &w->book->duties[duty_i], month_first(month));
            if (ask && ask->rhythm == RHYTHMS[i]) calendar_due(w, duty_i, ask, month_first(month), month_last(month + step - 1));
        }
    }
}

// ---- counted from a day. end_on: the window is cut there (a pregnancy's end), DATE_NONE: nothing cuts it.
typedef struct { Rhythm rhythm; Date day, since, end_on; } Anchor;

static void window_due(Work *w, int duty_i, const Ask *ask, int window_i, const Anchor *anchor) {
    const Duty *duty = &w->book->duties[duty_i];
    const DutyWindow *window = &ask->windows[window_i];
    Date first = window->is_days ? (Date){ anchor->day.days + (int32_t)window->low } : full_months_after(anchor->day, window->low);
    Date last = window->is_days ? (Date){ anchor->day.days + (int32_t)window->high } : (Date){ full_months_after(anchor->day, window->high + 1).days - 1 };
    if (last.days < w->first_on.days || first.days > w->last_on.days || ask_on(w, duty, first) != ask) return;
    if (date_is_known(anchor->end_on) && anchor->end_on.days < last.days) {
        last = anchor->end_on;
        if (last.days - first.days + 1 < DUTY_NOTICE_DAYS || last.days < w->first_on.days) return;      // cut too short to ask for it
    }
    if (!is_of_subject(w, duty, first) || !is_noticed(w, anchor->since, first, last)) return;
    DutyDue *due = due_add(w, (DutyDue){ .duty = duty_i, .kind = window->fact, .ask = (int)(ask - duty->asks), .window = window_i, .first_on = first, .last_on = last,
                                 .needed = window->times });
    due_finish(w, due, ask, times_judge(w, due, window->may_be_late));
}

// A pregnancy whose first day is not known: unknown in each of its months.
static void dateless_dues(Work *w, int duty_i, const Anchor *anchor) {
    const Duty *duty = &w->book->duties[duty_i];
    for (int month = month_index(w->first_on); month <= month_index(w->last_on); month++) {
        Date first = month_first(month), last = month_last(month);
        const Ask *ask = ask_on(w, duty, first);
        bool is_over = date_is_known(anchor->end_on) && anchor->end_on.days <= last.days;
        if (!ask || ask->rhythm != anchor->rhythm || is_over || !is_of_subject(w, duty, first) || !is_noticed(w, anchor->since, first, last)) continue;
        DutyDue *due = due_add(w, (DutyDue){ .duty = duty_i, .kind = ask->windows[0].fact, .ask = (int)(ask - duty->asks), .window = 0, .first_on = first, .last_on = last,
                                     .needed = 1 });
        due_finish(w, due, ask, excuse_find(w, due) ? DUTY_EXCUSED : DUTY_NO_DATE);
        due->is_late = false;
    }
}

static void anchored_dues(Work *w, int duty_i, const Anchor *anchor) {
    const Duty *duty = &w->book->duties[duty_i];
    if (!date_is_known(anchor->day)) { dateless_dues(w, duty_i, anchor); return; }
    for (size_t i = 0; i < duty->ask_n; i++)
        for (size_t k = 0; duty->asks[i].rhythm == anchor->rhythm && k < duty->asks[i].window_n; k++) window_due(w, duty_i, &duty->asks[i], (int)k, anchor);
}

static void pregnancy_dues(Work *w, int duty_i) {
    const DutySubject *s = w->subject;
    int64_t now_n = w->values[ATTR_PREGNANCY_NO];
    for (size_t i = 0; i < s->pregnancy_n; i++) {
        const DutyPregnancy *p = &s->pregnancies[i];
        w->values[ATTR_PREGNANCY_NO] = p->order_n;         // she counts as what she was then
        Date start = date_is_known(p->due_on) ? (Date){ p->due_on.days - PREGNANCY_DAYS } : DATE_NONE, since = later(s->entered_on, p->known_on);
        anchored_dues(w, duty_i, &(Anchor){ RHYTHM_PREGNANCY, start, since, p->ended_on });
        if (date_is_known(p->ended_on) && p->is_birth) anchored_dues(w, duty_i, &(Anchor){ RHYTHM_DELIVERY, p->ended_on, s->entered_on, DATE_NONE });
    }
    w->values[ATTR_PREGNANCY_NO] = now_n;
}

static void duty_dues(Work *w, int duty_i) {
    const DutySubject *s = w->subject;
    size_t first = w->due_n;
    calendar_dues(w, duty_i);
    if (!s->is_family && date_is_known(s->facts.born_on))
        anchored_dues(w, duty_i, &(Anchor){ RHYTHM_BIRTH, s->facts.born_on, s->entered_on, DATE_NONE });
    pregnancy_dues(w, duty_i);
    for (size_t i = first + 1; i < w->due_n; i++) {        // by first day; a handful
        DutyDue due = w->due[i];
        size_t k = i;
        for (; k > first && w->due[k - 1].first_on.days > due.first_on.days; k--) w->due[k] = w->due[k - 1];
        w->due[k] = due;
    }
}

// ---- months ----------------------------------------------------------------------------------------------------------
static int weight_of(Outcome outcome) {                    // what decides a month: the heaviest
    static const int WEIGHTS[] = { [OUTCOME_NOT_MET] = 3, [OUTCOME_UNKNOWN] = 2, [OUTCOME_MET] = 1, [OUTCOME_EXCUSED] = 0 };
    return WEIGHTS[outcome];
}

static DutyMonth month_of(const Work *w, int month) {
    DutyMonth out = { month_first(month), OUTCOME_EXCUSED, -1 };
    for (size_t i = 0; i < w->due_n; i++) {
        const DutyDue *due = &w->due[i];
        Outcome outcome = duty_reason_outcome(due->reason);
        if (due->is_only_shown || month_index(due->last_on) != month) continue;
        if (out.due < 0 || weight_of(outcome) > weight_of(out.outcome)) out = (DutyMonth){ out.month, outcome, (int)i };
    }
    return out;
}

void duty_evaluate(Arena *a, const RuleBook *book, const DutySubject *subject, const DutyPeriod *period, DutyReport *out) {
    assert(period->month_n > 0 && period->month_n <= DUTY_MONTHS_MAX);
    int first = month_index(period->first_month);
    Work w = { .a = a, .book = book, .subject = subject, .period = period, .first_on = month_first(first), .last_on = month_last(first + period->month_n - 1) };
    person_values(&subject->facts, w.values);
    told_collect(&w);
    for (size_t i = 0; i < book->duty_n; i++) if (book->duties[i].is_of_family == subject->is_family) duty_dues(&w, (int)i);
    *out = (DutyReport){ .due = w.due, .due_n = w.due_n, .month_n = period->month_n };
    for (int i = 0; i < period->month_n; i++) out->months[i] = month_of(&w, first + i);
}

DutySum duty_sum(const DutyMonth *months, int month_n) {
    DutySum sum = { OUTCOME_EXCUSED, 0, 0 };
    for (int i = 0; i < month_n; i++) {
        bool is_missed = months[i].outcome == OUTCOME_NOT_MET;
        if (weight_of(months[i].outcome) > weight_of(sum.outcome)) sum.outcome = months[i].outcome;
        sum.missed_n += is_missed;
        sum.run_n = is_missed ? sum.run_n + 1 : 0;
    }
    return sum;
}

// ---- words -----------------------------------------------------------------------------------------------------------
static const struct { const char *name, *title; Outcome outcome; } REASONS[DUTY_REASONS_N] = {
    [DUTY_DONE] = { "done", N_("done"), OUTCOME_MET },
    [DUTY_DONE_LATE] = { "done_late", N_("done later"), OUTCOME_MET },
    [DUTY_NO_SCHOOL] = { "no_school", N_("no school days in this month"), OUTCOME_EXCUSED },
    [DUTY_EXCUSED] = { "excused", N_("excused"), OUTCOME_EXCUSED },
    [DUTY_TOO_FEW_DAYS] = { "too_few_days", N_("too few school days"), OUTCOME_NOT_MET },
    [DUTY_NOT_DONE] = { "not_done", N_("not done, as was said"), OUTCOME_NOT_MET },
    [DUTY_OPEN] = { "open", N_("there is still time"), OUTCOME_UNKNOWN },
    [DUTY_NOT_TOLD] = { "not_told", N_("nobody has said yet"), OUTCOME_UNKNOWN },
    [DUTY_CONTRADICTED] = { "contradicted", N_("the sources contradict one another"), OUTCOME_UNKNOWN },
    [DUTY_NO_DATE] = { "no_date", N_("the expected day of birth is not known"), OUTCOME_UNKNOWN },
};
const char *duty_reason_name(DutyReason reason) { return REASONS[reason].name; }
const char *duty_reason_title(DutyReason reason) { return tr(REASONS[reason].title); }
Outcome duty_reason_outcome(DutyReason reason) { return REASONS[reason].outcome; }

size_t fact_kind_n(const RuleBook *book) { return book->fact_n; }
int fact_kind_find(const RuleBook *book, Str code) {
    for (size_t i = 0; i < book->fact_n; i++) if (str_eq(book->facts[i].code, code)) return (int)i;
    return -1;
}
Str fact_kind_code(const RuleBook *book, int kind) { return book->facts[kind].code; }
Str fact_kind_title(const RuleBook *book, int kind) { return title_here(book->facts[kind].title); }
FactShape fact_kind_shape(const RuleBook *book, int kind) { return book->facts[kind].shape; }
bool fact_kind_is_health(const RuleBook *book, int kind) { return book->facts[kind].is_health; }

size_t duty_n(const RuleBook *book) { return book->duty_n; }
int duty_find(const RuleBook *book, Str code) {
    for (size_t i = 0; i < book->duty_n; i++) if (str_eq(book->duties[i].code, code)) return (int)i;
    return -1;
}
Str duty_code(const RuleBook *book, int duty) { return book->duties[duty].code; }
Str duty_title(const RuleBook *book, int duty) { return title_here(book->duties[duty].title); }
Str duty_text(const RuleBook *book, int duty, int ask) { return title_here(book->duties[duty].asks[ask].text); }
Str duty_source(const RuleBook *book, int duty, int ask) { return title_here(book->duties[duty].asks[ask].d.source); }
const char *duty_confidence(const RuleBook *book, int duty, int ask) {
    static const char *const CONFIDENCES[] = { "H", "M", "L", "MEM" };
    return CONFIDENCES[book->duties[duty].asks[ask].d.confidence];
}
Str duty_window_title(const RuleBook *book, const DutyDue *due) {
    const Ask *ask = &book->duties[due->duty].asks[due->ask];
    if (due->window < 0 || !ask->window_n) return (Str){ 0 };
    const DutyWindow *window = &ask->windows[due->window];
    return window->title.id.n ? title_here(window->title) : window->fact == ask->fact ? (Str){ 0 } : fact_kind_title(book, window->fact);
}

void duty_put(Buf *b, const RuleBook *book, const DutyDue *due) {
    Str window = duty_window_title(book, due);
    buf_str(b, duty_title(book, due->duty));
    if (window.n) buf_fmt(b, " (%.*s)", STR_ARG(window));
    buf_c(b, ", ");
    date_put_local(b, due->first_on);
    buf_c(b, " – ");
    date_put_local(b, due->last_on);
    buf_c(b, ": ");
    if (due->days) buf_fmt(b, _("present on %lld of %lld school days, %lld needed"), (long long)due->done, (long long)due->days, (long long)due->needed);
    else if (due->needed > 1) buf_fmt(b, _("done %lld of %lld times"), (long long)due->done, (long long)due->needed);
    if (due->days || due->needed > 1) buf_c(b, "; ");
    buf_c(b, duty_reason_title(due->reason));
}
