// search.c: how quickly and how surely a misspelt name is found. bench_search URL PERSONS [QUESTIONS]
//
// Makes PERSONS persons in 514 districts, with the words of names as a nation has them: some 300,000 different ones, few of them very
// frequent (the most frequent 2 to 3 in 100 words). Builds the index, then asks QUESTIONS names of persons that are there, each misspelt in
// one of nine ways that are labelled, and as many spelt right and half typed. A question counts as answered when a person of exactly
// the wanted name is among the first ten. All from one seed.
//
// To look into it: BENCH_LOADED=1 (the persons are there already), BENCH_NATION=1 (the nation only), BENCH_SLOW=1 and BENCH_MISSED=1 (print
// slow and missed questions), BENCH_ASK=TEXT (one question again and again).
#include "base/lang.h"
#include "base/random.h"
#include "registry/area.h"
#include "registry/search.h"
#include "registry/search_index.h"
#include "registry/synth_words.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define SEED 20241124
#define DISTRICTS_N 514
#define VILLAGES_N 20
#define WORDS_N 300000
#define HEAD 12.0                              // how flat the head of the distribution is
#define NAME_BYTES 120

static void good(bool is_good, const Err *e) { if (!is_good) { fprintf(stderr, "bench_search: %s\n", e->text); exit(1); } }
static double seconds(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return (double)t.tv_sec + (double)t.tv_nsec / 1e9; }
// Of this process: what a machine for ourselves would take on SQLite, whose work is all here. On PostgreSQL the server's part is not in it.
static double cpu_seconds(void) { struct timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t); return (double)t.tv_sec + (double)t.tv_nsec / 1e9; }
static int64_t kab_of(int i) { return (11 + i / 30) * 100 + 1 + i % 30; }

// ---- words of names ----------------------------------------------------------------------------------------------------
static char (*words)[20];
static double *upto;                           // sums of the weights, to 1

static void word_invent(Random *r, char out[20]) {
    static const char *const STARTS[] = { "b", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "w", "y", "z", "s", "r", "n", "kh", "sy", "dj", "tj", "" };
    static const char *const MIDDLES[] = { "a", "i", "u", "e", "o", "a", "a", "i", "u", "oe", "ai" };
    static const char *const ENDS[] = { "", "", "", "", "n", "r", "s", "h", "l", "m", "t", "ng" };
    size_t syllables = 2 + random_below(r, 3), n = 0;
    out[0] = 0;
    for (size_t i = 0; i < syllables && n < 13; i++)
        n += (size_t)snprintf(out + n, 20 - n, "%s%s%s", STARTS[random_below(r, 25)], MIDDLES[random_below(r, 11)], i + 1 == syllables || random_below(r, 4) == 0 ? ENDS[random_below(r, 12)] : "");
    out[0] = (char)toupper((unsigned char)out[0]);
}

static void words_make(void) {
    const Words *lists[] = { &WORDS_WOMAN[0], &WORDS_MAN[0], &WORDS_WOMAN[1], &WORDS_MAN[1], &WORDS_MAN_LAST, &WORDS_WOMAN_LAST, &WORDS_CLAN };
    Random r = { SEED };
    size_t n = 0;
    double sum = 0;
    words = calloc(WORDS_N, sizeof *words);
    upto = calloc(WORDS_N, sizeof *upto);
    snprintf(words[n++], 20, "Muhammad");
    for (size_t k = 0; k < 50; k++) for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) if (k < lists[i]->n) snprintf(words[n++], 20, "%s", lists[i]->at[k]);
    while (n < WORDS_N) word_invent(&r, words[n++]);
    for (size_t i = 0; i < WORDS_N; i++) upto[i] = sum += 1.0 / ((double)i + HEAD);
    for (size_t i = 0; i < WORDS_N; i++) upto[i] /= sum;
}

static const char *word_draw(Random *r) {
    double at = (double)(random_next(r) >> 11) / (double)(UINT64_C(1) << 53);
    size_t low = 0, high = WORDS_N - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (upto[middle] < at) low = middle + 1;
        else high = middle;
    }
    return words[low];
}

// The name of a person is a function of district and number.
static void name_of(int64_t kab, int64_t person, char out[NAME_BYTES]) {
    Random r = { random_mix((uint64_t)kab << 32 ^ (uint64_t)person ^ SEED) };
    uint64_t lot = random_below(&r, 100);
    size_t word_n = lot < 12 ? 1 : lot < 62 ? 2 : lot < 94 ? 3 : 4, n = 0;
    for (size_t i = 0; i < word_n; i++) n += (size_t)snprintf(out + n, NAME_BYTES - n, "%s%s", i ? " " : "", word_draw(&r));
}

// ---- loading -----------------------------------------------------------------------------------------------------------
static void areas_write(Db *db, Err *e) {
    DbBulk *bulk;
    Random r = { SEED };
    good(db_begin(db, e) && db_bulk_open(db, "area", "id,parent_id,level_n,name,kind", "iiitt", &bulk, e), e);
    for (int k = 0; k < DISTRICTS_N; k++)
        for (int v = 0; v <= VILLAGES_N; v++) {
            char name[60];
            int64_t kecamatan = kab_of(k) * 100 + 1;
            snprintf(name, sizeof name, "%s %s", WORDS_HAMLET.at[random_below(&r, WORDS_HAMLET.n)], words[1000 + random_below(&r, 20000)]);
            db_bulk_int(bulk, v ? kecamatan * 10000 + 1000 + v : kecamatan);
            db_bulk_int(bulk, v ? kecamatan : kab_of(k));
            db_bulk_int(bulk, v ? AREA_VILLAGE : AREA_KECAMATAN);
            db_bulk_text(bulk, str_c(name));
            db_bulk_text(bulk, str_c(v ? "desa" : "kecamatan"));
            good(db_bulk_row(bulk, e), e);
        }
    good(db_bulk_close(bulk, NULL, e) && db_commit(db, e), e);
}

static void families_write(Db *db, int64_t kab, int64_t family_n, Err *e) {
    DbBulk *bulk;
    good(db_bulk_open(db, "family", "kab,id,village_id,channel,payee_id,status,entered_on,recorded_at", "iiititii", &bulk, e), e);
    for (int64_t i = 1; i <= family_n; i++) {
        db_bulk_int(bulk, kab);
        db_bulk_int(bulk, i);
        db_bulk_int(bulk, (kab * 100 + 1) * 10000 + 1001 + i % VILLAGES_N);
        db_bulk_text(bulk, STR("POS"));
        db_bulk_int(bulk, 4 * i - 3);
        db_bulk_text(bulk, STR("active"));
        db_bulk_int(bulk, 0);
        db_bulk_int(bulk, 0);
        good(db_bulk_row(bulk, e), e);
    }
    good(db_bulk_close(bulk, NULL, e), e);
}

static void persons_write(Db *db, int64_t kab, int64_t family_n, Err *e) {
    DbBulk *bulk;
    char name[NAME_BYTES];
    good(db_bulk_open(db, "person", "kab,family_id,id,name,pregnancy_n,is_severe_disability,is_rights_victim,outcome,is_gone", "iiitiiiti", &bulk, e), e);
    for (int64_t id = 1; id <= 4 * family_n; id++) {
        name_of(kab, id, name);
        db_bulk_int(bulk, kab);
        db_bulk_int(bulk, (id + 3) / 4);
        db_bulk_int(bulk, id);
        db_bulk_text(bulk, str_c(name));
        db_bulk_int(bulk, 0);
        db_bulk_int(bulk, 0);
        db_bulk_int(bulk, 0);
        db_bulk_text(bulk, STR("unknown"));
        db_bulk_int(bulk, 0);
        good(db_bulk_row(bulk, e), e);
    }
    good(db_bulk_close(bulk, NULL, e), e);
}

static void load(Db *db, int64_t family_n, Err *e) {
    areas_write(db, e);
    for (int k = 0; k < DISTRICTS_N; k++) {
        DbBulk *bulk;
        good(db_begin(db, e), e);
        families_write(db, kab_of(k), family_n, e);
        persons_write(db, kab_of(k), family_n, e);
        good(db_bulk_open(db, "pack_epoch", "kab,epoch_n", "ii", &bulk, e), e);
        db_bulk_int(bulk, kab_of(k));
        db_bulk_int(bulk, 0);
        good(db_bulk_row(bulk, e) && db_bulk_close(bulk, NULL, e) && db_commit(db, e), e);
    }
}

// ---- misspelling -------------------------------------------------------------------------------------------------------
typedef bool Slip(Random *r, const char *name, char out[NAME_BYTES]);

// A place inside the name that is a letter.
static size_t letter_place(Random *r, const char *name) {
    size_t n = strlen(name), i;
    do i = random_below(r, n); while (name[i] == ' ');
    return i;
}

static bool slip_key(Random *r, const char *name, char out[NAME_BYTES]) {
    static const char *const ROWS[] = { "qwertyuiop", "asdfghjkl", "zxcvbnm" };
    snprintf(out, NAME_BYTES, "%s", name);
    size_t i = letter_place(r, out);
    for (int k = 0; k < 3; k++) {
        const char *at = strchr(ROWS[k], tolower((unsigned char)out[i]));
        if (at) { out[i] = at[1] ? at[1] : at[-1]; return true; }
    }
    return false;
}

static bool replace(const char *name, const char *from, const char *to, char out[NAME_BYTES]) {
    const char *at = strcasestr(name, from);
    if (!at) return false;
    snprintf(out, NAME_BYTES, "%.*s%s%s", (int)(at - name), name, to, at + strlen(from));
    return true;
}

static bool slip_old_u(Random *r, const char *name, char out[NAME_BYTES]) { (void)r; return replace(name, "oe", "u", out) || replace(name, "u", "oe", out); }
static bool slip_old_j(Random *r, const char *name, char out[NAME_BYTES]) { (void)r; return replace(name, "dj", "j", out) || replace(name, "j", "dj", out); }
static bool slip_short(Random *r, const char *name, char out[NAME_BYTES]) {
    static const char *const FORMS[] = { "Muh.", "Moh.", "M.", "Mohd", "Mohammad", "Muhamad" };
    return replace(name, "Muhammad", FORMS[random_below(r, 6)], out);
}

static bool slip_drop(Random *r, const char *name, char out[NAME_BYTES]) {
    size_t i = letter_place(r, name);
    snprintf(out, NAME_BYTES, "%.*s%s", (int)i, name, name + i + 1);
    return true;
}

static bool slip_double(Random *r, const char *name, char out[NAME_BYTES]) {
    size_t i = letter_place(r, name);
    snprintf(out, NAME_BYTES, "%.*s%s", (int)i + 1, name, name + i);
    return true;
}

static bool slip_swap(Random *r, const char *name, char out[NAME_BYTES]) {
    snprintf(out, NAME_BYTES, "%s", name);
    size_t i = letter_place(r, out);
    if (!out[i + 1] || out[i + 1] == ' ') return false;
    char c = out[i];
    out[i] = out[i + 1];
    out[i + 1] = c;
    return true;
}

static bool slip_space(Random *r, const char *name, char out[NAME_BYTES]) { (void)r; return replace(name, " ", "", out); }
static bool slip_two(Random *r, const char *name, char out[NAME_BYTES]) { char once[NAME_BYTES]; return slip_drop(r, name, once) && slip_key(r, once, out); }
static bool slip_none(Random *r, const char *name, char out[NAME_BYTES]) { (void)r; snprintf(out, NAME_BYTES, "%s", name); return true; }
static bool slip_half(Random *r, const char *name, char out[NAME_BYTES]) { (void)r; snprintf(out, NAME_BYTES, "%.*s", (int)(strlen(name) * 2 / 3 + 1), name); return true; }

static const struct { const char *label; Slip *slip; bool is_typing, is_misspelt; } SLIPS[] = {
    { "keyboard slip", slip_key, false, true }, { "oe/u", slip_old_u, false, true }, { "dj/j", slip_old_j, false, true }, { "Muh./Muhammad", slip_short, false, true },
    { "letter left out", slip_drop, false, true }, { "letter doubled", slip_double, false, true }, { "letters swapped", slip_swap, false, true },
    { "space left out", slip_space, false, true }, { "two slips", slip_two, false, true }, { "spelt right", slip_none, false, false }, { "half typed", slip_half, true, false },
};
#define SLIPS_N (sizeof SLIPS / sizeof *SLIPS)

// ---- asking ------------------------------------------------------------------------------------------------------------
static int by_value(const void *a, const void *b) { double x = *(const double *)a, y = *(const double *)b; return (x > y) - (x < y); }
static double share(double *at, size_t n, double p) {
    qsort(at, n, sizeof *at, by_value);
    size_t i = (size_t)((double)n * p);
    return at[i < n ? i : n - 1] * 1e3;
}

static bool question_make(Random *r, size_t kind, int64_t family_n, int64_t *kab, char name[NAME_BYTES], char typed[NAME_BYTES]) {
    for (int tries = 0; tries < 2000; tries++) {
        *kab = kab_of((int)random_below(r, DISTRICTS_N));
        name_of(*kab, 1 + (int64_t)random_below(r, (uint64_t)(4 * family_n)), name);
        if (SLIPS[kind].slip(r, name, typed) && strlen(typed) >= 3) return true;
    }
    return false;
}

static void row_print(const char *label, double recall, double *wall, double *cpu, size_t n) {
    printf("  %-16s recall@10 %5.1f %%   p50 %6.2f   p95 %6.2f   most %6.2f ms   cpu p50 %6.2f   p95 %6.2f ms\n", label, 100.0 * recall, share(wall, n, 0.5),
           share(wall, n, 0.95), share(wall, n, 1), share(cpu, n, 0.5), share(cpu, n, 0.95));
}

static void ask_all(Db *db, const char *engine, int64_t family_n, int64_t question_n, bool is_nation, Err *e) {
    double *all = calloc((size_t)question_n * SLIPS_N, sizeof *all), *one = calloc((size_t)question_n, sizeof *one);
    double *all_cpu = calloc((size_t)question_n * SLIPS_N, sizeof *all_cpu), *one_cpu = calloc((size_t)question_n, sizeof *one_cpu);
    size_t all_n = 0, found_all = 0, asked_all = 0;
    printf("%s, %s, %lld persons in reach\n", engine, is_nation ? "the nation" : "one district", (long long)(4 * family_n * (is_nation ? DISTRICTS_N : 1)));
    for (size_t kind = 0; kind < SLIPS_N; kind++) {
        Random r = { SEED + kind };
        size_t n = 0, found_n = 0;
        for (int64_t q = 0; q < question_n; q++) {
            int64_t kab;
            char name[NAME_BYTES], typed[NAME_BYTES];
            if (!question_make(&r, kind, family_n, &kab, name, typed)) break;
            Arena a = { 0 };
            SearchFound found;
            SearchAsk ask = { .text = str_c(typed), .is_typing = SLIPS[kind].is_typing, .low_kab = is_nation ? 0 : kab, .high_kab = is_nation ? 9999 : kab, .near_kab = kab, .limit_n = 10 };
            double begun = seconds(), cpu_begun = cpu_seconds();
            good(db_begin_read(db, e) && search_names(db, &a, &ask, &found, e), e);          // as a page does
            db_rollback(db);
            one[n] = seconds() - begun;
            one_cpu[n] = cpu_seconds() - cpu_begun;
            if (getenv("BENCH_SLOW") && one_cpu[n] > 0.02) printf("    %6.1f ms  \"%s\" for \"%s\"\n", one_cpu[n] * 1e3, typed, name);
            bool is_found = false;
            for (size_t i = 0; i < found.n; i++) is_found = is_found || str_eq(found.at[i].name, str_c(name));
            if (getenv("BENCH_MISSED") && !is_found) printf("    missed \"%s\" for \"%s\" (%zu hits)\n", typed, name, found.n);
            found_n += is_found;
            if (SLIPS[kind].is_misspelt) {
                all_cpu[all_n] = one_cpu[n];
                all[all_n++] = one[n];
            }
            n++;
            arena_free(&a);
        }
        if (!n) continue;
        if (SLIPS[kind].is_misspelt) { found_all += found_n; asked_all += n; }
        row_print(SLIPS[kind].label, (double)found_n / (double)n, one, one_cpu, n);
    }
    row_print("all misspelt", (double)found_all / (double)asked_all, all, all_cpu, all_n);
    free(all);
    free(all_cpu);
    free(one_cpu);
    free(one);
}

// ---- a change ----------------------------------------------------------------------------------------------------------
// Renames a person and keeps the index up, as each change of a family does; rolled back, so that the next run finds the same.
static void change_all(Db *db, const char *engine, int64_t family_n, int64_t change_n, Err *e) {
    static const DbQuery RENAME = { .name = "bench: rename", .params = "tiii", .columns = "", .params_n = 4,
        .sqlite = "UPDATE person SET name = ?1 WHERE kab = ?2 AND family_id = ?3 AND id = ?4", .postgresql = "UPDATE person SET name = $1 WHERE kab = $2 AND family_id = $3 AND id = $4" };
    double *one = calloc((size_t)change_n, sizeof *one);
    Random r = { SEED };
    for (int64_t i = 0; i < change_n; i++) {
        char name[NAME_BYTES];
        int64_t kab = kab_of((int)random_below(&r, DISTRICTS_N)), family = 1 + (int64_t)random_below(&r, (uint64_t)family_n);
        DbStatement *s;
        bool has_row;
        name_of(kab, 9 * family_n + i, name);
        good(db_begin(db, e) && db_prepare(db, &RENAME, &s, e), e);
        db_bind_text(s, 0, str_c(name));
        db_bind_int(s, 1, kab);
        db_bind_int(s, 2, family);
        db_bind_int(s, 3, 4 * family);
        good(db_step(s, &has_row, e), e);
        db_release(s);
        double begun = seconds();
        good(search_refresh(db, kab, family, family, NULL, e), e);
        one[i] = seconds() - begun;
        db_rollback(db);
    }
    printf("%s: a name changed, without the commit: p50 %.2f ms, p95 %.2f ms\n", engine, share(one, (size_t)change_n, 0.5), share(one, (size_t)change_n, 0.95));
    free(one);
}

int main(int argc, char **argv) {
    Err e = { 0 };
    Db *db;
    if (argc < 3) { fprintf(stderr, "usage: bench_search URL PERSONS [QUESTIONS]\n"); return 2; }
    int64_t family_n = atoll(argv[2]) / 4 / DISTRICTS_N, question_n = argc > 3 ? atoll(argv[3]) : 200;
    lang_set(LANG_EN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    words_make();
    good(db_open(str_c(argv[1]), (DbOptions){ 0 }, &db, &e) && db_migrate(db, NULL, &e), &e);
    const char *engine = db_engine(db) == DB_SQLITE ? "SQLite" : "PostgreSQL";
    if (!getenv("BENCH_LOADED")) {
        double begun = seconds();
        load(db, family_n, &e);
        printf("%s: rows loaded in %.1f s\n", engine, seconds() - begun);
        begun = seconds();
        good(db_begin(db, &e) && search_build(db, NULL, &e) && db_commit(db, &e) && db_checkpoint(db, &e), &e);
        printf("%s: index built in %.1f s\n", engine, seconds() - begun);
    }
    Arena a = { 0 };
    SearchFound found;
    double begun = seconds();
    good(search_names(db, &a, &(SearchAsk){ .text = STR("siti"), .high_kab = 9999, .limit_n = 10 }, &found, &e), &e);
    printf("%s: first question of a process %.2f s\n", engine, seconds() - begun);
    arena_free(&a);
    if (getenv("BENCH_ASK")) {                                 // one question again and again, to look into it
        for (int i = 0; i < 100; i++) {
            begun = cpu_seconds();
            good(search_names(db, &a, &(SearchAsk){ .text = str_c(getenv("BENCH_ASK")), .is_typing = true, .high_kab = 9999, .limit_n = 10 }, &found, &e), &e);
            if (i % 33 == 0) printf("%zu found, cpu %.2f ms\n", found.n, (cpu_seconds() - begun) * 1e3);
            arena_free(&a);
        }
        return 0;
    }
    ask_all(db, engine, family_n, question_n, true, &e);
    if (!getenv("BENCH_NATION")) ask_all(db, engine, family_n, question_n, false, &e);
    if (!getenv("BENCH_NATION")) change_all(db, engine, family_n, 200, &e);
    db_close(db);
    return 0;
}
