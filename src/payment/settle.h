// settle.h: what the channels' answers do to payments and books. A file is taken in once, whole, in one transaction: each of its
// lines is matched to a payment, and credits, fails, returns it or says that it was withdrawn; what no rule may decide waits in the
// tray (tray.h), with what it says and what we knew. No line stops the others.
//
//     ordered ──► credited ──► withdrawn        only by proof: a statement, or a result that its channel's template declares as proof
//        │            └──────► returned         the money came back: a person decides whether it is paid again
//        └──────► failed                        the family is owed again; a follow-up wave pays it (reissue.h)
//
// Unknown is pending: an acceptance, and a line that a file does not have, change nothing. Twice is once: the same bytes, the same message
// under another name, the same line in another statement. Everything else, late, contradicting, of another amount or from a
// stranger, is for a person.
//
// Regular families are packed: one settlement a batch, file and day names its families and the post in the books. A family whose
// payment fails or comes back gets a row of its own (attempt), and each step of it one in attempt_event.
#ifndef PAYMENT_SETTLE_H
#define PAYMENT_SETTLE_H
#include "db/db.h"
#include "office/authority.h"

typedef enum {
    SETTLE_PENDING,            // accepted, in work, unknown
    SETTLE_CREDITED,           // reached the family
    SETTLE_WITHDRAWN,          // taken out by the family
    SETTLE_FAILED,             // refused before it was paid
    SETTLE_RETURNED,           // paid, and came back
    SETTLE_OTHER,              // nothing of ours: fees, interest, somebody's transfer to us
    SETTLE_KIND_N
} SettleKind;

// Which payment a line means. stage "2024-2".
typedef struct { int64_t kab, family_id, attempt_n; char stage[12]; } SettleName;

// One line of an answer, whatever the file's format. Texts live until the line was taken.
typedef struct {
    int64_t line_n;            // of the file, to find it again
    SettleKind kind;
    bool is_proof, is_money_in;        // is_money_in: the line itself put money on the programme's account (an OTHER then goes into the books)
    SettleName name;
    int64_t name_n;            // how many payments of ours it names equally well: 0 is a stranger, more than 1 is ambiguous
    Str whole;                 // instead of one payment all of a message of ours that no line names, or of one block of it
    Str reference, remark;     // by which a line that nobody can explain is known again
    Str reason;                // the channel's code; may be empty
    bool has_amount;
    Rupiah amount;
    Date on;                   // DATE_NONE: the file does not say; the day of taking it in counts
} SettleLine;
typedef bool SettleTake(void *with, const SettleLine *line, Err *e);

// Reads the file from its beginning and gives every line; may be called again.
typedef struct { bool (*each)(void *with, SettleTake *take, void *taker, Err *e); void *with; } SettleSource;

typedef struct {
    int64_t kab;
    Str stage;                 // of what cannot be matched; "": the newest stage that was handed over
    Str format, message;       // "pain.002", and the name the sender gave this message; "" when it has none
    Hash file_hash;
    SettleSource source;
    Hash seen_hash;            // applying: what the preview said (SettleResult.hash); zeros: whatever it is
} SettleWhat;

typedef struct { int64_t n; Rupiah amount; } SettleSum;
typedef struct {
    int64_t line_n;
    SettleSum credited, withdrawn, failed, returned, pending, repeated, tray;
    int64_t file_id, taken_before_id;  // applied as; or taken in before as (then nothing else is filled)
    Hash hash;                         // of all that it would do: what a person signs
} SettleResult;

// Says what taking the file in would do; changes nothing.
must_use bool settle_preview(Db *db, const Viewer *viewer, const SettleWhat *what, Instant now, SettleResult *out, Err *e);
// Takes it in. FORBIDDEN without ACTION_PAY; CONFLICT when it would do something else than seen_hash says, when another file has
// the same message name and other lines, or when nothing was handed over yet.
must_use bool settle_apply(Db *db, const Viewer *viewer, const SettleWhat *what, Instant now, SettleResult *out, Err *e);

const char *settle_kind_name(SettleKind kind);             // "credited": in the tray, in JSON
#endif
