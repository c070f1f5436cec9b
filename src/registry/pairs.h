// pairs.h: what holds a file of millions of rows together in memory while the rows stay in the database: 16 bytes a row, sorted,
// and sets of row numbers. The caller frees `at` and `words`.
#ifndef REGISTRY_PAIRS_H
#define REGISTRY_PAIRS_H
#include "base/err.h"

typedef struct { int64_t key, id; } Pair;
typedef struct { Pair *at; size_t n, room; } Pairs;
must_use bool pair_add(Pairs *p, int64_t key, int64_t id, Err *e);          // LIMIT without memory
void pairs_sort(Pairs *p);                                                   // by key, then id
size_t pairs_find(const Pairs *p, int64_t key);                              // sorted: the first pair not before the key

typedef struct { uint64_t *words; size_t words_n; int64_t set_n; } Bits;
must_use bool bit_add(Bits *b, int64_t i, Err *e);
bool bit_has(const Bits *b, int64_t i);
#endif
