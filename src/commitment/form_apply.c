#include "commitment/form_apply.h"
#include "base/lang.h"
#include "commitment_form_apply.sql.h"
#include "office/audit.h"
#include "office/change.h"
#include <stdlib.h>

typedef struct { Arena *a; const FactAct *act; FormIn *in; FormApplied out; } Applying;
typedef struct { size_t row; int month; } Origin;          // of a fact

static bool is_told(const FormInRow *row, int m) {
    bool is_known = row->match == ROW_BY_NIK || row->match == ROW_BY_NAME;
    return is_known && (row->months[m].state == MONTH_GOOD || row->months[m].state == MONTH_DIFFERS);
}

static Fact fact_of(Arena *a, const FormInForm *form, const FormInRow *row, int m) {
    const FormMonth *x = &row->months[m];
    Date first = date_add_months(form_period_first(form->period), m);
    return (Fact){ .family_id = row->family_id, .person_id = row->person_id, .kind = STR("school_days"), .first_on = first, .last_on = { date_add_months(first, 1).days - 1 },
                   .days = x->days, .absent = x->absent, .permitted = x->permitted, .sick = x->sick, .source = arena_fmt(a, "school %.*s", STR_ARG(form->npsn)),
                   .evidence = arena_fmt(a, "form %d-%d", form->period.year, form->period.quarter) };
}

static bool facts_record(Db *db, Applying *x, Err *e) {
    FormIn *in = x->in;
    size_t room = in->row_n * FORM_MONTHS + 1, n = 0;
    Fact *facts = NEW(x->a, Fact, room);
    Origin *origins = NEW(x->a, Origin, room);
    FactResult *results = NEW(x->a, FactResult, room);
    for (size_t i = 0; i < in->row_n; i++)
        for (int m = 0; m < FORM_MONTHS; m++)
            if (is_told(&in->rows[i], m)) { facts[n] = fact_of(x->a, &in->forms[in->rows[i].form_n], &in->rows[i], m); origins[n++] = (Origin){ i, m }; }
    for (size_t at = 0; at < n; at += FACT_BATCH_MAX)
        if (!fact_record(db, x->a, x->act, facts + at, n - at < FACT_BATCH_MAX ? n - at : FACT_BATCH_MAX, results + at, e)) return false;
    for (size_t i = 0; i < n; i++) {
        FormMonth *month = &in->rows[origins[i].row].months[origins[i].month];
        x->out.recorded_n += results[i].state == FACT_RECORDED;
        x->out.known_n += results[i].state == FACT_WAS_THERE;
        x->out.corrected_n += results[i].state == FACT_CORRECTED;
        if (results[i].state != FACT_REFUSED) continue;
        x->out.refused_n++;
        month->state = MONTH_REFUSED;
        month->why = results[i].why;
    }
    return true;
}

// ---- tasks ----------------------------------------------------------------------------------------------------------------
typedef struct { int64_t id, person_id; Str kind, name; bool is_open, is_seen; } Task;
typedef struct { Task *at; size_t n; } Tasks;
static int64_t quarter_of(const FormInForm *f) { return f->period.year * 10 + f->period.quarter; }

static bool tasks_read(Db *db, Applying *x, const FormInForm *f, Tasks *out, Err *e) {
    FormTasksOfRows rows = { 0 };
    FormTasksOfRow row;
    size_t room = 16;
    bool has_row, is_good = form_tasks_of(db, (FormTasksOfArgs){ .kab = x->act->kab, .npsn = f->npsn, .quarter_n = quarter_of(f) }, &rows, e);
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
    return form_task_insert(db, (FormTaskInsertArgs){ .kab = x->act->kab, .id = *last_id, .npsn = f->npsn, .quarter_n = quarter_of(f), .kind = kind, .family_id = row->family_id,
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
    x->out = (FormApplied){ 0 };
    if (!facts_record(db, x, e) || !form_task_last(db, (FormTaskLastArgs){ .kab = x->act->kab }, &last, &found, e)) return false;
    int64_t last_id = last.last_id;
    for (size_t i = 0; i < x->in->form_n; i++) if (!form_finish(db, x, i, &last_id, e)) return false;
    bool is_new = x->out.recorded_n + x->out.corrected_n + x->out.new_task_n + x->out.done_task_n > 0;
    return !is_new || audit_write(db, &(AuditEntry){ .kab = x->act->kab, .actor_id = x->act->actor.user_id, .action = "form.apply", .at = x->act->at,
        .subject = x->in->form_n == 1 ? arena_fmt(x->a, "%.*s %lld", STR_ARG(x->in->forms[0].npsn), (long long)quarter_of(&x->in->forms[0])) : arena_fmt(x->a, "%zu forms", x->in->form_n),
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
            .npsn = db_keep(a, row.npsn), .school = db_keep(a, row.school), .name = db_keep(a, row.family_id ? row.person_name : row.name), .our_npsn = db_keep(a, row.our_npsn),
            .kind = str_eq(row.kind, STR("twice")) ? ROW_TWICE : str_eq(row.kind, STR("stranger")) ? ROW_STRANGER : ROW_OTHER_SCHOOL, .told_at = row.told_at };
    form_tasks_open_end(&rows);
    if (is_good) { tasks.all_n = count.task_n; *out = tasks; }
    return is_good;
}
