#include "registry/identity.h"
#include "base/lang.h"
#include <sodium.h>
#include <stdlib.h>

static const struct { const char *code, *text; } FAULTS[IDENTITY_FAULTS_N] = {
    [IDENTITY_OK] = { "ok", N_("in order") },
    [IDENTITY_LENGTH] = { "length", N_("has not the right number of digits; export it again as text") },
    [IDENTITY_DIGITS] = { "digits", N_("holds something that is not a digit; look whether O stands for 0 or l for 1") },
    [IDENTITY_MONTH] = { "month", N_("has no possible month in digits 9 and 10") },
    [IDENTITY_DAY] = { "day", N_("has no possible day in digits 7 and 8") },
    [IDENTITY_SERIAL] = { "serial", N_("ends in 0000; serial numbers begin with 0001") },
    [ACCOUNT_ALL_EQUAL] = { "all_equal", N_("is one digit repeated; copy it from the savings book") },
    [ACCOUNT_CURRENCY] = { "currency", N_("is not a rupiah account: digits 5 and 6 must be 01") },
    [ACCOUNT_IS_CARD] = { "card", N_("has 16 digits and looks like the number of the card; the account stands in the savings book") },
    [NPSN_FORM] = { "form", N_("is no school number: a school has 8 digits") },
};

const char *identity_fault_code(IdentityFault f) { return FAULTS[f].code; }
const char *identity_fault_text(IdentityFault f) { return tr(FAULTS[f].text); }

static int two_digits(Str s, size_t at) { return (s.p[at] - '0') * 10 + (s.p[at + 1] - '0'); }

// What NIK and KK have in common; day_bonus 40 also allows a woman's day.
static IdentityFault dated_number_check(Str s, int day_bonus) {
    if (s.n > 0 && !str_is_digits(s)) return IDENTITY_DIGITS;
    if (s.n != NIK_LENGTH) return IDENTITY_LENGTH;
    int day = two_digits(s, 6), month = two_digits(s, 8);
    if (day > day_bonus) day -= day_bonus;
    if (day < 1 || day > 31) return IDENTITY_DAY;
    if (month < 1 || month > 12) return IDENTITY_MONTH;
    return memcmp(s.p + 12, "0000", 4) == 0 ? IDENTITY_SERIAL : IDENTITY_OK;
}

IdentityFault nik_check(Str nik) { return dated_number_check(nik, 40); }
IdentityFault kk_check(Str kk) { return dated_number_check(kk, 0); }

IdentityFault bri_account_check(Str account) {
    if (account.n > 0 && !str_is_digits(account)) return IDENTITY_DIGITS;
    if (account.n == 16) return ACCOUNT_IS_CARD;
    if (account.n != BRI_ACCOUNT_LENGTH) return IDENTITY_LENGTH;
    size_t same_n = 1;
    while (same_n < account.n && account.p[same_n] == account.p[0]) same_n++;
    if (same_n == account.n) return ACCOUNT_ALL_EQUAL;
    return memcmp(account.p + 4, "01", 2) == 0 ? IDENTITY_OK : ACCOUNT_CURRENCY;
}

IdentityFault npsn_check(Str npsn) {
    bool is_course = npsn.n == 8 && (npsn.p[0] == 'P' || npsn.p[0] == 'K');
    if (!str_is_digits(is_course ? str_part(npsn, 1, 7) : npsn)) return NPSN_FORM;
    return npsn.n == 8 || npsn.n == 6 ? IDENTITY_OK : NPSN_FORM;
}

unsigned nik_doubts(Str nik, Date born_on, Sex sex) {
    int day = two_digits(nik, 6), month = two_digits(nik, 8), year = two_digits(nik, 10);
    bool is_woman = day > 40;
    if (is_woman) day -= 40;
    unsigned doubts = 0;
    if (sex != SEX_UNKNOWN && is_woman != (sex == SEX_FEMALE)) doubts |= NIK_DOUBT_SEX;
    if (!date_exists(1900 + year, month, day) && !date_exists(2000 + year, month, day)) doubts |= NIK_DOUBT_CALENDAR;
    if (date_is_known(born_on)) {
        int born_year, born_month, born_day;
        date_split(born_on, &born_year, &born_month, &born_day);
        if (born_day != day || born_month != month || born_year % 100 != year) doubts |= NIK_DOUBT_BIRTH;
    }
    return doubts;
}

int64_t nik_place(Str nik) {
    int64_t place = 0;
    for (size_t i = 0; i < 6; i++) place = place * 10 + (nik.p[i] - '0');
    return place;
}

bool rt_parse(Str text, char out[4]) {
    text = str_trim(text);
    if (text.n == 0 || str_eq(text, STR("-"))) { out[0] = 0; return true; }
    if (text.n > 3 || !str_is_digits(text)) return false;
    memcpy(out, "000", 4);
    memcpy(out + 3 - text.n, text.p, text.n);
    return true;
}

void identity_put_masked(Buf *b, Str number) {
    size_t shown_n = number.n > 4 ? 4 : 0;
    for (size_t i = 0; i < number.n - shown_n; i++) buf_c(b, "•");
    buf_str(b, str_part(number, number.n - shown_n, shown_n));
}

Str identity_masked(Arena *a, Str number) {
    char memory[256];
    Buf b = { .p = memory, .cap = sizeof memory, .max = sizeof memory };
    identity_put_masked(&b, number);
    return arena_str(a, buf_view(&b));
}

_Static_assert(crypto_shorthash_KEYBYTES == sizeof(ClaimKey) && crypto_shorthash_BYTES == 8, "SipHash: 128-bit key, 64-bit hash");
int64_t identity_claim(const ClaimKey *key, int kind, Str number) {
    uint8_t text[64], hash[crypto_shorthash_BYTES];
    uint8_t *longer = number.n < sizeof text ? text : malloc(number.n + 1);
    if (!longer) abort();                                  // as the arena does
    longer[0] = (uint8_t)kind;
    if (number.n) memcpy(longer + 1, number.p, number.n);
    crypto_shorthash(hash, longer, number.n + 1, key->bytes);
    if (longer != text) free(longer);
    uint64_t claim = 0;
    for (size_t i = 0; i < sizeof hash; i++) claim = claim << 8 | hash[i];
    return (int64_t)claim;
}
