// arena.h: memory with a place. Everything asked of an arena lives until the arena is freed or reset.
// Memory is zeroed. Out of memory ends the program with a message: nothing here can go on without it.
#ifndef BASE_ARENA_H
#define BASE_ARENA_H
#include "base/str.h"

typedef struct ArenaBlock ArenaBlock;
typedef struct { ArenaBlock *last; size_t used, block_bytes; } Arena;     // zero value is ready

#define NEW(arena, Type, count) ((Type *)arena_alloc((arena), sizeof(Type), _Alignof(Type), (size_t)(count)))
void *arena_alloc(Arena *a, size_t size, size_t align, size_t count);
Str arena_str(Arena *a, Str s);                            // a copy, also NUL-terminated behind its end
char *arena_c(Arena *a, Str s);                            // the same, as a C string
Str arena_fmt(Arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void arena_reset(Arena *a);                                // forget everything, keep one block
void arena_free(Arena *a);
#endif
