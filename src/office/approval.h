// approval.h: what needs more than one person. One asks (the maker) and others sign, each under the hash of what was seen.
//
//     ask ──► open ──► approved          the last step of the policy signed
//                ├───► refused           by one who could have signed, with a reason
//                ├───► withdrawn         by its maker
//                └───► changed           asked anew after what it shows had changed; old signatures stay as history
//
// The maker never signs, nobody signs twice, neither in person nor through one who signs in his place: the code says so in
// words, and the keys of the database refuse it again. Who may ask and who signs is data (approval_policy): by kind, amount and
// day. A request keeps the steps of its day. Dates are of the district (office/district.h).
//
// A room that needs approval defines one ApprovalKind beside its work and adds it to the list in status/worklist.c; then the
// worklist (page /worklist, `harapan worklist`) shows its requests and lets people sign them:
//
//     const ApprovalKind RUN_APPROVAL = { .name = "run", .title = N_("Payment of a stage"), .act = N_("…"), .now = run_now, .finish = run_finish };
//     approval_ask(db, viewer, &RUN_APPROVAL, &(ApprovalAsk){ .kab = 1371, .subject = STR("2024-2"), .seen_hash = hash, … }, now, &request, &is_new, e)
//
// Everything here works in the caller's transaction (office/change.h) and writes its own audit entry.
#ifndef OFFICE_APPROVAL_H
#define OFFICE_APPROVAL_H
#include "db/db.h"
#include "office/authority.h"
#include "office/violation.h"

#define APPROVAL_STEPS_MAX 5           // signatures beside the maker's: more hands than that no office has
#define APPROVAL_ROLES_MAX 8           // roles that a step allows
#define APPROVAL_REASON_MAX 500        // bytes of a reason: a few sentences
#define APPROVAL_DUE_DAYS 7            // when neither the kind nor the asker says how long it may wait

typedef enum { REQUEST_OPEN, REQUEST_APPROVED, REQUEST_REFUSED, REQUEST_WITHDRAWN, REQUEST_CHANGED, REQUEST_STATE_N } RequestState;

// for_id: in whose place; the signer himself when he signs for himself.
typedef struct { int64_t user_id, for_id; Instant at; Role role; } Signature;
typedef struct { Role roles[APPROVAL_ROLES_MAX]; int role_n; } ApprovalStep;

typedef struct {
    int64_t kab, id;
    Str kind, subject, link;           // link: the page that shows what is signed, "/approval?kab=1371&stage=2024-2"; may be empty
    Hash seen_hash, now_hash;          // now_hash: what the room last told (approval_touch)
    Rupiah amount;
    int64_t maker_id;
    Instant made_at;
    Date due_on;
    RequestState state;
    int step_n, signed_n;              // signatures needed, and there (the maker's apart)
    ApprovalStep steps[APPROVAL_STEPS_MAX];                // who may give each
    Signature signatures[APPROVAL_STEPS_MAX];
    int64_t ended_by_id;               // 0 while open
    Instant ended_at;
    Str reason;                        // of a refusal; else empty
} ApprovalRequest;

typedef struct ApprovalKind {
    const char *name;                  // stored, small letters: "run", "import"
    const char *title;                 // msgid: "Payment of a stage"
    const char *act;                   // msgid: what the signature does, on the button's hint: "With the last signature the programme owes this money."
    int due_days;                      // 0: APPROVAL_DUE_DAYS
    // What the subject is now; *is_there false when it is gone. NULL: what approval_touch told last (as asked, if it never did).
    bool (*now)(Db *db, int64_t kab, Str subject, Hash *out, bool *is_there, Err *e);
    // What the last signature does, in the same transaction: all or nothing. NULL: the room looks for approval_find itself.
    bool (*finish)(Db *db, const Viewer *signer, const ApprovalRequest *request, Instant now, Err *e);
} ApprovalKind;

// seen_hash: of all that the maker was shown and the signers will see. No name, NIK, KK or account in subject or link.
typedef struct { int64_t kab; Str subject; Hash seen_hash; Rupiah amount; Date due_on; Str link; } ApprovalAsk;      // due_on DATE_NONE or zero: the kind's

// Asks. The same person, subject and hash a second time gives the open request again (*is_new false). A request of an older hash
// is ended as changed. Texts of *out live in `a`. FORBIDDEN when the role may not ask (step 0), CONFLICT when the subject is not
// what was seen, when another person's request of it is open, or when no policy names the kind.
must_use bool approval_ask(Db *db, Arena *a, const Viewer *viewer, const ApprovalKind *kind, const ApprovalAsk *ask, Instant now,
                           ApprovalRequest *out, bool *is_new, Err *e);
// Signs the next step, in one's own place or else in the place of one who gave it (approval_delegate); with the last step
// kind->finish runs. Leaves the new state in *request. CONFLICT: not open, or changed since. FORBIDDEN: maker, signed before,
// wrong role or area.
must_use bool approval_sign(Db *db, const Viewer *viewer, const ApprovalKind *kind, ApprovalRequest *request, const Hash *seen_hash, Instant now, Err *e);
// Ends it, with the reason for its maker to read. Whoever could sign the next step may, also when it has changed.
must_use bool approval_refuse(Db *db, const Viewer *viewer, ApprovalRequest *request, Str reason, Instant now, Err *e);
// The maker takes it back.
must_use bool approval_withdraw(Db *db, const Viewer *viewer, ApprovalRequest *request, Instant now, Err *e);
// Tells what a subject is now, for kinds without `now`; an open request then shows as changed and cannot be signed.
must_use bool approval_touch(Db *db, int64_t kab, const ApprovalKind *kind, Str subject, const Hash *now_hash, Err *e);

// ---- looking -----------------------------------------------------------------------------------------------------
// NOT_FOUND when there is none. Authority is the caller's: approval_may_see.
must_use bool approval_read(Db *db, Arena *a, int64_t kab, int64_t id, ApprovalRequest *out, Err *e);
// The newest open or approved request of a subject under this hash: request->state says which. *is_found false when there is none.
must_use bool approval_find(Db *db, Arena *a, int64_t kab, const ApprovalKind *kind, Str subject, const Hash *hash, ApprovalRequest *out, bool *is_found, Err *e);
// Signatures, the makers' included, that stand under other hashes of the subject: what they signed has changed since.
must_use bool approval_void_n(Db *db, int64_t kab, const ApprovalKind *kind, Str subject, const Hash *hash, int64_t *out, Err *e);
// Whether it can still be signed: it is what it was (kind->now or approval_touch).
must_use bool approval_is_unchanged(Db *db, const ApprovalKind *kind, const ApprovalRequest *request, bool *out, Err *e);
// Whether this person can give the next signature; *giver_id: in whose place, 0 in his own. Does not look at the hash.
must_use bool approval_may_sign(Db *db, const Viewer *viewer, const ApprovalRequest *request, Instant now, bool *out, int64_t *giver_id, Err *e);
bool approval_may_see(const Viewer *viewer, const ApprovalRequest *request);        // its maker, and readers of the district
must_use bool approval_may_ask(Db *db, const Viewer *viewer, const ApprovalKind *kind, int64_t kab, Rupiah amount, Instant now, bool *out, Err *e);
const char *request_state_name(RequestState state);        // "open": stored, in JSON
const char *request_state_title(RequestState state);       // for people, in this thread's language

// ---- policies ----------------------------------------------------------------------------------------------------
typedef struct { int64_t step_n; Rupiah amount_from; Role role; } PolicyRow;
typedef struct { int64_t kab; Date from_on; PolicyRow *at; size_t n; } Policy;      // kab 0: of every district without its own
// The policy that holds in a district on a day, by step and amount. n 0: none.
must_use bool approval_policy_read(Db *db, Arena *a, int64_t kab, Str kind, Date on, Policy *out, Err *e);
// Who asks (steps[0]) and who signs an amount (steps[1 … *step_n]). CONFLICT when no policy names the kind, or no one could sign.
must_use bool approval_steps(Db *db, int64_t kab, Str kind, Rupiah amount, Date on, ApprovalStep steps[APPROVAL_STEPS_MAX + 1], int *step_n, Err *e);
// A new policy from policy->from_on on, which must lie ahead. ACTION_USERS for policy->kab. BAD_INPUT: no asker, no signer, a gap.
must_use bool approval_policy_set(Db *db, const Viewer *viewer, Str kind, const Policy *policy, Instant now, Err *e);

// ---- in somebody's place -----------------------------------------------------------------------------------------
// The taker must by his own role and area be one who approves (ACTION_SIGN_SECOND): a place is never given downwards to those who
// prepare. Ended, or not of these days, it opens nothing.
#define DELEGATION_DAYS_MAX 92         // a quarter: longer is a change of office, not of place
typedef struct { int64_t giver_id, n, taker_id; Date from_on, until_on; Instant made_at, ended_at; bool is_ended; } Delegation;
typedef struct { Delegation *at; size_t n; } Delegations;
must_use bool approval_delegate(Db *db, const Viewer *giver, int64_t taker_id, Date from_on, Date until_on, Instant now, int64_t *n, Err *e);
must_use bool approval_undelegate(Db *db, const Viewer *giver, int64_t n, Instant now, Err *e);         // takes it back at once
// Given by or to a person and not over before `from`, newest first.
must_use bool approval_delegations(Db *db, Arena *a, int64_t user_id, Date from, Delegations *out, Err *e);

// ---- worklist ----------------------------------------------------------------------------------------------------
typedef struct { ApprovalRequest *at; int64_t *giver_id; size_t n; bool is_more; } ApprovalRequests;                 // giver_id: as approval_may_sign tells
#define WORKLIST_MAX 200               // what a person can look through; the rest is counted by its dates
// What waits for this person's signature: by due date. Own place and places given.
must_use bool approval_waiting(Db *db, Arena *a, const Viewer *viewer, Instant now, ApprovalRequests *out, Err *e);
must_use bool approval_waiting_n(Db *db, const Viewer *viewer, Instant now, int64_t *out, Err *e);
// What this person asked: open ones first, newest first.
must_use bool approval_made(Db *db, Arena *a, const Viewer *viewer, ApprovalRequests *out, Err *e);
// Open and past its due date, in the viewer's area; whoever it waits for. Empty for those who may not read there.
must_use bool approval_late(Db *db, Arena *a, const Viewer *viewer, Instant now, ApprovalRequests *out, Err *e);
// Ended since then: of the viewer's area for those who read there, and whatever this person asked. Newest first.
must_use bool approval_decided(Db *db, Arena *a, const Viewer *viewer, Instant since, ApprovalRequests *out, Err *e);

// Each request, signature, refusal and withdrawal stands in the audit chain, by the same person at the same moment; approved means
// signed in every step.
must_use bool approval_check(Db *db, int64_t kab, Violations *v, Err *e);
#endif
