// caseload.c: see caseload.h.
#include "office/caseload.h"
#include "office/audit.h"
#include "office/change.h"
#include "office_caseload.sql.h"
#include <stdio.h>

typedef struct { const Viewer *actor; const HandOver *what; Instant now; Date today; int64_t family_n; } Handing;

static Date today_of(Instant now) { return date_of_instant(now, 420); }

// ---- one family ----------------------------------------------------------------------------------------------------

static bool span_add(Db *db, const Handing *h, int64_t family_id, Date from, Date until, int64_t companion_id, Err *e) {
    return caseload_insert(db, (CaseloadInsertArgs){ .kab = h->what->kab, .family_id = family_id, .from_on = from, .until_on = until,
        .companion_id = companion_id, .actor_id = h->actor->user_id, .recorded_at = h->now }, NULL, e);
}

// The spans stay without a gap: the one that holds on the day ends there, and the first hand-over writes who it was before.
static bool family_hand_over(Db *db, const Handing *h, const CaseloadFamiliesRow *family, Err *e) {
    const HandOver *w = h->what;
    CaseloadLastRow last = { 0 };
    bool has_last = false, is_good;
    if (!caseload_last(db, (CaseloadLastArgs){ .kab = w->kab, .family_id = family->id }, &last, &has_last, e)) return false;
    if (has_last && last.from_on.days > w->from_on.days)
        return fail(e, CONFLICT, "Family %lld was handed over on a later day already. Choose that day or one after it.", (long long)family->id);
    if (has_last && last.from_on.days == w->from_on.days) {
        is_good = caseload_companion_set(db, (CaseloadCompanionSetArgs){ .companion_id = w->to_id, .actor_id = h->actor->user_id, .recorded_at = h->now,
            .kab = w->kab, .family_id = family->id, .from_on = w->from_on }, NULL, e);
    } else if (has_last) {
        is_good = caseload_until(db, (CaseloadUntilArgs){ .until_on = w->from_on, .kab = w->kab, .family_id = family->id, .from_on = last.from_on }, NULL, e) &&
                  span_add(db, h, family->id, w->from_on, DATE_NONE, w->to_id, e);
    } else {
        bool is_before = date_is_known(family->entered_on) && family->entered_on.days < w->from_on.days;
        Date first = is_before ? family->entered_on : (Date){ w->from_on.days - 1 };
        is_good = span_add(db, h, family->id, first, w->from_on, w->from_id, e) && span_add(db, h, family->id, w->from_on, DATE_NONE, w->to_id, e);
    }
    if (!is_good || w->from_on.days > h->today.days) return is_good;
    return family_companion_set(db, (FamilyCompanionSetArgs){ .companion_id = w->to_id ? w->to_id : INT64_MIN, .kab = w->kab, .id = family->id }, NULL, e);
}

// ---- all of them ---------------------------------------------------------------------------------------------------

static bool companion_accept(Db *db, int64_t kab, int64_t id, Err *e) {
    Arena a = { 0 };
    CompanionReadRow row;
    bool is_found = id == 0;
    bool is_read = id == 0 || companion_read(db, &a, (CompanionReadArgs){ .kab = kab, .id = id }, &row, &is_found, e);
    arena_free(&a);
    return is_read && (is_found || fail(e, BAD_INPUT, "There is no companion number %lld in district %lld.", (long long)id, (long long)kab));
}

static bool hand_over_accept(Db *db, const Handing *h, Err *e) {
    const HandOver *w = h->what;
    if (!authority_require(h->actor, ACTION_CASELOAD, w->kab, e)) return false;
    if (w->from_id == w->to_id) return fail(e, BAD_INPUT, "Choose two different companions.");
    if (!date_is_known(w->from_on) || w->from_on.days < h->today.days - HAND_OVER_DAYS_MAX || w->from_on.days > h->today.days + HAND_OVER_DAYS_MAX)
        return fail(e, BAD_INPUT, "The day of a hand-over lies within %d days of today.", HAND_OVER_DAYS_MAX);
    return companion_accept(db, w->kab, w->from_id, e) && companion_accept(db, w->kab, w->to_id, e);
}

// Read whole before anything is changed: the changes move families out of the very list.
static bool families_read(Db *db, const HandOver *w, CaseloadFamiliesRow *out, size_t *n, Err *e) {
    CaseloadFamiliesRows rows = { 0 };
    CaseloadFamiliesRow row;
    bool has_row = false, is_good = caseload_families(db, (CaseloadFamiliesArgs){ .kab = w->kab, .village_id = w->village_id, .family_id = w->family_id,
        .companion_id = w->from_id, .limit_n = HAND_OVER_MAX + 1, .see_on = w->from_on }, &rows, e);
    while (is_good && (is_good = caseload_families_next(&rows, &row, &has_row, e)) && has_row) out[(*n)++] = row;
    caseload_families_end(&rows);
    return is_good;
}

static bool handing_work(Db *db, void *with, Err *e) {
    Handing *h = with;
    const HandOver *w = h->what;
    Arena a = { 0 };
    CaseloadFamiliesRow *families = NEW(&a, CaseloadFamiliesRow, HAND_OVER_MAX + 1);
    size_t n = 0;
    h->family_n = 0;
    bool is_good = hand_over_accept(db, h, e) && families_read(db, w, families, &n, e);
    if (is_good && n > HAND_OVER_MAX) is_good = fail(e, LIMIT, "More than %d families at once. Choose one kelurahan after the other.", HAND_OVER_MAX);
    for (size_t i = 0; is_good && i < n; i++) is_good = family_hand_over(db, h, &families[i], e);
    arena_free(&a);
    if (!is_good || n == 0) return is_good;
    char subject[40];
    snprintf(subject, sizeof subject, "companion %lld", (long long)w->from_id);
    h->family_n = (int64_t)n;
    AuditEntry entry = { .kab = w->kab, .actor_id = h->actor->user_id, .action = "caseload.hand_over", .subject = str_c(subject), .at = h->now,
        .fields = { AUDIT_CHANGE("companion_id", w->from_id, w->to_id), AUDIT_COUNT("from_on", w->from_on.days), AUDIT_COUNT("family_n", h->family_n),
                    AUDIT_COUNT("village", w->village_id), AUDIT_COUNT("family", w->family_id) } };
    return audit_write(db, &entry, e);
}

bool caseload_hand_over(Db *db, const Viewer *actor, const HandOver *what, Instant now, int64_t *family_n, Err *e) {
    Handing h = { .actor = actor, .what = what, .now = now, .today = today_of(now) };
    if (!change_do(db, handing_work, &h, e)) return false;
    *family_n = h.family_n;
    return true;
}

// ---- looking -------------------------------------------------------------------------------------------------------

#define COMPANIONS_MAX 2000            // a district has a hundred
bool caseload_companions(Db *db, Arena *a, Sight sight, int64_t kab, Companions *out, Err *e) {
    CaseloadCountsRows rows = { 0 };
    CaseloadCountsRow row;
    Companions list = { NEW(a, Companion, COMPANIONS_MAX), 0 };
    bool has_row = false, is_good = caseload_counts(db, (CaseloadCountsArgs){ .kab = kab, SEE(sight) }, &rows, e);
    while (is_good && (is_good = caseload_counts_next(&rows, &row, &has_row, e)) && has_row && list.n < COMPANIONS_MAX)
        list.at[list.n++] = (Companion){ .id = row.id, .user_id = row.user_id == INT64_MIN ? 0 : row.user_id, .family_n = row.family_n,
            .name = arena_str(a, row.name), .login = db_keep(a, row.login), .is_coordinator = row.is_coordinator };
    caseload_counts_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

#define SPANS_MAX 200                  // hand-overs in the life of a family
bool caseload_of_family(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, CaseloadSpans *out, Err *e) {
    CaseloadSpansRows rows = { 0 };
    CaseloadSpansRow row;
    CaseloadPresentRow present;
    CaseloadSpans list = { NEW(a, CaseloadSpan, SPANS_MAX), 0 };
    bool has_row = false, is_good = caseload_spans(db, (CaseloadSpansArgs){ .kab = kab, .family_id = family_id, SEE(sight) }, &rows, e);
    while (is_good && (is_good = caseload_spans_next(&rows, &row, &has_row, e)) && has_row && list.n < SPANS_MAX)
        list.at[list.n++] = (CaseloadSpan){ row.from_on, row.until_on, db_keep(a, row.name) };
    caseload_spans_end(&rows);
    if (!is_good) return false;
    if (list.n == 0) {
        if (!caseload_present(db, a, (CaseloadPresentArgs){ .kab = kab, .id = family_id, SEE(sight) }, &present, &has_row, e)) return false;
        if (has_row && present.name.n) list.at[list.n++] = (CaseloadSpan){ DATE_NONE, DATE_NONE, present.name };
    }
    *out = list;
    return true;
}

bool caseload_link(Db *db, int64_t kab, int64_t companion_id, int64_t user_id, Err *e) {
    int64_t linked_n = 0;
    if (!companion_unlink(db, (CompanionUnlinkArgs){ .kab = kab, .user_id = user_id }, NULL, e)) return false;
    if (companion_id == 0) return true;
    if (!companion_link(db, (CompanionLinkArgs){ .user_id = user_id, .kab = kab, .id = companion_id }, &linked_n, e)) return false;
    return linked_n == 1 || fail(e, BAD_INPUT, "There is no companion number %lld in district %lld.", (long long)companion_id, (long long)kab);
}
