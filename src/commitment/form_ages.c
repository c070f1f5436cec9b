#include "commitment/form_ages.h"

#define GROWN_MONTHS 360               // between the children and the old
#define AGE_MAX_MONTHS 1440

static bool is_asked(const RuleBook *book, FormPeriod period, Date born_on, SchoolLevel level) {
    Arena a = { 0 };
    DutySubject s = { .facts = { .born_on = born_on, .school_level = level }, .entered_on = { 0 }, .left_on = DATE_NONE };
    DutyPeriod months = { .first_month = form_period_first(period), .month_n = FORM_MONTHS, .as_of = { INT64_MAX }, .today = form_period_end(period) };
    DutyReport *report = NEW(&a, DutyReport, 1);
    bool is_found = false;
    for (size_t i = 0; i < EXTRA_MAX; i++) s.facts.extra[i] = EXTRA_NONE;
    duty_evaluate(&a, book, &s, &months, report);
    for (size_t i = 0; i < report->due_n; i++) is_found |= fact_kind_is_health(book, report->due[i].kind);
    arena_free(&a);
    return is_found;
}

// The last birth date, going back from `newest` by months and then by days, that is asked (or, with is_wanted false, not asked) like all after it.
static Date walk_back(const RuleBook *book, FormPeriod period, Date newest, int months_max, SchoolLevel level, bool is_wanted) {
    int months = 0;
    while (months < months_max && is_asked(book, period, date_add_months(newest, -months - 1), level) == is_wanted) months++;
    Date born = date_add_months(newest, -months);
    for (int i = 0; i < 31 && is_asked(book, period, (Date){ born.days - 1 }, level) == is_wanted; i++) born.days--;
    return born;
}

FormAges form_ages(const RuleBook *book, FormPeriod period) {
    Date first = form_period_first(period), grown = date_add_months(first, -GROWN_MONTHS);
    return (FormAges){ walk_back(book, period, first, GROWN_MONTHS, SCHOOL_NONE, true), walk_back(book, period, first, GROWN_MONTHS, SCHOOL_SD, true),
                       { walk_back(book, period, grown, AGE_MAX_MONTHS - GROWN_MONTHS, SCHOOL_NONE, false).days - 1 } };
}
