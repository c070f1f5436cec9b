// change.c: see change.h. SQLite waits for the other writer before it begins, so there only PostgreSQL is tried again.
#include "office/change.h"
#include <sodium.h>
#include <time.h>

#define CLASH_TRIES 8                  // a clash of keys that stays is one of ours
#define WAIT_MS_MAX 50                 // a transaction here takes some milliseconds; apart, but not for long

static void wait_a_little(int try_n) {
    uint32_t most_ms = 5u * (uint32_t)(try_n + 1);
    uint32_t ms = 1 + randombytes_uniform(most_ms < WAIT_MS_MAX ? most_ms : WAIT_MS_MAX);
    (void)nanosleep(&(struct timespec){ .tv_nsec = (long)ms * 1000000 }, NULL);
}

// BUSY says it outright; a key that two of us took at the same moment looks like a mistake at first, and no more the next time.
static bool is_worth_another(Db *db, const Err *found, int try_n) {
    if (db_engine(db) == DB_SQLITE) return false;
    return (found->code == BUSY && try_n + 1 < CHANGE_TRIES) || (db_was_constraint(db) && try_n + 1 < CLASH_TRIES);
}

bool change_do(Db *db, ChangeWork work, void *with, Err *e) {
    for (int try_n = 0;; try_n++) {
        Err found = { 0 };
        if (db_begin(db, &found) && work(db, with, &found) && db_commit(db, &found)) return true;
        bool again = is_worth_another(db, &found, try_n);
        db_rollback(db);
        if (!again) return fail(e, found.code, "%s", found.text);
        wait_a_little(try_n);
    }
}

bool change_clashed(const Db *db, int64_t kab, const Err *found, Err *e) {
    if (db_was_constraint(db)) return fail(e, BUSY, "Somebody else changed district %lld at the same moment. Please try again.", (long long)kab);
    return fail(e, found->code, "%s", found->text);
}
