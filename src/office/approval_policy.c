// approval_policy.c: who asks, who signs, and who does so in somebody's place.
#include "base/lang.h"
#include "office/approval_rows.h"
#include "office/audit.h"
#include "office/district.h"
#include "office/user.h"
#include "office_approval.sql.h"

// ---- policies ----------------------------------------------------------------------------------------------------

static bool policy_rows(Db *db, Arena *a, int64_t kab, Str kind, Date on, Policy *out, Err *e) {
    ApprovalPolicyRowsRows rows = { 0 };
    ApprovalPolicyRowsRow row;
    Policy p = { .kab = kab, .at = NEW(a, PolicyRow, 64) };
    bool has_row = false, is_good = approval_policy_rows(db, (ApprovalPolicyRowsArgs){ .kab = kab, .kind = kind, .on_on = on }, &rows, e);
    while (is_good && (is_good = approval_policy_rows_next(&rows, &row, &has_row, e)) && has_row && p.n < 64) {
        PolicyRow *to = &p.at[p.n++];
        p.from_on = row.from_on;
        *to = (PolicyRow){ .step_n = row.step_n, .amount_from = row.amount_from_rp };
        is_good = role_find(row.role, &to->role) || fail(e, CONFLICT, "The approvals hold a word that this program does not know: %.*s.", STR_ARG(row.role));
    }
    approval_policy_rows_end(&rows);
    if (is_good) *out = p;
    return is_good;
}

bool approval_policy_read(Db *db, Arena *a, int64_t kab, Str kind, Date on, Policy *out, Err *e) {
    return policy_rows(db, a, kab, kind, on, out, e) && (out->n || kab == 0 || policy_rows(db, a, 0, kind, on, out, e));
}

// Of each step the rows with the highest amount that is reached.
static bool steps_choose(const Policy *p, Rupiah amount, ApprovalStep steps[APPROVAL_STEPS_MAX + 1], int *step_n, Err *e) {
    int64_t reached[APPROVAL_STEPS_MAX + 1];
    memset(steps, 0, sizeof(ApprovalStep) * (APPROVAL_STEPS_MAX + 1));
    for (int i = 0; i <= APPROVAL_STEPS_MAX; i++) reached[i] = -1;
    for (size_t i = 0; i < p->n; i++) {
        const PolicyRow *row = &p->at[i];
        if (row->step_n < 0 || row->step_n > APPROVAL_STEPS_MAX || row->amount_from.rp > amount.rp || row->amount_from.rp < reached[row->step_n]) continue;
        ApprovalStep *step = &steps[row->step_n];
        if (row->amount_from.rp > reached[row->step_n]) step->role_n = 0;
        reached[row->step_n] = row->amount_from.rp;
        if (step->role_n < APPROVAL_ROLES_MAX) step->roles[step->role_n++] = row->role;
    }
    int n = 0;
    while (n < APPROVAL_STEPS_MAX && steps[n + 1].role_n) n++;
    for (int i = n + 1; i <= APPROVAL_STEPS_MAX; i++)
        if (steps[i].role_n) return fail(e, BAD_INPUT, "Step %d is missing before step %d.", n + 1, i);
    if (!steps[0].role_n) return fail(e, BAD_INPUT, "Nobody may ask (step 0).");
    if (!n) return fail(e, BAD_INPUT, "Nobody may sign (step 1).");
    *step_n = n;
    return true;
}

bool approval_steps(Db *db, int64_t kab, Str kind, Rupiah amount, Date on, ApprovalStep steps[APPROVAL_STEPS_MAX + 1], int *step_n, Err *e) {
    Arena a = { 0 };
    Policy p;
    Err wrong = { 0 };
    bool is_good = approval_policy_read(db, &a, kab, kind, on, &p, e);
    if (is_good && !steps_choose(&p, amount.rp < 0 ? (Rupiah){ 0 } : amount, steps, step_n, &wrong))
        is_good = fail(e, CONFLICT, "No rule says who signs \"%.*s\" in district %lld. Set one: harapan approval policy", STR_ARG(kind), (long long)kab);
    arena_free(&a);
    return is_good;
}

static bool policy_accept(const Policy *p, Err *e) {
    ApprovalStep steps[APPROVAL_STEPS_MAX + 1];
    int step_n;
    for (size_t i = 0; i < p->n; i++) {
        if (p->at[i].step_n < 0 || p->at[i].step_n > APPROVAL_STEPS_MAX) return fail(e, BAD_INPUT, "Steps are numbered from 0 to %d.", APPROVAL_STEPS_MAX);
        if (p->at[i].amount_from.rp < 0) return fail(e, BAD_INPUT, "An amount is not below zero.");
        if (!role_needs_factor(p->at[i].role)) return fail(e, BAD_INPUT, "%s only reads; this role neither asks nor signs.", role_title(p->at[i].role));
    }
    if (!steps_choose(p, (Rupiah){ 0 }, steps, &step_n, e)) return false;      // also what is small needs its signers
    for (size_t i = 0; i < p->n; i++) if (!steps_choose(p, p->at[i].amount_from, steps, &step_n, e)) return false;
    return true;
}

// "0 operator, 1 head_dinsos, 1 head_linjamsos from 5000000": which step, whose, from which amount.
static Str policy_text(Arena *a, const Policy *p) {
    Buf b = { .max = 3000 };
    for (size_t i = 0; i < p->n; i++) {
        buf_fmt(&b, "%s%d %s", i ? ", " : "", (int)p->at[i].step_n, role_name(p->at[i].role));
        if (p->at[i].amount_from.rp) buf_fmt(&b, " from %lld", (long long)p->at[i].amount_from.rp);
    }
    Str out = p->n ? arena_str(a, buf_view(&b)) : (Str){ 0 };
    buf_free(&b);
    return out;
}

bool approval_policy_set(Db *db, const Viewer *viewer, Str kind, const Policy *p, Instant now, Err *e) {
    if (!authority_require(viewer, ACTION_USERS, p->kab, e)) return false;
    if (p->from_on.days <= district_day(p->kab, now).days) return fail(e, BAD_INPUT, "A policy begins tomorrow or later: what is under way keeps the one it began with.");
    if (!policy_accept(p, e)) return false;
    Arena a = { 0 };
    Policy before;
    bool is_good = approval_policy_read(db, &a, p->kab, kind, p->from_on, &before, e);
    for (size_t i = 0; is_good && i < p->n; i++) {
        ApprovalPolicyInsertArgs row = { .kab = p->kab, .kind = kind, .from_on = p->from_on, .step_n = p->at[i].step_n, .amount_from_rp = p->at[i].amount_from, .role = str_c(role_name(p->at[i].role)) };
        is_good = approval_policy_insert(db, row, NULL, e);
        if (!is_good && db_was_constraint(db)) is_good = (*e = (Err){ 0 }, fail(e, CONFLICT, "There is a policy from that day already. Choose another day."));
    }
    AuditEntry entry = { .kab = p->kab, .actor_id = viewer->user_id, .action = "approval.policy", .subject = arena_str(&a, kind), .at = now,
                         .fields = { AUDIT_COUNT("from_on", p->from_on.days), AUDIT_COUNT("row_n", (int64_t)p->n), AUDIT_CHANGE("steps", policy_text(&a, &before), policy_text(&a, p)) } };
    is_good = is_good && audit_write(db, &entry, e);
    arena_free(&a);
    return is_good;
}

static bool step_has(const ApprovalStep *step, Role role) {
    for (int i = 0; i < step->role_n; i++) if (step->roles[i] == role) return true;
    return false;
}

bool approval_may_ask(Db *db, const Viewer *viewer, const ApprovalKind *kind, int64_t kab, Rupiah amount, Instant now, bool *out, Err *e) {
    ApprovalStep steps[APPROVAL_STEPS_MAX + 1];
    int step_n;
    if (!approval_steps(db, kab, str_c(kind->name), amount, district_day(kab, now), steps, &step_n, e)) return false;
    *out = step_has(&steps[0], viewer->role) && authority_allows(viewer, ACTION_READ, kab);
    return true;
}

// ---- places ------------------------------------------------------------------------------------------------------

static bool places_given(Db *db, Arena *a, const Viewer *viewer, Instant now, ApprovalPlaces *p, Err *e) {
    DelegationsToRows rows = { 0 };
    DelegationsToRow row;
    size_t max = 16;
    bool has_row = false, is_good = delegations_to(db, (DelegationsToArgs){ .taker_id = viewer->user_id, .on_on = district_day(viewer->kab, now) }, &rows, e);
    while (is_good && (is_good = delegations_to_next(&rows, &row, &has_row, e)) && has_row) {
        if (p->n == max) {
            ApprovalPlace *wider = NEW(a, ApprovalPlace, max *= 2);
            memcpy(wider, p->at, p->n * sizeof *wider);
            p->at = wider;
        }
        ApprovalPlace place = { .who = { .user_id = row.giver_id, .kab = row.kab }, .delegation_n = row.n };
        if (role_find(row.role, &place.who.role) && !role_is_reader(place.who.role)) p->at[p->n++] = place;
    }
    delegations_to_end(&rows);
    return is_good;
}

bool approval_places(Db *db, Arena *a, const Viewer *viewer, Instant now, ApprovalPlaces *out, Err *e) {
    ApprovalPlaces p = { NEW(a, ApprovalPlace, 16), 0 };
    p.at[p.n++] = (ApprovalPlace){ .who = *viewer };
    if (authority_allows(viewer, ACTION_SIGN_SECOND, KAB_NONE) && !places_given(db, a, viewer, now, &p, e)) return false;
    *out = p;
    return true;
}

static bool has_a_hand(const ApprovalRequest *r, int64_t user_id) {
    for (int i = 0; i < r->signed_n; i++) if (r->signatures[i].user_id == user_id || r->signatures[i].for_id == user_id) return true;
    return r->maker_id == user_id;
}

static bool place_fits(const Viewer *viewer, const ApprovalRequest *r, const ApprovalPlace *p) {
    int64_t low, high;
    authority_area(&p->who, &low, &high);
    bool is_own_area = authority_allows(viewer, p->delegation_n ? ACTION_SIGN_SECOND : ACTION_READ, r->kab);
    return is_own_area && role_needs_factor(p->who.role) && r->kab >= low && r->kab <= high && step_has(&r->steps[r->signed_n], p->who.role) && !has_a_hand(r, p->who.user_id);
}

static bool place_find(Db *db, const Viewer *viewer, const ApprovalRequest *r, Instant now, ApprovalPlace *out, bool *is_found, Err *e) {
    Arena a = { 0 };
    ApprovalPlaces places = { 0 };
    *is_found = false;
    bool can = r->signed_n < r->step_n && !has_a_hand(r, viewer->user_id);
    bool is_good = !can || approval_places(db, &a, viewer, now, &places, e);
    for (size_t i = 0; is_good && !*is_found && i < places.n; i++) {
        *is_found = place_fits(viewer, r, &places.at[i]);
        *out = places.at[i];
    }
    arena_free(&a);
    return is_good;
}

bool approval_place_require(Db *db, const Viewer *viewer, const ApprovalRequest *r, Instant now, ApprovalPlace *out, Err *e) {
    bool is_found;
    if (r->maker_id == viewer->user_id) return fail(e, FORBIDDEN, "You have signed as the maker; another person must sign as the approver.");
    if (has_a_hand(r, viewer->user_id)) return fail(e, FORBIDDEN, "There is a signature of yours already, or one in your place; another person must give the next one.");
    if (!place_find(db, viewer, r, now, out, &is_found, e)) return false;
    if (is_found) return true;
    if (!authority_allows(viewer, ACTION_READ, r->kab)) return authority_require(viewer, ACTION_SIGN_SECOND, r->kab, e);
    return fail(e, FORBIDDEN, "%s (%s) may not give the next signature here.", viewer->login, role_title(viewer->role));
}

bool approval_may_sign(Db *db, const Viewer *viewer, const ApprovalRequest *r, Instant now, bool *out, int64_t *giver_id, Err *e) {
    ApprovalPlace place = { 0 };
    bool is_found = false;
    if (r->state == REQUEST_OPEN && !place_find(db, viewer, r, now, &place, &is_found, e)) return false;
    *out = is_found;
    *giver_id = is_found && place.delegation_n ? place.who.user_id : 0;
    return true;
}

// ---- giving one's place ------------------------------------------------------------------------------------------

static bool delegation_accept(Db *db, const Viewer *giver, int64_t taker_id, Date from_on, Date until_on, Instant now, Err *e) {
    Arena a = { 0 };
    User taker;
    bool is_good = authority_require(giver, ACTION_SIGN_SECOND, KAB_NONE, e) && user_read(db, &a, taker_id, &taker, e);
    if (is_good) {
        Viewer viewer = { .user_id = taker.id, .kab = taker.kab, .role = taker.role };
        int64_t low, high, taker_low, taker_high;
        authority_area(giver, &low, &high);
        authority_area(&viewer, &taker_low, &taker_high);
        if (taker_id == giver->user_id) is_good = fail(e, BAD_INPUT, "A place is given to another person.");
        else if (!taker.is_active || !authority_allows(&viewer, ACTION_SIGN_SECOND, KAB_NONE))
            is_good = fail(e, FORBIDDEN, "%.*s may not approve by the own role, so not in your place either.", STR_ARG(taker.login));
        else if (taker_high < low || taker_low > high) is_good = fail(e, FORBIDDEN, "%.*s does not work in your area.", STR_ARG(taker.login));
        else if (until_on.days < from_on.days) is_good = fail(e, BAD_INPUT, "The last day lies before the first.");
        else if (until_on.days < district_day(giver->kab, now).days) is_good = fail(e, BAD_INPUT, "These days are over.");
        else if (until_on.days - from_on.days >= DELEGATION_DAYS_MAX) is_good = fail(e, BAD_INPUT, "A place is given for %d days at most.", DELEGATION_DAYS_MAX);
    }
    arena_free(&a);
    return is_good;
}

static bool delegation_audit(Db *db, const Viewer *giver, const char *action, int64_t n, int64_t taker_id, Date from_on, Date until_on, Instant now, Err *e) {
    Arena a = { 0 };
    AuditEntry entry = { .kab = giver->kab, .actor_id = giver->user_id, .action = action, .subject = arena_fmt(&a, "user %lld", (long long)giver->user_id), .at = now,
        .fields = { AUDIT_COUNT("delegation_n", n), AUDIT_COUNT("taker_id", taker_id), AUDIT_COUNT("from_on", from_on.days), AUDIT_COUNT("until_on", until_on.days) } };
    bool is_good = audit_write(db, &entry, e);
    arena_free(&a);
    return is_good;
}

bool approval_delegate(Db *db, const Viewer *giver, int64_t taker_id, Date from_on, Date until_on, Instant now, int64_t *n, Err *e) {
    DelegationLastRow last;
    bool has_last = false;
    if (!delegation_accept(db, giver, taker_id, from_on, until_on, now, e) || !delegation_last(db, (DelegationLastArgs){ .giver_id = giver->user_id }, &last, &has_last, e)) return false;
    DelegationInsertArgs row = { .giver_id = giver->user_id, .n = last.last_n + 1, .taker_id = taker_id, .from_on = from_on, .until_on = until_on, .made_at = now };
    if (!delegation_insert(db, row, NULL, e) || !delegation_audit(db, giver, "approval.delegate", row.n, taker_id, from_on, until_on, now, e)) return false;
    *n = row.n;
    return true;
}

bool approval_undelegate(Db *db, const Viewer *giver, int64_t n, Instant now, Err *e) {
    Arena a = { 0 };
    Delegations all;
    const Delegation *found = NULL;
    bool is_good = approval_delegations(db, &a, giver->user_id, (Date){ 0 }, &all, e);
    for (size_t i = 0; is_good && i < all.n; i++)
        if (all.at[i].giver_id == giver->user_id && all.at[i].n == n && !all.at[i].is_ended) found = &all.at[i];
    if (is_good && !found) is_good = fail(e, NOT_FOUND, "You gave no place with this number, or it is taken back already.");
    is_good = is_good && delegation_end(db, (DelegationEndArgs){ .giver_id = giver->user_id, .n = n, .ended_at = now }, NULL, e) &&
              delegation_audit(db, giver, "approval.undelegate", n, found->taker_id, found->from_on, found->until_on, now, e);
    arena_free(&a);
    return is_good;
}

bool approval_delegations(Db *db, Arena *a, int64_t user_id, Date from, Delegations *out, Err *e) {
    DelegationsOfRows rows = { 0 };
    DelegationsOfRow row;
    Delegations list = { 0 };
    size_t max = 0;
    bool has_row = false, is_good = delegations_of(db, (DelegationsOfArgs){ .user_id = user_id, .from_on = from }, &rows, e);
    while (is_good && (is_good = delegations_of_next(&rows, &row, &has_row, e)) && has_row) {
        if (list.n == max) {
            Delegation *wider = NEW(a, Delegation, max = max ? 2 * max : 16);
            if (list.n) memcpy(wider, list.at, list.n * sizeof *wider);
            list.at = wider;
        }
        list.at[list.n++] = (Delegation){ row.giver_id, row.n, row.taker_id, row.from_on, row.until_on, row.made_at, row.ended_at, row.ended_at.ms != INT64_MIN };
    }
    delegations_of_end(&rows);
    if (is_good) *out = list;
    return is_good;
}
