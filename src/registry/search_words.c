// search_words.c: see search_words.h. Words lie sorted, for what begins alike. For what is misspelt the letters of each word lie there once
// more, by its length: a word that lacks more letters than may be wrong, or has more that are not asked for, is never looked at.
#include "registry/search_words.h"
#include "registry/name_words.h"
#include "registry/search_index.h"
#include "registry/word_table.h"
#include "registry_search.sql.h"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#define PICTURES_MAX 16                        // areas of which a process keeps the words; the one not asked for longest goes
#define PLACES_MS 600000                       // villages are read anew after ten minutes

typedef struct { int64_t kab, part_n; } PartSeen;
typedef struct { Str letters; Area area; } Place;

struct SearchWords {
    Str url;
    int64_t low_kab, high_kab;
    int ref_n;                                 // the cache's own and each taker's; under the lock
    Instant used_at, places_at;
    Arena arena;                               // all that follows
    Str *at;
    int64_t *person_n;
    size_t n;
    uint64_t *letters;                         // of each word, by length and then in order
    uint32_t *number;                          // which word that is
    size_t length_from[NAME_WORD_MAX + 2];     // where words of a length begin there
    PartSeen *seen;                            // the newest part of each district
    size_t seen_n;
    Place *places;                             // by letters
    size_t place_n;
};

// ---- the cache ---------------------------------------------------------------------------------------------------------
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;           // over the table and the counts
static pthread_mutex_t reading = PTHREAD_MUTEX_INITIALIZER;        // one thread reads a picture, the others wait for it
static SearchWords *pictures[PICTURES_MAX];

static void unref_locked(SearchWords *w) {
    if (!w || --w->ref_n > 0) return;
    arena_free(&w->arena);
    free(w);
}

void search_words_release(SearchWords *w) {
    pthread_mutex_lock(&lock);
    unref_locked(w);
    pthread_mutex_unlock(&lock);
}

static bool is_picture_of(const SearchWords *w, Str url, int64_t low, int64_t high) {
    return w && w->low_kab == low && w->high_kab == high && str_eq(w->url, url);
}

static SearchWords *cache_get(Str url, int64_t low, int64_t high) {
    SearchWords *found = NULL;
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < PICTURES_MAX; i++) if (is_picture_of(pictures[i], url, low, high)) found = pictures[i];
    if (found) {
        found->ref_n++;
        found->used_at = instant_now();
    }
    pthread_mutex_unlock(&lock);
    return found;
}

// Takes the place of the same area's older picture, of none, or of the one not used for longest.
static void cache_put(SearchWords *w) {
    size_t at = 0;
    pthread_mutex_lock(&lock);
    for (size_t i = 1; i < PICTURES_MAX; i++)
        if (pictures[at] && (!pictures[i] || pictures[i]->used_at.ms < pictures[at]->used_at.ms)) at = i;
    for (size_t i = 0; i < PICTURES_MAX; i++) if (is_picture_of(pictures[i], w->url, w->low_kab, w->high_kab)) at = i;
    unref_locked(pictures[at]);
    pictures[at] = w;
    w->ref_n = 2;                              // the cache and the taker
    w->used_at = instant_now();
    pthread_mutex_unlock(&lock);
}

// ---- reading -----------------------------------------------------------------------------------------------------------
typedef struct { PartSeen *at; size_t n; } Parts;

static bool parts_list(Db *db, Arena *a, int64_t low, int64_t high, Parts *out, Err *e) {
    SearchWordPartsRows rows = { 0 };
    SearchWordPartsRow row;
    size_t room = 0;
    bool has_row, is_good = search_word_parts(db, (SearchWordPartsArgs){ .low_n = low, .high_n = high }, &rows, e);
    *out = (Parts){ NULL, 0 };
    while (is_good && (is_good = search_word_parts_next(&rows, &row, &has_row, e)) && has_row) {
        if (out->n && out->at[out->n - 1].kab == row.kab) { out->at[out->n - 1].part_n = row.part_n; continue; }
        if (out->n == room) {
            PartSeen *more = NEW(a, PartSeen, room = room ? 2 * room : 16);
            if (out->n) memcpy(more, out->at, out->n * sizeof *more);
            out->at = more;
        }
        out->at[out->n++] = (PartSeen){ row.kab, row.part_n };
    }
    search_word_parts_end(&rows);
    return is_good;
}

static bool parts_are_same(const SearchWords *w, const Parts *p) {
    return w && w->seen_n == p->n && (!p->n || memcmp(w->seen, p->at, p->n * sizeof *p->at) == 0);
}

// Up to which part the picture has a district's words; -1 none. A number that went back is another database under the same name.
static int64_t seen_of(const SearchWords *w, PartSeen now) {
    for (size_t low = 0, high = w ? w->seen_n : 0; low < high;) {
        size_t middle = (low + high) / 2;
        if (w->seen[middle].kab == now.kab) return w->seen[middle].part_n <= now.part_n ? w->seen[middle].part_n : -1;
        if (w->seen[middle].kab < now.kab) low = middle + 1;
        else high = middle;
    }
    return -1;
}

static size_t lower_bound(const SearchWords *w, Str word) {
    size_t low = 0, high = w ? w->n : 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (str_cmp(w->at[middle], word) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

static bool has_word(const SearchWords *w, Str word) {
    size_t i = lower_bound(w, word);
    return w && i < w->n && str_eq(w->at[i], word);
}

typedef struct { WordTable words; int64_t *counts; size_t room; } NewWords;

static bool new_word_add(NewWords *n, Str word, int64_t person_n, Err *e) {
    uint32_t i;
    if (!word_intern(&n->words, word, &i, e)) return false;
    if (i >= n->room) {
        size_t room = n->room ? 2 * n->room : 4096;
        int64_t *wider = realloc(n->counts, room * sizeof *wider);
        if (!wider) return fail(e, LIMIT, "There is not enough memory.");
        memset(wider + n->room, 0, (room - n->room) * sizeof *wider);
        n->counts = wider;
        n->room = room;
    }
    n->counts[i] += person_n;
    return true;
}

// The words of parts that the old picture has not seen.
static bool new_words_read(Db *db, const SearchWords *old, const Parts *parts, NewWords *out, Err *e) {
    bool is_good = true;
    for (size_t i = 0; is_good && i < parts->n; i++) {
        int64_t seen_n = seen_of(old, parts->at[i]);
        if (seen_n == parts->at[i].part_n) continue;
        SearchWordReadRows rows = { 0 };
        SearchWordReadRow row;
        bool has_row, has_more;
        is_good = search_word_read(db, (SearchWordReadArgs){ .kab = parts->at[i].kab, .after_n = seen_n }, &rows, e);
        while (is_good && (is_good = search_word_read_next(&rows, &row, &has_row, e)) && has_row) {
            WordPart part = word_part_open(row.word_data);
            while (is_good && (is_good = word_part_next(&part, &has_more, e)) && has_more) {
                Str word = { part.word, part.word_n };
                if (!has_word(old, word)) is_good = new_word_add(out, word, part.person_n, e);
            }
        }
        search_word_read_end(&rows);
    }
    return is_good;
}

// A bit for each letter, and another for one that comes twice: a wrong letter adds one bit, takes one away, or both.
static uint64_t letters_in(Str word) {
    uint64_t set = 0;
    for (size_t i = 0; i < word.n; i++) {
        uint64_t once = UINT64_C(1) << ((unsigned char)word.p[i] & 31);
        set |= set & once ? once << 32 : once;
    }
    return set;
}

static size_t length_of(Str word) { return word.n < NAME_WORD_MAX ? word.n : NAME_WORD_MAX; }

static void letters_fill(SearchWords *w) {
    size_t at[NAME_WORD_MAX + 2] = { 0 };
    for (size_t i = 0; i < w->n; i++) at[length_of(w->at[i]) + 1]++;
    for (size_t length = 1; length < NAME_WORD_MAX + 2; length++) at[length] += at[length - 1];
    memcpy(w->length_from, at, sizeof at);
    w->letters = NEW(&w->arena, uint64_t, w->n + 1);
    w->number = NEW(&w->arena, uint32_t, w->n + 1);
    for (size_t i = 0; i < w->n; i++) {
        size_t to = at[length_of(w->at[i])]++;
        w->letters[to] = letters_in(w->at[i]);
        w->number[to] = (uint32_t)i;
    }
}

static void word_append(SearchWords *w, Str word, int64_t person_n) {
    w->at[w->n] = arena_str(&w->arena, word);
    w->person_n[w->n] = person_n;
    w->n++;
}

static bool words_merge(SearchWords *w, const SearchWords *old, const NewWords *fresh, Err *e) {
    uint32_t *order = words_sorted(&fresh->words);
    if (!order) return fail(e, LIMIT, "There is not enough memory.");
    size_t old_n = old ? old->n : 0, i = 0, k = 0, all = old_n + fresh->words.n;
    w->at = NEW(&w->arena, Str, all + 1);
    w->person_n = NEW(&w->arena, int64_t, all + 1);
    while (i < old_n || k < fresh->words.n) {
        bool is_old = k == fresh->words.n || (i < old_n && str_cmp(old->at[i], fresh->words.at[order[k]]) < 0);
        if (is_old) { word_append(w, old->at[i], old->person_n[i]); i++; }
        else { word_append(w, fresh->words.at[order[k]], fresh->counts[order[k]]); k++; }
    }
    free(order);
    letters_fill(w);
    return true;
}

// ---- places ------------------------------------------------------------------------------------------------------------
static Str letters_of(Arena *a, Str name) {
    char *to = NEW(a, char, name.n + 1);
    size_t n = 0;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        if (c >= 'a' && c <= 'z') to[n++] = c;
    }
    return (Str){ to, n };
}

static int by_letters(const void *a, const void *b) { return str_cmp(((const Place *)a)->letters, ((const Place *)b)->letters); }

static bool places_read(Db *db, SearchWords *w, Err *e) {
    SearchPlacesRows rows = { 0 };
    SearchPlacesRow row;
    size_t room = 0;
    // A kecamatan's code has six digits, a village's ten: two ranges of one column.
    const int64_t ranges[2][2] = { { w->low_kab * 100, w->high_kab * 100 + 99 }, { w->low_kab * 1000000, w->high_kab * 1000000 + 999999 } };
    bool has_row, is_good = true;
    for (int i = 0; is_good && i < 2; i++) {
        is_good = search_places(db, (SearchPlacesArgs){ .first_id = ranges[i][0], .last_id = ranges[i][1] }, &rows, e);
        while (is_good && (is_good = search_places_next(&rows, &row, &has_row, e)) && has_row) {
            bool is_of_range = (row.level_n == AREA_KECAMATAN) == (i == 0);
            if (!is_of_range) continue;
            if (w->place_n == room) {
                Place *more = NEW(&w->arena, Place, room = room ? 2 * room : 256);
                if (w->place_n) memcpy(more, w->places, w->place_n * sizeof *more);
                w->places = more;
            }
            w->places[w->place_n++] = (Place){ letters_of(&w->arena, row.name), { row.id, (AreaLevel)row.level_n, arena_str(&w->arena, row.name), { NULL, 0 } } };
        }
        search_places_end(&rows);
    }
    if (w->place_n) qsort(w->places, w->place_n, sizeof *w->places, by_letters);
    w->places_at = instant_now();
    return is_good;
}

size_t search_places_find(const SearchWords *w, Str letters, bool is_unfinished, Area *out, size_t max) {
    size_t low = 0, high = w->place_n, n = 0;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (str_cmp(w->places[middle].letters, letters) < 0) low = middle + 1;
        else high = middle;
    }
    for (; low < w->place_n && n < max && letters.n; low++) {
        bool fits = is_unfinished ? str_starts(w->places[low].letters, letters) : str_eq(w->places[low].letters, letters);
        if (!fits) break;
        out[n++] = w->places[low].area;
    }
    return n;
}

// ---- taking ------------------------------------------------------------------------------------------------------------
static bool picture_read(Db *db, Str url, int64_t low, int64_t high, const SearchWords *old, const Parts *parts, SearchWords **out, Err *e) {
    SearchWords *w = calloc(1, sizeof *w);
    NewWords fresh = { 0 };
    if (!w) return fail(e, LIMIT, "There is not enough memory.");
    w->low_kab = low;
    w->high_kab = high;
    w->url = arena_str(&w->arena, url);
    w->seen = NEW(&w->arena, PartSeen, parts->n + 1);
    if (parts->n) memcpy(w->seen, parts->at, parts->n * sizeof *parts->at);
    w->seen_n = parts->n;
    bool is_good = new_words_read(db, old, parts, &fresh, e) && words_merge(w, old, &fresh, e) && places_read(db, w, e);
    free(fresh.counts);
    word_table_free(&fresh.words);
    if (is_good) { *out = w; return true; }
    arena_free(&w->arena);
    free(w);
    return false;
}

static bool is_fresh(const SearchWords *w, const Parts *parts) {
    return parts_are_same(w, parts) && instant_now().ms - w->places_at.ms < PLACES_MS;
}

bool search_words_take(Db *db, int64_t low_kab, int64_t high_kab, SearchWords **out, Err *e) {
    Arena arena = { 0 };
    Parts parts;
    Str url = db_url(db);
    SearchWords *w = cache_get(url, low_kab, high_kab);
    bool is_good = parts_list(db, &arena, low_kab, high_kab, &parts, e);
    if (is_good && !is_fresh(w, &parts)) {
        pthread_mutex_lock(&reading);
        search_words_release(w);
        SearchWords *made = NULL;
        w = cache_get(url, low_kab, high_kab); // another thread may have been quicker
        if (!is_fresh(w, &parts)) {
            is_good = picture_read(db, url, low_kab, high_kab, w, &parts, &made, e);
            search_words_release(w);
            w = made;
            if (made) cache_put(made);
        }
        pthread_mutex_unlock(&reading);
    }
    arena_free(&arena);
    if (is_good) *out = w;
    else search_words_release(w);
    return is_good;
}

size_t search_words_n(const SearchWords *w) { return w->n; }

// ---- matching ----------------------------------------------------------------------------------------------------------
typedef struct { Arena *arena; WordMatches list; size_t room; } Collector;

static void match_add(Collector *c, const SearchWords *w, size_t i, int cost) {
    WordMatches *l = &c->list;
    if (l->n == c->room) {
        WordMatch *more = NEW(c->arena, WordMatch, c->room = c->room ? 2 * c->room : 64);
        if (l->n) memcpy(more, l->at, l->n * sizeof *more);
        l->at = more;
    }
    l->at[l->n++] = (WordMatch){ w->at[i], cost, w->person_n[i] };
}

const WordMatch *search_words_find(const SearchWords *w, Arena *a, Str word) {
    size_t i = lower_bound(w, word);
    if (i == w->n || !str_eq(w->at[i], word)) return NULL;
    WordMatch *m = NEW(a, WordMatch, 1);
    *m = (WordMatch){ w->at[i], MATCH_EXACT, w->person_n[i] };
    return m;
}

static void match_spelt(const SearchWords *w, WordAsked asked, Collector *c) {
    size_t exact = lower_bound(w, asked.whole);
    bool has_exact = exact < w->n && str_eq(w->at[exact], asked.whole);
    if (has_exact) match_add(c, w, exact, MATCH_EXACT);
    const Str beginnings[] = { asked.beginning, asked.beginning.n ? asked.whole : (Str){ NULL, 0 } };
    for (int k = 0; k < 2; k++) {
        if (!beginnings[k].n || (k == 1 && str_eq(beginnings[0], beginnings[1]))) continue;
        for (size_t i = lower_bound(w, beginnings[k]); i < w->n && str_starts(w->at[i], beginnings[k]); i++)
            if (!(has_exact && i == exact) && !(k == 1 && str_starts(w->at[i], beginnings[0]))) match_add(c, w, i, MATCH_PREFIX);
    }
}

// How many letters are wrong in a word, swapped neighbours counting once; and in the beginning of it that fits best.
typedef struct { int whole, begun; } Distance;

// The asked word, as one bit for each of its places, by letter.
typedef struct { uint64_t places[32]; size_t n; } Pattern;
static_assert(NAME_WORD_MAX <= 64, "a word's places are bits of one number");

static Pattern pattern_of(Str asked) {
    Pattern p = { .n = asked.n };
    for (size_t i = 0; i < asked.n; i++) p.places[(unsigned char)asked.p[i] & 31] |= UINT64_C(1) << i;
    return p;
}

// The table of distances a column at a time, each column as the differences between neighbours in two numbers (Hyyrö 2003, after
// Myers): `up` where a cell is one more than the one above it, `down` where it is one less; `same` where going on cost nothing.
static Distance distance_of(const Pattern *p, Str word) {
    uint64_t up = ~UINT64_C(0), down = 0, same = 0, before = 0, last = UINT64_C(1) << (p->n - 1);
    int now = (int)p->n, begun = now;
    for (size_t i = 0; i < word.n; i++) {
        uint64_t here = p->places[(unsigned char)word.p[i] & 31], swapped = ((~same & here) << 1) & before;
        same = (((here & up) + up) ^ up) | here | down | swapped;
        uint64_t right = down | ~(same | up), left = same & up;
        now += (right & last) != 0;
        now -= (left & last) != 0;
        if (now < begun) begun = now;
        right = right << 1 | 1;
        left <<= 1;
        up = left | ~(same | right);
        down = right & same;
        before = here;
    }
    return (Distance){ now, begun };
}

// One letter wrong in three to five, two from six on: shorter ones would mean anything.
static int distance_most(size_t n) { return n < 3 ? 0 : n < 6 ? 1 : 2; }

static int misspelt_cost(int distance, int begun, bool is_unfinished, size_t asked_n) {
    if (distance == 0) return -1;              // found already
    if (distance == 1) return MATCH_ONE;
    if (is_unfinished && begun == 0) return -1;
    if (is_unfinished && begun == 1 && asked_n >= 5) return MATCH_PREFIX_ONE;
    return distance == 2 ? MATCH_TWO : -1;
}

// All but `most` of the bits, 0 when there are no more. One or two wrong letters are all that is ever asked for.
static inline uint64_t bits_beyond(uint64_t bits, int most) {
    bits &= bits - 1;
    return most > 1 ? bits & (bits - 1) : bits;
}

#define LOOKED_AT 1024
// Which of `n` words may be near enough, as numbers of theirs. No branch, for nobody can guess it.
static size_t letters_match(const uint64_t *letters, size_t n, uint64_t asked, int most, uint64_t gained_counts, uint32_t out[LOOKED_AT]) {
    size_t out_n = 0;
    for (size_t i = 0; i < n; i++) {
        uint64_t lost = bits_beyond(asked & ~letters[i], most), gained = bits_beyond(letters[i] & ~asked & gained_counts, most);
        out[out_n] = (uint32_t)i;
        out_n += (lost | gained) == 0;
    }
    return out_n;
}

static void match_misspelt(const SearchWords *w, WordAsked asked, int most, Collector *c) {
    uint32_t found[LOOKED_AT + 1];
    Str whole = asked.whole;
    bool may_begin = asked.beginning.n > 0 && whole.n >= 5;                    // then it may go on with any letters
    int most_distance = distance_most(whole.n);
    if (most < MATCH_TWO && most_distance > 1) most_distance = 1;
    if (!most_distance || whole.n > NAME_WORD_MAX) return;
    Pattern pattern = pattern_of(whole);
    size_t shortest = whole.n - (size_t)most_distance, longest = whole.n + (size_t)most_distance;
    if (may_begin || longest > NAME_WORD_MAX) longest = NAME_WORD_MAX;
    for (size_t from = w->length_from[shortest], end = w->length_from[longest + 1]; from < end; from += LOOKED_AT) {
        size_t n = letters_match(w->letters + from, end - from < LOOKED_AT ? end - from : LOOKED_AT, letters_in(whole), most_distance, may_begin ? 0 : ~UINT64_C(0), found);
        for (size_t k = 0; k < n; k++) {
            uint32_t word = w->number[from + found[k]];
            Distance d = distance_of(&pattern, w->at[word]);
            int cost = misspelt_cost(d.whole > most_distance ? 99 : d.whole, d.begun, asked.beginning.n > 0, whole.n);
            if (cost > 0 && cost <= most) match_add(c, w, word, cost);
        }
    }
}

static int by_cost(const void *a, const void *b) {
    const WordMatch *x = a, *y = b;
    if (x->cost != y->cost) return x->cost - y->cost;
    if (x->person_n != y->person_n) return x->person_n > y->person_n ? -1 : 1;
    return str_cmp(x->word, y->word);
}

WordMatches search_words_match(const SearchWords *w, Arena *a, WordAsked asked, int most) {
    Collector c = { .arena = a };
    match_spelt(w, asked, &c);
    if (most > MATCH_PREFIX) match_misspelt(w, asked, most, &c);
    if (c.list.n) qsort(c.list.at, c.list.n, sizeof *c.list.at, by_cost);
    if (c.list.n > WORD_MATCHES_MAX) c.list.n = WORD_MATCHES_MAX;
    for (size_t i = 0; i < c.list.n; i++) c.list.person_n += c.list.at[i].person_n;
    return c.list;
}
