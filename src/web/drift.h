// drift.h: the pages of a refresh from the Ministry's data: which files there are, what one says other than the registry, asking for it.
#ifndef WEB_DRIFT_H
#define WEB_DRIFT_H
#include "http/list.h"
#include "registry/import_list.h"
#include "status/drift_status.h"
#include "web/web.h"

typedef struct {
    int64_t kab;
    Str fault;
    bool may_import;
    ImportEntry *files;                                    // staged, not looked at yet
    size_t file_n;
    Drift *drifts;
    size_t drift_n;
} DriftsView;

typedef struct { DriftLine line; Str village, change, detail; } DriftRow;
typedef struct {
    int64_t kab, id;
    Str fault, done, area_name;
    Drift drift;
    DriftSum sums[DRIFT_KINDS_N];
    DriftKind kind;                                        // DRIFT_KINDS_N: all
    List list;
    DriftRow *rows;
    size_t row_n;
    bool may_import, may_undo;
} DriftView;
const char *drift_state_title(Str state);                  // for people, in this thread's language
#endif
