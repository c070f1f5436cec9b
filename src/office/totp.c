// totp.c: see totp.h.
#include "office/totp.h"
#include <assert.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

TotpSecret totp_secret_make(void) {
    TotpSecret secret;
    if (sodium_init() < 0) abort();
    randombytes_buf(secret.bytes, sizeof secret.bytes);
    return secret;
}

int64_t totp_step(Instant at) { return at.ms / TOTP_STEP_MS; }

uint32_t totp_code(const TotpSecret *secret, int64_t step, int digits) {
    static const uint32_t POWERS[] = { 1000000, 10000000, 100000000 };
    unsigned char message[8], sum[EVP_MAX_MD_SIZE];
    unsigned sum_n = 0;
    assert(digits >= 6 && digits <= 8);
    for (int i = 0; i < 8; i++) message[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    if (!HMAC(EVP_sha1(), secret->bytes, sizeof secret->bytes, message, sizeof message, sum, &sum_n) || sum_n != 20) abort();
    unsigned at = sum[19] & 15;
    uint32_t number = (uint32_t)(sum[at] & 127) << 24 | (uint32_t)sum[at + 1] << 16 | (uint32_t)sum[at + 2] << 8 | sum[at + 3];
    return number % POWERS[digits - 6];
}

static bool code_read(Str text, uint32_t *out) {
    uint32_t number = 0;
    int digit_n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == ' ') continue;
        if (text.p[i] < '0' || text.p[i] > '9' || ++digit_n > TOTP_DIGITS) return false;
        number = 10 * number + (uint32_t)(text.p[i] - '0');
    }
    *out = number;
    return digit_n == TOTP_DIGITS;
}

bool totp_is_code(Str text) {
    uint32_t unused;
    return code_read(text, &unused);
}

bool totp_matches(const TotpSecret *secret, Str text, Instant now, int64_t last_step, int64_t *step) {
    uint32_t given = 0;
    int64_t found = -1;
    bool is_code = code_read(text, &given);
    for (int64_t s = totp_step(now) - TOTP_DRIFT; s <= totp_step(now) + TOTP_DRIFT; s++) {
        uint32_t wanted = totp_code(secret, s, TOTP_DIGITS);
        bool is_same = sodium_memcmp(&wanted, &given, sizeof wanted) == 0 && s > last_step;
        found = is_same && found < 0 ? s : found;
    }
    if (!is_code || found < 0) return false;
    *step = found;
    return true;
}

Str totp_base32(Arena *a, const TotpSecret *secret) {
    static const char LETTERS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    _Static_assert(TOTP_SECRET_BYTES % 5 == 0, "no padding is needed");
    char *out = NEW(a, char, TOTP_SECRET_BYTES / 5 * 8 + 1);
    size_t n = 0;
    for (size_t i = 0; i < TOTP_SECRET_BYTES; i += 5) {
        uint64_t bits = 0;
        for (size_t k = 0; k < 5; k++) bits = bits << 8 | secret->bytes[i + k];
        for (int shift = 35; shift >= 0; shift -= 5) out[n++] = LETTERS[bits >> shift & 31];
    }
    return (Str){ out, n };
}

static void put_escaped(Buf *b, Str text) {
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
        if (is_plain) buf_char(b, (char)c);
        else buf_fmt(b, "%%%02X", c);
    }
}

Str totp_address(Arena *a, const TotpSecret *secret, Str where, Str login) {
    Buf b = { .max = 2000 };
    Str text = totp_base32(a, secret);
    buf_c(&b, "otpauth://totp/");
    put_escaped(&b, where);
    buf_char(&b, ':');
    put_escaped(&b, login);
    buf_fmt(&b, "?secret=%.*s&issuer=", STR_ARG(text));
    put_escaped(&b, where);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}
