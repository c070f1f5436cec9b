// read_log.h: who looked at whom. One entry for each page, file or answer in the shell that shows personal data, on the disk before
// its first byte leaves; if it cannot be written, the data is not shown. A hash chain for each district, apart from the audit
// chain and on a connection (on SQLite: in a file) of its own, so that looking never waits for changing.
//
// An entry is the JSON array  [kab,n,read_at,actor_id,"route","purpose","families"]  without spaces; families is "1-50,52";
// entry_hash = BLAKE2b-256(prev_hash ‖ those bytes), prev_hash of the first entry is 32 zero bytes.
#ifndef OFFICE_READ_LOG_H
#define OFFICE_READ_LOG_H
#include "db/db.h"
#include "office/violation.h"

typedef struct {
    int64_t kab, actor_id;             // actor 0: somebody in the shell of a database without people
    const char *route;                 // the pattern of the page, "shell explain" for a verb
    const char *purpose;               // what for, as one of the words of read_purpose_title
    Instant at;
    const int64_t *family_ids;         // shown; in any order, doubles are fine. None: nothing is written
    size_t family_n;
} ReadPage;

// ---- the pages of a server: a thread that commits together what many pages ask at the same moment
typedef struct ReadLog ReadLog;
// Always works; the log itself is opened with the first page, and again after a failure.
ReadLog *read_log_start(Str db_url);
void read_log_stop(ReadLog *log);                          // NULL is fine
// Returns when the entry is on the disk. Fails with BUSY or IO_FAILED: then nothing may be shown.
must_use bool read_log_write(ReadLog *log, const ReadPage *page, Err *e);

// ---- with a handle of one's own (db_open_reads)
// All entries in one transaction.
must_use bool reads_write(Db *reads, const ReadPage *const *pages, size_t n, Err *e);
// One entry, from the shell: opens the log of `db_url`, writes, closes.
must_use bool reads_write_once(Str db_url, const ReadPage *page, Err *e);

typedef struct { int64_t n, actor_id, family_n; Instant at; Str route, purpose; } ReadEntry;
typedef struct { ReadEntry *at; size_t n; } ReadEntries;
// Who looked at a family, newest first, at most `limit_n`. From an index: quick whatever the log's length.
must_use bool reads_of_family(Db *reads, Arena *a, int64_t kab, int64_t family_id, int64_t limit_n, ReadEntries *out, Err *e);
// Recomputes the chain of a district and that its index finds every family shown.
must_use bool reads_check(Db *reads, int64_t kab, Violations *v, Err *e);
void reads_bytes(Buf *b, int64_t kab, int64_t n, int64_t at, int64_t actor_id, Str route, Str purpose, Str families);
const char *read_purpose_title(Str purpose);               // for people; the word itself when it is not known
#endif
