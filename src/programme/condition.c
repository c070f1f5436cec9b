#include "programme/condition.h"
#include <assert.h>

static int days_in_month(int year, int month) {
    for (int day = 31; ; day--) if (date_exists(year, month, day)) return day;
}

Date date_months_before(Date day, int64_t months) {
    int y, m, d;
    date_split(day, &y, &m, &d);
    int64_t total = (int64_t)y * 12 + (m - 1) - months;
    if (total < 12) return date_make(1, 1, 1);
    y = (int)(total / 12);
    m = (int)(total % 12) + 1;
    // A month that lacks the day is full only on the first of the next one: all its days lie far enough back.
    int last = days_in_month(y, m);
    return date_make(y, m, d < last ? d : last);
}

// Full years or months since a date are at least `low` and at most `high`: the date lies in a range of days.
static void set_range(Condition *c, Date reference_on, Date (*before)(Date, int64_t)) {
    int64_t low = c->low, high = c->high;
    c->kind = COND_RANGE;
    c->low = high == INT64_MAX ? INT64_MIN : (int64_t)before(reference_on, high + 1).days + 1;
    c->high = low == INT64_MIN ? reference_on.days : before(reference_on, low).days;
    if (c->high > reference_on.days) c->high = reference_on.days;      // not yet born is no age
}

static Date years_before(Date day, int64_t years) { return date_months_before(day, years * 12); }

const Condition *condition_on(Arena *a, const Condition *c, Date reference_on) {
    if (!c) return NULL;
    Condition *copy = NEW(a, Condition, 1);
    *copy = *c;
    if (c->kind == COND_YEARS) set_range(copy, reference_on, years_before);
    if (c->kind == COND_MONTHS) set_range(copy, reference_on, date_months_before);
    copy->first = condition_on(a, c->first, reference_on);
    copy->next = condition_on(a, c->next, reference_on);
    return copy;
}

void person_values(const PersonFacts *p, int64_t *values) {
    values[ATTR_BORN_ON] = date_is_known(p->born_on) ? p->born_on.days : EXTRA_NONE;
    values[ATTR_SEX] = p->sex == SEX_UNKNOWN ? EXTRA_NONE : (int64_t)p->sex;
    values[ATTR_SCHOOL_LEVEL] = p->school_level;
    values[ATTR_PREGNANCY_NO] = p->pregnancy_no;
    values[ATTR_SEVERE_DISABILITY] = p->is_severe_disability;
    values[ATTR_RIGHTS_VICTIM] = p->is_rights_victim;
    values[ATTR_OUTCOME] = p->outcome;
    memcpy(values + ATTR_STANDARD_N, p->extra, sizeof p->extra);
}

static Truth truth_not(Truth t) { return t == UNKNOWN_ ? UNKNOWN_ : t == TRUE_ ? FALSE_ : TRUE_; }
static Truth in_range(int64_t v, int64_t low, int64_t high) { return v == EXTRA_NONE ? UNKNOWN_ : v >= low && v <= high ? TRUE_ : FALSE_; }
static Truth in_set(int64_t v, uint64_t set) { return v == EXTRA_NONE ? UNKNOWN_ : v >= 0 && v < 64 && (set >> v & 1) ? TRUE_ : FALSE_; }

// ALL ends at the first false, ANY at the first true; what is unknown decides only when nothing else does.
#define JOIN(c, decisive, otherwise, part_truth) do { \
    Truth joined = (otherwise); \
    for (const Condition *part = (c)->first; part; part = part->next) { \
        Truth t = (part_truth); \
        if (t == (decisive)) return t; \
        if (t == UNKNOWN_) joined = UNKNOWN_; \
    } \
    return joined; \
} while (0)

Truth condition_of_person(const Condition *c, const int64_t *values, uint32_t mask) {
    switch (c->kind) {
    case COND_RANGE: return in_range(values[c->attr], c->low, c->high);
    case COND_SET: return in_set(values[c->attr], c->set);
    case COND_COMPONENT: return mask & c->set ? TRUE_ : FALSE_;
    case COND_ALL: JOIN(c, FALSE_, TRUE_, condition_of_person(part, values, mask));
    case COND_ANY: JOIN(c, TRUE_, FALSE_, condition_of_person(part, values, mask));
    case COND_NOT: return truth_not(condition_of_person(c->first, values, mask));
    default: assert(!"a family's condition asked of a person"); return UNKNOWN_;
    }
}

Truth condition_of_person_on(const Condition *c, const int64_t *values, Date day) {
    Condition range = *c;
    switch (c->kind) {
    case COND_YEARS: set_range(&range, day, years_before); return in_range(values[c->attr], range.low, range.high);
    case COND_MONTHS: set_range(&range, day, date_months_before); return in_range(values[c->attr], range.low, range.high);
    case COND_ALL: JOIN(c, FALSE_, TRUE_, condition_of_person_on(part, values, day));
    case COND_ANY: JOIN(c, TRUE_, FALSE_, condition_of_person_on(part, values, day));
    case COND_NOT: return truth_not(condition_of_person_on(c->first, values, day));
    default: return condition_of_person(c, values, 0);
    }
}

static Truth count_of(const Condition *c, const FamilyView *v) {
    int64_t sure_n = 0, perhaps_n = 0;
    for (size_t i = 0; i < v->person_n; i++) {
        Truth t = condition_of_person(c->first, v->persons[i], v->masks[i]);
        sure_n += t == TRUE_;
        perhaps_n += t != FALSE_;
    }
    Truth least = in_range(sure_n, c->low, c->high), most = in_range(perhaps_n, c->low, c->high);
    // Between the least and the most the count may pass through the range: only equal ends are sure.
    if (sure_n == perhaps_n) return least;
    if (least == TRUE_ && most == TRUE_) return TRUE_;
    return sure_n > c->high || perhaps_n < c->low ? FALSE_ : UNKNOWN_;
}

// value / members within [low, high], without dividing.
static Truth per_head(const Condition *c, const FamilyView *v) {
    int64_t value = v->family[c->attr], n = (int64_t)v->person_n;
    if (value == EXTRA_NONE || n == 0) return UNKNOWN_;
    __int128 low = c->low == INT64_MIN ? INT64_MIN : (__int128)c->low * n, high = c->high == INT64_MAX ? INT64_MAX : (__int128)c->high * n;
    return value >= low && value <= high ? TRUE_ : FALSE_;
}

Truth condition_of_family(const Condition *c, const FamilyView *v) {
    switch (c->kind) {
    case COND_RANGE: return in_range(v->family[c->attr], c->low, c->high);
    case COND_SET: return in_set(v->family[c->attr], c->set);
    case COND_MEMBERS: return in_range((int64_t)v->person_n, c->low, c->high);
    case COND_COUNT: return count_of(c, v);
    case COND_PER_HEAD: return per_head(c, v);
    case COND_ALL: JOIN(c, FALSE_, TRUE_, condition_of_family(part, v));
    case COND_ANY: JOIN(c, TRUE_, FALSE_, condition_of_family(part, v));
    case COND_NOT: return truth_not(condition_of_family(c->first, v));
    default: assert(!"a person's condition asked of a family"); return UNKNOWN_;
    }
}
