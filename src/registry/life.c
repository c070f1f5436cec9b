// life.c: see life.h. How a fact is written, and what happens to one person.
#include "registry/life_work.h"
#include <assert.h>

static const struct { const char *name, *title; } KINDS[LIFE_KINDS_N] = {
    [LIFE_BIRTH] = { "birth", N_("Birth") }, [LIFE_DEATH] = { "death", N_("Death") }, [LIFE_SCHOOL] = { "school", N_("School") },
    [LIFE_PREGNANCY] = { "pregnancy", N_("Pregnancy") }, [LIFE_PREGNANCY_END] = { "pregnancy_end", N_("End of a pregnancy") },
    [LIFE_POSTPARTUM_END] = { "postpartum_end", N_("End of the weeks after a birth") }, [LIFE_MOVE] = { "move", N_("Move") },
    [LIFE_MOVE_OUT] = { "move_out", N_("Move to another district") }, [LIFE_ARRIVE] = { "arrive", N_("Arrival from another district") },
    [LIFE_SPLIT] = { "split", N_("Split of the family") }, [LIFE_JOINED] = { "joined", N_("Begin of the family by a split") },
    [LIFE_MEMBER] = { "member", N_("Came with the Ministry's data") }, [LIFE_GONE] = { "gone", N_("No longer a member") }, [LIFE_DECILE] = { "decile", N_("Decile") },
    [LIFE_PAYEE] = { "payee", N_("Another payee") }, [LIFE_ACCOUNT] = { "account", N_("Another account") }, [LIFE_LEAVE] = { "leave", N_("Leaving the programme") },
    [LIFE_SUSPEND] = { "suspend", N_("Suspension") }, [LIFE_RETURN] = { "return", N_("Return") }, [LIFE_CORRECTION] = { "correction", N_("Correction") },
};

const char *life_kind_name(LifeKind kind) { return KINDS[kind].name; }
const char *life_kind_title(LifeKind kind) { return tr(KINDS[kind].title); }
bool life_kind_find(Str name, LifeKind *out) {
    for (int i = 0; i < LIFE_KINDS_N; i++) if (str_eq(name, str_c(KINDS[i].name))) return *out = (LifeKind)i, true;
    return false;
}

static Str day_text(Arena *a, Date day, void (*put)(Buf *, Date)) {
    Buf b = { .max = 60 };
    put(&b, day);
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}
Str life_day(Arena *a, Date day) { return day_text(a, day, date_put_iso); }
Str life_day_local(Arena *a, Date day) { return day_text(a, day, date_put_local); }

// ---- the family as it stands -------------------------------------------------------------------------------------------------
static bool members_load(Life *l, int64_t kab, int64_t family_id, Err *e) {
    LifeMembersRows rows = { 0 };
    LifeMembersRow row;
    Arena *a = l->a;
    bool has_row, is_good = life_members(l->db, (LifeMembersArgs){ .kab = kab, .family_id = family_id }, &rows, e);
    l->member = NEW(a, LifeMember, PERSON_MAX);
    l->member_n = 0;
    while (is_good && (is_good = life_members_next(&rows, &row, &has_row, e)) && has_row && l->member_n < PERSON_MAX)
        l->member[l->member_n++] = (LifeMember){ .id = row.id, .pregnancy_n = row.pregnancy_n, .name = db_keep(a, row.name), .sex = db_keep(a, row.sex),
            .mother_name = db_keep(a, row.mother_name), .relation = db_keep(a, row.relation), .school_level = db_keep(a, row.school_level),
            .school_npsn = db_keep(a, row.school_npsn), .born_on = row.born_on, .is_gone = row.is_gone };
    life_members_end(&rows);
    return is_good;
}

bool life_family_load(Life *l, int64_t kab, int64_t family_id, bool *found, Err *e) {
    return life_family(l->db, l->a, (LifeFamilyArgs){ .kab = kab, .id = family_id }, &l->f, found, e) && (!*found || members_load(l, kab, family_id, e));
}

LifeMember *life_member_any(const Life *l, int64_t person_id) {
    for (size_t i = 0; i < l->member_n; i++) if (l->member[i].id == person_id) return &l->member[i];
    return NULL;
}

bool life_member_find(const Life *l, int64_t person_id, LifeMember **out, Err *e) {
    LifeMember *m = life_member_any(l, person_id);
    if (!m) return fail(e, NOT_FOUND, "Family %lld has no member %lld.", (long long)l->act->family_id, (long long)person_id);
    if (m->is_gone) return fail(e, CONFLICT, "Person %lld is gone from family %lld already.", (long long)person_id, (long long)l->act->family_id);
    *out = m;
    return true;
}

size_t life_present_n(const Life *l) {
    size_t n = 0;
    for (size_t i = 0; i < l->member_n; i++) n += !l->member[i].is_gone;
    return n;
}

// ---- a fact ----------------------------------------------------------------------------------------------------------------------
static int64_t or_none(int64_t id) { return id ? id : INT64_MIN; }
static Str or_null(Str text) { return text.n ? text : (Str){ 0 }; }

static bool fact_audit(Life *l, int64_t kab, int64_t family_id, int64_t n, const LifeFact *fact, Err *e) {
    AuditEntry entry = { .kab = kab, .actor_id = l->act->actor.user_id, .action = "registry.life", .at = l->act->at, .family_id = family_id,
                         .subject = arena_fmt(l->a, "family %lld", (long long)family_id),
                         .fields = { AUDIT_TEXT("kind", str_c(life_kind_name(fact->kind))), AUDIT_COUNT("n", n), AUDIT_TEXT("on", life_day(l->a, l->act->on)) } };
    size_t at = 3;
    if (fact->person_id) entry.fields[at++] = (AuditField)AUDIT_COUNT("person_id", fact->person_id);
    if (fact->corrects_n) entry.fields[at++] = (AuditField)AUDIT_COUNT("corrects_n", fact->corrects_n);
    for (size_t i = 0; i < sizeof fact->fields / sizeof *fact->fields && fact->fields[i].key; i++) entry.fields[at++] = fact->fields[i];
    assert(at <= AUDIT_FIELDS_MAX);
    return audit_write(l->db, &entry, e);
}

bool life_fact_of(Life *l, int64_t kab, int64_t family_id, const LifeFact *fact, int64_t *n, Err *e) {
    LifeEventLastRow last;
    bool found;
    if (!life_event_last(l->db, (LifeEventLastArgs){ .kab = kab, .family_id = family_id }, &last, &found, e)) return false;
    LifeEventInsertArgs row = { .kab = kab, .family_id = family_id, .n = last.last_n + 1, .kind = str_c(life_kind_name(fact->kind)), .happened_on = l->act->on,
        .person_id = or_none(fact->person_id), .old_value = or_null(fact->old_value), .new_value = or_null(fact->new_value), .other_kab_id = or_none(fact->other_kab),
        .other_family_id = or_none(fact->other_family_id), .other_person_id = or_none(fact->other_person_id), .corrects_n = or_none(fact->corrects_n),
        .note = or_null(l->act->note), .actor_id = l->act->actor.user_id, .recorded_at = l->act->at };
    Err clash = { 0 };
    if (!life_event_insert(l->db, row, NULL, &clash)) return change_clashed(l->db, kab, &clash, e);
    l->is_changed = true;
    *n = row.n;
    return fact_audit(l, kab, family_id, row.n, fact, e);
}

bool life_fact(Life *l, const LifeFact *fact, Err *e) { return life_fact_of(l, l->act->kab, l->act->family_id, fact, &l->r.n, e); }

bool life_same(Life *l, LifeKind kind, int64_t person_id, LifeEventSameRow *out, bool *found, Err *e) {
    LifeEventSameArgs args = { .kab = l->act->kab, .family_id = l->act->family_id, .kind = str_c(life_kind_name(kind)), .person_id = person_id };
    return life_event_same(l->db, l->a, args, out, found, e);
}

bool life_status_set(Life *l, Str status, Err *e) {
    return life_family_status(l->db, (LifeFamilyStatusArgs){ .kab = l->act->kab, .id = l->act->family_id, .status = status, .recorded_at = l->act->at }, NULL, e);
}

bool life_payee_set(Life *l, int64_t kab, int64_t family_id, int64_t payee_id, Err *e) {
    return life_family_payee(l->db, (LifeFamilyPayeeArgs){ .kab = kab, .id = family_id, .payee_id = or_none(payee_id), .recorded_at = l->act->at }, NULL, e);
}

bool life_refresh(Life *l, int64_t kab, int64_t family_id, Err *e) {
    return l->act->is_in_bulk || pack_refresh(l->db, kab, family_id, family_id, NULL, e);
}

bool life_person_next(Db *db, int64_t kab, int64_t *out, Err *e) {
    LifePersonLastRow last;
    bool found;
    if (!life_person_last(db, (LifePersonLastArgs){ .kab = kab }, &last, &found, e)) return false;
    *out = last.last_id + 1;
    return true;
}

// ---- telling it --------------------------------------------------------------------------------------------------------------------
static bool act_check(const LifeAct *act, Err *e) {
    if (!act->is_in_bulk && !authority_require(&act->actor, ACTION_EDIT, act->kab, e)) return false;
    if (!date_is_known(act->on)) return fail(e, BAD_INPUT, "Say on which day it happened.");
    if (act->on.days > district_day(act->kab, act->at).days) return fail(e, BAD_INPUT, "The day is still to come. Tell it when it has happened.");
    if (act->on.days < date_make(1900, 1, 1).days) return fail(e, BAD_INPUT, "The day lies before 1900.");
    if (act->note.n > LIFE_NOTE_MAX) return fail(e, LIMIT, "The remark is longer than %d letters.", LIFE_NOTE_MAX);
    return str_is_utf8(act->note) || fail(e, BAD_INPUT, "The remark is no text.");
}

typedef struct { const LifeAct *act; LifeOf of; LifeWork *work; const void *what; LifeResult result; } Telling;

static bool telling_run(Life *l, const Telling *t, Err *e) {
    bool found = false;
    if (t->of == LIFE_OF_NONE) return t->work(l, t->what, e);
    if (!life_family_load(l, t->act->kab, t->act->family_id, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family %lld in district %lld.", (long long)t->act->family_id, (long long)t->act->kab);
    if (t->of == LIFE_OF_OPEN && str_eq(l->f.status, STR("left")))
        return fail(e, CONFLICT, "Family %lld has left the programme. If it is back, tell its return first.", (long long)t->act->family_id);
    return t->work(l, t->what, e) && (!l->is_changed || life_refresh(l, t->act->kab, t->act->family_id, e));
}

static bool telling_try(Db *db, void *with, Err *e) {
    Telling *t = with;
    Arena arena = { 0 };
    Life l = { .db = db, .a = &arena, .act = t->act };
    bool is_good = telling_run(&l, t, e);
    t->result = l.r;
    arena_free(&arena);
    return is_good;
}

bool life_do(Db *db, const LifeAct *act, LifeOf of, LifeWork *work, const void *what, LifeResult *out, Err *e) {
    Telling t = { .act = act, .of = of, .work = work, .what = what };
    if (!act_check(act, e)) return false;
    bool is_good = db_in_transaction(db) ? telling_try(db, &t, e) : change_do(db, telling_try, &t, e);
    if (is_good) *out = t.result;
    return is_good;
}

// ---- death ---------------------------------------------------------------------------------------------------------------------------
static bool told_before(Life *l, LifeKind kind, int64_t person_id, Err *e) {
    LifeEventSameRow same;
    bool found;
    if (!life_same(l, kind, person_id, &same, &found, e)) return false;
    if (!found) return fail(e, CONFLICT, "Person %lld is gone from family %lld already.", (long long)person_id, (long long)l->act->family_id);
    if (same.happened_on.days == l->act->on.days) return life_was_there(l, same.n);
    return fail(e, CONFLICT, "It was told before, for %.*s. If that day is wrong, take fact %lld back and tell it anew.", STR_ARG(life_day_local(l->a, same.happened_on)),
                (long long)same.n);
}

static bool born_before(const Life *l, const LifeMember *m, Err *e) {
    return !date_is_known(m->born_on) || m->born_on.days <= l->act->on.days ||
           fail(e, BAD_INPUT, "Person %lld was born on %.*s: it cannot have happened before.", (long long)m->id, STR_ARG(life_day_local(l->a, m->born_on)));
}

// The latest pregnancy of hers that was no mistake; *found false: none is known.
static bool pregnancy_latest(Life *l, int64_t person_id, LifePregnancyLastRow *out, bool *found, Err *e) {
    LifePregnancyLastArgs args = { .kab = l->act->kab, .family_id = l->act->family_id, .person_id = person_id };
    return life_pregnancy_last(l->db, l->a, args, out, found, e);
}

static bool pregnancy_close(Life *l, int64_t person_id, int64_t n, Date ended_on, Str outcome, Date counts_until_on, bool is_settled, Err *e) {
    LifePregnancyCloseArgs args = { .kab = l->act->kab, .family_id = l->act->family_id, .person_id = person_id, .n = n, .ended_on = ended_on, .outcome = outcome,
                                    .counts_until_on = counts_until_on, .is_settled = is_settled };
    return life_pregnancy_close(l->db, args, NULL, e);
}

static bool pregnant_set(Life *l, int64_t person_id, int64_t order_n, Err *e) {
    LifePersonPregnancyArgs args = { .kab = l->act->kab, .family_id = l->act->family_id, .id = person_id, .pregnancy_n = order_n };
    return life_person_pregnancy(l->db, args, NULL, e);
}

static bool gone_set(Life *l, int64_t person_id, bool is_gone, Err *e) {
    return life_person_gone(l->db, (LifePersonGoneArgs){ .kab = l->act->kab, .family_id = l->act->family_id, .id = person_id, .is_gone = is_gone }, NULL, e);
}

typedef struct { LifeKind kind; int64_t person_id; } Going;

static bool going_work(Life *l, const void *what, Err *e) {
    const Going *go = what;
    int64_t person_id = go->person_id;
    LifeMember *m = life_member_any(l, person_id);
    LifePregnancyLastRow g;
    bool has_pregnancy;
    if (m && m->is_gone) return told_before(l, go->kind, person_id, e);
    if (!life_member_find(l, person_id, &m, e) || !born_before(l, m, e) || !pregnancy_latest(l, person_id, &g, &has_pregnancy, e)) return false;
    bool was_payee = l->f.payee_id == person_id, was_pregnant = has_pregnancy && !date_is_known(g.ended_on);
    if (was_pregnant && !pregnancy_close(l, person_id, g.n, l->act->on, go->kind == LIFE_DEATH ? STR("death") : STR("moved"), DATE_NONE, true, e)) return false;
    if (!gone_set(l, person_id, true, e) || (was_payee && !life_payee_set(l, l->act->kab, l->act->family_id, 0, e))) return false;
    l->r.has_no_payee = was_payee;
    l->r.is_empty = life_present_n(l) == 1;
    LifeFact fact = { .kind = go->kind, .person_id = person_id, .old_value = was_payee ? STR("payee") : STR(""),
                      .fields = { AUDIT_CHANGE("is_gone", (int64_t)0, (int64_t)1) } };
    if (was_payee) fact.fields[1] = (AuditField)AUDIT_CHANGE("payee_id", person_id, INT64_MIN);
    return life_fact(l, &fact, e);
}

bool life_death(Db *db, const LifeAct *act, int64_t person_id, LifeResult *out, Err *e) {
    Going go = { LIFE_DEATH, person_id };
    return life_do(db, act, LIFE_OF_OPEN, going_work, &go, out, e);
}

bool life_gone(Db *db, const LifeAct *act, int64_t person_id, LifeResult *out, Err *e) {
    Going go = { LIFE_GONE, person_id };
    return life_do(db, act, LIFE_OF_OPEN, going_work, &go, out, e);
}

typedef struct { int64_t person_id; bool is_family; } Coming;

static bool member_work(Life *l, const void *what, Err *e) {
    const Coming *c = what;
    LifeMember *m;
    if (!c->is_family && !life_member_find(l, c->person_id, &m, e)) return false;
    LifeFact fact = { .kind = LIFE_MEMBER, .person_id = c->is_family ? 0 : c->person_id };
    return life_fact(l, &fact, e);
}

bool life_member(Db *db, const LifeAct *act, int64_t person_id, bool is_family, LifeResult *out, Err *e) {
    Coming coming = { person_id, is_family };
    return life_do(db, act, LIFE_OF_ANY, member_work, &coming, out, e);
}

// ---- birth ---------------------------------------------------------------------------------------------------------------------------
static bool name_check(Str name, Err *e) {
    if (name.n == 0) return fail(e, BAD_INPUT, "The name is missing.");
    if (name.n > USER_NAME_MAX) return fail(e, LIMIT, "The name is longer than %d letters.", USER_NAME_MAX);
    bool is_text = str_is_utf8(name);
    for (size_t i = 0; i < name.n; i++) is_text = is_text && (unsigned char)name.p[i] >= ' ';
    return is_text || fail(e, BAD_INPUT, "The name holds signs that are no letters.");
}

static bool mother_check(Life *l, const LifeMember *m, Err *e) {
    if (!str_eq(m->sex, STR("P"))) return fail(e, BAD_INPUT, "Person %lld is not registered as a woman. Mend that first, or choose another person.", (long long)m->id);
    if (!date_is_known(m->born_on)) return true;
    int years = date_age_years(m->born_on, l->act->on);
    if (m->born_on.days <= l->act->on.days && years >= LIFE_MOTHER_YEARS_MIN && years <= LIFE_MOTHER_YEARS_MAX) return true;
    return fail(e, BAD_INPUT, "On that day person %lld was %d years old; a mother is %d to %d. Look at both dates.", (long long)m->id,
                m->born_on.days <= l->act->on.days ? years : 0, LIFE_MOTHER_YEARS_MIN, LIFE_MOTHER_YEARS_MAX);
}

// *is_twin: the mother gave birth on that day or a few days around it.
static bool births_check(Life *l, int64_t mother_id, bool *is_twin, Err *e) {
    LifeBirthsNearRows rows = { 0 };
    LifeBirthsNearRow row;
    Date on = l->act->on;
    LifeBirthsNearArgs args = { .kab = l->act->kab, .family_id = l->act->family_id, .mother_id = mother_id,
                                .after_on = { on.days - LIFE_BETWEEN_BIRTHS_DAYS }, .before_on = { on.days + LIFE_BETWEEN_BIRTHS_DAYS } };
    bool has_row, is_good = life_births_near(l->db, args, &rows, e);
    *is_twin = false;
    while (is_good && (is_good = life_births_near_next(&rows, &row, &has_row, e)) && has_row) {
        int32_t apart = row.happened_on.days - on.days;
        *is_twin = true;
        if (apart >= -LIFE_TWINS_DAYS && apart <= LIFE_TWINS_DAYS) continue;
        is_good = fail(e, BAD_INPUT, "The same mother gave birth to person %lld on %.*s. Look at both days.", (long long)row.person_id,
                       STR_ARG(life_day_local(l->a, row.happened_on)));
    }
    life_births_near_end(&rows);
    return is_good;
}

// Which pregnancy of hers a birth is that nobody had announced: after those known and the children that the registry has of her.
static bool order_guess(Life *l, const LifeMember *mother, int64_t *last_n, int64_t *order_n, Err *e) {
    LifePregnancyNRow known;
    bool found;
    LifePregnancyNArgs args = { .kab = l->act->kab, .family_id = l->act->family_id, .person_id = mother->id };
    if (!life_pregnancy_n(l->db, args, &known, &found, e)) return false;
    int64_t child_n = 0;
    Str mother_key = dtks_name_key(l->a, mother->name);
    for (size_t i = 0; i < l->member_n; i++)
        child_n += l->member[i].mother_name.n && str_eq(dtks_name_key(l->a, l->member[i].mother_name), mother_key);
    *last_n = known.last_n;
    *order_n = 1 + (known.last_order_n > child_n ? known.last_order_n : child_n);
    return true;
}

// The birth ends the pregnancy; the mother counts some weeks more, whether it had been told or not.
static bool birth_ends_pregnancy(Life *l, const LifeMember *mother, int64_t *order_n, Err *e) {
    LifePregnancyLastRow g;
    bool has_pregnancy;
    int64_t last_n;
    Date until = { l->act->on.days + LIFE_POSTPARTUM_DAYS };
    if (!pregnancy_latest(l, mother->id, &g, &has_pregnancy, e)) return false;
    if (has_pregnancy && !date_is_known(g.ended_on)) {
        *order_n = g.order_n;
        return pregnancy_close(l, mother->id, g.n, l->act->on, STR("birth"), until, false, e);
    }
    if (!order_guess(l, mother, &last_n, order_n, e)) return false;
    if (mother->pregnancy_n > 0) *order_n = mother->pregnancy_n;
    LifePregnancyInsertArgs row = { .kab = l->act->kab, .family_id = l->act->family_id, .person_id = mother->id, .n = last_n + 1, .order_n = *order_n,
        .known_on = l->act->on, .due_on = DATE_NONE, .ended_on = l->act->on, .outcome = STR("birth"), .counts_until_on = until, .is_settled = false };
    return life_pregnancy_insert(l->db, row, NULL, e) && (mother->pregnancy_n == *order_n || pregnant_set(l, mother->id, *order_n, e));
}

static bool nik_take(Life *l, Str nik, int64_t person_id, Date born_on, Sex sex, Err *e) {
    NumberPlace holder, place = { l->act->kab, l->act->family_id, person_id };
    IdentityFault fault = nik_check(nik);
    if (fault != IDENTITY_OK) return fail(e, BAD_INPUT, "The NIK %s.", identity_fault_text(fault));
    if (!life_nik_holder(l->db, l->act->kab, nik, &holder, e)) return false;
    if (holder.family_id)
        return fail(e, CONFLICT, "The registry has this NIK in family %lld. Decide where the person belongs.", (long long)holder.family_id);
    l->r.nik_doubts = nik_doubts(nik, born_on, sex);
    return life_number_change(l->db, NUMBER_NIK, place, nik, e);
}

static const LifeMember *child_find(const Life *l, Str name) {
    Str key = dtks_name_key(l->a, name);
    for (size_t i = 0; i < l->member_n; i++) {
        const LifeMember *m = &l->member[i];
        if (!m->is_gone && m->born_on.days == l->act->on.days && str_eq(dtks_name_key(l->a, m->name), key)) return m;
    }
    return NULL;
}

static bool birth_write(Life *l, const LifeBirth *b, const LifeMember *mother, bool is_twin, Err *e) {
    int64_t child_id, order_n = mother ? mother->pregnancy_n : 0;
    if (!life_person_next(l->db, l->act->kab, &child_id, e)) return false;
    if (mother && !is_twin && !birth_ends_pregnancy(l, mother, &order_n, e)) return false;
    LifePersonInsertArgs row = { .kab = l->act->kab, .family_id = l->act->family_id, .id = child_id, .name = b->name, .born_on = l->act->on,
        .birth_place = or_null(b->birth_place), .sex = dtks_sex_text(b->sex), .mother_name = mother ? mother->name : or_null(b->mother_name),
        .relation = b->relation.n ? b->relation : STR("ANAK") };
    if (!life_person_insert(l->db, row, NULL, e) || (b->nik.n && !nik_take(l, b->nik, child_id, l->act->on, b->sex, e))) return false;
    l->r.person_id = child_id;
    LifeFact fact = { .kind = LIFE_BIRTH, .person_id = child_id, .other_person_id = mother ? mother->id : 0,
                      .old_value = mother && !is_twin ? arena_fmt(l->a, "%lld", (long long)mother->pregnancy_n) : STR(""),
                      .fields = { AUDIT_CHANGE_PERSONAL("name", STR(""), b->name), AUDIT_COUNT("mother_id", mother ? mother->id : 0) } };
    if (mother && !is_twin) fact.fields[2] = (AuditField)AUDIT_CHANGE("pregnancy_n", mother->pregnancy_n, order_n);
    return life_fact(l, &fact, e);
}

static bool birth_work(Life *l, const void *what, Err *e) {
    LifeBirth b = *(const LifeBirth *)what;
    LifeMember *mother = NULL;
    bool is_twin = false;
    b.name = str_trim(b.name);
    if (!name_check(b.name, e)) return false;
    if (b.sex == SEX_UNKNOWN) return fail(e, BAD_INPUT, "Say whether the child is a girl (P) or a boy (L).");
    const LifeMember *same = child_find(l, b.name);
    if (same) { l->r.person_id = same->id; return life_was_there(l, 0); }
    if (life_present_n(l) >= PERSON_MAX) return fail(e, LIMIT, "Family %lld has more than %d members.", (long long)l->act->family_id, PERSON_MAX);
    if (b.mother_id && (!life_member_find(l, b.mother_id, &mother, e) || !mother_check(l, mother, e) || !births_check(l, b.mother_id, &is_twin, e))) return false;
    return birth_write(l, &b, mother, is_twin, e);
}

bool life_birth(Db *db, const LifeAct *act, const LifeBirth *birth, LifeResult *out, Err *e) {
    return life_do(db, act, LIFE_OF_OPEN, birth_work, birth, out, e);
}

// ---- school --------------------------------------------------------------------------------------------------------------------------
#define SCHOOL_YEARS_MIN 5             // some begin early; the rule book says from when it counts
#define SCHOOL_YEARS_MAX 25            // and until when

static const char *const LEVELS[] = { [SCHOOL_NONE] = "", [SCHOOL_SD] = "SD", [SCHOOL_SMP] = "SMP", [SCHOOL_SMA] = "SMA" };

static SchoolLevel level_find(Str text) {
    for (int i = SCHOOL_SD; i <= SCHOOL_SMA; i++) if (str_eq(text, str_c(LEVELS[i]))) return (SchoolLevel)i;
    return SCHOOL_NONE;
}

static Str school_value(Arena *a, Str level, Str npsn) { return arena_fmt(a, "%.*s%s%.*s", STR_ARG(level), npsn.n ? " " : "", STR_ARG(npsn)); }

static bool school_set(Life *l, int64_t person_id, Str level, Str npsn, Err *e) {
    LifePersonSchoolArgs args = { .kab = l->act->kab, .family_id = l->act->family_id, .id = person_id, .school_level = or_null(level), .school_npsn = or_null(npsn) };
    return life_person_school(l->db, args, NULL, e);
}

static bool npsn_suits(Life *l, Str npsn, Str level, Err *e) {
    LifeSchoolReadRow school;
    bool found;
    if (npsn.n == 0) return true;
    IdentityFault fault = npsn_check(npsn);
    if (fault != IDENTITY_OK) return fail(e, BAD_INPUT, "The school's number %s.", identity_fault_text(fault));
    if (!life_school_read(l->db, l->a, (LifeSchoolReadArgs){ .npsn = npsn }, &school, &found, e)) return false;
    return !found || str_eq(school.level, level) || fail(e, BAD_INPUT, "%.*s is a school of level %.*s.", STR_ARG(school.name), STR_ARG(school.level));
}

typedef struct { int64_t person_id; SchoolLevel level; Str npsn; } School;

static bool school_check(Life *l, const LifeMember *m, const School *s, Err *e) {
    SchoolLevel now = level_find(m->school_level);
    if (!born_before(l, m, e)) return false;
    if (s->level == SCHOOL_NONE) return true;
    int years = date_is_known(m->born_on) ? date_age_years(m->born_on, l->act->on) : SCHOOL_YEARS_MIN;
    if (years < SCHOOL_YEARS_MIN || years > SCHOOL_YEARS_MAX)
        return fail(e, BAD_INPUT, "On that day person %lld was %d years old; pupils are %d to %d. Look at both dates.", (long long)m->id, years, SCHOOL_YEARS_MIN,
                    SCHOOL_YEARS_MAX);
    if (s->level < now)
        return fail(e, CONFLICT, "Person %lld goes to %s already. If that was a mistake, take that fact back.", (long long)m->id, LEVELS[now]);
    return npsn_suits(l, s->npsn, str_c(LEVELS[s->level]), e);
}

static bool school_work(Life *l, const void *what, Err *e) {
    const School *s = what;
    LifeMember *m;
    Str level = str_c(LEVELS[s->level]), npsn = s->level == SCHOOL_NONE ? STR("") : s->npsn;
    if (!life_member_find(l, s->person_id, &m, e)) return false;
    if (npsn.n == 0 && s->level != SCHOOL_NONE && str_eq(level, m->school_level)) npsn = m->school_npsn;
    if (str_eq(level, m->school_level) && str_eq(npsn, m->school_npsn)) return life_was_there(l, 0);
    if (!school_check(l, m, s, e) || !school_set(l, m->id, level, npsn, e)) return false;
    LifeFact fact = { .kind = LIFE_SCHOOL, .person_id = m->id, .old_value = school_value(l->a, m->school_level, m->school_npsn),
                      .new_value = school_value(l->a, level, npsn), .fields = { AUDIT_CHANGE("school_level", m->school_level.n ? m->school_level : STR(""), level),
                      AUDIT_CHANGE("school_npsn", m->school_npsn.n ? m->school_npsn : STR(""), npsn.n ? npsn : STR("")) } };
    return life_fact(l, &fact, e);
}

bool life_school(Db *db, const LifeAct *act, int64_t person_id, SchoolLevel level, Str npsn, LifeResult *out, Err *e) {
    School school = { person_id, level, str_trim(npsn) };
    return life_do(db, act, LIFE_OF_OPEN, school_work, &school, out, e);
}

// ---- pregnancy -----------------------------------------------------------------------------------------------------------------------
typedef struct { int64_t person_id, order_n; Date due_on; } Pregnancy;

static bool pregnancy_check(Life *l, const LifeMember *m, const Pregnancy *p, int64_t last_order_n, Err *e) {
    if (m->pregnancy_n > 0) return fail(e, CONFLICT, "Person %lld is pregnant or has just given birth: a pregnancy ends before another one begins.", (long long)m->id);
    if (!mother_check(l, m, e)) return false;
    if (date_is_known(p->due_on) && (p->due_on.days < l->act->on.days || p->due_on.days > l->act->on.days + LIFE_PREGNANCY_DAYS_MAX))
        return fail(e, BAD_INPUT, "The birth is expected on or after the day the pregnancy was known, and at most %d weeks later.", LIFE_PREGNANCY_DAYS_MAX / 7);
    if (p->order_n && p->order_n <= last_order_n)
        return fail(e, CONFLICT, "Pregnancy %lld of person %lld is known already; this one is at least number %lld.", (long long)last_order_n, (long long)m->id,
                    (long long)(last_order_n + 1));
    return (p->order_n >= 0 && p->order_n <= 20) || fail(e, BAD_INPUT, "Which pregnancy it is, is a number from 1 to 20.");
}

static bool pregnancy_work(Life *l, const void *what, Err *e) {
    const Pregnancy *p = what;
    LifePregnancyLastRow g;
    LifeMember *m;
    bool has_pregnancy;
    int64_t last_n, guess_n;
    if (!life_member_find(l, p->person_id, &m, e) || !pregnancy_latest(l, m->id, &g, &has_pregnancy, e)) return false;
    bool is_same = has_pregnancy && !date_is_known(g.ended_on) && g.known_on.days == l->act->on.days && (!p->order_n || p->order_n == g.order_n);
    if (is_same) return life_was_there(l, 0);
    if (!order_guess(l, m, &last_n, &guess_n, e) || !pregnancy_check(l, m, p, has_pregnancy ? g.order_n : 0, e)) return false;
    int64_t order_n = p->order_n ? p->order_n : guess_n;
    LifePregnancyInsertArgs row = { .kab = l->act->kab, .family_id = l->act->family_id, .person_id = m->id, .n = last_n + 1, .order_n = order_n,
        .known_on = l->act->on, .due_on = p->due_on, .ended_on = DATE_NONE, .outcome = { 0 }, .counts_until_on = DATE_NONE, .is_settled = false };
    if (!life_pregnancy_insert(l->db, row, NULL, e) || !pregnant_set(l, m->id, order_n, e)) return false;
    Str due = date_is_known(p->due_on) ? life_day(l->a, p->due_on) : STR("");
    LifeFact fact = { .kind = LIFE_PREGNANCY, .person_id = m->id, .new_value = arena_fmt(l->a, "%lld%s%.*s", (long long)order_n, due.n ? " " : "", STR_ARG(due)),
                      .fields = { AUDIT_CHANGE("pregnancy_n", m->pregnancy_n, order_n) } };
    return life_fact(l, &fact, e);
}

bool life_pregnancy(Db *db, const LifeAct *act, int64_t person_id, int order_n, Date due_on, LifeResult *out, Err *e) {
    Pregnancy p = { person_id, order_n, due_on };
    return life_do(db, act, LIFE_OF_OPEN, pregnancy_work, &p, out, e);
}

static bool loss_work(Life *l, const void *what, Err *e) {
    LifePregnancyLastRow g;
    LifeMember *m;
    LifeEventSameRow same;
    bool has_pregnancy, has_same;
    if (!life_member_find(l, *(const int64_t *)what, &m, e) || !pregnancy_latest(l, m->id, &g, &has_pregnancy, e) ||
        !life_same(l, LIFE_PREGNANCY_END, m->id, &same, &has_same, e)) return false;
    bool is_open = has_pregnancy && !date_is_known(g.ended_on);
    if (!is_open && has_same && same.happened_on.days == l->act->on.days) return life_was_there(l, same.n);
    if (has_pregnancy ? !is_open : m->pregnancy_n == 0) return fail(e, CONFLICT, "No pregnancy of person %lld is under way.", (long long)m->id);
    if (is_open && l->act->on.days < g.known_on.days) return fail(e, BAD_INPUT, "The pregnancy was known on %.*s: it cannot have ended before.", STR_ARG(life_day_local(l->a, g.known_on)));
    if (is_open && !pregnancy_close(l, m->id, g.n, l->act->on, STR("loss"), DATE_NONE, true, e)) return false;
    LifeFact fact = { .kind = LIFE_PREGNANCY_END, .person_id = m->id, .old_value = arena_fmt(l->a, "%lld", (long long)m->pregnancy_n),
                      .fields = { AUDIT_CHANGE("pregnancy_n", m->pregnancy_n, (int64_t)0) } };
    return pregnant_set(l, m->id, 0, e) && life_fact(l, &fact, e);
}

bool life_pregnancy_end(Db *db, const LifeAct *act, int64_t person_id, LifeResult *out, Err *e) {
    return life_do(db, act, LIFE_OF_OPEN, loss_work, &person_id, out, e);
}

// ---- taking back -----------------------------------------------------------------------------------------------------------------------
static bool changed_since(Err *e) { return fail(e, CONFLICT, "What this fact said was changed since. Nothing was done: take the later facts back first, or tell what holds now."); }

static bool undo_death(Life *l, const LifeEventReadRow *old, LifeMember *m, Err *e) {
    LifePregnancyLastRow g;
    bool has_pregnancy, was_payee = str_eq(old->old_value, STR("payee"));
    if (!m || !m->is_gone) return changed_since(e);
    if (!pregnancy_latest(l, m->id, &g, &has_pregnancy, e)) return false;
    if (has_pregnancy && (str_eq(g.outcome, STR("death")) || (str_eq(g.outcome, STR("moved")) && g.ended_on.days == old->happened_on.days)) && !pregnancy_close(l, m->id, g.n, DATE_NONE, (Str){ 0 }, DATE_NONE, false, e)) return false;
    bool is_payee_back = was_payee && l->f.payee_id == INT64_MIN;
    return gone_set(l, m->id, false, e) && (!is_payee_back || life_payee_set(l, l->act->kab, l->act->family_id, m->id, e));
}

static bool undo_birth(Life *l, const LifeEventReadRow *old, LifeMember *m, Err *e) {
    LifePregnancyLastRow g;
    LifeMember *mother = life_member_any(l, old->other_person_id);
    int64_t order_n = 0;
    bool has_pregnancy;
    if (!m || m->is_gone || l->f.payee_id == m->id) return changed_since(e);
    if (!gone_set(l, m->id, true, e) || !life_number_change(l->db, NUMBER_NIK, (NumberPlace){ l->act->kab, l->act->family_id, m->id }, STR(""), e)) return false;
    if (!mother || !str_int64(old->old_value, &order_n)) return true;      // a twin, or no mother here: nothing else was changed
    if (!pregnancy_latest(l, mother->id, &g, &has_pregnancy, e)) return false;
    bool is_there = has_pregnancy && str_eq(g.outcome, STR("birth")) && g.ended_on.days == old->happened_on.days;
    if (!is_there) return changed_since(e);
    bool was_told = order_n == g.order_n && g.known_on.days < old->happened_on.days;
    if (was_told && !mother->is_gone) return pregnancy_close(l, mother->id, g.n, DATE_NONE, (Str){ 0 }, DATE_NONE, false, e) && pregnant_set(l, mother->id, order_n, e);
    return pregnancy_close(l, mother->id, g.n, g.ended_on, STR("mistake"), DATE_NONE, true, e) && pregnant_set(l, mother->id, order_n, e);
}

static bool undo_school(Life *l, const LifeEventReadRow *old, LifeMember *m, Err *e) {
    Str npsn = old->old_value, level = str_cut(&npsn, ' ');
    if (!m || m->is_gone || !str_eq(old->new_value, school_value(l->a, m->school_level, m->school_npsn))) return changed_since(e);
    return school_set(l, m->id, level, npsn, e);
}

static bool undo_pregnancy(Life *l, const LifeEventReadRow *old, LifeMember *m, Err *e) {
    LifePregnancyLastRow g;
    bool found;
    if (!m || m->is_gone) return changed_since(e);
    if (!pregnancy_latest(l, m->id, &g, &found, e)) return false;
    if (!found || date_is_known(g.ended_on) || g.known_on.days != old->happened_on.days) return changed_since(e);
    return pregnancy_close(l, m->id, g.n, l->act->on, STR("mistake"), DATE_NONE, true, e) && pregnant_set(l, m->id, 0, e);
}

static bool undo_loss(Life *l, const LifeEventReadRow *old, LifeMember *m, Err *e) {
    LifePregnancyLastRow g;
    bool found;
    int64_t order_n;
    if (!m || m->is_gone || m->pregnancy_n != 0 || !str_int64(old->old_value, &order_n)) return changed_since(e);
    if (!pregnancy_latest(l, m->id, &g, &found, e)) return false;
    bool is_its_end = found && str_eq(g.outcome, STR("loss")) && g.ended_on.days == old->happened_on.days;
    if (found && !is_its_end) return changed_since(e);
    return (!found || pregnancy_close(l, m->id, g.n, DATE_NONE, (Str){ 0 }, DATE_NONE, false, e)) && pregnant_set(l, m->id, order_n, e);
}

// Leaving, suspension, return: the last of them is what holds.
static bool undo_status(Life *l, const LifeEventReadRow *old, int64_t n, Err *e) {
    static const LifeKind KINDS_OF_STATUS[] = { LIFE_LEAVE, LIFE_SUSPEND, LIFE_RETURN, LIFE_MOVE_OUT };
    Str now = old->new_value, status = str_cut(&now, ' ');
    for (size_t i = 0; i < sizeof KINDS_OF_STATUS / sizeof *KINDS_OF_STATUS; i++) {
        LifeEventSameRow later;
        bool found;
        if (!life_same(l, KINDS_OF_STATUS[i], 0, &later, &found, e)) return false;
        if (found && later.n > n) return changed_since(e);
    }
    return str_eq(l->f.status, status) ? life_status_set(l, old->old_value, e) : changed_since(e);
}

static bool undo_move_out(Life *l, const LifeEventReadRow *old, int64_t n, Err *e) {
    LifeTransferOfRow t;
    bool found;
    LifeTransferOfArgs args = { .kab = old->other_kab_id, .from_kab_id = l->act->kab, .from_family_id = l->act->family_id, .from_n = n };
    if (!life_transfer_of(l->db, l->a, args, &t, &found, e)) return false;
    if (!found || !str_eq(t.state, STR("waiting")) || !str_eq(l->f.status, STR("left")))
        return fail(e, CONFLICT, "The family has arrived in district %lld. If it comes back, tell the move there.", (long long)old->other_kab_id);
    LifeTransferEndArgs end = { .kab = old->other_kab_id, .id = t.id, .state = STR("back"), .family_id = INT64_MIN, .ended_at = l->act->at };
    return life_transfer_end(l->db, end, NULL, e) && life_status_set(l, old->old_value, e);
}

static bool undo(Life *l, LifeKind kind, const LifeEventReadRow *old, int64_t n, Err *e) {
    static bool (*const UNDO[LIFE_KINDS_N])(Life *, const LifeEventReadRow *, LifeMember *, Err *) = {
        [LIFE_DEATH] = undo_death, [LIFE_GONE] = undo_death, [LIFE_BIRTH] = undo_birth, [LIFE_SCHOOL] = undo_school, [LIFE_PREGNANCY] = undo_pregnancy,
        [LIFE_PREGNANCY_END] = undo_loss };
    if (kind == LIFE_LEAVE || kind == LIFE_SUSPEND || kind == LIFE_RETURN) return undo_status(l, old, n, e);
    if (kind == LIFE_MOVE_OUT) return undo_move_out(l, old, n, e);
    if (UNDO[kind]) return UNDO[kind](l, old, old->person_id > 0 ? life_member_any(l, old->person_id) : NULL, e);
    return fail(e, CONFLICT, "\"%s\" is not taken back: tell what holds now instead.", life_kind_title(kind));
}

static bool correct_work(Life *l, const void *what, Err *e) {
    int64_t n = *(const int64_t *)what;
    LifeEventReadRow old;
    LifeKind kind;
    bool found;
    if (!life_event_read(l->db, l->a, (LifeEventReadArgs){ .kab = l->act->kab, .family_id = l->act->family_id, .n = n }, &old, &found, e)) return false;
    if (!found || !life_kind_find(old.kind, &kind)) return fail(e, NOT_FOUND, "Family %lld has no fact %lld.", (long long)l->act->family_id, (long long)n);
    if (old.corrected_n > 0) return life_was_there(l, old.corrected_n);
    if (!undo(l, kind, &old, n, e)) return false;
    LifeFact fact = { .kind = LIFE_CORRECTION, .corrects_n = n, .person_id = old.person_id > 0 ? old.person_id : 0, .old_value = old.new_value, .new_value = old.old_value,
                      .fields = { AUDIT_TEXT("corrected_kind", str_c(life_kind_name(kind))) } };
    return life_fact(l, &fact, e);
}

bool life_correct(Db *db, const LifeAct *act, int64_t n, LifeResult *out, Err *e) { return life_do(db, act, LIFE_OF_ANY, correct_work, &n, out, e); }
