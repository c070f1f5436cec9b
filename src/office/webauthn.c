// webauthn.c: see webauthn.h.
#include "office/webauthn.h"
#include <jansson.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <sodium.h>

#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

bool webauthn_decode(Arena *a, Str field, size_t max, Str *out, Err *e) {
    size_t n = 0;
    if (field.n > (max * 4 + 2) / 3) return fail(e, BAD_INPUT, "The answer of the passkey is longer than any passkey's. Try again.");
    unsigned char *bytes = NEW(a, unsigned char, max + 1);
    if (sodium_base642bin(bytes, max, field.p ? field.p : "", field.n, NULL, &n, NULL, BASE64) != 0)
        return fail(e, BAD_INPUT, "The answer of the passkey cannot be read. Try again.");
    *out = (Str){ (const char *)bytes, n };
    return true;
}

Str webauthn_encode(Arena *a, Str bytes) {
    size_t max = sodium_base64_encoded_len(bytes.n, BASE64);
    char *text = NEW(a, char, max);
    sodium_bin2base64(text, max, (const unsigned char *)bytes.p, bytes.n, BASE64);
    return str_c(text);
}

// ---- what the browser says ---------------------------------------------------------------------------------------

static bool member_is(const json_t *object, const char *name, Str wanted) {
    const json_t *v = json_object_get(object, name);
    return json_is_string(v) && str_eq((Str){ json_string_value(v), json_string_length(v) }, wanted);
}

static bool challenge_read(const json_t *object, uint8_t out[WEBAUTHN_CHALLENGE_BYTES]) {
    const json_t *v = json_object_get(object, "challenge");
    size_t n = 0;
    return json_is_string(v) && sodium_base642bin(out, WEBAUTHN_CHALLENGE_BYTES, json_string_value(v), json_string_length(v), NULL, &n, NULL, BASE64) == 0 &&
           n == WEBAUTHN_CHALLENGE_BYTES;
}

bool webauthn_client_data_holds(const PasskeyAnswer *answer, const char *type, const PasskeySite *site, uint8_t challenge[WEBAUTHN_CHALLENGE_BYTES]) {
    Str text = answer->client_data;
    if (text.n > WEBAUTHN_CLIENT_DATA_MAX || !text.n) return false;
    json_t *object = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL);       // whatever follows the object fails, too
    bool holds = json_is_object(object) && member_is(object, "type", str_c(type)) && member_is(object, "origin", site->origin) &&
                 !json_is_true(json_object_get(object, "crossOrigin")) && !json_object_get(object, "topOrigin") && challenge_read(object, challenge);
    json_decref(object);
    return holds;
}

// ---- what the authenticator says ---------------------------------------------------------------------------------

enum { IS_PRESENT = 1, IS_VERIFIED = 4, HAS_KEY = 64, HAS_EXTENSIONS = 128 };
enum { HEAD_BYTES = 37, MODEL_BYTES = 16, EXTENSIONS_MAX = 256 };       // hash of the site, flags, counter; the model is not looked at

static uint8_t byte_at(Str s, size_t i) { return (uint8_t)s.p[i]; }

// The site, the person, the counter; *rest is what follows.
static bool head_read(Str data, const PasskeySite *site, uint8_t *flags, int64_t *count_n, Str *rest) {
    if (data.n < HEAD_BYTES || data.n > WEBAUTHN_AUTH_DATA_MAX) return false;
    Hash here = sha256_of(site->rp_id.p, site->rp_id.n);
    *flags = byte_at(data, 32);
    *count_n = (int64_t)byte_at(data, 33) << 24 | byte_at(data, 34) << 16 | byte_at(data, 35) << 8 | byte_at(data, 36);
    *rest = str_part(data, HEAD_BYTES, data.n);
    return memcmp(data.p, here.bytes, sizeof here.bytes) == 0 && (*flags & IS_PRESENT) && (*flags & IS_VERIFIED);
}

// We ask for no extension; what an authenticator adds unasked is not looked at, but it must be said to be there and be a map.
static bool end_holds(uint8_t flags, Str rest) {
    if (!(flags & HAS_EXTENSIONS)) return rest.n == 0;
    return rest.n > 0 && rest.n <= EXTENSIONS_MAX && byte_at(rest, 0) >= 0xA1 && byte_at(rest, 0) <= 0xB7;
}

// {1: 2, 3: -7, -1: 1, -2: x, -3: y} and {1: 1, 3: -8, -1: 6, -2: x} in canonical CBOR.
static const uint8_t ES256_HEAD[] = { 0xA5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32 }, ES256_MIDDLE[] = { 0x22, 0x58, 32 };
static const uint8_t EDDSA_HEAD[] = { 0xA4, 1, 1, 3, 0x27, 0x20, 6, 0x21, 0x58, 32 };
enum { NUMBER_BYTES = 32, ES256_X = sizeof ES256_HEAD, ES256_BETWEEN = ES256_X + NUMBER_BYTES, ES256_Y = ES256_BETWEEN + sizeof ES256_MIDDLE,
       ES256_BYTES = ES256_Y + NUMBER_BYTES, EDDSA_X = sizeof EDDSA_HEAD, EDDSA_BYTES = EDDSA_X + NUMBER_BYTES };
_Static_assert(ES256_BYTES == WEBAUTHN_KEY_MAX, "the longest key");

int64_t webauthn_key_algorithm(Str key) {
    if (key.n == ES256_BYTES && !memcmp(key.p, ES256_HEAD, sizeof ES256_HEAD) && !memcmp(key.p + ES256_BETWEEN, ES256_MIDDLE, sizeof ES256_MIDDLE)) return WEBAUTHN_ES256;
    if (key.n == EDDSA_BYTES && !memcmp(key.p, EDDSA_HEAD, sizeof EDDSA_HEAD)) return WEBAUTHN_EDDSA;
    return 0;
}

static Str key_at_start(Str rest) {
    Str longest = str_part(rest, 0, ES256_BYTES);
    return webauthn_key_algorithm(longest) ? longest : str_part(rest, 0, EDDSA_BYTES);
}

static EVP_PKEY *es256_key(Str key) {
    unsigned char point[1 + 2 * NUMBER_BYTES] = { 4 };
    char curve[] = "P-256";
    EVP_PKEY *out = NULL;
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    memcpy(point + 1, key.p + ES256_X, NUMBER_BYTES);
    memcpy(point + 1 + NUMBER_BYTES, key.p + ES256_Y, NUMBER_BYTES);
    OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
                            OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point), OSSL_PARAM_construct_end() };
    if (context && (EVP_PKEY_fromdata_init(context) != 1 || EVP_PKEY_fromdata(context, &out, EVP_PKEY_PUBLIC_KEY, params) != 1)) out = NULL;     // also: not on the curve
    EVP_PKEY_CTX_free(context);
    return out;
}

static bool key_is_sound(Str key) {
    if (webauthn_key_algorithm(key) == WEBAUTHN_EDDSA) return true;
    EVP_PKEY *made = es256_key(key);
    EVP_PKEY_free(made);
    return made != NULL;
}

bool webauthn_credential_read(const PasskeyAnswer *answer, const PasskeySite *site, WebauthnCredential *out) {
    uint8_t flags = 0;
    WebauthnCredential c = { 0 };
    Str rest = { 0 };
    if (!head_read(answer->auth_data, site, &flags, &c.count_n, &rest) || !(flags & HAS_KEY) || rest.n < MODEL_BYTES + 2) return false;
    size_t n = (size_t)byte_at(rest, MODEL_BYTES) << 8 | byte_at(rest, MODEL_BYTES + 1);
    c.credential = str_part(rest, MODEL_BYTES + 2, n);
    if (n == 0 || n > WEBAUTHN_CREDENTIAL_MAX || c.credential.n != n) return false;
    rest = str_part(rest, MODEL_BYTES + 2 + n, rest.n);
    c.key = key_at_start(rest);
    c.algorithm_n = webauthn_key_algorithm(c.key);
    if (!c.algorithm_n || !key_is_sound(c.key) || !end_holds(flags, str_part(rest, c.key.n, rest.n))) return false;
    *out = c;
    return true;
}

bool webauthn_assertion_read(const PasskeyAnswer *answer, const PasskeySite *site, int64_t *count_n) {
    uint8_t flags = 0;
    Str rest = { 0 };
    return head_read(answer->auth_data, site, &flags, count_n, &rest) && !(flags & HAS_KEY) && end_holds(flags, rest);
}

// ---- the signature -----------------------------------------------------------------------------------------------

bool webauthn_signature_holds(Str key, const PasskeyAnswer *answer) {
    unsigned char message[WEBAUTHN_AUTH_DATA_MAX + sizeof(Hash)];
    const unsigned char *signature = (const unsigned char *)answer->signature.p;
    size_t n = answer->auth_data.n;
    if (n > WEBAUTHN_AUTH_DATA_MAX || !answer->signature.n) return false;
    Hash client = sha256_of(answer->client_data.p, answer->client_data.n);
    memcpy(message, answer->auth_data.p, n);
    memcpy(message + n, client.bytes, sizeof client);
    n += sizeof client;
    if (webauthn_key_algorithm(key) == WEBAUTHN_EDDSA)
        return answer->signature.n == crypto_sign_BYTES && crypto_sign_verify_detached(signature, message, n, (const unsigned char *)key.p + EDDSA_X) == 0;
    EVP_PKEY *made = webauthn_key_algorithm(key) == WEBAUTHN_ES256 ? es256_key(key) : NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool holds = made && context && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, made) == 1 && EVP_DigestVerify(context, signature, answer->signature.n, message, n) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(made);
    return holds;
}
