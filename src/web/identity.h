// identity.h: the worklist of identities: what is wrong, with the money at risk, and what to do about it.
#ifndef WEB_IDENTITY_H
#define WEB_IDENTITY_H
#include "office/caseload.h"
#include "registry/area.h"
#include "status/identity_status.h"
#include "web/web.h"

typedef struct { WorkKind kind; int64_t n; Rupiah amount; Url href; bool is_chosen; } IdentityKind;
typedef struct { WorkRow work; Str village, what, other; Url href; } IdentityRow;      // what: in words; other: the other side, in words
typedef struct {
    WorkFilter filter;
    Str area_name;
    Areas villages;
    Companions companions;                                 // empty for a companion: he sees only his own
    IdentityKind kinds[WORK_KINDS_N];                      // all of them, also those that count nothing
    bool has_kinds;
    IdentityRow *rows;
    WorkList list;
    Url first, next, all, dismissed, open;        // first, next: empty where there is nothing to go to
    bool may_edit, is_filtered, is_own, is_searched;       // is_searched: somebody has looked through the district at all
} IdentityView;

typedef struct {
    int64_t kab;
    IdentityRow row;
    WorkState state;
    bool may_edit, has_other, may_see_other, has_pair;
    int64_t other_kab, other_family_id;
    Url pair;                                              // both entries side by side
    Str fault;
} IdentityWorkView;

// "Length of the NIK is wrong": what stands behind a row's code, for people. May be empty.
Str identity_detail_text(Arena *a, const WorkRow *row);
#endif
