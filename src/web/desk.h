// desk.h: the desk as pages: the list with its clock, taking a request in, one request, the letter to the family.
#ifndef WEB_DESK_H
#define WEB_DESK_H
#include "http/list.h"
#include "registry/desk.h"
#include "registry/life.h"
#include "web/web.h"

typedef struct {
    int64_t kab;
    Str area_name;
    DeskFilter filter;
    DeskList found;
    List list;
    Url all;
    bool is_filtered, is_mine;
} DeskListView;

typedef struct { int64_t id; Str name; } DeskPerson;
typedef struct {
    const Request *request;                                // what was typed, after a refusal
    int64_t kab, id;
    Str name, fault;
    DeskPerson *persons;
    size_t person_n;
} DeskTakeView;

typedef struct { int64_t n; Str text; } DeskFact;
typedef struct {
    DeskRequest r;
    Str fault, source, wrong, wanted, clock, area_name, date;
    int64_t hours_n;
    bool may_handle, may_reveal, may_edit, needs_signature, needs_fact;
    DeskOfficer *officers;
    size_t officer_n;
    DeskFact *facts;
    size_t fact_n;
    DeskLetter letter;
} DeskView;

int64_t desk_form_int(const Request *r, const char *name);      // 0 when it is none
const char *desk_colour(const DeskRequest *r);
Str desk_title(Arena *a, const DeskRequest *r);            // "Correct data: Name"
Url desk_url(Arena *a, const DeskRequest *r);
#endif
