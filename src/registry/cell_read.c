#include "registry/cell_read.h"
#include "base/lang.h"
#include "files/mojibake.h"
#include <stdio.h>

Str cell_column_name(const CellReader *r, int column) {
    Str names = str_c(r->columns[column].names);
    return str_cut(&names, '|');
}

void cell_finding_add(CellFindings *f, Arena *a, FindingLevel level, Str field, const char *code, const char *msgid, ...) {
    if (f->n == CELL_FINDINGS_MAX) return;
    for (size_t i = 0; i < f->n; i++) if (str_eq(f->at[i].field, field) && strcmp(f->at[i].code, code) == 0) return;      // told already
    char text[512];
    va_list args;
    va_start(args, msgid);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    vsnprintf(text, sizeof text, tr(msgid), args);
#pragma GCC diagnostic pop
    va_end(args);
    f->at[f->n++] = (CellFinding){ level, field, code, arena_str(a, str_c(text)) };
    f->error_n += level == FINDING_ERROR;
}

bool cell_is_refused(const CellReader *r, int column) {
    for (size_t i = 0; i < r->f->n; i++)
        if (r->f->at[i].level == FINDING_ERROR && str_eq(r->f->at[i].field, cell_column_name(r, column))) return true;
    return false;
}

// ---- texts -------------------------------------------------------------------------------------------------------------
static bool is_error_literal(Str s) {
    if (s.n == 0 || !strchr("#Ee", s.p[0])) return false;
    static const char *const WORDS[] = { "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!", "#GETTING_DATA",
                                         "#SPILL!", "#CALC!", "#NAMA?", "Err:502", "Err:508" };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) if (str_eq_nocase(s, str_c(WORDS[i]))) return true;
    return false;
}

static bool is_empty_word(Str s) {
    if (s.n == 0) return true;
    if (s.n > 9 || !strchr("-nN(tT", s.p[0])) return false;
    static const char *const WORDS[] = { "-", "--", "NULL", "(NULL)", "NONE", "N/A", "NA", "NIHIL", "TIDAK ADA" };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) if (str_eq_nocase(s, str_c(WORDS[i]))) return true;
    return false;
}

// What a spreadsheet may put around the text of a cell: invisible characters that are no content.
Str cell_trim(Str s) {
    static const Str WIDE[] = { STR("\u00A0"), STR("\u200B"), STR("\uFEFF"), STR("\u2060") };
    for (bool again = true; again;) {
        again = false;
        s = str_trim(s);
        if (s.n == 0 || ((unsigned char)s.p[0] < 0x80 && (unsigned char)s.p[s.n - 1] < 0x80)) return s;
        for (size_t i = 0; i < sizeof WIDE / sizeof *WIDE; i++) {
            if (str_starts(s, WIDE[i])) { s = str_part(s, WIDE[i].n, s.n); again = true; }
            if (str_ends(s, WIDE[i])) { s.n -= WIDE[i].n; again = true; }
        }
    }
    return s;
}

static bool is_in(uint64_t set, int column) { return set >> column & 1; }

// Takes off what a spreadsheet or a person put around the cell. An apostrophe before a name is part of it ('AISYAH), unless it is
// there to keep a spreadsheet from computing.
static bool unwrap(const CellReader *r, Str *cell, int column) {
    if (cell->n == 0 || (cell->p[0] != '\'' && cell->p[0] != '=' && (unsigned char)cell->p[0] < 0x80)) return false;
    bool is_quote = str_starts(*cell, STR("'")), is_curly = str_starts(*cell, STR("\u2019")) || str_starts(*cell, STR("\u2018"));
    bool keeps = is_quote && cell->n > 1 && strchr("=+-@'0123456789", cell->p[1]);
    if ((is_quote && !keeps) || is_curly) if (!is_in(r->number_columns | r->date_columns, column)) return false;
    return csv_unwrap(cell);
}

// What a workbook says of the cell and what cannot be in this column. False when the cell is refused.
static bool mark_check(CellReader *r, int column, Str cell) {
    CellMark mark = csv_mark(r->header, r->row, column);
    ValueKind kind = value_kind(mark);
    if (mark & VALUE_NO_RESULT)
        CELL_REFUSE(r, column, "formula_empty", N_("The cell holds a formula whose result was not saved. Open the file in a spreadsheet, save it, and send it again."));
    else if (kind == VALUE_DATE && !is_in(r->date_columns, column))
        CELL_REFUSE(r, column, "became_date", N_("\"%.*s\" was turned into a date by a spreadsheet. Format the column as text and type what belongs there."),
               STR_ARG(cell));
    else if (kind == VALUE_BOOLEAN)
        CELL_REFUSE(r, column, "boolean", N_("The cell holds %.*s, which says nothing here. Put the value itself."), STR_ARG(cell));
    else return true;
    return false;
}

// The cell without wrapper, "" for the words that mean nothing; refuses what a formula left behind.
Str cell_read(CellReader *r, int column) {
    Str cell = cell_trim(csv_cell(r->header, r->row, column));
    bool was_wrapped = unwrap(r, &cell, column);
    if (was_wrapped) { r->f->unwrapped_n++; cell = cell_trim(cell); }
    if (is_error_literal(cell)) {
        CELL_REFUSE(r, column, "formula", N_("The cell holds %.*s, the remains of a formula that failed. Put the value itself."),
               STR_ARG(cell));
        return (Str){ 0 };
    }
    if (!mark_check(r, column, cell)) return (Str){ 0 };
    if (!was_wrapped && cell.n > 1 && strchr("=+@", cell.p[0])) {
        CELL_REFUSE(r, column, "formula", N_("\"%.*s\" is a formula, which is not computed here. Put the value itself."), STR_ARG(str_part(cell, 0, 80)));
        return (Str){ 0 };
    }
    return is_empty_word(cell) ? (Str){ 0 } : cell;
}

#define TEXT_MAX 200                   // longer than any name or address of the nation's files
Str cell_text(CellReader *r, int column) {
    Str cell = cell_read(r, column);
    if (cell.n > TEXT_MAX) {
        CELL_REFUSE(r, column, "too_long",
               N_("The text has %lld characters; at most %d belong here. Perhaps a quotation mark is missing before it."),
                   (long long)cell.n, TEXT_MAX);
        return (Str){ 0 };
    }
    Str mended;
    if (!mojibake_mend(r->a, cell, &mended)) return arena_str(r->a, cell);
    if (r->is_mending) {
        CELL_DOUBT(r, column, "mended", N_("\"%.*s\" was read as \"%.*s\"."), STR_ARG(cell), STR_ARG(mended));
        return mended;
    }
    CELL_DOUBT(r, column, "encoding",
          N_("\"%.*s\" was saved in a wrong encoding; it was probably \"%.*s\". Have the whole file mended when it is read, or export it as UTF-8."),
          STR_ARG(cell), STR_ARG(mended));
    return arena_str(r->a, cell);
}

// ---- numbers -----------------------------------------------------------------------------------------------------------
// Takes spaces, points, dashes and invisible characters out from between the digits.
static Str separators_out(CellReader *r, Str cell) {
    static const Str WIDE[] = { STR("\u00A0"), STR("\u200B"), STR("\u200C"), STR("\u200D"), STR("\uFEFF"), STR("\u2060"), STR("\u2009"),
                                STR("\u2013") };
    if (str_is_digits(cell)) return arena_str(r->a, cell);
    char *out = arena_alloc(r->a, cell.n + 1, 1, 1);
    size_t n = 0;
    for (size_t i = 0; i < cell.n;) {
        size_t skip = strchr(" .-\t", cell.p[i]) != NULL;
        for (size_t k = 0; !skip && k < sizeof WIDE / sizeof *WIDE; k++)
            if (str_starts(str_part(cell, i, cell.n), WIDE[k])) skip = WIDE[k].n;
        if (!skip) out[n++] = cell.p[i];
        i += skip ? skip : 1;
    }
    if (n < cell.n) r->f->separated_n++;
    return (Str){ out, n };
}

// 3,17123E+15: digits, a point or comma, E, a power.
bool cell_is_scientific(Str s) {
    size_t e_n = 0, digit_n = 0;
    for (size_t i = 0; i < s.n; i++) {
        bool is_digit = s.p[i] >= '0' && s.p[i] <= '9';
        if (s.p[i] == 'E' || s.p[i] == 'e') e_n++;
        else if (!is_digit && !strchr("+-.,", s.p[i])) return false;
        digit_n += is_digit;
    }
    return e_n == 1 && digit_n > 1 && s.p[0] != 'E' && s.p[0] != 'e';
}

// "3171234567890123.0": a number went through floating point. Exact below 2^53, lost above.
#define FLOAT_EXACT_MAX INT64_C(9007199254740992)
static bool fraction_off(CellReader *r, int column, Str *cell) {
    Str rest = *cell, whole = str_cut(&rest, '.');
    if (!rest.p || rest.n == 0 || rest.n > 2 || !str_is_digits(whole) || whole.n < 12) return true;
    int64_t value;
    bool is_zero = rest.p[0] == '0' && rest.p[rest.n - 1] == '0';
    if (!is_zero || !str_int64(whole, &value) || value > FLOAT_EXACT_MAX) {
        CELL_REFUSE(r, column, "digits_lost", N_("\"%.*s\" went through a calculation that loses digits. Export the column again as text."),
               STR_ARG(*cell));
        return false;
    }
    *cell = whole;
    r->f->separated_n++;
    return true;
}

// NIK or KK: what only stands around the digits is taken off; "" when the cell is empty or refused.
Str cell_identity(CellReader *r, int column, IdentityFault (*check)(Str)) {
    Str cell = cell_read(r, column), raw = cell;
    if (cell.n == 0 || str_eq(cell, STR("0"))) return (Str){ 0 };
    bool is_number = value_kind(csv_mark(r->header, r->row, column)) == VALUE_NUMBER;
    if (cell_is_scientific(cell)) {
        CELL_REFUSE(r, column, "scientific", N_("\"%.*s\" has lost its digits. Format the column as text and export again."), STR_ARG(cell));
        return (Str){ 0 };
    }
    if (is_number) {
        CELL_REFUSE(r, column, "number",
               N_("\"%.*s\" is stored as a number, of which a spreadsheet keeps 15 digits only. Format the column as text, and put the digits from the card."),
               STR_ARG(cell));
        return (Str){ 0 };
    }
    if (!fraction_off(r, column, &cell)) return (Str){ 0 };
    cell = separators_out(r, cell);
    IdentityFault fault = check(cell);
    if (fault != IDENTITY_OK) {
        CELL_REFUSE(r, column, identity_fault_code(fault), "\"%.*s\" %s.", STR_ARG(raw), identity_fault_text(fault));
        return (Str){ 0 };
    }
    return cell;
}

Str cell_code(CellReader *r, int column) {
    Str code = cell_text(r, column);
    bool is_number = value_kind(csv_mark(r->header, r->row, column)) == VALUE_NUMBER;
    if (!cell_is_scientific(code) && !(is_number && (code.n > 15 || !str_is_digits(code)))) return code;
    CELL_REFUSE(r, column, "scientific", N_("\"%.*s\" has lost its digits. Format the column as text and export again."), STR_ARG(code));
    return (Str){ 0 };
}
