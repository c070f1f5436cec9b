#include "web/job.h"
#include "base/lang.h"
#include "files/outfile.h"
#include "registry/import_read.h"
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#define SLOTS 32                                           // running ones and the last that ended
typedef struct { JobOrder order; JobState state; Arena arena; Progress progress; Instant started_at; bool is_used; Lang lang; } Job;
static Job jobs[SLOTS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;

static void job_report(Progress *p, const char *what, int64_t done_n, int64_t total_n) {
    Job *j = p->with;
    pthread_mutex_lock(&lock);
    Buf b = { .p = j->state.what, .cap = sizeof j->state.what, .max = sizeof j->state.what - 1 };
    buf_str(&b, str_part(str_c(what), 0, sizeof j->state.what - 1));
    j->state.what[b.n] = 0;
    j->state.done_n = done_n;
    j->state.total_n = total_n;
    pthread_mutex_unlock(&lock);
}

static bool stage_do(Job *j, Db *db, int64_t *batch_id, Err *e) {
    const JobOrder *o = &j->order;
    Arena a = { 0 };
    ImportFile file = { .kab = o->kab, .actor_id = o->actor_id, .source = o->source, .path = o->path.p, .name = o->name, .at = instant_now() };
    ImportBatch batch;
    choices_parse(&a, o->choices, &file.choices);
    for (size_t i = 0; i < file.choices.map.n; i++) ((HeaderChoice *)file.choices.map.at)[i].is_remembered = false;      // said just now
    bool is_good = import_stage(db, &file, &j->progress, &batch, e);
    if (is_good) *batch_id = batch.id;
    arena_free(&a);
    return is_good;
}

static bool apply_do(Job *j, Db *db, Err *e) {
    const JobOrder *o = &j->order;
    ImportApply what = { .kab = o->kab, .batch_id = o->batch_id, .actor_id = o->actor_id, .channel = o->channel, .accepts_alarms = o->accepts_alarms,
                         .at = instant_now() };
    ImportCounts counts;
    return import_apply(db, &what, &j->progress, &counts, e);
}

static bool compare_do(Job *j, Db *db, Err *e) {
    DuplicateSearch search = { .low_kab = j->order.kab, .high_kab = j->order.kab, .actor = j->order.actor, .at = instant_now(), .progress = &j->progress };
    DuplicateFound found;
    if (!duplicate_search(db, &search, &found, e)) return false;
    pthread_mutex_lock(&lock);
    j->state.new_n = found.new_n;
    pthread_mutex_unlock(&lock);
    return true;
}

// The file stands under its name when it is whole.
static bool forms_do(Job *j, Db *db, Err *e) {
    Arena a = { 0 };
    FormAsk ask = j->order.forms;
    FormSheets sheets;
    Str name;
    const char *type;
    int fd;
    bool is_good = rulebook_open(&a, STR("pkh.yaml"), rulebook_pkh(), &ask.book, e) && db_begin_read(db, e) && form_out(db, &a, &ask, &sheets, e);
    db_rollback(db);
    sheets.progress = &j->progress;
    is_good = is_good && form_out_write(&sheets, &a, FORM_PDF, &fd, &name, &type, e);
    if (is_good) {
        is_good = outfile_copy(fd, j->order.path.p, e);
        close(fd);
    }
    arena_free(&a);
    return is_good;
}

static bool order_do(Job *j, Db *db, int64_t *batch_id, Err *e) {
    switch (j->order.kind) {
    case JOB_STAGE: return stage_do(j, db, batch_id, e);
    case JOB_APPLY: return apply_do(j, db, e);
    case JOB_FORMS: return forms_do(j, db, e);
    case JOB_COMPARE: break;
    }
    return compare_do(j, db, e);
}

static void *job_work(void *of) {
    Job *j = of;
    Db *db = NULL;
    Err e = { 0 };
    int64_t batch_id = j->order.batch_id;
    lang_set(j->lang);
    bool is_good = db_open(j->order.db_url, (DbOptions){ .must_exist = true, .busy_ms = 60000 }, &db, &e) &&
                   order_do(j, db, &batch_id, &e);
    db_close(db);
    pthread_mutex_lock(&lock);
    j->state.is_running = false;
    j->state.batch_id = batch_id;
    if (!is_good) j->state.error = e;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    return NULL;
}

static bool is_same(const Job *j, JobKind kind, int64_t kab, const Hash *content, int64_t batch_id) {
    if (!j->is_used || j->order.kind != kind || j->order.kab != kab) return false;
    return kind == JOB_STAGE || kind == JOB_FORMS ? hash_eq(&j->order.content, content) : j->order.batch_id == batch_id;
}

// The newest of them, with the lock held.
static Job *job_find(JobKind kind, int64_t kab, const Hash *content, int64_t batch_id) {
    Job *found = NULL;
    for (int i = 0; i < SLOTS; i++)
        if (is_same(&jobs[i], kind, kab, content, batch_id) && (!found || jobs[i].started_at.ms >= found->started_at.ms)) found = &jobs[i];
    return found;
}

// An empty place, else that of the job that began longest ago and has ended; NULL when all run.
static Job *slot_find(int *running_n) {
    Job *slot = NULL;
    *running_n = 0;
    for (int i = 0; i < SLOTS; i++) {
        Job *j = &jobs[i];
        if (j->is_used && j->state.is_running) { ++*running_n; continue; }
        int64_t age = j->is_used ? j->started_at.ms : 0;
        if (!slot || age < (slot->is_used ? slot->started_at.ms : 0)) slot = j;
    }
    return slot;
}

bool job_start(const JobOrder *order, Err *e) {
    int running_n;
    bool is_good = true;
    pthread_mutex_lock(&lock);
    Job *same = job_find(order->kind, order->kab, &order->content, order->batch_id), *j = slot_find(&running_n);
    if (same && same->state.is_running) j = NULL;
    else if (running_n >= JOBS_MAX || !j) is_good = fail(e, BUSY, "Other long work is going on just now. Try again in a minute.");
    if (is_good && j) {
        arena_free(&j->arena);
        *j = (Job){ .order = *order, .state = { .kind = order->kind, .is_running = true, .batch_id = order->batch_id }, .started_at = instant_now(), .is_used = true,
                    .lang = lang_get(), .progress = { job_report, j } };
        Str *texts[] = { &j->order.db_url, &j->order.path, &j->order.name, &j->order.source, &j->order.choices, &j->order.channel, &j->order.forms.place, &j->order.forms.band };
        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) *texts[i] = arena_str(&j->arena, *texts[i]);
        pthread_t thread;
        if (pthread_create(&thread, NULL, job_work, j) == 0) pthread_detach(thread);
        else { j->is_used = j->state.is_running = false; is_good = fail(e, BUSY, "Other long work is going on just now. Try again in a minute."); }
    }
    pthread_mutex_unlock(&lock);
    return is_good;
}

static bool state_give(const Job *j, JobState *out) {
    if (j) {
        *out = j->state;
        out->elapsed_ms = instant_now().ms - j->started_at.ms;
    }
    return j != NULL;
}

bool job_of_content(int64_t kab, const Hash *content, JobState *out) {
    pthread_mutex_lock(&lock);
    bool has = state_give(job_find(JOB_STAGE, kab, content, 0), out);
    pthread_mutex_unlock(&lock);
    return has;
}
bool job_of_batch(int64_t kab, int64_t batch_id, JobState *out) {
    pthread_mutex_lock(&lock);
    bool has = state_give(job_find(JOB_APPLY, kab, &(Hash){ 0 }, batch_id), out);
    pthread_mutex_unlock(&lock);
    return has;
}

bool job_of_forms(int64_t kab, const Hash *asked, JobState *out) {
    pthread_mutex_lock(&lock);
    bool has = state_give(job_find(JOB_FORMS, kab, asked, 0), out);
    pthread_mutex_unlock(&lock);
    return has;
}

bool job_of_compare(int64_t kab, JobState *out) {
    pthread_mutex_lock(&lock);
    bool has = state_give(job_find(JOB_COMPARE, kab, &(Hash){ 0 }, 0), out);
    pthread_mutex_unlock(&lock);
    return has;
}

void job_wait(JobKind kind, int64_t kab, const Hash *content, int64_t batch_id, int64_t ms) {
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += (long)(ms % 1000) * 1000000;
    until.tv_sec += (time_t)(ms / 1000) + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&lock);
    for (Job *j; (j = job_find(kind, kab, content, batch_id)) && j->state.is_running;)
        if (pthread_cond_timedwait(&changed, &lock, &until) != 0) break;
    pthread_mutex_unlock(&lock);
}
