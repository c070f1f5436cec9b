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

// Who may ask for a merge, and undo one.
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

static bool pair_mark(Db *db, const Entry *kept, const Entry *gone, Str state, int64_t actor_id, Instant at, Err *e) {
    PairKey key = pair_key(kept->kab, kept->id, gone->kab, gone->id);
    DuplicatePairDecideArgs args = { .kab = key.kab, .person_id = key.person_id, .other_kab_id = key.other_kab, .other_person_id = key.other_person_id,
                                     .state = state, .decided_id = actor_id, .decided_at = at, .later_on = DATE_NONE };
    return duplicate_pair_decide(db, args, NULL, e);
}

static Str day_text(Arena *a, Date day) {
    Buf b = { .max = 20 };
    date_put_iso(&b, day);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

// What the kept entry said before, beside what it says now: in its own district's chain, for the salt is its family's.
static void replaced_put(Arena *a, AuditEntry *entry, size_t at, const DuplicatePersonReadRow *old, const DuplicatePersonReadRow *now) {
    const struct { const char *key; Str was, is; } FIELDS[] = { { "name", old->name, now->name }, { "born_on", day_text(a, old->born_on), day_text(a, now->born_on) },
        { "birth_place", old->birth_place, now->birth_place }, { "sex", old->sex, now->sex }, { "mother_name", old->mother_name, now->mother_name } };
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (!is_same_text(FIELDS[i].was, FIELDS[i].is)) entry->fields[at++] = (AuditField)AUDIT_CHANGE_PERSONAL(FIELDS[i].key, FIELDS[i].was, FIELDS[i].is);
}

static bool trail(Db *db, Arena *a, const char *action, int64_t merge_id, const Entry *kept, const Entry *gone, const DuplicatePersonReadRow *old, Str taken,
                  const Viewer *actor, Instant at, Err *e) {
    AuditEntry entry = { .kab = kept->kab, .actor_id = actor->user_id, .action = action, .at = at,
                         .subject = arena_fmt(a, "merge %lld.%lld", (long long)kept->kab, (long long)merge_id),
                         .fields = { AUDIT_COUNT("family_id", kept->family_id), AUDIT_COUNT("person_id", kept->id), AUDIT_COUNT("gone_kab", gone->kab),
                                     AUDIT_COUNT("gone_family_id", gone->family_id), AUDIT_COUNT("gone_person_id", gone->id), AUDIT_TEXT("taken", taken) } };
    AuditEntry own = entry;
    own.family_id = kept->family_id;
    replaced_put(a, &own, 6, old, &kept->row);
    if (!audit_write(db, &own, e)) return false;
    entry.kab = gone->kab;
    return gone->kab == kept->kab || audit_write(db, &entry, e);
}

// ---- a pair and both its entries ---------------------------------------------------------------------------------------------
typedef struct { PairKey key; DuplicatePairReadRow row; Entry side[2]; } Pair;

static bool pair_row(Db *db, Arena *a, PairKey k, DuplicatePairReadRow *out, bool *found, Err *e) {
    DuplicatePairReadArgs args = { .kab = k.kab, .person_id = k.person_id, .other_kab_id = k.other_kab, .other_person_id = k.other_person_id };
    return duplicate_pair_read(db, a, args, out, found, e);
}

static bool pair_read(Db *db, Arena *a, PairKey k, Pair *out, Err *e) {
    bool found;
    *out = (Pair){ .key = k };
    if (!pair_row(db, a, k, &out->row, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no such pair of entries. Perhaps the search has been run again since.");
    return entry_read(db, a, k.kab, out->row.family_id, k.person_id, &out->side[0], e) &&
           entry_read(db, a, k.other_kab, out->row.other_family_id, k.other_person_id, &out->side[1], e);
}

static bool merge_standing(Db *db, PairKey k, int64_t *kab, int64_t *id, bool *found, Err *e) {
    MergeOfPairRow row;
    MergeOfPairArgs args = { .kab = k.kab, .person_id = k.person_id, .other_kab_id = k.other_kab, .other_person_id = k.other_person_id };
    if (!merge_of_pair(db, args, &row, found, e)) return false;
    if (*found) { *kab = row.kab; *id = row.id; }
    return true;
}

static bool merge_check(const DuplicatePairReadRow *pair, const Entry *kept, const Entry *gone, Err *e) {
    if (str_eq(pair->state, STR("merged"))) return fail(e, CONFLICT, "The two entries are merged already.");
    if (str_eq(pair->state, STR("different"))) return fail(e, CONFLICT, "Somebody decided that these are two persons. Open the question again first.");
    if (kept->row.is_gone || gone->row.is_gone) return fail(e, CONFLICT, "One of the two entries is gone already: there is nothing to merge.");
    if (gone->row.is_numbered && !kept->row.is_numbered)
        return fail(e, CONFLICT, "Keep the other entry: it has the NIK, and a NIK stays where it is.");
    return true;
}

static bool is_one_family(const Entry *kept, const Entry *gone) { return kept->kab == gone->kab && kept->family_id == gone->family_id; }

// ---- what it would be --------------------------------------------------------------------------------------------------------
static void person_take(PairPerson *to, const PairPerson *from, unsigned take) {
    if (take & TAKE_NAME) to->name = from->name;
    if (take & TAKE_BORN_ON) to->born_on = from->born_on;
    if (take & TAKE_BIRTH_PLACE) to->birth_place = from->birth_place;
    if (take & TAKE_SEX) to->sex = from->sex;
    if (take & TAKE_MOTHER_NAME) to->mother_name = from->mother_name;
}

bool merge_preview(Db *db, Arena *a, Sight sight, const Merge *merge, MergePreview *out, Err *e) {
    PairDetail d;
    Pair pair;
    Err hindrance = { 0 };
    if (!duplicate_read(db, a, sight, merge->key, &d, e) || !pair_read(db, a, merge->key, &pair, e)) return false;
    const Entry *kept = &pair.side[merge->keeps_other], *gone = &pair.side[!merge->keeps_other];
    MergePreview p = { .kept = d.side[merge->keeps_other], .gone = d.side[!merge->keeps_other] };
    person_take(&p.kept, &p.gone, merge->take);
    p.has_no_payee = p.gone.is_payee && !is_one_family(kept, gone);
    p.is_empty = !is_one_family(kept, gone) && p.gone.member_n == 1;
    if (is_one_family(kept, gone)) { p.kept.is_payee |= p.gone.is_payee; p.kept.member_n--; }
    if (!merge_check(&pair.row, kept, gone, &hindrance)) p.hindrance = arena_str(a, str_c(hindrance.text));
    *out = p;
    return true;
}

// ---- asking ------------------------------------------------------------------------------------------------------------------
static Str subject_of(Arena *a, PairKey k) {
    return arena_fmt(a, "%lld.%lld %lld.%lld", (long long)k.kab, (long long)k.person_id, (long long)k.other_kab, (long long)k.other_person_id);
}

static bool subject_read(Str subject, PairKey *out) {
    Str rest = subject, first = str_cut(&rest, ' ');
    return str_int64(str_cut(&first, '.'), &out->kab) && str_int64(first, &out->person_id) && str_int64(str_cut(&rest, '.'), &out->other_kab) &&
           str_int64(rest, &out->other_person_id);
}

static void entry_put(Buf *b, const Entry *x) {
    const DuplicatePersonReadRow *r = &x->row;
    const Str texts[] = { r->name, r->birth_place, r->sex, r->mother_name, r->relation, r->status };
    buf_fmt(b, "%lld %lld %lld %d %d %d %lld %lld", (long long)x->kab, (long long)x->family_id, (long long)x->id, r->born_on.days, r->is_numbered, r->is_gone,
            (long long)r->payee_id, (long long)r->member_n);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) buf_fmt(b, " %zu:%.*s", texts[i].n, STR_ARG(texts[i]));
}

// What is signed: the choice, and both entries as they are.
static Hash wish_hash(const Pair *p) {
    Buf b = { .max = 1 << 16 };
    buf_fmt(&b, "merge %d %.*s|", p->row.is_other_kept, STR_ARG(p->row.taken));
    for (int i = 0; i < 2; i++) entry_put(&b, &p->side[i]);
    Hash out = hash_of(b.p, b.n);
    buf_free(&b);
    return out;
}

static bool merge_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    (void)kab;
    Arena arena = { 0 };
    Err none = { 0 };
    Pair p = { .key = { 0 } };
    bool is_good = subject_read(subject, &p.key) && pair_read(db, &arena, p.key, &p, &none);
    *is_there = is_good && p.row.taken.p != NULL && !p.side[0].row.is_gone && !p.side[1].row.is_gone;
    if (*is_there) *out = wish_hash(&p);
    arena_free(&arena);
    return is_good || none.code == ERR_NONE || none.code == NOT_FOUND || none.code == CONFLICT || fail(e, none.code, "%s", none.text);
}

bool merge_asked(Db *db, Arena *a, PairKey key, ApprovalRequest *out, bool *is_found, Err *e) {
    Hash hash;
    bool is_there = false;
    Str subject = subject_of(a, key);
    *is_found = false;
    if (!merge_now(db, key.kab, subject, &hash, &is_there, e)) return false;
    if (!is_there) return true;
    if (!approval_find(db, a, key.kab, &MERGE_APPROVAL, subject, &hash, out, is_found, e)) return false;
    *is_found = *is_found && out->state == REQUEST_OPEN;
    return true;
}

static bool anothers_wish(Err *e) {
    return fail(e, CONFLICT, "Somebody else asks to merge these two entries. That must be signed or refused first.");
}

typedef struct { Arena *arena; const Viewer *actor; const Merge *merge; Instant at; ApprovalRequest request; bool is_new; } Asking;

static bool ask_work(Db *db, void *with, Err *e) {
    Asking *x = with;
    const Merge *m = x->merge;
    PairKey k = m->key;
    Pair p;
    ApprovalRequest before;
    bool is_asked;
    if (!pair_read(db, x->arena, k, &p, e) || !merge_check(&p.row, &p.side[m->keeps_other], &p.side[!m->keeps_other], e) ||
        !merge_asked(db, x->arena, k, &before, &is_asked, e)) return false;
    if (is_asked && before.maker_id != x->actor->user_id) return anothers_wish(e);
    p.row.taken = take_names(x->arena, m->take);
    p.row.is_other_kept = m->keeps_other;
    DuplicatePairWishArgs wish = { .kab = k.kab, .person_id = k.person_id, .other_kab_id = k.other_kab, .other_person_id = k.other_person_id,
                                   .decided_id = x->actor->user_id, .decided_at = x->at, .taken = p.row.taken, .is_other_kept = m->keeps_other };
    ApprovalAsk ask = { .kab = k.kab, .subject = subject_of(x->arena, k), .seen_hash = wish_hash(&p), .due_on = DATE_NONE,
                        .link = arena_fmt(x->arena, "/duplicates/%lld/%lld/%lld/%lld", (long long)k.kab, (long long)k.person_id, (long long)k.other_kab,
                                          (long long)k.other_person_id) };
    return duplicate_pair_wish(db, wish, NULL, e) && approval_ask(db, x->arena, x->actor, &MERGE_APPROVAL, &ask, x->at, &x->request, &x->is_new, e);
}

bool merge_ask(Db *db, Arena *a, const Viewer *actor, const Merge *merge, Instant at, ApprovalRequest *out, bool *is_new, Err *e) {
    Asking x = { .arena = a, .actor = actor, .merge = merge, .at = at };
    if (!merge_allowed(actor, merge->key.kab, merge->key.other_kab, e) || !change_do(db, ask_work, &x, e)) return false;
    *out = x.request;
    *is_new = x.is_new;
    return true;
}

bool merge_take_back(Db *db, Arena *a, const Viewer *actor, PairKey key, Instant at, Err *e) {
    ApprovalRequest request;
    bool is_found;
    if (!merge_asked(db, a, key, &request, &is_found, e)) return false;
    if (!is_found) return true;                            // nothing that could still be signed
    if (request.maker_id != actor->user_id) return anothers_wish(e);
    return approval_withdraw(db, actor, &request, at, e);
}

// ---- merging -----------------------------------------------------------------------------------------------------------------
// The maker stands in the merge, the last signer in the audit chain; the request names them all.
static bool merge_write(Db *db, Arena *a, const Pair *pair, const ApprovalRequest *request, const Viewer *signer, Entry *kept, const Entry *gone, Instant at, Err *e) {
    const DuplicatePersonReadRow old = kept->row;
    MergeLastRow last;
    unsigned take;
    bool found, is_payee = gone->row.payee_id == gone->id;
    int64_t new_payee = is_one_family(kept, gone) ? kept->id : INT64_MIN;
    if (!take_read(pair->row.taken, &take, e) || !merge_last(db, (MergeLastArgs){ .kab = kept->kab }, &last, &found, e)) return false;
    MergeInsertArgs row = { .kab = kept->kab, .id = last.last_id + 1, .family_id = kept->family_id, .person_id = kept->id, .gone_kab_id = gone->kab,
                            .gone_family_id = gone->family_id, .gone_person_id = gone->id, .taken = pair->row.taken, .old_name = old.name,
                            .old_born_on = old.born_on, .old_birth_place = old.birth_place, .old_sex = old.sex, .old_mother_name = old.mother_name,
                            .is_payee_moved = is_payee, .new_payee_id = is_payee ? new_payee : INT64_MIN, .pair_state = pair->row.state,
                            .actor_id = request->maker_id, .merged_at = at, .request_id = request->id };
    entry_take(&kept->row, &gone->row, take);
    MergePersonGoneArgs gone_args = { .kab = gone->kab, .family_id = gone->family_id, .id = gone->id, .is_gone = true };
    if (!merge_insert(db, row, NULL, e) || !entry_write(db, kept, e) || !merge_person_gone(db, gone_args, NULL, e)) return false;
    if (is_payee && !merge_payee_change(db, (MergePayeeChangeArgs){ .kab = gone->kab, .id = gone->family_id, .payee_id = new_payee }, NULL, e)) return false;
    return pair_mark(db, kept, gone, STR("merged"), request->maker_id, at, e) && packs_write(db, kept, gone, e) &&
           trail(db, a, "registry.merge", row.id, kept, gone, &old, row.taken, signer, at, e);
}

static bool merge_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Arena arena = { 0 };
    Pair p = { .key = { 0 } };
    bool is_good = (subject_read(request->subject, &p.key) || fail(e, CONFLICT, "The request names no pair of entries.")) &&
                   authority_require(signer, ACTION_READ, p.key.kab, e) && authority_require(signer, ACTION_READ, p.key.other_kab, e) &&
                   pair_read(db, &arena, p.key, &p, e);
    Entry *kept = &p.side[p.row.is_other_kept], *gone = &p.side[!p.row.is_other_kept];
    is_good = is_good && merge_check(&p.row, kept, gone, e) && merge_write(db, &arena, &p, request, signer, kept, gone, now, e);
    arena_free(&arena);
    return is_good;
}

const ApprovalKind MERGE_APPROVAL = {
    .name = "merge", .title = N_("Merge of two entries"), .now = merge_now, .finish = merge_finish,
    .act = N_("With the last signature the two entries become one; it can be undone as long as neither has changed."),
};

typedef struct { Arena *arena; const Viewer *signer; PairKey key; const Hash *seen; Str reason; Instant at; MergeResult result; } Signing;

static bool sign_work(Db *db, void *with, Err *e) {
    Signing *x = with;
    ApprovalRequest request;
    bool found;
    x->result = (MergeResult){ .is_done = false };
    MergeResult *r = &x->result;
    if (!merge_standing(db, x->key, &r->kab, &r->id, &found, e)) return false;
    if (found) { r->is_done = r->was_there = true; return true; }
    if (!merge_asked(db, x->arena, x->key, &request, &found, e)) return false;
    if (!found) return fail(e, CONFLICT, "Nobody asks for this merge, or something has changed since. Look again.");
    if (!approval_sign(db, x->signer, &MERGE_APPROVAL, &request, x->seen, x->at, e)) return false;
    r->step_n = request.step_n;
    r->signed_n = request.signed_n;
    return merge_standing(db, x->key, &r->kab, &r->id, &r->is_done, e);
}

bool merge_sign(Db *db, Arena *a, const Viewer *signer, PairKey key, const Hash *seen, Instant at, MergeResult *out, Err *e) {
    Signing x = { .arena = a, .signer = signer, .key = key, .seen = seen, .at = at };
    if (!change_do(db, sign_work, &x, e)) return false;
    *out = x.result;
    return true;
}

static bool refuse_work(Db *db, void *with, Err *e) {
    Signing *x = with;
    ApprovalRequest request;
    bool found;
    if (!merge_asked(db, x->arena, x->key, &request, &found, e)) return false;
    if (!found) return fail(e, CONFLICT, "Nobody asks for this merge, or something has changed since. Look again.");
    return approval_refuse(db, x->signer, &request, x->reason, x->at, e);
}

bool merge_refuse(Db *db, Arena *a, const Viewer *signer, PairKey key, Str reason, Instant at, Err *e) {
    Signing x = { .arena = a, .signer = signer, .key = key, .reason = reason, .at = at };
    return change_do(db, refuse_work, &x, e);
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
    const DuplicatePersonReadRow merged = *r;
    r->name = m->old_name;
    r->born_on = m->old_born_on;
    r->birth_place = m->old_birth_place;
    r->sex = m->old_sex;
    r->mother_name = m->old_mother_name;
    MergePersonGoneArgs back = { .kab = gone->kab, .family_id = gone->family_id, .id = gone->id, .is_gone = false };
    MergePayeeChangeArgs payee = { .kab = gone->kab, .id = gone->family_id, .payee_id = gone->id };
    MergeUndoneArgs undone = { .kab = u->kab, .id = u->id, .undone_id = u->actor->user_id, .undone_at = u->at };
    return merge_undone(db, undone, NULL, e) && entry_write(db, kept, e) && merge_person_gone(db, back, NULL, e) &&
           (!m->is_payee_moved || merge_payee_change(db, payee, NULL, e)) && pair_mark(db, kept, gone, m->pair_state, u->actor->user_id, u->at, e) &&
           packs_write(db, kept, gone, e) && trail(db, a, "registry.merge_undo", u->id, kept, gone, &merged, m->taken, u->actor, u->at, e);
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

bool merge_of_family(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, FamilyMerge **out, size_t *n, Err *e) {
    FamilyMerge *list = NEW(a, FamilyMerge, 50);
    MergeOfFamilyRowsRows rows = { 0 };
    MergeOfFamilyRowsRow row;
    *n = 0;
    bool has_row, is_good = merge_of_family_rows(db, (MergeOfFamilyRowsArgs){ .kab = kab, .family_id = family_id, SEE(sight) }, &rows, e);
    while (is_good && (is_good = merge_of_family_rows_next(&rows, &row, &has_row, e)) && has_row && *n < 50) {
        bool came = row.kab == kab && row.family_id == family_id;
        list[(*n)++] = (FamilyMerge){ .key = pair_key(row.kab, row.person_id, row.gone_kab_id, row.gone_person_id), .merge_kab = row.kab, .merge_id = row.id,
                                      .other_kab = came ? row.gone_kab_id : row.kab, .other_family_id = came ? row.gone_family_id : row.family_id,
                                      .name = db_keep(a, row.name), .actor_name = db_keep(a, row.actor_name), .undone_name = db_keep(a, row.undone_name),
                                      .came = came, .is_undone = str_eq(row.state, STR("undone")), .merged_at = row.merged_at, .undone_at = row.undone_at };
    }
    merge_of_family_rows_end(&rows);
    *out = list;
    return is_good;
}
