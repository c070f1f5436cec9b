#include "registry/search_posting.h"
#include <stdlib.h>

bool member_of(int64_t kab, int64_t family_id, int64_t person_id, uint64_t *out, Err *e) {
    if (family_id < 0 || family_id >> MEMBER_FAMILY_BITS || person_id < 0 || person_id >> MEMBER_PERSON_BITS)
        return fail(e, LIMIT, "District %lld, family %lld, person %lld: numbers of families end at 16,777,215 and of persons at 67,108,863.",
                    (long long)kab, (long long)family_id, (long long)person_id);
    *out = (uint64_t)kab << MEMBER_KAB_SHIFT | (uint64_t)family_id << MEMBER_PERSON_BITS | (uint64_t)person_id;
    return true;
}

bool member_add(Members *m, uint64_t member, Err *e) {
    if (m->n == m->room) {
        size_t room = m->room ? 2 * m->room : 1024;
        uint64_t *wider = realloc(m->at, room * sizeof *wider);
        if (!wider) return fail(e, LIMIT, "There is not enough memory.");
        m->at = wider;
        m->room = room;
    }
    m->at[m->n++] = member;
    return true;
}

static int64_t unzigzag(uint64_t v) { return (int64_t)(v >> 1) ^ -(int64_t)(v & 1); }

static size_t varint_write(uint8_t *to, uint64_t v) {
    size_t n = 0;
    for (; v >= 0x80; v >>= 7) to[n++] = (uint8_t)(v | 0x80);
    to[n++] = (uint8_t)v;
    return n;
}

void varint_put(Buf *b, uint64_t v) {
    uint8_t bytes[10];
    buf_bytes(b, bytes, varint_write(bytes, v));
}

static inline bool varint_read(const uint8_t **p, const uint8_t *end, uint64_t *out) {
    uint64_t v = 0;
    for (int shift = 0; *p < end && shift < 64; shift += 7) {
        uint8_t byte = *(*p)++;
        v |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80) { *out = v; return true; }
    }
    return false;
}

bool varint_get(Str *rest, uint64_t *out) {
    const uint8_t *p = (const uint8_t *)rest->p;
    if (!rest->n || !varint_read(&p, p + rest->n, out)) return false;
    *rest = str_part(*rest, (size_t)(p - (const uint8_t *)rest->p), rest->n);
    return true;
}

// Families go up; persons mostly go up with them.
size_t block_put(uint8_t *to, BlockState *state, uint64_t member) {
    int64_t family = member_family(member), person = member_person(member);
    size_t n = varint_write(to, (uint64_t)(family - state->family));
    n += varint_write(to + n, zigzag(person - state->person));
    *state = (BlockState){ family, person };
    return n;
}

bool block_read(Str bytes, int64_t kab, Members *out, Err *e) {
    if (!bytes.n) return true;
    const uint8_t *p = (const uint8_t *)bytes.p, *end = p + bytes.n;
    uint64_t family_step, person_step, family = 0, base = (uint64_t)kab << MEMBER_KAB_SHIFT;
    int64_t person = 0;
    while (p < end) {
        if (!varint_read(&p, end, &family_step) || !varint_read(&p, end, &person_step) || family_step >> MEMBER_FAMILY_BITS ||
            person_step >> (MEMBER_PERSON_BITS + 1) || (family += family_step) >> MEMBER_FAMILY_BITS || (person += unzigzag(person_step)) < 0 || person >> MEMBER_PERSON_BITS)
            return fail(e, CONFLICT, "A part of the search index is damaged. Build it anew: harapan search --build.");
        if (!member_add(out, base | family << MEMBER_PERSON_BITS | (uint64_t)person, e)) return false;
    }
    return true;
}
