// totp.h: codes of six digits that change every half minute (RFC 6238, HMAC-SHA1, as every authenticator app knows them). Pure.
#ifndef OFFICE_TOTP_H
#define OFFICE_TOTP_H
#include "base/arena.h"
#include "base/date.h"

#define TOTP_SECRET_BYTES 20           // what RFC 4226 recommends
#define TOTP_DIGITS 6
#define TOTP_STEP_MS ((int64_t)30 * 1000)
#define TOTP_DRIFT 1                   // steps that a clock may be wrong, on either side

typedef struct { uint8_t bytes[TOTP_SECRET_BYTES]; } TotpSecret;

TotpSecret totp_secret_make(void);
// The code of one step, of 6 to 8 digits.
uint32_t totp_code(const TotpSecret *secret, int64_t step, int digits);
int64_t totp_step(Instant at);
// Whether `code` (six digits, blanks do not matter) belongs to a step near `now` that comes after last_step; *step says to which:
// keep it as the next last_step, so that no code is good twice. In the same time for every code.
bool totp_matches(const TotpSecret *secret, Str code, Instant now, int64_t last_step, int64_t *step);
bool totp_is_code(Str text);           // six digits, blanks apart: not a password, which is longer
Str totp_base32(Arena *a, const TotpSecret *secret);       // as it is typed where no camera is at hand
// otpauth://totp/… for the QR code; `where` tells several offices apart in the app.
Str totp_address(Arena *a, const TotpSecret *secret, Str where, Str login);
#endif
