// import.h: the pages that bring a file into the registry: sent, looked at, read, mended, applied.
#ifndef WEB_IMPORT_H
#define WEB_IMPORT_H
#include "http/list.h"
#include "registry/import_approval.h"
#include "registry/import_list.h"
#include "web/job.h"
#include "web/web.h"

typedef struct {
    int64_t kab, upload_max_mb;
    Str area_name;
    ImportEntry *entries;
    size_t entry_n;
    List list;
    Str fault;
} ImportsView;

typedef struct { Str field, label, title; bool is_required; } ImportColumn;        // title: what it is called in the file
typedef struct {
    int64_t kab;
    Str hash_text, name, source;
    int64_t upload_max_mb;
    Str sheet, separator, encoding;                        // as chosen; empty: found out
    ImportLook look;
    ImportColumn columns[DTKS_COLUMNS_N];
    bool is_filled, is_mending;
    int64_t known_batch_id;                                // this very file was read before
    Str known_state;
} ImportLookView;

typedef struct { JobState job; int64_t percent, left_s; Str here; } ImportWaitView;
ImportWaitView wait_of_job(Request *r, const JobState *job);       // also of other long work, shown by {include import_progress(…)}

typedef struct {
    ImportEntry entry;
    Str area_name, actor_name;
    ImportReading reading;
    bool has_reading, has_counts, is_running, has_file, may_apply;
    ImportLeave leave;                                     // may_apply: whether another person signs first
    ApprovalRequest request;                               // that signature, when it was asked for
    ImportCounts counts;
    FindingGroup *groups;
    size_t group_n;
    ImportWaitView wait;
    Str fault;
    size_t step;                                           // of IMPORT_STEPS
} ImportView;

typedef struct { ImportEntry entry; Str field, code; ImportFinding *findings; size_t n; List list; } ImportFindingsView;

const char *import_state_title(Str state);                 // "Read, not applied"
const char *import_state_colour(Str state);
const char *import_column_label(DtksColumn column);        // for people: "Nama"
Str import_field_label(Str field);                         // the same for the field of a finding: also of a whole row, of the whole file
#define IMPORT_STEPS_N 4
extern const char *const IMPORT_STEPS[IMPORT_STEPS_N];     // to be translated: send, look, check, apply
Str masked(Arena *a, Str number);                          // all but the last four hidden
Url import_findings_url(Arena *a, int64_t kab, int64_t id, Str field, Str code);

// Files that were sent are kept in the folder for uploads, under the district they were sent for and the hash of their bytes: the same file
// sent twice is one file, and who knows a hash but has no say in that district finds nothing. kab 0: of no one district (a pay list).
must_use bool upload_keep(Request *r, int64_t kab, Err *e);        // r->upload
const char *upload_path(Request *r, int64_t kab, Str hash_text);   // whether it is there or not
const char *upload_kept_path(Request *r, int64_t kab, const Hash *hash);
Str upload_hash_text(Arena *a, const Hash *hash);
extern const char *const IMPORT_UPLOAD_PATHS[];
#endif
