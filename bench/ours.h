// ours.h: the bench's population in Harapan's own registry. Districts are 1101, 1102, … and have eight villages each, one for
// each branch of the peers; everything else of a person that a registry keeps is filled in, synthetic and of usual length.
#ifndef BENCH_OURS_H
#define BENCH_OURS_H
#include "db/db.h"
#include "population.h"

#define BENCH_STAGE STR("2024-2")
static inline int64_t bench_kab(int district) { return 1100 + district; }

// Writes families and persons and makes their packs, one transaction a district. The database must be empty.
must_use bool ours_load(Db *db, int64_t families_n, Err *e);
#endif
