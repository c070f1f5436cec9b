// The walk over a staged file (import_walk.h), and applying.
#include "registry/reseal.h"
#include "registry/import_approval.h"
#include "registry/import.h"
#include "base/lang.h"
#include "office/audit.h"
#include "registry/claim.h"
#include "registry/dtks.h"
#include "registry/import_walk.h"
#include "registry/pack.h"
#include "registry/pairs.h"
#include "registry_import.sql.h"
#include <stdlib.h>

#define WIB (7 * 60)                   // minutes: the clock of western Indonesia

typedef enum { WALK_CHECK, WALK_PREVIEW, WALK_APPLY } WalkMode;

// New rows wait for a block of their own: in bulk they cost a tenth. The first block must not be small: PostgreSQL plans its
// check of the foreign key once, by the size that the table has then.
#define BLOCK_FAMILIES 1000
#define BLOCK_PERSONS (BLOCK_FAMILIES + PERSON_MAX)
typedef struct { int64_t id, payee_id; const ImportRowsBetweenRow *row; } NewFamily;
typedef struct { int64_t family_id, id; const ImportRowsBetweenRow *row; Str nik_data; } NewPerson;

typedef struct { ImportRowsBetweenRow *rows; size_t n; int64_t first_n; Arena arena; } Window;

typedef struct {
    Db *db;
    WalkMode mode;
    int64_t kab, batch_id;
    const ImportApply *apply;              // WALK_APPLY
    unsigned parts;                        // of the file that are written
    WalkEach *each;                        // the drift looks on; NULL: nobody
    void *each_with;
    Progress *progress;
    Secrets staged, secrets;               // of the file, under -batch_id; of the registry's families
    ClaimSorter *claims;                   // of new people, written at the end
    Pairs rows;                            // family key -> row
    Pairs niks;                            // claim of the NIK -> row
    Pairs kks;                             // claim of the KK -> first row of a family that has a code too; only for checking
    Pairs codes, cards;                    // registry: hash of iddtks -> family, claim of the KK -> family
    Bits errors;                           // rows that stay out
    Bits taken;                            // families of the registry that a group of the file has claimed
    Pairs changed;                         // families whose packs must be made again
    int64_t next_family, next_person;
    ImportCounts counts;
    bool has_claims;                       // the registry knows any NIK at all
    Arena block;                           // of the families since the last flush
    NewFamily *families;                   // new ones, not yet written
    NewPerson *persons;
    size_t family_n, person_n;
    Window window;
} Walk;

// ---- loading -----------------------------------------------------------------------------------------------------------
static int64_t text_key(char kind, Str s) {
    Hasher h;
    hash_start(&h);
    hash_add(&h, &kind, 1);
    hash_add(&h, s.p, s.n);
    Hash hash = hash_end(&h);
    int64_t key;
    memcpy(&key, hash.bytes, sizeof key);
    return key;
}

static bool rows_load(Walk *w, Err *e) {
    ImportRowsRows rows = { 0 };
    ImportRowsRow row;
    int64_t last_family = 0;
    bool has_row, is_good = import_rows(w->db, (ImportRowsArgs){ .kab = w->kab, .batch_id = w->batch_id }, &rows, e);
    while (is_good && (is_good = import_rows_next(&rows, &row, &has_row, e)) && has_row) {
        bool has_family = row.dtks_code.n || row.kk_data.n;
        int64_t family = row.dtks_code.n ? text_key('D', row.dtks_code) : has_family ? secret_claim_of(row.kk_data) : 0;
        if (has_family) is_good = pair_add(&w->rows, family, row.row_n, e);
        if (is_good && w->mode == WALK_CHECK && row.dtks_code.n && row.kk_data.n && family != last_family)
            is_good = pair_add(&w->kks, secret_claim_of(row.kk_data), row.row_n, e);
        last_family = family;
        if (is_good && row.nik_data.n) is_good = pair_add(&w->niks, secret_claim_of(row.nik_data), row.row_n, e);
    }
    import_rows_end(&rows);
    pairs_sort(&w->rows);
    pairs_sort(&w->niks);
    pairs_sort(&w->kks);
    return is_good;
}

static bool errors_load(Walk *w, Err *e) {
    ImportErrorRowsRows rows = { 0 };
    ImportErrorRowsRow row;
    bool has_row, is_good = import_error_rows(w->db, (ImportErrorRowsArgs){ .kab = w->kab, .batch_id = w->batch_id }, &rows, e);
    while (is_good && (is_good = import_error_rows_next(&rows, &row, &has_row, e)) && has_row)
        if (row.row_n > 0) is_good = bit_add(&w->errors, row.row_n, e);
    import_error_rows_end(&rows);
    return is_good;
}

// For the drift: a person whom the registry has in another family is looked at again.
static bool other_errors_load(Walk *w, Err *e) {
    ImportOtherErrorRowsRows rows = { 0 };
    ImportOtherErrorRowsRow row;
    bool has_row, is_good = import_other_error_rows(w->db, (ImportOtherErrorRowsArgs){ .kab = w->kab, .batch_id = w->batch_id }, &rows, e);
    while (is_good && (is_good = import_other_error_rows_next(&rows, &row, &has_row, e)) && has_row)
        if (row.row_n > 0) is_good = bit_add(&w->errors, row.row_n, e);
    import_other_error_rows_end(&rows);
    return is_good;
}

static bool registry_load(Walk *w, Err *e) {
    ImportFamilyKeysRows rows = { 0 };
    ImportFamilyKeysRow row;
    bool has_row, is_good = import_family_keys(w->db, (ImportFamilyKeysArgs){ .kab = w->kab }, &rows, e);
    w->next_family = 1;
    while (is_good && (is_good = import_family_keys_next(&rows, &row, &has_row, e)) && has_row) {
        if (row.dtks_code.n) is_good = pair_add(&w->codes, text_key('D', row.dtks_code), row.id, e);
        if (is_good && row.kk_data.n) is_good = pair_add(&w->cards, secret_claim_of(row.kk_data), row.id, e);
        w->next_family = row.id + 1;
    }
    import_family_keys_end(&rows);
    pairs_sort(&w->codes);
    pairs_sort(&w->cards);
    ImportPersonLastRow last;
    ImportClaimAnyRow any;
    bool found;
    if (!is_good || !import_claim_any(w->db, &any, &found, e)) return false;
    w->has_claims = any.claim_n > 0;
    if (!import_person_last(w->db, (ImportPersonLastArgs){ .kab = w->kab }, &last, &found, e)) return false;
    w->next_person = last.last_id + 1;
    return true;
}

// ---- findings --------------------------------------------------------------------------------------------------------
static bool finding(Walk *w, int64_t row_n, FindingLevel level, DtksColumn column, const char *code, Str text, Err *e) {
    if (level == FINDING_ERROR && !bit_add(&w->errors, row_n, e)) return false;
    if (w->mode == WALK_PREVIEW || w->each) return true;
    ImportFindingPutArgs args = { .kab = w->kab, .batch_id = w->batch_id, .row_n = row_n, .field = dtks_column_name(column),
                                  .code = str_c(code),
                                  .level = level == FINDING_ERROR ? STR("error") : STR("warning"), .message = text };
    return import_finding_put(w->db, args, NULL, e);
}

// The same NIK on two rows: both are told, and neither is taken until somebody decides.
static bool niks_twice(Walk *w, Err *e) {
    for (size_t i = 0; i < w->niks.n;) {
        size_t end = i + 1;
        while (end < w->niks.n && w->niks.at[end].key == w->niks.at[i].key) end++;
        for (size_t k = i; end - i > 1 && k < end; k++) {
            arena_reset(&w->block);
            int64_t other = w->niks.at[k == i ? i + 1 : i].id;
            Str text = arena_fmt(&w->block, _("The same NIK stands in row %lld. Leave the one that is right."), (long long)other);
            if (!finding(w, w->niks.at[k].id, FINDING_ERROR, DTKS_NIK, "twice", text, e)) return false;
        }
        i = end;
    }
    return true;
}

// The code of the family in a row, as a key.
static bool row_family(Walk *w, int64_t row_n, int64_t *key, Err *e) {
    ImportRowFamilyRow row;
    bool found;
    if (!import_row_family(w->db, &w->block, (ImportRowFamilyArgs){ .kab = w->kab, .batch_id = w->batch_id, .row_n = row_n }, &row, &found, e)) return false;
    *key = found && row.dtks_code.n ? text_key('D', row.dtks_code) : 0;
    return true;
}

// One KK in two families: a household may be two families, so it is only told.
static bool kks_twice(Walk *w, Err *e) {
    for (size_t i = 0; i + 1 < w->kks.n; i++) {
        const Pair *one = &w->kks.at[i], *two = &w->kks.at[i + 1];
        int64_t family = 0, other = 0;
        arena_reset(&w->block);
        if (one->key != two->key) continue;
        if (!row_family(w, one->id, &family, e) || !row_family(w, two->id, &other, e)) return false;
        if (family == other) continue;
        for (int k = 0; k < 2; k++) {
            Str text = arena_fmt(&w->block, _("The KK also stands in row %lld, in another family. Look whether they are one."), (long long)(k ? one : two)->id);
            if (!finding(w, (k ? two : one)->id, FINDING_WARNING, DTKS_KK, "kk_twice", text, e)) return false;
        }
    }
    return true;
}

// ---- one family of the file ------------------------------------------------------------------------------------------
typedef enum { MEMBER_REJECTED, MEMBER_NEW, MEMBER_CHANGED, MEMBER_SAME } MemberState;
typedef struct { int64_t row_n, person_id, elsewhere_family, elsewhere_person; ImportRowsBetweenRow row; MemberState state; bool is_gone; } Member;
typedef struct { int64_t id; Str nik_data, name, birth_place, sex, mother_name, relation, name_key; Date born_on; bool is_taken, is_gone; } Known;
typedef struct {
    Member *member;
    size_t n, good_n;
    int64_t family_id;                                     // of the registry; 0 new
    ImportFamilyReadRow family;
    Known *known;
    size_t known_n;
} Group;

// Rows are read ahead in windows: a query a window instead of one a family. The walk goes by the first rows of the families; only
// these move the window on, so that a file in any other order costs a query a row and not a window a row.
#define WINDOW_ROWS 4096
static bool window_load(Walk *w, int64_t row_n, Err *e) {
    ImportRowsBetweenRows rows = { 0 };
    ImportRowsBetweenRow row;
    ImportRowsBetweenArgs args = { .kab = w->kab, .batch_id = w->batch_id, .first_row_n = row_n, .last_row_n = row_n + WINDOW_ROWS - 1 };
    Arena *a = &w->window.arena;
    arena_reset(a);
    w->window.first_n = row_n;
    w->window.n = 0;
    bool has_row, is_good = import_rows_between(w->db, args, &rows, e);
    while (is_good && (is_good = import_rows_between_next(&rows, &row, &has_row, e)) && has_row) {
        Str *texts[] = { &row.dtks_code, &row.address, &row.hamlet, &row.rt, &row.rw, &row.kk_data, &row.nik_data, &row.name, &row.birth_place, &row.sex,
                         &row.mother_name, &row.relation };
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) *texts[k] = db_keep(a, *texts[k]);
        w->window.rows[w->window.n++] = row;
    }
    import_rows_between_end(&rows);
    return is_good;
}

static const ImportRowsBetweenRow *window_find(const Walk *w, int64_t row_n) {
    size_t low = 0, high = w->window.n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (w->window.rows[middle].row_n < row_n) low = middle + 1; else high = middle;
    }
    return low < w->window.n && w->window.rows[low].row_n == row_n ? &w->window.rows[low] : NULL;
}

static void row_keep(Walk *w, Member *m, const ImportRowsBetweenRow *found) {
    ImportRowsBetweenRow *r = &m->row;
    *r = *found;
    Str *texts[] = { &r->dtks_code, &r->address, &r->hamlet, &r->rt, &r->rw, &r->kk_data, &r->nik_data, &r->name, &r->birth_place, &r->sex,
                     &r->mother_name, &r->relation };
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) *texts[k] = db_keep(&w->block, *texts[k]);
    m->state = bit_has(&w->errors, m->row_n) ? MEMBER_REJECTED : MEMBER_NEW;
}

static bool row_load_alone(Walk *w, Member *m, Err *e) {
    ImportRowsBetweenRows rows = { 0 };
    ImportRowsBetweenRow row;
    ImportRowsBetweenArgs args = { .kab = w->kab, .batch_id = w->batch_id, .first_row_n = m->row_n, .last_row_n = m->row_n };
    bool has_row = false, is_good = import_rows_between(w->db, args, &rows, e) && import_rows_between_next(&rows, &row, &has_row, e);
    if (is_good && has_row) row_keep(w, m, &row);
    import_rows_between_end(&rows);
    return is_good;
}

// The row, into the arena of the block.
static bool row_load(Walk *w, Member *m, bool is_first, Err *e) {
    int64_t end_n = w->window.first_n + WINDOW_ROWS;
    if (is_first && (w->window.first_n == 0 || m->row_n >= end_n) && !window_load(w, m->row_n, e)) return false;
    if (m->row_n < w->window.first_n || m->row_n >= w->window.first_n + WINDOW_ROWS) return row_load_alone(w, m, e);
    const ImportRowsBetweenRow *found = window_find(w, m->row_n);
    if (found) row_keep(w, m, found);
    return true;
}

static bool members_load(Walk *w, Group *g, const Pair *rows, size_t n, Err *e) {
    g->member = NEW(&w->block, Member, n);
    g->n = n;
    for (size_t i = 0; i < n; i++) {
        g->member[i] = (Member){ .row_n = rows[i].id, .state = MEMBER_REJECTED };
        if (!row_load(w, &g->member[i], i == 0, e)) return false;
    }
    return true;
}

static bool member_refuse(Walk *w, Member *m, DtksColumn column, const char *code, Str text, Err *e) {
    m->state = MEMBER_REJECTED;
    return finding(w, m->row_n, FINDING_ERROR, column, code, text, e);
}

static bool group_refuse(Walk *w, Group *g, DtksColumn column, const char *code, Str text, Err *e) {
    for (size_t i = 0; i < g->n; i++)
        if (g->member[i].state != MEMBER_REJECTED && !member_refuse(w, &g->member[i], column, code, text, e)) return false;
    return true;
}

static const Member *first_good(const Group *g) {
    for (size_t i = 0; i < g->n; i++) if (g->member[i].state != MEMBER_REJECTED) return &g->member[i];
    return NULL;
}

// One family lives in one village, has one head, and few enough members to be counted.
static bool group_rules(Walk *w, Group *g, Err *e) {
    const Member *first = first_good(g);
    if (!first) return true;
    int head_n = 0, refused_head_n = 0;                    // a head whose row is refused is told once, there
    for (size_t i = 0; i < g->n; i++) {
        const Member *m = &g->member[i];
        refused_head_n += m->state == MEMBER_REJECTED && dtks_is_head(m->row.relation);
        if (m->state == MEMBER_REJECTED) continue;
        g->good_n++;
        head_n += dtks_is_head(m->row.relation);
        if (m->row.village_id != first->row.village_id)
            return group_refuse(w, g, DTKS_VILLAGE, "two_villages",
                                arena_fmt(&w->block, _("Rows %lld and %lld are of one family, but in two villages."),
                                                                               (long long)first->row_n, (long long)m->row_n), e);
        if (m->row.kk_data.n && first->row.kk_data.n && !secret_same(m->row.kk_data, first->row.kk_data) &&
            !finding(w, m->row_n, FINDING_WARNING, DTKS_KK, "two_cards",
                     str_c(_("The family has more than one KK number; the first is kept.")), e)) return false;
    }
    if (g->good_n > PERSON_MAX)
        return group_refuse(w, g, DTKS_CODE, "too_many", arena_fmt(&w->block, _("The family has more than %d members."), PERSON_MAX), e);
    if (head_n + refused_head_n == 0)
        return finding(w, first->row_n, FINDING_WARNING, DTKS_RELATION, "no_head",
                       str_c(_("The family has no head (KEPALA KELUARGA) in this file.")), e);
    if (head_n > 1)
        return finding(w, first->row_n, FINDING_WARNING, DTKS_RELATION, "two_heads",
                       str_c(_("The family has more than one head (KEPALA KELUARGA).")), e);
    return true;
}

// ---- the same family in the registry ---------------------------------------------------------------------------------
static bool family_load(Walk *w, Group *g, int64_t id, Err *e) {
    bool found, has_row;
    if (!import_family_read(w->db, &w->block, (ImportFamilyReadArgs){ .kab = w->kab, .id = id }, &g->family, &found, e)) return false;
    if (!found) return true;
    g->family_id = id;
    ImportPersonsRows rows = { 0 };
    ImportPersonsRow row;
    size_t room = 0;
    bool is_good = import_persons(w->db, (ImportPersonsArgs){ .kab = w->kab, .family_id = id }, &rows, e);
    while (is_good && (is_good = import_persons_next(&rows, &row, &has_row, e)) && has_row ) {
        Arena *a = &w->block;
        if (g->known_n == room) {
            Known *more = NEW(a, Known, room = room ? 2 * room : 8);
            if (g->known_n) memcpy(more, g->known, g->known_n * sizeof *more);
            g->known = more;
        }
        g->known[g->known_n++] = (Known){
            .id = row.id, .nik_data = db_keep(a, row.nik_data), .name = db_keep(a, row.name), .birth_place = db_keep(a, row.birth_place),
            .sex = db_keep(a, row.sex), .mother_name = db_keep(a, row.mother_name), .relation = db_keep(a, row.relation),
            .name_key = dtks_name_key(a, row.name), .born_on = row.born_on, .is_gone = row.is_gone,
        };
    }
    import_persons_end(&rows);
    return is_good;
}

// By iddtks, else by KK, when exactly one family has it and no other group of the file took it.
static bool family_match(Walk *w, Group *g, Err *e) {
    const Member *first = first_good(g);
    if (!first) return true;
    Str code = first->row.dtks_code, card = first->row.kk_data;
    size_t i = w->codes.n;
    const Pairs *in = &w->codes;
    int64_t key = 0;
    if (code.n) i = pairs_find(in, key = text_key('D', code));
    if ((i >= in->n || in->at[i].key != key) && card.n) {
        in = &w->cards;
        i = pairs_find(in, key = secret_claim_of(card));
        if (i + 1 < in->n && in->at[i].key == key && in->at[i + 1].key == key) return true;
    }
    if (i >= in->n || in->at[i].key != key) return true;
    int64_t id = in->at[i].id;
    if (bit_has(&w->taken, id))
        return group_refuse(w, g, DTKS_CODE, "family_twice",
                            arena_fmt(&w->block, _("Another family of this file is already family %lld of the registry."), (long long)id),
                                e);
    return bit_add(&w->taken, id, e) && family_load(w, g, id, e);
}

static Known *known_by_nik(Group *g, Str nik_data) {
    for (size_t i = 0; i < g->known_n; i++) if (nik_data.n && secret_same(g->known[i].nik_data, nik_data)) return &g->known[i];
    return NULL;
}

// Where else the registry knows this NIK.
static bool claims_look(Walk *w, Member *m, Err *e) {
    ImportClaimsRows rows = { 0 };
    ImportClaimsRow row;
    int64_t here = 0, elsewhere = 0;
    if (!w->has_claims) return true;
    bool has_row, is_good = import_claims(w->db, (ImportClaimsArgs){ .claim_id = secret_claim_of(m->row.nik_data) }, &rows, e);
    while (is_good && (is_good = import_claims_next(&rows, &row, &has_row, e)) && has_row)
        if (row.kab == w->kab) { here = row.family_id; m->elsewhere_person = row.person_id; } else elsewhere = row.kab;
    import_claims_end(&rows);
    if (!is_good) return false;
    m->elsewhere_family = here;
    if (here)
        return member_refuse(w, m, DTKS_NIK, "in_registry",
                             arena_fmt(&w->block, _("The registry has this NIK in family %lld. Decide where the person belongs."),
                                       (long long)here), e);
    if (elsewhere)
        return finding(w, m->row_n, FINDING_WARNING, DTKS_NIK, "other_district",
                       arena_fmt(&w->block, _("District %lld has this NIK too."), (long long)elsewhere), e);
    return true;
}

static bool is_number_news(Str file, Str registry) { return file.n > 0 && !secret_same(file, registry); }
static bool is_news(Str file, Str registry) { return file.n > 0 && !str_eq(file, registry); }

static bool is_person_changed(const ImportRowsBetweenRow *r, const Known *k) {
    return is_number_news(r->nik_data, k->nik_data) || is_news(r->name, k->name) || is_news(r->birth_place, k->birth_place) || is_news(r->sex, k->sex) ||
           is_news(r->mother_name, k->mother_name) || is_news(r->relation, k->relation) ||
               (date_is_known(r->born_on) && r->born_on.days != k->born_on.days);
}

static Known *known_by_name(const Group *g, Str name_key, Date born_on) {
    for (size_t i = 0; i < g->known_n; i++) {
        Known *k = &g->known[i];
        if (!k->is_taken && str_eq(k->name_key, name_key) && k->born_on.days == born_on.days) return k;
    }
    return NULL;
}

// By NIK; without one on either side by name and birth date inside the family.
static bool member_match(Walk *w, Group *g, Member *m, Err *e) {
    Known *known = known_by_nik(g, m->row.nik_data);
    Str name_key = dtks_name_key(&w->block, m->row.name);
    if (!known) {
        known = known_by_name(g, name_key, m->row.born_on);
        if (known && m->row.nik_data.n && known->nik_data.n)
            return member_refuse(w, m, DTKS_NIK, "other_nik", arena_fmt(&w->block,
                _("Person %lld of family %lld has the same name and birth date, but another NIK. Look at the card."),
                (long long)known->id, (long long)g->family_id), e);
    }
    if (!known && m->row.is_dead)
        return member_refuse(w, m, DTKS_LIFE, "dead", str_c(_("The file says that the person has died, and the registry does not know him: nothing is entered.")), e);
    if (!known) return m->row.nik_data.n == 0 || claims_look(w, m, e);
    if (known->is_taken)
        return member_refuse(w, m, DTKS_NAME, "person_twice",
                             arena_fmt(&w->block, _("Another row is already person %lld of the registry."), (long long)known->id), e);
    if (m->row.nik_data.n && !known->nik_data.n && !claims_look(w, m, e)) return false;
    if (m->state == MEMBER_REJECTED) return true;
    known->is_taken = true;
    m->is_gone = known->is_gone;
    m->person_id = known->id;
    m->state = is_person_changed(&m->row, known) ? MEMBER_CHANGED : MEMBER_SAME;
    return true;
}

// ---- writing ---------------------------------------------------------------------------------------------------------
static bool is_family_changed(const ImportRowsBetweenRow *r, const ImportFamilyReadRow *f) {
    return is_news(r->dtks_code, f->dtks_code) || is_number_news(r->kk_data, f->kk_data) || r->village_id != f->village_id ||
           is_news(r->address, f->address) || is_news(r->hamlet, f->hamlet) || is_news(r->rt, f->rt) || is_news(r->rw, f->rw);
}

// A number of the file, sealed anew for the family or person it becomes part of.
static bool number_move(Walk *w, SecretKind kind, int64_t row_n, Str staged, const FamilySecret *to, int64_t subject_id, Str *out, Err *e) {
    Str number;
    if (staged.n == 0) { *out = (Str){ 0 }; return true; }
    if (!to) return fail(e, CONFLICT, "A family of this file was erased from the registry: its numbers cannot be taken.");
    if (!secret_open(secret_family(&w->staged, -w->batch_id), kind, row_n, staged, &w->block, &number, e)) return false;
    *out = secret_seal(to, kind, subject_id, number, &w->block);
    return true;
}

static bool claim_add(Walk *w, SecretKind kind, Str staged, ClaimHolder holder, Err *e) {
    return staged.n == 0 || claim_sorter_add(w->claims, kind, secret_claim_of(staged), holder, e);
}

static bool member_write(Walk *w, const Group *g, Member *m, Err *e) {
    const ImportRowsBetweenRow *r = &m->row;
    if (m->state == MEMBER_NEW) {
        w->persons[w->person_n++] = (NewPerson){ g->family_id, m->person_id, r, { 0 } };
        return claim_add(w, SECRET_NIK, r->nik_data, (ClaimHolder){ w->kab, g->family_id, m->person_id }, e);
    }
    if (m->state != MEMBER_CHANGED) return true;
    Str nik_data;
    bool had_nik = known_by_nik((Group *)g, r->nik_data) != NULL;
    if (!secrets_load(&w->secrets, w->db, g->family_id, g->family_id, e) ||
        !number_move(w, SECRET_NIK, r->row_n, r->nik_data, secret_family(&w->secrets, g->family_id), m->person_id, &nik_data, e)) return false;
    ImportPersonChangeArgs args = { .kab = w->kab, .family_id = g->family_id, .id = m->person_id, .nik_data = nik_data, .name = r->name,
                                    .born_on = r->born_on, .birth_place = r->birth_place, .sex = r->sex,
                                    .mother_name = r->mother_name, .relation = r->relation };
    return import_person_change(w->db, args, NULL, e) &&
           (had_nik || claim_add(w, SECRET_NIK, r->nik_data, (ClaimHolder){ w->kab, g->family_id, m->person_id }, e));
}

// The mother, else a grown woman, else the head, else whoever is there.
static int64_t payee_choose(const Walk *w, const Group *g) {
    Date grown = date_born_by(date_of_instant(w->apply->at, WIB), 18);
    int best_rank = 9;
    int64_t best = 0;
    for (size_t i = 0; i < g->n; i++) {
        const Member *m = &g->member[i];
        if (m->state == MEMBER_REJECTED) continue;
        bool is_woman = str_eq(m->row.sex, STR("P")), is_grown = date_is_known(m->row.born_on) && m->row.born_on.days <= grown.days;
        bool is_head = dtks_is_head(m->row.relation), is_wife = str_eq(m->row.relation, STR("ISTRI"));
        int rank = is_wife || (is_head && is_woman) ? 0 : is_woman && is_grown ? 1 : is_head ? 2 : is_grown ? 3 : 4;
        if (rank < best_rank) { best_rank = rank; best = m->person_id; }
    }
    return best;
}

static bool family_write(Walk *w, Group *g, bool is_new, bool is_changed, Err *e) {
    const ImportRowsBetweenRow *r = &first_good(g)->row;
    ClaimHolder holder = { w->kab, g->family_id, 0 };
    if (is_new) {
        w->families[w->family_n++] = (NewFamily){ g->family_id, payee_choose(w, g), r };
        return claim_add(w, SECRET_KK, r->kk_data, holder, e);
    }
    if (!is_changed) return true;
    Str kk_data;
    bool is_other_kk = is_number_news(r->kk_data, g->family.kk_data);
    if (!secrets_load(&w->secrets, w->db, g->family_id, g->family_id, e) ||
        !number_move(w, SECRET_KK, r->row_n, r->kk_data, secret_family(&w->secrets, g->family_id), SECRET_FAMILY, &kk_data, e)) return false;
    if (is_other_kk && (!claim_drop(w->db, SECRET_KK, g->family.kk_data, holder, e) || !claim_add(w, SECRET_KK, r->kk_data, holder, e))) return false;
    ImportFamilyChangeArgs args = { .kab = w->kab, .id = g->family_id, .dtks_code = r->dtks_code, .kk_data = kk_data,
                                    .village_id = r->village_id, .address = r->address, .hamlet = r->hamlet, .rt = r->rt, .rw = r->rw,
                                    .recorded_at = w->apply->at };
    return import_family_change(w->db, args, NULL, e);
}

static void put_int(DbBulk *b, int64_t v, bool is_known) { if (is_known) db_bulk_int(b, v); else db_bulk_null(b); }

static bool families_flush(Walk *w, Err *e) {
    DbBulk *b;
    if (!db_bulk_open(w->db, "family",
                      "kab,id,dtks_code,kk_data,village_id,address,hamlet,rt,rw,channel,payee_id,status,decile_n,entered_on,recorded_at",
                      "iitbitttttitiii", &b, e)) return false;
    bool is_good = true;
    for (size_t i = 0; is_good && i < w->family_n; i++) {
        const ImportRowsBetweenRow *r = w->families[i].row;
        Str kk_data = { 0 };
        is_good = number_move(w, SECRET_KK, r->row_n, r->kk_data, secret_family(&w->secrets, w->families[i].id), SECRET_FAMILY, &kk_data, e);
        if (!is_good) break;
        db_bulk_int(b, w->kab);
        db_bulk_int(b, w->families[i].id);
        db_bulk_text(b, r->dtks_code);
        db_bulk_bytes(b, kk_data);
        db_bulk_int(b, r->village_id);
        db_bulk_text(b, r->address);
        db_bulk_text(b, r->hamlet);
        db_bulk_text(b, r->rt);
        db_bulk_text(b, r->rw);
        db_bulk_text(b, w->apply->channel);
        put_int(b, w->families[i].payee_id, w->families[i].payee_id != 0);
        db_bulk_text(b, STR("active"));
        put_int(b, r->decile_n, r->decile_n > 0);
        db_bulk_int(b, date_of_instant(w->apply->at, WIB).days);
        db_bulk_int(b, w->apply->at.ms);
        is_good = db_bulk_row(b, e);
    }
    return db_bulk_close(b, NULL, e) && is_good;
}

static bool persons_flush(Walk *w, Err *e) {
    DbBulk *b;
    if (!db_bulk_open(w->db, "person",
                      "kab,family_id,id,nik_data,name,born_on,birth_place,sex,mother_name,relation,pregnancy_n,is_severe_disability,is_rights_victim,"
                      "outcome,is_gone", "iiibtittttiiiti", &b, e)) return false;
    bool is_good = true;
    for (size_t i = 0; is_good && i < w->person_n; i++) {
        const ImportRowsBetweenRow *r = w->persons[i].row;
        db_bulk_int(b, w->kab);
        db_bulk_int(b, w->persons[i].family_id);
        db_bulk_int(b, w->persons[i].id);
        db_bulk_bytes(b, w->persons[i].nik_data);
        db_bulk_text(b, r->name);
        put_int(b, r->born_on.days, date_is_known(r->born_on));
        db_bulk_text(b, r->birth_place);
        db_bulk_text(b, r->sex);
        db_bulk_text(b, r->mother_name);
        db_bulk_text(b, r->relation);
        for (int k = 0; k < 3; k++) db_bulk_int(b, 0);     // not known to be pregnant, disabled, a victim
        db_bulk_text(b, STR("unknown"));
        db_bulk_int(b, 0);
        is_good = db_bulk_row(b, e);
    }
    return db_bulk_close(b, NULL, e) && is_good;
}

// Seals the numbers of new persons of old families (is_new false) or of new ones.
static bool niks_seal(Walk *w, bool is_new, int64_t first_new, Err *e) {
    int64_t loaded_id = 0;
    for (size_t i = 0; i < w->person_n; i++) {
        NewPerson *p = &w->persons[i];
        if ((p->family_id >= first_new) != is_new || !p->row->nik_data.n) continue;
        if (!is_new && loaded_id != p->family_id && !secrets_load(&w->secrets, w->db, p->family_id, p->family_id, e)) return false;
        loaded_id = p->family_id;
        if (!number_move(w, SECRET_NIK, p->row->row_n, p->row->nik_data, secret_family(&w->secrets, p->family_id), p->id, &p->nik_data, e)) return false;
    }
    return true;
}

// New families get their salts here; they stay loaded for the families' own numbers.
static bool niks_move(Walk *w, Err *e) {
    int64_t first_new = w->family_n ? w->families[0].id : INT64_MAX;
    return niks_seal(w, false, first_new, e) &&
           (w->family_n == 0 || secrets_make(&w->secrets, w->db, first_new, w->families[w->family_n - 1].id, e)) && niks_seal(w, true, first_new, e);
}

// Writes the new rows that wait and forgets the families that were looked at.
static bool block_flush(Walk *w, Err *e) {
    bool is_good = niks_move(w, e) && (w->family_n == 0 || families_flush(w, e)) && (w->person_n == 0 || persons_flush(w, e));
    w->family_n = w->person_n = 0;
    arena_reset(&w->block);
    return is_good;
}

static bool group_write(Walk *w, Group *g, bool is_new, bool is_family_news, bool is_any_news, Err *e) {
    bool takes_members = is_new || w->parts & WALK_NEW_MEMBERS;
    if (!is_any_news || (is_new && !(w->parts & WALK_NEW_FAMILIES))) return true;
    for (size_t i = 0; i < g->n; i++) {
        Member *m = &g->member[i];
        bool is_left_out = (m->state == MEMBER_NEW && !takes_members) || (m->state == MEMBER_CHANGED && !(w->parts & WALK_CHANGES));
        if (is_left_out) m->state = MEMBER_SAME;
    }
    if (is_new) g->family_id = w->next_family++;
    for (size_t i = 0; i < g->n; i++) if (g->member[i].state == MEMBER_NEW) g->member[i].person_id = w->next_person++;
    if (!family_write(w, g, is_new, is_family_news && w->parts & WALK_CHANGES, e)) return false;
    for (size_t i = 0; i < g->n; i++) if (!member_write(w, g, &g->member[i], e)) return false;
    return pair_add(&w->changed, g->family_id, 0, e);
}

// What the drift sees of a family, after it was written.
// A family all of whose rows are refused is there all the same.
static int64_t refused_family(const Walk *w, const Group *g) {
    Str code = g->n ? g->member[0].row.dtks_code : (Str){ 0 };
    int64_t key = code.n ? text_key('D', code) : 0;
    size_t i = code.n ? pairs_find(&w->codes, key) : w->codes.n;
    return i < w->codes.n && w->codes.at[i].key == key ? w->codes.at[i].id : 0;
}

static bool group_show(Walk *w, const Group *g, bool is_new, Err *e) {
    const Member *first = first_good(g) ? first_good(g) : &g->member[0];
    WalkMember *members = NEW(&w->block, WalkMember, g->n + 1);
    int64_t *missing = NEW(&w->block, int64_t, g->known_n + 1);
    WalkGroup shown = { .family_id = g->family_id, .row_n = g->member[0].row_n, .village_id = first->row.village_id, .is_new = is_new, .member = members, .n = g->n,
                        .decile_n = first->row.decile_n, .missing = missing, .old_village_id = g->family.village_id, .old_decile_n = g->family.decile_n,
                        .is_left = !is_new && str_eq(g->family.status, STR("left")) };
    for (size_t i = 0; i < g->n; i++) {
        const Member *m = &g->member[i];
        members[i] = (WalkMember){ .row_n = m->row_n, .person_id = m->person_id, .elsewhere_family = m->elsewhere_family, .elsewhere_person = m->elsewhere_person,
                                   .is_refused = m->state == MEMBER_REJECTED, .is_new = m->state == MEMBER_NEW, .is_dead = m->row.is_dead, .is_gone = m->is_gone };
        shown.good_n += m->state != MEMBER_REJECTED;
    }
    if (shown.good_n == 0 && is_new) shown.family_id = refused_family(w, g);
    for (size_t i = 0; i < g->known_n; i++) if (!g->known[i].is_taken && !g->known[i].is_gone) missing[shown.missing_n++] = g->known[i].id;
    return w->each(w->each_with, &shown, e);
}

static bool group_walk(Walk *w, const Pair *rows, size_t n, Err *e) {
    Group g = { 0 };
    if (!members_load(w, &g, rows, n, e) || !group_rules(w, &g, e) || !family_match(w, &g, e)) return false;
    for (size_t i = 0; i < g.n; i++) if (g.member[i].state != MEMBER_REJECTED && !member_match(w, &g, &g.member[i], e)) return false;
    int64_t count[MEMBER_SAME + 1] = { 0 };
    for (size_t i = 0; i < g.n; i++) count[g.member[i].state]++;
    w->counts.person_new_n += count[MEMBER_NEW];
    w->counts.person_changed_n += count[MEMBER_CHANGED];
    w->counts.person_same_n += count[MEMBER_SAME];
    const Member *first = first_good(&g);
    if (!first) return !w->each || w->mode == WALK_APPLY || group_show(w, &g, g.family_id == 0, e);
    bool is_new = g.family_id == 0, is_family_news = is_new || is_family_changed(&first->row, &g.family);
    bool is_any_news = is_family_news || count[MEMBER_NEW] || count[MEMBER_CHANGED];
    if (is_new) w->counts.family_new_n++;
    else if (is_any_news) w->counts.family_changed_n++;
    else w->counts.family_same_n++;
    return (w->mode != WALK_APPLY || group_write(w, &g, is_new, is_family_news, is_any_news, e)) && (!w->each || group_show(w, &g, is_new, e));
}

// ---- the walk --------------------------------------------------------------------------------------------------------
// Groups in the order of their first rows, so that new families get their numbers as they stand in the file.
static bool groups_walk(Walk *w, Err *e) {
    Pairs groups = { 0 };
    bool is_good = true;
    for (size_t i = 0; is_good && i < w->rows.n;) {
        size_t end = i + 1;
        while (end < w->rows.n && w->rows.at[end].key == w->rows.at[i].key) end++;
        is_good = pair_add(&groups, w->rows.at[i].id, (int64_t)i, e);
        i = end;
    }
    pairs_sort(&groups);
    for (size_t k = 0; is_good && k < groups.n; k++) {
        size_t start = (size_t)groups.at[k].id, end = start + 1;
        while (end < w->rows.n && w->rows.at[end].key == w->rows.at[start].key) end++;
        is_good = group_walk(w, &w->rows.at[start], end - start, e);
        bool is_full = w->family_n == BLOCK_FAMILIES || w->person_n >= BLOCK_FAMILIES || k % BLOCK_FAMILIES == BLOCK_FAMILIES - 1;
        is_good = is_good && (!is_full || block_flush(w, e));
        if (k % BLOCK_FAMILIES == 0)
            progress_report(w->progress, w->mode == WALK_APPLY ? _("Applying families") : _("Comparing families"), (int64_t)k,
                            (int64_t)groups.n);
    }
    free(groups.at);
    is_good = is_good && block_flush(w, e);
    w->counts.row_rejected_n = w->errors.set_n;
    return is_good;
}

static void walk_free(Walk *w) {
    Pairs *lists[] = { &w->rows, &w->niks, &w->kks, &w->codes, &w->cards, &w->changed };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) free(lists[i]->at);
    free(w->errors.words);
    free(w->taken.words);
    free(w->families);
    free(w->persons);
    free(w->window.rows);
    arena_free(&w->window.arena);
    claim_sorter_close(w->claims);
    secrets_close(&w->staged);
    secrets_close(&w->secrets);
    arena_free(&w->block);
}

static bool walk_start(Walk *w, Err *e) {
    w->families = calloc(BLOCK_FAMILIES, sizeof *w->families);
    w->persons = calloc(BLOCK_PERSONS, sizeof *w->persons);
    w->window.rows = calloc(WINDOW_ROWS, sizeof *w->window.rows);
    if (!w->families || !w->persons || !w->window.rows) return fail_memory(e);
    return secrets_open(&w->staged, w->db, w->kab, e) && secrets_load(&w->staged, w->db, -w->batch_id, -w->batch_id, e) &&
           secrets_open(&w->secrets, w->db, w->kab, e) && (w->each ? other_errors_load(w, e) : errors_load(w, e)) && rows_load(w, e) && registry_load(w, e) && niks_twice(w, e) && kks_twice(w, e) &&
        groups_walk(w, e);
}

bool walk_check(Db *db, int64_t kab, int64_t batch_id, Progress *progress, ImportCounts *out, Err *e) {
    Walk w = { .db = db, .mode = WALK_CHECK, .kab = kab, .batch_id = batch_id, .progress = progress };
    bool is_good = walk_start(&w, e);
    walk_free(&w);
    if (is_good) *out = w.counts;
    return is_good;
}

bool import_preview(Db *db, int64_t kab, int64_t batch_id, Progress *progress, ImportCounts *out, Err *e) {
    Walk w = { .db = db, .mode = WALK_PREVIEW, .kab = kab, .batch_id = batch_id, .progress = progress };
    bool is_good = db_begin_read(db, e) && walk_start(&w, e);
    db_rollback(db);
    walk_free(&w);
    if (is_good) *out = w.counts;
    return is_good;
}

// Packs of neighbouring families are made once.
static bool packs_refresh(Walk *w, Err *e) {
    pairs_sort(&w->changed);
    for (size_t i = 0; i < w->changed.n;) {
        size_t end = i + 1;
        while (end < w->changed.n && w->changed.at[end].key - w->changed.at[end - 1].key <= PACK_FAMILIES) end++;
        if (!pack_refresh(w->db, w->kab, w->changed.at[i].key, w->changed.at[end - 1].key, w->progress, e)) return false;
        i = end;
    }
    return true;
}

static bool apply_record(Walk *w, Err *e) {
    const ImportCounts *c = &w->counts;
    AuditEntry entry = { .kab = w->kab, .actor_id = w->apply->actor_id, .action = "registry.import",
                         .subject = arena_fmt(&w->block, "import %lld", (long long)w->batch_id),
                         .at = w->apply->at,
                         .fields = { AUDIT_COUNT("family_new_n", c->family_new_n), AUDIT_COUNT("family_changed_n", c->family_changed_n),
                                     AUDIT_COUNT("person_new_n", c->person_new_n), AUDIT_COUNT("person_changed_n", c->person_changed_n),
                                     AUDIT_COUNT("row_rejected_n", c->row_rejected_n) } };
    return audit_write(w->db, &entry, e);
}

static bool batch_check(Db *db, const ImportApply *what, Err *e) {
    ImportBatchByIdRow row;
    bool found, has_alarm;
    Arena arena = { 0 };
    bool is_good = import_batch_by_id(db, &arena, (ImportBatchByIdArgs){ .kab = what->kab, .id = what->batch_id }, &row, &found, e);
    if (is_good && !found)
        is_good = fail(e, NOT_FOUND, "There is no import %lld in district %lld.", (long long)what->batch_id, (long long)what->kab);
    if (is_good && !str_eq(row.state, STR("staged")))
        is_good = fail(e, CONFLICT, "Import %lld is %.*s; only a staged import can be applied.", (long long)what->batch_id,
                       STR_ARG(row.state));
    arena_free(&arena);
    if (!is_good || what->accepts_alarms) return is_good;
    if (!walk_has_alarm(db, what->kab, what->batch_id, &has_alarm, e)) return false;
    return !has_alarm || fail(e, CONFLICT,
                              "The whole file is in doubt; see its findings. Nothing was applied. Export it again, or say --accept-alarms.");
}

bool import_purge(Db *db, int64_t kab, Err *e) {
    for (;;) {
        ImportLeftoversRows rows = { 0 };
        ImportLeftoversRow row;
        bool has_row = false, is_good = import_leftovers(db, (ImportLeftoversArgs){ .kab = kab }, &rows, e) && import_leftovers_next(&rows, &row, &has_row, e);
        import_leftovers_end(&rows);
        if (!is_good || !has_row) return is_good;
        if (db_begin(db, e) && import_rows_delete(db, (ImportRowsDeleteArgs){ .kab = kab, .batch_id = row.id }, NULL, e) && db_commit(db, e)) continue;
        db_rollback(db);
        return false;
    }
}

// What was applied stands, whether or not its staged rows can be cleared away now.
bool import_apply(Db *db, const ImportApply *what, Progress *progress, ImportCounts *out, Err *e) {
    Walk w = { .db = db, .mode = WALK_APPLY, .kab = what->kab, .batch_id = what->batch_id, .apply = what, .progress = progress, .parts = WALK_ALL };
    if (pack_channel_find(what->channel) < 0)
        return fail(e, BAD_INPUT, "\"%.*s\" is no channel; new families begin with POS or BRI.", STR_ARG(what->channel));
    ImportBatchAppliedArgs applied = { .kab = what->kab, .id = what->batch_id, .applied_at = what->at };
    bool was_there, is_good = db_begin(db, e) && lookup_is_settled(db, e) && batch_check(db, what, e) && import_leave_require(db, what->kab, what->batch_id, what->at, e) &&
                   claim_sorter_open(&w.claims, e) && walk_start(&w, e) &&
                   claim_sorter_write(w.claims, db, progress, e) && packs_refresh(&w, e) && apply_record(&w, e) &&
                   import_batch_applied(db, applied, NULL, e) && secrets_destroy(db, what->kab, -what->batch_id, &was_there, e) && db_commit(db, e);
    if (!is_good) db_rollback(db);
    walk_free(&w);
    Err later = { 0 };
    if (!is_good) return false;
    *out = w.counts;
    if (!import_purge(db, what->kab, &later)) db_rollback(db);
    return true;
}

// ---- for the drift -----------------------------------------------------------------------------------------------------
bool walk_each(Db *db, int64_t kab, int64_t batch_id, Progress *progress, WalkEach *each, void *with, Err *e) {
    Walk w = { .db = db, .mode = WALK_PREVIEW, .kab = kab, .batch_id = batch_id, .progress = progress, .each = each, .each_with = with };
    bool is_good = walk_start(&w, e);
    walk_free(&w);
    return is_good;
}

bool walk_apply(Db *db, const ImportApply *what, unsigned parts, WalkEach *each, void *with, Err *e) {
    Walk w = { .db = db, .mode = WALK_APPLY, .kab = what->kab, .batch_id = what->batch_id, .apply = what, .parts = parts, .each = each, .each_with = with };
    bool is_good = batch_check(db, what, e) && claim_sorter_open(&w.claims, e) && walk_start(&w, e) && claim_sorter_write(w.claims, db, NULL, e) && packs_refresh(&w, e) &&
                   apply_record(&w, e);
    walk_free(&w);
    return is_good;
}

bool walk_applied(Db *db, int64_t kab, int64_t batch_id, Instant at, Err *e) {
    bool was_there;
    return import_batch_applied(db, (ImportBatchAppliedArgs){ .kab = kab, .id = batch_id, .applied_at = at }, NULL, e) && secrets_destroy(db, kab, -batch_id, &was_there, e) &&
           import_rows_delete(db, (ImportRowsDeleteArgs){ .kab = kab, .batch_id = batch_id }, NULL, e);
}

bool walk_has_alarm(Db *db, int64_t kab, int64_t batch_id, bool *has_alarm, Err *e) {
    ImportAlarmsRow row;
    bool found;
    if (!import_alarms(db, (ImportAlarmsArgs){ .kab = kab, .batch_id = batch_id }, &row, &found, e)) return false;
    *has_alarm = row.alarm_n > 0;
    return true;
}
