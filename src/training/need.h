// need.h: where a training is needed: what recorded work says of each companion and each kecamatan. Counts, not marks: a large caseload has more of
// everything, so shares stand beside them, and what has no source yet says so instead of looking like a nought.
#ifndef TRAINING_NEED_H
#define TRAINING_NEED_H
#include "training/learn.h"

typedef enum { NEED_FAMILIES, NEED_STUDENT_FAMILIES, NEED_VERIFIED, NEED_IDENTITY, NEED_LATE, NEED_MEASURES_N } NeedMeasure;
// VERIFIED: of the families with pupils those of whom a fact was told since `since`. IDENTITY: open faults. LATE: requests past their hour.
const char *need_measure_title(NeedMeasure m);
// Sources that are not built yet, as msgids; ends with NULL.
extern const char *const NEED_MISSING[];

// id: of the companion (0: nobody answers for them) or of the kecamatan. score: last test after a training, in thousandths; -1: none.
typedef struct { int64_t id, n[NEED_MEASURES_N], score; Str name; int weak_n; bool is_weak[NEED_MEASURES_N]; } NeedRow;
typedef struct { const char *topic; int64_t companion_n; } NeedTopic;              // msgid
typedef struct {
    Date since;
    NeedRow *companions; size_t companion_n;               // the weakest first
    NeedRow *kecamatan; size_t kecamatan_n;
    NeedTopic topics[NEED_MEASURES_N]; size_t topic_n;     // a proposal, the most needed first
} Need;
// Weak: fewer than 80 % of the families with pupils verified; more open faults or late requests for each family than twice the district's share.
must_use bool training_need(Db *db, Arena *a, Sight sight, int64_t kab, Instant now, Need *out, Err *e);
// "83 %" of the families with pupils; "–" without any.
Str need_verified_text(Arena *a, const NeedRow *row);
#endif
