// audit_export.c: see audit_export.h. Lines of JSON; what is hashed stands in them byte for byte.
#include "office/audit_export.h"
#include "files/outfile.h"
#include "office/audit.h"
#include "office/merkle.h"
#include "office/practice.h"

typedef struct { OutFile *file; Buf line; int64_t line_n; } Writer;

static bool writer_open(const char *path, Writer *w, Err *e) {
    *w = (Writer){ .line = { .max = BUF_MAX } };
    return outfile_open(path, &w->file, e);
}

static bool line_end(Writer *w, Err *e) {
    buf_char(&w->line, '\n');
    bool is_good = w->line.is_full ? fail(e, LIMIT, "A line of the file would be too long.") : outfile_write(w->file, buf_view(&w->line), e);
    buf_reset(&w->line);
    w->line_n++;
    return is_good;
}

static bool writer_end(Writer *w, bool is_good, Err *e) {
    if (is_good) buf_fmt(&w->line, "{\"end\":%lld}", (long long)w->line_n);
    is_good = is_good && line_end(w, e);
    buf_free(&w->line);
    if (is_good) return outfile_finish(w->file, NULL, e);
    outfile_abort(w->file);
    return false;
}

static void put_hash(Buf *b, const char *name, const Hash *hash) {
    buf_fmt(b, ",\"%s\":\"", name);
    hash_put_hex(b, hash);
    buf_char(b, '"');
}

static bool head_line_put(Writer *w, Db *db, const Head *head, Err *e) {
    Arena a = { 0 };
    HeadChains chains;
    bool is_good = head_chains(db, &a, head->day, &chains, e);
    buf_fmt(&w->line, "{\"head\":\"%.*s\",\"chains\":[", STR_ARG(head->line));
    for (size_t i = 0; is_good && i < chains.n; i++) {
        if (i) buf_char(&w->line, ',');
        head_chain_put(&w->line, &chains.at[i]);
    }
    buf_c(&w->line, "]}");
    arena_free(&a);
    return is_good && line_end(w, e);
}

// ---- everything --------------------------------------------------------------------------------------------------

typedef struct { Writer *w; ChainLog log; int64_t kab, *n; } Entries;

static bool entry_put(void *with, const ChainEntry *entry, Err *e) {
    Entries *x = with;
    Buf *b = &x->w->line;
    buf_fmt(b, "{\"log\":\"%s\",\"kab\":%lld,\"n\":%lld", chain_name(x->log), (long long)x->kab, (long long)entry->n);
    put_hash(b, "prev", &entry->prev);
    put_hash(b, "hash", &entry->hash);
    buf_c(b, ",\"entry\":");
    buf_str(b, entry->bytes);
    buf_char(b, '}');
    (*x->n)++;
    return line_end(x->w, e);
}

static bool log_put(Writer *w, Db *db, ChainLog log, const Viewer *viewer, int64_t *n, Err *e) {
    Arena a = { 0 };
    ChainDistricts districts;
    bool is_good = chain_districts(db, log, &a, &districts, e);
    for (size_t i = 0; is_good && i < districts.n; i++) {
        Entries entries = { w, log, districts.at[i], n };
        if (authority_allows(viewer, ACTION_READ_AUDIT, entries.kab)) is_good = chain_each(db, log, entries.kab, 0, entry_put, &entries, e);
    }
    arena_free(&a);
    return is_good;
}

#define HEADS_MAX 20000                // a head a day for fifty years

static bool heads_put(Writer *w, Db *db, int64_t *n, Err *e) {
    Arena a = { 0 };
    Heads heads;
    bool is_good = heads_read(db, &a, HEADS_MAX, &heads, e);
    for (size_t i = is_good ? heads.n : 0; is_good && i-- > 0; (*n)++) is_good = head_line_put(w, db, &heads.at[i], e);
    arena_free(&a);
    return is_good;
}

static bool first_line(Writer *w, Db *db, const Viewer *viewer, Err *e) {
    int64_t low, high;
    bool is_practice;
    if (!practice_is(db, &is_practice, e)) return false;
    authority_area(viewer, &low, &high);
    buf_fmt(&w->line, "{\"harapan\":\"audit-export\",\"version\":1,\"mode\":\"%s\",\"low_kab\":%lld,\"high_kab\":%lld}", is_practice ? "practice" : "real",
            (long long)low, (long long)high);
    return line_end(w, e);
}

bool audit_export(Db *db, Db *reads, const Viewer *viewer, const char *path, AuditExported *out, Err *e) {
    Writer w;
    AuditExported done = { 0 };
    if (!authority_require(viewer, ACTION_READ_AUDIT, KAB_NONE, e) || !writer_open(path, &w, e)) return false;
    bool is_good = db_begin_read(db, e) && (!reads || db_begin_read(reads, e)) && first_line(&w, db, viewer, e) &&
                   log_put(&w, db, CHAIN_AUDIT, viewer, &done.audit_n, e) && (!reads || log_put(&w, reads, CHAIN_READS, viewer, &done.read_n, e)) &&
                   heads_put(&w, db, &done.head_n, e);
    db_rollback(db);
    if (reads) db_rollback(reads);
    if (!writer_end(&w, is_good, e)) return false;
    *out = done;
    return true;
}

// ---- proofs ------------------------------------------------------------------------------------------------------

typedef struct { Arena arena; Hash *at; int64_t n, cap, wanted_n; Str bytes; } Leaves;

static bool leaf_take(void *with, const ChainEntry *entry, Err *e) {
    Leaves *l = with;
    (void)e;
    if (l->n >= l->cap) return true;                       // written after the head
    l->at[l->n++] = merkle_leaf(entry->bytes);
    if (entry->n == l->wanted_n) l->bytes = arena_str(&l->arena, entry->bytes);
    return true;
}

// The first leaf_n leaves of a chain.
static bool leaves_read(Db *db, ChainLog log, int64_t kab, int64_t leaf_n, Leaves *l, Err *e) {
    l->cap = leaf_n;
    l->at = NEW(&l->arena, Hash, leaf_n + 1);
    return chain_each(db, log, kab, 0, leaf_take, l, e) &&
           (l->n == leaf_n || fail(e, CONFLICT, "The chain of district %lld is shorter than a head says. Type: harapan check", (long long)kab));
}

static void path_put(Buf *b, const Hash *path, int n) {
    buf_c(b, ",\"path\":[");
    for (int i = 0; i < n; i++) {
        buf_c(b, i ? ",\"" : "\"");
        hash_put_hex(b, &path[i]);
        buf_char(b, '"');
    }
    buf_char(b, ']');
}

static bool proof_first_line(Writer *w, Err *e) {
    buf_c(&w->line, "{\"harapan\":\"audit-proof\",\"version\":1}");
    return line_end(w, e);
}

static const HeadChain *chain_find(const HeadChains *chains, ChainLog log, int64_t kab) {
    for (size_t i = 0; i < chains->n; i++) if (chains->at[i].log == log && chains->at[i].kab == kab) return &chains->at[i];
    return NULL;
}

static bool entry_proof_put(Writer *w, Db *db, Db *source, const Head *head, const HeadChain *chain, int64_t n, Err *e) {
    Leaves leaves = { .wanted_n = n };
    Hash path[2 * MERKLE_DEPTH_MAX];
    bool is_good = leaves_read(source, chain->log, chain->kab, chain->n, &leaves, e) && proof_first_line(w, e) && head_line_put(w, db, head, e);
    if (is_good) {
        buf_fmt(&w->line, "{\"log\":\"%s\",\"kab\":%lld,\"n\":%lld", chain_name(chain->log), (long long)chain->kab, (long long)n);
        path_put(&w->line, path, merkle_inclusion((MerkleLeaves){ leaves.at, leaves.n }, n - 1, path));
        buf_c(&w->line, ",\"entry\":");
        buf_str(&w->line, leaves.bytes);
        buf_char(&w->line, '}');
        is_good = line_end(w, e);
    }
    arena_free(&leaves.arena);
    return is_good;
}

bool audit_prove_entry(Db *db, Db *reads, const Viewer *viewer, ChainLog log, int64_t kab, int64_t n, const char *path, Err *e) {
    Arena a = { 0 };
    Heads heads = { 0 };
    HeadChains chains = { 0 };
    Writer w;
    bool is_good = authority_require(viewer, ACTION_READ_AUDIT, kab, e) && heads_read(db, &a, 1, &heads, e) && (!heads.n || head_chains(db, &a, heads.at[0].day, &chains, e));
    const HeadChain *chain = is_good ? chain_find(&chains, log, kab) : NULL;
    if (is_good && (!chain || n < 1 || n > chain->n || (log == CHAIN_READS && !reads)))
        is_good = fail(e, NOT_FOUND, "No head has sealed entry %lld of district %lld. Make today's head first: harapan head", (long long)n, (long long)kab);
    if (is_good && (is_good = writer_open(path, &w, e)))
        is_good = writer_end(&w, entry_proof_put(&w, db, log == CHAIN_AUDIT ? db : reads, &heads.at[0], chain, n, e), e);
    arena_free(&a);
    return is_good;
}

static bool heads_proof_put(Writer *w, Db *db, Db *reads, const Head heads[2], const HeadChains chains[2], Err *e) {
    bool is_good = proof_first_line(w, e) && head_line_put(w, db, &heads[0], e) && head_line_put(w, db, &heads[1], e);
    for (size_t i = 0; is_good && i < chains[0].n; i++) {
        const HeadChain *earlier = &chains[0].at[i], *later = chain_find(&chains[1], earlier->log, earlier->kab);
        Db *source = earlier->log == CHAIN_AUDIT ? db : reads;
        Leaves leaves = { 0 };
        Hash path[2 * MERKLE_DEPTH_MAX];
        is_good = (source && later && later->n >= earlier->n) || fail(e, CONFLICT, "The chain of district %lld is shorter than a head says. Type: harapan check", (long long)earlier->kab);
        is_good = is_good && leaves_read(source, earlier->log, earlier->kab, later->n, &leaves, e);
        if (is_good) {
            buf_fmt(&w->line, "{\"log\":\"%s\",\"kab\":%lld,\"from_n\":%lld,\"to_n\":%lld", chain_name(earlier->log), (long long)earlier->kab, (long long)earlier->n, (long long)later->n);
            path_put(&w->line, path, merkle_consistency((MerkleLeaves){ leaves.at, leaves.n }, earlier->n, path));
            buf_char(&w->line, '}');
            is_good = line_end(w, e);
        }
        arena_free(&leaves.arena);
    }
    return is_good;
}

bool audit_prove_heads(Db *db, Db *reads, Date from, Date to, const char *path, Err *e) {
    Arena a = { 0 };
    Head heads[2];
    HeadChains chains[2] = { { 0 } };
    const Date days[2] = { from, to };
    Writer w;
    bool is_good = from.days <= to.days || fail(e, BAD_INPUT, "The first day is after the second.");
    for (int i = 0; is_good && i < 2; i++) {
        bool is_found = false;
        is_good = head_of(db, &a, days[i], &heads[i], &is_found, e) && (is_found || fail(e, NOT_FOUND, "There is no head of that day."));
        is_good = is_good && head_chains(db, &a, days[i], &chains[i], e);
    }
    if (is_good && (is_good = writer_open(path, &w, e))) is_good = writer_end(&w, heads_proof_put(&w, db, reads, heads, chains, e), e);
    arena_free(&a);
    return is_good;
}
