// bytetable.h: numbers distinct byte strings from 0 in order of first sight. Keys are copied and live as long as the table.
#ifndef REGISTRY_BYTETABLE_H
#define REGISTRY_BYTETABLE_H
#include "base/arena.h"
#include "base/err.h"

typedef struct { uint64_t hash; const char *key; uint32_t key_n, index; } ByteSlot;
typedef struct {
    ByteSlot *slots;           // open addressing, a power of two
    Str *keys;                 // by number
    uint32_t slot_n, n, cap;
    Arena arena;
} ByteTable;                   // zero value is ready

uint64_t bytetable_hash(const void *key, size_t key_n);
// The number of a key, which is added when it is new. `hash` may be any function of the key, always the same one.
must_use bool bytetable_put(ByteTable *t, uint64_t hash, const void *key, size_t key_n, uint32_t *index, bool *is_new, Err *e);
static inline Str bytetable_key(const ByteTable *t, uint32_t index) { return t->keys[index]; }
void bytetable_free(ByteTable *t);

// The fast path of bytetable_put, for a key that is usually there: its number, or UINT32_MAX.
static inline uint32_t bytetable_find(const ByteTable *t, uint64_t hash, const void *key, size_t key_n) {
    if (t->slot_n == 0) return UINT32_MAX;
    for (uint32_t i = (uint32_t)hash & (t->slot_n - 1);; i = (i + 1) & (t->slot_n - 1)) {
        const ByteSlot *s = &t->slots[i];
        if (!s->key) return UINT32_MAX;
        if (s->hash == hash && s->key_n == key_n && memcmp(s->key, key, key_n) == 0) return s->index;
    }
}
#endif
