#include "commitment/form_apply.h"
#include "base/lang.h"
#include "commitment_form_apply.sql.h"
#include "office/audit.h"
#include "office/change.h"
#include <stdlib.h>

typedef struct { Arena *a; const FactAct *act; FormIn *in; FormApplied out; Fact *facts; struct Origin *origins; FactResult *results; size_t n, room; } Applying;
typedef struct Origin { size_t row; int month; } Origin;   // of a fact

static bool is_told(const FormInForm *form, const FormInRow *row, int m) {
    bool is_known = row->match == ROW_BY_NIK || row->match == ROW_BY_NAME || (row->match == ROW_OTHER_PLACE && form->kind != FORM_EDUCATION);
    return is_known && (row->months[m].state == MONTH_GOOD || row->months[m].state == MONTH_DIFFERS);
}

static Str source_of(Arena *a, const FormInForm *form) {
    static const char *const WORDS[FORM_KINDS_N] = { [FORM_EDUCATION] = "school", [FORM_HEALTH] = "post", [FORM_SOCIAL] = "village" };
    return arena_fmt(a, "%s %.*s", WORDS[form->kind], STR_ARG(form->place));
}
static Str evidence_of(Arena *a, const FormInForm *form) { return arena_fmt(a, "form %d-%d", form->period.year, form->period.quarter); }
static Date month_of(const FormInForm *form, int m) { return date_add_months(form_period_first(form->period), m); }

static void fact_push(Applying *x, Fact fact, Origin origin) {
    if (x->n == x->room) {
        size_t room = x->room ? 2 * x->room : 1024;
        Fact *facts = NEW(x->a, Fact, room);
        Origin *origins = NEW(x->a, Origin, room);
        if (x->n) memcpy(facts, x->facts, x->n * sizeof *facts), memcpy(origins, x->origins, x->n * sizeof *origins);
        x->facts = facts;
        x->origins = origins;
        x->room = room;
    }
    x->facts[x->n] = fact;
    x->origins[x->n++] = origin;
}

static void month_tell(Applying *x, size_t row_n, int m, Str source, Str evidence) {
    const FormInRow *row = &x->in->rows[row_n];
    const FormInForm *form = &x->in->forms[row->form_n];
    const FormMonth *said = &row->months[m];
    Date first = month_of(form, m);
    Fact base = { .family_id = row->family_id, .person_id = row->person_id, .source = source, .evidence = evidence };
    if (form->kind == FORM_EDUCATION) {
        base.kind = STR("school_days");
        base.first_on = first;
        base.last_on = (Date){ date_add_months(first, 1).days - 1 };
        base.days = said->days, base.absent = said->absent, base.permitted = said->permitted, base.sick = said->sick;
        fact_push(x, base, (Origin){ row_n, m });
        return;
    }
    CareFact facts[CARE_FACTS_MAX];
    size_t n = form_care_facts(form->kind, first, &said->care, &row->who, facts);
    for (size_t i = 0; i < n; i++) {
        Fact f = base;
        bool is_measured = facts[i].observation.weight_g || facts[i].observation.length_mm;
        f.kind = str_c(facts[i].kind);
        f.first_on = facts[i].first_on, f.last_on = facts[i].last_on, f.times = facts[i].times;
        f.observation = is_measured ? observation_text(x->a, &facts[i].observation) : (Str){ 0 };
        fact_push(x, f, (Origin){ row_n, m });
    }
}

// ---- what a form no longer says ------------------------------------------------------------------------------------------------
typedef struct { int64_t n, person_id; Str kind; Date first_on, last_on; bool is_standing; } Said;
typedef struct { Said *at; size_t n; } SaidBefore;

static bool said_read(Db *db, Applying *x, int64_t family_id, Str source, Str evidence, SaidBefore *out, Err *e) {
    FormFactsToldRows rows = { 0 };
    FormFactsToldRow row;
    size_t room = 32;
    bool has_row, is_good = form_facts_told(db, (FormFactsToldArgs){ .kab = x->act->kab, .family_id = family_id, .source = source, .evidence = evidence }, &rows, e);
    *out = (SaidBefore){ NEW(x->a, Said, room), 0 };
    while (is_good && (is_good = form_facts_told_next(&rows, &row, &has_row, e)) && has_row) {
        if (out->n == room) {
            Said *more = NEW(x->a, Said, room *= 2);
            memcpy(more, out->at, out->n * sizeof *more);
            out->at = more;
        }
        out->at[out->n++] = (Said){ row.n, row.person_id, db_keep(x->a, row.kind), row.first_on, row.last_on, !row.is_void && !row.corrected_n };
    }
    form_facts_told_end(&rows);
    return is_good;
}

// The facts [first, end) are all that the form says of this month now. What else it said before is taken back; but when nothing of it is new
// and some of it was corrected since, it is an older form that comes once more, and changes nothing.
static void month_take_back(Applying *x, const SaidBefore *before, size_t first, size_t end, Applying *out) {
    const Fact *one = &x->facts[first];
    const FormInRow *row = &x->in->rows[x->origins[first].row];
    Date month = month_of(&x->in->forms[row->form_n], x->origins[first].month), next = date_add_months(month, 1);
    bool is_new = false, is_old = false;
    for (size_t i = first; i < end; i++) {
        is_new |= x->results[i].state == FACT_RECORDED || x->results[i].state == FACT_CORRECTED;
        for (size_t k = 0; k < before->n; k++) is_old |= x->results[i].state == FACT_WAS_THERE && before->at[k].n == x->results[i].n && !before->at[k].is_standing;
    }
    for (size_t k = 0; k < before->n && (is_new || !is_old); k++) {
        const Said *s = &before->at[k];
        bool is_said = false;
        if (!s->is_standing || s->person_id != one->person_id || s->first_on.days < month.days || s->first_on.days >= next.days) continue;
        for (size_t i = first; i < end; i++) is_said |= x->results[i].n == s->n || x->results[i].replaced_n == s->n || x->results[i].state == FACT_REFUSED;
        if (!is_said) fact_push(out, (Fact){ .family_id = one->family_id, .person_id = s->person_id, .kind = s->kind, .first_on = s->first_on, .last_on = s->last_on, .source = one->source,
                                             .evidence = one->evidence, .is_void = true, .replaces_n = s->n }, x->origins[first]);
    }
}

static bool batches_record(Db *db, Applying *x, Err *e) {
    x->results = NEW(x->a, FactResult, x->n + 1);
    for (size_t at = 0; at < x->n; at += FACT_BATCH_MAX)
        if (!fact_record(db, x->a, x->act, x->facts + at, x->n - at < FACT_BATCH_MAX ? x->n - at : FACT_BATCH_MAX, x->results + at, e)) return false;
    return true;
}

static bool no_longer_said(Db *db, Applying *x, Err *e) {
    Applying back = { .a = x->a, .act = x->act, .in = x->in };
    SaidBefore before = { 0 };
    size_t row = SIZE_MAX;
    for (size_t i = 0, end; i < x->n; i = end) {
        Origin o = x->origins[i];
        for (end = i; end < x->n && x->origins[end].row == o.row && x->origins[end].month == o.month;) end++;
        if (x->in->forms[x->in->rows[o.row].form_n].kind == FORM_EDUCATION) continue;
        if (row != o.row && !said_read(db, x, x->facts[i].family_id, x->facts[i].source, x->facts[i].evidence, &before, e)) return false;
        row = o.row;
        month_take_back(x, &before, i, end, &back);
    }
    if (!batches_record(db, &back, e)) return false;
    for (size_t i = 0; i < back.n; i++) x->out.void_n += back.results[i].state == FACT_CORRECTED;
    return true;
}

static bool facts_record(Db *db, Applying *x, Err *e) {
    FormIn *in = x->in;
    Str *sources = NEW(x->a, Str, in->form_n + 1), *evidences = NEW(x->a, Str, in->form_n + 1);
    for (size_t i = 0; i < in->form_n; i++) { sources[i] = source_of(x->a, &in->forms[i]); evidences[i] = evidence_of(x->a, &in->forms[i]); }
    for (size_t i = 0; i < in->row_n; i++)
        for (int m = 0; m < FORM_MONTHS; m++)
            if (is_told(&in->forms[in->rows[i].form_n], &in->rows[i], m)) month_tell(x, i, m, sources[in->rows[i].form_n], evidences[in->rows[i].form_n]);
    if (!batches_record(db, x, e) || !no_longer_said(db, x, e)) return false;
    for (size_t i = 0; i < x->n; i++) {
        FormMonth *month = &in->rows[x->origins[i].row].months[x->origins[i].month];
        x->out.recorded_n += x->results[i].state == FACT_RECORDED;
        x->out.known_n += x->results[i].state == FACT_WAS_THERE;
        x->out.corrected_n += x->results[i].state == FACT_CORRECTED;
        if (x->results[i].state != FACT_REFUSED) continue;
        x->out.refused_n++;
        month->state = MONTH_REFUSED;
        month->why = x->results[i].why;
    }
    return true;
}

// ---- tasks ----------------------------------------------------------------------------------------------------------------
typedef struct { int64_t id, person_id; Str kind, name; bool is_open, is_seen; } Task;
typedef struct { Task *at; size_t n; } Tasks;
static Str form_of(const FormInForm *f) { return str_c(FORM_LAYOUTS[f->kind].name); }
static int64_t quarter_of(const FormInForm *f) { return f->period.year * 10 + f->period.quarter; }

static bool tasks_read(Db *db, Applying *x, const FormInForm *f, Tasks *out, Err *e) {
    FormTasksOfRows rows = { 0 };
    FormTasksOfRow row;
    size_t room = 16;
    bool has_row, is_good = form_tasks_of(db, (FormTasksOfArgs){ .kab = x->act->kab, .form = form_of(f), .npsn = f->place, .quarter_n = quarter_of(f) }, &rows, e);
    *out = (Tasks){ NEW(x->a, Task, room), 0 };
    while (is_good && (is_good = form_tasks_of_next(&rows, &row, &has_row, e)) && has_row) {
        if (out->n == room) {
            Task *more = NEW(x->a, Task, room *= 2);
            memcpy(more, out->at, out->n * sizeof *more);
            out->at = more;
        }
        out->at[out->n++] = (Task){ .id = row.id, .person_id = row.person_id, .kind = db_keep(x->a, row.kind), .name = db_keep(x->a, row.name), .is_open = str_eq(row.state, STR("open")) };
    }
    form_tasks_of_end(&rows);
    return is_good;
}

static bool task_state(Db *db, Applying *x, const Task *t, const char *state, Err *e) {
    return form_task_set(db, (FormTaskSetArgs){ .kab = x->act->kab, .id = t->id, .state = str_c(state), .actor_id = x->act->actor.user_id, .told_at = x->act->at }, NULL, e);
}

static bool task_take(Db *db, Applying *x, const FormInForm *f, const FormInRow *row, Tasks *known, int64_t *last_id, Err *e) {
    Str kind = str_c(form_match_name(row->match)), name = row->person_id ? STR("") : row->name;
    for (size_t i = 0; i < known->n; i++) {
        Task *t = &known->at[i];
        if (t->person_id != row->person_id || !str_eq(t->kind, kind) || !str_eq(t->name, name)) continue;
        bool was_seen = t->is_seen;
        t->is_seen = true;
        x->out.task_n += !was_seen;
        return t->is_open || was_seen || task_state(db, x, t, "open", e);
    }
    Task *more = NEW(x->a, Task, known->n + 1);
    if (known->n) memcpy(more, known->at, known->n * sizeof *more);
    more[known->n++] = (Task){ .id = ++*last_id, .person_id = row->person_id, .kind = kind, .name = name, .is_open = true, .is_seen = true };
    known->at = more;
    x->out.task_n++;
    x->out.new_task_n++;
    return form_task_insert(db, (FormTaskInsertArgs){ .kab = x->act->kab, .id = *last_id, .form = form_of(f), .npsn = f->place, .quarter_n = quarter_of(f), .kind = kind, .family_id = row->family_id,
                                                      .person_id = row->person_id, .name = name, .actor_id = x->act->actor.user_id, .told_at = x->act->at }, NULL, e);
}

static bool form_finish(Db *db, Applying *x, size_t form_n, int64_t *last_id, Err *e) {
    const FormInForm *f = &x->in->forms[form_n];
    Tasks known;
    if (f->row_n == 0) return true;
    if (!tasks_read(db, x, f, &known, e)) return false;
    for (size_t i = 0; i < x->in->row_n; i++) {
        const FormInRow *row = &x->in->rows[i];
        if (row->form_n == form_n && form_match_is_task(row->match) && !task_take(db, x, f, row, &known, last_id, e)) return false;
    }
    for (size_t i = 0; i < known.n; i++) {
        if (known.at[i].is_seen || !known.at[i].is_open) continue;
        if (!task_state(db, x, &known.at[i], "done", e)) return false;
        x->out.done_task_n++;
    }
    return true;
}

static bool apply_work(Db *db, void *with, Err *e) {
    Applying *x = with;
    FormTaskLastRow last;
    bool found;
    *x = (Applying){ .a = x->a, .act = x->act, .in = x->in };
    if (!facts_record(db, x, e) || !form_task_last(db, (FormTaskLastArgs){ .kab = x->act->kab }, &last, &found, e)) return false;
    int64_t last_id = last.last_id;
    for (size_t i = 0; i < x->in->form_n; i++) if (!form_finish(db, x, i, &last_id, e)) return false;
    bool is_new = x->out.recorded_n + x->out.corrected_n + x->out.void_n + x->out.new_task_n + x->out.done_task_n > 0;
    return !is_new || audit_write(db, &(AuditEntry){ .kab = x->act->kab, .actor_id = x->act->actor.user_id, .action = "form.apply", .at = x->act->at,
        .subject = x->in->form_n == 1 ? arena_fmt(x->a, "%.*s %lld", STR_ARG(x->in->forms[0].place), (long long)quarter_of(&x->in->forms[0])) : arena_fmt(x->a, "%zu forms", x->in->form_n),
        .fields = { AUDIT_COUNT("recorded_n", x->out.recorded_n), AUDIT_COUNT("corrected_n", x->out.corrected_n), AUDIT_COUNT("refused_n", x->out.refused_n),
                    AUDIT_COUNT("task_n", x->out.task_n) } }, e);
}

bool form_apply(Db *db, Arena *a, const FactAct *act, FormIn *in, FormApplied *out, Err *e) {
    Applying x = { .a = a, .act = act, .in = in };
    if (!authority_require(&act->actor, ACTION_EDIT, act->kab, e) || !change_do(db, apply_work, &x, e)) return false;
    *out = x.out;
    return true;
}

bool form_tasks(Db *db, Arena *a, Sight sight, int64_t kab, int64_t limit_n, int64_t offset_n, FormTasks *out, Err *e) {
    FormTasksCountRow count;
    FormTasksOpenRows rows = { 0 };
    FormTasksOpenRow row;
    FormTasks tasks = { NEW(a, FormTask, limit_n + 1), 0, 0 };
    bool found, has_row, is_good = form_tasks_count(db, (FormTasksCountArgs){ .kab = kab, SEE(sight) }, &count, &found, e) &&
                                   form_tasks_open(db, (FormTasksOpenArgs){ .kab = kab, .limit_n = limit_n, .offset_n = offset_n, SEE(sight) }, &rows, e);
    while (is_good && (is_good = form_tasks_open_next(&rows, &row, &has_row, e)) && has_row)
        tasks.at[tasks.n++] = (FormTask){ .id = row.id, .family_id = row.family_id, .person_id = row.person_id, .period = { (int)(row.quarter_n / 10), (int)(row.quarter_n % 10) },
            .form = str_eq(row.form, STR("health")) ? FORM_HEALTH : str_eq(row.form, STR("social")) ? FORM_SOCIAL : FORM_EDUCATION, .place = db_keep(a, row.npsn),
            .place_name = db_keep(a, row.place_name), .name = db_keep(a, row.family_id ? row.person_name : row.name), .our_place = db_keep(a, row.our_place),
            .kind = str_eq(row.kind, STR("twice")) ? ROW_TWICE : str_eq(row.kind, STR("stranger")) ? ROW_STRANGER : ROW_OTHER_PLACE, .told_at = row.told_at };
    form_tasks_open_end(&rows);
    if (is_good) { tasks.all_n = count.task_n; *out = tasks; }
    return is_good;
}
