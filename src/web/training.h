// training.h: trainings as pages: the list, the plan, the day at the door, the tests, people, the report; the companion's own side of it; and the
// public page that verifies a certificate.
#ifndef WEB_TRAINING_H
#define WEB_TRAINING_H
#include "http/list.h"
#include "training/need.h"
#include "training/paper.h"
#include "web/web.h"

typedef struct {
    const Request *request;                                // what was typed, after a refusal
    int64_t kab;
    Str fault;
    bool may_train, may_look;
    TrainingEntry *entries; size_t entry_n;
    TrainingPayDay *pay_days; size_t pay_day_n;
} TrainingsView;

typedef struct { int64_t id; Str name; } TrainingChoice;   // a companion who is not called
// One person with all that is known of the day.
typedef struct { const TrainingPerson *person; int64_t jp_n, session_n; Str pre, post, goods, certificate; } TrainingPersonRow;
typedef struct { TrainingPaper paper; Url url; } TrainingPaperLink;

typedef struct {
    const Request *request;
    Training t;
    Str fault, done, area;
    bool may_train, is_own;                                // is_own: seen by a companion who is called
    TrainingPerson *people; size_t people_n;
    TrainingPersonRow *rows; size_t row_n;                 // of the people page, those of the filter
    List list;
    TrainingClash *clashes; size_t clash_n;
    TrainingChoice *others; size_t other_n;
    TrainingPaperLink papers[PAPERS_N]; size_t paper_n;
    const TrainingSession *session;                        // that runs, or was chosen
    Str code;                                              // scanned
    Html qr;                                               // the own code of a companion
    Goods *goods; size_t goods_n;
    Question *questions; size_t question_n;                // the bank, or the items of the test
    Sheet sheet;                                           // own
    bool has_sheet;
    Str kind;                                              // of the test: "pre", "post"
    Report report;
    Str press, filter_title;
    int64_t present_n;                                     // of `session`
} TrainingView;

typedef struct { const Request *request; bool is_asked, is_true; Certificate c; Str area; } CertificateView;
typedef struct { int64_t kab, id; Str name; TrainingPast *past; size_t n; int64_t jp_n; } TrainingHistoryView;
typedef struct { int64_t kab, shown_n; Need need; List list; bool may_train; } TrainingNeedView;
typedef struct { Str fault; bool may_train; int64_t kab; Question *questions; size_t n; List list; const Request *request; } BankView;

const char *training_colour(TrainingState state);
Url training_url(Arena *a, const Training *t, const char *below);      // "", "/people" …
Str training_clock(Arena *a, const Training *t, const TrainingSession *s);       // "08.00–09.30"
Str training_letter(size_t choice);                        // "A" of the first
bool training_item_is_chosen(const TrainingView *v, int64_t question_id);
#endif
