// request_db.c: two database handles a thread, opened when first asked for and closed when the thread ends.
#include "http/request_db.h"
#include <pthread.h>
#include "http/server.h"

typedef struct { Str url; Db *read, *write; } Handles;     // url: as the server gave it, which outlives its threads
static _Thread_local Handles mine;
static pthread_key_t at_end;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void handles_close(void *value) {
    Handles *h = value;
    db_close(h->read);
    db_close(h->write);
    *h = (Handles){0};
}

static void key_make(void) { pthread_key_create(&at_end, handles_close); }

static bool handle_open(Request *r, bool is_read_only, Db **kept, Db **out, Err *e) {
    Str url = server_options(r->server)->db_url;
    if (!url.n) return fail(e, IO_FAILED, "The server was started without a database.");
    pthread_once(&once, key_make);
    if (mine.url.p != url.p) handles_close(&mine);
    mine.url = url;
    pthread_setspecific(at_end, &mine);
    if (!*kept && !db_open(url, (DbOptions){ .is_read_only = is_read_only, .must_exist = true }, kept, e)) return false;
    *out = *kept;
    return true;
}

bool request_db_read(Request *r, Db **out, Err *e) { return handle_open(r, true, &mine.read, out, e); }
bool request_db_write(Request *r, Db **out, Err *e) { return handle_open(r, false, &mine.write, out, e); }

static void handle_end(Db **db, bool is_suspect) {
    if (*db) db_rollback(*db);
    if (!*db || !is_suspect) return;
    db_close(*db);                                         // after a failed commit a handle refuses everything but this
    *db = NULL;
}

void request_db_end(bool had_fault) {
    handle_end(&mine.read, had_fault);
    handle_end(&mine.write, had_fault);
}
