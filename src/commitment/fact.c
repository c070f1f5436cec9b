// fact.c: see fact.h. Facts are taken family by family: what is known of the family is read once, each fact is judged beside it, and what
// is new is written.
#include "commitment/fact.h"
#include "base/lang.h"
#include "commitment_fact.sql.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "registry/secret.h"
#include <stdlib.h>

#define FACTS_SINCE ((Date){ 13514 })                      // 2007-01-01: the programme's first day

typedef struct {
    int64_t n, person_id, identity_id, corrected_by_n;     // corrected_by_n 0: it stands
    Str kind, source;
    Date first_on, last_on;
    int64_t times, days, absent, permitted, sick;
    bool is_void;
} Known;
typedef struct { int64_t id; Date born_on; } Member;

typedef struct {
    Db *db;
    Arena *a;
    const FactAct *act;
    Date today;
    Sight sight;
    Secrets secrets;
    bool has_secrets, is_family_sealed;                    // is_family_sealed: the salt of the present family is loaded
    int64_t family_id, last_n;
    bool is_there;
    Known *known; size_t known_n, known_room;
    Member member[PERSON_MAX]; size_t member_n;
    int64_t count[FACT_REFUSED + 1];
} Work;

// ---- whether a fact can be ---------------------------------------------------------------------------------------------
static bool is_day(const Fact *f) { return f->first_on.days == f->last_on.days; }
static bool is_month(const Fact *f) {
    int y, m, d;
    date_split(f->first_on, &y, &m, &d);
    return d == 1 && date_add_months(f->first_on, 1).days == f->last_on.days + 1;
}

static Str text_fault(Arena *a, Str text, size_t max, const char *name) {
    if (text.n > max) return arena_fmt(a, _("The %s is longer than %zu letters."), name, max);
    bool is_text = str_is_utf8(text);
    for (size_t i = 0; i < text.n; i++) is_text &= (unsigned char)text.p[i] >= ' ';
    return is_text ? (Str){ 0 } : arena_fmt(a, _("The %s holds signs that are no letters."), name);
}

static Str figures_fault(const RuleBook *book, int kind, const Fact *f) {
    if (fact_kind_shape(book, kind) == SHAPE_TIMES) {
        if (f->times < 0 || f->times > FACT_TIMES_MAX) return str_c(_("It can be done from 0 to 31 times."));
        return is_day(f) && f->times == 0 ? str_c(_("That something was not done is said of a whole month, not of one day.")) : (Str){ 0 };
    }
    if (!is_month(f)) return str_c(_("School days are told of a whole month, from its first to its last day."));
    bool is_good = f->days >= 0 && f->days <= 31 && f->absent >= 0 && f->permitted >= 0 && f->sick >= 0;
    if (!is_good) return str_c(_("A month has from 0 to 31 school days, and nobody misses fewer than 0."));
    return f->absent > 31 || f->permitted > 31 || f->sick > 31 || f->absent + f->permitted + f->sick > f->days ? str_c(_("More days were missed than the month has school days.")) : (Str){ 0 };
}

Str fact_fault(Arena *a, const RuleBook *book, const Fact *f, Date today) {
    int kind = fact_kind_find(book, f->kind);
    Str fault = text_fault(a, f->source, FACT_SOURCE_MAX, _("source"));
    if (!fault.n) fault = text_fault(a, f->evidence, FACT_EVIDENCE_MAX, _("evidence"));
    if (!fault.n) fault = text_fault(a, f->observation, FACT_OBSERVATION_MAX, _("observation"));
    if (fault.n) return fault;
    if (f->source.n == 0) return str_c(_("Say who says so: the source is missing."));
    if (f->is_void) return f->replaces_n > 0 ? (Str){ 0 } : str_c(_("Name the fact that is taken back."));
    if (kind < 0) return arena_fmt(a, _("The rule book knows no fact \"%.*s\"."), STR_ARG(str_part(f->kind, 0, 40)));
    if (!date_is_known(f->first_on) || !date_is_known(f->last_on)) return str_c(_("Say on which day or in which month it was."));
    if (!is_day(f) && !is_month(f)) return str_c(_("A fact is of one day, or of one whole month from its first to its last day."));
    if (f->first_on.days > today.days) return str_c(_("The day is still to come. Tell it when it has happened."));
    if (f->first_on.days < FACTS_SINCE.days) return str_c(_("The day lies before the programme began, 2007."));
    if (f->observation.n && (!fact_kind_is_health(book, kind) || !f->person_id)) return str_c(_("Only facts of a person's health have an observation beside them."));
    return figures_fault(book, kind, f);
}

// ---- what is known of a family -----------------------------------------------------------------------------------------
static Known *known_add(Work *w, Known known) {
    if (w->known_n == w->known_room) {
        size_t room = w->known_room ? 2 * w->known_room : 64;
        Known *more = NEW(w->a, Known, room);
        if (w->known_n) memcpy(more, w->known, w->known_n * sizeof *more);
        w->known = more;
        w->known_room = room;
    }
    w->known[w->known_n] = known;
    return &w->known[w->known_n++];
}

static Known *known_find(const Work *w, int64_t n) {
    for (size_t i = 0; i < w->known_n; i++) if (w->known[i].n == n) return &w->known[i];
    return NULL;
}

static int64_t or_zero(int64_t v) { return v == INT64_MIN ? 0 : v; }

static bool facts_load(Work *w, Err *e) {
    FactKnownRows rows = { 0 };
    FactKnownRow row;
    bool has_row, is_good = fact_known(w->db, (FactKnownArgs){ .kab = w->act->kab, .family_id = w->family_id }, &rows, e);
    while (is_good && (is_good = fact_known_next(&rows, &row, &has_row, e)) && has_row) {
        Known *old = row.replaces_n > 0 ? known_find(w, row.replaces_n) : NULL;
        if (old) old->corrected_by_n = row.n;
        known_add(w, (Known){ .n = row.n, .person_id = row.person_id, .identity_id = row.identity_id, .kind = db_keep(w->a, row.kind), .source = db_keep(w->a, row.source),
            .first_on = row.first_on, .last_on = row.last_on, .times = or_zero(row.times_n), .days = or_zero(row.days_n), .absent = or_zero(row.absent_n),
            .permitted = or_zero(row.permitted_n), .sick = or_zero(row.sick_n), .is_void = row.is_void });
    }
    fact_known_end(&rows);
    return is_good;
}

static bool members_load(Work *w, Err *e) {
    FactPersonsRows rows = { 0 };
    FactPersonsRow row;
    bool has_row, is_good = fact_persons(w->db, (FactPersonsArgs){ .kab = w->act->kab, .family_id = w->family_id }, &rows, e);
    w->member_n = 0;
    while (is_good && (is_good = fact_persons_next(&rows, &row, &has_row, e)) && has_row && w->member_n < PERSON_MAX) w->member[w->member_n++] = (Member){ row.id, row.born_on };
    fact_persons_end(&rows);
    return is_good;
}

static bool family_load(Work *w, int64_t family_id, Err *e) {
    FactFamilyRow row;
    w->family_id = family_id;
    w->known = NULL;
    w->known_n = w->known_room = w->member_n = 0;
    w->is_family_sealed = false;
    if (!fact_family(w->db, (FactFamilyArgs){ .kab = w->act->kab, .family_id = family_id, SEE(w->sight) }, &row, &w->is_there, e)) return false;
    w->last_n = w->is_there ? row.last_n : 0;
    return !w->is_there || (facts_load(w, e) && members_load(w, e));
}

static const Member *member_find(const Work *w, int64_t person_id) {
    for (size_t i = 0; i < w->member_n; i++) if (w->member[i].id == person_id) return &w->member[i];
    return NULL;
}

// ---- one fact ------------------------------------------------------------------------------------------------------------
// 63 bits of a hash of all that it says but the observation, which is secret.
static int64_t identity_of(const Fact *f) {
    Hasher h;
    int64_t figures[] = { f->person_id, f->first_on.days, f->last_on.days, f->times, f->days, f->absent, f->permitted, f->sick, f->is_void, f->replaces_n,
                          (int64_t)f->kind.n, (int64_t)f->source.n, (int64_t)f->evidence.n };
    hash_start(&h);
    hash_add(&h, figures, sizeof figures);
    hash_add(&h, f->kind.p, f->kind.n);
    hash_add(&h, f->source.p, f->source.n);
    hash_add(&h, f->evidence.p, f->evidence.n);
    Hash hash = hash_end(&h);
    int64_t id;
    memcpy(&id, hash.bytes, sizeof id);
    return id & INT64_MAX;
}

static bool is_about_the_same(const Known *k, const Fact *f) {
    return k->person_id == f->person_id && str_eq(k->kind, f->kind) && k->first_on.days == f->first_on.days && k->last_on.days == f->last_on.days;
}
static bool says_the_same(const Known *k, const Fact *f) {
    return k->times == f->times && k->days == f->days && k->absent == f->absent && k->permitted == f->permitted && k->sick == f->sick && k->is_void == f->is_void;
}

// What the same source said before of the same, and still stands.
static Known *own_word(const Work *w, const Fact *f) {
    for (size_t i = w->known_n; i-- > 0;)
        if (!w->known[i].corrected_by_n && is_about_the_same(&w->known[i], f) && str_eq(w->known[i].source, f->source)) return &w->known[i];
    return NULL;
}

static Str place_fault(const Work *w, const Fact *f) {
    if (!w->is_there) return arena_fmt(w->a, _("There is no family %lld in this district."), (long long)w->family_id);
    if (!f->person_id) return (Str){ 0 };
    const Member *m = member_find(w, f->person_id);
    if (!m) return arena_fmt(w->a, _("Family %lld has no member %lld."), (long long)w->family_id, (long long)f->person_id);
    return date_is_known(m->born_on) && f->last_on.days < m->born_on.days ? arena_fmt(w->a, _("Person %lld was not born yet."), (long long)f->person_id) : (Str){ 0 };
}

static Str named_fault(const Work *w, const Fact *f, const Known *old) {
    if (!old) return arena_fmt(w->a, _("Of family %lld no fact %lld was told."), (long long)w->family_id, (long long)f->replaces_n);
    if (old->corrected_by_n) return arena_fmt(w->a, _("Fact %lld was corrected already, by fact %lld."), (long long)old->n, (long long)old->corrected_by_n);
    return old->person_id != f->person_id || !str_eq(old->kind, f->kind) ? arena_fmt(w->a, _("Fact %lld is about something else."), (long long)old->n) : (Str){ 0 };
}

static bool family_unseal(Work *w, Err *e) {
    if (!w->has_secrets && !secrets_open(&w->secrets, w->db, w->act->kab, e)) return false;
    w->has_secrets = true;
    if (!w->is_family_sealed && !secrets_load(&w->secrets, w->db, w->family_id, w->family_id, e)) return false;
    w->is_family_sealed = true;
    return true;
}

static bool observation_write(Work *w, const Fact *f, int64_t n, Err *e) {
    if (!f->observation.n) return true;
    if (!family_unseal(w, e)) return false;
    const FamilySecret *secret = secret_family(&w->secrets, w->family_id);
    if (!secret) return fail(e, CONFLICT, "Family %lld was erased: nothing about its health is kept any more.", (long long)w->family_id);
    Str sealed = secret_seal(secret, SECRET_HEALTH, n, f->observation, w->a);
    return fact_observation_insert(w->db, (FactObservationInsertArgs){ .kab = w->act->kab, .family_id = w->family_id, .n = n, .observation_data = sealed }, NULL, e);
}

// What is measured belongs to what is told, and is secret: so it is compared with what lies sealed. *same: the fact that told it, whether it
// still stands or not.
static bool observation_find(Work *w, const Fact *f, const Known **same, Err *e) {
    FactObservationsOfRows rows = { 0 };
    FactObservationsOfRow row;
    bool has_row, is_asked = false, is_good = true;
    *same = NULL;
    for (size_t i = 0; i < w->known_n; i++) is_asked |= is_about_the_same(&w->known[i], f) && str_eq(w->known[i].source, f->source);
    if (!is_asked) return true;
    if (!family_unseal(w, e)) return false;
    const FamilySecret *secret = secret_family(&w->secrets, w->family_id);
    if (!secret) return true;
    is_good = fact_observations_of(w->db, (FactObservationsOfArgs){ .kab = w->act->kab, .family_id = w->family_id }, &rows, e);
    while (is_good && (is_good = fact_observations_of_next(&rows, &row, &has_row, e)) && has_row) {
        const Known *known = known_find(w, row.n);
        Str told = { 0 };
        if (*same || !known || !is_about_the_same(known, f) || !says_the_same(known, f) || !str_eq(known->source, f->source)) continue;
        is_good = secret_open(secret, SECRET_HEALTH, row.n, row.observation_data, w->a, &told, e);
        if (is_good && str_eq(told, f->observation)) *same = known;
    }
    fact_observations_of_end(&rows);
    return is_good;
}

static bool fact_write(Work *w, const Fact *f, Known *old, FactResult *result, Err *e) {
    bool is_days = !f->is_void && fact_kind_shape(w->act->book, fact_kind_find(w->act->book, f->kind)) == SHAPE_DAYS, is_times = !f->is_void && !is_days;
    FactInsertArgs row = { .kab = w->act->kab, .family_id = w->family_id, .n = w->last_n + 1, .person_id = f->person_id ? f->person_id : INT64_MIN, .kind = f->kind,
        .first_on = f->first_on, .last_on = f->last_on, .times_n = is_times ? f->times : INT64_MIN, .days_n = is_days ? f->days : INT64_MIN,
        .absent_n = is_days ? f->absent : INT64_MIN, .permitted_n = is_days ? f->permitted : INT64_MIN, .sick_n = is_days ? f->sick : INT64_MIN, .is_void = f->is_void,
        .source = f->source, .evidence = f->evidence.n ? f->evidence : (Str){ 0 }, .replaces_n = old ? old->n : INT64_MIN, .identity_id = result->n,
        .actor_id = w->act->actor.user_id, .recorded_at = w->act->at };
    Err clash = { 0 };
    int64_t identity_id = result->n;
    if (!fact_insert(w->db, row, NULL, &clash)) return change_clashed(w->db, w->act->kab, &clash, e);
    if (!observation_write(w, f, row.n, e)) return false;
    w->last_n = row.n;
    *result = (FactResult){ .state = old ? FACT_CORRECTED : FACT_RECORDED, .n = row.n, .replaced_n = old ? old->n : 0 };
    if (old) old->corrected_by_n = row.n;
    known_add(w, (Known){ .n = row.n, .person_id = f->person_id, .identity_id = identity_id, .kind = f->kind, .source = f->source, .first_on = f->first_on, .last_on = f->last_on,
                          .times = f->times, .days = f->days, .absent = f->absent, .permitted = f->permitted, .sick = f->sick, .is_void = f->is_void });
    return true;
}

static bool fact_take(Work *w, const Fact *given, FactResult *result, Err *e) {
    Fact f = *given;
    Known *old = f.replaces_n ? known_find(w, f.replaces_n) : NULL;
    if (f.is_void) {                                       // about what it takes back, and nothing of its own
        f.times = f.days = f.absent = f.permitted = f.sick = 0;
        f.observation = (Str){ 0 };
        if (old) f.person_id = old->person_id, f.kind = old->kind, f.first_on = old->first_on, f.last_on = old->last_on;
    }
    *result = (FactResult){ .state = FACT_REFUSED, .why = fact_fault(w->a, w->act->book, &f, w->today) };
    if (!result->why.n) result->why = place_fault(w, &f);
    if (result->why.n) return true;
    if (fact_kind_find(w->act->book, f.kind) >= 0 && fact_kind_shape(w->act->book, fact_kind_find(w->act->book, f.kind)) == SHAPE_DAYS) f.times = 0;
    else f.days = f.absent = f.permitted = f.sick = 0;
    const Known *told = NULL;
    if (f.observation.n && !f.replaces_n) {
        if (!observation_find(w, &f, &told, e)) return false;
        if (told) { *result = (FactResult){ .state = FACT_WAS_THERE, .n = told->n }; return true; }
        Known *before = own_word(w, &f);                   // the same visit, measured otherwise: it names what it corrects
        if (before && says_the_same(before, &f)) { f.replaces_n = before->n; old = before; }
    }
    int64_t identity_id = identity_of(&f);
    for (size_t i = 0; i < w->known_n; i++)
        if (w->known[i].identity_id == identity_id) { *result = (FactResult){ .state = FACT_WAS_THERE, .n = w->known[i].n }; return true; }
    if (f.replaces_n && (result->why = named_fault(w, &f, old)).n) return true;
    if (!old) old = own_word(w, &f);
    if (old && !f.replaces_n && says_the_same(old, &f) && !f.observation.n) { *result = (FactResult){ .state = FACT_WAS_THERE, .n = old->n }; return true; }
    result->n = identity_id;
    return fact_write(w, &f, old, result, e);
}

// ---- many ------------------------------------------------------------------------------------------------------------------
typedef struct { const FactAct *act; const Fact *facts; size_t n; FactResult *results; Arena *a; } Recording;
typedef struct { int64_t family_id; size_t i; } Place;

static int place_order(const void *x, const void *y) {
    const Place *a = x, *b = y;
    if (a->family_id != b->family_id) return a->family_id < b->family_id ? -1 : 1;
    return (a->i > b->i) - (a->i < b->i);
}

static bool recording_audit(const Work *w, const Recording *r, Err *e) {
    int64_t recorded_n = w->count[FACT_RECORDED], corrected_n = w->count[FACT_CORRECTED];
    if (recorded_n + corrected_n == 0) return true;
    bool is_one = r->n == 1;
    AuditEntry entry = { .kab = r->act->kab, .actor_id = r->act->actor.user_id, .action = "commitment.record", .at = r->act->at,
                         .subject = is_one ? arena_fmt(w->a, "family %lld", (long long)r->facts[0].family_id) : STR("facts"),
                         .fields = { AUDIT_COUNT("recorded_n", recorded_n), AUDIT_COUNT("corrected_n", corrected_n) } };
    if (is_one) entry.fields[2] = (AuditField)AUDIT_COUNT("n", r->results[0].n);
    return audit_write(w->db, &entry, e);
}

static bool recording_do(Work *w, const Recording *r, Place *places, Err *e) {
    for (size_t i = 0; i < r->n; i++) places[i] = (Place){ r->facts[i].family_id, i };
    qsort(places, r->n, sizeof *places, place_order);
    for (size_t i = 0; i < r->n; i++) {
        FactResult *result = &r->results[places[i].i];
        if ((i == 0 || places[i].family_id != w->family_id) && !family_load(w, places[i].family_id, e)) return false;
        if (!fact_take(w, &r->facts[places[i].i], result, e)) return false;
        w->count[result->state]++;
    }
    return recording_audit(w, r, e);
}

static bool recording_work(Db *db, void *with, Err *e) {
    const Recording *r = with;
    Work w = { .db = db, .a = r->a, .act = r->act, .today = district_day(r->act->kab, r->act->at) };
    w.sight = authority_sight(&r->act->actor, w.today);
    bool is_good = recording_do(&w, r, NEW(r->a, Place, r->n), e);
    if (w.has_secrets) secrets_close(&w.secrets);
    return is_good;
}

bool fact_record(Db *db, Arena *a, const FactAct *act, const Fact *facts, size_t n, FactResult *results, Err *e) {
    Recording r = { act, facts, n, results, a };
    if (!authority_require(&act->actor, ACTION_TELL, act->kab, e)) return false;
    if (n > FACT_BATCH_MAX) return fail(e, LIMIT, "At most %d facts are recorded at once.", FACT_BATCH_MAX);
    if (n == 0) return true;
    return db_in_transaction(db) ? recording_work(db, &r, e) : change_do(db, recording_work, &r, e);
}

bool fact_record_one(Db *db, Arena *a, const FactAct *act, const Fact *fact, FactResult *result, Err *e) {
    if (!fact_record(db, a, act, fact, 1, result, e)) return false;
    return result->state != FACT_REFUSED || fail(e, BAD_INPUT, "%.*s", STR_ARG(result->why));
}

// ---- looking -----------------------------------------------------------------------------------------------------------------
static void told_add(Arena *a, ToldFacts *out, size_t *room, ToldFact told) {
    if (out->n == *room) {
        *room = *room ? 2 * *room : 32;
        ToldFact *more = NEW(a, ToldFact, *room);
        if (out->n) memcpy(more, out->at, out->n * sizeof *more);
        out->at = more;
    }
    out->at[out->n++] = told;
}

bool fact_list(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, ToldFacts *out, Err *e) {
    FactListRowsRows rows = { 0 };
    FactListRowsRow row;
    size_t room = 0;
    bool has_row, is_good = fact_list_rows(db, (FactListRowsArgs){ .kab = kab, .family_id = family_id, SEE(sight) }, &rows, e);
    *out = (ToldFacts){ 0 };
    while (is_good && (is_good = fact_list_rows_next(&rows, &row, &has_row, e)) && has_row)
        told_add(a, out, &room, (ToldFact){ .n = row.n, .corrected_by_n = or_zero(row.corrected_n), .actor_id = row.actor_id, .recorded_at = row.recorded_at,
            .has_observation = row.observation_n > 0, .actor_name = db_keep(a, row.actor_name), .person_name = db_keep(a, row.person_name),
            .fact = { .family_id = family_id, .person_id = row.person_id, .kind = db_keep(a, row.kind), .first_on = row.first_on, .last_on = row.last_on,
                      .times = or_zero(row.times_n), .days = or_zero(row.days_n), .absent = or_zero(row.absent_n), .permitted = or_zero(row.permitted_n), .sick = or_zero(row.sick_n),
                      .is_void = row.is_void, .source = db_keep(a, row.source), .evidence = db_keep(a, row.evidence), .replaces_n = or_zero(row.replaces_n) } });
    fact_list_rows_end(&rows);
    return is_good;
}

bool fact_observation(Db *db, Arena *a, int64_t kab, int64_t family_id, int64_t n, Str *out, Err *e) {
    FactObservationReadRow row;
    Secrets s = { 0 };
    bool found;
    *out = (Str){ 0 };
    if (!fact_observation_read(db, a, (FactObservationReadArgs){ .kab = kab, .family_id = family_id, .n = n }, &row, &found, e)) return false;
    if (!found) return true;
    bool is_good = secrets_open(&s, db, kab, e) && secrets_load(&s, db, family_id, family_id, e);
    const FamilySecret *secret = is_good ? secret_family(&s, family_id) : NULL;
    if (secret) is_good = secret_open(secret, SECRET_HEALTH, n, row.observation_data, a, out, e);
    secrets_close(&s);
    return is_good;
}

bool fact_told(Db *db, Arena *a, const RuleBook *book, int64_t kab, int64_t family_id, FamilyFactsTold *out, Err *e) {
    FactKnownRows rows = { 0 };
    FactKnownRow row;
    size_t room = 0;
    bool has_row, is_good = fact_known(db, (FactKnownArgs){ .kab = kab, .family_id = family_id }, &rows, e);
    *out = (FamilyFactsTold){ 0 };
    while (is_good && (is_good = fact_known_next(&rows, &row, &has_row, e)) && has_row) {
        int kind = fact_kind_find(book, row.kind);
        if (kind < 0) continue;
        if (out->n == room) {
            room = room ? 2 * room : 32;
            DutyFact *facts = NEW(a, DutyFact, room);
            int64_t *persons = NEW(a, int64_t, room);
            if (out->n) memcpy(facts, out->at, out->n * sizeof *facts), memcpy(persons, out->person_id, out->n * sizeof *persons);
            out->at = facts;
            out->person_id = persons;
        }
        out->person_id[out->n] = row.person_id;
        out->at[out->n++] = (DutyFact){ .n = row.n, .replaces_n = or_zero(row.replaces_n), .kind = kind, .first_on = row.first_on, .last_on = row.last_on,
            .times = or_zero(row.times_n), .days = or_zero(row.days_n), .absent = or_zero(row.absent_n), .permitted = or_zero(row.permitted_n), .sick = or_zero(row.sick_n),
            .is_void = row.is_void, .recorded_at = row.recorded_at };
    }
    fact_known_end(&rows);
    return is_good;
}

#define CHECK_EACH(name, Name, ...) do { \
    Name##Rows rows = { 0 }; \
    Name##Row row; \
    bool has_row, is_good = name(db, &rows, e); \
    while (is_good && (is_good = name##_next(&rows, &row, &has_row, e)) && has_row) violation(v, __VA_ARGS__); \
    name##_end(&rows); \
    if (!is_good) return false; \
} while (0)

bool fact_check(Db *db, Violations *v, Err *e) {
    CHECK_EACH(fact_wrong_corrections, FactWrongCorrections, N_("District %lld: fact %lld of family %lld corrects nothing that it could."), (long long)row.kab, (long long)row.n,
               (long long)row.family_id);
    CHECK_EACH(fact_strangers, FactStrangers, N_("District %lld: fact %lld of family %lld is about nobody there."), (long long)row.kab, (long long)row.n, (long long)row.family_id);
    return true;
}
