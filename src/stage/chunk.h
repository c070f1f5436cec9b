// chunk.h: the bytes a closing writes and a run reads: pay columns of up to 65,536 families, and a district's cases.
// All values are little-endian; equal pictures give equal bytes on every engine.
#ifndef STAGE_CHUNK_H
#define STAGE_CHUNK_H
#include "base/arena.h"
#include "base/err.h"

#define CHUNK_FAMILIES 65536   // family f of a district belongs to chunk (f - 1) / CHUNK_FAMILIES; its place in it fits 16 bits

// Pay columns, 7 bytes a family (9 where a district has more than 65,536 cases). Pointing into the bytes.
typedef struct {
    int64_t first_id;          // id of offset 0
    uint32_t family_n, case_width;
    const uint8_t *offset;     // [family_n] u16: family id less first_id; ascending
    const uint8_t *channel;    // [family_n] index of PACK_CHANNELS
    const uint8_t *village;    // [family_n] u16: index of CaseList.village
    const uint8_t *case_no;    // [family_n] u16 or u32: index of CaseList.case
} Chunk;
must_use bool chunk_open(Str bytes, Chunk *out, Err *e);    // CONFLICT: damaged
static inline uint32_t chunk_u16(const uint8_t *column, size_t i) { uint16_t v; memcpy(&v, column + 2 * i, 2); return v; }
static inline uint32_t chunk_case(const Chunk *c, size_t i) {
    if (c->case_width == 2) return chunk_u16(c->case_no, i);
    uint32_t v;
    memcpy(&v, c->case_no + 4 * i, 4);
    return v;
}

// Families as they are put into a chunk, in order of id: a column each. `case_no` and `village` are numbers in order of first
// sight, which `case_to` and `village_to` turn into those of the CaseList.
typedef struct { uint32_t *family_id, *case_no; uint16_t *village; uint8_t *channel; const uint32_t *case_to; const uint16_t *village_to; } ChunkColumns;
// Families first … first + n - 1 of the columns, which all belong to chunk `chunk_n`. The bytes live in `out`.
void chunk_put(Buf *out, int64_t chunk_n, const ChunkColumns *columns, size_t first, size_t n, uint32_t case_n);

// A district's villages (code less kab * 1,000,000, ascending) and distinct cases (canonical bytes, ascending). Into the bytes.
typedef struct { uint32_t village_n, case_n; const uint8_t *village, *end_at, *bytes; } CaseList;
must_use bool case_list_open(Str bytes, CaseList *out, Err *e);
Str case_list_at(const CaseList *list, uint32_t i);         // canonical bytes of case i
uint32_t case_list_village(const CaseList *list, uint32_t i);
void case_list_put(Buf *out, const uint32_t *villages, uint32_t village_n, const Str *cases, uint32_t case_n);
#endif
