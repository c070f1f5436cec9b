// audit_list.c: see audit_list.h. The most selective filter chooses the query; days become a range of numbers first, so that an old
// day is reached without walking over all that came later.
#include "office/audit_list.h"
#include "office/head.h"
#include "office_audit_list.sql.h"
#include <jansson.h>

typedef struct { Instant from, until; } Span;
typedef struct { int64_t low_n, high_n; } Range;

// The days of a filter as instants; an open end is as far as there is anything.
static Span span_of(Date from_on, Date until_on) {
    const int64_t day_ms = 86400000, zone_ms = (int64_t)HEAD_ZONE_MINUTES * 60000;
    Span span = { { 0 }, { INT64_MAX } };
    if (date_is_known(from_on)) span.from.ms = from_on.days * day_ms - zone_ms;
    if (date_is_known(until_on)) span.until.ms = (until_on.days + 1) * day_ms - zone_ms;
    return span;
}

static bool is_open(Date from_on, Date until_on) { return !date_is_known(from_on) && !date_is_known(until_on); }

static Range range_below(Range range, int64_t before_n) {
    if (before_n > 0 && range.high_n >= before_n) range.high_n = before_n - 1;
    return range;
}

#define TAKE(query, Query, ...) do { \
        Query##Rows rows = { 0 }; Query##Row row; bool has_row = false; \
        bool is_good = query(db, (Query##Args){ __VA_ARGS__ }, &rows, e); \
        while (is_good && (is_good = query##_next(&rows, &row, &has_row, e)) && has_row) is_good = TAKEN; \
        query##_end(&rows); \
        return is_good; } while (0)

// ---- changes -----------------------------------------------------------------------------------------------------

static bool audit_range(Db *db, const AuditFilter *f, Span span, Range *out, Err *e) {
    AuditListRangeRow row;
    bool has_row;
    *out = (Range){ 1, INT64_MAX };
    if (is_open(f->from_on, f->until_on)) return true;
    if (!audit_list_range(db, (AuditListRangeArgs){ .kab = f->kab, .from_at = span.from, .until_at = span.until, SEE(f->sight) }, &row, &has_row, e)) return false;
    *out = (Range){ row.low_n, row.high_n };
    return true;
}

#define TAKEN take(with, &(AuditRow){ f->kab, row.n, row.actor_id, row.recorded_at, row.action, row.subject, row.detail, row.entry_hash }, e)
#define SPAN .kab = f->kab, .low_n = range.low_n, .high_n = range.high_n, .from_at = span.from, .until_at = span.until, .limit_n = f->limit_n, SEE(f->sight)
bool audit_list_each(Db *db, const AuditFilter *f, AuditTake take, void *with, Err *e) {
    Span span = span_of(f->from_on, f->until_on);
    Range range;
    Str action = f->action.n ? f->action : STR(""), subject = f->subject.n ? f->subject : STR("");
    if (!audit_range(db, f, span, &range, e)) return false;
    range = range_below(range, f->before_n);
    if (f->actor_id != ACTOR_ANY) TAKE(audit_list_of_actor, AuditListOfActor, SPAN, .actor_id = f->actor_id, .action = action, .subject = subject);
    if (subject.n) TAKE(audit_list_of_subject, AuditListOfSubject, SPAN, .action = action, .subject = subject);
    TAKE(audit_list, AuditList, SPAN, .action = action);
}
#undef TAKEN

// ---- looks -------------------------------------------------------------------------------------------------------

static bool look_range(Db *db, const LookFilter *f, Span span, Range *out, Err *e) {
    LookListRangeRow row;
    bool has_row;
    *out = (Range){ 1, INT64_MAX };
    if (is_open(f->from_on, f->until_on)) return true;
    if (!look_list_range(db, (LookListRangeArgs){ .kab = f->kab, .from_at = span.from, .until_at = span.until, SEE(f->sight) }, &row, &has_row, e)) return false;
    *out = (Range){ row.low_n, row.high_n };
    return true;
}

static bool look_fits(const LookFilter *f, Span span, Range range, const ReadEntry *row) {
    return row->n >= range.low_n && row->n <= range.high_n && row->at.ms >= span.from.ms && row->at.ms < span.until.ms &&
           (f->actor_id == ACTOR_ANY || f->actor_id == row->actor_id) && (!f->purpose.n || str_eq(f->purpose, row->purpose));
}

// One family, from its own index.
static bool looks_of_family_each(Db *db, const LookFilter *f, Span span, Range range, LookTake take, void *with, Err *e) {
    Arena a = { 0 };
    ReadEntries found = { 0 };
    int64_t taken_n = 0;
    bool is_good = !sight_has_district(&f->sight, f->kab) || sight_is_own_only(&f->sight) || reads_of_family(db, &a, f->kab, f->family_id, LOOKS_OF_FAMILY_MAX, &found, e);
    for (size_t i = 0; is_good && i < found.n && taken_n < f->limit_n; i++) {
        const ReadEntry *row = &found.at[i];
        if (!look_fits(f, span, range, row)) continue;
        taken_n++;
        is_good = take(with, &(LookRow){ f->kab, row->n, row->actor_id, row->family_n, row->at, row->route, row->purpose, arena_fmt(&a, "%lld", (long long)f->family_id) }, e);
    }
    arena_free(&a);
    return is_good;
}

#define TAKEN take(with, &(LookRow){ f->kab, row.n, row.actor_id, row.family_n, row.read_at, row.route, row.purpose, row.families }, e)
bool look_list_each(Db *db, const LookFilter *f, LookTake take, void *with, Err *e) {
    Span span = span_of(f->from_on, f->until_on);
    Range range;
    Str purpose = f->purpose.n ? f->purpose : STR("");
    if (!look_range(db, f, span, &range, e)) return false;
    range = range_below(range, f->before_n);
    if (f->family_id > 0) return looks_of_family_each(db, f, span, range, take, with, e);
    if (f->actor_id != ACTOR_ANY) TAKE(look_list_of_actor, LookListOfActor, SPAN, .actor_id = f->actor_id, .purpose = purpose);
    TAKE(look_list, LookList, SPAN, .purpose = purpose);
}

// ---- what an entry says ------------------------------------------------------------------------------------------

static Str value_text(Arena *a, const json_t *v) {
    if (json_is_string(v)) return arena_str(a, (Str){ json_string_value(v), json_string_length(v) });
    if (json_is_integer(v)) return arena_fmt(a, "%lld", (long long)json_integer_value(v));
    return (Str){ 0 };
}

static AuditShown shown_of(Arena *a, const char *key, const json_t *v) {
    AuditShown s = { .key = arena_str(a, str_c(key)) };
    if (!json_is_object(v)) {
        s.is = value_text(a, v);
        return s;
    }
    s.is_change = true;
    s.is_sealed = json_object_get(v, "to_commitment") || json_object_get(v, "from_commitment");
    s.was = value_text(a, json_object_get(v, s.is_sealed ? "from_commitment" : "from"));
    s.is = value_text(a, json_object_get(v, s.is_sealed ? "to_commitment" : "to"));
    return s;
}

bool audit_shown(Arena *a, Str detail, AuditShown **out, size_t *n, Err *e) {
    json_error_t trouble;
    json_t *root = json_loadb(detail.p, detail.n, JSON_REJECT_DUPLICATES, &trouble), *v;
    const char *key;
    if (!json_is_object(root)) {
        json_decref(root);
        return fail(e, BAD_INPUT, "An entry of the audit trail is damaged. Type: harapan check");
    }
    AuditShown *shown = NEW(a, AuditShown, json_object_size(root) + 1);
    *n = 0;
    json_object_foreach(root, key, v) shown[(*n)++] = shown_of(a, key, v);
    json_decref(root);
    *out = shown;
    return true;
}
