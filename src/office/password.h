// password.h: secrets of people: how a password is kept, and random tokens. argon2id with 19 MiB and two passes; at most two
// hashes at once in this process, so that fifty log-ins cannot take the machine.
#ifndef OFFICE_PASSWORD_H
#define OFFICE_PASSWORD_H
#include "base/err.h"
#include "base/hash.h"

#define PASSWORD_MIN 10                // characters; no rules of composition, long sentences are welcome
#define PASSWORD_MAX 128               // bytes: nothing that a person types is longer
#define PASSWORD_CODE_MAX crypto_pwhash_STRBYTES

typedef struct { char text[PASSWORD_CODE_MAX]; } PasswordCode;         // "$argon2id$v=19$m=19456,t=2,p=1$…"

// BAD_INPUT when the password is too short, too long, well known, or the log-in itself.
must_use bool password_accept(Str password, Str login, Err *e);
// BUSY when too many people are waiting for a hash.
must_use bool password_code(Str password, PasswordCode *out, Err *e);
// *is_right after the same work whether or not it is; an empty `code` (nobody of that name) does the work and is never right.
must_use bool password_verify(Str code, Str password, bool *is_right, Err *e);

// 256 random bits as 43 characters of base64url; only its hash is ever stored.
#define TOKEN_CHARS 43
typedef struct { char text[TOKEN_CHARS + 1]; } Token;
Token token_make(void);
Hash token_hash(Str token);
// Compares without telling by time how much was alike.
bool secret_eq(Str a, Str b);
// A random password that can be read aloud: five groups of four letters and digits, without those that look alike.
#define PASSWORD_RANDOM_CHARS 24
void password_random(char out[PASSWORD_RANDOM_CHARS + 1]);
#endif
