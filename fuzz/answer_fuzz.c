// answer_fuzz.c: any bytes as the answer of a bank (libFuzzer): as a message and as a table. Beyond "no crash": a refused file gives
// no line, a line at fault proves nothing and says nothing, counts agree with what was given.
#include "payment/answer.h"
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool ok) { if (!ok) abort(); }

typedef struct { int64_t n, kind_n[ANSWER_KINDS_N]; } Given;

static bool take(void *of, const AnswerHead *head, const AnswerLine *l, Err *e) {
    Given *g = of;
    (void)e;
    g->n++;
    g->kind_n[l->kind]++;
    must(!l->fault || (l->kind == ANSWER_UNKNOWN && !l->is_proof));
    must(!l->is_proof || head->balance != ANSWER_DIFFERS);
    must(l->amount.rp >= 0 && (l->has_amount || l->amount.rp == 0 || l->fault));
    must((l->kind != ANSWER_CREDITED && l->kind != ANSWER_WITHDRAWN) || l->status.n > 0);
    AnswerMatch out[ANSWER_MATCHES_MAX];
    must(answer_match_ids(l, (Str){ 0 }, out) <= ANSWER_MATCHES_MAX);
    return true;
}

static void read_as(Str file, const AnswerTemplate *as) {
    Arena a = { 0 };
    Err e = { 0 };
    Given g = { 0 };
    AnswerSummary sum;
    bool is_good = answer_read_bytes(file, (AnswerOptions){ .as = as }, (AnswerSink){ &g, NULL, take }, &a, &sum, &e);
    must(is_good == (e.code == ERR_NONE));
    must(is_good ? sum.line_n == g.n : g.n == 0);
    for (int i = 0; is_good && i < ANSWER_KINDS_N; i++) must(sum.kind_n[i] == g.kind_n[i]);
    arena_free(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static Arena a;
    static const AnswerTemplate *as;
    Err e = { 0 };
    if (!as) must(answer_template_find(STR("bri_bulk"), &a, &as, &e));
    read_as((Str){ (const char *)data, size }, NULL);
    read_as((Str){ (const char *)data, size }, as);
    return 0;
}
