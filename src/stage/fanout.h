// fanout.h: the same work for many districts over threads, written in order by one.
//
// Workers take items in order, each with memory and a read-only handle of its own that see what the caller's transaction saw
// at its begin; the caller's thread writes the results in the same order, in its transaction. A worker is never more than
// a few items before the writer, so memory stays bounded. Few items are done in the caller's thread without a second handle.
#ifndef STAGE_FANOUT_H
#define STAGE_FANOUT_H
#include "base/progress.h"
#include "db/db.h"

typedef struct {
    size_t n;
    int thread_n;                                          // 0: as many as there are processors
    Progress *progress;
    const char *what;                                      // translated, for the progress
    void *with;                                            // handed to open and write
    bool (*open)(void *with, void **worker, Err *e);       // a worker's memory; on failure leaves nothing behind
    void (*close)(void *worker);
    bool (*compute)(void *worker, Db *db, size_t i, void **result, Err *e);
    bool (*write)(void *with, Db *db, size_t i, void *result, Err *e);
    void (*release)(void *result);
} Fanout;

must_use bool fanout_run(Db *db, const Fanout *f, Err *e);
#endif
