#include "registry/word_table.h"
#include "base/random.h"
#include <stdlib.h>

uint64_t word_hash(Str word) {
    uint64_t h = 0xCBF29CE484222325u;
    for (size_t i = 0; i < word.n; i++) h = (h ^ (uint8_t)word.p[i]) * 0x100000001B3u;
    return random_mix(h);
}

static size_t slot_of(const WordTable *t, Str word) {
    size_t i = word_hash(word) & (t->slot_n - 1);
    while (t->slots[i] && !str_eq(t->at[t->slots[i] - 1], word)) i = (i + 1) & (t->slot_n - 1);
    return i;
}

bool word_find(const WordTable *t, Str word, uint32_t *out) {
    if (!t->slot_n) return false;
    uint32_t found = t->slots[slot_of(t, word)];
    if (found) *out = found - 1;
    return found != 0;
}

static bool slots_widen(WordTable *t, Err *e) {
    WordTable wider = *t;
    wider.slot_n = t->slot_n ? 2 * t->slot_n : 4096;
    wider.slots = calloc(wider.slot_n, sizeof *wider.slots);
    wider.room = wider.slot_n / 2;
    Str *at = wider.slots ? realloc(t->at, wider.room * sizeof *at) : NULL;
    if (!at) {
        free(wider.slots);
        return fail(e, LIMIT, "There is not enough memory.");
    }
    wider.at = at;
    for (size_t i = 0; i < t->n; i++) wider.slots[slot_of(&wider, at[i])] = (uint32_t)i + 1;
    free(t->slots);
    *t = wider;
    return true;
}

bool word_intern(WordTable *t, Str word, uint32_t *out, Err *e) {
    if (word_find(t, word, out)) return true;
    if (t->n == t->room && !slots_widen(t, e)) return false;
    t->at[t->n] = arena_str(&t->arena, word);
    *out = (uint32_t)t->n++;
    t->slots[slot_of(t, word)] = *out + 1;
    return true;
}

static int by_word(const void *a, const void *b, void *with) {
    const WordTable *t = with;
    return str_cmp(t->at[*(const uint32_t *)a], t->at[*(const uint32_t *)b]);
}

uint32_t *words_sorted(const WordTable *t) {
    uint32_t *order = malloc((t->n + 1) * sizeof *order);
    for (size_t i = 0; order && i < t->n; i++) order[i] = (uint32_t)i;
    if (order) qsort_r(order, t->n, sizeof *order, by_word, (void *)(uintptr_t)t);
    return order;
}

void word_table_free(WordTable *t) {
    free(t->at);
    free(t->slots);
    arena_free(&t->arena);
    *t = (WordTable){ 0 };
}
