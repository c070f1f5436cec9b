#include "files/rupiah_text.h"
#include "base/lang.h"

static const struct { const char *code, *text; } FAULTS[MONEY_FAULTS_N] = {
    [MONEY_OK] = { "", "" },
    [MONEY_EMPTY] = { "money_missing", N_("the amount is missing") },
    [MONEY_NO_AMOUNT] = { "money_form", N_("is no amount; write it like 1.500.000 or 1500000") },
    [MONEY_NEGATIVE] = { "money_negative", N_("is negative; an amount to be paid is never below 0") },
    [MONEY_FRACTION] = { "money_fraction", N_("has a part of a rupiah; write whole rupiah") },
    [MONEY_AMBIGUOUS] = { "money_ambiguous", N_("can be read in two ways; write it without dots and commas") },
    [MONEY_OTHER_STYLE] = { "money_style", N_("uses dots and commas in another way than the rest of the file; write it without them") },
    [MONEY_SCIENTIFIC] = { "money_scientific", N_("has lost its digits; format the column as a number without decimals and export again") },
    [MONEY_ERROR_VALUE] = { "money_formula", N_("is what a formula that failed left behind; put the value itself") },
    [MONEY_TOO_LARGE] = { "money_large", N_("is too large for an amount") },
};
const char *money_fault_code(MoneyFault fault) { return FAULTS[fault].code; }
const char *money_fault_text(MoneyFault fault) { return tr(FAULTS[fault].text); }

// ---- the shape of a number -------------------------------------------------------------------------------------------
// Spaces of all kinds at both ends.
static Str trim(Str s) {
    static const Str WIDE[] = { STR("\u00A0"), STR("\u202F"), STR("\u2009"), STR("\u200B"), STR("\uFEFF") };
    for (bool again = true; again;) {
        again = false;
        s = str_trim(s);
        for (size_t i = 0; i < sizeof WIDE / sizeof *WIDE; i++) {
            if (str_starts(s, WIDE[i])) { s = str_part(s, WIDE[i].n, s.n); again = true; }
            if (str_ends(s, WIDE[i])) { s.n -= WIDE[i].n; again = true; }
        }
    }
    return s;
}

// What stands around the number: an apostrophe, Rp, IDR, and a dash where the decimals would be.
static Str bare(Str s) {
    static const Str CURRENCIES[] = { STR("rp."), STR("rp"), STR("idr") };
    s = trim(s);
    if (str_starts(s, STR("'"))) s = trim(str_part(s, 1, s.n));
    for (size_t i = 0; i < sizeof CURRENCIES / sizeof *CURRENCIES; i++)
        if (str_eq_nocase(str_part(s, 0, CURRENCIES[i].n), CURRENCIES[i])) { s = trim(str_part(s, CURRENCIES[i].n, s.n)); break; }
    if (s.n > 2 && (str_ends(s, STR(",-")) || str_ends(s, STR(".-")))) s = trim(str_part(s, 0, s.n - 2));
    return s;
}

typedef struct {
    size_t dot_n, comma_n;
    char last;                                             // the last mark, 0 without one
    size_t before_n, after_n;                              // digits before the first mark, behind the last
    bool is_grouped;                                       // between two marks always three digits
    bool is_good;                                          // digits and marks, beginning and ending with a digit
} Shape;

static Shape shape_of(Str s) {
    Shape shape = { .is_grouped = true, .is_good = s.n > 0 };
    size_t digit_n = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c >= '0' && c <= '9') { digit_n++; continue; }
        if (c != '.' && c != ',') { shape.is_good = false; return shape; }
        if (digit_n == 0) shape.is_good = false;
        if (!shape.last) shape.before_n = digit_n;
        else shape.is_grouped &= digit_n == 3;
        shape.dot_n += c == '.';
        shape.comma_n += c == ',';
        shape.last = c;
        digit_n = 0;
    }
    shape.after_n = digit_n;
    shape.is_good &= digit_n > 0;
    return shape;
}

// The style that this shape proves, MONEY_UNKNOWN when it fits both or none.
static MoneyStyle style_of(Shape shape) {
    if (!shape.is_good || !shape.last) return MONEY_UNKNOWN;
    bool has_both = shape.dot_n && shape.comma_n;
    if (has_both) return shape.last == ',' ? MONEY_DOTS : MONEY_COMMAS;
    if (shape.dot_n + shape.comma_n > 1) return shape.last == '.' ? MONEY_DOTS : MONEY_COMMAS;
    if (shape.after_n != 3) return shape.last == ',' ? MONEY_DOTS : MONEY_COMMAS;     // one mark before decimals
    return MONEY_UNKNOWN;
}

void money_look(Str cell, MoneyStyle *style) {
    MoneyStyle shown = style_of(shape_of(bare(cell)));
    if (shown == MONEY_UNKNOWN || *style == MONEY_MIXED) return;
    *style = *style == MONEY_UNKNOWN || *style == shown ? shown : MONEY_MIXED;
}

// ---- reading -----------------------------------------------------------------------------------------------------------
static bool is_scientific(Str s) {
    size_t e_n = 0, digit_n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool is_digit = s.p[i] >= '0' && s.p[i] <= '9';
        digit_n += is_digit;
        if (s.p[i] == 'E' || s.p[i] == 'e') e_n++;
        else if (!is_digit && !strchr("+-.,", s.p[i])) return false;
    }
    return e_n == 1 && digit_n > 1;
}

static bool is_negative(Str s) {
    return str_starts(s, STR("-")) || str_starts(s, STR("\u2212")) || (s.n > 1 && s.p[s.n - 1] == '-') ||
           (s.n > 2 && s.p[0] == '(' && s.p[s.n - 1] == ')');
}

// The digits of the whole part, thousands parted by `thousands`; a fraction behind the other mark must be zeros.
static MoneyFault digits_take(Str s, char thousands, Rupiah *out) {
    char digits[24], fraction = thousands == '.' ? ',' : '.';
    size_t n = 0, group_n = 0, mark_n = 0;
    Str rest = s, whole = str_cut(&rest, fraction);
    for (size_t i = 0; i < rest.n; i++) if (rest.p[i] == '.' || rest.p[i] == ',') return MONEY_NO_AMOUNT;
    for (size_t i = 0; i < whole.n; i++) {
        if (whole.p[i] == thousands) {
            if (mark_n++ ? group_n != 3 : group_n > 3) return MONEY_NO_AMOUNT;
            group_n = 0;
            continue;
        }
        if (n == sizeof digits) return MONEY_TOO_LARGE;
        digits[n++] = whole.p[i];
        group_n++;
    }
    if (mark_n && group_n != 3) return MONEY_NO_AMOUNT;
    for (size_t i = 0; i < rest.n; i++) if (rest.p[i] != '0') return MONEY_FRACTION;
    int64_t rp;
    if (!str_int64((Str){ digits, n }, &rp)) return MONEY_TOO_LARGE;
    out->rp = rp;
    return MONEY_OK;
}

// A number of a workbook has a point before its decimals, whatever the file's people write.
static MoneyFault number_read(Str s, Rupiah *out) {
    Shape shape = shape_of(s);
    if (is_negative(s)) return MONEY_NEGATIVE;
    if (is_scientific(s)) return MONEY_SCIENTIFIC;
    if (!shape.is_good || shape.comma_n || shape.dot_n > 1) return MONEY_NO_AMOUNT;
    return digits_take(s, ',', out);
}

MoneyFault money_read(Str cell, CellMark mark, MoneyStyle style, Rupiah *out) {
    ValueKind kind = value_kind(mark);
    Str s = trim(cell);
    if (kind == VALUE_ERROR || (s.n > 1 && s.p[0] == '#')) return MONEY_ERROR_VALUE;
    if (mark & VALUE_NO_RESULT) return MONEY_ERROR_VALUE;
    if (kind == VALUE_DATE || kind == VALUE_BOOLEAN) return MONEY_NO_AMOUNT;
    if (kind == VALUE_NUMBER) return number_read(s, out);
    s = bare(s);
    if (s.n == 0 || str_eq(s, STR("-")) || str_eq(s, STR("\u2013")) || str_eq_nocase(s, STR("NULL"))) return MONEY_EMPTY;
    if (is_negative(s)) return MONEY_NEGATIVE;
    if (is_scientific(s)) return MONEY_SCIENTIFIC;
    Shape shape = shape_of(s);
    if (!shape.is_good) return MONEY_NO_AMOUNT;
    if (!shape.last) return digits_take(s, '.', out);
    bool is_single = shape.dot_n + shape.comma_n == 1 && shape.after_n == 3 && shape.before_n <= 3;
    MoneyStyle own = style_of(shape);
    if (style == MONEY_MIXED) return is_single ? MONEY_AMBIGUOUS : digits_take(s, own == MONEY_DOTS ? '.' : ',', out);
    if (is_single && style == MONEY_UNKNOWN) return shape.last == '.' ? digits_take(s, '.', out) : MONEY_AMBIGUOUS;
    if (is_single && (shape.last == '.') != (style == MONEY_DOTS)) return MONEY_AMBIGUOUS;       // three decimals, or thousands?
    if (style == MONEY_UNKNOWN) style = own == MONEY_UNKNOWN ? MONEY_DOTS : own;
    if (own != MONEY_UNKNOWN && own != style) return MONEY_OTHER_STYLE;
    bool has_decimals = shape.last == (style == MONEY_DOTS ? ',' : '.');
    if (has_decimals && shape.after_n > 2) return MONEY_AMBIGUOUS;         // 1.500,000: nobody writes thousandths of a rupiah
    return digits_take(s, style == MONEY_DOTS ? '.' : ',', out);
}
