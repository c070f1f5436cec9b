#include "status/family_status.h"
#include "office/district.h"
#include "payment/approve.h"
#include "payment/channel.h"
#include "payment/payment.h"
#include "stage/chunk.h"
#include "stage/drafted.h"
#include "status_family_status.sql.h"

// ---- the table ---------------------------------------------------------------------------------------------------

#define N MONEY_NONE
#define K MONEY_KNOWN
#define U MONEY_UNKNOWN
// What is known of the money in each state, what happens next, and who does it. CHANNEL stands for the bank or the post.
#define WHO_CHANNEL WHO_BANK
static const struct { MoneyKnown expected, ordered, paid, withdrawn; StatusNext next; StatusWho who; } STATES[STATUS_N] = {
    [STATUS_LEFT]         = { N, N, N, N, NEXT_NOTHING,     WHO_NOBODY },
    [STATUS_SUSPENDED]    = { N, N, N, N, NEXT_RETURN,      WHO_COORDINATOR },
    [STATUS_NO_STAGE]     = { U, N, N, N, NEXT_CLOSE,       WHO_OPERATOR },
    [STATUS_NEXT_STAGE]   = { N, N, N, N, NEXT_CLOSE_AGAIN, WHO_OPERATOR },
    [STATUS_CLOSED]       = { U, N, N, N, NEXT_RUN,         WHO_OPERATOR },
    [STATUS_NOT_ELIGIBLE] = { N, N, N, N, NEXT_CONDITION,   WHO_COORDINATOR },
    [STATUS_NOTHING]      = { N, N, N, N, NEXT_COMPONENT,   WHO_COMPANION },
    [STATUS_EXPECTED]     = { K, N, N, N, NEXT_ASK,         WHO_OPERATOR },
    [STATUS_HELD]         = { K, N, N, N, NEXT_HOLD,        WHO_OPERATOR },
    [STATUS_APPROVED]     = { K, N, N, N, NEXT_FILE,        WHO_OPERATOR },
    [STATUS_RESERVED]     = { K, N, N, N, NEXT_HAND_OVER,   WHO_OPERATOR },
    [STATUS_ORDERED]      = { K, K, U, U, NEXT_RESULT,      WHO_CHANNEL },
    [STATUS_PAID]         = { K, K, K, U, NEXT_WITHDRAW,    WHO_FAMILY },
    [STATUS_WITHDRAWN]    = { K, K, K, K, NEXT_NOTHING,     WHO_NOBODY },
    [STATUS_FAILED]       = { K, K, N, N, NEXT_MEND,        WHO_COMPANION },
    [STATUS_FOLLOWED]     = { K, U, U, U, NEXT_LOOK,        WHO_OPERATOR },
};
#undef N
#undef K
#undef U

// As attempts say it (payment, reconciliation). Another word is followed up by a person, never guessed.
static const struct { const char *state; StatusKind kind; } ATTEMPTS[] = {
    { "reserved", STATUS_RESERVED }, { "ordered", STATUS_ORDERED }, { "paid", STATUS_PAID }, { "credited", STATUS_PAID }, { "withdrawn", STATUS_WITHDRAWN }, { "failed", STATUS_FAILED }, { "returned", STATUS_FAILED } };

static StatusKind kind_of_payment(const StageStanding *stage, const StatusFacts *f) {
    switch ((PaymentState)f->payment_state) {
    case PAYMENT_NOTHING: return f->due == DUE_SUSPENDED ? STATUS_SUSPENDED : f->due == DUE_NOT_ELIGIBLE ? STATUS_NOT_ELIGIBLE : STATUS_NOTHING;
    case PAYMENT_EXPECTED: return stage->is_approved ? STATUS_APPROVED : STATUS_EXPECTED;
    case PAYMENT_HELD: return STATUS_HELD;
    case PAYMENT_RESERVED: return STATUS_RESERVED;
    case PAYMENT_ORDERED: return STATUS_ORDERED;
    case PAYMENT_CREDITED: return STATUS_PAID;
    case PAYMENT_WITHDRAWN: return STATUS_WITHDRAWN;
    case PAYMENT_PARTICULAR: break;
    }
    for (size_t i = 0; i < sizeof ATTEMPTS / sizeof *ATTEMPTS; i++) if (str_eq(f->attempt_state, str_c(ATTEMPTS[i].state))) return ATTEMPTS[i].kind;
    return STATUS_FOLLOWED;
}

static StatusKind kind_of(const StageStanding *stage, const StatusFacts *f) {
    bool has_left = str_eq(f->membership, STR("left")), is_suspended = str_eq(f->membership, STR("suspended"));
    if (f->is_in_stage && stage->is_computed) {
        StatusKind kind = kind_of_payment(stage, f);       // money that is under way stays so, whoever left since
        bool is_no_money = STATES[kind].expected == MONEY_NONE;
        return has_left && is_no_money ? STATUS_LEFT : is_suspended && is_no_money ? STATUS_SUSPENDED : kind;
    }
    if (f->is_in_stage) return STATUS_CLOSED;
    return has_left ? STATUS_LEFT : is_suspended ? STATUS_SUSPENDED : stage->is_closed ? STATUS_NEXT_STAGE : STATUS_NO_STAGE;
}

// What is missing comes first as long as it can still stop the money; most urgent first.
static const struct { unsigned bit; StatusNext next; StatusWho who; } GAPS[] = {
    { MISSING_PAYEE, NEXT_NAME_PAYEE, WHO_COMPANION }, { MISSING_PAYEE_GONE, NEXT_NAME_PAYEE, WHO_COMPANION },
    { MISSING_NIK, NEXT_GIVE_NIK, WHO_COMPANION }, { MISSING_ACCOUNT, NEXT_OPEN_ACCOUNT, WHO_OPERATOR } };

static bool is_stopped_by_gaps(StatusKind kind) {
    return kind == STATUS_NO_STAGE || kind == STATUS_NEXT_STAGE || kind == STATUS_CLOSED || kind == STATUS_EXPECTED || kind == STATUS_HELD || kind == STATUS_FAILED;
}

// By when. What only the data can mend has to be in before they are finalised, on the 25th of each month; a step of the stage has a
// few days after the one before it (five working days from the order to pay until the money is there, three months to take it).
#define DATA_DAY 25
typedef enum { FROM_NEVER, FROM_DATA_DAY, FROM_CLOSING, FROM_RUN, FROM_REQUEST, FROM_SIGNATURE, FROM_FILE } TermFrom;
static const struct { TermFrom from; int days; } TERMS[NEXT_N] = {
    [NEXT_NOTHING] = { FROM_NEVER, 0 }, [NEXT_RETURN] = { FROM_DATA_DAY, 0 }, [NEXT_CLOSE] = { FROM_DATA_DAY, 0 }, [NEXT_CLOSE_AGAIN] = { FROM_DATA_DAY, 0 },
    [NEXT_RUN] = { FROM_CLOSING, 1 }, [NEXT_CONDITION] = { FROM_DATA_DAY, 0 }, [NEXT_COMPONENT] = { FROM_DATA_DAY, 0 }, [NEXT_ASK] = { FROM_RUN, 2 },
    [NEXT_SIGN] = { FROM_REQUEST, 0 }, [NEXT_HOLD] = { FROM_SIGNATURE, 7 }, [NEXT_FILE] = { FROM_SIGNATURE, 3 }, [NEXT_HAND_OVER] = { FROM_FILE, 1 },
    [NEXT_RESULT] = { FROM_FILE, 7 }, [NEXT_WITHDRAW] = { FROM_FILE, 90 }, [NEXT_MEND] = { FROM_DATA_DAY, 0 }, [NEXT_LOOK] = { FROM_FILE, 7 },
    [NEXT_NAME_PAYEE] = { FROM_DATA_DAY, 0 }, [NEXT_GIVE_NIK] = { FROM_DATA_DAY, 0 }, [NEXT_OPEN_ACCOUNT] = { FROM_DATA_DAY, 0 },
};

// The next day on which data are finalised, today included.
static Date data_day(Date today) {
    int year, month, day;
    date_split(today, &year, &month, &day);
    if (day > DATA_DAY && ++month > 12) month = 1, year++;
    return date_make(year, month, DATA_DAY);
}

// A step that other means brought about (a payment recorded without a file of ours) has its term from the step before.
static Date due_of(const StageStanding *stage, StatusNext next) {
    const Date from[] = { [FROM_NEVER] = DATE_NONE, [FROM_DATA_DAY] = data_day(stage->today), [FROM_CLOSING] = stage->closed_on, [FROM_RUN] = stage->ran_on, [FROM_REQUEST] = stage->due_on,
                          [FROM_SIGNATURE] = stage->signed_on, [FROM_FILE] = stage->reserved_on };
    int at = (int)TERMS[next].from;
    while (at > (int)FROM_CLOSING && !date_is_known(from[at])) at--;
    return date_is_known(from[at]) ? (Date){ from[at].days + TERMS[next].days } : DATE_NONE;
}

static StatusMoney money_of(MoneyKnown known, Rupiah amount) { return (StatusMoney){ known, known == MONEY_KNOWN ? amount : (Rupiah){ 0 } }; }

void status_judge(const StageStanding *stage, const StatusFacts *f, FamilyStatus *s) {
    s->kind = kind_of(stage, f);
    s->expected = money_of(STATES[s->kind].expected, f->amount);
    s->ordered = money_of(STATES[s->kind].ordered, f->amount);
    s->paid = money_of(STATES[s->kind].paid, f->amount);
    s->withdrawn = money_of(STATES[s->kind].withdrawn, f->amount);
    s->missing = f->missing;
    s->next = STATES[s->kind].next;
    s->who = STATES[s->kind].who;
    if (s->kind == STATUS_EXPECTED && stage->has_request) s->next = NEXT_SIGN, s->who = WHO_APPROVER;
    if (s->who == WHO_CHANNEL && str_eq(s->channel, STR("POS"))) s->who = WHO_POST;
    for (size_t i = 0; is_stopped_by_gaps(s->kind) && i < sizeof GAPS / sizeof *GAPS; i++) {
        if (!(f->missing & GAPS[i].bit)) continue;
        s->next = GAPS[i].next, s->who = GAPS[i].who;
        break;
    }
    s->due_on = due_of(stage, s->next);
}

// ---- the stage ---------------------------------------------------------------------------------------------------

static Date day_of(int64_t kab, Instant at) { return at.ms == INT64_MIN ? DATE_NONE : district_day(kab, at); }

bool stage_standing_read(Db *db, Arena *a, int64_t kab, Str stage, Instant now, StageStanding *out, Err *e) {
    StageStanding s = { .stage = stage, .due_on = DATE_NONE, .closed_on = DATE_NONE, .ran_on = DATE_NONE, .signed_on = DATE_NONE, .reserved_on = DATE_NONE };
    StatusStageStepsRow steps;
    Run run;
    ApproveState state;
    Err none = { 0 };
    bool found = false;
    s.today = district_day(kab, now);
    if (!stage.n) return *out = s, true;
    if (!status_stage_steps(db, (StatusStageStepsArgs){ .kab = kab, .stage = stage }, &steps, &found, e)) return false;
    s.is_closed = found && steps.closing_n > 0;
    if (s.is_closed) s.closed_on = day_of(kab, steps.closed_at), s.ran_on = day_of(kab, steps.ran_at), s.reserved_on = day_of(kab, steps.reserved_at);
    s.is_computed = s.is_closed && run_read(db, kab, stage, &run, &none);
    if (none.code && none.code != NOT_FOUND) return *e = none, false;
    if (s.is_computed) {
        if (!approve_state(db, a, kab, stage, now, &state, e)) return false;
        s.is_approved = approve_is_signed(&state);
        s.has_request = state.has_request && state.request.state == REQUEST_OPEN;
        if (s.has_request) s.due_on = state.request.due_on;
        if (s.is_approved) s.signed_on = day_of(kab, state.request.ended_at);
    }
    *out = s;
    return true;
}

// ---- many families -----------------------------------------------------------------------------------------------

typedef struct { int64_t family_id; Str channel, reason, attempt_state; Rupiah amount; int8_t state, due; } Paying;
typedef struct { int64_t family_id; Str reason; Date on; } Reason;
typedef struct { int64_t family_id; Rupiah amount; } Drafted;
typedef struct {
    Arena arena;
    Db *db;
    const StageStanding *stage;
    const int64_t *ids;                                    // NULL: all
    size_t id_n, id_at;
    Paying *paying;                                        // ascending
    size_t paying_n, paying_max, paying_at;
    Reason *reasons;                                       // ascending
    size_t reason_n, reason_max, reason_at;
    bool has_drafts;                                       // looked for, from the first family that needs them on
    Drafted *drafts;                                       // ascending, with an amount
    size_t draft_n, draft_max, draft_at;
} Gathering;

static bool is_asked(Gathering *g, int64_t id) {
    if (!g->ids) return true;
    while (g->id_at < g->id_n && g->ids[g->id_at] < id) g->id_at++;
    return g->id_at < g->id_n && g->ids[g->id_at] == id;
}

static void paying_add(Gathering *g, Paying one) {
    if (g->paying_n == g->paying_max) {
        Paying *wider = NEW(&g->arena, Paying, g->paying_max = g->paying_max ? 2 * g->paying_max : 64);
        if (g->paying_n) memcpy(wider, g->paying, g->paying_n * sizeof *wider);
        g->paying = wider;
    }
    g->paying[g->paying_n++] = one;
}

// Texts of channels and states are few: the same ones again and again, kept only where they are not the program's own.
static Str channel_keep(Arena *a, Str channel) { return str_eq(channel, STR("BRI")) ? STR("BRI") : str_eq(channel, STR("POS")) ? STR("POS") : arena_str(a, channel); }

static bool payment_take(void *with, const Payment *p, Err *e) {
    Gathering *g = with;
    (void)e;
    if (is_asked(g, p->family_id))
        paying_add(g, (Paying){ p->family_id, channel_keep(&g->arena, p->channel), p->reason.n ? arena_str(&g->arena, p->reason) : STR(""),
                                p->attempt_state.n ? arena_str(&g->arena, p->attempt_state) : STR(""), p->amount, (int8_t)p->state, (int8_t)p->due });
    return true;
}

// Closed and not computed: who was in it stands in the chunks.
static bool closed_read(Db *db, Gathering *g, int64_t kab, int64_t first_id, int64_t last_id, Err *e) {
    StatusStageInRows rows = { 0 };
    StatusStageInRow row;
    bool has_row = false, is_good = status_stage_in(db, (StatusStageInArgs){ .kab = kab, .stage = g->stage->stage }, &rows, e);
    while (is_good && (is_good = status_stage_in_next(&rows, &row, &has_row, e)) && has_row) {
        Chunk chunk;
        is_good = chunk_open(row.chunk_data, &chunk, e);
        for (uint32_t i = 0; is_good && i < chunk.family_n; i++) {
            int64_t id = chunk.first_id + chunk_u16(chunk.offset, i);
            if (id >= first_id && id <= last_id && is_asked(g, id)) paying_add(g, (Paying){ .family_id = id, .state = -1 });
        }
    }
    status_stage_in_end(&rows);
    return is_good;
}

static bool reasons_read(Db *db, Gathering *g, int64_t kab, int64_t first_id, int64_t last_id, Err *e) {
    StatusReasonsRows rows = { 0 };
    StatusReasonsRow row;
    bool has_row = false, is_good = status_reasons(db, (StatusReasonsArgs){ .kab = kab, .first_id = first_id, .last_id = last_id }, &rows, e);
    while (is_good && (is_good = status_reasons_next(&rows, &row, &has_row, e)) && has_row) {
        if (g->reason_n == g->reason_max) {
            Reason *wider = NEW(&g->arena, Reason, g->reason_max = g->reason_max ? 2 * g->reason_max : 64);
            if (g->reason_n) memcpy(wider, g->reasons, g->reason_n * sizeof *wider);
            g->reasons = wider;
        }
        Str rest = row.new_value, status = str_cut(&rest, ' ');         // "left graduated"
        bool is_plain = str_eq(row.kind, STR("leave")) || str_eq(row.kind, STR("suspend"));
        (void)status;
        g->reasons[g->reason_n++] = (Reason){ row.family_id, arena_str(&g->arena, is_plain ? rest : row.kind), row.happened_on };
    }
    status_reasons_end(&rows);
    return is_good;
}

static unsigned gaps_of(const StatusFamiliesRow *row, Str channel) {
    if (!row->has_payee_n) return MISSING_PAYEE | (!row->has_account_n && channel_needs_account(channel) ? (unsigned)MISSING_ACCOUNT : 0);
    return (row->is_payee_gone ? (unsigned)MISSING_PAYEE_GONE : 0) | (row->has_nik_n ? 0 : (unsigned)MISSING_NIK) |
           (!row->has_account_n && channel_needs_account(channel) ? (unsigned)MISSING_ACCOUNT : 0);
}

static void row_judge(Gathering *g, int64_t kab, const StatusFamiliesRow *row, FamilyStatus *out) {
    while (g->paying_at < g->paying_n && g->paying[g->paying_at].family_id < row->id) g->paying_at++;
    while (g->reason_at < g->reason_n && g->reasons[g->reason_at].family_id < row->id) g->reason_at++;
    const Paying *p = g->paying_at < g->paying_n && g->paying[g->paying_at].family_id == row->id ? &g->paying[g->paying_at] : NULL;
    const Reason *why = g->reason_at < g->reason_n && g->reasons[g->reason_at].family_id == row->id ? &g->reasons[g->reason_at] : NULL;
    bool is_active = str_eq(row->status, STR("active"));
    FamilyStatus s = { .kab = kab, .family_id = row->id, .village_id = row->village_id, .membership = row->status, .stage = g->stage->stage, .reason = STR(""),
                       .channel = p && p->channel.n ? p->channel : row->channel, .since_on = is_active ? row->entered_on : DATE_NONE };
    StatusFacts f = { .membership = row->status, .is_in_stage = p != NULL, .missing = gaps_of(row, s.channel) };
    if (p) f.payment_state = p->state, f.due = p->due, f.attempt_state = p->attempt_state, f.amount = p->amount;
    if (!is_active && why) s.since_on = why->on;
    status_judge(g->stage, &f, &s);
    bool is_about_membership = s.kind == STATUS_LEFT || s.kind == STATUS_SUSPENDED;
    s.reason = is_about_membership ? (!is_active && why ? why->reason : STR("")) : p && p->reason.p ? p->reason : STR("");
    *out = s;
}

static bool drafted_take(void *with, const Due *due, Err *e) {
    Gathering *g = with;
    (void)e;
    if (due->state != DUE_PAYABLE) return true;
    if (g->draft_n == g->draft_max) {
        Drafted *wider = NEW(&g->arena, Drafted, g->draft_max = g->draft_max ? 2 * g->draft_max : 64);
        if (g->draft_n) memcpy(wider, g->drafts, g->draft_n * sizeof *wider);
        g->drafts = wider;
    }
    g->drafts[g->draft_n++] = (Drafted){ due->family_id, due->amount };
    return true;
}

// Who waits for a stage that is in view: what it comes to there, where that is known. A draft of the same stage says nothing new.
static bool draft_fill(Gathering *g, int64_t last_id, FamilyStatus *s, Err *e) {
    Str stage;
    if (s->kind != STATUS_NO_STAGE && s->kind != STATUS_NEXT_STAGE) return true;
    if (!g->has_drafts) {
        if (!drafted_each(g->db, &g->arena, s->kab, s->family_id, last_id, &stage, drafted_take, g, e)) return false;
        if (str_eq(stage, g->stage->stage)) g->draft_n = 0;
        g->has_drafts = true;
    }
    while (g->draft_at < g->draft_n && g->drafts[g->draft_at].family_id < s->family_id) g->draft_at++;
    if (g->draft_at < g->draft_n && g->drafts[g->draft_at].family_id == s->family_id) s->expected = (StatusMoney){ MONEY_DRAFT, g->drafts[g->draft_at].amount };
    return true;
}

static bool families_walk(Db *db, Gathering *g, StatusFamiliesArgs args, FamilyStatusEach *each, void *with, Err *e) {
    StatusFamiliesRows rows = { 0 };
    StatusFamiliesRow row;
    FamilyStatus status;
    bool has_row = false, is_good = status_families(db, args, &rows, e);
    while (is_good && (is_good = status_families_next(&rows, &row, &has_row, e)) && has_row) {
        row_judge(g, args.kab, &row, &status);
        is_good = draft_fill(g, args.last_id, &status, e) && each(with, &status, e);
    }
    status_families_end(&rows);
    return is_good;
}

static Str ids_text(Arena *a, const int64_t *ids, size_t n) {
    Buf b = { .max = BUF_MAX };
    if (n && ids[n - 1] - ids[0] == (int64_t)n - 1) return STR("");    // neighbours: the range says it all
    for (size_t i = 0; i < n; i++) buf_fmt(&b, ",%lld", (long long)ids[i]);
    if (n) buf_char(&b, ',');
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

bool family_status_each(Db *db, Sight sight, int64_t kab, const StageStanding *stage, const int64_t *ids, size_t n, FamilyStatusEach *each, void *with, Err *e) {
    Gathering g = { .db = db, .stage = stage, .ids = ids, .id_n = n };
    if (ids && n == 0) return true;
    int64_t first_id = ids ? ids[0] : 1, last_id = ids ? ids[n - 1] : INT64_MAX;
    StatusFamiliesArgs args = { .kab = kab, .first_id = first_id, .last_id = last_id, .ids = ids ? ids_text(&g.arena, ids, n) : STR(""), SEE(sight) };
    bool is_good = !stage->is_closed ? true
                   : stage->is_computed ? payment_each(db, kab, stage->stage, STR(""), first_id, last_id, payment_take, &g, e)
                                        : closed_read(db, &g, kab, first_id, last_id, e);
    is_good = is_good && reasons_read(db, &g, kab, first_id, last_id, e) && families_walk(db, &g, args, each, with, e);
    arena_free(&g.arena);
    return is_good;
}

// ---- as a list ---------------------------------------------------------------------------------------------------

typedef struct { Arena *arena; FamilyStatuses list; size_t max; Str kept[64]; size_t kept_n; } ListTaker;

// Channels, memberships and reasons are few words, again and again: one copy of each serves all families.
static Str word_keep(ListTaker *t, Str word) {
    if (!word.n) return STR("");
    for (size_t i = 0; i < t->kept_n; i++) if (str_eq(t->kept[i], word)) return t->kept[i];
    Str copy = arena_str(t->arena, word);
    if (t->kept_n < sizeof t->kept / sizeof *t->kept) t->kept[t->kept_n++] = copy;
    return copy;
}

static bool list_take(void *with, const FamilyStatus *s, Err *e) {
    ListTaker *t = with;
    FamilyStatuses *l = &t->list;
    (void)e;
    if (l->n == t->max) {
        FamilyStatus *wider = NEW(t->arena, FamilyStatus, t->max = t->max ? 2 * t->max : 64);
        if (l->n) memcpy(wider, l->at, l->n * sizeof *wider);
        l->at = wider;
    }
    FamilyStatus *to = &l->at[l->n++];
    *to = *s;
    to->membership = word_keep(t, s->membership);
    to->reason = word_keep(t, s->reason);
    to->channel = word_keep(t, s->channel);
    return true;
}

bool family_statuses_read(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, const int64_t *ids, size_t n, Instant now, FamilyStatuses *out, Err *e) {
    StageStanding standing;
    ListTaker taker = { .arena = a };
    if (!stage_standing_read(db, a, kab, arena_str(a, stage), now, &standing, e) || !family_status_each(db, sight, kab, &standing, ids, n, list_take, &taker, e)) return false;
    *out = taker.list;
    return true;
}

const FamilyStatus *family_statuses_find(const FamilyStatuses *list, int64_t family_id) {
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (list->at[middle].family_id < family_id) low = middle + 1; else high = middle;
    }
    return low < list->n && list->at[low].family_id == family_id ? &list->at[low] : NULL;
}

bool family_status(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, int64_t family_id, Instant now, FamilyStatus *out, Err *e) {
    FamilyStatuses list;
    if (!family_statuses_read(db, a, sight, kab, stage, &family_id, 1, now, &list, e)) return false;
    if (!list.n) return fail(e, NOT_FOUND, "There is no family with this number.");
    *out = list.at[0];
    return true;
}
