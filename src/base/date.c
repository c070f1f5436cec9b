#include "base/date.h"
#include "base/lang.h"
#include <assert.h>
#include <time.h>

// Days from civil and back: years start on 1 March, so that the leap day is the last of the year.
static int32_t days_from(int y, int m, int d) {
    y -= m <= 2;
    int era = (y >= 0 ? y : y - 399) / 400;
    int yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

void date_split(Date date, int *year, int *month, int *day) {
    assert(date_is_known(date));
    int z = date.days + 719468, era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
    int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365, doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int mp = (5 * doy + 2) / 153;
    *day = doy - (153 * mp + 2) / 5 + 1;
    *month = mp < 10 ? mp + 3 : mp - 9;
    *year = yoe + era * 400 + (*month <= 2);
}

static int month_days(int year, int month) {
    static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return DAYS[month - 1] + (month == 2 && is_leap);
}

bool date_exists(int year, int month, int day) {
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= month_days(year, month);
}

Date date_make(int year, int month, int day) {
    assert(date_exists(year, month, day));
    return (Date){ days_from(year, month, day) };
}

static bool digits(Str s, int *out) {
    int64_t v;
    if (!str_is_digits(s) || s.n > 4 || !str_int64(s, &v)) return false;
    *out = (int)v;
    return true;
}

static bool date_checked(int y, int m, int d, Date *out) {
    if (!date_exists(y, m, d)) return false;
    *out = date_make(y, m, d);
    return true;
}

bool date_parse_iso(Str s, Date *out) {
    int y, m, d;
    return s.n == 10 && s.p[4] == '-' && s.p[7] == '-' && digits(str_part(s, 0, 4), &y) && digits(str_part(s, 5, 2), &m) &&
           digits(str_part(s, 8, 2), &d) && date_checked(y, m, d, out);
}

// Indonesian and English, three letters decide; months that differ stand in both columns.
static const char *const MONTHS[12][3] = {
    { "jan", "jan", "jan" }, { "feb", "feb", "peb" }, { "mar", "mar", "mar" }, { "apr", "apr", "apr" },
    { "mei", "may", "mei" }, { "jun", "jun", "jun" }, { "jul", "jul", "jul" }, { "agu", "aug", "ags" },
    { "sep", "sep", "sep" }, { "okt", "oct", "okt" }, { "nov", "nov", "nop" }, { "des", "dec", "des" },
};

static bool month_parse(Str s, int *out) {
    if (digits(s, out)) return s.n <= 2;
    if (s.n < 3) return false;
    for (int m = 0; m < 12; m++)
        for (int k = 0; k < 3; k++)
            if (str_eq_nocase(str_part(s, 0, 3), str_c(MONTHS[m][k]))) { *out = m + 1; return true; }
    return false;
}

bool date_parse_local(Str s, Date *out) {
    s = str_trim(s);
    if (date_parse_iso(s, out)) return true;
    char separator = 0;
    for (size_t i = 0; i < s.n && !separator; i++) if (strchr("/-. ", s.p[i])) separator = s.p[i];
    if (!separator) return false;
    Str rest = s, day = str_cut(&rest, separator), month = str_cut(&rest, separator), year = rest;
    int y, m, d;
    return day.n <= 2 && year.n == 4 && digits(day, &d) && month_parse(month, &m) && digits(year, &y) && date_checked(y, m, d, out);
}

void date_put_iso(Buf *b, Date date) {
    if (!date_is_known(date)) return;
    int y, m, d;
    date_split(date, &y, &m, &d);
    buf_fmt(b, "%04d-%02d-%02d", y, m, d);
}

void date_put_local(Buf *b, Date date) {
    static const char *const NAMES[] = { N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
                                         N_("July"), N_("August"), N_("September"), N_("October"), N_("November"), N_("December") };
    if (!date_is_known(date)) return;
    int y, m, d;
    date_split(date, &y, &m, &d);
    buf_fmt(b, "%d %s %d", d, tr(NAMES[m - 1]), y);
}

int date_age_years(Date born, Date day) {
    int by, bm, bd, y, m, d;
    date_split(born, &by, &bm, &bd);
    date_split(day, &y, &m, &d);
    return y - by - (m < bm || (m == bm && d < bd));
}

Date date_born_by(Date day, int years) {
    int y, m, d;
    date_split(day, &y, &m, &d);
    if (y - years < 1) return date_make(1, 1, 1);
    // Only 29 February can lack its day; in a common year of birth the last day before the anniversary is the 28th.
    if (!date_exists(y - years, m, d)) d = 28;
    return date_make(y - years, m, d);
}

Date date_add_months(Date date, int months) {
    int y, m, d;
    date_split(date, &y, &m, &d);
    int total = y * 12 + (m - 1) + months;
    y = total / 12;
    m = total % 12 + 1;
    int last = month_days(y, m);
    return date_make(y, m, d < last ? d : last);
}

Date date_of_instant(Instant t, int offset_minutes) {
    int64_t ms = t.ms + (int64_t)offset_minutes * 60000, day = 86400000;
    return (Date){ (int32_t)((ms >= 0 ? ms : ms - day + 1) / day) };
}

void instant_put_iso(Buf *b, Instant t) {
    Date date = date_of_instant(t, 0);
    int64_t seconds = (t.ms - (int64_t)date.days * 86400000) / 1000;
    date_put_iso(b, date);
    buf_fmt(b, "T%02d:%02d:%02dZ", (int)(seconds / 3600), (int)(seconds / 60 % 60), (int)(seconds % 60));
}

Instant instant_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (Instant){ now.tv_sec * 1000 + now.tv_nsec / 1000000 };
}
