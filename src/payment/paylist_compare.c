#include "payment/paylist_compare.h"
#include "base/lang.h"
#include "payment_paylist_compare.sql.h"
#include "stage/closing.h"
#include <stdio.h>
#include <stdlib.h>

static const struct { const char *name, *title; } KINDS[COMPARE_N] = {
    [COMPARE_SAME] = { "same", N_("On both, same amount") },        [COMPARE_AMOUNT] = { "amount", N_("On both, another amount") },
    [COMPARE_THEIRS] = { "only_theirs", N_("Only on the Ministry's list") }, [COMPARE_OURS] = { "only_ours", N_("Only in our closing") },
    [COMPARE_ZERO] = { "zero", N_("On the list with amount 0") },   [COMPARE_OLD] = { "old", N_("On the list for another stage") },
    [COMPARE_TRAY] = { "tray", N_("In the tray") },                 [COMPARE_NOT_OURS] = { "not_ours", N_("None of our families") },
};
const char *compare_name(CompareKind kind) { return KINDS[kind].name; }
const char *compare_title(CompareKind kind) { return tr(KINDS[kind].title); }

bool compare_find(Str name, CompareKind *out) {
    for (int i = 0; i < COMPARE_N; i++) if (str_eq(name, str_c(KINDS[i].name))) return *out = (CompareKind)i, true;
    return false;
}

const char *compare_next_step(CompareKind kind, const Cause *cause) {
    switch (kind) {
    case COMPARE_SAME: return _("Tell the family the amount and the channel; see that it was withdrawn.");
    case COMPARE_AMOUNT:
        if (cause->kind == CAUSE_MONTHS) return _("Tell the family for how many months it is; the rest comes with a later stage.");
        if (cause->kind == CAUSE_DUTY) return _("Look at the verification of this stage; report the difference.");
        if (cause->kind == CAUSE_DOUBLE) return _("Report it at once: perhaps it was paid twice. Tell the family not to spend the second half.");
        return _("Compare the members with SIKS-NG and correct what is out of date there, before the 25th.");
    case COMPARE_THEIRS: return _("Visit the family: is it still entitled? Report it, or correct our data.");
    case COMPARE_OURS: return _("Ask the operator for its status in SIKS-NG, and tell the family why nothing comes now.");
    case COMPARE_ZERO: return _("Ask for the reason of the exclusion; where it is wrong, gather the evidence and propose a correction.");
    case COMPARE_OLD: return _("See whether the money of that stage was received; ask the operator about the present one.");
    default: return _("The office decides whom the row means.");
    }
}

struct Comparison {
    Db *db;
    Arena *arena;
    int64_t kab;
    Sight sight;
    Str stage;
    Closing closing;
    const Scheme *scheme;
    CaseList cases;
    Areas villages;
    ComparePlace *companions;
    size_t companion_n;
};
const Scheme *compare_scheme(const Comparison *c) { return c->scheme; }
Db *compare_db(const Comparison *c) { return c->db; }
int64_t compare_kab(const Comparison *c) { return c->kab; }

Str compare_village(const Comparison *c, int64_t id) {
    size_t low = 0, high = c->villages.n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (c->villages.at[middle].id < id) low = middle + 1; else high = middle;
    }
    return low < c->villages.n && c->villages.at[low].id == id ? c->villages.at[low].name : (Str){ 0 };
}

Str compare_companion(const Comparison *c, int64_t id) {
    for (size_t i = 0; i < c->companion_n; i++) if (c->companions[i].id == id) return c->companions[i].name;
    return (Str){ 0 };
}

Sight compare_sight(const Comparison *c) { return c->sight; }

// ---- opening -----------------------------------------------------------------------------------------------------------
static bool companions_read(Comparison *c, Err *e) {
    CompareCompanionsRows rows = { 0 };
    CompareCompanionsRow row;
    size_t cap = 0;
    bool has_row, is_good = compare_companions(c->db, (CompareCompanionsArgs){ .kab = c->kab }, &rows, e);
    while (is_good && (is_good = compare_companions_next(&rows, &row, &has_row, e)) && has_row) {
        if (c->companion_n == cap) {
            ComparePlace *more = NEW(c->arena, ComparePlace, cap = cap ? 2 * cap : 64);
            if (c->companion_n) memcpy(more, c->companions, c->companion_n * sizeof *more);
            c->companions = more;
        }
        c->companions[c->companion_n++] = (ComparePlace){ .id = row.id, .name = arena_str(c->arena, row.name) };
    }
    compare_companions_end(&rows);
    return is_good;
}

bool compare_open(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, Comparison **out, Err *e) {
    Comparison *c = NEW(a, Comparison, 1);
    CompareLiveNRow live;
    bool found;
    *c = (Comparison){ .db = db, .arena = a, .kab = kab, .sight = sight, .stage = stage };
    if (!compare_live_n(db, (CompareLiveNArgs){ .kab = kab, .stage = stage }, &live, &found, e)) return false;
    if (live.live_n == 0 || !sight_has_district(&sight, kab)) return fail(e, NOT_FOUND, "Stage %.*s of district %lld has no pay list that counts. Read one first: harapan paylist read FILE --stage %.*s", STR_ARG(stage), (long long)kab, STR_ARG(stage));
    if (!closing_read(db, kab, stage, &c->closing, e) || !closing_case_list(db, a, &c->closing, stage, &c->cases, e) ||
        !closing_scheme(db, a, &c->closing.book_hash, stage, &c->scheme, e) || !area_list_level(db, a, kab, AREA_VILLAGE, &c->villages, e) || !companions_read(c, e)) return false;
    *out = c;
    return true;
}

// ---- walking -----------------------------------------------------------------------------------------------------------
#define RANGE CHUNK_FAMILIES           // families at a time
typedef struct { int64_t id, village_id, companion_id; bool is_left; } Member;
typedef struct {
    Comparison *c;
    const CompareFilter *filter;
    CompareEach *each;
    void *with;
    Member *families;                  // [RANGE] ascending
    Due *dues;                         // [RANGE] ascending
    size_t family_n, due_n, family_at, due_at;
    CompareRow row;                    // of the family whose entries are being read
    bool has_row, has_current;         // … and whether one of them is of this stage
    char their_channel[16];
} Walk;

static bool members_read(Walk *w, int64_t first_id, int64_t last_id, Err *e) {
    CompareFamiliesRows rows = { 0 };
    CompareFamiliesRow row;
    bool has_row, is_good = compare_families(w->c->db, (CompareFamiliesArgs){ .kab = w->c->kab, .first_id = first_id, .last_id = last_id, SEE(w->c->sight) }, &rows, e);
    w->family_n = w->family_at = 0;
    while (is_good && (is_good = compare_families_next(&rows, &row, &has_row, e)) && has_row)
        w->families[w->family_n++] = (Member){ row.id, row.village_id, row.companion_id == INT64_MIN ? 0 : row.companion_id, str_eq(row.status, STR("left")) };
    compare_families_end(&rows);
    return is_good;
}

static bool due_take(void *with, const Due *due, Err *e) {
    Walk *w = with;
    (void)e;
    w->dues[w->due_n++] = *due;
    return true;
}

static bool is_wanted(const Walk *w, const CompareRow *row) {
    const CompareFilter *f = w->filter;
    return (!f->kinds || f->kinds >> row->kind & 1) && (!f->village_id || row->village_id == f->village_id) && (!f->companion_id || row->companion_id == f->companion_id);
}

static bool cause_fill(Walk *w, CompareRow *row, Err *e) {
    static _Thread_local Case it;
    const Scheme *s = w->c->scheme;
    Str bytes = case_list_at(&w->c->cases, row->case_no);
    int channel = scheme_channel_find(s, row->our_channel), theirs = row->their_channel.n ? scheme_channel_find(s, row->their_channel) : -1;
    if (channel < 0 || !case_decode((const uint8_t *)bytes.p, bytes.n, &it)) return fail(e, CONFLICT, "A case of the closing is damaged.");
    return paylist_cause_find(s, channel, theirs, &it, row->theirs, &row->cause, e);
}

static CauseKind cause_only_theirs(const Due *due, bool is_left) {
    if (!due) return is_left ? CAUSE_LEFT : CAUSE_NOT_CLOSED;
    return due->own_state == DUE_SUSPENDED ? CAUSE_SUSPENDED : due->own_state == DUE_NOT_ELIGIBLE ? CAUSE_NOT_ELIGIBLE : CAUSE_NO_COMPONENT;
}

// The row is complete: tells what it is, and gives it on.
static bool row_end(Walk *w, const Due *due, bool is_left, bool is_excluded, Err *e) {
    CompareRow *row = &w->row;
    row->ours = due ? due->own : (Rupiah){ 0 };
    row->our_channel = due ? due->own_channel : (Str){ 0 };
    row->case_no = due ? due->case_no : UINT32_MAX;
    row->cause = (Cause){ CAUSE_NONE, -1, -1, 0 };
    row->is_other_channel = row->ours.rp > 0 && w->has_current && row->their_channel.n && !str_eq(row->our_channel, row->their_channel);
    if (!w->has_row) { row->kind = COMPARE_OURS; row->cause.kind = CAUSE_NOT_LISTED; }
    else if (!w->has_current) { row->kind = COMPARE_OLD; row->cause.kind = CAUSE_OLD_PERIOD; row->theirs = row->old; row->old = (Rupiah){ 0 }; }
    else if (row->theirs.rp == 0) { row->kind = COMPARE_ZERO; row->cause.kind = is_excluded ? CAUSE_EXCLUDED : CAUSE_ZERO; }
    else if (row->ours.rp == 0) { row->kind = COMPARE_THEIRS; row->cause.kind = cause_only_theirs(due, is_left); }
    else row->kind = row->ours.rp == row->theirs.rp ? COMPARE_SAME : COMPARE_AMOUNT;
    if (!w->has_row && row->ours.rp == 0) return true;     // on neither
    if (!is_wanted(w, row)) return true;
    if (row->kind == COMPARE_AMOUNT && !cause_fill(w, row, e)) return false;
    return (w->filter->has_cause && row->cause.kind != w->filter->cause) || w->each(w->with, row, e);
}

static bool entry_add(Walk *w, const PaylistEntry *entry, bool *is_excluded, Err *e) {
    CompareRow *row = &w->row;
    Rupiah *sum = entry->is_old_period ? &row->old : &row->theirs;
    if (!w->has_row || (!w->has_current && !entry->is_old_period)) {
        row->wave_n = entry->wave_n;
        snprintf(w->their_channel, sizeof w->their_channel, "%.*s", STR_ARG(entry->channel));
        row->their_channel = str_c(w->their_channel);
    }
    row->agree_n |= entry->agree_n;
    row->against_n |= entry->against_n;
    w->has_row = true;
    w->has_current |= !entry->is_old_period;
    *is_excluded |= entry->is_excluded;
    return rupiah_add(*sum, entry->amount, sum, e);
}

static bool range_walk(Walk *w, int64_t first_id, int64_t last_id, Err *e) {
    PaylistCursor cursor;
    PaylistEntry entry;
    bool has_entry = false;
    Comparison *c = w->c;
    w->due_n = w->due_at = 0;
    if (!members_read(w, first_id, last_id, e) || !due_each(c->db, c->kab, c->stage, first_id, last_id, due_take, w, e)) return false;
    bool is_good = paylist_open(c->db, c->kab, c->stage, first_id, last_id, &cursor, e) && paylist_next(&cursor, &entry, &has_entry, e);
    for (size_t i = 0; is_good && i < w->family_n; i++) {
        const Member *m = &w->families[i];
        bool is_excluded = false;
        while (w->due_at < w->due_n && w->dues[w->due_at].family_id < m->id) w->due_at++;
        const Due *due = w->due_at < w->due_n && w->dues[w->due_at].family_id == m->id ? &w->dues[w->due_at] : NULL;
        if (due && due->case_no == UINT32_MAX) due = NULL;         // in the closing only by the Ministry's list
        w->row = (CompareRow){ .family_id = m->id, .village_id = m->village_id, .companion_id = m->companion_id };
        w->has_row = w->has_current = false;
        while (is_good && has_entry && entry.family_id <= m->id) {
            if (entry.family_id == m->id) is_good = entry_add(w, &entry, &is_excluded, e);
            is_good = is_good && paylist_next(&cursor, &entry, &has_entry, e);
        }
        is_good = is_good && row_end(w, due, m->is_left, is_excluded, e);
    }
    paylist_close(&cursor);
    return is_good;
}

bool compare_each(Comparison *c, const CompareFilter *filter, CompareEach *each, void *with, Err *e) {
    CompareLastFamilyRow last;
    bool found;
    Walk w = { .c = c, .filter = filter, .each = each, .with = with };
    if (!compare_last_family(c->db, (CompareLastFamilyArgs){ .kab = c->kab }, &last, &found, e)) return false;
    size_t room = last.last_id < RANGE ? (size_t)last.last_id + 1 : RANGE;
    w.families = malloc(room * sizeof *w.families);
    w.dues = malloc(room * sizeof *w.dues);
    bool is_good = (w.families && w.dues) || fail_memory(e);
    for (int64_t first = 1; is_good && first <= last.last_id; first += RANGE) is_good = range_walk(&w, first, first + RANGE - 1, e);
    free(w.families);
    free(w.dues);
    return is_good;
}

// ---- sums --------------------------------------------------------------------------------------------------------------
static ComparePlace *place_of(ComparePlace *places, size_t n, int64_t id) {            // ascending from index 1; 0: not known
    size_t low = 1, high = n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (places[middle].id < id) low = middle + 1; else high = middle;
    }
    return low < n && places[low].id == id ? &places[low] : &places[0];
}

static bool sum_add(CompareSum *s, int64_t n, Rupiah ours, Rupiah theirs, Err *e) {
    s->n += n;
    return rupiah_add(s->ours, ours, &s->ours, e) && rupiah_add(s->theirs, theirs, &s->theirs, e);
}

static bool sums_take(void *with, const CompareRow *row, Err *e) {
    CompareSums *s = with;
    ComparePlace *village = place_of(s->villages, s->village_n, row->village_id), *companion = place_of(s->companions, s->companion_n, row->companion_id);
    s->channel_n += row->is_other_channel;
    return sum_add(&s->kind[row->kind], 1, row->ours, row->theirs, e) && sum_add(&village->kind[row->kind], 1, row->ours, row->theirs, e) &&
           sum_add(&companion->kind[row->kind], 1, row->ours, row->theirs, e) && rupiah_add(s->old, row->old, &s->old, e) &&
           (row->kind != COMPARE_AMOUNT || sum_add(&s->cause[row->cause.kind], 1, row->ours, row->theirs, e));
}

static bool loose_add(Comparison *c, const CompareFilter *f, CompareSums *s, Err *e) {
    CompareLooseRows rows = { 0 };
    CompareLooseRow row;
    if (f->companion_id) return true;                      // rows without a family have no companion
    bool has_row, is_good = compare_loose(c->db, (CompareLooseArgs){ .kab = c->kab, .stage = c->stage, SEE(c->sight) }, &rows, e);
    while (is_good && (is_good = compare_loose_next(&rows, &row, &has_row, e)) && has_row) {
        CompareKind kind = row.decided_n ? COMPARE_NOT_OURS : COMPARE_TRAY;
        if ((f->kinds && !(f->kinds >> kind & 1)) || (f->village_id && f->village_id != row.village_id)) continue;
        is_good = sum_add(&s->kind[kind], row.row_n, (Rupiah){ 0 }, row.amount_rp, e) &&
                  sum_add(&place_of(s->villages, s->village_n, row.village_id)->kind[kind], row.row_n, (Rupiah){ 0 }, row.amount_rp, e);
    }
    compare_loose_end(&rows);
    return is_good;
}

bool compare_sums(Comparison *c, const CompareFilter *filter, CompareSums *out, Err *e) {
    CompareSums s = { .village_n = c->villages.n + 1, .companion_n = c->companion_n + 1 };
    s.villages = NEW(c->arena, ComparePlace, s.village_n);
    s.companions = NEW(c->arena, ComparePlace, s.companion_n);
    for (size_t i = 0; i < c->villages.n; i++) s.villages[i + 1] = (ComparePlace){ .id = c->villages.at[i].id, .name = c->villages.at[i].name };
    if (c->companion_n) memcpy(s.companions + 1, c->companions, c->companion_n * sizeof *s.companions);
    if (!compare_each(c, filter, sums_take, &s, e) || !loose_add(c, filter, &s, e)) return false;
    *out = s;
    return true;
}

bool compare_lines_put(Comparison *c, const CompareRow *row, Buf *b, Err *e) {
    static _Thread_local Case it;
    static _Thread_local Entitlement ours;
    const SchemeComponent *components;
    if (row->case_no == UINT32_MAX) return true;
    Str bytes = case_list_at(&c->cases, row->case_no);
    int channel = scheme_channel_find(c->scheme, row->our_channel);
    size_t n = scheme_components(c->scheme, &components);
    if (channel < 0 || !case_decode((const uint8_t *)bytes.p, bytes.n, &it)) return fail(e, CONFLICT, "A case of the closing is damaged.");
    if (!entitlement_of(c->scheme, channel, &it, false, &ours, e)) return false;
    bool is_first = true;
    for (size_t k = 0; k < n; k++) {
        if (!ours.kept_n[k]) continue;
        if (!is_first) buf_c(b, " + ");
        is_first = false;
        if (ours.kept_n[k] > 1) buf_fmt(b, "%d × ", ours.kept_n[k]);
        buf_str(b, lang_get() == LANG_ID ? components[k].title_id : components[k].title_en);
        buf_char(b, ' ');
        rupiah_put(b, ours.kept_rp[k]);
    }
    return true;
}
