// practice_answer.c: see practice_answer.h.
#include "payment/practice_answer.h"
#include "base/random.h"
#include "office/district.h"
#include "office/practice.h"
#include "payment/batch.h"
#include "payment/payment_id.h"
#include "payment/reissue.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

// Of a thousand families how many: refused (first attempts only), come back, not answered yet, written twice.
enum { REFUSED = 8, BACK = 2, SILENT = 4, TWICE = 1, THOUSAND = 1000 };
typedef enum { IS_PAID, IS_REFUSED, IS_BACK, IS_SILENT, IS_TWICE } Fate;

static Fate fate_of(const Payable *p) {
    uint64_t dice = random_mix((uint64_t)p->family_id * 31 + (uint64_t)p->attempt_n) % THOUSAND;
    if (p->attempt_n > 1) return IS_PAID;
    return dice < REFUSED ? IS_REFUSED : dice < REFUSED + BACK ? IS_BACK : dice < REFUSED + BACK + SILENT ? IS_SILENT : dice < REFUSED + BACK + SILENT + TWICE ? IS_TWICE : IS_PAID;
}

typedef struct { FILE *to; const Batch *batch; const Payables *list; PaymentId message; char day[16]; } Answering;

static bool name_put(const Answering *x, const Payable *p, PaymentId *id, Err *e) { return payment_id_family(x->batch->kab, p->family_id, x->batch->stage, p->attempt_n, id, e); }

#define ISO "urn:iso:std:iso:20022:tech:xsd:"
static bool status_write(const Answering *x, Err *e) {
    static const char *const REASONS[] = { "AC04", "AC01", "AC06", "BE01", "MD07" };
    fprintf(x->to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"" ISO "pain.002.001.10\"><CstmrPmtStsRpt>\n<GrpHdr><MsgId>%s-S</MsgId><CreDtTm>%sT09:00:00</CreDtTm></GrpHdr>\n"
            "<OrgnlGrpInfAndSts><OrgnlMsgId>%s</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>\n"
            "<OrgnlPmtInfAndSts><OrgnlPmtInfId>%s-00001</OrgnlPmtInfId><PmtInfSts>PART</PmtInfSts>\n", x->message.text, x->day, x->message.text, x->message.text);
    for (size_t i = 0; i < x->list->n; i++) {
        const Payable *p = &x->list->at[i];
        PaymentId id;
        if (fate_of(p) != IS_REFUSED) continue;
        if (!name_put(x, p, &id, e)) return false;
        fprintf(x->to, "<TxInfAndSts><OrgnlInstrId>%s</OrgnlInstrId><OrgnlEndToEndId>%s</OrgnlEndToEndId><TxSts>RJCT</TxSts><StsRsnInf><Rsn><Cd>%s</Cd></Rsn></StsRsnInf></TxInfAndSts>\n", id.text,
                id.text, REASONS[(size_t)p->family_id % (sizeof REASONS / sizeof *REASONS)]);
    }
    fputs("</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>\n", x->to);
    return true;
}

static void entry_write(const Answering *x, const char *name, int64_t rp, bool is_back) {
    fprintf(x->to, "<Ntry><Amt Ccy=\"IDR\">%lld</Amt><CdtDbtInd>%s</CdtDbtInd>%s<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs>"
            "<Amt Ccy=\"IDR\">%lld</Amt>%s</TxDtls></NtryDtls></Ntry>\n", (long long)rp, is_back ? "CRDT" : "DBIT", is_back ? "<RvslInd>true</RvslInd>" : "", x->day, name, (long long)rp,
            is_back ? "<RtrInf><Rsn><Cd>AC06</Cd></Rsn></RtrInf>" : "");
}

static void balance_write(const Answering *x, const char *kind, int64_t rp) {
    fprintf(x->to, "<Bal><Tp><CdOrPrtry><Cd>%s</Cd></CdOrPrtry></Tp><Amt Ccy=\"IDR\">%lld</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>%s</Dt></Dt></Bal>\n", kind, (long long)rp, x->day);
}

#define STRANGER_RP 250000
static bool statement_write(const Answering *x, Err *e) {
    int64_t out_rp = 0, back_rp = 0, opening_rp = 2 * x->batch->amount.rp;
    for (size_t i = 0; i < x->list->n; i++) {
        Fate fate = fate_of(&x->list->at[i]);
        if (fate == IS_REFUSED || fate == IS_SILENT) continue;
        out_rp += x->list->at[i].amount.rp;
        if (fate == IS_BACK) back_rp += x->list->at[i].amount.rp;
    }
    fprintf(x->to, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"" ISO "camt.053.001.08\"><BkToCstmrStmt>\n<GrpHdr><MsgId>%s-R</MsgId><CreDtTm>%sT23:00:00</CreDtTm></GrpHdr>\n"
            "<Stmt><Id>%s-R</Id>\n", x->message.text, x->day, x->message.text);
    balance_write(x, "OPBD", opening_rp);
    balance_write(x, "CLBD", opening_rp - out_rp + back_rp + STRANGER_RP);
    for (size_t i = 0; i < x->list->n; i++) {
        const Payable *p = &x->list->at[i];
        PaymentId id;
        Fate fate = fate_of(p);
        if (fate == IS_REFUSED || fate == IS_SILENT) continue;
        if (!name_put(x, p, &id, e)) return false;
        entry_write(x, id.text, p->amount.rp, false);
        if (fate == IS_BACK) entry_write(x, id.text, p->amount.rp, true);
        if (fate == IS_TWICE)              // information only: booked once
            fprintf(x->to, "<Ntry><Amt Ccy=\"IDR\">%lld</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts><NtryDtls><TxDtls><Refs><EndToEndId>%s</EndToEndId></Refs></TxDtls></NtryDtls></Ntry>\n",
                    (long long)p->amount.rp, id.text);
    }
    fprintf(x->to, "<Ntry><Amt Ccy=\"IDR\">%d</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>%s</Dt></BookgDt><NtryDtls><TxDtls><Refs><EndToEndId>LATIHAN-%lld</EndToEndId></Refs>"
            "<Amt Ccy=\"IDR\">%d</Amt></TxDtls></NtryDtls></Ntry>\n</Stmt></BkToCstmrStmt></Document>\n", STRANGER_RP, x->day, (long long)x->batch->id, STRANGER_RP);
    return true;
}

static bool file_write(Answering *x, Str folder, const char *kind, bool (*write)(const Answering *, Err *), Arena *a, Err *e) {
    const char *path = arena_fmt(a, "%.*s/" PRACTICE_MARK "-%s-%s.xml", STR_ARG(folder), x->message.text, kind).p;
    x->to = fopen(path, "wb");
    if (!x->to) return fail(e, IO_FAILED, "The file %s cannot be written: %s.", path, strerror(errno));
    bool is_good = write(x, e), is_whole = !ferror(x->to);
    is_whole &= fclose(x->to) == 0;
    return is_good && (is_whole || fail(e, IO_FAILED, "The file %s cannot be written: %s.", path, strerror(errno)));
}

static bool batch_answer(Db *db, const Batch *b, Str folder, PracticeAnswers *out, Err *e) {
    Arena a = { 0 };
    Payables list;
    Answering x = { .batch = b, .list = &list };
    Buf day = { .max = sizeof x.day - 1 };
    date_put_iso(&day, district_day(b->kab, b->reserved_at));
    memcpy(x.day, day.p, day.n);
    buf_free(&day);
    bool is_good = (b->is_follow_up ? reissue_payables(db, &a, b, false, &list, e) : payables_load(db, &a, b->kab, b->stage, b->channel, b->first_id, b->last_id, false, &list, e)) &&
                   payment_id_message(STR("PKH"), b->kab, b->stage, b->channel, b->part_n, 1, &x.message, e) && file_write(&x, folder, "statement", statement_write, &a, e) &&
                   (b->is_follow_up || file_write(&x, folder, "status", status_write, &a, e));
    arena_free(&a);
    out->file_n += b->is_follow_up ? 1 : 2;
    out->batch_n++;
    return is_good;
}

bool practice_answers(Db *db, const Viewer *viewer, int64_t kab, Str stage, Str folder, PracticeAnswers *out, Err *e) {
    Arena a = { 0 };
    Batches batches = { 0 };
    bool is_practice = false, is_good = authority_require(viewer, ACTION_PAY, kab, e) && practice_is(db, &is_practice, e);
    *out = (PracticeAnswers){ 0 };
    if (is_good && !is_practice) is_good = fail(e, CONFLICT, "Answers are invented for practice only, and this database is real.");
    if (is_good && mkdir(arena_c(&a, folder), 0700) && errno != EEXIST) is_good = fail(e, IO_FAILED, "The folder %.*s cannot be made: %s.", STR_ARG(folder), strerror(errno));
    is_good = is_good && batch_load(db, &a, kab, stage, &batches, e);
    for (size_t i = 0; is_good && i < batches.n; i++) if (batches.at[i].is_released) is_good = batch_answer(db, &batches.at[i], folder, out, e);
    arena_free(&a);
    return is_good;
}
