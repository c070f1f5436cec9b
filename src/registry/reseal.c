#include "registry/reseal.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "registry/pack.h"
#include "registry/secret.h"
#include "registry_number.sql.h"
#include "registry_reseal.sql.h"
#include <stdlib.h>

#define BLOCK_FAMILIES (16 * PACK_FAMILIES)                // a transaction: 4096 families, some 10 MB and a tenth of a second

// ---- what is sealed in a block -----------------------------------------------------------------------------------------
typedef enum { OF_KK, OF_ACCOUNT, OF_NIK, OF_PROPOSAL, OF_OBSERVATION, OF_DESK_WORDS, OF_DESK_ANSWER, OF_PACK } PlaceKind;
typedef struct { PlaceKind kind; int64_t family_id, id, epoch_n; Str bytes; } Sealed;       // id: person, proposal, fact, request or pack
typedef struct { Sealed *at; size_t n, room; } SealedList;
typedef struct {
    Db *db;
    const Reseal *what;
    Arena arena;
    Secrets from, to;
    SealedList list;
    int64_t from_n, to_n, first_id, last_id;
    bool is_done;
    bool is_lookup;                                        // the look-up key is changed, not a district's
} Work;

static bool sealed_add(Work *w, Sealed sealed, Err *e) {
    if (sealed.bytes.n == 0) return true;
    if (w->list.n == w->list.room) {
        size_t room = w->list.room ? 2 * w->list.room : 16384;
        Sealed *more = realloc(w->list.at, room * sizeof *more);
        if (!more) return fail_memory(e);
        w->list.at = more;
        w->list.room = room;
    }
    sealed.bytes = arena_str(&w->arena, sealed.bytes);
    w->list.at[w->list.n++] = sealed;
    return true;
}

static bool families_collect(Work *w, Err *e) {
    ResealFamiliesRows rows = { 0 };
    ResealFamiliesRow row;
    bool has_row, is_good = reseal_families(w->db, (ResealFamiliesArgs){ .kab = w->what->kab, .first_id = w->first_id, .last_id = w->last_id }, &rows, e);
    while (is_good && (is_good = reseal_families_next(&rows, &row, &has_row, e)) && has_row)
        is_good = sealed_add(w, (Sealed){ .kind = OF_KK, .family_id = row.id, .bytes = row.kk_data }, e) &&
                  sealed_add(w, (Sealed){ .kind = OF_ACCOUNT, .family_id = row.id, .bytes = row.account_data }, e);
    reseal_families_end(&rows);
    return is_good;
}

static bool persons_collect(Work *w, Err *e) {
    ResealPersonsRows rows = { 0 };
    ResealPersonsRow row;
    bool has_row, is_good = reseal_persons(w->db, (ResealPersonsArgs){ .kab = w->what->kab, .first_id = w->first_id, .last_id = w->last_id }, &rows, e);
    while (is_good && (is_good = reseal_persons_next(&rows, &row, &has_row, e)) && has_row)
        is_good = sealed_add(w, (Sealed){ .kind = OF_NIK, .family_id = row.family_id, .id = row.id, .bytes = row.nik_data }, e);
    reseal_persons_end(&rows);
    return is_good;
}

static bool proposals_collect(Work *w, Err *e) {
    ResealProposalsRows rows = { 0 };
    ResealProposalsRow row;
    bool has_row, is_good = reseal_proposals(w->db, (ResealProposalsArgs){ .kab = w->what->kab, .first_id = w->first_id, .last_id = w->last_id }, &rows, e);
    while (is_good && (is_good = reseal_proposals_next(&rows, &row, &has_row, e)) && has_row)
        is_good = sealed_add(w, (Sealed){ .kind = OF_PROPOSAL, .family_id = row.family_id, .id = row.id, .bytes = row.account_data }, e);
    reseal_proposals_end(&rows);
    return is_good;
}

static bool observations_collect(Work *w, Err *e) {
    ResealObservationsRows rows = { 0 };
    ResealObservationsRow row;
    bool has_row, is_good = reseal_observations(w->db, (ResealObservationsArgs){ .kab = w->what->kab, .first_id = w->first_id, .last_id = w->last_id }, &rows, e);
    while (is_good && (is_good = reseal_observations_next(&rows, &row, &has_row, e)) && has_row)
        is_good = sealed_add(w, (Sealed){ .kind = OF_OBSERVATION, .family_id = row.family_id, .id = row.n, .bytes = row.observation_data }, e);
    reseal_observations_end(&rows);
    return is_good;
}

static bool desk_collect(Work *w, Err *e) {
    ResealDeskRows rows = { 0 };
    ResealDeskRow row;
    bool has_row, is_good = reseal_desk(w->db, (ResealDeskArgs){ .kab = w->what->kab, .first_id = w->first_id, .last_id = w->last_id }, &rows, e);
    while (is_good && (is_good = reseal_desk_next(&rows, &row, &has_row, e)) && has_row)
        is_good = sealed_add(w, (Sealed){ .kind = OF_DESK_WORDS, .family_id = row.family_id, .id = row.id, .bytes = row.words_data }, e) &&
                  sealed_add(w, (Sealed){ .kind = OF_DESK_ANSWER, .family_id = row.family_id, .id = row.id, .bytes = row.answer_data }, e);
    reseal_desk_end(&rows);
    return is_good;
}

// Every version: what a closing keeps is sealed anew, too.
static bool packs_collect(Work *w, Err *e) {
    ResealPacksRows rows = { 0 };
    ResealPacksRow row;
    ResealPacksArgs args = { .kab = w->what->kab, .part_n = PACK_PAYEE, .first_n = (w->first_id - 1) / PACK_FAMILIES, .last_n = (w->last_id - 1) / PACK_FAMILIES };
    bool has_row, is_good = reseal_packs(w->db, args, &rows, e);
    while (is_good && (is_good = reseal_packs_next(&rows, &row, &has_row, e)) && has_row)
        is_good = sealed_add(w, (Sealed){ .kind = OF_PACK, .id = row.pack_n, .epoch_n = row.epoch_n, .bytes = row.pack_data }, e);
    reseal_packs_end(&rows);
    return is_good;
}

// ---- sealing anew --------------------------------------------------------------------------------------------------------
// Sealing gives the same bytes for the same key, so a family that has the new key already comes out as it was.
static bool text_reseal(Work *w, SecretKind kind, int64_t family_id, int64_t subject_id, Str sealed, Str *out, Err *e) {
    Str text;
    if (!secret_open(secret_family(&w->from, family_id), kind, subject_id, sealed, &w->arena, &text, e)) return false;
    *out = secret_seal(secret_family(&w->to, family_id), kind, subject_id, text, &w->arena);
    return true;
}

// Sealed bytes keep their length, so the pack keeps its form, and its hash does not cover them.
static bool pack_reseal(Work *w, Str bytes, Str *out, Err *e) {
    PayeePack pack = { .first_id = 0 };
    Payee p;
    bool has_payee;
    *out = arena_str(&w->arena, bytes);
    if (!payee_pack_open(*out, &pack, e)) return false;
    for (;;) {
        Str fresh;
        if (!payee_pack_next(&pack, &p, &has_payee, e)) return false;
        if (!has_payee) return true;
        if (p.sealed.n == 0 || !secret_family(&w->from, p.family_id)) continue;          // erased: nothing opens it, and nothing shall
        if (!text_reseal(w, SECRET_PAYEE, p.family_id, SECRET_FAMILY, p.sealed, &fresh, e)) return false;
        memcpy((char *)p.sealed.p, fresh.p, fresh.n);
    }
}

static bool sealed_write(Work *w, const Sealed *s, Str fresh, Err *e) {
    int64_t kab = w->what->kab;
    switch (s->kind) {
    case OF_KK: return number_kk_set(w->db, (NumberKkSetArgs){ .kab = kab, .family_id = s->family_id, .sealed_data = fresh }, NULL, e);
    case OF_ACCOUNT: return number_account_set(w->db, (NumberAccountSetArgs){ .kab = kab, .family_id = s->family_id, .sealed_data = fresh }, NULL, e);
    case OF_NIK: return number_nik_set(w->db, (NumberNikSetArgs){ .kab = kab, .family_id = s->family_id, .person_id = s->id, .sealed_data = fresh }, NULL, e);
    case OF_PROPOSAL: return reseal_proposal_set(w->db, (ResealProposalSetArgs){ .kab = kab, .id = s->id, .sealed_data = fresh }, NULL, e);
    case OF_OBSERVATION:
        return reseal_observation_set(w->db, (ResealObservationSetArgs){ .kab = kab, .family_id = s->family_id, .n = s->id, .sealed_data = fresh }, NULL, e);
    case OF_DESK_WORDS: return reseal_desk_words_set(w->db, (ResealDeskWordsSetArgs){ .kab = kab, .id = s->id, .sealed_data = fresh }, NULL, e);
    case OF_DESK_ANSWER: return reseal_desk_answer_set(w->db, (ResealDeskAnswerSetArgs){ .kab = kab, .id = s->id, .sealed_data = fresh }, NULL, e);
    default: return reseal_pack_set(w->db, (ResealPackSetArgs){ .kab = kab, .part_n = PACK_PAYEE, .pack_n = s->id, .epoch_n = s->epoch_n, .pack_data = fresh }, NULL, e);
    }
}

// Who claims a number claims it under its new hash; who does not (an entry that was merged away) still does not.
static bool claim_move(Work *w, const Sealed *s, SecretKind kind, Str fresh, Err *e) {
    int64_t old_claim = secret_claim_of(s->bytes), new_claim = secret_claim_of(fresh);
    if (s->kind != OF_KK && s->kind != OF_ACCOUNT && s->kind != OF_NIK) return true;
    LookupClaimMoveArgs move = { .kind_n = kind, .old_claim_id = old_claim, .new_claim_id = new_claim, .kab = w->what->kab, .family_id = s->family_id, .person_id = s->id };
    return lookup_claim_move(w->db, move, NULL, e) && lookup_change_put(w->db, (LookupChangePutArgs){ .kind_n = kind, .old_claim_id = old_claim, .new_claim_id = new_claim }, NULL, e);
}

static bool sealed_renew(Work *w, const Sealed *s, Err *e) {
    static const SecretKind KINDS[] = { [OF_KK] = SECRET_KK, [OF_ACCOUNT] = SECRET_ACCOUNT, [OF_NIK] = SECRET_NIK, [OF_PROPOSAL] = SECRET_ACCOUNT, [OF_OBSERVATION] = SECRET_HEALTH,
                                         [OF_DESK_WORDS] = SECRET_DESK, [OF_DESK_ANSWER] = SECRET_DESK };
    Str fresh;
    bool is_good = s->kind == OF_PACK ? pack_reseal(w, s->bytes, &fresh, e)
                                      : text_reseal(w, KINDS[s->kind], s->family_id, s->kind == OF_NIK || s->kind == OF_OBSERVATION ? s->id : SECRET_FAMILY, s->bytes, &fresh, e);
    return is_good && (str_eq(fresh, s->bytes) || ((!w->is_lookup || claim_move(w, s, KINDS[s->kind], fresh, e)) && sealed_write(w, s, fresh, e)));
}

// ---- one transaction -----------------------------------------------------------------------------------------------------
// Another change of the district is turned away by pack_epoch_hold, or turns this one away (change.h).
static bool block_renew(Work *w, Err *e) {
    ResealSaltsArgs salts = { .kab = w->what->kab, .first_id = w->first_id, .last_id = w->last_id, .from_n = w->from_n, .to_n = w->to_n };
    bool is_good = pack_epoch_hold(w->db, w->what->kab, e) && secrets_open(&w->from, w->db, w->what->kab, e) &&
                   secrets_load(&w->from, w->db, w->first_id, w->last_id, e) && families_collect(w, e) && persons_collect(w, e) && proposals_collect(w, e) && observations_collect(w, e) &&
                   desk_collect(w, e) && packs_collect(w, e) && reseal_salts(w->db, salts, NULL, e) && secrets_open(&w->to, w->db, w->what->kab, e) &&
                   secrets_load(&w->to, w->db, w->first_id, w->last_id, e);
    for (size_t i = 0; is_good && i < w->list.n; i++) is_good = sealed_renew(w, &w->list.at[i], e);
    return is_good;
}

// The same for the look-up key: it opens nothing, so both sides have the same keys but that sealing takes the new hash. Packs are made
// anew from the rows; what a closing keeps stays, and says under which look-up key its fingerprints are.
static bool block_look_up(Work *w, Err *e) {
    LookupSaltsArgs salts = { .kab = w->what->kab, .first_id = w->first_id, .last_id = w->last_id, .from_n = w->from_n, .to_n = w->to_n };
    bool is_good = pack_epoch_hold(w->db, w->what->kab, e) && secrets_open(&w->from, w->db, w->what->kab, e) && secrets_load(&w->from, w->db, w->first_id, w->last_id, e) &&
                   secrets_open(&w->to, w->db, w->what->kab, e) && secrets_load(&w->to, w->db, w->first_id, w->last_id, e) && families_collect(w, e) && persons_collect(w, e) &&
                   proposals_collect(w, e) && lookup_salts(w->db, salts, NULL, e);
    for (size_t i = 0; is_good && i < w->list.n; i++) is_good = sealed_renew(w, &w->list.at[i], e);
    return is_good && pack_refresh(w->db, w->what->kab, w->first_id, w->last_id, NULL, e);
}

static bool block_first(Work *w, int64_t *first_id, Err *e) {
    ResealFirstRow row = { 0 };
    LookupFirstRow lookup = { 0 };
    bool found, is_good = w->is_lookup ? lookup_first(w->db, (LookupFirstArgs){ .kab = w->what->kab, .lookup_n = w->from_n }, &lookup, &found, e)
                                       : reseal_first(w->db, (ResealFirstArgs){ .kab = w->what->kab, .key_n = w->from_n }, &row, &found, e);
    *first_id = w->is_lookup ? lookup.first_id : row.first_id;
    return is_good;
}

static bool block_work(Db *db, void *with, Err *e) {
    Work *w = with;
    int64_t first_id;
    (void)db;
    w->list.n = 0;
    if (!block_first(w, &first_id, e)) return false;
    w->is_done = first_id == 0;
    if (w->is_done) return true;
    w->first_id = (first_id - 1) / BLOCK_FAMILIES * BLOCK_FAMILIES + 1;
    w->last_id = w->first_id + BLOCK_FAMILIES - 1;
    bool is_good = w->is_lookup ? block_look_up(w, e) : block_renew(w, e);
    secrets_close(&w->from);
    secrets_close(&w->to);
    arena_reset(&w->arena);
    return is_good;
}

static bool keys_record(Db *db, const Reseal *what, const char *action, int64_t key_n, Err *e) {
    AuditEntry entry = { .kab = what->kab, .actor_id = what->actor_id, .action = action, .subject = STR("keys"), .at = what->at, .fields = { AUDIT_COUNT("key_n", key_n) } };
    return audit_write(db, &entry, e);
}

// A staged file has its hashes in itself and could not be compared with the registry any more.
static bool nothing_staged(Work *w, Err *e) {
    LookupLeftRow left;
    bool found;
    if (!lookup_left(w->db, (LookupLeftArgs){ .lookup_n = w->from_n }, &left, &found, e)) return false;
    return left.staged_n == 0 || fail(e, CONFLICT, "%lld imports still wait. Apply or drop them first: their numbers are hashed with the present look-up key.", (long long)left.staged_n);
}

// The key that is leaving already, else a new one begins.
static bool begin_work(Db *db, void *with, Err *e) {
    Work *w = with;
    Key now, leaving;
    if (!keyring_current(db, w->what->kab, &now, e) || !keyring_leaving(db, w->what->kab, &leaving, e)) return false;
    w->from_n = leaving.n ? leaving.n : now.n;
    if (!leaving.n && w->is_lookup && !nothing_staged(w, e)) return false;
    if (!leaving.n && (!keyring_change(db, w->what->kab, &now, e) || !keys_record(db, w->what, "office.key_change", now.n, e))) return false;
    w->to_n = now.n;
    w->is_done = leaving.n != 0;                           // for the report: it goes on
    sodium_memzero(&now, sizeof now);
    sodium_memzero(&leaving, sizeof leaving);
    return true;
}

static bool end_work(Db *db, void *with, Err *e) {
    Work *w = with;
    return keyring_leave_done(db, w->what->kab, w->from_n, e) && keys_record(db, w->what, "office.key_gone", w->from_n, e);
}

static bool left_count(Work *w, int64_t *left_n, int64_t *staged_n, Err *e) {
    ResealLeftRow left;
    ResealStagedRow staged;
    bool found;
    if (!reseal_left(w->db, (ResealLeftArgs){ .kab = w->what->kab, .key_n = w->from_n }, &left, &found, e) ||
        !reseal_staged(w->db, (ResealStagedArgs){ .kab = w->what->kab, .key_n = w->from_n }, &staged, &found, e)) return false;
    *left_n = left.left_n;
    *staged_n = staged.staged_n;
    return true;
}

bool reseal_district(Db *db, const Reseal *what, Progress *progress, ResealReport *out, Err *e) {
    Work w = { .db = db, .what = what };
    ResealReport r = { 0 };
    int64_t left_n = 0;
    bool is_good = change_do(db, begin_work, &w, e) && left_count(&w, &r.family_n, &r.staged_n, e);
    r.went_on = w.is_done;
    for (w.is_done = false; is_good && !w.is_done;) {
        is_good = change_do(db, block_work, &w, e) && left_count(&w, &left_n, &r.staged_n, e);
        progress_report(progress, _("Sealing with the new key"), r.family_n - left_n, r.family_n);
    }
    if (is_good && r.staged_n == 0) is_good = change_do(db, end_work, &w, e) && keyring_prune(db, e);
    r.from_n = w.from_n, r.to_n = w.to_n;
    free(w.list.at);
    arena_free(&w.arena);
    if (is_good) *out = r;
    return is_good;
}

// ---- the look-up key -------------------------------------------------------------------------------------------------------
static bool district_look_up(Work *w, const Reseal *what, int64_t kab, Progress *progress, const ResealReport *r, Err *e) {
    Reseal here = { .kab = kab, .actor_id = what->actor_id, .at = what->at };
    LookupLeftRow left = { 0 };
    bool found, is_good = true;
    w->what = &here;
    for (w->is_done = false; is_good && !w->is_done;) {
        is_good = change_do(w->db, block_work, w, e) && lookup_left(w->db, (LookupLeftArgs){ .lookup_n = w->from_n }, &left, &found, e);
        progress_report(progress, _("Hashing with the new look-up key"), r->family_n - left.left_n, r->family_n);
    }
    w->what = what;
    return is_good;
}

static bool list_work(Db *db, void *with, Err *e) {
    Work *w = with;
    LookupListNextRow row;
    bool found;
    if (!lookup_list_next(db, &row, &found, e)) return false;
    w->is_done = !found;
    return !found || (lookup_list_move(db, (LookupListMoveArgs){ .kab = row.kab, .list_id = row.id }, NULL, e) &&
                      lookup_list_done(db, (LookupListDoneArgs){ .kab = row.kab, .list_id = row.id }, NULL, e));
}

static bool lookup_end_work(Db *db, void *with, Err *e) { return lookup_change_clear(db, NULL, e) && lookup_list_clear(db, NULL, e) && end_work(db, with, e); }

static bool districts_read(Db *db, Arena *a, int64_t **out, size_t *n, Err *e) {
    size_t room = 512;
    int64_t *list = NEW(a, int64_t, room);
    LookupDistrictsRows rows = { 0 };
    LookupDistrictsRow row;
    bool has_row, is_good = lookup_districts(db, &rows, e);
    *n = 0;
    while (is_good && (is_good = lookup_districts_next(&rows, &row, &has_row, e)) && has_row) {
        if (*n == room) {
            int64_t *wider = NEW(a, int64_t, room *= 2);
            memcpy(wider, list, *n * sizeof *wider);
            list = wider;
        }
        list[(*n)++] = row.kab;
    }
    lookup_districts_end(&rows);
    *out = list;
    return is_good;
}

bool reseal_lookup(Db *db, int64_t actor_id, Instant at, Progress *progress, ResealReport *out, Err *e) {
    Reseal nation = { .kab = KEYRING_LOOKUP, .actor_id = actor_id, .at = at };
    Work w = { .db = db, .what = &nation, .is_lookup = true };
    Arena kept = { 0 };
    ResealReport r = { 0 };
    LookupLeftRow left = { 0 };
    int64_t *districts = NULL;
    size_t n = 0;
    bool found, is_good = change_do(db, begin_work, &w, e) && lookup_left(db, (LookupLeftArgs){ .lookup_n = w.from_n }, &left, &found, e) && districts_read(db, &kept, &districts, &n, e);
    r.family_n = left.left_n, r.went_on = w.is_done;
    for (size_t i = 0; is_good && i < n; i++) is_good = district_look_up(&w, &nation, districts[i], progress, &r, e);
    for (w.is_done = false; is_good && !w.is_done;) is_good = change_do(db, list_work, &w, e);
    is_good = is_good && change_do(db, lookup_end_work, &w, e) && keyring_prune(db, e);
    r.from_n = w.from_n, r.to_n = w.to_n;
    free(w.list.at);
    arena_free(&w.arena);
    arena_free(&kept);
    if (is_good) *out = r;
    return is_good;
}

bool lookup_is_settled(Db *db, Err *e) {
    Key leaving;
    bool is_made;
    if (!keyring_has(db, KEYRING_LOOKUP, &is_made, e)) return false;
    if (!is_made) return true;
    if (!keyring_leaving(db, KEYRING_LOOKUP, &leaving, e)) return false;
    bool is_settled = leaving.n == 0;
    sodium_memzero(&leaving, sizeof leaving);
    return is_settled || fail(e, CONFLICT, "The look-up key is being changed, and until that is done numbers cannot be compared. Let it go on: harapan keys change --lookup");
}
