// passkey.h: passkeys as a second factor (WebAuthn): a finger, a face or a PIN on a device that holds the key. Beside the authenticator
// app or instead of it; a person may have several, with names. What an authenticator says is read in webauthn.h.
//
// Each answer is to a challenge that is good once, for PASSKEY_CHALLENGE_MS, for one person, one purpose and one session (or one log-in
// that waits for its second factor). A counter that does not go on means that somebody copied the key: it is refused and written down.
#ifndef OFFICE_PASSKEY_H
#define OFFICE_PASSKEY_H
#include "office/factor.h"
#include "office/webauthn.h"

#define PASSKEY_CHALLENGE_MS ((int64_t)3 * 60 * 1000)
#define PASSKEYS_MAX 10                // a telephone, a computer, a stick, and as many again
#define PASSKEY_TITLE_MAX 60           // bytes
typedef enum { PASSKEY_LOGIN, PASSKEY_ENROL, PASSKEY_CONFIRM } PasskeyPurpose;
typedef struct { uint8_t bytes[WEBAUTHN_CHALLENGE_BYTES]; } Challenge;

typedef struct { int64_t n; Str title, credential; Instant created_at, used_at; } Passkey;         // used_at 0: never
typedef struct { Passkey *at; size_t n; } Passkeys;
must_use bool passkey_list(Db *db, Arena *a, int64_t user_id, Passkeys *out, Err *e);

// bound: the hash of the session's token, or of the waiting log-in's. An earlier challenge for the same is void. A transaction of its own.
must_use bool passkey_challenge(Db *db, int64_t user_id, const Hash *bound, PasskeyPurpose purpose, Instant now, Challenge *out, Err *e);
// Keeps a new one. With the first second factor come recovery codes (*has_codes). FORBIDDEN: the answer does not hold, CONFLICT: known
// already, LIMIT, BAD_INPUT: no name. A transaction of its own.
must_use bool passkey_add(Db *db, const Viewer *who, const Hash *bound, const PasskeySite *site, const PasskeyAnswer *answer, Str title, Instant now,
                          RecoveryCodes *codes, bool *has_codes, Err *e);
// FORBIDDEN for the last second factor of a role that needs one; NOT_FOUND. A transaction of its own.
must_use bool passkey_remove(Db *db, const Viewer *who, int64_t n, Instant now, Err *e);

// Inside the caller's transaction, which must be committed also when *is_right is false: the challenge is used up then.
must_use bool passkey_take(Db *db, int64_t user_id, int64_t kab, const Hash *bound, PasskeyPurpose purpose, const PasskeySite *site, const PasskeyAnswer *answer, Instant now,
                           bool *is_right, Err *e);
#endif
