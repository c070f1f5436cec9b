#include "commitment/excuse.h"
#include "base/lang.h"
#include "commitment_excuse.sql.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"

const ExcuseReason EXCUSE_REASONS[] = {
    { "no_school", N_("no school within reach") }, { "disaster", N_("disaster") }, { "post_closed", N_("health post closed") },
    { "unreachable", N_("road or river could not be passed") }, { "illness", N_("long illness") }, { "other", N_("another reason") }, { NULL, NULL },
};

typedef ToldExcuse Row;
typedef ToldExcuses RowList;

static Str subject_of(Arena *a, int64_t family_id, int64_t n) { return arena_fmt(a, "family %lld excuse %lld", (long long)family_id, (long long)n); }
static bool subject_read(Str subject, int64_t *family_id, int64_t *n) {
    Str rest = subject, word = str_cut(&rest, ' '), family = str_cut(&rest, ' '), kind = str_cut(&rest, ' ');
    return str_eq(word, STR("family")) && str_eq(kind, STR("excuse")) && str_int64(family, family_id) && str_int64(rest, n);
}

static bool is_same(const Excuse *x, const Excuse *y) {
    return x->person_id == y->person_id && str_eq(x->duty, y->duty) && x->first_month.days == y->first_month.days && x->last_month.days == y->last_month.days &&
           str_eq(x->reason, y->reason) && str_eq(x->note, y->note) && str_eq(x->evidence, y->evidence);
}

// Everything that the maker sees and the signer signs.
static Hash seen_hash(int64_t kab, const Excuse *x) {
    Hasher h;
    int64_t figures[] = { kab, x->family_id, x->person_id, x->first_month.days, x->last_month.days, (int64_t)x->duty.n, (int64_t)x->reason.n, (int64_t)x->note.n, (int64_t)x->evidence.n };
    hash_start(&h);
    hash_add(&h, figures, sizeof figures);
    hash_add(&h, x->duty.p, x->duty.n);
    hash_add(&h, x->reason.p, x->reason.n);
    hash_add(&h, x->note.p, x->note.n);
    hash_add(&h, x->evidence.p, x->evidence.n);
    return hash_end(&h);
}

bool excuse_list(Db *db, Arena *a, Sight sight, int64_t kab, int64_t family_id, ToldExcuses *out, Err *e) {
    ExcuseRowsRows rows = { 0 };
    ExcuseRowsRow row;
    size_t room = 0;
    bool has_row, is_good = excuse_rows(db, (ExcuseRowsArgs){ .kab = kab, .family_id = family_id, SEE(sight) }, &rows, e);
    *out = (RowList){ 0 };
    while (is_good && (is_good = excuse_rows_next(&rows, &row, &has_row, e)) && has_row) {
        if (out->n == room) {
            room = room ? 2 * room : 8;
            Row *more = NEW(a, Row, room);
            if (out->n) memcpy(more, out->at, out->n * sizeof *more);
            out->at = more;
        }
        out->at[out->n++] = (Row){ row.n, { family_id, row.person_id, db_keep(a, row.duty), row.first_month_on, row.last_month_on, db_keep(a, row.reason), db_keep(a, row.note),
                                            db_keep(a, row.evidence) }, .made_at = row.made_at, .granted_at = row.granted_at, .ended_at = row.ended_at,
                                .ended_month = row.ended_month_on, .is_granted = row.granted_at.ms != INT64_MIN, .is_ended = row.ended_at.ms != INT64_MIN };
    }
    excuse_rows_end(&rows);
    return is_good;
}

static bool row_find(Db *db, Arena *a, int64_t kab, Str subject, Row *out, int64_t *family_id, bool *found, Err *e) {
    RowList list;
    int64_t n;
    *found = false;
    if (!subject_read(subject, family_id, &n)) return true;
    if (!excuse_list(db, a, sight_of_program((Date){ 0 }), kab, *family_id, &list, e)) return false;
    for (size_t i = 0; i < list.n; i++) if (list.at[i].n == n) { *out = list.at[i]; *found = true; }
    return true;
}

// ---- asking --------------------------------------------------------------------------------------------------------------
static bool is_first_of_month(Date day) {
    int y, m, d;
    date_split(day, &y, &m, &d);
    return d == 1;
}

static bool text_check(Str text, size_t max, Err *e) {
    bool is_text = str_is_utf8(text);
    for (size_t i = 0; i < text.n; i++) is_text &= (unsigned char)text.p[i] >= ' ';
    return (is_text && text.n <= max) || fail(e, BAD_INPUT, "A remark is one line of text, of at most %zu letters.", max);
}

static bool excuse_check(const FactAct *act, const Excuse *x, Err *e) {
    const ExcuseReason *reason = EXCUSE_REASONS;
    while (reason->name && !str_eq(x->reason, str_c(reason->name))) reason++;
    if (!reason->name) return fail(e, BAD_INPUT, "\"%.*s\" is no reason of an excuse: no_school, disaster, post_closed, unreachable, illness or other.", STR_ARG(str_part(x->reason, 0, 40)));
    if (str_eq(x->reason, STR("other")) && !x->note.n) return fail(e, BAD_INPUT, "Another reason needs a remark that says it.");
    if (x->duty.n && duty_find(act->book, x->duty) < 0) return fail(e, BAD_INPUT, "The rule book knows no duty \"%.*s\".", STR_ARG(str_part(x->duty, 0, 40)));
    if (!date_is_known(x->first_month) || !date_is_known(x->last_month) || !is_first_of_month(x->first_month) || !is_first_of_month(x->last_month))
        return fail(e, BAD_INPUT, "Say of which months it is, by their first days.");
    if (x->last_month.days < x->first_month.days || date_add_months(x->first_month, EXCUSE_MONTHS_MAX).days <= x->last_month.days)
        return fail(e, BAD_INPUT, "An excuse is of 1 to %d months.", EXCUSE_MONTHS_MAX);
    if (x->first_month.days > district_day(act->kab, act->at).days) return fail(e, BAD_INPUT, "The month is still to come. Tell it when it has begun.");
    return text_check(x->note, EXCUSE_NOTE_MAX, e) && text_check(x->evidence, FACT_EVIDENCE_MAX, e);
}

typedef struct { Arena *a; const FactAct *act; const Excuse *excuse; ApprovalRequest request; bool is_new; } Asking;

static bool row_write(Db *db, const Asking *x, int64_t n, Err *e) {
    const Excuse *c = x->excuse;
    ExcuseInsertArgs row = { .kab = x->act->kab, .family_id = c->family_id, .n = n, .person_id = c->person_id ? c->person_id : INT64_MIN, .duty = c->duty.n ? c->duty : (Str){ 0 },
        .first_month_on = c->first_month, .last_month_on = c->last_month, .reason = c->reason, .note = c->note.n ? c->note : (Str){ 0 },
        .evidence = c->evidence.n ? c->evidence : (Str){ 0 }, .maker_id = x->act->actor.user_id, .made_at = x->act->at };
    Err clash = { 0 };
    return excuse_insert(db, row, NULL, &clash) || change_clashed(db, x->act->kab, &clash, e);
}

// The number under which it stands already, or a new row. Another person's wish for the same is a wish of its own.
static bool row_take(Db *db, const Asking *x, int64_t *n, Err *e) {
    ExcuseFamilyRow family;
    ExcusePersonRow person;
    RowList list;
    bool found;
    const Excuse *c = x->excuse;
    if (!excuse_family(db, (ExcuseFamilyArgs){ .kab = x->act->kab, .family_id = c->family_id, SEE(authority_sight(&x->act->actor, district_day(x->act->kab, x->act->at))) }, &family, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family %lld in this district.", (long long)c->family_id);
    if (c->person_id && !excuse_person(db, (ExcusePersonArgs){ .kab = x->act->kab, .family_id = c->family_id, .person_id = c->person_id }, &person, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "Family %lld has no member %lld.", (long long)c->family_id, (long long)c->person_id);
    if (!excuse_list(db, x->a, sight_of_program((Date){ 0 }), x->act->kab, c->family_id, &list, e)) return false;
    for (size_t i = 0; i < list.n; i++) {
        if (!is_same(&list.at[i].excuse, c)) continue;
        if (list.at[i].is_granted) return fail(e, CONFLICT, "This excuse was granted already.");
        *n = list.at[i].n;
        return true;
    }
    *n = family.last_n + 1;
    return row_write(db, x, *n, e);
}

static bool asking_work(Db *db, void *with, Err *e) {
    Asking *x = with;
    int64_t n;
    if (!row_take(db, x, &n, e)) return false;
    ApprovalAsk ask = { .kab = x->act->kab, .subject = subject_of(x->a, x->excuse->family_id, n), .seen_hash = seen_hash(x->act->kab, x->excuse), .due_on = DATE_NONE,
                        .link = arena_fmt(x->a, "/family/%lld/%lld", (long long)x->act->kab, (long long)x->excuse->family_id) };
    return approval_ask(db, x->a, &x->act->actor, &EXCUSE_APPROVAL, &ask, x->act->at, &x->request, &x->is_new, e);
}

bool excuse_ask(Db *db, Arena *a, const FactAct *act, const Excuse *excuse, ApprovalRequest *out, bool *is_new, Err *e) {
    Asking x = { .a = a, .act = act, .excuse = excuse };
    if (!authority_require(&act->actor, ACTION_TELL, act->kab, e) || !excuse_check(act, excuse, e) || !change_do(db, asking_work, &x, e)) return false;
    *out = x.request;
    *is_new = x.is_new;
    return true;
}

// ---- the last signature ----------------------------------------------------------------------------------------------------
static bool excuse_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    Arena a = { 0 };
    Row row;
    int64_t family_id;
    bool found, is_good = row_find(db, &a, kab, subject, &row, &family_id, &found, e);
    *is_there = is_good && found;
    if (is_good && found) *out = seen_hash(kab, &row.excuse);
    arena_free(&a);
    return is_good;
}

static bool excuse_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    int64_t family_id, n, changed_n = 0;
    if (!subject_read(request->subject, &family_id, &n)) return fail(e, CONFLICT, "The request names no excuse.");
    ExcuseGrantArgs args = { .kab = request->kab, .family_id = family_id, .n = n, .granted_by_id = signer->user_id, .granted_at = now };
    if (!excuse_grant(db, args, &changed_n, e)) return false;
    if (changed_n != 1) return fail(e, CONFLICT, "This excuse was granted already.");
    Arena a = { 0 };
    AuditEntry entry = { .kab = request->kab, .actor_id = signer->user_id, .action = "commitment.excuse", .subject = arena_fmt(&a, "family %lld", (long long)family_id), .at = now,
                         .fields = { AUDIT_COUNT("n", n), AUDIT_COUNT("request_id", request->id) } };
    bool is_good = audit_write(db, &entry, e);
    arena_free(&a);
    return is_good;
}

const ApprovalKind EXCUSE_APPROVAL = {
    .name = "excuse", .title = N_("Excuse from a duty"), .now = excuse_now, .finish = excuse_finish,
    .act = N_("With the last signature what fell due in those months and was not done is excused."),
};

// ---- ending ---------------------------------------------------------------------------------------------------------------
typedef struct { Arena *a; const FactAct *act; int64_t family_id, n; Date last_month; } Ending;

static bool ending_check(const Ending *x, const Row *row, bool *is_done, Err *e) {
    const Excuse *c = &row->excuse;
    *is_done = row->is_ended && row->ended_month.days == x->last_month.days;
    if (*is_done) return true;
    if (!row->is_granted) return fail(e, CONFLICT, "This excuse is not granted: refuse or withdraw its request on the worklist.");
    if (row->is_ended) return fail(e, CONFLICT, "This excuse was ended already.");
    if (!date_is_known(x->last_month) || !is_first_of_month(x->last_month)) return fail(e, BAD_INPUT, "Say of which months it is, by their first days.");
    if (x->last_month.days < date_add_months(c->first_month, -1).days || x->last_month.days >= c->last_month.days)
        return fail(e, BAD_INPUT, "The last month must lie before the one in which the excuse ends by itself.");
    return true;
}

static bool ending_work(Db *db, void *with, Err *e) {
    const Ending *x = with;
    RowList list;
    bool is_done;
    Err clash = { 0 };
    const Row *row = NULL;
    if (!excuse_list(db, x->a, authority_sight(&x->act->actor, district_day(x->act->kab, x->act->at)), x->act->kab, x->family_id, &list, e)) return false;
    for (size_t i = 0; i < list.n; i++) if (list.at[i].n == x->n) row = &list.at[i];
    if (!row) return fail(e, NOT_FOUND, "Family %lld has no excuse %lld.", (long long)x->family_id, (long long)x->n);
    if (!ending_check(x, row, &is_done, e) || is_done) return !e->code;
    ExcuseEndInsertArgs args = { .kab = x->act->kab, .family_id = x->family_id, .n = x->n, .last_month_on = x->last_month, .actor_id = x->act->actor.user_id, .ended_at = x->act->at };
    if (!excuse_end_insert(db, args, NULL, &clash)) return change_clashed(db, x->act->kab, &clash, e);
    AuditEntry entry = { .kab = x->act->kab, .actor_id = x->act->actor.user_id, .action = "commitment.excuse_end", .subject = arena_fmt(x->a, "family %lld", (long long)x->family_id),
                         .at = x->act->at, .fields = { AUDIT_COUNT("n", x->n) } };
    return audit_write(db, &entry, e);
}

bool excuse_end(Db *db, Arena *a, const FactAct *act, int64_t family_id, int64_t n, Date last_month, Err *e) {
    Ending x = { a, act, family_id, n, last_month };
    return authority_require(&act->actor, ACTION_EDIT, act->kab, e) && change_do(db, ending_work, &x, e);
}
