// duplicate.c: see duplicate.h.
#include "registry/duplicate.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "registry/duplicate_merge.h"
#include "registry/nik_walk.h"
#include "registry/pack.h"
#include "registry_duplicate.sql.h"
#include <stdlib.h>

// ---- states ------------------------------------------------------------------------------------------------------------------
static const struct { const char *name, *title; } STATES[PAIR_STATES_N] = {
    [PAIR_OPEN] = { "open", N_("To be looked at") }, [PAIR_SAME] = { "same", N_("One person") },
    [PAIR_DIFFERENT] = { "different", N_("Two persons") }, [PAIR_MERGED] = { "merged", N_("Merged") },
};
const char *pair_state_name(PairState state) { return STATES[state].name; }
const char *pair_state_title(PairState state) { return tr(STATES[state].title); }
bool pair_state_find(Str name, PairState *out) {
    for (int i = 0; i < PAIR_STATES_N; i++) if (str_eq(name, str_c(STATES[i].name))) return *out = (PairState)i, true;
    return false;
}
static bool state_read(Str name, PairState *out, Err *e) {
    return pair_state_find(name, out) || fail(e, CONFLICT, "A pair of entries has a state that this program does not know.");
}

PairKey pair_key(int64_t kab, int64_t person_id, int64_t other_kab, int64_t other_person_id) {
    bool is_first = kab < other_kab || (kab == other_kab && person_id < other_person_id);
    return is_first ? (PairKey){ kab, person_id, other_kab, other_person_id } : (PairKey){ other_kab, other_person_id, kab, person_id };
}

static int keys_order(const PairKey *a, const PairKey *b) {
    const int64_t x[] = { a->kab, a->person_id, a->other_kab, a->other_person_id }, y[] = { b->kab, b->person_id, b->other_kab, b->other_person_id };
    for (int i = 0; i < 4; i++) if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
    return 0;
}

// ---- searching ---------------------------------------------------------------------------------------------------------------
typedef struct { PairKey key; int64_t family_id, other_family_id; DuplicateScore score; bool is_exact; } Found;
typedef struct {
    Db *db;
    const DuplicateSearch *search;
    DuplicateFinder *finder;
    Found *found;
    size_t found_n, found_room;
    DuplicateFound result;
} Search;

static Sex sex_of(Str text) { return str_eq(text, STR("L")) ? SEX_MALE : str_eq(text, STR("P")) ? SEX_FEMALE : SEX_UNKNOWN; }

static bool district_read(Search *s, int64_t kab, Err *e) {
    DuplicateEntriesRows rows = { 0 };
    DuplicateEntriesRow row;
    NikWalk niks = { .db = s->db, .kab = kab };
    Str nik;
    int64_t n = 0;
    bool has_row, is_good = duplicate_entries(s->db, (DuplicateEntriesArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = duplicate_entries_next(&rows, &row, &has_row, e)) && has_row) {
        if (!(is_good = nik_walk_open(&niks, row.family_id, row.id, row.nik_data, &nik, e))) break;
        DuplicateFacts facts = { .kab = kab, .family_id = row.family_id, .person_id = row.id, .village_id = row.village_id, .nik = nik, .name = row.name,
                                 .mother_name = row.mother_name, .address = row.address, .rt = row.rt, .rw = row.rw, .born_on = row.born_on,
                                 .sex = sex_of(row.sex) };
        is_good = duplicate_finder_add(s->finder, &facts, e);
        if (++n % 16384 == 0) progress_report(s->search->progress, _("Reading persons"), n, 0);
    }
    duplicate_entries_end(&rows);
    nik_walk_close(&niks);
    return is_good;
}

static bool claims_read(Search *s, Err *e) {
    DuplicateClaimsRows rows = { 0 };
    DuplicateClaimsRow row;
    DuplicateClaimsArgs args = { .low_id = s->search->low_kab, .high_id = s->search->high_kab };
    bool has_row, is_good = duplicate_claims(s->db, args, &rows, e);
    while (is_good && (is_good = duplicate_claims_next(&rows, &row, &has_row, e)) && has_row)
        is_good = duplicate_finder_claim(s->finder, row.kab, row.family_id, row.person_id, row.claim_id, e);
    duplicate_claims_end(&rows);
    return is_good;
}

static bool registry_read(Search *s, Err *e) {
    Arena arena = { 0 };
    PackDistrict *districts;
    size_t n;
    bool is_good = db_begin_read(s->db, e) && pack_districts_list(s->db, &arena, &districts, &n, e);
    for (size_t i = 0; is_good && i < n; i++)
        if (districts[i].kab >= s->search->low_kab && districts[i].kab <= s->search->high_kab) is_good = district_read(s, districts[i].kab, e);
    is_good = is_good && claims_read(s, e);
    db_rollback(s->db);
    arena_free(&arena);
    return is_good;
}

static bool pair_take(void *with, const DuplicateEntry *a, const DuplicateEntry *b, const DuplicateScore *score, Err *e) {
    Search *s = with;
    if (s->found_n == s->found_room) {
        size_t room = s->found_room ? 2 * s->found_room : 1024;
        Found *more = realloc(s->found, room * sizeof *more);
        if (!more) return fail_memory(e);
        s->found = more;
        s->found_room = room;
    }
    PairKey key = pair_key(a->kab, a->person_id, b->kab, b->person_id);
    bool is_a_first = key.kab == a->kab && key.person_id == a->person_id;
    s->found[s->found_n++] = (Found){ .key = key, .family_id = is_a_first ? a->family_id : b->family_id,
                                      .other_family_id = is_a_first ? b->family_id : a->family_id, .score = *score,
                                      .is_exact = a->nik_claim && a->nik_claim == b->nik_claim };
    return true;
}

static int by_key(const void *a, const void *b) { return keys_order(&((const Found *)a)->key, &((const Found *)b)->key); }

static Str reasons_of(Arena *a, const DuplicateScore *score) {
    Buf b = { .max = 1000 };
    duplicate_score_put(&b, score);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

// What stands there, as far as writing needs it.
typedef struct { PairKey key; bool is_open, is_same; } Known;
typedef struct { Known *at; size_t n, room; } KnownPairs;

static bool is_as_found(const DuplicatePairsWithinRow *row, const Found *f, Str reasons) {
    return row->family_id == f->family_id && row->other_family_id == f->other_family_id && row->is_exact == f->is_exact &&
           row->score_n == f->score.score && str_eq(row->reasons, reasons);
}

static bool known_add(KnownPairs *s, Known one, Err *e) {
    if (s->n == s->room) {
        size_t room = s->room ? 2 * s->room : 1024;
        Known *more = realloc(s->at, room * sizeof *more);
        if (!more) return fail_memory(e);
        s->at = more;
        s->room = room;
    }
    s->at[s->n++] = one;
    return true;
}

static bool known_read(Search *s, KnownPairs *out, Err *e) {
    Arena arena = { 0 };
    DuplicatePairsWithinRows rows = { 0 };
    DuplicatePairsWithinRow row;
    DuplicatePairsWithinArgs args = { .low_id = s->search->low_kab, .high_id = s->search->high_kab };
    size_t i = 0;
    bool has_row, is_good = duplicate_pairs_within(s->db, args, &rows, e);
    while (is_good && (is_good = duplicate_pairs_within_next(&rows, &row, &has_row, e)) && has_row) {
        Known one = { .key = { row.kab, row.person_id, row.other_kab_id, row.other_person_id }, .is_open = str_eq(row.state, STR("open")) };
        while (i < s->found_n && keys_order(&s->found[i].key, &one.key) < 0) i++;
        bool is_found = i < s->found_n && keys_order(&s->found[i].key, &one.key) == 0;
        one.is_same = is_found && is_as_found(&row, &s->found[i], reasons_of(&arena, &s->found[i].score));
        is_good = known_add(out, one, e);
        arena_reset(&arena);
    }
    duplicate_pairs_within_end(&rows);
    arena_free(&arena);
    return is_good;
}

static bool pair_change(Search *s, const Found *f, Err *e) {
    Arena arena = { 0 };
    DuplicatePairChangeArgs args = { .kab = f->key.kab, .person_id = f->key.person_id, .other_kab_id = f->key.other_kab,
                                     .other_person_id = f->key.other_person_id, .family_id = f->family_id, .other_family_id = f->other_family_id,
                                     .score_n = f->score.score, .reasons = reasons_of(&arena, &f->score), .is_exact = f->is_exact };
    bool is_good = duplicate_pair_change(s->db, args, NULL, e);
    arena_free(&arena);
    return is_good;
}

static bool new_pair_put(Search *s, DbBulk *b, const Found *f, Arena *a, Err *e) {
    const int64_t ids[] = { f->key.kab, f->key.person_id, f->key.other_kab, f->key.other_person_id, f->family_id, f->other_family_id, f->score.score };
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) db_bulk_int(b, ids[i]);
    db_bulk_text(b, reasons_of(a, &f->score));
    db_bulk_int(b, f->is_exact);
    db_bulk_text(b, STR("open"));
    db_bulk_int(b, s->search->at.ms);
    bool is_good = db_bulk_row(b, e);
    arena_reset(a);
    return is_good;
}

// Found and known pairs side by side, both in order: new ones are counted and marked here and written in bulk afterwards.
static bool pairs_compare(Search *s, const KnownPairs *known, uint8_t *is_new, Err *e) {
    DuplicateFound *r = &s->result;
    size_t k = 0;
    for (size_t i = 0; i <= s->found_n; i++) {
        for (; k < known->n && (i == s->found_n || keys_order(&known->at[k].key, &s->found[i].key) < 0); k++) {
            const PairKey *key = &known->at[k].key;
            if (!known->at[k].is_open) { r->decided_n++; continue; }
            r->removed_n++;
            DuplicatePairRemoveArgs args = { .kab = key->kab, .person_id = key->person_id, .other_kab_id = key->other_kab,
                                             .other_person_id = key->other_person_id };
            if (!duplicate_pair_remove(s->db, args, NULL, e)) return false;
        }
        if (i == s->found_n) break;
        bool is_there = k < known->n && keys_order(&known->at[k].key, &s->found[i].key) == 0;
        r->exact_n += s->found[i].is_exact;
        is_new[i] = !is_there;
        if (!is_there) { r->new_n++; continue; }
        const Known *one = &known->at[k++];
        if (!one->is_open) r->decided_n++;
        else if (one->is_same) r->same_n++;
        else if (r->changed_n++, !pair_change(s, &s->found[i], e)) return false;
    }
    return true;
}

static bool new_pairs_write(Search *s, const uint8_t *is_new, Err *e) {
    if (s->result.new_n == 0) return true;
    Arena arena = { 0 };
    DbBulk *b;
    if (!db_bulk_open(s->db, "duplicate_pair", "kab,person_id,other_kab_id,other_person_id,family_id,other_family_id,score_n,reasons,is_exact,state,found_at",
                      "iiiiiiititi", &b, e)) return false;
    bool is_good = true;
    for (size_t i = 0; is_good && i < s->found_n; i++) if (is_new[i]) is_good = new_pair_put(s, b, &s->found[i], &arena, e);
    arena_free(&arena);
    return db_bulk_close(b, NULL, e) && is_good;
}

static bool search_record(Search *s, Err *e) {
    const DuplicateFound *r = &s->result;
    int64_t kab = s->search->low_kab == s->search->high_kab ? s->search->low_kab : 0;
    if (r->new_n + r->changed_n + r->removed_n == 0) return true;
    AuditEntry entry = { .kab = kab, .actor_id = s->search->actor.user_id, .action = "registry.duplicates", .at = s->search->at,
                         .subject = STR("duplicates"),
                         .fields = { AUDIT_COUNT("entry_n", r->report.entry_n), AUDIT_COUNT("new_n", r->new_n), AUDIT_COUNT("changed_n", r->changed_n),
                                     AUDIT_COUNT("removed_n", r->removed_n), AUDIT_COUNT("low_kab", s->search->low_kab),
                                     AUDIT_COUNT("high_kab", s->search->high_kab) } };
    return audit_write(s->db, &entry, e);
}

// May be tried again (change.h): everything it counts begins anew.
static bool pairs_write(Db *db, void *with, Err *e) {
    (void)db;
    Search *s = with;
    DuplicateReport report = s->result.report;
    s->result = (DuplicateFound){ .report = report };
    KnownPairs known = { 0 };
    uint8_t *is_new = calloc(s->found_n + 1, 1);
    bool is_good = (is_new != NULL || fail_memory(e)) && known_read(s, &known, e) &&
                   pairs_compare(s, &known, is_new, e) && new_pairs_write(s, is_new, e) && search_record(s, e);
    free(is_new);
    free(known.at);
    return is_good;
}

bool duplicate_search(Db *db, const DuplicateSearch *search, DuplicateFound *out, Err *e) {
    if (!authority_require(&search->actor, ACTION_EDIT, search->low_kab, e) || !authority_require(&search->actor, ACTION_EDIT, search->high_kab, e))
        return false;
    Search s = { .db = db, .search = search };
    DuplicateRun run = { .score_least = DUPLICATE_LOOK, .thread_n = search->thread_n, .progress = search->progress, .each = pair_take, .with = &s };
    bool is_good = duplicate_finder_open(&s.finder, e) && registry_read(&s, e) && duplicate_finder_run(s.finder, &run, &s.result.report, e);
    duplicate_finder_close(s.finder);
    if (is_good && s.found_n) qsort(s.found, s.found_n, sizeof *s.found, by_key);
    is_good = is_good && change_do(db, pairs_write, &s, e);
    free(s.found);
    if (is_good) *out = s.result;
    return is_good;
}

// ---- looking -----------------------------------------------------------------------------------------------------------------
static bool row_take(Arena *a, const DuplicateListPairsRow *row, PairRow *out, Err *e) {
    *out = (PairRow){ .key = { row->kab, row->person_id, row->other_kab_id, row->other_person_id }, .family_id = row->family_id,
                      .other_family_id = row->other_family_id, .village_id = row->village_id, .other_village_id = row->other_village_id,
                      .name = db_keep(a, row->name), .other_name = db_keep(a, row->other_name), .born_on = row->born_on,
                      .other_born_on = row->other_born_on, .is_exact = row->is_exact };
    return state_read(row->state, &out->state, e) &&
           (duplicate_score_parse(row->reasons, &out->score) || fail(e, CONFLICT, "The score of a pair of entries cannot be read."));
}

bool duplicate_list(Db *db, Arena *a, Sight sight, const PairFilter *filter, PairRows *out, Err *e) {
    const PairAfter *after = &filter->after;
    size_t most = (size_t)filter->limit_n + 1;             // one more tells that there is more
    PairRows list = { .at = NEW(a, PairRow, most) };
    DuplicateListPairsRows rows = { 0 };
    DuplicateListPairsRow row;
    DuplicateListPairsArgs args = { .kab = filter->kab, .state = str_c(STATES[filter->state].name), .later_n = filter->is_later, .village_id = filter->village_id,
                                    SEE(sight), .limit_n = (int64_t)most, .after_exact_n = after->is_set ? after->is_exact : INT64_MAX,
                                    .after_score_n = after->score, .after_kab_id = after->key.kab, .after_person_id = after->key.person_id,
                                    .after_other_kab_id = after->key.other_kab, .after_other_person_id = after->key.other_person_id };
    bool has_row, is_good = duplicate_list_pairs(db, args, &rows, e);
    while (is_good && (is_good = duplicate_list_pairs_next(&rows, &row, &has_row, e)) && has_row && list.n < most) {
        list.all_n = row.pair_n;
        list.exact_n = row.exact_n;
        is_good = row_take(a, &row, &list.at[list.n++], e);
    }
    duplicate_list_pairs_end(&rows);
    list.is_more = list.n == most;
    list.n -= list.is_more;
    if (is_good) *out = list;
    return is_good;
}

static bool not_there(Err *e) { return fail(e, NOT_FOUND, "There is no such pair of entries. Perhaps the search has been run again since."); }

static bool person_read(Db *db, Arena *a, int64_t kab, int64_t family_id, int64_t person_id, PairPerson *out, Err *e) {
    DuplicatePersonReadRow row;
    bool found;
    if (!duplicate_person_read(db, a, (DuplicatePersonReadArgs){ .kab = kab, .family_id = family_id, .id = person_id }, &row, &found, e)) return false;
    if (!found) return not_there(e);
    *out = (PairPerson){ .kab = kab, .family_id = family_id, .person_id = person_id, .village_id = row.village_id, .member_n = row.member_n, .name = row.name,
                         .birth_place = row.birth_place, .sex = row.sex, .mother_name = row.mother_name, .relation = row.relation,
                         .school_level = row.school_level, .address = row.address, .rt = row.rt, .rw = row.rw, .family_status = row.status,
                         .born_on = row.born_on, .has_nik = row.is_numbered, .is_gone = row.is_gone, .is_payee = row.payee_id == person_id };
    return true;
}

static bool merge_between(Db *db, PairDetail *d, Err *e) {
    MergeOfPairRow row;
    bool found;
    MergeOfPairArgs args = { .kab = d->key.kab, .person_id = d->key.person_id, .other_kab_id = d->key.other_kab, .other_person_id = d->key.other_person_id };
    if (!merge_of_pair(db, args, &row, &found, e)) return false;
    if (found) { d->merge_kab = row.kab; d->merge_id = row.id; }
    return true;
}

// The pair itself; whoever may not see both families does not find it.
static bool pair_seen(Db *db, Arena *a, Sight sight, PairKey key, DuplicatePairReadRow *out, Err *e) {
    bool found;
    DuplicateSeenRow seen;
    DuplicatePairReadArgs args = { .kab = key.kab, .person_id = key.person_id, .other_kab_id = key.other_kab, .other_person_id = key.other_person_id };
    if (!duplicate_pair_read(db, a, args, out, &found, e)) return false;
    if (!found) return not_there(e);
    DuplicateSeenArgs both = { .kab = key.kab, .family_id = out->family_id, .other_kab_id = key.other_kab, .other_family_id = out->other_family_id, SEE(sight) };
    return duplicate_seen(db, both, &seen, &found, e) && (found || not_there(e));
}

bool duplicate_read(Db *db, Arena *a, Sight sight, PairKey key, PairDetail *out, Err *e) {
    DuplicatePairReadRow row;
    if (!pair_seen(db, a, sight, key, &row, e)) return false;
    PairDetail d = { .key = key, .is_exact = row.is_exact, .note = row.note, .decided_id = row.decided_id == INT64_MIN ? 0 : row.decided_id,
                     .decided_name = row.decided_name, .found_at = row.found_at, .decided_at = row.decided_at, .later_on = row.later_on,
                     .has_wish = row.taken.p != NULL, .wish_keeps_other = row.is_other_kept, .wish_taken = row.taken };
    if (!duplicate_score_parse(row.reasons, &d.score)) return fail(e, CONFLICT, "The score of a pair of entries cannot be read.");
    if (!state_read(row.state, &d.state, e) || !person_read(db, a, key.kab, row.family_id, key.person_id, &d.side[0], e) ||
        !person_read(db, a, key.other_kab, row.other_family_id, key.other_person_id, &d.side[1], e) || !merge_between(db, &d, e)) return false;
    *out = d;
    return true;
}

// ---- deciding ----------------------------------------------------------------------------------------------------------------
typedef struct { const Viewer *actor; const PairDecision *decision; Date later_on; Instant at; } Deciding;

static bool decision_write(Db *db, Arena *a, const Deciding *d, const DuplicatePairReadRow *row, Err *e) {
    const PairKey *k = &d->decision->key;
    Str state = str_c(STATES[d->decision->state].name);
    DuplicatePairDecideArgs change = { .kab = k->kab, .person_id = k->person_id, .other_kab_id = k->other_kab, .other_person_id = k->other_person_id,
                                       .state = state, .decided_id = d->actor->user_id, .decided_at = d->at, .note = d->decision->note, .later_on = d->later_on };
    AuditEntry entry = { .kab = k->kab, .actor_id = d->actor->user_id, .action = "registry.duplicate_decide", .at = d->at,
                         .subject = arena_fmt(a, "persons %lld.%lld %lld.%lld", (long long)k->kab, (long long)k->person_id, (long long)k->other_kab,
                                              (long long)k->other_person_id),
                         .fields = { AUDIT_CHANGE("state", row->state, d->decision->is_later ? STR("later") : state),
                                     AUDIT_COUNT("score_n", row->score_n) } };
    if (!duplicate_pair_decide(db, change, NULL, e) || !audit_write(db, &entry, e)) return false;
    entry.kab = k->other_kab;
    return k->other_kab == k->kab || audit_write(db, &entry, e);
}

static bool decide_try(Db *db, Arena *a, const Deciding *d, Err *e) {
    const PairKey *k = &d->decision->key;
    DuplicatePairReadRow row;
    PairState before = PAIR_OPEN;
    bool found;
    DuplicatePairReadArgs args = { .kab = k->kab, .person_id = k->person_id, .other_kab_id = k->other_kab, .other_person_id = k->other_person_id };
    if (!duplicate_pair_read(db, a, args, &row, &found, e)) return false;
    if (!found) return not_there(e);
    if (!state_read(row.state, &before, e)) return false;
    if (before == PAIR_MERGED) return fail(e, CONFLICT, "The two entries are merged. Undo the merge first.");
    if (before == d->decision->state && row.later_on.days == d->later_on.days) return true;
    return (!row.taken.p || merge_take_back(db, a, d->actor, *k, d->at, e)) && decision_write(db, a, d, &row, e);
}

static bool decide(Db *db, void *with, Err *e) {
    Arena arena = { 0 };
    bool is_good = decide_try(db, &arena, with, e);
    arena_free(&arena);
    return is_good;
}

bool duplicate_decide(Db *db, const Viewer *actor, const PairDecision *decision, Instant at, Err *e) {
    const PairKey *k = &decision->key;
    Str note = decision->note;
    if (!authority_require(actor, ACTION_EDIT, k->kab, e) || !authority_require(actor, ACTION_EDIT, k->other_kab, e)) return false;
    if (decision->state == PAIR_MERGED) return fail(e, BAD_INPUT, "Merging needs to know which entry is kept.");
    if (note.n > PAIR_NOTE_MAX) return fail(e, BAD_INPUT, "The reason is longer than %d characters.", PAIR_NOTE_MAX);
    if (!str_is_utf8(note) || (note.n && memchr(note.p, 0, note.n))) return fail(e, BAD_INPUT, "The reason holds characters that are no text.");
    Date later_on = decision->is_later ? (Date){ district_day(k->kab, at).days + PAIR_LATER_DAYS } : DATE_NONE;
    Deciding deciding = { actor, decision, later_on, at };
    return change_do(db, decide, &deciding, e);
}
