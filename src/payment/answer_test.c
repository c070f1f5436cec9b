// answer_test.c: messages as banks send them, of several versions and habits, all invented here; what is broken is refused by name;
// every cut and every flipped bit of a message invents no payment.
#include "payment/answer.h"
#include "base/lang.h"
#include "files/csv.h"
#include "base/test.h"
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

// ---- what was read, as text: one line a statement and a line, so that a test is a transcript -------------------------------------
typedef struct { Buf text; int64_t n, paid_n; bool is_quiet; } Seen;

static void day_put(Buf *b, Date d) { if (date_is_known(d)) { buf_char(b, ' '); date_put_iso(b, d); } }

static bool see_head(void *of, const AnswerHead *h, Err *e) {
    Seen *s = of;
    (void)e;
    if (s->is_quiet) return true;
    buf_fmt(&s->text, "%s %.*s%s", answer_format_name(h->format), STR_ARG(h->statement_id.n ? h->statement_id : h->message_id), h->is_version_known ? "" : " untried");
    if (h->original_message_id.n) buf_fmt(&s->text, " of %.*s", STR_ARG(h->original_message_id));
    if (h->page_n) buf_fmt(&s->text, " page %lld%s", (long long)h->page_n, h->is_last_page ? "" : "+");
    static const char *const CHECKS[] = { "", " agrees", " DIFFERS" };
    if (h->balance) buf_fmt(&s->text, " balance%s", CHECKS[h->balance]);
    if (h->stated) buf_fmt(&s->text, " stated%s", CHECKS[h->stated]);
    buf_char(&s->text, '\n');
    return true;
}

static bool see_line(void *of, const AnswerHead *h, const AnswerLine *l, Err *e) {
    Seen *s = of;
    (void)e; (void)h;
    s->n++;
    s->paid_n += l->kind == ANSWER_CREDITED || l->kind == ANSWER_WITHDRAWN;
    if (l->fault) assert_true(l->kind == ANSWER_UNKNOWN && !l->is_proof);
    assert_true(l->amount.rp >= 0);
    if (s->is_quiet) return true;
    buf_fmt(&s->text, "%lld %s%s", (long long)l->line_n, l->scope == ANSWER_OF_BATCH ? "batch " : l->scope == ANSWER_OF_FILE ? "file " : "", answer_kind_name(l->kind));
    if (l->fault) buf_fmt(&s->text, " !%s(%.*s)", answer_fault_code(l->fault), STR_ARG(l->fault_cell));
    if (l->is_proof) buf_c(&s->text, " proof");
    if (l->has_amount) buf_fmt(&s->text, " %s%lld", l->is_debit ? "-" : "", (long long)l->amount.rp);
    day_put(&s->text, l->booked_on);
    const struct { const char *name; Str value; } TEXTS[] = { { "e2e", l->end_to_end_id }, { "ins", l->instruction_id }, { "bat", l->batch_id }, { "ref", l->bank_reference },
        { "acc", l->account }, { "why", l->reason_code }, { "at", l->place } };
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) if (TEXTS[i].value.n) buf_fmt(&s->text, " %s=%.*s", TEXTS[i].name, STR_ARG(TEXTS[i].value));
    buf_char(&s->text, '\n');
    return true;
}

static bool see(Str file, AnswerOptions options, Seen *s, Err *e) {
    Arena a = { 0 };
    AnswerSummary sum;
    s->text.max = BUF_MAX;
    bool is_good = answer_read_bytes(file, options, (AnswerSink){ s, see_head, see_line }, &a, &sum, e);
    if (is_good) assert_int_equal(sum.line_n, s->n);
    else assert_int_equal(s->n, 0);                        // a broken file gives not one line
    arena_free(&a);
    return is_good;
}

static void check_seen_as(Str file, AnswerOptions options, const char *wanted) {
    Seen s = { 0 };
    Err e = { 0 };
    if (!see(file, options, &s, &e)) fail_msg("%s\nin %.*s", e.text, STR_ARG(str_part(file, 0, 3000)));
    if (!str_eq(buf_view(&s.text), str_c(wanted))) fail_msg("found\n%.*swanted\n%s", STR_ARG(buf_view(&s.text)), wanted);
    buf_free(&s.text);
}
static void check_seen(const char *file, const char *wanted) { check_seen_as(str_c(file), (AnswerOptions){ 0 }, wanted); }

static void check_refused_as(Str file, AnswerOptions options, const char *words) {
    Seen s = { 0 };
    Err e = { 0 };
    if (see(file, options, &s, &e)) fail_msg("read, but \"%s\" was to be said:\n%.*s\n%.*s", words, STR_ARG(file), STR_ARG(buf_view(&s.text)));
    if (!strstr(e.text, words)) fail_msg("said \"%s\", not \"%s\"", e.text, words);
    buf_free(&s.text);
}
static void check_refused(const char *file, const char *words) { check_refused_as(str_c(file), (AnswerOptions){ 0 }, words); }

// ---- pain.002 -------------------------------------------------------------------------------------------------------------------
#define ISO "urn:iso:std:iso:20022:tech:xsd:"
#define PAIN(version, inside) "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"" ISO version "\"><CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId>" \
    "<CreDtTm>2024-04-27T08:00:00</CreDtTm></GrpHdr>" inside "</CstmrPmtStsRpt></Document>"
#define GROUP(inside) "<OrgnlGrpInfAndSts><OrgnlMsgId>PKH-1371-2024-2-BRI-P01-A1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>" inside "</OrgnlGrpInfAndSts>"
#define BATCH(inside) "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B1</OrgnlPmtInfId>" inside "</OrgnlPmtInfAndSts>"
#define TX(id, status, more) "<TxInfAndSts><OrgnlInstrId>" id "</OrgnlInstrId><OrgnlEndToEndId>" id "</OrgnlEndToEndId>" status more "</TxInfAndSts>"
#define STS(code) "<TxSts>" code "</TxSts>"
#define WHY(code) "<StsRsnInf><Rsn><Cd>" code "</Cd></Rsn></StsRsnInf>"
#define A "13710000001-20242-1"
#define B "13710000002-20242-1"

static void test_status_report(void **state) {
    (void)state;
    static const struct { const char *file, *seen; } CASES[] = {
        // part: only the refused one is listed; the rest gets no line
        { PAIN("pain.002.001.10", GROUP("") BATCH("<PmtInfSts>PART</PmtInfSts>" TX(A, STS("RJCT"), WHY("AC04")))),
          "pain.002 R1 of PKH-1371-2024-2-BRI-P01-A1\n1 rejected e2e=" A " ins=" A " bat=B1 why=AC04\n1 batch unknown bat=B1\n" },
        { PAIN("pain.002.001.03", GROUP("<GrpSts>ACCP</GrpSts>")), "pain.002 R1 of PKH-1371-2024-2-BRI-P01-A1\n1 file accepted\n" },
        // the group is refused and no line is named: all of it
        { PAIN("pain.002.001.03", GROUP("<GrpSts>RJCT</GrpSts>" WHY("FF01"))), "pain.002 R1 of PKH-1371-2024-2-BRI-P01-A1\n1 file rejected why=FF01\n" },
        // … and lines are named, but not that they were all: the rest stays pending
        { PAIN("pain.002.001.03", GROUP("<GrpSts>RJCT</GrpSts>") BATCH(TX(A, STS("RJCT"), WHY("AC01")))),
          "pain.002 R1 of PKH-1371-2024-2-BRI-P01-A1\n1 rejected e2e=" A " ins=" A " bat=B1 why=AC01\n1 file unknown\n" },
        { PAIN("pain.002.001.03", GROUP("<OrgnlNbOfTxs>1</OrgnlNbOfTxs><GrpSts>RJCT</GrpSts>") BATCH(TX(A, STS("RJCT"), WHY("AC01")))),
          "pain.002 R1 of PKH-1371-2024-2-BRI-P01-A1\n1 rejected e2e=" A " ins=" A " bat=B1 why=AC01\n1 file rejected\n" },
        // every status there is, and one that nobody knows; a duplicate is no proof that nothing was paid
        { PAIN("pain.002.001.10", GROUP("") BATCH(TX(A, STS("ACSP"), "") TX(A, STS("ACSC"), "") TX(A, STS("ACCC"), "") TX(A, STS("PDNG"), "") TX(A, STS("XYZ1"), "") TX(A, "", "")
              TX(A, STS("RJCT"), WHY("AM05")))),
          "pain.002 R1 of PKH-1371-2024-2-BRI-P01-A1\n1 accepted e2e=" A " ins=" A " bat=B1\n1 settled e2e=" A " ins=" A " bat=B1\n1 credited e2e=" A " ins=" A " bat=B1\n"
          "1 accepted e2e=" A " ins=" A " bat=B1\n1 unknown e2e=" A " ins=" A " bat=B1\n1 unknown e2e=" A " ins=" A " bat=B1\n1 unknown e2e=" A " ins=" A " bat=B1 why=AM05\n" },
        // a line without a status shares the refusal of its batch
        { PAIN("pain.002.001.03", GROUP("") BATCH("<PmtInfSts>RJCT</PmtInfSts>" TX(A, "", WHY("AG01")))),
          "pain.002 R1 of PKH-1371-2024-2-BRI-P01-A1\n1 rejected e2e=" A " ins=" A " bat=B1 why=AG01\n1 batch unknown bat=B1\n" },
        { PAIN("pain.002.001.03", GROUP("") BATCH("<PmtInfSts>ACSC</PmtInfSts>" TX(A, "", ""))),
          "pain.002 R1 of PKH-1371-2024-2-BRI-P01-A1\n1 unknown e2e=" A " ins=" A " bat=B1\n1 batch settled bat=B1\n" },
        // amounts: whole rupiah, or that line is at fault and the next is not
        { PAIN("pain.002.001.03", GROUP("") BATCH(TX(A, STS("RJCT"), "<OrgnlTxRef><Amt><InstdAmt Ccy=\"IDR\">150000.50</InstdAmt></Amt></OrgnlTxRef>")
              TX(B, STS("RJCT"), "<OrgnlTxRef><Amt><InstdAmt Ccy=\"IDR\">225000.00</InstdAmt></Amt></OrgnlTxRef>"))),
          "pain.002 R1 of PKH-1371-2024-2-BRI-P01-A1\n1 unknown !amount_fraction(150000.50) e2e=" A " ins=" A " bat=B1\n1 rejected 225000 e2e=" B " ins=" B " bat=B1\n" },
        { PAIN("pain.002.001.03", GROUP("") BATCH("<TxInfAndSts>" STS("RJCT") "</TxInfAndSts>")), "pain.002 R1 of PKH-1371-2024-2-BRI-P01-A1\n1 unknown !no_reference() bat=B1\n" },
        // later versions are read by the same rules, and said so; a count that does not agree as well
        { PAIN("pain.002.001.12", GROUP("<GrpSts>PART</GrpSts><NbOfTxsPerSts><DtldNbOfTxs>2</DtldNbOfTxs><DtldSts>RJCT</DtldSts></NbOfTxsPerSts>") BATCH(TX(A, STS("RJCT"), ""))),
          "pain.002 R1 untried of PKH-1371-2024-2-BRI-P01-A1 stated DIFFERS\n1 rejected e2e=" A " ins=" A " bat=B1\n1 file unknown\n" },
        // prefixes, an envelope around it
        { "<x:Envelope xmlns:x=\"http://bank/x\"><p:Document xmlns:p=\"" ISO "pain.002.001.03\"><p:CstmrPmtStsRpt><p:GrpHdr><p:MsgId>R2</p:MsgId></p:GrpHdr><p:OrgnlGrpInfAndSts>"
          "<p:OrgnlMsgId>M</p:OrgnlMsgId><p:GrpSts>RCVD</p:GrpSts></p:OrgnlGrpInfAndSts></p:CstmrPmtStsRpt></p:Document></x:Envelope>", "pain.002 R2 of M\n1 file accepted\n" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) check_seen(CASES[i].file, CASES[i].seen);
}

// ---- camt ------------------------------------------------------------------------------------------------------------------------
#define CAMT(version, root, element, inside) "<?xml version=\"1.0\"?>\n<Document xmlns=\"" ISO version "\"><" root "><GrpHdr><MsgId>M</MsgId><CreDtTm>2024-04-28T01:00:00</CreDtTm></GrpHdr><" \
    element "><Id>S1</Id><Acct><Id><Othr><Id>032901000001304</Id></Othr></Id><Ccy>IDR</Ccy></Acct>" inside "</" element "></" root "></Document>"
#define C53(inside) CAMT("camt.053.001.08", "BkToCstmrStmt", "Stmt", inside)
#define C54(inside) CAMT("camt.054.001.08", "BkToCstmrDbtCdtNtfctn", "Ntfctn", inside)
#define BAL(kind, amount, side) "<Bal><Tp><CdOrPrtry><Cd>" kind "</Cd></CdOrPrtry></Tp><Amt Ccy=\"IDR\">" amount "</Amt><CdtDbtInd>" side "</CdtDbtInd><Dt><Dt>2024-04-27</Dt></Dt></Bal>"
#define NTRY(amount, side, inside) "<Ntry><Amt Ccy=\"IDR\">" amount "</Amt><CdtDbtInd>" side "</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2024-04-27</Dt></BookgDt>" inside "</Ntry>"
#define DTLS(inside) "<NtryDtls>" inside "</NtryDtls>"
#define TXD(id, amount, more) "<TxDtls><Refs><EndToEndId>" id "</EndToEndId></Refs><Amt Ccy=\"IDR\">" amount "</Amt>" more "</TxDtls>"
#define TO(account) "<RltdPties><CdtrAcct><Id><Othr><Id>" account "</Id></Othr></Id></CdtrAcct></RltdPties>"

static void test_statement(void **state) {
    (void)state;
    static const struct { const char *file, *seen; } CASES[] = {
        { C53(BAL("OPBD", "1000000.00", "CRDT") BAL("CLBD", "1125000", "CRDT") NTRY("375000", "DBIT", DTLS(TXD(A, "150000", TO("888801000157508")) TXD(B, "225000.00", "")))
              NTRY("500000", "CRDT", "<AddtlNtryInf>SP2D 0042</AddtlNtryInf>")),
          "camt.053 S1 balance agrees\n2 settled proof -150000 2024-04-27 e2e=" A " acc=888801000157508\n2 settled proof -225000 2024-04-27 e2e=" B "\n2 entry proof 500000 2024-04-27\n" },
        // details that do not add up prove nothing, the next entry does
        { C53(NTRY("375000", "DBIT", DTLS(TXD(A, "150000", "") TXD(B, "150000", ""))) NTRY("150000", "DBIT", DTLS(TXD(A, "150000", "")))),
          "camt.053 S1\n2 unknown !details_sum(375000) -150000 2024-04-27 e2e=" A "\n2 unknown !details_sum(375000) -150000 2024-04-27 e2e=" B "\n2 settled proof -150000 2024-04-27 e2e=" A "\n" },
        // a statement that does not add up proves nothing
        { C53(BAL("OPBD", "1000000", "CRDT") BAL("CLBD", "900000", "CRDT") NTRY("150000", "DBIT", DTLS(TXD(A, "150000", "")))),
          "camt.053 S1 balance DIFFERS\n2 settled -150000 2024-04-27 e2e=" A "\n" },
        // what came back: by reversal, by family, by reason, by the bank's own words; a credit with our name and no such mark is for a person
        { C54(NTRY("150000", "CRDT", "<RvslInd>true</RvslInd>" DTLS(TXD(A, "150000", ""))) NTRY("150000", "CRDT", DTLS(TXD(A, "150000", "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>")))
              NTRY("150000", "CRDT", "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn></BkTxCd>" DTLS(TXD(A, "150000", "")))
              NTRY("150000", "CRDT", DTLS(TXD("NOTPROVIDED", "150000", "<RmtInf><Ustrd>RETUR PKH 2024-2 " A "</Ustrd></RmtInf>"))) NTRY("150000", "CRDT", DTLS(TXD(A, "150000", "")))),
          "camt.054 S1\n2 returned proof 150000 2024-04-27 e2e=" A "\n2 returned proof 150000 2024-04-27 e2e=" A " why=AC04\n2 returned proof 150000 2024-04-27 e2e=" A "\n"
          "2 returned proof 150000 2024-04-27\n2 unknown proof 150000 2024-04-27 e2e=" A "\n" },
        // pending and informative entries are no proof and in no balance
        { CAMT("camt.053.001.02", "BkToCstmrStmt", "Stmt", BAL("PRCD", "0", "CRDT") BAL("CLBD", "0.00", "CRDT") "<Ntry><Amt Ccy=\"IDR\">150000</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>PDNG</Sts>"
              DTLS("<TxDtls><Refs><EndToEndId>" A "</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy=\"IDR\">150000</Amt></TxAmt></AmtDtls></TxDtls>") "</Ntry>"
              "<Ntry><Amt Ccy=\"IDR\">150000</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>INFO</Sts></Ntry>"),
          "camt.053 S1 balance agrees\n2 accepted -150000 e2e=" A "\n2 unknown -150000\n" },
        // fees, a batch without details, a single detail that leaves its amount out
        { C53(NTRY("6500", "DBIT", "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>MDOP</Cd><SubFmlyCd>CHRG</SubFmlyCd></Fmly></Domn></BkTxCd>")
              NTRY("300000", "DBIT", DTLS("<Btch><PmtInfId>B1</PmtInfId><NbOfTxs>2</NbOfTxs></Btch>")) NTRY("150000", "DBIT", DTLS("<TxDtls><Refs><EndToEndId>" A "</EndToEndId></Refs></TxDtls>"))
              NTRY("1", "DBIT", "")),
          "camt.053 S1\n2 entry proof -6500 2024-04-27\n2 batch settled proof -300000 2024-04-27 bat=B1\n2 settled proof -150000 2024-04-27 e2e=" A "\n2 unknown proof -1 2024-04-27\n" },
        // one bad entry stops nothing, but then the balance cannot be reckoned
        { C53(BAL("OPBD", "500000", "CRDT") BAL("CLBD", "1", "CRDT") NTRY("150000.50", "DBIT", "") NTRY("150.000", "DBIT", "") NTRY("-5", "DBIT", "") NTRY("99999999999999999999", "DBIT", "")
              NTRY("1e5", "DBIT", "") NTRY("150000", "DEBIT", "") NTRY("", "DBIT", "") NTRY("150000", "DBIT", DTLS(TXD(A, "150000", "")))),
          "camt.053 S1\n2 unknown !amount_fraction(150000.50) 2024-04-27\n2 unknown !amount_ambiguous(150.000) 2024-04-27\n2 unknown !amount_negative(-5) 2024-04-27\n"
          "2 unknown !amount_large(99999999999999999999) 2024-04-27\n2 unknown !amount_form(1e5) 2024-04-27\n2 unknown !direction(DEBIT) 150000 2024-04-27\n2 unknown !amount_missing() 2024-04-27\n"
          "2 settled proof -150000 2024-04-27 e2e=" A "\n" },
        { C53(NTRY("150000", "DBIT", "<ValDt><Dt>2024-02-30</Dt></ValDt>")), "camt.053 S1\n2 unknown !date(2024-02-30) -150000 2024-04-27\n" },
        { CAMT("camt.053.001.06", "BkToCstmrStmt", "Stmt", "<StmtPgntn><PgNb>2</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>" BAL("ITBD", "5", "DBIT") BAL("ITBD", "10", "DBIT")
              "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>5</Sum></TtlNtries></TxsSummry>" NTRY("5", "DBIT", "")),
          "camt.053 S1 untried page 2+ balance agrees stated DIFFERS\n2 unknown proof -5 2024-04-27\n" },
        // what was seen so far today is no proof
        { CAMT("camt.052.001.08", "BkToCstmrAcctRpt", "Rpt", NTRY("150000", "DBIT", DTLS(TXD(A, "150000", "")))), "camt.052 S1\n2 settled -150000 2024-04-27 e2e=" A "\n" },
        { C53(NTRY("5", "DBIT", "") "</Stmt><Stmt><Id>S2</Id>"), "camt.053 S1\n2 unknown proof -5 2024-04-27\ncamt.053 S2\n" },
        { "<Document xmlns=\"" ISO "camt.053.001.08\"><BkToCstmrStmt><Stmt><Id>S</Id>" "<Ntry><Amt Ccy=\"USD\">5</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts></Ntry>"
          "</Stmt></BkToCstmrStmt></Document>", "camt.053 S\n1 unknown !currency(USD) -5\n" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) check_seen(CASES[i].file, CASES[i].seen);
}

static void test_encodings(void **state) {
    (void)state;
    const char *file = C53(NTRY("150000", "DBIT", DTLS(TXD(A, "150000", ""))));
    const char *wanted = "camt.053 S1\n2 settled proof -150000 2024-04-27 e2e=" A "\n";
    Buf marked = { .max = BUF_MAX }, wide = { .max = BUF_MAX };
    buf_c(&marked, "\xEF\xBB\xBF");
    buf_c(&marked, file);
    buf_c(&wide, "\xFF\xFE");
    for (const char *p = file; *p; p++) { buf_char(&wide, *p); buf_char(&wide, 0); }
    check_seen_as(buf_view(&marked), (AnswerOptions){ 0 }, wanted);
    check_seen_as(buf_view(&wide), (AnswerOptions){ 0 }, wanted);
    buf_free(&marked);
    buf_free(&wide);
}

// ---- MT ----------------------------------------------------------------------------------------------------------------------------
#define MT(entries, closing) ":20:STMT1\r\n:25:0329/032901000001304\r\n:28C:118/1\r\n:60F:C240426IDR1000000,\r\n" entries ":62F:" closing "\r\n-\r\n"

static void test_mt(void **state) {
    (void)state;
    static const struct { const char *file, *seen; } CASES[] = {
        { MT(":61:2404270427DR150000,NTRF13710000001-2024//BRI0001\r\n:86:PKH 2024-2 " A " IBU\r\n:61:240427C500000,00NMSCNONREF\r\n:86:SP2D 0042\r\n", "C240427IDR1350000,00"),
          "MT940 STMT1 page 1 balance agrees\n5 settled proof -150000 2024-04-27 ins=13710000001-2024 ref=BRI0001\n7 entry proof 500000 2024-04-27\n" },
        // directions: CR is a credit in rupiah (third letter), RC takes a credit back, RD brings a debit back, EC is only expected
        { MT(":61:240427CR5,NMSCNONREF\r\n:61:240427RC5,NMSCNONREF\r\n:61:240427RDR5,NTRFNONREF//X\r\n:61:240427ED7,NTRF1\r\n:61:240427DR5,NTRF" A "\r\n", "C240427IDR1000000,"),
          "MT940 STMT1 page 1 balance agrees\n5 entry proof 5 2024-04-27\n6 unknown proof -5 2024-04-27\n7 returned proof 5 2024-04-27 ref=X\n8 accepted -7 2024-04-27 ins=1\n9 settled proof -5 2024-04-27 ins=" A "\n" },
        // what comes back by its type, its words, its code
        { MT(":61:240427C5,NRTINONREF\r\n:61:240427C5,NTRFNONREF\r\n:86:RETUR " A " AC04 REKENING TUTUP\r\n:61:240427C5,NTRFNONREF\r\n:86:159?00RETOURE?20EREF+" A "?21SVWZ+X?31123?32SITI?33 A\r\n",
             "C240427IDR1000015,"),
          "MT940 STMT1 page 1 balance agrees\n5 returned proof 5 2024-04-27\n6 returned proof 5 2024-04-27 why=AC04\n8 returned proof 5 2024-04-27 e2e=" A " acc=123\n" },
        // words with slashes, a line under :61:, an entry day of the other year, references beyond the standard
        { MT(":61:2401021231D5,S103" A "-A-VERY-LONG-REFERENCE//20220706163915340001234\r\nSUPPLEMENT\r\n:86:/EREF/" A "//BENM/SITI NURBAYA/ACCT/888801000157508//REMI/PKH\r\n", "C240427IDR999995,"),
          "MT940 STMT1 page 1 balance agrees\n5 settled proof -5 2023-12-31 e2e=" A " ins=" A "-A-VERY-LONG-REFERENCE ref=20220706163915340001234 acc=888801000157508\n" },
        // what cannot be read is a fault of that line
        { MT(":61:240427C150000,50NMSCNONREF\r\n:61:240230C5,NMSC1\r\n:61:240427X5,NMSC1\r\n:61:24042\r\n:61:240427C1.500,00NMSC\r\n:61:240427C150.000NMSC\r\n:61:240427D5,NCHGNONREF\r\n", "C240427IDR1,"),
          "MT940 STMT1 page 1\n5 unknown !amount_fraction(150000,50) 2024-04-27\n6 unknown !date(240230C5,NMSC1)\n7 unknown !direction(240427X5,NMSC1) 2024-04-27\n8 unknown !date(24042)\n"
          "9 unknown !amount_form(1.500,00) 2024-04-27\n10 unknown !amount_ambiguous(150.000) 2024-04-27\n11 entry proof -5 2024-04-27\n" },
        // the blocks of SWIFT, two messages, a point as decimal mark, a closing balance without its currency, a letter beyond ASCII
        { "{1:F01BRINIDJAXXXX0000000000}{2:O9400000240428BRINIDJAXXXX00000000002404280000N}{4:\r\n:20:A\r\n:25:1\r\n:28C:1/1\r\n:60M:D240426IDR5,\r\n:61:240427C10.00NTRFNONREF\r\n:86:caf\xE9\r\n:62M:C2404275,\r\n-}{5:}\n"
          "{1:F01}{2:I940}{4:\n:20:B\n:25:1\n:28C:09/2021/M\n:60F:C240426IDR0,\n:62F:C240426IDR0,\n-}\n",
          "MT940 A page 1+ balance agrees\n6 entry proof 10 2024-04-27\nMT940 B balance agrees\n" },
        // no line of its own between statements, CR alone as line end, an unknown field, an empty day as spaces
        { ":20:A\r:25:1\r:28:7\r:60F:C240426IDR0,\r:NS:22X\r:61:240427    C5,NTRFNONREF\r:86:A\rB\r:62F:C240427IDR5,\r:20:B\r:25:2\r:60F:C240426IDR0,\r:62F:C240427IDR0,",
          "MT940 A balance agrees\n6 entry proof 5 2024-04-27\nMT940 B balance agrees\n" },
        // 942: seen so far, no proof; its own sums
        { ":20:I\n:25:1\n:28C:5/1\n:34F:IDR0,\n:13D:2404271200+0700\n:61:240427DR150000,NTRF" A "\n:90D:1IDR150000,\n:90C:0IDR0,\n-\n",
          "MT942 I page 1 stated agrees\n6 settled -150000 2024-04-27 ins=" A "\n" },
        // an entry that the balance does not hold: nothing is proven
        { MT(":61:240427DR150000,NTRF" A "\r\n", "C240427IDR1000000,"), "MT940 STMT1 page 1 balance DIFFERS\n5 settled -150000 2024-04-27 ins=" A "\n" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) check_seen(CASES[i].file, CASES[i].seen);
}

// ---- what is broken ----------------------------------------------------------------------------------------------------------------
static void test_broken(void **state) {
    (void)state;
    lang_set(LANG_EN);
    static const struct { const char *file, *words; } CASES[] = {
        { "", "empty" }, { " \r\n ", "empty" }, { "hello", "neither pain.002" }, { "%PDF-1.4", "not a bank's answer" },
        { "<html><body>login</body></html>", "web page" }, { "<Document/>", "holds no pain.002" }, { "<a>", "not well-formed" },
        { "<Document xmlns=\"" ISO "pain.001.001.09\"><CstmrCdtTrfInitn/></Document>", "order to a bank" },
        { "<!DOCTYPE a [<!ENTITY b \"c\">]><Document/>", "DOCTYPE" },
        { PAIN("pain.002.001.03", ""), "OrgnlMsgId" },
        { "<Document xmlns=\"" ISO "camt.053.001.08\"><BkToCstmrStmt><GrpHdr/></BkToCstmrStmt></Document>", "no statement" },
        { C53(BAL("OPBD", "x", "CRDT")), "no balance" }, { C53(BAL("CLBD", "5", "")), "no balance" },
        { ":20:A\n:25:1\n:60F:C240426IDR0,\n:61:240427C5,NTRF1\n", "closing balance" },
        { ":20:A\n:25:1\n:60F:C240426IDR0,5\n:62F:C240427IDR0,\n", "no balance" },
        { ":20:A\n:25:1\n:60F:C240426IDR0,\n:62F:C240427USD0,\n", "no balance" },
        { "{1:F01}{4:\n:20:A\n:25:1\n:60F:C240426IDR0,\n:62F:C240427IDR0,\n", "not closed" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) check_refused(CASES[i].file, CASES[i].words);
    check_refused_as(STR(":20:A\n\0"), (AnswerOptions){ 0 }, "NUL");
    check_refused_as(STR(":20:A\n:25:1\n"), (AnswerOptions){ .bytes_max = 5 }, "at most 5");
    lang_set(LANG_ID);
}

// Every cut of a message is refused or says no more than the whole; every flipped bit invents no payment and crashes nothing.
static void damage(Str whole, AnswerOptions options, int64_t paid_n) {
    char *copy = malloc(whole.n);
    assert_non_null(copy);
    for (size_t n = 0; n < whole.n; n++) {
        Seen s = { .is_quiet = true };
        Err e = { 0 };
        (void)see(str_part(whole, 0, n), options, &s, &e);
        assert_true(s.paid_n <= paid_n);
        buf_free(&s.text);
    }
    for (size_t i = 0; i < whole.n; i++) for (int bit = 0; bit < 8; bit++) {
        memcpy(copy, whole.p, whole.n);
        copy[i] = (char)(copy[i] ^ (1 << bit));
        Seen s = { .is_quiet = true };
        Err e = { 0 };
        (void)see((Str){ copy, whole.n }, options, &s, &e);
        if (s.paid_n > paid_n) fail_msg("byte %zu, bit %d: a payment was invented", i, bit);
        buf_free(&s.text);
    }
    free(copy);
}

static void test_damage(void **state) {
    (void)state;
    damage(str_c(PAIN("pain.002.001.03", GROUP("<GrpSts>PART</GrpSts>") BATCH(TX(A, STS("ACCC"), "") TX(B, STS("RJCT"), WHY("AC01"))))), (AnswerOptions){ 0 }, 1);
    damage(str_c(C53(BAL("OPBD", "5", "CRDT") NTRY("150000", "DBIT", DTLS(TXD(A, "150000", ""))))), (AnswerOptions){ 0 }, 0);
    damage(str_c(MT(":61:2404270427DR150000,NTRF13710000001-2024//BRI0001\r\n:86:PKH 2024-2 " A " IBU\r\n", "C240427IDR850000,")), (AnswerOptions){ 0 }, 0);
}

// ---- whole files: test/answers/NAME and what is seen in it, NAME.seen. The XML ones are valid by their schemas -----------------------
static Str file_get(const char *name, Arena *a) {
    char *bytes = NEW(a, char, 64 << 10);
    Str path = arena_fmt(a, "%s/test/answers/%s", getenv("HARAPAN_SOURCE"), name);
    FILE *f = fopen(path.p, "rb");
    if (!f) fail_msg("%s cannot be opened", path.p);
    size_t n = fread(bytes, 1, 64 << 10, f);
    fclose(f);
    return (Str){ bytes, n };
}

static void test_files(void **state) {
    (void)state;
    static const char *const NAMES[] = { "camt053_08_batch_fee_return.xml", "camt054_08_advice.xml", "pain002_10_three_levels.xml", "mt940_pages.sta" };
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        Arena a = { 0 };
        Str file = file_get(NAMES[i], &a), seen = file_get(arena_fmt(&a, "%s.seen", NAMES[i]).p, &a);
        check_seen_as(file, (AnswerOptions){ 0 }, arena_c(&a, seen));
        arena_free(&a);
    }
}

// ---- tables ------------------------------------------------------------------------------------------------------------------------
static AnswerOptions with(const char *name, Arena *a) {
    Err e = { 0 };
    const AnswerTemplate *t;
    check_ok(answer_template_find(str_c(name), a, &t, &e), e);
    return (AnswerOptions){ .as = t };
}

static void test_tables(void **state) {
    (void)state;
    Arena a = { 0 };
    AnswerOptions bri = with("bri_bulk", &a), pos = with("pos_nominative", &a);
    static const struct { bool is_pos; const char *file, *seen; } CASES[] = {
        { false, "sep=;\r\nNO;REFERENSI;NO REKENING;NAMA;JUMLAH;STATUS;ALASAN;TANGGAL\r\n1;" A ";888801000157508;SITI;225.000,00;SUKSES;;27/04/2024 10:15:00\r\n"
          "2;" B ";888801000157509;NUR;150.000,00;GAGAL;Rekening sudah ditutup;27/04/2024\r\n3;" B ";888801000157509;NUR;150.000,00;Tidak Berhasil;TRANSAKSI GANDA;\r\n"
          "4;X;1;Y;75.000,50;SUKSES;;\r\n5;X;1;Y;75.000,00;ENTAHLAH;;\r\n6;X;1;Y;75.000,00;;;\r\nJUMLAH;;;;675.000,00;;;\r\n",
          "table \n2 credited 225000 2024-04-27 e2e=" A " acc=888801000157508\n3 rejected 150000 2024-04-27 e2e=" B " acc=888801000157509 why=AC04\n"
          "4 unknown 150000 e2e=" B " acc=888801000157509 why=AM05\n5 unknown !amount_fraction(75.000,50) e2e=X acc=1\n6 unknown 75000 e2e=X acc=1\n7 unknown 75000 e2e=X acc=1\n" },
        // columns moved, English words, a mark first, an id in an apostrophe, a total that does not agree
        { false, "\xEF\xBB\xBFStatus,Amount,Reference,Reason\nSUCCESS,\"1,500,000.00\",'" A ",\nFAILED,225000," B ",AC01 - INVALID ACCOUNT\nTOTAL,5,,\n",
          "table  stated DIFFERS\n2 credited 1500000 e2e=" A "\n3 rejected 225000 e2e=" B " why=AC01\n" },
        // the style of amounts shows late: read again by it
        { false, "STATUS;JUMLAH;REFERENSI\nSUKSES;225,000;" A "\nSUKSES;1,225,000;" B "\n", "table \n2 credited 225000 e2e=" A "\n3 credited 1225000 e2e=" B "\n" },
        // a broken row stops nothing
        { false, "STATUS;JUMLAH;REFERENSI\nSUKSES;225000;\"" A "\"x\nSUKSES;225000;" B "\nSUKSES\nSUKSES;225000\nSUKSES;1;;;9\n", NULL },
        // the post: paid with day and place, not collected, gone back
        { true, "NO;NOMOR DANOM;NAMA PENERIMA;JUMLAH;STATUS;TGL BAYAR;KANTOR BAYAR;ALASAN\n1;" A ";SITI;225.000;Dibayar;28-04-2024;Lubuk Buaya;\n2;" B ";NUR;225.000;Tidak hadir;;;\n"
          "3;" B ";NUR;225.000;RETUR;;;meninggal dunia\n4;" B ";NUR;225.000;Dibayar;31-02-2024;Lubuk Buaya;\nJUMLAH;;;900.000;;;;\n",
          "table \n2 withdrawn 225000 2024-04-28 e2e=" A " at=Lubuk Buaya\n3 not_collected 225000 e2e=" B "\n4 returned 225000 e2e=" B " why=MD07\n"
          "5 unknown !date(31-02-2024) 225000 e2e=" B " at=Lubuk Buaya\n" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        if (CASES[i].seen) { check_seen_as(str_c(CASES[i].file), CASES[i].is_pos ? pos : bri, CASES[i].seen); continue; }
        Seen s = { 0 };
        Err e = { 0 };
        check_ok(see(str_c(CASES[i].file), bri, &s, &e), e);
        assert_non_null(strstr(s.text.p, "3 credited 225000 e2e=" B));
        assert_true(s.paid_n == 1 && s.n == 5);
        buf_free(&s.text);
    }
    damage(str_c(CASES[0].file), bri, 2);                  // two rows say SUKSES; one of them is at fault by its amount
    damage(str_c(CASES[4].file), pos, 2);
    lang_set(LANG_EN);
    check_refused_as(STR("NAMA;JUMLAH\nSITI;5\n"), bri, "REFERENCE");
    lang_set(LANG_ID);
    arena_free(&a);
}

// A new bank is a file and no C.
static void test_templates(void **state) {
    (void)state;
    Arena a = { 0 };
    const AnswerTemplate *t;
    Err e = { 0 };
    #define HEAD "template: bank_x\ntitle: { id: \"Hasil Bank X\", en: \"Result of Bank X\" }\n"
    Str yaml = STR(HEAD "answer:\n  titles: no\n  proof: yes\n  columns: { reference: \"#1\", amount: \"#2\", status: \"#4\" }\n  status: { credited: \"00\", rejected: \"14|51\" }\n");
    check_ok(answer_template_parse(yaml, "x.yaml", &a, &t, &e), e);
    check_seen_as(STR(A "|150000|SITI|00\n" B "|225000|NUR|51\n" B "|225000|NUR|99\n"), (AnswerOptions){ .as = t },
                  "table \n1 credited proof 150000 e2e=" A "\n2 rejected proof 225000 e2e=" B "\n3 unknown proof 225000 e2e=" B "\n");
    static const struct { const char *yaml, *words; } BAD[] = {
        { HEAD, "x.yaml:1: \"answer\" is missing" },
        { HEAD "answer: { columns: { reference: A }, status: { credited: B } }\n", "no column \"status\"" },
        { HEAD "answer: { columns: { status: A }, status: { credited: B } }\n", "needs a column \"reference\"" },
        { HEAD "answer: { columns: { status: A, reference: B }, status: { paid: B } }\n", "\"paid\" is not one of" },
        { HEAD "answer: { columns: { status: A, reference: B }, status: { credited: B, rejected: b } }\n", "stands here twice" },
        { HEAD "answer: { columns: { status: A, referense: B }, status: { credited: B } }\n", "\"referense\" is not known here" },
        { HEAD "answer: { titles: no, columns: { status: A, reference: B }, status: { credited: B } }\n", "such as #3" },
        { HEAD "answer: { columns: { status: A, reference: B } }\n", "\"status\" is missing" },
    };
    lang_set(LANG_EN);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        Err bad = { 0 };
        assert_false(answer_template_parse(str_c(BAD[i].yaml), "x.yaml", &a, &t, &bad));
        if (!strstr(bad.text, BAD[i].words)) fail_msg("said \"%s\", not \"%s\"", bad.text, BAD[i].words);
    }
    for (const char *const *name = answer_template_names(); *name; name++) check_ok(answer_template_find(str_c(*name), &a, &t, &e), e);
    assert_string_equal(answer_code_words(STR("AC04")), "the account is closed");
    assert_true(answer_code_is_final(STR("AC04")) && !answer_code_is_final(STR("AM04")) && !answer_code_is_final(STR("ZZ99")) && !answer_code_words(STR("ZZ99")));
    lang_set(LANG_ID);
    assert_string_equal(answer_code_words(STR("AC04")), "rekening sudah ditutup");
    arena_free(&a);
}

// ---- which payment ---------------------------------------------------------------------------------------------------------------
static void test_match(void **state) {
    (void)state;
    static const struct { AnswerLine line; const char *stage, *wanted; } CASES[] = {
        { { .end_to_end_id = STR(A) }, "2024-2", "0:1371.1.2024-2.1" },
        { { .instruction_id = STR(A), .remark = STR("PKH " B) }, "", "1:1371.1.2024-2.1 2:1371.2.2024-2.1" },
        { { .end_to_end_id = STR(A) }, "2024-3", "" },
        { { .remark = STR("PKH 2024-2 " A "/ESB:INDS:0001") }, "", "2:1371.1.2024-2.1" },
        { { .remark = STR("PKH2024-2" A) }, "", "2:1371.1.2024-2.1" },                 // spaces removed: the stage's 2 stands before the id
        { { .remark = STR("137100000 01-20242-1 X") }, "", "2:1371.1.2024-2.1" },        // a line ended inside it
        { { .remark = STR("13710000001/20242/1") }, "", "3:1371.1.2024-2.1" },           // dashes that this bank does not know
        { { .remark = STR("13710000001202421") }, "", "3:1371.1.2024-2.1" },
        { { .instruction_id = STR("13710000001-2024") }, "", "3:1371.1..0" },            // cut at 16
        { { .instruction_id = STR("13710000001-20242") }, "", "3:1371.1.2024-2.0" },
        { { .instruction_id = STR("13710000001-2024"), .remark = STR(A) }, "", "2:1371.1.2024-2.1 3:1371.1..0" },
        { { .remark = STR("137123456789-20242-1") }, "", "2:1371.23456789.2024-2.1 3:3712.3456789.2024-2.1" }, // a family beyond seven digits
        { { .remark = STR("TRF 888801000157508 DARI 0329") }, "", "" },
        { { .remark = STR("X"), .account = STR("888801000157508"), .has_amount = true }, "", "4:0.0..0" },
        { { .scope = ANSWER_OF_FILE, .end_to_end_id = STR(A) }, "", "" },
        { { .remark = STR("13710000000-20242-1 13710000001-20240-1 -- 13710000001-20242-0") }, "", "" },
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        AnswerMatch out[ANSWER_MATCHES_MAX];
        Buf b = { .max = 1000 };
        size_t n = answer_match_ids(&CASES[i].line, str_c(CASES[i].stage), out);
        for (size_t k = 0; k < n; k++) buf_fmt(&b, "%s%d:%lld.%lld.%s.%lld", k ? " " : "", out[k].kind, (long long)out[k].kab, (long long)out[k].family_id, out[k].stage, (long long)out[k].attempt_n);
        if (!str_eq(buf_view(&b), str_c(CASES[i].wanted))) fail_msg("case %zu: found \"%.*s\", wanted \"%s\"", i, STR_ARG(buf_view(&b)), CASES[i].wanted);
        buf_free(&b);
    }
}

// A hundred thousand rows of which one per cent is strange: from a file, in memory that does not grow with it.
static void test_many(void **state) {
    (void)state;
    enum { ROWS = 100000 };
    Arena a = { 0 };
    char path[] = "/tmp/harapan-answer-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    FILE *file = fdopen(dup(fd), "w");
    fputs("REFERENSI;JUMLAH;STATUS\n", file);
    for (int i = 1; i <= ROWS; i++) fprintf(file, "1371%07d-20242-1;225000;%s\n", i, i % 100 ? "SUKSES" : "TIDAK JELAS");
    fclose(file);
    Seen s = { .is_quiet = true };
    AnswerSummary sum;
    Err e = { 0 };
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    check_ok(answer_read_fd(fd, with("bri_bulk", &a), (AnswerSink){ &s, see_head, see_line }, &a, &sum, &e), e);
    getrusage(RUSAGE_SELF, &after);
    assert_int_equal(sum.line_n, ROWS);
    assert_int_equal(sum.kind_n[ANSWER_CREDITED], ROWS - ROWS / 100);
    assert_true(after.ru_maxrss - before.ru_maxrss < 8 << 10);     // KB; the file has 3.5 MB, its rows as structures 20
    buf_free(&s.text);
    arena_free(&a);
    close(fd);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status_report), cmocka_unit_test(test_statement), cmocka_unit_test(test_encodings), cmocka_unit_test(test_mt), cmocka_unit_test(test_broken),
        cmocka_unit_test(test_damage), cmocka_unit_test(test_files), cmocka_unit_test(test_tables), cmocka_unit_test(test_templates), cmocka_unit_test(test_match), cmocka_unit_test(test_many),
    };
    return test_main_(__FILE__, tests, sizeof tests / sizeof *tests);
}
