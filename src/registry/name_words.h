// name_words.h: a person's name as words that no longer depend on how somebody spelt them. Pure.
//
// Indonesian names are written as they are heard, in two official spellings and many private ones: Soeharto and Suharto, Djoko and
// Joko, Moh., Muh. and Muhammad, Chairul and Khairul, Rizky and Riski, Nur Hayati and Nurhayati. Titles come and go (Hj., Alm., S.Pd).
// Here each word is folded to one form of the letters a to z; two spellings of one name mostly fold to the same. The fold is coarse
// and not for showing: it is what blocking, scoring and search compare. The rules are tables in name_words.c.
#ifndef REGISTRY_NAME_WORDS_H
#define REGISTRY_NAME_WORDS_H
#include "base/str.h"

#define NAME_WORDS_MAX 8               // the longest names of the nation have seven; further words are left out
#define NAME_WORD_MAX 24               // letters of a folded word; longer ones are cut
#define NAME_JOINED_MAX (NAME_WORDS_MAX * NAME_WORD_MAX)

typedef struct {
    uint8_t n, length[NAME_WORDS_MAX];
    char text[NAME_WORDS_MAX][NAME_WORD_MAX];              // not NUL-terminated
} NameWords;
static inline Str name_word(const NameWords *w, size_t i) { return (Str){ w->text[i], w->length[i] }; }

// The words of a name in their order, folded, without titles, degrees and bin/binti. A name that is nothing but titles keeps its
// words. Abbreviations stand as what they stand for: "M. Rizki", "Moh Rizki" and "Muhammad Rizky" give "muhamat risky" alike.
// An initial stays a word of one letter. *n is 0 only for a name without letters.
void name_words(Str name, NameWords *out);
// One word folded by the spelling rules alone (no titles, no abbreviations): for what somebody has typed half. Returns its length.
size_t name_word_fold(Str word, char out[NAME_WORD_MAX]);
// All words as one, folded again over the seams: "Nur Hayati" and "Nurhayati" give the same. Returns the length.
size_t name_joined(const NameWords *w, char out[NAME_JOINED_MAX]);

// How many letters must be put in, left out, changed or swapped with their neighbour to make b of a; most + 1 when more than `most`.
int name_distance(Str a, Str b, int most);
#endif
