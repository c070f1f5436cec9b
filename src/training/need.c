#include "training/need.h"
#include "base/lang.h"
#include "office/district.h"
#include "training_need.sql.h"
#include <stdlib.h>

#define ROWS_MAX 1500                  // companions, or kecamatan, of a district
#define VERIFIED_LEAST 800             // in thousandths
#define VERIFIED_DAYS 92               // a quarter: forms are filled by quarters
#define SHARE_MANY 2                   // times the district's share

static const struct { const char *name, *title, *topic; } MEASURES[NEED_MEASURES_N] = {
    [NEED_FAMILIES] = { "family", N_("Families"), NULL }, [NEED_STUDENT_FAMILIES] = { "student", N_("With pupils"), NULL },
    [NEED_VERIFIED] = { "verified", N_("Verified"), N_("Verification of commitment") }, [NEED_IDENTITY] = { "identity", N_("Open identity faults"), N_("Identity work") },
    [NEED_LATE] = { "late", N_("Late requests"), N_("Requests and complaints of families") } };
const char *need_measure_title(NeedMeasure m) { return tr(MEASURES[m].title); }
const char *const NEED_MISSING[] = { N_("Coverage of the monthly sessions (P2K2)"), N_("Failed accounts and payments"), N_("Complaints"), NULL };

static NeedRow *row_of(NeedRow *rows, size_t *n, int64_t id, Arena *a, Str name) {
    for (size_t i = 0; i < *n; i++) if (rows[i].id == id) return &rows[i];
    if (*n == ROWS_MAX) return NULL;
    rows[*n] = (NeedRow){ .id = id, .name = name.p ? db_keep(a, name) : STR(""), .score = -1 };
    return &rows[(*n)++];
}

static bool rows_read(Db *db, Arena *a, Sight sight, int64_t kab, Instant now, Need *need, Err *e) {
    NeedRowsRows rows = { 0 };
    NeedRowsRow row;
    bool has_row, is_good = need_rows(db, (NeedRowsArgs){ .kab = kab, .since_on = need->since, .now_at = now, SEE(sight) }, &rows, e);
    while (is_good && (is_good = need_rows_next(&rows, &row, &has_row, e)) && has_row) {
        NeedRow *c = row_of(need->companions, &need->companion_n, row.companion_id, a, row.companion), *k = row_of(need->kecamatan, &need->kecamatan_n, row.kecamatan_id, a, row.kecamatan);
        for (int m = 0; m < NEED_MEASURES_N; m++) {
            if (!str_eq(row.measure, str_c(MEASURES[m].name))) continue;
            if (c) c->n[m] += row.value_n;
            if (k) k->n[m] += row.value_n;
        }
    }
    need_rows_end(&rows);
    return is_good;
}

typedef struct { int64_t companion_id, event_id; Str choices; } Taken;
static bool scores_read(Db *db, Arena *a, Sight sight, int64_t kab, Need *need, Err *e) {
    NeedScoresRows rows = { 0 };
    NeedScoresRow row;
    Taken *taken = NEW(a, Taken, ROWS_MAX);
    Question *items = NULL;
    size_t n = 0, item_n = 0;
    int64_t items_of = 0;
    bool has_row, is_good = need_scores(db, (NeedScoresArgs){ .kab = kab, SEE(sight) }, &rows, e);
    while (is_good && (is_good = need_scores_next(&rows, &row, &has_row, e)) && has_row && n < ROWS_MAX)
        if (!n || taken[n - 1].companion_id != row.companion_id) taken[n++] = (Taken){ row.companion_id, row.event_id, db_keep(a, row.choices) };
    need_scores_end(&rows);
    for (size_t i = 0; is_good && i < n; i++) {
        int64_t right_n = 0;
        if (items_of != taken[i].event_id) is_good = training_items(db, a, sight, kab, items_of = taken[i].event_id, &items, &item_n, e);
        for (size_t k = 0; is_good && k < item_n && k < taken[i].choices.n; k++) right_n += taken[i].choices.p[k] == 'A' + items[k].right;
        for (size_t k = 0; is_good && item_n && k < need->companion_n; k++) if (need->companions[k].id == taken[i].companion_id) need->companions[k].score = right_n * 1000 / (int64_t)item_n;
    }
    return is_good;
}

static void weak_mark(NeedRow *rows, size_t n) {
    int64_t all[NEED_MEASURES_N] = { 0 };
    for (size_t i = 0; i < n; i++) for (int m = 0; m < NEED_MEASURES_N; m++) all[m] += rows[i].n[m];
    for (size_t i = 0; i < n; i++) {
        NeedRow *r = &rows[i];
        r->is_weak[NEED_VERIFIED] = r->n[NEED_STUDENT_FAMILIES] && r->n[NEED_VERIFIED] * 1000 < r->n[NEED_STUDENT_FAMILIES] * VERIFIED_LEAST;
        for (int m = NEED_IDENTITY; m <= NEED_LATE; m++)   // n / families > 2 × all / all families
            r->is_weak[m] = r->n[m] > 0 && r->n[m] * all[NEED_FAMILIES] > SHARE_MANY * all[m] * r->n[NEED_FAMILIES];
        for (int m = 0; m < NEED_MEASURES_N; m++) r->weak_n += r->is_weak[m];
    }
}

static int weakest_first(const void *x, const void *y) {
    const NeedRow *a = x, *b = y;
    if (a->weak_n != b->weak_n) return b->weak_n - a->weak_n;
    if (a->n[NEED_IDENTITY] != b->n[NEED_IDENTITY]) return a->n[NEED_IDENTITY] < b->n[NEED_IDENTITY] ? 1 : -1;
    return (a->id > b->id) - (a->id < b->id);
}

static int most_first(const void *x, const void *y) {
    const NeedTopic *a = x, *b = y;
    return (a->companion_n < b->companion_n) - (a->companion_n > b->companion_n);
}

static void topics_make(Need *need) {
    for (int m = 0; m < NEED_MEASURES_N; m++) {
        NeedTopic t = { .topic = MEASURES[m].topic };
        for (size_t i = 0; i < need->companion_n; i++) t.companion_n += need->companions[i].id && need->companions[i].is_weak[m];
        if (t.topic && t.companion_n) need->topics[need->topic_n++] = t;
    }
    qsort(need->topics, need->topic_n, sizeof *need->topics, most_first);
}

bool training_need(Db *db, Arena *a, Sight sight, int64_t kab, Instant now, Need *out, Err *e) {
    Need need = { .since = { district_day(kab, now).days - VERIFIED_DAYS }, .companions = NEW(a, NeedRow, ROWS_MAX), .kecamatan = NEW(a, NeedRow, ROWS_MAX) };
    if (!rows_read(db, a, sight, kab, now, &need, e) || !scores_read(db, a, sight, kab, &need, e)) return false;
    weak_mark(need.companions, need.companion_n);
    weak_mark(need.kecamatan, need.kecamatan_n);
    qsort(need.companions, need.companion_n, sizeof *need.companions, weakest_first);
    qsort(need.kecamatan, need.kecamatan_n, sizeof *need.kecamatan, weakest_first);
    topics_make(&need);
    *out = need;
    return true;
}

Str need_verified_text(Arena *a, const NeedRow *row) {
    return row->n[NEED_STUDENT_FAMILIES] ? share_text(a, row->n[NEED_VERIFIED] * 1000 / row->n[NEED_STUDENT_FAMILIES]) : STR("–");
}
