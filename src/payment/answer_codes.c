// answer_codes.c: the table of external codes (rules/channels/codes.csv), read once: statuses, reasons, kinds of entries, words.
#include "payment/answer_data.h"
#include "base/lang.h"
#include "files/csv.h"
#include "payment_files.h"
#include <assert.h>
#include <pthread.h>

#define CODES_MAX 500
typedef struct { Str set, code; AnswerKind kind; bool is_final; const char *id, *en; } Code;
static Code codes[CODES_MAX];
static size_t codes_n;
static Arena codes_arena;                                  // as long as the program

// The table is ours and a test reads it: what is wrong in it is our own bug.
static void codes_load(void) {
    static const CsvColumn KNOWN[] = { { "set", true }, { "code", true }, { "means", true }, { "final", true }, { "id", true }, { "en", true } };
    CsvReader *r;
    CsvHeader h;
    CsvRow row;
    Err e = { 0 };
    bool has_row = false;
    bool is_good = csv_open_bytes(CHANNEL_CODES, (CsvOptions){ .separator = ',', .encoding = CSV_UTF8 }, &r, &e) && csv_header_find(r, &codes_arena, KNOWN, 6, &h, &e);
    assert(is_good);
    while (is_good && csv_next(r, &row, &has_row, &e) && has_row) {
        assert(codes_n < CODES_MAX);
        Code *c = &codes[codes_n++];
        *c = (Code){ .set = arena_str(&codes_arena, csv_cell(&h, &row, 0)), .code = arena_str(&codes_arena, csv_cell(&h, &row, 1)), .kind = ANSWER_KINDS_N,
                     .is_final = str_eq(csv_cell(&h, &row, 3), STR("yes")), .id = arena_c(&codes_arena, csv_cell(&h, &row, 4)), .en = arena_c(&codes_arena, csv_cell(&h, &row, 5)) };
        Str means = csv_cell(&h, &row, 2);
        is_good = means.n == 0 || answer_kind_find(means, &c->kind);
        assert(is_good);
    }
    assert(e.code == ERR_NONE);
    csv_close(r);
}

static const Code *code_find(const char *set, Str code) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, codes_load);
    if (code.n == 0) return NULL;
    for (size_t i = 0; i < codes_n; i++) if (str_eq(codes[i].code, code) && str_eq(codes[i].set, str_c(set))) return &codes[i];
    return NULL;
}

AnswerKind answer_code_kind(const char *set, Str code) {
    const Code *c = code_find(set, code);
    return c ? c->kind : ANSWER_KINDS_N;
}

const char *answer_code_words(Str code) {
    const Code *c = code_find("reason", code);
    if (!c) c = code_find("status", code);
    if (!c) c = code_find("transaction", code);
    return c ? lang_get() == LANG_ID ? c->id : c->en : NULL;
}

bool answer_code_is_final(Str code) {
    const Code *c = code_find("reason", code);
    return c && c->is_final;
}

// ---- words in a text ----------------------------------------------------------------------------------------------------------
// The next run of letters and digits of *rest, in upper case; empty at the end.
#define WORD_MAX 24
static bool word_next(Str *rest, char out[WORD_MAX], Str *word) {
    size_t i = 0, n = 0;
    #define IS_WORD(c) (((c) >= '0' && (c) <= '9') || (((c) | 32) >= 'a' && ((c) | 32) <= 'z'))
    while (i < rest->n && !IS_WORD(rest->p[i])) i++;
    for (; i < rest->n && IS_WORD(rest->p[i]); i++) {
        char c = rest->p[i];
        if (n < WORD_MAX) out[n] = (char)(c >= 'a' && c <= 'z' ? c - 32 : c);
        n++;
    }
    #undef IS_WORD
    *rest = str_part(*rest, i, rest->n);
    *word = (Str){ out, n <= WORD_MAX ? n : 0 };
    return n > 0;
}

bool answer_says_returned(Str text) {
    char of[WORD_MAX];
    for (Str word; word_next(&text, of, &word);) if (word.n && answer_code_kind("word", word) == ANSWER_RETURNED) return true;
    return false;
}

Str answer_reason_in(Str text) {
    char of[WORD_MAX];
    for (Str word; word_next(&text, of, &word);) {
        if (word.n != 4) continue;
        const Code *c = code_find("reason", word);
        if (c && word.p[2] >= '0' && word.p[2] <= '9') return c->code;   // AC01, not a word like CUST
    }
    return (Str){ 0 };
}
