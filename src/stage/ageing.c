#include "stage/ageing.h"
#include "base/lang.h"
#include "registry/casebook.h"
#include "registry/life.h"
#include "registry/pack.h"
#include "stage/casepay.h"
#include "stage_stage.sql.h"
#include <stdlib.h>

Date ageing_shift(Date born, Date before, Date next) {
    int year, month, day, next_year, next_month, next_day;
    if (!date_is_known(born)) return born;
    date_split(before, &year, &month, &day);
    date_split(next, &next_year, &next_month, &next_day);
    if (day == next_day) return date_add_months(born, (next_year - year) * 12 + next_month - month);
    return (Date){ born.days + next.days - before.days };
}

Str ageing_title(const Ageing *ageing, int component) {
    const SchemeComponent *components;
    if (component < 0) return STR("–");
    scheme_components(ageing->scheme, &components);
    return lang_get() == LANG_ID ? components[component].title_id : components[component].title_en;
}

// ---- one district ------------------------------------------------------------------------------------------------------------------
typedef struct {
    Db *db;
    Arena *a, pack_arena;
    int64_t kab;
    Ageing *out;
    const Scheme *scheme;
    const SchemeChannel *channels;
    CaseBook *book;
    CaseMemo memo;
    uint16_t *shifted[CHANNEL_MAX];        // [65536] by the stage's channel: born -> born as old as in the stage before
    uint8_t *band;                         // [65536] born -> between which bounds; two of one band are alike in every class
    LifeDues mothers;                      // whose weeks are over
    size_t mother_at, row_room;
    Str payees;                            // payee part of the present pack, once it is asked for
    int64_t payees_n;                      // which pack it is of; -1 none
} Looking;

static bool bands_make(Looking *k) {
    const Date *bounds;
    size_t bound_n = scheme_birth_bounds(k->scheme, &bounds), band = 0;
    if (bound_n > UINT8_MAX - 2) return false;             // more ages than a byte tells apart: everybody is looked at
    k->band = NEW(k->a, uint8_t, 65536);
    for (unsigned born = 1; born < 65536; born++) {
        while (band < bound_n && bounds[band].days <= pack_born_date((uint16_t)born).days) band++;
        k->band[born] = (uint8_t)(band + 1);
    }
    return true;
}

static void shifts_make(Looking *k, const Scheme *before) {
    const SchemeChannel *old;
    size_t channel_n = scheme_channels(k->scheme, &k->channels);
    scheme_channels(before, &old);
    for (size_t c = 0; c < channel_n; c++) {
        int same = scheme_channel_find(before, k->channels[c].code);
        Date from = same >= 0 ? old[same].reference_on : scheme_reference_on(before);
        k->shifted[c] = NEW(k->a, uint16_t, 65536);
        for (unsigned born = 1; born < 65536; born++) k->shifted[c][born] = pack_born_of(ageing_shift(pack_born_date((uint16_t)born), from, k->channels[c].reference_on));
    }
}

// What a person could fill at most.
static int best_component(const Looking *k, int channel, const PersonFacts *p) {
    const PersonClass *classes;
    scheme_classes(k->scheme, &classes);
    uint32_t mask = scheme_mask_in(k->scheme, channel, classes[scheme_person_class(k->scheme, p)].mask);
    int best = -1;
    for (int i = 0; i < COMPONENT_MAX; i++)
        if (mask >> i & 1 && (best < 0 || k->channels[channel].amount[i].rp > k->channels[channel].amount[best].rp)) best = i;
    return best;
}

static bool would_as_pupil(const Looking *k, int channel, PersonFacts p) {
    if (p.school_level != SCHOOL_NONE) return false;
    for (SchoolLevel level = SCHOOL_SD; level <= SCHOOL_SMA; level++) {
        p.school_level = level;
        if (best_component(k, channel, &p) >= 0) return true;
    }
    return false;
}

static bool family_amount(Looking *k, Standing standing, uint8_t decile, int channel, const uint16_t *born, const uint16_t *facts, size_t n, Rupiah *out, Err *e) {
    uint32_t case_id, index;
    if (!casebook_find(k->book, standing, decile, (const uint8_t *)born, (const uint8_t *)facts, n, &case_id, e) ||
        !casememo_find(&k->memo, casebook_bytes(k->book, case_id), &index, e)) return false;
    out->rp = k->memo.pays[index * k->memo.channel_n + (size_t)channel].rp;
    return true;
}

static bool person_ids(Looking *k, int64_t family_id, uint32_t n, Payee *out, Err *e) {
    int64_t pack_n = (family_id - 1) / PACK_FAMILIES;
    bool found;
    if (k->payees_n != pack_n) {
        arena_reset(&k->pack_arena);
        if (!pack_of_family(k->db, &k->pack_arena, k->kab, PACK_PAYEE, INT64_MAX, family_id, &k->payees, &found, e)) return false;
        if (!found) return fail(e, CONFLICT, "A pack of the registry is damaged.");
        k->payees_n = pack_n;
    }
    if (!payee_pack_find(k->payees, family_id, out, &found, e)) return false;
    return (found && out->member_n == n) || fail(e, CONFLICT, "A pack of the registry is damaged.");
}

static void row_add(Looking *k, AgeingRow row) {
    Ageing *x = k->out;
    if (x->row_n == k->row_room) {
        AgeingRow *more = NEW(k->a, AgeingRow, k->row_room = k->row_room ? 2 * k->row_room : 256);
        if (x->row_n) memcpy(more, x->rows, x->row_n * sizeof *more);
        x->rows = more;
    }
    x->rows[x->row_n++] = row;
}

typedef struct { int64_t family_id, village_id; Standing standing; uint8_t decile; int channel; uint32_t n; const uint16_t *born, *facts; } Household;

// Mothers of the family whose weeks are over, as positions.
static bool mothers_mark(Looking *k, const Household *h, bool *is_over, bool *has_any, Err *e) {
    Payee ids = { 0 };
    *has_any = false;
    while (k->mother_at < k->mothers.n && k->mothers.at[k->mother_at].family_id < h->family_id) k->mother_at++;
    size_t at = k->mother_at;
    if (at == k->mothers.n || k->mothers.at[at].family_id != h->family_id) return true;
    if (!person_ids(k, h->family_id, h->n, &ids, e)) return false;
    memset(is_over, 0, h->n * sizeof *is_over);
    for (; at < k->mothers.n && k->mothers.at[at].family_id == h->family_id; at++)
        for (uint32_t i = 0; i < h->n; i++)
            if (pack_u32(ids.person, i) == k->mothers.at[at].person_id) is_over[i] = *has_any = true;
    return true;
}

static bool household_rows(Looking *k, const Household *h, const uint16_t *young, const uint16_t *after, Err *e) {
    Rupiah was, becomes;
    Payee ids = { 0 };
    bool is_first = true;
    if (!family_amount(k, h->standing, h->decile, h->channel, young, h->facts, h->n, &was, e) ||
        !family_amount(k, h->standing, h->decile, h->channel, h->born, after, h->n, &becomes, e)) return false;
    for (uint32_t i = 0; i < h->n; i++) {
        if (h->facts[i] & PACK_GONE || (young[i] == h->born[i] && after[i] == h->facts[i])) continue;
        PersonFacts before = casebook_person(k->book, young[i], h->facts[i]), then = casebook_person(k->book, h->born[i], after[i]);
        int from = best_component(k, h->channel, &before), to = best_component(k, h->channel, &then);
        if (from == to) continue;
        if (is_first && !person_ids(k, h->family_id, h->n, &ids, e)) return false;
        row_add(k, (AgeingRow){ .family_id = h->family_id, .village_id = h->village_id, .person_id = pack_u32(ids.person, i), .from = from, .to = to,
                                .asks_school = from >= 0 && to < 0 && would_as_pupil(k, h->channel, then),
                                .before = is_first ? was : (Rupiah){ 0 }, .after = is_first ? becomes : (Rupiah){ 0 } });
        is_first = false;
    }
    if (is_first) return true;
    k->out->family_n++;
    int64_t delta = becomes.rp - was.rp;
    return rupiah_add(delta > 0 ? k->out->more : k->out->less, (Rupiah){ delta > 0 ? delta : -delta }, delta > 0 ? &k->out->more : &k->out->less, e);
}

static bool household_look(Looking *k, const Household *h, Err *e) {
    uint16_t young[PERSON_MAX], after[PERSON_MAX];
    bool is_over[PERSON_MAX], has_mother, is_touched = false;
    if (!mothers_mark(k, h, is_over, &has_mother, e)) return false;
    for (uint32_t i = 0; i < h->n; i++) {
        young[i] = k->shifted[h->channel][h->born[i]];
        after[i] = h->facts[i];
        if (k->band && k->band[young[i]] == k->band[h->born[i]]) young[i] = h->born[i];        // nothing changes for him
        if (has_mother && is_over[i]) { PersonFacts p; pack_facts_read(h->facts[i], h->born[i], &p); p.pregnancy_no = 0; after[i] = pack_facts_of(&p, false); }
        is_touched = is_touched || young[i] != h->born[i] || after[i] != h->facts[i];
    }
    return !is_touched || household_rows(k, h, young, after, e);
}

static bool pack_look(void *with, int64_t pack_n, const Hash *hash, Str bytes, Err *e) {
    Looking *k = with;
    PersonPack p;
    uint16_t born[PERSON_MAX], facts[PERSON_MAX];
    size_t at = 0;
    (void)hash, (void)pack_n;
    if (!person_pack_open(bytes, &p, e)) return false;
    for (uint32_t i = 0; i < p.family_n; at += p.member_n[i], i++) {
        bool is_here = p.status[i] == PACK_ACTIVE || p.status[i] == PACK_SUSPENDED;
        int channel = is_here ? k->memo.channel_of[p.channel[i]] : -1;
        if (channel < 0) continue;                         // left, or a channel that the stage does not pay through
        for (uint32_t m = 0; m < p.member_n[i]; m++) { born[m] = pack_u16(p.born, at + m); facts[m] = pack_u16(p.facts, at + m); }
        Household h = { .family_id = p.first_id + i, .village_id = k->kab * 1000000 + pack_u32(p.village, i), .decile = p.decile[i], .channel = channel, .n = p.member_n[i],
                        .standing = p.status[i] == PACK_SUSPENDED ? STANDING_SUSPENDED : STANDING_ACTIVE, .born = born, .facts = facts };
        if (!household_look(k, &h, e)) return false;
    }
    return true;
}

// ---- sums -------------------------------------------------------------------------------------------------------------------------------
static int by_size(const void *a, const void *b) {
    const AgeingKind *x = a, *y = b;
    if (x->n != y->n) return x->n < y->n ? 1 : -1;
    return x->from != y->from ? x->from - y->from : x->to - y->to;
}

static bool kinds_make(Looking *k, Err *e) {
    Ageing *x = k->out;
    x->kinds = NEW(k->a, AgeingKind, (COMPONENT_MAX + 1) * (COMPONENT_MAX + 1));
    for (size_t i = 0; i < x->row_n; i++) {
        const AgeingRow *r = &x->rows[i];
        size_t at = 0;
        while (at < x->kind_n && (x->kinds[at].from != r->from || x->kinds[at].to != r->to)) at++;
        if (at == x->kind_n) x->kinds[x->kind_n++] = (AgeingKind){ .from = r->from, .to = r->to };
        x->kinds[at].n++;
        if (!rupiah_add(x->kinds[at].delta, (Rupiah){ r->after.rp - r->before.rp }, &x->kinds[at].delta, e)) return false;
    }
    qsort(x->kinds, x->kind_n, sizeof *x->kinds, by_size);
    return true;
}

// ---- which two stages -----------------------------------------------------------------------------------------------------------------------
static bool stage_latest(Db *db, Arena *a, int64_t kab, const RuleBook *book, Instant at, Str *out, Err *e) {
    ClosingNewestRow row;
    bool found;
    if (!closing_newest(db, a, (ClosingNewestArgs){ .kab = kab }, &row, &found, e)) return false;
    if (found) { *out = row.stage; return true; }
    Date today = date_of_instant(at, 420);
    for (Str stage = rulebook_stage_after(book, STR("")); stage.n; stage = rulebook_stage_after(book, stage)) {
        const Scheme *s;
        Arena part = { 0 };
        bool is_good = scheme_make(&part, book, stage, &s, e);
        Date day = is_good ? scheme_reference_on(s) : DATE_NONE;
        arena_free(&part);
        if (!is_good) return false;
        if (day.days > today.days) break;
        *out = stage;
    }
    return true;
}

static bool stages_choose(Db *db, Arena *a, const AgeingAsk *ask, const RuleBook *book, Ageing *out, Err *e) {
    Str latest = { 0 };
    out->stage = ask->stage;
    if (!out->stage.n) {
        if (!stage_latest(db, a, ask->kab, book, ask->at, &latest, e)) return false;
        out->stage = latest.n ? rulebook_stage_after(book, latest) : (Str){ 0 };
        if (!out->stage.n) return fail(e, CONFLICT, "The rule book has no stage after %.*s. Name the stage to look at.", STR_ARG(latest));
    }
    out->stage_before = rulebook_stage_before(book, out->stage);
    return true;
}

static bool district_look(Db *db, Arena *a, const AgeingAsk *ask, const RuleBook *book, Ageing *out, Err *e) {
    const Scheme *before;
    Hash hash = rulebook_hash(book);
    if (!stages_choose(db, a, ask, book, out, e) || !scheme_make(a, book, out->stage, &out->scheme, e)) return false;
    if (!out->stage_before.n) return fail(e, CONFLICT, "The rule book has no stage before %.*s.", STR_ARG(out->stage));
    if (!scheme_make(a, book, out->stage_before, &before, e)) return false;
    out->day = scheme_reference_on(out->scheme);
    Looking k = { .db = db, .a = a, .kab = ask->kab, .out = out, .scheme = out->scheme, .payees_n = -1 };
    if (!casebook_open(out->scheme, &k.book, e)) return false;
    casememo_open(&k.memo, out->scheme, &hash, NULL);
    shifts_make(&k, before);
    bool is_banded = bands_make(&k), is_good = life_due_mothers(db, a, ask->kab, out->day, &k.mothers, e) &&
                                               pack_each(db, ask->kab, PACK_PERSON, INT64_MAX, pack_look, &k, e) && kinds_make(&k, e);
    (void)is_banded;
    casememo_close(&k.memo);
    casebook_close(k.book);
    arena_free(&k.pack_arena);
    return is_good;
}

static bool book_latest(Db *db, Arena *a, int64_t kab, Str *file, Str *text, Err *e) {
    ClosingNewestRow row;
    bool found;
    if (!closing_newest(db, a, (ClosingNewestArgs){ .kab = kab }, &row, &found, e)) return false;
    *file = found ? row.code : STR("pkh.yaml");
    *text = found ? row.book_text : rulebook_pkh();
    return true;
}

bool ageing_read(Db *db, Arena *a, const AgeingAsk *ask, Ageing *out, Err *e) {
    const RuleBook *book;
    Ageing x = { .family_n = 0 };
    Str file = ask->book_file, text = ask->book_text;
    if (!text.n && !book_latest(db, a, ask->kab, &file, &text, e)) return false;
    if (!rulebook_open(a, file, text, &book, e) || !district_look(db, a, ask, book, &x, e)) return false;
    *out = x;
    return true;
}
