// passkey_http.c: see passkey_http.h.
#include "web/passkey_http.h"
#include "office/audit.h"

#define SIGNATURE_MAX 80               // DER of two numbers of 32 bytes
#define USER_HANDLE_BYTES 16

PasskeySite passkey_site(const Request *r) {
    Str host = r->origin;
    (void)str_cut(&host, '/');
    (void)str_cut(&host, '/');
    Str name = host;                   // "[::1]" is no name that a passkey could be for: it may be cut anywhere
    return (PasskeySite){ r->origin, str_cut(&name, ':') };
}

bool passkey_answer(Request *r, PasskeyAnswer *out, Err *e) {
    return webauthn_decode(r->arena, form_text(r, "client"), WEBAUTHN_CLIENT_DATA_MAX, &out->client_data, e) &&
           webauthn_decode(r->arena, form_text(r, "data"), WEBAUTHN_AUTH_DATA_MAX, &out->auth_data, e) &&
           webauthn_decode(r->arena, form_text(r, "signature"), SIGNATURE_MAX, &out->signature, e) &&
           webauthn_decode(r->arena, form_text(r, "credential"), WEBAUTHN_CREDENTIAL_MAX, &out->credential, e);
}

static void member_put(Arena *a, Buf *b, const char *before, const void *bytes, size_t n) {
    buf_fmt(b, "%s\"" STR_FMT "\"", before, STR_ARG(webauthn_encode(a, (Str){ bytes, n })));
}

// A number that says nothing about the person, and stays the same.
static void user_put(Arena *a, Buf *b, const Viewer *who) {
    Str text = arena_fmt(a, "harapan passkey user %lld", (long long)who->user_id);
    Hash handle = hash_of(text.p, text.n);
    member_put(a, b, ",\"user\":{\"id\":", handle.bytes, USER_HANDLE_BYTES);
    buf_c(b, ",\"name\":");
    audit_put_text(b, str_c(who->login));
    buf_c(b, ",\"displayName\":");
    audit_put_text(b, str_c(who->name));
    buf_c(b, "},\"pubKeyCredParams\":[{\"type\":\"public-key\",\"alg\":-7},{\"type\":\"public-key\",\"alg\":-8}],\"attestation\":\"none\","
             "\"authenticatorSelection\":{\"userVerification\":\"required\",\"residentKey\":\"discouraged\"}");
}

bool passkey_options(Request *r, Response *res, Db *db, int64_t user_id, const Hash *bound, PasskeyPurpose purpose, const Viewer *who, Err *e) {
    Challenge challenge;
    Passkeys known;
    PasskeySite site = passkey_site(r);
    Buf *b = &res->body;
    if (!passkey_list(db, r->arena, user_id, &known, e) || !passkey_challenge(db, user_id, bound, purpose, r->received_at, &challenge, e)) return false;
    member_put(r->arena, b, "{\"challenge\":", challenge.bytes, sizeof challenge.bytes);
    buf_fmt(b, ",\"timeout\":%lld,", (long long)PASSKEY_CHALLENGE_MS);
    buf_fmt(b, who ? "\"rp\":{\"id\":\"" STR_FMT "\",\"name\":\"Harapan\"}" : "\"rpId\":\"" STR_FMT "\",\"userVerification\":\"required\"", STR_ARG(site.rp_id));
    if (who) user_put(r->arena, b, who);
    buf_c(b, who ? ",\"excludeCredentials\":[" : ",\"allowCredentials\":[");
    for (size_t i = 0; i < known.n; i++) {
        member_put(r->arena, b, i ? ",{\"type\":\"public-key\",\"id\":" : "{\"type\":\"public-key\",\"id\":", known.at[i].credential.p, known.at[i].credential.n);
        buf_char(b, '}');
    }
    buf_c(b, "]}");
    res->content_type = "application/json";
    return true;
}
