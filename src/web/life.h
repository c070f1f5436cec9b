// life.h: the pages of a family's life: what was told, a form for each thing that happens; who is on the way here; what ageing brings.
#ifndef WEB_LIFE_H
#define WEB_LIFE_H
#include "http/list.h"
#include "registry/area.h"
#include "registry/life.h"
#include "stage/ageing.h"
#include "web/web.h"

typedef struct {
    int64_t id;
    Str name, label;                                       // label: "Siti, 34"
    bool is_gone, is_payee, is_woman, is_pupil_age, is_grown, is_pregnant, is_awaited;     // is_awaited: pregnant, or in the weeks after a birth
} LifePerson;

// A fact with what the page says about it.
typedef struct { LifeEvent event; Str sentence, late_stage; bool may_correct; } LifeLine;      // late_stage: was closed between the day and the telling
typedef struct { int64_t kab, family_id; LifeLine *at; size_t n; bool may_edit; } LifeLines;

typedef struct {
    const Request *request;
    int64_t kab, id;
    Str name, status, address, fault, done;
    const char *open;                                      // which form is open: the one that failed
    bool may_edit, has_payee, is_left, is_empty;
    LifePerson *persons;
    size_t person_n;
    LifeLines lines;
    Areas villages, districts;
    int64_t village_id;
    Date today;
    bool has_proposal;
    LifeProposal proposal;
    Str old_payee, new_payee;
} LifeView;

Str life_typed(const LifeView *v, const char *form, const char *field);    // what stood in the form that failed
Date life_typed_day(const LifeView *v, const char *form);                   // its day, or today
// Adds what was told of a family; for pages that may show it.
must_use bool life_lines_read(Request *r, Db *db, Sight sight, int64_t kab, int64_t family_id, LifeLines *out, Err *e);

typedef struct { AgeingRow row; Str name, village, from, to; } DueLine;
typedef struct {
    int64_t kab;
    Str area_name, fault;
    bool has_ageing, may_edit;
    Str why_not;
    Ageing ageing;
    List list;
    DueLine *lines;
    size_t line_n;
    int64_t birth_n;
    LifeTransfers transfers;
    Areas villages;
} LivesView;
#endif
