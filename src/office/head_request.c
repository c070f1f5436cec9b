// head_request.c: see head_request.h.
#include "office/head_request.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/head.h"
#include "office_head.sql.h"

// The key of the newest head; *is_there false: nothing was signed yet.
static bool key_now(Db *db, Arena *a, Hash *out, bool *is_there, Err *e) {
    HeadLastRow last;
    Head head;
    if (!head_last(db, a, &last, is_there, e)) return false;
    if (!*is_there) return true;
    if (!head_parse(a, last.line, &head, e)) return false;
    *out = head.key;
    return true;
}

// Of the key that comes and the one that goes: after heads of a third one it must be asked anew.
static bool request_now(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e) {
    Arena a = { 0 };
    Hash keys[2];
    (void)kab;
    bool is_good = key_now(db, &a, &keys[0], is_there, e) && (hash_parse_hex(subject, &keys[1]) || fail(e, CONFLICT, "The approvals hold a word that this program does not know: %.*s.", STR_ARG(subject)));
    arena_free(&a);
    if (is_good) *out = hash_of(keys, sizeof keys);
    return is_good;
}

static bool request_finish(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e) {
    Hash key;
    if (!hash_parse_hex(request->subject, &key)) return fail(e, CONFLICT, "The approvals hold a word that this program does not know: %.*s.", STR_ARG(request->subject));
    AuditEntry entry = { .kab = request->kab, .actor_id = signer->user_id, .action = "audit.head_key", .subject = STR("head"), .at = now, .fields = { AUDIT_HASH("key", &key) } };
    return head_key_agree(db, (HeadKeyAgreeArgs){ .key_hash = key, .agreed_at = now }, NULL, e) && audit_write(db, &entry, e);
}

const ApprovalKind HEAD_KEY_APPROVAL = { .name = "head_key", .title = N_("Another key for the daily head"),
    .act = N_("With the last signature this key may sign the heads. Tell those who keep the heads, so that they know why it changed."), .now = request_now, .finish = request_finish };

typedef struct { const Viewer *viewer; const Hash *key; Instant now; } Asking;

// Heads are of the whole database, so whoever asks must answer for all of it.
static bool covers_all(Db *db, Arena *a, const Viewer *viewer, Err *e) {
    ChainDistricts districts;
    if (!authority_require(viewer, ACTION_USERS, KAB_NONE, e) || !chain_districts(db, CHAIN_AUDIT, a, &districts, e)) return false;
    for (size_t i = 0; i < districts.n; i++) if (districts.at[i] > 0 && !authority_require(viewer, ACTION_USERS, districts.at[i], e)) return false;
    return true;
}

static bool asking_work(Db *db, void *with, Err *e) {
    const Asking *w = with;
    Arena a = { 0 };
    Buf hex = { .max = 100 };
    Hash before = { 0 }, keys[2];
    HeadKeyAgreedRow agreed;
    ApprovalRequest request;
    bool is_there = false, is_agreed = false, is_new = false;
    hash_put_hex(&hex, w->key);
    bool is_good = covers_all(db, &a, w->viewer, e) && key_now(db, &a, &before, &is_there, e) &&
                   (is_there || fail(e, CONFLICT, "No head was signed yet: the first key needs nobody's agreement. Type: harapan head")) &&
                   (!hash_eq(&before, w->key) || fail(e, CONFLICT, "This key signed the last head, so nothing must be changed. To give it up, move its file away (keep it), then ask.")) &&
                   head_key_agreed(db, (HeadKeyAgreedArgs){ .key_hash = *w->key }, &agreed, &is_agreed, e) &&
                   (!is_agreed || fail(e, CONFLICT, "Two people agreed to this key already. Type: harapan head"));
    keys[0] = before;
    keys[1] = *w->key;
    ApprovalAsk ask = { .kab = w->viewer->kab, .subject = arena_str(&a, buf_view(&hex)), .seen_hash = hash_of(keys, sizeof keys), .link = STR("/audit/heads") };
    is_good = is_good && approval_ask(db, &a, w->viewer, &HEAD_KEY_APPROVAL, &ask, w->now, &request, &is_new, e);
    buf_free(&hex);
    arena_free(&a);
    return is_good;
}

bool head_key_ask(Db *db, const Viewer *viewer, const Hash *public_key, Instant now, Err *e) {
    return change_do(db, asking_work, &(Asking){ viewer, public_key, now }, e);
}
