// answer_match.c: which payment a line means. Our ids look like 13710000123-20242-1 (payment_id.h); banks cut them at 16 characters,
// take the dashes out, glue them to what stands before, or add to them what they like.
#include "payment/answer_data.h"
#include <stdio.h>

#define KAB_DIGITS 4
#define WHO_DIGITS 11                                      // district and family, as most are written
typedef struct { AnswerMatch *out; size_t n; Str stage; } Found;

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static void found_add(Found *f, AnswerMatch m) {
    if (f->n == ANSWER_MATCHES_MAX) return;
    if (f->stage.n && m.stage[0] && !str_eq(f->stage, str_c(m.stage))) return;
    for (size_t i = 0; i < f->n; i++) {
        const AnswerMatch *o = &f->out[i];
        if (o->kab == m.kab && o->family_id == m.family_id && o->attempt_n == m.attempt_n && strcmp(o->stage, m.stage) == 0 && (o->kind == m.kind || m.kind != MATCH_REFERENCE)) return;
    }
    f->out[f->n++] = m;
}

// "20242" -> "2024-2"
static bool stage_of(Str plain, char out[12]) {
    if (plain.n < 5 || plain.n > 6 || !str_is_digits(plain) || plain.p[4] == '0') return false;
    memcpy(out, plain.p, 4);
    out[4] = '-';
    memcpy(out + 5, plain.p + 4, plain.n - 4);
    out[plain.n + 1] = 0;
    return true;
}

// Exactly an id of ours, as payment_id_family writes it.
static bool exact(Str text, AnswerMatchKind kind, AnswerMatch *out) {
    Str rest = text;
    AnswerMatch m = { .kind = kind };
    (void)str_cut(&rest, '-');
    if (!rest.p || !stage_of(str_cut(&rest, '-'), m.stage) || !payment_id_parse(text, str_c(m.stage), &m.kab, &m.family_id, &m.attempt_n)) return false;
    *out = m;
    return true;
}

static size_t digits_n(Str s, size_t from) {
    size_t n = 0;
    while (from + n < s.n && is_digit(s.p[from + n])) n++;
    return n;
}

// One piece "WHO-STAGE-ATTEMPT" that begins with the digits at `from`; WHO may have more digits in front than are ours.
static bool spelled(Str s, size_t from, size_t who_n, Found *f, AnswerMatchKind kind, size_t *used) {
    size_t stage_at = from + who_n + 1, stage_n = digits_n(s, stage_at);
    if (from + who_n >= s.n || s.p[from + who_n] != '-' || stage_n < 5 || stage_n > 6 || stage_at + stage_n >= s.n || s.p[stage_at + stage_n] != '-') return false;
    size_t attempt_at = stage_at + stage_n + 1, attempt_n = digits_n(s, attempt_at);
    if (attempt_n == 0) return false;
    AnswerMatch m;
    size_t before = f->n, end = attempt_at + (attempt_n > 2 ? 1 : attempt_n);  // an attempt of three digits is one, with a stranger's digits behind it
    if (attempt_n > 2) kind = MATCH_CUT;
    // "2024-213710000123-20242-1": our remark with its spaces lost; the stage's last digits stand before the id.
    size_t extra = who_n - WHO_DIGITS;
    bool is_glued = extra > 0 && extra <= 2 && from >= 5 && s.p[from - 1] == '-' && str_eq(str_part(s, from - 5, 4), str_part(s, stage_at, 4)) &&
                    str_eq(str_part(s, from, extra), str_part(s, stage_at + 4, stage_n - 4));
    if (is_glued && exact(str_part(s, from + extra, end - from - extra), kind, &m)) found_add(f, m);
    else if (exact(str_part(s, from, end - from), kind, &m)) found_add(f, m);
    if (!is_glued && extra > 0 && exact(str_part(s, from + extra, end - from - extra), MATCH_CUT, &m)) found_add(f, m);
    *used = end;
    return f->n > before;
}

// What is left of an id: WHO and a piece of the stage, or all digits in a row.
static void left_over(Str s, size_t from, size_t who_n, Found *f) {
    AnswerMatch m = { .kind = MATCH_CUT };
    char text[40];
    if (who_n >= 17 && who_n <= 18) {                      // 11 + 5 (or 6) + 1 digits: the dashes were taken out
        size_t stage_n = who_n - WHO_DIGITS - 1;
        snprintf(text, sizeof text, "%.*s-%.*s-%c", WHO_DIGITS, s.p + from, (int)stage_n, s.p + from + WHO_DIGITS, s.p[from + who_n - 1]);
        if (exact(str_c(text), MATCH_CUT, &m)) found_add(f, m);
        return;
    }
    if (who_n != WHO_DIGITS || from + who_n >= s.n || s.p[from + who_n] != '-') return;
    size_t part_n = digits_n(s, from + who_n + 1);
    bool is_end = from + who_n + 1 + part_n >= s.n || s.p[from + who_n + 1 + part_n] != '-' || from + who_n + 2 + part_n >= s.n;
    if (part_n == 0 || part_n > 6 || !is_end || !str_starts(str_part(s, from + who_n + 1, part_n), STR("20"))) return;
    if (!str_int64(str_part(s, from, KAB_DIGITS), &m.kab) || !str_int64(str_part(s, from + KAB_DIGITS, WHO_DIGITS - KAB_DIGITS), &m.family_id) || m.family_id == 0) return;
    if (part_n >= 5 && !stage_of(str_part(s, from + who_n + 1, part_n), m.stage)) m.stage[0] = 0;
    found_add(f, m);
}

static void scan(Str s, Found *f, AnswerMatchKind kind) {
    for (size_t i = 0; i < s.n;) {
        size_t n = digits_n(s, i), used = 0;
        if (n == 0) { i++; continue; }
        if (n >= WHO_DIGITS && spelled(s, i, n, f, kind, &used)) { i = used; continue; }
        if (n >= WHO_DIGITS) left_over(s, i, n, f);
        i += n;
    }
}

// Spaces inside an id (a line of 65 characters ended there), and dashes that became spaces, slashes or points.
static Str squeezed(Str s, char out[], size_t max, bool is_dashed) {
    size_t n = 0;
    for (size_t i = 0; i < s.n && n < max; i++) {
        char c = s.p[i];
        if (c == ' ' || c == '/' || c == '.' || c == '_') {
            if (!is_dashed) { if (c == ' ') continue; }
            else c = '-';
        }
        out[n++] = c;
    }
    return (Str){ out, n };
}

static void scan_all(Str s, Found *f, AnswerMatchKind kind) {
    char plain[512];
    size_t before = f->n;
    scan(s, f, kind);
    if (f->n == before) scan(squeezed(s, plain, sizeof plain, false), f, kind);
    if (f->n == before) scan(squeezed(s, plain, sizeof plain, true), f, MATCH_CUT);
}

size_t answer_match_ids(const AnswerLine *line, Str stage, AnswerMatch out[ANSWER_MATCHES_MAX]) {
    Found f = { out, 0, stage };
    AnswerMatch m;
    if (line->scope != ANSWER_OF_PAYMENT) return 0;
    if (exact(line->end_to_end_id, MATCH_END_TO_END, &m)) found_add(&f, m); else scan_all(line->end_to_end_id, &f, MATCH_REMARK);
    if (exact(line->instruction_id, MATCH_INSTRUCTION, &m)) found_add(&f, m); else scan_all(line->instruction_id, &f, MATCH_REMARK);
    scan_all(line->remark, &f, MATCH_REMARK);
    scan_all(line->bank_reference, &f, MATCH_REMARK);
    for (size_t i = 1; i < f.n; i++)                        // what is only left over stands behind what is whole
        for (size_t k = i; k > 0 && out[k - 1].kind > out[k].kind; k--) { m = out[k]; out[k] = out[k - 1]; out[k - 1] = m; }
    if (f.n < ANSWER_MATCHES_MAX && line->has_amount && (line->account.n || line->bank_reference.n)) out[f.n++] = (AnswerMatch){ .kind = MATCH_REFERENCE };
    return f.n;
}

bool answer_has_id(Str text) {
    AnswerMatch out[ANSWER_MATCHES_MAX];
    Found f = { out, 0, { 0 } };
    scan_all(text, &f, MATCH_REMARK);
    return f.n > 0;
}
