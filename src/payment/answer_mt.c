// answer_mt.c: MT940 (booked, day by day) and MT942 (what was seen so far today), as banks send them: with and without the blocks of
// SWIFT, several statements in a file, with any line end, references longer than the standard allows, remarks in the manner of any bank.
//
// Strict where it decides: amount, direction, day, balances. A statement of MT940 without its closing balance was cut off, and then the
// whole file is refused. A line :61: that cannot be read comes as a fault.
#include "payment/answer_data.h"
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define WINDOW ((size_t)64 << 10)
#define LINE_MAX_MT ((size_t)8 << 10)                      // the standard has 80 characters; some banks send a narrative in one line
#define NARRATIVE_LINE 65                                  // a full line of :86: goes on in the next without a space

typedef struct {
    Reading *r;
    char window[WINDOW]; size_t window_n, window_at;
    bool is_source_done, was_cr;
    Str memory;
    Buf line; int64_t line_n;                              // the line read last
    char tag[4];                                           // of the open field; empty: none
    Buf field, more, text; int64_t field_line_n;           // field: first line; more: the lines under it; text: as UTF-8
    bool has_block, is_942, is_942_said, has_entry, has_closing;       // has_block: inside {4: … -}
    bool has_stated;
    int64_t stated_n; Rupiah stated_sum;
    AnswerLine entry;                                      // the :61: that waits for its :86:
    Buf entry_texts[7];                                    // what it points to
    int64_t field_n;
} Mt;
enum { T_REF, T_BANK, T_REMARK, T_CELL, T_STATUS, T_ACCOUNT, T_NAME };

// ---- lines ---------------------------------------------------------------------------------------------------------------------
static bool window_fill(Mt *m, Err *e) {
    m->window_at = m->window_n = 0;
    if (m->r->fd < 0) {
        Str piece = str_part(m->memory, 0, WINDOW);
        if (piece.n) memcpy(m->window, piece.p, piece.n);
        m->memory = str_part(m->memory, piece.n, m->memory.n);
        m->window_n = piece.n;
    } else {
        ssize_t k;
        do k = read(m->r->fd, m->window, WINDOW); while (k < 0 && errno == EINTR);
        if (k < 0) return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
        m->window_n = (size_t)k;
    }
    m->is_source_done = m->window_n == 0;
    return true;
}

// The next line, without its end: CR, LF, CR LF. *has false at the end of the file.
static bool line_next(Mt *m, bool *has, Err *e) {
    buf_reset(&m->line);
    m->line.max = LINE_MAX_MT;
    *has = false;
    for (;;) {
        if (m->window_at == m->window_n && !window_fill(m, e)) return false;
        if (m->is_source_done) break;
        char c = m->window[m->window_at];
        if (c == '\n' && m->was_cr) { m->was_cr = false; m->window_at++; continue; }
        size_t from = m->window_at, at = from;
        while (at < m->window_n && m->window[at] != '\n' && m->window[at] != '\r' && m->window[at] && m->window[at] != 0x1A) at++;
        if (m->line.n + at - from > LINE_MAX_MT) return fail(e, LIMIT, "Line %lld: longer than %zu characters; this is no MT940.", (long long)m->line_n + 1, LINE_MAX_MT);
        buf_bytes(&m->line, m->window + from, at - from);
        m->was_cr = false;
        *has = true;
        m->window_at = at;
        if (at == m->window_n) continue;
        c = m->window[m->window_at++];
        if (c == 0) return fail(e, BAD_INPUT, "Line %lld: a NUL byte; this is no MT940. Ask the bank for the file again.", (long long)m->line_n + 1);
        if (c == 0x1A) continue;
        m->was_cr = c == '\r';
        m->line_n++;
        return true;
    }
    if (*has) m->line_n++;
    return true;
}

static void put_utf8(Buf *b, Str s) {                      // a text that is no UTF-8 is of the old kind: one byte a letter
    if (str_is_utf8(s)) { buf_str(b, s); return; }
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x80) buf_char(b, (char)(0xC0 | (c >> 6)));
        buf_char(b, (char)(c < 0x80 ? c : 0x80 | (c & 0x3F)));
    }
}

static bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }

// ---- pieces of a field -----------------------------------------------------------------------------------------------------------
static bool day_read(Str six, Date *out) {                 // YYMMDD of this century
    if (six.n != 6 || !str_is_digits(six)) return false;
    int year = 2000 + (six.p[0] - '0') * 10 + six.p[1] - '0', month = (six.p[2] - '0') * 10 + six.p[3] - '0', day = (six.p[4] - '0') * 10 + six.p[5] - '0';
    if (!date_exists(year, month, day)) return false;
    *out = date_make(year, month, day);
    return true;
}

// MMDD next to the value day: in the year that brings the two closest together.
static bool entry_day_read(Str four, Date value_on, Date *out) {
    int year, month, day, at_month = (four.p[0] - '0') * 10 + four.p[1] - '0', at_day = (four.p[2] - '0') * 10 + four.p[3] - '0';
    date_split(value_on, &year, &month, &day);
    if (at_month - month > 6) year--;
    if (month - at_month > 6) year++;
    if (!date_exists(year, at_month, at_day)) return false;
    *out = date_make(year, at_month, at_day);
    return true;
}

static size_t amount_length(Str s) {
    size_t n = 0;
    while (n < s.n && ((s.p[n] >= '0' && s.p[n] <= '9') || s.p[n] == ',' || s.p[n] == '.')) n++;
    return n;
}

// "C240427IDR1500000," : a balance. The closing one of some banks has no currency.
static bool balance_read(Mt *m, Rupiah *amount, Date *day, Err *e) {
    Str s = str_trim(buf_view(&m->field)), whole = s;
    bool is_debit = s.n && s.p[0] == 'D', is_good = s.n && (is_debit || s.p[0] == 'C');
    s = str_part(s, 1, s.n);
    is_good = is_good && day_read(str_part(s, 0, 6), day);
    s = str_part(s, 6, s.n);
    if (is_good && s.n >= 3 && is_letter(s.p[0]) && is_letter(s.p[1]) && is_letter(s.p[2])) {
        AnswerHead *h = &m->r->head;
        Str currency = str_part(s, 0, 3);
        if (h->currency.n == 0) h->currency = reading_keep(m->r, currency);
        if (!str_eq(currency, h->currency)) is_good = false;
        s = str_part(s, 3, s.n);
    }
    if (!is_good || answer_amount(s, ",.", amount) != ANSWER_GOOD)
        return fail(e, BAD_INPUT, "Line %lld: \"%.*s\" is no balance (:%s:); the statement cannot be proven. Ask the bank for the file again.", (long long)m->field_line_n,
                    STR_ARG(str_part(whole, 0, 60)), m->tag);
    if (is_debit) amount->rp = -amount->rp;
    return true;
}

// ---- :86: -----------------------------------------------------------------------------------------------------------------------
// The value behind a word like /EREF/ or EREF+, up to the next such word.
static const char *const WORDS[] = { "EREF", "KREF", "CREF", "IREF", "PREF", "MREF", "SVWZ", "REMI", "NAME", "BENM", "ORDP", "IBAN", "ACCT", "CNTP", "RTRN", "BUSP", "INFO", "ADDR", "TRCD", "PURP", "ISDT", "MARF", "CSID", "ABWA", "ABWE", "BIC" };

static size_t word_at(Str s, size_t i, size_t *behind) {   // which word begins at i, plus one; *behind: where its value begins
    bool has_slash = s.p[i] == '/', is_start = i == 0 || s.p[i - 1] == ' ' || s.p[i - 1] == '/' || s.p[i - 1] == '?';
    size_t from = i + has_slash, n = 0;
    if (!has_slash && !is_start) return 0;
    while (from + n < s.n && is_letter(s.p[from + n])) n++;
    if (n < 3 || n > 4 || from + n >= s.n || s.p[from + n] != (has_slash ? '/' : '+')) return 0;
    for (size_t k = 0; k < sizeof WORDS / sizeof *WORDS; k++) if (str_eq(str_part(s, from, n), str_c(WORDS[k]))) { *behind = from + n + 1; return k + 1; }
    return 0;
}

static Str without_slashes(Str s) {
    s = str_trim(s);
    while (s.n && s.p[s.n - 1] == '/') s.n--;
    return s;
}

static Str worded(Str s, const char *word) {
    size_t behind, from = 0;
    bool is_inside = false;
    for (size_t i = 0; i < s.n; i++) {
        size_t k = word_at(s, i, &behind);
        if (k && is_inside) return without_slashes(str_part(s, from, i - from));
        if (k && strcmp(WORDS[k - 1], word) == 0) { is_inside = true; from = behind; i = behind - 1; }
    }
    return is_inside ? without_slashes(str_part(s, from, s.n)) : (Str){ 0 };
}

// German structure: three digits, then a mark and two digits for each piece: 166?00DAUERAUFTRAG?20EREF+…?31ACCOUNT?32NAME
static bool is_marked(Str s) { return s.n > 6 && str_is_digits(str_part(s, 0, 3)) && strchr("?<>@^~+", s.p[3]) && str_is_digits(str_part(s, 4, 2)); }

static void marked_read(Mt *m, Str s) {
    char mark = s.p[3];
    Buf *texts = m->entry_texts;
    Str code = str_part(s, 0, 3);
    AnswerKind kind = answer_code_kind("transaction", code);
    if (kind == ANSWER_RETURNED && !m->entry.is_debit) m->entry.is_reversal = true;
    s = str_part(s, 4, s.n);
    for (Str piece = str_cut(&s, mark); piece.p; piece = str_cut(&s, mark)) {
        int64_t n;
        if (!str_int64(str_part(piece, 0, 2), &n)) { buf_char(&texts[T_REMARK], mark); buf_str(&texts[T_REMARK], piece); }     // the mark was in a text
        else if ((n >= 20 && n <= 29) || (n >= 60 && n <= 63)) {
            size_t behind;
            Str text = str_part(piece, 2, piece.n);
            if (text.n && word_at(text, 0, &behind)) buf_char(&texts[T_REMARK], ' ');      // a word of its own begins; else the text goes on
            buf_str(&texts[T_REMARK], text);
        }
        else if (n == 31) buf_str(&texts[T_ACCOUNT], str_trim(str_part(piece, 2, piece.n)));
        else if (n == 32 || n == 33) buf_str(&texts[T_NAME], str_part(piece, 2, piece.n));
        else if (n == 0) { buf_str(&texts[T_REMARK], str_part(piece, 2, piece.n)); buf_char(&texts[T_REMARK], ' '); }
        if (!s.p) break;
    }
}

static void narrative_read(Mt *m) {
    Str s = buf_view(&m->text);
    if (is_marked(s)) { marked_read(m, s); return; }
    buf_str(&m->entry_texts[T_REMARK], s);
    Str account = worded(s, "ACCT"), counter = worded(s, "CNTP"), name = worded(s, "NAME");
    if (account.n == 0) account = worded(s, "IBAN");
    if (account.n == 0 && counter.n) account = str_cut(&counter, '/');
    if (name.n == 0) name = worded(s, m->entry.is_debit ? "BENM" : "ORDP");
    buf_str(&m->entry_texts[T_ACCOUNT], account);
    buf_str(&m->entry_texts[T_NAME], name);
}

// ---- :61: -----------------------------------------------------------------------------------------------------------------------
static AnswerFault entry_take(Mt *m, Str s, Str under) {
    AnswerLine *l = &m->entry;
    Str whole = s;
    buf_str(&m->entry_texts[T_CELL], str_part(whole, 0, 100));
    if (!day_read(str_part(s, 0, 6), &l->value_on)) return ANSWER_DATE;
    s = str_part(s, 6, s.n);
    l->booked_on = l->value_on;
    if (s.n >= 4 && str_is_digits(str_part(s, 0, 4))) {
        if (!entry_day_read(s, l->value_on, &l->booked_on)) return ANSWER_DATE;
        s = str_part(s, 4, s.n);
    }
    s = str_trim(s);                                       // a bank that leaves the day out writes spaces
    char first = s.n ? s.p[0] : 0;
    if ((first == 'R' || first == 'E') && s.n > 1 && (s.p[1] == 'C' || s.p[1] == 'D')) {
        l->is_reversal = first == 'R';
        if (first == 'E') buf_c(&m->entry_texts[T_STATUS], "EXPECTED");
        s = str_part(s, 1, s.n);
    }
    if (s.n == 0 || (s.p[0] != 'C' && s.p[0] != 'D')) return ANSWER_DIRECTION;
    l->is_debit = (s.p[0] == 'D') != l->is_reversal;       // RC takes a credit back: money leaves; RD: it comes back
    s = str_part(s, 1, s.n);
    if (s.n && is_letter(s.p[0])) s = str_part(s, 1, s.n); // the third letter of the currency: CR for rupiah
    s = str_trim(s);
    Str amount = str_part(s, 0, amount_length(s));
    AnswerFault fault = answer_amount(amount, ",.", &l->amount);
    if (fault) {
        buf_reset(&m->entry_texts[T_CELL]);
        buf_str(&m->entry_texts[T_CELL], amount.n ? amount : str_part(whole, 0, 100));
        return fault;
    }
    l->has_amount = true;
    s = str_part(s, amount.n, s.n);
    if (s.n && strchr("NSF", s.p[0])) {
        Str type = str_part(s, 1, 3);
        if (buf_view(&m->entry_texts[T_STATUS]).n == 0) buf_str(&m->entry_texts[T_STATUS], str_trim(str_part(s, 0, 4)));
        if (answer_code_kind("transaction", type) == ANSWER_RETURNED && !l->is_debit) l->is_reversal = true;
        s = str_part(s, 4, s.n);
    }
    Str reference = s, bank = { 0 };
    for (size_t i = 0; i + 2 <= s.n; i++) if (s.p[i] == '/' && s.p[i + 1] == '/') { reference = str_part(s, 0, i); bank = str_part(s, i + 2, s.n); break; }
    reference = str_trim(reference);
    if (!str_eq_nocase(reference, STR("NONREF"))) buf_str(&m->entry_texts[T_REF], reference);
    buf_str(&m->entry_texts[T_BANK], str_trim(bank));
    if (under.n) { buf_str(&m->entry_texts[T_REMARK], under); buf_char(&m->entry_texts[T_REMARK], ' '); }
    return ANSWER_GOOD;
}

static AnswerKind entry_kind(const AnswerLine *l) {
    if (str_eq(l->status, STR("EXPECTED"))) return ANSWER_ACCEPTED;
    AnswerKind kind = l->status.n == 4 ? answer_code_kind("transaction", str_part(l->status, 1, 3)) : ANSWER_KINDS_N;
    bool says_payment = l->end_to_end_id.n || answer_has_id(l->instruction_id) || answer_has_id(l->remark);
    if (l->is_debit) {
        if (l->is_reversal) return ANSWER_UNKNOWN;         // a credit was taken back
        if (kind == ANSWER_ENTRY && !says_payment) return ANSWER_ENTRY;
        return says_payment || l->instruction_id.n || l->account.n ? ANSWER_SETTLED : ANSWER_UNKNOWN;
    }
    if (l->is_reversal || answer_says_returned(l->remark)) return ANSWER_RETURNED;
    return says_payment ? ANSWER_UNKNOWN : ANSWER_ENTRY;
}

static bool entry_give(Mt *m, Err *e) {
    AnswerLine *l = &m->entry;
    if (!m->has_entry) return true;
    m->has_entry = false;
    Buf *texts = m->entry_texts;
    l->status = buf_view(&texts[T_STATUS]);
    l->bank_reference = buf_view(&texts[T_BANK]);
    l->remark = str_trim(buf_view(&texts[T_REMARK]));
    l->account = buf_view(&texts[T_ACCOUNT]);
    l->name = str_trim(buf_view(&texts[T_NAME]));
    l->fault_cell = l->fault ? buf_view(&texts[T_CELL]) : (Str){ 0 };
    l->end_to_end_id = worded(l->remark, "EREF");
    if (str_eq_nocase(l->end_to_end_id, STR("NOTPROVIDED"))) l->end_to_end_id = (Str){ 0 };
    l->instruction_id = buf_view(&texts[T_REF]);
    if (l->instruction_id.n == 0) l->instruction_id = worded(l->remark, "KREF");
    if (m->r->head.currency.n && !str_eq(m->r->head.currency, answer_currency(m->r)) && !l->fault) { l->fault = ANSWER_CURRENCY; l->fault_cell = m->r->head.currency; }
    l->kind = entry_kind(l);
    if (l->kind == ANSWER_RETURNED) l->reason_code = answer_reason_in(l->remark);
    bool is_expected = str_eq(l->status, STR("EXPECTED"));
    l->is_proof = !m->is_942 && !is_expected;
    if (l->fault && !l->has_amount) m->r->has_bad_amount = true;
    if (l->has_amount && !is_expected && !reading_book(m->r, l->is_debit, l->amount, e)) return false;
    return reading_line(m->r, l, e);
}

// ---- fields -----------------------------------------------------------------------------------------------------------------------
static bool statement_close(Mt *m, Err *e) {
    AnswerHead *h = &m->r->head;
    if (!m->r->is_open) return true;
    if (!entry_give(m, e)) return false;
    if (!m->is_942 && !m->has_closing)
        return fail(e, BAD_INPUT, "Line %lld: statement %lld has no closing balance (:62F:): the file was cut off. Ask the bank for it again.", (long long)m->line_n, (long long)h->statement_n);
    h->format = m->is_942 ? ANSWER_MT942 : ANSWER_MT940;
    h->version = reading_keep(m->r, str_c(answer_format_name(h->format)));
    if (m->has_stated) {
        Rupiah turnover;
        if (!rupiah_add(h->credits, h->debits, &turnover, e)) return false;
        h->has_stated_n = h->has_stated_sum = true;
        h->stated_n = m->stated_n;
        h->stated_sum = m->stated_sum;
        h->stated = m->stated_n == m->r->entry_n && (m->r->has_bad_amount || m->stated_sum.rp == turnover.rp) ? ANSWER_AGREES : ANSWER_DIFFERS;
    }
    return reading_close(m->r, e);
}

static bool statement_need(Mt *m, Err *e) {
    AnswerHead *h;
    if (m->r->is_open) return true;
    m->has_closing = m->has_stated = m->has_entry = false;
    m->is_942 = m->is_942_said;
    m->stated_n = 0;
    m->stated_sum = (Rupiah){ 0 };
    return reading_open(m->r, m->is_942 ? ANSWER_MT942 : ANSWER_MT940, &h, e);
}

// "00123/001": what is no number stays 0, as of banks that write 09/2021/M.
static void number_read(Mt *m, AnswerHead *h) {
    Str page = str_trim(buf_view(&m->field)), number = str_cut(&page, '/');
    if (!str_is_digits(number) || !str_int64(number, &h->number_n)) h->number_n = 0;
    if (!page.p || !str_is_digits(page) || !str_int64(page, &h->page_n)) h->page_n = 0;
}

static bool stated_read(Mt *m, Err *e) {                   // :90D:12IDR1500000, : entries and their sum
    Str s = str_trim(buf_view(&m->field));
    size_t n = 0;
    int64_t count;
    Rupiah sum;
    while (n < s.n && s.p[n] >= '0' && s.p[n] <= '9') n++;
    if (!str_int64(str_part(s, 0, n), &count) || answer_amount(str_part(s, n + 3, s.n), ",.", &sum) != ANSWER_GOOD) return true;   // only a courtesy
    m->has_stated = true;
    m->stated_n += count;
    return rupiah_add(m->stated_sum, sum, &m->stated_sum, e);
}

static bool entry_start(Mt *m, Err *e) {
    if (!entry_give(m, e)) return false;
    for (size_t i = 0; i < sizeof m->entry_texts / sizeof *m->entry_texts; i++) { buf_reset(&m->entry_texts[i]); m->entry_texts[i].max = ANSWER_TEXT_MAX; }
    m->entry = (AnswerLine){ .line_n = m->field_line_n, .booked_on = DATE_NONE, .value_on = DATE_NONE };
    reading_entry(m->r);
    buf_reset(&m->text);
    put_utf8(&m->text, buf_view(&m->more));
    Buf first = { .max = 2 * LINE_MAX_MT };
    put_utf8(&first, buf_view(&m->field));
    m->entry.fault = entry_take(m, buf_view(&first), str_trim(buf_view(&m->text)));
    buf_free(&first);
    m->has_entry = true;
    return true;
}

static bool field_take(Mt *m, Err *e) {
    const char *tag = m->tag;
    AnswerHead *h = &m->r->head;
    if (!tag[0]) return true;
    m->field_n++;
    Str value = str_trim(buf_view(&m->field));
    #define IS(name) (strcmp(tag, name) == 0)
    if (IS("20")) {
        if (!statement_close(m, e) || !statement_need(m, e)) return false;
        h->statement_id = reading_keep(m->r, value);
        h->message_id = h->statement_id;
        return true;
    }
    if (!statement_need(m, e)) return false;
    if (IS("25") || IS("25P")) { h->account = reading_keep(m->r, value); return true; }
    if (IS("28C") || IS("28")) { number_read(m, h); return true; }
    if (IS("34F")) {
        m->is_942 = true;
        if (h->currency.n == 0 && value.n >= 3) h->currency = reading_keep(m->r, str_part(value, 0, 3));
        return true;
    }
    if (IS("13D") || IS("13")) { m->is_942 = true; h->created_at = reading_keep(m->r, value); return true; }
    if (IS("60F") || IS("60M")) { h->has_opening = true; return balance_read(m, &h->opening, &h->opening_on, e); }
    if (IS("61")) return entry_start(m, e);
    if (IS("86")) {
        if (!m->has_entry) return true;                    // about the statement
        buf_reset(&m->text);
        m->text.max = 4 * ANSWER_TEXT_MAX;
        put_utf8(&m->text, buf_view(&m->field));
        put_utf8(&m->text, buf_view(&m->more));
        narrative_read(m);
        return entry_give(m, e);
    }
    if (IS("62F") || IS("62M")) {
        if (!entry_give(m, e)) return false;
        m->has_closing = h->has_closing = true;
        h->is_last_page = IS("62F");
        return balance_read(m, &h->closing, &h->closing_on, e);
    }
    if (IS("90D") || IS("90C")) return entry_give(m, e) && stated_read(m, e);
    #undef IS
    return true;
}

// ":61:" or ":28C:" or ":NS:" at the start of a line.
static bool tag_read(Str line, char tag[4], Str *rest) {
    size_t n = 1;
    if (line.n < 4 || line.p[0] != ':') return false;
    while (n < line.n && n < 5 && line.p[n] != ':') n++;
    if (n >= line.n || line.p[n] != ':' || n < 3 || n > 4) return false;
    for (size_t i = 1; i < n; i++) if (!is_letter(line.p[i]) && !(line.p[i] >= '0' && line.p[i] <= '9')) return false;
    bool is_number = line.p[1] >= '0' && line.p[1] <= '9' && line.p[2] >= '0' && line.p[2] <= '9';
    if (!is_number && !str_starts(line, STR(":NS:"))) return false;
    memcpy(tag, line.p + 1, n - 1);
    tag[n - 1] = 0;
    *rest = str_part(line, n + 1, line.n);
    return true;
}

static bool field_end(Mt *m, Err *e) {
    bool is_good = field_take(m, e);
    m->tag[0] = 0;
    buf_reset(&m->field);
    buf_reset(&m->more);
    return is_good;
}

static void field_more(Mt *m, Str line, size_t before_n) {
    bool is_narrative = strcmp(m->tag, "86") == 0;
    if (m->more.n + line.n + 1 > ANSWER_TEXT_MAX) return;
    if (m->more.n || is_narrative) if (before_n < NARRATIVE_LINE && !(line.n && (line.p[0] == '?' || line.p[0] == '/'))) buf_char(&m->more, ' ');
    buf_str(&m->more, line);
}

// The blocks of SWIFT around a message; what stands behind {4: goes on as a line.
static bool blocks_read(Mt *m, Str *line, Err *e) {
    if (!field_end(m, e) || !statement_close(m, e)) return false;
    if (str_contains(*line, STR("{2:O942")) || str_contains(*line, STR("{2:I942"))) m->is_942_said = true;
    if (str_contains(*line, STR("{2:O940")) || str_contains(*line, STR("{2:I940"))) m->is_942_said = false;
    for (size_t i = 0; i + 3 <= line->n; i++) if (str_eq(str_part(*line, i, 3), STR("{4:"))) {
        m->has_block = true;
        *line = str_part(*line, i + 3, line->n);
        return true;
    }
    *line = (Str){ 0 };
    return true;
}

static bool line_take(Mt *m, size_t *before_n, Err *e) {
    Str line = buf_view(&m->line), rest;
    if (m->line_n == 1 && str_starts(line, STR("\xEF\xBB\xBF"))) line = str_part(line, 3, line.n);
    while (line.n && (line.p[line.n - 1] == ' ' || line.p[line.n - 1] == '\t')) line.n--;
    size_t spaces = 0;
    while (spaces < line.n && line.p[spaces] == ' ') spaces++;
    if (spaces && spaces < line.n && line.p[spaces] == ':') line = str_part(line, spaces, line.n);
    if (str_starts(line, STR("{")) && !blocks_read(m, &line, e)) return false;
    if (line.n == 0) return true;
    if (str_eq(line, STR("-")) || str_starts(line, STR("-}"))) {
        m->has_block = false;
        return field_end(m, e) && statement_close(m, e);
    }
    char tag[4];
    if (tag_read(line, tag, &rest)) {
        if (!field_end(m, e)) return false;
        memcpy(m->tag, tag, sizeof tag);
        m->field_line_n = m->line_n;
        m->field.max = LINE_MAX_MT;
        m->more.max = ANSWER_TEXT_MAX;
        buf_str(&m->field, rest);
        *before_n = rest.n;
        return true;
    }
    if (m->tag[0]) field_more(m, line, *before_n);
    *before_n = line.n;
    return true;
}

static bool lines_read(Mt *m, Err *e) {
    size_t before_n = 0;
    for (bool has;;) {
        if (!line_next(m, &has, e)) return false;
        if (!has) break;
        if (!line_take(m, &before_n, e)) return false;
    }
    if (!field_end(m, e)) return false;
    if (m->has_block) return fail(e, BAD_INPUT, "Line %lld: the message is not closed (-}): the file was cut off. Ask the bank for it again.", (long long)m->line_n);
    return statement_close(m, e);
}

bool answer_mt_read(Reading *r, Err *e) {
    Mt *m = calloc(1, sizeof *m);
    if (!m) abort();
    m->r = r;
    m->memory = r->bytes;
    bool is_good = lines_read(m, e);
    buf_free(&m->line);
    buf_free(&m->field);
    buf_free(&m->more);
    buf_free(&m->text);
    for (size_t i = 0; i < sizeof m->entry_texts / sizeof *m->entry_texts; i++) buf_free(&m->entry_texts[i]);
    free(m);
    return is_good;
}
