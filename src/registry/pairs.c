#include "registry/pairs.h"
#include <stdlib.h>

bool pair_add(Pairs *p, int64_t key, int64_t id, Err *e) {
    if (p->n == p->room) {
        size_t room = p->room ? 2 * p->room : 1024;
        Pair *more = realloc(p->at, room * sizeof *more);
        if (!more) return fail(e, LIMIT, "There is not enough memory.");
        p->at = more;
        p->room = room;
    }
    p->at[p->n++] = (Pair){ key, id };
    return true;
}

static int by_pair(const void *a, const void *b) {
    const Pair *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}
void pairs_sort(Pairs *p) { if (p->n) qsort(p->at, p->n, sizeof *p->at, by_pair); }

size_t pairs_find(const Pairs *p, int64_t key) {
    size_t low = 0, high = p->n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (p->at[middle].key < key) low = middle + 1; else high = middle;
    }
    return low;
}

bool bit_add(Bits *b, int64_t i, Err *e) {
    size_t word = (size_t)i / 64;
    if (word >= b->words_n) {
        size_t room = 2 * word + 64;
        uint64_t *more = realloc(b->words, room * sizeof *more);
        if (!more) return fail(e, LIMIT, "There is not enough memory.");
        memset(more + b->words_n, 0, (room - b->words_n) * sizeof *more);
        b->words = more;
        b->words_n = room;
    }
    uint64_t mask = UINT64_C(1) << i % 64;
    b->set_n += !(b->words[word] & mask);
    b->words[word] |= mask;
    return true;
}
bool bit_has(const Bits *b, int64_t i) { return (size_t)i / 64 < b->words_n && b->words[(size_t)i / 64] >> i % 64 & 1; }
