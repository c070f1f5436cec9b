// caseload.c: see caseload.h.
#include "office/caseload.h"
#include "office/audit.h"
#include "office/change.h"
#include "office_caseload.sql.h"
#include <stdio.h>

static Date today_of(Instant now) { return date_of_instant(now, 420); }

// ---- one family ----------------------------------------------------------------------------------------------------

typedef struct { const FamilyHandOver *what; int64_t actor_id; Instant now; } Handing;

static bool span_add(Db *db, const Handing *h, Date from, Date until, int64_t companion_id, Err *e) {
    return caseload_insert(db, (CaseloadInsertArgs){ .kab = h->what->kab, .family_id = h->what->family_id, .from_on = from, .until_on = until,
        .companion_id = companion_id, .actor_id = h->actor_id, .recorded_at = h->now }, NULL, e);
}

// The spans stay without a gap: the one that holds on the day ends there, and the first hand-over writes who it was before.
static bool spans_change(Db *db, const Handing *h, Err *e) {
    const FamilyHandOver *w = h->what;
    CaseloadLastRow last = { 0 };
    CaseloadEnteredRow family = { 0 };
    bool has_last = false, has_family = false;
    if (!caseload_last(db, (CaseloadLastArgs){ .kab = w->kab, .family_id = w->family_id }, &last, &has_last, e)) return false;
    if (has_last && last.from_on.days > w->from_on.days)
        return fail(e, CONFLICT, "Family %lld was handed over on a later day already. Choose that day or one after it.", (long long)w->family_id);
    if (has_last && last.from_on.days == w->from_on.days)
        return caseload_companion_set(db, (CaseloadCompanionSetArgs){ .companion_id = w->to_id, .actor_id = h->actor_id, .recorded_at = h->now,
            .kab = w->kab, .family_id = w->family_id, .from_on = w->from_on }, NULL, e);
    if (has_last)
        return caseload_until(db, (CaseloadUntilArgs){ .until_on = w->from_on, .kab = w->kab, .family_id = w->family_id, .from_on = last.from_on }, NULL, e) &&
               span_add(db, h, w->from_on, DATE_NONE, w->to_id, e);
    if (!caseload_entered(db, (CaseloadEnteredArgs){ .kab = w->kab, .id = w->family_id }, &family, &has_family, e)) return false;
    bool is_before = date_is_known(family.entered_on) && family.entered_on.days < w->from_on.days;
    Date first = is_before ? family.entered_on : (Date){ w->from_on.days - 1 };
    return span_add(db, h, first, w->from_on, w->from_id, e) && span_add(db, h, w->from_on, DATE_NONE, w->to_id, e);
}

bool caseload_family_hand_over(Db *db, int64_t actor_id, const FamilyHandOver *what, Instant now, Err *e) {
    Handing h = { what, actor_id, now };
    if (!spans_change(db, &h, e)) return false;
    if (what->from_on.days > today_of(now).days) return true;
    return family_companion_set(db, (FamilyCompanionSetArgs){ .companion_id = what->to_id ? what->to_id : INT64_MIN, .kab = what->kab, .id = what->family_id }, NULL, e);
}

// ---- looking -------------------------------------------------------------------------------------------------------

#define COMPANIONS_MAX 2000            // a district has a hundred
static bool companions_read(Db *db, Arena *a, Sight sight, int64_t kab, Companions *out, Err *e) {
    CaseloadPeopleRows rows = { 0 };
    CaseloadPeopleRow row;
    Companions list = { NEW(a, Companion, COMPANIONS_MAX), 0 };
    bool has_row = false, is_good = caseload_people(db, (CaseloadPeopleArgs){ .kab = kab, SEE(sight) }, &rows, e);
    while (is_good && (is_good = caseload_people_next(&rows, &row, &has_row, e)) && has_row && list.n < COMPANIONS_MAX)
        list.at[list.n++] = (Companion){ .id = row.id, .user_id = row.user_id == INT64_MIN ? 0 : row.user_id, .name = arena_str(a, row.name),
            .login = db_keep(a, row.login), .is_coordinator = row.is_coordinator, .is_locked = row.login.p && !row.is_active };
    caseload_people_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

static Companion *companion_find(Companions *list, int64_t id) {
    for (size_t i = 0; i < list->n; i++) if (list->at[i].id == id) return &list->at[i];
    return NULL;
}

#define PLACES_MAX 20000               // kelurahan times the companions that work in one
static bool places_read(Db *db, Arena *a, Sight sight, int64_t kab, Caseload *out, Err *e) {
    CaseloadPlacesRows rows = { 0 };
    CaseloadPlacesRow row;
    out->places = NEW(a, CaseloadPlace, PLACES_MAX);
    bool has_row = false, is_good = caseload_places(db, (CaseloadPlacesArgs){ .kab = kab, SEE(sight) }, &rows, e);
    while (is_good && (is_good = caseload_places_next(&rows, &row, &has_row, e)) && has_row && out->place_n < PLACES_MAX) {
        Companion *companion = companion_find(&out->companions, row.companion_id);
        out->places[out->place_n++] = (CaseloadPlace){ row.village_id, companion ? row.companion_id : 0, row.family_n, row.name.n ? arena_str(a, row.name) : STR("–"),
                                                       companion ? companion->name : STR("") };
        out->family_n += row.family_n;
        if (!companion) out->nobody_n += row.family_n;
        else companion->family_n += row.family_n, companion->village_n++;
    }
    caseload_places_end(&rows);
    return is_good;
}

bool caseload_read(Db *db, Arena *a, Sight sight, int64_t kab, Caseload *out, Err *e) {
    Caseload c = { 0 };
    if (!companions_read(db, a, sight, kab, &c.companions, e) || !places_read(db, a, sight, kab, &c, e)) return false;
    *out = c;
    return true;
}

bool caseload_companions(Db *db, Arena *a, Sight sight, int64_t kab, Companions *out, Err *e) {
    Caseload c;
    if (!caseload_read(db, a, sight, kab, &c, e)) return false;
    *out = c.companions;
    return true;
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

// ---- whose log-in is whose -----------------------------------------------------------------------------------------

bool caseload_users(Db *db, Arena *a, Sight sight, int64_t kab, CompanionUsers *out, Err *e) {
    CaseloadLoginsRows rows = { 0 };
    CaseloadLoginsRow row;
    CompanionUsers list = { NEW(a, CompanionUser, COMPANIONS_MAX), 0 };
    bool has_row = false, is_good = caseload_logins(db, (CaseloadLoginsArgs){ .kab = kab, SEE(sight) }, &rows, e);
    while (is_good && (is_good = caseload_logins_next(&rows, &row, &has_row, e)) && has_row && list.n < COMPANIONS_MAX)
        list.at[list.n++] = (CompanionUser){ row.id, row.companion_id == INT64_MIN ? 0 : row.companion_id, arena_str(a, row.login), arena_str(a, row.name) };
    caseload_logins_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

typedef struct { const Viewer *actor; int64_t kab, user_id, companion_id, id; Instant now; } Joining;

// The companion that is meant, made when there is none; its present log-in must be the same, none, or one that is locked.
static bool companion_take(Db *db, Joining *j, Str name, Err *e) {
    CompanionReadRow row;
    CompanionLastRow last;
    Arena a = { 0 };
    bool is_found = false, is_good = true;
    j->id = j->companion_id;
    if (j->companion_id == 0) {
        is_good = companion_last(db, (CompanionLastArgs){ .kab = j->kab }, &last, &is_found, e);
        j->id = is_good ? last.last_n + 1 : 0;
        is_good = is_good && companion_insert(db, (CompanionInsertArgs){ .kab = j->kab, .id = j->id, .name = name }, NULL, e);
    } else {
        is_good = companion_read(db, &a, (CompanionReadArgs){ .kab = j->kab, .id = j->id }, &row, &is_found, e) &&
                  (is_found || fail(e, BAD_INPUT, "There is no companion number %lld in district %lld.", (long long)j->id, (long long)j->kab)) &&
                  (row.user_id == INT64_MIN || row.user_id == j->user_id || !row.is_active ||
                   fail(e, CONFLICT, "%.*s already logs in as this companion. Disable that log-in first, or hand the families over.", STR_ARG(row.login)));
    }
    arena_free(&a);
    return is_good;
}

static bool join_work(Db *db, void *with, Err *e) {
    Joining *j = with;
    Arena a = { 0 };
    CompanionUsers users = { 0 };
    const CompanionUser *user = NULL;
    char subject[40];
    snprintf(subject, sizeof subject, "user %lld", (long long)j->user_id);
    bool is_good = authority_require(j->actor, ACTION_CASELOAD, j->kab, e) && caseload_users(db, &a, authority_sight(j->actor, today_of(j->now)), j->kab, &users, e);
    for (size_t i = 0; is_good && i < users.n; i++) if (users.at[i].id == j->user_id) user = &users.at[i];
    if (is_good && !user) is_good = fail(e, BAD_INPUT, "There is no such log-in of a companion in district %lld.", (long long)j->kab);
    bool is_same = user && user->companion_id && (j->companion_id == 0 || user->companion_id == j->companion_id);
    if (is_good && is_same) j->id = user->companion_id;
    else if (is_good) {
        is_good = companion_take(db, j, user->name, e);
        AuditEntry entry = { .kab = j->kab, .actor_id = j->actor->user_id, .action = "caseload.join", .subject = str_c(subject), .at = j->now,
                             .fields = { AUDIT_CHANGE("companion_id", user->companion_id, j->id), AUDIT_COUNT("is_new", j->companion_id == 0) } };
        is_good = is_good && companion_unlink(db, (CompanionUnlinkArgs){ .kab = j->kab, .user_id = j->user_id }, NULL, e) &&
                  companion_link(db, (CompanionLinkArgs){ .user_id = j->user_id, .kab = j->kab, .id = j->id }, NULL, e) && audit_write(db, &entry, e);
    }
    arena_free(&a);
    return is_good;
}

bool caseload_join(Db *db, const Viewer *actor, int64_t kab, int64_t user_id, int64_t companion_id, Instant now, int64_t *id, Err *e) {
    Joining j = { .actor = actor, .kab = kab, .user_id = user_id, .companion_id = companion_id, .now = now };
    if (!change_do(db, join_work, &j, e)) return false;
    *id = j.id;
    return true;
}
