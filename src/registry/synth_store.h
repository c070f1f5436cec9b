// synth_store.h: writes invented districts (synth.h) to a database, which is marked practice from then on.
#ifndef REGISTRY_SYNTH_STORE_H
#define REGISTRY_SYNTH_STORE_H
#include "base/progress.h"
#include "db/db.h"
#include "registry/synth.h"

#define SYNTH_FAMILIES_MAX INT64_C(100000000)              // more than the nation has
#define SYNTH_DISTRICT_MAX INT64_C(999999)                 // customer numbers of an account have six digits

typedef struct {
    uint64_t seed;
    int64_t kab;                                           // one district, or 0: all districts of the area table
    int64_t family_n;                                      // in all
    Instant at;                                            // when the rows say they were recorded
} SynthOptions;

typedef struct {
    bool was_there;                                        // the same had been made before: nothing was changed
    int64_t district_n, village_n, family_n, person_n, school_n, post_n, companion_n, coordinator_n, channel_n[SYNTH_CHANNELS_N];
} SynthReport;

// Each district is one transaction, the claims on NIK are the last ones: killed in between, the same call finishes the work.
// CONFLICT when the database is a real one or holds other families. A district's areas must be there (area.h).
must_use bool synth_store(Db *db, const SynthOptions *options, Progress *progress, SynthReport *out, Err *e);
#endif
