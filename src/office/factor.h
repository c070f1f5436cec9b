// factor.h: the second factor: an authenticator app (totp.h), passkeys (passkey.h), and recovery codes for the day the telephone is lost.
//
// Whose role can sign, pay or keep users needs one (role_needs_factor): a log-in without leads to setting it up and to nothing
// else (Session.must). People of a practice database are free of that, whoever has one is asked for it everywhere.
#ifndef OFFICE_FACTOR_H
#define OFFICE_FACTOR_H
#include "db/db.h"
#include "office/authority.h"
#include "office/password.h"
#include "office/totp.h"

#define RECOVERY_CODES 10
typedef struct { char text[RECOVERY_CODES][PASSWORD_RANDOM_CHARS + 1]; } RecoveryCodes;        // shown once, kept as hashes

typedef struct {
    bool is_set_up, is_begun;          // begun: a secret was made, its first code was not typed yet
    Instant since_at, used_at;         // used_at 0: never
    int64_t recovery_n, passkey_n;     // codes left; passkeys. is_set_up speaks of the app alone
} Factor;
must_use bool factor_read(Db *db, int64_t user_id, Factor *out, Err *e);

// Setting up: begin makes a secret (each time a new one, as long as it is not confirmed), pending gives it for the QR code, and confirm
// takes the app's first code: from then on it is asked for. CONFLICT when there is one already, FORBIDDEN for a wrong code.
// Transactions of their own.
must_use bool factor_begin(Db *db, const Viewer *who, Instant now, Err *e);
must_use bool factor_pending(Db *db, int64_t user_id, TotpSecret *out, bool *is_begun, Err *e);
must_use bool factor_confirm(Db *db, const Viewer *who, Str code, Instant now, RecoveryCodes *out, Err *e);
// New recovery codes; the old ones are void. CONFLICT without a second factor.
must_use bool factor_recovery_renew(Db *db, const Viewer *who, Instant now, RecoveryCodes *out, Err *e);
// Takes one's own app away; codes and all, when there is no passkey. FORBIDDEN when that was the last one and the role needs it (somebody else resets it then).
must_use bool factor_remove(Db *db, const Viewer *who, Instant now, Err *e);

// ---- inside the caller's transaction
typedef enum { FACTOR_WRONG, FACTOR_APP, FACTOR_RECOVERY } FactorUse;
// Takes a code of the app or a recovery code, each good once: of two at the same moment one wins.
must_use bool factor_take(Db *db, int64_t user_id, Str code, Instant now, FactorUse *use, Err *e);
// Takes the factor and the codes of somebody away, with the audit entry.
// New recovery codes in place of the old ones; and an entry "user N" in the audit trail.
must_use bool factor_codes_write(Db *db, int64_t user_id, Instant now, RecoveryCodes *out, Err *e);
must_use bool factor_event(Db *db, int64_t actor_id, int64_t user_id, int64_t kab, const char *action, Instant now, Err *e);
must_use bool factor_drop(Db *db, int64_t actor_id, int64_t user_id, int64_t kab, Instant now, Err *e);
#endif
