// column_memory.h: which title a column has in the files of a source, where a person had to show it: remembered for the next file of
// that source. For every kind of file that comes in by rows (import.h, paylist/paylist.h); each has sources of its own names.
#ifndef REGISTRY_COLUMN_MEMORY_H
#define REGISTRY_COLUMN_MEMORY_H
#include "db/db.h"
#include "files/csv.h"

#define COLUMN_MAP_MAX 40              // more columns than any kind of file has
must_use bool columns_remembered(Db *db, Arena *a, int64_t kab, Str source, HeaderMap *out, Err *e);
// What was given, and of the remembered what it does not speak of.
HeaderMap columns_join(Arena *a, const HeaderMap *given, const HeaderMap *remembered);

typedef struct { int64_t kab, actor_id; Str source; Instant at; const char *action; } ColumnsShown;      // action: of the audit entry
// Remembers what a person showed of a file with this header. Inside the caller's transaction; what changed is in the audit trail.
must_use bool columns_remember(Db *db, Arena *a, const ColumnsShown *shown, const HeaderMap *map, const CsvHeader *header, Err *e);

// Titles to choose from, as written, "#8 NAMA" for those that share a name; column[i], where it is not NULL: that of the i-th known
// column, empty for none.
typedef struct { Str *at; size_t n; } Titles;
Titles titles_of(Arena *a, const CsvHeader *header, Str *column);
#endif
