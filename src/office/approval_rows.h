// approval_rows.h: what the parts of the approvals share among themselves (office/approval.h is for everybody else).
#ifndef OFFICE_APPROVAL_ROWS_H
#define OFFICE_APPROVAL_ROWS_H
#include "office/approval.h"

// In whose place somebody signs: `who` has that person's id, role and area; delegation_n 0: his own.
typedef struct { Viewer who; int64_t delegation_n; } ApprovalPlace;
typedef struct { ApprovalPlace *at; size_t n; } ApprovalPlaces;
// Every place that a person can sign from on this day: his own first, then those given to him (when his own role allows it).
must_use bool approval_places(Db *db, Arena *a, const Viewer *viewer, Instant now, ApprovalPlaces *out, Err *e);
// The first of them that fits the next step; FORBIDDEN in words when none does.
must_use bool approval_place_require(Db *db, const Viewer *viewer, const ApprovalRequest *request, Instant now, ApprovalPlace *out, Err *e);
#endif
