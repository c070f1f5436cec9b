// daily_head.c: see daily_head.h.
#include "cli/daily_head.h"
#include "base/lang.h"
#include "office/head.h"
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LOOK_EVERY_S 300               // how late after midnight a head may be, and how soon a failure is tried again

struct DailyHead {
    Arena arena;
    Str db_url;
    const char *key_path;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t ends;
    bool must_end;
    Lang lang;
};

static void look(DailyHead *d) {
    Arena a = { 0 };
    Db *db = NULL;
    Head head;
    Err e = { 0 };
    bool is_new = false, is_new_key = false;
    if (db_open(d->db_url, (DbOptions){ .must_exist = true }, &db, &e)) {
        const char *path = head_key_path(&a, db, d->key_path);
        if (head_today(db, &a, &(HeadToday){ .db_url = d->db_url, .key_path = path, .now = instant_now() }, &head, &is_new, &is_new_key, &e) && is_new_key)
            fprintf(stderr, _("A key that signs the head of each day was made: %s. Keep a copy of it away from this machine.\n"), path);
    }
    if (e.code) fprintf(stderr, _("Today's head is not signed yet: %s\n"), e.text);
    db_close(db);
    arena_free(&a);
}

static void *run(void *with) {
    DailyHead *d = with;
    lang_set(d->lang);
    pthread_mutex_lock(&d->lock);
    while (!d->must_end) {
        pthread_mutex_unlock(&d->lock);
        look(d);
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += LOOK_EVERY_S;
        pthread_mutex_lock(&d->lock);
        if (!d->must_end) pthread_cond_timedwait(&d->ends, &d->lock, &until);
    }
    pthread_mutex_unlock(&d->lock);
    return NULL;
}

DailyHead *daily_head_start(Str db_url, const char *key_path) {
    DailyHead *d = calloc(1, sizeof *d);
    assert(d);
    d->db_url = arena_str(&d->arena, db_url);
    d->key_path = key_path;
    d->lang = lang_get();
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->ends, NULL);
    if (pthread_create(&d->thread, NULL, run, d) != 0) abort();
    return d;
}

void daily_head_stop(DailyHead *d) {
    pthread_mutex_lock(&d->lock);
    d->must_end = true;
    pthread_cond_signal(&d->ends);
    pthread_mutex_unlock(&d->lock);
    pthread_join(d->thread, NULL);
    pthread_cond_destroy(&d->ends);
    pthread_mutex_destroy(&d->lock);
    arena_free(&d->arena);
    free(d);
}
