#include "status/worklist.h"
#include "base/lang.h"
#include "office/change.h"
#include "office/hand_over.h"
#include "office/head_request.h"
#include "office/user_request.h"
#include "office/district.h"
#include "office/user.h"
#include "payment/approve.h"
#include "payment/reissue.h"
#include "paylist/paylist_mode.h"
#include "registry/duplicate_merge.h"
#include "registry/desk.h"
#include "registry/drift.h"
#include "registry/erase.h"
#include "registry/import_approval.h"
#include "commitment/adjustment.h"
#include "commitment/excuse.h"
#include "commitment/outcome_list.h"
#include "registry/import_list.h"
#include "registry/life.h"
#include "training/event.h"

const ApprovalKind *const APPROVAL_KINDS[] = { &RUN_APPROVAL, &IMPORT_APPROVAL, &PAYEE_APPROVAL, &DRIFT_APPROVAL, &MERGE_APPROVAL, &MODE_APPROVAL, &ROLE_APPROVAL, &FACTOR_APPROVAL,
                                               &ENABLE_APPROVAL, &HEAD_KEY_APPROVAL, &ERASE_APPROVAL, &HAND_OVER_APPROVAL, &EXCUSE_APPROVAL, &OUTCOMES_APPROVAL, &SANCTIONS_APPROVAL, &CORRECTIONS_APPROVAL,
                                               &DESK_APPROVAL, &TRAINING_APPROVAL, &REISSUE_APPROVAL, NULL };

const ApprovalKind *approval_kind_find(Str name) {
    for (size_t i = 0; APPROVAL_KINDS[i]; i++) if (str_eq(name, str_c(APPROVAL_KINDS[i]->name))) return APPROVAL_KINDS[i];
    return NULL;
}

// ---- looking -----------------------------------------------------------------------------------------------------

static bool name_read(Db *db, Arena *a, int64_t user_id, Str *out, Err *e) {
    User user;
    *out = STR("");
    if (!user_id) return true;
    if (!user_read(db, a, user_id, &user, e)) return false;
    *out = user.name;
    return true;
}

static bool item_fill(Db *db, Arena *a, const Viewer *viewer, const ApprovalRequest *r, Instant now, WorklistItem *out, Err *e) {
    WorklistItem item = { .request = *r, .kind = approval_kind_find(r->kind), .is_late = r->state == REQUEST_OPEN && r->due_on.days < district_day(r->kab, now).days };
    int64_t giver_id = 0;
    bool is_unchanged = true, may = false;
    if (!name_read(db, a, r->maker_id, &item.maker, e) || !name_read(db, a, r->ended_by_id, &item.ended_by, e) ||
        !approval_may_sign(db, viewer, r, now, &may, &giver_id, e) || !name_read(db, a, giver_id, &item.place_of, e)) return false;
    if (r->state == REQUEST_OPEN && item.kind && !approval_is_unchanged(db, item.kind, r, &is_unchanged, e)) return false;
    item.is_changed = !is_unchanged;
    item.may_sign = may && item.kind;
    item.may_withdraw = r->state == REQUEST_OPEN && r->maker_id == viewer->user_id;
    *out = item;
    return true;
}

static bool items_fill(Db *db, Arena *a, const Viewer *viewer, const ApprovalRequests *from, Instant now, WorklistItems *out, Err *e) {
    WorklistItems items = { NEW(a, WorklistItem, from->n + 1), 0, from->is_more };
    for (; items.n < from->n; items.n++)
        if (!item_fill(db, a, viewer, &from->at[items.n], now, &items.at[items.n], e)) return false;
    *out = items;
    return true;
}

// An officer's own district; a companion takes requests in and answers none.
static bool desk_of(Db *db, Arena *a, const Viewer *viewer, Instant now, DeskList *out, Err *e) {
    int64_t low_kab, high_kab;
    authority_area(viewer, &low_kab, &high_kab);
    *out = (DeskList){ 0 };
    if (low_kab != high_kab || viewer->role == ROLE_COMPANION || !authority_allows(viewer, ACTION_DESK, low_kab)) return true;
    DeskFilter filter = { .sight = authority_sight(viewer, district_day(low_kab, now)), .kab = low_kab, .user_id = viewer->user_id, .has_state = true, .state = DESK_OPEN,
                          .now = now, .limit_n = WORKLIST_DESK_MAX };
    DeskList all;
    if (!desk_list(db, a, &filter, &all, e)) return false;
    *out = all;
    out->n = 0;
    for (size_t i = 0; i < all.n; i++) if (!all.at[i].is_waiting) out->at[out->n++] = all.at[i];
    return true;
}

bool worklist_read(Db *db, Arena *a, const Viewer *viewer, Instant now, Worklist *out, Err *e) {
    ApprovalRequests waiting, made, decided, late;
    Worklist list = { .today = district_day(viewer->kab, now) };
    Instant since = { now.ms - (int64_t)WORKLIST_DECIDED_DAYS * 86400000 };
    if (!approval_waiting(db, a, viewer, now, &waiting, e) || !approval_made(db, a, viewer, &made, e) || !approval_decided(db, a, viewer, since, &decided, e) ||
        !approval_late(db, a, viewer, now, &late, e)) return false;
    size_t open_n = 0;                                     // of what one asked, the open ones come first: the rest stands among the decided
    while (open_n < made.n && made.at[open_n].state == REQUEST_OPEN) open_n++;
    made.is_more = made.is_more && open_n == made.n;
    made.n = open_n;
    if (!items_fill(db, a, viewer, &waiting, now, &list.waiting, e) || !items_fill(db, a, viewer, &made, now, &list.made, e) ||
        !items_fill(db, a, viewer, &decided, now, &list.decided, e) || !items_fill(db, a, viewer, &late, now, &list.late, e) || !desk_of(db, a, viewer, now, &list.desk, e)) return false;
    *out = list;
    return true;
}

bool worklist_find(Db *db, Arena *a, const Viewer *viewer, int64_t kab, int64_t id, Instant now, WorklistItem *out, Err *e) {
    ApprovalRequest r;
    if (!approval_read(db, a, kab, id, &r, e)) return false;
    if (!approval_may_see(viewer, &r)) return fail(e, NOT_FOUND, "There is no request with this number.");
    return item_fill(db, a, viewer, &r, now, out, e);
}

// ---- facts -------------------------------------------------------------------------------------------------------

typedef bool FactsRead(Db *db, Arena *a, const ApprovalRequest *r, WorklistFact *facts, size_t *n, Err *e);

static bool run_facts(Db *db, Arena *a, const ApprovalRequest *r, WorklistFact *facts, size_t *n, Err *e) {
    Run run;
    Err none = { 0 };
    *n = 0;
    if (!run_read(db, r->kab, r->subject, &run, &none)) return none.code == NOT_FOUND || fail(e, none.code, "%s", none.text);
    facts[(*n)++] = (WorklistFact){ str_c(_("Families closed")), arena_count(a, run.family_n) };
    facts[(*n)++] = (WorklistFact){ str_c(_("Families paid")), arena_count(a, run.payable_n) };
    facts[(*n)++] = (WorklistFact){ str_c(_("Suspended")), arena_count(a, run.suspended_n) };
    return true;
}

static bool import_facts(Db *db, Arena *a, const ApprovalRequest *r, WorklistFact *facts, size_t *n, Err *e) {
    ImportEntry entry;
    int64_t batch_id;
    bool found = false;
    *n = 0;
    if (!str_int64(r->subject, &batch_id)) return true;
    if (!import_entry_read(db, a, r->kab, batch_id, &entry, &found, e)) return false;
    if (!found) return true;
    facts[(*n)++] = (WorklistFact){ str_c(_("File")), entry.file_name };
    facts[(*n)++] = (WorklistFact){ str_c(_("Source")), entry.source };
    facts[(*n)++] = (WorklistFact){ str_c(_("Rows")), arena_count(a, entry.row_n) };
    facts[(*n)++] = (WorklistFact){ str_c(_("Errors")), arena_count(a, entry.error_n) };
    facts[(*n)++] = (WorklistFact){ str_c(_("Warnings")), arena_count(a, entry.warning_n) };
    return true;
}

static bool hand_over_facts(Db *db, Arena *a, const ApprovalRequest *r, WorklistFact *facts, size_t *n, Err *e) {
    HandOver h;
    Err none = { 0 };
    int64_t id;
    Buf day = { .max = 64 };
    *n = 0;
    if (!str_int64(r->subject, &id)) return true;
    if (!hand_over_read(db, a, sight_of_program(district_day(r->kab, r->made_at)), r->kab, id, &h, &none)) return none.code == NOT_FOUND || fail(e, none.code, "%s", none.text);
    date_put_local(&day, h.from_on);
    facts[(*n)++] = (WorklistFact){ str_c(_("Families")), arena_count(a, (int64_t)h.n) };
    facts[(*n)++] = (WorklistFact){ str_c(_("New companion")), h.to_name.n ? h.to_name : str_c(_("Nobody")) };
    facts[(*n)++] = (WorklistFact){ str_c(_("From the day")), arena_str(a, buf_view(&day)) };
    for (size_t i = 0; i < h.part_n && *n < WORKLIST_FACTS_MAX; i++)
        facts[(*n)++] = (WorklistFact){ h.parts[i].name.n ? h.parts[i].name : str_c(_("Nobody")), arena_count(a, h.parts[i].family_n) };
    buf_free(&day);
    return true;
}

static void month_fact(Arena *a, Date first, int64_t month_n, WorklistFact *out) {
    int y, m, d;
    date_split(first, &y, &m, &d);
    *out = (WorklistFact){ str_c(_("Months")), arena_fmt(a, _("%lld from %04d-%02d"), (long long)month_n, y, m) };
}

static bool outcomes_facts(Db *db, Arena *a, const ApprovalRequest *r, WorklistFact *facts, size_t *n, Err *e) {
    static const struct { Outcome outcome; const char *label; } LABELS[] = { { OUTCOME_MET, N_("met") }, { OUTCOME_NOT_MET, N_("not met") }, { OUTCOME_EXCUSED, N_("excused") }, { OUTCOME_UNKNOWN, N_("not yet judged") } };
    OutcomeList list;
    bool found;
    *n = 0;
    if (!outcome_list_find(db, a, r->kab, r->subject, &r->seen_hash, &list, &found, e) || !found) return !e->code;
    month_fact(a, list.period.first_month, list.period.month_n, &facts[(*n)++]);
    for (size_t i = 0; i < sizeof LABELS / sizeof *LABELS; i++) facts[(*n)++] = (WorklistFact){ str_c(tr(LABELS[i].label)), arena_count(a, list.count[LABELS[i].outcome]) };
    return true;
}

static bool pass_facts(Db *db, Arena *a, const ApprovalRequest *r, PassWhat what, WorklistFact *facts, size_t *n, Err *e) {
    PassCounts c;
    *n = 0;
    if (memchr(r->subject.p, ' ', r->subject.n)) return true;          // one family: its page shows it all
    if (!pass_count(db, r->kab, r->subject, what, &c, e)) return false;
    for (AdjustKind k = 0; k < ADJUST_N && *n < WORKLIST_FACTS_MAX; k++) {
        if (!c.n[k]) continue;
        Str count = arena_count(a, c.n[k]), amount = arena_rupiah(a, c.amount[k]);
        facts[(*n)++] = (WorklistFact){ str_c(adjust_kind_title(k)), arena_fmt(a, STR_FMT " · " STR_FMT, STR_ARG(count), STR_ARG(amount)) };
    }
    return true;
}
static bool sanctions_facts(Db *db, Arena *a, const ApprovalRequest *r, WorklistFact *facts, size_t *n, Err *e) { return pass_facts(db, a, r, PASS_SANCTIONS, facts, n, e); }
static bool corrections_facts(Db *db, Arena *a, const ApprovalRequest *r, WorklistFact *facts, size_t *n, Err *e) { return pass_facts(db, a, r, PASS_CORRECTIONS, facts, n, e); }

static const struct { const ApprovalKind *kind; FactsRead *read; } FACTS[] = { { &OUTCOMES_APPROVAL, outcomes_facts }, { &SANCTIONS_APPROVAL, sanctions_facts }, { &CORRECTIONS_APPROVAL, corrections_facts }, { &RUN_APPROVAL, run_facts }, { &IMPORT_APPROVAL, import_facts }, { &HAND_OVER_APPROVAL, hand_over_facts } };

bool worklist_facts(Db *db, Arena *a, const WorklistItem *item, WorklistFact facts[WORKLIST_FACTS_MAX], size_t *n, Err *e) {
    for (size_t i = 0; i < sizeof FACTS / sizeof *FACTS; i++) if (FACTS[i].kind == item->kind) return FACTS[i].read(db, a, &item->request, facts, n, e);
    *n = 0;
    return true;
}

// ---- pressing ----------------------------------------------------------------------------------------------------

typedef struct { Arena *arena; const Viewer *viewer; const Press *press; Instant now; ApprovalRequest request; bool is_new; } Pressing;

static bool has_signed(const ApprovalRequest *r, int64_t user_id) {
    for (int i = 0; i < r->signed_n; i++) if (r->signatures[i].user_id == user_id) return true;
    return false;
}

// What this very person pressed before.
static bool is_done(const Pressing *p, const ApprovalRequest *r) {
    switch (p->press->what) {
    case PRESS_SIGN: return has_signed(r, p->viewer->user_id) && hash_eq(&r->seen_hash, &p->press->seen_hash) && (r->state == REQUEST_OPEN || r->state == REQUEST_APPROVED);
    case PRESS_REFUSE: return r->state == REQUEST_REFUSED && r->ended_by_id == p->viewer->user_id;
    case PRESS_WITHDRAW: return r->state == REQUEST_WITHDRAWN && r->ended_by_id == p->viewer->user_id;
    default: return false;
    }
}

// Before anything is asked of the roles: after another one's decision the answer is what he decided.
static bool ended_say(const ApprovalRequest *r, Err *e) {
    return r->state == REQUEST_OPEN || fail(e, CONFLICT, "This request is no longer open (%s).", request_state_title(r->state));
}

static bool press_work(Db *db, void *with, Err *e) {
    Pressing *p = with;
    ApprovalRequest r;
    p->is_new = false;
    if (!approval_read(db, p->arena, p->press->kab, p->press->id, &r, e)) return false;
    if (!approval_may_see(p->viewer, &r)) return fail(e, NOT_FOUND, "There is no request with this number.");
    const ApprovalKind *kind = approval_kind_find(r.kind);
    p->request = r;
    if (is_done(p, &r)) return true;
    if (!ended_say(&r, e)) return false;
    if (!kind && p->press->what == PRESS_SIGN) return fail(e, CONFLICT, "This program does not know what \"%.*s\" is; it cannot be signed here.", STR_ARG(r.kind));
    bool is_good = p->press->what == PRESS_SIGN     ? approval_sign(db, p->viewer, kind, &r, &p->press->seen_hash, p->now, e)
                   : p->press->what == PRESS_REFUSE ? approval_refuse(db, p->viewer, &r, p->press->reason, p->now, e)
                                                    : approval_withdraw(db, p->viewer, &r, p->now, e);
    if (!is_good) return false;
    p->request = r;
    p->is_new = true;
    return true;
}

bool worklist_press(Db *db, Arena *a, const Viewer *viewer, const Press *press, Instant now, ApprovalRequest *out, bool *is_new, Err *e) {
    Pressing p = { .arena = a, .viewer = viewer, .press = press, .now = now };
    if (!change_do(db, press_work, &p, e)) return false;
    *out = p.request;
    *is_new = p.is_new;
    return true;
}
