// district.h: what is known of a district by its code alone.
#ifndef OFFICE_DISTRICT_H
#define OFFICE_DISTRICT_H
#include "base/date.h"

// The civil day of an instant where the district is (WIB, WITA or WIT, by its province). kab 0 and two digits: WIB.
Date district_day(int64_t kab, Instant at);
int district_minutes(int64_t kab);                         // ahead of UTC: 420, 480 or 540
#endif
