// sample.h: a training for practice databases: planned, called, held, tested and closed, with answers drawn from a seed. For whoever wants to see
// the pages with something on them; never in a real database.
#ifndef TRAINING_SAMPLE_H
#define TRAINING_SAMPLE_H
#include "training/certificate.h"

// maker plans it, boss signs it: two people of the practice office. Held on the day before now. CONFLICT when the database is a real one; the second
// time gives the one that is there.
must_use bool training_sample(Db *db, Arena *a, const Viewer *maker, const Viewer *boss, int64_t kab, Instant now, int64_t *id, Err *e);
#endif
