// read_log.c: see read_log.h.
#include "office/read_log.h"
#include "base/lang.h"
#include "office/audit.h"
#include "office/change.h"
#include "office/id_list.h"
#include "office_read_log.sql.h"
#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#define INDEXED_MAX 256                // families of a page that get a row each; a longer list is found by its lowest and highest
#define FAMILIES_TEXT_MAX ((size_t)64 << 20)               // ten million families that are all apart
#define GROUP_MAX 256                  // pages in one commit

const char *read_purpose_title(Str purpose) {
    static const struct { const char *word, *title; } TITLES[] = {
        { "list", N_("List of families") }, { "family", N_("One family") }, { "identity", N_("NIK and account in full") },
        { "search", N_("Search") }, { "import", N_("A file before it is applied") }, { "export", N_("Export") }, { "explain", N_("Explanation of an amount") },
        { "sql", N_("A question in SQL") }, { "subject", N_("All that is kept about a family") },
        { "duplicates", N_("Standing twice") }, { "identity_work", N_("Identity work") }, { "status", N_("Status of a family") }, { "letter", N_("Letter to a family") }, { "file", N_("Refused rows of a pay list") } };
    for (size_t i = 0; i < sizeof TITLES / sizeof *TITLES; i++) if (str_eq(purpose, str_c(TITLES[i].word))) return tr(TITLES[i].title);
    return purpose.p;
}

// ---- one entry ---------------------------------------------------------------------------------------------------

void reads_bytes(Buf *b, int64_t kab, int64_t n, int64_t at, int64_t actor_id, Str route, Str purpose, Str families) {
    buf_fmt(b, "[%lld,%lld,%lld,%lld,", (long long)kab, (long long)n, (long long)at, (long long)actor_id);
    audit_put_text(b, route);
    buf_char(b, ',');
    audit_put_text(b, purpose);
    buf_char(b, ',');
    audit_put_text(b, families);
    buf_char(b, ']');
}

static Hash entry_hash(const Hash *prev, const ReadPageInsertArgs *row) {
    Buf bytes = { .max = 2 * FAMILIES_TEXT_MAX };
    reads_bytes(&bytes, row->kab, row->n, row->read_at.ms, row->actor_id, row->route, row->purpose, row->families);
    Hash out = audit_entry_hash(prev, buf_view(&bytes));
    assert(!bytes.is_full);
    buf_free(&bytes);
    return out;
}

static bool index_insert(Db *reads, const ReadPageInsertArgs *row, const int64_t *ids, size_t id_n, Err *e) {
    if (id_n > INDEXED_MAX)
        return read_list_insert(reads, (ReadListInsertArgs){ .kab = row->kab, .n = row->n, .low_id = ids[0], .high_id = ids[id_n - 1] }, NULL, e);
    for (size_t i = 0; i < id_n; i++)
        if (!read_family_insert(reads, (ReadFamilyInsertArgs){ .kab = row->kab, .family_id = ids[i], .n = row->n }, NULL, e)) return false;
    return true;
}

static bool row_insert(Db *reads, const ReadPageInsertArgs *row, Err *e) {
    Err found = { 0 };
    return read_page_insert(reads, *row, NULL, &found) || change_clashed(reads, row->kab, &found, e);
}

static bool page_insert(Db *reads, const ReadPage *page, int64_t *ids, Err *e) {
    ReadLastRow last = { 0 };
    bool is_found = false;
    size_t id_n = id_list_sort(ids, page->family_n);
    if (id_n == 0) return true;
    if (!read_last(reads, (ReadLastArgs){ .kab = page->kab }, &last, &is_found, e)) return false;
    Buf families = { .max = FAMILIES_TEXT_MAX };
    id_list_put(&families, ids, id_n);
    ReadPageInsertArgs row = { .kab = page->kab, .n = (is_found ? last.n : 0) + 1, .read_at = page->at, .actor_id = page->actor_id,
                               .route = str_c(page->route), .purpose = str_c(page->purpose), .families = buf_view(&families), .family_n = (int64_t)id_n };
    if (is_found) row.prev_hash = last.entry_hash;
    bool is_good = !families.is_full || fail(e, LIMIT, "Too many families for one page: narrow the list with a filter.");
    if (is_good) row.entry_hash = entry_hash(&row.prev_hash, &row);
    is_good = is_good && row_insert(reads, &row, e) && index_insert(reads, &row, ids, id_n, e);
    buf_free(&families);
    return is_good;
}

typedef struct { const ReadPage *const *pages; size_t n; } Group;

static bool group_work(Db *reads, void *with, Err *e) {
    const Group *group = with;
    for (size_t i = 0; i < group->n; i++) {
        Arena a = { 0 };
        const ReadPage *page = group->pages[i];
        int64_t *ids = NEW(&a, int64_t, page->family_n + 1);
        if (page->family_n) memcpy(ids, page->family_ids, page->family_n * sizeof *ids);
        bool is_good = page_insert(reads, page, ids, e);
        arena_free(&a);
        if (!is_good) return false;
    }
    return true;
}

bool reads_write(Db *reads, const ReadPage *const *pages, size_t n, Err *e) { return change_do(reads, group_work, &(Group){ pages, n }, e); }

bool reads_write_once(Str db_url, const ReadPage *page, Err *e) {
    Db *reads = NULL;
    bool is_good = db_open_reads(db_url, (DbOptions){ 0 }, &reads, e) && reads_write(reads, &page, 1, e);
    db_close(reads);
    return is_good || fail_in(e, "Nothing is shown, because the record of who looked cannot be written: ");
}

// ---- many pages at once ------------------------------------------------------------------------------------------
// A page hangs itself into the queue and sleeps; the committer takes all that wait, commits them as one, and wakes them.

typedef struct Waiting { const ReadPage *page; struct Waiting *next; bool is_done; Err err; } Waiting;

struct ReadLog {
    Arena arena;
    Str db_url;
    pthread_t committer;
    pthread_mutex_t lock;
    pthread_cond_t has_come, is_done;
    Waiting *first, **last;
    bool must_end;
    Db *reads;                         // the committer's alone
};

// A log that was moved away under our hands must not go on into a file that nobody will find.
static bool log_ready(ReadLog *log, Err *e) {
    if (log->reads && db_has_moved(log->reads)) {
        db_close(log->reads);
        log->reads = NULL;
    }
    return log->reads || db_open_reads(log->db_url, (DbOptions){ 0 }, &log->reads, e);
}

static void group_commit(ReadLog *log, Waiting *first) {
    const ReadPage *pages[GROUP_MAX];
    size_t n = 0;
    Err err = { 0 };
    for (Waiting *w = first; w; w = w->next) pages[n++] = w->page;
    if (!log_ready(log, &err) || !reads_write(log->reads, pages, n, &err)) {
        db_close(log->reads);                              // opened anew for the next page: the disk may have room again
        log->reads = NULL;
    }
    pthread_mutex_lock(&log->lock);
    for (Waiting *w = first, *next; w; w = next) {
        next = w->next;                                    // once it is done, w belongs to its page again
        w->err = err;
        w->is_done = true;
    }
    pthread_cond_broadcast(&log->is_done);
    pthread_mutex_unlock(&log->lock);
}

// All that wait, at most GROUP_MAX; NULL at the end.
static Waiting *group_take(ReadLog *log) {
    pthread_mutex_lock(&log->lock);
    while (!log->first && !log->must_end) pthread_cond_wait(&log->has_come, &log->lock);
    Waiting *first = log->first, *at = first;
    for (size_t n = 1; at && at->next && n < GROUP_MAX; n++) at = at->next;
    if (at) {
        log->first = at->next;
        at->next = NULL;
    }
    if (!log->first) log->last = &log->first;
    pthread_mutex_unlock(&log->lock);
    return first;
}

static void *committer(void *with) {
    ReadLog *log = with;
    for (Waiting *group; (group = group_take(log));) group_commit(log, group);
    db_close(log->reads);
    log->reads = NULL;
    return NULL;
}

ReadLog *read_log_start(Str db_url) {
    ReadLog *log = calloc(1, sizeof *log);
    assert(log);
    log->db_url = arena_str(&log->arena, db_url);
    log->last = &log->first;
    pthread_mutex_init(&log->lock, NULL);
    pthread_cond_init(&log->has_come, NULL);
    pthread_cond_init(&log->is_done, NULL);
    int trouble = pthread_create(&log->committer, NULL, committer, log);
    assert(trouble == 0);
    (void)trouble;
    return log;
}

void read_log_stop(ReadLog *log) {
    if (!log) return;
    pthread_mutex_lock(&log->lock);
    log->must_end = true;
    pthread_cond_signal(&log->has_come);
    pthread_mutex_unlock(&log->lock);
    pthread_join(log->committer, NULL);
    pthread_cond_destroy(&log->has_come);
    pthread_cond_destroy(&log->is_done);
    pthread_mutex_destroy(&log->lock);
    arena_free(&log->arena);
    free(log);
}

bool read_log_write(ReadLog *log, const ReadPage *page, Err *e) {
    Waiting me = { .page = page };
    if (page->family_n == 0) return true;
    pthread_mutex_lock(&log->lock);
    *log->last = &me;
    log->last = &me.next;
    pthread_cond_signal(&log->has_come);
    while (!me.is_done) pthread_cond_wait(&log->is_done, &log->lock);
    pthread_mutex_unlock(&log->lock);
    return me.err.code == ERR_NONE || fail(e, me.err.code, "%s", me.err.text);
}

// ---- who looked --------------------------------------------------------------------------------------------------

static int newest_first(const void *a, const void *b) {
    const ReadEntry *x = a, *y = b;
    return (x->n < y->n) - (x->n > y->n);
}

bool reads_of_family(Db *reads, Arena *a, int64_t kab, int64_t family_id, int64_t limit_n, ReadEntries *out, Err *e) {
    assert(limit_n > 0 && limit_n <= 10000);
    ReadEntries found = { NEW(a, ReadEntry, 2 * limit_n), 0 };
    ReadOfFamilyRows rows = { 0 };
    ReadOfFamilyRow row;
    bool has_row = false, is_good = read_of_family(reads, (ReadOfFamilyArgs){ .kab = kab, .family_id = family_id, .limit_n = limit_n }, &rows, e);
    while (is_good && (is_good = read_of_family_next(&rows, &row, &has_row, e)) && has_row)
        found.at[found.n++] = (ReadEntry){ row.n, row.actor_id, row.family_n, row.read_at, arena_str(a, row.route), arena_str(a, row.purpose) };
    read_of_family_end(&rows);
    ReadListsOverRows lists = { 0 };
    ReadListsOverRow list;
    int64_t list_n = 0;
    is_good = is_good && read_lists_over(reads, (ReadListsOverArgs){ .kab = kab, .family_id = family_id }, &lists, e);
    while (is_good && list_n < limit_n && (is_good = read_lists_over_next(&lists, &list, &has_row, e)) && has_row) {
        if (!id_list_has(list.families, family_id)) continue;
        found.at[found.n++] = (ReadEntry){ list.n, list.actor_id, list.family_n, list.read_at, arena_str(a, list.route), arena_str(a, list.purpose) };
        list_n++;
    }
    read_lists_over_end(&lists);
    if (!is_good) return false;
    if (found.n) qsort(found.at, found.n, sizeof *found.at, newest_first);
    if (found.n > (size_t)limit_n) found.n = (size_t)limit_n;
    *out = found;
    return true;
}

bool reads_check(Db *reads, int64_t kab, Violations *v, Err *e) {
    ReadAllRows rows = { 0 };
    ReadAllRow row;
    ReadIndexNRow index = { 0 };
    Hash prev = { { 0 } };
    int64_t n = 0, indexed_n = 0, list_n = 0;
    bool has_row = false, is_good = read_all(reads, (ReadAllArgs){ .kab = kab }, &rows, e);
    while (is_good && (is_good = read_all_next(&rows, &row, &has_row, e)) && has_row) {
        Hash wanted = entry_hash(&row.prev_hash, &(ReadPageInsertArgs){ .kab = kab, .n = row.n, .read_at = row.read_at, .actor_id = row.actor_id,
                                                                        .route = row.route, .purpose = row.purpose, .families = row.families });
        if (row.n != n + 1) violation(v, "Read log of district %lld: after entry %lld comes %lld; entries are missing.", (long long)kab, (long long)n, (long long)row.n);
        if (!hash_eq(&row.prev_hash, &prev)) violation(v, "Read log of district %lld: entry %lld does not follow from the one before it.", (long long)kab, (long long)row.n);
        if (!hash_eq(&row.entry_hash, &wanted)) violation(v, "Read log of district %lld: entry %lld was changed after it was written.", (long long)kab, (long long)row.n);
        if (row.family_n > INDEXED_MAX) list_n++;
        else indexed_n += row.family_n;
        n = row.n;
        prev = row.entry_hash;
    }
    read_all_end(&rows);
    is_good = is_good && read_index_n(reads, (ReadIndexNArgs){ .kab = kab }, &index, &has_row, e);
    if (is_good && (index.family_n != indexed_n || index.list_n != list_n))
        violation(v, "Read log of district %lld: its index holds %lld families and %lld lists instead of %lld and %lld.", (long long)kab, (long long)index.family_n,
                  (long long)index.list_n, (long long)indexed_n, (long long)list_n);
    return is_good;
}
