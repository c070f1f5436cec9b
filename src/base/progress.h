// progress.h: how long work tells how far it is. The worker reports counts; who listens draws a bar, a line or an event.
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H
#include <stdint.h>

typedef struct Progress {
    // `what` is a translated word or two ("Reading families"); total 0 when not known. Called often: it must be cheap.
    void (*report)(struct Progress *p, const char *what, int64_t done_n, int64_t total_n);
    void *with;
} Progress;

static inline void progress_report(Progress *p, const char *what, int64_t done_n, int64_t total_n) {
    if (p) p->report(p, what, done_n, total_n);
}
#endif
