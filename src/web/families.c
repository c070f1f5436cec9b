// families.c: which families pass a filter. A district is looked through whole, in memory: a stage's families are read from its
// packed columns (24 thousand in about a millisecond), names (registry/search.h), companions and standing give sorted lists of ids to keep.
#include "web/families.h"
#include "programme/entitlement.h"
#include "registry/pack.h"
#include "stage/chunk.h"
#include "stage/closing.h"
#include "web_web.sql.h"
#include <stdlib.h>

typedef struct { int64_t *at; size_t n, max; } Ids;

static void ids_add(Arena *a, Ids *ids, int64_t id) {
    if (ids->n == ids->max) {
        size_t max = ids->max ? 2 * ids->max : 1024;
        int64_t *wider = NEW(a, int64_t, max);
        if (ids->n) memcpy(wider, ids->at, ids->n * sizeof *wider);
        ids->at = wider;
        ids->max = max;
    }
    ids->at[ids->n++] = id;
}

// ---- all marks -----------------------------------------------------------------------------------------------------
typedef struct { Arena *arena; FamilyMarks *marks; size_t max; } Collector;

static void mark_add(Collector *c, FamilyMark mark) {
    FamilyMarks *m = c->marks;
    if (m->n == c->max) {
        size_t max = c->max ? 2 * c->max : 4096;
        FamilyMark *wider = NEW(c->arena, FamilyMark, max);
        if (m->n) memcpy(wider, m->at, m->n * sizeof *wider);
        m->at = wider;
        c->max = max;
    }
    m->at[m->n++] = mark;
}

static bool due_take(void *with, const Due *due, Err *e) {
    (void)e;
    mark_add(with, (FamilyMark){ .id = due->family_id, .village_id = due->village_id, .channel = due->channel, .state = (int8_t)due->state, .amount = due->amount });
    return true;
}

// A stage that is closed but not computed has no amounts; then, and without a stage, it is the registry of today.
static bool marks_read(Db *db, Arena *a, const FamilyFilter *f, FamilyMarks *out, Err *e) {
    Collector collector = { a, out, 0 };
    if (f->stage.n) return due_each(db, f->kab, f->stage, 1, INT64_MAX, due_take, &collector, e);
    FamilyMarksRows rows = {0};
    FamilyMarksRow row;
    bool has_row, is_good = family_marks(db, (FamilyMarksArgs){ .kab = f->kab, .is_left = str_eq(f->status, STR("left")), SEE(f->sight) }, &rows, e);
    while (is_good && (is_good = family_marks_next(&rows, &row, &has_row, e)) && has_row) {
        Str channel = str_eq(row.channel, STR("BRI")) ? STR("BRI") : str_eq(row.channel, STR("POS")) ? STR("POS") : arena_str(a, row.channel);
        mark_add(&collector, (FamilyMark){ .id = row.id, .village_id = row.village_id, .channel = channel, .state = STATE_UNKNOWN });
    }
    family_marks_end(&rows);
    return is_good;
}

// ---- keeping -------------------------------------------------------------------------------------------------------
static bool state_fits(int state, Str wanted) {
    if (!wanted.n) return true;
    if (str_eq(wanted, STR("nothing"))) return state == DUE_NOTHING || state == DUE_NOT_ELIGIBLE;
    return str_eq(wanted, str_c(due_name(state)));
}

static void keep_simple(const FamilyFilter *f, FamilyMarks *m) {
    size_t kept = 0;
    for (size_t i = 0; i < m->n; i++) {
        const FamilyMark *mark = &m->at[i];
        bool fits = (!f->kec_id || area_parent_of(mark->village_id) == f->kec_id) && (!f->village_id || mark->village_id == f->village_id) &&
                    (!f->channel.n || str_eq(mark->channel, f->channel)) && state_fits(mark->state, f->state);
        if (fits) m->at[kept++] = *mark;
    }
    m->n = kept;
}

static void keep_ids(const Ids *ids, FamilyMarks *m) {
    size_t kept = 0, k = 0;
    for (size_t i = 0; i < m->n; i++) {
        while (k < ids->n && ids->at[k] < m->at[i].id) k++;
        if (k < ids->n && ids->at[k] == m->at[i].id) m->at[kept++] = m->at[i];
    }
    m->n = kept;
}

// By the index of names, with misspellings (registry/search.h). Both go up by id.
static bool keep_named(Db *db, Arena *a, const FamilyFilter *f, FamilyMarks *m, Err *e) {
    SearchAsk ask = { .text = f->q, .low_kab = f->kab, .high_kab = f->kab, .limit_n = 10 };
    SearchFamilies named;
    size_t kept = 0, k = 0;
    if (!search_families(db, a, &ask, &named, e)) return false;
    for (size_t i = 0; i < m->n; i++) {
        while (k < named.n && named.at[k].family_id < m->at[i].id) k++;
        if (k == named.n || named.at[k].family_id != m->at[i].id) continue;
        m->at[kept] = m->at[i];
        m->at[kept++].cost = (int8_t)named.at[k].cost;
    }
    m->n = kept;
    m->is_cut = named.is_cut;
    return true;
}

static bool ids_seen(Db *db, Arena *a, const FamilyFilter *f, Ids *out, Err *e) {
    FamilyIdsSeenRows rows = {0};
    FamilyIdsSeenRow row;
    bool has_row, is_good = family_ids_seen(db, (FamilyIdsSeenArgs){ .kab = f->kab, SEE(f->sight) }, &rows, e);
    while (is_good && (is_good = family_ids_seen_next(&rows, &row, &has_row, e)) && has_row) ids_add(a, out, row.id);
    family_ids_seen_end(&rows);
    return is_good;
}

static bool ids_of_companion(Db *db, Arena *a, const FamilyFilter *f, Ids *out, Err *e) {
    FamilyIdsOfCompanionRows rows = {0};
    FamilyIdsOfCompanionRow row;
    bool has_row, is_good = family_ids_of_companion(db, (FamilyIdsOfCompanionArgs){ .kab = f->kab, .companion_id = f->of_companion_id, SEE(f->sight) }, &rows, e);
    while (is_good && (is_good = family_ids_of_companion_next(&rows, &row, &has_row, e)) && has_row) ids_add(a, out, row.id);
    family_ids_of_companion_end(&rows);
    return is_good;
}

static bool ids_of_status(Db *db, Arena *a, const FamilyFilter *f, Ids *out, Err *e) {
    FamilyIdsOfStatusRows rows = {0};
    FamilyIdsOfStatusRow row;
    bool has_row, is_good = family_ids_of_status(db, (FamilyIdsOfStatusArgs){ .kab = f->kab, .status = f->status, SEE(f->sight) }, &rows, e);
    while (is_good && (is_good = family_ids_of_status_next(&rows, &row, &has_row, e)) && has_row) ids_add(a, out, row.id);
    family_ids_of_status_end(&rows);
    return is_good;
}

// ---- order ---------------------------------------------------------------------------------------------------------
static int by_id(const FamilyMark *x, const FamilyMark *y) { return x->id < y->id ? -1 : x->id > y->id; }

static int by_fit(const void *a, const void *b) {
    const FamilyMark *x = a, *y = b;
    return x->cost != y->cost ? x->cost - y->cost : by_id(x, y);
}

static int by_name(const void *a, const void *b) {
    const FamilyMark *x = a, *y = b;
    int order = str_cmp(x->name, y->name);
    return order ? order : by_id(x, y);
}

static int by_village(const void *a, const void *b) {
    const FamilyMark *x = a, *y = b;
    return x->village_id != y->village_id ? (x->village_id < y->village_id ? -1 : 1) : by_id(x, y);
}

static int by_amount(const void *a, const void *b) {           // the most first
    const FamilyMark *x = a, *y = b;
    return x->amount.rp != y->amount.rp ? (x->amount.rp > y->amount.rp ? -1 : 1) : by_id(x, y);
}

static Str small_letters(Arena *a, Str name) {
    char *to = NEW(a, char, name.n + 1);
    for (size_t i = 0; i < name.n; i++) to[i] = name.p[i] >= 'A' && name.p[i] <= 'Z' ? (char)(name.p[i] + 32) : name.p[i];
    return (Str){ to, name.n };
}

// Both go up by id.
static bool names_fill(Db *db, Arena *a, const FamilyFilter *f, FamilyMarks *m, Err *e) {
    FamilyPayeesRows rows = {0};
    FamilyPayeesRow row;
    size_t k = 0;
    bool has_row, is_good = family_payees(db, (FamilyPayeesArgs){ .kab = f->kab, SEE(f->sight) }, &rows, e);
    while (is_good && k < m->n && (is_good = family_payees_next(&rows, &row, &has_row, e)) && has_row) {
        while (k < m->n && m->at[k].id < row.id) k++;
        if (k < m->n && m->at[k].id == row.id) m->at[k].name = small_letters(a, row.name);
    }
    family_payees_end(&rows);
    return is_good;
}

static bool marks_sort(Db *db, Arena *a, const FamilyFilter *f, FamilyMarks *m, Err *e) {
    static int (*const ORDERS[SORT_N])(const void *, const void *) = { [SORT_FIT] = by_fit, [SORT_NAME] = by_name, [SORT_VILLAGE] = by_village, [SORT_AMOUNT] = by_amount };
    if (f->sort == SORT_NAME && !names_fill(db, a, f, m, e)) return false;
    if (ORDERS[f->sort] && m->n) qsort(m->at, m->n, sizeof *m->at, ORDERS[f->sort]);
    return true;
}

// ---- by component: how many persons of a family fill it -------------------------------------------------------------
typedef struct {
    const Scheme *scheme;
    CaseList cases;
    int component;
    int16_t *kept[CHANNEL_MAX];                            // by case; -1 not yet computed
    int channel_of[CHANNEL_MAX];                           // index of PACK_CHANNELS -> of the scheme
} ComponentCount;

static bool kept_of(ComponentCount *c, int channel, uint32_t case_no, int16_t *out, Err *e) {
    static _Thread_local Case one;
    static _Thread_local Entitlement paid;
    if (channel < 0 || case_no >= c->cases.case_n) return fail(e, CONFLICT, "A part of the closing is damaged: its bytes are not what a closing writes.");
    int16_t *kept = &c->kept[channel][case_no];
    if (*kept < 0) {
        Str bytes = case_list_at(&c->cases, case_no);
        if (!case_decode((const uint8_t *)bytes.p, bytes.n, &one)) return fail(e, CONFLICT, "A part of the closing is damaged: its bytes are not what a closing writes.");
        if (!entitlement_of(c->scheme, channel, &one, false, &paid, e)) return false;
        *kept = (int16_t)paid.kept_n[c->component];
    }
    *out = *kept;
    return true;
}

// Both go up by id, so one pass over the chunks meets every mark.
static bool keep_chunk(ComponentCount *c, Str bytes, FamilyMarks *m, size_t *next, size_t *kept_n, Err *e) {
    Chunk chunk;
    if (!chunk_open(bytes, &chunk, e)) return false;
    for (uint32_t i = 0; i < chunk.family_n && *next < m->n; i++) {
        int64_t id = chunk.first_id + chunk_u16(chunk.offset, i);
        int16_t persons = 0;
        while (*next < m->n && m->at[*next].id < id) (*next)++;
        if (*next == m->n || m->at[*next].id != id) continue;
        if (chunk.channel[i] >= CHANNEL_MAX) return fail(e, CONFLICT, "A part of the closing is damaged: its bytes are not what a closing writes.");
        if (!kept_of(c, c->channel_of[chunk.channel[i]], chunk_case(&chunk, i), &persons, e)) return false;
        FamilyMark mark = m->at[(*next)++];
        if (persons <= 0) continue;
        mark.person_n = persons;
        m->at[(*kept_n)++] = mark;
    }
    return true;
}

static bool component_open(Db *db, Arena *a, const FamilyFilter *f, const ClosingBookRow *book, ComponentCount *c, Err *e) {
    const SchemeComponent *components;
    if (!closing_scheme(db, a, &book->book_hash, f->stage, &c->scheme, e) || !case_list_open(book->case_data, &c->cases, e)) return false;
    size_t n = scheme_components(c->scheme, &components);
    while (c->component < (int)n && !str_eq(components[c->component].code, f->component)) c->component++;
    if (c->component == (int)n) return fail(e, BAD_INPUT, "The rule book of this stage has no component \"%.*s\".", STR_ARG(f->component));
    const SchemeChannel *channels;
    size_t channel_n = scheme_channels(c->scheme, &channels);
    for (size_t i = 0; i < channel_n; i++) {
        c->kept[i] = NEW(a, int16_t, c->cases.case_n + 1);
        memset(c->kept[i], 0xFF, c->cases.case_n * sizeof(int16_t));
    }
    for (int i = 0; i < CHANNEL_MAX; i++) c->channel_of[i] = -1;
    for (size_t i = 0; i < channel_n; i++) {
        int pack = pack_channel_find(channels[i].code);
        if (pack >= 0 && pack < CHANNEL_MAX) c->channel_of[pack] = (int)i;
    }
    return true;
}

static bool keep_component(Db *db, Arena *a, const FamilyFilter *f, FamilyMarks *m, Err *e) {
    ComponentCount count = {0};
    ClosingBookRow book;
    bool found;
    if (!closing_book(db, a, (ClosingBookArgs){ .kab = f->kab, .stage = f->stage }, &book, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "This stage is not closed here.");
    if (!component_open(db, a, f, &book, &count, e)) return false;
    ClosingChunksOfRows rows = {0};
    ClosingChunksOfRow row;
    size_t next = 0, kept = 0;
    bool has_row, is_good = closing_chunks_of(db, (ClosingChunksOfArgs){ .kab = f->kab, .stage = f->stage, .closing_n = book.closing_n }, &rows, e);
    while (is_good && (is_good = closing_chunks_of_next(&rows, &row, &has_row, e)) && has_row)
        is_good = keep_chunk(&count, row.chunk_data, m, &next, &kept, e);
    closing_chunks_of_end(&rows);
    m->n = kept;
    return is_good;
}

typedef struct { Arena *arena; Ids *ids; StatusKind kind; } SituationTaker;
static bool situation_take(void *with, const FamilyStatus *s, Err *e) {
    SituationTaker *t = with;
    (void)e;
    if (s->kind == t->kind) ids_add(t->arena, t->ids, s->family_id);
    return true;
}

static bool ids_of_situation(Db *db, Arena *a, const FamilyFilter *f, Ids *out, Err *e) {
    StageStanding standing;
    SituationTaker taker = { a, out, f->situation };
    return stage_standing_read(db, a, f->kab, f->status_stage, f->now, &standing, e) && family_status_each(db, f->sight, f->kab, &standing, NULL, 0, situation_take, &taker, e);
}

bool families_find(Db *db, Arena *a, const FamilyFilter *f, FamilyMarks *out, Err *e) {
    FamilyMarks m = {0};
    Ids own = {0}, of_companion = {0}, of_status = {0}, of_situation = {0};
    if (sight_has_district(&f->sight, f->kab) && !marks_read(db, a, f, &m, e)) return false;
    keep_simple(f, &m);
    if (f->q.n && !keep_named(db, a, f, &m, e)) return false;
    if (f->stage.n && sight_is_own_only(&f->sight)) {      // the packed columns of a stage know no companions
        if (!ids_seen(db, a, f, &own, e)) return false;
        keep_ids(&own, &m);
    }
    if (f->of_companion_id) {
        if (!ids_of_companion(db, a, f, &of_companion, e)) return false;
        keep_ids(&of_companion, &m);
    }
    if (f->status.n) {
        if (!ids_of_status(db, a, f, &of_status, e)) return false;
        keep_ids(&of_status, &m);
    }
    if (f->has_situation) {
        if (!ids_of_situation(db, a, f, &of_situation, e)) return false;
        keep_ids(&of_situation, &m);
    }
    if (f->component.n && f->stage.n && !keep_component(db, a, f, &m, e)) return false;
    for (size_t i = 0; i < m.n; i++) {
        m.person_n += m.at[i].person_n;
        if (!rupiah_add(m.amount, m.at[i].amount, &m.amount, e)) return false;
    }
    *out = m;
    return marks_sort(db, a, f, out, e);
}

bool families_companions(Db *db, Arena *a, const FamilyFilter *f, Choices *out, Err *e) {
    CompanionNamesRows rows = {0};
    CompanionNamesRow row;
    size_t room = 0;
    bool has_row, is_good = companion_names(db, (CompanionNamesArgs){ .kab = f->kab, SEE(f->sight) }, &rows, e);
    *out = (Choices){0};
    while (is_good && (is_good = companion_names_next(&rows, &row, &has_row, e)) && has_row) {
        if (out->n == room) {
            Choice *more = NEW(a, Choice, room = room ? 2 * room : 128);
            if (out->n) memcpy(more, out->at, out->n * sizeof *more);
            out->at = more;
        }
        out->at[out->n++] = (Choice){ arena_fmt(a, "%lld", (long long)row.id), arena_str(a, row.name) };
    }
    companion_names_end(&rows);
    return is_good;
}

bool families_components(Db *db, Arena *a, int64_t kab, Str stage, Choices *out, Err *e) {
    Closing closing;
    const Scheme *scheme;
    const SchemeComponent *components;
    const SchemeChannel *channels;
    if (!closing_read(db, kab, stage, &closing, e) || !closing_scheme(db, a, &closing.book_hash, stage, &scheme, e)) return false;
    size_t n = scheme_components(scheme, &components), channel_n = scheme_channels(scheme, &channels);
    Choices choices = { NEW(a, Choice, n + 1), 0 };
    for (size_t i = 0; i < n; i++) {
        bool is_paid = false;
        for (size_t c = 0; c < channel_n; c++) is_paid = is_paid || channels[c].amount[i].rp > 0;
        if (is_paid) choices.at[choices.n++] = (Choice){ components[i].code, lang_get() == LANG_ID ? components[i].title_id : components[i].title_en };
    }
    *out = choices;
    return true;
}

static const struct { const char *name, *title, *colour; } STATES[] = {
    [DUE_PAYABLE] = { "payable", N_("To be paid"), "green" }, [DUE_NOTHING] = { "nothing", N_("No amount"), "" },
    [DUE_SUSPENDED] = { "suspended", N_("Suspended"), "amber" }, [DUE_NOT_ELIGIBLE] = { "not_eligible", N_("Not eligible"), "" },
    [DUE_NOT_LISTED] = { "not_listed", N_("Not on the Ministry's list"), "amber" },
};
static bool is_state(int state) { return state >= 0 && state < (int)(sizeof STATES / sizeof *STATES); }
const char *due_title(int state) { return is_state(state) ? tr(STATES[state].title) : ""; }
const char *due_name(int state) { return is_state(state) ? STATES[state].name : ""; }
const char *due_colour(int state) { return is_state(state) ? STATES[state].colour : ""; }
