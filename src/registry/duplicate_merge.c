// duplicate_merge.c: see duplicate_merge.h.
#include "registry/duplicate_merge.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "registry/pack.h"
#include "registry_duplicate.sql.h"

const TakeName TAKE_NAMES[] = { { TAKE_NAME, "name" }, { TAKE_BORN_ON, "born_on" }, { TAKE_BIRTH_PLACE, "birth_place" }, { TAKE_SEX, "sex" },
                                { TAKE_MOTHER_NAME, "mother_name" }, { 0, NULL } };

bool take_read(Str names, unsigned *out, Err *e) {
    unsigned take = 0;
    while (names.n) {
        size_t n = 0;
        while (n < names.n && names.p[n] != ',' && names.p[n] != ' ') n++;
        Str word = str_part(names, 0, n);
        names = str_part(names, n + 1, names.n);
        if (word.n == 0) continue;
        const TakeName *t = TAKE_NAMES;
        while (t->name && !str_eq(word, str_c(t->name))) t++;
        if (!t->name) return fail(e, BAD_INPUT, "\"%.*s\" cannot be taken over: name, born_on, birth_place, sex or mother_name can.", STR_ARG(word));
        take |= t->bit;
    }
    *out = take;
    return true;
}

static Str take_names(Arena *a, unsigned take) {
    Str out = STR("");
    for (const TakeName *t = TAKE_NAMES; t->name; t++) if (take & t->bit) out = arena_fmt(a, "%.*s%s%s", STR_ARG(out), out.n ? " " : "", t->name);
    return out;
}

// Who may merge and undo. A second pair of eyes (office/approval.h) belongs here and nowhere else.
static bool merge_allowed(const Viewer *actor, int64_t kab, int64_t gone_kab, Err *e) {
    return authority_require(actor, ACTION_EDIT, kab, e) && authority_require(actor, ACTION_EDIT, gone_kab, e);
}

// ---- an entry ----------------------------------------------------------------------------------------------------------------
typedef struct { int64_t kab, family_id, id; DuplicatePersonReadRow row; } Entry;

static bool entry_read(Db *db, Arena *a, int64_t kab, int64_t family_id, int64_t id, Entry *out, Err *e) {
    bool found;
    *out = (Entry){ .kab = kab, .family_id = family_id, .id = id };
    if (!duplicate_person_read(db, a, (DuplicatePersonReadArgs){ .kab = kab, .family_id = family_id, .id = id }, &out->row, &found, e)) return false;
    return found || fail(e, CONFLICT, "Person %lld is no longer in family %lld of district %lld. Search for duplicates again.", (long long)id,
                         (long long)family_id, (long long)kab);
}

static bool is_same_text(Str a, Str b) { return a.p && b.p ? str_eq(a, b) : a.p == b.p; }

static void entry_take(DuplicatePersonReadRow *to, const DuplicatePersonReadRow *from, unsigned take) {
    if (take & TAKE_NAME) to->name = from->name;
    if (take & TAKE_BORN_ON) to->born_on = from->born_on;
    if (take & TAKE_BIRTH_PLACE) to->birth_place = from->birth_place;
    if (take & TAKE_SEX) to->sex = from->sex;
    if (take & TAKE_MOTHER_NAME) to->mother_name = from->mother_name;
}

static bool entry_write(Db *db, const Entry *entry, Err *e) {
    const DuplicatePersonReadRow *r = &entry->row;
    MergePersonChangeArgs args = { .kab = entry->kab, .family_id = entry->family_id, .id = entry->id, .name = r->name, .born_on = r->born_on,
                                   .birth_place = r->birth_place, .sex = r->sex, .mother_name = r->mother_name };
    return merge_person_change(db, args, NULL, e);
}

static bool packs_write(Db *db, const Entry *kept, const Entry *gone, Err *e) {
    return pack_refresh(db, kept->kab, kept->family_id, kept->family_id, NULL, e) && pack_refresh(db, gone->kab, gone->family_id, gone->family_id, NULL, e);
}

static bool pair_mark(Db *db, const Entry *kept, const Entry *gone, Str state, const Viewer *actor, Instant at, Err *e) {
    PairKey key = pair_key(kept->kab, kept->id, gone->kab, gone->id);
    DuplicatePairDecideArgs args = { .kab = key.kab, .person_id = key.person_id, .other_kab_id = key.other_kab, .other_person_id = key.other_person_id,
                                     .state = state, .decided_id = actor->user_id, .decided_at = at };
    return duplicate_pair_decide(db, args, NULL, e);
}

static bool trail(Db *db, Arena *a, const char *action, int64_t merge_id, const Entry *kept, const Entry *gone, Str taken, const Viewer *actor, Instant at,
                  Err *e) {
    AuditEntry entry = { .kab = kept->kab, .actor_id = actor->user_id, .action = action, .at = at,
                         .subject = arena_fmt(a, "merge %lld.%lld", (long long)kept->kab, (long long)merge_id),
                         .fields = { AUDIT_COUNT("family_id", kept->family_id), AUDIT_COUNT("person_id", kept->id), AUDIT_COUNT("gone_kab", gone->kab),
                                     AUDIT_COUNT("gone_family_id", gone->family_id), AUDIT_COUNT("gone_person_id", gone->id), AUDIT_TEXT("taken", taken) } };
    if (!audit_write(db, &entry, e)) return false;
    entry.kab = gone->kab;
    return gone->kab == kept->kab || audit_write(db, &entry, e);
}

// ---- merging -----------------------------------------------------------------------------------------------------------------
typedef struct { const Merge *merge; MergeResult result; } Doing;

static bool merge_check(const DuplicatePairReadRow *pair, const Entry *kept, const Entry *gone, Err *e) {
    if (str_eq(pair->state, STR("different"))) return fail(e, CONFLICT, "Somebody decided that these are two persons. Open the question again first.");
    if (kept->row.is_gone || gone->row.is_gone) return fail(e, CONFLICT, "One of the two entries is gone already: there is nothing to merge.");
    if (gone->row.is_numbered && !kept->row.is_numbered)
        return fail(e, CONFLICT, "Keep the other entry: it has the NIK, and a NIK stays where it is.");
    return true;
}

static bool merge_write(Db *db, Arena *a, Doing *d, const DuplicatePairReadRow *pair, Entry *kept, const Entry *gone, Err *e) {
    const Merge *m = d->merge;
    const DuplicatePersonReadRow old = kept->row;
    MergeLastRow last;
    bool found, is_payee = gone->row.payee_id == gone->id, is_one_family = kept->kab == gone->kab && kept->family_id == gone->family_id;
    int64_t new_payee = is_one_family ? kept->id : INT64_MIN;
    if (!merge_last(db, (MergeLastArgs){ .kab = kept->kab }, &last, &found, e)) return false;
    MergeInsertArgs row = { .kab = kept->kab, .id = last.last_id + 1, .family_id = kept->family_id, .person_id = kept->id, .gone_kab_id = gone->kab,
                            .gone_family_id = gone->family_id, .gone_person_id = gone->id, .taken = take_names(a, m->take), .old_name = old.name,
                            .old_born_on = old.born_on, .old_birth_place = old.birth_place, .old_sex = old.sex, .old_mother_name = old.mother_name,
                            .is_payee_moved = is_payee, .new_payee_id = is_payee ? new_payee : INT64_MIN, .pair_state = pair->state,
                            .actor_id = m->actor.user_id, .merged_at = m->at };
    entry_take(&kept->row, &gone->row, m->take);
    MergePersonGoneArgs gone_args = { .kab = gone->kab, .family_id = gone->family_id, .id = gone->id, .is_gone = true };
    if (!merge_insert(db, row, NULL, e) || !entry_write(db, kept, e) || !merge_person_gone(db, gone_args, NULL, e)) return false;
    if (is_payee && !merge_payee_change(db, (MergePayeeChangeArgs){ .kab = gone->kab, .id = gone->family_id, .payee_id = new_payee }, NULL, e)) return false;
    d->result = (MergeResult){ .kab = kept->kab, .id = row.id, .has_no_payee = is_payee && !is_one_family,
                               .is_empty = !is_one_family && gone->row.member_n == 1 };
    return pair_mark(db, kept, gone, STR("merged"), &m->actor, m->at, e) && packs_write(db, kept, gone, e) &&
           trail(db, a, "registry.merge", row.id, kept, gone, row.taken, &m->actor, m->at, e);
}

static bool merge_try(Db *db, Arena *a, Doing *d, Err *e) {
    const PairKey *k = &d->merge->key;
    DuplicatePairReadRow pair;
    bool found;
    DuplicatePairReadArgs args = { .kab = k->kab, .person_id = k->person_id, .other_kab_id = k->other_kab, .other_person_id = k->other_person_id };
    if (!duplicate_pair_read(db, a, args, &pair, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no such pair of entries. Perhaps the search has been run again since.");
    MergeOfPairRow before;
    if (!merge_of_pair(db, (MergeOfPairArgs){ .kab = k->kab, .person_id = k->person_id, .other_kab_id = k->other_kab, .other_person_id = k->other_person_id },
                       &before, &found, e)) return false;
    if (found) { d->result = (MergeResult){ .kab = before.kab, .id = before.id, .was_there = true }; return true; }
    Entry side[2];
    if (!entry_read(db, a, k->kab, pair.family_id, k->person_id, &side[0], e) ||
        !entry_read(db, a, k->other_kab, pair.other_family_id, k->other_person_id, &side[1], e)) return false;
    Entry *kept = &side[d->merge->keeps_other], *gone = &side[!d->merge->keeps_other];
    return merge_check(&pair, kept, gone, e) && merge_write(db, a, d, &pair, kept, gone, e);
}

static bool merge_work(Db *db, void *with, Err *e) {
    Arena arena = { 0 };
    bool is_good = merge_try(db, &arena, with, e);
    arena_free(&arena);
    return is_good;
}

bool merge_do(Db *db, const Merge *merge, MergeResult *out, Err *e) {
    if (!merge_allowed(&merge->actor, merge->key.kab, merge->key.other_kab, e)) return false;
    Doing doing = { .merge = merge };
    if (!change_do(db, merge_work, &doing, e)) return false;
    *out = doing.result;
    return true;
}

// ---- undoing -----------------------------------------------------------------------------------------------------------------
typedef struct { const Viewer *actor; int64_t kab, id; Instant at; } Undoing;

static bool changed_since(Err *e) {
    return fail(e, CONFLICT, "One of the two entries was changed after the merge. Undoing would overwrite that, so nothing was done.");
}

// Everything still is as the merge left it.
static bool undo_check(const MergeReadRow *m, unsigned take, const Entry *kept, const Entry *gone, Err *e) {
    DuplicatePersonReadRow wanted = { .name = m->old_name, .born_on = m->old_born_on, .birth_place = m->old_birth_place, .sex = m->old_sex,
                                      .mother_name = m->old_mother_name };
    entry_take(&wanted, &gone->row, take);
    const DuplicatePersonReadRow *r = &kept->row;
    bool is_same = is_same_text(r->name, wanted.name) && r->born_on.days == wanted.born_on.days && is_same_text(r->birth_place, wanted.birth_place) &&
                   is_same_text(r->sex, wanted.sex) && is_same_text(r->mother_name, wanted.mother_name) && gone->row.is_gone && !r->is_gone;
    if (m->is_payee_moved && gone->row.payee_id != m->new_payee_id) is_same = false;
    return is_same || changed_since(e);
}

static bool undo_write(Db *db, Arena *a, const Undoing *u, const MergeReadRow *m, Entry *kept, const Entry *gone, Err *e) {
    DuplicatePersonReadRow *r = &kept->row;
    r->name = m->old_name;
    r->born_on = m->old_born_on;
    r->birth_place = m->old_birth_place;
    r->sex = m->old_sex;
    r->mother_name = m->old_mother_name;
    MergePersonGoneArgs back = { .kab = gone->kab, .family_id = gone->family_id, .id = gone->id, .is_gone = false };
    MergePayeeChangeArgs payee = { .kab = gone->kab, .id = gone->family_id, .payee_id = gone->id };
    MergeUndoneArgs undone = { .kab = u->kab, .id = u->id, .undone_id = u->actor->user_id, .undone_at = u->at };
    return merge_undone(db, undone, NULL, e) && entry_write(db, kept, e) && merge_person_gone(db, back, NULL, e) &&
           (!m->is_payee_moved || merge_payee_change(db, payee, NULL, e)) && pair_mark(db, kept, gone, m->pair_state, u->actor, u->at, e) &&
           packs_write(db, kept, gone, e) && trail(db, a, "registry.merge_undo", u->id, kept, gone, m->taken, u->actor, u->at, e);
}

static bool undo_try(Db *db, Arena *a, const Undoing *u, Err *e) {
    MergeReadRow m;
    bool found;
    unsigned take;
    Entry kept, gone;
    if (!merge_read(db, a, (MergeReadArgs){ .kab = u->kab, .id = u->id }, &m, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no merge %lld in district %lld.", (long long)u->id, (long long)u->kab);
    if (!merge_allowed(u->actor, u->kab, m.gone_kab_id, e)) return false;
    if (str_eq(m.state, STR("undone"))) return true;
    return take_read(m.taken, &take, e) && entry_read(db, a, u->kab, m.family_id, m.person_id, &kept, e) &&
           entry_read(db, a, m.gone_kab_id, m.gone_family_id, m.gone_person_id, &gone, e) && undo_check(&m, take, &kept, &gone, e) &&
           undo_write(db, a, u, &m, &kept, &gone, e);
}

static bool undo_work(Db *db, void *with, Err *e) {
    Arena arena = { 0 };
    bool is_good = undo_try(db, &arena, with, e);
    arena_free(&arena);
    return is_good;
}

bool merge_undo(Db *db, const Viewer *actor, int64_t kab, int64_t merge_id, Instant at, Err *e) {
    if (!authority_require(actor, ACTION_EDIT, kab, e)) return false;
    Undoing undoing = { actor, kab, merge_id, at };
    return change_do(db, undo_work, &undoing, e);
}

bool merge_rows(Db *db, Arena *a, const Viewer *viewer, int64_t kab, int64_t limit_n, MergeRows *out, Err *e) {
    MergeRows list = { .at = NEW(a, MergeRow, limit_n + 1) };
    MergeListRows rows = { 0 };
    MergeListRow row;
    if (!authority_allows(viewer, ACTION_READ, kab)) { *out = list; return true; }
    bool has_row, is_good = merge_list(db, (MergeListArgs){ .kab = kab, .limit_n = limit_n }, &rows, e);
    while (is_good && (is_good = merge_list_next(&rows, &row, &has_row, e)) && has_row)
        list.at[list.n++] = (MergeRow){ row.id, row.family_id, row.person_id, row.gone_kab_id, row.gone_family_id, row.gone_person_id, row.actor_id,
                                        db_keep(a, row.taken), db_keep(a, row.state), row.merged_at };
    merge_list_end(&rows);
    if (is_good) *out = list;
    return is_good;
}
