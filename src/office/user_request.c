// user_request.c: see user_request.h.
#include "office/user_request.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/factor.h"
#include "office/user.h"
#include "office_session.sql.h"
#include "office_user.sql.h"
#include "office_user_request.sql.h"
#include <stdio.h>

// ---- what a subject says -----------------------------------------------------------------------------------------

typedef struct { int64_t user_id, kab; Role role; UserWish what; } Wish;

static bool wish_read(Str subject, Wish *out, Err *e) {
    Str rest = subject, id = str_cut(&rest, ' ');
    Wish w = { .what = rest.n == 0 ? WISH_FACTOR : str_eq(rest, STR("enable")) ? WISH_ENABLE : WISH_ROLE };
    Str role = str_cut(&rest, ' ');
    bool is_good = str_int64(id, &w.user_id) && (w.what != WISH_ROLE || (role_find(role, &w.role) && str_int64(rest, &w.kab)));
    if (is_good) *out = w;
    return is_good || fail(e, CONFLICT, "The approvals hold a word that this program does not know: %.*s.", STR_ARG(subject));
}

// Of all that the signer sees: who it is, and what he is now.
static bool wish_hash(Db *db, const Wish *w, Hash *out, bool *is_there, Err *e) {
    Arena a = { 0 };
    User user;
    Factor factor = { 0 };
    Err none = { 0 };
    *is_there = user_read(db, &a, w->user_id, &user, &none) && user.is_active == (w->what != WISH_ENABLE);
    bool is_good = none.code == ERR_NONE || none.code == NOT_FOUND;
    if (!is_good) *e = none;
    if (*is_there) is_good = w->what != WISH_FACTOR || factor_read(db, w->user_id, &factor, e);
    if (*is_there && is_good) {
        Str text = arena_fmt(&a, "%lld %s %lld -> %s %lld; factor since %lld, %lld passkeys", (long long)user.id, role_name(user.role), (long long)user.kab,
                             w->what == WISH_ROLE ? role_name(w->role) : w->what == WISH_ENABLE ? "enabled" : "", (long long)w->kab, (long long)factor.since_at.ms, (long long)factor.passkey_n);
        *out = hash_of(text.p, text.n);
    }
    arena_free(&a);
    return is_good;
}

static bool wish_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    Wish w;
    (void)kab;
    return wish_read(subject, &w, e) && wish_hash(db, &w, out, is_there, e);
}

// ---- what the last signature does --------------------------------------------------------------------------------

static bool sessions_end(Db *db, int64_t user_id, Err *e) {
    return session_delete_user(db, (SessionDeleteUserArgs){ .user_id = user_id }, NULL, e) && pending_delete_user(db, (PendingDeleteUserArgs){ .user_id = user_id }, NULL, e);
}

static bool role_write(Db *db, const Viewer *signer, const Wish *w, Instant now, Err *e) {
    Arena a = { 0 };
    User user = { 0 };
    char subject[32];
    snprintf(subject, sizeof subject, "user %lld", (long long)w->user_id);
    bool is_good = authority_require(signer, ACTION_USERS, w->kab, e) && user_read(db, &a, w->user_id, &user, e);
    AuditEntry entry = { .kab = user.kab, .actor_id = signer->user_id, .action = "user.role", .subject = str_c(subject), .at = now,
                         .fields = { AUDIT_CHANGE("role", str_c(role_name(user.role)), str_c(role_name(w->role))), AUDIT_CHANGE("kab", user.kab, w->kab) } };
    is_good = is_good && app_user_role_set(db, (AppUserRoleSetArgs){ .id = w->user_id, .role = str_c(role_name(w->role)), .kab = w->kab }, NULL, e) &&
              sessions_end(db, w->user_id, e) && audit_write(db, &entry, e);
    arena_free(&a);
    return is_good;
}

// The password of that time opens nothing but the page where another one is chosen.
static bool enable_write(Db *db, const Viewer *signer, const Wish *w, int64_t kab, Instant now, Err *e) {
    char subject[32];
    snprintf(subject, sizeof subject, "user %lld", (long long)w->user_id);
    AuditEntry entry = { .kab = kab, .actor_id = signer->user_id, .action = "user.enable", .subject = str_c(subject), .at = now, .fields = { AUDIT_CHANGE("is_active", 0, 1) } };
    return app_user_enable(db, (AppUserEnableArgs){ .id = w->user_id }, NULL, e) && audit_write(db, &entry, e);
}

static bool wish_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Wish w;
    if (!wish_read(request->subject, &w, e)) return false;
    if (w.what == WISH_ROLE) return role_write(db, signer, &w, now, e);
    if (w.what == WISH_ENABLE) return enable_write(db, signer, &w, request->kab, now, e);
    return factor_drop(db, signer->user_id, w.user_id, request->kab, now, e) && sessions_end(db, w.user_id, e);
}

const ApprovalKind ROLE_APPROVAL = { .name = "role", .title = N_("Another role for a user"), .act = N_("With the last signature the person has the new role, and every session ends."),
                                     .now = wish_now, .finish = wish_finish };
const ApprovalKind FACTOR_APPROVAL = { .name = "factor", .title = N_("Reset of a second factor"), .act = N_("With the last signature the second factor is gone; the person sets up a new one at the next log-in."),
                                       .now = wish_now, .finish = wish_finish };
const ApprovalKind ENABLE_APPROVAL = { .name = "enable", .title = N_("A new or disabled user may log in"),
                                       .act = N_("With the last signature the person may log in with the password that was given or the one of that time, and must choose another one at once."),
                                       .now = wish_now, .finish = wish_finish };
static const ApprovalKind *const KINDS[] = { [WISH_ROLE] = &ROLE_APPROVAL, [WISH_FACTOR] = &FACTOR_APPROVAL, [WISH_ENABLE] = &ENABLE_APPROVAL };

// ---- asking, signing, refusing -----------------------------------------------------------------------------------

typedef struct { const Viewer *viewer; Wish wish; int64_t request_id; Str reason; Instant now; bool is_refusal; } Work;

// The person, for those who keep the users of the area; else as if there were nobody.
static bool user_of(Db *db, Arena *a, const Viewer *viewer, int64_t user_id, User *out, Err *e) {
    Err none = { 0 };
    if (!authority_require(viewer, ACTION_USERS, KAB_NONE, e)) return false;
    bool is_found = user_read(db, a, user_id, out, &none) && authority_allows(viewer, ACTION_USERS, out->kab);
    if (none.code && none.code != NOT_FOUND) { *e = none; return false; }
    return is_found || fail(e, NOT_FOUND, "There is no person number %lld.", (long long)user_id);
}

static bool ask_work(Db *db, void *with, Err *e) {
    const Work *w = with;
    Arena a = { 0 };
    User user = { 0 };
    Hash seen = { 0 };
    ApprovalRequest request;
    bool is_there = false, is_new = false;
    bool is_good = user_of(db, &a, w->viewer, w->wish.user_id, &user, e) && wish_hash(db, &w->wish, &seen, &is_there, e) &&
                   (is_there || fail(e, CONFLICT, w->wish.what == WISH_ENABLE ? N_("This person may log in already.") : N_("This person can no longer log in."))) &&
                   (user.id != w->viewer->user_id || fail(e, FORBIDDEN, "Not for yourself: another person who keeps users must ask for it."));
    if (is_good && w->wish.what == WISH_ROLE)
        is_good = (user.role != w->wish.role || user.kab != w->wish.kab || fail(e, BAD_INPUT, "The person has this role and this area already.")) &&
                  authority_require(w->viewer, ACTION_USERS, w->wish.kab, e);
    Str subject = w->wish.what == WISH_ROLE ? arena_fmt(&a, "%lld %s %lld", (long long)user.id, role_name(w->wish.role), (long long)w->wish.kab)
                                            : arena_fmt(&a, w->wish.what == WISH_ENABLE ? "%lld enable" : "%lld", (long long)user.id);
    ApprovalAsk ask = { .kab = user.kab, .subject = subject, .seen_hash = seen, .link = arena_fmt(&a, "/users/%lld", (long long)user.id) };
    is_good = is_good && approval_ask(db, &a, w->viewer, KINDS[w->wish.what], &ask, w->now, &request, &is_new, e);
    arena_free(&a);
    return is_good;
}

bool user_role_ask(Db *db, const Viewer *viewer, int64_t user_id, Role role, int64_t kab, Instant now, Err *e) {
    return user_area_accept(kab, e) && change_do(db, ask_work, &(Work){ .viewer = viewer, .wish = { .user_id = user_id, .kab = kab, .role = role, .what = WISH_ROLE }, .now = now }, e);
}

bool user_factor_ask(Db *db, const Viewer *viewer, int64_t user_id, Instant now, Err *e) {
    return change_do(db, ask_work, &(Work){ .viewer = viewer, .wish = { .user_id = user_id, .what = WISH_FACTOR }, .now = now }, e);
}

bool user_enable_ask(Db *db, const Viewer *viewer, int64_t user_id, Instant now, Err *e) {
    return change_do(db, ask_work, &(Work){ .viewer = viewer, .wish = { .user_id = user_id, .what = WISH_ENABLE }, .now = now }, e);
}

bool user_enable_ask_within(Db *db, const Viewer *viewer, int64_t user_id, Instant now, Err *e) {
    return ask_work(db, &(Work){ .viewer = viewer, .wish = { .user_id = user_id, .what = WISH_ENABLE }, .now = now }, e);
}

static const ApprovalKind *kind_of(const ApprovalRequest *request) {
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) if (str_eq(request->kind, str_c(KINDS[i]->name))) return KINDS[i];
    return NULL;
}

static bool decide_work(Db *db, void *with, Err *e) {
    const Work *w = with;
    Arena a = { 0 };
    User user = { 0 };
    ApprovalRequest request = { 0 };
    Wish wish = { 0 };
    bool is_good = user_of(db, &a, w->viewer, w->wish.user_id, &user, e) && approval_read(db, &a, user.kab, w->request_id, &request, e);
    const ApprovalKind *kind = is_good ? kind_of(&request) : NULL;
    is_good = is_good && ((kind && wish_read(request.subject, &wish, e) && wish.user_id == user.id) || fail(e, NOT_FOUND, "There is no request with this number."));
    if (is_good) is_good = w->is_refusal ? approval_refuse(db, w->viewer, &request, w->reason, w->now, e)
                                         : approval_sign(db, w->viewer, kind, &request, &request.seen_hash, w->now, e);
    arena_free(&a);
    return is_good;
}

bool user_request_sign(Db *db, const Viewer *viewer, int64_t user_id, int64_t request_id, Instant now, Err *e) {
    return change_do(db, decide_work, &(Work){ .viewer = viewer, .wish = { .user_id = user_id }, .request_id = request_id, .now = now }, e);
}

bool user_request_refuse(Db *db, const Viewer *viewer, int64_t user_id, int64_t request_id, Str reason, Instant now, Err *e) {
    return change_do(db, decide_work, &(Work){ .viewer = viewer, .wish = { .user_id = user_id }, .request_id = request_id, .reason = reason, .now = now, .is_refusal = true }, e);
}

// ---- looking -----------------------------------------------------------------------------------------------------

#define REQUESTS_MAX 20                // open at once about one person

static bool request_fill(Db *db, Arena *a, const Viewer *viewer, int64_t kab, int64_t id, Instant now, UserRequest *out, Err *e) {
    ApprovalRequest request;
    Wish wish;
    int64_t giver = 0;
    bool may_sign = false;
    if (!approval_read(db, a, kab, id, &request, e) || !wish_read(request.subject, &wish, e) || !approval_may_sign(db, viewer, &request, now, &may_sign, &giver, e)) return false;
    *out = (UserRequest){ .id = id, .maker_id = request.maker_id, .kab = wish.kab, .what = wish.what, .may_sign = may_sign,
                          .is_own = request.maker_id == viewer->user_id, .role = wish.role, .made_at = request.made_at, .due_on = request.due_on };
    return true;
}

bool user_requests(Db *db, Arena *a, const Viewer *viewer, int64_t user_id, Instant now, UserRequests *out, Err *e) {
    User user = { 0 };
    UserRequestsOpenRows rows;
    UserRequestsOpenRow row;
    UserRequests list = { NEW(a, UserRequest, REQUESTS_MAX), 0 };
    int64_t ids[REQUESTS_MAX];
    size_t n = 0;
    bool has_row = false;
    if (!user_of(db, a, viewer, user_id, &user, e)) return false;
    Str who = arena_fmt(a, "%lld", (long long)user_id);
    bool is_good = user_requests_open(db, (UserRequestsOpenArgs){ .kab = user.kab, .who = who }, &rows, e);
    while (is_good && (is_good = user_requests_open_next(&rows, &row, &has_row, e)) && has_row && n < REQUESTS_MAX) ids[n++] = row.id;
    user_requests_open_end(&rows);
    for (size_t i = 0; is_good && i < n; i++) is_good = request_fill(db, a, viewer, user.kab, ids[i], now, &list.at[list.n++], e);
    if (is_good) *out = list;
    return is_good;
}
