// webauthn.h: what an authenticator says, read strictly (WebAuthn level 2; attestation "none"). Pure: no clock, no database.
//
// Nothing foreign is parsed that need not be. A credential's public key has one canonical form for each algorithm (the standard allows no
// other members and no other order), so it is compared byte by byte instead of being read by a parser; of the attestation object only
// the authenticator's data is taken, for without attestation the rest proves nothing.
#ifndef OFFICE_WEBAUTHN_H
#define OFFICE_WEBAUTHN_H
#include "base/arena.h"
#include "base/err.h"
#include "base/hash.h"

#define WEBAUTHN_CHALLENGE_BYTES 32
#define WEBAUTHN_CREDENTIAL_MAX 1023                       // the standard's own limit
#define WEBAUTHN_CLIENT_DATA_MAX 2048                      // browsers send under 300 bytes
#define WEBAUTHN_AUTH_DATA_MAX 2048
#define WEBAUTHN_ES256 (-7)                                // ECDSA on P-256 with SHA-256, as COSE numbers it
#define WEBAUTHN_EDDSA (-8)                                // Ed25519
#define WEBAUTHN_KEY_MAX 77

// Who asks: "https://padang.example" and "padang.example".
typedef struct { Str origin, rp_id; } PasskeySite;
// What the browser sent, as bytes. A new credential has no signature.
typedef struct { Str client_data, auth_data, signature, credential; } PasskeyAnswer;

// BAD_INPUT when a field is no base64url without padding, or longer than its limit.
must_use bool webauthn_decode(Arena *a, Str field, size_t max, Str *out, Err *e);
Str webauthn_encode(Arena *a, Str bytes);

// What the browser signed beside the authenticator's data: this kind ("webauthn.create", "webauthn.get"), this origin, not inside
// somebody else's page. False for everything else; `challenge` is what it answers.
must_use bool webauthn_client_data_holds(const PasskeyAnswer *answer, const char *type, const PasskeySite *site, uint8_t challenge[WEBAUTHN_CHALLENGE_BYTES]);

// Both ask that the person was there and was recognised (finger, face or PIN), and that it is for this site.
typedef struct { Str credential, key; int64_t algorithm_n, count_n; } WebauthnCredential;
must_use bool webauthn_credential_read(const PasskeyAnswer *answer, const PasskeySite *site, WebauthnCredential *out);
must_use bool webauthn_assertion_read(const PasskeyAnswer *answer, const PasskeySite *site, int64_t *count_n);
// The algorithm of a key in its canonical form; 0: none that is taken here.
int64_t webauthn_key_algorithm(Str key);
must_use bool webauthn_signature_holds(Str key, const PasskeyAnswer *answer);
#endif
