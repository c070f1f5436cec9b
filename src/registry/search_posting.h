// search_posting.h: who has a word in the name, as sorted numbers in few bytes. Pure.
//
// A member's number holds district, family and person, so that the order of numbers is (kab, family, person); inside a block the
// district is left out, for it stands in the row. A block holds differences, some three bytes a member.
#ifndef REGISTRY_SEARCH_POSTING_H
#define REGISTRY_SEARCH_POSTING_H
#include "base/err.h"

#define MEMBER_PERSON_BITS 26                  // 67 million persons of a district,
#define MEMBER_FAMILY_BITS 24                  // 16 million families: three times the most populous
#define MEMBER_KAB_SHIFT (MEMBER_PERSON_BITS + MEMBER_FAMILY_BITS)
#define BLOCK_BYTES_MAX 1900                   // a row of PostgreSQL up to some 2,000 bytes stays in its page, uncompressed

// LIMIT when family or person do not fit.
must_use bool member_of(int64_t kab, int64_t family_id, int64_t person_id, uint64_t *out, Err *e);
static inline int64_t member_kab(uint64_t m) { return (int64_t)(m >> MEMBER_KAB_SHIFT); }
static inline int64_t member_family(uint64_t m) { return (int64_t)(m >> MEMBER_PERSON_BITS & ((UINT64_C(1) << MEMBER_FAMILY_BITS) - 1)); }
static inline int64_t member_person(uint64_t m) { return (int64_t)(m & ((UINT64_C(1) << MEMBER_PERSON_BITS) - 1)); }
static inline uint64_t member_in_kab(uint64_t m) { return m & ((UINT64_C(1) << MEMBER_KAB_SHIFT) - 1); }      // as start_n says it
static inline uint64_t member_household(uint64_t m) { return m >> MEMBER_PERSON_BITS; }                       // (kab, family)

// Members, ascending. The caller frees `at`.
typedef struct { uint64_t *at; size_t n, room; } Members;
must_use bool member_add(Members *m, uint64_t member, Err *e);

// One block while it is written.
typedef struct { int64_t family, person; } BlockState;         // zero value: at its beginning
#define MEMBER_BYTES_MAX 10
size_t block_put(uint8_t *to, BlockState *state, uint64_t member);      // at most MEMBER_BYTES_MAX; returns how many

// Appends the members of a block to `out`. CONFLICT when the bytes are not what block_put writes.
must_use bool block_read(Str bytes, int64_t kab, Members *out, Err *e);

static inline uint64_t zigzag(int64_t v) { return v < 0 ? ~((uint64_t)v << 1) : (uint64_t)v << 1; }         // small for -1 as for 1
void varint_put(Buf *b, uint64_t v);
must_use bool varint_get(Str *rest, uint64_t *out);            // false at the end or for more than 64 bits
#endif
