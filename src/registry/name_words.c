// name_words.c: see name_words.h. Cleaning, then one pass of letter rules over each word, then endings.
#include "registry/name_words.h"
#include <stdlib.h>

// ---- tables ------------------------------------------------------------------------------------------------------------
// As letters alone: "S.Pd." is looked up as "spd". Only what is no name of its own.
static const char *const TITLES[] = {
    "alm", "almarhum", "almarhumah", "almh", "amd", "amk", "apt", "bapak", "bin", "binti", "bn", "bpk", "bt", "bte", "drg", "dra",
    "drh", "drs", "dr", "h", "haji", "hajah", "hajjah", "hi", "hj", "ibu", "ir", "kh", "mag", "mh", "mm", "mpd", "msi", "ny", "nyonya", "prof",
    "sag", "sdr", "sdri", "se", "sh", "shi", "skm", "skom", "spd", "spdi", "ssos", "tgk", "tn", "tuan",
};

// What a short or other form stands for. The first letters of very many names: written in full, in two letters or in one.
static const struct { const char *word, *full; } SHORT[] = {
    { "m", "muhammad" }, { "md", "muhammad" }, { "mhd", "muhammad" }, { "muh", "muhammad" }, { "muhd", "muhammad" }, { "moh", "muhammad" },
    { "mohd", "muhammad" }, { "moch", "muhammad" }, { "mochd", "muhammad" }, { "much", "muhammad" }, { "mohammad", "muhammad" },
    { "mohamad", "muhammad" }, { "mohamed", "muhammad" }, { "mohammed", "muhammad" }, { "mochammad", "muhammad" }, { "mochamad", "muhammad" },
    { "mohamat", "muhammad" }, { "muchammad", "muhammad" }, { "muhamed", "muhammad" }, { "muhammed", "muhammad" }, { "ach", "ahmad" }, { "akh", "ahmad" }, { "ahm", "ahmad" },
    { "abd", "abdul" }, { "abdoel", "abdul" }, { "abdur", "abdul" }, { "abdus", "abdul" }, { "abdun", "abdul" }, { "abdu", "abdul" },
    { "st", "siti" }, { "sitti", "siti" }, { "putera", "putra" }, { "puteri", "putri" },
};

// Letter rules by the first letter of what they replace, tried in order. START: only at the beginning of a word, END: only at its end.
enum { ANYWHERE, START, END };
#define RULES_MAX 9
typedef struct { const char *from, *to; int at; } LetterRule;
static const LetterRule LETTERS['z' - 'a' + 1][RULES_MAX] = {
    ['a' - 'a'] = { { "abdulr", "abdur", START }, { "abduls", "abdus", START }, { "abduln", "abdun", START }, { "abdult", "abdut", START },
                    { "ae", "ai", ANYWHERE } },
    ['b' - 'a'] = { { "bh", "b", ANYWHERE }, { "b", "p", END } },
    ['c' - 'a'] = { { "chan", "can", START }, { "chi", "ci", START }, { "che", "ce", START }, { "chr", "kr", START }, { "ch", "h", ANYWHERE },
                    { "ck", "k", ANYWHERE } },
    ['d' - 'a'] = { { "dj", "j", ANYWHERE }, { "dh", "d", ANYWHERE }, { "dz", "s", ANYWHERE }, { "d", "t", END } },
    ['f' - 'a'] = { { "f", "p", ANYWHERE } },
    ['g' - 'a'] = { { "gh", "g", ANYWHERE } },
    ['h' - 'a'] = { { "hj", "hi", ANYWHERE } },
    ['i' - 'a'] = { { "ie", "i", END } },
    ['k' - 'a'] = { { "kh", "h", ANYWHERE } },
    ['n' - 'a'] = { { "ndj", "ni", ANYWHERE }, { "nj", "ni", ANYWHERE } },
    ['o' - 'a'] = { { "oe", "u", ANYWHERE }, { "oo", "u", ANYWHERE } },
    ['p' - 'a'] = { { "ph", "p", ANYWHERE } },
    ['q' - 'a'] = { { "q", "k", ANYWHERE } },
    ['s' - 'a'] = { { "sy", "si", END }, { "sy", "s", ANYWHERE }, { "sj", "s", ANYWHERE }, { "sh", "s", ANYWHERE } },
    ['t' - 'a'] = { { "tj", "c", ANYWHERE }, { "th", "t", ANYWHERE }, { "ts", "s", ANYWHERE } },
    ['u' - 'a'] = { { "uw", "u", ANYWHERE } },
    ['v' - 'a'] = { { "v", "p", ANYWHERE } },
    ['x' - 'a'] = { { "x", "ks", ANYWHERE } },
    ['y' - 'a'] = { { "y", "i", ANYWHERE } },
    ['z' - 'a'] = { { "z", "s", ANYWHERE } },
};

// ---- letters -------------------------------------------------------------------------------------------------------------
// Small ASCII letters of a word as written; apostrophes and marks go, é is e, 0 and 1 were meant as o and i.
static size_t letters_of(Str word, char *out, size_t max) {
    static const char LATIN[] = "aaaaaaaceeeeiiiidnooooo ouuuuyts";         // U+00C0 … U+00DF, and 32 further on the small ones
    size_t n = 0;
    for (size_t i = 0; i < word.n && n < max; i++) {
        unsigned char c = (unsigned char)word.p[i], letter = 0;
        if (c >= 'A' && c <= 'Z') letter = (unsigned char)(c + 32);
        else if (c >= 'a' && c <= 'z') letter = c;
        else if (c == '0') letter = 'o';
        else if (c == '1') letter = 'i';
        else if (c == 0xC3 && i + 1 < word.n) letter = (unsigned char)LATIN[(unsigned char)word.p[++i] & 31];
        if (letter && letter != ' ') out[n++] = (char)letter;
    }
    return n;
}

static Str full_word(Str letters) {
    for (size_t i = 0; i < sizeof SHORT / sizeof *SHORT; i++)
        if (SHORT[i].word[0] == letters.p[0] && str_eq(letters, str_c(SHORT[i].word))) return str_c(SHORT[i].full);
    return letters;
}

static bool is_title(Str letters) {
    if (letters.n == 0) return false;
    for (size_t i = 0; i < sizeof TITLES / sizeof *TITLES; i++)
        if (TITLES[i][0] == letters.p[0] && str_eq(letters, str_c(TITLES[i]))) return true;
    return false;
}

// The rule for what stands at `i`, or NULL.
static const LetterRule *rule_at(Str s, size_t i) {
    for (const LetterRule *rule = LETTERS[s.p[i] - 'a']; rule->from; rule++) {
        size_t n = strlen(rule->from);
        bool fits = i + n <= s.n && memcmp(s.p + i, rule->from, n) == 0;
        if (fits && (rule->at == ANYWHERE || (rule->at == START && i == 0) || (rule->at == END && i + n == s.n && i > 0))) return rule;
    }
    return NULL;
}

static void letter_add(char *out, size_t *n, size_t max, char c) {
    if (*n < max && (*n == 0 || out[*n - 1] != c)) out[(*n)++] = c;          // doubles are written as they please
}

static bool is_vowel(char c) { return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'; }

// Letters to their folded form. A last h after a vowel is not heard: Aisyah, Aisya.
static size_t letters_fold(Str letters, char *out, size_t max) {
    if (letters.n > 1 && letters.p[letters.n - 1] == 'h' && is_vowel(letters.p[letters.n - 2])) letters.n--;
    size_t n = 0;
    for (size_t i = 0; i < letters.n;) {
        const LetterRule *rule = rule_at(letters, i);
        if (!rule) { letter_add(out, &n, max, letters.p[i++]); continue; }
        for (const char *to = rule->to; *to; to++) letter_add(out, &n, max, *to);
        i += strlen(rule->from);
    }
    return n;
}

size_t name_word_fold(Str word, char out[NAME_WORD_MAX]) {
    char letters[3 * NAME_WORD_MAX];
    size_t n = letters_of(word, letters, sizeof letters);
    return letters_fold((Str){ letters, n }, out, NAME_WORD_MAX);
}

// ---- names ---------------------------------------------------------------------------------------------------------------
static bool is_separator(char c) { return c == ' ' || c == '.' || c == ',' || c == '-' || c == '/' || c == '(' || c == ')' || c == '\t' || c == '"'; }

static void word_add(NameWords *w, Str letters) {
    if (w->n == NAME_WORDS_MAX) return;
    size_t n = letters_fold(full_word(letters), w->text[w->n], NAME_WORD_MAX);
    if (n == 0) return;
    w->length[w->n] = (uint8_t)n;
    w->n++;
}

static Str piece_next(Str *rest, bool (*cuts)(char)) {
    while (rest->n && cuts(rest->p[0])) *rest = str_part(*rest, 1, rest->n);
    size_t n = 0;
    while (n < rest->n && !cuts(rest->p[n])) n++;
    Str piece = { rest->p, n };
    *rest = str_part(*rest, n, rest->n);
    return piece;
}
static bool cuts_words(char c) { return c == ' ' || c == ',' || c == '\t' || c == '(' || c == ')'; }

// First pieces between spaces, so that "S.Pd." and "Hj.Siti" can be told apart; then what points and strokes part.
static void words_read(Str name, bool keeps_titles, NameWords *out) {
    char letters[3 * NAME_WORD_MAX];
    for (Str rest = name, piece; (piece = piece_next(&rest, cuts_words)).n;) {
        if (!keeps_titles && memchr(piece.p, '.', piece.n) && is_title((Str){ letters, letters_of(piece, letters, sizeof letters) })) continue;
        for (Str word; (word = piece_next(&piece, is_separator)).n;) {
            Str found = { letters, letters_of(word, letters, sizeof letters) };
            bool is_degree = out->n > 0 && str_eq(found, STR("st"));         // S.T. behind a name, St. Aminah before it
            if (found.n && (keeps_titles || (!is_degree && !is_title(found)))) word_add(out, found);
        }
    }
}

void name_words(Str name, NameWords *out) {
    memset(out, 0, sizeof *out);
    words_read(name, false, out);
    if (out->n == 0) words_read(name, true, out);
}

size_t name_joined(const NameWords *w, char out[NAME_JOINED_MAX]) {
    char all[NAME_JOINED_MAX];
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++) {
        memcpy(all + n, w->text[i], w->length[i]);
        n += w->length[i];
    }
    return letters_fold((Str){ all, n }, out, NAME_JOINED_MAX);
}

// ---- distance ------------------------------------------------------------------------------------------------------------
// Only the band of cells that can stay within `most` is filled.
int name_distance(Str a, Str b, int most) {
    if (a.n > NAME_JOINED_MAX) a.n = NAME_JOINED_MAX;
    if (b.n > NAME_JOINED_MAX) b.n = NAME_JOINED_MAX;
    int rows[3][NAME_JOINED_MAX + 2], far = most + 1, n = (int)a.n, m = (int)b.n;
    if (abs(n - m) > most) return far;
    for (int j = 0; j <= m; j++) rows[0][j] = j;
    for (int i = 1; i <= n; i++) {
        int *now = rows[i % 3], *before = rows[(i + 2) % 3], *two_before = rows[(i + 1) % 3];
        int from = i > most ? i - most : 1, to = i + most < m ? i + most : m, least = from == 1 ? i : far;
        now[from - 1] = from == 1 ? i : far;
        for (int j = from; j <= to; j++) {
            int best = before[j - 1] + (a.p[i - 1] != b.p[j - 1]);
            if (before[j] + 1 < best) best = before[j] + 1;
            if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
            bool is_swapped = i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1];
            if (is_swapped && two_before[j - 2] + 1 < best) best = two_before[j - 2] + 1;
            now[j] = best;
            if (best < least) least = best;
        }
        if (to < m) now[to + 1] = far;
        if (least > most) return far;
    }
    int found = rows[n % 3][m];
    return found > most ? far : found;
}
