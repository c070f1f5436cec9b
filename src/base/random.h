// random.h: reproducible choices (splitmix64) for synthetic data and tests: a seed makes a city. Never for secrets.
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H
#include <stdint.h>

typedef struct { uint64_t state; } Random;

static inline uint64_t random_mix(uint64_t x) {
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}
static inline uint64_t random_next(Random *r) {
    uint64_t out = random_mix(r->state);
    r->state += 0x9E3779B97F4A7C15u;
    return out;
}
// Even over 0 … n-1 (n > 0), by the high half of a 128-bit product.
static inline uint64_t random_below(Random *r, uint64_t n) { return (uint64_t)((unsigned __int128)random_next(r) * n >> 64); }
static inline int64_t random_between(Random *r, int64_t low, int64_t high) { return low + (int64_t)random_below(r, (uint64_t)(high - low) + 1); }
#endif
