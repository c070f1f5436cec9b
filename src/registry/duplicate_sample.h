// duplicate_sample.h: labelled entries for tests and benches: invented persons (synth.h), some of whom stand twice with the slips that
// offices make, among others who are only like them: siblings, twins, namesakes born on one day, persons with somebody else's NIK.
// Whoever has the same `truth` is one person. A seed makes the same entries every time. Nobody here exists.
#ifndef REGISTRY_DUPLICATE_SAMPLE_H
#define REGISTRY_DUPLICATE_SAMPLE_H
#include <stdlib.h>
#include "base/random.h"
#include "registry/duplicate_score.h"
#include "registry/identity.h"
#include "registry/synth.h"
#include "registry/synth_words.h"

typedef struct { DuplicateFacts facts; int64_t truth; Str nik; } SampleEntry;
typedef struct { SampleEntry *at; size_t n, room; int64_t next_family, next_person, next_truth; Random r; Arena *a; int64_t kab; } Sample;

static inline bool sample_chance(Random *r, int percent) { return random_below(r, 100) < (uint64_t)percent; }

static inline SampleEntry *sample_add(Sample *s) {
    if (s->n == s->room) {
        s->room = s->room ? 2 * s->room : 4096;
        s->at = realloc(s->at, s->room * sizeof *s->at);
        if (!s->at) abort();
    }
    s->at[s->n] = (SampleEntry){ .truth = 0 };
    return &s->at[s->n++];
}

// ---- slips in a text -----------------------------------------------------------------------------------------------------------
static inline Str sample_replace(Arena *a, Str s, size_t at, size_t n, const char *with) {
    return arena_fmt(a, "%.*s%s%.*s", (int)at, s.p, with, (int)(s.n - at - n), s.p + at + n);
}

// One of the ways in which one name is spelt; some that the folding rules know, some that they do not.
static inline Str sample_spelling(Random *r, Arena *a, Str s) {
    static const char *const WAYS[][2] = {
        { "u", "oe" }, { "j", "dj" }, { "c", "tj" }, { "sy", "s" }, { "sy", "sj" }, { "ny", "nj" }, { "kh", "ch" }, { "f", "p" }, { "v", "p" }, { "f", "v" },
        { "i", "y" }, { "y", "i" }, { "z", "s" }, { "k", "q" }, { "ai", "ae" }, { "ti", "thi" }, { "di", "dhi" }, { "nn", "n" }, { "m", "mm" },
        { "l", "ll" }, { "n", "nn" }, { "t", "tt" }, { "r", "rr" }, { "ah", "a" }, { "Y", "J" }, { "a", "o" }, { "e", "i" }, { "o", "u" }, { "Z", "J" },
        { "R", "Rr" }, { "F", "P" }, { "P", "F" }, { "V", "F" }, { "S", "Sy" }, { "Z", "S" }, { "H", "Kh" }, { "ri", "ry" }, { "wati", "waty" },
    };
    for (int try_n = 0; try_n < 200; try_n++) {
        size_t way = random_below(r, sizeof WAYS / sizeof *WAYS), n = strlen(WAYS[way][0]), at = random_below(r, s.n + 1);
        for (size_t k = at; k + n <= s.n; k++) if (memcmp(s.p + k, WAYS[way][0], n) == 0) return sample_replace(a, s, k, n, WAYS[way][1]);
    }
    return s;
}

// A slip of the finger: a neighbouring key, a letter left out, put twice, or two swapped.
static inline Str sample_typo(Random *r, Arena *a, Str s) {
    static const char *const KEYS = "qwertyuiop asdfghjkl zxcvbnm";
    size_t at = random_below(r, s.n);
    char c[3] = { s.p[at], 0, 0 };
    if (s.n < 3 || c[0] == ' ') return s;
    const char *key = strchr(KEYS, c[0] >= 'A' && c[0] <= 'Z' ? c[0] + 32 : c[0]);
    switch (random_below(r, 4)) {
    case 0: {
        char near = key ? (key[1] && key[1] != ' ' ? key[1] : key > KEYS ? key[-1] : 'a') : 'a';
        if (near == ' ') near = 'e';
        return sample_replace(a, s, at, 1, (char[]){ near, 0 });
    }
    case 1: return sample_replace(a, s, at, 1, "");
    case 2: c[1] = c[0]; return sample_replace(a, s, at, 1, c);
    default:
        if (at + 1 >= s.n || s.p[at + 1] == ' ') return s;
        c[0] = s.p[at + 1];
        c[1] = s.p[at];
        return sample_replace(a, s, at, 2, c);
    }
}

static inline Str sample_short(Random *r, Arena *a, Str s) {
    Str rest = s, first = str_cut(&rest, ' ');
    switch (random_below(r, 4)) {
    case 0: return rest.n ? first : s;                                                             // the first name only
    case 1: return rest.n ? arena_fmt(a, "%.*s %.1s.", STR_ARG(first), rest.p) : s;                // Rahmat H.
    case 2: return first.n > 6 ? arena_fmt(a, "%.*s%s%.*s", 4, first.p, rest.n ? " " : "", STR_ARG(rest)) : s;      // Nurh… Sari
    default: return arena_fmt(a, "%.*s %s", STR_ARG(s), sample_chance(r, 50) ? "Chaniago" : "Koto");          // the clan put behind it
    }
}

static inline Str sample_name(Random *r, Arena *a, Str name) {
    Str s = name, rest = name, first = str_cut(&rest, ' ');
    uint64_t kind = random_below(r, 100);
    if (kind < 30) ;
    else if (kind < 62) s = sample_spelling(r, a, s);
    else if (kind < 70) s = sample_spelling(r, a, sample_spelling(r, a, s));
    else if (kind < 83) s = sample_typo(r, a, s);
    else if (kind < 86) s = sample_typo(r, a, sample_spelling(r, a, s));
    else if (kind < 93) s = sample_short(r, a, s);
    else if (kind < 96 && rest.n) s = arena_fmt(a, "%.*s %.*s", STR_ARG(rest), STR_ARG(first));      // the words swapped
    else if (rest.n) s = arena_fmt(a, "%.*s%.*s", STR_ARG(first), STR_ARG(rest));                    // run together
    if (sample_chance(r, 8)) s = arena_fmt(a, "%s %.*s", sample_chance(r, 50) ? "Hj." : "H.", STR_ARG(s));
    if (sample_chance(r, 15)) {
        char *capitals = arena_c(a, s);
        for (size_t i = 0; i < s.n; i++) if (capitals[i] >= 'a' && capitals[i] <= 'z') capitals[i] = (char)(capitals[i] - 32);
        s = (Str){ capitals, s.n };
    }
    return s.n ? s : name;
}

static inline Date sample_day(Random *r, Date born_on) {
    int year, month, day;
    date_split(born_on, &year, &month, &day);
    uint64_t kind = random_below(r, 100);
    if (kind < 76) return born_on;
    if (kind < 82 && day <= 12) return date_make(year, day, month);
    if (kind < 88) return date_exists(year - 1, month, day) ? date_make(year - 1, month, day) : born_on;
    if (kind < 94) { int other = (int)random_between(r, 1, 28); return date_make(year, month, other); }
    if (kind < 97) return date_make(year, 1, 1);
    return DATE_NONE;
}

static inline Str sample_mother(Random *r, Arena *a, Str mother) {
    uint64_t kind = random_below(r, 100);
    if (kind < 52 || mother.n == 0) return mother;
    if (kind < 67) return sample_spelling(r, a, mother);
    if (kind < 76) return sample_typo(r, a, mother);
    if (kind < 81) return sample_short(r, a, mother);
    return (Str){ 0 };
}

static inline Str sample_nik(Random *r, Arena *a, Str nik) {
    uint64_t kind = random_below(r, 100);
    if (kind < 20) return nik;
    if (kind < 45 || nik.n != 16) return (Str){ 0 };
    char *digits = arena_c(a, nik);
    for (int n = kind < 80 ? 1 : 4; n > 0; n--) {
        char digit = (char)('0' + random_below(r, 10));
        digits[random_below(r, 16)] = digit;
    }
    return (Str){ digits, 16 };
}

// ---- entries ---------------------------------------------------------------------------------------------------------------------
static inline int64_t sample_village(Random *r, int64_t kab) { uint64_t k = random_below(r, 104); return kab * 1000000 + (int64_t)(k / 10 + 1) * 10000 + 1001 + (int64_t)(k % 10); }

static inline void sample_move(Sample *s, DuplicateFacts *f) {
    uint64_t kind = random_below(&s->r, 100);
    if (kind < 55) return;
    f->address = arena_fmt(s->a, "Jl. Belibis No. %d", (int)random_between(&s->r, 1, 90));
    f->rt = arena_fmt(s->a, "%03d", (int)random_between(&s->r, 1, 9));
    if (kind >= 72) f->village_id = sample_village(&s->r, s->kab);
}

// The same person once more: in the same family (one in eight) or in one of its own.
static inline void sample_twice(Sample *s, SampleEntry from) {
    SampleEntry *p = sample_add(s);
    *p = from;
    p->facts.person_id = s->next_person++;
    p->facts.name = sample_name(&s->r, s->a, from.facts.name);
    p->facts.mother_name = sample_mother(&s->r, s->a, from.facts.mother_name);
    p->facts.born_on = sample_day(&s->r, from.facts.born_on);
    p->nik = sample_nik(&s->r, s->a, from.nik);
    if (sample_chance(&s->r, 12)) return;
    p->facts.family_id = s->next_family++;
    sample_move(s, &p->facts);
}

static inline void sample_twin(Sample *s, SampleEntry from) {
    SampleEntry *p = sample_add(s);
    *p = from;
    Str rest = from.facts.name, first = str_cut(&rest, ' ');
    static const char *const ENDINGS[] = { "a", "i", "o", "is", "ti" };
    bool is_alike = sample_chance(&s->r, 50);
    Str other = is_alike ? arena_fmt(s->a, "%.*s%s", (int)first.n - 1, first.p, ENDINGS[random_below(&s->r, 5)])
                         : str_c(WORDS_MAN[1].at[random_below(&s->r, WORDS_MAN[1].n)]);
    if (str_eq(other, first)) other = STR("Kembar");
    p->facts.name = arena_fmt(s->a, "%.*s%s%.*s", STR_ARG(other), rest.n ? " " : "", STR_ARG(rest));
    p->facts.person_id = s->next_person++;
    p->truth = s->next_truth++;
    char *digits = arena_c(s->a, from.nik);
    if (from.nik.n == 16) digits[13] = (char)(digits[13] == '9' ? '8' : digits[13] + 1);
    p->nik = (Str){ digits, from.nik.n };
}

// Somebody else of the same name: mostly born on the same day, and of another mother.
static inline void sample_namesake(Sample *s, SampleEntry from, Str mother) {
    SampleEntry *p = sample_add(s);
    *p = from;
    p->facts.person_id = s->next_person++;
    p->facts.family_id = s->next_family++;
    p->truth = s->next_truth++;
    p->facts.mother_name = sample_chance(&s->r, 85) ? mother : (Str){ 0 };
    p->facts.village_id = sample_village(&s->r, s->kab);
    p->facts.address = STR("Jl. Camar");
    p->facts.rt = STR("007");
    if (sample_chance(&s->r, 25)) p->facts.born_on = (Date){ from.facts.born_on.days + (int32_t)random_between(&s->r, 1, 900) };
    int year, month, day;
    date_split(p->facts.born_on, &year, &month, &day);
    p->nik = arena_fmt(s->a, "%lld%02d%02d%02d%02d%04d", (long long)s->kab, (int)random_between(&s->r, 1, 11), p->facts.sex == SEX_FEMALE ? day + 40 : day, month,
                       year % 100, (int)random_between(&s->r, 1, 20));
}

static inline void sample_family(Sample *s, const SynthFamily *f) {
    for (size_t k = 0; k < f->person_n; k++) {
        const SynthPerson *p = &f->persons[k];
        *sample_add(s) = (SampleEntry){
            .facts = { .kab = s->kab, .family_id = f->id, .person_id = p->id, .village_id = f->village_id, .name = arena_str(s->a, p->name),
                       .mother_name = arena_str(s->a, p->mother_name), .address = arena_str(s->a, f->address), .rt = arena_str(s->a, str_c(f->rt)),
                       .rw = arena_str(s->a, str_c(f->rw)), .born_on = p->facts.born_on, .sex = p->facts.sex },
            .truth = s->next_truth++, .nik = arena_str(s->a, str_c(p->nik)) };
        if (p->id >= s->next_person) s->next_person = p->id + 1;
    }
    if (f->id >= s->next_family) s->next_family = f->id + 1;
}

static inline int sample_order(const void *a, const void *b) {
    const DuplicateFacts *x = &((const SampleEntry *)a)->facts, *y = &((const SampleEntry *)b)->facts;
    if (x->family_id != y->family_id) return x->family_id < y->family_id ? -1 : 1;
    return x->person_id < y->person_id ? -1 : x->person_id > y->person_id;
}

// family_n families of one district, and of their persons one in thirty twice, one in two hundred a twin, one in a hundred with a
// namesake, one in five hundred under another's NIK. In order of family and person; claims are made with a key of zeros. `free` at.
static inline void sample_make(Sample *s, uint64_t seed, int64_t kab, int64_t family_n) {
    SynthVillage villages[104];
    for (int k = 0; k < 104; k++) villages[k] = (SynthVillage){ kab * 1000000 + (k / 10 + 1) * 10000 + 1001 + k % 10, 1000 };
    SynthPlan plan = { .seed = seed, .kab = kab, .family_n = family_n, .name = STR("Padang"), .villages = villages, .village_n = 104 };
    SynthDistrict *d = synth_district(s->a, &plan);
    SynthFamily *f = NEW(s->a, SynthFamily, 1);
    s->kab = kab;
    s->r = (Random){ seed ^ (uint64_t)kab };
    s->next_truth = kab * 100000000;
    while (synth_family_next(d, f)) sample_family(s, f);
    size_t n = s->n;
    for (size_t i = 0; i < n; i++) {
        uint64_t kind = random_below(&s->r, 3000);
        SampleEntry *other = &s->at[random_below(&s->r, n)];
        if (kind < 100) sample_twice(s, s->at[i]);
        else if (kind < 115) sample_twin(s, s->at[i]);
        else if (kind < 145) sample_namesake(s, s->at[i], other->facts.mother_name);
        else if (kind < 151) s->at[i].nik = other->nik;
    }
    ClaimKey key = { { 0 } };
    for (size_t i = 0; i < s->n; i++) {
        s->at[i].facts.nik = s->at[i].nik;
        s->at[i].facts.nik_claim = s->at[i].nik.n ? identity_claim(&key, 1, s->at[i].nik) : 0;
    }
    qsort(s->at, s->n, sizeof *s->at, sample_order);
}
#endif
