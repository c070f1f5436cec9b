#include "office/district.h"

// Provinces of the middle and eastern zones; all others keep the western one.
static const int8_t WITA[] = { 51, 52, 53, 63, 64, 65, 71, 72, 73, 74, 75, 76 }, WIT[] = { 81, 82, 91, 92, 93, 94, 95, 96 };

int district_minutes(int64_t kab) {
    int minutes = 420;
    for (size_t i = 0; i < sizeof WITA; i++) if (kab / 100 == WITA[i]) minutes = 480;
    for (size_t i = 0; i < sizeof WIT; i++) if (kab / 100 == WIT[i]) minutes = 540;
    return minutes;
}

Date district_day(int64_t kab, Instant at) { return date_of_instant(at, district_minutes(kab)); }
