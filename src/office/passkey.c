// passkey.c: see passkey.h.
#include "office/passkey.h"
#include "office/change.h"
#include "office_factor.sql.h"
#include "office_passkey.sql.h"

static const char *const PURPOSES[] = { [PASSKEY_LOGIN] = "login", [PASSKEY_ENROL] = "enrol", [PASSKEY_CONFIRM] = "confirm" };

bool passkey_list(Db *db, Arena *a, int64_t user_id, Passkeys *out, Err *e) {
    PasskeyAllRows rows;
    PasskeyAllRow row;
    Passkeys list = { NEW(a, Passkey, PASSKEYS_MAX), 0 };
    bool has_row = false, is_good = passkey_all(db, (PasskeyAllArgs){ .user_id = user_id }, &rows, e);
    while (is_good && (is_good = passkey_all_next(&rows, &row, &has_row, e)) && has_row && list.n < PASSKEYS_MAX)
        list.at[list.n++] = (Passkey){ row.n, arena_str(a, row.title), arena_str(a, row.credential_data), row.created_at, row.used_at };
    passkey_all_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

// ---- challenges --------------------------------------------------------------------------------------------------

typedef struct { int64_t user_id; const Hash *bound; PasskeyPurpose purpose; Instant now; Challenge challenge; } Asking;

static bool asking_work(Db *db, void *with, Err *e) {
    Asking *w = with;
    Str purpose = str_c(PURPOSES[w->purpose]);
    randombytes_buf(w->challenge.bytes, sizeof w->challenge.bytes);
    return challenge_forget(db, (ChallengeForgetArgs){ .user_id = w->user_id, .now_at = w->now, .bound_hash = *w->bound, .purpose = purpose }, NULL, e) &&
           challenge_insert(db, (ChallengeInsertArgs){ .challenge_hash = hash_of(w->challenge.bytes, sizeof w->challenge.bytes), .user_id = w->user_id, .bound_hash = *w->bound,
               .purpose = purpose, .ends_at = { w->now.ms + PASSKEY_CHALLENGE_MS } }, NULL, e);
}

bool passkey_challenge(Db *db, int64_t user_id, const Hash *bound, PasskeyPurpose purpose, Instant now, Challenge *out, Err *e) {
    Asking w = { .user_id = user_id, .bound = bound, .purpose = purpose, .now = now };
    if (!change_do(db, asking_work, &w, e)) return false;
    *out = w.challenge;
    return true;
}

// Whether the browser answers a challenge of ours, which is used up by it.
static bool challenge_use(Db *db, int64_t user_id, const Hash *bound, PasskeyPurpose purpose, const PasskeySite *site, const PasskeyAnswer *answer, Instant now, bool *is_right, Err *e) {
    Challenge c;
    int64_t taken_n = 0;
    *is_right = false;
    if (!webauthn_client_data_holds(answer, purpose == PASSKEY_ENROL ? "webauthn.create" : "webauthn.get", site, c.bytes)) return true;
    if (!challenge_take(db, (ChallengeTakeArgs){ .challenge_hash = hash_of(c.bytes, sizeof c.bytes), .user_id = user_id, .bound_hash = *bound, .purpose = str_c(PURPOSES[purpose]),
        .now_at = now }, &taken_n, e)) return false;
    *is_right = taken_n == 1;
    return true;
}

// ---- a new one ---------------------------------------------------------------------------------------------------

typedef struct {
    const Viewer *who;
    const Hash *bound;
    const PasskeySite *site;
    const PasskeyAnswer *answer;
    Str title;
    int64_t n;
    Instant now;
    RecoveryCodes codes;
    bool has_codes, is_right;
} Work;

static bool credential_keep(Db *db, Work *w, const WebauthnCredential *c, Err *e) {
    PasskeyKnownRow known;
    PasskeyNextRow last = { 0 };
    Factor f;
    bool is_known = false, is_found = false;
    int64_t user_id = w->who->user_id;
    Hash hash = hash_of(c->credential.p, c->credential.n);
    if (!factor_read(db, user_id, &f, e) || !passkey_known(db, (PasskeyKnownArgs){ .credential_hash = hash }, &known, &is_known, e) ||
        !passkey_next(db, (PasskeyNextArgs){ .user_id = user_id }, &last, &is_found, e)) return false;
    if (is_known) return fail(e, CONFLICT, "This passkey is known here already.");
    if (f.passkey_n >= PASSKEYS_MAX) return fail(e, LIMIT, "You have %d passkeys already. Remove one first.", PASSKEYS_MAX);
    w->has_codes = f.recovery_n == 0;
    return passkey_insert(db, (PasskeyInsertArgs){ .user_id = user_id, .n = last.last_n + 1, .title = w->title, .credential_hash = hash, .credential_data = c->credential,
               .key_data = c->key, .algorithm_n = c->algorithm_n, .last_step_n = c->count_n, .created_at = w->now }, NULL, e) &&
           (!w->has_codes || factor_codes_write(db, user_id, w->now, &w->codes, e)) && factor_event(db, user_id, user_id, w->who->kab, "factor.passkey_add", w->now, e);
}

static bool add_work(Db *db, void *with, Err *e) {
    Work *w = with;
    WebauthnCredential c;
    w->has_codes = false;
    if (!challenge_use(db, w->who->user_id, w->bound, PASSKEY_ENROL, w->site, w->answer, w->now, &w->is_right, e)) return false;
    w->is_right = w->is_right && webauthn_credential_read(w->answer, w->site, &c);
    return !w->is_right || credential_keep(db, w, &c, e);
}

bool passkey_add(Db *db, const Viewer *who, const Hash *bound, const PasskeySite *site, const PasskeyAnswer *answer, Str title, Instant now, RecoveryCodes *codes, bool *has_codes, Err *e) {
    Work w = { .who = who, .bound = bound, .site = site, .answer = answer, .title = str_trim(title), .now = now };
    if (!w.title.n || w.title.n > PASSKEY_TITLE_MAX || !str_is_utf8(w.title)) return fail(e, BAD_INPUT, "Give the passkey a name of at most %d letters, such as: office telephone", PASSKEY_TITLE_MAX);
    if (!change_do(db, add_work, &w, e)) return false;
    if (!w.is_right) return fail(e, FORBIDDEN, "The passkey was not taken: it took too long, or this device did not ask for finger, face or PIN. Try again.");
    *has_codes = w.has_codes;
    if (w.has_codes) *codes = w.codes;
    sodium_memzero(&w.codes, sizeof w.codes);
    return true;
}

// ---- removing ----------------------------------------------------------------------------------------------------

static bool remove_work(Db *db, void *with, Err *e) {
    const Work *w = with;
    const Viewer *who = w->who;
    Factor f;
    int64_t gone_n = 0;
    if (!factor_read(db, who->user_id, &f, e)) return false;
    bool is_last = !f.is_set_up && f.passkey_n == 1;
    if (!passkey_delete(db, (PasskeyDeleteArgs){ .user_id = who->user_id, .n = w->n }, &gone_n, e)) return false;
    if (gone_n == 0) return fail(e, NOT_FOUND, "This passkey is gone already.");
    if (is_last && role_needs_factor(who->role) && !who->is_practice)
        return fail(e, FORBIDDEN, "This is your last second factor, and your role needs one. Set up another one first.");
    return (!is_last || recovery_delete(db, (RecoveryDeleteArgs){ .user_id = who->user_id }, NULL, e)) &&
           factor_event(db, who->user_id, who->user_id, who->kab, "factor.passkey_remove", w->now, e);
}

bool passkey_remove(Db *db, const Viewer *who, int64_t n, Instant now, Err *e) { return change_do(db, remove_work, &(Work){ .who = who, .n = n, .now = now }, e); }

// ---- using it ----------------------------------------------------------------------------------------------------

bool passkey_take(Db *db, int64_t user_id, int64_t kab, const Hash *bound, PasskeyPurpose purpose, const PasskeySite *site, const PasskeyAnswer *answer, Instant now, bool *is_right, Err *e) {
    Arena a = { 0 };
    PasskeyOfRow row;
    int64_t count_n = 0, taken_n = 0;
    bool is_known = false, holds = false;
    *is_right = false;
    bool is_good = challenge_use(db, user_id, bound, purpose, site, answer, now, &holds, e) &&
                   passkey_of(db, &a, (PasskeyOfArgs){ .user_id = user_id, .credential_hash = hash_of(answer->credential.p, answer->credential.n) }, &row, &is_known, e);
    holds = is_good && holds && is_known && webauthn_assertion_read(answer, site, &count_n) && webauthn_signature_holds(row.key_data, answer);
    if (holds) is_good = passkey_step_take(db, (PasskeyStepTakeArgs){ .user_id = user_id, .n = row.n, .step_n = count_n, .used_at = now }, &taken_n, e);
    arena_free(&a);
    if (is_good && holds && taken_n == 0) is_good = factor_event(db, 0, user_id, kab, "factor.passkey_copied", now, e);
    *is_right = is_good && holds && taken_n == 1;
    return is_good;
}
