// passkey_test.c: an authenticator in software (both algorithms) registers, logs in and confirms; then every byte that can be wrong is.
#include "db/db_test.h"
#include "office/audit.h"
#include "office/passkey.h"
#include "office/session.h"
#include "office/user.h"
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#define PASSWORD STR("ikan bakar di muaro")
static const Instant NOON = { 1713153600000 };             // 2024-04-15
static Instant after(int64_t ms) { return (Instant){ NOON.ms + ms }; }
static const PasskeySite SITE = { { "https://padang.example", 22 }, { "padang.example", 14 } };
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)

// ---- an authenticator --------------------------------------------------------------------------------------------

typedef struct { int64_t algorithm_n; EVP_PKEY *key; char credential[16]; uint32_t count; uint8_t flags; Str rp_id, extra; } Device;
enum { PRESENT_VERIFIED = 5, WITH_KEY = 64 };

static Device device_make(int64_t algorithm_n) {
    Device d = { .algorithm_n = algorithm_n, .flags = PRESENT_VERIFIED, .rp_id = SITE.rp_id, .count = 1 };
    d.key = algorithm_n == WEBAUTHN_ES256 ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    randombytes_buf(d.credential, sizeof d.credential);
    return d;
}

static Str public_key(Arena *a, const Device *d) {
    Buf b = { .max = 200 };
    unsigned char raw[65];
    size_t n = sizeof raw;
    if (d->algorithm_n == WEBAUTHN_ES256) {
        assert_int_equal(EVP_PKEY_get_octet_string_param(d->key, OSSL_PKEY_PARAM_PUB_KEY, raw, sizeof raw, &n), 1);
        buf_bytes(&b, "\xA5\x01\x02\x03\x26\x20\x01\x21\x58\x20", 10);
        buf_bytes(&b, raw + 1, 32);
        buf_bytes(&b, "\x22\x58\x20", 3);
        buf_bytes(&b, raw + 33, 32);
    } else {
        assert_int_equal(EVP_PKEY_get_raw_public_key(d->key, raw, &n), 1);
        buf_bytes(&b, "\xA4\x01\x01\x03\x27\x20\x06\x21\x58\x20", 10);
        buf_bytes(&b, raw, 32);
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static Str auth_data(Arena *a, const Device *d, bool has_key) {
    Buf b = { .max = 4000 };
    Hash site = sha256_of(d->rp_id.p, d->rp_id.n);
    buf_bytes(&b, site.bytes, sizeof site.bytes);
    buf_char(&b, (char)(d->flags | (has_key ? WITH_KEY : 0)));
    for (int i = 3; i >= 0; i--) buf_char(&b, (char)(d->count >> 8 * i));
    if (has_key) {
        buf_bytes(&b, "modelmodelmodel!\0\x10", 18);
        buf_bytes(&b, d->credential, sizeof d->credential);
        buf_str(&b, public_key(a, d));
    }
    buf_str(&b, d->extra);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

static Str client_data(Arena *a, const char *type, const Challenge *c, const char *origin, const char *rest) {
    Str challenge = webauthn_encode(a, (Str){ (const char *)c->bytes, sizeof c->bytes });
    return arena_fmt(a, "{\"type\":\"%s\",\"challenge\":\"" STR_FMT "\",\"origin\":\"%s\",\"crossOrigin\":false}%s", type, STR_ARG(challenge), origin, rest);
}

static Str sign(Arena *a, const Device *d, const PasskeyAnswer *answer) {
    Hash client = sha256_of(answer->client_data.p, answer->client_data.n);
    Str message = arena_fmt(a, "%*s", (int)(answer->auth_data.n + sizeof client), "");
    unsigned char *bytes = NEW(a, unsigned char, message.n), *out = NEW(a, unsigned char, 100);
    memcpy(bytes, answer->auth_data.p, answer->auth_data.n);
    memcpy(bytes + answer->auth_data.n, client.bytes, sizeof client);
    size_t n = 100;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(context, NULL, d->algorithm_n == WEBAUTHN_ES256 ? EVP_sha256() : NULL, NULL, d->key), 1);
    assert_int_equal(EVP_DigestSign(context, out, &n, bytes, message.n), 1);
    EVP_MD_CTX_free(context);
    return (Str){ (const char *)out, n };
}

static PasskeyAnswer answer_new(Arena *a, const Device *d, const Challenge *c) {
    return (PasskeyAnswer){ .client_data = client_data(a, "webauthn.create", c, "https://padang.example", ""), .auth_data = auth_data(a, d, true),
                            .credential = { d->credential, sizeof d->credential } };
}

static PasskeyAnswer answer_get(Arena *a, Device *d, const Challenge *c) {
    d->count++;
    PasskeyAnswer answer = { .client_data = client_data(a, "webauthn.get", c, "https://padang.example", ""), .auth_data = auth_data(a, d, false),
                             .credential = { d->credential, sizeof d->credential } };
    answer.signature = sign(a, d, &answer);
    return answer;
}

// A copy with one byte changed.
static Str turned(Arena *a, Str s, size_t at) {
    char *copy = NEW(a, char, s.n);
    memcpy(copy, s.p, s.n);
    copy[at] ^= 1;
    return (Str){ copy, s.n };
}

// ---- people ------------------------------------------------------------------------------------------------------

static const Hash BOUND = { { 1 } };

static Viewer person(DbTest *t, const Viewer *actor, const char *login, Role role) {
    Viewer v = { .kab = 1371, .role = role };
    strcpy(v.login, login);
    strcpy(v.name, "Orang Coba");
    good(user_add(t->db, actor, &(UserNew){ str_c(login), STR("Orang Coba"), role, 1371, PASSWORD }, NOON, &v.user_id, &t->err));
    good(user_password_change(t->db, &v, STR("bukan yang diberikan"), NULL, NOON, &t->err));
    return v;
}

static void register_device(DbTest *t, const Viewer *who, Device *d, const char *title, RecoveryCodes *codes, bool *has_codes) {
    Challenge c;
    good(passkey_challenge(t->db, who->user_id, &BOUND, PASSKEY_ENROL, NOON, &c, &t->err));
    PasskeyAnswer answer = answer_new(&t->arena, d, &c);
    good(passkey_add(t->db, who, &BOUND, &SITE, &answer, str_c(title), NOON, codes, has_codes, &t->err));
}

static LoginTokens password_given(DbTest *t, Instant now) {
    LoginTokens out;
    Login login = { .login = STR("kepala"), .password = STR("bukan yang diberikan"), .from = STR("10.0.0.1"), .face = FACE_PAGE };
    good(session_login(t->db, &login, now, &out, &t->err));
    return out;
}

static void no_violation(DbTest *t) {
    Violations v = { 0 };
    good(audit_check(t->db, 1371, &v, &t->err));
    assert_int_equal(v.found_n, 0);
}

// ---- the whole way -----------------------------------------------------------------------------------------------

static void the_whole_way(DbTest *t, int64_t algorithm_n) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS);
    Device d = device_make(algorithm_n), second = device_make(algorithm_n);
    RecoveryCodes codes;
    bool has_codes = false, is_found = false;
    Challenge c;
    Session s;
    LoginTokens in;
    Token renewed;
    Passkeys list;
    assert_false(password_given(t, NOON).needs_code);
    register_device(t, &head, &d, "telepon kantor", &codes, &has_codes);
    assert_true(has_codes);                                // the first second factor
    register_device(t, &head, &second, " kunci di laci ", &codes, &has_codes);
    assert_false(has_codes);
    good(passkey_list(t->db, &t->arena, head.user_id, &list, &t->err));
    assert_int_equal(list.n, 2);
    check_str(list.at[1].title, STR("kunci di laci"));

    LoginTokens pending = password_given(t, after(1000));
    assert_true(pending.needs_code);
    Hash bound = token_hash(str_c(pending.session.text));
    Login login = { .from = STR("10.0.0.1"), .face = FACE_PAGE };
    good(passkey_challenge(t->db, head.user_id, &bound, PASSKEY_LOGIN, after(1000), &c, &t->err));
    PasskeyAnswer answer = answer_get(&t->arena, &d, &c);
    good(session_login_passkey(t->db, str_c(pending.session.text), &login, &SITE, &answer, after(2000), &in, &t->err));
    good(session_find(t->db, str_c(in.session.text), after(2000), &s, &is_found, &t->err));
    assert_true(is_found && s.must == MUST_NOTHING && s.has_factor);
    refused(session_login_passkey(t->db, str_c(pending.session.text), &login, &SITE, &answer, after(2000), &in, &t->err), FORBIDDEN);       // half a log-in is good once

    Instant late = after(10 * 60 * 1000);                  // once more, with the other one
    assert_false(session_is_confirmed(&s, late));
    good(passkey_challenge(t->db, head.user_id, &s.token_hash, PASSKEY_CONFIRM, late, &c, &t->err));
    answer = answer_get(&t->arena, &second, &c);
    good(session_confirm_passkey(t->db, &s, &SITE, &answer, late, &renewed, &t->err));
    good(session_find(t->db, str_c(in.session.text), late, &s, &is_found, &t->err));
    assert_false(is_found);                                // the old token died
    good(session_find(t->db, str_c(renewed.text), late, &s, &is_found, &t->err));
    assert_true(is_found && session_is_confirmed(&s, late));

    good(passkey_remove(t->db, &head, list.at[0].n, late, &t->err));
    refused(passkey_remove(t->db, &head, list.at[0].n, late, &t->err), NOT_FOUND);
    refused(passkey_remove(t->db, &head, list.at[1].n, late, &t->err), FORBIDDEN);               // the last one, and the role needs one
    pending = password_given(t, late);
    bound = token_hash(str_c(pending.session.text));
    good(passkey_challenge(t->db, head.user_id, &bound, PASSKEY_LOGIN, late, &c, &t->err));
    answer = answer_get(&t->arena, &d, &c);
    refused(session_login_passkey(t->db, str_c(pending.session.text), &login, &SITE, &answer, late, &in, &t->err), FORBIDDEN);            // the removed one opens nothing
    EVP_PKEY_free(d.key);
    EVP_PKEY_free(second.key);
    no_violation(t);
}

static void p256_from_registration_to_removal(DbTest *t) { the_whole_way(t, WEBAUTHN_ES256); }
static void ed25519_from_registration_to_removal(DbTest *t) { the_whole_way(t, WEBAUTHN_EDDSA); }
DB_TEST(p256_from_registration_to_removal)
DB_TEST(ed25519_from_registration_to_removal)

// ---- wrong ones --------------------------------------------------------------------------------------------------

static bool holds(DbTest *t, const Viewer *who, const Hash *bound, PasskeyPurpose purpose, const PasskeyAnswer *answer, Instant now) {
    bool is_right = false;
    good(db_begin(t->db, &t->err) && passkey_take(t->db, who->user_id, 1371, bound, purpose, &SITE, answer, now, &is_right, &t->err) && db_commit(t->db, &t->err));
    return is_right;
}

static Challenge asked(DbTest *t, const Viewer *who) {
    Challenge c;
    good(passkey_challenge(t->db, who->user_id, &BOUND, PASSKEY_CONFIRM, NOON, &c, &t->err));
    return c;
}

static bool confirms(DbTest *t, const Viewer *who, const PasskeyAnswer *answer) { return holds(t, who, &BOUND, PASSKEY_CONFIRM, answer, NOON); }

static void wrong_words(DbTest *t, const Viewer *who, Device *d) {
    static const struct { const char *type, *origin, *rest; } WRONG[] = {
        { "webauthn.create", "https://padang.example", "" }, { "webauthn.get", "https://padang.example.evil.example", "" }, { "webauthn.get", "http://padang.example", "" },
        { "webauthn.get", "https://padang.example:8443", "" }, { "webauthn.get", "", "" }, { "webauthn.get", "https://padang.example", " x" }, { "webauthn.get", "https://padang.example", "{}" },
        { "webauthn.get", "https://padang.example\\u0000", "" } };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        Challenge c = asked(t, who);
        PasskeyAnswer answer = answer_get(&t->arena, d, &c);
        answer.client_data = client_data(&t->arena, WRONG[i].type, &c, WRONG[i].origin, WRONG[i].rest);
        answer.signature = sign(&t->arena, d, &answer);    // the authenticator signs whatever the browser says
        if (confirms(t, who, &answer)) fail_msg("%s %s %s", WRONG[i].type, WRONG[i].origin, WRONG[i].rest);
    }
    Challenge c = asked(t, who);
    PasskeyAnswer answer = answer_get(&t->arena, d, &c);
    Str data = answer.client_data;
    answer.client_data = arena_fmt(&t->arena, "%.*s,\"crossOrigin\":true}", (int)(data.n - strlen(",\"crossOrigin\":false}")), data.p);
    answer.signature = sign(&t->arena, d, &answer);
    assert_false(confirms(t, who, &answer));               // inside a page of somebody else
}

static void wrong_device_data(DbTest *t, const Viewer *who, Device *d) {
    const struct { Str rp_id; uint8_t flags; Str extra; bool is_right; } CASES[] = {
        { STR("evil.example"), PRESENT_VERIFIED, STR(""), false }, { SITE.rp_id, 1, STR(""), false },            // nobody was recognised
        { SITE.rp_id, 4, STR(""), false }, { SITE.rp_id, 0, STR(""), false }, { SITE.rp_id, PRESENT_VERIFIED | WITH_KEY, STR(""), false },
        { SITE.rp_id, PRESENT_VERIFIED, STR("x"), false }, { SITE.rp_id, PRESENT_VERIFIED | 128, STR(""), false }, { SITE.rp_id, PRESENT_VERIFIED | 128, STR("\x01"), false },
        { SITE.rp_id, PRESENT_VERIFIED | 128, STR("\xA1\x61\x61\x01"), true }, { SITE.rp_id, PRESENT_VERIFIED | 8 | 16, STR(""), true } };       // kept in a cloud: its own matter
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Challenge c = asked(t, who);
        Device other = *d;
        other.rp_id = CASES[i].rp_id;
        other.flags = CASES[i].flags;
        other.extra = CASES[i].extra;
        PasskeyAnswer answer = answer_get(&t->arena, &other, &c);
        d->count = other.count;
        if (confirms(t, who, &answer) != CASES[i].is_right) fail_msg("case %zu", i);
    }
}

static void turned_bytes(DbTest *t, const Viewer *who, Device *d) {
    for (int which = 0; which < 4; which++) for (size_t at = 0; at < 37; at += which == 3 ? 1 : 6) {
        Challenge c = asked(t, who);
        PasskeyAnswer answer = answer_get(&t->arena, d, &c);
        Str *part = which == 0 ? &answer.signature : which == 1 ? &answer.auth_data : which == 2 ? &answer.client_data : &answer.credential;
        if (at >= part->n) continue;
        *part = turned(&t->arena, *part, at);
        if (confirms(t, who, &answer)) fail_msg("part %d, byte %zu", which, at);
    }
    Challenge c = asked(t, who);
    PasskeyAnswer answer = answer_get(&t->arena, d, &c);
    Str whole = answer.signature;
    for (size_t n = 0; n < whole.n; n += 7) {
        answer.signature = str_part(whole, 0, n);
        assert_false(webauthn_signature_holds(public_key(&t->arena, d), &answer));
    }
    answer.signature = STR("");
    assert_false(confirms(t, who, &answer));               // none at all
}

static void used_and_late(DbTest *t, const Viewer *who, const Viewer *other, Device *d) {
    Challenge c = asked(t, who);
    PasskeyAnswer answer = answer_get(&t->arena, d, &c);
    assert_true(confirms(t, who, &answer));
    assert_false(confirms(t, who, &answer));               // replayed
    answer = answer_get(&t->arena, d, &c);
    assert_false(confirms(t, who, &answer));               // signed anew, to a challenge that is used up
    Hash elsewhere = { { 2 } };
    c = asked(t, who);
    answer = answer_get(&t->arena, d, &c);
    assert_false(holds(t, who, &elsewhere, PASSKEY_CONFIRM, &answer, NOON));                     // of another session
    assert_false(holds(t, who, &BOUND, PASSKEY_LOGIN, &answer, NOON));                           // for something else
    assert_false(holds(t, other, &BOUND, PASSKEY_CONFIRM, &answer, NOON));                       // of another person
    assert_false(holds(t, who, &BOUND, PASSKEY_CONFIRM, &answer, after(PASSKEY_CHALLENGE_MS)));  // too late
    assert_true(holds(t, who, &BOUND, PASSKEY_CONFIRM, &answer, after(PASSKEY_CHALLENGE_MS - 1)));
    c = asked(t, other);
    answer = answer_get(&t->arena, d, &c);
    assert_false(confirms(t, other, &answer));             // the right challenge, somebody else's passkey
    Challenge first = asked(t, who);
    c = asked(t, who);
    answer = answer_get(&t->arena, d, &first);
    assert_false(confirms(t, who, &answer));               // an earlier one is void
    answer = answer_get(&t->arena, d, &c);
    answer.auth_data = STR("");
    assert_false(confirms(t, who, &answer));
    answer = answer_get(&t->arena, d, &c);
    assert_false(confirms(t, who, &answer));               // a wrong answer used it up
}

static void counters(DbTest *t, const Viewer *who, Device *d) {
    Challenge begun = asked(t, who);
    PasskeyAnswer latest = answer_get(&t->arena, d, &begun);
    assert_true(confirms(t, who, &latest));
    uint32_t highest = d->count;
    for (uint32_t back = 0; back < 3; back++) {
        d->count = highest - back - 1;                     // the next answer counts one more: the same, one less, two less
        Challenge c = asked(t, who);
        PasskeyAnswer answer = answer_get(&t->arena, d, &c);
        assert_false(confirms(t, who, &answer));
    }
    d->count = UINT32_MAX - 1;
    Challenge c = asked(t, who);
    PasskeyAnswer answer = answer_get(&t->arena, d, &c);
    assert_true(confirms(t, who, &answer));
    d->count = UINT32_MAX;                                 // comes back as 0
    c = asked(t, who);
    answer = answer_get(&t->arena, d, &c);
    assert_false(confirms(t, who, &answer));
}

static void nothing_wrong_gets_through(DbTest *t) {
    static const int64_t ALGORITHMS[] = { WEBAUTHN_ES256, WEBAUTHN_EDDSA };
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS), other = person(t, &head, "linjamsos", ROLE_HEAD_LINJAMSOS);
    RecoveryCodes codes;
    bool has_codes;
    for (size_t i = 0; i < 2; i++) {
        Device d = device_make(ALGORITHMS[i]), theirs = device_make(ALGORITHMS[1 - i]);
        register_device(t, &head, &d, "telepon", &codes, &has_codes);
        register_device(t, &other, &theirs, "telepon", &codes, &has_codes);
        wrong_words(t, &head, &d);
        wrong_device_data(t, &head, &d);
        turned_bytes(t, &head, &d);
        Challenge c = asked(t, &head);
        PasskeyAnswer answer = answer_get(&t->arena, &d, &c);
        answer.signature = sign(&t->arena, &theirs, &answer);
        assert_false(confirms(t, &head, &answer));         // signed by another key
        d.count++;
        used_and_late(t, &head, &other, &d);
        counters(t, &head, &d);
        EVP_PKEY_free(d.key);
        EVP_PKEY_free(theirs.key);
    }
    Device still = device_make(WEBAUTHN_ES256);            // one that does not count always says 0
    still.count = 0;
    register_device(t, &head, &still, "awan", &codes, &has_codes);
    for (int i = 0; i < 2; i++) {
        Challenge c = asked(t, &head);
        still.count = UINT32_MAX;
        PasskeyAnswer answer = answer_get(&t->arena, &still, &c);
        assert_true(confirms(t, &head, &answer));
    }
    EVP_PKEY_free(still.key);
    no_violation(t);
}
DB_TEST(nothing_wrong_gets_through)

// ---- wrong registrations -----------------------------------------------------------------------------------------

static Challenge enrolling(DbTest *t, const Viewer *who) {
    Challenge c;
    good(passkey_challenge(t->db, who->user_id, &BOUND, PASSKEY_ENROL, NOON, &c, &t->err));
    return c;
}

static void a_registration_is_read_to_the_byte(DbTest *t) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS), other = person(t, &head, "linjamsos", ROLE_HEAD_LINJAMSOS);
    Device d = device_make(WEBAUTHN_ES256);
    RecoveryCodes codes;
    WebauthnCredential read;
    bool has_codes;
    Challenge c = enrolling(t, &head);
    PasskeyAnswer answer = answer_new(&t->arena, &d, &c), wrong = answer;
    refused(passkey_add(t->db, &head, &BOUND, &SITE, &answer, STR("  "), NOON, &codes, &has_codes, &t->err), BAD_INPUT);
    refused(passkey_add(t->db, &other, &BOUND, &SITE, &answer, STR("x"), NOON, &codes, &has_codes, &t->err), FORBIDDEN);        // another's challenge
    for (size_t n = 0; n < answer.auth_data.n; n++) {
        wrong.auth_data = str_part(answer.auth_data, 0, n);
        if (webauthn_credential_read(&wrong, &SITE, &read)) fail_msg("cut at %zu", n);
    }
    assert_true(webauthn_credential_read(&answer, &SITE, &read));
    assert_int_equal(read.algorithm_n, WEBAUTHN_ES256);
    size_t key_at = 37 + 16 + 2 + sizeof d.credential;
    for (size_t at = 0; at < answer.auth_data.n; at++) {   // the counter, the model and the credential are free, all else is not
        bool is_free = (at > 32 && at < 37 + 16) || (at >= 37 + 18 && at < key_at);
        wrong.auth_data = turned(&t->arena, answer.auth_data, at);
        if (webauthn_credential_read(&wrong, &SITE, &read) && !is_free) fail_msg("byte %zu", at);
    }
    Buf longer = { .max = 1000 };
    buf_str(&longer, answer.auth_data);
    buf_char(&longer, 'x');
    wrong.auth_data = buf_view(&longer);
    assert_false(webauthn_credential_read(&wrong, &SITE, &read));
    buf_free(&longer);
    wrong = answer;
    wrong.client_data = client_data(&t->arena, "webauthn.get", &c, "https://padang.example", "");
    refused(passkey_add(t->db, &head, &BOUND, &SITE, &wrong, STR("x"), NOON, &codes, &has_codes, &t->err), FORBIDDEN);
    good(passkey_add(t->db, &head, &BOUND, &SITE, &answer, STR("telepon"), NOON, &codes, &has_codes, &t->err));
    refused(passkey_add(t->db, &head, &BOUND, &SITE, &answer, STR("telepon"), NOON, &codes, &has_codes, &t->err), FORBIDDEN);   // replayed
    c = enrolling(t, &other);
    answer = answer_new(&t->arena, &d, &c);
    refused(passkey_add(t->db, &other, &BOUND, &SITE, &answer, STR("telepon"), NOON, &codes, &has_codes, &t->err), CONFLICT);   // it has a person already
    EVP_PKEY_free(d.key);
    for (int i = 1; i < PASSKEYS_MAX; i++) {
        Device more = device_make(WEBAUTHN_EDDSA);
        register_device(t, &head, &more, "lagi", &codes, &has_codes);
        EVP_PKEY_free(more.key);
    }
    d = device_make(WEBAUTHN_EDDSA);
    c = enrolling(t, &head);
    answer = answer_new(&t->arena, &d, &c);
    refused(passkey_add(t->db, &head, &BOUND, &SITE, &answer, STR("satu lagi"), NOON, &codes, &has_codes, &t->err), LIMIT);
    EVP_PKEY_free(d.key);
    no_violation(t);
}
DB_TEST(a_registration_is_read_to_the_byte)

static void fields_have_limits(void **state) {
    (void)state;
    Arena a = { 0 };
    Err e = { 0 };
    Str out;
    assert_true(webauthn_decode(&a, STR("aGFsbG8"), 5, &out, &e));
    check_str(out, STR("hallo"));
    assert_true(webauthn_decode(&a, STR(""), 5, &out, &e));
    static const char *const WRONG[] = { "aGFsbG8=", "aGFsbG8 ", "aGFs+G8", "aGFsbG8x", "a", "aGFsbG9", "aGFsbG8aGFsbG8", "\xC3\xA4" };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        e = (Err){ 0 };
        if (webauthn_decode(&a, str_c(WRONG[i]), 5, &out, &e) || e.code != BAD_INPUT) fail_msg("%s", WRONG[i]);
    }
    arena_free(&a);
}

static const struct CMUnitTest tests[] = { cmocka_unit_test(fields_have_limits), DB_TESTS(p256_from_registration_to_removal), DB_TESTS(ed25519_from_registration_to_removal),
    DB_TESTS(nothing_wrong_gets_through), DB_TESTS(a_registration_is_read_to_the_byte) };
TEST_MAIN(tests)
