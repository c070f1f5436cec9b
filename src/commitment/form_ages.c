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

// The earliest birth date of a stretch that ends with `newest` and is all asked (or, with is_wanted false, all not asked): halved until one day is left.
static Date stretch_begin(const RuleBook *book, FormPeriod period, Date oldest, Date newest, SchoolLevel level, bool is_wanted) {
    while (oldest.days < newest.days) {
        Date middle = { oldest.days + (newest.days - oldest.days) / 2 };
        if (is_asked(book, period, middle, level) == is_wanted) newest = middle; else oldest.days = middle.days + 1;
    }
    return newest;
}

FormAges form_ages(const RuleBook *book, FormPeriod period) {
    Date first = form_period_first(period), grown = date_add_months(first, -GROWN_MONTHS), oldest = date_add_months(first, -AGE_MAX_MONTHS);
    return (FormAges){ stretch_begin(book, period, grown, first, SCHOOL_NONE, true), stretch_begin(book, period, grown, first, SCHOOL_SD, true),
                       { stretch_begin(book, period, oldest, grown, SCHOOL_NONE, false).days - 1 } };
}
