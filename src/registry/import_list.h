// import_list.h: what a person sees of imports: a file before it is read, the batches of a district, the findings of one. Reads only.
#ifndef REGISTRY_IMPORT_LIST_H
#define REGISTRY_IMPORT_LIST_H
#include "registry/dtks.h"
#include "registry/import.h"

// ---- a file before it is read ------------------------------------------------------------------------------------------------
#define LOOK_ROWS 8
typedef struct { int64_t row_n; DtksRow row; Str village; DtksFindings *findings; } LookRow;
// What a person can do now: have it read; show which column is which; choose sheet, separator or encoding; only send another file.
typedef enum { LOOK_READY, LOOK_COLUMNS, LOOK_HOW, LOOK_OTHER_FILE } LookNext;
typedef struct {
    XlsxSheet *sheets;                                     // none for delimited text
    size_t sheet_n;
    LookNext next;
    Str trouble;                                           // unless it is ready: why, in words
    Str *titles;                                           // to choose columns from: as written, "#8 NAMA" for those that share a name
    size_t title_n;
    Str column[DTKS_COLUMNS_N];                            // the title that each column has; empty for none
    char separator;
    CsvEncoding encoding;
    Str sheet;
    LookRow rows[LOOK_ROWS];                               // as they are understood
    size_t row_n;
} ImportLook;
// Opens `path` as import_stage would with these choices. Fails only when the file cannot be opened or the database cannot be read.
must_use bool import_look(Db *db, Arena *a, const ImportFile *file, ImportLook *out, Err *e);

// ---- batches -------------------------------------------------------------------------------------------------------------------
typedef struct {
    int64_t kab, id, row_n, error_n, warning_n, actor_id;
    Str source, file_name, state, actor_name;
    Instant started_at, applied_at;
    int64_t staged_bytes_n;                                // how far an interrupted reading has come
    bool has_alarm;
} ImportEntry;
must_use bool import_list(Db *db, Arena *a, int64_t kab, int64_t limit_n, int64_t offset_n, ImportEntry **out, size_t *n, Err *e);
must_use bool import_count(Db *db, int64_t kab, int64_t *n, Err *e);
must_use bool import_entry_read(Db *db, Arena *a, int64_t kab, int64_t id, ImportEntry *out, bool *found, Err *e);
// The newest batch of this file's bytes that was not dropped; with `sheet` of that sheet only. 0 when there is none.
must_use bool import_of_content(Db *db, int64_t kab, const Hash *content, Str sheet, int64_t *batch_id, Err *e);

// ---- findings ------------------------------------------------------------------------------------------------------------------
typedef struct { Str level, field, code, example; int64_t finding_n, first_row_n; } FindingGroup;
#define FINDING_GROUPS_MAX 200
must_use bool import_list_groups(Db *db, Arena *a, int64_t kab, int64_t batch_id, FindingGroup **out, size_t *n, Err *e);
must_use bool import_count_findings(Db *db, int64_t kab, int64_t batch_id, Str field, Str code, int64_t *n, Err *e);
must_use bool import_list_findings_of(Db *db, Arena *a, int64_t kab, int64_t batch_id, Str field, Str code, int64_t limit_n, int64_t offset_n,
                                      ImportFinding **out, size_t *n, Err *e);
#endif
