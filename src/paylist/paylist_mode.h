// paylist_mode.h: who decides what a stage pays in a district: we, by the rule book, or the Ministry, by its pay list. Everything
// after the closing is the same in both. One person asks, another signs (office/approval.h); a closing takes the mode that holds
// when it is made, so that a stage that is closed changes only by closing it again.
#ifndef PAYLIST_PAYLIST_MODE_H
#define PAYLIST_PAYLIST_MODE_H
#include "office/approval.h"

typedef enum { MODE_OURS, MODE_MINISTRY, MODES_N } StageMode;
const char *stage_mode_name(StageMode mode);               // "ministry": stored, typed in the shell
const char *stage_mode_title(StageMode mode);              // for people, in this thread's language
must_use bool stage_mode_find(Str name, StageMode *out);

typedef struct { StageMode mode; int64_t n, asked_id, signed_id; Instant decided_at; } StageModeRow;          // n 0: nobody ever said; we decide
must_use bool paylist_mode_read(Db *db, int64_t kab, Str stage, StageModeRow *out, Err *e);
// The open request to change it. *is_found false: none.
must_use bool paylist_mode_open(Db *db, Arena *a, int64_t kab, Str stage, ApprovalRequest *out, StageMode *mode, bool *is_found, Err *e);

extern const ApprovalKind MODE_APPROVAL;                   // subject: "2024-3 ministry"
// The first who asks makes the request, a second person's same call signs it. One transaction. *is_done: it holds from now on.
// CONFLICT when it holds already. FORBIDDEN as approval_ask and approval_sign say.
must_use bool paylist_mode_set(Db *db, Arena *a, const Viewer *viewer, int64_t kab, Str stage, StageMode mode, Instant now, bool *is_done, Err *e);
// The same without signing: for a page, whose worklist asks for the password before a signature.
must_use bool paylist_mode_ask(Db *db, Arena *a, const Viewer *viewer, int64_t kab, Str stage, StageMode mode, Instant now, bool *is_done, Err *e);
#endif
