#include "files/pain001.h"
#include "base/lang.h"
#include "files/latin.h"
#include "files/xml.h"
#include <stdio.h>
#include <stdlib.h>

#define NAMESPACE "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
#define LINE_DEPTH 4                                       // Document, message, block and payment start lines: diffs and greps work
#define BLOCK_DEPTH 3                                      // where a payment stands

struct PainWriter {
    OutFile *file;
    PainOrder order;                                       // its texts point into `memory`
    Arena memory;
    Buf out, block, latin;                                 // block: the payments of the PmtInf under way
    XmlWriter xml, payments;
    int64_t count, block_count, blocks_n;
    Rupiah sum, block_sum;
};

static bool is_id(Str s, size_t max) {
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        bool is_good = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '/' || c == '-' || c == '.' || c == '_';
        if (!is_good) return false;
    }
    return s.n >= 1 && s.n <= max;
}

static bool is_account(Str s) { return is_id(s, 34) && !memchr(s.p, '/', s.n) && !memchr(s.p, '_', s.n); }

static bool is_bic(Str s) {
    if (s.n != 8 && s.n != 11) return false;
    for (size_t i = 0; i < s.n; i++) {
        bool is_letter = s.p[i] >= 'A' && s.p[i] <= 'Z', is_digit = s.p[i] >= '0' && s.p[i] <= '9';
        if (!is_letter && (!is_digit || i == 4 || i == 5)) return false;
    }
    return true;
}

static void put_leaf_int(XmlWriter *x, const char *name, int64_t v) {
    char memory[24];
    Buf digits = { .p = memory, .cap = sizeof memory, .max = sizeof memory };
    buf_int(&digits, v);
    xml_leaf(x, name, buf_view(&digits));
}

// <name><Nm>…</Nm></name>. False when nothing of the name is left in Latin letters.
static bool put_party(PainWriter *w, XmlWriter *x, const char *name, Str party) {
    buf_reset(&w->latin);
    latin_put(&w->latin, party, (LatinOptions){ .bytes_max = 140 });
    xml_open(x, name);
    xml_leaf(x, "Nm", buf_view(&w->latin));
    xml_close(x);
    return w->latin.n > 0;
}

static void put_account(XmlWriter *x, const char *name, Str account) {
    xml_open(x, name);
    xml_open(x, "Id");
    xml_open(x, "Othr");
    xml_leaf(x, "Id", account);
    xml_close(x);
    xml_close(x);
    xml_close(x);
}

static bool order_check(const PainOrder *o, Err *e) {
    if (!is_id(o->message_id, PAIN001_MESSAGE_ID_MAX))
        return fail(e, BAD_INPUT, "The message id \"%.*s\" must have 1 to %d letters, digits or / - . _", STR_ARG(o->message_id), PAIN001_MESSAGE_ID_MAX);
    if (!is_account(o->debtor_account)) return fail(e, BAD_INPUT, "The debit account \"%.*s\" must have 1 to 34 letters or digits.", STR_ARG(o->debtor_account));
    if (!is_bic(o->debtor_bic)) return fail(e, BAD_INPUT, "The bank's BIC \"%.*s\" must have 8 or 11 capital letters and digits.", STR_ARG(o->debtor_bic));
    if (!date_is_known(o->requested_on)) return fail(e, BAD_INPUT, "The payment order has no date.");
    if (o->count <= 0 || o->sum.rp <= 0) return fail(e, BAD_INPUT, "A payment order needs at least one payment.");
    return true;
}

static void put_header(PainWriter *w) {
    XmlWriter *x = &w->xml;
    Buf at = { .max = 64 };
    instant_put_iso(&at, w->order.created_at);
    xml_open(x, "Document");
    xml_attribute(x, "xmlns", STR(NAMESPACE));
    xml_open(x, "CstmrCdtTrfInitn");
    xml_open(x, "GrpHdr");
    xml_leaf(x, "MsgId", w->order.message_id);
    xml_leaf(x, "CreDtTm", buf_view(&at));
    put_leaf_int(x, "NbOfTxs", w->order.count);
    put_leaf_int(x, "CtrlSum", w->order.sum.rp);
    if (!put_party(w, x, "InitgPty", w->order.initiator_name)) x->fault = N_("The initiator's name has no Latin letters.");
    xml_close(x);
    buf_free(&at);
}

static void payments_start(PainWriter *w) {
    buf_reset(&w->block);
    w->payments = (XmlWriter){ .buf = &w->block, .line_depth = LINE_DEPTH, .depth = BLOCK_DEPTH };
    w->block_count = 0;
    w->block_sum = (Rupiah){ 0 };
}

// Counts and sum stand before the payments: a block is written when all of it is known.
static bool block_write(PainWriter *w, Err *e) {
    XmlWriter *x = &w->xml;
    Buf id = { .max = 64 }, on = { .max = 16 };
    buf_fmt(&id, "%.*s-%05lld", STR_ARG(w->order.message_id), (long long)++w->blocks_n);
    date_put_iso(&on, w->order.requested_on);
    xml_open(x, "PmtInf");
    xml_leaf(x, "PmtInfId", buf_view(&id));
    xml_leaf(x, "PmtMtd", STR("TRF"));
    put_leaf_int(x, "NbOfTxs", w->block_count);
    put_leaf_int(x, "CtrlSum", w->block_sum.rp);
    xml_open(x, "PmtTpInf");
    xml_open(x, "CtgyPurp");
    xml_leaf(x, "Cd", STR("SSBE"));                        // social security benefit
    xml_close(x);
    xml_close(x);
    xml_open(x, "ReqdExctnDt");
    xml_leaf(x, "Dt", buf_view(&on));
    xml_close(x);
    if (!put_party(w, x, "Dbtr", w->order.debtor_name)) x->fault = N_("The debtor's name has no Latin letters.");
    put_account(x, "DbtrAcct", w->order.debtor_account);
    xml_open(x, "DbtrAgt");
    xml_open(x, "FinInstnId");
    xml_leaf(x, "BICFI", w->order.debtor_bic);
    xml_close(x);
    xml_close(x);
    if (w->payments.fault) x->fault = w->payments.fault;
    if (w->block.is_full) x->buf->is_full = true;
    xml_raw(x, buf_view(&w->block));
    xml_close(x);
    buf_free(&id);
    buf_free(&on);
    payments_start(w);
    return xml_flush(x, e);
}

bool pain001_open(const char *path, const PainOrder *order, PainWriter **out, Err *e) {
    if (!order_check(order, e)) return false;
    OutFile *file;
    if (!outfile_open(path, &file, e)) return false;
    PainWriter *w = calloc(1, sizeof *w);
    if (!w) abort();
    w->file = file;
    w->order = *order;
    Str *texts[] = { &w->order.message_id, &w->order.initiator_name, &w->order.debtor_name, &w->order.debtor_account, &w->order.debtor_bic };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) *texts[i] = arena_str(&w->memory, *texts[i]);
    w->xml = xml_writer(&w->out, outfile_sink(file), LINE_DEPTH);
    put_header(w);
    payments_start(w);
    *out = w;
    return true;
}

static bool payment_check(const PainWriter *w, const PainPayment *p, Err *e) {
    const char *wrong = !is_id(p->end_to_end_id, 35) ? N_("its id must have 1 to 35 letters, digits or / - . _") :
                        !is_id(p->instruction_id, 35) ? N_("its instruction id must have 1 to 35 letters, digits or / - . _") :
                        !is_account(p->creditor_account) ? N_("its account must have 1 to 34 letters or digits") :
                        p->amount.rp <= 0 ? N_("its amount must be more than 0") : NULL;
    if (!wrong) return true;
    return fail(e, BAD_INPUT, "Payment %lld (%.*s): %s.", (long long)w->count + 1, STR_ARG(p->end_to_end_id), tr(wrong));
}

bool pain001_put(PainWriter *w, const PainPayment *p, Err *e) {
    Rupiah sum, block_sum;
    if (!payment_check(w, p, e) || !rupiah_add(w->sum, p->amount, &sum, e) || !rupiah_add(w->block_sum, p->amount, &block_sum, e)) return false;
    XmlWriter *x = &w->payments;
    xml_open(x, "CdtTrfTxInf");
    xml_open(x, "PmtId");
    xml_leaf(x, "InstrId", p->instruction_id);
    xml_leaf(x, "EndToEndId", p->end_to_end_id);
    xml_close(x);
    xml_open(x, "Amt");
    xml_open(x, "InstdAmt");
    xml_attribute(x, "Ccy", STR("IDR"));
    buf_char(x->buf, '>');
    x->is_tag_open = false;
    buf_int(x->buf, p->amount.rp);
    xml_close(x);
    xml_close(x);
    if (!put_party(w, x, "Cdtr", p->creditor_name))
        return fail(e, BAD_INPUT, "Payment %lld (%.*s): %s.", (long long)w->count + 1, STR_ARG(p->end_to_end_id), _("its name has no Latin letters"));
    put_account(x, "CdtrAcct", p->creditor_account);
    buf_reset(&w->latin);
    latin_put(&w->latin, p->remittance, (LatinOptions){ .bytes_max = 140 });
    if (w->latin.n) {
        xml_open(x, "RmtInf");
        xml_leaf(x, "Ustrd", buf_view(&w->latin));
        xml_close(x);
    }
    xml_close(x);
    w->count++;
    w->sum = sum;
    w->block_sum = block_sum;
    return ++w->block_count < PAIN001_BLOCK_MAX || block_write(w, e);
}

static void writer_free(PainWriter *w) {
    buf_free(&w->out);
    buf_free(&w->block);
    buf_free(&w->latin);
    arena_free(&w->memory);
    free(w);
}

static bool document_end(PainWriter *w, Err *e) {
    if (w->block_count && !block_write(w, e)) return false;
    if (w->count != w->order.count || w->sum.rp != w->order.sum.rp)
        return fail(e, CONFLICT, "The books say %lld payments with Rp %lld, but %lld with Rp %lld were given. Nothing was written.", (long long)w->order.count,
                    (long long)w->order.sum.rp, (long long)w->count, (long long)w->sum.rp);
    xml_close(&w->xml);
    xml_close(&w->xml);
    return xml_end(&w->xml, e);
}

bool pain001_finish(PainWriter *w, FileProof *proof, Err *e) {
    bool ok = document_end(w, e);
    if (ok) ok = outfile_finish(w->file, proof, e);
    else outfile_abort(w->file);
    writer_free(w);
    return ok;
}

void pain001_abort(PainWriter *w) {
    if (!w) return;
    outfile_abort(w->file);
    writer_free(w);
}
