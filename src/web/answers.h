// answers.h: who has answered for a month and who has not, as pictures and lists, and the reminder to who has not.
#ifndef WEB_ANSWERS_H
#define WEB_ANSWERS_H
#include "commitment/form_answers.h"
#include "http/list.h"
#include "web/web.h"

#define ANSWER_MONTHS 12               // to choose from
typedef struct { Str code, title; } AnswerMonth;           // "2026-09", "September 2026"
typedef struct {
    int64_t kab;
    FormKind kind;
    AnswersBy by;
    Str month, month_title, trouble;
    AnswerMonth months[ANSWER_MONTHS];
    FormAnswers answers;
    Html chart;                                            // day by day up to the cut-off
    bool is_missing_only, may_remind;
    AnswerGroup *shown; size_t shown_n;
    List list;
} AnswersView;
typedef struct {
    int64_t kab;
    FormKind kind;
    Str month, place, place_name, text;                    // text: to copy, print or send
    AnswerGroup group;
    Date cut_off;
    bool may_remind, is_sent;
} RemindView;
const char *answers_by_title(AnswersBy by);
Url answers_url(Arena *a, const AnswersView *v, AnswersBy by);
Url remind_url(Arena *a, int64_t kab, FormKind kind, Str month, Str place);
extern const Route ANSWERS_ROUTES[];
#endif
