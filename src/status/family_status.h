// family_status.h: the one honest status of a family in a stage: whether it is enrolled and why not, which money is expected, ordered,
// paid and withdrawn, what is missing, what happens next, who must do it and by when. As data; every sentence about it is made in
// status_words.c, so that list, page, letter and file say the same. What is not known is said to be unknown, never guessed: that a
// channel got the file does not say that the mother got the money.
#ifndef STATUS_FAMILY_STATUS_H
#define STATUS_FAMILY_STATUS_H
#include "db/db.h"
#include "office/authority.h"

// In this order they stand in the filter. Names are given in addresses, JSON and files.
typedef enum {
    STATUS_LEFT,               // not enrolled any more, and nothing of the stage is for it
    STATUS_SUSPENDED,          // enrolled, nothing is paid: suspended today, or when the stage was closed
    STATUS_NO_STAGE,           // enrolled; no stage is closed yet
    STATUS_NEXT_STAGE,         // enrolled after this stage was closed: first in the next one
    STATUS_CLOSED,             // in the stage; amounts are not computed yet
    STATUS_NOT_ELIGIBLE,       // does not meet a condition of the programme
    STATUS_NOTHING,            // no member fills a component
    STATUS_EXPECTED,           // computed, waits for signatures
    STATUS_HELD,               // signed, but held back until a person decides
    STATUS_APPROVED,           // signed, not yet in a payment file
    STATUS_RESERVED,           // in a payment file that is not handed over yet
    STATUS_ORDERED,            // handed over to the channel, whose answer is not known
    STATUS_PAID,               // credited; whether it was withdrawn is not known
    STATUS_WITHDRAWN,          // in the mother's hand
    STATUS_FAILED,             // the channel could not pay
    STATUS_FOLLOWED,           // something particular that this program has no word for
    STATUS_N
} StatusKind;

// DRAFT: a first calculation for the stage in view (stage/drafted.h), which the registry may still change.
typedef enum { MONEY_NONE, MONEY_KNOWN, MONEY_UNKNOWN, MONEY_DRAFT } MoneyKnown;
typedef struct { MoneyKnown known; Rupiah amount; } StatusMoney;       // amount 0 unless known or a draft

// What stands in the way of the money: bits.
enum { MISSING_PAYEE = 1, MISSING_PAYEE_GONE = 2, MISSING_NIK = 4, MISSING_ACCOUNT = 8, MISSING_N = 4 };

typedef enum { WHO_NOBODY, WHO_FAMILY, WHO_COMPANION, WHO_OPERATOR, WHO_COORDINATOR, WHO_APPROVER, WHO_BANK, WHO_POST, WHO_N } StatusWho;

typedef enum {
    NEXT_NOTHING, NEXT_RETURN, NEXT_CLOSE, NEXT_CLOSE_AGAIN, NEXT_RUN, NEXT_CONDITION, NEXT_COMPONENT, NEXT_ASK, NEXT_SIGN, NEXT_HOLD, NEXT_FILE, NEXT_HAND_OVER, NEXT_RESULT,
    NEXT_WITHDRAW, NEXT_MEND, NEXT_LOOK, NEXT_NAME_PAYEE, NEXT_GIVE_NIK, NEXT_OPEN_ACCOUNT, NEXT_N
} StatusNext;

typedef struct {
    int64_t kab, family_id, village_id;
    StatusKind kind;
    Str membership;            // active, suspended, left: of today
    Str reason;                // code: why suspended or left (life.h), why held (paid_identity.h), what the channel said; empty: not told
    Date since_on;             // entered; since when suspended or left where that was told
    Str stage, channel;        // channel: of the stage where it is in it, else of today
    StatusMoney expected, ordered, paid, withdrawn;
    unsigned missing;
    StatusNext next;
    StatusWho who;
    Date due_on;               // DATE_NONE only where nobody has to do anything; may lie in the past: then it is late
} FamilyStatus;

// What a stage is, read once for all its families. Texts live in the arena.
typedef struct {
    Str stage;                 // empty: none is closed yet
    bool is_closed, is_computed, has_request, is_approved;
    Date due_on;               // of the open request
    Date today, closed_on, ran_on, signed_on, reserved_on;     // of the last time each step was done; DATE_NONE: not yet
} StageStanding;
must_use bool stage_standing_read(Db *db, Arena *a, int64_t kab, Str stage, Instant now, StageStanding *out, Err *e);

// Calls `each` for families of the district that the sight lets see, ascending by id: those of `ids` (sorted, without doubles), or all
// (ids NULL). Three queries and one pass over the run's columns, however many families they are; one more pass over the drafts when
// some of them wait for a stage that is in view. Texts live until the next call.
typedef bool FamilyStatusEach(void *with, const FamilyStatus *status, Err *e);
must_use bool family_status_each(Db *db, Sight sight, int64_t kab, const StageStanding *stage, const int64_t *ids, size_t n, FamilyStatusEach *each, void *with, Err *e);
// The same as a list, with its texts in `a`, to look families up in.
typedef struct { FamilyStatus *at; size_t n; } FamilyStatuses;
must_use bool family_statuses_read(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, const int64_t *ids, size_t n, Instant now, FamilyStatuses *out, Err *e);
const FamilyStatus *family_statuses_find(const FamilyStatuses *list, int64_t family_id);       // NULL: not in it
// One family. NOT_FOUND when there is none, and in the same words when it may not be seen. Texts live in `a`.
must_use bool family_status(Db *db, Arena *a, Sight sight, int64_t kab, Str stage, int64_t family_id, Instant now, FamilyStatus *out, Err *e);

// What happens to a payment and a membership, judged alone: a pure table, for the tests and for family_status_each.
typedef struct {
    Str membership;
    bool is_in_stage;          // was in the closing
    int payment_state;         // PaymentState, when computed and in the stage
    int due;                   // DueState
    Str attempt_state;         // PAYMENT_PARTICULAR
    Rupiah amount;
    unsigned missing;
} StatusFacts;
void status_judge(const StageStanding *stage, const StatusFacts *facts, FamilyStatus *status);

// ---- words: status_words.c ---------------------------------------------------------------------------------------
const char *status_name(StatusKind kind);                  // "ordered"
const char *status_title_of(StatusKind kind);              // a badge: "Handed to the channel"
const char *status_colour(StatusKind kind);                // of the badge: green, amber, red, blue or empty
must_use bool status_find(Str name, StatusKind *out);
const char *next_name(StatusNext next);                    // "sign"
const char *who_name(StatusWho who);                       // "approver"
const char *who_title(StatusWho who);                      // "a head of the office"
const char *money_known_name(MoneyKnown known);            // "none", "known", "unknown", "draft"
Str missing_names(Arena *a, unsigned missing);             // "payee account"; empty
Str status_reason_text(Arena *a, const FamilyStatus *s);   // in words; empty when not told
// Sentences, for the office. All in this thread's language.
Str status_membership_text(Arena *a, const FamilyStatus *s);           // "Enrolled since 3 April 2020."
Str status_money_text(Arena *a, const StatusMoney *money);             // "Rp 750.000", "not yet", "not known yet"
Str status_missing_text(Arena *a, const FamilyStatus *s);              // "no one is named to receive, no account"; empty
Str status_next_text(Arena *a, const FamilyStatus *s);                 // "The stage waits for its signatures."
Str status_who_text(Arena *a, const FamilyStatus *s);                  // "a head of the office, by 8 December 2026"
// One line for a list or a companion's sheet: title, amount, next step, who.
Str status_line(Arena *a, const FamilyStatus *s);
// For the mother: plain and warm, a paragraph each.
#define LETTER_PARAGRAPHS_MAX 5
typedef struct { Str at[LETTER_PARAGRAPHS_MAX]; size_t n; } Letter;
Letter status_letter(Arena *a, const FamilyStatus *s, Str stage_label);
#endif
