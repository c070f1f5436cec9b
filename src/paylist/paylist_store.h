// paylist_store.h: what paylist*.c write of a list's rows and findings, and how a file is opened. For this room only.
#ifndef PAYLIST_PAYLIST_STORE_H
#define PAYLIST_PAYLIST_STORE_H
#include "paylist/paylist.h"
#include "paylist/paylist_key.h"

typedef struct { int64_t row_n; PaylistRow row; } StagedRow;
typedef struct { int64_t row_n; CellFinding finding; } RowFinding;
// Inside a transaction. Each row is told whom it means by its keys, in the order of the rows.
must_use bool staged_rows_write(Db *db, PaylistKeys *keys, int64_t kab, int64_t list_id, const StagedRow *rows, size_t n, Err *e);
must_use bool row_findings_write(Db *db, int64_t kab, int64_t list_id, const RowFinding *findings, size_t n, Err *e);
// Matches the rows that nobody decided about again; inside a transaction. *changed_n: rows that mean somebody else now.
must_use bool list_rows_match_again(Db *db, int64_t kab, int64_t list_id, int64_t *changed_n, Err *e);

must_use bool file_hash_of(int fd, Hash *out, int64_t *bytes_n, Err *e);
// The district of a list, its kecamatan and villages.
must_use bool paylist_place_load(Db *db, Arena *a, int64_t kab, PaylistPlace *out, Err *e);
// BAD_INPUT when the file has none of the columns by which somebody can be found.
must_use bool paylist_header_accept(const CsvHeader *header, Err *e);

// Whose row it is, in a file of several districts: by its area code, else by the name of its district; a row that tells neither goes
// with the row above, and is refused there when what it tells is known to nobody.
typedef struct { Areas districts; Str *keys; int64_t last_kab; } RowOwners;
must_use bool row_owners_open(Db *db, Arena *a, RowOwners *out, Err *e);
int64_t row_owner(RowOwners *o, Arena *a, const CsvHeader *header, const CsvRow *row);      // 0: not told, and nothing above
#endif
