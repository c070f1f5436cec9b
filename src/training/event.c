// event.c: see event.h. The plan of a training and what is read of it; who is called and the letter stand in event_people.c.
#include "training/event.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "office/keyring.h"
#include "training_event.sql.h"

static const struct { const char *name, *title; } STATES[TRAINING_STATES_N] = {
    [TRAINING_PLAN] = { "plan", N_("Planned") }, [TRAINING_CALLED] = { "called", N_("Called") }, [TRAINING_CLOSED] = { "closed", N_("Closed") },
    [TRAINING_CANCELLED] = { "cancelled", N_("Cancelled") },
};
const char *training_state_title(TrainingState state) { return tr(STATES[state].title); }
const char *training_state_name(TrainingState state) { return STATES[state].name; }

static TrainingState state_of(Str name) {
    for (TrainingState s = 0; s < TRAINING_STATES_N; s++) if (str_eq(name, str_c(STATES[s].name))) return s;
    return TRAINING_CANCELLED;
}

// ---- times ---------------------------------------------------------------------------------------------------------------
#define DAY_MS INT64_C(86400000)
#define MINUTE_MS INT64_C(60000)

bool training_time(int64_t kab, Date day, Str hour, Instant *out, Err *e) {
    Str minutes = hour;
    char mark = memchr(hour.p ? hour.p : "", ':', hour.n) ? ':' : '.';
    int64_t h = 0, m = 0;
    Str hours = str_cut(&minutes, mark);
    if (!date_is_known(day) || !str_is_digits(hours) || !str_int64(hours, &h) || (minutes.p && (!str_is_digits(minutes) || !str_int64(minutes, &m))) || h > 23 || m > 59)
        return fail(e, BAD_INPUT, "\"%.*s\" is no time: write 08.30.", STR_ARG(hour));
    *out = (Instant){ day.days * DAY_MS + (h * 60 + m - district_minutes(kab)) * MINUTE_MS };
    return true;
}

Str training_hour(Arena *a, int64_t kab, Instant at) {
    int64_t minutes = (at.ms - ((int64_t)district_day(kab, at).days * DAY_MS - district_minutes(kab) * MINUTE_MS)) / MINUTE_MS;
    return arena_fmt(a, "%02d.%02d", (int)(minutes / 60), (int)(minutes % 60));
}

Str training_days_text(Arena *a, Date first_on, Date last_on) {
    static const char *const DAYS[] = { N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"), N_("Monday"), N_("Tuesday"), N_("Wednesday") };
    Buf first = { .max = 100 }, last = { .max = 100 };
    date_put_local(&first, first_on);
    date_put_local(&last, last_on);
    Str out = first_on.days == last_on.days ? arena_fmt(a, "%s, %.*s", tr(DAYS[((first_on.days % 7) + 7) % 7]), STR_ARG(buf_view(&first)))
                                            : arena_fmt(a, _("%.*s to %.*s"), STR_ARG(buf_view(&first)), STR_ARG(buf_view(&last)));
    buf_free(&first), buf_free(&last);
    return out;
}

// ---- reading -------------------------------------------------------------------------------------------------------------
static bool sessions_read(Db *db, Arena *a, Training *t, Err *e) {
    TrainingSessionsRows rows = { 0 };
    TrainingSessionsRow row;
    t->sessions = NEW(a, TrainingSession, TRAINING_SESSIONS_MAX);
    bool has_row, is_good = training_sessions(db, (TrainingSessionsArgs){ .kab = t->kab, .event_id = t->id }, &rows, e);
    while (is_good && (is_good = training_sessions_next(&rows, &row, &has_row, e)) && has_row && t->session_n < TRAINING_SESSIONS_MAX) {
        t->sessions[t->session_n++] = (TrainingSession){ row.n, row.jp_n, db_keep(a, row.title), db_keep(a, row.trainer), db_keep(a, row.room), row.from_at, row.until_at };
        t->jp_n += row.jp_n;
    }
    training_sessions_end(&rows);
    return is_good;
}

static bool costs_read(Db *db, Arena *a, Training *t, Err *e) {
    TrainingCostsRows rows = { 0 };
    TrainingCostsRow row;
    t->costs = NEW(a, TrainingCost, TRAINING_LINES_MAX);
    bool has_row, is_good = training_costs(db, (TrainingCostsArgs){ .kab = t->kab, .event_id = t->id }, &rows, e);
    while (is_good && (is_good = training_costs_next(&rows, &row, &has_row, e)) && has_row && t->cost_n < TRAINING_LINES_MAX) {
        TrainingCost *c = &t->costs[t->cost_n++];
        *c = (TrainingCost){ .n = row.n, .quantity_n = row.quantity_n, .title = db_keep(a, row.title), .unit = db_keep(a, row.unit), .price = row.price_rp };
        is_good = rupiah_times(c->price, c->quantity_n, &c->sum, e) && rupiah_add(t->budget, c->sum, &t->budget, e);
    }
    training_costs_end(&rows);
    return is_good;
}

static bool materials_read(Db *db, Arena *a, Training *t, Err *e) {
    TrainingMaterialsRows rows = { 0 };
    TrainingMaterialsRow row;
    t->materials = NEW(a, TrainingMaterial, TRAINING_LINES_MAX);
    bool has_row, is_good = training_materials(db, (TrainingMaterialsArgs){ .kab = t->kab, .event_id = t->id }, &rows, e);
    while (is_good && (is_good = training_materials_next(&rows, &row, &has_row, e)) && has_row && t->material_n < TRAINING_LINES_MAX)
        t->materials[t->material_n++] = (TrainingMaterial){ row.n, db_keep(a, row.title), db_keep(a, row.place) };
    training_materials_end(&rows);
    return is_good;
}

bool training_read(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Training *out, Err *e) {
    TrainingOneRow row;
    bool found;
    if (!training_one(db, a, (TrainingOneArgs){ .kab = kab, .id = id, SEE(sight) }, &row, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no training with this number.");
    Training t = { .kab = kab, .id = id, .version_n = row.version_n, .request_id = row.request_id == INT64_MIN ? 0 : row.request_id, .made_id = row.made_id, .people_n = row.people_n,
        .facts = { row.title, row.purpose, row.place, row.address, row.letter_number, row.signer_name, row.signer_number, row.first_on, row.last_on, row.quota_n, row.jp_least_n },
        .state = state_of(row.state), .called_on = row.called_on, .closed_at = row.closed_at, .open_test = row.open_test };
    if (!sessions_read(db, a, &t, e) || !costs_read(db, a, &t, e) || !materials_read(db, a, &t, e)) return false;
    *out = t;
    return true;
}

#define LIST_MAX 500                   // trainings of a district: a generation's worth
bool training_list(Db *db, Arena *a, Sight sight, int64_t kab, TrainingEntry **out, size_t *n, Err *e) {
    TrainingRowsRows rows = { 0 };
    TrainingRowsRow row;
    TrainingEntry *list = NEW(a, TrainingEntry, LIST_MAX);
    size_t found_n = 0;
    bool has_row, is_good = training_rows(db, (TrainingRowsArgs){ .kab = kab, SEE(sight) }, &rows, e);
    while (is_good && (is_good = training_rows_next(&rows, &row, &has_row, e)) && has_row && found_n < LIST_MAX)
        list[found_n++] = (TrainingEntry){ row.id, row.people_n, row.quota_n, db_keep(a, row.title), db_keep(a, row.place), row.first_on, row.last_on, state_of(row.state) };
    training_rows_end(&rows);
    if (!is_good) return false;
    *out = list;
    *n = found_n;
    return true;
}

// ---- changing ------------------------------------------------------------------------------------------------------------
bool training_of_act(Db *db, Arena *a, const TrainingAct *act, unsigned states, Training *out, Err *e) {
    Training t;
    if (!authority_require(act->actor, ACTION_TRAIN, act->kab, e)) return false;
    if (!training_read(db, a, authority_sight(act->actor, district_day(act->kab, act->now)), act->kab, act->id, &t, e)) return false;
    if (!(states >> t.state & 1)) return fail(e, CONFLICT, "This training is in the state \"%s\": that cannot be done any more, or not yet.", training_state_title(t.state));
    *out = t;
    return true;
}

bool training_record(Db *db, Arena *a, const TrainingAct *act, const char *action, const char *key, int64_t value, Err *e) {
    AuditEntry entry = { .kab = act->kab, .actor_id = act->actor->user_id, .action = action, .subject = arena_fmt(a, "training %lld", (long long)act->id), .at = act->now,
                         .fields = { AUDIT_COUNT(key, value) } };
    return audit_write(db, &entry, e);
}

static bool is_text(Str text, bool is_needed, const char *what, Err *e) {
    if (is_needed && !text.n) return fail(e, BAD_INPUT, "The %s is missing.", tr(what));
    if (text.n > TRAINING_TEXT_MAX) return fail(e, LIMIT, "The %s is longer than %d letters.", tr(what), TRAINING_TEXT_MAX);
    return str_is_utf8(text) || fail(e, BAD_INPUT, "The %s is no text.", tr(what));
}

static bool facts_accept(const TrainingFacts *f, Err *e) {
    if (!is_text(f->title, true, N_("title"), e) || !is_text(f->purpose, false, N_("purpose"), e) || !is_text(f->place, true, N_("place"), e) ||
        !is_text(f->address, false, N_("address"), e) || !is_text(f->letter_number, false, N_("number of the letter"), e) ||
        !is_text(f->signer_name, false, N_("name of the signer"), e) || !is_text(f->signer_number, false, N_("NIP of the signer"), e)) return false;
    if (!date_is_known(f->first_on) || !date_is_known(f->last_on) || f->last_on.days < f->first_on.days || f->last_on.days - f->first_on.days >= TRAINING_DAYS_MAX)
        return fail(e, BAD_INPUT, "Give the first and the last day, at most %d days apart.", TRAINING_DAYS_MAX);
    if (f->quota_n < 1 || f->quota_n > TRAINING_PEOPLE_MAX) return fail(e, BAD_INPUT, "There is room for 1 to %d people.", TRAINING_PEOPLE_MAX);
    return (f->jp_least_n >= 0 && f->jp_least_n <= 1000) || fail(e, BAD_INPUT, "Learning hours are from 0 to 1000.");
}

typedef struct { Arena *a; const TrainingAct *act; const void *what; int64_t version_n, id; TrainingLine line; } Putting;

static bool facts_insert(Db *db, Putting *x, const TrainingFacts *f, Err *e) {
    TrainingSameRow same;
    TrainingLastRow last;
    bool found;
    const TrainingAct *act = x->act;
    if (!training_same(db, (TrainingSameArgs){ .kab = act->kab, .title = training_text(f->title), .first_on = f->first_on, .made_id = act->actor->user_id }, &same, &found, e)) return false;
    if (found) { x->id = same.id; return true; }           // clicked twice
    if (!training_last(db, (TrainingLastArgs){ .kab = act->kab }, &last, &found, e)) return false;
    x->id = last.last_id + 1;
    TrainingInsertArgs row = { .kab = act->kab, .id = x->id, .title = training_text(f->title), .purpose = training_text(f->purpose), .place = training_text(f->place), .address = training_text(f->address), .first_on = f->first_on, .last_on = f->last_on,
        .quota_n = f->quota_n, .jp_least_n = f->jp_least_n, .letter_number = training_text(f->letter_number), .signer_name = training_text(f->signer_name), .signer_number = training_text(f->signer_number),
        .made_id = act->actor->user_id, .made_at = act->now };
    TrainingAct made = *act;
    Key key;
    made.id = x->id;
    // The key of its codes (code.h) is there before anybody needs one.
    return keyring_make(db, KEYRING_LOOKUP, &key, e) && training_insert(db, row, NULL, e) && training_record(db, x->a, &made, "training.plan", "quota_n", f->quota_n, e);
}

static bool is_same_facts(const TrainingFacts *x, const TrainingFacts *y) {
    return str_eq(x->title, y->title) && str_eq(x->purpose, y->purpose) && str_eq(x->place, y->place) && str_eq(x->address, y->address) && str_eq(x->letter_number, y->letter_number) &&
           str_eq(x->signer_name, y->signer_name) && str_eq(x->signer_number, y->signer_number) && x->first_on.days == y->first_on.days && x->last_on.days == y->last_on.days &&
           x->quota_n == y->quota_n && x->jp_least_n == y->jp_least_n;
}

static bool sessions_fit(const Training *t, const TrainingFacts *f, Err *e) {
    for (size_t i = 0; i < t->session_n; i++) {
        Date day = district_day(t->kab, t->sessions[i].from_at);
        if (day.days < f->first_on.days || day.days > f->last_on.days) return fail(e, CONFLICT, "Session %lld is on another day: move it first.", (long long)t->sessions[i].n);
    }
    return t->people_n <= f->quota_n || fail(e, CONFLICT, "%lld are called already: more than there is room for.", (long long)t->people_n);
}

static bool put_work(Db *db, void *with, Err *e) {
    Putting *x = with;
    const TrainingFacts *f = x->what;
    Training t;
    int64_t changed_n;
    if (!authority_require(x->act->actor, ACTION_TRAIN, x->act->kab, e) || !facts_accept(f, e)) return false;
    if (!x->act->id) return facts_insert(db, x, f, e);
    x->id = x->act->id;
    if (!training_of_act(db, x->a, x->act, 1u << TRAINING_PLAN, &t, e)) return false;
    if (is_same_facts(&t.facts, f)) return true;
    if (t.version_n != x->version_n) return fail(e, CONFLICT, "Somebody else changed this plan since you looked. Load the page again.");
    TrainingSetArgs set = { .kab = t.kab, .id = t.id, .version_n = t.version_n, .title = training_text(f->title), .purpose = training_text(f->purpose), .place = training_text(f->place), .address = training_text(f->address), .first_on = f->first_on,
        .last_on = f->last_on, .quota_n = f->quota_n, .jp_least_n = f->jp_least_n, .letter_number = training_text(f->letter_number), .signer_name = training_text(f->signer_name), .signer_number = training_text(f->signer_number) };
    return sessions_fit(&t, f, e) && training_set(db, set, &changed_n, e) && training_record(db, x->a, x->act, "training.plan", "quota_n", f->quota_n, e);
}

bool training_put(Db *db, Arena *a, const TrainingAct *act, const TrainingFacts *facts, int64_t version_n, int64_t *id, Err *e) {
    Putting x = { .a = a, .act = act, .what = facts, .version_n = version_n };
    if (!change_do(db, put_work, &x, e)) return false;
    *id = x.id;
    return true;
}

// ---- lines: sessions, costs, materials -------------------------------------------------------------------------------------
static bool plan_open(Db *db, Putting *x, Training *t, Err *e) { return training_of_act(db, x->a, x->act, 1u << TRAINING_PLAN, t, e); }

static bool plan_touched(Db *db, const Putting *x, const char *key, int64_t n, Err *e) {
    return training_touch(db, (TrainingTouchArgs){ .kab = x->act->kab, .id = x->act->id, .state = STR("plan") }, NULL, e) && training_record(db, x->a, x->act, "training.plan", key, n, e);
}

static bool session_accept(const Training *t, const TrainingSession *s, Err *e) {
    if (!is_text(s->title, true, N_("title"), e) || !is_text(s->trainer, false, N_("trainer"), e) || !is_text(s->room, false, N_("room"), e)) return false;
    Date day = district_day(t->kab, s->from_at), end = district_day(t->kab, s->until_at);
    if (s->until_at.ms <= s->from_at.ms || end.days != day.days) return fail(e, BAD_INPUT, "A session ends after it begins, on the same day.");
    if (day.days < t->facts.first_on.days || day.days > t->facts.last_on.days) return fail(e, BAD_INPUT, "A session lies within the days of the training.");
    if (s->jp_n < 0 || s->jp_n > 24) return fail(e, BAD_INPUT, "A session has from 0 to 24 learning hours.");
    for (size_t i = 0; i < t->session_n; i++) {
        const TrainingSession *o = &t->sessions[i];
        if (o->n == s->n || o->from_at.ms >= s->until_at.ms || o->until_at.ms <= s->from_at.ms) continue;
        if (str_eq(o->room, s->room)) return fail(e, CONFLICT, "In this room session %lld (%.*s) is at that time.", (long long)o->n, STR_ARG(o->title));
        if (s->trainer.n && str_eq(o->trainer, s->trainer)) return fail(e, CONFLICT, "%.*s teaches session %lld at that time.", STR_ARG(s->trainer), (long long)o->n);
    }
    return true;
}

static bool session_work(Db *db, void *with, Err *e) {
    Putting *x = with;
    TrainingSession s = *(const TrainingSession *)x->what;
    Training t;
    int64_t most = 0;
    bool is_there = false;
    if (!plan_open(db, x, &t, e)) return false;
    for (size_t i = 0; i < t.session_n; i++) {
        const TrainingSession *o = &t.sessions[i];
        if (o->n > most) most = o->n;
        if (!s.n && str_eq(o->title, s.title) && str_eq(o->room, s.room) && o->from_at.ms == s.from_at.ms && o->until_at.ms == s.until_at.ms && o->jp_n == s.jp_n && str_eq(o->trainer, s.trainer)) return true;
        is_there |= o->n == s.n;
    }
    if (s.n && !is_there) return fail(e, NOT_FOUND, "There is no such session.");
    if (!s.n && t.session_n >= TRAINING_SESSIONS_MAX) return fail(e, LIMIT, "A training has at most %d sessions.", TRAINING_SESSIONS_MAX);
    if (!session_accept(&t, &s, e)) return false;
    TrainingSessionSetArgs set = { .kab = t.kab, .event_id = t.id, .n = s.n ? s.n : most + 1, .title = training_text(s.title), .trainer = training_text(s.trainer), .room = training_text(s.room), .from_at = s.from_at,
                                   .until_at = s.until_at, .jp_n = s.jp_n };
    return training_session_set(db, set, NULL, e) && plan_touched(db, x, "session_n", set.n, e);
}

bool training_session_put(Db *db, Arena *a, const TrainingAct *act, const TrainingSession *session, Err *e) { return change_do(db, session_work, &(Putting){ .a = a, .act = act, .what = session }, e); }

static bool cost_work(Db *db, void *with, Err *e) {
    Putting *x = with;
    const TrainingCost *c = x->what;
    Training t;
    Rupiah sum;
    int64_t most = 0;
    if (!plan_open(db, x, &t, e) || !is_text(c->title, true, N_("title"), e) || !is_text(c->unit, true, N_("unit"), e)) return false;
    if (c->quantity_n < 1 || c->price.rp < 0) return fail(e, BAD_INPUT, "Of a cost give how many there are and what one costs.");
    if (t.cost_n >= TRAINING_LINES_MAX && !c->n) return fail(e, LIMIT, "A budget has at most %d lines.", TRAINING_LINES_MAX);
    for (size_t i = 0; i < t.cost_n; i++) {
        const TrainingCost *o = &t.costs[i];
        if (!c->n && str_eq(o->title, c->title) && str_eq(o->unit, c->unit) && o->quantity_n == c->quantity_n && o->price.rp == c->price.rp) return true;
        if (o->n > most) most = o->n;
    }
    TrainingCostSetArgs set = { .kab = t.kab, .event_id = t.id, .n = c->n ? c->n : most + 1, .title = c->title, .unit = c->unit, .quantity_n = c->quantity_n, .price_rp = c->price };
    return rupiah_times(c->price, c->quantity_n, &sum, e) && rupiah_add(t.budget, sum, &sum, e) && training_cost_set(db, set, NULL, e) && plan_touched(db, x, "line_n", set.n, e);
}

bool training_cost_put(Db *db, Arena *a, const TrainingAct *act, const TrainingCost *cost, Err *e) { return change_do(db, cost_work, &(Putting){ .a = a, .act = act, .what = cost }, e); }

static bool material_work(Db *db, void *with, Err *e) {
    Putting *x = with;
    const TrainingMaterial *m = x->what;
    Training t;
    int64_t most = 0;
    if (!plan_open(db, x, &t, e) || !is_text(m->title, true, N_("title"), e) || !is_text(m->place, false, N_("place"), e)) return false;
    if (t.material_n >= TRAINING_LINES_MAX && !m->n) return fail(e, LIMIT, "A training has at most %d materials.", TRAINING_LINES_MAX);
    for (size_t i = 0; i < t.material_n; i++) {
        if (!m->n && str_eq(t.materials[i].title, m->title) && str_eq(t.materials[i].place, m->place)) return true;
        if (t.materials[i].n > most) most = t.materials[i].n;
    }
    TrainingMaterialSetArgs set = { .kab = t.kab, .event_id = t.id, .n = m->n ? m->n : most + 1, .title = m->title, .place = training_text(m->place) };
    return training_material_set(db, set, NULL, e) && plan_touched(db, x, "line_n", set.n, e);
}

bool training_material_put(Db *db, Arena *a, const TrainingAct *act, const TrainingMaterial *material, Err *e) {
    return change_do(db, material_work, &(Putting){ .a = a, .act = act, .what = material }, e);
}

static bool drop_work(Db *db, void *with, Err *e) {
    Putting *x = with;
    Training t;
    int64_t changed_n = 0;
    if (!plan_open(db, x, &t, e)) return false;
    bool is_good = x->line == TRAINING_LINE_SESSION ? training_session_drop(db, (TrainingSessionDropArgs){ .kab = t.kab, .event_id = t.id, .n = x->version_n }, &changed_n, e)
                   : x->line == TRAINING_LINE_COST  ? training_cost_drop(db, (TrainingCostDropArgs){ .kab = t.kab, .event_id = t.id, .n = x->version_n }, &changed_n, e)
                                                    : training_material_drop(db, (TrainingMaterialDropArgs){ .kab = t.kab, .event_id = t.id, .n = x->version_n }, &changed_n, e);
    return is_good && (changed_n == 0 || plan_touched(db, x, "removed_n", x->version_n, e));
}

bool training_line_drop(Db *db, Arena *a, const TrainingAct *act, TrainingLine line, int64_t n, Err *e) {
    return change_do(db, drop_work, &(Putting){ .a = a, .act = act, .line = line, .version_n = n }, e);
}

static bool cancel_work(Db *db, void *with, Err *e) {
    Putting *x = with;
    Training t;
    int64_t changed_n;
    if (!training_of_act(db, x->a, x->act, 1u << TRAINING_PLAN | 1u << TRAINING_CALLED | 1u << TRAINING_CANCELLED, &t, e)) return false;
    if (t.state == TRAINING_CANCELLED) return true;
    return training_cancelled(db, (TrainingCancelledArgs){ .kab = t.kab, .id = t.id }, &changed_n, e) && training_record(db, x->a, x->act, "training.cancel", "people_n", t.people_n, e);
}

bool training_cancel(Db *db, Arena *a, const TrainingAct *act, Err *e) { return change_do(db, cancel_work, &(Putting){ .a = a, .act = act }, e); }

// ---- what must hold --------------------------------------------------------------------------------------------------------
#define EACH(Query, query, id, text) do { \
        Query##Rows rows = { 0 }; \
        Query##Row row; \
        bool has_row, is_good = query(db, &rows, e); \
        while (is_good && (is_good = query##_next(&rows, &row, &has_row, e)) && has_row) violation(v, text, (long long)row.kab, (long long)row.id); \
        query##_end(&rows); \
        if (!is_good) return false; \
    } while (0)

bool training_check(Db *db, Violations *v, Err *e) {
    EACH(TrainingMiscounted, training_miscounted, event_id, N_("Training %lld %lld counts other goods as given than were handed over."));
    EACH(TrainingSheetsOdd, training_sheets_odd, event_id, N_("Training %lld %lld has an answer sheet that does not fit its test."));
    EACH(TrainingUncertain, training_uncertain, n, N_("Certificate %lld %lld says fewer learning hours than it needs, or its training is not closed."));
    return true;
}
