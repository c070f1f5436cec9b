// life_family.c: what happens to a whole family: moves, a split, leaving and coming back; and what follows from the calendar.
#include "registry/life_work.h"

static Str or_null(Str text) { return text.n ? text : (Str){ 0 }; }

// ---- status ------------------------------------------------------------------------------------------------------------------
const LifeReason LIFE_REASONS[] = {
    { "graduated", N_("prosperous and independent") }, { "no_component", N_("no component left") }, { "own_will", N_("of its own will") },
    { "no_commitment", N_("duties not met after warnings") }, { "not_poor", N_("no longer among the poor in the data") },
    { "not_found", N_("not found at its address") }, { "duplicate", N_("registered twice") }, { "all_died", N_("nobody left") },
    { "being_checked", N_("being checked") }, { "other", N_("another reason, see the remark") }, { 0 } };

static bool reason_check(Str reason, Err *e) {
    for (const LifeReason *r = LIFE_REASONS; r->name; r++) if (str_eq(reason, str_c(r->name))) return true;
    return fail(e, BAD_INPUT, "\"%.*s\" is no reason: graduated, no_component, own_will, no_commitment, not_poor, not_found, duplicate, all_died, being_checked or other.", STR_ARG(reason));
}

typedef struct { LifeKind kind; Str status, reason; } StatusChange;

static bool standing_write(Life *l, const StatusChange *s, Err *e) {
    LifeFact fact = { .kind = s->kind, .old_value = l->f.status, .new_value = arena_fmt(l->a, "%.*s%s%.*s", STR_ARG(s->status), s->reason.n ? " " : "", STR_ARG(s->reason)),
                      .fields = { AUDIT_CHANGE("status", l->f.status, s->status), AUDIT_TEXT("reason", s->reason) } };
    return life_status_set(l, s->status, e) && life_fact(l, &fact, e);
}

static bool leave_work(Life *l, const void *what, Err *e) {
    const StatusChange *s = what;
    LifeEventSameRow same;
    bool found;
    if (!reason_check(s->reason, e) || !life_same(l, s->kind, 0, &same, &found, e)) return false;
    if (str_eq(l->f.status, s->status)) {
        if (found && same.happened_on.days == l->act->on.days) return life_was_there(l, same.n);
        return s->kind == LIFE_LEAVE ? fail(e, CONFLICT, "Family %lld has left the programme already.", (long long)l->act->family_id)
                                     : fail(e, CONFLICT, "Family %lld is suspended already.", (long long)l->act->family_id);
    }
    if (s->kind == LIFE_SUSPEND && str_eq(l->f.status, STR("left")))
        return fail(e, CONFLICT, "Family %lld has left the programme already.", (long long)l->act->family_id);
    return standing_write(l, s, e);
}

bool life_leave(Db *db, const LifeAct *act, Str reason, LifeResult *out, Err *e) {
    StatusChange s = { LIFE_LEAVE, STR("left"), reason };
    return life_do(db, act, LIFE_OF_ANY, leave_work, &s, out, e);
}

bool life_suspend(Db *db, const LifeAct *act, Str reason, LifeResult *out, Err *e) {
    StatusChange s = { LIFE_SUSPEND, STR("suspended"), reason };
    return life_do(db, act, LIFE_OF_ANY, leave_work, &s, out, e);
}

// A family that moved away does not come back by itself: it is told there.
static bool moved_check(Life *l, Err *e) {
    LifeEventSameRow away, back;
    bool has_away, has_back;
    if (!life_same(l, LIFE_MOVE_OUT, 0, &away, &has_away, e) || !life_same(l, LIFE_RETURN, 0, &back, &has_back, e)) return false;
    if (!has_away || (has_back && back.n > away.n)) return true;
    return fail(e, CONFLICT, "Family %lld moved to district %lld. If that was a mistake, take fact %lld back; if it comes back, tell the move there.",
                (long long)l->act->family_id, (long long)away.other_kab_id, (long long)away.n);
}

static bool return_work(Life *l, const void *what, Err *e) {
    LifeEventSameRow same;
    bool found;
    (void)what;
    if (!life_same(l, LIFE_RETURN, 0, &same, &found, e)) return false;
    if (str_eq(l->f.status, STR("active"))) {
        if (found && same.happened_on.days == l->act->on.days) return life_was_there(l, same.n);
        return fail(e, CONFLICT, "Family %lld is in the programme already.", (long long)l->act->family_id);
    }
    if (str_eq(l->f.status, STR("left")) && !moved_check(l, e)) return false;
    if (life_present_n(l) == 0) return fail(e, CONFLICT, "Nobody is left in family %lld.", (long long)l->act->family_id);
    StatusChange s = { LIFE_RETURN, STR("active"), STR("") };
    l->r.has_no_payee = l->f.payee_id == INT64_MIN;
    return standing_write(l, &s, e);
}

bool life_return(Db *db, const LifeAct *act, LifeResult *out, Err *e) { return life_do(db, act, LIFE_OF_ANY, return_work, NULL, out, e); }

// ---- moves -------------------------------------------------------------------------------------------------------------------
bool life_village_check(Life *l, int64_t kab, int64_t village_id, Err *e) {
    Area area;
    bool found;
    if (area_kab_of_village(village_id) != kab) return fail(e, BAD_INPUT, "Village %lld is not in district %lld.", (long long)village_id, (long long)kab);
    if (!area_read(l->db, l->a, village_id, &area, &found, e)) return false;
    return (found && area.level == AREA_VILLAGE) || fail(e, BAD_INPUT, "There is no village %lld.", (long long)village_id);
}

#define PLACE_TEXT_MAX 300             // bytes of an address
static bool place_read(Life *l, int64_t kab, LifePlace *p, Err *e) {
    char rt[4] = "", rw[4] = "";
    if (!life_village_check(l, kab, p->village_id, e)) return false;
    p->address = str_trim(p->address), p->hamlet = str_trim(p->hamlet);
    if (p->address.n > PLACE_TEXT_MAX || p->hamlet.n > PLACE_TEXT_MAX) return fail(e, LIMIT, "The address is longer than %d letters.", PLACE_TEXT_MAX);
    if (!str_is_utf8(p->address) || !str_is_utf8(p->hamlet)) return fail(e, BAD_INPUT, "The address is no text.");
    if (!rt_parse(p->rt, rt) || !rt_parse(p->rw, rw)) return fail(e, BAD_INPUT, "RT and RW are numbers of up to three digits.");
    p->rt = arena_str(l->a, str_c(rt)), p->rw = arena_str(l->a, str_c(rw));
    return true;
}

static Str place_text(Arena *a, Str address, Str hamlet, Str rt, Str rw) {
    return arena_fmt(a, "%.*s|%.*s|%.*s|%.*s", STR_ARG(address), STR_ARG(hamlet), STR_ARG(rt), STR_ARG(rw));
}

static bool move_work(Life *l, const void *what, Err *e) {
    LifePlace p = *(const LifePlace *)what;
    const LifeFamilyRow *f = &l->f;
    if (!place_read(l, l->act->kab, &p, e)) return false;
    Str before = place_text(l->a, f->address, f->hamlet, f->rt, f->rw), after = place_text(l->a, p.address, p.hamlet, p.rt, p.rw);
    if (f->village_id == p.village_id && str_eq(before, after)) return life_was_there(l, 0);
    LifeFact fact = { .kind = LIFE_MOVE, .old_value = arena_fmt(l->a, "%lld", (long long)f->village_id), .new_value = arena_fmt(l->a, "%lld", (long long)p.village_id),
                      .fields = { AUDIT_CHANGE("village_id", f->village_id, p.village_id), AUDIT_CHANGE_PERSONAL("address", before, after) } };
    LifeFamilyPlaceArgs set = { .kab = l->act->kab, .id = l->act->family_id, .village_id = p.village_id, .address = or_null(p.address), .hamlet = or_null(p.hamlet),
                                .rt = or_null(p.rt), .rw = or_null(p.rw), .recorded_at = l->act->at };
    if (!life_fact(l, &fact, e) || !life_family_place(l->db, set, NULL, e)) return false;
    LifePlaceInsertArgs old = { .kab = l->act->kab, .family_id = l->act->family_id, .n = l->r.n, .village_id = f->village_id, .address = f->address,
                                .hamlet = f->hamlet, .rt = f->rt, .rw = f->rw };
    return life_place_insert(l->db, old, NULL, e);
}

bool life_move(Db *db, const LifeAct *act, const LifePlace *place, LifeResult *out, Err *e) { return life_do(db, act, LIFE_OF_OPEN, move_work, place, out, e); }

static bool transfer_open(Life *l, int64_t to_kab, Err *e) {
    LifeTransferLastRow last;
    bool found;
    Err clash = { 0 };
    if (!life_transfer_last(l->db, (LifeTransferLastArgs){ .kab = to_kab }, &last, &found, e)) return false;
    LifeTransferInsertArgs row = { .kab = to_kab, .id = last.last_id + 1, .from_kab_id = l->act->kab, .from_family_id = l->act->family_id, .from_n = l->r.n,
                                   .left_on = l->act->on, .recorded_at = l->act->at };
    if (!life_transfer_insert(l->db, row, NULL, &clash)) return change_clashed(l->db, to_kab, &clash, e);
    l->r.transfer_id = row.id;
    l->r.other_kab = to_kab;
    return true;
}

static bool move_back_work(Life *l, const void *what, Err *e) {
    LifePlaceReadRow r;
    bool found;
    if (!life_place_read(l->db, l->a, (LifePlaceReadArgs){ .kab = l->act->kab, .family_id = l->act->family_id, .n = *(const int64_t *)what }, &r, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "Family %lld has no fact %lld.", (long long)l->act->family_id, (long long)*(const int64_t *)what);
    LifePlace place = { r.village_id, r.address, r.hamlet, r.rt, r.rw };
    return move_work(l, &place, e);
}

bool life_move_back(Db *db, const LifeAct *act, int64_t n, LifeResult *out, Err *e) { return life_do(db, act, LIFE_OF_OPEN, move_back_work, &n, out, e); }

static bool decile_work(Life *l, const void *what, Err *e) {
    int64_t decile = *(const int64_t *)what, before = l->f.decile_n > 0 ? l->f.decile_n : 0;
    if (decile < 0 || decile > 10) return fail(e, BAD_INPUT, "A decile is a number from 1 to 10.");
    if (decile == before) return life_was_there(l, 0);
    LifeFact fact = { .kind = LIFE_DECILE, .old_value = before ? arena_fmt(l->a, "%lld", (long long)before) : STR(""),
                      .new_value = decile ? arena_fmt(l->a, "%lld", (long long)decile) : STR(""), .fields = { AUDIT_CHANGE("decile_n", before, decile) } };
    LifeFamilyDecileArgs set = { .kab = l->act->kab, .id = l->act->family_id, .decile_n = decile ? decile : INT64_MIN, .recorded_at = l->act->at };
    return life_family_decile(l->db, set, NULL, e) && life_fact(l, &fact, e);
}

bool life_decile(Db *db, const LifeAct *act, int64_t decile, LifeResult *out, Err *e) { return life_do(db, act, LIFE_OF_ANY, decile_work, &decile, out, e); }

static bool move_out_work(Life *l, const void *what, Err *e) {
    int64_t to_kab = *(const int64_t *)what;
    LifeEventSameRow same;
    Area area;
    bool found;
    if (to_kab == l->act->kab) return fail(e, BAD_INPUT, "The family lives in district %lld already: tell the move inside it.", (long long)to_kab);
    if (!area_read(l->db, l->a, to_kab, &area, &found, e)) return false;
    if (!found || area.level != AREA_DISTRICT) return fail(e, BAD_INPUT, "There is no district %lld.", (long long)to_kab);
    if (str_eq(l->f.status, STR("left"))) {
        LifeTransferOfRow t;
        if (!life_same(l, LIFE_MOVE_OUT, 0, &same, &found, e)) return false;
        if (!found || same.other_kab_id != to_kab || same.happened_on.days != l->act->on.days)
            return fail(e, CONFLICT, "Family %lld has left the programme already.", (long long)l->act->family_id);
        LifeTransferOfArgs args = { .kab = to_kab, .from_kab_id = l->act->kab, .from_family_id = l->act->family_id, .from_n = same.n };
        if (!life_transfer_of(l->db, l->a, args, &t, &found, e)) return false;
        l->r.transfer_id = found ? t.id : 0;
        l->r.other_kab = to_kab;
        return life_was_there(l, same.n);
    }
    LifeFact fact = { .kind = LIFE_MOVE_OUT, .old_value = l->f.status, .new_value = STR("left"), .other_kab = to_kab,
                      .fields = { AUDIT_CHANGE("status", l->f.status, STR("left")), AUDIT_COUNT("to_kab", to_kab) } };
    return life_status_set(l, STR("left"), e) && life_fact(l, &fact, e) && transfer_open(l, to_kab, e);
}

bool life_move_out(Db *db, const LifeAct *act, int64_t to_kab, LifeResult *out, Err *e) { return life_do(db, act, LIFE_OF_ANY, move_out_work, &to_kab, out, e); }

// ---- a new family made of persons of another --------------------------------------------------------------------------------------
typedef struct {
    int64_t from_kab, from_family_id, kab, family_id;
    LifePlace place;
    Str channel, status;
    int64_t old_payee_id, payee_id;                        // payee_id: the new number of old_payee_id, once he is copied
    bool takes_numbers;                                    // a split: NIK leave the old entries
} Making;

static bool family_open(Life *l, Making *m, Err *e) {
    LifeFamilyLastRow last;
    bool found;
    if (!life_family_last(l->db, (LifeFamilyLastArgs){ .kab = m->kab }, &last, &found, e)) return false;
    m->family_id = last.last_id + 1;
    LifeFamilyCopyArgs row = { .kab = m->from_kab, .id = m->from_family_id, .to_kab_id = m->kab, .to_id = m->family_id, .village_id = m->place.village_id,
        .address = or_null(m->place.address), .hamlet = or_null(m->place.hamlet), .rt = or_null(m->place.rt), .rw = or_null(m->place.rw), .channel = m->channel,
        .status = m->status, .entered_on = l->act->on, .recorded_at = l->act->at };
    Err clash = { 0 };
    if (!life_family_copy(l->db, row, NULL, &clash)) return change_clashed(l->db, m->kab, &clash, e);
    return life_number_begin(l->db, m->kab, m->family_id, e);
}

// Her pregnancy, or the weeks after the birth, go along with a woman.
static bool pregnancy_follow(Life *l, const Making *m, int64_t old_id, int64_t new_id, Err *e) {
    LifePregnancyLastRow g;
    bool found;
    if (!life_pregnancy_last(l->db, l->a, (LifePregnancyLastArgs){ .kab = m->from_kab, .family_id = m->from_family_id, .person_id = old_id }, &g, &found, e)) return false;
    bool is_open = found && !date_is_known(g.ended_on), counts = found && str_eq(g.outcome, STR("birth"));
    if (!is_open && !counts) return true;
    LifePregnancyInsertArgs row = { .kab = m->kab, .family_id = m->family_id, .person_id = new_id, .n = 1, .order_n = g.order_n, .known_on = g.known_on, .due_on = g.due_on,
        .ended_on = g.ended_on, .outcome = g.outcome, .counts_until_on = g.counts_until_on, .is_settled = false };
    LifePregnancyCloseArgs end = { .kab = m->from_kab, .family_id = m->from_family_id, .person_id = old_id, .n = g.n, .ended_on = is_open ? l->act->on : g.ended_on,
        .outcome = STR("moved"), .counts_until_on = g.counts_until_on, .is_settled = true };
    return life_pregnancy_insert(l->db, row, NULL, e) && life_pregnancy_close(l->db, end, NULL, e);
}

static bool person_follow(Life *l, Making *m, int64_t old_id, Err *e) {
    int64_t new_id;
    if (!life_person_next(l->db, m->kab, &new_id, e)) return false;
    LifePersonCopyArgs row = { .kab = m->from_kab, .family_id = m->from_family_id, .id = old_id, .to_kab_id = m->kab, .to_family_id = m->family_id, .to_id = new_id };
    NumberPlace from = { m->from_kab, m->from_family_id, old_id }, to = { m->kab, m->family_id, new_id };
    if (old_id == m->old_payee_id) m->payee_id = new_id;
    return life_person_copy(l->db, row, NULL, e) && life_number_copy(l->db, NUMBER_NIK, from, to, e) &&
           (!m->takes_numbers || life_number_change(l->db, NUMBER_NIK, from, STR(""), e)) && pregnancy_follow(l, m, old_id, new_id, e);
}

// ---- arrival -----------------------------------------------------------------------------------------------------------------------
typedef struct { int64_t transfer_id; const LifePlace *place; } Arrival;

bool life_code_take(Db *db, int64_t kab, int64_t family_id, Str code, Err *e) {
    return life_family_code_free(db, (LifeFamilyCodeFreeArgs){ .kab = kab, .dtks_code = code }, NULL, e) &&
           life_family_code(db, (LifeFamilyCodeArgs){ .kab = kab, .id = family_id, .dtks_code = code }, NULL, e);
}

static bool arrival_write(Life *l, int64_t transfer_id, const LifeTransferReadRow *t, Making *m, Err *e) {
    NumberPlace from = { m->from_kab, m->from_family_id, 0 };
    Str code = l->f.dtks_code;
    if (!family_open(l, m, e)) return false;
    NumberPlace to = { m->kab, m->family_id, 0 };
    for (size_t i = 0; i < l->member_n; i++) if (!l->member[i].is_gone && !person_follow(l, m, l->member[i].id, e)) return false;
    LifeTransferEndArgs end = { .kab = m->kab, .id = transfer_id, .state = STR("arrived"), .family_id = m->family_id, .ended_at = l->act->at };
    LifeFact fact = { .kind = LIFE_ARRIVE, .other_kab = t->from_kab_id, .other_family_id = t->from_family_id, .new_value = m->status,
                      .fields = { AUDIT_COUNT("from_kab", t->from_kab_id), AUDIT_COUNT("from_family_id", t->from_family_id), AUDIT_TEXT("channel", m->channel) } };
    l->r.other_kab = m->kab;
    l->r.other_family_id = m->family_id;
    l->r.has_no_payee = m->payee_id == 0;
    return life_number_copy(l->db, NUMBER_KK, from, to, e) && life_number_copy(l->db, NUMBER_ACCOUNT, from, to, e) &&
           (code.n == 0 || life_code_take(l->db, m->kab, m->family_id, code, e)) &&
           life_payee_set(l, m->kab, m->family_id, m->payee_id, e) && life_transfer_end(l->db, end, NULL, e) &&
           life_fact_of(l, m->kab, m->family_id, &fact, &l->r.n, e) && life_refresh(l, m->kab, m->family_id, e);
}

static bool arrive_work(Life *l, const void *what, Err *e) {
    const Arrival *x = what;
    LifeTransferReadRow t;
    LifeEventReadRow left;
    bool found;
    if (!life_transfer_read(l->db, l->a, (LifeTransferReadArgs){ .kab = l->act->kab, .id = x->transfer_id }, &t, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "No family number %lld is on its way to district %lld.", (long long)x->transfer_id, (long long)l->act->kab);
    if (str_eq(t.state, STR("back"))) return fail(e, CONFLICT, "The move was taken back in district %lld.", (long long)t.from_kab_id);
    if (str_eq(t.state, STR("arrived"))) {
        l->r.other_kab = l->act->kab;
        l->r.other_family_id = t.family_id;
        return life_was_there(l, 1);
    }
    if (l->act->on.days < t.left_on.days) return fail(e, BAD_INPUT, "The family left on %.*s: it cannot have arrived before.", STR_ARG(life_day_local(l->a, t.left_on)));
    Making m = { .from_kab = t.from_kab_id, .from_family_id = t.from_family_id, .kab = l->act->kab, .place = *x->place };
    if (!place_read(l, m.kab, &m.place, e) || !life_family_load(l, t.from_kab_id, t.from_family_id, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family %lld in district %lld.", (long long)t.from_family_id, (long long)t.from_kab_id);
    LifeEventReadArgs leaving = { .kab = t.from_kab_id, .family_id = t.from_family_id, .n = t.from_n };
    if (!life_event_read(l->db, l->a, leaving, &left, &found, e)) return false;
    m.status = found ? left.old_value : STR("suspended");
    m.channel = l->f.channel;
    m.old_payee_id = l->f.payee_id;
    return arrival_write(l, x->transfer_id, &t, &m, e);
}

bool life_arrive(Db *db, const LifeAct *act, int64_t transfer_id, const LifePlace *place, LifeResult *out, Err *e) {
    Arrival arrival = { transfer_id, place };
    return life_do(db, act, LIFE_OF_NONE, arrive_work, &arrival, out, e);
}

// ---- split -------------------------------------------------------------------------------------------------------------------------
static int by_id(const void *a, const void *b) { int64_t x = *(const int64_t *)a, y = *(const int64_t *)b; return x < y ? -1 : x > y; }

static Str ids_text(Life *l, const int64_t *ids, size_t n) {
    Buf b = { .max = 30 * PERSON_MAX };
    for (size_t i = 0; i < n; i++) buf_fmt(&b, "%s%lld", i ? "," : "", (long long)ids[i]);
    Str out = arena_str(l->a, buf_view(&b));
    buf_free(&b);
    return out;
}

static bool leavers_check(Life *l, const int64_t *ids, size_t n, Err *e) {
    LifeMember *m;
    for (size_t i = 0; i < n; i++) {
        if (i && ids[i] == ids[i - 1]) return fail(e, BAD_INPUT, "Person %lld is named twice.", (long long)ids[i]);
        if (!life_member_find(l, ids[i], &m, e)) return false;
    }
    return n < life_present_n(l) || fail(e, BAD_INPUT, "Somebody must stay: when all go, it is a move and not a split.");
}

// A grown woman, else who is grown, else the first.
static int64_t payee_of(const Life *l, const int64_t *ids, size_t n) {
    Date grown = date_born_by(l->act->on, 18);
    int64_t best = ids[0];
    int best_rank = 3;
    for (size_t i = 0; i < n; i++) {
        const LifeMember *m = life_member_any(l, ids[i]);
        bool is_grown = date_is_known(m->born_on) && m->born_on.days <= grown.days;
        int rank = !is_grown ? 2 : str_eq(m->sex, STR("P")) ? 0 : 1;
        if (rank < best_rank) { best_rank = rank; best = ids[i]; }
    }
    return best;
}

static bool split_write(Life *l, const LifeSplit *s, const int64_t *ids, size_t n, Making *m, Err *e) {
    bool takes_payee = false;
    if (!family_open(l, m, e)) return false;
    for (size_t i = 0; i < n; i++) {
        takes_payee = takes_payee || ids[i] == l->f.payee_id;
        if (!person_follow(l, m, ids[i], e) ||
            !life_person_gone(l->db, (LifePersonGoneArgs){ .kab = m->kab, .family_id = m->from_family_id, .id = ids[i], .is_gone = true }, NULL, e)) return false;
    }
    if (takes_payee && !life_payee_set(l, m->kab, m->from_family_id, 0, e)) return false;
    NumberPlace to = { m->kab, m->family_id, 0 };
    if (s->kk.n && !life_number_change(l->db, NUMBER_KK, to, s->kk, e)) return false;
    LifeFact gone = { .kind = LIFE_SPLIT, .other_kab = m->kab, .other_family_id = m->family_id, .new_value = ids_text(l, ids, n),
                      .fields = { AUDIT_COUNT("new_family_id", m->family_id), AUDIT_COUNT("person_n", (int64_t)n) } };
    if (takes_payee) gone.fields[2] = (AuditField)AUDIT_CHANGE("payee_id", l->f.payee_id, INT64_MIN);
    LifeFact joined = { .kind = LIFE_JOINED, .other_kab = m->kab, .other_family_id = m->from_family_id, .new_value = m->status,
                        .fields = { AUDIT_COUNT("from_family_id", m->from_family_id), AUDIT_TEXT("channel", m->channel) } };
    int64_t joined_n;
    LifeCompanionRow companion;
    bool found;
    LifeCompanionArgs of = { .kab = m->kab, .id = m->from_family_id, .see_on = l->act->on };
    if (!life_companion(l->db, of, &companion, &found, e)) return false;
    LifeFamilyCompanionArgs same = { .kab = m->kab, .id = m->family_id, .companion_id = companion.companion_id };
    l->r.other_kab = m->kab;
    l->r.other_family_id = m->family_id;
    l->r.has_no_payee = takes_payee;
    return life_payee_set(l, m->kab, m->family_id, m->payee_id, e) && life_fact(l, &gone, e) && life_fact_of(l, m->kab, m->family_id, &joined, &joined_n, e) &&
           (companion.companion_id <= 0 || life_family_companion(l->db, same, NULL, e)) &&
           life_refresh(l, m->kab, m->family_id, e);
}

// The same split, told before.
static bool split_same(Life *l, const int64_t *ids, size_t n, bool *is_same, Err *e) {
    LifeEventSameRow same;
    bool found;
    if (!life_same(l, LIFE_SPLIT, 0, &same, &found, e)) return false;
    *is_same = found && same.happened_on.days == l->act->on.days && str_eq(same.new_value, ids_text(l, ids, n));
    if (*is_same) { l->r.other_kab = same.other_kab_id; l->r.other_family_id = same.other_family_id; return life_was_there(l, same.n); }
    return true;
}

static bool split_work(Life *l, const void *what, Err *e) {
    const LifeSplit *s = what;
    bool is_same;
    if (s->person_n == 0 || s->person_n > PERSON_MAX) return fail(e, BAD_INPUT, "Say who leaves the family.");
    int64_t *ids = NEW(l->a, int64_t, s->person_n);
    memcpy(ids, s->person_ids, s->person_n * sizeof *ids);
    qsort(ids, s->person_n, sizeof *ids, by_id);
    if (!split_same(l, ids, s->person_n, &is_same, e)) return false;
    if (is_same) return true;
    if (!leavers_check(l, ids, s->person_n, e)) return false;
    IdentityFault fault = s->kk.n ? kk_check(s->kk) : IDENTITY_OK;
    if (fault != IDENTITY_OK) return fail(e, BAD_INPUT, "The KK %s.", identity_fault_text(fault));
    Making m = { .from_kab = l->act->kab, .from_family_id = l->act->family_id, .kab = l->act->kab, .place = s->place, .channel = STR("POS"), .status = STR("suspended"),
                 .takes_numbers = true, .old_payee_id = s->payee_id ? s->payee_id : payee_of(l, ids, s->person_n) };
    if (!bsearch(&m.old_payee_id, ids, s->person_n, sizeof *ids, by_id)) return fail(e, BAD_INPUT, "The payee of the new family must be one of those who leave.");
    if (m.place.village_id == 0) m.place = (LifePlace){ l->f.village_id, l->f.address, l->f.hamlet, l->f.rt, l->f.rw };
    return place_read(l, m.kab, &m.place, e) && split_write(l, s, ids, s->person_n, &m, e);
}

bool life_split(Db *db, const LifeAct *act, const LifeSplit *split, LifeResult *out, Err *e) { return life_do(db, act, LIFE_OF_OPEN, split_work, split, out, e); }

// ---- what follows from the calendar --------------------------------------------------------------------------------------------------
typedef struct { int64_t kab, actor_id; Date day; Instant at; int64_t settled_n; } Settling;
typedef struct { int64_t family_id, person_id, n, pregnancy_n; Date until; bool is_gone; } Mother;

static bool mothers_read(Db *db, Arena *a, const Settling *s, Mother **out, size_t *n, Err *e) {
    LifePregnancyUnsettledRows rows = { 0 };
    LifePregnancyUnsettledRow row;
    size_t room = 64, count = 0;
    Mother *list = NEW(a, Mother, room);
    bool has_row, is_good = life_pregnancy_unsettled(db, (LifePregnancyUnsettledArgs){ .kab = s->kab, .day_on = s->day }, &rows, e);
    while (is_good && (is_good = life_pregnancy_unsettled_next(&rows, &row, &has_row, e)) && has_row) {
        if (count == room) {
            Mother *more = NEW(a, Mother, room *= 2);
            memcpy(more, list, count * sizeof *list);
            list = more;
        }
        list[count++] = (Mother){ row.family_id, row.person_id, row.n, row.pregnancy_n, row.counts_until_on, row.is_gone };
    }
    life_pregnancy_unsettled_end(&rows);
    *out = list;
    *n = count;
    return is_good;
}

static bool mother_settle(Db *db, Arena *a, const Settling *s, const Mother *m, Err *e) {
    LifeEventLastRow last;
    bool found;
    LifePregnancySettleArgs done = { .kab = s->kab, .family_id = m->family_id, .person_id = m->person_id, .n = m->n };
    if (!life_pregnancy_settle(db, done, NULL, e)) return false;
    if (m->is_gone || m->pregnancy_n == 0) return true;
    if (!life_event_last(db, (LifeEventLastArgs){ .kab = s->kab, .family_id = m->family_id }, &last, &found, e)) return false;
    LifeEventInsertArgs row = { .kab = s->kab, .family_id = m->family_id, .n = last.last_n + 1, .kind = str_c(life_kind_name(LIFE_POSTPARTUM_END)),
        .happened_on = { m->until.days + 1 }, .person_id = m->person_id, .old_value = arena_fmt(a, "%lld", (long long)m->pregnancy_n), .new_value = STR("0"),
        .other_kab_id = INT64_MIN, .other_family_id = INT64_MIN, .other_person_id = INT64_MIN, .corrects_n = INT64_MIN, .actor_id = s->actor_id, .recorded_at = s->at };
    LifePersonPregnancyArgs none = { .kab = s->kab, .family_id = m->family_id, .id = m->person_id, .pregnancy_n = 0 };
    return life_event_insert(db, row, NULL, e) && life_person_pregnancy(db, none, NULL, e);
}

static bool settle_try(Db *db, Arena *a, Settling *s, Err *e) {
    Mother *list;
    size_t n;
    s->settled_n = 0;
    if (!mothers_read(db, a, s, &list, &n, e)) return false;
    for (size_t i = 0; i < n; i++) {
        if (!mother_settle(db, a, s, &list[i], e)) return false;
        s->settled_n += !list[i].is_gone && list[i].pregnancy_n > 0;
    }
    for (size_t i = 0; i < n;) {                           // packs of neighbouring families are made once
        size_t end = i + 1;
        while (end < n && list[end].family_id - list[end - 1].family_id <= PACK_FAMILIES) end++;
        if (!pack_refresh(db, s->kab, list[i].family_id, list[end - 1].family_id, NULL, e)) return false;
        i = end;
    }
    AuditEntry entry = { .kab = s->kab, .actor_id = s->actor_id, .action = "registry.life_settle", .subject = life_day(a, s->day), .at = s->at,
                         .fields = { AUDIT_COUNT("mother_n", s->settled_n) } };
    return n == 0 || audit_write(db, &entry, e);
}

static bool settle_work(Db *db, void *with, Err *e) {
    Arena arena = { 0 };
    bool is_good = settle_try(db, &arena, with, e);
    arena_free(&arena);
    return is_good;
}

bool life_settle(Db *db, int64_t kab, Date day, int64_t actor_id, Instant at, int64_t *settled_n, Err *e) {
    Settling s = { .kab = kab, .actor_id = actor_id, .day = day, .at = at };
    bool is_good = db_in_transaction(db) ? settle_work(db, &s, e) : change_do(db, settle_work, &s, e);
    if (is_good) *settled_n = s.settled_n;
    return is_good;
}
