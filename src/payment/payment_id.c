// payment_id.c: see payment_id.h.
#include "payment/payment_id.h"

#define KAB_DIGITS 4
#define KAB_MAX 9999
#define STAGE_MAX 10                   // "2024-2" … "2024-12"

static bool id_make(PaymentId *out, Err *e, const char *format, ...) __attribute__((format(printf, 3, 4)));
static bool id_make(PaymentId *out, Err *e, const char *format, ...) {
    PaymentId id;
    va_list args;
    va_start(args, format);
    Buf b = { .max = PAYMENT_ID_MAX };
    buf_vfmt(&b, format, args);
    va_end(args);
    Str text = buf_view(&b);
    bool fits = !b.is_full && text.n > 0;
    for (size_t i = 0; fits && i < text.n; i++) fits = (text.p[i] >= 'A' && text.p[i] <= 'Z') || (text.p[i] >= '0' && text.p[i] <= '9') || text.p[i] == '-';
    if (fits) {
        memcpy(id.text, text.p, text.n);
        id.text[text.n] = 0;
        *out = id;
    }
    buf_free(&b);
    return fits || fail(e, LIMIT, "A payment's name may have %d capital letters, digits and dashes; programme, stage and channel are too long for that.", PAYMENT_ID_MAX);
}

// Upper case, for a rule book's code: "pkh" -> "PKH".
static void upper(char *out, size_t max, Str s) {
    size_t n = s.n < max - 1 ? s.n : max - 1;
    for (size_t i = 0; i < n; i++) out[i] = (char)(s.p[i] >= 'a' && s.p[i] <= 'z' ? s.p[i] - 'a' + 'A' : s.p[i]);
    out[n] = 0;
}

bool payment_id_message(Str programme, int64_t kab, Str stage, Str channel, int64_t part_n, int64_t attempt_n, PaymentId *out, Err *e) {
    char code[PAYMENT_ID_MAX + 2], where[PAYMENT_ID_MAX + 2];
    upper(code, sizeof code, programme);
    upper(where, sizeof where, channel);
    return id_make(out, e, "%s-%04lld-%.*s-%s-P%02lld-A%lld", code, (long long)kab, STR_ARG(stage), where, (long long)part_n, (long long)attempt_n);
}

static size_t stage_plain(Str stage, char out[STAGE_MAX + 1]) {        // without dashes; 0 when too long
    size_t n = 0;
    for (size_t i = 0; i < stage.n; i++) {
        if (stage.p[i] == '-') continue;
        if (n == STAGE_MAX) return 0;
        out[n++] = stage.p[i];
    }
    out[n] = 0;
    return n;
}

bool payment_id_family(int64_t kab, int64_t family_id, Str stage, int64_t attempt_n, PaymentId *out, Err *e) {
    char plain[STAGE_MAX + 1];
    if (kab < 0 || kab > KAB_MAX || family_id < 1 || attempt_n < 1 || !stage_plain(stage, plain))
        return fail(e, LIMIT, "Family %lld of district %lld cannot be named to a bank in stage %.*s.", (long long)family_id, (long long)kab, STR_ARG(stage));
    return id_make(out, e, "%04lld%07lld-%s-%lld", (long long)kab, (long long)family_id, plain, (long long)attempt_n);
}

bool payment_id_parse(Str text, Str stage, int64_t *kab, int64_t *family_id, int64_t *attempt_n) {
    Str rest = text, who = str_cut(&rest, '-'), when = str_cut(&rest, '-');
    int64_t found_kab, found_family, found_attempt;
    if (who.n < KAB_DIGITS + 1 || !str_is_digits(who) || !str_is_digits(rest) || !when.p) return false;
    if (!str_int64(str_part(who, 0, KAB_DIGITS), &found_kab) || !str_int64(str_part(who, KAB_DIGITS, who.n), &found_family) ||
        !str_int64(rest, &found_attempt)) return false;
    PaymentId again;                                       // what we would have written: no second spelling is ours
    Err unused = { 0 };
    if (!payment_id_family(found_kab, found_family, stage, found_attempt, &again, &unused) || !str_eq(text, payment_id_str(&again))) return false;
    *kab = found_kab;
    *family_id = found_family;
    *attempt_n = found_attempt;
    return true;
}
