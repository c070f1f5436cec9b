// duplicate_find.c: see duplicate_find.h.
#include "registry/duplicate_find.h"
#include "base/lang.h"
#include "base/random.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define KAB_SLOTS 10000                // a district's code has four digits
#define FAMILY_MAX INT64_C(4000000000) // what the entry's 32 bits hold; persons alike
#define PART_BITS 7                    // ten million entries: parts of about 13 MB
#define PARTS (1 << PART_BITS)
#define BLOCK_MAX 120                  // entries of one key that are all compared with one another,
#define WINDOW 12                      // of larger blocks only so many neighbours by name
#define THREADS_MAX 16

typedef struct { uint64_t key; uint32_t entry; } __attribute__((packed)) Key;
typedef struct { uint32_t a, b; } Pair32;

struct DuplicateFinder {
    FILE *file;
    DuplicateEntry *entries;           // the file, mapped, once all are added
    int64_t n;
    DuplicateEntry last;
    DuplicateCounts *counts;
    int64_t *first;                    // by slot: the first entry of a family; -1 none
    size_t first_n, first_room;
    int64_t kab_slot[KAB_SLOTS];       // where a district's families begin in `first`, less its first family's id; -1 none
    FILE *part[PARTS];
    int64_t part_n[PARTS];
};

static bool file_failed(Err *e) { return fail(e, IO_FAILED, "The temporary directory cannot take the sorted entries: %s.", strerror(errno)); }

// ---- entries -----------------------------------------------------------------------------------------------------------------
bool duplicate_finder_open(DuplicateFinder **out, Err *e) {
    DuplicateFinder *f = calloc(1, sizeof *f);
    if (!f) return fail_memory(e);
    for (int i = 0; i < KAB_SLOTS; i++) f->kab_slot[i] = -1;
    if (!duplicate_counts_open(&f->counts, e)) { free(f); return false; }
    if (!(f->file = tmpfile())) { duplicate_finder_close(f); return file_failed(e); }
    *out = f;
    return true;
}

void duplicate_finder_close(DuplicateFinder *f) {
    if (!f) return;
    if (f->entries) munmap(f->entries, (size_t)f->n * sizeof *f->entries);
    if (f->file) fclose(f->file);
    for (int i = 0; i < PARTS; i++) if (f->part[i]) fclose(f->part[i]);
    duplicate_counts_close(f->counts);
    free(f->first);
    free(f);
}

static bool family_begin(DuplicateFinder *f, const DuplicateFacts *p, Err *e) {
    if (f->kab_slot[p->kab] < 0) f->kab_slot[p->kab] = (int64_t)f->first_n;
    size_t slot = (size_t)(f->kab_slot[p->kab] + p->family_id);
    if (slot >= f->first_room) {
        size_t room = slot + slot / 2 + 1024;
        int64_t *more = realloc(f->first, room * sizeof *more);
        if (!more) return fail_memory(e);
        f->first = more;
        f->first_room = room;
    }
    while (f->first_n < slot) f->first[f->first_n++] = -1;
    f->first[f->first_n++] = f->n;
    return true;
}

static int entries_order(const DuplicateEntry *a, const DuplicateEntry *b) {
    if (a->kab != b->kab) return a->kab < b->kab ? -1 : 1;
    if (a->family_id != b->family_id) return a->family_id < b->family_id ? -1 : 1;
    return a->person_id < b->person_id ? -1 : a->person_id > b->person_id;
}

bool duplicate_finder_add(DuplicateFinder *f, const DuplicateFacts *facts, Err *e) {
    if (facts->kab < 1 || facts->kab >= KAB_SLOTS || facts->family_id < 1 || facts->family_id > FAMILY_MAX || facts->person_id < 1 ||
        facts->person_id > FAMILY_MAX || f->n >= UINT32_MAX) return fail(e, LIMIT, "District %lld, family %lld: a number too large to compare.",
                                                                        (long long)facts->kab, (long long)facts->family_id);
    DuplicateEntry entry;
    duplicate_entry_make(facts, &entry);
    if (f->n > 0 && entries_order(&f->last, &entry) >= 0) return fail(e, CONFLICT, "Entries to compare come out of order.");
    bool is_new = f->n == 0 || f->last.kab != entry.kab || f->last.family_id != entry.family_id;
    if (is_new && !family_begin(f, facts, e)) return false;
    if (!duplicate_counts_add(f->counts, &entry, e)) return false;
    if (fwrite(&entry, sizeof entry, 1, f->file) != 1) return file_failed(e);
    f->last = entry;
    f->n++;
    return true;
}

static bool entries_map(DuplicateFinder *f, Err *e) {
    if (f->entries || f->n == 0) return true;
    if (fflush(f->file) != 0) return file_failed(e);
    void *map = mmap(NULL, (size_t)f->n * sizeof *f->entries, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(f->file), 0);
    if (map == MAP_FAILED) return fail_memory(e);
    f->entries = map;
    return true;
}

bool duplicate_finder_claim(DuplicateFinder *f, int64_t kab, int64_t family_id, int64_t person_id, int64_t nik_claim, Err *e) {
    if (!entries_map(f, e)) return false;
    if (kab < 1 || kab >= KAB_SLOTS || f->kab_slot[kab] < 0 || family_id < 1) return true;
    int64_t slot = f->kab_slot[kab] + family_id;
    for (int64_t i = slot < (int64_t)f->first_n ? f->first[slot] : -1; i >= 0 && i < f->n; i++) {
        DuplicateEntry *p = &f->entries[i];
        if (p->kab != kab || p->family_id != family_id || p->person_id > person_id) break;
        if (p->person_id == person_id) { p->nik_claim = nik_claim ? nik_claim : 1; break; }
    }
    return true;
}

// ---- keys --------------------------------------------------------------------------------------------------------------------
static uint64_t str_hash(Str s) {
    uint64_t h = UINT64_C(0xCBF29CE484222325);
    for (size_t i = 0; i < s.n; i++) h = (h ^ (uint8_t)s.p[i]) * UINT64_C(0x100000001B3);
    return h;
}

// The words in the order of the alphabet, without spaces: "siti nur" and "nur siti" are one.
static uint64_t sorted_hash(Str name) {
    uint64_t sum = 0;
    while (name.n) sum += random_mix(str_hash(str_cut(&name, ' ')));
    return sum;
}

// First letter and the next three consonants: what a slip in a vowel or a dropped ending leaves alone.
static uint64_t skeleton_hash(Str name) {
    char out[4];
    size_t n = 0;
    for (size_t i = 0; i < name.n && n < sizeof out; i++) {
        char c = name.p[i];
        if (c != ' ' && (n == 0 || !strchr("aeiouh", c))) out[n++] = c;
    }
    return str_hash((Str){ out, n });
}

// The day with day and month in either order.
static uint64_t day_both_ways(int32_t days, bool has_year) {
    int year, month, day;
    date_split((Date){ days }, &year, &month, &day);
    if (day > month) { int m = day; day = month; month = m; }
    return (uint64_t)((has_year ? year : 0) * 10000 + month * 100 + day);
}

static bool key_add(DuplicateFinder *f, int64_t entry, uint64_t kind, uint64_t x, uint64_t y, Err *e) {
    Key key = { random_mix(random_mix(x * 16 + kind) ^ y), (uint32_t)entry };
    int part = (int)(key.key >> (64 - PART_BITS));
    if (!f->part[part] && !(f->part[part] = tmpfile())) return file_failed(e);
    f->part_n[part]++;
    return fwrite(&key, sizeof key, 1, f->part[part]) == 1 || file_failed(e);
}

enum { KEY_NIK, KEY_DAY_WORD, KEY_DAY_MOTHER, KEY_DAY_SKELETON, KEY_DAY_VILLAGE, KEY_NAME_MOTHER, KEY_NAME_VILLAGE, KEY_MOTHER_VILLAGE,
       KEY_NAME_YEARLESS, KEY_SKELETON_MOTHER };

static bool keys_of_words(DuplicateFinder *f, int64_t i, uint64_t kind, uint64_t day, Str words, Err *e) {
    while (words.n) {
        Str word = str_cut(&words, ' ');
        if (word.n > 2 && !key_add(f, i, kind, day, str_hash(word), e)) return false;
    }
    return true;
}

// Another birth date that the NIK tells; DATE_NONE.days when it tells none or the same. Its year has two digits: the nearer century.
static int32_t day_of_nik(const DuplicateEntry *p) {
    int month = (int)(p->nik_day / 100 % 100), day = (int)(p->nik_day % 100), born_year = 2000, born_month, born_day;
    if (p->born_on != DATE_NONE.days) date_split((Date){ p->born_on }, &born_year, &born_month, &born_day);
    int year = 1900 + (int)(p->nik_day / 10000);
    if (born_year - year > 50) year += 100;
    if (!date_exists(year, month, day)) return DATE_NONE.days;
    int32_t days = date_make(year, month, day).days;
    return days == p->born_on ? DATE_NONE.days : days;
}

// Where a birth date was written wrongly, or not at all, the NIK may tell the one that another entry has.
static bool keys_of_nik_day(DuplicateFinder *f, int64_t i, uint64_t village, Err *e) {
    const DuplicateEntry *p = &f->entries[i];
    int32_t days = day_of_nik(p);
    if (days == DATE_NONE.days) return true;
    uint64_t day = day_both_ways(days, true);
    return keys_of_words(f, i, KEY_DAY_WORD, day, duplicate_name(p), e) && keys_of_words(f, i, KEY_DAY_MOTHER, day, duplicate_mother(p), e) &&
           (!p->name_n || key_add(f, i, KEY_DAY_SKELETON, day, skeleton_hash(duplicate_name(p)), e)) && key_add(f, i, KEY_DAY_VILLAGE, day, village, e);
}

static bool keys_of(DuplicateFinder *f, int64_t i, Err *e) {
    const DuplicateEntry *p = &f->entries[i];
    uint64_t name = sorted_hash(duplicate_name(p)), mother = sorted_hash(duplicate_mother(p)), village = (uint64_t)p->kab << 32 | p->village_id;
    if (p->nik_claim && !key_add(f, i, KEY_NIK, (uint64_t)p->nik_claim, 0, e)) return false;
    if (p->name_n && p->mother_n && !key_add(f, i, KEY_NAME_MOTHER, name, mother, e)) return false;
    if (p->name_n && !key_add(f, i, KEY_NAME_VILLAGE, name, village, e)) return false;
    if (p->mother_n && !key_add(f, i, KEY_MOTHER_VILLAGE, mother, village, e)) return false;
    if (p->name_n && p->mother_n && !key_add(f, i, KEY_SKELETON_MOTHER, skeleton_hash(duplicate_name(p)), mother, e)) return false;
    if (!keys_of_nik_day(f, i, village, e)) return false;
    if (p->born_on == DATE_NONE.days) return true;
    uint64_t day = day_both_ways(p->born_on, true);
    return keys_of_words(f, i, KEY_DAY_WORD, day, duplicate_name(p), e) && keys_of_words(f, i, KEY_DAY_MOTHER, day, duplicate_mother(p), e) &&
           (!p->name_n || key_add(f, i, KEY_DAY_SKELETON, day, skeleton_hash(duplicate_name(p)), e)) &&
           key_add(f, i, KEY_DAY_VILLAGE, day, village, e) &&
           (!p->name_n || key_add(f, i, KEY_NAME_YEARLESS, day_both_ways(p->born_on, false), name, e));
}

static bool keys_write(DuplicateFinder *f, Progress *progress, Err *e) {
    for (int64_t i = 0; i < f->n; i++) {
        if (!keys_of(f, i, e)) return false;
        if (i % 65536 == 0) progress_report(progress, _("Sorting entries"), i, f->n);
    }
    return true;
}

// ---- comparing ---------------------------------------------------------------------------------------------------------------
typedef struct {
    DuplicateFinder *f;
    int score_least;
    atomic_int next_part, done_n;
    atomic_bool is_stopped;
} Work;

typedef struct {
    Work *work;
    Progress *progress;                // of the caller's thread only
    Pair32 *pairs;
    size_t pair_n, pair_room;
    int64_t compared_n, narrowed_n;
    bool is_good;
    Err err;
} Worker;

static bool pair_keep(Worker *w, uint32_t a, uint32_t b, Err *e) {
    if (w->pair_n == w->pair_room) {
        size_t room = w->pair_room ? 2 * w->pair_room : 4096;
        Pair32 *more = realloc(w->pairs, room * sizeof *more);
        if (!more) return fail_memory(e);
        w->pairs = more;
        w->pair_room = room;
    }
    w->pairs[w->pair_n++] = a < b ? (Pair32){ a, b } : (Pair32){ b, a };
    return true;
}

static bool pair_compare(Worker *w, uint32_t a, uint32_t b, Err *e) {
    const DuplicateFinder *f = w->work->f;
    const DuplicateEntry *p = &f->entries[a], *q = &f->entries[b];
    DuplicateScore score;
    if (a == b) return true;
    w->compared_n++;
    duplicate_score(f->counts, p, q, &score);
    bool is_one_nik = p->nik_claim && p->nik_claim == q->nik_claim;
    return (score.score < w->work->score_least && !is_one_nik) || pair_keep(w, a, b, e);
}

typedef struct { char name[24]; uint32_t entry; } Neighbour;
static int by_neighbour(const void *a, const void *b) {
    const Neighbour *x = a, *y = b;
    int order = memcmp(x->name, y->name, sizeof x->name);
    return order ? order : x->entry < y->entry ? -1 : x->entry > y->entry;
}

static bool block_narrow(Worker *w, const Key *keys, size_t n, Err *e) {
    Neighbour *list = calloc(n, sizeof *list);
    if (!list) return fail_memory(e);
    for (size_t i = 0; i < n; i++) {
        const DuplicateEntry *p = &w->work->f->entries[keys[i].entry];
        memcpy(list[i].name, p->name, p->name_n < sizeof list->name ? p->name_n : sizeof list->name);
        list[i].entry = keys[i].entry;
    }
    qsort(list, n, sizeof *list, by_neighbour);
    bool is_good = true;
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; is_good && k < n && k <= i + WINDOW; k++) is_good = pair_compare(w, list[i].entry, list[k].entry, e);
    free(list);
    w->narrowed_n++;
    return is_good;
}

static bool block_compare(Worker *w, const Key *keys, size_t n, Err *e) {
    if (n > BLOCK_MAX) return block_narrow(w, keys, n, e);
    for (size_t i = 0; i + 1 < n; i++)
        for (size_t k = i + 1; k < n; k++) if (!pair_compare(w, keys[i].entry, keys[k].entry, e)) return false;
    return true;
}

static int by_key(const void *a, const void *b) {
    const Key *x = a, *y = b;
    if (x->key != y->key) return x->key < y->key ? -1 : 1;
    return x->entry < y->entry ? -1 : x->entry > y->entry;
}

static bool part_compare(Worker *w, int part, Err *e) {
    DuplicateFinder *f = w->work->f;
    size_t n = (size_t)f->part_n[part];
    if (n == 0) return true;
    Key *keys = malloc(n * sizeof *keys);
    if (!keys) return fail_memory(e);
    FILE *file = f->part[part];
    bool is_good = (fflush(file) == 0 && fseek(file, 0, SEEK_SET) == 0 && fread(keys, sizeof *keys, n, file) == n) || file_failed(e);
    fclose(file);
    f->part[part] = NULL;
    if (is_good) qsort(keys, n, sizeof *keys, by_key);
    for (size_t i = 0; is_good && i < n;) {
        size_t end = i + 1;
        while (end < n && keys[end].key == keys[i].key) end++;
        is_good = block_compare(w, &keys[i], end - i, e);
        i = end;
    }
    free(keys);
    return is_good;
}

static int by_pair(const void *a, const void *b) {
    const Pair32 *x = a, *y = b;
    if (x->a != y->a) return x->a < y->a ? -1 : 1;
    return x->b < y->b ? -1 : x->b > y->b;
}

// A pair is found through several keys; it is kept once.
static void pairs_unique(Pair32 *pairs, size_t *n) {
    if (*n == 0) return;
    qsort(pairs, *n, sizeof *pairs, by_pair);
    size_t kept = 1;
    for (size_t i = 1; i < *n; i++) if (by_pair(&pairs[i], &pairs[kept - 1]) != 0) pairs[kept++] = pairs[i];
    *n = kept;
}

static void *worker_run(void *with) {
    Worker *w = with;
    w->is_good = true;
    while (w->is_good && !atomic_load(&w->work->is_stopped)) {
        int part = atomic_fetch_add(&w->work->next_part, 1);
        if (part >= PARTS) break;
        w->is_good = part_compare(w, part, &w->err);
        progress_report(w->progress, _("Comparing entries"), atomic_fetch_add(&w->work->done_n, 1) + 1, PARTS);
    }
    if (!w->is_good) atomic_store(&w->work->is_stopped, true);
    pairs_unique(w->pairs, &w->pair_n);
    return NULL;
}

// The caller's thread works, too, as the first worker; it is the one that may report.
static void workers_run(Worker *workers, int n, Progress *progress) {
    pthread_t thread[THREADS_MAX];
    int started_n = 0;
    for (int i = 1; i < n; i++) if (pthread_create(&thread[started_n], NULL, worker_run, &workers[i]) == 0) started_n++;
    workers[0].progress = progress;
    worker_run(&workers[0]);
    for (int i = 0; i < started_n; i++) pthread_join(thread[i], NULL);
}

static bool pairs_tell(DuplicateFinder *f, const DuplicateRun *run, const Pair32 *pairs, size_t n, Err *e) {
    for (size_t i = 0; i < n; i++) {
        DuplicateScore score;
        duplicate_score(f->counts, &f->entries[pairs[i].a], &f->entries[pairs[i].b], &score);
        if (!run->each(run->with, &f->entries[pairs[i].a], &f->entries[pairs[i].b], &score, e)) return false;
    }
    return true;
}

static bool pairs_gather(Worker *workers, int n, Pair32 **out, size_t *out_n, Err *e) {
    size_t all = 0, at = 0;
    for (int i = 0; i < n; i++) {
        if (!workers[i].is_good) return fail(e, workers[i].err.code, "%s", workers[i].err.text);
        all += workers[i].pair_n;
    }
    Pair32 *pairs = calloc(all + 1, sizeof *pairs);
    if (!pairs) return fail_memory(e);
    for (int i = 0; i < n; i++) {
        if (workers[i].pair_n) memcpy(pairs + at, workers[i].pairs, workers[i].pair_n * sizeof *pairs);
        at += workers[i].pair_n;
    }
    pairs_unique(pairs, &all);
    *out = pairs;
    *out_n = all;
    return true;
}

bool duplicate_finder_run(DuplicateFinder *f, const DuplicateRun *run, DuplicateReport *out, Err *e) {
    DuplicateReport report = { .entry_n = f->n };
    if (f->n == 0) { *out = report; return true; }
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    int n = run->thread_n > 0 ? run->thread_n : processors > 0 ? (int)processors : 1;
    if (n > THREADS_MAX) n = THREADS_MAX;
    if (!entries_map(f, e) || !keys_write(f, run->progress, e)) return false;
    for (int i = 0; i < PARTS; i++) report.key_n += f->part_n[i];
    Work work = { .f = f, .score_least = run->score_least };
    Worker workers[THREADS_MAX] = { { 0 } };
    for (int i = 0; i < n; i++) workers[i] = (Worker){ .work = &work, .is_good = true };
    workers_run(workers, n, run->progress);
    Pair32 *pairs = NULL;
    size_t pair_n = 0;
    bool is_good = pairs_gather(workers, n, &pairs, &pair_n, e) && pairs_tell(f, run, pairs, pair_n, e);
    for (int i = 0; i < n; i++) {
        report.compared_n += workers[i].compared_n;
        report.narrowed_n += workers[i].narrowed_n;
        free(workers[i].pairs);
    }
    free(pairs);
    report.pair_n = (int64_t)pair_n;
    for (int i = 0; i < PARTS; i++) f->part_n[i] = 0;
    if (is_good) *out = report;
    return is_good;
}
