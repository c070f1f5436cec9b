// learn.h: what was learned: a bank of questions by competence, one test before and the same after, on the phone or on paper, and what it
// says (statistics.h). A sheet is a letter for each question in its order, '-' where nothing was chosen.
#ifndef TRAINING_LEARN_H
#define TRAINING_LEARN_H
#include "training/event.h"
#include "training/statistics.h"

#define QUESTION_MAX 400               // bytes of a question or an answer
#define QUESTION_CHOICES 5
#define TRAINING_ITEMS_MAX 60
#define QUESTIONS_MAX 1000

typedef enum { COMPETENCE_INTEGRITY, COMPETENCE_KNOWLEDGE, COMPETENCE_SKILL, COMPETENCES_N } Competence;
const char *competence_name(Competence c);                 // stored
const char *competence_title(Competence c);
must_use bool competence_find(Str name, Competence *out);

// right: 0 for A. choices after the last one are empty; at least two.
typedef struct { int64_t id; Competence competence; Str topic, text, choices[QUESTION_CHOICES]; int right; bool is_retired, is_used; } Question;
// The bank of a district by competence, topic and number. Only for those who may train: the right answers stand in it.
must_use bool question_list(Db *db, Arena *a, const Viewer *viewer, int64_t kab, Question **out, size_t *n, Err *e);
// The same text twice is the same question. BAD_INPUT names what is missing.
must_use bool question_put(Db *db, Arena *a, const Viewer *actor, int64_t kab, const Question *question, Instant now, int64_t *id, Err *e);
must_use bool question_retire(Db *db, Arena *a, const Viewer *actor, int64_t kab, int64_t id, Instant now, Err *e);
// From a table: Kompetensi, Topik, Pertanyaan, A, B, C, D, E, Kunci. All or nothing.
must_use bool question_list_in(Db *db, Arena *a, const Viewer *actor, int64_t kab, int fd, Instant now, int64_t *row_n, Err *e);

// ---- the test of a training ------------------------------------------------------------------------------------------------------
// Its questions in their order; right is -1 for whom the answers are none of his business.
must_use bool training_items(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Question **out, size_t *n, Err *e);
// Which questions; only while nobody has handed in a sheet. They are put in the order of the bank.
must_use bool training_items_put(Db *db, Arena *a, const TrainingAct *act, const int64_t *question_ids, size_t n, Err *e);
// kind: "pre", "post"; empty: closed. Only of a training that was called, with questions.
must_use bool training_test_open(Db *db, Arena *a, const TrainingAct *act, Str kind, Err *e);
// A sheet by who is signed in, while the test is open; or by an officer from paper, until the training is closed (companion_id). The same
// sheet twice changes nothing; another one is CONFLICT, but an officer may put right what was entered from paper.
must_use bool training_sheet_put(Db *db, Arena *a, const TrainingAct *act, Str kind, int64_t companion_id, Str choices, bool *is_new, Err *e);
// From paper: a table with "No. pendamping" and "Jawaban" ("ABDC-A"). All of it or nothing.
must_use bool training_sheets_in(Db *db, Arena *a, const TrainingAct *act, Str kind, int fd, int64_t *row_n, int64_t *new_n, Err *e);

typedef struct { int64_t companion_id, score; Str kind, choices; bool is_paper; Instant at; } Sheet;       // score: of right answers
typedef struct { Str name; int64_t item_n; Gain gain; int64_t before, after; } TopicGain;                  // shares of those who did both, in thousandths
typedef struct {
    Question *items; size_t item_n;
    Sheet *sheets; size_t sheet_n;                         // by kind, then person
    ItemStatistics *pre_items, *post_items;                // one for each item
    TestStatistics pre, post;
    Gain gain;                                             // of the whole score, in thousandths of the full score
    TopicGain *topics; size_t topic_n;                     // by competence and topic
    TopicGain competences[COMPETENCES_N];
    int64_t both_n;
} Learning;
// Of the whole training: needs a sight of the district.
must_use bool training_learning(Db *db, Arena *a, Sight sight, int64_t kab, int64_t id, Learning *out, Err *e);
// What a gain says, in words that claim no more than it can: "+12,5 points (8,1 to 16,9)", "too few …".
Str gain_text(Arena *a, const Gain *gain);
Str share_text(Arena *a, int64_t thousandths);             // "62,5 %"
Str thousandths_text(Arena *a, int64_t thousandths);       // "0,41"
// Whether somebody has handed in, and what: own sheets of a companion.
must_use bool training_sheet_of(Db *db, Arena *a, int64_t kab, int64_t id, Str kind, int64_t companion_id, Sheet *out, bool *is_found, Err *e);
#endif
