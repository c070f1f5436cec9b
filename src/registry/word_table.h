// word_table.h: words as small numbers, in the order they were first met. In memory; no database.
#ifndef REGISTRY_WORD_TABLE_H
#define REGISTRY_WORD_TABLE_H
#include "base/arena.h"
#include "base/err.h"

typedef struct {
    Str *at;                                   // by number
    size_t n;
    size_t room, slot_n;
    uint32_t *slots;                           // number plus one; 0 is free
    Arena arena;
} WordTable;                                   // zero value is ready

uint64_t word_hash(Str word);                  // the same in every run
must_use bool word_intern(WordTable *t, Str word, uint32_t *out, Err *e);      // LIMIT without memory
bool word_find(const WordTable *t, Str word, uint32_t *out);
// Numbers in the order of the words' bytes. The caller frees it; NULL without memory.
uint32_t *words_sorted(const WordTable *t);
void word_table_free(WordTable *t);
#endif
