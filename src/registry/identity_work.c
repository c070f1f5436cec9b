// identity_work.c: see identity_work.h.
#include "registry/reseal.h"
#include "registry/identity_work.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "registry/area.h"
#include "registry/dtks.h"
#include "registry/identity.h"
#include "registry/nik_walk.h"
#include "registry_identity_work.sql.h"
#include <stdlib.h>

#define ADULT_YEARS 18
// A child of this age has left the level, or its record was forgotten.
static const struct { const char *level; int years; } LEVEL_ENDS[] = { { "SD", 16 }, { "SMP", 19 }, { "SMA", 22 } };

static const struct { const char *code, *title, *who, *how; } KINDS[WORK_KINDS_N] = {
    [WORK_NIK_TWICE] = { "nik_twice", N_("Same NIK twice"), N_("Companion, then operator"),
                         N_("Look at both cards. One person twice: merge. Two persons: correct the NIK of one.") },
    [WORK_ACCOUNT_TWICE] = { "account_twice", N_("One account for two families"), N_("Operator with the bank"),
                             N_("Ask the bank whose account it is and correct the other family.") },
    [WORK_HEAD_GONE] = { "head_gone", N_("Head of the family died or left"), N_("Companion"), N_("Take up the new family card and name the new head.") },
    [WORK_NO_PAYEE] = { "no_payee", N_("No payee"), N_("Companion"), N_("Name the mother or another grown woman of the family.") },
    [WORK_PAYEE_GONE] = { "payee_gone", N_("Payee died or left"), N_("Companion, then operator"),
                          N_("Name another payee, and ask the bank how the account goes on.") },
    [WORK_PAYEE_YOUNG] = { "payee_young", N_("Payee is not of age"), N_("Companion"), N_("Check the birth date, or name a grown member of the family.") },
    [WORK_OVER_AGE] = { "over_age", N_("Too old for the school level"), N_("Companion"), N_("Ask the school: promote, or end the component.") },
    [WORK_NIK_FORM] = { "nik_form", N_("Impossible NIK"), N_("Companion"), N_("Copy the NIK from the card again; if the card says so, ask Dukcapil.") },
    [WORK_NIK_BIRTH] = { "nik_birth", N_("NIK and birth date differ"), N_("Companion"), N_("Look at the card. Correct the date, or dismiss: a NIK stays for life.") },
    [WORK_NIK_SEX] = { "nik_sex", N_("NIK and sex differ"), N_("Companion"), N_("Look at the card. Correct the sex, or dismiss: a NIK stays for life.") },
    [WORK_NIK_PLACE] = { "nik_place", N_("NIK of no known area"), N_("Companion"), N_("Look at the card: the first six digits belong to no kecamatan of the nation.") },
};
const char *work_kind_code(WorkKind kind) { return KINDS[kind].code; }
const char *work_kind_title(WorkKind kind) { return tr(KINDS[kind].title); }
const char *work_kind_who(WorkKind kind) { return tr(KINDS[kind].who); }
const char *work_kind_how(WorkKind kind) { return tr(KINDS[kind].how); }
bool work_kind_find(Str code, WorkKind *out) {
    for (int i = 0; i < WORK_KINDS_N; i++) if (str_eq(code, str_c(KINDS[i].code))) return *out = (WorkKind)i, true;
    return false;
}

// ---- looking for faults --------------------------------------------------------------------------------------------------------
typedef struct { WorkKind kind; int64_t family_id, person_id; Str detail; Rupiah amount; } Fault;
typedef struct {
    Db *db;
    const WorkSearch *search;
    Arena arena;
    Fault *faults;
    size_t fault_n, fault_room;
    WorkFound result;
} Search;

// What the family is paid.
static Rupiah money_of(Search *s, int64_t family_id) {
    const WorkSearch *w = s->search;
    size_t low = 0, high = w->money_n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (w->money[middle].family_id < family_id) low = middle + 1; else high = middle;
    }
    return low < w->money_n && w->money[low].family_id == family_id ? w->money[low].amount : (Rupiah){ 0 };
}

static bool fault_add(Search *s, WorkKind kind, int64_t family_id, int64_t person_id, Str detail, Err *e) {
    if (s->fault_n == s->fault_room) {
        size_t room = s->fault_room ? 2 * s->fault_room : 1024;
        Fault *more = realloc(s->faults, room * sizeof *more);
        if (!more) return fail(e, LIMIT, "There is not enough memory.");
        s->faults = more;
        s->fault_room = room;
    }
    s->faults[s->fault_n++] = (Fault){ kind, family_id, person_id, detail, money_of(s, family_id) };
    return true;
}

// A possible NIK begins with a kecamatan or at least a district; codes of kecamatan change, those of districts hardly ever do.
typedef struct { int64_t *at; size_t n; } Districts;
static bool is_known_place(const Districts *d, Str nik) {
    int64_t kab = nik_place(nik) / 100;
    for (size_t i = 0; i < d->n; i++) if (d->at[i] == kab) return true;
    return d->n < 100;                                     // the areas of the nation are not imported: nothing can be said
}

static bool districts_read(Search *s, Districts *out, Err *e) {
    Areas areas;
    if (!area_list_districts(s->db, &s->arena, &areas, e)) return false;
    out->at = NEW(&s->arena, int64_t, areas.n + 1);
    for (size_t i = 0; i < areas.n; i++) out->at[out->n++] = areas.at[i].id;
    return true;
}

typedef struct { Districts places; NikWalk niks; } Numbers;

static bool nik_faults(Search *s, Numbers *numbers, const WorkPersonsRow *row, Err *e) {
    Str nik;
    if (row->nik_data.n == 0) return true;
    if (!nik_walk_open(&numbers->niks, row->family_id, row->person_id, row->nik_data, &nik, e)) return false;
    IdentityFault fault = nik_check(nik);
    if (fault != IDENTITY_OK) return fault_add(s, WORK_NIK_FORM, row->family_id, row->person_id, str_c(identity_fault_code(fault)), e);
    Sex sex = str_eq(row->sex, STR("L")) ? SEX_MALE : str_eq(row->sex, STR("P")) ? SEX_FEMALE : SEX_UNKNOWN;
    unsigned doubts = nik_doubts(nik, row->born_on, sex);
    return (!(doubts & (NIK_DOUBT_BIRTH | NIK_DOUBT_CALENDAR)) || fault_add(s, WORK_NIK_BIRTH, row->family_id, row->person_id, STR(""), e)) &&
           (!(doubts & NIK_DOUBT_SEX) || fault_add(s, WORK_NIK_SEX, row->family_id, row->person_id, STR(""), e)) &&
           (is_known_place(&numbers->places, nik) || fault_add(s, WORK_NIK_PLACE, row->family_id, row->person_id, STR(""), e));
}

static bool is_over_age(const WorkPersonsRow *row, Date day) {
    for (size_t i = 0; i < sizeof LEVEL_ENDS / sizeof *LEVEL_ENDS; i++)
        if (str_eq(row->school_level, str_c(LEVEL_ENDS[i].level)))
            return date_is_known(row->born_on) && date_age_years(row->born_on, day) >= LEVEL_ENDS[i].years;
    return false;
}

// What is known of a family once all its members have passed.
typedef struct { int64_t family_id, payee_id, head_gone_id; bool has_payee, is_payee_gone, is_payee_young, has_head, has_member; } Family;

static bool family_faults(Search *s, const Family *f, Err *e) {
    if (f->family_id == 0 || !f->has_member) return true;
    bool is_set = f->payee_id != INT64_MIN && f->has_payee;
    if (!is_set && !fault_add(s, WORK_NO_PAYEE, f->family_id, 0, STR(""), e)) return false;
    if (is_set && f->is_payee_gone && !fault_add(s, WORK_PAYEE_GONE, f->family_id, f->payee_id, STR(""), e)) return false;
    if (is_set && f->is_payee_young && !fault_add(s, WORK_PAYEE_YOUNG, f->family_id, f->payee_id, STR(""), e)) return false;
    return !f->head_gone_id || f->has_head || fault_add(s, WORK_HEAD_GONE, f->family_id, f->head_gone_id, STR(""), e);
}

static bool member_faults(Search *s, Numbers *numbers, Family *f, const WorkPersonsRow *row, Err *e) {
    Date day = s->search->day;
    bool is_payee = row->payee_id == row->person_id;
    f->has_payee |= is_payee;
    f->is_payee_gone |= is_payee && row->is_gone;
    f->is_payee_young |= is_payee && !row->is_gone && date_is_known(row->born_on) && date_age_years(row->born_on, day) < ADULT_YEARS;
    if (dtks_is_head(row->relation)) { if (row->is_gone) f->head_gone_id = row->person_id; else f->has_head = true; }
    if (row->is_gone) return true;
    f->has_member = true;
    return nik_faults(s, numbers, row, e) && (!is_over_age(row, day) || fault_add(s, WORK_OVER_AGE, row->family_id, row->person_id, row->school_level.n ?
                                             arena_str(&s->arena, row->school_level) : STR(""), e));
}

static bool members_walk(Search *s, Err *e) {
    Numbers numbers = { .niks = { .db = s->db, .kab = s->search->kab } };
    Family family = { .family_id = 0 };
    WorkPersonsRows rows = { 0 };
    WorkPersonsRow row;
    int64_t n = 0;
    bool has_row, is_good = districts_read(s, &numbers.places, e) && work_persons(s->db, (WorkPersonsArgs){ .kab = s->search->kab }, &rows, e);
    while (is_good && (is_good = work_persons_next(&rows, &row, &has_row, e)) && has_row) {
        if (row.family_id != family.family_id) {
            is_good = family_faults(s, &family, e);
            family = (Family){ .family_id = row.family_id, .payee_id = row.payee_id };
        }
        if (is_good && row.person_id != INT64_MIN) is_good = member_faults(s, &numbers, &family, &row, e);
        if (++n % 16384 == 0) progress_report(s->search->progress, _("Looking at identities"), n, 0);
    }
    work_persons_end(&rows);
    nik_walk_close(&numbers.niks);
    return is_good && family_faults(s, &family, e);
}

static bool claims_walk(Search *s, Err *e) {
    WorkClaimsTwiceRows rows = { 0 };
    WorkClaimsTwiceRow row;
    int64_t last_id = 0;
    bool has_row, is_good = work_claims_twice(s->db, (WorkClaimsTwiceArgs){ .kab = s->search->kab }, &rows, e);
    while (is_good && (is_good = work_claims_twice_next(&rows, &row, &has_row, e)) && has_row) {
        if (row.person_id == last_id) continue;            // a third one: the first is named
        last_id = row.person_id;
        is_good = fault_add(s, WORK_NIK_TWICE, row.family_id, row.person_id,
                            arena_fmt(&s->arena, "%lld.%lld.%lld", (long long)row.other_kab_id, (long long)row.other_family_id, (long long)row.other_person_id), e);
    }
    work_claims_twice_end(&rows);
    return is_good;
}

static bool accounts_walk(Search *s, Err *e) {
    WorkAccountsTwiceRows rows = { 0 };
    WorkAccountsTwiceRow row;
    int64_t last_id = 0;
    bool has_row, is_good = work_accounts_twice(s->db, (WorkAccountsTwiceArgs){ .kab = s->search->kab }, &rows, e);
    while (is_good && (is_good = work_accounts_twice_next(&rows, &row, &has_row, e)) && has_row) {
        if (row.family_id == last_id) continue;
        last_id = row.family_id;
        is_good = fault_add(s, WORK_ACCOUNT_TWICE, row.family_id, 0, arena_fmt(&s->arena, "%lld.%lld", (long long)row.other_kab_id, (long long)row.other_family_id), e);
    }
    work_accounts_twice_end(&rows);
    return is_good;
}

// ---- writing what is new ---------------------------------------------------------------------------------------------------------
static int kinds_order(Str kind, int64_t family_id, int64_t person_id, const Fault *f) {
    int order = str_cmp(kind, str_c(KINDS[f->kind].code));
    if (order) return order;
    if (family_id != f->family_id) return family_id < f->family_id ? -1 : 1;
    return person_id < f->person_id ? -1 : person_id > f->person_id;
}
static int by_kind(const void *a, const void *b) {
    const Fault *x = a;
    return kinds_order(str_c(KINDS[x->kind].code), x->family_id, x->person_id, b);
}

typedef struct { Str kind, detail, state; int64_t family_id, person_id; Rupiah amount; } Before;
typedef struct { Before *at; size_t n, room; } Befores;

static bool befores_read(Search *s, Befores *out, Err *e) {
    WorkFindingsRows rows = { 0 };
    WorkFindingsRow row;
    bool has_row, is_good = work_findings(s->db, (WorkFindingsArgs){ .kab = s->search->kab }, &rows, e);
    while (is_good && (is_good = work_findings_next(&rows, &row, &has_row, e)) && has_row) {
        if (out->n == out->room) {
            size_t room = out->room ? 2 * out->room : 1024;
            Before *more = realloc(out->at, room * sizeof *more);
            if (!more) { is_good = fail(e, LIMIT, "There is not enough memory."); break; }
            out->at = more;
            out->room = room;
        }
        out->at[out->n++] = (Before){ arena_str(&s->arena, row.kind), arena_str(&s->arena, row.detail), arena_str(&s->arena, row.state), row.family_id,
                                      row.person_id, row.amount_rp };
    }
    work_findings_end(&rows);
    return is_good;
}

static bool before_mend(Search *s, const Before *b, Err *e) {
    if (str_eq(b->state, STR("mended"))) return true;
    s->result.mended_n++;
    return work_change(s->db, (WorkChangeArgs){ .kab = s->search->kab, .kind = b->kind, .family_id = b->family_id, .person_id = b->person_id,
                                                .detail = b->detail, .amount_rp = b->amount, .state = STR("mended"), .changed_at = s->search->at }, NULL, e);
}

static bool fault_write(Search *s, const Fault *f, const Before *b, Err *e) {
    Str kind = str_c(KINDS[f->kind].code);
    if (!b) {
        s->result.new_n++;
        return work_insert(s->db, (WorkInsertArgs){ .kab = s->search->kab, .kind = kind, .family_id = f->family_id, .person_id = f->person_id,
                                                    .detail = f->detail, .amount_rp = f->amount, .found_at = s->search->at }, NULL, e);
    }
    bool is_same = str_eq(b->detail, f->detail), stays = is_same && str_eq(b->state, STR("dismissed"));
    Str state = stays ? STR("dismissed") : STR("open");
    s->result.dismissed_n += stays;
    if (is_same && b->amount.rp == f->amount.rp && str_eq(b->state, state)) return true;
    s->result.changed_n++;
    return work_change(s->db, (WorkChangeArgs){ .kab = s->search->kab, .kind = kind, .family_id = f->family_id, .person_id = f->person_id,
                                                .detail = f->detail, .amount_rp = f->amount, .state = state, .changed_at = s->search->at }, NULL, e);
}

// What is found and what stood there, side by side.
static bool faults_write(Search *s, const Befores *before, Err *e) {
    size_t k = 0;
    for (size_t i = 0; i < s->fault_n; i++) {
        const Fault *f = &s->faults[i];
        for (; k < before->n && kinds_order(before->at[k].kind, before->at[k].family_id, before->at[k].person_id, f) < 0; k++)
            if (!before_mend(s, &before->at[k], e)) return false;
        bool is_there = k < before->n && kinds_order(before->at[k].kind, before->at[k].family_id, before->at[k].person_id, f) == 0;
        if (!fault_write(s, f, is_there ? &before->at[k++] : NULL, e)) return false;
    }
    for (; k < before->n; k++) if (!before_mend(s, &before->at[k], e)) return false;
    return true;
}

static bool search_record(Search *s, Err *e) {
    const WorkFound *r = &s->result;
    if (r->new_n + r->changed_n + r->mended_n == 0) return true;
    AuditEntry entry = { .kab = s->search->kab, .actor_id = s->search->actor_id, .action = "registry.identity_work", .subject = STR("identity"),
                         .at = s->search->at,
                         .fields = { AUDIT_COUNT("found_n", r->found_n), AUDIT_COUNT("new_n", r->new_n), AUDIT_COUNT("changed_n", r->changed_n),
                                     AUDIT_COUNT("mended_n", r->mended_n) } };
    return audit_write(s->db, &entry, e);
}

// May be tried again (change.h): begins anew each time.
static bool search_work(Db *db, void *with, Err *e) {
    (void)db;
    Search *s = with;
    Befores before = { 0 };
    s->fault_n = 0;
    s->result = (WorkFound){ 0 };
    arena_reset(&s->arena);
    bool is_good = members_walk(s, e) && claims_walk(s, e) && accounts_walk(s, e) && befores_read(s, &before, e);
    if (is_good && s->fault_n) qsort(s->faults, s->fault_n, sizeof *s->faults, by_kind);
    s->result.found_n = (int64_t)s->fault_n;
    is_good = is_good && faults_write(s, &before, e) && search_record(s, e);
    free(before.at);
    return is_good;
}

bool work_search(Db *db, const WorkSearch *search, WorkFound *out, Err *e) {
    Search s = { .db = db, .search = search };
    bool is_good = lookup_is_settled(db, e) && change_do(db, search_work, &s, e);
    if (is_good) *out = s.result;
    free(s.faults);
    arena_free(&s.arena);
    return is_good;
}

// ---- the list --------------------------------------------------------------------------------------------------------------------
static const char *const STATES[] = { [WORK_OPEN] = "open", [WORK_DISMISSED] = "dismissed", [WORK_MENDED] = "mended" };

static bool kind_read(Str code, WorkKind *out, Err *e) {
    return work_kind_find(code, out) || fail(e, CONFLICT, "The identity work holds a kind that this program does not know.");
}

static bool sum_add(WorkList *list, const WorkFilter *f, const WorkSumsRow *row, Err *e) {
    WorkKind kind = WORK_NIK_TWICE;
    if (!kind_read(row->kind, &kind, e)) return false;
    list->sums[kind] = (WorkSum){ row->finding_n, row->amount_rp };
    if (f->has_kind && f->kind != kind) return true;
    list->all_n += row->finding_n;
    return rupiah_add(list->amount, row->amount_rp, &list->amount, e);
}

static bool sums_read(Db *db, const WorkFilter *f, Str state, WorkList *out, Err *e) {
    WorkSumsRows rows = { 0 };
    WorkSumsRow row;
    WorkSumsArgs args = { .kab = f->kab, .state = state, .village_id = f->village_id, .companion_id = f->companion_id, SEE(f->sight) };
    bool has_row, is_good = work_sums(db, args, &rows, e);
    while (is_good && (is_good = work_sums_next(&rows, &row, &has_row, e)) && has_row) is_good = sum_add(out, f, &row, e);
    work_sums_end(&rows);
    return is_good;
}

// Up to `most` rows into `out`.
static bool rows_read(Db *db, Arena *a, WorkRowsArgs args, WorkRow *out, size_t most, size_t *n, Err *e) {
    WorkRowsRows rows = { 0 };
    WorkRowsRow row;
    args.limit_n = (int64_t)most;
    *n = 0;
    bool has_row, is_good = work_rows(db, args, &rows, e);
    while (is_good && (is_good = work_rows_next(&rows, &row, &has_row, e)) && has_row && *n < most) {
        WorkRow *w = &out[(*n)++];
        *w = (WorkRow){ .family_id = row.family_id, .person_id = row.person_id, .village_id = row.village_id, .name = db_keep(a, row.name),
                        .detail = db_keep(a, row.detail), .note = db_keep(a, row.note), .actor_name = db_keep(a, row.actor_name),
                        .amount = row.amount_rp, .found_at = row.found_at, .changed_at = row.changed_at };
        is_good = kind_read(row.kind, &w->kind, e);
    }
    work_rows_end(&rows);
    return is_good;
}

bool work_list(Db *db, Arena *a, const WorkFilter *f, WorkList *out, Err *e) {
    Str state = str_c(STATES[f->is_dismissed ? WORK_DISMISSED : WORK_OPEN]);
    size_t most = (size_t)f->limit_n + 1;                  // one more tells that there is more
    WorkList list = { .rows = NEW(a, WorkRow, most) };
    const WorkAfter *after = &f->after;
    WorkRowsArgs args = { .kab = f->kab, .state = state, .kind = f->has_kind ? str_c(KINDS[f->kind].code) : STR(""), .person_id = -1,
                          .village_id = f->village_id, .companion_id = f->companion_id, SEE(f->sight),
                          .after_rp = after->is_set ? after->amount : (Rupiah){ INT64_MAX }, .after_kind = after->is_set ? str_c(KINDS[after->kind].code) : STR(""),
                          .after_family_id = after->family_id, .after_person_id = after->person_id };
    if (!sums_read(db, f, state, &list, e) || !rows_read(db, a, args, list.rows, most, &list.row_n, e)) return false;
    list.is_more = list.row_n == most;
    list.row_n -= list.is_more;
    *out = list;
    return true;
}

static bool work_gone(Err *e) { return fail(e, NOT_FOUND, "That piece of work is no longer on the list."); }

bool work_read(Db *db, Arena *a, Sight sight, int64_t kab, WorkKind kind, int64_t family_id, int64_t person_id, WorkRow *out, WorkState *state, Err *e) {
    WorkOneRow one;
    bool found;
    size_t n = 0;
    Str code = str_c(KINDS[kind].code);
    if (!work_one(db, a, (WorkOneArgs){ .kab = kab, .kind = code, .family_id = family_id, .person_id = person_id }, &one, &found, e)) return false;
    if (!found) return work_gone(e);
    WorkRowsArgs args = { .kab = kab, .state = one.state, .kind = code, .family_id = family_id, .person_id = person_id, .after_rp = { INT64_MAX },
                          .after_kind = STR(""), SEE(sight) };
    if (!rows_read(db, a, args, out, 1, &n, e)) return false;
    if (n == 0) return work_gone(e);
    *state = WORK_OPEN;
    for (WorkState s = WORK_OPEN; s <= WORK_MENDED; s++) if (str_eq(one.state, str_c(STATES[s]))) *state = s;
    return true;
}

bool work_other(const WorkRow *row, int64_t *kab, int64_t *family_id, int64_t *person_id) {
    Str rest = row->detail;
    *person_id = 0;
    if (row->kind != WORK_NIK_TWICE && row->kind != WORK_ACCOUNT_TWICE) return false;
    return str_int64(str_cut(&rest, '.'), kab) && str_int64(str_cut(&rest, '.'), family_id) && (row->kind == WORK_ACCOUNT_TWICE || str_int64(rest, person_id));
}

// ---- dismissing ------------------------------------------------------------------------------------------------------------------
typedef struct { int64_t actor_id, kab, family_id, person_id; WorkKind kind; Str note; Instant at; } Dismissal;

static bool dismiss_work(Db *db, void *with, Err *e) {
    const Dismissal *d = with;
    Arena arena = { 0 };
    Str kind = str_c(KINDS[d->kind].code), state = d->note.n ? STR("dismissed") : STR("open");
    WorkOneRow row;
    bool found = false;
    int64_t changed_n = 0;
    bool is_good = work_one(db, &arena, (WorkOneArgs){ .kab = d->kab, .kind = kind, .family_id = d->family_id, .person_id = d->person_id }, &row, &found, e);
    if (is_good && (!found || str_eq(row.state, STR("mended")))) is_good = work_gone(e);
    is_good = is_good && work_decide(db, (WorkDecideArgs){ .kab = d->kab, .kind = kind, .family_id = d->family_id, .person_id = d->person_id, .state = state,
                                                           .note = d->note, .actor_id = d->actor_id, .changed_at = d->at }, &changed_n, e);
    AuditEntry entry = { .kab = d->kab, .actor_id = d->actor_id, .action = "registry.identity_decide", .at = d->at,
                         .subject = arena_fmt(&arena, "family %lld", (long long)d->family_id),
                         .fields = { AUDIT_TEXT("kind", kind), AUDIT_COUNT("person_id", d->person_id), AUDIT_CHANGE("state", row.state, state) } };
    is_good = is_good && (changed_n == 0 || audit_write(db, &entry, e));
    arena_free(&arena);
    return is_good;
}

bool work_dismiss(Db *db, const Viewer *actor, int64_t kab, WorkKind kind, int64_t family_id, int64_t person_id, Str note, Instant at, Err *e) {
    if (!authority_require(actor, ACTION_EDIT, kab, e)) return false;
    if (note.n > WORK_NOTE_MAX) return fail(e, BAD_INPUT, "The reason is longer than %d characters.", WORK_NOTE_MAX);
    if (!str_is_utf8(note) || (note.n && memchr(note.p, 0, note.n))) return fail(e, BAD_INPUT, "The reason holds characters that are no text.");
    Dismissal dismissal = { actor->user_id, kab, family_id, person_id, kind, note, at };
    return change_do(db, dismiss_work, &dismissal, e);
}
