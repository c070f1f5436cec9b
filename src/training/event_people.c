// event_people.c: who is called to a training, what stands against it, and the signature under the letter that calls them.
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "training/event.h"
#include "training_event.sql.h"

bool training_people(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, TrainingPerson **out, size_t *n, Err *e) {
    TrainingPersonsRows rows = { 0 };
    TrainingPersonsRow row;
    TrainingPerson *list = NEW(a, TrainingPerson, TRAINING_PEOPLE_MAX);
    size_t found_n = 0;
    bool has_row, is_good = training_persons(db, (TrainingPersonsArgs){ .kab = kab, .event_id = id, SEE(sight) }, &rows, e);
    while (is_good && (is_good = training_persons_next(&rows, &row, &has_row, e)) && has_row && found_n < TRAINING_PEOPLE_MAX)
        list[found_n++] = (TrainingPerson){ row.companion_id, row.user_id == INT64_MIN ? 0 : row.user_id, db_keep(a, row.name), row.is_coordinator, str_eq(row.way, STR("walk_in")) };
    training_persons_end(&rows);
    if (!is_good) return false;
    *out = list;
    *n = found_n;
    return true;
}

// ---- calling -------------------------------------------------------------------------------------------------------------
typedef struct { Arena *a; const TrainingAct *act; const int64_t *ids; size_t n; int64_t added_n; } Calling;

static bool companions_read(Db *db, Arena *a, int64_t kab, int64_t **out, size_t *n, Err *e) {
    TrainingAllCompanionsRows rows = { 0 };
    TrainingAllCompanionsRow row;
    *out = NEW(a, int64_t, TRAINING_PEOPLE_MAX);
    *n = 0;
    bool has_row, is_good = training_all_companions(db, (TrainingAllCompanionsArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = training_all_companions_next(&rows, &row, &has_row, e)) && has_row && *n < TRAINING_PEOPLE_MAX) (*out)[(*n)++] = row.id;
    training_all_companions_end(&rows);
    return is_good;
}

static bool is_among(const int64_t *ids, size_t n, int64_t id) {
    for (size_t i = 0; i < n; i++) if (ids[i] == id) return true;
    return false;
}

static bool call_work(Db *db, void *with, Err *e) {
    Calling *x = with;
    Training t;
    int64_t *all, changed_n, added_n = 0;
    size_t all_n;
    if (!training_of_act(db, x->a, x->act, 1u << TRAINING_PLAN | 1u << TRAINING_CALLED, &t, e) || !companions_read(db, x->a, t.kab, &all, &all_n, e)) return false;
    const int64_t *ids = x->ids ? x->ids : all;
    size_t n = x->ids ? x->n : all_n;
    Str way = t.state == TRAINING_PLAN ? STR("called") : STR("walk_in");
    for (size_t i = 0; i < n; i++) {
        if (!is_among(all, all_n, ids[i])) return fail(e, BAD_INPUT, "There is no companion number %lld in district %lld.", (long long)ids[i], (long long)t.kab);
        TrainingPersonPutArgs put = { .kab = t.kab, .event_id = t.id, .companion_id = ids[i], .way = way, .actor_id = x->act->actor->user_id, .added_at = x->act->now };
        if (!training_person_put(db, put, &changed_n, e)) return false;
        added_n += changed_n;
    }
    if (t.people_n + added_n > t.facts.quota_n)
        return fail(e, CONFLICT, "There is room for %lld, and these would be %lld. Raise the number of places, or call fewer.", (long long)t.facts.quota_n, (long long)(t.people_n + added_n));
    x->added_n = added_n;
    if (!added_n) return true;
    return training_touch(db, (TrainingTouchArgs){ .kab = t.kab, .id = t.id, .state = str_c(training_state_name(t.state)) }, NULL, e) &&
           training_record(db, x->a, x->act, "training.call", "added_n", added_n, e);
}

bool training_call(Db *db, Arena *a, const TrainingAct *act, const int64_t *companion_ids, size_t n, int64_t *added_n, Err *e) {
    Calling x = { .a = a, .act = act, .ids = companion_ids, .n = n };
    if (!change_do(db, call_work, &x, e)) return false;
    *added_n = x.added_n;
    return true;
}

static bool uncall_work(Db *db, void *with, Err *e) {
    Calling *x = with;
    Training t;
    int64_t changed_n;
    if (!training_of_act(db, x->a, x->act, 1u << TRAINING_PLAN, &t, e) ||
        !training_person_drop(db, (TrainingPersonDropArgs){ .kab = t.kab, .event_id = t.id, .companion_id = x->ids[0] }, &changed_n, e)) return false;
    return changed_n == 0 || (training_touch(db, (TrainingTouchArgs){ .kab = t.kab, .id = t.id, .state = STR("plan") }, NULL, e) &&
                              training_record(db, x->a, x->act, "training.uncall", "companion_id", x->ids[0], e));
}

bool training_uncall(Db *db, Arena *a, const TrainingAct *act, int64_t companion_id, Err *e) { return change_do(db, uncall_work, &(Calling){ .a = a, .act = act, .ids = &companion_id, .n = 1 }, e); }

// ---- what stands against it ------------------------------------------------------------------------------------------------
static bool others_read(Db *db, Arena *a, int64_t kab, int64_t id, TrainingClash *list, size_t *n, Err *e) {
    TrainingOtherEventsRows rows = { 0 };
    TrainingOtherEventsRow row;
    bool has_row, is_good = training_other_events(db, (TrainingOtherEventsArgs){ .kab = kab, .event_id = id }, &rows, e);
    while (is_good && (is_good = training_other_events_next(&rows, &row, &has_row, e)) && has_row && *n < TRAINING_PEOPLE_MAX)
        list[(*n)++] = (TrainingClash){ row.companion_id, row.id, db_keep(a, row.name), db_keep(a, row.title), row.first_on };
    training_other_events_end(&rows);
    return is_good;
}

bool training_clashes(Db *db, Arena *a, int64_t kab, int64_t id, TrainingClash **out, size_t *n, Err *e) {
    TrainingPayDayClashesRows rows = { 0 };
    TrainingPayDayClashesRow row;
    TrainingClash *list = NEW(a, TrainingClash, TRAINING_PEOPLE_MAX + TRAINING_DAYS_MAX);
    size_t found_n = 0;
    bool has_row, is_good = training_pay_day_clashes(db, (TrainingPayDayClashesArgs){ .kab = kab, .id = id }, &rows, e);
    while (is_good && (is_good = training_pay_day_clashes_next(&rows, &row, &has_row, e)) && has_row && found_n < TRAINING_DAYS_MAX)
        list[found_n++] = (TrainingClash){ .title = db_keep(a, row.title), .day = row.day_on };
    training_pay_day_clashes_end(&rows);
    if (!is_good || !others_read(db, a, kab, id, list, &found_n, e)) return false;
    *out = list;
    *n = found_n;
    return true;
}

bool training_pay_days(Db *db, Arena *a, int64_t kab, Date from_on, TrainingPayDay **out, size_t *n, Err *e) {
    TrainingPayDayRowsRows rows = { 0 };
    TrainingPayDayRowsRow row;
    *out = NEW(a, TrainingPayDay, TRAINING_PEOPLE_MAX);
    *n = 0;
    bool has_row, is_good = training_pay_day_rows(db, (TrainingPayDayRowsArgs){ .kab = kab, .from_on = from_on }, &rows, e);
    while (is_good && (is_good = training_pay_day_rows_next(&rows, &row, &has_row, e)) && has_row && *n < TRAINING_PEOPLE_MAX)
        (*out)[(*n)++] = (TrainingPayDay){ row.day_on, db_keep(a, row.title) };
    training_pay_day_rows_end(&rows);
    return is_good;
}

typedef struct { Arena *a; const Viewer *actor; int64_t kab; Date day; Str title; Instant now; } PayDay;
static bool pay_day_work(Db *db, void *with, Err *e) {
    const PayDay *x = with;
    if (!authority_require(x->actor, ACTION_TRAIN, x->kab, e)) return false;
    if (!date_is_known(x->day)) return fail(e, BAD_INPUT, "Say which day.");
    if (x->title.n > TRAINING_TEXT_MAX || !str_is_utf8(x->title)) return fail(e, BAD_INPUT, "That is no text.");
    bool is_good = x->title.n ? training_pay_day_set(db, (TrainingPayDaySetArgs){ .kab = x->kab, .day_on = x->day, .title = x->title, .actor_id = x->actor->user_id }, NULL, e)
                              : training_pay_day_drop(db, (TrainingPayDayDropArgs){ .kab = x->kab, .day_on = x->day }, NULL, e);
    TrainingAct act = { x->kab, 0, x->actor, x->now };
    return is_good && training_record(db, x->a, &act, "training.pay_day", "on", x->day.days, e);
}

bool training_pay_day_put(Db *db, Arena *a, const Viewer *actor, int64_t kab, Date day, Str title, Instant now, Err *e) {
    return change_do(db, pay_day_work, &(PayDay){ a, actor, kab, day, title, now }, e);
}

// ---- the letter ------------------------------------------------------------------------------------------------------------
static void text_add(Hasher *h, Str text) {
    int64_t n = (int64_t)text.n;
    hash_add(h, &n, sizeof n);
    hash_add(h, text.p, text.n);
}

// All that the signer is shown: the plan, its sessions and costs, and everybody who is called.
static bool plan_hash(Db *db, Arena *a, int64_t kab, int64_t id, Training *t, Hash *out, Err *e) {
    TrainingPerson *people;
    size_t n;
    Hasher h;
    Sight all = sight_of_program((Date){ 0 });
    if (!training_read(db, a, all, kab, id, t, e) || !training_people(db, a, all, kab, id, &people, &n, e)) return false;
    const TrainingFacts *f = &t->facts;
    const Str texts[] = { f->title, f->purpose, f->place, f->address, f->letter_number, f->signer_name, f->signer_number };
    hash_start(&h);
    hash_add(&h, "harapan training 1", 18);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) text_add(&h, texts[i]);
    hash_add(&h, &(int64_t[]){ kab, id, f->first_on.days, f->last_on.days, f->quota_n, f->jp_least_n, (int64_t)t->session_n, (int64_t)t->cost_n }, 8 * sizeof(int64_t));
    for (size_t i = 0; i < t->session_n; i++) {
        const TrainingSession *s = &t->sessions[i];
        text_add(&h, s->title), text_add(&h, s->trainer), text_add(&h, s->room);
        hash_add(&h, &(int64_t[]){ s->n, s->from_at.ms, s->until_at.ms, s->jp_n }, 4 * sizeof(int64_t));
    }
    for (size_t i = 0; i < t->cost_n; i++) {
        text_add(&h, t->costs[i].title), text_add(&h, t->costs[i].unit);
        hash_add(&h, &(int64_t[]){ t->costs[i].n, t->costs[i].quantity_n, t->costs[i].price.rp }, 3 * sizeof(int64_t));
    }
    for (size_t i = 0; i < n; i++) if (!people[i].is_walk_in) hash_add(&h, &people[i].companion_id, sizeof people[i].companion_id);
    *out = hash_end(&h);
    return true;
}

static bool training_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    Arena a = { 0 };
    Training t = { 0 };
    Err found = { 0 };
    int64_t id;
    *is_there = str_int64(subject, &id) && plan_hash(db, &a, kab, id, &t, out, &found) && t.state == TRAINING_PLAN;
    arena_free(&a);
    return found.code == ERR_NONE || found.code == NOT_FOUND || fail(e, found.code, "%s", found.text);
}

static bool training_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Arena a = { 0 };
    int64_t id = 0, changed_n = 0;
    bool is_good = str_int64(request->subject, &id) || fail(e, CONFLICT, "The request names no training.");
    TrainingAct act = { request->kab, id, signer, now };
    is_good = is_good && training_called(db, (TrainingCalledArgs){ .kab = request->kab, .id = id, .called_on = district_day(request->kab, now) }, &changed_n, e) &&
              (changed_n == 1 || fail(e, CONFLICT, "This training is no plan any more.")) && training_record(db, &a, &act, "training.called", "request_id", request->id, e);
    arena_free(&a);
    return is_good;
}

const ApprovalKind TRAINING_APPROVAL = {
    .name = "training", .title = N_("Assignment letter of a training"), .now = training_now, .finish = training_finish,
    .act = N_("With the signature the letter stands: those who are called see it, and the plan cannot be changed any more."),
};

typedef struct { Arena *a; const TrainingAct *act; ApprovalRequest request; bool is_new; } Asking;

static bool letter_accept(Db *db, Arena *a, const Training *t, Err *e) {
    TrainingClash *clashes;
    size_t n;
    if (!t->session_n) return fail(e, BAD_INPUT, "There is no session yet.");
    if (!t->people_n) return fail(e, BAD_INPUT, "Nobody is called yet.");
    if (!t->facts.letter_number.n || !t->facts.signer_name.n) return fail(e, BAD_INPUT, "Write the number of the letter and the name of who signs it.");
    if (!training_clashes(db, a, t->kab, t->id, &clashes, &n, e)) return false;
    for (size_t i = 0; i < n; i++)
        if (clashes[i].companion_id) return fail(e, CONFLICT, "%.*s is called to \"%.*s\" on these days.", STR_ARG(clashes[i].name), STR_ARG(clashes[i].title));
    return true;
}

static bool ask_work(Db *db, void *with, Err *e) {
    Asking *x = with;
    Training t;
    Hash hash;
    int64_t changed_n;
    if (!training_of_act(db, x->a, x->act, 1u << TRAINING_PLAN, &t, e) || !letter_accept(db, x->a, &t, e) || !plan_hash(db, x->a, t.kab, t.id, &t, &hash, e)) return false;
    ApprovalAsk ask = { .kab = t.kab, .subject = arena_fmt(x->a, "%lld", (long long)t.id), .seen_hash = hash, .amount = t.budget, .due_on = DATE_NONE,
                        .link = arena_fmt(x->a, "/training/%lld/%lld", (long long)t.kab, (long long)t.id) };
    return approval_ask(db, x->a, x->act->actor, &TRAINING_APPROVAL, &ask, x->act->now, &x->request, &x->is_new, e) &&
           training_asked(db, (TrainingAskedArgs){ .kab = t.kab, .id = t.id, .request_id = x->request.id }, &changed_n, e);
}

bool training_ask(Db *db, Arena *a, const TrainingAct *act, ApprovalRequest *out, bool *is_new, Err *e) {
    Asking x = { .a = a, .act = act };
    if (!change_do(db, ask_work, &x, e)) return false;
    *out = x.request;
    *is_new = x.is_new;
    return true;
}
