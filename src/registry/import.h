// import.h: a DTKS export becomes families and persons, in two steps.
//
// Staging reads the file once, in bounded memory, row by row (dtks.h), into import_row with what is wrong in import_finding; it
// commits as it goes and, killed, goes on where it was. Then the rows are looked at together: families, heads, the same NIK twice,
// people whom the registry has already. Nothing of the registry has changed yet.
// Applying is one transaction: rows without an error become new or changed families and persons; rows with an error stay out and
// can be written as a file to mend and send again. What the file leaves empty, and what it does not know (channel, account, school,
// duties), stays as it is. A file is known by its content: a second time it changes nothing.
#ifndef REGISTRY_IMPORT_H
#define REGISTRY_IMPORT_H
#include "base/progress.h"
#include "db/db.h"
#include "office/authority.h"
#include "files/table_read.h"
#include "files/table_write.h"
#include "registry/column_memory.h"

// What a person says about a file. Zero value: everything is found out, and columns are where they were in the last file of this
// source. A choice that a file of this source should have again (map) is remembered for the source.
typedef struct {
    Str sheet;
    char separator;
    CsvEncoding encoding;
    HeaderMap map;                                         // "nama" -> "Nama Pengurus"
    Str fills;                                             // "kecamatan,desa_kelurahan": an empty cell means the one above (merged cells)
    bool is_mending;                                       // text in a broken encoding is mended
} ImportChoices;

typedef struct {
    int64_t kab, actor_id;
    Str source;                                            // "DTKS": where the file comes from
    const char *path;
    Str name;                                              // as the sender named it; empty: the end of `path`
    ImportChoices choices;
    Instant at;
} ImportFile;

typedef struct { int64_t family_new_n, family_changed_n, family_same_n, person_new_n, person_changed_n, person_same_n,
                 row_rejected_n; } ImportCounts;

typedef struct {
    int64_t kab, id, row_n, error_n, warning_n;
    int64_t unwrapped_n, separated_n;                      // cells that a spreadsheet had dressed up, and were undressed
    bool was_resumed, was_known;                           // begun before; staged or applied before
    bool is_applied;
    bool has_alarm;                                        // an error of the whole file: nothing of it is applied unless accepted
    Instant applied_at;
    bool has_counts;                                       // staged just now: what applying would do
    ImportCounts counts;
} ImportBatch;

// How a batch was read, for people. Texts live in the arena.
typedef struct { Hash content_hash; Str sheet, separator, encoding, header, choices; int64_t bytes_n, data_row_n, footer_n; } ImportReading;
must_use bool import_reading_read(Db *db, Arena *a, int64_t kab, int64_t batch_id, ImportReading *out, bool *found, Err *e);
// "nama=Nama Pengurus" or "nama=#12", added to a map that has room. BAD_INPUT for an unknown column.
must_use bool import_map_add(Arena *a, Str word, HeaderChoice *at, size_t *n, size_t room, Err *e);
#define IMPORT_MAP_MAX COLUMN_MAP_MAX

// Stages the file, or goes on with it, or finds it staged or applied already. Other choices than before read a file that is not
// applied yet anew. Transactions of its own.
// BAD_INPUT when it is no table with these columns, NOT_FOUND when the district's areas are not there.
must_use bool import_stage(Db *db, const ImportFile *file, Progress *progress, ImportBatch *out, Err *e);
// What applying would do now. Changes nothing.
must_use bool import_preview(Db *db, int64_t kab, int64_t batch_id, Progress *progress, ImportCounts *out, Err *e);

typedef struct {
    int64_t kab, batch_id, actor_id;
    Str channel;                                           // of new families, until an account is opened: "POS"
    bool accepts_alarms;
    Instant at;
} ImportApply;
// Forgets a batch that was not applied: its rows and findings are deleted, the file may be sent again. CONFLICT when it was applied.
must_use bool import_drop(Db *db, int64_t kab, int64_t batch_id, int64_t actor_id, Instant at, Err *e);

// All or nothing, one transaction; the staged rows are deleted behind it. CONFLICT when the batch is not staged, was applied before, or has an alarm.
must_use bool import_apply(Db *db, const ImportApply *what, Progress *progress, ImportCounts *out, Err *e);

// The first findings in order of the rows, up to limit_n. Row 0 is the whole file.
typedef struct { int64_t row_n; Str field, code, level, text; } ImportFinding;
must_use bool import_list_findings(Db *db, Arena *a, int64_t kab, int64_t batch_id, int64_t limit_n, ImportFinding **out, size_t *n,
                                   Err *e);

// Writes the rows of `path` that were refused as they stand in the file, with a last column `alasan`, to be mended and sent again:
// a workbook where the name ends in .xlsx, else CSV. Written beside its place and renamed: never a half file. *row_n rows.
must_use bool import_write_rejects(Db *db, int64_t kab, int64_t batch_id, const char *path, const char *rejects_path, int64_t *row_n,
                                   Err *e);

// The same as a list (table_write.h): CSV or XLSX, NIK and KK as text. The caller finishes it; what it points at lives in the arena.
must_use bool import_open_rejects(Db *db, Arena *a, int64_t kab, int64_t batch_id, const char *path, TableFormat format, Str title,
                                  TableWriter **out, Err *e);

// The registry of a district as a DTKS export, written in the same two ways: import of it changes nothing.
must_use bool import_write_export(Db *db, int64_t kab, Sight sight, const char *path, int64_t *row_n, Err *e);
#endif
