// password.c: see password.h.
#include "office/password.h"
#include <pthread.h>
#include <stdlib.h>

#define PASSES 2
#define MEMORY_BYTES ((size_t)19 << 20)
#define AT_ONCE_MAX 2                  // measured: 0.17 s each on one core of a small machine
#define WAITING_MAX 20                 // about two seconds; who comes later is asked to come again

// ---- the queue ---------------------------------------------------------------------------------------------------

static pthread_mutex_t queue_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t queue_moved = PTHREAD_COND_INITIALIZER;
static int working_n, waiting_n;

static bool queue_enter(Err *e) {
    if (sodium_init() < 0) return fail(e, IO_FAILED, "The machine gives no random numbers.");
    pthread_mutex_lock(&queue_lock);
    bool has_room = working_n < AT_ONCE_MAX || waiting_n < WAITING_MAX;
    if (has_room) {
        waiting_n++;
        while (working_n >= AT_ONCE_MAX) pthread_cond_wait(&queue_moved, &queue_lock);
        waiting_n--;
        working_n++;
    }
    pthread_mutex_unlock(&queue_lock);
    return has_room || fail(e, BUSY, "Many people are logging in just now. Please try again in a few seconds.");
}

static void queue_leave(void) {
    pthread_mutex_lock(&queue_lock);
    working_n--;
    pthread_cond_signal(&queue_moved);
    pthread_mutex_unlock(&queue_lock);
}

// ---- passwords ---------------------------------------------------------------------------------------------------

// What guessers try first, and what people here choose first. Compared without case; digits at the end do not help.
static const char *const WELL_KNOWN[] = {
    "password", "passw0rd", "katasandi", "rahasia", "sayang", "indonesia", "bismillah", "alhamdulillah", "assalamualaikum", "qwerty",
    "qwertyuiop", "asdfghjkl", "iloveyou", "letmein", "welcome", "selamat", "selamatdatang", "administrator", "admin", "operator",
    "dinassosial", "dinsos", "kemensos", "programkeluargaharapan", "keluargaharapan", "harapan", "pendamping", "padang", "sumaterabarat",
    "jakarta", "garuda", "merdeka", "kucing", "monyet", "doraemon", "persib", "semenpadang", "abcdefghij", "a1b2c3d4e5",
};

static Str without_digits(Str s) {
    while (s.n && ((s.p[s.n - 1] >= '0' && s.p[s.n - 1] <= '9') || s.p[s.n - 1] == '!' || s.p[s.n - 1] == '.')) s.n--;
    return s;
}

static bool is_one_step(Str s) {                            // aaaaaaaaaa, 0123456789, 9876543210
    for (size_t i = 2; i < s.n; i++)
        if (s.p[i] - s.p[i - 1] != s.p[1] - s.p[0]) return false;
    return s.n < 2 || (s.p[1] - s.p[0] >= -1 && s.p[1] - s.p[0] <= 1);
}

bool password_accept(Str password, Str login, Err *e) {
    size_t characters = 0;
    for (size_t i = 0; i < password.n; i++) characters += ((unsigned char)password.p[i] & 0xC0) != 0x80;
    if (password.n > PASSWORD_MAX) return fail(e, BAD_INPUT, "The password is longer than %d bytes.", PASSWORD_MAX);
    if (characters < PASSWORD_MIN) return fail(e, BAD_INPUT, "The password needs at least %d characters; a short sentence is good.", PASSWORD_MIN);
    Str core = without_digits(password);
    bool is_known = is_one_step(password) || str_is_digits(password) || str_eq_nocase(password, login) || (login.n > 0 && str_eq_nocase(core, login));
    for (size_t i = 0; !is_known && i < sizeof WELL_KNOWN / sizeof *WELL_KNOWN; i++)
        is_known = str_eq_nocase(core, str_c(WELL_KNOWN[i])) || str_eq_nocase(password, str_c(WELL_KNOWN[i]));
    return !is_known || fail(e, BAD_INPUT, "This password is one of the first that a stranger would try. Choose another; a short sentence is good.");
}

bool password_code(Str password, PasswordCode *out, Err *e) {
    PasswordCode code;
    if (!queue_enter(e)) return false;
    int failed = crypto_pwhash_str_alg(code.text, password.p ? password.p : "", password.n, PASSES, MEMORY_BYTES, crypto_pwhash_ALG_ARGON2ID13);
    queue_leave();
    if (failed) return fail(e, BUSY, "There is not enough memory for a password just now. Please try again.");
    *out = code;
    return true;
}

// Nobody's password: the work for a name that does not exist is that for one that does.
static bool nobody_work(Str password, Err *e) {
    PasswordCode unused;
    return password_code(password, &unused, e);
}

bool password_verify(Str code, Str password, bool *is_right, Err *e) {
    *is_right = false;
    if (password.n > PASSWORD_MAX) return true;
    if (code.n == 0 || code.n >= PASSWORD_CODE_MAX) return nobody_work(password, e);
    PasswordCode kept = { "" };
    memcpy(kept.text, code.p, code.n);
    if (!queue_enter(e)) return false;
    *is_right = crypto_pwhash_str_verify(kept.text, password.p ? password.p : "", password.n) == 0;
    queue_leave();
    return true;
}

// ---- tokens ------------------------------------------------------------------------------------------------------

// Without random numbers nothing may go on: a token that can be guessed is worse than none.
static void random_bytes(void *p, size_t n) {
    if (sodium_init() < 0) abort();
    randombytes_buf(p, n);
}

Token token_make(void) {
    uint8_t bits[32];
    Token t;
    random_bytes(bits, sizeof bits);
    sodium_bin2base64(t.text, sizeof t.text, bits, sizeof bits, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(bits, sizeof bits);
    return t;
}

Hash token_hash(Str token) { return hash_of(token.p ? token.p : "", token.n); }

bool secret_eq(Str a, Str b) {
    Hash left = token_hash(a), right = token_hash(b);       // equal lengths for the comparison, whatever came in
    return sodium_memcmp(&left, &right, sizeof left) == 0;
}

void password_random(char out[PASSWORD_RANDOM_CHARS + 1]) {
    static const char LETTERS[] = "abcdefghjkmnpqrstuvwxyz23456789";       // without i l o 0 1
    if (sodium_init() < 0) abort();
    for (int i = 0; i < PASSWORD_RANDOM_CHARS; i++)
        out[i] = i % 5 == 4 ? '-' : LETTERS[randombytes_uniform(sizeof LETTERS - 1)];
    out[PASSWORD_RANDOM_CHARS] = 0;
}
