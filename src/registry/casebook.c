#include "registry/casebook.h"
#include "registry/bytetable.h"
#include "registry/pack.h"
#include <stdlib.h>

#define BAND_MAX 64
#define BORN_UNKNOWN_BAND 0             // a birth date that is not known has a band of its own
#define NOT_ASKED_YET UINT16_MAX
#define FACTS_N (1u << PACK_FACTS_BITS)

#define SHORT_MAX 3                     // three classes of 16 bits and the standing fill a word

typedef struct { uint64_t key; uint32_t case_id; } ShortSlot;          // key 0: empty; a key has its highest bit set

struct CaseBook {
    const Scheme *scheme;
    bool is_plain;                      // a family is its members' classes and nothing else
    int decile_at;                      // family attribute that takes the decile; -1 none
    int64_t person_extra[EXTRA_MAX], family_extra[EXTRA_MAX];
    uint16_t band_n;
    int32_t band_day[BAND_MAX];         // a day inside each band
    uint8_t band[65536];                // by the pack's day number
    uint16_t *classes;                  // [band][facts], filled when first asked
    ShortSlot *shorts;                  // families of up to SHORT_MAX members that count, nearly all: key in one word
    uint32_t short_cap, short_n;
    ByteTable keys;                     // members' classes of the others …
    uint32_t *case_of;                  // … and the case of each (two keys may be one case)
    uint32_t case_of_cap;
    ByteTable cases;                    // canonical bytes
    Str *key_of;                        // [key_cap] by case: what drafts call it; p NULL: not asked yet
    uint32_t key_cap;
    Arena key_arena;
};

// The registry keeps no attributes of a book's own but the decile; what is empty counts as the book says.
static bool attributes_known(CaseBook *b, Err *e) {
    const Str *person, *family;
    size_t person_n, family_n;
    scheme_extra_names(b->scheme, &person, &person_n, &family, &family_n);
    b->decile_at = -1;
    for (size_t i = 0; i < EXTRA_MAX; i++) {
        b->person_extra[i] = i < person_n ? scheme_person_empty(b->scheme, i) : EXTRA_NONE;
        b->family_extra[i] = i < family_n ? scheme_family_empty(b->scheme, i) : EXTRA_NONE;
    }
    for (size_t i = 0; i < person_n; i++)
        if (scheme_reads_person(b->scheme, i) && b->person_extra[i] == EXTRA_NONE)
            return fail(e, BAD_INPUT, "The rule book asks for \"%.*s\" of each person, which the registry does not keep.", STR_ARG(person[i]));
    for (size_t i = 0; i < family_n; i++) {
        if (str_eq(family[i], STR("decile"))) b->decile_at = (int)i;
        else if (scheme_reads_family(b->scheme, i) && b->family_extra[i] == EXTRA_NONE)
            return fail(e, BAD_INPUT, "The rule book asks for \"%.*s\" of each family, which the registry does not keep.", STR_ARG(family[i]));
    }
    return true;
}

static bool bands_make(CaseBook *b, Err *e) {
    const Date *bounds;
    size_t bound_n = scheme_birth_bounds(b->scheme, &bounds);
    if (bound_n + 2 > BAND_MAX) return fail(e, LIMIT, "The rule book has more age limits (%lld) than a closing can hold.", (long long)bound_n);
    b->band_n = (uint16_t)(bound_n + 2);
    uint8_t band = 1;
    for (uint32_t born = 1; born < 65536; born++) {
        int32_t day = pack_born_date((uint16_t)born).days;
        while (band <= bound_n && bounds[band - 1].days <= day) band++;
        b->band[born] = band;
        b->band_day[band] = day;
    }
    b->classes = malloc((size_t)b->band_n * FACTS_N * sizeof *b->classes);
    if (!b->classes) return fail_memory(e);
    memset(b->classes, 0xff, (size_t)b->band_n * FACTS_N * sizeof *b->classes);
    return true;
}

bool casebook_open(const Scheme *s, CaseBook **out, Err *e) {
    CaseBook *b = calloc(1, sizeof *b);
    if (!b) return fail_memory(e);
    b->scheme = s;
    if (attributes_known(b, e) && bands_make(b, e)) {
        b->is_plain = scheme_is_case_of_groups(s) && b->decile_at < 0;
        *out = b;
        return true;
    }
    casebook_close(b);
    return false;
}

void casebook_close(CaseBook *b) {
    if (!b) return;
    bytetable_free(&b->keys);
    bytetable_free(&b->cases);
    free(b->classes);
    free(b->case_of);
    free(b->shorts);
    free(b->key_of);
    arena_free(&b->key_arena);
    free(b);
}

uint32_t casebook_n(const CaseBook *b) { return b->cases.n; }
Str casebook_bytes(const CaseBook *b, uint32_t case_id) { return bytetable_key(&b->cases, case_id); }

PersonFacts casebook_person(const CaseBook *b, uint16_t born, uint16_t facts) {
    PersonFacts p;
    pack_facts_read(facts, born, &p);
    memcpy(p.extra, b->person_extra, sizeof p.extra);
    return p;
}

FamilyFacts casebook_family(const CaseBook *b, Standing standing, uint8_t decile) {
    FamilyFacts family = { .standing = standing };
    memcpy(family.extra, b->family_extra, sizeof family.extra);
    if (b->decile_at >= 0 && decile) family.extra[b->decile_at] = decile;
    return family;
}

static uint16_t class_first_asked(CaseBook *b, uint8_t band, uint16_t facts, uint16_t *place) {
    uint16_t born = band == BORN_UNKNOWN_BAND ? 0 : pack_born_of((Date){ b->band_day[band] });
    PersonFacts p = casebook_person(b, born, facts);
    return *place = facts & PACK_GONE ? 0 : scheme_person_class(b->scheme, &p);
}

static bool case_number(CaseBook *b, const Case *c, uint32_t *case_id, Err *e) {
    uint8_t bytes[CASE_BYTES_MAX];
    bool is_new;
    size_t bytes_n = case_encode(c, bytes);
    return bytetable_put(&b->cases, bytetable_hash(bytes, bytes_n), bytes, bytes_n, case_id, &is_new, e);
}

static bool case_of_facts(CaseBook *b, Standing standing, uint8_t decile, const uint8_t *born, const uint8_t *facts, size_t member_n,
                          uint32_t *case_id, Err *e) {
    PersonFacts persons[PERSON_MAX];
    FamilyFacts family = casebook_family(b, standing, decile);
    size_t n = 0;
    for (size_t i = 0; i < member_n; i++)
        if (!(pack_u16(facts, i) & PACK_GONE)) persons[n++] = casebook_person(b, pack_u16(born, i), pack_u16(facts, i));
    Case c;
    return case_make(b->scheme, &family, persons, n, &c, e) && case_number(b, &c, case_id, e);
}

static bool key_keep(CaseBook *b, uint64_t hash, const void *key, size_t key_bytes, uint32_t case_id, Err *e) {
    uint32_t index;
    bool is_new;
    if (!bytetable_put(&b->keys, hash, key, key_bytes, &index, &is_new, e)) return false;
    if (index >= b->case_of_cap) {
        uint32_t cap = b->case_of_cap ? 2 * b->case_of_cap : 1024;
        uint32_t *more = realloc(b->case_of, cap * sizeof *more);
        if (!more) return fail_memory(e);
        b->case_of = more;
        b->case_of_cap = cap;
    }
    b->case_of[index] = case_id;
    return true;
}

static uint64_t short_word(unsigned standing, const void *classes, size_t n) {
    uint64_t word = 0;
    memcpy(&word, classes, n * sizeof(uint16_t));          // little-endian: the first class in the low bits
    return word | UINT64_C(1) << 63 | (uint64_t)standing << 48;
}

static ShortSlot *short_slot(ShortSlot *shorts, uint32_t cap, uint64_t key) {
    uint32_t i = (uint32_t)(key * 0x9E3779B97F4A7C15u >> 32) & (cap - 1);
    while (shorts[i].key && shorts[i].key != key) i = (i + 1) & (cap - 1);
    return &shorts[i];
}

static bool short_keep(CaseBook *b, uint64_t key, uint32_t case_id, Err *e) {
    if (2 * (b->short_n + 1) > b->short_cap) {
        uint32_t cap = b->short_cap ? 2 * b->short_cap : 4096;
        ShortSlot *more = calloc(cap, sizeof *more);
        if (!more) return fail_memory(e);
        for (uint32_t i = 0; i < b->short_cap; i++) if (b->shorts[i].key) *short_slot(more, cap, b->shorts[i].key) = b->shorts[i];
        free(b->shorts);
        b->shorts = more;
        b->short_cap = cap;
    }
    *short_slot(b->shorts, b->short_cap, key) = (ShortSlot){ key, case_id };
    b->short_n++;
    return true;
}

bool casebook_find(CaseBook *b, Standing standing, uint8_t decile, const uint8_t *born, const uint8_t *facts, size_t member_n,
                   uint32_t *case_id, Err *e) {
    if (!b->is_plain) return case_of_facts(b, standing, decile, born, facts, member_n, case_id, e);
    uint16_t room[PERSON_MAX + 1], *key = room + 1;        // before the classes there is room for the standing
    size_t n = 0;
    for (size_t i = 0; i < member_n; i++) {
        uint16_t f = pack_u16(facts, i);
        uint8_t band = b->band[pack_u16(born, i)];
        uint16_t *place = &b->classes[(size_t)band * FACTS_N + f], class = *place;
        if (class == NOT_ASKED_YET) class = class_first_asked(b, band, f, place);
        if (class == 0) continue;
        size_t at = n++;
        while (at > 0 && key[at - 1] > class) { key[at] = key[at - 1]; at--; }
        key[at] = class;
    }
    if (n <= SHORT_MAX) {
        uint64_t word = short_word(standing, key, n);
        const ShortSlot *known = b->short_cap ? short_slot(b->shorts, b->short_cap, word) : NULL;
        if (known && known->key) { *case_id = known->case_id; return true; }
        return case_of_facts(b, standing, decile, born, facts, member_n, case_id, e) && short_keep(b, word, *case_id, e);
    }
    uint8_t *bytes = (uint8_t *)key - 1;                   // the form of casebook_key
    size_t bytes_n = 1 + n * sizeof *key;
    bytes[0] = (uint8_t)standing;
    uint64_t hash = bytetable_hash(bytes, bytes_n);
    uint32_t known = bytetable_find(&b->keys, hash, bytes, bytes_n);
    if (known != UINT32_MAX) { *case_id = b->case_of[known]; return true; }
    return case_of_facts(b, standing, decile, born, facts, member_n, case_id, e) && key_keep(b, hash, bytes, bytes_n, *case_id, e);
}

// ---- keys -----------------------------------------------------------------------------------------------------------------
// Of a plain book: standing u8, then the classes of the members that count, u16 each, ascending.
static bool key_make(CaseBook *b, uint32_t case_id, Str *out, Err *e) {
    Str bytes = casebook_bytes(b, case_id);
    Case c;
    uint8_t key[1 + 2 * PERSON_MAX];
    size_t n = 1;
    if (!b->is_plain) { *out = bytes; return true; }
    if (!case_decode((const uint8_t *)bytes.p, bytes.n, &c)) return fail(e, CONFLICT, "A case is damaged.");
    const PersonClass *classes;
    size_t class_n = scheme_classes(b->scheme, &classes), class = 0;
    key[0] = (uint8_t)c.standing;
    for (size_t g = 0; g < c.group_n; g++) {               // groups stand in the order of classes
        const CaseGroup *group = &c.groups[g];
        while (class < class_n && (classes[class].mask != group->mask || classes[class].outcome != group->outcome || classes[class].cut != group->cut)) class++;
        for (int i = 0; i < group->n; i++, n += 2) memcpy(key + n, &(uint16_t){ (uint16_t)class }, 2);
    }
    *out = arena_str(&b->key_arena, (Str){ (const char *)key, n });
    return true;
}

bool casebook_key(CaseBook *b, uint32_t case_id, Str *out, Err *e) {
    if (case_id >= b->key_cap) {
        uint32_t cap = b->cases.cap;                       // never less than the cases there are
        Str *more = realloc(b->key_of, cap * sizeof *more);
        if (!more) return fail_memory(e);
        memset(more + b->key_cap, 0, (cap - b->key_cap) * sizeof *more);
        b->key_of = more;
        b->key_cap = cap;
    }
    if (!b->key_of[case_id].p && !key_make(b, case_id, &b->key_of[case_id], e)) return false;
    *out = b->key_of[case_id];
    return true;
}

static bool key_damaged(Err *e) { return fail(e, CONFLICT, "A draft of the registry is damaged. Nothing was computed from it."); }

static bool case_of_key(CaseBook *b, Str key, uint32_t *case_id, Err *e) {
    Case c = { 0 };
    if (!b->is_plain) {
        if (!case_decode((const uint8_t *)key.p, key.n, &c)) return key_damaged(e);
        return case_number(b, &c, case_id, e);
    }
    const PersonClass *classes;
    size_t class_n = scheme_classes(b->scheme, &classes), n = (key.n - 1) / 2;
    uint16_t before = 1;
    c.standing = (Standing)(uint8_t)key.p[0];
    if (n > PERSON_MAX || c.standing > STANDING_SUSPENDED) return key_damaged(e);
    for (size_t i = 0; i < n; i++) {
        uint16_t class = pack_u16((const uint8_t *)key.p + 1, i);
        if (class >= class_n || class < before) return key_damaged(e);
        if (i > 0 && class == before) c.groups[c.group_n - 1].n++;
        else c.groups[c.group_n++] = (CaseGroup){ .mask = classes[class].mask, .outcome = classes[class].outcome, .cut = classes[class].cut, .n = 1 };
        before = class;
    }
    return case_number(b, &c, case_id, e);
}

bool casebook_find_key(CaseBook *b, Str key, uint32_t *case_id, Err *e) {
    if (!b->is_plain) {
        uint64_t hash = bytetable_hash(key.p, key.n);
        *case_id = bytetable_find(&b->cases, hash, key.p, key.n);
        return *case_id != UINT32_MAX || case_of_key(b, key, case_id, e);
    }
    if (key.n % 2 == 0) return key_damaged(e);
    size_t n = key.n / 2;
    if (n <= SHORT_MAX) {
        uint64_t word = short_word((uint8_t)key.p[0], key.p + 1, n);
        const ShortSlot *known = b->short_cap ? short_slot(b->shorts, b->short_cap, word) : NULL;
        if (known && known->key) { *case_id = known->case_id; return true; }
        return case_of_key(b, key, case_id, e) && short_keep(b, word, *case_id, e);
    }
    uint64_t hash = bytetable_hash(key.p, key.n);
    uint32_t known = bytetable_find(&b->keys, hash, key.p, key.n);
    if (known != UINT32_MAX) { *case_id = b->case_of[known]; return true; }
    return case_of_key(b, key, case_id, e) && key_keep(b, hash, key.p, key.n, *case_id, e);
}
