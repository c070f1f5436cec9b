// search_words.c: see search_words.h. Words lie sorted, each with how many letters it shares with the one before: distances to all of
// them are then found as in a tree, a row of the table for each letter, and whole branches are left out when they are too far.
#include "registry/search_words.h"
#include "registry/name_words.h"
#include "registry/search_index.h"
#include "registry/word_table.h"
#include "registry_search.sql.h"
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
    uint8_t *shared;
    int64_t *person_n;
    size_t n;
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

static uint8_t shared_of(Str a, Str b) {
    size_t n = 0;
    while (n < a.n && n < b.n && a.p[n] == b.p[n]) n++;
    return (uint8_t)n;
}

static void word_append(SearchWords *w, Str word, int64_t person_n) {
    w->at[w->n] = arena_str(&w->arena, word);
    w->person_n[w->n] = person_n;
    w->shared[w->n] = w->n ? shared_of(w->at[w->n - 1], word) : 0;
    w->n++;
}

static bool words_merge(SearchWords *w, const SearchWords *old, const NewWords *fresh, Err *e) {
    uint32_t *order = words_sorted(&fresh->words);
    if (!order) return fail(e, LIMIT, "There is not enough memory.");
    size_t old_n = old ? old->n : 0, i = 0, k = 0, all = old_n + fresh->words.n;
    w->at = NEW(&w->arena, Str, all + 1);
    w->shared = NEW(&w->arena, uint8_t, all + 1);
    w->person_n = NEW(&w->arena, int64_t, all + 1);
    while (i < old_n || k < fresh->words.n) {
        bool is_old = k == fresh->words.n || (i < old_n && str_cmp(old->at[i], fresh->words.at[order[k]]) < 0);
        if (is_old) { word_append(w, old->at[i], old->person_n[i]); i++; }
        else { word_append(w, fresh->words.at[order[k]], fresh->counts[order[k]]); k++; }
    }
    free(order);
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

// The table of distances, a row for each letter of the word at hand. rows[d][j]: d letters of the word against j of the asked one.
typedef struct { uint8_t rows[NAME_WORD_MAX + 1][NAME_WORD_MAX + 1], least[NAME_WORD_MAX + 1], begun[NAME_WORD_MAX + 1]; } Distances;

static void row_fill(Distances *t, Str asked, Str word, size_t d) {
    const uint8_t *before = t->rows[d - 1], *two_before = d > 1 ? t->rows[d - 2] : NULL;
    uint8_t *now = t->rows[d], least = now[0] = (uint8_t)d;
    char c = word.p[d - 1];
    for (size_t j = 1; j <= asked.n; j++) {
        int best = before[j - 1] + (asked.p[j - 1] != c);
        if (before[j] + 1 < best) best = before[j] + 1;
        if (now[j - 1] + 1 < best) best = now[j - 1] + 1;
        bool is_swapped = two_before && j > 1 && c == asked.p[j - 2] && word.p[d - 2] == asked.p[j - 1];
        if (is_swapped && two_before[j - 2] + 1 < best) best = two_before[j - 2] + 1;
        now[j] = (uint8_t)best;
        if (best < least) least = (uint8_t)best;
    }
    t->least[d] = least;
    t->begun[d] = now[asked.n] < t->begun[d - 1] ? now[asked.n] : t->begun[d - 1];
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

static void match_misspelt(const SearchWords *w, WordAsked asked, int most, Collector *c) {
    Distances t;
    Str whole = asked.whole;
    bool is_unfinished = asked.beginning.n > 0;
    int most_distance = distance_most(whole.n);
    if (most < MATCH_TWO && most_distance > 1) most_distance = 1;
    if (!most_distance || whole.n > NAME_WORD_MAX) return;
    for (size_t j = 0; j <= whole.n; j++) t.rows[0][j] = (uint8_t)j;
    t.least[0] = 0;
    t.begun[0] = (uint8_t)whole.n;
    size_t valid = 0, dead = SIZE_MAX;
    for (size_t i = 0; i < w->n; i++) {
        if (w->shared[i] >= dead) continue;
        if (w->shared[i] < valid) valid = w->shared[i];
        dead = SIZE_MAX;
        Str word = w->at[i];
        while (valid < word.n && dead == SIZE_MAX) {
            row_fill(&t, whole, word, ++valid);
            bool is_hopeless = t.least[valid] > most_distance && t.least[valid - 1] >= most_distance;
            bool is_begun = is_unfinished && t.begun[valid] <= 1 && whole.n >= 5;
            if (is_hopeless && !is_begun) dead = valid;
        }
        if (dead != SIZE_MAX) continue;
        int distance = t.rows[word.n][whole.n];
        int cost = misspelt_cost(distance > most_distance ? 99 : distance, t.begun[word.n], is_unfinished, whole.n);
        if (cost > 0 && cost <= most) match_add(c, w, i, cost);
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
