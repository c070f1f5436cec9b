#include "commitment/outcome_list.h"
#include "base/lang.h"
#include "commitment_outcome_list.sql.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "registry/pack.h"

// ---- what is on the list -------------------------------------------------------------------------------------------------
typedef struct { int64_t family_id, person_id; Outcome outcome; } Item;
typedef struct { Arena *a; Item *at; size_t n, room; Hasher hasher; int64_t count[4]; } Items;

static bool has_duty(const PersonOutcome *p) {
    for (int m = 0; m < p->report.month_n; m++) if (p->report.months[m].due >= 0) return true;
    return false;
}

static void item_add(Items *items, Item item) {
    if (items->n == items->room) {
        items->room = items->room ? 2 * items->room : 1024;
        Item *more = NEW(items->a, Item, items->room);
        if (items->n) memcpy(more, items->at, items->n * sizeof *more);
        items->at = more;
    }
    items->at[items->n++] = item;
    int64_t figures[] = { item.family_id, item.person_id, item.outcome };
    hash_add(&items->hasher, figures, sizeof figures);
}

static bool family_add(void *with, const FamilyOutcome *family, Err *e) {
    Items *items = with;
    (void)e;
    for (size_t i = 0; i < family->n; i++) {
        const PersonOutcome *p = &family->at[i];
        if (!p->person_id) continue;
        bool is_judged = has_duty(p);
        if (is_judged) items->count[p->sum.outcome]++;
        item_add(items, (Item){ family->family_id, p->person_id, is_judged ? p->sum.outcome : OUTCOME_UNKNOWN });
    }
    return true;
}

static bool items_make(Db *db, Arena *a, int64_t kab, const RuleBook *book, const DutyPeriod *period, Progress *progress, Items *items, Hash *hash, Err *e) {
    *items = (Items){ .a = a };
    hash_start(&items->hasher);
    if (!outcome_each(db, book, sight_of_program(period->today), kab, period, family_add, items, progress, e)) return false;
    *hash = hash_end(&items->hasher);
    return true;
}

static bool book_open(Arena *a, const RuleBook **book, Err *e) { return rulebook_open(a, STR("pkh.yaml"), rulebook_pkh(), book, e); }

// ---- asking --------------------------------------------------------------------------------------------------------------
typedef struct { Arena *a; const Viewer *actor; const RuleBook *book; Instant at; Progress *progress; OutcomeList list; ApprovalRequest request; bool is_new; } Asking;

static bool list_write(Db *db, Asking *x, Err *e) {
    OutcomeList *l = &x->list;
    OutcomeListSameRow same;
    OutcomeListLastRow last;
    bool found;
    Hash book_hash = rulebook_hash(x->book);
    if (!outcome_list_same(db, (OutcomeListSameArgs){ .kab = l->kab, .stage = l->stage, .items_hash = l->items_hash, .book_hash = book_hash }, &same, &found, e)) return false;
    if (found) { l->n = same.n; return true; }
    if (!outcome_list_last(db, (OutcomeListLastArgs){ .kab = l->kab, .stage = l->stage }, &last, &found, e)) return false;
    l->n = last.last_n + 1;
    OutcomeListInsertArgs row = { .kab = l->kab, .stage = l->stage, .n = l->n, .first_month_on = l->period.first_month, .month_n = l->period.month_n, .known_at = l->period.as_of,
        .known_on = l->period.today, .book_hash = book_hash, .items_hash = l->items_hash, .met_n = l->count[OUTCOME_MET], .not_met_n = l->count[OUTCOME_NOT_MET],
        .excused_n = l->count[OUTCOME_EXCUSED], .unknown_n = l->count[OUTCOME_UNKNOWN], .actor_id = x->actor->user_id, .made_at = x->at };
    Err clash = { 0 };
    return outcome_list_insert(db, row, NULL, &clash) || change_clashed(db, l->kab, &clash, e);
}

static bool asking_work(Db *db, void *with, Err *e) {
    Asking *x = with;
    Items items;
    if (!items_make(db, x->a, x->list.kab, x->book, &x->list.period, x->progress, &items, &x->list.items_hash, e)) return false;
    memcpy(x->list.count, items.count, sizeof x->list.count);
    if (!list_write(db, x, e)) return false;
    ApprovalAsk ask = { .kab = x->list.kab, .subject = x->list.stage, .seen_hash = x->list.items_hash, .due_on = DATE_NONE, .link = STR("") };
    return approval_ask(db, x->a, x->actor, &OUTCOMES_APPROVAL, &ask, x->at, &x->request, &x->is_new, e);
}

static bool has_stage(const RuleBook *book, Str stage) {
    Str first = rulebook_stage_after(book, STR(""));
    return stage.n && (str_eq(stage, first) || rulebook_stage_before(book, stage).n);
}

bool outcome_list_ask(Db *db, Arena *a, const Viewer *actor, int64_t kab, Str stage, const DutyPeriod *period, Instant at, Progress *progress, OutcomeList *out,
                      ApprovalRequest *request, bool *is_new, Err *e) {
    Asking x = { .a = a, .actor = actor, .at = at, .progress = progress, .list = { .kab = kab, .stage = stage, .period = *period } };
    if (!authority_require(actor, ACTION_EDIT, kab, e) || !book_open(a, &x.book, e)) return false;
    if (!has_stage(x.book, stage)) return fail(e, NOT_FOUND, "The rule book has no stage \"%.*s\".", STR_ARG(str_part(stage, 0, 40)));
    if (date_add_months(period->first_month, period->month_n).days > period->today.days) return fail(e, CONFLICT, "These months are not over yet. Outcomes are proposed when they are.");
    if (!change_do(db, asking_work, &x, e)) return false;
    *out = x.list;
    *request = x.request;
    *is_new = x.is_new;
    return true;
}

// ---- the last signature ----------------------------------------------------------------------------------------------------
// Writes what differs, family by family, and the packs of the blocks in which something did.
static bool items_write(Db *db, int64_t kab, const Items *items, int64_t *changed_n, Err *e) {
    int64_t first_id = 0, last_id = 0;
    for (size_t i = 0; i < items->n; i++) {
        const Item *item = &items->at[i];
        OutcomePersonSetArgs args = { .kab = kab, .family_id = item->family_id, .person_id = item->person_id, .outcome = str_c(outcome_name(item->outcome)) };
        int64_t n = 0;
        if (!outcome_person_set(db, args, &n, e)) return false;
        if (n == 0) continue;
        *changed_n += n;
        bool is_next = first_id && (item->family_id - 1) / PACK_FAMILIES <= (last_id - 1) / PACK_FAMILIES + 1;
        if (first_id && !is_next && !pack_refresh(db, kab, first_id, last_id, NULL, e)) return false;
        if (!is_next) first_id = item->family_id;
        last_id = item->family_id;
    }
    return !first_id || pack_refresh(db, kab, first_id, last_id, NULL, e);
}

static bool list_apply(Db *db, Arena *a, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    OutcomeListReadRow row;
    const RuleBook *book;
    Items items;
    Hash hash;
    bool found;
    int64_t changed_n = 0;
    OutcomeListReadArgs args = { .kab = request->kab, .stage = request->subject, .items_hash = request->seen_hash };
    if (!outcome_list_read(db, args, &row, &found, e) || !book_open(a, &book, e)) return false;
    Hash book_hash = rulebook_hash(book);
    if (!found) return fail(e, CONFLICT, "This list is not there any more. Propose it again.");
    DutyPeriod period = { row.first_month_on, (int)row.month_n, row.known_at, row.known_on };
    if (!items_make(db, a, request->kab, book, &period, NULL, &items, &hash, e)) return false;
    if (!hash_eq(&hash, &request->seen_hash) || !hash_eq(&book_hash, &row.book_hash))
        return fail(e, CONFLICT, "Families or rules have changed since these outcomes were proposed. Propose them again.");
    AuditEntry entry = { .kab = request->kab, .actor_id = signer->user_id, .action = "commitment.outcomes", .subject = request->subject, .at = now,
                         .fields = { AUDIT_COUNT("request_id", request->id), AUDIT_COUNT("met_n", items.count[OUTCOME_MET]), AUDIT_COUNT("not_met_n", items.count[OUTCOME_NOT_MET]),
                                     AUDIT_COUNT("excused_n", items.count[OUTCOME_EXCUSED]), AUDIT_COUNT("unknown_n", items.count[OUTCOME_UNKNOWN]) } };
    return items_write(db, request->kab, &items, &changed_n, e) &&
           outcome_list_applied(db, (OutcomeListAppliedArgs){ .kab = request->kab, .stage = request->subject, .n = row.n, .applied_at = now }, NULL, e) && audit_write(db, &entry, e);
}

static bool outcomes_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Arena a = { 0 };
    bool is_good = list_apply(db, &a, signer, request, now, e);
    arena_free(&a);
    return is_good;
}

const ApprovalKind OUTCOMES_APPROVAL = {
    .name = "outcomes", .title = N_("Outcomes of a stage"), .finish = outcomes_finish,
    .act = N_("With the last signature these outcomes count, and the next closing sees them."),
};

bool outcome_list_find(Db *db, Arena *a, int64_t kab, Str stage, const Hash *items_hash, OutcomeList *out, bool *found, Err *e) {
    OutcomeListReadRow row;
    if (!outcome_list_read(db, (OutcomeListReadArgs){ .kab = kab, .stage = stage, .items_hash = *items_hash }, &row, found, e)) return false;
    if (*found) *out = (OutcomeList){ .kab = kab, .n = row.n, .stage = arena_str(a, stage), .period = { row.first_month_on, (int)row.month_n, row.known_at, row.known_on }, .items_hash = *items_hash,
        .count = { [OUTCOME_MET] = row.met_n, [OUTCOME_NOT_MET] = row.not_met_n, [OUTCOME_EXCUSED] = row.excused_n, [OUTCOME_UNKNOWN] = row.unknown_n } };
    return true;
}
