// answer_xml.c: pain.002 and camt.052/053/054 of every version, as a stream. Which message it is, is told by the element inside
// Document (or inside whatever envelope a bank puts around it); the version only by its namespace. Elements are found by their path
// below the message, the same in all versions but where the tables name two.
#include "payment/answer_data.h"
#include "files/xml.h"
#include <assert.h>

// ---- what is picked up -------------------------------------------------------------------------------------------------------
enum { // of a statement
    S_ID, S_NUMBER, S_LEGAL, S_CREATED, S_PAGE, S_LAST, S_FROM, S_TO, S_ACCOUNT, S_CURRENCY, S_OWNER, S_COUNT, S_SUM, S_N
};
enum { // of an entry, of one of its details, of a payment in a status report: one table, for they share most
    F_AMOUNT, F_AMOUNT_TX, F_AMOUNT_ORDERED, F_DIRECTION, F_REVERSAL, F_STATUS, F_BOOKED, F_VALUE, F_BANK_REF, F_FAMILY, F_DOMAIN_CODE, F_OWN_CODE, F_MORE,
    F_END_TO_END, F_INSTRUCTION, F_BATCH, F_COUNT, F_TOTAL, F_CREDITOR, F_CREDITOR_ACCOUNT, F_DEBTOR, F_DEBTOR_ACCOUNT, F_REMARK, F_REMARK_REF,
    F_REASON, F_REASON_TEXT, F_N
};
enum { // of a balance
    B_KIND, B_AMOUNT, B_DIRECTION, B_DAY, B_N
};
typedef struct { const char *path; int field; } Pick;

static const Pick STATEMENT[] = {
    { "Id", S_ID }, { "ElctrncSeqNb", S_NUMBER }, { "LglSeqNb", S_LEGAL }, { "CreDtTm", S_CREATED }, { "StmtPgntn/PgNb", S_PAGE }, { "RptPgntn/PgNb", S_PAGE },
    { "NtfctnPgntn/PgNb", S_PAGE }, { "StmtPgntn/LastPgInd", S_LAST }, { "RptPgntn/LastPgInd", S_LAST }, { "NtfctnPgntn/LastPgInd", S_LAST },
    { "FrToDt/FrDtTm", S_FROM }, { "FrToDt/ToDtTm", S_TO }, { "Acct/Id/IBAN", S_ACCOUNT }, { "Acct/Id/Othr/Id", S_ACCOUNT }, { "Acct/Ccy", S_CURRENCY },
    { "Acct/Ownr/Nm", S_OWNER }, { "TxsSummry/TtlNtries/NbOfNtries", S_COUNT }, { "TxsSummry/TtlNtries/Sum", S_SUM }, { 0 },
};
static const Pick ENTRY[] = {
    { "Amt", F_AMOUNT }, { "CdtDbtInd", F_DIRECTION }, { "RvslInd", F_REVERSAL }, { "Sts", F_STATUS }, { "Sts/Cd", F_STATUS }, { "Sts/Prtry", F_STATUS },
    { "BookgDt/Dt", F_BOOKED }, { "BookgDt/DtTm", F_BOOKED }, { "ValDt/Dt", F_VALUE }, { "ValDt/DtTm", F_VALUE }, { "AcctSvcrRef", F_BANK_REF },
    { "BkTxCd/Domn/Fmly/SubFmlyCd", F_FAMILY }, { "BkTxCd/Prtry/Cd", F_OWN_CODE }, { "AddtlNtryInf", F_MORE }, { "NtryDtls/Btch/PmtInfId", F_BATCH },
    { "NtryDtls/Btch/NbOfTxs", F_COUNT }, { "NtryDtls/Btch/TtlAmt", F_TOTAL }, { 0 },
};
static const Pick DETAIL[] = {
    { "Amt", F_AMOUNT }, { "AmtDtls/TxAmt/Amt", F_AMOUNT_TX }, { "AmtDtls/InstdAmt/Amt", F_AMOUNT_ORDERED }, { "CdtDbtInd", F_DIRECTION },
    { "BkTxCd/Domn/Fmly/SubFmlyCd", F_FAMILY }, { "BkTxCd/Prtry/Cd", F_OWN_CODE }, { "AddtlTxInf", F_MORE }, { "Refs/EndToEndId", F_END_TO_END },
    { "Refs/InstrId", F_INSTRUCTION }, { "Refs/PmtInfId", F_BATCH }, { "Refs/AcctSvcrRef", F_BANK_REF }, { "RltdPties/Cdtr/Nm", F_CREDITOR },
    { "RltdPties/Cdtr/Pty/Nm", F_CREDITOR }, { "RltdPties/CdtrAcct/Id/IBAN", F_CREDITOR_ACCOUNT }, { "RltdPties/CdtrAcct/Id/Othr/Id", F_CREDITOR_ACCOUNT },
    { "RltdPties/Dbtr/Nm", F_DEBTOR }, { "RltdPties/Dbtr/Pty/Nm", F_DEBTOR }, { "RltdPties/DbtrAcct/Id/IBAN", F_DEBTOR_ACCOUNT },
    { "RltdPties/DbtrAcct/Id/Othr/Id", F_DEBTOR_ACCOUNT }, { "RmtInf/Ustrd", F_REMARK }, { "RmtInf/Strd/CdtrRefInf/Ref", F_REMARK_REF },
    { "RtrInf/Rsn/Cd", F_REASON }, { "RtrInf/Rsn/Prtry", F_REASON }, { "RtrInf/AddtlInf", F_REASON_TEXT }, { 0 },
};
static const Pick REPORTED[] = {
    { "OrgnlEndToEndId", F_END_TO_END }, { "OrgnlInstrId", F_INSTRUCTION }, { "TxSts", F_STATUS }, { "StsRsnInf/Rsn/Cd", F_REASON }, { "StsRsnInf/Rsn/Prtry", F_REASON },
    { "StsRsnInf/AddtlInf", F_REASON_TEXT }, { "AcctSvcrRef", F_BANK_REF }, { "OrgnlTxRef/Amt/InstdAmt", F_AMOUNT }, { "OrgnlTxRef/IntrBkSttlmDt", F_VALUE },
    { "OrgnlTxRef/Cdtr/Nm", F_CREDITOR }, { "OrgnlTxRef/Cdtr/Pty/Nm", F_CREDITOR }, { "OrgnlTxRef/CdtrAcct/Id/IBAN", F_CREDITOR_ACCOUNT },
    { "OrgnlTxRef/CdtrAcct/Id/Othr/Id", F_CREDITOR_ACCOUNT }, { "OrgnlTxRef/RmtInf/Ustrd", F_REMARK }, { 0 },
};
static const Pick REPORT[] = { // of the group and of one PmtInf
    { "OrgnlMsgId", F_INSTRUCTION }, { "OrgnlPmtInfId", F_BATCH }, { "GrpSts", F_STATUS }, { "PmtInfSts", F_STATUS }, { "StsRsnInf/Rsn/Cd", F_REASON },
    { "StsRsnInf/Rsn/Prtry", F_REASON }, { "StsRsnInf/AddtlInf", F_REASON_TEXT }, { "OrgnlNbOfTxs", F_COUNT }, { 0 },
};
static const Pick BALANCE[] = {
    { "Tp/CdOrPrtry/Cd", B_KIND }, { "Tp/CdOrPrtry/Prtry", B_KIND }, { "Amt", B_AMOUNT }, { "CdtDbtInd", B_DIRECTION }, { "Dt/Dt", B_DAY }, { "Dt/DtTm", B_DAY }, { 0 },
};

// Texts of one element's inside. One that comes several times is joined with spaces (remittance, reasons); codes are not.
typedef struct { Buf at[F_N]; int64_t line_n; } Fields;

static void fields_reset(Fields *f, int64_t line_n) {
    for (int i = 0; i < F_N; i++) { buf_reset(&f->at[i]); f->at[i].max = ANSWER_TEXT_MAX; f->at[i].is_full = false; }
    f->line_n = line_n;
}
static void fields_free(Fields *f) { for (int i = 0; i < F_N; i++) buf_free(&f->at[i]); }
static Str field(const Fields *f, int i) { return buf_view(&f->at[i]); }

static void pick(Fields *f, const Pick *table, Str path, Str text) {
    if (text.n == 0) return;
    for (; table->path; table++) {
        if (!str_eq(path, str_c(table->path))) continue;
        Buf *b = &f->at[table->field];
        bool is_text = table->field == F_REMARK || table->field == F_REASON_TEXT || table->field == F_MORE;
        if (b->n && !is_text) return;                      // the first stands
        if (b->n + text.n + 1 > ANSWER_TEXT_MAX) return;
        if (b->n) buf_char(b, ' ');
        buf_str(b, text);
        return;
    }
}

// ---- the state ----------------------------------------------------------------------------------------------------------------
typedef enum { NO_MESSAGE, STATUS_REPORT, STATEMENTS } Message;
typedef struct {
    Reading *r;
    Message message;
    AnswerFormat format;
    size_t base;                                           // of the path: the message's element
    Buf message_id, created_at, version, currency, sum_text;       // of the message; currency: of the last amount
    bool is_version_known;
    int64_t page_n; bool is_last_page;
    Fields statement, entry, detail, balance, group, batch;
    bool in_statement, in_entry, in_detail, in_balance, in_batch, in_group;
    bool is_head_made;
    // the open entry
    AnswerLine booked;                                     // what is judged of it
    AnswerFault entry_fault;
    Rupiah details; bool has_details, has_details_bad;
    int64_t detail_n;
    // the open report
    int64_t batch_line_n, group_line_n, rejected_n, stated_rejected_n, batch_rejected_n; bool is_detailed_rejected;
} State;

static const char *const KNOWN_VERSIONS[] = { "pain.002.001.03", "pain.002.001.10", "camt.052.001.02", "camt.052.001.08", "camt.053.001.02", "camt.053.001.04", "camt.053.001.08",
                                              "camt.054.001.02", "camt.054.001.04", "camt.054.001.08" };

// "…:camt.053.001.08" and "…/pain.002.001.03.ch.02.xsd" -> camt.053.001.08, pain.002.001.03
static Str version_in(Str uri) {
    for (size_t i = 0; i + 15 <= uri.n; i++) {
        Str at = str_part(uri, i, 15);
        if ((str_starts(at, STR("pain.")) || str_starts(at, STR("camt."))) && str_is_digits(str_part(at, 5, 3)) && str_eq(str_part(at, 8, 5), STR(".001.")) &&
            str_is_digits(str_part(at, 13, 2))) return at;
    }
    return (Str){ 0 };
}

static bool is_known(Str version) {
    for (size_t i = 0; i < sizeof KNOWN_VERSIONS / sizeof *KNOWN_VERSIONS; i++) if (str_eq(version, str_c(KNOWN_VERSIONS[i]))) return true;
    return false;
}

static const struct { const char *element; Message message; AnswerFormat format; } MESSAGES[] = {
    { "CstmrPmtStsRpt", STATUS_REPORT, ANSWER_PAIN002 }, { "BkToCstmrAcctRpt", STATEMENTS, ANSWER_CAMT052 }, { "BkToCstmrStmt", STATEMENTS, ANSWER_CAMT053 },
    { "BkToCstmrDbtCdtNtfctn", STATEMENTS, ANSWER_CAMT054 },
};

static Date day_of(Str text) {
    Date day;
    return date_parse_iso(str_part(text, 0, 10), &day) ? day : DATE_NONE;
}

static void text_set(Buf *b, Str text) {
    b->max = ANSWER_TEXT_MAX;
    buf_reset(b);
    buf_str(b, text);
}

// ---- statements -----------------------------------------------------------------------------------------------------------------
static bool balance_take(State *s, Err *e) {
    AnswerHead *h = &s->r->head;
    Str kind = field(&s->balance, B_KIND), side = field(&s->balance, B_DIRECTION);
    bool is_opening = str_eq(kind, STR("OPBD")) || (str_eq(kind, STR("PRCD")) && !h->has_opening), is_closing = str_eq(kind, STR("CLBD"));
    if (str_eq(kind, STR("ITBD"))) {                       // between two pages: the first closes the page before, the last goes on
        is_opening = !h->has_opening;
        is_closing = !is_opening && !h->has_closing;
    }
    if (!is_opening && !is_closing) return true;
    Rupiah amount;
    AnswerFault fault = answer_amount(field(&s->balance, B_AMOUNT), ".", &amount);
    bool is_debit = str_eq(side, STR("DBIT"));
    if (fault || (!is_debit && !str_eq(side, STR("CRDT"))))
        return fail(e, BAD_INPUT, "Line %lld: the balance %.*s is \"%.*s\" %.*s, and that is no balance: the statement cannot be proven.", (long long)s->balance.line_n, STR_ARG(kind),
                    STR_ARG(field(&s->balance, B_AMOUNT)), STR_ARG(side));
    if (is_debit) amount.rp = -amount.rp;
    Date day = day_of(field(&s->balance, B_DAY));
    if (is_opening) { h->has_opening = true; h->opening = amount; h->opening_on = day; }
    else { h->has_closing = true; h->closing = amount; h->closing_on = day; }
    return true;
}

static void head_make(State *s) {
    Reading *r = s->r;
    AnswerHead *h = &r->head;
    const Fields *f = &s->statement;
    if (s->is_head_made) return;
    s->is_head_made = true;
    h->message_id = reading_keep(r, buf_view(&s->message_id));
    h->version = reading_keep(r, buf_view(&s->version));
    h->is_version_known = s->is_version_known;
    h->page_n = s->page_n;
    h->is_last_page = s->is_last_page;
    h->created_at = reading_keep(r, field(f, S_CREATED).n ? field(f, S_CREATED) : buf_view(&s->created_at));
    h->statement_id = reading_keep(r, field(f, S_ID));
    h->account = reading_keep(r, field(f, S_ACCOUNT));
    h->owner = reading_keep(r, field(f, S_OWNER));
    h->currency = reading_keep(r, field(f, S_CURRENCY));
    if (!str_int64(field(f, S_NUMBER), &h->number_n) && !str_int64(field(f, S_LEGAL), &h->number_n)) h->number_n = 0;
    if (field(f, S_PAGE).n && !str_int64(field(f, S_PAGE), &h->page_n)) h->page_n = 0;
    if (field(f, S_LAST).n) h->is_last_page = str_eq(field(f, S_LAST), STR("true")) || str_eq(field(f, S_LAST), STR("1"));
    h->from_on = day_of(field(f, S_FROM));
    h->to_on = day_of(field(f, S_TO));
    h->has_stated_n = str_int64(field(f, S_COUNT), &h->stated_n);
    h->has_stated_sum = answer_amount(field(f, S_SUM), ".", &h->stated_sum) == ANSWER_GOOD;
}

static AnswerKind code_kind(const Fields *f) {
    AnswerKind kind = answer_code_kind("transaction", field(f, F_FAMILY));
    return kind != ANSWER_KINDS_N ? kind : answer_code_kind("transaction", field(f, F_OWN_CODE));
}

// What a booked entry, or one detail of it, says. `d` is the detail, or the entry itself.
static AnswerKind judge(const State *s, const Fields *d, const AnswerLine *l) {
    if (str_eq(l->status, STR("PDNG")) || str_eq(l->status, STR("FUTR"))) return ANSWER_ACCEPTED;
    if (!str_eq(l->status, STR("BOOK"))) return ANSWER_UNKNOWN;
    AnswerKind kind = code_kind(d);
    if (kind == ANSWER_KINDS_N) kind = code_kind(&s->entry);
    bool is_back = l->is_reversal || kind == ANSWER_RETURNED || l->reason_code.n;
    if (l->is_debit && is_back) return ANSWER_UNKNOWN;     // what came back leaves again: for a person
    bool says_payment = l->end_to_end_id.n || l->instruction_id.n || l->batch_id.n || answer_has_id(l->remark);
    if (l->is_debit) return says_payment || (l->account.n && kind != ANSWER_ENTRY) ? ANSWER_SETTLED : kind == ANSWER_ENTRY ? ANSWER_ENTRY : ANSWER_UNKNOWN;
    if (is_back || answer_says_returned(l->remark)) return ANSWER_RETURNED;
    return says_payment && answer_has_id(l->end_to_end_id.n ? l->end_to_end_id : l->remark) ? ANSWER_UNKNOWN : ANSWER_ENTRY;
}

static Str id_of(Str text) { return str_eq_nocase(text, STR("NOTPROVIDED")) || str_eq_nocase(text, STR("NONREF")) ? (Str){ 0 } : text; }

static bool currency_is_ours(const State *s, Str ccy) { return ccy.n == 0 || str_eq(ccy, answer_currency(s->r)); }

// The entry's own facts, once they are all there: at its first detail, or at its end.
static void entry_judge(State *s) {
    const Fields *f = &s->entry;
    AnswerLine *l = &s->booked;
    Str side = field(f, F_DIRECTION);
    *l = (AnswerLine){ .line_n = f->line_n, .status = field(f, F_STATUS), .bank_reference = field(f, F_BANK_REF), .batch_id = id_of(field(f, F_BATCH)), .remark = field(f, F_MORE),
                       .booked_on = day_of(field(f, F_BOOKED)), .value_on = day_of(field(f, F_VALUE)), .is_debit = str_eq(side, STR("DBIT")),
                       .is_reversal = str_eq(field(f, F_REVERSAL), STR("true")) || str_eq(field(f, F_REVERSAL), STR("1")) };
    l->fault_cell = field(f, F_AMOUNT);
    l->fault = answer_amount(l->fault_cell, ".", &l->amount);
    l->has_amount = !l->fault;
    if (!l->fault && !currency_is_ours(s, buf_view(&s->sum_text))) { l->fault = ANSWER_CURRENCY; l->fault_cell = buf_view(&s->sum_text); }
    if (!l->fault && !l->is_debit && !str_eq(side, STR("CRDT"))) { l->fault = ANSWER_DIRECTION; l->fault_cell = side; }
    bool has_bad_day = (field(f, F_BOOKED).n && !date_is_known(l->booked_on)) || (field(f, F_VALUE).n && !date_is_known(l->value_on));
    if (!l->fault && has_bad_day) { l->fault = ANSWER_DATE; l->fault_cell = date_is_known(l->booked_on) ? field(f, F_VALUE) : field(f, F_BOOKED); }
    s->entry_fault = l->fault;
}

static bool line_give(State *s, const Fields *d, AnswerLine *l, Err *e) {
    l->kind = judge(s, d, l);
    l->is_proof = str_eq(l->status, STR("BOOK")) && s->format != ANSWER_CAMT052;
    return reading_line(s->r, l, e);
}

// Whose money it was on the other side: the party that is not this account.
static void other_side(const State *s, const Fields *d, AnswerLine *l) {
    Str ours = s->r->head.account, creditor = field(d, F_CREDITOR_ACCOUNT), debtor = field(d, F_DEBTOR_ACCOUNT);
    bool is_creditor = l->is_debit ? !(ours.n && str_eq(creditor, ours)) : !debtor.n || (ours.n && str_eq(debtor, ours));
    l->account = is_creditor ? creditor : debtor;
    l->name = field(d, is_creditor ? F_CREDITOR : F_DEBTOR);
}

static bool detail_end(State *s, Err *e) {
    const Fields *d = &s->detail;
    if (s->detail_n++ == 0) entry_judge(s);
    AnswerLine l = s->booked;
    l.line_n = d->line_n;
    l.has_amount = false;
    l.amount = (Rupiah){ 0 };
    Str side = field(d, F_DIRECTION), amount = field(d, F_AMOUNT).n ? field(d, F_AMOUNT) : field(d, F_AMOUNT_TX).n ? field(d, F_AMOUNT_TX) : field(d, F_AMOUNT_ORDERED);
    if (side.n) l.is_debit = str_eq(side, STR("DBIT"));
    bool is_alone = amount.n == 0 && (field(&s->entry, F_COUNT).n == 0 || str_eq(field(&s->entry, F_COUNT), STR("1")));
    if (is_alone) amount = field(&s->entry, F_AMOUNT);     // a single detail need not repeat it; several that leave it out do not add up
    AnswerFault fault = answer_amount(amount, ".", &l.amount);
    l.has_amount = !fault;
    if (fault && !l.fault) { l.fault = fault; l.fault_cell = amount; }
    if (!l.fault && side.n && !l.is_debit && !str_eq(side, STR("CRDT"))) { l.fault = ANSWER_DIRECTION; l.fault_cell = side; }
    if (!l.fault && !currency_is_ours(s, buf_view(&s->currency))) { l.fault = ANSWER_CURRENCY; l.fault_cell = buf_view(&s->currency); }
    Rupiah signed_amount = { l.is_debit == s->booked.is_debit ? l.amount.rp : -l.amount.rp };
    Err too_large = { 0 };
    s->has_details_bad |= fault != ANSWER_GOOD || !rupiah_add(s->details, signed_amount, &s->details, &too_large);
    l.end_to_end_id = id_of(field(d, F_END_TO_END));
    l.instruction_id = id_of(field(d, F_INSTRUCTION));
    if (id_of(field(d, F_BATCH)).n) l.batch_id = id_of(field(d, F_BATCH));
    if (field(d, F_BANK_REF).n) l.bank_reference = field(d, F_BANK_REF);
    l.remark = field(d, F_REMARK).n ? field(d, F_REMARK) : field(d, F_REMARK_REF).n ? field(d, F_REMARK_REF) : field(d, F_MORE).n ? field(d, F_MORE) : l.remark;
    l.reason_code = field(d, F_REASON);
    l.reason_text = field(d, F_REASON_TEXT);
    other_side(s, d, &l);
    return line_give(s, d, &l, e);
}

static bool entry_end(State *s, Err *e) {
    Reading *r = s->r;
    if (s->detail_n == 0) entry_judge(s);
    AnswerLine l = s->booked;
    bool is_booked = str_eq(l.status, STR("BOOK"));
    if (is_booked && s->entry_fault) r->has_bad_amount = true;
    if (is_booked && !s->entry_fault && !reading_book(r, l.is_debit, l.amount, e)) return false;
    if (s->detail_n == 0) {
        int64_t count;
        if (str_int64(field(&s->entry, F_COUNT), &count) && count > 1) l.scope = ANSWER_OF_BATCH;
        return line_give(s, &s->entry, &l, e);
    }
    if (s->entry_fault) return true;                       // every detail had it
    return (!s->has_details_bad && s->details.rp == l.amount.rp) || reading_entry_bad(r, e);
}

static bool statement_end(State *s, Err *e) {
    AnswerHead *h = &s->r->head;
    head_make(s);
    if (h->has_stated_n || h->has_stated_sum) {
        Rupiah turnover;
        if (!rupiah_add(h->credits, h->debits, &turnover, e)) return false;
        bool agrees = (!h->has_stated_n || h->stated_n == s->r->entry_n) && (!h->has_stated_sum || s->r->has_bad_amount || h->stated_sum.rp == turnover.rp);
        h->stated = agrees ? ANSWER_AGREES : ANSWER_DIFFERS;
    }
    return reading_close(s->r, e);
}

static bool statement_start(State *s, int64_t line_n, Err *e) {
    AnswerHead *h;
    fields_reset(&s->statement, line_n);
    s->in_statement = true;
    s->is_head_made = false;
    return reading_open(s->r, s->format, &h, e);
}

static bool statements_start(State *s, Str inner, int64_t line_n, Err *e) {
    if (!s->in_statement) {
        bool is_statement = str_eq(inner, STR("Stmt")) || str_eq(inner, STR("Rpt")) || str_eq(inner, STR("Ntfctn"));
        return !is_statement || statement_start(s, line_n, e);
    }
    (void)str_cut(&inner, '/');
    if (str_eq(inner, STR("Bal"))) { fields_reset(&s->balance, line_n); s->in_balance = true; }
    if (str_eq(inner, STR("Ntry"))) {
        head_make(s);
        fields_reset(&s->entry, line_n);
        buf_reset(&s->sum_text);
        buf_reset(&s->currency);
        s->in_entry = true;
        s->detail_n = 0;
        s->details = (Rupiah){ 0 };
        s->has_details_bad = false;
        reading_entry(s->r);
    }
    if (s->in_entry && str_eq(inner, STR("Ntry/NtryDtls/TxDtls"))) { fields_reset(&s->detail, line_n); s->in_detail = true; buf_reset(&s->currency); }
    return true;
}

static bool statements_end(State *s, Str inner, Str text, Err *e) {
    if (!s->in_statement) {
        if (str_eq(inner, STR("GrpHdr/MsgId"))) text_set(&s->message_id, text);
        if (str_eq(inner, STR("GrpHdr/CreDtTm"))) text_set(&s->created_at, text);
        if (str_eq(inner, STR("GrpHdr/MsgPgntn/PgNb")) && !str_int64(text, &s->page_n)) s->page_n = 0;
        if (str_eq(inner, STR("GrpHdr/MsgPgntn/LastPgInd"))) s->is_last_page = str_eq(text, STR("true")) || str_eq(text, STR("1"));
        return true;
    }
    (void)str_cut(&inner, '/');
    if (!inner.p) { s->in_statement = false; return statement_end(s, e); }
    if (s->in_balance) {
        if (str_starts(inner, STR("Bal/"))) { pick(&s->balance, BALANCE, str_part(inner, 4, inner.n), text); return true; }
        s->in_balance = false;
        return balance_take(s, e);
    }
    if (!s->in_entry) { pick(&s->statement, STATEMENT, inner, text); return true; }
    if (s->in_detail) {
        const size_t n = sizeof "Ntry/NtryDtls/TxDtls" - 1;
        if (inner.n > n) { pick(&s->detail, DETAIL, str_part(inner, n + 1, inner.n), text); return true; }
        s->in_detail = false;
        return detail_end(s, e);
    }
    if (str_starts(inner, STR("Ntry/"))) { pick(&s->entry, ENTRY, str_part(inner, 5, inner.n), text); return true; }
    s->in_entry = false;
    return entry_end(s, e);
}

// ---- status reports --------------------------------------------------------------------------------------------------------------
static AnswerKind status_kind(Str status, Str reason) {
    AnswerKind kind = answer_code_kind("status", status);
    if (kind == ANSWER_KINDS_N) return ANSWER_UNKNOWN;
    return kind == ANSWER_REJECTED && answer_code_kind("reason", reason) == ANSWER_UNKNOWN ? ANSWER_UNKNOWN : kind;     // a duplicate: the other one may be paid
}

static bool reported_end(State *s, Err *e) {
    const Fields *d = &s->detail;
    AnswerLine l = { .line_n = d->line_n, .end_to_end_id = id_of(field(d, F_END_TO_END)), .instruction_id = id_of(field(d, F_INSTRUCTION)), .status = field(d, F_STATUS),
                     .batch_id = s->in_batch ? field(&s->batch, F_BATCH) : (Str){ 0 }, .bank_reference = field(d, F_BANK_REF), .account = field(d, F_CREDITOR_ACCOUNT),
                     .name = field(d, F_CREDITOR), .reason_code = field(d, F_REASON), .reason_text = field(d, F_REASON_TEXT), .remark = field(d, F_REMARK),
                     .booked_on = DATE_NONE, .value_on = day_of(field(d, F_VALUE)) };
    // A line without a status of its own shares its batch's or group's refusal, and nothing else.
    const Fields *above = s->in_batch && field(&s->batch, F_STATUS).n ? &s->batch : &s->group;
    if (l.status.n == 0 && str_eq(field(above, F_STATUS), STR("RJCT"))) l.status = field(above, F_STATUS);
    l.kind = status_kind(l.status, l.reason_code);
    if (field(d, F_AMOUNT).n) {
        l.fault_cell = field(d, F_AMOUNT);
        l.fault = answer_amount(l.fault_cell, ".", &l.amount);
        if (!l.fault && !currency_is_ours(s, buf_view(&s->currency))) { l.fault = ANSWER_CURRENCY; l.fault_cell = buf_view(&s->currency); }
        l.has_amount = !l.fault;
    }
    if (!l.fault && !l.end_to_end_id.n && !l.instruction_id.n && !l.account.n && !l.bank_reference.n) { l.fault = ANSWER_NO_NAME; l.fault_cell = (Str){ 0 }; }
    s->batch_line_n++;
    s->group_line_n++;
    s->rejected_n += str_eq(l.status, STR("RJCT"));
    s->batch_rejected_n += str_eq(l.status, STR("RJCT"));
    return reading_line(s->r, &l, e);
}

// The status of all that no line names. With lines below it a refusal covers the rest only when the numbers say that all were refused.
static bool above_give(State *s, const Fields *f, AnswerScope scope, int64_t line_n, int64_t rejected_n, Err *e) {
    int64_t count;
    Str status = field(f, F_STATUS);
    if (status.n == 0) return true;
    AnswerLine l = { .scope = scope, .line_n = f->line_n, .status = status, .reason_code = field(f, F_REASON), .reason_text = field(f, F_REASON_TEXT),
                     .batch_id = scope == ANSWER_OF_BATCH ? field(f, F_BATCH) : (Str){ 0 }, .booked_on = DATE_NONE, .value_on = DATE_NONE };
    l.kind = status_kind(status, l.reason_code);
    bool is_complete = line_n == 0 || (line_n == rejected_n && str_int64(field(f, F_COUNT), &count) && count == line_n);
    if (l.kind == ANSWER_REJECTED && !is_complete) l.kind = ANSWER_UNKNOWN;
    if (scope == ANSWER_OF_BATCH && l.batch_id.n == 0) { l.fault = ANSWER_NO_NAME; l.kind = ANSWER_UNKNOWN; }
    return reading_line(s->r, &l, e);
}

static bool report_open(State *s, Err *e) {
    AnswerHead *h;
    fields_reset(&s->group, 0);
    fields_reset(&s->batch, 0);
    s->group_line_n = s->rejected_n = s->batch_line_n = s->batch_rejected_n = 0;
    s->stated_rejected_n = -1;
    return reading_open(s->r, ANSWER_PAIN002, &h, e);
}

static bool report_start(State *s, Str inner, int64_t line_n) {
    if (str_eq(inner, STR("OrgnlGrpInfAndSts"))) { fields_reset(&s->group, line_n); s->in_group = true; }
    if (str_eq(inner, STR("OrgnlPmtInfAndSts"))) { fields_reset(&s->batch, line_n); s->in_batch = true; s->batch_line_n = s->batch_rejected_n = 0; }
    if (str_ends(inner, STR("TxInfAndSts")) && !s->in_detail) { fields_reset(&s->detail, line_n); s->in_detail = true; buf_reset(&s->currency); }
    return true;
}

static void group_pick(State *s, Str path, Str text) {
    if (str_eq(path, STR("NbOfTxsPerSts/DtldNbOfTxs"))) text_set(&s->sum_text, text);
    if (str_eq(path, STR("NbOfTxsPerSts/DtldSts")) && str_eq(text, STR("RJCT")) && !str_int64(buf_view(&s->sum_text), &s->stated_rejected_n)) s->stated_rejected_n = -1;
    pick(&s->group, REPORT, path, text);
}

static bool report_end_of(State *s, Str inner, Str text, Err *e) {
    static const Str GROUP = STR("OrgnlGrpInfAndSts"), BATCH = STR("OrgnlPmtInfAndSts");
    if (s->in_detail) {
        if (str_ends(inner, STR("TxInfAndSts"))) { s->in_detail = false; return reported_end(s, e); }
        Str rest = str_starts(inner, BATCH) ? str_part(inner, BATCH.n + 1, inner.n) : inner;
        (void)str_cut(&rest, '/');
        pick(&s->detail, REPORTED, rest, text);
        return true;
    }
    if (s->in_group) {
        if (inner.n > GROUP.n) { group_pick(s, str_part(inner, GROUP.n + 1, inner.n), text); return true; }
        s->in_group = false;
        return true;
    }
    if (s->in_batch) {
        if (inner.n > BATCH.n) { pick(&s->batch, REPORT, str_part(inner, BATCH.n + 1, inner.n), text); return true; }
        s->in_batch = false;
        return above_give(s, &s->batch, ANSWER_OF_BATCH, s->batch_line_n, s->batch_rejected_n, e);
    }
    if (str_eq(inner, STR("GrpHdr/MsgId"))) text_set(&s->message_id, text);
    if (str_eq(inner, STR("GrpHdr/CreDtTm"))) text_set(&s->created_at, text);
    return true;
}

static bool report_close(State *s, Err *e) {
    AnswerHead *h = &s->r->head;
    if (field(&s->group, F_INSTRUCTION).n == 0) return fail(e, BAD_INPUT, "The report does not say which message it answers (OrgnlMsgId).");
    if (!above_give(s, &s->group, ANSWER_OF_FILE, s->group_line_n, s->rejected_n, e)) return false;
    h->message_id = reading_keep(s->r, buf_view(&s->message_id));
    h->version = reading_keep(s->r, buf_view(&s->version));
    h->is_version_known = s->is_version_known;
    h->created_at = reading_keep(s->r, buf_view(&s->created_at));
    h->original_message_id = reading_keep(s->r, field(&s->group, F_INSTRUCTION));
    if (s->stated_rejected_n >= 0) {
        h->has_stated_n = true;
        h->stated_n = s->stated_rejected_n;
        h->stated = h->stated_n == s->rejected_n ? ANSWER_AGREES : ANSWER_DIFFERS;
    }
    return reading_close(s->r, e);
}

// ---- the document ------------------------------------------------------------------------------------------------------------------
static bool message_start(State *s, const XmlEvent *v, Err *e) {
    for (size_t i = 0; i < sizeof MESSAGES / sizeof *MESSAGES; i++) {
        if (!str_eq(v->name, str_c(MESSAGES[i].element))) continue;
        s->message = MESSAGES[i].message;
        s->format = MESSAGES[i].format;
        s->base = v->path.n;
        Str version = version_in(v->namespace_uri);
        text_set(&s->version, version);
        s->is_version_known = is_known(version) && str_starts(version, str_c(answer_format_name(s->format)));
        buf_reset(&s->message_id);
        buf_reset(&s->created_at);
        s->page_n = 0;
        s->is_last_page = true;
        return s->message == STATEMENTS || report_open(s, e);
    }
    if (v->depth == 1 && str_eq_nocase(v->name, STR("html"))) return fail(e, BAD_INPUT, "This is a web page, not a bank's answer; save the file itself, not the page that shows it.");
    if (str_eq(v->name, STR("CstmrCdtTrfInitn"))) return fail(e, BAD_INPUT, "This is an order to a bank (pain.001), not a bank's answer.");
    return true;
}

static bool event_take(State *s, const XmlEvent *v, Err *e) {
    if (s->message == NO_MESSAGE) return v->kind != XML_START || message_start(s, v, e);
    Str inner = v->path.n > s->base ? str_part(v->path, s->base + 1, v->path.n) : (Str){ 0 };
    if (v->kind == XML_START) {
        for (size_t i = 0; i < v->attributes_n; i++) if (str_eq(v->attributes[i].name, STR("Ccy"))) {
            bool is_entry = s->in_entry && !s->in_detail;
            if (!is_entry || str_ends(inner, STR("Ntry/Amt"))) text_set(is_entry ? &s->sum_text : &s->currency, v->attributes[i].value);
        }
        return s->message == STATEMENTS ? statements_start(s, inner, v->line_n, e) : report_start(s, inner, v->line_n);
    }
    if (inner.p) return s->message == STATEMENTS ? statements_end(s, inner, v->text, e) : report_end_of(s, inner, v->text, e);
    Message ended = s->message;
    s->message = NO_MESSAGE;
    return ended == STATEMENTS || report_close(s, e);
}

static bool document_read(State *s, XmlReader *xml, Err *e) {
    XmlEvent v;
    bool has_message = false;
    for (;;) {
        if (!xml_next(xml, &v, e)) return false;
        if (v.kind == XML_DONE) break;
        if (!event_take(s, &v, e)) return false;
        has_message |= s->message != NO_MESSAGE;
    }
    return has_message || fail(e, BAD_INPUT, "This XML holds no pain.002 and no camt.052, camt.053 or camt.054.");
}

bool answer_xml_read(Reading *r, Err *e) {
    State s = { .r = r };
    XmlReader *xml = r->fd < 0 ? xml_read_bytes(r->bytes, (XmlOptions){ 0 }) : xml_read_fd(r->fd, (XmlOptions){ 0 });
    bool is_good = document_read(&s, xml, e);
    xml_reader_close(xml);
    Fields *fields[] = { &s.statement, &s.entry, &s.detail, &s.balance, &s.group, &s.batch };
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) fields_free(fields[i]);
    Buf *texts[] = { &s.message_id, &s.created_at, &s.version, &s.currency, &s.sum_text };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) buf_free(texts[i]);
    return is_good;
}
