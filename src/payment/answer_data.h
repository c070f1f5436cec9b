// answer_data.h: what the readers of the formats share. Included by answer*.c only.
#ifndef PAYMENT_ANSWER_DATA_H
#define PAYMENT_ANSWER_DATA_H
#include "files/rupiah_text.h"
#include "files/template.h"
#include "payment/answer.h"

#define ANSWER_TEXT_MAX ((size_t)4 << 10)      // of one text of a line; what is longer is cut
#define ANSWER_ENTRIES_BAD_MAX 100000          // batch entries that do not add up: then the file is refused

// The file and how far it is read. Every reader below runs twice over it; the first time the heads are made and nothing is given.
typedef struct {
    int fd;                            // or -1: bytes
    Str bytes;
    AnswerOptions options;
    AnswerSink sink;
    bool is_second;
    Arena *arena;                      // the caller's: what heads hold
    Arena scratch;                     // the second time their texts come here, statement by statement
    AnswerHead *heads; size_t head_n, head_cap;
    AnswerHead head;                   // of the statement that is open
    bool is_open, has_bad_amount;      // has_bad_amount: the balance cannot be reckoned
    MoneyStyle money_style;            // of a table: how it writes amounts, found out the first time
    int64_t statement_n, entry_n, entry_kind_n[ANSWER_KINDS_N], entry_fault_n;
    struct { int64_t statement_n, entry_n; } *bad; size_t bad_n, bad_cap, bad_at;
} Reading;

// A statement or message begins: its head, empty but for format and number. The reader fills it until reading_close.
must_use bool reading_open(Reading *r, AnswerFormat format, AnswerHead **out, Err *e);
Str reading_keep(Reading *r, Str text);                    // a copy that lives as long as the head
void reading_entry(Reading *r);                            // the next entry of the statement begins
// Counts and (the second time) gives the line. A line with a fault loses its kind and its proof here.
must_use bool reading_line(Reading *r, AnswerLine *line, Err *e);
must_use bool reading_entry_bad(Reading *r, Err *e);       // what was given of this entry does not add up
// Adds a booked entry to the sums of the head.
must_use bool reading_book(Reading *r, bool is_debit, Rupiah amount, Err *e);
must_use bool reading_close(Reading *r, Err *e);

// "150000", "150000.00" or with a comma, as `decimals` says ("." or ","; ",." either). ANSWER_GOOD or what is wrong. Part of a rupiah
// is a fault, and so are three zeros behind the mark: they may be thousands.
AnswerFault answer_amount(Str text, const char *decimals, Rupiah *out);
Str answer_currency(const Reading *r);

// What a code of the table means; ANSWER_KINDS_N where it has none. set: "status", "transaction", "word".
AnswerKind answer_code_kind(const char *set, Str code);
bool answer_says_returned(Str text);                       // a word like RETUR stands in it, as a word
Str answer_reason_in(Str text);                            // a known reason code (AC01) that stands in it as a word; empty
bool answer_has_id(Str text);                              // something of the shape of our ids stands in it

must_use bool answer_xml_read(Reading *r, Err *e);         // pain.002, camt
must_use bool answer_mt_read(Reading *r, Err *e);
must_use bool answer_table_read(Reading *r, Err *e);
#endif
