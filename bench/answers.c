// answers [ROWS] [ROUNDS]: reading what banks answer beside plain reading of the same bytes, as one JSON object. The same ROWS payments
// (1,000,000) as a result table, as camt.053 in batches of 5,000 and as MT940; one row in a hundred is a stranger, a duplicate or
// not to be read. Plain: the CSV reader's cells or the XML reader's events, nothing asked of them. Medians of ROUNDS (3), alternating.
#include "files/csv.h"
#include "files/xml.h"
#include "payment/answer.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS_MAX = 9, BATCH = 5000 };
typedef enum { TABLE, CAMT, MT, KINDS } Kind;
static const char *const NAMES[KINDS] = { "table", "camt053", "mt940" };

static double seconds_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
static int by_size(const void *a, const void *b) { return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b); }
static double median(double *list, int n) {
    qsort(list, (size_t)n, sizeof *list, by_size);
    return list[n / 2];
}
static void must(bool is_well, const char *what) {
    if (is_well) return;
    fprintf(stderr, "answers: %s\n", what);
    exit(1);
}

// ---- the files ------------------------------------------------------------------------------------------------------------
static void id_put(FILE *f, int64_t i) {
    if (i % 300 == 0) fputs("STRANGER", f);
    else fprintf(f, "1371%07lld-20242-1", (long long)(i % 300 == 100 ? i - 1 : i));
}

static void table_make(FILE *f, int64_t rows_n) {
    fputs("REFERENSI;NO REKENING;NAMA;JUMLAH;STATUS;ALASAN;TANGGAL\r\n", f);
    for (int64_t i = 1; i <= rows_n; i++) {
        id_put(f, i);
        fprintf(f, ";8888%011lld;SITI NURBAYA;225.000,00;%s;;27/04/2024\r\n", (long long)i, i % 300 == 200 ? "SEBAGIAN" : "SUKSES");
    }
}

static void camt_make(FILE *f, int64_t rows_n) {
    fprintf(f, "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id>\n");
    for (int64_t i = 1; i <= rows_n; i++) {
        int64_t n = rows_n - i + 1 < BATCH ? rows_n - i + 1 : BATCH;
        if (i % BATCH == 1) fprintf(f, "<Ntry><Amt Ccy=\"IDR\">%lld</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2024-04-27</Dt></BookgDt><NtryDtls>\n", (long long)n * 225000);
        fputs("<TxDtls><Refs><EndToEndId>", f);
        id_put(f, i);
        fprintf(f, "</EndToEndId></Refs><Amt Ccy=\"IDR\">225000.00</Amt><RltdPties><CdtrAcct><Id><Othr><Id>8888%011lld</Id></Othr></Id></CdtrAcct></RltdPties></TxDtls>\n", (long long)i);
        if (i % BATCH == 0 || i == rows_n) fputs("</NtryDtls></Ntry>\n", f);
    }
    fputs("</Stmt></BkToCstmrStmt></Document>\n", f);
}

static void mt_make(FILE *f, int64_t rows_n) {
    fprintf(f, ":20:S\r\n:25:1\r\n:28C:1/1\r\n:60F:C240426IDR%lld,\r\n", (long long)rows_n * 225000);
    for (int64_t i = 1; i <= rows_n; i++) {
        fputs(":61:2404270427DR225000,NTRFNONREF//BRI0001\r\n:86:PKH 2024-2 ", f);
        id_put(f, i);
        fputs(" IBU\r\n", f);
    }
    fputs(":62F:C240427IDR0,\r\n-\r\n", f);
}

// ---- reading ----------------------------------------------------------------------------------------------------------------
static int64_t plain_csv(int fd) {
    Err e = { 0 };
    CsvReader *r;
    CsvRow row;
    bool has_row = true;
    int64_t n = 0;
    must(lseek(fd, 0, SEEK_SET) == 0 && csv_open_fd(fd, (CsvOptions){ 0 }, &r, &e), e.text);
    while (csv_next(r, &row, &has_row, &e) && has_row) n++;
    must(e.code == ERR_NONE, e.text);
    csv_close(r);
    return n;
}

static int64_t plain_xml(int fd) {
    Err e = { 0 };
    XmlEvent v;
    int64_t n = 0;
    must(lseek(fd, 0, SEEK_SET) == 0, "lseek");
    XmlReader *r = xml_read_fd(fd, (XmlOptions){ 0 });
    while (xml_next(r, &v, &e) && v.kind != XML_DONE) n++;
    must(e.code == ERR_NONE, e.text);
    xml_reader_close(r);
    return n;
}

static int64_t plain_lines(int fd) {
    char window[64 << 10];
    int64_t n = 0;
    must(lseek(fd, 0, SEEK_SET) == 0, "lseek");
    for (ssize_t k; (k = read(fd, window, sizeof window)) > 0;) for (ssize_t i = 0; i < k; i++) n += window[i] == '\n';
    return n;
}

typedef struct { int64_t line_n, match_n; } Taken;
static bool take(void *of, const AnswerHead *head, const AnswerLine *line, Err *e) {
    (void)head; (void)e;
    Taken *t = of;
    AnswerMatch out[ANSWER_MATCHES_MAX];
    t->line_n++;
    t->match_n += answer_match_ids(line, STR("2024-2"), out) > 0 && out[0].kind != MATCH_REFERENCE;
    return true;
}

static Taken judged(int fd) {
    Arena a = { 0 };
    Err e = { 0 };
    const AnswerTemplate *as;
    AnswerSummary sum;
    Taken t = { 0 };
    must(answer_template_find(STR("bri_bulk"), &a, &as, &e), e.text);
    must(answer_read_fd(fd, (AnswerOptions){ .as = as }, (AnswerSink){ &t, NULL, take }, &a, &sum, &e), e.text);
    arena_free(&a);
    return t;
}

int main(int argc, char **argv) {
    int64_t rows_n = argc > 1 ? atoll(argv[1]) : 1000000;
    int rounds_n = argc > 2 ? atoi(argv[2]) : 3;
    static void (*const MAKE[KINDS])(FILE *, int64_t) = { table_make, camt_make, mt_make };
    static int64_t (*const PLAIN[KINDS])(int) = { plain_csv, plain_xml, plain_lines };
    must(rows_n > 0 && rounds_n > 0 && rounds_n <= ROUNDS_MAX, "ROWS above 0, ROUNDS from 1 to 9");
    printf("{\"rows\": %lld", (long long)rows_n);
    for (int k = 0; k < KINDS; k++) {
        double plain_s[ROUNDS_MAX], judged_s[ROUNDS_MAX];
        FILE *f = tmpfile();
        must(f != NULL, "no temporary file");
        MAKE[k](f, rows_n);
        must(fflush(f) == 0, "the file cannot be written");
        long long bytes = (long long)ftell(f);
        Taken t = { 0 };
        for (int i = 0; i < rounds_n; i++) {
            double start_s = seconds_now();
            must(PLAIN[k](fileno(f)) > 0, "nothing was read");
            plain_s[i] = seconds_now() - start_s;
            start_s = seconds_now();
            t = judged(fileno(f));
            judged_s[i] = seconds_now() - start_s;
        }
        fclose(f);
        struct rusage used;
        getrusage(RUSAGE_SELF, &used);
        must(t.line_n == rows_n, "a row was lost");
        double plain = median(plain_s, rounds_n), all = median(judged_s, rounds_n);
        printf(",\n \"%s\": {\"bytes\": %lld, \"plain_s\": %.3f, \"judged_s\": %.3f, \"rows_per_s\": %.0f, \"matched\": %lld, \"peak_kib\": %ld}", NAMES[k], bytes, plain, all,
               (double)rows_n / all, (long long)t.match_n, used.ru_maxrss);
    }
    puts("}");
    return 0;
}
