// case.c: from the facts of a family to its case, and the case's canonical bytes.
#include "programme/scheme_data.h"
#include "base/lang.h"

static void extra_empty(const Attribute *list, size_t n, int64_t *out) {
    for (size_t i = 0; i < EXTRA_MAX; i++) out[i] = i < n ? list[i].empty : EXTRA_NONE;
}

void person_facts_empty(const Scheme *s, PersonFacts *out) {
    *out = (PersonFacts){ .born_on = DATE_NONE };
    extra_empty(s->book->person_attributes, s->book->person_attribute_n, out->extra);
}

void family_facts_empty(const Scheme *s, FamilyFacts *out) {
    *out = (FamilyFacts){ .standing = STANDING_ACTIVE };
    extra_empty(s->book->family_attributes, s->book->family_attribute_n, out->extra);
}

static uint32_t family_flags(const Scheme *s, const FamilyFacts *family, const PersonFacts *persons, const uint16_t *classes, size_t n) {
    int64_t values[PERSON_MAX][ATTR_MAX];
    uint32_t masks[PERSON_MAX], flags = 0;
    for (size_t i = 0; i < n; i++) person_values(&persons[i], values[i]);
    for (size_t day = 0; day < s->day_n; day++) {
        for (size_t i = 0; i < n; i++)
            masks[i] = (uint32_t)((uint64_t)s->classes[classes[i]].mask >> (day * (size_t)s->kernel.component_n)) & s->kernel.person_mask;
        FamilyView view = { .family = family->extra, .persons = (const int64_t (*)[ATTR_MAX])values, .masks = masks, .person_n = n };
        for (int i = 0; i < s->kernel.flag_n; i++)
            if (condition_of_family(s->conditions[i].by_day[day], &view) == TRUE_) flags |= 1u << (i + (int)day * s->kernel.flag_n);
    }
    return flags;
}

bool case_make(const Scheme *s, const FamilyFacts *family, const PersonFacts *persons, size_t person_n, Case *out, Err *e) {
    if (person_n > PERSON_MAX) return fail(e, LIMIT, N_("A family has at most %d members; this one has %zu."), PERSON_MAX, person_n);
    uint16_t classes[PERSON_MAX], sorted[PERSON_MAX];
    for (size_t i = 0; i < person_n; i++) {
        classes[i] = scheme_person_class(s, &persons[i]);
        size_t at = i;
        for (; at > 0 && sorted[at - 1] > classes[i]; at--) sorted[at] = sorted[at - 1];
        sorted[at] = classes[i];
    }
    out->standing = family->standing;
    out->family_flags = s->kernel.flag_n ? family_flags(s, family, persons, classes, person_n) : 0;
    out->member_n = s->is_counting_members ? (uint16_t)person_n : 0;
    for (size_t i = 0; i < QUANTITY_MAX; i++) out->quantity[i] = i < s->quantity_n ? family->extra[s->quantity_attr[i]] : 0;
    out->group_n = 0;
    for (size_t i = 0; i < person_n; i++) {                // classes stand in the order of groups, so alike persons stand together
        if (sorted[i] == 0) continue;
        if (i > 0 && sorted[i] == sorted[i - 1]) { out->groups[out->group_n - 1].n++; continue; }
        const PersonClass *c = &s->classes[sorted[i]];
        out->groups[out->group_n++] = (CaseGroup){ .mask = c->mask, .outcome = c->outcome, .cut = c->cut, .n = 1 };
    }
    return true;
}

// Bytes: standing 1, quantities 1, members 2, flags 4, groups 2, then 8 for each quantity (the last is not 0) and 7 for each
// group (mask 4, outcome 1, cut 1, n 1). Numbers are big-endian.
#define HEAD_BYTES 10
#define GROUP_BYTES 7

static uint8_t *put(uint8_t *p, uint64_t v, int bytes) {
    for (int i = bytes - 1; i >= 0; i--) *p++ = (uint8_t)(v >> (8 * i));
    return p;
}

static uint64_t take(const uint8_t **p, int bytes) {
    uint64_t v = 0;
    for (int i = 0; i < bytes; i++) v = v << 8 | *(*p)++;
    return v;
}

size_t case_encode(const Case *c, uint8_t *out) {
    int quantity_n = QUANTITY_MAX;
    while (quantity_n > 0 && c->quantity[quantity_n - 1] == 0) quantity_n--;
    uint8_t *p = put(out, c->standing, 1);
    p = put(p, (uint64_t)quantity_n, 1);
    p = put(p, c->member_n, 2);
    p = put(p, c->family_flags, 4);
    p = put(p, c->group_n, 2);
    for (int i = 0; i < quantity_n; i++) p = put(p, (uint64_t)c->quantity[i], 8);
    for (int i = 0; i < c->group_n; i++) {
        const CaseGroup *g = &c->groups[i];
        p = put(p, g->mask, 4);
        p = put(p, g->outcome, 1);
        p = put(p, g->cut, 1);
        p = put(p, g->n, 1);
    }
    return (size_t)(p - out);
}

static bool is_after(const CaseGroup *a, const CaseGroup *b) {         // a stands after b
    if (a->mask != b->mask) return a->mask > b->mask;
    if (a->outcome != b->outcome) return a->outcome > b->outcome;
    return a->cut > b->cut;
}

bool case_decode(const uint8_t *bytes, size_t n, Case *out) {
    const uint8_t *p = bytes;
    if (n < HEAD_BYTES) return false;
    uint64_t standing = take(&p, 1), quantity_n = take(&p, 1);
    out->standing = (Standing)standing;
    out->member_n = (uint16_t)take(&p, 2);
    out->family_flags = (uint32_t)take(&p, 4);
    out->group_n = (uint16_t)take(&p, 2);
    if (standing > STANDING_SUSPENDED || quantity_n > QUANTITY_MAX || out->group_n > PERSON_MAX || out->member_n > PERSON_MAX) return false;
    if (n != HEAD_BYTES + 8 * quantity_n + GROUP_BYTES * (size_t)out->group_n) return false;
    for (size_t i = 0; i < QUANTITY_MAX; i++) {
        out->quantity[i] = i < quantity_n ? (int64_t)take(&p, 8) : 0;
        bool is_known = out->quantity[i] != EXTRA_NONE;
        if (is_known && (out->quantity[i] > MONEY_MAX || out->quantity[i] < -MONEY_MAX)) return false;
    }
    if (quantity_n > 0 && out->quantity[quantity_n - 1] == 0) return false;
    unsigned person_n = 0;
    for (size_t i = 0; i < out->group_n; i++) {
        CaseGroup *g = &out->groups[i];
        g->mask = (uint32_t)take(&p, 4);
        uint64_t outcome = take(&p, 1);
        g->outcome = (Outcome)outcome;
        g->cut = (uint8_t)take(&p, 1);
        g->n = (uint8_t)take(&p, 1);
        person_n += g->n;
        if (g->mask == 0 || g->n == 0 || outcome > OUTCOME_EXCUSED || g->cut >= LEVEL_MAX || (i > 0 && !is_after(g, &out->groups[i - 1])))
            return false;
    }
    return person_n <= PERSON_MAX;
}
