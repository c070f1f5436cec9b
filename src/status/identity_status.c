// identity_status.c: see identity_status.h.
#include "status/identity_status.h"
#include "stage/run.h"
#include "status_identity_status.sql.h"
#include <stdlib.h>

#define WIB 420                        // minutes east of Greenwich: the day a search belongs to

typedef struct { WorkMoney *at; size_t n, room; } Money;

static bool due_take(void *with, const Due *due, Err *e) {
    Money *m = with;
    if (due->amount.rp == 0) return true;
    if (m->n == m->room) {
        size_t room = m->room ? 2 * m->room : 4096;
        WorkMoney *more = realloc(m->at, room * sizeof *more);
        if (!more) return fail(e, LIMIT, "There is not enough memory.");
        m->at = more;
        m->room = room;
    }
    m->at[m->n++] = (WorkMoney){ due->family_id, due->amount };
    return true;
}

bool identity_refresh(Db *db, Arena *a, const Viewer *actor, int64_t kab, Instant at, Progress *progress, WorkFound *out, Str *stage, Err *e) {
    if (!authority_require(actor, ACTION_EDIT, kab, e)) return false;
    StatusStageLastRow last;
    bool found = false;
    Money money = { 0 };
    *stage = STR("");
    bool is_good = db_begin_read(db, e) && status_stage_last(db, a, (StatusStageLastArgs){ .kab = kab }, &last, &found, e) &&
                   (!found || due_each(db, kab, last.stage, 1, INT64_MAX, due_take, &money, e));
    db_rollback(db);
    WorkSearch search = { .kab = kab, .actor_id = actor->user_id, .money = money.at, .money_n = money.n, .day = date_of_instant(at, WIB), .at = at,
                          .progress = progress };
    is_good = is_good && work_search(db, &search, out, e);
    free(money.at);
    if (is_good && found) *stage = last.stage;
    return is_good;
}
