// factor_test.c: codes of RFC 6238, setting up a second factor, log-in with it, recovery codes, who must have one, and what takes two people.
#include "db/db_test.h"
#include "office/audit.h"
#include "office/factor.h"
#include "office/factor_key.h"
#include "office/session.h"
#include "office/user.h"
#include "office/user_request.h"

#define PASSWORD STR("ikan bakar di muaro")
#define STEP TOTP_STEP_MS
static const Instant NOON = { 1713153600000 };             // 2024-04-15
static Instant after(int64_t ms) { return (Instant){ NOON.ms + ms }; }
#define good(call) do { t->err = (Err){ 0 }; check_ok(call, t->err); } while (0)
#define refused(call, wanted) do { t->err = (Err){ 0 }; assert_false(call); if (t->err.code != (wanted)) fail_msg("%s: %s", err_name(t->err.code), t->err.text); } while (0)

// ---- the codes ---------------------------------------------------------------------------------------------------

static void codes_are_those_of_the_standard(void **state) {
    (void)state;
    // RFC 6238, appendix B: SHA1, the secret "12345678901234567890", eight digits.
    static const struct { int64_t seconds; uint32_t code; } VECTORS[] = {
        { 59, 94287082 }, { 1111111109, 7081804 }, { 1111111111, 14050471 }, { 1234567890, 89005924 }, { 2000000000, 69279037 }, { 20000000000, 65353130 } };
    // RFC 4226, appendix D: six digits of the first ten counters.
    static const uint32_t COUNTED[] = { 755224, 287082, 359152, 969429, 338314, 254676, 287922, 162583, 399871, 520489 };
    TotpSecret secret;
    memcpy(secret.bytes, "12345678901234567890", sizeof secret.bytes);
    for (size_t i = 0; i < sizeof VECTORS / sizeof *VECTORS; i++)
        assert_int_equal(totp_code(&secret, totp_step((Instant){ VECTORS[i].seconds * 1000 }), 8), VECTORS[i].code);
    for (int64_t i = 0; i < 10; i++) assert_int_equal(totp_code(&secret, i, 6), COUNTED[i]);
    Arena a = { 0 };
    check_str(totp_base32(&a, &secret), STR("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"));
    check_str(totp_address(&a, &secret, STR("Harapan Padang"), STR("siti.n")),
              STR("otpauth://totp/Harapan%20Padang:siti.n?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Harapan%20Padang"));
    arena_free(&a);
}

static Str code_at(Arena *a, const TotpSecret *secret, Instant at) { return arena_fmt(a, "%06u", totp_code(secret, totp_step(at), 6)); }

static void a_clock_may_be_a_step_wrong_and_no_more(void **state) {
    (void)state;
    Arena a = { 0 };
    TotpSecret secret = totp_secret_make();
    int64_t now_step = totp_step(NOON), step = 0;
    for (int64_t drift = -3; drift <= 3; drift++) {
        bool is_near = drift >= -1 && drift <= 1;
        // A code of another step could be the same by chance, once in 300,000 runs of this line.
        bool is_right = totp_matches(&secret, code_at(&a, &secret, after(drift * STEP)), NOON, 0, &step);
        assert_int_equal(is_right, is_near);
        if (is_near) assert_int_equal(step, now_step + drift);
    }
    Str code = code_at(&a, &secret, NOON);
    assert_false(totp_matches(&secret, code, NOON, now_step, &step));          // used before
    assert_true(totp_matches(&secret, code, NOON, now_step - 1, &step));
    assert_true(totp_matches(&secret, arena_fmt(&a, " %.3s %s", code.p, code.p + 3), NOON, 0, &step));          // as people type it
    static const char *const WRONG[] = { "", "12345", "1234567", "12345a", "-12345", "123 45", "٣٤٥٦٧٨" };
    for (size_t i = 0; i < sizeof WRONG / sizeof *WRONG; i++) {
        assert_false(totp_is_code(str_c(WRONG[i])));
        assert_false(totp_matches(&secret, str_c(WRONG[i]), NOON, 0, &step));
    }
    arena_free(&a);
}

// ---- people ------------------------------------------------------------------------------------------------------

static Viewer person(DbTest *t, const Viewer *actor, const char *login, Role role, int64_t kab) {
    Viewer v = { .kab = kab, .role = role };
    UserNew user = { str_c(login), STR("Siti Nurbaya"), role, kab, PASSWORD };
    if (!actor) good(user_add(t->db, actor, &user, NOON, &v.user_id, &t->err));
    else {                             // as if another keeper had signed
        PasswordCode code;
        good(password_code(PASSWORD, &code, &t->err));
        good(db_begin(t->db, &t->err) && user_insert(t->db, actor->user_id, &user, str_c(code.text), false, NOON, &v.user_id, &t->err) && db_commit(t->db, &t->err));
    }
    snprintf(v.login, sizeof v.login, "%s", login);
    return v;
}

static TotpSecret set_up(DbTest *t, const Viewer *who, Instant at, RecoveryCodes *codes) {
    TotpSecret secret;
    bool is_begun = false;
    good(factor_begin(t->db, who, at, &t->err));
    good(factor_pending(t->db, who->user_id, &secret, &is_begun, &t->err));
    assert_true(is_begun);
    good(factor_confirm(t->db, who, code_at(&t->arena, &secret, at), at, codes, &t->err));
    return secret;
}

static LoginTokens password_given(DbTest *t, const char *login, const char *device, Instant at) {
    LoginTokens tokens = { 0 };
    good(session_login(t->db, &(Login){ .login = str_c(login), .password = PASSWORD, .from = STR("10.0.0.7"), .device = str_c(device), .title = STR("Firefox, Linux") }, at, &tokens, &t->err));
    return tokens;
}

static bool code_given(DbTest *t, const LoginTokens *pending, Str code, Instant at, LoginTokens *out) {
    t->err = (Err){ 0 };
    return session_login_code(t->db, str_c(pending->session.text), &(Login){ .password = code, .from = STR("10.0.0.7"), .device = STR("") }, at, out, &t->err);
}

static Session session_of(DbTest *t, const Token *token, Instant at) {
    Session s = { 0 };
    bool is_found = false;
    good(session_find(t->db, str_c(token->text), at, &s, &is_found, &t->err));
    assert_true(is_found);
    return s;
}

static void no_violation(DbTest *t) {
    Violations v = { 0 };
    good(audit_check(t->db, 1371, &v, &t->err));
    assert_int_equal(v.found_n, 0);
}

static void a_factor_is_asked_for_once_it_is_there(DbTest *t) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS, 1371);
    RecoveryCodes codes;
    Factor f;
    LoginTokens in = password_given(t, "kepala", "", NOON), pending, unused;
    assert_false(in.needs_code);
    assert_int_equal(session_of(t, &in.session, NOON).must, MUST_SET_UP_FACTOR);
    refused(factor_confirm(t->db, &head, STR("123456"), NOON, &codes, &t->err), CONFLICT);      // nothing begun
    good(factor_begin(t->db, &head, NOON, &t->err));
    refused(factor_confirm(t->db, &head, STR("nothing"), NOON, &codes, &t->err), FORBIDDEN);
    assert_false(password_given(t, "kepala", "", NOON).needs_code);                              // begun is not set up: nobody locks himself out
    TotpSecret secret = set_up(t, &head, after(STEP), &codes);
    assert_int_equal(session_of(t, &in.session, after(STEP)).must, MUST_NOTHING);
    refused(factor_begin(t->db, &head, NOON, &t->err), CONFLICT);
    refused(factor_remove(t->db, &head, NOON, &t->err), FORBIDDEN);                              // the role needs it
    pending = password_given(t, "kepala", "", after(STEP));
    assert_true(pending.needs_code);
    bool is_found = true;
    Session s;
    good(session_find(t->db, str_c(pending.session.text), after(STEP), &s, &is_found, &t->err));
    assert_false(is_found);                                                                      // half a log-in opens nothing
    assert_false(code_given(t, &pending, code_at(&t->arena, &secret, after(STEP)), after(STEP), &unused));       // confirmed the app with it
    assert_int_equal(t->err.code, FORBIDDEN);
    Str code = code_at(&t->arena, &secret, after(3 * STEP));
    if (!code_given(t, &pending, code, after(3 * STEP), &in)) fail_msg("%s", t->err.text);
    s = session_of(t, &in.session, after(3 * STEP));
    assert_true(s.has_factor);
    check_str(str_c(s.viewer.login), STR("kepala"));
    assert_false(code_given(t, &pending, code_at(&t->arena, &secret, after(4 * STEP)), after(4 * STEP), &unused));       // half a log-in is good once
    pending = password_given(t, "kepala", "", after(3 * STEP));
    assert_false(code_given(t, &pending, code, after(3 * STEP), &unused));                        // replayed
    assert_int_equal(t->err.code, FORBIDDEN);
    good(factor_read(t->db, head.user_id, &f, &t->err));
    assert_true(f.is_set_up && !f.is_begun && f.recovery_n == RECOVERY_CODES && f.used_at.ms == after(3 * STEP).ms);
    no_violation(t);
}
DB_TEST(a_factor_is_asked_for_once_it_is_there)

static void wrong_codes_cost_and_end(DbTest *t) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS, 1371);
    RecoveryCodes codes;
    TotpSecret secret = set_up(t, &head, NOON, &codes);
    LoginTokens pending, out;
    int refused_n = 0, busy_n = 0;
    for (int round = 0; round < 4; round++) {              // a stranger who knows the password
        pending = password_given(t, "kepala", "", after(2 * STEP));
        for (int i = 0; i < LOGIN_CODE_TRIES; i++) {
            Str wrong = arena_fmt(&t->arena, "%06u", (totp_code(&secret, totp_step(after(2 * STEP)), 6) + 7u + (unsigned)i) % 1000000u);
            assert_false(code_given(t, &pending, wrong, after(2 * STEP), &out));
            refused_n += t->err.code == FORBIDDEN;
            busy_n += t->err.code == BUSY;
        }
        if (round == 0) {                                  // the fifth ended it: the right code comes too late
            assert_false(code_given(t, &pending, code_at(&t->arena, &secret, after(2 * STEP)), after(2 * STEP), &out));
            assert_int_equal(t->err.code, FORBIDDEN);
        }
    }
    assert_int_equal(refused_n, 10);                       // the budget of codes, whatever he begins anew
    assert_int_equal(busy_n, 10);
    pending = password_given(t, "kepala", "", after(2 * STEP));
    assert_false(code_given(t, &pending, code_at(&t->arena, &secret, after(2 * STEP)), after(2 * STEP), &out));
    assert_int_equal(t->err.code, BUSY);
    if (!code_given(t, &pending, str_c(codes.text[3]), after(2 * STEP), &out)) fail_msg("%s", t->err.text);      // not the honest one: a recovery code
    no_violation(t);
}
DB_TEST(wrong_codes_cost_and_end)

static void recovery_codes_are_good_once(DbTest *t) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS, 1371);
    RecoveryCodes codes, fresh;
    Factor f;
    set_up(t, &head, NOON, &codes);
    LoginTokens out, pending = password_given(t, "kepala", "", after(1));
    Buf shouted = { .max = 100 };                          // as it is typed from paper: capitals, no dashes
    for (const char *c = codes.text[0]; *c; c++) if (*c != '-') buf_char(&shouted, *c >= 'a' && *c <= 'z' ? (char)(*c - 32) : *c);
    if (!code_given(t, &pending, buf_view(&shouted), after(2), &out)) fail_msg("%s", t->err.text);
    buf_free(&shouted);
    pending = password_given(t, "kepala", "", after(3));
    assert_false(code_given(t, &pending, str_c(codes.text[0]), after(3), &out));
    assert_int_equal(t->err.code, FORBIDDEN);
    good(factor_read(t->db, head.user_id, &f, &t->err));
    assert_int_equal(f.recovery_n, RECOVERY_CODES - 1);
    good(factor_recovery_renew(t->db, &head, after(4), &fresh, &t->err));
    assert_false(code_given(t, &pending, str_c(codes.text[1]), after(5), &out));                 // void
    if (!code_given(t, &pending, str_c(fresh.text[1]), after(6), &out)) fail_msg("%s", t->err.text);
    Viewer other = person(t, &head, "operator", ROLE_OPERATOR, 1371);
    RecoveryCodes theirs;
    set_up(t, &other, after(7), &theirs);
    pending = password_given(t, "kepala", "", after(8));
    assert_false(code_given(t, &pending, str_c(theirs.text[0]), after(8), &out));                // another's code
    refused(factor_recovery_renew(t->db, &(Viewer){ .user_id = 77, .kab = 1371 }, after(9), &fresh, &t->err), CONFLICT);
    no_violation(t);
}
DB_TEST(recovery_codes_are_good_once)

static void once_more_by_code_or_password(DbTest *t) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS, 1371);
    RecoveryCodes codes;
    Token fresh;
    LoginTokens in = password_given(t, "kepala", "", NOON);
    Session s = session_of(t, &in.session, NOON);
    refused(session_confirm(t->db, &s, STR("123456"), STR("x"), after(1), &fresh, &t->err), FORBIDDEN);         // no factor: a wrong password
    TotpSecret secret = set_up(t, &head, after(STEP), &codes);
    s = session_of(t, &in.session, after(STEP));
    Instant late = after(20 * STEP);
    assert_false(session_is_confirmed(&s, late));
    Str code = code_at(&t->arena, &secret, late);
    good(session_confirm(t->db, &s, code, STR("x"), late, &fresh, &t->err));
    s = session_of(t, &fresh, late);
    assert_true(session_is_confirmed(&s, late));
    refused(session_prove(t->db, &s, code, STR("x"), late, &t->err), FORBIDDEN);                 // the same code again
    good(session_prove(t->db, &s, PASSWORD, STR("x"), late, &t->err));
    check_str(str_c(s.device), STR("Firefox, Linux"));
    no_violation(t);
}
DB_TEST(once_more_by_code_or_password)

static void who_must_do_what_first(DbTest *t) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS, 1371);
    RecoveryCodes codes;
    set_up(t, &head, NOON, &codes);
    for (Role role = 0; role < ROLE_N; role++) {
        char login[40];
        snprintf(login, sizeof login, "orang.%d", (int)role);
        Viewer v = person(t, &head, login, role, 1371);
        LoginTokens in = password_given(t, login, "", after(1));
        Session s = session_of(t, &in.session, after(1));
        assert_int_equal(s.must, MUST_CHOOSE_PASSWORD);    // somebody else chose it
        refused(session_require_ready(&s, &t->err), FORBIDDEN);
        refused(user_password_change(t->db, &v, STR("pendek"), &s.token_hash, after(2), &t->err), BAD_INPUT);
        good(user_password_change(t->db, &v, PASSWORD, &s.token_hash, after(2), &t->err));
        s = session_of(t, &in.session, after(2));          // the present session goes on
        assert_int_equal(s.must, role_needs_factor(role) ? MUST_SET_UP_FACTOR : MUST_NOTHING);
    }
    no_violation(t);
}
DB_TEST(who_must_do_what_first)

static void a_sealed_secret_opens_for_its_person_alone(DbTest *t) {
    uint8_t sealed[SEALED_BYTES];
    TotpSecret secret = totp_secret_make(), opened;
    Str bytes = { (const char *)sealed, sizeof sealed };
    good(factor_seal(t->db, 7, &secret, sealed, &t->err));
    good(factor_open(t->db, 7, bytes, &opened, &t->err));
    assert_memory_equal(&opened, &secret, sizeof secret);
    refused(factor_open(t->db, 8, bytes, &opened, &t->err), CONFLICT);
    setenv("HARAPAN_FACTOR_KEY", "/nowhere/factor-key", 1);                     // the file is lost: said in words, and nothing new is made
    refused(factor_open(t->db, 7, bytes, &opened, &t->err), CONFLICT);
    unsetenv("HARAPAN_FACTOR_KEY");
    good(factor_open(t->db, 7, bytes, &opened, &t->err));                       // put back, it opens again
    refused(factor_open(t->db, 7, str_part(bytes, 0, 30), &opened, &t->err), CONFLICT);
    sealed[40] ^= 1;
    refused(factor_open(t->db, 7, bytes, &opened, &t->err), CONFLICT);
}
DB_TEST(a_sealed_secret_opens_for_its_person_alone)

// ---- sessions and users ------------------------------------------------------------------------------------------

static void sessions_are_listed_and_ended_by_whom_they_concern(DbTest *t) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS, 1371), nation, operator = person(t, &head, "operator", ROLE_OPERATOR, 1371), other = person(t, &head, "lain", ROLE_OPERATOR, 1371);
    Viewer far = { .user_id = 99, .kab = 1306, .role = ROLE_HEAD_DINSOS, .login = "jauh" };
    nation = (Viewer){ .user_id = 98, .kab = 0, .role = ROLE_ADMINISTRATOR, .login = "pusat" };
    LoginTokens one = password_given(t, "operator", "", NOON), two = password_given(t, "operator", "", after(1)), mine = password_given(t, "kepala", "", after(2));
    LiveSessions list;
    good(session_list(t->db, &t->arena, &head, 0, after(3), &list, &t->err));
    assert_int_equal(list.n, 3);
    check_str(list.at[0].login, STR("kepala"));
    good(session_list(t->db, &t->arena, &operator, operator.user_id, after(3), &list, &t->err));
    assert_int_equal(list.n, 2);
    check_str(list.at[0].device, STR("Firefox, Linux"));
    refused(session_list(t->db, &t->arena, &operator, 0, after(3), &list, &t->err), FORBIDDEN);
    refused(session_list(t->db, &t->arena, &operator, head.user_id, after(3), &list, &t->err), FORBIDDEN);
    good(session_list(t->db, &t->arena, &far, 0, after(3), &list, &t->err));
    assert_int_equal(list.n, 0);
    good(session_list(t->db, &t->arena, &head, 0, after(61 * 60000), &list, &t->err));
    assert_int_equal(list.n, 0);                           // idle ones are no longer in
    Session s = session_of(t, &one.session, after(3)), heads = session_of(t, &mine.session, after(3));
    int64_t n = 0;
    refused(session_end_one(t->db, &other, &s.token_hash, after(4), &t->err), NOT_FOUND);
    refused(session_end_one(t->db, &operator, &heads.token_hash, after(4), &t->err), NOT_FOUND);
    refused(session_end_one(t->db, &far, &s.token_hash, after(4), &t->err), NOT_FOUND);
    refused(session_end_all(t->db, &other, operator.user_id, NULL, after(4), &n, &t->err), NOT_FOUND);
    good(session_end_one(t->db, &operator, &s.token_hash, after(4), &t->err));
    refused(session_end_one(t->db, &operator, &s.token_hash, after(4), &t->err), NOT_FOUND);
    s = session_of(t, &two.session, after(5));
    password_given(t, "operator", "", after(6));
    good(session_end_all(t->db, &operator, operator.user_id, &s.token_hash, after(7), &n, &t->err));
    assert_int_equal(n, 1);
    session_of(t, &two.session, after(8));
    good(session_end_all(t->db, &nation, operator.user_id, NULL, after(9), &n, &t->err));
    assert_int_equal(n, 1);
    no_violation(t);
}
DB_TEST(sessions_are_listed_and_ended_by_whom_they_concern)

static void a_forgotten_password_is_given_anew(DbTest *t) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS, 1371), operator = person(t, &head, "operator", ROLE_OPERATOR, 1371);
    char given[PASSWORD_RANDOM_CHARS + 1];
    bool is_waiting = true;
    LoginTokens in = password_given(t, "operator", "", NOON);
    refused(user_password_give(t->db, &operator, head.user_id, NOON, given, &is_waiting, &t->err), FORBIDDEN);
    refused(user_password_give(t->db, &(Viewer){ .user_id = 9, .kab = 1306, .role = ROLE_HEAD_DINSOS }, operator.user_id, NOON, given, &is_waiting, &t->err), NOT_FOUND);
    refused(user_password_give(t->db, &head, head.user_id, NOON, given, &is_waiting, &t->err), CONFLICT);
    good(user_password_give(t->db, &head, operator.user_id, NOON, given, &is_waiting, &t->err));
    Session s;
    bool is_found = true;
    good(session_find(t->db, str_c(in.session.text), after(1), &s, &is_found, &t->err));
    assert_false(is_found);
    refused(session_login(t->db, &(Login){ .login = STR("operator"), .password = PASSWORD, .from = STR("x") }, after(2), &in, &t->err), FORBIDDEN);
    good(session_login(t->db, &(Login){ .login = STR("operator"), .password = str_c(given), .from = STR("x") }, after(3), &in, &t->err));
    assert_int_equal(session_of(t, &in.session, after(3)).must, MUST_CHOOSE_PASSWORD);
    assert_false(is_waiting);                                              // the only keeper of the users gives it alone
    // With another keeper there, it opens nothing before he agrees: who gives a password knows it.
    Viewer other = person(t, &head, "kepala2", ROLE_HEAD_LINJAMSOS, 1371);
    good(user_password_give(t->db, &head, operator.user_id, NOON, given, &is_waiting, &t->err));
    assert_true(is_waiting);
    refused(session_login(t->db, &(Login){ .login = STR("operator"), .password = str_c(given), .from = STR("y") }, after(5), &in, &t->err), FORBIDDEN);
    UserRequests list;
    good(user_requests(t->db, &t->arena, &other, operator.user_id, NOON, &list, &t->err));
    assert_int_equal(list.n, 1);
    refused(user_request_sign(t->db, &head, operator.user_id, list.at[0].id, after(6), &t->err), FORBIDDEN);
    good(user_request_sign(t->db, &other, operator.user_id, list.at[0].id, after(6), &t->err));
    good(session_login(t->db, &(Login){ .login = STR("operator"), .password = str_c(given), .from = STR("y") }, after(7), &in, &t->err));
    no_violation(t);
}
DB_TEST(a_forgotten_password_is_given_anew)

static int64_t request_id(DbTest *t, const Viewer *viewer, int64_t user_id, bool may_sign) {
    UserRequests list;
    good(user_requests(t->db, &t->arena, viewer, user_id, NOON, &list, &t->err));
    assert_int_equal(list.n, 1);
    assert_int_equal(list.at[0].may_sign, may_sign);
    return list.at[0].id;
}

static void a_role_and_a_reset_take_two_people(DbTest *t) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS, 1371), second = person(t, &head, "linjamsos", ROLE_HEAD_LINJAMSOS, 1371),
           operator = person(t, &head, "operator", ROLE_OPERATOR, 1371), far = { .user_id = 99, .kab = 1306, .role = ROLE_HEAD_DINSOS, .login = "jauh" };
    RecoveryCodes codes;
    Factor f;
    User user;
    set_up(t, &operator, NOON, &codes);
    LoginTokens pending = password_given(t, "operator", "", after(1)), in, unused;
    if (!code_given(t, &pending, str_c(codes.text[0]), after(1), &in)) fail_msg("%s", t->err.text);
    refused(user_factor_ask(t->db, &operator, head.user_id, NOON, &t->err), FORBIDDEN);
    refused(user_factor_ask(t->db, &far, operator.user_id, NOON, &t->err), NOT_FOUND);
    refused(user_factor_ask(t->db, &head, head.user_id, NOON, &t->err), FORBIDDEN);              // not for oneself
    good(user_factor_ask(t->db, &head, operator.user_id, NOON, &t->err));
    int64_t id = request_id(t, &head, operator.user_id, false);
    refused(user_request_sign(t->db, &head, operator.user_id, id, NOON, &t->err), FORBIDDEN);    // maker is never checker
    refused(user_request_sign(t->db, &second, second.user_id, id, NOON, &t->err), NOT_FOUND);    // about somebody else
    refused(user_request_sign(t->db, &far, operator.user_id, id, NOON, &t->err), NOT_FOUND);
    good(factor_read(t->db, operator.user_id, &f, &t->err));
    assert_true(f.is_set_up);
    assert_int_equal(request_id(t, &second, operator.user_id, true), id);
    good(user_request_sign(t->db, &second, operator.user_id, id, after(2), &t->err));
    good(factor_read(t->db, operator.user_id, &f, &t->err));
    assert_true(!f.is_set_up && f.recovery_n == 0);
    Session s;
    bool is_found = true;
    good(session_find(t->db, str_c(in.session.text), after(3), &s, &is_found, &t->err));
    assert_false(is_found);
    unused = password_given(t, "operator", "", after(3));
    assert_false(unused.needs_code);

    refused(user_role_ask(t->db, &head, operator.user_id, ROLE_OPERATOR, 1371, after(4), &t->err), BAD_INPUT);
    refused(user_role_ask(t->db, &head, operator.user_id, ROLE_COORDINATOR, 1306, after(4), &t->err), FORBIDDEN);
    refused(user_role_ask(t->db, &head, operator.user_id, ROLE_COORDINATOR, 123, after(4), &t->err), BAD_INPUT);
    good(user_role_ask(t->db, &second, operator.user_id, ROLE_HEAD_DINSOS, 1371, after(4), &t->err));
    id = request_id(t, &head, operator.user_id, true);
    good(user_request_refuse(t->db, &head, operator.user_id, id, STR("Belum ada SK."), after(5), &t->err));
    good(user_role_ask(t->db, &second, operator.user_id, ROLE_COORDINATOR, 1371, after(6), &t->err));
    id = request_id(t, &head, operator.user_id, true);
    good(user_request_sign(t->db, &head, operator.user_id, id, after(7), &t->err));
    good(user_read(t->db, &t->arena, operator.user_id, &user, &t->err));
    assert_int_equal(user.role, ROLE_COORDINATOR);
    Violations v = { 0 };
    good(approval_check(t->db, 1371, &v, &t->err));
    assert_int_equal(v.found_n, 0);
    no_violation(t);
}
DB_TEST(a_role_and_a_reset_take_two_people)

static void a_disabled_person_comes_back_by_two(DbTest *t) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS, 1371), second = person(t, &head, "linjamsos", ROLE_HEAD_LINJAMSOS, 1371),
           operator = person(t, &head, "operator", ROLE_OPERATOR, 1371), far = { .user_id = 99, .kab = 1306, .role = ROLE_HEAD_DINSOS, .login = "jauh" };
    User user;
    refused(user_enable_ask(t->db, &head, operator.user_id, NOON, &t->err), CONFLICT);           // may log in already
    good(user_disable(t->db, &head, STR("operator"), NOON, &t->err));
    refused(user_enable_ask(t->db, &operator, operator.user_id, NOON, &t->err), FORBIDDEN);
    refused(user_enable_ask(t->db, &far, operator.user_id, NOON, &t->err), NOT_FOUND);
    good(user_enable_ask(t->db, &head, operator.user_id, NOON, &t->err));
    good(user_enable_ask(t->db, &head, operator.user_id, NOON, &t->err));                        // a second click
    int64_t id = request_id(t, &second, operator.user_id, true);
    refused(user_request_sign(t->db, &head, operator.user_id, id, NOON, &t->err), FORBIDDEN);    // maker is never checker
    refused(user_factor_ask(t->db, &head, operator.user_id, NOON, &t->err), CONFLICT);           // disabled: nothing else is asked
    good(user_read(t->db, &t->arena, operator.user_id, &user, &t->err));
    assert_false(user.is_active);
    good(user_request_sign(t->db, &second, operator.user_id, id, after(2), &t->err));
    good(user_read(t->db, &t->arena, operator.user_id, &user, &t->err));
    assert_true(user.is_active && user.is_password_given && user.role == ROLE_OPERATOR);         // and must choose a new password
    refused(user_enable_ask(t->db, &head, operator.user_id, after(3), &t->err), CONFLICT);
    no_violation(t);
}
DB_TEST(a_disabled_person_comes_back_by_two)

// One who keeps users and prepares must not make a second pair of eyes alone, nor become the only keeper first.
static void a_second_pair_of_eyes_is_not_made_alone(DbTest *t) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS, 1371);
    int64_t second_id, puppet_id, operator_id, other_id, helper_id;
    LoginTokens in;
    User user;
    good(user_add(t->db, &head, &(UserNew){ STR("linjamsos"), STR("Siti"), ROLE_HEAD_LINJAMSOS, 1371, PASSWORD }, NOON, &second_id, &t->err));
    good(user_read(t->db, &t->arena, second_id, &user, &t->err));
    assert_true(user.is_active);                           // nobody else could have signed
    Viewer second = { .user_id = second_id, .kab = 1371, .role = ROLE_HEAD_LINJAMSOS, .login = "linjamsos" };
    good(user_add(t->db, &second, &(UserNew){ STR("palsu"), STR("Palsu"), ROLE_HEAD_DINSOS, 1371, PASSWORD }, NOON, &puppet_id, &t->err));
    good(user_add(t->db, &second, &(UserNew){ STR("operator"), STR("Op"), ROLE_OPERATOR, 1371, PASSWORD }, NOON, &operator_id, &t->err));
    refused(session_login(t->db, &(Login){ .login = STR("palsu"), .password = PASSWORD, .from = STR("10.0.0.7") }, after(1), &in, &t->err), FORBIDDEN);
    refused(session_login(t->db, &(Login){ .login = STR("operator"), .password = PASSWORD, .from = STR("10.0.0.8") }, after(1), &in, &t->err), FORBIDDEN);
    int64_t id = request_id(t, &second, puppet_id, false);
    refused(user_request_sign(t->db, &second, puppet_id, id, after(2), &t->err), FORBIDDEN);
    good(user_request_refuse(t->db, &head, puppet_id, id, STR("Tidak ada orang ini"), after(2), &t->err));
    good(user_request_sign(t->db, &head, operator_id, request_id(t, &head, operator_id, true), after(2), &t->err));
    assert_false(password_given(t, "operator", "", after(3)).needs_code);
    good(user_add(t->db, &second, &(UserNew){ STR("pendamping"), STR("Rani"), ROLE_COMPANION, 1371, PASSWORD }, after(3), &helper_id, &t->err));
    good(user_read(t->db, &t->arena, helper_id, &user, &t->err));
    assert_true(user.is_active);                           // signs nothing
    UserNew other = { STR("lain"), STR("Lain"), ROLE_HEAD_DINSOS, 1371, PASSWORD };
    good(user_disable(t->db, &second, STR("kepala"), after(4), &t->err));
    refused(user_add(t->db, &second, &other, after(5), &other_id, &t->err), CONFLICT);
    good(user_add(t->db, &second, &other, after(4 + (int64_t)KEEPER_GONE_DAYS * 24 * 3600000), &other_id, &t->err));
    good(user_read(t->db, &t->arena, other_id, &user, &t->err));
    assert_true(user.is_active);
    no_violation(t);
}
DB_TEST(a_second_pair_of_eyes_is_not_made_alone)

// Another key while apps work on; a lost one is never replaced in silence.
static void the_key_of_apps_is_changed(DbTest *t) {
    Viewer head = person(t, NULL, "kepala", ROLE_HEAD_DINSOS, 1371);
    const char *path = arena_fmt(&t->arena, "%s/factor.key", t->folder[0] ? t->folder : "/tmp").p, *next = arena_fmt(&t->arena, "%s.new", path).p, *copy = arena_fmt(&t->arena, "%s.copy", path).p;
    TotpSecret before, after_it;
    FactorKeyChanged done;
    bool is_begun, is_there;
    unlink(path), unlink(next), unlink(copy);
    setenv("HARAPAN_FACTOR_KEY", path, 1);
    good(factor_begin(t->db, &head, NOON, &t->err));
    good(factor_pending(t->db, head.user_id, &before, &is_begun, &t->err));
    good(factor_key_copy(t->db, copy, &is_there, &t->err));
    assert_true(is_begun && is_there);
    refused(factor_key_change(t->db, &(FactorKeyChange){ .at = NOON, .is_lost = true }, &done, &t->err), CONFLICT);
    good(factor_key_change(t->db, &(FactorKeyChange){ .at = NOON }, &done, &t->err));
    good(factor_pending(t->db, head.user_id, &after_it, &is_begun, &t->err));
    assert_true(done.person_n == 1 && done.lost_n == 0 && is_begun && memcmp(&before, &after_it, sizeof before) == 0 && access(next, F_OK) != 0);
    // Killed between the database and the file: both keys stand there, and both open.
    assert_int_equal(rename(path, next), 0);
    assert_int_equal(rename(copy, path), 0);
    good(factor_pending(t->db, head.user_id, &after_it, &is_begun, &t->err));
    assert_true(memcmp(&before, &after_it, sizeof before) == 0);
    good(factor_key_change(t->db, &(FactorKeyChange){ .at = NOON }, &done, &t->err));
    assert_true(done.person_n == 1 && access(next, F_OK) != 0);
    // Lost: refused, until somebody says so.
    good(factor_key_copy(t->db, copy, &is_there, &t->err));
    unlink(path);
    refused(factor_begin(t->db, &head, NOON, &t->err), CONFLICT);
    refused(factor_key_change(t->db, &(FactorKeyChange){ .at = NOON }, &done, &t->err), CONFLICT);
    good(factor_key_restore(t->db, copy, &is_there, &t->err));
    assert_true(is_there);
    good(factor_pending(t->db, head.user_id, &after_it, &is_begun, &t->err));
    assert_true(memcmp(&before, &after_it, sizeof before) == 0);
    unlink(path);
    good(factor_key_change(t->db, &(FactorKeyChange){ .at = NOON, .is_lost = true }, &done, &t->err));
    assert_true(done.person_n == 0 && done.lost_n == 1);
    good(factor_begin(t->db, &head, NOON, &t->err));                      // set up anew, under the new key
    unlink(path), unlink(copy);
    unsetenv("HARAPAN_FACTOR_KEY");
}
DB_TEST(the_key_of_apps_is_changed)

static const struct CMUnitTest tests[] = {
    DB_TESTS(the_key_of_apps_is_changed),
    cmocka_unit_test(codes_are_those_of_the_standard), cmocka_unit_test(a_clock_may_be_a_step_wrong_and_no_more),
    DB_TESTS(a_factor_is_asked_for_once_it_is_there), DB_TESTS(wrong_codes_cost_and_end), DB_TESTS(recovery_codes_are_good_once),
    DB_TESTS(once_more_by_code_or_password), DB_TESTS(who_must_do_what_first), DB_TESTS(a_sealed_secret_opens_for_its_person_alone),
    DB_TESTS(sessions_are_listed_and_ended_by_whom_they_concern), DB_TESTS(a_forgotten_password_is_given_anew), DB_TESTS(a_role_and_a_reset_take_two_people),
    DB_TESTS(a_disabled_person_comes_back_by_two), DB_TESTS(a_second_pair_of_eyes_is_not_made_alone),
};
TEST_MAIN(tests)
