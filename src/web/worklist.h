// worklist.h: what waits for a signature, one request with its hash, places given to others, and who may ask and sign.
#ifndef WEB_WORKLIST_H
#define WEB_WORKLIST_H
#include "office/user.h"
#include "status/worklist.h"
#include "web/desk.h"
#include "web/web.h"

typedef struct { Worklist list; Instant now; } WorklistView;

typedef struct { const char *title; bool is_signed; Str name, role, place_of; Instant at; } RequestSignature;
typedef struct {
    WorklistItem item;
    Str area_name;
    WorklistFact facts[WORKLIST_FACTS_MAX];
    size_t fact_n;
    RequestSignature signatures[APPROVAL_STEPS_MAX + 1];
    size_t signature_n;
    Str fault, reason;                                     // why the last try was refused, and what was typed
} RequestView;

typedef struct { int64_t id; Str name, role; } PlaceTaker;
typedef struct { Delegation d; Str giver, taker; bool is_mine, is_now; } PlaceRow;
typedef struct {
    PlaceRow *rows;
    size_t row_n;
    PlaceTaker *takers;
    size_t taker_n;
    bool may_give, is_confirmed;                           // is_confirmed: gave the password just now, so the forms are shown
    Date today;
    int64_t taker_id;                                      // as typed
    Str from_on, until_on, fault;
} PlacesView;

#define POLICY_LINES 8                 // of the form: two steps of three roles and a threshold fit
typedef struct { int64_t step_n; Rupiah amount_from; Str roles; } PolicyLine;       // roles: titles, parted by commas
typedef struct { const ApprovalKind *kind; Policy policy; PolicyLine *lines; size_t line_n; bool is_own; } PolicyView;      // is_own: set for this district
typedef struct { Str step, amount, role; } PolicyTyped;
typedef struct {
    int64_t kab;
    Str area_name;
    PolicyView policies[24];            // one for each kind, with room for more
    size_t policy_n;
    bool may_set, is_confirmed;
    Str kind, from_on, fault;
    PolicyTyped typed[POLICY_LINES];
} PoliciesView;

Str request_title(Arena *a, const WorklistItem *item);     // "Pembayaran tahap: Tahap II tahun 2024"
const char *request_colour(const WorklistItem *item);
Str step_title(Arena *a, int64_t step_n);                  // "Asks", "Signature 1"
#endif
