// forms.h: forms of verification in pages: the places of a quarter with how many stand on each form, and the forms themselves as files.
#ifndef WEB_FORMS_H
#define WEB_FORMS_H
#include "commitment/form_out.h"
#include "http/list.h"
#include "registry/area.h"
#include "web/web.h"

typedef struct { FormPeriod period; Str code, title; } FormQuarter;
#define FORM_QUARTERS 6                // the next one, this one, and those before
typedef struct {
    int64_t kab, kecamatan_id;
    FormKind kind;
    Str quarter, trouble;
    FormQuarter quarters[FORM_QUARTERS];
    Areas kecamatan;
    FormSheets sheets;
    const FormSheet *shown;
    size_t shown_n;
    List list;
} FormsView;

const char *form_kind_title(FormKind kind);                // for people, in this thread's language
const char *form_kind_name(FormKind kind);
Url form_url(Arena *a, const FormsView *v, Str place, const char *format);     // empty place: all that the filter leaves
#endif
