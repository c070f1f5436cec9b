// approval.h: two people sign the hash of what a run pays; and what became of it afterwards.
#ifndef WEB_APPROVAL_H
#define WEB_APPROVAL_H
#include "payment/approve.h"
#include "stage/run.h"
#include "web/web.h"

typedef struct { const char *title; bool is_signed; Str name, role, place_of; Instant at; } ApprovalSignature;        // place_of: whose place it was, when another's
typedef struct { Str channel, state; int64_t part_n, family_n; Rupiah amount; Instant reserved_at; } ApprovalBatch;

typedef struct {
    int64_t kab;
    Str stage, area_name;
    Run run;
    Stages stages;
    Str previous;                                          // the stage before this one, empty when there is none
    Run previous_run;
    ApproveState state;
    ApprovalSignature signatures[APPROVE_SIGNATURES_MAX];  // state.needed_n of them
    bool may_sign;                                         // this viewer may give the next signature
    Str fault;                                             // why the last try was refused
    ApprovalBatch *batches;
    size_t batch_n;
    int64_t hold_n;
    Rupiah hold;
} ApprovalView;

// How far paying out has come, for the dashboard.
must_use bool payment_step(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, bool *is_out, Str *detail, Err *e);
Str batch_state_title(Str state);
#endif
