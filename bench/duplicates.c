// duplicates.c: how long the search for duplicates takes, and how many it finds, among labelled invented entries (duplicate_sample.h).
//     bench_duplicates [PERSONS [SEED [SHOW]]]      SHOW: so many of the pairs missed and of the false ones are printed
//     bench_duplicates DATABASE                     the registry of a database, as harapan duplicates find does it, on two threads
#include "registry/duplicate.h"
#include "registry/duplicate_find.h"
#include "registry/duplicate_sample.h"
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#define DISTRICT_FAMILIES 24000
typedef struct { int64_t kab, person_id, truth; } Label;
typedef struct { Label *labels; size_t n; int64_t told_n, true_n, exact_n, exact_true_n, sure_n, sure_true_n, show_n; Sample *keep; uint8_t *is_found; } Result;

static double now_s(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (double)t.tv_sec + (double)t.tv_nsec / 1e9; }

static int by_person(const void *a, const void *b) {
    const Label *x = a, *y = b;
    if (x->kab != y->kab) return x->kab < y->kab ? -1 : 1;
    return x->person_id < y->person_id ? -1 : x->person_id > y->person_id;
}
static Label *label_of(const Result *r, const DuplicateEntry *p) {
    return bsearch(&(Label){ .kab = p->kab, .person_id = p->person_id }, r->labels, r->n, sizeof *r->labels, by_person);
}

static const SampleEntry *sample_of(const Sample *s, int64_t person_id) {
    for (size_t i = 0; s && i < s->n; i++) if (s->at[i].facts.person_id == person_id) return &s->at[i];
    return NULL;
}

static void pair_print(const char *what, const Sample *s, int64_t a, int64_t b, const DuplicateScore *score) {
    Buf text = { .max = 1 << 16 };
    duplicate_score_put(&text, score);
    printf("%s %d  %.*s\n", what, score->score, (int)text.n, text.p);
    int64_t ids[] = { a, b };
    for (int k = 0; k < 2; k++) {
        const SampleEntry *p = sample_of(s, ids[k]);
        Buf day = { .max = 100 };
        if (!p) continue;
        date_put_iso(&day, p->facts.born_on);
        printf("    %lld/%lld  %.*s | %.*s | %.*s | %lld %.*s rt %.*s | %.*s\n", (long long)p->facts.family_id, (long long)p->facts.person_id,
               STR_ARG(p->facts.name), (int)day.n, day.p, STR_ARG(p->facts.mother_name), (long long)p->facts.village_id, STR_ARG(p->facts.address),
               STR_ARG(p->facts.rt), STR_ARG(p->nik));
        buf_free(&day);
    }
    buf_free(&text);
}

static bool pair_told(void *with, const DuplicateEntry *a, const DuplicateEntry *b, const DuplicateScore *score, Err *e) {
    (void)e;
    Result *r = with;
    Label *x = label_of(r, a), *y = label_of(r, b);
    bool is_true = x->truth == y->truth, is_exact = a->nik_claim && a->nik_claim == b->nik_claim;
    if (is_true && score->score >= DUPLICATE_LOOK) r->is_found[y - r->labels] = r->is_found[x - r->labels] = 1;
    r->exact_n += is_exact;
    r->exact_true_n += is_exact && is_true;
    if (score->score < DUPLICATE_LOOK) return true;
    r->told_n++;
    r->true_n += is_true;
    r->sure_n += score->score >= DUPLICATE_SURE;
    r->sure_true_n += score->score >= DUPLICATE_SURE && is_true;
    if (!is_true && r->keep && r->show_n-- > 0) pair_print("FALSE", r->keep, a->person_id, b->person_id, score);
    return true;
}

static int by_truth(const void *a, const void *b) {
    const Label *x = a, *y = b;
    return x->truth < y->truth ? -1 : x->truth > y->truth;
}

// The whole of it: the registry read, its NIK opened, compared, and the pairs written, with what each step took.
typedef struct { Progress progress; const char *what; double since_s; } Steps;
static void step_heard(Progress *p, const char *what, int64_t done_n, int64_t total_n) {
    Steps *s = p->with;
    (void)done_n;
    (void)total_n;
    if (s->what == what) return;
    if (s->what) printf("  %-28s until %7.1f s\n", s->what, now_s() - s->since_s);
    s->what = what;
}

static int database_search(const char *url) {
    Err e = { 0 };
    Db *db;
    DuplicateFound found;
    struct rusage usage;
    Steps steps = { .progress = { .report = step_heard, .with = &steps }, .since_s = now_s() };
    DuplicateSearch search = { .low_kab = 1, .high_kab = 9999, .thread_n = 2, .actor = { .user_id = 1, .kab = 0, .role = ROLE_OPERATOR }, .at = instant_now(), .progress = &steps.progress };
    if (!db_open(str_c(url), (DbOptions){ .must_exist = true }, &db, &e) || !duplicate_search(db, &search, &found, &e)) { fprintf(stderr, "%s\n", e.text); return 1; }
    double took_s = now_s() - steps.since_s;
    getrusage(RUSAGE_SELF, &usage);
    printf("%lld entries, %lld comparisons, %lld pairs, %lld of one NIK; %.1f s, processor %.1f s + %.1f s, peak memory %.0f MB\n", (long long)found.report.entry_n,
           (long long)found.report.compared_n, (long long)found.report.pair_n, (long long)found.exact_n, took_s, (double)usage.ru_utime.tv_sec, (double)usage.ru_stime.tv_sec,
           (double)usage.ru_maxrss / 1024);
    db_close(db);
    return 0;
}

int main(int argc, char **argv) {
    if (argc == 2 && !str_is_digits(str_c(argv[1]))) return database_search(argv[1]);
    int64_t person_n = argc > 1 ? atoll(argv[1]) : 100000, show_n = argc > 3 ? atoll(argv[3]) : 0;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    Err e = { 0 };
    DuplicateFinder *f = NULL;
    Result r = { .show_n = show_n };
    size_t room = (size_t)person_n + 200000;
    r.labels = calloc(room, sizeof *r.labels);
    bool is_good = r.labels && duplicate_finder_open(&f, &e);
    Arena arena = { 0 };
    Sample s = { 0 };
    double add_s = 0;
    for (int64_t kab = 1101; is_good && (int64_t)r.n < person_n && (kab == 1101 || person_n >= 90000) && kab < 9999; kab++) {
        arena_reset(&arena);
        s.n = 0;
        s.a = &arena;
        s.next_family = s.next_person = 0;
        sample_make(&s, seed, kab, person_n < 90000 ? person_n / 4 : DISTRICT_FAMILIES);
        double from = now_s();
        for (size_t i = 0; is_good && i < s.n && r.n < room; i++) {
            is_good = duplicate_finder_add(f, &s.at[i].facts, &e);
            r.labels[r.n++] = (Label){ kab, s.at[i].facts.person_id, s.at[i].truth };
        }
        add_s += now_s() - from;
    }
    qsort(r.labels, r.n, sizeof *r.labels, by_person);
    r.is_found = calloc(r.n + 1, 1);
    if (person_n < 90000) r.keep = &s;
    DuplicateReport report = { 0 };
    double from = now_s();
    is_good = is_good && duplicate_finder_run(f, &(DuplicateRun){ .score_least = DUPLICATE_LOOK, .each = pair_told, .with = &r }, &report, &e);
    double run_s = now_s() - from;
    if (!is_good) { fprintf(stderr, "%s\n", e.text); return 1; }
    // True pairs: labels of one truth.
    Label *by = malloc(r.n * sizeof *by);
    int64_t pairs_true = 0, found = 0;
    for (size_t i = 0; i < r.n; i++) by[i] = r.labels[i];
    qsort(by, r.n, sizeof *by, by_truth);
    for (size_t i = 0; i + 1 < r.n; i++)
        if (by[i].truth == by[i + 1].truth) {
            pairs_true++;
            bool is_found = r.is_found[(Label *)bsearch(&by[i], r.labels, r.n, sizeof *by, by_person) - r.labels];
            found += is_found;
        }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("%lld entries, %lld keys, %lld comparisons, %lld pairs told, %lld blocks narrowed\n", (long long)report.entry_n, (long long)report.key_n,
           (long long)report.compared_n, (long long)report.pair_n, (long long)report.narrowed_n);
    printf("adding %.1f s, searching %.1f s, peak memory %.0f MB\n", add_s, run_s, (double)usage.ru_maxrss / 1024);
    printf("true pairs %lld, found %lld: recall %.4f; told %lld, true %lld: precision %.4f; almost certain %lld, true %lld: %.4f\n", (long long)pairs_true,
           (long long)found, (double)found / (double)pairs_true, (long long)r.told_n, (long long)r.true_n, (double)r.true_n / (double)r.told_n,
           (long long)r.sure_n, (long long)r.sure_true_n, (double)r.sure_true_n / (double)(r.sure_n ? r.sure_n : 1));
    printf("one NIK: %lld pairs, %lld of one person\n", (long long)r.exact_n, (long long)r.exact_true_n);
    for (size_t i = 0; r.keep && i + 1 < r.n && show_n > 0; i++) {
        if (by[i].truth != by[i + 1].truth || r.is_found[(Label *)bsearch(&by[i], r.labels, r.n, sizeof *by, by_person) - r.labels]) continue;
        DuplicateEntry x, y;
        DuplicateScore score;
        duplicate_entry_make(&sample_of(&s, by[i].person_id)->facts, &x);
        duplicate_entry_make(&sample_of(&s, by[i + 1].person_id)->facts, &y);
        DuplicateCounts *c;
        if (!duplicate_counts_open(&c, &e)) return 1;
        for (size_t k = 0; k < s.n; k++) {
            DuplicateEntry p;
            duplicate_entry_make(&s.at[k].facts, &p);
            if (!duplicate_counts_add(c, &p, &e)) return 1;
        }
        duplicate_score(c, &x, &y, &score);
        pair_print("MISSED", &s, by[i].person_id, by[i + 1].person_id, &score);
        duplicate_counts_close(c);
        show_n--;
    }
    duplicate_finder_close(f);
    return 0;
}
