#include "db/libpq.h"
#include <dlfcn.h>
#include <pthread.h>

Libpq pq;
static bool is_loaded;

static void load(void) {
    void *library = dlopen("libpq.so.5", RTLD_NOW | RTLD_LOCAL);               // stays open: threads may use it until the end
    if (!library) return;
    is_loaded = true;
#define X(name) *(void **)&pq.name = dlsym(library, "PQ" #name); is_loaded &= pq.name != NULL;
    LIBPQ_FUNCTIONS(X)
#undef X
}

bool libpq_load(Err *e) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, load);
    return is_loaded || fail(e, IO_FAILED, "The library of PostgreSQL (libpq.so.5) is not installed. On Debian: apt install libpq5.");
}
