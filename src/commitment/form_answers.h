// form_answers.h: of whom something was told for a month, and of whom nothing yet: by school, health post, kelurahan or companion, and day by
// day up to the 25th of the month after, when the figures of that month are closed. And who was reminded.
#ifndef COMMITMENT_FORM_ANSWERS_H
#define COMMITMENT_FORM_ANSWERS_H
#include "commitment/form_out.h"

#define ANSWER_DAYS 25                 // of the month after; the last is the cut-off
typedef enum { ANSWERS_BY_PLACE, ANSWERS_BY_VILLAGE, ANSWERS_BY_COMPANION, ANSWERS_BY_N } AnswersBy;
const char *answers_by_name(AnswersBy by);                 // "place": in addresses
must_use bool answers_by_find(Str text, AnswersBy *out);

// told_n of expected_n persons have a fact of the month; reminded_on DATE_NONE: never (of places only). days: told by the end of each day.
typedef struct { Str key, name; int64_t expected_n, told_n; Date reminded_on; } AnswerGroup;
typedef struct { AnswerGroup *at; size_t n; AnswerGroup all; int64_t days[ANSWER_DAYS]; Date month, cut_off; } FormAnswers;

// ask: kind, kab, kecamatan, sight, book; the quarter is the month's. Groups with most missing come first. NOT_FOUND when nobody stands on such
// a form. All in `a`.
must_use bool form_answers(Db *db, Arena *a, const FormAsk *ask, Date month, AnswersBy by, Date today, FormAnswers *out, Err *e);

typedef struct { int64_t kab; FormKind kind; Str place; Date month; Str channel; Viewer actor; Instant at; } FormReminder;     // channel: letter, message, visit
// Records that somebody was reminded; the same on the same day is one. FORBIDDEN without ACTION_TELL; BAD_INPUT for a channel that is none.
must_use bool form_remind(Db *db, const FormReminder *reminder, Err *e);
#endif
