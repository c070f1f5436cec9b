// job.h: reading and applying a file, comparing all entries of a district, or setting a city's forms on paper takes longer than a page may: it runs on a thread of its
// own, and the page looks in on it. A job lives in this process; what it did lives in the database, so that a job that died is begun again where it was.
#ifndef WEB_JOB_H
#define WEB_JOB_H
#include "commitment/form_out.h"
#include "registry/duplicate.h"
#include "registry/import.h"

typedef enum { JOB_STAGE, JOB_APPLY, JOB_COMPARE, JOB_FORMS } JobKind;
typedef struct {
    JobKind kind;
    Str db_url;
    int64_t kab, actor_id, batch_id;                       // JOB_STAGE: no batch yet; JOB_COMPARE: none
    Viewer actor;                                          // JOB_COMPARE
    Hash content;                                          // JOB_STAGE; JOB_FORMS: of all that was asked, and by whom
    FormAsk forms;                                         // JOB_FORMS: written to `path` as a document; its book is opened anew
    Str path, name, source, choices;                       // JOB_STAGE; choices as choices_text gives them
    Str channel;                                           // JOB_APPLY
    bool accepts_alarms;
} JobOrder;

typedef struct {
    JobKind kind;
    bool is_running;
    int64_t batch_id;                                      // when it is known
    char what[80];                                         // in the language of who ordered it
    int64_t done_n, total_n, elapsed_ms;
    int64_t new_n;                                         // JOB_COMPARE: pairs that nobody had seen before
    Err error;                                             // why it ended, when it failed
} JobState;

#define JOBS_MAX 4                                         // at once; each may take a core and a lock on the database
// Begins; a job that does the same thing already is left to go on. BUSY when too many run.
must_use bool job_start(const JobOrder *order, Err *e);
// The last job for this file (JOB_STAGE) or batch (JOB_APPLY). False when this process knows none.
bool job_of_content(int64_t kab, const Hash *content, JobState *out);
bool job_of_batch(int64_t kab, int64_t batch_id, JobState *out);
bool job_of_forms(int64_t kab, const Hash *asked, JobState *out);
bool job_of_compare(int64_t kab, JobState *out);           // JOB_COMPARE of a district
#define JOB_QUICK_MS 1500              // so long a page waits for a job before it shows its progress
// Waits up to `ms` for it to end, so that a quick one needs no second look.
void job_wait(JobKind kind, int64_t kab, const Hash *content, int64_t batch_id, int64_t ms);
#endif
