// authority.c: the table of roles and actions, and the area of a viewer.
#include "office/authority.h"
#include "base/lang.h"

#define BIT(action) (1u << ACTION_##action)
#define READS (BIT(READ) | BIT(CHECK))
#define PREPARES (BIT(READ_IDENTITY) | BIT(IMPORT) | BIT(EDIT) | BIT(TELL) | BIT(CLOSE) | BIT(RUN) | BIT(SIGN_FIRST))
#define PROVES (BIT(SIGN_FIRST) | BIT(SIGN_SECOND) | BIT(PAY) | BIT(USERS) | BIT(CHANNEL))
#define CHANGES (PROVES | BIT(REFERENCE) | BIT(IMPORT) | BIT(EDIT) | BIT(CLOSE) | BIT(RUN) | BIT(CASELOAD) | BIT(TRAIN))

// Who prepares does not sign second; who signs second does not pay out (pay.c refuses the signer by person, too).
// Heads and administrators keep the users, so that no one who prepares can make himself a second pair of eyes; an administrator
// has no other power, and sees no family.
static const struct { const char *name, *title; unsigned actions; } ROLES[ROLE_N] = {
    [ROLE_OPERATOR]       = { "operator", N_("Operator"), READS | PREPARES | BIT(REFERENCE) | BIT(PAY) | BIT(DESK) | BIT(TRAIN) },
    [ROLE_COORDINATOR]    = { "coordinator", N_("City coordinator"), READS | PREPARES | BIT(PAY) | BIT(CASELOAD) | BIT(DESK) | BIT(TRAIN) },
    [ROLE_HEAD_LINJAMSOS] = { "head_linjamsos", N_("Head of Linjamsos"), READS | BIT(READ_IDENTITY) | BIT(READ_AUDIT) | BIT(SIGN_FIRST) | BIT(SIGN_SECOND) | BIT(USERS) | BIT(CASELOAD) | BIT(DESK) | BIT(TRAIN) },
    [ROLE_HEAD_DINSOS]    = { "head_dinsos", N_("Head of Dinas Sosial"), READS | BIT(READ_IDENTITY) | BIT(READ_AUDIT) | BIT(SIGN_SECOND) | BIT(USERS) | BIT(CASELOAD) | BIT(DESK) | BIT(TRAIN) },
    [ROLE_COMPANION]      = { "companion", N_("Companion"), BIT(READ_OWN) | BIT(DESK) | BIT(TELL) },
    [ROLE_AUDITOR]        = { "auditor", N_("Auditor"), READS | BIT(READ_IDENTITY) | BIT(READ_AUDIT) },
    [ROLE_NATIONAL]       = { "national", N_("National office"), READS | BIT(READ_AUDIT) | BIT(REFERENCE) },
    [ROLE_PROVINCE]       = { "province", N_("Provincial office"), READS | BIT(READ_AUDIT) },
    [ROLE_BANK]           = { "bank", N_("Bank operator"), BIT(CHANNEL) },
    [ROLE_POST]           = { "post", N_("Post operator"), BIT(CHANNEL) },
    [ROLE_ADMINISTRATOR]  = { "administrator", N_("Administrator"), BIT(READ_AUDIT) | BIT(USERS) },
};

static const char *const ACTIONS[ACTION_N] = {
    [ACTION_READ] = N_("look at the families"), [ACTION_READ_OWN] = N_("look at the own families"),
    [ACTION_READ_IDENTITY] = N_("see NIK and account in full"), [ACTION_READ_AUDIT] = N_("read the audit trail"),
    [ACTION_CHECK] = N_("run the checks"), [ACTION_REFERENCE] = N_("change areas and rule books"),
    [ACTION_IMPORT] = N_("import data"), [ACTION_EDIT] = N_("change families"), [ACTION_CLOSE] = N_("close a stage"),
    [ACTION_RUN] = N_("run a stage"), [ACTION_SIGN_FIRST] = N_("sign as the maker"),
    [ACTION_SIGN_SECOND] = N_("sign as the approver"), [ACTION_PAY] = N_("write the payment files"),
    [ACTION_USERS] = N_("manage users"), [ACTION_CASELOAD] = N_("hand families over"),
    [ACTION_DESK] = N_("take in what a family asks about its data"),
    [ACTION_TELL] = N_("tell what a family has done"),
    [ACTION_TRAIN] = N_("plan trainings and keep their day"),
    [ACTION_CHANNEL] = N_("take files and bring results of a channel"),
};

#define KAB_DIGITS 10000               // a district's code has four digits,
#define PROVINCE_DIGITS 100            // a province's two

void authority_area(const Viewer *viewer, int64_t *low_kab, int64_t *high_kab) {
    bool is_nation = viewer->kab == 0, is_province = viewer->kab > 0 && viewer->kab < PROVINCE_DIGITS;
    *low_kab = is_province ? viewer->kab * PROVINCE_DIGITS : viewer->kab;
    *high_kab = is_nation ? KAB_DIGITS - 1 : is_province ? *low_kab + PROVINCE_DIGITS - 1 : viewer->kab;
}

bool authority_allows(const Viewer *viewer, Action action, int64_t kab) {
    if (!(ROLES[viewer->role].actions >> action & 1)) return false;
    if (kab == KAB_NONE) return true;
    int64_t low = 0, high = 0;
    authority_area(viewer, &low, &high);
    return kab >= low && kab <= high;
}

bool authority_require(const Viewer *viewer, Action action, int64_t kab, Err *e) {
    if (authority_allows(viewer, action, kab)) return true;
    if (!authority_allows(viewer, action, KAB_NONE))
        return fail(e, FORBIDDEN, "%s (%s) may not %s.", viewer->login, role_title(viewer->role), action_title(action));
    return fail(e, FORBIDDEN, "%s works for area %lld, not for %lld.", viewer->login, (long long)viewer->kab, (long long)kab);
}

Sight authority_sight(const Viewer *viewer, Date on) {
    bool sees_all = authority_allows(viewer, ACTION_READ, KAB_NONE), sees_own = authority_allows(viewer, ACTION_READ_OWN, KAB_NONE);
    Sight sight = { .low_kab = 1, .high_kab = 0, .user_id = sees_all ? 0 : viewer->user_id, .on = on };
    if (sees_all || (sees_own && viewer->user_id > 0)) authority_area(viewer, &sight.low_kab, &sight.high_kab);
    return sight;
}

bool role_needs_factor(Role role) { return ROLES[role].actions & PROVES; }
const char *role_channel(Role role) { return role == ROLE_BANK ? "BRI" : role == ROLE_POST ? "POS" : NULL; }
bool role_is_reader(Role role) { return !(ROLES[role].actions & CHANGES); }
const char *role_name(Role role) { return ROLES[role].name; }
const char *role_title(Role role) { return tr(ROLES[role].title); }
const char *action_title(Action action) { return tr(ACTIONS[action]); }

bool role_find(Str name, Role *out) {
    for (int i = 0; i < ROLE_N; i++)
        if (str_eq(name, str_c(ROLES[i].name))) return *out = (Role)i, true;
    return false;
}
