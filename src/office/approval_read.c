// approval_read.c: requests as they stand, the worklist of a person, and what the checks say of them.
#include "base/lang.h"
#include "office/approval_rows.h"
#include "office/district.h"
#include "office_approval.sql.h"

static const struct { const char *name, *title; } STATES[REQUEST_STATE_N] = {
    [REQUEST_OPEN] = { "open", N_("waits for a signature") }, [REQUEST_APPROVED] = { "approved", N_("approved") },
    [REQUEST_REFUSED] = { "refused", N_("refused") },         [REQUEST_WITHDRAWN] = { "withdrawn", N_("taken back") },
    [REQUEST_CHANGED] = { "changed", N_("changed since, asked anew") },
};
const char *request_state_name(RequestState state) { return STATES[state].name; }
const char *request_state_title(RequestState state) { return tr(STATES[state].title); }

static bool state_read(Str name, RequestState *out, Err *e) {
    for (int i = 0; i < REQUEST_STATE_N; i++)
        if (str_eq(name, str_c(STATES[i].name))) return *out = (RequestState)i, true;
    return fail(e, CONFLICT, "The approvals hold a word that this program does not know: %.*s.", STR_ARG(name));
}

static bool role_read(Str name, Role *out, Err *e) {
    return role_find(name, out) || fail(e, CONFLICT, "The approvals hold a word that this program does not know: %.*s.", STR_ARG(name));
}

// ---- one request -------------------------------------------------------------------------------------------------

static bool steps_read(Db *db, ApprovalRequest *r, Err *e) {
    ApprovalStepsOfRows rows = { 0 };
    ApprovalStepsOfRow row;
    bool has_row = false, is_good = approval_steps_of(db, (ApprovalStepsOfArgs){ .kab = r->kab, .request_id = r->id }, &rows, e);
    while (is_good && (is_good = approval_steps_of_next(&rows, &row, &has_row, e)) && has_row) {
        if (row.step_n < 1 || row.step_n > APPROVAL_STEPS_MAX) continue;
        ApprovalStep *step = &r->steps[row.step_n - 1];
        if (step->role_n < APPROVAL_ROLES_MAX) is_good = role_read(row.role, &step->roles[step->role_n++], e);
    }
    approval_steps_of_end(&rows);
    return is_good;
}

static bool signatures_read(Db *db, ApprovalRequest *r, Err *e) {
    ApprovalSignaturesOfRows rows = { 0 };
    ApprovalSignaturesOfRow row;
    bool has_row = false, is_good = approval_signatures_of(db, (ApprovalSignaturesOfArgs){ .kab = r->kab, .request_id = r->id }, &rows, e);
    r->signed_n = 0;                                       // counted from the signatures themselves, not believed
    while (is_good && (is_good = approval_signatures_of_next(&rows, &row, &has_row, e)) && has_row) {
        if (row.step_n != r->signed_n + 1 || r->signed_n == r->step_n || r->signed_n == APPROVAL_STEPS_MAX) continue;
        Signature *s = &r->signatures[r->signed_n++];
        *s = (Signature){ .user_id = row.user_id, .for_id = row.for_id, .at = row.signed_at };
        is_good = role_read(row.role, &s->role, e);
    }
    approval_signatures_of_end(&rows);
    if (is_good && r->state == REQUEST_APPROVED && r->signed_n < r->step_n)
        return fail(e, CONFLICT, "A request is called approved without its signatures. harapan check tells more.");
    return is_good;
}

bool approval_read(Db *db, Arena *a, int64_t kab, int64_t id, ApprovalRequest *out, Err *e) {
    ApprovalRequestReadRow row;
    bool is_found = false;
    if (!approval_request_read(db, a, (ApprovalRequestReadArgs){ .kab = kab, .id = id }, &row, &is_found, e)) return false;
    if (!is_found) return fail(e, NOT_FOUND, "There is no request with this number.");
    ApprovalRequest r = { .kab = kab, .id = id, .kind = row.kind, .subject = row.subject, .link = row.link, .seen_hash = row.seen_hash, .now_hash = row.now_hash,
        .amount = row.amount_rp, .maker_id = row.maker_id, .made_at = row.made_at, .due_on = row.due_on, .step_n = (int)row.step_n, .signed_n = (int)row.signed_n,
        .ended_by_id = row.ended_by_id == INT64_MIN ? 0 : row.ended_by_id, .ended_at = row.ended_at, .reason = row.reason.p ? row.reason : STR("") };
    if (r.step_n > APPROVAL_STEPS_MAX) return fail(e, LIMIT, "A request has more than %d steps.", APPROVAL_STEPS_MAX);
    if (!state_read(row.state, &r.state, e) || !steps_read(db, &r, e) || !signatures_read(db, &r, e)) return false;
    *out = r;
    return true;
}

bool approval_find(Db *db, Arena *a, int64_t kab, const ApprovalKind *kind, Str subject, const Hash *hash, ApprovalRequest *out, bool *is_found, Err *e) {
    ApprovalRequestFindRow row;
    ApprovalRequestFindArgs args = { .kab = kab, .kind = str_c(kind->name), .subject = subject, .seen_hash = *hash };
    bool found = false;
    if (!approval_request_find(db, args, &row, &found, e) || (found && !approval_read(db, a, kab, row.id, out, e))) return false;
    *is_found = found;
    return true;
}

bool approval_void_n(Db *db, int64_t kab, const ApprovalKind *kind, Str subject, const Hash *hash, int64_t *out, Err *e) {
    ApprovalVoidCountRow row;
    bool is_found = false;
    if (!approval_void_count(db, (ApprovalVoidCountArgs){ .kab = kab, .kind = str_c(kind->name), .subject = subject, .seen_hash = *hash }, &row, &is_found, e)) return false;
    *out = is_found ? row.request_n + row.signature_n : 0;
    return true;
}

bool approval_is_unchanged(Db *db, const ApprovalKind *kind, const ApprovalRequest *r, bool *out, Err *e) {
    Hash hash = r->now_hash;
    bool is_there = true;
    if (kind->now && !kind->now(db, r->kab, r->subject, &hash, &is_there, e)) return false;
    *out = is_there && hash_eq(&hash, &r->seen_hash);
    return true;
}

bool approval_may_see(const Viewer *viewer, const ApprovalRequest *r) {
    return r->maker_id == viewer->user_id || authority_allows(viewer, ACTION_READ, r->kab);
}

// ---- worklist ----------------------------------------------------------------------------------------------------

typedef struct { int64_t kab, id, giver_id; Date due_on; } Waiting;
typedef struct { Waiting *at; size_t n, max; } Waitings;

static bool is_listed(const Waitings *list, int64_t kab, int64_t id) {
    for (size_t i = 0; i < list->n; i++) if (list->at[i].kab == kab && list->at[i].id == id) return true;
    return false;
}

static void waiting_add(Arena *a, Waitings *list, Waiting one) {
    if (is_listed(list, one.kab, one.id)) return;
    if (list->n == list->max) {
        Waiting *wider = NEW(a, Waiting, list->max = list->max ? 2 * list->max : 64);
        if (list->n) memcpy(wider, list->at, list->n * sizeof *wider);
        list->at = wider;
    }
    list->at[list->n++] = one;
}

// The area in which both the signer and the one whose place he takes work: one lies inside the other, or there is none.
static void area_shared(const Viewer *viewer, const Viewer *who, int64_t *low, int64_t *high) {
    int64_t low_too, high_too;
    authority_area(viewer, low, high);
    authority_area(who, &low_too, &high_too);
    if (low_too > *low) *low = low_too;
    if (high_too < *high) *high = high_too;
}

static bool waiting_from(Db *db, Arena *a, const Viewer *viewer, const ApprovalPlace *place, Waitings *list, Err *e) {
    ApprovalWaitingIdsRows rows = { 0 };
    ApprovalWaitingIdsRow row;
    ApprovalWaitingIdsArgs args = { .role = str_c(role_name(place->who.role)), .user_id = viewer->user_id, .for_id = place->who.user_id, .limit_n = WORKLIST_MAX + 1 };
    area_shared(viewer, &place->who, &args.low_id, &args.high_id);
    bool has_row = false, is_good = approval_waiting_ids(db, args, &rows, e);
    while (is_good && (is_good = approval_waiting_ids_next(&rows, &row, &has_row, e)) && has_row)
        waiting_add(a, list, (Waiting){ row.kab, row.id, place->delegation_n ? place->who.user_id : 0, row.due_on });
    approval_waiting_ids_end(&rows);
    return is_good;
}

static int by_due(const void *one, const void *two) {
    const Waiting *a = one, *b = two;
    if (a->due_on.days != b->due_on.days) return a->due_on.days < b->due_on.days ? -1 : 1;
    if (a->kab != b->kab) return a->kab < b->kab ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

static bool waiting_read(Db *db, Arena *a, const Viewer *viewer, Instant now, Waitings *out, Err *e) {
    ApprovalPlaces places;
    *out = (Waitings){ 0 };
    if (!approval_places(db, a, viewer, now, &places, e)) return false;
    for (size_t i = 0; i < places.n; i++) if (!waiting_from(db, a, viewer, &places.at[i], out, e)) return false;
    if (out->n) qsort(out->at, out->n, sizeof *out->at, by_due);
    return true;
}

bool approval_waiting_n(Db *db, const Viewer *viewer, Instant now, int64_t *out, Err *e) {
    Arena a = { 0 };
    Waitings list;
    bool is_good = waiting_read(db, &a, viewer, now, &list, e);
    if (is_good) *out = (int64_t)list.n;
    arena_free(&a);
    return is_good;
}

static bool requests_read(Db *db, Arena *a, const Waitings *list, ApprovalRequests *out, Err *e) {
    size_t n = list->n < WORKLIST_MAX ? list->n : WORKLIST_MAX;
    ApprovalRequests found = { NEW(a, ApprovalRequest, n + 1), NEW(a, int64_t, n + 1), 0, list->n > n };
    for (; found.n < n; found.n++) {
        if (!approval_read(db, a, list->at[found.n].kab, list->at[found.n].id, &found.at[found.n], e)) return false;
        found.giver_id[found.n] = list->at[found.n].giver_id;
    }
    *out = found;
    return true;
}

bool approval_waiting(Db *db, Arena *a, const Viewer *viewer, Instant now, ApprovalRequests *out, Err *e) {
    Waitings list;
    return waiting_read(db, a, viewer, now, &list, e) && requests_read(db, a, &list, out, e);
}

bool approval_made(Db *db, Arena *a, const Viewer *viewer, ApprovalRequests *out, Err *e) {
    ApprovalMadeIdsRows rows = { 0 };
    ApprovalMadeIdsRow row;
    Waitings list = { 0 };
    bool has_row = false, is_good = approval_made_ids(db, (ApprovalMadeIdsArgs){ .maker_id = viewer->user_id, .limit_n = WORKLIST_MAX + 1 }, &rows, e);
    while (is_good && (is_good = approval_made_ids_next(&rows, &row, &has_row, e)) && has_row) waiting_add(a, &list, (Waiting){ .kab = row.kab, .id = row.id });
    approval_made_ids_end(&rows);
    return is_good && requests_read(db, a, &list, out, e);
}

bool approval_late(Db *db, Arena *a, const Viewer *viewer, Instant now, ApprovalRequests *out, Err *e) {
    ApprovalLateIdsRows rows = { 0 };
    ApprovalLateIdsRow row;
    ApprovalLateIdsArgs args = { .on_on = district_day(viewer->kab, now), .limit_n = WORKLIST_MAX + 1 };
    Waitings list = { 0 };
    bool has_row = false, is_good = true;
    if (!authority_allows(viewer, ACTION_READ, KAB_NONE)) return requests_read(db, a, &list, out, e);
    authority_area(viewer, &args.low_id, &args.high_id);
    is_good = approval_late_ids(db, args, &rows, e);
    while (is_good && (is_good = approval_late_ids_next(&rows, &row, &has_row, e)) && has_row) waiting_add(a, &list, (Waiting){ .kab = row.kab, .id = row.id });
    approval_late_ids_end(&rows);
    return is_good && requests_read(db, a, &list, out, e);
}

bool approval_decided(Db *db, Arena *a, const Viewer *viewer, Instant since, ApprovalRequests *out, Err *e) {
    ApprovalDecidedIdsRows rows = { 0 };
    ApprovalDecidedIdsRow row;
    ApprovalDecidedIdsArgs args = { .since_at = since, .maker_id = viewer->user_id, .low_id = 1, .limit_n = WORKLIST_MAX + 1 };      // an area without a district
    Waitings list = { 0 };
    if (authority_allows(viewer, ACTION_READ, KAB_NONE)) authority_area(viewer, &args.low_id, &args.high_id);
    bool has_row = false, is_good = approval_decided_ids(db, args, &rows, e);
    while (is_good && (is_good = approval_decided_ids_next(&rows, &row, &has_row, e)) && has_row) waiting_add(a, &list, (Waiting){ .kab = row.kab, .id = row.id });
    approval_decided_ids_end(&rows);
    return is_good && requests_read(db, a, &list, out, e);
}

// ---- checks ------------------------------------------------------------------------------------------------------

static void unwitnessed_say(Violations *v, int64_t kab, const ApprovalUnwitnessedRow *row) {
    long long user = (long long)row->user_id;
    if (row->step_n > 0)
        violation(v, "District %lld, %.*s %.*s: signature %lld, of user %lld, does not stand in the audit trail.", (long long)kab, STR_ARG(row->kind), STR_ARG(row->subject),
                  (long long)row->step_n, user);
    else
        violation(v, "District %lld, %.*s %.*s: what user %lld asked or ended does not stand in the audit trail.", (long long)kab, STR_ARG(row->kind), STR_ARG(row->subject), user);
}

static bool check_witnessed(Db *db, int64_t kab, Violations *v, Err *e) {
    ApprovalUnwitnessedRows rows = { 0 };
    ApprovalUnwitnessedRow row;
    bool has_row = false, is_good = approval_unwitnessed(db, (ApprovalUnwitnessedArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = approval_unwitnessed_next(&rows, &row, &has_row, e)) && has_row) unwitnessed_say(v, kab, &row);
    approval_unwitnessed_end(&rows);
    return is_good;
}

bool approval_check(Db *db, int64_t kab, Violations *v, Err *e) {
    ApprovalMiscountedRows rows = { 0 };
    ApprovalMiscountedRow row;
    if (!check_witnessed(db, kab, v, e)) return false;
    bool has_row = false, is_good = approval_miscounted(db, (ApprovalMiscountedArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = approval_miscounted_next(&rows, &row, &has_row, e)) && has_row)
        violation(v, "District %lld, %.*s %.*s: it says %lld signatures, there are %lld.", (long long)kab, STR_ARG(row.kind), STR_ARG(row.subject), (long long)row.signed_n,
                  (long long)row.found_n);
    approval_miscounted_end(&rows);
    return is_good;
}
