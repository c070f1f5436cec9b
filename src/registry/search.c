// search.c: see search.h. What was typed becomes a few plans (all words as a name; some as a place; two as one; one as two). A plan is
// a list of terms, a term the words of names that may be meant. Cheap meanings are tried first; only when they do not give enough,
// more distant ones.
#include "registry/search.h"
#include "registry/area.h"
#include "registry/claim.h"
#include "registry/name_words.h"
#include "registry/search_posting.h"
#include "registry/search_words.h"
#include "registry_search.sql.h"
#include <assert.h>
#include <stdlib.h>

#define PLANS_MAX 40
#define TERMS_MAX (SEARCH_WORDS_MAX + 2)        // one word may be three
#define PLACES_MAX 8                           // of one name: every province has a Koto and a Sukamaju
#define PLACE_WORDS_MAX 3                      // "lubuk buaya", "batang anai utara"
#define ENOUGH 20000                           // of one word alone: more are not looked at, nobody reads them
#define POSTINGS_MAX 4000000                   // looked at for one question, so that none takes longer than a breath
// What it takes to read one person's name, one word's postings, and each of them: about, in fiftieths of a microsecond. A question
// goes to PostgreSQL and back.
static const struct { int64_t name, word, posting; } TAKES[] = { [DB_SQLITE] = { 400, 750, 1 }, [DB_POSTGRESQL] = { 5000, 7500, 2 } };
// 6 ms, for one word of those asked: beyond it only the nearest of a distant meaning are looked at, and of a word's many meanings
// (siti s…) the rarer ones no more when there is enough to show.
#define TERM_TAKES_MAX 300000
#define FETCH_FACTOR 3                         // more are read than shown, to put them in order by what was typed
#define PLACE_COST 1
#define JOIN_COST 1
#define DROP_COST 8

// ---- what was typed ----------------------------------------------------------------------------------------------------
typedef struct { Str raw, letters, whole, beginning; } Token;
typedef struct { Token at[SEARCH_WORDS_MAX]; size_t n; Str typed; } Tokens;

static Str letters_of(Arena *a, Str text) {
    char *to = NEW(a, char, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        if (c >= 'a' && c <= 'z') to[n++] = c;
    }
    return (Str){ to, n };
}

static Str fold(Arena *a, Str word) {
    char folded[NAME_WORD_MAX];
    size_t n = name_word_fold(word, folded);
    return arena_str(a, (Str){ folded, n });
}

// The folded beginning of an unfinished word: rules for the end of a word must not work, so a letter stands behind it meanwhile.
static Str fold_beginning(Arena *a, Str letters) {
    char guard = letters.n && letters.p[letters.n - 1] == 'm' ? 'l' : 'm';
    Str folded = fold(a, arena_fmt(a, STR_FMT "%c", STR_ARG(letters), guard));
    if (folded.n && folded.p[folded.n - 1] == guard) folded.n--;
    return folded;
}

// One word as it stands in a name: abbreviations written out, titles gone (then false).
static bool token_fold(Arena *a, Str raw, bool is_first, Str *out) {
    NameWords words;
    name_words(is_first ? arena_fmt(a, STR_FMT " zz", STR_ARG(raw)) : arena_fmt(a, "zz " STR_FMT, STR_ARG(raw)), &words);
    if (words.n < 2) return false;
    *out = arena_str(a, name_word(&words, is_first ? 0 : 1));
    return true;
}

static bool is_between(char c) { return c == ' ' || c == '.' || c == ',' || c == '-' || c == '/' || c == '\t' || c == '\n'; }

static void tokens_read(Arena *a, const SearchAsk *ask, Tokens *out) {
    Str rest = str_trim(ask->text);
    *out = (Tokens){ .typed = letters_of(a, rest) };
    while (rest.n && out->n < SEARCH_WORDS_MAX) {
        size_t n = 0;
        while (n < rest.n && !is_between(rest.p[n])) n++;
        Token t = { .raw = { rest.p, n } };
        rest = str_part(rest, n + 1, rest.n);
        t.letters = letters_of(a, t.raw);
        bool is_last = !rest.n, is_word = t.letters.n && token_fold(a, t.raw, out->n == 0, &t.whole);
        if (ask->is_typing && is_last && t.letters.n) {
            t.beginning = fold_beginning(a, t.letters);
            if (!is_word) t.whole = t.beginning;           // "h" may become "hayati"
            is_word = t.beginning.n > 0;
        }
        if (is_word) out->at[out->n++] = t;
    }
}

// ---- plans -------------------------------------------------------------------------------------------------------------
typedef struct { WordAsked asked; WordMatches matches; } Term;
typedef struct {
    Term terms[TERMS_MAX];
    size_t n;
    int cost;
    bool is_spelt;                             // its words are words of names as they stand
    bool has_places;
    Area places[PLACES_MAX];
    size_t place_n;
} Plan;

typedef struct { uint64_t member; uint8_t cost, found; } Candidate;    // found: of the term at hand, plus one
typedef struct { Candidate *at; size_t n, room; } Candidates;
typedef struct { uint64_t *at; size_t n; } Households;                 // ascending
typedef struct { Str word; Members members; } Posting;
typedef struct { WordAsked asked; WordMatches near, all; bool has_near, has_all; } Known;   // near: up to MATCH_PREFIX
#define KNOWN_MAX (SEARCH_WORDS_MAX * 4)

typedef struct {
    Db *db;
    Arena *a;
    const SearchAsk *ask;
    SearchWords *words;
    Tokens tokens;
    Plan plans[PLANS_MAX];
    size_t plan_n;
    Households own, near;
    Known known[KNOWN_MAX];                    // words come again in other plans
    size_t known_n;
    int64_t posting_n;
    Posting *kept;
    size_t kept_n, kept_room;
    Candidates best;                           // of all plans
    bool wants_all, is_cut;
} Search;

static Plan *plan_new(Search *s, int cost) {
    if (s->plan_n == PLANS_MAX) return NULL;
    s->plans[s->plan_n] = (Plan){ .cost = cost };
    return &s->plans[s->plan_n++];
}

static void plan_term(Plan *p, WordAsked asked) { if (p->n < TERMS_MAX) p->terms[p->n++] = (Term){ .asked = asked }; }

static void plan_tokens(const Search *s, Plan *p, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) plan_term(p, (WordAsked){ s->tokens.at[i].whole, s->tokens.at[i].beginning });
}

// Words from..to as a village's or kecamatan's name, the others as a person's.
static void plan_place(Search *s, size_t from, size_t to) {
    Buf b = { .max = 400 };
    for (size_t i = from; i < to; i++) buf_str(&b, s->tokens.at[i].letters);
    Area places[PLACES_MAX];
    bool is_unfinished = s->tokens.at[to - 1].beginning.n > 0 && b.n >= 4;
    size_t n = search_places_find(s->words, buf_view(&b), is_unfinished, places, PLACES_MAX);
    buf_free(&b);
    Plan *p = n ? plan_new(s, PLACE_COST) : NULL;
    if (!p) return;
    plan_tokens(s, p, 0, from);
    plan_tokens(s, p, to, s->tokens.n);
    p->has_places = true;
    p->place_n = n;
    memcpy(p->places, places, n * sizeof *places);
}

static void plans_of_places(Search *s) {
    size_t n = s->tokens.n;
    for (size_t k = 1; k <= PLACE_WORDS_MAX && k < n; k++) {
        plan_place(s, n - k, n);
        plan_place(s, 0, k);
    }
}

// "nur hayati" for Nurhayati.
static void plans_joined(Search *s) {
    for (size_t i = 0; i + 1 < s->tokens.n; i++) {
        const Token *left = &s->tokens.at[i], *right = &s->tokens.at[i + 1];
        Str both = arena_fmt(s->a, STR_FMT STR_FMT, STR_ARG(left->letters), STR_ARG(right->letters));
        Plan *p = plan_new(s, JOIN_COST);
        if (!p) return;
        plan_tokens(s, p, 0, i);
        plan_term(p, (WordAsked){ fold(s->a, both), right->beginning.n ? fold_beginning(s->a, both) : (Str){ NULL, 0 } });
        plan_tokens(s, p, i + 2, s->tokens.n);
    }
}

// "nurhayati" for Nur Hayati, "nurhayatiputri" for Nur Hayati Putri: cut where every piece is a word of names. The cuts whose rarest
// piece is most frequent are tried.
#define PIECES_MAX 3
#define SPLITS_MAX 3
typedef struct { Str piece[PIECES_MAX]; size_t n; int64_t person_n; } Split;

static void split_keep(Split best[SPLITS_MAX], Split split) {
    size_t i = SPLITS_MAX;
    while (i > 0 && best[i - 1].person_n < split.person_n) i--;
    if (i == SPLITS_MAX) return;
    memmove(&best[i + 1], &best[i], (SPLITS_MAX - 1 - i) * sizeof *best);
    best[i] = split;
}

static void splits_find(Search *s, Str rest, Split so_far, Split best[SPLITS_MAX]) {
    for (size_t cut = 2; cut <= rest.n && so_far.n < PIECES_MAX; cut++) {
        bool is_end = cut == rest.n;
        if ((!is_end && cut + 2 > rest.n) || (is_end && !so_far.n)) continue;
        const WordMatch *found = search_words_find(s->words, s->a, fold(s->a, str_part(rest, 0, cut)));
        if (!found) continue;
        Split next = so_far;
        next.piece[next.n++] = found->word;
        if (found->person_n < next.person_n) next.person_n = found->person_n;
        if (is_end) split_keep(best, next);
        else splits_find(s, str_part(rest, cut, rest.n), next, best);
    }
}

static void plans_split(Search *s) {
    for (size_t i = 0; i < s->tokens.n; i++) {
        const Token *t = &s->tokens.at[i];
        Split best[SPLITS_MAX] = { 0 };
        if (t->letters.n < 5 || t->letters.n > 2 * NAME_WORD_MAX) continue;
        splits_find(s, t->letters, (Split){ .person_n = INT64_MAX }, best);
        for (size_t k = 0; k < SPLITS_MAX && best[k].n; k++) {
            Plan *p = plan_new(s, JOIN_COST);
            if (!p) return;
            plan_tokens(s, p, 0, i);
            p->is_spelt = true;
            for (size_t piece = 0; piece < best[k].n; piece++) plan_term(p, (WordAsked){ best[k].piece[piece], { NULL, 0 } });
            plan_tokens(s, p, i + 1, s->tokens.n);
        }
    }
}

// When nobody has all words: those who have all but one.
static void plans_dropped(Search *s) {
    for (size_t i = 0; i < s->tokens.n && s->tokens.n > 1; i++) {
        Plan *p = plan_new(s, DROP_COST);
        if (!p) return;
        plan_tokens(s, p, 0, i);
        plan_tokens(s, p, i + 1, s->tokens.n);
    }
}

// ---- households --------------------------------------------------------------------------------------------------------
static uint64_t household_of(int64_t kab, int64_t family_id) { return (uint64_t)kab << MEMBER_FAMILY_BITS | (uint64_t)family_id; }

static int by_number(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static bool has_household(const Households *h, uint64_t household) {
    size_t low = 0, high = h->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (h->at[middle] < household) low = middle + 1;
        else high = middle;
    }
    return low < h->n && h->at[low] == household;
}

static bool place_households(Search *s, const Area *place, Members *out, Err *e) {
    bool is_village = place->level == AREA_VILLAGE;
    int64_t kab = is_village ? area_kab_of_village(place->id) : place->id / 100;
    int64_t first = is_village ? place->id : place->id * 10000, last = is_village ? place->id : place->id * 10000 + 9999;
    SearchFamiliesInRows rows = { 0 };
    SearchFamiliesInRow row;
    bool has_row, is_good = search_families_in(s->db, (SearchFamiliesInArgs){ .kab = kab, .first_id = first, .last_id = last }, &rows, e);
    while (is_good && (is_good = search_families_in_next(&rows, &row, &has_row, e)) && has_row) is_good = member_add(out, household_of(kab, row.id), e);
    search_families_in_end(&rows);
    return is_good;
}

// The families that live there, and are one's own when only those may be found.
static bool households_read(Search *s, const Area *places, size_t place_n, Households *out, Err *e) {
    Members all = { 0 };
    bool is_good = true;
    for (size_t i = 0; is_good && i < place_n; i++) is_good = place_households(s, &places[i], &all, e);
    if (is_good && all.n) qsort(all.at, all.n, sizeof *all.at, by_number);
    *out = (Households){ NEW(s->a, uint64_t, all.n + 1), 0 };
    for (size_t i = 0; is_good && i < all.n; i++)
        if (!s->ask->is_own_only || has_household(&s->own, all.at[i])) out->at[out->n++] = all.at[i];
    free(all.at);
    return is_good;
}

// ---- candidates --------------------------------------------------------------------------------------------------------
static bool candidate_add(Candidates *c, uint64_t member, int cost, Err *e) {
    if (c->n == c->room) {
        size_t room = c->room ? 2 * c->room : 4096;
        Candidate *wider = realloc(c->at, room * sizeof *wider);
        if (!wider) return fail(e, LIMIT, "There is not enough memory.");
        c->at = wider;
        c->room = room;
    }
    c->at[c->n++] = (Candidate){ member, (uint8_t)cost, 0 };
    return true;
}

// Two ascending lists as one; who stands in both keeps the lower cost.
static bool candidates_merge(Candidates *a, const Candidates *b, Err *e) {
    Candidates out = { NULL, 0, a->n + b->n + 1 };
    size_t i = 0, k = 0;
    out.at = malloc(out.room * sizeof *out.at);
    if (!out.at) return fail(e, LIMIT, "There is not enough memory.");
    while (i < a->n || k < b->n) {
        bool is_same = i < a->n && k < b->n && a->at[i].member == b->at[k].member;
        if (is_same) { out.at[out.n++] = a->at[i].cost <= b->at[k].cost ? a->at[i] : b->at[k]; i++; k++; }
        else if (k == b->n || (i < a->n && a->at[i].member < b->at[k].member)) out.at[out.n++] = a->at[i++];
        else out.at[out.n++] = b->at[k++];
    }
    free(a->at);
    *a = out;
    return true;
}

// The members of one word, as far as the viewer's area reaches. Read once for a question, for its plans share their words.
static bool postings_read(Search *s, Str word, Members *out, Err *e) {
    SearchPostingsRows rows = { 0 };
    SearchPostingsRow row;
    int64_t low = s->ask->is_own_only ? s->ask->own_kab : s->ask->low_kab, high = s->ask->is_own_only ? s->ask->own_kab : s->ask->high_kab;
    bool has_row, is_good = search_postings(s->db, (SearchPostingsArgs){ .word = word, .low_n = low, .high_n = high }, &rows, e);
    while (is_good && (is_good = search_postings_next(&rows, &row, &has_row, e)) && has_row && s->posting_n + (int64_t)out->n < POSTINGS_MAX)
        is_good = block_read(row.posting_data, row.kab, out, e);
    search_postings_end(&rows);
    s->posting_n += (int64_t)out->n;
    s->is_cut = s->is_cut || s->posting_n >= POSTINGS_MAX;
    return is_good;
}

static const Posting *posting_kept(const Search *s, Str word) {
    for (size_t i = 0; i < s->kept_n; i++) if (s->kept[i].word.p == word.p) return &s->kept[i];
    return NULL;
}

static bool posting_of(Search *s, Str word, const Members **out, Err *e) {
    const Posting *kept = posting_kept(s, word);
    if (!kept) {
        if (s->kept_n == s->kept_room) {
            size_t room = s->kept_room ? 2 * s->kept_room : 64;
            Posting *wider = realloc(s->kept, room * sizeof *wider);
            if (!wider) return fail(e, LIMIT, "There is not enough memory.");
            s->kept = wider;
            s->kept_room = room;
        }
        Posting *new = &s->kept[s->kept_n++];
        *new = (Posting){ .word = word };
        if (!postings_read(s, word, &new->members, e)) return false;
        kept = new;
    }
    *out = &kept->members;
    return true;
}

#define RUNS_MAX 64
// Runs of like size are merged, as when sorting by merging: many words cost little more than one.
static bool run_add(Candidates runs[RUNS_MAX], size_t *n, Candidates run, Err *e) {
    runs[(*n)++] = run;
    while (*n >= 2 && (runs[*n - 1].n * 2 >= runs[*n - 2].n || *n == RUNS_MAX)) {
        if (!candidates_merge(&runs[*n - 2], &runs[*n - 1], e)) return false;
        free(runs[--*n].at);
    }
    return true;
}

static bool run_fill(Search *s, const WordMatch *match, const Households *only, Candidates *run, Err *e) {
    const Members *members;
    if (!posting_of(s, match->word, &members, e)) return false;
    for (size_t i = 0, at = 0; i < members->n; i++) {
        uint64_t household = member_household(members->at[i]);
        while (only && at < only->n && only->at[at] < household) at++;
        if (only && (at == only->n || only->at[at] != household)) continue;
        if (!candidate_add(run, members->at[i], match->cost, e)) return false;
    }
    return true;
}

static int64_t word_takes(const Search *s, const WordMatch *m) {
    DbEngine engine = db_engine(s->db);
    return posting_kept(s, m->word) ? 0 : TAKES[engine].word + m->person_n * TAKES[engine].posting;
}

static size_t enough_n(const Search *s) { return s->wants_all ? SIZE_MAX : s->ask->limit_n * FETCH_FACTOR; }

static bool first_term(Search *s, const Term *t, const Households *only, bool is_last, Candidates *out, Err *e) {
    Candidates runs[RUNS_MAX];
    size_t run_n = 0, all = 0, most = is_last ? ENOUGH : SIZE_MAX;
    int64_t taken = 0;
    bool is_good = true;
    for (size_t i = 0; is_good && i < t->matches.n && all < most; i++) {
        Candidates run = { 0 };
        taken += word_takes(s, &t->matches.at[i]);
        if (is_last && taken > TERM_TAKES_MAX && all >= enough_n(s)) break;
        is_good = run_fill(s, &t->matches.at[i], only, &run, e);
        all += run.n;
        if (is_good && run.n) is_good = run_add(runs, &run_n, run, e);
        else free(run.at);
    }
    s->is_cut = s->is_cut || all >= most || taken > TERM_TAKES_MAX;
    while (is_good && run_n >= 2 && (is_good = candidates_merge(&runs[run_n - 2], &runs[run_n - 1], e))) free(runs[--run_n].at);
    *out = (Candidates){ 0 };
    if (is_good && run_n) *out = runs[--run_n];
    while (run_n) free(runs[--run_n].at);
    return is_good;
}

static void candidate_mark(Candidate *c, int cost) { if (!c->found || c->found > cost + 1) c->found = (uint8_t)(cost + 1); }

// The first place from `low` on whose member is not smaller.
static size_t member_from(const Members *m, size_t low, uint64_t member) {
    size_t high = m->n, step = 1;
    while (low + step < high && m->at[low + step] < member) step *= 2;
    if (low + step < high) high = low + step + 1;
    low += step / 2;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (m->at[middle] < member) low = middle + 1;
        else high = middle;
    }
    return low;
}

static bool word_mark(Search *s, const WordMatch *match, Candidates *c, size_t *found_n, Err *e) {
    const Members *members;
    if (!posting_of(s, match->word, &members, e)) return false;
    for (size_t i = 0, at = 0; i < c->n && at < members->n; i++) {
        at = member_from(members, at, c->at[i].member);
        if (at == members->n || members->at[at] != c->at[i].member) continue;
        *found_n += c->at[i].found == 0;
        candidate_mark(&c->at[i], match->cost);
    }
    return true;
}

// So few that their names are read: what they cost is what their nearest word costs.
static bool names_verify(Search *s, const Term *t, Candidates *c, Err *e) {
    for (size_t i = 0; i < c->n; i++) {
        Arena row_arena = { 0 };
        uint64_t m = c->at[i].member;
        SearchNameOfRow row;
        NameWords words;
        bool found;
        if (!search_name_of(s->db, &row_arena, (SearchNameOfArgs){ .kab = member_kab(m), .family_id = member_family(m), .id = member_person(m) }, &row, &found, e)) {
            arena_free(&row_arena);
            return false;
        }
        if (found) name_words(row.name, &words);
        for (size_t k = 0; found && k < words.n; k++)
            for (size_t j = 0; j < t->matches.n; j++) {
                if (!str_eq(name_word(&words, k), t->matches.at[j].word)) continue;
                candidate_mark(&c->at[i], t->matches.at[j].cost);
            }
        arena_free(&row_arena);
    }
    return true;
}

// ---- running a plan ----------------------------------------------------------------------------------------------------
static int by_rarity(const void *a, const void *b) {
    int64_t x = ((const Term *)a)->matches.person_n, y = ((const Term *)b)->matches.person_n;
    return x < y ? -1 : x > y;
}

static bool is_near(const Search *s, uint64_t member) {
    return s->near.n ? has_household(&s->near, member_household(member)) : false;
}

// 0 is the best: by cost, then own village, own district.
static int rank_of(const Search *s, const Candidate *c) {
    int place = is_near(s, c->member) ? 0 : s->ask->near_kab && member_kab(c->member) == s->ask->near_kab ? 1 : 2;
    return c->cost * 3 + place;
}

#define RANKS 1024
// The best `most`, still in order of the members.
static void candidates_keep(const Search *s, Candidates *c, size_t most) {
    size_t counts[RANKS] = { 0 }, room = most, kept = 0;
    int last = 0;
    if (c->n <= most) return;
    for (size_t i = 0; i < c->n; i++) counts[rank_of(s, &c->at[i])]++;
    while (last < RANKS - 1 && counts[last] < room) room -= counts[last++];
    for (size_t i = 0; i < c->n; i++) {
        int rank = rank_of(s, &c->at[i]);
        bool fits = rank < last || (rank == last && room > 0);
        if (rank == last && room > 0) room--;
        if (fits) c->at[kept++] = c->at[i];
    }
    c->n = kept;
}

static bool words_mark(Search *s, const Term *t, bool is_last, Candidates *c, Err *e) {
    size_t found_n = 0;
    int64_t taken = 0;
    for (size_t i = 0; i < t->matches.n; i++) {
        taken += word_takes(s, &t->matches.at[i]);
        if (is_last && taken > TERM_TAKES_MAX && found_n >= enough_n(s)) return s->is_cut = true;
        if (!word_mark(s, &t->matches.at[i], c, &found_n, e)) return false;
    }
    return true;
}

// By the word's postings or by the candidates' names, whichever is quicker.
static bool next_term(Search *s, const Term *t, bool is_distant, bool is_last, Candidates *c, Err *e) {
    int64_t name_takes = TAKES[db_engine(s->db)].name, by_postings = 0;
    for (size_t i = 0; i < t->matches.n; i++) by_postings += word_takes(s, &t->matches.at[i]);
    if (is_distant && by_postings > TERM_TAKES_MAX && (int64_t)c->n * name_takes > TERM_TAKES_MAX) {
        candidates_keep(s, c, (size_t)(TERM_TAKES_MAX / name_takes));
        s->is_cut = true;
    }
    bool is_good = (int64_t)c->n * name_takes < by_postings ? names_verify(s, t, c, e) : words_mark(s, t, is_last, c, e);
    size_t kept = 0;
    for (size_t i = 0; i < c->n; i++) {
        if (!c->at[i].found) continue;
        c->at[kept++] = (Candidate){ c->at[i].member, (uint8_t)(c->at[i].cost + c->at[i].found - 1), 0 };
    }
    c->n = kept;
    return is_good;
}

static Known *known_of(Search *s, WordAsked asked) {
    for (size_t i = 0; i < s->known_n; i++)
        if (str_eq(s->known[i].asked.whole, asked.whole) && str_eq(s->known[i].asked.beginning, asked.beginning)) return &s->known[i];
    size_t at = s->known_n < KNOWN_MAX ? s->known_n++ : KNOWN_MAX - 1;
    s->known[at] = (Known){ .asked = asked };
    return &s->known[at];
}

// The words that cost at most so much. Misspelt ones are looked for once, however far, for that is a walk over all words.
static WordMatches matches_of(Search *s, WordAsked asked, int most_cost) {
    Known *k = known_of(s, asked);
    if (most_cost <= MATCH_PREFIX) {
        if (!k->has_near) k->near = search_words_match(s->words, s->a, asked, MATCH_PREFIX);
        k->has_near = true;
        return k->near;
    }
    if (!k->has_all) k->all = search_words_match(s->words, s->a, asked, MATCH_TWO);
    k->has_all = true;
    WordMatches some = { k->all.at, 0, 0 };
    while (some.n < k->all.n && k->all.at[some.n].cost <= most_cost) some.person_n += k->all.at[some.n++].person_n;
    return some;
}

// `loose`: which term may cost up to `loose_cost` (all of them: ALL_TERMS), the others up to MATCH_PREFIX.
#define ALL_TERMS SIZE_MAX
static bool plan_run(Search *s, const Plan *plan, size_t loose, int loose_cost, Err *e) {
    Plan run = *plan, *p = &run;
    if (p->is_spelt) loose_cost = MATCH_PREFIX;
    Households here = { 0 };
    Candidates c = { 0 };
    size_t most = s->wants_all ? SIZE_MAX : s->ask->limit_n * FETCH_FACTOR;
    for (size_t i = 0; i < p->n; i++) {
        p->terms[i].matches = matches_of(s, p->terms[i].asked, loose == ALL_TERMS || loose == i ? loose_cost : MATCH_PREFIX);
        if (!p->terms[i].matches.n) return true;
    }
    if (!p->n) return true;
    if (p->has_places && !households_read(s, p->places, p->place_n, &here, e)) return false;
    const Households *only = p->has_places ? &here : s->ask->is_own_only ? &s->own : NULL;
    qsort(p->terms, p->n, sizeof *p->terms, by_rarity);
    bool is_good = first_term(s, &p->terms[0], only, p->n == 1, &c, e);
    for (size_t i = 1; is_good && i < p->n && c.n; i++) is_good = next_term(s, &p->terms[i], loose_cost > MATCH_PREFIX, i + 1 == p->n, &c, e);
    for (size_t i = 0; is_good && i < c.n; i++) c.at[i].cost = (uint8_t)(c.at[i].cost + p->cost);
    s->is_cut = s->is_cut || c.n > most;
    if (is_good) candidates_keep(s, &c, most);
    is_good = is_good && candidates_merge(&s->best, &c, e);
    free(c.at);
    return is_good;
}

static size_t good_n(const Search *s, int cost) {
    size_t n = 0;
    for (size_t i = 0; i < s->best.n; i++) n += s->best.at[i].cost <= cost;
    return n;
}

// ---- what is shown -----------------------------------------------------------------------------------------------------
static bool hit_read(Search *s, const Candidate *c, SearchHit *out, bool *found, Err *e) {
    SearchHitRow row;
    *out = (SearchHit){ .kab = member_kab(c->member), .family_id = member_family(c->member), .person_id = member_person(c->member), .cost = c->cost };
    SearchHitArgs args = { .kab = out->kab, .family_id = out->family_id, .id = out->person_id };
    if (!search_hit(s->db, s->a, args, &row, found, e)) return false;
    if (!*found) return true;
    out->name = row.name;
    out->status = row.status;
    out->born_on = row.born_on;
    out->village_id = row.village_id;
    out->is_gone = row.is_gone;
    out->is_payee = row.payee_id == out->person_id;
    out->how = c->cost == 0 ? FOUND_EXACT : c->cost <= MATCH_PREFIX ? FOUND_BEGINNING : FOUND_SIMILAR;
    return true;
}

typedef struct { SearchHit hit; int rank, typed; } Ranked;

static int by_fit(const void *a, const void *b) {
    const Ranked *x = a, *y = b;
    if (x->rank / 3 != y->rank / 3) return x->rank - y->rank;              // spelling
    bool x_same = x->typed == 0, y_same = y->typed == 0;
    if (x_same != y_same) return x_same ? -1 : 1;                          // exactly as typed
    if (x->rank != y->rank) return x->rank - y->rank;                      // own village, own district
    if (x->typed != y->typed) return x->typed - y->typed;
    if (x->hit.kab != y->hit.kab) return x->hit.kab < y->hit.kab ? -1 : 1;
    if (x->hit.family_id != y->hit.family_id) return x->hit.family_id < y->hit.family_id ? -1 : 1;
    return x->hit.person_id < y->hit.person_id ? -1 : x->hit.person_id > y->hit.person_id;
}

#define TYPED_FAR 20
// 0 as typed, 1 a name that begins so, else by how many letters differ.
static int typed_distance(Str typed, Str name) {
    int distance = name_distance(typed, name, TYPED_FAR);
    return distance == 0 ? 0 : str_starts(name, typed) ? 1 : distance + 1;
}

static bool hits_read(Search *s, SearchFound *out, Err *e) {
    size_t n = 0;
    candidates_keep(s, &s->best, s->ask->limit_n * FETCH_FACTOR);
    Ranked *ranked = NEW(s->a, Ranked, s->best.n + 1);
    for (size_t i = 0; i < s->best.n; i++) {
        bool found;
        if (!hit_read(s, &s->best.at[i], &ranked[n].hit, &found, e)) return false;
        if (!found) continue;
        ranked[n].rank = rank_of(s, &s->best.at[i]);
        ranked[n].typed = typed_distance(s->tokens.typed, letters_of(s->a, ranked[n].hit.name));
        n++;
    }
    if (n) qsort(ranked, n, sizeof *ranked, by_fit);
    out->is_more = s->is_cut || n > s->ask->limit_n;
    out->n = n < s->ask->limit_n ? n : s->ask->limit_n;
    out->at = NEW(s->a, SearchHit, out->n + 1);
    for (size_t i = 0; i < out->n; i++) out->at[i] = ranked[i].hit;
    return true;
}

// ---- asking ------------------------------------------------------------------------------------------------------------
static bool asked_read(Search *s, Err *e) {
    const SearchAsk *ask = s->ask;
    s->own = (Households){ NEW(s->a, uint64_t, ask->own_n + 1), ask->own_n };
    for (size_t i = 0; i < ask->own_n; i++) s->own.at[i] = household_of(ask->own_kab, ask->own_ids[i]);
    if (!ask->near_village_id) return true;
    Area near = { .id = ask->near_village_id, .level = AREA_VILLAGE };
    return households_read(s, &near, 1, &s->near, e);
}

// Each step looks further, and is left out when enough was found nearer: as written or so begun; a letter wrong in any word; two letters
// wrong in one word, and when still nobody was found, without one of the words.
#define FEW 3
static bool step_near(Search *s, Err *e) {
    plan_tokens(s, plan_new(s, 0), 0, s->tokens.n);
    plans_of_places(s);
    for (size_t i = 0; i < s->plan_n; i++) if (!plan_run(s, &s->plans[i], ALL_TERMS, MATCH_PREFIX, e)) return false;
    return true;
}

static bool step_one_letter(Search *s, Err *e) {
    plans_joined(s);
    plans_split(s);
    for (size_t i = 0; i < s->plan_n; i++) if (!plan_run(s, &s->plans[i], ALL_TERMS, MATCH_PREFIX_ONE, e)) return false;
    return true;
}

static bool step_two_letters(Search *s, Err *e) {
    if (!s->best.n) plans_dropped(s);
    for (size_t i = 0; i < s->plan_n; i++)
        for (size_t term = 0; !s->plans[i].is_spelt && term < s->plans[i].n; term++) if (!plan_run(s, &s->plans[i], term, MATCH_TWO, e)) return false;
    return true;
}

static bool steps_run(Search *s, Err *e) {
    if (!step_near(s, e)) return false;
    if (good_n(s, MATCH_PREFIX) >= s->ask->limit_n) return true;
    if (!step_one_letter(s, e)) return false;
    return s->best.n >= FEW || step_two_letters(s, e);
}

// Nobody is in reach of who sees no district.
static bool is_out_of_reach(const SearchAsk *ask) { return ask->low_kab > ask->high_kab || (ask->is_own_only && !ask->own_n); }
static bool is_too_short(const Search *s) { return s->tokens.typed.n < 2 || !s->tokens.n; }

// Who fits, in s->best. search_end afterwards, also on failure.
static bool search_run(Search *s, Err *e) {
    const SearchAsk *ask = s->ask;
    if (is_too_short(s) || is_out_of_reach(ask)) return true;
    return search_words_take(s->db, ask->is_own_only ? ask->own_kab : ask->low_kab, ask->is_own_only ? ask->own_kab : ask->high_kab, &s->words, e) &&
           asked_read(s, e) && steps_run(s, e);
}

static Search *search_begin(Db *db, Arena *a, const SearchAsk *ask, bool wants_all) {
    Search *s = NEW(a, Search, 1);
    *s = (Search){ .db = db, .a = a, .ask = ask, .wants_all = wants_all };
    tokens_read(a, ask, &s->tokens);
    return s;
}

static void search_end(Search *s) {
    search_words_release(s->words);
    free(s->best.at);
    for (size_t i = 0; i < s->kept_n; i++) free(s->kept[i].members.at);
    free(s->kept);
}

bool search_names(Db *db, Arena *a, const SearchAsk *ask, SearchFound *out, Err *e) {
    Search *s = search_begin(db, a, ask, false);
    *out = (SearchFound){ .is_too_short = is_too_short(s) };
    bool is_good = search_run(s, e) && hits_read(s, out, e);
    search_end(s);
    return is_good;
}

bool search_families(Db *db, Arena *a, const SearchAsk *ask, SearchFamilies *out, Err *e) {
    assert(ask->low_kab == ask->high_kab);
    Search *s = search_begin(db, a, ask, true);
    bool is_good = search_run(s, e);
    *out = (SearchFamilies){ NEW(a, SearchFamily, s->best.n + 1), 0, s->is_cut };
    for (size_t i = 0; is_good && i < s->best.n; i++) {
        SearchFamily next = { member_family(s->best.at[i].member), s->best.at[i].cost };
        SearchFamily *last = out->n ? &out->at[out->n - 1] : NULL;
        bool is_again = last && last->family_id == next.family_id;
        if (!is_again) out->at[out->n++] = next;
        else if (next.cost < last->cost) last->cost = next.cost;
    }
    search_end(s);
    return is_good;
}

// ---- reach -------------------------------------------------------------------------------------------------------------
static bool caseload_read(Db *db, Arena *a, Sight sight, SearchAsk *ask, Err *e) {
    SearchCaseloadRows rows = { 0 };
    SearchCaseloadRow row;
    Members own = { 0 };
    bool has_row, is_good = search_caseload(db, (SearchCaseloadArgs){ .kab = ask->own_kab, SEE(sight) }, &rows, e);
    while (is_good && (is_good = search_caseload_next(&rows, &row, &has_row, e)) && has_row) is_good = member_add(&own, (uint64_t)row.id, e);
    search_caseload_end(&rows);
    int64_t *ids = NEW(a, int64_t, own.n + 1);
    for (size_t i = 0; i < own.n; i++) ids[i] = (int64_t)own.at[i];
    ask->own_ids = ids;
    ask->own_n = own.n;
    free(own.at);
    return is_good;
}

bool search_reach(Db *db, Arena *a, Sight sight, SearchAsk *ask, Err *e) {
    ask->low_kab = sight.low_kab;
    ask->high_kab = sight.high_kab;
    ask->is_own_only = sight_is_own_only(&sight);
    ask->own_kab = sight.low_kab;                              // a companion works in one district
    return !ask->is_own_only || caseload_read(db, a, sight, ask, e);
}

// ---- numbers -----------------------------------------------------------------------------------------------------------
bool search_is_number(Arena *a, Str text, Str *digits) {
    char *to = NEW(a, char, text.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] >= '0' && text.p[i] <= '9') to[n++] = text.p[i];
        else if (!memchr(" .-'\t", text.p[i], 5)) return false;
    }
    *digits = (Str){ to, n };
    return n > 0;
}

#define NUMBER_DIGITS_MIN 10                   // the shortest account of a bank
bool search_has_number(Str text) {
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) n += text.p[i] >= '0' && text.p[i] <= '9';
    return n >= NUMBER_DIGITS_MIN;
}

typedef struct { Db *db; Arena *a; const SearchAsk *ask; SearchFound *out; Households own; } NumberSearch;

static bool number_found(NumberSearch *s, int64_t kab, int64_t family_id, int64_t person_id, Err *e) {
    SearchFound *out = s->out;
    for (size_t i = 0; i < out->n; i++) if (out->at[i].kab == kab && out->at[i].family_id == family_id) return true;
    if (s->ask->is_own_only && !has_household(&s->own, household_of(kab, family_id))) return true;
    if (out->n == s->ask->limit_n) return out->is_more = true;
    SearchFamilyRow row;
    bool found;
    if (!search_family(s->db, s->a, (SearchFamilyArgs){ .kab = kab, .id = family_id }, &row, &found, e)) return false;
    if (found) out->at[out->n++] = (SearchHit){ .kab = kab, .family_id = family_id, .person_id = person_id, .village_id = row.village_id, .name = row.name,
                                                .status = row.status, .born_on = row.born_on, .is_gone = row.is_gone, .is_payee = true };
    return true;
}

#define FAMILY_DIGITS_MAX 8
// A family's own number counts inside a district: that of the area, or the one that is near.
static bool family_holder(const SearchAsk *ask, Str digits, ClaimHolder *out) {
    int64_t id, kab = ask->is_own_only ? ask->own_kab : ask->low_kab == ask->high_kab ? ask->low_kab : ask->near_kab;
    *out = (ClaimHolder){ .kab = kab };
    if (digits.n > FAMILY_DIGITS_MAX || kab < ask->low_kab || kab > ask->high_kab || !str_int64(digits, &id)) return false;
    out->family_id = id;
    return true;
}

static bool holders_take(NumberSearch *s, SecretKind kind, Str digits, Err *e) {
    ClaimHolder *holders;
    size_t n;
    if (!claim_find(s->db, s->a, kind, digits, s->ask->low_kab, s->ask->high_kab, &holders, &n, e)) return false;
    for (size_t i = 0; i < n; i++) if (!number_found(s, holders[i].kab, holders[i].family_id, holders[i].person_id, e)) return false;
    return true;
}

// By the keyed hash of the number: nothing is opened.
bool search_number(Db *db, Arena *a, const SearchAsk *ask, Str digits, SearchFound *out, Err *e) {
    *out = (SearchFound){ .at = NEW(a, SearchHit, ask->limit_n + 1) };
    NumberSearch s = { db, a, ask, out, { NEW(a, uint64_t, ask->own_n + 1), ask->own_n } };
    for (size_t i = 0; i < ask->own_n; i++) s.own.at[i] = household_of(ask->own_kab, ask->own_ids[i]);
    ClaimHolder family;
    if (is_out_of_reach(ask)) return true;
    if (digits.n == NIK_LENGTH && !holders_take(&s, SECRET_NIK, digits, e)) return false;
    if (digits.n == KK_LENGTH && !holders_take(&s, SECRET_KK, digits, e)) return false;
    if (digits.n >= NUMBER_DIGITS_MIN && !holders_take(&s, SECRET_ACCOUNT, digits, e)) return false;
    return !family_holder(ask, digits, &family) || number_found(&s, family.kab, family.family_id, 0, e);
}
