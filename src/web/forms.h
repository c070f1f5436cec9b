// forms.h: forms of verification in pages: the places of a quarter with how many stand on each form, and the forms themselves as files.
#ifndef WEB_FORMS_H
#define WEB_FORMS_H
#include "commitment/form_apply.h"
#include "http/list.h"
#include "registry/area.h"
#include "web/import.h"
#include "web/web.h"

typedef struct { FormPeriod period; Str code, title; } FormQuarter;
#define FORM_QUARTERS 6                // the next one, this one, and those before
typedef struct {
    int64_t kab, kecamatan_id;
    FormKind kind;
    Str quarter, trouble, fault;                           // fault: why a file that was sent was not taken
    bool may_send;
    int64_t upload_max_mb;
    FormQuarter quarters[FORM_QUARTERS];
    Areas kecamatan;
    FormSheets sheets;
    const FormSheet *shown;
    size_t shown_n;
    List list;
} FormsView;

// A filled form that was sent: what it says, before and after it is taken over.
#define FORM_LINES_SHOWN 200
typedef struct { const FormInRow *row; int month; Str why; } FormLine;         // month -1: the row as a whole is a task
typedef struct { int64_t good_n, differs_n, refused_n, empty_n, task_n; } FormCounts;
typedef struct {
    int64_t kab;
    Str hash_text, name, fault;
    FormIn in;
    FormCounts *counts;                                    // of each form
    FormLine *lines; size_t line_n; int64_t all_n;         // what a person should see; at most FORM_LINES_SHOWN of all_n
    bool is_done;
    FormApplied done;
} FormInView;
typedef struct { int64_t kab; FormTasks tasks; List list; } FormTasksView;
Url form_in_url(Arena *a, const FormInView *v);

const char *form_kind_title(FormKind kind);                // for people, in this thread's language
const char *form_kind_word(FormKind kind);                 // "Education"
const char *form_kind_name(FormKind kind);
Url form_url(Arena *a, const FormsView *v, Str place, const char *format);     // empty place: all that the filter leaves
#endif
