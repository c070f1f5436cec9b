// learn.c: see learn.h. The bank, the test and its sheets; what they say stands in learning.c.
#include "training/learn.h"
#include "base/lang.h"
#include "files/table_read.h"
#include "office/change.h"
#include "office/district.h"
#include "training/list_in.h"
#include "training_event.sql.h"
#include "training_learn.sql.h"

static const struct { const char *name, *title; } COMPETENCES[COMPETENCES_N] = {
    [COMPETENCE_INTEGRITY] = { "integrity", N_("Integrity") }, [COMPETENCE_KNOWLEDGE] = { "knowledge", N_("Knowledge") }, [COMPETENCE_SKILL] = { "skill", N_("Skill") } };
const char *competence_name(Competence c) { return COMPETENCES[c].name; }
const char *competence_title(Competence c) { return tr(COMPETENCES[c].title); }
bool competence_find(Str name, Competence *out) {
    for (int c = 0; c < COMPETENCES_N; c++) if (str_eq_nocase(name, str_c(COMPETENCES[c].name)) || str_eq_nocase(name, str_c(tr(COMPETENCES[c].title)))) return *out = (Competence)c, true;
    return false;
}

static Competence competence_of(Str name) {
    Competence c = COMPETENCE_KNOWLEDGE;
    return competence_find(name, &c) ? c : COMPETENCE_KNOWLEDGE;
}

// ---- the bank --------------------------------------------------------------------------------------------------------------
bool question_list(Db *db, Arena *a, const Viewer *viewer, int64_t kab, Question **out, size_t *n, Err *e) {
    QuestionRowsRows rows = { 0 };
    QuestionRowsRow row;
    Question *list = NEW(a, Question, QUESTIONS_MAX);
    size_t found_n = 0;
    if (!authority_require(viewer, ACTION_TRAIN, kab, e)) return false;
    bool has_row, is_good = question_rows(db, (QuestionRowsArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = question_rows_next(&rows, &row, &has_row, e)) && has_row && found_n < QUESTIONS_MAX)
        list[found_n++] = (Question){ row.id, competence_of(row.competence), db_keep(a, row.topic), db_keep(a, row.question),
            { db_keep(a, row.choice_a), db_keep(a, row.choice_b), db_keep(a, row.choice_c), db_keep(a, row.choice_d), db_keep(a, row.choice_e) }, row.right_choice.p[0] - 'A',
            row.is_retired, row.used_n > 0 };
    question_rows_end(&rows);
    if (!is_good) return false;
    *out = list;
    *n = found_n;
    return true;
}

static bool question_accept(const Question *q, Err *e) {
    int choice_n = 0;
    if (!q->topic.n || q->topic.n > 60) return fail(e, BAD_INPUT, "Say the topic in at most 60 letters.");
    if (!q->text.n || q->text.n > QUESTION_MAX || !str_is_utf8(q->text)) return fail(e, BAD_INPUT, "Write the question in at most %d letters.", QUESTION_MAX);
    for (int i = 0; i < QUESTION_CHOICES; i++) {
        if (q->choices[i].n > QUESTION_MAX || !str_is_utf8(q->choices[i])) return fail(e, BAD_INPUT, "Write each answer in at most %d letters.", QUESTION_MAX);
        if (q->choices[i].n && choice_n < i) return fail(e, BAD_INPUT, "Fill the answers from A on, without a gap.");
        choice_n += q->choices[i].n > 0;
    }
    if (choice_n < 2) return fail(e, BAD_INPUT, "A question has at least two answers.");
    return (q->right >= 0 && q->right < choice_n) || fail(e, BAD_INPUT, "Say which answer is right: one that is there.");
}

static bool question_insert_one(Db *db, const Viewer *actor, int64_t kab, const Question *q, Instant now, int64_t *id, bool *is_new, Err *e) {
    QuestionSameRow same;
    QuestionLastRow last;
    bool found;
    if (!question_accept(q, e) || !question_same(db, (QuestionSameArgs){ .kab = kab, .question = q->text }, &same, &found, e)) return false;
    *is_new = !found;
    if (found) { *id = same.id; return true; }
    if (!question_last(db, (QuestionLastArgs){ .kab = kab }, &last, &found, e)) return false;
    if (last.last_id >= QUESTIONS_MAX) return fail(e, LIMIT, "A bank has at most %d questions.", QUESTIONS_MAX);
    *id = last.last_id + 1;
    QuestionInsertArgs row = { .kab = kab, .id = *id, .competence = str_c(COMPETENCES[q->competence].name), .topic = q->topic, .question = q->text, .choice_a = q->choices[0],
        .choice_b = q->choices[1], .choice_c = training_text(q->choices[2]), .choice_d = training_text(q->choices[3]), .choice_e = training_text(q->choices[4]),
        .right_choice = (Str){ &"ABCDE"[q->right], 1 }, .made_id = actor->user_id, .made_at = now };
    return question_insert(db, row, NULL, e);
}

typedef struct { Arena *a; const Viewer *actor; int64_t kab, id, row_n; const Question *question; int fd; Instant now; } Banking;

static bool bank_record(Db *db, const Banking *x, const char *action, const char *key, int64_t value, Err *e) {
    return training_record(db, x->a, &(TrainingAct){ x->kab, 0, x->actor, x->now }, action, key, value, e);
}

static bool question_work(Db *db, void *with, Err *e) {
    Banking *x = with;
    bool is_new;
    if (!authority_require(x->actor, ACTION_TRAIN, x->kab, e) || !question_insert_one(db, x->actor, x->kab, x->question, x->now, &x->id, &is_new, e)) return false;
    return !is_new || bank_record(db, x, "training.question", "question_id", x->id, e);
}

bool question_put(Db *db, Arena *a, const Viewer *actor, int64_t kab, const Question *question, Instant now, int64_t *id, Err *e) {
    Banking x = { .a = a, .actor = actor, .kab = kab, .question = question, .now = now };
    if (!change_do(db, question_work, &x, e)) return false;
    *id = x.id;
    return true;
}

static bool retire_work(Db *db, void *with, Err *e) {
    Banking *x = with;
    int64_t changed_n;
    if (!authority_require(x->actor, ACTION_TRAIN, x->kab, e) || !question_gone(db, (QuestionGoneArgs){ .kab = x->kab, .id = x->id }, &changed_n, e)) return false;
    return changed_n ? bank_record(db, x, "training.retire", "question_id", x->id, e) : fail(e, NOT_FOUND, "There is no question with this number.");
}

bool question_retire(Db *db, Arena *a, const Viewer *actor, int64_t kab, int64_t id, Instant now, Err *e) {
    return change_do(db, retire_work, &(Banking){ .a = a, .actor = actor, .kab = kab, .id = id, .now = now }, e);
}

static bool bank_row(Db *db, Banking *x, const CsvHeader *h, const CsvRow *row, Err *e) {
    Question q = { .topic = str_trim(csv_cell(h, row, 1)), .text = str_trim(csv_cell(h, row, 2)), .right = -1 };
    Str key = str_trim(csv_cell(h, row, 8));
    bool is_new;
    for (size_t i = 0; i < QUESTION_CHOICES; i++) q.choices[i] = str_trim(csv_cell(h, row, 3 + i));
    if (key.n == 1) q.right = (key.p[0] | 0x20) - 'a';
    bool is_good = (competence_find(str_trim(csv_cell(h, row, 0)), &q.competence) || fail(e, BAD_INPUT, "The competence is one of integritas, pengetahuan and keterampilan.")) &&
                   question_insert_one(db, x->actor, x->kab, &q, x->now, &x->id, &is_new, e);
    x->row_n++;
    return is_good || fail_in(e, "Row %lld: ", (long long)row->at.row_n + 1);
}

static bool bank_work(Db *db, void *with, Err *e) {
    static const CsvColumn KNOWN[] = { { "Kompetensi|competence", true }, { "Topik|topic", true }, { "Pertanyaan|Soal|question", true }, { "A", true }, { "B", true }, { "C", false }, { "D", false }, { "E", false }, { "Kunci|Jawaban benar|right", true } };
    Banking *x = with;
    TableReader *r;
    CsvHeader header;
    CsvRow row;
    bool has_row = false;
    x->row_n = 0;
    if (!authority_require(x->actor, ACTION_TRAIN, x->kab, e) || !table_open_fd(x->fd, (TableOptions){ 0 }, &r, e)) return false;
    bool is_good = table_header_find(r, x->a, KNOWN, sizeof KNOWN / sizeof *KNOWN, NULL, &header, e);
    while (is_good && (is_good = table_next(r, &row, &has_row, e)) && has_row) is_good = bank_row(db, x, &header, &row, e);
    table_close(r);
    return is_good && bank_record(db, x, "training.question", "row_n", x->row_n, e);
}

bool question_list_in(Db *db, Arena *a, const Viewer *actor, int64_t kab, int fd, Instant now, int64_t *row_n, Err *e) {
    Banking x = { .a = a, .actor = actor, .kab = kab, .fd = fd, .now = now };
    if (!change_do(db, bank_work, &x, e)) return false;
    *row_n = x.row_n;
    return true;
}

// ---- the test --------------------------------------------------------------------------------------------------------------
bool training_items(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Question **out, size_t *n, Err *e) {
    ItemRowsRows rows = { 0 };
    ItemRowsRow row;
    Question *list = NEW(a, Question, TRAINING_ITEMS_MAX);
    size_t found_n = 0;
    bool has_row, is_good = item_rows(db, (ItemRowsArgs){ .kab = kab, .event_id = id, SEE(sight) }, &rows, e);
    while (is_good && (is_good = item_rows_next(&rows, &row, &has_row, e)) && has_row && found_n < TRAINING_ITEMS_MAX)
        list[found_n++] = (Question){ row.id, competence_of(row.competence), db_keep(a, row.topic), db_keep(a, row.question),
            { db_keep(a, row.choice_a), db_keep(a, row.choice_b), db_keep(a, row.choice_c), db_keep(a, row.choice_d), db_keep(a, row.choice_e) },
            sight_is_own_only(&sight) ? -1 : row.right_choice.p[0] - 'A', false, true };
    item_rows_end(&rows);
    if (!is_good) return false;
    *out = list;
    *n = found_n;
    return true;
}

typedef struct { Arena *a; const TrainingAct *act; const int64_t *ids; size_t n; Str kind, choices; int64_t companion_id, row_n, new_n; int fd; bool is_new; } Testing;

static bool items_work(Db *db, void *with, Err *e) {
    Testing *x = with;
    Training t;
    Question *bank;
    SheetNRow sheets;
    size_t bank_n;
    int64_t n = 0;
    bool found;
    if (!training_of_act(db, x->a, x->act, 1u << TRAINING_PLAN | 1u << TRAINING_CALLED, &t, e) || !question_list(db, x->a, x->act->actor, t.kab, &bank, &bank_n, e) ||
        !sheet_n(db, (SheetNArgs){ .kab = t.kab, .event_id = t.id }, &sheets, &found, e)) return false;
    if (x->n > TRAINING_ITEMS_MAX) return fail(e, LIMIT, "A test has at most %d questions.", TRAINING_ITEMS_MAX);
    if (sheets.sheet_n) return fail(e, CONFLICT, "%lld sheets are handed in: the questions stay as they are.", (long long)sheets.sheet_n);
    if (!item_drop_all(db, (ItemDropAllArgs){ .kab = t.kab, .event_id = t.id }, NULL, e)) return false;
    for (size_t i = 0; i < bank_n; i++) {
        bool is_asked = false;
        for (size_t k = 0; k < x->n; k++) is_asked |= x->ids[k] == bank[i].id;
        if (!is_asked || bank[i].is_retired) continue;
        n++;
        if (!item_insert(db, (ItemInsertArgs){ .kab = t.kab, .event_id = t.id, .n = n, .question_id = bank[i].id }, NULL, e)) return false;
    }
    if (n < (int64_t)x->n) return fail(e, BAD_INPUT, "One of these questions is not in the bank, or is retired.");
    return training_touch(db, (TrainingTouchArgs){ .kab = t.kab, .id = t.id, .state = str_c(training_state_name(t.state)) }, NULL, e) &&
           training_record(db, x->a, x->act, "training.items", "question_n", n, e);
}

bool training_items_put(Db *db, Arena *a, const TrainingAct *act, const int64_t *question_ids, size_t n, Err *e) {
    return change_do(db, items_work, &(Testing){ .a = a, .act = act, .ids = question_ids, .n = n }, e);
}

static bool is_kind(Str kind) { return str_eq(kind, STR("pre")) || str_eq(kind, STR("post")); }

static bool open_work(Db *db, void *with, Err *e) {
    Testing *x = with;
    Training t;
    Question *items;
    size_t n;
    if (x->kind.n && !is_kind(x->kind)) return fail(e, BAD_INPUT, "A test is \"pre\" or \"post\".");
    if (!training_of_act(db, x->a, x->act, 1u << TRAINING_CALLED, &t, e) || !training_items(db, x->a, sight_of_program((Date){ 0 }), t.kab, t.id, &items, &n, e)) return false;
    if (!n) return fail(e, CONFLICT, "The test has no questions yet. Choose them from the bank.");
    if (str_eq(t.open_test, x->kind)) return true;
    return training_test_opened(db, (TrainingTestOpenedArgs){ .kab = t.kab, .id = t.id, .open_test = training_text(x->kind) }, NULL, e) &&
           training_record(db, x->a, x->act, "training.test", "is_post", str_eq(x->kind, STR("post")), e);
}

bool training_test_open(Db *db, Arena *a, const TrainingAct *act, Str kind, Err *e) { return change_do(db, open_work, &(Testing){ .a = a, .act = act, .kind = kind }, e); }

// "abd c-" -> "ABDC-": as long as the test, each letter one that the question has.
static bool sheet_accept(Arena *a, Str typed, const Question *items, size_t n, Str *out, Err *e) {
    char *letters = arena_c(a, typed);
    size_t k = 0;
    for (size_t i = 0; i < typed.n; i++) {
        char c = typed.p[i];
        if (c == ' ' || c == ',' || c == ';') continue;
        if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
        if (c == '.' || c == '_' || c == '0') c = '-';
        if (k == n || (c != '-' && (c < 'A' || c >= 'A' + QUESTION_CHOICES || !items[k].choices[c - 'A'].n)))
            return fail(e, BAD_INPUT, "Answer %zu is not one that the question has. Write a letter for each of the %zu questions, - where there is no answer.", k + 1, n);
        letters[k++] = c;
    }
    if (k < n) return fail(e, BAD_INPUT, "There are %zu answers to %zu questions. Write a letter for each, - where there is no answer.", k, n);
    *out = (Str){ letters, k };
    return true;
}

static bool sheet_store(Db *db, Testing *x, const Question *items, size_t item_n, int64_t companion_id, Str typed, bool is_paper, bool *is_new, Err *e) {
    SheetOfRow before;
    Str choices;
    bool found;
    if (!sheet_accept(x->a, typed, items, item_n, &choices, e) ||
        !sheet_of(db, x->a, (SheetOfArgs){ .kab = x->act->kab, .event_id = x->act->id, .kind = x->kind, .companion_id = companion_id }, &before, &found, e)) return false;
    *is_new = !found;
    if (found && str_eq(before.choices, choices)) return true;
    if (found && !(is_paper && str_eq(before.way, STR("paper")))) return fail(e, CONFLICT, "A sheet of this person is there already, with other answers. It stays as it is.");
    SheetPutArgs put = { .kab = x->act->kab, .event_id = x->act->id, .kind = x->kind, .companion_id = companion_id, .choices = choices, .way = is_paper ? STR("paper") : STR("self"),
                         .actor_id = x->act->actor->user_id, .recorded_at = x->act->now };
    // A sheet and a change of the questions stand one after the other.
    return sheet_put(db, put, NULL, e) && training_touch(db, (TrainingTouchArgs){ .kab = put.kab, .id = put.event_id, .state = STR("called") }, NULL, e) &&
           training_record(db, x->a, x->act, found ? "training.sheet_mend" : "training.sheet", "companion_id", companion_id, e);
}

static bool test_ready(Db *db, Testing *x, bool is_self, Training *t, Question **items, size_t *item_n, TrainingPerson **people, size_t *n, Err *e) {
    Sight sight = authority_sight(x->act->actor, district_day(x->act->kab, x->act->now));
    if (!is_kind(x->kind)) return fail(e, BAD_INPUT, "A test is \"pre\" or \"post\".");
    bool is_good = is_self ? training_read(db, x->a, sight, x->act->kab, x->act->id, t, e) : training_of_act(db, x->a, x->act, 1u << TRAINING_CALLED, t, e);
    if (!is_good || !training_items(db, x->a, sight, t->kab, t->id, items, item_n, e) || !training_people(db, x->a, sight, t->kab, t->id, people, n, e)) return false;
    if (!*item_n) return fail(e, CONFLICT, "The test has no questions yet. Choose them from the bank.");
    return !is_self || (t->state == TRAINING_CALLED && str_eq(t->open_test, x->kind)) || fail(e, CONFLICT, "This test is not open just now.");
}

static bool sheet_work(Db *db, void *with, Err *e) {
    Testing *x = with;
    Training t;
    Question *items;
    TrainingPerson *people;
    size_t item_n, n, i = 0;
    bool is_self = x->companion_id == 0;
    if (!test_ready(db, x, is_self, &t, &items, &item_n, &people, &n, e)) return false;
    while (i < n && (is_self ? people[i].user_id != x->act->actor->user_id : people[i].companion_id != x->companion_id)) i++;
    if (i == n) return is_self ? fail(e, FORBIDDEN, "You are not called to this training.") : fail(e, BAD_INPUT, "This person is not of this training. Who came without having been called is added first.");
    return sheet_store(db, x, items, item_n, people[i].companion_id, x->choices, !is_self, &x->is_new, e);
}

bool training_sheet_put(Db *db, Arena *a, const TrainingAct *act, Str kind, int64_t companion_id, Str choices, bool *is_new, Err *e) {
    Testing x = { .a = a, .act = act, .kind = kind, .companion_id = companion_id, .choices = choices };
    if (!change_do(db, sheet_work, &x, e)) return false;
    *is_new = x.is_new;
    return true;
}

static bool sheets_work(Db *db, void *with, Err *e) {
    Testing *x = with;
    Training t;
    Question *items;
    TrainingPerson *people;
    ListRow *rows;
    size_t item_n, people_n, n;
    x->new_n = 0;
    if (!test_ready(db, x, false, &t, &items, &item_n, &people, &people_n, e) || !list_in(x->a, x->fd, people, people_n, "Jawaban|answers", &rows, &n, e)) return false;
    for (size_t i = 0; i < n; i++) {
        bool is_new;
        if (!sheet_store(db, x, items, item_n, rows[i].companion_id, rows[i].value, true, &is_new, e)) return fail_in(e, "Row %lld: ", (long long)rows[i].row_n);
        x->new_n += is_new;
    }
    x->row_n = (int64_t)n;
    return true;
}

bool training_sheets_in(Db *db, Arena *a, const TrainingAct *act, Str kind, int fd, int64_t *row_n, int64_t *new_n, Err *e) {
    Testing x = { .a = a, .act = act, .kind = kind, .fd = fd };
    if (!change_do(db, sheets_work, &x, e)) return false;
    *row_n = x.row_n;
    *new_n = x.new_n;
    return true;
}

bool training_sheet_of(Db *db, Arena *a, int64_t kab, int64_t id, Str kind, int64_t companion_id, Sheet *out, bool *is_found, Err *e) {
    SheetOfRow row;
    if (!sheet_of(db, a, (SheetOfArgs){ .kab = kab, .event_id = id, .kind = kind, .companion_id = companion_id }, &row, is_found, e)) return false;
    if (*is_found) *out = (Sheet){ .companion_id = companion_id, .kind = kind, .choices = row.choices, .is_paper = str_eq(row.way, STR("paper")), .at = row.recorded_at };
    return true;
}
