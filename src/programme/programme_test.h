// programme_test.h: what the tests of this room share: reading a book, and saying what went wrong with it.
#ifndef PROGRAMME_TEST_H
#define PROGRAMME_TEST_H
#include "base/test.h"
#include "base/random.h"
#include "programme/scheme_data.h"

static inline Str file_read(Arena *a, const char *path) {
    FILE *f = fopen(path, "rb");
    if (!f) fail_msg("cannot read %s", path);
    Buf b = { .max = BUF_MAX };
    char block[4096];
    for (size_t n; (n = fread(block, 1, sizeof block, f)) > 0;) buf_bytes(&b, block, n);
    fclose(f);
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}

static inline Str source_file(Arena *a, const char *name) { return file_read(a, arena_fmt(a, "%s/%s", getenv("HARAPAN_SOURCE"), name).p); }

static inline const RuleBook *book_parse(Arena *a, Str name, Str text) {
    Findings findings = { 0 };
    Err e = { 0 };
    const RuleBook *book = NULL;
    if (rulebook_parse(a, name, text, &book, &findings, &e)) return book;
    for (size_t i = 0; i < findings.n; i++)
        print_error("%.*s:%lld: %.*s: %.*s\n", STR_ARG(name), (long long)findings.at[i].line_n, STR_ARG(findings.at[i].field), STR_ARG(findings.at[i].text));
    fail_msg("%s\n%.*s", e.text, STR_ARG(text));
    return NULL;
}

static inline const RuleBook *book_read(Arena *a, const char *name) { return book_parse(a, str_c(name), source_file(a, arena_fmt(a, "rules/%s", name).p)); }

static inline const Scheme *scheme_of(Arena *a, const RuleBook *book, const char *stage) {
    const Scheme *s = NULL;
    Err e = { 0 };
    check_ok(scheme_make(a, book, str_c(stage), &s, &e), e);
    return s;
}
#endif
