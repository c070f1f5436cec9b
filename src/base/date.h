// date.h: civil days and instants. A Date is a day in the proleptic Gregorian calendar, without clock or zone.
#ifndef BASE_DATE_H
#define BASE_DATE_H
#include "base/str.h"

typedef struct { int32_t days; } Date;                     // days since 1970-01-01
typedef struct { int64_t ms; } Instant;                    // milliseconds since 1970-01-01T00:00:00Z
#define DATE_NONE ((Date){ INT32_MIN })                    // unknown

Date date_make(int year, int month, int day);              // asserts that the day exists
bool date_exists(int year, int month, int day);
void date_split(Date d, int *year, int *month, int *day);
static inline bool date_is_known(Date d) { return d.days != INT32_MIN; }
must_use bool date_parse_iso(Str s, Date *out);            // exactly YYYY-MM-DD, a day that exists
// Day first, as Indonesians write it: 8/12/2026, 08-12-2026, 8.12.2026, 8 Desember 2026, 8 Des 2026, 17-Agu-1945; also ISO.
// Two-digit years are refused: a birth date must not be guessed.
must_use bool date_parse_local(Str s, Date *out);
void date_put_iso(Buf *b, Date d);                         // 2024-04-01; empty when unknown
void date_put_local(Buf *b, Date d);                       // 1 April 2024, in this thread's language
// Full years lived on `day`: the anniversary counts, and one born on 29 February turns a year older on 1 March.
int date_age_years(Date born, Date day);
// The last day on which a person must be born to have lived at least `years` full years on `day`: age >= years <=> born <= result.
Date date_born_by(Date day, int years);
Date date_add_months(Date d, int months);                  // clipped to the end of the month
void instant_put_iso(Buf *b, Instant t);                   // 2024-04-25T03:00:00Z
Instant instant_now(void);                                 // the only clock; callers of pure code pass it in
Date date_of_instant(Instant t, int offset_minutes);       // civil day in a zone (WIB 420, WITA 480, WIT 540)
#endif
