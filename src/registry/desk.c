// desk.c: see desk.h. Taking in, looking, assigning, answering; what changes data by a signature stands in desk_change.c.
#include "registry/desk_work.h"
#include "registry/erase.h"
#include "office/user.h"
#include <sodium.h>

#define SALT_BYTES 16

// ---- what was said -------------------------------------------------------------------------------------------------------
// One line each: what was typed in several lines is put into one.
static void line_put(Buf *b, Str text) {
    for (size_t i = 0; i < text.n; i++) buf_char(b, (unsigned char)text.p[i] < 0x20 ? ' ' : text.p[i]);
}

Str desk_words_join(Arena *a, Str who, Str wrong, Str wanted, Str evidence) {
    const Str parts[] = { who, wrong, wanted, evidence };
    Buf b = { .max = 5 * DESK_TEXT_MAX };
    for (size_t i = 0; i < 4; i++) {
        if (i) buf_char(&b, '\n');
        line_put(&b, parts[i]);
    }
    Str out = arena_str(a, buf_view(&b));
    buf_free(&b);
    return out;
}

void desk_words_part(Str words, Str *who, Str *wrong, Str *wanted, Str *evidence) {
    *who = str_cut(&words, '\n'), *wrong = str_cut(&words, '\n'), *wanted = str_cut(&words, '\n'), *evidence = words;
}

bool desk_words_open(Db *db, Arena *a, int64_t kab, int64_t family_id, Str sealed, Str *out, Err *e) {
    return number_open(db, a, SECRET_DESK, (ClaimHolder){ kab, family_id, SECRET_FAMILY }, sealed, out, e);
}

static bool words_seal(Db *db, Arena *a, int64_t kab, int64_t family_id, Str words, Str *out, Err *e) {
    return number_seal(db, a, SECRET_DESK, (ClaimHolder){ kab, family_id, SECRET_FAMILY }, words, out, e);
}

bool desk_record(Db *db, const DeskAct *act, Arena *a, const char *action, int64_t family_id, AuditField one, AuditField two, Err *e) {
    AuditEntry entry = { .kab = act->kab, .actor_id = act->actor->user_id, .action = action, .subject = desk_subject(a, act->id), .at = act->now, .family_id = family_id,
                         .fields = { AUDIT_COUNT("family_id", family_id), one } };
    if (one.key) entry.fields[2] = two;
    return audit_write(db, &entry, e);
}

// ---- taking in -----------------------------------------------------------------------------------------------------------
static bool is_text(Str text, Err *e) {
    if (text.n > DESK_TEXT_MAX) return fail(e, LIMIT, "Say it in at most %d letters; more stands on the paper that was shown.", DESK_TEXT_MAX);
    return str_is_utf8(text) || fail(e, BAD_INPUT, "That is no text.");
}

static bool take_check(const DeskTake *t, const DeskField *field, Err *e) {
    if (!desk_word_title(DESK_ASKERS, t->asker)[0]) return fail(e, BAD_INPUT, "Say who asks.");
    if (!desk_word_title(DESK_PROOFS, t->proof)[0]) return fail(e, BAD_INPUT, "Say how the person has shown who he or she is. Without that nothing is taken in: it could be anybody.");
    if (t->who.n == 0) return fail(e, BAD_INPUT, "Write the name of the one who asks.");
    if (!is_text(t->who, e) || !is_text(t->wrong, e) || !is_text(t->wanted, e) || !is_text(t->evidence, e)) return false;
    if (t->kind != DESK_CORRECT) return true;
    if (!field) return fail(e, BAD_INPUT, "Say what is to be corrected.");
    if (field->is_of_person && !t->person_id) return fail(e, BAD_INPUT, "Say of which person it is to be corrected.");
    if (!field->is_of_person && t->person_id) return fail(e, BAD_INPUT, "This belongs to the whole family, not to one person.");
    if (t->wanted.n == 0) return fail(e, BAD_INPUT, "Write what is right.");
    return t->evidence.n > 0 || fail(e, BAD_INPUT, "Say by what it is shown: which paper, of which day.");
}

bool desk_clock(Db *db, Arena *a, DeskKind kind, Date on, int64_t *hours_n, Str *source, Err *e) {
    DeskClockOfRow row;
    bool found;
    if (!desk_clock_of(db, a, (DeskClockOfArgs){ .kind = str_c(desk_kind_name(kind)), .on_on = on }, &row, &found, e)) return false;
    if (!found) return fail(e, CONFLICT, "No clock holds for this kind of request on that day.");
    *hours_n = row.hours_n;
    *source = row.source;
    return true;
}

// The one that says the same and is still open; 0: none. Sealing gives the same bytes for the same words of one family.
static bool same_find(Db *db, const DeskTake *t, int64_t taken_id, Str sealed, int64_t *id, Err *e) {
    DeskOpenOfRows rows = { 0 };
    DeskOpenOfRow row;
    DeskOpenOfArgs args = { .kab = t->kab, .family_id = t->family_id, .kind = str_c(desk_kind_name(t->kind)), .taken_id = taken_id };
    bool has_row, is_good = desk_open_of(db, args, &rows, e);
    *id = 0;
    while (is_good && (is_good = desk_open_of_next(&rows, &row, &has_row, e)) && has_row)
        if (!*id && str_eq(row.words_data, sealed) && desk_id(row.person_id) == t->person_id && str_eq(row.field, t->field)) *id = row.id;
    desk_open_of_end(&rows);
    return is_good;
}

static bool take_insert(Db *db, Arena *a, const Viewer *actor, const DeskTake *t, Str sealed, Instant now, int64_t *id, Err *e) {
    DeskLastRow last;
    bool found;
    int64_t hours_n;
    Str source;
    Err clash = { 0 };
    char salt[SALT_BYTES];
    randombytes_buf(salt, sizeof salt);
    if (!desk_clock(db, a, t->kind, district_day(t->kab, now), &hours_n, &source, e) || !desk_last(db, (DeskLastArgs){ .kab = t->kab }, &last, &found, e)) return false;
    DeskInsertArgs row = { .kab = t->kab, .id = last.last_id + 1, .family_id = t->family_id, .person_id = desk_none(t->person_id), .kind = str_c(desk_kind_name(t->kind)),
                           .field = t->field.n ? t->field : (Str){ 0 }, .asker = t->asker, .proof = t->proof, .words_data = sealed, .salt_data = { salt, sizeof salt },
                           .taken_id = actor->user_id, .taken_at = now, .due_at = { now.ms + hours_n * 3600000 } };
    if (!desk_insert(db, row, NULL, &clash)) return change_clashed(db, t->kab, &clash, e);
    *id = row.id;
    DeskAct act = { .kab = t->kab, .id = row.id, .actor = actor, .now = now };
    return desk_record(db, &act, a, "desk.take", t->family_id, (AuditField)AUDIT_TEXT("kind", row.kind), (AuditField)AUDIT_TEXT("proof", t->proof), e);
}

typedef struct { Arena *a; const Viewer *actor; DeskTake take; Instant now; int64_t id; bool is_new; } Taking;

static bool take_work(Db *db, void *with, Err *e) {
    Taking *x = with;
    DeskTake *t = &x->take;
    const DeskField *field = desk_field_find(t->field);
    DeskMayRow may;
    Sight sight = authority_sight(x->actor, district_day(t->kab, x->now));
    Str sealed, words, wanted = t->wanted, wrong = t->wrong;
    bool found;
    if (!desk_may(db, (DeskMayArgs){ .kab = t->kab, .family_id = t->family_id, SEE(sight) }, &may, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family with this number.");
    if (t->kind == DESK_CORRECT && !field->screen) {
        if (!desk_value_check(x->a, field, t->wanted, x->now, t->kab, &wanted, e) || !desk_value(db, x->a, field, t->kab, t->family_id, t->person_id, &wrong, e)) return false;
        if (str_eq(wanted, wrong)) return fail(e, BAD_INPUT, "That is what stands there already: there is nothing to correct.");
    }
    words = desk_words_join(x->a, t->who, wrong, wanted, t->evidence);
    if (!words_seal(db, x->a, t->kab, t->family_id, words, &sealed, e) || !same_find(db, t, x->actor->user_id, sealed, &x->id, e)) return false;
    x->is_new = x->id == 0;
    return !x->is_new || take_insert(db, x->a, x->actor, t, sealed, x->now, &x->id, e);
}

bool desk_take(Db *db, Arena *a, const Viewer *actor, const DeskTake *take, Instant now, int64_t *id, bool *is_new, Err *e) {
    Taking x = { .a = a, .actor = actor, .take = *take, .now = now };
    if (take->kind != DESK_CORRECT) x.take.field = (Str){ 0 };
    if (!authority_require(actor, ACTION_DESK, take->kab, e) || !take_check(&x.take, desk_field_find(x.take.field), e) || !change_do(db, take_work, &x, e)) return false;
    *id = x.id;
    *is_new = x.is_new;
    return true;
}

// ---- looking ---------------------------------------------------------------------------------------------------------------
// What desk_one and desk_rows have in common.
#define REQUEST_OF(row) (DeskRequest){ .family_id = (row).family_id, .person_id = desk_id((row).person_id), .taken_id = (row).taken_id, .assigned_id = desk_id((row).assigned_id), \
    .request_id = desk_id((row).request_id), .fact_n = desk_id((row).fact_n), .answered_id = desk_id((row).answered_id), .version_n = (row).version_n, .field = desk_field_find((row).field), \
    .asker = arena_str(a, (row).asker), .proof = arena_str(a, (row).proof), .reason = arena_str(a, (row).reason), .family_name = arena_str(a, (row).family_name), \
    .person_name = arena_str(a, (row).person_name), .taken_name = arena_str(a, (row).taken_name), .assigned_name = arena_str(a, (row).assigned_name), \
    .answered_name = arena_str(a, (row).answered_name), .taken_at = (row).taken_at, .due_at = (row).due_at, .answered_at = (row).answered_at, \
    .is_waiting = str_eq((row).state, STR("open")) && str_eq((row).request_state, STR("open")) }

static bool words_known(DeskRequest *r, int64_t kab, int64_t id, Str kind, Str state, Instant now, Err *e) {
    r->kab = kab, r->id = id;
    if (!desk_kind_find(kind, &r->kind) || !desk_state_find(state, &r->state))
        return fail(e, CONFLICT, "Request %lld holds a word that this program does not know.", (long long)id);
    r->is_late = r->due_at.ms < (r->state == DESK_OPEN ? now : r->answered_at).ms;
    return true;
}

bool desk_read(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Instant now, DeskRequest *out, Err *e) {
    DeskOneRow row;
    bool found;
    Str words = { 0 };
    if (!desk_one(db, a, (DeskOneArgs){ .kab = kab, .id = id, SEE(sight) }, &row, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no request with this number.");
    DeskRequest r = REQUEST_OF(row);
    r.is_erased = row.words_data.n == 0;
    if (!words_known(&r, kab, id, row.kind, row.state, now, e) || !desk_words_open(db, a, kab, r.family_id, row.words_data, &words, e) ||
        !desk_words_open(db, a, kab, r.family_id, row.answer_data, &r.answer, e)) return false;
    desk_words_part(words, &r.who, &r.wrong, &r.wanted, &r.evidence);
    *out = r;
    return true;
}

static bool sums_read(Db *db, const DeskFilter *f, DeskList *list, Str state, Str kind, Err *e) {
    DeskSumsRow sums;
    bool found;
    DeskSumsArgs args = { .kab = f->kab, .state = state, .kind = kind, .family_id = f->family_id, .user_id = f->user_id, .now_at = f->now,
                          .late_over_n = f->late == DESK_ANY_TIME ? -1 : f->late == DESK_LATE, SEE(f->sight) };
    if (!desk_sums(db, args, &sums, &found, e)) return false;
    list->total_n = sums.chosen_n, list->open_n = sums.open_n, list->late_n = sums.late_n;
    return true;
}

bool desk_list(Db *db, Arena *a, const DeskFilter *f, DeskList *out, Err *e) {
    DeskRowsRows rows = { 0 };
    DeskRowsRow row;
    Str state = str_c(f->has_state ? desk_state_name(f->state) : ""), kind = str_c(f->has_kind ? desk_kind_name(f->kind) : "");
    DeskRowsArgs args = { .kab = f->kab, .state = state, .kind = kind, .family_id = f->family_id, .user_id = f->user_id, .now_at = f->now,
                          .late_n = f->late == DESK_ANY_TIME ? -1 : f->late == DESK_LATE, .limit_n = f->limit_n, .offset_n = f->offset_n, SEE(f->sight) };
    DeskList list = { 0 };
    if (!sums_read(db, f, &list, state, kind, e)) return false;
    list.at = NEW(a, DeskRequest, (f->limit_n < list.total_n ? f->limit_n : list.total_n) + 1);
    int64_t room_n = f->limit_n < list.total_n ? f->limit_n : list.total_n;
    bool has_row, is_good = desk_rows(db, args, &rows, e);
    while (is_good && (is_good = desk_rows_next(&rows, &row, &has_row, e)) && has_row && (int64_t)list.n < room_n) {
        DeskRequest *r = &list.at[list.n++];
        *r = REQUEST_OF(row);
        r->is_erased = row.is_erased;
        is_good = words_known(r, f->kab, row.id, row.kind, row.state, f->now, e);
    }
    desk_rows_end(&rows);
    if (is_good) *out = list;
    return is_good;
}

// ---- handling ----------------------------------------------------------------------------------------------------------------
static bool changed_say(Err *e) { return fail(e, CONFLICT, "Somebody has changed this request since you looked at it, so nothing was done. Look at it once more."); }

// The request as this officer may handle it.
static bool handle_read(Db *db, Arena *a, const DeskAct *act, DeskRequest *out, Err *e) {
    Sight sight = authority_sight(act->actor, district_day(act->kab, act->now));
    return authority_require(act->actor, ACTION_DESK, act->kab, e) && desk_read(db, a, sight, act->kab, act->id, act->now, out, e) &&
           (act->actor->role != ROLE_COMPANION || fail(e, FORBIDDEN, "The office handles what families ask. You see here how far it is."));
}

#define OFFICERS_MAX 500               // of one district: more than any office has
static bool is_officer(Role role, int64_t user_kab, int64_t kab) {
    return role != ROLE_COMPANION && authority_allows(&(Viewer){ .role = role, .kab = user_kab }, ACTION_DESK, kab);
}

bool desk_officers(Db *db, Arena *a, int64_t kab, DeskOfficer **out, size_t *n, Err *e) {
    DeskUsersRows rows = { 0 };
    DeskUsersRow row;
    Role role;
    DeskOfficer *list = NEW(a, DeskOfficer, OFFICERS_MAX);
    size_t found_n = 0;
    bool has_row, is_good = desk_users(db, &rows, e);
    while (is_good && (is_good = desk_users_next(&rows, &row, &has_row, e)) && has_row && found_n < OFFICERS_MAX)
        if (role_find(row.role, &role) && is_officer(role, row.kab, kab)) list[found_n++] = (DeskOfficer){ row.id, arena_str(a, row.name) };
    desk_users_end(&rows);
    if (!is_good) return false;
    *out = list;
    *n = found_n;
    return true;
}

typedef struct { Arena *a; const DeskAct *act; int64_t user_id; } Assigning;

static bool assignee_check(Db *db, Arena *a, const DeskAct *act, int64_t user_id, Err *e) {
    User user;
    if (!user_id) return true;
    if (!user_read(db, a, user_id, &user, e)) return false;
    return (user.is_active && is_officer(user.role, user.kab, act->kab)) ||
           fail(e, BAD_INPUT, "%.*s does not handle requests of this district.", STR_ARG(user.name));
}

static bool assign_work(Db *db, void *with, Err *e) {
    Assigning *x = with;
    DeskRequest r;
    int64_t changed_n;
    if (!handle_read(db, x->a, x->act, &r, e)) return false;
    if (r.state == DESK_OPEN && r.assigned_id == x->user_id) return true;
    if (r.version_n != x->act->version_n || r.state != DESK_OPEN) return changed_say(e);
    DeskAssignSetArgs set = { .kab = r.kab, .id = r.id, .version_n = r.version_n, .assigned_id = desk_none(x->user_id) };
    if (!assignee_check(db, x->a, x->act, x->user_id, e) || !desk_assign_set(db, set, &changed_n, e)) return false;
    return changed_n == 1 ? desk_record(db, x->act, x->a, "desk.assign", r.family_id, AUDIT_CHANGE("assigned_id", r.assigned_id, x->user_id), (AuditField){ 0 }, e) : changed_say(e);
}

bool desk_assign(Db *db, Arena *a, const DeskAct *act, int64_t user_id, Err *e) { return change_do(db, assign_work, &(Assigning){ a, act, user_id }, e); }

// ---- asking for a signature ----------------------------------------------------------------------------------------------------
typedef struct { Arena *a; const DeskAct *act; ApprovalRequest *request; bool is_new; } Asking;

static bool correction_ask(Db *db, Asking *x, const DeskRequest *r, Err *e) {
    Hash hash;
    bool is_there;
    Str subject = desk_subject(x->a, r->id);
    if (!DESK_APPROVAL.now(db, r->kab, subject, &hash, &is_there, e)) return false;
    if (!is_there) return fail(e, CONFLICT, "What is to be corrected is not there any more.");
    Date due = district_day(r->kab, r->due_at), today = district_day(r->kab, x->act->now);
    ApprovalAsk ask = { .kab = r->kab, .subject = subject, .seen_hash = hash, .due_on = due.days < today.days ? today : due,
                        .link = arena_fmt(x->a, "/desk/%lld/%lld", (long long)r->kab, (long long)r->id) };
    return approval_ask(db, x->a, x->act->actor, &DESK_APPROVAL, &ask, x->act->now, x->request, &x->is_new, e);
}

static bool ask_work(Db *db, void *with, Err *e) {
    Asking *x = with;
    DeskRequest r;
    int64_t changed_n;
    if (!handle_read(db, x->a, x->act, &r, e) || !authority_require(x->act->actor, ACTION_EDIT, x->act->kab, e)) return false;
    if (r.state != DESK_OPEN) return changed_say(e);
    if (r.kind != DESK_ERASE && (r.kind != DESK_CORRECT || r.field->screen)) return fail(e, CONFLICT, "This request needs no signature here: it is answered when it is done.");
    if (r.is_waiting) {                                    // a second click
        x->is_new = false;
        return approval_read(db, x->a, r.kab, r.request_id, x->request, e);
    }
    if (r.version_n != x->act->version_n) return changed_say(e);
    if (!(r.kind == DESK_ERASE ? erase_ask_in(db, x->a, x->act->actor, r.kab, r.family_id, x->act->now, x->request, &x->is_new, e) : correction_ask(db, x, &r, e))) return false;
    if (!desk_asked_set(db, (DeskAskedSetArgs){ .kab = r.kab, .id = r.id, .version_n = r.version_n, .request_id = x->request->id }, &changed_n, e)) return false;
    return changed_n == 1 ? desk_record(db, x->act, x->a, "desk.ask", r.family_id, (AuditField)AUDIT_COUNT("request_id", x->request->id), (AuditField){ 0 }, e) : changed_say(e);
}

bool desk_ask(Db *db, Arena *a, const DeskAct *act, ApprovalRequest *out, bool *is_new, Err *e) {
    ApprovalRequest request = { 0 };
    Asking x = { a, act, &request, false };
    if (!change_do(db, ask_work, &x, e)) return false;
    *out = request;
    *is_new = x.is_new;
    return true;
}

// ---- answering -----------------------------------------------------------------------------------------------------------------
typedef struct { Arena *a; const DeskAct *act; const DeskAnswer *answer; } Answering;

// What was done on another screen: a fact of this family, told since, that was not taken back; of leaving, for who withdraws.
static bool fact_check(Db *db, Arena *a, const DeskRequest *r, int64_t fact_n, Err *e) {
    DeskFactRow fact;
    bool found = false;
    if (fact_n > 0 && !desk_fact(db, a, (DeskFactArgs){ .kab = r->kab, .family_id = r->family_id, .n = fact_n }, &fact, &found, e)) return false;
    if (!found || fact.corrected_n || fact.recorded_at.ms < r->taken_at.ms)
        return fail(e, CONFLICT, "Tell it on the page of the family's life first, then choose here the fact that did it. It must be told after the request was taken in.");
    return r->kind != DESK_WITHDRAW || str_eq(fact.kind, STR("leave")) || str_eq(fact.kind, STR("move_out")) || fail(e, CONFLICT, "Who withdraws leaves the programme: choose the fact of leaving.");
}

static bool grant_check(Db *db, Arena *a, const DeskAct *act, const DeskRequest *r, const DeskAnswer *answer, Err *e) {
    if (r->kind == DESK_ERASE || (r->kind == DESK_CORRECT && !r->field->screen))
        return fail(e, CONFLICT, "This changes data: ask for another person's signature. With it the request is granted by itself.");
    if (r->kind == DESK_ACCESS || r->kind == DESK_OBJECT) return true;
    if (act->actor->user_id == r->taken_id) return fail(e, FORBIDDEN, "You took this request in, and it changes data: another person answers it.");
    return fact_check(db, a, r, answer->fact_n, e);
}

static bool answer_check(Db *db, Arena *a, const DeskAct *act, const DeskRequest *r, const DeskAnswer *answer, Err *e) {
    if (r->is_waiting) return fail(e, CONFLICT, "A signature is asked for. Wait for it, or take it back on the worklist first.");
    if (!is_text(answer->text, e)) return false;
    if (answer->is_granted) return grant_check(db, a, act, r, answer, e);
    if (!desk_word_title(DESK_REASONS, answer->reason)[0]) return fail(e, BAD_INPUT, "Choose the reason: the family has a right to know it.");
    return answer->text.n > 0 || fail(e, BAD_INPUT, "Say in plain words why: it goes into the letter.");
}

static bool is_same_answer(const DeskAct *act, const DeskRequest *r, const DeskAnswer *answer) {
    return r->answered_id == act->actor->user_id && r->version_n == act->version_n + 1 && (r->state == DESK_GRANTED) == answer->is_granted;
}

static bool answer_work(Db *db, void *with, Err *e) {
    Answering *x = with;
    const DeskAnswer *answer = x->answer;
    DeskRequest r;
    Str sealed, line;
    int64_t changed_n;
    if (!handle_read(db, x->a, x->act, &r, e) || !authority_require(x->act->actor, ACTION_EDIT, x->act->kab, e)) return false;
    if (r.state != DESK_OPEN && is_same_answer(x->act, &r, answer)) return true;           // a second click
    if (r.state != DESK_OPEN || r.version_n != x->act->version_n) return changed_say(e);
    line = desk_words_join(x->a, answer->text, STR(""), STR(""), STR(""));
    if (!answer_check(db, x->a, x->act, &r, answer, e) || !words_seal(db, x->a, r.kab, r.family_id, answer->text.n ? str_cut(&line, '\n') : STR(""), &sealed, e)) return false;
    bool has_fact = answer->is_granted && (r.kind == DESK_CORRECT || r.kind == DESK_WITHDRAW);
    DeskAnswerSetArgs set = { .kab = r.kab, .id = r.id, .version_n = r.version_n, .state = str_c(answer->is_granted ? "granted" : "refused"),
                              .reason = answer->is_granted ? (Str){ 0 } : answer->reason, .fact_n = has_fact ? answer->fact_n : INT64_MIN, .answer_data = sealed,
                              .answered_id = x->act->actor->user_id, .answered_at = x->act->now };
    if (!desk_answer_set(db, set, &changed_n, e)) return false;
    if (changed_n != 1) return changed_say(e);
    return desk_record(db, x->act, x->a, "desk.answer", r.family_id, (AuditField)AUDIT_TEXT("state", set.state),
                       has_fact ? (AuditField)AUDIT_COUNT("fact_n", answer->fact_n) : answer->is_granted ? (AuditField){ 0 } : (AuditField)AUDIT_TEXT("reason", answer->reason), e);
}

bool desk_answer(Db *db, Arena *a, const DeskAct *act, const DeskAnswer *answer, Err *e) { return change_do(db, answer_work, &(Answering){ a, act, answer }, e); }
