#include "registry/bytetable.h"
#include "base/random.h"
#include <stdlib.h>

uint64_t bytetable_hash(const void *key, size_t key_n) {
    const uint8_t *p = key;
    uint64_t h = key_n, w = 0;
    for (; key_n >= 8; p += 8, key_n -= 8) { memcpy(&w, p, 8); h = random_mix(h ^ w); }
    w = 0;
    if (key_n) memcpy(&w, p, key_n);
    return random_mix(h ^ w);
}

static ByteSlot *empty_slot(ByteSlot *slots, uint32_t slot_n, uint64_t hash) {
    uint32_t i = (uint32_t)hash & (slot_n - 1);
    while (slots[i].key) i = (i + 1) & (slot_n - 1);
    return &slots[i];
}

static bool grow(ByteTable *t, Err *e) {
    if (t->n == t->cap) {
        uint32_t cap = t->cap ? 2 * t->cap : 512;
        Str *keys = realloc(t->keys, cap * sizeof *keys);
        if (!keys) return fail_memory(e);
        t->keys = keys;
        t->cap = cap;
    }
    if (2 * (t->n + 1) <= t->slot_n) return true;
    uint32_t slot_n = t->slot_n ? 2 * t->slot_n : 1024;
    ByteSlot *slots = calloc(slot_n, sizeof *slots);
    if (!slots) return fail_memory(e);
    for (uint32_t i = 0; i < t->slot_n; i++) if (t->slots[i].key) *empty_slot(slots, slot_n, t->slots[i].hash) = t->slots[i];
    free(t->slots);
    t->slots = slots;
    t->slot_n = slot_n;
    return true;
}

bool bytetable_put(ByteTable *t, uint64_t hash, const void *key, size_t key_n, uint32_t *index, bool *is_new, Err *e) {
    uint32_t found = bytetable_find(t, hash, key, key_n);
    *is_new = found == UINT32_MAX;
    if (!*is_new) { *index = found; return true; }
    if (!grow(t, e)) return false;
    Str kept = arena_str(&t->arena, (Str){ key, key_n });
    *empty_slot(t->slots, t->slot_n, hash) = (ByteSlot){ hash, kept.p, (uint32_t)key_n, t->n };
    t->keys[t->n] = kept;
    *index = t->n++;
    return true;
}

void bytetable_free(ByteTable *t) {
    free(t->slots);
    free(t->keys);
    arena_free(&t->arena);
    *t = (ByteTable){ 0 };
}
