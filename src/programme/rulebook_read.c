#include "programme/rulebook_read.h"
#include "base/lang.h"
#include <stdio.h>

void note(Reader *r, const YamlNode *at, const char *code, const char *msgid, ...) {
    char text[ERR_TEXT_MAX];
    va_list args;
    va_start(args, msgid);
    vsnprintf(text, sizeof text, tr(msgid), args);
    va_end(args);
    finding_add(r->a, r->findings, FINDING_ERROR, at ? at->line_n : 0, yaml_path(r->a, at), code, "%s", text);
}

// ---- near misses ---------------------------------------------------------------------------------------------------
#define WORD_MAX 40

static size_t edits_between(Str a, Str b) {                // Levenshtein, with neighbours exchanged as one edit
    size_t row[3][WORD_MAX + 1];
    for (size_t j = 0; j <= b.n; j++) row[0][j] = j;
    for (size_t i = 1; i <= a.n; i++) {
        size_t *now = row[i % 3], *before = row[(i - 1) % 3], *earlier = row[(i + 1) % 3];
        now[0] = i;
        for (size_t j = 1; j <= b.n; j++) {
            size_t least = before[j - 1] + (a.p[i - 1] != b.p[j - 1]);
            if (before[j] + 1 < least) least = before[j] + 1;
            if (now[j - 1] + 1 < least) least = now[j - 1] + 1;
            if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1] && earlier[j - 2] + 1 < least) least = earlier[j - 2] + 1;
            now[j] = least;
        }
    }
    return row[a.n % 3][b.n];
}

Str nearest_word(Str word, const Str *known, size_t known_n) {
    Str best = STR("");
    size_t least = word.n < 4 ? 2 : word.n < 9 ? 3 : 4;    // fewer edits than this, by length
    for (size_t i = 0; i < known_n && word.n <= WORD_MAX; i++) {
        if (known[i].n > WORD_MAX) continue;
        size_t edits = str_eq_nocase(word, known[i]) ? 0 : edits_between(word, known[i]);
        if (edits < least) { least = edits; best = known[i]; }
    }
    return best;
}

static Str words_joined(Arena *a, const Str *known, size_t n) {
    Str all = STR("");
    for (size_t i = 0; i < n && i < 40; i++) all = arena_fmt(a, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "", STR_ARG(known[i]));
    return all;
}

void note_unknown(Reader *r, const YamlNode *at, Str word, const Str *known, size_t known_n) {
    Str near = nearest_word(word, known, known_n), all = words_joined(r->a, known, known_n);
    word = str_part(word, 0, 80);
    if (near.n)
        note(r, at, "unknown", N_("\"%.*s\" is not known here. Did you mean \"%.*s\"? Known are: %.*s."), STR_ARG(word), STR_ARG(near),
             STR_ARG(all));
    else if (all.n) note(r, at, "unknown", N_("\"%.*s\" is not known here. Known are: %.*s."), STR_ARG(word), STR_ARG(all));
    else note(r, at, "unknown", N_("\"%.*s\" is not known here."), STR_ARG(word));
}

// ---- single values -------------------------------------------------------------------------------------------------
bool read_text(Reader *r, const YamlNode *node, Str *out) {
    if (node->kind == YAML_TEXT && node->text.n) { *out = node->text; return true; }
    note(r, node, "wrong_type", N_("A text was expected here."));
    return false;
}

bool read_count(Reader *r, const YamlNode *node, int64_t low, int64_t high, int64_t *out) {
    int64_t v;
    if (node->kind == YAML_TEXT && str_int64(node->text, &v) && v >= low && v <= high) { *out = v; return true; }
    if (high == INT64_MAX) note(r, node, "wrong_type", N_("A whole number of at least %lld was expected here."), (long long)low);
    else note(r, node, "wrong_type", N_("A whole number from %lld to %lld was expected here."), (long long)low, (long long)high);
    return false;
}

bool parse_money(Str text, int64_t minor_digits, int64_t *out) {
    Str rest = text, whole = str_cut(&rest, '.');
    int64_t value, minor = 0;
    if (!str_is_digits(whole) || !str_int64(whole, &value)) return false;
    if (rest.p && (!str_is_digits(rest) || (int64_t)rest.n > minor_digits || !str_int64(rest, &minor))) return false;
    for (int64_t i = 0; i < minor_digits; i++) if (__builtin_mul_overflow(value, 10, &value)) return false;
    for (int64_t i = rest.p ? (int64_t)rest.n : minor_digits; i < minor_digits; i++) minor *= 10;
    return !__builtin_add_overflow(value, minor, out);
}

bool read_money(Reader *r, const YamlNode *node, int64_t *out) {
    int64_t v;
    if (node->kind == YAML_TEXT && parse_money(node->text, r->book->minor_digits, &v) && v <= MONEY_MAX) { *out = v; return true; }
    if (r->book->minor_digits == 0)
        note(r, node, "wrong_type", N_("An amount was expected here: digits only, without dots, commas or a currency, such as 2400000."));
    else
        note(r, node, "wrong_type", N_("An amount was expected here: digits with at most %lld after a point, such as 142.50."),
             (long long)r->book->minor_digits);
    return false;
}

static bool read_percent(Reader *r, const YamlNode *node, int64_t *out) {
    int64_t v;
    if (node->kind == YAML_TEXT && parse_money(node->text, 2, &v) && v <= 10000) { *out = v; return true; }
    note(r, node, "wrong_type", N_("A percentage from 0 to 100 was expected here, without the sign %%, such as 25 or 12.5."));
    return false;
}

bool read_date(Reader *r, const YamlNode *node, Date *out) {
    if (node->kind == YAML_TEXT && date_parse_iso(node->text, out)) return true;
    note(r, node, "wrong_type", N_("A day that exists was expected here, such as 2024-04-01."));
    return false;
}

static bool read_month(Reader *r, const YamlNode *node, Date *out) {
    Str text = node->kind == YAML_TEXT && node->text.n == 7 ? arena_fmt(r->a, "%.*s-01", STR_ARG(node->text)) : (Str){ 0 };
    if (date_parse_iso(text, out)) return true;
    note(r, node, "wrong_type", N_("A month was expected here, such as 2024-04."));
    return false;
}

bool read_yes_no(Reader *r, const YamlNode *node, bool *out) {
    static const struct { const char *word; bool is_yes; } WORDS[] =
        { { "yes", true }, { "no", false }, { "true", true }, { "false", false }, { "1", true }, { "0", false }, { "on", true }, { "off", false } };
    for (size_t i = 0; node->kind == YAML_TEXT && i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_eq_nocase(node->text, str_c(WORDS[i].word))) { *out = WORDS[i].is_yes; return true; }
    note(r, node, "wrong_type", N_("yes or no was expected here."));
    return false;
}

static bool read_code(Reader *r, const YamlNode *node, Str *out) {
    bool is_good = node->kind == YAML_TEXT && node->text.n > 0 && node->text.n <= WORD_MAX;
    for (size_t i = 0; is_good && i < node->text.n; i++) {
        char c = node->text.p[i];
        is_good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
    if (is_good) { *out = node->text; return true; }
    note(r, node, "wrong_type", N_("A short name of letters, digits, _ and - was expected here (at most 40)."));
    return false;
}

static bool read_title(Reader *r, const YamlNode *node, Title *out) {
    static const Field LANGUAGES[] = { { "id", FIELD_TEXT, true, .offset = offsetof(Title, id) },
                                       { "en", FIELD_TEXT, true, .offset = offsetof(Title, en) } };
    if (node->kind == YAML_TEXT && node->text.n) { *out = (Title){ node->text, node->text }; return true; }
    if (node->kind == YAML_MAP) { read_map(r, node, LANGUAGES, 2, out); return true; }
    note(r, node, "wrong_type", N_("A title was expected here: one text, or { id: …, en: … }."));
    return false;
}

static bool read_word(Reader *r, const YamlNode *node, const char *const *words, int *out) {
    Str known[16];
    size_t n = 0;
    for (; words[n]; n++) {
        known[n] = str_c(words[n]);
        if (node->kind == YAML_TEXT && str_eq(node->text, known[n])) { *out = (int)n; return true; }
    }
    if (node->kind == YAML_TEXT) note_unknown(r, node, node->text, known, n);
    else note(r, node, "wrong_type", N_("One word was expected here: %.*s."), STR_ARG(words_joined(r->a, known, n)));
    return false;
}

const YamlNode *first_item(const YamlNode *node) { return node->kind == YAML_LIST ? node->first : node; }
size_t item_count(const YamlNode *node) { return node->kind == YAML_LIST ? node->child_n : 1; }

// ---- maps and lists ------------------------------------------------------------------------------------------------
static void read_list(Reader *r, const YamlNode *node, const Field *f, void *into) {
    if (node->kind != YAML_LIST) { note(r, node, "wrong_type", N_("A list was expected here: lines that begin with \"- \".")); return; }
    char *items = arena_alloc(r->a, f->size, 16, node->child_n);
    size_t n = 0;
    for (const YamlNode *item = node->first; item; item = item->next, n++) {
        read_map(r, item, f->fields, f->field_n, items + n * f->size);
        if (f->after && item->kind == YAML_MAP) f->after(r, item, items + n * f->size);
    }
    memcpy((char *)into + f->offset, &items, sizeof items);
    memcpy((char *)into + f->offset_n, &n, sizeof n);
}

void read_field(Reader *r, const YamlNode *node, const Field *f, void *into) {
    void *at = (char *)into + f->offset;
    switch (f->kind) {
    case FIELD_TEXT: (void)read_text(r, node, at); return;
    case FIELD_CODE: (void)read_code(r, node, at); return;
    case FIELD_TITLE: (void)read_title(r, node, at); return;
    case FIELD_DATE: (void)read_date(r, node, at); return;
    case FIELD_MONTH: (void)read_month(r, node, at); return;
    case FIELD_COUNT: (void)read_count(r, node, f->low, f->high ? f->high : INT64_MAX, at); return;
    case FIELD_MONEY: (void)read_money(r, node, at); return;
    case FIELD_PERCENT: (void)read_percent(r, node, at); return;
    case FIELD_YES_NO: (void)read_yes_no(r, node, at); return;
    case FIELD_WORD: (void)read_word(r, node, f->words, at); return;
    case FIELD_LIST: read_list(r, node, f, into); return;
    case FIELD_OWN: f->read(r, node, into); return;
    }
}

void read_map(Reader *r, const YamlNode *node, const Field *fields, size_t n, void *into) {
    Str known[32];
    for (size_t i = 0; i < n; i++) known[i] = str_c(fields[i].key);
    if (node->kind != YAML_MAP) {
        note(r, node, "wrong_type", N_("A map was expected here, with: %.*s."), STR_ARG(words_joined(r->a, known, n)));
        return;
    }
    for (const YamlNode *child = node->first; child; child = child->next) {
        size_t i = 0;
        while (i < n && !str_eq(child->key, known[i])) i++;
        if (i == n) note_unknown(r, child, child->key, known, n);
    }
    for (size_t i = 0; i < n; i++) {                       // in the table's order, so that what is referred to is read first
        const YamlNode *child = yaml_get(node, known[i]);
        if (child) read_field(r, child, &fields[i], into);
        else if (fields[i].is_required) note(r, node, "missing", N_("\"%.*s\" is missing here."), STR_ARG(known[i]));
    }
}
