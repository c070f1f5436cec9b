// certificate.c: see certificate.h: closing, certificates and their code, the history of a companion.
#include "training/certificate.h"
#include "office/change.h"
#include "training/code.h"
#include "training_certificate.sql.h"
#include "training_event.sql.h"

#define HISTORY_MAX 200

// All that stands on the paper, each part with its length before it.
static Str paper_text(Arena *a, const Certificate *c) {
    return arena_fmt(a, "certificate 1\n%lld %lld %lld %lld\n%zu:%.*s\n%zu:%.*s\n%zu:%.*s\n%d %d %lld", (long long)c->kab, (long long)c->n, (long long)c->event_id, (long long)c->companion_id, c->number.n,
                     STR_ARG(c->number), c->name.n, STR_ARG(c->name), c->title.n, STR_ARG(c->title), (int)c->first_on.days, (int)c->last_on.days, (long long)c->jp_n);
}

static bool code_of(Db *db, Arena *a, Certificate *c, Err *e) { return training_code(db, a, "certificate", paper_text(a, c), CODE_LONG, &c->code, e); }

// ---- closing ---------------------------------------------------------------------------------------------------------------
typedef struct { Arena *a; const TrainingAct *act; int64_t certificate_n; } Closing;

static bool certificates_make(Db *db, Closing *x, const Training *t, Err *e) {
    CertificateLastRow last;
    TrainingPerson *people;
    Attendance *list;
    size_t people_n, n;
    bool found;
    int year, month, day;
    Sight all = sight_of_program((Date){ 0 });
    if (!certificate_last(db, (CertificateLastArgs){ .kab = t->kab }, &last, &found, e) || !training_people(db, x->a, all, t->kab, t->id, &people, &people_n, e) ||
        !training_attendance(db, x->a, all, t->kab, t->id, &list, &n, e)) return false;
    date_split(t->facts.last_on, &year, &month, &day);
    for (size_t i = 0; i < people_n; i++) {
        int64_t jp_n = training_jp(t, list, n, people[i].companion_id);
        bool was_there = false;
        for (size_t k = 0; k < n; k++) was_there |= list[k].companion_id == people[i].companion_id;
        if (!was_there || jp_n < t->facts.jp_least_n) continue;
        int64_t number_n = last.last_n + ++x->certificate_n;
        CertificateInsertArgs row = { .kab = t->kab, .n = number_n, .event_id = t->id, .companion_id = people[i].companion_id,
            .number = arena_fmt(x->a, "%04lld/BIMTEK-PKH/%lld/%d", (long long)number_n, (long long)t->kab, year), .name = people[i].name, .title = t->facts.title,
            .first_on = t->facts.first_on, .last_on = t->facts.last_on, .jp_n = jp_n, .made_at = x->act->now };
        if (!certificate_insert(db, row, NULL, e)) return false;
    }
    return true;
}

static bool close_work(Db *db, void *with, Err *e) {
    Closing *x = with;
    Training t;
    CertificateNRow there;
    int64_t changed_n;
    bool found;
    x->certificate_n = 0;
    if (!training_of_act(db, x->a, x->act, 1u << TRAINING_CALLED | 1u << TRAINING_CLOSED, &t, e)) return false;
    if (t.state == TRAINING_CLOSED) {                      // clicked twice
        if (!certificate_n(db, (CertificateNArgs){ .kab = t.kab, .event_id = t.id }, &there, &found, e)) return false;
        x->certificate_n = there.certificate_n;
        return true;
    }
    for (size_t i = 0; i < t.session_n; i++)
        if (x->act->now.ms < t.sessions[i].until_at.ms) return fail(e, CONFLICT, "Session %lld has not ended yet: a training is closed after its last session.", (long long)t.sessions[i].n);
    return certificates_make(db, x, &t, e) && training_closed(db, (TrainingClosedArgs){ .kab = t.kab, .id = t.id, .closed_at = x->act->now }, &changed_n, e) &&
           training_record(db, x->a, x->act, "training.close", "certificate_n", x->certificate_n, e);
}

bool training_close(Db *db, Arena *a, const TrainingAct *act, int64_t *n, Err *e) {
    Closing x = { .a = a, .act = act };
    if (!change_do(db, close_work, &x, e)) return false;
    *n = x.certificate_n;
    return true;
}

// ---- looking ---------------------------------------------------------------------------------------------------------------
bool training_certificates(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Certificate **out, size_t *n, Err *e) {
    CertificateRowsRows rows = { 0 };
    CertificateRowsRow row;
    Certificate *list = NEW(a, Certificate, TRAINING_PEOPLE_MAX);
    size_t found_n = 0;
    bool has_row, is_good = certificate_rows(db, (CertificateRowsArgs){ .kab = kab, .event_id = id, SEE(sight) }, &rows, e);
    while (is_good && (is_good = certificate_rows_next(&rows, &row, &has_row, e)) && has_row && found_n < TRAINING_PEOPLE_MAX)
        list[found_n++] = (Certificate){ kab, row.n, id, row.companion_id, row.jp_n, db_keep(a, row.number), db_keep(a, row.name), db_keep(a, row.title), { 0 }, row.first_on, row.last_on };
    certificate_rows_end(&rows);
    for (size_t i = 0; is_good && i < found_n; i++) is_good = code_of(db, a, &list[i], e);
    if (!is_good) return false;
    *out = list;
    *n = found_n;
    return true;
}

bool certificate_verify(Db *db, Arena *a, int64_t kab, int64_t n, Str code, Certificate *out, bool *is_true, Err *e) {
    CertificateOneRow row;
    Certificate c = { .kab = kab, .n = n };
    bool found;
    if (!certificate_one(db, a, (CertificateOneArgs){ .kab = kab, .n = n }, &row, &found, e)) return false;
    if (found) {
        c = (Certificate){ kab, n, row.event_id, row.companion_id, row.jp_n, row.number, row.name, row.title, { 0 }, row.first_on, row.last_on };
        if (!code_of(db, a, &c, e)) return false;
    }
    *is_true = found && training_code_eq(code, c.code);
    if (*is_true) *out = c;
    return true;
}

bool training_history(Db *db, Arena *a, Sight sight, int64_t kab, int64_t companion_id, TrainingPast **out, size_t *n, Str *name, Err *e) {
    CompanionNameRow who;
    TrainingPastRowsRows rows = { 0 };
    TrainingPastRowsRow row;
    TrainingPast *list = NEW(a, TrainingPast, HISTORY_MAX);
    size_t found_n = 0;
    bool found;
    if (!companion_name(db, a, (CompanionNameArgs){ .kab = kab, .id = companion_id, SEE(sight) }, &who, &found, e)) return false;
    if (!found) return fail(e, NOT_FOUND, "There is no companion with this number.");
    bool has_row, is_good = training_past_rows(db, (TrainingPastRowsArgs){ .kab = kab, .companion_id = companion_id, SEE(sight) }, &rows, e);
    while (is_good && (is_good = training_past_rows_next(&rows, &row, &has_row, e)) && has_row && found_n < HISTORY_MAX)
        list[found_n++] = (TrainingPast){ row.id, row.jp_n, row.certificate_n == INT64_MIN ? 0 : row.certificate_n, db_keep(a, row.title), db_keep(a, row.place),
            row.number.p ? db_keep(a, row.number) : STR(""), row.first_on, row.last_on, str_eq(row.state, STR("closed")) ? TRAINING_CLOSED : TRAINING_CALLED };
    training_past_rows_end(&rows);
    if (!is_good) return false;
    *name = who.name;
    *out = list;
    *n = found_n;
    return true;
}
