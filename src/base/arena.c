#include "base/arena.h"
#include <stdio.h>
#include <stdlib.h>

struct ArenaBlock { ArenaBlock *before; size_t cap; _Alignas(16) char bytes[]; };

#define ARENA_BLOCK_BYTES ((size_t)64 << 10)

static void *out_of_memory(void) {
    fputs("harapan: out of memory\n", stderr);
    abort();
}

static void block_add(Arena *a, size_t need) {
    size_t cap = a->block_bytes ? a->block_bytes : ARENA_BLOCK_BYTES;
    if (cap < need) cap = need;
    if (cap > SIZE_MAX - sizeof(ArenaBlock)) { out_of_memory(); return; }
    ArenaBlock *block = malloc(sizeof *block + cap);
    if (!block) { out_of_memory(); return; }
    *block = (ArenaBlock){ .before = a->last, .cap = cap };
    a->last = block;
    a->used = 0;
}

void *arena_alloc(Arena *a, size_t size, size_t align, size_t count) {
    size_t bytes;
    if (__builtin_mul_overflow(size, count, &bytes)) return out_of_memory();
    if (bytes == 0) bytes = 1;
    size_t at = (a->used + align - 1) & ~(align - 1);
    if (!a->last || at > a->last->cap || bytes > a->last->cap - at) {
        block_add(a, bytes);
        at = 0;
    }
    a->used = at + bytes;
    return memset(a->last->bytes + at, 0, bytes);
}

Str arena_str(Arena *a, Str s) {
    char *p = arena_alloc(a, 1, 1, s.n + 1);
    if (s.n) memcpy(p, s.p, s.n);
    return (Str){ p, s.n };
}

char *arena_c(Arena *a, Str s) {
    char *p = arena_alloc(a, 1, 1, s.n + 1);
    if (s.n) memcpy(p, s.p, s.n);
    return p;
}

Str arena_fmt(Arena *a, const char *fmt, ...) {
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    char *p = arena_alloc(a, 1, 1, (size_t)(n > 0 ? n : 0) + 1);
    if (n > 0) vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    va_end(args);
    return (Str){ p, (size_t)(n > 0 ? n : 0) };
}

void arena_reset(Arena *a) {
    while (a->last && a->last->before) {
        ArenaBlock *before = a->last->before;
        free(a->last);
        a->last = before;
    }
    a->used = 0;
}

void arena_free(Arena *a) {
    while (a->last) {
        ArenaBlock *before = a->last->before;
        free(a->last);
        a->last = before;
    }
    a->used = 0;
}
