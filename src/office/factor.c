// factor.c: see factor.h.
#include "office/factor.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/factor_key.h"
#include "office_factor.sql.h"
#include <stdio.h>

// A recovery code has a hundred random bits: its hash needs neither salt nor arithmetic against guessing.
static Hash recovery_hash(Str code) {
    char letters[PASSWORD_RANDOM_CHARS];
    size_t n = 0;
    for (size_t i = 0; i < code.n && n < sizeof letters; i++) {
        char c = code.p[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) letters[n++] = c;
    }
    Hash hash = hash_of(letters, n);
    sodium_memzero(letters, sizeof letters);
    return hash;
}

bool factor_event(Db *db, int64_t actor_id, int64_t user_id, int64_t kab, const char *action, Instant now, Err *e) {
    char subject[32];
    snprintf(subject, sizeof subject, "user %lld", (long long)user_id);
    return audit_write(db, &(AuditEntry){ .kab = kab, .actor_id = actor_id, .action = action, .subject = str_c(subject), .at = now }, e);
}

bool factor_read(Db *db, int64_t user_id, Factor *out, Err *e) {
    Arena a = { 0 };
    FactorTotpRow row;
    RecoveryLeftRow left = { 0 };
    PasskeyCountRow passkeys = { 0 };
    bool is_found = false, is_counted = false;
    bool is_good = factor_totp(db, &a, (FactorTotpArgs){ .user_id = user_id }, &row, &is_found, e) &&
                   recovery_left(db, (RecoveryLeftArgs){ .user_id = user_id }, &left, &is_counted, e) &&
                   passkey_count(db, (PasskeyCountArgs){ .user_id = user_id }, &passkeys, &is_counted, e);
    Factor f = { .recovery_n = left.left_n, .passkey_n = passkeys.passkey_n };
    if (is_good && is_found) {
        f.is_set_up = row.is_confirmed;
        f.is_begun = !row.is_confirmed;
        f.since_at = row.created_at;
        f.used_at = row.used_at;
    }
    arena_free(&a);
    if (is_good) *out = f;
    return is_good;
}

// ---- setting up --------------------------------------------------------------------------------------------------

typedef struct { const Viewer *who; Instant now; Str code; RecoveryCodes codes; } Work;

static bool begin_work(Db *db, void *with, Err *e) {
    const Work *w = with;
    Factor f;
    uint8_t sealed[SEALED_BYTES];
    TotpSecret secret = totp_secret_make();
    if (!factor_read(db, w->who->user_id, &f, e)) return false;
    if (f.is_set_up) return fail(e, CONFLICT, "There is a second factor already. Take it away first.");
    bool is_good = factor_seal(db, w->who->user_id, &secret, sealed, e) &&
                   factor_begin_write(db, (FactorBeginWriteArgs){ .user_id = w->who->user_id, .secret_data = { (const char *)sealed, sizeof sealed }, .created_at = w->now }, NULL, e);
    sodium_memzero(&secret, sizeof secret);
    return is_good;
}

bool factor_begin(Db *db, const Viewer *who, Instant now, Err *e) { return change_do(db, begin_work, &(Work){ .who = who, .now = now }, e); }

bool factor_pending(Db *db, int64_t user_id, TotpSecret *out, bool *is_begun, Err *e) {
    Arena a = { 0 };
    FactorTotpRow row;
    bool is_found = false;
    bool is_good = factor_totp(db, &a, (FactorTotpArgs){ .user_id = user_id }, &row, &is_found, e);
    *is_begun = is_good && is_found && !row.is_confirmed;
    if (*is_begun) is_good = factor_open(db, user_id, row.secret_data, out, e);
    arena_free(&a);
    return is_good;
}

bool factor_codes_write(Db *db, int64_t user_id, Instant now, RecoveryCodes *out, Err *e) {
    if (!recovery_delete(db, (RecoveryDeleteArgs){ .user_id = user_id }, NULL, e)) return false;
    for (int i = 0; i < RECOVERY_CODES; i++) {
        password_random(out->text[i]);
        if (!recovery_insert(db, (RecoveryInsertArgs){ .user_id = user_id, .code_hash = recovery_hash(str_c(out->text[i])), .made_at = now }, NULL, e)) return false;
    }
    return true;
}

static bool app_take(Db *db, int64_t user_id, const FactorTotpRow *row, Str code, Instant now, bool *is_right, Err *e) {
    TotpSecret secret;
    int64_t step = 0, taken_n = 0;
    if (!factor_open(db, user_id, row->secret_data, &secret, e)) return false;
    *is_right = totp_matches(&secret, code, now, row->last_step_n, &step);
    sodium_memzero(&secret, sizeof secret);
    if (!*is_right) return true;
    if (!factor_step_take(db, (FactorStepTakeArgs){ .user_id = user_id, .step_n = step, .used_at = now }, &taken_n, e)) return false;
    *is_right = taken_n == 1;
    return true;
}

static bool confirm_work(Db *db, void *with, Err *e) {
    Work *w = with;
    Arena a = { 0 };
    FactorTotpRow row;
    int64_t user_id = w->who->user_id;
    bool is_found = false, is_right = false;
    bool is_good = factor_totp(db, &a, (FactorTotpArgs){ .user_id = user_id }, &row, &is_found, e) &&
                   ((is_found && !row.is_confirmed) || fail(e, CONFLICT, "Nothing waits for its first code. Begin again.")) &&
                   app_take(db, user_id, &row, w->code, w->now, &is_right, e);
    arena_free(&a);
    if (!is_good) return false;
    if (!is_right) return fail(e, FORBIDDEN, "This is not the code that the app shows now. Look at the telephone's clock, and try the next one.");
    return factor_codes_write(db, w->who->user_id, w->now, &w->codes, e) && factor_event(db, user_id, user_id, w->who->kab, "factor.add", w->now, e);
}

bool factor_confirm(Db *db, const Viewer *who, Str code, Instant now, RecoveryCodes *out, Err *e) {
    Work w = { .who = who, .code = code, .now = now };
    if (!change_do(db, confirm_work, &w, e)) return false;
    *out = w.codes;
    sodium_memzero(&w.codes, sizeof w.codes);
    return true;
}

static bool renew_work(Db *db, void *with, Err *e) {
    Work *w = with;
    Factor f;
    if (!factor_read(db, w->who->user_id, &f, e)) return false;
    if (!f.is_set_up && !f.passkey_n) return fail(e, CONFLICT, "Recovery codes belong to a second factor. Set one up first.");
    return factor_codes_write(db, w->who->user_id, w->now, &w->codes, e) && factor_event(db, w->who->user_id, w->who->user_id, w->who->kab, "factor.recovery", w->now, e);
}

bool factor_recovery_renew(Db *db, const Viewer *who, Instant now, RecoveryCodes *out, Err *e) {
    Work w = { .who = who, .now = now };
    if (!change_do(db, renew_work, &w, e)) return false;
    *out = w.codes;
    sodium_memzero(&w.codes, sizeof w.codes);
    return true;
}

bool factor_drop(Db *db, int64_t actor_id, int64_t user_id, int64_t kab, Instant now, Err *e) {
    return factor_delete(db, (FactorDeleteArgs){ .user_id = user_id }, NULL, e) && recovery_delete(db, (RecoveryDeleteArgs){ .user_id = user_id }, NULL, e) &&
           factor_event(db, actor_id, user_id, kab, "factor.drop", now, e);
}

static bool remove_work(Db *db, void *with, Err *e) {
    const Work *w = with;
    const Viewer *who = w->who;
    Factor f;
    if (!factor_read(db, who->user_id, &f, e)) return false;
    if (f.passkey_n)                   // passkeys and codes stay
        return factor_delete_app(db, (FactorDeleteAppArgs){ .user_id = who->user_id }, NULL, e) && factor_event(db, who->user_id, who->user_id, who->kab, "factor.drop", w->now, e);
    if (role_needs_factor(who->role) && !who->is_practice) return fail(e, FORBIDDEN, "Your role needs a second factor. When the telephone is lost, another person resets it.");
    return factor_drop(db, w->who->user_id, w->who->user_id, w->who->kab, w->now, e);
}

bool factor_remove(Db *db, const Viewer *who, Instant now, Err *e) {
    return change_do(db, remove_work, &(Work){ .who = who, .now = now }, e);
}

// ---- using it ----------------------------------------------------------------------------------------------------

bool factor_take(Db *db, int64_t user_id, Str code, Instant now, FactorUse *use, Err *e) {
    Arena a = { 0 };
    FactorTotpRow row;
    bool is_found = false, is_right = false;
    int64_t taken_n = 0;
    *use = FACTOR_WRONG;
    if (!totp_is_code(code)) {
        if (!recovery_take(db, (RecoveryTakeArgs){ .user_id = user_id, .code_hash = recovery_hash(code), .used_at = now }, &taken_n, e)) return false;
        if (taken_n) *use = FACTOR_RECOVERY;
        return true;
    }
    bool is_good = factor_totp(db, &a, (FactorTotpArgs){ .user_id = user_id }, &row, &is_found, e) &&
                   (!is_found || !row.is_confirmed || app_take(db, user_id, &row, code, now, &is_right, e));
    arena_free(&a);
    if (is_right) *use = FACTOR_APP;
    return is_good;
}
