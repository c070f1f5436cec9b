#include "commitment/form_answers.h"
#include "base/lang.h"
#include "commitment_form_answers.sql.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/district.h"
#include "registry/area.h"
#include <stdlib.h>

static const char *const BY[ANSWERS_BY_N] = { "place", "village", "companion" };
const char *answers_by_name(AnswersBy by) { return BY[by]; }
bool answers_by_find(Str text, AnswersBy *out) {
    for (int i = 0; i < ANSWERS_BY_N; i++) if (str_eq(text, str_c(BY[i]))) { *out = (AnswersBy)i; return true; }
    return false;
}

typedef struct { int64_t family_id, person_id; Instant at; } Told;
typedef struct { Told *at; size_t n, room; } TellList;

static bool told_read(Db *db, Arena *a, const FormAsk *ask, Date month, TellList *out, Err *e) {
    FormToldRows rows = { 0 };
    FormToldRow row;
    bool has_row, is_good = form_told(db, (FormToldArgs){ .kab = ask->kab, .first_on = month, .end_on = date_add_months(month, 1), .kind_n = ask->kind }, &rows, e);
    while (is_good && (is_good = form_told_next(&rows, &row, &has_row, e)) && has_row) {
        if (out->n == out->room) {
            size_t room = out->room ? 2 * out->room : 1024;
            Told *more = NEW(a, Told, room);
            if (out->n) memcpy(more, out->at, out->n * sizeof *more);
            out->at = more;
            out->room = room;
        }
        out->at[out->n++] = (Told){ row.family_id, row.person_id, row.told_at };
    }
    form_told_end(&rows);
    return is_good;
}

static const Told *told_find(const TellList *list, int64_t family_id, int64_t person_id) {
    size_t low = 0, high = list->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const Told *t = &list->at[middle];
        if (t->family_id < family_id || (t->family_id == family_id && t->person_id < person_id)) low = middle + 1; else high = middle;
    }
    return low < list->n && list->at[low].family_id == family_id && list->at[low].person_id == person_id ? &list->at[low] : NULL;
}

// ---- groups ---------------------------------------------------------------------------------------------------------------------
typedef struct { Str key; const FormPerson *person; } Keyed;
static int by_key(const void *x, const void *y) { return str_cmp(((const Keyed *)x)->key, ((const Keyed *)y)->key); }
static int by_missing(const void *x, const void *y) {
    const AnswerGroup *a = x, *b = y;
    int64_t missing = (b->expected_n - b->told_n) - (a->expected_n - a->told_n);
    return missing ? (missing > 0 ? 1 : -1) : str_cmp(a->key, b->key);
}

static Str key_of(Arena *a, const FormPerson *p, AnswersBy by) {
    return by == ANSWERS_BY_PLACE ? p->place : by == ANSWERS_BY_VILLAGE ? arena_fmt(a, "%lld", (long long)p->village_id) : p->companion_name;
}

static void days_add(FormAnswers *out, int64_t kab, Instant at) {
    Date day = district_day(kab, at), first = date_add_months(out->month, 1);
    int from = day.days < first.days ? 0 : day.days - first.days;
    for (int i = from; i < ANSWER_DAYS; i++) out->days[i]++;
}

static bool groups_make(Arena *a, const FormAsk *ask, const FormPeople *people, const TellList *told, AnswersBy by, FormAnswers *out) {
    Keyed *keyed = NEW(a, Keyed, people->n);
    for (size_t i = 0; i < people->n; i++) keyed[i] = (Keyed){ key_of(a, &people->at[i], by), &people->at[i] };
    qsort(keyed, people->n, sizeof *keyed, by_key);
    out->at = NEW(a, AnswerGroup, people->n);
    for (size_t i = 0; i < people->n; i++) {
        bool is_new = i == 0 || !str_eq(keyed[i].key, keyed[i - 1].key);
        if (is_new) out->at[out->n++] = (AnswerGroup){ .key = keyed[i].key, .name = keyed[i].key, .reminded_on = DATE_NONE };
        AnswerGroup *g = &out->at[out->n - 1];
        const Told *t = told_find(told, keyed[i].person->family_id, keyed[i].person->person_id);
        g->expected_n++;
        out->all.expected_n++;
        if (!t) continue;
        g->told_n++;
        out->all.told_n++;
        days_add(out, ask->kab, t->at);
    }
    return true;
}

static bool names_read(Db *db, Arena *a, const FormAsk *ask, AnswersBy by, FormAnswers *out, Err *e) {
    Areas villages;
    if (by == ANSWERS_BY_VILLAGE) {
        if (!area_list_level(db, a, ask->kab, AREA_VILLAGE, &villages, e)) return false;
        for (size_t i = 0; i < out->n; i++)
            for (size_t k = 0; k < villages.n; k++) if (str_eq(out->at[i].key, arena_fmt(a, "%lld", (long long)villages.at[k].id))) out->at[i].name = villages.at[k].name;
    }
    for (size_t i = 0; i < out->n && by == ANSWERS_BY_PLACE; i++) if (!form_place_name(db, a, ask, out->at[i].key, &out->at[i].name, e)) return false;
    return true;
}

static bool reminders_read(Db *db, const FormAsk *ask, FormAnswers *out, Err *e) {
    FormRemindersRows rows = { 0 };
    FormRemindersRow row;
    bool has_row, is_good = form_reminders(db, (FormRemindersArgs){ .kab = ask->kab, .form = str_c(FORM_LAYOUTS[ask->kind].name), .month_on = out->month }, &rows, e);
    while (is_good && (is_good = form_reminders_next(&rows, &row, &has_row, e)) && has_row)
        for (size_t i = 0; i < out->n; i++) if (str_eq(out->at[i].key, row.place)) out->at[i].reminded_on = row.sent_on;
    form_reminders_end(&rows);
    return is_good;
}

bool form_answers(Db *db, Arena *a, const FormAsk *ask, Date month, AnswersBy by, Date today, FormAnswers *out, Err *e) {
    FormAsk asked = *ask;
    FormPeople people = { 0 };
    TellList told = { 0 };
    FormAnswers answers = { .month = month, .cut_off = { date_add_months(month, 1).days + ANSWER_DAYS - 1 } };
    asked.period = form_period_of(month);
    asked.is_list = true;
    if (!form_people_read(db, a, &asked, &people, e) || !told_read(db, a, &asked, month, &told, e)) return false;
    if (people.n == 0) return fail(e, NOT_FOUND, "Nobody stands on such a form: no family of yours has somebody there.");
    groups_make(a, &asked, &people, &told, by, &answers);
    if (!names_read(db, a, &asked, by, &answers, e) || (by == ANSWERS_BY_PLACE && !reminders_read(db, &asked, &answers, e))) return false;
    qsort(answers.at, answers.n, sizeof *answers.at, by_missing);
    for (int i = 0; i < ANSWER_DAYS; i++) if (date_add_months(month, 1).days + i > today.days) answers.days[i] = -1;       // still to come
    *out = answers;
    return true;
}

// ---- reminders --------------------------------------------------------------------------------------------------------------------
static bool remind_work(Db *db, void *with, Err *e) {
    const FormReminder *r = with;
    Str form = str_c(FORM_LAYOUTS[r->kind].name);
    Date on = district_day(r->kab, r->at);
    FormReminderFindRow row;
    bool found;
    if (!form_reminder_find(db, (FormReminderFindArgs){ .kab = r->kab, .form = form, .place = r->place, .month_on = r->month, .channel = r->channel, .sent_on = on }, &row, &found, e)) return false;
    if (found) return true;
    return form_reminder_insert(db, (FormReminderInsertArgs){ .kab = r->kab, .form = form, .place = r->place, .month_on = r->month, .channel = r->channel, .sent_on = on, .actor_id = r->actor.user_id,
                                                              .sent_at = r->at }, NULL, e) &&
           audit_write(db, &(AuditEntry){ .kab = r->kab, .actor_id = r->actor.user_id, .action = "form.remind", .at = r->at, .subject = r->place,
                                          .fields = { AUDIT_TEXT("channel", r->channel) } }, e);
}

bool form_remind(Db *db, const FormReminder *reminder, Err *e) {
    static const char *const CHANNELS[] = { "letter", "message", "visit" };
    FormReminder r = *reminder;
    bool is_known = false;
    for (size_t i = 0; i < sizeof CHANNELS / sizeof *CHANNELS; i++) is_known |= str_eq(r.channel, str_c(CHANNELS[i]));
    if (!authority_require(&r.actor, ACTION_TELL, r.kab, e)) return false;
    if (!is_known) return fail(e, BAD_INPUT, "A reminder goes by letter, message or visit.");
    return change_do(db, remind_work, &r, e);
}
