// answer.h: what banks and the post answer, as bytes of a file -> heads and judged lines. Pure reading: no database, no clock.
//
// Read are pain.002, camt.052/053/054 (any version; the ones we know by test are named in `is_version_known`), MT940, MT942 and
// result tables (CSV, XLSX) by a template of rules/channels. What it is, is told by its bytes.
//
// The rules of judging:
//   - unknown is pending, never failed and never paid; a status that nobody knows stays ANSWER_UNKNOWN;
//   - a status report is no proof; only what is booked on a statement or advice is (is_proof);
//   - a payment that a partial report does not list gets no line: it stays as it was;
//   - one bad line never stops the rest: it comes as a line with its fault, as ANSWER_UNKNOWN;
//   - a broken file (not well formed, cut off, a DTD, too large, no bank's answer) is refused by name and line, and then not one
//     line of it is given: the file is read twice, first to its end.
#ifndef PAYMENT_ANSWER_H
#define PAYMENT_ANSWER_H
#include "base/arena.h"
#include "base/date.h"
#include "base/rupiah.h"
#include "payment/payment_id.h"

typedef enum {
    ANSWER_UNREAD,
    ANSWER_PAIN002, ANSWER_CAMT052, ANSWER_CAMT053, ANSWER_CAMT054, ANSWER_MT940, ANSWER_MT942, ANSWER_TABLE,
    ANSWER_FORMATS_N
} AnswerFormat;
const char *answer_format_name(AnswerFormat format);       // "pain.002", "MT940", "table"

// Stored by name (answer_kind_name). What each says of the money:
typedef enum {
    ANSWER_UNKNOWN,                    // nothing that can be relied on: pending, for a person
    ANSWER_ACCEPTED,                   // on its way: pending
    ANSWER_REJECTED,                   // refused before payment
    ANSWER_SETTLED,                    // has left our account (with is_proof: booked there); not yet "the family has it"
    ANSWER_CREDITED,                   // is on the family's account
    ANSWER_WITHDRAWN,                  // is in the family's hands (cash at the post, or taken from the account)
    ANSWER_RETURNED,                   // came back to our account after payment
    ANSWER_NOT_COLLECTED,              // nobody came for it; it is still with the channel
    ANSWER_ENTRY,                      // an entry that is about no payment: funding, fee, interest
    ANSWER_KINDS_N
} AnswerKind;
const char *answer_kind_name(AnswerKind kind);             // "not_collected"
const char *answer_kind_title(AnswerKind kind);            // for people, in this thread's language
must_use bool answer_kind_find(Str name, AnswerKind *out);

typedef enum {
    ANSWER_OF_PAYMENT,                 // the line is about one payment (or one entry)
    ANSWER_OF_BATCH,                   // … about all of one PmtInf (batch_id) that no line names
    ANSWER_OF_FILE,                    // … about all of the message (AnswerHead.original_message_id) that no line names
} AnswerScope;

typedef enum {
    ANSWER_GOOD,
    ANSWER_NO_AMOUNT, ANSWER_AMOUNT_FORM, ANSWER_AMOUNT_FRACTION, ANSWER_AMOUNT_NEGATIVE, ANSWER_AMOUNT_AMBIGUOUS, ANSWER_AMOUNT_LARGE,
    ANSWER_CURRENCY,                   // not the one that was asked for
    ANSWER_DIRECTION,                  // neither debit nor credit
    ANSWER_DATE,                       // no day that exists
    ANSWER_DETAILS_SUM,                // the details of a batch entry do not add up to the entry
    ANSWER_SHAPE,                      // a line that cannot be taken apart
    ANSWER_ROW,                        // a row of a table with missing or too many cells, or a broken cell
    ANSWER_NO_NAME,                    // nothing that says which payment is meant
    ANSWER_FAULTS_N
} AnswerFault;
const char *answer_fault_code(AnswerFault fault);          // "amount_fraction"
const char *answer_fault_text(AnswerFault fault);          // what is wrong and how to mend it, in this thread's language

// Texts are valid during the call. Empty where the file says nothing.
typedef struct {
    AnswerScope scope;
    AnswerKind kind;
    bool is_proof;                     // booked on a statement or advice (or a table whose template says so): not only a status
    bool is_debit;                     // entries: money left our account
    bool is_reversal;                  // entries: takes back an earlier one
    AnswerFault fault;                 // not ANSWER_GOOD: kind is ANSWER_UNKNOWN, is_proof false
    Str fault_cell;                    // the text at fault: "150000.50"
    Str end_to_end_id, instruction_id, batch_id, bank_reference;
    Str account, name;                 // of the family (the other side)
    Str status;                        // as the file says it: "ACSC", "BOOK", "SUKSES"
    Str reason_code, reason_text;      // AC01 (answer_code_words explains it); the bank's own words
    Str remark, place;                 // remittance or narrative; where it was paid out (post)
    bool has_amount;
    Rupiah amount;                     // never negative
    Date booked_on, value_on;          // DATE_NONE where not said
    int64_t line_n;                    // in the file (of a table: the row as a spreadsheet numbers it)
    int64_t entry_n;                   // statements: which entry, from 1; the details of a batch share one
} AnswerLine;

typedef enum { ANSWER_UNCHECKED, ANSWER_AGREES, ANSWER_DIFFERS } AnswerCheck;

// One message, or one statement of a file that has several; all is known before its first line is given. Texts live in the arena.
typedef struct {
    AnswerFormat format;
    Str version;                       // "camt.053.001.08"; of a table: the template's name
    bool is_version_known;             // false: read by the same rules, but this version was never tried
    bool is_unconfirmed;               // table: the channel has not confirmed the template
    int64_t statement_n;               // in the file, from 1
    Str message_id, original_message_id;
    Str statement_id, account, owner, currency;
    int64_t number_n, page_n;          // of the statement; 0: not said. Pages: MsgPgntn, StmtPgntn, :28C:n/PAGE
    bool is_last_page;                 // also where nothing is said of pages
    Str created_at;                    // as written; bank's local time unless it has a zone
    Date from_on, to_on;
    bool has_opening, has_closing;
    Rupiah opening, closing;           // negative when overdrawn
    Date opening_on, closing_on;
    // What the lines say, added up here.
    int64_t line_n, fault_n;
    int64_t kind_n[ANSWER_KINDS_N];
    Rupiah credits, debits;            // booked entries (of a table: debits is the sum of its amounts)
    // What the file says of itself.
    bool has_stated_n, has_stated_sum;
    int64_t stated_n;
    Rupiah stated_sum;
    AnswerCheck balance;               // opening + credits - debits = closing; difference: closing less that
    Rupiah difference;
    AnswerCheck stated;                // count and sum that the file states against what was read
} AnswerHead;

typedef struct {
    void *of;
    bool (*head)(void *of, const AnswerHead *head, Err *e);        // may be NULL. Before the lines of that message or statement
    bool (*line)(void *of, const AnswerHead *head, const AnswerLine *line, Err *e);
} AnswerSink;                          // false ends the reading with that failure

typedef struct AnswerTemplate AnswerTemplate;
typedef struct {
    const AnswerTemplate *as;          // for tables; messages need none
    Str currency;                      // empty: IDR
    int64_t bytes_max;                 // 0: 1 GB
    Str sheet;                         // of a workbook; empty: the only one
    char separator;                    // of delimited text; 0: found out
} AnswerOptions;
#define ANSWER_STATEMENTS_MAX 10000    // in one file: a month of a hundred accounts has 3,000

typedef struct { int64_t statement_n, line_n, fault_n, kind_n[ANSWER_KINDS_N]; AnswerFormat format; } AnswerSummary;

// From the beginning of an open file that can be read twice, or from bytes. Constant memory beside one head a statement, in `a`.
must_use bool answer_read_fd(int fd, AnswerOptions options, AnswerSink sink, Arena *a, AnswerSummary *out, Err *e);
must_use bool answer_read_bytes(Str bytes, AnswerOptions options, AnswerSink sink, Arena *a, AnswerSummary *out, Err *e);

// ---- templates of result tables (the section `answer:` of rules/channels/*.yaml, docs/channels.md) --------------------------
typedef struct { Str name, title_id, title_en, note; bool is_unconfirmed; } AnswerTemplateInfo;
must_use bool answer_template_find(Str name, Arena *a, const AnswerTemplate **out, Err *e);        // one that is inside the program
must_use bool answer_template_load(const char *path, Arena *a, const AnswerTemplate **out, Err *e);        // a file of that office
must_use bool answer_template_parse(Str yaml, const char *file_name, Arena *a, const AnswerTemplate **out, Err *e);
AnswerTemplateInfo answer_template_info(const AnswerTemplate *t);
// The names of those inside the program; NULL ends it.
const char *const *answer_template_names(void);

// ---- codes (rules/channels/codes.csv) ----------------------------------------------------------------------------------------
// A reason or status in words of this thread's language; NULL when the table does not have it.
const char *answer_code_words(Str code);
// That a refusal for this reason stays: sent again as it is, it would be refused again. False for what may pass (no money on the
// account) and for what the table does not have.
bool answer_code_is_final(Str code);

// ---- which payment is meant --------------------------------------------------------------------------------------------------
typedef enum {
    MATCH_END_TO_END,                  // exact
    MATCH_INSTRUCTION,                 // exact
    MATCH_REMARK,                      // an id of ours inside the remark, whatever stands around it
    MATCH_CUT,                         // what is left of an id (cut at 16 characters, dashes lost): amount and account must agree
    MATCH_REFERENCE,                   // no id: the bank's reference, the account and the amount, to be looked up
} AnswerMatchKind;
typedef struct {
    AnswerMatchKind kind;
    int64_t kab, family_id, attempt_n; // 0 with MATCH_REFERENCE; attempt 0 where it was cut off
    char stage[12];                    // "2024-2"; empty where it was cut off
} AnswerMatch;
#define ANSWER_MATCHES_MAX 8
// Best first; never the same twice. stage empty: any. Pure.
size_t answer_match_ids(const AnswerLine *line, Str stage, AnswerMatch out[ANSWER_MATCHES_MAX]);
#endif
