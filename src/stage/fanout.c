#include "stage/fanout.h"
#include "base/lang.h"
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define WORKER_MAX 16
#define AHEAD_MAX 32           // results that may be ready and not yet written
#define AHEAD_LOW 16           // workers that had to wait are called again when there are no more than these
#define INLINE_MAX 3           // so few items are done sooner than another handle is opened

typedef struct {
    const Fanout *fanout;
    void **slots;
    size_t taken_n, written_n;
    pthread_mutex_t lock;
    pthread_cond_t ready, room;            // the writer's next result is there; workers may go on
    size_t awaited, worker_waiting_n;      // the writer waits for this one (n: it does not wait)
    Err failure;
    Lang lang;
} Shared;

typedef struct { Shared *shared; Db *db; pthread_t thread; } Worker;

static void shared_fail(Shared *s, const Err *e) {
    pthread_mutex_lock(&s->lock);
    if (s->failure.code == ERR_NONE) s->failure = *e;
    pthread_cond_broadcast(&s->ready);
    pthread_cond_broadcast(&s->room);
    pthread_mutex_unlock(&s->lock);
}

static bool shared_take(Shared *s, size_t *i) {
    pthread_mutex_lock(&s->lock);
    s->worker_waiting_n++;
    while (s->failure.code == ERR_NONE && s->taken_n < s->fanout->n && s->taken_n >= s->written_n + AHEAD_MAX) pthread_cond_wait(&s->room, &s->lock);
    s->worker_waiting_n--;
    bool is_taken = s->failure.code == ERR_NONE && s->taken_n < s->fanout->n;
    if (is_taken) *i = s->taken_n++;
    pthread_mutex_unlock(&s->lock);
    return is_taken;
}

// Small districts take less time than waking a thread: nobody is called who does not wait.
static void shared_put(Shared *s, size_t i, void *result) {
    pthread_mutex_lock(&s->lock);
    s->slots[i] = result;
    if (s->awaited == i) pthread_cond_signal(&s->ready);
    pthread_mutex_unlock(&s->lock);
}

static void *worker_work(void *with) {
    Worker *w = with;
    Shared *s = w->shared;
    const Fanout *f = s->fanout;
    lang_set(s->lang);
    Err e = { 0 };
    void *memory, *result;
    if (!f->open(f->with, &memory, &e)) { shared_fail(s, &e); return NULL; }
    for (size_t i; shared_take(s, &i);) {
        if (!f->compute(memory, w->db, i, &result, &e)) { shared_fail(s, &e); break; }
        shared_put(s, i, result);
    }
    f->close(memory);
    return NULL;
}

// The next result in order, or NULL when a worker failed.
static void *shared_await(Shared *s, size_t i) {
    pthread_mutex_lock(&s->lock);
    s->awaited = i;
    while (!s->slots[i] && s->failure.code == ERR_NONE) pthread_cond_wait(&s->ready, &s->lock);
    s->awaited = s->fanout->n;
    void *result = s->failure.code == ERR_NONE ? s->slots[i] : NULL;
    pthread_mutex_unlock(&s->lock);
    return result;
}

static void shared_written(Shared *s, size_t i) {
    pthread_mutex_lock(&s->lock);
    s->slots[i] = NULL;
    s->written_n = i + 1;
    if (s->worker_waiting_n && s->taken_n <= s->written_n + AHEAD_LOW) pthread_cond_broadcast(&s->room);
    pthread_mutex_unlock(&s->lock);
}

static bool workers_start(Db *db, Shared *s, Worker *workers, int thread_n, int *started_n, Err *e) {
    for (int t = 0; t < thread_n; t++) {
        workers[t].shared = s;
        if (!db_open_again(db, (DbOptions){ .is_read_only = true }, &workers[t].db, e)) return false;
        if (pthread_create(&workers[t].thread, NULL, worker_work, &workers[t]) != 0) return fail(e, LIMIT, "The system gives no more threads.");
        ++*started_n;
    }
    return true;
}

static bool results_write(Db *db, Shared *s, Err *e) {
    const Fanout *f = s->fanout;
    for (size_t i = 0; i < f->n; i++) {
        void *result = shared_await(s, i);
        if (!result) { *e = s->failure; return false; }
        bool is_written = f->write(f->with, db, i, result, e);
        f->release(result);
        shared_written(s, i);
        if (!is_written) return false;
        progress_report(f->progress, f->what, (int64_t)i + 1, (int64_t)f->n);
    }
    return true;
}

static bool run_threaded(Db *db, const Fanout *f, int thread_n, Err *e) {
    Shared s = { .fanout = f, .lang = lang_get(), .slots = calloc(f->n, sizeof *s.slots), .awaited = f->n };
    Worker workers[WORKER_MAX] = { 0 };
    int started_n = 0;
    if (!s.slots) return fail_memory(e);
    pthread_mutex_init(&s.lock, NULL);
    pthread_cond_init(&s.ready, NULL);
    pthread_cond_init(&s.room, NULL);
    bool is_good = workers_start(db, &s, workers, thread_n, &started_n, e) && results_write(db, &s, e);
    if (!is_good) shared_fail(&s, e);
    for (int t = 0; t < started_n; t++) pthread_join(workers[t].thread, NULL);
    for (int t = 0; t < thread_n; t++) db_close(workers[t].db);
    for (size_t i = 0; i < f->n; i++) if (s.slots[i]) f->release(s.slots[i]);
    free(s.slots);
    pthread_cond_destroy(&s.ready);
    pthread_cond_destroy(&s.room);
    pthread_mutex_destroy(&s.lock);
    return is_good;
}

static bool run_inline(Db *db, const Fanout *f, Err *e) {
    void *memory, *result;
    if (!f->open(f->with, &memory, e)) return false;
    bool is_good = true;
    for (size_t i = 0; is_good && i < f->n; i++) {
        is_good = f->compute(memory, db, i, &result, e);
        if (!is_good) break;
        is_good = f->write(f->with, db, i, result, e);
        f->release(result);
        progress_report(f->progress, f->what, (int64_t)i + 1, (int64_t)f->n);
    }
    f->close(memory);
    return is_good;
}

bool fanout_run(Db *db, const Fanout *f, Err *e) {
    long thread_n = f->thread_n > 0 ? f->thread_n : sysconf(_SC_NPROCESSORS_ONLN);
    if (f->n <= INLINE_MAX || thread_n <= 1) return run_inline(db, f, e);
    return run_threaded(db, f, thread_n > WORKER_MAX ? WORKER_MAX : (int)thread_n, e);
}
