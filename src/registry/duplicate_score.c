// duplicate_score.c: see duplicate_score.h. First the weights, then how names, days and homes are compared.
#include "registry/duplicate_score.h"
#include "base/lang.h"
#include "base/random.h"
#include "registry/identity.h"
#include "registry/name_words.h"
#include <stdlib.h>

// ---- weights -----------------------------------------------------------------------------------------------------------------
// Points are 10 log10 (share among entries of one person / share among entries of two), measured on invented entries with the
// slips that offices make (duplicate_sample.h). Where a name or a village decides, the points are those of its rarity (0 here).
static const struct { const char *code, *text; int points, in_family; } REASONS[REASONS_N] = {
    [REASON_CHANCE] = { "chance", N_("two entries taken blindly"), -17, 0 },                  // one person in fifty stands twice,
    [REASON_ONE_FAMILY] = { "one_family", N_("two members of one family"), 0, -25 },          // and less for each entry there is
    [REASON_NIK_SAME] = { "nik_same", N_("same NIK"), 60, 60 },
    [REASON_NIK_OTHER] = { "nik_other", N_("another NIK, and both can be right"), -10, -16 },
    [REASON_NIK_DOUBTFUL] = { "nik_doubtful", N_("another NIK, but one of the two cannot be right"), 10, 9 },
    [REASON_NAME_SAME] = { "name_same", N_("same name, spelling aside"), 0, 30 },          // no two children of one name
    [REASON_NAME_NEAR] = { "name_near", N_("name differs by a slip of the pen"), 0, 0 },
    [REASON_NAME_PART] = { "name_part", N_("name shorter or partly the same"), 0, 0 },
    [REASON_NAME_OTHER] = { "name_other", N_("another name"), 0, 0 },
    [REASON_BORN_SAME] = { "born_same", N_("same birth date"), 43, 19 },
    [REASON_BORN_ROUND] = { "born_round", N_("same birth date, but one that is put for an unknown day"), 25, 15 },
    [REASON_BORN_SWAPPED] = { "born_swapped", N_("day and month swapped"), 33, 20 },
    [REASON_BORN_YEAR] = { "born_year", N_("birth year differs by one"), 28, 15 },
    [REASON_BORN_SLIP] = { "born_slip", N_("one number of the birth date differs"), 17, 8 },
    [REASON_BORN_UNSURE] = { "born_unsure", N_("same birth year, once with a day that is put for an unknown one"), 12, 8 },
    [REASON_BORN_OTHER] = { "born_other", N_("another birth date"), -25, -25 },
    [REASON_BORN_BY_NIK] = { "born_by_nik", N_("another birth date, but the NIK of one tells the other's"), 40, 18 },
    [REASON_MOTHER_SAME] = { "mother_same", N_("same mother's name"), 0, 0 },
    [REASON_MOTHER_NEAR] = { "mother_near", N_("mother's name differs by a slip of the pen"), 0, 0 },
    [REASON_MOTHER_PART] = { "mother_part", N_("mother's name shorter or partly the same"), 0, 0 },
    [REASON_MOTHER_OTHER] = { "mother_other", N_("another mother's name"), 0, 0 },
    [REASON_SEX_SAME] = { "sex_same", N_("same sex"), 3, 3 },
    [REASON_SEX_OTHER] = { "sex_other", N_("another sex"), -17, -17 },
    [REASON_HOME_SAME] = { "home_same", N_("same kelurahan, RT and RW"), 8, 0 },              // beside the village's rarity
    [REASON_VILLAGE_SAME] = { "village_same", N_("same kelurahan"), 0, 0 },
    [REASON_VILLAGE_OTHER] = { "village_other", N_("another kelurahan"), -4, 0 },
    [REASON_DISTRICT_OTHER] = { "district_other", N_("another district"), -8, 0 },
};

const int DUPLICATE_LOOK = 1, DUPLICATE_SURE = 20;

// What makes up the points of a name: the rarity of each word that agrees, less for a slip, up to a most; and what is taken away.
typedef struct { int word_most, near_less, short_part, initial, lone_word, conflict, most, least; } NameWeights;
static const NameWeights PERSON_NAME = { .word_most = 30, .near_less = 8, .short_part = 3, .initial = 2, .lone_word = -3, .conflict = -22,
                                         .most = 48, .least = -30 };
static const NameWeights MOTHER_NAME = { .word_most = 25, .near_less = 8, .short_part = 3, .initial = 2, .lone_word = -2, .conflict = -15,
                                         .most = 38, .least = -18 };
#define VILLAGE_MOST 22                // families that stay together also look alike: a village's rarity is not worth more

const char *duplicate_reason_code(DuplicateReason reason) { return REASONS[reason].code; }
const char *duplicate_reason_text(DuplicateReason reason) { return tr(REASONS[reason].text); }
const char *duplicate_points_text(int points) {
    static const struct { int least; const char *text; } WORDS[] = {
        { 30, N_("speaks very strongly for it") }, { 15, N_("speaks strongly for it") }, { 5, N_("speaks for it") }, { 1, N_("speaks a little for it") },
        { 0, N_("says nothing") }, { -4, N_("speaks a little against it") }, { -14, N_("speaks against it") }, { INT32_MIN, N_("speaks strongly against it") } };
    size_t i = 0;
    while (points < WORDS[i].least) i++;
    return tr(WORDS[i].text);
}
bool duplicate_reason_find(Str code, DuplicateReason *out) {
    for (int i = 0; i < REASONS_N; i++) if (str_eq(code, str_c(REASONS[i].code))) return *out = (DuplicateReason)i, true;
    return false;
}

// ---- entries -----------------------------------------------------------------------------------------------------------------
static uint8_t words_put(Str name, char *out, size_t max) {
    NameWords w;
    size_t n = 0;
    name_words(name, &w);
    for (size_t i = 0; i < w.n; i++) {
        if (n + w.length[i] + (n > 0) > max) break;
        if (n) out[n++] = ' ';
        memcpy(out + n, w.text[i], w.length[i]);
        n += w.length[i];
    }
    return (uint8_t)n;
}

static uint64_t text_hash(Str s, uint64_t seed) {
    uint64_t h = seed;
    for (size_t i = 0; i < s.n; i++) h = (h ^ (uint8_t)s.p[i]) * UINT64_C(0x100000001B3);
    return random_mix(h);
}

// Words that say what kind of way it is and not which.
static bool is_way_word(Str word) {
    static const char *const WORDS[] = { "jl", "jln", "jalan", "gg", "gang", "no", "nomor", "rt", "rw", "komp", "kp", "kampung", "dusun", "blok" };
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++) if (str_eq(word, str_c(WORDS[i]))) return true;
    return false;
}

// The same for "Jl. Melati No. 12" and "JALAN MELATI 12"; words in any order.
static uint32_t street_hash(Str address) {
    uint64_t sum = 0;
    char word[NAME_WORD_MAX];
    size_t n = 0;
    for (size_t i = 0; i <= address.n; i++) {
        char c = i < address.n ? address.p[i] : ' ';
        if (c >= 'A' && c <= 'Z') c = (char)(c + 32);
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) { if (n < sizeof word) word[n++] = c; continue; }
        if (n && !is_way_word((Str){ word, n })) sum += text_hash((Str){ word, n }, 1);
        n = 0;
    }
    return (uint32_t)(sum ^ sum >> 32);
}

static uint16_t rt_of(Str text) {
    char digits[4];
    int64_t n = 0;
    return rt_parse(text, digits) && str_int64(str_c(digits), &n) ? (uint16_t)n : 0;
}

static uint32_t digits_at(Str s, size_t at, size_t n) {
    uint32_t number = 0;
    for (size_t i = at; i < at + n; i++) number = number * 10 + (uint32_t)(s.p[i] - '0');
    return number;
}

#define NIK_IMPOSSIBLE 1               // as a day: no yymmdd is so small

static void nik_read(Str nik, DuplicateEntry *out) {
    if (nik.n == 0) return;
    if (nik_check(nik) != IDENTITY_OK) { out->nik_day = NIK_IMPOSSIBLE; return; }
    uint32_t day = digits_at(nik, 6, 2);
    out->nik_sex = (uint8_t)(day > 40 ? SEX_FEMALE : SEX_MALE);
    out->nik_day = digits_at(nik, 10, 2) * 10000 + digits_at(nik, 8, 2) * 100 + (day > 40 ? day - 40 : day);
    out->nik_place = digits_at(nik, 0, 6);
}

void duplicate_entry_make(const DuplicateFacts *facts, DuplicateEntry *out) {
    *out = (DuplicateEntry){ .nik_claim = facts->nik_claim, .family_id = (uint32_t)facts->family_id, .person_id = (uint32_t)facts->person_id,
                             .born_on = facts->born_on.days, .village_id = (uint32_t)(facts->village_id - facts->kab * 1000000),
                             .street = street_hash(facts->address), .kab = (uint16_t)facts->kab, .rt = rt_of(facts->rt),
                             .rw = rt_of(facts->rw), .sex = (uint8_t)facts->sex };
    nik_read(facts->nik, out);
    out->name_n = words_put(facts->name, out->name, sizeof out->name);
    out->mother_n = words_put(facts->mother_name, out->mother, sizeof out->mother);
}

// ---- counts ------------------------------------------------------------------------------------------------------------------
// Open addressing; a slot's key is the hash itself. Words of persons' and of mothers' names are counted together.
typedef struct { uint64_t key; int64_t n; } Count;
struct DuplicateCounts { Count *slots; size_t room, used; int64_t entry_n, word_n; };
#define COUNTS_ROOM_MIN 4096
#define COUNTS_ROOM_MAX ((size_t)1 << 22)                  // 64 MB: some million distinct words; what comes later counts as rare

static Count *slot_of(Count *slots, size_t room, uint64_t key) {
    size_t i = key & (room - 1);
    while (slots[i].key && slots[i].key != key) i = (i + 1) & (room - 1);
    return &slots[i];
}

bool duplicate_counts_open(DuplicateCounts **out, Err *e) {
    DuplicateCounts *c = calloc(1, sizeof *c);
    Count *slots = calloc(COUNTS_ROOM_MIN, sizeof *slots);
    if (!c || !slots) { free(c); free(slots); return fail_memory(e); }
    *c = (DuplicateCounts){ .slots = slots, .room = COUNTS_ROOM_MIN };
    *out = c;
    return true;
}

void duplicate_counts_close(DuplicateCounts *c) {
    if (c) free(c->slots);
    free(c);
}

int64_t duplicate_counts_entries(const DuplicateCounts *c) { return c->entry_n; }

static bool counts_grow(DuplicateCounts *c, Err *e) {
    size_t room = 2 * c->room;
    Count *slots = calloc(room, sizeof *slots);
    if (!slots) return fail_memory(e);
    for (size_t i = 0; i < c->room; i++) if (c->slots[i].key) *slot_of(slots, room, c->slots[i].key) = c->slots[i];
    free(c->slots);
    c->slots = slots;
    c->room = room;
    return true;
}

static bool count_add(DuplicateCounts *c, uint64_t key, Err *e) {
    if (2 * c->used >= c->room && c->room < COUNTS_ROOM_MAX && !counts_grow(c, e)) return false;
    Count *slot = slot_of(c->slots, c->room, key);
    if (!slot->key && 2 * c->used >= c->room) return true;
    c->used += !slot->key;
    slot->key = key;
    slot->n++;
    return true;
}

enum { WORD_SEED = 2, VILLAGE_SEED = 3, DISTRICT_SEED = 4, PLACE_SEED = 5 };
static uint64_t word_key(Str word) { return text_hash(word, WORD_SEED) | 1; }
static uint64_t village_key(const DuplicateEntry *p) { return random_mix(((uint64_t)p->kab << 32 | p->village_id) + VILLAGE_SEED) | 1; }
static uint64_t district_key(const DuplicateEntry *p) { return random_mix(random_mix(p->kab) + DISTRICT_SEED) | 1; }
static uint64_t place_key(uint32_t place) { return random_mix(random_mix(place) + PLACE_SEED) | 1; }
static int64_t count_of(const DuplicateCounts *c, uint64_t key) { return slot_of(c->slots, c->room, key)->n; }

static bool words_count(DuplicateCounts *c, Str words, Err *e) {
    while (words.n) {
        if (!count_add(c, word_key(str_cut(&words, ' ')), e)) return false;
        c->word_n++;
    }
    return true;
}

bool duplicate_counts_add(DuplicateCounts *c, const DuplicateEntry *p, Err *e) {
    if (!words_count(c, duplicate_name(p), e) || !words_count(c, duplicate_mother(p), e) || !count_add(c, village_key(p), e) ||
        !count_add(c, district_key(p), e) || (p->nik_place && !count_add(c, place_key(p->nik_place), e))) return false;
    c->entry_n++;
    return true;
}

// 10 log10 (all / n), whole points, without floating point.
static int rarity_of(int64_t n, int64_t all) {
    static const int TENTHS[] = { 1259, 1585, 1995, 2512, 3162, 3981, 5012, 6310, 7943 };      // 1000 * 10^(k / 10)
    int points = 0, k = 0;
    if (n < 1) n = 1;
    while (n <= all / 10) { n *= 10; points += 10; }
    while (k < 9 && n * TENTHS[k] <= all * 1000) k++;
    return points + k;
}

static int word_rarity(const DuplicateCounts *c, Str word, const NameWeights *w) {
    int points = rarity_of(count_of(c, word_key(word)), c->word_n / 4 + 1);  // about four words for each entry
    return points < w->word_most ? points : w->word_most;
}

// ---- names -------------------------------------------------------------------------------------------------------------------
enum { NAME_IS_SAME, NAME_IS_NEAR, NAME_IS_PART, NAME_IS_OTHER };
typedef struct { Str word[NAME_WORDS_MAX]; size_t n; unsigned taken; } Words;

static Words words_of(Str name) {
    Words w = { .n = 0 };
    while (name.n && w.n < NAME_WORDS_MAX) w.word[w.n++] = str_cut(&name, ' ');
    return w;
}

typedef enum { WORD_SAME, WORD_NEAR, WORD_SHORT, WORD_INITIAL, WORD_KINDS_N } WordKind;

// A letter in five may slip.
static int slips_allowed(size_t a, size_t b) {
    size_t least = a < b ? a : b;
    return least >= 8 ? 2 : least >= 4 ? 1 : 0;
}

static bool words_agree(Str a, Str b, WordKind kind) {
    Str shorter = a.n < b.n ? a : b, longer = a.n < b.n ? b : a;
    switch (kind) {
    case WORD_SAME: return str_eq(a, b);
    case WORD_NEAR: { int most = slips_allowed(a.n, b.n); return most > 0 && name_distance(a, b, most) <= most; }
    case WORD_SHORT: return shorter.n >= 3 && (str_starts(longer, shorter) || str_ends(longer, shorter));
    default: return shorter.n == 1 && longer.p[0] == shorter.p[0];
    }
}

static int words_points(const DuplicateCounts *c, Str a, Str b, WordKind kind, const NameWeights *w) {
    int x = word_rarity(c, a, w), y = kind == WORD_SAME ? x : word_rarity(c, b, w), least = x < y ? x : y;
    switch (kind) {
    case WORD_SAME: return x;
    case WORD_NEAR: return least > w->near_less + 2 ? least - w->near_less : 2;
    case WORD_SHORT: return least / w->short_part;
    default: return w->initial;
    }
}

// "nur hayati" and "nurhayati", "abdul rahman" and "abdurahman": one name whatever the spaces, give or take a slip.
static int joined_distance(const Words *a, const Words *b) {
    NameWords x = { .n = (uint8_t)a->n }, y = { .n = (uint8_t)b->n };
    for (size_t i = 0; i < a->n; i++) memcpy(x.text[i], a->word[i].p, x.length[i] = (uint8_t)a->word[i].n);
    for (size_t i = 0; i < b->n; i++) memcpy(y.text[i], b->word[i].p, y.length[i] = (uint8_t)b->word[i].n);
    char p[NAME_JOINED_MAX], q[NAME_JOINED_MAX];
    Str s = { p, name_joined(&x, p) }, t = { q, name_joined(&y, q) };
    return name_distance(s, t, slips_allowed(s.n, t.n));
}

static int words_rarity(const DuplicateCounts *c, const Words *words, const NameWeights *w) {
    int points = 0;
    for (size_t i = 0; i < words->n; i++) points += word_rarity(c, words->word[i], w);
    return points;
}

static int within(int points, const NameWeights *w) { return points > w->most ? w->most : points < w->least ? w->least : points; }

// Words that agree find each other, the best agreements first; what is left on both sides is a contradiction.
static int names_compare(const DuplicateCounts *c, Str name, Str other, const NameWeights *w, int *level) {
    Words a = words_of(name), b = words_of(other);
    int points = 0, found[WORD_KINDS_N] = { 0 };
    for (WordKind kind = WORD_SAME; kind < WORD_KINDS_N; kind++)
        for (size_t i = 0; i < a.n; i++)
            for (size_t k = 0; k < b.n && !(a.taken >> i & 1); k++) {
                if (b.taken >> k & 1 || !words_agree(a.word[i], b.word[k], kind)) continue;
                a.taken |= 1u << i;
                b.taken |= 1u << k;
                points += words_points(c, a.word[i], b.word[k], kind, w);
                found[kind]++;
            }
    int all = found[WORD_SAME] + found[WORD_NEAR] + found[WORD_SHORT] + found[WORD_INITIAL];
    int left_a = (int)a.n - all, left_b = (int)b.n - all, left = left_a < left_b ? left_a : left_b, lone = left_a + left_b - 2 * left;
    if (left > 0 || lone > 0 || found[WORD_SHORT]) {
        int distance = a.n != b.n ? joined_distance(&a, &b) : slips_allowed(name.n, other.n) + 1;
        if (distance <= slips_allowed(name.n, other.n)) {
            int x = words_rarity(c, &a, w), y = words_rarity(c, &b, w);
            *level = distance == 0 ? NAME_IS_SAME : NAME_IS_NEAR;
            return within((x < y ? x : y) - distance * w->near_less, w);
        }
    }
    *level = left > 0 ? (all > 0 ? NAME_IS_PART : NAME_IS_OTHER) : lone > 0 || found[WORD_SHORT] || found[WORD_INITIAL] ? NAME_IS_PART
             : found[WORD_NEAR] ? NAME_IS_NEAR : NAME_IS_SAME;
    return within(points + (left > 0 ? w->conflict : 0) + lone * w->lone_word, w);
}

// ---- days --------------------------------------------------------------------------------------------------------------------
// Days that are put when nobody knows: the first of January and of July, the last of December.
static bool is_round_day(int day, int month) { return (day == 1 && (month == 1 || month == 7)) || (day == 31 && month == 12); }

static DuplicateReason days_compare(int32_t a, int32_t b) {
    int y1, m1, d1, y2, m2, d2;
    date_split((Date){ a }, &y1, &m1, &d1);
    if (a == b) return is_round_day(d1, m1) ? REASON_BORN_ROUND : REASON_BORN_SAME;
    date_split((Date){ b }, &y2, &m2, &d2);
    if (y1 == y2 && d1 == m2 && m1 == d2) return REASON_BORN_SWAPPED;
    int same_n = (y1 == y2) + (m1 == m2) + (d1 == d2);
    if (same_n == 2 && y1 != y2 && abs(y1 - y2) == 1) return REASON_BORN_YEAR;
    if (same_n == 2) return REASON_BORN_SLIP;
    return y1 == y2 && (is_round_day(d1, m1) || is_round_day(d2, m2)) ? REASON_BORN_UNSURE : REASON_BORN_OTHER;
}

// ---- numbers -----------------------------------------------------------------------------------------------------------------
#define PLACE_LEAST 3                  // a kecamatan that hardly anybody's NIK names is rather a slip

static uint32_t yymmdd(int32_t days) {
    int year, month, day;
    if (days == DATE_NONE.days) return 0;
    date_split((Date){ days }, &year, &month, &day);
    return (uint32_t)(year % 100 * 10000 + month * 100 + day);
}

// A NIK that cannot be this person's, or not be anybody's: it was copied wrongly. `other`: the entry it is compared with; when the NIK
// tells that one's birth date, it is the date that is wrong and not the NIK.
static bool is_nik_doubtful(const DuplicateCounts *c, const DuplicateEntry *p, const DuplicateEntry *other) {
    if (p->nik_day == 0) return false;                     // what it says is not known
    if (p->nik_day == NIK_IMPOSSIBLE) return true;
    bool is_other_day = p->born_on != DATE_NONE.days && p->nik_day != yymmdd(p->born_on) && p->nik_day != yymmdd(other->born_on);
    return is_other_day || (p->sex && p->nik_sex != p->sex) || count_of(c, place_key(p->nik_place)) < PLACE_LEAST;
}

static DuplicateReason niks_compare(const DuplicateCounts *c, const DuplicateEntry *a, const DuplicateEntry *b) {
    if (a->nik_claim == b->nik_claim) return REASON_NIK_SAME;
    return is_nik_doubtful(c, a, b) || is_nik_doubtful(c, b, a) ? REASON_NIK_DOUBTFUL : REASON_NIK_OTHER;
}

// The birth dates differ or one is not known: one's NIK tells the other's, so that it is the date beside it that is wrong.
static bool is_born_by_nik(const DuplicateEntry *a, const DuplicateEntry *b) {
    if (a->born_on == b->born_on || (a->nik_claim && a->nik_claim == b->nik_claim)) return false;              // one NIK is counted as one NIK
    bool of_a = a->nik_day && b->born_on != DATE_NONE.days && a->nik_day == yymmdd(b->born_on);
    bool of_b = b->nik_day && a->born_on != DATE_NONE.days && b->nik_day == yymmdd(a->born_on);
    return of_a || of_b;
}

// ---- the score ---------------------------------------------------------------------------------------------------------------
static void reason_add(DuplicateScore *s, DuplicateReason reason, int points) {
    s->at[s->n++] = (DuplicatePoints){ reason, points };
    s->score += points;
}

static void home_compare(const DuplicateCounts *c, const DuplicateEntry *a, const DuplicateEntry *b, DuplicateScore *out) {
    if (a->kab != b->kab) { reason_add(out, REASON_DISTRICT_OTHER, REASONS[REASON_DISTRICT_OTHER].points); return; }
    if (a->village_id != b->village_id) { reason_add(out, REASON_VILLAGE_OTHER, REASONS[REASON_VILLAGE_OTHER].points); return; }
    int village = rarity_of(count_of(c, village_key(a)), count_of(c, district_key(a)));
    if (village > VILLAGE_MOST) village = VILLAGE_MOST;
    bool is_home = (a->rt && a->rt == b->rt && a->rw == b->rw) || (a->street && a->street == b->street);
    reason_add(out, is_home ? REASON_HOME_SAME : REASON_VILLAGE_SAME, village + (is_home ? REASONS[REASON_HOME_SAME].points : 0));
}

// Members of one family share mother and home whoever they are, and twins a birth date: there only what tells siblings apart counts,
// and a name that is merely like another is a brother's or sister's.
void duplicate_score(const DuplicateCounts *c, const DuplicateEntry *a, const DuplicateEntry *b, DuplicateScore *out) {
    bool is_family = a->kab == b->kab && a->family_id == b->family_id;
    int level, points;
    *out = (DuplicateScore){ .n = 0 };
    if (is_family) reason_add(out, REASON_ONE_FAMILY, REASONS[REASON_ONE_FAMILY].in_family);
    else reason_add(out, REASON_CHANCE, REASONS[REASON_CHANCE].points - rarity_of(1, a->kab == b->kab ? count_of(c, district_key(a)) : c->entry_n));
    if (a->nik_claim && b->nik_claim) {
        DuplicateReason nik = niks_compare(c, a, b);
        reason_add(out, nik, is_family ? REASONS[nik].in_family : REASONS[nik].points);
    }
    if (a->name_n && b->name_n) {
        points = names_compare(c, duplicate_name(a), duplicate_name(b), &PERSON_NAME, &level);
        if (is_family && points > 0) points = level == NAME_IS_SAME ? REASONS[REASON_NAME_SAME].in_family : points / 4;
        reason_add(out, (DuplicateReason)(REASON_NAME_SAME + level), points);
    }
    bool is_by_nik = is_born_by_nik(a, b);
    if (is_by_nik || (a->born_on != DATE_NONE.days && b->born_on != DATE_NONE.days)) {
        DuplicateReason born = is_by_nik ? REASON_BORN_BY_NIK : days_compare(a->born_on, b->born_on);
        reason_add(out, born, is_family ? REASONS[born].in_family : REASONS[born].points);
    }
    if (a->mother_n && b->mother_n) {
        points = names_compare(c, duplicate_mother(a), duplicate_mother(b), &MOTHER_NAME, &level);
        reason_add(out, (DuplicateReason)(REASON_MOTHER_SAME + level), is_family && points > 0 ? 0 : points);
    }
    if (a->sex && b->sex) {
        DuplicateReason sex = a->sex == b->sex ? REASON_SEX_SAME : REASON_SEX_OTHER;
        reason_add(out, sex, REASONS[sex].points);
    }
    if (!is_family) home_compare(c, a, b, out);
}

// ---- as text -----------------------------------------------------------------------------------------------------------------
void duplicate_score_put(Buf *b, const DuplicateScore *score) {
    for (size_t i = 0; i < score->n; i++) buf_fmt(b, "%s%s:%d", i ? " " : "", REASONS[score->at[i].reason].code, score->at[i].points);
}

bool duplicate_score_parse(Str text, DuplicateScore *out) {
    DuplicateScore s = { .n = 0 };
    while (text.n) {
        Str points = str_cut(&text, ' '), code = str_cut(&points, ':');
        DuplicateReason reason;
        int64_t value;
        if (s.n == DUPLICATE_REASONS_MAX || !duplicate_reason_find(code, &reason) || !str_int64(points, &value) || value < -1000 || value > 1000)
            return false;
        reason_add(&s, reason, (int)value);
    }
    *out = s;
    return true;
}
