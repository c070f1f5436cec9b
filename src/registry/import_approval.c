#include "registry/import_approval.h"
#include "base/lang.h"
#include "office/district.h"
#include "registry/import_list.h"

// What a signer is shown of a file, in one text: its hash is what is signed.
static bool batch_hash(Db *db, int64_t kab, int64_t batch_id, Hash *out, bool *is_staged, Err *e) {
    Arena a = { 0 };
    ImportEntry entry;
    ImportReading reading = { 0 };
    bool found = false, has_reading = false;
    bool is_good = import_entry_read(db, &a, kab, batch_id, &entry, &found, e) && (!found || import_reading_read(db, &a, kab, batch_id, &reading, &has_reading, e));
    if (is_good) {
        *is_staged = found && has_reading && str_eq(entry.state, STR("staged"));
        Buf b = { .max = BUF_MAX };
        buf_fmt(&b, "import\n%lld\n%lld\n%lld %lld %lld\n", (long long)kab, (long long)batch_id, found ? (long long)entry.row_n : 0, found ? (long long)entry.error_n : 0,
                found ? (long long)entry.warning_n : 0);
        hash_put_hex(&b, &reading.content_hash);
        buf_char(&b, '\n');
        if (reading.choices.p) buf_str(&b, reading.choices);
        *out = hash_of(b.p, b.n);
        buf_free(&b);
    }
    arena_free(&a);
    return is_good;
}

static bool import_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    int64_t batch_id;
    *is_there = false;
    return !str_int64(subject, &batch_id) || batch_hash(db, kab, batch_id, out, is_there, e);
}

const ApprovalKind IMPORT_APPROVAL = {
    .name = "import", .title = N_("A file for the registry"), .now = import_now,
    .act = N_("With the last signature the file may be applied to the registry."),
};

static bool is_needed(Db *db, int64_t kab, Instant now, bool *out, Err *e) {
    Arena a = { 0 };
    Policy policy;
    bool is_good = approval_policy_read(db, &a, kab, str_c(IMPORT_APPROVAL.name), district_day(kab, now), &policy, e);
    if (is_good) *out = policy.n > 0 && policy.from_on.days > 0;           // day 0: the rules that the program brings
    arena_free(&a);
    return is_good;
}

bool import_leave_read(Db *db, Arena *a, int64_t kab, int64_t batch_id, Instant now, ImportLeave *out, ApprovalRequest *request, Err *e) {
    Hash hash;
    ApprovalRequest found;
    bool needs = false, is_staged = false, has = false;
    if (!is_needed(db, kab, now, &needs, e)) return false;
    if (!needs) return *out = IMPORT_FREE, true;
    if (!batch_hash(db, kab, batch_id, &hash, &is_staged, e) ||
        !approval_find(db, a, kab, &IMPORT_APPROVAL, arena_fmt(a, "%lld", (long long)batch_id), &hash, &found, &has, e)) return false;
    *out = !has ? IMPORT_TO_ASK : found.state == REQUEST_APPROVED ? IMPORT_APPROVED : IMPORT_WAITS;
    if (has) *request = found;
    return true;
}

bool import_leave_ask(Db *db, Arena *a, const Viewer *viewer, int64_t kab, int64_t batch_id, Instant now, ApprovalRequest *out, bool *is_new, Err *e) {
    ApprovalAsk ask = { .kab = kab, .subject = arena_fmt(a, "%lld", (long long)batch_id), .link = arena_fmt(a, "/import/%lld/%lld", (long long)kab, (long long)batch_id) };
    bool is_staged = false;
    if (!batch_hash(db, kab, batch_id, &ask.seen_hash, &is_staged, e)) return false;
    if (!is_staged) return fail(e, CONFLICT, "Only a file that was read and is not applied yet can be put forward.");
    return approval_ask(db, a, viewer, &IMPORT_APPROVAL, &ask, now, out, is_new, e);
}

bool import_leave_require(Db *db, int64_t kab, int64_t batch_id, Instant now, Err *e) {
    Arena a = { 0 };
    ImportLeave leave = IMPORT_FREE;
    ApprovalRequest request;
    bool is_good = import_leave_read(db, &a, kab, batch_id, now, &leave, &request, e);
    if (is_good && leave == IMPORT_TO_ASK)
        is_good = fail(e, CONFLICT, "Here a file is applied only after another person has signed it. Nothing was applied. Put it forward first: harapan worklist ask-import %lld", (long long)batch_id);
    if (is_good && leave == IMPORT_WAITS)
        is_good = fail(e, CONFLICT, "This file waits for the signature of another person (request %lld). Nothing was applied.", (long long)request.id);
    arena_free(&a);
    return is_good;
}
