// audit_list.h: the audit trail and the record of who looked, as lists: newest first, filtered, page by page. What a page does not
// reach is never counted: a list goes on from the number of its last row (before_n).
#ifndef OFFICE_AUDIT_LIST_H
#define OFFICE_AUDIT_LIST_H
#include "db/db.h"
#include "office/authority.h"
#include "office/read_log.h"

#define ACTOR_ANY (-1)

typedef struct {
    int64_t kab;                       // one chain; 0: what belongs to no district
    Sight sight;
    int64_t actor_id;                  // ACTOR_ANY; 0: the program itself
    Str action, subject;               // empty: any; whole, as they stand in the entry
    Date from_on, until_on;            // both inside, days of WIB; DATE_NONE: open
    int64_t before_n;                  // 0: from the newest
    int64_t limit_n;
} AuditFilter;

typedef struct { int64_t kab, n, actor_id; Instant at; Str action, subject, detail; Hash hash; } AuditRow;
typedef bool (*AuditTake)(void *with, const AuditRow *row, Err *e);    // texts live until it returns
must_use bool audit_list_each(Db *db, const AuditFilter *filter, AuditTake take, void *with, Err *e);

typedef struct {
    int64_t kab;
    Sight sight;
    int64_t actor_id, family_id;       // family_id 0: any; else those who saw it, at most LOOKS_OF_FAMILY_MAX
    Str purpose;
    Date from_on, until_on;
    int64_t before_n, limit_n;
} LookFilter;
#define LOOKS_OF_FAMILY_MAX 1000

typedef struct { int64_t kab, n, actor_id, family_n; Instant at; Str route, purpose, families; } LookRow;       // families: at most the beginning
typedef bool (*LookTake)(void *with, const LookRow *row, Err *e);
// `reads` is the read log's handle (db_open_reads).
must_use bool look_list_each(Db *reads, const LookFilter *filter, LookTake take, void *with, Err *e);

// One field of an entry, for people: what it was and what it is now. `was` is nothing where a single value was recorded.
typedef struct { Str key, was, is; bool is_change, is_sealed; } AuditShown;
// The fields of an entry's detail, in its order; in the arena. BAD_INPUT when it is no detail of ours.
must_use bool audit_shown(Arena *a, Str detail, AuditShown **out, size_t *n, Err *e);
#endif
