#include "registry/pairs.h"
#include <stdlib.h>

bool pair_add(Pairs *p, int64_t key, int64_t id, Err *e) {
    if (p->n == p->room) {
        size_t room = p->room ? 2 * p->room : 1024;
        Pair *more = realloc(p->at, room * sizeof *more);
        if (!more) return fail_memory(e);
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

static bool are_ids_ascending(const Pairs *p) {
    for (size_t i = 1; i < p->n; i++) if (p->at[i].id < p->at[i - 1].id) return false;
    return true;
}

// One pass of a radix sort, stable, over 11 bits of the key; false when they are the same in all pairs and nothing was moved.
#define DIGIT_BITS 11
static bool digit_sort(const Pair *from, Pair *to, size_t n, int shift) {
    size_t start[1 << DIGIT_BITS] = { 0 }, sum = 0;
    const uint64_t sign = UINT64_C(1) << 63, mask = (1 << DIGIT_BITS) - 1;        // negative keys first
    for (size_t i = 0; i < n; i++) start[((uint64_t)from[i].key ^ sign) >> shift & mask]++;
    if (start[((uint64_t)from[0].key ^ sign) >> shift & mask] == n) return false;
    for (size_t d = 0; d <= mask; d++) { size_t here = start[d]; start[d] = sum; sum += here; }
    for (size_t i = 0; i < n; i++) to[start[((uint64_t)from[i].key ^ sign) >> shift & mask]++] = from[i];
    return true;
}

// Rows are added in their order, so a stable sort by the key is enough; anything else, and small lists, are compared.
void pairs_sort(Pairs *p) {
    if (p->n < 2) return;
    Pair *other = p->n > 4096 && are_ids_ascending(p) ? malloc(p->n * sizeof *other) : NULL;
    if (!other) { qsort(p->at, p->n, sizeof *p->at, by_pair); return; }
    Pair *from = p->at, *to = other;
    for (int shift = 0; shift < 64; shift += DIGIT_BITS) {
        if (!digit_sort(from, to, p->n, shift)) continue;
        Pair *swap = from;
        from = to;
        to = swap;
    }
    if (from != p->at) { p->at = from; p->room = p->n; }
    free(to);
}

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
        if (!more) return fail_memory(e);
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
