// verb_check.c: every law that must hold in a database, whatever happened to it. Silent when all is well. Reads only, shows no
// personal data, and so asks for no log-in.
//
// A law is a row of LAWS: a room's check, done for each district (and stage) that has something to check.
#include "base/lang.h"
#include "cli_check.sql.h"
#include "cli/laws.h"
#include "cli/verbs.h"
#include "commitment/fact.h"
#include "office/approval.h"
#include "office/audit.h"
#include "office/head.h"
#include "office/read_log.h"
#include "payment/books.h"
#include "payment/payment_check.h"
#include "registry/desk.h"
#include "registry/erase.h"
#include "registry/life.h"
#include "registry/pack.h"
#include "registry/registry_check.h"
#include "registry/search_index.h"
#include "stage/closing.h"
#include "stage/run.h"
#include "training/event.h"
#include <stdio.h>
#include <unistd.h>

typedef struct { Db *db, *reads; Str url; Arena *arena; Progress *progress; Violations *v; Str files; bool is_closed; } Checking;
typedef struct { int64_t kab; Str stage; bool has_run; } Place;
typedef struct { Place *at; size_t n, cap; } Places;

static void place_add(Checking *c, Places *places, Place place) {
    if (places->n == places->cap) {
        Place *more = NEW(c->arena, Place, places->cap * 2 + 64);
        if (places->n) memcpy(more, places->at, places->n * sizeof *more);
        *places = (Places){ more, places->n, places->cap * 2 + 64 };
    }
    places->at[places->n++] = place;
}

static bool places_chains(Checking *c, Places *out, Err *e) {
    CheckChainsRows rows = { 0 };
    CheckChainsRow row;
    bool has_row = false, is_good = check_chains(c->db, &rows, e);
    while (is_good && (is_good = check_chains_next(&rows, &row, &has_row, e)) && has_row) place_add(c, out, (Place){ .kab = row.kab });
    check_chains_end(&rows);
    return is_good;
}

static bool places_books(Checking *c, Places *out, Err *e) {
    CheckBooksRows rows = { 0 };
    CheckBooksRow row;
    bool has_row = false, is_good = check_books(c->db, &rows, e);
    while (is_good && (is_good = check_books_next(&rows, &row, &has_row, e)) && has_row) place_add(c, out, (Place){ .kab = row.kab });
    check_books_end(&rows);
    return is_good;
}

static bool places_stages(Checking *c, Places *out, Err *e) {
    CheckStagesRows rows = { 0 };
    CheckStagesRow row;
    bool has_row = false, is_good = check_stages(c->db, &rows, e);
    while (is_good && (is_good = check_stages_next(&rows, &row, &has_row, e)) && has_row)
        place_add(c, out, (Place){ row.kab, arena_str(c->arena, row.stage), row.run_n > 0 });
    check_stages_end(&rows);
    return is_good;
}

static bool places_packs(Checking *c, Places *out, Err *e) {
    PackDistrict *districts;
    size_t n;
    if (!pack_districts_list(c->db, c->arena, &districts, &n, e)) return false;
    for (size_t i = 0; i < n; i++) place_add(c, out, (Place){ .kab = districts[i].kab });
    return true;
}

static bool places_nation(Checking *c, Places *out, Err *e) {
    (void)e;
    place_add(c, out, (Place){ 0 });
    return true;
}

static bool law_registry(Checking *c, const Place *p, Err *e) { (void)p; return registry_check(c->db, c->v, c->progress, e); }
static bool law_salts(Checking *c, const Place *p, Err *e) { (void)p; return c->is_closed || salts_check(c->db, c->v, e); }
static bool law_life(Checking *c, const Place *p, Err *e) { (void)p; return life_check(c->db, c->v, e); }
static bool law_facts(Checking *c, const Place *p, Err *e) { (void)p; return fact_check(c->db, c->v, e); }
static bool law_desk(Checking *c, const Place *p, Err *e) { (void)p; return desk_check(c->db, c->v, e); }
static bool law_training(Checking *c, const Place *p, Err *e) { (void)p; return training_check(c->db, c->v, e); }
static bool law_erased(Checking *c, const Place *p, Err *e) { (void)p; return c->is_closed || erase_check(c->db, c->v, e); }
static bool law_search(Checking *c, const Place *p, Err *e) { (void)p; return search_check(c->db, c->v, c->progress, e); }
static bool law_packs(Checking *c, const Place *p, Err *e) { return pack_check_as(c->db, p->kab, c->is_closed, c->progress, e); }
static bool law_closing(Checking *c, const Place *p, Err *e) { return closing_check(c->db, p->kab, p->stage, e); }
static bool law_run(Checking *c, const Place *p, Err *e) { return !p->has_run || run_check(c->db, p->kab, p->stage, e); }
static bool law_books(Checking *c, const Place *p, Err *e) { return books_check(c->db, p->kab, c->v, e); }
static bool law_payment(Checking *c, const Place *p, Err *e) { return payment_check(c->db, p->kab, c->files, c->v, e); }
static bool law_approval(Checking *c, const Place *p, Err *e) { return approval_check(c->db, p->kab, c->v, e); }

// The districts of the read log; none when nobody ever looked. On SQLite it is a file of its own.
static bool reads_open(Checking *c, Err *e) {
    Err none = { 0 };
    return c->reads || db_open_reads(c->url, (DbOptions){ .must_exist = true, .is_read_only = true }, &c->reads, &none) || none.code == NOT_FOUND ||
           fail(e, none.code, "%s", none.text);
}

static bool places_reads(Checking *c, Places *out, Err *e) {
    if (!reads_open(c, e)) return false;
    if (!c->reads) return true;
    CheckReadsRows rows = { 0 };
    CheckReadsRow row;
    bool has_row = false, is_good = check_reads(c->reads, &rows, e);
    while (is_good && (is_good = check_reads_next(&rows, &row, &has_row, e)) && has_row) place_add(c, out, (Place){ .kab = row.kab });
    check_reads_end(&rows);
    return is_good;
}

static bool law_reads(Checking *c, const Place *p, Err *e) { return reads_check(c->reads, p->kab, c->v, e); }
static bool law_heads(Checking *c, const Place *p, Err *e) { (void)p; return reads_open(c, e) && heads_check(c->db, c->reads, c->v, e); }
static bool law_audit(Checking *c, const Place *p, Err *e) { return audit_check(c->db, p->kab, c->v, e); }

static const struct {
    bool (*places)(Checking *c, Places *out, Err *e);
    bool (*check)(Checking *c, const Place *p, Err *e);      // says violations, or fails with CONFLICT where there is only one to say
} LAWS[] = {
    { places_nation, law_registry },                       // identities, payees, districts
    { places_nation, law_salts },                          // what is sealed can be opened
    { places_nation, law_life },                           // payees are there, pregnancies count, who is on the way has left
    { places_nation, law_facts },                          // corrections correct something, facts are about members
    { places_nation, law_desk },                           // what families asked: open ones have words, another one signed, erased ones are silent
    { places_nation, law_training },                       // what was handed out is what is counted, sheets fit their test, certificates their training
    { places_nation, law_erased },                         // who was erased is erased everywhere
    { places_packs, law_packs },                           // packs equal the rows of families and persons
    { places_nation, law_search },                         // the search index equals the names
    { places_stages, law_closing },                        // a closing's hashes, and its columns from its packs
    { places_stages, law_run },                            // every case once more by the second implementation
    { places_books, law_books },                           // sums, debits and credits, nothing overdrawn
    { places_books, law_payment },                         // signatures, batches, files and holds agree with the run and the books
    { places_chains, law_approval },                       // each signature stands in the audit chain
    { places_chains, law_audit },                          // the audit chain from its first entry
    { places_reads, law_reads },                           // the same of the record of who looked, and its index
    { places_nation, law_heads },                          // the signed heads say what the chains are
};

static bool law_apply(Checking *c, size_t law, Err *e) {
    Places places = { 0 };
    if (!LAWS[law].places(c, &places, e)) return false;
    for (size_t i = 0; i < places.n; i++) {
        Err found = { 0 };
        if (LAWS[law].check(c, &places.at[i], &found)) continue;
        if (found.code != CONFLICT) { *e = found; return false; }
        violation(c->v, "%s", found.text);
    }
    return true;
}

typedef struct { bool is_json; int64_t said_n; } Saying;
static void say(void *context, Str text) {
    Saying *saying = context;
    if (saying->is_json) {
        fputs(saying->said_n++ ? "," : "", stdout);
        cli_put_json(text);
    } else printf(STR_FMT "\n", STR_ARG(text));
}

bool laws_check(const LawsOptions *o, Violations *v, Err *e) {
    Checking c = { .db = o->db, .url = o->url, .arena = o->arena, .progress = o->progress, .v = v, .files = o->files, .is_closed = o->is_closed };
    bool is_good = true;
    for (size_t i = 0; is_good && i < sizeof LAWS / sizeof LAWS[0]; i++) is_good = law_apply(&c, i, e);
    db_close(c.reads);
    return is_good;
}

bool verb_check(Cli *cli, Err *e) {
    Saying saying = { .is_json = cli->is_json };
    Violations v = { .say = say, .context = &saying };
    LawsOptions o = { .url = cli->db_url, .arena = cli->arena, .files = str_c(cli_option(cli, "--files")) };
    if (isatty(STDERR_FILENO) || cli_has(cli, "--progress")) o.progress = cli->progress;      // silent means silent in a log, too
    if (!cli_db(cli, (DbOptions){ .must_exist = true, .is_read_only = true }, &o.db, e)) return false;
    if (cli->is_json) fputs("{\"violations\":[", stdout);
    bool is_good = laws_check(&o, &v, e);
    if (cli->is_json) puts("]}");
    db_close(o.db);
    if (is_good && v.found_n) return fail(e, CONFLICT, "%lld laws do not hold in this database. Do not pay from it; keep a copy and find out what happened.", (long long)v.found_n);
    return is_good;
}
