// subject.h: everything that is kept about a family, or of it about one person, in one document: what is known and where it comes from,
// what happened, duties and payments with their lines, what was asked and decided, and who looked at it when (UU 27/2022, articles 30
// and 32). The same document is the page, the PDF, the JSON and the shell's answer.
//
// It is sections of rows. Other people in it are officers by name and role; of other families nothing is said, not even where an entry
// may stand twice. Numbers are whole: who may not see them so gets no such document (ACTION_READ_IDENTITY). The caller records the look
// before a byte leaves (purpose "subject").
#ifndef STATUS_SUBJECT_H
#define STATUS_SUBJECT_H
#include "db/db.h"
#include "office/authority.h"

typedef enum { SUBJECT_TEXT, SUBJECT_N, SUBJECT_DAY, SUBJECT_INSTANT, SUBJECT_RUPIAH } SubjectType;
typedef struct { const char *name, *title; SubjectType type; } SubjectColumn;        // name: in JSON; title: msgid
typedef struct { Str text; int64_t n; } SubjectCell;       // n: number, day, instant or rupiah; INT64_MIN: nothing
#define SUBJECT_COLUMNS_MAX 20
typedef struct {
    const char *name, *title, *source;                     // title and where it comes from: msgids
    bool is_one;                                           // one row, as fields; in JSON an object
    const SubjectColumn *columns;
    size_t column_n, row_n, room;
    SubjectCell *cells;                                    // row after row
} SubjectSection;
#define SUBJECT_SECTIONS_MAX 24
typedef struct { int64_t kab, family_id, person_id; Str name; Instant made_at; SubjectSection at[SUBJECT_SECTIONS_MAX]; size_t n; } Subject;

// person_id 0: the whole family. `reads`: the read log's handle (db_open_reads); NULL: there is none yet. Texts live in `a`.
// NOT_FOUND in the same words whether it does not exist or may not be seen; FORBIDDEN without ACTION_READ_IDENTITY.
typedef struct { const Viewer *viewer; Sight sight; int64_t kab, family_id, person_id; Instant now; } SubjectAsk;
must_use bool subject_read(Db *db, Db *reads, Arena *a, const SubjectAsk *ask, Subject *out, Err *e);
// One JSON object; names of the sections are its keys.
void subject_put_json(Buf *b, const Subject *s);
// A cell for people, in this thread's language; codes as they are.
Str subject_cell_text(Arena *a, const SubjectColumn *column, const SubjectCell *cell);
#endif
