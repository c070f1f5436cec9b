// caseload.h: who answers for which families on a day, what nobody answers for, and families that change hands.
#ifndef WEB_CASELOAD_H
#define WEB_CASELOAD_H
#include "office/caseload.h"
#include "office/hand_over.h"
#include "http/list.h"
#include "registry/area.h"

// One companion, or nobody (id 0), with the kelurahan as text: "Lubuk Buaya 120, Dadok 80".
typedef struct { const Companion *companion; int64_t family_n; Str places; Url hand; } CaseloadRow;
typedef struct {
    int64_t kab;
    Date on;
    Caseload load;
    CaseloadRow *rows; size_t row_n;                       // nobody first, when there are such families
    List list;                                             // of them
    CompanionUsers waiting;                                // log-ins without families
    HandOverEntry *entries; size_t entry_n;
    bool may_change;
    Str done, fault;
} CaseloadView;

size_t caseload_shown_n(const CaseloadView *v);

typedef struct {
    int64_t kab;
    HandOverWish wish;
    Companions companions;
    CaseloadPlace *villages; size_t village_n;             // each kelurahan once
    HandOver look; bool has_look;
    Str fault;
} HandOverNewView;

typedef struct { HandOver h; Str maker; } HandOverView;
#define HAND_OVERS_SHOWN 20
#endif
