#include "registry/erase.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "registry/claim.h"
#include "registry/pack.h"
#include "registry/search_index.h"
#include "registry_erase.sql.h"
#include <stdio.h>

#define ERASE_RULE 1                   // one more when this file learns of another place: erase_again then goes over those who were erased before

static Str subject_of(Arena *a, int64_t family_id) { return arena_fmt(a, "family %lld", (long long)family_id); }
static bool subject_family(Str subject, int64_t *family_id) {
    Str head = STR("family ");
    return str_starts(subject, head) && str_int64(str_part(subject, head.n, subject.n), family_id);
}

// What is signed: this family, which has left, and nothing of it is gone yet.
static bool erase_hash(Db *db, Arena *a, int64_t kab, int64_t family_id, Hash *out, bool *is_ready, EraseFamilyRow *row, Err *e) {
    bool found;
    if (!erase_family(db, a, (EraseFamilyArgs){ .kab = kab, .family_id = family_id }, row, &found, e)) return false;
    *is_ready = found && str_eq(row->status, STR("left")) && row->salt_key_n > 0;
    Str text = arena_fmt(a, "erasure %lld %lld left", (long long)kab, (long long)family_id);
    *out = hash_of(text.p, text.n);
    return true;
}

static bool erase_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    Arena a = { 0 };
    EraseFamilyRow row;
    int64_t family_id;
    *is_there = false;
    bool is_good = !subject_family(subject, &family_id) || erase_hash(db, &a, kab, family_id, out, is_there, &row, e);
    arena_free(&a);
    return is_good;
}

// A staged file would bring back what is erased: people decide about the file first.
static bool import_waits_not(Db *db, int64_t kab, int64_t family_id, Err *e) {
    EraseImportWaitingRow row;
    bool found;
    if (!erase_import_waiting(db, (EraseImportWaitingArgs){ .kab = kab, .family_id = family_id }, &row, &found, e)) return false;
    return !found || fail(e, CONFLICT, "Import %lld still waits and names this family in row %lld. Apply or drop that file first, then ask again.", (long long)row.batch_id, (long long)row.row_n);
}

// ---- asking --------------------------------------------------------------------------------------------------------------
typedef struct { Arena *a; const Viewer *actor; int64_t kab, family_id; Instant at; ApprovalRequest request; bool is_new; } Asking;

static bool ask_work(Db *db, void *with, Err *e) {
    Asking *x = with;
    EraseMayRow may;
    EraseFamilyRow row;
    Hash hash;
    bool found, is_ready;
    Sight sight = authority_sight(x->actor, district_day(x->kab, x->at));
    if (!erase_may(db, (EraseMayArgs){ .kab = x->kab, .family_id = x->family_id, SEE(sight) }, &may, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family with this number.");
    if (!erase_hash(db, x->a, x->kab, x->family_id, &hash, &is_ready, &row, e)) return false;
    if (!is_ready && row.salt_key_n <= 0) return fail(e, CONFLICT, "Family %lld was erased already.", (long long)x->family_id);
    if (!is_ready) return fail(e, CONFLICT, "Family %lld is still in the programme. Only the data of a family that has left can be erased.", (long long)x->family_id);
    if (!import_waits_not(db, x->kab, x->family_id, e)) return false;
    ApprovalAsk ask = { .kab = x->kab, .subject = subject_of(x->a, x->family_id), .seen_hash = hash,
                        .link = arena_fmt(x->a, "/family/%lld/%lld", (long long)x->kab, (long long)x->family_id) };
    return approval_ask(db, x->a, x->actor, &ERASE_APPROVAL, &ask, x->at, &x->request, &x->is_new, e);
}

bool erase_ask_in(Db *db, Arena *a, const Viewer *actor, int64_t kab, int64_t family_id, Instant at, ApprovalRequest *out, bool *is_new, Err *e) {
    Asking x = { .a = a, .actor = actor, .kab = kab, .family_id = family_id, .at = at };
    if (!ask_work(db, &x, e)) return false;
    *out = x.request;
    *is_new = x.is_new;
    return true;
}

bool erase_ask(Db *db, Arena *a, const Viewer *actor, int64_t kab, int64_t family_id, Instant at, ApprovalRequest *out, bool *is_new, Err *e) {
    Asking x = { .a = a, .actor = actor, .kab = kab, .family_id = family_id, .at = at };
    if (!change_do(db, ask_work, &x, e)) return false;
    *out = x.request;
    *is_new = x.is_new;
    return true;
}

// ---- the last signature ----------------------------------------------------------------------------------------------------
typedef struct { int64_t id; Str nik; } Holder;

static bool claims_drop(Db *db, Arena *a, int64_t kab, int64_t family_id, Str kk, Str account, Err *e) {
    ErasePersonsRows rows = { 0 };
    ErasePersonsRow row;
    Holder list[PERSON_MAX];
    size_t n = 0;
    bool has_row, is_good = erase_persons(db, (ErasePersonsArgs){ .kab = kab, .family_id = family_id }, &rows, e);
    while (is_good && (is_good = erase_persons_next(&rows, &row, &has_row, e)) && has_row && n < PERSON_MAX) list[n++] = (Holder){ row.id, arena_str(a, row.nik_data) };
    erase_persons_end(&rows);
    for (size_t i = 0; is_good && i < n; i++) is_good = claim_drop(db, SECRET_NIK, list[i].nik, (ClaimHolder){ kab, family_id, list[i].id }, e);
    ClaimHolder whole = { kab, family_id, SECRET_FAMILY };
    return is_good && claim_drop(db, SECRET_KK, kk, whole, e) && claim_drop(db, SECRET_ACCOUNT, account, whole, e);
}

// What was said at the desk goes; what was asked there has found its answer: the erasure that was wished, or that there is nothing left to answer.
static bool desk_erase(Db *db, int64_t kab, int64_t family_id, int64_t signer_id, Instant at, Err *e) {
    return erase_desk_words(db, (EraseDeskWordsArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           erase_desk_end(db, (EraseDeskEndArgs){ .kab = kab, .family_id = family_id, .answered_id = signer_id, .answered_at = at }, NULL, e);
}

// What people wrote of the family, wherever: the link of a request is how approvals know whom it is about.
static bool words_erase(Db *db, int64_t kab, int64_t family_id, Err *e) {
    char link[64];
    snprintf(link, sizeof link, "/family/%lld/%lld", (long long)kab, (long long)family_id);
    return erase_life_notes(db, (EraseLifeNotesArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           erase_life_places(db, (EraseLifePlacesArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           erase_evidence(db, (EraseEvidenceArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           erase_excuses(db, (EraseExcusesArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           erase_pairs(db, (ErasePairsArgs){ .kab = kab, .family_id = family_id }, NULL, e) && erase_merges(db, (EraseMergesArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           erase_identity(db, (EraseIdentityArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           erase_approvals(db, (EraseApprovalsArgs){ .kab = kab, .family_id = family_id, .link = str_c(link) }, NULL, e);
}

// What stands of it in files that were read in: words of findings, and the rows of pay lists but for their amounts.
static bool lists_erase(Db *db, int64_t kab, int64_t family_id, Err *e) {
    return erase_import_words(db, (EraseImportWordsArgs){ .kab = kab }, NULL, e) && erase_list_findings(db, (EraseListFindingsArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           erase_list_reasons(db, (EraseListReasonsArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           erase_list_claims(db, (EraseListClaimsArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           erase_list_rows(db, (EraseListRowsArgs){ .kab = kab, .family_id = family_id }, NULL, e);
}

static bool rows_erase(Db *db, int64_t kab, int64_t family_id, int64_t signer_id, Instant at, Err *e) {
    bool was_there;
    return erase_family_rows(db, (EraseFamilyRowsArgs){ .kab = kab, .family_id = family_id, .recorded_at = at }, NULL, e) &&
           erase_school_person(db, (EraseSchoolPersonArgs){ .kab = kab, .family_id = family_id }, NULL, e) && words_erase(db, kab, family_id, e) &&
           lists_erase(db, kab, family_id, e) && erase_person_rows(db, (ErasePersonRowsArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           erase_proposals(db, (EraseProposalsArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           erase_observations(db, (EraseObservationsArgs){ .kab = kab, .family_id = family_id }, NULL, e) &&
           desk_erase(db, kab, family_id, signer_id, at, e) && secrets_destroy(db, kab, family_id, &was_there, e) && audit_forget(db, kab, family_id, e) &&
           erase_put(db, (ErasePutArgs){ .kab = kab, .family_id = family_id, .erased_at = at, .rule_n = ERASE_RULE }, NULL, e) && pack_refresh(db, kab, family_id, family_id, NULL, e) &&
           search_forget(db, kab, e);
}

static bool erase_do(Db *db, Arena *a, const Viewer *signer, const ApprovalRequest *request, int64_t family_id, Instant now, Err *e) {
    EraseFamilyRow row;
    Hash hash;
    bool is_ready;
    if (!erase_hash(db, a, request->kab, family_id, &hash, &is_ready, &row, e)) return false;
    if (!is_ready || !hash_eq(&hash, &request->seen_hash))
        return fail(e, CONFLICT, "Family %lld was changed since this was asked. Look at it and ask again.", (long long)family_id);
    AuditEntry entry = { .kab = request->kab, .actor_id = signer->user_id, .action = "registry.erase", .subject = subject_of(a, family_id), .at = now,
                         .fields = { AUDIT_COUNT("request_id", request->id) } };
    return import_waits_not(db, request->kab, family_id, e) && claims_drop(db, a, request->kab, family_id, row.kk_data, row.account_data, e) && rows_erase(db, request->kab, family_id, signer->user_id, now, e) && audit_write(db, &entry, e);
}

static bool erase_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Arena a = { 0 };
    int64_t family_id;
    bool is_good = subject_family(request->subject, &family_id) ? erase_do(db, &a, signer, request, family_id, now, e)
                                                                : fail(e, CONFLICT, "The request names no family.");
    arena_free(&a);
    return is_good;
}

const ApprovalKind ERASE_APPROVAL = {
    .name = "erasure", .title = N_("Erasing a family's data"), .now = erase_now, .finish = erase_finish,
    .act = N_("With the last signature nobody can read this family's numbers again, in no closing and no backup. It cannot be undone."),
};

bool erase_is_done(Db *db, int64_t kab, int64_t family_id, bool *out, Err *e) {
    Arena a = { 0 };
    EraseFamilyRow row;
    bool found;
    bool is_good = erase_family(db, &a, (EraseFamilyArgs){ .kab = kab, .family_id = family_id }, &row, &found, e);
    if (is_good) *out = found && row.salt_key_n <= 0;
    arena_free(&a);
    return is_good;
}

// ---- again -----------------------------------------------------------------------------------------------------------------
typedef struct { int64_t actor_id; Instant at; bool is_done; } Again;

static bool again_work(Db *db, void *with, Err *e) {
    Again *x = with;
    Arena a = { 0 };
    EraseAgainNextRow row;
    bool found = false, is_good = erase_again_next(db, &a, (EraseAgainNextArgs){ .rule_n = ERASE_RULE }, &row, &found, e);
    x->is_done = !found;
    if (is_good && found) {
        AuditEntry entry = { .kab = row.kab, .actor_id = x->actor_id, .action = "registry.erase_again", .subject = subject_of(&a, row.family_id), .at = x->at,
                             .fields = { AUDIT_COUNT("rule_n", ERASE_RULE) } };
        is_good = claims_drop(db, &a, row.kab, row.family_id, arena_str(&a, row.kk_data), arena_str(&a, row.account_data), e) &&
                  rows_erase(db, row.kab, row.family_id, x->actor_id, x->at, e) && audit_write(db, &entry, e);
    }
    arena_free(&a);
    return is_good;
}

bool erase_again(Db *db, int64_t actor_id, Instant at, int64_t *family_n, Err *e) {
    Again x = { .actor_id = actor_id, .at = at };
    for (*family_n = 0;; ++*family_n) {
        if (!change_do(db, again_work, &x, e)) return false;
        if (x.is_done) return true;
    }
}

static bool doubt_work(Db *db, void *with, Err *e) {
    (void)with;
    return erase_doubt(db, NULL, e);
}

bool erase_check(Db *db, Violations *v, Err *e) {
    EraseLeftRows rows = { 0 };
    EraseLeftRow row;
    bool has_row, is_good = erase_left(db, (EraseLeftArgs){ .rule_n = ERASE_RULE }, &rows, e);
    while (is_good && (is_good = erase_left_next(&rows, &row, &has_row, e)) && has_row)
        violation(v, "District %lld: family %lld was erased, but not everywhere. Call: harapan subject again", (long long)row.kab, (long long)row.family_id);
    erase_left_end(&rows);
    return is_good;
}

bool erase_after_restore(Db *db, Instant at, int64_t *family_n, Err *e) { return change_do(db, doubt_work, NULL, e) && erase_again(db, 0, at, family_n, e); }
