// subject.c: see subject.h. Each section is a table of columns and a function that fills its rows.
#include "status/subject.h"
#include "base/lang.h"
#include "commitment/fact.h"
#include "office/audit.h"
#include "office/audit_list.h"
#include "office/caseload.h"
#include "office/read_log.h"
#include "registry/desk.h"
#include "registry/life.h"
#include "registry/number.h"
#include "stage/explain.h"
#include "status/family_status.h"
#include "status_subject.sql.h"

#define LOOKS_MAX 10000                // the newest of those who ever looked at one family, and of its changes
#define STAGES_MAX 200
#define WIB_MINUTES 420

typedef struct { Db *db, *reads; Arena *a; const SubjectAsk *ask; Subject *out; SubjectSection *section; } Work;

// ---- rows ----------------------------------------------------------------------------------------------------------------
static void row_begin(Work *w) {
    SubjectSection *s = w->section;
    if (s->row_n == s->room) {
        size_t room = s->room ? 2 * s->room : 8;
        SubjectCell *wider = NEW(w->a, SubjectCell, room * s->column_n);
        if (s->row_n) memcpy(wider, s->cells, s->row_n * s->column_n * sizeof *wider);
        s->cells = wider;
        s->room = room;
    }
    for (size_t i = 0; i < s->column_n; i++) s->cells[s->row_n * s->column_n + i] = (SubjectCell){ .n = INT64_MIN };
    s->row_n++;
}

static SubjectCell *cell_of(Work *w, const char *name) {
    SubjectSection *s = w->section;
    size_t i = 0;
    while (strcmp(s->columns[i].name, name) != 0) i++;
    return &s->cells[(s->row_n - 1) * s->column_n + i];
}

static void put(Work *w, const char *name, Str text) { if (text.n) cell_of(w, name)->text = arena_str(w->a, text); }
static void put_n(Work *w, const char *name, int64_t n) { cell_of(w, name)->n = n; }
static void put_day(Work *w, const char *name, Date on) { if (date_is_known(on)) cell_of(w, name)->n = on.days; }
static void put_at(Work *w, const char *name, Instant at) { cell_of(w, name)->n = at.ms; }
static void put_rp(Work *w, const char *name, Rupiah amount) { cell_of(w, name)->n = amount.rp; }
static bool is_about(const Work *w, int64_t person_id) { return w->ask->person_id == 0 || person_id <= 0 || person_id == w->ask->person_id; }

static bool put_number(Work *w, const char *name, SecretKind kind, int64_t person_id, Err *e) {
    Str number;
    if (!number_read(w->db, w->a, kind, (ClaimHolder){ w->ask->kab, w->ask->family_id, person_id }, &number, e)) return false;
    put(w, name, number);
    return true;
}

static bool put_who(Work *w, int64_t user_id, Err *e) {
    SubjectUserRow user;
    bool found;
    if (user_id == 0) return put(w, "who", str_c(_("The program itself"))), true;
    if (!subject_user(w->db, w->a, (SubjectUserArgs){ .user_id = user_id }, &user, &found, e)) return false;
    Role role;
    if (found) put(w, "who", user.name);
    if (found && role_find(user.role, &role)) put(w, "role", str_c(role_title(role)));
    return true;
}

#define EACH(query, ...) query##Rows rows = { 0 }; query##Row row; bool has_row, is_good = __VA_ARGS__

// ---- who they are ----------------------------------------------------------------------------------------------------------
static const SubjectColumn FAMILY[] = {
    { "family", N_("Number"), SUBJECT_N }, { "iddtks", "IDDTKS", SUBJECT_TEXT }, { "kk", N_("Family card (KK)"), SUBJECT_TEXT }, { "account", N_("Account"), SUBJECT_TEXT },
    { "channel", N_("Channel"), SUBJECT_TEXT }, { "payee", N_("Received by, person number"), SUBJECT_N }, { "status", N_("Status"), SUBJECT_TEXT }, { "decile", N_("Decile"), SUBJECT_N },
    { "village", N_("Kelurahan"), SUBJECT_TEXT }, { "address", N_("Address"), SUBJECT_TEXT }, { "hamlet", N_("Hamlet"), SUBJECT_TEXT }, { "rt", "RT", SUBJECT_TEXT }, { "rw", "RW", SUBJECT_TEXT },
    { "entered_on", N_("Since"), SUBJECT_DAY }, { "recorded_at", N_("Recorded"), SUBJECT_INSTANT } };

static bool family_fill(Work *w, Err *e) {
    SubjectFamilyRow f;
    bool found;
    if (!subject_family(w->db, w->a, (SubjectFamilyArgs){ .kab = w->ask->kab, .family_id = w->ask->family_id, SEE(w->ask->sight) }, &f, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no family with this number.");
    row_begin(w);
    put_n(w, "family", w->ask->family_id), put(w, "iddtks", f.dtks_code), put(w, "channel", f.channel), put_n(w, "payee", f.payee_id), put(w, "status", f.status), put_n(w, "decile", f.decile_n);
    put(w, "village", f.village), put(w, "address", f.address), put(w, "hamlet", f.hamlet), put(w, "rt", f.rt), put(w, "rw", f.rw), put_day(w, "entered_on", f.entered_on);
    put_at(w, "recorded_at", f.recorded_at);
    return put_number(w, "kk", SECRET_KK, SECRET_FAMILY, e) && put_number(w, "account", SECRET_ACCOUNT, SECRET_FAMILY, e);
}

static const SubjectColumn PERSONS[] = {
    { "id", N_("Number"), SUBJECT_N }, { "name", N_("Name"), SUBJECT_TEXT }, { "nik", "NIK", SUBJECT_TEXT }, { "relation", N_("Relation"), SUBJECT_TEXT }, { "sex", N_("Sex"), SUBJECT_TEXT },
    { "born_on", N_("Born"), SUBJECT_DAY }, { "birth_place", N_("Birth place"), SUBJECT_TEXT }, { "mother", N_("Mother"), SUBJECT_TEXT }, { "school_level", N_("Level"), SUBJECT_TEXT },
    { "school", N_("School"), SUBJECT_TEXT }, { "pregnancy", N_("Pregnancy"), SUBJECT_N }, { "severe_disability", N_("Severe disability"), SUBJECT_N },
    { "rights_victim", N_("Victim of a gross violation of human rights"), SUBJECT_N }, { "outcome", N_("Duty"), SUBJECT_TEXT }, { "gone", N_("No longer a member"), SUBJECT_N } };

static bool persons_fill(Work *w, Err *e) {
    EACH(SubjectPersons, subject_persons(w->db, (SubjectPersonsArgs){ .kab = w->ask->kab, .family_id = w->ask->family_id, SEE(w->ask->sight) }, &rows, e));
    while (is_good && (is_good = subject_persons_next(&rows, &row, &has_row, e)) && has_row) {
        if (!is_about(w, row.id)) continue;
        row_begin(w);
        if (w->ask->person_id) w->out->name = arena_str(w->a, row.name);
        put_n(w, "id", row.id), put(w, "name", row.name), put_day(w, "born_on", row.born_on), put(w, "birth_place", row.birth_place), put(w, "sex", row.sex), put(w, "mother", row.mother_name);
        put(w, "relation", row.relation), put(w, "school_level", row.school_level), put(w, "school", row.school.n ? row.school : row.school_npsn);
        if (row.pregnancy_n) put_n(w, "pregnancy", row.pregnancy_n);
        if (row.is_severe_disability) put_n(w, "severe_disability", 1);
        if (row.is_rights_victim) put_n(w, "rights_victim", 1);
        if (row.is_gone) put_n(w, "gone", 1);
        put(w, "outcome", row.outcome);
        is_good = put_number(w, "nik", SECRET_NIK, row.id, e);
    }
    subject_persons_end(&rows);
    if (is_good && w->ask->person_id && w->section->row_n == 0) return fail(e, NOT_FOUND, "There is no such person in this family.");
    return is_good;
}

// ---- what happened ---------------------------------------------------------------------------------------------------------
static const SubjectColumn LIFE[] = {
    { "n", N_("Number"), SUBJECT_N }, { "happened_on", N_("Day"), SUBJECT_DAY }, { "kind", N_("Kind"), SUBJECT_TEXT }, { "what", N_("What"), SUBJECT_TEXT }, { "person", N_("Person"), SUBJECT_N },
    { "note", N_("Remark"), SUBJECT_TEXT }, { "who", N_("Who told it"), SUBJECT_TEXT }, { "recorded_at", N_("Recorded"), SUBJECT_INSTANT } };

static bool life_fill(Work *w, Err *e) {
    LifeEvents events;
    if (!life_list(w->db, w->a, w->ask->sight, w->ask->kab, w->ask->family_id, &events, e)) return false;
    for (size_t i = 0; i < events.n; i++) {
        const LifeEvent *ev = &events.at[i];
        Buf b = { .max = 2000 };
        if (!is_about(w, ev->person_id)) continue;
        row_begin(w);
        life_event_put(&b, ev);
        put_n(w, "n", ev->n), put_day(w, "happened_on", ev->on), put(w, "kind", str_c(life_kind_title(ev->kind))), put(w, "what", buf_view(&b)), put(w, "note", ev->note);
        if (ev->person_id) put_n(w, "person", ev->person_id);
        put(w, "who", ev->actor_name), put_at(w, "recorded_at", ev->recorded_at);
        buf_free(&b);
    }
    return true;
}

static const SubjectColumn PLACES[] = { { "until_on", N_("Until"), SUBJECT_DAY }, { "village", N_("Kelurahan"), SUBJECT_TEXT }, { "address", N_("Address"), SUBJECT_TEXT },
                                        { "hamlet", N_("Hamlet"), SUBJECT_TEXT }, { "rt", "RT", SUBJECT_TEXT }, { "rw", "RW", SUBJECT_TEXT } };
static bool places_fill(Work *w, Err *e) {
    EACH(SubjectPlaces, subject_places(w->db, (SubjectPlacesArgs){ .kab = w->ask->kab, .family_id = w->ask->family_id, SEE(w->ask->sight) }, &rows, e));
    while (is_good && (is_good = subject_places_next(&rows, &row, &has_row, e)) && has_row) {
        row_begin(w);
        put_day(w, "until_on", row.happened_on), put(w, "village", row.village), put(w, "address", row.address), put(w, "hamlet", row.hamlet), put(w, "rt", row.rt), put(w, "rw", row.rw);
    }
    subject_places_end(&rows);
    return is_good;
}

static const SubjectColumn CARE[] = { { "companion", N_("Companion"), SUBJECT_TEXT }, { "from_on", N_("From"), SUBJECT_DAY }, { "until_on", N_("Until"), SUBJECT_DAY } };
static bool care_fill(Work *w, Err *e) {
    CaseloadSpans spans;
    if (!caseload_of_family(w->db, w->a, w->ask->sight, w->ask->kab, w->ask->family_id, &spans, e)) return false;
    for (size_t i = 0; i < spans.n; i++) {
        row_begin(w);
        put(w, "companion", spans.at[i].name), put_day(w, "from_on", spans.at[i].from_on), put_day(w, "until_on", spans.at[i].until_on);
    }
    return true;
}

// ---- duties ----------------------------------------------------------------------------------------------------------------
static const SubjectColumn FACTS[] = {
    { "n", N_("Number"), SUBJECT_N }, { "person", N_("Person"), SUBJECT_N }, { "kind", N_("Kind"), SUBJECT_TEXT }, { "first_on", N_("From"), SUBJECT_DAY }, { "last_on", N_("Until"), SUBJECT_DAY },
    { "times", N_("Times"), SUBJECT_N }, { "days", N_("School days"), SUBJECT_N }, { "absent", N_("Absent"), SUBJECT_N }, { "observation", N_("Measured or found"), SUBJECT_TEXT },
    { "source", N_("Source"), SUBJECT_TEXT }, { "evidence", N_("Evidence"), SUBJECT_TEXT }, { "corrected_by", N_("Corrected by number"), SUBJECT_N }, { "who", N_("Who told it"), SUBJECT_TEXT },
    { "recorded_at", N_("Recorded"), SUBJECT_INSTANT } };

static bool facts_fill(Work *w, Err *e) {
    ToldFacts facts;
    bool is_good = fact_list(w->db, w->a, w->ask->sight, w->ask->kab, w->ask->family_id, &facts, e);
    for (size_t i = 0; is_good && i < facts.n; i++) {
        const ToldFact *t = &facts.at[i];
        Str observation = { 0 };
        if (!is_about(w, t->fact.person_id)) continue;
        row_begin(w);
        put_n(w, "n", t->n), put(w, "kind", t->fact.kind), put_day(w, "first_on", t->fact.first_on), put_day(w, "last_on", t->fact.last_on), put(w, "source", t->fact.source);
        put(w, "evidence", t->fact.evidence), put(w, "who", t->actor_name), put_at(w, "recorded_at", t->recorded_at);
        if (t->fact.person_id > 0) put_n(w, "person", t->fact.person_id);
        if (t->fact.days > 0) put_n(w, "days", t->fact.days), put_n(w, "absent", t->fact.absent);
        else if (t->fact.times >= 0) put_n(w, "times", t->fact.times);
        if (t->corrected_by_n > 0) put_n(w, "corrected_by", t->corrected_by_n);
        is_good = !t->has_observation || fact_observation(w->db, w->a, w->ask->kab, w->ask->family_id, t->n, &observation, e);
        put(w, "observation", observation);
    }
    return is_good;
}

static const SubjectColumn EXCUSES[] = {
    { "person", N_("Person"), SUBJECT_N }, { "duty", N_("Duty"), SUBJECT_TEXT }, { "first_month_on", N_("From"), SUBJECT_DAY }, { "last_month_on", N_("Until"), SUBJECT_DAY },
    { "reason", N_("Reason"), SUBJECT_TEXT }, { "note", N_("Remark"), SUBJECT_TEXT }, { "evidence", N_("Evidence"), SUBJECT_TEXT }, { "granted_at", N_("Granted"), SUBJECT_INSTANT } };
static bool excuses_fill(Work *w, Err *e) {
    EACH(SubjectExcuses, subject_excuses(w->db, (SubjectExcusesArgs){ .kab = w->ask->kab, .family_id = w->ask->family_id, SEE(w->ask->sight) }, &rows, e));
    while (is_good && (is_good = subject_excuses_next(&rows, &row, &has_row, e)) && has_row) {
        if (!is_about(w, row.person_id)) continue;
        row_begin(w);
        put_n(w, "person", row.person_id), put(w, "duty", row.duty), put_day(w, "first_month_on", row.first_month_on), put_day(w, "last_month_on", row.last_month_on), put(w, "reason", row.reason);
        put(w, "note", row.note), put(w, "evidence", row.evidence), put_at(w, "granted_at", row.granted_at);
    }
    subject_excuses_end(&rows);
    return is_good;
}

// ---- money -----------------------------------------------------------------------------------------------------------------
static const SubjectColumn PAYMENTS[] = {
    { "stage", N_("Stage"), SUBJECT_TEXT }, { "status", N_("Status"), SUBJECT_TEXT }, { "channel", N_("Channel"), SUBJECT_TEXT }, { "expected", N_("Expected"), SUBJECT_RUPIAH },
    { "ordered", N_("Handed to the channel"), SUBJECT_RUPIAH }, { "paid", N_("Paid"), SUBJECT_RUPIAH }, { "withdrawn", N_("Withdrawn"), SUBJECT_RUPIAH }, { "next", N_("What happens next"), SUBJECT_TEXT } };
static const SubjectColumn LINES[] = {
    { "stage", N_("Stage"), SUBJECT_TEXT }, { "person", N_("Person"), SUBJECT_N }, { "component", N_("Component"), SUBJECT_TEXT }, { "rate", N_("Rate"), SUBJECT_RUPIAH },
    { "rate_months", N_("For months"), SUBJECT_N }, { "paid_months", N_("Months paid"), SUBJECT_N }, { "amount", N_("Amount"), SUBJECT_RUPIAH }, { "cap", N_("Over the cap"), SUBJECT_TEXT },
    { "rule", N_("Rule"), SUBJECT_TEXT } };
typedef struct { Str at[STAGES_MAX]; size_t n; } StageNames;

static bool stages_read(Work *w, StageNames *out, Err *e) {
    out->n = 0;
    EACH(SubjectStages, subject_stages(w->db, (SubjectStagesArgs){ .kab = w->ask->kab }, &rows, e));
    while (is_good && (is_good = subject_stages_next(&rows, &row, &has_row, e)) && has_row && out->n < STAGES_MAX) out->at[out->n++] = arena_str(w->a, row.stage);
    subject_stages_end(&rows);
    return is_good;
}

static void put_money(Work *w, const char *name, const StatusMoney *money) { if (money->known == MONEY_KNOWN) put_rp(w, name, money->amount); }

// Whether the family was in the closing; a stage whose amounts cannot be explained now still has its status.
static bool explained(Work *w, Str stage, Explanation *out, bool *is_there, Err *e) {
    Err none = { 0 };
    *is_there = explain_family(w->db, w->a, w->ask->kab, stage, w->ask->family_id, w->ask->sight, out, &none);
    return *is_there || none.code == NOT_FOUND || none.code == CONFLICT || fail(e, none.code, "%s", none.text);
}

static bool payments_fill(Work *w, Err *e) {
    StageNames stages;
    bool is_good = stages_read(w, &stages, e);
    for (size_t i = 0; is_good && i < stages.n; i++) {
        FamilyStatus s;
        Explanation x;
        bool is_there;
        is_good = explained(w, stages.at[i], &x, &is_there, e) && (!is_there || family_status(w->db, w->a, w->ask->sight, w->ask->kab, stages.at[i], w->ask->family_id, w->ask->now, &s, e));
        if (!is_good || !is_there) continue;
        row_begin(w);
        put(w, "stage", stages.at[i]), put(w, "status", str_c(status_title_of(s.kind))), put(w, "channel", s.channel), put(w, "next", status_next_text(w->a, &s));
        put_money(w, "expected", &s.expected), put_money(w, "ordered", &s.ordered), put_money(w, "paid", &s.paid), put_money(w, "withdrawn", &s.withdrawn);
    }
    return is_good;
}

static bool lines_fill(Work *w, Err *e) {
    StageNames stages;
    bool is_good = stages_read(w, &stages, e);
    for (size_t i = 0; is_good && i < stages.n; i++) {
        Explanation x;
        bool is_there;
        is_good = explained(w, stages.at[i], &x, &is_there, e);
        for (size_t k = 0; is_good && is_there && k < x.line_n; k++) {
            const ExplainedLine *l = &x.lines[k];
            if (!is_about(w, l->person_id)) continue;
            row_begin(w);
            put(w, "stage", stages.at[i]), put(w, "component", l->title), put(w, "cap", l->cap), put(w, "rule", l->source), put_rp(w, "amount", l->amount);
            if (l->person_id) put_n(w, "person", l->person_id);
            if (l->rate.rp) put_rp(w, "rate", l->rate), put_n(w, "rate_months", l->rate_months), put_n(w, "paid_months", l->paid_months);
        }
    }
    return is_good;
}

static const SubjectColumn ATTEMPTS[] = { { "stage", N_("Stage"), SUBJECT_TEXT }, { "n", N_("Attempt"), SUBJECT_N }, { "state", N_("State"), SUBJECT_TEXT }, { "channel", N_("Channel"), SUBJECT_TEXT },
                                          { "amount", N_("Amount"), SUBJECT_RUPIAH }, { "reason", N_("Reason"), SUBJECT_TEXT }, { "recorded_at", N_("Recorded"), SUBJECT_INSTANT } };
static bool attempts_fill(Work *w, Err *e) {
    EACH(SubjectAttempts, subject_attempts(w->db, (SubjectAttemptsArgs){ .kab = w->ask->kab, .family_id = w->ask->family_id, SEE(w->ask->sight) }, &rows, e));
    while (is_good && (is_good = subject_attempts_next(&rows, &row, &has_row, e)) && has_row) {
        row_begin(w);
        put(w, "stage", row.stage), put_n(w, "n", row.n), put(w, "state", row.state), put(w, "channel", row.channel), put_rp(w, "amount", row.amount_rp), put(w, "reason", row.reason);
        put_at(w, "recorded_at", row.recorded_at);
    }
    subject_attempts_end(&rows);
    return is_good;
}

static const SubjectColumn LISTS[] = {
    { "stage", N_("Stage"), SUBJECT_TEXT }, { "wave", N_("Wave"), SUBJECT_N }, { "file", N_("File"), SUBJECT_TEXT }, { "state", N_("State"), SUBJECT_TEXT }, { "row", N_("Row"), SUBJECT_N },
    { "name", N_("Name"), SUBJECT_TEXT }, { "amount", N_("Amount"), SUBJECT_RUPIAH }, { "channel", N_("Channel"), SUBJECT_TEXT }, { "note", N_("Remark"), SUBJECT_TEXT }, { "read_at", N_("Read"), SUBJECT_INSTANT } };
static bool lists_fill(Work *w, Err *e) {
    EACH(SubjectLists, subject_lists(w->db, (SubjectListsArgs){ .kab = w->ask->kab, .family_id = w->ask->family_id, SEE(w->ask->sight) }, &rows, e));
    while (is_good && (is_good = subject_lists_next(&rows, &row, &has_row, e)) && has_row) {
        row_begin(w);
        put(w, "stage", row.stage), put_n(w, "wave", row.wave_n), put(w, "file", row.file_name), put(w, "state", row.state), put_n(w, "row", row.row_n), put(w, "name", row.name);
        put_rp(w, "amount", row.amount_rp), put(w, "channel", row.channel), put(w, "note", row.note), put_at(w, "read_at", row.read_at);
    }
    subject_lists_end(&rows);
    return is_good;
}

// ---- what was asked and decided ----------------------------------------------------------------------------------------------
static const SubjectColumn REQUESTS[] = {
    { "id", N_("Number"), SUBJECT_N }, { "kind", N_("What is asked"), SUBJECT_TEXT }, { "asked_by", N_("Who asks"), SUBJECT_TEXT }, { "wrong", N_("What is wrong"), SUBJECT_TEXT },
    { "wanted", N_("What is wanted"), SUBJECT_TEXT }, { "evidence", N_("Evidence"), SUBJECT_TEXT }, { "state", N_("State"), SUBJECT_TEXT }, { "answer", N_("Answer"), SUBJECT_TEXT },
    { "who", N_("Taken in by"), SUBJECT_TEXT }, { "taken_at", N_("Taken in"), SUBJECT_INSTANT }, { "due_at", N_("Answer due"), SUBJECT_INSTANT }, { "answered_at", N_("Answered"), SUBJECT_INSTANT } };
static bool requests_fill(Work *w, Err *e) {
    DeskList list;
    DeskFilter filter = { .sight = w->ask->sight, .kab = w->ask->kab, .family_id = w->ask->family_id, .now = w->ask->now, .limit_n = 10000 };
    bool is_good = desk_list(w->db, w->a, &filter, &list, e);
    for (size_t i = 0; is_good && i < list.n; i++) {
        DeskRequest q;
        if (!is_about(w, list.at[i].person_id)) continue;
        if (!(is_good = desk_read(w->db, w->a, w->ask->sight, w->ask->kab, list.at[i].id, w->ask->now, &q, e))) break;
        row_begin(w);
        put_n(w, "id", q.id), put(w, "kind", str_c(desk_kind_title(q.kind))), put(w, "asked_by", q.who), put(w, "wrong", q.wrong), put(w, "wanted", q.wanted), put(w, "evidence", q.evidence);
        put(w, "state", str_c(desk_state_title(q.state))), put(w, "answer", q.answer), put(w, "who", q.taken_name), put_at(w, "taken_at", q.taken_at), put_at(w, "due_at", q.due_at);
        if (q.state != DESK_OPEN) put_at(w, "answered_at", q.answered_at);
    }
    return is_good;
}

static const SubjectColumn APPROVALS[] = { { "id", N_("Number"), SUBJECT_N }, { "kind", N_("Kind"), SUBJECT_TEXT }, { "state", N_("State"), SUBJECT_TEXT }, { "maker", N_("Asked by"), SUBJECT_TEXT },
    { "made_at", N_("Asked"), SUBJECT_INSTANT }, { "ended_by", N_("Decided by"), SUBJECT_TEXT }, { "ended_at", N_("Decided"), SUBJECT_INSTANT }, { "reason", N_("Reason of the refusal"), SUBJECT_TEXT } };
static bool approvals_fill(Work *w, Err *e) {
    Str link = arena_fmt(w->a, "/family/%lld/%lld", (long long)w->ask->kab, (long long)w->ask->family_id);
    EACH(SubjectApprovals, subject_approvals(w->db, (SubjectApprovalsArgs){ .kab = w->ask->kab, .family_id = w->ask->family_id, .link = link, SEE(w->ask->sight) }, &rows, e));
    while (is_good && (is_good = subject_approvals_next(&rows, &row, &has_row, e)) && has_row) {
        row_begin(w);
        put_n(w, "id", row.id), put(w, "kind", row.kind), put(w, "state", row.state), put(w, "maker", row.maker), put_at(w, "made_at", row.made_at), put(w, "ended_by", row.ended_by);
        put_at(w, "ended_at", row.ended_at), put(w, "reason", row.reason);
    }
    subject_approvals_end(&rows);
    return is_good;
}

static const SubjectColumn FINDINGS[] = { { "kind", N_("Kind"), SUBJECT_TEXT }, { "person", N_("Person"), SUBJECT_N }, { "state", N_("State"), SUBJECT_TEXT }, { "found_at", N_("Found"), SUBJECT_INSTANT },
                                          { "note", N_("Remark"), SUBJECT_TEXT } };
static bool findings_fill(Work *w, Err *e) {
    EACH(SubjectFindings, subject_findings(w->db, (SubjectFindingsArgs){ .kab = w->ask->kab, .family_id = w->ask->family_id, SEE(w->ask->sight) }, &rows, e));
    while (is_good && (is_good = subject_findings_next(&rows, &row, &has_row, e)) && has_row) {
        if (!is_about(w, row.person_id)) continue;
        row_begin(w);
        put(w, "kind", row.kind), put(w, "state", row.state), put_at(w, "found_at", row.found_at), put(w, "note", row.note);
        if (row.person_id) put_n(w, "person", row.person_id);
    }
    subject_findings_end(&rows);
    return is_good;
}

static const SubjectColumn PAIRS[] = { { "person", N_("Person"), SUBJECT_N }, { "score", N_("Points"), SUBJECT_N }, { "state", N_("State"), SUBJECT_TEXT }, { "found_at", N_("Found"), SUBJECT_INSTANT },
                                       { "decided_at", N_("Decided"), SUBJECT_INSTANT }, { "note", N_("Remark"), SUBJECT_TEXT } };
static bool pairs_fill(Work *w, Err *e) {
    EACH(SubjectPairs, subject_pairs(w->db, (SubjectPairsArgs){ .kab = w->ask->kab, .family_id = w->ask->family_id, SEE(w->ask->sight) }, &rows, e));
    while (is_good && (is_good = subject_pairs_next(&rows, &row, &has_row, e)) && has_row) {
        if (!is_about(w, row.person_n)) continue;
        row_begin(w);
        put_n(w, "person", row.person_n), put_n(w, "score", row.score_n), put(w, "state", row.state), put_at(w, "found_at", row.found_at), put_at(w, "decided_at", row.decided_at), put(w, "note", row.note);
    }
    subject_pairs_end(&rows);
    return is_good;
}

// ---- where it comes from, and who looked --------------------------------------------------------------------------------------
static const SubjectColumn CHANGES[] = { { "n", N_("Entry"), SUBJECT_N }, { "at", N_("When"), SUBJECT_INSTANT }, { "who", N_("Who"), SUBJECT_TEXT }, { "role", N_("Role"), SUBJECT_TEXT },
                                         { "action", N_("What was done"), SUBJECT_TEXT } };
static bool change_take(void *with, const AuditRow *row, Err *e) {
    Work *w = with;
    row_begin(w);
    put_n(w, "n", row->n), put_at(w, "at", row->at), put(w, "action", row->action);
    return put_who(w, row->actor_id, e);
}

static bool changes_fill(Work *w, Err *e) {
    AuditFilter filter = { .kab = w->ask->kab, .sight = w->ask->sight, .actor_id = ACTOR_ANY, .subject = arena_fmt(w->a, "family %lld", (long long)w->ask->family_id),
                           .from_on = DATE_NONE, .until_on = DATE_NONE, .limit_n = LOOKS_MAX };
    return audit_list_each(w->db, &filter, change_take, w, e);
}

static const SubjectColumn FILES[] = { { "id", N_("Number"), SUBJECT_N }, { "source", N_("Source"), SUBJECT_TEXT }, { "file", N_("File"), SUBJECT_TEXT }, { "rows", N_("Rows"), SUBJECT_N },
                                       { "applied_at", N_("Applied"), SUBJECT_INSTANT } };
static bool files_fill(Work *w, Err *e) {
    EACH(SubjectFiles, subject_files(w->db, (SubjectFilesArgs){ .kab = w->ask->kab, SEE(w->ask->sight) }, &rows, e));
    while (is_good && (is_good = subject_files_next(&rows, &row, &has_row, e)) && has_row) {
        row_begin(w);
        put_n(w, "id", row.id), put(w, "source", row.source), put(w, "file", row.file_name), put_n(w, "rows", row.row_n), put_at(w, "applied_at", row.applied_at);
    }
    subject_files_end(&rows);
    return is_good;
}

static const SubjectColumn LOOKS[] = { { "n", N_("Entry"), SUBJECT_N }, { "at", N_("When"), SUBJECT_INSTANT }, { "who", N_("Who"), SUBJECT_TEXT }, { "role", N_("Role"), SUBJECT_TEXT },
                                       { "purpose", N_("What for"), SUBJECT_TEXT }, { "page", N_("Page"), SUBJECT_TEXT }, { "families_shown", N_("Families on the page"), SUBJECT_N } };
static bool looks_are(Work *w, bool are_letters, Err *e) {
    ReadEntries looks = { 0 };
    bool is_good = !w->reads || reads_of_family(w->reads, w->a, w->ask->kab, w->ask->family_id, LOOKS_MAX, &looks, e);
    for (size_t i = 0; is_good && i < looks.n; i++) {
        const ReadEntry *look = &looks.at[i];
        if (are_letters && !str_eq(look->purpose, STR("letter"))) continue;
        row_begin(w);
        put_n(w, "n", look->n), put_at(w, "at", look->at), put(w, "purpose", look->purpose), put(w, "page", look->route), put_n(w, "families_shown", look->family_n);
        is_good = put_who(w, look->actor_id, e);
    }
    return is_good;
}
static bool letters_fill(Work *w, Err *e) { return looks_are(w, true, e); }
static bool looks_fill(Work *w, Err *e) { return looks_are(w, false, e); }

// ---- the whole -----------------------------------------------------------------------------------------------------------------
#define OF(columns) columns, sizeof columns / sizeof *columns
static const struct { const char *name, *title, *source; bool is_one; const SubjectColumn *columns; size_t column_n; bool (*fill)(Work *w, Err *e); } SECTIONS[] = {
    { "data", N_("Family"), N_("From the Ministry's data, and from what the office changed in it."), true, OF(FAMILY), family_fill },
    { "persons", N_("Persons"), N_("From the Ministry's data, and from what the office changed in it. Duty: as the last signed list says."), false, OF(PERSONS), persons_fill },
    { "life", N_("What was told"), N_("Told by the persons named, on the day it was recorded."), false, OF(LIFE), life_fill },
    { "places", N_("Earlier addresses"), N_("Kept when the family moved."), false, OF(PLACES), places_fill },
    { "companions", N_("Who answered for the family"), N_("From hand-overs of the office."), false, OF(CARE), care_fill },
    { "facts", N_("Facts of duties"), N_("Told by schools, health posts and companions; the source stands in each row."), false, OF(FACTS), facts_fill },
    { "excuses", N_("Excuses"), N_("Asked by the office, granted by a second person."), false, OF(EXCUSES), excuses_fill },
    { "payments", N_("Payments"), N_("Computed from the data as they were when the stage was closed; the state as the channel says."), false, OF(PAYMENTS), payments_fill },
    { "lines", N_("Amounts, line by line"), N_("Made by the rule that stands in each row. Nobody decided it by hand."), false, OF(LINES), lines_fill },
    { "attempts", N_("Particular attempts to pay"), N_("From the answers of the channel, and from the office."), false, OF(ATTEMPTS), attempts_fill },
    { "pay_lists", N_("Rows of the Ministry's pay lists"), N_("From the Ministry's files."), false, OF(LISTS), lists_fill },
    { "requests", N_("Requests of the family"), N_("Said at the desk."), false, OF(REQUESTS), requests_fill },
    { "approvals", N_("Decisions of two people"), N_("From the office."), false, OF(APPROVALS), approvals_fill },
    { "identity_findings", N_("Identity work"), N_("Found by the program, from the data above."), false, OF(FINDINGS), findings_fill },
    { "duplicates", N_("Standing twice"), N_("Found by the program by comparing with other entries, which are somebody else's data and not shown."), false, OF(PAIRS), pairs_fill },
    { "letters", N_("Letters"), N_("Made when somebody opens them; each time stands here."), false, OF(LOOKS), letters_fill },
    { "changes", N_("Changes in the audit trail"), N_("Written with each change; cannot be altered."), false, OF(CHANGES), changes_fill },
    { "files", N_("Files that were read into the registry"), N_("Files of the whole district: each may have held this family."), false, OF(FILES), files_fill },
    { "looks", N_("Who looked"), N_("Written before anything is shown; cannot be altered."), false, OF(LOOKS), looks_fill },
};
_Static_assert(sizeof SECTIONS / sizeof *SECTIONS <= SUBJECT_SECTIONS_MAX, "room for every section");
_Static_assert(sizeof PERSONS / sizeof *PERSONS <= SUBJECT_COLUMNS_MAX, "room for every column");

bool subject_read(Db *db, Db *reads, Arena *a, const SubjectAsk *ask, Subject *out, Err *e) {
    Subject *s = NEW(a, Subject, 1);
    Work w = { .db = db, .reads = reads, .a = a, .ask = ask, .out = s };
    if (!authority_require(ask->viewer, ACTION_READ_IDENTITY, ask->kab, e)) return false;
    *s = (Subject){ .kab = ask->kab, .family_id = ask->family_id, .person_id = ask->person_id, .made_at = ask->now };
    for (; s->n < sizeof SECTIONS / sizeof *SECTIONS; s->n++) {
        s->at[s->n] = (SubjectSection){ .name = SECTIONS[s->n].name, .title = SECTIONS[s->n].title, .source = SECTIONS[s->n].source, .is_one = SECTIONS[s->n].is_one,
                                        .columns = SECTIONS[s->n].columns, .column_n = SECTIONS[s->n].column_n };
        w.section = &s->at[s->n];
        if (!SECTIONS[s->n].fill(&w, e)) return false;
    }
    *out = *s;
    return true;
}

// ---- forms -----------------------------------------------------------------------------------------------------------------
static void cell_put_json(Buf *b, const SubjectColumn *c, const SubjectCell *cell) {
    Buf text = { .max = 100 };
    switch (c->type) {
    case SUBJECT_TEXT: audit_put_text(b, cell->text); break;
    case SUBJECT_DAY: date_put_iso(&text, (Date){ (int32_t)cell->n }), audit_put_text(b, buf_view(&text)); break;
    case SUBJECT_INSTANT: instant_put_iso(&text, (Instant){ cell->n }), audit_put_text(b, buf_view(&text)); break;
    case SUBJECT_N: case SUBJECT_RUPIAH: buf_fmt(b, "%lld", (long long)cell->n); break;
    }
    buf_free(&text);
}

static bool is_empty(const SubjectColumn *c, const SubjectCell *cell) { return c->type == SUBJECT_TEXT ? cell->text.n == 0 : cell->n == INT64_MIN; }

static void row_put_json(Buf *b, const SubjectSection *s, size_t row) {
    size_t put_n_ = 0;
    buf_char(b, '{');
    for (size_t i = 0; i < s->column_n; i++) {
        const SubjectCell *cell = &s->cells[row * s->column_n + i];
        if (is_empty(&s->columns[i], cell)) continue;
        buf_fmt(b, "%s\"%s\":", put_n_++ ? "," : "", s->columns[i].name);
        cell_put_json(b, &s->columns[i], cell);
    }
    buf_char(b, '}');
}

void subject_put_json(Buf *b, const Subject *s) {
    Buf at = { .max = 40 };
    instant_put_iso(&at, s->made_at);
    buf_fmt(b, "{\"kab\":%lld,\"family\":%lld,\"made_at\":\"%.*s\"", (long long)s->kab, (long long)s->family_id, STR_ARG(buf_view(&at)));
    buf_free(&at);
    if (s->person_id) buf_fmt(b, ",\"person\":%lld", (long long)s->person_id);
    for (size_t i = 0; i < s->n; i++) {
        const SubjectSection *part = &s->at[i];
        buf_fmt(b, ",\n\"%s\":%s", part->name, part->is_one ? "" : "[");
        for (size_t k = 0; k < part->row_n; k++) {
            if (k) buf_c(b, ",\n");
            row_put_json(b, part, k);
        }
        if (!part->is_one) buf_char(b, ']');
    }
    buf_c(b, "}\n");
}

Str subject_cell_text(Arena *a, const SubjectColumn *c, const SubjectCell *cell) {
    Buf b = { .max = 100 };
    if (c->type == SUBJECT_TEXT) return cell->text;
    if (cell->n == INT64_MIN) return STR("");
    if (c->type == SUBJECT_RUPIAH) return arena_rupiah(a, (Rupiah){ cell->n });
    if (c->type == SUBJECT_N) return arena_fmt(a, "%lld", (long long)cell->n);
    date_put_local(&b, c->type == SUBJECT_DAY ? (Date){ (int32_t)cell->n } : date_of_instant((Instant){ cell->n }, WIB_MINUTES));
    int64_t minute = (cell->n / 60000 + WIB_MINUTES) % 1440;
    if (c->type == SUBJECT_INSTANT) buf_fmt(&b, ", %02lld.%02lld WIB", (long long)(minute / 60), (long long)(minute % 60));
    Str text = arena_str(a, buf_view(&b));
    buf_free(&b);
    return text;
}
