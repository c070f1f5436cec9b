// pain001_test.c: orders are valid by the published schema, counted again from their bytes, and every tampering is seen.
#include "base/lang.h"
#include "base/random.h"
#include "files/latin.h"
#include "files/pain001.h"
#include "base/test.h"
#include <fcntl.h>
#include <libxml/xmlreader.h>
#include <libxml/xmlschemas.h>
#include <time.h>
#include <unistd.h>

static char path[64];

static const PainOrder ORDER = {
    .message_id = { "PKH2024T2-BRI-01-1", 18 }, .created_at = { 1714014000000 }, .initiator_name = { "Dinas Sosial Kota Padang", 24 },
    .debtor_name = { "KPA Perlindungan Sosial Ké́luarga", 34 }, .debtor_account = { "032901000123301", 15 }, .debtor_bic = { "BRINIDJA", 8 },
    .requested_on = { 19840 },
};

static PainPayment payment(int64_t i, char id[36], char account[36]) {
    static const char *const NAMES[] = { "SITI NURBAYA", "Nur’aini & Élise", "M. Yûsuf <bin> Ahmad", "DAENG TATA" };
    snprintf(id, 36, "1371-2024T2-%08lld-1", (long long)i);
    snprintf(account, 36, "0329%011lld", (long long)i);
    return (PainPayment){ .instruction_id = str_c(id), .end_to_end_id = str_c(id), .amount = { 150000 + i % 7 * 75000 }, .creditor_name = str_c(NAMES[i % 4]),
                          .creditor_account = str_c(account), .remittance = STR("PKH Tahap 2/2024") };
}

static bool order_write(int64_t n, PainOrder order, FileProof *proof, Err *e) {
    PainWriter *w;
    char id[36], account[36];
    if (!pain001_open(path, &order, &w, e)) return false;
    for (int64_t i = 0; i < n; i++) {
        PainPayment p = payment(i, id, account);
        if (!pain001_put(w, &p, e)) { pain001_abort(w); return false; }
    }
    return pain001_finish(w, proof, e);
}

static PainOrder order_of(int64_t n) {
    PainOrder order = ORDER;
    char id[36], account[36];
    order.count = n;
    for (int64_t i = 0; i < n; i++) order.sum.rp += payment(i, id, account).amount.rp;
    return order;
}

// -1 when there is no schema here.
static int schema_errors(void) {
    char xsd[4096];
    snprintf(xsd, sizeof xsd, "%s/../shared/data/iso20022/pain.001.001.09.xsd", getenv("HARAPAN_SOURCE") ? getenv("HARAPAN_SOURCE") : ".");
    if (access(xsd, R_OK) != 0) return -1;
    xmlSchemaParserCtxtPtr parser = xmlSchemaNewParserCtxt(xsd);
    xmlSchemaPtr schema = xmlSchemaParse(parser);
    xmlTextReaderPtr reader = xmlReaderForFile(path, NULL, XML_PARSE_NONET);
    assert_non_null(schema);
    assert_int_equal(xmlTextReaderSetSchema(reader, schema), 0);
    int code;
    while ((code = xmlTextReaderRead(reader)) == 1) {}
    int errors = code != 0 || xmlTextReaderIsValid(reader) != 1;
    xmlFreeTextReader(reader);
    xmlSchemaFree(schema);
    xmlSchemaFreeParserCtxt(parser);
    return errors;
}

static void orders_are_valid_and_counted(void **state) {
    (void)state;
    static const int64_t SIZES[] = { 1, 4999, 5000, 5001, 12345 };
    for (size_t i = 0; i < sizeof SIZES / sizeof *SIZES; i++) {
        Err e = { 0 };
        FileProof proof;
        PainCount count;
        PainOrder order = order_of(SIZES[i]);
        check_ok(order_write(SIZES[i], order, &proof, &e), e);
        check_ok(pain001_recount(path, &count, &e), e);
        assert_int_equal(count.count, SIZES[i]);
        assert_int_equal(count.sum.rp, order.sum.rp);
        assert_int_equal(count.blocks_n, (SIZES[i] + 4999) / 5000);
        assert_int_equal(count.proof.bytes, proof.bytes);
        assert_true(hash_eq(&count.proof.sha256, &proof.sha256));
        assert_string_equal(count.message_id, "PKH2024T2-BRI-01-1");
        int errors = schema_errors();
        if (errors < 0) print_message("no schema here: not validated\n");
        else assert_int_equal(errors, 0);
        FileProof again;
        check_ok(order_write(SIZES[i], order, &again, &e), e);
        assert_true(hash_eq(&again.sha256, &proof.sha256));  // the same order gives the same bytes
    }
}

static char *file_text(size_t *n) {
    int fd = open(path, O_RDONLY);
    off_t size = lseek(fd, 0, SEEK_END);
    char *text = calloc(1, (size_t)size + 1);
    assert_int_equal(pread(fd, text, (size_t)size, 0), size);
    close(fd);
    *n = (size_t)size;
    return text;
}

static void every_tampering_is_seen(void **state) {
    (void)state;
    static const struct { const char *from, *to, *told; } CASES[] = {
        { "<InstdAmt Ccy=\"IDR\">225000<", "<InstdAmt Ccy=\"IDR\">225001<", "PmtInf says 3 payments with Rp 675000, but its payments are 3 with Rp 675001." },
        { "<InstdAmt Ccy=\"IDR\">225000<", "<InstdAmt Ccy=\"IDR\">225000.00<", "InstdAmt is \"225000.00\", not a whole number." },
        { "<InstdAmt Ccy=\"IDR\">225000<", "<InstdAmt Ccy=\"USD\">225000<", "A payment needs one amount above 0, in IDR." },
        { "<InstdAmt Ccy=\"IDR\">225000<", "<InstdAmt Ccy=\"IDR\">-225000<", "not a whole number" },
        { "<InstdAmt Ccy=\"IDR\">225000<", "<InstdAmt Ccy=\"IDR\">9223372036854775807<", "The sum does not fit in 64 bits." },
        { "<EndToEndId>1371-2024T2-00000001-1<", "<EndToEndId>1371-2024T2-00000000-1<", "EndToEndId \"1371-2024T2-00000000-1\" is empty, too long or comes twice." },
        { "<EndToEndId>1371-2024T2-00000001-1</EndToEndId>", "", "A payment lacks its amount, its EndToEndId or its account." },
        { "<Id>032900000000001</Id>", "<Id></Id>", "A payment lacks its amount, its EndToEndId or its account." },
        { "<NbOfTxs>3</NbOfTxs>\n<CtrlSum>675000</CtrlSum>\n<Init", "<NbOfTxs>4</NbOfTxs>\n<CtrlSum>675000</CtrlSum>\n<Init", "GrpHdr says 4 payments" },
        { "<NbOfTxs>3</NbOfTxs>\n<CtrlSum>675000</CtrlSum>\n<PmtTp", "<NbOfTxs>3</NbOfTxs>\n<CtrlSum>675001</CtrlSum>\n<PmtTp", "PmtInf says 3 payments with Rp 675001" },
        { "pain.001.001.09", "pain.001.001.03", "This is no pain.001.001.09 message." },
        { "</Document>", "", "ends too early" },
    };
    Err e = { 0 };
    size_t n;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        check_ok(order_write(3, order_of(3), NULL, &e), e);
        char *text = file_text(&n), *at = strstr(text, CASES[i].from);
        if (!at) fail_msg("%s is not in the file", CASES[i].from);
        int fd = open(path, O_WRONLY | O_TRUNC);
        assert_int_equal(write(fd, text, (size_t)(at - text)), at - text);
        assert_int_equal(write(fd, CASES[i].to, strlen(CASES[i].to)), strlen(CASES[i].to));
        at += strlen(CASES[i].from);
        assert_int_equal(write(fd, at, strlen(at)), strlen(at));
        close(fd);
        free(text);
        PainCount count;
        Err told = { 0 };
        assert_false(pain001_recount(path, &count, &told));
        if (!str_contains(str_c(told.text), str_c(CASES[i].told))) fail_msg("%s\nfound  %s\nwanted %s", CASES[i].to, told.text, CASES[i].told);
    }
}

static void wrong_orders_leave_no_file(void **state) {
    (void)state;
    static const struct { const char *what; PainPayment payment; const char *told; } CASES[] = {
        { "no name", { { "a", 1 }, { "a", 1 }, { 1 }, { "", 0 }, { "1", 1 }, { 0 } }, "Payment 1 (a): its name has no Latin letters." },
        { "only another script", { { "a", 1 }, { "a", 1 }, { 1 }, { "ꦱꦶꦠꦶ", 12 }, { "1", 1 }, { 0 } }, "Payment 1 (a): its name has no Latin letters." },
        { "no amount", { { "a", 1 }, { "a", 1 }, { 0 }, { "A", 1 }, { "1", 1 }, { 0 } }, "Payment 1 (a): its amount must be more than 0." },
        { "account with a space", { { "a", 1 }, { "a", 1 }, { 1 }, { "A", 1 }, { "1 2", 3 }, { 0 } }, "Payment 1 (a): its account must have 1 to 34 letters or digits." },
        { "no id", { { "a", 1 }, { "", 0 }, { 1 }, { "A", 1 }, { "1", 1 }, { 0 } }, "Payment 1 (): its id must have 1 to 35 letters, digits or / - . _." },
        { "another sum", { { "a", 1 }, { "a", 1 }, { 2 }, { "A", 1 }, { "1", 1 }, { 0 } }, "The books say 1 payments with Rp 1, but 1 with Rp 2 were given. Nothing was written." },
    };
    unlink(path);
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Err e = { 0 };
        PainWriter *w;
        PainOrder order = ORDER;
        order.count = order.sum.rp = 1;
        check_ok(pain001_open(path, &order, &w, &e), e);
        if (!pain001_put(w, &CASES[i].payment, &e)) pain001_abort(w);
        else assert_false(pain001_finish(w, NULL, &e));
        if (!str_eq(str_c(e.text), str_c(CASES[i].told))) fail_msg("%s: %s", CASES[i].what, e.text);
        assert_int_equal(access(path, F_OK), -1);
    }
}

static void names_in_latin_letters(void **state) {
    (void)state;
    static const struct { const char *name, *wanted; size_t lost_n; } CASES[] = {
        { "SITI NURBAYA", "SITI NURBAYA", 0 }, { "Nur’aini", "Nur'aini", 0 }, { "Élise Çelik", "Elise Celik", 0 }, { "Straße Øst Æsop Łódź", "Strasse Ost AEsop Lodz", 0 },
        { "  a \t b\u00A0c  ", "a b c", 0 }, { "Ani & Budi; \"x\"", "Ani + Budi, 'x'", 0 }, { "ꦱꦶ", "", 1 }, { "Siti 😀", "Siti", 1 }, { "", "", 0 },
        { "ﬁ ½ №", "fi 1/2 No", 0 }, { "Kē\u0301", "Ke", 0 }, { "\xC3", "", 1 },
    };
    Buf out = { 0 };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        buf_reset(&out);
        size_t lost_n = latin_put(&out, str_c(CASES[i].name), (LatinOptions){ 0 });
        if (!str_eq(buf_view(&out), str_c(CASES[i].wanted)) || lost_n != CASES[i].lost_n) fail_msg("%s: %.*s, %zu lost", CASES[i].name, STR_ARG(buf_view(&out)), lost_n);
        assert_true(latin_is_plain(buf_view(&out)));
    }
    buf_reset(&out);
    latin_put(&out, STR("Siti Nurbaya binti Rahman"), (LatinOptions){ .is_upper = true, .bytes_max = 20 });
    check_str(buf_view(&out), STR("SITI NURBAYA BINTI"));
    buf_free(&out);
}

static int bench(int64_t n) {
    Err e = { 0 };
    PainCount count;
    PainOrder order = order_of(n);
    clock_t start = clock();
    FileProof proof;
    if (!order_write(n, order, &proof, &e)) { puts(e.text); return 1; }
    clock_t written = clock();
    if (!pain001_recount(path, &count, &e)) { puts(e.text); return 1; }
    printf("%lld payments, %lld bytes: written in %.3f s, counted again in %.3f s of processor time\n", (long long)n, (long long)proof.bytes,
           (double)(written - start) / CLOCKS_PER_SEC, (double)(clock() - written) / CLOCKS_PER_SEC);
    return 0;
}

static const struct CMUnitTest TESTS[] = {
    cmocka_unit_test(orders_are_valid_and_counted), cmocka_unit_test(every_tampering_is_seen), cmocka_unit_test(wrong_orders_leave_no_file), cmocka_unit_test(names_in_latin_letters),
};

int main(int argc, char **argv) {
    lang_set(LANG_EN);
    snprintf(path, sizeof path, "/tmp/pain001_test.%d.xml", (int)getpid());
    int failed = argc == 3 && strcmp(argv[1], "bench") == 0 ? bench(atoll(argv[2])) : test_main_(__FILE__, TESTS, sizeof TESTS / sizeof *TESTS);
    unlink(path);
    return failed;
}
