// families.h: the list of families: filters in the address, totals that equal the dashboard's numbers.
#ifndef WEB_FAMILIES_H
#define WEB_FAMILIES_H
#include "http/list.h"
#include "registry/area.h"
#include "registry/search.h"
#include "stage/run.h"
#include "status/family_status.h"
#include "web/web.h"

// One family as the filters see it.
typedef struct { int64_t id, village_id; Str channel, name; int8_t state, cost; Rupiah amount; int32_t person_n; } FamilyMark;   // name: for sorting by it
#define STATE_UNKNOWN (-1)                                 // without a stage there is no amount

// SORT_FIT: as well as the name fits that was asked for, the number otherwise.
typedef enum { SORT_FIT, SORT_NUMBER, SORT_NAME, SORT_VILLAGE, SORT_AMOUNT, SORT_N } FamilySort;

typedef struct {
    int64_t kab;
    Str stage;                                             // empty: the registry as it is today
    int64_t kec_id, village_id;                            // 0: all; kec_id -1: villages of no known kecamatan
    Str channel, state, component, q;                      // empty: all
    bool has_situation;
    StatusKind situation;                                  // the family's one status (status/family_status.h)
    Str status_stage;                                      // which stage it is about: the chosen one, else the latest closed
    Instant now;
    Str status;                                            // of membership; empty: all but those who left
    int64_t of_companion_id;                               // 0: all
    FamilySort sort;
    Sight sight;
} FamilyFilter;

typedef struct { FamilyMark *at; size_t n; Rupiah amount; int64_t person_n; bool is_cut; } FamilyMarks;    // is_cut: more have the name than are looked at
// The families that pass the filter, sorted. BAD_INPUT for a component that the stage does not have.
must_use bool families_find(Db *db, Arena *a, const FamilyFilter *filter, FamilyMarks *out, Err *e);

typedef struct { Str code, title; } Choice;
typedef struct { Choice *at; size_t n; } Choices;
// The companions of a district, by name; code: their number. None for who sees only the own families.
must_use bool families_companions(Db *db, Arena *a, const FamilyFilter *filter, Choices *out, Err *e);
// The components that pay something in the stage, in this thread's language.
must_use bool families_components(Db *db, Arena *a, int64_t kab, Str stage, Choices *out, Err *e);

typedef struct { int64_t kab; FamilyMark mark; Str name, village, status; bool has_situation; FamilyStatus situation; } FamilyRow;
typedef struct {
    FamilyFilter filter;
    Stages stages;
    Areas kecamatan, villages;                             // villages: of the chosen kecamatan
    Choices components, companions;
    FamilyRow *rows;
    size_t row_n;
    FamilyMarks marks;
    List list;
    bool is_filtered;
    Str said;                                              // the filters that are set beside name and stage, in a line: "BRI · active"
    Url all;
} FamiliesView;

// List and filters as the address asks for them; the rows of the page are not filled.
must_use bool families_fill(Request *r, Db *db, FamiliesView *v, Err *e);
Str area_name_of(const Areas *all, int64_t id);            // "–" when it is not among them

const char *state_title(const char *name);                 // of a filter's name, for people
extern const FamilySort SORTS_SHOWN[SORT_N];               // in the order of the field
bool sort_fits(const FamilyFilter *f, FamilySort sort);
extern const StatusKind SITUATIONS_SHOWN[STATUS_N];         // in the order of the filter
bool is_situation(const FamilyFilter *f, int kind);
bool is_companion(const FamilyFilter *f, const Choice *companion);
const char *sort_name(FamilySort sort);                    // in addresses
const char *sort_title(FamilySort sort);                   // for people
const char *status_title(Str status);                      // active, suspended, left: for people
const char *due_title(int state);                          // for people
const char *due_name(int state);                           // in addresses: payable, nothing, suspended, not_eligible
const char *due_colour(int state);                         // of its badge
#endif
