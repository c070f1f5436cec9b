#include "paylist/paylist_mode.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "paylist_paylist_mode.sql.h"

static const struct { const char *name, *title; } MODES[MODES_N] = {
    [MODE_OURS] = { "ours", N_("We decide") }, [MODE_MINISTRY] = { "ministry", N_("The Ministry decides; we check, follow up and reconcile") } };
const char *stage_mode_name(StageMode mode) { return MODES[mode].name; }
const char *stage_mode_title(StageMode mode) { return tr(MODES[mode].title); }

bool stage_mode_find(Str name, StageMode *out) {
    for (int i = 0; i < MODES_N; i++) if (str_eq(name, str_c(MODES[i].name))) return *out = (StageMode)i, true;
    return false;
}

bool paylist_mode_read(Db *db, int64_t kab, Str stage, StageModeRow *out, Err *e) {
    PaylistModeLastRow row;
    Arena a = { 0 };
    bool found, is_good = paylist_mode_last(db, &a, (PaylistModeLastArgs){ .kab = kab, .stage = stage }, &row, &found, e);
    StageModeRow r = { .mode = MODE_OURS };
    if (is_good && found) {
        r = (StageModeRow){ .n = row.n, .asked_id = row.asked_id, .signed_id = row.signed_id, .decided_at = row.decided_at };
        is_good = stage_mode_find(row.mode, &r.mode) || fail(e, CONFLICT, "Who decides stage %.*s is not readable.", STR_ARG(stage));
    }
    arena_free(&a);
    if (is_good) *out = r;
    return is_good;
}

// ---- the request -------------------------------------------------------------------------------------------------------
// "2024-3 ministry"
static bool subject_read(Str subject, Str *stage, StageMode *mode) {
    Str rest = subject;
    *stage = str_cut(&rest, ' ');
    return rest.p && stage_mode_find(rest, mode);
}

// What is signed: from the last word on this stage to the next one.
static Hash mode_hash(int64_t kab, Str subject, int64_t n) {
    Buf b = { .max = 256 };
    buf_fmt(&b, "harapan mode 1\n%lld\n%.*s\n%lld\n", (long long)kab, STR_ARG(subject), (long long)n);
    Hash hash = hash_of(b.p, b.n);
    buf_free(&b);
    return hash;
}

static bool mode_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    Str stage;
    StageMode mode;
    StageModeRow row;
    *is_there = subject_read(subject, &stage, &mode);
    if (!*is_there) return true;
    if (!paylist_mode_read(db, kab, stage, &row, e)) return false;
    *out = mode_hash(kab, subject, row.n);
    return true;
}

static bool mode_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Str stage;
    StageMode mode;
    StageModeRow before;
    if (!subject_read(request->subject, &stage, &mode)) return fail(e, CONFLICT, "The request names no stage.");
    if (!paylist_mode_read(db, request->kab, stage, &before, e)) return false;
    PaylistModeInsertArgs row = { .kab = request->kab, .stage = stage, .n = before.n + 1, .mode = str_c(stage_mode_name(mode)), .request_id = request->id,
                                  .asked_id = request->maker_id, .signed_id = signer->user_id, .decided_at = now };
    AuditEntry entry = { .kab = request->kab, .actor_id = signer->user_id, .action = "paylist.mode", .subject = stage, .at = now,
                         .fields = { AUDIT_CHANGE("mode", str_c(stage_mode_name(before.mode)), str_c(stage_mode_name(mode))), AUDIT_COUNT("request", request->id) } };
    return paylist_mode_insert(db, row, NULL, e) && audit_write(db, &entry, e);
}

const ApprovalKind MODE_APPROVAL = {
    .name = "mode", .title = N_("Who decides a stage"), .now = mode_now, .finish = mode_finish,
    .act = N_("With the last signature the next closing of this stage takes its amounts from there."),
};

bool paylist_mode_open(Db *db, Arena *a, int64_t kab, Str stage, ApprovalRequest *out, StageMode *mode, bool *is_found, Err *e) {
    StageModeRow row;
    *is_found = false;
    if (!paylist_mode_read(db, kab, stage, &row, e)) return false;
    for (int i = 0; i < MODES_N && !*is_found; i++) {
        Str subject = arena_fmt(a, "%.*s %s", STR_ARG(stage), MODES[i].name);
        Hash hash = mode_hash(kab, subject, row.n);
        if (!approval_find(db, a, kab, &MODE_APPROVAL, subject, &hash, out, is_found, e)) return false;
        *is_found = *is_found && out->state == REQUEST_OPEN;
        *mode = (StageMode)i;
    }
    return true;
}

// ---- asking and signing --------------------------------------------------------------------------------------------------
typedef struct { Arena *arena; const Viewer *viewer; int64_t kab; Str stage; StageMode mode; Instant now; bool may_sign, is_done; } Setting;

static bool set_work(Db *db, void *with, Err *e) {
    Setting *s = with;
    StageModeRow row;
    ApprovalRequest request;
    bool is_found, is_new;
    s->is_done = false;
    if (!paylist_mode_read(db, s->kab, s->stage, &row, e)) return false;
    if (row.mode == s->mode) return fail(e, CONFLICT, "Stage %.*s is decided in this way already.", STR_ARG(s->stage));
    Str subject = arena_fmt(s->arena, "%.*s %s", STR_ARG(s->stage), stage_mode_name(s->mode));
    Hash hash = mode_hash(s->kab, subject, row.n);
    if (!approval_find(db, s->arena, s->kab, &MODE_APPROVAL, subject, &hash, &request, &is_found, e)) return false;
    if (s->may_sign && is_found && request.state == REQUEST_OPEN && request.maker_id != s->viewer->user_id) {
        if (!approval_sign(db, s->viewer, &MODE_APPROVAL, &request, &hash, s->now, e)) return false;
        s->is_done = request.state == REQUEST_APPROVED;
        return true;
    }
    ApprovalAsk ask = { .kab = s->kab, .subject = subject, .seen_hash = hash, .link = arena_fmt(s->arena, "/paylist?kab=%lld&stage=%.*s", (long long)s->kab, STR_ARG(s->stage)) };
    return approval_ask(db, s->arena, s->viewer, &MODE_APPROVAL, &ask, s->now, &request, &is_new, e);
}

static bool mode_change(Db *db, Setting *s, bool *is_done, Err *e) {
    Str rest = s->stage, year = str_cut(&rest, '-');
    int64_t n;
    if (s->stage.n > 16 || !str_int64(year, &n) || !str_int64(rest, &n)) return fail(e, BAD_INPUT, "\"%.*s\" is no stage. Write year and number: 2024-2.", STR_ARG(s->stage));
    if (!change_do(db, set_work, s, e)) return false;
    *is_done = s->is_done;
    return true;
}

bool paylist_mode_set(Db *db, Arena *a, const Viewer *viewer, int64_t kab, Str stage, StageMode mode, Instant now, bool *is_done, Err *e) {
    return mode_change(db, &(Setting){ .arena = a, .viewer = viewer, .kab = kab, .stage = stage, .mode = mode, .now = now, .may_sign = true }, is_done, e);
}

bool paylist_mode_ask(Db *db, Arena *a, const Viewer *viewer, int64_t kab, Str stage, StageMode mode, Instant now, bool *is_done, Err *e) {
    return mode_change(db, &(Setting){ .arena = a, .viewer = viewer, .kab = kab, .stage = stage, .mode = mode, .now = now }, is_done, e);
}
