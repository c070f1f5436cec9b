// approval.c: see approval.h.
#include "office/approval.h"
#include "office/audit.h"
#include "office_approval.sql.h"

bool approval_state(Db *db, int64_t kab, Str subject, const Hash *seen_hash, ApprovalState *out, Err *e) {
    ApprovalAllRows rows;
    ApprovalAllRow row;
    ApprovalState state = { 0 };
    bool has_row = false, is_good = approval_all(db, (ApprovalAllArgs){ .kab = kab, .subject = subject }, &rows, e);
    while (is_good && (is_good = approval_all_next(&rows, &row, &has_row, e)) && has_row) {
        if (!hash_eq(&row.seen_hash, seen_hash)) state.void_n++;
        else if (row.step_n >= 1 && row.step_n <= APPROVAL_STEPS) {
            state.steps[row.step_n - 1] = (Signature){ row.user_id, row.signed_at };
            state.steps_n++;
        }
    }
    approval_all_end(&rows);
    if (is_good) *out = state;
    return is_good;
}

static bool signer_accept(const Viewer *viewer, int64_t kab, const ApprovalState *state, Err *e) {
    if (state->steps_n == 0) return authority_require(viewer, ACTION_SIGN_FIRST, kab, e);
    if (state->steps[0].user_id == viewer->user_id)
        return fail(e, FORBIDDEN, "You have signed as the maker; another person must sign as the approver.");
    return authority_require(viewer, ACTION_SIGN_SECOND, kab, e);
}

bool approval_sign(Db *db, const Viewer *viewer, int64_t kab, Str subject, const Hash *seen_hash, Instant now,
                   ApprovalState *out, bool *is_new, Err *e) {
    ApprovalState state;
    if (!approval_state(db, kab, subject, seen_hash, &state, e)) return false;
    if (state.steps_n == APPROVAL_STEPS) {
        if (!authority_require(viewer, ACTION_READ, kab, e)) return false;
        *out = state;
        *is_new = false;
        return true;
    }
    if (!signer_accept(viewer, kab, &state, e)) return false;
    int64_t step_n = state.steps_n + 1;
    AuditEntry entry = { .kab = kab, .actor_id = viewer->user_id, .action = "approval.sign", .subject = subject, .at = now,
                         .fields = { AUDIT_COUNT("step_n", step_n), AUDIT_HASH("seen_hash", seen_hash) } };
    ApprovalInsertArgs row = { .kab = kab, .subject = subject, .seen_hash = *seen_hash, .step_n = step_n, .user_id = viewer->user_id, .signed_at = now };
    if (!approval_insert(db, row, NULL, e) || !audit_write(db, &entry, e)) return false;
    state.steps[state.steps_n++] = (Signature){ viewer->user_id, now };
    *out = state;
    *is_new = true;
    return true;
}

bool approval_check(Db *db, int64_t kab, Violations *v, Err *e) {
    ApprovalUnwitnessedRows rows = { 0 };
    ApprovalUnwitnessedRow row;
    bool has_row = false, is_good = approval_unwitnessed(db, (ApprovalUnwitnessedArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = approval_unwitnessed_next(&rows, &row, &has_row, e)) && has_row)
        violation(v, "District %lld, %.*s: signature %lld, of user %lld, does not stand in the audit trail.", (long long)kab, STR_ARG(row.subject),
                  (long long)row.step_n, (long long)row.user_id);
    approval_unwitnessed_end(&rows);
    return is_good;
}
