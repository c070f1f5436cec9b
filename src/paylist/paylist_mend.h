// paylist_mend.h: rows of a pay list that were refused, as a file; and that file, mended, back into the same list. The row's number in
// the first file stands in a column of its own and says which refused row a mended one is: nothing else can come into a list this way.
#ifndef PAYLIST_PAYLIST_MEND_H
#define PAYLIST_PAYLIST_MEND_H
#include "files/table_write.h"
#include "paylist/paylist.h"

// The refused rows as they stand in `path`, the file that was read, with the columns `baris` and `alasan_ditolak`. For a sight of the
// whole district. NOT_FOUND when the file is another one or gone.
typedef struct { Db *db; Sight sight; int64_t kab, list_id; const char *path; } PaylistRefused;
must_use bool paylist_write_rejects(const PaylistRefused *refused, const char *rejects_path, int64_t *row_n, Err *e);
must_use bool paylist_open_rejects(const PaylistRefused *refused, Arena *a, TableFormat format, Str title, TableWriter **out, Err *e);

typedef struct { int64_t kab, list_id; const char *path; Str name; } PaylistMend;
typedef struct { bool was_known; int64_t row_n, refused_n; Rupiah amount; Paylist list; } PaylistMended;   // row_n: went in now; refused_n: of the file, still refused
// One transaction; the same file again changes nothing. ACTION_IMPORT. CONFLICT when the list is neither read nor counting;
// BAD_INPUT for a row that was not refused: then nothing of the file goes in.
must_use bool paylist_mend(Db *db, Arena *a, const Viewer *actor, const PaylistMend *mend, Instant now, PaylistMended *out, Err *e);
#endif
