// duplicate_find.h: pairs of entries that are probably one person, among millions, in bounded memory. Knows no database.
//
//     open → add each entry (by district, family, person) → claim each NIK → run → close
//
// Entries of fixed size go to a temporary file that is mapped. Each entry has some ten blocking keys (day and a name word, name and
// village, …: duplicate_find.c); entries that share a key stand together after sorting in parts, and only they are compared. So a
// pair is missed only when every key differs. Very large blocks are sorted by name and compared with neighbours only.
#ifndef REGISTRY_DUPLICATE_FIND_H
#define REGISTRY_DUPLICATE_FIND_H
#include "base/progress.h"
#include "registry/duplicate_score.h"

typedef struct DuplicateFinder DuplicateFinder;
must_use bool duplicate_finder_open(DuplicateFinder **out, Err *e);
// CONFLICT when the order is broken; IO_FAILED when the temporary directory is full.
must_use bool duplicate_finder_add(DuplicateFinder *f, const DuplicateFacts *facts, Err *e);
// After all entries: whose NIK this is. Persons that were not added are passed over.
must_use bool duplicate_finder_claim(DuplicateFinder *f, int64_t kab, int64_t family_id, int64_t person_id, int64_t nik_claim, Err *e);

typedef struct {
    int score_least;                                       // of the pairs that are told; pairs of one NIK are told always
    int thread_n;                                          // 0: as many as there are processors
    Progress *progress;
    // Called for each pair once, in order of the first entry, then the second; a comes before b by district, family, person.
    bool (*each)(void *with, const DuplicateEntry *a, const DuplicateEntry *b, const DuplicateScore *score, Err *e);
    void *with;
} DuplicateRun;
typedef struct { int64_t entry_n, key_n, compared_n, pair_n, narrowed_n; } DuplicateReport;     // narrowed: blocks too large to compare all
must_use bool duplicate_finder_run(DuplicateFinder *f, const DuplicateRun *run, DuplicateReport *out, Err *e);
void duplicate_finder_close(DuplicateFinder *f);           // NULL is fine
#endif
