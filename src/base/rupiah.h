// rupiah.h: money. Whole rupiah in 64 bits (or the smallest unit of another programme's currency), checked for overflow.
#ifndef BASE_RUPIAH_H
#define BASE_RUPIAH_H
#include "base/arena.h"
#include "base/err.h"

typedef struct { int64_t rp; } Rupiah;                     // cannot be added to a count by accident

must_use bool rupiah_add(Rupiah a, Rupiah b, Rupiah *sum, Err *e);
must_use bool rupiah_subtract(Rupiah a, Rupiah b, Rupiah *difference, Err *e);
must_use bool rupiah_times(Rupiah a, int64_t factor, Rupiah *product, Err *e);
// floor(a * numerator / denominator) with a 128-bit product; a >= 0, numerator >= 0, denominator > 0.
must_use bool rupiah_share(Rupiah a, int64_t numerator, int64_t denominator, Rupiah *share, Err *e);
// "1.500.000", "Rp 225.000,00", "225000": dots part thousands, a fraction must be 00. False for all else.
must_use bool rupiah_parse(Str s, Rupiah *out);
void rupiah_put(Buf *b, Rupiah a);                         // Rp 1.500.000 in Indonesian, Rp 1,500,000 in English
void count_put(Buf *b, int64_t n);                         // 23.964 in Indonesian, 23,964 in English
// The same as texts, which end with a NUL behind them.
Str arena_rupiah(Arena *a, Rupiah amount);
Str arena_count(Arena *a, int64_t n);
Str arena_change(Arena *a, Rupiah before, Rupiah after);   // +Rp 750.000, Rp -75.000, Rp 0; neither below 0
#endif
