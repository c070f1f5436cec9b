#include "stage/chunk.h"

#define CHUNK_MAGIC 0x31434b48u         // "HKC1"
#define LIST_MAGIC 0x314c4b48u          // "HKL1"
#define HEADER_BYTES 16
#define CASE_LIST_MAX ((uint32_t)1 << 24)

static uint32_t u32_at(const uint8_t *p, size_t i) { uint32_t v; memcpy(&v, p + 4 * i, 4); return v; }
static void put_u32(Buf *b, uint32_t v) { buf_bytes(b, &v, 4); }
static bool damaged(Err *e) { return fail(e, CONFLICT, "A part of the closing is damaged: its bytes are not what a closing writes."); }

bool chunk_open(Str bytes, Chunk *out, Err *e) {
    const uint8_t *p = (const uint8_t *)bytes.p;
    if (bytes.n < HEADER_BYTES || u32_at(p, 0) != CHUNK_MAGIC) return damaged(e);
    Chunk c = { .family_n = u32_at(p, 1), .first_id = u32_at(p, 2), .case_width = u32_at(p, 3) };
    if (c.family_n > CHUNK_FAMILIES || (c.case_width != 2 && c.case_width != 4)) return damaged(e);
    if (bytes.n != HEADER_BYTES + (size_t)c.family_n * (5 + c.case_width)) return damaged(e);
    c.offset = p + HEADER_BYTES;
    c.channel = c.offset + 2 * (size_t)c.family_n;
    c.village = c.channel + c.family_n;
    c.case_no = c.village + 2 * (size_t)c.family_n;
    *out = c;
    return true;
}

void chunk_put(Buf *out, int64_t chunk_n, const ChunkColumns *columns, size_t first, size_t n, uint32_t case_n) {
    uint32_t first_id = (uint32_t)(chunk_n * CHUNK_FAMILIES + 1), width = case_n > 65536 ? 4 : 2;
    put_u32(out, CHUNK_MAGIC);
    put_u32(out, (uint32_t)n);
    put_u32(out, first_id);
    put_u32(out, width);
    uint8_t *offset = buf_space(out, n * (5 + width));
    if (!offset) return;
    uint8_t *channel = offset + 2 * n, *village = channel + n, *case_no = village + 2 * n;
    const uint32_t *family_id = columns->family_id + first, *number = columns->case_no + first;
    for (size_t i = 0; i < n; i++) {
        uint16_t from_first = (uint16_t)(family_id[i] - first_id);
        memcpy(offset + 2 * i, &from_first, 2);
    }
    if (n) memcpy(channel, columns->channel + first, n);
    for (size_t i = 0; i < n; i++) memcpy(village + 2 * i, &columns->village_to[columns->village[first + i]], 2);
    if (width == 4) for (size_t i = 0; i < n; i++) memcpy(case_no + 4 * i, &columns->case_to[number[i]], 4);
    else for (size_t i = 0; i < n; i++) memcpy(case_no + 2 * i, &columns->case_to[number[i]], 2);      // little-endian: the low bytes come first
}

bool case_list_open(Str bytes, CaseList *out, Err *e) {
    const uint8_t *p = (const uint8_t *)bytes.p;
    if (bytes.n < HEADER_BYTES || u32_at(p, 0) != LIST_MAGIC) return damaged(e);
    CaseList list = { .village_n = u32_at(p, 1), .case_n = u32_at(p, 2) };
    if (list.village_n > CHUNK_FAMILIES || list.case_n > CASE_LIST_MAX) return damaged(e);
    size_t fixed = HEADER_BYTES + 4 * ((size_t)list.village_n + list.case_n);
    if (bytes.n < fixed) return damaged(e);
    list.village = p + HEADER_BYTES;
    list.end_at = list.village + 4 * (size_t)list.village_n;
    list.bytes = p + fixed;
    uint32_t before = 0;
    for (uint32_t i = 0; i < list.case_n; i++) {
        uint32_t end = u32_at(list.end_at, i);
        if (end < before) return damaged(e);
        before = end;
    }
    if (before != bytes.n - fixed) return damaged(e);
    *out = list;
    return true;
}

Str case_list_at(const CaseList *list, uint32_t i) {
    uint32_t from = i ? u32_at(list->end_at, i - 1) : 0;
    return (Str){ (const char *)list->bytes + from, u32_at(list->end_at, i) - from };
}

uint32_t case_list_village(const CaseList *list, uint32_t i) { return u32_at(list->village, i); }

void case_list_put(Buf *out, const uint32_t *villages, uint32_t village_n, const Str *cases, uint32_t case_n) {
    put_u32(out, LIST_MAGIC);
    put_u32(out, village_n);
    put_u32(out, case_n);
    put_u32(out, 0);
    buf_bytes(out, villages, 4 * (size_t)village_n);
    uint32_t end = 0;
    for (uint32_t i = 0; i < case_n; i++) put_u32(out, end += (uint32_t)cases[i].n);
    for (uint32_t i = 0; i < case_n; i++) buf_str(out, cases[i]);
}
