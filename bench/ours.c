// ours VERB DATABASE …: Harapan's own side of the bench, through the rooms' own functions; each verb is one process, measured whole.
//   load DATABASE N            the population into the registry, with its packs
//   prepare DATABASE RULEBOOK  takes the stage into view: drafts of every pack
//   stage DATABASE RULEBOOK    closes the stage and runs it: from the living registry to payments that can be read back
//   close DATABASE RULEBOOK    the first half of it
//   change DATABASE N          N changes, each a transaction: what keeping packs and drafts up to date costs
//   run DATABASE               the second half, from the closing alone
//   rows DATABASE              every payment as its reader gives it, and the totals: the lines that `compare` wants
#include "ours.h"
#include "payment/payment.h"
#include "programme/scheme.h"
#include "registry/draft.h"
#include "rule.h"
#include "stage/closing.h"
#include "stage/run.h"
#include <stdio.h>
#include <stdlib.h>

enum { RULE_BOOK_BYTES_MAX = 1 << 20, ACTOR = 1 };

static bool rule_book_read(const char *path, Str *out, Err *e) {
    static char text[RULE_BOOK_BYTES_MAX];
    FILE *file = fopen(path, "rb");
    if (!file) return fail(e, NOT_FOUND, "%s cannot be read.", path);
    size_t n = fread(text, 1, sizeof text, file);
    fclose(file);
    *out = (Str){ text, n };
    return true;
}

static bool close_stage(Db *db, char **args, Err *e) {
    ClosingOptions options = { .stage = BENCH_STAGE, .book_file = str_c(args[0]), .actor_id = ACTOR, .at = instant_now() };
    ClosingSummary summary;
    if (!rule_book_read(args[0], &options.book_text, e) || !closing_make(db, &options, &summary, e)) return false;
    printf("closed %lld families, %lld cases\n", (long long)summary.family_n, (long long)summary.case_n);
    return true;
}

static bool run_stage(Db *db, char **args, Err *e) {
    (void)args;
    RunSummary summary;
    if (!run_make(db, &(RunOptions){ .stage = BENCH_STAGE, .actor_id = ACTOR, .at = instant_now() }, &summary, e)) return false;
    printf("ran %lld families, %lld rupiah\n", (long long)summary.family_n, (long long)summary.total.rp);
    return true;
}

static bool prepare(Db *db, char **args, Err *e) {
    PrepareOptions options = { .stage = BENCH_STAGE, .book_file = str_c(args[0]), .actor_id = ACTOR, .at = instant_now() };
    PrepareSummary summary;
    int64_t applied_n;
    if (!rule_book_read(args[0], &options.book_text, e) || !db_migrate(db, &applied_n, e) || !draft_prepare(db, &options, &summary, e)) return false;
    printf("made %lld of %lld drafts\n", (long long)summary.made_n, (long long)summary.pack_n);
    return true;
}

// What a change to a family costs: its packs (and draft) made anew, each in a transaction of its own.
static bool change(Db *db, char **args, Err *e) {
    PackDistrict *districts;
    size_t n;
    Arena arena = { 0 };
    int64_t change_n = strtoll(args[0], NULL, 10);
    if (!pack_districts_list(db, &arena, &districts, &n, e)) return false;
    for (int64_t i = 0; i < change_n; i++) {
        int64_t kab = districts[(size_t)i % n].kab, family_id = 1 + i % 40;
        if (!db_begin(db, e) || !pack_refresh(db, kab, family_id, family_id, NULL, e) || !db_commit(db, e)) return false;
    }
    arena_free(&arena);
    return true;
}

static bool close_and_run(Db *db, char **args, Err *e) {
    ClosingOptions options = { .stage = BENCH_STAGE, .book_file = str_c(args[0]), .actor_id = ACTOR, .at = instant_now() };
    ClosingSummary closed;
    RunSummary ran;
    RunOptions run = { .stage = BENCH_STAGE, .actor_id = ACTOR, .at = options.at };
    if (!rule_book_read(args[0], &options.book_text, e) || !run_with_closing(db, &options, &run, &closed, &ran, e)) return false;
    printf("closed %lld families, %lld cases\nran %lld families, %lld rupiah\n", (long long)closed.family_n, (long long)closed.case_n, (long long)ran.family_n,
           (long long)ran.total.rp);
    return true;
}

static bool load(Db *db, char **args, Err *e) {
    int64_t applied_n;
    return db_migrate(db, &applied_n, e) && ours_load(db, strtoll(args[0], NULL, 10), e);
}

// ---- reading back --------------------------------------------------------------------------------------------------
typedef struct { int64_t in_district, families_n, paid_n, sum, weighted; } Reader;

// The peers' family ids run through the population; ours through each district, without a gap here.
static bool payment_print(void *with, const Payment *p, Err *e) {
    Reader *r = with;
    if (p->family_id != ++r->in_district) return fail(e, CONFLICT, "Family %lld was expected, %lld was read.", (long long)r->in_district, (long long)p->family_id);
    int64_t id = ++r->families_n;
    printf("%lld,%lld,%d\n", (long long)id, (long long)p->amount.rp, p->due == DUE_SUSPENDED);
    r->paid_n += p->state == PAYMENT_EXPECTED;
    r->sum += p->amount.rp;
    r->weighted += p->amount.rp * ((id - 1) % 1000 + 1);
    return true;
}

static bool district_total(Db *db, Arena *a, int64_t kab, BenchTotal *out, Err *e) {
    RunTotals totals;
    if (!run_totals(db, a, kab, BENCH_STAGE, &totals, e)) return false;
    for (size_t i = 0; i < (size_t)totals.village_n * totals.channel_n * totals.component_n; i++) {
        BenchTotal *t = &out[i % totals.component_n + 1];  // the book has the bench's components in their order
        t->n += totals.component[i].n;
        t->amount += totals.component[i].amount.rp;
    }
    return true;
}

static bool rows(Db *db, char **args, Err *e) {
    (void)args;
    static BenchTotal totals[DISTRICTS_N + 1][COMPONENTS_N];
    Arena arena = { 0 };
    Reader reader = { 0 };
    Closing *closings;
    size_t n;
    bool is_good = closing_list(db, &arena, BENCH_STAGE, &closings, &n, e);
    for (size_t i = 0; is_good && i < n; i++) {
        reader.in_district = 0;
        is_good = payment_each(db, closings[i].kab, BENCH_STAGE, STR(""), 1, INT64_MAX - 1, payment_print, &reader, e) &&
                  district_total(db, &arena, closings[i].kab, totals[closings[i].kab - bench_kab(0)], e);
    }
    arena_free(&arena);
    if (!is_good) return false;
    printf("ledger,%lld,%lld,%lld\n", (long long)reader.paid_n, (long long)reader.sum, (long long)reader.weighted);
    for (int d = 1; d <= DISTRICTS_N; d++)
        for (int c = 1; c < COMPONENTS_N; c++)
            if (totals[d][c].n) printf("total,%d,%d,%lld,%lld\n", d, c, (long long)totals[d][c].amount, (long long)totals[d][c].n);
    return true;
}

static const struct { const char *name; int args_n; bool is_new; bool (*work)(Db *db, char **args, Err *e); } VERBS[] = {
    { "load", 1, true, load }, { "prepare", 1, false, prepare }, { "stage", 1, false, close_and_run }, { "close", 1, false, close_stage }, { "run", 0, false, run_stage }, { "change", 1, false, change },
    { "rows", 0, false, rows },
};

int main(int argc, char **argv) {
    static char output[1 << 20];
    setvbuf(stdout, output, _IOFBF, sizeof output);
    for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
        if (argc != 3 + VERBS[i].args_n || strcmp(argv[1], VERBS[i].name) != 0) continue;
        Db *db;
        Err e = { 0 };
        bool is_good = db_open(str_c(argv[2]), (DbOptions){ .must_exist = !VERBS[i].is_new }, &db, &e) && VERBS[i].work(db, argv + 3, &e);
        if (is_good) db_close(db);
        if (is_good && fflush(stdout) == 0) return 0;
        fprintf(stderr, "ours %s: %s\n", argv[1], e.text);
        return 1;
    }
    fprintf(stderr, "ours load|prepare|stage|close|run|change|rows DATABASE [N|RULEBOOK]\n");
    return 2;
}
