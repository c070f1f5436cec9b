// answer.c: what a file is, twice through it, and what every format shares: names, counts, proof.
#include "payment/answer_data.h"
#include "base/lang.h"
#include "files/file_kind.h"
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define BYTES_MAX ((int64_t)1 << 30)

// ---- names ----------------------------------------------------------------------------------------------------------------
static const char *const FORMATS[ANSWER_FORMATS_N] = {
    [ANSWER_UNREAD] = "", [ANSWER_PAIN002] = "pain.002", [ANSWER_CAMT052] = "camt.052", [ANSWER_CAMT053] = "camt.053", [ANSWER_CAMT054] = "camt.054",
    [ANSWER_MT940] = "MT940", [ANSWER_MT942] = "MT942", [ANSWER_TABLE] = "table",
};
const char *answer_format_name(AnswerFormat format) { return FORMATS[format]; }

static const struct { const char *name, *title; } KINDS[ANSWER_KINDS_N] = {
    [ANSWER_UNKNOWN] = { "unknown", N_("Not clear, stays pending") },
    [ANSWER_ACCEPTED] = { "accepted", N_("Accepted, on its way") },
    [ANSWER_REJECTED] = { "rejected", N_("Refused before payment") },
    [ANSWER_SETTLED] = { "settled", N_("Left our account") },
    [ANSWER_CREDITED] = { "credited", N_("On the family's account") },
    [ANSWER_WITHDRAWN] = { "withdrawn", N_("In the family's hands") },
    [ANSWER_RETURNED] = { "returned", N_("Came back to our account") },
    [ANSWER_NOT_COLLECTED] = { "not_collected", N_("Not collected") },
    [ANSWER_ENTRY] = { "entry", N_("About no payment") },
};
const char *answer_kind_name(AnswerKind kind) { return KINDS[kind].name; }
const char *answer_kind_title(AnswerKind kind) { return tr(KINDS[kind].title); }
bool answer_kind_find(Str name, AnswerKind *out) {
    for (int i = 0; i < ANSWER_KINDS_N; i++) if (str_eq(name, str_c(KINDS[i].name))) { *out = (AnswerKind)i; return true; }
    return false;
}

static const struct { const char *code, *text; } FAULTS[ANSWER_FAULTS_N] = {
    [ANSWER_GOOD] = { "", "" },
    [ANSWER_NO_AMOUNT] = { "amount_missing", N_("the amount is missing; ask the bank for it") },
    [ANSWER_AMOUNT_FORM] = { "amount_form", N_("is no amount; ask the bank for the file again") },
    [ANSWER_AMOUNT_FRACTION] = { "amount_fraction", N_("has a part of a rupiah, but payments are whole rupiah; ask the bank") },
    [ANSWER_AMOUNT_NEGATIVE] = { "amount_negative", N_("is below zero; the direction belongs into a mark of its own") },
    [ANSWER_AMOUNT_AMBIGUOUS] = { "amount_ambiguous", N_("can be thousands or decimals; ask the bank which") },
    [ANSWER_AMOUNT_LARGE] = { "amount_large", N_("is too large for an amount") },
    [ANSWER_CURRENCY] = { "currency", N_("is another currency than this programme's") },
    [ANSWER_DIRECTION] = { "direction", N_("says neither debit nor credit") },
    [ANSWER_DATE] = { "date", N_("is no day that exists") },
    [ANSWER_DETAILS_SUM] = { "details_sum", N_("the details of this entry do not add up to it; ask the bank") },
    [ANSWER_SHAPE] = { "shape", N_("cannot be taken apart; ask the bank for the file again") },
    [ANSWER_ROW] = { "row", N_("the row has not the cells of the header; mend it in the file") },
    [ANSWER_NO_NAME] = { "no_reference", N_("nothing says which payment is meant") },
};
const char *answer_fault_code(AnswerFault fault) { return FAULTS[fault].code; }
const char *answer_fault_text(AnswerFault fault) { return tr(FAULTS[fault].text); }

Str answer_currency(const Reading *r) { return r->options.currency.n ? r->options.currency : STR("IDR"); }

AnswerFault answer_amount(Str text, const char *decimals, Rupiah *out) {
    static const char ZEROS[] = "000000000000000000";
    text = str_trim(text);
    if (text.n == 0) return ANSWER_NO_AMOUNT;
    if (text.p[0] == '+') text = str_part(text, 1, text.n);
    bool is_negative = text.n && text.p[0] == '-';
    if (is_negative) text = str_part(text, 1, text.n);
    size_t whole_n = 0;
    while (whole_n < text.n && text.p[whole_n] >= '0' && text.p[whole_n] <= '9') whole_n++;
    Str whole = str_part(text, 0, whole_n), rest = str_part(text, whole_n, text.n);
    if (whole.n == 0) return ANSWER_AMOUNT_FORM;
    if (rest.n) {
        Str part = str_part(rest, 1, rest.n);
        if (!strchr(decimals, rest.p[0]) || (part.n && !str_is_digits(part))) return ANSWER_AMOUNT_FORM;
        if (part.n >= sizeof ZEROS || memcmp(part.p ? part.p : "", ZEROS, part.n) != 0) return ANSWER_AMOUNT_FRACTION;
        if (part.n == 3) return ANSWER_AMOUNT_AMBIGUOUS;
    }
    while (whole.n > 1 && whole.p[0] == '0') whole = str_part(whole, 1, whole.n);
    int64_t rp;
    if (whole.n > 18 || !str_int64(whole, &rp)) return ANSWER_AMOUNT_LARGE;
    if (is_negative && rp > 0) return ANSWER_AMOUNT_NEGATIVE;
    out->rp = rp;
    return ANSWER_GOOD;
}

// ---- statements and lines ---------------------------------------------------------------------------------------------------
bool reading_open(Reading *r, AnswerFormat format, AnswerHead **out, Err *e) {
    if (r->statement_n == ANSWER_STATEMENTS_MAX) return fail(e, LIMIT, "The file holds more than %d statements; split it.", ANSWER_STATEMENTS_MAX);
    r->statement_n++;
    r->entry_n = 0;
    r->is_open = true;
    r->has_bad_amount = false;
    memset(r->entry_kind_n, 0, sizeof r->entry_kind_n);
    r->entry_fault_n = 0;
    if (r->is_second) arena_reset(&r->scratch);
    r->head = (AnswerHead){ .format = format, .statement_n = r->statement_n, .is_last_page = true, .is_version_known = true, .from_on = DATE_NONE, .to_on = DATE_NONE,
                            .opening_on = DATE_NONE, .closing_on = DATE_NONE };
    *out = &r->head;
    if (!r->is_second) return true;
    if (r->statement_n > (int64_t)r->head_n) return fail(e, CONFLICT, "The file was changed while it was read.");
    return !r->sink.head || r->sink.head(r->sink.of, &r->heads[r->statement_n - 1], e);
}

Str reading_keep(Reading *r, Str text) { return arena_str(r->is_second ? &r->scratch : r->arena, text); }

void reading_entry(Reading *r) {
    r->entry_n++;
    memset(r->entry_kind_n, 0, sizeof r->entry_kind_n);
    r->entry_fault_n = 0;
}

bool reading_line(Reading *r, AnswerLine *line, Err *e) {
    if (r->is_second && r->bad_at < r->bad_n && r->bad[r->bad_at].statement_n == r->statement_n && r->bad[r->bad_at].entry_n == r->entry_n && !line->fault)
        line->fault = ANSWER_DETAILS_SUM;
    if (line->fault) {
        line->kind = ANSWER_UNKNOWN;
        line->is_proof = false;
    }
    line->entry_n = r->entry_n;
    r->head.line_n++;
    r->head.kind_n[line->kind]++;
    r->head.fault_n += line->fault != ANSWER_GOOD;
    r->entry_kind_n[line->kind]++;
    r->entry_fault_n += line->fault != ANSWER_GOOD;
    if (!r->is_second) return true;
    const AnswerHead *head = &r->heads[r->statement_n - 1];
    line->is_proof &= head->balance != ANSWER_DIFFERS;     // a statement that does not add up proves nothing
    return r->sink.line(r->sink.of, head, line, e);
}

bool reading_entry_bad(Reading *r, Err *e) {
    if (r->is_second) {
        r->bad_at++;
        return true;
    }
    if (r->bad_n == ANSWER_ENTRIES_BAD_MAX) return fail(e, LIMIT, "The details of more than %d entries do not add up: this is no statement.", ANSWER_ENTRIES_BAD_MAX);
    if (r->bad_n == r->bad_cap) {
        r->bad_cap = r->bad_cap ? r->bad_cap * 2 : 64;
        r->bad = realloc(r->bad, r->bad_cap * sizeof *r->bad);
        if (!r->bad) abort();
    }
    r->bad[r->bad_n].statement_n = r->statement_n;
    r->bad[r->bad_n++].entry_n = r->entry_n;
    for (int i = 0; i < ANSWER_KINDS_N; i++) {             // counted before it was known
        r->head.kind_n[i] -= r->entry_kind_n[i];
        r->head.kind_n[ANSWER_UNKNOWN] += r->entry_kind_n[i];
        r->head.fault_n += r->entry_kind_n[i];
    }
    r->head.fault_n -= r->entry_fault_n;
    return true;
}

bool reading_book(Reading *r, bool is_debit, Rupiah amount, Err *e) {
    Rupiah *sum = is_debit ? &r->head.debits : &r->head.credits;
    return rupiah_add(*sum, amount, sum, e);
}

static bool checks_make(Reading *r, Err *e) {
    AnswerHead *h = &r->head;
    Rupiah wanted;
    if (h->has_opening && h->has_closing && !r->has_bad_amount) {
        if (!rupiah_add(h->opening, h->credits, &wanted, e) || !rupiah_subtract(wanted, h->debits, &wanted, e) || !rupiah_subtract(h->closing, wanted, &h->difference, e)) return false;
        h->balance = h->difference.rp == 0 ? ANSWER_AGREES : ANSWER_DIFFERS;
    }
    return true;
}

bool reading_close(Reading *r, Err *e) {
    r->is_open = false;
    if (r->is_second) return true;
    if (!checks_make(r, e)) return false;
    if (r->head_n == r->head_cap) {
        r->head_cap = r->head_cap ? r->head_cap * 2 : 16;
        r->heads = realloc(r->heads, r->head_cap * sizeof *r->heads);
        if (!r->heads) abort();
    }
    r->heads[r->head_n++] = r->head;
    return true;
}

// ---- what it is -------------------------------------------------------------------------------------------------------------
typedef bool Reader(Reading *r, Err *e);

// A field of SWIFT at the start of one of the first lines: ":20:" or ":25:", or the blocks around it.
static bool looks_mt(Str start) {
    for (size_t i = 0; i + 4 <= start.n; i++) {
        if (i > 0 && start.p[i - 1] != '\n' && start.p[i - 1] != '\r' && start.p[i - 1] != ':' && start.p[i - 1] != ' ') continue;
        Str at = str_part(start, i, 4);
        if (str_eq(at, STR(":20:")) || str_eq(at, STR(":25:")) || str_starts(at, STR("{1:"))) return true;
    }
    return false;
}

static bool looks_xml(Str start) {
    if (str_starts(start, STR("\xFF\xFE")) || str_starts(start, STR("\xFE\xFF"))) return start.n >= 4 && (start.p[2] == '<' || start.p[3] == '<');
    if (str_starts(start, STR("\xEF\xBB\xBF"))) start = str_part(start, 3, start.n);
    if (start.n >= 4 && ((start.p[0] == '<' && start.p[1] == 0) || (start.p[0] == 0 && start.p[1] == '<'))) return true;      // UTF-16 without a mark
    return str_starts(str_trim(start), STR("<"));
}

static bool reader_find(const Reading *r, Reader **out, Err *e) {
    char start[1024];
    size_t n = 0;
    bool is_zip = false;
    if (!file_part(r->fd, r->bytes, 0, start, sizeof start, &n)) return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
    Str head = { start, n };
    if (str_trim(head).n == 0) return fail(e, BAD_INPUT, "The file is empty.");
    if (looks_xml(head)) { *out = answer_xml_read; return true; }
    if (looks_mt(head)) { *out = answer_mt_read; return true; }
    if (r->options.as) { *out = answer_table_read; return true; }
    const char *what = file_kind_words(head, &is_zip);
    if (what && !is_zip) return fail(e, BAD_INPUT, "This file is %s, not a bank's answer. Ask for pain.002, camt.053, MT940 or a table.", tr(what));
    return fail(e, BAD_INPUT, "This is neither pain.002, camt.052/053/054 nor MT940/942. If it is the result table of a bank or the post, say by which template it is to be read.");
}

static bool size_check(const Reading *r, Err *e) {
    struct stat info = { 0 };
    int64_t max = r->options.bytes_max ? r->options.bytes_max : BYTES_MAX, n = (int64_t)r->bytes.n;
    if (r->fd >= 0 && fstat(r->fd, &info) != 0) return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
    if (r->fd >= 0) n = (int64_t)info.st_size;
    return n <= max || fail(e, LIMIT, "The file has %lld bytes; at most %lld are read. Ask the channel to send it in parts.", (long long)n, (long long)max);
}

static bool pass(Reading *r, Reader *reader, bool is_second, Err *e) {
    r->is_second = is_second;
    r->statement_n = 0;
    if (r->fd >= 0 && lseek(r->fd, 0, SEEK_SET) < 0) return fail(e, IO_FAILED, "The file cannot be read: %s.", strerror(errno));
    if (!reader(r, e)) return false;
    return r->head_n > 0 || fail(e, BAD_INPUT, "The file holds no statement and no report.");
}

static bool read_all(Reading *r, AnswerSummary *out, Err *e) {
    Reader *reader;
    if (!size_check(r, e) || !reader_find(r, &reader, e) || !pass(r, reader, false, e) || !pass(r, reader, true, e)) return false;
    AnswerSummary sum = { .statement_n = (int64_t)r->head_n, .format = r->heads[0].format };
    for (size_t i = 0; i < r->head_n; i++) {
        sum.line_n += r->heads[i].line_n;
        sum.fault_n += r->heads[i].fault_n;
        for (int k = 0; k < ANSWER_KINDS_N; k++) sum.kind_n[k] += r->heads[i].kind_n[k];
    }
    *out = sum;
    return true;
}

static bool read_source(int fd, Str bytes, AnswerOptions options, AnswerSink sink, Arena *a, AnswerSummary *out, Err *e) {
    Reading r = { .fd = fd, .bytes = bytes, .options = options, .sink = sink, .arena = a };
    bool is_good = read_all(&r, out, e);
    arena_free(&r.scratch);
    free(r.heads);
    free(r.bad);
    return is_good;
}

bool answer_read_fd(int fd, AnswerOptions options, AnswerSink sink, Arena *a, AnswerSummary *out, Err *e) { return read_source(fd, (Str){ 0 }, options, sink, a, out, e); }
bool answer_read_bytes(Str bytes, AnswerOptions options, AnswerSink sink, Arena *a, AnswerSummary *out, Err *e) { return read_source(-1, bytes, options, sink, a, out, e); }
