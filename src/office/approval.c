// approval.c: see approval.h. Asking, signing and ending; reading is in approval_read.c, who may in approval_policy.c.
#include "office/approval.h"
#include "base/lang.h"
#include "office/approval_rows.h"
#include "office/audit.h"
#include "office/district.h"
#include "office_approval.sql.h"

static Str audit_subject(Arena *a, Str kind, Str subject) { return arena_fmt(a, "%.*s %.*s", STR_ARG(kind), STR_ARG(subject)); }

static bool state_require_open(const ApprovalRequest *r, Err *e) {
    if (r->state == REQUEST_OPEN) return true;
    return fail(e, CONFLICT, "This request is no longer open (%s).", request_state_title(r->state));
}

// The request's end without a signature. The reason stays in the request: an audit entry holds no words that people typed.
static bool request_end(Db *db, ApprovalRequest *r, RequestState state, const char *action, int64_t actor_id, Str reason, Instant now, Err *e) {
    Arena a = { 0 };
    int64_t changed_n = 0;
    Hash reason_hash = hash_of(reason.p, reason.n);
    ApprovalRequestEndArgs end = { .kab = r->kab, .id = r->id, .state = str_c(request_state_name(state)), .ended_by_id = actor_id, .ended_at = now,
                                   .reason = reason.n ? reason : (Str){ 0 } };
    AuditEntry entry = { .kab = r->kab, .actor_id = actor_id, .action = action, .subject = audit_subject(&a, r->kind, r->subject), .at = now,
        .fields = { AUDIT_COUNT("request_id", r->id), AUDIT_HASH("seen_hash", &r->seen_hash), AUDIT_COUNT("signed_n", r->signed_n), AUDIT_HASH("reason_hash", &reason_hash),
                    AUDIT_CHANGE("state", str_c(request_state_name(r->state)), str_c(request_state_name(state))) } };
    bool is_good = approval_request_end(db, end, &changed_n, e) &&
                   (changed_n == 1 || fail(e, CONFLICT, "This request is no longer open (%s).", request_state_title(r->state))) && audit_write(db, &entry, e);
    arena_free(&a);
    if (!is_good) return false;
    r->state = state;
    r->ended_by_id = actor_id;
    r->ended_at = now;
    r->reason = reason;
    return true;
}

// ---- asking ------------------------------------------------------------------------------------------------------

static bool hash_is_now(Db *db, const ApprovalKind *kind, int64_t kab, Str subject, const Hash *seen, Err *e) {
    Hash hash;
    bool is_there = false;
    if (!kind->now) return true;
    if (!kind->now(db, kab, subject, &hash, &is_there, e)) return false;
    return (is_there && hash_eq(&hash, seen)) || fail(e, CONFLICT, "What you saw has changed since. Look again, then go on.");
}

// The open request of the same subject: the asker's own under this hash (*is_mine, in *out), another's (CONFLICT), or of an older hash (ended).
static bool earlier_settle(Db *db, Arena *a, const Viewer *viewer, const ApprovalKind *kind, const ApprovalAsk *ask, Instant now, ApprovalRequest *out, bool *is_mine, Err *e) {
    ApprovalRequestOpenRow open;
    ApprovalRequest earlier;
    bool is_open = false;
    *is_mine = false;
    if (!approval_request_open(db, (ApprovalRequestOpenArgs){ .kab = ask->kab, .kind = str_c(kind->name), .subject = ask->subject }, &open, &is_open, e)) return false;
    if (!is_open) return true;
    if (!approval_read(db, a, ask->kab, open.id, &earlier, e)) return false;
    if (!hash_eq(&earlier.seen_hash, &ask->seen_hash) || !hash_eq(&earlier.now_hash, &ask->seen_hash))
        return request_end(db, &earlier, REQUEST_CHANGED, "approval.void", viewer->user_id, STR(""), now, e);
    if (earlier.maker_id != viewer->user_id) return fail(e, CONFLICT, "Somebody else has asked for this already; it waits for a signature.");
    *out = earlier;
    *is_mine = true;
    return true;
}

static bool request_write(Db *db, const ApprovalRequest *r, Err *e) {
    Arena a = { 0 };
    ApprovalRequestInsertArgs row = { .kab = r->kab, .id = r->id, .kind = r->kind, .subject = r->subject, .seen_hash = r->seen_hash, .amount_rp = r->amount,
        .maker_id = r->maker_id, .made_at = r->made_at, .due_on = r->due_on, .link = r->link, .step_n = r->step_n };
    AuditEntry entry = { .kab = r->kab, .actor_id = r->maker_id, .action = "approval.ask", .subject = audit_subject(&a, r->kind, r->subject), .at = r->made_at,
        .fields = { AUDIT_COUNT("request_id", r->id), AUDIT_HASH("seen_hash", &r->seen_hash), AUDIT_COUNT("amount_rp", r->amount.rp), AUDIT_COUNT("step_n", r->step_n) } };
    bool is_good = approval_request_insert(db, row, NULL, e);
    for (int i = 0; is_good && i < r->step_n; i++)
        for (int k = 0; is_good && k < r->steps[i].role_n; k++)
            is_good = approval_step_insert(db, (ApprovalStepInsertArgs){ r->kab, r->id, i + 1, str_c(role_name(r->steps[i].roles[k])) }, NULL, e);
    is_good = is_good && audit_write(db, &entry, e);
    arena_free(&a);
    return is_good;
}

bool approval_ask(Db *db, Arena *a, const Viewer *viewer, const ApprovalKind *kind, const ApprovalAsk *ask, Instant now, ApprovalRequest *out, bool *is_new, Err *e) {
    ApprovalRequest r = { 0 }, mine;
    ApprovalRequestLastRow last;
    bool may = false, is_mine = false, has_last = false;
    Date today = district_day(ask->kab, now);
    if (!approval_may_ask(db, viewer, kind, ask->kab, ask->amount, now, &may, e)) return false;
    if (!may) return fail(e, FORBIDDEN, "%s (%s) may not ask for this: %s.", viewer->login, role_title(viewer->role), tr(kind->title));
    if (!hash_is_now(db, kind, ask->kab, ask->subject, &ask->seen_hash, e) || !earlier_settle(db, a, viewer, kind, ask, now, &mine, &is_mine, e)) return false;
    if (is_mine) return *out = mine, *is_new = false, true;
    ApprovalStep steps[APPROVAL_STEPS_MAX + 1];
    if (!approval_steps(db, ask->kab, str_c(kind->name), ask->amount, today, steps, &r.step_n, e) ||
        !approval_request_last(db, (ApprovalRequestLastArgs){ .kab = ask->kab }, &last, &has_last, e)) return false;
    memcpy(r.steps, steps + 1, sizeof r.steps);
    r.kab = ask->kab, r.id = last.last_id + 1;
    r.kind = str_c(kind->name), r.subject = arena_str(a, ask->subject), r.link = arena_str(a, ask->link.p ? ask->link : STR(""));
    r.seen_hash = r.now_hash = ask->seen_hash;
    r.amount = ask->amount;
    r.maker_id = viewer->user_id;
    r.made_at = now;
    r.due_on = ask->due_on.days && date_is_known(ask->due_on) ? ask->due_on : (Date){ today.days + (kind->due_days ? kind->due_days : APPROVAL_DUE_DAYS) };
    if (!request_write(db, &r, e)) return false;
    *out = r;
    *is_new = true;
    return true;
}

// ---- signing -----------------------------------------------------------------------------------------------------

static bool is_unchanged_require(Db *db, const ApprovalKind *kind, const ApprovalRequest *r, const Hash *seen, Err *e) {
    bool is_unchanged = false;
    if (!approval_is_unchanged(db, kind, r, &is_unchanged, e)) return false;
    return (is_unchanged && hash_eq(seen, &r->seen_hash)) || fail(e, CONFLICT, "What you saw has changed since. Look again, then go on.");
}

static bool signature_write(Db *db, const Viewer *viewer, const ApprovalRequest *r, const ApprovalPlace *place, Instant now, Err *e) {
    Arena a = { 0 };
    int64_t step_n = r->signed_n + 1, changed_n = 0;
    ApprovalSignatureInsertArgs row = { .kab = r->kab, .request_id = r->id, .step_n = step_n, .role = str_c(role_name(place->who.role)), .user_id = viewer->user_id,
        .for_id = place->who.user_id, .delegation_n = place->delegation_n ? place->delegation_n : INT64_MIN, .maker_id = r->maker_id, .seen_hash = r->seen_hash, .signed_at = now };
    ApprovalRequestSignedArgs signed_now = { .kab = r->kab, .id = r->id, .signed_n = r->signed_n, .user_id = viewer->user_id, .signed_at = now };
    AuditEntry entry = { .kab = r->kab, .actor_id = viewer->user_id, .action = "approval.sign", .subject = audit_subject(&a, r->kind, r->subject), .at = now,
        .fields = { AUDIT_COUNT("request_id", r->id), AUDIT_COUNT("step_n", step_n), AUDIT_HASH("seen_hash", &r->seen_hash), AUDIT_COUNT("for_id", place->who.user_id) } };
    bool is_good = approval_signature_insert(db, row, NULL, e) && approval_request_signed(db, signed_now, &changed_n, e) &&
                   (changed_n == 1 || fail(e, CONFLICT, "This request is no longer open (%s).", request_state_title(REQUEST_OPEN))) && audit_write(db, &entry, e);
    arena_free(&a);
    return is_good;
}

bool approval_sign(Db *db, const Viewer *viewer, const ApprovalKind *kind, ApprovalRequest *request, const Hash *seen_hash, Instant now, Err *e) {
    ApprovalPlace place;
    ApprovalRequest r = *request;
    if (!approval_place_require(db, viewer, &r, now, &place, e) || !state_require_open(&r, e) || !is_unchanged_require(db, kind, &r, seen_hash, e) ||
        !signature_write(db, viewer, &r, &place, now, e)) return false;
    r.signatures[r.signed_n++] = (Signature){ viewer->user_id, place.who.user_id, now, place.who.role };
    if (r.signed_n == r.step_n) {
        r.state = REQUEST_APPROVED;
        r.ended_by_id = viewer->user_id;
        r.ended_at = now;
        if (kind->finish && !kind->finish(db, viewer, &r, now, e)) return false;
    }
    *request = r;
    return true;
}

bool approval_refuse(Db *db, const Viewer *viewer, ApprovalRequest *request, Str reason, Instant now, Err *e) {
    ApprovalPlace place;
    if (!approval_place_require(db, viewer, request, now, &place, e) || !state_require_open(request, e)) return false;
    reason = str_trim(reason);
    if (!reason.n) return fail(e, BAD_INPUT, "Why is it refused? Its maker must know what to mend.");
    if (reason.n > APPROVAL_REASON_MAX) return fail(e, BAD_INPUT, "The reason is longer than %d characters.", APPROVAL_REASON_MAX);
    return request_end(db, request, REQUEST_REFUSED, "approval.refuse", viewer->user_id, reason, now, e);
}

bool approval_withdraw(Db *db, const Viewer *viewer, ApprovalRequest *request, Instant now, Err *e) {
    if (request->maker_id != viewer->user_id) return fail(e, FORBIDDEN, "Only the person who asked can take it back.");
    return state_require_open(request, e) && request_end(db, request, REQUEST_WITHDRAWN, "approval.withdraw", viewer->user_id, STR(""), now, e);
}

bool approval_touch(Db *db, int64_t kab, const ApprovalKind *kind, Str subject, const Hash *now_hash, Err *e) {
    return approval_request_touch(db, (ApprovalRequestTouchArgs){ .kab = kab, .kind = str_c(kind->name), .subject = subject, .now_hash = *now_hash }, NULL, e);
}
