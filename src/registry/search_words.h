// search_words.h: the distinct words of an area's names in memory, and which of them somebody may have meant. Also its villages.
//
// A nation has a few hundred thousand words; they are read once by a process and kept up: each take asks which parts of which
// district are new (one small query) and reads only those. Many threads share one picture, which never changes once it is given out.
#ifndef REGISTRY_SEARCH_WORDS_H
#define REGISTRY_SEARCH_WORDS_H
#include "db/db.h"
#include "registry/area.h"

typedef struct SearchWords SearchWords;
// The words of districts low_kab … high_kab. Given back with search_words_release.
must_use bool search_words_take(Db *db, int64_t low_kab, int64_t high_kab, SearchWords **out, Err *e);
void search_words_release(SearchWords *w);     // NULL is fine
size_t search_words_n(const SearchWords *w);

// What a match costs: the better first. Also the order of answers.
enum { MATCH_EXACT = 0, MATCH_PREFIX = 1, MATCH_ONE = 2, MATCH_PREFIX_ONE = 3, MATCH_TWO = 4 };
typedef struct { Str word; int cost; int64_t person_n; } WordMatch;    // person_n: about how many have it, for planning only
typedef struct { WordMatch *at; size_t n; int64_t person_n; } WordMatches;
#define WORD_MATCHES_MAX 256                   // of the many words that begin with two letters, the most frequent

// A word as asked: folded whole (name_words.h), and folded as the beginning of a word when it may be unfinished (else empty).
typedef struct { Str whole, beginning; } WordAsked;
// Words that cost at most `most`, cheapest and then most frequent first. Words of the picture, alive until it is released; the list in `a`.
WordMatches search_words_match(const SearchWords *w, Arena *a, WordAsked asked, int most);
const WordMatch *search_words_find(const SearchWords *w, Arena *a, Str word);      // exactly; NULL when nobody has it

// Kecamatan and villages by their letters alone ("lubukbuaya"): equal, or beginning so when is_unfinished. Up to `max`.
size_t search_places_find(const SearchWords *w, Str letters, bool is_unfinished, Area *out, size_t max);
#endif
