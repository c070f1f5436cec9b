// day.c: see day.h.
#include "training/day.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "training/code.h"
#include "training/list_in.h"
#include "training_day.sql.h"
#include "training_event.sql.h"
#include <stdio.h>

#define ATTENDANCE_MAX (TRAINING_PEOPLE_MAX * TRAINING_SESSIONS_MAX)
#define GOODS_MAX 100                  // kinds and sizes
#define SIGNATURE_MAX 4000             // bytes of strokes

static const struct { const char *name, *title; } WAYS[] = { [CHECK_SELF] = { "self", N_("by the code of the session") }, [CHECK_DESK] = { "desk", N_("at the door") }, [CHECK_LIST] = { "list", N_("from the paper list") } };
const char *check_way_title(CheckWay way) { return tr(WAYS[way].title); }

bool training_person_code(Db *db, Arena *a, int64_t kab, int64_t id, int64_t companion_id, Str *out, Err *e) {
    return training_code(db, a, "door", arena_fmt(a, "%lld %lld %lld", (long long)kab, (long long)id, (long long)companion_id), CODE_SHORT, out, e);
}

bool training_session_code(Db *db, Arena *a, int64_t kab, int64_t id, int64_t session_n, Str *out, Err *e) {
    return training_code(db, a, "session", arena_fmt(a, "%lld %lld %lld", (long long)kab, (long long)id, (long long)session_n), CODE_SHORT, out, e);
}

// ---- which session ---------------------------------------------------------------------------------------------------------
static bool runs(const TrainingSession *s, Instant now) { return now.ms >= s->from_at.ms - TRAINING_EARLY_MS && now.ms < s->until_at.ms; }

const TrainingSession *training_session_at(const Training *t, Instant now) {
    const TrainingSession *early = NULL;
    for (size_t i = 0; i < t->session_n; i++) {
        const TrainingSession *s = &t->sessions[i];
        if (now.ms >= s->from_at.ms && now.ms < s->until_at.ms) return s;
        if (!early && now.ms < s->from_at.ms) early = s;
    }
    return early ? early : t->session_n ? &t->sessions[t->session_n - 1] : NULL;
}

static const TrainingSession *session_of(const Training *t, int64_t n) {
    for (size_t i = 0; i < t->session_n; i++) if (t->sessions[i].n == n) return &t->sessions[i];
    return NULL;
}

int64_t training_jp(const Training *t, const Attendance *list, size_t n, int64_t companion_id) {
    int64_t jp_n = 0;
    for (size_t i = 0; i < n; i++) {
        const TrainingSession *s = list[i].companion_id == companion_id ? session_of(t, list[i].session_n) : NULL;
        if (s) jp_n += s->jp_n;
    }
    return jp_n;
}

bool training_attendance(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Attendance **out, size_t *n, Err *e) {
    TrainingChecksRows rows = { 0 };
    TrainingChecksRow row;
    size_t cap = 256, found_n = 0;
    Attendance *list = NEW(a, Attendance, cap);
    bool has_row, is_good = training_checks(db, (TrainingChecksArgs){ .kab = kab, .event_id = id, SEE(sight) }, &rows, e);
    while (is_good && (is_good = training_checks_next(&rows, &row, &has_row, e)) && has_row && found_n < ATTENDANCE_MAX) {
        if (found_n == cap) {
            Attendance *more = NEW(a, Attendance, cap * 2);
            memcpy(more, list, cap * sizeof *list);
            list = more;
            cap *= 2;
        }
        CheckWay way = CHECK_SELF;
        while (way < CHECK_LIST && !str_eq(row.way, str_c(WAYS[way].name))) way++;
        list[found_n++] = (Attendance){ row.session_n, row.companion_id, way, row.checked_at };
    }
    training_checks_end(&rows);
    if (!is_good) return false;
    *out = list;
    *n = found_n;
    return true;
}

// ---- checking in -----------------------------------------------------------------------------------------------------------
typedef struct { Arena *a; const TrainingAct *act; const CheckIn *what; CheckedIn out; } Checking;

// Of one who is called himself, or of an officer.
static bool day_open(Db *db, Arena *a, const TrainingAct *act, bool is_self, Training *t, TrainingPerson **people, size_t *n, Err *e) {
    Sight sight = authority_sight(act->actor, district_day(act->kab, act->now));
    if (!is_self) return training_of_act(db, a, act, 1u << TRAINING_CALLED, t, e) && training_people(db, a, sight, act->kab, act->id, people, n, e);
    if (!training_read(db, a, sight, act->kab, act->id, t, e) || !training_people(db, a, sight, act->kab, act->id, people, n, e)) return false;
    return t->state == TRAINING_CALLED || fail(e, CONFLICT, "This training is in the state \"%s\": that cannot be done any more, or not yet.", training_state_title(t->state));
}

static bool session_choose(Arena *a, const Training *t, const CheckIn *c, Instant now, const TrainingSession **out, Err *e) {
    const TrainingSession *right = training_session_at(t, now), *s = c->session_n ? session_of(t, c->session_n) : right;
    if (!s) return fail(e, NOT_FOUND, "There is no such session.");
    *out = s;
    if (c->way == CHECK_LIST) return now.ms >= s->from_at.ms || fail(e, CONFLICT, "Session %lld has not begun yet.", (long long)s->n);
    if (runs(s, now)) return true;
    Str from = training_hour(a, t->kab, s->from_at), other = right ? training_hour(a, t->kab, right->from_at) : STR("");
    if (right && right != s && runs(right, now))
        return fail(e, CONFLICT, "That is the wrong session: session %lld is at %.*s. Now it is session %lld, \"%.*s\" (%.*s).", (long long)s->n, STR_ARG(from), (long long)right->n,
                    STR_ARG(right->title), STR_ARG(other));
    return fail(e, CONFLICT, "Session %lld is at %.*s: checking in is open from an hour before until its end.", (long long)s->n, STR_ARG(from));
}

static const TrainingPerson *person_find(const TrainingPerson *people, size_t n, int64_t companion_id) {
    for (size_t i = 0; i < n; i++) if (people[i].companion_id == companion_id) return &people[i];
    return NULL;
}

// Who it is: by the code of the person, by choice at the door, or who is signed in.
static bool person_choose(Db *db, Checking *x, const TrainingPerson *people, size_t n, const TrainingPerson **out, Err *e) {
    const CheckIn *c = x->what;
    Str code;
    *out = NULL;
    if (c->way == CHECK_SELF) {
        for (size_t i = 0; i < n; i++) if (people[i].user_id == x->act->actor->user_id) *out = &people[i];
        return *out || fail(e, FORBIDDEN, "You are not called to this training.");
    }
    if (c->code.n && c->way == CHECK_DESK) {
        for (size_t i = 0; i < n && !*out; i++) {
            if (!training_person_code(db, x->a, x->act->kab, x->act->id, people[i].companion_id, &code, e)) return false;
            if (training_code_eq(c->code, code)) *out = &people[i];
        }
        return *out || fail(e, BAD_INPUT, "This code is of nobody in this training. It may be of another one, or mistyped.");
    }
    *out = person_find(people, n, c->companion_id);
    return *out || fail(e, BAD_INPUT, "This person is not of this training. Who came without having been called is added first.");
}

static bool check_put(Db *db, const TrainingAct *act, int64_t session_n, int64_t companion_id, CheckWay way, bool *is_new, Err *e) {
    int64_t changed_n;
    TrainingCheckPutArgs put = { .kab = act->kab, .event_id = act->id, .session_n = session_n, .companion_id = companion_id, .way = str_c(WAYS[way].name),
                                 .actor_id = act->actor->user_id, .checked_at = act->now };
    if (!training_check_put(db, put, &changed_n, e)) return false;
    *is_new = changed_n == 1;
    return true;
}

// A check-in and a closing, or two of them, stand one after the other: the certificates count all that stand.
static bool day_touched(Db *db, Arena *a, const TrainingAct *act, const char *action, const char *key, int64_t value, Err *e) {
    return training_touch(db, (TrainingTouchArgs){ .kab = act->kab, .id = act->id, .state = STR("called") }, NULL, e) && training_record(db, a, act, action, key, value, e);
}

static bool check_work(Db *db, void *with, Err *e) {
    Checking *x = with;
    const CheckIn *c = x->what;
    Training t;
    TrainingPerson *people;
    const TrainingPerson *p;
    const TrainingSession *s;
    Str code;
    size_t n;
    if (!day_open(db, x->a, x->act, c->way == CHECK_SELF, &t, &people, &n, e) || !person_choose(db, x, people, n, &p, e)) return false;
    if (c->way == CHECK_SELF) {
        if (!training_session_code(db, x->a, t.kab, t.id, c->session_n, &code, e)) return false;
        if (!session_of(&t, c->session_n) || !training_code_eq(c->code, code)) return fail(e, BAD_INPUT, "This is not the code of the session. Scan the one on the wall.");
    }
    if (!session_choose(x->a, &t, c, x->act->now, &s, e)) return false;
    x->out = (CheckedIn){ s->n, p->companion_id, p->name, s->title, false };
    if (!check_put(db, x->act, s->n, p->companion_id, c->way, &x->out.is_new, e)) return false;
    return !x->out.is_new || day_touched(db, x->a, x->act, "training.check_in", "companion_id", p->companion_id, e);
}

bool training_check_in(Db *db, Arena *a, const TrainingAct *act, const CheckIn *what, CheckedIn *out, Err *e) {
    Checking x = { .a = a, .act = act, .what = what };
    if (!change_do(db, check_work, &x, e)) return false;
    *out = x.out;
    return true;
}

// ---- from paper ------------------------------------------------------------------------------------------------------------
typedef struct { Arena *a; const TrainingAct *act; int64_t session_n; int fd; int64_t row_n, new_n; } Listing;

static bool list_work(Db *db, void *with, Err *e) {
    Listing *x = with;
    Training t;
    TrainingPerson *people;
    const TrainingSession *s;
    ListRow *rows;
    size_t people_n, n;
    x->new_n = 0;
    if (!day_open(db, x->a, x->act, false, &t, &people, &people_n, e) || !session_choose(x->a, &t, &(CheckIn){ .way = CHECK_LIST, .session_n = x->session_n }, x->act->now, &s, e)) return false;
    if (!list_in(x->a, x->fd, people, people_n, "Hadir|Paraf|Tanda tangan|present", &rows, &n, e)) return false;
    for (size_t i = 0; i < n; i++) {
        static const Str ABSENT[] = { STR("-"), STR("0"), STR("tidak"), STR("t"), STR("no"), STR("x tidak"), STR("absen"), STR("alpa") };
        bool is_new, is_absent = false;
        for (size_t k = 0; k < sizeof ABSENT / sizeof *ABSENT; k++) is_absent |= str_eq_nocase(rows[i].value, ABSENT[k]);
        if (is_absent) continue;
        if (!check_put(db, x->act, s->n, rows[i].companion_id, CHECK_LIST, &is_new, e)) return false;
        x->new_n += is_new;
    }
    x->row_n = (int64_t)n;
    return !x->new_n || day_touched(db, x->a, x->act, "training.check_in_list", "person_n", x->new_n, e);
}

bool training_list_in(Db *db, Arena *a, const TrainingAct *act, int64_t session_n, int fd, int64_t *row_n, int64_t *new_n, Err *e) {
    Listing x = { .a = a, .act = act, .session_n = session_n, .fd = fd };
    if (!change_do(db, list_work, &x, e)) return false;
    *row_n = x.row_n;
    *new_n = x.new_n;
    return true;
}

// ---- goods -----------------------------------------------------------------------------------------------------------------
typedef struct { Arena *a; const TrainingAct *act; Str kind, size, signature; int64_t stock_n, companion_id; bool is_new; } Handing;

static bool stock_work(Db *db, void *with, Err *e) {
    Handing *x = with;
    Training t;
    TrainingGoodsOfRow row;
    bool found;
    if (!training_of_act(db, x->a, x->act, 1u << TRAINING_PLAN | 1u << TRAINING_CALLED, &t, e)) return false;
    if (!x->kind.n || x->kind.n > 60 || x->size.n > 20 || !str_is_utf8(x->kind) || !str_is_utf8(x->size)) return fail(e, BAD_INPUT, "Say what it is and which size.");
    if (x->stock_n < 0 || x->stock_n > 100000) return fail(e, BAD_INPUT, "There are from 0 to 100000 of it.");
    if (!training_goods_of(db, (TrainingGoodsOfArgs){ .kab = t.kab, .event_id = t.id, .kind = x->kind, .size = x->size }, &row, &found, e)) return false;
    if (found && row.given_n > x->stock_n) return fail(e, CONFLICT, "%lld of it were handed over already.", (long long)row.given_n);
    if (found && row.stock_n == x->stock_n) return true;
    return training_goods_put(db, (TrainingGoodsPutArgs){ .kab = t.kab, .event_id = t.id, .kind = x->kind, .size = x->size, .stock_n = x->stock_n }, NULL, e) &&
           training_record(db, x->a, x->act, "training.stock", "stock_n", x->stock_n, e);
}

bool training_stock_put(Db *db, Arena *a, const TrainingAct *act, Str kind, Str size, int64_t stock_n, Err *e) {
    return change_do(db, stock_work, &(Handing){ .a = a, .act = act, .kind = kind, .size = training_text(size), .stock_n = stock_n }, e);
}

static bool hand_work(Db *db, void *with, Err *e) {
    Handing *x = with;
    Training t;
    TrainingPerson *people;
    TrainingHandoverOfRow before;
    size_t n;
    int64_t changed_n;
    bool found;
    x->is_new = false;
    if (!day_open(db, x->a, x->act, false, &t, &people, &n, e)) return false;
    if (!person_find(people, n, x->companion_id)) return fail(e, BAD_INPUT, "This person is not of this training. Who came without having been called is added first.");
    if (x->signature.n > SIGNATURE_MAX) return fail(e, LIMIT, "The signature is too long. Sign once more, in fewer strokes.");
    if (!training_handover_of(db, x->a, (TrainingHandoverOfArgs){ .kab = t.kab, .event_id = t.id, .kind = x->kind, .companion_id = x->companion_id }, &before, &found, e)) return false;
    if (found) return str_eq(before.size, x->size) || fail(e, CONFLICT, "This person has one already, of the size %.*s.", STR_ARG(before.size));
    if (!training_goods_take(db, (TrainingGoodsTakeArgs){ .kab = t.kab, .event_id = t.id, .kind = x->kind, .size = x->size }, &changed_n, e)) return false;
    if (!changed_n) return fail(e, CONFLICT, "There is none left of the size %.*s: the last one has gone. Offer another size, or note that it is still owed.", STR_ARG(x->size));
    x->is_new = true;
    TrainingHandoverPutArgs put = { .kab = t.kab, .event_id = t.id, .kind = x->kind, .companion_id = x->companion_id, .size = x->size, .signature = training_text(x->signature),
                                    .actor_id = x->act->actor->user_id, .given_at = x->act->now };
    return training_handover_put(db, put, NULL, e) && training_record(db, x->a, x->act, "training.hand_over", "companion_id", x->companion_id, e);
}

bool training_hand_over(Db *db, Arena *a, const TrainingAct *act, int64_t companion_id, Str kind, Str size, Str signature, bool *is_new, Err *e) {
    Handing x = { .a = a, .act = act, .kind = training_text(kind), .size = training_text(size), .signature = signature, .companion_id = companion_id };
    if (!change_do(db, hand_work, &x, e)) return false;
    *is_new = x.is_new;
    return true;
}

bool training_goods(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Goods **out, size_t *n, Err *e) {
    TrainingGoodsRowsRows rows = { 0 };
    TrainingGoodsRowsRow row;
    Goods *list = NEW(a, Goods, GOODS_MAX);
    size_t found_n = 0;
    bool has_row, is_good = training_goods_rows(db, (TrainingGoodsRowsArgs){ .kab = kab, .event_id = id, SEE(sight) }, &rows, e);
    while (is_good && (is_good = training_goods_rows_next(&rows, &row, &has_row, e)) && has_row && found_n < GOODS_MAX)
        list[found_n++] = (Goods){ db_keep(a, row.kind), db_keep(a, row.size), row.stock_n, row.given_n };
    training_goods_rows_end(&rows);
    if (!is_good) return false;
    *out = list;
    *n = found_n;
    return true;
}

bool training_handed_over(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, HandedOver **out, size_t *n, Err *e) {
    TrainingHandoversRows rows = { 0 };
    TrainingHandoversRow row;
    const size_t most = 10 * TRAINING_PEOPLE_MAX;          // kinds: vest, kit, bag …
    HandedOver *list = NEW(a, HandedOver, most);
    size_t found_n = 0;
    bool has_row, is_good = training_handovers(db, (TrainingHandoversArgs){ .kab = kab, .event_id = id, SEE(sight) }, &rows, e);
    while (is_good && (is_good = training_handovers_next(&rows, &row, &has_row, e)) && has_row && found_n < most)
        list[found_n++] = (HandedOver){ row.companion_id, db_keep(a, row.kind), db_keep(a, row.size), db_keep(a, row.name), db_keep(a, row.signature), row.given_at };
    training_handovers_end(&rows);
    if (!is_good) return false;
    *out = list;
    *n = found_n;
    return true;
}
