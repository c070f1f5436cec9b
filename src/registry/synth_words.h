// synth_words.h: the words invented people are named with. Ordinary words of Padang and of Indonesia, nobody in particular.
#ifndef REGISTRY_SYNTH_WORDS_H
#define REGISTRY_SYNTH_WORDS_H
#include <stddef.h>

typedef struct { const char *const *at; size_t n; } Words;
// First names of men and women: [0] those born before 1985, [1] the younger.
extern const Words WORDS_MAN[2], WORDS_WOMAN[2];
extern const Words WORDS_MAN_LAST, WORDS_WOMAN_LAST, WORDS_CLAN;      // suku of Minangkabau as family names
extern const Words WORDS_STREET, WORDS_FLOWER, WORDS_TOWN, WORDS_HAMLET;
#endif
